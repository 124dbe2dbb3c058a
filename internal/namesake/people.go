package namesake

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
)

// Match is a name that may mean a person who is known by another.
type Match struct {
	Name, As string
	Score    float64 // 0 … 1
}

// The scores of names of people.
const (
	sameWords = 0.97 // "Lee, Ann" for "Ann Lee", ann.lee@example.com
	byInitial = 0.85 // "A. Lee", "alee"
	// surnameMin is how long the word is that a name with an initial shares in full.
	surnameMin = 3
)

// People proposes whom names may mean: the same words in another order or as an address, or
// an initial for one of them. Matches come by score descending, then by the names.
func People(names, known []string) []Match {
	var out []Match
	for _, name := range names {
		for _, as := range known {
			if score := alike(wordsOf(name), wordsOf(as)); score > 0 {
				out = append(out, Match{name, as, score})
			}
		}
	}
	slices.SortFunc(out, func(a, b Match) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), strings.Compare(a.Name, b.Name), strings.Compare(a.As, b.As))
	})
	return out
}

// wordsOf are the words of a name, in the order of the alphabet; of an address those before
// the @.
func wordsOf(name string) []string {
	name, _, _ = strings.Cut(name, "@")
	var out []string
	for _, w := range strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '\'' }) {
		if w = letters(w); w != "" {
			out = append(out, w)
		}
	}
	slices.Sort(out)
	return out
}

// alike is how much two names are one, 0 if they are not.
func alike(a, b []string) float64 {
	switch {
	case len(a) == 0 || len(b) == 0:
		return 0
	case slices.Equal(a, b):
		return sameWords
	case len(a) == 1 && joined(a[0], b), len(b) == 1 && joined(b[0], a):
		return byInitial
	case len(a) == len(b) && shortened(a, b):
		return byInitial
	default:
		return 0
	}
}

// joined: alee, leea of Ann Lee.
func joined(word string, of []string) bool {
	if len(of) != 2 {
		return false
	}
	first, second := of[0], of[1]
	for _, x := range []string{first[:1] + second, second + first[:1], second[:1] + first, first + second[:1]} {
		if word == x && len(word) > surnameMin {
			return true
		}
	}
	return false
}

// shortened: word for word the same, but for initials; one at least is the same in full.
func shortened(a, b []string) bool {
	rest, same := slices.Clone(b), false
	for _, w := range a {
		i := slices.Index(rest, w)
		if i >= 0 && len(w) >= surnameMin {
			same = true
		}
		if i < 0 {
			i = slices.IndexFunc(rest, func(x string) bool {
				return len(w) == 1 && strings.HasPrefix(x, w) || len(x) == 1 && strings.HasPrefix(w, x)
			})
		}
		if i < 0 {
			return false
		}
		rest = slices.Delete(rest, i, i+1)
	}
	return same
}
