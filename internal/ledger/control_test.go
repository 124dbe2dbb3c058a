package ledger_test

import (
	"testing"

	"clientele/internal/ledger"
	"clientele/internal/money"
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
