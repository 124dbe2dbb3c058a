package trino

import (
	"fmt"
	"strings"

	"clientele/internal/engine/sqltext"
	"clientele/internal/period"
)

// A roll-up in SQL says what package rollup says in Go. The suite of this package holds
// one against the other.

// grain is the length of cells: the column of rows that they are cut by.
type grain string

const (
	byMonth grain = "month"
	byDay   grain = "day"
)

// cells is a relation of cells of the lines in a range: account, the grain, and the
// sides. A document counts where the first of its lines lies, by day, even if that is
// before the range; so the documents of the range are looked up in all rows before it.
func (x *source) cells(by grain, r period.Range) string {
	in := x.days(r)
	lines := "SELECT account, " + string(by) + ", sum(CAST(amount AS DECIMAL(38, 0))) AS amount, count(*) AS lines, 0 AS documents, min(day) AS first_day, max(day) AS last_day,\n" +
		"  sum(CAST(CASE WHEN amount > 0 THEN amount ELSE 0 END AS DECIMAL(38, 0))) AS amount_pos, sum(CASE WHEN amount > 0 THEN 1 ELSE 0 END) AS lines_pos, 0 AS documents_pos,\n" +
		"  min(CASE WHEN amount > 0 THEN day END) AS first_day_pos, max(CASE WHEN amount > 0 THEN day END) AS last_day_pos, max(name) AS name\n" +
		"FROM (\n" + sqltext.Indent(x.rows(in)) + "\n) l\nGROUP BY account, " + string(by)
	if x.document == "" {
		return cast(by, lines)
	}
	parts := []string{lines, x.documents(by, r, "documents", ""), x.documents(by, r, "documents_pos", x.exact+" > 0")}
	return cast(by, "SELECT account, "+string(by)+", sum(amount) AS amount, sum(lines) AS lines, sum(documents) AS documents, min(first_day) AS first_day, max(last_day) AS last_day,\n"+
		"  sum(amount_pos) AS amount_pos, sum(lines_pos) AS lines_pos, sum(documents_pos) AS documents_pos, min(first_day_pos) AS first_day_pos, max(last_day_pos) AS last_day_pos, max(name) AS name\n"+
		"FROM (\n"+sqltext.Indent(strings.Join(parts, "\nUNION ALL\n"))+"\n) parts\nGROUP BY account, "+string(by))
}

// cast brings sums back to 64 bits, and fails where they do not fit.
func cast(by grain, text string) string {
	sums := func(names ...string) string {
		for i, c := range names {
			names[i] = "CAST(" + c + " AS BIGINT) AS " + c
		}
		return strings.Join(names, ", ")
	}
	return "SELECT account, " + string(by) + ", " + sums("amount", "lines", "documents") + ", first_day, last_day, " +
		sums("amount_pos", "lines_pos", "documents_pos") + ", first_day_pos, last_day_pos, name\nFROM (\n" + sqltext.Indent(text) + "\n) sums"
}

// documents counts documents by their first line. Before the range only the documents
// are read, not the amounts, unless sales are asked for.
func (x *source) documents(by grain, r period.Range, into, only string) string {
	named := x.document + " IS NOT NULL"
	until := x.days(period.Range{From: period.NoDate, To: r.To})
	inner := "SELECT account, document, min(" + string(by) + ") AS " + string(by) + "\nFROM (\n" + sqltext.Indent(x.rows(until, named, only)) + "\n) l\nGROUP BY account, document"
	count := map[string]string{"documents": "0", "documents_pos": "0"}
	count[into] = "count(*)"
	text := "SELECT account, " + string(by) + ", 0 AS amount, 0 AS lines, " + count["documents"] + " AS documents, CAST(NULL AS INTEGER) AS first_day, CAST(NULL AS INTEGER) AS last_day,\n" +
		"  0 AS amount_pos, 0 AS lines_pos, " + count["documents_pos"] + " AS documents_pos, CAST(NULL AS INTEGER) AS first_day_pos, CAST(NULL AS INTEGER) AS last_day_pos, CAST(NULL AS VARCHAR) AS name\n" +
		"FROM (\n" + sqltext.Indent(inner) + "\n) d"
	if x.date != "" && r.From != period.NoDate {
		text += fmt.Sprintf("\nWHERE %s >= %d", by, r.From)
	}
	return text + "\nGROUP BY account, " + string(by)
}
