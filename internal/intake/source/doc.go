// Package source opens what the user names: a file or standard input, plain or
// compressed, and finds out by its bytes what it holds. It hands out the bytes, the
// text as UTF-8 and the hash of the original. Hostile and hopeless input ends here,
// with a message that says what to do.
package source
