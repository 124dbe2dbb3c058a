package app

import (
	"context"
	"slices"
	"strings"

	"clientele/internal/costing"
	"clientele/internal/fault"
	"clientele/internal/ledger"
	"clientele/internal/metric"
	"clientele/internal/money"
	"clientele/internal/period"
)

// planLine explains a line of the plan: what was planned, of clients and of none, what came,
// and the rows that plan it.
func (x *profitWhy) planLine(ctx context.Context, name string) error {
	if ok, err := x.measure(metric.PlanVariance); !ok {
		return err
	}
	plan := x.p.Plan
	x.a.Verdict.Join(plan.Verdict)
	if ledger.PlanLine(name) == ledger.PlanProfit && plan.Left != "" {
		if i := slices.IndexFunc(plan.Lines, func(l PlanLine) bool { return l.Name == name }); i < 0 {
			name = string(plan.Left) // what is left at the deepest layer
		}
	}
	i := slices.IndexFunc(plan.Lines, func(l PlanLine) bool { return strings.EqualFold(l.Name, name) })
	if i < 0 {
		names := make([]string, len(plan.Lines))
		for k := range plan.Lines {
			names[k] = "plan." + plan.Lines[k].Name
		}
		return fault.New(fault.NotFound, "explain", "nothing is planned that is called "+name, "there are "+strings.Join(names, ", "))
	}
	l := &plan.Lines[i]
	x.gap(&l.Gap, l.Time)
	if !l.Told {
		x.a.Inputs = append(x.a.Inputs, Input{"how", "it follows from other lines of the plan"})
	}
	return x.planned(ctx, "", func(t ledger.Topic) bool {
		if t.Name == l.Name || t.Name == string(ledger.PlanProfit) && l.Name == string(plan.Left) {
			return true
		}
		return !l.Told && slices.Contains(ledger.PlanLines, ledger.PlanLine(t.Name)) // it follows from these
	})
}

// planClient explains what was planned of one client.
func (x *profitWhy) planClient(ctx context.Context, key string) error {
	if ok, err := x.measure(metric.PlanVariance); !ok {
		return err
	}
	rows := x.p.Plan.Rows
	x.a.Verdict.Join(x.p.Plan.Verdict)
	i := slices.IndexFunc(rows, func(r PlanRow) bool { return r.ID == key })
	if i < 0 { // by a name that only one has
		named := func(r PlanRow) bool { return strings.EqualFold(r.Name, key) }
		if i = slices.IndexFunc(rows, named); i >= 0 && slices.ContainsFunc(rows[i+1:], named) {
			return fault.New(fault.NotFound, "explain", "several clients are called "+key, "name one by its id: clientele why plan client "+rows[i].ID)
		}
	}
	if i < 0 {
		return fault.New(fault.NotFound, "explain", "the plan does not name "+key, "list whom it names with: clientele profit --compare plan --format csv")
	}
	r := &rows[i]
	main := &r.Profit
	if !main.Known() {
		main = &r.Revenue
	}
	x.gap(main, false)
	x.a.Inputs = nil
	for _, y := range []struct {
		name string
		gap  *Gap
		time bool
	}{{"revenue", &r.Revenue, false}, {string(x.p.Plan.Left), &r.Profit, false}, {"hours", &r.Hours, true}} {
		if y.gap.Planned {
			x.sides(strings.ToUpper(y.name)+" ", y.gap, y.time)
		}
	}
	x.a.Next = []string{"clientele why profit client " + r.ID}
	return x.planned(ctx, r.ID, func(ledger.Topic) bool { return true })
}

// gap is the variance as the value, with its two sides.
func (x *profitWhy) gap(g *Gap, time bool) {
	if g.Known() {
		x.a.Value = x.text(g.Variance, time)
	}
	x.sides("", g, time)
}

func (x *profitWhy) sides(what string, g *Gap, time bool) {
	x.a.Inputs = append(x.a.Inputs, Input{what + "plan", x.text(g.Plan, time)})
	if g.Came {
		x.a.Inputs = append(x.a.Inputs, Input{what + "actual", x.text(g.Actual, time)})
	}
}

// text is an amount of a plan: money, or hours.
func (x *profitWhy) text(s money.Sum, time bool) string {
	if time {
		return money.Quotient(s, costing.Hour/100).Format(2)
	}
	return s.Format(x.a.Decimals)
}

// planned lists the rows of the plan that count.
func (x *profitWhy) planned(ctx context.Context, client string, about func(ledger.Topic) bool) error {
	plan := x.p.Plan
	window := period.Range{From: plan.Months.Start(0), To: plan.Months.Start(plan.Months.Len())}
	return x.facts(ctx, window, client, func(t ledger.Topic) bool {
		return t.Kind == ledger.Planned && t.Detail == plan.Name && about(t)
	})
}
