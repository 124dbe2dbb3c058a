// Package decimal reads numbers as people and programs write them, exactly: no
// float is involved, nothing is rounded, and what could mean two numbers is a
// Problem or, for a whole column, a Decision that says so.
//
// A number is digits, a decimal sign, thousands marks in valid groups, and around
// them a sign and a currency. Which of point and comma is the decimal sign belongs
// to the column (Style) and is found by Evidence or told by the user.
package decimal

import (
	"fmt"
	"strings"

	"clientele/internal/money"
)

// Style says how the numbers of a column are written.
type Style struct {
	// Point is the decimal sign, '.' or ','; 0 stands for '.'. The other one of the
	// two marks thousands, and so do blanks (space, no-break, narrow no-break, thin
	// and figure space), apostrophes (' and U+2019) and the underscore.
	Point byte
}

func (s Style) point() byte {
	if s.Point == ',' {
		return ','
	}
	return '.'
}

// other is the style with the opposite decimal sign.
func (s Style) other() Style { return Style{Point: '.' + ',' - s.point()} }

// Result is a number as it was written.
type Result struct {
	// Amount has the decimals of the text, at most money.MaxDecimals; zeros beyond
	// are dropped. Negative are: a minus before or after, parentheses, and CR
	// (credit); DR (debit) is positive. A column where credits are positive has to be
	// turned by its reader.
	Amount money.Amount
	// Currency is the ISO 4217 code that stands beside the number, or that its symbol
	// stands for; "" if none is named.
	Currency string
	// Symbol is a currency sign that several currencies share ("$", "¥", "kr"), if no
	// code beside it settles which one.
	Symbol string
	// Percent says that a percent sign follows; Amount is the number before it: 12.5
	// for "12.5 %".
	Percent bool
}

// The codes of problems.
const (
	Empty            = "empty"
	NotANumber       = "not_a_number"
	Precision        = "precision"
	Overflow         = "overflow"
	Group            = "group"
	WrongDecimalSign = "wrong_decimal_sign"
)

// Problem says why a text is not read as a number.
type Problem struct { //nolint:errname // a finding first, an error second
	Code   string // one of the constants above
	Text   string // one sentence
	Remedy string // what to do about it
	// Other says that the text is a number under the other decimal sign. With the
	// code Group either the mark is misplaced or the decimal sign is the other one;
	// with WrongDecimalSign only the latter can be.
	Other bool
}

// Error makes the problem usable as an error.
func (p *Problem) Error() string { return p.Text + "; " + p.Remedy }

// code is a Problem's code without its texts, so that trying costs nothing.
type code uint8

const (
	okay code = iota
	empty
	notANumber
	precision
	overflow
	group    // a thousands mark is misplaced; no decimal sign stands in the text
	signs    // decimal sign twice, or before a thousands mark
	noCents  // "12,-"
	twoSigns // "-5 CR"
)

// readable reports whether the text is a number, though perhaps one too fine or too
// large to be kept.
func (c code) readable() bool { return c == okay || c == precision || c == overflow }

// problem words a code. It runs only where a value is set aside.
func problem(c code, text []byte, style Style) *Problem {
	shown := clip(text)
	p := &Problem{}
	if c == group || c == signs {
		_, oc := read(text, style.other())
		p.Other = oc.readable()
	}
	switch c { //nolint:exhaustive // the rest is the default
	case empty:
		p.Code, p.Text, p.Remedy = Empty, "the cell is empty", "write a number"
	case precision:
		p.Code = Precision
		p.Text = fmt.Sprintf("%q has more than %d decimals", shown, money.MaxDecimals)
		p.Remedy = "round it in the source; nothing is rounded here"
	case overflow:
		p.Code = Overflow
		p.Text = fmt.Sprintf("%q has more than 18 digits", shown)
		p.Remedy = "check the number; 18 digits are kept exactly"
	case noCents:
		p.Code = NotANumber
		p.Text = fmt.Sprintf("the dash at the end of %q can mean a minus or no cents", shown)
		p.Remedy = "write 12.00 or -12"
	case twoSigns:
		p.Code = NotANumber
		p.Text = fmt.Sprintf("%q has two signs", shown)
		p.Remedy = "write one minus, parentheses, or CR"
	case group:
		p.Code = Group
		p.Text = fmt.Sprintf("the thousands marks in %q are not where they belong", shown)
		p.Remedy = "check the number" + signHint(p.Other, style)
	case signs:
		p.Code, p.Remedy = NotANumber, "check the number"
		p.Text = fmt.Sprintf("%q has two decimal signs, or one before the thousands", shown)
		if p.Other {
			p.Code = WrongDecimalSign
			p.Text = fmt.Sprintf("%q is a number only if the %s is the decimal sign", shown, Name(style.other().Point))
			p.Remedy = "check the number" + signHint(true, style)
		}
	default:
		p.Code = NotANumber
		p.Text = fmt.Sprintf("%q is not a number", shown)
		p.Remedy = "write digits with one decimal sign"
	}
	return p
}

func signHint(other bool, style Style) string {
	if !other {
		return ""
	}
	return fmt.Sprintf(", or name the %s as the decimal sign of the column", Name(style.other().Point))
}

// Name is the word for a decimal sign: "point" or "comma".
func Name(point byte) string {
	if point == ',' {
		return "comma"
	}
	return "point"
}

// clip keeps messages short.
func clip(text []byte) string {
	const most = 60
	if len(text) <= most {
		return string(text)
	}
	return strings.ToValidUTF8(string(text[:most]), "") + "…"
}
