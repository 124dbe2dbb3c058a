package trino_test

import (
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"clientele/internal/engine"
	"clientele/internal/engine/trino"
	"clientele/internal/fault"
	"clientele/internal/metric"
	"clientele/internal/period"
	"clientele/internal/warehouse"
)

var (
	jan = period.DateOf(2025, 1, 1)
	feb = period.DateOf(2025, 2, 1)
	mar = period.DateOf(2025, 3, 1)
)

// firmTable is a table of four documents in three months; D3 has lines in two.
func firmTable(t *testing.T, c *trino.Cluster) (name string) {
	t.Helper()
	name = schema(t, c)
	run(t, c, "CREATE TABLE "+name+".lines (customer VARCHAR, customer_name VARCHAR, invoiced_on DATE, invoice VARCHAR, net DECIMAL(18, 4), currency CHAR(3), state VARCHAR)")
	add(t, c, name,
		"('A', 'Acme', DATE '2025-01-10', 'D1', 100.50, 'EUR', 'sent')",
		"('A', 'Acme', DATE '2025-01-10', 'D1', -20.25, 'EUR', 'sent')",
		"('B', 'Beta', DATE '2025-02-03', 'D2', 300, 'EUR', 'sent')",
		"('B', 'Beta', DATE '2025-02-20', 'D3', 10, 'EUR', 'sent')",
		"('B', 'Beta', DATE '2025-03-01', 'D3', 15, 'EUR', 'sent')",
		"(NULL, NULL, DATE '2025-03-05', NULL, 7, 'EUR', 'sent')",
		"(NULL, 'Gamma', DATE '2025-03-06', 'D4', 9.75, 'EUR', 'sent')",
		"('A', 'Acme', DATE '2025-03-07', 'D5', 1000, 'EUR', 'draft')",
		"('A', 'Acme', DATE '2025-03-07', 'D6', 50, 'USD', 'sent')",
		"('A', 'Acme', NULL, 'D7', 60, 'EUR', 'sent')",
		"('A', 'Acme', DATE '2025-03-08', 'D8', NULL, 'EUR', 'sent')")
	return name
}

func add(t *testing.T, c *trino.Cluster, name string, rows ...string) {
	t.Helper()
	run(t, c, "INSERT INTO "+name+".lines VALUES "+strings.Join(rows, ", "))
}

func firmSource(name string) warehouse.Sources {
	return warehouse.Sources{Sales: warehouse.Source{
		Table: name + ".lines", Where: "state <> 'draft'", Currency: "EUR",
		Columns: warehouse.Columns{Client: "customer", Name: "customer_name", Date: "invoiced_on", Amount: "net", Document: "invoice", Currency: "currency"},
	}}
}

