package costing

import (
	"clientele/internal/money"
	"clientele/internal/verdict"
)

// BridgeInput is what a client was billed and could have been (definitions 3.8). Rates and
// amounts in minor units, rates an hour; time in microseconds.
type BridgeInput struct {
	Billed, Unbilled int64 // B, Q
	Contracted       int64 // K; HasContract says that it is known
	Agreed, Target   int64 // p, q
	Variable         int64 // v, cost of one more hour
	Discount, Cost   int64 // D, C
	Late             int64 // L, cost of late payment
	HasTarget        bool
	HasContract      bool
	HasUnbilled      bool
}

// Bridge leads from actual to target in bars that sum exactly; Rounding holds the rest.
type Bridge struct {
	Actual, Target                                    money.Sum
	RateGap, Discount, Unbilled, Contract, Late, Rest money.Sum
}

// BridgeOf computes the bars: actual = pB − D − C − L; rate gap (q − p)B; discount D;
// unbilled qQ; unused contract (q − v)·max(0, K − W), W = B + Q; late payment L; target =
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
	b.Actual = times(in.Agreed, in.Billed).Minus(fixed)
	b.RateGap = times(in.Target-in.Agreed, in.Billed)
	b.Discount, b.Late = money.FromInt64(in.Discount), money.FromInt64(in.Late)
	b.Unbilled = times(in.Target, in.Unbilled)
	b.Contract = times(in.Target-in.Variable, idle)
	b.Target = times(in.Target, max(worked, in.Contracted)).Minus(times(in.Variable, idle)).Minus(money.FromInt64(in.Cost))
	bars := b.RateGap.Plus(b.Discount).Plus(b.Unbilled).Plus(b.Contract).Plus(b.Late)
	b.Rest = b.Target.Minus(b.Actual).Minus(bars)
	return b, v
}
