package app_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"clientele/internal/app"
	"clientele/internal/engine"
	"clientele/internal/fault"
	"clientele/internal/intake"
	"clientele/internal/money"
	"clientele/internal/period"
	"clientele/internal/store"
)

// workbook writes a file of several sheets.
func (f *shop) workbook(name string, sheets map[string][][]any, order ...string) string {
	f.Helper()
	x := excelize.NewFile()
	for i, sheet := range order {
		var err error
		if i == 0 {
			err = x.SetSheetName("Sheet1", sheet)
		} else {
			_, err = x.NewSheet(sheet)
		}
		if err != nil {
			f.Fatal(err)
		}
		for k, row := range sheets[sheet] {
			if err := x.SetSheetRow(sheet, fmt.Sprintf("A%d", k+1), &row); err != nil {
				f.Fatal(err)
			}
		}
	}
	path := filepath.Join(f.dir, name)
	if err := errors.Join(x.SaveAs(path), x.Close()); err != nil {
		f.Fatal(err)
	}
	return path
}

// Every sheet of a workbook is a batch of its own, and so is its list of clients.
func TestSheetsOfOneWorkbook(t *testing.T) {
	t.Parallel()
	f := newShop(t)
	path := f.workbook("books.xlsx", map[string][][]any{
		"Jan":     {{"Invoice", "Date", "Client", "Amount"}, {"1", "2026-01-05", "A", 100}, {"2", "2026-01-06", "B", 200}},
		"Feb":     {{"Invoice", "Date", "Client", "Amount"}, {"3", "2026-02-05", "A", 30}, {"4", "2026-02-06", "B", 40}},
		"Clients": {{"Client ID", "Client", "Parent"}, {"A", "Anna", "P"}, {"B", "Bert", "P"}},
	}, "Jan", "Feb", "Clients")
	f.bring(app.ImportRequest{Path: path, Answers: intake.Answers{Sheet: "Jan"}})
	f.bring(app.ImportRequest{Path: path, Answers: intake.Answers{Sheet: "Feb"}})
	if got := f.total(); got != "370.00" {
		t.Errorf("total %s, want 370.00 of both sheets", got)
	}
	if a := f.bring(app.ImportRequest{Path: path, Answers: intake.Answers{Sheet: "Clients"}}); a.Outcome != app.Imported || a.Accounts != 2 {
		t.Fatalf("the list of clients: %+v", a)
	}
	if a := f.bring(app.ImportRequest{Path: path, Answers: intake.Answers{Sheet: "Feb"}}); a.Outcome != app.Unchanged || a.Batch != "b2" {
		t.Errorf("a sheet again: %s in %s", a.Outcome, a.Batch)
	}
	f.audit()
	r, err := f.Rebuild(t.Context())
	if err != nil || !r.Equal() || len(r.Batches) != 3 {
		t.Errorf("rebuild: %+v, %v", r, err)
	}
	if l := f.line(app.LineQuestion{Window: everything, Level: engine.ByGroup}); l.Clients.Total != 1 {
		t.Errorf("%d groups after the rebuild, want 1", l.Clients.Total)
	}
}

// A list of clients is read again as the user said, not as it looks.
func TestMappedClientListComesBack(t *testing.T) {
	t.Parallel()
	f := newShop(t)
	f.importing("sales.csv", "Invoice,Date,Customer ID,Amount\n1,2026-01-05,C1,400.00\n2,2026-01-05,C2,350.00\n")
	f.bring(app.ImportRequest{
		Path:    f.file("clients.csv", "Customer ID,Customer,Parent,Belongs\nC1,North,,Harbor\nC2,South,,Harbor\n"),
		Answers: intake.Answers{Map: []string{"parent=Belongs"}},
	})
	groups := func() int64 {
		return f.line(app.LineQuestion{Window: everything, Level: engine.ByGroup}).Clients.Total
	}
	if got := groups(); got != 1 {
		t.Fatalf("%d groups, want 1", got)
	}
	if r, err := f.Rebuild(t.Context()); err != nil || !r.Equal() {
		t.Errorf("rebuild: %+v, %v", r, err)
	}
	if got := groups(); got != 1 {
		t.Errorf("%d groups after the rebuild, want 1", got)
	}
	if _, err := f.Undo(t.Context(), "b2", false); err != nil {
		t.Fatal(err)
	}
	if got := groups(); got != 2 {
		t.Errorf("%d groups without the list, want 2", got)
	}
	if _, err := f.Undo(t.Context(), "b2", true); err != nil {
		t.Fatal(err)
	}
	if got := groups(); got != 1 {
		t.Errorf("%d groups with the list back, want 1", got)
	}
}

