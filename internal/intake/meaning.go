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

// quick reads a cell of nothing but digits and the decimal sign of its column, as
// nearly all are.
func (w *worker) quick(rec *record.Record, col int) (money.Amount, bool) {
	if rec.Kinds != nil || w.plan.open || col >= len(rec.Fields) {
		return money.Amount{}, false
	}
	return decimal.Plain(rec.Fields[col], w.plan.styles[col])
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
	} else if w.plan.open && bytes.ContainsAny(cell, ".,") {
		w.late = true // no value of the sample had a decimal sign
	}
	res, bad := decimal.Parse(cell, style)
	if unit := rec.Unit(col); unit != "" && bad == nil {
		if err := united(&res, unit); err != nil {
			return res, &failure{code: "overflow", text: "the amount does not fit 64 bits", remedy: "check the number", col: col, value: string(cell)}
		}
	}
	if bad == nil {
		return res, nil
	}
	if len(trim(cell)) == 0 {
		return res, &failure{code: "no_amount", text: "the amount is empty", remedy: "fill it in, or take the row out of the file", col: col}
	}
	return res, &failure{code: "bad_amount", text: bad.Text, remedy: bad.Remedy, col: col, value: string(cell)}
}

// united gives a number what its file shows beside it; a percentage becomes the number
// that is shown, as in a text.
func united(res *decimal.Result, unit string) (err error) {
	switch {
	case unit == "%":
		res.Percent = true
		res.Amount, err = res.Amount.Mul(money.Amount{Units: 100})
		if err == nil {
			res.Amount = res.Amount.Trim()
		}
	case decimal.IsCode(unit):
		res.Currency = unit
	default:
		res.Symbol = unit
	}
	return err
}

// shown is a cell as its file shows it: "0.5" under % is "50%".
func shown(cell []byte, unit string) string {
	if unit == "" || len(cell) == 0 {
		return string(cell)
	}
	if unit != "%" {
		return string(cell) + " " + unit
	}
	res, bad := decimal.Parse(cell, decimal.Style{})
	if bad != nil || united(&res, unit) != nil {
		return string(cell)
	}
	return res.Amount.String() + unit
}

// amountOf computes the amount of a record, without tax where the profile says
// that it carries tax and a column tells how much.
func (w *worker) amountOf(rec *record.Record, c *chunk) (scaled, uint8, *failure) {
	p, f := w.plan, rec.Fields
	w.negated = false
	cur := uint8(0)
	if p.currency >= 0 && p.currency < len(f) {
		var ok bool
		if cur, ok = w.currency(trim(f[p.currency])); !ok {
			return scaled{}, 0, &failure{
				code: "bad_currency", text: fmt.Sprintf("%q is no currency of ISO 4217", clip(trim(f[p.currency]))), col: p.currency, value: string(f[p.currency]),
				remedy: "write an ISO 4217 code such as EUR; or, for a sign that several currencies share, say which one with --currency",
			}
		}
	}
	var amount money.Amount
	var bad *failure
	switch {
	case p.fact:
		amount, cur, bad = w.factOf(rec, cur)
	case p.formula == nil:
		amount, cur, bad = w.value(rec, p.amount, cur)
	default:
		amount, cur, bad = w.computed(rec, p.formula, cur)
	}
	if bad != nil {
		return scaled{}, cur, bad
	}
	if p.gross || p.inclusive >= 0 {
		if amount, bad = w.withoutTax(rec, amount, c); bad != nil {
			return scaled{}, cur, bad
		}
	}
	if p.kind >= 0 && p.kind < len(f) && amount.Units > 0 && w.typeOf(f[p.kind]).Effect == role.Credit {
		amount.Units, w.negated = -amount.Units, true
		c.notes.Negated++
	}
	return scaled{amount}, cur, nil
}

