package main

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"clientele/internal/clock"
)

const published = `engine = "trino"

[trino]
url = "%s"
schema = "lake.%s"
`

// The table of the second workspace is a view of the first one's lines, in the form that
// a firm would have them.
const rolled = `
[sources.sales]
table = "lake.%s.line"
currency = "EUR"
tax = "net"
amount_decimals = 2
where = "account IS NOT NULL"

[sources.sales.columns]
client = "account"
amount = "amount"
document = "document_hi"
`

// The tables of a firm, as its own program writes them.
const firm = `
[sources.sales]
table = "lake.%[1]s.invoices"
where = "status NOT IN ('Void', 'Draft')"
currency = "EUR"
tax = "net"

[sources.sales.columns]
client = "Customer ID"
name = "Customer"
date = "Date"
amount = "Net amount"
document = "Invoice"
currency = "Currency"

[sources.clients]
table = "lake.%[1]s.clients"

[sources.clients.columns]
client = "Customer ID"
name = "Customer"
parent = "Parent"

[sources.rates]
table = "lake.%[1]s.rates"
where = "base = 'EUR'"

[sources.rates.columns]
date = "Date"
currency = "Currency"
rate = "Rate"
`

// TestClusterScripts runs the scripts in testdata/cluster: both programs against a real
// cluster.
func TestClusterScripts(t *testing.T) {
	t.Parallel()
	url := os.Getenv("CLIENTELE_TEST_TRINO")
	if url == "" {
		t.Skip("cluster: CLIENTELE_TEST_TRINO names none; make test-cluster starts one")
	}
	db, err := sql.Open("trino", url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	cmds := map[string]func(*testscript.TestScript, bool, []string){"load": func(ts *testscript.TestScript, _ bool, args []string) { load(ts, db, args) }}
	testscript.Run(t, testscript.Params{Dir: filepath.Join("testdata", "cluster"), Cmds: cmds, Setup: func(e *testscript.Env) error {
		space := fmt.Sprintf("script_%d", clock.System().UnixNano())
		e.Defer(func() { dropped(t, db, space, space+"_rolled", space+"_firm") })
		for _, name := range []string{"DSN", "CATALOG", "WAREHOUSE"} {
			e.Setenv("LAKE_"+name, os.Getenv("CLIENTELE_TEST_LAKE_"+name))
		}
		e.Setenv("LAKE_NAMESPACE", space)
		config := fmt.Sprintf(published, url, space)
		e.Setenv("FIRM", "lake."+space+"_firm")
		own := fmt.Sprintf(published, url, space+"_rolled") + fmt.Sprintf(firm, space+"_firm")
		second := fmt.Sprintf(published, url, space+"_rolled") + fmt.Sprintf(rolled, space)
		for name, text := range map[string]string{"clientele.toml": config, "firm.toml": own, "rolled.toml": second, "gross.toml": strings.Replace(second, `tax = "net"`, `tax = "gross"`, 1)} {
			if err := os.WriteFile(filepath.Join(e.WorkDir, name), []byte(strings.TrimLeft(text, "\n")), 0o600); err != nil {
				return err
			}
		}
		return nil
	}})
}

// load makes a table of columns of files that have the same header: load TABLE FILE…
// COLUMN[:TYPE]…. Columns are texts unless another type is given. Files are small: a long
// text takes a small coordinator minutes to plan.
func load(ts *testscript.TestScript, db *sql.DB, args []string) {
	table, args := args[0], args[1:]
	schema := table[:strings.LastIndexByte(table, '.')]
	var header, columns, names, casts []string
	var rows [][]string
	var picked []int
	for _, arg := range args {
		if strings.HasSuffix(arg, ".csv") {
			list, err := csv.NewReader(strings.NewReader(ts.ReadFile(arg))).ReadAll()
			ts.Check(err)
			header, rows = list[0], append(rows, list[1:]...)
			continue
		}
		name, kind, _ := strings.Cut(arg, ":")
		at := slices.Index(header, name)
		if at < 0 {
			ts.Fatalf("the files have no column %q", name)
		}
		kind = cmp.Or(kind, "VARCHAR")
		picked, names = append(picked, at), append(names, fmt.Sprintf("c%d", at))
		columns, casts = append(columns, fmt.Sprintf("\"%s\" %s", name, kind)), append(casts, fmt.Sprintf("CAST(c%d AS %s)", at, kind))
	}
	run := func(text string) {
		_, err := db.ExecContext(context.Background(), text)
		ts.Check(err)
	}
	run("CREATE SCHEMA IF NOT EXISTS " + schema)
	run("CREATE TABLE " + table + " (" + strings.Join(columns, ", ") + ")")
	for some := range slices.Chunk(rows, 1000) {
		lines := make([]string, len(some))
		for i, row := range some {
			values := make([]string, len(picked))
			for j, at := range picked {
				values[j] = "'" + strings.ReplaceAll(row[at], "'", "''") + "'"
			}
			lines[i] = "(" + strings.Join(values, ", ") + ")"
		}
		run("INSERT INTO " + table + " SELECT " + strings.Join(casts, ", ") + " FROM (VALUES\n" + strings.Join(lines, ",\n") + "\n) AS v (" + strings.Join(names, ", ") + ")")
	}
}

// dropped takes the schemas of a script away.
func dropped(t *testing.T, db *sql.DB, schemas ...string) {
	t.Helper()
	ctx := context.WithoutCancel(t.Context())
	for _, name := range schemas {
		if _, err := db.ExecContext(ctx, "DROP SCHEMA IF EXISTS lake."+name+" CASCADE"); err != nil {
			t.Error(err)
		}
	}
}