const dollars = "Date,Currency,Rate\n2026-01-01,USD,2\n"

// What is loaded already in another currency counts in base currency.
func TestOverlapInAnotherCurrency(t *testing.T) {
	t.Parallel()
	f := newShop(t)
	f.bring(app.ImportRequest{Path: f.file("rates.csv", dollars), Base: "EUR"})
	f.importing("one.csv", "Invoice,Date,Client,Amount,Currency\n1,2026-01-05,Acme,100.00,USD\n")
	a := f.importing("two.csv", "Invoice,Date,Client,Amount,Currency\n1,2026-01-05,Acme,100.00,USD\n2,2026-01-06,Acme,1.00,EUR\n")
	if got := a.Control.Excluded.Amount.Format(2); got != "200.00" {
		t.Errorf("excluded %s, want 200.00: 100.00 USD at 2", got)
	}
}

// A row in another currency leaves the quarantine with its amount in base currency.
func TestMendingInAnotherCurrency(t *testing.T) {
	t.Parallel()
	f := newShop(t)
	f.bring(app.ImportRequest{Path: f.file("rates.csv", dollars), Base: "EUR"})
	f.importing("one.csv", "Invoice,Date,Client,Amount,Currency\n1,2026-01-05,Acme,100.00,USD\n2,2026-01-05,Beta,300.00,USD,surplus\n3,2026-01-05,Beta,5.00,EUR\n")
	before := f.line(app.LineQuestion{Window: everything}).Control
	if before.Quarantined.Rows != 1 {
		t.Fatalf("%+v", before)
	}
	if err := f.Ignore(t.Context(), "b2", []int64{3}, "a test"); err != nil {
		t.Fatal(err)
	}
	c := f.line(app.LineQuestion{Window: everything}).Control
	if c.Quarantined.Rows != 0 || c.Quarantined.WithoutAmount != 0 || !c.Quarantined.Amount.IsZero() {
		t.Errorf("left in quarantine: %+v", c.Quarantined)
	}
	if c.Excluded != before.Quarantined {
		t.Errorf("excluded %+v, want what was in quarantine: %+v", c.Excluded, before.Quarantined)
	}
	for _, r := range c.Reasons {
		if r.Rows == 0 {
			t.Errorf("a reason without rows: %+v", r)
		}
	}
}

// A total that a file states holds what an earlier batch has of it.
func TestStatedTotalOfAnOverlappingFile(t *testing.T) {
	t.Parallel()
	f := newShop(t)
	f.importing("january.csv", january)
	a := f.importing("both.csv", both+"Total,,,1200.00\n")
	if a.Control.Stated == nil || a.Control.StatedDiffers {
		t.Errorf("stated %v, differs %v; want 1200.00 = 1000.00 loaded before + 200.00", a.Control.Stated, a.Control.StatedDiffers)
	}
}

// Rows that wait for a rate are not exported to be mended: they are loaded when it comes.
func TestMendingLeavesWaitingRows(t *testing.T) {
	t.Parallel()
	f := newShop(t)
	f.bring(app.ImportRequest{Path: f.file("rates.csv", dollars), Base: "EUR"})
	f.importing("one.csv", "Invoice,Date,Client,Amount,Currency\n1,2026-05-05,Acme,100.00,USD\n2,2026-01-05,Acme,3O.00,EUR\n3,2026-01-05,Beta,7.00,EUR\n")
	var out bytes.Buffer
	if n, err := f.ExportProblems(t.Context(), "b2", &out); err != nil || n != 1 || strings.Contains(out.String(), "2026-05-05") {
		t.Fatalf("%d rows, %v: %s", n, err, &out)
	}
	f.bring(app.ImportRequest{Path: f.file("mended.csv", strings.ReplaceAll(out.String(), "3O", "30")), Fixes: "b2"})
	f.importing("may.csv", "Date,Currency,Rate\n2026-05-01,USD,3\n")
	if got := f.total(); got != "337.00" { // 300 + 30 + 7
		t.Errorf("total %s, want 337.00", got)
	}
	f.audit()
}

