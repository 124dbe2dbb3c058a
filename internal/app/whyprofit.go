package app

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sort"
	"strconv"
	"strings"

	"clientele/internal/costing"
	"clientele/internal/engine"
	"clientele/internal/fault"
	"clientele/internal/ledger"
	"clientele/internal/metric"
	"clientele/internal/money"
	"clientele/internal/period"
)

// profitNumber is a figure of the statement of clients.
type profitNumber struct {
	id     metric.ID
	value  func(a *ProfitAnswer) string
	inputs func(a *ProfitAnswer) []Input
	deep   Layer                                      // of which it is a figure; "" of all
	facts  func(a *ProfitAnswer, t ledger.Topic) bool // whose rows stand behind it; nil: those of its inputs do
}

func profitMoney(id metric.ID, pick func(a *ProfitAnswer) money.Sum, inputs func(a *ProfitAnswer) []Input) profitNumber {
	return profitNumber{id: id, value: func(a *ProfitAnswer) string { return pick(a).Format(a.Decimals) }, inputs: inputs}
}

func profitCount(id metric.ID, pick func(a *ProfitAnswer) int64) profitNumber {
	return profitNumber{id: id, value: func(a *ProfitAnswer) string { return rows(pick(a)) }}
}

// at says of which layer a number is.
func (n profitNumber) at(l Layer) profitNumber {
	n.deep = l
	return n
}

// of says which rows stand behind a number.
func (n profitNumber) of(facts func(a *ProfitAnswer, t ledger.Topic) bool) profitNumber {
	n.facts = facts
	return n
}

// inLayer are the costs that are booked to clients, and the pools, at a layer.
func inLayer(layer string) func(a *ProfitAnswer, t ledger.Topic) bool {
	return func(a *ProfitAnswer, t ledger.Topic) bool {
		switch t.Kind { //nolint:exhaustive // the others are no costs of a layer
		case ledger.DirectCost, ledger.ClientCost:
			return slices.ContainsFunc(a.Kinds, func(k KindRow) bool { return k.Kind == t.Name && k.Layer == layer })
		case ledger.PoolCost:
			return slices.ContainsFunc(a.Pools, func(p PoolRow) bool { return p.Name == t.Name && p.Kind == t.Detail && p.Layer == layer })
		default:
			return false
		}
	}
}

// ofPeople are the costs and the times of people.
func ofPeople(_ *ProfitAnswer, t ledger.Topic) bool {
	return t.Kind == ledger.CapacityCost || t.Kind == ledger.PracticalTime || t.Kind == ledger.ContractTime
}

// anyCost are all costs.
func anyCost(_ *ProfitAnswer, t ledger.Topic) bool {
	return t.Kind == ledger.DirectCost || t.Kind == ledger.ClientCost || t.Kind == ledger.PoolCost || t.Kind == ledger.CapacityCost
}

// ofService are the costs and the times of serving: of people, of pools, and those booked to
// clients. Where a pool says what people cost, the list of people does not.
func ofService(a *ProfitAnswer, t ledger.Topic) bool {
	pooled := func(team string) bool {
		return slices.ContainsFunc(a.Groups, func(g GroupRow) bool { return g.Name == team && g.PeopleCost != nil })
	}
	switch t.Kind { //nolint:exhaustive // the others are as below
	case ledger.CapacityCost:
		return !pooled(t.Detail)
	case ledger.PoolCost:
		return pooled(t.Name) || inLayer("cm2")(a, t)
	case ledger.Effort, ledger.Unbilled:
		return true
	}
	return ofPeople(a, t) || inLayer("cm2")(a, t)
}

