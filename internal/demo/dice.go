package demo

import (
	"math/bits"
	"math/rand/v2"
)

// The purposes that draw chance. Each has streams of its own, so that a change in
// one part of the firm leaves all the other parts as they were.
const (
	purposePlan uint64 = iota + 1
	purposeNames
	purposeSales
	purposeExtras
	purposeRates
	purposeTime
	purposeTickets
	purposeContacts
	purposeTouches
	purposeCosts
)

// dice draws integers from one PCG stream. Only the raw 64 bits of the source are
// used, never a float, so that every machine throws the same numbers.
type dice struct{ source *rand.PCG }

// newDice makes the stream of a purpose and an index (a client, a month) under a seed.
func newDice(seed, purpose uint64, index int) dice {
	const oddMultiplier = 0x9e3779b97f4a7c15 // 2^64 / golden ratio: spreads small indexes over all bits
	stream := purpose<<32 + uint64(index)    //nolint:gosec // indexes are small and not negative
	return dice{rand.NewPCG(seed, stream*oddMultiplier)}
}

// below draws from 0 … n-1; n must be positive. It multiplies and keeps the high
// word, whose bias below 2^-50 is nothing to a demonstration.
func (d dice) below(n int64) int64 {
	hi, _ := bits.Mul64(d.source.Uint64(), uint64(n)) //nolint:gosec // n > 0
	return int64(hi)                                  //nolint:gosec // hi < n
}

// pick draws an index below n.
func (d dice) pick(n int) int { return int(d.below(int64(n))) }

// between draws from low … high, both included.
func (d dice) between(low, high int64) int64 { return low + d.below(high-low+1) }

// chance is true in perMille of 1,000 throws.
func (d dice) chance(perMille int64) bool { return d.below(1000) < perMille }

// shuffle puts n things in random order by swaps.
func (d dice) shuffle(n int, swap func(i, j int)) {
	for i := n - 1; i > 0; i-- {
		swap(i, d.pick(i+1))
	}
}
