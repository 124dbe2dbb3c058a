package warehouse_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"clientele/internal/fault"
	"clientele/internal/ledger"
	"clientele/internal/period"
	"clientele/internal/warehouse"
)

func TestSplitName(t *testing.T) {
	t.Parallel()
	for name, want := range map[string][]string{
		"lake.erp.lines":         {"lake", "erp", "lines"},
		"lines":                  {"lines"},
		`"lake"."erp"."lines"`:   {"lake", "erp", "lines"},
		`lake."sales.2025".rows`: {"lake", "sales.2025", "rows"},
		`lake.erp."two words"`:   {"lake", "erp", "two words"},
		`lake.Erp."Lines"`:       {"lake", "Erp", "Lines"},
		`la"ke.erp`:              {`la"ke`, "erp"},
	} {
		got, err := warehouse.SplitName(name)
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %q, %v, want %q", name, got, err, want)
		}
	}
	for name, word := range map[string]string{
		"":               "empty part",
		".":              "empty part",
		"lake..lines":    "empty part",
		"lake.erp.":      "empty part",
		`lake."".lines`:  "empty part",
		`lake."erp`:      "does not end",
		`"lake"erp`:      "behind a quote",
		`lake."erp"."`:   "does not end",
		`"a""b".erp.one`: "behind a quote",
	} {
		got, err := warehouse.SplitName(name)
		if err == nil || !strings.Contains(err.Error(), word) {
			t.Errorf("%s: %q, %v, want %q", name, got, err, word)
		}
	}
}

// whole is a mapping that uses every key.
func whole() warehouse.Sources {
	return warehouse.Sources{
		Sales: warehouse.Source{
			Table: "lake.erp.lines", Where: "status <> 'draft'", Currency: "EUR", Kind: "booked", Tax: "net", TimeZone: "Europe/Berlin", AmountDecimals: 2,
			Columns: warehouse.Columns{Client: "no", Name: "name", Date: "day", Amount: "net", Document: "invoice", Currency: "currency"},
		},
		Clients: warehouse.Clients{Table: "lake.erp.clients", Where: "live", Columns: warehouse.ClientColumns{Client: "no", Name: "name", Parent: "parent"}},
		Rates:   warehouse.Rates{Table: "lake.erp.rates", Where: "into = 'EUR'", TimeZone: "UTC", Columns: warehouse.RateColumns{Date: "day", Currency: "code", Rate: "rate"}},
	}
}

