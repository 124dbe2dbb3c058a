package trino

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	trinodb "github.com/trinodb/trino-go-client/trino"

	"clientele/internal/engine/sqltext"
	"clientele/internal/fault"
	"clientele/internal/money"
	"clientele/internal/period"
	"clientele/internal/warehouse"
)

// source is a firm's own table as the roll-up reads it: every column found, and of a
// type that loses nothing.
type source struct {
	warehouse.Source
	table    string // quoted
	client   string // expressions in SQL; "" where the firm has no such column
	name     string
	date     string // a DATE
	exact    string // the amount as the table has it
	whole    bool   // which is of whole numbers: minor units, if AmountDecimals says so
	digits   uint8  // decimals of its type
	scale    uint8  // decimals that the amounts need
	document string
	currency string
}

// column is one column of the firm's table.
type column struct{ name, kind string }

// source checks the mapping against the table.
func (c *Cluster) source(ctx context.Context, s warehouse.Source) (*source, error) {
	if err := s.Check(); err != nil {
		return nil, err
	}
	path, err := warehouse.SplitName(s.Table)
	if err != nil || len(path) != 3 {
		return nil, fault.New(fault.Usage, "read the configuration", fmt.Sprintf("sources.sales: table = %q is not the full name of a table", s.Table), "write it in full: table = \"catalog.schema.table\"")
	}
	x := &source{Source: s, table: quoted(path)}
	columns, err := c.columns(ctx, path)
	if err != nil {
		return nil, err
	}
	if len(columns) == 0 {
		return nil, c.noTable(ctx, s.Table, path)
	}
	if err := x.mapped(columns); err != nil {
		return nil, err
	}
	if err := c.condition(ctx, x); err != nil {
		return nil, err
	}
	rows := int64(0)
	if err := c.row(ctx, "SELECT count(*) FROM (SELECT 1 FROM "+x.table+" LIMIT 1) one", &rows); err != nil {
		return nil, err
	}
	if rows == 0 {
		return nil, fault.New(fault.Input, "look at the source", s.Table+" has no rows", "is it the right table?")
	}
	return x, nil
}

func quoted(path []string) string {
	parts := make([]string, len(path))
	for i, p := range path {
		parts[i] = Dialect.Identifier(p)
	}
	return strings.Join(parts, ".")
}

// columns are those of a table; none if there is no such table. Trino folds names.
func (c *Cluster) columns(ctx context.Context, path []string) (out []column, err error) {
	q := sqltext.Query{
		Text: "SELECT column_name, data_type FROM " + Dialect.Identifier(path[0]) + ".information_schema.columns\nWHERE table_schema = ? AND table_name = ?\nORDER BY ordinal_position",
		Args: []any{strings.ToLower(path[1]), strings.ToLower(path[2])},
	}
	err = c.each(ctx, q, func(rows *sql.Rows) error {
		var x column
		err := rows.Scan(&x.name, &x.kind)
		out = append(out, x)
		return err
	})
	return out, err
}

// noTable says what there is instead.
func (c *Cluster) noTable(ctx context.Context, name string, path []string) error {
	var have []string
	q := sqltext.Query{
		Text: "SELECT table_name FROM " + Dialect.Identifier(path[0]) + ".information_schema.tables\nWHERE table_schema = ?\nORDER BY table_name\nLIMIT 20",
		Args: []any{strings.ToLower(path[1])},
	}
	err := c.each(ctx, q, func(rows *sql.Rows) error {
		var table string
		err := rows.Scan(&table)
		have = append(have, table)
		return err
	})
	if err != nil {
		return err
	}
	remedy := "its schema has no tables that this user sees"
	if len(have) > 0 {
		remedy = "its schema has: " + strings.Join(have, ", ")
	}
	return fault.New(fault.Input, "look at the source", "there is no table "+name, remedy)
}

