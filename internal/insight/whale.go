package insight

import (
	"math/big"

	"clientele/internal/money"
	"clientele/internal/verdict"
)

// Zone is where a client stands on the whale curve (definitions 3.1).
type Zone string

// The zones, best first.
const (
	Green Zone = "green" // the first ranks that bring 80 % of the peak
	Blue  Zone = "blue"  // further ranks with a profit
	Flat  Zone = "flat"  // neither profit nor loss
	Red   Zone = "red"   // a loss
)

// Whale is the curve of cumulative profit, best client first, in totals: amounts in minor
// units (definitions 3.1; Kaplan & Anderson, Time-Driven Activity-Based Costing).
type Whale struct {
	Clients, Profitable, Zero, Loss int64
	Peak, Total, Erosion            money.Sum // P*, P, E = P* − P
	Green, Blue, Flat, Red          int64     // clients of each zone
	GreenSum, BlueSum, RedSum       money.Sum
	PeakClients                     int64 // ranks up to the peak: those with a profit
}

// WhaleOf draws the curve of values in descending order.
func WhaleOf(descending []int64) Whale {
	w := Whale{Clients: int64(len(descending))}
	for _, v := range descending {
		switch {
		case v > 0:
			w.Profitable++
			w.Peak = w.Peak.Add(v)
		case v < 0:
			w.Loss++
			w.RedSum = w.RedSum.Add(v)
		default:
			w.Zero++
		}
	}
	w.Total, w.Erosion = w.Peak.Plus(w.RedSum), w.RedSum.Neg()
	w.PeakClients, w.Flat, w.Red = w.Profitable, w.Zero, w.Loss
	for _, v := range descending[:w.Profitable] {
		if reaches(w.GreenSum, w.Peak) {
			break
		}
		w.Green++
		w.GreenSum = w.GreenSum.Add(v)
	}
	w.Blue, w.BlueSum = w.Profitable-w.Green, w.Peak.Minus(w.GreenSum)
	return w
}

// reaches reports 5·part ≥ 4·whole.
func reaches(part, whole money.Sum) bool {
	five := new(big.Int).Mul(part.Big(), big.NewInt(5))
	return five.Cmp(new(big.Int).Mul(whole.Big(), big.NewInt(4))) >= 0
}

// Zone is the zone of a rank, which counts from 1.
func (w Whale) Zone(rank int64) Zone {
	switch {
	case rank <= w.Green:
		return Green
	case rank <= w.Profitable:
		return Blue
	case rank <= w.Profitable+w.Zero:
		return Flat
	default:
		return Red
	}
}

// PeakRatio is P*/P; false where it says nothing: unless 10·P > P*.
func (w Whale) PeakRatio() (float64, bool) {
	if new(big.Int).Mul(w.Total.Big(), big.NewInt(10)).Cmp(w.Peak.Big()) <= 0 {
		return 0, false
	}
	return money.Ratio(w.Peak, w.Total)
}

// WhaleCurve are points of the curve: no client, then at most so many ranks, evenly
// spread, the last among them, and the peak.
func WhaleCurve(descending []int64, steps int) []Point {
	n := len(descending)
	steps = max(1, steps)
	out := []Point{{}}
	var sum money.Sum
	for i, v := range descending {
		sum = sum.Add(v)
		peak := v > 0 && (i+1 == n || descending[i+1] <= 0)
		if rank := i + 1; rank*steps/n > i*steps/n || peak {
			out = append(out, Point{Clients: int64(rank), Sum: sum})
		}
	}
	return out
}

// WhaleRule says what the curve cannot say.
func WhaleRule(w Whale) verdict.Verdict {
	var v verdict.Verdict
	if _, ok := w.PeakRatio(); !ok && w.Clients > 0 {
		v.Add(verdict.Reason{
			Code: "peak_ratio_not_meaningful", Status: verdict.Pass,
			Text: "the peak as a share of what is left is not meaningful: what is left is not above a tenth of the peak",
		})
	}
	return v
}
