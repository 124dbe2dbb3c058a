package batch_test

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"clientele/internal/batch"
	"clientele/internal/control"
	"clientele/internal/fault"
	"clientele/internal/intake"
	"clientele/internal/intake/source"
	"clientele/internal/ledger"
	"clientele/internal/money"
	"clientele/internal/naturalkey"
	"clientele/internal/period"
	"clientele/internal/rates"
	"clientele/internal/tables"
)

// derive makes the tables of a file, and returns their folder.
func derive(t *testing.T, content string, r batch.Recipe) (*batch.Derived, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "sales.csv")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	src, err := source.Open(path, source.Options{TempDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := src.Close(); err != nil {
			t.Error(err)
		}
	})
	f, err := intake.Inspect(t.Context(), src, intake.Options{Thorough: true, Today: r.Today})
	if err != nil {
		t.Fatal(err)
	}
	if err := f.AskError(); err != nil {
		t.Fatal(err, f.Questions)
	}
	dir := t.TempDir()
	d, err := batch.Derive(t.Context(), f, r, dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	return d, dir
}

const sales = "Invoice,Date,Client,Amount,Currency\n1,2026-01-05,Acme,100.01,USD\n2,2026-01-20,Beta,50.00,EUR\n3,2026-03-20,Beta,70.00,USD\n" +
	"4,2026-01-21,,9.00,EUR\n5,2026-01-22,Beta,9O.00,EUR\n6,2027-01-01,Acme,1.00,EUR\n"

func usd(t *testing.T) *rates.Table {
	t.Helper()
	table := rates.New("EUR")
	if err := table.Add(period.DateOf(2026, 1, 1), "USD", money.Amount{Units: 10850, Decimals: 4}); err != nil {
		t.Fatal(err)
	}
	return table
}

func euro() batch.Recipe {
	return batch.Recipe{Number: 3, Base: "EUR", Today: period.DateOf(2026, 7, 1)}
}

// plain is for files that name no currency.
func plain() batch.Recipe {
	return batch.Recipe{Number: 3, Today: period.DateOf(2026, 7, 1)}
}

func lines(t *testing.T, dir string) (list []tables.Line) {
	t.Helper()
	if err := batch.ReadLines(batch.Lines(dir), func(l tables.Line) error { list = append(list, l); return nil }); err != nil {
		t.Fatal(err)
	}
	return list
}

// The worked example of definitions 1.4 in its account: 100.01 x 1.0850 is 108.51.
func TestAccountInBaseCurrency(t *testing.T) {
	t.Parallel()
	r := euro()
	r.Rates = usd(t)
	d, dir := derive(t, sales, r)
	a := d.Account
	one := func(rows, units int64) ledger.Tally { return ledger.Tally{Rows: rows, Amount: money.FromInt64(units)} }
	want := control.Totals{
		Read: ledger.Tally{Rows: 6, WithoutAmount: 2, Amount: money.FromInt64(16851)}, Loaded: one(4, 16851), Unassigned: one(1, 900),
		Quarantined: control.WithoutAmount(2), Skipped: []ledger.Skipped{{Kind: "header", Lines: 1}},
		Reasons:     a.Totals.Reasons,
		MissingRate: []control.Waiting{{Currency: "USD", Decimals: 2, Rows: 1, Amount: money.FromInt64(7000)}}, ByCurrency: a.Totals.ByCurrency,
	}
	if diff := cmp.Diff(want, a.Totals, cmp.Comparer(func(a, b money.Sum) bool { return a == b })); diff != "" {
		t.Error(diff)
	}
	span := period.Range{From: period.DateOf(2026, 1, 5), To: period.DateOf(2026, 1, 22)} // neither March's line, which waits, nor 2027's
	if a.Scale != 2 || a.Own != 2 || !a.Foreign || a.Dated.Span != span || a.Dated.Future != 1 || d.Level != naturalkey.Document {
		t.Errorf("%+v", a)
	}
	if got := lines(t, dir); len(got) != 4 || got[0].Amount != 10851 || got[0].Account != 3<<32 || got[2].Account != -1 {
		t.Errorf("lines %+v", got)
	}
	var asides []batch.Aside
	if err := batch.ReadAsides(filepath.Join(dir, "asides.jsonl"), func(a batch.Aside) { asides = append(asides, a) }); err != nil {
		t.Fatal(err)
	}
	if len(asides) != 2 || asides[0].Code != batch.MissingRate || asides[0].Mendable() || !asides[1].Mendable() || asides[0].Base != nil {
		t.Errorf("%+v", asides)
	}
	if err := a.Write(dir); err != nil {
		t.Fatal(err)
	}
	back, err := batch.ReadAccount(filepath.Join(dir, "control.json"))
	a.Totals.ByCurrency = nil
	if diff := cmp.Diff(a, back, cmp.Comparer(func(a, b money.Sum) bool { return a == b })); err != nil || diff != "" {
		t.Error(err, diff)
	}
	for _, p := range batch.Parts(ledger.Invoiced, false) {
		if _, err := os.Stat(filepath.Join(dir, p.Name)); err != nil {
			t.Error(err)
		}
	}
}

