package calendar

import (
	"fmt"

	"clientele/internal/period"
)

// Evidence gathers, value by value, how the dates of a column are written. The zero
// value is ready.
type Evidence struct {
	iso, named tally    // need no order
	votes      [2]tally // day > 12: day first, month first
	open       tally    // both orders give a day, and not the same
	dotted     tally    // the same, written with full stops
	same       tally    // both orders give the same day
	months     tally    // a month without a day
	serials    tally    // numbers 20000 … 80000
	odd        tally    // anything else but blanks
	short      tally    // two-digit years
	clock      tally    // times of day
	zoned      tally    // offsets and zones

	dashed    int64 // two-digit years with dashes …
	yearFirst int64 // … that read as YY-MM-DD too, and whose first number is no month
}

// tally counts values and keeps the first as an example.
type tally struct {
	n    int64
	text string
	line int64
}

func (t *tally) add(text []byte, line int64) {
	t.n++
	if t.n == 1 || line > 0 && line < t.line {
		t.text, t.line = clip(trim(text)), line
	}
}

func (t *tally) merge(o tally) {
	if o.n > 0 && (t.n == 0 || o.line < t.line) {
		t.text, t.line = o.text, o.line
	}
	t.n += o.n
}

func (t tally) example() string {
	if t.line <= 0 { // from the midst of a file, whose lines were not counted
		return t.text
	}
	return fmt.Sprintf("%s in line %d", t.text, t.line)
}

// Decision is what the evidence comes to. At most one of Certain, Ambiguous and
// Conflict is true; none is if there are no dates. Where it is ambiguous, Style
// keeps Order at ISO, so that nothing is read the wrong way by mistake. Months and
// a spreadsheet's days are proposed only if they outnumber what is no date.
type Decision struct {
	Style   Style
	Certain bool
	// Ambiguous asks the user for the order of day and month; or, with Style.Serial,
	// whether numbers are days. A caller who knows that the column is a date column may
	// take serials as proposed if there are no dates beside them (Dates is 0).
	Ambiguous bool
	Conflict  bool     // some values need the day first, others the month
	YearFirst bool     // ambiguous, because years of two digits may stand first
	Same      bool     // ambiguous, but all values seen are the same day in either order
	Why       []string // plain sentences with examples
	Notes     []string // what is read into the dates: two-digit years, times, zones
	Dates     int64    // values that are days
	Months    int64    // values that are months
	Serials   int64    // values that can be a spreadsheet's days
	Others    int64    // values that are none of these, blank ones left out
	Odd       string   // an example of the latter: "n/a in line 9"
}

// See takes a value and the line it stands in. Nothing is allocated but for the
// examples.
func (e *Evidence) See(text []byte, line int64) {
	var p parts
	switch scan(text, &p) { //nolint:exhaustive // the rest is the default
	case okay:
	case empty:
		return
	default:
		e.odd.add(text, line)
		return
	}
	t := e.kind(&p)
	t.add(text, line)
	if t == &e.odd {
		return
	}
	if p.short {
		e.short.add(text, line)
	}
	if p.clock {
		e.clock.add(text, line)
	}
	if p.zone != zoneNone {
		e.zoned.add(text, line)
	}
	if p.form == formAB && p.short && p.sep == '-' {
		e.dashed++
		if p.a > 12 && p.b <= 12 && p.y%100 >= 1 && p.y%100 <= 31 {
			e.yearFirst++
		}
	}
}

// kind is the tally that a value belongs to.
func (e *Evidence) kind(p *parts) *tally {
	switch p.form { //nolint:exhaustive // the rest is the default
	case formSerial:
		if p.y >= 20000 && p.y <= 80000 {
			return &e.serials
		}
		return &e.odd
	case formMonth:
		// 1130.9 is a price; 2026.03 is a month at best where the style says so
		if !period.Valid(p.y, p.m, 1) || p.sep == '.' && (p.y < 1900 || p.y > 2100) {
			return &e.odd
		}
		return &e.months
	case formDay:
		switch {
		case !period.Valid(p.y, p.m, p.d):
			return &e.odd
		case p.named:
			return &e.named
		default:
			return &e.iso
		}
	}
	dayFirst, monthFirst := period.Valid(p.y, p.b, p.a), period.Valid(p.y, p.a, p.b)
	switch {
	case dayFirst && !monthFirst:
		return &e.votes[0]
	case monthFirst && !dayFirst:
		return &e.votes[1]
	case !dayFirst:
		return &e.odd
	case p.sep == '.':
		return &e.dotted
	case p.a == p.b:
		return &e.same
	default:
		return &e.open
	}
}

