package cli

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"clientele/internal/money"
)

func TestNearest(t *testing.T) {
	t.Parallel()
	words := []string{"line", "book", "import", "completion", "window"}
	for word, want := range map[string]string{
		"lin": "line", "lien": "line", "Line": "line", "bok": "book", "improt": "import", "comp": "completion",
		"windows": "window", "x": "", "whale": "", "": "",
	} {
		if got := nearest(word, words); got != want {
			t.Errorf("%q: %q, want %q", word, got, want)
		}
	}
}

func TestQuote(t *testing.T) {
	t.Parallel()
	for word, want := range map[string]string{
		"plain.csv": "plain.csv", "": "''", "two words": "'two words'", "it's": `'it'\''s'`,
		"client=Bill To": "client='Bill To'", "quantity*unit_price": "'quantity*unit_price'", "80%": "80%", "$HOME": "'$HOME'",
	} {
		if got := quote(word); got != want {
			t.Errorf("%q: %s, want %s", word, got, want)
		}
	}
}

// TestSplitUndoesQuote takes any words apart again as they were.
func TestSplitUndoesQuote(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOf(rapid.StringOf(rapid.RuneFrom([]rune(`ab ='"\$*-é`)))).Draw(t, "words")
		line := strings.TrimPrefix(command(words), "clientele")
		if got := split(line); !slices.Equal(got, words) && len(got)+len(words) > 0 {
			t.Fatalf("%q became %s and then %q", words, line, got)
		}
	})
}

func TestInsert(t *testing.T) {
	t.Parallel()
	args := []string{"line", "--", "-odd.csv"}
	if got := insert(args, []string{"--net"}); !slices.Equal(got, []string{"line", "--net", "--", "-odd.csv"}) {
		t.Error(got)
	}
	if len(args) != 3 || args[1] != "--" {
		t.Error("the arguments themselves have changed")
	}
}

func TestWrapKeepsWordsAndWidth(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOf(rapid.StringMatching(`[a-z]{1,9}|%`)).Draw(t, "words")
		lines := wrap(strings.Join(words, " "), 20)
		if got := strings.Fields(strings.Join(lines, " ")); !slices.Equal(got, words) && len(words) > 0 {
			t.Fatalf("%q became %q", words, got)
		}
		for i, line := range lines {
			if width(line) > 20 && !strings.Contains(line, "%") {
				t.Fatalf("line %d is %d wide: %q", i, width(line), line)
			}
			if i > 0 && strings.HasPrefix(line, "%") {
				t.Fatalf("a percent sign has lost its number: %q", lines)
			}
		}
	})
}

func TestFit(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := clean(rapid.String().Draw(t, "text"))
		cells := rapid.IntRange(2, 30).Draw(t, "cells")
		got := fit(s, cells)
		if width(got) > cells {
			t.Fatalf("%q is %d wide, more than %d", got, width(got), cells)
		}
		if begin, cut := strings.CutSuffix(got, "…"); got != s && (!cut || !strings.HasPrefix(s, begin)) {
			t.Fatalf("%q became %q", s, got)
		}
	})
	if got := fit("株式会社日本", 5); got != "株式…" {
		t.Error(got)
	}
}

func TestCleanStopsEscapes(t *testing.T) {
	t.Parallel()
	if got := clean("a\x1b[2Jb\r\nc\u202ed"); got != "a·[2Jb··c·d" {
		t.Errorf("%q", got)
	}
	if got := clean("Müller & Söhne"); got != "Müller & Söhne" {
		t.Error(got)
	}
}

func TestGuard(t *testing.T) {
	t.Parallel()
	for cell, want := range map[string]string{
		"": "", "Ames": "Ames", "=1+1": "'=1+1", "+49": "'+49", "-x": "'-x", "@a": "'@a", "\tx": "'\tx", "\rx": "'\rx", "a=1": "a=1",
	} {
		if got := guard(cell); got != want {
			t.Errorf("%q: %q, want %q", cell, got, want)
		}
	}
}

func TestNumbers(t *testing.T) {
	t.Parallel()
	p := purse{decimals: 3}
	for units, want := range map[int64]string{
		0: "0.00", 5: "0.005", 1_484_630: "1,484.63", 8_300_065_814: "8,300,065.814", -1_000_000: minus + "1,000.00", 999_990: "999.99",
	} {
		if got := p.amount(money.FromInt64(units)); got != want {
			t.Errorf("%d: %s, want %s", units, got, want)
		}
	}
	yen := purse{decimals: 0, currency: "JPY"}
	if got := yen.named(money.FromInt64(1234567)); got != "1,234,567 JPY" {
		t.Error(got)
	}
	if got := p.column([]money.Sum{money.FromInt64(1_000), money.FromInt64(1_005)}); got != 3 {
		t.Errorf("a column shows %d decimals, want 3", got)
	}
	for v, want := range map[float64]string{0.273: "27.3 %", 1: "100.0 %", 0.0168: "1.7 %", 0.00168: "0.17 %", 0: "0.0 %", -0.5: minus + "50.0 %"} {
		if got := fine(v); got != want {
			t.Errorf("%v: %s, want %s", v, got, want)
		}
	}
	for f, want := range map[money.Fraction]string{{Num: 4, Den: 5}: "80 %", {Num: 1, Den: 3}: "33.3333 %", {Num: 1, Den: 1}: "100 %", {Num: 0, Den: 1}: "0 %", {Num: 201, Den: 250}: "80.4 %"} {
		if got := shareText(f); got != want {
			t.Errorf("%v: %s, want %s", f, got, want)
		}
	}
}

func TestParseIndex(t *testing.T) {
	t.Parallel()
	if got, ok := parseIndex("1.035"); !ok || got != (money.Amount{Units: 1035, Decimals: 3}) {
		t.Error(got, ok)
	}
	for _, bad := range []string{"", "0", "0.0", "-1", "1e3", "1,035", ".5", "1.0000001", "99999999999999999999"} {
		if got, ok := parseIndex(bad); ok {
			t.Errorf("%q was read as %v", bad, got)
		}
	}
}