// value reads an amount with the currency that may stand beside it.
func (w *worker) value(rec *record.Record, col int, cur uint8) (money.Amount, uint8, *failure) {
	if a, ok := w.quick(rec, col); ok {
		return a, cur, nil
	}
	res, bad := w.number(rec, col)
	switch {
	case bad != nil:
		return money.Amount{}, cur, bad
	case res.Percent:
		return money.Amount{}, cur, &failure{
			code: "bad_amount", text: "a percentage is no amount", remedy: "say which column is the amount: --map amount=COLUMN", col: col, value: shown(rec.Fields[col], rec.Unit(col)),
		}
	case res.Currency == "" && res.Symbol == "":
		return res.Amount, cur, nil
	}
	return w.beside(rec, col, res, cur)
}

// beside checks a currency that stands in the cell of an amount against the one that
// a column or the profile names.
func (w *worker) beside(rec *record.Record, col int, res decimal.Result, cur uint8) (money.Amount, uint8, *failure) {
	have := w.codes[cur]
	if res.Currency == "" && have != "" && !decimal.Shares(res.Symbol, string(have)) {
		return money.Amount{}, 0, &failure{
			code: "currency_conflict", text: fmt.Sprintf("the amount carries the sign %s, which is none of %s", res.Symbol, have), col: col, value: shown(rec.Fields[col], rec.Unit(col)),
			remedy: "write the ISO code of the amount's own currency beside it, or mend the one of the row",
		}
	}
	if res.Currency == "" {
		if w.plan.sign == "" || w.plan.sign == res.Symbol || have != "" {
			return res.Amount, cur, nil
		}
		return money.Amount{}, 0, &failure{
			code: "bad_currency", text: fmt.Sprintf("the sign %s stands for another currency than %s in the rows above", res.Symbol, w.plan.sign), col: col, value: shown(rec.Fields[col], rec.Unit(col)),
			remedy: "write ISO codes beside the amounts, or in a column of their own",
		}
	}
	own, ok := w.currency([]byte(res.Currency))
	if !ok || w.plan.currency >= 0 && have != "" && own != cur {
		return money.Amount{}, 0, &failure{
			code: "currency_conflict", text: fmt.Sprintf("the amount is in %s, the row in %s", res.Currency, have), col: col, value: shown(rec.Fields[col], rec.Unit(col)),
			remedy: "correct one of the two",
		}
	}
	return res.Amount, own, nil
}

// computed evaluates a formula, with the currency that may stand beside its terms.
func (w *worker) computed(rec *record.Record, f *formula, cur uint8) (money.Amount, uint8, *failure) {
	first := -1
	for i, col := range f.columns {
		var ok bool
		if w.values[i], ok = w.quick(rec, col); ok {
			continue
		}
		res, bad := w.number(rec, col)
		if bad != nil {
			if bad.code == "no_amount" && f.optional(col, w.plan.profile) {
				w.values[i] = money.Amount{}
				continue
			}
			return money.Amount{}, cur, bad
		}
		if res.Percent && f.strict && !f.Scaled() {
			return money.Amount{}, cur, &failure{
				code: "bad_amount", text: "a percentage is no cost", remedy: "write an amount of money, or say how it is computed with --cost", col: col, value: shown(rec.Fields[col], rec.Unit(col)),
			}
		}
		w.values[i] = res.Amount
		if res.Currency == "" && res.Symbol == "" {
			continue
		}
		_, own, bad := w.beside(rec, col, res, cur)
		if bad == nil && first >= 0 && own != w.terms[first] {
			bad = &failure{code: "bad_currency", text: "the amount is computed from two currencies", remedy: "correct the row", col: col, value: shown(rec.Fields[col], rec.Unit(col))}
		}
		if bad != nil {
			return money.Amount{}, 0, bad
		}
		first, w.terms[i] = i, own
	}
	if first >= 0 {
		cur = w.terms[first]
	}
	amount, err := f.eval(w.values, w.stack)
	if err != nil {
		return amount, cur, &failure{code: "overflow", text: "the amount does not fit 64 bits", remedy: "check the numbers of the row", col: -1}
	}
	return amount, cur, nil
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
		why = failure{code: "deleted", text: "the source marks the row as deleted", remedy: "deleted", col: p.deleted, value: string(f[p.deleted])}
	case p.status >= 0 && p.status < len(f) && w.status(f[p.status]).Exclude:
		why = failure{code: "status_" + w.status(f[p.status]).Code, text: statusText(w.status(f[p.status]).Code), remedy: "status", col: p.status, value: string(f[p.status])}
	case p.won >= 0 && p.won < len(f) && w.stage(f[p.won]) != role.WonStage:
		if w.stage(f[p.won]) == role.UnknownStage {
			c.unknownWord(clip(trim(f[p.won])) + " (" + p.profile.Header(p.won) + ")")
		}
		why = failure{code: "not_won", text: "the deal is not won", remedy: "won", col: p.won, value: string(f[p.won])}
	case p.captured >= 0 && p.captured < len(f) && len(trim(f[p.captured])) > 0 && !truthy(f[p.captured]):
		why = failure{code: "not_captured", text: "the payment was not collected", remedy: "captured", col: p.captured, value: string(f[p.captured])}
	default:
		if p.kind < 0 || p.kind >= len(f) {
			return false
		}
		e := w.typeOf(f[p.kind])
		if e.Effect != role.NotASale {
			return false
		}
		why = failure{code: "type_" + e.code, text: "the type is " + strings.ReplaceAll(e.code, "_", " ") + ", which is no sale", remedy: "type", col: p.kind, value: string(f[p.kind])}
	}
	why.remedy = "nothing to do, unless it is revenue: then --map " + why.remedy + "= leaves the column out"
	w.setAside(c, rec, ledger.Excluded, why, amount, has, cur)
	return true
}

