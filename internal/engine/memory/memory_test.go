package memory

import (
	"context"
	"errors"
	"math"
	"testing"

	"clientele/internal/engine"
	"clientele/internal/fault"
	"clientele/internal/ledger"
	"clientele/internal/metric"
	"clientele/internal/period"
	"clientele/internal/rollup"
)

// book builds an engine of one line per client and day.
func book(t *testing.T, opt rollup.Options, days []string, amounts []int64) engine.Engine {
	t.Helper()
	lines := &ledger.Lines{}
	var accounts []ledger.Account
	for i, amount := range amounts {
		d, err := period.ParseISO(days[i%len(days)])
		if err != nil {
			t.Fatal(err)
		}
		lines.Account = append(lines.Account, int32(i))
		lines.Day = append(lines.Day, d)
		lines.Amount = append(lines.Amount, amount)
		accounts = append(accounts, ledger.Account{Key: string(rune('a' + i)), Name: string(rune('A' + i))})
	}
	b := rollup.New(opt)
	if err := b.Add(lines); err != nil {
		t.Fatal(err)
	}
	cells, err := b.Cells()
	if err != nil {
		t.Fatal(err)
	}
	docs, err := b.Documents()
	if err != nil {
		t.Fatal(err)
	}
	return New(Config{Cells: cells, Grain: opt.Grain, Accounts: accounts, Documents: docs})
}

func TestMonthsRefuseDays(t *testing.T) {
	t.Parallel()
	e := book(t, rollup.Options{}, []string{"2025-01-10"}, []int64{1})
	frame := engine.Frame{Current: period.Range{From: period.DateOf(2025, 1, 5), To: period.DateOf(2025, 2, 1)}}
	if _, err := e.Summary(t.Context(), frame, metric.Revenue); fault.KindOf(err) != fault.Internal {
		t.Errorf("got %v", err)
	}
	daily := book(t, rollup.Options{Grain: rollup.Day}, []string{"2025-01-10", "2025-01-04"}, []int64{1, 2})
	s, err := daily.Summary(t.Context(), frame, metric.Revenue)
	if err != nil || s.Clients != 2 || s.Zero != 1 || s.Max != 1 {
		t.Errorf("got %+v, %v", s, err)
	}
}

func TestDocumentsOnlyWhenKept(t *testing.T) {
	t.Parallel()
	if _, ok := book(t, rollup.Options{}, []string{"2025-01-10"}, []int64{1}).(engine.Documents); ok {
		t.Error("documents were not kept")
	}
	if _, ok := book(t, rollup.Options{KeepDocuments: true}, []string{"2025-01-10"}, []int64{1}).(engine.Documents); !ok {
		t.Error("documents were kept")
	}
}

// TestSquaresOfTheLargest: (2^63 - 1)² = a²·2^62 + 2ab·2^31 + b² with a = 2^32 - 1, b = 2^31 - 1.
func TestSquaresOfTheLargest(t *testing.T) {
	t.Parallel()
	e := book(t, rollup.Options{}, []string{"2025-01-10"}, []int64{math.MaxInt64})
	s, err := e.Summary(t.Context(), engine.Frame{Current: period.All}, metric.Revenue)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"18446744065119617025", "9223372030412324865", "4611686014132420609"} {
		if got := s.SquareParts[i].Format(0); got != want {
			t.Errorf("part %d is %s, want %s", i, got, want)
		}
	}
}

func TestCancelledQuestionStops(t *testing.T) {
	t.Parallel()
	e := book(t, rollup.Options{}, []string{"2025-01-10"}, []int64{1})
	stopped, stop := context.WithCancel(t.Context())
	stop()
	_, err := e.Summary(stopped, engine.Frame{Current: period.All}, metric.Revenue)
	if e, ok := errors.AsType[*fault.Error](err); !ok || e.Kind != fault.Canceled {
		t.Errorf("got %v", err)
	}
}
