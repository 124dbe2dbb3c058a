package namesake_test

import (
	"testing"

	"pgregory.net/rapid"

	"clientele/internal/ledger"
	"clientele/internal/namesake"
)

func accounts(names ...string) []ledger.Account {
	out := make([]ledger.Account, len(names))
	for i, n := range names {
		out[i] = ledger.Account{Key: string(rune('a' + i)), Name: n}
	}
	return out
}

func TestFind(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		one, other string
		why        string // "" for no suggestion
	}{
		{"Acme GmbH", "ACME Gmbh", "same but for case and blanks"},
		{"Acme  GmbH", "acme gmbh", "same but for case and blanks"},
		{"Müller & Söhne", "Muller + Sohne", "same but for punctuation and accents"},
		{"Mueller & Soehne KG", "Müller & Söhne KG", "same but for the writing of umlauts"},
		{"Mueller KG", "Müller", "same but for umlauts and the legal form"},
		{"St. Mary's", "St Marys", "same but for punctuation and accents"},
		{"Acme Ltd", "Acme Limited", "same but for the legal form"},
		{"Acme GmbH & Co. KG", "Acme", "same but for the legal form"},
		{"Smith & Sons", "Smith and Sons", `same but for "&" and "and"`},
		{"Smith & Sons Ltd", "Smith And Sons", `same but for "&" and the legal form`},
		{"Johnson Controls", "Jonson Controls", "one letter apart"},
		{"Johnson Controls", "Johnsen Controls", "one letter apart"},
		{"Branch 1 Hamburg", "Branch 2 Hamburg", ""},
		{"Bank A", "Bank B", ""},
		{"Prospect A GmbH", "Prospect B GmbH", ""},
		{"Harbor Foods", "Harbor Tools", ""},
		{"AG", "KG", ""},
		{"", "", ""},
	} {
		got := namesake.Find(accounts(c.one, c.other))
		switch {
		case c.why == "" && len(got) > 0:
			t.Errorf("%q and %q: %s, want nothing", c.one, c.other, got[0].Why)
		case c.why != "" && (len(got) != 1 || got[0].Why != c.why):
			t.Errorf("%q and %q: %v, want %q", c.one, c.other, got, c.why)
		}
	}
}

// The order of the accounts does not matter, and nobody is paired with themselves.
func TestFindOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		list := accounts("Acme GmbH", "ACME", "Acme, Inc.", "Acne GmbH", "Other", "Globex Ltd", "Globex", "globex limited")
		want := namesake.Find(list)
		got := namesake.Find(rapid.Permutation(list).Draw(t, "order"))
		if len(got) != len(want) {
			t.Fatalf("%d suggestions, want %d", len(got), len(want))
		}
		for i := range want {
			if got[i] != want[i] {
				t.Fatalf("suggestion %d: %v, want %v", i, got[i], want[i])
			}
			if got[i].One.Key >= got[i].Other.Key {
				t.Fatalf("%v is out of order", got[i])
			}
		}
	})
}
