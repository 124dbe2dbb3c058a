package rollup

import (
	"math/bits"
	"slices"

	"clientele/internal/ledger"
	"clientele/internal/money"
	"clientele/internal/period"
)

// docSet is the set of documents seen. It keeps 127 bits of each id; the last bit
// says that the document had a line above 0.
type docSet struct {
	slots []ledger.DocumentID // the zero id is a free slot
	count int
	shift uint
}

// home is the slot where the search for an id begins. Both halves are multiplied
// by odd constants, so that ids which differ in any bits spread.
func (s *docSet) home(doc ledger.DocumentID) int {
	return int((doc.Hi*0x9E3779B97F4A7C15 + doc.Lo*0xC2B2AE3D27D4EB4F) >> s.shift) //nolint:gosec // shifted below the table size
}

// put returns the slot of the document and whether it is new. The slot is valid
// until the next put.
func (s *docSet) put(doc ledger.DocumentID) (slot int, isNew bool) {
	if s.count*4 >= len(s.slots)*3 {
		s.grow()
	}
	doc.Lo &^= 1
	if doc.IsZero() {
		doc.Hi = 1
	}
	mask := len(s.slots) - 1
	i := s.home(doc)
	for ; !s.slots[i].IsZero(); i = (i + 1) & mask {
		if s.slots[i].Hi == doc.Hi && s.slots[i].Lo&^1 == doc.Lo {
			return i, false
		}
	}
	s.slots[i] = doc
	s.count++
	return i, true
}

// sell notes a line above 0; true if it is the first of the document.
func (s *docSet) sell(slot int) bool {
	first := s.slots[slot].Lo&1 == 0
	s.slots[slot].Lo |= 1
	return first
}

func (s *docSet) grow() {
	old := s.slots
	n := max(1<<10, wider(len(old)))
	s.slots = make([]ledger.DocumentID, n)
	s.shift = uint(64 - bits.TrailingZeros(uint(n)))
	for _, doc := range old {
		if doc.IsZero() {
			continue
		}
		i := s.home(ledger.DocumentID{Hi: doc.Hi, Lo: doc.Lo &^ 1})
		for !s.slots[i].IsZero() {
			i = (i + 1) & (n - 1)
		}
		s.slots[i] = doc
	}
}

// docKey is what document sums are kept by.
type docKey struct {
	doc     ledger.DocumentID
	account int32
	month   period.Date
}

type docSum struct {
	docKey
	all, sales money.Sum
	hasSales   bool
}

// docSums are the sums per document and cell. Same documents follow each other in
// most files, so the last one is kept at hand and the map is asked rarely.
type docSums struct {
	index map[docKey]int
	sums  []docSum
	last  int
}

func (d *docSums) add(c *cell, doc ledger.DocumentID, amount int64) {
	key := docKey{doc, c.account, c.month}
	if len(d.sums) == 0 || d.sums[d.last].docKey != key {
		if d.index == nil {
			d.index = map[docKey]int{}
		}
		i, ok := d.index[key]
		if !ok {
			i = len(d.sums)
			d.index[key] = i
			d.sums = append(d.sums, docSum{docKey: key})
		}
		d.last = i
	}
	s := &d.sums[d.last]
	s.all = s.all.Add(amount)
	if amount > 0 {
		s.sales, s.hasSales = s.sales.Add(amount), true
	}
}

func (d *docSums) rescale(by uint8) error {
	for i := range d.sums {
		s := &d.sums[i]
		var ok, okSales bool
		s.all, ok = s.all.Upscale(by)
		s.sales, okSales = s.sales.Upscale(by)
		if !ok || !okSales {
			return overflow("a document", nil, 0)
		}
	}
	return nil
}

// Documents returns the kept sums by account, month and document; nil if none are
// kept. A sum beyond 64 bits is an error.
func (b *Builder) Documents() ([]DocumentSum, error) {
	if !b.opt.KeepDocuments {
		return nil, nil
	}
	out := make([]DocumentSum, 0, len(b.sums.sums))
	for i := range b.sums.sums {
		s := &b.sums.sums[i]
		all, ok := s.all.Int64()
		sales, okSales := s.sales.Int64()
		if !ok || !okSales {
			return nil, overflow("the sum of a document", nil, 0)
		}
		out = append(out, DocumentSum{s.account, s.month, s.doc, all, sales, s.hasSales})
	}
	slices.SortFunc(out, compareDocuments)
	return out, nil
}

func compareDocuments(x, y DocumentSum) int {
	if c := compareKeys(x.Account, y.Account, x.Month, y.Month); c != 0 {
		return c
	}
	switch {
	case x.Document == y.Document:
		return 0
	case x.Document.Hi < y.Document.Hi || (x.Document.Hi == y.Document.Hi && x.Document.Lo < y.Document.Lo):
		return -1
	default:
		return 1
	}
}
