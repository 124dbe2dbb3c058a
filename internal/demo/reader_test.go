package demo_test

import (
	"bytes"
	"encoding/csv"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"

	"clientele/internal/demo"
)

// This file is a slow reader of the firm's files, written from README.txt alone: text
// cells, rational numbers, no use of what the generator knows.

// sale is a row of a sales file as a person would read it.
type sale struct {
	file, number, line, day, id, name, quantity, price, net, tax, currency, owner, credits, status string
}

func (s sale) counts() bool {
	return !slices.Contains([]string{"Draft", "Void", "Entwurf", "storniert"}, s.status)
}

// rows reads a CSV file with a header into maps.
func rows(t *testing.T, name string, data []byte) []map[string]string {
	t.Helper()
	r := csv.NewReader(bytes.NewReader(data))
	records, err := r.ReadAll()
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	var out []map[string]string
	for _, record := range records[1:] {
		row := map[string]string{}
		for i, h := range records[0] {
			row[h] = record[i]
		}
		out = append(out, row)
	}
	return out
}

// sales reads all sale lines: the English files as they are, the German one by hand.
// Rows of the German file that cannot be read come back as their physical lines.
func (x *facts) sales(t *testing.T) (out []sale, bad []int64) {
	t.Helper()
	for _, s := range x.truth.Sales {
		if s.Delimiter == ";" {
			lines, wrong := oldSales(t, s.Name, x.files[s.Name])
			out, bad = append(out, lines...), append(bad, wrong...)
			continue
		}
		for _, r := range x.rows(t, s.Name) {
			out = append(out, sale{
				s.Name, r["Invoice"], r["Line"], r["Date"], r["Customer ID"], r["Customer"], r["Quantity"], r["Unit price"],
				r["Net amount"], r["Tax"], r["Currency"], r["Account manager"], r["Credits invoice"], r["Status"],
			})
		}
	}
	return out, bad
}

func oldSales(t *testing.T, name string, data []byte) (out []sale, bad []int64) {
	t.Helper()
	text, err := charmap.Windows1252.NewDecoder().String(string(data))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(text, "\r\n"), "\r\n")
	for i, line := range lines[4 : len(lines)-1] {
		c := csvCells(t, line)
		if len(c) != 14 || !isGermanNumber(c[8]) || !isGermanDay(c[2]) {
			bad = append(bad, int64(i+5))
			continue
		}
		out = append(out, sale{
			name, c[0], c[1], isoDay(c[2]), c[3], c[4], point(c[6]), point(c[7]), point(c[8]), point(c[9]), c[10], c[11], c[12], c[13],
		})
	}
	return out, bad
}

func csvCells(t *testing.T, line string) []string {
	t.Helper()
	r := csv.NewReader(strings.NewReader(line))
	r.Comma = ';'
	cells, err := r.Read()
	if err != nil {
		t.Fatalf("%q: %v", line, err)
	}
	return cells
}

func point(german string) string {
	return strings.ReplaceAll(strings.ReplaceAll(german, ".", ""), ",", ".")
}

func isGermanNumber(s string) bool {
	_, ok := new(big.Rat).SetString(point(s))
	return ok
}

// isGermanDay knows the lengths of months by a table of its own.
func isGermanDay(s string) bool {
	var n [3]int
	for i, part := range strings.Split(s, ".") {
		v, err := strconv.Atoi(part)
		if err != nil || i > 2 {
			return false
		}
		n[i] = v
	}
	february := 28
	if n[2]%4 == 0 {
		february = 29
	}
	days := []int{0, 31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}
	return n[1] >= 1 && n[1] <= 12 && n[0] >= 1 && n[0] <= days[n[1]]
}

func isoDay(german string) string {
	p := strings.Split(german, ".")
	pad := func(s string) string { return strings.Repeat("0", 2-len(s)) + s }
	return p[2] + "-" + pad(p[1]) + "-" + pad(p[0])
}

func number(t *testing.T, s string) *big.Rat {
	t.Helper()
	r, ok := new(big.Rat).SetString(s)
	if !ok {
		t.Fatalf("%q is no number", s)
	}
	return r
}

// cents rounds half to even at two decimals.
func cents(r *big.Rat) int64 {
	scaled := new(big.Rat).Mul(r, big.NewRat(100, 1))
	twice := new(big.Rat).Mul(scaled, big.NewRat(2, 1))
	floor := new(big.Int).Div(scaled.Num(), scaled.Denom()) // Euclidean: floor for positive denominators
	if twice.IsInt() && !scaled.IsInt() {
		if floor.Bit(0) == 1 {
			floor.Add(floor, big.NewInt(1))
		}
		return floor.Int64()
	}
	half := new(big.Rat).Add(scaled, big.NewRat(1, 2))
	return new(big.Int).Div(half.Num(), half.Denom()).Int64()
}

