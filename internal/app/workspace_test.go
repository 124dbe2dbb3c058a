package app_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"clientele/internal/app"
	"clientele/internal/boot"
	"clientele/internal/clock"
	"clientele/internal/fault"
	"clientele/internal/ledger"
	"clientele/internal/money"
	"clientele/internal/period"
	"clientele/internal/store"
)

// shop is a workspace in a folder of its own, with files beside it.
type shop struct {
	*testing.T
	*app.Workspace
	dir  string
	said []string
}

func newShop(t *testing.T) *shop {
	t.Helper()
	f := &shop{T: t, dir: t.TempDir()}
	w, err := boot.Create(t.Context(), f.options())
	if err != nil {
		t.Fatal(err)
	}
	f.Workspace = w
	t.Cleanup(func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	})
	return f
}

func (f *shop) options() boot.Options {
	return boot.Options{
		Dir: f.dir, Clock: clock.Fixed(time.Date(2026, 7, 15, 12, 0, 0, 0, time.UTC)), Actor: "test",
		Say: func(text string) { f.said = append(f.said, text) },
	}
}

// reopen opens the workspace as a new process would.
func (f *shop) reopen() {
	f.Helper()
	if err := f.Close(); err != nil {
		f.Fatal(err)
	}
	w, err := boot.Open(f.Context(), f.options())
	if err != nil {
		f.Fatal(err)
	}
	f.Workspace = w
}

func (f *shop) file(name, content string) string {
	f.Helper()
	path := filepath.Join(f.dir, name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		f.Fatal(err)
	}
	return path
}

func (f *shop) bring(req app.ImportRequest) *app.ImportAnswer {
	f.Helper()
	a, err := f.Import(f.Context(), req)
	if err != nil {
		if e, ok := errors.AsType[*fault.Error](err); ok {
			f.Log(e.Questions)
		}
		f.Fatalf("import %s: %v", req.Path, err)
	}
	return a
}

func (f *shop) importing(name, content string) *app.ImportAnswer {
	f.Helper()
	return f.bring(app.ImportRequest{Path: f.file(name, content)})
}

func (f *shop) line(q app.LineQuestion) *app.LineAnswer {
	f.Helper()
	g, err := f.Ground(f.Context(), app.GroundRequest{})
	if err != nil {
		f.Fatal(err)
	}
	defer g.Engine.Close() //nolint:errcheck // read only
	if q.Share.Den == 0 {
		q.Share = money.Fraction{Num: 4, Den: 5}
	}
	if q.AsOf == 0 {
		q.AsOf = period.NoDate
	}
	a, err := app.Line(f.Context(), g, q)
	if err != nil {
		f.Fatal(err)
	}
	if !a.Control.Closes() {
		f.Fatalf("the account does not close: %+v", a.Control)
	}
	return a
}

var everything = app.WindowSpec{Kind: app.Everything}

// total is the net of all clients over all dates.
func (f *shop) total() string {
	f.Helper()
	a := f.line(app.LineQuestion{Window: everything})
	return a.Total.Format(a.Decimals)
}

func (f *shop) audit() {
	f.Helper()
	a, err := f.Audit(f.Context())
	if err != nil {
		f.Fatal(err)
	}
	for _, c := range a.Checks {
		if !c.Equal {
			f.Errorf("audit: %s: published %s, derived %s", c.Name, c.Want, c.Got)
		}
	}
}

const (
	january = "Invoice,Date,Client,Amount\n1,2026-01-05,Acme,600.00\n2,2026-01-20,Beta,250.00\n3,2026-01-31,Gamma,150.00\n"
	// both holds the invoices of January again, and February's: 200.00 more.
	both = "Invoice,Date,Client,Amount\n1,2026-01-05,Acme,600.00\n2,2026-01-20,Beta,250.00\n3,2026-01-31,Gamma,150.00\n4,2026-02-10,Acme,200.00\n"
)

// adds checks what a batch adds to the ledger now.
func (f *shop) adds(id string, loaded int64, amount string, excluded int64, out string) {
	f.Helper()
	accounts, err := f.Accounts(f.Context())
	if err != nil {
		f.Fatal(err)
	}
	a := accounts[id]
	c := a.Control
	if c.Loaded.Rows != loaded || c.Loaded.Amount.Format(a.Decimals) != amount || c.Excluded.Rows != excluded || c.Excluded.Amount.Format(a.Decimals) != out {
		f.Errorf("%s adds %d rows, %s, and leaves out %d, %s; want %d, %s and %d, %s", id, c.Loaded.Rows, c.Loaded.Amount.Format(a.Decimals),
			c.Excluded.Rows, c.Excluded.Amount.Format(a.Decimals), loaded, amount, excluded, out)
	}
}

