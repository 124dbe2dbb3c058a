package intake_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"clientele/internal/intake"
	"clientele/internal/intake/source"
	"clientele/internal/ledger"
)

// readText reads a text as standard input.
func readText(t fatal, text string, o options) *outcome {
	t.Helper()
	out := &outcome{collector: &collector{}}
	src, err := source.Open("-", source.Options{Stdin: strings.NewReader(text), Limits: o.limits})
	if err != nil {
		out.err = err
		return out
	}
	out = readSource(t, src, o, out)
	if err := src.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
	return out
}

// said answers every question that random rows could raise.
var said = intake.Answers{
	Map:       []string{"client_id=Customer ID", "client=Customer", "date=Date", "amount=Amount", "currency=Currency", "status=Status", "document=Invoice No", "parent=Group", "owner=Owner"},
	DateOrder: "iso", Decimal: ".", Delimiter: ",",
}

const saidHeader = "Invoice No,Customer ID,Customer,Group,Owner,Date,Amount,Currency,Status\n"

// dirty draws a line of a file as people and programs write them.
func dirty(t *rapid.T) string {
	pick := func(label string, words ...string) string { return rapid.SampledFrom(words).Draw(t, label) }
	switch rapid.IntRange(0, 19).Draw(t, "kind") {
	case 0:
		return pick("odd", "", ",,,,,,,,", " , ", "Total,,,,,,9.50,,", ",,Total Acme,,,,3,,", ",,Acme Total,,,,3,,", "Zwischensumme,,,,,,1,,", "note", "Page 3", strings.TrimSuffix(saidHeader, "\n"),
			"\"open,1,2", "a,b", "1,2,3,4,5,6,7,8,9,10,11", "1,A,Acme,,,2026-01-13,5,,,,,", ",,,,,,12.5,,", ",,,,,,3,,", "\ufeff"+strings.TrimSuffix(saidHeader, "\n"))
	default:
		cell := func(s string) string {
			if strings.ContainsAny(s, "\",\n") || rapid.IntRange(0, 5).Draw(t, "quoted") == 0 {
				return `"` + strings.ReplaceAll(s, `"`, `""`) + `"`
			}
			return s
		}
		cells := []string{
			pick("document", "1", "2", "3", ""), pick("id", "A", "B", "C", "", " A "), pick("name", "Acme", "Beta", "Caf\u00e9", "Cafe\u0301", "Two\nlines", `The "Best"`, "x, y", "Total Energies", ""),
			pick("parent", "", "", "P", "Q"), pick("owner", "", "", "Ann", "Bob"), pick("date", "2026-01-13", "2026-02-01", "2027-12-31", "", "x"),
			pick("amount", "1", "2.5", "-3.25", "(4)", "0.001", "9,999.99", "", "n/a", "123456789012345678", "5-", "€ 2", "$3"),
			pick("currency", "", "", "EUR", "USD", "none"), pick("status", "", "", "paid", "draft", "weird"),
		}
		for i := range cells {
			cells[i] = cell(cells[i])
		}
		return strings.Join(cells, ",")
	}
}

// TestBlocksDoNotMatter: one reader, record by record, and any number of parsers with
// any size of block give the same lines, accounts and totals.
func TestBlocksDoNotMatter(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		list := rapid.SliceOfN(rapid.Custom(dirty), 1, 40).Draw(t, "lines")
		end := rapid.SampledFrom([]string{"\n", "\r\n"}).Draw(t, "end")
		text := rapid.SampledFrom([]string{"", "A title\n\n"}).Draw(t, "title") + saidHeader + strings.Join(list, end)
		serial := readText(t, text, options{answers: said, serial: true})
		for range 3 {
			o := options{answers: said, block: rapid.SampledFrom([]int{1, 7, 64, 200, 1 << 20}).Draw(t, "block"), workers: rapid.IntRange(1, 4).Draw(t, "workers")}
			sameOutcome(t, serial, readText(t, text, o))
		}
	})
}

// clean is a file in which every line is a record that can be loaded.
type clean struct {
	rows [][]string
}

func (c clean) text(header []string) string {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	if err := errors.Join(w.Write(header), w.WriteAll(c.rows)); err != nil {
		return err.Error() // a buffer does not fail
	}
	return b.String()
}

var cleanHeader = []string{"Client", "Date", "Quantity", "Unit Price", "Invoice No"}

