package app_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"clientele/internal/app"
	"clientele/internal/fault"
	"clientele/internal/money"
	"clientele/internal/period"
	"clientele/internal/verdict"
)

// lineOf draws the line of files without a workspace, over all dates.
func lineOf(t *testing.T, req app.FilesRequest, contents ...string) (*app.LineAnswer, error) {
	t.Helper()
	dir := t.TempDir()
	for i, c := range contents {
		path := filepath.Join(dir, string(rune('a'+i))+".csv")
		if err := os.WriteFile(path, []byte(c), 0o600); err != nil {
			t.Fatal(err)
		}
		req.Paths = append(req.Paths, path)
	}
	g, err := app.FromFiles(t.Context(), req)
	if err != nil {
		return nil, err
	}
	return app.Line(t.Context(), g, app.LineQuestion{Window: everything, AsOf: period.NoDate, Share: money.Fraction{Num: 4, Den: 5}})
}

func findingOf(a *app.LineAnswer, code string) (verdict.Reason, bool) {
	for _, r := range a.Verdict.Reasons {
		if r.Code == code {
			return r, true
		}
	}
	return verdict.Reason{}, false
}

func TestSameFileTwice(t *testing.T) {
	t.Parallel()
	a, err := lineOf(t, app.FilesRequest{}, january, january)
	if err != nil {
		t.Fatal(err)
	}
	if got := a.Total.Format(2); got != "1000.00" {
		t.Errorf("total %s, want 1000.00: the bytes are read once", got)
	}
	if _, ok := findingOf(a, "file_repeated"); !ok {
		t.Error("nobody is told that a file was given twice")
	}
}

// Documents in two files are added twice, and the verdict says by how much.
func TestRepeatedDocuments(t *testing.T) {
	t.Parallel()
	a, err := lineOf(t, app.FilesRequest{}, january, both)
	if err != nil {
		t.Fatal(err)
	}
	r, ok := findingOf(a, "documents_repeated")
	if !ok || r.Bias != verdict.High || !strings.Contains(r.Text, "3 documents") || !strings.Contains(r.Text, "1000") {
		t.Errorf("%+v", a.Verdict)
	}
}

// Two files with the same clients are one ledger.
func TestSeveralFiles(t *testing.T) {
	t.Parallel()
	a, err := lineOf(t, app.FilesRequest{}, january, "Client;Datum;Rechnungsnr;Betrag\nAcme;1.2.2026;17;1.000,5\nDelta;28.2.2026;18;2,25\n")
	if err != nil {
		t.Fatal(err)
	}
	if got := a.Total.Format(a.Decimals); got != "2002.75" || a.Clients.Total != 4 || !a.Control.Closes() {
		t.Errorf("total %s of %d clients, want 2002.75 of 4", got, a.Clients.Total)
	}
}