func TestImportAndUndo(t *testing.T) {
	t.Parallel()
	f := newShop(t)
	a := f.importing("january.csv", january)
	if a.Outcome != app.Imported || a.Batch != "b1" || a.Control.Loaded.Rows != 3 {
		t.Fatalf("%+v", a)
	}
	if got := f.total(); got != "1000.00" {
		t.Errorf("total %s, want 1000.00", got)
	}
	if a := f.importing("january.csv", january); a.Outcome != app.Unchanged || a.Batch != "b1" {
		t.Errorf("the same bytes again: %s in %s", a.Outcome, a.Batch)
	}
	a = f.importing("both.csv", both)
	if a.Overlap != 3 || a.Control.Loaded.Rows != 1 || a.Control.Excluded.Rows != 3 || a.Control.Excluded.Amount.Format(2) != "1000.00" {
		t.Errorf("overlap: %+v", a.Control)
	}
	if got := f.total(); got != "1200.00" {
		t.Errorf("total %s, want 1200.00", got)
	}
	f.audit()
	f.adds("b2", 1, "200.00", 3, "1000.00")
	u, err := f.Undo(t.Context(), "b1", false)
	if err != nil {
		t.Fatal(err)
	}
	if len(u.Remade) != 1 || u.Remade[0] != "b2" { // its January comes back with it
		t.Errorf("remade %v, want b2", u.Remade)
	}
	if got := f.total(); got != "1200.00" {
		t.Errorf("after undo: total %s, want 1200.00", got)
	}
	f.adds("b2", 4, "1200.00", 0, "0.00")
	f.audit()
	if _, err := f.Undo(t.Context(), "b1", true); err != nil {
		t.Fatal(err)
	}
	if got := f.total(); got != "1200.00" {
		t.Errorf("after redo: total %s, want 1200.00", got)
	}
	f.audit()
	r, err := f.Rebuild(t.Context())
	if err != nil || !r.Equal() || len(r.Batches) != 2 {
		t.Errorf("rebuild: %+v, %v", r, err)
	}
}

// A document that came again with other lines is set aside, not added.
func TestChangedDocument(t *testing.T) {
	t.Parallel()
	f := newShop(t)
	f.importing("january.csv", january)
	a := f.importing("again.csv", "Invoice,Date,Client,Amount\n1,2026-01-05,Acme,650.00\n5,2026-03-01,Beta,100.00\n")
	if a.Control.Quarantined.Rows != 1 || a.Control.Loaded.Rows != 1 {
		t.Fatalf("%+v", a.Control)
	}
	if got := f.total(); got != "1100.00" {
		t.Errorf("total %s, want 1100.00", got)
	}
	p, err := f.Problems(t.Context(), app.ProblemsQuestion{})
	if err != nil || p.Total != 1 || p.Rows[0].Code != "document_changed" || p.Rows[0].Line != 2 {
		t.Errorf("problems: %+v, %v", p, err)
	}
}

// Without documents, lines that were there before are a question.
func TestOverlapAsks(t *testing.T) {
	t.Parallel()
	f := newShop(t)
	list := "Date,Client,Amount\n2026-01-05,Acme,600.00\n2026-01-20,Beta,250.00\n"
	f.importing("one.csv", list)
	two := f.file("two.csv", list+"2026-02-01,Gamma,10.00\n")
	_, err := f.Import(t.Context(), app.ImportRequest{Path: two})
	if fault.KindOf(err) != fault.Ask {
		t.Fatalf("%v, want a question", err)
	}
	if a := f.bring(app.ImportRequest{Path: two, Overlap: "skip"}); a.Control.Loaded.Rows != 1 {
		t.Errorf("skip loaded %d rows, want 1", a.Control.Loaded.Rows)
	}
	if got := f.total(); got != "860.00" {
		t.Errorf("total %s, want 860.00", got)
	}
	f.audit()
}

