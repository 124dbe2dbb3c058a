package lake

import (
	"context"
	"fmt"

	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/iceberg-go/table"

	"clientele/internal/fault"
	"clientele/internal/money"
	"clientele/internal/publication"
)

// verify reads back what the tables hold and compares it, batch by batch, with what the
// ledger loaded: rows by the metadata, rows and money of cells and of new lines by their
// values. Lines that the last publication names were read when they were written.
func (w *writing) verify(ctx context.Context, plans []*plan, last publication.Row) (lines int64, amount money.Sum, err error) {
	sums := map[publication.Table]map[string]total{}
	for _, p := range plans {
		if p.name != publication.Line && p.name != publication.Cell {
			continue
		}
		if sums[p.name], err = w.totals(ctx, p, last.Snapshots[p.name]); err != nil {
			return 0, amount, err
		}
	}
	known := map[string]bool{}
	for i := range w.content.Batches {
		b := &w.content.Batches[i]
		known[b.ID] = true
		of := func(name publication.Table, f publication.File) error {
			t := sums[name][b.ID]
			if f.Path != "" && (t.rows != b.Rows || t.read && t.amount != b.Amount) {
				return w.differs(name, b.ID, fmt.Sprintf("%d rows with %s", t.rows, t.amount.Format(b.Scale)), fmt.Sprintf("%d rows with %s", b.Rows, b.Amount.Format(b.Scale)))
			}
			return nil
		}
		if err := of(publication.Line, b.Lines); err != nil {
			return 0, amount, err
		}
		if err := of(publication.Cell, b.Cells); err != nil {
			return 0, amount, err
		}
		up, ok := b.Amount.Upscale(w.content.Scale - b.Scale)
		if !ok {
			return 0, amount, fault.New(fault.Input, op, "the total does not fit 128 bits", "check the amounts for a wrong decimal sign")
		}
		lines, amount = lines+sums[publication.Cell][b.ID].rows, amount.Plus(up)
	}
	for name, by := range sums { // in any order: the first that is wrong is as good as another
		for batch := range by {
			if !known[batch] {
				return 0, amount, w.differs(name, batch, "rows", "none")
			}
		}
	}
	return lines, amount, nil
}

func (w *writing) differs(name publication.Table, batch, have, want string) error {
	return fault.New(fault.Failed, op, fmt.Sprintf("the table %s.%s has %s of batch %s, and the ledger has %s", w.options.Namespace, name, have, batch, want),
		"nothing was announced; see whether somebody else writes there, and run the command again")
}

// total is what a table holds of one batch.
type total struct {
	rows   int64 // lines
	amount money.Sum
	read   bool // amount was read, not only counted
}

// totals sums up lines, or cells, by batch.
func (w *writing) totals(ctx context.Context, p *plan, before int64) (map[string]total, error) {
	out := map[string]total{}
	now, err := holding(ctx, p.table, head(p.table))
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	if p.name == publication.Line && p.table.SnapshotByID(before) != nil {
		then, err := holding(ctx, p.table, before)
		if err != nil {
			return nil, err
		}
		for _, h := range then {
			for _, f := range h.files {
				seen[f.FilePath()] = true
			}
		}
	}
	fields := []string{"amount"}
	if p.name == publication.Cell {
		fields = append(fields, "lines")
	}
	scan := p.table.Scan(table.WithSnapshotID(head(p.table)), table.WithSelectedFields(fields...), table.WithMaxConcurrency(1))
	for batch, h := range now {
		t := total{rows: h.rows, read: true}
		for _, f := range h.files {
			t.read = t.read && !seen[f.FilePath()]
		}
		if t.read {
			if t, err = sum(ctx, scan, h, p.name); err != nil {
				return nil, err
			}
		}
		out[batch] = t
	}
	return out, nil
}

// sum reads the files of one batch.
func sum(ctx context.Context, scan *table.Scan, h *held, name publication.Table) (total, error) {
	t := total{read: true}
	_, records, err := scan.ReadTasks(ctx, h.tasks)
	if err != nil {
		return t, failed(err, "what was written cannot be read back")
	}
	for rec, err := range records {
		if err != nil {
			return t, failed(err, "what was written cannot be read back")
		}
		for k, f := range rec.Schema().Fields() {
			column, ok := rec.Column(k).(*array.Int64)
			if !ok {
				return t, fmt.Errorf("column %s is %s", f.Name, f.Type)
			}
			for _, v := range column.Int64Values() {
				if f.Name == "amount" {
					t.amount = t.amount.Add(v)
				} else {
					t.rows += v
				}
			}
		}
		if name == publication.Line {
			t.rows += rec.NumRows()
		}
		rec.Release()
	}
	return t, nil
}
