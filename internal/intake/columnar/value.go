package columnar

import (
	"encoding/hex"
	"fmt"
	"math"
	"math/big"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/apache/arrow-go/v18/arrow/float16"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/schema"

	"clientele/internal/intake/decimal"
	"clientele/internal/intake/record"
)

// valueError is a value that cannot be shown as text.
type valueError struct{ what string }

func (e *valueError) Error() string { return e.what }

// int32Writer writes 32-bit integers as what they stand for.
func int32Writer(c *schema.Column) func([]byte, int32) ([]byte, record.Kind, error) {
	switch t := c.LogicalType().(type) {
	case schema.DateLogicalType:
		return func(dst []byte, v int32) ([]byte, record.Kind, error) {
			return appendMoment(dst, int64(v)*secondsPerDay, time.DateOnly, int64(v))
		}
	case schema.TimeLogicalType:
		return func(dst []byte, v int32) ([]byte, record.Kind, error) {
			return appendClock(dst, int64(v), perSecond(t.TimeUnit()))
		}
	}
	wide := int64Writer(c)
	if t, ok := c.LogicalType().(schema.IntLogicalType); ok && !t.IsSigned() {
		return func(dst []byte, v int32) ([]byte, record.Kind, error) { return wide(dst, int64(uint32(v))) } //nolint:gosec // the same bits
	}
	return func(dst []byte, v int32) ([]byte, record.Kind, error) { return wide(dst, int64(v)) }
}

// int64Writer writes 64-bit integers as what they stand for.
func int64Writer(c *schema.Column) func([]byte, int64) ([]byte, record.Kind, error) {
	switch t := c.LogicalType().(type) {
	case schema.DecimalLogicalType:
		scale := int(t.Scale())
		return func(dst []byte, v int64) ([]byte, record.Kind, error) {
			return appendDecimal(dst, strconv.AppendInt(nil, v, 10), scale), record.Number, nil
		}
	case schema.TimestampLogicalType:
		unit := perSecond(t.TimeUnit())
		return func(dst []byte, v int64) ([]byte, record.Kind, error) {
			return appendMoment(dst, floor(v, unit), momentLayout, v)
		}
	case schema.TimeLogicalType:
		unit := perSecond(t.TimeUnit())
		return func(dst []byte, v int64) ([]byte, record.Kind, error) { return appendClock(dst, v, unit) }
	case schema.IntLogicalType:
		if !t.IsSigned() {
			return func(dst []byte, v int64) ([]byte, record.Kind, error) {
				return strconv.AppendUint(dst, uint64(v), 10), record.Number, nil //nolint:gosec // the same bits
			}
		}
	}
	return func(dst []byte, v int64) ([]byte, record.Kind, error) {
		return strconv.AppendInt(dst, v, 10), record.Number, nil
	}
}

func perSecond(unit schema.TimeUnitType) int64 {
	switch unit { //nolint:exhaustive // the rest is the default
	case schema.TimeUnitMillis:
		return 1e3
	case schema.TimeUnitMicros:
		return 1e6
	default:
		return 1e9
	}
}

// bytesWriter writes byte strings: decimals, else text.
func bytesWriter(c *schema.Column) func([]byte, []byte) ([]byte, record.Kind, error) {
	if t, ok := c.LogicalType().(schema.DecimalLogicalType); ok {
		scale := int(t.Scale())
		return func(dst, v []byte) ([]byte, record.Kind, error) { return appendBig(dst, v, scale) }
	}
	return appendText
}

// fixedWriter writes byte strings of one length: decimals, half floats, ids.
func fixedWriter(c *schema.Column) func([]byte, []byte) ([]byte, record.Kind, error) {
	switch t := c.LogicalType().(type) {
	case schema.DecimalLogicalType:
		scale := int(t.Scale())
		return func(dst, v []byte) ([]byte, record.Kind, error) { return appendBig(dst, v, scale) }
	case schema.Float16LogicalType:
		return func(dst, v []byte) ([]byte, record.Kind, error) {
			return appendSingle(dst, float16.FromLEBytes(v).Float32())
		}
	case schema.UUIDLogicalType:
		return func(dst, v []byte) ([]byte, record.Kind, error) {
			for i, part := range [][]byte{v[:4], v[4:6], v[6:8], v[8:10], v[10:]} {
				if i > 0 {
					dst = append(dst, '-')
				}
				dst = hex.AppendEncode(dst, part)
			}
			return dst, record.Text, nil
		}
	}
	return func(dst, v []byte) ([]byte, record.Kind, error) { return hex.AppendEncode(dst, v), record.Text, nil }
}