func TestCheckWritesNothing(t *testing.T) {
	t.Parallel()
	f := newShop(t)
	a := f.bring(app.ImportRequest{Path: f.file("january.csv", january), Check: true})
	if a.Outcome != app.Checked || a.Control.Loaded.Rows != 3 {
		t.Errorf("%+v", a)
	}
	if list, err := f.Batches(t.Context()); err != nil || len(list) != 0 {
		t.Errorf("%d batches after a check, %v", len(list), err)
	}
	left, err := filepath.Glob(filepath.Join(f.dir, ".clientele", "cache", "b*", "*"))
	if err != nil || len(left) != 0 {
		t.Errorf("a check left %v, %v", left, err)
	}
}

// Quarantined rows are exported, mended and imported again; then nobody waits for them.
func TestMending(t *testing.T) {
	t.Parallel()
	f := newShop(t)
	f.importing("january.csv", "Invoice,Date,Client,Amount\n1,2026-01-05,Acme,600.00\n1,2026-01-05,Acme,4O.00\n2,2026-01-32,Beta,250.00\n3,2026-01-31,Gamma,150.00\n")
	var out bytes.Buffer
	n, err := f.ExportProblems(t.Context(), "b1", &out)
	if err != nil || n != 2 {
		t.Fatalf("%d rows, %v", n, err)
	}
	want := "Invoice,Date,Client,Amount\n1,2026-01-05,Acme,4O.00\n2,2026-01-32,Beta,250.00\n"
	if out.String() != want {
		t.Fatalf("exported %q, want %q", out.String(), want)
	}
	mended := strings.NewReplacer("4O", "40", "32", "31").Replace(out.String())
	a := f.bring(app.ImportRequest{Path: f.file("mended.csv", mended), Fixes: "b1"})
	if a.Control.Loaded.Rows != 2 {
		t.Fatalf("%+v", a.Control)
	}
	if got := f.total(); got != "1040.00" {
		t.Errorf("total %s, want 1040.00", got)
	}
	l := f.line(app.LineQuestion{Window: everything})
	if l.Control.Quarantined.Rows != 0 || l.Control.Excluded.Rows != 2 {
		t.Errorf("after mending: %d in quarantine, %d excluded", l.Control.Quarantined.Rows, l.Control.Excluded.Rows)
	}
	if p, err := f.Problems(t.Context(), app.ProblemsQuestion{}); err != nil || p.Total != 0 {
		t.Errorf("%d problems left, %v", p.Total, err)
	}
	f.audit()
	if _, err := f.Undo(t.Context(), "b2", false); err != nil {
		t.Fatal(err)
	}
	if p, err := f.Problems(t.Context(), app.ProblemsQuestion{}); err != nil || p.Total != 2 {
		t.Errorf("after undo %d problems, want 2, %v", p.Total, err)
	}
}

// The worked example of definitions 1.4: 100.01 × 1.0850 → 108.51, converted per line.
func TestRates(t *testing.T) {
	t.Parallel()
	f := newShop(t)
	sales := f.file("sales.csv", "Invoice,Date,Client,Amount,Currency\n1,2026-01-05,Acme,100.01,USD\n2,2026-01-20,Beta,50.00,EUR\n3,2026-03-20,Beta,70.00,USD\n")
	if _, err := f.Import(t.Context(), app.ImportRequest{Path: sales}); fault.KindOf(err) != fault.Ask {
		t.Fatalf("two currencies without a rate: %v, want a question", err)
	}
	rates := f.bring(app.ImportRequest{Path: f.file("rates.csv", "Date,Currency,Rate\n2026-01-01,USD,1.0850\n"), Base: "EUR"})
	if rates.Rates != 1 || rates.Currency != "EUR" {
		t.Fatalf("%+v", rates)
	}
	a := f.bring(app.ImportRequest{Path: sales})
	if a.Control.Quarantined.Rows != 1 || len(a.Control.MissingRate) != 1 || a.Control.MissingRate[0].Amount.Format(2) != "70.00" {
		t.Errorf("a line of March has no rate: %+v", a.Control)
	}
	if got := f.total(); got != "158.51" {
		t.Errorf("total %s, want 158.51", got)
	}
	f.audit()
	f.bring(app.ImportRequest{Path: f.file("march.csv", "Date,Currency,Rate\n2026-03-15,USD,1.5\n")})
	if got := f.total(); got != "263.51" { // 105.00 more
		t.Errorf("with the rate of March: total %s, want 263.51", got)
	}
	f.audit()
	if _, err := f.Undo(t.Context(), "b3", false); err != nil {
		t.Fatal(err)
	}
	if got := f.total(); got != "158.51" {
		t.Errorf("without the rate of March: total %s, want 158.51", got)
	}
}

