package cli

import (
	"fmt"
	"strings"

	"clientele/internal/app"
	"clientele/internal/ledger"
	"clientele/internal/money"
)

// planDocument is a plan beside what came. A variance is above 0 where profit is the better
// for it: more revenue, or less cost.
type planDocument struct {
	Name      *string         `json:"name"`
	From      string          `json:"from"` // the months that count
	To        string          `json:"to"`   // the last of them
	Months    int             `json:"months"`
	Planned   int             `json:"planned_months"`
	Level     *string         `json:"level"` // on which clients are compared; null: on revenue alone
	Lines     []planLine      `json:"lines"`
	Clients   []planClient    `json:"clients"`
	Unsold    int64           `json:"planned_without_activity"`
	Unplanned unplannedTotals `json:"unplanned"`
	Verdict   verdictDocument `json:"verdict"`
}

type unplannedTotals struct {
	Clients int64  `json:"clients"`
	Revenue string `json:"revenue"`
}

type planLine struct {
	Line string `json:"line"`
	gapDocument

	Cost bool `json:"cost"`  // more of it leaves less
	Own  bool `json:"own"`   // the plan's own name: a pool, a kind of cost, a group
	Told bool `json:"given"` // false: it follows from other lines of the plan
}

// gapDocument is a plan beside what came: money, or hours. What is not known is null.
type gapDocument struct {
	Plan     *string `json:"plan"`
	Actual   *string `json:"actual"`
	Variance *string `json:"variance"`
}

type planClient struct {
	Client  string       `json:"client"`
	Name    string       `json:"name"`
	Revenue *gapDocument `json:"revenue"`
	Profit  *gapDocument `json:"profit"`
	Hours   *gapDocument `json:"hours"`
}

// lineWords are the lines of a plan for people.
var lineWords = map[ledger.PlanLine]string{
	ledger.PlanRevenue: "Revenue", ledger.PlanDirect: "Direct cost", ledger.PlanCM1: "CM1", ledger.PlanService: "Service", ledger.PlanCM2: "CM2",
	ledger.PlanOwn: "Costs of the client alone", ledger.PlanCM3: "CM3", ledger.PlanProfit: "Profit", ledger.PlanHours: "Hours",
	ledger.PlanUnused: "Unused capacity", ledger.PlanSustaining: "Cost that keeps the firm going", ledger.PlanResult: "Result",
}

// gapOf writes both sides in full.
func gapOf(g *app.Gap, write func(money.Sum) string) gapDocument {
	var d gapDocument
	if g.Planned {
		d.Plan = known(write(g.Plan))
	}
	if g.Came {
		d.Actual = known(write(g.Actual))
	}
	if g.Known() {
		d.Variance = known(write(g.Variance))
	}
	return d
}

// exactHours is a time in microseconds in hours with four decimals, for programs.
func exactHours(s money.Sum) string { return money.Quotient(s, 360_000).Format(4) }

func planOf(a *app.ProfitAnswer, p purse) *planDocument {
	x := a.Plan
	if x == nil {
		return nil
	}
	d := &planDocument{
		Name: known(x.Name), From: x.Months.Start(0).YearMonth(), To: x.Months.Start(x.Months.Len() - 1).YearMonth(), Months: x.Months.Len(), Planned: x.Planned,
		Level: known(string(x.Left)), Lines: []planLine{}, Clients: []planClient{}, Unsold: x.Unsold, Unplanned: unplannedTotals{x.Unplanned, p.exact(x.Surprise)},
		Verdict: verdictOf(x.Verdict),
	}
	for i := range x.Lines {
		l := &x.Lines[i]
		d.Lines = append(d.Lines, planLine{l.Name, gapOf(&l.Gap, p.planned(l.Time)), l.Cost, l.Own, l.Told})
	}
	for i := range x.Rows {
		d.Clients = append(d.Clients, planClientOf(&x.Rows[i], p))
	}
	return d
}

// planned writes an amount of a plan for programs: money, or hours.
func (p purse) planned(time bool) func(money.Sum) string {
	if time {
		return exactHours
	}
	return p.exact
}

func planClientOf(x *app.PlanRow, p purse) planClient {
	d := planClient{Client: x.ID, Name: x.Name}
	for _, g := range []struct {
		gap  *app.Gap
		time bool
		to   **gapDocument
	}{{&x.Revenue, false, &d.Revenue}, {&x.Profit, false, &d.Profit}, {&x.Hours, true, &d.Hours}} {
		if g.gap.Planned {
			one := gapOf(g.gap, p.planned(g.time))
			*g.to = &one
		}
	}
	return d
}

// planSheet is the list of planned clients for programs.
func planSheet(a *app.ProfitAnswer, p purse) *sheet {
	s := &sheet{columns: []column{{"client", "", false, false}, {"name", "", false, false}}}
	for _, what := range []string{"revenue", "profit", "hours"} {
		for _, side := range []string{"_plan", "_actual", "_variance"} {
			s.columns = append(s.columns, column{what + side, "", true, false})
		}
	}
	for i := range a.Plan.Rows {
		d := planClientOf(&a.Plan.Rows[i], p)
		cells := []string{d.Client, d.Name}
		for _, g := range []*gapDocument{d.Revenue, d.Profit, d.Hours} {
			if g == nil {
				g = &gapDocument{}
			}
			cells = append(cells, given(g.Plan), given(g.Actual), given(g.Variance))
		}
		s.rows = append(s.rows, cells)
	}
	return s
}

