package period_test

import (
	"testing"

	"pgregory.net/rapid"

	"clientele/internal/period"
)

func span(tb testing.TB, from, to string) period.Range {
	tb.Helper()
	return period.Range{From: mustDate(tb, from), To: mustDate(tb, to)}
}

// TestTrailingWorkedExample holds the example of definitions 1.2: as of 2025-08-17
// the window is [2024-08-01, 2025-08-01), the prior one [2023-08-01, 2024-08-01).
func TestTrailingWorkedExample(t *testing.T) {
	t.Parallel()
	r := period.Trailing(mustDate(t, "2025-08-17"), 12)
	if want := span(t, "2024-08-01", "2025-08-01"); r != want {
		t.Errorf("window %s, want %s", r, want)
	}
	if got, want := r.Before(), span(t, "2023-08-01", "2024-08-01"); got != want {
		t.Errorf("before %s, want %s", got, want)
	}
	if got := r.YearBefore(); got != r.Before() {
		t.Errorf("a year before twelve months is %s", got)
	}
}

func TestRangeTable(t *testing.T) {
	t.Parallel()
	open := period.Range{From: period.NoDate, To: mustDate(t, "2024-03-01")}
	onward := period.Range{From: mustDate(t, "2024-03-01"), To: period.All.To}
	none := period.Range{}
	tests := []struct {
		name       string
		r          period.Range
		text       string
		months     int
		aligned    bool
		before     period.Range
		yearBefore period.Range
	}{
		{"all", period.All, "all dates", 0, true, none, none},
		{"none", none, "no days", 0, true, none, none},
		{"backwards", span(t, "2024-05-01", "2024-04-01"), "no days", 0, true, none, none},
		{"open start", open, "to 2024-02-29", 0, true, none, none},
		{"open end", onward, "from 2024-03-01", 0, true, none, none},
		{"quarter", span(t, "2024-01-01", "2024-04-01"), "2024-01-01 to 2024-03-31", 3, true, span(t, "2023-10-01", "2024-01-01"), span(t, "2023-01-01", "2023-04-01")},
		{"ten days", span(t, "2024-03-05", "2024-03-15"), "2024-03-05 to 2024-03-14", 0, false, span(t, "2024-02-24", "2024-03-05"), span(t, "2023-03-05", "2023-03-15")},
		{"ragged", span(t, "2024-01-15", "2024-04-10"), "2024-01-15 to 2024-04-09", 2, false, span(t, "2023-10-21", "2024-01-15"), span(t, "2023-01-15", "2023-04-10")},
		{"inside one month", span(t, "2024-02-02", "2024-02-20"), "2024-02-02 to 2024-02-19", 0, false, span(t, "2024-01-15", "2024-02-02"), span(t, "2023-02-02", "2023-02-20")},
		{"leap day", span(t, "2024-02-29", "2024-03-01"), "2024-02-29 to 2024-02-29", 0, false, span(t, "2024-02-28", "2024-02-29"), span(t, "2023-02-28", "2023-03-01")},
		{"day before the leap day", span(t, "2024-02-28", "2024-02-29"), "2024-02-28 to 2024-02-28", 0, false, span(t, "2024-02-27", "2024-02-28"), span(t, "2023-02-28", "2023-03-01")},
		{"February", span(t, "2025-02-01", "2025-03-01"), "2025-02-01 to 2025-02-28", 1, true, span(t, "2025-01-01", "2025-02-01"), span(t, "2024-02-01", "2024-03-01")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := tt.r.String(); got != tt.text {
				t.Errorf("written %q, want %q", got, tt.text)
			}
			if got := tt.r.Months(); got != tt.months {
				t.Errorf("%d months, want %d", got, tt.months)
			}
			if got := tt.r.Aligned(); got != tt.aligned {
				t.Errorf("aligned is %v, want %v", got, tt.aligned)
			}
			if got := tt.r.Before(); got != tt.before {
				t.Errorf("before is %s, want %s", got, tt.before)
			}
			if got := tt.r.YearBefore(); got != tt.yearBefore {
				t.Errorf("a year before is %s, want %s", got, tt.yearBefore)
			}
		})
	}
}

