package rates_test

import (
	"testing"

	"clientele/internal/money"
	"clientele/internal/period"
	"clientele/internal/rates"
)

func day(s string) period.Date {
	d, err := period.ParseISO(s)
	if err != nil {
		panic(err)
	}
	return d
}

// The worked example of definitions 1.4: 100.01 × 1.0850 → 108.51.
func TestConvert(t *testing.T) {
	t.Parallel()
	table := rates.New("EUR")
	for _, r := range []struct {
		day  string
		rate money.Amount
	}{{"2026-01-01", money.Amount{Units: 10850, Decimals: 4}}, {"2026-02-01", money.Amount{Units: 15, Decimals: 1}}} {
		if err := table.Add(day(r.day), "USD", r.rate); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		units int64
		cur   money.Currency
		day   string
		want  int64
		ok    bool
	}{
		{10001, "USD", "2026-01-15", 10851, true},
		{1003, "USD", "2026-02-01", 1504, true},
		{1005, "USD", "2026-02-28", 1508, true},
		{1005, "EUR", "2026-02-28", 1005, true},
		{1005, "USD", "2025-12-31", 0, false}, // before the first rate
		{1005, "USD", "2026-03-04", 1508, true},
		{1005, "USD", "2026-03-05", 0, false}, // 32 days after the last
		{1005, "CHF", "2026-02-01", 0, false},
	} {
		got, ok, err := table.Convert(c.units, 2, c.cur, day(c.day), 2)
		if err != nil || got != c.want || ok != c.ok {
			t.Errorf("%d %s on %s = %d, %v, %v; want %d, %v", c.units, c.cur, c.day, got, ok, err, c.want, c.ok)
		}
	}
}

func TestAddRefusesZeroAndNegative(t *testing.T) {
	t.Parallel()
	table := rates.New("EUR")
	for _, units := range []int64{0, -1} {
		if err := table.Add(day("2026-01-01"), "USD", money.Amount{Units: units}); err == nil {
			t.Errorf("a rate of %d was taken", units)
		}
	}
	if rate, ok := table.Rate("USD", day("2026-01-01")); ok {
		t.Errorf("a rate of %s was kept", rate)
	}
}

// An undated line has no rate, but the base needs none.
func TestUndated(t *testing.T) {
	t.Parallel()
	table := rates.New("EUR")
	if _, ok := table.Rate("USD", period.NoDate); ok {
		t.Error("an undated line got a rate")
	}
	if r, ok := table.Rate("EUR", period.NoDate); !ok || r.Units != 1 {
		t.Error("the base needs no date")
	}
}

// Of two rates for one day the last added wins.
func TestLastWins(t *testing.T) {
	t.Parallel()
	table := rates.New("EUR")
	for _, units := range []int64{2, 3} {
		if err := table.Add(day("2026-01-01"), "USD", money.Amount{Units: units}); err != nil {
			t.Fatal(err)
		}
	}
	if r, _ := table.Rate("USD", day("2026-01-01")); r.Units != 3 {
		t.Errorf("rate %d, want 3", r.Units)
	}
}

// In whatever order rates are added, the newest on or before the day holds, and of one
// day the last that was added.
func TestAnyOrder(t *testing.T) {
	t.Parallel()
	table := rates.New("EUR")
	for i, d := range []string{"2026-03-01", "2026-01-01", "2026-02-01", "2026-01-01"} {
		if err := table.Add(day(d), "USD", money.Amount{Units: int64(i + 1)}); err != nil {
			t.Fatal(err)
		}
	}
	for d, want := range map[string]int64{"2026-01-01": 4, "2026-01-31": 4, "2026-02-01": 3, "2026-03-09": 1} {
		if rate, ok := table.Rate("USD", day(d)); !ok || rate.Units != want {
			t.Errorf("%s: %s, %v; want %d", d, rate, ok, want)
		}
	}
}
