package planning_test

import (
	"math/big"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"clientele/internal/ledger"
	"clientele/internal/money"
	"clientele/internal/period"
	"clientele/internal/planning"
	"clientele/internal/verdict"
)

func sheet(lines map[ledger.PlanLine]int64) planning.Sheet {
	out := planning.Sheet{}
	for line, v := range lines {
		out[line] = money.FromInt64(v)
	}
	return out
}

// TestComplete: what follows from a plan, by hand.
func TestComplete(t *testing.T) {
	t.Parallel()
	type lines = map[ledger.PlanLine]int64
	for name, c := range map[string]struct {
		deepest    ledger.PlanLine
		told, want lines
	}{
		"layer by layer": {
			"cm3",
			lines{"revenue": 100, "direct_cost": 62, "service_cost": 9, "client_cost": 3},
			lines{"revenue": 100, "direct_cost": 62, "cm1": 38, "service_cost": 9, "cm2": 29, "client_cost": 3, "cm3": 26, "profit": 26},
		},
		"a cost from what is left": {
			"cm1", lines{"revenue": 100, "cm1": 38}, lines{"revenue": 100, "direct_cost": 62, "cm1": 38, "profit": 38},
		},
		"revenue from both": {"cm1", lines{"direct_cost": 62, "cm1": 38}, lines{"revenue": 100, "direct_cost": 62, "cm1": 38, "profit": 38}},
		"backwards": {
			"cm3",
			lines{"revenue": 100, "profit": 26, "client_cost": 3, "service_cost": 9},
			lines{"revenue": 100, "direct_cost": 62, "cm1": 38, "service_cost": 9, "cm2": 29, "client_cost": 3, "cm3": 26, "profit": 26},
		},
		"profit is what is left at the deepest layer": {"cm1", lines{"profit": 5}, lines{"profit": 5, "cm1": 5}},
		"nothing follows": {"cm3", lines{"revenue": 100}, lines{"revenue": 100}},
		"a result": {
			"cm1", lines{"cm1": 40, "unused_capacity": 5, "sustaining_cost": 30}, lines{"cm1": 40, "profit": 40, "unused_capacity": 5, "sustaining_cost": 30, "result": 5},
		},
		"a result that is told stays": {
			"cm1", lines{"cm1": 40, "unused_capacity": 5, "sustaining_cost": 30, "result": 7}, lines{"cm1": 40, "profit": 40, "unused_capacity": 5, "sustaining_cost": 30, "result": 7},
		},
		"hours are no money": {"cm1", lines{"hours": 5}, lines{"hours": 5}},
	} {
		got, want := sheet(c.told).Complete(c.deepest), sheet(c.want)
		if len(got) != len(want) {
			t.Errorf("%s: %v, not %v", name, got, want)
		}
		for line, v := range want {
			if got[line] != v {
				t.Errorf("%s: %s is %s, not %s", name, line, got[line].Format(0), v.Format(0))
			}
		}
	}
}

func TestContradictions(t *testing.T) {
	t.Parallel()
	if got := sheet(map[ledger.PlanLine]int64{"revenue": 100, "direct_cost": 60, "cm1": 40, "service_cost": 10, "cm2": 30}).Contradictions(); len(got) != 0 {
		t.Errorf("a plan that adds up contradicts itself: %v", got)
	}
	got := sheet(map[ledger.PlanLine]int64{"revenue": 100, "direct_cost": 60, "cm1": 45}).Contradictions()
	if len(got) != 1 || got[0].Line != ledger.PlanCM1 || got[0].Planned.Format(0) != "45" || got[0].Follows.Format(0) != "40" {
		t.Errorf("contradictions are %v", got)
	}
}

// TestVariance: above 0 is better, and the variances of the terms of a layer sum to its own.
func TestVariance(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		term := rapid.Int64Range(-1_000_000, 1_000_000)
		r0, d0, r1, d1 := term.Draw(t, "r0"), term.Draw(t, "d0"), term.Draw(t, "r1"), term.Draw(t, "d1")
		of := func(line ledger.PlanLine, plan, actual int64) money.Sum {
			return planning.Variance(planning.IsCost(line), money.FromInt64(plan), money.FromInt64(actual))
		}
		if got, want := of(ledger.PlanRevenue, r0, r1).Plus(of(ledger.PlanDirect, d0, d1)), of(ledger.PlanCM1, r0-d0, r1-d1); got != want {
			t.Fatalf("terms vary by %s, their layer by %s", got.Format(0), want.Format(0))
		}
	})
	var costs []ledger.PlanLine
	for _, line := range ledger.PlanLines {
		if planning.IsCost(line) {
			costs = append(costs, line)
		}
	}
	if !slices.Equal(costs, []ledger.PlanLine{"direct_cost", "service_cost", "client_cost", "hours", "unused_capacity", "sustaining_cost"}) {
		t.Errorf("costs are %v", costs)
	}
}

