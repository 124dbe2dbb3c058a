package sqlstore

import (
	"strings"
	"unicode/utf8"
)

// PostgreSQL holds neither a zero byte nor bytes that are not UTF-8 in a text, and
// names of files and clients may have both. Such a byte is kept as a mark and two
// digits, and so is the mark, a control character that no export writes. All other
// texts are kept as they are.
const mark = '\x01'

const digits = "0123456789abcdef"

// escapeText writes a text that PostgreSQL can hold.
func escapeText(text string) string {
	if utf8.ValidString(text) && strings.IndexByte(text, 0) < 0 && strings.IndexByte(text, mark) < 0 {
		return text
	}
	var b strings.Builder
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		if r == 0 || r == mark || r == utf8.RuneError && size == 1 {
			c := text[i]
			b.Write([]byte{mark, digits[c>>4], digits[c&15]})
		} else {
			b.WriteString(text[i : i+size])
		}
		i += size
	}
	return b.String()
}

// unescapeText reads what escapeText has written.
func unescapeText(text string) (string, error) {
	if strings.IndexByte(text, mark) < 0 {
		return text, nil
	}
	var b strings.Builder
	for {
		before, after, found := strings.Cut(text, string(mark))
		b.WriteString(before)
		if !found {
			return b.String(), nil
		}
		if len(after) < 2 {
			return "", damaged("a text ends in the middle of a byte")
		}
		high, low := strings.IndexByte(digits, after[0]), strings.IndexByte(digits, after[1])
		if high < 0 || low < 0 {
			return "", damaged("a text holds a byte that cannot be read")
		}
		b.WriteByte(byte(high<<4 | low)) //nolint:gosec // two digits of four bits
		text = after[2:]
	}
}
