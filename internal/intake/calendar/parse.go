package calendar

import (
	"time"

	"clientele/internal/period"
)

// Parse reads one day. A nil Problem means success; nothing is allocated then.
// Years of two digits are 1969 … 2068.
func Parse(text []byte, style Style) (period.Date, *Problem) {
	if d, ok := fast(text, style.Order); ok {
		return d, nil
	}
	var p parts
	c := scan(text, &p)
	if c == okay {
		var d period.Date
		if d, c = p.resolve(style); c == okay {
			return d, nil
		}
	}
	return period.NoDate, problem(c, text, style)
}

// Memo remembers the last text read: files are mostly in order of date. The zero
// value is ready; it is not safe for concurrent use.
type Memo struct {
	text  [32]byte
	n     int
	style Style
	date  period.Date
}

// Parse is the package's Parse.
func (m *Memo) Parse(text []byte, style Style) (period.Date, *Problem) {
	if m.n > 0 && string(text) == string(m.text[:m.n]) && style == m.style {
		return m.date, nil
	}
	d, p := Parse(text, style)
	if p == nil && len(text) <= len(m.text) {
		m.n, m.style, m.date = copy(m.text[:], text), style, d
	}
	return d, p
}

// LooksDate reports whether a text reads as a day, or a month, under any order. A
// bare number does not, unless it is a YYYYMMDD of 1900 … 2100. It is meant for
// column statistics.
func LooksDate(text []byte) bool {
	if len(text) < 6 || len(text) > longest || !hasDigit(text) {
		return false
	}
	var p parts
	if scan(text, &p) != okay {
		return false
	}
	switch p.form { //nolint:exhaustive // the rest is the default
	case formAB:
		return period.Valid(p.y, p.b, p.a) || period.Valid(p.y, p.a, p.b)
	case formMonth:
		return p.sep != '.' && p.m >= 1 && p.m <= 12 && p.y >= 1900 && p.y <= 2100
	case formDay:
		return period.Valid(p.y, p.m, p.d) && (!p.compact || p.y >= 1900 && p.y <= 2100)
	default:
		return false
	}
}

func hasDigit(text []byte) bool {
	for _, c := range text {
		if c-'0' <= 9 {
			return true
		}
	}
	return false
}

// resolve makes a day of what was scanned.
func (p *parts) resolve(style Style) (period.Date, code) {
	y, m, d := p.y, p.m, p.d
	switch p.form { //nolint:exhaustive // the rest is the default
	case formSerial:
		switch {
		case !style.Serial:
			return period.NoDate, serial
		case y < minSerial || y > maxSerial:
			return period.NoDate, serialRange
		}
		return serialDate(y), okay
	case formMonth:
		if !style.Month {
			return period.NoDate, noDay
		}
		d = 1
	case formAB:
		switch style.Order { //nolint:exhaustive // the rest is the default
		case DMY:
			m, d = p.b, p.a
		case MDY:
			m, d = p.a, p.b
		case YMD:
			if !p.short {
				return period.NoDate, wrongOrder
			}
			q := parts{}
			q.setShort(p.a)
			y, m, d = q.y, p.b, p.y%100
			return p.day(y, m, d, style)
		default:
			return period.NoDate, noOrder
		}
		if !period.Valid(y, m, d) && period.Valid(y, d, m) {
			return period.NoDate, wrongOrder
		}
	}
	return p.day(y, m, d, style)
}

// day is the day as it was in the style's zone.
func (p *parts) day(y, m, d int, style Style) (period.Date, code) {
	if !period.Valid(y, m, d) {
		return period.NoDate, invalidDay
	}
	day := period.DateOf(y, m, d)
	if style.Zone == nil || !p.clock || p.zone == zoneNone {
		return day, okay
	}
	if p.zone == zoneNamed {
		return period.NoDate, unknownZone
	}
	at := time.Unix(int64(day)*86400+int64(p.seconds)-int64(p.offset), 0).In(style.Zone)
	return period.FromTime(at), okay
}

// fast reads the frequent forms: YYYY-MM-DD with or without a time of day, and,
// if the order is known, D/M/YYYY or M/D/YYYY with / . or - and with or without a
// time. Anything else, and anything wrong, is left to scan.
func fast(t []byte, order Order) (period.Date, bool) {
	if len(t) < 8 {
		return 0, false
	}
	if len(t) >= 10 && t[4] == '-' && t[7] == '-' {
		y, ok1 := four(t[0:4])
		m, ok2 := two(t[5:7])
		d, ok3 := two(t[8:10])
		if !ok1 || !ok2 || !ok3 || !fastClock(t[10:]) || !period.Valid(y, m, d) {
			return 0, false
		}
		return period.DateOf(y, m, d), true
	}
	if order == ISO || order == YMD {
		return 0, false
	}
	a, n := oneOrTwo(t)
	if n == 0 {
		return 0, false
	}
	sep := t[n]
	t = t[n+1:]
	b, n := oneOrTwo(t)
	if n == 0 || len(t) < n+5 || t[n] != sep || sep != '/' && sep != '.' && sep != '-' {
		return 0, false
	}
	y, ok := four(t[n+1 : n+5])
	if order == DMY {
		a, b = b, a
	}
	if !ok || !fastClock(t[n+5:]) || !period.Valid(y, a, b) {
		return 0, false
	}
	return period.DateOf(y, a, b), true
}

// fastClock reads nothing, or a blank or T and H:MM, HH:MM or HH:MM:SS.
func fastClock(t []byte) bool {
	if len(t) == 0 {
		return true
	}
	if len(t) < 5 || t[0] != ' ' && t[0] != 'T' {
		return false
	}
	h, n := oneOrTwo(t[1:])
	t = t[1+n:]
	if n == 0 || h > 23 || len(t) < 3 || t[0] != ':' {
		return false
	}
	m, ok := two(t[1:3])
	if !ok || m > 59 {
		return false
	}
	if len(t) == 3 {
		return true
	}
	if len(t) != 6 || t[3] != ':' {
		return false
	}
	s, ok := two(t[4:6])
	return ok && s <= 60
}

func two(t []byte) (int, bool) {
	a, b := t[0]-'0', t[1]-'0'
	return int(a)*10 + int(b), a <= 9 && b <= 9
}

func four(t []byte) (int, bool) {
	a, b, c, d := t[0]-'0', t[1]-'0', t[2]-'0', t[3]-'0'
	return int(a)*1000 + int(b)*100 + int(c)*10 + int(d), a <= 9 && b <= 9 && c <= 9 && d <= 9
}

// oneOrTwo reads one or two digits and gives their number; 0: none, or the text
// ends with them.
func oneOrTwo(t []byte) (int, int) {
	if len(t) < 3 {
		return 0, 0
	}
	a, b := t[0]-'0', t[1]-'0'
	switch {
	case a > 9:
		return 0, 0
	case b > 9:
		return int(a), 1
	default:
		return int(a)*10 + int(b), 2
	}
}
