package insight_test

import (
	"math"
	"math/big"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"clientele/internal/insight"
	"clientele/internal/verdict"
)

// profits are lists in descending order, with ties, losses, zeros and values up to the
// ends of 64 bits.
func profits() *rapid.Generator[[]int64] {
	return rapid.Custom(func(t *rapid.T) []int64 {
		one := rapid.OneOf(
			rapid.Int64Range(-3, 3),
			rapid.Int64Range(-5000, 5000),
			rapid.Int64Range(-9, -1),
			rapid.Int64Range(1, 9),
			rapid.Int64(),
			rapid.SampledFrom([]int64{0, math.MaxInt64, math.MinInt64, math.MaxInt64 - 1}),
		)
		list := rapid.SliceOfN(one, 0, 40).Draw(t, "profits")
		slices.Sort(list)
		slices.Reverse(list)
		return list
	})
}

// slowWhale is definitions 3.1 in big integers: S_0 … S_n, P*, and the zone of each rank.
func slowWhale(list []int64) (sums []*big.Int, peak *big.Int, zones []insight.Zone) {
	sums, peak = []*big.Int{new(big.Int)}, new(big.Int)
	for _, v := range list {
		sums = append(sums, new(big.Int).Add(sums[len(sums)-1], big.NewInt(v)))
		peak.Add(peak, big.NewInt(max(v, 0)))
	}
	green := 0 // the first k with 5·S_k >= 4·P*, where there is a profit at all
	if peak.Sign() > 0 {
		for five(sums[green]).Cmp(new(big.Int).Mul(peak, big.NewInt(4))) < 0 {
			green++
		}
	}
	for i, v := range list {
		switch {
		case i < green:
			zones = append(zones, insight.Green)
		case v > 0:
			zones = append(zones, insight.Blue)
		case v == 0:
			zones = append(zones, insight.Flat)
		default:
			zones = append(zones, insight.Red)
		}
	}
	return sums, peak, zones
}

func five(x *big.Int) *big.Int { return new(big.Int).Mul(x, big.NewInt(5)) }

// TestWhaleAtAnySize holds every field against big integers, where sums pass 64 bits too.
func TestWhaleAtAnySize(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		list := profits().Draw(t, "list")
		sums, peak, zones := slowWhale(list)
		total := sums[len(list)]
		w := insight.WhaleOf(list)

		counts, parts := map[insight.Zone]int64{}, map[insight.Zone]*big.Int{}
		for _, z := range []insight.Zone{insight.Green, insight.Blue, insight.Flat, insight.Red} {
			parts[z] = new(big.Int)
		}
		for i, z := range zones {
			counts[z]++
			parts[z].Add(parts[z], big.NewInt(list[i]))
			if got := w.Zone(int64(i + 1)); got != z {
				t.Fatalf("rank %d is %s, want %s", i+1, got, z)
			}
		}
		for _, c := range []struct {
			what      string
			got, want *big.Int
		}{
			{"P*", w.Peak.Big(), peak},
			{"P", w.Total.Big(), total},
			{"E", w.Erosion.Big(), new(big.Int).Sub(peak, total)},
			{"green", w.GreenSum.Big(), parts[insight.Green]},
			{"blue", w.BlueSum.Big(), parts[insight.Blue]},
			{"red", w.RedSum.Big(), parts[insight.Red]},
		} {
			if c.got.Cmp(c.want) != 0 {
				t.Fatalf("%s is %s, want %s", c.what, c.got, c.want)
			}
		}
		if w.Clients != int64(len(list)) || w.Green != counts[insight.Green] || w.Blue != counts[insight.Blue] ||
			w.Flat != counts[insight.Flat] || w.Red != counts[insight.Red] || w.Profitable != w.Green+w.Blue ||
			w.Zero != w.Flat || w.Loss != w.Red || w.PeakClients != w.Profitable {
			t.Fatalf("counts %+v, want %v", w, counts)
		}
		checkPeakRatio(t, w, peak, total)
	})
}

