package cli

import (
	"clientele/internal/app"
	"clientele/internal/insight"
	"clientele/internal/money"
)

// profitSchema names the document of the client statement.
const profitSchema = "clientele.profit/v1"

type profitDocument struct {
	heading

	Control controlDocument `json:"control"`
	Level   string          `json:"level"` // the deepest layer that the data allow
	Clients []clientProfit  `json:"clients"`
	termsDocument

	Unassigned  *string             `json:"unassigned"` // what the block without a client leaves
	Block       termsDocument       `json:"unassigned_block"`
	Unused      *string             `json:"unused_capacity"`
	Sustaining  *string             `json:"sustaining_cost"`
	Unallocated *string             `json:"unallocated_cost"`
	Adjustment  *string             `json:"adjustment"`
	Result      *string             `json:"result"`
	Residual    *string             `json:"closing_residual"`
	Coverage    coverageDocument    `json:"coverage"`
	Counts      profitCounts        `json:"counts"`
	Uncosted    uncostedDocument    `json:"uncosted"`
	Capacity    []capacityDocument  `json:"capacity"`
	Pools       []poolDocument      `json:"pools"`
	Robustness  *robustnessDocument `json:"robustness"`
	Range       *rangeDocument      `json:"range"`
	Comparison  *profitComparison   `json:"comparison"`
	Plan        *planDocument       `json:"plan"`
	Beside      []besideDocument    `json:"sources"`
	Verdict     verdictDocument     `json:"verdict"`
	Files       []fileDocument      `json:"files"`
	Revision    int64               `json:"revision"`
}

// termsDocument are the terms of a statement; a layer without data is null.
type termsDocument struct {
	Revenue *string `json:"revenue"`
	Direct  *string `json:"direct_cost"`
	CM1     *string `json:"cm1"`
	Service *string `json:"service_cost"`
	CM2     *string `json:"cm2"`
	Own     *string `json:"client_cost"`
	CM3     *string `json:"cm3"`
}

type clientProfit struct {
	Client string `json:"client"`
	Name   string `json:"name"`
	termsDocument

	Profit        *string  `json:"profit"` // at the level
	Margin        *float64 `json:"margin"`
	Hours         *float64 `json:"hours"`
	Low           *string  `json:"profit_low"` // under other assumptions of cost, where asked
	High          *string  `json:"profit_high"`
	Before        *string  `json:"profit_before"` // in the window that is compared with
	Clients       *int64   `json:"clients"`       // that the row adds up; null: it is one
	RankByRevenue int64    `json:"rank_by_revenue"`
	RankByProfit  *int64   `json:"rank_by_profit"`
	Uncosted      *string  `json:"uncosted_revenue"`
	Loss          *string  `json:"loss"`
	LossUnder     []string `json:"loss_under"`
}

type coverageDocument struct {
	Traced *float64 `json:"traced"`
	Driven *float64 `json:"driven"`
	Pooled *float64 `json:"pooled"`
}

type profitCounts struct {
	Total      int64 `json:"total"`
	Profitable int64 `json:"profitable"`
	Zero       int64 `json:"zero"`
	Loss       int64 `json:"loss"`
	Unknown    int64 `json:"unknown"`
}

type uncostedDocument struct {
	Lines   int64  `json:"lines"`
	Revenue string `json:"revenue"`
}

type capacityDocument struct {
	Group     string  `json:"group"`
	Cost      string  `json:"cost"`
	Practical float64 `json:"practical_hours"`
	Assumed   bool    `json:"practical_assumed"`
	Used      float64 `json:"used_hours"`
	Rate      *string `json:"rate_per_hour"`
	Assigned  string  `json:"assigned_cost"`
	Unused    *string `json:"unused_cost"` // null where nobody knows the hours
	Booked    bool    `json:"booked"`
}

type poolDocument struct {
	Pool      string  `json:"pool"`
	Kind      *string `json:"kind"`
	Layer     string  `json:"layer"`
	Driver    *string `json:"driver"`
	Declared  bool    `json:"declared"`
	Cost      string  `json:"cost"`
	Allocated string  `json:"allocated"`
}

type robustnessDocument struct {
	Drivers   []string         `json:"drivers"`
	Shared    string           `json:"shared_cost"`
	LossAll   int64            `json:"loss_all"`
	ProfitAll int64            `json:"profit_all"`
	Depends   int64            `json:"depends"`
	Clients   []driverDocument `json:"clients"`
	Settle    []string         `json:"settle"`
	Verdict   verdictDocument  `json:"verdict"`
}

type driverDocument struct {
	Client string            `json:"client"`
	Loss   string            `json:"loss"`
	Under  []string          `json:"loss_under"`
	Result map[string]string `json:"result_by_driver"`
}

