package trino

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	trinodb "github.com/trinodb/trino-go-client/trino"

	"clientele/internal/engine"
	"clientele/internal/engine/sqltext"
	"clientele/internal/fault"
	"clientele/internal/ledger"
	"clientele/internal/money"
	"clientele/internal/publication"
	"clientele/internal/warehouse"
)

// Tables is a ledger that was published as open tables.
type Tables struct {
	c    *Cluster
	path []string // catalog and schema
}

// NewTables says where the ledger was published: catalog.schema.
func (c *Cluster) NewTables(schema string) (*Tables, error) {
	path, err := schemaPath(schema)
	return &Tables{c: c, path: path}, err
}

// schemaPath reads catalog.schema.
func schemaPath(schema string) ([]string, error) {
	path, err := warehouse.SplitName(schema)
	if err != nil || len(path) != 2 {
		return nil, fault.New(fault.Usage, "read the configuration", fmt.Sprintf("trino: schema = %q is not the full name of a schema", schema), "write it in full: schema = \"catalog.schema\"")
	}
	return path, nil
}

func (t *Tables) table(name publication.Table) string {
	return quoted(append(append([]string{}, t.path...), string(name)))
}

// Latest is the publication that holds; its number is 0 where there is none.
func (t *Tables) Latest(ctx context.Context) (publication.Row, error) {
	row := publication.Row{Snapshots: map[publication.Table]int64{}}
	columns := []string{"number", "revision", "at", "scale", "currency", "kind", "document"}
	for _, c := range publication.Contents {
		columns = append(columns, Dialect.Identifier(c.Snapshot()))
	}
	text := "SELECT " + strings.Join(columns, ", ") + " FROM " + t.table(publication.Manifest) + "\nORDER BY number DESC NULLS LAST\nLIMIT 1"
	ids := make([]int64, len(publication.Contents))
	into := []any{&row.Number, &row.Revision, &row.At, &row.Scale, &row.Currency, &row.Kind, &row.Document}
	for i := range ids {
		into = append(into, &ids[i])
	}
	err := t.c.each(ctx, sqltext.Query{Text: text}, func(rows *sql.Rows) error { return rows.Scan(into...) })
	for i, c := range publication.Contents {
		row.Snapshots[c] = ids[i]
	}
	if nothing(err) {
		return publication.Row{}, nil
	}
	return row, err
}

// nothing reports whether a table that was read is not there.
func nothing(err error) bool {
	e, ok := errors.AsType[*trinodb.ErrTrino](err)
	return ok && (e.ErrorName == "TABLE_NOT_FOUND" || e.ErrorName == "SCHEMA_NOT_FOUND")
}

// Open answers from a publication.
func (t *Tables) Open(ctx context.Context, row publication.Row) (engine.Engine, error) {
	return t.open(ctx, row, t.cells(row))
}

// Anew answers the same from the lines alone: the other way to every figure.
func (t *Tables) Anew(ctx context.Context, row publication.Row) (engine.Engine, error) {
	day := "date_add('day', day, DATE '1970-01-01')"
	side := func(suffix, filter, flag string) string {
		when := func(then, otherwise string) string {
			if filter == "" {
				return then
			}
			return "CASE WHEN " + filter + " THEN " + then + otherwise + " END"
		}
		return ", CAST(sum(CAST(" + when("amount", " ELSE 0") + " AS DECIMAL(38, 0))) AS BIGINT) AS amount" + suffix + ", sum(" + when("1", " ELSE 0") + ") AS lines" + suffix +
			", sum(CASE WHEN " + flag + " THEN 1 ELSE 0 END) AS documents" + suffix + ", min(" + when("day", "") + ") AS first_day" + suffix + ", max(" + when("day", "") + ") AS last_day" + suffix
	}
	cells := "SELECT account, month" + side("", "", "document_first") + side("_pos", "amount > 0", "document_first_pos") +
		"\nFROM (\n  SELECT account, day, " + epochDay("date_trunc('month', "+day+")") + " AS month, amount, document_first, document_first_pos\n  FROM (\n" +
		sqltext.Indent(sqltext.Indent(t.lines(row))) + "\n  ) l\n) l\nGROUP BY account, month"
	return t.open(ctx, row, cells)
}

func (t *Tables) open(ctx context.Context, row publication.Row, cells string) (engine.Engine, error) {
	links := int64(0)
	if err := t.c.row(ctx, "SELECT count(*) FROM (SELECT 1 FROM "+t.at(row, publication.Identity)+" LIMIT 1) one", &links); err != nil {
		return nil, err
	}
	account := func(from publication.Table) string { return "SELECT account, client_id, name FROM " + t.at(row, from) }
	return t.c.OpenRelations(map[string]string{
		"cell":     cells,
		"line":     t.lines(row),
		"account":  account(publication.Account) + "\nUNION ALL\n" + account(publication.Parties),
		"identity": "SELECT account, source, client, parent FROM " + t.at(row, publication.Identity),
	}, links > 0), nil
}

// at is one table in the snapshot of a publication.
func (t *Tables) at(row publication.Row, name publication.Table) string {
	return t.table(name) + fmt.Sprintf(" FOR VERSION AS OF %d", row.Snapshots[name])
}

// raised is a column of amounts at the scale of the ledger. The product fails where it
// does not fit 64 bits.
func raised(column string, scale uint8) string {
	if scale == 0 {
		return column
	}
	var cases strings.Builder
	for d := range scale {
		fmt.Fprintf(&cases, " WHEN %d THEN %s * CAST(%d AS BIGINT)", d, column, money.Pow10(scale-d))
	}
	return "CASE decimals" + cases.String() + " ELSE " + column + " END AS " + column
}

func (t *Tables) cells(row publication.Row) string {
	return "SELECT account, month, " + raised("amount", row.Scale) + ", lines, documents, first_day, last_day, " + raised("amount_pos", row.Scale) +
		", lines_pos, documents_pos, first_day_pos, last_day_pos FROM " + t.at(row, publication.Cell)
}

func (t *Tables) lines(row publication.Row) string {
	return "SELECT account, day, " + raised("amount", row.Scale) + ", document_hi, document_lo, document_first, document_first_pos, line, batch FROM " + t.at(row, publication.Line)
}

// Recount counts the lines again: loaded and unassigned.
func (t *Tables) Recount(ctx context.Context, row publication.Row) ([]warehouse.Counted, error) {
	loaded, apart, err := t.c.tallies(ctx, "SELECT account, 1 AS lines, amount FROM (\n"+sqltext.Indent(t.lines(row))+"\n) l")
	return []warehouse.Counted{{Name: "loaded", Tally: loaded}, {Name: "unassigned", Tally: apart}}, err
}

// tallies counts a relation of account, lines and amount: all of it, and what names no client.
func (c *Cluster) tallies(ctx context.Context, relation string) (all, apart ledger.Tally, err error) {
	text := "SELECT CASE WHEN account IS NULL THEN 1 ELSE 0 END, coalesce(sum(lines), 0), coalesce(sum(CAST(amount AS DECIMAL(38, 0))), 0)\nFROM (\n" +
		sqltext.Indent(relation) + "\n) c\nGROUP BY CASE WHEN account IS NULL THEN 1 ELSE 0 END"
	err = c.each(ctx, sqltext.Query{Text: text}, func(rows *sql.Rows) error {
		var unassigned int64
		var t ledger.Tally
		var sum sqltext.Wide
		err := rows.Scan(&unassigned, &t.Rows, &sum)
		t.Amount = sum.Sum
		all = all.Plus(t)
		if unassigned == 1 {
			apart = t
		}
		return err
	})
	return all, apart, err
}
