package decimal

import (
	"math"
	"strconv"
)

// floatDigits is how many significant digits a spreadsheet keeps (Excel
// specifications and limits, "number precision"); digits beyond are binary noise.
const floatDigits = 15

// FromFloat writes a binary double canonically, as AppendFloat does.
func FromFloat(f float64) (text string, ok bool) {
	b, ok := AppendFloat(nil, f)
	return string(b), ok
}

// AppendFloat appends a binary double of a spreadsheet or a Parquet file in plain
// notation: the shortest decimal that stands for it, limited to 15 significant
// digits, so that 0.30000000000000004 is 0.3. Whole numbers below 2^53, which a
// double holds exactly, keep all their digits. NaN and infinities are not ok.
func AppendFloat(dst []byte, f float64) ([]byte, bool) {
	switch {
	case math.IsNaN(f) || math.IsInf(f, 0):
		return dst, false
	case f == math.Trunc(f) && math.Abs(f) < 1<<53:
		return strconv.AppendInt(dst, int64(f), 10), true
	}
	var buf [32]byte
	// %e with 14 decimals is 15 significant digits, correctly rounded; a shorter
	// decimal that reads back as the same double shows up as trailing zeros.
	e := strconv.AppendFloat(buf[:0], f, 'e', floatDigits-1, 64)
	if e[0] == '-' {
		dst = append(dst, '-')
		e = e[1:]
	}
	mark := 1 + floatDigits // "d." and 14 digits, then "e±dd"
	exponent, _ := exponentOf(e[mark+1:])
	e[1] = e[0] // the digits are e[1:mark] now
	digits := e[1:mark]
	for len(digits) > 1 && digits[len(digits)-1] == '0' {
		digits = digits[:len(digits)-1]
	}
	return appendPlain(dst, digits, exponent), true
}

// appendPlain writes d.ddd x 10^exponent without an exponent.
func appendPlain(dst, digits []byte, exponent int) []byte {
	if exponent < 0 {
		dst = append(dst, '0', '.')
		for range -exponent - 1 {
			dst = append(dst, '0')
		}
		return append(dst, digits...)
	}
	whole := min(exponent+1, len(digits))
	dst = append(dst, digits[:whole]...)
	for range exponent + 1 - whole {
		dst = append(dst, '0')
	}
	if whole < len(digits) {
		dst = append(dst, '.')
		dst = append(dst, digits[whole:]...)
	}
	return dst
}
