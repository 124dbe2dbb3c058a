package insight

import (
	"cmp"
	"fmt"
	"math/big"
	"slices"
	"sort"

	"clientele/internal/fault"
	"clientele/internal/money"
)

// Class is a number of clients with the same value.
type Class struct{ Value, Count int64 }

// Lorenz holds values ascending, equal ones together, with their running totals: the
// curve of definitions 2.7 and the Gini index of 2.8. It is built by a sort, for
// books that fit in memory; GiniOf takes the parts of a distributed one.
type Lorenz struct {
	values []int64
	ranks  []int64     // clients up to and with this class
	sums   []money.Sum // their sum
}

// NewLorenz takes the clients with r > 0, the base of the line. With zeros, those
// with r = 0 count too, which is a variant to be labelled, and a negative value is
// refused: a loss belongs to the whale curve.
func NewLorenz(values []int64, zeros bool) (*Lorenz, error) {
	kept := make([]int64, 0, len(values))
	for _, v := range values {
		if v < 0 && zeros {
			return nil, fault.New(fault.Input, "draw the Lorenz curve", "a Lorenz curve over all clients has no meaning with negative ones among them",
				"leave out clients with r <= 0, or use the whale curve")
		}
		if v > 0 || (v == 0 && zeros) {
			kept = append(kept, v)
		}
	}
	slices.Sort(kept)
	l := &Lorenz{}
	for _, v := range kept {
		l.add(Class{v, 1})
	}
	return l, nil
}

// NewLorenzOf takes classes in any order, for grouped data; values and counts must
// not be negative.
func NewLorenzOf(classes []Class) (*Lorenz, error) {
	classes = slices.Clone(classes)
	slices.SortFunc(classes, func(a, b Class) int { return cmp.Compare(a.Value, b.Value) })
	l := &Lorenz{}
	for _, c := range classes {
		if c.Value < 0 || c.Count < 0 {
			return nil, fault.New(fault.Input, "draw the Lorenz curve", fmt.Sprintf("class %d × %d is negative", c.Value, c.Count), "")
		}
		if c.Count > 0 {
			l.add(c)
		}
	}
	return l, nil
}

func (l *Lorenz) add(c Class) {
	i := len(l.values) - 1
	if i < 0 || l.values[i] != c.Value {
		l.values = append(l.values, c.Value)
		l.ranks, l.sums = append(l.ranks, l.Clients()), append(l.sums, l.Sum())
		i++
	}
	l.ranks[i] += c.Count
	l.sums[i] = l.sums[i].Plus(money.Product(c.Value, c.Count))
}

// Clients is n.
func (l *Lorenz) Clients() int64 {
	if len(l.ranks) == 0 {
		return 0
	}
	return l.ranks[len(l.ranks)-1]
}

// Sum is Σ x.
func (l *Lorenz) Sum() money.Sum {
	if len(l.sums) == 0 {
		return money.Sum{}
	}
	return l.sums[len(l.sums)-1]
}

// Ordinate is one corner of the curve: the smallest Clients of all, with their share.
type Ordinate struct {
	Clients      int64
	ClientsShare float64
	SumShare     float64
}

// Ordinates are the corners of the curve after (0, 0), one per different value; false
// if Σ x = 0.
func (l *Lorenz) Ordinates() ([]Ordinate, bool) {
	if l.Sum().Sign() <= 0 {
		return nil, false
	}
	out := make([]Ordinate, len(l.ranks))
	for i, k := range l.ranks {
		p, _ := money.Ratio(money.FromInt64(k), money.FromInt64(l.Clients()))
		y, _ := money.Ratio(l.sums[i], l.Sum())
		out[i] = Ordinate{k, p, y}
	}
	return out, true
}

// At is L(p): the share of the sum that the smallest p of clients bring, linear
// between clients; false if Σ x = 0.
func (l *Lorenz) At(p money.Fraction) (float64, bool) {
	if l.Sum().Sign() <= 0 || checkShare(p) != nil {
		return 0, false
	}
	pos := new(big.Rat).SetFrac(big.NewInt(p.Num), big.NewInt(p.Den))
	pos.Mul(pos, new(big.Rat).SetInt64(l.Clients()))
	i, _ := slices.BinarySearchFunc(l.ranks, pos, func(k int64, pos *big.Rat) int { return new(big.Rat).SetInt64(k).Cmp(pos) })
	rank, sum := l.below(i)
	pos.Sub(pos, new(big.Rat).SetInt64(rank)) // clients into class i
	pos.Mul(pos, new(big.Rat).SetInt64(l.values[i]))
	pos.Add(pos, new(big.Rat).SetInt(sum.Big()))
	f, _ := pos.Quo(pos, new(big.Rat).SetInt(l.Sum().Big())).Float64()
	return f, true
}

