package sqltext

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"clientele/internal/engine"
	"clientele/internal/metric"
)

// Span asks for the first and last day and the number of undated lines.
func (r Renderer) Span() Query {
	return Query{Text: "SELECT min(first_day), max(last_day), coalesce(sum(CASE WHEN month IS NULL THEN lines ELSE 0 END), 0)\nFROM " + r.table("cell") + " c"}
}

// Pool asks for the eight figures of engine.Pool, lines before amount each.
func (r Renderer) Pool(f engine.Frame) Query {
	months := cuts(f)
	facts := "SELECT account, month AS day, amount, lines, amount_pos, lines_pos\nFROM " + r.table("cell") + " c" + where(notMonths(months))
	switch {
	case len(months) == 0:
	case r.Schema.Days != nil:
		facts += "\nUNION ALL\nSELECT account, day, amount, lines, amount_pos, lines_pos\nFROM " + r.days(months, false) + where(inMonths(months))
	default:
		facts += "\nUNION ALL\nSELECT account, day, amount, 1, CASE WHEN amount > 0 THEN amount ELSE 0 END, CASE WHEN amount > 0 THEN 1 ELSE 0 END\nFROM " +
			r.table("line") + " l" + where(inMonths(months))
	}
	inside := within("day", f.Extent(metric.Current))
	if inside == "" {
		inside = "1 = 1"
	}
	suffix := ""
	if f.SalesOnly {
		suffix = "_pos"
	}
	var columns []string
	tally := func(condition, lines, amount string) {
		for _, x := range []string{lines, amount} {
			columns = append(columns, "coalesce("+r.Dialect.sum("CASE WHEN "+condition+" THEN "+x+" ELSE 0 END")+", 0)")
		}
	}
	tally("inside = 1 AND account IS NOT NULL", "lines"+suffix, "amount"+suffix)
	tally("inside = 1 AND account IS NULL", "lines"+suffix, "amount"+suffix)
	tally("inside = 0", "lines", "amount")
	if f.SalesOnly {
		tally("inside = 1", "lines - lines_pos", "amount")
		tally("inside = 1", "lines_pos", "amount_pos")
	}
	return Query{Text: "SELECT " + strings.Join(columns, ",\n  ") +
		"\nFROM (\n  SELECT account, lines, amount, lines_pos, amount_pos, CASE WHEN " + inside + " THEN 1 ELSE 0 END AS inside\n  FROM (\n" +
		Indent(Indent(facts)) + "\n  ) facts\n) f"}
}

// from makes a relation out of a text or the quoted name of a table.
func from(relation string) string {
	if strings.Contains(relation, " ") {
		return "(\n" + Indent(relation) + "\n)"
	}
	return relation
}

// half cuts values in two: the product of two numbers below it fits 64 bits.
const half = 1 << 31

// Summary asks for one row per class of values, over a relation that Frame gave: -1
// below 0, 0, 1 up to half, 2 from half on. Each has count, sum and largest value, and
// the sum of its squares where it is class 1. Nearly all values are; see Squares for
// the rest.
func (r Renderer) Summary(relation string, by metric.ID) Query {
	d, v := r.Dialect, r.Dialect.Identifier(string(by))
	return Query{Text: "SELECT class, count(*), " + d.sum("v") + ", max(v), coalesce(" + d.sum("CASE WHEN class = 1 THEN v * v ELSE 0 END") + ", 0)" +
		"\nFROM (\n  SELECT " + v + " AS v, CASE WHEN " + v + " < 0 THEN -1 WHEN " + v + " = 0 THEN 0 WHEN " + v + " < " + literal(half) +
		" THEN 1 ELSE 2 END AS class\n  FROM " + indentRest(from(relation), 1) + " t\n) x\nGROUP BY class"}
}

// Squares asks for the parts of the squares of the values from half on, as
// engine.Summary has them. They need wide products, which few values are worth.
func (r Renderer) Squares(relation string, by metric.ID) Query {
	d, v, h := r.Dialect, r.Dialect.Identifier(string(by)), literal(half)
	part := func(product string) string { return "coalesce(sum(" + product + "), 0)" }
	return Query{Text: "SELECT " + part(d.product("a", "a")) + ", " + part(d.product("a", "b")) + ", " + part(d.product("b", "b")) +
		"\nFROM (\n  SELECT a, v - a * " + h + " AS b\n  FROM (\n    SELECT " + v + " AS v, " + d.divide(v, h) + " AS a\n    FROM " +
		indentRest(from(relation), 2) + " t\n    WHERE " + v + " >= " + h + "\n  ) x\n) y"}
}

