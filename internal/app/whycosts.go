package app

import (
	"context"
	"slices"
	"strings"

	"clientele/internal/fault"
	"clientele/internal/ledger"
	"clientele/internal/metric"
	"clientele/internal/money"
)

// cost explains a pool, a kind of cost or a group of people: what it came to, where it went,
// and the rows that tell it. "pool Rent", "kind Rebate", "group Support".
func (x *profitWhy) cost(ctx context.Context, name string) error {
	if ok, err := x.measure(metric.CostCoverage); !ok {
		return err
	}
	sort, word, _ := strings.Cut(name, " ")
	word = strings.TrimSpace(word)
	show := func(s money.Sum) string { return s.Format(x.a.Decimals) }
	var value *money.Sum
	var about func(ledger.Topic) bool
	add := func(name, v string) { x.a.Inputs = append(x.a.Inputs, Input{name, v}) }
	switch sort {
	case "pool":
		if i := slices.IndexFunc(x.p.Pools, func(p PoolRow) bool { return p.Name == word }); i >= 0 {
			p := &x.p.Pools[i]
			value = &p.Cost
			add("layer", p.Layer)
			if p.Driver != "" {
				add("spread by", p.Driver)
			}
			add("borne by clients", show(p.Allocated))
			about = func(t ledger.Topic) bool { return t.Kind == ledger.PoolCost && t.Name == word && t.Detail == p.Kind }
		}
	case "kind":
		if i := slices.IndexFunc(x.p.Kinds, func(k KindRow) bool { return k.Kind == word }); i >= 0 {
			k := &x.p.Kinds[i]
			value = &k.Cost
			add("layer", k.Layer)
			about = func(t ledger.Topic) bool {
				return t.Name == word && (t.Kind == ledger.DirectCost || t.Kind == ledger.ClientCost)
			}
		}
	case "group":
		if i := slices.IndexFunc(x.p.Groups, func(g GroupRow) bool { return g.Name == word }); i >= 0 {
			g := &x.p.Groups[i]
			value = &g.Cost
			add("practical", hoursOf(g.Practical)+" h")
			add("used", hoursOf(g.Used)+" h")
			add("borne by clients", show(g.Assigned))
			add("unused", show(g.Unused))
			about = func(t ledger.Topic) bool {
				return ofPeople(x.p, t) && (t.Detail == word || t.Detail == "" && word == noTeam) || t.Kind == ledger.PoolCost && t.Name == word
			}
		}
	}
	if value == nil {
		return fault.New(fault.NotFound, "explain", "there is no costs."+name+" in the window", "write costs.pool NAME, costs.kind NAME or costs.group NAME, as 'clientele costs' lists them")
	}
	x.a.Value = show(*value)
	return x.facts(ctx, x.p.Windows.Current, "", about)
}

// booked is the time of a window that time sheets tell: of clients, or of none.
func booked(of func(*costBook) (int64, bool)) profitNumber {
	n := profitNumber{id: metric.ServiceHours, value: func(a *ProfitAnswer) string {
		micros, known := of(a.steps.book)
		if !known {
			return ""
		}
		return hoursOf(micros)
	}}
	return n.of(func(_ *ProfitAnswer, t ledger.Topic) bool {
		return t.Kind == ledger.Effort || t.Kind == ledger.Unbilled
	})
}

// ofClients sums the rows of clients.
func ofClients(lists ...[]int64) int64 {
	var sum int64
	for _, list := range lists {
		for _, v := range list[:max(0, len(list)-1)] {
			sum += v // microseconds: far below 64 bits, and each list was checked
		}
	}
	return sum
}

// zoned are the clients behind a figure of the whale curve: those of a zone, best first, or
// worst first where they cost money.
func (a *ProfitAnswer) zoned(name string) []*ProfitRow {
	w := a.Whale
	from, to := int64(0), w.Clients
	switch name {
	case "zones.green":
		to = w.Green
	case "zones.blue":
		from, to = w.Green, w.Green+w.Blue
	case "zones.flat":
		from, to = w.Profitable, w.Profitable+w.Zero
	case "zones.red", "whale.erosion":
		from = w.Profitable + w.Zero
	case "whale.peak", "whale.peak_clients", "whale.peak_ratio":
		to = w.Profitable
	}
	var out []*ProfitRow
	for i := range a.Rows[from:to] {
		out = append(out, &a.Rows[int(from)+i])
	}
	if from == w.Profitable+w.Zero {
		slices.Reverse(out)
	}
	return out
}
