package sheet

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"unicode/utf8"

	"clientele/internal/fault"
	"clientele/internal/intake/record"
	"clientele/internal/intake/source"
)

// Limits of one sheet (Excel specifications and limits).
const (
	FieldsMax = 10_000    // filled columns
	rowMax    = 1_048_576 // rows
	columnMax = 16_384    // columns
)

// Reader gives the rows of one sheet that its file lists, with the row numbers of the
// sheet. A row is filled with empty fields up to the widest row so far, since a sheet
// does not tell an empty cell from one that is not there.
type Reader struct {
	book   *book
	place  place
	texts  *texts
	part   io.ReadCloser
	s      *scanner
	row    int64
	width  int
	cells  []span
	kinds  []record.Kind
	units  []string // as the cells, if the book has any
	buf    []byte
	failed error
	rec    record.Record

	formulas int64  // without a stored result
	first    string // the first of them
	hidden   int64  // hidden rows
}

// span is where the text of a cell stands in the buffer.
type span struct{ from, to int }

var _ record.Reader = (*Reader)(nil)

// Open reads the sheet with the given name. Without a name it is the only visible one
// that has values; if there are several the error carries the question. The caller
// closes the reader before the source.
func Open(src *source.Source, name string) (*Reader, error) {
	b, err := openBook(src)
	if err != nil {
		return nil, err
	}
	p, err := b.choose(name)
	if err != nil {
		return nil, err
	}
	t, err := b.readTexts()
	if err != nil {
		return nil, err
	}
	r := &Reader{book: b, place: p, texts: t}
	if r.part, err = b.parts[p.part].Open(); err != nil {
		return nil, damaged(src, err)
	}
	if r.s, err = newScanner(r.part); err != nil {
		return nil, errors.Join(damaged(src, err), r.Close())
	}
	return r, nil
}

// Sheet is the name of the sheet that is read.
func (r *Reader) Sheet() string { return r.place.name }

// Close ends the reading.
func (r *Reader) Close() error { return r.part.Close() }

// Notes tells what the rows read so far do not show.
func (r *Reader) Notes() []string {
	var notes []string
	if r.formulas > 0 {
		notes = append(notes, fmt.Sprintf("%d formulas have no stored result and are read as empty, first in cell %s: open the workbook in a spreadsheet and save it", r.formulas, r.first))
	}
	if r.hidden > 0 {
		notes = append(notes, fmt.Sprintf("%d hidden rows are read like the others", r.hidden))
	}
	return notes
}

// Next returns the next row.
func (r *Reader) Next() (*record.Record, error) {
	if r.failed == nil {
		r.failed = r.next()
	}
	if r.failed != nil {
		return nil, r.failed
	}
	return &r.rec, nil
}

func (r *Reader) next() error {
	for {
		tok, err := r.s.next()
		switch {
		case err != nil:
			return r.damaged(err)
		case tok == tokenEnd && r.row == 0:
			return io.EOF
		case tok == tokenEnd:
			return r.damaged(errCut)
		case tok == tokenClose && r.s.is("sheetData"), tok == tokenOpen && r.s.is("sheetData") && r.s.empty:
			return r.finish()
		case tok == tokenOpen && r.s.is("row"):
			if err := r.readRow(); err != nil {
				return r.damaged(err)
			}
			return nil
		}
	}
}

// finish reads to the end of the part, where the archive compares its checksum.
func (r *Reader) finish() error {
	if _, err := io.Copy(io.Discard, r.s.r); err != nil {
		return r.damaged(err)
	}
	return io.EOF
}

func (r *Reader) damaged(cause error) error {
	if _, ok := errors.AsType[*fault.Error](cause); !ok {
		cause = fmt.Errorf("sheet %s, after row %d: %w", r.place.name, r.row, cause)
	}
	return damaged(r.book.src, cause)
}

