package calendar

// word reads a run of letters in lower case and without accents into buf, at most
// as many as fit. Combining accents are skipped, so that composed and decomposed
// texts are the same.
func (c *cursor) word(buf *[24]byte) int {
	n := 0
	for !c.done() {
		ch, size := fold(c.b[c.i:])
		if size == 0 {
			break
		}
		c.i += size
		if ch != 0 && n < len(buf) {
			buf[n] = ch
			n++
		}
	}
	return n
}

// fold is the plain lower-case letter that begins the text, and its length. A
// combining accent is 0 with a length.
func fold(b []byte) (byte, int) {
	switch ch := b[0]; {
	case ch >= 'a' && ch <= 'z':
		return ch, 1
	case ch >= 'A' && ch <= 'Z':
		return ch | 0x20, 1
	case len(b) < 2:
		return 0, 0
	case ch == 0xCC && b[1] >= 0x80: // U+0300 … U+033F
		return 0, 2
	case ch != 0xC3:
		return 0, 0
	}
	switch ch := b[1] | 0x20; { // U+00C0 … U+00FF, upper case folded onto lower
	case ch >= 0xA0 && ch <= 0xA5:
		return 'a', 2
	case ch == 0xA7:
		return 'c', 2
	case ch >= 0xA8 && ch <= 0xAB:
		return 'e', 2
	case ch >= 0xAC && ch <= 0xAF:
		return 'i', 2
	case ch == 0xB1:
		return 'n', 2
	case ch >= 0xB2 && ch <= 0xB6:
		return 'o', 2
	case ch >= 0xB9 && ch <= 0xBC:
		return 'u', 2
	default:
		return 0, 0
	}
}

func letterAt(b []byte, i int) bool {
	if i >= len(b) {
		return false
	}
	ch, _ := fold(b[i:])
	return ch != 0
}

// month reads the name of a month and a full stop after it; 0: none, and the
// cursor stays.
func (c *cursor) month() int {
	var name [24]byte
	mark := c.i
	n := c.word(&name)
	m := monthOf(name[:n])
	if m == 0 {
		c.i = mark
	} else {
		c.take('.')
	}
	return m
}

// monthOf knows the months in English, German, French and Spanish, in full and in
// the abbreviations that programs print, without accents. Source: Unicode CLDR,
// gregorian calendar, wide and abbreviated names.
func monthOf(name []byte) int {
	switch string(name) {
	case "january", "jan", "januar", "janner", "jaenner", "janvier", "janv", "enero", "ene":
		return 1
	case "february", "feb", "febr", "februar", "feber", "fevrier", "fevr", "fev", "febrero":
		return 2
	case "march", "mar", "marz", "maerz", "mrz", "mars", "marzo":
		return 3
	case "april", "apr", "avril", "avr", "abril", "abr":
		return 4
	case "may", "mai", "mayo":
		return 5
	case "june", "jun", "juni", "juin", "junio":
		return 6
	case "july", "jul", "juli", "juillet", "juil", "julio":
		return 7
	case "august", "aug", "aout", "aou", "agosto", "ago":
		return 8
	case "september", "sep", "sept", "septembre", "septiembre", "setiembre", "set":
		return 9
	case "october", "oct", "oktober", "okt", "octobre", "octubre":
		return 10
	case "november", "nov", "novembre", "noviembre":
		return 11
	case "december", "dec", "dezember", "dez", "decembre", "diciembre", "dic":
		return 12
	default:
		return 0
	}
}

// weekday skips the name of a weekday, or an article, with what follows it; false:
// there is neither.
func (c *cursor) weekday() bool {
	if c.particle() {
		return true
	}
	var name [24]byte
	n := c.word(&name)
	switch string(name[:n]) {
	case "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
		"mon", "tue", "tues", "wed", "thu", "thur", "thurs", "fri", "sat", "sun",
		"montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonnabend", "sonntag",
		"mo", "di", "mi", "do", "fr", "sa", "so",
		"lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche",
		"lun", "mar", "mer", "jeu", "ven", "sam", "dim",
		"lunes", "martes", "miercoles", "jueves", "viernes", "sabado", "domingo",
		"mie", "jue", "vie", "sab", "dom":
		c.joints()
		c.particle()
		return true
	default:
		return false
	}
}

// ordinal skips what makes a number an ordinal: 1st, 2nd, 3rd, 4th, 1er, 1º, 1°.
func (c *cursor) ordinal() {
	var name [24]byte
	mark := c.i
	if c.i+1 < len(c.b) && c.b[c.i] == 0xC2 {
		switch c.b[c.i+1] {
		case 0xBA, 0xAA, 0xB0:
			c.i += 2
			return
		}
	}
	switch n := c.word(&name); string(name[:n]) {
	case "st", "nd", "rd", "th", "er":
	default:
		c.i = mark
	}
}

// particle skips the small words inside dates: 1 de enero de 2026, 3rd of March,
// le 3 mars, den 3. März.
func (c *cursor) particle() bool {
	var name [24]byte
	mark := c.i
	switch n := c.word(&name); string(name[:n]) {
	case "de", "del", "of", "le", "den", "the":
		c.joints()
		return true
	default:
		c.i = mark
		return false
	}
}

// at skips the word between a date and a time of day.
func (c *cursor) at() bool {
	var name [24]byte
	mark := c.i
	switch n := c.word(&name); string(name[:n]) {
	case "at", "um":
		return c.blanks()
	default:
		c.i = mark
		return false
	}
}

// blankAt is the length of the blank that begins the text: ASCII blanks, no-break
// space U+00A0, thin U+2009, narrow no-break U+202F, direction marks U+200E, U+200F.
func blankAt(b []byte) int {
	switch {
	case len(b) == 0:
		return 0
	case b[0] == ' ' || b[0] >= '\t' && b[0] <= '\r':
		return 1
	case len(b) >= 2 && b[0] == 0xC2 && b[1] == 0xA0:
		return 2
	case len(b) >= 3 && blankRune(b[:3]):
		return 3
	default:
		return 0
	}
}

func blankRune(b []byte) bool {
	return b[0] == 0xE2 && b[1] == 0x80 && (b[2] == 0x89 || b[2] == 0xAF || b[2] == 0x8E || b[2] == 0x8F)
}

// trim drops outer blanks.
func trim(b []byte) []byte {
	for n := blankAt(b); n > 0; n = blankAt(b) {
		b = b[n:]
	}
	for n := len(b); n > 0; n = len(b) {
		switch {
		case b[n-1] == ' ' || b[n-1] >= '\t' && b[n-1] <= '\r':
			b = b[:n-1]
		case n >= 2 && b[n-2] == 0xC2 && b[n-1] == 0xA0:
			b = b[:n-2]
		case n >= 3 && blankRune(b[n-3:]):
			b = b[:n-3]
		default:
			return b
		}
	}
	return b
}
