package decimal_test

import (
	"strings"
	"testing"

	"clientele/internal/intake/decimal"
	"clientele/internal/money"
)

// reading is the expected result, the amount as money.Amount writes it.
type reading struct {
	text, amount     string
	currency, symbol string
	percent          bool
}

func checkReadings(t *testing.T, point byte, cases []reading) {
	t.Helper()
	for _, c := range cases {
		r, p := decimal.Parse([]byte(c.text), decimal.Style{Point: point})
		if p != nil {
			t.Errorf("%q: %v", c.text, p)
			continue
		}
		got := reading{c.text, r.Amount.String(), r.Currency, r.Symbol, r.Percent}
		if got != c {
			t.Errorf("%q: got %+v, want %+v", c.text, got, c)
		}
	}
}

func TestParsePoint(t *testing.T) {
	t.Parallel()
	checkReadings(t, '.', []reading{
		{text: "0", amount: "0"},
		{text: "-0.00", amount: "0.00"},
		{text: "12", amount: "12"},
		{text: "007", amount: "7"},
		{text: "-7.10", amount: "-7.10"},
		{text: "+7.10", amount: "7.10"},
		{text: "7.10-", amount: "-7.10"},
		{text: "7.10 -", amount: "-7.10"},
		{text: "7.10+", amount: "7.10"},
		{text: "−7.10", amount: "-7.10"},
		{text: "–7.10", amount: "-7.10"},
		{text: "7.10−", amount: "-7.10"},
		{text: "(7.10)", amount: "-7.10"},
		{text: " ( 7.10 ) ", amount: "-7.10"},
		{text: "\u200e-7.10", amount: "-7.10"},
		{text: ".5", amount: "0.5"},
		{text: "-.5", amount: "-0.5"},
		{text: "5.", amount: "5"},
		{text: "-5.", amount: "-5"},
		{text: "0.123", amount: "0.123"},
		{text: "2.550", amount: "2.550"},
		{text: "1,234", amount: "1234"},
		{text: "1,234.56", amount: "1234.56"},
		{text: "1,234,567.89", amount: "1234567.89"},
		{text: "12,34,567.89", amount: "1234567.89"},
		{text: "1,23,456", amount: "123456"},
		{text: "1 234 567.89", amount: "1234567.89"},
		{text: "1\u00a0234.5", amount: "1234.5"},
		{text: "1\u202f234.5", amount: "1234.5"},
		{text: "1\u2009234.5", amount: "1234.5"},
		{text: "1'234'567.50", amount: "1234567.50"},
		{text: "1’234.50", amount: "1234.50"},
		{text: "1_234_567", amount: "1234567"},
		{text: "1.5e3", amount: "1500"},
		{text: "1.50E1", amount: "15.0"},
		{text: "1e-6", amount: "0.000001"},
		{text: "1000e-3", amount: "1.000"},
		{text: "-2.5E+02", amount: "-250"},
		{text: "0e400", amount: "0"},
		{text: "12.5000000000", amount: "12.500000"},
		{text: "123456789012345678", amount: "123456789012345678"},
		{text: "-123456789012.345678", amount: "-123456789012.345678"},
		{text: "123456789012345678.000000", amount: "123456789012345678"},
		{text: "12345678901234567.80", amount: "12345678901234567.8"},
		{text: "000000000000000000000000012.50", amount: "12.50"},
		{text: "100000000000000000", amount: "100000000000000000"},
	})
}