// Finer decimals in a later file raise the scale; earlier figures stay exact.
func TestScales(t *testing.T) {
	t.Parallel()
	f := newShop(t)
	f.importing("january.csv", january)
	f.importing("fine.csv", "Invoice,Date,Client,Amount\n9,2026-02-01,Acme,0.0005\n")
	if got := f.total(); got != "1000.0005" {
		t.Errorf("total %s, want 1000.0005", got)
	}
	f.audit()
}

func TestMergeAndGroup(t *testing.T) {
	t.Parallel()
	f := newShop(t)
	f.importing("sales.csv", "Invoice,Date,Client,Amount\n1,2026-01-05,Acme GmbH,500.00\n2,2026-01-05,ACME Gmbh,400.00\n3,2026-01-05,Beta,300.00\n4,2026-01-05,Gamma,100.00\n")
	c, err := f.Clients(t.Context())
	if err != nil || len(c.Suggestions) != 1 || c.Suggestions[0].One.Key != "ACME Gmbh" {
		t.Fatalf("suggestions %+v, %v", c, err)
	}
	e, err := f.Relate(t.Context(), store.Merge, "ACME Gmbh", "Acme GmbH", false)
	if err != nil || e.Applied {
		t.Fatalf("%+v, %v", e, err)
	}
	// 500, 400, 300, 100 of 1,300: three reach 1,040. Merged: 900, 300, 100: two.
	if e.Before.Line != 3 || e.After.Line != 2 || e.Before.Total != e.After.Total {
		t.Errorf("before %+v, after %+v", e.Before, e.After)
	}
	if e, err = f.Relate(t.Context(), store.Merge, "ACME Gmbh", "Acme GmbH", true); err != nil || !e.Applied {
		t.Fatalf("%+v, %v", e, err)
	}
	if l := f.line(app.LineQuestion{Window: everything}); l.Clients.Total != 3 || l.Cut.Clients != 2 {
		t.Errorf("%d clients, %d on the line; want 3 and 2", l.Clients.Total, l.Cut.Clients)
	}
	f.audit()
	if err := f.Unrelate(t.Context(), e.Event); err != nil {
		t.Fatal(err)
	}
	if l := f.line(app.LineQuestion{Window: everything}); l.Clients.Total != 4 {
		t.Errorf("%d clients after the merge was taken back, want 4", l.Clients.Total)
	}
	if _, err := f.Relate(t.Context(), store.Merge, "Nobody", "Beta", true); fault.KindOf(err) != fault.NotFound {
		t.Errorf("a client that no file has: %v", err)
	}
}

// A list of clients names them and groups them; it brings no amounts.
func TestClientList(t *testing.T) {
	t.Parallel()
	f := newShop(t)
	f.importing("sales.csv", "Invoice,Date,Customer ID,Amount\n1,2026-01-05,C1,400.00\n2,2026-01-05,C2,350.00\n3,2026-01-05,C3,500.00\n")
	a := f.importing("clients.csv", "Customer ID,Customer,Parent\nC1,Harbor North,C0\nC2,Harbor South,C0\nC0,Harbor Group,\nC3,Beta,\n")
	if a.Facts != "clients" || a.Accounts != 4 {
		t.Fatalf("%+v", a)
	}
	g, err := f.Ground(t.Context(), app.GroundRequest{})
	if err != nil {
		t.Fatal(err)
	}
	defer g.Engine.Close() //nolint:errcheck // read only
	// Definitions 1.1: accounts 400 and 350 of one group rank before 500.
	b, err := app.Book(t.Context(), g, app.BookQuestion{Window: everything, AsOf: period.NoDate, Level: 1})
	if err != nil || len(b.Rows) != 2 || b.Rows[0].ID != "C0" || b.Rows[0].Revenue.Int != 75000 || b.Rows[1].Name != "Beta" {
		t.Errorf("%+v, %v", b.Rows, err)
	}
	f.audit()
}

