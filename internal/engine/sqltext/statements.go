package sqltext

import (
	"fmt"
	"strings"

	"clientele/internal/engine"
	"clientele/internal/metric"
	"clientele/internal/period"
)

// factRows are the facts of the current window as account, month, topic, amount and
// number of rows: cells of whole months, and facts of the months that the window cuts.
func (r Renderer) factRows(f engine.Frame) string {
	current := f.Extent(metric.Current)
	months := cuts(engine.Frame{Current: f.Current})
	parts := []string{"SELECT account, month, topic, amount, rows\nFROM " + r.table("fact_cell") + " c" + where(within("month", current), notMonths(months))}
	for _, m := range months {
		parts = append(parts, fmt.Sprintf("SELECT account, %d, topic, amount, 1\nFROM %s f", m, r.table("fact"))+
			where(within("day", current), inMonths([]period.Date{m})))
	}
	return strings.Join(parts, "\nUNION ALL\n")
}

// FactTotals sums the facts of the current window by topic and month: topic, month, then
// rows and amount with a client, and without.
func (r Renderer) FactTotals(f engine.Frame) Query {
	side := func(condition, column string) string {
		return r.Dialect.sum("CASE WHEN account " + condition + " THEN " + column + " ELSE 0 END")
	}
	return Query{Text: "SELECT topic, month, " + side("IS NOT NULL", "rows") + ", " + side("IS NOT NULL", "amount") + ", " + side("IS NULL", "rows") + ", " + side("IS NULL", "amount") +
		"\nFROM (\n" + Indent(r.factRows(f)) + "\n) facts\nGROUP BY topic, month\nORDER BY topic ASC NULLS LAST, month ASC NULLS LAST"}
}

// TermRow is a row of the relation of terms. Month is period.NoDate for all months.
type TermRow struct {
	Topic  int64
	Month  period.Date
	Term   int32
	Weight int64
}

// TermRows are the rows of the relation of terms.
func TermRows(terms []engine.Term) []TermRow {
	var rows []TermRow
	for i, t := range terms {
		for _, w := range t.Topics {
			rows = append(rows, TermRow{w.Topic, w.Month, int32(i), w.Weight})
		}
	}
	return rows
}

// Terms is the relation of terms as a text.
func Terms(terms []engine.Term) string {
	rows := []string{}
	for _, t := range TermRows(terms) {
		month := "NULL"
		if t.Month != period.NoDate {
			month = fmt.Sprintf("%d", t.Month)
		}
		rows = append(rows, fmt.Sprintf("(%d, CAST(%s AS INTEGER), %d, %s)", t.Topic, month, t.Term, literal(t.Weight)))
	}
	if len(rows) == 0 {
		rows = []string{"(-1, CAST(NULL AS INTEGER), -1, 0)"}
	}
	return "(VALUES\n  " + strings.Join(rows, ",\n  ") + "\n) w (topic, month, term, weight)"
}

