package insight_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"clientele/internal/insight"
	"clientele/internal/money"
)

// TestWhaleWorkedExamples holds definitions 3.1.
func TestWhaleWorkedExamples(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		values              []int64
		peak, total, eroded int64
		zones               string
		ratio               string // "" where it means nothing
	}{
		{[]int64{500, 300, 150, 50, 0, -100, -250}, 1000, 650, 350, "2 2 1 2", "1.5385"},
		{[]int64{100, -95}, 100, 5, 95, "1 0 0 1", ""},
		{[]int64{-3, -5}, 0, -8, 8, "0 0 0 2", ""},
		{[]int64{0, 0}, 0, 0, 0, "0 0 2 0", ""},
		{nil, 0, 0, 0, "0 0 0 0", ""},
		{[]int64{7}, 7, 7, 0, "1 0 0 0", "1.0000"},
		{[]int64{100, -90}, 100, 10, 90, "1 0 0 1", ""}, // 10·P = P*: not above it
		{[]int64{100, -89}, 100, 11, 89, "1 0 0 1", "9.0909"},
		{[]int64{1 << 62, 1 << 62, 1 << 62}, 0, 0, 0, "3 0 0 0", "1.0000"},
	} {
		w := insight.WhaleOf(c.values)
		if c.values != nil && c.values[0] < 1<<60 && (w.Peak != money.FromInt64(c.peak) || w.Total != money.FromInt64(c.total) || w.Erosion != money.FromInt64(c.eroded)) {
			t.Errorf("%v: %+v", c.values, w)
		}
		if got := fmt.Sprint(w.Green, w.Blue, w.Flat, w.Red); got != c.zones {
			t.Errorf("%v: zones %s, want %s", c.values, got, c.zones)
		}
		ratio := ""
		if v, ok := w.PeakRatio(); ok {
			ratio = fmt.Sprintf("%.4f", v)
		}
		if ratio != c.ratio || (ratio == "" && w.Clients > 0) != (len(insight.WhaleRule(w).Reasons) == 1) {
			t.Errorf("%v: ratio %q, want %q", c.values, ratio, c.ratio)
		}
	}
}

// TestWhaleAgainstCounting compares random curves with counting rank by rank.
func TestWhaleAgainstCounting(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(5, 6))
	for range 500 {
		values := make([]int64, r.IntN(30))
		for i := range values {
			values[i] = r.Int64N(21) - 10
		}
		slices.SortFunc(values, func(a, b int64) int { return int(b - a) })
		w := insight.WhaleOf(values)
		var peak, total, sum, best int64
		for _, v := range values {
			peak, total = peak+max(v, 0), total+v
		}
		for i, v := range values {
			want := insight.Red
			switch {
			case v > 0 && (i == 0 || 5*sum < 4*peak):
				want = insight.Green
			case v > 0:
				want = insight.Blue
			case v == 0:
				want = insight.Flat
			}
			sum += v
			best = max(best, sum)
			if got := w.Zone(int64(i + 1)); got != want {
				t.Fatalf("%v: rank %d is %s, want %s", values, i+1, got, want)
			}
		}
		if w.Peak != money.FromInt64(best) || w.Total != money.FromInt64(total) || w.GreenSum.Plus(w.BlueSum).Plus(w.RedSum) != w.Total || w.Green+w.Blue != w.PeakClients {
			t.Fatalf("%v: %+v", values, w)
		}
		points := insight.WhaleCurve(values, 1+r.IntN(40))
		for _, p := range points {
			want := int64(0)
			for _, v := range values[:p.Clients] {
				want += v
			}
			if p.Sum != money.FromInt64(want) {
				t.Fatalf("%v: %+v", values, p)
			}
		}
		if last := points[len(points)-1]; last.Clients != int64(len(values)) || peak > 0 && !slices.ContainsFunc(points, func(p insight.Point) bool { return p.Sum == w.Peak }) {
			t.Fatalf("%v: the curve misses its end or its peak", values)
		}
	}
}
