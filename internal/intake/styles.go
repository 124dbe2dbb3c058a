package intake

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"clientele/internal/fault"
	"clientele/internal/intake/calendar"
	"clientele/internal/intake/decimal"
	"clientele/internal/intake/record"
	"clientele/internal/intake/role"
	"clientele/internal/money"
)

// styles decides how numbers and dates are written, from the sample first and from
// the whole file where the sample does not decide.
func (f *File) styles(ctx context.Context, rows []row, a *Answers) error {
	if f.cut {
		more, err := f.spread()
		if err != nil {
			return err
		}
		rows = append(rows, more...)
	}
	if err := f.points(ctx, rows, a); err != nil {
		return err
	}
	if err := f.dateOrder(ctx, rows, a); err != nil {
		return err
	}
	f.currency(rows, a)
	f.taxSigns(a)
	return nil
}

// numberColumns are the columns that are read as numbers.
func (f *File) numberColumns() []int {
	p := f.Profile
	var cols []int
	add := func(i int) {
		if i >= 0 && !slices.Contains(cols, i) {
			cols = append(cols, i)
		}
	}
	add(p.Column(role.Amount))
	if p.Amount != "" || p.Cost != "" || p.List != "" {
		if pl, err := compile(p, true); err == nil {
			for _, i := range pl.used {
				add(i)
			}
		}
	}
	if p.Tax == "gross" || p.Column(role.TaxIncluded) >= 0 {
		add(p.Column(role.Tax))
	}
	return cols
}

// points finds the decimal sign of each number column. A column that does not decide
// follows the others of its file.
func (f *File) points(ctx context.Context, rows []row, a *Answers) error {
	said, err := a.point()
	if err != nil {
		return err
	}
	cols := f.numberColumns()
	if said != "" {
		for _, i := range cols {
			f.Profile.Points[i] = said
		}
		return nil
	}
	seen := make([]decimal.Evidence, len(cols))
	for i := range rows {
		seeNumbers(seen, cols, rows[i].line, rows[i].fields, rows[i].kinds)
	}
	if f.adopt(cols, seen, f.cut) {
		f.Profile.Unsigned = f.cut && f.Profile.SignUnseen
		return nil
	}
	if f.cut {
		if seen, err = f.allNumbers(ctx, cols); err != nil {
			return err
		}
		if f.adopt(cols, seen, false) {
			return nil
		}
	}
	f.askSigns(cols, seen)
	return nil
}

// allNumbers gathers the evidence of every record.
func (f *File) allNumbers(ctx context.Context, cols []int) ([]decimal.Evidence, error) {
	seen := make([]decimal.Evidence, len(cols))
	err := f.scan(ctx, func(rec *record.Record) { seeNumbers(seen, cols, rec.Line, rec.Fields, rec.Kinds) })
	return seen, err
}

// lateSigns decides again from the whole file, after a load met the first decimal
// sign beyond the sample.
func (f *File) lateSigns(ctx context.Context) error {
	f.Profile.Unsigned = false
	cols := f.numberColumns()
	seen, err := f.allNumbers(ctx, cols)
	if err != nil || f.adopt(cols, seen, false) {
		return err
	}
	f.askSigns(cols, seen)
	return f.AskError()
}

func (f *File) askSigns(cols []int, seen []decimal.Evidence) {
	for k, i := range cols {
		if d := seen[k].Decide(); d.Ambiguous || d.Conflict {
			f.ask(fault.Question{
				Code: "decimal", Text: fmt.Sprintf("Is the comma or the point the decimal sign in column %s?", f.Profile.Header(i)),
				Evidence: d.Why, Flag: "--decimal comma|point", Choices: []string{"--decimal comma", "--decimal point"},
			})
		}
	}
}

func seeNumbers(seen []decimal.Evidence, cols []int, line int64, fields [][]byte, kinds []record.Kind) {
	for k, i := range cols {
		if i < len(fields) && (i >= len(kinds) || kinds[i] == record.Text) {
			seen[k].See(fields[i], line)
		}
	}
}

// adopt sets the decimal signs if the evidence settles them: every column decides, or
// those that do agree and the rest follow. A column without any mark fits both. Sampled
// says that the counts are not those of the file.
func (f *File) adopt(cols []int, seen []decimal.Evidence, sampled bool) bool {
	decided := ""
	for k := range cols {
		d := seen[k].Decide()
		if d.Conflict {
			return false
		}
		if d.Certain && d.Marked {
			point := string(d.Style.Point)
			if decided != "" && decided != point {
				decided = "?"
				break
			}
			decided = point
		}
	}
	for k, i := range cols {
		d := seen[k].Decide()
		switch {
		case d.Certain && d.Marked:
			f.Profile.Points[i] = string(d.Style.Point)
		case decided == "." || decided == ",":
			f.Profile.Points[i] = decided
		case d.Ambiguous:
			return false
		default:
			f.Profile.Points[i] = "."
		}
	}
	for k, i := range cols {
		if d := seen[k].Decide(); d.Marked && d.Certain {
			f.evidence(fmt.Sprintf("numbers in %s: %s", f.Profile.Header(i), strings.Join(d.Why, "; ")+ofSample(sampled)))
		}
	}
	f.Profile.SignUnseen = !slices.ContainsFunc(seen, func(e decimal.Evidence) bool { return e.Decide().Marked })
	return true
}

