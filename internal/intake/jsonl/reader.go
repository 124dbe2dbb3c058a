// Package jsonl reads JSON lines, and one JSON array of objects, as records: the
// header is every key in order of first appearance, nested keys are joined by dots,
// numbers keep every digit they have in the file.
package jsonl

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"sort"
	"strings"

	"clientele/internal/intake/record"
	"clientele/internal/intake/source"
)

// FieldsMax is how many different keys a file may have.
const FieldsMax = 10_000

// Reader gives the header as its first record, with Line 0 since it stands on no
// line, then one record per object. An object that cannot be read is a
// *record.BadRecord, after which Next goes on. Line is the physical line, or for a
// JSON array the number of the object.
type Reader struct {
	src    *source.Source
	enc    source.Encoding
	stream io.ReadCloser
	pieces pieces
	obj    object

	header  []string
	column  map[string]int
	left    map[string]int64 // keys that hold lists, with the number of objects
	seen    []int64          // per column, the object that filled it last
	objects int64
	begun   bool
	failed  error
	rec     record.Record
}

var _ record.Reader = (*Reader)(nil)

// Open reads the source once to collect the keys; reading the records is a second
// pass. The caller closes the reader before the source.
func Open(ctx context.Context, src *source.Source, enc source.Encoding) (*Reader, error) {
	r := &Reader{src: src, enc: enc, column: map[string]int{}, left: map[string]int64{}}
	if err := r.collect(ctx); err != nil {
		return nil, err
	}
	r.rec.Fields = make([][]byte, len(r.header))
	r.rec.Kinds = make([]record.Kind, len(r.header))
	r.seen = make([]int64, len(r.header))
	if err := r.start(); err != nil {
		return nil, err
	}
	return r, nil
}

// start begins a pass.
func (r *Reader) start() error {
	var err error
	if r.enc == source.UTF8 {
		// The bytes, not the strict text: a bad letter costs one object, not the file.
		r.stream, err = r.src.Bytes()
	} else {
		r.stream, err = r.src.Text(r.enc)
	}
	if err != nil {
		return err
	}
	buf := bufio.NewReaderSize(r.stream, 256<<10)
	array, err := opening(buf)
	if err != nil {
		return errors.Join(r.fault(err), r.stream.Close())
	}
	if array {
		r.pieces = &elements{r: buf}
	} else {
		r.pieces = &lines{r: buf}
	}
	return nil
}

// opening drops a byte order mark and tells whether an array begins.
func opening(buf *bufio.Reader) (array bool, err error) {
	mark, err := buf.Peek(3)
	if err == nil && bytes.Equal(mark, []byte("\xef\xbb\xbf")) {
		if _, err := buf.Discard(3); err != nil {
			return false, err
		}
	}
	head, err := buf.Peek(4 << 10)
	if err != nil && !errors.Is(err, io.EOF) {
		return false, err
	}
	return bytes.HasPrefix(bytes.TrimLeft(head, " \t\r\n"), []byte("[")), nil
}

// collect is the first pass.
func (r *Reader) collect(ctx context.Context) error {
	if err := r.start(); err != nil {
		return err
	}
	good, err := r.collectAll(ctx)
	if cerr := r.stream.Close(); err == nil {
		err = cerr
	}
	if err == nil && good > 0 && len(r.header) == 0 {
		err = r.noColumns()
	}
	return err
}

func (r *Reader) collectAll(ctx context.Context) (good int64, err error) {
	var firstBad error
	var badLine int64
	for n := 0; ; n++ {
		if n%4096 == 0 && ctx.Err() != nil {
			return good, ctx.Err()
		}
		piece, line, err := r.pieces.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil {
			var values []value
			if values, err = r.obj.read(piece); err == nil {
				good++
				if err := r.addColumns(values, line); err != nil {
					return good, err
				}
				continue
			}
		} else if !errors.Is(err, errLong) {
			return good, r.fault(err)
		}
		if firstBad == nil {
			firstBad, badLine = err, line
		}
	}
	if good > 0 {
		return good, nil
	}
	_, isLines := r.pieces.(*lines)
	switch {
	case firstBad == nil:
		return 0, r.src.Fault(0, "the JSON list is empty", "export it again", nil)
	case isLines && errors.Is(firstBad, errShort):
		return 0, r.src.Fault(badLine, "a JSON object goes over several lines", "write one object on each line (jq -c .)", nil)
	}
	return 0, r.src.Fault(badLine, "no line of this JSON file can be read", "write one JSON object on each line", firstBad)
}

