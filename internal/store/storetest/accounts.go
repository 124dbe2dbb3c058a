package storetest

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"clientele/internal/fault"
	"clientele/internal/ledger"
	"clientele/internal/store"
)

func resolve(t testing.TB, s store.Store, accounts ...ledger.Account) []int32 {
	t.Helper()
	var numbers []int32
	change(t, s, func(tx *store.Tx) error {
		var err error
		numbers, err = tx.Accounts.Resolve(t.Context(), accounts)
		return err
	})
	return numbers
}

func all(t testing.TB, s store.Store) []ledger.Account {
	t.Helper()
	var out []ledger.Account
	for a, err := range s.Directory().All(t.Context()) {
		if err != nil {
			t.Fatalf("all accounts: %v", err)
		}
		out = append(out, a)
	}
	return out
}

func testAccounts(t *testing.T, h Harness) {
	s := fresh(t, h)
	// Keys compare bytewise: case, trailing blanks and forms of the same letter
	// are all different.
	keys := []string{"b", "B", "b ", "é", "e\u0301", "a", "日本", "'; --", "a"}
	var list []ledger.Account
	for _, k := range keys {
		list = append(list, ledger.Account{Key: k, Name: k})
	}
	numbers := resolve(t, s, list...)
	if numbers[5] != numbers[8] {
		t.Errorf("the same key twice has numbers %d and %d", numbers[5], numbers[8])
	}
	distinct := slices.Clone(numbers[:8])
	slices.Sort(distinct)
	if diff := cmp.Diff([]int32{0, 1, 2, 3, 4, 5, 6, 7}, distinct); diff != "" {
		t.Errorf("numbers are not dense: %s", diff)
	}
	before := snapshot(t, s).Revision
	if again := resolve(t, s, list...); !slices.Equal(again, numbers) {
		t.Errorf("again %v, want %v", again, numbers)
	}
	if got := snapshot(t, s).Revision; got != before {
		t.Errorf("asking again made revision %d of %d", got, before)
	}
	if got := resolve(t, s, ledger.Account{Key: "new"}, list[0]); got[0] != 8 || got[1] != numbers[0] {
		t.Errorf("numbers = %v, want [8 %d]", got, numbers[0])
	}
	d := s.Directory()
	if n, err := d.Count(t.Context()); n != 9 || err != nil {
		t.Errorf("count = %d, %v", n, err)
	}
	got, err := d.Lookup(t.Context(), []string{"new", "none", "é", "b  "})
	if want := []int32{8, ledger.Unassigned, numbers[3], ledger.Unassigned}; err != nil || !slices.Equal(got, want) {
		t.Errorf("lookup = %v, %v, want %v", got, err, want)
	}
	named, err := d.Named(t.Context(), []int32{8, numbers[1], 8})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]ledger.Account{{Key: "new", Name: "new"}, {Key: "B", Name: "B"}, {Key: "new", Name: "new"}}, named); diff != "" {
		t.Error(diff)
	}
	_, err = d.Named(t.Context(), []int32{9})
	wantKind(t, err, fault.NotFound)
	for i, a := range all(t, s) {
		n, err := d.Lookup(t.Context(), []string{a.Key})
		if err != nil || n[0] != int32(i) {
			t.Errorf("account %d is %q, whose number is %v (%v)", i, a.Key, n, err)
		}
	}
	for range d.All(t.Context()) {
		break // a reader that stops early frees its connection
	}
	check(t, s)
}

func testNames(t *testing.T, h Harness) {
	s := fresh(t, h)
	steps := []struct{ said, want ledger.Account }{
		{ledger.Account{Key: "7"}, ledger.Account{Key: "7", Name: "7"}},
		{ledger.Account{Key: "7", Name: "Acme", Owner: "Bo"}, ledger.Account{Key: "7", Name: "Acme", Owner: "Bo"}},
		{ledger.Account{Key: "7", Name: "7", Parent: "P"}, ledger.Account{Key: "7", Name: "Acme", Owner: "Bo", Parent: "P"}},
		{ledger.Account{Key: "7", Name: "Acme Inc", Owner: "Cy"}, ledger.Account{Key: "7", Name: "Acme Inc", Owner: "Cy", Parent: "P"}},
	}
	for i, step := range steps {
		resolve(t, s, step.said)
		if diff := cmp.Diff([]ledger.Account{step.want}, all(t, s)); diff != "" {
			t.Errorf("step %d: %s", i+1, diff)
		}
	}
	// The last statement of one call counts, for old accounts and new ones.
	resolve(t, s, ledger.Account{Key: "7", Name: "First"}, ledger.Account{Key: "8", Name: "First"},
		ledger.Account{Key: "7", Name: "Last"}, ledger.Account{Key: "8", Name: "Last"}, ledger.Account{Key: "8"})
	got := all(t, s)
	if got[0].Name != "Last" || got[1].Name != "Last" {
		t.Errorf("names = %q, %q", got[0].Name, got[1].Name)
	}
	check(t, s)
}

// testManyAccounts passes every bound of statements, and both ways of looking up:
// few keys against many accounts and the other way round.
func testManyAccounts(t *testing.T, h Harness) {
	s := fresh(t, h)
	list := make([]ledger.Account, 5003)
	for i := range list {
		list[i] = ledger.Account{Key: fmt.Sprintf("c%d", (i*7919)%len(list)), Name: fmt.Sprintf("Client %d", i)}
	}
	numbers := resolve(t, s, list...)
	seen := make([]bool, len(list))
	for _, n := range numbers {
		if n < 0 || int(n) >= len(seen) || seen[n] {
			t.Fatalf("number %d is out of range or given twice", n)
		}
		seen[n] = true
	}
	if got := resolve(t, s, list[:40]...); !slices.Equal(got, numbers[:40]) {
		t.Errorf("few keys: %v, want %v", got, numbers[:40])
	}
	for i := range list {
		list[i].Name += " renamed"
	}
	if got := resolve(t, s, list...); !slices.Equal(got, numbers) {
		t.Error("renaming changed numbers")
	}
	named, err := s.Directory().Named(t.Context(), numbers)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(list, named); diff != "" {
		t.Error(diff)
	}
	check(t, s)
}

func testBadAccounts(t *testing.T, h Harness) {
	s := fresh(t, h)
	for _, key := range []string{"a\x00b", "\xff", ""} {
		_, err := s.Change(t.Context(), "anna", func(tx *store.Tx) error {
			_, err := tx.Accounts.Resolve(t.Context(), []ledger.Account{{Key: "good"}, {Key: key}})
			return err
		})
		kind := fault.Input
		if key == "" {
			kind = fault.Internal
		}
		wantKind(t, err, kind)
	}
	if n, err := s.Directory().Count(t.Context()); n != 0 || err != nil {
		t.Errorf("count = %d, %v", n, err)
	}
}