// Statements are the parties of a frame, and those of whom the window holds a fact that
// a term counts: client_id, name, then what was asked; in order of client_id. All and
// sales hold the measures of the frame; weights is the relation of terms, called w.
func (r Renderer) Statements(f engine.Frame, all, sales string, ask engine.StatementAsk, weights string) Query {
	s := statement{r: r}
	for _, id := range ask.Measures {
		s.add("t."+r.Dialect.Identifier(string(id)), ofAll, 1)
	}
	for _, id := range ask.Sales {
		s.add("t."+r.Dialect.Identifier(string(id)), ofSales, 1)
	}
	var perAccount []string
	for i, t := range ask.Terms {
		value := "x.amount"
		if t.Rows {
			value = "x.rows"
		}
		if t.Per > 1 {
			value = r.Dialect.product(value, "w.weight")
		}
		perAccount = append(perAccount, r.Dialect.sum(fmt.Sprintf("CASE WHEN w.term = %d THEN %s ELSE 0 END", i, value))+fmt.Sprintf(" AS t%d", i))
		s.add(fmt.Sprintf("a.t%d", i), ofFacts, t.Per)
	}
	parts := []string{"SELECT t.party" + list(s.of(ofAll)) + "\nFROM " + from(all) + " t"}
	if len(ask.Sales) > 0 {
		parts = append(parts, "SELECT t.party"+list(s.of(ofSales))+"\nFROM "+from(sales)+" t")
	}
	if len(ask.Terms) > 0 {
		who, join := "a.account", ""
		if r.Schema.Merged {
			who, join = "coalesce(i."+party(f.Level)+", a.account)", "\nLEFT JOIN "+r.table("identity")+" i ON i.account = a.account"
		}
		facts := "SELECT x.account" + list(perAccount) + "\nFROM (\n" + Indent(r.factRows(f)) + "\n) x\nJOIN " + weights +
			" ON w.topic = x.topic AND (w.month IS NULL OR w.month = x.month)\nWHERE x.account IS NOT NULL\nGROUP BY x.account"
		parts = append(parts, "SELECT "+who+list(s.of(ofFacts))+"\nFROM (\n"+Indent(facts)+"\n) a"+join)
	}
	return Query{Text: "SELECT c.client_id, c.name" + list(s.shown) + "\nFROM (\n" +
		Indent("SELECT p.party"+list(s.sums)+"\nFROM (\n"+Indent(strings.Join(parts, "\nUNION ALL\n"))+"\n) p\nGROUP BY p.party") + "\n) s\nJOIN " + r.table("account") +
		" c ON c.account = s.party\nORDER BY c.client_id ASC NULLS LAST"}
}

// source is where a column of a statement comes from.
type source int

const (
	ofAll source = iota
	ofSales
	ofFacts
)

// statement collects the columns of a statement, which come from three relations.
type statement struct {
	r       Renderer
	shown   []string
	sums    []string
	values  []string
	sources []source
}

// add makes a column v0, v1 … of a value of one of the relations, summed up per party and
// divided.
func (s *statement) add(value string, from source, per int64) {
	d, name := s.r.Dialect, fmt.Sprintf("v%d", len(s.sums))
	total, shown := d.sum64("p."+name), "s."+name
	if per > 1 {
		total, shown = d.sum("p."+name), "CAST("+d.quotient("s."+name, literal(per))+" AS BIGINT)"
	}
	s.sums, s.shown = append(s.sums, total+" AS "+name), append(s.shown, shown)
	s.values, s.sources = append(s.values, value), append(s.sources, from)
}

// of are the columns as one relation gives them: its own, and 0 for the others.
func (s *statement) of(from source) []string {
	out := make([]string, len(s.values))
	for i, v := range s.values {
		if s.sources[i] != from {
			v = "0"
		}
		out[i] = fmt.Sprintf("%s AS v%d", v, i)
	}
	return out
}

func list(columns []string) string {
	if len(columns) == 0 {
		return ""
	}
	return ",\n  " + strings.Join(columns, ",\n  ")
}

// FactsBehind are facts of the current window: batch, line, topic, day and amount, largest
// first.
func (r Renderer) FactsBehind(f engine.Frame, ask engine.FactAsk) Query {
	numbers := make([]string, len(ask.Topics))
	for i, t := range ask.Topics {
		numbers[i] = literal(t)
	}
	from, whose := r.table("fact")+" l", ""
	var args []any
	if ask.Client != "" {
		who, join := r.Who(f.Level)
		from += join + "\nJOIN " + r.table("account") + " a ON a.account = " + who
		whose, args = "a.client_id = ?", []any{ask.Client}
	}
	text := "SELECT l.batch, l.line, l.topic, l.day, l.amount\nFROM " + from +
		where(whose, "l.topic IN ("+strings.Join(numbers, ", ")+")", within("l.day", f.Extent(metric.Current))) +
		"\nORDER BY CASE WHEN l.amount < 0 THEN l.amount ELSE -l.amount END ASC NULLS LAST, l.batch ASC NULLS LAST, l.line ASC NULLS LAST, l.topic ASC NULLS LAST"
	if ask.Limit >= 0 {
		text += fmt.Sprintf("\nLIMIT %d", ask.Limit)
	}
	return Query{text, args}
}
