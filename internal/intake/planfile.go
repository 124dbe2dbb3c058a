package intake

import (
	"fmt"
	"slices"
	"strings"

	"clientele/internal/fault"
	"clientele/internal/intake/record"
	"clientele/internal/intake/role"
	"clientele/internal/ledger"
	"clientele/internal/money"
	"clientele/internal/period"
)

// plan settles what a list plans: its lines, its name, and its period where the rows have
// no dates.
func (f *File) plan(rows []row, a *Answers) error {
	p := f.Profile
	p.PlanName = strings.TrimSpace(a.Plan)
	if p.Column(role.Planned) >= 0 { // one amount, whatever the headers say
		p.Plan = nil
		if p.Column(role.PlanLine) < 0 {
			p.Plan = map[ledger.PlanLine]int{ledger.PlanRevenue: p.Column(role.Planned)}
		}
	}
	lines := p.planLines()
	for _, line := range lines {
		f.evidence(fmt.Sprintf("planned %s = %s", strings.ReplaceAll(string(line), "_", " "), p.Header(p.Plan[line])))
	}
	if len(lines) == 1 && lines[0] == ledger.PlanHours {
		f.ask(fault.Question{
			Code: "column_planned", Text: "Which column is the planned amount?", Evidence: []string{"columns: " + quoteAll(p.Headers), "a plan of hours needs one of money beside it"},
			Flag: "--map planned=COLUMN",
		})
	}
	return f.planPeriod(rows, a)
}

// planPeriod is when a plan without dates holds. Years in a column of dates are none: one
// would be read as the day of a spreadsheet.
func (f *File) planPeriod(rows []row, a *Answers) error {
	p := f.Profile
	if a.For != "" {
		r, err := period.ParseMonths(a.For)
		if err != nil {
			return fault.Wrap(err, fault.Usage, "read --for", "a period cannot be read", "write 2026, 2026-Q1, 2026-03 or 2026-07..2027-06")
		}
		p.For = &r
		delete(p.Roles, role.Date)
		return nil
	}
	col := p.Column(role.Date)
	if col >= 0 && !slices.ContainsFunc(rows, func(r row) bool { return col < len(r.fields) && len(trim(r.fields[col])) > 4 }) {
		col = -1
	}
	if col >= 0 {
		return nil
	}
	q := fault.Question{
		Code: "period", Text: "For which period is the plan?", Evidence: []string{"columns: " + quoteAll(p.Headers), "no column has the month of each row"},
		Flag: "--for 2026, 2026-Q1 or 2026-07..2027-06; or --map date=COLUMN with months",
	}
	if y := role.PlanYear(p.Headers); y != "" {
		q.Choices = []string{"--for " + y}
	}
	f.ask(q)
	return nil
}

// planLines are the lines that have a column of their own, in the order of the statement,
// hours last: the first is the amount of a row.
func (p *Profile) planLines() []ledger.PlanLine {
	var out []ledger.PlanLine
	for _, line := range ledger.PlanLines {
		if _, ok := p.Plan[line]; ok && line != ledger.PlanHours {
			out = append(out, line)
		}
	}
	if _, ok := p.Plan[ledger.PlanHours]; ok {
		out = append(out, ledger.PlanHours)
	}
	return out
}

// planned reads the amount of a row of a plan. A row of which another number cannot be read
// is set aside as a whole: half a plan would follow from it.
func (w *worker) planned(rec *record.Record, cur uint8) (money.Amount, uint8, *failure) {
	if bad := w.planItem(rec); bad != nil {
		return money.Amount{}, cur, bad
	}
	a, cur, bad := w.value(rec, w.plan.amount, cur)
	for k, col := range w.plan.besides {
		if bad != nil || col >= len(rec.Fields) || len(trim(rec.Fields[col])) == 0 {
			continue
		}
		if w.plan.besideSeconds[k] != 0 {
			_, bad = w.time(rec, col, w.plan.besideSeconds[k])
			continue
		}
		var own uint8
		if _, own, bad = w.value(rec, col, cur); bad == nil && own != cur {
			bad = &failure{code: "currency_conflict", text: "the numbers of a row are in different currencies", remedy: "write one row for each currency", col: col, value: string(rec.Fields[col])}
		}
	}
	return a, cur, bad
}

// planItem refuses rows of a plan in lines that count no money, and rows without a line.
func (w *worker) planItem(rec *record.Record) *failure {
	col := w.plan.profile.Column(role.PlanLine)
	if col < 0 {
		return nil
	}
	item := ""
	if col < len(rec.Fields) {
		item = string(trim(rec.Fields[col]))
	}
	switch {
	case item == "":
		return &failure{code: "no_line", text: "nothing says what is planned", remedy: "name the line: revenue, direct cost, a pool", col: col}
	case strings.ContainsRune(item, '%'):
		return &failure{code: "plan_ratio", text: "a ratio cannot be added up", remedy: "plan the amount", col: col, value: item}
	case role.PlanLineOf(item) == ledger.PlanHours:
		return &failure{code: "plan_hours", text: "this line counts hours, and the others money", remedy: "give hours a column of their own: planned hours", col: col, value: item}
	}
	return nil
}

// planSeconds is what one of a planned number counts in seconds, 0 for money.
func planSeconds(line ledger.PlanLine) int64 {
	if line == ledger.PlanHours {
		return int64(role.InHours)
	}
	return 0
}

// planTopics is what the amounts of a row of a plan are about.
func (p *Profile) planTopics(texts []string) (amount ledger.Topic, besides []ledger.Topic) {
	name, months := p.PlanName, 1
	if texts[1] != "" {
		name = texts[1]
	}
	if p.For != nil {
		months = p.For.Months()
	}
	about := func(line string) ledger.Topic {
		return ledger.Topic{Kind: ledger.Planned, Name: line, Detail: ledger.PlanDetail(name, months)}
	}
	lines := p.planLines()
	if len(lines) == 0 {
		if line := role.PlanLineOf(texts[0]); line != "" {
			return about(string(line)), nil
		}
		return about(texts[0]), nil
	}
	for _, line := range lines[1:] {
		besides = append(besides, about(string(line)))
	}
	return about(string(lines[0])), besides
}
