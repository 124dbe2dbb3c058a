package costing

import (
	"fmt"
	"math"
	"math/big"

	"clientele/internal/money"
	"clientele/internal/verdict"
)

// Hour is an hour in microseconds.
const Hour int64 = 3_600_000_000

// Phi is the part of the hours that people are paid for which is taken for work, where
// nobody measured it (definitions 3.2: usual range 0.80 to 0.85).
var Phi = money.Fraction{Num: 4, Den: 5}

// bounds of Phi, between which the rate lies.
var (
	phiLow  = money.Fraction{Num: 75, Den: 100}
	phiHigh = money.Fraction{Num: 85, Den: 100}
)

// Group is people who do the same kind of work, with what they cost and can do in the
// window.
type Group struct {
	Name      string
	Cost      int64 // capacity supplied, minor units
	Practical int64 // microseconds that they have for clients; 0: not measured
	Contract  int64 // microseconds that they are paid for; 0: not known
	Booked    bool  // they keep time sheets
}

// Hours are the practical hours in microseconds, and whether they were assumed; false
// where there are none to divide by.
func (g Group) Hours() (micros int64, assumed, ok bool) { return g.hours(Phi) }

func (g Group) hours(phi money.Fraction) (micros int64, assumed, ok bool) {
	if g.Practical > 0 {
		return g.Practical, false, true
	}
	if g.Contract <= 0 {
		return 0, false, false
	}
	v, fits := money.Quotient(money.Product(g.Contract, phi.Num), phi.Den).Int64()
	return v, true, fits && v > 0
}

// Rate is the capacity cost rate (CCR): cost / practical hours, minor units an hour times
// 10^decimals, half to even; null without hours (definitions 3.2).
func (g Group) Rate(decimals uint8) (money.Sum, bool) {
	micros, _, ok := g.Hours()
	return g.rate(micros, decimals), ok
}

func (g Group) rate(micros int64, decimals uint8) money.Sum {
	if micros <= 0 {
		return money.Sum{}
	}
	up, _ := money.Product(g.Cost, money.Pow10(decimals)).Upscale(0)
	whole, _ := money.FromBig(new(big.Int).Mul(up.Big(), big.NewInt(Hour)))
	return money.Quotient(whole, micros)
}

// Rule is the verdict on the rate of a group.
func (g Group) Rule(show func(money.Sum) string) verdict.Verdict {
	var v verdict.Verdict
	switch _, assumed, ok := g.Hours(); {
	case !ok:
		v.Add(verdict.Reason{
			Code: "capacity_missing", Status: verdict.Flag, Bias: verdict.High, Text: "nothing tells how many hours " + g.Name + " can work, so that no client bears its cost",
			Supply: "practical or contract hours of these people",
		})
	case assumed:
		low, _, _ := g.hours(phiHigh)
		high, _, _ := g.hours(phiLow)
		v.Add(verdict.Reason{
			Code: "practical_assumed", Status: verdict.Flag, Bias: verdict.Unknown, Text: "nobody measured how much of its hours " + g.Name + " has for clients; 80 % are assumed",
			Bound:  fmt.Sprintf("between %s and %s an hour", show(g.rate(low, 0)), show(g.rate(high, 0))),
			Supply: "practical hours of these people",
		})
	}
	return v
}

// Capacity is a group with what of it was used.
type Capacity struct {
	Group
	Micros   int64 // practical
	Assumed  bool
	Known    bool // there are practical hours
	Used     int64
	Assigned int64 // cost of what was used, minor units
	Unused   int64 // cost of what was not; below 0: overload (definitions 3.4)
}

// assign gives the cost of a group to those who used it: by time, so that the parts sum to
// what is assigned.
func (g Group) assign(used []int64) (Capacity, []int64, error) {
	c := Capacity{Group: g, Unused: g.Cost}
	var sum money.Sum
	beyond := false
	for _, u := range used {
		sum = sum.Add(max(0, u))
		beyond = beyond || u == math.MaxInt64 // what Time makes of a time that does not fit
	}
	total, ok := sum.Int64()
	if !ok || beyond {
		return c, nil, overflow("the time of " + g.Name)
	}
	c.Used = total
	if c.Micros, c.Assumed, c.Known = g.Hours(); !c.Known || total == 0 {
		return c, make([]int64, len(used)), nil
	}
	assigned, ok := money.Quotient(money.Product(g.Cost, total), c.Micros).Int64()
	if !ok {
		return c, nil, overflow("the cost of " + g.Name)
	}
	c.Assigned, c.Unused = assigned, g.Cost-assigned
	parts, err := money.Split(assigned, weights(used))
	return c, parts, err
}

// weights are values that something is spread by: none is below 0.
func weights(list []int64) []int64 {
	out := make([]int64, len(list))
	for i, v := range list {
		out[i] = max(0, v)
	}
	return out
}