// mapped finds the columns and writes the expressions.
func (x *source) mapped(columns []column) error {
	find := func(role, name string, fits func(kind string) bool, want string) (column, error) {
		i := slices.IndexFunc(columns, func(c column) bool { return strings.EqualFold(c.name, name) })
		if i < 0 {
			names := make([]string, len(columns))
			for i, c := range columns {
				names[i] = c.name
			}
			return column{}, fault.New(fault.Input, "look at the source", fmt.Sprintf("%s has no column %q for the %s", x.Table, name, role), "it has: "+strings.Join(names, ", "))
		}
		if !fits(columns[i].kind) {
			return column{}, fault.New(fault.Input, "look at the source", fmt.Sprintf("column %s of %s is %s, and the %s has to be %s", columns[i].name, x.Table, columns[i].kind, role, want),
				"name another column, or a view that casts it")
		}
		return columns[i], nil
	}
	words := func(role, name string) (string, error) {
		if name == "" {
			return "", nil
		}
		c, err := find(role, name, isWord, "text or a whole number")
		return "NULLIF(trim(normalize(CAST(" + Dialect.Identifier(c.name) + " AS VARCHAR), NFC)), '')", err
	}
	var err error
	for _, p := range []struct {
		role, name string
		into       *string
	}{
		{"client", x.Columns.Client, &x.client},
		{"name", x.Columns.Name, &x.name},
		{"document", x.Columns.Document, &x.document},
		{"currency", x.Columns.Currency, &x.currency},
	} {
		if *p.into, err = words(p.role, p.name); err != nil {
			return err
		}
	}
	if x.client == "" {
		x.client, x.name = x.name, ""
	}
	amount, err := find("amount", x.Columns.Amount, isExact, "DECIMAL or a whole number, which are exact")
	if err != nil {
		return err
	}
	x.exact, x.digits, x.whole = Dialect.Identifier(amount.name), x.AmountDecimals, true
	if d, ok := decimals(amount.kind); ok {
		x.digits, x.whole = d, false
		if x.AmountDecimals > 0 {
			return fault.New(fault.Usage, "read the configuration", "sources.sales: amount_decimals is for columns of whole numbers, and "+amount.name+" is "+amount.kind, "leave it out")
		}
	}
	if x.Columns.Date == "" {
		return nil
	}
	date, err := find("date", x.Columns.Date, isDay, "DATE or TIMESTAMP")
	if err != nil {
		return err
	}
	x.date = "CAST(" + Dialect.Identifier(date.name) + " AS DATE)"
	if strings.HasSuffix(date.kind, "with time zone") {
		if x.TimeZone == "" {
			return fault.New(fault.Input, "look at the source", fmt.Sprintf("column %s of %s is a point in time, and its day depends on where one stands", date.name, x.Table),
				"add time_zone = \"Europe/Berlin\", say, to sources.sales")
		}
		x.date = "CAST(" + Dialect.Identifier(date.name) + " AT TIME ZONE " + sqltext.Text(x.TimeZone) + " AS DATE)"
	}
	return nil
}

func isWhole(kind string) bool {
	return slices.Contains([]string{"bigint", "integer", "smallint", "tinyint"}, kind)
}

func isWord(kind string) bool {
	return kind == "varchar" || kind == "char" || strings.HasPrefix(kind, "varchar(") || strings.HasPrefix(kind, "char(") || isWhole(kind) || kind == "uuid"
}

func isExact(kind string) bool {
	_, ok := decimals(kind)
	return ok || isWhole(kind)
}

func isDay(kind string) bool { return kind == "date" || strings.HasPrefix(kind, "timestamp") }

// decimals of "decimal(18,2)".
func decimals(kind string) (uint8, bool) {
	inner, ok := strings.CutPrefix(kind, "decimal(")
	if !ok {
		return 0, false
	}
	_, scale, _ := strings.Cut(strings.TrimSuffix(inner, ")"), ",")
	n, err := strconv.ParseUint(strings.TrimSpace(scale), 10, 8)
	return uint8(n), err == nil
}

