package intake

import (
	"bytes"
	"slices"
	"strings"

	"clientele/internal/fault"
	"clientele/internal/intake/calendar"
	"clientele/internal/intake/record"
	"clientele/internal/intake/role"
	"clientele/internal/period"
)

// period settles for which months the facts of a list are, where its rows have no days: as
// was said, else by a column of years or quarters, alone or beside one of months. A year in
// a column of dates is no date: it would be read as the day of a spreadsheet.
func (f *File) period(rows []row, a *Answers) error {
	p := f.Profile
	p.Fiscal = f.fiscal
	if a.For != "" {
		r, err := period.ParsePeriod(a.For, f.fiscal)
		if err != nil {
			return fault.Wrap(err, fault.Usage, "read --for", "a period cannot be read", "write 2026, 2026-Q1, 2026-03, FY2026 or 2026-07..2027-06")
		}
		if date := p.Column(role.Date); date >= 0 && !f.holds(rows, date, -1) && !f.months(rows, date) {
			return fault.New(fault.Usage, "read --for", "the rows have dates of their own, in column "+p.Header(date), "leave --for out; or say that they are none of these facts: --map date=")
		}
		p.For = &r
		delete(p.Roles, role.Date)
		delete(p.Roles, role.Period)
		return nil
	}
	date := p.Column(role.Date)
	if date >= 0 && (f.holds(rows, date, -1) || f.months(rows, date)) {
		delete(p.Roles, role.Date)
	} else if date >= 0 {
		return nil
	}
	for _, c := range role.PeriodColumns(p.Headers) {
		if f.paired(rows, c) {
			return nil
		}
		if f.holds(rows, c, -1) {
			p.Roles[role.Period] = c
			return nil
		}
	}
	if date >= 0 && f.holds(rows, date, -1) {
		p.Roles[role.Period] = date
	}
	return nil
}

// paired takes a column of years with one of months or quarters beside it.
func (f *File) paired(rows []row, years int) bool {
	p := f.Profile
	for _, month := range role.MonthColumns(p.Headers) {
		if f.months(rows, month) && f.holds(rows, years, month) {
			p.Roles[role.Period], p.Second[role.Period] = years, month
			return true
		}
	}
	for _, quarter := range role.QuarterColumns(p.Headers) {
		if quarter != years && f.holds(rows, years, quarter) {
			p.Roles[role.Period], p.Second[role.Period] = years, quarter
			return true
		}
	}
	return false
}

// holds reports whether most cells of a column, with those of a second behind them, are
// periods longer than a month; or, with a second, of a month or a quarter.
func (f *File) holds(rows []row, col, second int) bool {
	n, good := 0, 0
	for i := range rows {
		text := f.Profile.spanText(rows[i].fields, col, second)
		if text == "" {
			continue
		}
		n++
		if r, ok := parseSpan(text, f.fiscal); ok && (second < 0 && r.Months() > 1 || second >= 0 && r.Months() < 12) {
			good++
		}
	}
	return 2*good > n
}

// months reports whether the cells of a column are months without a year: 1 to 12, or names.
func (f *File) months(rows []row, col int) bool {
	n := 0
	for i := range rows {
		text := f.Profile.spanText(rows[i].fields, col, -1)
		if text == "" {
			continue
		}
		if r, ok := parseSpan("2000 "+text, 0); !ok || r.Months() != 1 {
			return false
		}
		n++
	}
	return n > 0
}

// spanText is the text of a period: of one column, or of two with a blank between them. A
// bare number in a column of quarters is one: Q1.
func (p *Profile) spanText(fields [][]byte, col, second int) string {
	var parts []string
	for _, c := range []int{col, second} {
		if c < 0 || c >= len(fields) {
			continue
		}
		cell := string(trim(fields[c]))
		if c == second && len(cell) == 1 && c < len(p.Headers) && len(role.QuarterColumns(p.Headers[c:c+1])) > 0 {
			cell = "Q" + cell
		}
		if cell != "" {
			parts = append(parts, cell)
		}
	}
	return strings.Join(parts, " ")
}

// parseSpan reads a period of months, whose month may have a name.
func parseSpan(text string, fiscal int) (period.Range, bool) {
	if r, err := period.ParsePeriod(text, fiscal); err == nil {
		return r, true
	}
	year, name, ok := strings.Cut(text, " ")
	if !ok || len(year) != 4 || strings.ContainsAny(name, "0123456789") {
		return period.Range{}, false
	}
	day, bad := calendar.Parse([]byte(name+" "+year), calendar.Style{Month: true})
	if bad != nil {
		return period.Range{}, false
	}
	from := day.MonthStart()
	return period.Range{From: from, To: from.AddMonths(1)}, true
}

