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
