package demo

import (
	"fmt"

	"clientele/internal/money"
)

// The drivers by which the shared cost of service is spread, one at a time.
var driverNames = [...]string{"hours", "labour", "revenue", "orders", "equal"}

// Profit is the result of the accounts with a story in the trailing 12 months, in EUR,
// under each driver. The policy is the one that Policy describes; the labels of the
// named clients are made so that they hold under any reasonable other one too.
type Profit struct {
	Policy       string          `json:"policy"`
	Revenue      string          `json:"revenue"` // of all clients
	DirectCost   string          `json:"direct_cost"`
	ClientCost   string          `json:"client_cost"`
	ServicePool  string          `json:"service_pool"`    // spread over clients
	Unused       string          `json:"unused_capacity"` // of the people, never spread
	Overhead     string          `json:"overhead"`        // never spread
	CounterGain  string          `json:"unassigned"`      // counter sales less their goods
	Result       string          `json:"result"`
	Capacity     []Capacity      `json:"capacity"`
	LossUnderAll int             `json:"clients_with_a_loss_under_all"`
	ProfitByAll  int             `json:"clients_without_a_loss_under_any"`
	Depends      int             `json:"clients_where_it_depends"`
	Clients      []ClientProfits `json:"clients"`
}

// Capacity is what a group of people could do and did, in minutes.
type Capacity struct {
	Group     string `json:"group"`
	Cost      string `json:"cost"`
	Practical int64  `json:"practical_minutes"`
	Used      int64  `json:"used_minutes"`
	Assigned  string `json:"assigned_cost"`
}

// ClientProfits is one client's result before shared cost and under each driver.
type ClientProfits struct {
	ID         string            `json:"id"`
	Trait      string            `json:"trait"`
	Revenue    string            `json:"revenue"`
	DirectCost string            `json:"direct_cost"`
	CM1        string            `json:"cm1"`
	ClientCost string            `json:"client_cost"`
	Before     string            `json:"before_shared_cost"`
	Hours      string            `json:"hours"`
	Orders     int64             `json:"orders"`
	Results    map[string]string `json:"result_by_driver"`
	Label      string            `json:"label"` // loss_all, profit_all, depends
}

// book is one client's sums over the window.
type profitBook struct {
	revenue, direct, charges int64
	orders, lines, quarters  int64
	labour                   int64 // EUR cents at each person's own rate
	minutes                  map[string]int64
	seen                     bool // has a line in the window
}

const profitPolicy = "Field service at its capacity rate (cost / practical hours of the 12 months) for the hours of time.csv that name a client; " +
	"the other groups by the minutes of activities.csv (orders are invoices; their lines; tickets and replies; touches) at theirs; " +
	"tools and delivery in full. This pool is spread in turn by hours, by labour cost (each hour at its person's cost of the month / practical hours), by revenue above 0, " +
	"by number of invoices, and equally over clients with a line in the window. Unused capacity and overhead stay unspread. Client cost is client-costs.csv as booked."

// newProfit computes the driver views of the trailing 12 months.
func newProfit(f *Firm) Profit {
	books := f.profitBooks()
	out := Profit{Policy: profitPolicy}
	var pool, unused, overhead int64
	for _, g := range [...]string{groupField, groupSales, groupWarehouse, groupDesk} {
		c, assigned, cost := f.capacity(g, books)
		out.Capacity = append(out.Capacity, c)
		pool += assigned
		unused += cost - assigned
	}
	for m := MonthsTotal - 12; m < MonthsTotal; m++ {
		for _, p := range sharedPools {
			if p.kind == kindOverhead {
				overhead += p.monthly(f, m)
			} else {
				pool += p.monthly(f, m)
			}
		}
	}
	var revenue, direct, charges, counter int64
	for _, b := range books {
		revenue, direct, charges = revenue+b.revenue, direct+b.direct, charges+b.charges
	}
	f.booked(f.trailing(), func(d *doc, l *saleLine) {
		if d.client == nil {
			counter += l.eur - l.cost
		}
	})
	out.Revenue, out.DirectCost, out.ClientCost = amount(revenue), amount(direct), amount(charges)
	out.ServicePool, out.Unused, out.Overhead, out.CounterGain = amount(pool), amount(unused), amount(overhead), amount(counter)
	out.Result = amount(revenue - direct - charges - pool - unused - overhead + counter)
	out.label(f, books, pool)
	return out
}

