package batch

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"os"

	"clientele/internal/ledger"
	"clientele/internal/money"
)

// Aside is one line of a batch's file of rows that were set aside.
type Aside struct {
	State    string         `json:"state"`
	Code     string         `json:"code"`
	Text     string         `json:"text"`
	Line     int64          `json:"line"`
	Column   string         `json:"column,omitempty"`
	Value    string         `json:"value,omitempty"`
	Remedy   string         `json:"remedy,omitempty"`
	Amount   string         `json:"amount,omitempty"` // as read, in its own currency
	Currency money.Currency `json:"currency,omitempty"`
	// Base is the amount in minor units of the base currency at the batch's scale, as the
	// account counts it; nil where it has none.
	Base *int64 `json:"base,omitempty"`
	Raw  string `json:"raw"`
}

// Tally is what the row adds to the account of its batch.
func (a *Aside) Tally() ledger.Tally {
	if a.Base == nil {
		return ledger.Tally{Rows: 1, WithoutAmount: 1}
	}
	return ledger.Tally{Rows: 1, Amount: money.FromInt64(*a.Base)}
}

// Mendable reports whether the row can be mended and brought again. One that waits for a
// rate is loaded when the rate comes, and one of a document that an earlier batch holds
// would count twice.
func (a *Aside) Mendable() bool {
	return a.State == ledger.Quarantined.String() && a.Code != MissingRate && a.Code != changedSince.code
}

func asideOf(a *ledger.Aside, base *int64) Aside {
	r := Aside{
		State: a.State.String(), Code: a.Code, Text: a.Text, Line: a.Line, Column: a.Column, Value: a.Value,
		Remedy: a.Remedy, Currency: a.Currency, Base: base, Raw: a.Raw,
	}
	if a.HasAmt {
		r.Amount = a.Amount.String()
	}
	return r
}

// ReadAsides visits a file of rows that were set aside.
func ReadAsides(path string, visit func(Aside)) error {
	const what = "the rows that were set aside"
	return reading(path, what, func(in *os.File) error {
		dec := json.NewDecoder(bufio.NewReader(in))
		for {
			var r Aside
			err := dec.Decode(&r)
			if errors.Is(err, io.EOF) {
				return nil
			}
			if err != nil {
				return damagedError(err, what)
			}
			visit(r)
		}
	})
}