// readRow reads the cells of a row and makes the record.
func (r *Reader) readRow() error {
	if ref := r.s.attr("r"); ref != nil {
		n, err := strconv.ParseInt(string(ref), 10, 64)
		if err != nil || n <= r.row || n > rowMax {
			return fmt.Errorf("row %d is followed by row %q", r.row, ref)
		}
		r.row = n
	} else if r.row++; r.row > rowMax {
		return errors.New("there are too many rows")
	}
	if truth(r.s.attr("hidden")) {
		r.hidden++
	}
	r.cells, r.kinds, r.units, r.buf = r.cells[:0], r.kinds[:0], r.units[:0], r.buf[:0]
	if !r.s.empty {
		if err := r.readCells(); err != nil {
			return err
		}
	}
	r.width = max(r.width, len(r.cells))
	if r.width > FieldsMax {
		return r.book.src.Fault(r.row, fmt.Sprintf("there are more than %d columns, so this is not a table", FieldsMax),
			"save the list alone as CSV", nil)
	}
	r.rec.Line = r.row
	r.rec.Fields, r.rec.Kinds = r.rec.Fields[:0], r.rec.Kinds[:0]
	for i, c := range r.cells {
		r.rec.Fields = append(r.rec.Fields, r.buf[c.from:c.to:c.to])
		r.rec.Kinds = append(r.rec.Kinds, r.kinds[i])
	}
	for len(r.rec.Fields) < r.width {
		r.rec.Fields = append(r.rec.Fields, nil)
		r.rec.Kinds = append(r.rec.Kinds, record.Text)
	}
	r.rec.Units = r.units
	return nil
}

func (r *Reader) readCells() error {
	column := 0
	for {
		tok, err := r.s.next()
		switch {
		case err != nil:
			return err
		case tok == tokenEnd:
			return errCut
		case tok == tokenClose && r.s.is("row"):
			return nil
		case tok == tokenOpen && r.s.is("c"):
			if ref := r.s.attr("r"); ref != nil {
				if column, err = columnOf(ref); err != nil {
					return err
				}
			} else {
				column++
			}
			if column > columnMax {
				return fmt.Errorf("column %d is beyond the last", column)
			}
			if err := r.readCell(column); err != nil {
				return err
			}
		}
	}
}

// columnOf is the number of the column of a reference such as AB12, from 1.
func columnOf(ref []byte) (int, error) {
	n := 0
	for _, c := range ref {
		if c < 'A' || c > 'Z' {
			break
		}
		if n = n*26 + int(c-'A') + 1; n > columnMax {
			break
		}
	}
	if n == 0 || n > columnMax {
		return 0, fmt.Errorf("%.20q is no cell", ref)
	}
	return n, nil
}

// cellType is the value of a cell's t attribute.
type cellType uint8

const (
	cellNumber cellType = iota
	cellShared
	cellText
	cellBool
	cellDate
)

func typeOf(t []byte) cellType {
	switch string(t) {
	case "s":
		return cellShared
	case "str", "inlineStr", "e": // an error such as #N/A stays visible as text
		return cellText
	case "b":
		return cellBool
	case "d":
		return cellDate
	default:
		return cellNumber
	}
}

// readCell reads one cell and puts its value into its column.
func (r *Reader) readCell(column int) error {
	if r.s.empty {
		return nil
	}
	kind := typeOf(r.s.attr("t"))
	style, err := strconv.Atoi(string(r.s.attr("s")))
	if err != nil {
		style = 0
	}
	from, formula, result := len(r.buf), false, false
	for done := false; !done; {
		tok, err := r.s.next()
		switch {
		case err != nil:
			return err
		case tok == tokenEnd:
			return errCut
		case tok == tokenClose:
			done = r.s.is("c")
		case tok != tokenOpen || r.s.empty:
			formula = formula || (tok == tokenOpen && r.s.is("f"))
			result = result || (tok == tokenOpen && r.s.is("v"))
		case r.s.is("f"):
			formula = true
			err = r.pass("f")
		case r.s.is("v"):
			result = true
			r.buf, err = r.value(r.buf)
		case r.s.is("is"):
			r.buf, err = appendRuns(r.buf, r.s, "is")
		}
		if err != nil {
			return err
		}
	}
	if len(r.buf) == from {
		if formula && !result {
			r.formulas++
			if r.first == "" {
				r.first = fmt.Sprintf("%s%d", letters(column), r.row)
			}
		}
		return nil
	}
	return r.put(column, from, kind, style)
}

