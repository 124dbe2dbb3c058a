package role

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"clientele/internal/intake/decimal"
)

// Name is a header taken apart.
type Name struct {
	// Text is the words in lower case with one blank between them: "customer id" for
	// CustomerID, "invoice number" for "Invoice #". Path, child mark and currency are
	// not part of it.
	Text string
	// Path is what stands before the last part: "order lines" of "Order Lines/Quantity",
	// "items" of "Quantity (Items)". Such columns belong to child rows.
	Path string
	// Currency is the ISO 4217 code in the header: EUR for "Amount (EUR)".
	Currency string
}

// headerMax is how much of a header is looked at, in bytes.
const headerMax = 300

// ParseName takes a header apart. It knows camel case, separators, marks of required
// columns, paths of child rows, and currencies behind the words.
func ParseName(header string) Name {
	var n Name
	if len(header) > headerMax {
		header = strings.ToValidUTF8(header[:headerMax], "")
	}
	h := strings.TrimSpace(strings.Map(blank, norm.NFC.String(header)))
	h = strings.Trim(h, "\"'*")
	if first, rest, ok := strings.Cut(h, "/"); ok && container(first) {
		n.Path, h = join(words(first)), rest
	}
	if body, inner, ok := suffix(h); ok {
		switch code, known := currency(inner); {
		case known:
			n.Currency, h = code, body
		case container(inner):
			n.Path, h = join(words(inner)), body
		}
	}
	list := words(h)
	if n.Currency == "" {
		list, n.Currency = cutCurrency(list)
	}
	n.Text = join(list)
	return n
}

// Normalise is a header without case, blanks, marks and spelling habits, and the
// currency that stood behind it: "amount" and "EUR" for "Amount (EUR)", "Betrag in
// EUR" becomes "betrag" and "EUR". Two headers that mean the same column give the
// same text; child columns keep their path: "order lines quantity".
func Normalise(header string) (text, currency string) {
	n := ParseName(header)
	return strings.TrimSpace(n.Path + " " + n.Text), n.Currency
}

// blank turns every kind of blank into one, and drops what nobody sees.
func blank(r rune) rune {
	switch {
	case r == '\u200b' || r == '\u200c' || r == '\u200d' || r == '\ufeff' || r == '\u00ad':
		return -1
	case unicode.IsSpace(r) || unicode.IsControl(r):
		return ' '
	default:
		return r
	}
}

// container reports whether a text names the child rows of a document.
func container(text string) bool {
	switch join(words(text)) {
	case "order lines", "order line", "invoice lines", "invoice line", "journal items", "lines", "line items", "items":
		return true
	default:
		return false
	}
}

// suffix splits "Amount (EUR)" and "Amount [EUR]".
func suffix(h string) (body, inner string, ok bool) {
	for _, pair := range [...][2]string{{"(", ")"}, {"[", "]"}} {
		if !strings.HasSuffix(h, pair[1]) {
			continue
		}
		if i := strings.LastIndex(h, pair[0]); i > 0 {
			return strings.TrimSpace(h[:i]), strings.TrimSpace(h[i+1 : len(h)-1]), true
		}
	}
	return h, "", false
}

// currency reads a unit in parentheses: EUR, "in EUR", €, or a sign that stands for
// several currencies, which is known but names none.
func currency(unit string) (code string, known bool) {
	unit = strings.TrimSpace(strings.TrimPrefix(strings.TrimPrefix(unit, "in "), "en "))
	if unit == "" || strings.ContainsAny(unit, "0123456789%") {
		return "", false
	}
	if up := strings.ToUpper(unit); len(unit) == 3 && unit == strings.ToLower(unit) {
		unit = up
	}
	res, bad := decimal.Parse([]byte("1 "+unit), decimal.Style{Point: '.'})
	if bad != nil || res.Currency == "" && res.Symbol == "" {
		return "", false
	}
	return res.Currency, true
}

// cutCurrency takes a currency off the end of the words: "Betrag in EUR", "Umsatz €",
// "amount_usd". Codes that are words of a language are left alone.
func cutCurrency(list []string) (rest []string, code string) {
	if len(list) < 2 {
		return list, ""
	}
	last := list[len(list)-1]
	switch last {
	case "ALL", "TOP", "TRY", "CUP", "MOP", "SOS", "MAD", "PEN", "BOB", "RON", "COP", "PER":
		return list, ""
	}
	switch strings.ToLower(last) {
	case "eur", "euro", "usd", "gbp", "chf":
	default:
		if len(last) == 3 && last != strings.ToUpper(last) || isWord(last) && len(last) != 3 {
			return list, ""
		}
	}
	code, known := currency(last)
	if !known {
		return list, ""
	}
	rest = list[:len(list)-1]
	if prev := strings.ToLower(rest[len(rest)-1]); len(rest) > 1 && (prev == "in" || prev == "en") {
		rest = rest[:len(rest)-1]
	}
	return rest, code
}

