package costing_test

import (
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"clientele/internal/costing"
)

// drawWindow makes a window of up to eight rows, with groups that are overloaded, idle or
// without hours, pools of every layer, refunds, negative revenue and facts without a client.
func drawWindow(t *rapid.T) *costing.Input {
	n := rapid.IntRange(1, 8).Draw(t, "rows")
	column := func(name string, low, high int64) []int64 {
		return rapid.SliceOfN(rapid.OneOf(rapid.Just(int64(0)), rapid.Int64Range(low, high)), n, n).Draw(t, name)
	}
	in := &costing.Input{
		Revenue: column("revenue", -1e9, 1e9), Direct: column("direct", -1e6, 1e9), Service: column("service", 0, 1e6), Own: column("own", -1e6, 1e6),
		Imputed: rapid.Int64Range(0, 1000).Draw(t, "imputed"), Replaced: rapid.Int64Range(0, 1000).Draw(t, "replaced"),
		Drivers: []costing.Driver{
			{Name: "orders", Weights: column("orders", 0, 9), Causal: true}, {Name: "revenue", Weights: column("weights", -1e9, 1e9)}, {Name: "none", Weights: make([]int64, n)},
		},
	}
	for k := range rapid.IntRange(0, 4).Draw(t, "groups") {
		in.Groups = append(in.Groups, costing.Group{
			Name: fmt.Sprint("group ", k), Cost: rapid.Int64Range(0, 1e9).Draw(t, "cost"), Booked: rapid.Bool().Draw(t, "booked"),
			Practical: rapid.SampledFrom([]int64{0, costing.Hour - 1, 40 * costing.Hour, 1600*costing.Hour + 1}).Draw(t, "practical"),
			Contract:  rapid.SampledFrom([]int64{0, costing.Hour + 3, 2000 * costing.Hour}).Draw(t, "contract"),
		})
		in.Used = append(in.Used, column("used", -costing.Hour, 500*costing.Hour))
	}
	layers := []costing.Layer{costing.CM1, costing.CM2, costing.CM3, costing.Sustaining}
	for k := range rapid.IntRange(0, 5).Draw(t, "pools") {
		in.Pools = append(in.Pools, costing.Pool{
			Name: fmt.Sprint("pool ", k), Layer: rapid.SampledFrom(layers).Draw(t, "layer"), Cost: rapid.Int64Range(-1e6, 1e9).Draw(t, "cost"),
			Driver: rapid.SampledFrom([]string{"orders", "revenue", "none", "unheard of", ""}).Draw(t, "driver"), Declared: rapid.Bool().Draw(t, "declared"),
		})
	}
	return in
}

// apart divides a total as definitions 1.4 say it, in fractions: everybody gets the floor,
// then whoever is furthest below the fair share gets one unit, the first of equals. Weights
// below 0 count as 0; nil where all are.
func apart(total *big.Int, weights []int64) []*big.Int {
	sum := new(big.Int)
	for _, w := range weights {
		sum.Add(sum, big.NewInt(max(0, w)))
	}
	if sum.Sign() == 0 {
		return nil
	}
	abs := new(big.Int).Abs(total)
	left := new(big.Int).Set(abs)
	parts, short := make([]*big.Int, len(weights)), make([]*big.Rat, len(weights))
	for i, w := range weights {
		fair := new(big.Rat).SetFrac(new(big.Int).Mul(abs, big.NewInt(max(0, w))), sum)
		parts[i] = new(big.Int).Quo(fair.Num(), fair.Denom())
		short[i] = new(big.Rat).Sub(fair, new(big.Rat).SetInt(parts[i]))
		left.Sub(left, parts[i])
	}
	for ; left.Sign() > 0; left.Sub(left, big.NewInt(1)) {
		most := 0
		for i := range short {
			if short[i].Cmp(short[most]) > 0 {
				most = i
			}
		}
		parts[most].Add(parts[most], big.NewInt(1))
		short[most].Sub(short[most], big.NewRat(1, 1))
	}
	if total.Sign() < 0 {
		for _, p := range parts {
			p.Neg(p)
		}
	}
	return parts
}

// nearest rounds a fraction, half to even.
func nearest(x *big.Rat) *big.Int {
	floor := new(big.Int).Div(x.Num(), x.Denom()) // Euclidean: the floor, as denominators are above 0
	rest := new(big.Rat).Sub(x, new(big.Rat).SetInt(floor))
	if c := rest.Cmp(big.NewRat(1, 2)); c > 0 || c == 0 && floor.Bit(0) == 1 {
		floor.Add(floor, big.NewInt(1))
	}
	return floor
}

