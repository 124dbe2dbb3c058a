package app

import (
	"context"
	"slices"

	"clientele/internal/engine"
	"clientele/internal/fault"
	"clientele/internal/insight"
	"clientele/internal/ledger"
	"clientele/internal/metric"
	"clientele/internal/period"
	"clientele/internal/verdict"
)

// Line draws the line on the ground (definitions, section 2).
func Line(ctx context.Context, g *Ground, q LineQuestion) (*LineAnswer, error) {
	w, err := resolve(q.Window, q.Compare, q.AsOf, g.Span, g.FiscalStart)
	if err != nil {
		return nil, err
	}
	frame := engine.Frame{Level: q.Level, Current: w.Current, Prior: w.Prior, SalesOnly: q.SalesOnly, WithoutNew: q.WithoutNew}
	a := &LineAnswer{Question: q}
	if err := a.settle(ctx, g, w, frame); err != nil {
		return nil, err
	}
	d := distribution(g.Engine, frame)
	s, err := d.Summary(ctx)
	if err != nil {
		return nil, err
	}
	a.Clients = clientsOf(s)
	a.Total = s.Net()
	if q.WithoutNew {
		if err := a.leaveOutNew(ctx, g, frame, s); err != nil {
			return nil, err
		}
	}
	if a.Cut, err = insight.Line(ctx, d, q.Share); err != nil {
		return nil, err
	}
	if x, ok := a.Cut.Overshoot(); ok {
		a.Overshoot = x
	}
	in := g.inputs(&a.Answer, s)
	if in.Identity.Unreviewed, err = g.unreviewed(ctx, frame, s); err != nil {
		return nil, err
	}
	a.Verdict.Join(in.Of(insight.OfLineCount).Rule())
	span, err := insight.UncertainCount(ctx, d, q.Share, in.Control.Unknown)
	if err != nil {
		return nil, err
	}
	a.Interval = &span
	a.Verdict.Join(insight.LineRule(a.Cut, span))
	a.Verdict.Join(g.notes(w))
	a.Lenses = g.lenses(&a.Answer)
	if a.Verdict.Status == verdict.Refuse {
		return a, nil
	}
	if err := a.concentrate(ctx, g, frame, d, s, in); err != nil {
		return nil, err
	}
	if err := a.list(ctx, g, frame, d); err != nil {
		return nil, err
	}
	if a.Curve, err = insight.Curve(ctx, d, curveSteps); err != nil {
		return nil, err
	}
	if err := a.compare(ctx, g, frame, d); err != nil {
		return nil, err
	}
	return a, a.band(ctx, g, frame)
}

// curveSteps is how fine the curve is: a screen is narrower than this.
const curveSteps = 200

func clientsOf(s insight.Summary) Clients {
	out, _ := s.NonPositive()
	return Clients{Total: s.Clients, Positive: s.Positive, NonPositive: out}
}

// settle fills in what every answer shares, and closes the question: lines outside
// the window, and those that a filter leaves out, are excluded with that reason.
func (a *Answer) settle(ctx context.Context, g *Ground, w Windows, f engine.Frame) error {
	a.AsOf, a.Windows, a.Currency, a.Decimals, a.Kind = w.AsOf, w, g.Currency, g.Decimals, g.Kind
	a.Files, a.Revision = g.Files, g.Revision
	a.Dates = g.Span
	if g.Future > 0 {
		span, err := g.Engine.Span(ctx)
		if err != nil {
			return err
		}
		a.Dates = period.Range{From: span.First, To: span.Last + 1}
	}
	pool, err := g.Engine.Pool(ctx, f)
	if err != nil {
		return err
	}
	a.Control = g.Control
	c := &a.Control
	c.Exclude("outside_window", "dated outside the window", tallyOf(pool.Outside))
	c.Exclude("not_a_sale", "amount is not above 0, and only sales are asked for", tallyOf(pool.Filtered))
	a.filtered = pool.Filtered.Amount
	c.Unassigned, c.Assigned = tallyOf(pool.Unassigned), tallyOf(pool.Assigned)
	return nil
}

