package intake

import (
	"fmt"
	"strings"

	"clientele/internal/fault"
	"clientele/internal/intake/record"
	"clientele/internal/intake/role"
	"clientele/internal/intake/source"
	"clientele/internal/money"
)

// The costs that a margin tells: what the amount leaves without it, be it money or a share
// of the amount. They stand for the amount as it is loaded, after tax and sign.
const (
	marginCost    = "amount-margin"
	marginPart    = "amount*(1-margin)"
	marginPercent = "amount*(100-margin)*0.01"
)

// marginShares says how many percent one of the margin is, 0 for money.
var marginShares = map[string]int64{marginCost: 0, marginPart: 100, marginPercent: 1}

// ofMargin is a cost that somebody said, in the common form if it is one that the column
// of margins tells: that form knows the amount where no column is it.
func (p *Profile) ofMargin(text string) string {
	col, said := p.Column(role.Margin), compact(text)
	for _, form := range [...]string{marginPart, marginPercent, marginCost} {
		before, after, _ := strings.Cut(form, "margin")
		if col < 0 || !strings.HasPrefix(said, before) || !strings.HasSuffix(said, after) {
			continue
		}
		name := strings.TrimSuffix(strings.TrimPrefix(said, before), after)
		if at, err := p.find(name); err == nil && at == col {
			return form
		}
	}
	return text
}

// compact leaves out the blanks of an expression, those of names apart.
func compact(text string) string {
	name := false
	return strings.Map(func(r rune) rune {
		name = r == '[' || name && r != ']'
		if r == ' ' && !name {
			return -1
		}
		return r
	}, text)
}

// marginShare is the percentage that the margin of a record is, if it is no money.
func (w *worker) marginShare(rec *record.Record) (percent money.Amount, is bool, bad *failure) {
	p := w.plan
	a, plain := w.quick(rec, p.margin)
	if !plain {
		res, bad := w.number(rec, p.margin)
		switch {
		case bad == nil && res.Percent:
			return res.Amount.Trim(), true, nil
		case p.share == 0: // whatever it is, it is read as money
			return a, false, nil
		case bad != nil:
			return a, false, bad
		case res.Currency != "" || res.Symbol != "":
			return a, false, &failure{code: "bad_amount", text: "an amount of money is no share", remedy: "write a share, or amounts of money throughout", col: p.margin, value: shown(rec.Fields[p.margin], rec.Unit(p.margin))}
		}
		a = res.Amount
	}
	if p.share == 0 {
		return a, false, nil
	}
	a, err := a.Mul(money.Amount{Units: p.share})
	if err != nil {
		return a, false, &failure{code: "overflow", col: p.margin}
	}
	return a.Trim(), true, nil
}

// besideShare is what an amount leaves beside a margin of so many percent: exactly, and
// half to even beyond six decimals.
func besideShare(amount, percent money.Amount, col int) (money.Amount, *failure) {
	const hundredth = 2 // decimals
	rest, err := percent.Neg()
	if err == nil {
		rest, err = rest.Add(money.Amount{Units: 100})
	}
	if err != nil {
		return money.Amount{}, &failure{code: "overflow", col: col}
	}
	rest.Decimals += hundredth
	scale := min(money.MaxDecimals, amount.Decimals+rest.Decimals)
	cost, err := money.Convert(amount.Units, amount.Decimals, rest, scale)
	if err != nil {
		return money.Amount{}, &failure{code: "overflow", col: col}
	}
	return money.Amount{Units: cost, Decimals: scale}.Trim(), nil
}

// margins is what the sampled margins look like.
type margins struct {
	signed, plain, above, broken int // with a percent sign; without, not 0; those above 1; those with decimals
	amounts, large               int // beside them; those above 10
	example                      string
}

// marginUnit settles whether a column of margins holds money, parts of one or percentages,
// by its header and its values, and asks where they fit two of them.
func (f *File) marginUnit(rows []row, a *Answers) {
	p := f.Profile
	if p.Cost != marginCost || a.Cost != "" {
		return
	}
	for _, q := range f.Questions {
		if q.Code == "decimal" { // nothing can be read yet
			return
		}
	}
	pl, err := compile(p, f.src.Format == source.Text)
	if err != nil || pl.margin < 0 {
		return // another question asks for the amount
	}
	m := seeMargins(pl, rows)
	header, name := p.Header(pl.margin), f.bracketed(pl.margin)
	part, money := "--cost 'amount*(1-"+name+")'", "--cost 'amount-"+name+"'"
	switch {
	case role.IsShare(header) && m.above == 0 && m.plain > 0:
		percent := "--cost 'amount*(100-" + name + ")*0.01'"
		f.askMargin(fmt.Sprintf("Column %s holds shares: is 1 the whole amount, or a hundredth of it?", header), &m, part+" (1 is the whole) or "+percent+" (it is a hundredth)", part, percent)
		return
	case role.IsShare(header):
		p.Cost = marginPercent
	case m.signed == 0 && m.plain > 0 && m.above == 0 && m.broken > 0 && 2*m.large > m.amounts:
		f.askMargin(fmt.Sprintf("No value in column %s is above 1: are they money, or shares of the amount?", header), &m, money+" (money) or "+part+" (shares)", money, part)
		return
	}
	f.evidence("cost = " + p.Cost)
}

func (f *File) askMargin(text string, m *margins, flag string, choices ...string) {
	f.ask(fault.Question{
		Code: "margin", Text: text, Flag: flag, Choices: choices,
		Evidence: []string{fmt.Sprintf("%d values in the sample, for example %s", m.plain, m.example)},
	})
}

// bracketed names a column as an expression between quotes can.
func (f *File) bracketed(i int) string {
	header := f.Profile.Header(i)
	if strings.HasPrefix(f.reference(i), "#") || strings.ContainsAny(header, `'"[]`) {
		return fmt.Sprintf("[#%d]", i+1)
	}
	return "[" + header + "]"
}

// seeMargins looks at the margins of sampled rows, totals left out.
func seeMargins(pl *plan, rows []row) margins {
	var m margins
	w := newWorker(pl)
	c := w.begin(nil, 0)
	for i := range rows {
		rec := record.Record{Line: rows[i].line, Fields: rows[i].fields, Kinds: rows[i].kinds, Units: rows[i].units}
		if kind, _, _ := role.TotalOf(texts(rec.Fields)); kind != "" {
			continue
		}
		res, bad := w.number(&rec, pl.margin)
		if bad != nil {
			continue
		}
		if res.Percent {
			m.signed++
			continue
		}
		v := res.Amount.Trim()
		if v.Units == 0 {
			continue
		}
		if m.plain++; m.plain == 1 {
			m.example = string(trim(rec.Fields[pl.margin]))
		}
		if beyond(v, 1) {
			m.above++
		}
		if v.Decimals > 0 {
			m.broken++
		}
		if amount, _, bad := w.amountOf(&rec, c); bad == nil {
			m.amounts++
			if beyond(amount.Trim(), 10) {
				m.large++
			}
		}
	}
	return m
}

// beyond reports whether an amount is further from 0 than a whole number.
func beyond(a money.Amount, than int64) bool {
	than *= money.Pow10(a.Decimals)
	return a.Units > than || a.Units < -than
}
