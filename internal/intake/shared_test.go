package intake_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"clientele/internal/fault"
	"clientele/internal/intake"
)

// sharedFile is a file of the shared data, which lies beside the repository.
func sharedFile(t *testing.T, name string) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("no go.mod above the test")
		}
		dir = filepath.Dir(dir)
	}
	path := filepath.Join(dir, "..", "shared", "data", filepath.FromSlash(name))
	if _, err := os.Stat(path); err != nil {
		t.Skipf("the shared data is not here: %v", err)
	}
	return path
}

// TestOnlineRetail holds the totals that the data's own page states.
func TestOnlineRetail(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("half a million lines are kept and counted a second time")
	}
	out := read(t, sharedFile(t, "online-retail/online-retail-dataset.csv.zst"), options{})
	hold(t, out, want{
		facts:  []string{"read 541909", "loaded 541909", "skipped header 1", "amount - 9747747.934", "unassigned - 1447682.12"},
		extras: []string{"clients 4372", "dates 2010-12-01 2011-12-09"},
	})
	named := new(big.Rat)
	notPositive := 0
	for _, sum := range out.clients() {
		named.Add(named, sum)
		if sum.Sign() <= 0 {
			notPositive++
		}
	}
	unassigned := 0
	for _, l := range out.lines {
		if l.client == "" {
			unassigned++
		}
	}
	if plain(named) != "8300065.814" || notPositive != 55 || unassigned != 135_080 {
		t.Errorf("named %s, %d clients not positive, %d lines unassigned", plain(named), notPositive, unassigned)
	}
}

func TestAdventureWorks(t *testing.T) {
	t.Parallel()
	hold(t, read(t, sharedFile(t, "adventureworks-reseller/FactResellerSales.csv.zst"), options{}), want{
		facts:  []string{"read 60855", "loaded 60855", "skipped header 1", "amount - 80450596.9823"},
		extras: []string{"clients 635", "documents 3796", "dates 2010-12-29 2013-11-29"},
	})
}

// TestOdooExport reads a real list of orders and holds it against a slow count of its
// own: blank parents carried down, quantity times price, quotations left out.
func TestOdooExport(t *testing.T) {
	t.Parallel()
	path := sharedFile(t, "tool-exports/odoo_sale_order_export_pseudonymised.csv")
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	sums := map[string]*big.Rat{}
	loaded, excluded := new(big.Rat), new(big.Rat)
	var parent []string
	for _, r := range rows[1:] {
		if r[1] != "" {
			parent = r
		}
		quantity, ok1 := new(big.Rat).SetString(r[7])
		price, ok2 := new(big.Rat).SetString(r[9])
		if !ok1 || !ok2 {
			t.Fatalf("no numbers in %q", r)
		}
		v := new(big.Rat).Mul(quantity, price)
		if parent[0] != "Sales Order" {
			excluded.Add(excluded, v)
			continue
		}
		if sums[parent[3]] == nil {
			sums[parent[3]] = new(big.Rat)
		}
		sums[parent[3]].Add(sums[parent[3]], v)
		loaded.Add(loaded, v)
	}
	out := read(t, path, options{})
	if out.err != nil {
		t.Fatal(out.err)
	}
	facts := out.facts()
	for _, x := range []string{"read 383", "amount - " + plain(loaded), "skipped header 1"} {
		if !slices.Contains(facts, x) {
			t.Errorf("not found: %s in %q", x, facts)
		}
	}
	got := out.clients()
	if len(got) != len(sums) {
		t.Errorf("%d clients, want %d", len(got), len(sums))
	}
	for key, sum := range sums {
		if got[key] == nil || got[key].Cmp(sum) != 0 {
			t.Errorf("%s: %v, want %s", key, got[key], sum.FloatString(2))
		}
	}
	aside := new(big.Rat)
	for _, a := range out.asides {
		aside.Add(aside, rat(a.Amount.Units, a.Amount.Decimals))
	}
	if aside.Cmp(excluded) != 0 {
		t.Errorf("excluded %s, want %s", aside.FloatString(2), excluded.FloatString(2))
	}
}

func TestSalesforceExports(t *testing.T) {
	t.Parallel()
	deals := sharedFile(t, "tool-exports/salesforce_Opportunity.csv")
	hold(t, read(t, deals, options{}), want{asks: []string{"kind"}})
	// 12 of the 36 deals say TRUE in IsWon; their amounts sum to 2,815,000, over 7 accounts.
	hold(t, read(t, deals, options{answers: intake.Answers{Kind: "booked"}}), want{
		facts:  []string{"read 36", "loaded 12", "excluded not_won 24 2945000", "skipped header 1", "amount - 2815000"},
		extras: []string{"clients 7"},
	})
	accounts := read(t, sharedFile(t, "tool-exports/salesforce_Account.csv"), options{})
	var f *fault.Error
	if !errors.As(accounts.err, &f) || f.Kind != fault.Input {
		t.Errorf("a list of accounts is refused, not %v", accounts.err)
	}
}
