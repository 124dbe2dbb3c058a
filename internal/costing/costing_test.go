package costing_test

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"clientele/internal/costing"
	"clientele/internal/money"
	"clientele/internal/verdict"
)

const minute = costing.Hour / 60

func repeat(v int64, n int) []int64 {
	out := make([]int64, n)
	for i := range out {
		out[i] = v
	}
	return out
}

func run(t *testing.T, in *costing.Input) *costing.Result {
	t.Helper()
	n := len(in.Revenue)
	for _, col := range []*[]int64{&in.Direct, &in.Service, &in.Own} {
		if *col == nil {
			*col = make([]int64, n)
		}
	}
	r, err := costing.Run(in)
	if err != nil {
		t.Fatal(err)
	}
	if !r.Residual.IsZero() {
		t.Errorf("residual %s", r.Residual.Format(0))
	}
	return r
}

// TestCapacityRates holds definitions 3.2, and the four departments of figures 3: expense
// over minutes, per minute.
func TestCapacityRates(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		cost, minutes int64
		decimals      uint8
		want          string // an hour, in whole units
	}{
		{240_000, 8500 * 60, 4, "28.2353"},
		{240_000, 10_400 * 60, 2, "23.08"},
		{240_000, 6000 * 60, 2, "40.00"},
		{560_000, 700_000, 2, "48.00"},      // 0.80 a minute
		{525_000, 475_800, 3, "66.204"},     // 1.1034 a minute
		{520_000, 951_600, 3, "32.787"},     // .5464
		{300_000, 570_960, 3, "31.526"},     // .5254
		{1_800_000, 2_379_000, 3, "45.397"}, // .7566
	} {
		g := costing.Group{Name: "people", Cost: c.cost, Practical: c.minutes * minute}
		rate, ok := g.Rate(c.decimals)
		if got := rate.Format(c.decimals); !ok || got != c.want {
			t.Errorf("%d over %d minutes: %s an hour, want %s", c.cost, c.minutes, got, c.want)
		}
	}
	if _, ok := (costing.Group{Name: "nobody", Cost: 5}).Rate(2); ok {
		t.Error("a rate without hours")
	}
}

// TestAssumedHours: 80 % of the contract hours, with the rates at 75 and 85 % as bounds.
func TestAssumedHours(t *testing.T) {
	t.Parallel()
	g := costing.Group{Name: "Desk", Cost: 240_000_00, Contract: 10_000 * costing.Hour}
	micros, assumed, ok := g.Hours()
	if micros != 8000*costing.Hour || !assumed || !ok {
		t.Errorf("%d, %v, %v", micros, assumed, ok)
	}
	v := g.Rule(func(s money.Sum) string { return s.Format(2) })
	if v.Status != verdict.Flag || v.Reasons[0].Bound != "between 28.24 and 32.00 an hour" { // 240,000 / 8,500 and / 7,500
		t.Errorf("%+v", v)
	}
	if v := (costing.Group{Name: "Desk", Cost: 1}).Rule(func(s money.Sum) string { return s.Format(0) }); len(v.Reasons) != 1 || v.Reasons[0].Code != "capacity_missing" {
		t.Errorf("%+v", v)
	}
}

