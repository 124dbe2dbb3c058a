package enginetest

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"

	"clientele/internal/engine"
	"clientele/internal/fault"
	"clientele/internal/ledger"
	"clientele/internal/metric"
	"clientele/internal/period"
)

// topicsRandom are what random facts are about; the last is in no ledger.
var topicsRandom = []ledger.Topic{
	{Kind: ledger.DirectCost},
	{Kind: ledger.ClientCost, Name: "rebate"},
	{Kind: ledger.ClientCost, Name: "rebate", Detail: "cm2"},
	{Kind: ledger.PoolCost, Name: "rent", Detail: "space"},
	{Kind: ledger.Effort, Name: "Ann", Detail: "call"},
	{Kind: ledger.Effort, Name: "ann", Detail: "call"},
	{Kind: ledger.Unbilled, Name: "Ann", Detail: "call"},
	{Kind: ledger.Event, Name: "order"},
	{Kind: ledger.Event, Name: "order", Detail: "line"},
	{Kind: ledger.Receivable},
	{Kind: ledger.Event, Name: "never"},
}

// addFacts puts facts beside the lines of a random ledger: also of clients that have none
// ("courier"), and of those that so far only rules or parents name.
func addFacts(f *Fixture, r *rand.Rand) {
	huge := r.IntN(4) == 0
	for i := range f.Batches {
		if r.IntN(6) == 0 {
			continue // knows nothing beside its lines
		}
		b := &batchMaker{f.Batches[i], map[string]int32{}}
		keys := []string{"courier", "Holding", "Group"}
		for n, a := range b.Accounts {
			b.index[a.Key] = int32(n)
			keys = append(keys, a.Key, a.Key)
		}
		keys = append(keys, nasty[r.IntN(len(nasty))])
		about := topicsRandom[r.IntN(4) : len(topicsRandom)-1-r.IntN(4)]
		b.Facts = []Fact{} // tables, even if nothing is in them
		for range r.IntN(50) {
			key := keys[r.IntN(len(keys))]
			if r.IntN(8) == 0 {
				key = ""
			}
			amount := r.Int64N(4_000_000_000) - 1_000_000_000
			switch {
			case huge && r.IntN(5) == 0:
				amount = int64(r.Uint64()) //nolint:gosec // any at all
			case r.IntN(4) == 0:
				amount = r.Int64N(7) - 3
			}
			known := len(b.Accounts)
			b.fact(key, randomDay(r), about[r.IntN(len(about))], amount)
			if len(b.Accounts) > known && r.IntN(4) == 0 {
				b.Accounts[known].Parent = keys[r.IntN(len(keys))]
			}
		}
		f.Batches[i] = b.Batch
	}
	if r.IntN(3) == 0 {
		f.Rules.Merged["courier"] = nasty[r.IntN(len(nasty))]
	}
	if r.IntN(3) == 0 {
		f.Rules.Parents["courier"] = "Group"
	}
}

// randomTerms are terms over the topics, some with a topic twice, or without any.
func randomTerms(r *rand.Rand) []term {
	out := []term{}
	for range r.IntN(5) {
		t := term{per: r.Int64N(2), rows: r.IntN(4) == 0}
		weighted := r.IntN(3) == 0
		if weighted {
			t.per = []int64{2, 7, 1000, 1_000_000_000}[r.IntN(4)]
		}
		for range r.IntN(6) {
			p := part{topic: topicsRandom[r.IntN(len(topicsRandom))], month: period.NoDate, weight: 1}
			if r.IntN(3) == 0 {
				p.month = days[r.IntN(len(days))].MonthStart()
			}
			if weighted {
				p.weight = r.Int64N(100) - 3
				if r.IntN(4) == 0 {
					p.weight = r.Int64N(1_000_000_000_000)
				}
			}
			t.parts = append(t.parts, p)
		}
		out = append(out, t)
	}
	return out
}

// randomSums are measures that are sums, perhaps one of them twice.
func randomSums(r *rand.Rand, n int) []metric.ID {
	var sums []metric.ID
	for _, m := range metric.Bases() {
		if m.Base.Fn == metric.Sum {
			sums = append(sums, m.ID)
		}
	}
	var out []metric.ID
	for range n {
		out = append(out, sums[r.IntN(len(sums))])
	}
	return out
}

// shown is a statement as the comparison shows it.
func shown(s engine.Statement) string {
	return fmt.Sprintf("%q %q measures %v sales %v terms %v", s.Client, s.Name, s.Measures, s.Sales, s.Terms)
}

// askFacts compares what is known beside the lines. What an engine declares missing must
// be missing.
func (c *comparison) askFacts(f engine.Frame) {
	c.t.Helper()
	if c.h.NoFacts {
		if _, ok := c.got.(engine.Facts); ok {
			c.t.Error("the engine has facts, and declares none")
		}
		return
	}
	ctx, name := c.t.Context(), fmt.Sprintf("%+v", f)
	same(c, "topics", func(e engine.Engine) ([]ledger.Topic, error) { return topics(ctx, e) })
	same(c, name+" totals of facts", func(e engine.Engine) ([]string, error) {
		list, err := totals(ctx, e, f)
		out := make([]string, len(list))
		for i, t := range list {
			out[i] = fmt.Sprintf("%q %s %d %s %d %s", t.topic, t.month, t.assigned.Lines, t.assigned.Amount.Format(0), t.unassigned.Lines, t.unassigned.Amount.Format(0))
		}
		return out, err
	})
	terms := randomTerms(c.facts)
	ask := engine.StatementAsk{Measures: randomSums(c.facts, 1+c.facts.IntN(4)), Sales: randomSums(c.facts, c.facts.IntN(4))}
	same(c, fmt.Sprintf("%s statements %+v of %+v", name, ask, terms), func(e engine.Engine) ([]string, error) {
		list, err := statements(ctx, e, f, ask, terms)
		out := make([]string, len(list))
		for i, s := range list {
			out[i] = shown(s)
		}
		return out, err
	})
	c.refusals(f)
}

// errEnough is a visitor's own.
var errEnough = errors.New("enough")

// refusals are questions that have no answer, and a visitor that has seen enough.
func (c *comparison) refusals(f engine.Frame) {
	c.t.Helper()
	facts, err := factsOf(c.got)
	if err != nil {
		return // was said
	}
	ctx := c.t.Context()
	for _, ask := range []engine.StatementAsk{{}, {Measures: []metric.ID{metric.FirstDate}}, {Measures: []metric.ID{metric.LinesEver}, Sales: []metric.ID{metric.LastDate}}} {
		err := facts.Statements(ctx, f, ask, func(*engine.Statement) error { return nil })
		if err == nil || fault.KindOf(err) != fault.Internal {
			c.t.Errorf("statements of %v: %v", ask, err)
		}
	}
	var seen []string
	err = facts.Statements(ctx, f, engine.StatementAsk{Measures: []metric.ID{metric.LinesEver}}, func(s *engine.Statement) error {
		// A visitor may ask on.
		if _, err := c.got.Page(ctx, f, engine.Page{By: metric.LinesEver, Hi: 1, Limit: 1}); err != nil {
			return err
		}
		seen = append(seen, s.Client)
		return errEnough
	})
	inFrame := c.want.clients(f)
	if len(inFrame) == 0 && err == nil {
		return
	}
	if err != errEnough || !slices.Equal(seen, inFrame[:1]) { //nolint:errorlint // as it is, not wrapped
		c.t.Errorf("%+v: a visitor that had enough after the first saw %q, and was told %v", f, seen, err)
	}
}