func TestParseUnits(t *testing.T) {
	t.Parallel()
	checkReadings(t, '.', []reading{
		{text: "$74.69", amount: "74.69", symbol: "$"},
		{text: "-$74.69", amount: "-74.69", symbol: "$"},
		{text: "$-74.69", amount: "-74.69", symbol: "$"},
		{text: "$ -74.69", amount: "-74.69", symbol: "$"},
		{text: "($74.69)", amount: "-74.69", symbol: "$"},
		{text: "$(74.69)", amount: "-74.69", symbol: "$"},
		{text: "74.69 $", amount: "74.69", symbol: "$"},
		{text: "74.69$-", amount: "-74.69", symbol: "$"},
		{text: "$74.69 USD", amount: "74.69", currency: "USD"},
		{text: "CAD $74.69", amount: "74.69", currency: "CAD"},
		{text: "US$ 1,000", amount: "1000", currency: "USD"},
		{text: "HK$5", amount: "5", currency: "HKD"},
		{text: "R$ 5.00", amount: "5.00", currency: "BRL"},
		{text: "£12.50", amount: "12.50", currency: "GBP"},
		{text: "£12.50 GBP", amount: "12.50", currency: "GBP"},
		{text: "¥1,200", amount: "1200", symbol: "¥"},
		{text: "JPY ¥1,200", amount: "1200", currency: "JPY"},
		{text: "₹12,34,567.89", amount: "1234567.89", currency: "INR"},
		{text: "Rs.500", amount: "500", symbol: "Rs"},
		{text: "Rs. 500 INR", amount: "500", currency: "INR"},
		{text: "EUR 12.00", amount: "12.00", currency: "EUR"},
		{text: "EUR12.00", amount: "12.00", currency: "EUR"},
		{text: "12.00eur", amount: "12.00", currency: "EUR"},
		{text: "EUR -12.00", amount: "-12.00", currency: "EUR"},
		{text: "(12.00 CHF)", amount: "-12.00", currency: "CHF"},
		{text: "(12.00) CHF", amount: "-12.00", currency: "CHF"},
		{text: "CHF 1'234.50", amount: "1234.50", currency: "CHF"},
		{text: "Fr. 12.50", amount: "12.50", symbol: "Fr"},
		{text: "SFr. 12.50", amount: "12.50", currency: "CHF"},
		{text: "500 kr.", amount: "500", symbol: "kr"},
		{text: "500 kr", amount: "500", symbol: "kr"},
		{text: "SEK 500 kr", amount: "500", currency: "SEK"},
		{text: "12.00 CR", amount: "-12.00"},
		{text: "12.00cr", amount: "-12.00"},
		{text: "12 DR", amount: "12"},
		{text: "12.00 EUR CR", amount: "-12.00", currency: "EUR"},
		{text: "12.5%", amount: "12.5", percent: true},
		{text: "-12.5 %", amount: "-12.5", percent: true},
		{text: "(5%)", amount: "-5", percent: true},
		{text: "(5)%", amount: "-5", percent: true},
		{text: "12\u00a0%", amount: "12", percent: true},
	})
}

func TestParseComma(t *testing.T) {
	t.Parallel()
	checkReadings(t, ',', []reading{
		{text: "12", amount: "12"},
		{text: "7,10", amount: "7.10"},
		{text: "-7,10", amount: "-7.10"},
		{text: ",5", amount: "0.5"},
		{text: "1.234", amount: "1234"},
		{text: "1.234,56", amount: "1234.56"},
		{text: "1.234.567,89", amount: "1234567.89"},
		{text: "€ 1.234,56", amount: "1234.56", currency: "EUR"},
		{text: "1.234,56 €", amount: "1234.56", currency: "EUR"},
		{text: "-1.234,56\u00a0€", amount: "-1234.56", currency: "EUR"},
		{text: "1 234,56 EUR", amount: "1234.56", currency: "EUR"},
		{text: "1\u202f234,56\u00a0€", amount: "1234.56", currency: "EUR"},
		{text: "1.234,56 zł", amount: "1234.56", currency: "PLN"},
		{text: "1'234,5", amount: "1234.5"},
		{text: "1,5e3", amount: "1500"},
		{text: "2.000,0", amount: "2000.0"},
	})
}

