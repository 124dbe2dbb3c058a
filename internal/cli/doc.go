// Package cli is the terminal's face: commands, flags, tables, documents and exit
// codes. It computes nothing: every figure comes from a use case of package app.
//
// Data goes to standard output and nothing else does; questions, errors and progress
// go to standard error. A run is one call of Main, so that a test can make it.
package cli