// checkPeakRatio holds the guard: P*/P is there exactly where 10·P > P*, and a note
// stands where it is not.
func checkPeakRatio(t *rapid.T, w insight.Whale, peak, total *big.Int) {
	t.Helper()
	ratio, ok := w.PeakRatio()
	meant := new(big.Int).Mul(total, big.NewInt(10)).Cmp(peak) > 0
	if ok != meant {
		t.Fatalf("a ratio: %v, want %v", ok, meant)
	}
	if meant {
		if want, _ := new(big.Rat).SetFrac(peak, total).Float64(); ratio != want {
			t.Fatalf("ratio %v, want %v", ratio, want)
		}
	}
	v := insight.WhaleRule(w)
	if noted := len(v.Reasons) == 1; noted != (!meant && w.Clients > 0) || v.Status != verdict.Pass {
		t.Fatalf("rule %+v with a ratio: %v", v, meant)
	}
}

// TestWhaleCurveAtAnySize holds the points: each is exact, ranks rise from 0 to the last,
// the peak is among them, and there are no more than asked for within a factor of two.
func TestWhaleCurveAtAnySize(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		list, steps := profits().Draw(t, "list"), rapid.IntRange(-1, 60).Draw(t, "steps")
		sums, peak, _ := slowWhale(list)
		points := insight.WhaleCurve(list, steps)
		if points[0] != (insight.Point{}) {
			t.Fatalf("it starts at %+v", points[0])
		}
		met := false
		for i, p := range points {
			if i > 0 && p.Clients <= points[i-1].Clients {
				t.Fatalf("rank %d after %d", p.Clients, points[i-1].Clients)
			}
			if p.Sum.Big().Cmp(sums[p.Clients]) != 0 {
				t.Fatalf("%+v, want %s", p, sums[p.Clients])
			}
			met = met || p.Sum.Big().Cmp(peak) == 0
		}
		if last := points[len(points)-1]; last.Clients != int64(len(list)) || !met {
			t.Fatalf("the end is %+v, the peak is there: %v", last, met)
		}
		if most := 2*max(1, steps) + 3; len(points) > most { // n/floor(n/s) < 2s; the start, the peak, the end
			t.Fatalf("%d points for %d steps", len(points), steps)
		}
	})
}

// Definitions 3.1: without a profit nothing is green or blue, and E = −P.
func TestWhaleOfLossesOnly(t *testing.T) {
	t.Parallel()
	list := []int64{math.MinInt64, math.MinInt64, math.MinInt64}
	w := insight.WhaleOf(list)
	// 3·2^63 takes 65 bits.
	want := new(big.Int).Mul(big.NewInt(3), new(big.Int).Lsh(big.NewInt(1), 63))
	if w.Erosion.Big().Cmp(want) != 0 || w.Total.Neg() != w.Erosion || !w.Peak.IsZero() || w.Green+w.Blue != 0 || w.Red != 3 {
		t.Errorf("%+v", w)
	}
	if got := insight.WhaleCurve(list, 1); len(got) != 2 || got[1].Clients != 3 || got[1].Sum != w.Total {
		t.Errorf("%+v", got)
	}
}

// TestWhaleGuardsAreExact holds both limits where floats cannot tell the two sides apart:
// 5·S_k = 4·P* is green, and 10·P = P* has no ratio.
func TestWhaleGuardsAreExact(t *testing.T) {
	t.Parallel()
	const x = int64(1) << 60 // one part in 2^60 is below the 53 bits of a float
	for _, c := range []struct {
		list  []int64
		green int64
		ratio bool
	}{
		{[]int64{4 * (x / 4), x / 4}, 1, true},          // S_1 = x is 4/5 of P* = 5x/4
		{[]int64{4*(x/4) - 1, x/4 + 1}, 2, true},        // one unit less is not
		{[]int64{10 * (x / 2), -9 * (x / 2)}, 1, false}, // P = x/2, P* = 10·P
		{[]int64{10 * (x / 2), 1 - 9*(x/2)}, 1, true},
		{[]int64{10 * (x / 2), -1 - 9*(x/2)}, 1, false},
	} {
		w := insight.WhaleOf(c.list)
		if _, ok := w.PeakRatio(); w.Green != c.green || ok != c.ratio {
			t.Errorf("%v: green %d, ratio %v, want %d, %v", c.list, w.Green, ok, c.green, c.ratio)
		}
	}
}
