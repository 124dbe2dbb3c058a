// Package namesake finds clients that may be one: names that differ in case, blanks,
// punctuation, legal form or one letter. It suggests; nobody is merged without a yes.
package namesake

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"clientele/internal/ledger"
)

// Suggestion is two accounts that may be the same client; One is the one whose key
// comes first bytewise.
type Suggestion struct {
	One, Other ledger.Account
	Score      float64 // 0 … 1
	Why        string  // "same but for case", …
}

// The scores, from what differs least to what differs most.
const (
	sameCase   = 0.98
	sameMarks  = 0.95
	sameForm   = 0.90
	oneLetter  = 0.80
	lettersMin = 6 // shorter names differ by a letter too easily
	// groupMax bounds how many accounts of one name are paired: beyond, a name is a word.
	groupMax = 50
)

// legalForms are dropped from the end of a name.
var legalForms = map[string]bool{
	"gmbh": true, "mbh": true, "ag": true, "kg": true, "ohg": true, "ug": true, "ev": true, "gbr": true, "se": true,
	"inc": true, "incorporated": true, "corp": true, "corporation": true, "llc": true, "llp": true, "ltd": true, "limited": true, "plc": true, "co": true, "company": true,
	"sa": true, "sas": true, "sarl": true, "sasu": true, "eurl": true, "sl": true, "slu": true, "srl": true, "spa": true, "bv": true, "nv": true, "ab": true, "as": true, "oy": true, "aps": true, "pty": true,
}

// Find pairs accounts by name. Pairs come by score descending, then by keys.
func Find(accounts []ledger.Account) []Suggestion {
	f := finder{accounts: accounts, seen: map[[2]int]bool{}}
	f.pair(func(name string) string { return strings.Join(strings.Fields(strings.ToLower(name)), " ") }, sameCase, "same but for case and blanks")
	f.pair(letters, sameMarks, "same but for punctuation and accents")
	f.pair(func(name string) string { return letters(german.Replace(name)) }, sameMarks, "same but for the writing of umlauts")
	f.pair(func(name string) string { return letters(ampersand(name)) }, sameMarks, `same but for "&" and "and"`)
	f.pair(core, sameForm, "same but for the legal form")
	f.pair(func(name string) string { return core(ampersand(name)) }, sameForm, `same but for "&" and the legal form`)
	f.pair(func(name string) string { return core(german.Replace(name)) }, sameForm, "same but for umlauts and the legal form")
	f.near()
	slices.SortFunc(f.out, func(a, b Suggestion) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), strings.Compare(a.One.Key, b.One.Key), strings.Compare(a.Other.Key, b.Other.Key))
	})
	return f.out
}

// german writes umlauts as two letters, as systems without them do.
var german = strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue", "Ä", "Ae", "Ö", "Oe", "Ü", "Ue", "ß", "ss")

// ampersand writes the word for & as the sign, which letters reads as "und".
func ampersand(name string) string {
	words := strings.Fields(name)
	for i, w := range words {
		if strings.EqualFold(w, "and") {
			words[i] = "&"
		}
	}
	return strings.Join(words, " ")
}

type finder struct {
	accounts []ledger.Account
	seen     map[[2]int]bool
	out      []Suggestion
}

// pair suggests all accounts whose names give the same text.
func (f *finder) pair(text func(string) string, score float64, why string) {
	groups := map[string][]int{}
	for i, a := range f.accounts {
		if t := text(a.Name); t != "" {
			groups[t] = append(groups[t], i)
		}
	}
	for _, g := range groups {
		if len(g) > groupMax {
			continue
		}
		for k := range g {
			for _, other := range g[k+1:] {
				f.add(g[k], other, score, why)
			}
		}
	}
}

func (f *finder) add(a, b int, score float64, why string) {
	if f.accounts[a].Key > f.accounts[b].Key {
		a, b = b, a
	}
	if f.accounts[a].Key == f.accounts[b].Key || f.seen[[2]int{a, b}] {
		return
	}
	f.seen[[2]int{a, b}] = true
	f.out = append(f.out, Suggestion{f.accounts[a], f.accounts[b], score, why})
}

// near pairs names that differ by one letter: left out, added or another one. Every
// such pair shares a text with one letter left out.
func (f *finder) near() {
	groups := map[string][]int{}
	for i, a := range f.accounts {
		c := []rune(core(a.Name))
		if len(c) < lettersMin || len(c) > 60 {
			continue
		}
		keys := map[string]bool{string(c): true}
		for k := range c {
			keys[string(c[:k])+string(c[k+1:])] = true
		}
		for key := range keys {
			groups[key] = append(groups[key], i)
		}
	}
	for _, g := range groups {
		if len(g) < 2 || len(g) > groupMax {
			continue
		}
		for k := range g {
			for _, other := range g[k+1:] {
				one, two := f.accounts[g[k]].Name, f.accounts[other].Name
				if oneApart([]rune(core(one)), []rune(core(two))) && !initials(one, two) {
					f.add(g[k], other, oneLetter, "one letter apart")
				}
			}
		}
	}
}

// initials reports whether the names differ in a word of one or two letters only, which
// is there to tell them apart: Bank A is not Bank B.
func initials(one, two string) bool {
	a, b := strings.Fields(strings.ToLower(one)), strings.Fields(strings.ToLower(two))
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] && len([]rune(letters(a[i]))) <= 2 && !legalForms[letters(a[i])] {
			return true
		}
	}
	return false
}

// oneApart reports whether one insertion, deletion or substitution of a letter makes the
// texts equal. Digits do not count as letters: Branch 1 is not Branch 2.
func oneApart(a, b []rune) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	if i == len(b) || unicode.IsDigit(b[i]) || i < len(a) && unicode.IsDigit(a[i]) {
		return false
	}
	if len(a) == len(b) {
		return slices.Equal(a[i+1:], b[i+1:])
	}
	return slices.Equal(a[i:], b[i+1:])
}

// letters is a name without case, blanks, punctuation and accents.
func letters(name string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(strings.ToLower(name)) {
		switch {
		case r == 'ß':
			b.WriteString("ss")
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			b.WriteRune(r)
		case r == '&' || r == '+':
			b.WriteString("und")
		}
	}
	return b.String()
}

// core is the letters of a name without legal forms at its end.
func core(name string) string {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return unicode.IsSpace(r) || r == ',' })
	for len(words) > 1 && (legalForms[letters(words[len(words)-1])] || letters(words[len(words)-1]) == "und") {
		words = words[:len(words)-1]
	}
	return letters(strings.Join(words, ""))
}
