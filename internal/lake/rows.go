package lake

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"
	"github.com/apache/iceberg-go"
	"github.com/apache/iceberg-go/table"

	"clientele/internal/fault"
	"clientele/internal/publication"
)

const (
	blockRows   = 1 << 16   // rows that are copied at a time
	queueBlocks = 4         // blocks between the reader and the writer of a file
	fileBytes   = 256 << 20 // after which another file is begun
	groupRows   = 1 << 18   // of a row group, which is held while it is made
)

// part is what one batch, or the whole of a table without batches, has to bring.
type part struct {
	batch string // "": the whole
	mark  mark
	rows  int64
	read  func(ctx context.Context, schema *arrow.Schema) iter.Seq2[arrow.RecordBatch, error]
}

// parts are what a table is to hold, in the order of the batches.
func (l *Lake) parts(name publication.Table, c *publication.Content) ([]part, error) {
	switch name {
	case publication.Parties:
		return []part{whole(c.Parties, func(b *array.RecordBuilder, p publication.Party) {
			longs(b, 0).Append(p.Account)
			texts(b, 1).Append(p.Key)
			texts(b, 2).Append(p.Name)
		})}, nil
	case publication.Identity:
		return []part{whole(c.Links, func(b *array.RecordBuilder, k publication.Link) {
			for i, v := range [...]int64{k.Account, k.Source, k.Client, k.Parent} {
				longs(b, i).Append(v)
			}
		})}, nil
	case publication.Line, publication.Cell, publication.Account, publication.Manifest:
	}
	var out []part
	for i := range c.Batches {
		b := &c.Batches[i]
		f := map[publication.Table]publication.File{publication.Line: b.Lines, publication.Cell: b.Cells, publication.Account: b.Accounts}[name]
		if f.Path == "" {
			continue
		}
		rows, err := rowsOf(f.Path)
		if err != nil {
			return nil, err
		}
		if rows == 0 {
			continue // no file says nothing
		}
		out = append(out, part{
			batch: b.ID, mark: markOf(name, " ", f.Digest, " ", b.Scale), rows: rows,
			read: func(ctx context.Context, schema *arrow.Schema) iter.Seq2[arrow.RecordBatch, error] {
				return copied(ctx, f.Path, schema, b, l.block)
			},
		})
	}
	return out, nil
}

func longs(b *array.RecordBuilder, i int) *array.Int64Builder {
	return b.Field(i).(*array.Int64Builder) //nolint:forcetypeassert,errcheck // as layout has it
}

func texts(b *array.RecordBuilder, i int) *array.StringBuilder {
	return b.Field(i).(*array.StringBuilder) //nolint:forcetypeassert,errcheck // as layout has it
}

// whole is a table that is written from a list.
func whole[T any](list []T, add func(*array.RecordBuilder, T)) part {
	text, _ := json.Marshal(list) //nolint:errcheck,errchkjson // numbers and texts
	return part{
		mark: markOf(string(text)), rows: int64(len(list)),
		read: func(_ context.Context, schema *arrow.Schema) iter.Seq2[arrow.RecordBatch, error] {
			return func(yield func(arrow.RecordBatch, error) bool) {
				for from := 0; from < len(list); from += blockRows {
					b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
					for _, v := range list[from:min(len(list), from+blockRows)] {
						add(b, v)
					}
					if !yield(b.NewRecordBatch(), nil) {
						return
					}
				}
			}
		},
	}
}

// open opens a table of a batch.
func open(path string) (*file.Reader, error) {
	f, err := os.Open(path) //nolint:gosec // a file of the version that is published
	if err != nil {
		return nil, fault.Wrap(err, fault.Failed, op, "a table of the ledger cannot be read", "run the command again")
	}
	r, err := file.NewParquetReader(f)
	if err != nil {
		return nil, errors.Join(fault.Wrap(err, fault.Failed, op, "a table of the ledger is damaged", "build it again from the originals: clientele rebuild"), f.Close())
	}
	return r, nil // it closes the file
}

