package intake

import (
	"bytes"
	"fmt"
	"strings"

	"clientele/internal/intake/calendar"
	"clientele/internal/intake/decimal"
	"clientele/internal/intake/record"
	"clientele/internal/intake/role"
	"clientele/internal/ledger"
	"clientele/internal/money"
	"clientele/internal/period"
)

// failure is why a record cannot be loaded.
type failure struct {
	code   string // stable
	text   string // one sentence
	remedy string
	col    int    // column at fault, -1: the record
	value  string // raw text of the cell
}

// number reads one cell in the column's style; typed cells are canonical.
func (w *worker) number(rec *record.Record, col int) (decimal.Result, *failure) {
	var cell []byte
	if col < len(rec.Fields) {
		cell = rec.Fields[col]
	}
	style := w.plan.styles[col]
	if rec.Kinds != nil && col < len(rec.Kinds) && rec.Kinds[col] != record.Text {
		style.Point = '.'
	}
	res, bad := decimal.Parse(cell, style)
	if bad == nil {
		return res, nil
	}
	if len(bytes.TrimSpace(cell)) == 0 {
		return res, &failure{code: "no_amount", text: "the amount is empty", remedy: "fill it in, or take the row out of the file", col: col}
	}
	return res, &failure{code: "bad_amount", text: bad.Text, remedy: bad.Remedy, col: col, value: string(cell)}
}

// amountOf computes the amount of a record, without tax where the profile says
// that it carries tax and a column tells how much.
func (w *worker) amountOf(rec *record.Record, c *chunk) (scaled, uint8, *failure) {
	p, f := w.plan, rec.Fields
	cur := uint8(0)
	if p.currency >= 0 && p.currency < len(f) {
		if code := trim(f[p.currency]); len(code) > 0 {
			cur = w.currency(code)
		}
	}
	var amount money.Amount
	if p.formula == nil {
		res, bad := w.number(rec, p.amount)
		if bad != nil {
			return scaled{}, cur, bad
		}
		amount = res.Amount
		if res.Currency != "" && p.currency < 0 {
			cur = w.currency([]byte(res.Currency))
		}
	} else {
		var bad *failure
		if amount, cur, bad = w.computed(rec, cur); bad != nil {
			return scaled{}, cur, bad
		}
	}
	if p.gross || p.inclusive >= 0 {
		var bad *failure
		if amount, bad = w.withoutTax(rec, amount, c); bad != nil {
			return scaled{}, cur, bad
		}
	}
	if p.kind >= 0 && p.kind < len(f) && amount.Units > 0 {
		if effect, _ := w.typeOf(f[p.kind]); effect == role.Credit {
			amount.Units = -amount.Units
			c.notes.Negated++
		}
	}
	return scaled{amount}, cur, nil
}

// computed evaluates the formula of --amount.
func (w *worker) computed(rec *record.Record, cur uint8) (money.Amount, uint8, *failure) {
	for i, col := range w.plan.terms {
		res, bad := w.number(rec, col)
		if bad != nil {
			if bad.code == "no_amount" && w.optional(col) {
				w.values[i] = money.Amount{}
				continue
			}
			return money.Amount{}, cur, bad
		}
		w.values[i] = res.Amount
		if res.Currency != "" && w.plan.currency < 0 {
			cur = w.currency([]byte(res.Currency))
		}
	}
	amount, err := w.product()
	if err != nil {
		return amount, cur, &failure{code: "overflow", text: "the amount does not fit 64 bits", remedy: "check the numbers of the row", col: -1}
	}
	return amount, cur, nil
}

func (w *worker) product() (money.Amount, error) {
	if a, b, ok := w.plan.formula.Product(); ok {
		return w.values[a].Mul(w.values[b])
	}
	return w.plan.formula.Eval(w.values, w.stack)
}

// optional: an empty discount, tax or refund is none; an empty quantity or price is unknown.
func (w *worker) optional(col int) bool {
	p := w.plan.profile
	return col != p.Column(role.Quantity) && col != p.Column(role.UnitPrice) && col != w.plan.terms[0]
}

// withoutTax takes the tax out of an amount that carries it.
func (w *worker) withoutTax(rec *record.Record, amount money.Amount, c *chunk) (money.Amount, *failure) {
	p := w.plan
	if p.inclusive >= 0 && (p.inclusive >= len(rec.Fields) || !truthy(rec.Fields[p.inclusive])) && !p.gross {
		return amount, nil
	}
	if p.tax < 0 {
		c.notes.Inclusive++
		return amount, nil
	}
	res, bad := w.number(rec, p.tax)
	if bad != nil {
		if bad.code == "no_amount" {
			return amount, nil // no tax on this line
		}
		return amount, bad
	}
	tax, err := res.Amount.Neg()
	if err == nil {
		amount, err = amount.Add(tax)
	}
	if err != nil {
		return amount, &failure{code: "overflow", text: "amount less tax does not fit 64 bits", remedy: "check the numbers of the row", col: p.tax}
	}
	return amount, nil
}

