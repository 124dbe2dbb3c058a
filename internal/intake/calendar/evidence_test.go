package calendar_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"clientele/internal/intake/calendar"
)

func seen(texts ...string) calendar.Decision {
	var e calendar.Evidence
	for i, text := range texts {
		e.See([]byte(text), int64(i)+2)
	}
	return e.Decide()
}

func TestDecide(t *testing.T) {
	t.Parallel()
	const certain, ambiguous, conflict, none = "certain", "ambiguous", "conflict", "none"
	serial := calendar.Style{Serial: true}
	cases := []struct {
		name  string
		texts []string
		style calendar.Style
		state string
		why   []string
	}{
		{"nothing", nil, iso, none, []string{"no dates occur"}},
		{"words", []string{"x", "n/a", ""}, iso, none, []string{"no dates occur"}},
		{
			"iso",
			[]string{"2026-03-04", "2026-03-05T10:00:00Z"},
			iso, certain,
			[]string{"the year stands first in 2 rows, for example 2026-03-04 in line 2"},
		},
		{"compact", []string{"20260304"}, iso, certain, []string{"the year stands first in 1 row, for example 20260304 in line 2"}},
		{"names", []string{"3 Mar 2026"}, iso, certain, []string{"the month is a word in 1 row, for example 3 Mar 2026 in line 2"}},
		{
			"day first",
			[]string{"3/4/2026", "25/12/2025", "31/1/2025"},
			dmy, certain,
			[]string{"day > 12 in 2 rows, for example 25/12/2025 in line 3"},
		},
		{
			"month first",
			[]string{"3/4/2026", "12/25/2025 8:26"},
			mdy, certain,
			[]string{"day > 12 in 1 row, for example 12/25/2025 8:26 in line 3"},
		},
		{"ambiguous", []string{"3/4/2026", "1/1/2026", "5/6/2026"}, iso, ambiguous, []string{"no row decides: 3/4/2026 in line 2"}},
		{"impossible days decide nothing", []string{"3/4/2026", "31/2/2026", "13/13/2026"}, iso, ambiguous, []string{"no row decides: 3/4/2026 in line 2"}},
		{
			"conflict",
			[]string{"25/12/2025", "12/25/2025", "12/26/2025"},
			mdy, conflict,
			[]string{"day > 12 in 1 row, for example 25/12/2025 in line 2", "day > 12 in 2 rows, for example 12/25/2025 in line 3"},
		},
		{
			"dotted",
			[]string{"3.4.2026", "1.1.2026"},
			dmy, certain,
			[]string{"dates with full stops are written day.month.year by convention in 2 rows, for example 3.4.2026 in line 2"},
		},
		{
			"dotted, contradicted",
			[]string{"3.4.2026", "3.14.2026"},
			mdy, certain,
			[]string{"day > 12 in 1 row, for example 3.14.2026 in line 3"},
		},
		{"dotted beside slashes", []string{"3.4.2026", "3/4/2026"}, iso, ambiguous, []string{"no row decides: 3/4/2026 in line 3"}},
		{"equal", []string{"1/1/2026", "2/2/2026"}, dmy, ambiguous, []string{"no row decides, day and month are equal in all: 1/1/2026 in line 2"}},
		{"year first with two digits", []string{"24-03-05", "25-12-31"}, iso, ambiguous, []string{"the year may stand first in 2 rows: 24-03-05 in line 2"}},
		{"two digits, day first", []string{"24-03-05", "05-12-25"}, dmy, certain, []string{"day > 12 in 1 row, for example 24-03-05 in line 2"}},
		{
			"months",
			[]string{"Mar-26", "Apr-26"},
			calendar.Style{Month: true},
			certain,
			[]string{"a month without a day stands in 2 rows and is read as its first day, for example Mar-26 in line 2"},
		},
		{
			"months beside days",
			[]string{"2026-03", "2026-03-04"},
			iso, certain,
			[]string{"the year stands first in 1 row, for example 2026-03-04 in line 3", "a month without a day stands in 1 row, for example 2026-03 in line 2"},
		},
		{
			"serials",
			[]string{"45000", "45000.5"},
			serial, ambiguous,
			[]string{"numbers as spreadsheets count days in 2 rows: 45000 in line 2 would be 2023-03-15"},
		},
		{"prices", []string{"1130.9", "2000.5", "45000.10", "2.55", "3.10"}, iso, none, []string{"no dates occur"}},
		{"months in a sea of prices", []string{"2001.5", "2.55", "3.10"}, iso, none, []string{"no dates occur"}},
		{"small numbers", []string{"12", "19999", "80001"}, iso, none, []string{"no dates occur"}},
		{
			"serials beside dates",
			[]string{"45000", "25/12/2025"},
			calendar.Style{Order: calendar.DMY, Serial: true},
			ambiguous,
			[]string{
				"day > 12 in 1 row, for example 25/12/2025 in line 3",
				"numbers as spreadsheets count days in 1 row: 45000 in line 2 would be 2023-03-15",
				"numbers beside written dates: a spreadsheet may have turned some dates into days under another order of day and month",
			},
		},
	}
	for _, c := range cases {
		d := seen(c.texts...)
		state := none
		switch {
		case d.Certain && !d.Ambiguous && !d.Conflict:
			state = certain
		case d.Ambiguous && !d.Certain && !d.Conflict:
			state = ambiguous
		case d.Conflict && !d.Certain && !d.Ambiguous:
			state = conflict
		}
		if d.Style != c.style || state != c.state || !slices.Equal(d.Why, c.why) {
			t.Errorf("%s: got %+v %s %q; want %+v %s %q", c.name, d.Style, state, d.Why, c.style, c.state, c.why)
		}
		if d.Same != (c.name == "equal") {
			t.Errorf("%s: same is %v", c.name, d.Same)
		}
	}
}

