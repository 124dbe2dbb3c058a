package intake_test

import (
	"errors"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"clientele/internal/fault"
	"clientele/internal/intake"
)

// want is a companion file: what was counted by hand in a fixture.
type want struct {
	file    string
	answers intake.Answers
	asks    []string
	refused string
	facts   []string // complete: any other fact of the same kind is wrong
	extras  []string
}

// complete are the kinds of facts of which all have to be given.
var complete = []string{"read", "loaded", "excluded", "quarantined", "skipped", "amount", "unassigned", "stated", "unknown"}

func parseWant(t *testing.T, text string) want {
	t.Helper()
	var w want
	for l := range strings.SplitSeq(text, "\n") {
		word, rest, _ := strings.Cut(strings.TrimSpace(l), " ")
		switch {
		case word == "" || strings.HasPrefix(word, "#"):
		case word == "file":
			w.file = rest
		case word == "flags":
			answer(t, &w.answers, rest)
		case word == "ask":
			w.asks = append(w.asks, rest)
		case word == "refused":
			w.refused = rest
		case slices.Contains(complete, word):
			w.facts = append(w.facts, canonical(word, rest))
		default:
			w.extras = append(w.extras, canonical(word, rest))
		}
	}
	return w
}

// canonical writes the amount at the end of a line without trailing zeros.
func canonical(word, rest string) string {
	at := strings.LastIndexByte(rest, ' ')
	if r, ok := new(big.Rat).SetString(rest[at+1:]); ok && !strings.Contains(rest[at+1:], "/") {
		rest = rest[:at+1] + plain(r)
	}
	return word + " " + rest
}

func answer(t *testing.T, a *intake.Answers, flag string) {
	t.Helper()
	name, value, _ := strings.Cut(flag, " ")
	switch name {
	case "--map":
		a.Map = append(a.Map, value)
	case "--amount":
		a.Amount = value
	case "--date-order":
		a.DateOrder = value
	case "--decimal":
		a.Decimal = value
	case "--kind":
		a.Kind = value
	case "--currency":
		a.Currency = value
	case "--delimiter":
		a.Delimiter = value
	case "--net", "--gross":
		a.Tax = strings.TrimPrefix(name, "--")
	default:
		t.Fatalf("unknown flag %s", flag)
	}
}

// TestShapes reads every fixture and holds it against the hand count beside it.
func TestShapes(t *testing.T) {
	t.Parallel()
	list, err := filepath.Glob("testdata/shapes/*.want")
	if err != nil || len(list) < 40 {
		t.Fatalf("%d companion files, %v", len(list), err)
	}
	for _, path := range list {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".want"), func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			w := parseWant(t, string(text))
			for _, o := range []options{{answers: w.answers}, {answers: w.answers, block: 64, workers: 3}} {
				hold(t, read(t, filepath.Join("testdata/shapes", w.file), o), w)
			}
		})
	}
}

func hold(t *testing.T, got *outcome, w want) {
	t.Helper()
	var f *fault.Error
	if errors.As(got.err, &f) && w.refused != "" {
		if !strings.Contains(f.Error(), w.refused) || f.Kind != fault.Input {
			t.Errorf("refused with %q, want %q", f.Error(), w.refused)
		}
		return
	}
	if errors.As(got.err, &f) && f.Kind == fault.Ask {
		var codes []string
		for _, q := range f.Questions {
			codes = append(codes, q.Code)
			if q.Text == "" || q.Flag == "" {
				t.Errorf("question %s has no text or flag: %+v", q.Code, q)
			}
		}
		if !slices.Equal(codes, w.asks) {
			t.Errorf("asks %q, want %q: %+v", codes, w.asks, f.Questions)
		}
		return
	}
	if got.err != nil {
		t.Fatalf("%v", got.err)
	}
	if len(w.asks) > 0 || w.refused != "" {
		t.Fatalf("read without a question, want %q %q; evidence %q", w.asks, w.refused, got.file.Evidence)
	}
	facts := got.facts()
	for _, x := range w.facts {
		if !slices.Contains(facts, x) {
			t.Errorf("not found: %s", x)
		}
	}
	for _, x := range facts {
		if !slices.Contains(w.facts, x) {
			t.Errorf("not expected: %s", x)
		}
	}
	extras := got.extras()
	for _, x := range w.extras {
		if !slices.Contains(extras, x) {
			t.Errorf("not found: %s", x)
		}
	}
	if t.Failed() {
		t.Logf("evidence %q\nasides %+v\nextras %q", got.file.Evidence, got.asides, extras)
	}
}
