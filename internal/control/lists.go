package control

import (
	"cmp"
	"slices"
	"strings"

	"clientele/internal/ledger"
	"clientele/internal/money"
)

// Reasons sums the reasons of several files by state and code. The text of the first
// one holds.
type Reasons map[reasonKey]*ledger.Reason

type reasonKey struct {
	state ledger.State
	code  string
}

// Add counts a reason in.
func (t Reasons) Add(r ledger.Reason) {
	key := reasonKey{r.State, r.Code}
	if have := t[key]; have != nil {
		have.Tally = have.Plus(r.Tally)
		return
	}
	t[key] = &r
}

// Amount gives one record that was counted without an amount its amount.
func (t Reasons) Amount(state ledger.State, code string, one ledger.Tally) {
	if r := t[reasonKey{state, code}]; r != nil && one.WithoutAmount == 0 {
		r.WithoutAmount--
		r.Amount = r.Amount.Plus(one.Amount)
	}
}

// List is by state, then rows descending, then code.
func (t Reasons) List() []ledger.Reason {
	out := make([]ledger.Reason, 0, len(t))
	for _, r := range t {
		out = append(out, *r)
	}
	slices.SortFunc(out, func(a, b ledger.Reason) int {
		return cmp.Or(cmp.Compare(a.State, b.State), cmp.Compare(b.Rows, a.Rows), strings.Compare(a.Code, b.Code))
	})
	return out
}

// Waiting are lines of one currency without a rate, in that currency.
type Waiting struct {
	Currency money.Currency `json:"currency"`
	Decimals uint8          `json:"decimals"` // the finest of the lines
	Rows     int64          `json:"rows"`
	Amount   money.Sum      `json:"amount"`
}

// Waits are the lines that wait for a rate, by currency.
type Waits map[money.Currency]*Waiting

// Add counts lines in, at the finer of the two scales.
func (t Waits) Add(w Waiting) {
	have := t[w.Currency]
	if have == nil {
		t[w.Currency] = &w
		return
	}
	scale := max(have.Decimals, w.Decimals)
	// 128 bits hold any 2^32 lines at any scale that the files may have.
	was, _ := have.Amount.Upscale(scale - have.Decimals)
	more, _ := w.Amount.Upscale(scale - w.Decimals)
	have.Amount, have.Decimals = was.Plus(more), scale
	have.Rows += w.Rows
}

// List is by currency.
func (t Waits) List() []Waiting {
	out := make([]Waiting, 0, len(t))
	for _, w := range t {
		out = append(out, *w)
	}
	slices.SortFunc(out, func(a, b Waiting) int { return cmp.Compare(a.Currency, b.Currency) })
	return out
}

// Skips sums the lines that are no records, by kind.
type Skips map[string]int64

// Add counts a file's in.
func (t Skips) Add(list []ledger.Skipped) {
	for _, s := range list {
		t[s.Kind] += s.Lines
	}
}

// List is by kind.
func (t Skips) List() []ledger.Skipped {
	out := make([]ledger.Skipped, 0, len(t))
	for kind, n := range t {
		out = append(out, ledger.Skipped{Kind: kind, Lines: n})
	}
	slices.SortFunc(out, func(a, b ledger.Skipped) int { return strings.Compare(a.Kind, b.Kind) })
	return out
}
