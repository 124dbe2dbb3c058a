package expr_test

import (
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"clientele/internal/intake/expr"
	"clientele/internal/money"
)

func TestEval(t *testing.T) {
	t.Parallel()
	values := map[string]money.Amount{
		"quantity": {Units: 3}, "unit_price": {Units: 255, Decimals: 2}, "discount": {Units: 10}, "Amount Refunded": {Units: 150, Decimals: 2}, "menge": {Units: -2},
	}
	for _, c := range []struct{ text, want string }{
		{"quantity*unit_price", "7.65"},
		{"quantity * unit_price - discount", "-2.35"},
		{"quantity*unit_price*(100-discount)*0.01", "6.8850"},
		{"[Amount Refunded]", "1.50"},
		{"-menge*2.5", "5.0"},
		{"quantity-(unit_price-[Amount Refunded])", "1.95"},
		{"quantity-unit_price-[Amount Refunded]", "-1.05"},
		{"--quantity", "3"},
	} {
		e, err := expr.Parse(c.text)
		if err != nil {
			t.Fatal(err)
		}
		in := make([]money.Amount, 0, 4)
		for _, n := range e.Names() {
			in = append(in, values[n])
		}
		got, err := e.Eval(in, nil)
		if err != nil || got.String() != c.want {
			t.Errorf("%s = %s, %v; want %s", c.text, got, err, c.want)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, want string }{
		{"", "expected a column"},
		{"quantity/price", "expected an operator"},
		{"(quantity", "closing parenthesis"},
		{"quantity*", "expected a column"},
		{"[quantity", "column name in [ ]"},
		{"[]", "column name in [ ]"},
		{"2*3", "names no column"},
		{"quantity price", "expected an operator"},
		{"q*1.", "a digit after the point"},
		{"q*12345678901234567890", "17 digits"},
		{strings.Repeat("(", 40) + "q", "nested"},
		{strings.Repeat("q", 600), "longer than"},
	} {
		if _, err := expr.Parse(c.text); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v, want %q", c.text, err, c.want)
		}
	}
}

func TestProduct(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{"a*b": true, "b * a": true, "a*b*c": false, "a+b": false, "a*2": false, "(a)*b": true} {
		e, err := expr.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, ok := e.Product(); ok != want {
			t.Errorf("%s: product %v, want %v", text, ok, want)
		}
	}
}

func TestScaled(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{"cost": false, "quantity*price": false, "cost+1.5": false, "amount-a-b": false, "amount*(100-share)*0.01": true, "0.4*amount": true, "-2*a": true} {
		e, err := expr.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if e.Scaled() != want {
			t.Errorf("%s: scaled %v, want %v", text, !want, want)
		}
	}
}

// Random sums of products agree with exact rationals.
func TestEvalAgainstRationals(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		e, err := expr.Parse("a*b-(c+2.5)*a+-b")
		if err != nil {
			t.Fatal(err)
		}
		in, rat := make([]money.Amount, 3), make([]*big.Rat, 3)
		for i := range in {
			in[i] = money.Amount{Units: rapid.Int64Range(-1e6, 1e6).Draw(t, "units"), Decimals: rapid.Uint8Range(0, 3).Draw(t, "decimals")}
			rat[i] = big.NewRat(in[i].Units, money.Pow10(in[i].Decimals))
		}
		want := new(big.Rat).Mul(rat[0], rat[1])
		want.Sub(want, new(big.Rat).Mul(new(big.Rat).Add(rat[2], big.NewRat(5, 2)), rat[0])).Sub(want, rat[1])
		got, err := e.Eval(in, nil)
		if err != nil || big.NewRat(got.Units, money.Pow10(got.Decimals)).Cmp(want) != 0 {
			t.Fatalf("%v: %s, %v; want %s", in, got, err, want.FloatString(8))
		}
	})
}

func FuzzParse(f *testing.F) {
	f.Add("quantity*[unit price]-(discount+1.5)")
	f.Fuzz(func(t *testing.T, text string) {
		e, err := expr.Parse(text)
		if err != nil {
			return
		}
		if _, err := e.Eval(make([]money.Amount, len(e.Names())), nil); err != nil {
			t.Fatalf("%q over zeros: %v", text, err)
		}
	})
}
