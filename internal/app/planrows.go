package app

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"clientele/internal/engine"
	"clientele/internal/ledger"
	"clientele/internal/metric"
	"clientele/internal/money"
	"clientele/internal/period"
	"clientele/internal/planning"
)

// planTerm is one column that is asked of the engine: what is planned of a line, how often it
// is told, or how often one list tells it in a month that others plan too.
type planTerm struct {
	line ledger.PlanLine
	list int64 // 0: of all
	rows bool
	in   period.Date
}

// clients sets the plan of each client beside what it left.
func (p *planned) clients(ctx context.Context, values map[string]string) error {
	var terms []planTerm
	var ask []engine.Term
	add := func(t planTerm, c planCell) {
		i := slices.Index(terms, t)
		if i < 0 {
			i = len(terms)
			terms, ask = append(terms, t), append(ask, engine.Term{Rows: t.rows})
		}
		ask[i].Topics = append(ask[i].Topics, engine.Weighted{Topic: c.topic, Month: c.month, Weight: 1})
	}
	for _, c := range p.cells {
		line := ledger.PlanLine(c.name)
		if !slices.Contains(ledger.PlanLines, line) {
			line = "" // of a client all the same
		}
		add(planTerm{line: line}, c)
		add(planTerm{line: line, rows: true}, c)
		if len(p.clash[planKey{c.name, c.month}]) > 1 && line != "" {
			add(planTerm{line, c.topic, true, c.month}, c)
		}
	}
	rows := newPlanRows(p, values)
	err := p.facts.Statements(ctx, p.frame(), engine.StatementAsk{Measures: []metric.ID{metric.Revenue}, Terms: ask}, func(s *engine.Statement) error {
		rows.add(s, terms)
		return nil
	})
	rows.finish()
	return err
}

// planRows gathers the planned clients.
type planRows struct {
	p      *planned
	lines  []ledger.PlanLine // that some client has a plan of
	values map[string]string // by which clients are added up; nil: each stands alone
	index  map[string]int
	names  []string
	shown  []string
	sheets []planning.Sheet
	actual map[string]*ProfitRow
	half   int // clients of whom a line is planned, and another that it has for others is not
}

func newPlanRows(p *planned, values map[string]string) *planRows {
	r := &planRows{p: p, lines: p.compared(), values: values, index: map[string]int{}, actual: map[string]*ProfitRow{}}
	for i := range p.a.Rows {
		r.actual[p.a.Rows[i].ID] = &p.a.Rows[i]
	}
	return r
}

// add takes the plan of one client, if it has one.
func (r *planRows) add(s *engine.Statement, terms []planTerm) {
	sheet, told := planning.Sheet{}, false
	lists := map[planTerm]int{}
	for k, t := range terms {
		v := s.Terms[k]
		switch {
		case v == 0 || t.line == "" && !t.rows:
		case t.list != 0:
			if key := (planTerm{line: t.line, in: t.in}); lists[key] == 0 {
				lists[key]++
			} else {
				r.p.stands.Twice = append(r.p.stands.Twice, fmt.Sprintf("%s of %s in %s", t.line.Words(), s.Client, t.in.YearMonth()))
			}
		case t.rows:
			told = true
			if _, have := sheet[t.line]; !have && t.line != "" {
				sheet[t.line] = money.Sum{}
			}
		default:
			sheet[t.line] = money.Quotient(money.FromInt64(v), r.p.down(string(t.line)))
		}
	}
	if !told {
		return
	}
	r.join(s, sheet)
}

// join adds a client to the row that it belongs to. What a client has no plan of, its row has
// none of either.
func (r *planRows) join(s *engine.Statement, sheet planning.Sheet) {
	id, name := s.Client, s.Name
	if r.values != nil {
		if id = r.values[id]; id == "" {
			id = None
		}
		name = id
	}
	for _, line := range r.lines {
		if _, ok := sheet[line]; !ok {
			r.half++
			break
		}
	}
	i, ok := r.index[id]
	if !ok {
		r.index[id] = len(r.names)
		r.names, r.shown, r.sheets = append(r.names, id), append(r.shown, name), append(r.sheets, sheet)
		return
	}
	for line := range r.sheets[i] {
		if v, ok := sheet[line]; ok {
			r.sheets[i][line] = r.sheets[i][line].Plus(v)
		} else {
			delete(r.sheets[i], line)
		}
	}
}

// compared are the lines of clients that the plan has: those of which some client has one.
func (p *planned) compared() []ledger.PlanLine {
	var out []ledger.PlanLine
	for _, line := range ledger.PlanLines {
		held := func(c planCell) bool { return c.name == string(line) && c.held.Lines > 0 }
		if line != ledger.PlanHours && slices.ContainsFunc(p.cells, held) {
			out = append(out, line)
		}
	}
	return out
}

// finish compares, and orders what is furthest below the plan first.
func (r *planRows) finish() {
	a, plan := r.p.a, r.p.plan
	r.p.stands.Half = r.half
	slices.Sort(r.p.stands.Twice)
	deepest := ledger.PlanLine(a.Layer)
	for i, id := range r.names {
		sheet := r.sheets[i].Complete(deepest)
		x := PlanRow{ID: id, Name: r.shown[i]}
		came := planning.Sheet{ledger.PlanRevenue: {}, ledger.PlanCM1: {}, ledger.PlanCM2: {}, ledger.PlanCM3: {}} // who is absent left nothing
		if a.steps.timed() != nil {
			came[ledger.PlanHours] = money.Sum{}
		}
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
