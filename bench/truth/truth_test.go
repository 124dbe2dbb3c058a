package truth_test

import (
	"strings"
	"testing"

	"clientele/bench/truth"
)

// 50 + 30 of 100 is exactly the line; a client that lost money and one without a line
// are not counted among the positive.
func TestCount(t *testing.T) {
	t.Parallel()
	x := truth.Truth{Lines: 5, Cents: 9750}
	x.Count([]int64{2000, -250, 0, 5000, 3000}, []bool{true, true, false, true, true})
	if x.Clients != 4 || x.Needed != 2 || x.Ticket != 3000 {
		t.Errorf("counted %+v", x)
	}
	if got := x.String(); got != "97.50 4 2 30.00" {
		t.Errorf("said %q", got)
	}
}

func TestHold(t *testing.T) {
	t.Parallel()
	x := truth.Truth{Cents: 9750, Clients: 4, Needed: 2, Ticket: 3000}
	const right = `{"total":"97.50","clients":{"total":4},"line":{"clients":2,"entry_ticket":"30.00"}}`
	if err := x.Hold(right); err != nil {
		t.Error(err)
	}
	for _, wrong := range []string{"", strings.Replace(right, "97.50", "97.51", 1), strings.Replace(right, `"total":4`, `"total":5`, 1), strings.Replace(right, "30.00", "30.01", 1)} {
		if x.Hold(wrong) == nil {
			t.Errorf("%q holds", wrong)
		}
	}
	if truth.HoldTotal(right, 9750) != nil || truth.HoldTotal(right, 9751) == nil || truth.HoldTotal("", 9750) == nil {
		t.Error("the total is not held")
	}
}

func TestAppendCents(t *testing.T) {
	t.Parallel()
	for cents, want := range map[int64]string{0: "0.00", 5: "0.05", -5: "-0.05", 12345: "123.45", -12340: "-123.40"} {
		if got := string(truth.AppendCents(nil, cents)); got != want {
			t.Errorf("%d is %s, want %s", cents, got, want)
		}
	}
}