// The base currency that a file brought goes with it.
func TestBaseGoesWithTheLastBatch(t *testing.T) {
	t.Parallel()
	f := newShop(t)
	f.importing("january.csv", january) // names no currency
	rates := app.ImportRequest{Path: f.file("rates.csv", dollars), Base: "EUR"}
	if _, err := f.Import(t.Context(), rates); fault.KindOf(err) != fault.Input {
		t.Fatalf("%v, want a refusal", err)
	}
	if _, err := f.Undo(t.Context(), "b1", false); err != nil {
		t.Fatal(err)
	}
	if a := f.bring(rates); a.Currency != "EUR" {
		t.Errorf("base %q, want EUR", a.Currency)
	}
}

// Amounts without a currency are a question in a ledger that has one, rates or not.
func TestUnnamedCurrencyAsks(t *testing.T) {
	t.Parallel()
	f := newShop(t)
	f.bring(app.ImportRequest{Path: f.file("rates.csv", dollars), Base: "EUR"})
	path := f.file("january.csv", january)
	if _, err := f.Import(t.Context(), app.ImportRequest{Path: path}); fault.KindOf(err) != fault.Ask {
		t.Fatalf("%v, want a question", err)
	}
	if a := f.bring(app.ImportRequest{Path: path, Answers: intake.Answers{Currency: "EUR"}}); a.Control.Loaded.Rows != 3 {
		t.Errorf("%+v", a.Control)
	}
}

// A decision does not take away what another process publishes while its effect is computed.
func TestMergeWhileAnotherImports(t *testing.T) {
	t.Parallel()
	f := newShop(t)
	f.importing("january.csv", january)
	other := *f.Workspace
	open, done := f.OpenEngine, false
	f.OpenEngine = func(ctx context.Context, v app.EngineVersion) (engine.Engine, error) {
		if !done {
			done = true
			if _, err := other.Import(ctx, app.ImportRequest{Path: f.file("more.csv", "Invoice,Date,Client,Amount\n9,2026-02-01,Beta,50.00\n")}); err != nil {
				t.Error(err)
			}
		}
		return open(ctx, v)
	}
	if _, err := f.Relate(t.Context(), store.Merge, "Acme", "Beta", true); err != nil {
		t.Fatal(err)
	}
	f.said = nil
	if got := f.total(); got != "1050.00" || len(f.said) > 0 {
		t.Errorf("total %s, said %q; want 1050.00 and nothing missing", got, f.said)
	}
}

// What is loaded already is recognised where the tables of earlier batches are gone.
func TestImportOnADamagedVersion(t *testing.T) {
	t.Parallel()
	f := newShop(t)
	f.importing("january.csv", january)
	if err := os.RemoveAll(filepath.Join(f.dir, ".clientele", "cache", "batches", "b1")); err != nil {
		t.Fatal(err)
	}
	if a := f.importing("both.csv", both); a.Overlap != 3 {
		t.Errorf("%d rows are known, want 3", a.Overlap)
	}
	if got := f.total(); got != "1200.00" {
		t.Errorf("total %s, want 1200.00", got)
	}
}

// Lines in other currencies are converted at the ledger's scale, in whatever order the
// files come (definitions 1.4): 0.03 USD at 1.085 is 0.03255.
func TestConversionFollowsTheScale(t *testing.T) {
	t.Parallel()
	usd := "Invoice,Date,Client,Amount,Currency\n1,2026-01-05,Acme,0.03,USD\n"
	fine := "Invoice,Date,Client,Amount,Currency\n2,2026-01-05,Acme,1.00001,EUR\n"
	for _, order := range [][]string{{usd, fine}, {fine, usd}} {
		f := newShop(t)
		f.bring(app.ImportRequest{Path: f.file("rates.csv", "Date,Currency,Rate\n2026-01-01,USD,1.085\n"), Base: "EUR"})
		for i, content := range order {
			f.importing(fmt.Sprintf("%d.csv", i), content)
		}
		if got := f.total(); got != "1.03256" {
			t.Errorf("total %s, want 1.03256", got)
		}
		f.audit()
		if r, err := f.Rebuild(t.Context()); err != nil || !r.Equal() {
			t.Errorf("rebuild: %+v, %v", r, err)
		}
		fineBatch := "b3"
		if order[0] == fine {
			fineBatch = "b2"
		}
		if _, err := f.Undo(t.Context(), fineBatch, false); err != nil {
			t.Fatal(err)
		}
		if got := f.total(); got != "0.03" {
			t.Errorf("without the fine file: total %s, want 0.03", got)
		}
	}
}

