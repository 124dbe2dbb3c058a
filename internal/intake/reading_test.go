package intake_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"clientele/internal/fault"
	"clientele/internal/intake"
	"clientele/internal/intake/role"
	"clientele/internal/intake/source"
	"clientele/internal/ledger"
)

func open(t *testing.T, text string) *source.Source {
	t.Helper()
	src, err := source.Open("-", source.Options{Stdin: strings.NewReader(text)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := src.Close(); err != nil {
			t.Error(err)
		}
	})
	return src
}

// TestWrongAnswers: a flag that no file could take is refused before anything is read.
func TestWrongAnswers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		answers intake.Answers
		want    string
	}{
		{intake.Answers{Kind: "paid"}, "invoiced, booked, received"},
		{intake.Answers{Decimal: ";"}, "point, comma"},
		{intake.Answers{DateOrder: "ydm"}, "dmy, mdy, ymd, iso"},
		{intake.Answers{Tax: "both"}, "net, gross"},
		{intake.Answers{Currency: "EURO"}, "ISO 4217"},
		{intake.Answers{Delimiter: ":"}, "comma, semicolon, tab, bar"},
		{intake.Answers{Encoding: "utf-7"}, "utf-8"},
		{intake.Answers{Map: []string{"client"}}, "role=column"},
		{intake.Answers{Map: []string{"buyer=Client"}}, "client_id, client"},
		{intake.Answers{Map: []string{"client=Kunde"}}, "the columns are: Client, Date, Amount"},
		{intake.Answers{Map: []string{"client=#9"}}, "the columns are"},
		{intake.Answers{Amount: "Amount/2"}, "--amount"},
		{intake.Answers{Amount: "Price*2"}, "the columns are"},
	} {
		_, err := intake.Inspect(context.Background(), open(t, invoiceText), intake.Options{Answers: c.answers})
		var f *fault.Error
		if !errors.As(err, &f) || f.Kind != fault.Usage || !strings.Contains(f.Error(), c.want) {
			t.Errorf("%+v: %v, want usage with %q", c.answers, err, c.want)
		}
	}
}

func TestFindColumn(t *testing.T) {
	t.Parallel()
	headers := []string{"Client", " Amount (EUR) ", "", "Client ID", "amount", "Amount", "Amount"}
	for name, want := range map[string]int{
		"Client": 0, "client": 0, "[Client]": 0, "Amount (EUR)": 1, "customer id": -1, "client id": 3, "ClientID": 3, "amount": 4,
		"#3": 2, "#7": 6, "#8": -1, "#0": -1, "#x": -1, "Amount": -1, "AMOUNT": -1, "": -1, "[#2]": 1,
	} {
		got, err := intake.FindColumn(headers, name)
		if got != want || (err == nil) != (want >= 0) {
			t.Errorf("%q is column %d, %v, want %d", name, got, err, want)
		}
	}
}

// TestMapping: what the user says wins over what was found, and a role that was taken
// away leaves the formula.
func TestMapping(t *testing.T) {
	t.Parallel()
	text := "Who,When,Pieces,Each,Betrag,Memo\nAcme,2026-01-13,2,10,999,x\nBeta,2026-01-14,3,1.5,888,y\n"
	for _, c := range []struct {
		answers intake.Answers
		want    []string
	}{
		{intake.Answers{Map: []string{"client=Who", "quantity=Pieces", "unit_price=Each", "amount="}}, []string{"amount - 24.5"}},
		{intake.Answers{Map: []string{"client=Who", "amount=Betrag"}}, []string{"amount - 1887"}},
		{intake.Answers{Map: []string{"client=Memo", "amount=#5"}}, []string{"amount - 1887"}},
		{intake.Answers{Map: []string{"client=Who"}, Amount: "[#3]*Each-0.5"}, []string{"amount - 23.5"}},
		{intake.Answers{Map: []string{"client=Who"}, Amount: "-(Betrag - 800) * 2"}, []string{"amount - -574"}},
	} {
		out := readText(t, text, options{answers: c.answers})
		hold(t, out, want{facts: append([]string{"read 2", "loaded 2", "skipped header 1"}, c.want...), extras: []string{"clients 2"}})
	}
}

