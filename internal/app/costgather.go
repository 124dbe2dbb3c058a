package app

import (
	"cmp"
	"context"
	"maps"
	"math/big"
	"slices"
	"strings"

	"clientele/internal/engine"
	"clientele/internal/fault"
	"clientele/internal/intake"
	"clientele/internal/ledger"
	"clientele/internal/metric"
	"clientele/internal/money"
	"clientele/internal/period"
)

// costGathering gathers a cost book.
type costGathering struct {
	ground *Ground
	facts  engine.Facts
	topics []engine.NumberedTopic
	totals []engine.TopicTotal
	book   *costBook

	teams   map[personMonth]string // the group of a person in a month
	anyTeam map[string]string      // and in the last month that one is told of
	ends    map[string]string      // month → the last day of it that balances are told of
	rates   map[personMonth]int64
	list    []engine.Term
	columns []column // what each term is
}

type personMonth struct {
	person string
	month  period.Date
}

// topic is the topic of a number.
func (c *costGathering) topic(number int64) ledger.Topic {
	i, _ := slices.BinarySearchFunc(c.topics, number, func(t engine.NumberedTopic, n int64) int {
		switch {
		case t.Number < n:
			return -1
		case t.Number > n:
			return 1
		}
		return 0
	})
	return c.topics[i].Topic
}

// minor is a sum of money in millionths in minor units of the ledger. Every amount came at
// the ledger's scale or a coarser one, so nothing is left over.
func (g *Ground) minor(s money.Sum) (int64, error) {
	q, r := new(big.Int).QuoRem(s.Big(), big.NewInt(money.Pow10(ledger.FactDecimals-g.Decimals)), new(big.Int))
	if r.Sign() != 0 || !q.IsInt64() {
		return 0, fault.New(fault.Internal, "sum up costs", s.Format(ledger.FactDecimals)+" is finer than the ledger", "")
	}
	return q.Int64(), nil
}

// equations are the time equations that hold: of each term the one that was told last.
// They have no date, and hold in every window.
func (c *costGathering) equations(ctx context.Context, f engine.Frame) error {
	if !slices.ContainsFunc(c.topics, func(t engine.NumberedTopic) bool { return t.Kind == ledger.Equation }) {
		return nil
	}
	f.Current, f.Prior, f.WithoutNew = period.All, period.Range{}, false
	all, err := c.facts.FactTotals(ctx, f)
	if err != nil {
		return err
	}
	type term struct {
		group string
		event
	}
	at := map[term]int{}
	for _, t := range all { // by number: later batches come later
		topic := c.topic(t.Topic)
		if topic.Kind != ledger.Equation {
			continue
		}
		name, driver := topic.Detail, ""
		if at := strings.LastIndexByte(name, '/'); at >= 0 { // an event may be called "Phone/Email"
			name, driver = name[:at], name[at+1:]
		}
		v, ok := t.Unassigned.Amount.Plus(t.Assigned.Amount).Int64()
		if !ok {
			return engine.Overflow(nil)
		}
		k := term{topic.Name, event{name, driver}}
		if t.Unassigned.Lines+t.Assigned.Lines > 1 {
			c.book.doubled = append(c.book.doubled, strings.Trim(name+" "+driver, " ")+" of "+topic.Name)
		}
		e := equation{topic.Name, k.event, v}
		if i, have := at[k]; have {
			c.book.equations[i] = e
			continue
		}
		at[k] = len(c.book.equations)
		c.book.equations = append(c.book.equations, e)
	}
	return nil
}

