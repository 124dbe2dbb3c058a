package money_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"clientele/internal/money"
)

// TestAppend compares with the form of 128 bits, which is written another way.
func TestAppend(t *testing.T) {
	t.Parallel()
	check := func(a money.Amount) (string, bool) {
		got := string(a.Append([]byte("x")))
		return got, got == "x"+money.FromInt64(a.Units).Format(a.Decimals)
	}
	for _, units := range []int64{0, 5, -5, 50, 12345, -100, math.MaxInt64, math.MinInt64, math.MinInt64 + 1} {
		for decimals := range uint8(20) {
			if got, ok := check(money.Amount{Units: units, Decimals: decimals}); !ok {
				t.Errorf("%d at %d is %s", units, decimals, got)
			}
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		a := money.Amount{Units: rapid.Int64().Draw(t, "units"), Decimals: rapid.Uint8Max(12).Draw(t, "decimals")}
		if got, ok := check(a); !ok {
			t.Fatalf("%+v is %s", a, got)
		}
	})
}
