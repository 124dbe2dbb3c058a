package batch

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"

	"clientele/internal/fault"
	"clientele/internal/intake"
	"clientele/internal/ledger"
	"clientele/internal/money"
	"clientele/internal/period"
	"clientele/internal/rollup"
	"clientele/internal/tables"
)

// facts writes what a file tells beside its sale lines.
type facts struct {
	profile *intake.Profile
	out     *os.File
	buf     *bufio.Writer
	table   *tables.FactWriter
	cells   *rollup.Facts
	items   map[ledger.Topic]string // lines of a plan, by the item that told them first
	across  bool                    // the further numbers are of one month after the other
	daily   bool                    // what is owed on one day is not added to another's
	costs   []int64                 // of the block in hand, in base currency
	topics  []*topic                // by label; nil: none of its facts came yet
	convert conversion
}

// conversion is an amount in base currency at the scale of the batch; false where no rate
// is known.
type conversion func(a money.Amount, cur money.Currency, day period.Date) (int64, bool, error)

// topic is what one label of a file means.
type topic struct {
	amount  int32   // topic of the amount, -1: it is none of its own
	besides []int32 // of the further numbers
	money   []bool  // which of these are money
}

// newFacts begins the tables, nil where the file tells no facts.
func newFacts(f *intake.File, r Recipe, dir string) (*facts, error) {
	if f.Profile.List == "" && f.Profile.Cost == "" {
		return nil, nil //nolint:nilnil // the file tells nothing beside its lines
	}
	x := &facts{profile: f.Profile, cells: rollup.NewFacts(rollup.Month), daily: ledger.Kind(f.Profile.List) == ledger.Receivables, across: len(f.Profile.Across) > 0}
	var err error
	if x.out, err = os.Create(filepath.Join(dir, factsFile)); err != nil { //nolint:gosec // a path of the vault
		return nil, diskError(err)
	}
	x.buf = bufio.NewWriterSize(x.out, 1<<20)
	x.table, err = tables.NewFactWriter(x.buf, numbering(r.Number))
	return x, err
}

// costsOf converts the costs of a block's lines that stay.
func (s *sink) costOf(block *ledger.Lines, i int) (int64, error) {
	if block.Cost == nil || block.Cost[i] == ledger.NoCost {
		return ledger.NoCost, nil
	}
	v, ok, err := s.convert(money.Amount{Units: block.Cost[i], Decimals: block.Decimals}, block.CurrencyOf(i), block.Day[i])
	if !ok {
		return ledger.NoCost, err
	}
	return v, err
}

// lines writes the direct costs of sale lines, at the scale.
func (x *facts) lines(block *ledger.Lines, base []int64, scale uint8) error {
	up := money.Pow10(ledger.FactDecimals - scale)
	known, unknown := x.cells.Topic(ledger.Topic{Kind: ledger.DirectCost}), x.cells.Topic(ledger.Topic{Kind: ledger.Uncosted})
	for i, v := range x.costs {
		to := known
		if v == ledger.NoCost {
			to, v = unknown, base[i]
		}
		v, ok := times(v, up)
		if !ok {
			return tooLarge(block.Line[i])
		}
		if err := x.table.Write(block.Account[i], block.Day[i], to, v, block.Line[i]); err != nil {
			return err
		}
	}
	return x.cells.Costs(block, base, x.costs, scale)
}

// facts writes the facts of a block: its amount, and each further number that is known. What
// is for several months is divided over them in equal parts, to the last unit.
func (x *facts) facts(block *ledger.Lines, base []int64, scale uint8) error {
	up := money.Pow10(ledger.FactDecimals - scale)
	for i, v := range base {
		t := x.topicOf(block.Label[i], block.Labels[block.Label[i]])
		to := t.amount
		if x.daily {
			to = x.cells.Topic(ledger.Topic{Kind: ledger.Receivable, Detail: block.Day[i].String()})
		}
		if to >= 0 {
			if err := x.fact(block, i, block.Day[i], to, v, up); err != nil {
				return err
			}
		}
		if err := x.further(block, i, t, up); err != nil {
			return err
		}
	}
	return nil
}

// further writes the further numbers of a line that are known.
func (x *facts) further(block *ledger.Lines, i int, t *topic, up int64) error {
	for k, to := range t.besides {
		v, by, day := block.Beside[k][i], int64(1), block.Day[i]
		if v == ledger.Unknown {
			continue
		}
		if t.money[k] {
			var err error
			if v, err = x.inBase(block, i, v); err != nil {
				return err
			}
			by = up
		}
		if x.across {
			day = day.AddMonths(k)
		}
		if err := x.fact(block, i, day, to, v, by); err != nil {
			return err
		}
	}
	return nil
}

