package enginetest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"clientele/internal/engine"
	"clientele/internal/ledger"
	"clientele/internal/period"
)

// Fact is something that a batch knows beside its lines.
type Fact struct {
	Account int32 // as lines have it; ledger.Unassigned: nobody's
	Day     period.Date
	Topic   ledger.Topic
	Amount  int64 // in millionths of the unit of the topic
	Line    int64
}

// fact adds one.
func (b *batchMaker) fact(client string, day period.Date, topic ledger.Topic, amount int64) {
	b.Facts = append(b.Facts, Fact{Account: b.account(client), Day: day, Topic: topic, Amount: amount, Line: int64(len(b.Facts) + 2)})
}

// term is a term as a person says it: by topics, whatever numbers they have.
type term struct {
	parts []part
	per   int64
	rows  bool // their number
}

// part is a topic of a term.
type part struct {
	topic  ledger.Topic
	month  period.Date
	weight int64
}

// termsOf are terms in the numbers of an engine: of every number that carries a topic.
func termsOf(numbered []engine.NumberedTopic, terms []term) []engine.Term {
	out := make([]engine.Term, len(terms))
	for i, t := range terms {
		out[i].Per, out[i].Rows = t.per, t.rows
		for _, p := range t.parts {
			for _, n := range numbered {
				if n.Topic == p.topic {
					out[i].Topics = append(out[i].Topics, engine.Weighted{Topic: n.Number, Month: p.month, Weight: p.weight})
				}
			}
		}
	}
	return out
}

// factsOf is the ability of an engine that declares it.
func factsOf(e engine.Engine) (engine.Facts, error) {
	f, ok := e.(engine.Facts)
	if !ok {
		return nil, errors.New("the engine has no facts, and declares none missing")
	}
	return f, nil
}

// topics are the topics of an engine, each once; its numbers ascend.
func topics(ctx context.Context, e engine.Engine) ([]ledger.Topic, error) {
	f, err := factsOf(e)
	if err != nil {
		return nil, err
	}
	list, err := f.Topics(ctx)
	if err != nil {
		return nil, err
	}
	out := []ledger.Topic{}
	for i, n := range list {
		if i > 0 && n.Number <= list[i-1].Number {
			return nil, fmt.Errorf("topic %d comes after %d", n.Number, list[i-1].Number)
		}
		if !slices.Contains(out, n.Topic) {
			out = append(out, n.Topic)
		}
	}
	slices.SortFunc(out, compareTopics)
	return out, nil
}

func compareTopics(x, y ledger.Topic) int {
	return cmp.Or(cmp.Compare(x.Kind, y.Kind), cmp.Compare(x.Name, y.Name), cmp.Compare(x.Detail, y.Detail))
}

// undatedLast is a month as it stands in an order.
func undatedLast(m period.Date) int64 {
	if m == period.NoDate {
		return int64(period.All.To)
	}
	return int64(m)
}

// topicMonth is a total by what its topic is, whatever numbers carry it.
type topicMonth struct {
	topic                ledger.Topic
	month                period.Date
	assigned, unassigned engine.Tally
}

// totals are the totals of an engine by topic and month, undated last. It sees to the
// engine's own order, and that no total is of nothing.
func totals(ctx context.Context, e engine.Engine, f engine.Frame) ([]topicMonth, error) {
	facts, err := factsOf(e)
	if err != nil {
		return nil, err
	}
	list, err := facts.FactTotals(ctx, f)
	if err != nil {
		return nil, err
	}
	numbered, err := facts.Topics(ctx)
	if err != nil {
		return nil, err
	}
	var out []topicMonth
	for i, t := range list {
		if i > 0 && cmp.Or(cmp.Compare(list[i-1].Topic, t.Topic), cmp.Compare(undatedLast(list[i-1].Month), undatedLast(t.Month))) >= 0 {
			return nil, fmt.Errorf("the total %+v comes after %+v", t, list[i-1])
		}
		if t.Assigned.Lines+t.Unassigned.Lines <= 0 {
			return nil, fmt.Errorf("a total of nothing: %+v", t)
		}
		n := slices.IndexFunc(numbered, func(n engine.NumberedTopic) bool { return n.Number == t.Topic })
		if n < 0 {
			return nil, fmt.Errorf("a total of topic %d, which is none", t.Topic)
		}
		topic := numbered[n].Topic
		at := slices.IndexFunc(out, func(x topicMonth) bool { return x.topic == topic && x.month == t.Month })
		if at < 0 {
			at = len(out)
			out = append(out, topicMonth{topic: topic, month: t.Month})
		}
		out[at].assigned, out[at].unassigned = plus(out[at].assigned, t.Assigned), plus(out[at].unassigned, t.Unassigned)
	}
	slices.SortFunc(out, func(x, y topicMonth) int {
		return cmp.Or(compareTopics(x.topic, y.topic), cmp.Compare(undatedLast(x.month), undatedLast(y.month)))
	})
	return out, nil
}

func plus(x, y engine.Tally) engine.Tally {
	return engine.Tally{Lines: x.Lines + y.Lines, Amount: x.Amount.Plus(y.Amount)}
}

// statements asks an engine, and keeps what it shows.
func statements(ctx context.Context, e engine.Engine, f engine.Frame, ask engine.StatementAsk, terms []term) ([]engine.Statement, error) {
	facts, err := factsOf(e)
	if err != nil {
		return nil, err
	}
	numbered, err := facts.Topics(ctx)
	if err != nil {
		return nil, err
	}
	ask.Terms = termsOf(numbered, terms)
	out := []engine.Statement{}
	err = facts.Statements(ctx, f, ask, func(s *engine.Statement) error {
		kept := *s
		kept.Measures, kept.Sales, kept.Terms = slices.Clone(s.Measures), slices.Clone(s.Sales), slices.Clone(s.Terms)
		out = append(out, kept)
		return nil
	})
	return out, err
}
