package decimal

import "clientele/internal/money"

// Parse reads one number. A nil Problem means success; nothing is allocated then.
func Parse(text []byte, style Style) (Result, *Problem) {
	if a, ok := plain(text, style.point()); ok {
		return Result{Amount: a}, nil
	}
	r, c := read(text, style)
	if c != okay {
		return Result{}, problem(c, text, style)
	}
	return r, nil
}

// ParseNumber reads a number that was typed in its file and is written canonically
// (record.Number): a point, no marks, no currency. An exponent is understood.
func ParseNumber(text []byte) (money.Amount, *Problem) {
	if a, ok := plain(text, '.'); ok {
		return a, nil
	}
	if len(text) == 0 {
		return money.Amount{}, problem(empty, text, Style{})
	}
	digits, neg := text, false
	if text[0] == '-' {
		digits, neg = text[1:], true
	}
	a, c := number(digits, '.', false)
	if c != okay {
		if c == group || c == signs {
			c = notANumber
		}
		return money.Amount{}, problem(c, text, Style{})
	}
	if neg {
		a.Units = -a.Units // at most 18 digits: cannot overflow
	}
	return a, nil
}

// LooksNumeric reports whether a text reads as a number under either decimal sign.
// It is meant for column statistics: a date is not numeric, an id of digits is.
func LooksNumeric(text []byte) bool {
	if _, ok := plain(text, '.'); ok {
		return true
	}
	if !hasDigit(text) {
		return false
	}
	_, c := read(text, Style{Point: '.'})
	if c.readable() {
		return true
	}
	_, c = read(text, Style{Point: ','})
	return c.readable()
}

func hasDigit(text []byte) bool {
	for _, c := range text {
		if c-'0' <= 9 {
			return true
		}
	}
	return false
}

// Plain reads -?digits[.digits], as most cells are written, and nothing else: false
// says that Parse has to look, not that the text is no number.
func Plain(text []byte, style Style) (money.Amount, bool) { return plain(text, style.point()) }

// plain is the fast path: -?digits[.digits] with at most 18 digits and
// money.MaxDecimals decimals. Anything else is left to read.
func plain(text []byte, point byte) (money.Amount, bool) {
	neg := len(text) > 0 && text[0] == '-'
	if neg {
		text = text[1:]
	}
	if len(text) == 0 || len(text) > 18 {
		return money.Amount{}, false
	}
	var units int64
	dot := -1
	for i, c := range text {
		if d := c - '0'; d <= 9 {
			units = units*10 + int64(d)
			continue
		}
		if c != point || dot >= 0 || i == 0 {
			return money.Amount{}, false
		}
		dot = i
	}
	var decimals int
	if dot >= 0 {
		if decimals = len(text) - 1 - dot; decimals == 0 || decimals > money.MaxDecimals {
			return money.Amount{}, false
		}
	}
	if neg {
		units = -units
	}
	return money.Amount{Units: units, Decimals: uint8(decimals)}, true
}

// read takes sign, currency and percent off the text and reads the digits between.
func read(text []byte, style Style) (Result, code) {
	if len(trimBlanks(text)) == 0 {
		return Result{}, empty
	}
	s, c := peel(text)
	if c != okay {
		return Result{}, c
	}
	a, c := number(s.core, style.point(), true)
	if c != okay {
		return Result{}, c
	}
	if s.neg {
		a.Units = -a.Units // at most 18 digits: cannot overflow
	}
	return Result{Amount: a, Currency: s.currency, Symbol: s.symbol, Percent: s.percent}, okay
}
