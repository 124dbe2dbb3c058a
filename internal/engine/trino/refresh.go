package trino

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"clientele/internal/control"
	"clientele/internal/engine/sqltext"
	"clientele/internal/fault"
	"clientele/internal/ledger"
	"clientele/internal/money"
	"clientele/internal/period"
	"clientele/internal/warehouse"
)

// Places of a roll-up in its schema.
const (
	cellTable     = "rollup_cell"
	manifestTable = "rollup_publication"
)

// Rollup keeps the cells of a firm's own table in a schema that it was given.
type Rollup struct {
	c      *Cluster
	src    *source
	schema []string // catalog and schema
	floor  uint8    // decimals of the currency
	Today  period.Date
	// Progress tells what is being done; may be nil.
	Progress func(done, total int, what string)
}

// NewRollup checks the source. The schema is where the roll-up is kept; the user of the
// cluster may write there, and needs to read nothing but the source.
func (c *Cluster) NewRollup(ctx context.Context, s warehouse.Source, schema string, today period.Date) (*Rollup, error) {
	path, err := schemaPath(schema)
	if err != nil {
		return nil, err
	}
	src, err := c.source(ctx, s)
	if err != nil {
		return nil, err
	}
	return &Rollup{c: c, src: src, schema: path, floor: money.Currency(s.Currency).Decimals(), Today: today}, nil
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
	w := *r.c.runner(sqltext.Schema{})
	w.Retry = nil
	return w.Each(ctx, sqltext.Query{Text: text, Args: args}, func(*sql.Rows) error { return nil })
}

// prepare makes the tables that are not there yet.
func (r *Rollup) prepare(ctx context.Context) error {
	for _, text := range []string{
		"CREATE SCHEMA IF NOT EXISTS " + quoted(r.schema),
		"CREATE TABLE IF NOT EXISTS " + r.table(cellTable) + " (account VARCHAR, month INTEGER, amount BIGINT, lines BIGINT, documents BIGINT, first_day INTEGER, last_day INTEGER, " +
			"amount_pos BIGINT, lines_pos BIGINT, documents_pos BIGINT, first_day_pos INTEGER, last_day_pos INTEGER, name VARCHAR, build BIGINT)",
		"CREATE TABLE IF NOT EXISTS " + r.table(manifestTable) + " (number BIGINT, token VARCHAR, published_at VARCHAR, document VARCHAR)",
	} {
		if err := r.exec(ctx, text); err != nil {
			return err
		}
	}
	return nil
}

// findScale is the number of decimals that the amounts need: those of the currency, and
// more where one has more.
func (r *Rollup) findScale(ctx context.Context) error {
	x := r.src
	x.scale = max(r.floor, min(x.digits, x.AmountDecimals))
	if x.whole || x.digits <= r.floor {
		return r.tooFine()
	}
	var cases strings.Builder
	for d := r.floor; d < x.digits; d++ {
		fmt.Fprintf(&cases, " WHEN %s = CAST(%s AS DECIMAL(38, %d)) THEN %d", x.exact, x.exact, d, d)
	}
	text := fmt.Sprintf("SELECT max(CASE%s ELSE %d END)\nFROM %s\nWHERE %s IS NOT NULL", cases.String(), x.digits, x.table, x.exact)
	var most sql.NullInt64
	if err := r.c.row(ctx, text, &most); err != nil {
		return err
	}
	x.scale = max(r.floor, uint8(most.Int64)) //nolint:gosec // at most the decimals of a type
	return r.tooFine()
}

func (r *Rollup) tooFine() error {
	if r.src.scale <= money.MaxDecimals {
		return nil
	}
	return fault.New(fault.Input, "look at the source", fmt.Sprintf("an amount in %s has more than %d decimals", r.src.Table, money.MaxDecimals), "round it in the source, or in a view; nothing is rounded on load")
}

// The states that a row of the source can be in.
const (
	stateLoaded   = "loaded"
	stateExcluded = "excluded"
	stateAmount   = "no_amount"
	stateDate     = "no_date"
	stateRate     = "missing_rate"
)

// state is what becomes of a row.
func (x *source) state() string {
	text := "CASE WHEN NOT " + x.kept() + " THEN '" + stateExcluded + "' WHEN " + x.exact + " IS NULL THEN '" + stateAmount + "'"
	if x.date != "" {
		text += " WHEN " + x.date + " IS NULL THEN '" + stateDate + "'"
	}
	if x.currency != "" {
		text += " WHEN " + x.foreign() + " THEN '" + stateRate + "'"
	}
	return text + " ELSE '" + stateLoaded + "' END"
}

