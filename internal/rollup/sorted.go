package rollup

import (
	"cmp"
	"slices"

	"clientele/internal/ledger"
	"clientele/internal/period"
)

// Cells returns all cells by account, then month: unassigned and undated first. A
// sum beyond 64 bits is an error, never wrapped.
func (b *Builder) Cells() ([]Cell, error) {
	out := make([]Cell, 0, b.count)
	err := b.Each(func(c Cell) error {
		out = append(out, c)
		return nil
	})
	return out, err
}

// Each visits all cells by account, then month, as Cells returns them.
func (b *Builder) Each(visit func(Cell) error) error {
	if len(b.carries) > 0 {
		return overflow("the sum of one client's month", nil, 0)
	}
	for _, index := range b.order() {
		c := b.at(int(index))
		if err := visit(Cell{c.account, c.month, c.all.public(), c.sales.public()}); err != nil {
			return err
		}
	}
	return nil
}

func (s *side) public() Side {
	return Side{s.amount, int64(s.lines), int64(s.documents), s.first, s.last}
}

// order is the cells' indices in order of account and month.
func (b *Builder) order() []uint32 {
	return ordered(b.count, func(i uint32) int32 { return b.at(int(i)).account }, func(x, y uint32) int {
		return cmp.Compare(b.at(int(x)).month, b.at(int(y)).month)
	})
}

// ordered are the first n indices by account, then as compare says: a counting sort by
// account, whose numbers are dense, then a sort of each account's few cells.
func ordered(n int, account func(uint32) int32, compare func(x, y uint32) int) []uint32 {
	top := ledger.Unassigned
	for i := range uint32(n) { //nolint:gosec // below 2^32 cells
		top = max(top, account(i))
	}
	starts := make([]uint32, int(top)+3) // account a begins at starts[a+1]
	for i := range uint32(n) {           //nolint:gosec // as above
		starts[account(i)+2]++
	}
	for i := 1; i < len(starts); i++ {
		starts[i] += starts[i-1]
	}
	out := make([]uint32, n)
	next := slices.Clone(starts)
	for i := range uint32(n) { //nolint:gosec // as above
		a := account(i) + 1
		out[next[a]] = i
		next[a]++
	}
	for a := range len(starts) - 1 {
		slices.SortFunc(out[starts[a]:starts[a+1]], compare)
	}
	return out
}

func compareKeys(a1, a2 int32, m1, m2 period.Date) int {
	if c := cmp.Compare(a1, a2); c != 0 {
		return c
	}
	return cmp.Compare(m1, m2)
}
