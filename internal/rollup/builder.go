package rollup

import (
	"math"
	"math/big"

	"clientele/internal/fault"
	"clientele/internal/ledger"
	"clientele/internal/money"
	"clientele/internal/period"
)

// Options of a Builder.
type Options struct {
	Grain         Grain
	KeepDocuments bool // keep sums per document, for Builder.Documents
	KeepMarks     bool // keep the marks of the last block, for Builder.Marks
}

// Mark says what a line is to its document.
type Mark uint8

// The marks. A document counts on its first line, and for sales on its first line above 0.
const (
	FirstLine Mark = 1 << iota
	FirstSale
)

// side is a Side in the table. The amount wraps; Builder.carries holds its higher bits.
type side struct {
	amount           int64
	lines, documents uint32
	first, last      period.Date
}

type cell struct {
	account    int32
	month      period.Date
	all, sales side
}

// Builder folds blocks of lines into cells, in file order. It is for one goroutine.
type Builder struct {
	opt   Options
	scale uint8
	pages [][]cell
	count int
	slots slots
	// carries counts how often the amount of cell>>1 (sales if odd) passed 2^64.
	// Only sums beyond 64 bits have an entry.
	carries map[uint64]int64

	lastIndex int // of the cell used last, -1: none
	lastDay   period.Date
	docs      docSet
	lastDoc   ledger.DocumentID
	lastSlot  int // of lastDoc in docs
	sums      docSums
	marks     []Mark
	months    monthMemo
}

// New makes an empty builder.
func New(opt Options) *Builder {
	b := &Builder{opt: opt, lastIndex: -1, lastSlot: -1, carries: map[uint64]int64{}}
	b.slots.reset(1 << 10)
	b.months.forget()
	return b
}

// Decimals is the scale of all amounts: the finest of the blocks added so far.
func (b *Builder) Decimals() uint8 { return b.scale }

// Len is the number of cells.
func (b *Builder) Len() int { return b.count }

// Grain is the length of the cells.
func (b *Builder) Grain() Grain { return b.opt.Grain }

// Marks are the marks of the lines added last, if they are kept; valid until the next Add.
func (b *Builder) Marks() []Mark { return b.marks }

// Add folds a block whose amounts are base currency already.
func (b *Builder) Add(block *ledger.Lines) error {
	return b.AddBase(block, block.Amount, block.Decimals)
}

// AddBase folds a block with the given amounts, in base currency at the given
// scale, instead of its own. A finer scale than all before raises all cells; an
// amount that does not fit 64 bits at the common scale is refused.
func (b *Builder) AddBase(block *ledger.Lines, base []int64, decimals uint8) error {
	if decimals > b.scale {
		if err := b.rescale(decimals - b.scale); err != nil {
			return err
		}
		b.scale = decimals
	}
	if b.opt.KeepMarks {
		b.marks = append(b.marks[:0], make([]Mark, len(base))...)
	}
	up := b.scale - decimals
	for i, amount := range base {
		if up > 0 {
			v, err := money.Amount{Units: amount}.Rescale(up)
			if err != nil {
				return overflow("an amount", block.Line, i)
			}
			amount = v
		}
		var doc ledger.DocumentID
		if block.Document != nil {
			doc = block.Document[i]
		}
		mark, err := b.line(block.Account[i], block.Day[i], amount, doc)
		if err != nil {
			return err
		}
		if b.opt.KeepMarks {
			b.marks[i] = mark
		}
	}
	return nil
}

// line folds one line.
func (b *Builder) line(account int32, day period.Date, amount int64, doc ledger.DocumentID) (Mark, error) {
	index := b.lastIndex
	var c *cell
	if index >= 0 {
		c = b.at(index)
	}
	if index < 0 || c.account != account || day != b.lastDay {
		month := day
		if b.opt.Grain == Month {
			month = b.months.of(day)
		}
		if index < 0 || c.account != account || c.month != month {
			index = b.find(account, month)
			c = b.at(index)
		}
		b.lastIndex, b.lastDay = index, day
	}
	mark := b.mark(doc, amount > 0)
	if !c.all.fold(amount, day, mark&FirstLine != 0) {
		b.carry(uint64(index)<<1, amount) //nolint:gosec // an index
	}
	if amount > 0 && !c.sales.fold(amount, day, mark&FirstSale != 0) {
		b.carry(uint64(index)<<1|1, amount) //nolint:gosec // an index
	}
	if c.all.lines == math.MaxUint32 {
		return 0, fault.New(fault.Input, "roll up", "one client has more than 4,294,967,294 lines in one month", "import the file in parts")
	}
	if b.opt.KeepDocuments {
		b.sums.add(c, doc, amount)
	}
	return mark, nil
}