// shared sums up the people and the pools.
func (c *costGathering) shared() error {
	b := c.book
	c.teams, c.anyTeam, c.rates = map[personMonth]string{}, map[string]string{}, map[personMonth]int64{}
	c.lists()
	x := &sharing{staffs: map[string]*staff{}, pools: map[[2]string]*sharedCost{}, costs: map[personMonth]money.Sum{}, practical: map[personMonth]int64{}}
	for _, t := range c.totals {
		if err := c.share(x, t); err != nil {
			return err
		}
	}
	for _, s := range x.staffs {
		b.groups = append(b.groups, *s)
	}
	slices.SortFunc(b.groups, func(x, y staff) int { return strings.Compare(x.name, y.name) })
	for _, p := range x.pools {
		if i := slices.IndexFunc(b.groups, func(s staff) bool { return s.name == p.name }); i >= 0 {
			b.groups[i].pooled = true
			if err := increase(&b.groups[i].pool, p.cost); err != nil {
				return err
			}
			continue
		}
		b.pools = append(b.pools, *p)
	}
	slices.SortFunc(b.pools, func(x, y sharedCost) int {
		return strings.Compare(x.name+"\x00"+x.kind, y.name+"\x00"+y.kind)
	})
	for key, cost := range x.costs {
		if micros := x.practical[key]; micros > 0 {
			scaled, _ := cost.Times(labourPer) // what a person costs in a month is far below the limit
			if v, ok := money.Quotient(scaled, micros).Int64(); ok {
				c.rates[key] = v
			}
		}
	}
	return nil
}

// sharing is what is summed up of people and pools.
type sharing struct {
	staffs    map[string]*staff
	pools     map[[2]string]*sharedCost // by name and kind
	costs     map[personMonth]money.Sum
	practical map[personMonth]int64
}

// share adds one total to the people, the pools, or what is counted beside them.
func (c *costGathering) share(x *sharing, t engine.TopicTotal) error {
	b, topic := c.book, c.topic(t.Topic)
	all, rows := t.Assigned.Amount.Plus(t.Unassigned.Amount), t.Assigned.Lines+t.Unassigned.Lines
	switch topic.Kind {
	case ledger.CapacityCost, ledger.PracticalTime, ledger.ContractTime:
		team := cmp.Or(topic.Detail, noTeam)
		s := x.staffs[team]
		if s == nil {
			s = &staff{name: team}
			x.staffs[team] = s
		}
		key := personMonth{topic.Name, t.Month}
		c.teams[key], c.anyTeam[topic.Name] = team, team // totals come by topic, then month
		return c.staffed(x, s, topic.Kind, all, key)
	case ledger.PoolCost:
		key := [2]string{topic.Name, topic.Detail}
		if x.pools[key] == nil {
			x.pools[key] = &sharedCost{name: key[0], kind: key[1]}
		}
		v, err := c.ground.minor(all)
		if err != nil {
			return err
		}
		return increase(&x.pools[key].cost, v)
	case ledger.Uncosted:
		b.uncostedLines += rows
	case ledger.Receivable:
		b.months[t.Month] = true
		if !c.ended(topic) {
			b.earlier = append(b.earlier, topic.Detail)
		}
	case ledger.DirectCost, ledger.ClientCost:
		layer, _ := c.layer(topic)
		b.costed = b.costed || layer == CM1
		if layer == CM1 && c.ofSales(t.Topic) {
			b.withSales = true
		} else if layer == CM1 && goods(topic.Name) {
			b.inLists = true
		}
		return c.kind(topic, rows, all)
	case ledger.Event:
		b.happened[event{topic.Name, topic.Detail}] += rows
	case ledger.Effort, ledger.Unbilled, ledger.Equation, ledger.Planned:
	}
	return nil
}

// kind counts a kind of cost that is booked to clients.
func (c *costGathering) kind(topic ledger.Topic, rows int64, all money.Sum) error {
	layer, declared := c.layer(topic)
	key := topic.Name + "\x00" + string(layer) // one word may stand in two layers
	k := c.book.kinds[key]
	if k == nil {
		k = &KindRow{Kind: topic.Name, Layer: string(layer), Declared: declared}
		c.book.kinds[key] = k
	}
	v, err := c.ground.minor(all)
	k.Rows, k.Cost = k.Rows+rows, k.Cost.Add(v)
	return err
}

// layer is where a cost that is booked to clients stands: as the policy says, as was said
// when it was imported, else by its word.
func (c *costGathering) layer(topic ledger.Topic) (layer Layer, declared bool) {
	switch said := c.ground.CostPolicy.Kinds[topic.Name]; {
	case said != "":
		return Layer(said), true
	case topic.Detail != "":
		return Layer(topic.Detail), true
	case topic.Kind == ledger.ClientCost:
		return CM3, false
	default:
		return CM1, false
	}
}