// Inverse is the largest p with L(p) <= share: the share of clients, smallest first,
// that bring this share of the sum; false if Σ x = 0.
func (l *Lorenz) Inverse(share money.Fraction) (float64, bool) {
	if l.Sum().Sign() <= 0 || checkShare(share) != nil {
		return 0, false
	}
	want := new(big.Rat).SetFrac(big.NewInt(share.Num), big.NewInt(share.Den))
	want.Mul(want, new(big.Rat).SetInt(l.Sum().Big()))
	i := sort.Search(len(l.sums), func(i int) bool { return new(big.Rat).SetInt(l.sums[i].Big()).Cmp(want) > 0 })
	if i == len(l.sums) {
		return 1, true
	}
	rank, sum := l.below(i)
	want.Sub(want, new(big.Rat).SetInt(sum.Big()))
	want.Quo(want, new(big.Rat).SetInt64(l.values[i])) // above 0, as the sum rises in class i
	want.Add(want, new(big.Rat).SetInt64(rank))
	f, _ := want.Quo(want, new(big.Rat).SetInt64(l.Clients())).Float64()
	return f, true
}

// below is the corner before class i.
func (l *Lorenz) below(i int) (rank int64, sum money.Sum) {
	if i == 0 {
		return 0, money.Sum{}
	}
	return l.ranks[i-1], l.sums[i-1]
}

// Parts are the classes as parts of the Gini index.
func (l *Lorenz) Parts() []RankPart {
	out := make([]RankPart, len(l.values))
	for i, v := range l.values {
		rank, sum := l.below(i)
		c := l.ranks[i] - rank
		ranks := new(big.Int).Mul(big.NewInt(c), big.NewInt(c+1))
		ranks.Rsh(ranks, 1)
		out[i] = RankPart{Count: c, Sum: l.sums[i].Minus(sum), RankSum: ranks.Mul(ranks, big.NewInt(v))}
	}
	return out
}

// Gini is the index of inequality of the values (definitions 2.8).
func (l *Lorenz) Gini() Gini { return GiniOf(l.Parts()) }

// RankPart is what an engine gives of one bucket, so that the Gini index is exact
// without a global sort: buckets ascending, all values of one below those of the next.
type RankPart struct {
	Count   int64
	Sum     money.Sum
	RankSum *big.Int // Σ j·x_(j), j = 1 … Count ascending within the bucket
}

// Gini is G = Σ_i (2i − n − 1)·x_(i)/(n·Σx), ascending, kept exact until it is shown.
type Gini struct {
	Clients  int64
	num, den *big.Int // G = num/den
}

// GiniOf adds up parts in ascending order. A rank in a part is the clients before it
// plus its local rank, so that the part adds (2b − n − 1)·Sum + 2·RankSum.
func GiniOf(parts []RankPart) Gini {
	var n, before int64
	for _, p := range parts {
		n += p.Count
	}
	num, sum := new(big.Int), new(big.Int)
	for _, p := range parts {
		factor := big.NewInt(before)
		factor.Lsh(factor, 1).Sub(factor, big.NewInt(n)).Sub(factor, big.NewInt(1))
		num.Add(num, factor.Mul(factor, p.Sum.Big()))
		num.Add(num, new(big.Int).Lsh(p.RankSum, 1))
		sum.Add(sum, p.Sum.Big())
		before += p.Count
	}
	return Gini{Clients: n, num: num, den: sum.Mul(sum, big.NewInt(n))}
}

// Index is G, 0 … 1 − 1/n; false if Σ x = 0.
func (g Gini) Index() (float64, bool) {
	if g.den == nil || g.den.Sign() <= 0 {
		return 0, false
	}
	return quotient(g.num, g.den), true
}

// Corrected is G·n/(n − 1), 0 … 1; false for n < 2 or Σ x = 0.
func (g Gini) Corrected() (float64, bool) {
	if g.Clients < 2 || g.den == nil || g.den.Sign() <= 0 {
		return 0, false
	}
	return quotient(new(big.Int).Mul(g.num, big.NewInt(g.Clients)), new(big.Int).Mul(g.den, big.NewInt(g.Clients-1))), true
}

// giniCorrectedBelow is the number of clients below which the corrected index is
// shown by default (definitions 2.8).
const giniCorrectedBelow = 50

// ShowCorrected reports whether the corrected index is the one to show.
func (g Gini) ShowCorrected() bool { return g.Clients < giniCorrectedBelow }
