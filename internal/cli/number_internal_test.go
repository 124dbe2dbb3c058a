package cli

import "testing"

func TestCounted(t *testing.T) {
	t.Parallel()
	for noun, want := range map[string]string{
		"client": "clients", "country": "countries", "city": "cities", "day": "days", "branch": "branches", "tax": "taxes", "business": "businesses",
		"payment terms": "payment terms", "account manager": "account managers", "person": "people",
	} {
		if got := counted(2, noun); got != "2 "+want {
			t.Errorf("%s, want %s", got, want)
		}
		if got := counted(1, noun); got != "1 "+noun {
			t.Error(got)
		}
	}
}