// booked is the column of a cost that is booked to clients.
func (c *costGathering) booked(topic ledger.Topic) column {
	switch layer, _ := c.layer(topic); layer {
	case CM2:
		return column{"service", topic.Name, ""}
	case CM3:
		return column{"own", topic.Name, ""}
	case CM1:
	}
	return column{what: "direct"}
}

// silentSales notes files of sales that tell no cost, where others do and no list of costs
// stands for them. Whose sales lie in these alone has a cost that is not known, and not none.
func (c *costGathering) silentSales() {
	b := c.book
	if !b.withSales || b.inLists {
		return
	}
	for i := range c.ground.Files {
		if f := &c.ground.Files[i]; f.Batch != "" && !f.Costed && f.Loaded > 0 {
			b.silent = append(b.silent, f.Name)
		}
	}
	if len(b.silent) == 0 {
		return
	}
	for i, v := range b.revenue {
		if v != 0 && b.direct[i] == 0 && b.uncosted[i] == 0 {
			b.uncosted[i] = v
		}
	}
}

// ofSales reports whether a topic comes with sale lines: their batch also tells of lines
// whose cost is not known. Topics are numbered from their batch on.
func (c *costGathering) ofSales(number int64) bool {
	return slices.ContainsFunc(c.topics, func(t engine.NumberedTopic) bool {
		return t.Kind == ledger.Uncosted && t.Number>>batchBits == number>>batchBits
	})
}

// batchBits are the bits of a number of a topic that lie below that of its batch.
const batchBits = 32

// goods reports whether a kind of direct cost is that of what was sold itself.
func goods(kind string) bool {
	word := intake.Fold(kind)
	return word == "" || slices.ContainsFunc([]string{"goods", "cogs", "wareneinsatz", "merchandise", "marchandises", "mercancias"}, func(w string) bool { return strings.Contains(word, w) })
}

// noTeam is the group of people of whom the list of people names none.
const noTeam = "(no team)"

// team is the group of a person in a month, or where none is told for that month, in the
// last one that it is told for; "" for strangers.
func (c *costGathering) team(person string, month period.Date) string {
	if team, ok := c.teams[personMonth{person, month}]; ok {
		return team
	}
	return c.anyTeam[person]
}

// lists finds the last day of each month that balances are told of. What was owed on an
// earlier day of the same month is no part of the balance at its end.
func (c *costGathering) lists() {
	c.ends = map[string]string{}
	for _, t := range c.totals {
		if topic := c.topic(t.Topic); topic.Kind == ledger.Receivable && topic.Detail != "" {
			month := topic.Detail[:len("2006-01")]
			c.ends[month] = max(c.ends[month], topic.Detail)
		}
	}
}

// ended reports whether a balance is the last of its month.
func (c *costGathering) ended(topic ledger.Topic) bool {
	return topic.Detail == "" || c.ends[topic.Detail[:len("2006-01")]] == topic.Detail
}

// increase adds to a sum; it fails beyond 64 bits.
func increase(to *int64, by int64) error {
	sum := *to + by
	if (sum < *to) != (by < 0) {
		return engine.Overflow(nil)
	}
	*to = sum
	return nil
}

// person is the name that the list of people has for one of the time sheets.
func (c *costGathering) person(name string) string {
	if as, ok := c.ground.CostPolicy.People[name]; ok {
		return as
	}
	return name
}

// staffed adds a fact about a person to the group.
func (c *costGathering) staffed(x *sharing, s *staff, kind ledger.FactKind, all money.Sum, key personMonth) error {
	if kind == ledger.CapacityCost {
		v, err := c.ground.minor(all)
		if err != nil {
			return err
		}
		x.costs[key] = x.costs[key].Plus(all)
		return increase(&s.cost, v)
	}
	v, ok := all.Int64()
	if !ok {
		return engine.Overflow(nil)
	}
	if kind != ledger.PracticalTime {
		return increase(&s.contract, v)
	}
	x.practical[key] += v // a part of the next
	return increase(&s.practical, v)
}

// column names a term: what becomes of it, and of what it is.
type column struct{ what, name, detail string }

