package duckdb

import (
	"fmt"
	"path/filepath"
	"testing"

	"clientele/internal/engine"
	"clientele/internal/engine/enginetest"
	"clientele/internal/tables"
	"clientele/internal/tables/tablestest"
)

// publish writes the tables of a fixture's batches and describes them.
func publish(tb testing.TB, dir string, f enginetest.Fixture) (Version, error) {
	tb.Helper()
	v := Version{Scale: f.Scale(), Rules: f.Rules}
	first := int64(0)
	for i, b := range f.Batches {
		number := tables.From(first)
		batch, err := publishBatch(dir, i, number, b)
		if err != nil {
			return v, err
		}
		if b.Facts != nil {
			topics, err := publishFacts(dir, i, number, b, &batch)
			if err != nil {
				return v, err
			}
			v.Topics = append(v.Topics, topics...)
		}
		v.Batches = append(v.Batches, batch)
		first += int64(len(b.Accounts)+len(b.Facts)) + 5
	}
	return v, nil
}

func publishBatch(dir string, i int, number tables.Numbering, b enginetest.Batch) (Batch, error) {
	// Brackets and stars in a name stand for nothing else.
	files, err := tablestest.Write(dir, fmt.Sprintf("[%d]*", i), number, b.Lines, b.Accounts)
	return Batch{
		ID: b.ID, Scale: b.Lines.Decimals,
		CellFiles: []string{files.Cells}, LineFiles: []string{files.Lines}, AccountFiles: []string{files.Accounts},
	}, err
}

// publishFacts writes what a batch knows beside its lines.
func publishFacts(dir string, i int, number tables.Numbering, b enginetest.Batch, to *Batch) ([]engine.NumberedTopic, error) {
	var facts []tablestest.Fact
	for _, f := range b.Facts {
		facts = append(facts, tablestest.Fact(f))
	}
	files, err := tablestest.WriteFacts(dir, fmt.Sprintf("[%d]*", i), number, facts)
	to.FactFiles, to.FactCellFiles = []string{files.Facts}, []string{files.Cells}
	var topics []engine.NumberedTopic
	for n, t := range files.Topics {
		topics = append(topics, engine.NumberedTopic{Number: number(int32(n)), Topic: t})
	}
	return topics, err
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