// Lines in other currencies are converted at the ledger's scale; without any, the file
// keeps its own.
func TestScaleOfTheLedger(t *testing.T) {
	t.Parallel()
	r := euro()
	r.Rates, r.Scale = usd(t), 4
	if d, dir := derive(t, sales, r); d.Account.Scale != 4 || d.Account.Own != 2 || lines(t, dir)[0].Amount != 1085108 {
		t.Errorf("%+v", d.Account) // 108.51085 is half way: 108.5108 is even
	}
	if d, _ := derive(t, "Invoice,Date,Client,Amount,Currency\n1,2026-01-05,Acme,1.5,EUR\n2,2026-01-05,Beta,2,EUR\n", r); d.Account.Scale != 2 {
		t.Errorf("scale %d, want the euro's 2", d.Account.Scale)
	}
	if d, _ := derive(t, "Invoice,Date,Client,Amount,Currency\n1,2026-01-05,Acme,1.5,EUR\n2,2026-01-05,Beta,2.12345,EUR\n", r); d.Account.Scale != 5 || d.Account.Own != 5 {
		t.Errorf("%+v, want scale 5", d.Account)
	}
}

// keysOf is the place of the keys of a folder.
func keysOf(dir string) string { return filepath.Join(dir, "keys.bin") }

func TestOverlap(t *testing.T) {
	t.Parallel()
	const head = "Invoice,Date,Client,Amount\n"
	_, old := derive(t, head+"1,2026-01-05,Acme,600.00\n2,2026-01-20,Beta,250.00\n", plain())
	next := head + "1,2026-01-05,Acme,600.0\n2,2026-01-20,Beta,251.00\n3,2026-01-31,Gamma,150.00\n"
	for _, c := range []struct {
		answer string
		again  bool
		loaded int64
		codes  string
	}{{"", true, 1, "already_loaded document_changed"}, {batch.Skip, true, 1, "already_loaded"}, {batch.Load, true, 3, ""}} {
		r := plain()
		d, _ := derive(t, next, r)
		over := batch.NewOverlap()
		if hits, err := over.LookUp(keysOf(old), d); err != nil || hits != 2 || over.Len() != 2 {
			t.Fatalf("%d hits, %v", hits, err)
		}
		if again := over.Heed(&r, d.Level, c.answer); again != c.again {
			t.Errorf("%q: again is %v", c.answer, again)
		}
		d, _ = derive(t, next, r)
		var list []string
		for _, x := range d.Account.Totals.Reasons {
			list = append(list, x.Code)
		}
		codes := strings.Join(list, " ")
		if d.Account.Totals.Loaded.Rows != c.loaded || codes != c.codes || d.Skipped != 3-c.loaded || !d.Account.Overlaps() {
			t.Errorf("%q: %+v", c.answer, d.Account.Totals)
		}
	}
	r := plain()
	if batch.NewOverlap().Heed(&r, naturalkey.Document, "") {
		t.Error("nothing in common is nothing to heed")
	}
}

