package trino_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"clientele/internal/engine"
	"clientele/internal/fault"
	"clientele/internal/metric"
	"clientele/internal/money"
	"clientele/internal/period"
	"clientele/internal/rates"
	"clientele/internal/warehouse"
)

// TestClusterClients names and groups clients by a table of the firm, hand-counted.
func TestClusterClients(t *testing.T) {
	t.Parallel()
	c := cluster(t)
	name := firmTable(t, c)
	run(t, c, "CREATE TABLE "+name+".customers AS SELECT * FROM (VALUES ('A', 'Acme Holding', ' H '), (' B', NULL, 'A'), ('C', 'Nobody buys', 'C'), ('X', 'one', 'Y'), ('Y', 'two', 'Z'), ('Z', 'three', 'Y'), ('old', 'gone', 'B'), (NULL, 'no key', 'B')) AS v (no, called, part_of)")
	s := firmSource(name)
	s.Clients = warehouse.Clients{Table: name + ".customers", Where: "called <> 'gone' OR called IS NULL", Columns: warehouse.ClientColumns{Client: "no", Name: "called", Parent: "part_of"}}
	add(t, c, name, "('X', 'ex', DATE '2025-03-09', NULL, 1, 'EUR', 'sent')", "('Z', 'zet', DATE '2025-03-09', NULL, 2, 'EUR', 'sent')")
	r := rollup(t, c, s, name)
	out, err := refresh(t, r, 100, period.NoDate)
	if err != nil {
		t.Fatal(err)
	}
	if !out.Clients || out.State.Accounts.Grouped != 4 { // A and B under H; X and Z under Y, which is the smallest of the circle
		t.Errorf("%+v", out.State.Accounts)
	}
	everything := engine.Frame{Current: period.All}
	if got, want := book(t, r, &out.State, everything), "B/Beta 32500 in 2, A/Acme Holding 8025 in 1, Gamma/Gamma 975 in 1, Z/three 200 in 0, X/one 100 in 0"; got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
	everything.Level = engine.ByGroup
	for rules, want := range map[string]string{
		"":                          "H/H 40525 in 3, Gamma/Gamma 975 in 1, Y/two 300 in 0",
		"B belongs to nobody":       "B/Beta 32500 in 2, H/H 8025 in 1, Gamma/Gamma 975 in 1, Y/two 300 in 0",
		"A belongs to Gamma":        "Gamma/Gamma 41500 in 4, Y/two 300 in 0",
		"H belongs to Y":            "Y/two 40825 in 3, Gamma/Gamma 975 in 1",
		"Y belongs to a new group":  "H/H 40525 in 3, Gamma/Gamma 975 in 1, new/new 300 in 0",
		"Gamma merged into B":       "H/H 41500 in 4, Y/two 300 in 0",
		"A merged into Gamma":       "Gamma/Gamma 41500 in 4, Y/two 300 in 0",
		"Gamma belongs to itself":   "H/H 40525 in 3, Gamma/Gamma 975 in 1, Y/two 300 in 0",
		"Gamma belongs to nowhere":  "H/H 40525 in 3, nowhere/nowhere 975 in 1, Y/two 300 in 0",
		"a client that is not here": "H/H 40525 in 3, Gamma/Gamma 975 in 1, Y/two 300 in 0",
	} {
		decided := map[string]engine.Rules{
			"B belongs to nobody": {Parents: map[string]string{"B": ""}}, "A belongs to Gamma": {Parents: map[string]string{"A": "Gamma"}},
			"H belongs to Y": {Parents: map[string]string{"H": "Y"}}, "Y belongs to a new group": {Parents: map[string]string{"Y": "new", "Z": "new"}},
			"Gamma merged into B": {Merged: map[string]string{"Gamma": "B"}}, "A merged into Gamma": {Merged: map[string]string{"A": "Gamma"}, Parents: map[string]string{"Gamma": ""}},
			"Gamma belongs to itself": {Parents: map[string]string{"Gamma": "Gamma"}}, "Gamma belongs to nowhere": {Parents: map[string]string{"Gamma": "nowhere"}},
			"a client that is not here": {Merged: map[string]string{"nobody": "no one"}},
		}[rules]
		for _, open := range []func() (engine.Engine, error){
			func() (engine.Engine, error) { return r.Open(t.Context(), &out.State, decided) },
			func() (engine.Engine, error) { return r.Anew(t.Context(), &out.State, decided) },
		} {
			e, err := open()
			if err != nil {
				t.Fatal(err)
			}
			if got := page(t, e, everything); got != want {
				t.Errorf("%s: %s\nwant %s", rules, got, want)
			}
		}
	}
	if again, err := refresh(t, r, 200, period.NoDate); err != nil || !again.Unchanged {
		t.Errorf("again: %+v, %v", again, err)
	}
	// A new name is a new state, and no month is written for it.
	run(t, c, "UPDATE "+name+".customers SET called = 'Third' WHERE no = 'Z'")
	renamed, err := refresh(t, r, 300, period.NoDate)
	if err != nil || renamed.Unchanged || !renamed.Clients || len(renamed.Written) > 0 {
		t.Errorf("renamed: %+v, %v", renamed, err)
	}
	run(t, c, "INSERT INTO "+name+".customers VALUES ('A', 'Acme Holding', 'Q')")
	if _, err := refresh(t, r, 400, period.NoDate); fault.KindOf(err) != fault.Input || !strings.Contains(err.Error(), `says two things about client "A"`) {
		t.Errorf("two parents: %v", err)
	}
	var deep []string
	for i := range 12 {
		deep = append(deep, fmt.Sprintf("('c%d', 'c%d')", i, i+1))
	}
	run(t, c, "CREATE TABLE "+name+".deep AS SELECT * FROM (VALUES "+strings.Join(deep, ", ")+") AS v (no, part_of)")
	s.Clients = warehouse.Clients{Table: name + ".deep", Columns: warehouse.ClientColumns{Client: "no", Parent: "part_of"}}
	if _, err := refresh(t, rollup(t, c, s, name), 500, period.NoDate); fault.KindOf(err) != fault.Input || !strings.Contains(err.Error(), "more than 10 parents above it") {
		t.Errorf("twelve levels: %v", err)
	}
	s.Clients.Columns.Parent = "parnt"
	if _, err := c.NewRollup(t.Context(), s, name, 0); err == nil || !strings.Contains(err.Error(), `no column "parnt" for the parent`) {
		t.Errorf("a wrong column: %v", err)
	}
	onlyRead(t, c, name)
}

