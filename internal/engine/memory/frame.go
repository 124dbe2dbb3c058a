package memory

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"clientele/internal/engine"
	"clientele/internal/fault"
	"clientele/internal/ledger"
	"clientele/internal/metric"
	"clientele/internal/money"
	"clientele/internal/period"
)

// frame is one question's clients with the columns asked for so far.
type frame struct {
	ask     engine.Frame
	parties []int32 // in the frame, by number
	row     []int32 // party → index in parties, -1: not in the frame
	columns map[metric.ID]*column
	orders  map[metric.ID][]int32
}

// column is one base measure for each party of a frame.
type column struct {
	values []int64
	null   []bool // nil: none is null
}

func (c *column) at(i int32) engine.Value {
	if c.null != nil && c.null[i] {
		return engine.Value{}
	}
	return engine.Value{Int: c.values[i], Valid: true}
}

// frame finds or makes the frame; the caller holds the lock.
func (e *Engine) frame(f engine.Frame) *frame {
	for i, have := range e.frames {
		if have.ask == f {
			e.frames = append(slices.Delete(e.frames, i, i+1), have)
			return have
		}
	}
	made := e.newFrame(f)
	if len(e.frames) == framesMax {
		e.frames = slices.Delete(e.frames, 0, 1)
	}
	e.frames = append(e.frames, made)
	return made
}

// While a frame is made: the party has a line, or one before the window.
const (
	known    = 1
	seasoned = 2
)

func (e *Engine) newFrame(f engine.Frame) *frame {
	fr := &frame{
		ask: f, row: make([]int32, len(e.identity.Parties)),
		columns: map[metric.ID]*column{}, orders: map[metric.ID][]int32{},
	}
	ever := f.Extent(metric.Ever)
	for i := range e.cells {
		c := &e.cells[i]
		if c.Account != ledger.Unassigned && ever.Holds(c.Month) && sideOf(c, f.SalesOnly).Lines > 0 {
			in := &fr.row[e.identity.Of(f.Level, c.Account)]
			*in = max(*in, known)
			if c.Month != period.NoDate && c.Month < f.Current.From {
				*in = seasoned
			}
		}
	}
	for p, in := range fr.row {
		if in == 0 || f.WithoutNew && in != seasoned {
			fr.row[p] = -1
			continue
		}
		fr.row[p] = int32(len(fr.parties)) //nolint:gosec // parties are numbered in 32 bits
		fr.parties = append(fr.parties, int32(p))
	}
	return fr
}

// sum is the column of a measure that is a sum.
func (e *Engine) sum(ctx context.Context, f engine.Frame, by metric.ID) (*column, error) {
	if err := e.check(f); err != nil {
		return nil, err
	}
	m, err := metric.Find(by)
	if err != nil {
		return nil, err
	}
	if m.Base == nil || m.Base.Fn != metric.Sum {
		return nil, fault.New(fault.Internal, "ask", fmt.Sprintf("%s is not a sum", by), "")
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.column(ctx, e.frame(f), by)
}

// column finds or computes a column; the caller holds the lock.
func (e *Engine) column(ctx context.Context, fr *frame, id metric.ID) (*column, error) {
	if col := fr.columns[id]; col != nil {
		return col, nil
	}
	if err := ctx.Err(); err != nil {
		return nil, fault.Wrap(err, fault.Canceled, "ask", "stopped", "")
	}
	m, err := metric.Find(id)
	if err != nil {
		return nil, err
	}
	if m.Base == nil {
		return nil, fault.New(fault.Internal, "ask", fmt.Sprintf("%s is not a base measure", id), "")
	}
	var col *column
	if m.Base.Fn == metric.Sum {
		col, err = e.sums(fr, *m.Base)
	} else {
		col = e.extremes(fr, *m.Base)
	}
	if err == nil {
		fr.columns[id] = col
	}
	return col, err
}

// sums adds up a field in 128 bits.
func (e *Engine) sums(fr *frame, a metric.Aggregate) (*column, error) {
	wide := make([]money.Sum, len(fr.parties))
	e.each(fr, a.Over, func(row int32, cell int) {
		wide[row] = wide[row].Add(e.field(cell, a.Field, fr.ask.SalesOnly))
	})
	col := &column{values: make([]int64, len(wide))}
	for i, w := range wide {
		v, ok := w.Int64()
		if !ok {
			return nil, engine.Overflow(fmt.Errorf("client %q", e.identity.Parties[fr.parties[i]].Key))
		}
		col.values[i] = v
	}
	return col, nil
}

// extremes takes the least or greatest day of a field.
func (e *Engine) extremes(fr *frame, a metric.Aggregate) *column {
	col := &column{values: make([]int64, len(fr.parties)), null: make([]bool, len(fr.parties))}
	for i := range col.null {
		col.null[i] = true
	}
	e.each(fr, a.Over, func(row int32, cell int) {
		v := e.field(cell, a.Field, fr.ask.SalesOnly)
		if v == int64(period.NoDate) {
			return
		}
		if col.null[row] || (a.Fn == metric.Min) == (v < col.values[row]) {
			col.values[row], col.null[row] = v, false
		}
	})
	return col
}

// each visits the cells of the frame's parties that lie in the span.
func (e *Engine) each(fr *frame, over metric.Over, visit func(row int32, cell int)) {
	extent, ever := fr.ask.Extent(over), fr.ask.Extent(metric.Ever)
	for i := range e.cells {
		c := &e.cells[i]
		if c.Account == ledger.Unassigned || !extent.Holds(c.Month) || !ever.Holds(c.Month) || sideOf(c, fr.ask.SalesOnly).Lines == 0 {
			continue
		}
		if row := fr.row[e.identity.Of(fr.ask.Level, c.Account)]; row >= 0 {
			visit(row, i)
		}
	}
}

func (e *Engine) field(cell int, field metric.Field, salesOnly bool) int64 {
	side := sideOf(&e.cells[cell], salesOnly)
	switch field {
	case metric.Amount:
		return side.Amount
	case metric.Documents:
		return side.Documents
	case metric.Lines:
		return side.Lines
	case metric.FirstDay:
		return int64(side.First)
	case metric.LastDay:
	}
	return int64(side.Last)
}

// order is the frame's rows by a measure descending, nulls last, then client_id;
// the caller holds the lock.
func (e *Engine) order(ctx context.Context, fr *frame, by metric.ID) ([]int32, *column, error) {
	col, err := e.column(ctx, fr, by)
	if err != nil || fr.orders[by] != nil {
		return fr.orders[by], col, err
	}
	rows := make([]int32, len(fr.parties))
	for i := range rows {
		rows[i] = int32(i)
	}
	slices.SortFunc(rows, func(x, y int32) int {
		vx, vy := col.at(x), col.at(y)
		if vx.Valid != vy.Valid {
			if vx.Valid {
				return -1
			}
			return 1
		}
		if c := cmp.Compare(vy.Int, vx.Int); c != 0 {
			return c
		}
		return strings.Compare(e.key(fr, x), e.key(fr, y))
	})
	fr.orders[by] = rows
	return rows, col, nil
}

func (e *Engine) key(fr *frame, row int32) string { return e.identity.Parties[fr.parties[row]].Key }
