package trino

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"clientele/internal/engine/sqltext"
	"clientele/internal/ledger"
	"clientele/internal/money"
	"clientele/internal/period"
	"clientele/internal/warehouse"
)

// Places of a roll-up in its schema.
const (
	cellTable     = "rollup_cell"
	accountTable  = "rollup_account"
	monthTable    = "rollup_month" // what was written, published or not
	manifestTable = "rollup_publication"
)

// Rollup keeps the cells of a firm's own table in a schema that it was given.
type Rollup struct {
	c      *Cluster
	src    *source
	who    *clientSource     // nil: no table of clients is mapped
	said   warehouse.Sources // the mapping
	schema []string          // catalog and schema
	floor  uint8             // decimals of the currency
	Today  period.Date
	// Stretch is how many rows of the source one statement rolls up, about; 0: as many as
	// the workers hold in memory.
	Stretch int64
	// Progress tells what is being done; may be nil.
	Progress func(done, total int, what string)
}

// NewRollup finds the tables and columns of the sources. The schema is where the roll-up
// is kept; the user of the cluster may write there, and needs to read nothing but the
// sources.
func (c *Cluster) NewRollup(ctx context.Context, s warehouse.Sources, schema string, today period.Date) (*Rollup, error) {
	path, err := schemaPath(schema)
	if err != nil {
		return nil, err
	}
	if err := s.Check(); err != nil {
		return nil, err
	}
	r := &Rollup{c: c, said: s, schema: path, floor: money.Currency(s.Sales.Currency).Decimals(), Today: today}
	if r.src, err = c.source(ctx, s); err != nil {
		return nil, err
	}
	if s.Clients.Table != "" {
		r.who, err = c.clientSource(ctx, s.Clients)
	}
	return r, err
}

// Check looks at the rest of the mapping: what the firm wrote in the cluster's SQL, and
// that there are rows.
func (r *Rollup) Check(ctx context.Context) error {
	x := r.src
	err := r.c.understood(ctx, "sources.sales", x.Table, x.table, x.Where, x.TimeZone)
	if f := x.rates; err == nil && f != nil {
		err = r.c.understood(ctx, "sources.rates", f.Table, f.table, f.Where, f.TimeZone)
	}
	if w := r.who; err == nil && w != nil {
		err = r.c.understood(ctx, "sources.clients", w.Table, w.table, w.Where, "")
	}
	return err
}

func (r *Rollup) table(name string) string { return quoted(append(slices.Clone(r.schema), name)) }

func (r *Rollup) say(done, total int, what string) {
	if r.Progress != nil {
		r.Progress(done, total, what)
	}
}

// exec runs a statement that writes. It is not asked again: what a lost connection made
// of it is not known.
func (r *Rollup) exec(ctx context.Context, text string, args ...any) error {
	w := r.c.runner(sqltext.Schema{})
	w.Retry = nil
	return w.Each(ctx, sqltext.Query{Text: text, Args: args}, func(*sql.Rows) error { return nil })
}

// prepare makes the tables that are not there yet.
func (r *Rollup) prepare(ctx context.Context) error {
	for _, text := range []string{
		"CREATE SCHEMA IF NOT EXISTS " + quoted(r.schema),
		"CREATE TABLE IF NOT EXISTS " + r.table(cellTable) + " (account VARCHAR, month INTEGER, amount BIGINT, lines BIGINT, documents BIGINT, first_day INTEGER, last_day INTEGER, " +
			"amount_pos BIGINT, lines_pos BIGINT, documents_pos BIGINT, first_day_pos INTEGER, last_day_pos INTEGER, name VARCHAR, build BIGINT)",
		"CREATE TABLE IF NOT EXISTS " + r.table(accountTable) + " (account VARCHAR, name VARCHAR, parent VARCHAR, top VARCHAR, build BIGINT)",
		"CREATE TABLE IF NOT EXISTS " + r.table(monthTable) + " (build BIGINT, month INTEGER, cells BIGINT, digest VARCHAR, rows_digest VARCHAR, earlier VARCHAR)",
		"CREATE TABLE IF NOT EXISTS " + r.table(manifestTable) + " (number BIGINT, token VARCHAR, published_at VARCHAR, document VARCHAR)",
	} {
		if err := r.exec(ctx, text); err != nil {
			return err
		}
	}
	return nil
}

