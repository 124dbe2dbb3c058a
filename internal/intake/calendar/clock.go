package calendar

// time reads what follows a date: nothing, a time of day, an offset, a zone.
func (c *cursor) time(p *parts) code {
	if c.done() || p.clock {
		return okay
	}
	mark := c.i
	parted := c.take('T') || c.take('t')
	if !parted {
		parted = c.take(',')
		parted = c.blanks() || parted
		parted = c.at() || parted
	}
	if c.done() {
		return notADate
	}
	if !c.digit() {
		c.i = mark
		return c.zoned(p) // "2026-03-04Z"
	}
	if !parted {
		return notADate
	}
	h, m, s, ok := c.hours()
	if !ok {
		return notADate
	}
	if s < 0 { // hours alone need am or pm
		s = 0
		switch half := c.half(); {
		case half == 0:
			return notADate
		case !half.apply(&h):
			return invalidTime
		}
	} else if half := c.half(); half != 0 && !half.apply(&h) {
		return invalidTime
	}
	if got := p.setClock(h, m, s); got != okay {
		return got
	}
	return c.zoned(p)
}

func (p *parts) setClock(h, m, s int) code {
	if h > 23 || m > 59 || s > 60 { // 60: a leap second
		return invalidTime
	}
	p.clock, p.seconds = true, h*3600+m*60+min(s, 59)
	return okay
}

// hours reads H:MM, H:MM:SS, H:MM:SS.fff, 8h26, HHMM and HHMMSS; s is -1 if there
// are only hours.
func (c *cursor) hours() (h, m, s int, ok bool) {
	v, n := c.digits()
	switch {
	case n == 6:
		h, m, s = v/10000, v/100%100, v%100
		return h, m, s, c.fraction()
	case n == 4:
		return v / 100, v % 100, 0, true
	case n > 2:
		return 0, 0, 0, false
	}
	if !c.take(':') && !c.take('h') {
		return v, 0, -1, true
	}
	m, n = c.digits()
	if n != 2 {
		return 0, 0, 0, false
	}
	if !c.take(':') {
		return v, m, 0, true
	}
	s, n = c.digits()
	return v, m, s, n == 2 && c.fraction()
}

// fraction skips fractions of a second: .123 ,123 or :123.
func (c *cursor) fraction() bool {
	if c.take('.') || c.take(',') || c.take(':') {
		_, n := c.digits()
		return n > 0
	}
	return true
}

// half is 'a' or 'p' for am or pm, 0 for neither.
type half byte

// apply turns hours 1 … 12 into 0 … 23; 0 stands for 12 in some programs.
func (h half) apply(hour *int) bool {
	if *hour > 12 {
		return false
	}
	*hour %= 12
	if h == 'p' {
		*hour += 12
	}
	return true
}

// half reads am, PM, a.m., p. m.
func (c *cursor) half() half {
	mark := c.i
	c.blanks()
	h := half(c.peek() | 0x20)
	if h == 'a' || h == 'p' {
		c.i++
		if c.take('.') {
			c.blanks()
		}
		if c.peek()|0x20 == 'm' {
			c.i++
			c.take('.')
			if !letterAt(c.b, c.i) {
				return h
			}
		}
	}
	c.i = mark
	return 0
}

// zoned reads Z, UTC, GMT, an offset, or a zone by name, and a remark in
// parentheses after it. Without a time of day only Z and an offset that touch the
// date are read (xs:date).
func (c *cursor) zoned(p *parts) code {
	mark := c.i
	if c.blanks(); c.done() {
		return okay
	}
	if !p.clock && (c.i > mark || p.form != formDay || p.named) {
		return notADate
	}
	var name [24]byte
	if start := c.i; letterAt(c.b, c.i) {
		switch n := c.word(&name); string(name[:n]) {
		case "z", "utc", "gmt":
			p.zone = zoneOffset
		case "uhr": // German for "o'clock"
		default:
			if !p.clock || !capitals(c.b[start:c.i]) {
				return notADate
			}
			p.zone = zoneNamed
		}
	}
	if ch := c.peek(); (ch == '+' || ch == '-') && p.zone != zoneNamed {
		c.i++
		if !c.offset(p, ch == '-') || !p.clock && c.b[c.i-3] != ':' {
			return notADate
		}
	}
	if p.zone != zoneNone {
		c.blanks()
		if c.peek() == '(' && c.b[len(c.b)-1] == ')' {
			c.i = len(c.b)
		}
	}
	if c.i == mark {
		return notADate
	}
	return okay
}

// capitals reports two to five capital letters, the form of "CET" and "AEST".
func capitals(b []byte) bool {
	for _, ch := range b {
		if ch < 'A' || ch > 'Z' {
			return false
		}
	}
	return len(b) >= 2 && len(b) <= 5
}

// offset reads HH, HHMM or HH:MM.
func (c *cursor) offset(p *parts, west bool) bool {
	v, n := c.digits()
	h, m := v, 0
	switch n {
	case 1, 2:
		if c.take(':') {
			if m, n = c.digits(); n != 2 {
				return false
			}
		}
	case 4:
		h, m = v/100, v%100
	default:
		return false
	}
	if h > 18 || m > 59 {
		return false
	}
	p.zone, p.offset = zoneOffset, h*3600+m*60
	if west {
		p.offset = -p.offset
	}
	return true
}
