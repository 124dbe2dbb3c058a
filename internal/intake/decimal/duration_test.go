package decimal_test

import (
	"testing"

	"clientele/internal/intake/decimal"
	"clientele/internal/money"
)

func TestDuration(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]money.Amount{
		"4h": {Units: 14400}, "4 h": {Units: 14400}, " 4 H ": {Units: 14400}, "1h30": {Units: 5400}, "1h 30m": {Units: 5400}, "1h30m": {Units: 5400},
		"90 min": {Units: 5400}, "90m": {Units: 5400}, "45s": {Units: 45}, "1h 2m 3s": {Units: 3723}, "2m30": {Units: 150}, "1.5h": {Units: 54000, Decimals: 1},
		"1,5 Std.": {Units: 54000, Decimals: 1}, "2 hours": {Units: 7200}, "2 hrs 5 mins": {Units: 7500}, "-1h30": {Units: -5400}, "0h": {}, "1,200 min": {Units: 72000},
		"1 Stunde 5 Minuten": {Units: 3900}, "1 h 05": {Units: 3900}, "2.25 heures": {Units: 810000, Decimals: 2},
	} {
		got, ok := decimal.Duration([]byte(text), decimal.Style{Point: '.'})
		if !ok || got != want {
			t.Errorf("%q is %+v, %v; want %+v", text, got, ok, want)
		}
	}
	for _, text := range []string{
		"", "-", "4", "1.5", "1:30", "h", "4x", "4 ham", "1h 90m", "1m 2h", "1h 2h", "1.5h 30m", "1h 1.5m", "1h30 and more", "1h 2m 3s 4", "h4", "--4h", "4h-", "1h30s5", "99999999999999999h", "45s30", "1d", "4h\xff",
	} {
		if got, ok := decimal.Duration([]byte(text), decimal.Style{Point: '.'}); ok {
			t.Errorf("%q is %+v, and no length of time", text, got)
		}
	}
	if got, ok := decimal.Duration([]byte("1.200 min"), decimal.Style{Point: ','}); !ok || got != (money.Amount{Units: 72000}) {
		t.Errorf("%+v, %v", got, ok)
	}
}

func FuzzDuration(f *testing.F) {
	f.Add("1h 30m 5s", byte('.'))
	f.Fuzz(func(t *testing.T, text string, point byte) {
		if point != ',' {
			point = '.'
		}
		a, ok := decimal.Duration([]byte(text), decimal.Style{Point: point})
		if b, minus := decimal.Duration([]byte("-"+text), decimal.Style{Point: point}); ok && a.Units > 0 && (!minus || b.Units != -a.Units || b.Decimals != a.Decimals) {
			t.Errorf("%q is %+v, with a minus %+v", text, a, b)
		}
	})
}
