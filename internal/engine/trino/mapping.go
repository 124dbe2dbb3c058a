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
	"clientele/internal/warehouse"
)

// mapping is a table of the firm and the columns that it has.
type mapping struct {
	key     string // of the configuration: sources.sales
	name    string // as the firm writes it
	table   string // quoted
	columns []column
}

// column is one column of a table of the firm.
type column struct{ name, kind string }

// mapping looks a table up.
func (c *Cluster) mapping(ctx context.Context, key, name string) (*mapping, error) {
	path, err := warehouse.SplitName(name)
	if err != nil || len(path) != 3 {
		return nil, fault.New(fault.Usage, "read the configuration", fmt.Sprintf("%s: table = %q is not the full name of a table", key, name), "write it in full: table = \"catalog.schema.table\"")
	}
	m := &mapping{key: key, name: name, table: quoted(path)}
	// Trino folds names.
	q := sqltext.Query{
		Text: "SELECT column_name, data_type FROM " + Dialect.Identifier(path[0]) + ".information_schema.columns\nWHERE table_schema = ? AND table_name = ?\nORDER BY ordinal_position",
		Args: []any{strings.ToLower(path[1]), strings.ToLower(path[2])},
	}
	err = c.each(ctx, q, func(rows *sql.Rows) error {
		var x column
		err := rows.Scan(&x.name, &x.kind)
		m.columns = append(m.columns, x)
		return err
	})
	if err == nil && len(m.columns) == 0 {
		err = c.noTable(ctx, name, path)
	}
	return m, err
}

func quoted(path []string) string {
	parts := make([]string, len(path))
	for i, p := range path {
		parts[i] = Dialect.Identifier(p)
	}
	return strings.Join(parts, ".")
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

// find is the column of a role, of a type that fits.
func (m *mapping) find(role, name string, fits func(kind string) bool, want string) (column, error) {
	i := slices.IndexFunc(m.columns, func(c column) bool { return strings.EqualFold(c.name, name) })
	if i < 0 {
		names := make([]string, len(m.columns))
		for i, c := range m.columns {
			names[i] = c.name
		}
		return column{}, fault.New(fault.Input, "look at the source", fmt.Sprintf("%s has no column %q for the %s", m.name, name, role), "it has: "+strings.Join(names, ", "))
	}
	if !fits(m.columns[i].kind) {
		return column{}, fault.New(fault.Input, "look at the source", fmt.Sprintf("column %s of %s is %s, and the %s has to be %s", m.columns[i].name, m.name, m.columns[i].kind, role, want),
			"name another column, or a view that casts it")
	}
	return m.columns[i], nil
}

// words is the expression of a text or a key: trimmed, in normal form, null where it is
// empty. Without a column it is "".
func (m *mapping) words(role, name string) (string, error) {
	if name == "" {
		return "", nil
	}
	c, err := m.find(role, name, isWord, "text or a whole number")
	return "NULLIF(trim(normalize(CAST(" + Dialect.Identifier(c.name) + " AS VARCHAR), NFC)), '')", err
}

// day is the expression of a DATE. A point in time needs a zone.
func (m *mapping) day(name, zone string) (string, error) {
	date, err := m.find("date", name, isDay, "DATE or TIMESTAMP")
	if err != nil {
		return "", err
	}
	if !strings.HasSuffix(date.kind, "with time zone") {
		return "CAST(" + Dialect.Identifier(date.name) + " AS DATE)", nil
	}
	if zone == "" {
		return "", fault.New(fault.Input, "look at the source", fmt.Sprintf("column %s of %s is a point in time, and its day depends on where one stands", date.name, m.name),
			"add time_zone = \"Europe/Berlin\", say, to "+m.key)
	}
	return "CAST(" + Dialect.Identifier(date.name) + " AT TIME ZONE " + sqltext.Text(zone) + " AS DATE)", nil
}

// tried lets the cluster read a part of the firm's own SQL.
func (c *Cluster) tried(ctx context.Context, key, what, text string) error {
	n := int64(0)
	err := c.row(ctx, text, &n)
	if e, ok := errors.AsType[*trinodb.ErrTrino](err); ok && e.ErrorType == "USER_ERROR" {
		_, said, found := strings.Cut(e.Message, ": ") // behind the place in a text of ours
		if !found {
			said = e.Message
		}
		return fault.New(fault.Usage, "look at the source", key+": "+what+" is not understood by the cluster: "+said, "write it as the cluster's SQL has it")
	}
	return err
}

// understood lets the cluster read what the firm wrote for a table, and refuses one
// without rows.
func (c *Cluster) understood(ctx context.Context, key, name, table, where, zone string) error {
	if where != "" {
		if err := c.tried(ctx, key, "where", "SELECT count(*) FROM (SELECT "+holds(where)+" AS kept FROM "+table+" LIMIT 1) one WHERE kept"); err != nil {
			return err
		}
	}
	if zone != "" {
		if err := c.tried(ctx, key, "time_zone", "SELECT day(TIMESTAMP '2024-01-01 00:00:00 UTC' AT TIME ZONE "+sqltext.Text(zone)+")"); err != nil {
			return err
		}
	}
	rows := int64(0)
	if err := c.row(ctx, "SELECT count(*) FROM (SELECT 1 FROM "+table+" LIMIT 1) one", &rows); err != nil || rows > 0 {
		return err
	}
	return fault.New(fault.Input, "look at the source", name+" has no rows", "is it the right table?")
}

// holds is a condition of the firm that is false where it is not known.
func holds(where string) string {
	if where == "" {
		return "true"
	}
	return "coalesce((" + where + "), false)"
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

// epochDay is the number of a DATE's day.
func epochDay(date string) string {
	return "CAST(date_diff('day', DATE '1970-01-01', " + date + ") AS INTEGER)"
}
