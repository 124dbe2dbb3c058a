package money

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"math/bits"
	"strconv"
	"strings"
)

// Sum is a signed 128-bit integer in minor units: sums of 64-bit amounts cannot
// wrap in it within 2^63 additions. The zero value is 0.
type Sum struct {
	hi int64
	lo uint64
}

// FromInt64 makes a sum of one amount.
func FromInt64(v int64) Sum { return Sum{v >> 63, uint64(v)} } //nolint:gosec // sign extension

// FromBig makes a sum of a big integer; false if its magnitude takes more than 127
// bits, so that Neg of the result never wraps.
func FromBig(v *big.Int) (Sum, bool) {
	if v.BitLen() > 127 {
		return Sum{}, false
	}
	m := new(big.Int).Abs(v)
	lo := new(big.Int).And(m, new(big.Int).SetUint64(math.MaxUint64)).Uint64()
	s := Sum{int64(new(big.Int).Rsh(m, 64).Uint64()), lo} //nolint:gosec // 63 bits at most
	if v.Sign() < 0 {
		s = s.Neg()
	}
	return s, true
}

// Product is x·y, which 128 bits always hold.
func Product(x, y int64) Sum {
	hi, lo := bits.Mul64(uint64(x), uint64(y)) //nolint:gosec // two's complement, put right below
	// As unsigned numbers, a negative x stands for x + 2^64: that is y·2^64 too much.
	return Sum{int64(hi) - x>>63&y - y>>63&x, lo} //nolint:gosec // modulo 2^64
}

// Add adds one amount in minor units.
func (s Sum) Add(v int64) Sum {
	lo, c := bits.Add64(s.lo, uint64(v), 0)     //nolint:gosec // two's complement
	return Sum{s.hi + (v >> 63) + int64(c), lo} //nolint:gosec // carry is 0 or 1
}

// Plus adds two sums.
func (s Sum) Plus(t Sum) Sum {
	lo, c := bits.Add64(s.lo, t.lo, 0)
	return Sum{s.hi + t.hi + int64(c), lo} //nolint:gosec // carry is 0 or 1
}

// Neg negates the sum.
func (s Sum) Neg() Sum {
	lo, c := bits.Add64(^s.lo, 1, 0)
	return Sum{^s.hi + int64(c), lo} //nolint:gosec // carry is 0 or 1
}

// Minus subtracts t.
func (s Sum) Minus(t Sum) Sum { return s.Plus(t.Neg()) }

// Times is the sum by a number; false if its magnitude takes more than 127 bits.
func (s Sum) Times(by int64) (Sum, bool) {
	return FromBig(new(big.Int).Mul(s.Big(), big.NewInt(by)))
}

// Abs is the sum without its sign.
func (s Sum) Abs() Sum {
	if s.hi < 0 {
		return s.Neg()
	}
	return s
}

// Sign is -1, 0 or +1.
func (s Sum) Sign() int {
	switch {
	case s.hi < 0:
		return -1
	case s.hi == 0 && s.lo == 0:
		return 0
	default:
		return 1
	}
}

// IsZero reports whether the sum is exactly 0.
func (s Sum) IsZero() bool { return s.hi == 0 && s.lo == 0 }

// Cmp compares two sums: -1, 0 or +1.
func (s Sum) Cmp(t Sum) int {
	switch {
	case s.hi != t.hi:
		if s.hi < t.hi {
			return -1
		}
		return 1
	case s.lo != t.lo:
		if s.lo < t.lo {
			return -1
		}
		return 1
	default:
		return 0
	}
}

// Int64 returns the sum as 64 bits; false if it does not fit.
func (s Sum) Int64() (int64, bool) {
	v := int64(s.lo) //nolint:gosec // the check follows
	return v, s.hi == v>>63
}

// Big returns the sum as a big integer, for products and ratios.
func (s Sum) Big() *big.Int {
	b := new(big.Int).Lsh(big.NewInt(s.hi), 64)
	return b.Add(b, new(big.Int).SetUint64(s.lo))
}

// Upscale multiplies by 10^by; false on overflow of 128 bits.
func (s Sum) Upscale(by uint8) (Sum, bool) {
	if by == 0 || s.IsZero() {
		return s, true
	}
	return FromBig(new(big.Int).Mul(s.Big(), new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(by)), nil)))
}

// Format writes the sum as a decimal with exactly the given number of decimals,
// a point as decimal sign and no thousands marks: the form used in JSON and CSV.
func (s Sum) Format(decimals uint8) string {
	var digits string
	if v, ok := s.Int64(); ok {
		digits = strconv.FormatInt(v, 10)
	} else {
		digits = s.Big().String()
	}
	neg := strings.HasPrefix(digits, "-")
	digits = strings.TrimPrefix(digits, "-")
	d := int(decimals)
	if len(digits) <= d {
		digits = strings.Repeat("0", d-len(digits)+1) + digits
	}
	if d > 0 {
		digits = digits[:len(digits)-d] + "." + digits[len(digits)-d:]
	}
	if neg {
		digits = "-" + digits
	}
	return digits
}

// sumDigits bounds the text of a sum: 128 bits take 39 digits and a sign.
const sumDigits = 40

// ParseSum reads minor units as Format(0) writes them.
func ParseSum(text string) (Sum, error) {
	if len(text) > sumDigits {
		return Sum{}, errors.New("a sum is too long")
	}
	v, ok := new(big.Int).SetString(text, 10)
	if !ok {
		return Sum{}, fmt.Errorf("%q is not a sum", text)
	}
	s, ok := FromBig(v)
	if !ok {
		return Sum{}, fmt.Errorf("the sum %s does not fit 128 bits", text)
	}
	return s, nil
}

// MarshalText writes minor units, so that JSON keeps every digit.
func (s Sum) MarshalText() ([]byte, error) { return []byte(s.Format(0)), nil }

// UnmarshalText reads what MarshalText writes.
func (s *Sum) UnmarshalText(text []byte) (err error) {
	*s, err = ParseSum(string(text))
	return err
}
