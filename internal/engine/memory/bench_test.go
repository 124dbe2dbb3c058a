package memory

import (
	"math"
	"math/rand/v2"
	"strconv"
	"testing"

	"clientele/internal/engine"
	"clientele/internal/ledger"
	"clientele/internal/metric"
	"clientele/internal/period"
	"clientele/internal/rollup"
)

// BenchmarkLine asks what the line asks of 100,000 clients over a year: a summary,
// four rounds of buckets, a page of fifty with all measures, and rank sums.
func BenchmarkLine(b *testing.B) {
	const clients = 100_000
	r := rand.New(rand.NewPCG(5, 6))
	c := Config{Grain: rollup.Month}
	for i := range clients {
		c.Accounts = append(c.Accounts, ledger.Account{Key: "C" + strconv.Itoa(i), Name: "Client " + strconv.Itoa(i)})
		for m := range 12 {
			month := period.DateOf(2024, 1+m, 1)
			side := rollup.Side{Amount: int64(math.Exp(r.NormFloat64()*1.5 + 9)), Lines: 8, Documents: 2, First: month + 2, Last: month + 20}
			c.Cells = append(c.Cells, rollup.Cell{Account: int32(i), Month: month, All: side, Sales: side})
		}
	}
	half := period.DateOf(2024, 7, 1)
	f := engine.Frame{
		Current: period.Range{From: half, To: period.DateOf(2025, 1, 1)},
		Prior:   period.Range{From: period.DateOf(2024, 1, 1), To: half},
	}
	var all []metric.ID
	for _, m := range metric.Bases() {
		all = append(all, m.ID)
	}
	for b.Loop() {
		e := New(c)
		s, err := e.Summary(b.Context(), f, metric.Revenue)
		if err != nil {
			b.Fatal(err)
		}
		width := s.Max/4096 + 1
		for range 4 {
			if _, err := e.Buckets(b.Context(), f, metric.Revenue, engine.Interval{Lo: 1, Hi: 1 + 4096*width, Width: width}); err != nil {
				b.Fatal(err)
			}
			width = width/64 + 1
		}
		rows, err := e.Page(b.Context(), f, engine.Page{By: metric.Revenue, Measures: all, Lo: 1, Hi: math.MaxInt64, Limit: 50})
		if err != nil || len(rows) != 50 {
			b.Fatal(len(rows), err)
		}
		ranked, ok := e.(engine.Ranks)
		if !ok {
			b.Fatal("no ranks")
		}
		if _, err := ranked.RankParts(b.Context(), f, metric.Revenue); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Milliseconds())/float64(b.N), "ms/line")
}
