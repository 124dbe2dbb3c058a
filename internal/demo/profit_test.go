package demo_test

import (
	"math/big"
	"testing"

	"clientele/internal/demo"
)

// costBook is what the files say of one client in the trailing 12 months.
type costBook struct {
	revenue, direct, charges int64
	quarters                 int64 // of an hour, billed and unbilled
	labour                   *big.Rat
	orders                   int64
	minutes                  map[string]int64
}

// capacityBook is what the files say of a group of people.
type capacityBook struct{ cost, practical int64 }

// readCosts reads the trailing 12 months once more, clients and groups.
func readCosts(t *testing.T, x *facts) (map[string]*costBook, map[string]*capacityBook) {
	t.Helper()
	from, to := x.truth.Trailing.From, x.truth.Trailing.To
	in := func(day string) bool { return day >= from && day <= to }
	books := map[string]*costBook{}
	at := func(id string) *costBook {
		if books[id] == nil {
			books[id] = &costBook{labour: new(big.Rat), minutes: map[string]int64{}}
		}
		return books[id]
	}
	minutes := map[string]int64{}
	for _, r := range x.rows(t, "activities.csv") {
		minutes[r["Event"]+" "+r["Driver"]] = exactCents(t, r["Minutes"]) / 100
	}
	seen := map[string]bool{}
	for i, s := range x.ledger.lines {
		if !in(s.day) {
			continue
		}
		b := at(s.id)
		b.revenue += x.ledger.eur[i]
		if s.credits != "" {
			continue
		}
		b.minutes["Warehouse"] += minutes["order lines"]
		if !seen[s.number] {
			seen[s.number] = true
			b.orders++
			b.minutes["Warehouse"] += minutes["order "]
		}
	}
	for _, r := range x.rows(t, "costs.csv") {
		if in(r["Date"]) {
			at(r["Customer ID"]).direct += exactCents(t, r["Cost"])
		}
	}
	for _, r := range x.rows(t, "client-costs.csv") {
		if in(r["Date"]) {
			at(r["Customer ID"]).charges += exactCents(t, r["Amount"])
		}
	}
	groups, hourly := map[string]*capacityBook{}, map[string]*big.Rat{}
	for _, r := range x.rows(t, "resources.csv") {
		cost, hours := exactCents(t, r["Cost"]), exactCents(t, r["Practical hours"])/100
		hourly[r["Month"][:7]+r["Person"]] = big.NewRat(cost, hours)
		if in(r["Month"]) {
			if groups[r["Group"]] == nil {
				groups[r["Group"]] = &capacityBook{}
			}
			groups[r["Group"]].cost += cost
			groups[r["Group"]].practical += hours * 60
		}
	}
	for _, r := range x.rows(t, "time.csv") {
		if in(r["Date"]) && r["Customer ID"] != "" {
			b, q := at(r["Customer ID"]), exactCents(t, r["Hours"])/25
			b.quarters += q
			b.minutes["Field service"] += q * 15
			b.labour.Add(b.labour, new(big.Rat).Mul(big.NewRat(q, 4), hourly[r["Date"][:7]+r["Person"]]))
		}
	}
	for _, r := range x.rows(t, "tickets.csv") {
		if in(r["Date"]) {
			at(r["Customer ID"]).minutes["Support desk"] += minutes["ticket "] + minutes["ticket replies"]*exactCents(t, r["Replies"])/100
		}
	}
	for _, r := range x.rows(t, "touches.csv") {
		if in(r["Date"]) {
			at(r["Customer ID"]).minutes["Sales"] += minutes["touch "]
		}
	}
	return books, groups
}

// pools sums the trailing 12 months of pools.csv by kind.
func pools(t *testing.T, x *facts) map[string]int64 {
	t.Helper()
	sums := map[string]int64{}
	for _, r := range x.rows(t, "pools.csv") {
		if r["Month"] >= x.truth.Trailing.From && r["Month"] <= x.truth.Trailing.To {
			sums[r["Kind"]] += exactCents(t, r["Cost"])
		}
	}
	return sums
}

// TestProfitCloses adds the result up from the files: whatever is not with a client is
// unused, overhead or the counter's.
func TestProfitCloses(t *testing.T) {
	t.Parallel()
	for _, o := range firms {
		t.Run(o.name, func(t *testing.T) {
			t.Parallel()
			x := o.facts(t)
			p := x.truth.Profit
			books, groups := readCosts(t, x)
			kinds := pools(t, x)
			var revenue, direct, charges int64
			for id, b := range books {
				if id == "" {
					if got := text(b.revenue - b.direct); got != p.CounterGain {
						t.Errorf("counter %s, truth says %s", got, p.CounterGain)
					}
					continue
				}
				revenue, direct, charges = revenue+b.revenue, direct+b.direct, charges+b.charges
			}
			if text(revenue) != p.Revenue || text(direct) != p.DirectCost || text(charges) != p.ClientCost || text(kinds["overhead"]) != p.Overhead {
				t.Errorf("revenue %s, direct %s, client cost %s, overhead %s; truth says %s, %s, %s, %s",
					text(revenue), text(direct), text(charges), text(kinds["overhead"]), p.Revenue, p.DirectCost, p.ClientCost, p.Overhead)
			}
			if sum := exactCents(t, p.ServicePool) + exactCents(t, p.Unused); sum != kinds["people"]+kinds["tools"]+kinds["delivery"] {
				t.Errorf("pool and unused are %s, the files say %s", text(sum), text(kinds["people"]+kinds["tools"]+kinds["delivery"]))
			}
			counter := books[""].revenue - books[""].direct
			if got := revenue - direct - charges - kinds["people"] - kinds["tools"] - kinds["delivery"] - kinds["overhead"] + counter; text(got) != p.Result {
				t.Errorf("result %s, truth says %s", text(got), p.Result)
			}
			for _, c := range p.Capacity {
				used := int64(0)
				for id, b := range books {
					if id != "" {
						used += b.minutes[c.Group]
					}
				}
				g := groups[c.Group]
				if text(g.cost) != c.Cost || g.practical != c.Practical || used != c.Used || used >= c.Practical || used*3 < c.Practical {
					t.Errorf("%s: cost %s, %d of %d minutes; truth says %+v", c.Group, text(g.cost), used, g.practical, c)
				}
				share := new(big.Rat).Mul(big.NewRat(g.cost, 100), big.NewRat(used, g.practical))
				near(t, c.Group, c.Assigned, share)
			}
		})
	}
}