// TestClusterRates converts lines as package rates does, half to even: random rows, rates
// and gaps.
func TestClusterRates(t *testing.T) {
	t.Parallel()
	c := cluster(t)
	name := schema(t, c)
	r := rand.New(rand.NewPCG(4, 2))
	table, start := rates.New("EUR"), period.DateOf(2024, 1, 1)
	var given []string
	for _, code := range []money.Currency{"USD", "JPY"} {
		for day := start; day < start+300; day += period.Date(1 + r.IntN(60)) { // some of them further apart than a rate holds
			rate := money.Amount{Units: 1 + r.Int64N(2_000_000), Decimals: 6}
			if r.IntN(3) == 0 {
				rate = money.Amount{Units: 500_000, Decimals: 6} // halves
			}
			if err := table.Add(day, code, rate); err != nil {
				t.Fatal(err)
			}
			given = append(given, fmt.Sprintf("(DATE '%s', ' %s', DECIMAL '%s', 'EUR')", day, strings.ToLower(string(code)), rate))
		}
	}
	given = append(given, "(DATE '2024-01-05', 'USD', DECIMAL '9.000000', 'GBP')")
	run(t, c, "CREATE TABLE "+name+".fx AS SELECT * FROM (VALUES "+strings.Join(given, ", ")+") AS v (since, code, rate, into_code)")
	sums, sold, waiting, lines := map[string]int64{}, map[string]int64{}, map[money.Currency]int64{}, []string{}
	for i := range 2000 {
		client, code, day, units := fmt.Sprint("C", r.IntN(7)), []money.Currency{"EUR", "USD", "JPY", "CHF"}[r.IntN(4)], start+period.Date(r.IntN(330)), r.Int64N(40_001)-10_000
		if i%4 == 0 {
			units = r.Int64N(7) - 3 // rounds to 0, or just not
		}
		lines = append(lines, fmt.Sprintf("('%s', DATE '%s', DECIMAL '%s', '%s')", client, day, money.Amount{Units: units, Decimals: 2}, code))
		v, ok, err := table.Convert(units, 2, code, day, 2)
		if err != nil {
			t.Fatal(err)
		}
		if !ok {
			waiting[code] += units
			continue
		}
		sums[client] += v
		sold[client] += max(v, 0)
	}
	run(t, c, "CREATE TABLE "+name+".lines AS SELECT no, at, CAST(net AS DECIMAL(12, 2)) AS net, code FROM (VALUES "+strings.Join(lines, ", ")+") AS v (no, at, net, code)")
	s := warehouse.Sources{
		Sales: warehouse.Source{Table: name + ".lines", Currency: "EUR", Columns: warehouse.Columns{Client: "no", Date: "at", Amount: "net", Currency: "code"}},
		Rates: warehouse.Rates{Table: name + ".fx", Where: "into_code = 'EUR'", Columns: warehouse.RateColumns{Date: "since", Currency: "code", Rate: "rate"}},
	}
	roll := rollup(t, c, s, name)
	out, err := refresh(t, roll, 100, period.NoDate)
	if err != nil {
		t.Fatal(err)
	}
	if len(out.State.Totals.MissingRate) != 3 || waiting["USD"] == 0 {
		t.Errorf("%+v, want %v", out.State.Totals.MissingRate, waiting)
	}
	for _, w := range out.State.Totals.MissingRate {
		if got, _ := w.Amount.Int64(); got != waiting[w.Currency] {
			t.Errorf("%s waits with %d, want %d", w.Currency, got, waiting[w.Currency])
		}
	}
	for _, open := range []func() (engine.Engine, error){
		func() (engine.Engine, error) { return roll.Open(t.Context(), &out.State, engine.Rules{}) },
		func() (engine.Engine, error) { return roll.Anew(t.Context(), &out.State, engine.Rules{}) },
	} {
		e, err := open()
		if err != nil {
			t.Fatal(err)
		}
		for sales, want := range map[bool]map[string]int64{false: sums, true: sold} {
			rows, err := e.Page(t.Context(), engine.Frame{Current: period.All, SalesOnly: sales}, engine.Page{By: metric.Revenue, Measures: []metric.ID{metric.Revenue}, Lo: -1 << 63, Hi: 1<<63 - 1, Limit: -1})
			if err != nil {
				t.Fatal(err)
			}
			if len(rows) != len(want) {
				t.Errorf("%d clients, want %d", len(rows), len(want))
			}
			for _, row := range rows {
				if row.Values[0].Int != want[row.Client] {
					t.Errorf("sales only %t: %s has %d, want %d", sales, row.Client, row.Values[0].Int, want[row.Client])
				}
			}
		}
	}
	for words, row := range map[string]string{
		"two rates of USD on 2024-01-01":              "(DATE '2024-01-01', 'usd', 3, 'EUR')",
		"rate of GBP on 2024-01-01|not above 0":       "(DATE '2024-01-01', 'GBP', 0, 'EUR')",
		"rate of GBP on 2024-01-02|is empty":          "(DATE '2024-01-02', 'GBP', NULL, 'EUR')",
		"a rate of no currency, on 2024-01-03|fill":   "(DATE '2024-01-03', ' ', 1, 'EUR')",
		"a rate of GBP without a day|leave such rows": "(NULL, 'GBP', 1, 'EUR')",
	} {
		run(t, c, "CREATE TABLE "+name+".wrong AS SELECT * FROM "+name+".fx")
		run(t, c, "INSERT INTO "+name+".wrong VALUES "+row)
		s.Rates.Table = name + ".wrong"
		_, err := refresh(t, rollup(t, c, s, name), 200, period.NoDate)
		for w := range strings.SplitSeq(words, "|") {
			if fault.KindOf(err) != fault.Input || !strings.Contains(err.Error(), w) {
				t.Errorf("%v does not say %q", err, w)
			}
		}
		run(t, c, "DROP TABLE "+name+".wrong")
	}
}
