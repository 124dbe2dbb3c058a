package control_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"clientele/internal/control"
	"clientele/internal/ledger"
	"clientele/internal/money"
)

func tally(rows, without, units int64) ledger.Tally {
	return ledger.Tally{Rows: rows, WithoutAmount: without, Amount: money.FromInt64(units)}
}

func reason(state ledger.State, code string, t ledger.Tally) ledger.Reason {
	return ledger.Reason{State: state, Code: code, Text: code, Tally: t}
}

// worked is the example of definitions 1.5: read 10,000.00; clients 9,200.00; unassigned
// 300.00; excluded 400.00; quarantined 100.00.
func worked() control.Totals {
	c := control.Totals{
		Read: tally(100, 1, 1_000_000), Loaded: tally(90, 0, 950_000), Unassigned: tally(3, 0, 30_000), Assigned: tally(87, 0, 920_000),
		Skipped: []ledger.Skipped{{Kind: "header", Lines: 1}, {Kind: "blank", Lines: 2}},
		Stated:  &ledger.Stated{Label: "TOTAL", Amount: money.Amount{Units: 950_000, Decimals: 2}},
	}
	reasons := control.Reasons{}
	reasons.Add(reason(ledger.Quarantined, "bad_amount", tally(4, 1, 10_000)))
	reasons.Add(reason(ledger.Excluded, "status_void", tally(2, 0, 10_000)))
	reasons.Add(reason(ledger.Excluded, "status_draft", tally(3, 0, 20_000)))
	reasons.Add(reason(ledger.Excluded, "status_draft", tally(1, 0, 10_000)))
	c.SetAside(reasons)
	return c
}

func TestWorkedExampleCloses(t *testing.T) {
	t.Parallel()
	c := worked()
	if !c.Closes() || c.SkippedLines() != 3 {
		t.Errorf("%+v", c)
	}
	if c.Excluded != tally(6, 0, 40_000) || c.Quarantined != tally(4, 1, 10_000) {
		t.Errorf("excluded %+v, quarantined %+v", c.Excluded, c.Quarantined)
	}
	var codes []string
	for _, r := range c.Reasons {
		codes = append(codes, r.Code)
	}
	if got := strings.Join(codes, " "); got != "status_draft status_void bad_amount" {
		t.Errorf("reasons: %s", got)
	}
	c.Assigned = tally(87, 0, 920_001)
	if rows, amount := c.Residual(); rows != 0 || amount != money.FromInt64(1) || c.Closes() {
		t.Errorf("one unit too many for the clients: %d rows, %s", rows, amount.Format(0))
	}
	c.Read = tally(101, 1, 1_000_000)
	if rows, _ := c.Residual(); rows != 1 {
		t.Errorf("one row too many read: %d", rows)
	}
}

func TestExcludeLeavesTheSource(t *testing.T) {
	t.Parallel()
	whole := worked()
	whole.Reasons = append(make([]ledger.Reason, 0, 9), whole.Reasons...)
	one, two := whole, whole
	one.Exclude("outside_window", "", tally(5, 0, 500))
	two.Exclude("not_a_sale", "", tally(1, 0, -3))
	two.Exclude("nothing", "", ledger.Tally{})
	if len(whole.Reasons) != 3 || one.Reasons[3].Code != "outside_window" || two.Reasons[3].Code != "not_a_sale" || len(two.Reasons) != 4 {
		t.Errorf("whole %v\none %v\ntwo %v", whole.Reasons, one.Reasons, two.Reasons)
	}
	if one.Loaded != tally(85, 0, 949_500) || one.Excluded != tally(11, 0, 40_500) {
		t.Errorf("%+v", one)
	}
}

