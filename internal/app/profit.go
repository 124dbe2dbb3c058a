package app

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"clientele/internal/costing"
	"clientele/internal/engine"
	"clientele/internal/insight"
	"clientele/internal/money"
	"clientele/internal/period"
	"clientele/internal/verdict"
)

// ProfitQuestion asks what each client leaves.
type ProfitQuestion struct {
	Window  WindowSpec
	AsOf    period.Date
	Compare Compare // the same statement of another window, beside it
	Level   engine.Level
	By      string        // adds clients up by an attribute: owner, or a column of a list of clients
	Plan    *PlanQuestion // the plan of the window beside it; nil: none
	// Range also says between what the figures lie under other assumptions of cost.
	Range bool
}

// Layer is how deep a statement goes.
type Layer string

// The layers: revenue less the direct cost of what was sold; less what serving costs;
// less what the client alone costs (definitions 3.5).
const (
	CM1 Layer = "cm1"
	CM2 Layer = "cm2"
	CM3 Layer = "cm3"
)

// Terms are the terms of a statement in minor units.
type Terms[T any] struct {
	Revenue, Direct, CM1, Service, CM2, Own, CM3 T
}

// At is what is left at a layer.
func (t *Terms[T]) At(l Layer) T {
	switch l {
	case CM1:
		return t.CM1
	case CM2:
		return t.CM2
	case CM3:
	}
	return t.CM3
}

// addTerms adds the terms of one to those of many.
func addTerms(t *Terms[money.Sum], one *Terms[int64]) {
	t.Revenue, t.Direct, t.CM1 = t.Revenue.Add(one.Revenue), t.Direct.Add(one.Direct), t.CM1.Add(one.CM1)
	t.Service, t.CM2, t.Own, t.CM3 = t.Service.Add(one.Service), t.CM2.Add(one.CM2), t.Own.Add(one.Own), t.CM3.Add(one.CM3)
}

// narrow are terms of many in 64 bits; false where one does not fit.
func narrow(t *Terms[money.Sum]) (out Terms[int64], fits bool) {
	fits = true
	for _, x := range []struct {
		to   *int64
		from money.Sum
	}{{&out.Revenue, t.Revenue}, {&out.Direct, t.Direct}, {&out.CM1, t.CM1}, {&out.Service, t.Service}, {&out.CM2, t.CM2}, {&out.Own, t.Own}, {&out.CM3, t.CM3}} {
		v, ok := x.from.Int64()
		*x.to, fits = v, fits && ok
	}
	return out, fits
}

// ProfitRow is the statement of one client.
type ProfitRow struct {
	ID, Name string
	Clients  int64 // that the row adds up; 0: it is a client itself
	Active   bool  // a line or a fact lies in the window
	Terms    Terms[int64]
	// Profit is what is left at the layer of the answer; null where nothing is known of
	// what the client's sales cost.
	Profit        insight.Value
	Base          int64         // revenue behind profit: of those of whom it is known
	Micros        insight.Value // time spent on the client, null where no time is known
	Uncosted      int64         // revenue of lines whose cost is not known
	RankByRevenue int64
	RankByProfit  int64         // 0 where profit is null
	Label         string        // loss_all, profit_all, depends; "" where it was not asked
	Under         []string      // drivers under which it loses money, where that depends
	ByDriver      []int64       // result under each of Drivers
	Low, High     int64         // between which profit lies under other assumptions, where that was asked
	Before        insight.Value // profit in the window that is compared with
}

// Coverage is how much of the cost that clients bear was traced to them, driven by what
// they did, or spread without a reason of its own.
type Coverage struct {
	Traced, Driven, Pooled money.Sum
}

// Shares are the parts of the whole, null where no cost is borne.
func (c Coverage) Shares() (traced, driven, pooled *float64) {
	whole := c.Traced.Plus(c.Driven).Plus(c.Pooled)
	return some(money.Ratio(c.Traced, whole)), some(money.Ratio(c.Driven, whole)), some(money.Ratio(c.Pooled, whole))
}

