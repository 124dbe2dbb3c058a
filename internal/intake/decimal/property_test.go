package decimal_test

import (
	"fmt"
	"math"
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"clientele/internal/intake/decimal"
	"clientele/internal/money"
)

// The slow oracle: the grammar as regular expressions, the value as a big.Rat.
// P stands for the decimal sign.
var oracleForms = []string{
	`\d+(P\d*)?`, `P\d+`,
	`(\d+(P\d*)?|P\d+)[eE][+-]?\d+`,
	`[1-9]\d{0,2}(M\d{3})+(P\d*)?`,
	`[1-9]\d{0,2}( \d{3})+(P\d*)?`,
	`[1-9]\d{0,2}('\d{3})+(P\d*)?`,
	`[1-9]\d{0,2}(_\d{3})+(P\d*)?`,
}

func oracleGrammar(point string) *regexp.Regexp {
	mark := ","
	forms := strings.Join(oracleForms, "|")
	if point == "," {
		mark = "."
	} else {
		forms += `|[1-9]\d?(,\d{2})+,\d{3}(P\d*)?`
	}
	forms = strings.NewReplacer("P", regexp.QuoteMeta(point), "M", regexp.QuoteMeta(mark)).Replace(forms)
	return regexp.MustCompile(`^-?(` + forms + `)$`)
}

var grammars = map[string]*regexp.Regexp{".": oracleGrammar("."), ",": oracleGrammar(",")}

// oracle gives the value, or the code of the problem; "" code and nil value: not
// in the grammar.
func oracle(text, point string) (*big.Rat, string) {
	if !grammars[point].MatchString(text) {
		return nil, ""
	}
	for _, mark := range []string{" ", "'", "_", strings.Trim(".,", point)} {
		text = strings.ReplaceAll(text, mark, "")
	}
	text = strings.ReplaceAll(text, point, ".")
	if i := strings.IndexAny(text, "eE"); i >= 0 { // keep the oracle from computing 10^999999
		if e, err := strconv.Atoi(text[i+1:]); err != nil || e > 1000 || e < -1000 {
			if strings.Trim(text[:i], "-0.") == "" {
				return new(big.Rat), ""
			}
			if text[i+1] == '-' {
				return nil, decimal.Precision
			}
			return nil, decimal.Overflow
		}
	}
	r, ok := new(big.Rat).SetString(text)
	if !ok {
		return nil, "oracle cannot read " + text
	}
	scaled := new(big.Rat).Set(r)
	for range money.MaxDecimals {
		if scaled.IsInt() {
			break
		}
		scaled.Mul(scaled, big.NewRat(10, 1))
	}
	switch {
	case !scaled.IsInt():
		return nil, decimal.Precision
	case new(big.Int).Abs(scaled.Num()).Cmp(big.NewInt(1e18)) >= 0:
		return nil, decimal.Overflow
	}
	return r, ""
}

func rat(a money.Amount) *big.Rat {
	return new(big.Rat).SetFrac(big.NewInt(a.Units), big.NewInt(money.Pow10(a.Decimals)))
}

// agrees compares Parse with the oracle on a text of the oracle's alphabet.
func agrees(text, point string) error {
	got, p := decimal.Parse([]byte(text), decimal.Style{Point: point[0]})
	want, code := oracle(text, point)
	switch {
	case want != nil && (p != nil || rat(got.Amount).Cmp(want) != 0):
		return fmt.Errorf("%q with %s: got %v, %w; want %s", text, point, got.Amount, p, want.RatString())
	case want == nil && p == nil:
		return fmt.Errorf("%q with %s: read as %v, want a problem %s", text, point, got.Amount, code)
	case code != "" && p.Code != code:
		return fmt.Errorf("%q with %s: got %s, want %s", text, point, p.Code, code)
	}
	return nil
}

