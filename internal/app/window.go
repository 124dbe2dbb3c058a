package app

import (
	"fmt"
	"strings"

	"clientele/internal/fault"
	"clientele/internal/period"
)

// WindowKind says how a window is named.
type WindowKind int

// The kinds of window.
const (
	Trailing   WindowKind = iota // complete months before the as-of date; the default
	Everything                   // all dates
	FromTo                       // given days
	YearOf                       // a calendar or fiscal year
)

// WindowSpec is a window as asked for, before the as-of date is known.
type WindowSpec struct {
	Kind   WindowKind
	Months int         // Trailing; 0: 12
	From   period.Date // FromTo; NoDate: open
	To     period.Date // FromTo, the last day; NoDate: open
	Year   int         // YearOf
	Fiscal bool        // YearOf: the fiscal year that ends in Year, not the calendar year
}

// ParseWindow reads the words of --window: all, 12m, 2025, FY2025, or
// 2025-01-01..2025-06-30 with either end open.
func ParseWindow(text string) (WindowSpec, error) {
	spec := WindowSpec{From: period.NoDate, To: period.NoDate}
	word := strings.ToLower(strings.TrimSpace(text))
	var n int
	switch {
	case word == "":
		return spec, nil
	case word == "all":
		spec.Kind = Everything
		return spec, nil
	case strings.Contains(word, ".."):
		from, to, _ := strings.Cut(word, "..")
		return spec.between(from, to)
	case scan(word, "%dm", &n) && n >= 1 && n <= 1200:
		spec.Months = n
		return spec, nil
	case scan(word, "fy%d", &n) && n >= 1000 && n <= 9999:
		spec.Kind, spec.Year, spec.Fiscal = YearOf, n, true
		return spec, nil
	case scan(word, "%d", &n) && n >= 1000 && n <= 9999:
		spec.Kind, spec.Year = YearOf, n
		return spec, nil
	default:
		return spec, fault.New(fault.Usage, "read --window", fmt.Sprintf("--window does not know %q", text),
			"write all, 12m, 2025, FY2025 or 2025-01-01..2025-06-30")
	}
}

func scan(word, form string, n *int) bool {
	_, err := fmt.Sscanf(word, form, n)
	return err == nil && fmt.Sprintf(form, *n) == word
}

// Between lays --from and --to over the spec; the last day is included.
func (w WindowSpec) Between(from, to string) (WindowSpec, error) {
	if from == "" && to == "" {
		return w, nil
	}
	if w.Kind != Trailing || w.Months != 0 {
		return w, fault.New(fault.Usage, "read flags", "--window and --from/--to exclude each other", "give one of them")
	}
	return w.between(from, to)
}

func (w WindowSpec) between(from, to string) (WindowSpec, error) {
	w.Kind = FromTo
	for _, end := range []struct {
		text string
		day  *period.Date
	}{{from, &w.From}, {to, &w.To}} {
		if end.text == "" {
			continue
		}
		d, err := period.ParseISO(strings.TrimSpace(end.text))
		if err != nil {
			return w, fault.Wrap(err, fault.Usage, "read flags", "a day cannot be read", "write it as 2025-06-30")
		}
		*end.day = d
	}
	if w.From != period.NoDate && w.To != period.NoDate && w.To < w.From {
		return w, fault.New(fault.Usage, "read flags", fmt.Sprintf("the window ends on %s, before it begins on %s", w.To, w.From), "swap the two days")
	}
	return w, nil
}

// DayGrain reports whether only daily cells answer the window as of a day: it does not
// begin and end with a month. FilesRequest takes it.
func (w WindowSpec) DayGrain(asOf period.Date) bool {
	r := period.All
	switch w.Kind {
	case Trailing: // complete months
		return false
	case FromTo:
		r = w.days()
	case YearOf, Everything:
	}
	if asOf != period.NoDate {
		r.To = min(r.To, asOf)
	}
	return !r.Aligned()
}

func (w WindowSpec) days() period.Range {
	r := period.All
	if w.From != period.NoDate {
		r.From = w.From
	}
	if w.To != period.NoDate {
		r.To = w.To + 1
	}
	return r
}

// Compare names the window to compare with.
type Compare string

// The comparisons.
const (
	NoCompare  Compare = ""
	Before     Compare = "before"
	YearBefore Compare = "year"
)

// Windows is a resolved question in time.
type Windows struct {
	AsOf    period.Date // NoDate for lists without dates
	Current period.Range
	Prior   period.Range // empty without a comparison
	Undated bool         // the list has no dates at all
	// Fallback: the default window holds no sale, so all dates were taken.
	Fallback bool
}

// resolve fixes the window of a question (definitions 1.2). Span is the dated sales
// that are not in the future. A day that is asked about is a day at which one stands:
// no window reaches beyond it.
func resolve(spec WindowSpec, cmp Compare, asOf period.Date, span period.Range, fiscalStart int) (Windows, error) {
	if asOf == 0 { // the zero value of a question
		asOf = period.NoDate
	}
	w := Windows{AsOf: asOf, Current: period.All}
	if span.Empty() {
		w.Undated = true
		if spec.Kind == FromTo || spec.Kind == YearOf || spec.Months != 0 || cmp != NoCompare {
			return w, fault.New(fault.Input, "choose a window", "the list has no dates, so it has no windows",
				"leave the window and the comparison out, or supply document dates")
		}
		return w, nil
	}
	if w.AsOf == period.NoDate {
		w.AsOf = span.To
	}
	switch spec.Kind {
	case Everything:
	case FromTo:
		w.Current = spec.days()
	case YearOf:
		start := 1
		if spec.Fiscal {
			start = max(1, fiscalStart)
		}
		w.Current = period.Year(spec.Year, start)
	case Trailing:
		months := spec.Months
		if months == 0 {
			months = 12
		}
		w.Current = period.Trailing(w.AsOf, months)
		if spec.Months == 0 && cmp == NoCompare && asOf == period.NoDate && span.From >= w.Current.To {
			w.Current, w.Fallback = period.All, true
		}
	}
	if asOf != period.NoDate && w.Current.To > asOf {
		if w.Current.From >= asOf {
			return w, fault.New(fault.Usage, "choose a window", fmt.Sprintf("the window begins on %s, and the day that is asked about is %s", w.Current.From, asOf),
				"give an earlier window, or a later --as-of")
		}
		w.Current.To = asOf
	}
	return w.compared(cmp)
}

// compared adds the window to compare with.
func (w Windows) compared(cmp Compare) (Windows, error) {
	switch cmp {
	case NoCompare:
	case Before:
		w.Prior = w.Current.Before()
	case YearBefore:
		w.Prior = w.Current.YearBefore()
	default:
		return w, fault.New(fault.Usage, "read --compare", fmt.Sprintf("--compare does not know %q", cmp), "write before or year")
	}
	if cmp != NoCompare && w.Prior.Empty() {
		return w, fault.New(fault.Usage, "choose a window", "all dates have nothing before them to compare with", "give a window with a beginning, for example --window 12m")
	}
	return w, nil
}