type besideDocument struct {
	Batch string  `json:"batch"`
	File  string  `json:"file"`
	Facts string  `json:"facts"`
	Rows  int64   `json:"rows"`
	Total string  `json:"total"`
	Unit  *string `json:"unit"` // seconds, count; null for money
}

// termsOf writes the terms of a statement down to its layer. Where nothing is known of direct
// cost, neither is CM1.
func termsOf[T any](a *app.ProfitAnswer, t *app.Terms[T], write func(T) string) termsDocument {
	d, l := termsDocument{Revenue: known(write(t.Revenue))}, a.Layer
	if a.DirectKnown {
		d.Direct, d.CM1 = known(write(t.Direct)), known(write(t.CM1))
	}
	if l != app.CM1 {
		d.Service, d.CM2 = known(write(t.Service)), known(write(t.CM2))
	}
	if l == app.CM3 {
		d.Own, d.CM3 = known(write(t.Own)), known(write(t.CM3))
	}
	return d
}

func profitDocumentOf(a *app.ProfitAnswer) profitDocument {
	p := purseOf(&a.Answer)
	d := profitDocument{
		heading: headingOf(profitSchema, &a.Answer, a.Question.Level, a.Dates), Control: controlOf(&a.Control, p), Level: string(a.Layer),
		Clients: []clientProfit{}, Counts: countsOf(a), Capacity: []capacityDocument{}, Pools: []poolDocument{}, Beside: besidesOf(a.Beside),
		Uncosted: uncostedDocument{a.UncostedLines, p.exact(a.Uncosted)}, Verdict: verdictOf(a.Verdict), Files: filesOf(a.Files), Revision: a.Revision,
	}
	if refusedAnswer(&a.Answer) {
		return d
	}
	sum := func(s money.Sum) *string { return known(p.exact(s)) }
	d.termsDocument, d.Block = termsOf(a, &a.Total, p.exact), termsOf(a, &a.Unassigned, p.exact)
	d.Unassigned, d.Unused, d.Sustaining, d.Unallocated = sum(a.Unassigned.At(a.Layer)), sum(a.Unused), sum(a.Sustaining), sum(a.Unallocated)
	d.Adjustment, d.Result, d.Residual = sum(a.Adjustment), sum(a.Result), sum(a.Residual)
	d.Coverage.Traced, d.Coverage.Driven, d.Coverage.Pooled = a.Coverage.Shares()
	for i := range a.Rows {
		d.Clients = append(d.Clients, clientProfitOf(a, &a.Rows[i], p))
	}
	for _, g := range a.Groups {
		one := capacityDocument{Group: g.Name, Cost: p.exact(g.Cost), Practical: inHours(g.Practical), Assumed: g.PracticalAssumed, Used: inHours(g.Used), Rate: g.Rate, Assigned: p.exact(g.Assigned), Booked: g.Booked}
		if g.Rate != nil {
			one.Unused = sum(g.Unused)
		}
		d.Capacity = append(d.Capacity, one)
	}
	for _, x := range a.Pools {
		d.Pools = append(d.Pools, poolDocument{x.Name, known(x.Kind), x.Layer, known(x.Driver), x.Declared, p.exact(x.Cost), p.exact(x.Allocated)})
	}
	d.Robustness, d.Range, d.Comparison, d.Plan = robustnessOf(a, p), rangeOf(a, p), profitComparisonOf(a, p), planOf(a, p)
	return d
}

// rangeDocument is between what the figures lie under other assumptions of cost.
type rangeDocument struct {
	Assumptions []string       `json:"assumptions"`
	Peak        boundsDocument `json:"peak"`
	Total       boundsDocument `json:"total"`
	Erosion     boundsDocument `json:"erosion"`
	Loss        boundsDocument `json:"loss"`
	Certain     int64          `json:"loss_under_all"`
}

type boundsDocument struct {
	Low  string `json:"low"`
	High string `json:"high"`
}

func rangeOf(a *app.ProfitAnswer, p purse) *rangeDocument {
	if a.Range == nil {
		return nil
	}
	x := a.Range
	bounds := func(b app.Bounds) boundsDocument { return boundsDocument{p.exact(b.Low), p.exact(b.High)} }
	return &rangeDocument{
		append([]string{}, x.Assumptions...), bounds(x.Peak), bounds(x.Total), bounds(x.Erosion), boundsDocument{x.Loss.Low.Format(0), x.Loss.High.Format(0)}, x.Certain,
	}
}

// profitComparison is the same statement of another window.
type profitComparison struct {
	Window windowDocument `json:"window"`
	Level  string         `json:"level"`
	termsDocument

	Result  *string         `json:"result"`
	Counts  profitCounts    `json:"counts"`
	Whale   *whaleFigures   `json:"whale"`
	Curve   []whalePoint    `json:"curve"`
	Moved   []movedDocument `json:"changed_sign"`
	Verdict verdictDocument `json:"verdict"`
}