// bill is what a row bears, by layer.
type bill struct{ direct, service, own *big.Int }

// TestRunRowByRow compares every margin of every row, and every line that nobody bears, with
// a slow computation in fractions that follows the text of definitions 3.2 to 3.6.
func TestRunRowByRow(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := drawWindow(t)
		r, err := costing.Run(in)
		if err != nil {
			t.Fatal(err)
		}
		rows := make([]bill, len(in.Revenue))
		for i := range rows {
			rows[i] = bill{big.NewInt(in.Direct[i]), big.NewInt(in.Service[i]), big.NewInt(in.Own[i])}
		}
		unused, sustaining, unallocated := new(big.Int), new(big.Int), new(big.Int)
		for k, g := range in.Groups {
			practical := big.NewRat(g.Practical, 1)
			if g.Practical == 0 { // 80 % of what they are paid for, to the microsecond
				practical.SetInt(nearest(big.NewRat(4*g.Contract, 5)))
			}
			used := new(big.Int)
			for _, u := range in.Used[k] {
				used.Add(used, big.NewInt(max(0, u)))
			}
			assigned := new(big.Int)
			if practical.Sign() > 0 {
				cost := new(big.Rat).SetInt(new(big.Int).Mul(big.NewInt(g.Cost), used))
				assigned = nearest(cost.Quo(cost, practical))
			}
			for i, p := range apart(assigned, in.Used[k]) {
				rows[i].service.Add(rows[i].service, p)
			}
			rest := new(big.Int).Sub(big.NewInt(g.Cost), assigned)
			if practical.Sign() > 0 {
				unused.Add(unused, rest)
			} else { // what nobody knows the use of is not unused
				unallocated.Add(unallocated, rest)
			}
		}
		for _, p := range in.Pools {
			cost := big.NewInt(p.Cost)
			at := slices.IndexFunc(in.Drivers, func(d costing.Driver) bool { return d.Name == p.Driver })
			if p.Layer == costing.Sustaining {
				sustaining.Add(sustaining, cost)
				continue
			}
			if at < 0 || apart(cost, in.Drivers[at].Weights) == nil {
				unallocated.Add(unallocated, cost)
				continue
			}
			for i, part := range apart(cost, in.Drivers[at].Weights) {
				to := map[costing.Layer]*big.Int{costing.CM1: rows[i].direct, costing.CM2: rows[i].service, costing.CM3: rows[i].own}[p.Layer]
				to.Add(to, part)
			}
		}
		for i, b := range rows {
			margin := big.NewInt(in.Revenue[i])
			for _, x := range []struct {
				cost *big.Int
				got  int64
				what string
			}{{b.direct, r.CM1[i], "CM1"}, {b.service, r.CM2[i], "CM2"}, {b.own, r.CM3[i], "CM3"}} {
				if margin.Sub(margin, x.cost); margin.Cmp(big.NewInt(x.got)) != 0 {
					t.Fatalf("row %d, %s: %d, want %s", i, x.what, x.got, margin)
				}
			}
		}
		for want, got := range map[*big.Int]*big.Int{unused: r.Unused.Big(), sustaining: r.Sustaining.Big(), unallocated: r.Unallocated.Big()} {
			if want.Cmp(got) != 0 {
				t.Fatalf("%s that nobody bears, want %s", got, want)
			}
		}
	})
}

// TestTimeByRow compares the time of rows with fractions: terms of either sign, rounded once.
func TestTimeByRow(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 4).Draw(t, "rows")
		var equations []costing.Equation
		columns := map[string][]int64{}
		for k := range rapid.IntRange(0, 4).Draw(t, "terms") {
			driver := strconv.Itoa(k)
			equations = append(equations, costing.Equation{Event: "order", Driver: driver, Micros: rapid.Int64Range(-costing.Hour, costing.Hour).Draw(t, "micros")})
			if rapid.Bool().Draw(t, "known") {
				columns[driver] = rapid.SliceOfN(rapid.Int64Range(-5e9, 5e9), n, n).Draw(t, "quantity")
			}
		}
		got := costing.Time(equations, n, func(_, driver string) []int64 { return columns[driver] })
		for i := range n {
			want := new(big.Rat)
			for _, e := range equations {
				if q := columns[e.Driver]; q != nil {
					want.Add(want, new(big.Rat).Mul(big.NewRat(e.Micros, 1), big.NewRat(q[i], 1_000_000)))
				}
			}
			if nearest(want).Cmp(big.NewInt(got[i])) != 0 {
				t.Fatalf("row %d: %d, want %s", i, got[i], want.FloatString(2))
			}
		}
	})
}
