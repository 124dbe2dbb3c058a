package costing

import (
	"math/big"

	"clientele/internal/money"
)

// RevenueFor is the least revenue at which a client with that cost reaches a margin:
// (R − cost)/R ≥ m. False where no price does, because the margin is 1 or more; a cost
// that is not above 0 needs no revenue. Minor units. Own rule.
func RevenueFor(cost int64, margin money.Fraction) (int64, bool) {
	if margin.Num >= margin.Den {
		return 0, false
	}
	if cost <= 0 {
		return 0, true
	}
	top := new(big.Int).Mul(big.NewInt(cost), big.NewInt(margin.Den))
	return ceil(top, big.NewInt(margin.Den-margin.Num))
}

// EffortFor is the least time to save so that a client reaches a margin at its revenue,
// where its time costs so much: false where no saving is enough, and where revenue is not
// above 0, as there is no margin then (definitions 1.6, 3.5). Microseconds. Own rule.
func EffortFor(revenue, cost, timeCost, micros int64, margin money.Fraction) (int64, bool) {
	if revenue <= 0 {
		return 0, false
	}
	// What has to go: cost − revenue·(1 − m), rounded up.
	allowed := new(big.Int).Mul(big.NewInt(revenue), big.NewInt(margin.Den-margin.Num))
	excess := new(big.Int).Sub(new(big.Int).Mul(big.NewInt(cost), big.NewInt(margin.Den)), allowed)
	if excess.Sign() <= 0 {
		return 0, true
	}
	if timeCost <= 0 || micros <= 0 {
		return 0, false
	}
	save, ok := ceil(new(big.Int).Mul(excess, big.NewInt(micros)), new(big.Int).Mul(big.NewInt(timeCost), big.NewInt(margin.Den)))
	return save, ok && save <= micros
}

// ceil divides two numbers above 0, rounded up.
func ceil(top, by *big.Int) (int64, bool) {
	q, r := new(big.Int).QuoRem(top, by, new(big.Int))
	if r.Sign() > 0 {
		q.Add(q, big.NewInt(1))
	}
	return q.Int64(), q.IsInt64()
}