// A line that waits for a rate does not move the day from which one looks.
func TestWaitingLinesDoNotMoveTheDay(t *testing.T) {
	t.Parallel()
	f := newShop(t)
	f.bring(app.ImportRequest{Path: f.file("rates.csv", dollars), Base: "EUR"})
	f.importing("one.csv", "Invoice,Date,Client,Amount,Currency\n1,2026-01-31,Acme,100.00,EUR\n2,2026-06-05,Beta,100.00,USD\n")
	if a := f.line(app.LineQuestion{}); a.AsOf.String() != "2026-02-01" {
		t.Errorf("as of %s, want 2026-02-01", a.AsOf)
	}
	f.importing("june.csv", "Date,Currency,Rate\n2026-06-01,USD,3\n")
	if a := f.line(app.LineQuestion{}); a.AsOf.String() != "2026-06-06" {
		t.Errorf("with the rate: as of %s, want 2026-06-06", a.AsOf)
	}
}

// A client who was looked at does not hide one who was not.
func TestUnreviewedOwners(t *testing.T) {
	t.Parallel()
	f := newShop(t)
	f.importing("sales.csv", "Invoice,Date,Client,Amount\n1,2026-01-05,Acme,600.00\n2,2026-01-20,Beta,0.01\n")
	if err := f.Confirm(t.Context(), []string{"Beta"}); err != nil {
		t.Fatal(err)
	}
	has := func() bool {
		a := f.line(app.LineQuestion{Window: everything})
		_, ok := findingOf(a, "owner_unreviewed")
		return ok
	}
	if !has() {
		t.Error("nobody has looked at Acme, and nobody says so")
	}
	if err := f.Confirm(t.Context(), []string{"Acme"}); err != nil {
		t.Fatal(err)
	}
	if has() {
		t.Error("Acme was looked at")
	}
}

// The same rate twice is one; two rates of one day are a mistake in the table.
func TestRatesGivenTwice(t *testing.T) {
	t.Parallel()
	f := newShop(t)
	if a := f.bring(app.ImportRequest{Path: f.file("rates.csv", dollars+"2026-01-01,USD,2.0\n2026-01-01,EUR,1\n"), Base: "EUR"}); a.Rates != 1 {
		t.Errorf("%d rates, want 1", a.Rates)
	}
	_, err := f.Import(t.Context(), app.ImportRequest{Path: f.file("other.csv", dollars+"2026-01-01,USD,3\n")})
	if e, ok := errors.AsType[*fault.Error](err); !ok || e.Kind != fault.Input || e.Place.Line != 3 {
		t.Errorf("%v, want a refusal that names line 3", err)
	}
}

// Descriptions count in the order of the batches, in an audit too.
func TestAuditOfLaterDescriptions(t *testing.T) {
	t.Parallel()
	f := newShop(t)
	f.importing("clients.csv", "Customer ID,Customer,Parent\nC1,North,Harbor\nC2,South,Harbor\nC3,East,Forest\n")
	f.importing("sales.csv", "Invoice,Date,Customer ID,Parent,Amount\n1,2026-01-05,C1,Forest,400.00\n2,2026-01-05,C2,,350.00\n3,2026-01-05,C3,,500.00\n")
	if l := f.line(app.LineQuestion{Window: everything, Level: engine.ByGroup}); l.Clients.Total != 2 || l.Cut.Ticket.Int != 35000 {
		t.Errorf("%+v, ticket %+v; want Forest with 900.00 and Harbor with 350.00", l.Clients, l.Cut.Ticket)
	}
	f.audit()
}