// dayOf reads the date of a record.
func (w *worker) dayOf(rec *record.Record) (period.Date, *failure) {
	col := w.plan.date
	var cell []byte
	if col < len(rec.Fields) {
		cell = rec.Fields[col]
	}
	if len(bytes.TrimSpace(cell)) == 0 {
		return period.NoDate, &failure{code: "no_date", text: "the date is empty", remedy: "fill it in, or load the file without dates: --map date=", col: col}
	}
	style := w.plan.dates
	if rec.Kinds != nil && col < len(rec.Kinds) {
		switch rec.Kinds[col] {
		case record.Date:
			style = calendar.Style{Order: calendar.ISO}
		case record.Number:
			style.Serial = true
		case record.Text, record.Bool:
		}
	}
	day, bad := w.memo.Parse(cell, style)
	if bad != nil {
		return period.NoDate, &failure{code: "bad_date", text: bad.Text, remedy: bad.Remedy, col: col, value: string(cell)}
	}
	return day, nil
}

// excluded files a record that its own status takes out of revenue.
func (w *worker) excluded(rec *record.Record, c *chunk, amount scaled, has bool, cur uint8) bool {
	p, f := w.plan, rec.Fields
	var why failure
	switch {
	case p.deleted >= 0 && p.deleted < len(f) && truthy(f[p.deleted]):
		why = failure{code: "deleted", text: "the source marks the row as deleted", col: p.deleted, value: string(f[p.deleted])}
	case p.status >= 0 && p.status < len(f) && w.status(f[p.status]).Exclude:
		why = failure{code: "status_" + w.status(f[p.status]).Code, text: fmt.Sprintf("the status is %s", trim(f[p.status])), col: p.status, value: string(f[p.status])}
	case p.won >= 0 && p.won < len(f) && !won(f[p.won]):
		why = failure{code: "not_won", text: "the deal is not won", col: p.won, value: string(f[p.won])}
	default:
		if p.kind < 0 || p.kind >= len(f) {
			return false
		}
		effect, code := w.typeOf(f[p.kind])
		if effect != role.NotASale {
			return false
		}
		why = failure{code: "type_" + code, text: fmt.Sprintf("%s is not a sale", trim(f[p.kind])), col: p.kind, value: string(f[p.kind])}
	}
	why.remedy = "nothing to do, unless it is revenue: then leave the column out with --map"
	w.setAside(c, rec, ledger.Excluded, why, amount, has, cur)
	return true
}

// status looks a word up once and counts the rows of words that are not known.
func (w *worker) status(cell []byte) role.Standing {
	s, ok := w.standing[string(cell)]
	if !ok {
		s = role.StatusOf(string(trim(cell)))
		w.standing[string(cell)] = s
	}
	return s
}

func (w *worker) typeOf(cell []byte) (role.Effect, string) {
	e, ok := w.effects[string(cell)]
	if !ok {
		e.Effect, e.code = role.TypeOf(string(trim(cell)))
		w.effects[string(cell)] = e
	}
	return e.Effect, e.code
}

// setAside files a record that is not loaded.
func (w *worker) setAside(c *chunk, rec *record.Record, state ledger.State, why failure, amount scaled, has bool, cur uint8) {
	a := ledger.Aside{
		State: state, Code: why.code, Text: why.text, Line: rec.Line, Value: why.value, Remedy: why.remedy,
		Raw: string(w.raw()), HasAmt: has, Currency: w.codes[cur], Day: period.NoDate,
	}
	if why.col >= 0 {
		a.Column = w.plan.profile.Header(why.col)
	}
	if has {
		a.Amount = amount.Trim()
	}
	if w.plan.date >= 0 && has {
		if day, bad := w.dayOf(rec); bad == nil {
			a.Day = day
		}
	}
	c.asides = append(c.asides, a)
}

// carry fills blank cells of the carried columns from the record above.
func (w *worker) carry(rec *record.Record) {
	for i, r := range w.plan.profile.Carry {
		col := w.plan.profile.Column(r)
		if col < 0 || col >= len(rec.Fields) {
			continue
		}
		if len(trim(rec.Fields[col])) > 0 {
			w.carried[i] = append(w.carried[i][:0], rec.Fields[col]...)
		} else {
			rec.Fields[col] = w.carried[i]
			if rec.Kinds != nil && col < len(rec.Kinds) {
				rec.Kinds[col] = record.Text
			}
		}
	}
}

func truthy(cell []byte) bool {
	switch strings.ToLower(string(trim(cell))) {
	case "true", "1", "yes", "y", "ja", "oui", "si", "sí", "wahr", "vrai", "x":
		return true
	default:
		return false
	}
}

func won(cell []byte) bool {
	switch strings.ToLower(strings.ReplaceAll(string(trim(cell)), " ", "")) {
	case "won", "closedwon", "gewonnen", "gagné", "gagnée", "ganado", "ganada":
		return true
	default:
		return truthy(cell)
	}
}