func TestContains(t *testing.T) {
	t.Parallel()
	march := span(t, "2024-03-01", "2024-04-01")
	tests := []struct {
		name string
		r    period.Range
		d    period.Date
		want bool
	}{
		{"first day", march, mustDate(t, "2024-03-01"), true},
		{"last day", march, mustDate(t, "2024-03-31"), true},
		{"end is out", march, mustDate(t, "2024-04-01"), false},
		{"day before", march, mustDate(t, "2024-02-29"), false},
		{"undated in all", period.All, period.NoDate, true},
		{"undated in a month", march, period.NoDate, false},
		{"undated in an open start", period.Range{From: period.NoDate, To: march.To}, period.NoDate, false},
		{"dated in an open start", period.Range{From: period.NoDate, To: march.To}, mustDate(t, "0001-01-01"), true},
	}
	for _, tt := range tests {
		if got := tt.r.Contains(tt.d); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}

// TestPeriodsTile draws a run of windows and a day: the day lies in exactly one.
func TestPeriodsTile(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := anyDate(t, "d")
		y, _, _ := d.Civil()
		start := rapid.IntRange(1, 12).Draw(t, "start month")
		var years, trailing []period.Range
		for name := y - 1; name <= y+2; name++ {
			years = append(years, period.Year(name, start))
		}
		n := rapid.IntRange(1, 24).Draw(t, "months")
		for r := period.Trailing(d.AddMonths(n), n); len(trailing) < 4; r = r.Before() {
			trailing = append(trailing, r)
		}
		for name, tiles := range map[string][]period.Range{"fiscal years": years, "trailing windows": trailing} {
			hits := 0
			for i, r := range tiles {
				if r.Contains(d) {
					hits++
				}
				if !r.Aligned() || r.Months() == 0 {
					t.Fatalf("%s: %s is not made of months", name, r)
				}
				if i > 0 && tiles[i-1].From != r.To && tiles[i-1].To != r.From {
					t.Fatalf("%s: %s and %s do not touch", name, tiles[i-1], r)
				}
			}
			if hits != 1 {
				t.Fatalf("%s: %s lies in %d of %v", name, d, hits, tiles)
			}
		}
	})
}

func TestBeforeTouchesAndKeepsItsLength(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r := period.Range{From: anyDate(t, "from")}
		r.To = r.From + period.Date(rapid.Int32Range(1, 4000).Draw(t, "days"))
		b := r.Before()
		if b.To != r.From {
			t.Fatalf("%s does not end where %s begins", b, r)
		}
		if r.Aligned() && b.Months() != r.Months() || !r.Aligned() && b.To-b.From != r.To-r.From {
			t.Fatalf("%s before %s has another length", b, r)
		}
		if year := r.YearBefore(); year.Empty() {
			t.Fatalf("a year before %s there is nothing", r)
		}
	})
}

func TestYear(t *testing.T) {
	t.Parallel()
	if got, want := period.Year(2025, 1), span(t, "2025-01-01", "2026-01-01"); got != want {
		t.Errorf("2025 is %s", got)
	}
	if got, want := period.Year(2025, 4), span(t, "2024-04-01", "2025-04-01"); got != want {
		t.Errorf("the fiscal year 2025 from April is %s, want %s", got, want)
	}
}

func TestParseMonths(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][2]string{
		"2026": {"2026-01-01", "2027-01-01"}, "2026-Q1": {"2026-01-01", "2026-04-01"}, "2026-q4": {"2026-10-01", "2027-01-01"},
		"2026-03": {"2026-03-01", "2026-04-01"}, "2026-12": {"2026-12-01", "2027-01-01"},
		"2026-07..2027-06": {"2026-07-01", "2027-07-01"}, "2025..2026": {"2025-01-01", "2027-01-01"}, "2026-Q2..2026-09": {"2026-04-01", "2026-10-01"},
	} {
		got, err := period.ParseMonths(text)
		if err != nil || got != span(t, want[0], want[1]) {
			t.Errorf("%q is %s, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "26", "2026-13", "2026-0", "2026-Q5", "2026-Q0", "FY2026", "2026-1", "2026-03-01", "2026..", "..2026", "2027..2026", "0026", "20260", "x"} {
		if got, err := period.ParseMonths(text); err == nil {
			t.Errorf("%q is taken for %s", text, got)
		}
	}
}

func TestParsePeriod(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][2]string{
		"2026": {"2026-01-01", "2027-01-01"}, "Q2 2026": {"2026-04-01", "2026-07-01"}, "2026 q2": {"2026-04-01", "2026-07-01"}, "2026/Q3": {"2026-07-01", "2026-10-01"},
		"2026 3": {"2026-03-01", "2026-04-01"}, "12 2026": {"2026-12-01", "2027-01-01"}, "2026/07": {"2026-07-01", "2026-08-01"},
		"FY2026": {"2025-07-01", "2026-07-01"}, "fy2026": {"2025-07-01", "2026-07-01"}, "2026-07..2027-06": {"2026-07-01", "2027-07-01"},
	} {
		if got, err := period.ParsePeriod(text, 7); err != nil || got != span(t, want[0], want[1]) {
			t.Errorf("%q is %s, %v", text, got, err)
		}
	}
	if got, err := period.ParsePeriod("FY2026", 0); err != nil || got != span(t, "2026-01-01", "2027-01-01") {
		t.Errorf("without a fiscal year: %s, %v", got, err)
	}
	for _, text := range []string{"", "2026 13", "2026 0", "Q5 2026", "FY26", "March 2026", "2026-03-01", "1 2", "100 2026"} {
		if got, err := period.ParsePeriod(text, 7); err == nil {
			t.Errorf("%q is taken for %s", text, got)
		}
	}
}