// fact writes one fact of a line: an amount of which one counts so many millionths.
func (x *facts) fact(block *ledger.Lines, i int, day period.Date, to int32, v, up int64) error {
	parts := []int64{v}
	if block.Months != nil && block.Months[i] > 1 {
		var err error
		if parts, err = money.Split(v, equal(int(block.Months[i]))); err != nil {
			return err
		}
	}
	for k, part := range parts {
		if k > 0 {
			day = day.AddMonths(1)
		}
		part, ok := times(part, up)
		if !ok {
			return tooLarge(block.Line[i])
		}
		if err := x.table.Write(block.Account[i], day, to, part, block.Line[i]); err != nil {
			return err
		}
		if err := x.cells.Add(block.Account[i], day, to, part, block.Line[i]); err != nil {
			return err
		}
	}
	return nil
}

// equal are n equal weights.
func equal(n int) []int64 { return slices.Repeat([]int64{1}, n) }

// inBase is a further amount of money of a fact in base currency, at the scale of the batch.
// Its row was converted, so that a rate is known.
func (x *facts) inBase(block *ledger.Lines, i int, v int64) (int64, error) {
	v, _, err := x.convert(money.Amount{Units: v, Decimals: ledger.FactDecimals}.Trim(), block.CurrencyOf(i), block.Day[i])
	return v, err
}

// times is v·by, false if it does not fit 64 bits.
func times(v, by int64) (int64, bool) {
	p, ok := money.Product(v, by).Int64()
	return p, ok
}

func tooLarge(line int64) error {
	err := fault.New(fault.Input, "read facts", "an amount does not fit 64 bits with six decimals", "check it for a wrong decimal sign")
	err.Place.Line = line
	return err
}

// topicOf is what a label of the file means.
func (x *facts) topicOf(label int32, texts []string) *topic {
	if n := int(label) + 1 - len(x.topics); n > 0 {
		x.topics = append(x.topics, make([]*topic, n)...)
	}
	if t := x.topics[label]; t != nil {
		return t
	}
	amount, besides := x.profile.Topics(texts)
	x.itemized(texts, &amount, besides)
	t := &topic{amount: -1}
	if amount.Kind != "" {
		t.amount = x.cells.Topic(amount)
	}
	for _, b := range besides {
		t.besides = append(t.besides, x.cells.Topic(b))
		t.money = append(t.money, b.Kind == ledger.Planned && b.Name != string(ledger.PlanHours))
	}
	x.topics[label] = t
	return t
}

// itemized leaves a line of a plan to the first item that means it: revenue and total revenue
// are not added up. The second keeps its own name.
func (x *facts) itemized(texts []string, amount *ledger.Topic, besides []ledger.Topic) {
	if !x.profile.Itemized() {
		return
	}
	item := intake.Fold(texts[0])
	for _, t := range append([]*ledger.Topic{amount}, pointers(besides)...) {
		if t.Kind == "" {
			continue
		}
		if x.items == nil {
			x.items = map[ledger.Topic]string{}
		}
		switch first, told := x.items[*t]; {
		case !told:
			x.items[*t] = item
		case first != item:
			t.Name = texts[0]
		}
	}
}

func pointers[T any](list []T) []*T {
	out := make([]*T, len(list))
	for i := range list {
		out[i] = &list[i]
	}
	return out
}

// close ends the table.
func (x *facts) close() error {
	if x == nil {
		return nil
	}
	if err := x.table.Close(); err != nil {
		return diskError(err)
	}
	return diskError(x.buf.Flush())
}

// finish writes cells and topics.
func (x *facts) finish(dir string, number int64) error {
	err := writeFile(filepath.Join(dir, factCellsFile), func(w io.Writer) error {
		return tables.WriteFactCells(w, numbering(number), x.cells.All())
	})
	if err != nil {
		return err
	}
	return writeFile(filepath.Join(dir, topicsFile), func(w io.Writer) error {
		enc := json.NewEncoder(w)
		enc.SetEscapeHTML(false)
		for i, t := range x.cells.Topics() {
			if err := enc.Encode(Topic{numbering(number)(int32(i)), string(t.Kind), t.Name, t.Detail}); err != nil {
				return err
			}
		}
		return nil
	})
}

// Topic is one line of a batch's file of topics.
type Topic struct {
	Number int64  `json:"topic"`
	Kind   string `json:"kind"`
	Name   string `json:"name,omitempty"`
	Detail string `json:"detail,omitempty"`
}

// ReadTopics visits a batch's topics.
func ReadTopics(path string, visit func(Topic)) error {
	return reading(path, "a list of topics", func(in *os.File) error {
		dec := json.NewDecoder(bufio.NewReader(in))
		for {
			var t Topic
			err := dec.Decode(&t)
			if errors.Is(err, io.EOF) {
				return nil
			}
			if err != nil {
				return err
			}
			visit(t)
		}
	})
}

// ReadFacts visits a table of facts.
func ReadFacts(path string, visit func(tables.Fact) error) error {
	return reading(path, "a table of facts", func(in *os.File) error { return tables.ReadFacts(in, visit) })
}
