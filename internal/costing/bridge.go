package costing

import (
	"math/big"

	"clientele/internal/money"
	"clientele/internal/verdict"
)

// BridgeInput is what a client was billed and could have been (definitions 3.8). Rates and
// amounts in minor units, rates an hour; time in microseconds.
type BridgeInput struct {
	Billed, Unbilled int64 // B, Q
	Contracted       int64 // K; HasContract says that it is known
	Agreed, Target   int64 // p, q
	Brought          int64 // p·B where it is known as money; HasBrought says so
	HasBrought       bool
	Mix              []MixPart // hours by who worked them, each with its own target rate; nil: none is said
	Variable         int64     // v, cost of one more hour
	Discount, Cost   int64     // D, C
	Late             int64     // L, cost of late payment
	HasTarget        bool
	HasContract      bool
	HasUnbilled      bool
}

// MixPart is the hours of a kind of people, with what an hour of them shall bring.
type MixPart struct{ Micros, Rate int64 }

// Bridge leads from actual to target in bars that sum exactly; Rounding holds the rest.
type Bridge struct {
	Actual, Target                                    money.Sum
	RateGap, Discount, Unbilled, Contract, Late, Rest money.Sum
	Mix                                               money.Sum // q·B less what the hours at hand would bring at the target rates of those who worked them
}

// BridgeOf computes the bars: actual = pB − D − C − L; rate gap (q − p)B, of which mix is
// what the hours at hand fall short of q by who worked them: (q − Σ q_g·h_g/Σ h_g)B; discount
// D; unbilled qQ; unused contract (q − v)·max(0, K − W), W = B + Q; late payment L; target =
// q·max(W, K) − v·max(0, K − W) − C. Source: definitions 3.8.
func BridgeOf(in BridgeInput) (Bridge, verdict.Verdict) {
	var b Bridge
	var v verdict.Verdict
	if !in.HasTarget {
		v.Add(verdict.Reason{Code: "target_rate_missing", Status: verdict.Refuse, Text: "nobody has said what an hour shall bring", Supply: "the target rate: --target-rate 110"})
		return b, v
	}
	if !in.HasContract || !in.HasUnbilled {
		what := "contracted and unbilled hours are not known"
		switch {
		case in.HasUnbilled:
			what = "contracted hours are not known"
		case in.HasContract:
			what = "unbilled hours are not known"
		}
		v.Add(verdict.Reason{Code: "bridge_partial", Status: verdict.Flag, Bias: verdict.Low, Text: what + ", so that the target leaves them out", Supply: "contracted and unbilled hours"})
	}
	times := func(rate, micros int64) money.Sum { return money.Quotient(money.Product(rate, micros), Hour) }
	worked := in.Billed + in.Unbilled
	idle := max(0, in.Contracted-worked)
	fixed := money.FromInt64(in.Discount).Plus(money.FromInt64(in.Cost)).Plus(money.FromInt64(in.Late))
	brought := times(in.Agreed, in.Billed)
	if in.HasBrought {
		brought = money.FromInt64(in.Brought)
	}
	b.Actual = brought.Minus(fixed)
	b.Mix = in.mix()
	b.RateGap = times(in.Target, in.Billed).Minus(brought).Minus(b.Mix)
	b.Discount, b.Late = money.FromInt64(in.Discount), money.FromInt64(in.Late)
	b.Unbilled = times(in.Target, in.Unbilled)
	b.Contract = times(in.Target-in.Variable, idle)
	b.Target = times(in.Target, max(worked, in.Contracted)).Minus(times(in.Variable, idle)).Minus(money.FromInt64(in.Cost))
	bars := b.RateGap.Plus(b.Mix).Plus(b.Discount).Plus(b.Unbilled).Plus(b.Contract).Plus(b.Late)
	b.Rest = b.Target.Minus(b.Actual).Minus(bars)
	return b, v
}

// mix is (q − Σ q_g·h_g/Σ h_g)·B, half to even: above 0 where those who worked are worth less
// an hour than the target is.
func (in *BridgeInput) mix() money.Sum {
	var hours, worth money.Sum
	for _, m := range in.Mix {
		hours, worth = hours.Add(m.Micros), worth.Plus(money.Product(m.Rate, m.Micros))
	}
	total, ok := hours.Int64()
	if !ok || total <= 0 {
		return money.Sum{}
	}
	// q·B − worth·B/total, all per hour: one division by total·Hour.
	num := new(big.Int).Mul(money.Product(in.Target, in.Billed).Big(), big.NewInt(total))
	num.Sub(num, new(big.Int).Mul(worth.Big(), big.NewInt(in.Billed)))
	return halfEven(num, new(big.Int).Mul(big.NewInt(total), big.NewInt(Hour)))
}

// halfEven is num/den rounded; den is above 0.
func halfEven(num, den *big.Int) money.Sum {
	q, r := new(big.Int).DivMod(num, den, new(big.Int))
	switch twice := new(big.Int).Lsh(r, 1); {
	case twice.Cmp(den) > 0, twice.Cmp(den) == 0 && q.Bit(0) == 1:
		q.Add(q, big.NewInt(1))
	}
	s, _ := money.FromBig(q) // far below 127 bits: a product of two 64 bits, divided
	return s
}
