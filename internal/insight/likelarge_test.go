package insight_test

import (
	"math/big"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"clientele/internal/insight"
	"clientele/internal/verdict"
)

// large are clients of 10,000 each, so that the margin in basis points is the profit.
func large(points ...int64) []insight.Banded {
	out := make([]insight.Banded, len(points))
	for i, p := range points {
		out[i] = banded(10_000, p)
	}
	return out
}

// TestLikeLargeIsInclusive holds the ends of J, which lie between basis points: of 0, 1,
// 2, 3 they are 0.75 and 2.25, of 1, 1, 3, 3 they are 1 and 3.
func TestLikeLargeIsInclusive(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		large               []int64
		low, high           float64
		worse, like, better int64 // of small clients with −1, 0, 1, 2, 3, 4 basis points
	}{
		{[]int64{0, 1, 2, 3}, 0.75e-4, 2.25e-4, 2, 2, 2},
		{[]int64{3, 1, 3, 1}, 1e-4, 3e-4, 2, 3, 1},
		{[]int64{2, 2, 2, 2}, 2e-4, 2e-4, 3, 1, 2},
		{[]int64{-4, -3, -2, -1, 0}, -3e-4, -1e-4, 0, 1, 5},
	} {
		clients := large(c.large...)
		for m := int64(-1); m <= 4; m++ {
			b := banded(5000, m/2)
			if m%2 != 0 { // an odd number of basis points needs the next size
				b = banded(9999, m)
			}
			clients = append(clients, b)
		}
		a, _ := insight.LikeLarge(clients, 10_000)
		low, high, ok := a.Interval()
		if !ok || low != c.low || high != c.high || a.Worse.Clients != c.worse || a.Like.Clients != c.like || a.Better.Clients != c.better {
			t.Errorf("%v: J = [%v, %v] %v, worse %d, like %d, better %d", c.large, low, high, ok, a.Worse.Clients, a.Like.Clients, a.Better.Clients)
		}
	}
}

// Definitions 3.10: REFUSE below 4 large clients of known margin, FLAG ↕ with 4 to 9.
func TestLikeLargeVerdict(t *testing.T) {
	t.Parallel()
	for n := range int64(13) {
		clients := append(large(slices.Repeat([]int64{7}, int(n))...), insight.Banded{Revenue: 20_000}, insight.Banded{Revenue: 20_000}) // unknown ones do not help
		want := verdict.Pass
		switch {
		case n < 4:
			want = verdict.Refuse
		case n < 10:
			want = verdict.Flag
		}
		a, v := insight.LikeLarge(clients, 10_000)
		if v.Status != want || a.Large != n {
			t.Errorf("%d large ones: %s, %d counted", n, v.Status, a.Large)
		}
		if _, _, ok := a.Interval(); ok == (want == verdict.Refuse) {
			t.Errorf("%d large ones have an interval: %v", n, ok)
		}
		for _, r := range v.Reasons {
			if r.Supply == "" || r.Status == verdict.Flag && r.Bias != verdict.Unknown {
				t.Errorf("%d large ones: %+v", n, r)
			}
		}
	}
}

// TestLikeLargeAgainstFractions compares with quantiles in fractions and adding up.
func TestLikeLargeAgainstFractions(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		clients := bandedClients().Draw(t, "clients")
		limit := rapid.Int64Range(1, 200).Draw(t, "limit")
		a, v := insight.LikeLarge(clients, limit)

		var margins []*big.Int
		for _, c := range clients {
			if c.Revenue >= limit && c.Profit.Valid {
				margins = append(margins, exactPoints(c))
			}
		}
		if a.Large != int64(len(margins)) {
			t.Fatalf("%d large ones, want %d", a.Large, len(margins))
		}
		if len(margins) < 4 {
			if v.Status != verdict.Refuse || a.Like.Clients+a.Better.Clients+a.Worse.Clients != 0 {
				t.Fatalf("%+v %+v", a, v)
			}
			return
		}
		low, high := slowQuarter(margins, 1), slowQuarter(margins, 3)
		var worse, like, better slowCell
		unknown := int64(0)
		for _, c := range clients {
			switch {
			case c.Revenue <= 0 || c.Revenue >= limit:
			case !c.Profit.Valid:
				unknown++
			case new(big.Rat).SetInt(exactPoints(c)).Cmp(low) < 0:
				worse.add(c)
			case new(big.Rat).SetInt(exactPoints(c)).Cmp(high) > 0:
				better.add(c)
			default:
				like.add(c)
			}
		}
		if !worse.is(a.Worse.Cell) || !like.is(a.Like.Cell) || !better.is(a.Better.Cell) || a.Unknown != unknown {
			t.Fatalf("J = [%s, %s]: %+v", low, high, a)
		}
	})
}

// slowQuarter is definitions 1.6 word for word: position 1 + (n − 1)·k/4 of the sorted
// values, linear in between.
func slowQuarter(values []*big.Int, k int) *big.Rat {
	slices.SortFunc(values, (*big.Int).Cmp)
	quarters := (len(values) - 1) * k
	at, rest := quarters/4, quarters%4
	low := new(big.Rat).SetInt(values[at])
	if rest == 0 {
		return low
	}
	step := new(big.Rat).Sub(new(big.Rat).SetInt(values[at+1]), low)
	return step.Mul(step, big.NewRat(int64(rest), 4)).Add(step, low)
}
