package app

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
	"clientele/internal/planning"
	"clientele/internal/verdict"
)

// PlanQuestion asks for a plan beside a statement.
type PlanQuestion struct {
	Name string // of the plan; "" where there is only one
}

// Plan is what was planned, beside what came (decision 19).
type Plan struct {
	Name    string
	Months  planning.Months // of the window
	Planned int             // of these, months that the plan covers
	Since   period.Date     // on which the first period begins that counts
	Lines   []PlanLine      // of the whole, in the order of the statement, then what the plan calls by other names
	// Left is the layer on which clients are compared, "" where no profit of them is planned.
	Left      ledger.PlanLine
	Rows      []PlanRow // planned clients, furthest below the plan first, then client_id
	Unsold    int64     // planned clients of whom the window holds nothing
	Unplanned int64     // clients with revenue that the plan does not name
	Surprise  money.Sum // their revenue
	Verdict   verdict.Verdict
}

// Gap is a plan beside what came. Variance is above 0 where profit is the better for it.
type Gap struct {
	Plan, Actual, Variance money.Sum
	Planned, Came          bool // whether each side is known
}

// Known reports whether both sides are, and so the variance.
func (g Gap) Known() bool { return g.Planned && g.Came }

// PlanLine is one line of the whole.
type PlanLine struct {
	Gap

	Name string
	Cost bool // more of it leaves less
	Time bool // microseconds, not money
	Own  bool // the plan's own name: a pool, a kind of cost, a group of people
	Told bool // it is planned as it stands, and does not only follow
}

// PlanRow is one planned client.
type PlanRow struct {
	ID, Name               string
	Revenue, Profit, Hours Gap
}

// planCell is a topic in a month that counts, with how much of it does.
type planCell struct {
	topic int64
	month period.Date
	name  string
	part  planning.Part
	free  money.Sum // of no client
	held  money.Sum // of clients
}

// plan sets the plan beside a statement.
func (a *ProfitAnswer) plan(ctx context.Context, g *Ground, values map[string]string) error {
	facts, ok := g.Engine.(engine.Facts)
	if !ok {
		return fault.New(fault.Usage, "compare with a plan", "this ledger holds no plans", "ask a workspace of files, and import the plan")
	}
	p := &planned{ground: g, facts: facts, a: a, plan: &Plan{Name: a.Question.Plan.Name}}
	if err := p.collect(ctx); err != nil {
		return err
	}
	a.Plan = p.plan
	if err := p.whole(); err != nil {
		return err
	}
	if err := p.clients(ctx, values); err != nil {
		return err
	}
	p.plan.Verdict = p.stands.Rule()
	return nil
}

// planned puts a comparison with a plan together.
type planned struct {
	ground *Ground
	facts  engine.Facts
	a      *ProfitAnswer
	plan   *Plan
	stands planning.Ground
	cells  []planCell
	known  map[string]bool // names that something is planned of
}

// collect finds what of a plan counts in the window.
func (p *planned) collect(ctx context.Context) error {
	topics, err := p.facts.Topics(ctx)
	if err != nil {
		return err
	}
	of := map[int64]ledger.Topic{}
	for _, t := range topics {
		if t.Kind == ledger.Planned {
			of[t.Number] = t.Topic
		}
	}
	if err := p.choose(planNames(topics)); err != nil {
		return err
	}
	p.window()
	totals, err := p.facts.FactTotals(ctx, engine.Frame{Level: p.a.Question.Level, Current: period.All})
	if err != nil {
		return err
	}
	p.known = map[string]bool{}
	cover := newCover(p.plan.Months)
	for _, t := range totals {
		topic, ok := of[t.Topic]
		if !ok || t.Month == period.NoDate {
			continue
		}
		name, months := topic.Plan()
		part := planning.PartOf(t.Month, months, p.plan.Months)
		if name != p.plan.Name || part.Counted == 0 {
			continue
		}
		if len(p.cells) == 0 || t.Month < p.plan.Since {
			p.plan.Since = t.Month
		}
		p.known[topic.Name] = true
		p.stands.Spread = p.stands.Spread || months > 1
		p.cells = append(p.cells, planCell{t.Topic, t.Month, topic.Name, part, t.Unassigned.Amount, t.Assigned.Amount})
		cover.see(topic.Name, t.Topic, t.Month, months)
	}
	p.plan.Planned, p.stands.Twice = cover.planned(), cover.twice
	p.stands.Months, p.stands.Planned = p.plan.Months.Len(), p.plan.Planned
	if p.plan.Planned == 0 {
		return fault.New(fault.NotFound, "compare with a plan", fmt.Sprintf("the plan has nothing for %s", p.a.Windows.Current), "ask for a window that it covers: --window 2026; or import the plan of this one")
	}
	return nil
}