func TestContestedColumns(t *testing.T) {
	t.Parallel()
	f, err := intake.Inspect(context.Background(), open(t, "Client,Amount,Amount\nAcme,1,10\nBeta,2,20\n"), intake.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if q := f.Questions; len(q) != 1 || q[0].Text != "Which column is the amount: Amount (#2) or Amount (#3)?" || q[0].Flag != "--map amount=#2 or --map amount=#3" {
		t.Errorf("%+v", q)
	}
	hold(t, readText(t, "Client,Date,Amount,Currency,Currency\nAcme,2026-01-13,5,EUR,USD\nBeta,2026-01-13,5,EUR,USD\n", options{}), want{asks: []string{"column_currency"}})
	out := readText(t, "Client,Date,Amount,Currency,Currency\nAcme,2026-01-13,5,EUR,USD\nBeta,2026-01-13,5,EUR,USD\n", options{answers: intake.Answers{Map: []string{"currency=#5"}}})
	hold(t, out, want{facts: []string{"read 2", "loaded 2", "skipped header 1", "amount USD 10"}})
}

// TestFuture: lines dated after today are loaded and counted apart.
func TestFuture(t *testing.T) {
	t.Parallel()
	out := readText(t, invoiceText, options{today: 20485})
	if out.err != nil {
		t.Fatal(out.err)
	}
	if l := out.loaded; l.Future != 1 || l.Lines != 4 || l.Span.To != 20486 {
		t.Errorf("%d in the future, %d lines, until %s", l.Future, l.Lines, l.Span.To)
	}
}

// TestDescriptions: the last record in the file names the client, its group and its
// owner; blank cells tell nothing.
func TestDescriptions(t *testing.T) {
	t.Parallel()
	text := saidHeader + "1,A,Acme,G1,Ann,2026-01-13,1,,\n2,B,Beta,,,2026-01-13,1,,\n3,A,Acme Ltd,,Bob,2026-01-13,1,,\n4,A,,G2,,2026-01-13,1,,\n"
	for _, block := range []int{4, 30, 1 << 20} {
		out := readText(t, text, options{answers: said, block: block, workers: 3})
		if out.err != nil {
			t.Fatal(out.err)
		}
		want := []ledger.Account{{Key: "A", Name: "Acme Ltd", Parent: "G2", Owner: "Bob"}, {Key: "B", Name: "Beta"}}
		if d := cmp.Diff(want, out.loaded.Accounts); d != "" {
			t.Error(block, d)
		}
	}
}

func TestClientList(t *testing.T) {
	t.Parallel()
	text := "Customer ID,Customer Name,Parent,Owner,City\nA,Acme,,Ann,Bonn\nB,Beta,Acme,Bob,Kiel\n,Nobody,,,\n\nB,Beta Ltd,A,Bob,Kiel\n"
	facts, err := intake.Facts(context.Background(), open(t, text), intake.Answers{})
	if err != nil || facts != role.Clients {
		t.Errorf("%q, %v", facts, err)
	}
	l, err := intake.ReadClients(context.Background(), open(t, text), intake.Answers{})
	if err != nil {
		t.Fatal(err)
	}
	want := []ledger.Account{{Key: "A", Name: "Acme", Owner: "Ann"}, {Key: "B", Name: "Beta Ltd", Parent: "A", Owner: "Bob"}}
	if d := cmp.Diff(want, l.Accounts); d != "" || l.Rows != 4 || l.Unnamed != 1 || l.Repeated != 1 {
		t.Errorf("%s %+v", d, l)
	}
	if !slices.Contains(l.Columns, "client_id = Customer ID") {
		t.Errorf("%q", l.Columns)
	}
	_, err = intake.ReadClients(context.Background(), open(t, "x,y\n1,2\n3,4\n"), intake.Answers{})
	if fault.KindOf(err) != fault.Ask {
		t.Errorf("a list without a client asks: %v", err)
	}
}

func TestRateTable(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	list, base, err := intake.ReadRates(ctx, open(t, "Rates of the bank\nDatum;Währung;Kurs;Base\n31.01.2026;USD;0,92;EUR\n28.02.2026;gbp;1,155;EUR\n;;;\n"), "")
	if err != nil || base != "EUR" || len(list) != 2 {
		t.Fatalf("%v, %q, %v", list, base, err)
	}
	if r := list[1]; r.Currency != "GBP" || r.Rate.Units != 1155 || r.Rate.Decimals != 3 || r.Day.String() != "2026-02-28" || r.Line != 4 {
		t.Errorf("%+v", r)
	}
	for _, c := range []struct {
		text, want string
		kind       fault.Kind
	}{
		{"Date,Currency,Rate\n2026-01-31,USD,0.92\n", "does not say into which currency", fault.Ask},
		{"Date,Currency,Rate\n2026-01-31,USD,zero\n", "not a number", fault.Input},
		{"Date,Currency,Rate\n2026-01-31,USD,\n", "empty", fault.Input},
		{"Date,Currency,Rate\n2026-01-31,USD,0\n", "not above 0", fault.Input},
		{"Date,Currency,Rate\n2026-01-31,dollars,1.5\n", "no currency code", fault.Input},
		{"Date,Currency,Rate\n2026-02-31,USD,1.5\n", "2026-02-31", fault.Input},
		{"Date,Currency,Rate\n03/04/2026,USD,1.5\n", "two ways", fault.Input},
		{"Client,Amount\nAcme,1\n", "no rate table", fault.Input},
		{"Date,Currency,Rate,Base\n2026-01-31,USD,0.92,EUR\n2026-01-31,GBP,1.2,EUR\n2026-01-31,usd,0.93,EUR\n", "0.92 in line 2 and 0.93 in line 4", fault.Input},
		{"Date,Currency,Rate,Base\n2026-01-31,USD,0.92,EUR\n2026-01-31,EUR,1.10,EUR\n", "gives it the rate 1.10", fault.Input},
		{"Date,Currency,Rate,Base\n2026-01-31,ZZZ,0.92,EUR\n", "no currency code", fault.Input},
	} {
		_, _, err := intake.ReadRates(ctx, open(t, c.text), "")
		if fault.KindOf(err) != c.kind || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v, want %q", c.text, err, c.want)
		}
	}
	again := "Date,Currency,Rate,Base\n2026-01-31,USD,0.92,EUR\n2026-01-31,USD,0.920,EUR\n2026-01-31,EUR,1.0,EUR\n"
	if list, _, err := intake.ReadRates(ctx, open(t, again), ""); err != nil || len(list) != 3 {
		t.Errorf("the same rate twice, and 1 for the base: %v %v", list, err)
	}
	if _, base, err := intake.ReadRates(ctx, open(t, "Date,Currency,Rate,Base\n2026-01-31,USD,0.92,EUR\n2026-01-31,USD,0.8,GBP\n"), "GBP"); err != nil || base != "GBP" {
		t.Errorf("%q %v", base, err)
	}
}

