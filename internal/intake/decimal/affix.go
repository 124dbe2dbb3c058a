package decimal

// stripped is a number without what stands around its digits.
type stripped struct {
	core             []byte
	neg, percent     bool
	currency, symbol string

	signed      bool // a sign of any kind was seen
	open, close bool
}

// peel takes signs, parentheses, percent and currency off both ends.
func peel(text []byte) (stripped, code) {
	s := stripped{core: text}
	if c := s.left(); c != okay {
		return s, c
	}
	if c := s.right(); c != okay {
		return s, c
	}
	if s.open != s.close || len(s.core) == 0 {
		return s, notANumber
	}
	return s, okay
}

// left works up to the first digit or decimal sign.
func (s *stripped) left() code {
	for len(s.core) > 0 {
		b := s.core
		if n := blankAt(b); n > 0 {
			s.core = b[n:]
			continue
		}
		neg, n := signAt(b)
		switch {
		case n > 0:
			if c := s.sign(neg); c != okay {
				return c
			}
			s.core = b[n:]
		case b[0] == '(':
			if c := s.sign(true); c != okay {
				return c
			}
			s.open, s.core = true, b[1:]
		case b[0]-'0' <= 9 || b[0] == '.' || b[0] == ',':
			return okay
		default:
			n := leftWord(b)
			if !s.unit(b[:n]) {
				return notANumber
			}
			if n < len(b) && b[n] == '.' && dotted(b[:n]) { // "Rs.500" is no half rupee
				n++
			}
			s.core = b[n:]
		}
	}
	return notANumber
}

// right works down to the last digit or decimal sign.
func (s *stripped) right() code {
	for len(s.core) > 0 {
		b := s.core
		if n := blankBefore(b); n > 0 {
			s.core = b[:len(b)-n]
			continue
		}
		last := b[len(b)-1]
		neg, n := signBefore(b)
		switch {
		case n > 0:
			if dashed(b[:len(b)-n]) {
				return noCents
			}
			if c := s.sign(neg); c != okay {
				return c
			}
			s.core = b[:len(b)-n]
		case last == ')':
			if !s.open || s.close {
				return notANumber
			}
			s.close, s.core = true, b[:len(b)-1]
		case last == '%':
			if s.percent {
				return notANumber
			}
			s.percent, s.core = true, b[:len(b)-1]
		case last-'0' <= 9 || last == ',':
			return okay
		case last == '.' && (len(b) < 2 || !letter(b[len(b)-2])):
			return okay
		default:
			if c := s.rightUnit(); c != okay {
				return c
			}
		}
	}
	return notANumber
}

// rightUnit takes a currency, CR or DR off the end.
func (s *stripped) rightUnit() code {
	b := s.core
	end := len(b)
	dot := b[end-1] == '.'
	if dot {
		end--
	}
	start := rightWord(b[:end])
	w := b[start:end]
	if dot && !dotted(w) {
		return notANumber
	}
	if len(w) == 2 && w[1]|0x20 == 'r' && (w[0]|0x20 == 'c' || w[0]|0x20 == 'd') {
		s.core = b[:start]
		return s.sign(w[0]|0x20 == 'c')
	}
	if !s.unit(w) {
		return notANumber
	}
	s.core = b[:start]
	return okay
}

// sign takes one sign; a number has at most one.
func (s *stripped) sign(neg bool) code {
	if s.signed {
		return twoSigns
	}
	s.signed, s.neg = true, neg
	return okay
}

// unit takes a currency. A code settles what a shared symbol beside it means.
func (s *stripped) unit(word []byte) bool {
	currency, symbol := currencyOf(word)
	switch {
	case currency == "" && symbol == "":
		return false
	case currency != "" && s.currency == "":
		if s.symbol != "" && !shares(s.symbol, currency) {
			return false
		}
		s.currency, s.symbol = currency, ""
		return true
	case currency != "":
		return currency == s.currency
	case s.currency != "":
		return shares(symbol, s.currency)
	case s.symbol != "":
		return symbol == s.symbol
	}
	s.symbol = symbol
	return true
}

