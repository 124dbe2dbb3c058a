package intake

import (
	"fmt"
	"strconv"
	"strings"

	"clientele/internal/fault"
	"clientele/internal/intake/calendar"
	"clientele/internal/intake/decimal"
	"clientele/internal/intake/role"
	"clientele/internal/money"
)

// plan is a profile compiled for reading: columns by position, styles by column.
type plan struct {
	profile *Profile
	width   int  // columns of the header; 0: no header, ragged rows are measured by reach alone
	reach   int  // columns a record must have to give every mapped value
	pad     bool // short records are complete: the format leaves out empty trailing cells

	client, clientID, parent, owner int
	date, document, applies         int
	currency, status, kind          int
	won, deleted, captured          int
	inclusive, tax                  int

	amount  int // column of the amount, -1: computed
	formula *formula
	cost    *formula // of the direct cost; nil: none is read
	margin  int      // column of what is left of the amount after its cost, -1: none
	share   int64    // percent that one of the margin is; 0: it is money, unless a cell says percent
	used    []int    // number columns, for messages

	spans         bool  // facts are for periods, not days
	fact          bool  // no sale lines: facts beside them
	seconds       int64 // that one of the amount counts; 0: it is money, or an event
	labels        [][2]int
	besides       []int
	besideSeconds []int64
	besideMoney   bool // what of them is no time is money

	styles    []decimal.Style // by column
	open      bool            // no number column of the sample had a decimal sign
	sign      string          // the currency sign of amounts that name no currency
	dates     calendar.Style
	gross     bool // amounts carry tax, which the tax column tells
	first     string
	keyed     bool // clients are known by an id column
	named     bool // a name column stands beside the id
	currency0 money.Currency
}

func compile(p *Profile, textual bool) (*plan, error) {
	dates, err := p.dateStyle()
	if err != nil {
		return nil, err
	}
	pl := &plan{
		profile: p, width: len(p.Headers), pad: !textual, dates: dates, currency0: p.Currency,
		client: p.Column(role.Client), clientID: p.Column(role.ClientID), parent: p.Column(role.Parent), owner: p.Column(role.Owner),
		date: p.Column(role.Date), document: p.Column(role.Document), applies: p.Column(role.AppliesTo),
		currency: p.Column(role.Currency), status: p.Column(role.Status), kind: p.Column(role.Type),
		won: p.Column(role.Won), deleted: p.Column(role.Deleted), captured: p.Column(role.Captured), inclusive: p.Column(role.TaxIncluded), tax: p.Column(role.Tax),
		amount: p.Column(role.Amount), margin: -1,
	}
	if p.Amount != "" {
		pl.amount = -1
		if pl.formula, err = p.formula(p.Amount, "--amount", "quantity*unit_price"); err != nil {
			return nil, err
		}
	}
	if err := pl.compileCost(); err != nil {
		return nil, err
	}
	pl.spans = p.Spans()
	if pl.fact = p.List != ""; pl.fact {
		pl.amount, pl.seconds = p.measured()
		pl.labels = p.labelColumns()
		pl.besides, pl.besideSeconds = p.besides()
		pl.besideMoney = p.List == role.Plans
		pl.kind = -1
	}
	pl.open, pl.sign = p.Unsigned, p.Sign
	pl.gross = p.Tax == "gross" && pl.tax >= 0
	pl.keyed, pl.named = pl.clientID >= 0, pl.clientID >= 0 && pl.client >= 0
	if len(p.Headers) > 0 {
		pl.first = strings.TrimSpace(p.Headers[0])
	}
	return pl, pl.measure()
}

