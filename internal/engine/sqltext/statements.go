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
		"\nFROM (\n" + Indent(r.factRows(f)) + "\n) facts\nGROUP BY topic, month\nORDER BY topic ASC NULLS LAST, month ASC NULLS FIRST"}
}

// TermRows are the rows of the relation of terms: topic, month or null, term, weight.
func TermRows(terms []engine.Term) []string {
	var rows []string
	for i, t := range terms {
		for _, w := range t.Topics {
			month := "NULL"
			if w.Month != period.NoDate {
				month = fmt.Sprintf("%d", w.Month)
			}
			rows = append(rows, fmt.Sprintf("(%d, CAST(%s AS INTEGER), %d, %s)", w.Topic, month, i, literal(w.Weight)))
		}
	}
	return rows
}

// Terms is the relation of terms as a text.
func Terms(terms []engine.Term) string {
	rows := TermRows(terms)
	if len(rows) == 0 {
		rows = []string{"(-1, CAST(NULL AS INTEGER), -1, 0)"}
	}
	return "(VALUES\n  " + strings.Join(rows, ",\n  ") + "\n) w (topic, month, term, weight)"
}

// Statements are the parties of a frame, and those of whom the window holds a fact that
// a term counts: client_id, name, measures, terms; in order of client_id. Relation holds
// the frame's measures; weights is the relation of terms, called w.
func (r Renderer) Statements(f engine.Frame, relation string, measures []metric.ID, terms []engine.Term, weights string) Query {
	var sums, ofFrame, ofFacts, perAccount []string
	for i, id := range measures {
		name := fmt.Sprintf("m%d", i)
		sums = append(sums, r.Dialect.sum64("p."+name)+" AS "+name)
		ofFrame = append(ofFrame, "t."+r.Dialect.Identifier(string(id))+" AS "+name)
		ofFacts = append(ofFacts, "0")
	}
	for i, t := range terms {
		name := fmt.Sprintf("t%d", i)
		value := "x.amount"
		if t.Per > 1 {
			value = r.Dialect.product("x.amount", "w.weight")
		}
		perAccount = append(perAccount, r.Dialect.sum(fmt.Sprintf("CASE WHEN w.term = %d THEN %s ELSE 0 END", i, value))+" AS "+name)
		sum := r.Dialect.sum("p." + name)
		if t.Per > 1 {
			sum = r.Dialect.divide(sum, literal(t.Per))
		}
		sums = append(sums, "CAST("+sum+" AS BIGINT) AS "+name)
		ofFrame = append(ofFrame, "0 AS "+name)
		ofFacts = append(ofFacts, "a."+name)
	}
	text := "SELECT t.party" + list(ofFrame) + "\nFROM " + from(relation) + " t"
	if len(terms) > 0 {
		who, join := "a.account", ""
		if r.Schema.Merged {
			who, join = "coalesce(i."+party(f.Level)+", a.account)", "\nLEFT JOIN "+r.table("identity")+" i ON i.account = a.account"
		}
		facts := "SELECT x.account" + list(perAccount) + "\nFROM (\n" + Indent(r.factRows(f)) + "\n) x\nJOIN " + weights +
			" ON w.topic = x.topic AND (w.month IS NULL OR w.month = x.month)\nWHERE x.account IS NOT NULL\nGROUP BY x.account"
		text += "\nUNION ALL\nSELECT " + who + list(ofFacts) + "\nFROM (\n" + Indent(facts) + "\n) a" + join
	}
	names := make([]string, 0, len(sums))
	for i := range measures {
		names = append(names, fmt.Sprintf("s.m%d", i))
	}
	for i := range terms {
		names = append(names, fmt.Sprintf("s.t%d", i))
	}
	return Query{Text: "SELECT c.client_id, c.name" + list(names) + "\nFROM (\n" +
		Indent("SELECT p.party"+list(sums)+"\nFROM (\n"+Indent(text)+"\n) p\nGROUP BY p.party") + "\n) s\nJOIN " + r.table("account") +
		" c ON c.account = s.party\nORDER BY c.client_id ASC NULLS LAST"}
}

func list(columns []string) string {
	if len(columns) == 0 {
		return ""
	}
	return ",\n  " + strings.Join(columns, ",\n  ")
}