// statusText says why a status takes a row out of revenue.
func statusText(code string) string {
	if code == "uncaptured" {
		return "the status says that the payment was authorised and not collected"
	}
	return "the status says " + code
}

// stage looks the stage of a deal up once.
func (w *worker) stage(cell []byte) role.Stage {
	s, ok := w.stages[string(cell)]
	if !ok {
		s = role.StageOf(string(trim(cell)))
		if len(w.stages) < cacheMax {
			w.stages[string(cell)] = s
		}
	}
	return s
}

// status looks a word up once.
func (w *worker) status(cell []byte) role.Standing {
	s, ok := w.standing[string(cell)]
	if !ok {
		s = role.StatusOf(string(trim(cell)))
		if len(w.standing) < cacheMax {
			w.standing[string(cell)] = s
		}
	}
	return s
}

// typeOf looks a type of document up once.
func (w *worker) typeOf(cell []byte) effect {
	e, ok := w.effects[string(cell)]
	if !ok {
		e.Effect, e.code = role.TypeOf(string(trim(cell)))
		if len(w.effects) < cacheMax {
			w.effects[string(cell)] = e
		}
	}
	return e
}

// setAside files a record that is not loaded.
func (w *worker) setAside(c *chunk, rec *record.Record, state ledger.State, why failure, amount scaled, has bool, cur uint8) {
	a := ledger.Aside{
		State: state, Code: why.code, Text: why.text, Line: rec.Line, Value: why.value, Remedy: why.remedy,
		Raw: string(w.raw()), HasAmt: has, Currency: w.codes[cur], Day: period.NoDate, Lone: w.lone && !has,
	}
	if state == ledger.Quarantined && (w.maybe.group != "" || has && w.bare(rec.Fields)) {
		c.doubt(w.maybe, len(c.asides))
	}
	c.weight += len(a.Raw)
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

// carry fills blank cells of the carried columns from the record above, where all of
// them are blank: that is a child row. A row that has one of them begins a new
// document, whose blank cells are blank.
func (w *worker) carry(rec *record.Record) {
	p := w.plan.profile
	child := true
	for _, r := range p.Carry {
		col := p.Column(r)
		if col >= 0 && col < len(rec.Fields) && len(trim(rec.Fields[col])) > 0 {
			child = false
		}
	}
	for i, r := range p.Carry {
		col := p.Column(r)
		switch {
		case col < 0 || col >= len(rec.Fields):
		case !child:
			w.carried[i] = append(w.carried[i][:0], rec.Fields[col]...)
			w.carriedKind[i] = record.Text
			if col < len(rec.Kinds) {
				w.carriedKind[i] = rec.Kinds[col]
			}
		default:
			rec.Fields[col] = w.carried[i]
			if col < len(rec.Kinds) {
				rec.Kinds[col] = w.carriedKind[i]
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
