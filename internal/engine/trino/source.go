package trino

import (
	"context"
	"fmt"
	"strings"

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
	rates    *rateSource // nil: none are mapped
}

// source finds the columns of the sales, and of the rates if there are any.
func (c *Cluster) source(ctx context.Context, s warehouse.Sources) (*source, error) {
	m, err := c.mapping(ctx, "sources.sales", s.Sales.Table)
	if err != nil {
		return nil, err
	}
	x := &source{Source: s.Sales, table: m.table}
	if err := x.mapped(m); err != nil {
		return nil, err
	}
	if s.Rates.Table != "" {
		x.rates, err = c.rateSource(ctx, s.Rates)
	}
	return x, err
}

// mapped finds the columns and writes the expressions.
func (x *source) mapped(m *mapping) error {
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
		if *p.into, err = m.words(p.role, p.name); err != nil {
			return err
		}
	}
	if x.client == "" {
		x.client, x.name = x.name, ""
	}
	amount, err := m.find("amount", x.Columns.Amount, isExact, "DECIMAL or a whole number, which are exact")
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
	if x.Columns.Date != "" {
		x.date, err = m.day(x.Columns.Date, x.TimeZone)
	}
	return err
}

// from is the table, each row with the rate of its currency and day.
func (x *source) from() string {
	if x.rates == nil {
		return x.table
	}
	return x.table + "\nLEFT JOIN (\n" + sqltext.Indent(x.rates.daily()) + "\n) rates ON " + rateCurrency + " = upper(" + x.currency + ") AND " + rateDay + " = " + epochDay(x.date)
}

// kept is the condition that a row belongs to the ledger.
func (x *source) kept() string { return holds(x.Where) }

// foreign is the condition that a row is in another currency than the ledger's.
func (x *source) foreign() string {
	if x.currency == "" {
		return "false"
	}
	return "coalesce(upper(" + x.currency + ") <> " + sqltext.Text(x.Currency) + ", false)"
}

// waits is the condition that a row is in a currency without a rate on its day.
func (x *source) waits() string {
	if x.rates == nil {
		return x.foreign()
	}
	return "(" + x.foreign() + " AND " + rateValue + " IS NULL)"
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

// own is the amount in minor units of its own currency, exact: a DECIMAL, or a BIGINT
// where it is one.
func (x *source) own() string {
	up := x.scale
	if x.whole {
		up -= x.AmountDecimals
	}
	if up == 0 {
		return x.exact
	}
	return fmt.Sprintf("%s * DECIMAL '%d'", x.exact, money.Pow10(up))
}

// wide are minor units of the ledger's currency, of any size: what is set aside may be no
// amount at all. Where no rate is known they are of the row's own.
func (x *source) wide() string {
	own := "CAST(" + x.own() + " AS DECIMAL(38, 0))"
	if x.rates == nil {
		return own
	}
	return "CASE WHEN " + x.foreign() + " AND " + rateValue + " IS NOT NULL THEN " + x.rates.convert(own) + " ELSE " + own + " END"
}

// units are the amount of a loaded row in minor units of the ledger's currency. The cast
// fails where it does not fit 64 bits.
func (x *source) units() string {
	if x.rates == nil {
		return "CAST(" + x.own() + " AS BIGINT)"
	}
	return "CAST(" + x.wide() + " AS BIGINT)"
}

// sale is the condition that a loaded row is above 0. A small amount may round to 0 in
// the ledger's currency.
func (x *source) sale() string {
	if x.rates == nil {
		return x.exact + " > 0"
	}
	return x.wide() + " > 0"
}

// calendar is the day of a row, and the first of its month; null where the firm has no
// such column.
func (x *source) calendar() (day, month string) {
	if x.date == "" {
		return "CAST(NULL AS INTEGER)", "CAST(NULL AS INTEGER)"
	}
	return epochDay(x.date), epochDay("date_trunc('month', " + x.date + ")")
}

// rows is a relation of the source's lines that are loaded: account, name, day, month,
// amount, document; own and code, the amount as the table has it and its currency, where
// it was converted. Extra conditions narrow it.
func (x *source) rows(conditions ...string) string {
	day, month := x.calendar()
	own, code := orNull(""), orNull("")
	if x.rates != nil {
		own = "CASE WHEN " + x.foreign() + " THEN CAST(" + x.exact + " AS VARCHAR) END"
		code = "CASE WHEN " + x.foreign() + " THEN " + x.currency + " END"
	}
	text := "SELECT " + x.account() + " AS account, " + orNull(x.name) + " AS name, " + day + " AS day, " + month + " AS month, " + x.units() + " AS amount, " + orNull(x.document) + " AS document, " + own + " AS own, " + code + " AS code\nFROM " + x.from()
	where := []string{x.exact + " IS NOT NULL"}
	if x.date != "" {
		where = append(where, x.date+" IS NOT NULL")
	}
	if x.Where != "" {
		where = append(where, x.kept())
	}
	if x.currency != "" {
		where = append(where, "NOT "+x.waits())
	}
	for _, c := range conditions {
		if c != "" {
			where = append(where, c)
		}
	}
	return text + "\nWHERE " + strings.Join(where, " AND ")
}
