package app

import (
	"sort"

	"clientele/internal/ledger"
	"clientele/internal/money"
	"clientele/internal/period"
)

// foreignLine is a line that waits for the base currency's scale to be known before
// it is converted, half to even, once.
type foreignLine struct {
	account  int32
	day      period.Date
	amount   int64
	decimals uint8
	currency money.Currency
	document ledger.DocumentID
	line     int64
}

// hold takes lines in other currencies than the base out of a block.
func (s *fileSink) hold(block *ledger.Lines) {
	base := s.g.table.Base
	code := func(i int) money.Currency {
		if block.Currency == nil {
			return block.Currencies[0]
		}
		return block.Currencies[block.Currency[i]]
	}
	n := 0
	for i := range block.Amount {
		doc := ledger.DocumentID{}
		if block.Document != nil {
			doc = block.Document[i]
		}
		if cur := code(i); cur != base {
			s.g.foreign = append(s.g.foreign, foreignLine{block.Account[i], block.Day[i], block.Amount[i], block.Decimals, cur, doc, block.Line[i]})
			continue
		}
		block.Account[n], block.Day[n], block.Amount[n], block.Line[n] = block.Account[i], block.Day[i], block.Amount[i], block.Line[i]
		if block.Document != nil {
			block.Document[n] = doc
		}
		n++
	}
	block.Account, block.Day, block.Amount, block.Line = block.Account[:n], block.Day[:n], block.Amount[:n], block.Line[:n]
	if block.Document != nil {
		block.Document = block.Document[:n]
	}
	block.Currency = nil
}

// baseScale is the ledger scale of the base currency: its own decimals, raised to the
// largest number of decimals in any file (definitions 1.4).
func (g *gathering) baseScale() uint8 {
	scale := max(g.out.Currency.Decimals(), g.builder.Decimals())
	for _, l := range g.loaded {
		scale = max(scale, l.Decimals)
	}
	return scale
}

// exchange converts the lines that were held and folds them. Lines without a rate
// wait: they are quarantined in their own currency.
func (g *gathering) exchange() error {
	scale := g.baseScale()
	waiting := map[money.Currency]*Waiting{}
	block := &ledger.Lines{Decimals: scale, Currencies: []money.Currency{g.table.Base}}
	for _, f := range g.foreign {
		v, ok, err := g.table.Convert(f.amount, f.decimals, f.currency, f.day, scale)
		if err != nil {
			return overflowError(err)
		}
		if !ok {
			wait(waiting, f.currency, f.decimals, f.amount)
			continue
		}
		block.Account, block.Day, block.Amount = append(block.Account, f.account), append(block.Day, f.day), append(block.Amount, v)
		block.Line, block.Document = append(block.Line, f.line), append(block.Document, f.document)
		g.converted = g.converted.Plus(ledger.Tally{Rows: 1, Amount: money.FromInt64(v)})
		if f.account < 0 {
			g.convertedFree = g.convertedFree.Plus(ledger.Tally{Rows: 1, Amount: money.FromInt64(v)})
		}
	}
	for _, w := range waiting {
		g.waiting = append(g.waiting, *w)
	}
	sort.Slice(g.waiting, func(i, k int) bool { return g.waiting[i].Currency < g.waiting[k].Currency })
	if block.Len() == 0 {
		return nil
	}
	return g.builder.Add(block)
}

// wait adds a line to those of its currency that have no rate.
func wait(waiting map[money.Currency]*Waiting, cur money.Currency, decimals uint8, amount int64) {
	w := waiting[cur]
	if w == nil {
		w = &Waiting{Currency: cur, Decimals: decimals}
		waiting[cur] = w
	}
	if decimals > w.Decimals {
		w.Amount, _ = w.Amount.Upscale(decimals - w.Decimals)
		w.Decimals = decimals
	}
	v, _ := money.FromInt64(amount).Upscale(w.Decimals - decimals)
	w.Amount = w.Amount.Plus(v)
	w.Rows++
}

// inBase converts the amount of a record that was set aside; false if it has none or
// no rate is known.
func (g *gathering) inBase(a *ledger.Aside, scale uint8) (int64, bool) {
	if !a.HasAmt {
		return 0, false
	}
	v, ok, err := g.table.Convert(a.Amount.Units, a.Amount.Decimals, a.Currency, a.Day, scale)
	return v, ok && err == nil
}
