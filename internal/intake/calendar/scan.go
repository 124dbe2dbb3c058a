package calendar

// form is what kind of date a text is, before any style.
type form uint8

const (
	formNone   form = iota
	formDay         // y, m, d are known
	formAB          // a, b and a year: the order of day and month is open
	formMonth       // y, m are known; there is no day
	formSerial      // a number: y
)

type zone uint8

const (
	zoneNone zone = iota
	zoneOffset
	zoneNamed // letters whose offset is not known
)

// parts is what stands in a text.
type parts struct {
	form    form
	y, m, d int
	a, b    int
	sep     byte // the separator of an all-numeric date, 0: none
	named   bool // the month is a word
	short   bool // the year has two digits
	compact bool // YYYYMMDD
	clock   bool // a time of day follows
	zone    zone
	seconds int // of the day
	offset  int // seconds east of UTC
}

// longest is the longest text that can be a date.
const longest = 80

// scan takes a text apart. It does not check that the day exists.
func scan(text []byte, p *parts) code {
	b := trim(text)
	if len(b) == 0 {
		return empty
	}
	if len(b) > longest {
		return notADate
	}
	c := cursor{b: b}
	got := c.date(p)
	if got == okay || c.b[0]-'0' <= 9 {
		return got
	}
	// "mar." is March or mardi: a weekday only if the text is no date with a month.
	c = cursor{b: b}
	if !c.weekday() {
		return got
	}
	*p = parts{}
	again := c.date(p)
	switch {
	case again == okay && p.form == formSerial: // "Mon 3"
		again = notADate
	case again == okay:
		return okay
	}
	if got != notADate {
		return got
	}
	return again
}

// cursor walks over a text.
type cursor struct {
	b []byte
	i int
}

func (c *cursor) done() bool { return c.i >= len(c.b) }

// peek is the next byte, 0 at the end.
func (c *cursor) peek() byte {
	if c.done() {
		return 0
	}
	return c.b[c.i]
}

// take consumes a byte if it is next.
func (c *cursor) take(want byte) bool {
	if c.peek() == want && !c.done() {
		c.i++
		return true
	}
	return false
}

// digit reports whether a digit is next.
func (c *cursor) digit() bool { return c.peek()-'0' <= 9 }

// digits reads a run of digits. More than nine only count, their value is void.
func (c *cursor) digits() (value, n int) {
	for ; c.digit(); c.i++ {
		if n++; n <= 9 {
			value = value*10 + int(c.b[c.i]-'0')
		}
	}
	return value, n
}

// blanks skips blanks, no-break ones included, and reports whether there were any.
func (c *cursor) blanks() bool {
	start := c.i
	for !c.done() {
		n := blankAt(c.b[c.i:])
		if n == 0 {
			break
		}
		c.i += n
	}
	return c.i > start
}

// joints skips what may stand between the parts of a date with a named month.
func (c *cursor) joints() {
	for {
		switch c.peek() {
		case '-', '/', '.', ',':
			c.i++
		default:
			if !c.blanks() {
				return
			}
		}
	}
}

// date reads the whole text.
func (c *cursor) date(p *parts) code {
	var got code
	if c.digit() {
		got = c.numberFirst(p)
	} else {
		got = c.monthFirst(p)
	}
	if got != okay {
		return got
	}
	if got = c.time(p); got != okay {
		return got
	}
	c.blanks()
	if !c.done() {
		return notADate
	}
	return okay
}

// numberFirst reads a date that begins with a digit.
func (c *cursor) numberFirst(p *parts) code {
	start := c.i
	v, n := c.digits()
	next := c.peek()
	switch {
	case n == 8 && (c.done() || next == 'T' || next == 't' || blankAt(c.b[c.i:]) > 0):
		p.form, p.compact = formDay, true
		p.y, p.m, p.d = v/10000, v/100%100, v%100
		return plausible(p)
	case n == 14 && c.done():
		return c.stamp(p, c.b[start:start+14])
	case c.done() && n <= 7:
		p.form, p.y = formSerial, v
		return okay
	case n > 7 || c.done():
		return notADate
	case (next == '.' || next == ',') && n >= 5:
		c.i++
		if _, m := c.digits(); m == 0 || !c.done() {
			return notADate
		}
		p.form, p.y = formSerial, v
		return okay
	case next == '/' || next == '-' || next == '.':
		mark := c.i
		c.i++
		if next == '.' {
			c.blanks() // "4. 3. 2026"
		}
		if c.digit() {
			return c.numeric(p, v, n, next)
		}
		c.i = mark
	}
	return c.dayNamed(p, v, n)
}

