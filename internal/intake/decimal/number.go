package decimal

import "clientele/internal/money"

// maxDigits is how many digits an amount may have: every number of 18 digits fits
// an int64.
const maxDigits = 18

// mantissa gathers digits. The value is mant x 10^exp, where mant ends in a digit
// other than 0 or is 0, so that the digits that matter can be counted.
type mantissa struct {
	mant  int64
	count int // digits of mant, counted on beyond what mant can hold
	zeros int // zeros since the last digit other than 0
	frac  int // digits after the decimal sign, zeros included
}

func (m *mantissa) add(d byte) {
	if d == 0 {
		if m.count > 0 {
			m.zeros++
		}
		return
	}
	if m.count == 0 {
		m.zeros = 0
	}
	m.count += m.zeros + 1
	if m.count <= maxDigits {
		m.mant = m.mant*money.Pow10(uint8(m.zeros+1)) + int64(d) //nolint:gosec // 1 … 18
	}
	m.zeros = 0
}

// amount ends the mantissa with a decimal exponent as written after an "e".
func (m *mantissa) amount(exponent int) (money.Amount, code) {
	written := min(max(m.frac-exponent, 0), money.MaxDecimals)
	if m.count == 0 {
		return money.Amount{Decimals: uint8(written)}, okay
	}
	exp := m.zeros - m.frac + exponent // of the last digit that is not 0
	need := max(0, -exp)
	if need > money.MaxDecimals {
		return money.Amount{}, precision
	}
	if m.count+max(exp, 0) > maxDigits {
		return money.Amount{}, overflow
	}
	// Trailing zeros stay as written where there is room for them.
	decimals := max(need, min(written, maxDigits-m.count-exp))
	units := m.mant * money.Pow10(uint8(exp+decimals)) //nolint:gosec // below 10^18 by the checks above
	return money.Amount{Units: units, Decimals: uint8(decimals)}, okay
}

// groups follows the thousands marks of the whole part.
type groups struct {
	mark   byte // kind of mark: ',', '.', ' ', '\'', '_'; 0: none yet
	first  int  // digits before the first mark
	length int  // digits of the current group
	threes int  // complete groups between marks, by length
	twos   int
	zero   bool // the first digit is 0: no group can follow
	bad    bool
}

func (g *groups) digit(d byte) {
	if g.mark == 0 && g.length == 0 {
		g.zero = d == 0
	}
	g.length++
}

func (g *groups) cut(mark byte) {
	switch {
	case g.mark == 0:
		g.mark, g.first = mark, g.length
		g.bad = g.length == 0 || g.length > 3 || g.zero
	case g.mark != mark:
		g.bad = true
	case g.length == 3:
		g.threes++
	case g.length == 2:
		g.twos++
	default:
		g.bad = true
	}
	g.length = 0
}

// valid ends the whole part: 1,234,567, or the Indian 12,34,567 with a comma.
func (g *groups) valid() bool {
	switch {
	case g.mark == 0:
		return true
	case g.bad || g.length != 3:
		return false
	case g.twos == 0:
		return true
	default:
		return g.mark == ',' && g.threes == 0 && g.first <= 2
	}
}

// number reads unsigned digits: "1,234.56", ".5", "5.", "1.5e3". Thousands marks
// are understood if marks is set.
func number(text []byte, point byte, marks bool) (money.Amount, code) { //nolint:gocognit // one pass over the digits, in the hot path
	var m mantissa
	var g groups
	whole, pointed, digits := true, false, 0
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case c-'0' <= 9:
			digits++
			m.add(c - '0')
			if whole {
				g.digit(c - '0')
			} else {
				m.frac++
			}
		case c == point:
			if pointed {
				return money.Amount{}, signs
			}
			if !g.valid() {
				return money.Amount{}, group
			}
			whole, pointed = false, true
		case c == 'e' || c == 'E':
			exponent, ok := exponentOf(text[i+1:])
			if !ok || digits == 0 {
				return money.Amount{}, notANumber
			}
			if g.mark != 0 {
				return money.Amount{}, group
			}
			return m.amount(exponent)
		default:
			mark, n := markAt(text[i:])
			if n == 0 || !marks || digits == 0 && !pointed && mark != ',' && mark != '.' {
				return money.Amount{}, notANumber
			}
			if !whole {
				return money.Amount{}, signs
			}
			g.cut(mark)
			i += n - 1
		}
	}
	switch {
	case digits == 0:
		return money.Amount{}, notANumber
	case !g.valid():
		return money.Amount{}, group
	}
	return m.amount(0)
}

// exponentOf reads [+-]digits. Values beyond any amount are all the same, so it
// stops counting at 10,000.
func exponentOf(text []byte) (int, bool) {
	neg := false
	if len(text) > 0 && (text[0] == '+' || text[0] == '-') {
		neg = text[0] == '-'
		text = text[1:]
	}
	if len(text) == 0 {
		return 0, false
	}
	e := 0
	for _, c := range text {
		if c-'0' > 9 {
			return 0, false
		}
		e = min(e*10+int(c-'0'), 10000)
	}
	if neg {
		e = -e
	}
	return e, true
}

// markAt is the thousands mark that begins the text, by kind, and its length.
func markAt(text []byte) (byte, int) {
	switch text[0] {
	case ',', '.', '\'', '_':
		return text[0], 1
	}
	if n := blankAt(text); n > 0 && text[0] != '\n' && text[0] != '\r' && text[0] != '\t' {
		return ' ', n
	}
	if len(text) >= 3 && text[0] == 0xE2 && text[1] == 0x80 && text[2] == 0x99 { // U+2019
		return '\'', 3
	}
	return 0, 0
}
