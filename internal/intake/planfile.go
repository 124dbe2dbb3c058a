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
)

// plan settles what a list plans: its lines and its name.
func (f *File) plan(a *Answers, missing []role.Role) {
	p := f.Profile
	p.PlanName = strings.TrimSpace(a.Plan)
	if p.Column(role.Planned) >= 0 { // one amount, whatever the headers say
		p.Plan = nil
		if p.Column(role.PlanLine) < 0 {
			p.Plan = map[ledger.PlanLine]int{ledger.PlanRevenue: p.Column(role.Planned)}
		}
	}
	if f.across(a); len(p.Across) == 0 {
		f.factsMissing(missing)
	}
	lines := p.planLines()
	for _, line := range lines {
		f.evidence(fmt.Sprintf("planned %s = %s", line.Words(), p.Header(p.Plan[line])))
	}
	if len(lines) == 1 && lines[0] == ledger.PlanHours {
		f.ask(fault.Question{
			Code: "column_planned", Text: "Which column is the planned amount?", Evidence: []string{"columns: " + quoteAll(p.Headers), "a plan of hours needs one of money beside it"},
			Flag: "--map planned=COLUMN",
		})
	}
	f.unread()
	f.askPeriod()
}

// unread names columns of a plan that nothing was read from: one of them may plan something.
func (f *File) unread() {
	p := f.Profile
	used := map[int]bool{}
	for _, i := range p.Roles {
		used[i] = true
	}
	for _, i := range p.Plan {
		used[i] = true
	}
	for _, i := range p.Second {
		used[i] = true
	}
	for _, i := range p.Across {
		used[i] = true
	}
	var names []string
	for i := range p.Headers {
		if !used[i] {
			names = append(names, p.Header(i))
		}
	}
	if len(names) > 0 {
		f.note("unread", "nothing was read from "+quoteAll(names)+"; --map planned=COLUMN takes one of them for what is planned")
	}
}

// Itemized reports whether a plan says in each row what it plans.
func (p *Profile) Itemized() bool { return p.List == role.Plans && p.Column(role.PlanLine) >= 0 }

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

// planned reads the amount of a row of a plan: of the first of its lines, which may be empty
// where others are not. A row of which a number cannot be read is set aside as a whole: half
// a plan would follow from it.
func (w *worker) planned(rec *record.Record, cur uint8) (money.Amount, uint8, *failure) {
	p := w.plan
	if bad := w.planItem(rec); bad != nil {
		return money.Amount{}, cur, bad
	}
	if len(p.besides) == 0 {
		return w.value(rec, p.amount, cur)
	}
	var first money.Amount
	row, filled := cur, false
	for k, col := range p.besides {
		if col >= len(rec.Fields) || len(trim(rec.Fields[col])) == 0 {
			continue
		}
		if p.besideSeconds[k] != 0 {
			if _, bad := w.time(rec, col, p.besideSeconds[k]); bad != nil {
				return first, row, bad
			}
			filled = true
			continue
		}
		a, own, bad := w.value(rec, col, row)
		if bad == nil && own != row && filled {
			bad = &failure{code: "currency_conflict", text: "the numbers of a row are in different currencies", remedy: "write one row for each currency", col: col, value: string(rec.Fields[col])}
		}
		if bad != nil {
			return first, row, bad
		}
		if len(p.profile.Across) > 0 { // the whole row counts as its amount
			sum, err := first.Add(a)
			if err != nil {
				return first, row, &failure{code: "overflow", text: "the months of the row do not fit 64 bits", remedy: "check the numbers", col: col}
			}
			first = sum
		} else if col == p.amount {
			first = a
		}
		row, filled = own, true
	}
	if !filled {
		return first, row, &failure{code: "no_amount", text: "the row plans nothing", remedy: "fill in what is planned, or leave the row out", col: p.amount}
	}
	return first, row, nil
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

// planTopics is what the amounts of a row of a plan are about. Where each column is a line,
// the amount itself is about none: it stands among the further numbers.
func (p *Profile) planTopics(texts []string) (amount ledger.Topic, besides []ledger.Topic) {
	name := p.PlanName
	if texts[1] != "" {
		name = texts[1]
	}
	about := func(line string) ledger.Topic { return ledger.Topic{Kind: ledger.Planned, Name: line, Detail: name} }
	lines := p.planLines()
	if len(lines) == 0 {
		amount = about(texts[0])
		if line := role.PlanLineOf(texts[0]); line != "" {
			amount = about(string(line))
		} else if p.Column(role.PlanLine) < 0 {
			amount = about(string(ledger.PlanRevenue))
		}
		if len(p.Across) == 0 {
			return amount, nil
		}
		return ledger.Topic{}, slices.Repeat([]ledger.Topic{amount}, len(p.Across)) // each of its month
	}
	for _, line := range lines {
		besides = append(besides, about(string(line)))
	}
	return ledger.Topic{}, besides
}
