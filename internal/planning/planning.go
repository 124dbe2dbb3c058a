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
	profit, ok := out[ledger.PlanProfit]
	unused, okUnused := out[ledger.PlanUnused]
	sustaining, okSustaining := out[ledger.PlanSustaining]
	if _, told := out[ledger.PlanResult]; !told && ok && okUnused && okSustaining {
		out[ledger.PlanResult] = profit.Minus(unused).Minus(sustaining)
	}
	return out
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

// Contradictions are the layers of a plan that do not follow from its other lines.
func (s Sheet) Contradictions() []Contradiction {
	var out []Contradiction
	for _, x := range steps {
		left, okLeft := s[x.left]
		from, okFrom := s[x.from]
		less, okLess := s[x.less]
		if okLeft && okFrom && okLess && left != from.Minus(less) {
			out = append(out, Contradiction{x.left, left, from.Minus(less)})
		}
	}
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

// Part is a period of a plan: how many months it has, and how many of them count.
type Part struct{ Months, Counted int }

// PartOf is how much of a period, from the month of a day on, lies in months that count.
func PartOf(start period.Date, months int, in Months) Part {
	from := monthOf(start)
	return Part{months, max(0, min(from+months, in.Past)-max(from, in.First))}
}

// Value is what counts of amounts that are planned for periods: of each the share of its
// months, in equal parts, all added up and divided by down; half to even, once. Amounts are
// in the order of the parts; false where they do not fit.
func Value(parts []Part, amounts []money.Sum, down int64) (money.Sum, bool) {
	common := int64(1)
	for _, p := range parts {
		common = common / gcd(common, int64(p.Months)) * int64(p.Months)
	}
	var sum money.Sum
	for i, p := range parts {
		one, ok := amounts[i].Times(int64(p.Counted) * (common / int64(p.Months)))
		if !ok {
			return sum, false
		}
		sum = sum.Plus(one)
	}
	return money.Quotient(sum, common*down), true
}

func gcd(a, b int64) int64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