func TestTwoCurrencies(t *testing.T) {
	t.Parallel()
	sales := "Invoice,Date,Client,Amount,Currency\n1,2026-01-05,Acme,100.01,USD\n2,2026-01-20,Beta,50.00,EUR\n3,2026-03-20,Beta,70.00,USD\n4,2026-01-20,Beta,broken,USD\n"
	_, err := lineOf(t, app.FilesRequest{}, sales)
	if fault.KindOf(err) != fault.Ask || !strings.Contains(err.Error(), "EUR and USD") {
		t.Fatalf("%v, want a question about the currencies", err)
	}
	table := filepath.Join(t.TempDir(), "rates.csv")
	if err := os.WriteFile(table, []byte("Date,Currency,Rate\n2026-01-01,USD,1.0850\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	a, err := lineOf(t, app.FilesRequest{Rates: table, Base: "EUR"}, sales)
	if err != nil {
		t.Fatal(err)
	}
	if got := a.Total.Format(2); got != "158.51" { // 108.51 + 50.00
		t.Errorf("total %s, want 158.51", got)
	}
	if c := a.Control; c.Quarantined.Rows != 2 || len(c.MissingRate) != 1 || c.Read.Rows != 4 || !c.Closes() {
		t.Errorf("%+v", c)
	}
}

// portfolio is P of the definitions: revenue of two consecutive windows.
const portfolio = "Invoice,Date,Client,Amount\n" +
	"1,2024-03-05,A,2780\n2,2024-03-05,B,1090\n3,2024-03-05,C,1060\n4,2024-03-05,D,1035\n5,2024-03-05,E,290\n6,2024-03-05,F,220\n7,2024-03-05,G,180\n8,2024-03-05,H,145\n" +
	"9,2025-03-05,A,3400\n10,2025-03-05,B,1600\n11,2025-03-05,C,1040\n12,2025-03-05,D,900\n13,2025-03-05,E,1900\n14,2025-03-05,F,140\n15,2025-03-05,I,1700\n"

// The worked examples of definitions 2.1 to 2.5 and 2.7 to 2.10, from a file to the answer.
func TestPortfolio(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "p.csv")
	if err := os.WriteFile(path, []byte(portfolio), 0o600); err != nil {
		t.Fatal(err)
	}
	seen := 0
	g, err := app.FromFiles(t.Context(), app.FilesRequest{Paths: []string{path}, Documents: true, Progress: func(string, int64, int64) { seen++ }})
	if err != nil || seen == 0 {
		t.Fatal(seen, err)
	}
	q := app.LineQuestion{
		Window: app.WindowSpec{Kind: app.YearOf, Year: 2025}, AsOf: period.NoDate, Compare: app.Before, Share: money.Fraction{Num: 4, Den: 5},
		Around: 2, TopK: 4, Band: true, Draws: 200, Seed: 7,
	}
	a, err := app.Line(t.Context(), g, q)
	if err != nil {
		t.Fatal(err)
	}
	c := a.Compared
	if c == nil || c.Cut.Clients != 4 || c.Cut.Within != 3 || c.Cut.Ticket.Int != 103500 || c.Total.Format(2) != "6800.00" {
		t.Fatalf("the window before: %+v", c)
	}
	if a.Cut.Clients != 4 || a.Cut.Ticket.Int != 160000 || a.Total.Format(2) != "10680.00" {
		t.Errorf("the window: %+v", a.Cut)
	}
	if c.Frozen.Clients != 5 || c.Frozen.Sum.Format(2) != "9640.00" {
		t.Errorf("frozen line %+v, want 5 clients and 9640.00", c.Frozen)
	}
	if a.TopK.Revenue.Format(2) != "8600.00" || a.TopK.Prior.Format(2) != "5965.00" {
		t.Errorf("top 4: %+v", a.TopK)
	}
	got := map[string]string{}
	for _, m := range c.Movement.Moves {
		got[m.Client] = string(m.Label)
	}
	// Nobody recorded that H was handed on, so it reads as drifted out, as G does.
	want := map[string]string{"E": "joined_risen", "I": "joined_new", "C": "pushed_down", "D": "fallen", "G": "drifted_out", "H": "drifted_out"}
	if !maps.Equal(got, want) {
		t.Errorf("moves %v, want %v", got, want)
	}
	if a.Band == nil || a.Band.Draws != 200 || a.Band.Documents != 7 {
		t.Errorf("band %+v, want 7 documents", a.Band)
	}
	q.Window.Year, q.Compare = 2024, app.NoCompare
	if a, err = app.Line(t.Context(), g, q); err != nil {
		t.Fatal(err)
	}
	for name, p := range map[string]struct {
		got  *float64
		want string
	}{
		"HHI": {a.Concentration.HHI, "2443.18"}, "effective": {a.Concentration.Effective, "4.09"}, "Gini": {a.Concentration.Gini, "0.48"},
		"corrected": {a.Concentration.GiniCorrected, "0.55"}, "CR1": {a.Concentration.CR1, "0.41"}, "CR5": {a.Concentration.CR5, "0.92"},
	} {
		if p.got == nil || fmt.Sprintf("%.2f", *p.got) != p.want {
			t.Errorf("%s is %v, want %s", name, p.got, p.want)
		}
	}
	if !a.Concentration.ShowCorrected || len(a.TenPercent) != 4 {
		t.Errorf("corrected %v, ten percent %v", a.Concentration.ShowCorrected, a.TenPercent)
	}
}

func TestFilesThatCannotBeAdded(t *testing.T) {
	t.Parallel()
	if _, err := app.FromFiles(t.Context(), app.FilesRequest{}); fault.KindOf(err) != fault.Usage {
		t.Errorf("no file: %v", err)
	}
	if _, err := lineOf(t, app.FilesRequest{}, "Invoice,Date,Client,Amount\n1,2026-01-05,Acme,broken\n2,2026-01-06,Beta,worse\n"); fault.KindOf(err) != fault.Ask && fault.KindOf(err) != fault.Input {
		t.Errorf("nothing to load: %v", err)
	}
	pipeline := "Deal Name,Close Date,Account Name,Amount,Stage\nOne,2026-01-05,Acme,5000,Closed Won\nTwo,2026-01-06,Beta,100,Closed Won\n"
	req := app.FilesRequest{}
	_, err := lineOf(t, req, january, pipeline)
	if fault.KindOf(err) != fault.Ask {
		t.Errorf("invoices and orders: %v, want a question", err)
	}
}

// A row that was set aside in another currency counts in the base currency.
func TestAsidesAreConverted(t *testing.T) {
	t.Parallel()
	table := filepath.Join(t.TempDir(), "rates.csv")
	if err := os.WriteFile(table, []byte("Date,Currency,Rate\n2026-01-01,USD,2\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	sales := "Invoice,Date,Client,Amount,Currency,Status\n1,2026-01-05,Acme,100.00,USD,Paid\n2,2026-01-20,Beta,50.00,EUR,Paid\n3,2026-01-20,Beta,70.00,USD,Void\n4,2026-01-20,,1.00,USD,Paid\n"
	a, err := lineOf(t, app.FilesRequest{Rates: table, Base: "EUR"}, sales)
	if err != nil {
		t.Fatal(err)
	}
	c := a.Control
	if got := c.Excluded.Amount.Format(2); got != "140.00" || c.Unassigned.Amount.Format(2) != "2.00" || !c.Closes() {
		t.Errorf("excluded %s, want 140.00: %+v", got, c)
	}
	if _, err := lineOf(t, app.FilesRequest{Rates: table + "x"}, sales); fault.KindOf(err) != fault.NotFound {
		t.Errorf("no such rate table: %v", err)
	}
	_, err = lineOf(t, app.FilesRequest{Rates: table, Base: "EUR"}, january)
	if fault.KindOf(err) != fault.Ask || !strings.Contains(err.Error(), "names no currency") {
		t.Errorf("amounts without a currency, and rates: %v, want a question", err)
	}
}

func TestStatedTotals(t *testing.T) {
	t.Parallel()
	a, err := lineOf(t, app.FilesRequest{}, january+"Total,,,1000.00\n", "Invoice,Date,Client,Amount\n8,2026-01-05,Acme,1\n9,2026-01-05,Beta,1\nTotal,,,3\n")
	if err != nil {
		t.Fatal(err)
	}
	if s := a.Control.Stated; s == nil || s.Amount.String() != "1003.00" || !a.Control.StatedDiffers {
		t.Errorf("stated %+v, differs %v; want 1003.00 against 1002.00", s, a.Control.StatedDiffers)
	}
}
