package trino_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"golang.org/x/text/unicode/norm"

	"clientele/internal/engine"
	"clientele/internal/engine/enginetest"
	"clientele/internal/engine/sqltext"
	"clientele/internal/engine/trino"
	"clientele/internal/ledger"
	"clientele/internal/money"
	"clientele/internal/period"
	"clientele/internal/warehouse"
)

// serial tells the schemas of tests apart.
var serial atomic.Int64

// schema makes a schema of its own for a test, and takes it away with all its tables.
func schema(t *testing.T, c *trino.Cluster) string {
	t.Helper()
	name := fmt.Sprintf("lake.test_%d_%d", os.Getpid(), serial.Add(1))
	run(t, c, "CREATE SCHEMA "+name)
	t.Cleanup(func() { drop(t, c, name) })
	return name
}

func drop(t *testing.T, c *trino.Cluster, name string) {
	t.Helper()
	ctx := context.WithoutCancel(t.Context())
	_, err := trino.Run(ctx, c, "DROP SCHEMA "+name+" CASCADE")
	if err != nil {
		t.Error(err)
	}
}

func run(t *testing.T, c *trino.Cluster, text string) [][]string {
	t.Helper()
	rows, err := trino.Run(t.Context(), c, text)
	if err != nil {
		t.Fatalf("%s\n%v", text, err)
	}
	return rows
}

// firm writes a fixture as the table of a firm: no clients' numbers, no scale of ours.
func firm(t *testing.T, c *trino.Cluster, table string, b *enginetest.Batch) {
	t.Helper()
	l := b.Lines
	var rows []string
	for i := range l.Len() {
		client, name, date, number := "NULL", "NULL", "NULL", "NULL"
		if a := l.Account[i]; a >= 0 {
			key, _ := written.Load(b.Accounts[a].Key) // perhaps in another normal form
			client, name = sqltext.Text("  "+fmt.Sprint(key)), sqltext.Text(b.Accounts[a].Name)
		}
		if l.Day[i] != period.NoDate {
			date = "DATE '" + l.Day[i].String() + "'"
		}
		if n, ok := numbers.Load(l.Document[i]); ok {
			number = sqltext.Text(fmt.Sprint(n))
		}
		amount := money.FromInt64(l.Amount[i]).Format(l.Decimals)
		rows = append(rows, fmt.Sprintf("(%s, %s, %s, %s, DECIMAL '%s', '%s')", client, name, date, number, amount, []string{"EUR", "eur", " EUR "}[i%3]))
		if i%5 == 0 { // the same once more in another currency, without a rate: it counts nowhere
			rows = append(rows, fmt.Sprintf("(%s, %s, %s, %s, DECIMAL '%s', 'USD')", client, name, date, number, amount))
		}
	}
	end := ""
	if len(rows) == 0 {
		rows, end = []string{"(" + strings.Repeat("NULL, ", 4) + "DECIMAL '0', NULL)"}, " WHERE 1 = 0"
	}
	run(t, c, "CREATE TABLE "+table+" AS SELECT CAST(c AS VARCHAR) AS customer, CAST(n AS VARCHAR) AS customer_name, CAST(d AS DATE) AS invoiced_on, CAST(k AS VARCHAR) AS invoice, CAST(a AS DECIMAL(38, 6)) AS net, CAST(m AS VARCHAR) AS currency\n"+
		"FROM (VALUES\n"+strings.Join(rows, ",\n")+"\n) AS v (c, n, d, k, a, m)"+end)
}

func source(table string) warehouse.Sources {
	return warehouse.Sources{Sales: warehouse.Source{
		Table: table, Currency: "EUR",
		Columns: warehouse.Columns{Client: "Customer", Name: "customer_name", Date: "invoiced_on", Document: "invoice", Amount: "net", Currency: "currency"},
	}}
}

// refresh brings a roll-up up to date.
func refresh(t *testing.T, r *trino.Rollup, build int64, from period.Date) (*warehouse.Refreshed, error) {
	t.Helper()
	return r.Refresh(t.Context(), request(t, r, build, from))
}

// request is a refresh of what is published now.
func request(t *testing.T, r *trino.Rollup, build int64, from period.Date) trino.Request {
	t.Helper()
	q := trino.Request{From: from, Build: build, At: "2026-11-27T00:00:00Z", Document: func(s *warehouse.State) (string, error) {
		doc, err := json.Marshal(s)
		return string(doc), err
	}}
	if p, err := r.Latest(t.Context()); err == nil && p.Number > 0 {
		q.Before, q.Number, q.Stored = &warehouse.State{}, p.Number, p.Document
		if err := json.Unmarshal([]byte(p.Document), q.Before); err != nil {
			t.Fatal(err)
		}
	}
	return q
}