// profitNumbers are the figures of the documents of profit and of the whale curve, by path.
var profitNumbers = map[string]profitNumber{
	"profit.revenue":          profitMoney(metric.Revenue, func(a *ProfitAnswer) money.Sum { return a.Total.Revenue }, nil),
	"profit.direct_cost":      profitMoney(metric.DirectCost, func(a *ProfitAnswer) money.Sum { return a.Total.Direct }, kindInputs(CM1, func(t *Terms[money.Sum]) money.Sum { return t.Direct })).of(inLayer("cm1")),
	"profit.cm1":              profitMoney(metric.MarginCM1, func(a *ProfitAnswer) money.Sum { return a.Total.CM1 }, resultInputs).of(inLayer("cm1")),
	"profit.service_cost":     profitMoney(metric.MarginCM2, func(a *ProfitAnswer) money.Sum { return a.Total.Service }, serviceInputs).of(ofService).at(CM2),
	"profit.cm2":              profitMoney(metric.MarginCM2, func(a *ProfitAnswer) money.Sum { return a.Total.CM2 }, resultInputs).of(ofService).at(CM2),
	"profit.client_cost":      profitMoney(metric.MarginCM3, func(a *ProfitAnswer) money.Sum { return a.Total.Own }, kindInputs(CM3, func(t *Terms[money.Sum]) money.Sum { return t.Own })).of(inLayer("cm3")).at(CM3),
	"profit.cm3":              profitMoney(metric.MarginCM3, func(a *ProfitAnswer) money.Sum { return a.Total.CM3 }, resultInputs).of(anyCost).at(CM3),
	"profit.unassigned":       profitMoney(metric.MarginCM3, func(a *ProfitAnswer) money.Sum { return a.Unassigned.At(a.Layer) }, unassignedInputs),
	"profit.unused_capacity":  profitMoney(metric.UnusedCapacity, func(a *ProfitAnswer) money.Sum { return a.Unused }, capacityInputs).of(ofPeople),
	"profit.sustaining_cost":  profitMoney(metric.SustainingCost, func(a *ProfitAnswer) money.Sum { return a.Sustaining }, poolInputs).of(inLayer("sustaining")),
	"profit.adjustment":       profitMoney(metric.ClosingResidual, func(a *ProfitAnswer) money.Sum { return a.Adjustment }, adjustmentInputs),
	"profit.result":           profitMoney(metric.Result, func(a *ProfitAnswer) money.Sum { return a.Result }, resultInputs).of(anyCost),
	"profit.closing_residual": profitMoney(metric.ClosingResidual, func(a *ProfitAnswer) money.Sum { return a.Residual }, resultInputs),
	"profit.loss_all":         profitCount(metric.LossRobustness, func(a *ProfitAnswer) int64 { return a.LossAll }),
	"profit.profit_all":       profitCount(metric.LossRobustness, func(a *ProfitAnswer) int64 { return a.ProfitAll }),
	"profit.depends":          profitCount(metric.LossRobustness, func(a *ProfitAnswer) int64 { return a.Depends }),
	"efforts.booked_hours": booked(func(b *costBook) (int64, bool) {
		return ofClients(slices.Collect(maps.Values(b.hours))...), len(b.hours) > 0
	}),
	"efforts.unbilled_hours": booked(func(b *costBook) (int64, bool) { return ofClients(b.unbilled), b.unbilled != nil }),
	"efforts.internal_hours": booked(func(b *costBook) (int64, bool) { return b.internal, len(b.hours) > 0 || b.internal != 0 }),
	"coverage.traced":        coverageNumber(0),
	"coverage.driven":        coverageNumber(1),
	"coverage.pooled":        coverageNumber(2),
	"whale.peak":             profitMoney(metric.WhalePeak, func(a *ProfitAnswer) money.Sum { return a.Whale.Peak }, whaleInputs),
	"whale.total":            profitMoney(metric.WhaleErosion, func(a *ProfitAnswer) money.Sum { return a.Whale.Total }, whaleInputs),
	"whale.erosion":          profitMoney(metric.WhaleErosion, func(a *ProfitAnswer) money.Sum { return a.Whale.Erosion }, whaleInputs),
	"whale.peak_clients":     profitCount(metric.WhalePeak, func(a *ProfitAnswer) int64 { return a.Whale.PeakClients }),
	"whale.peak_ratio": {id: metric.WhalePeakRatio, value: func(a *ProfitAnswer) string {
		v, ok := a.Whale.PeakRatio()
		return ratio(some(v, ok))
	}, inputs: whaleInputs},
	"zones.green": profitCount(metric.WhaleZone, func(a *ProfitAnswer) int64 { return a.Whale.Green }),
	"zones.blue":  profitCount(metric.WhaleZone, func(a *ProfitAnswer) int64 { return a.Whale.Blue }),
	"zones.flat":  profitCount(metric.WhaleZone, func(a *ProfitAnswer) int64 { return a.Whale.Flat }),
	"zones.red":   profitCount(metric.WhaleZone, func(a *ProfitAnswer) int64 { return a.Whale.Red }),
}

