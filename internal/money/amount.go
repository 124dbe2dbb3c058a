package money

import (
	"errors"
	"math"
	"math/bits"
	"slices"
	"strconv"
)

// MaxDecimals is the finest ledger scale: amounts with more significant
// decimals are refused, never rounded.
const MaxDecimals = 6

// ErrOverflow says that a value does not fit 64 bits at the scale asked for.
var ErrOverflow = errors.New("amount does not fit 64 bits")

// ErrPrecision says that a value has more significant decimals than the scale.
var ErrPrecision = errors.New("amount has more decimals than the scale")

// Amount is an exact decimal: Units / 10^Decimals.
type Amount struct {
	Units    int64 `json:"units"`
	Decimals uint8 `json:"decimals"`
}

var pow10 = [...]int64{
	1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9,
	1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
}

// Pow10 returns 10^n for n in 0 … 18.
func Pow10(n uint8) int64 { return pow10[n] }

// Rescale expresses the amount in units of 10^-scale. It fails with ErrOverflow
// or, if digits would be lost, with ErrPrecision.
func (a Amount) Rescale(scale uint8) (int64, error) {
	if a.Decimals == scale {
		return a.Units, nil
	}
	if a.Decimals < scale {
		d := scale - a.Decimals
		if int(d) >= len(pow10) {
			if a.Units == 0 {
				return 0, nil
			}
			return 0, ErrOverflow
		}
		return mul64(a.Units, pow10[d])
	}
	t := a.Trim()
	if t.Decimals > scale {
		return 0, ErrPrecision
	}
	return t.Rescale(scale)
}

// Trim drops trailing zeros after the decimal point.
func (a Amount) Trim() Amount {
	for a.Decimals > 0 && a.Units%10 == 0 {
		a.Units /= 10
		a.Decimals--
	}
	return a
}

// Mul multiplies exactly. The decimals add up; where that does not fit, trailing
// zeros are dropped first. It fails with ErrOverflow, never rounds.
func (a Amount) Mul(b Amount) (Amount, error) {
	if p, err := a.mul(b); err == nil {
		return p, nil
	}
	return a.Trim().mul(b.Trim())
}

func (a Amount) mul(b Amount) (Amount, error) {
	p, err := mul64(a.Units, b.Units)
	if err != nil || int(a.Decimals)+int(b.Decimals) > math.MaxUint8 {
		return Amount{}, ErrOverflow
	}
	return Amount{p, a.Decimals + b.Decimals}, nil
}

// Add adds exactly, at the finer of the two scales; where that does not fit,
// trailing zeros are dropped first. It fails with ErrOverflow, never rounds.
func (a Amount) Add(b Amount) (Amount, error) {
	if s, err := a.add(b); err == nil {
		return s, nil
	}
	return a.Trim().add(b.Trim())
}

func (a Amount) add(b Amount) (Amount, error) {
	scale := max(a.Decimals, b.Decimals)
	x, err := a.Rescale(scale)
	if err != nil {
		return Amount{}, err
	}
	y, err := b.Rescale(scale)
	if err != nil {
		return Amount{}, err
	}
	s := x + y
	if (x > 0 && y > 0 && s < 0) || (x < 0 && y < 0 && s >= 0) {
		return Amount{}, ErrOverflow
	}
	return Amount{s, scale}, nil
}

// Neg negates the amount.
func (a Amount) Neg() (Amount, error) {
	if a.Units == math.MinInt64 {
		return Amount{}, ErrOverflow
	}
	return Amount{-a.Units, a.Decimals}, nil
}

// Append writes the amount behind a text, as String does.
func (a Amount) Append(to []byte) []byte {
	if a.Units == math.MinInt64 {
		return append(to, a.String()...)
	}
	units := a.Units
	if units < 0 {
		to, units = append(to, '-'), -units
	}
	at := len(to)
	to = strconv.AppendInt(to, units, 10)
	if a.Decimals == 0 {
		return to
	}
	for len(to)-at <= int(a.Decimals) { // 5 at two decimals is 0.05
		to = slices.Insert(to, at, '0')
	}
	return slices.Insert(to, len(to)-int(a.Decimals), '.')
}

// String writes the amount with all its decimals, point as decimal sign.
func (a Amount) String() string { return FromInt64(a.Units).Format(a.Decimals) }

func mul64(x, y int64) (int64, error) {
	hi, lo := bits.Mul64(abs64(x), abs64(y))
	neg := (x < 0) != (y < 0)
	if hi != 0 || lo > 1<<63 || (!neg && lo > math.MaxInt64) {
		return 0, ErrOverflow
	}
	if neg {
		return -int64(lo), nil //nolint:gosec // lo <= 2^63; the negation of 2^63 is MinInt64 itself
	}
	return int64(lo), nil //nolint:gosec // lo <= MaxInt64, checked above
}

func abs64(x int64) uint64 {
	if x < 0 {
		return -uint64(x) //nolint:gosec // two's complement magnitude
	}
	return uint64(x)
}
