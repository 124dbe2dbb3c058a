package app

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"clientele/internal/costing"
	"clientele/internal/fault"
	"clientele/internal/insight"
	"clientele/internal/money"
)

// ClientAnswer is the statement of one client with every step.
type ClientAnswer struct {
	*ProfitAnswer

	Row    ProfitRow
	Steps  []Step
	Target *Target // nil: none was asked
}

// Step is one line of a client's statement.
type Step struct {
	Layer  string // revenue, cm1, cm2, cm3
	Name   string
	How    string // how the amount came about
	Amount int64  // minor units; costs are below 0
	Total  bool   // what is left at a layer
	// Unknown says that the amount is not known: what the client's sales cost is not.
	Unknown bool
}

// Target is what it would take to reach a margin.
type Target struct {
	Margin  money.Fraction
	Revenue insight.Value // at which the margin is reached, with the same cost
	Change  insight.Value // of the price, in basis points
	Save    insight.Value // time to save at the same revenue, microseconds; null: no saving is enough
}

// Client picks the statement of one client out of all: by id, by name, or by a part of the
// name that only one has.
func Client(a *ProfitAnswer, name string, margin *money.Fraction) (*ClientAnswer, error) {
	c := &ClientAnswer{ProfitAnswer: a}
	if a.Layer == "" {
		return c, nil // refused: nothing is known of what clients cost
	}
	at, err := a.find(name)
	if x := a.plannedOnly(name); err != nil && x != nil {
		c.Row = ProfitRow{ID: x.ID, Name: x.Name, Profit: insight.Value{Valid: true}} // it left nothing
		return c, nil
	}
	if err != nil {
		return nil, err
	}
	c.Row = a.Rows[at]
	row, err := a.rowOf(&c.Row)
	if err != nil {
		return nil, err
	}
	c.Steps = a.steps.stepsOf(row)
	if !c.Row.Profit.Valid {
		for i := range c.Steps {
			c.Steps[i].Unknown = c.Steps[i].Total
		}
		return c, nil // no target either: nobody knows how far it is
	}
	if margin != nil {
		c.Target = a.steps.target(row, *margin)
	}
	return c, nil
}

// rowOf is the row of a client in the cost book. One row of an attribute is many of it.
func (a *ProfitAnswer) rowOf(x *ProfitRow) (int, error) {
	row := slices.Index(a.steps.book.ids, x.ID)
	if row < 0 || x.Clients > 0 {
		return 0, fault.New(fault.Usage, "find the client", "a row by "+a.Question.By+" is many clients", "ask about one of them, without --by "+a.Question.By)
	}
	return row, nil
}

// find is the place of a client among the rows.
func (a *ProfitAnswer) find(name string) (int, error) {
	lower := strings.ToLower(name)
	tests := []func(*ProfitRow) bool{
		func(x *ProfitRow) bool { return x.ID == name },
		func(x *ProfitRow) bool { return x.Name == name },
		func(x *ProfitRow) bool { return strings.EqualFold(x.Name, name) || strings.EqualFold(x.ID, name) },
		func(x *ProfitRow) bool { return strings.Contains(strings.ToLower(x.Name), lower) },
	}
	for _, fits := range tests {
		var found []int
		for i := range a.Rows {
			if fits(&a.Rows[i]) {
				found = append(found, i)
			}
		}
		switch {
		case len(found) == 1:
			return found[0], nil
		case len(found) > 1:
			const most = 5
			var names []string
			for _, i := range found[:min(most, len(found))] {
				names = append(names, a.Rows[i].ID+" "+a.Rows[i].Name)
			}
			return 0, fault.New(fault.NotFound, "find the client", fmt.Sprintf("%d clients are called like %q", len(found), name), "name one by its id: "+strings.Join(names, ", "))
		}
	}
	return 0, fault.New(fault.NotFound, "find the client", fmt.Sprintf("there is no client %q in the window", name), "list them with: clientele profit --limit 0")
}

