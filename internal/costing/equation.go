package costing

import (
	"math"
	"math/big"

	"clientele/internal/money"
)

// Equation is one term of a time equation: what an event takes of a group per unit of a
// driver (definitions 3.3; Kaplan & Anderson 2004).
type Equation struct {
	Group, Event string
	Driver       string // "": per event
	Micros       int64  // microseconds per unit; may be below 0
}

// Time adds up what a group spent by its equations, row by row: Σ β·x, with x in
// millionths, half to even once per row. Quantity finds a column; nil: nothing is known of
// it, and it takes no time. A time that does not fit 64 bits is math.MaxInt64, which Run
// refuses: it must not pass for no time.
func Time(equations []Equation, rows int, quantity func(event, driver string) []int64) []int64 {
	out := make([]int64, rows)
	var columns [][]int64
	var factors []int64
	for _, e := range equations {
		if q := quantity(e.Event, e.Driver); q != nil {
			columns, factors = append(columns, q), append(factors, e.Micros)
		}
	}
	for i := range out {
		var sum money.Sum
		for k, q := range columns {
			sum = sum.Plus(money.Product(q[i], factors[k]))
		}
		v, ok := money.Quotient(sum, 1_000_000).Int64()
		switch {
		case ok:
			out[i] = v
		case sum.Sign() > 0:
			out[i] = math.MaxInt64
		default:
			out[i] = math.MinInt64 // below 0 bears nothing
		}
	}
	return out
}

// EventTime is what one event takes: β0 + Σ β·x. It may be below 0, which no event takes
// in truth: such an event is to be set aside.
func EventTime(equations []Equation, group, event string, drivers map[string]int64) int64 {
	sum := new(big.Int)
	for _, e := range equations {
		if e.Group != group || e.Event != event {
			continue
		}
		x := int64(1_000_000)
		if e.Driver != "" {
			x = drivers[e.Driver]
		}
		sum.Add(sum, new(big.Int).Mul(big.NewInt(e.Micros), big.NewInt(x)))
	}
	s, _ := money.FromBig(sum)
	v, _ := money.Quotient(s, 1_000_000).Int64()
	return v
}