// terms are the columns that are asked of the engine: of the topics that the window tells of.
func (c *costGathering) terms() {
	told := map[int64][]period.Date{}
	for _, t := range c.totals {
		told[t.Topic] = append(told[t.Topic], t.Month)
	}
	index := map[column]int{}
	for _, t := range c.topics {
		months := told[t.Number]
		if months == nil {
			continue
		}
		one := engine.Weighted{Topic: t.Number, Month: period.NoDate, Weight: 1}
		switch t.Kind {
		case ledger.DirectCost, ledger.ClientCost:
			c.term(index, c.booked(t.Topic), one, 0)
			if discounts(t.Name) { // whatever the layer it stands in
				c.term(index, column{what: "discount"}, one, 0)
			}
		case ledger.Uncosted:
			c.term(index, column{what: "uncosted"}, one, 0)
		case ledger.Effort, ledger.Unbilled:
			c.effort(index, t, months)
		case ledger.Event:
			c.term(index, column{"event", t.Name, t.Detail}, one, 0)
		case ledger.Receivable:
			if c.ended(t.Topic) {
				c.term(index, column{what: "balance"}, one, 0)
			}
		case ledger.PoolCost, ledger.CapacityCost, ledger.PracticalTime, ledger.ContractTime, ledger.Equation, ledger.Planned:
		}
	}
}

// term adds a topic to a column.
func (c *costGathering) term(index map[column]int, to column, w engine.Weighted, per int64) {
	i, ok := index[to]
	if !ok {
		i = len(c.list)
		index[to] = i
		c.list, c.columns = append(c.list, engine.Term{Per: per}), append(c.columns, to)
	}
	c.list[i].Topics = append(c.list[i].Topics, w)
}

// effort adds the time of a person: to the hours of its group in each month, and at its own
// rate to the cost of labour.
func (c *costGathering) effort(index map[column]int, t engine.NumberedTopic, months []period.Date) {
	who := c.person(t.Name)
	if t.Kind == ledger.Unbilled {
		c.term(index, column{what: "unbilled"}, engine.Weighted{Topic: t.Number, Month: period.NoDate, Weight: 1}, 0)
	}
	teams := c.byTeam(who, months)
	for _, team := range slices.Sorted(maps.Keys(teams)) {
		for _, month := range teams[team] {
			c.term(index, column{what: "hours", name: team}, engine.Weighted{Topic: t.Number, Month: month, Weight: 1}, 0)
		}
	}
	for _, m := range months {
		if rate, ok := c.rates[personMonth{who, m}]; ok && m != period.NoDate {
			c.term(index, column{what: "labour"}, engine.Weighted{Topic: t.Number, Month: m, Weight: rate}, labourPer)
		}
	}
}

// byTeam are months by the group that a person is in; "" for strangers. A person of one
// group, or with undated time, needs no months: NoDate stands for all.
func (c *costGathering) byTeam(person string, months []period.Date) map[string][]period.Date {
	out := map[string][]period.Date{}
	for _, m := range months {
		team := c.team(person, m)
		out[team] = append(out[team], m)
	}
	if len(out) == 1 || slices.Contains(months, period.NoDate) {
		return map[string][]period.Date{c.team(person, months[0]): {period.NoDate}}
	}
	return out
}

// rows asks for the clients, and adds the block without one.
func (c *costGathering) rows(ctx context.Context, f engine.Frame) error {
	b := c.book
	values := make([][]int64, len(c.list))
	ask := engine.StatementAsk{Measures: []metric.ID{metric.Revenue, metric.LinesCurrent, metric.LinesEver}, Sales: []metric.ID{metric.Invoices, metric.LinesCurrent}, Terms: c.list}
	err := c.facts.Statements(ctx, f, ask, func(s *engine.Statement) error {
		b.ids, b.names = append(b.ids, s.Client), append(b.names, s.Name)
		b.revenue = append(b.revenue, s.Measures[0].Int)
		active := s.Measures[1].Int > 0
		b.orders, b.lines = append(b.orders, s.Sales[0].Int), append(b.lines, s.Sales[1].Int)
		for i, v := range s.Terms {
			values[i] = append(values[i], v)
			active = active || v != 0
		}
		b.active = append(b.active, active)
		if s.Measures[2].Int == 0 {
			b.unsold = append(b.unsold, len(b.ids)-1)
		}
		return nil
	})
	if err != nil {
		return err
	}
	pool, err := c.ground.Engine.Pool(ctx, f)
	if err != nil {
		return err
	}
	free, ok := pool.Unassigned.Amount.Int64()
	if !ok {
		return engine.Overflow(nil)
	}
	b.ids, b.names = append(b.ids, ""), append(b.names, "")
	b.revenue, b.active = append(b.revenue, free), append(b.active, false)
	b.orders, b.lines = append(b.orders, 0), append(b.lines, 0)
	last, err := c.withoutClient()
	if err != nil {
		return err
	}
	for i, to := range c.columns {
		if err := c.file(to, append(values[i], last[to])); err != nil {
			return err
		}
	}
	return c.complete()
}