// stepsOf are the lines of a row's statement.
func (c *statement) stepsOf(i int) []Step {
	b, r, in := c.book, c.result, &c.in
	show := func(v int64) string { return money.FromInt64(v).Format(c.a.Decimals) }
	steps := []Step{{Layer: "revenue", Name: "Revenue", How: fmt.Sprintf("orders: %d, lines above 0: %d; less credit notes", b.orders[i], b.lines[i]), Amount: in.Revenue[i]}}
	add := func(layer, name, how string, v int64) {
		if v != 0 {
			steps = append(steps, Step{Layer: layer, Name: name, How: how, Amount: -v})
		}
	}
	total := func(layer Layer, v int64) {
		steps = append(steps, Step{Layer: string(layer), Name: strings.ToUpper(string(layer)), Amount: v, Total: true})
	}
	add("cm1", "Direct cost", "booked with what was sold", b.direct[i])
	c.poolSteps(i, costing.CM1, add)
	total(CM1, r.CM1[i])
	if c.a.Layer == CM1 {
		return steps
	}
	for k, g := range r.Capacities {
		rate, _ := g.Rate(0)
		add("cm2", g.Name, fmt.Sprintf("%s h at %s an hour%s", hoursOf(in.Used[k][i]), rate.Format(c.a.Decimals), c.estimated(g, i)), r.ByGroup[k][i])
	}
	for _, name := range slices.Sorted(maps.Keys(b.service)) {
		add("cm2", name, "booked to the client", b.service[name][i])
	}
	c.poolSteps(i, costing.CM2, add)
	total(CM2, r.CM2[i])
	if c.a.Layer == CM2 {
		return steps
	}
	for _, name := range slices.Sorted(maps.Keys(b.own)) {
		how := "booked to the client"
		if b.lends(name) {
			how = fmt.Sprintf("mean balance %s, %s a year", show(b.balance[i]/int64(max(1, len(b.months)))), c.g.CostPolicy.CreditRate)
		}
		add("cm3", name, how, b.own[name][i])
	}
	c.poolSteps(i, costing.CM3, add)
	total(CM3, r.CM3[i])
	return steps
}

// estimated says how the time of a group without time sheets came about.
func (c *statement) estimated(g costing.Capacity, i int) string {
	if g.Booked {
		return ", booked"
	}
	var parts []string
	for _, e := range c.book.equations {
		if e.group != g.Name {
			continue
		}
		q := c.book.events[e.of]
		if q == nil || q[i] == 0 {
			continue
		}
		name := e.of.name
		if e.of.driver != "" {
			name += " " + e.of.driver
		}
		minutes := money.Quotient(money.FromInt64(e.micros), 60_000_000).Format(0)
		parts = append(parts, fmt.Sprintf("%s × %s %s min", money.Quotient(money.FromInt64(q[i]), 1_000_000).Format(0), name, minutes))
	}
	if len(parts) == 0 {
		return ""
	}
	return ": " + strings.Join(parts, ", ")
}

func (c *statement) poolSteps(i int, layer costing.Layer, add func(layer, name, how string, v int64)) {
	for k, p := range c.in.Pools {
		if p.Layer != layer || c.result.ByPool[k] == nil {
			continue
		}
		how := "a share of " + money.FromInt64(p.Cost).Format(c.a.Decimals) + " by " + p.Driver
		if !p.Declared {
			how += ", the default"
		}
		add(string(layer), p.Name, how, c.result.ByPool[k][i])
	}
}

// target is what it would take for a row to reach a margin.
func (c *statement) target(i int, margin money.Fraction) *Target {
	t := &Target{Margin: margin}
	terms := c.terms(i)
	cost := terms.Revenue - terms.At(c.a.Layer)
	if v, ok := costing.RevenueFor(cost, margin); ok {
		t.Revenue = insight.Value{Int: v, Valid: true}
		if terms.Revenue > 0 {
			change, fits := money.Quotient(money.Product(v-terms.Revenue, 10_000), terms.Revenue).Int64()
			t.Change = insight.Value{Int: change, Valid: fits}
		}
	}
	var micros, timeCost int64
	for k := range c.in.Groups {
		micros += c.in.Used[k][i]
		timeCost += c.result.ByGroup[k][i]
	}
	if v, ok := costing.EffortFor(terms.Revenue, cost, timeCost, micros, margin); ok {
		t.Save = insight.Value{Int: v, Valid: true}
	}
	return t
}

// hoursOf is a time in microseconds for people.
func hoursOf(micros int64) string {
	return money.Quotient(money.FromInt64(micros), costing.Hour/100).Format(2)
}
