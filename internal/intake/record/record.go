// Package record is the common form in which every kind of file gives up its
// records: fields as bytes, before anything has a meaning.
package record

// Kind says whether a field was text or already a typed value in its file.
type Kind uint8

// The kinds. Typed fields are written canonically, whatever the style of the text
// columns: numbers as -1234.5 (never an exponent), days as 2026-03-04, times as
// 2026-03-04T15:04:05, booleans as true and false.
const (
	Text Kind = iota
	Number
	Date
	Bool
)

// Record is one record of a file. Fields and Kinds are valid until the next record
// is read.
type Record struct {
	Line   int64    // physical line (text) or row (sheets, Parquet, JSON lines), 1-based
	Fields [][]byte // UTF-8; an empty field is an empty or absent cell
	Kinds  []Kind   // nil: all fields are Text
	// Units are what the file shows beside a number without storing it in the value, as
	// sheets do by their formats: a code of ISO 4217, a sign that several currencies
	// share ("$"), or "%", where the value is a hundredth of what is shown. nil: none.
	Units []string
}

// Unit is what is shown beside a field, "" if nothing is.
func (r *Record) Unit(col int) string {
	if col < len(r.Units) {
		return r.Units[col]
	}
	return ""
}

// Reader gives records in file order; Next ends with io.EOF. The record stays the
// reader's.
type Reader interface {
	Next() (*Record, error)
}
