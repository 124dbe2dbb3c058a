package money_test

import (
	"encoding/json"
	"math"
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"clientele/internal/money"
)

// anySum draws a sum over the whole range that FromBig takes, and its oracle.
func anySum(t *rapid.T, label string) (money.Sum, *big.Int) {
	hi, lo := rapid.Int64().Draw(t, label+" hi"), rapid.Uint64().Draw(t, label+" lo")
	if rapid.Bool().Draw(t, label+" small") {
		hi = rapid.Int64Range(-2, 1).Draw(t, label+" small hi")
	}
	v := new(big.Int).Lsh(big.NewInt(hi), 64)
	v.Add(v, new(big.Int).SetUint64(lo))
	s, ok := money.FromBig(v)
	if !ok {
		return money.Sum{}, new(big.Int) // only -2^127
	}
	return s, v
}

func TestSumAgainstBigIntegers(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOf(rapid.OneOf(rapid.Int64(), rapid.SampledFrom([]int64{math.MaxInt64, math.MinInt64}))).Draw(t, "values")
		sum, want := money.Sum{}, new(big.Int)
		for _, v := range values {
			sum = sum.Add(v)
			want.Add(want, big.NewInt(v))
		}
		if sum.Big().Cmp(want) != 0 {
			t.Fatalf("sum of %v = %v, exactly %v", values, sum.Big(), want)
		}
		got, ok := sum.Int64()
		if ok != want.IsInt64() || (ok && got != want.Int64()) {
			t.Fatalf("Int64 of %v = %d, %v", want, got, ok)
		}
	})
}

func TestProductAgainstBigIntegers(t *testing.T) {
	t.Parallel()
	edge := rapid.OneOf(rapid.Int64(), rapid.SampledFrom([]int64{math.MaxInt64, math.MinInt64, -1, 0, 1}))
	rapid.Check(t, func(t *rapid.T) {
		x, y := edge.Draw(t, "x"), edge.Draw(t, "y")
		if got, want := money.Product(x, y).Big(), new(big.Int).Mul(big.NewInt(x), big.NewInt(y)); got.Cmp(want) != 0 {
			t.Fatalf("%d times %d = %v, exactly %v", x, y, got, want)
		}
	})
}

func TestSumOperations(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, x := anySum(t, "a")
		b, y := anySum(t, "b")
		if a.Sign() != x.Sign() || a.IsZero() != (x.Sign() == 0) || a.Cmp(b) != x.Cmp(y) {
			t.Fatalf("order of %v and %v", x, y)
		}
		if a.Neg().Big().Cmp(new(big.Int).Neg(x)) != 0 {
			t.Fatalf("-%v = %v", x, a.Neg().Big())
		}
		for _, op := range []struct {
			name string
			got  money.Sum
			want *big.Int
		}{
			{"+", a.Plus(b), new(big.Int).Add(x, y)},
			{"-", a.Minus(b), new(big.Int).Sub(x, y)},
		} {
			if op.want.BitLen() <= 127 && op.got.Big().Cmp(op.want) != 0 {
				t.Fatalf("%v %s %v = %v, exactly %v", x, op.name, y, op.got.Big(), op.want)
			}
		}
		by := rapid.Uint8Range(0, 40).Draw(t, "by")
		want := new(big.Int).Mul(x, new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(by)), nil))
		up, ok := a.Upscale(by)
		if ok != (want.BitLen() <= 127) || (ok && up.Big().Cmp(want) != 0) {
			t.Fatalf("%v x 10^%d = %v, %v", x, by, up.Big(), ok)
		}
	})
}

func TestFromBigEdges(t *testing.T) {
	t.Parallel()
	limit := new(big.Int).Lsh(big.NewInt(1), 127) // 2^127
	below := new(big.Int).Sub(limit, big.NewInt(1))
	for _, v := range []*big.Int{below, new(big.Int).Neg(below)} {
		if s, ok := money.FromBig(v); !ok || s.Big().Cmp(v) != 0 {
			t.Errorf("FromBig(%v) = %v, %v", v, s.Big(), ok)
		}
	}
	for _, v := range []*big.Int{limit, new(big.Int).Neg(limit)} {
		if _, ok := money.FromBig(v); ok {
			t.Errorf("FromBig(%v) fits, want not", v)
		}
	}
}

func TestSumFormat(t *testing.T) {
	t.Parallel()
	wide := money.FromInt64(math.MaxInt64).Add(1) // 2^63
	tests := []struct {
		sum      money.Sum
		decimals uint8
		want     string
	}{
		{money.FromInt64(0), 0, "0"},
		{money.FromInt64(0), 3, "0.000"},
		{money.FromInt64(5), 2, "0.05"},
		{money.FromInt64(-5), 1, "-0.5"},
		{money.FromInt64(8300065814), 3, "8300065.814"},
		{money.FromInt64(math.MinInt64), 2, "-92233720368547758.08"},
		{wide, 0, "9223372036854775808"},
		{wide.Neg().Add(-1), 6, "-9223372036854.775809"},
	}
	for _, tt := range tests {
		if got := tt.sum.Format(tt.decimals); got != tt.want {
			t.Errorf("Format(%d) = %q, want %q", tt.decimals, got, tt.want)
		}
	}
}

func TestSumFormatReadsBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s, v := anySum(t, "s")
		decimals := rapid.Uint8Range(0, 9).Draw(t, "decimals")
		text := s.Format(decimals)
		back, ok := new(big.Int).SetString(strings.Replace(text, ".", "", 1), 10)
		if !ok || back.Cmp(v) != 0 {
			t.Fatalf("%v at %d decimals is written %q", v, decimals, text)
		}
		if _, after, found := strings.Cut(text, "."); found != (decimals > 0) || len(after) != int(decimals) {
			t.Fatalf("%q has not %d decimals", text, decimals)
		}
	})
}

func TestSumAsText(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s, _ := anySum(t, "s")
		data, err := json.Marshal(map[string]money.Sum{"s": s})
		if err != nil {
			t.Fatal(err)
		}
		var back map[string]money.Sum
		if err := json.Unmarshal(data, &back); err != nil || back["s"] != s {
			t.Fatalf("%s comes back as %v, %v", data, back, err)
		}
		if abs := s.Abs(); abs.Big().CmpAbs(s.Big()) != 0 || abs.Sign() < 0 {
			t.Fatalf("the absolute value of %s is %s", s.Format(0), abs.Format(0))
		}
	})
	for _, text := range []string{"", "1.5", "two", strings.Repeat("9", 39), strings.Repeat("9", 41), "0x10"} {
		if s, err := money.ParseSum(text); err == nil {
			t.Errorf("%q is read as %s", text, s.Format(0))
		}
	}
}