func TestAgreesWithOracle(t *testing.T) {
	t.Parallel()
	alphabet := rapid.SampledFrom([]byte("00123456789999.,.,. '_e-"))
	rapid.Check(t, func(t *rapid.T) {
		core := string(rapid.SliceOfN(alphabet, 1, 26).Draw(t, "text"))
		if strings.Trim(core, " ") != core || strings.Contains(core[1:], "-") {
			core = strings.Trim(core, " -")
		}
		if strings.Trim(core, " ") == "" || strings.Contains(strings.TrimPrefix(core, "-"), "-") || strings.HasPrefix(core, "- ") {
			return // other signs are in the tables
		}
		for _, point := range []string{".", ","} {
			if err := agrees(core, point); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// TestAllShort compares every text of up to five characters of a small alphabet.
func TestAllShort(t *testing.T) {
	t.Parallel()
	const alphabet = "01.,e "
	var grow func(text string)
	grow = func(text string) {
		if text != "" && text == strings.Trim(text, " ") {
			for _, point := range []string{".", ","} {
				if err := agrees(text, point); err != nil {
					t.Error(err)
				}
			}
		}
		if len(text) == 5 {
			return
		}
		for i := range alphabet {
			grow(text + alphabet[i:i+1])
		}
	}
	grow("")
}

// printed writes an amount in a style with the given thousands mark.
func printed(a money.Amount, point, mark string) string {
	text, neg := strings.CutPrefix(a.String(), "-")
	whole, frac, dotted := strings.Cut(text, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + mark + whole[i:]
	}
	if dotted {
		whole += point + frac
	}
	if neg {
		whole = "-" + whole
	}
	return whole
}

func TestPrintedIsRead(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a := money.Amount{
			Units:    rapid.Int64Range(-999_999_999_999_999_999, 999_999_999_999_999_999).Draw(t, "units"),
			Decimals: rapid.Uint8Range(0, money.MaxDecimals).Draw(t, "decimals"),
		}
		point := rapid.SampledFrom([]string{".", ","}).Draw(t, "point")
		other := strings.Trim(".,", point)
		mark := rapid.SampledFrom([]string{"", other, " ", "\u00a0", "\u202f", "\u2009", "'", "\u2019", "_"}).Draw(t, "mark")
		text := printed(a, point, mark)
		style := decimal.Style{Point: point[0]}
		r, p := decimal.Parse([]byte(text), style)
		if p != nil || r.Amount != a {
			t.Fatalf("%q: got %v, %v; want %v", text, r.Amount, p, a)
		}
		if !decimal.LooksNumeric([]byte(text)) {
			t.Fatalf("%q does not look numeric", text)
		}
		if a.Units > 0 { // the same number with each kind of minus
			for _, form := range []string{"(%s)", "%s-", "%s −", "−%s", "-$%s", "$-%s", "%s CR", "-%s EUR", "(€%s)"} {
				s := fmt.Sprintf(form, text)
				r, p := decimal.Parse([]byte(s), style)
				if p != nil || r.Amount.Units != -a.Units || r.Amount.Decimals != a.Decimals {
					t.Fatalf("%q: got %v, %v; want -%v", s, r.Amount, p, a)
				}
			}
		}
	})
}

func TestFromFloatTable(t *testing.T) {
	t.Parallel()
	cases := map[float64]string{
		0:                      "0",
		math.Copysign(0, -1):   "0",
		1:                      "1",
		-1234.5:                "-1234.5",
		0.1 + 0.2:              "0.3",
		0.30000000000000004:    "0.3",
		1234.5600000000001:     "1234.56",
		1234.5599999999999:     "1234.56",
		2.675:                  "2.675",
		9007199254740991:       "9007199254740991",
		1e15:                   "1000000000000000",
		1e20:                   "100000000000000000000",
		1.5e-7:                 "0.00000015",
		0.001:                  "0.001",
		1.0 / 3:                "0.333333333333333",
		999999999999999.9:      "1000000000000000",
		80450596.9823:          "80450596.9823",
		math.MaxFloat64:        "179769313486232" + strings.Repeat("0", 294),
		-0.0000010000000000001: "-0.0000010000000000001",
	}
	for f, want := range cases {
		if got, ok := decimal.FromFloat(f); !ok || got != want {
			t.Errorf("%v: got %s, %v; want %s", f, got, ok, want)
		}
	}
	for _, f := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		if got, ok := decimal.FromFloat(f); ok || got != "" {
			t.Errorf("%v: got %q, %v", f, got, ok)
		}
	}
}

// TestDecimalsSurviveDoubles: a decimal of up to 15 digits that went through a
// double comes back as it was.
func TestDecimalsSurviveDoubles(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a := money.Amount{
			Units:    rapid.Int64Range(-999_999_999_999_999, 999_999_999_999_999).Draw(t, "units"),
			Decimals: rapid.Uint8Range(0, money.MaxDecimals).Draw(t, "decimals"),
		}
		f, err := strconv.ParseFloat(a.String(), 64)
		if err != nil {
			t.Fatal(err)
		}
		text, ok := decimal.FromFloat(f)
		got, p := decimal.ParseNumber([]byte(text))
		if !ok || p != nil || rat(got).Cmp(rat(a)) != 0 {
			t.Fatalf("%v: %q, %v, %v", a, text, got, p)
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"1,234.56", "(7.10)", "€ 1.234,56", "12 DR", "1e400", "-0", "12,-", "Rs.500", "1\u202f234,5 %", "\xe2\x80", "0x1p-2", "US$ 5"} {
		f.Add([]byte(s))
	}
	alphabet := regexp.MustCompile(`^-?[0-9.,eE'_]([0-9.,eE'_ ]*[0-9.,eE'_])?$`)
	f.Fuzz(func(t *testing.T, text []byte) {
		for _, point := range []string{".", ","} {
			style := decimal.Style{Point: point[0]}
			r, p := decimal.Parse(text, style)
			if (p == nil) && !decimal.LooksNumeric(text) {
				t.Fatalf("%q is read but does not look numeric", text)
			}
			if p == nil {
				again, q := decimal.Parse([]byte(printed(r.Amount, point, "")), style)
				if q != nil || again.Amount != r.Amount {
					t.Fatalf("%q: %v printed and read is %v, %v", text, r.Amount, again.Amount, q)
				}
			}
			if alphabet.Match(text) {
				if err := agrees(string(text), point); err != nil {
					t.Fatal(err)
				}
			}
		}
		if a, p := decimal.ParseNumber(text); p == nil {
			r, q := decimal.Parse(text, decimal.Style{})
			if q != nil || r.Amount != a {
				t.Fatalf("%q: ParseNumber %v, Parse %v, %v", text, a, r.Amount, q)
			}
		}
		var e decimal.Evidence
		e.See(text, 1)
		d := e.Decide()
		if len(d.Why) == 0 {
			t.Fatalf("%q: no reason", text)
		}
		if _, p := decimal.Parse(text, d.Style); d.Certain && d.Numbers > 0 && p != nil &&
			p.Code != decimal.Precision && p.Code != decimal.Overflow {
			t.Fatalf("%q: decided for %c, yet: %v", text, d.Style.Point, p)
		}
	})
}

func FuzzFromFloat(f *testing.F) {
	for _, v := range []float64{0.1, 1e300, -5e-324, 1234.5600000000001} {
		f.Add(v)
	}
	f.Fuzz(func(t *testing.T, v float64) {
		text, ok := decimal.FromFloat(v)
		if math.IsNaN(v) || math.IsInf(v, 0) {
			if ok {
				t.Fatalf("%v is ok", v)
			}
			return
		}
		back, err := strconv.ParseFloat(text, 64)
		if err != nil || strings.ContainsAny(text, "eE+") {
			// rounding the greatest doubles up at 15 digits may leave the range
			if math.Abs(v) < 1.797e308 {
				t.Fatalf("%v: %q: %v", v, text, err)
			}
			return
		}
		if math.Abs(back-v) > math.Abs(v)*1e-14+5e-324 {
			t.Fatalf("%v came back as %v", v, back)
		}
	})
}