// near allows the cent that splitting without remainder moves.
func near(t *testing.T, what, got string, want *big.Rat) {
	t.Helper()
	off := new(big.Rat).Sub(number(t, got), want)
	if off.Abs(off).Cmp(big.NewRat(1, 100)) > 0 {
		t.Errorf("%s: truth says %s, the files make %s", what, got, want.FloatString(4))
	}
}

// weights are the five drivers of a client.
func (b *costBook) weights(inWindow bool) map[string]*big.Rat {
	equal := int64(0)
	if inWindow {
		equal = 1
	}
	return map[string]*big.Rat{
		"hours": big.NewRat(b.quarters, 4), "labour": b.labour, "revenue": big.NewRat(max(0, b.revenue), 100),
		"orders": big.NewRat(b.orders, 1), "equal": big.NewRat(equal, 1),
	}
}

// TestProfitLabels spreads the pool as rationals and finds the planned loss-makers and
// over-costed clients; the other counts have to agree too.
func TestProfitLabels(t *testing.T) {
	t.Parallel()
	for _, o := range firms {
		t.Run(o.name, func(t *testing.T) {
			t.Parallel()
			x := o.facts(t)
			p := x.truth.Profit
			books, _ := readCosts(t, x)
			sums := map[string]*big.Rat{}
			for id, b := range books {
				if id == "" {
					continue
				}
				for k, w := range b.weights(x.has[0][id]) {
					if sums[k] == nil {
						sums[k] = new(big.Rat)
					}
					sums[k].Add(sums[k], w)
				}
			}
			result := func(id, driver string, pool *big.Rat) *big.Rat {
				b := books[id]
				share := new(big.Rat).Quo(b.weights(x.has[0][id])[driver], sums[driver])
				return new(big.Rat).Sub(big.NewRat(b.revenue-b.direct-b.charges, 100), share.Mul(share, pool))
			}
			pool := number(t, p.ServicePool)
			counts := map[string]int{}
			for id := range x.has[0] {
				losses := 0
				for driver := range sums {
					if result(id, driver, pool).Sign() < 0 {
						losses++
					}
				}
				counts[labelOf(losses)]++
			}
			if counts["loss_all"] != p.LossUnderAll || counts["profit_all"] != p.ProfitByAll || counts["depends"] != p.Depends {
				t.Errorf("labels %v, truth says %d, %d, %d", counts, p.LossUnderAll, p.ProfitByAll, p.Depends)
			}
			traits := map[string]int{}
			for _, c := range p.Clients {
				traits[c.Trait]++
				b := books[c.ID]
				if text(b.revenue) != c.Revenue || text(b.revenue-b.direct) != c.CM1 || text(b.revenue-b.direct-b.charges) != c.Before || b.orders != c.Orders {
					t.Errorf("%s: revenue %s, CM1 %s; truth says %+v", c.ID, text(b.revenue), text(b.revenue-b.direct), c)
				}
				for driver := range sums {
					want := result(c.ID, driver, pool)
					if driver == "labour" { // the truth's weights are whole cents
						want = number(t, c.Results[driver])
					}
					near(t, c.ID+" by "+driver, c.Results[driver], want)
				}
				checkTrait(t, c, func(driver string, part int64) int {
					return result(c.ID, driver, new(big.Rat).Mul(pool, big.NewRat(part, 100))).Sign()
				})
			}
			if traits["loss_all"] != 6 || traits["loss_by_hours"] != 5 || traits["over_costed"] != 8 {
				t.Errorf("traits %v", traits)
			}
		})
	}
}

func labelOf(losses int) string {
	switch losses {
	case 0:
		return "profit_all"
	case 5:
		return "loss_all"
	default:
		return "depends"
	}
}

// checkTrait holds a client to its story, also under a shared cost that is a fifth
// larger or smaller than the policy says (sign gives the result's sign under a driver
// and a part of the pool in per cent).
func checkTrait(t *testing.T, c demo.ClientProfits, sign func(driver string, part int64) int) {
	t.Helper()
	for _, part := range []int64{80, 100, 120} {
		ok := true
		switch c.Trait {
		case "loss_all":
			ok = exactCents(t, c.Before) < 0 && exactCents(t, c.CM1) > 0 && c.Label == "loss_all"
		case "loss_by_hours":
			ok = sign("hours", part) < 0 && sign("labour", part) < 0 && sign("revenue", part) > 0 && c.Label == "depends"
		case "over_costed":
			ok = sign("revenue", part) < 0 && sign("hours", part) > 0 && sign("labour", part) > 0 && c.Label == "depends"
		}
		if !ok {
			t.Errorf("%s is no %s with %d %% of the pool: %+v", c.ID, c.Trait, part, c)
		}
	}
}
