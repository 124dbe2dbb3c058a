// Package calendar reads days as people and programs write them. A time of day is
// read and dropped; an order of day and month is never guessed: it belongs to the
// column (Style) and is found by Evidence or told by the user.
package calendar

import (
	"fmt"
	"strings"
	"time"

	"clientele/internal/period"
)

// Order is the order of day and month in all-numeric dates.
type Order uint8

// The orders. Dates that begin with a year of four digits, and dates with the name
// of a month, are read under any of them.
const (
	ISO Order = iota // only such dates; 3/4/2026 is a problem
	DMY              // day, month, year
	MDY              // month, day, year
	YMD              // year, month, day, also where the year has two digits
)

// String is the order for people.
func (o Order) String() string {
	switch o { //nolint:exhaustive // the rest is the default
	case DMY:
		return "day, month, year"
	case MDY:
		return "month, day, year"
	default:
		return "year, month, day"
	}
}

// Style says how the dates of a column are written. The zero value reads ISO dates
// and names of months.
type Style struct {
	Order Order
	// Serial reads numbers as days of a spreadsheet: 45000 is 2023-03-15 (Excel's 1900
	// system). A fraction is the time of day.
	Serial bool
	// Month reads "2026-03", "03/2026" and "Mar-26" as the first of the month.
	Month bool
	// Zone is the firm's own zone: where a text carries an offset or Z, the day is the
	// day it was there. nil keeps the day as written. Texts without an offset are
	// always kept.
	Zone *time.Location
}

// The codes of problems.
const (
	Empty       = "empty"
	NotADate    = "not_a_date"
	InvalidDay  = "invalid_day"  // 31 February
	InvalidTime = "invalid_time" // 25:00
	NoDay       = "no_day"       // a month only
	NoYear      = "no_year"      // a day without a year
	NoOrder     = "no_order"     // 3/4/2026 where the order is not known
	WrongOrder  = "wrong_order"  // 25/12/2026 where the month comes first
	Serial      = "serial"       // 45000 where numbers are no days
	UnknownZone = "unknown_zone" // "CET" where days must be converted
)

// Problem says why a text is not read as a day.
type Problem struct { //nolint:errname // a finding first, an error second
	Code   string // one of the constants above
	Text   string // one sentence
	Remedy string // what to do about it
}

// Error makes the problem usable as an error.
func (p *Problem) Error() string { return p.Text + "; " + p.Remedy }

// code is a Problem's code without its texts, so that trying costs nothing.
type code uint8

const (
	okay code = iota
	empty
	notADate
	invalidDay
	invalidTime
	noDay
	noYear
	noOrder
	wrongOrder
	serial
	serialRange
	unknownZone
)

// problem words a code. It runs only where a value is set aside.
func problem(c code, text []byte, style Style) *Problem {
	shown := clip(text)
	with := func(code, format, remedy string) *Problem {
		return &Problem{Code: code, Text: fmt.Sprintf(format, shown), Remedy: remedy}
	}
	switch c { //nolint:exhaustive // the rest is the default
	case empty:
		return &Problem{Code: Empty, Text: "the cell is empty", Remedy: "write a date such as 2026-03-04"}
	case invalidDay:
		return with(InvalidDay, "%q names a day that does not exist", "check the date")
	case invalidTime:
		return with(InvalidTime, "the time of day in %q does not exist", "check the time, or leave it out")
	case noDay:
		return with(NoDay, "%q names a month and no day", "write the day, or have months read as their first day")
	case noYear:
		return with(NoYear, "%q names no year", "write the year")
	case noOrder:
		return with(NoOrder, "%q can be read as day/month or as month/day", "say which comes first: --date-order dmy or mdy")
	case wrongOrder:
		if style.Order == YMD {
			return with(WrongOrder, "%q is no date with the year first", "check the date, or the order of the column: --date-order dmy or mdy")
		}
		if style.Order == DMY {
			return with(WrongOrder, "%q is a date only if the month comes first", "check the date, or the order of the column: --date-order mdy")
		}
		return with(WrongOrder, "%q is a date only if the day comes first", "check the date, or the order of the column: --date-order dmy")
	case serial:
		var p parts
		scan(text, &p)
		q := with(Serial, "%q is a number, not a date", "write a date such as 2026-03-04")
		if p.y >= minSerial && p.y <= maxSerial {
			q.Text += fmt.Sprintf("; as a day of a spreadsheet it would be %s", serialDate(p.y))
		}
		return q
	case serialRange:
		return with(Serial, "%q is no day of a spreadsheet between 1927 and 9999", "write a date such as 2026-03-04")
	case unknownZone:
		return with(UnknownZone, "the zone in %q has no known offset", "write the offset, as in 2026-03-04T10:15:00+01:00")
	default:
		return with(NotADate, "%q is not a date", "write a date such as 2026-03-04")
	}
}

// clip keeps messages short.
func clip(text []byte) string {
	const most = 60
	if len(text) <= most {
		return string(text)
	}
	return strings.ToValidUTF8(string(text[:most]), "") + "…"
}

// minSerial is the first number that is read as a spreadsheet's day: 10000 is
// 1927-05-18. Smaller ones are more often years.
const minSerial = 10000

// maxSerial is 9999-12-31.
const maxSerial = 2958465

// serialDate is a day of Excel's 1900 system after its false 29 February 1900:
// 25569 is 1970-01-01.
func serialDate(n int) period.Date { return period.Date(n - 25569) } //nolint:gosec // below maxSerial
