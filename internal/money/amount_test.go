package money_test

import (
	"errors"
	"math"
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"clientele/internal/money"
)

// rat is the value of an amount as an exact rational: the oracle of these tests.
func rat(a money.Amount) *big.Rat {
	den := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(a.Decimals)), nil)
	return new(big.Rat).SetFrac(big.NewInt(a.Units), den)
}

func anyAmount(t *rapid.T, label string) money.Amount {
	units := rapid.OneOf(
		rapid.Int64(),
		rapid.Int64Range(-1_000_000, 1_000_000),
		rapid.SampledFrom([]int64{0, 1, -1, math.MaxInt64, math.MinInt64, 1e18, -1e18}),
	).Draw(t, label+" units")
	return money.Amount{Units: units, Decimals: rapid.Uint8Range(0, 18).Draw(t, label+" decimals")}
}

func TestRescale(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		in    money.Amount
		scale uint8
		want  int64
		err   error
	}{
		{"same scale", money.Amount{Units: 1234, Decimals: 2}, 2, 1234, nil},
		{"finer", money.Amount{Units: 1234, Decimals: 2}, 4, 123400, nil},
		{"coarser, zeros only", money.Amount{Units: 1200, Decimals: 2}, 0, 12, nil},
		{"coarser, a digit would be lost", money.Amount{Units: 1234, Decimals: 2}, 1, 0, money.ErrPrecision},
		{"too large at the finer scale", money.Amount{Units: math.MaxInt64, Decimals: 0}, 1, 0, money.ErrOverflow},
		{"the smallest value keeps its sign", money.Amount{Units: math.MinInt64, Decimals: 3}, 3, math.MinInt64, nil},
		{"zero at any scale", money.Amount{Units: 0, Decimals: 0}, 200, 0, nil},
		{"beyond every power of ten", money.Amount{Units: 1, Decimals: 0}, 200, 0, money.ErrOverflow},
		{"zero with decimals", money.Amount{Units: 0, Decimals: 6}, 2, 0, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := tt.in.Rescale(tt.scale)
			if got != tt.want || !errors.Is(err, tt.err) {
				t.Errorf("%v.Rescale(%d) = %d, %v; want %d, %v", tt.in, tt.scale, got, err, tt.want, tt.err)
			}
		})
	}
}

func TestAmountString(t *testing.T) {
	t.Parallel()
	for want, in := range map[string]money.Amount{
		"0":                    {},
		"0.00":                 {Decimals: 2},
		"-0.05":                {Units: -5, Decimals: 2},
		"147554.8323":          {Units: 1475548323, Decimals: 4},
		"-9223372036854775808": {Units: math.MinInt64},
		"9.223372036854775807": {Units: math.MaxInt64, Decimals: 18},
	} {
		if got := in.String(); got != want {
			t.Errorf("%d at %d decimals: %q, want %q", in.Units, in.Decimals, got, want)
		}
	}
}

func TestRescaleKeepsTheValue(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a := anyAmount(t, "a")
		scale := rapid.Uint8Range(0, 18).Draw(t, "scale")
		got, err := a.Rescale(scale)
		exact := new(big.Rat).Mul(rat(a), new(big.Rat).SetInt64(money.Pow10(scale)))
		switch {
		case err == nil:
			if exact.Cmp(new(big.Rat).SetInt64(got)) != 0 {
				t.Fatalf("%v at scale %d = %d, exactly %v", a, scale, got, exact)
			}
		case errors.Is(err, money.ErrPrecision):
			if exact.IsInt() {
				t.Fatalf("%v at scale %d is the whole number %v, yet: %v", a, scale, exact, err)
			}
		case errors.Is(err, money.ErrOverflow):
			if exact.IsInt() && exact.Num().IsInt64() {
				t.Fatalf("%v at scale %d fits as %v, yet: %v", a, scale, exact, err)
			}
		default:
			t.Fatalf("%v.Rescale(%d): unknown error %v", a, scale, err)
		}
	})
}

func TestAmountArithmeticIsExact(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := anyAmount(t, "a"), anyAmount(t, "b")
		if rat(a.Trim()).Cmp(rat(a)) != 0 {
			t.Fatalf("Trim changed %v to %v", a, a.Trim())
		}
		if trimmed := a.Trim(); trimmed.Decimals > 0 && trimmed.Units%10 == 0 {
			t.Fatalf("Trim left a zero: %v", trimmed)
		}
		check := func(op string, got money.Amount, err error, want *big.Rat) {
			t.Helper()
			if err == nil && rat(got).Cmp(want) != 0 {
				t.Fatalf("%v %s %v = %v, exactly %v", a, op, b, got, want)
			}
			if err != nil && !errors.Is(err, money.ErrOverflow) {
				t.Fatalf("%v %s %v: %v", a, op, b, err)
			}
			if err != nil && want.IsInt() && want.Num().IsInt64() && rat(a).IsInt() && rat(b).IsInt() {
				t.Fatalf("%v %s %v = %v fits, yet: %v", a, op, b, want, err)
			}
		}
		sum, err := a.Add(b)
		check("+", sum, err, new(big.Rat).Add(rat(a), rat(b)))
		product, err := a.Mul(b)
		check("*", product, err, new(big.Rat).Mul(rat(a), rat(b)))
		negated, err := a.Neg()
		if (err != nil) != (a.Units == math.MinInt64) {
			t.Fatalf("-%v: %v", a, err)
		}
		if err == nil && rat(negated).Cmp(new(big.Rat).Neg(rat(a))) != 0 {
			t.Fatalf("-%v = %v", a, negated)
		}
	})
}

func TestAddDropsZerosBeforeItOverflows(t *testing.T) {
	t.Parallel()
	one := money.Amount{Units: 1e18, Decimals: 18}
	got, err := one.Add(money.Amount{Units: 10})
	if err != nil || got.String() != "11" {
		t.Errorf("1.000000000000000000 + 10 = %v, %v; want 11", got, err)
	}
}

func TestMulOverflowsByDecimals(t *testing.T) {
	t.Parallel()
	fine := money.Amount{Units: 3, Decimals: 200}
	if got, err := fine.Mul(fine); !errors.Is(err, money.ErrOverflow) {
		t.Errorf("3e-200 * 3e-200 = %v, %v; want %v", got, err, money.ErrOverflow)
	}
}

func TestCurrencyDecimals(t *testing.T) {
	t.Parallel()
	// ISO 4217, list one: minor units.
	for code, want := range map[money.Currency]uint8{"": 2, "EUR": 2, "USD": 2, "JPY": 0, "KWD": 3, "CLF": 4} {
		if got := code.Decimals(); got != want {
			t.Errorf("%q has %d decimals, want %d", code, got, want)
		}
	}
}