func TestCheckAccepts(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*warehouse.Sources){
		"every key":            func(*warehouse.Sources) {},
		"an id and an amount":  func(s *warehouse.Sources) { *s = least(warehouse.Columns{Client: "no", Amount: "net"}) },
		"a name and an amount": func(s *warehouse.Sources) { *s = least(warehouse.Columns{Name: "name", Amount: "net"}) },
		"gross, received":      func(s *warehouse.Sources) { s.Sales.Tax, s.Sales.Kind = "gross", "received" },
		"invoiced":             func(s *warehouse.Sources) { s.Sales.Kind = "invoiced" },
		"one currency for all": func(s *warehouse.Sources) { s.Sales.Columns.Currency, s.Rates = "", warehouse.Rates{} },
		"clients, no parents":  func(s *warehouse.Sources) { s.Clients.Columns.Parent = "" },
		"parents, no names":    func(s *warehouse.Sources) { s.Clients.Columns.Name = "" },
		"neither":              func(s *warehouse.Sources) { s.Clients, s.Rates = warehouse.Clients{}, warehouse.Rates{} },
	} {
		s := whole()
		change(&s)
		if err := s.Check(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func least(c warehouse.Columns) warehouse.Sources {
	return warehouse.Sources{Sales: warehouse.Source{Table: "lake.erp.lines", Columns: c}}
}

// Every refusal names the key and says what to write instead.
func TestCheckRefuses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change       func(*warehouse.Sources)
		says, remedy string
	}{
		"no table":            {func(s *warehouse.Sources) { s.Sales.Table = "" }, `table = ""`, `"catalog.schema.table"`},
		"a gap in the table":  {func(s *warehouse.Sources) { s.Sales.Table = "lake..lines" }, `table = "lake..lines"`, `"catalog.schema.table"`},
		"no client":           {func(s *warehouse.Sources) { s.Sales.Columns.Client, s.Sales.Columns.Name = "", "" }, "no column names the client", "columns.client"},
		"no amount":           {func(s *warehouse.Sources) { s.Sales.Columns.Amount = "" }, "no column holds the amount", "columns.amount"},
		"a currency in small": {func(s *warehouse.Sources) { s.Sales.Currency = "eur" }, `currency = "eur"`, "EUR"},
		"a long currency":     {func(s *warehouse.Sources) { s.Sales.Currency = "EURO" }, `currency = "EURO"`, "three letters"},
		"a sign":              {func(s *warehouse.Sources) { s.Sales.Currency = "€" }, `currency = "€"`, "three letters"},
		"no currency of the report": {
			func(s *warehouse.Sources) { s.Sales.Currency = "" }, "columns.currency is given", `currency = "EUR"`,
		},
		"a tax": {func(s *warehouse.Sources) { s.Sales.Tax = "Net" }, `tax = "Net"`, "net or gross"},
		"a kind": {
			func(s *warehouse.Sources) { s.Sales.Kind = "sold" }, `kind = "sold"`, "invoiced, booked or received",
		},
		"no table of clients":   {func(s *warehouse.Sources) { s.Clients.Table = "" }, `sources.clients: table = ""`, `"catalog.schema.table"`},
		"clients without a key": {func(s *warehouse.Sources) { s.Clients.Columns.Client = "" }, "no column holds the client's key", "columns.client"},
		"clients that tell nothing": {
			func(s *warehouse.Sources) { s.Clients.Columns.Name, s.Clients.Columns.Parent = "", "" }, "says nothing about a client", "columns.parent",
		},
		"no table of rates":      {func(s *warehouse.Sources) { s.Rates.Table = "a..b" }, `sources.rates: table = "a..b"`, `"catalog.schema.table"`},
		"rates without a day":    {func(s *warehouse.Sources) { s.Rates.Columns.Date = "" }, "no column holds the date", "columns.date"},
		"rates of no currency":   {func(s *warehouse.Sources) { s.Rates.Columns.Currency = "" }, "no column holds the currency", "columns.currency"},
		"rates without a rate":   {func(s *warehouse.Sources) { s.Rates.Columns.Rate = "" }, "no column holds the rate", "columns.rate"},
		"rates for one currency": {func(s *warehouse.Sources) { s.Sales.Columns.Currency = "" }, "no column for both", "columns.currency"},
		"rates for no day":       {func(s *warehouse.Sources) { s.Sales.Columns.Date = "" }, "no column for both", "columns.date"},
	} {
		s := whole()
		c.change(&s)
		f, ok := errors.AsType[*fault.Error](s.Check())
		if !ok || f.Kind != fault.Usage || !strings.HasPrefix(f.Message, "sources.") || !strings.Contains(f.Message, c.says) || !strings.Contains(f.Remedy, c.remedy) {
			t.Errorf("%s: %+v, want %q, %q", name, f, c.says, c.remedy)
		}
	}
}

func TestLedgerKind(t *testing.T) {
	t.Parallel()
	for said, want := range map[string]ledger.Kind{"": ledger.Invoiced, "invoiced": ledger.Invoiced, "booked": ledger.Booked, "received": ledger.Received} {
		s := warehouse.Source{Kind: said}
		if got := s.LedgerKind(); got != want {
			t.Errorf("%q: %s, want %s", said, got, want)
		}
	}
}

// A state is kept as JSON from one refresh to the next: nothing of it may be lost, and
// its names are a format.
func TestStateIsKept(t *testing.T) {
	t.Parallel()
	const kept = `{"table":"t","sources":{"sales":{"columns":{}}},"scale":2,"totals":%,"first":20089,"last":20100,"undated":3,"future":4,"name_as_key":5,"documents":true,` +
		`"months":[{"month":20089,"build":1767225600000000000,"cells":7,"digest":"ab12","rows":"ef","earlier":"01"},{"month":-2147483648,"build":2,"cells":1,"digest":"cd","rows":"","earlier":""}],` +
		`"accounts":{"build":9,"count":8,"digest":"aa","grouped":7}}`
	s := warehouse.State{
		Table: "t", Scale: 2, First: period.DateOf(2025, 1, 1), Last: period.DateOf(2025, 1, 12), Undated: 3, Future: 4, NameAsKey: 5, Documents: true,
		Months:   []warehouse.Month{{Month: period.DateOf(2025, 1, 1), Build: 1767225600000000000, Cells: 7, Digest: "ab12", Rows: "ef", Earlier: "01"}, {Month: period.NoDate, Build: 2, Cells: 1, Digest: "cd"}},
		Accounts: warehouse.Accounts{Build: 9, Count: 8, Digest: "aa", Grouped: 7},
	}
	totals, err := json.Marshal(s.Totals)
	if err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(s)
	if want := strings.Replace(kept, "%", string(totals), 1); err != nil || string(data) != want {
		t.Errorf("%v\n%s, want\n%s", err, data, want)
	}
	var back warehouse.State
	if err := json.Unmarshal(data, &back); err != nil {
		t.Fatal(err)
	}
	if again, err := json.Marshal(back); err != nil || string(again) != string(data) {
		t.Errorf("read back: %v, %s", err, again)
	}
}
