package intake

import (
	"crypto/sha256"
	"encoding/hex"
	"sort"
	"strings"

	"clientele/internal/intake/calendar"
	"clientele/internal/intake/role"
	"clientele/internal/ledger"
	"clientele/internal/money"
	"clientele/internal/period"
)

// Profile is the complete, explicit reading of a kind of file: nothing in it is
// left to be guessed when records are read. It is remembered under the set of
// headers, so that the next export of the same kind needs no questions.
type Profile struct {
	Shape     string   `json:"shape,omitempty"` // the export it was recognised as
	Encoding  string   `json:"encoding,omitempty"`
	Delimiter string   `json:"delimiter,omitempty"`
	Sheet     string   `json:"sheet,omitempty"`
	Headers   []string `json:"headers"` // as in the file; empty names are kept; nil: no header row

	Roles  map[role.Role]int `json:"roles"`            // column of each role, 0-based
	Amount string            `json:"amount,omitempty"` // expression, where no column is the amount
	// Cost computes the direct cost of a line, in the grammar of --amount; "" where the
	// file tells none, or nobody asked for it.
	Cost  string      `json:"cost,omitempty"`
	Carry []role.Role `json:"carry,omitempty"` // blank cells inherit the value above
	// Heading is the column whose lone cells head the rows below; -1: none.
	Heading   int       `json:"heading"`
	HeadingOf role.Role `json:"heading_of,omitempty"` // what they name: client or item

	Points   map[int]string `json:"points,omitempty"`   // decimal sign of each number column
	Unsigned bool           `json:"unsigned,omitempty"` // no number was seen with a point or comma: the first one decides
	// SignUnseen and OrderUnseen say that nothing in the file showed its decimal sign, or
	// the order of its dates: the next file of the kind decides for itself.
	SignUnseen  bool   `json:"sign_unseen,omitempty"`
	OrderUnseen bool   `json:"order_unseen,omitempty"`
	DateOrder   string `json:"date_order,omitempty"`
	Serial      bool   `json:"serial_dates,omitempty"` // dates are a spreadsheet's day numbers
	Months      bool   `json:"month_dates,omitempty"`  // dates are months: their first day counts

	Currency money.Currency `json:"currency,omitempty"` // of every line, where no column names one
	Sign     string         `json:"sign,omitempty"`     // the sign at amounts that names no single currency: "$"
	Kind     ledger.Kind    `json:"kind"`
	Tax      string         `json:"tax,omitempty"` // "net" or "gross" where somebody said so
	TaxSigns []string       `json:"tax_signs,omitempty"`
	// Of facts beside sale lines: the list, the seconds that one of its hours counts, what
	// its events are where no column says so, the columns of last names beside the first,
	// the numbers that drive time, and the layer of the statement that was said.
	List    string            `json:"list,omitempty"`
	Unit    int64             `json:"unit_seconds,omitempty"`
	Event   string            `json:"event,omitempty"`
	Second  map[role.Role]int `json:"second,omitempty"`
	Drivers map[string]int    `json:"drivers,omitempty"`
	Layer   string            `json:"layer,omitempty"`
	// Of a plan: the columns of its lines, and its name.
	Plan     map[ledger.PlanLine]int `json:"plan,omitempty"`
	PlanName string                  `json:"plan_name,omitempty"`
	// Across are the columns of months side by side, in their order from For on.
	Across []int `json:"across,omitempty"`
	// For is the period of all facts of a list whose rows have no dates, Fiscal the month in
	// which the fiscal year of a column of years begins.
	For    *period.Range `json:"for,omitempty"`
	Fiscal int           `json:"fiscal_start,omitempty"`
	// Aliases are the ids of clients that a list names, as the ledger knew them when it was
	// imported. They hold for one batch and are not remembered.
	Aliases map[string]string `json:"aliases,omitempty"`
	// Overlap says what to do with lines that are loaded already where no document
	// number tells: "skip" or "load". It holds for one batch and is not remembered.
	Overlap string `json:"overlap,omitempty"`
}

// Key is the identity of the header set: the normalised names in order of the
// alphabet, so that neither column order nor case nor the file's name matter. A currency in a
// header is part of it.
func Key(headers []string) string {
	names := make([]string, 0, len(headers))
	for _, h := range headers {
		name, currency := role.Normalise(h)
		names = append(names, name+"\x1e"+currency)
	}
	sort.Strings(names)
	sum := sha256.Sum256([]byte(strings.Join(names, "\x1f")))
	return hex.EncodeToString(sum[:8])
}

// Column is the index of a role's column, -1 if none is mapped.
func (p *Profile) Column(r role.Role) int {
	if i, ok := p.Roles[r]; ok {
		return i
	}
	return -1
}

// Header is the name of a column for people: its header, or "column 3".
func (p *Profile) Header(i int) string {
	if i >= 0 && i < len(p.Headers) && strings.TrimSpace(p.Headers[i]) != "" {
		return strings.TrimSpace(p.Headers[i])
	}
	return columnName(i)
}

// facts says what a file of the profile lists.
func (p *Profile) facts() string {
	if p.List != "" {
		return p.List
	}
	return role.Sales
}

// Dated reports whether lines carry dates, or periods.
func (p *Profile) Dated() bool { return p.Column(role.Date) >= 0 || p.Spans() }

// Spans reports whether facts are for periods of months.
func (p *Profile) Spans() bool { return p.For != nil || p.Column(role.Period) >= 0 }

func (p *Profile) dateStyle() (calendar.Style, error) {
	order, err := parseOrder(p.DateOrder)
	return calendar.Style{Order: order, Serial: p.Serial, Month: p.Months}, err
}
