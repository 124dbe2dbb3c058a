package ledger

import (
	"clientele/internal/money"
	"clientele/internal/period"
)

// State says what became of a data record.
type State int

// The three fates of a record: every one has exactly one.
const (
	Loaded State = iota
	Excluded
	Quarantined
)

// String is the word used in files and documents.
func (s State) String() string { return [...]string{"loaded", "excluded", "quarantined"}[s] }

// Tally counts records and sums their amounts. Rows without a readable amount
// count in Rows and in WithoutAmount, and add nothing to Amount.
type Tally struct {
	Rows          int64     `json:"rows"`
	WithoutAmount int64     `json:"without_amount"`
	Amount        money.Sum `json:"amount"` // minor units at the scale of the Control that holds it
}

// Plus adds two tallies of the same scale.
func (t Tally) Plus(u Tally) Tally {
	return Tally{t.Rows + u.Rows, t.WithoutAmount + u.WithoutAmount, t.Amount.Plus(u.Amount)}
}

// Minus takes a tally of the same scale away.
func (t Tally) Minus(u Tally) Tally {
	return Tally{t.Rows - u.Rows, t.WithoutAmount - u.WithoutAmount, t.Amount.Minus(u.Amount)}
}

// Upscale raises the amount by a number of decimals; false if it does not fit 128 bits.
func (t Tally) Upscale(by uint8) (Tally, bool) {
	sum, ok := t.Amount.Upscale(by)
	return Tally{t.Rows, t.WithoutAmount, sum}, ok
}

// Reason is one cause for which records were set aside, with what it cost.
type Reason struct {
	State State  `json:"state"`
	Code  string `json:"code"` // stable: "status_draft", "no_amount", "missing_rate"
	Text  string `json:"text"` // for people: "status is Draft"
	Tally
}

// Skipped counts lines that are no records, by kind: "title", "header", "blank",
// "total", "subtotal", "heading", "footer".
type Skipped struct {
	Kind  string `json:"kind"`
	Lines int64  `json:"lines"`
}

// Control is the account of one file in one currency. Read is counted by the
// reader as records come in; the other tallies are counted where records go, so
// that Residual is a check and not an identity by construction.
type Control struct {
	Currency    money.Currency
	Decimals    uint8 // scale of all amounts here
	Read        Tally
	Loaded      Tally // includes Unassigned
	Unassigned  Tally
	Excluded    Tally
	Quarantined Tally
}

// Residual is read - loaded - excluded - quarantined, in rows and in money; both
// must be exactly 0 (definitions 1.5).
func (c *Control) Residual() (rows int64, amount money.Sum) {
	out := c.Loaded.Plus(c.Excluded).Plus(c.Quarantined)
	return c.Read.Rows - out.Rows, c.Read.Amount.Minus(out.Amount)
}

// Closes reports whether the residual is 0 in rows and in money.
func (c *Control) Closes() bool {
	rows, amount := c.Residual()
	return rows == 0 && amount.IsZero()
}

// Stated is a total that the file itself states.
type Stated struct {
	Line   int64        `json:"line"`
	Label  string       `json:"label"` // "TOTAL"
	Amount money.Amount `json:"amount"`
}

// Aside is one record that was not loaded, with all that is needed to mend it.
type Aside struct {
	State    State
	Code     string
	Text     string // one sentence: what is wrong
	Line     int64  // physical line
	Column   string // header name, "" if the whole record is meant
	Value    string // the raw text of that cell
	Remedy   string
	Raw      string // the record as it stands in the file
	Amount   money.Amount
	HasAmt   bool // Amount was readable
	Currency money.Currency
	Day      period.Date // NoDate where it is not known
	Lone     bool        // one filled cell only: a footer, if it stands behind the file's total
}
