// Package planning sets what was planned of clients, and of the firm, beside what came. It
// is pure arithmetic in integers: money in minor units, time in microseconds.
package planning

import (
	"maps"

	"clientele/internal/ledger"
	"clientele/internal/money"
	"clientele/internal/period"
)

// Sheet is a statement of which some lines are known.
type Sheet map[ledger.PlanLine]money.Sum

// steps are the layers: what is left is what was there less a cost (definitions 3.5).
var steps = []struct{ left, from, less ledger.PlanLine }{
	{ledger.PlanCM1, ledger.PlanRevenue, ledger.PlanDirect},
	{ledger.PlanCM2, ledger.PlanCM1, ledger.PlanService},
	{ledger.PlanCM3, ledger.PlanCM2, ledger.PlanOwn},
}

// Complete adds the lines that follow from those that are known: each layer is the one
// before less its cost, profit is what is left at the deepest layer, and the result is
// profit less unused capacity and sustaining cost. What does not follow stays unknown.
func (s Sheet) Complete(deepest ledger.PlanLine) Sheet {
	out := maps.Clone(s)
	out.same(ledger.PlanProfit, deepest)
	for range steps { // one step may wait for the next
		for _, x := range steps {
			out.step(x.left, x.from, x.less)
		}
	}
	out.same(ledger.PlanProfit, deepest)
	out.result()
	return out
}

// result is profit less unused capacity and sustaining cost.
func (s Sheet) result() {
	profit, ok := s[ledger.PlanProfit]
	unused, okUnused := s[ledger.PlanUnused]
	sustaining, okSustaining := s[ledger.PlanSustaining]
	if _, told := s[ledger.PlanResult]; !told && ok && okUnused && okSustaining {
		s[ledger.PlanResult] = profit.Minus(unused).Minus(sustaining)
	}
}

// same takes two lines for one.
func (s Sheet) same(x, y ledger.PlanLine) {
	vx, okX := s[x]
	vy, okY := s[y]
	switch {
	case okX && !okY:
		s[y] = vx
	case okY && !okX:
		s[x] = vy
	}
}

// step fills the one line of left = from − less that is not known.
func (s Sheet) step(left, from, less ledger.PlanLine) {
	vLeft, okLeft := s[left]
	vFrom, okFrom := s[from]
	vLess, okLess := s[less]
	switch {
	case !okLeft && okFrom && okLess:
		s[left] = vFrom.Minus(vLess)
	case okLeft && !okFrom && okLess:
		s[from] = vLeft.Plus(vLess)
	case okLeft && okFrom && !okLess:
		s[less] = vFrom.Minus(vLeft)
	}
}

// Contradiction is a layer that is planned to be something else than what its own cost
// leaves.
type Contradiction struct {
	Line             ledger.PlanLine
	Planned, Follows money.Sum
}

// Contradictions are the lines of a plan that do not follow from its others, though all of
// them are told: each is taken out, and set against what then follows.
func (s Sheet) Contradictions(deepest ledger.PlanLine) []Contradiction {
	var out []Contradiction
	for _, line := range []ledger.PlanLine{ledger.PlanCM1, ledger.PlanCM2, ledger.PlanCM3, ledger.PlanProfit, ledger.PlanResult} {
		told, ok := s[line]
		if !ok {
			continue
		}
		rest := maps.Clone(s)
		delete(rest, line)
		follows, ok := rest.forward(deepest)[line]
		if ok && follows != told {
			out = append(out, Contradiction{line, told, follows})
		}
	}
	return out
}

// forward adds what follows from revenue and costs downwards.
func (s Sheet) forward(deepest ledger.PlanLine) Sheet {
	out := maps.Clone(s)
	for _, x := range steps {
		from, okFrom := out[x.from]
		less, okLess := out[x.less]
		if _, told := out[x.left]; !told && okFrom && okLess {
			out[x.left] = from.Minus(less)
		}
	}
	out.same(ledger.PlanProfit, deepest)
	out.result()
	return out
}

// IsCost reports whether more of a line leaves less.
func IsCost(line ledger.PlanLine) bool {
	switch line { //nolint:exhaustive // the others are what comes in, or what is left
	case ledger.PlanDirect, ledger.PlanService, ledger.PlanOwn, ledger.PlanUnused, ledger.PlanSustaining, ledger.PlanHours:
		return true
	}
	return false
}

// Variance is what the difference between actual and plan does to profit: above 0 is good,
// whether more came in or less was spent.
func Variance(cost bool, planned, actual money.Sum) money.Sum {
	if cost {
		return planned.Minus(actual)
	}
	return actual.Minus(planned)
}

// Months are months by number: those whose first day lies in a range, from First on, and
// before Past.
type Months struct{ First, Past int }

// MonthsOf are the months that begin in a range with two ends.
func MonthsOf(r period.Range) Months {
	past := monthOf(r.To)
	if r.To != r.To.MonthStart() {
		past++
	}
	first := monthOf(r.From)
	if r.From != r.From.MonthStart() {
		first++
	}
	return Months{first, max(first, past)}
}

// Len is how many there are.
func (m Months) Len() int { return m.Past - m.First }

// Start is the first day of the nth of them.
func (m Months) Start(n int) period.Date {
	at := m.First + n
	return period.DateOf(at/12, at%12+1, 1)
}

func monthOf(d period.Date) int {
	y, m, _ := d.Civil()
	return 12*y + m - 1
}
