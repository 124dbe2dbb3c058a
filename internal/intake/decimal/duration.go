package decimal

import (
	"bytes"
	"unicode/utf8"

	"clientele/internal/money"
)

// durationParts is how many parts a length of time has at most: hours, minutes, seconds.
const durationParts = 3

// Duration reads a length of time whose units are written out, in seconds: "4h", "1h30",
// "1h 30m", "90 min", "45s", "1,5 Std.". False says that the text is none. A plain number
// and a clock are none either: their unit is known elsewhere.
func Duration(text []byte, style Style) (money.Amount, bool) {
	rest := trimBlanks(text)
	negative := len(rest) > 0 && rest[0] == '-'
	if negative {
		rest = trimBlanks(rest[1:])
	}
	var total money.Amount
	unit := int64(0) // of the part before; 0: none yet
	for n := 0; len(rest) > 0; n++ {
		if n == durationParts {
			return money.Amount{}, false
		}
		end := 0
		for end < len(rest) && (rest[end]-'0' <= 9 || rest[end] == '.' || rest[end] == ',') {
			end++
		}
		digits := rest[:end]
		rest = trimBlanks(rest[end:])
		seconds, size := timeUnit(rest)
		if size == 0 && len(rest) == 0 && unit > 1 { // the minutes of 1h30
			seconds = unit / 60
		}
		rest = trimBlanks(rest[size:])
		last := len(rest) == 0
		v, ok := part(digits, style, unit > 0)
		if !ok || seconds == 0 || unit > 0 && seconds >= unit || !last && v.Decimals > 0 {
			return money.Amount{}, false
		}
		v, err := v.Mul(money.Amount{Units: seconds})
		if err == nil {
			total, err = total.Add(v)
		}
		if err != nil {
			return money.Amount{}, false
		}
		unit = seconds
	}
	if negative {
		total.Units = -total.Units
	}
	return total, unit > 0
}

// part reads the number of one unit; a further one is less than 60. A comma that cannot
// mark thousands is a decimal sign, whatever the style.
func part(digits []byte, style Style, further bool) (money.Amount, bool) {
	a, c := number(digits, style.point(), true)
	if c == group || c == signs {
		other := byte('.')
		if style.point() == '.' {
			other = ','
		}
		a, c = number(digits, other, true)
	}
	if c != okay || len(digits) == 0 {
		return a, false
	}
	return a, !further || a.Decimals == 0 && a.Units < 60
}

// timeUnit is the unit of time that a text begins with: its seconds, and its length; 0 if
// it begins with none.
func timeUnit(text []byte) (seconds int64, size int) {
	for size < len(text) {
		r, n := utf8.DecodeRune(text[size:])
		if low := r | 0x20; low < 'a' || low > 'z' {
			break
		}
		size += n
	}
	switch string(bytes.ToLower(text[:size])) {
	case "h", "hr", "hrs", "hour", "hours", "std", "stunde", "stunden", "heure", "heures", "hora", "horas":
		seconds = 3600
	case "m", "min", "mins", "minute", "minutes", "minuten", "minuto", "minutos":
		seconds = 60
	case "s", "sec", "secs", "second", "seconds", "sek", "sekunde", "sekunden", "seconde", "secondes", "segundo", "segundos":
		seconds = 1
	default:
		return 0, 0
	}
	if size < len(text) && text[size] == '.' {
		size++
	}
	return seconds, size
}