// ProfitAnswer is what each client leaves, and how that closes with the accounts.
type ProfitAnswer struct {
	Answer
	Question ProfitQuestion
	Beside   []Beside // the batches of costs, times and events behind it
	Layer    Layer    // the deepest that the data allow
	// DirectKnown says that something is known of the direct cost of what was sold: without it
	// CM1 is not known, whatever is known of deeper layers.
	DirectKnown bool
	Total       Terms[money.Sum]
	Unassigned  Terms[money.Sum]
	// What no client bears: capacity that nobody used, cost that keeps the firm going, and
	// pools without anything to spread them by.
	Unused, Sustaining, Unallocated money.Sum
	Adjustment, Result, Residual    money.Sum
	Coverage                        Coverage
	Groups                          []GroupRow
	Pools                           []PoolRow
	Kinds                           []KindRow
	Accounts                        []costing.Account // where every unit of cost went
	Spreaders                       []string          // what a pool can be spread by
	Rows                            []ProfitRow       // by profit descending, then client_id; unknown profits last
	Whale                           insight.Whale
	Unknown                         int64 // clients whose profit is not known
	Uncosted                        money.Sum
	UncostedLines                   int64
	Drivers                         []string // by which the shared cost was spread in turn
	Shared                          money.Sum
	LossAll, ProfitAll, Depends     int64
	Robustness                      verdict.Verdict

	Before *ProfitAnswer // of the window that is compared with; nil: none
	Moved  []Moved       // clients whose profit changed its sign since then
	Range  *Range        // nil: it was not asked
	Plan   *Plan         // nil: it was not asked

	steps  *statement        // behind the rows
	values map[string]string // by which clients are added up; nil: they are not
	Settle []string          // what to record to settle where it depends
}

// GroupRow is a group of people in the window.
type GroupRow struct {
	Name             string
	Cost             money.Sum
	Practical, Used  int64 // microseconds
	Assigned, Unused money.Sum
	Booked           bool    // keeps time sheets
	Rate             *string // per hour, at the ledger's scale
	PracticalAssumed bool
	PeopleCost       *money.Sum // what the list of people says, where the pool of the same name says otherwise
}

// PoolRow is a cost pool in the window.
type PoolRow struct {
	Name, Kind string
	Layer      string // cm1, cm2, cm3, sustaining
	Driver     string // by which it was spread, "" if it was not
	Declared   bool   // somebody said so; else it is the default
	Cost       money.Sum
	Allocated  money.Sum
}

// Profit says what each client leaves (definitions, section 3).
func Profit(ctx context.Context, g *Ground, q ProfitQuestion) (*ProfitAnswer, error) {
	w, err := resolve(q.Window, q.Compare, q.AsOf, g.Span, g.FiscalStart)
	if err != nil {
		return nil, err
	}
	var values map[string]string
	if q.By != "" {
		if g.Attribute == nil {
			return nil, usageError("--by", q.By, "client, group, account")
		}
		if values, err = g.Attribute(ctx, q.By); err != nil {
			return nil, err
		}
	}
	a, err := profitIn(ctx, g, q, w, values)
	if err == nil && q.Plan != nil && a.Verdict.Status != verdict.Refuse {
		err = a.plan(ctx, g, values)
	}
	if err != nil || w.Prior.Empty() || a.Verdict.Status == verdict.Refuse {
		return a, err
	}
	before := w
	before.Current, before.Prior, before.Fallback = w.Prior, period.Range{}, false
	if a.Before, err = profitIn(ctx, g, q, before, values); err == nil {
		a.compared()
	}
	return a, err
}

