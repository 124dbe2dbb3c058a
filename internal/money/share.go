package money

import (
	"errors"
	"fmt"
	"math/big"
	"math/bits"
	"slices"
	"sort"
	"strings"
)

// Fraction is an exact rational in [0, 1], used for the share of the line: 0.8
// is 4/5, and comparisons against it are comparisons of integers.
type Fraction struct{ Num, Den int64 }

// ParseFraction reads "0.8", "80%", "80 %" or "4/5"; the value must lie in [0, 1].
func ParseFraction(text string) (Fraction, error) {
	trimmed, percent := cutPercent(text)
	r, ok := new(big.Rat), isShareText(trimmed)
	if ok {
		r, ok = r.SetString(trimmed)
	}
	if !ok {
		return Fraction{}, fmt.Errorf("%q is not a share; write 0.8, 80%% or 4/5", text)
	}
	if percent {
		r.Quo(r, big.NewRat(100, 1))
	}
	if r.Sign() < 0 || r.Cmp(big.NewRat(1, 1)) > 0 {
		return Fraction{}, fmt.Errorf("a share lies between 0 and 1 (0 %% and 100 %%); %q does not", text)
	}
	if !r.Num().IsInt64() || !r.Denom().IsInt64() || r.Denom().Int64() > 1e12 {
		return Fraction{}, fmt.Errorf("the share %q is too fine; at most 12 decimals are read", text)
	}
	return Fraction{r.Num().Int64(), r.Denom().Int64()}, nil
}

// Float returns the fraction for display.
func (f Fraction) Float() float64 { return float64(f.Num) / float64(f.Den) }

// Target is the smallest integer S with S >= share x total, that is the sum at
// which the line is reached: ceil(total x Num / Den). Total must not be negative.
func (f Fraction) Target(total Sum) Sum {
	p := new(big.Int).Mul(total.Big(), big.NewInt(f.Num))
	d := big.NewInt(f.Den)
	q, r := new(big.Int).QuoRem(p, d, new(big.Int))
	if r.Sign() > 0 {
		q.Add(q, big.NewInt(1))
	}
	s, _ := FromBig(q) // at most total, which is a Sum already
	return s
}

// Ratio is num/den correctly rounded to a float, for display only; false if den <= 0
// (definitions 1.6: such a ratio is null, never 0).
func Ratio(num, den Sum) (float64, bool) {
	if den.Sign() <= 0 {
		return 0, false
	}
	f, _ := new(big.Rat).SetFrac(num.Big(), den.Big()).Float64()
	return f, true
}

// ErrNoWeight says that weights sum to 0, so that the total stays unallocated.
var ErrNoWeight = errors.New("weights sum to 0: nothing to split by")

// Split divides total by weights: floor of the absolute value, then one unit each
// to the largest remainders, ties to the earlier position (callers order by
// client_id). The parts sum to total exactly. Weights must not be negative.
// Source: definitions 1.4.
func Split(total int64, weights []int64) ([]int64, error) {
	sum := Sum{}
	for _, w := range weights {
		if w < 0 {
			return nil, fmt.Errorf("weight %d is negative", w)
		}
		sum = sum.Add(w)
	}
	if sum.IsZero() {
		return nil, ErrNoWeight
	}
	if narrow, ok := sum.Int64(); ok {
		return split64(total, weights, uint64(narrow)), nil //nolint:gosec // above 0
	}
	return splitWide(total, weights, sum.Big()), nil
}

// split64 is Split where the weights together fit 64 bits, as nearly all do.
func split64(total int64, weights []int64, den uint64) []int64 {
	parts, rests := make([]int64, len(weights)), make([]uint64, len(weights))
	abs := abs64(total)
	left := abs
	for i, w := range weights {
		hi, lo := bits.Mul64(abs, uint64(w)) //nolint:gosec // not negative
		q, r := bits.Div64(hi, lo, den)      // q <= abs, as w <= den
		parts[i], rests[i] = int64(q), r     //nolint:gosec // at most abs
		left -= q
	}
	if left > 0 { // fewer than there are weights above 0
		sorted := slices.Clone(rests)
		slices.Sort(sorted)
		edge := sorted[uint64(len(sorted))-left]
		ties := left
		for _, r := range rests {
			if r > edge {
				ties--
			}
		}
		for i, r := range rests {
			if r > edge || r == edge && ties > 0 {
				if r == edge {
					ties--
				}
				parts[i]++
			}
		}
	}
	if total < 0 {
		for i := range parts {
			parts[i] = -parts[i]
		}
	}
	return parts
}

// splitWide is Split with weights of any size.
func splitWide(total int64, weights []int64, den *big.Int) []int64 {
	abs := new(big.Int).Abs(big.NewInt(total))
	parts, rests, order := make([]int64, len(weights)), make([]*big.Int, len(weights)), make([]int, len(weights))
	left := new(big.Int).Set(abs)
	for i, w := range weights {
		q, r := new(big.Int).QuoRem(new(big.Int).Mul(abs, big.NewInt(w)), den, new(big.Int))
		parts[i], rests[i], order[i] = q.Int64(), r, i
		left.Sub(left, q)
	}
	sort.SliceStable(order, func(a, b int) bool { return rests[order[a]].Cmp(rests[order[b]]) > 0 })
	for k := int64(0); k < left.Int64(); k++ {
		parts[order[k]]++
	}
	if total < 0 {
		for i := range parts {
			parts[i] = -parts[i]
		}
	}
	return parts
}

// Convert exchanges an amount in minor units at scale `from` into the base currency at
// scale `to`, by a decimal rate (base units per unit), half to even. Source: definitions 1.4.
func Convert(units int64, from uint8, rate Amount, to uint8) (int64, error) {
	p := new(big.Int).Mul(big.NewInt(units), big.NewInt(rate.Units))
	shift := int(from) + int(rate.Decimals) - int(to)
	ten := big.NewInt(10)
	if shift <= 0 {
		p.Mul(p, new(big.Int).Exp(ten, big.NewInt(int64(-shift)), nil))
	} else {
		p = halfEven(p, new(big.Int).Exp(ten, big.NewInt(int64(shift)), nil))
	}
	if !p.IsInt64() {
		return 0, ErrOverflow
	}
	return p.Int64(), nil
}

// Quotient is s/d for d > 0, half to even.
func Quotient(s Sum, d int64) Sum {
	q, _ := FromBig(halfEven(s.Big(), big.NewInt(d))) // no larger than s
	return q
}

// halfEven divides p by d > 0 and rounds half to even.
func halfEven(p, d *big.Int) *big.Int {
	q, r := new(big.Int).QuoRem(new(big.Int).Abs(p), d, new(big.Int))
	switch r.Lsh(r, 1).Cmp(d) {
	case 1:
		q.Add(q, big.NewInt(1))
	case 0:
		if q.Bit(0) == 1 {
			q.Add(q, big.NewInt(1))
		}
	}
	if p.Sign() < 0 {
		q.Neg(q)
	}
	return q
}

// cutPercent takes a percent sign off the end.
func cutPercent(text string) (string, bool) {
	text = strings.TrimSpace(text)
	rest, percent := strings.CutSuffix(text, "%")
	return strings.TrimSpace(rest), percent
}

// isShareText keeps the number reader to plain decimals and fractions: no
// exponents, whose powers could be huge, and no other bases.
func isShareText(text string) bool {
	return len(text) <= 64 && !strings.ContainsFunc(text, func(r rune) bool {
		return (r < '0' || r > '9') && r != '.' && r != '/' && r != '-' && r != '+'
	})
}