// TestTimeEquation holds definitions 3.3: 8 + 3·lines + 15·new; 10 orders, 42 lines, 2 new
// are 236 minutes, and cost 111.06 at 240,000 / 8,500 an hour.
func TestTimeEquation(t *testing.T) {
	t.Parallel()
	equations := []costing.Equation{
		{Group: "Desk", Event: "order", Micros: 8 * minute}, {Group: "Desk", Event: "order", Driver: "lines", Micros: 3 * minute}, {Group: "Desk", Event: "order", Driver: "new", Micros: 15 * minute},
	}
	million := int64(1_000_000)
	columns := map[string][]int64{"": {10 * million, 0}, "lines": {42 * million, 0}, "new": {2 * million, 0}}
	used := costing.Time(equations, 2, func(_, driver string) []int64 { return columns[driver] })
	if used[0] != 236*minute || used[1] != 0 {
		t.Fatalf("%v", used)
	}
	r := run(t, &costing.Input{Revenue: []int64{0, 0}, Groups: []costing.Group{{Name: "Desk", Cost: 240_000_00, Practical: 8500 * costing.Hour}}, Used: [][]int64{used}})
	if r.Service[0] != 111_06 || r.Unused.Format(2) != "239888.94" {
		t.Errorf("%d, unused %s", r.Service[0], r.Unused.Format(2))
	}
	delete(columns, "new") // nothing is known of it: only the rest counts
	if got := costing.Time(equations, 2, func(_, driver string) []int64 { return columns[driver] })[0]; got != 206*minute {
		t.Errorf("%d minutes", got/minute)
	}
	if got := costing.EventTime(equations, "Desk", "order", map[string]int64{"lines": -4 * million}); got != -4*minute {
		t.Errorf("one event takes %d minutes", got/minute)
	}
}

// TestHarvardBusinessReview2004 holds figures 3: 560,000 a quarter, 700,000 minutes, of
// which 49,000 orders of 8, 1,400 inquiries of 44 and 2,500 credit checks of 50 use 578,600.
func TestHarvardBusinessReview2004(t *testing.T) {
	t.Parallel()
	r := run(t, &costing.Input{
		Revenue: make([]int64, 4), Groups: []costing.Group{{Name: "Service", Cost: 560_000, Practical: 700_000 * minute}},
		Used: [][]int64{{49_000 * 8 * minute, 1400 * 44 * minute, 2500 * 50 * minute, 0}},
	})
	if got := fmt.Sprint(r.Service); got != "[313600 49280 100000 0]" {
		t.Error(got)
	}
	c := r.Capacities[0]
	if c.Used != 578_600*minute || c.Assigned != 462_880 || c.Unused != 97_120 {
		t.Errorf("%+v", c)
	}
}

// TestLayers holds definitions 3.5: 100,000; direct 62,000; service 9,500; rebate 2,000,
// receivable 12,000 at 10 %, bad debt 300, acquisition 1,000.
func TestLayers(t *testing.T) {
	t.Parallel()
	credit, ok := costing.CostOfCredit(12_000, money.Fraction{Num: 1, Den: 10}, 365, 365)
	if credit != 1200 || !ok {
		t.Fatal(credit)
	}
	r := run(t, &costing.Input{
		Revenue: []int64{100_000, 0}, Direct: []int64{62_000, 0}, Service: []int64{9500, 0}, Own: []int64{2000 + credit + 300 + 1000, 0}, Imputed: credit,
	})
	if r.CM1[0] != 38_000 || r.CM2[0] != 28_500 || r.CM3[0] != 24_000 {
		t.Errorf("%d, %d, %d", r.CM1[0], r.CM2[0], r.CM3[0])
	}
}

// TestClosing holds definitions 3.6: the result of the accounts is 24,000.
func TestClosing(t *testing.T) {
	t.Parallel()
	r := run(t, &costing.Input{
		Revenue: []int64{200_000, 0}, Direct: []int64{110_000, 0}, Own: []int64{1000 + 1800, 0}, Imputed: 1800,
		Groups: []costing.Group{{Name: "Service", Cost: 40_000, Practical: 1000 * costing.Hour}}, Used: [][]int64{{850 * costing.Hour, 0}},
		Pools: []costing.Pool{{Name: "Rent", Layer: costing.Sustaining, Cost: 25_000}},
	})
	if r.CM3[0] != 53_200 || r.Unused != money.FromInt64(6000) || r.Result != money.FromInt64(24_000) || r.Adjustment != money.FromInt64(1800) {
		t.Errorf("%d, unused %s, result %s", r.CM3[0], r.Unused.Format(0), r.Result.Format(0))
	}
}

