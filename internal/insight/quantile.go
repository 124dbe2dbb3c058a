package insight

import (
	"context"
	"math/big"
	"slices"

	"clientele/internal/money"
)

// Quantile is the type 7 quantile: position 1 + (n − 1)p in the sorted values, linear
// in between, exact until the one rounding at the end; false for no values
// (definitions 1.6; R quantile, type 7). The values are not changed.
func Quantile(values []int64, p money.Fraction) (float64, bool) {
	if len(values) == 0 || checkShare(p) != nil {
		return 0, false
	}
	sorted := slices.Clone(values)
	slices.Sort(sorted)
	at, part := position(int64(len(sorted)), p)
	if part.Sign() == 0 {
		return between(sorted[at], sorted[at], part, p), true
	}
	return between(sorted[at], sorted[at+1], part, p), true
}

// QuantileOf is the same over the positive clients of a distribution, whose values are
// not sorted: the one or two clients at the position are found by radix refinement, as
// the line is. False if no client is positive.
func QuantileOf(ctx context.Context, d Distribution, p money.Fraction) (float64, bool, error) {
	if err := checkShare(p); err != nil {
		return 0, false, err
	}
	d = Memo(d) // the two lie close to each other
	s, err := d.Summary(ctx)
	if err != nil || s.Positive == 0 {
		return 0, false, err
	}
	at, part := position(s.Positive, p)
	high, err := Top(ctx, d, s.Positive-at)
	if err != nil || part.Sign() == 0 {
		return between(high.Value.Int, high.Value.Int, part, p), err == nil, err
	}
	low := high
	if high, err = Top(ctx, d, s.Positive-at-1); err != nil {
		return 0, false, err
	}
	return between(low.Value.Int, high.Value.Int, part, p), true, nil
}

// position is where the quantile of n values lies, counted from 0 upwards: at a value, and
// part/p.Den of the way to the next.
func position(n int64, p money.Fraction) (at int64, part *big.Int) {
	pos := new(big.Int).Mul(big.NewInt(n-1), big.NewInt(p.Num))
	whole, part := pos.QuoRem(pos, big.NewInt(p.Den), new(big.Int))
	return whole.Int64(), part
}

// between is low + (high − low)·part/p.Den, rounded once.
func between(low, high int64, part *big.Int, p money.Fraction) float64 {
	l, h, den := big.NewInt(low), big.NewInt(high), big.NewInt(p.Den)
	num := new(big.Int).Mul(l, den)
	return quotient(num.Add(num, h.Sub(h, l).Mul(h, part)), den)
}
