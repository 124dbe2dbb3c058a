package insight

import (
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
	pos := new(big.Int).Mul(big.NewInt(int64(len(sorted)-1)), big.NewInt(p.Num))
	at, part := pos.QuoRem(pos, big.NewInt(p.Den), new(big.Int))
	i := int(at.Int64())
	low := big.NewInt(sorted[i])
	if part.Sign() == 0 {
		f, _ := new(big.Float).SetInt(low).Float64()
		return f, true
	}
	step := new(big.Int).Sub(big.NewInt(sorted[i+1]), low)
	num := low.Mul(low, big.NewInt(p.Den)).Add(low, step.Mul(step, part))
	return quotient(num, big.NewInt(p.Den)), true
}
