package intake

import (
	"errors"
	"math/big"

	"clientele/internal/ledger"
	"clientele/internal/money"
)

// chunk is what one block of records became, before it is accepted in file order.
// Accounts and currencies are numbered by the worker that read it.
type chunk struct {
	worker  *worker
	lines   ledger.Lines
	doubts  []doubt // lines that may be totals
	asides  []ledger.Aside
	weight  int            // bytes that the asides keep
	read    []ledger.Tally // by currency of the worker, at lines.Decimals
	skipped [skips]int64
	stated  []ledger.Stated
	next    int64 // physical line after the block
	open    int   // offset of a record that the block did not finish; -1: none
	data    []byte
	last    bool
	fresh   []ledger.Account // accounts that the worker met first in this chunk
	base    int32            // number of the first of them
	told    []description
	labels  [][]string // that the worker met first in this chunk
	// labelBase is the number of the first of them.
	labelBase int
	codes     []money.Currency // the worker's currencies by then
	unknown   map[string]int64 // words of status, type and stage that are not known, by rows
	notes     Notes
	err       error
}

// lower brings the chunk to the finest scale that it needs itself, so that the scale
// of a file does not depend on which blocks a worker read before.
func (c *chunk) lower() {
	need := uint8(0)
	for i := range c.asides {
		if c.asides[i].HasAmt {
			need = max(need, c.asides[i].Amount.Decimals)
		}
	}
	need = max(need, c.finest(c.lines.Amount, c.lines.Decimals), c.finest(c.lines.Cost, c.lines.Decimals))
	for k, list := range c.lines.Beside {
		if c.worker.plan.besideMoney && c.worker.plan.besideSeconds[k] == 0 {
			need = max(need, c.finest(list, money.MaxDecimals))
		}
	}
	by := c.lines.Decimals - need
	if by == 0 {
		return
	}
	pow := int64(1)
	for range by {
		pow *= 10
	}
	for i := range c.lines.Amount {
		c.lines.Amount[i] /= pow
	}
	for i, v := range c.lines.Cost {
		if v != ledger.NoCost {
			c.lines.Cost[i] = v / pow
		}
	}
	for i := range c.read { // every amount in it is a multiple
		c.read[i].Amount, _ = money.FromBig(new(big.Int).Quo(c.read[i].Amount.Big(), big.NewInt(pow)))
	}
	c.lines.Decimals, c.worker.hint = need, need
}

// finest is how many decimals the amounts of a list need, at most those of the chunk.
func (c *chunk) finest(list []int64, decimals uint8) (need uint8) {
	for i := 0; i < len(list) && need < c.lines.Decimals; i++ {
		if list[i] != ledger.NoCost { // and ledger.Unknown
			need = max(need, money.Amount{Units: list[i], Decimals: decimals}.Trim().Decimals)
		}
	}
	return need
}

// smallUnits is what fits whatever the scale.
const smallUnits = 100_000_000_000_000 // 10^14: times 10^4 it fits 64 bits

// tooLarge: the amount does not fit with room for decimals.
func (s scaled) tooLarge() bool {
	t := s.Trim()
	_, err := t.Rescale(max(room, t.Decimals))
	return err != nil
}

// scaled is an amount that is known to fit the chunk's scale.
type scaled struct {
	money.Amount
}

// at is the amount at a scale that it was fitted to.
func (s scaled) at(scale uint8) int64 {
	v, err := s.Rescale(scale)
	if err != nil {
		return 0 // unreachable: fit checked it; the control totals would not close
	}
	return v
}

// room is the number of decimals for which every amount must leave room: with one
// number that is far too large, all others of its file could not keep their cents.
const room = 4

// fit raises the chunk's scale where the amount has more decimals than any before.
func (c *chunk) fit(a *scaled, w *worker) *failure {
	if u := a.Units; (u >= smallUnits || u <= -smallUnits) && a.tooLarge() {
		return &failure{code: "overflow", text: "the amount is larger than 922 trillion", remedy: "check the number, or load the file in thousands", col: w.plan.amount}
	}
	if a.Decimals <= c.lines.Decimals {
		if _, err := a.Rescale(c.lines.Decimals); err != nil {
			return &failure{code: "overflow", text: "the amount does not fit 64 bits", remedy: "check the number", col: w.plan.amount}
		}
		return nil
	}
	a.Amount = a.Trim()
	if a.Decimals > money.MaxDecimals {
		return &failure{code: "precision", text: "the amount has more than 6 decimals", remedy: "round it in the source; nothing is rounded on load", col: w.plan.amount}
	}
	if a.Decimals > c.lines.Decimals {
		if err := c.raise(a.Decimals); err != nil {
			return &failure{code: "overflow", text: "amounts this large cannot be kept with so many decimals", remedy: "round the decimals in the source", col: w.plan.amount}
		}
		w.hint = a.Decimals
	}
	_, err := a.Rescale(c.lines.Decimals)
	if err != nil {
		return &failure{code: "overflow", text: "the amount does not fit 64 bits", remedy: "check the number", col: w.plan.amount}
	}
	return nil
}

// raise rescales all that the chunk holds.
func (c *chunk) raise(to uint8) error {
	by := to - c.lines.Decimals
	raised, err := c.raised(c.lines.Amount, to)
	if err != nil {
		return err
	}
	costs, err := c.raised(c.lines.Cost, to)
	if err != nil {
		return err
	}
	for i := range c.read {
		sum, ok := c.read[i].Amount.Upscale(by)
		if !ok {
			return errors.New("sum overflows 128 bits")
		}
		c.read[i].Amount = sum
	}
	c.lines.Amount, c.lines.Cost, c.lines.Decimals = raised, costs, to
	return nil
}

// raised are amounts of the chunk at a finer scale.
func (c *chunk) raised(list []int64, to uint8) ([]int64, error) {
	out := make([]int64, len(list), cap(list))
	for i, v := range list {
		if v == ledger.NoCost {
			out[i] = v
			continue
		}
		r, err := money.Amount{Units: v, Decimals: c.lines.Decimals}.Rescale(to)
		if err != nil {
			return nil, err
		}
		out[i] = r
	}
	return out, nil
}