func TestNotesAndCounts(t *testing.T) {
	t.Parallel()
	d := seen("25/12/25", "26/12/25 10:15", "2025-12-27T10:15:00Z", "n/a", "", "Mar-26", "45000")
	want := []string{
		"years of two digits are read as 1969 to 2068, for example 25/12/25 in line 2",
		"times of day are left out, for example 26/12/25 10:15 in line 3",
		"zones are left out: the day stays as written, for example 2025-12-27T10:15:00Z in line 4",
	}
	if !slices.Equal(d.Notes, want) {
		t.Errorf("notes %q, want %q", d.Notes, want)
	}
	if d.Dates != 3 || d.Months != 1 || d.Serials != 1 || d.Others != 1 || d.Odd != "n/a in line 5" {
		t.Errorf("counts %+v", d)
	}
}

func TestMergeIsSeeingAll(t *testing.T) {
	t.Parallel()
	texts := rapid.SliceOf(rapid.SampledFrom([]string{
		"3/4/2026", "25/12/2025", "12/25/2025", "1/1/26", "3.4.2026", "2026-03-04T10:00Z", "3 Mar 2026", "Mar-26", "45000", "x", "", "24-03-05",
	}))
	rapid.Check(t, func(t *rapid.T) {
		var all, a, b calendar.Evidence
		list := texts.Draw(t, "texts")
		cut := rapid.IntRange(0, len(list)).Draw(t, "cut")
		for i, text := range list {
			all.See([]byte(text), int64(i))
			if i < cut {
				a.See([]byte(text), int64(i))
			} else {
				b.See([]byte(text), int64(i))
			}
		}
		b.Merge(&a)
		if all != b {
			t.Fatalf("merged %+v, seen %+v", b, all)
		}
	})
}

// TestDecidedOrderReadsColumn: a column of one order is never decided to be the
// other, and is decided as soon as one day is above 12.
func TestDecidedOrderReadsColumn(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		order := rapid.SampledFrom([]calendar.Order{calendar.DMY, calendar.MDY}).Draw(t, "order")
		layout := map[calendar.Order]string{calendar.DMY: "02/01/2006", calendar.MDY: "01/02/2006"}[order]
		days := rapid.SliceOfN(rapid.IntRange(0, 40000), 1, 8).Draw(t, "days")
		var e calendar.Evidence
		above := false
		for i, n := range days {
			at := time.Date(1970, 1, 1+n, 0, 0, 0, 0, time.UTC)
			above = above || at.Day() > 12
			e.See([]byte(at.Format(layout)), int64(i))
		}
		d := e.Decide()
		if d.Certain != above || d.Ambiguous == above || above && d.Style.Order != order {
			t.Fatalf("got %+v, day above 12: %v", d, above)
		}
	})
}