func coverageNumber(which int) profitNumber {
	return profitNumber{id: metric.CostCoverage, value: func(a *ProfitAnswer) string {
		traced, driven, pooled := a.Coverage.Shares()
		return ratio([]*float64{traced, driven, pooled}[which])
	}, inputs: func(a *ProfitAnswer) []Input {
		c := a.Coverage
		return []Input{{"traced", c.Traced.Format(a.Decimals)}, {"driven", c.Driven.Format(a.Decimals)}, {"pooled", c.Pooled.Format(a.Decimals)}}
	}}
}

// resultInputs are the lines from revenue down to the result, as deep as the data allow.
func resultInputs(a *ProfitAnswer) []Input {
	f := func(s money.Sum) string { return s.Format(a.Decimals) }
	out := append(termInputs(&a.Total, a), Input{"what names no client", f(a.Unassigned.At(a.Layer))})
	return append(out,
		Input{"less unused capacity", f(a.Unused)}, Input{"less sustaining cost", f(a.Sustaining)}, Input{"less unallocated", f(a.Unallocated)},
		Input{"adjustment", f(a.Adjustment)}, Input{"result", f(a.Result)})
}

// termInputs are the terms down to the layer that is known.
func termInputs(t *Terms[money.Sum], a *ProfitAnswer) []Input {
	f := func(s money.Sum) string { return s.Format(a.Decimals) }
	out := []Input{{"revenue", f(t.Revenue)}, {"less direct cost", f(t.Direct)}, {"CM1", f(t.CM1)}}
	if a.Layer != CM1 {
		out = append(out, Input{"less service", f(t.Service)}, Input{"CM2", f(t.CM2)})
	}
	if a.Layer == CM3 {
		out = append(out, Input{"less costs of clients alone", f(t.Own)}, Input{"CM3", f(t.CM3)})
	}
	return out
}

func unassignedInputs(a *ProfitAnswer) []Input { return termInputs(&a.Unassigned, a) }

func adjustmentInputs(a *ProfitAnswer) []Input {
	return []Input{{"charged to clients, and not in the accounts of the window", a.Adjustment.Format(a.Decimals)}}
}

// kindInputs are the kinds of cost that are booked to clients at a layer, and the shares of
// pools; less what of both names no client.
func kindInputs(layer Layer, of func(*Terms[money.Sum]) money.Sum) func(a *ProfitAnswer) []Input {
	return func(a *ProfitAnswer) []Input {
		return nobodys(append(layerKinds(a, layer), layerPools(a, layer)...), a, of(&a.Unassigned))
	}
}

// layerPools are the shares of pools that clients bear at a layer.
func layerPools(a *ProfitAnswer, layer Layer) []Input {
	var out []Input
	for _, p := range a.Pools {
		if p.Layer == string(layer) && p.Driver != "" {
			out = append(out, Input{p.Name + " by " + p.Driver, p.Allocated.Format(a.Decimals)})
		}
	}
	return out
}

// nobodys adds what names no client to the inputs, where there is any.
func nobodys(out []Input, a *ProfitAnswer, free money.Sum) []Input {
	if free.IsZero() {
		return out
	}
	return append(out, Input{"less what names no client", free.Format(a.Decimals)})
}

// layerKinds are the kinds of cost that are booked to clients at a layer.
func layerKinds(a *ProfitAnswer, layer Layer) []Input {
	var out []Input
	for _, k := range a.Kinds {
		name := k.Kind
		if k.Rows > 0 {
			name = strings.TrimSpace(name + " (" + rowsWord(k.Rows) + ")")
		}
		if k.Layer == string(layer) {
			out = append(out, Input{name, k.Cost.Format(a.Decimals)})
		}
	}
	return out
}

func serviceInputs(a *ProfitAnswer) []Input {
	var out []Input
	for _, g := range a.Groups {
		out = append(out, Input{g.Name, g.Assigned.Format(a.Decimals)})
	}
	out = append(append(out, layerPools(a, CM2)...), layerKinds(a, CM2)...)
	return nobodys(out, a, a.Unassigned.Service)
}

func capacityInputs(a *ProfitAnswer) []Input {
	var out []Input
	for _, g := range a.Groups {
		if g.Rate == nil { // nobody knows its hours: its cost is unallocated
			continue
		}
		out = append(out, Input{g.Name, fmt.Sprintf("%s of %s h used, %s an hour, unused %s", hoursOf(g.Used), hoursOf(g.Practical), *g.Rate, g.Unused.Format(a.Decimals))})
	}
	return out
}

