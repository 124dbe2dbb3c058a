package demo

import (
	"cmp"
	"slices"

	"clientele/internal/period"
)

// charge is a cost of one client alone, EUR cents.
type charge struct {
	day    period.Date
	client *client
	kind   string
	cents  int64
}

// The kinds of charge.
const (
	chargeRebate      = "Rebate"
	chargeDedicated   = "Dedicated people and stock"
	chargeBadDebt     = "Bad debt"
	chargeAcquisition = "Acquisition"
)

// pool is a cost that is not of one client, EUR cents a month in the first year.
type pool struct {
	name, kind string
	cents      int64
}

// The kinds of pool that are not people.
const (
	kindPeople   = "people"
	kindTools    = "tools"
	kindDelivery = "delivery"
	kindOverhead = "overhead"
)

// sharedPools are the pools besides people, whose cost is that of resources.csv.
var sharedPools = []pool{
	{"Tools and software", kindTools, 1_150_000},
	{"Delivery and fleet", kindDelivery, 2_700_000},
	{"Rent, management, accounting", kindOverhead, 7_400_000},
}

// monthly is the pool's cost in month m: 3 % more each year, and a winter's worth of
// fuel and heating.
func (p pool) monthly(f *Firm, m int) int64 {
	cents := p.cents + p.cents*3*int64(m/12)/100
	if _, calendar, _ := f.month(m).Civil(); calendar <= 3 || calendar >= 11 {
		cents += cents * 4 / 100
	}
	return cents
}

// peopleCost is what a group costs in month m.
func (f *Firm) peopleCost(group string, m int) (cents int64) {
	for _, p := range f.people {
		if p.group == group {
			cents += p.monthly(m)
		}
	}
	return cents
}

// makeCharges books what some clients cost on their own: quarterly rebates on what
// they bought, people and stock held for them, money never paid, the winning of the
// new ones.
func (f *Firm) makeCharges() {
	d := newDice(f.seed, purposeCosts, 0)
	bought := map[*client][]int64{}
	for _, one := range f.docs {
		if one.kind.isBooked() && one.client != nil && one.client.rebate > 0 {
			c := one.client
			if bought[c] == nil {
				bought[c] = make([]int64, MonthsTotal)
			}
			for _, l := range one.lines {
				bought[c][f.monthOf(one.day)] += l.eur
			}
		}
	}
	for _, c := range f.clients {
		for m := range MonthsTotal {
			last := f.month(m+1) - 1
			if c.dedicated > 0 {
				f.charge(last, c, chargeDedicated, c.dedicated)
			}
			if c.rebate > 0 && m%3 == 2 {
				b := bought[c]
				f.charge(last, c, chargeRebate, (b[m-2]+b[m-1]+b[m])*c.rebate/1000)
			}
		}
		switch {
		case c.class == fresh:
			f.charge(f.month(c.firstMonth()), c, chargeAcquisition, d.between(60, 240)*1000)
		case c.class == gone && d.chance(300):
			f.charge(f.month(c.lastMonth()+2), c, chargeBadDebt, c.level[c.lastMonth()]/50)
		}
	}
	slices.SortStableFunc(f.charges, func(a, b charge) int { return cmp.Compare(a.day, b.day) })
}

func (f *Firm) charge(day period.Date, c *client, kind string, cents int64) {
	if cents > 0 {
		f.charges = append(f.charges, charge{day, c, kind, cents})
	}
}
