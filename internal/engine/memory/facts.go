package memory

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"clientele/internal/engine"
	"clientele/internal/fault"
	"clientele/internal/ledger"
	"clientele/internal/metric"
	"clientele/internal/money"
	"clientele/internal/period"
)

// Topics implements engine.Facts.
func (e *Engine) Topics(context.Context) ([]engine.NumberedTopic, error) {
	out := make([]engine.NumberedTopic, len(e.topics))
	for i, t := range e.topics {
		out[i] = engine.NumberedTopic{Number: int64(i), Topic: t}
	}
	return out, nil
}

// FactTotals implements engine.Facts.
func (e *Engine) FactTotals(_ context.Context, f engine.Frame) ([]engine.TopicTotal, error) {
	if err := e.check(f); err != nil {
		return nil, err
	}
	type key struct {
		topic int32
		month period.Date
	}
	index, out := map[key]int{}, []engine.TopicTotal{}
	current := f.Extent(metric.Current)
	for i := range e.facts {
		c := &e.facts[i]
		if !current.Holds(c.Month) {
			continue
		}
		k := key{c.Topic, c.Month}
		if c.Month != period.NoDate {
			k.month = c.Month.MonthStart()
		}
		at, ok := index[k]
		if !ok {
			at = len(out)
			index[k] = at
			out = append(out, engine.TopicTotal{Topic: int64(k.topic), Month: k.month})
		}
		t := &out[at].Assigned
		if c.Account == ledger.Unassigned {
			t = &out[at].Unassigned
		}
		tally(t, c.Rows, c.Amount)
	}
	slices.SortFunc(out, func(a, b engine.TopicTotal) int {
		return cmp.Or(cmp.Compare(a.Topic, b.Topic), compareMonths(a.Month, b.Month))
	})
	return out, nil
}

// compareMonths is the order of months, undated last.
func compareMonths(a, b period.Date) int {
	if (a == period.NoDate) != (b == period.NoDate) {
		return cmp.Compare(b, a)
	}
	return cmp.Compare(a, b)
}

// columnsOf are the terms that a topic adds to.
func columnsOf(terms []engine.Term) map[int64][]share {
	out := map[int64][]share{}
	for i, t := range terms {
		for _, w := range t.Topics {
			out[w.Topic] = append(out[w.Topic], share{i, w.Month, w.Weight})
		}
	}
	return out
}

// share is what a topic adds to a term.
type share struct {
	term   int
	month  period.Date
	weight int64
}

// Statements implements engine.Facts.
func (e *Engine) Statements(ctx context.Context, f engine.Frame, ask engine.StatementAsk, visit func(*engine.Statement) error) error {
	if err := errors.Join(e.check(f), ask.Check()); err != nil {
		return err
	}
	sums, err := e.termSums(f, ask.Terms)
	if err != nil {
		return err
	}
	all, err := e.measured(ctx, f, ask.Measures)
	if err != nil {
		return err
	}
	only := f
	only.SalesOnly = true
	sales, err := e.measured(ctx, only, ask.Sales)
	if err != nil {
		return err
	}
	parties := slices.Clone(all.frame.parties)
	for p := range sums {
		if all.frame.row[p] < 0 {
			parties = append(parties, p)
		}
	}
	slices.SortFunc(parties, func(a, b int32) int { return strings.Compare(e.identity.Parties[a].Key, e.identity.Parties[b].Key) })
	none := make([]int64, len(ask.Terms))
	s := engine.Statement{Measures: make([]engine.Value, len(ask.Measures)), Sales: make([]engine.Value, len(ask.Sales))}
	for n, p := range parties {
		if n&0xFFF == 0 && ctx.Err() != nil {
			return fault.Wrap(ctx.Err(), fault.Canceled, "ask", "stopped", "")
		}
		s.Client, s.Name, s.Terms = e.identity.Parties[p].Key, e.identity.Parties[p].Name, none
		if have := sums[p]; have != nil {
			s.Terms = have
		}
		all.fill(p, s.Measures)
		sales.fill(p, s.Sales)
		if err := visit(&s); err != nil {
			return err
		}
	}
	return nil
}

// measured are some measures of a frame.
type measured struct {
	frame   *frame
	columns []*column
}

// measured computes measures. What it returns does not change, and is read without the
// lock: a visitor may ask the engine.
func (e *Engine) measured(ctx context.Context, f engine.Frame, ids []metric.ID) (measured, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	m := measured{frame: e.frame(f)}
	for _, id := range ids {
		c, err := e.column(ctx, m.frame, id)
		if err != nil {
			return m, err
		}
		m.columns = append(m.columns, c)
	}
	return m, nil
}

// fill writes the measures of a party; 0 for one that is not in the frame.
func (m *measured) fill(party int32, into []engine.Value) {
	for i, c := range m.columns {
		into[i] = engine.Value{Valid: true}
		if row := m.frame.row[party]; row >= 0 {
			into[i] = c.at(row)
		}
	}
}

// termSums are the terms of each party that has one.
func (e *Engine) termSums(f engine.Frame, terms []engine.Term) (map[int32][]int64, error) {
	shares, sums := columnsOf(terms), map[int32][]money.Sum{}
	current := f.Extent(metric.Current)
	for i := range e.facts {
		c := &e.facts[i]
		if c.Account == ledger.Unassigned || !current.Holds(c.Month) {
			continue
		}
		for _, s := range shares[int64(c.Topic)] {
			if s.month != period.NoDate && s.month != c.Month.MonthStart() {
				continue
			}
			party := e.identity.Of(f.Level, c.Account)
			if sums[party] == nil {
				sums[party] = make([]money.Sum, len(terms))
			}
			what := c.Amount
			if terms[s.term].Rows {
				what = c.Rows
			}
			if !add(&sums[party][s.term], money.Product(what, s.weight)) {
				return nil, e.overflow(party)
			}
		}
	}
	return e.divided(terms, sums)
}

// divided are the sums as the terms ask for them.
func (e *Engine) divided(terms []engine.Term, sums map[int32][]money.Sum) (map[int32][]int64, error) {
	out := make(map[int32][]int64, len(sums))
	for party, list := range sums {
		out[party] = make([]int64, len(terms))
		for i, sum := range list {
			v := sum.Big()
			if terms[i].Per > 1 {
				v.Quo(v, big.NewInt(terms[i].Per))
			}
			if !v.IsInt64() {
				return nil, e.overflow(party)
			}
			out[party][i] = v.Int64()
		}
	}
	return out, nil
}

// add adds to a sum; false where that is beyond 128 bits.
func add(to *money.Sum, v money.Sum) bool {
	was := to.Sign()
	*to = to.Plus(v)
	return was != v.Sign() || was == to.Sign()
}

func (e *Engine) overflow(party int32) error {
	return engine.Overflow(fmt.Errorf("client %q", e.identity.Parties[party].Key))
}