func TestProblems(t *testing.T) {
	t.Parallel()
	cases := []struct {
		point byte
		text  string
		code  string
		other bool
	}{
		{'.', "", decimal.Empty, false},
		{'.', " \u00a0\t", decimal.Empty, false},
		{'.', "-", decimal.NotANumber, false},
		{'.', "$", decimal.NotANumber, false},
		{'.', ".", decimal.NotANumber, false},
		{'.', ",", decimal.NotANumber, false},
		{'.', "()", decimal.NotANumber, false},
		{'.', "n/a", decimal.NotANumber, false},
		{'.', "NaN", decimal.NotANumber, false},
		{'.', "Inf", decimal.NotANumber, false},
		{'.', "-Infinity", decimal.NotANumber, false},
		{'.', "0x1F", decimal.NotANumber, false},
		{'.', "0x10", decimal.NotANumber, false},
		{'.', "1e", decimal.NotANumber, false},
		{'.', "e5", decimal.NotANumber, false},
		{'.', "1e5.5", decimal.NotANumber, false},
		{'.', "12 ABC", decimal.NotANumber, false},
		{'.', "12 apples", decimal.NotANumber, false},
		{'.', "€ 12 $", decimal.NotANumber, false},
		{'.', "$12 EUR", decimal.NotANumber, false},
		{'.', "EUR 12 USD", decimal.NotANumber, false},
		{'.', "--5", decimal.NotANumber, false},
		{'.', "-5-", decimal.NotANumber, false},
		{'.', "(-5)", decimal.NotANumber, false},
		{'.', "-5 CR", decimal.NotANumber, false},
		{'.', "(5", decimal.NotANumber, false},
		{'.', "5)", decimal.NotANumber, false},
		{'.', "5%%", decimal.NotANumber, false},
		{'.', "12.-", decimal.NotANumber, false},
		{'.', "12.– CHF", decimal.NotANumber, false},
		{',', "12,--", decimal.NotANumber, false},
		{'.', "1.2.3", decimal.NotANumber, false},
		{'.', "2026-03-04", decimal.NotANumber, false},
		{'.', "12/1/2010", decimal.NotANumber, false},
		{'.', "3.4.2026", decimal.NotANumber, false},
		{'.', "8:26", decimal.NotANumber, false},
		{'.', "'12", decimal.NotANumber, false},
		{'.', "12\x0034", decimal.NotANumber, false},
		{'.', "1e400", decimal.Overflow, false},
		{'.', "1e99999999999999999999", decimal.Overflow, false},
		{'.', "1e18", decimal.Overflow, false},
		{'.', "1234567890123456789", decimal.Overflow, false},
		{'.', "12345678901234567890.12", decimal.Overflow, false},
		{'.', "123456789012345678.5", decimal.Overflow, false},
		{'.', "0.0000001", decimal.Precision, false},
		{'.', "1e-7", decimal.Precision, false},
		{'.', "1e-400", decimal.Precision, false},
		{'.', "0.30000000000000004", decimal.Precision, false},
		{'.', "1,23", decimal.Group, true},
		{'.', "1234,567", decimal.Group, true},
		{'.', "0,123", decimal.Group, true},
		{'.', ",5", decimal.Group, true},
		{'.', "1,234,5", decimal.Group, false},
		{'.', "1,,234", decimal.Group, false},
		{'.', "1,234 567", decimal.Group, false},
		{'.', "1 23", decimal.Group, false},
		{'.', "1,234,", decimal.Group, false},
		{'.', "1,234e3", decimal.Group, true},
		{'.', "123,45,678", decimal.Group, false},
		{',', "1.23", decimal.Group, true},
		{',', "12.34.567", decimal.Group, false},
		{'.', "1.234,56", decimal.WrongDecimalSign, true},
		{'.', "1.234.567", decimal.WrongDecimalSign, true},
		{'.', "€ 1.234,56", decimal.WrongDecimalSign, true},
		{',', "1,234.56", decimal.WrongDecimalSign, true},
		{',', "12,34,567.89", decimal.WrongDecimalSign, true},
	}
	for _, c := range cases {
		r, p := decimal.Parse([]byte(c.text), decimal.Style{Point: c.point})
		switch {
		case p == nil:
			t.Errorf("%q with %c: read as %+v, want %s", c.text, c.point, r, c.code)
		case p.Code != c.code || p.Other != c.other:
			t.Errorf("%q with %c: got %s (other %v), want %s (other %v)", c.text, c.point, p.Code, p.Other, c.code, c.other)
		case p.Text == "" || p.Remedy == "" || len(p.Error()) > 300:
			t.Errorf("%q: poor message %q; %q", c.text, p.Text, p.Remedy)
		}
	}
}

func TestProblemTextIsClipped(t *testing.T) {
	t.Parallel()
	_, p := decimal.Parse([]byte(strings.Repeat("x", 10_000_000)), decimal.Style{})
	if p == nil || len(p.Error()) > 300 {
		t.Fatalf("problem of a long text: %v", p)
	}
}

func TestParseNumber(t *testing.T) {
	t.Parallel()
	good := map[string]string{
		"0": "0", "-1234.5": "-1234.5", "1e3": "1000", "-0.000001": "-0.000001", "5.": "5",
		"123456789012345678.00": "123456789012345678",
	}
	for text, want := range good {
		if a, p := decimal.ParseNumber([]byte(text)); p != nil || a.String() != want {
			t.Errorf("%q: got %v, %v; want %s", text, a, p, want)
		}
	}
	bad := map[string]string{
		"": decimal.Empty, "1,234": decimal.NotANumber, " 1": decimal.NotANumber, "1.2.3": decimal.NotANumber,
		"$5": decimal.NotANumber, "0.333333333333333": decimal.Precision, "1e300": decimal.Overflow, "NaN": decimal.NotANumber,
		"--1": decimal.NotANumber, "1 000": decimal.NotANumber,
	}
	for text, want := range bad {
		if a, p := decimal.ParseNumber([]byte(text)); p == nil || p.Code != want {
			t.Errorf("%q: got %v, %v; want %s", text, a, p, want)
		}
	}
}

func TestZeroStyleIsPoint(t *testing.T) {
	t.Parallel()
	r, p := decimal.Parse([]byte("1,234.5"), decimal.Style{})
	if p != nil || r.Amount != (money.Amount{Units: 12345, Decimals: 1}) {
		t.Fatalf("got %+v, %v", r, p)
	}
}

func TestLooksNumeric(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"1", "-1.5", "1.234,56", "1,234.56", "$5", "12 %", "(3)", "1e400", "0.30000000000000004", "007", "20260304"} {
		if !decimal.LooksNumeric([]byte(text)) {
			t.Errorf("%q does not look numeric", text)
		}
	}
	for _, text := range []string{"", " ", "abc", "2026-03-04", "3.4.2026", "12/1/2010", "INV-1001", "3 Mar 2026", "+49 30 1234", "a1", "1a"} {
		if decimal.LooksNumeric([]byte(text)) {
			t.Errorf("%q looks numeric", text)
		}
	}
}
