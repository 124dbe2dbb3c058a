package sqltext

import (
	"fmt"
	"strings"

	"clientele/internal/engine"
	"clientele/internal/fault"
	"clientele/internal/metric"
)

// party is the column of identity that a level maps an account to.
func party(level engine.Level) string {
	switch level {
	case engine.ByGroup:
		return "parent"
	case engine.ByAccount:
		return "source"
	case engine.ByClient:
	}
	return "client"
}

// Base is the aggregate of a base measure.
func Base(id metric.ID) (metric.Aggregate, error) {
	m, err := metric.Find(id)
	if err != nil {
		return metric.Aggregate{}, err
	}
	if m.Base == nil {
		return metric.Aggregate{}, fault.New(fault.Internal, "ask", fmt.Sprintf("%s is not a base measure", id), "")
	}
	return *m.Base, nil
}

// Frame is a relation of party and the measures, in columns of their ids: one row
// per party of the frame. Facts are folded per account first; only then is an
// account looked up, and only where accounts were merged or grouped at all.
func (r Renderer) Frame(f engine.Frame, measures []metric.ID) (string, error) {
	return r.frame(f, measures, "")
}

// frame is Frame for the parties of a relation only; "": for all.
func (r Renderer) frame(f engine.Frame, measures []metric.ID, only string) (string, error) {
	single, documents := r.Single(f), false
	var direct, perAccount, perParty strings.Builder
	for _, id := range measures {
		a, err := Base(id)
		if err != nil {
			return "", err
		}
		documents = documents || a.Field == metric.Documents
		column := r.Dialect.Identifier(string(id))
		arg := argument(f, a)
		if single {
			direct.WriteString(",\n  " + alone(a.Fn, arg) + " AS " + column)
		} else {
			direct.WriteString(",\n  " + r.fold(a.Fn, arg, true) + " AS " + column)
		}
		perAccount.WriteString(",\n  " + r.fold(a.Fn, arg, false) + " AS " + column)
		perParty.WriteString(",\n  " + r.fold(a.Fn, "a."+column, true) + " AS " + column)
	}
	from := "\nFROM (\n" + Indent(r.facts(f, r.accountsOf(f.Level, only), documents)) + "\n) facts"
	if single {
		return "SELECT account AS party" + direct.String() + from + where(newcomers(f)), nil
	}
	from += "\nGROUP BY account"
	if !r.Schema.Merged {
		return "SELECT account AS party" + direct.String() + from + seasoned(f, "sum("+linesBefore(f)+")"), nil
	}
	if f.WithoutNew {
		perAccount.WriteString(",\n  sum(" + linesBefore(f) + ") AS seasoned")
	}
	who := "coalesce(i." + party(f.Level) + ", a.account)"
	return "SELECT " + who + " AS party" + perParty.String() +
		"\nFROM (\n" + Indent("SELECT account"+perAccount.String()+from) + "\n) a" +
		"\nLEFT JOIN " + r.table("identity") + " i ON i.account = a.account\nGROUP BY " + who + seasoned(f, "sum(a.seasoned)"), nil
}

// Single reports that every party has one fact at most under the frame, so that
// nothing has to be summed up to know its values.
func (r Renderer) Single(f engine.Frame) bool {
	return r.Schema.Single && !r.Schema.Merged && len(cuts(f)) == 0
}

// alone is the aggregate of one fact.
func alone(fn metric.Fn, arg string) string {
	if fn == metric.Sum {
		return "CAST(" + arg + " AS BIGINT)"
	}
	return arg
}

// newcomers is the condition that leaves out parties whose only fact is not before the
// window, where new ones are left out.
func newcomers(f engine.Frame) string {
	if !f.WithoutNew {
		return ""
	}
	return linesBefore(f) + " > 0"
}

// linesBefore is the lines of a fact that lies before the window.
func linesBefore(f engine.Frame) string {
	return fmt.Sprintf("CASE WHEN day < %d THEN lines ELSE 0 END", f.Current.From)
}

// seasoned keeps the parties that have a line before the window, where new ones are left out.
func seasoned(f engine.Frame, lines string) string {
	if !f.WithoutNew {
		return ""
	}
	return "\nHAVING " + lines + " > 0"
}

// accountsOf is the condition that an account belongs to one of the parties.
func (r Renderer) accountsOf(level engine.Level, parties string) string {
	if parties == "" {
		return ""
	}
	text := "account IN (\n" + Indent(parties)
	if r.Schema.Merged {
		text += "\n  UNION ALL\n  SELECT i.account FROM " + r.table("identity") + " i WHERE i." + party(level) + " IN (\n" + Indent(Indent(parties)) + "\n  )"
	}
	return text + "\n)"
}

// fold applies an aggregate; a sum is 64 bits only in the end.
func (r Renderer) fold(fn metric.Fn, arg string, final bool) string {
	switch {
	case fn == metric.Min:
		return "min(" + arg + ")"
	case fn == metric.Max:
		return "max(" + arg + ")"
	case final:
		return r.Dialect.sum64(arg)
	default:
		return r.Dialect.sum(arg)
	}
}

// argument is what an aggregate folds: the field where the fact lies in its span,
// else 0 for sums and null for the others.
func argument(f engine.Frame, a metric.Aggregate) string {
	column := map[metric.Field]string{
		metric.Amount: "amount", metric.Documents: "documents", metric.Lines: "lines",
		metric.FirstDay: "first_day", metric.LastDay: "last_day",
	}[a.Field]
	extent := f.Extent(a.Over)
	condition := within("day", extent)
	switch {
	case extent.Empty() && a.Fn == metric.Sum:
		return "0"
	case condition == within("day", f.Extent(metric.Ever)):
		return column // all facts of the frame lie in it
	case a.Fn == metric.Sum:
		return "CASE WHEN " + condition + " THEN " + column + " ELSE 0 END"
	default:
		return "CASE WHEN " + condition + " THEN " + column + " END"
	}
}

// Indent moves a text to the right, for a relation within another.
func Indent(text string) string { return "  " + strings.ReplaceAll(text, "\n", "\n  ") }
