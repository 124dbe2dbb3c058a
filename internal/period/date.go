// Package period holds dates without a time zone, half-open ranges and the
// calendar or fiscal windows of a question (definitions 1.2).
package period

import (
	"fmt"
	"time"
)

// Date is a calendar day, counted from 1970-01-01. NoDate stands for "undated".
type Date int32

// NoDate marks a missing date. It sorts before every real date.
const NoDate Date = -1 << 31

// endless is the end of a range that has none.
const endless Date = 1<<31 - 1

// DateOf makes a date from year, month and day; the values must be a real day.
// Source of the arithmetic: Howard Hinnant, "chrono-compatible low-level date algorithms".
func DateOf(year, month, day int) Date {
	y := year
	if month <= 2 {
		y--
	}
	era := y / 400
	if y < 0 {
		era = (y - 399) / 400
	}
	yoe := y - era*400
	mp := (month + 9) % 12
	doy := (153*mp+2)/5 + day - 1
	doe := yoe*365 + yoe/4 - yoe/100 + doy
	return Date(era*146097 + doe - 719468) //nolint:gosec // years 1 … 9999 fit 32 bits
}

// Civil splits a date into year, month and day.
func (d Date) Civil() (year, month, day int) {
	z := int(d) + 719468
	era := z / 146097
	if z < 0 {
		era = (z - 146096) / 146097
	}
	doe := z - era*146097
	yoe := (doe - doe/1460 + doe/36524 - doe/146096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	mp := (5*doy + 2) / 153
	day = doy - (153*mp+2)/5 + 1
	month = mp + 3
	if month > 12 {
		month -= 12
	}
	year = yoe + era*400
	if month <= 2 {
		year++
	}
	return year, month, day
}

// Valid reports whether year, month and day are a real day in years 1 … 9999.
func Valid(year, month, day int) bool {
	return year >= 1 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 && day <= DaysIn(year, month)
}

// DaysIn is the number of days of a month.
func DaysIn(year, month int) int {
	switch month {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	default:
		return 31
	}
}

// ParseISO reads YYYY-MM-DD, the form of flags, JSON and CSV.
func ParseISO(text string) (Date, error) {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil || t.Year() < 1 {
		return NoDate, fmt.Errorf("%q is not a date; write YYYY-MM-DD", text)
	}
	return FromTime(t), nil
}

// FromTime takes the calendar day of a time in its own location.
func FromTime(t time.Time) Date { return DateOf(t.Year(), int(t.Month()), t.Day()) }

// String writes YYYY-MM-DD, and nothing for NoDate.
func (d Date) String() string {
	if d == NoDate {
		return ""
	}
	return string(d.Append(nil))
}

// Append writes the date behind a text, as String does.
func (d Date) Append(to []byte) []byte {
	if d == NoDate {
		return to
	}
	y, m, day := d.Civil()
	if y < 0 || y > 9999 {
		return fmt.Appendf(to, "%04d-%02d-%02d", y, m, day)
	}
	digit := func(n int) byte { return byte('0' + n%10) }
	return append(to, digit(y/1000), digit(y/100), digit(y/10), digit(y), '-', digit(m/10), digit(m), '-', digit(day/10), digit(day))
}

// YearMonth is 2006-01; "" for no date.
func (d Date) YearMonth() string {
	if d == NoDate {
		return ""
	}
	return d.String()[:len("2006-01")]
}

// MonthStart is the first day of the date's month; NoDate has none and stays.
func (d Date) MonthStart() Date {
	if d == NoDate {
		return d
	}
	y, m, _ := d.Civil()
	return DateOf(y, m, 1)
}

// AddMonths moves the first day of the date's month by n months; NoDate stays.
func (d Date) AddMonths(n int) Date {
	if d == NoDate {
		return d
	}
	y, m, _ := d.Civil()
	k := y*12 + (m - 1) + n
	y, m = k/12, k%12
	if m < 0 {
		y, m = y-1, m+12
	}
	return DateOf(y, m+1, 1)
}
