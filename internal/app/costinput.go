package app

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"clientele/internal/costing"
	"clientele/internal/engine"
	"clientele/internal/intake"
	"clientele/internal/ledger"
	"clientele/internal/money"
	"clientele/internal/verdict"
)

// The drivers by which shared cost can be spread.
const (
	byHours   = "hours"
	byLabour  = "labour"
	byRevenue = "revenue"
	byOrders  = "orders"
	byEqual   = "equal"

	// viewDrivers is how many of them the proof against drivers uses: those of every firm.
	viewDrivers = 5
)

// input puts the columns of the costing together.
func (c *statement) input() error {
	b := c.book
	n := len(b.ids)
	c.in = costing.Input{Revenue: b.revenue, Direct: b.direct, Service: make([]int64, n), Own: make([]int64, n)}
	for _, name := range slices.Sorted(maps.Keys(b.service)) {
		if err := accumulate(c.in.Service, b.service[name]); err != nil {
			return err
		}
	}
	if err := c.credit(); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(b.own)) {
		if err := accumulate(c.in.Own, b.own[name]); err != nil {
			return err
		}
	}
	c.groups()
	if err := c.drivers(); err != nil {
		return err
	}
	c.pools()
	k := &c.known
	k.Direct, k.Own, k.Pools = anyOf(b.direct) || b.costed, len(b.own) > 0, len(b.pools) > 0
	k.Service = len(c.in.Groups) > 0 || len(b.service) > 0
	for _, p := range c.in.Pools {
		k.Service = k.Service || p.Layer == costing.CM2
		k.Own = k.Own || p.Layer == costing.CM3
	}
	for i, v := range b.revenue {
		k.Revenue, k.Uncosted = k.Revenue.Add(v), k.Uncosted.Add(b.uncosted[i])
	}
	k.UncostedLines = b.uncostedLines
	return nil
}

// creditKind is what waiting for money is called among the costs of a client alone; and so
// where the accounts have a kind of cost of that name, which stays beside it.
const (
	creditKind    = "Cost of credit"
	creditImputed = "Cost of credit, imputed" //nolint:gosec // no password
)

// credit takes off what it costs to wait for money, where the firm says its rate: mean
// balance at the ends of the months of the window, for as long as the window is. The
// accounts do not contain it, so that it is an adjustment (definitions 3.5, 3.6).
func (c *statement) credit() error {
	b := c.book
	rate, err := money.ParseFraction(c.g.CostPolicy.CreditRate)
	if c.g.CostPolicy.CreditRate == "" || err == nil && rate.Num == 0 || len(b.months) == 0 {
		return nil
	}
	if err != nil {
		return err
	}
	months := int64(len(b.months))
	if w := c.a.Windows.Current; !w.Open() {
		months = int64(max(1, w.Months()))
	}
	b.credit = creditKind
	if _, booked := b.own[creditKind]; booked {
		b.credit = creditImputed
	}
	cost := make([]int64, len(b.ids))
	var total money.Sum
	for i, sum := range b.balance {
		v, ok := costing.CostOfCredit(sum, rate, months, 12*int64(len(b.months)))
		if !ok {
			return engine.Overflow(nil)
		}
		cost[i] = v
		total = total.Add(v)
	}
	b.own[b.credit] = cost
	var ok bool
	if c.in.Imputed, ok = total.Int64(); !ok {
		return engine.Overflow(nil)
	}
	b.kinds[b.credit] = &KindRow{Kind: b.credit, Layer: string(CM3), Declared: true, Cost: total}
	c.a.Verdict.Join(c.lent(int(months)))
	return nil
}

// lent flags a cost of credit that rests on few balances, or that stands beside one in the
// accounts.
func (c *statement) lent(months int) verdict.Verdict {
	var v verdict.Verdict
	b := c.book
	if known := len(b.months); known < months {
		v.Add(verdict.Reason{
			Code: "credit_months", Status: verdict.Flag, Bias: verdict.Unknown, Text: fmt.Sprintf("what clients owe is known at the end of %d of the %d months; their mean stands for all", known, months),
			Supply: "lists of balances at the ends of the other months",
		})
	}
	if len(b.earlier) > 0 {
		slices.Sort(b.earlier)
		v.Add(verdict.Reason{Code: "credit_earlier", Text: "what was owed on an earlier day of a month is no balance at its end, and is not added: " + strings.Join(slices.Compact(b.earlier), ", ")})
	}
	if b.credit == creditImputed {
		v.Add(verdict.Reason{
			Code: "credit_twice", Status: verdict.Flag, Bias: verdict.Low, Text: "a cost of credit is booked to clients, and one is imputed beside it", Supply: "one of them: clientele costs credit 0 leaves the booked one",
		})
	}
	return v
}

