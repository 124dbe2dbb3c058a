package decimal

import "testing"

func TestCodesAreSortedAndFound(t *testing.T) {
	t.Parallel()
	if len(isoCodes)%3 != 0 {
		t.Fatalf("%d bytes are no three-letter codes", len(isoCodes))
	}
	for i := 0; i < len(isoCodes); i += 3 {
		code := isoCodes[i : i+3]
		if i > 0 && isoCodes[i-3:i] >= code {
			t.Errorf("%s stands before %s", isoCodes[i-3:i], code)
		}
		if got, _ := currencyOf([]byte(code)); got != code {
			t.Errorf("%s is found as %q", code, got)
		}
	}
	for _, word := range []string{"", "XXX", "AAA", "ZZZ", "E€"} {
		if c, s := currencyOf([]byte(word)); c != "" || s != "" {
			t.Errorf("%q is taken for %s%s", word, c, s)
		}
	}
}