// TestLossRobustness holds definitions 3.7. The last row names no client.
func TestLossRobustness(t *testing.T) {
	t.Parallel()
	v, err := costing.ViewsOf([]int64{120, 60, 200, 0}, 300, []costing.Driver{
		{Name: "hours", Weights: []int64{50, 30, 20, 7}},
		{Name: "labour", Weights: []int64{45, 35, 20, 0}},
		{Name: "billing", Weights: []int64{30, 30, 40, 0}},
		{Name: "transactions", Weights: []int64{10, 80, 10, 0}},
		{Name: "visits", Weights: make([]int64, 4)},
	})
	if err != nil {
		t.Fatal(err)
	}
	for row, want := range []string{"[-30 -15 30 90]", "[-30 -45 -30 -180]"} {
		got := []int64{}
		for _, result := range v.Results {
			got = append(got, result[row])
		}
		if fmt.Sprint(got) != want {
			t.Errorf("row %d: %v, want %s", row, got, want)
		}
	}
	if v.Labels[0] != costing.Depends || v.Labels[1] != costing.LossAll || v.Labels[2] != costing.ProfitAll {
		t.Error(v.Labels)
	}
	if got := fmt.Sprint(v.Under(0), v.Drivers); got != "[hours labour] [hours labour billing transactions]" {
		t.Error(got)
	}
	if v.Rule().Status != verdict.Pass {
		t.Error("four drivers are enough")
	}
	one, err := costing.ViewsOf([]int64{1, 0}, 1, []costing.Driver{{Name: "equal", Weights: []int64{1, 0}}})
	if err != nil || one.Rule().Status != verdict.Flag {
		t.Error("one driver is too few", err)
	}
}

// TestSpringDistribution holds the textbook set of figures 3 (Horngren): each activity is a
// pool that its own driver spreads.
func TestSpringDistribution(t *testing.T) {
	t.Parallel()
	cases, price := []int64{2080, 8750, 60_800, 31_800, 3900}, []int64{1440, 1416, 1320, 1392, 1296}
	orders, visits := []int64{15, 25, 30, 25, 30}, []int64{2, 3, 6, 2, 3}
	deliveries, miles, expedited := []int64{10, 30, 60, 40, 20}, []int64{14, 4, 3, 8, 40}, []int64{0, 0, 0, 0, 1}
	revenue, direct, driven, handled := make([]int64, 6), make([]int64, 6), make([]int64, 6), make([]int64, 6)
	for i := range cases {
		revenue[i], direct[i] = cases[i]*price[i], cases[i]*1200
		driven[i], handled[i] = deliveries[i]*miles[i], cases[i]
	}
	pool := func(name string, weights []int64, cents int64) (costing.Pool, costing.Driver) {
		var n int64
		for _, w := range weights {
			n += w
		}
		return costing.Pool{Name: name, Layer: costing.CM2, Driver: name, Declared: true, Cost: n * cents}, costing.Driver{Name: name, Weights: append(slices.Clone(weights), 0)[:6], Causal: true}
	}
	in := &costing.Input{Revenue: revenue, Direct: direct}
	for _, x := range []struct {
		name    string
		weights []int64
		cents   int64
	}{{"orders", orders, 100_00}, {"visits", visits, 80_00}, {"miles", driven, 2_00}, {"cases", handled, 50}, {"expedited", expedited, 300_00}} {
		p, d := pool(x.name, x.weights, x.cents)
		in.Pools, in.Drivers = append(in.Pools, p), append(in.Drivers, d)
	}
	r := run(t, in)
	if got := fmt.Sprint(r.Service); got != "[298000 735500 3424000 1920000 709000 0]" {
		t.Error(got)
	}
	if got := fmt.Sprint(r.CM3); got != "[201200 1154500 3872000 4185600 -334600 0]" {
		t.Error(got)
	}
	if !r.Coverage.Pooled.IsZero() || r.Coverage.Driven != money.FromInt64(70_865_00) {
		t.Errorf("%+v", r.Coverage)
	}
}