// fold adds a line; false if the amount passed 64 bits.
func (s *side) fold(amount int64, day period.Date, firstOfDocument bool) bool {
	if s.lines == 0 {
		s.first, s.last = day, day
	}
	s.lines++
	if firstOfDocument {
		s.documents++
	}
	s.first, s.last = min(s.first, day), max(s.last, day)
	was := s.amount
	s.amount += amount
	return (was^s.amount)&(amount^s.amount) >= 0
}

// carry notes that a sum passed the end of 64 bits in the direction of amount.
func (b *Builder) carry(key uint64, amount int64) {
	step := int64(1)
	if amount < 0 {
		step = -1
	}
	if b.carries[key] += step; b.carries[key] == 0 {
		delete(b.carries, key)
	}
}

// Know tells the builder of a document that is counted elsewhere, such as in an earlier
// batch: its lines here add amounts, and count no document a second time.
func (b *Builder) Know(doc ledger.DocumentID) {
	if doc.IsZero() {
		return
	}
	slot, _ := b.docs.put(doc)
	b.docs.sell(slot)
	b.lastSlot = -1 // a put may move slots
}

// mark tells whether the line is the first of its document, and the first above 0.
func (b *Builder) mark(doc ledger.DocumentID, sale bool) Mark {
	if doc.IsZero() {
		return 0
	}
	var mark Mark
	if doc != b.lastDoc || b.lastSlot < 0 {
		slot, isNew := b.docs.put(doc)
		b.lastDoc, b.lastSlot = doc, slot
		if isNew {
			mark = FirstLine
		}
	}
	if sale && b.docs.sell(b.lastSlot) {
		mark |= FirstSale
	}
	return mark
}

func (b *Builder) at(index int) *cell { return &b.pages[index>>pageBits][index&pageMask] }

// find returns the index of the cell, making it if it is new.
func (b *Builder) find(account int32, month period.Date) int {
	if b.slots.full(b.count) {
		b.widen()
	}
	i := b.slots.home(keyOf(account, month))
	for ; b.slots.list[i] != 0; i = b.slots.next(i) {
		index := int(b.slots.list[i] - 1)
		if c := b.at(index); c.account == account && c.month == month {
			return index
		}
	}
	index := b.count
	if index&pageMask == 0 {
		b.pages = append(b.pages, make([]cell, 0, min(1<<pageBits, max(64, index))))
	}
	page := &b.pages[index>>pageBits]
	none := side{first: period.NoDate, last: period.NoDate}
	*page = append(*page, cell{account, month, none, none})
	b.slots.list[i] = uint32(index + 1) //nolint:gosec // below 2^32 cells
	b.count++
	return index
}

func keyOf(account int32, month period.Date) uint64 {
	return uint64(uint32(account))<<32 | uint64(uint32(month)) //nolint:gosec // bits of the key
}

// widen makes the table longer.
func (b *Builder) widen() {
	b.slots.widen()
	for index := range b.count {
		c := b.at(index)
		i := b.slots.home(keyOf(c.account, c.month))
		for b.slots.list[i] != 0 {
			i = b.slots.next(i)
		}
		b.slots.list[i] = uint32(index + 1)
	}
}

// rescale multiplies all sums by 10^by.
func (b *Builder) rescale(by uint8) error {
	factor := money.Pow10(by)
	for index := range b.count {
		c := b.at(index)
		for k, s := range [...]*side{&c.all, &c.sales} {
			key := uint64(index)<<1 | uint64(k)
			if len(b.carries) == 0 && fits(s.amount, factor) {
				s.amount *= factor
				continue
			}
			sum, ok := wide(s.amount, b.carries[key]).Upscale(by)
			if !ok {
				return overflow("a sum", nil, 0)
			}
			delete(b.carries, key)
			var high int64
			if s.amount, high = narrow(sum); high != 0 {
				b.carries[key] = high
			}
		}
	}
	return b.sums.rescale(by)
}

// fits reports that v x factor is within 64 bits.
func fits(v, factor int64) bool {
	return v <= math.MaxInt64/factor && v >= math.MinInt64/factor
}

// wide is low + high x 2^64.
func wide(low, high int64) money.Sum {
	v := new(big.Int).Lsh(big.NewInt(high), 64)
	s, _ := money.FromBig(v.Add(v, big.NewInt(low))) // below 2^127: fewer than 2^32 lines
	return s
}

// narrow splits a sum into low + high x 2^64.
func narrow(s money.Sum) (low, high int64) {
	low, _ = s.Int64()
	rest := s.Minus(money.FromInt64(low)).Big()
	return low, rest.Rsh(rest, 64).Int64()
}

// overflow refuses a sum; line i is named where it is known.
func overflow(what string, lines []int64, i int) error {
	err := fault.New(fault.Input, "roll up", what+" does not fit 64 bits at the ledger's scale",
		"check the amounts for a wrong decimal sign, or leave the line out")
	if i < len(lines) {
		err.Place.Line = lines[i]
	}
	return err
}
