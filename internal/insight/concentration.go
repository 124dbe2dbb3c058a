package insight

import (
	"math/big"

	"clientele/internal/money"
)

// Concentration measures of how many equal clients this would be (definitions 2.9),
// over positive clients: s_i = r_i/R, H = Σ s_i².
type Concentration struct {
	Clients int64
	Sum     money.Sum // R
	Max     int64
	Squares *big.Int // Σ r²
}

// ConcentrationOf takes the exact parts out of a summary.
func ConcentrationOf(s Summary) Concentration {
	return Concentration{Clients: s.Positive, Sum: s.PositiveSum, Max: s.Max, Squares: s.Squares()}
}

// Herfindahl is H = Σ r²/R², 1/n … 1; false without a positive client.
func (c Concentration) Herfindahl() (float64, bool) { return c.PartOf(c.Sum) }

// PartOf is Σ r²/R² for the R of a larger book: what the clients of one age band add to
// its H. The parts of a split add up to the whole.
func (c Concentration) PartOf(whole money.Sum) (float64, bool) {
	return c.scaled(1, square(whole.Big()))
}

// HHI is 10,000·H; false without a positive client.
func (c Concentration) HHI() (float64, bool) { return c.scaled(10_000, square(c.Sum.Big())) }

// Effective is 1/H: how many clients of equal size would be as concentrated.
func (c Concentration) Effective() (float64, bool) {
	if c.Squares.Sign() <= 0 {
		return 0, false
	}
	return quotient(square(c.Sum.Big()), c.Squares), true
}

// HHIInterval bounds the HHI when U is unknown: U spread over countless clients,
// 10,000·Σr²/(R + U)², and U added to the largest one. False without a positive client.
func (c Concentration) HHIInterval(u Unknown) (low, high float64, ok bool) {
	whole := square(c.Sum.Plus(u.Amount).Big())
	low, ok = c.scaled(10_000, whole)
	largest := big.NewInt(c.Max)
	with := new(big.Int).Sub(c.Squares, square(largest))
	with.Add(with, square(new(big.Int).Add(largest, u.Amount.Big())))
	high, _ = Concentration{Clients: c.Clients, Squares: with}.scaled(10_000, whole)
	return low, high, ok
}

func (c Concentration) scaled(by int64, den *big.Int) (float64, bool) {
	if c.Clients == 0 || den.Sign() <= 0 {
		return 0, false
	}
	return quotient(new(big.Int).Mul(c.Squares, big.NewInt(by)), den), true
}

func square(x *big.Int) *big.Int { return new(big.Int).Mul(x, x) }

// TopShare is CR_n = S_min(n, N)/R of a sum that Top has found (definitions 2.10).
func TopShare(top Reached, base money.Sum) (float64, bool) { return money.Ratio(top.Sum, base) }

// Whole is the net revenue that a dependence is measured against, without any
// filter: positive and negative clients and what is unassigned.
type Whole struct {
	Clients     money.Sum // Σ r over all clients, of both signs
	Unassigned  money.Sum
	Quarantined money.Sum // not part of it, but could belong to a client
	Open        bool      // rows wait for a rate, or have no readable amount
}

// Net is T.
func (w Whole) Net() money.Sum { return w.Clients.Plus(w.Unassigned) }

// TenPercentBar is the smallest r with 10·r >= T; false if T <= 0 or no amount is
// that large. Clients with r >= bar make the ten-percent list.
func (w Whole) TenPercentBar() (int64, bool) {
	t := w.Net()
	if t.Sign() <= 0 {
		return 0, false
	}
	return tenth(t).Int64()
}

// CouldJoin reports whether U added to the largest client off the list, and then to
// the whole, would put that client on it.
func (w Whole) CouldJoin(largestUnlisted int64) bool {
	u := UnknownOf(w.Unassigned, w.Quarantined, w.Open)
	if w.Open {
		return true
	}
	r := u.Amount.Add(largestUnlisted)
	return !u.Amount.IsZero() && r.Cmp(tenth(w.Net().Plus(magnitude(w.Quarantined)))) >= 0
}

// tenth is ceil(t/10) for t > 0.
func tenth(t money.Sum) money.Sum { return money.Fraction{Num: 1, Den: 10}.Target(t) }