// withoutClient are the terms of facts that name no client.
func (c *costGathering) withoutClient() (map[column]int64, error) {
	out := map[column]int64{}
	for _, t := range c.totals {
		if t.Unassigned.Lines == 0 {
			continue
		}
		topic := c.topic(t.Topic)
		v, ok := t.Unassigned.Amount.Int64()
		if !ok {
			return nil, engine.Overflow(nil)
		}
		var to column
		switch topic.Kind {
		case ledger.DirectCost, ledger.ClientCost:
			to = c.booked(topic)
		case ledger.Uncosted:
			to = column{what: "uncosted"}
		case ledger.Event:
			to = column{"event", topic.Name, topic.Detail}
		case ledger.Receivable:
			if !c.ended(topic) {
				continue
			}
			to = column{what: "balance"}
		case ledger.Effort, ledger.Unbilled: // nobody's: a part of the capacity that no client used
			if err := increase(&c.book.internal, v); err != nil {
				return nil, err
			}
			continue
		case ledger.PoolCost, ledger.CapacityCost, ledger.PracticalTime, ledger.ContractTime, ledger.Equation, ledger.Planned:
			continue
		}
		sum := out[to]
		if err := increase(&sum, v); err != nil {
			return nil, err
		}
		out[to] = sum
	}
	return out, nil
}

// file puts a column where it belongs; money in minor units.
func (c *costGathering) file(to column, values []int64) error {
	b := c.book
	if slices.Contains([]string{"direct", "uncosted", "own", "service", "balance", "discount"}, to.what) {
		for i, v := range values {
			m, err := c.ground.minor(money.FromInt64(v))
			if err != nil {
				return err
			}
			values[i] = m
		}
	}
	switch to.what {
	case "direct":
		b.direct = values
	case "uncosted":
		b.uncosted = values
	case "balance":
		b.balance = values
	case "discount":
		b.discount = values
	case "labour":
		b.labour = values
	case "unbilled":
		b.unbilled = values
	case "hours":
		b.hours[to.name] = values
	case "event":
		b.events[event{to.name, to.detail}] = values
	case "service":
		b.service[to.name] = values
	case "own":
		b.own[to.name] = values
	}
	return nil
}

// complete fills the columns that nothing was known of, and says who keeps time sheets.
func (c *costGathering) complete() error {
	b := c.book
	n := len(b.ids)
	for _, col := range []*[]int64{&b.direct, &b.uncosted, &b.labour, &b.balance, &b.discount} {
		if *col == nil {
			*col = make([]int64, n)
		}
	}
	c.silentSales()
	for i := range b.groups {
		_, b.groups[i].booked = b.hours[b.groups[i].name]
	}
	order := event{name: "order"}
	if b.events[order] == nil { // orders are the sales documents themselves
		scaled := func(list []int64) []int64 {
			out := make([]int64, n)
			for i, v := range list {
				out[i] = v * money.Pow10(ledger.FactDecimals)
			}
			return out
		}
		b.events[order], b.events[event{"order", "lines"}] = scaled(b.orders), scaled(b.lines)
	}
	for _, t := range c.totals {
		topic := c.topic(t.Topic)
		if _, known := c.anyTeam[c.person(topic.Name)]; topic.Kind != ledger.Effort && topic.Kind != ledger.Unbilled || known {
			continue
		}
		v, ok := t.Assigned.Amount.Int64()
		if !ok {
			return engine.Overflow(nil)
		}
		i := slices.IndexFunc(b.strangers, func(s stranger) bool { return s.name == topic.Name })
		if i < 0 {
			i = len(b.strangers)
			b.strangers = append(b.strangers, stranger{name: topic.Name})
		}
		b.strangers[i].micros += v
	}
	return nil
}