// A damaged file is set aside and made again, loudly, with the same figures.
func TestDamage(t *testing.T) {
	t.Parallel()
	f := newShop(t)
	f.importing("january.csv", january)
	cells, err := filepath.Glob(filepath.Join(f.dir, ".clientele", "cache", "batches", "*", "cells.parquet"))
	if err != nil || len(cells) != 1 {
		t.Fatal(cells, err)
	}
	data, err := os.ReadFile(cells[0])
	if err != nil {
		t.Fatal(err)
	}
	data[len(data)/2] ^= 1
	if err := errors.Join(os.Chmod(cells[0], 0o600), os.WriteFile(cells[0], data, 0o600)); err != nil {
		t.Fatal(err)
	}
	if got := f.total(); got != "1000.00" {
		t.Errorf("total %s, want 1000.00", got)
	}
	if said := strings.Join(f.said, "\n"); !strings.Contains(said, "damaged") || !strings.Contains(said, "set aside") {
		t.Errorf("said %q", said)
	}
	aside, err := filepath.Glob(filepath.Join(f.dir, ".clientele", "cache", "quarantine", "*"))
	if err != nil || len(aside) != 1 {
		t.Errorf("set aside: %v, %v", aside, err)
	}
	f.audit()
}

// A reader keeps its version while a new one is published.
func TestReadersKeepTheirVersion(t *testing.T) {
	t.Parallel()
	f := newShop(t)
	f.importing("january.csv", january)
	g, err := f.Ground(t.Context(), app.GroundRequest{})
	if err != nil {
		t.Fatal(err)
	}
	defer g.Engine.Close() //nolint:errcheck // read only
	f.importing("both.csv", both)
	if _, err := f.Undo(t.Context(), "b1", false); err != nil {
		t.Fatal(err)
	}
	a, err := app.Line(t.Context(), g, app.LineQuestion{Window: everything, AsOf: period.NoDate, Share: money.Fraction{Num: 4, Den: 5}})
	if err != nil || a.Total.Format(2) != "1000.00" {
		t.Errorf("the reader's total is %s, %v; want 1000.00", a.Total.Format(2), err)
	}
}

// The second process is told who holds the workspace.
func TestLocked(t *testing.T) {
	t.Parallel()
	f := newShop(t)
	lock, err := f.Vault.Lock("clientele import")
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Release() //nolint:errcheck // the test ends
	_, err = f.Import(t.Context(), app.ImportRequest{Path: f.file("january.csv", january)})
	if fault.KindOf(err) != fault.Locked || !strings.Contains(err.Error(), "clientele import") {
		t.Errorf("%v, want the holder", err)
	}
}

func TestWhy(t *testing.T) {
	t.Parallel()
	f := newShop(t)
	f.importing("january.csv", january+"x,2026-01-31,Delta,nothing\n")
	q := app.LineQuestion{Window: everything, AsOf: period.NoDate, Share: money.Fraction{Num: 4, Den: 5}}
	a, err := f.Why(t.Context(), app.WhyQuestion{Name: "client Beta", Line: q})
	if err != nil || a.Value != "250.00" || len(a.Rows) != 1 || a.Rows[0].Line != 3 || a.Rows[0].Cells[0] != "2" {
		t.Errorf("client Beta: %+v, %v", a, err)
	}
	a, err = f.Why(t.Context(), app.WhyQuestion{Name: "line.entry_ticket", Line: q})
	if err != nil || a.Value != "250.00" || len(a.Rows) != 1 {
		t.Errorf("line.entry_ticket: %+v, %v", a, err)
	}
	a, err = f.Why(t.Context(), app.WhyQuestion{Name: "control.rows_quarantined", Line: q})
	if err != nil || a.Value != "1" || len(a.Rows) != 1 || a.Rows[0].Line != 5 {
		t.Errorf("control.rows_quarantined: %+v, %v", a, err)
	}
	if _, err := f.Why(t.Context(), app.WhyQuestion{Name: "nothing", Line: q}); fault.KindOf(err) != fault.NotFound {
		t.Errorf("an unknown number: %v", err)
	}
}

