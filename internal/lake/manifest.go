package lake

import (
	"context"
	"encoding/binary"
	"fmt"
	"iter"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/iceberg-go"
	"github.com/apache/iceberg-go/table"

	"clientele/internal/fault"
	"clientele/internal/publication"
)

// ledgerKey is the property of the table of publications that says whose they are.
const ledgerKey = "clientele.ledger"

// Latest is the publication that readers see; its number is 0 if there is none.
func (l *Lake) Latest(ctx context.Context) (publication.Row, error) {
	t, err := l.open(ctx, publication.Manifest, nil)
	if err != nil {
		return publication.Row{}, err
	}
	return latest(ctx, t)
}

// last is the table of publications, which the first publisher makes his ledger's, and
// the row that readers see.
func (w *writing) last(ctx context.Context) (*table.Table, publication.Row, error) {
	t, err := w.open(ctx, publication.Manifest, iceberg.Properties{ledgerKey: w.content.Ledger})
	if err != nil {
		return nil, publication.Row{}, err
	}
	row, err := latest(ctx, t)
	return t, row, err
}

func latest(ctx context.Context, t *table.Table) (out publication.Row, err error) {
	if head(t) == 0 {
		return out, nil
	}
	scan := t.Scan(table.WithSnapshotID(head(t)))
	tasks, err := scan.PlanFiles(ctx)
	if err != nil {
		return out, failed(err, "the table of publications cannot be read")
	}
	// Each row is a file that bears its number. Where somebody compacted them, all are read.
	var last []table.FileScanTask
	var number uint64
	for _, task := range tasks {
		m, ok := markIn(task.File.FilePath())
		if !ok {
			last = tasks
			break
		}
		if n := binary.BigEndian.Uint64(m[:]); n > number {
			number, last = n, []table.FileScanTask{task}
		}
	}
	_, records, err := scan.ReadTasks(ctx, last)
	if err != nil {
		return out, failed(err, "the table of publications cannot be read")
	}
	for rec, err := range records {
		if err != nil {
			return out, failed(err, "the table of publications cannot be read")
		}
		for i := range int(rec.NumRows()) {
			row, err := rowAt(rec, i)
			if err != nil {
				return out, err
			}
			if row.Number > out.Number {
				out = row
			}
		}
		rec.Release()
	}
	return out, nil
}

// rowAt reads a publication.
func rowAt(rec arrow.RecordBatch, i int) (publication.Row, error) {
	numbers, words := map[string]int64{}, map[string]string{}
	for k, f := range rec.Schema().Fields() {
		switch c := rec.Column(k).(type) {
		case *array.Int64:
			numbers[f.Name] = c.Value(i)
		case *array.Int32:
			numbers[f.Name] = int64(c.Value(i))
		case *array.String:
			words[f.Name] = c.Value(i)
		case *array.LargeString:
			words[f.Name] = c.Value(i)
		default:
			return publication.Row{}, fault.New(fault.Failed, op, fmt.Sprintf("the column %s of publications is %s", f.Name, f.Type), "publish into a namespace of its own: --namespace NAME")
		}
	}
	out := publication.Row{
		Number: numbers["number"], Revision: numbers["revision"], At: words["at"],
		Scale:    uint8(numbers["scale"]), //nolint:gosec // a scale
		Currency: words["currency"], Kind: words["kind"], Document: words["document"],
		Snapshots: map[publication.Table]int64{},
	}
	for _, name := range publication.Contents {
		out.Snapshots[name] = numbers[name.Snapshot()]
	}
	return out, nil
}

// announce adds the row by which the publication holds. If another one was announced
// since the table was read, it does not.
func (w *writing) announce(ctx context.Context, t *table.Table, row *publication.Row) error {
	p := part{mark: numberMark(row.Number), rows: 1, read: func(_ context.Context, schema *arrow.Schema) iter.Seq2[arrow.RecordBatch, error] {
		return func(yield func(arrow.RecordBatch, error) bool) { yield(record(schema, row), nil) }
	}}
	files, err := w.write(ctx, t, &p)
	w.written[publication.Manifest][p.mark] = append(w.written[publication.Manifest][p.mark], files...)
	if err != nil {
		return err
	}
	var old []iceberg.DataFile
	held, err := holding(ctx, t, head(t))
	if err != nil {
		return err
	}
	for _, h := range held {
		for _, f := range h.files {
			m, ok := markIn(f.FilePath())
			if n := binary.BigEndian.Uint64(m[:]); ok && n > 0 && int64(n) <= row.Number-w.keep { //nolint:gosec // a number of a publication
				old = append(old, f)
			}
		}
	}
	w.step("announce")
	if _, err := w.commit(ctx, t, old, files); err != nil {
		return err
	}
	delete(w.written[publication.Manifest], p.mark)
	w.step("end")
	return nil
}

func record(schema *arrow.Schema, row *publication.Row) arrow.RecordBatch {
	b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	for i, v := range []int64{row.Number, row.Revision} {
		longs(b, i).Append(v)
	}
	texts(b, 2).Append(row.At)
	b.Field(3).(*array.Int32Builder).Append(int32(row.Scale)) //nolint:forcetypeassert,errcheck // as layout has it
	texts(b, 4).Append(row.Currency)
	texts(b, 5).Append(row.Kind)
	for i, name := range publication.Contents {
		longs(b, 6+i).Append(row.Snapshots[name])
	}
	texts(b, 6+len(publication.Contents)).Append(row.Document)
	return b.NewRecordBatch()
}
