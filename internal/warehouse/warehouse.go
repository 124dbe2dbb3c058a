// Package warehouse says where a firm's own tables hold the facts of the ledger, and
// what a roll-up of them found. It knows no engine.
package warehouse

import (
	"fmt"
	"strings"

	"clientele/internal/control"
	"clientele/internal/fault"
	"clientele/internal/ledger"
	"clientele/internal/period"
)

// Sources are the tables of the firm that hold the ledger's entities.
type Sources struct {
	Sales   Source  `json:"sales" toml:"sales"`
	Clients Clients `json:"clients,omitzero" toml:"clients"`
	Rates   Rates   `json:"rates,omitzero" toml:"rates"`
}

// Clients maps who is who: one row per client. What it says of a name stands before the
// name in a sale.
type Clients struct {
	Table   string        `json:"table,omitempty" toml:"table"`
	Where   string        `json:"where,omitempty" toml:"where"`
	Columns ClientColumns `json:"columns" toml:"columns"`
}

// ClientColumns are the names of the columns of Clients.
type ClientColumns struct {
	Client string `json:"client,omitempty" toml:"client"` // the key that sales have
	Name   string `json:"name,omitempty" toml:"name"`
	Parent string `json:"parent,omitempty" toml:"parent"` // the key of its group
}

// Rates maps exchange rates: one row per currency and day from which it holds.
type Rates struct {
	Table    string      `json:"table,omitempty" toml:"table"`
	Where    string      `json:"where,omitempty" toml:"where"`
	TimeZone string      `json:"time_zone,omitempty" toml:"time_zone"`
	Columns  RateColumns `json:"columns" toml:"columns"`
}

// RateColumns are the names of the columns of Rates.
type RateColumns struct {
	Date     string `json:"date,omitempty" toml:"date"`
	Currency string `json:"currency,omitempty" toml:"currency"`
	Rate     string `json:"rate,omitempty" toml:"rate"` // of one unit, in the ledger's currency
}

// Source maps sale lines to a table of the firm.
type Source struct {
	// Table is catalog.schema.table. A part may stand in double quotes.
	Table string `json:"table,omitempty" toml:"table"`
	// Where is a condition in the engine's SQL; rows that do not meet it are excluded,
	// and counted.
	Where string `json:"where,omitempty" toml:"where"`
	// Currency is the one that the ledger is kept in. Rows with another in their column
	// need a rate.
	Currency string `json:"currency,omitempty" toml:"currency"`
	// Kind is invoiced, booked or received; "" is invoiced.
	Kind string `json:"kind,omitempty" toml:"kind"`
	// Tax is net or gross; "": nobody said.
	Tax string `json:"tax,omitempty" toml:"tax"`
	// TimeZone says on which day a point in time lies, where the date column is one.
	TimeZone string `json:"time_zone,omitempty" toml:"time_zone"`
	// AmountDecimals says that a column of whole numbers holds minor units.
	AmountDecimals uint8   `json:"amount_decimals,omitempty" toml:"amount_decimals"`
	Columns        Columns `json:"columns" toml:"columns"`
}

// Columns are the source's names for the facts of a line.
type Columns struct {
	Client   string `json:"client,omitempty" toml:"client"` // the id; or the name, where there is no id
	Name     string `json:"name,omitempty" toml:"name"`
	Date     string `json:"date,omitempty" toml:"date"`
	Amount   string `json:"amount,omitempty" toml:"amount"`
	Document string `json:"document,omitempty" toml:"document"`
	Currency string `json:"currency,omitempty" toml:"currency"`
}

// Check refuses a mapping that cannot be meant.
func (s *Sources) Check() error {
	if err := s.Sales.check(); err != nil {
		return err
	}
	if s.Clients != (Clients{}) {
		if err := s.Clients.check(); err != nil {
			return err
		}
	}
	if s.Rates == (Rates{}) {
		return nil
	}
	if s.Sales.Columns.Currency == "" || s.Sales.Columns.Date == "" {
		return wrong("sources.sales", "a rate is of a currency and a day, and the sales name no column for both", "add columns.currency and columns.date, or leave sources.rates out")
	}
	return s.Rates.check()
}

func wrong(key, message, remedy string) error {
	return fault.New(fault.Usage, "read the configuration", key+": "+message, remedy)
}

// named refuses what is no name of a table.
func named(key, table string) error {
	if _, err := SplitName(table); err != nil {
		return wrong(key, fmt.Sprintf("table = %q is not the name of a table", table), "write it in full: table = \"catalog.schema.table\"")
	}
	return nil
}

func (s *Clients) check() error {
	const key = "sources.clients"
	if err := named(key, s.Table); err != nil {
		return err
	}
	switch {
	case s.Columns.Client == "":
		return wrong(key, "no column holds the client's key", "add columns.client = \"…\": what the sales name a client by")
	case s.Columns.Name == "" && s.Columns.Parent == "":
		return wrong(key, "it says nothing about a client", "add columns.name = \"…\" or columns.parent = \"…\"")
	}
	return nil
}