// account counts every row of the source once, by what becomes of it.
func (r *Rollup) account(ctx context.Context, s *warehouse.State) error {
	x := r.src
	day, currency := "CAST(NULL AS INTEGER)", "CAST(NULL AS VARCHAR)"
	if x.date != "" {
		day = epochDay(x.date)
	}
	if x.currency != "" {
		currency = "CASE WHEN " + x.foreign() + " THEN upper(" + x.currency + ") END"
	}
	byName := "0"
	if x.name != "" {
		byName = "CASE WHEN " + x.client + " IS NULL AND " + x.name + " IS NOT NULL THEN 1 ELSE 0 END"
	}
	named := "0"
	if x.document != "" {
		named = "CASE WHEN " + x.document + " IS NOT NULL THEN 1 ELSE 0 END"
	}
	text := fmt.Sprintf("SELECT state, currency, unassigned, count(*), count(units), coalesce(sum(units), 0), min(day), max(day), sum(future), sum(by_name), sum(named)\nFROM (\n"+
		"  SELECT state, currency, unassigned, units, by_name, named, CASE WHEN day > %d THEN 1 ELSE 0 END AS future, CASE WHEN day <= %d THEN day END AS day\n  FROM (\n"+
		"    SELECT %s AS state, %s AS currency, CASE WHEN %s IS NULL THEN 1 ELSE 0 END AS unassigned, %s AS units, %s AS by_name, %s AS named, %s AS day\n    FROM %s\n  ) r\n) s\nGROUP BY state, currency, unassigned",
		r.Today, r.Today, x.state(), currency, x.account(), x.wide(), byName, named, day, x.table)
	reasons, waits := control.Reasons{}, control.Waits{}
	s.First, s.Last = period.NoDate, period.NoDate
	err := r.c.each(ctx, sqltext.Query{Text: text}, func(rows *sql.Rows) error {
		var state string
		var code sql.NullString
		var unassigned, future, byName, named, n, amounts int64
		var sum sqltext.Wide
		var first, last sql.NullInt32
		if err := rows.Scan(&state, &code, &unassigned, &n, &amounts, &sum, &first, &last, &future, &byName, &named); err != nil {
			return err
		}
		t := ledger.Tally{Rows: n, WithoutAmount: n - amounts, Amount: sum.Sum}
		if state == stateRate {
			waits.Add(control.Waiting{Currency: money.Currency(code.String), Decimals: x.scale, Rows: n, Amount: t.Amount})
			t = control.WithoutAmount(n) // it has none in the currency of the report
		}
		s.Totals.Read = s.Totals.Read.Plus(t)
		if state != stateLoaded {
			reasons.Add(reason(state, t))
			return nil
		}
		s.Totals.Loaded = s.Totals.Loaded.Plus(t)
		if unassigned == 1 {
			s.Totals.Unassigned = s.Totals.Unassigned.Plus(t)
		}
		s.Future, s.NameAsKey, s.Documents = s.Future+future, s.NameAsKey+byName, s.Documents || named > 0
		if x.date == "" {
			s.Undated += n
		}
		if first.Valid {
			s.First, s.Last = earliest(s.First, period.Date(first.Int32)), max(s.Last, period.Date(last.Int32))
		}
		return nil
	})
	s.Totals.SetAside(reasons)
	s.Totals.MissingRate = waits.List()
	return err
}

// earliest is the smaller day; NoDate is none.
func earliest(a, b period.Date) period.Date {
	if a == period.NoDate {
		return b
	}
	return min(a, b)
}

func reason(state string, t ledger.Tally) ledger.Reason {
	r := ledger.Reason{State: ledger.Quarantined, Code: state, Tally: t}
	switch state {
	case stateExcluded:
		r.State, r.Code, r.Text = ledger.Excluded, "condition", "does not meet the condition of the source"
	case stateAmount:
		r.Text = "the amount is empty"
	case stateDate:
		r.Text = "the date is empty"
	case stateRate:
		r.Text = "no exchange rate for its currency"
	}
	return r
}

// digests are the months of cells: how many cells each has, and a digest of them that
// does not depend on their order.
func (r *Rollup) digests(ctx context.Context, cells string) (map[period.Date]warehouse.Month, error) {
	text := "SELECT month, count(*), lower(to_hex(checksum(ROW(account, amount, lines, documents, first_day, last_day, amount_pos, lines_pos, documents_pos, first_day_pos, last_day_pos, name))))\nFROM (\n" +
		sqltext.Indent(cells) + "\n) c\nGROUP BY month"
	out := map[period.Date]warehouse.Month{}
	err := r.c.each(ctx, sqltext.Query{Text: text}, func(rows *sql.Rows) error {
		m := warehouse.Month{Month: period.NoDate}
		var month sql.NullInt32
		if err := rows.Scan(&month, &m.Cells, &m.Digest); err != nil {
			return err
		}
		if month.Valid {
			m.Month = period.Date(month.Int32)
		}
		out[m.Month] = m
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
	return "SELECT account, month, amount, lines, documents, first_day, last_day, amount_pos, lines_pos, documents_pos, first_day_pos, last_day_pos, name\nFROM " +
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

// Recount counts the source again: the whole account.
func (r *Rollup) Recount(ctx context.Context, s *warehouse.State) ([]warehouse.Counted, error) {
	now := warehouse.State{}
	r.src.scale = s.Scale
	if err := r.account(ctx, &now); err != nil {
		return nil, err
	}
	t := &now.Totals
	return []warehouse.Counted{{Name: "read", Tally: t.Read}, {Name: "loaded", Tally: t.Loaded}, {Name: "unassigned", Tally: t.Unassigned}, {Name: "excluded", Tally: t.Excluded}, {Name: "quarantined", Tally: t.Quarantined}}, nil
}
