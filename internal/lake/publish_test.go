package lake

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/iceberg-go/table"
	"github.com/google/go-cmp/cmp"

	"clientele/internal/fault"
	"clientele/internal/publication"
	"clientele/internal/tables"
)

// cells are the values of a row of a record.
func cells(rec arrow.RecordBatch, i int) string {
	out := make([]string, rec.NumCols())
	for k := range out {
		if c := rec.Column(k); c.IsNull(i) {
			out[k] = "-"
		} else {
			out[k] = c.ValueStr(i)
		}
	}
	return strings.Join(out, "|")
}

// back reads a table as the last publication names it.
func back(tb testing.TB, l *Lake, name publication.Table) []string {
	tb.Helper()
	row, err := l.Latest(tb.Context())
	if err != nil {
		tb.Fatal(err)
	}
	return rowsAt(tb, l, name, row.Snapshots[name])
}

func rowsAt(tb testing.TB, l *Lake, name publication.Table, snapshot int64) []string {
	tb.Helper()
	t, err := l.catalog.LoadTable(tb.Context(), table.Identifier{l.options.Namespace, string(name)})
	if err != nil {
		tb.Fatal(err)
	}
	_, records, err := t.Scan(table.WithSnapshotID(snapshot)).ToArrowRecords(tb.Context())
	if err != nil {
		tb.Fatal(err)
	}
	out := []string{}
	for rec, err := range records {
		if err != nil {
			tb.Fatal(err)
		}
		for i := range int(rec.NumRows()) {
			out = append(out, cells(rec, i))
		}
	}
	slices.Sort(out)
	return out
}

func orNull(v, null int64) string {
	if v == null {
		return "-"
	}
	return strconv.FormatInt(v, 10)
}

// want are the rows that a table must have, read from the batches' own tables by the
// reader of package tables.
func want(tb testing.TB, c *publication.Content, name publication.Table) []string {
	tb.Helper()
	out := []string{}
	read := func(f publication.File, visit func(r tables.Source) error) {
		if f.Path == "" {
			return
		}
		in, err := os.Open(f.Path)
		if err != nil {
			tb.Fatal(err)
		}
		if err := errors.Join(visit(in), in.Close()); err != nil {
			tb.Fatal(err)
		}
	}
	day := func(v int32) string { return orNull(int64(v), -1<<31) }
	for _, b := range c.Batches {
		end := fmt.Sprintf("|%s|%d", b.ID, b.Scale)
		switch name {
		case publication.Line:
			read(b.Lines, func(r tables.Source) error {
				return tables.ReadLines(r, func(l tables.Line) error {
					doc := "-|-"
					if !l.Document.IsZero() {
						doc = fmt.Sprintf("%d|%d", int64(l.Document.Hi), int64(l.Document.Lo))
					}
					out = append(out, fmt.Sprintf("%s|%s|%d|%s|%t|%t|%d", orNull(l.Account, -1), day(int32(l.Day)), l.Amount, doc, l.Mark&1 != 0, l.Mark&2 != 0, l.Line)+end)
					return nil
				})
			})
		case publication.Cell:
			read(b.Cells, func(r tables.Source) error {
				return tables.ReadCells(r, func(x tables.Cell) error {
					out = append(out, fmt.Sprintf("%s|%s|%d|%d|%d|%s|%s|%d|%d|%d|%s|%s", orNull(x.Number, -1), day(int32(x.Month)),
						x.All.Amount, x.All.Lines, x.All.Documents, day(int32(x.All.First)), day(int32(x.All.Last)),
						x.Sales.Amount, x.Sales.Lines, x.Sales.Documents, day(int32(x.Sales.First)), day(int32(x.Sales.Last)))+end)
					return nil
				})
			})
		case publication.Account:
			read(b.Accounts, func(r tables.Source) error {
				return tables.ReadAccounts(r, func(a tables.Account) error {
					out = append(out, fmt.Sprintf("%d|%s|%s|%s", a.Number, a.Key, a.Name, b.ID))
					return nil
				})
			})
		case publication.Parties, publication.Identity, publication.Manifest:
		}
	}
	switch name {
	case publication.Parties:
		for _, p := range c.Parties {
			out = append(out, fmt.Sprintf("%d|%s|%s", p.Account, p.Key, p.Name))
		}
	case publication.Identity:
		for _, k := range c.Links {
			out = append(out, fmt.Sprintf("%d|%d|%d|%d", k.Account, k.Source, k.Client, k.Parent))
		}
	case publication.Line, publication.Cell, publication.Account, publication.Manifest:
	}
	slices.Sort(out)
	return out
}

