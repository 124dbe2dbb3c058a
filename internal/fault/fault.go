// Package fault is the one error type: what went wrong, where in which file, and
// what to do about it. The edges map its kind to an exit code or a status.
package fault

import (
	"errors"
	"fmt"
	"strings"
)

// Kind says whose turn it is after a failure.
type Kind int

// The kinds, with the exit code the terminal gives each.
const (
	Internal Kind = iota // 1: a broken invariant or an unexpected failure
	Failed               // 1: the machine refused: disk full, no permission, a damaged file
	Usage                // 2: a wrong flag, command or argument
	NotFound             // 3: no such file, batch, client or number
	Input                // 4: the data cannot be read, nothing could be loaded, or a figure is refused
	Ask                  // 4: the data can be read in two ways; Questions says which flag decides
	Locked               // 6: another process holds the workspace
	Canceled             // 130: the user stopped it
)

// Place points into a file. Zero fields are unknown.
type Place struct {
	File   string
	Line   int64  // physical line, 1-based
	Column string // header name, or letter for sheets
	Value  string // the raw text
}

// Question is one thing the data cannot decide.
type Question struct {
	Code     string   // stable, for example "date_order"
	Text     string   // one sentence
	Evidence []string // what was seen: "no row decides: 3/4/2026 in line 2"
	Flag     string   // the flag that answers: "--date-order dmy|mdy"
	Choices  []string // complete flags to choose from, for a prompt
}

// Error is a failure with its remedy.
type Error struct {
	Kind      Kind
	Op        string // short, lower case: "read file"
	Message   string // safe to show
	Remedy    string // what to do about it; may be empty
	Place     Place
	Questions []Question
	Err       error // cause, may be nil
}

// Error writes one line: place, message, remedy.
func (e *Error) Error() string {
	var b strings.Builder
	if p := e.Place.String(); p != "" {
		b.WriteString(p + ": ")
	}
	b.WriteString(e.Message)
	if e.Err != nil {
		fmt.Fprintf(&b, ": %v", e.Err)
	}
	if e.Remedy != "" {
		b.WriteString("; " + e.Remedy)
	}
	return b.String()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// String writes "invoices.csv, line 7, column Amount, value \"x\"".
func (p Place) String() string {
	var parts []string
	if p.File != "" {
		parts = append(parts, p.File)
	}
	if p.Line > 0 {
		parts = append(parts, fmt.Sprintf("line %d", p.Line))
	}
	if p.Column != "" {
		parts = append(parts, "column "+p.Column)
	}
	if p.Value != "" {
		parts = append(parts, fmt.Sprintf("value %q", p.Value))
	}
	return strings.Join(parts, ", ")
}

// New makes an error without a cause.
func New(kind Kind, op, message, remedy string) *Error {
	return &Error{Kind: kind, Op: op, Message: message, Remedy: remedy}
}

// Wrap adds an operation and a message to a cause.
func Wrap(err error, kind Kind, op, message, remedy string) *Error {
	return &Error{Kind: kind, Op: op, Message: message, Remedy: remedy, Err: err}
}

// KindOf finds the kind of an error; Internal if it carries none.
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return Internal
}