func isWord(s string) bool {
	for _, r := range s {
		if !unicode.IsLetter(r) {
			return false
		}
	}
	return true
}

// fixed are words in which a capital does not begin a new word.
var fixed = strings.NewReplacer("MwSt", "mwst", "USt", "ust", "IdNr", "id nr", "IDs", "ids",
	"№", " number ", "N°", " number ", "n°", " number ", "Nº", " number ", "nº", " number ", "#", " number ", "’", " ", "'", " ")

// words splits a header at separators and inside camel case, and keeps the case.
func words(h string) []string {
	var out []string
	var word []rune
	flush := func() {
		if len(word) > 0 {
			out = append(out, string(word))
			word = word[:0]
		}
	}
	text := []rune(fixed.Replace(h))
	for i, r := range text {
		switch {
		case r == '%' || unicode.Is(unicode.Sc, r):
			flush()
			out = append(out, string(r))
		case !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.Is(unicode.M, r):
			flush()
		default:
			if unicode.IsUpper(r) && len(word) > 0 && humps(text, i) {
				flush()
			}
			word = append(word, r)
		}
	}
	flush()
	return out
}

// humps reports whether the capital at i begins a word: CustomerID, POCountry.
func humps(text []rune, i int) bool {
	if !unicode.IsUpper(text[i-1]) {
		return true
	}
	return i+1 < len(text) && unicode.IsLower(text[i+1])
}

func join(list []string) string { return strings.ToLower(strings.Join(list, " ")) }

// key is a text as tables are searched by it: without blanks and accents, with one
// word for number. "Kunden-Nr.", "kundennummer" and "KundenNr" have one key.
func key(text string) string {
	var b strings.Builder
	for w := range strings.FieldsSeq(text) {
		b.WriteString(canonical(fold(w)))
	}
	return b.String()
}

// keyOf is the key of a whole header.
func keyOf(header string) string {
	text, _ := Normalise(header)
	return key(text)
}

func canonical(word string) string {
	switch word {
	case "no", "nr", "num", "number", "numero", "nummer", "nro":
		return "number"
	}
	for _, end := range [...]string{"nummer", "nr"} { // German compounds
		if stem, ok := strings.CutSuffix(word, end); ok && len(stem) > 3 {
			return stem + "number"
		}
	}
	return word
}

func fold(word string) string { return Fold(word) }

// Fold drops the accents of a word in lower case.
func Fold(word string) string {
	plain := true
	for i := range len(word) {
		plain = plain && word[i] < 0x80
	}
	if plain {
		return word
	}
	out := strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFD.String(word))
	return strings.ReplaceAll(out, "ß", "ss")
}

// phrase is a text with blanks around and no accents, so that whole words can be
// looked for in it.
func phrase(text string) string { return " " + fold(text) + " " }

func hasAny(phrase string, list ...string) bool {
	for _, w := range list {
		if strings.Contains(phrase, w) {
			return true
		}
	}
	return false
}

// IsNet reports whether a header says that the amount is without tax.
func IsNet(header string) bool {
	p := phrase(ParseName(header).Text)
	return hasAny(p, " net ", " netto", " neto ", " ht ", " hors tax", " hors tva ", " excl ", " exkl ", " excluding ", " exclusive ",
		" ex vat ", " ex gst ", " ex tax ", " without tax", " without vat ", " before tax", " before vat ", " untaxed ", " ohne mwst ", " ohne ust ",
		" ohne steuer", " zzgl ", " sin iva ", " sin impuestos ", " base imponible ", " subtotal ", " sub total ", " sales amount ") && !IsGross(header)
}

// IsGross reports whether a header says that the amount holds tax.
//
//nolint:misspell // words of four languages
func IsGross(header string) bool {
	p := phrase(ParseName(header).Text)
	if hasAny(p, " profit ", " margin ", " marge ") {
		return false
	}
	return hasAny(p, " gross ", " brutto", " bruto ", " ttc ", " toutes taxes ", " incl tax", " incl vat ", " incl gst ", " incl mwst ", " inkl mwst ",
		" inkl ust ", " incl tva ", " including tax", " including vat ", " including gst ", " inclusive ", " with tax", " with vat ", " mit mwst ",
		" con iva ", " iva incluido ", " tva incluse ", " tax included ", " vat included ", " tax inclusive ")
}
