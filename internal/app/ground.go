// Package app holds the use cases: what a person can ask for, put together from
// intake, ledger, engines and insight. It prints nothing and parses no flags.
package app

import (
	"context"

	"clientele/internal/batch"
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
	batch.Dated
	Files    []FileReport
	Beside   []Beside // the batches of facts beside sale lines, where they were asked for
	Facts    Facts    // what verdicts need to know of the sources
	Revision int64    // of the record; 0 without a workspace
	// Reviewed are the clients of whom someone has confirmed that they stand alone.
	Reviewed []string
	// FiscalStart is the month in which the fiscal year begins; 0 is January.
	FiscalStart int
	// Attribute finds what is known of clients besides: their owner, a column of a list of
	// clients; by client_id. Nil: nothing is.
	Attribute  func(ctx context.Context, name string) (map[string]string, error)
	CostPolicy CostPolicy // how costs come to clients, as far as somebody said so
}

// Beside is a batch of facts beside sale lines, with its account.
type Beside struct {
	Batch, File string
	Kind        ledger.Kind
	Decimals    uint8
	Control     Control
	batch.Dated
}

// FileReport says how one file was read.
type FileReport struct {
	Name     string   `json:"name"`
	Batch    string   `json:"batch,omitempty"` // in a workspace
	Shape    string   `json:"shape,omitempty"`
	Evidence []string `json:"evidence,omitempty"`
	Notes    []string `json:"notes,omitempty"`
	Costed   bool     `json:"-"`               // its sale lines carry what they cost
	Table    bool     `json:"table,omitempty"` // it is a table of the firm, and no file
	Rows     int64    `json:"rows"`            // data records
	Loaded   int64    `json:"loaded"`
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

	filtered money.Sum // lines in the window that a filter leaves out
}
