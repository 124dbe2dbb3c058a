package insight

import (
	"math"
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"clientele/internal/money"
)

// The table of weights is checked from inside: it has no exported face.
func TestPoissonTable(t *testing.T) {
	t.Parallel()
	// e^-1 = Σ (−1)^i/i!, far beyond 64 bits; P(W <= k) = e^-1·Σ 1/j!.
	inverse, cdf, factorial := new(big.Rat), new(big.Rat), big.NewInt(1)
	for i := range int64(60) {
		if i > 0 {
			factorial.Mul(factorial, big.NewInt(i))
		}
		term := new(big.Rat).SetFrac(big.NewInt(1-2*(i%2)), factorial)
		inverse.Add(inverse, term)
	}
	factorial.SetInt64(1)
	scale := new(big.Rat).SetInt(new(big.Int).Lsh(big.NewInt(1), 64))
	for k, have := range poissonBelow {
		if k > 0 {
			factorial.Mul(factorial, big.NewInt(int64(k)))
		}
		cdf.Add(cdf, new(big.Rat).SetFrac(big.NewInt(1), factorial))
		x := new(big.Rat).Mul(new(big.Rat).Mul(inverse, cdf), scale)
		if want := new(big.Int).Quo(x.Num(), x.Denom()); want.Cmp(new(big.Int).SetUint64(have)) != 0 {
			t.Errorf("P(W <= %d)·2^64 = %#x, want %#x", k, have, want)
		}
	}
	for u, want := range map[uint64]int64{0: 0, 0x5e2d58d8b3bcdf19: 0, 0x5e2d58d8b3bcdf1a: 1, 1 << 63: 1, math.MaxUint64: poissonMax} {
		if got := poisson(u); got != want {
			t.Errorf("weight of %#x = %d, want %d", u, got, want)
		}
	}
}

// Mean and variance of Poisson(1) are 1, and weights of neighbouring documents and
// draws are uncorrelated; limits are five standard errors of a million draws.
func TestWeights(t *testing.T) {
	t.Parallel()
	const docs, draws = 1000, 1000
	var n, sum, squares, byDoc, byDraw float64
	last := make([]float64, docs)
	for draw := range draws {
		seed, before := drawSeed(1, draw, 0), 0.0
		for doc := range docs {
			w := float64(poisson(mix(seed ^ fold([2]uint64{0, uint64(doc + 1)}))))
			n, sum, squares = n+1, sum+w, squares+(w-1)*(w-1)
			byDoc += (w - 1) * (before - 1) * float64(min(doc, 1))
			byDraw += (w - 1) * (last[doc] - 1) * float64(min(draw, 1))
			before, last[doc] = w, w
		}
	}
	for name, x := range map[string]struct{ got, want, error float64 }{
		"mean":                {sum / n, 1, 1e-3},
		"variance":            {squares / n, 1, 1.732e-3}, // fourth central moment 4, less 1
		"next document":       {byDoc / n, 0, 1e-3},
		"same, between draws": {byDraw / n, 0, 1e-3},
	} {
		if math.Abs(x.got-x.want) > 5*x.error {
			t.Errorf("%s: %v, want %v", name, x.got, x.want)
		}
	}
}

func TestSlotRises(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.Int64Range(1, math.MaxInt64).Draw(t, "a"), rapid.Int64Range(1, math.MaxInt64).Draw(t, "b")
		if b < a {
			a, b = b, a
		}
		if x, y := slot(a), slot(b); x > y || x < 0 || y >= slots {
			t.Fatalf("slot(%d) = %d, slot(%d) = %d", a, x, b, y)
		}
	})
}

func TestTarget64(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		den := rapid.Int64Range(1, 1e12).Draw(t, "den")
		share := money.Fraction{Num: rapid.Int64Range(0, den).Draw(t, "num"), Den: den}
		total := rapid.Int64Range(0, math.MaxInt64).Draw(t, "total")
		if got, want := target64(share, total), share.Target(money.FromInt64(total)); money.FromInt64(got) != want {
			t.Fatalf("target %d, want %s", got, want.Format(0))
		}
	})
}
