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

// Source maps sale lines to a table of the firm.
type Source struct {
	// Table is catalog.schema.table. A part may stand in double quotes.
	Table string `json:"table,omitempty" toml:"table"`
	// Where is a condition in the engine's SQL; rows that do not meet it are excluded,
	// and counted.
	Where string `json:"where,omitempty" toml:"where"`
	// Currency is the one that amounts are in: of rows with another in their column,
	// none has a rate.
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
func (s *Source) Check() error {
	wrong := func(message, remedy string) error {
		return fault.New(fault.Usage, "read the configuration", "sources.sales: "+message, remedy)
	}
	if _, err := SplitName(s.Table); err != nil {
		return wrong(fmt.Sprintf("table = %q is not the name of a table", s.Table), "write it in full: table = \"catalog.schema.table\"")
	}
	switch {
	case s.Columns.Client == "" && s.Columns.Name == "":
		return wrong("no column names the client", "add columns.client = \"…\"")
	case s.Columns.Amount == "":
		return wrong("no column holds the amount", "add columns.amount = \"…\"")
	case s.Currency != "" && !isCode(s.Currency):
		return wrong(fmt.Sprintf("currency = %q is no currency", s.Currency), "write a code of three letters, such as EUR")
	case s.Columns.Currency != "" && s.Currency == "":
		return wrong("columns.currency is given, and no currency to report in", "add currency = \"EUR\", say: rows in another are set aside")
	case s.Tax != "" && s.Tax != "net" && s.Tax != "gross":
		return wrong(fmt.Sprintf("tax = %q is not known", s.Tax), "write net or gross")
	}
	switch ledger.Kind(s.Kind) {
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
	Table  string         `json:"table"`
	Source Source         `json:"source"` // how it was read
	Scale  uint8          `json:"scale"`  // of all amounts
	Totals control.Totals `json:"totals"`
	First  period.Date    `json:"first"` // of dated lines that are not in the future
	Last   period.Date    `json:"last"`
	// Lines that stand apart from First and Last.
	Undated int64 `json:"undated"`
	Future  int64 `json:"future"`
	// NameAsKey are rows known by name because their id is empty.
	NameAsKey int64   `json:"name_as_key"`
	Documents bool    `json:"documents"` // lines name their documents
	Months    []Month `json:"months"`
}

// Month is one month of the roll-up: which build of it holds, and a digest of its cells.
type Month struct {
	Month  period.Date `json:"month"` // NoDate: undated lines
	Build  int64       `json:"build"`
	Cells  int64       `json:"cells"`
	Digest string      `json:"digest"`
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
	Unchanged bool          // so nothing was published
}

// Counted is one tally of an account, counted again: read, loaded, unassigned, excluded,
// quarantined.
type Counted struct {
	Name string
	ledger.Tally
}
