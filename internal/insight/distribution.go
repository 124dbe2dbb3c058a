package insight

import (
	"context"
	"math/big"
	"math/bits"
	"sync"

	"clientele/internal/fault"
	"clientele/internal/money"
)

// Value is an amount in minor units, or null.
type Value struct {
	Int   int64
	Valid bool
}

// Summary is a distribution in totals: one value per client, by sign.
type Summary struct {
	Clients     int64 // all clients
	Positive    int64
	Zero        int64
	Negative    int64
	PositiveSum money.Sum
	NegativeSum money.Sum
	Max         int64        // largest value, 0 if there is no positive client
	SquareParts [3]money.Sum // Σa², Σab, Σb² with value = a·2^31 + b over positive clients, 0 <= b < 2^31
}

// Net is the sum of all values.
func (s Summary) Net() money.Sum { return s.PositiveSum.Plus(s.NegativeSum) }

// NonPositive is the block of clients outside the base of the line: their number and sum.
func (s Summary) NonPositive() (clients int64, sum money.Sum) {
	return s.Zero + s.Negative, s.NegativeSum
}

// Squares is Σr² over positive clients: Σa²·2^62 + Σab·2^32 + Σb², exact.
func (s Summary) Squares() *big.Int {
	sum := new(big.Int).Lsh(s.SquareParts[0].Big(), 62)
	sum.Add(sum, new(big.Int).Lsh(s.SquareParts[1].Big(), 32))
	return sum.Add(sum, s.SquareParts[2].Big())
}

// Interval is a span of values [Lo, Hi) cut into buckets of Width.
type Interval struct{ Lo, Hi, Width int64 }

// Bucket is one non-empty bucket: values in [Lo + Index·Width, Lo + (Index+1)·Width).
type Bucket struct {
	Index int64
	Count int64
	Sum   money.Sum
}

// Distribution answers for one value per client, under one frame. Both answers are
// of the same immutable state. An engine needs no more than a plain GROUP BY.
type Distribution interface {
	Summary(ctx context.Context) (Summary, error)
	// Buckets returns the non-empty buckets of the interval, by index ascending.
	Buckets(ctx context.Context, in Interval) ([]Bucket, error)
}

// Values is a distribution in memory: one value per client, in any order.
type Values []int64

var _ Distribution = Values(nil)

// Summary counts and adds up in one pass.
func (v Values) Summary(context.Context) (Summary, error) {
	s := Summary{Clients: int64(len(v))}
	var squares [3]wide
	for _, r := range v {
		switch {
		case r > 0:
			s.Positive++
			s.PositiveSum = s.PositiveSum.Add(r)
			s.Max = max(s.Max, r)
			a, b := uint64(r)>>31, uint64(r)&(1<<31-1)
			squares[0].addProduct(a, a)
			squares[1].addProduct(a, b)
			squares[2].addProduct(b, b)
		case r == 0:
			s.Zero++
		default:
			s.Negative++
			s.NegativeSum = s.NegativeSum.Add(r)
		}
	}
	for i, w := range squares {
		part, ok := w.sum()
		if !ok {
			return Summary{}, errOverflow("the sum of squares")
		}
		s.SquareParts[i] = part
	}
	return s, nil
}

// Buckets counts into a dense table of at most bucketsPerPass entries.
func (v Values) Buckets(ctx context.Context, in Interval) ([]Bucket, error) {
	if err := ctx.Err(); err != nil {
		return nil, fault.Wrap(err, fault.Canceled, "count buckets", "stopped", "")
	}
	if in.Width < 1 || in.Hi <= in.Lo || in.Lo < 0 || (in.Hi-in.Lo-1)/in.Width >= bucketsPerPass {
		return nil, fault.New(fault.Internal, "count buckets", "the interval of a pass is out of bounds", "")
	}
	dense := make([]Bucket, (in.Hi-in.Lo-1)/in.Width+1)
	for _, r := range v {
		if r >= in.Lo && r < in.Hi {
			b := &dense[(r-in.Lo)/in.Width]
			b.Count++
			b.Sum = b.Sum.Add(r)
		}
	}
	var out []Bucket
	for i, b := range dense {
		if b.Count > 0 {
			b.Index = int64(i)
			out = append(out, b)
		}
	}
	return out, nil
}

// wide is an unsigned 128-bit accumulator.
type wide struct{ hi, lo uint64 }

func (w *wide) addProduct(x, y uint64) {
	hi, lo := bits.Mul64(x, y)
	var carry uint64
	w.lo, carry = bits.Add64(w.lo, lo, 0)
	w.hi, _ = bits.Add64(w.hi, hi, carry) // 2^62 products of 2^64 would be needed to wrap
}

func (w *wide) sum() (money.Sum, bool) {
	b := new(big.Int).Lsh(new(big.Int).SetUint64(w.hi), 64)
	return money.FromBig(b.Add(b, new(big.Int).SetUint64(w.lo)))
}

// memoMax bounds what a Memo keeps: at most this many passes of 4,096 buckets.
const memoMax = 64

// memo remembers the answers of a distribution.
type memo struct {
	of      Distribution
	mu      sync.Mutex
	summary *Summary
	passes  map[Interval][]Bucket
}

// Memo remembers the summary and the first passes of a distribution, so that the
// line, its interval and its curve ask the engine only once for what they share.
// It is safe for concurrent use, and lives as long as one question.
func Memo(of Distribution) Distribution {
	return &memo{of: of, passes: map[Interval][]Bucket{}}
}

// Summary asks once.
func (m *memo) Summary(ctx context.Context) (Summary, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.summary == nil {
		s, err := m.of.Summary(ctx)
		if err != nil {
			return Summary{}, err
		}
		m.summary = &s
	}
	return *m.summary, nil
}

// Buckets asks once per interval, up to memoMax intervals.
func (m *memo) Buckets(ctx context.Context, in Interval) ([]Bucket, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if have, ok := m.passes[in]; ok {
		return have, nil
	}
	buckets, err := m.of.Buckets(ctx, in)
	if err == nil && len(m.passes) < memoMax {
		m.passes[in] = buckets
	}
	return buckets, err
}

func errOverflow(what string) error {
	return fault.Wrap(money.ErrOverflow, fault.Input, "add up", what+" is too large to be kept exactly",
		"check the file for an amount that is not money, such as an identifier")
}
