package app

import (
	"testing"

	"clientele/internal/fault"
	"clientele/internal/period"
)

func iso(t *testing.T, text string) period.Date {
	t.Helper()
	if text == "" {
		return period.NoDate
	}
	d, err := period.ParseISO(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestResolve(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, window   string
		compare        Compare
		asOf           string
		first, last    string // of the sales
		fiscal         int
		current, prior string
		fallback       bool
	}{
		// The worked example of definitions 1.2.
		{name: "trailing", asOf: "2025-08-17", first: "2020-01-01", last: "2026-01-01", compare: Before, current: "2024-08-01 to 2025-07-31", prior: "2023-08-01 to 2024-07-31"},
		{name: "as-of follows the last sale", first: "2024-01-10", last: "2025-08-16", current: "2024-08-01 to 2025-07-31", prior: "no days"},
		{name: "three months", window: "3m", first: "2024-01-10", last: "2025-08-16", compare: YearBefore, current: "2025-05-01 to 2025-07-31", prior: "2024-05-01 to 2024-07-31"},
		{name: "calendar year", window: "2024", fiscal: 7, first: "2024-01-10", last: "2025-08-16", current: "2024-01-01 to 2024-12-31", prior: "no days"},
		{name: "fiscal year", window: "FY2025", fiscal: 7, first: "2024-01-10", last: "2025-08-16", compare: Before, current: "2024-07-01 to 2025-06-30", prior: "2023-07-01 to 2024-06-30"},
		{name: "days", window: "2025-01-10..2025-01-19", first: "2024-01-10", last: "2025-08-16", compare: Before, current: "2025-01-10 to 2025-01-19", prior: "2024-12-31 to 2025-01-09"},
		{name: "open end", window: "2025-01-10..", first: "2024-01-10", last: "2025-08-16", current: "from 2025-01-10", prior: "no days"},
		{name: "all", window: "all", first: "2024-01-10", last: "2025-08-16", current: "all dates", prior: "no days"},
		{name: "all, as of a day", window: "all", asOf: "2025-01-01", first: "2024-01-10", last: "2025-08-16", current: "to 2024-12-31", prior: "no days"},
		{name: "a year, as of its middle", window: "2025", asOf: "2025-04-01", first: "2024-01-10", last: "2025-08-16", current: "2025-01-01 to 2025-03-31", prior: "no days"},
		{name: "as of a day before all sales", asOf: "1990-01-01", first: "2024-01-10", last: "2025-08-16", current: "1989-01-01 to 1989-12-31", prior: "no days"},
		{name: "one month only", first: "2025-08-02", last: "2025-08-16", current: "all dates", prior: "no days", fallback: true},
	} {
		spec, err := ParseWindow(c.window)
		if err != nil {
			t.Fatal(err)
		}
		span := period.Range{From: iso(t, c.first), To: iso(t, c.last) + 1}
		w, err := resolve(spec, c.compare, iso(t, c.asOf), span, c.fiscal)
		if err != nil || w.Current.String() != c.current || w.Prior.String() != c.prior || w.Fallback != c.fallback {
			t.Errorf("%s: %s, before %s, fallback %v, %v", c.name, w.Current, w.Prior, w.Fallback, err)
		}
	}
}

func TestResolveRefuses(t *testing.T) {
	t.Parallel()
	span := period.Range{From: iso(t, "2024-01-10"), To: iso(t, "2025-08-17")}
	if _, err := resolve(WindowSpec{Kind: Everything}, Before, period.NoDate, span, 1); fault.KindOf(err) != fault.Usage {
		t.Errorf("all dates have nothing before them: %v", err)
	}
	if _, err := resolve(WindowSpec{Months: 12}, NoCompare, period.NoDate, period.Range{}, 1); fault.KindOf(err) != fault.Input {
		t.Errorf("a window of a list without dates: %v", err)
	}
	if _, err := resolve(WindowSpec{}, Before, period.NoDate, period.Range{}, 1); fault.KindOf(err) != fault.Input {
		t.Errorf("a comparison of a list without dates: %v", err)
	}
	if w, err := resolve(WindowSpec{}, NoCompare, period.NoDate, period.Range{}, 1); err != nil || !w.Undated || w.AsOf != period.NoDate {
		t.Errorf("a list without dates: %+v, %v", w, err)
	}
}

func TestParseWindowRefuses(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"12", "0m", "m", "FY", "20255", "2025-02-30..", "2025-02-02..2025-02-01", "last year", "2025-1-1..2025-02-01"} {
		if _, err := ParseWindow(text); fault.KindOf(err) != fault.Usage {
			t.Errorf("%q: %v, want a usage error", text, err)
		}
	}
}