// profitBooks sums the facts of the trailing 12 months, one book per client, by id.
func (f *Firm) profitBooks() []profitBook {
	window := f.trailing()
	books := make([]profitBook, len(f.clients))
	at := map[*client]*profitBook{}
	for i, c := range f.clients {
		books[i].minutes = map[string]int64{}
		at[c] = &books[i]
	}
	var last *doc
	f.booked(window, func(d *doc, l *saleLine) {
		if d.client == nil {
			return
		}
		b := at[d.client]
		b.seen = true
		b.revenue, b.direct = b.revenue+l.eur, b.direct+l.cost
		if d.kind != invoice {
			return
		}
		b.lines++
		if d != last {
			b.orders++
			last = d
		}
	})
	for _, c := range f.charges {
		if window.Contains(c.day) {
			at[c.client].charges += c.cents
		}
	}
	for _, e := range f.efforts {
		if e.client != nil && window.Contains(e.day) {
			b := at[e.client]
			b.quarters += e.quarters
			p := f.people[e.person]
			b.labour += e.quarters * p.monthly(f.monthOf(e.day)) / (p.practical() * 4)
		}
	}
	for i := range books {
		b := &books[i]
		b.minutes[groupField] = b.quarters * 15
		b.minutes[groupWarehouse] = b.orders*minutesOf("order", "") + b.lines*minutesOf("order", "lines")
	}
	for _, one := range f.tickets {
		if window.Contains(one.day) {
			at[one.client].minutes[groupDesk] += minutesOf("ticket", "") + one.replies*minutesOf("ticket", "replies")
		}
	}
	for _, one := range f.touches {
		if window.Contains(one.day) {
			at[one.client].minutes[groupSales] += minutesOf("touch", "")
		}
	}
	return books
}

func minutesOf(event, driver string) int64 {
	for _, e := range equations {
		if e.event == event && e.driver == driver {
			return e.minutes
		}
	}
	return 0
}

// capacity sets what a group could do against what it did for clients in the window.
func (f *Firm) capacity(group string, books []profitBook) (out Capacity, assigned, cost int64) {
	var practical, used int64
	for m := MonthsTotal - 12; m < MonthsTotal; m++ {
		cost += f.peopleCost(group, m)
	}
	for _, p := range f.people {
		if p.group == group {
			practical += 12 * p.practical() * 60
		}
	}
	for i := range books {
		used += books[i].minutes[group]
	}
	assigned = split(cost, []int64{used, max(0, practical-used)})[0]
	return Capacity{group, amount(cost), practical, used, amount(assigned)}, assigned, cost
}

// label spreads the pool by each driver and says who loses money under which.
func (p *Profit) label(f *Firm, books []profitBook, pool int64) {
	weights := make([][]int64, len(driverNames))
	for _, b := range books {
		equal := int64(0)
		if b.seen {
			equal = 1
		}
		for k, w := range [...]int64{b.quarters, b.labour, max(0, b.revenue), b.orders, equal} {
			weights[k] = append(weights[k], w)
		}
	}
	shares := make([][]int64, len(driverNames))
	for k := range driverNames {
		shares[k] = split(pool, weights[k])
	}
	for i, b := range books {
		if !b.seen {
			continue
		}
		before := b.revenue - b.direct - b.charges
		losses, results := 0, map[string]string{}
		for k, name := range driverNames {
			if before-shares[k][i] < 0 {
				losses++
			}
			results[name] = amount(before - shares[k][i])
		}
		label := p.tally(losses)
		c := f.clients[i]
		if trait := profitTrait(c); trait != "" {
			p.Clients = append(p.Clients, ClientProfits{
				ID: c.id, Trait: trait, Revenue: amount(b.revenue), DirectCost: amount(b.direct), CM1: amount(b.revenue - b.direct),
				ClientCost: amount(b.charges), Before: amount(before), Hours: decimal(b.quarters * 25), Orders: b.orders,
				Results: results, Label: label,
			})
		}
	}
}

func (p *Profit) tally(losses int) string {
	switch losses {
	case len(driverNames):
		p.LossUnderAll++
		return "loss_all"
	case 0:
		p.ProfitByAll++
		return "profit_all"
	default:
		p.Depends++
		return "depends"
	}
}

func profitTrait(c *client) string {
	switch c.class { //nolint:exhaustive // the other classes have no story of cost
	case lossAll, lossHours, overCosted:
		for _, t := range traitTexts {
			if t.class == c.class {
				return t.name
			}
		}
	}
	return ""
}

// split is money.Split for weights that are known to be some and not negative.
func split(total int64, weights []int64) []int64 {
	parts, err := money.Split(total, weights)
	if err != nil {
		panic(fmt.Sprintf("demo: split %d: %v", total, err))
	}
	return parts
}
