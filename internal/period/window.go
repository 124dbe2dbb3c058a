package period

import (
	"fmt"
	"strings"
)

// Range is a half-open span of days [From, To). The zero Range is empty; All is
// unbounded and also holds undated facts.
type Range struct {
	From Date `json:"from"`
	To   Date `json:"to"`
}

// All holds every fact, dated or not.
var All = Range{NoDate, endless}

// Contains reports whether the day lies in the range; NoDate only lies in All.
func (r Range) Contains(d Date) bool {
	return d >= r.From && d < r.To && (d != NoDate || r.IsAll())
}

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
	if d == NoDate || d == endless {
		return true
	}
	_, _, day := d.Civil()
	return day == 1
}

// Open reports whether the range has no first or no last day.
func (r Range) Open() bool { return r.From == NoDate || r.To == endless }

// Months is the number of complete calendar months inside the range; an open range
// has no number, and 0 is returned.
func (r Range) Months() int {
	if r.Empty() || r.Open() {
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
	case r.To == endless:
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
// is aligned, else in days. An open range has none: it is empty then.
func (r Range) Before() Range {
	if r.Empty() || r.Open() {
		return Range{}
	}
	if r.Aligned() {
		return Range{r.From.AddMonths(-r.Months()), r.From}
	}
	return Range{r.From - (r.To - r.From), r.From}
}

// YearBefore is the same span one year earlier. A range that begins on 29 February
// then begins on the 28th; one that ends before 29 February still ends with the
// 28th, so that no range loses its last day. An open range has none.
func (r Range) YearBefore() Range {
	if r.Empty() || r.Open() {
		return Range{}
	}
	fy, fm, fd := r.From.Civil()
	ty, tm, td := r.To.Civil()
	// DateOf(y, 2, 29) of a common year is 1 March: the day after the 28th.
	return Range{DateOf(fy-1, fm, min(fd, DaysIn(fy-1, fm))), DateOf(ty-1, tm, td)}
}

// Year is the calendar year, or the fiscal year that begins in its startMonth
// (1 … 12) and is named by the calendar year in which it ends.
func Year(name, startMonth int) Range {
	if startMonth == 1 {
		return Range{DateOf(name, 1, 1), DateOf(name+1, 1, 1)}
	}
	return Range{DateOf(name-1, startMonth, 1), DateOf(name, startMonth, 1)}
}

// ParseMonths reads a period of whole months: 2026, 2026-Q2, 2026-03 or 2026-07..2027-06.
func ParseMonths(text string) (Range, error) {
	text = strings.ToUpper(strings.TrimSpace(text))
	if from, to, ok := strings.Cut(text, ".."); ok {
		first, err := ParseMonths(from)
		if err != nil {
			return Range{}, err
		}
		last, err := ParseMonths(to)
		if err == nil && last.To <= first.From {
			err = fmt.Errorf("%q ends before it begins", text)
		}
		return Range{first.From, last.To}, err
	}
	var y, n int
	months := 12
	switch {
	case scans(text, "%04d-Q%d", &y, &n) && n >= 1 && n <= 4:
		n, months = 3*n-2, 3
	case scans(text, "%04d-%02d", &y, &n) && n >= 1 && n <= 12:
		months = 1
	case scans(text, "%04d", &y):
		n = 1
	default:
		return Range{}, fmt.Errorf("%q is no period of months", text)
	}
	from := DateOf(y, n, 1)
	return Range{from, from.AddMonths(months)}, nil
}

// ParsePeriod reads a period of whole months as people and planning tools write it: also
// Q2 2026, 2026 Q2, 2026 3 for March, and FY2026 for the fiscal year that ends in 2026, of
// which the first month is given.
func ParsePeriod(text string, fiscalStart int) (Range, error) {
	words := strings.Fields(strings.ToUpper(strings.NewReplacer("/", " ", "_", " ").Replace(text)))
	var n int
	switch {
	case len(words) == 1 && strings.HasPrefix(words[0], "FY"):
		if scans(words[0][2:], "%04d", &n) {
			return Year(n, max(1, fiscalStart)), nil
		}
	case len(words) == 2:
		year, part := words[0], words[1]
		if !scans(year, "%04d", &n) {
			year, part = part, year
		}
		if len(part) <= 2 && strings.Trim(part, "0123456789") == "" {
			part = ("0" + part)[len(part)-1:]
		}
		if r, err := ParseMonths(year + "-" + part); err == nil {
			return r, nil
		}
	}
	return ParseMonths(text)
}

// scans reads numbers in a form that would write them the same.
func scans(text, form string, to ...*int) bool {
	pointers, values := make([]any, len(to)), make([]any, len(to))
	for i := range to {
		pointers[i] = to[i]
	}
	if _, err := fmt.Sscanf(text, form, pointers...); err != nil {
		return false
	}
	for i := range to {
		values[i] = *to[i]
	}
	return fmt.Sprintf(form, values...) == text && *to[0] >= 1000
}