func rowsOf(path string) (int64, error) {
	r, err := open(path)
	if err != nil {
		return 0, err
	}
	return r.NumRows(), r.Close()
}

// copied reads the columns of a batch's table and adds what is the same in all its rows.
func copied(ctx context.Context, path string, schema *arrow.Schema, b *publication.Batch, block int64) iter.Seq2[arrow.RecordBatch, error] {
	return func(yield func(arrow.RecordBatch, error) bool) {
		if err := copyRows(ctx, path, schema, b, block, yield); err != nil {
			yield(nil, err)
		}
	}
}

func copyRows(ctx context.Context, path string, schema *arrow.Schema, b *publication.Batch, rows int64, yield func(arrow.RecordBatch, error) bool) (err error) {
	r, err := open(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	in, err := pqarrow.NewFileReader(r, pqarrow.ArrowReadProperties{BatchSize: rows}, memory.DefaultAllocator)
	if err != nil {
		return err
	}
	var columns []int
	for _, f := range schema.Fields() {
		if i := r.MetaData().Schema.ColumnIndexByName(f.Name); i >= 0 {
			columns = append(columns, i)
		}
	}
	blocks, err := in.GetRecordReader(ctx, columns, nil)
	if err != nil {
		return err
	}
	defer blocks.Release()
	for {
		block, err := blocks.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fault.Wrap(err, fault.Failed, op, "a table of the ledger is damaged", "build it again from the originals: clientele rebuild")
		}
		rec, err := extended(schema, block, b)
		if err != nil {
			return err
		}
		if !yield(rec, nil) {
			return nil
		}
	}
}

// extended is a block with the columns that the batch's own table does not have.
func extended(schema *arrow.Schema, block arrow.RecordBatch, b *publication.Batch) (arrow.RecordBatch, error) {
	n := int(block.NumRows())
	columns := make([]arrow.Array, schema.NumFields())
	for i, f := range schema.Fields() {
		if at := block.Schema().FieldIndices(f.Name); len(at) == 1 {
			columns[i] = block.Column(at[0])
			if !arrow.TypeEqual(columns[i].DataType(), f.Type) {
				return nil, fmt.Errorf("column %s is %s, not %s", f.Name, columns[i].DataType(), f.Type)
			}
			continue
		}
		switch f.Name {
		case "batch":
			out := array.NewStringBuilder(memory.DefaultAllocator)
			for range n {
				out.Append(b.ID)
			}
			columns[i] = out.NewArray()
		case "decimals":
			out := array.NewInt32Builder(memory.DefaultAllocator)
			for range n {
				out.Append(int32(b.Scale))
			}
			columns[i] = out.NewArray()
		default:
			return nil, fmt.Errorf("the batch's table has no column %s", f.Name)
		}
	}
	return array.NewRecordBatch(schema, columns, int64(n)), nil
}

// write makes data files of a part. They belong to no snapshot yet.
func (l *Lake) write(ctx context.Context, t *table.Table, p *part) (out []iceberg.DataFile, err error) {
	schema, err := table.SchemaToArrowSchema(t.Schema(), nil, true, false)
	if err != nil {
		return nil, failed(err, "the table cannot be written")
	}
	options := []table.WriteRecordOption{
		table.WithWriteUUID(p.mark.fresh()), table.WithTargetFileSize(l.bytes), table.WithRecordBatchBufferSize(queueBlocks),
		table.WithParquetRowGroupLimit(groupRows),
	}
	if p.batch != "" {
		options = append(options, table.WithClusteredWrite())
	}
	for f, err := range table.WriteRecords(ctx, t, schema, p.read(ctx, schema), options...) {
		if err != nil {
			return out, failed(err, "the table "+t.Identifier()[1]+" cannot be written")
		}
		out = append(out, f)
	}
	return out, nil
}