// dashed reports a decimal sign before a dash, as in "12,-" and "12.--": people
// write so for "no cents", but it could be a trailing minus.
func dashed(b []byte) bool {
	for len(b) > 0 {
		if _, n := signBefore(b); n > 0 {
			b = b[:len(b)-n]
			continue
		}
		last := b[len(b)-1]
		return last == '.' || last == ','
	}
	return false
}

// signAt is the sign that begins the text: minus (-, U+2212, and the en dash that
// typesetting programs make of it) or plus, with its length; length 0: none.
func signAt(b []byte) (neg bool, n int) {
	switch {
	case b[0] == '-':
		return true, 1
	case b[0] == '+':
		return false, 1
	case len(b) >= 3 && minusRune(b[:3]):
		return true, 3
	default:
		return false, 0
	}
}

// signBefore is the sign that ends the text.
func signBefore(b []byte) (neg bool, n int) {
	last := b[len(b)-1]
	switch {
	case last == '-':
		return true, 1
	case last == '+':
		return false, 1
	case len(b) >= 3 && minusRune(b[len(b)-3:]):
		return true, 3
	default:
		return false, 0
	}
}

func minusRune(b []byte) bool {
	return b[0] == 0xE2 && (b[1] == 0x88 && b[2] == 0x92 || b[1] == 0x80 && b[2] == 0x93)
}

// blankAt is the length of the blank that begins the text: ASCII blanks, no-break
// space U+00A0, figure U+2007, thin U+2009, hair U+200A, narrow no-break U+202F and
// the direction marks U+200E, U+200F that some programs put before a minus.
func blankAt(b []byte) int {
	switch {
	case b[0] == ' ' || b[0] >= '\t' && b[0] <= '\r':
		return 1
	case len(b) >= 2 && b[0] == 0xC2 && b[1] == 0xA0:
		return 2
	case len(b) >= 3 && blankRune(b[:3]):
		return 3
	default:
		return 0
	}
}

// blankBefore is the length of the blank that ends the text.
func blankBefore(b []byte) int {
	n := len(b)
	switch {
	case b[n-1] == ' ' || b[n-1] >= '\t' && b[n-1] <= '\r':
		return 1
	case n >= 2 && b[n-2] == 0xC2 && b[n-1] == 0xA0:
		return 2
	case n >= 3 && blankRune(b[n-3:]):
		return 3
	default:
		return 0
	}
}

func blankRune(b []byte) bool {
	if b[0] != 0xE2 || b[1] != 0x80 {
		return false
	}
	switch b[2] {
	case 0x87, 0x89, 0x8A, 0x8E, 0x8F, 0xAF:
		return true
	default:
		return false
	}
}

func trimBlanks(b []byte) []byte {
	for len(b) > 0 {
		n := blankAt(b)
		if n == 0 {
			break
		}
		b = b[n:]
	}
	for len(b) > 0 {
		n := blankBefore(b)
		if n == 0 {
			break
		}
		b = b[:len(b)-n]
	}
	return b
}

// ends reports whether a byte cannot be part of a currency's name.
func ends(c byte) bool {
	switch c {
	case ' ', '\t', '\n', '\r', '-', '+', '(', ')', '%', '.', ',':
		return true
	default:
		return c-'0' <= 9
	}
}

// leftWord is the length of the word that begins the text.
func leftWord(b []byte) int {
	n := 1
	for n < len(b) && !ends(b[n]) && blankAt(b[n:]) == 0 && !minusAt(b[n:]) {
		n++
	}
	return n
}

// rightWord is where the word that ends the text begins.
func rightWord(b []byte) int {
	i := len(b)
	for i > 0 && !ends(b[i-1]) && blankBefore(b[:i]) == 0 {
		i--
	}
	return i
}

func minusAt(b []byte) bool { return len(b) >= 3 && minusRune(b[:3]) }

func letter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' || c >= 0x80 }
