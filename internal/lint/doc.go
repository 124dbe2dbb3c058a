// Package lint is the house rules as tests: which package may import which, what
// only one place may call, how large things may grow, and what form commits,
// decisions and the changelog have. What golangci-lint can hold stands in
// .golangci.yml; the rest stands here. Nothing imports this package.
//
// A rule is a function from facts to findings with a test of its own on made-up
// facts, and one test that runs it on the project. A finding names the place and
// what to do instead. Exceptions are listed beside their rule, each with a reason.
package lint
