package rollup

import (
	"cmp"
	"iter"

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

// Facts folds facts into cells. It is for one goroutine.
type Facts struct {
	grain  Grain
	topics []ledger.Topic
	index  map[ledger.Topic]int32
	pages  [][]FactCell
	count  int
	slots  slots
	months monthMemo
}

// NewFacts makes an empty builder.
func NewFacts(grain Grain) *Facts {
	b := &Facts{grain: grain, index: map[ledger.Topic]int32{}}
	b.slots.reset(1 << 10)
	b.months.forget()
	return b
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
	if b.grain == Month {
		day = b.months.of(day)
	}
	c := b.find(account, day, topic)
	was := c.Amount
	c.Amount += amount
	c.Rows++
	if (was^c.Amount)&(amount^c.Amount) < 0 {
		return overflow("a sum", []int64{line}, 0)
	}
	return nil
}

func (b *Facts) at(index int) *FactCell { return &b.pages[index>>pageBits][index&pageMask] }

// find is the cell of a key, made if it is new.
func (b *Facts) find(account int32, month period.Date, topic int32) *FactCell {
	if b.slots.full(b.count) {
		b.widen()
	}
	i := b.slots.home(factKey(account, month, topic))
	for ; b.slots.list[i] != 0; i = b.slots.next(i) {
		if c := b.at(int(b.slots.list[i] - 1)); c.Account == account && c.Month == month && c.Topic == topic {
			return c
		}
	}
	if b.count&pageMask == 0 {
		b.pages = append(b.pages, make([]FactCell, 0, min(1<<pageBits, max(64, b.count))))
	}
	page := &b.pages[b.count>>pageBits]
	*page = append(*page, FactCell{Account: account, Month: month, Topic: topic})
	b.count++
	b.slots.list[i] = uint32(b.count) //nolint:gosec // below 2^32 cells
	return &(*page)[len(*page)-1]
}

func factKey(account int32, month period.Date, topic int32) uint64 {
	return keyOf(account, month)*0xD6E8FEB86659FD93 ^ uint64(uint32(topic)) //nolint:gosec // bits of the key
}

// widen makes the table longer.
func (b *Facts) widen() {
	b.slots.widen()
	for index := range b.count {
		c := b.at(index)
		i := b.slots.home(factKey(c.Account, c.Month, c.Topic))
		for b.slots.list[i] != 0 {
			i = b.slots.next(i)
		}
		b.slots.list[i] = uint32(index + 1)
	}
}

// Len is the number of cells.
func (b *Facts) Len() int { return b.count }

// All visits the cells by account, month and topic.
func (b *Facts) All() iter.Seq[*FactCell] {
	order := ordered(b.count, func(i uint32) int32 { return b.at(int(i)).Account }, func(x, y uint32) int {
		c, d := b.at(int(x)), b.at(int(y))
		return cmp.Or(cmp.Compare(c.Month, d.Month), cmp.Compare(c.Topic, d.Topic))
	})
	return func(yield func(*FactCell) bool) {
		for _, i := range order {
			if !yield(b.at(int(i))) {
				return
			}
		}
	}
}

// Cells are the cells by account, month and topic.
func (b *Facts) Cells() []FactCell {
	out := make([]FactCell, 0, b.count)
	for c := range b.All() {
		out = append(out, *c)
	}
	return out
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
