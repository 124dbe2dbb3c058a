// Package columnar reads Parquet files as records, page by page. It uses the file
// layer of arrow-go: the layer above it brings in a remote procedure framework and
// reads in goroutines, where a panic over hostile bytes could not be caught.
package columnar

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/schema"

	"clientele/internal/intake/record"
	"clientele/internal/intake/source"
)

// Limits of one file.
const (
	FieldsMax  = 10_000   // columns
	batchRows  = 1024     // rows read at a time
	schemaMax  = 40_000   // columns and structures around them
	footerMax  = 16 << 20 // bytes of the description at the end of the file
	memoryMax  = 1 << 30  // bytes the library may hold at a time
	footerTail = 8        // its length and the magic bytes
)

// Reader gives the column names as its first record, with Line 1, then the rows; the
// Line of a row is its number plus one. A row with a value that is no text is a
// *record.BadRecord.
type Reader struct {
	src    *source.Source
	file   *file.Reader
	cols   []*column
	notes  []string
	rows   int64 // that the file promises
	row    int64 // that are given out
	begun  bool
	failed error
	rec    record.Record
	buf    []byte
	ends   []int
}

var _ record.Reader = (*Reader)(nil)

// column is one flat column.
type column struct {
	name  string
	cells cells
}

// Open reads the description of the file. The caller closes the reader before the
// source.
func Open(src *source.Source) (*Reader, error) {
	at, size, err := src.ReaderAt()
	if err != nil {
		return nil, err
	}
	if err := checkFooter(src, at, size); err != nil {
		return nil, err
	}
	r := &Reader{src: src}
	err = r.guard(func() error { return r.open(io.NewSectionReader(at, 0, size)) })
	if err != nil {
		return nil, err
	}
	r.rec.Fields = make([][]byte, len(r.cols))
	r.rec.Kinds = make([]record.Kind, len(r.cols))
	return r, nil
}

// checkFooter bounds what reading the description costs: it is read whole.
func checkFooter(src *source.Source, r io.ReaderAt, size int64) error {
	var tail [footerTail]byte
	if size < 2*footerTail {
		return damaged(src, errors.New("it is too short"))
	}
	if _, err := r.ReadAt(tail[:], size-footerTail); err != nil {
		return damaged(src, err)
	}
	switch string(tail[4:]) {
	case "PAR1":
	case "PARE":
		return src.Fault(0, "this Parquet file is encrypted", "save it without encryption", nil)
	default:
		return damaged(src, errors.New("its end is missing"))
	}
	n := int64(binary.LittleEndian.Uint32(tail[:]))
	if n > footerMax || n > size-footerTail {
		return damaged(src, fmt.Errorf("its description takes %d bytes", n))
	}
	start := make([]byte, min(n, 32))
	if _, err := r.ReadAt(start, size-footerTail-n); err != nil {
		return damaged(src, err)
	}
	if count, ok := schemaElements(start); !ok {
		return damaged(src, errors.New("its description cannot be read"))
	} else if count > schemaMax {
		return src.Fault(0, fmt.Sprintf("there are %d columns and structures, so this is not a table", count), "export fewer columns", nil)
	}
	return nil
}

// schemaElements reads how many columns and structures the description lists, from
// its first two fields (parquet.thrift FileMetaData in the Thrift compact protocol):
// the library would build them all, nested as deep as they say.
func schemaElements(b []byte) (count uint64, ok bool) {
	const versionField, listField, long = 0x15, 0x19, 0xf
	if len(b) == 0 || b[0] != versionField {
		return 0, false
	}
	_, n := binary.Uvarint(b[1:])
	if n <= 0 || len(b) < n+3 || b[n+1] != listField {
		return 0, false
	}
	if short := b[n+2] >> 4; short != long {
		return uint64(short), true
	}
	count, m := binary.Uvarint(b[n+3:])
	return count, m > 0
}

func damaged(src *source.Source, cause error) error {
	return src.Fault(0, "this Parquet file is damaged or cut off", "copy or write the file again", cause)
}

// guard turns what the library does with hostile bytes into an error.
func (r *Reader) guard(f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = damaged(r.src, fmt.Errorf("%v", p))
		}
	}()
	return f()
}

func (r *Reader) open(section *io.SectionReader) error {
	mem := &bounded{Allocator: memory.NewGoAllocator()}
	props := parquet.NewReaderProperties(mem)
	props.BufferedStreamEnabled = true // pages, not whole column chunks
	f, err := file.NewParquetReader(section, file.WithReadProps(props))
	if err != nil {
		return damaged(r.src, err)
	}
	r.file, r.rows = f, f.NumRows()
	if r.rows < 0 {
		return damaged(r.src, fmt.Errorf("it promises %d rows", r.rows))
	}
	if err := r.choose(f.MetaData().Schema); err != nil {
		return err
	}
	if len(r.cols) == 0 {
		return r.src.Fault(0, "this Parquet file has no plain columns", "export a flat table", nil)
	}
	return nil
}

