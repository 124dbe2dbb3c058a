package duckdb

import (
	"errors"
	"flag"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"clientele/internal/engine"
	"clientele/internal/ledger"
	"clientele/internal/metric"
	"clientele/internal/period"
	"clientele/internal/rollup"
	"clientele/internal/tables"
	"clientele/internal/tables/tablestest"
)

var (
	clientsFlag = flag.Int("clients", 20_000, "clients of the benchmarks' ledger")
	monthsFlag  = flag.Int("months", 12, "cells of each client")
	memoryFlag  = flag.Int64("memory", 512, "MiB for the engine's buffers")
	dataFlag    = flag.String("data", "", "folder that keeps the ledger between runs")
)

// large publishes a ledger of cells only, log-normal, seeded.
func large(b *testing.B, clients, months int) (string, Version) {
	b.Helper()
	dir := *dataFlag
	if dir == "" {
		dir = b.TempDir()
	}
	v := Version{Scale: 2, Batches: []Batch{{
		ID: "b", Scale: 2,
		CellFiles: []string{filepath.Join(dir, "cell.parquet")}, AccountFiles: []string{filepath.Join(dir, "account.parquet")},
	}}}
	if _, err := os.Stat(v.Batches[0].AccountFiles[0]); err == nil {
		return dir, v
	}
	r := rand.New(rand.NewPCG(5, 6))
	err := tablestest.Create(v.Batches[0].CellFiles[0], func(w io.Writer) error {
		cells, err := tables.NewCellWriter(w, tables.Same)
		if err != nil {
			return err
		}
		for c := range clients {
			scale := math.Exp(r.NormFloat64()*1.5 + 9)
			for m := range months {
				month := period.DateOf(2024, 1+m, 1)
				amount := int64(scale * (0.5 + r.Float64()))
				side := rollup.Side{Amount: amount, Lines: 8, Documents: 2, First: month + 2, Last: month + 20}
				if err := cells.Write(rollup.Cell{Account: int32(c), Month: month, All: side, Sales: side}); err != nil {
					return err
				}
			}
		}
		return cells.Close()
	})
	accounts := make([]ledger.Account, clients)
	for i := range accounts {
		accounts[i].Key = "C" + strconv.Itoa(i)
		accounts[i].Name = "Client " + strconv.Itoa(i)
	}
	err = errors.Join(err, tablestest.Create(v.Batches[0].AccountFiles[0], func(w io.Writer) error { return tables.WriteAccounts(w, tables.Same, accounts) }))
	if err != nil {
		b.Fatal(err)
	}
	return dir, v
}

// BenchmarkLine opens an engine and asks what the line asks: a summary, four rounds
// of buckets, a page of fifty with all measures, and rank sums.
func BenchmarkLine(b *testing.B) {
	dir, v := large(b, *clientsFlag, *monthsFlag)
	o := options(dir)
	o.Memory = *memoryFlag << 20
	f := engine.Frame{
		Current: period.Range{From: period.DateOf(2024, 7, 1), To: period.DateOf(2025, 1, 1)},
		Prior:   period.Range{From: period.DateOf(2024, 1, 1), To: period.DateOf(2024, 7, 1)},
	}
	var ranks time.Duration
	if *monthsFlag < 12 {
		f = engine.Frame{Current: period.All}
	}
	for b.Loop() {
		e, err := Open(b.Context(), v, o)
		if err != nil {
			b.Fatal(err)
		}
		s, err := e.Summary(b.Context(), f, metric.Revenue)
		if err != nil {
			b.Fatal(err)
		}
		lo, width := int64(1), s.Max/4096+1
		for range 4 {
			if _, err := e.Buckets(b.Context(), f, metric.Revenue, engine.Interval{Lo: lo, Hi: lo + 4096*width, Width: width}); err != nil {
				b.Fatal(err)
			}
			width = width/64 + 1
		}
		var all []metric.ID
		for _, m := range metric.Bases() {
			all = append(all, m.ID)
		}
		rows, err := e.Page(b.Context(), f, engine.Page{By: metric.Revenue, Measures: all, Lo: 1, Hi: math.MaxInt64, Limit: 50})
		if err != nil || len(rows) != 50 {
			b.Fatal(len(rows), err)
		}
		begun := b.Elapsed()
		if _, err := e.RankParts(b.Context(), f, metric.Revenue); err != nil {
			b.Fatal(err)
		}
		ranks += b.Elapsed() - begun
		if err := e.Close(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(ranks.Milliseconds())/float64(b.N), "ms/ranks")
	b.ReportMetric(float64(b.Elapsed().Milliseconds())/float64(b.N), "ms/line")
}