// condition lets the cluster read the firm's own condition and the time zone.
func (c *Cluster) condition(ctx context.Context, x *source) error {
	tried := func(what, text string) error {
		n := int64(0)
		err := c.row(ctx, text, &n)
		if e, ok := errors.AsType[*trinodb.ErrTrino](err); ok && e.ErrorType == "USER_ERROR" {
			_, said, found := strings.Cut(e.Message, ": ") // behind the place in a text of ours
			if !found {
				said = e.Message
			}
			return fault.New(fault.Usage, "look at the source", "sources.sales: "+what+" is not understood by the cluster: "+said, "write it as the cluster's SQL has it")
		}
		return err
	}
	if x.Where != "" {
		if err := tried("where", "SELECT count(*) FROM (SELECT "+x.kept()+" AS kept FROM "+x.table+" LIMIT 1) one WHERE kept"); err != nil {
			return err
		}
	}
	if x.TimeZone == "" {
		return nil
	}
	return tried("time_zone", "SELECT day(TIMESTAMP '2024-01-01 00:00:00 UTC' AT TIME ZONE "+sqltext.Text(x.TimeZone)+")")
}

// kept is the condition that a row belongs to the ledger.
func (x *source) kept() string {
	if x.Where == "" {
		return "true"
	}
	return "coalesce((" + x.Where + "), false)"
}

// foreign is the condition that a row is in a currency without a rate.
func (x *source) foreign() string {
	if x.currency == "" {
		return "false"
	}
	return "coalesce(upper(" + x.currency + ") <> " + sqltext.Text(x.Currency) + ", false)"
}

// account is the key of a row's client: its id, else its name.
func (x *source) account() string {
	if x.name == "" {
		return x.client
	}
	return "coalesce(" + x.client + ", " + x.name + ")"
}

// days is the condition that a row's date lies in a range, written so that the cluster
// reads only the partitions it has to; "" for all dates.
func (x *source) days(r period.Range) string {
	if x.date == "" {
		return ""
	}
	var parts []string
	if r.From != period.NoDate {
		parts = append(parts, x.date+" >= DATE '"+r.From.String()+"'")
	}
	if r.To != period.All.To {
		parts = append(parts, x.date+" < DATE '"+r.To.String()+"'")
	}
	return strings.Join(parts, " AND ")
}

// epochDay is the number of a DATE's day.
func epochDay(date string) string {
	return "CAST(date_diff('day', DATE '1970-01-01', " + date + ") AS INTEGER)"
}

// times is the amount in minor units, exact: a DECIMAL, or a BIGINT where it is one.
func (x *source) times() string {
	up := x.scale
	if x.whole {
		up -= x.AmountDecimals
	}
	if up == 0 {
		return x.exact
	}
	return fmt.Sprintf("%s * DECIMAL '%d'", x.exact, money.Pow10(up))
}

// units are the amount in minor units. The cast fails where it does not fit 64 bits.
func (x *source) units() string { return "CAST(" + x.times() + " AS BIGINT)" }

// wide are the same, of any size: what is set aside may be no amount at all.
func (x *source) wide() string { return "CAST(" + x.times() + " AS DECIMAL(38, 0))" }

// rows is a relation of the source's lines that are loaded: account, name, day, month,
// amount, document. Extra conditions narrow it.
func (x *source) rows(conditions ...string) string {
	day, month := "CAST(NULL AS INTEGER)", "CAST(NULL AS INTEGER)"
	if x.date != "" {
		day, month = epochDay(x.date), epochDay("date_trunc('month', "+x.date+")")
	}
	or := func(s string) string {
		if s == "" {
			return "CAST(NULL AS VARCHAR)"
		}
		return s
	}
	text := "SELECT " + x.account() + " AS account, " + or(x.name) + " AS name, " + day + " AS day, " + month + " AS month, " + x.units() + " AS amount, " + or(x.document) + " AS document\nFROM " + x.table
	where := []string{x.exact + " IS NOT NULL"}
	if x.date != "" {
		where = append(where, x.date+" IS NOT NULL")
	}
	if x.Where != "" {
		where = append(where, x.kept())
	}
	if x.currency != "" {
		where = append(where, "NOT "+x.foreign())
	}
	for _, c := range conditions {
		if c != "" {
			where = append(where, c)
		}
	}
	return text + "\nWHERE " + strings.Join(where, " AND ")
}
