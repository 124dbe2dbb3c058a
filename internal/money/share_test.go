package money_test

import (
	"errors"
	"math"
	"math/big"
	"slices"
	"sort"
	"testing"

	"pgregory.net/rapid"

	"clientele/internal/money"
)

// TestConvertWorkedExamples holds the examples of definitions 1.4.
func TestConvertWorkedExamples(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		units int64
		from  uint8
		rate  money.Amount
		to    uint8
		want  int64
	}{
		{"100.01 x 1.0850 -> 108.51", 10001, 2, money.Amount{Units: 10850, Decimals: 4}, 2, 10851},
		{"10.03 x 1.5 = 15.045 -> 15.04", 1003, 2, money.Amount{Units: 15, Decimals: 1}, 2, 1504},
		{"10.05 x 1.5 = 15.075 -> 15.08", 1005, 2, money.Amount{Units: 15, Decimals: 1}, 2, 1508},
		{"-10.03 x 1.5 rounds like its twin", -1003, 2, money.Amount{Units: 15, Decimals: 1}, 2, -1504},
		{"-10.05 x 1.5 rounds like its twin", -1005, 2, money.Amount{Units: 15, Decimals: 1}, 2, -1508},
		{"the base currency is exactly 1", 123456, 4, money.Amount{Units: 1}, 4, 123456},
		{"yen to a finer scale", 1000, 0, money.Amount{Units: 61, Decimals: 4}, 2, 610},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := money.Convert(tt.units, tt.from, tt.rate, tt.to)
			if err != nil || got != tt.want {
				t.Errorf("got %d, %v; want %d", got, err, tt.want)
			}
		})
	}
	if got, err := money.Convert(math.MaxInt64, 0, money.Amount{Units: 2}, 0); !errors.Is(err, money.ErrOverflow) {
		t.Errorf("a doubled maximum = %d, %v; want %v", got, err, money.ErrOverflow)
	}
}

// TestConvertRoundsHalfToEven compares with the definition: the nearest integer,
// and of two equally near ones the even one.
func TestConvertRoundsHalfToEven(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		units := rapid.OneOf(rapid.Int64(), rapid.Int64Range(-2000, 2000)).Draw(t, "units")
		rate := money.Amount{Units: rapid.OneOf(rapid.Int64Range(1, 3e9), rapid.Int64Range(1, 30)).Draw(t, "rate"), Decimals: rapid.Uint8Range(0, 9).Draw(t, "decimals")}
		from, to := rapid.Uint8Range(0, 6).Draw(t, "from"), rapid.Uint8Range(0, 6).Draw(t, "to")
		got, err := money.Convert(units, from, rate, to)
		exact := new(big.Rat).Mul(rat(money.Amount{Units: units, Decimals: from}), rat(rate))
		exact.Mul(exact, new(big.Rat).SetInt64(money.Pow10(to)))
		if err != nil {
			limit := new(big.Rat).SetInt(new(big.Int).Lsh(big.NewInt(1), 63))
			limit.Sub(limit, big.NewRat(1, 2))
			if new(big.Rat).Abs(exact).Cmp(limit) < 0 {
				t.Fatalf("%v fits, yet: %v", exact, err)
			}
			return
		}
		off := new(big.Rat).Sub(exact, new(big.Rat).SetInt64(got))
		switch off.Abs(off).Cmp(big.NewRat(1, 2)) {
		case 1:
			t.Fatalf("%v became %d", exact, got)
		case 0:
			if got%2 != 0 {
				t.Fatalf("the tie %v became the odd %d", exact, got)
			}
		}
	})
}

// TestSplitWorkedExamples holds the examples of definitions 1.4.
func TestSplitWorkedExamples(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		total   int64
		weights []int64
		want    []int64
	}{
		{"100 by (1, 1, 1)", 100, []int64{1, 1, 1}, []int64{34, 33, 33}},
		{"-100 by (1, 1, 1)", -100, []int64{1, 1, 1}, []int64{-34, -33, -33}},
		{"a weight of 0 gets nothing", 7, []int64{0, 2, 0, 1}, []int64{0, 5, 0, 2}},
		{"nothing to split", 0, []int64{3, 4}, []int64{0, 0}},
		{"fewer units than parts", 2, []int64{1, 1, 1}, []int64{1, 1, 0}},
		{"largest remainder first", 10, []int64{1, 2, 3}, []int64{2, 3, 5}}, // 1.67, 3.33, 5: one unit left, to the .67
		{"the smallest total", math.MinInt64, []int64{1, 0}, []int64{math.MinInt64, 0}},
		{"weights whose sum passes 64 bits", 9, []int64{math.MaxInt64, math.MaxInt64, math.MaxInt64}, []int64{3, 3, 3}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := money.Split(tt.total, tt.weights)
			if err != nil || !slices.Equal(got, tt.want) {
				t.Errorf("got %v, %v; want %v", got, err, tt.want)
			}
		})
	}
	for _, weights := range [][]int64{nil, {0}, {0, 0}} {
		if got, err := money.Split(100, weights); !errors.Is(err, money.ErrNoWeight) {
			t.Errorf("Split by %v = %v, %v; want %v", weights, got, err, money.ErrNoWeight)
		}
	}
	if got, err := money.Split(100, []int64{2, -1}); err == nil {
		t.Errorf("a negative weight was taken: %v", got)
	}
}

