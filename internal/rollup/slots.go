package rollup

import (
	"math/bits"

	"clientele/internal/period"
)

const (
	pageBits = 13 // cells live in pages, so that growth copies none
	pageMask = 1<<pageBits - 1
)

// slots is a table of open addressing: each slot is the index of a cell + 1, or 0.
type slots struct {
	list  []uint32
	shift uint
}

// full reports whether a table with so many cells has to grow before the next.
func (s *slots) full(count int) bool { return count*4 >= len(s.list)*3 }

// reset empties the table, and makes it n slots long, a power of two.
func (s *slots) reset(n int) {
	s.list, s.shift = make([]uint32, n), uint(64-bits.TrailingZeros(uint(n)))
}

// widen empties the table, and makes it longer.
func (s *slots) widen() { s.reset(wider(len(s.list))) }

// wider is the next size of a table with so many slots. A small one grows faster: its
// memory is nothing, and each step touches new pages.
func wider(slots int) int {
	if slots < 1<<16 {
		return 4 * slots
	}
	return 2 * slots
}

// home is where the search for a key begins.
func (s *slots) home(key uint64) int {
	return int(key * 0x9E3779B97F4A7C15 >> s.shift) //nolint:gosec // shifted below the table size
}

// next is the slot behind one.
func (s *slots) next(i int) int { return (i + 1) & (len(s.list) - 1) }

// monthSlots days are remembered with their month, eleven years of them.
const monthSlots = 1 << 12

// monthMemo remembers the months of days.
type monthMemo [monthSlots]struct{ day, month period.Date }

func (m *monthMemo) forget() {
	for i := range m {
		m[i].day = period.NoDate
	}
}

// of is the first of the day's month.
func (m *monthMemo) of(day period.Date) period.Date {
	if day == period.NoDate {
		return day
	}
	x := &m[uint32(day)%monthSlots] //nolint:gosec // any spread will do
	if x.day != day {
		x.day, x.month = day, day.MonthStart()
	}
	return x.month
}