// spanOf is the first day of the months that a fact is for; their number stays with the
// worker.
func (w *worker) spanOf(rec *record.Record) (period.Date, *failure) {
	p := w.plan.profile
	if p.For != nil {
		return w.spans(*p.For), nil
	}
	col, second := p.Column(role.Period), -1
	if c, ok := p.Second[role.Period]; ok {
		second = c
	}
	text := p.spanText(rec.Fields, col, second)
	if text == w.spanText && text != "" {
		return w.spans(w.span), nil
	}
	r, ok := parseSpan(text, p.Fiscal)
	if !ok {
		value := ""
		if col < len(rec.Fields) {
			value = string(bytes.TrimSpace(rec.Fields[col]))
		}
		return period.NoDate, &failure{code: "bad_period", text: "this is no period of months", remedy: "write 2026, 2026-Q1 or 2026-03", col: col, value: value}
	}
	w.spanText, w.span = text, r
	return w.spans(r), nil
}

// spans is the day of a fact for a period, and notes how many months it is divided over. A
// balance stands at the end; how long an event takes holds whenever it happens; and of months
// side by side each number has its own.
func (w *worker) spans(r period.Range) period.Date {
	w.months = 1
	switch {
	case w.plan.profile.List == role.Receivables:
		return r.To - 1
	case w.plan.profile.List == role.Equations:
		return period.NoDate
	case len(w.plan.profile.Across) == 0:
		w.months = int32(r.Months()) //nolint:gosec // far fewer
	}
	return r.From
}

// acrossMin is how many months have to stand side by side.
const acrossMin = 3

// across finds months side by side: a plan with a row for each client, or for each line, and
// a column for each month. Months that name no year begin with the period that was said.
func (f *File) across(a *Answers) {
	p := f.Profile
	if len(p.Plan) > 0 || p.Column(role.Planned) >= 0 && a.planned() {
		return
	}
	var cols []int
	var months []period.Date
	named := false
	for i, h := range p.Headers {
		if m, year, ok := headerMonth(h); ok {
			cols, months, named = append(cols, i), append(months, m), named || year
		}
	}
	if len(cols) < acrossMin {
		return
	}
	for k := 1; k < len(months); k++ {
		if months[k] != months[0].AddMonths(k) && (named || months[k].AddMonths(12) != months[0].AddMonths(k)) {
			return // not one month after the other
		}
	}
	delete(p.Roles, role.Planned)
	delete(p.Roles, role.Date)
	delete(p.Roles, role.Period)
	p.Across = cols
	switch {
	case named:
		p.For = &period.Range{From: months[0], To: months[0].AddMonths(len(months))}
	case p.For != nil:
		p.For = &period.Range{From: p.For.From, To: p.For.From.AddMonths(len(months))}
	}
	f.evidence("months side by side, from " + p.Header(cols[0]) + " to " + p.Header(cols[len(cols)-1]))
}

// headerMonth is the month that a header names, and whether it names the year: "Jan 2026",
// "2026-01", "Mai".
func headerMonth(h string) (month period.Date, year, ok bool) {
	words := strings.Fields(strings.NewReplacer("-", " ", "/", " ", ".", " ", "'", " ").Replace(h))
	text := strings.Join(words, " ")
	tries := []string{strings.TrimSpace(h), text}
	if len(words) == 2 {
		if len(words[1]) == 2 && strings.Trim(words[1], "0123456789") == "" { // Jan 26
			words[1] = "20" + words[1]
		}
		tries = append(tries, words[1]+" "+words[0])
	}
	for _, t := range tries {
		if r, fits := parseSpan(t, 0); fits && r.Months() == 1 {
			return r.From, true, true
		}
	}
	if len(words) != 1 || strings.ContainsAny(text, "0123456789") {
		return 0, false, false
	}
	r, fits := parseSpan("2000 "+text, 0)
	return r.From, false, fits && r.Months() == 1
}

// askPeriod asks for the period of a plan whose rows have none.
func (f *File) askPeriod() {
	p := f.Profile
	if p.List != role.Plans || p.Dated() {
		return
	}
	q := fault.Question{
		Code: "period", Text: "For which period is the plan?", Evidence: []string{"columns: " + quoteAll(p.Headers), "no column has the month, quarter or year of each row"},
		Flag: "--for 2026, 2026-Q1, FY2026 or 2026-07..2027-06; or --map date=COLUMN with months",
	}
	if y := role.PlanYear(p.Headers); y != "" {
		if f.fiscal > 1 && slices.ContainsFunc(p.Headers, func(h string) bool { return strings.Contains(strings.ToUpper(h), "FY") }) {
			y = "FY" + y
		}
		q.Choices = []string{"--for " + y}
	}
	f.ask(q)
}