func TestSplitSumsBackAndIsFair(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		total := rapid.OneOf(rapid.Int64(), rapid.Int64Range(-50, 50)).Draw(t, "total")
		weights := rapid.SliceOfN(rapid.OneOf(rapid.Int64Range(0, 9), rapid.Int64Range(0, math.MaxInt64)), 1, 12).Draw(t, "weights")
		parts, err := money.Split(total, weights)
		if errors.Is(err, money.ErrNoWeight) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		sum, weight := money.Sum{}, money.Sum{}
		for i := range parts {
			sum, weight = sum.Add(parts[i]), weight.Add(weights[i])
		}
		if back, ok := sum.Int64(); !ok || back != total {
			t.Fatalf("%v sum to %v, not %d", parts, sum.Big(), total)
		}
		for i, part := range parts {
			exact := new(big.Rat).Mul(new(big.Rat).SetInt64(total), new(big.Rat).SetFrac(big.NewInt(weights[i]), weight.Big()))
			off := new(big.Rat).Sub(new(big.Rat).SetInt64(part), exact)
			if off.Abs(off).Cmp(big.NewRat(1, 1)) >= 0 {
				t.Fatalf("part %d is %d, exactly %v", i, part, exact)
			}
		}
	})
}

func TestParseFraction(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]money.Fraction{
		"0.8": {Num: 4, Den: 5}, "80%": {Num: 4, Den: 5}, "80 %": {Num: 4, Den: 5}, "4/5": {Num: 4, Den: 5},
		" 0.8 ": {Num: 4, Den: 5}, ".5": {Num: 1, Den: 2}, "0": {Num: 0, Den: 1}, "-0": {Num: 0, Den: 1},
		"1": {Num: 1, Den: 1}, "100%": {Num: 1, Den: 1}, "1/3": {Num: 1, Den: 3}, "62.5 %": {Num: 5, Den: 8},
		"0.000000000001": {Num: 1, Den: 1e12},
	} {
		if got, err := money.ParseFraction(text); err != nil || got != want {
			t.Errorf("%q = %v, %v; want %v", text, got, err, want)
		}
	}
	for _, text := range []string{
		"", "%", "x", "80", "-0.1", "1.0001", "101%", "0,8", "80%%", "1/0", "4/", "0.0000000000001",
		"1e-1", "1e-999999", "0x1p-2", "0b1", "0_8", "inf", "NaN", "1/3/5", "½",
	} {
		if got, err := money.ParseFraction(text); err == nil {
			t.Errorf("%q was read as %v", text, got)
		}
	}
}

func FuzzParseFraction(f *testing.F) {
	for _, seed := range []string{"0.8", "80 %", "4/5", "1e9", "0x1p-2", "1/0", "-0", "%", "999999999999999999/1000000000000000000"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := money.ParseFraction(text)
		if err != nil {
			return
		}
		if got.Num < 0 || got.Den < 1 || got.Num > got.Den || got.Den > 1e12 {
			t.Fatalf("%q gave %v, outside [0, 1]", text, got)
		}
		again, err := money.ParseFraction(big.NewRat(got.Num, got.Den).String())
		if err != nil || again != got {
			t.Fatalf("%q gave %v, which reads back as %v, %v", text, got, again, err)
		}
	})
}

// TestTargetIsTheSmallestSumThatReaches checks both sides of the definition 2.1:
// Den*S >= Num*R holds for S and not for S - 1.
func TestTargetIsTheSmallestSumThatReaches(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		den := rapid.Int64Range(1, 1e12).Draw(t, "den")
		f := money.Fraction{Num: rapid.Int64Range(0, den).Draw(t, "num"), Den: den}
		total, r := anySum(t, "total")
		if total.Sign() < 0 {
			total, r = total.Neg(), new(big.Int).Neg(r)
		}
		s := f.Target(total).Big()
		reaches := func(s *big.Int) bool {
			left := new(big.Int).Mul(s, big.NewInt(f.Den))
			return left.Cmp(new(big.Int).Mul(r, big.NewInt(f.Num))) >= 0
		}
		if !reaches(s) || reaches(new(big.Int).Sub(s, big.NewInt(1))) {
			t.Fatalf("%d/%d of %v: target %v", f.Num, f.Den, r, s)
		}
	})
	if got := (money.Fraction{Num: 4, Den: 5}).Target(money.FromInt64(6800)); got != money.FromInt64(5440) {
		t.Errorf("4/5 of 6800 = %v, want 5440", got.Format(0)) // portfolio P, definitions 2.1
	}
}

func TestRatio(t *testing.T) {
	t.Parallel()
	if got, ok := money.Ratio(money.FromInt64(2780), money.FromInt64(6800)); !ok || math.Abs(got-0.4088) > 0.00005 {
		t.Errorf("CR1 of portfolio P = %v, %v; want 0.4088 (definitions 2.10)", got, ok)
	}
	for _, den := range []int64{0, -1} {
		if got, ok := money.Ratio(money.FromInt64(1), money.FromInt64(den)); ok {
			t.Errorf("1/%d = %v; want none (definitions 1.6)", den, got)
		}
	}
	if got := (money.Fraction{Num: 4, Den: 5}).Float(); got != 0.8 {
		t.Errorf("4/5 is shown as %v", got)
	}
}

// TestSplitTiesGoToTheEarlier sorts equal weights out by position alone.
func TestSplitTiesGoToTheEarlier(t *testing.T) {
	t.Parallel()
	parts, err := money.Split(5, []int64{1, 1, 1, 1, 1, 1, 1})
	if err != nil || !sort.SliceIsSorted(parts, func(a, b int) bool { return parts[a] > parts[b] }) {
		t.Errorf("5 over seven equals = %v, %v; want the units in front", parts, err)
	}
}
