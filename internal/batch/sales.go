package batch

import (
	"bufio"
	"io"
	"os"
	"path/filepath"

	"clientele/internal/ledger"
	"clientele/internal/rollup"
	"clientele/internal/tables"
)

// sales writes sale lines, and rolls them up.
type sales struct {
	out     *os.File
	buf     *bufio.Writer
	table   *tables.LineWriter
	builder *rollup.Builder
}

func newSales(r Recipe, dir string) (*sales, error) {
	x := &sales{builder: rollup.New(rollup.Options{KeepMarks: true})}
	for _, doc := range r.Known {
		x.builder.Know(doc)
	}
	var err error
	if x.out, err = os.Create(filepath.Join(dir, linesFile)); err != nil { //nolint:gosec // a path of the vault
		return nil, diskError(err)
	}
	x.buf = bufio.NewWriterSize(x.out, 1<<20)
	x.table, err = tables.NewLineWriter(x.buf, numbering(r.Number))
	return x, err
}

// lines writes a block with its amounts in base currency.
func (x *sales) lines(block *ledger.Lines, base []int64, scale uint8) error {
	if err := x.builder.AddBase(block, base, scale); err != nil {
		return err
	}
	return diskError(x.table.Write(block, base, x.builder.Marks()))
}

// cells writes the roll-up.
func (x *sales) cells(w io.Writer, number tables.Numbering) error {
	cells, err := tables.NewCellWriter(w, number)
	if err != nil {
		return err
	}
	if err := x.builder.Each(cells.Write); err != nil {
		return err
	}
	return cells.Close()
}

// close ends the table.
func (x *sales) close() error {
	if x == nil {
		return nil
	}
	if err := x.table.Close(); err != nil {
		return diskError(err)
	}
	return diskError(x.buf.Flush())
}