func exactCents(t *testing.T, s string) int64 {
	t.Helper()
	scaled := new(big.Rat).Mul(number(t, s), big.NewRat(100, 1))
	if !scaled.IsInt() {
		t.Fatalf("%q has more than two decimals", s)
	}
	return scaled.Num().Int64()
}

// text writes cents as the truth does.
func text(c int64) string { return big.NewRat(c, 100).FloatString(2) }

// ledger is all that counts, in EUR cents, with the day of each line.
type ledger struct {
	lines []sale
	eur   []int64
	bad   []int64
}

func (x *facts) load(t *testing.T) {
	t.Helper()
	rate := map[string]*big.Rat{}
	for _, r := range x.rows(t, "rates.csv") {
		if r["Currency"] != "USD" || r["Base"] != "EUR" {
			t.Fatalf("rate of %s", r["Currency"])
		}
		rate[r["Date"]] = number(t, r["Rate"])
	}
	x.all, x.ledger.bad = x.sales(t)
	out := &x.ledger
	for _, s := range x.all {
		if !s.counts() {
			continue
		}
		v := number(t, s.net)
		if s.currency != "EUR" {
			if rate[s.day] == nil {
				t.Fatalf("no rate on %s", s.day)
			}
			v = new(big.Rat).Mul(v, rate[s.day])
		}
		out.lines, out.eur = append(out.lines, s), append(out.eur, cents(v))
	}
}

// by sums the EUR of a span of days [from, to], both as text, per client.
func (l ledger) by(from, to string) map[string]int64 {
	sums := map[string]int64{}
	for i, s := range l.lines {
		if s.day >= from && s.day <= to {
			sums[s.id] += l.eur[i]
		}
	}
	return sums
}

// back is the day n years before a first of a month, as text: the year is the only
// thing that changes.
func back(t *testing.T, day string, years int) string {
	t.Helper()
	y, err := strconv.Atoi(day[:4])
	if err != nil {
		t.Fatal(err)
	}
	return strconv.Itoa(y-years) + day[4:]
}

// facts are the sums on which traits are judged, read from the files.
type facts struct {
	truth    *demo.Truth
	files    map[string][]byte
	tables   map[string][]map[string]string // of every CSV file but the German one
	all      []sale
	ledger   ledger
	years    [4]map[string]int64 // 12 months each, the last one first
	has      [4]map[string]bool  // has a line in them
	unbilled map[string]int64    // quarters of an hour in the trailing 12 months
	touched  map[string]string   // last touch
	contacts map[string]int
}

func newFacts(t *testing.T, f *demo.Firm) *facts {
	t.Helper()
	x := &facts{truth: f.Truth(), files: read(t, f), tables: map[string][]map[string]string{}, unbilled: map[string]int64{}, touched: map[string]string{}, contacts: map[string]int{}}
	for name := range x.files {
		if strings.HasSuffix(name, ".csv") && name != x.truth.Sales[0].Name {
			x.tables[name] = rows(t, name, x.files[name])
		}
	}
	x.load(t)
	for y := range x.years {
		from, to := back(t, x.truth.AsOf, y+1), back(t, x.truth.AsOf, y)
		x.years[y], x.has[y] = map[string]int64{}, map[string]bool{}
		for i, s := range x.ledger.lines {
			if s.day >= from && s.day < to && s.id != "" {
				x.years[y][s.id] += x.ledger.eur[i]
				x.has[y][s.id] = true
			}
		}
	}
	for _, r := range x.rows(t, "time.csv") {
		if r["Billable"] == "No" && r["Customer ID"] != "" && r["Date"] >= x.truth.Trailing.From {
			x.unbilled[r["Customer ID"]] += exactCents(t, r["Hours"]) / 25
		}
	}
	for _, r := range x.rows(t, "touches.csv") {
		x.touched[r["Customer ID"]] = max(x.touched[r["Customer ID"]], r["Date"])
	}
	for _, r := range x.rows(t, "contacts.csv") {
		x.contacts[r["Customer ID"]]++
	}
	return x
}

// rows are the records of a CSV file by header.
func (x *facts) rows(t *testing.T, name string) []map[string]string {
	t.Helper()
	if x.tables[name] == nil {
		t.Fatalf("no table %s", name)
	}
	return x.tables[name]
}
