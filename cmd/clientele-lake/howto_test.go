package main

import (
	"context"
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/testscript"
	_ "github.com/trinodb/trino-go-client/trino" // makes the table of the page
)

var update = flag.Bool("update", false, "write anew what the page says that the programs say")

// TestClusterHowtoTrino does what docs/howto/trino.md shows, block by block, and compares
// what the programs say word by word.
func TestClusterHowtoTrino(t *testing.T) {
	if *update && os.Getenv("CI") == "true" {
		t.Fatal("golden files are not written in CI")
	}
	file := filepath.Join("..", "..", "docs", "howto", "trino.md")
	page, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	h := newHowto(t, string(page))
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "trino.txtar"), []byte("follow\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Run("page", func(t *testing.T) { // which waits until the script has ended
		testscript.Run(t, testscript.Params{Dir: dir, Cmds: map[string]func(*testscript.TestScript, bool, []string){"follow": h.follow}})
	})
	if h.blocks == 0 && !t.Failed() {
		t.Fatal("the page has no commands")
	}
	if *update && !t.Failed() {
		if err := os.WriteFile(file, []byte(h.out.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// howto is a page that is followed on a cluster.
type howto struct {
	page   string
	db     *sql.DB
	here   *strings.Replacer // what the page says, on the test's cluster
	there  *strings.Replacer // and back
	out    strings.Builder   // the page with what the programs said
	blocks int               // of commands
}

// newHowto makes schemas of the test's own. This is the one place that knows what differs
// between the page and a run.
func newHowto(t *testing.T, page string) *howto {
	t.Helper()
	env := func(name string) string {
		v := os.Getenv(name)
		if v == "" {
			t.Skip("cluster: " + name + " is not set; make test-cluster sets it")
		}
		return v
	}
	url, warehouse := env("CLIENTELE_TEST_TRINO"), env("CLIENTELE_TEST_LAKE_WAREHOUSE")
	dsn, catalog := env("CLIENTELE_TEST_LAKE_DSN"), env("CLIENTELE_TEST_LAKE_CATALOG")
	_, host, _ := strings.Cut(url, "@")
	own := func(name string) string { return fmt.Sprintf("%s_%d", name, os.Getpid()) }
	db, err := sql.Open("trino", url)
	if err != nil {
		t.Fatal(err)
	}
	h := &howto{
		page: page, db: db,
		here: strings.NewReplacer(
			"http://analyst@trino.firm.example:8080", url,
			"postgres://trino@db.firm.example/lake", dsn, "--name lake", "--name "+catalog, "file:///srv/lake", "file://"+warehouse,
			"lake.erp", "lake."+own("erp"), "lake.clientele", "lake."+own("clientele"), "lake.sales", "lake."+own("sales"), "--namespace sales", "--namespace "+own("sales"),
		),
		there: strings.NewReplacer(host, "trino.firm.example:8080", own("erp"), "erp", own("clientele"), "clientele", own("sales"), "sales"),
	}
	t.Cleanup(func() {
		ctx := context.WithoutCancel(t.Context())
		for _, schema := range []string{"erp", "clientele", "sales"} {
			if _, err := db.ExecContext(ctx, "DROP SCHEMA IF EXISTS lake."+own(schema)+" CASCADE"); err != nil {
				t.Error(err)
			}
			if err := os.RemoveAll(filepath.Join(warehouse, own(schema))); err != nil {
				t.Error(err)
			}
		}
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	for _, text := range []string{"CREATE SCHEMA lake.erp", invoiceLines(t, page)} {
		if _, err := db.ExecContext(t.Context(), h.here.Replace(text)); err != nil {
			t.Fatal(err)
		}
	}
	return h
}

// moment is a time that differs by run.
var moment = regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ`)

// mask is what a program said, as the page may say it.
func (h *howto) mask(said string) string {
	return moment.ReplaceAllString(h.there.Replace(said), "2026-01-02T03:04:05Z")
}

// invoiceLines makes the firm's table of the first table on the page.
func invoiceLines(t *testing.T, page string) string {
	t.Helper()
	types := map[string]string{"invoice_date": "DATE", "net": "DECIMAL(12, 2)"}
	_, table, found := strings.Cut(page, "| customer_no |")
	if !found {
		t.Fatal("the page shows no invoice lines")
	}
	table, _, _ = strings.Cut("| customer_no |"+table, "\n\n")
	var names, casts, rows []string
	for i, line := range strings.Split(table, "\n") {
		cells := strings.Split(strings.TrimSuffix(strings.TrimPrefix(line, "|"), "|"), "|")
		for j, c := range cells {
			c = strings.TrimSpace(c)
			switch {
			case i == 0:
				kind := "VARCHAR"
				if types[c] != "" {
					kind = types[c]
				}
				names, casts = append(names, c), append(casts, "CAST("+c+" AS "+kind+") AS "+c)
			case c == "":
				cells[j] = "NULL"
			default:
				cells[j] = "'" + strings.ReplaceAll(c, "'", "''") + "'"
			}
		}
		if i > 1 {
			rows = append(rows, "("+strings.Join(cells, ", ")+")")
		}
	}
	return "CREATE TABLE lake.erp.invoice_lines AS SELECT " + strings.Join(casts, ", ") + "\nFROM (VALUES\n" + strings.Join(rows, ",\n") + "\n) AS r (" + strings.Join(names, ", ") + ")"
}

// block is one fenced block of a page that is for the test.
var block = regexp.MustCompile("(?ms)^```(console|toml|sql)\n(.*?)^```\n")

// follow does what the blocks say, in their order.
func (h *howto) follow(ts *testscript.TestScript, _ bool, _ []string) {
	end := 0
	for _, at := range block.FindAllStringSubmatchIndex(h.page, -1) {
		kind, text := h.page[at[2]:at[3]], h.page[at[4]:at[5]]
		h.out.WriteString(h.page[end:at[4]])
		end = at[5]
		switch kind {
		case "toml":
			ts.Check(os.WriteFile(ts.MkAbs("clientele.toml"), []byte(h.here.Replace(text)), 0o600))
		case "sql":
			_, err := h.db.ExecContext(context.Background(), h.here.Replace(text))
			ts.Check(err)
		case "console":
			h.blocks++
			said := h.typed(ts, text)
			if diff := cmp.Diff(strings.Fields(text), strings.Fields(said)); diff != "" && !*update {
				ts.Fatalf("the page shows\n%s\nbut the programs say\n%s\n%s", text, said, diff)
			}
			text = said
		}
		h.out.WriteString(text)
	}
	h.out.WriteString(h.page[end:])
}

// typed types the commands of a block, and returns it with what they say.
func (h *howto) typed(ts *testscript.TestScript, text string) string {
	var out strings.Builder
	for _, typed := range strings.Split("\n"+text, "\n$ ")[1:] {
		line, shown, _ := strings.Cut(strings.TrimSuffix(typed, "\n")+"\n", "\n")
		out.WriteString("$ " + line + "\n")
		switch words := strings.Fields(h.here.Replace(line)); words[0] {
		case "cat": // makes the file
			ts.Check(os.WriteFile(ts.MkAbs(words[1]), []byte(shown), 0o600))
			out.WriteString(shown)
		case "cd":
			ts.Check(ts.Chdir(words[1]))
		case "mkdir":
			ts.Check(os.Mkdir(ts.MkAbs(words[1]), 0o700))
		default:
			err := ts.Exec(words[0], words[1:]...)
			said := h.mask(ts.ReadFile("stdout") + ts.ReadFile("stderr"))
			out.WriteString(said)
			if _, ended := errors.AsType[*exec.ExitError](err); err != nil && !ended { // what it said is compared
				ts.Fatalf("%s: %v\n%s", line, err, said)
			}
		}
	}
	return out.String()
}
