// Package memory is the engine of a question without a workspace: straight Go over
// roll-up cells. It reads every base measure off the catalogue, and is the other
// engines' yardstick.
package memory

import (
	"context"
	"sort"
	"sync"

	"clientele/internal/engine"
	"clientele/internal/fault"
	"clientele/internal/ledger"
	"clientele/internal/metric"
	"clientele/internal/money"
	"clientele/internal/period"
	"clientele/internal/rollup"
)

// Config is the state of the ledger that an engine answers from.
type Config struct {
	Cells     []rollup.Cell // by account, then month
	Grain     rollup.Grain  // of the cells
	Accounts  []ledger.Account
	Rules     engine.Rules
	Documents []rollup.DocumentSum // nil: not kept
	// Facts are what is known beside the lines, of the same grain, by account; nil: nothing
	// was looked for.
	Facts  []rollup.FactCell
	Topics []ledger.Topic // of Facts, by number
}

// Engine answers from cells. Its columns are computed once per frame and measure.
type Engine struct {
	cells    []rollup.Cell
	grain    rollup.Grain
	identity engine.Identity
	facts    []rollup.FactCell
	topics   []ledger.Topic

	mu     sync.Mutex
	frames []*frame // the last few asked about, newest last
}

// framesMax is how many frames are remembered: a question and its comparison, twice.
const framesMax = 4

// withDocuments is an Engine that kept documents.
type withDocuments struct {
	*Engine
	documents []rollup.DocumentSum
}

var (
	_ engine.Engine    = (*Engine)(nil)
	_ engine.Ranks     = (*Engine)(nil)
	_ engine.Facts     = (*Engine)(nil)
	_ engine.Documents = (*withDocuments)(nil)
)

// New makes an engine. It has the ability engine.Documents if documents were kept.
func New(c Config) engine.Engine {
	e := &Engine{cells: c.Cells, grain: c.Grain, identity: engine.NewIdentity(c.Accounts, c.Rules), facts: c.Facts, topics: c.Topics}
	if c.Documents == nil {
		return e
	}
	return &withDocuments{e, c.Documents}
}

// Close releases nothing: memory goes with the engine.
func (e *Engine) Close() error { return nil }

// Span implements engine.Engine.
func (e *Engine) Span(context.Context) (engine.Span, error) {
	span := engine.Span{First: period.NoDate, Last: period.NoDate}
	for i := range e.cells {
		c := &e.cells[i]
		if c.Month == period.NoDate {
			span.Undated += c.All.Lines
			continue
		}
		if span.First == period.NoDate || c.All.First < span.First {
			span.First = c.All.First
		}
		span.Last = max(span.Last, c.All.Last)
	}
	return span, nil
}

// Pool implements engine.Engine.
func (e *Engine) Pool(_ context.Context, f engine.Frame) (engine.Pool, error) {
	if err := e.check(f); err != nil {
		return engine.Pool{}, err
	}
	var p engine.Pool
	current := f.Extent(metric.Current)
	for i := range e.cells {
		c := &e.cells[i]
		if !current.Holds(c.Month) {
			tally(&p.Outside, c.All.Lines, c.All.Amount)
			continue
		}
		side := sideOf(c, f.SalesOnly)
		if f.SalesOnly {
			p.Filtered.Lines += c.All.Lines - side.Lines
			p.Filtered.Amount = p.Filtered.Amount.Plus(money.FromInt64(c.All.Amount).Minus(money.FromInt64(side.Amount)))
		}
		if c.Account == ledger.Unassigned {
			tally(&p.Unassigned, side.Lines, side.Amount)
		} else {
			tally(&p.Assigned, side.Lines, side.Amount)
		}
	}
	return p, nil
}

func tally(t *engine.Tally, lines, amount int64) {
	t.Lines += lines
	t.Amount = t.Amount.Add(amount)
}

func sideOf(c *rollup.Cell, salesOnly bool) *rollup.Side {
	if salesOnly {
		return &c.Sales
	}
	return &c.All
}

// check refuses frames that have no answer, or none from these cells.
func (e *Engine) check(f engine.Frame) error {
	if err := f.Check(); err != nil {
		return err
	}
	if e.grain == rollup.Month && !f.Aligned() {
		return fault.New(fault.Internal, "ask", "the window does not begin and end with a month, and only months were kept", "roll up by day")
	}
	return nil
}

// Summary implements engine.Engine.
func (e *Engine) Summary(ctx context.Context, f engine.Frame, by metric.ID) (engine.Summary, error) {
	col, err := e.sum(ctx, f, by)
	if err != nil {
		return engine.Summary{}, err
	}
	s := engine.Summary{Clients: int64(len(col.values))}
	for _, v := range col.values {
		switch {
		case v > 0:
			s.Positive++
			s.PositiveSum = s.PositiveSum.Add(v)
			s.Max = max(s.Max, v)
			a, b := v>>31, v&(1<<31-1)
			s.SquareParts[0] = s.SquareParts[0].Plus(square(a))
			s.SquareParts[1] = s.SquareParts[1].Add(a * b) // below 2^63
			s.SquareParts[2] = s.SquareParts[2].Add(b * b)
		case v < 0:
			s.Negative++
			s.NegativeSum = s.NegativeSum.Add(v)
		default:
			s.Zero++
		}
	}
	return s, nil
}

// square of a number below 2^32.
func square(a int64) money.Sum {
	v := uint64(a) * uint64(a) //nolint:gosec // not negative
	half := money.FromInt64(int64(v >> 1))
	return half.Plus(half).Add(int64(v & 1))
}

// Buckets implements engine.Engine.
func (e *Engine) Buckets(ctx context.Context, f engine.Frame, by metric.ID, in engine.Interval) ([]engine.Bucket, error) {
	if err := in.Check(); err != nil {
		return nil, err
	}
	col, err := e.sum(ctx, f, by)
	if err != nil {
		return nil, err
	}
	buckets := make([]engine.Bucket, (in.Hi-in.Lo-1)/in.Width+1)
	for _, v := range col.values {
		if v >= in.Lo && v < in.Hi {
			b := &buckets[(v-in.Lo)/in.Width]
			b.Count++
			b.Sum = b.Sum.Add(v)
		}
	}
	out := buckets[:0]
	for i, b := range buckets {
		if b.Count > 0 {
			b.Index = int64(i)
			out = append(out, b)
		}
	}
	return out, nil
}

// RankParts implements engine.Ranks: everything is one part.
func (e *Engine) RankParts(ctx context.Context, f engine.Frame, by metric.ID) ([]engine.RankPart, error) {
	if _, err := e.sum(ctx, f, by); err != nil {
		return nil, err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	rows, col, err := e.order(ctx, e.frame(f), by)
	if err != nil {
		return nil, err
	}
	positive := sort.Search(len(rows), func(i int) bool { return col.values[rows[i]] <= 0 })
	if positive == 0 {
		return nil, nil
	}
	// Σ j·x_(j) ascending is the sum of all running sums in descending order: below
	// 2^125, as parties are numbered in 31 bits.
	var sum, ranked money.Sum
	for _, row := range rows[:positive] {
		sum = sum.Add(col.values[row])
		ranked = ranked.Plus(sum)
	}
	return []engine.RankPart{{Count: int64(positive), Sum: sum, RankSum: ranked.Big()}}, nil
}