// rolledMonth is one month of cells, and what they add up to.
type rolledMonth struct {
	warehouse.Month

	loaded, unassigned ledger.Tally
}

// digests are the months of cells: how many cells each has, what they add up to, and a
// digest of them that does not depend on their order.
func (r *Rollup) digests(ctx context.Context, cells string) (map[period.Date]rolledMonth, error) {
	text := "SELECT month, count(*), lower(to_hex(checksum(ROW(account, amount, lines, documents, first_day, last_day, amount_pos, lines_pos, documents_pos, first_day_pos, last_day_pos, name)))),\n" +
		"  sum(lines), sum(CAST(amount AS DECIMAL(38, 0))), sum(CASE WHEN account IS NULL THEN lines ELSE 0 END), sum(CAST(CASE WHEN account IS NULL THEN amount ELSE 0 END AS DECIMAL(38, 0)))\nFROM (\n" +
		sqltext.Indent(cells) + "\n) c\nGROUP BY month"
	out := map[period.Date]rolledMonth{}
	err := r.c.each(ctx, sqltext.Query{Text: text}, func(rows *sql.Rows) error {
		m := rolledMonth{Month: warehouse.Month{Month: period.NoDate}}
		var month sql.NullInt32
		var loaded, unassigned sqltext.Wide
		if err := rows.Scan(&month, &m.Cells, &m.Digest, &m.loaded.Rows, &loaded, &m.unassigned.Rows, &unassigned); err != nil {
			return err
		}
		m.loaded.Amount, m.unassigned.Amount = loaded.Sum, unassigned.Sum
		if month.Valid {
			m.Month.Month = period.Date(month.Int32)
		}
		out[m.Month.Month] = m
		return nil
	})
	return out, err
}

// built is a relation of the cells that some builds wrote.
func (r *Rollup) built(months []warehouse.Month) string {
	byBuild := map[int64][]string{}
	var builds []int64
	for _, m := range months {
		if byBuild[m.Build] == nil {
			builds = append(builds, m.Build)
		}
		byBuild[m.Build] = append(byBuild[m.Build], monthIs(m.Month))
	}
	slices.Sort(builds)
	var parts []string
	for _, b := range builds {
		parts = append(parts, fmt.Sprintf("(build = %d AND (%s))", b, strings.Join(byBuild[b], " OR ")))
	}
	if len(parts) == 0 {
		parts = []string{"1 = 0"}
	}
	return "SELECT " + cellColumns + "\nFROM " +
		r.table(cellTable) + "\nWHERE " + strings.Join(parts, " OR ")
}

func monthIs(m period.Date) string {
	if m == period.NoDate {
		return "month IS NULL"
	}
	return fmt.Sprintf("month = %d", m)
}

// Publication is the state of a roll-up that holds.
type Publication struct {
	Number   int64 // 1, 2, …; 0: there is none yet
	Token    string
	At       string // UTC, RFC 3339
	Document string // JSON, by whoever published it
}

// Latest is the publication that holds: the one with the greatest number. Of two that
// were published at the same moment the one that began later does.
func (r *Rollup) Latest(ctx context.Context) (p Publication, err error) {
	text := "SELECT number, token, published_at, document FROM " + r.table(manifestTable) + "\nORDER BY number DESC NULLS LAST, token DESC NULLS LAST\nLIMIT 1"
	err = r.c.each(ctx, sqltext.Query{Text: text}, func(rows *sql.Rows) error {
		return rows.Scan(&p.Number, &p.Token, &p.At, &p.Document)
	})
	if nothing(err) {
		return Publication{}, nil
	}
	return p, err
}