// TestRecords looks records up by their lines, as they stand in the file.
func TestRecords(t *testing.T) {
	t.Parallel()
	text := "Client,Amount\n\"Acme\nLtd\",1\nBeta,2\n"
	f, err := intake.Inspect(context.Background(), open(t, text), intake.Options{})
	if err != nil {
		t.Fatal(err)
	}
	got, err := f.Records(context.Background(), []int64{2, 3, 4})
	if d := cmp.Diff([][]string{{"Acme\nLtd", "1"}, nil, {"Beta", "2"}}, got); d != "" || err != nil {
		t.Error(d, err)
	}
	var raw []string
	err = f.RawRecords(context.Background(), []int64{2}, func(r []byte) { raw = append(raw, string(r)) })
	if d := cmp.Diff([]string{"\"Acme\nLtd\",1"}, raw); d != "" || err != nil {
		t.Error(d, err)
	}
	if head, err := f.HeaderText(context.Background()); head != "Client,Amount" || err != nil {
		t.Error(head, err)
	}
}

// TestReasonsSpeakForAllTheirRows: each row keeps its own sentence.
func TestReasonsSpeakForAllTheirRows(t *testing.T) {
	t.Parallel()
	got := read(t, write(t, "a.csv", []byte("Client,Amount\nA,1\nB,NaN\nC,0x10\nD,1.2.3.4\nE,1.5\nF,2\nG,3\n")), options{})
	if got.err != nil || len(got.loaded.Reasons) != 1 || len(got.asides) != 3 {
		t.Fatalf("%v %+v", got.err, got.loaded)
	}
	if r := got.loaded.Reasons[0]; r.Text != "the amount is not a readable number" || r.Rows != 3 {
		t.Errorf("%+v", r)
	}
	for i, value := range []string{"NaN", "0x10", "1.2.3.4"} {
		if a := got.asides[i]; !strings.Contains(a.Text, value) || strings.Contains(a.Remedy, "leave the cell empty") {
			t.Errorf("%s: %+v", value, a)
		}
	}
}

// TestCountsOfASample: what only a sample showed is not told of the file.
func TestCountsOfASample(t *testing.T) {
	t.Parallel()
	small := read(t, write(t, "a.csv", []byte("Client,Date,Amount\nA,13/01/2026 10:15,1.50\nB,14/01/2026 10:15,2.50\ntotal\n")), options{})
	if small.err != nil {
		t.Fatal(small.err)
	}
	if all := strings.Join(small.file.Evidence, "\n"); strings.Contains(all, "sampled rows") || !strings.Contains(all, "comma gives 3 fields in 75 % of the sampled lines") {
		t.Errorf("%s", all)
	}
	large := read(t, write(t, "a.csv", []byte("Client,Date,Amount\n"+strings.Repeat("A,13/01/2026 10:15,1.50\nB,14/01/2026 10:15,2.50\n", 3000))), options{})
	if large.err != nil {
		t.Fatal(large.err)
	}
	sampled := 0
	for _, e := range large.file.Evidence {
		if strings.HasPrefix(e, "dates in") || strings.HasPrefix(e, "numbers in") {
			if !strings.HasSuffix(e, " (of the sampled rows)") {
				t.Errorf("%s", e)
			}
			sampled++
		}
	}
	if sampled != 2 {
		t.Errorf("%q", large.file.Evidence)
	}
	for _, n := range large.file.Notes {
		if strings.Contains(n.Text, " rows ") {
			t.Errorf("%+v", n)
		}
	}
}
