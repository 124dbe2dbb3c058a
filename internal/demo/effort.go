package demo

import (
	"cmp"
	"slices"

	"clientele/internal/period"
)

// The groups of people, each a pool of capacity.
const (
	groupField     = "Field service"
	groupSales     = "Sales"
	groupWarehouse = "Warehouse"
	groupDesk      = "Support desk"
)

// Hours a month of a full contract, and the part of them that is work for clients:
// the rest is leave, training and breaks, and in sales also the hunt for new clients.
const (
	contractHours       = 160
	practicalHours      = 128
	practicalSalesHours = 60
)

// person is one resource; cost is EUR cents a month in the first year.
type person struct {
	name, group string
	cost        int64
}

// practical is the person's hours a month for clients.
func (p person) practical() int64 {
	if p.group == groupSales {
		return practicalSalesHours
	}
	return practicalHours
}

// monthly is what the person costs in month m: 3 % more each year.
func (p person) monthly(m int) int64 { return p.cost + p.cost*3*int64(m/12)/100 }

// effort is one entry of a time sheet.
type effort struct {
	day      period.Date
	person   int
	client   *client // nil: internal
	activity string
	quarters int64 // quarters of an hour
	billable bool
}

// ticket is one case of the support desk.
type ticket struct {
	day     period.Date
	client  *client
	subject string
	replies int64
}

// equation is one term of a time equation: minutes of a group per unit of a driver.
type equation struct {
	group, event, driver string
	minutes              int64
}

// equations say what an event takes of the groups that keep no time sheets.
var equations = []equation{
	{groupWarehouse, "order", "", 30},
	{groupWarehouse, "order", "lines", 12},
	{groupDesk, "ticket", "", 25},
	{groupDesk, "ticket", "replies", 12},
	{groupSales, "touch", "", 150},
}

var (
	careActivities = []string{"Support on site", "Planning", "Complaint", "Travel", "Training of users", "Rework"}
	ticketSubjects = []string{"Delivery", "Invoice question", "Spare part", "Fault", "Return", "Order status"}
)

func (f *Firm) makePeople() {
	add := func(group string, cost int64, names []string) {
		for i, n := range names {
			f.people = append(f.people, person{n, group, cost + int64(i%5)*cost*4/100})
		}
	}
	add(groupField, 445_000, engineers[:])
	add(groupSales, 610_000, owners[:])
	add(groupWarehouse, 330_000, warehousePeople[:])
	add(groupDesk, 350_000, deskPeople[:])
}

// timeSheet is the state of the time sheets while a month is filled.
type timeSheet struct {
	firm *Firm
	dice dice
	days []period.Date
	used []int64            // quarters a person in the month
	day  map[[2]int32]int64 // quarters a person and day
}

// makeEfforts fills the time sheets of field service: every billed hour, the hours
// that nobody bills, and a few internal ones.
func (f *Firm) makeEfforts() {
	billed := make([][]*doc, MonthsTotal)
	for _, one := range f.docs {
		if one.kind == invoice {
			m := f.monthOf(one.day)
			billed[m] = append(billed[m], one)
		}
	}
	for m := range MonthsTotal {
		t := &timeSheet{firm: f, dice: newDice(f.seed, purposeTime, m), days: f.businessDays(m), used: make([]int64, len(engineers)), day: map[[2]int32]int64{}}
		for p := range engineers {
			t.enter(p, nil, "Internal", 16, false)
		}
		for _, one := range billed[m] {
			for _, l := range one.lines {
				if l.item.service {
					t.spread(one.client, l.item.english, l.quantity/25, true)
				}
			}
		}
		for _, c := range f.clients {
			if c.active[m] {
				t.spread(c, careActivities[t.dice.pick(len(careActivities))], t.careOf(c, m), false)
			}
		}
	}
	slices.SortStableFunc(f.efforts, func(a, b effort) int {
		return cmp.Or(cmp.Compare(a.day, b.day), cmp.Compare(a.person, b.person))
	})
}

// careOf draws the quarters of an hour that a client takes unbilled in month m: every
// month where they are many, else once a quarter.
func (t *timeSheet) careOf(c *client, m int) int64 {
	if c.care >= 80 {
		return c.care/12 + t.dice.below(3)
	}
	if m%3 != c.index%3 {
		return 0
	}
	return c.care/4 + t.dice.below(2)
}

// spread splits hours into entries of at most seven hours. The client's own engineer
// comes first, then whoever has the most time left.
func (t *timeSheet) spread(c *client, activity string, quarters int64, billable bool) {
	for quarters > 0 {
		part := min(quarters, t.dice.between(16, 28))
		p := c.index % len(engineers)
		if t.used[p]+part > practicalHours*4*85/100 {
			for q := range t.used {
				if t.used[q] < t.used[p] {
					p = q
				}
			}
		}
		t.enter(p, c, activity, part, billable)
		quarters -= part
	}
}

// enter books one entry on a business day on which the person still has time.
func (t *timeSheet) enter(p int, c *client, activity string, quarters int64, billable bool) {
	day := t.days[t.dice.pick(len(t.days))]
	for range 12 {
		if t.day[[2]int32{int32(p), int32(day)}]+quarters <= 36 { //nolint:gosec // 18 people
			break
		}
		day = t.days[t.dice.pick(len(t.days))]
	}
	t.day[[2]int32{int32(p), int32(day)}] += quarters //nolint:gosec // 18 people
	t.used[p] += quarters
	t.firm.efforts = append(t.firm.efforts, effort{day, p, c, activity, quarters, billable})
}

// makeTickets draws the cases of the support desk.
func (f *Firm) makeTickets() {
	for _, c := range f.clients {
		d := newDice(f.seed, purposeTickets, c.index)
		for m := range MonthsTotal {
			if !c.active[m] {
				continue
			}
			n := c.tickets / 1000
			if d.chance(c.tickets % 1000) {
				n++
			}
			days := f.businessDays(m)
			for range n {
				f.tickets = append(f.tickets, ticket{days[d.pick(len(days))], c, ticketSubjects[d.pick(len(ticketSubjects))], d.between(1, 5)})
			}
		}
	}
	slices.SortStableFunc(f.tickets, func(a, b ticket) int { return cmp.Compare(a.day, b.day) })
}