// Lines after the day that is asked about are not counted, and open windows end there.
func TestAsOf(t *testing.T) {
	t.Parallel()
	f := newShop(t)
	f.importing("both.csv", both)
	asOf := day(t, "2026-01-21")
	for _, w := range []app.WindowSpec{everything, {Kind: app.YearOf, Year: 2026}, {Kind: app.FromTo, From: day(t, "2026-01-01"), To: period.NoDate}} {
		a := f.line(app.LineQuestion{Window: w, AsOf: asOf})
		if got := a.Total.Format(2); got != "850.00" || a.Windows.Current.To != asOf {
			t.Errorf("%s: total %s, want 850.00", a.Windows.Current, got)
		}
	}
	files := app.FilesRequest{DayGrain: everything.DayGrain(asOf), Paths: []string{filepath.Join(f.dir, "both.csv")}}
	g, err := app.FromFiles(t.Context(), files)
	if err != nil {
		t.Fatal(err)
	}
	share := money.Fraction{Num: 4, Den: 5}
	a, err := app.Line(t.Context(), g, app.LineQuestion{Window: everything, AsOf: asOf, Share: share})
	if err != nil || a.Total.Format(2) != "850.00" {
		t.Errorf("without a workspace: %v, %v", a, err)
	}
	if _, err := app.Line(t.Context(), g, app.LineQuestion{Window: app.WindowSpec{Kind: app.YearOf, Year: 2027}, AsOf: asOf, Share: share}); fault.KindOf(err) != fault.Usage {
		t.Errorf("a window after the day: %v", err)
	}
}

// A file is checked while another process holds the workspace, and nothing is left.
func TestCheckNeedsNoLock(t *testing.T) {
	t.Parallel()
	f := newShop(t)
	lock, err := f.Vault.Lock("clientele import")
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Release() //nolint:errcheck // the test ends
	f.bring(app.ImportRequest{Path: f.file("january.csv", january), Check: true})
	for _, folder := range []string{"build", "spill"} {
		if left, err := os.ReadDir(filepath.Join(f.dir, ".clientele", "cache", folder)); err != nil || len(left) != 0 {
			t.Errorf("left in %s: %v, %v", folder, left, err)
		}
	}
}

// The second file's first decimal sign stands far down: nothing is counted twice.
func TestLateDecimalSignInTheSecondFile(t *testing.T) {
	t.Parallel()
	var late strings.Builder
	late.WriteString("Client,Amount\n")
	for i := range 60_000 {
		fmt.Fprintf(&late, "C%d,1\n", i)
	}
	late.WriteString("C1,2.5\n")
	a, err := lineOf(t, app.FilesRequest{}, "Client,Amount\nC1,10.00\n", late.String())
	if err != nil {
		t.Fatal(err)
	}
	if got := a.Total.Format(2); got != "60012.50" || !a.Control.Closes() {
		t.Errorf("total %s, want 60012.50", got)
	}
}

// The id of a measure means one figure, whenever it is asked.
func TestWhyByMeasure(t *testing.T) {
	t.Parallel()
	f := newShop(t)
	f.importing("january.csv", january+"4,2026-01-31,,25.00\n5,2026-01-31,,-3.00\n")
	for range 20 {
		a, err := f.Why(t.Context(), app.WhyQuestion{Name: "client_revenue_minor", Line: app.LineQuestion{Window: everything, AsOf: period.NoDate, Share: money.Fraction{Num: 4, Den: 5}}})
		if err != nil || a.Name != "total" {
			t.Fatalf("%+v, %v; want total", a, err)
		}
	}
	a, err := f.Why(t.Context(), app.WhyQuestion{
		Name: "control.rows_unassigned", Line: app.LineQuestion{Window: everything, AsOf: period.NoDate, SalesOnly: true, Share: money.Fraction{Num: 4, Den: 5}},
	})
	if err != nil || len(a.Rows) != 1 || a.Rows[0].Amount != "25.00" {
		t.Errorf("%+v, %v; want the one sale without a client", a, err)
	}
}

// A circle is refused before anything is shown or written.
func TestCircleIsRefused(t *testing.T) {
	t.Parallel()
	f := newShop(t)
	f.importing("january.csv", january)
	if _, err := f.Relate(t.Context(), store.Merge, "Acme", "Beta", true); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Relate(t.Context(), store.Merge, "Beta", "Acme", false); fault.KindOf(err) != fault.Usage {
		t.Errorf("%v, want a refusal", err)
	}
}

