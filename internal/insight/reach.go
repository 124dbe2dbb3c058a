package insight

import (
	"context"
	"math"
	"math/big"

	"clientele/internal/fault"
	"clientele/internal/money"
)

// bucketsPerPass is the number of buckets that one pass asks for: 12 bits of the
// value, so that 63 bits take at most six passes.
const bucketsPerPass = 4096

// Reached is where a walk from the largest value downwards stopped.
type Reached struct {
	Count  int64     // clients counted: k
	Sum    money.Sum // their sum: S_k
	Value  Value     // value of the last one; null if none was counted
	Larger int64     // clients with a larger value than the last one
	Tied   int64     // clients with exactly its value, counted or not
}

// Reach finds k = min{k : S_k >= target} over positive clients by radix refinement:
// exact, without a sort, in 2 + ceil(bits/12) passes at most. The clients needed of
// the last value v are ceil((target − above)/v), whatever their order. A target
// <= 0 is reached by no client. It reports false if all clients together stay below.
func Reach(ctx context.Context, d Distribution, target money.Sum) (Reached, bool, error) {
	s, err := d.Summary(ctx)
	if err != nil {
		return Reached{}, false, err
	}
	if target.Sign() <= 0 {
		return Reached{}, true, nil
	}
	if target.Cmp(s.PositiveSum) > 0 {
		return Reached{}, false, nil
	}
	r, err := walk(ctx, d, s, sumGoal(target))
	return r, err == nil, err
}

// Top adds up the k largest positive values; with fewer than k positive clients, all
// of them (definitions 2.4, 2.10).
func Top(ctx context.Context, d Distribution, k int64) (Reached, error) {
	s, err := d.Summary(ctx)
	if err != nil {
		return Reached{}, err
	}
	k = min(k, s.Positive)
	if k <= 0 {
		return Reached{}, nil
	}
	return walk(ctx, d, s, countGoal(k))
}

// Above counts and adds up the clients with r >= bar; a bar below 1 means all
// positive clients.
func Above(ctx context.Context, d Distribution, bar int64) (clients int64, sum money.Sum, err error) {
	s, err := d.Summary(ctx)
	if err != nil {
		return 0, money.Sum{}, err
	}
	if bar <= 1 {
		return s.Positive, s.PositiveSum, nil
	}
	if bar > s.Max {
		return 0, money.Sum{}, nil
	}
	if s.Max == math.MaxInt64 {
		return 0, money.Sum{}, errOverflow("the largest value")
	}
	in := Interval{Lo: bar, Hi: s.Max + 1, Width: s.Max + 1 - bar}
	buckets, err := ask(ctx, d, in)
	if err != nil {
		return 0, money.Sum{}, err
	}
	for _, b := range buckets {
		clients, sum = clients+b.Count, sum.Plus(b.Sum)
	}
	return clients, sum, nil
}

// goal is where a walk stops.
type goal interface {
	// met reports whether n clients with this sum are enough.
	met(n int64, sum money.Sum) bool
	// need is how many clients of value v > 0 are needed beyond n with this sum.
	need(n int64, sum money.Sum, v int64) int64
}

type sumGoal money.Sum

func (g sumGoal) met(_ int64, sum money.Sum) bool { return sum.Cmp(money.Sum(g)) >= 0 }

func (g sumGoal) need(_ int64, sum money.Sum, v int64) int64 {
	gap := money.Sum(g).Minus(sum).Big()
	gap.Add(gap, big.NewInt(v-1))
	return gap.Quo(gap, big.NewInt(v)).Int64() // at most the clients of that value
}

type countGoal int64

func (g countGoal) met(n int64, _ money.Sum) bool            { return n >= int64(g) }
func (g countGoal) need(n int64, _ money.Sum, _ int64) int64 { return int64(g) - n }

// bulkMeans is how many times the mean a value may have to lie in the bulk. No more
// than one client in so many lies beyond.
const bulkMeans = 32

// crowd is the bulk of the values as one pass counts it, and what lies beyond.
type crowd struct {
	in      Interval // from 1
	buckets []Bucket
	beyond  int64     // clients with larger values
	sum     money.Sum // of these
}