// holds asserts that readers see the content, row for row, and says how many rows.
func holds(tb testing.TB, l *Lake, c *publication.Content) (rows int) {
	tb.Helper()
	for _, name := range publication.Contents {
		w, got := want(tb, c, name), back(tb, l, name)
		if diff := cmp.Diff(w, got); diff != "" {
			tb.Fatalf("%s: %d rows, want %d\n%.2000s", name, len(got), len(w), diff)
		}
		rows += len(got)
	}
	row, err := l.Latest(tb.Context())
	if err != nil || row.Revision != c.Revision || row.Document != c.Document || row.Scale != c.Scale || row.Kind != c.Kind || row.Currency != c.Currency || row.At != c.At {
		tb.Fatalf("%+v, %v", row, err)
	}
	return rows
}

// did is what an outcome says happened to a table: +rows/files -rows/files =rows/files.
func did(o *publication.Outcome, name publication.Table) string {
	for _, c := range o.Tables {
		if c.Table == name {
			return fmt.Sprintf("+%d/%d -%d/%d =%d/%d", c.Appended.Rows, c.Appended.Files, c.Deleted.Rows, c.Deleted.Files, c.Kept.Rows, c.Kept.Files)
		}
	}
	return "nothing"
}

// dataFiles counts the data files that lie in the warehouse, used or not.
func dataFiles(tb testing.TB, o Options) (n int) {
	tb.Helper()
	err := filepath.WalkDir(filepath.Join(strings.TrimPrefix(o.Warehouse, "file://"), o.Namespace), func(path string, _ os.DirEntry, err error) error {
		if strings.HasSuffix(path, ".parquet") {
			n++
		}
		return err
	})
	if err != nil {
		tb.Fatal(err)
	}
	return n
}

