package ledger_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"clientele/internal/ledger"
	"clientele/internal/money"
	"clientele/internal/period"
)

func tally(rows, without, units int64) ledger.Tally {
	return ledger.Tally{Rows: rows, WithoutAmount: without, Amount: money.FromInt64(units)}
}

// TestControlWorkedExample holds the example of definitions 1.5: read 10,000.00;
// clients 9,200.00; unassigned 300.00; excluded 400.00; quarantined 100.00.
func TestControlWorkedExample(t *testing.T) {
	t.Parallel()
	c := ledger.Control{
		Currency: "EUR", Decimals: 2,
		Read:        tally(100, 1, 1_000_000),
		Loaded:      tally(90, 0, 950_000),
		Unassigned:  tally(3, 0, 30_000),
		Excluded:    tally(6, 0, 40_000),
		Quarantined: tally(4, 1, 10_000),
	}
	if rows, amount := c.Residual(); rows != 0 || !amount.IsZero() || !c.Closes() {
		t.Errorf("residual %d rows and %s, want none", rows, amount.Format(2))
	}
	c.Excluded = tally(5, 0, 40_000)
	if rows, amount := c.Residual(); rows != 1 || !amount.IsZero() || c.Closes() {
		t.Errorf("one row missing: residual %d rows and %s", rows, amount.Format(2))
	}
	c.Excluded = tally(6, 0, 40_001)
	if rows, amount := c.Residual(); rows != 0 || amount != money.FromInt64(-1) || c.Closes() {
		t.Errorf("one unit too many: residual %d rows and %s", rows, amount.Format(2))
	}
}

func TestTallyPlus(t *testing.T) {
	t.Parallel()
	if got, want := tally(2, 1, 50).Plus(tally(3, 0, -70)), tally(5, 1, -20); got != want {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestDocumentAndLines(t *testing.T) {
	t.Parallel()
	if !(ledger.DocumentID{}).IsZero() || (ledger.DocumentID{Lo: 1}).IsZero() {
		t.Error("only the zero id names no document")
	}
	if got := (&ledger.Lines{Amount: []int64{1, 2, 3}}).Len(); got != 3 {
		t.Errorf("three lines are counted as %d", got)
	}
	if got := ledger.Loaded.String() + " " + ledger.Excluded.String() + " " + ledger.Quarantined.String(); got != "loaded excluded quarantined" {
		t.Error(got)
	}
}

func TestTallyMinusAndUpscale(t *testing.T) {
	t.Parallel()
	if got, want := tally(5, 1, -20).Minus(tally(3, 0, -70)), tally(2, 1, 50); got != want {
		t.Errorf("got %v, want %v", got, want)
	}
	if got, ok := tally(5, 1, -20).Upscale(3); !ok || got != tally(5, 1, -20_000) {
		t.Errorf("got %v, %v", got, ok)
	}
	huge := ledger.Tally{Amount: money.FromInt64(1 << 62)}
	if _, ok := huge.Upscale(255); ok {
		t.Error("an amount beyond 128 bits")
	}
}

func TestMoveAndCut(t *testing.T) {
	t.Parallel()
	l := &ledger.Lines{
		Account: []int32{0, 1, 2}, Day: []period.Date{10, 11, 12}, Amount: []int64{5, 6, 7}, Line: []int64{2, 3, 4},
		Currencies: []money.Currency{"EUR", "USD"}, Currency: []uint8{0, 1, 0}, Document: []ledger.DocumentID{{Lo: 1}, {Lo: 2}, {Lo: 3}},
	}
	if got := string(l.CurrencyOf(0) + l.CurrencyOf(1)); got != "EURUSD" {
		t.Error(got)
	}
	l.Move(1, 0)
	l.Move(1, 1)
	l.Cut(2)
	want := &ledger.Lines{
		Account: []int32{1, 1}, Day: []period.Date{11, 11}, Amount: []int64{6, 6}, Line: []int64{3, 3},
		Currencies: []money.Currency{"EUR", "USD"}, Currency: []uint8{1, 1}, Document: []ledger.DocumentID{{Lo: 2}, {Lo: 2}},
	}
	if diff := cmp.Diff(want, l); diff != "" {
		t.Error(diff)
	}
	bare := &ledger.Lines{Account: []int32{0, 1}, Day: []period.Date{10, 11}, Amount: []int64{5, 6}, Line: []int64{2, 3}, Currencies: []money.Currency{"EUR"}}
	bare.Move(1, 0)
	bare.Cut(1)
	if bare.Len() != 1 || bare.Amount[0] != 6 || bare.CurrencyOf(0) != "EUR" {
		t.Errorf("%+v", bare)
	}
}

// A later description adds what it says and takes nothing away.
func TestDescribe(t *testing.T) {
	t.Parallel()
	a := ledger.Account{Key: "7", Name: "7"}
	for _, step := range []struct{ said, want ledger.Account }{
		{ledger.Account{Key: "7", Name: "Acme", Owner: "Bo"}, ledger.Account{Key: "7", Name: "Acme", Owner: "Bo"}},
		{ledger.Account{Key: "7", Name: "7", Parent: "P"}, ledger.Account{Key: "7", Name: "Acme", Owner: "Bo", Parent: "P"}},
		{ledger.Account{Key: "7", Name: "Acme Inc", Owner: "Cy"}, ledger.Account{Key: "7", Name: "Acme Inc", Owner: "Cy", Parent: "P"}},
	} {
		if a.Describe(step.said); a != step.want {
			t.Errorf("%+v, want %+v", a, step.want)
		}
	}
}