// addColumns adds the keys that are new.
func (r *Reader) addColumns(values []value, line int64) error {
	for _, v := range values {
		if v.list {
			r.left[string(v.key)]++
			continue
		}
		if _, ok := r.column[string(v.key)]; ok {
			continue
		}
		if len(r.header) == FieldsMax {
			return r.src.Fault(line, fmt.Sprintf("there are more than %d different keys, so this is not a table", FieldsMax),
				"export a list with the same keys in each object", nil)
		}
		r.column[string(v.key)] = len(r.header)
		r.header = append(r.header, string(v.key))
	}
	return nil
}

// noColumns helps with the usual answer of a web service: one object around the rows.
func (r *Reader) noColumns() error {
	if len(r.left) == 0 {
		return r.src.Fault(0, "the JSON objects have no values", "export the list again", nil)
	}
	names := r.lists()
	return r.src.Fault(0, "the JSON objects hold lists and no values of their own ("+strings.Join(names, ", ")+")",
		fmt.Sprintf("save the list alone (jq -c '.%s[]')", strings.Trim(names[0], `"`)), nil)
}

// lists are the quoted names of the keys that are left out, sorted.
func (r *Reader) lists() []string {
	var names []string
	for k := range r.left {
		names = append(names, fmt.Sprintf("%q", k))
	}
	sort.Strings(names)
	return names
}

// Notes tells what is left out.
func (r *Reader) Notes() []string {
	if len(r.left) == 0 {
		return nil
	}
	return []string{"left out, because they hold lists: " + strings.Join(r.lists(), ", ")}
}

// Blank is the number of blank lines so far.
func (r *Reader) Blank() int64 {
	if l, ok := r.pieces.(*lines); ok {
		return l.blank
	}
	return 0
}

// Close ends the reading.
func (r *Reader) Close() error { return r.stream.Close() }

// Next returns the header, then the objects.
func (r *Reader) Next() (*record.Record, error) {
	if r.failed != nil {
		return nil, r.failed
	}
	if !r.begun {
		r.begun = true
		for i, name := range r.header {
			r.rec.Fields[i] = []byte(name)
		}
		return &r.rec, nil
	}
	piece, line, err := r.pieces.next()
	switch {
	case errors.Is(err, errLong):
		return nil, record.NewBad(line, piece, err)
	case errors.Is(err, io.EOF):
		r.failed = io.EOF
		return nil, io.EOF
	case err != nil:
		r.failed = r.fault(err)
		return nil, r.failed
	}
	values, err := r.obj.read(piece)
	if err == nil {
		err = r.fill(values)
	}
	if err != nil {
		return nil, record.NewBad(line, piece, err)
	}
	r.rec.Line = line
	return &r.rec, nil
}

// fill puts the values into their columns.
func (r *Reader) fill(values []value) error {
	r.objects++
	for i := range r.rec.Fields {
		r.rec.Fields[i], r.rec.Kinds[i] = nil, record.Text
	}
	for _, v := range values {
		if v.list {
			continue
		}
		i, ok := r.column[string(v.key)]
		if !ok {
			return fmt.Errorf("the key %q was not there before: the file changed while it was read", v.key)
		}
		if r.seen[i] == r.objects {
			return fmt.Errorf("the key %q stands twice in it", v.key)
		}
		r.seen[i] = r.objects
		r.rec.Fields[i], r.rec.Kinds[i] = v.text, v.kind
	}
	return nil
}

// fault gives an error of the stream its place.
func (r *Reader) fault(err error) error {
	if bad, ok := errors.AsType[*arrayError](err); ok {
		return r.src.Fault(0, "the JSON list cannot be read", "export it again, or write one object on each line", bad)
	}
	return err
}