// Merge adds what another evidence has seen, so that blocks can be seen in
// parallel; the examples are those of the first lines.
func (e *Evidence) Merge(o *Evidence) {
	mine, theirs := e.tallies(), o.tallies()
	for i := range mine {
		mine[i].merge(*theirs[i])
	}
	e.dashed += o.dashed
	e.yearFirst += o.yearFirst
}

func (e *Evidence) tallies() [13]*tally {
	return [...]*tally{
		&e.iso, &e.named, &e.votes[0], &e.votes[1], &e.open, &e.dotted, &e.same, &e.months,
		&e.serials, &e.odd, &e.short, &e.clock, &e.zoned,
	}
}

// Decide weighs what was seen (reference: intake, detection rules).
func (e *Evidence) Decide() Decision {
	d := Decision{
		Dates:  e.iso.n + e.named.n + e.votes[0].n + e.votes[1].n + e.open.n + e.dotted.n + e.same.n,
		Months: e.months.n, Serials: e.serials.n, Others: e.odd.n, Notes: e.notes(),
	}
	if e.odd.n > 0 {
		d.Odd = e.odd.example()
	}
	switch {
	case d.Dates > 0:
		e.order(&d)
	case d.Months > d.Others:
		d.Style.Month, d.Certain = true, true
		d.say("a month without a day stands in %s and is read as its first day, for example %s", e.months)
	case d.Serials <= d.Others:
		d.Why = []string{"no dates occur"}
		return d
	}
	if d.Dates > 0 && d.Months > 0 {
		d.say("a month without a day stands in %s, for example %s", e.months)
	}
	if d.Serials > d.Others {
		e.serial(&d)
	}
	return d
}

// say adds a sentence with the number of rows and an example.
func (d *Decision) say(format string, t tally) {
	n := "1 row"
	if t.n != 1 {
		n = fmt.Sprintf("%d rows", t.n)
	}
	d.Why = append(d.Why, fmt.Sprintf(format, n, t.example()))
}

// order decides between day first and month first.
func (e *Evidence) order(d *Decision) {
	first, second := e.votes[0], e.votes[1]
	for _, v := range e.votes {
		if v.n > 0 {
			d.say("day > 12 in %s, for example %s", v)
		}
	}
	switch {
	case first.n > 0 && second.n > 0:
		d.Conflict, d.Style.Order = true, DMY
		if second.n > first.n {
			d.Style.Order = MDY
		}
	case second.n > 0:
		d.Certain, d.Style.Order = true, MDY
	case first.n > 0 && e.dashed > 0 && e.dashed == e.yearFirst:
		d.Ambiguous, d.YearFirst = true, true
		d.Why = nil
		d.say("the year may stand first in %s: %s", e.short)
	case first.n > 0:
		d.Certain, d.Style.Order = true, DMY
	case e.open.n > 0:
		d.Ambiguous = true
		d.Why = append(d.Why, "no row decides: "+e.open.example())
	case e.dotted.n > 0:
		d.Certain, d.Style.Order = true, DMY
		d.say("dates with full stops are written day.month.year by convention in %s, for example %s", e.dotted)
	case e.same.n > 0:
		d.Ambiguous, d.Same, d.Style.Order = true, true, DMY
		d.Why = append(d.Why, "no row decides, day and month are equal in all: "+e.same.example())
	default:
		d.Certain = true
		if e.iso.n > 0 {
			d.say("the year stands first in %s, for example %s", e.iso)
		}
		if e.named.n > 0 {
			d.say("the month is a word in %s, for example %s", e.named)
		}
	}
}

// serial proposes that numbers are a spreadsheet's days.
func (e *Evidence) serial(d *Decision) {
	d.Style.Serial = true
	d.Certain, d.Ambiguous = false, !d.Conflict
	var p parts
	scan([]byte(e.serials.text), &p)
	d.say("numbers as spreadsheets count days in %s: %s would be "+serialDate(p.y).String(), e.serials)
	if e.votes[0].n+e.votes[1].n+e.open.n+e.dotted.n > 0 {
		d.Why = append(d.Why, "numbers beside written dates: a spreadsheet may have turned some dates into days under another order of day and month")
	}
}

// notes give examples and no counts: what was seen may be a sample.
func (e *Evidence) notes() (notes []string) {
	if e.short.n > 0 {
		notes = append(notes, "years of two digits are read as 1969 to 2068, for example "+e.short.example())
	}
	if e.clock.n > 0 {
		notes = append(notes, "times of day are left out, for example "+e.clock.example())
	}
	if e.zoned.n > 0 {
		notes = append(notes, "zones are left out: the day stays as written, for example "+e.zoned.example())
	}
	return notes
}
