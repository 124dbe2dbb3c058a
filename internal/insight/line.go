package insight

import (
	"context"
	"fmt"
	"math/big"

	"clientele/internal/fault"
	"clientele/internal/money"
)

// Ties are the clients with exactly the entry ticket.
type Ties struct {
	Clients int64 // with r = T
	Inside  int64 // of these above the line, by client_id
}

// Straddle reports whether the line runs through the tie, so that client_id decides
// who is above it.
func (t Ties) Straddle() bool { return t.Inside > 0 && t.Inside < t.Clients }

// Cut is the line at one share (definitions 2.1, 2.2). Without a positive client
// there is no line: Positive is 0 and the other values are null or 0.
type Cut struct {
	Share    money.Fraction
	Positive int64     // n: clients with r > 0
	Base     money.Sum // R: their sum
	Clients  int64     // N = min{k : den·S_k >= num·R}: "reach"
	Within   int64     // max{k : den·S_k <= num·R}: "stay within"
	Sum      money.Sum // S_N
	Ticket   Value     // T = r at rank N; null with no client above
	Ties     Ties
}

// Line finds the cut at a share of the positive clients' revenue. Only clients with
// r > 0 count; share 0 has no client above, share 1 has all of them.
func Line(ctx context.Context, d Distribution, share money.Fraction) (Cut, error) {
	if err := checkShare(share); err != nil {
		return Cut{}, err
	}
	s, err := d.Summary(ctx)
	if err != nil {
		return Cut{}, err
	}
	cut := Cut{Share: share, Positive: s.Positive, Base: s.PositiveSum}
	r, ok, err := Reach(ctx, d, share.Target(s.PositiveSum))
	if err != nil {
		return Cut{}, err
	}
	if !ok { // a share is at most 1, so the target is at most the whole
		return Cut{}, errInconsistent("the whole does not reach its own share")
	}
	cut.Clients, cut.Sum, cut.Ticket = r.Count, r.Sum, r.Value
	cut.Ties = Ties{Clients: r.Tied, Inside: r.Count - r.Larger}
	// S_k rises strictly, so the two conventions differ by one client unless the
	// line is met exactly.
	cut.Within = cut.Clients
	if cut.excess().Sign() > 0 {
		cut.Within--
	}
	return cut, nil
}

// excess is den·S_N − num·R.
func (c Cut) excess() *big.Int {
	x := new(big.Int).Mul(c.Sum.Big(), big.NewInt(c.Share.Den))
	return x.Sub(x, new(big.Int).Mul(c.Base.Big(), big.NewInt(c.Share.Num)))
}

// Overshoot is S_N/R − share, rounded once; false without a line.
func (c Cut) Overshoot() (float64, bool) {
	if c.Base.Sign() <= 0 {
		return 0, false
	}
	return quotient(c.excess(), new(big.Int).Mul(c.Base.Big(), big.NewInt(c.Share.Den))), true
}

// ClientsShare is N/n; false without a positive client.
func (c Cut) ClientsShare() (float64, bool) {
	return money.Ratio(money.FromInt64(c.Clients), money.FromInt64(c.Positive))
}

// Holds reports whether the client at this rank (from 1) is above the line.
func (c Cut) Holds(rank int64) bool { return rank >= 1 && rank <= c.Clients }

// Unknown is what may belong to clients but is not assigned to any: U of
// definitions 1.5, taken as positive.
type Unknown struct {
	Amount money.Sum // |unassigned| + |quarantined|, in base minor units
	// Open says that U has no bound: rows wait for a rate, or have no readable amount.
	Open bool
}

// UnknownOf makes U of its two parts. Each is taken as positive by itself, so that a
// negative part cannot hide a positive one.
func UnknownOf(unassigned, quarantined money.Sum, open bool) Unknown {
	return Unknown{Amount: magnitude(unassigned).Plus(magnitude(quarantined)), Open: open}
}

// Span is the interval in which a line count lies when U is unknown.
type Span struct {
	Low  int64 // min{k : den(S_k + U) >= num(R + U)}
	High int64 // min{k : den·S_k >= num(R + U)}
	// Unreached says that the clients alone never reach the target, so that High is
	// open: new clients would have to.
	Unreached bool
	// Open says that U itself has no bound; Low and High then hold for its known part.
	Open bool
}

// Exact reports whether the interval holds one value only.
func (s Span) Exact() bool { return !s.Open && !s.Unreached && s.Low == s.High }

// UncertainCount bounds the line count by what U could do: all of U belongs to clients
// above the line, or to nobody above it (definitions 2.1).
func UncertainCount(ctx context.Context, d Distribution, share money.Fraction, u Unknown) (Span, error) {
	if err := checkShare(share); err != nil {
		return Span{}, err
	}
	s, err := d.Summary(ctx)
	if err != nil {
		return Span{}, err
	}
	target := share.Target(s.PositiveSum.Plus(u.Amount))
	low, ok, err := Reach(ctx, d, target.Minus(u.Amount))
	if err != nil {
		return Span{}, err
	}
	if !ok { // share·(R + U) − U <= R, as share is at most 1
		return Span{}, errInconsistent("the lower bound is not reached")
	}
	high, ok, err := Reach(ctx, d, target)
	if err != nil {
		return Span{}, err
	}
	return Span{Low: low.Count, High: high.Count, Unreached: !ok, Open: u.Open}, nil
}

func checkShare(share money.Fraction) error {
	if share.Den < 1 || share.Num < 0 || share.Num > share.Den {
		return fault.New(fault.Usage, "draw the line",
			fmt.Sprintf("a share lies between 0 and 1; %d/%d does not", share.Num, share.Den), "write for example 80%")
	}
	return nil
}

// quotient is num/den for den > 0, correctly rounded once.
func quotient(num, den *big.Int) float64 {
	f, _ := new(big.Rat).SetFrac(num, den).Float64()
	return f
}

func magnitude(s money.Sum) money.Sum {
	if s.Sign() < 0 {
		return s.Neg()
	}
	return s
}