// choose takes the flat columns, and the single values inside structures with their
// path joined by dots; it names the others.
func (r *Reader) choose(sc *schema.Schema) error {
	if sc.NumColumns() > FieldsMax {
		return r.src.Fault(0, fmt.Sprintf("there are more than %d columns, so this is not a table", FieldsMax), "export fewer columns", nil)
	}
	var nested, utc []string
	for i := range sc.NumColumns() {
		c := sc.Column(i)
		if c.MaxRepetitionLevel() > 0 {
			if name := fmt.Sprintf("%q", c.ColumnPath()[0]); len(nested) == 0 || nested[len(nested)-1] != name {
				nested = append(nested, name)
			}
			continue
		}
		name := strings.Join(c.ColumnPath(), ".")
		if t, ok := c.LogicalType().(schema.TimestampLogicalType); ok && t.IsAdjustedToUTC() {
			utc = append(utc, fmt.Sprintf("%q", name))
		}
		cells, err := r.cellsOf(c, i)
		if err != nil {
			return err
		}
		r.cols = append(r.cols, &column{name, cells})
	}
	if len(nested) > 0 {
		r.notes = append(r.notes, "left out, because they hold lists: "+strings.Join(nested, ", "))
	}
	if len(utc) > 0 {
		r.notes = append(r.notes, "times are UTC: "+strings.Join(utc, ", "))
	}
	return nil
}

// Notes tells what is left out and how times are to be understood.
func (r *Reader) Notes() []string { return r.notes }

// Rows is the number of rows that the file says it has.
func (r *Reader) Rows() int64 { return r.rows }

// Close frees the pages.
func (r *Reader) Close() error {
	return r.guard(func() error {
		var errs []error
		for _, c := range r.cols {
			errs = append(errs, c.cells.close())
		}
		r.cols, r.failed = nil, io.EOF
		return errors.Join(errs...)
	})
}

// Next returns the header, then the rows.
func (r *Reader) Next() (*record.Record, error) {
	if r.failed != nil {
		return nil, r.failed
	}
	if !r.begun {
		r.begun = true
		r.rec.Line = 1
		for i, c := range r.cols {
			r.rec.Fields[i] = []byte(c.name)
		}
		return &r.rec, nil
	}
	if r.row == r.rows {
		r.failed = io.EOF
		return nil, io.EOF
	}
	r.row++
	r.rec.Line = r.row + 1
	err := r.guard(r.fill)
	if err == nil {
		return &r.rec, nil
	}
	if _, ok := errors.AsType[*record.BadRecord](err); !ok {
		r.failed = err
	}
	return nil, err
}

// fill writes one row into the record.
func (r *Reader) fill() error {
	r.buf, r.ends = r.buf[:0], r.ends[:0]
	var bad error
	for i, c := range r.cols {
		from := len(r.buf)
		var err error
		r.buf, r.rec.Kinds[i], err = c.cells.next(r.buf)
		if _, ok := errors.AsType[*valueError](err); ok {
			if bad == nil {
				bad = fmt.Errorf("column %s: %w", c.name, err)
			}
			r.buf = r.buf[:from]
		} else if err != nil {
			return damaged(r.src, fmt.Errorf("column %s, row %d of %d: %w", c.name, r.row, r.rows, err))
		}
		r.ends = append(r.ends, len(r.buf))
	}
	from := 0
	for i, end := range r.ends {
		r.rec.Fields[i] = r.buf[from:end:end]
		from = end
	}
	if bad != nil {
		return r.bad(bad)
	}
	return nil
}

// bad keeps what of the row is readable, as tab-separated text.
func (r *Reader) bad(cause error) error {
	var raw []byte
	for i, f := range r.rec.Fields {
		if i > 0 {
			raw = append(raw, '\t')
		}
		raw = append(raw, f...)
	}
	return record.NewBad(r.rec.Line, raw, cause)
}

// bounded stops the library when a file makes it ask for too much memory. The panic
// is caught by guard: the interface has no error.
type bounded struct {
	memory.Allocator
	used int64
}

func (b *bounded) take(n int) {
	if b.used += int64(n); b.used > memoryMax || n > memoryMax {
		panic(fmt.Sprintf("it needs more than %d MiB of memory", memoryMax>>20))
	}
}

// Allocate implements memory.Allocator.
func (b *bounded) Allocate(size int) []byte {
	b.take(size)
	return b.Allocator.Allocate(size)
}

// Reallocate implements memory.Allocator.
func (b *bounded) Reallocate(size int, old []byte) []byte {
	b.take(size - len(old))
	return b.Allocator.Reallocate(size, old)
}

// Free implements memory.Allocator.
func (b *bounded) Free(old []byte) {
	b.used -= int64(len(old))
	b.Allocator.Free(old)
}
