package sqltext

import (
	"fmt"
	"strings"

	"clientele/internal/period"
)

// Dialect is what differs between engines. Divide, Sum and Product are formats
// whose operands are %s.
type Dialect struct {
	Name    string
	Quote   string // around identifiers
	Divide  string // integer division of two non-negative BIGINT, or of wide numbers with nothing left over; two operands
	Sum     string // exact sum of BIGINT beyond 64 bits, one operand
	Product string // exact product of two BIGINT beyond 64 bits, two operands
}

// Generic is standard SQL: what Trino and PostgreSQL read.
var Generic = Dialect{
	Name:    "generic",
	Quote:   `"`,
	Divide:  "(%s) / (%s)",
	Sum:     "sum(CAST(%s AS DECIMAL(38, 0)))",
	Product: "CAST(%s AS DECIMAL(19, 0)) * CAST(%s AS DECIMAL(19, 0))",
}

// Identifier writes the name of a table or a column.
func (d Dialect) Identifier(name string) string {
	return d.Quote + strings.ReplaceAll(name, d.Quote, d.Quote+d.Quote) + d.Quote
}

func (d Dialect) divide(x, y string) string { return fmt.Sprintf(d.Divide, x, y) }

// quotient is a wide whole number of either sign by one above 0, cut towards 0. What is
// divided leaves nothing over, as engines round quotients of wide numbers in their own ways.
func (d Dialect) quotient(x, y string) string {
	return d.divide(x+" - mod("+x+", "+y+")", y)
}

func (d Dialect) sum(x string) string { return fmt.Sprintf(d.Sum, x) }

// sum64 is an exact sum that must fit 64 bits: the cast fails where it does not.
func (d Dialect) sum64(x string) string { return "CAST(" + d.sum(x) + " AS BIGINT)" }

func (d Dialect) product(x, y string) string { return fmt.Sprintf(d.Product, x, y) }

// Schema says where the tables are.
type Schema struct {
	Path []string // catalog and schema, from the outside; may be empty
	// Relations are texts that stand for tables, by name: a query, where the tables of
	// an engine do not have the form that the questions read.
	Relations map[string]string
	// Days is a relation of cells of one day, in the columns of cell but for day in the
	// place of month, of at least the days in the range; nil: windows that cut through a
	// month read lines. Who asks for no documents may get none.
	Days   func(r period.Range, documents bool) string
	Merged bool // the identity table has rows; without any it is not read
	Single bool // no account has two cells
}

// Renderer writes the questions in one dialect for one schema.
type Renderer struct {
	Dialect Dialect
	Schema  Schema
}

// Query is a text with its parameters, "?" in order.
type Query struct {
	Text string
	Args []any
}

// table is what a text reads for one of the tables. The caller gives it a name.
func (r Renderer) table(name string) string {
	if text, ok := r.Schema.Relations[name]; ok {
		return "(\n" + Indent(text) + "\n)"
	}
	var b strings.Builder
	for _, part := range r.Schema.Path {
		b.WriteString(r.Dialect.Identifier(part) + ".")
	}
	return b.String() + r.Dialect.Identifier(name)
}
