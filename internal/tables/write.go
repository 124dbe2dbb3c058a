package tables

import (
	"io"
	"math"

	"github.com/apache/arrow-go/v18/parquet"

	"clientele/internal/fault"
	"clientele/internal/ledger"
	"clientele/internal/period"
	"clientele/internal/rollup"
)

// Numbering gives a batch's own account its number in the whole ledger. Two numbers
// may carry the same client_id: engines take them as one account.
type Numbering func(account int32) int64

// Same keeps the numbers of the batch.
func Same(account int32) int64 { return int64(account) }

// From numbers the accounts of a batch from a first number on.
func From(first int64) Numbering { return func(account int32) int64 { return first + int64(account) } }

// LineWriter writes the table of lines: account, day, amount, document_hi,
// document_lo, document_first, document_first_pos, line; in file order.
type LineWriter struct {
	sheet  *sheet
	number Numbering
}

// groupLines is the row group of lines: large enough for the encodings, small
// enough to be held while a file is read.
const groupLines = 1 << 17

// NewLineWriter begins a table of lines.
func NewLineWriter(w io.Writer, number Numbering) (*LineWriter, error) {
	s, err := newSheet(w, "line",
		&column{name: "account", kind: wide, layout: dict, optional: true},
		&column{name: "day", kind: short, layout: delta, optional: true},
		&column{name: "amount", kind: wide},
		&column{name: "document_hi", kind: wide, layout: dict, optional: true},
		&column{name: "document_lo", kind: wide, layout: dict, optional: true},
		&column{name: "document_first", kind: flag},
		&column{name: "document_first_pos", kind: flag},
		&column{name: "line", kind: wide, layout: delta},
	)
	if err != nil {
		return nil, err
	}
	return &LineWriter{s, number}, nil
}

// Write adds a block with its amounts in base currency and the marks that the
// roll-up gave its lines (rollup.Builder.Marks).
func (w *LineWriter) Write(block *ledger.Lines, base []int64, marks []rollup.Mark) error {
	n := block.Len()
	if len(base) != n || len(marks) != n {
		return fault.New(fault.Internal, "write table", "amounts and marks do not match the lines", "")
	}
	for from := 0; from < n; {
		to := min(n, from+w.sheet.room())
		w.add(block, base, marks, from, to)
		if err := w.sheet.advance(to - from); err != nil {
			return err
		}
		from = to
	}
	return nil
}

func (w *LineWriter) add(block *ledger.Lines, base []int64, marks []rollup.Mark, from, to int) {
	c := w.sheet.columns
	for i := from; i < to; i++ {
		if account := block.Account[i]; account == ledger.Unassigned {
			c[0].set(false)
		} else {
			c[0].set(true)
			c[0].wides = append(c[0].wides, w.number(account))
		}
	}
	days(c[1], block.Day[from:to])
	c[2].wides = append(c[2].wides, base[from:to]...)
	for i := from; i < to; i++ {
		if block.Document == nil || block.Document[i].IsZero() {
			c[3].set(false)
			c[4].set(false)
			continue
		}
		c[3].set(true)
		c[4].set(true)
		c[3].wides = append(c[3].wides, int64(block.Document[i].Hi)) //nolint:gosec // bits of a hash
		c[4].wides = append(c[4].wides, int64(block.Document[i].Lo)) //nolint:gosec // bits of a hash
	}
	for _, mark := range marks[from:to] {
		c[5].flags = append(c[5].flags, mark&rollup.FirstLine != 0)
		c[6].flags = append(c[6].flags, mark&rollup.FirstSale != 0)
	}
	c[7].wides = append(c[7].wides, block.Line[from:to]...)
}

func days(c *column, in []period.Date) {
	for _, d := range in {
		c.set(d != period.NoDate)
		if d != period.NoDate {
			c.shorts = append(c.shorts, int32(d))
		}
	}
}

// Close writes the footer; the underlying writer stays open.
func (w *LineWriter) Close() error { return w.sheet.close() }

