package insight_test

import (
	"math/big"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"clientele/internal/insight"
	"clientele/internal/money"
)

// Portfolio P of the definitions, two consecutive windows, in client order A … I.
var (
	portfolioBase = insight.Values{2780, 1090, 1060, 1035, 290, 220, 180, 145}
	portfolioNow  = insight.Values{3400, 1600, 1040, 900, 1900, 140, 0, 0, 1700}
)

var eighty = money.Fraction{Num: 4, Den: 5}

func sum(v int64) money.Sum { return money.FromInt64(v) }

// oracle is the line by its definition: sort, add up, compare as exact integers.
type oracle struct {
	desc  []int64
	sums  []*big.Int // S_0 … S_n
	total *big.Int
}

func newOracle(values []int64) oracle {
	o := oracle{sums: []*big.Int{new(big.Int)}, total: new(big.Int)}
	for _, v := range values {
		if v > 0 {
			o.desc = append(o.desc, v)
		}
	}
	slices.SortFunc(o.desc, func(a, b int64) int { return -big.NewInt(a).Cmp(big.NewInt(b)) })
	for _, v := range o.desc {
		o.total = new(big.Int).Add(o.total, big.NewInt(v))
		o.sums = append(o.sums, o.total)
	}
	return o
}

// least is min{k : den(S_k + u) >= num(R + w)}, -1 for none.
func (o oracle) least(share money.Fraction, u, w int64) int64 {
	right := new(big.Int).Mul(new(big.Int).Add(o.total, big.NewInt(w)), big.NewInt(share.Num))
	for k, s := range o.sums {
		left := new(big.Int).Mul(new(big.Int).Add(s, big.NewInt(u)), big.NewInt(share.Den))
		if left.Cmp(right) >= 0 {
			return int64(k)
		}
	}
	return -1
}

// most is max{k : den·S_k <= num·R}.
func (o oracle) most(share money.Fraction) int64 {
	right := new(big.Int).Mul(o.total, big.NewInt(share.Num))
	for k := len(o.sums) - 1; k > 0; k-- {
		if new(big.Int).Mul(o.sums[k], big.NewInt(share.Den)).Cmp(right) <= 0 {
			return int64(k)
		}
	}
	return 0
}

func (o oracle) equal(v int64) (n int64) {
	for _, x := range o.desc {
		if x == v {
			n++
		}
	}
	return n
}

// books are lists with ties, losses, zeros and values of all sizes up to near 2^62.
func books() *rapid.Generator[[]int64] {
	return rapid.Custom(func(t *rapid.T) []int64 {
		one := rapid.OneOf(
			rapid.Int64Range(1, 9),
			rapid.Int64Range(-500, 5000),
			rapid.Int64Range(1, 1<<31+5),
			rapid.Int64Range(1<<62-6000, 1<<62),
			rapid.Custom(func(t *rapid.T) int64 { return int64(1) << rapid.IntRange(0, 61).Draw(t, "bit") }),
		)
		return rapid.SliceOfN(one, 0, 60).Draw(t, "book")
	})
}

func shares() *rapid.Generator[money.Fraction] {
	return rapid.Custom(func(t *rapid.T) money.Fraction {
		den := rapid.Int64Range(1, 1000).Draw(t, "den")
		return money.Fraction{Num: rapid.Int64Range(0, den).Draw(t, "num"), Den: den}
	})
}

// near compares floats that come from one rounding of an exact figure; the
// tolerance is half a unit of the last printed digit of the source.
func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if diff := got - want; diff > tolerance || diff < -tolerance {
		t.Errorf("%s = %.10g, want %.10g", what, got, want)
	}
}
