package period_test

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"clientele/internal/period"
)

func mustDate(tb testing.TB, text string) period.Date {
	tb.Helper()
	d, err := period.ParseISO(text)
	if err != nil {
		tb.Fatal(err)
	}
	return d
}

// anyDate draws a day of the years 1 … 9999.
func anyDate(t *rapid.T, label string) period.Date {
	return period.Date(rapid.Int32Range(int32(period.DateOf(1, 1, 1)), int32(period.DateOf(9999, 12, 31))).Draw(t, label))
}

// TestDatesAgreeWithTime walks the years 1 … 9999 in steps of 11 days and compares
// each with the standard library.
func TestDatesAgreeWithTime(t *testing.T) {
	t.Parallel()
	last := period.DateOf(9999, 12, 31)
	for d := period.DateOf(1, 1, 1); d <= last; d += 11 {
		want := time.Unix(int64(d)*86400, 0).UTC()
		y, m, day := d.Civil()
		if y != want.Year() || m != int(want.Month()) || day != want.Day() {
			t.Fatalf("day %d is %d-%d-%d, by package time %s", d, y, m, day, want.Format(time.DateOnly))
		}
		if back := period.DateOf(y, m, day); back != d {
			t.Fatalf("%s is day %d, came from %d", want.Format(time.DateOnly), back, d)
		}
		if d.String() != want.Format(time.DateOnly) || period.FromTime(want) != d {
			t.Fatalf("day %d is written %q", d, d)
		}
	}
}

func TestValidAgreesWithTime(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		y, m, d := rapid.IntRange(-1, 10001).Draw(t, "year"), rapid.IntRange(-1, 14).Draw(t, "month"), rapid.IntRange(-1, 33).Draw(t, "day")
		norm := time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC)
		want := y >= 1 && y <= 9999 && norm.Year() == y && int(norm.Month()) == m && norm.Day() == d
		if got := period.Valid(y, m, d); got != want {
			t.Fatalf("Valid(%d, %d, %d) = %v", y, m, d, got)
		}
	})
}

func TestParseISO(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]period.Date{
		"1970-01-01": 0, "1969-12-31": -1, "2000-03-01": 11017, "2024-02-29": 19782,
	} {
		if got, err := period.ParseISO(text); err != nil || got != want {
			t.Errorf("%q = %d, %v; want %d", text, got, err, want)
		}
	}
	for _, text := range []string{"", "2023-02-29", "0000-01-01", "2024-1-1", "01.02.2024", "2024-01-01T00:00:00", "24-01-01", " 2024-01-01", "2024-13-01"} {
		if got, err := period.ParseISO(text); err == nil || got != period.NoDate {
			t.Errorf("%q = %v, %v; want an error and no date", text, got, err)
		}
	}
}

func FuzzParseISO(f *testing.F) {
	for _, seed := range []string{"2024-02-29", "0000-01-01", "9999-12-31", "2024-2-9", "", "٢٠٢٤-٠١-٠١"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := period.ParseISO(text)
		if err != nil {
			return
		}
		if y, m, day := d.Civil(); !period.Valid(y, m, day) || d.String() != text {
			t.Fatalf("%q became %q", text, d)
		}
	})
}

func TestFromTimeTakesTheDayWhereItIs(t *testing.T) {
	t.Parallel()
	east := time.FixedZone("east", 14*3600)
	if got := period.FromTime(time.Date(2025, 1, 1, 0, 30, 0, 0, east)); got.String() != "2025-01-01" {
		t.Errorf("half past midnight in the east is %s", got)
	}
}

func TestNoDate(t *testing.T) {
	t.Parallel()
	if got := period.NoDate.String(); got != "" {
		t.Errorf("written %q", got)
	}
	if got := period.DateOf(2024, 2, 29).YearMonth(); got != "2024-02" || period.NoDate.YearMonth() != "" {
		t.Errorf("the month of a leap day is %q", got)
	}
	if period.NoDate.MonthStart() != period.NoDate || period.NoDate.AddMonths(-5) != period.NoDate {
		t.Error("a missing date has moved")
	}
	if period.NoDate >= period.DateOf(1, 1, 1) {
		t.Error("a missing date must sort before every real one")
	}
}

func TestAddMonths(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d, n := anyDate(t, "d"), rapid.IntRange(-5000, 5000).Draw(t, "n")
		y, m, _ := d.Civil()
		want := period.FromTime(time.Date(y, time.Month(m+n), 1, 0, 0, 0, 0, time.UTC))
		got := d.AddMonths(n)
		if got != want || got != got.MonthStart() || got.AddMonths(-n) != d.MonthStart() {
			t.Fatalf("%s and %d months: %s, want %s", d, n, got, want)
		}
	})
}

func TestAppendWritesWhatStringDoes(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := anyDate(t, "date")
		y, m, day := d.Civil()
		if got := string(d.Append([]byte("x"))); got != fmt.Sprintf("x%04d-%02d-%02d", y, m, day) {
			t.Fatalf("%s", got)
		}
	})
	if got := string(period.NoDate.Append([]byte("x"))); got != "x" {
		t.Errorf("no date is %q", got)
	}
}
