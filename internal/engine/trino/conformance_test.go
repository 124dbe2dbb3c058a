package trino_test

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"clientele/internal/engine"
	"clientele/internal/engine/enginetest"
	"clientele/internal/engine/trino"
	"clientele/internal/period"
	"clientele/internal/rollup"
)

// address is the cluster of these tests; without one they are left out.
func address(t *testing.T) string {
	t.Helper()
	url := os.Getenv("CLIENTELE_TEST_TRINO")
	if url == "" {
		t.Skip("cluster: CLIENTELE_TEST_TRINO names none; make test-cluster starts one")
	}
	return url
}

// cluster is a connection for one test.
func cluster(t *testing.T) *trino.Cluster {
	t.Helper()
	c, err := trino.Connect(t.Context(), trino.Options{URL: address(t)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	return c
}

// TestClusterConformance asks the whole suite of ledgers that stand in the text itself,
// so that a hundred of them need no tables.
func TestClusterConformance(t *testing.T) {
	t.Parallel()
	c := cluster(t)
	enginetest.Run(t, enginetest.Harness{Ledgers: 8, Open: func(_ *testing.T, f enginetest.Fixture) (engine.Engine, error) {
		relations, merged, err := inline(f)
		if err != nil {
			return nil, err
		}
		return c.OpenRelations(relations, merged), nil
	}})
}

// texts are relations under way.
type texts struct {
	cells, lines, accounts, parties, links []string
}

// inline writes a fixture as relations of literals, at the scale of the ledger.
func inline(f enginetest.Fixture) (map[string]string, bool, error) {
	var out texts
	var all []engine.Numbered
	first := int64(0)
	for _, b := range f.Batches {
		if err := out.batch(b, first, f.Scale()); err != nil {
			return nil, false, err
		}
		for i, a := range b.Accounts {
			all = append(all, engine.Numbered{Number: first + int64(i), Account: a})
		}
		first += int64(len(b.Accounts)) + 5
	}
	links, extras := engine.Links(all, f.Rules)
	for _, l := range links {
		out.links = append(out.links, fmt.Sprintf("(%d, %d, %d, %d)", l.Account, l.Source, l.Client, l.Parent))
	}
	for _, p := range extras {
		out.parties = append(out.parties, fmt.Sprintf("(%d, %s, %s)", p.Number, text(p.Key), text(p.Name)))
	}
	return map[string]string{
		"cell": values("account BIGINT, month INTEGER, amount BIGINT, lines BIGINT, documents BIGINT, first_day INTEGER, last_day INTEGER, "+
			"amount_pos BIGINT, lines_pos BIGINT, documents_pos BIGINT, first_day_pos INTEGER, last_day_pos INTEGER", out.cells),
		"line": values("account BIGINT, day INTEGER, amount BIGINT, document_hi BIGINT, document_lo BIGINT, "+
			"document_first BOOLEAN, document_first_pos BOOLEAN, line BIGINT, batch VARCHAR", out.lines),
		"account":  values("account BIGINT, client_id VARCHAR, name VARCHAR", append(out.accounts, out.parties...)),
		"identity": values("account BIGINT, source BIGINT, client BIGINT, parent BIGINT", out.links),
	}, len(out.links) > 0, nil
}

// values is a relation of rows with these columns.
func values(columns string, rows []string) string {
	var names, casts []string
	for i, c := range strings.Split(columns, ", ") {
		name, kind, _ := strings.Cut(c, " ")
		casts = append(casts, fmt.Sprintf("CAST(c%d AS %s) AS %s", i, kind, name))
		names = append(names, fmt.Sprintf("c%d", i))
	}
	end := ""
	if len(rows) == 0 {
		rows, end = []string{"(" + strings.TrimSuffix(strings.Repeat("NULL, ", len(names)), ", ") + ")"}, " WHERE 1 = 0"
	}
	return "SELECT " + strings.Join(casts, ", ") + " FROM (VALUES\n" + strings.Join(rows, ",\n") + "\n) AS v (" + strings.Join(names, ", ") + ")" + end
}

func text(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

func day(d period.Date) string {
	if d == period.NoDate {
		return "NULL"
	}
	return strconv.Itoa(int(d))
}

func (x *texts) batch(b enginetest.Batch, first int64, scale uint8) error {
	builder := rollup.New(rollup.Options{KeepMarks: true})
	block := *b.Lines
	if err := builder.Add(&block); err != nil {
		return err
	}
	raise := func(v int64) string {
		s := strconv.FormatInt(v, 10)
		for range scale - block.Decimals {
			s = "CAST(10 AS BIGINT) * " + s
		}
		if v == -1<<63 {
			s = "-9223372036854775807 - 1"
		}
		return s
	}
	account := func(a int32) string {
		if a < 0 {
			return "NULL"
		}
		return strconv.FormatInt(first+int64(a), 10)
	}
	for i, m := range builder.Marks() {
		d := block.Document[i]
		ids := fmt.Sprintf("%d, %d", int64(d.Hi), int64(d.Lo)) //nolint:gosec // bits of a hash
		if d.IsZero() {
			ids = "NULL, NULL"
		}
		ids = strings.ReplaceAll(ids, "-9223372036854775808", "-9223372036854775807 - 1")
		x.lines = append(x.lines, fmt.Sprintf("(%s, %s, %s, %s, %t, %t, %d, %s)", account(block.Account[i]), day(block.Day[i]), raise(block.Amount[i]), ids,
			m&rollup.FirstLine != 0, m&rollup.FirstSale != 0, block.Line[i], text(b.ID)))
	}
	for i, a := range b.Accounts {
		x.accounts = append(x.accounts, fmt.Sprintf("(%d, %s, %s)", first+int64(i), text(a.Key), text(a.Name)))
	}
	return builder.Each(func(c rollup.Cell) error {
		x.cells = append(x.cells, fmt.Sprintf("(%s, %s, %s, %d, %d, %s, %s, %s, %d, %d, %s, %s)", account(c.Account), day(c.Month),
			raise(c.All.Amount), c.All.Lines, c.All.Documents, day(c.All.First), day(c.All.Last),
			raise(c.Sales.Amount), c.Sales.Lines, c.Sales.Documents, day(c.Sales.First), day(c.Sales.Last)))
		return nil
	})
}
