package period

import "fmt"

// Range is a half-open span of days [From, To). The zero Range is empty; All is
// unbounded and also holds undated facts.
type Range struct{ From, To Date }

// All holds every fact, dated or not.
var All = Range{NoDate, 1<<31 - 1}

// Contains reports whether the day lies in the range; NoDate only lies in All.
func (r Range) Contains(d Date) bool { return d >= r.From && d < r.To }

// IsAll reports whether the range is unbounded.
func (r Range) IsAll() bool { return r == All }

// Empty reports whether no day lies in the range.
func (r Range) Empty() bool { return r.From >= r.To }

// Aligned reports whether the range begins and ends on a first of a month, so
// that monthly cells answer it.
func (r Range) Aligned() bool {
	return r.IsAll() || r.Empty() || (r.From.aligned() && r.To.aligned())
}

func (d Date) aligned() bool {
	if d == NoDate || d == 1<<31-1 {
		return true
	}
	_, _, day := d.Civil()
	return day == 1
}

// Months is the number of complete calendar months inside the range.
func (r Range) Months() int {
	if r.Empty() || r.IsAll() {
		return 0
	}
	from := r.From.MonthStart()
	if from != r.From {
		from = from.AddMonths(1)
	}
	fy, fm, _ := from.Civil()
	ty, tm, _ := r.To.Civil()
	return max(0, (ty*12+tm)-(fy*12+fm))
}

// String writes "2024-08-01 to 2025-07-31", the last day included, for people.
func (r Range) String() string {
	switch {
	case r.IsAll():
		return "all dates"
	case r.Empty():
		return "no days"
	case r.From == NoDate:
		return fmt.Sprintf("to %s", r.To-1)
	case r.To == 1<<31-1:
		return fmt.Sprintf("from %s", r.From)
	default:
		return fmt.Sprintf("%s to %s", r.From, r.To-1)
	}
}

// Trailing is the n complete months before asOf (definitions 1.2): as of
// 2025-08-17, 12 months are [2024-08-01, 2025-08-01).
func Trailing(asOf Date, n int) Range {
	to := asOf.MonthStart()
	return Range{to.AddMonths(-n), to}
}

// Before is the window of equal length that ends where r begins: in months if r
// is aligned, else in days. All has none.
func (r Range) Before() Range {
	if r.IsAll() || r.Empty() || r.From == NoDate {
		return Range{}
	}
	if r.Aligned() {
		return Range{r.From.AddMonths(-r.Months()), r.From}
	}
	return Range{r.From - (r.To - r.From), r.From}
}

// YearBefore is the same span one year earlier; 29 February becomes 28 February.
func (r Range) YearBefore() Range {
	if r.IsAll() || r.Empty() || r.From == NoDate {
		return Range{}
	}
	return Range{r.From.yearBefore(), r.To.yearBefore()}
}

func (d Date) yearBefore() Date {
	y, m, day := d.Civil()
	return DateOf(y-1, m, min(day, DaysIn(y-1, m)))
}

// Year is the calendar year, or the fiscal year that begins in its startMonth
// (1 … 12) and is named by the calendar year in which it ends.
func Year(name, startMonth int) Range {
	if startMonth == 1 {
		return Range{DateOf(name, 1, 1), DateOf(name+1, 1, 1)}
	}
	return Range{DateOf(name-1, startMonth, 1), DateOf(name, startMonth, 1)}
}