func TestUpscaleAndSum(t *testing.T) {
	t.Parallel()
	a := worked()
	fine, ok := a.Upscale(2)
	if !ok || fine.Read != tally(100, 1, 100_000_000) || fine.Stated.Amount.String() != "9500.0000" || fine.Reasons[0].Tally != tally(4, 0, 3_000_000) {
		t.Errorf("%+v, %v", fine, ok)
	}
	if a.Stated.Amount.Decimals != 2 || a.Reasons[0].Tally != tally(4, 0, 30_000) {
		t.Error("raising the scale changed the source")
	}
	b := worked()
	b.StatedDiffers = true
	b.MissingRate = []control.Waiting{{Currency: "USD", Decimals: 2, Rows: 1, Amount: money.FromInt64(150)}}
	sum := control.Sum([]control.Totals{a, b})
	if sum.Read != tally(200, 2, 2_000_000) || sum.Excluded != tally(12, 0, 80_000) || sum.SkippedLines() != 6 || !sum.StatedDiffers || len(sum.MissingRate) != 1 {
		t.Errorf("%+v", sum)
	}
	if sum.Stated == nil || sum.Stated.Amount.String() != "19000.00" {
		t.Errorf("stated %+v", sum.Stated)
	}
	b.Stated = nil
	if sum := control.Sum([]control.Totals{a, b}); sum.Stated != nil {
		t.Error("a total is stated though one file states none")
	}
	a.Stated.Amount.Units = math.MaxInt64
	if sum := control.Sum([]control.Totals{a, a}); sum.Stated != nil {
		t.Error("a stated total that does not fit 64 bits")
	}
	if _, ok := a.Upscale(1); ok {
		t.Error("a stated total was raised beyond 64 bits")
	}
	if sum := control.Sum(nil); sum.Stated != nil || sum.Closes() != true {
		t.Errorf("nothing: %+v", sum)
	}
}

func TestTotalsAsJSON(t *testing.T) {
	t.Parallel()
	c := worked()
	c.Assigned = ledger.Tally{} // is the engine's
	data, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	var back control.Totals
	if err := json.Unmarshal(data, &back); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(c, back, cmp.Comparer(func(a, b money.Sum) bool { return a == b })); diff != "" {
		t.Error(diff)
	}
}

func TestReasonsGetTheirAmount(t *testing.T) {
	t.Parallel()
	reasons := control.Reasons{}
	reasons.Add(reason(ledger.Excluded, "void", control.WithoutAmount(3)))
	reasons.Amount(ledger.Excluded, "void", control.One(500))
	reasons.Amount(ledger.Excluded, "void", control.WithoutAmount(1))
	reasons.Amount(ledger.Excluded, "draft", control.One(7))
	if got := reasons.List(); len(got) != 1 || got[0].Tally != tally(3, 2, 500) {
		t.Errorf("%+v", got)
	}
}

// Waiting lines add up at the finest scale, in whatever order they come.
func TestWaits(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		list := rapid.SliceOf(rapid.Custom(func(t *rapid.T) control.Waiting {
			return control.Waiting{
				Currency: rapid.SampledFrom([]money.Currency{"USD", "GBP"}).Draw(t, "currency"), Rows: 1,
				Decimals: uint8(rapid.IntRange(0, 4).Draw(t, "decimals")), Amount: money.FromInt64(rapid.Int64Range(-1000, 1000).Draw(t, "units")),
			}
		})).Draw(t, "lines")
		waits, want, rows := control.Waits{}, map[money.Currency]int64{}, map[money.Currency]int64{}
		for _, w := range list {
			waits.Add(w)
			units, _ := w.Amount.Int64()
			want[w.Currency] += units * money.Pow10(4-w.Decimals)
			rows[w.Currency]++
		}
		got := waits.List()
		if len(got) != len(rows) {
			t.Fatalf("%d currencies, want %d", len(got), len(rows))
		}
		for i, w := range got {
			if i > 0 && got[i-1].Currency >= w.Currency {
				t.Fatal("out of order")
			}
			if up, _ := w.Amount.Upscale(4 - w.Decimals); up != money.FromInt64(want[w.Currency]) || w.Rows != rows[w.Currency] {
				t.Fatalf("%+v, want %d", w, want[w.Currency])
			}
		}
	})
}
