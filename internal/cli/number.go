package cli

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"clientele/internal/app"
	"clientele/internal/money"
)

// minus is the sign of numbers for people.
const minus = "−"

// grouped writes an integer or decimal with a comma between thousands.
func grouped(digits string) string {
	sign := ""
	if rest, ok := strings.CutPrefix(digits, "-"); ok {
		sign, digits = minus, rest
	}
	whole, part, dot := strings.Cut(digits, ".")
	var b strings.Builder
	for i, c := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(c)
	}
	if dot {
		b.WriteString("." + part)
	}
	return sign + b.String()
}

// count writes a number of things for people.
func count(n int64) string { return grouped(strconv.FormatInt(n, 10)) }

// counted writes a number with its noun.
func counted(n int64, noun string) string {
	if n != 1 {
		noun = many(noun)
	}
	return count(n) + " " + noun
}

// many is the plural of a noun, which may be the name of a column: countries, branches.
func many(noun string) string {
	end := func(list ...string) bool {
		return slices.ContainsFunc(list, func(s string) bool { return strings.HasSuffix(noun, s) })
	}
	switch {
	case noun == "person":
		return "people"
	case end("ay", "ey", "oy", "uy"):
		return noun + "s"
	case end("y"):
		return strings.TrimSuffix(noun, "y") + "ies"
	case end("ss", "x", "ch", "sh"):
		return noun + "es"
	case end("s"): // terms
		return noun
	}
	return noun + "s"
}

// purse writes amounts of one currency. Screens never round: zeros are left out behind
// what the currency has, and nothing else.
type purse struct {
	decimals uint8 // of the ledger
	currency money.Currency
	unit     app.Unit // of amounts that are no money
}

// exact is the form of documents: all decimals of the ledger, no marks.
func (p purse) exact(s money.Sum) string { return s.Format(p.decimals) }

// exactUnits is exact for one amount.
func (p purse) exactUnits(v int64) string { return p.exact(money.FromInt64(v)) }

// shown is the form for people, with at least `least` decimals.
func (p purse) shown(s money.Sum, least int) string {
	digits := p.trim(p.exact(s), least)
	_, part, _ := strings.Cut(digits, ".")
	if missing := least - len(part); missing > 0 {
		if part == "" {
			digits += "."
		}
		digits += strings.Repeat("0", missing)
	}
	return grouped(digits)
}

func (p purse) trim(digits string, least int) string {
	dot := strings.IndexByte(digits, '.')
	if dot < 0 {
		return digits
	}
	end := len(digits)
	for end > dot+1+least && digits[end-1] == '0' {
		end--
	}
	if end == dot+1 {
		end = dot
	}
	return digits[:end]
}

// least is how many decimals an amount of the currency always shows, whatever the file
// wrote.
func (p purse) least() int { return int(p.currency.Decimals()) }

// amount is an amount by itself in a sentence.
func (p purse) amount(s money.Sum) string { return p.shown(s, p.least()) }

// named is an amount with its currency, if it has one; a time in hours.
func (p purse) named(s money.Sum) string {
	switch {
	case p.unit == app.Seconds:
		return hours(s, p.decimals) + " h"
	case p.unit == app.Things:
		return p.shown(s, 0) + " counted"
	case p.currency == "":
		return p.amount(s)
	}
	return p.amount(s) + " " + string(p.currency)
}

// hours writes a time in seconds for people: hours with two decimals, half to even.
func hours(s money.Sum, decimals uint8) string {
	return grouped(money.Quotient(s, 36*money.Pow10(decimals)).Format(2))
}

// column is how many decimals a column of amounts shows: enough for each of them.
func (p purse) column(amounts []money.Sum) int {
	most := p.least()
	for _, a := range amounts {
		digits := p.trim(p.exact(a), most)
		if dot := strings.IndexByte(digits, '.'); dot >= 0 {
			most = max(most, len(digits)-dot-1)
		}
	}
	return most
}

// whole is an amount for people without decimals, half to even, where a table has no room.
func (p purse) whole(s money.Sum) string {
	return grouped(money.Quotient(s, money.Pow10(p.decimals)).Format(0))
}

// dash stands for what is not known.
const dash = "—"

// percent writes a ratio in percent with some decimals, the sign apart: "27.3 %".
func percent(v float64, decimals int) string {
	return strings.Replace(strconv.FormatFloat(v*100, 'f', decimals, 64), "-", minus, 1) + " %"
}

// fine writes a small ratio with enough decimals to be seen.
func fine(v float64) string {
	switch a := math.Abs(v); {
	case a == 0 || a >= 0.01:
		return percent(v, 1)
	default:
		return percent(v, 2)
	}
}

// shareText writes the share of the line: "80 %".
func shareText(f money.Fraction) string {
	digits := strconv.FormatFloat(100*float64(f.Num)/float64(f.Den), 'f', 4, 64)
	return strings.TrimRight(strings.TrimRight(digits, "0"), ".") + " %"
}

// parseIndex reads a price index, exact and above 0.
func parseIndex(digits string) (money.Amount, bool) {
	whole, part, _ := strings.Cut(strings.TrimSpace(digits), ".")
	if len(part) > money.MaxDecimals || len(whole) > 9 || whole == "" {
		return money.Amount{}, false
	}
	v, err := strconv.ParseUint(whole+part, 10, 63)
	if err != nil || v == 0 {
		return money.Amount{}, false
	}
	return money.Amount{Units: int64(v), Decimals: uint8(len(part))}, true //nolint:gosec // at most MaxDecimals
}

// plural is the noun for what counts as one, in the number that n asks for.
func plural(n int64, noun string) string { return strings.TrimPrefix(counted(n, noun), count(n)+" ") }

// few joins the first of a list, and says how many more there are.
func few(list []string, most int) string {
	if len(list) <= most {
		return strings.Join(list, ", ")
	}
	return fmt.Sprintf("%s and %s more", strings.Join(list[:most], ", "), count(int64(len(list)-most)))
}
