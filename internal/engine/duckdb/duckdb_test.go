package duckdb

import (
	"context"
	"errors"
	"flag"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"clientele/internal/engine"
	"clientele/internal/engine/enginetest"
	"clientele/internal/engine/sqltext"
	"clientele/internal/fault"
	"clientele/internal/ledger"
	"clientele/internal/metric"
	"clientele/internal/money"
	"clientele/internal/period"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestOverriddenTexts are the golden texts of what this dialect writes differently.
func TestOverriddenTexts(t *testing.T) {
	t.Parallel()
	if *update && os.Getenv("CI") == "true" {
		t.Fatal("golden files are not written in CI")
	}
	r := sqltext.Renderer{Dialect: Dialect}
	year := period.Range{From: period.DateOf(2024, 1, 1), To: period.DateOf(2025, 1, 1)}
	frame, err := r.Frame(engine.Frame{Current: year}, []metric.ID{metric.Revenue})
	if err != nil {
		t.Fatal(err)
	}
	ask := engine.StatementAsk{Measures: []metric.ID{metric.Revenue}, Terms: []engine.Term{{Per: 1000}}}
	for name, got := range map[string]string{
		"fact_totals": r.FactTotals(engine.Frame{Current: year}).Text,
		"statements":  r.Statements(engine.Frame{Current: year}, `"frame_1"`, "", ask, "term_1 w").Text,

		"summary": r.Summary(frame, metric.Revenue).Text,
		"squares": r.Squares(`"frame_1"`, metric.Revenue).Text,
		"ranks":   r.Ranks(frame, metric.Revenue, sqltext.RankSpan{}).Text,
		"buckets": r.Buckets(`"frame_1"`, metric.Revenue, engine.Interval{Lo: 1, Hi: 95, Width: 10}).Text,
	} {
		file := filepath.Join("testdata", name+".sql")
		if *update {
			if err := os.WriteFile(file, []byte(got+"\n"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if diff := cmp.Diff(string(want), got+"\n"); err != nil || diff != "" {
			t.Errorf("%s: %v; run the test with -update and read what it wrote\n%s", name, err, diff)
		}
	}
}

// plain is a fixture of n clients with some lines each, seeded.
func plain(n, linesEach int) enginetest.Fixture {
	r := rand.New(rand.NewPCG(3, 4))
	b := enginetest.Batch{ID: "b", Lines: &ledger.Lines{Decimals: 2}}
	for i := range n {
		name := "client " + string(rune('a'+i%26)) + strings.Repeat("x", i/26%50)
		b.Accounts = append(b.Accounts, ledger.Account{Key: name + time.Duration(i).String(), Name: name})
		for range linesEach {
			b.Lines.Account = append(b.Lines.Account, int32(i))
			b.Lines.Day = append(b.Lines.Day, period.DateOf(2024, 1, 1)+period.Date(r.IntN(366)))
			b.Lines.Amount = append(b.Lines.Amount, int64(math.Exp(r.NormFloat64()*2+8))-300)
			b.Lines.Line = append(b.Lines.Line, int64(len(b.Lines.Line)+2))
		}
	}
	b.Lines.Document = make([]ledger.DocumentID, b.Lines.Len())
	for i := range b.Lines.Document {
		b.Lines.Document[i] = ledger.DocumentID{Hi: r.Uint64(), Lo: r.Uint64()}
	}
	return enginetest.Fixture{Batches: []enginetest.Batch{b}}
}

func open(tb testing.TB, f enginetest.Fixture) (*Engine, string) {
	tb.Helper()
	dir := tb.TempDir()
	v, err := publish(tb, dir, f)
	if err != nil {
		tb.Fatal(err)
	}
	e, err := Open(tb.Context(), v, options(dir))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := e.Close(); err != nil {
			tb.Error(err)
		}
	})
	return e, dir
}

// TestEngineIsClosedIn: nothing but the folders can be read, nothing can be changed.
func TestEngineIsClosedIn(t *testing.T) {
	t.Parallel()
	e, dir := open(t, plain(3, 3))
	outside := filepath.Join(t.TempDir(), "secret.csv")
	if err := os.WriteFile(outside, []byte("a,b\n1,2\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(dir, "link.csv")
	if err := os.Symlink(outside, link); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{
		"SELECT * FROM read_csv(" + sqltext.Text(outside) + ")",
		"SELECT * FROM read_text(" + sqltext.Text(link) + ")",
		"SELECT * FROM read_text(" + sqltext.Text(dir+"/../"+filepath.Base(filepath.Dir(outside))+"/secret.csv") + ")",
		"COPY (SELECT 1) TO " + sqltext.Text(outside),
		"ATTACH " + sqltext.Text(outside+".db"),
		"INSTALL httpfs", "LOAD httpfs",
		"SET GLOBAL memory_limit = '1TB'", "SET lock_configuration = false", "SET enable_external_access = true",
	} {
		if _, err := e.db.ExecContext(t.Context(), text); err == nil {
			t.Errorf("%s was allowed", text)
		}
	}
}

func TestStoppedQuestion(t *testing.T) {
	t.Parallel()
	e, _ := open(t, plain(3, 3))
	stopped, stop := context.WithCancel(t.Context())
	stop()
	_, err := e.Summary(stopped, engine.Frame{Current: period.All}, metric.Revenue)
	if fault.KindOf(err) != fault.Canceled {
		t.Errorf("got %v", err)
	}
	late, stop := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer stop()
	_, err = e.db.ExecContext(late, "SELECT sum(a.range * b.range) FROM range(3000000) a, range(3000000) b")
	if err == nil { // else it would have gone on for hours
		t.Error("a long question came to an end")
	}
	if s, err := e.Summary(t.Context(), engine.Frame{Current: period.All}, metric.Revenue); err != nil || s.Clients != 3 {
		t.Errorf("after that: %+v, %v", s, err)
	}
}

func TestDamagedAndMissingFiles(t *testing.T) {
	t.Parallel()
	for name, harm := range map[string]func(string) error{
		"cut":     func(p string) error { return os.Truncate(p, 100) },
		"empty":   func(p string) error { return os.Truncate(p, 0) },
		"missing": os.Remove,
		"text":    func(p string) error { return os.WriteFile(p, []byte("account,month\n"), 0o600) },
	} {
		dir := t.TempDir()
		v, err := publish(t, dir, plain(5, 5))
		if err != nil {
			t.Fatal(err)
		}
		if err := harm(v.Batches[0].CellFiles[0]); err != nil {
			t.Fatal(err)
		}
		e, err := Open(t.Context(), v, options(dir))
		if err == nil {
			_, err = e.Summary(t.Context(), engine.Frame{Current: period.All}, metric.Revenue)
			if err := e.Close(); err != nil {
				t.Error(err)
			}
		}
		if fault.KindOf(err) != fault.Failed || !strings.Contains(err.Error(), "rebuild") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestManyAskAtOnce: frames are made once, evicted ones live as long as they are read.
func TestManyAskAtOnce(t *testing.T) {
	t.Parallel()
	e, _ := open(t, plain(200, 5))
	var wg sync.WaitGroup
	for i := range 40 {
		wg.Go(func() {
			month := period.DateOf(2024, 1+i%8, 1)
			f := engine.Frame{Current: period.Range{From: month, To: month.AddMonths(3)}}
			s, err := e.Summary(t.Context(), f, metric.LinesCurrent)
			p, err2 := e.Pool(t.Context(), f)
			rows, err3 := e.Page(t.Context(), f, engine.Page{By: metric.LinesCurrent, Lo: 1, Hi: 5, Limit: -1})
			if err := errors.Join(err, err2, err3); err != nil {
				t.Error(err)
				return
			}
			if n, _ := s.PositiveSum.Int64(); n != p.Assigned.Lines || int64(len(rows)) != s.Positive {
				t.Errorf("month %v: %d lines of clients, %d in the pool; %d rows of %d", month, n, p.Assigned.Lines, len(rows), s.Positive)
			}
		})
	}
	wg.Wait()
	var tables int
	if err := e.db.QueryRowContext(t.Context(), "SELECT count(*) FROM duckdb_tables() WHERE table_name LIKE 'frame%'").Scan(&tables); err != nil || tables > framesMax {
		t.Errorf("%d frames are kept, %v", tables, err)
	}
}

// TestListsAreNotSummedUp: with one cell per client there is nothing to sum up, and the
// answers are those of the oracle all the same, also with frames kept as views.
func TestListsAreNotSummedUp(t *testing.T) {
	t.Parallel()
	fixture := plain(300, 1)
	oracle := enginetest.NewOracle(fixture)
	half := period.Range{From: period.DateOf(2024, 4, 1), To: period.DateOf(2024, 10, 1)}
	frames := []engine.Frame{
		{Current: period.All},
		{Current: period.All, SalesOnly: true},
		{Current: half, Prior: half.Before(), Level: engine.ByGroup},
		{Current: half, WithoutNew: true},
		{Current: period.Range{From: half.From + 3, To: half.To + 3}}, // from lines, which are summed up
	}
	for _, large := range []bool{false, true} {
		e, _ := open(t, fixture)
		e.large = large
		if !e.Renderer.Schema.Single {
			t.Fatal("the cells do not say that they are one per client")
		}
		for _, f := range frames {
			page := engine.Page{By: metric.Revenue, Lo: math.MinInt64, Hi: math.MaxInt64, Offset: 5, Limit: 40}
			for _, m := range metric.Bases() {
				page.Measures = append(page.Measures, m.ID)
			}
			in := engine.Interval{Lo: 1, Hi: 100_001, Width: 100}
			type answers struct {
				Summary engine.Summary
				Buckets []engine.Bucket
				Page    []engine.Row
			}
			ask := func(x engine.Engine) (a answers) {
				var errs [3]error
				a.Summary, errs[0] = x.Summary(t.Context(), f, metric.Revenue)
				a.Buckets, errs[1] = x.Buckets(t.Context(), f, metric.Revenue, in)
				a.Page, errs[2] = x.Page(t.Context(), f, page)
				if err := errors.Join(errs[:]...); err != nil {
					t.Fatal(err)
				}
				return a
			}
			if diff := cmp.Diff(ask(oracle), ask(e), cmp.AllowUnexported(money.Sum{})); diff != "" {
				t.Errorf("large %v, %+v:\n%s", large, f, diff)
			}
		}
	}
	if e, _ := open(t, plain(50, 6)); e.Renderer.Schema.Single {
		t.Error("clients of many months are taken for a list")
	}
}

func TestCoarseLedgerIsRefused(t *testing.T) {
	t.Parallel()
	_, err := Open(t.Context(), Version{Batches: []Batch{{ID: "x", Scale: 3}}, Scale: 2}, options(t.TempDir()))
	if err == nil {
		t.Error("a batch cannot be finer than its ledger")
	}
}

func TestSumBeyondTheScaleIsRefused(t *testing.T) {
	t.Parallel()
	f := plain(2, 2)
	f.Batches[0].Lines.Amount[0] = math.MaxInt64 / 2
	dir := t.TempDir()
	v, err := publish(t, dir, f)
	if err != nil {
		t.Fatal(err)
	}
	v.Scale = 4
	e, err := Open(t.Context(), v, options(dir))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	}()
	if _, err := e.Summary(t.Context(), engine.Frame{Current: period.All}, metric.Revenue); fault.KindOf(err) != fault.Input {
		t.Errorf("got %v", err)
	}
}
