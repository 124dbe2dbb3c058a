package decimal

import "fmt"

// reason is what makes a value decide, in the order in which Why names them.
type reason uint8

const (
	last     reason = iota // both signs occur: the last is the decimal sign
	repeated               // the other sign occurs twice or more: it marks thousands
	marked                 // it follows thousands marks of another kind
	counted                // other than three digits follow it
	fronted                // four or more digits, or a 0, stand before it
	reasons
)

// Evidence gathers, value by value, which of point and comma is the decimal sign of
// a column. The zero value is ready. It is only as good as what it has seen: a
// column without decimals in the rows seen may have them further down.
type Evidence struct {
	numbers, others int64
	signless        int64
	votes           [2][reasons]tally // by decimal sign: point, comma
	open            [2]tally          // values that two readings fit, by the sign in them
	odd             tally             // values that are no number
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
		t.text, t.line = clip(trimBlanks(text)), line
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

// Decision is what the evidence comes to. Exactly one of Certain, Ambiguous and
// Conflict is true; Style is the best proposal in any case.
type Decision struct {
	Style     Style
	Certain   bool
	Marked    bool     // a point or comma occurs in a number; without one the style is a mere default
	Ambiguous bool     // values fit both signs and none decides
	Conflict  bool     // some values decide for the point, others for the comma
	Why       []string // plain sentences with examples
	Numbers   int64    // values that are numbers under at least one sign
	Others    int64    // values that are not, blank ones left out
	Odd       string   // an example of the latter: "n/a in line 9"
}

// See takes a value and the line it stands in. Nothing is allocated but for the
// examples.
func (e *Evidence) See(text []byte, line int64) {
	s, c := peel(text)
	if c != okay {
		if len(trimBlanks(text)) > 0 {
			e.others++
			e.odd.add(text, line)
		}
		return
	}
	_, pc := number(s.core, '.', true)
	_, cc := number(s.core, ',', true)
	byPoint, byComma := pc.readable(), cc.readable()
	if !byPoint && !byComma {
		e.others++
		e.odd.add(text, line)
		return
	}
	e.numbers++
	n := countSigns(s.core)
	switch {
	case n[0]+n[1] == 0:
		e.signless++
	case byPoint && byComma:
		i := 0
		if n[1] > 0 {
			i = 1
		}
		e.open[i].add(text, line)
	case byPoint:
		e.votes[0][why(s.core, '.', n[0], n[1])].add(text, line)
	default:
		e.votes[1][why(s.core, ',', n[1], n[0])].add(text, line)
	}
}

// Merge adds what another evidence has seen, so that blocks can be seen in
// parallel; the examples are those of the first lines.
func (e *Evidence) Merge(o *Evidence) {
	e.numbers += o.numbers
	e.others += o.others
	e.signless += o.signless
	for i := range e.votes {
		for r := range e.votes[i] {
			e.votes[i][r].merge(o.votes[i][r])
		}
		e.open[i].merge(o.open[i])
	}
	e.odd.merge(o.odd)
}

// countSigns counts points and commas.
func countSigns(core []byte) (n [2]int) {
	for _, c := range core {
		switch c {
		case '.':
			n[0]++
		case ',':
			n[1]++
		}
	}
	return n
}

// why names the reason for which a value reads only with this decimal sign. own and
// other count the two signs in it.
func why(core []byte, point byte, own, other int) reason {
	switch {
	case own > 0 && other > 0:
		return last
	case other > 0:
		return repeated
	}
	before, after, blanks := 0, 0, false
	seen := false
	for _, c := range core {
		switch {
		case c == point:
			seen = true
		case c-'0' > 9:
			blanks = true
		case seen:
			after++
		default:
			before++
		}
	}
	switch {
	case after != 3:
		return counted
	case blanks:
		return marked
	case before > 0:
		return fronted
	default:
		return counted
	}
}

// Decide weighs what was seen (reference: intake, detection rules).
func (e *Evidence) Decide() Decision {
	d := Decision{Style: Style{Point: '.'}, Numbers: e.numbers, Others: e.others, Marked: e.numbers > e.signless}
	if e.odd.n > 0 {
		d.Odd = e.odd.example()
	}
	points, commas := e.votesFor(0), e.votesFor(1)
	if commas > points || points+commas == 0 && e.open[0].n > 0 && e.open[1].n == 0 {
		d.Style.Point = ',' // a lone 1.234 is more often a thousand than a fraction
	}
	d.Conflict = points > 0 && commas > 0
	d.Ambiguous = points+commas == 0 && e.open[0].n+e.open[1].n > 0
	d.Certain = !d.Conflict && !d.Ambiguous
	switch {
	case d.Ambiguous:
		d.Why = e.undecided()
	case points+commas == 0:
		d.Why = []string{"no decimals occur"}
	default:
		d.Why = append(e.sentences(0), e.sentences(1)...)
	}
	return d
}

func (e *Evidence) votesFor(i int) (n int64) {
	for _, t := range e.votes[i] {
		n += t.n
	}
	return n
}

func (e *Evidence) sentences(i int) (why []string) {
	own, other := "point", "comma"
	if i == 1 {
		own, other = other, own
	}
	for r, t := range e.votes[i] {
		if t.n == 0 {
			continue
		}
		var s string
		switch reason(r) { //nolint:exhaustive // the rest is the default
		case last:
			s = own + " is the last sign"
		case repeated:
			s = other + " stands twice or more, so it marks thousands,"
		case marked:
			s = own + " follows thousands marks of another kind"
		case counted:
			s = own + " has other than three digits after it"
		default:
			s = own + " has four or more digits, or a 0, before it"
		}
		why = append(why, fmt.Sprintf("%s in %s, for example %s", s, values(t.n), t.example()))
	}
	return why
}

func (e *Evidence) undecided() (why []string) {
	for i, t := range e.open {
		if t.n > 0 {
			why = append(why, fmt.Sprintf("no value decides whether the %s in %s is the decimal sign or marks thousands: %s",
				Name(".,"[i]), values(t.n), t.example()))
		}
	}
	return why
}

func values(n int64) string {
	if n == 1 {
		return "1 value"
	}
	return fmt.Sprintf("%d values", n)
}
