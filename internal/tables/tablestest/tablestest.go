// Package tablestest writes the tables of a small batch, as an import does, for tests of
// what reads them.
package tablestest

import (
	"errors"
	"io"
	"os"
	"path/filepath"

	"clientele/internal/ledger"
	"clientele/internal/rollup"
	"clientele/internal/tables"
)

// Files are the tables of one batch, as paths.
type Files struct{ Lines, Cells, Accounts string }

// Write makes the three files under a folder that exists; prefix tells batches apart. A
// month of one client that does not fit 64 bits is an error, as in an import.
func Write(dir, prefix string, number tables.Numbering, l *ledger.Lines, accounts []ledger.Account) (Files, error) {
	out := Files{
		Lines: filepath.Join(dir, prefix+"lines.parquet"), Cells: filepath.Join(dir, prefix+"cells.parquet"), Accounts: filepath.Join(dir, prefix+"accounts.parquet"),
	}
	builder := rollup.New(rollup.Options{KeepMarks: true})
	if err := builder.Add(l); err != nil {
		return out, err
	}
	return out, errors.Join(
		Create(out.Lines, func(w io.Writer) error {
			lines, err := tables.NewLineWriter(w, number)
			if err != nil {
				return err
			}
			return errors.Join(lines.Write(l, l.Amount, builder.Marks()), lines.Close())
		}),
		Create(out.Cells, func(w io.Writer) error {
			cells, err := tables.NewCellWriter(w, number)
			if err != nil {
				return err
			}
			return errors.Join(builder.Each(cells.Write), cells.Close())
		}),
		Create(out.Accounts, func(w io.Writer) error { return tables.WriteAccounts(w, number, accounts) }),
	)
}

// Create writes a file.
func Create(name string, write func(io.Writer) error) error {
	f, err := os.Create(name) //nolint:gosec // in a folder of the test
	if err != nil {
		return err
	}
	return errors.Join(write(f), f.Close())
}
