package app

import (
	"context"
	"slices"
	"strings"

	"clientele/internal/fault"
	"clientele/internal/ledger"
	"clientele/internal/metric"
	"clientele/internal/money"
	"clientele/internal/verdict"
)

// bar explains one step of a client's bridge: "rate_gap C1009".
func (x *profitWhy) bar(ctx context.Context, name string) error {
	bar, client, _ := strings.Cut(name, " ")
	q := x.q.Bridge
	if q.Client = strings.TrimSpace(client); q.Client == "" {
		return fault.New(fault.Usage, "explain", "a bar of a bridge is of one client", "name it: clientele why bridge."+bar+" C1009 --target-rate 110")
	}
	if ok, err := x.measure(metric.TargetBridge); !ok {
		return err
	}
	b, err := BridgeTo(x.p, q)
	if err != nil {
		return err
	}
	bars := b.Bars()
	i := slices.IndexFunc(bars, func(y Bar) bool { return y.Name == bar })
	if i < 0 {
		names := make([]string, len(bars))
		for k, y := range bars {
			names[k] = "bridge." + y.Name
		}
		return fault.New(fault.NotFound, "explain", "there is no bridge."+bar, "there are "+strings.Join(names, ", "))
	}
	a := x.a
	a.Verdict.Join(b.Own)
	if b.Own.Status == verdict.Refuse {
		return nil
	}
	a.Value = bars[i].Amount.Format(a.Decimals)
	a.Inputs = b.terms(bar)
	for _, text := range b.Assumed {
		a.Inputs = append(a.Inputs, Input{"assumed", text})
	}
	a.Next = []string{"clientele why profit client " + b.Row.ID}
	return x.facts(ctx, x.p.Windows.Current, b.Row.ID, func(t ledger.Topic) bool { return behindBar(bar, t) })
}

// behindBar reports whether facts of a topic stand behind a bar.
func behindBar(bar string, t ledger.Topic) bool {
	booked := t.Kind == ledger.ClientCost || t.Kind == ledger.DirectCost
	switch bar {
	case barGap, barMix:
		return t.Kind == ledger.Effort
	case barUnbilled:
		return t.Kind == ledger.Unbilled
	case barContract:
		return t.Kind == ledger.Effort || t.Kind == ledger.Unbilled
	case barDiscount:
		return booked && discounts(t.Name)
	case barLate:
		return t.Kind == ledger.Receivable
	case barActual, barTarget:
		return booked || t.Kind == ledger.Effort || t.Kind == ledger.Unbilled
	default:
		return false
	}
}

// terms are what a bar is reckoned from (definitions 3.8).
func (b *BridgeAnswer) terms(bar string) []Input {
	in := &b.Input
	show := func(v int64) string { return money.FromInt64(v).Format(b.Decimals) }
	rate := func(name string, v int64) Input { return Input{name + " an hour", show(v)} }
	time := func(name string, micros int64) Input { return Input{name, hoursOf(micros) + " h"} }
	target, agreed := rate("q, target rate", in.Target), rate("p, agreed rate", in.Agreed)
	billed, unbilled := time("B, billed hours", in.Billed), time("Q, hours not billed", in.Unbilled)
	contract, variable := time("K, contracted hours", in.Contracted), rate("v, variable cost", in.Variable)
	cost, discount, late := Input{"C, cost", show(in.Cost)}, Input{"D, discounts and write-offs", show(in.Discount)}, Input{"L, late payment", show(in.Late)}
	switch bar {
	case barActual:
		return []Input{agreed, billed, discount, cost, late}
	case barGap:
		return []Input{target, agreed, billed}
	case barMix:
		out := []Input{target, billed}
		for _, m := range in.Mix {
			out = append(out, Input{"hours of a group at " + show(m.Rate), hoursOf(m.Micros) + " h"})
		}
		return out
	case barDiscount:
		return []Input{discount}
	case barUnbilled:
		return []Input{target, unbilled}
	case barContract:
		return []Input{target, variable, contract, billed, unbilled}
	case barLate:
		return []Input{late}
	case barTarget:
		return []Input{target, variable, contract, billed, unbilled, cost}
	}
	out := []Input{}
	for _, x := range b.Bars() {
		if x.Name != barRounding {
			out = append(out, Input{strings.ReplaceAll(x.Name, "_", " "), x.Amount.Format(b.Decimals)})
		}
	}
	return append(out, Input{"so that", "actual and all bars sum to the target of " + b.Bridge.Target.Format(b.Decimals)})
}