// indentRest indents all lines but the first.
func indentRest(text string, by int) string {
	return strings.ReplaceAll(text, "\n", "\n"+strings.Repeat("  ", by))
}

// Buckets asks for index, count and sum of the non-empty buckets.
func (r Renderer) Buckets(relation string, by metric.ID, in engine.Interval) Query {
	v := r.Dialect.Identifier(string(by))
	bucket := r.Dialect.divide(v+" - "+literal(in.Lo), literal(in.Width))
	return Query{Text: "SELECT " + bucket + " AS bucket, count(*), " + r.Dialect.sum(v) + "\nFROM " + from(relation) + " t" +
		where(fmt.Sprintf("%s >= %s", v, literal(in.Lo)), fmt.Sprintf("%s < %s", v, literal(in.Hi))) + "\nGROUP BY " + bucket}
}

// Page asks for client_id, name and the measures in the order of the page.
func (r Renderer) Page(relation string, p engine.Page) Query {
	by := "f." + r.Dialect.Identifier(string(p.By))
	text := "SELECT a.client_id, a.name"
	var textSb92 strings.Builder
	for _, id := range p.Measures {
		textSb92.WriteString(", f." + r.Dialect.Identifier(string(id)))
	}
	text += textSb92.String()
	conditions := []string{bounds(by, p), r.top(relation, p, by)}
	var args []any
	if p.Clients != nil {
		var in string
		in, args = In("a.client_id", p.Clients)
		conditions = append(conditions, in)
	}
	text += "\nFROM " + from(relation) + " f\nJOIN " + r.table("account") + " a ON a.account = f.party" + where(conditions...) +
		"\nORDER BY " + by + " DESC NULLS LAST, a.client_id ASC"
	if p.Offset > 0 {
		text += fmt.Sprintf("\nOFFSET %d", p.Offset)
	}
	if p.Limit >= 0 {
		text += fmt.Sprintf("\nLIMIT %d", p.Limit)
	}
	return Query{text, args}
}

// RankSpan is a run of parts that one text ranks.
type RankSpan struct {
	First  int     // number of the first part
	Bounds []int64 // ascending, each the first value of the next part
	Lo, Hi int64   // of the values: Lo <= v < Hi; Hi 0: no end
	But    []int64 // values that are left out
}

// Ranks asks for part, clients, sum and Σ j·x_(j) of the positive values in a span.
// Ranks are counted within a part, which engines can do side by side; values of equal
// size may take each other's place, and change nothing.
func (r Renderer) Ranks(relation string, by metric.ID, span RankSpan) Query {
	v := r.Dialect.Identifier(string(by))
	conditions := []string{fmt.Sprintf("%s >= %d", v, max(span.Lo, 1))}
	if span.Hi != 0 {
		conditions = append(conditions, fmt.Sprintf("%s < %d", v, span.Hi))
	}
	for _, but := range span.But {
		conditions = append(conditions, fmt.Sprintf("%s <> %d", v, but))
	}
	return Query{Text: "SELECT part, count(*), " + r.Dialect.sum("v") + ", sum(" + r.Dialect.product("k", "v") + ")" +
		"\nFROM (\n  SELECT v, part, row_number() OVER (PARTITION BY part ORDER BY v ASC NULLS LAST) AS k\n  FROM (\n    SELECT " +
		v + " AS v, " + part(v, span.Bounds, span.First) + " AS part\n    FROM " + indentRest(from(relation), 2) + " t" +
		indentRest(where(conditions...), 2) + "\n  ) x\n) y\nGROUP BY part"}
}

// part is the number of the part that a value lies in, found by halving.
func part(v string, bounds []int64, first int) string {
	if len(bounds) == 0 {
		return strconv.Itoa(first)
	}
	mid := len(bounds) / 2
	return fmt.Sprintf("CASE WHEN %s < %d THEN %s ELSE %s END", v, bounds[mid], part(v, bounds[:mid], first), part(v, bounds[mid+1:], first+mid+1))
}

// topMax bounds the pages that are cut before names are looked up.
const topMax = 10_000

// top is the condition that a value is among the first of a page, so that only
// these rows meet their names: worth it where the relation is a table and can be
// read twice. Rows of equal value all pass.
func (r Renderer) top(relation string, p engine.Page, by string) string {
	a, err := Base(p.By)
	if err != nil || a.Fn != metric.Sum || strings.Contains(relation, " ") || p.Clients != nil || p.Limit < 0 || p.Offset+p.Limit > topMax {
		return ""
	}
	v := "t" + strings.TrimPrefix(by, "f")
	inner := "SELECT " + v + " AS v\nFROM " + relation + " t" + where(bounds(v, p)) +
		fmt.Sprintf("\nORDER BY %s DESC NULLS LAST\nLIMIT %d", v, p.Offset+p.Limit)
	return by + " >= (SELECT min(v) FROM (\n" + Indent(inner) + "\n) top)"
}