// Without documents a line is known by client, day and amount, without dates by client.
func TestLevels(t *testing.T) {
	t.Parallel()
	dated := "Date,Client,Amount\n2026-01-05,Acme,600.00\n2026-01-20,Beta,250.00\n2026-01-20,Beta,250.00\n"
	d, dir := derive(t, dated, plain())
	if d.Level != naturalkey.Line || len(d.Keys) != 2 {
		t.Errorf("level %c, %d keys", d.Level, len(d.Keys))
	}
	bare, _ := derive(t, "Client,Amount\nAcme,600.00\nBeta,250.00\n", plain())
	if bare.Level != naturalkey.Client || len(bare.Keys) != 2 || bare.Account.Dated.Undated != 2 {
		t.Errorf("level %c, %d keys", bare.Level, len(bare.Keys))
	}
	over := batch.NewOverlap()
	if hits, err := over.LookUp(keysOf(dir), bare); err != nil || hits != 0 {
		t.Errorf("keys of another level: %d hits, %v", hits, err)
	}
	if _, err := over.LookUp(keysOf(dir)+"x", bare); fault.KindOf(err) != fault.Failed {
		t.Errorf("keys that are not there: %v", err)
	}
}

func TestSettle(t *testing.T) {
	t.Parallel()
	q := func(code string, rows, units int64) ledger.Reason {
		return ledger.Reason{State: ledger.Quarantined, Code: code, Tally: ledger.Tally{Rows: rows, Amount: money.FromInt64(units)}}
	}
	var a batch.Account
	reasons := control.Reasons{}
	reasons.Add(q("bad_date", 1, 700))
	reasons.Add(q("bad_amount", 2, 500))
	a.Totals.SetAside(reasons)
	to := ledger.Reason{State: ledger.Excluded, Code: "mended", Tally: ledger.Tally{Rows: 1, Amount: money.FromInt64(700)}}
	a.Settle("bad_date", to)
	if len(a.Totals.Reasons) != 2 || a.Totals.Excluded != to.Tally || a.Totals.Quarantined != q("", 2, 500).Tally {
		t.Errorf("%+v", a.Totals)
	}
}

func TestDated(t *testing.T) {
	t.Parallel()
	var d batch.Dated
	for _, day := range []period.Date{100, 90, period.NoDate, 120, 131, 95} {
		d.See(day, 130)
	}
	want := batch.Dated{Span: period.Range{From: 90, To: 121}, Undated: 1, Future: 1}
	if d != want {
		t.Errorf("%+v, want %+v", d, want)
	}
	d.Join(batch.Dated{})
	d.Join(batch.Dated{Span: period.Range{From: 50, To: 60}, Undated: 2})
	if (d != batch.Dated{Span: period.Range{From: 50, To: 121}, Undated: 3, Future: 1}) {
		t.Errorf("%+v", d)
	}
	var e batch.Dated
	e.See(math.MaxInt32-1, 0)
	if e.Future != 0 {
		t.Error("without a today nothing is in the future")
	}
}

func TestDamageIsNamed(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "x")
	if err := os.WriteFile(path, []byte("{\"state\":1}\nnonsense"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, errAccount := batch.ReadAccount(path)
	for what, err := range map[string]error{
		"asides":   batch.ReadAsides(path, func(batch.Aside) {}),
		"accounts": batch.ReadAccounts(path, func(tables.Account) error { return nil }),
		"lines":    batch.ReadLines(path+"none", func(tables.Line) error { return nil }),
		"account":  errAccount,
	} {
		if e := fault.KindOf(err); e != fault.Failed {
			t.Errorf("%s: %v", what, err)
		}
	}
}
