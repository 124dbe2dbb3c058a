// Package app holds the use cases: what a person can ask for, put together from
// intake, ledger, engines and insight. It prints nothing and parses no flags.
package app

import (
	"clientele/internal/engine"
	"clientele/internal/ledger"
	"clientele/internal/money"
	"clientele/internal/period"
	"clientele/internal/verdict"
)

// Ground is what a question stands on: an engine over one state of the ledger, and
// everything an answer has to say about where its figures come from.
type Ground struct {
	Engine   engine.Engine
	Currency money.Currency // base; "" where the files name none
	Decimals uint8          // ledger scale of the base currency
	Kind     ledger.Kind
	Control  Control
	Span     period.Range // dated sales that are not in the future
	Undated  int64
	Future   int64 // lines dated after today
	Files    []FileReport
	Facts    Facts // what verdicts need to know of the sources
	Revision int64 // of the record; 0 without a workspace
	// Reviewed are the clients of whom someone has confirmed that they stand alone.
	Reviewed []string
	// FiscalStart is the month in which the fiscal year begins; 0 is January.
	FiscalStart int
}

// Facts are findings about the sources that decide verdicts.
type Facts struct {
	TaxSigns   []string // columns that show tax, where nobody said which amount was taken
	TaxSettled bool
	Unknown    []Word // status words that are not known
	Kinds      []ledger.Kind
	Repeated   []string // files whose bytes were given twice
	Negated    int64    // credit rows whose sign was turned
	NameAsKey  int64    // rows known by name because their id is empty
	Inclusive  int64    // rows whose amount holds tax that no column tells
	Gross      bool     // amounts carry tax, and no column tells how much
	// Repeats tells of documents that stand in more than one file; nil: none.
	Repeats   *verdict.Reason `json:",omitempty"`
	Documents bool            // lines name their documents
	Grouped   bool            // some clients belong to a group
}

// Word is a status word that is not known, with its rows.
type Word struct {
	Text string
	Rows int64
}

// Control is the account of everything that was read, in base currency.
type Control struct {
	Read, Loaded, Unassigned, Excluded, Quarantined ledger.Tally
	Reasons                                         []ledger.Reason
	Skipped                                         []ledger.Skipped
	Stated                                          *ledger.Stated // the files' own total, where every file states one
	StatedDiffers                                   bool
	// MissingRate are lines that wait for an exchange rate: quarantined, by currency.
	MissingRate []Waiting
	ByCurrency  []ledger.Control // as read, before exchange

	assigned ledger.Tally // lines of clients, as the engine has them
}

// Waiting are lines of one currency without a rate, in that currency.
type Waiting struct {
	Currency money.Currency
	Decimals uint8
	Rows     int64
	Amount   money.Sum
}

// SkippedLines is the number of lines that are no records.
func (c *Control) SkippedLines() int64 {
	var n int64
	for _, s := range c.Skipped {
		n += s.Lines
	}
	return n
}

// FileReport says how one file was read.
type FileReport struct {
	Name     string
	Batch    string // in a workspace
	Shape    string
	Evidence []string
	Notes    []string
	Rows     int64 // data records
	Loaded   int64
}

// Answer is the part that every answer shares.
type Answer struct {
	AsOf     period.Date // NoDate for lists without dates
	Windows  Windows
	Dates    period.Range // of all dated lines, those of the future too: what "all dates" holds
	Currency money.Currency
	Decimals uint8
	Kind     ledger.Kind
	Control  Control // of this question: lines outside the window are excluded
	Verdict  verdict.Verdict
	Files    []FileReport
	Revision int64
}
