package app

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"clientele/internal/engine"
	"clientele/internal/fault"
	"clientele/internal/ledger"
	"clientele/internal/money"
	"clientele/internal/period"
	"clientele/internal/planning"
	"clientele/internal/store"
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
	Planned int             // of these, months that every line of the plan covers
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

// planCell is a topic in a month of the window.
type planCell struct {
	topic      int64
	month      period.Date
	name       string
	free, held engine.Tally // of no client, and of clients
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
	p.besides()
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
	known  map[string]bool     // names that something is planned of
	lists  []int64             // topics of the plan, of any month
	clash  map[planKey][]int64 // topics of several lists that plan one line in one month
}

// planKey is a line in a month.
type planKey struct {
	name  string
	month period.Date
}

// frame holds the months that count.
func (p *planned) frame() engine.Frame {
	m := p.plan.Months
	return engine.Frame{Level: p.a.Question.Level, Current: period.Range{From: m.Start(0), To: m.Start(m.Len())}}
}

// collect finds what of a plan lies in the window.
func (p *planned) collect(ctx context.Context) error {
	topics, err := p.facts.Topics(ctx)
	if err != nil {
		return err
	}
	if err := p.choose(planNames(topics)); err != nil {
		return err
	}
	of := map[int64]string{}
	for _, t := range topics {
		if t.Kind == ledger.Planned && t.Detail == p.plan.Name {
			of[t.Number] = t.Name
			p.lists = append(p.lists, t.Number)
		}
	}
	p.window()
	var totals []engine.TopicTotal
	if p.plan.Months.Len() > 0 {
		if totals, err = p.facts.FactTotals(ctx, p.frame()); err != nil {
			return err
		}
	}
	p.known, p.clash = map[string]bool{}, map[planKey][]int64{}
	free := map[planKey]bool{} // told of no client, by one list
	for _, t := range totals {
		name, ok := of[t.Topic]
		if !ok {
			continue
		}
		if key := (planKey{name, t.Month}); t.Unassigned.Lines > 0 {
			if free[key] {
				p.stands.Twice = append(p.stands.Twice, fmt.Sprintf("%s of no client in %s", ledger.PlanLine(name).Words(), t.Month.YearMonth()))
			}
			free[key] = true
		}
		p.known[name] = true
		p.cells = append(p.cells, planCell{t.Topic, t.Month, name, t.Unassigned, t.Assigned})
		key := planKey{name, t.Month}
		p.clash[key] = append(p.clash[key], t.Topic)
	}
	p.cover()
	if len(p.cells) == 0 {
		return fault.New(fault.NotFound, "compare with a plan", fmt.Sprintf("the plan has nothing for %s", p.a.Windows.Current), "ask for a window that it covers: --window 2026; or import the plan of this one")
	}
	return nil
}

// cover counts the months that each line of the statement is planned for: what follows from
// lines of different months is no plan.
func (p *planned) cover() {
	months := map[string]int{}
	for key := range p.clash {
		if slices.Contains(ledger.PlanLines, ledger.PlanLine(key.name)) {
			months[key.name]++
		}
	}
	all := p.plan.Months.Len()
	p.stands.Months, p.plan.Planned = all, 0
	for i, name := range slices.Sorted(maps.Keys(months)) {
		n := months[name]
		if i == 0 || n < p.plan.Planned {
			p.plan.Planned = n
		}
		if n < all {
			p.stands.Short = append(p.stands.Short, fmt.Sprintf("%s for %d", ledger.PlanLine(name).Words(), n))
		}
	}
	if len(months) == 0 { // a plan of pools alone
		p.plan.Planned = all
	}
	p.stands.Planned = p.plan.Planned
}

