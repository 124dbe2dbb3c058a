package sheet

import (
	"bytes"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"clientele/internal/intake/decimal"
	"clientele/internal/intake/record"
)

// builtinDate says whether a built-in number format shows a day (ECMA-376 part 1,
// 18.8.30, with the East Asian ones). 18 to 21 and 45 to 47 show only a time.
func builtinDate(id int) bool {
	switch {
	case id >= 14 && id <= 17, id == 22, id >= 27 && id <= 31, id >= 34 && id <= 36,
		id >= 50 && id <= 54, id == 57, id == 58:
		return true
	}
	return false
}

// customDate says whether a format code shows a day: it has a year or a day, or a
// month, which is an m that is no minute. Only the first section counts.
func customDate(code string) bool {
	var letters []byte
	for i := 0; i < len(code); i++ {
		switch c := code[i]; c {
		case '"':
			end := strings.IndexByte(code[i+1:], '"')
			if end < 0 {
				return false
			}
			i += end + 1
		case '[':
			end := strings.IndexByte(code[i:], ']')
			if end < 0 {
				return false
			}
			if inner := strings.ToLower(code[i+1 : i+end]); strings.Trim(inner, "h") == "" || strings.Trim(inner, "s") == "" {
				letters = append(letters, inner...) // elapsed time
			} else if strings.Trim(inner, "m") == "" {
				letters = append(letters, 's')
			}
			i += end
		case '\\', '_', '*':
			i++
		case ';':
			i = len(code)
		default:
			letters = append(letters, c|0x20)
		}
	}
	letters = bytes.ReplaceAll(letters, []byte("am/pm"), []byte("h"))
	letters = bytes.ReplaceAll(letters, []byte("a/p"), []byte("h"))
	if bytes.Contains(letters, []byte("general")) || bytes.Contains(letters, []byte("standard")) {
		return false
	}
	has := func(set string) bool { return bytes.ContainsAny(letters, set) }
	return has("yd") || (has("m") && !has("hs"))
}

// percent is the unit of a number that is shown a hundred times as large.
const percent = "%"

// localSigns are the currencies of the signs that several share, by the language of
// the format ([$$-409]). Source: MS-LCID.
var localSigns = map[string]string{
	"$409": "USD", "$1009": "CAD", "$C0C": "CAD", "$C09": "AUD", "$1409": "NZD", "$C04": "HKD", "$3C09": "HKD", "$1004": "SGD", "$4809": "SGD",
	"$404": "TWD", "$80A": "MXN", "$2C0A": "ARS", "$340A": "CLP", "$240A": "COP", "$540A": "USD",
	"\u00a5411": "JPY", "\u00a5804": "CNY", "kr41D": "SEK", "kr414": "NOK", "kr814": "NOK", "kr406": "DKK", "kr40F": "ISK",
}

// unitOf is what a number format shows beside the number: a code of ISO 4217, a sign
// that several currencies share, or percent. Only the first section counts.
func unitOf(code string) string {
	found, loose := "", ""
	take := func(text, language string) {
		if unit := currencyOf(text, language); unit != "" && found == "" {
			found = unit
		}
	}
	for i := 0; i < len(code); {
		r, n := utf8.DecodeRuneInString(code[i:])
		escaped := r == '\\'
		if escaped {
			i += n
			r, n = utf8.DecodeRuneInString(code[i:])
		}
		if escaped && r != ' ' || r == '$' || r > utf8.RuneSelf {
			loose += string(r) // signs may stand without quotes
			i += n
			continue
		}
		take(loose, "")
		loose = ""
		i += n
		switch {
		case escaped:
		case r == '%':
			return percent
		case r == ';':
			return found
		case r == '_' || r == '*': // the width of a character, or a filling
			_, n = utf8.DecodeRuneInString(code[i:])
			i += n
		case r == '"':
			text, _, _ := strings.Cut(code[i:], `"`)
			take(text, "")
			i += len(text) + 1
		case r == '[':
			inner, _, _ := strings.Cut(code[i:], "]")
			if sign, ok := strings.CutPrefix(inner, "$"); ok {
				sign, language, _ := strings.Cut(sign, "-")
				take(sign, language)
			}
			i += len(inner) + 1
		}
	}
	take(loose, "")
	return found
}

// currencyOf reads a text of a format as a currency.
func currencyOf(text, language string) string {
	if strings.TrimSpace(text) == "" || strings.ContainsAny(text, "0123456789%") {
		return ""
	}
	res, bad := decimal.Parse([]byte("1 "+text), decimal.Style{})
	switch {
	case bad != nil:
		return ""
	case res.Currency != "":
		return res.Currency
	case localSigns[res.Symbol+strings.ToUpper(language)] != "":
		return localSigns[res.Symbol+strings.ToUpper(language)]
	default:
		return res.Symbol
	}
}

// A serial number counts days; 25,569 is 1970-01-01 where 1 is 1900-01-01, and the
// year 1900 has a 29 February that never was, number 60.
const (
	serialEpoch  = 25_569
	serialLeap   = 60
	serialMax    = 2_958_465 // 9999-12-31
	serial1904   = 1_462     // what the 1904 system is behind
	secondsOfDay = 86_400
)

// appendSerial writes a serial number as a day, with the time if it has one. A number
// that is no day is not ok.
func appendSerial(dst []byte, serial float64, from1904 bool) ([]byte, bool) {
	if math.IsNaN(serial) || serial < 0 || serial > serialMax+1 {
		return dst, false
	}
	day := math.Floor(serial)
	seconds := int64(math.Round((serial - day) * secondsOfDay))
	n := int64(day)
	if seconds == secondsOfDay {
		n, seconds = n+1, 0
	}
	switch {
	case from1904:
		n += serial1904
	case n < 1 || n == serialLeap:
		return dst, false
	case n < serialLeap:
		n++
	}
	if n > serialMax {
		return dst, false
	}
	at := time.Unix((n-serialEpoch)*secondsOfDay+seconds, 0).UTC()
	if seconds == 0 {
		return at.AppendFormat(dst, time.DateOnly), true
	}
	return at.AppendFormat(dst, "2006-01-02T15:04:05"), true
}

// digitsMax is how many digits a spreadsheet shows; what a file has beyond is binary noise.
const digitsMax = 15

// appendNumber writes the number of a cell canonically, as a date where its format
// shows one. What is no number stays text.
func appendNumber(dst, raw []byte, date, from1904 bool) ([]byte, record.Kind) {
	if date {
		if f, err := strconv.ParseFloat(string(raw), 64); err == nil {
			if out, ok := appendSerial(dst, f, from1904); ok {
				return out, record.Date
			}
		}
	}
	if plainNumber(raw) {
		return append(dst, raw...), record.Number
	}
	if f, err := strconv.ParseFloat(string(raw), 64); err == nil {
		if out, ok := decimal.AppendFloat(dst, f); ok {
			return out, record.Number
		}
	}
	return append(dst, raw...), record.Text
}

// plainNumber tells a number that is canonical already: a whole number, or a decimal
// of no more digits than a spreadsheet keeps.
func plainNumber(raw []byte) bool {
	raw = bytes.TrimPrefix(raw, []byte("-"))
	digits, points, lead := 0, 0, true
	for i, c := range raw {
		switch {
		case c == '.' && i > 0 && i < len(raw)-1:
			points++
		case c < '0' || c > '9':
			return false
		case c != '0' || !lead:
			lead = false
			digits++
		}
	}
	return len(raw) > 0 && points <= 1 && (points == 0 || digits <= digitsMax)
}