// ofSample says of which rows counts are.
func ofSample(sampled bool) string {
	if sampled {
		return " (of the sampled rows)"
	}
	return ""
}

// dateOrder finds the order of day and month.
func (f *File) dateOrder(ctx context.Context, rows []row, a *Answers) error {
	p := f.Profile
	col := p.Column(role.Date)
	if col < 0 {
		return nil
	}
	if a.DateOrder != "" {
		order, err := parseOrder(a.DateOrder)
		if err != nil {
			return err
		}
		p.DateOrder = orderWord(order)
	}
	var seen calendar.Evidence
	for i := range rows {
		seeDates(&seen, col, rows[i].line, rows[i].fields, rows[i].kinds)
	}
	d, sampled := seen.Decide(), f.cut
	if a.DateOrder != "" {
		p.Serial, p.Months = d.Style.Serial, d.Style.Month
		return nil
	}
	if d.Ambiguous && f.cut {
		seen = calendar.Evidence{}
		if err := f.scan(ctx, func(rec *record.Record) { seeDates(&seen, col, rec.Line, rec.Fields, rec.Kinds) }); err != nil {
			return err
		}
		d, sampled = seen.Decide(), false
	}
	if d.Ambiguous && !d.Same && !d.Style.Serial {
		if n, ok := f.neighbour(rows, col); ok {
			d = n
		}
	}
	p.DateOrder, p.Serial, p.Months = orderWord(d.Style.Order), d.Style.Serial, d.Style.Month
	for _, n := range d.Notes {
		f.note("dates", n)
	}
	switch {
	case d.Ambiguous && d.Style.Serial && d.Dates == 0:
		f.evidence("dates in " + p.Header(col) + " are a spreadsheet's day numbers")
		return nil
	case d.Ambiguous && d.Same: // the first of January is the same day in either order
		p.DateOrder, p.OrderUnseen = orderWord(calendar.DMY), true
		return nil
	}
	if d.Ambiguous || d.Conflict {
		f.ask(orderQuestion(p.Header(col), &d))
		return nil
	}
	if d.Dates+d.Months+d.Serials > 0 {
		f.evidence(fmt.Sprintf("dates in %s: %s", p.Header(col), strings.Join(d.Why, "; ")+ofSample(sampled)))
	}
	return nil
}

// orderQuestion asks what only the user can know about the dates of a column.
func orderQuestion(column string, d *calendar.Decision) fault.Question {
	switch {
	case d.Style.Serial:
		return fault.Question{
			Code: "date_serials", Text: fmt.Sprintf("Column %s holds written dates and numbers as a spreadsheet counts days. It may have turned dates into days under another order of day and month: write all of them as 2026-01-31 in the source, or read the list without dates.", column),
			Evidence: d.Why, Flag: "--map date= (without dates)", Choices: []string{"--map date="},
		}
	case d.YearFirst:
		return fault.Question{
			Code: "date_order", Text: fmt.Sprintf("Does the year or the day come first in column %s?", column),
			Evidence: d.Why, Flag: "--date-order ymd|dmy", Choices: []string{"--date-order ymd", "--date-order dmy"},
		}
	default:
		return fault.Question{
			Code: "date_order", Text: fmt.Sprintf("Does the day or the month come first in column %s?", column),
			Evidence: d.Why, Flag: "--date-order dmy|mdy", Choices: []string{"--date-order dmy", "--date-order mdy"},
		}
	}
}

func seeDates(seen *calendar.Evidence, col int, line int64, fields [][]byte, kinds []record.Kind) {
	if col < len(fields) && (col >= len(kinds) || kinds[col] == record.Text) {
		seen.See(fields[col], line)
	}
}

// neighbour lets another date column of the file decide.
func (f *File) neighbour(rows []row, col int) (calendar.Decision, bool) {
	for i := range f.Profile.Headers {
		if i == col {
			continue
		}
		var seen calendar.Evidence
		dates, filled := 0, 0
		for k := range rows {
			if i >= len(rows[k].fields) || len(bytes.TrimSpace(rows[k].fields[i])) == 0 {
				continue
			}
			filled++
			if calendar.LooksDate(rows[k].fields[i]) {
				dates++
			}
			seeDates(&seen, i, rows[k].line, rows[k].fields, rows[k].kinds)
		}
		if filled == 0 || dates < filled {
			continue
		}
		d := seen.Decide()
		if d.Certain && (d.Style.Order == calendar.DMY || d.Style.Order == calendar.MDY) {
			d.Why = append([]string{"column " + f.Profile.Header(i) + " decides"}, d.Why...)
			return d, true
		}
	}
	return calendar.Decision{}, false
}