func tallyOf(t engine.Tally) ledger.Tally { return ledger.Tally{Rows: t.Lines, Amount: t.Amount} }

// leaveOutNew excludes the lines of clients whose first line lies in the window.
func (a *LineAnswer) leaveOutNew(ctx context.Context, g *Ground, f engine.Frame, s insight.Summary) error {
	lines, err := g.Engine.Summary(ctx, f, metric.LinesCurrent)
	if err != nil {
		return err
	}
	n, ok := lines.PositiveSum.Int64()
	if !ok {
		return fault.New(fault.Internal, "count lines", "more lines than can be counted", "")
	}
	c := &a.Control
	kept := ledger.Tally{Rows: n, Amount: s.Net()}
	left := c.Assigned.Minus(kept)
	c.Exclude("new_client", "first bought in the window, and new clients are left out", left)
	a.filtered = a.filtered.Plus(left.Amount)
	c.Assigned = kept
	return nil
}

// inputs are the facts that the verdict of every amount rests on. Summary is of the
// revenue of the frame: its net is checked against the account as well.
func (g *Ground) inputs(a *Answer, s insight.Summary) insight.Inputs {
	c := &a.Control
	rows, amount := c.Residual()
	amount = amount.Plus(s.Net().Minus(c.Assigned.Amount).Abs())
	u := insight.UnknownOf(c.Unassigned.Amount, c.Quarantined.Amount, c.Quarantined.WithoutAmount > 0)
	in := insight.Inputs{
		Coverage:   insight.Coverage{Undated: a.Windows.Undated, Months: a.months(g), Future: g.Future},
		Content:    insight.Content{TaxSigns: g.Facts.TaxSigns, Claimed: g.Facts.TaxSettled && len(g.Facts.TaxSigns) == 0, Revenue: s.Net()},
		Conversion: insight.Conversion{},
		Control:    insight.Control{ResidualRows: rows, ResidualAmount: amount, Read: c.Read.Amount, Unknown: u},
	}
	for _, w := range c.MissingRate {
		in.Conversion.Waiting += w.Rows
	}
	if c.StatedDiffers {
		in.Control.StatedTotals = 1
	}
	return in
}

// unreviewed counts the clients with more than 1 % of revenue of whom nobody has said
// whether they stand alone (definitions 1.1). There are fewer than a hundred of them.
func (g *Ground) unreviewed(ctx context.Context, f engine.Frame, s insight.Summary) (int64, error) {
	bar, ok := insight.OwnerBar(s.PositiveSum)
	if !ok {
		return 0, nil
	}
	rows, err := g.Engine.Page(ctx, f, engine.Page{By: metric.Revenue, Lo: bar, Hi: 1<<63 - 1, Limit: -1})
	n := int64(0)
	for i := range rows {
		if !slices.Contains(g.Reviewed, rows[i].Client) {
			n++
		}
	}
	return n, err
}

// months is the number of complete months of the window that the data covers.
func (a *Answer) months(g *Ground) int {
	r := a.Windows.Current
	if r.IsAll() {
		r = g.Span
	}
	return period.Range{From: max(r.From, g.Span.From.MonthStart()), To: min(r.To, g.Span.To)}.Months()
}

// list fetches the clients that are shown: the largest, and those around the line.
func (a *LineAnswer) list(ctx context.Context, g *Ground, f engine.Frame, d insight.Distribution) error {
	var err error
	if a.TopRows, err = a.page(ctx, g, f, d, 0, topRows); err != nil {
		return err
	}
	around := int64(max(a.Question.Around, 0))
	from := max(0, a.Cut.Clients-around)
	if a.AroundRows, err = a.page(ctx, g, f, d, from, a.Cut.Clients+around-from); err != nil {
		return err
	}
	return a.tenPercent(ctx, g, f, d)
}

// topRows is how many of the largest clients the line lists: CR10 looks at as many.
const topRows = 10

