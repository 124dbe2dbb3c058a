package tables

import (
	"fmt"

	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/file"

	"clientele/internal/fault"
	"clientele/internal/ledger"
	"clientele/internal/period"
	"clientele/internal/rollup"
)

// Line is one row of the table of lines.
type Line struct {
	Account  int64 // -1: none
	Day      period.Date
	Amount   int64
	Document ledger.DocumentID
	Mark     rollup.Mark
	Line     int64
}

// Cell is one row of the table of cells, with the account's number in the ledger.
type Cell struct {
	Number int64 // of the account, -1: none
	rollup.Cell
}

// Account is one row of the table of accounts.
type Account struct {
	Number int64
	ledger.Account
}

// Source is an open file.
type Source = parquet.ReaderAtSeeker

// ReadLines visits the rows of a table of lines in order.
func ReadLines(r Source, visit func(Line) error) error {
	return rows(r, func(c []values, i int) error {
		l := Line{Account: c[0].number(i, -1), Day: c[1].day(i), Amount: c[2].number(i, 0), Line: c[7].number(i, 0)}
		l.Document = ledger.DocumentID{Hi: uint64(c[3].number(i, 0)), Lo: uint64(c[4].number(i, 0))} //nolint:gosec // bits of a hash
		if c[5].flags[i] {
			l.Mark |= rollup.FirstLine
		}
		if c[6].flags[i] {
			l.Mark |= rollup.FirstSale
		}
		return visit(l)
	})
}

// ReadCells visits the rows of a table of cells in order. The cell's own Account
// is that of the ledger too where it fits 32 bits.
func ReadCells(r Source, visit func(Cell) error) error {
	return rows(r, func(c []values, i int) error {
		out := Cell{Number: c[0].number(i, -1)}
		out.Account, out.Month = int32(out.Number), c[1].day(i) //nolint:gosec // said above
		for k, side := range [...]*rollup.Side{&out.All, &out.Sales} {
			c := c[2+5*k:]
			*side = rollup.Side{Amount: c[0].number(i, 0), Lines: c[1].number(i, 0), Documents: c[2].number(i, 0), First: c[3].day(i), Last: c[4].day(i)}
		}
		return visit(out)
	})
}

// ReadAccounts visits the rows of a table of accounts in order.
func ReadAccounts(r Source, visit func(Account) error) error {
	return rows(r, func(c []values, i int) error {
		return visit(Account{c[0].number(i, 0), ledger.Account{
			Key: c[1].text(i), Name: c[2].text(i), Parent: c[3].text(i), Owner: c[4].text(i),
		}})
	})
}

// values are the rows of one column in one row group, with gaps where it is null.
type values struct {
	valid  []bool
	wides  []int64
	shorts []int32
	flags  []bool
	texts  []parquet.ByteArray
}

func (v *values) number(i int, null int64) int64 {
	if !v.valid[i] {
		return null
	}
	return v.wides[i]
}

func (v *values) day(i int) period.Date {
	if !v.valid[i] {
		return period.NoDate
	}
	return period.Date(v.shorts[i])
}

func (v *values) text(i int) string {
	if !v.valid[i] {
		return ""
	}
	return string(v.texts[i])
}

// kept hides that a file can be closed: it is the caller's, and he closes it.
type kept struct{ Source }

// rows reads a file row group by row group.
func rows(r Source, visit func(columns []values, i int) error) (err error) {
	in, err := file.NewParquetReader(kept{r})
	if err != nil {
		return damaged(err)
	}
	defer func() {
		if e := in.Close(); err == nil && e != nil {
			err = damaged(e)
		}
	}()
	for g := range in.NumRowGroups() {
		group := in.RowGroup(g)
		columns := make([]values, group.NumColumns())
		for k := range columns {
			next, err := group.Column(k)
			if err != nil {
				return damaged(err)
			}
			if columns[k], err = read(next, group.NumRows()); err != nil {
				return damaged(err)
			}
		}
		for i := range int(group.NumRows()) {
			if err := visit(columns, i); err != nil {
				return err
			}
		}
	}
	return nil
}

// read takes a column of a row group and spreads it over its rows.
func read(in file.ColumnChunkReader, n int64) (v values, err error) {
	levels := make([]int16, n)
	switch r := in.(type) {
	case *file.Int64ColumnChunkReader:
		v.wides = make([]int64, n)
		err = fill(n, func(at int64, got int) (int64, int, error) { return r.ReadBatch(n-at, v.wides[got:], levels[at:], nil) })
	case *file.Int32ColumnChunkReader:
		v.shorts = make([]int32, n)
		err = fill(n, func(at int64, got int) (int64, int, error) {
			return r.ReadBatch(n-at, v.shorts[got:], levels[at:], nil)
		})
	case *file.BooleanColumnChunkReader:
		v.flags = make([]bool, n)
		err = fill(n, func(at int64, got int) (int64, int, error) { return r.ReadBatch(n-at, v.flags[got:], levels[at:], nil) })
	case *file.ByteArrayColumnChunkReader:
		v.texts = make([]parquet.ByteArray, n)
		err = fill(n, func(at int64, got int) (int64, int, error) { return r.ReadBatch(n-at, v.texts[got:], levels[at:], nil) })
	default:
		err = fmt.Errorf("unexpected type of column: %T", in)
	}
	if err != nil {
		return v, err
	}
	v.valid = make([]bool, n)
	required := in.Descriptor().MaxDefinitionLevel() == 0
	next := 0
	for i := range v.valid {
		v.valid[i] = required || levels[i] > 0
		if v.valid[i] {
			next++
		}
	}
	spread(v.wides, v.valid, next)
	spread(v.shorts, v.valid, next)
	spread(v.texts, v.valid, next)
	return v, nil
}

// fill calls read until n levels are there.
func fill(n int64, read func(at int64, got int) (int64, int, error)) error {
	for at, got := int64(0), 0; at < n; {
		levels, values, err := read(at, got)
		if err != nil {
			return err
		}
		if levels == 0 {
			return fmt.Errorf("the column ends after %d of %d rows", at, n)
		}
		at, got = at+levels, got+values
	}
	return nil
}

// spread moves the values that stand at the front of the slice to their rows.
func spread[T any](v []T, valid []bool, count int) {
	if len(v) == 0 {
		return
	}
	for i := len(valid) - 1; count > 0 && i >= count; i-- {
		if valid[i] {
			count--
			v[i] = v[count]
		}
	}
}

func damaged(err error) error {
	return fault.Wrap(err, fault.Failed, "read table", "the table is damaged", "build it again from the originals: clientele rebuild")
}
