// Package rollup folds sale lines into cells: one per account and month (or day),
// with exact sums, lines, documents, first and last day, each for all lines and
// for lines above 0 only. Whatever asks about clients reads cells, not lines.
package rollup

import (
	"clientele/internal/ledger"
	"clientele/internal/period"
)

// Grain is the length of a cell.
type Grain int

// The grains. A month answers month-aligned windows; a day answers any.
const (
	Month Grain = iota
	Day
)

// Side is one reading of a cell: all lines, or the lines above 0.
type Side struct {
	Amount    int64 // base minor units at the builder's scale
	Lines     int64
	Documents int64       // documents whose first line (of this side) is in the cell
	First     period.Date // NoDate if the side has no dated line
	Last      period.Date
}

// Cell is one row of the roll-up.
type Cell struct {
	Account int32       // ledger.Unassigned: lines without a client
	Month   period.Date // first of the month, or the day itself with grain Day; NoDate: undated
	All     Side
	Sales   Side // lines with amount > 0 only
}

// DocumentSum is what one document adds to one cell. Lines that name no document
// stand under the zero ID.
type DocumentSum struct {
	Account  int32
	Month    period.Date // as in Cell
	Document ledger.DocumentID
	All      int64
	Sales    int64
	HasSales bool // at least one line is above 0
}