// TestRandomStatements compares random windows with a slow computation in fractions, and
// holds the identities: nothing is lost, and every split is fair to a unit.
func TestRandomStatements(t *testing.T) {
	t.Parallel()
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 3))
		in := randomInput(r)
		out, err := costing.Run(in)
		if err != nil {
			t.Fatal(err)
		}
		total := big.NewInt(0)
		plus := func(sign int64, list ...int64) {
			for _, v := range list {
				total.Add(total, new(big.Int).Mul(big.NewInt(sign), big.NewInt(v)))
			}
		}
		plus(1, in.Revenue...)
		for _, list := range [][]int64{in.Direct, in.Service, in.Own} {
			plus(-1, list...)
		}
		for _, g := range in.Groups {
			plus(-1, g.Cost)
		}
		for _, p := range in.Pools {
			plus(-1, p.Cost)
		}
		plus(1, in.Imputed, -in.Replaced)
		if out.Result.Big().Cmp(total) != 0 || !out.Residual.IsZero() {
			t.Fatalf("seed %d: result %s, the accounts say %s", seed, out.Result.Format(0), total)
		}
		for k, g := range in.Groups {
			fair(t, seed, g, in.Used[k], out.Capacities[k])
		}
		cost := out.Coverage.Traced.Plus(out.Coverage.Driven).Plus(out.Coverage.Pooled)
		borne := money.Sum{}
		for i := range in.Revenue {
			borne = borne.Add(in.Revenue[i] - out.CM3[i])
		}
		if cost != borne {
			t.Fatalf("seed %d: coverage speaks of %s, clients bear %s", seed, cost.Format(0), borne.Format(0))
		}
	}
}

// fair holds the cost of a group: what is assigned is the rate times the time, to half a
// unit, and what is not is unused.
func fair(t *testing.T, seed uint64, g costing.Group, used []int64, c costing.Capacity) {
	t.Helper()
	var time int64
	for _, u := range used {
		time += u
	}
	micros, _, ok := g.Hours()
	if c.Assigned+c.Unused != g.Cost || c.Used != time {
		t.Fatalf("seed %d: %+v", seed, c)
	}
	if !ok || time == 0 {
		if c.Assigned != 0 {
			t.Fatalf("seed %d: %+v bears cost without hours", seed, c)
		}
		return
	}
	off := new(big.Rat).Sub(new(big.Rat).Mul(big.NewRat(g.Cost, micros), big.NewRat(time, 1)), big.NewRat(c.Assigned, 1))
	if off.Abs(off).Cmp(big.NewRat(1, 2)) > 0 {
		t.Fatalf("seed %d: %+v is off by %s", seed, c, off.FloatString(3))
	}
}

func randomInput(r *rand.Rand) *costing.Input {
	n := 1 + r.IntN(8)
	column := func(most int64, negative bool) []int64 {
		out := make([]int64, n)
		for i := range out {
			if r.IntN(3) > 0 {
				out[i] = r.Int64N(most)
				if negative && r.IntN(4) == 0 {
					out[i] = -out[i]
				}
			}
		}
		return out
	}
	in := &costing.Input{
		Revenue: column(1_000_000, true), Direct: column(500_000, true), Service: column(1000, false), Own: column(1000, true), Imputed: r.Int64N(100), Replaced: r.Int64N(100),
		Drivers: []costing.Driver{{Name: "a", Weights: column(50, true), Causal: true}, {Name: "b", Weights: repeat(1, n)}, {Name: "none", Weights: make([]int64, n)}},
	}
	for k := range r.IntN(4) {
		in.Groups = append(in.Groups, costing.Group{Name: strconv.Itoa(k), Cost: r.Int64N(1_000_000), Practical: r.Int64N(3) * r.Int64N(1000) * costing.Hour, Contract: r.Int64N(1000) * costing.Hour, Booked: r.IntN(2) == 0})
		in.Used = append(in.Used, column(100*costing.Hour, false))
	}
	layers := []costing.Layer{costing.CM1, costing.CM2, costing.CM3, costing.Sustaining}
	for k := range r.IntN(5) {
		in.Pools = append(in.Pools, costing.Pool{
			Name: strconv.Itoa(k), Layer: layers[r.IntN(4)], Driver: []string{"a", "b", "none", "unheard of"}[r.IntN(4)], Declared: r.IntN(2) == 0, Cost: r.Int64N(100_000) - 1000,
		})
	}
	return in
}