// accumulate adds a column to another; it fails beyond 64 bits.
func accumulate(to, what []int64) error {
	for i, v := range what {
		if err := increase(&to[i], v); err != nil {
			return err
		}
	}
	return nil
}

func anyOf(list []int64) bool {
	for _, v := range list {
		if v != 0 {
			return true
		}
	}
	return false
}

// groups are the people, with the time that each row took of them: as booked where they
// keep time sheets, else by the time equations.
func (c *statement) groups() {
	b := c.book
	byGroup := map[string][]costing.Equation{}
	for _, e := range b.equations {
		byGroup[e.group] = append(byGroup[e.group], costing.Equation{Group: e.group, Event: e.of.name, Driver: e.of.driver, Micros: e.micros})
	}
	for _, s := range b.groups {
		g := costing.Group{Name: s.name, Cost: s.cost, Practical: s.practical, Contract: s.contract, Booked: s.booked}
		if s.pooled { // the accounts say what these people cost
			g.Cost = s.pool
		}
		used := b.hours[s.name]
		if !s.booked {
			used = costing.Time(byGroup[s.name], len(b.ids), func(name, driver string) []int64 { return b.events[event{name, driver}] })
		}
		c.in.Groups, c.in.Used = append(c.in.Groups, g), append(c.in.Used, used)
	}
}