// profitIn is the statement of one window.
func profitIn(ctx context.Context, g *Ground, q ProfitQuestion, w Windows, values map[string]string) (*ProfitAnswer, error) {
	frame := engine.Frame{Level: q.Level, Current: w.Current}
	a := &ProfitAnswer{Question: q, Beside: g.Beside, values: values}
	if err := a.settle(ctx, g, w, frame); err != nil {
		return nil, err
	}
	d := distribution(g.Engine, frame)
	s, err := d.Summary(ctx)
	if err != nil {
		return nil, err
	}
	in := g.inputs(&a.Answer, s)
	if in.Identity.Unreviewed, err = g.unreviewed(ctx, frame, s); err != nil {
		return nil, err
	}
	book, err := g.costs(ctx, frame)
	if err != nil {
		return nil, err
	}
	c := &statement{g: g, a: a, book: book}
	a.steps = c
	if err := c.run(); err != nil {
		return nil, err
	}
	if values != nil {
		if err := a.grouped(values); err != nil {
			return nil, err
		}
	}
	a.Verdict.Join(in.Rule())
	a.Verdict.Join(g.notes(w))
	return a, nil
}

// statement makes the answer of a cost book.
type statement struct {
	g      *Ground
	a      *ProfitAnswer
	book   *costBook
	in     costing.Input
	result *costing.Result
	known  costing.Known
}

func (c *statement) run() error {
	if err := c.input(); err != nil {
		return err
	}
	a := c.a
	a.Verdict.Join(c.known.Rule())
	if a.Verdict.Status == verdict.Refuse {
		return nil
	}
	var err error
	if c.result, err = costing.Run(&c.in); err != nil {
		return err
	}
	a.Accounts = costing.Accounts(&c.in, c.result)
	a.Verdict.Join(costing.AccountsRule(a.Accounts)) // first: it names what does not close
	a.Verdict.Join(c.result.Rule())
	a.Verdict.Join(c.undriven())
	for i := range c.result.Capacities {
		a.Verdict.Join(c.result.Capacities[i].Rule(func(s money.Sum) string { return s.Format(a.Decimals) }))
	}
	c.layers()
	c.whole()
	c.clients()
	if err := c.views(); err != nil {
		return err
	}
	c.tables()
	a.Verdict.Join(c.strangers())
	if a.Question.Range {
		return c.spread()
	}
	return nil
}

// layers names the deepest layer that the data allow.
func (c *statement) layers() {
	c.a.DirectKnown = c.known.Direct
	switch {
	case c.known.Own:
		c.a.Layer = CM3
	case c.known.Service:
		c.a.Layer = CM2
	default:
		c.a.Layer = CM1
	}
}

// whole sums up the clients, and the block without one.
func (c *statement) whole() {
	a, r, last := c.a, c.result, c.book.lastRow()
	for i := range c.book.ids {
		t := &a.Total
		if i == last {
			t = &a.Unassigned
		}
		one := c.terms(i)
		addTerms(t, &one)
		a.Uncosted = a.Uncosted.Add(c.book.uncosted[i])
	}
	a.UncostedLines = c.book.uncostedLines
	a.Unused, a.Sustaining, a.Unallocated, a.Adjustment = r.Unused, r.Sustaining, r.Unallocated, r.Adjustment
	a.Result, a.Residual, a.Coverage = r.Result, r.Residual, Coverage(r.Coverage)
}

// terms are the terms of a row.
func (c *statement) terms(i int) Terms[int64] {
	r := c.result
	return Terms[int64]{
		Revenue: c.in.Revenue[i], Direct: c.in.Revenue[i] - r.CM1[i], CM1: r.CM1[i], Service: r.Service[i], CM2: r.CM2[i], Own: r.Own[i], CM3: r.CM3[i],
	}
}

// clients lists the clients by profit, and draws the whale curve.
func (c *statement) clients() {
	a, b := c.a, c.book
	hours := c.timed()
	a.Rows = make([]ProfitRow, 0, b.lastRow())
	for i := range b.lastRow() {
		x := ProfitRow{ID: b.ids[i], Name: b.names[i], Active: b.active[i], Terms: c.terms(i), Uncosted: b.uncosted[i]}
		if b.uncosted[i] == 0 || b.direct[i] != 0 { // else nothing is known of what its sales cost
			x.Profit, x.Base = insight.Value{Int: x.Terms.At(a.Layer), Valid: true}, x.Terms.Revenue
		} else {
			a.Unknown++
		}
		if hours != nil {
			x.Micros = insight.Value{Int: hours[i], Valid: true}
		}
		a.Rows = append(a.Rows, x)
	}
	a.rank()
	a.Verdict.Join(insight.WhaleRule(a.Whale))
}