// TestViewsSumToTheSame: whatever spreads the shared cost, the whole is the same.
func TestViewsSumToTheSame(t *testing.T) {
	t.Parallel()
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 4))
		in := randomInput(r)
		shared := r.Int64N(1_000_000)
		v, err := costing.ViewsOf(in.Revenue, shared, in.Drivers)
		if err != nil {
			t.Fatal(err)
		}
		want := -shared
		for _, x := range in.Revenue {
			want += x
		}
		for k, result := range v.Results {
			var got int64
			for _, x := range result {
				got += x
			}
			if got != want {
				t.Fatalf("seed %d, %s: %d, want %d", seed, v.Drivers[k], got, want)
			}
		}
	}
}

func TestRules(t *testing.T) {
	t.Parallel()
	if v := (costing.Known{}).Rule(); v.Status != verdict.Refuse || v.Reasons[0].Supply != costing.ThreeWays {
		t.Errorf("%+v", v)
	}
	v := costing.Known{Direct: true, Uncosted: money.FromInt64(25), Revenue: money.FromInt64(100), UncostedLines: 3}.Rule()
	if v.Status != verdict.Flag || v.Bias != verdict.High || len(v.Reasons) != 2 || v.Reasons[1].Text != "sale lines without a cost that can be read: 3, with 25.0 % of revenue" {
		t.Errorf("%+v", v)
	}
	pooled := &costing.Result{Coverage: costing.Coverage{Traced: money.FromInt64(69), Pooled: money.FromInt64(31)}}
	if v := pooled.Rule(); v.Status != verdict.Flag || v.Reasons[0].Code != "coverage_low" {
		t.Errorf("%+v", v)
	}
	pooled.Coverage = costing.Coverage{Traced: money.FromInt64(70), Pooled: money.FromInt64(30)}
	if v := pooled.Rule(); v.Status != verdict.Pass {
		t.Errorf("exactly 70 %% is enough: %+v", v)
	}
	broken := &costing.Result{Residual: money.FromInt64(1)}
	if v := broken.Rule(); v.Status != verdict.Refuse {
		t.Errorf("%+v", v)
	}
	over := &costing.Result{Capacities: []costing.Capacity{{Group: costing.Group{Name: "Desk"}, Known: true, Unused: -1}}}
	if v := over.Rule(); v.Bias != verdict.Low || v.Reasons[0].Code != "overload" {
		t.Errorf("%+v", v)
	}
}