// poolInputs are the pools that keep the firm going.
func poolInputs(a *ProfitAnswer) []Input {
	var out []Input
	for _, p := range a.Pools {
		if p.Layer == string(costing.Sustaining) {
			out = append(out, Input{p.Name, p.Cost.Format(a.Decimals)})
		}
	}
	return out
}

func whaleInputs(a *ProfitAnswer) []Input {
	w := a.Whale
	return []Input{
		{"level", string(a.Layer)},
		{"P*, profits of clients that leave one", w.Peak.Format(a.Decimals)},
		{"P, of all clients", w.Total.Format(a.Decimals)},
		{"clients with a profit", rows(w.Profitable)},
		{"with neither", rows(w.Zero)},
		{"with a loss", rows(w.Loss)},
	}
}

// profitFamilies are figures that name what they are about: a client, a cell, a line of a
// plan.
var profitFamilies = []struct {
	prefix  string
	explain func(x *profitWhy, ctx context.Context, rest string) error
}{
	{"profit client ", (*profitWhy).statement},
	{"plan client ", (*profitWhy).planClient},
	{"plan.", (*profitWhy).planLine},
	{"matrix.", (*profitWhy).cell},
	{"small_like_large.", (*profitWhy).alike},
	{"bridge.", (*profitWhy).bar},
	{"costs.", (*profitWhy).cost},
}

// profitName reports whether a number is one of the statement of clients, and its path.
func profitName(name string) (string, bool) {
	if _, ok := profitNumbers[name]; ok {
		return name, true
	}
	for _, f := range profitFamilies {
		if strings.HasPrefix(name, f.prefix) {
			return name, true
		}
	}
	paths := make([]string, 0, len(profitNumbers))
	for path, n := range profitNumbers {
		if string(n.id) == name && n.id != metric.Revenue {
			paths = append(paths, path)
		}
	}
	sort.Strings(paths)
	if len(paths) > 0 {
		return paths[0], true
	}
	return name, false
}

// profitWhy explains a figure of the statement of clients.
type profitWhy struct {
	*why

	p *ProfitAnswer
	a *WhyAnswer
}

// whyProfit explains a figure of the statement of clients, or of what is made of it.
func (w *Workspace) whyProfit(ctx context.Context, st *state, q WhyQuestion, name string) (a *WhyAnswer, err error) {
	g, err := w.ground(ctx, st, GroundRequest{Kind: q.Kind, Costs: true})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, g.Engine.Close()) }()
	ask := ProfitQuestion{Window: q.Line.Window, AsOf: q.Line.AsOf, Level: q.Line.Level}
	if strings.HasPrefix(name, "plan") {
		ask.Plan = &PlanQuestion{Name: q.Plan}
	}
	p, err := Profit(ctx, g, ask)
	if err != nil {
		return nil, err
	}
	a = &WhyAnswer{Answer: p.Answer, Span: g.Span, Name: name}
	x := &profitWhy{why: &why{w: w, st: st, g: g, q: q}, p: p, a: a}
	for _, f := range profitFamilies {
		if rest, ok := strings.CutPrefix(name, f.prefix); ok {
			return a, f.explain(x, ctx, strings.TrimSpace(rest))
		}
	}
	return a, x.figure(ctx, profitNumbers[name])
}

// measure names what is explained; false where profit is refused, so that there is no value.
func (x *profitWhy) measure(id metric.ID) (bool, error) {
	var err error
	x.a.Measure, err = metric.Find(id)
	return err == nil && x.p.Layer != "", err
}

// figure explains a figure of the whole.
func (x *profitWhy) figure(ctx context.Context, n profitNumber) error {
	if ok, err := x.measure(n.id); !ok {
		return err
	}
	p, a := x.p, x.a
	if n.deep != "" && n.deep > p.Layer {
		return nil // a layer that nothing is known of
	}
	a.Value = n.value(p)
	if n.inputs != nil {
		a.Inputs = n.inputs(p)
	}
	if strings.HasPrefix(x.a.Name, "whale.") || strings.HasPrefix(x.a.Name, "zones.") {
		x.who(p.zoned(x.a.Name))
	}
	for i := range p.Rows {
		if len(a.Next) < 3 && p.Rows[len(p.Rows)-1-i].Profit.Valid {
			a.Next = append(a.Next, "clientele why profit client "+p.Rows[len(p.Rows)-1-i].ID)
		}
	}
	if n.facts == nil {
		return nil
	}
	return x.facts(ctx, p.Windows.Current, "", func(t ledger.Topic) bool { return n.facts(p, t) })
}

