package trino

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"

	"clientele/internal/engine/sqltext"
	"clientele/internal/fault"
	"clientele/internal/period"
	"clientele/internal/rates"
	"clientele/internal/warehouse"
)

// rateSource is the firm's table of exchange rates. What package rates says in Go it
// says in SQL; the suite of this package holds one against the other.
type rateSource struct {
	warehouse.Rates

	table    string // quoted
	currency string // expressions in SQL
	date     string
	exact    string
	digits   uint8 // decimals of its type
}

// The columns of rates beside those of the firm, whose names they must not meet.
const (
	rateCurrency = `"clientele rate currency"`
	rateDay      = `"clientele rate day"`
	rateValue    = `"clientele rate"`
)

// rateDigitsMax keeps the product of an amount and a rate below 38 digits.
const rateDigitsMax = 18

// rateSource finds the columns.
func (c *Cluster) rateSource(ctx context.Context, s warehouse.Rates) (*rateSource, error) {
	m, err := c.mapping(ctx, "sources.rates", s.Table)
	if err != nil {
		return nil, err
	}
	x := &rateSource{Rates: s, table: m.table}
	if x.currency, err = m.words("currency", s.Columns.Currency); err != nil {
		return nil, err
	}
	if x.date, err = m.day(s.Columns.Date, s.TimeZone); err != nil {
		return nil, err
	}
	rate, err := m.find("rate", s.Columns.Rate, isExact, "DECIMAL or a whole number, which are exact")
	if err != nil {
		return nil, err
	}
	x.exact = Dialect.Identifier(rate.name)
	if x.digits, _ = decimals(rate.kind); x.digits > rateDigitsMax {
		return nil, fault.New(fault.Input, "look at the source", fmt.Sprintf("column %s of %s is %s, and a rate has at most %d decimals", rate.name, s.Table, rate.kind, rateDigitsMax), "name a view that casts it")
	}
	return x, nil
}

// rows is a relation of currency, day and rate, the last in units of its decimals.
func (x *rateSource) rows() string {
	return fmt.Sprintf("SELECT upper(%s) AS currency, %s AS day, CAST(%s * %s AS DECIMAL(38, 0)) AS rate\nFROM %s\nWHERE %s",
		x.currency, epochDay(x.date), x.exact, ten(x.digits), x.table, holds(x.Where))
}

// ten is a power of ten as a literal.
func ten(n uint8) string {
	return "DECIMAL '1" + strings.Repeat("0", int(n)) + "'"
}

// sound refuses rates that cannot be meant: none, none above 0, two for one day.
func (x *rateSource) sound(ctx context.Context, c *Cluster) error {
	wrong := func(what, remedy string) error {
		return fault.New(fault.Input, "read the rates", what, remedy)
	}
	text := "SELECT currency, day, CAST(rate AS VARCHAR), more\nFROM (\n" + sqltext.Indent(
		"SELECT currency, day, min(rate) AS rate, CASE WHEN min(rate) < max(rate) THEN 1 ELSE 0 END AS more, count(*) - count(rate) AS without\nFROM (\n"+sqltext.Indent(x.rows())+"\n) r\nGROUP BY currency, day") +
		"\n) d\nWHERE currency IS NULL OR day IS NULL OR without > 0 OR rate <= 0 OR more = 1\nORDER BY currency ASC NULLS FIRST, day ASC NULLS FIRST\nLIMIT 1"
	return c.each(ctx, sqltext.Query{Text: text}, func(rows *sql.Rows) error {
		var currency, rate sql.NullString
		var day sql.NullInt32
		var more int
		if err := rows.Scan(&currency, &day, &rate, &more); err != nil {
			return err
		}
		on := "no day"
		if day.Valid {
			on = period.Date(day.Int32).String()
		}
		switch {
		case !currency.Valid:
			return wrong(fmt.Sprintf("%s has a rate of no currency, on %s", x.Table, on), "leave such rows out with where, or fill them in")
		case !day.Valid:
			return wrong(fmt.Sprintf("%s has a rate of %s without a day", x.Table, currency.String), "leave such rows out with where, or fill them in")
		case more == 1:
			return wrong(fmt.Sprintf("%s has two rates of %s on %s", x.Table, currency.String, on), "narrow it with where: one source of rates, into one currency")
		default:
			return wrong(fmt.Sprintf("the rate of %s on %s in %s is empty, or not above 0", currency.String, on, x.Table), "leave such rows out with where, or correct them")
		}
	})
}

// daily is a relation of currency, day and rate for every day on which a rate holds: from
// its own until the day before the next, at most rates.CarryDays on.
func (x *rateSource) daily() string {
	given := "SELECT currency, day, max(rate) AS rate\nFROM (\n" + sqltext.Indent(x.rows()) + "\n) r\nWHERE rate > 0\nGROUP BY currency, day"
	until := "SELECT currency, day, rate, lead(day) OVER (PARTITION BY currency ORDER BY day ASC NULLS LAST) AS next\nFROM (\n" + sqltext.Indent(given) + "\n) g"
	carry := strconv.Itoa(rates.CarryDays)
	return "SELECT currency AS " + rateCurrency + ", CAST(held AS INTEGER) AS " + rateDay + ", rate AS " + rateValue + "\nFROM (\n" + sqltext.Indent(until) + "\n) u\n" +
		"CROSS JOIN UNNEST(sequence(day, least(day + " + carry + ", coalesce(next - 1, day + " + carry + ")))) AS s (held)"
}

// convert exchanges whole minor units at the day's rate, half to even: what lies beyond
// the last whole one is at least, or more than, half of it.
func (x *rateSource) convert(units string) string {
	if x.digits == 0 {
		return "CAST(" + units + " * " + rateValue + " AS DECIMAL(38, 0))"
	}
	product, one := "("+units+" * "+rateValue+")", ten(x.digits)
	rest := "mod(" + product + ", " + one + ")"
	whole := "CAST((" + product + " - " + rest + ") / " + one + " AS DECIMAL(38, 0))"
	up := "2 * abs(" + rest + ") > " + one + " OR (2 * abs(" + rest + ") = " + one + " AND mod(" + whole + ", 2) <> 0)"
	return "CAST(" + whole + " + CASE WHEN " + up + " THEN sign(" + product + ") ELSE 0 END AS DECIMAL(38, 0))"
}
