package tables

import (
	"errors"
	"fmt"
	"io"

	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/compress"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/schema"

	"clientele/internal/fault"
)

// kind is the physical type of a column.
type kind int

const (
	wide  kind = iota // 64 bits
	short             // 32 bits
	flag              // yes or no
	text              // UTF-8
)

// layout is how a column is stored.
type layout int

const (
	plain layout = iota
	delta        // differences of neighbours, bit-packed: for what rises or repeats
	dict         // numbers into a list of distinct values: for few values
)

// column describes a column and holds the rows of the row group in hand.
type column struct {
	name     string
	kind     kind
	layout   layout
	optional bool

	wides  []int64
	shorts []int32
	flags  []bool
	texts  []parquet.ByteArray
	levels []int16 // of an optional column: 1, or 0 for null
}

// set notes for an optional column that the row has a value, or none.
func (c *column) set(valid bool) {
	level := int16(0)
	if valid {
		level = 1
	}
	c.levels = append(c.levels, level)
}

func (c *column) reset() {
	c.wides, c.shorts, c.flags, c.texts, c.levels = c.wides[:0], c.shorts[:0], c.flags[:0], c.texts[:0], c.levels[:0]
}

func (c *column) node() (schema.Node, error) {
	repetition := parquet.Repetitions.Required
	if c.optional {
		repetition = parquet.Repetitions.Optional
	}
	switch c.kind {
	case wide:
		return schema.NewPrimitiveNode(c.name, repetition, parquet.Types.Int64, -1, -1)
	case short:
		return schema.NewPrimitiveNode(c.name, repetition, parquet.Types.Int32, -1, -1)
	case flag:
		return schema.NewPrimitiveNode(c.name, repetition, parquet.Types.Boolean, -1, -1)
	case text:
	}
	return schema.NewPrimitiveNodeLogical(c.name, repetition, schema.StringLogicalType{}, parquet.Types.ByteArray, -1, -1)
}

// sheet writes rows of columns in row groups. While one is encoded and written, the
// next is filled: encoding takes about as long as all that makes the rows.
type sheet struct {
	out       *file.Writer
	columns   []*column
	spare     []*column
	rows      int // in the row group in hand
	groupRows int
	writing   chan error // the outcome of the row group before; nil: none is on its way
}

// open hides that a writer can be closed: the Parquet writer would close it, and
// whoever made it still has to sync it.
type open struct{ io.Writer }

// newSheet begins a file. Codec and row groups were chosen by measurement; see BenchmarkWriteLines.
func newSheet(w io.Writer, name string, columns ...*column) (*sheet, error) {
	props := []parquet.WriterProperty{
		parquet.WithDictionaryDefault(false),
		parquet.WithCompression(compress.Codecs.Snappy),
		parquet.WithCreatedBy("clientele"),
	}
	var fields schema.FieldList
	for _, c := range columns {
		node, err := c.node()
		if err != nil {
			return nil, failed(err)
		}
		fields = append(fields, node)
		switch c.layout {
		case delta:
			props = append(props, parquet.WithEncodingFor(c.name, parquet.Encodings.DeltaBinaryPacked),
				parquet.WithCompressionFor(c.name, compress.Codecs.Uncompressed))
		case dict:
			props = append(props, parquet.WithDictionaryFor(c.name, true))
		case plain:
		}
	}
	root, err := schema.NewGroupNode(name, parquet.Repetitions.Required, fields, -1)
	if err != nil {
		return nil, failed(err)
	}
	out, err := file.NewParquetWriterWithError(open{w}, root, file.WithWriterProps(parquet.NewWriterProperties(props...)))
	if err != nil {
		return nil, failed(err)
	}
	s := &sheet{out: out, columns: columns, groupRows: groupLines}
	for _, c := range columns {
		s.spare = append(s.spare, &column{name: c.name, kind: c.kind, layout: c.layout, optional: c.optional})
	}
	return s, nil
}

// room is how many rows still fit the row group in hand.
func (s *sheet) room() int { return s.groupRows - s.rows }

// advance counts rows added to all columns, and writes the row group when it is full.
func (s *sheet) advance(rows int) error {
	s.rows += rows
	if s.rows < s.groupRows {
		return nil
	}
	return s.flush()
}

// flush begins to write the row group in hand, after the one before is done.
func (s *sheet) flush() error {
	if s.rows == 0 {
		return nil
	}
	if err := s.settle(); err != nil {
		return err
	}
	full, outcome := s.columns, make(chan error, 1) // never waited for if the writer is given up
	s.columns, s.spare, s.rows, s.writing = s.spare, full, 0, outcome
	go func() { outcome <- s.write(full) }()
	return nil
}

// settle waits for the row group that is on its way.
func (s *sheet) settle() error {
	if s.writing == nil {
		return nil
	}
	err := <-s.writing
	s.writing = nil
	return err
}

// write encodes one row group, and empties the columns.
func (s *sheet) write(columns []*column) error {
	group, err := s.out.AppendRowGroupChecked()
	if err != nil {
		return failed(err)
	}
	for _, c := range columns {
		if err := c.write(group); err != nil {
			return failed(err)
		}
		c.reset()
	}
	if err := group.Close(); err != nil {
		return failed(err)
	}
	return nil
}

func (c *column) write(group file.SerialRowGroupWriter) error {
	next, err := group.NextColumn()
	if err != nil {
		return err
	}
	var levels []int16
	if c.optional {
		levels = c.levels
	}
	switch w := next.(type) {
	case *file.Int64ColumnChunkWriter:
		_, err = w.WriteBatch(c.wides, levels, nil)
	case *file.Int32ColumnChunkWriter:
		_, err = w.WriteBatch(c.shorts, levels, nil)
	case *file.BooleanColumnChunkWriter:
		_, err = w.WriteBatch(c.flags, levels, nil)
	case *file.ByteArrayColumnChunkWriter:
		_, err = w.WriteBatch(c.texts, levels, nil)
	default:
		err = fmt.Errorf("column %s has the unexpected writer %T", c.name, next)
	}
	if err != nil {
		return err
	}
	return next.Close()
}

// close writes what is left and the footer. It does not close the underlying writer.
func (s *sheet) close() error {
	if err := errors.Join(s.flush(), s.settle()); err != nil {
		return err
	}
	if err := s.out.Close(); err != nil {
		return failed(err)
	}
	return nil
}

func failed(err error) error {
	return fault.Wrap(err, fault.Failed, "write table", "the table could not be written", "see that the disk has room")
}