// facts lists the rows behind a figure: of one client, or of all for "".
func (x *profitWhy) facts(ctx context.Context, window period.Range, client string, about func(ledger.Topic) bool) error {
	source, ok := x.g.Engine.(engine.FactLines)
	if !ok {
		return nil
	}
	ask := engine.FactAsk{Client: client, Limit: int64(x.q.Limit) + 1}
	for _, t := range x.p.steps.book.topics {
		if about(t.Topic) {
			ask.Topics = append(ask.Topics, t.Number)
		}
	}
	refs, err := source.FactsBehind(ctx, engine.Frame{Level: x.p.Question.Level, Current: window}, ask)
	if err != nil {
		return err
	}
	if len(refs) > x.q.Limit {
		refs, x.a.More = refs[:x.q.Limit], 1
	}
	return x.traceFacts(ctx, x.a, x.p, refs)
}

// statement explains what one client leaves: every step, and the rows of the files behind
// its costs, times and events.
func (x *profitWhy) statement(ctx context.Context, key string) error {
	c, err := Client(x.p, key, nil)
	if err != nil {
		return err
	}
	id := map[Layer]metric.ID{CM1: metric.MarginCM1, CM2: metric.MarginCM2, CM3: metric.MarginCM3, "": metric.MarginCM3}[x.p.Layer]
	if ok, err := x.measure(id); !ok {
		return err
	}
	a := x.a
	if c.Row.Profit.Valid {
		a.Value = format(c.Row.Profit.Int, a.Decimals)
	}
	for _, s := range c.Steps {
		name := s.Name
		if s.How != "" {
			name += ", " + s.How
		}
		a.Inputs = append(a.Inputs, Input{name, format(s.Amount, a.Decimals)})
	}
	a.Next = []string{"clientele why client " + c.Row.ID}
	return x.facts(ctx, x.p.Windows.Current, c.Row.ID, func(t ledger.Topic) bool { return t.Kind != ledger.Planned })
}

// traceFacts reads the records of facts in the originals.
func (y *why) traceFacts(ctx context.Context, a *WhyAnswer, p *ProfitAnswer, refs []engine.FactRef) error {
	for _, r := range refs {
		b, ok := y.st.snapshot.Batch(r.Batch)
		if !ok {
			return fault.New(fault.Failed, "explain", "batch "+r.Batch+" is not in the record", "run 'clientele rebuild'")
		}
		found, err := y.w.rowsOf(ctx, &b, []int64{r.Line})
		if err != nil {
			return err
		}
		topic := p.steps.topic(r.Topic)
		for _, row := range found {
			a.Rows = append(a.Rows, TracedRow{SourceRow: row, Amount: factText(topic, r.Amount, a.Decimals), Note: topicText(topic)})
		}
	}
	return nil
}

// topic is what a fact of the statement is about.
func (c *statement) topic(number int64) ledger.Topic {
	i := slices.IndexFunc(c.book.topics, func(t engine.NumberedTopic) bool { return t.Number == number })
	if i < 0 {
		return ledger.Topic{}
	}
	return c.book.topics[i].Topic
}

// factText is the amount of a fact: money at the ledger's scale, time in hours.
func factText(t ledger.Topic, v int64, decimals uint8) string {
	switch t.Kind {
	case ledger.Effort, ledger.Unbilled, ledger.PracticalTime, ledger.ContractTime, ledger.Equation:
		return hoursOf(v) + " h"
	case ledger.Event:
		return money.Amount{Units: v, Decimals: ledger.FactDecimals}.Trim().String()
	case ledger.Planned:
		if t.Name == string(ledger.PlanHours) {
			return hoursOf(v) + " h"
		}
	case ledger.DirectCost, ledger.Uncosted, ledger.ClientCost, ledger.PoolCost, ledger.CapacityCost, ledger.Receivable:
	}
	return money.Quotient(money.FromInt64(v), money.Pow10(ledger.FactDecimals-decimals)).Format(decimals)
}

// topicText says what a fact is about.
func topicText(t ledger.Topic) string {
	if t.Kind == ledger.Planned {
		text := "planned " + ledger.PlanLine(t.Name).Words()
		if t.Detail != "" {
			text += ", " + t.Detail
		}
		return text
	}
	parts := []string{strings.ReplaceAll(string(t.Kind), "_", " ")}
	for _, s := range []string{t.Name, t.Detail} {
		if s != "" {
			parts = append(parts, strconv.Quote(s))
		}
	}
	return strings.Join(parts, " ")
}
