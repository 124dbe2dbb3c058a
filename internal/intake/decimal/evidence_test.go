package decimal_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"clientele/internal/intake/decimal"
)

func seen(texts ...string) decimal.Decision {
	var e decimal.Evidence
	for i, text := range texts {
		e.See([]byte(text), int64(i)+2)
	}
	return e.Decide()
}

func TestDecide(t *testing.T) {
	t.Parallel()
	const certain, ambiguous, conflict = "certain", "ambiguous", "conflict"
	cases := []struct {
		name  string
		texts []string
		point byte
		state string
		why   []string
	}{
		{"nothing", nil, '.', certain, []string{"no decimals occur"}},
		{"whole numbers", []string{"12", "-3", "1 234"}, '.', certain, []string{"no decimals occur"}},
		{
			"both signs",
			[]string{"1.234,56", "7"},
			',', certain,
			[]string{"comma is the last sign in 1 value, for example 1.234,56 in line 2"},
		},
		{
			"both signs, point",
			[]string{"x", "1,234.56", "2,345.67"},
			'.', certain,
			[]string{"point is the last sign in 2 values, for example 1,234.56 in line 3"},
		},
		{
			"two decimals",
			[]string{"7.10", "1.234"},
			'.', certain,
			[]string{"point has other than three digits after it in 1 value, for example 7.10 in line 2"},
		},
		{
			"thousands twice",
			[]string{"1.234.567"},
			',', certain,
			[]string{"point stands twice or more, so it marks thousands, in 1 value, for example 1.234.567 in line 2"},
		},
		{
			"three decimals only",
			[]string{"2.550", "1.234"},
			',', ambiguous,
			[]string{"no value decides whether the point in 2 values is the decimal sign or marks thousands: 2.550 in line 2"},
		},
		{
			"comma with three",
			[]string{"€ 2,550"},
			'.', ambiguous,
			[]string{"no value decides whether the comma in 1 value is the decimal sign or marks thousands: € 2,550 in line 2"},
		},
		{
			"four before decide",
			[]string{"2.550", "1234.567"},
			'.', certain,
			[]string{"point has four or more digits, or a 0, before it in 1 value, for example 1234.567 in line 3"},
		},
		{
			"zero before decides",
			[]string{"2,550", "0,123"},
			',', certain,
			[]string{"comma has four or more digits, or a 0, before it in 1 value, for example 0,123 in line 3"},
		},
		{
			"blank marks",
			[]string{"1 234,567"},
			',', certain,
			[]string{"comma follows thousands marks of another kind in 1 value, for example 1 234,567 in line 2"},
		},
		{
			"conflict",
			[]string{"1.234,56", "1,234.56", "3,5"},
			',', conflict,
			[]string{
				"point is the last sign in 1 value, for example 1,234.56 in line 3",
				"comma is the last sign in 1 value, for example 1.234,56 in line 2",
				"comma has other than three digits after it in 1 value, for example 3,5 in line 4",
			},
		},
		{
			"ambiguous both ways",
			[]string{"1.234", "1,234"},
			'.', ambiguous,
			[]string{
				"no value decides whether the point in 1 value is the decimal sign or marks thousands: 1.234 in line 2",
				"no value decides whether the comma in 1 value is the decimal sign or marks thousands: 1,234 in line 3",
			},
		},
		{
			"too fine decides",
			[]string{"0,1234567"},
			',', certain,
			[]string{"comma has other than three digits after it in 1 value, for example 0,1234567 in line 2"},
		},
		{
			"Indian",
			[]string{"12,34,567"},
			'.', certain,
			[]string{"comma stands twice or more, so it marks thousands, in 1 value, for example 12,34,567 in line 2"},
		},
		{
			"exponent",
			[]string{"1.234e3"},
			'.', certain,
			[]string{"point has other than three digits after it in 1 value, for example 1.234e3 in line 2"},
		},
		{
			"affixes",
			[]string{"(1.234,50 €)", "-$3,50"},
			',', certain,
			[]string{
				"comma is the last sign in 1 value, for example (1.234,50 €) in line 2",
				"comma has other than three digits after it in 1 value, for example -$3,50 in line 3",
			},
		},
	}
	for _, c := range cases {
		d := seen(c.texts...)
		state := map[bool]string{d.Certain: certain, d.Ambiguous: ambiguous, d.Conflict: conflict}[true]
		if d.Style.Point != c.point || state != c.state || !slices.Equal(d.Why, c.why) {
			t.Errorf("%s: got %c %s %q; want %c %s %q", c.name, d.Style.Point, state, d.Why, c.point, c.state, c.why)
		}
	}
}

func TestDecideCounts(t *testing.T) {
	t.Parallel()
	d := seen("1", "", "n/a", "2.5", " ", "3.4.2026")
	if d.Numbers != 2 || d.Others != 2 || d.Odd != "n/a in line 4" {
		t.Fatalf("got %+v", d)
	}
}

func TestMergeIsSeeingAll(t *testing.T) {
	t.Parallel()
	texts := rapid.SliceOf(rapid.SampledFrom([]string{"1", "1.5", "1,5", "1.234", "1,234", "1.234,5", "1,234.5", "x", "", "1.2.3", "1.234.567"}))
	rapid.Check(t, func(t *rapid.T) {
		var all, a, b decimal.Evidence
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

// TestDecidedStyleReadsColumn: a column written in one style with at least one
// value that decides is found, and reads back.
func TestDecidedStyleReadsColumn(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		point := rapid.SampledFrom([]string{".", ","}).Draw(t, "point")
		mark := rapid.SampledFrom([]string{"", strings.Trim(".,", point), " "}).Draw(t, "mark")
		cents := rapid.SliceOfN(rapid.Int64Range(-1e12, 1e12), 1, 20).Draw(t, "cents")
		var e decimal.Evidence
		for i, c := range cents {
			e.See([]byte(printed(moneyCents(c), point, mark)), int64(i))
		}
		d := e.Decide()
		if !d.Certain || d.Style.Point != point[0] {
			t.Fatalf("got %+v", d)
		}
	})
}