// pass reads over an element.
func (r *Reader) pass(name string) error {
	for {
		tok, err := r.s.next()
		if err != nil {
			return err
		}
		if tok == tokenEnd {
			return errCut
		}
		if tok == tokenClose && r.s.is(name) {
			return nil
		}
	}
}

// value appends the text of a v element.
func (r *Reader) value(dst []byte) ([]byte, error) {
	for {
		tok, err := r.s.next()
		switch {
		case err != nil:
			return dst, err
		case tok == tokenEnd:
			return dst, errCut
		case tok == tokenText:
			dst = r.s.appendText(dst)
		case tok == tokenClose && r.s.is("v"):
			return dst, nil
		}
	}
}

// put turns the raw text at the end of the buffer into the value of a column.
func (r *Reader) put(column, from int, kind cellType, style int) error {
	raw := r.buf[from:]
	out := record.Text
	switch kind {
	case cellShared:
		i, err := strconv.Atoi(string(bytes.TrimSpace(raw)))
		text, ok := r.texts.at(i)
		if err != nil || !ok {
			return fmt.Errorf("cell %s%d names the shared text %.20q, which is not there", letters(column), r.row, raw)
		}
		r.buf = append(r.buf[:from], text...)
	case cellText:
		r.buf = r.buf[:from+len(unescapeX(raw))]
	case cellBool:
		out = record.Bool
		if truth(raw) {
			r.buf = append(r.buf[:from], "true"...)
		} else {
			r.buf = append(r.buf[:from], "false"...)
		}
	case cellDate:
		out = record.Date
		r.buf = r.buf[:from+len(isoDate(raw))]
	case cellNumber:
		// The value is written behind its raw text, which stays unused in the buffer.
		at := len(r.buf)
		date := style >= 0 && style < len(r.book.dates) && r.book.dates[style]
		r.buf, out = appendNumber(r.buf, bytes.TrimSpace(raw), date, r.book.from04)
		from = at
	}
	if len(r.buf) == from {
		return nil
	}
	if out == record.Text && !utf8.Valid(r.buf[from:]) {
		return fmt.Errorf("cell %s%d is not valid UTF-8", letters(column), r.row)
	}
	for len(r.cells) < column {
		r.cells, r.kinds = append(r.cells, span{}), append(r.kinds, record.Text)
	}
	r.cells[column-1], r.kinds[column-1] = span{from, len(r.buf)}, out
	if r.book.united && out == record.Number && style >= 0 && style < len(r.book.units) {
		for len(r.units) < column {
			r.units = append(r.units, "")
		}
		r.units[column-1] = r.book.units[style]
	}
	return nil
}

// isoDate cuts what a date cell has beyond the second, and a time of midnight.
func isoDate(raw []byte) []byte {
	const day, second = len("2006-01-02"), len("2006-01-02T15:04:05")
	if len(raw) >= second {
		raw = raw[:second]
	}
	if bytes.HasSuffix(raw, []byte("T00:00:00")) {
		raw = raw[:day]
	}
	return raw
}

// letters is the name of a column: 1 is A, 27 is AA.
func letters(column int) string {
	var b []byte
	for ; column > 0; column = (column - 1) / 26 {
		b = append([]byte{byte('A' + (column-1)%26)}, b...)
	}
	return string(b)
}
