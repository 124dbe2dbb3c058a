package app

import (
	"sort"

	"clientele/internal/intake"
	"clientele/internal/ledger"
	"clientele/internal/money"
)

// account is the batch's control in base currency: what was loaded and what was set
// aside, converted record by record, and what waits for a rate.
func (s *batchSink) account(l *intake.Loaded) Control {
	c := Control{Loaded: s.tally, Unassigned: s.free, Skipped: l.Skipped}
	for _, k := range l.Controls {
		c.ByCurrency = append(c.ByCurrency, k)
	}
	reasons := reasonTable{}
	for _, a := range s.set {
		t := ledger.Tally{Rows: 1, WithoutAmount: 1}
		if a.has {
			t = ledger.Tally{Rows: 1, Amount: money.FromInt64(a.amount)}
		}
		reasons.add(ledger.Reason{State: a.state, Code: a.code, Text: a.text, Tally: t})
	}
	for _, r := range s.moved {
		reasons.add(*r)
	}
	for _, w := range s.waiting {
		c.MissingRate = append(c.MissingRate, *w)
		reasons.add(ledger.Reason{
			State: ledger.Quarantined, Code: missingRate, Text: "no exchange rate for the day",
			Tally: ledger.Tally{Rows: w.Rows, WithoutAmount: w.Rows},
		})
	}
	sort.Slice(c.MissingRate, func(i, k int) bool { return c.MissingRate[i].Currency < c.MissingRate[k].Currency })
	c.Reasons = reasons.list()
	for _, r := range c.Reasons {
		if r.State == ledger.Excluded {
			c.Excluded = c.Excluded.Plus(r.Tally)
		} else {
			c.Quarantined = c.Quarantined.Plus(r.Tally)
		}
	}
	c.Read = c.Loaded.Plus(c.Excluded).Plus(c.Quarantined)
	if len(l.Controls) == 1 && !s.foreign { // one currency: read as the reader counted it
		k := l.Controls[0]
		c.Read = k.Read
		c.Read.Amount, _ = k.Read.Amount.Upscale(s.scale - k.Decimals)
	}
	if stated := lastStated(l); stated != nil {
		if v, err := stated.Amount.Rescale(s.scale); err == nil && !s.foreign {
			c.Stated = &ledger.Stated{Line: stated.Line, Label: stated.Label, Amount: money.Amount{Units: v, Decimals: s.scale}}
			c.StatedDiffers = money.FromInt64(v) != c.Loaded.Amount
		}
	}
	return c
}
