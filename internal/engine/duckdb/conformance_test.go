package duckdb

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	"clientele/internal/engine"
	"clientele/internal/engine/enginetest"
	"clientele/internal/rollup"
	"clientele/internal/tables"
)

// publish writes the tables of a fixture's batches and describes them.
func publish(tb testing.TB, dir string, f enginetest.Fixture) (Version, error) {
	tb.Helper()
	v := Version{Scale: f.Scale(), Rules: f.Rules}
	first := int64(0)
	for i, b := range f.Batches {
		batch, err := publishBatch(dir, i, tables.From(first), b)
		if err != nil {
			return v, err
		}
		v.Batches = append(v.Batches, batch)
		first += int64(len(b.Accounts)) + 5
	}
	return v, nil
}

func publishBatch(dir string, i int, number tables.Numbering, b enginetest.Batch) (Batch, error) {
	file := func(kind string) string { return filepath.Join(dir, fmt.Sprintf("%s[%d]*.parquet", kind, i)) }
	out := Batch{
		ID: b.ID, Scale: b.Lines.Decimals,
		CellFiles: []string{file("cell")}, LineFiles: []string{file("line")}, AccountFiles: []string{file("account")},
	}
	builder := rollup.New(rollup.Options{KeepMarks: true})
	if err := builder.Add(b.Lines); err != nil {
		return out, err
	}
	err := create(file("line"), func(w io.Writer) error {
		lines, err := tables.NewLineWriter(w, number)
		if err != nil {
			return err
		}
		return errors.Join(lines.Write(b.Lines, b.Lines.Amount, builder.Marks()), lines.Close())
	})
	if err != nil {
		return out, err
	}
	err = create(file("cell"), func(w io.Writer) error {
		cells, err := tables.NewCellWriter(w, number)
		if err != nil {
			return err
		}
		return errors.Join(builder.Each(cells.Write), cells.Close())
	})
	if err != nil {
		return out, err
	}
	return out, create(file("account"), func(w io.Writer) error { return tables.WriteAccounts(w, number, b.Accounts) })
}

func create(name string, write func(io.Writer) error) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	return errors.Join(write(f), f.Close())
}

func options(dir string) Options {
	return Options{Folders: []string{dir}, Spill: filepath.Join(dir, "spill"), Memory: 256 << 20, Threads: 2}
}

func TestConformance(t *testing.T) {
	t.Parallel()
	enginetest.Run(t, enginetest.Harness{Open: opener(false)})
}

// TestConformanceOfLargeLedgers runs the same with frames kept as files.
func TestConformanceOfLargeLedgers(t *testing.T) {
	t.Parallel()
	enginetest.Run(t, enginetest.Harness{Open: opener(true), Ledgers: 8})
}

func opener(large bool) func(*testing.T, enginetest.Fixture) (engine.Engine, error) {
	return func(t *testing.T, f enginetest.Fixture) (engine.Engine, error) {
		t.Helper()
		dir := t.TempDir()
		v, err := publish(t, dir, f)
		if err != nil {
			return nil, err
		}
		e, err := Open(t.Context(), v, options(dir))
		if err != nil {
			return nil, err
		}
		if e.large = large; large {
			e.PartClients, e.PartsMax = 2, 3
		}
		return e, nil
	}
}
