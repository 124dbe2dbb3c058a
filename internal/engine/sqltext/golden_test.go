package sqltext

import (
	"flag"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"clientele/internal/engine"
	"clientele/internal/metric"
	"clientele/internal/period"
)

var update = flag.Bool("update", false, "write the golden files anew")

var (
	year   = period.Range{From: period.DateOf(2024, 1, 1), To: period.DateOf(2025, 1, 1)}
	before = period.Range{From: period.DateOf(2023, 1, 1), To: period.DateOf(2024, 1, 1)}
	cut    = period.Range{From: period.DateOf(2024, 2, 10), To: period.DateOf(2024, 5, 1)}
)

// bases are all base measures.
func bases() (ids []metric.ID) {
	for _, m := range metric.Bases() {
		ids = append(ids, m.ID)
	}
	return ids
}

// texts renders every kind of question once, by name.
func texts(t *testing.T, r Renderer) map[string]Query {
	t.Helper()
	merged := Renderer{r.Dialect, Schema{Path: []string{"lake", `odd"name`}, Merged: true}}
	documents := func(r Renderer, f engine.Frame) Query {
		t.Helper()
		q, err := r.Documents(f)
		if err != nil {
			t.Fatal(err)
		}
		return q
	}
	old := engine.Frame{Current: period.Trailing(period.DateOf(2026, 3, 4), 12), WithoutNew: true}
	frame := func(r Renderer, f engine.Frame, ids ...metric.ID) string {
		text, err := r.Frame(f, ids)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	plain := engine.Frame{Current: year, Prior: before}
	sales := engine.Frame{Level: engine.ByGroup, Current: cut, Prior: cut.YearBefore(), SalesOnly: true}
	page := engine.Page{By: metric.Revenue, Measures: []metric.ID{metric.Revenue, metric.FirstDate}, Lo: math.MinInt64, Hi: 5, Offset: 20, Limit: 10, Clients: []string{"a", "b"}}
	all := map[string]Query{
		"span":           r.Span(),
		"frame":          {Text: frame(r, plain, bases()...)},
		"frame_all":      {Text: frame(r, engine.Frame{Current: period.All}, metric.Revenue, metric.RevenuePrior, metric.LinesEver)},
		"frame_cut":      {Text: frame(merged, sales, bases()...)},
		"pool":           r.Pool(plain),
		"pool_cut":       merged.Pool(sales),
		"summary":        r.Summary(frame(r, plain, metric.Revenue), metric.Revenue),
		"squares":        r.Squares(`"frame_1"`, metric.Revenue),
		"buckets":        r.Buckets(`"frame_1"`, metric.Revenue, engine.Interval{Lo: -5, Hi: 95, Width: 10}),
		"page":           merged.Page(frame(merged, plain, metric.Revenue, metric.FirstDate), page),
		"page_all":       r.Page(`"frame_1"`, engine.Page{By: metric.Revenue, Lo: math.MinInt64, Hi: math.MaxInt64, Limit: -1}),
		"page_top":       r.Page(`"frame_1"`, engine.Page{By: metric.Revenue, Measures: []metric.ID{metric.Revenue}, Lo: 1, Hi: 500, Offset: 20, Limit: 10}),
		"ranks":          r.Ranks(frame(r, plain, metric.Revenue), metric.Revenue, RankSpan{First: 4, Bounds: []int64{10, 100, 1000}, Lo: 5, Hi: 5000, But: []int64{77}}),
		"documents":      documents(r, plain),
		"documents_cut":  documents(merged, sales),
		"documents_old":  documents(merged, old),
		"frame_old":      {Text: frame(r, old, metric.Revenue)},
		"frame_old_who":  {Text: frame(merged, old, metric.Revenue)},
		"client_lines":   merged.ClientLines(sales, "a", 50),
		"client_lines_1": r.ClientLines(engine.Frame{Current: period.All}, "a", -1),
	}
	maps.Copy(all, factTexts(r, merged, plain, sales, frame))
	return all
}

// factTexts renders the questions about what is known beside the lines.
func factTexts(r, merged Renderer, plain, cut engine.Frame, frame func(Renderer, engine.Frame, ...metric.ID) string) map[string]Query {
	only := plain
	only.SalesOnly = true
	february := period.DateOf(2024, 2, 1)
	ask := engine.StatementAsk{
		Measures: []metric.ID{metric.Revenue, metric.LinesEver}, Sales: []metric.ID{metric.Invoices},
		Terms: []engine.Term{
			{Topics: []engine.Weighted{{Topic: 1, Month: period.NoDate, Weight: 1}, {Topic: 1 << 40, Month: period.NoDate, Weight: 1}}},
			{Topics: []engine.Weighted{{Topic: 7, Month: february, Weight: 10}, {Topic: 7, Month: february.AddMonths(1), Weight: math.MinInt64}}, Per: 1000},
		},
	}
	without := engine.StatementAsk{Measures: ask.Measures}
	return map[string]Query{
		"fact_totals":           r.FactTotals(plain),
		"facts_behind":          merged.FactsBehind(cut, engine.FactAsk{Client: "a", Topics: []int64{3, 1 << 40}, Limit: 50}),
		"facts_behind_all":      r.FactsBehind(engine.Frame{Current: period.All}, engine.FactAsk{Topics: []int64{7}, Limit: -1}),
		"fact_totals_cut":       merged.FactTotals(cut),
		"statements":            r.Statements(plain, frame(r, plain, ask.Measures...), frame(r, only, ask.Sales...), ask, Terms(ask.Terms)),
		"statements_cut_merged": merged.Statements(cut, `"frame_1"`, `"frame_2"`, ask, "term_1 w"),
		"statements_no_terms":   r.Statements(engine.Frame{Current: period.All}, `"frame_1"`, "", without, Terms(without.Terms)),
	}
}

// TestGenericTexts compares the generic dialect with its golden files. A missing
// file fails; -update writes them, but not in CI.
func TestGenericTexts(t *testing.T) {
	t.Parallel()
	if *update && os.Getenv("CI") == "true" {
		t.Fatal("golden files are not written in CI")
	}
	all := texts(t, Renderer{Dialect: Generic})
	for name, q := range all {
		file := filepath.Join("testdata", name+".sql")
		got := q.Text + "\n"
		var args strings.Builder
		for i, arg := range q.Args {
			fmt.Fprintf(&args, "-- parameter %d: %q\n", i+1, arg)
		}
		got += args.String()
		if *update {
			if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Errorf("%v; run the test with -update and read what it wrote", err)
			continue
		}
		if diff := cmp.Diff(string(want), got); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
	files, err := filepath.Glob("testdata/*.sql")
	if err != nil || len(files) != len(all) {
		t.Errorf("%d golden files for %d texts, %v", len(files), len(all), err)
	}
}

// TestTextsKeepTheRules: what engines do differently, or wrongly, is in no text.
func TestTextsKeepTheRules(t *testing.T) {
	t.Parallel()
	forbidden := regexp.MustCompile(`(?i)\b(qualify|string_agg|bool_and|bool_or|lower|upper|avg|median|quantile|date_trunc|group by all|order by all|limit \d+ offset|with)\b|sum\([^()]*\) over|over \(\s*(order|\))`)
	order := regexp.MustCompile(`ORDER BY ([^)]+?)(\n|$)`)
	for name, q := range texts(t, Renderer{Dialect: Generic}) {
		if m := forbidden.FindString(q.Text); m != "" {
			t.Errorf("%s holds %q", name, m)
		}
		for _, m := range order.FindAllStringSubmatch(q.Text, -1) {
			if !strings.Contains(m[1], "NULLS LAST") {
				t.Errorf("%s leaves nulls to the engine: %s", name, m[1])
			}
		}
		if n := strings.Count(q.Text, "?"); n != len(q.Args) {
			t.Errorf("%s has %d places for %d parameters", name, n, len(q.Args))
		}
		if strings.Count(q.Text, "(") != strings.Count(q.Text, ")") {
			t.Errorf("%s: brackets", name)
		}
	}
}

func TestCuts(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		frame engine.Frame
		want  string
	}{
		"whole months":    {engine.Frame{Current: year, Prior: before}, "[]"},
		"all dates":       {engine.Frame{Current: period.All}, "[]"},
		"inside a month":  {engine.Frame{Current: period.Range{From: period.DateOf(2024, 2, 3), To: period.DateOf(2024, 2, 4)}}, "[2024-02-01]"},
		"both windows":    {engine.Frame{Current: cut, Prior: cut.YearBefore()}, "[2023-02-01 2024-02-01]"},
		"an open start":   {engine.Frame{Current: period.Range{From: period.NoDate, To: period.DateOf(2024, 2, 29)}}, "[2024-02-01]"},
		"no comparison":   {engine.Frame{Current: year, Prior: period.Range{From: 5, To: 5}}, "[]"},
		"before the 70s":  {engine.Frame{Current: period.Range{From: -5, To: 0}}, "[1969-12-01]"},
		"ends mid month":  {engine.Frame{Current: period.Range{From: year.From, To: period.DateOf(2024, 3, 31)}}, "[2024-03-01]"},
		"an open end":     {engine.Frame{Current: period.Range{From: period.DateOf(2024, 3, 2), To: period.All.To}}, "[2024-03-01]"},
		"touching months": {engine.Frame{Current: period.Range{From: period.DateOf(2024, 1, 31), To: period.DateOf(2024, 2, 2)}}, "[2024-01-01 2024-02-01]"},
	} {
		if got := fmt.Sprint(cuts(c.frame)); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestWideReadsWhatDriversGive(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in   any
		want string // "" if it is refused
	}{
		{int64(-5), "-5"},
		{int32(7), "7"},
		{"18446744073709551614", "18446744073709551614"},
		{[]byte("-12.000"), "-12"},
		{"12.5", ""},
		{"nan", ""},
		{1.5, ""},
		{nil, ""},
		{"", ""},
		{"170141183460469231731687303715884105728", ""},
	} {
		var w Wide
		err := w.Scan(c.in)
		if (err != nil) != (c.want == "") || (err == nil && w.Format(0) != c.want) {
			t.Errorf("%v: %s, %v; want %q", c.in, w.Format(0), err, c.want)
		}
	}
	var w Wide
	if err := w.Scan("9223372036854775808"); err != nil {
		t.Fatal(err)
	}
	if _, err := w.narrow(); err == nil {
		t.Error("2^63 does not fit 64 bits")
	}
}

// TestWindows forbids what a cluster cannot do on many nodes, or does wrong: a window
// over all rows stands on one node, and Trino wraps sums of 64 bits in a window silently.
func TestWindows(t *testing.T) {
	t.Parallel()
	over := regexp.MustCompile(`(\w+)\([^()]*\)\s+OVER\s*\(([^)]*)\)`)
	found := 0
	for _, d := range []Dialect{Generic} {
		for name, q := range texts(t, Renderer{Dialect: d}) {
			if n := strings.Count(q.Text, " OVER "); n != len(over.FindAllString(q.Text, -1)) {
				t.Errorf("%s: a window that this test does not understand:\n%s", name, q.Text)
			}
			for _, m := range over.FindAllStringSubmatch(q.Text, -1) {
				found++
				if m[1] != "row_number" || !strings.HasPrefix(m[2], "PARTITION BY ") {
					t.Errorf("%s: %s", name, m[0])
				}
			}
		}
	}
	if found == 0 {
		t.Error("no window was found: the test looks for the wrong thing")
	}
}