// TestBridge holds definitions 3.8.
func TestBridge(t *testing.T) {
	t.Parallel()
	in := costing.BridgeInput{
		Billed: 900 * costing.Hour, Unbilled: 60 * costing.Hour, Contracted: 1000 * costing.Hour, Agreed: 95, Target: 110, Variable: 40,
		Discount: 2500, Cost: 70_000, Late: 600, HasTarget: true, HasContract: true, HasUnbilled: true,
	}
	b, v := costing.BridgeOf(in)
	for _, x := range []struct {
		what string
		got  money.Sum
		want int64
	}{
		{"actual", b.Actual, 12_400},
		{"rate gap", b.RateGap, 13_500},
		{"discount", b.Discount, 2500},
		{"unbilled", b.Unbilled, 6600},
		{"contract", b.Contract, 2800},
		{"late", b.Late, 600},
		{"rest", b.Rest, 0},
		{"target", b.Target, 38_400},
	} {
		if x.got != money.FromInt64(x.want) {
			t.Errorf("%s: %s, want %d", x.what, x.got.Format(0), x.want)
		}
	}
	if v.Status != verdict.Pass {
		t.Errorf("%+v", v)
	}
	in.HasContract = false
	if _, v := costing.BridgeOf(in); v.Bias != verdict.Low {
		t.Errorf("%+v", v)
	}
	in.HasTarget = false
	if _, v := costing.BridgeOf(in); v.Status != verdict.Refuse {
		t.Errorf("%+v", v)
	}
}

// The bars lead exactly from actual to target, whatever is rounded.
func TestBridgeIsExact(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(8, 9))
	for range 1000 {
		b, _ := costing.BridgeOf(costing.BridgeInput{
			Billed: r.Int64N(1e13), Unbilled: r.Int64N(1e12), Contracted: r.Int64N(1e13), Agreed: r.Int64N(20_000), Target: r.Int64N(20_000), Variable: r.Int64N(9000),
			Discount: r.Int64N(1e6), Cost: r.Int64N(1e8), Late: r.Int64N(1e5), HasTarget: true, HasContract: true, HasUnbilled: true,
		})
		sum := b.Actual.Plus(b.RateGap).Plus(b.Discount).Plus(b.Unbilled).Plus(b.Contract).Plus(b.Late).Plus(b.Rest)
		if sum != b.Target {
			t.Fatalf("%+v", b)
		}
		if rest, _ := b.Rest.Int64(); rest < -3 || rest > 3 { // six roundings of half a unit
			t.Fatalf("rounding of %d", rest)
		}
	}
}

// TestTargets: the least price and the least saving that reach a margin, by trying.
func TestTargets(t *testing.T) {
	t.Parallel()
	reached := func(revenue, cost int64, m money.Fraction) bool { return (revenue-cost)*m.Den >= m.Num*revenue }
	for _, m := range []money.Fraction{{Num: 0, Den: 1}, {Num: 3, Den: 20}, {Num: 1, Den: 3}, {Num: 99, Den: 100}} {
		for _, cost := range []int64{1, 7, 850, 12_345} {
			got, ok := costing.RevenueFor(cost, m)
			if !ok || !reached(got, cost, m) || got > 0 && reached(got-1, cost, m) {
				t.Errorf("cost %d, margin %d/%d: revenue %d", cost, m.Num, m.Den, got)
			}
		}
	}
	if _, ok := costing.RevenueFor(5, money.Fraction{Num: 1, Den: 1}); ok {
		t.Error("no price leaves all of it")
	}
	if got, ok := costing.RevenueFor(-5, money.Fraction{Num: 1, Den: 2}); got != 0 || !ok {
		t.Error(got, ok)
	}
	// 1,000 of revenue, cost 900 of which 200 for 10 hours: 15 % needs 50 less, 2.5 hours.
	tenth := money.Fraction{Num: 15, Den: 100}
	if got, ok := costing.EffortFor(1000, 900, 200, 10*costing.Hour, tenth); !ok || got != 5*costing.Hour/2 {
		t.Error(got, ok)
	}
	if _, ok := costing.EffortFor(1000, 1100, 200, 10*costing.Hour, tenth); ok {
		t.Error("250 cannot be saved of 200")
	}
	if got, ok := costing.EffortFor(1000, 800, 0, 0, tenth); got != 0 || !ok {
		t.Error("it is there already", got, ok)
	}
	if _, ok := costing.EffortFor(1000, 900, 0, 0, tenth); ok {
		t.Error("without time nothing can be saved")
	}
}
