package intake

import (
	"context"
	"fmt"
	"strings"

	"clientele/internal/fault"
	"clientele/internal/intake/calendar"
	"clientele/internal/intake/decimal"
	"clientele/internal/intake/record"
	"clientele/internal/intake/role"
	"clientele/internal/intake/source"
	"clientele/internal/money"
	"clientele/internal/period"
)

// RateLine is one line of a rate table: on Day, one unit of Currency is Rate units of
// the table's base.
type RateLine struct {
	Line     int64
	Day      period.Date
	Currency money.Currency
	Rate     money.Amount
}

// rateColumns are the words by which a rate table names its columns.
var rateColumns = map[string][]string{
	"day":  {"date", "day", "datum", "fecha", "valid from", "month"},
	"from": {"currency", "from", "from currency", "currency code", "code", "währung", "devise", "moneda"},
	"rate": {"rate", "exchange rate", "kurs", "wechselkurs", "taux", "tasa", "tipo de cambio", "value"},
	"to":   {"base", "to", "to currency", "base currency"},
}

// ReadRates reads a rate table: a date, a currency and a rate in base units per unit. The
// base is named by a column, or said by the caller. A rate that cannot be read fails
// the table, because a missing rate would only show later; so do two rates for one
// currency and day, and a rate other than 1 for the base.
func ReadRates(ctx context.Context, src *source.Source, base money.Currency) ([]RateLine, money.Currency, error) {
	f := newFile(src)
	if err := f.dialect(ctx, Options{Thorough: true}); err != nil {
		return nil, "", err
	}
	rows, err := f.sampleRows(ctx)
	if err != nil {
		return nil, "", err
	}
	at := rateHeader(rows)
	if at < 0 {
		return nil, "", src.Fault(0, "this is no rate table", "it needs columns date, currency and rate", nil)
	}
	f.header = rows[at].line
	cols := rateColumnsOf(rows[at].fields)
	var days calendar.Evidence
	var numbers decimal.Evidence
	err = f.scan(ctx, func(rec *record.Record) {
		seeDates(&days, cols["day"], rec.Line, rec.Fields, rec.Kinds)
		if i := cols["rate"]; i < len(rec.Fields) && (i >= len(rec.Kinds) || rec.Kinds[i] == record.Text) {
			numbers.See(rec.Fields[i], rec.Line)
		}
	})
	if err != nil {
		return nil, "", err
	}
	dates, points := days.Decide(), numbers.Decide()
	if dates.Ambiguous && !dates.Same || dates.Conflict || points.Conflict {
		return nil, "", src.Fault(0, "the dates or rates of the table can be read in two ways", "write dates as 2026-01-31 and rates with a point", nil)
	}
	if points.Ambiguous { // a rate has decimals: 1.085 is no thousand
		points.Style.Point = '.' + ',' - points.Style.Point
	}
	t := &rateReader{src: src, cols: cols, dates: dates.Style, style: points.Style, base: base, seen: map[rateKey]int{}}
	if err := f.scan(ctx, t.take); err != nil {
		return nil, "", err
	}
	return t.finish()
}

func rateHeader(rows []row) int {
	for i := range rows {
		if i >= headerRows {
			break
		}
		if c := rateColumnsOf(rows[i].fields); len(c) >= 3 && has(c, "day", "from", "rate") {
			return i
		}
	}
	return -1
}

func has(cols map[string]int, names ...string) bool {
	for _, n := range names {
		if _, ok := cols[n]; !ok {
			return false
		}
	}
	return true
}

func rateColumnsOf(fields [][]byte) map[string]int {
	out := map[string]int{}
	for i, f := range fields {
		name, _ := role.Normalise(string(f))
		for key, words := range rateColumns {
			for _, w := range words {
				if _, have := out[key]; name == w && !have {
					out[key] = i
				}
			}
		}
	}
	return out
}

// rateReader reads the lines of a table and keeps the first fault.
type rateReader struct {
	src   *source.Source
	cols  map[string]int
	dates calendar.Style
	style decimal.Style
	base  money.Currency
	// others is a currency, not the base, into which a rate converts.
	others money.Currency
	list   []RateLine
	seen   map[rateKey]int // place in list of the first
	err    error
}

