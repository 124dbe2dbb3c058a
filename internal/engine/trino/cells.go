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

// cellColumns are those of a cell by month.
const cellColumns = "account, month, amount, lines, documents, first_day, last_day, amount_pos, lines_pos, documents_pos, first_day_pos, last_day_pos, name"

// cells is a relation of cells of the lines in a range: account, the grain, and the
// sides. A document counts where the first of its lines lies, by day, even if that is
// before the range. Who needs no documents gets none, and reads only the range.
func (x *source) cells(by grain, r period.Range, documents bool) string {
	lines := "SELECT account, " + string(by) + ", sum(CAST(amount AS DECIMAL(38, 0))) AS amount, count(*) AS lines, 0 AS documents, min(day) AS first_day, max(day) AS last_day,\n" +
		"  sum(CAST(CASE WHEN amount > 0 THEN amount ELSE 0 END AS DECIMAL(38, 0))) AS amount_pos, sum(CASE WHEN amount > 0 THEN 1 ELSE 0 END) AS lines_pos, 0 AS documents_pos,\n" +
		"  min(CASE WHEN amount > 0 THEN day END) AS first_day_pos, max(CASE WHEN amount > 0 THEN day END) AS last_day_pos, max(name) AS name\n" +
		"FROM (\n" + sqltext.Indent(x.rows(x.days(r))) + "\n) l\nGROUP BY account, " + string(by)
	if x.document == "" || !documents {
		return cast(by, lines)
	}
	return cast(by, "SELECT account, "+string(by)+", sum(amount) AS amount, sum(lines) AS lines, sum(documents) AS documents, min(first_day) AS first_day, max(last_day) AS last_day,\n"+
		"  sum(amount_pos) AS amount_pos, sum(lines_pos) AS lines_pos, sum(documents_pos) AS documents_pos, min(first_day_pos) AS first_day_pos, max(last_day_pos) AS last_day_pos, max(name) AS name\n"+
		"FROM (\n"+sqltext.Indent(lines+"\nUNION ALL\n"+x.documents(by, r))+"\n) parts\nGROUP BY account, "+string(by))
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

// documents counts the documents of a range by their first line, and by their first sale.
// Only documents that have a line in the range are held in memory: those before it are
// looked up among them.
func (x *source) documents(by grain, r period.Range) string {
	named := x.document + " IS NOT NULL"
	seen := "SELECT coalesce(account, '') AS account, document, " + string(by) + ", CASE WHEN amount > 0 THEN " + string(by) + " END AS sold, CASE WHEN amount > 0 THEN 1 ELSE 0 END AS sales\nFROM (\n"
	lines := seen + sqltext.Indent(x.rows(x.days(r), named)) + "\n) l"
	counts := "documents + documents_pos > 0"
	if x.date != "" && r.From != period.NoDate {
		counts += fmt.Sprintf(" AND first >= %d", r.From)
		wanted := "SELECT coalesce(account, '') AS account, document\nFROM (\n" + sqltext.Indent(x.rows(x.days(r), named)) + "\n) l\nGROUP BY coalesce(account, ''), document"
		earlier := seen + sqltext.Indent(x.rows(x.days(period.Range{From: period.NoDate, To: r.From}), named)) + "\n) l"
		lines += "\nUNION ALL\nSELECT e.account, e.document, e." + string(by) + ", e.sold, e.sales\nFROM (\n" + sqltext.Indent(earlier) + "\n) e\nJOIN (\n" + sqltext.Indent(wanted) +
			"\n) w ON w.account = e.account AND w.document = e.document"
	}
	once := "SELECT account, document, min(" + string(by) + ") AS met, min(sold) AS sold, max(sales) AS sales\nFROM (\n" + sqltext.Indent(lines) + "\n) d\nGROUP BY account, document"
	both := "SELECT account, first, documents, documents_pos\nFROM (\n" + sqltext.Indent(once) + "\n) o\n" +
		"CROSS JOIN UNNEST(ARRAY[met, sold], ARRAY[1, 0], ARRAY[0, sales]) AS u (first, documents, documents_pos)"
	return "SELECT NULLIF(account, '') AS account, first AS " + string(by) + ", 0 AS amount, 0 AS lines, sum(documents) AS documents, CAST(NULL AS INTEGER) AS first_day, CAST(NULL AS INTEGER) AS last_day,\n" +
		"  0 AS amount_pos, 0 AS lines_pos, sum(documents_pos) AS documents_pos, CAST(NULL AS INTEGER) AS first_day_pos, CAST(NULL AS INTEGER) AS last_day_pos, CAST(NULL AS VARCHAR) AS name\n" +
		"FROM (\n" + sqltext.Indent(both) + "\n) b\nWHERE " + counts + "\nGROUP BY account, first"
}
