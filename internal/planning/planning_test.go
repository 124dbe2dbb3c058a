package planning_test

import (
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

// TestContradictions: 100 − 60 − 10 = 30 whether or not CM1 is told.
func TestContradictions(t *testing.T) {
	t.Parallel()
	type lines = map[ledger.PlanLine]int64
	for name, c := range map[string]struct {
		told    lines
		line    ledger.PlanLine
		follows string
	}{
		"it adds up":           {lines{"revenue": 100, "direct_cost": 60, "cm1": 40, "service_cost": 10, "cm2": 30}, "", ""},
		"nothing follows":      {lines{"revenue": 100, "cm1": 45}, "", ""},
		"a layer":              {lines{"revenue": 100, "direct_cost": 60, "cm1": 45}, "cm1", "40"},
		"across a layer":       {lines{"revenue": 100, "direct_cost": 60, "service_cost": 10, "cm2": 50}, "cm2", "30"},
		"profit":               {lines{"revenue": 100, "direct_cost": 60, "service_cost": 10, "profit": 50}, "profit", "30"},
		"profit is the result": {lines{"cm2": 30, "unused_capacity": 5, "sustaining_cost": 15, "result": 12}, "result", "10"},
	} {
		got := sheet(c.told).Contradictions("cm2")
		switch {
		case c.line == "" && len(got) == 0:
		case len(got) != 1 || got[0].Line != c.line || got[0].Follows.Format(0) != c.follows:
			t.Errorf("%s: contradictions are %v", name, got)
		}
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

// TestMonthsOf counts months day by day.
func TestMonthsOf(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		day := rapid.Int32Range(20_000, 22_000)
		from := period.Date(day.Draw(t, "from"))
		window := period.Range{From: from, To: from + period.Date(rapid.Int32Range(1, 900).Draw(t, "length"))}
		want := 0
		for d := window.From; d < window.To; d++ {
			if d == d.MonthStart() {
				want++
			}
		}
		in := planning.MonthsOf(window)
		if in.Len() != want {
			t.Fatalf("%s has %d months, not %d", window, in.Len(), want)
		}
		if want > 0 && (!window.Contains(in.Start(0)) || in.Start(0) != in.Start(0).MonthStart()) {
			t.Fatalf("the first month of %s begins on %s", window, in.Start(0))
		}
	})
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
		"months":        {func(g *planning.Ground) { g.Planned, g.Short = 11, []string{"revenue for 11"} }, "plan_months", verdict.High},
		"half":          {func(g *planning.Ground) { g.Half = 1 }, "plan_half", verdict.Unknown},
		"negative":      {func(g *planning.Ground) { g.Negative = []string{"direct cost"} }, "plan_sign", verdict.Low},
		"aside":         {func(g *planning.Ground) { g.Aside = 1 }, "plan_aside", verdict.Unknown},
		"uncosted":      {func(g *planning.Ground) { g.Uncosted = 1 }, "plan_uncosted", verdict.High},
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
}
