package money

import (
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"
)

// The quick way to split gives what the obvious one gives.
func TestSplitBothWays(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		weights := make([]int64, 1+r.IntN(12))
		sum := int64(0)
		for i := range weights {
			switch r.IntN(4) {
			case 0:
			case 1:
				weights[i] = r.Int64N(4)
			default:
				weights[i] = r.Int64N(1 << (1 + r.IntN(58)))
			}
			sum += weights[i]
		}
		if sum == 0 {
			continue
		}
		total := r.Int64N(1<<(1+r.IntN(62))) - r.Int64N(1<<(1+r.IntN(62)))
		quick, slow := split64(total, weights, uint64(sum)), splitWide(total, weights, big.NewInt(sum))
		if !slices.Equal(quick, slow) {
			t.Fatalf("%d by %v: %v, %v", total, weights, quick, slow)
		}
	}
}