// plausible tells a YYYYMMDD from any other number of eight digits.
func plausible(p *parts) code {
	if p.y < 1 || p.m < 1 || p.m > 12 || p.d < 1 || p.d > 31 {
		return notADate
	}
	return okay
}

// stamp reads YYYYMMDDHHMMSS.
func (c *cursor) stamp(p *parts, t []byte) code {
	p.form, p.compact, p.clock = formDay, true, true
	hi, _ := four(t[0:4])
	p.y = hi
	p.m, _ = two(t[4:6])
	p.d, _ = two(t[6:8])
	if got := plausible(p); got != okay {
		return got
	}
	h, _ := two(t[8:10])
	m, _ := two(t[10:12])
	s, _ := two(t[12:14])
	return p.setClock(h, m, s)
}

// numeric goes on after "v" and a separator, at a digit.
func (c *cursor) numeric(p *parts, v, n int, sep byte) code {
	p.sep = sep
	w, k := c.digits()
	if c.peek() != sep {
		switch { // a month
		case n == 4 && k <= 2:
			p.y, p.m = v, w
		case n <= 2 && k == 4:
			p.y, p.m = w, v
		default:
			return notADate
		}
		p.form = formMonth
		if p.m < 1 || p.m > 12 {
			return notADate
		}
		return okay
	}
	c.i++
	if sep == '.' {
		c.blanks()
	}
	if sep == '.' && n <= 2 && k <= 2 && c.done() {
		return noYear
	}
	x, l := c.digits()
	switch {
	case n == 4 && k <= 2 && (l == 1 || l == 2):
		p.form, p.y, p.m, p.d = formDay, v, w, x
	case n <= 2 && k <= 2 && l == 4:
		p.form, p.a, p.b, p.y = formAB, v, w, x
	case n <= 2 && k <= 2 && l == 2:
		p.form, p.a, p.b = formAB, v, w
		p.setShort(x)
	default:
		return notADate
	}
	return okay
}

// dayNamed goes on after a number that a month's name follows: a day, or a year of
// four digits.
func (c *cursor) dayNamed(p *parts, v, n int) code {
	if n != 4 && n > 2 {
		return notADate
	}
	if n <= 2 {
		c.ordinal()
	}
	c.joints()
	c.particle()
	if p.m = c.month(); p.m == 0 {
		return notADate
	}
	p.named, p.form = true, formDay
	mark := c.i
	c.joints()
	if n == 4 {
		p.y = v
		d, k := c.digits()
		switch {
		case k == 0 && c.done():
			p.form, c.i = formMonth, mark
		case k == 0 || k > 2:
			return notADate
		}
		p.d = d
		return okay
	}
	p.d = v
	if c.particle(); c.done() {
		return noYear
	}
	return c.year(p)
}

// monthFirst reads a date that begins with the name of a month.
func (c *cursor) monthFirst(p *parts) code {
	if p.m = c.month(); p.m == 0 {
		return notADate
	}
	p.named, p.form = true, formDay
	c.joints()
	c.particle()
	v, n := c.digits()
	switch {
	case n == 4:
		p.form, p.y = formMonth, v
		return okay
	case n == 0 || n > 2:
		return notADate
	}
	c.ordinal()
	mark := c.i
	c.joints()
	if c.done() {
		if n != 2 {
			return noYear
		}
		p.form = formMonth // "Mar-26"
		p.setShort(v)
		c.i = mark
		return okay
	}
	c.particle()
	p.d = v
	return c.year(p)
}

// year reads a year of two or four digits.
func (c *cursor) year(p *parts) code {
	c.take('\'')
	v, n := c.digits()
	switch n {
	case 4:
		p.y = v
	case 2:
		p.setShort(v)
	default:
		return notADate
	}
	return okay
}

// setShort reads a year of two digits: 69 … 99 are 1969 … 1999, 00 … 68 are 2000 …
// 2068 (POSIX strptime, %y).
func (p *parts) setShort(v int) {
	p.short = true
	if p.y = 2000 + v; v >= 69 {
		p.y = 1900 + v
	}
}