// document is a state as it is kept.
func document(t *testing.T, s *warehouse.State) string {
	t.Helper()
	doc, err := json.MarshalIndent(s, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(doc)
}

// numbers are the document numbers behind ids, written the keys as a table has them.
var numbers, written sync.Map

// shape makes a ledger as a table can tell it: one import, every line with a day, in
// that order, clients without blanks around them.
func shape(f *enginetest.Fixture) {
	b := &f.Batches[0]
	f.Batches = f.Batches[:1]
	told := func(key string) string { return norm.NFC.String(strings.TrimSpace(key)) } // as a file is read
	merged, parents := map[string]string{}, map[string]string{}
	for k, v := range f.Rules.Merged {
		merged[told(k)] = told(v)
	}
	for k, v := range f.Rules.Parents {
		parents[told(k)] = told(v)
	}
	f.Rules = engine.Rules{Merged: merged, Parents: parents}
	var accounts []ledger.Account
	number := map[string]int32{}
	for i, a := range b.Accounts {
		written.Store(told(a.Key), a.Key)
		key := told(a.Key)
		if _, ok := number[key]; !ok {
			number[key] = int32(len(accounts))
			accounts = append(accounts, ledger.Account{Key: key, Name: "calls it " + key})
		}
		if a.Parent != "" {
			accounts[number[key]].Parent = told(a.Parent)
		}
		b.Accounts[i].Key = key
	}
	order := make([]int, b.Lines.Len())
	for i := range order {
		order[i] = i
		if b.Lines.Day[i] == period.NoDate {
			b.Lines.Day[i] = period.DateOf(2024, 2, 29)
		}
	}
	slices.SortStableFunc(order, func(x, y int) int { return int(b.Lines.Day[x]) - int(b.Lines.Day[y]) })
	b.Lines.Decimals = max(b.Lines.Decimals, 2) // what a ledger without a currency has
	out := &ledger.Lines{Decimals: b.Lines.Decimals, Document: []ledger.DocumentID{}}
	add := func(account int32, day period.Date, amount int64, id ledger.DocumentID) {
		out.Account, out.Day, out.Amount = append(out.Account, account), append(out.Day, day), append(out.Amount, amount)
		out.Document, out.Line = append(out.Document, id), append(out.Line, int64(len(out.Line)+2))
	}
	for _, i := range order {
		account, key := ledger.Unassigned, ""
		if a := b.Lines.Account[i]; a >= 0 {
			key = b.Accounts[a].Key
			account = number[key]
		}
		id := b.Lines.Document[i]
		if !id.IsZero() {
			number := fmt.Sprintf("%x-%x", id.Hi, id.Lo)
			id = ledger.NewDocumentID(key, []byte(number))
			numbers.Store(id, number)
		}
		add(account, b.Lines.Day[i], b.Lines.Amount[i], id)
	}
	add(ledger.Unassigned, period.DateOf(2025, 6, 1), 1, ledger.DocumentID{}) // so that all decimals are needed
	b.Lines, b.Accounts = out, accounts
}

// TestClusterRollup compares a roll-up of a firm's own table with the oracle: random
// ledgers, every measure.
func TestClusterRollup(t *testing.T) {
	t.Parallel()
	c := cluster(t)
	enginetest.RunRandom(t, enginetest.Harness{Ledgers: 3, Frames: 1, NoLines: true, NoFacts: true, Shape: shape, Open: func(t *testing.T, f enginetest.Fixture) (engine.Engine, error) {
		t.Helper()
		name := schema(t, c)
		firm(t, c, name+".invoice_lines", &f.Batches[0])
		firmClients(t, c, name+".customers", f.Batches[0].Accounts)
		s := source(name + ".invoice_lines")
		s.Clients = warehouse.Clients{Table: name + ".customers", Columns: warehouse.ClientColumns{Client: "customer", Parent: "belongs_to"}}
		r, err := c.NewRollup(t.Context(), s, name, period.DateOf(2030, 1, 1))
		if err != nil {
			return nil, err
		}
		out, err := refresh(t, r, 1, period.NoDate)
		if err != nil {
			return nil, err
		}
		return r.Open(t.Context(), &out.State, f.Rules)
	}})
}

// firmClients writes who belongs to whom as a table of the firm.
func firmClients(t *testing.T, c *trino.Cluster, table string, accounts []ledger.Account) {
	t.Helper()
	rows := []string{"('nobody buys', NULL)"}
	for _, a := range accounts {
		parent := "NULL"
		if a.Parent != "" {
			parent = sqltext.Text(a.Parent + " ")
		}
		rows = append(rows, "("+sqltext.Text(a.Key)+", "+parent+")")
	}
	run(t, c, "CREATE TABLE "+table+" AS SELECT CAST(c AS VARCHAR) AS customer, CAST(p AS VARCHAR) AS belongs_to\nFROM (VALUES\n"+strings.Join(rows, ",\n")+"\n) AS v (c, p)")
}