func appendBool(dst []byte, v bool) ([]byte, record.Kind, error) {
	return strconv.AppendBool(dst, v), record.Bool, nil
}

// fieldMax is the longest text of one value.
const fieldMax = 1 << 20

func appendText(dst, text []byte) ([]byte, record.Kind, error) {
	switch {
	case len(text) > fieldMax:
		return dst, record.Text, &valueError{fmt.Sprintf("a text is longer than %d MiB", fieldMax>>20)}
	case !utf8.Valid(text):
		return dst, record.Text, &valueError{"a text is not valid UTF-8"}
	}
	return append(dst, text...), record.Text, nil
}

// appendDouble writes the shortest decimal of at most 15 digits. What is no number
// stays text, which the reader of amounts refuses with its place.
func appendDouble(dst []byte, f float64) ([]byte, record.Kind, error) {
	if out, ok := decimal.AppendFloat(dst, f); ok {
		return out, record.Number, nil
	}
	return strconv.AppendFloat(dst, f, 'g', -1, 64), record.Text, nil
}

// appendSingle writes a 32-bit float by its own shortest digits: as a double it
// would show binary noise from the eighth digit on.
func appendSingle(dst []byte, f float32) ([]byte, record.Kind, error) {
	if wide := float64(f); math.IsNaN(wide) || math.IsInf(wide, 0) {
		return strconv.AppendFloat(dst, wide, 'g', -1, 32), record.Text, nil
	}
	return strconv.AppendFloat(dst, float64(f), 'f', -1, 32), record.Number, nil
}

// appendBig writes a decimal kept as a big-endian two's complement.
func appendBig(dst, v []byte, scale int) ([]byte, record.Kind, error) {
	const bytesMax = 32 // 256 bits
	if len(v) == 0 || len(v) > bytesMax {
		return dst, record.Text, &valueError{fmt.Sprintf("a number takes %d bytes", len(v))}
	}
	n := new(big.Int).SetBytes(v)
	if v[0]&0x80 != 0 {
		n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(8*len(v))))
	}
	return appendDecimal(dst, n.Append(nil, 10), scale), record.Number, nil
}

// appendDecimal writes digits × 10^-scale with all its decimals.
func appendDecimal(dst, digits []byte, scale int) []byte {
	if digits[0] == '-' {
		dst, digits = append(dst, '-'), digits[1:]
	}
	if scale <= 0 {
		return append(dst, digits...)
	}
	if len(digits) <= scale {
		dst = append(dst, '0', '.')
		for range scale - len(digits) {
			dst = append(dst, '0')
		}
		return append(dst, digits...)
	}
	dst = append(append(dst, digits[:len(digits)-scale]...), '.')
	return append(dst, digits[len(digits)-scale:]...)
}

func appendInt96(dst []byte, v parquet.Int96) ([]byte, record.Kind, error) {
	return appendMoment(dst, v.ToTime().Unix(), momentLayout, v.ToTime().Unix())
}

const (
	secondsPerDay = 86_400
	momentLayout  = "2006-01-02T15:04:05"
	// yearMax is the last year that the calendar packages take.
	yearMax = 9999
)

// appendMoment writes a day or a time to the second, as it stands: UTC, or local where
// the file knows no zone. One that no calendar has is its number, as text.
func appendMoment(dst []byte, seconds int64, layout string, raw int64) ([]byte, record.Kind, error) {
	at := time.Unix(seconds, 0).UTC()
	if seconds > 1<<40 || seconds < -1<<40 || at.Year() > yearMax || at.Year() < 1 {
		return strconv.AppendInt(dst, raw, 10), record.Text, nil
	}
	return at.AppendFormat(dst, layout), record.Date, nil
}

// appendClock writes a time of day; it is no date.
func appendClock(dst []byte, v, perSecond int64) ([]byte, record.Kind, error) {
	s := floor(v, perSecond)
	if s < 0 || s >= secondsPerDay {
		return strconv.AppendInt(dst, v, 10), record.Text, nil
	}
	return time.Unix(s, 0).UTC().AppendFormat(dst, time.TimeOnly), record.Text, nil
}

// floor divides towards minus infinity.
func floor(n, by int64) int64 {
	q := n / by
	if n%by < 0 {
		q--
	}
	return q
}