var cleanAnswers = intake.Answers{
	Map:    []string{"client=Client", "date=Date", "document=Invoice No", "quantity=Quantity", "unit_price=Unit Price"},
	Amount: "quantity*unit_price", DateOrder: "iso", Decimal: ".", Delimiter: ",",
}

func drawClean(t *rapid.T) clean {
	number := rapid.Custom(func(t *rapid.T) string {
		n := rapid.Int64Range(-99_999, 99_999).Draw(t, "units")
		return rat(n, uint8(rapid.IntRange(0, 3).Draw(t, "decimals"))).FloatString(3)
	})
	row := rapid.Custom(func(t *rapid.T) []string {
		return []string{
			rapid.SampledFrom([]string{"Acme", "Beta & Co", "Gamma, \"Inc\"", "Two\nlines", "Ünïcode", "7"}).Draw(t, "client"),
			rapid.SampledFrom([]string{"2025-12-31", "2026-01-01", "2026-02-28"}).Draw(t, "day"),
			number.Draw(t, "quantity"), number.Draw(t, "price"), rapid.StringMatching(`[A-Z][0-9]{1,3}`).Draw(t, "document"),
		}
	})
	return clean{rapid.SliceOfN(row, 2, 30).Draw(t, "rows")}
}

// TestOracle holds random well-formed files against a slow count with encoding/csv
// and math/big.
func TestOracle(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := drawClean(t)
		text := c.text(cleanHeader)
		rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		want := map[string]string{}
		sums, all := map[string]*big.Rat{}, new(big.Rat)
		for _, r := range rows[1:] {
			q, _ := new(big.Rat).SetString(r[2])
			p, _ := new(big.Rat).SetString(r[3])
			v := q.Mul(q, p)
			if sums[r[0]] == nil {
				sums[r[0]] = new(big.Rat)
			}
			sums[r[0]].Add(sums[r[0]], v)
			all.Add(all, v)
		}
		for key, sum := range sums {
			want[key] = sum.RatString()
		}
		out := readText(t, text, options{answers: cleanAnswers, block: rapid.SampledFrom([]int{16, 100, 1 << 20}).Draw(t, "block")})
		if out.err != nil {
			t.Fatal(out.err)
		}
		got := map[string]string{}
		for key, sum := range out.clients() {
			got[key] = sum.RatString()
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Fatalf("%s\n%s", d, text)
		}
		if n := int(out.loaded.Lines); n != len(c.rows) {
			t.Fatalf("%d lines, want %d", n, len(c.rows))
		}
		if l := out.loaded; sumRat(l.Controls[0].Loaded.Amount, l.Decimals).Cmp(all) != 0 {
			t.Fatalf("loaded %s, want %s", l.Controls[0].Loaded.Amount.Format(l.Decimals), all.RatString())
		}
	})
}

// bag is what a file holds, whatever the order of its lines.
func (o *outcome) bag() []string {
	var out []string
	for _, l := range o.lines {
		out = append(out, fmt.Sprintf("%s %s %s %s %x", l.client, l.day, l.amount, l.currency, l.document))
	}
	for _, a := range o.asides {
		out = append(out, fmt.Sprintf("aside %s %s %q", a.State, a.Code, a.Raw))
	}
	slices.Sort(out)
	return out
}

// TestOrderDoesNotMatter: permuting rows changes nothing but the order.
func TestOrderDoesNotMatter(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := drawClean(t)
		a := readText(t, c.text(cleanHeader), options{answers: cleanAnswers})
		b := readText(t, clean{rapid.Permutation(c.rows).Draw(t, "order")}.text(cleanHeader), options{answers: cleanAnswers, block: 64})
		if a.err != nil || b.err != nil {
			t.Fatal(a.err, b.err)
		}
		if d := cmp.Diff(a.bag(), b.bag()); d != "" {
			t.Fatal(d)
		}
		if d := cmp.Diff(a.facts(), b.facts()); d != "" || a.loaded.Span != b.loaded.Span || a.loaded.Decimals != b.loaded.Decimals {
			t.Fatal(d)
		}
	})
}

