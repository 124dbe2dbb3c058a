// Package tablestest writes the tables of a small batch, as an import does, for tests of
// what reads them.
package tablestest

import (
	"errors"
	"io"
	"os"
	"path/filepath"

	"clientele/internal/ledger"
	"clientele/internal/period"
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

// Fact is something known beside the lines.
type Fact struct {
	Account int32
	Day     period.Date
	Topic   ledger.Topic
	Amount  int64 // in millionths
	Line    int64
}

// FactFiles are the tables of what a batch knows beside its lines, as paths.
type FactFiles struct {
	Facts, Cells string
	Topics       []ledger.Topic // by number
}

// WriteFacts makes the two files as Write makes its three; accounts and topics are
// numbered alike.
func WriteFacts(dir, prefix string, number tables.Numbering, facts []Fact) (FactFiles, error) {
	out := FactFiles{Facts: filepath.Join(dir, prefix+"facts.parquet"), Cells: filepath.Join(dir, prefix+"fact-cells.parquet")}
	builder := rollup.NewFacts(rollup.Month)
	err := Create(out.Facts, func(w io.Writer) error {
		table, err := tables.NewFactWriter(w, number)
		if err != nil {
			return err
		}
		for _, f := range facts {
			topic := builder.Topic(f.Topic)
			err := errors.Join(table.Write(f.Account, f.Day, topic, f.Amount, f.Line), builder.Add(f.Account, f.Day, topic, f.Amount, f.Line))
			if err != nil {
				return err
			}
		}
		return table.Close()
	})
	if err != nil {
		return out, err
	}
	out.Topics = builder.Topics()
	return out, Create(out.Cells, func(w io.Writer) error { return tables.WriteFactCells(w, number, builder.All()) })
}

// Create writes a file.
func Create(name string, write func(io.Writer) error) error {
	f, err := os.Create(name) //nolint:gosec // in a folder of the test
	if err != nil {
		return err
	}
	return errors.Join(write(f), f.Close())
}