// measure finds the reach and the number style of every column that is read.
func (pl *plan) measure() error {
	p := pl.profile
	if pl.formula != nil {
		pl.used = append(pl.used, pl.formula.columns...)
	}
	for _, col := range pl.besides {
		if col >= 0 {
			pl.used = append(pl.used, col)
		}
	}
	if pl.amount >= 0 {
		pl.used = append(pl.used, pl.amount)
	}
	if pl.gross || pl.inclusive >= 0 && pl.tax >= 0 {
		pl.used = append(pl.used, pl.tax)
	}
	mapped := []int{pl.client, pl.clientID, pl.date, pl.document, pl.currency, pl.status, pl.kind, pl.won, pl.deleted, pl.captured, pl.inclusive}
	for _, cols := range pl.labels {
		mapped = append(mapped, cols[0])
	}
	for _, col := range append(mapped, pl.used...) {
		pl.reach = max(pl.reach, col+1)
	}
	pl.styles = make([]decimal.Style, max(pl.reach, pl.width))
	for i := range pl.styles {
		pl.styles[i].Point = '.'
		if point := p.Points[i]; point != "" {
			pl.styles[i].Point = point[0]
		}
	}
	if pl.amount < 0 && pl.formula == nil && p.List != role.Events {
		return fault.New(fault.Usage, "read profile", "the profile names no amount", "say which column it is: --map amount=COLUMN")
	}
	return nil
}

// find resolves a name of an expression: a role that is mapped, a header, or a
// column number such as #3.
func (p *Profile) find(name string) (int, error) {
	if i, ok := p.Roles[role.Role(strings.ToLower(name))]; ok {
		return i, nil
	}
	return FindColumn(p.Headers, name)
}

// currencyOf reads a currency cell: a code, a sign, or a name with its code as in
// "Euro - EUR". It is "" for what is none of ISO 4217, and the profile's for an empty
// cell and for a sign that several currencies share, the profile's among them.
func (pl *plan) currencyOf(cell []byte) money.Currency {
	name := strings.TrimSpace(string(cell))
	if dash := strings.LastIndex(name, " - "); dash >= 0 {
		name = name[dash+3:]
	}
	if name == "" {
		return pl.currency0
	}
	res, bad := decimal.Parse([]byte("1 "+name), decimal.Style{Point: '.'})
	switch {
	case bad != nil:
		return ""
	case res.Currency != "":
		return money.Currency(res.Currency)
	case pl.currency0 != "" && !decimal.Shares(res.Symbol, string(pl.currency0)):
		return ""
	default:
		return pl.currency0
	}
}

// FindColumn finds a column by its header (exact first, then normalised) or as "#3",
// counted from 1. It fails with the headers there are.
func FindColumn(headers []string, name string) (int, error) {
	trimmed := strings.TrimSpace(name)
	if inner, ok := strings.CutPrefix(trimmed, "["); ok {
		trimmed = strings.TrimSpace(strings.TrimSuffix(inner, "]"))
	}
	if trimmed != "" {
		i, err := only(headers, name, func(h string) bool { return strings.TrimSpace(h) == trimmed })
		if i >= 0 || err != nil {
			return i, err
		}
	}
	if want, _ := role.Normalise(trimmed); want != "" {
		i, err := only(headers, name, func(h string) bool { have, _ := role.Normalise(h); return have == want })
		if i >= 0 || err != nil {
			return i, err
		}
	}
	if digits, ok := strings.CutPrefix(trimmed, "#"); ok {
		if n, err := strconv.Atoi(digits); err == nil && n >= 1 && n <= len(headers) {
			return n - 1, nil
		}
	}
	return -1, fault.New(fault.Usage, "find column", fmt.Sprintf("there is no column %q", name), "the columns are: "+quoteAll(headers))
}

// only finds the one header that fits, -1 if there is none. Two are an error.
func only(headers []string, name string, fits func(string) bool) (int, error) {
	found := -1
	for i, h := range headers {
		if !fits(h) {
			continue
		}
		if found >= 0 {
			return -1, fault.New(fault.Usage, "find column", fmt.Sprintf("two columns are called %q", name),
				fmt.Sprintf("name one by its number: #%d or #%d", found+1, i+1))
		}
		found = i
	}
	return found, nil
}

func quoteAll(headers []string) string {
	const most = 30
	names := make([]string, 0, len(headers))
	for i, h := range headers {
		if i == most {
			names = append(names, fmt.Sprintf("and %d more", len(headers)-most))
			break
		}
		if h = strings.TrimSpace(h); h == "" {
			h = fmt.Sprintf("#%d", i+1)
		}
		names = append(names, h)
	}
	return strings.Join(names, ", ")
}

func columnName(i int) string { return fmt.Sprintf("column %d", i+1) }