// tenPercentMax bounds the list of clients on whom the firm depends. There are ten of
// them at most, but where losses eat up most of the revenue.
const tenPercentMax = 100

// tenPercent lists the clients on whom the firm depends (definitions 2.10): those with a
// tenth of the whole net revenue, which no filter makes smaller.
func (a *LineAnswer) tenPercent(ctx context.Context, g *Ground, f engine.Frame, d insight.Distribution) error {
	c := &a.Control
	whole := insight.Whole{Clients: a.Total.Plus(a.filtered), Unassigned: c.Unassigned.Amount, Quarantined: c.Quarantined.Amount, Open: c.Quarantined.WithoutAmount > 0}
	rows := a.TopRows
	bar, ok := whole.TenPercentBar()
	if ok {
		n, _, err := insight.Above(ctx, d, bar)
		if err != nil {
			return err
		}
		if n >= topRows {
			if rows, err = a.page(ctx, g, f, d, 0, min(n, tenPercentMax)+1); err != nil {
				return err
			}
		}
	}
	unlisted := insight.Value{}
	for _, r := range rows {
		switch {
		case ok && r.Revenue.Valid && r.Revenue.Int >= bar:
			a.TenPercent = append(a.TenPercent, r)
		case !unlisted.Valid && r.Revenue.Valid:
			unlisted = insight.Value(r.Revenue)
		}
	}
	a.TenPercentVerdict = insight.TenPercentRule(whole, unlisted)
	return nil
}

// concentrate computes section 2.7–2.10.
func (a *LineAnswer) concentrate(ctx context.Context, g *Ground, f engine.Frame, d insight.Distribution, s insight.Summary, in insight.Inputs) error {
	c := &a.Concentration
	conc := insight.ConcentrationOf(s)
	c.HHI, c.Effective = some(conc.HHI()), some(conc.Effective())
	if low, high, ok := conc.HHIInterval(in.Control.Unknown); ok {
		c.HHILow, c.HHIHigh = &low, &high
	}
	gini, err := giniOf(ctx, g.Engine, f)
	if err != nil {
		return err
	}
	c.Gini, c.GiniCorrected = some(gini.Index()), some(gini.Corrected())
	c.ShowCorrected = gini.ShowCorrected()
	for _, top := range []struct {
		n  int64
		to **float64
	}{{1, &c.CR1}, {5, &c.CR5}, {10, &c.CR10}} {
		r, err := insight.Top(ctx, d, top.n)
		if err != nil {
			return err
		}
		*top.to = some(insight.TopShare(r, s.PositiveSum))
	}
	v := &c.Verdict
	v.Join(in.Of(insight.OfConcentration).Rule())
	v.Join(insight.LorenzRule(s, false))
	v.Join(insight.HHIRule(conc, in.Control))
	v.Join(insight.TopShareRule(s.PositiveSum))
	return nil
}

// giniOf asks the engine for rank sums where it can give them, else for the values.
func giniOf(ctx context.Context, e engine.Engine, f engine.Frame) (insight.Gini, error) {
	if ranked, ok := e.(engine.Ranks); ok {
		parts, err := ranked.RankParts(ctx, f, metric.Revenue)
		if err != nil {
			return insight.Gini{}, err
		}
		out := make([]insight.RankPart, len(parts))
		for i, p := range parts {
			out[i] = insight.RankPart(p)
		}
		return insight.GiniOf(out), nil
	}
	rows, err := e.Page(ctx, f, engine.Page{By: metric.Revenue, Measures: []metric.ID{metric.Revenue}, Lo: 1, Hi: 1<<63 - 1, Limit: -1})
	if err != nil {
		return insight.Gini{}, err
	}
	values := make([]int64, len(rows))
	for i := range rows {
		values[i] = rows[i].Values[0].Int
	}
	l, err := insight.NewLorenz(values, false)
	if err != nil {
		return insight.Gini{}, err
	}
	return l.Gini(), nil
}

func some(v float64, ok bool) *float64 {
	if !ok {
		return nil
	}
	return &v
}
