package app

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"clientele/internal/costing"
	"clientele/internal/fault"
	"clientele/internal/money"
	"clientele/internal/verdict"
)

// BridgeQuestion asks what separates a client from its target. Amounts are decimals as
// people write them; "" is not said.
type BridgeQuestion struct {
	Client   string
	Target   string // what an hour shall bring
	Agreed   string // what an hour is agreed to bring; "": revenue over billed hours
	Variable string // what one more hour costs; "" takes 0
	Contract string // contracted hours; "": not known
	// Rates are what an hour of a group of people shall bring, as GROUP=AMOUNT.
	Rates []string
}

// BridgeAnswer leads from what a client leaves to what it could (definitions 3.8).
type BridgeAnswer struct {
	*ProfitAnswer

	Row     ProfitRow
	Input   costing.BridgeInput
	Bridge  costing.Bridge
	Own     verdict.Verdict // of the bridge alone
	Assumed []string        // what was taken from the data
}

// discountWords are kinds of cost that are discounts and write-offs.
var discountWords = []string{"rebate", "discount", "bonus", "bad debt", "write", "rabatt", "skonto", "remise", "ristourne", "descuento", "rappel"}

// Bar is one step of a bridge.
type Bar struct {
	Name   string
	Amount money.Sum
}

// End reports whether the bar is one of those between which the others lead.
func (b Bar) End() bool { return b.Name == barActual || b.Name == barTarget }

// The bars.
const (
	barActual   = "actual"
	barGap      = "rate_gap"
	barMix      = "mix"
	barDiscount = "discount"
	barUnbilled = "unbilled"
	barContract = "unused_contract"
	barLate     = "late_payment"
	barRounding = "rounding"
	barTarget   = "target"
)

// Bars are the bridge from left to right.
func (b *BridgeAnswer) Bars() []Bar {
	x := b.Bridge
	return []Bar{
		{barActual, x.Actual}, {barGap, x.RateGap}, {barDiscount, x.Discount}, {barUnbilled, x.Unbilled}, {barContract, x.Contract}, {barLate, x.Late}, {barMix, x.Mix}, {barRounding, x.Rest}, {barTarget, x.Target},
	}
}

// discounts reports whether a kind of cost is a discount or a write-off.
func discounts(kind string) bool {
	return slices.ContainsFunc(discountWords, func(w string) bool { return strings.Contains(strings.ToLower(kind), w) })
}

// BridgeTo computes the bridge of one client.
func BridgeTo(a *ProfitAnswer, q BridgeQuestion) (*BridgeAnswer, error) {
	b := &BridgeAnswer{ProfitAnswer: a}
	if a.Layer == "" {
		return b, nil
	}
	at, err := a.find(q.Client)
	if err != nil {
		return nil, err
	}
	b.Row = a.Rows[at]
	s := a.steps
	i, err := a.rowOf(&b.Row)
	if err != nil {
		return nil, err
	}
	if !b.Row.Profit.Valid {
		b.Own.Add(verdict.Reason{Code: "cost_missing", Status: verdict.Refuse, Text: "what the sales of this client cost is not known, and so not what it leaves", Supply: "the cost of its sales"})
		return b, nil
	}
	in := &b.Input
	var hours int64
	for _, list := range s.book.hours {
		if err := increase(&hours, list[i]); err != nil {
			return nil, err
		}
	}
	if hours == 0 {
		return nil, fault.New(fault.Input, "build the bridge", "no hours are booked to "+q.Client+" in the window", "import the time sheets of the people who work for clients")
	}
	if hours < 0 {
		return nil, fault.New(fault.Input, "build the bridge", "the hours that are booked to "+q.Client+" in the window are below 0 in sum", "book corrections in the month that they correct, or ask for a longer window")
	}
	in.Billed = hours
	if in.HasUnbilled = s.book.unbilled != nil; in.HasUnbilled {
		in.Unbilled = s.book.unbilled[i]
		in.Billed -= in.Unbilled
	}
	terms := s.terms(i)
	cost := terms.Revenue - terms.At(a.Layer)
	in.Discount = s.book.discount[i]
	if s.book.credit != "" {
		in.Late = s.book.own[s.book.credit][i]
	}
	in.Cost = cost - in.Late - in.Discount
	if err := b.mix(q, i); err != nil {
		return nil, err
	}
	if err := b.said(q, terms.Revenue); err != nil {
		return nil, err
	}
	if s.book.credit == "" {
		b.Assumed = append(b.Assumed, "late payment costs nothing: it needs a list of what clients owe, and 'clientele costs credit RATE'")
	}
	b.Bridge, b.Own = costing.BridgeOf(*in)
	if q.Agreed == "" && b.Own.Status != verdict.Refuse {
		b.Own.Add(verdict.Reason{
			Code: "rate_assumed", Status: verdict.Flag, Bias: verdict.Unknown, Text: "nobody said what an hour is agreed to bring: all revenue over the billed hours is taken, goods among it",
			Supply: "the agreed rate: --agreed-rate 95",
		})
	}
	return b, nil
}