// largestFirst orders clients by revenue descending, then client_id.
func largestFirst(x, y *ProfitRow) int {
	if by := cmp.Compare(y.Terms.Revenue, x.Terms.Revenue); by != 0 {
		return by // cmp.Or would compare the ids of all
	}
	return strings.Compare(x.ID, y.ID)
}

// rank orders the rows by profit, ranks them, and draws the whale curve.
func (a *ProfitAnswer) rank() {
	slices.SortFunc(a.Rows, func(x, y ProfitRow) int { return largestFirst(&x, &y) })
	for i := range a.Rows {
		a.Rows[i].RankByRevenue = int64(i + 1)
	}
	slices.SortFunc(a.Rows, func(x, y ProfitRow) int {
		if x.Profit.Valid != y.Profit.Valid {
			if x.Profit.Valid {
				return -1
			}
			return 1
		}
		if by := cmp.Compare(y.Profit.Int, x.Profit.Int); by != 0 {
			return by
		}
		return strings.Compare(x.ID, y.ID)
	})
	values := a.profits()
	for i := range values {
		a.Rows[i].RankByProfit = int64(i + 1)
	}
	a.Whale = insight.WhaleOf(values)
}

// profits are the profits that are known, in descending order.
func (a *ProfitAnswer) profits() []int64 {
	out := make([]int64, 0, len(a.Rows))
	for i := range a.Rows {
		if a.Rows[i].Profit.Valid {
			out = append(out, a.Rows[i].Profit.Int)
		}
	}
	return out
}

// Base is the revenue behind the profits that are known.
func (a *ProfitAnswer) Base() money.Sum {
	var sum money.Sum
	for i := range a.Rows {
		sum = sum.Add(a.Rows[i].Base)
	}
	return sum
}

// Curve are points of the whale curve.
func (a *ProfitAnswer) Curve() []insight.Point { return insight.WhaleCurve(a.profits(), curveSteps) }

// timed is the time of each row over all groups; nil where no time is known.
func (c *statement) timed() []int64 {
	if len(c.in.Used) == 0 && len(c.book.hours) == 0 {
		return nil
	}
	out := make([]int64, len(c.book.ids))
	for _, used := range c.in.Used {
		for i, v := range used {
			out[i] += v
		}
	}
	for i, v := range c.book.hours[""] { // of people without a group
		out[i] += v
	}
	return out
}

// views spreads the shared cost by each driver in turn.
func (c *statement) views() error {
	var shared money.Sum
	last := c.book.lastRow()
	for _, v := range c.result.Spread[:last] { // what names no client bears its own share under every driver
		shared = shared.Add(v)
	}
	total, ok := shared.Int64()
	if !ok || total == 0 {
		return nil
	}
	before := make([]int64, len(c.book.ids))
	for i := range before {
		before[i] = c.result.CM3[i] + c.result.Spread[i]
	}
	before[last] = c.result.CM3[last]
	views, err := costing.ViewsOf(before, total, c.in.Drivers[:viewDrivers])
	if err != nil {
		return err
	}
	a := c.a
	a.Drivers, a.Shared, a.Robustness = views.Drivers, shared, views.Rule()
	index := map[string]int{}
	for i, id := range c.book.ids[:c.book.lastRow()] {
		index[id] = i
	}
	for k := range a.Rows {
		x := &a.Rows[k]
		if !x.Active || !x.Profit.Valid {
			continue
		}
		i := index[x.ID]
		for _, result := range views.Results {
			x.ByDriver = append(x.ByDriver, result[i])
		}
		a.label(x)
	}
	return nil
}
