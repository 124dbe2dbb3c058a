package rollup

import (
	"errors"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"clientele/internal/fault"
	"clientele/internal/ledger"
	"clientele/internal/period"
)

var (
	rebate = ledger.Topic{Kind: ledger.ClientCost, Name: "rebate"}
	calls  = ledger.Topic{Kind: ledger.Effort, Name: "Ann", Detail: "call"}
)

// addAll adds facts of two accounts and of nobody.
func addAll(t *testing.T, b *Facts) {
	t.Helper()
	for i, f := range []struct {
		account int32
		day     string
		topic   ledger.Topic
		amount  int64
	}{
		{1, "2024-02-29", rebate, 10},
		{0, "2024-02-29", calls, 7},
		{1, "2024-02-01", rebate, -4},
		{1, "2024-03-01", rebate, 2},
		{1, "", rebate, 1},
		{ledger.Unassigned, "2024-02-03", calls, 5},
		{1, "2024-02-29", calls, 3},
		{1, "", rebate, 1},
	} {
		if err := b.Add(f.account, day(t, f.day), b.Topic(f.topic), f.amount, int64(i+2)); err != nil {
			t.Fatal(err)
		}
	}
}

func TestFactsByMonth(t *testing.T) {
	t.Parallel()
	b := NewFacts(Month)
	addAll(t, b)
	february := period.DateOf(2024, 2, 1)
	want := []FactCell{
		{ledger.Unassigned, february, 1, 5, 1},
		{0, february, 1, 7, 1},
		{1, period.NoDate, 0, 2, 2},
		{1, february, 0, 6, 2},
		{1, february, 1, 3, 1},
		{1, february.AddMonths(1), 0, 2, 1},
	}
	if diff := cmp.Diff(want, b.Cells()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]ledger.Topic{rebate, calls}, b.Topics()); diff != "" {
		t.Error(diff)
	}
	// What was ordered goes on.
	if err := b.Add(1, february, 0, 100, 10); err != nil {
		t.Fatal(err)
	}
	want[3].Amount, want[3].Rows = 106, 3
	if diff := cmp.Diff(want, b.Cells()); diff != "" {
		t.Error(diff)
	}
}

func TestFactsByDay(t *testing.T) {
	t.Parallel()
	b := NewFacts(Day)
	addAll(t, b)
	want := []FactCell{
		{ledger.Unassigned, day(t, "2024-02-03"), 1, 5, 1},
		{0, day(t, "2024-02-29"), 1, 7, 1},
		{1, period.NoDate, 0, 2, 2},
		{1, day(t, "2024-02-01"), 0, -4, 1},
		{1, day(t, "2024-02-29"), 0, 10, 1},
		{1, day(t, "2024-02-29"), 1, 3, 1},
		{1, day(t, "2024-03-01"), 0, 2, 1},
	}
	if diff := cmp.Diff(want, b.Cells()); diff != "" {
		t.Error(diff)
	}
}

// TestFactsBeyond64Bits: the sum is refused at the line that it does not fit with.
func TestFactsBeyond64Bits(t *testing.T) {
	t.Parallel()
	for _, amounts := range [][2]int64{{math.MaxInt64, 1}, {math.MinInt64, -1}} {
		b := NewFacts(Month)
		topic := b.Topic(rebate)
		first := b.Add(0, day(t, "2024-02-01"), topic, amounts[0], 7)
		other := b.Add(0, day(t, "2024-03-01"), topic, amounts[1], 8) // another month
		err := b.Add(0, day(t, "2024-02-29"), topic, amounts[1], 9)
		if e, ok := errors.AsType[*fault.Error](err); first != nil || other != nil || !ok || e.Kind != fault.Input || e.Place.Line != 9 {
			t.Errorf("%v: %v, %v, %v", amounts, first, other, err)
		}
	}
}

// TestCosts: 12.34 at two decimals are 12340000 millionths; without a cost it is the
// revenue that counts, and 0 is a cost.
func TestCosts(t *testing.T) {
	t.Parallel()
	b := NewFacts(Month)
	l := block(t, 2, row{0, "2024-02-01", 5000, 1}, row{0, "2024-02-02", 999, 2}, row{ledger.Unassigned, "", 100, 3})
	if err := b.Costs(l, []int64{5000, 999, 100}, []int64{1234, ledger.NoCost, 0}, 2); err != nil {
		t.Fatal(err)
	}
	want := []FactCell{
		{ledger.Unassigned, period.NoDate, 0, 0, 1},
		{0, period.DateOf(2024, 2, 1), 0, 12_340_000, 1},
		{0, period.DateOf(2024, 2, 1), 1, 9_990_000, 1},
	}
	if diff := cmp.Diff(want, b.Cells()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]ledger.Topic{{Kind: ledger.DirectCost}, {Kind: ledger.Uncosted}}, b.Topics()); diff != "" {
		t.Error(diff)
	}
	if err := b.Costs(l, nil, []int64{math.MaxInt64, 0, 0}, 2); fault.KindOf(err) != fault.Input {
		t.Errorf("got %v", err)
	}
}
