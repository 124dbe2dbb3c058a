package enginetest

import (
	"cmp"
	"context"
	"maps"
	"math/big"
	"slices"

	"clientele/internal/engine"
	"clientele/internal/ledger"
	"clientele/internal/metric"
	"clientele/internal/money"
	"clientele/internal/period"
)

// beside is one fact beside the lines, as the oracle sees it.
type beside struct {
	batch   string
	account string // "": none
	day     period.Date
	topic   ledger.Topic
	number  int64
	amount  *big.Int
}

var _ engine.Facts = (*Oracle)(nil)

// readFacts reads the facts of a batch. A topic has a number in each batch.
func (o *Oracle) readFacts(b Batch) {
	numbers := map[ledger.Topic]int64{}
	for _, x := range b.Facts {
		n, known := numbers[x.Topic]
		if !known {
			n = int64(3*len(o.topics) + 1)
			numbers[x.Topic] = n
			o.topics = append(o.topics, engine.NumberedTopic{Number: n, Topic: x.Topic})
		}
		y := beside{batch: b.ID, day: x.Day, topic: x.Topic, number: n, amount: big.NewInt(x.Amount)}
		if x.Account >= 0 {
			y.account = b.Accounts[x.Account].Key
		}
		o.beside = append(o.beside, y)
	}
}

// factCellTooBig reports whether one client's month of one topic does not fit as it is
// added up, of one batch or of all.
func (o *Oracle) factCellTooBig() bool {
	type key struct {
		batch, account string
		topic          ledger.Topic
		month          period.Date
	}
	sums := map[key]*big.Int{}
	for _, x := range o.beside {
		for _, batch := range []string{x.batch, ""} {
			k := key{batch, x.account, x.topic, x.day.MonthStart()}
			if sums[k] == nil {
				sums[k] = new(big.Int)
			}
			if !sums[k].Add(sums[k], x.amount).IsInt64() {
				return true
			}
		}
	}
	return false
}

// Topics implements engine.Facts.
func (o *Oracle) Topics(context.Context) ([]engine.NumberedTopic, error) { return o.topics, nil }

// current are the facts of the current window.
func (o *Oracle) current(f engine.Frame) []beside {
	var out []beside
	for _, x := range o.beside {
		if f.Extent(metric.Current).Holds(x.day) {
			out = append(out, x)
		}
	}
	return out
}

// FactTotals implements engine.Facts.
func (o *Oracle) FactTotals(_ context.Context, f engine.Frame) ([]engine.TopicTotal, error) {
	var out []engine.TopicTotal
	for _, x := range o.current(f) {
		i := slices.IndexFunc(out, func(t engine.TopicTotal) bool { return t.Topic == x.number && t.Month == x.day.MonthStart() })
		if i < 0 {
			i = len(out)
			out = append(out, engine.TopicTotal{Topic: x.number, Month: x.day.MonthStart()})
		}
		to := &out[i].Assigned
		if x.account == "" {
			to = &out[i].Unassigned
		}
		sum, _ := money.FromBig(new(big.Int).Add(to.Amount.Big(), x.amount)) // far below 127 bits
		*to = engine.Tally{Lines: to.Lines + 1, Amount: sum}
	}
	slices.SortFunc(out, func(x, y engine.TopicTotal) int {
		return cmp.Or(cmp.Compare(x.Topic, y.Topic), cmp.Compare(undatedLast(x.Month), undatedLast(y.Month)))
	})
	return out, nil
}

// counts reports whether a term counts a fact so.
func counts(w engine.Weighted, x beside) bool {
	return w.Topic == x.number && (w.Month == period.NoDate || w.Month == x.day.MonthStart())
}

// term is a term of one party.
func (o *Oracle) term(f engine.Frame, party string, t engine.Term) (int64, error) {
	sum := new(big.Int)
	for _, x := range o.current(f) {
		if x.account == "" || o.party(f.Level, x.account) != party {
			continue
		}
		for _, w := range t.Topics {
			what := x.amount
			if t.Rows {
				what = big.NewInt(1)
			}
			if counts(w, x) {
				sum.Add(sum, new(big.Int).Mul(what, big.NewInt(w.Weight)))
			}
		}
	}
	if t.Per > 1 {
		sum.Quo(sum, big.NewInt(t.Per)) // cut towards 0
	}
	if !sum.IsInt64() {
		return 0, errTooBig
	}
	return sum.Int64(), nil
}

// Statements implements engine.Facts.
func (o *Oracle) Statements(_ context.Context, f engine.Frame, ask engine.StatementAsk, visit func(*engine.Statement) error) error {
	only := f
	only.SalesOnly = true
	frame, selling := o.clients(f), o.clients(only)
	parties := map[string]bool{}
	for _, party := range frame {
		parties[party] = true
	}
	for _, x := range o.current(f) {
		for _, t := range ask.Terms {
			if x.account != "" && slices.ContainsFunc(t.Topics, func(w engine.Weighted) bool { return counts(w, x) }) {
				parties[o.party(f.Level, x.account)] = true
			}
		}
	}
	for _, party := range slices.Sorted(maps.Keys(parties)) {
		s := engine.Statement{Client: party, Name: o.name(party)}
		var err error
		if s.Measures, err = o.values(f, frame, party, ask.Measures); err != nil {
			return err
		}
		if s.Sales, err = o.values(only, selling, party, ask.Sales); err != nil {
			return err
		}
		for _, t := range ask.Terms {
			v, err := o.term(f, party, t)
			if err != nil {
				return err
			}
			s.Terms = append(s.Terms, v)
		}
		if err := visit(&s); err != nil {
			return err
		}
	}
	return nil
}

// values are measures of a party: 0 if it is not in the frame.
func (o *Oracle) values(f engine.Frame, frame []string, party string, ids []metric.ID) ([]engine.Value, error) {
	var out []engine.Value
	for _, id := range ids {
		v := engine.Value{Valid: true}
		if slices.Contains(frame, party) {
			var err error
			if v, err = o.value(f, party, id); err != nil {
				return nil, err
			}
		}
		out = append(out, v)
	}
	return out, nil
}
