package enginetest

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"clientele/internal/engine"
	"clientele/internal/ledger"
	"clientele/internal/metric"
	"clientele/internal/money"
	"clientele/internal/period"
)

// undash is a word, "" where it is left out.
func undash(word string) string {
	if word == "-" {
		return ""
	}
	return word
}

func dash(text string) string {
	if text == "" {
		return "-"
	}
	return text
}

// topicOf reads: kind name detail.
func topicOf(words []string) ledger.Topic {
	return ledger.Topic{Kind: ledger.FactKind(words[0]), Name: undash(words[1]), Detail: undash(words[2])}
}

// factRow loads one fact: client, date, kind, name, detail, amount.
func factRow(b *batchMaker, words []string) error {
	if b == nil || len(words) != 6 {
		return fmt.Errorf("not a fact of client, date, kind, name, detail, amount: %q", words)
	}
	day, err := date(words[1])
	if err != nil {
		return err
	}
	amount, err := units(words[5], ledger.FactDecimals)
	if err != nil {
		return err
	}
	b.fact(undash(words[0]), day, topicOf(words[2:5]), amount)
	return nil
}

// addTerm reads: none; or a new term of topics (if any), kind name detail each, with "and" between
// them; or, of a topic and all times of which a month has its price, kind name detail and
// then month, weight … per N. The word rows before them asks for their number.
func addTerm(terms []term, words []string) ([]term, error) {
	if len(words) > 0 && words[0] == "none" {
		return nil, nil
	}
	var t term
	if len(words) > 0 && words[0] == "rows" {
		t.rows, words = true, words[1:]
	}
	for len(words) > 0 {
		if len(words) < 3 {
			return nil, fmt.Errorf("not a topic of kind, name, detail: %q", words)
		}
		topic := topicOf(words)
		words = words[3:]
		end := slices.Index(words, "and")
		if end < 0 {
			end = len(words)
		}
		priced, err := t.prices(topic, words[:end])
		if err != nil {
			return nil, err
		}
		if !priced {
			t.parts = append(t.parts, part{topic, period.NoDate, 1})
		}
		words = words[min(end+1, len(words)):]
	}
	return append(slices.Clone(terms), t), nil
}

// prices reads the months of a topic with their weights, and what they are per.
func (t *term) prices(topic ledger.Topic, words []string) (priced bool, err error) {
	for ; len(words) >= 2; words = words[2:] {
		n, err := strconv.ParseInt(words[1], 10, 64)
		if err != nil {
			return false, err
		}
		if words[0] == "per" {
			t.per = n
			continue
		}
		month, err := period.ParseISO(words[0] + "-01")
		if err != nil {
			return false, err
		}
		t.parts, priced = append(t.parts, part{topic, month, n}), true
	}
	if len(words) > 0 {
		err = fmt.Errorf("%q has no number", words)
	}
	return priced, err
}

// millionths writes an amount of facts without the zeros at its end.
func millionths(s money.Sum) string {
	return strings.TrimSuffix(strings.TrimRight(s.Format(ledger.FactDecimals), "0"), ".")
}

// facts shows kind, name, detail, month, then rows and amount of clients, and of nobody.
func (a *answers) facts(ctx context.Context, e engine.Engine, f engine.Frame) error {
	list, err := totals(ctx, e, f)
	for _, t := range list {
		month := "-"
		if t.month != period.NoDate {
			month = t.month.YearMonth()
		}
		a.row(string(t.topic.Kind), dash(t.topic.Name), dash(t.topic.Detail), month,
			number(t.assigned.Lines), millionths(t.assigned.Amount), number(t.unassigned.Lines), millionths(t.unassigned.Amount))
	}
	return err
}

// statements reads: MEASURE … [sales MEASURE …].
func (a *answers) statements(ctx context.Context, e engine.Engine, f engine.Frame, words []string, terms []term) error {
	var ask engine.StatementAsk
	to := &ask.Measures
	for _, w := range words {
		if w == "sales" {
			to = &ask.Sales
			continue
		}
		*to = append(*to, metric.ID(w))
	}
	list, err := statements(ctx, e, f, ask, terms)
	if err != nil {
		return err
	}
	for _, s := range list {
		out := []string{s.Client}
		for i, v := range s.Measures {
			out = append(out, a.value(ask.Measures[i], v))
		}
		for i, v := range s.Sales {
			out = append(out, a.value(ask.Sales[i], v))
		}
		for i, v := range s.Terms {
			if terms[i].rows {
				out = append(out, number(v))
				continue
			}
			out = append(out, millionths(money.FromInt64(v)))
		}
		a.row(out...)
	}
	return nil
}
