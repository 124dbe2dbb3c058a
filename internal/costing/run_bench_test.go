package costing_test

import (
	"math/rand/v2"
	"strconv"
	"testing"

	"clientele/internal/costing"
	"clientele/internal/money"
)

// million is a window of a million clients, five groups and five pools.
func million() *costing.Input {
	const n = 1_000_001
	r := rand.New(rand.NewPCG(6, 7))
	column := func(most int64) []int64 {
		out := make([]int64, n)
		for i := range out {
			out[i] = r.Int64N(most)
		}
		return out
	}
	in := &costing.Input{Revenue: column(1e7), Direct: column(5e6), Service: column(1e4), Own: column(1e4), Drivers: []costing.Driver{{Name: "orders", Weights: column(100), Causal: true}}}
	for k := range 5 {
		in.Groups = append(in.Groups, costing.Group{Name: strconv.Itoa(k), Cost: 1e12, Practical: 1e17})
		in.Used = append(in.Used, column(10*costing.Hour))
		in.Pools = append(in.Pools, costing.Pool{Name: strconv.Itoa(k), Layer: costing.CM2, Driver: "orders", Cost: 1e11 + int64(k)})
	}
	return in
}

func BenchmarkRun(b *testing.B) {
	in := million()
	for b.Loop() {
		if _, err := costing.Run(in); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkSplitAlone is what the ten splits of BenchmarkRun cost by themselves.
func BenchmarkSplitAlone(b *testing.B) {
	in := million()
	for b.Loop() {
		for k := range 5 {
			for _, weights := range [][]int64{in.Used[k], in.Drivers[0].Weights} {
				if _, err := money.Split(in.Pools[k].Cost, weights); err != nil {
					b.Fatal(err)
				}
			}
		}
	}
}

func BenchmarkAccounts(b *testing.B) {
	in := million()
	r, err := costing.Run(in)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if list := costing.Accounts(in, r); costing.Open(list) != nil {
			b.Fatal("an account is open")
		}
	}
}