// TestPartOf counts months day by day.
func TestPartOf(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		day := rapid.Int32Range(20_000, 22_000)
		from := period.Date(day.Draw(t, "from"))
		window := period.Range{From: from, To: from + period.Date(rapid.Int32Range(1, 900).Draw(t, "length"))}
		start := period.Date(day.Draw(t, "start")).MonthStart()
		months := rapid.IntRange(1, 24).Draw(t, "months")
		want, all := 0, 0
		for d := window.From; d < window.To; d++ {
			if d == d.MonthStart() {
				all++
				if d >= start && d < start.AddMonths(months) {
					want++
				}
			}
		}
		in := planning.MonthsOf(window)
		if got := planning.PartOf(start, months, in); got.Counted != want || got.Months != months {
			t.Fatalf("%v of %d months from %s in %s, not %d", got, months, start, window, want)
		}
		if in.Len() != all {
			t.Fatalf("%s has %d months, not %d", window, in.Len(), all)
		}
		if all > 0 && (!window.Contains(in.Start(0)) || in.Start(0) != in.Start(0).MonthStart()) {
			t.Fatalf("the first month of %s begins on %s", window, in.Start(0))
		}
	})
}

// TestValue compares with exact fractions, rounded half to even once.
func TestValue(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 4).Draw(t, "parts")
		down := rapid.SampledFrom([]int64{1, 100, 10_000}).Draw(t, "down")
		var parts []planning.Part
		var amounts []money.Sum
		want := new(big.Rat)
		for range n {
			p := planning.Part{Months: rapid.IntRange(1, 15).Draw(t, "months")}
			p.Counted = rapid.IntRange(0, p.Months).Draw(t, "counted")
			v := rapid.Int64().Draw(t, "amount")
			parts, amounts = append(parts, p), append(amounts, money.FromInt64(v))
			one := new(big.Rat).SetFrac(big.NewInt(int64(p.Counted)), big.NewInt(int64(p.Months)))
			want.Add(want, one.Mul(one, new(big.Rat).SetInt64(v)))
		}
		want.Quo(want, new(big.Rat).SetInt64(down))
		got, ok := planning.Value(parts, amounts, down)
		if !ok || got.Format(0) != halfEven(want) {
			t.Fatalf("%s, not %s", got.Format(0), want.FloatString(3))
		}
	})
}

// halfEven rounds a fraction as people do by hand: to the nearer, and of two as near to the
// even one.
func halfEven(r *big.Rat) string {
	floor := new(big.Int).Div(r.Num(), r.Denom()) // Euclidean, and the denominator is above 0
	rest := new(big.Rat).Sub(r, new(big.Rat).SetInt(floor))
	half := big.NewRat(1, 2)
	if c := rest.Cmp(half); c > 0 || c == 0 && floor.Bit(0) == 1 {
		floor.Add(floor, big.NewInt(1))
	}
	return floor.String()
}

func TestValueTooLarge(t *testing.T) {
	t.Parallel()
	huge, _ := money.FromBig(new(big.Int).Lsh(big.NewInt(1), 126))
	if _, ok := planning.Value([]planning.Part{{Months: 7, Counted: 7}}, []money.Sum{huge}, 1); ok {
		t.Error("a sum beyond 127 bits is taken for one")
	}
}

func TestRule(t *testing.T) {
	t.Parallel()
	whole := planning.Ground{Months: 12, Planned: 12}
	for name, c := range map[string]struct {
		change func(*planning.Ground)
		code   string
		bias   verdict.Bias
	}{
		"whole":         {func(*planning.Ground) {}, "", verdict.None},
		"months":        {func(g *planning.Ground) { g.Planned = 11 }, "plan_months", verdict.High},
		"ahead":         {func(g *planning.Ground) { g.Ahead = 1 }, "plan_ahead", verdict.Low},
		"cut":           {func(g *planning.Ground) { g.Cut = true }, "plan_cut", verdict.Unknown},
		"twice":         {func(g *planning.Ground) { g.Twice = []string{"revenue in 2026-01"} }, "plan_twice", verdict.Low},
		"unknown":       {func(g *planning.Ground) { g.Unknown = []string{"Stamps"} }, "plan_items", verdict.Unknown},
		"deeper":        {func(g *planning.Ground) { g.Deeper = "CM3" }, "plan_deeper", verdict.Unknown},
		"contradiction": {func(g *planning.Ground) { g.Contradictions = []string{"CM1"} }, "plan_contradicts", verdict.Unknown},
	} {
		g := whole
		c.change(&g)
		v := g.Rule()
		if c.code == "" {
			if v.Status != verdict.Pass {
				t.Errorf("%s: %v", name, v)
			}
			continue
		}
		if v.Status != verdict.Flag || v.Bias != c.bias || len(v.Reasons) != 1 || v.Reasons[0].Code != c.code || v.Reasons[0].Supply == "" {
			t.Errorf("%s: %+v", name, v)
		}
	}
	g := whole
	g.Spread = true
	if v := g.Rule(); v.Status != verdict.Pass || len(v.Reasons) != 1 {
		t.Errorf("spreading a year is no more than a note: %+v", v)
	}
}
