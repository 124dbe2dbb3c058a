package insight

import (
	"context"
	"math/big"

	"clientele/internal/fault"
	"clientele/internal/money"
)

// Distance is d = r − T: 0 for the client at the line and all tied with it. It does
// not always fit 64 bits (definitions 2.2).
func Distance(r, ticket int64) money.Sum { return money.FromInt64(r).Add(-ticket) }

// Prices are the firm's own price index in two windows, as exact decimals above 0
// (1.035 for 3.5 % dearer than in the base window). The zero value means that none
// is known; prices then count as unchanged, and the rules flag it.
type Prices struct{ Base, Now money.Amount }

// Known reports whether an index was given.
func (p Prices) Known() bool { return p != Prices{} }

func (p Prices) check() error {
	if p.Known() && (p.Base.Units < 1 || p.Now.Units < 1) {
		return fault.New(fault.Usage, "compare prices", "a price index is above 0 in both windows", "write for example 1.035")
	}
	return nil
}

// ratio is π_t/π_b as two positive integers.
func (p Prices) ratio() (num, den *big.Int) {
	if !p.Known() {
		return big.NewInt(1), big.NewInt(1)
	}
	ten := big.NewInt(10)
	num = new(big.Int).Exp(ten, big.NewInt(int64(p.Base.Decimals)), nil)
	den = new(big.Int).Exp(ten, big.NewInt(int64(p.Now.Decimals)), nil)
	return num.Mul(num, big.NewInt(p.Now.Units)), den.Mul(den, big.NewInt(p.Base.Units))
}

// RealTicket is T·π_b/π_t in minor units of the base window's prices, half to even;
// with base index 1 that is T/π_t (definitions 2.2).
func RealTicket(ticket int64, p Prices) (int64, error) {
	if err := p.check(); err != nil {
		return 0, err
	}
	num, den := p.ratio()
	q := roundHalfEven(den.Mul(den, big.NewInt(ticket)), num)
	if !q.IsInt64() {
		return 0, errOverflow("the real ticket")
	}
	return q.Int64(), nil
}

// Bar is the smallest r that clears an old ticket: r·π_b >= T_b·π_t. False if it is
// larger than any amount.
func Bar(ticket int64, p Prices) (int64, bool, error) {
	if err := p.check(); err != nil {
		return 0, false, err
	}
	num, den := p.ratio()
	num.Mul(num, big.NewInt(ticket))
	q, m := new(big.Int).DivMod(num, den, new(big.Int)) // Euclidean: 0 <= m < den
	if m.Sign() > 0 {
		q.Add(q, big.NewInt(1))
	}
	if !q.IsInt64() {
		return 0, false, nil
	}
	return q.Int64(), true, nil
}

// Frozen are the clients that clear the ticket of a base window (definitions 2.3).
type Frozen struct {
	Ticket  int64 // T_b
	Clients int64 // with r·π_b >= T_b·π_t; equality clears
	Sum     money.Sum
}

// FrozenLine counts and adds up the clients of a window that clear an old ticket.
func FrozenLine(ctx context.Context, d Distribution, ticket int64, p Prices) (Frozen, error) {
	bar, ok, err := Bar(ticket, p)
	if err != nil || !ok {
		return Frozen{Ticket: ticket}, err
	}
	n, sum, err := Above(ctx, d, bar)
	return Frozen{Ticket: ticket, Clients: n, Sum: sum}, err
}

// roundHalfEven is num/den for den > 0, rounded half to even.
func roundHalfEven(num, den *big.Int) *big.Int {
	q, m := new(big.Int).DivMod(num, den, new(big.Int))
	c := m.Lsh(m, 1).Cmp(den)
	if c > 0 || (c == 0 && q.Bit(0) == 1) {
		q.Add(q, big.NewInt(1))
	}
	return q
}
