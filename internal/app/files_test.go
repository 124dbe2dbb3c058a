package app_test

import (
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
