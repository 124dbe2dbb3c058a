package app

import (
	"math/big"

	"clientele/internal/money"
)

// sumOf reads minor units as Sum.Format(0) writes them; what is no number is 0, and the
// account then does not close.
func sumOf(text string) money.Sum {
	b, ok := new(big.Int).SetString(text, 10)
	if !ok {
		return money.Sum{}
	}
	s, _ := money.FromBig(b)
	return s
}

// amountAt reads a decimal as it is written in files of asides, at a scale; false if it
// is empty or finer than the scale.
func amountAt(text string, scale uint8) (money.Sum, bool) {
	r, ok := new(big.Rat).SetString(text)
	if !ok {
		return money.Sum{}, false
	}
	r.Mul(r, new(big.Rat).SetInt64(money.Pow10(scale)))
	if !r.IsInt() {
		return money.Sum{}, false
	}
	return money.FromBig(r.Num())
}