// A cancelled import leaves nothing behind.
func TestCancelledImport(t *testing.T) {
	t.Parallel()
	f := newShop(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := f.Import(ctx, app.ImportRequest{Path: f.file("january.csv", january)}); err == nil {
		t.Fatal("a cancelled import succeeded")
	}
	if list, err := f.Batches(t.Context()); err != nil || len(list) != 0 {
		t.Errorf("%d batches, %v", len(list), err)
	}
}

// The only kind of amount is taken where nobody asks for one; kinds are not added.
func TestKinds(t *testing.T) {
	t.Parallel()
	f := newShop(t)
	f.importing("january.csv", january)
	req := app.ImportRequest{Path: f.file("orders.csv", "Order,Date,Client,Amount\n77,2026-01-05,Acme,9000.00\n")}
	req.Answers.Kind = string(ledger.Booked)
	f.bring(req)
	if got := f.total(); got != "1000.00" {
		t.Errorf("total %s, want the invoiced 1000.00", got)
	}
	g, err := f.Ground(t.Context(), app.GroundRequest{Kind: ledger.Booked})
	if err != nil {
		t.Fatal(err)
	}
	defer g.Engine.Close() //nolint:errcheck // read only
	if g.Control.Loaded.Amount.Format(2) != "9000.00" {
		t.Errorf("booked %s, want 9000.00", g.Control.Loaded.Amount.Format(2))
	}
}

// New clients can be left out: the line among those that were there before.
func TestWithoutNew(t *testing.T) {
	t.Parallel()
	f := newShop(t)
	f.importing("sales.csv", "Invoice,Date,Client,Amount\n1,2025-01-05,Acme,500.00\n2,2026-01-05,Acme,400.00\n3,2026-02-05,New,900.00\n4,2026-02-06,,5.00\n5,2024-05-06,Beta,1.00\n6,2026-01-01,Beta,100.00\n7,2026-03-01,Beta,1.00\n")
	q := app.LineQuestion{Window: app.WindowSpec{Kind: app.FromTo, From: day(t, "2026-01-01"), To: day(t, "2026-02-28")}, AsOf: period.NoDate, WithoutNew: true}
	a := f.line(q)
	if a.Clients.Total != 2 || a.Total.Format(2) != "500.00" || a.Cut.Clients != 1 {
		t.Errorf("%+v, total %s, line %d; want 2 clients, 500.00 and 1", a.Clients, a.Total.Format(2), a.Cut.Clients)
	}
	if last := a.Control.Reasons[len(a.Control.Reasons)-1]; last.Code != "new_client" || last.Rows != 1 || last.Amount.Format(2) != "900.00" {
		t.Errorf("left out: %+v", last)
	}
	q.Window = everything
	g, err := f.Ground(t.Context(), app.GroundRequest{})
	if err != nil {
		t.Fatal(err)
	}
	defer g.Engine.Close() //nolint:errcheck // read only
	q.Share = money.Fraction{Num: 4, Den: 5}
	if _, err := app.Line(t.Context(), g, q); fault.KindOf(err) != fault.Usage {
		t.Errorf("over all dates nobody is new: %v", err)
	}
}

func day(t *testing.T, text string) period.Date {
	t.Helper()
	d, err := period.ParseISO(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// Without its published manifest a workspace is mended before it takes anything in: what
// is there would else be loaded a second time.
func TestImportAfterLosingTheCache(t *testing.T) {
	t.Parallel()
	f := newShop(t)
	f.importing("january.csv", january)
	if err := os.RemoveAll(filepath.Join(f.dir, ".clientele", "cache")); err != nil {
		t.Fatal(err)
	}
	f.reopen()
	findings, err := f.Doctor(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	sound := true
	for _, x := range findings {
		sound = sound && x.Sound
	}
	if sound {
		t.Error("a workspace without its tables is called sound")
	}
	a := f.importing("both.csv", both)
	if a.Overlap != 3 {
		t.Errorf("%d lines are known, want 3", a.Overlap)
	}
	if got := f.total(); got != "1200.00" {
		t.Errorf("total %s, want 1200.00", got)
	}
	f.audit()
}

// Damage in any file is found before it is shown.
func TestDamagedAsides(t *testing.T) {
	t.Parallel()
	f := newShop(t)
	f.importing("january.csv", january+"4,2026-01-31,Delta,broken\n")
	paths, err := filepath.Glob(filepath.Join(f.dir, ".clientele", "cache", "batches", "*", "asides.jsonl"))
	if err != nil || len(paths) != 1 {
		t.Fatal(paths, err)
	}
	data, err := os.ReadFile(paths[0])
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.Chmod(paths[0], 0o600), os.WriteFile(paths[0], bytes.ReplaceAll(data, []byte("broken"), []byte("999.75")), 0o600)); err != nil {
		t.Fatal(err)
	}
	p, err := f.Problems(t.Context(), app.ProblemsQuestion{})
	if err != nil || p.Total != 1 || p.Rows[0].Value != "broken" {
		t.Errorf("%+v, %v; want the value of the file", p, err)
	}
	if said := strings.Join(f.said, "\n"); !strings.Contains(said, "damaged") {
		t.Errorf("said %q", said)
	}
}