// currency finds the currency that all lines share where no column names it.
func (f *File) currency(rows []row, a *Answers) {
	p := f.Profile
	if a.Currency != "" {
		p.Currency = money.Currency(strings.ToUpper(a.Currency))
		return
	}
	for _, i := range f.numberColumns() {
		if i >= len(p.Headers) {
			continue
		}
		if _, unit := role.Normalise(p.Headers[i]); unit != "" && p.Column(role.Currency) < 0 {
			p.Currency = money.Currency(unit)
			f.evidence("currency " + unit + " from the header of " + p.Header(i))
			return
		}
	}
	sign, code := f.units(rows)
	switch {
	case sign.text == "":
	case code.text != "":
		f.ask(fault.Question{
			Code: "currency_sign", Text: fmt.Sprintf("Amounts are in %s and in %s, a sign that several currencies share. Which currency is %[2]s?", code.text, sign.text),
			Evidence: []string{sign.example(), code.example()}, Flag: "--currency CODE (of the rows with " + sign.text + ")", Choices: signChoices(sign.text),
		})
	case p.Column(role.Currency) < 0:
		p.Sign = sign.text
		f.note("currency_sign", "the sign "+sign.text+" stands for several currencies; say which with --currency")
	}
}

// unit is a currency as a cell names it.
type unit struct {
	text, cell string
	line       int64
}

func (u unit) example() string {
	if u.line == 0 {
		return fmt.Sprintf("%s in %q", u.text, u.cell)
	}
	return fmt.Sprintf("%s in %q, line %d", u.text, u.cell, u.line)
}

// units finds the first sign that several currencies share, and the first currency that
// is named for itself, in the amounts and in the currency column.
func (f *File) units(rows []row) (sign, code unit) {
	p := f.Profile
	cols, named := f.numberColumns(), p.Column(role.Currency)
	for k := range rows {
		r := &rows[k]
		if sign.text != "" && code.text != "" {
			break
		}
		if named >= 0 && named < len(r.fields) && len(trim(r.fields[named])) > 0 {
			if seeUnit(&sign, &code, r, named, decimal.Style{}, "1 ") {
				continue // a sign beside the amount is settled, or a conflict
			}
		}
		for _, i := range cols {
			if i < len(r.fields) && (r.typed(i) == record.Text || r.unit(i) != "") {
				seeUnit(&sign, &code, r, i, decimal.Style{Point: pointByte(p.Points[i])}, "")
			}
		}
	}
	return sign, code
}

// seeUnit keeps the first sign and the first code, and tells whether the cell names a
// code; before stands before the cell where it is no number itself.
func seeUnit(sign, code *unit, r *row, col int, style decimal.Style, before string) bool {
	cell := r.fields[col]
	if r.unit(col) != "" {
		cell, style = []byte(shown(cell, r.unit(col))), decimal.Style{}
	}
	if before != "" {
		cell = append([]byte(before), cell...)
	}
	res, bad := decimal.Parse(cell, style)
	if bad != nil {
		return false
	}
	if res.Symbol != "" && sign.text == "" {
		*sign = unit{res.Symbol, string(trim(r.fields[col])), r.line}
	}
	if res.Currency != "" && code.text == "" {
		*code = unit{res.Currency, string(trim(r.fields[col])), r.line}
	}
	return res.Currency != ""
}

// signChoices are the flags for the currencies that a sign most often stands for.
func signChoices(sign string) []string {
	list := map[string][]string{
		"$": {"USD", "CAD", "AUD"}, "¥": {"JPY", "CNY"}, "kr": {"SEK", "NOK", "DKK"}, "Rs": {"INR", "PKR", "LKR"}, "Fr": {"CHF", "XAF", "XOF"},
	}[sign]
	out := make([]string, 0, len(list))
	for _, code := range list {
		out = append(out, "--currency "+code)
	}
	return out
}

func pointByte(s string) byte {
	if s == "" {
		return '.'
	}
	return s[0]
}

// taxSigns notes whether the file shows signs of tax that nobody has settled.
func (f *File) taxSigns(a *Answers) {
	p := f.Profile
	for _, i := range f.prop.Signs {
		p.TaxSigns = appendNew(p.TaxSigns, p.Header(i))
	}
	if p.Tax == "" && (f.prop.Net || a.Amount != "") {
		p.Tax = "net" // the header, the tool's documentation or the expression says so
	}
}

func appendNew(list []string, s string) []string {
	if slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}

// scan goes through all records below the header.
func (f *File) scan(ctx context.Context, visit func(*record.Record)) error {
	r, closer, err := f.reader(ctx)
	if err != nil {
		return err
	}
	defer closer.Close() //nolint:errcheck // read only
	for n := 0; ; n++ {
		if n%10_000 == 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
		}
		rec, err := r.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if badRecord(err) != nil {
			continue
		}
		if err != nil {
			return err
		}
		if rec.Line > f.header {
			visit(rec)
		}
	}
}

// TaxKnown reports whether a column tells the tax of each line.
func (f *File) TaxKnown() bool { return f.Profile.Column(role.Tax) >= 0 }