// bulk counts the values among which most goals are met. A few very large ones would
// otherwise make the first buckets so wide that nearly all clients fall into one, and
// the pass tells nothing.
func bulk(ctx context.Context, d Distribution, s Summary) (c crowd, err error) {
	if s.Max == math.MaxInt64 {
		return c, errOverflow("the largest value")
	}
	end := s.Max + 1
	mean := new(big.Int).Quo(s.PositiveSum.Big(), big.NewInt(s.Positive)).Int64() // at most the largest value
	if mean < s.Max/bulkMeans {
		end = bulkMeans*mean + 1
	}
	c = crowd{in: pass(1, end), beyond: s.Positive, sum: s.PositiveSum}
	if c.buckets, err = ask(ctx, d, c.in); err != nil {
		return c, err
	}
	for _, b := range c.buckets {
		c.beyond, c.sum = c.beyond-b.Count, c.sum.Minus(b.Sum)
	}
	if end > s.Max && (c.beyond != 0 || c.sum.Sign() != 0) {
		return c, errInconsistent("the buckets do not add up to the summary")
	}
	return c, nil
}

// ask counts buckets and holds the answer to its contract.
func ask(ctx context.Context, d Distribution, in Interval) ([]Bucket, error) {
	buckets, err := d.Buckets(ctx, in)
	if err != nil {
		return nil, err
	}
	return buckets, checkBuckets(buckets, in)
}

// walk refines the bucket in which the goal is met until it holds a single value.
func walk(ctx context.Context, d Distribution, s Summary, g goal) (Reached, error) {
	c, err := bulk(ctx, d, s)
	if err != nil {
		return Reached{}, err
	}
	in, buckets, n, sum := c.in, c.buckets, c.beyond, c.sum
	if g.met(n, sum) {
		in, n, sum = pass(in.Hi, s.Max+1), 0, money.Sum{}
		if buckets, err = ask(ctx, d, in); err != nil {
			return Reached{}, err
		}
	}
	for {
		i := len(buckets) - 1
		for ; i >= 0 && !g.met(n+buckets[i].Count, sum.Plus(buckets[i].Sum)); i-- {
			n, sum = n+buckets[i].Count, sum.Plus(buckets[i].Sum)
		}
		if i < 0 {
			return Reached{}, errInconsistent("the buckets do not add up to the summary")
		}
		b := buckets[i]
		lo, hi := in.span(b.Index)
		if v, single := soleValue(b, lo, hi); single {
			k := g.need(n, sum, v)
			return Reached{Count: n + k, Sum: sum.Plus(money.Product(v, k)), Value: Value{v, true}, Larger: n, Tied: b.Count}, nil
		}
		in = pass(lo, hi)
		if buckets, err = ask(ctx, d, in); err != nil {
			return Reached{}, err
		}
	}
}

// pass cuts [lo, hi) into at most bucketsPerPass buckets.
func pass(lo, hi int64) Interval {
	return Interval{Lo: lo, Hi: hi, Width: (hi-lo-1)/bucketsPerPass + 1}
}

// span is the range [lo, hi) of a bucket's values.
func (in Interval) span(index int64) (lo, hi int64) {
	lo = in.Lo + index*in.Width
	if in.Width >= in.Hi-lo {
		return lo, in.Hi
	}
	return lo, lo + in.Width
}

// soleValue is the one value that all clients of a bucket have, if that is certain:
// the bucket is one unit wide, or holds one client.
func soleValue(b Bucket, lo, hi int64) (int64, bool) {
	if hi-lo == 1 {
		return lo, true
	}
	if b.Count == 1 {
		return b.Sum.Int64()
	}
	return 0, false
}

// checkBuckets holds an engine to its contract: what is wrong here would be a wrong
// line or an endless walk.
func checkBuckets(buckets []Bucket, in Interval) error {
	last := int64(-1)
	for _, b := range buckets {
		if b.Index <= last || b.Index > (in.Hi-in.Lo-1)/in.Width || b.Count < 1 {
			return errInconsistent("buckets are out of order or empty")
		}
		lo, hi := in.span(b.Index)
		if b.Sum.Cmp(money.Product(lo, b.Count)) < 0 || b.Sum.Cmp(money.Product(hi-1, b.Count)) > 0 {
			return errInconsistent("the sum of a bucket lies outside its values")
		}
		last = b.Index
	}
	return nil
}

func errInconsistent(what string) error {
	return fault.New(fault.Internal, "walk down the clients", "the engine's answers do not fit together: "+what, "")
}
