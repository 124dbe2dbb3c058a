package app

import "clientele/internal/ledger"

// Unit is what the amounts of a batch count.
type Unit string

// The units.
const (
	Money   Unit = ""
	Seconds Unit = "seconds" // of time
	Things  Unit = "count"   // events
)

// UnitOf is what amounts of a kind of batch count.
func UnitOf(k ledger.Kind) Unit {
	switch {
	case k.Timed():
		return Seconds
	case k.Money():
		return Money
	default:
		return Things
	}
}
