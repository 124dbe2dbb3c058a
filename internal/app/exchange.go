package app

import (
	"clientele/internal/batch"
	"clientele/internal/control"
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
	cost     int64 // or ledger.NoCost
}

// hold takes lines in other currencies than the base out of a block.
func (s *fileSink) hold(block *ledger.Lines) {
	g, n := s.g, 0
	for i := range block.Amount {
		if cur := block.CurrencyOf(i); cur != g.table.Base {
			line := foreignLine{block.Account[i], block.Day[i], block.Amount[i], block.Decimals, cur, ledger.DocumentID{}, block.Line[i], ledger.NoCost}
			if block.Cost != nil {
				line.cost = block.Cost[i]
			}
			if block.Document != nil {
				line.document = block.Document[i]
			}
			g.foreign = append(g.foreign, line)
			continue
		}
		g.out.See(block.Day[i], g.req.Today)
		block.Move(i, n)
		n++
	}
	block.Cut(n)
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
	block := &ledger.Lines{Decimals: scale, Currencies: []money.Currency{g.table.Base}}
	for _, f := range g.foreign {
		v, ok, err := g.table.Convert(f.amount, f.decimals, f.currency, f.day, scale)
		if err != nil {
			return batch.Overflow(err)
		}
		if !ok {
			g.waits.Add(control.Waiting{Currency: f.currency, Decimals: f.decimals, Rows: 1, Amount: money.FromInt64(f.amount)})
			continue
		}
		block.Account, block.Day, block.Amount = append(block.Account, f.account), append(block.Day, f.day), append(block.Amount, v)
		block.Line, block.Document = append(block.Line, f.line), append(block.Document, f.document)
		cost := f.cost
		if cost != ledger.NoCost { // its rate is known: that of the amount
			if cost, _, err = g.table.Convert(f.cost, f.decimals, f.currency, f.day, scale); err != nil {
				return batch.Overflow(err)
			}
		}
		block.Cost = append(block.Cost, cost)
		g.out.See(f.day, g.req.Today)
		g.converted = g.converted.Plus(control.One(v))
		if f.account < 0 {
			g.convertedFree = g.convertedFree.Plus(control.One(v))
		}
	}
	if block.Len() == 0 {
		return nil
	}
	return g.fold(block)
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
