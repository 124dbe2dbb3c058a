// Package control holds the account that every answer stands on: what was read, where it
// went and why, summed over files or batches in base currency (definitions 1.5).
package control

import (
	"slices"

	"clientele/internal/ledger"
	"clientele/internal/money"
)

// Totals are the account of everything that was read, in base currency at one scale.
type Totals struct {
	Read        ledger.Tally     `json:"read"`
	Loaded      ledger.Tally     `json:"loaded"`
	Unassigned  ledger.Tally     `json:"unassigned"`
	Excluded    ledger.Tally     `json:"excluded"`
	Quarantined ledger.Tally     `json:"quarantined"`
	Reasons     []ledger.Reason  `json:"reasons,omitempty"`
	Skipped     []ledger.Skipped `json:"skipped,omitempty"`
	Stated      *ledger.Stated   `json:"stated,omitempty"` // the files' own total, where every file states one
	// StatedDiffers: some file's own total is not what its records add up to.
	StatedDiffers bool `json:"stated_differs,omitempty"`
	// MissingRate are lines that wait for an exchange rate: quarantined, by currency.
	MissingRate []Waiting `json:"missing_rate,omitempty"`
	// ByCurrency is as read, before exchange. The record keeps it for every batch.
	ByCurrency []ledger.Control `json:"-"`
	// Assigned are the lines of clients as the engine has them: the other side of the check.
	Assigned ledger.Tally `json:"-"`
}

// SkippedLines is the number of lines that are no records.
func (c *Totals) SkippedLines() int64 {
	var n int64
	for _, s := range c.Skipped {
		n += s.Lines
	}
	return n
}

// Upscale raises all amounts by a number of decimals; false if one does not fit 128 bits.
func (c Totals) Upscale(by uint8) (Totals, bool) {
	fits := true
	up := func(t ledger.Tally) ledger.Tally {
		t, ok := t.Upscale(by)
		fits = fits && ok
		return t
	}
	c.Read, c.Loaded, c.Unassigned, c.Excluded, c.Quarantined = up(c.Read), up(c.Loaded), up(c.Unassigned), up(c.Excluded), up(c.Quarantined)
	c.Reasons = slices.Clone(c.Reasons)
	for i := range c.Reasons {
		c.Reasons[i].Tally = up(c.Reasons[i].Tally)
	}
	if c.Stated != nil {
		s := *c.Stated
		v, err := s.Amount.Rescale(s.Amount.Decimals + by)
		s.Amount = money.Amount{Units: v, Decimals: s.Amount.Decimals + by}
		c.Stated, fits = &s, fits && err == nil
	}
	return c, fits
}

// Sum adds accounts of one scale. They state a total together if each states one.
func Sum(list []Totals) Totals {
	var c Totals
	reasons, waits, skips := Reasons{}, Waits{}, Skips{}
	for i := range list {
		x := &list[i]
		c.Read, c.Loaded, c.Unassigned = c.Read.Plus(x.Read), c.Loaded.Plus(x.Loaded), c.Unassigned.Plus(x.Unassigned)
		for _, r := range x.Reasons {
			reasons.Add(r)
		}
		for _, w := range x.MissingRate {
			waits.Add(w)
		}
		skips.Add(x.Skipped)
		c.ByCurrency = append(c.ByCurrency, x.ByCurrency...)
		c.StatedDiffers = c.StatedDiffers || x.StatedDiffers
	}
	c.SetAside(reasons)
	c.MissingRate, c.Skipped, c.Stated = waits.List(), skips.List(), stated(list)
	return c
}

// stated is the sum of the accounts' own totals; nil if one of them states none, or the
// sum does not fit 64 bits.
func stated(list []Totals) *ledger.Stated {
	var sum money.Sum
	var out ledger.Stated
	for i := range list {
		s := list[i].Stated
		if s == nil {
			return nil
		}
		sum = sum.Add(s.Amount.Units)
		out = *s
	}
	v, ok := sum.Int64()
	if !ok || len(list) == 0 {
		return nil
	}
	out.Amount.Units = v
	return &out
}

// SetAside counts reasons where they belong, and lists them.
func (c *Totals) SetAside(reasons Reasons) {
	c.Reasons = reasons.List()
	for _, r := range c.Reasons {
		if r.State == ledger.Excluded {
			c.Excluded = c.Excluded.Plus(r.Tally)
		} else {
			c.Quarantined = c.Quarantined.Plus(r.Tally)
		}
	}
}

// Exclude takes lines that were loaded out of a question, with the reason. The list of
// reasons is made anew, so that totals that share it stay as they are.
func (c *Totals) Exclude(code, text string, moved ledger.Tally) {
	if moved.Rows == 0 {
		return
	}
	c.Loaded = c.Loaded.Minus(moved)
	c.Excluded = c.Excluded.Plus(moved)
	c.Reasons = append(slices.Clip(c.Reasons), ledger.Reason{State: ledger.Excluded, Code: code, Text: text, Tally: moved})
}

// Residual is what does not close: read against loaded, excluded and quarantined, and
// loaded against clients and unassigned; both taken as positive.
func (c *Totals) Residual() (rows int64, amount money.Sum) {
	k := ledger.Control{Read: c.Read, Loaded: c.Loaded, Excluded: c.Excluded, Quarantined: c.Quarantined}
	r, m := k.Residual()
	left := c.Loaded.Minus(c.Assigned.Plus(c.Unassigned))
	return max(r, -r) + max(left.Rows, -left.Rows), m.Abs().Plus(left.Amount.Abs())
}

// Closes reports whether the residual is exactly 0, in rows and in money.
func (c *Totals) Closes() bool {
	rows, amount := c.Residual()
	return rows == 0 && amount.IsZero()
}

// WithoutAmount is a tally of records whose amount is not known, or not in base currency.
func WithoutAmount(rows int64) ledger.Tally { return ledger.Tally{Rows: rows, WithoutAmount: rows} }

// One is the tally of one record.
func One(units int64) ledger.Tally { return ledger.Tally{Rows: 1, Amount: money.FromInt64(units)} }
