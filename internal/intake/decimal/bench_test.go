package decimal_test

import (
	"testing"

	"clientele/internal/intake/decimal"
	"clientele/internal/money"
)

func moneyCents(units int64) money.Amount { return money.Amount{Units: units, Decimals: 2} }

// happy are texts that must be read without an allocation.
var happy = []struct {
	name, text string
	point      byte
}{
	{"plain", "1234.56", '.'},
	{"grouped", "1,234,567.89", '.'},
	{"comma", "€ 1.234,56", ','},
	{"paren", "($74.69)", '.'},
	{"code", "1 234,56 EUR", ','},
	{"exponent", "1.5e3", '.'},
}

func TestNothingIsAllocated(t *testing.T) { //nolint:paralleltest // AllocsPerRun counts for the process
	for _, c := range happy {
		text, style := []byte(c.text), decimal.Style{Point: c.point}
		var e decimal.Evidence
		e.See(text, 1)
		n := testing.AllocsPerRun(100, func() {
			if _, p := decimal.Parse(text, style); p != nil {
				t.Fatal(p)
			}
			decimal.LooksNumeric(text)
			e.See(text, 2)
		})
		if n != 0 {
			t.Errorf("%s: %v allocations", c.name, n)
		}
	}
}

func BenchmarkParse(b *testing.B) {
	for _, c := range happy {
		b.Run(c.name, func(b *testing.B) {
			text, style := []byte(c.text), decimal.Style{Point: c.point}
			b.ReportAllocs()
			for b.Loop() {
				if _, p := decimal.Parse(text, style); p != nil {
					b.Fatal(p)
				}
			}
		})
	}
}

func BenchmarkLooksNumericName(b *testing.B) {
	text := []byte("WHITE HANGING HEART T-LIGHT HOLDER")
	for b.Loop() {
		decimal.LooksNumeric(text)
	}
}
