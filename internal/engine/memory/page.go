package memory

import (
	"context"
	"math"
	"sort"

	"clientele/internal/engine"
	"clientele/internal/fault"
	"clientele/internal/ledger"
	"clientele/internal/metric"
	"clientele/internal/money"
	"clientele/internal/rollup"
)

// Page implements engine.Engine.
func (e *Engine) Page(ctx context.Context, f engine.Frame, p engine.Page) ([]engine.Row, error) {
	if err := e.check(f); err != nil {
		return nil, err
	}
	if err := p.Check(); err != nil {
		return nil, err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	fr := e.frame(f)
	rows, by, err := e.order(ctx, fr, p.By)
	if err != nil {
		return nil, err
	}
	columns := make([]*column, len(p.Measures))
	for i, id := range p.Measures {
		if columns[i], err = e.column(ctx, fr, id); err != nil {
			return nil, err
		}
	}
	rows = e.cut(fr, rows, by, p)
	out := make([]engine.Row, len(rows))
	values := make([]engine.Value, len(rows)*len(columns))
	for i, row := range rows {
		party := e.identity.Parties[fr.parties[row]]
		out[i] = engine.Row{Client: party.Key, Name: party.Name, Values: values[i*len(columns) : (i+1)*len(columns) : (i+1)*len(columns)]}
		for k, col := range columns {
			out[i].Values[k] = col.at(row)
		}
	}
	return out, nil
}

// cut narrows the ordered rows to the bounds, the clients and the page.
func (e *Engine) cut(fr *frame, rows []int32, by *column, p engine.Page) []int32 {
	if p.Lo != math.MinInt64 || p.Hi != math.MaxInt64 {
		valid := sort.Search(len(rows), func(i int) bool { return !by.at(rows[i]).Valid })
		rows = rows[:valid]
		from := sort.Search(len(rows), func(i int) bool { return by.values[rows[i]] <= p.Hi })
		to := sort.Search(len(rows), func(i int) bool { return by.values[rows[i]] < p.Lo })
		rows = rows[min(from, to):to]
	}
	if p.Clients != nil {
		wanted := make(map[string]bool, len(p.Clients))
		for _, key := range p.Clients {
			wanted[key] = true
		}
		var only []int32
		for _, row := range rows {
			if wanted[e.key(fr, row)] {
				only = append(only, row)
			}
		}
		rows = only
	}
	rows = rows[min(p.Offset, int64(len(rows))):]
	if p.Limit >= 0 {
		rows = rows[:min(p.Limit, int64(len(rows)))]
	}
	return rows
}

// EachDocument implements engine.Documents.
func (d *withDocuments) EachDocument(ctx context.Context, f engine.Frame, visit func(client string, document [2]uint64, sum int64) error) error {
	if err := d.check(f); err != nil {
		return err
	}
	type key struct {
		party    int32
		document ledger.DocumentID
	}
	d.mu.Lock()
	in := d.frame(f).row
	d.mu.Unlock()
	index, keys, sums := map[key]int{}, []key{}, []money.Sum{}
	current := f.Extent(metric.Current)
	for i := range d.documents {
		doc := &d.documents[i]
		if doc.Account == ledger.Unassigned || !current.Holds(doc.Month) || (f.SalesOnly && !doc.HasSales) {
			continue
		}
		k := key{d.identity.Of(f.Level, doc.Account), doc.Document}
		if in[k.party] < 0 {
			continue
		}
		at, ok := index[k]
		if !ok {
			at = len(keys)
			index[k] = at
			keys, sums = append(keys, k), append(sums, money.Sum{})
		}
		sums[at] = sums[at].Add(amountOf(doc, f.SalesOnly))
	}
	for i, k := range keys {
		if i&0xFFF == 0 && ctx.Err() != nil {
			return fault.Wrap(ctx.Err(), fault.Canceled, "ask", "stopped", "")
		}
		v, ok := sums[i].Int64()
		if !ok {
			return engine.Overflow(nil)
		}
		if err := visit(d.identity.Parties[k.party].Key, [2]uint64{k.document.Hi, k.document.Lo}, v); err != nil {
			return err
		}
	}
	return nil
}

func amountOf(d *rollup.DocumentSum, salesOnly bool) int64 {
	if salesOnly {
		return d.Sales
	}
	return d.All
}