// run drives a lake through everything that may happen to a ledger.
func run(t *testing.T, o Options) {
	t.Helper()
	l := opened(t, o)
	number := int64(0)
	rows := 0
	publish := func(c *publication.Content, line, account string) *publication.Outcome {
		t.Helper()
		out, err := l.Publish(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		if number++; out.Number != number || out.Unchanged || out.Attempts != 1 {
			t.Errorf("%+v, want number %d", out, number)
		}
		if got := did(out, publication.Line) + ", " + did(out, publication.Account); got != line+", "+account {
			t.Errorf("revision %d: %s, want %s, %s", c.Revision, got, line, account)
		}
		rows += holds(t, l, c)
		return out
	}
	b1, b2, b3 := drawn(t, 1, 1000, 2), drawn(t, 2, 500, 2), drawn(t, 3, 80, 2)

	one := content(1, b1)
	one.Parties = []publication.Party{{Account: -2, Key: "G é", Name: "Group"}, {Account: -3, Key: "", Name: "o'k"}}
	one.Links = []publication.Link{{Account: 1<<32 + 1, Source: 1<<32 + 1, Client: 1<<32 + 2, Parent: -2}}
	publish(one, "+1000/1 -0/0 =0/0", "+201/1 -0/0 =0/0")
	old, err := l.Latest(t.Context())
	if err != nil {
		t.Fatal(err)
	}

	two := content(2, b1, b2)
	two.Parties, two.Links = one.Parties, one.Links
	out := publish(two, "+500/1 -0/0 =1000/1", "+101/1 -0/0 =201/1")
	if did(out, publication.Parties) != "+0/0 -0/0 =2/1" || did(out, publication.Identity) != "+0/0 -0/0 =1/1" || out.Lines != 1500 {
		t.Errorf("parties %s, identity %s, %d lines", did(out, publication.Parties), did(out, publication.Identity), out.Lines)
	}
	if out, err := l.Publish(t.Context(), two); err != nil || !out.Unchanged || out.Number != 2 || did(out, publication.Line) != "+0/0 -0/0 =1500/2" {
		t.Errorf("nothing to do: %+v, %v", out, err)
	}
	publish(content(3, b2), "+0/0 -1000/1 =500/1", "+0/0 -201/1 =101/1")     // undo
	publish(content(4, b1, b2), "+1000/1 -0/0 =500/1", "+201/1 -0/0 =101/1") // redo

	// b2 is made again, because rates came: other rows, the same accounts.
	again, accounts := lines(2, 500, 2)
	again.Amount[7] += 5
	remade := batch(t, "b2", 2, again, accounts)
	publish(content(5, b1, remade), "+500/1 -500/1 =1000/1", "+0/0 -0/0 =302/2")

	// A finer ledger; and a batch without rows, which has no file.
	finer, none := drawn(t, 4, 60, 4), drawn(t, 5, 0, 2)
	publish(content(6, b1, remade, b3, finer, none), "+140/2 -0/0 =1500/2", "+31/3 -0/0 =302/2")
	if out, err := l.Publish(t.Context(), content(6, b1, remade, b3, finer, none)); err != nil || !out.Unchanged {
		t.Errorf("nothing to do: %+v, %v", out, err)
	}
	// Only the account of the ledger changed.
	said := content(7, b1, remade, b3, finer, none)
	said.Document = `{"mended":1}`
	publish(said, "+0/0 -0/0 =1640/4", "+0/0 -0/0 =333/5")

	// The first publication can still be read as it was.
	if diff := cmp.Diff(want(t, one, publication.Line), rowsAt(t, l, publication.Line, old.Snapshots[publication.Line])); diff != "" {
		t.Errorf("the first publication has changed: %.500s", diff)
	}
	// Refusals.
	_, err = l.Publish(t.Context(), content(3, b2))
	if e, ok := errors.AsType[*publication.NewerError](err); !ok || e.Published != 7 || e.Revision != 3 {
		t.Errorf("an earlier revision: %v", err)
	}
	other, kind := content(9, b1), content(9, b1)
	other.Ledger, kind.Kind = "l2", "booked"
	for what, c := range map[string]*publication.Content{"another ledger": other, "another kind": kind} {
		if _, err := l.Publish(t.Context(), c); fault.KindOf(err) != fault.Usage {
			t.Errorf("%s: %v", what, err)
		}
	}
	holds(t, l, said)
	t.Logf("%d publications, %d rows read back and equal", number, rows)
}

func TestLifeOfALedger(t *testing.T) {
	t.Parallel()
	run(t, place(t))
}

// What does not close is not announced.
func TestWhatDoesNotCloseIsNotAnnounced(t *testing.T) {
	t.Parallel()
	l := opened(t, place(t))
	b1, wrong := drawn(t, 1, 100, 2), drawn(t, 2, 100, 2)
	before := content(1, b1)
	if _, err := l.Publish(t.Context(), before); err != nil {
		t.Fatal(err)
	}
	wrong.Amount = wrong.Amount.Add(1)
	if _, err := l.Publish(t.Context(), content(2, b1, wrong)); fault.KindOf(err) != fault.Failed {
		t.Errorf("one unit too much: %v", err)
	}
	holds(t, l, before)
	wrong.Amount, wrong.Rows = wrong.Amount.Add(-1), 99
	if _, err := l.Publish(t.Context(), content(2, b1, wrong)); fault.KindOf(err) != fault.Failed {
		t.Errorf("one row too many: %v", err)
	}
	holds(t, l, before)
}

// Publishers at once: each state is published once, nothing is written twice, and what
// was written for nothing is taken away.
func TestPublishersAtOnce(t *testing.T) {
	t.Parallel()
	together(t, place(t))
}

func together(t *testing.T, o Options) {
	t.Helper()
	const publishers = 4
	c := content(1, drawn(t, 1, 300, 2), drawn(t, 2, 300, 2), drawn(t, 3, 300, 2))
	outs, errs := make([]*publication.Outcome, publishers), make([]error, publishers)
	var all sync.WaitGroup
	for i := range publishers {
		l := opened(t, o)
		all.Go(func() { outs[i], errs[i] = l.Publish(context.WithoutCancel(t.Context()), c) })
	}
	all.Wait()
	changed, retried := 0, 0
	for i := range publishers {
		if errs[i] != nil {
			t.Fatal(errs[i])
		}
		if !outs[i].Unchanged {
			changed++
		}
		retried += outs[i].Attempts - 1
		if outs[i].Number != 1 || outs[i].Lines != 900 {
			t.Errorf("publisher %d: %+v", i, outs[i])
		}
	}
	if changed != 1 {
		t.Errorf("%d publishers say that they published, want 1", changed)
	}
	l := opened(t, o)
	holds(t, l, c)
	o.Warehouse = l.options.Warehouse
	if n := dataFiles(t, o); n != 3*3+1 {
		t.Errorf("%d data files lie in the warehouse, want 10", n)
	}
	t.Logf("%d publishers, %d attempts more", publishers, retried)
}

// A publisher whose ledger is older than what another publishes meanwhile gives way.
func TestOlderGivesWay(t *testing.T) {
	t.Parallel()
	o := place(t)
	slow, fast := opened(t, o), opened(t, o)
	b1, b2 := drawn(t, 1, 100, 2), drawn(t, 2, 100, 2)
	later := content(2, b2)
	slow.steps = func(step string) {
		if step == "tables" {
			slow.steps = nil
			if _, err := fast.Publish(t.Context(), later); err != nil {
				t.Error(err)
			}
		}
	}
	if _, err := slow.Publish(t.Context(), content(1, b1)); err == nil {
		t.Error("the older state was published over the newer one")
	} else if _, ok := errors.AsType[*publication.NewerError](err); !ok {
		t.Error(err)
	}
	holds(t, fast, later)
	// The next one finds what the slow one left, and makes it right.
	last := content(3, b1, b2)
	if _, err := fast.Publish(t.Context(), last); err != nil {
		t.Error(err)
	}
	holds(t, fast, last)
}

// A compaction by another engine rewrites files. It changes nothing for readers, and what
// it wrote is not written again.
func TestForeignFilesAreReplaced(t *testing.T) {
	t.Parallel()
	l := opened(t, place(t))
	c := content(1, drawn(t, 1, 100, 2), drawn(t, 2, 50, 2))
	if _, err := l.Publish(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	// Somebody adds rows of a batch that is not ours, and some of ours once more.
	tb, err := l.open(t.Context(), publication.Line, nil)
	if err != nil {
		t.Fatal(err)
	}
	foreign := drawn(t, 9, 10, 2)
	twice := c.Batches[1]
	for _, b := range []*publication.Batch{&foreign, &twice} {
		schema, err := table.SchemaToArrowSchema(tb.Schema(), nil, true, false)
		if err != nil {
			t.Fatal(err)
		}
		var list []arrow.RecordBatch
		for rec, err := range copied(t.Context(), b.Lines.Path, schema, b, blockRows) {
			if err != nil {
				t.Fatal(err)
			}
			list = append(list, rec)
		}
		reader, err := array.NewRecordReader(schema, list)
		if err != nil {
			t.Fatal(err)
		}
		if tb, err = tb.Append(t.Context(), reader, nil); err != nil {
			t.Fatal(err)
		}
	}
	holds(t, l, c) // readers do not see it
	out, err := l.Publish(t.Context(), c)
	if err != nil || did(out, publication.Line) != "+50/1 -110/3 =100/1" {
		t.Errorf("%+v, %v", out, err)
	}
	holds(t, l, c)
}

// Only the last publications are kept.
func TestOldPublicationsAreDropped(t *testing.T) {
	t.Parallel()
	l := opened(t, place(t))
	l.keep = 4
	b := drawn(t, 1, 5, 2)
	const n = 7
	for i := range n {
		c := content(1, b)
		c.Document = strconv.Itoa(i)
		if _, err := l.Publish(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	tb, err := l.open(t.Context(), publication.Manifest, nil)
	if err != nil {
		t.Fatal(err)
	}
	if rows := rowsAt(t, l, publication.Manifest, head(tb)); len(rows) != 4 {
		t.Errorf("%d publications are kept, want 4", len(rows))
	}
	if row, err := l.Latest(t.Context()); err != nil || row.Number != n || row.Document != strconv.Itoa(n-1) {
		t.Errorf("%+v, %v", row, err)
	}
}