// drivers are the columns that cost can be spread by.
func (c *statement) drivers() error {
	b := c.book
	n := len(b.ids)
	hours, equal := make([]int64, n), make([]int64, n)
	for _, name := range slices.Sorted(maps.Keys(b.hours)) {
		if err := accumulate(hours, b.hours[name]); err != nil {
			return err
		}
	}
	for i, active := range b.active {
		if active {
			equal[i] = 1
		}
	}
	c.in.Drivers = []costing.Driver{
		{Name: byHours, Weights: hours, Causal: true},
		{Name: byLabour, Weights: b.labour, Causal: true},
		{Name: byRevenue, Weights: b.revenue},
		{Name: byOrders, Weights: b.events[event{name: "order"}], Causal: true}, // as time equations count them
		{Name: byEqual, Weights: equal},
	}
	var names []string
	for e := range b.events {
		if e.driver == "" && e.name != "order" {
			names = append(names, e.name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		c.in.Drivers = append(c.in.Drivers, costing.Driver{Name: name, Weights: b.events[event{name: name}], Causal: true})
	}
	return nil
}

// pools are the costs of no client alone, each in one layer, with what they are spread by.
// What nobody said is taken by the kind: what keeps the firm going is never spread.
func (c *statement) pools() {
	for _, p := range c.book.pools {
		layer, driver := poolDefault(p.kind)
		if layer == costing.Sustaining && p.kind == "" {
			layer, driver = poolDefault(p.name)
		}
		pool := costing.Pool{Name: p.name, Kind: p.kind, Layer: layer, Driver: c.available(driver), Cost: p.cost}
		if rule, ok := c.g.CostPolicy.Pools[p.name]; ok {
			if rule.Layer != "" {
				pool.Layer = costing.Layer(rule.Layer)
			}
			if rule.Driver != "" {
				pool.Driver, pool.Declared = rule.Driver, true
			}
		}
		if pool.Layer == costing.Sustaining {
			pool.Driver = ""
		}
		c.in.Pools = append(c.in.Pools, pool)
	}
}

// available is the driver that is asked for, or the next best that something is known of.
func (c *statement) available(driver string) string {
	for _, name := range []string{driver, byHours, byOrders, byEqual} {
		for _, d := range c.in.Drivers {
			if d.Name == name && anyOf(d.Weights) {
				return name
			}
		}
	}
	return ""
}

// poolWords are words of kinds of pools, with their layer and what drives them.
//
//nolint:misspell // words of four languages
var poolWords = []struct {
	words  string
	layer  costing.Layer
	driver string
}{
	{"people|staff|wages|salaries|personnel|personal|gehalter|lohne|salaires|salarios|support|service", costing.CM2, byHours},
	{"tools|software|tool|licences|licenses|werkzeuge|outils|herramientas", costing.CM2, byHours},
	{"delivery|fleet|freight|shipping|logistics|fuhrpark|lieferung|versand|livraison|transport|entrega", costing.CM2, byOrders},
}

// poolDefault is where a kind of pool stands unless somebody says otherwise.
func poolDefault(kind string) (costing.Layer, string) {
	for i, p := range poolWords {
		if pooled(kind, i) {
			return p.layer, p.driver
		}
	}
	return costing.Sustaining, ""
}

// pooled reports whether a kind of pool has one of the words of an entry.
func pooled(kind string, entry int) bool {
	for w := range strings.FieldsSeq(intake.Fold(kind)) {
		for have := range strings.SplitSeq(poolWords[entry].words, "|") {
			if w == have {
				return true
			}
		}
	}
	return false
}

// tables list the groups and the pools.
func (c *statement) tables() {
	a := c.a
	for i, x := range c.result.Capacities {
		g := GroupRow{
			Name: x.Name, Cost: money.FromInt64(x.Cost), Practical: x.Micros, Used: x.Used, Assigned: money.FromInt64(x.Assigned), Unused: money.FromInt64(x.Unused),
			Booked: x.Booked, PracticalAssumed: x.Assumed,
		}
		if rate, ok := x.Rate(0); ok {
			text := rate.Format(a.Decimals)
			g.Rate = &text
		}
		if s := c.book.groups[i]; s.pooled && s.pool != s.cost {
			v := money.FromInt64(s.cost)
			g.PeopleCost = &v
			a.Verdict.Add(verdict.Reason{
				Code: "people_differ", Status: verdict.Flag, Bias: verdict.Unknown,
				Text:   "the pool of " + s.name + " costs " + money.FromInt64(s.pool).Format(a.Decimals) + ", its people " + v.Format(a.Decimals) + "; the pool counts",
				Supply: "the same cost in both lists",
			})
		}
		a.Groups = append(a.Groups, g)
	}
	for i, p := range c.in.Pools {
		a.Pools = append(a.Pools, PoolRow{
			Name: p.Name, Kind: p.Kind, Layer: string(p.Layer), Driver: p.Driver, Declared: p.Declared, Cost: money.FromInt64(p.Cost), Allocated: money.FromInt64(c.result.Allocated[i]),
		})
	}
	for _, k := range c.book.kinds {
		a.Kinds = append(a.Kinds, *k)
	}
	slices.SortFunc(a.Kinds, func(x, y KindRow) int {
		return cmp.Or(strings.Compare(x.Kind, y.Kind), strings.Compare(x.Layer, y.Layer))
	})
	for _, d := range c.in.Drivers {
		if anyOf(d.Weights) {
			a.Spreaders = append(a.Spreaders, d.Name)
		}
	}
	var estimated, pooled []string
	for _, x := range c.result.Capacities {
		if !x.Booked && x.Used > 0 {
			estimated = append(estimated, x.Name)
		}
	}
	for _, p := range c.in.Pools {
		if p.Layer == costing.CM2 && !p.Declared {
			pooled = append(pooled, p.Name)
		}
	}
	if a.Depends > 0 {
		a.Settle = costing.Settle(estimated, pooled)
	}
}

// unsold flags clients that lists of costs and times name, and that never bought: they may
// be others under another name.
func (c *statement) unsold() verdict.Verdict {
	var v verdict.Verdict
	if len(c.book.unsold) == 0 {
		return v
	}
	const most = 5
	var names []string
	var cost money.Sum
	for k, i := range c.book.unsold {
		if k < most {
			names = append(names, c.book.ids[i])
		}
		cost = cost.Add(c.in.Revenue[i] - c.result.CM3[i])
	}
	if len(c.book.unsold) > most {
		names = append(names, "…")
	}
	v.Add(verdict.Reason{
		Code: "clients_unsold", Status: verdict.Flag, Bias: verdict.Unknown,
		Text:   "lists of costs, times or events name clients that never bought: " + strings.Join(names, ", ") + "; they bear " + cost.Format(c.a.Decimals),
		Supply: "who they are: clientele clients suggest, then clients merge",
	})
	return v
}

// strangers flags hours of people whose group is not known: nobody says what they cost. Where
// pools of people are spread whole, that is a part of them.
func (c *statement) strangers() verdict.Verdict {
	v := c.unsold()
	v.Join(c.silent())
	v.Join(c.undated())
	if len(c.book.strangers) == 0 {
		return v
	}
	var micros int64
	names := make([]string, 0, len(c.book.strangers))
	for _, s := range c.book.strangers {
		micros += s.micros
		names = append(names, cmp.Or(s.name, "(nobody named)"))
	}
	const most = 5
	text := strings.Join(names[:min(len(names), most)], ", ")
	if len(names) > most {
		text += ", …"
	}
	status, bias := verdict.Flag, verdict.High
	if len(c.spreadPeople()) > 0 {
		status, bias = verdict.Pass, verdict.None
	}
	v.Add(verdict.Reason{
		Code: "people_unknown", Status: status, Bias: bias,
		Text:   money.Quotient(money.FromInt64(micros), costing.Hour).Format(0) + " booked hours of people of whom no list says what they cost: " + text,
		Supply: "a list of people with group, cost and practical hours",
	})
	return v
}

// spreadPeople are the pools of people that are spread whole: nobody says how many hours
// they have, so that what nobody used is borne by clients too.
func (c *statement) spreadPeople() []string {
	var out []string
	for i, p := range c.in.Pools {
		if c.result.ByPool[i] != nil && p.Layer == costing.CM2 && pooled(cmp.Or(p.Kind, p.Name), 0) {
			out = append(out, p.Name)
		}
	}
	return out
}

// undated flags facts without a date: no window but that of all dates holds them.
func (c *statement) undated() verdict.Verdict {
	var v verdict.Verdict
	if c.a.Windows.Current.IsAll() {
		return v
	}
	var rows int64
	var files []string
	for i := range c.g.Beside {
		if b := &c.g.Beside[i]; b.Undated > 0 && b.Kind != ledger.Equations {
			rows, files = rows+b.Undated, append(files, b.File)
		}
	}
	if rows > 0 {
		v.Add(verdict.Reason{
			Code: "facts_undated", Status: verdict.Flag, Bias: verdict.High, Text: rowsWord(rows) + " of costs, times or events without a date, which no window holds: " + strings.Join(files, ", "),
			Supply: "dates; or import the list again and say for which period it is: --for 2026-Q1",
		})
	}
	return v
}

// silent flags what is paid for and of which nothing tells what it did for clients.
func (c *statement) silent() verdict.Verdict {
	var v verdict.Verdict
	flag := func(code string, bias verdict.Bias, names []string, text, supply string) {
		if len(names) > 0 {
			v.Add(verdict.Reason{Code: code, Status: verdict.Flag, Bias: bias, Text: text + strings.Join(names, ", "), Supply: supply})
		}
	}
	var idle, negative, never []string
	for k, x := range c.result.Capacities {
		if x.Known && x.Cost > 0 && !anyOf(c.in.Used[k]) {
			idle = append(idle, x.Name)
		}
		if slices.ContainsFunc(c.in.Used[k], func(v int64) bool { return v < 0 }) {
			negative = append(negative, x.Name)
		}
	}
	for _, e := range c.book.equations {
		told := slices.ContainsFunc(c.book.topics, func(t engine.NumberedTopic) bool { return t.Kind == ledger.Event && t.Name == e.of.name })
		if !told && e.of.name != "order" && !slices.Contains(never, e.of.name) {
			never = append(never, e.of.name)
		}
	}
	if c.book.withSales && c.book.inLists {
		v.Add(verdict.Reason{
			Code: "cost_twice", Status: verdict.Flag, Bias: verdict.Low, Text: "the cost of what was sold comes with sale lines and in lists of costs, and is added up",
			Supply: "one of the two, if they are the same: clientele batches, then undo",
		})
	}
	flag("sales_uncosted", verdict.High, c.book.silent, "other sales tell what they cost, and these files do not: ", "the cost of their lines")
	flag("equation_twice", verdict.Unknown, c.book.doubled, "one list tells terms of time equations more than once, and they are added up: ", "each term once")
	flag("service_silent", verdict.High, idle, "nothing tells what these people did for clients, so that all of their cost counts as unused: ", "their time sheets, or the events that take their time")
	flag("event_never", verdict.High, never, "time equations ask for events that no list tells of: ", "lists of these events")
	flag("people_spread", verdict.Low, c.spreadPeople(), "pools of people are spread whole, because nobody says how many hours these have: ", "a list of these people with practical hours, their team called as the pool is")
	flag("hours_negative", verdict.Unknown, negative, "some clients have booked hours below 0 in sum, which count as none: ", "the hours that these correct, or the correction in their month")
	return v
}

// undriven flags events without a number that a time equation asks for: only the rest of
// their time counts (definitions 3.3).
func (c *statement) undriven() verdict.Verdict {
	var v verdict.Verdict
	var texts []string
	for _, e := range c.book.equations {
		all, have := c.book.happened[event{name: e.of.name}], c.book.happened[e.of]
		if e.of.name == "order" && e.of.driver != "" && c.book.events[e.of] == nil {
			texts = append(texts, "no order tells its "+e.of.driver)
		}
		if e.of.driver != "" && all > have {
			texts = append(texts, fmt.Sprintf("%s of %s without %s", rowsWord(all-have), e.of.name, e.of.driver))
		}
	}
	if len(texts) > 0 {
		v.Add(verdict.Reason{
			Code: "driver_missing", Status: verdict.Flag, Bias: verdict.Low, Text: "events lack a number that drives their time, so that it is too short: " + strings.Join(texts, "; "),
			Supply: "these numbers",
		})
	}
	return v
}
