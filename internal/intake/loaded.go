package intake

import (
	"cmp"
	"slices"
	"strings"

	"clientele/internal/fault"
	"clientele/internal/ledger"
	"clientele/internal/money"
	"clientele/internal/period"
)

// Loaded is the account of one file: what was read and what became of it.
type Loaded struct {
	Accounts       []ledger.Account // in order of first appearance
	Controls       []ledger.Control // one per currency with records, in order of first appearance; "" where records name none
	Reasons        []ledger.Reason  // by state, then rows descending, then code
	ReasonCurrency []money.Currency // of each reason
	Skipped        []ledger.Skipped // by kind
	Stated         []ledger.Stated  // by line
	Unknown        []Word           // words of status, type and stage columns that are not known
	Notes          Notes
	Lines          int64
	Decimals       uint8 // finest scale seen
	Span           period.Range
	Undated        int64
	Future         int64 // lines dated after today; Span leaves them out
}

// Word is a status, type or stage word with its rows. A row with an unknown stage is
// excluded, one with another unknown word loaded.
type Word struct {
	Text string
	Rows int64
}

// wordsMax is how many unknown words are named one by one.
const wordsMax = 1000

// Rows sums a tally over all currencies: rows only, amounts are not added.
func (l *Loaded) Rows(pick func(*ledger.Control) ledger.Tally) ledger.Tally {
	var t ledger.Tally
	for i := range l.Controls {
		u := pick(&l.Controls[i])
		t.Rows += u.Rows
		t.WithoutAmount += u.WithoutAmount
	}
	return t
}

// finish closes the account and checks it.
func (m *merger) finish() (*Loaded, error) {
	l := &Loaded{
		Accounts: m.list, Notes: m.notes, Lines: m.lines, Decimals: m.scale,
		Span: m.span, Undated: m.undated, Future: m.future, Stated: m.stated,
	}
	controls := make([]ledger.Control, len(m.codes))
	for i, code := range m.codes {
		controls[i] = ledger.Control{Currency: code, Decimals: m.scale, Read: m.read[i], Loaded: m.loaded[i], Unassigned: m.free[i]}
	}
	for key, r := range m.reasons {
		c := &controls[key.cur]
		if key.state == ledger.Excluded {
			c.Excluded = c.Excluded.Plus(r.Tally)
		} else {
			c.Quarantined = c.Quarantined.Plus(r.Tally)
		}
	}
	for i := range controls {
		if rows, amount := controls[i].Residual(); !controls[i].Closes() {
			return nil, fault.New(fault.Internal, "close the file",
				"the file does not close: "+amount.Format(m.scale)+" and "+itoa(rows)+" rows are unaccounted for", "please report this file's shape")
		}
		if controls[i].Read.Rows > 0 || len(controls) == 1 {
			l.Controls = append(l.Controls, controls[i])
		}
	}
	m.order(l)
	for kind, n := range m.skipped {
		if n > 0 {
			l.Skipped = append(l.Skipped, ledger.Skipped{Kind: skip(kind).String(), Lines: n})
		}
	}
	slices.SortFunc(l.Skipped, func(a, b ledger.Skipped) int { return strings.Compare(a.Kind, b.Kind) })
	for word, n := range m.unknown {
		l.Unknown = append(l.Unknown, Word{word, n})
	}
	slices.SortFunc(l.Unknown, func(a, b Word) int { return strings.Compare(a.Text, b.Text) })
	return l, nil
}

// order lists the reasons by state, rows descending, code, currency.
func (m *merger) order(l *Loaded) {
	keys := make([]reasonKey, 0, len(m.reasons))
	for k := range m.reasons {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b reasonKey) int {
		return cmp.Or(cmp.Compare(a.state, b.state), cmp.Compare(m.reasons[b].Rows, m.reasons[a].Rows),
			cmp.Compare(a.code, b.code), cmp.Compare(a.cur, b.cur))
	})
	for _, k := range keys {
		l.Reasons = append(l.Reasons, *m.reasons[k])
		l.ReasonCurrency = append(l.ReasonCurrency, m.codes[k.cur])
	}
}

// skip is a kind of line that is no record.
type skip uint8

// The kinds of skipped lines.
const (
	skipTitle skip = iota
	skipHeader
	skipBlank
	skipHeading
	skipTotal
	skipSubtotal
	skipFooter
	skips
)

// String is the word under which the lines are counted.
func (s skip) String() string {
	return [...]string{"title", "header", "blank", "heading", "total", "subtotal", "footer"}[s]
}