// said takes what the question says, and what follows from the data where it says nothing.
func (b *BridgeAnswer) said(q BridgeQuestion, revenue int64) error {
	in := &b.Input
	for _, x := range []struct {
		flag, text string
		to         *int64
		scale      uint8
		times      int64
		has        *bool
	}{
		{"--target-rate", q.Target, &in.Target, b.Decimals, 1, &in.HasTarget},
		{"--agreed-rate", q.Agreed, &in.Agreed, b.Decimals, 1, nil},
		{"--variable-cost", q.Variable, &in.Variable, b.Decimals, 1, nil},
		{"--contracted", q.Contract, &in.Contracted, 6, 3600, &in.HasContract},
	} {
		if x.text == "" {
			continue
		}
		v, err := decimalOf(x.text, x.scale)
		if err != nil || v < 0 {
			return fault.New(fault.Usage, "read "+x.flag, fmt.Sprintf("%s does not know %q", x.flag, x.text), "write a number such as 110 or 95.50")
		}
		*x.to = v * x.times
		if x.has != nil {
			*x.has = true
		}
	}
	if q.Agreed == "" && in.Billed > 0 {
		rate, ok := money.Quotient(money.Product(revenue, costing.Hour), in.Billed).Int64()
		if !ok {
			return fault.New(fault.Input, "build the bridge", "the rate does not fit 64 bits", "say it: --agreed-rate")
		}
		in.Agreed, in.Brought, in.HasBrought = rate, revenue, true
		b.Assumed = append(b.Assumed, "the agreed rate is revenue over billed hours")
	}
	// Revenue that no billed hour brought, of goods for example, is the same on both sides.
	hours, _ := money.Quotient(money.Product(in.Agreed, in.Billed), costing.Hour).Int64()
	if in.HasBrought {
		hours = revenue
	}
	switch other := revenue - hours; {
	case other < 0 && q.Agreed != "": // what was agreed and not invoiced is a discount (definitions 3.8)
		in.Discount -= other
		b.Assumed = append(b.Assumed, money.FromInt64(-other).Format(b.Decimals)+" less than agreed was invoiced: it counts as a discount")
	case other != 0:
		in.Cost -= other
		if q.Agreed != "" || in.Billed == 0 {
			b.Assumed = append(b.Assumed, money.FromInt64(other).Format(b.Decimals)+" of revenue is not of billed hours, and stays as it is")
		}
	}
	if q.Variable == "" {
		b.Assumed = append(b.Assumed, "one more hour costs nothing more")
	}
	return nil
}

// mix takes the target rates of groups of people. Groups that none is said for have that of
// all.
func (b *BridgeAnswer) mix(q BridgeQuestion, row int) error {
	if len(q.Rates) == 0 {
		return nil
	}
	book, said := b.steps.book, map[string]string{}
	for _, text := range q.Rates {
		name, rate, ok := strings.Cut(text, "=")
		if name = strings.TrimSpace(name); !ok || book.hours[name] == nil {
			return fault.New(fault.Usage, "read --rate", fmt.Sprintf("--rate does not know %q", text), "write GROUP=AMOUNT; hours are booked by "+strings.Join(slices.Sorted(maps.Keys(book.hours)), ", "))
		}
		said[name] = rate
	}
	for _, name := range slices.Sorted(maps.Keys(book.hours)) {
		text, ok := said[name]
		if !ok {
			text = q.Target
		}
		rate, err := decimalOf(text, b.Decimals)
		if err != nil && text != "" || rate < 0 {
			return fault.New(fault.Usage, "read --rate", fmt.Sprintf("--rate does not know %q", name+"="+text), "write a number such as 110 or 95.50")
		}
		b.Input.Mix = append(b.Input.Mix, costing.MixPart{Micros: book.hours[name][row], Rate: rate})
	}
	return nil
}
