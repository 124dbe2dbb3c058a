package rollup

import (
	"cmp"
	"slices"

	"clientele/internal/ledger"
	"clientele/internal/money"
	"clientele/internal/period"
)

// FactCell is the facts of one account, month and topic, added up.
type FactCell struct {
	Account int32       // ledger.Unassigned: facts without a client
	Month   period.Date // as in Cell
	Topic   int32       // number in the list of topics
	Amount  int64       // in millionths of the unit of the topic
	Rows    int64
}

type factKey struct {
	account, topic int32
	month          period.Date
}

// Facts folds facts into cells. It is for one goroutine.
type Facts struct {
	grain  Grain
	topics []ledger.Topic
	index  map[ledger.Topic]int32
	places map[factKey]int
	cells  []FactCell
}

// NewFacts makes an empty builder.
func NewFacts(grain Grain) *Facts {
	return &Facts{grain: grain, index: map[ledger.Topic]int32{}, places: map[factKey]int{}}
}

// Topics are the topics by number.
func (b *Facts) Topics() []ledger.Topic { return b.topics }

// Topic is the number of a topic.
func (b *Facts) Topic(t ledger.Topic) int32 {
	n, ok := b.index[t]
	if !ok {
		n = int32(len(b.topics)) //nolint:gosec // far fewer
		b.index[t] = n
		b.topics = append(b.topics, t)
	}
	return n
}

// Add folds one fact, in millionths; money in base currency.
func (b *Facts) Add(account int32, day period.Date, topic int32, amount, line int64) error {
	month := day
	if b.grain == Month && day != period.NoDate {
		month = day.MonthStart()
	}
	key := factKey{account, topic, month}
	at, ok := b.places[key]
	if !ok {
		at = len(b.cells)
		b.places[key] = at
		b.cells = append(b.cells, FactCell{Account: account, Month: month, Topic: topic})
	}
	c := &b.cells[at]
	was := c.Amount
	c.Amount += amount
	c.Rows++
	if (was^c.Amount)&(amount^c.Amount) < 0 {
		return overflow("a sum", []int64{line}, 0)
	}
	return nil
}

// Cells are the cells by account, month and topic.
func (b *Facts) Cells() []FactCell {
	slices.SortFunc(b.cells, func(x, y FactCell) int {
		return cmp.Or(cmp.Compare(x.Account, y.Account), cmp.Compare(x.Month, y.Month), cmp.Compare(x.Topic, y.Topic))
	})
	clear(b.places)
	for i, c := range b.cells {
		b.places[factKey{c.Account, c.Topic, c.Month}] = i
	}
	return b.cells
}

// Costs folds the direct costs of a block of lines, whose amounts and costs are given in
// base currency at the scale; without a cost what counts is the revenue that has none.
func (b *Facts) Costs(block *ledger.Lines, amounts, costs []int64, scale uint8) error {
	known, unknown := b.Topic(ledger.Topic{Kind: ledger.DirectCost}), b.Topic(ledger.Topic{Kind: ledger.Uncosted})
	for i, v := range costs {
		topic := known
		if v == ledger.NoCost {
			topic, v = unknown, amounts[i]
		}
		v, err := money.Amount{Units: v, Decimals: scale}.Rescale(ledger.FactDecimals)
		if err != nil {
			return overflow("an amount", block.Line, i)
		}
		if err := b.Add(block.Account[i], block.Day[i], topic, v, block.Line[i]); err != nil {
			return err
		}
	}
	return nil
}
