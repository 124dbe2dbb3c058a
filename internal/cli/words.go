package cli

import (
	"slices"
	"strings"
)

// nearest is the word of a list that a typing mistake may have meant, "" if none is
// near: at most a third of its letters differ.
func nearest(word string, list []string) string {
	best, most := "", max(1, (len(word)+1)/3)+1
	for _, w := range list {
		d := distance(strings.ToLower(word), w)
		if strings.HasPrefix(w, word) && len(word) >= 3 {
			d = min(d, 1)
		}
		if d < most {
			best, most = w, d
		}
	}
	return best
}

// distance counts the letters to insert, delete, replace or swap with a neighbour
// (optimal string alignment).
func distance(a, b string) int {
	var before []int
	last := make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row := make([]int, len(b)+1)
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last = last, row
	}
	return last[len(b)]
}

// plain are the characters that a shell takes as they stand.
const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_@%+=:,./-"

// quote writes a word as a shell reads it.
func quote(word string) string {
	if word != "" && strings.Trim(word, plain) == "" {
		return word
	}
	if flag, value, ok := strings.Cut(word, "="); ok && flag != "" && strings.Trim(flag, plain) == "" {
		return flag + "=" + quote(value) // --map client='Bill To'
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

// command writes a whole command line.
func command(args []string) string {
	words := make([]string, 0, len(args)+1)
	words = append(words, "clientele")
	for _, a := range args {
		words = append(words, quote(a))
	}
	return strings.Join(words, " ")
}

// split takes a command line apart as a shell does: quotes of both kinds, and the
// backslash outside single ones.
func split(line string) []string {
	var words []string
	var word strings.Builder
	var open rune // the quote that is open
	begun, escaped := false, false
	for _, c := range line {
		switch {
		case escaped:
			word.WriteRune(c)
			escaped = false
		case c == '\\' && open != '\'':
			begun, escaped = true, true
		case open != 0 && c == open:
			open = 0
		case open != 0:
			word.WriteRune(c)
		case c == '\'' || c == '"':
			begun, open = true, c
		case c == ' ':
			if begun {
				words = append(words, word.String())
				word.Reset()
				begun = false
			}
		default:
			begun = true
			word.WriteRune(c)
		}
	}
	if begun {
		words = append(words, word.String())
	}
	return words
}

// insert puts flags behind the user's own, but before a lone "--".
func insert(args, flags []string) []string {
	at := slices.Index(args, "--")
	if at < 0 {
		at = len(args)
	}
	return slices.Insert(slices.Clone(args), at, flags...)
}