// planNames are the names of all plans, in order of the alphabet.
func planNames(topics []engine.NumberedTopic) []string {
	var names []string
	for _, t := range topics {
		if t.Kind == ledger.Planned && !slices.Contains(names, t.Detail) {
			names = append(names, t.Detail)
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
		if words[i] = "plan:" + n; strings.ContainsAny(n, " '\"") {
			words[i] = strconv.Quote(words[i])
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
		p.stands.Cut = r.To != r.To.MonthStart() // the data end within a month
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
func (p *planned) sum(name string) money.Sum {
	var sum money.Sum
	for _, c := range p.cells {
		if c.name == name {
			sum = sum.Plus(c.free.Amount).Plus(c.held.Amount)
		}
	}
	return money.Quotient(sum, p.down(name)) // without a rest: every amount came at the ledger's scale
}

// down is how many units of a fact make one of the statement.
func (p *planned) down(name string) int64 {
	if name == string(ledger.PlanHours) {
		return 1
	}
	return money.Pow10(ledger.FactDecimals - p.a.Decimals)
}

// whole sets the whole of the plan beside the whole of the statement.
func (p *planned) whole() error {
	told := planning.Sheet{}
	for _, line := range ledger.PlanLines {
		if p.known[string(line)] {
			told[line] = p.sum(string(line))
		}
	}
	deepest := ledger.PlanLine(p.a.Layer)
	for _, c := range told.Contradictions(deepest) {
		p.stands.Contradictions = append(p.stands.Contradictions, fmt.Sprintf("%s is %s, and %s follows", strings.ToUpper(string(c.Line)), c.Planned.Format(p.a.Decimals), c.Follows.Format(p.a.Decimals)))
	}
	plan, actual := told.Complete(deepest), p.a.sheet()
	for _, line := range ledger.PlanLines {
		v, ok := plan[line]
		if _, own := told[line]; !ok || line == ledger.PlanProfit && (!own || !p.known[string(deepest)]) {
			continue // profit is what is left at the deepest layer, and stands there
		}
		x := PlanLine{Name: string(line), Cost: planning.IsCost(line), Time: line == ledger.PlanHours, Gap: Gap{Plan: v, Planned: true}}
		_, x.Told = told[line]
		if _, profit := told[ledger.PlanProfit]; profit && line == deepest {
			x.Told = true
		}
		if x.Told && x.Cost && v.Sign() < 0 {
			p.stands.Negative = append(p.stands.Negative, line.Words())
		}
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
	p.others()
	return nil
}

// settle is the variance where both sides are known.
func (g *Gap) settle(cost bool) {
	if g.Known() {
		g.Variance = planning.Variance(cost, g.Plan, g.Actual)
	}
}

// others are the lines that the plan calls by names of its own.
func (p *planned) others() {
	var names []string
	for name := range p.known {
		if !slices.Contains(ledger.PlanLines, ledger.PlanLine(name)) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		x := PlanLine{Name: name, Cost: true, Own: true, Told: true, Gap: Gap{Plan: p.sum(name), Planned: true}}
		if x.Actual, x.Came = p.a.costCalled(name); !x.Came {
			p.stands.Unknown = append(p.stands.Unknown, name)
		}
		x.settle(true)
		p.plan.Lines = append(p.plan.Lines, x)
	}
}

// besides notes what else bends the comparison: costs that are not known, and rows of plans
// that were set aside.
func (p *planned) besides() {
	p.stands.Uncosted = p.a.UncostedLines
	for i := range p.ground.Beside {
		if b := &p.ground.Beside[i]; b.Kind == ledger.Plans && p.tells(b.Batch) {
			p.stands.Aside += b.Control.Quarantined.Rows
		}
	}
}

// tells reports whether a batch tells of the plan. Topics are numbered from their batch on.
func (p *planned) tells(id string) bool {
	number, ok := store.Number(id)
	return ok && slices.ContainsFunc(p.lists, func(topic int64) bool { return topic>>batchBits == number })
}

// costCalled is the cost of a pool, a group of people or a kind of cost, by its name.
func (a *ProfitAnswer) costCalled(name string) (cost money.Sum, found bool) {
	for _, x := range a.Pools {
		if strings.EqualFold(x.Name, name) {
			cost, found = cost.Plus(x.Cost), true
		}
	}
	for _, x := range a.Groups {
		if strings.EqualFold(x.Name, name) && !found { // its pool is its cost
			cost, found = cost.Plus(x.Cost), true
		}
	}
	if found {
		return cost, true
	}
	for _, x := range a.Kinds {
		if strings.EqualFold(x.Kind, name) {
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

// plannedOnly is the plan of a client of whom the window holds nothing else; nil if there is
// none.
func (a *ProfitAnswer) plannedOnly(name string) *PlanRow {
	if a.Plan == nil {
		return nil
	}
	i := slices.IndexFunc(a.Plan.Rows, func(x PlanRow) bool { return x.ID == name || strings.EqualFold(x.Name, name) })
	if i < 0 {
		return nil
	}
	return &a.Plan.Rows[i]
}
