package trino_test

import (
	"math"
	"regexp"
	"strings"
	"testing"

	"clientele/internal/engine"
	"clientele/internal/engine/sqltext"
	"clientele/internal/engine/trino"
	"clientele/internal/metric"
	"clientele/internal/period"
)

// gathers are the steps that may stand on one node: they see what the others have
// summed up, a bounded number of rows, or nothing.
var gathers = regexp.MustCompile(`^(Output|RemoteSource|RemoteMerge|LocalExchange|LocalMerge|Project|Values|EnforceSingleRow|Limit|TopN|RowNumber|FilterProject|Filter|Aggregate|TableCommit)\b`)

// fragment is one stage of a plan.
type fragment struct {
	head  string // "Fragment 0 [SINGLE]"
	steps []string
}

func fragments(plan string) (out []fragment) {
	step := regexp.MustCompile(`(?:└─|├─)?\s*([A-Z][A-Za-z]+(\[.*\])?)`)
	for line := range strings.Lines(plan) {
		trimmed := strings.TrimLeft(line, " │└─├")
		switch {
		case strings.HasPrefix(line, "Fragment "):
			out = append(out, fragment{head: strings.TrimSpace(line)})
		case len(out) > 0 && step.MatchString(trimmed) && !strings.HasPrefix(trimmed, "Output layout") && !strings.HasPrefix(trimmed, "Layout") &&
			!strings.HasPrefix(trimmed, "Estimates") && !strings.HasPrefix(trimmed, "Distribution") && strings.IndexByte(trimmed, '[') > 0:
			f := &out[len(out)-1]
			f.steps = append(f.steps, strings.TrimSpace(trimmed))
		}
	}
	return out
}

// TestClusterPlans proves that no step on one node grows with the number of clients: no
// window over all rows, no sort of them, and every stage that reads rows is spread.
func TestClusterPlans(t *testing.T) {
	t.Parallel()
	c := cluster(t)
	name := schema(t, c)
	run(t, c, "CREATE TABLE "+name+".invoice_lines AS SELECT CAST(client % 211 AS VARCHAR) AS customer, CAST(NULL AS VARCHAR) AS customer_name,\n"+
		"date_add('day', line * 7, DATE '2023-01-01') AS invoiced_on, CAST(client * 3 + line AS VARCHAR) AS invoice, CAST(client * line AS DECIMAL(18, 2)) AS net, 'EUR' AS currency\n"+
		"FROM UNNEST(sequence(1, 300)) AS a (client) CROSS JOIN UNNEST(sequence(1, 100)) AS b (line)")
	r, err := c.NewRollup(t.Context(), source(name+".invoice_lines"), name, period.DateOf(2030, 1, 1))
	if err != nil {
		t.Fatal(err)
	}
	out, err := refresh(t, r, 1, period.NoDate)
	if err != nil {
		t.Fatal(err)
	}
	e, err := r.Open(t.Context(), &out.State, engine.Rules{Merged: map[string]string{"7": "8"}, Parents: map[string]string{"9": "Group"}})
	if err != nil {
		t.Fatal(err)
	}
	for name, q := range planned(t, trino.RendererOf(e), r) {
		plan := run(t, c, "EXPLAIN (TYPE DISTRIBUTED) "+q)
		if checkPlan(t, name, plan[0][0]); t.Failed() && testing.Verbose() {
			t.Fatal(q, plan[0][0])
		}
	}
}

// planned are all the texts that read clients or lines.
func planned(t *testing.T, r sqltext.Renderer, rollup *trino.Rollup) map[string]string {
	t.Helper()
	year := period.Range{From: period.DateOf(2024, 1, 1), To: period.DateOf(2025, 1, 1)}
	f := engine.Frame{Current: year, Prior: year.YearBefore(), WithoutNew: true}
	cut := engine.Frame{Current: period.Range{From: period.DateOf(2024, 1, 10), To: period.DateOf(2024, 9, 20)}, SalesOnly: true, Level: engine.ByGroup}
	all := map[string]string{"span": r.Span().Text, "pool": r.Pool(f).Text, "pool of a cut window": r.Pool(cut).Text}
	for what, f := range map[string]engine.Frame{"months": f, "a cut window": cut} {
		var ids []metric.ID
		for _, m := range metric.Bases() {
			ids = append(ids, m.ID)
		}
		frame, err := r.Frame(f, ids)
		if err != nil {
			t.Fatal(err)
		}
		all["summary of "+what] = r.Summary(frame, metric.Revenue).Text
		all["squares of "+what] = r.Squares(frame, metric.Revenue).Text
		all["buckets of "+what] = r.Buckets(frame, metric.Revenue, engine.Interval{Lo: 1, Hi: 1 << 20, Width: 256}).Text
		all["ranks of "+what] = r.Ranks(frame, metric.Revenue, sqltext.RankSpan{Bounds: []int64{100, 1000}}).Text
		all["page of "+what] = r.Page(frame, engine.Page{By: metric.Revenue, Measures: ids, Lo: math.MinInt64, Hi: math.MaxInt64, Offset: 100, Limit: 20}).Text
	}
	for what, text := range trino.TextsOf(rollup) {
		all["roll-up: "+what] = text
	}
	return all
}

func checkPlan(t *testing.T, name, plan string) {
	t.Helper()
	list := fragments(plan)
	if len(list) < 2 {
		t.Errorf("%s: a plan of %d stages was not understood:\n%s", name, len(list), plan)
	}
	for _, f := range list {
		alone := strings.Contains(f.head, "[SINGLE]") || strings.Contains(f.head, "[COORDINATOR_ONLY]")
		for _, s := range f.steps {
			switch {
			case strings.HasPrefix(s, "Window[") && strings.Contains(s, "partitionBy = []"):
				t.Errorf("%s: a window over all rows: %s", name, s)
			case strings.HasPrefix(s, "Sort[") || strings.HasPrefix(s, "PartialSort[") || strings.HasPrefix(s, "MergeSort["):
				t.Errorf("%s: a sort over all rows: %s", name, s)
			case alone && strings.Contains(s, "TableScan"), alone && !gathers.MatchString(s):
				t.Errorf("%s: on one node: %s\n%s", name, s, f.head)
			case alone && strings.HasPrefix(s, "Aggregate[") && strings.Contains(s, "keys = [") && !strings.Contains(s, "type = PARTIAL"):
				t.Errorf("%s: groups on one node: %s", name, s)
			}
		}
	}
}
