package costing_test

import (
	"math"
	"strings"
	"testing"

	"clientele/internal/costing"
	"clientele/internal/money"
)

// TestWhatDoesNotFit: a sum beyond 64 bits is refused, never wrapped and never 0.
func TestWhatDoesNotFit(t *testing.T) {
	t.Parallel()
	endless := costing.Time([]costing.Equation{{Event: "order", Micros: costing.Hour}}, 1, func(_, _ string) []int64 { return []int64{math.MaxInt64} })
	desk := []costing.Group{{Name: "Desk", Cost: 1, Practical: math.MaxInt64}}
	for name, in := range map[string]*costing.Input{
		"margins that wrap both ways": {Revenue: []int64{math.MaxInt64, math.MinInt64}, Direct: []int64{-10, 10}},
		"service":                     {Revenue: []int64{0}, Service: []int64{math.MaxInt64}, Groups: []costing.Group{{Name: "Desk", Cost: 1, Practical: 1}}, Used: [][]int64{{1}}},
		"a sum that wraps to 0":       {Revenue: []int64{0}, Service: []int64{math.MinInt64}, Pools: []costing.Pool{{Layer: costing.CM2, Driver: "d", Cost: math.MinInt64}}, Drivers: []costing.Driver{{Name: "d", Weights: []int64{1}}}},
		"the time of one row":         {Revenue: []int64{0}, Groups: desk, Used: [][]int64{endless}},
		"a column is missing":         {Revenue: []int64{0}, Groups: desk},
		"a column is short":           {Revenue: []int64{0, 0}, Groups: desk, Used: [][]int64{{1}}},
		"a column is long":            {Revenue: []int64{0}, Direct: []int64{1, 2}},
	} {
		if r, err := costing.Run(in); err == nil {
			t.Errorf("%s: %v", name, r.CM3)
		}
	}
	whole := money.Fraction{Num: 1e12 - 1, Den: 1e12}
	if v, ok := costing.CostOfCredit(1000, whole, 36_500_000, 365); ok {
		t.Errorf("credit of %d", v)
	}
	if v, ok := costing.CostOfCredit(1000, whole, 1, 0); ok {
		t.Errorf("credit of %d", v)
	}
}

// TestNothingTested: without a driver nobody is called profitable.
func TestNothingTested(t *testing.T) {
	t.Parallel()
	v, err := costing.ViewsOf([]int64{-5, 0}, 10, []costing.Driver{{Name: "hours", Weights: []int64{0, 3}}})
	if err != nil || v.Labels[0] != "" {
		t.Errorf("%+v, %v", v, err)
	}
}

// TestWithoutRevenueThereIsNoMargin: no saving brings credit notes alone to 15 %.
func TestWithoutRevenueThereIsNoMargin(t *testing.T) {
	t.Parallel()
	for _, revenue := range []int64{-100, 0} {
		if v, ok := costing.EffortFor(revenue, 50, 200, 10*costing.Hour, money.Fraction{Num: 15, Den: 100}); ok {
			t.Errorf("revenue %d: save %d", revenue, v)
		}
	}
}

// TestOverloadRaisesTheRate holds definitions 3.4: practical hours ↓, so rate ↑.
func TestOverloadRaisesTheRate(t *testing.T) {
	t.Parallel()
	r := run(t, &costing.Input{Revenue: []int64{0}, Groups: []costing.Group{{Name: "Desk", Cost: 10, Practical: 10}}, Used: [][]int64{{20}}})
	if text := r.Rule().Reasons[0].Text; r.Unused != money.FromInt64(-10) || !strings.HasSuffix(text, "its rate is too high") {
		t.Errorf("unused %s: %s", r.Unused.Format(0), text)
	}
}

// TestBridgeNamesAllThatIsMissing: both kinds of hours, where both are.
func TestBridgeNamesAllThatIsMissing(t *testing.T) {
	t.Parallel()
	_, v := costing.BridgeOf(costing.BridgeInput{HasTarget: true})
	if text := v.Reasons[0].Text; !strings.HasPrefix(text, "contracted and unbilled hours") {
		t.Error(text)
	}
}

// TestViewsLeaveTheUnassignedShare: one client and the row without one use 50 of 100 hours
// each, of 1,000. By hours the client bears 500, as in its statement, and not all of it.
func TestViewsLeaveTheUnassignedShare(t *testing.T) {
	t.Parallel()
	in := &costing.Input{
		Revenue: []int64{800, 0}, Groups: []costing.Group{{Name: "Desk", Cost: 1000, Practical: 100}}, Used: [][]int64{{50, 50}},
		Drivers: []costing.Driver{{Name: "hours", Weights: []int64{50, 50}}},
	}
	r := run(t, in)
	v, err := costing.ViewsOf([]int64{r.CM3[0] + r.Spread[0], r.CM3[1]}, r.Spread[0], in.Drivers)
	if err != nil || v.Results[0][0] != r.CM3[0] || v.Labels[0] != costing.ProfitAll || v.Results[0][1] != r.CM3[1] {
		t.Errorf("%+v, %v", v, err)
	}
}