func profitComparisonOf(a *app.ProfitAnswer, p purse) *profitComparison {
	b := a.Before
	if b == nil {
		return nil
	}
	d := &profitComparison{Window: windowOf(&b.Answer, b.Dates), Level: string(b.Layer), Counts: countsOf(b), Curve: []whalePoint{}, Moved: []movedDocument{}, Verdict: verdictOf(b.Verdict)}
	if refusedAnswer(&b.Answer) {
		return d
	}
	d.termsDocument, d.Result, d.Whale, d.Curve = termsOf(b, &b.Total, p.exact), known(p.exact(b.Result)), whaleFiguresOf(b, p), curveOf(b, p)
	for _, m := range a.Moved {
		d.Moved = append(d.Moved, movedDocument{m.ID, m.Name, p.exactUnits(m.Before), p.exactUnits(m.After)})
	}
	return d
}

func whaleFiguresOf(a *app.ProfitAnswer, p purse) *whaleFigures {
	w := a.Whale
	d := &whaleFigures{Peak: p.exact(w.Peak), Total: p.exact(w.Total), Erosion: p.exact(w.Erosion), PeakClients: w.PeakClients}
	if ratio, ok := w.PeakRatio(); ok {
		d.PeakRatio = &ratio
	}
	return d
}

func curveOf(a *app.ProfitAnswer, p purse) []whalePoint {
	out := []whalePoint{}
	for _, x := range a.Curve() {
		out = append(out, whalePoint{x.Clients, p.exact(x.Sum)})
	}
	return out
}

// besidesOf are the batches of costs, times and events behind an answer.
func besidesOf(list []app.Beside) []besideDocument {
	out := []besideDocument{}
	for _, b := range list {
		out = append(out, besideDocument{
			b.Batch, b.File, string(b.Kind), b.Control.Loaded.Rows, b.Control.Loaded.Amount.Format(b.Decimals), known(string(app.UnitOf(b.Kind))),
		})
	}
	return out
}

func countsOf(a *app.ProfitAnswer) profitCounts {
	w := a.Whale
	return profitCounts{Total: w.Clients + a.Unknown, Profitable: w.Profitable, Zero: w.Zero, Loss: w.Loss, Unknown: a.Unknown}
}

func clientProfitOf(a *app.ProfitAnswer, x *app.ProfitRow, p purse) clientProfit {
	d := clientProfit{Client: x.ID, Name: x.Name, RankByRevenue: x.RankByRevenue, Loss: known(x.Label), LossUnder: append([]string{}, x.Under...)}
	d.Hours = hoursOf(x.Micros)
	if !x.Profit.Valid {
		d.Revenue, d.Uncosted = known(p.exactUnits(x.Terms.Revenue)), known(p.exactUnits(x.Uncosted))
		return d
	}
	d.termsDocument = termsOf(a, &x.Terms, p.exactUnits)
	d.Profit, d.RankByProfit = known(p.exactUnits(x.Profit.Int)), &x.RankByProfit
	d.Margin = marginOf(x.Profit.Int, x.Base)
	if x.Before.Valid {
		d.Before = known(p.exactUnits(x.Before.Int))
	}
	if x.Clients > 0 {
		d.Clients = &x.Clients
	}
	if a.Range != nil {
		d.Low, d.High = known(p.exactUnits(x.Low)), known(p.exactUnits(x.High))
	}
	if x.Uncosted != 0 {
		d.Uncosted = known(p.exactUnits(x.Uncosted))
	}
	return d
}

// marginOf is profit/revenue, null where revenue is not above 0.
func marginOf(profit, revenue int64) *float64 {
	v, ok := money.Ratio(money.FromInt64(profit), money.FromInt64(revenue))
	if !ok {
		return nil
	}
	return &v
}

func hoursOf(micros insight.Value) *float64 {
	if !micros.Valid {
		return nil
	}
	v := inHours(micros.Int)
	return &v
}

// inHours is a time in microseconds as hours.
func inHours(micros int64) float64 { return float64(micros) / 3.6e9 }

func robustnessOf(a *app.ProfitAnswer, p purse) *robustnessDocument {
	if len(a.Drivers) == 0 {
		return nil
	}
	d := &robustnessDocument{
		Drivers: a.Drivers, Shared: p.exact(a.Shared), LossAll: a.LossAll, ProfitAll: a.ProfitAll, Depends: a.Depends, Clients: []driverDocument{},
		Settle: append([]string{}, a.Settle...), Verdict: verdictOf(a.Robustness),
	}
	for i := range a.Rows {
		x := &a.Rows[i]
		if x.Label == "" {
			continue
		}
		result := map[string]string{}
		for k, v := range x.ByDriver {
			result[a.Drivers[k]] = p.exactUnits(v)
		}
		d.Clients = append(d.Clients, driverDocument{x.ID, x.Label, append([]string{}, x.Under...), result})
	}
	return d
}