// CellWriter writes the table of cells: account, month, amount, lines, documents,
// first_day, last_day, and the same five with _pos for lines above 0.
//
// Where no account has two cells, as in a list without dates, the file says so under
// OnePerAccount: a reader need not sum up what is one row already.
type CellWriter struct {
	sheet    *sheet
	number   Numbering
	last     int32 // account of the cell before, below all of them at first
	repeated bool  // an account came twice, or the accounts do not rise
}

// OnePerAccount is the key of the Parquet metadata that a table of cells carries, with
// the value "true", if no account has two of them.
const OnePerAccount = "clientele.one_cell_per_account"

// NewCellWriter begins a table of cells.
func NewCellWriter(w io.Writer, number Numbering) (*CellWriter, error) {
	columns := []*column{
		{name: "account", kind: wide, layout: delta, optional: true},
		{name: "month", kind: short, layout: dict, optional: true},
	}
	for _, suffix := range []string{"", "_pos"} {
		columns = append(columns,
			&column{name: "amount" + suffix, kind: wide},
			&column{name: "lines" + suffix, kind: wide, layout: delta},
			&column{name: "documents" + suffix, kind: wide, layout: delta},
			&column{name: "first_day" + suffix, kind: short, layout: delta, optional: true},
			&column{name: "last_day" + suffix, kind: short, layout: delta, optional: true},
		)
	}
	s, err := newSheet(w, "cell", columns...)
	if err != nil {
		return nil, err
	}
	return &CellWriter{sheet: s, number: number, last: math.MinInt32}, nil
}

// Write adds one cell. Cells come by account, then month, so that readers can skip.
func (w *CellWriter) Write(cell rollup.Cell) error {
	c := w.sheet.columns
	assigned := cell.Account != ledger.Unassigned
	if assigned { // cells without an account are no client's, however many
		w.repeated = w.repeated || cell.Account <= w.last
		w.last = cell.Account
	}
	c[0].set(assigned)
	if assigned {
		c[0].wides = append(c[0].wides, w.number(cell.Account))
	}
	day(c[1], cell.Month)
	for k, side := range [...]*rollup.Side{&cell.All, &cell.Sales} {
		c := c[2+5*k:]
		c[0].wides = append(c[0].wides, side.Amount)
		c[1].wides = append(c[1].wides, side.Lines)
		c[2].wides = append(c[2].wides, side.Documents)
		day(c[3], side.First)
		day(c[4], side.Last)
	}
	return w.sheet.advance(1)
}

func day(c *column, d period.Date) {
	c.set(d != period.NoDate)
	if d != period.NoDate {
		c.shorts = append(c.shorts, int32(d))
	}
}

// Close writes the footer; the underlying writer stays open.
func (w *CellWriter) Close() error {
	if !w.repeated {
		if err := w.sheet.out.AppendKeyValueMetadata(OnePerAccount, "true"); err != nil {
			return failed(err)
		}
	}
	return w.sheet.close()
}

// WriteAccounts writes the table of accounts: account, client_id, name, parent,
// owner; the last two null where empty.
func WriteAccounts(w io.Writer, number Numbering, accounts []ledger.Account) error {
	s, err := newSheet(w, "account",
		&column{name: "account", kind: wide, layout: delta},
		&column{name: "client_id", kind: text},
		&column{name: "name", kind: text},
		&column{name: "parent", kind: text, layout: dict, optional: true},
		&column{name: "owner", kind: text, layout: dict, optional: true},
	)
	if err != nil {
		return err
	}
	for i, a := range accounts {
		c := s.columns
		c[0].wides = append(c[0].wides, number(int32(i)))
		c[1].texts = append(c[1].texts, parquet.ByteArray(a.Key))
		c[2].texts = append(c[2].texts, parquet.ByteArray(a.Name))
		for k, v := range []string{a.Parent, a.Owner} {
			c[3+k].set(v != "")
			if v != "" {
				c[3+k].texts = append(c[3+k].texts, parquet.ByteArray(v))
			}
		}
		if err := s.advance(1); err != nil {
			return err
		}
	}
	return s.close()
}
