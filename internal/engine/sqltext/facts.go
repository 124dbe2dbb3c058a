package sqltext

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"clientele/internal/engine"
	"clientele/internal/metric"
	"clientele/internal/period"
)

// cuts are the months that a window of the frame begins or ends inside of: their
// facts come from lines, those of all other months from cells.
func cuts(f engine.Frame) []period.Date {
	var months []period.Date
	for _, r := range []period.Range{f.Current, f.Prior} {
		if r.Empty() {
			continue
		}
		for _, d := range []period.Date{r.From, r.To} {
			if d == period.NoDate || d == period.All.To || d.MonthStart() == d {
				continue
			}
			if m := d.MonthStart(); !slices.Contains(months, m) {
				months = append(months, m)
			}
		}
	}
	slices.Sort(months)
	return months
}

// within is the condition that a day lies in the extent; "" if every fact does.
func within(day string, x engine.Extent) string {
	var parts []string
	if x.From != period.NoDate {
		parts = append(parts, fmt.Sprintf("%s >= %d", day, x.From))
	}
	if x.To != period.All.To {
		parts = append(parts, fmt.Sprintf("%s < %d", day, x.To))
	}
	if len(parts) == 0 && !x.Undated {
		parts = append(parts, day+" IS NOT NULL")
	}
	return strings.Join(parts, " AND ")
}

// where joins conditions; "" if there is none.
func where(conditions ...string) string {
	var parts []string
	for _, c := range conditions {
		if c != "" {
			parts = append(parts, c)
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return "\nWHERE " + strings.Join(parts, " AND ")
}

// inMonths is the condition that the day of a fact lies in one of the months.
func inMonths(months []period.Date) string {
	var parts []string
	for _, m := range months {
		parts = append(parts, fmt.Sprintf("(day >= %d AND day < %d)", m, m.AddMonths(1)))
	}
	return "(" + strings.Join(parts, " OR ") + ")"
}

// notMonths is the condition that a month is undated or none of the months.
func notMonths(months []period.Date) string {
	if len(months) == 0 {
		return ""
	}
	var parts []string
	for _, m := range months {
		parts = append(parts, fmt.Sprintf("month <> %d", m))
	}
	return "(month IS NULL OR (" + strings.Join(parts, " AND ") + "))"
}

// facts is a relation of account, day, amount, lines, documents, first_day,
// last_day: the clients' lines that the frame may look at, under its filter and
// one more condition on the account. Who does not ask for documents may get none.
func (r Renderer) facts(f engine.Frame, only string, documents bool) string {
	months, ever := cuts(f), f.Extent(metric.Ever)
	suffix, cellFilter, lineFilter := "", "", ""
	if f.SalesOnly {
		suffix, cellFilter, lineFilter = "_pos", "lines_pos > 0", "amount > 0"
	}
	columns := "amount, lines, documents, first_day, last_day"
	if f.SalesOnly {
		columns = "amount_pos AS amount, lines_pos AS lines, documents_pos AS documents, first_day_pos AS first_day, last_day_pos AS last_day"
	}
	text := "SELECT account, month AS day, " + columns + "\nFROM " + r.table("cell") + " c" +
		where("account IS NOT NULL", within("month", ever), notMonths(months), cellFilter, only)
	switch {
	case len(months) == 0:
	case r.Schema.Days != nil:
		text += "\nUNION ALL\nSELECT account, day, " + columns + "\nFROM " + r.days(months, documents) +
			where("account IS NOT NULL", within("day", ever), inMonths(months), cellFilter, only)
	default:
		text += fmt.Sprintf("\nUNION ALL\nSELECT account, day, amount, 1, CASE WHEN document_first%s THEN 1 ELSE 0 END, day, day\nFROM %s l",
			suffix, r.table("line")) + where("account IS NOT NULL", within("day", ever), inMonths(months), lineFilter, only)
	}
	return text
}

// days is the relation of cells by day, over months that windows cut through.
func (r Renderer) days(months []period.Date, documents bool) string {
	parts := make([]string, len(months))
	for i, m := range months {
		parts[i] = r.Schema.Days(period.Range{From: m, To: m.AddMonths(1)}, documents)
	}
	return "(\n" + Indent(strings.Join(parts, "\nUNION ALL\n")) + "\n) d"
}

// Text is a text literal.
func Text(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// literal is a checked integer. The least one has no literal of its own in SQL.
func literal(v int64) string {
	if v == math.MinInt64 {
		return "(-9223372036854775807 - 1)"
	}
	return strconv.FormatInt(v, 10)
}