// cover is which months a plan covers, and which of them twice.
type cover struct {
	months planning.Months
	by     map[[2]string]int64 // line and month → the topic that told it
	seen   map[string]bool     // months
	twice  []string
}

func newCover(months planning.Months) *cover {
	return &cover{months: months, by: map[[2]string]int64{}, seen: map[string]bool{}}
}

// see counts the months of one amount. Each list has topics of its own.
func (c *cover) see(line string, topic int64, start period.Date, months int) {
	for n := range c.months.Len() {
		day := c.months.Start(n)
		if day < start || day >= start.AddMonths(months) {
			continue
		}
		what := [2]string{line, day.YearMonth()}
		if by, have := c.by[what]; have && by != topic {
			c.twice = append(c.twice, what[0]+" in "+what[1])
		}
		c.by[what], c.seen[what[1]] = topic, true
	}
}

func (c *cover) planned() int { return len(c.seen) }

// planNames are the names of all plans, in order of the alphabet.
func planNames(topics []engine.NumberedTopic) []string {
	var names []string
	for _, t := range topics {
		if name, _ := t.Plan(); t.Kind == ledger.Planned && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// choose settles which plan is meant.
func (p *planned) choose(names []string) error {
	want := &p.plan.Name
	switch {
	case len(names) == 0:
		return fault.New(fault.NotFound, "compare with a plan", "no plan is known", "import one: clientele import budget.csv, with client, month and what is planned")
	case slices.Contains(names, *want) && *want != "", len(names) == 1 && *want == "":
		if *want == "" {
			*want = names[0]
		}
		return nil
	}
	words := make([]string, len(names))
	for i, n := range names {
		if words[i] = "plan:" + n; n == "" {
			words[i] = "plan: (without a name)"
		}
	}
	text := "there are several plans"
	if *want != "" {
		text = fmt.Sprintf("there is no plan called %q", *want)
	} else if names[0] == "" { // the one without a name is the plan
		return nil
	}
	return fault.New(fault.NotFound, "compare with a plan", text, "say which one, --compare "+strings.Join(words, " or --compare "))
}

// window is the months of the question: those of the sales where it has no ends.
func (p *planned) window() {
	r, span := p.a.Windows.Current, p.ground.Span
	if r.Open() {
		r = period.Range{From: max(r.From, span.From.MonthStart()), To: min(r.To, span.To)}
	} else {
		p.stands.Cut = !r.Aligned()
	}
	p.plan.Months = planning.MonthsOf(r)
	for n := range p.plan.Months.Len() {
		if p.plan.Months.Start(n) >= span.To {
			p.stands.Ahead++
		}
	}
}

// sum is what is planned under a name, of clients and of none: money in minor units.
func (p *planned) sum(name string) (money.Sum, error) {
	var parts []planning.Part
	var amounts []money.Sum
	for _, c := range p.cells {
		if c.name == name {
			parts, amounts = append(parts, c.part), append(amounts, c.free.Plus(c.held))
		}
	}
	return p.value(name, parts, amounts)
}

func (p *planned) value(name string, parts []planning.Part, amounts []money.Sum) (money.Sum, error) {
	v, ok := planning.Value(parts, amounts, p.down(name))
	if !ok {
		return v, engine.Overflow(nil)
	}
	return v, nil
}

// down is how many units of a fact make one of the statement.
func (p *planned) down(name string) int64 {
	if name == string(ledger.PlanHours) {
		return 1
	}
	return money.Pow10(ledger.FactDecimals - p.a.Decimals)
}

// whole sets the whole of the plan beside the whole of the statement.
func (p *planned) whole() (err error) {
	told := planning.Sheet{}
	for _, line := range ledger.PlanLines {
		if p.known[string(line)] {
			if told[line], err = p.sum(string(line)); err != nil {
				return err
			}
		}
	}
	deepest := ledger.PlanLine(p.a.Layer)
	for _, c := range told.Contradictions() {
		p.stands.Contradictions = append(p.stands.Contradictions, fmt.Sprintf("%s is %s, and %s follows", strings.ToUpper(string(c.Line)), c.Planned.Format(p.a.Decimals), c.Follows.Format(p.a.Decimals)))
	}
	plan, actual := told.Complete(deepest), p.a.sheet()
	for _, line := range ledger.PlanLines {
		v, ok := plan[line]
		if !ok || line == ledger.PlanProfit && line != deepest {
			continue
		}
		x := PlanLine{Name: string(line), Cost: planning.IsCost(line), Time: line == ledger.PlanHours, Gap: Gap{Plan: v, Planned: true}}
		_, x.Told = told[line]
		x.Actual, x.Came = actual[line]
		x.settle(x.Cost)
		p.plan.Lines = append(p.plan.Lines, x)
		switch line { //nolint:exhaustive // the layers
		case ledger.PlanCM1, ledger.PlanCM2, ledger.PlanCM3:
			if x.Came {
				p.plan.Left = line
			} else {
				p.stands.Deeper = strings.ToUpper(string(line))
			}
		}
	}
	return p.others()
}

// settle is the variance where both sides are known.
func (g *Gap) settle(cost bool) {
	if g.Known() {
		g.Variance = planning.Variance(cost, g.Plan, g.Actual)
	}
}

// others are the lines that the plan calls by names of its own.
func (p *planned) others() (err error) {
	var names []string
	for name := range p.known {
		if !slices.Contains(ledger.PlanLines, ledger.PlanLine(name)) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		x := PlanLine{Name: name, Cost: true, Own: true, Told: true, Gap: Gap{Planned: true}}
		if x.Plan, err = p.sum(name); err != nil {
			return err
		}
		if x.Actual, x.Came = p.a.costCalled(name); !x.Came {
			p.stands.Unknown = append(p.stands.Unknown, name)
		}
		x.settle(true)
		p.plan.Lines = append(p.plan.Lines, x)
	}
	return nil
}

// costCalled is the cost of a pool, a group of people or a kind of cost, by its name.
func (a *ProfitAnswer) costCalled(name string) (cost money.Sum, found bool) {
	for _, x := range a.Pools {
		if strings.EqualFold(x.Name, name) {
			cost, found = cost.Plus(x.Cost), true
		}
	}
	for _, x := range a.Groups {
		if strings.EqualFold(x.Name, name) && !found {
			cost, found = cost.Plus(x.Cost), true
		}
	}
	for _, x := range a.Kinds {
		if strings.EqualFold(x.Kind, name) && !found {
			cost, found = cost.Plus(x.Cost), true
		}
	}
	return cost, found
}

// sheet is the whole of the statement, the block without a client with it, down to the
// layer that is known.
func (a *ProfitAnswer) sheet() planning.Sheet {
	t, u := &a.Total, &a.Unassigned
	s := planning.Sheet{
		ledger.PlanUnused: a.Unused, ledger.PlanSustaining: a.Sustaining, ledger.PlanResult: a.Result,
		ledger.PlanRevenue: t.Revenue.Plus(u.Revenue), ledger.PlanDirect: t.Direct.Plus(u.Direct), ledger.PlanCM1: t.CM1.Plus(u.CM1),
	}
	if a.Layer != CM1 {
		s[ledger.PlanService], s[ledger.PlanCM2] = t.Service.Plus(u.Service), t.CM2.Plus(u.CM2)
	}
	if a.Layer == CM3 {
		s[ledger.PlanOwn], s[ledger.PlanCM3] = t.Own.Plus(u.Own), t.CM3.Plus(u.CM3)
	}
	s[ledger.PlanProfit] = s[ledger.PlanLine(a.Layer)]
	if hours := a.steps.timed(); hours != nil {
		var sum money.Sum
		for _, v := range hours {
			sum = sum.Add(v)
		}
		s[ledger.PlanHours] = sum
	}
	return s
}

// sheetOf is the statement of one client as far as it is known.
func (x *ProfitRow) sheetOf(l Layer) planning.Sheet {
	s := planning.Sheet{ledger.PlanRevenue: money.FromInt64(x.Terms.Revenue)}
	if x.Micros.Valid {
		s[ledger.PlanHours] = money.FromInt64(x.Micros.Int)
	}
	if !x.Profit.Valid {
		return s
	}
	s[ledger.PlanCM1] = money.FromInt64(x.Terms.CM1)
	if l != CM1 {
		s[ledger.PlanCM2] = money.FromInt64(x.Terms.CM2)
	}
	if l == CM3 {
		s[ledger.PlanCM3] = money.FromInt64(x.Terms.CM3)
	}
	return s
}

// planTerm is one column that is asked of the engine: a line, and the parts that count.
type planTerm struct {
	name string
	part planning.Part
}

// clients sets the plan of each client beside what it left.
func (p *planned) clients(ctx context.Context, values map[string]string) error {
	var terms []planTerm
	var ask []engine.Term
	for _, c := range p.cells {
		if !slices.Contains(ledger.PlanLines, ledger.PlanLine(c.name)) {
			continue
		}
		i := slices.Index(terms, planTerm{c.name, c.part})
		if i < 0 {
			i = len(terms)
			terms, ask = append(terms, planTerm{c.name, c.part}), append(ask, engine.Term{})
		}
		ask[i].Topics = append(ask[i].Topics, engine.Weighted{Topic: c.topic, Month: c.month, Weight: 1})
	}
	rows := newPlanRows(p, values)
	frame := engine.Frame{Level: p.a.Question.Level, Current: period.All}
	err := p.facts.Statements(ctx, frame, engine.StatementAsk{Measures: []metric.ID{metric.Revenue}, Terms: ask}, func(s *engine.Statement) error {
		return rows.add(s, terms)
	})
	rows.finish()
	return err
}

// planRows gathers the planned clients.
type planRows struct {
	p      *planned
	values map[string]string // by which clients are added up; nil: each stands alone
	index  map[string]int
	names  []string
	shown  []string
	sheets []planning.Sheet
	actual map[string]*ProfitRow
}

func newPlanRows(p *planned, values map[string]string) *planRows {
	r := &planRows{p: p, values: values, index: map[string]int{}, actual: map[string]*ProfitRow{}}
	for i := range p.a.Rows {
		r.actual[p.a.Rows[i].ID] = &p.a.Rows[i]
	}
	return r
}

// add takes the plan of one client; one of whom nothing but 0 is planned is not planned.
func (r *planRows) add(s *engine.Statement, terms []planTerm) error {
	if !slices.ContainsFunc(s.Terms, func(v int64) bool { return v != 0 }) {
		return nil
	}
	id, name := s.Client, s.Name
	if r.values != nil {
		if id = r.values[id]; id == "" {
			id = None
		}
		name = id
	}
	i, ok := r.index[id]
	if !ok {
		i = len(r.names)
		r.index[id] = i
		r.names, r.shown, r.sheets = append(r.names, id), append(r.shown, name), append(r.sheets, planning.Sheet{})
	}
	for _, line := range ledger.PlanLines {
		if !r.p.known[string(line)] {
			continue
		}
		var parts []planning.Part
		var amounts []money.Sum
		for k, t := range terms {
			if t.name == string(line) {
				parts, amounts = append(parts, t.part), append(amounts, money.FromInt64(s.Terms[k]))
			}
		}
		v, err := r.p.value(string(line), parts, amounts)
		if err != nil {
			return err
		}
		r.sheets[i][line] = r.sheets[i][line].Plus(v)
	}
	return nil
}

// finish compares, and orders what is furthest below the plan first.
func (r *planRows) finish() {
	a, plan := r.p.a, r.p.plan
	deepest := ledger.PlanLine(a.Layer)
	for i, id := range r.names {
		sheet := r.sheets[i].Complete(deepest)
		x := PlanRow{ID: id, Name: r.shown[i]}
		came := planning.Sheet{ledger.PlanRevenue: {}, ledger.PlanHours: {}, ledger.PlanCM1: {}, ledger.PlanCM2: {}, ledger.PlanCM3: {}} // who is absent left nothing
		if row := r.actual[id]; row != nil {
			came = row.sheetOf(a.Layer)
		}
		if row := r.actual[id]; row == nil || !row.Active {
			plan.Unsold++
		}
		x.Revenue = gapOf(sheet, came, ledger.PlanRevenue)
		x.Hours = gapOf(sheet, came, ledger.PlanHours)
		if plan.Left != "" {
			x.Profit = gapOf(sheet, came, plan.Left)
		}
		plan.Rows = append(plan.Rows, x)
	}
	slices.SortFunc(plan.Rows, func(x, y PlanRow) int {
		return cmp.Or(x.order().Cmp(y.order()), strings.Compare(x.ID, y.ID))
	})
	for i := range a.Rows {
		x := &a.Rows[i]
		if _, ok := r.index[x.ID]; !ok && x.Active && len(plan.Rows) > 0 { // a plan of the firm names no client
			plan.Unplanned++
			plan.Surprise = plan.Surprise.Add(x.Terms.Revenue)
		}
	}
}

// order is what planned clients are ordered by: profit, else revenue.
func (x *PlanRow) order() money.Sum {
	if x.Profit.Known() {
		return x.Profit.Variance
	}
	return x.Revenue.Variance
}

func gapOf(plan, came planning.Sheet, line ledger.PlanLine) Gap {
	var g Gap
	g.Plan, g.Planned = plan[line]
	g.Actual, g.Came = came[line]
	g.settle(planning.IsCost(line))
	return g
}

// Planned is what was planned of the client, nil where nothing was.
func (c *ClientAnswer) Planned() *PlanRow {
	if c.Plan == nil {
		return nil
	}
	i := slices.IndexFunc(c.Plan.Rows, func(x PlanRow) bool { return x.ID == c.Row.ID })
	if i < 0 {
		return nil
	}
	return &c.Plan.Rows[i]
}