// planGrid is the list of planned clients for people: revenue and profit, and by how much
// each is off.
func planGrid(a *app.ProfitAnswer, rows []app.PlanRow, p purse) *grid {
	left := strings.ToUpper(string(a.Plan.Left))
	g := &grid{columns: []column{{"name", whatOf(a), false, true}, {"revenue_plan", "revenue plan", true, false}, {"revenue_variance", "variance", true, false}}}
	if left != "" {
		g.columns = append(g.columns, column{"profit_plan", left + " plan", true, false}, column{"profit_variance", "variance", true, false})
	}
	cell := func(have bool, s money.Sum) string {
		if !have {
			return dash
		}
		return p.whole(s)
	}
	for i := range rows {
		x := &rows[i]
		cells := []string{clean(named(x.ID, x.Name)), cell(x.Revenue.Planned, x.Revenue.Plan), cell(x.Revenue.Known(), x.Revenue.Variance)}
		if left != "" {
			cells = append(cells, cell(x.Profit.Planned, x.Profit.Plan), cell(x.Profit.Known(), x.Profit.Variance))
		}
		g.rows = append(g.rows, cells)
	}
	return g
}

// planned sets the plan beside the whole, and lists the clients furthest below theirs.
func (t theme) planned(b *strings.Builder, a *app.ProfitAnswer, p purse, limit int) {
	x := a.Plan
	if x == nil {
		return
	}
	b.WriteString("\n")
	t.planLines(b, x, p)
	if len(x.Rows) > 0 {
		b.WriteString("\n")
		rows := x.Rows
		if limit > 0 {
			rows = rows[:min(limit, len(rows))]
		}
		planGrid(a, rows, p).trimmed().draw(b, t)
		if more := len(x.Rows) - len(rows); more > 0 {
			b.WriteString(t.dim(counted(int64(more), whatOf(a))+" more, all of them with --limit 0") + "\n")
		}
	}
	b.WriteString("\n")
	if x.Unsold > 0 {
		t.block(b, "Plan", counted(x.Unsold, whatOf(a))+" planned, and nothing came in the window")
	}
	if x.Unplanned > 0 {
		t.block(b, "Plan", fmt.Sprintf("%s not in the plan, with revenue of %s", counted(x.Unplanned, whatOf(a)), p.named(x.Surprise)))
	}
	t.doubts(b, x.Verdict)
}

// planLines draws the lines of the whole.
func (t theme) planLines(b *strings.Builder, x *app.Plan, p purse) {
	title := "Against the plan"
	if x.Name != "" {
		title += " " + clean(x.Name)
	}
	g := &grid{columns: []column{{"line", title, false, true}, {"plan", "plan", true, false}, {"actual", "actual", true, false}, {"variance", "variance", true, false}}}
	for i := range x.Lines {
		l := &x.Lines[i]
		write := p.whole
		if l.Time {
			write = func(s money.Sum) string { return hours(s, ledger.FactDecimals) + " h" }
		}
		cells := []string{lineText(l), write(l.Plan), dash, dash}
		if l.Came {
			cells[2] = write(l.Actual)
		}
		if l.Known() {
			cells[3] = write(l.Variance)
		}
		switch ledger.PlanLine(l.Name) { //nolint:exhaustive // what is left
		case ledger.PlanCM1, ledger.PlanCM2, ledger.PlanCM3, ledger.PlanResult:
			for k := range cells {
				cells[k] = t.bold(cells[k])
			}
		}
		g.rows = append(g.rows, cells)
	}
	g.draw(b, t)
}

// lineText is a line of a plan for people.
func lineText(l *app.PlanLine) string {
	if word := lineWords[ledger.PlanLine(l.Name)]; word != "" {
		return word
	}
	return clean(l.Name)
}

// plannedClient says how far a client is from its plan.
func (t theme) plannedClient(b *strings.Builder, c *app.ClientAnswer, p purse) {
	if c.Plan == nil {
		return
	}
	x := c.Planned()
	if x == nil {
		t.block(b, "Plan", "the plan does not name this client")
		return
	}
	var parts []string
	add := func(name string, g *app.Gap, write func(money.Sum) string) {
		if g.Known() {
			parts = append(parts, fmt.Sprintf("%s %s, planned %s", name, write(g.Actual), write(g.Plan)))
		}
	}
	add("revenue", &x.Revenue, p.amount)
	add(strings.ToUpper(string(c.Plan.Left)), &x.Profit, p.amount)
	add("hours", &x.Hours, func(s money.Sum) string { return hours(s, ledger.FactDecimals) })
	t.block(b, "Plan", strings.Join(parts, "; "))
	t.doubts(b, c.Plan.Verdict)
}