func (s *Rates) check() error {
	const key = "sources.rates"
	if err := named(key, s.Table); err != nil {
		return err
	}
	for _, c := range [...]struct{ name, is string }{{s.Columns.Date, "date"}, {s.Columns.Currency, "currency"}, {s.Columns.Rate, "rate"}} {
		if c.name == "" {
			return wrong(key, "no column holds the "+c.is, fmt.Sprintf("add columns.%s = \"…\"", c.is))
		}
	}
	return nil
}

func (s *Source) check() error {
	wrong := func(message, remedy string) error { return wrong("sources.sales", message, remedy) }
	if err := named("sources.sales", s.Table); err != nil {
		return err
	}
	switch {
	case s.Columns.Client == "" && s.Columns.Name == "":
		return wrong("no column names the client", "add columns.client = \"…\"")
	case s.Columns.Amount == "":
		return wrong("no column holds the amount", "add columns.amount = \"…\"")
	case s.Currency != "" && !isCode(s.Currency):
		return wrong(fmt.Sprintf("currency = %q is no currency", s.Currency), "write a code of three letters, such as EUR")
	case s.Columns.Currency != "" && s.Currency == "":
		return wrong("columns.currency is given, and no currency to report in", "add currency = \"EUR\", say: rows in another need a rate")
	case s.Tax != "" && s.Tax != "net" && s.Tax != "gross":
		return wrong(fmt.Sprintf("tax = %q is not known", s.Tax), "write net or gross")
	}
	switch ledger.Kind(s.Kind) { //nolint:exhaustive // the kinds of sales
	case "", ledger.Invoiced, ledger.Booked, ledger.Received:
		return nil
	default:
		return wrong(fmt.Sprintf("kind = %q is not known", s.Kind), "write invoiced, booked or received")
	}
}

// LedgerKind is what the amounts are.
func (s *Source) LedgerKind() ledger.Kind {
	if s.Kind == "" {
		return ledger.Invoiced
	}
	return ledger.Kind(s.Kind)
}

// SplitName takes the name of a table or a schema apart at its dots.
func SplitName(name string) (parts []string, err error) {
	for rest := name; ; {
		var part string
		if quoted, ok := strings.CutPrefix(rest, `"`); ok {
			var ends bool
			if part, rest, ends = strings.Cut(quoted, `"`); !ends {
				return nil, fmt.Errorf("%q has a quote that does not end", name)
			}
		} else if i := strings.IndexByte(rest, '.'); i >= 0 {
			part, rest = rest[:i], rest[i:]
		} else {
			part, rest = rest, ""
		}
		if part == "" {
			return nil, fmt.Errorf("%q has an empty part", name)
		}
		parts = append(parts, part)
		if rest == "" {
			return parts, nil
		}
		if rest[0] != '.' {
			return nil, fmt.Errorf("%q has something behind a quote", name)
		}
		rest = rest[1:]
	}
}

// State is what one roll-up found in the source, and where its cells are.
type State struct {
	Table   string         `json:"table"`
	Sources Sources        `json:"sources"` // how it was read
	Scale   uint8          `json:"scale"`   // of all amounts
	Totals  control.Totals `json:"totals"`
	First   period.Date    `json:"first"` // of dated lines that are not in the future
	Last    period.Date    `json:"last"`
	// Lines that stand apart from First and Last.
	Undated int64 `json:"undated"`
	Future  int64 `json:"future"`
	// NameAsKey are rows known by name because their id is empty.
	NameAsKey int64    `json:"name_as_key"`
	Documents bool     `json:"documents"` // lines name their documents
	Months    []Month  `json:"months"`
	Accounts  Accounts `json:"accounts"`
}

// Month is one month of the roll-up: which build of it holds, and what it was made of.
type Month struct {
	Month  period.Date `json:"month"` // NoDate: undated lines
	Build  int64       `json:"build"`
	Cells  int64       `json:"cells"`
	Digest string      `json:"digest"` // of its cells
	// Rows is a digest of the month's rows, Earlier one of those of all months before it:
	// a document counts in the month of its first line.
	Rows    string `json:"rows"`
	Earlier string `json:"earlier"`
}

// Accounts are the clients of the roll-up: which build of them holds, and what it was
// made of.
type Accounts struct {
	Build  int64  `json:"build"`
	Count  int64  `json:"count"`
	Digest string `json:"digest"`
	// Grouped counts those that a parent stands above.
	Grouped int64 `json:"grouped"`
}

func isCode(s string) bool {
	for _, c := range s {
		if c < 'A' || c > 'Z' {
			return false
		}
	}
	return len(s) == 3
}

// Refreshed is what a refresh did.
type Refreshed struct {
	State     State
	Number    int64         // of the publication that holds now
	Written   []period.Date // months that were rolled up
	Reused    []period.Date // months that a refresh which did not end had written already
	Kept      int           // months that are as they were
	Clients   bool          // the clients were written: names, parents, or who there is
	Unchanged bool          // so nothing was published
}

// Counted is one tally of an account, counted again: read, loaded, unassigned, excluded,
// quarantined.
type Counted struct {
	Name string
	ledger.Tally
}