func rollup(t *testing.T, c *trino.Cluster, s warehouse.Sources, name string) *trino.Rollup {
	t.Helper()
	r, err := c.NewRollup(t.Context(), s, name, period.DateOf(2026, 1, 1))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// book is every client with revenue and documents, counted by hand in the tests.
func book(t *testing.T, r *trino.Rollup, s *warehouse.State, f engine.Frame) string {
	t.Helper()
	e, err := r.Open(t.Context(), s, engine.Rules{})
	if err != nil {
		t.Fatal(err)
	}
	return page(t, e, f)
}

func page(t *testing.T, e engine.Engine, f engine.Frame) string {
	t.Helper()
	rows, err := e.Page(t.Context(), f, engine.Page{By: metric.Revenue, Measures: []metric.ID{metric.Revenue, metric.Invoices}, Lo: -1 << 63, Hi: 1<<63 - 1, Limit: -1})
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, r := range rows {
		out = append(out, r.Client+"/"+r.Name+" "+strconv.FormatInt(r.Values[0].Int, 10)+" in "+strconv.FormatInt(r.Values[1].Int, 10))
	}
	return strings.Join(out, ", ")
}

func wantMonths(t *testing.T, what string, got []period.Date, want ...period.Date) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

// TestClusterRefresh rolls up a table by hand-counted steps: only what changed is
// written, what a dead refresh left is taken over, and everything closes.
func TestClusterRefresh(t *testing.T) {
	t.Parallel()
	c := cluster(t)
	name := firmTable(t, c)
	r := rollup(t, c, firmSource(name), name)
	first, err := refresh(t, r, 100, period.NoDate)
	if err != nil {
		t.Fatal(err)
	}
	k := first.State.Totals
	if k.Read.Rows != 11 || k.Loaded.Rows != 7 || k.Unassigned.Rows != 1 || k.Excluded.Rows != 1 || k.Quarantined.Rows != 3 ||
		k.Read.Amount.Format(2) != "1482.00" || k.Loaded.Amount.Format(2) != "422.00" || k.Excluded.Amount.Format(2) != "1000.00" || k.Quarantined.Amount.Format(2) != "60.00" {
		t.Errorf("%+v", k)
	}
	if len(k.MissingRate) != 1 || k.MissingRate[0].Currency != "USD" || k.MissingRate[0].Amount.Format(2) != "50.00" || first.State.NameAsKey != 1 {
		t.Errorf("%+v, %d by name", k.MissingRate, first.State.NameAsKey)
	}
	wantMonths(t, "first", first.Written, jan, feb, mar)
	everything := engine.Frame{Current: period.All}
	if got, want := book(t, r, &first.State, everything), "B/Beta 32500 in 2, A/Acme 8025 in 1, Gamma/Gamma 975 in 1"; got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
	// D3 counts in February, where its first line is.
	if got, want := book(t, r, &first.State, engine.Frame{Current: period.Range{From: mar, To: period.DateOf(2025, 4, 1)}}), "B/Beta 1500 in 0, Gamma/Gamma 975 in 1, A/Acme 0 in 0"; got != want {
		t.Errorf("March: %s\nwant %s", got, want)
	}
	if got, want := book(t, r, &first.State, engine.Frame{Current: period.Range{From: period.DateOf(2025, 2, 10), To: period.DateOf(2025, 3, 6)}}), "B/Beta 2500 in 1, A/Acme 0 in 0"; got != want {
		t.Errorf("cut: %s\nwant %s", got, want)
	}
	again, err := refresh(t, r, 200, period.NoDate)
	if err != nil || !again.Unchanged || again.Number != 1 || again.Kept != 3 {
		t.Errorf("again: %+v, %v", again, err)
	}
	// A line of D3 in January: its count moves there, so February changes too.
	add(t, c, name, "('B', 'Beta', DATE '2025-01-31', 'D3', 1, 'EUR', 'sent')")
	moved, err := refresh(t, r, 300, period.NoDate)
	if err != nil {
		t.Fatal(err)
	}
	wantMonths(t, "moved", moved.Written, jan, feb)
	if moved.Number != 2 || moved.Kept != 1 {
		t.Errorf("%+v", moved)
	}
	if got, want := book(t, r, &moved.State, engine.Frame{Current: period.Range{From: jan, To: feb}}), "A/Acme 8025 in 1, B/Beta 100 in 1"; got != want {
		t.Errorf("January: %s\nwant %s", got, want)
	}
	// A reader of the publication before still has it.
	if got, want := book(t, r, &first.State, engine.Frame{Current: period.Range{From: jan, To: feb}}), "A/Acme 8025 in 1"; got != want {
		t.Errorf("January before: %s\nwant %s", got, want)
	}
	// From March on: January is closed, and changed.
	add(t, c, name, "('A', 'Acme', DATE '2025-01-31', 'D9', 5, 'EUR', 'sent')", "('A', 'Acme', DATE '2025-03-31', 'D3', 2, 'EUR', 'sent')")
	if _, err := refresh(t, r, 400, mar); err == nil || !strings.Contains(err.Error(), "before 2025-03 changed: 2025-01") {
		t.Errorf("a refresh that leaves a change out does not close: %v", err)
	}
	// A refresh that dies before it is published: its months are there, and are taken over.
	if _, err := r.Refresh(t.Context(), dying(t, r, 450)); err == nil || !strings.Contains(err.Error(), "struck") {
		t.Errorf("it lives: %v", err)
	}
	rest, err := refresh(t, r, 500, period.NoDate)
	if err != nil {
		t.Fatal(err)
	}
	wantMonths(t, "rest", rest.Written)
	wantMonths(t, "reused", rest.Reused, jan, mar)
	if got, want := book(t, r, &rest.State, everything), "B/Beta 32600 in 2, A/Acme 8725 in 3, Gamma/Gamma 975 in 1"; got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
	// January has no row any more, which is a change too.
	run(t, c, "DELETE FROM "+name+".lines WHERE invoiced_on < DATE '2025-02-01'")
	if _, err := refresh(t, r, 600, mar); err == nil || !strings.Contains(err.Error(), "2025-03 changed: 2025-01") {
		t.Errorf("a closed month is gone: %v", err)
	}
	// D3 begins in February again, and its lines there are as they were.
	gone, err := refresh(t, r, 700, period.NoDate)
	if err != nil {
		t.Fatal(err)
	}
	wantMonths(t, "gone", gone.Written, feb)
	if got, want := book(t, r, &gone.State, everything), "B/Beta 32500 in 2, Gamma/Gamma 975 in 1, A/Acme 200 in 1"; len(gone.State.Months) != 2 || got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
	onlyRead(t, c, name)
}

// dying is a refresh that fails when all is written and nothing published.
func dying(t *testing.T, r *trino.Rollup, build int64) trino.Request {
	t.Helper()
	q := request(t, r, build, period.NoDate)
	q.Document = func(*warehouse.State) (string, error) { return "", errors.New("struck") }
	return q
}

// TestClusterStretches rolls the months up one at a time: the same cells.
func TestClusterStretches(t *testing.T) {
	t.Parallel()
	c := cluster(t)
	name := firmTable(t, c)
	add(t, c, name, "('B', 'Beta', DATE '2025-01-31', 'D3', -1, 'EUR', 'sent')")
	whole, err := refresh(t, rollup(t, c, firmSource(name), name), 100, period.NoDate)
	if err != nil {
		t.Fatal(err)
	}
	r := rollup(t, c, firmSource(name), schema(t, c))
	r.Stretch = 1
	parts, err := refresh(t, r, 100, period.NoDate)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(document(t, &whole.State), document(t, &parts.State)); diff != "" {
		t.Error(diff)
	}
	if got, want := book(t, r, &parts.State, engine.Frame{Current: period.Range{From: feb, To: mar}, SalesOnly: true}), "B/Beta 31000 in 2, A/Acme 0 in 0"; got != want {
		t.Errorf("sales of February: %s\nwant %s", got, want)
	}
	// A line in January moves documents of the months after it: they are compared one at a
	// time too.
	add(t, c, name, "('B', 'Beta', DATE '2025-01-30', 'D2', 2, 'EUR', 'sent')")
	if whole, err = refresh(t, rollup(t, c, firmSource(name), name), 200, period.NoDate); err != nil {
		t.Fatal(err)
	}
	if parts, err = refresh(t, r, 200, period.NoDate); err != nil {
		t.Fatal(err)
	}
	wantMonths(t, "moved", parts.Written, jan, feb)
	if diff := cmp.Diff(document(t, &whole.State), document(t, &parts.State)); diff != "" || parts.Kept != 1 {
		t.Errorf("%d kept\n%s", parts.Kept, diff)
	}
}

// writes finds what a statement of the product writes to: its names stand in quotes, those
// of this test do not.
var writes = regexp.MustCompile(`(?i)^(?:INSERT INTO|DELETE FROM|CREATE TABLE IF NOT EXISTS|CREATE TABLE|DROP \w+|ALTER \w+|UPDATE|MERGE INTO|TRUNCATE TABLE)\s+"[^"]+"\."[^"]+"\."([^"]+)"`)

// onlyRead fails if the product wrote to anything but its own tables in the schema: the
// right to read the firm's own is enough.
func onlyRead(t *testing.T, c *trino.Cluster, name string) {
	t.Helper()
	space := strings.TrimPrefix(name, "lake.")
	seen := 0
	for _, row := range run(t, c, "SELECT query FROM system.runtime.queries WHERE query LIKE '%\""+space+"\"%'") {
		row[0] = strings.TrimPrefix(row[0], "EXECUTE IMMEDIATE '") // as parameters are sent
		m := writes.FindStringSubmatch(row[0])
		switch {
		case m == nil && !strings.HasPrefix(row[0], "SELECT") && !strings.HasPrefix(row[0], "CREATE SCHEMA IF NOT EXISTS"):
			t.Errorf("a statement that this test does not understand: %s", row[0])
		case m != nil && !strings.HasPrefix(m[1], "rollup_"):
			t.Errorf("it writes to %s: %s", m[1], row[0])
		case m != nil:
			seen++
		}
	}
	if seen == 0 {
		t.Error("no statement that writes was found: the test looks for the wrong thing")
	}
}

// TestClusterFinerAmounts: one amount with more decimals raises all of them.
func TestClusterFinerAmounts(t *testing.T) {
	t.Parallel()
	c := cluster(t)
	name := firmTable(t, c)
	r := rollup(t, c, firmSource(name), name)
	if _, err := refresh(t, r, 100, period.NoDate); err != nil {
		t.Fatal(err)
	}
	add(t, c, name, "('A', 'Acme', DATE '2025-03-31', 'D9', 0.125, 'EUR', 'sent')")
	out, err := refresh(t, r, 200, period.NoDate)
	if err != nil {
		t.Fatal(err)
	}
	wantMonths(t, "all", out.Written, jan, feb, mar)
	if got, want := book(t, r, &out.State, engine.Frame{Current: period.All}), "B/Beta 325000 in 2, A/Acme 80375 in 2, Gamma/Gamma 9750 in 1"; out.State.Scale != 3 || got != want {
		t.Errorf("scale %d: %s\nwant %s", out.State.Scale, got, want)
	}
}

// TestClusterLines shows the rows behind a client.
func TestClusterLines(t *testing.T) {
	t.Parallel()
	c := cluster(t)
	name := firmTable(t, c)
	r := rollup(t, c, firmSource(name), name)
	out, err := refresh(t, r, 100, period.NoDate)
	if err != nil {
		t.Fatal(err)
	}
	e, err := r.Open(t.Context(), &out.State, engine.Rules{Merged: map[string]string{"A": "B"}})
	if err != nil {
		t.Fatal(err)
	}
	lines, ok := e.(engine.Lines)
	if !ok {
		t.Fatal("no lines")
	}
	refs, err := lines.ClientLines(t.Context(), engine.Frame{Current: period.Range{From: jan, To: mar}}, "B", 3)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, l := range refs {
		var fields []string
		for _, f := range l.Record {
			fields = append(fields, f.Name+"="+f.Value)
		}
		got = append(got, strconv.FormatInt(l.Amount, 10)+" "+strings.Join(fields, " "))
	}
	want := "30000 customer=B invoiced_on=2025-02-03 invoice=D2 customer_name=Beta\n" +
		"10050 customer=A invoiced_on=2025-01-10 invoice=D1 customer_name=Acme\n" +
		"-2025 customer=A invoiced_on=2025-01-10 invoice=D1 customer_name=Acme"
	if strings.Join(got, "\n") != want {
		t.Errorf("%s\nwant\n%s", strings.Join(got, "\n"), want)
	}
}

// TestClusterSource refuses what a mapping gets wrong, and says what there is.
func TestClusterSource(t *testing.T) {
	t.Parallel()
	c := cluster(t)
	name := schema(t, c)
	run(t, c, "CREATE TABLE "+name+".odd (customer VARCHAR, price DOUBLE, net DECIMAL(18, 2), sold TIMESTAMP(6) WITH TIME ZONE, note VARBINARY)")
	run(t, c, "CREATE TABLE "+name+".deep AS SELECT 'A' AS customer, CAST(0.0000001 AS DECIMAL(18, 7)) AS net")
	good := warehouse.Sources{Sales: warehouse.Source{Table: name + ".odd", Columns: warehouse.Columns{Client: "customer", Amount: "net"}}}
	for words, change := range map[string]func(s *warehouse.Source){
		"is not the name of a table|full":                 func(s *warehouse.Source) { s.Table = "a..b" },
		"is not the full name|catalog.schema.table":       func(s *warehouse.Source) { s.Table = "odd" },
		"there is no table|its schema has: deep, odd":     func(s *warehouse.Source) { s.Table = name + ".od" },
		"no column \"customr\"|it has: customer, price":   func(s *warehouse.Source) { s.Columns.Client = "customr" },
		"column price of|is double|DECIMAL":               func(s *warehouse.Source) { s.Columns.Amount = "price" },
		"column net of|is decimal(18,2)|DATE or TIMESTAM": func(s *warehouse.Source) { s.Columns.Date = "net" },
		"point in time|time_zone":                         func(s *warehouse.Source) { s.Columns.Date = "sold" },
		"column note of|is varbinary|text":                func(s *warehouse.Source) { s.Columns.Document = "note" },
		"not understood by the cluster":                   func(s *warehouse.Source) { s.Where = "state <> 'draft'" },
		"time_zone is not understood":                     func(s *warehouse.Source) { s.Columns.Date, s.TimeZone = "sold", "Mars/Olympus" },
		"amount_decimals is for columns of whole numbers": func(s *warehouse.Source) { s.AmountDecimals = 2 },
		"has no rows": func(*warehouse.Source) {},
	} {
		s := good
		change(&s.Sales)
		r, err := c.NewRollup(t.Context(), s, name, 0)
		if err == nil {
			err = r.Check(t.Context())
		}
		if err == nil || fault.KindOf(err) != fault.Input && fault.KindOf(err) != fault.Usage {
			t.Errorf("%s: %v", words, err)
			continue
		}
		for w := range strings.SplitSeq(words, "|") {
			if !strings.Contains(err.Error(), w) {
				t.Errorf("%q does not say %q", err, w)
			}
		}
	}
	if _, err := c.NewRollup(t.Context(), good, "lake", 0); err == nil || !strings.Contains(err.Error(), "catalog.schema") {
		t.Errorf("a schema without a catalog: %v", err)
	}
	s := good
	s.Sales.Table = name + ".deep"
	r, err := c.NewRollup(t.Context(), s, name, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := refresh(t, r, 1, period.NoDate); err == nil || !strings.Contains(err.Error(), "more than 6 decimals") {
		t.Errorf("7 decimals: %v", err)
	}
	run(t, c, "INSERT INTO "+name+".odd (customer, price) SELECT 'A', 1e0")
	if r, err = c.NewRollup(t.Context(), good, name, 0); err != nil {
		t.Fatal(err)
	}
	if _, err := refresh(t, r, 1, period.NoDate); err == nil || !strings.Contains(err.Error(), "none of the 1 rows") || !strings.Contains(err.Error(), "amount is empty") {
		t.Errorf("nothing to load: %v", err)
	}
}
