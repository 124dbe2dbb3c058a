package columnar

import (
	"errors"
	"fmt"

	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/schema"

	"clientele/internal/intake/record"
)

// cells gives the values of one column, one row at a time. A *valueError is a fault of
// one value, any other error is final.
type cells interface {
	next(dst []byte) ([]byte, record.Kind, error)
	close() error
}

// chunk is what the typed readers of the library have in common.
type chunk[T any] interface {
	ReadBatchInPage(batchSize int64, values []T, defLvls, repLvls []int16) (total int64, valuesRead int, err error)
	Err() error
	Close() error
}

// typed reads a column of one physical type.
type typed[T any] struct {
	open   func(group int) (any, error)
	groups int
	filled int16 // definition level of a value that is there
	write  func(dst []byte, v T) ([]byte, record.Kind, error)

	group  int // next to open
	reader chunk[T]
	values []T // packed: missing ones take no place
	levels []int16
	rows   int // in the batch
	row    int
	value  int
	read   int
}

var errEnds = errors.New("the column ends too early")

func (c *typed[T]) next(dst []byte) ([]byte, record.Kind, error) {
	for c.row == c.rows {
		if err := c.load(); err != nil {
			return dst, record.Text, err
		}
	}
	at := c.row
	c.row++
	if c.filled > 0 && c.levels[at] < c.filled {
		return dst, record.Text, nil
	}
	if c.value == c.read {
		return dst, record.Text, errors.New("a value is missing")
	}
	c.value++
	return c.write(dst, c.values[c.value-1])
}

// load reads the next batch; values may point into the page, which stays until then.
func (c *typed[T]) load() error {
	if c.values == nil {
		c.values, c.levels = make([]T, batchRows), make([]int16, batchRows)
	}
	if c.reader == nil {
		if c.group == c.groups {
			return errEnds
		}
		r, err := c.open(c.group)
		if err != nil {
			return err
		}
		c.group++
		var ok bool
		if c.reader, ok = r.(chunk[T]); !ok {
			return fmt.Errorf("a reader of type %T was not expected", r)
		}
	}
	total, read, err := c.reader.ReadBatchInPage(batchRows, c.values, c.levels, nil)
	if err != nil {
		return err
	}
	c.rows, c.row, c.read, c.value = int(total), 0, read, 0
	if total == 0 {
		if err := c.reader.Err(); err != nil {
			return err
		}
		return c.close()
	}
	return nil
}

func (c *typed[T]) close() error {
	if c.reader == nil {
		return nil
	}
	r := c.reader
	c.reader = nil
	return r.Close()
}

// scaleMax is the most decimals a 256-bit number has.
const scaleMax = 76

// cellsOf makes the reader of one column.
func (r *Reader) cellsOf(c *schema.Column, at int) (cells, error) {
	open := func(group int) (any, error) { return r.file.RowGroup(group).Column(at) }
	if t, ok := c.LogicalType().(schema.DecimalLogicalType); ok && (t.Scale() < 0 || t.Scale() > scaleMax) {
		return nil, damaged(r.src, fmt.Errorf("column %s has %d decimals", c.Name(), t.Scale()))
	}
	groups, filled := r.file.NumRowGroups(), c.MaxDefinitionLevel()
	switch c.PhysicalType() {
	case parquet.Types.Boolean:
		return &typed[bool]{open: open, groups: groups, filled: filled, write: appendBool}, nil
	case parquet.Types.Int32:
		return &typed[int32]{open: open, groups: groups, filled: filled, write: int32Writer(c)}, nil
	case parquet.Types.Int64:
		return &typed[int64]{open: open, groups: groups, filled: filled, write: int64Writer(c)}, nil
	case parquet.Types.Int96:
		return &typed[parquet.Int96]{open: open, groups: groups, filled: filled, write: appendInt96}, nil
	case parquet.Types.Float:
		return &typed[float32]{open: open, groups: groups, filled: filled, write: appendSingle}, nil
	case parquet.Types.Double:
		return &typed[float64]{open: open, groups: groups, filled: filled, write: appendDouble}, nil
	case parquet.Types.ByteArray:
		write := bytesWriter(c)
		return &typed[parquet.ByteArray]{
			open: open, groups: groups, filled: filled,
			write: func(dst []byte, v parquet.ByteArray) ([]byte, record.Kind, error) { return write(dst, v) },
		}, nil
	case parquet.Types.FixedLenByteArray:
		write := fixedWriter(c)
		return &typed[parquet.FixedLenByteArray]{
			open: open, groups: groups, filled: filled,
			write: func(dst []byte, v parquet.FixedLenByteArray) ([]byte, record.Kind, error) { return write(dst, v) },
		}, nil
	default:
		return nil, damaged(r.src, fmt.Errorf("column %s has an unknown type", c.Name()))
	}
}

// The typed readers of the library are what chunk expects.
var (
	_ chunk[bool]                      = (*file.BooleanColumnChunkReader)(nil)
	_ chunk[int32]                     = (*file.Int32ColumnChunkReader)(nil)
	_ chunk[int64]                     = (*file.Int64ColumnChunkReader)(nil)
	_ chunk[parquet.Int96]             = (*file.Int96ColumnChunkReader)(nil)
	_ chunk[float32]                   = (*file.Float32ColumnChunkReader)(nil)
	_ chunk[float64]                   = (*file.Float64ColumnChunkReader)(nil)
	_ chunk[parquet.ByteArray]         = (*file.ByteArrayColumnChunkReader)(nil)
	_ chunk[parquet.FixedLenByteArray] = (*file.FixedLenByteArrayColumnChunkReader)(nil)
)