func (t *rateReader) cell(rec *record.Record, name string) []byte {
	if i, ok := t.cols[name]; ok && i < len(rec.Fields) {
		return trim(rec.Fields[i])
	}
	return nil
}

func (t *rateReader) take(rec *record.Record) {
	if t.err != nil {
		return
	}
	from, rateText := t.cell(rec, "from"), t.cell(rec, "rate")
	if len(from) == 0 && len(rateText) == 0 {
		return
	}
	dates, style := t.dates, t.style
	if i := t.cols["day"]; i < len(rec.Kinds) && rec.Kinds[i] == record.Number {
		dates.Serial = true
	}
	if i := t.cols["rate"]; i < len(rec.Kinds) && rec.Kinds[i] != record.Text {
		style.Point = '.'
	}
	day, badDay := calendar.Parse(t.cell(rec, "day"), dates)
	rate, badRate := decimal.Parse(rateText, style)
	to := money.Currency(strings.ToUpper(string(t.cell(rec, "to"))))
	switch {
	case badDay != nil:
		t.err = t.src.Fault(rec.Line, badDay.Text, badDay.Remedy, nil)
	case badRate != nil:
		t.err = t.src.Fault(rec.Line, badRate.Text, badRate.Remedy, nil)
	case rate.Amount.Units <= 0:
		t.err = t.src.Fault(rec.Line, fmt.Sprintf("the rate %s is not above 0", rateText), "a rate says how many units of the base one unit is", nil)
	case !decimal.IsCode(string(from)):
		t.err = t.src.Fault(rec.Line, fmt.Sprintf("%q is no currency code", from), "write an ISO 4217 code such as USD", nil)
	case to != "" && t.base != "" && to != t.base:
		t.others = to // a table may hold rates into several currencies
	default:
		if t.base == "" {
			t.base = to
		}
		t.add(RateLine{rec.Line, day, money.Currency(strings.ToUpper(string(from))), rate.Amount})
	}
}

// add keeps a rate, and refuses one that another line of the table gives otherwise.
func (t *rateReader) add(r RateLine) {
	k := rateKey{r.Day, r.Currency}
	if i, have := t.seen[k]; have && !same(t.list[i].Rate, r.Rate) {
		t.err = t.src.Fault(r.Line, fmt.Sprintf("the rate of %s on %s is %s in line %d and %s in line %d",
			r.Currency, r.Day, t.list[i].Rate, t.list[i].Line, r.Rate, r.Line), "keep the one that is right", nil)
		return
	} else if !have {
		t.seen[k] = len(t.list)
	}
	t.list = append(t.list, r)
}

// rateKey is what a table may give one rate for.
type rateKey struct {
	day      period.Date
	currency money.Currency
}

// same reports whether two amounts are equal, however many decimals they are written with.
func same(a, b money.Amount) bool { return a.Trim() == b.Trim() }

func (t *rateReader) finish() ([]RateLine, money.Currency, error) {
	switch {
	case t.err != nil:
		return nil, "", t.err
	case len(t.list) == 0 && t.others != "":
		return nil, "", t.src.Fault(0, fmt.Sprintf("the rate table holds no rate into %s, only into %s", t.base, t.others),
			"give rates into "+string(t.base)+": how much of it one unit of another currency is", nil)
	case len(t.list) == 0:
		return nil, "", t.src.Fault(0, "the rate table holds no rate", "it needs lines with date, currency and rate", nil)
	case t.base == "":
		return nil, "", &fault.Error{
			Kind: fault.Ask, Op: "read rates", Message: "the rate table does not say into which currency it converts", Place: fault.Place{File: t.src.Name},
			Questions: []fault.Question{{Code: "base", Text: "Into which currency do the rates convert?", Flag: "--base CURRENCY"}},
		}
	}
	for _, r := range t.list {
		if r.Currency == t.base && !same(r.Rate, money.Amount{Units: 1}) {
			return nil, "", t.src.Fault(r.Line, fmt.Sprintf("the table converts into %s and gives it the rate %s", r.Currency, r.Rate),
				"one unit of the base is 1: leave the line out, or correct its currency", nil)
		}
	}
	return t.list, t.base, nil
}
