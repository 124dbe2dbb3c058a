package insight

import (
	"math/big"
	"slices"

	"clientele/internal/money"
	"clientele/internal/verdict"
)

// AlikeGroup is some small clients together.
type AlikeGroup struct{ Cell }

// Alike compares the margins of small clients with those of the large ones (definitions
// 3.10).
type Alike struct {
	Large               int64 // large clients whose margin is known
	Unknown             int64 // small ones whose margin is not known
	Like, Better, Worse AlikeGroup

	low, high *big.Rat // J in basis points; nil: there is none
}

// Interval is J, the middle half of the large clients' margins, as fractions; false where
// there are too few.
func (a *Alike) Interval() (low, high float64, ok bool) {
	if a.low == nil {
		return 0, 0, false
	}
	ten := big.NewRat(1, 10_000)
	low, _ = new(big.Rat).Mul(a.low, ten).Float64()
	high, _ = new(big.Rat).Mul(a.high, ten).Float64()
	return low, high, true
}

// LikeLarge says how many clients with revenue above 0 and below the limit have margins
// like those with revenue from the limit on.
func LikeLarge(clients []Banded, limit int64) (Alike, verdict.Verdict) {
	var a Alike
	var v verdict.Verdict
	var margins []int64
	for _, c := range clients {
		if m, ok := c.BasisPoints(); ok && c.Revenue >= limit {
			margins = append(margins, m)
		}
	}
	a.Large = int64(len(margins))
	switch {
	case a.Large < 4:
		v.Add(verdict.Reason{
			Code: "large_few", Status: verdict.Refuse, Text: count(a.Large, "large client") + " of known margin: too few to say what margins large clients have",
			Supply: "what their sales cost, or a lower limit of what is large",
		})
		return a, v
	case a.Large < 10:
		v.Add(verdict.Reason{
			Code: "large_few", Status: verdict.Flag, Bias: verdict.Unknown, Text: count(a.Large, "large client") + " of known margin, fewer than 10", Supply: "a lower limit of what is large",
		})
	}
	slices.Sort(margins)
	a.low, a.high = exactQuantile(margins, 1, 4), exactQuantile(margins, 3, 4)
	for _, c := range clients {
		if c.Revenue <= 0 || c.Revenue >= limit {
			continue
		}
		switch side, ok := a.Side(c); {
		case !ok:
			a.Unknown++
		case side < 0:
			a.Worse.add(c)
		case side > 0:
			a.Better.add(c)
		default:
			a.Like.add(c)
		}
	}
	return a, v
}

// Side is where a margin lies: −1 below J, 0 in it, 1 above; false where the margin is not
// known, or there is no J.
func (a *Alike) Side(c Banded) (int, bool) {
	m, ok := c.BasisPoints()
	if !ok || a.low == nil {
		return 0, false
	}
	switch at := new(big.Rat).SetInt64(m); {
	case at.Cmp(a.low) < 0:
		return -1, true
	case at.Cmp(a.high) > 0:
		return 1, true
	default:
		return 0, true
	}
}

// exactQuantile is the type 7 quantile num/den of sorted values.
func exactQuantile(sorted []int64, num, den int64) *big.Rat {
	at, part := position(int64(len(sorted)), money.Fraction{Num: num, Den: den})
	low := new(big.Rat).SetInt64(sorted[at])
	if part.Sign() == 0 {
		return low
	}
	step := new(big.Rat).SetFrac(new(big.Int).Mul(part, new(big.Int).Sub(big.NewInt(sorted[at+1]), big.NewInt(sorted[at]))), big.NewInt(den))
	return low.Add(low, step)
}