// Redo asks as an import does: lines without documents may be the same facts or not.
func TestRedoOfLinesThatCameAgain(t *testing.T) {
	t.Parallel()
	f := newShop(t)
	list := "Date,Client,Amount\n2026-01-05,Acme,600.00\n2026-01-20,Beta,250.00\n"
	f.importing("one.csv", list)
	if _, err := f.Undo(t.Context(), "b1", false); err != nil {
		t.Fatal(err)
	}
	f.importing("two.csv", list+"2026-02-01,Gamma,10.00\n")
	if _, err := f.Undo(t.Context(), "b1", true); fault.KindOf(err) != fault.Usage || !strings.Contains(err.Error(), "b2") {
		t.Errorf("%v, want a refusal that names b2", err)
	}
	if got := f.total(); got != "860.00" {
		t.Errorf("total %s, want 860.00 as before", got)
	}
	f.audit()
}

// A tenth of the whole net revenue: no filter makes it smaller, and where losses eat up
// the revenue there are more than ten of them.
func TestTenPercentOfTheWhole(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("Invoice,Date,Client,Amount\n")
	for i := range 15 {
		fmt.Fprintf(&b, "%d,2026-01-05,C%02d,100.00\n", i, i)
	}
	b.WriteString("90,2026-01-06,Z,-1400.00\n91,2026-01-06,C00,-30.00\n")
	f := newShop(t)
	f.importing("sales.csv", b.String())
	if a := f.line(app.LineQuestion{Window: everything}); len(a.TenPercent) != 15 { // T = 70.00
		t.Errorf("%d clients have a tenth of 70.00, want 15", len(a.TenPercent))
	}
	if a := f.line(app.LineQuestion{Window: everything, SalesOnly: true}); len(a.TenPercent) != 15 {
		t.Errorf("sales only: %d clients, want 15: the tenth is of the whole", len(a.TenPercent))
	}
}

// Amounts that fit 64 bits in their own file and not at the scale of the ledger are
// refused by name, never wrapped.
func TestAmountsBeyondTheScale(t *testing.T) {
	t.Parallel()
	f := newShop(t)
	f.importing("large.csv", "Invoice,Date,Client,Amount\n1,2026-01-05,Acme,922337203685470.07\n2,2026-01-05,Beta,5.00\n")
	if got := f.total(); got != "922337203685475.07" {
		t.Errorf("total %s", got)
	}
	f.importing("fine.csv", "Invoice,Date,Client,Amount\n3,2026-01-05,Acme,0.000001\n4,2026-01-05,Beta,5.00\n")
	g, err := f.Ground(t.Context(), app.GroundRequest{})
	if err == nil {
		_, err = app.Line(t.Context(), g, app.LineQuestion{Window: everything, AsOf: period.NoDate, Share: money.Fraction{Num: 4, Den: 5}})
		err = errors.Join(err, g.Engine.Close())
	}
	if fault.KindOf(err) != fault.Input || !strings.Contains(err.Error(), "64 bits") {
		t.Errorf("%v, want a refusal", err)
	}
	if _, err := f.Undo(t.Context(), "b2", false); err != nil {
		t.Fatal(err)
	}
	if got := f.total(); got != "922337203685475.07" {
		t.Errorf("without the fine file: total %s", got)
	}
}

// A file in a named currency cannot join amounts of which nobody knows the currency.
func TestNamedCurrencyAsksAboutTheUnnamed(t *testing.T) {
	t.Parallel()
	f := newShop(t)
	f.importing("january.csv", january)
	_, err := f.Import(t.Context(), app.ImportRequest{Path: f.file("euro.csv", "Invoice,Date,Client,Amount,Currency\n8,2026-01-05,Acme,1.00,EUR\n9,2026-01-05,Beta,1.00,EUR\n")})
	if e, ok := errors.AsType[*fault.Error](err); !ok || e.Kind != fault.Ask || !strings.Contains(e.Questions[0].Flag, "undo") {
		t.Errorf("%v, want a question that leads out", err)
	}
}