// TestSplitting: a file cut in two gives the same lines and sums, and the same ids of
// documents.
func TestSplitting(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := drawClean(t)
		at := rapid.IntRange(1, len(c.rows)-1).Draw(t, "at")
		whole := readText(t, c.text(cleanHeader), options{answers: cleanAnswers})
		first := readText(t, clean{c.rows[:at]}.text(cleanHeader), options{answers: cleanAnswers})
		second := readText(t, clean{c.rows[at:]}.text(cleanHeader), options{answers: cleanAnswers})
		if whole.err != nil || first.err != nil || second.err != nil {
			t.Fatal(whole.err, first.err, second.err)
		}
		both := append(first.bag(), second.bag()...)
		slices.Sort(both)
		if d := cmp.Diff(whole.bag(), both); d != "" {
			t.Fatal(d)
		}
	})
}

// TestBlankLines: they change how many lines were skipped, and nothing else.
func TestBlankLines(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := drawClean(t)
		spread := clean{}
		blanks := int64(0)
		for _, r := range c.rows {
			for range rapid.IntRange(0, 2).Draw(t, "blanks") {
				spread.rows = append(spread.rows, []string{"", "", " ", "", ""})
				blanks++
			}
			spread.rows = append(spread.rows, r)
		}
		a := readText(t, c.text(cleanHeader), options{answers: cleanAnswers})
		b := readText(t, spread.text(cleanHeader), options{answers: cleanAnswers, block: 32})
		if a.err != nil || b.err != nil {
			t.Fatal(a.err, b.err)
		}
		if d := cmp.Diff(a.bag(), b.bag()); d != "" {
			t.Fatal(d)
		}
		for _, s := range b.loaded.Skipped {
			if s.Kind == "blank" && s.Lines != blanks {
				t.Fatalf("%d blank lines, want %d", s.Lines, blanks)
			}
		}
	})
}

// TestScaling: prices times 100 give sums times 100.
func TestScaling(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := drawClean(t)
		big100 := big.NewRat(100, 1)
		scaled := clean{}
		for _, r := range c.rows {
			p, _ := new(big.Rat).SetString(r[3])
			scaled.rows = append(scaled.rows, []string{r[0], r[1], r[2], p.Mul(p, big100).FloatString(3), r[4]})
		}
		a := readText(t, c.text(cleanHeader), options{answers: cleanAnswers})
		b := readText(t, scaled.text(cleanHeader), options{answers: cleanAnswers})
		if a.err != nil || b.err != nil {
			t.Fatal(a.err, b.err)
		}
		sums := b.clients()
		for key, sum := range a.clients() {
			if want := sum.Mul(sum, big100); sums[key].Cmp(want) != 0 {
				t.Fatalf("%s: %s, want %s", key, sums[key].RatString(), want.RatString())
			}
		}
		if x, y := a.loaded.Controls[0].Loaded.Rows, b.loaded.Controls[0].Loaded.Rows; x != y {
			t.Fatalf("%d rows, %d rows", x, y)
		}
	})
}

// FuzzLoad: no panic on any text, the account closes, and blocks do not matter.
func FuzzLoad(f *testing.F) {
	for _, seed := range []string{
		invoiceText, saidHeader + "1,A,Acme,P,Ann,2026-01-13,1.5,EUR,paid\n", "Client;Betrag\nMüller;1.234,56\n", "a\tb\n\"x\n", "Client,Amount\n\"open,1\nB,2\n", "{\"a\":1}\n",
		"Kunde|Datum|Umsatz\nA|3.1.2026|(5)\nTotal||5\n", ",Total\nAcme,1\nTOTAL,1\n", "Client,Date,Amount\r,,\rA,1/2/2026,1\r", "\xff\xfeC\x00,\x00A\x00\n\x00",
	} {
		f.Add([]byte(seed), true, uint8(3))
	}
	f.Fuzz(func(t *testing.T, data []byte, answered bool, block uint8) {
		if len(data) > 4<<10 {
			return
		}
		o := options{}
		if answered {
			o.answers = intake.Answers{DateOrder: "dmy", Decimal: ".", Kind: "booked", Tax: "net"}
		}
		a := readText(t, string(data), o)
		o.block, o.workers = int(block)+1, 2
		b := readText(t, string(data), o)
		if a.err == nil && b.err == nil {
			sameOutcome(t, a, b)
		} else if (a.err == nil) != (b.err == nil) {
			t.Fatalf("one reading fails: %v, %v", a.err, b.err)
		}
		if a.loaded != nil {
			rows := a.loaded.Rows(func(c *ledger.Control) ledger.Tally { return c.Read }).Rows
			if rows > int64(len(data))+1 {
				t.Fatalf("%d rows of %d bytes", rows, len(data))
			}
		}
	})
}