// ofClients begins the part of a text that holds the keys of a page's clients.
const ofClients = "SELECT c.account FROM "

// parties is a relation of the parties on a page, told by a table of their values;
// an empty text where that would be all of them.
func (r Renderer) parties(relation string, p engine.Page) Query {
	by := "f." + r.Dialect.Identifier(string(p.By))
	conditions := []string{bounds(by, p), r.top(relation, p, by)}
	q := Query{}
	if p.Clients != nil {
		var in string
		in, q.Args = In("c.client_id", p.Clients)
		conditions = append(conditions, "f.party IN ("+ofClients+r.table("account")+" c WHERE "+in+")")
	}
	if filter := where(conditions...); filter != "" {
		q.Text = "SELECT f.party FROM " + relation + " f" + filter
	}
	return q
}

// In is the condition that a column is one of the keys.
func In(column string, keys []string) (string, []any) {
	args := make([]any, len(keys))
	for i, key := range keys {
		args[i] = key
	}
	return column + " IN (" + strings.TrimSuffix(strings.Repeat("?, ", len(keys)), ", ") + ")", args
}

// bounds is the condition that a value lies between the page's; "" if all do.
func bounds(v string, p engine.Page) string {
	if p.Lo == math.MinInt64 && p.Hi == math.MaxInt64 {
		return ""
	}
	return fmt.Sprintf("%s BETWEEN %s AND %s", v, literal(p.Lo), literal(p.Hi))
}

// Columns are the measures that a page needs of a frame: those asked for and By.
func Columns(p engine.Page) []metric.ID {
	out := []metric.ID{p.By}
	for _, id := range p.Measures {
		seen := false
		for _, have := range out {
			seen = seen || have == id
		}
		if !seen {
			out = append(out, id)
		}
	}
	return out
}

// sale is the filter of lines under the frame.
func sale(f engine.Frame) string {
	if f.SalesOnly {
		return "l.amount > 0"
	}
	return ""
}

// Who is the party of a line's account, and the join that it needs.
func (r Renderer) Who(level engine.Level) (expr, join string) {
	if !r.Schema.Merged {
		return "l.account", ""
	}
	return "coalesce(i." + party(level) + ", l.account)", "\nLEFT JOIN " + r.table("identity") + " i ON i.account = l.account"
}

// Documents asks for client_id, document_hi, document_lo and the sum in the current window.
func (r Renderer) Documents(f engine.Frame) (Query, error) {
	who, join := r.Who(f.Level)
	inFrame := ""
	if f.WithoutNew {
		parties, err := r.Frame(f, nil)
		if err != nil {
			return Query{}, err
		}
		inFrame = who + " IN (SELECT party FROM (\n" + Indent(parties) + "\n) seasoned)"
	}
	inner := "SELECT " + who + " AS party, l.document_hi, l.document_lo, " + r.Dialect.sum64("l.amount") + " AS amount\nFROM " +
		r.table("line") + " l" + join + where("l.account IS NOT NULL", within("l.day", f.Extent(metric.Current)), sale(f), inFrame) +
		"\nGROUP BY " + who + ", l.document_hi, l.document_lo"
	return Query{Text: "SELECT a.client_id, d.document_hi, d.document_lo, d.amount\nFROM (\n" + Indent(inner) + "\n) d\nJOIN " +
		r.table("account") + " a ON a.account = d.party"}, nil
}

// ClientLines asks for batch, line, client_id of the line's own account, day and
// amount of a client's lines in the current window, largest absolute amount first.
func (r Renderer) ClientLines(f engine.Frame, client string, limit int64) Query {
	who, join := r.Who(f.Level)
	text := "SELECT l.batch, l.line, o.client_id, l.day, l.amount\nFROM " + r.table("line") + " l" + join +
		"\nJOIN " + r.table("account") + " a ON a.account = " + who +
		"\nJOIN " + r.table("account") + " o ON o.account = l.account" +
		where("a.client_id = ?", within("l.day", f.Extent(metric.Current)), sale(f)) +
		"\nORDER BY CASE WHEN l.amount < 0 THEN l.amount ELSE -l.amount END ASC NULLS LAST, l.batch ASC NULLS LAST, l.line ASC NULLS LAST"
	if limit >= 0 {
		text += fmt.Sprintf("\nLIMIT %d", limit)
	}
	return Query{text, []any{client}}
}
