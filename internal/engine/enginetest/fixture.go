// Package enginetest is the conformance suite of package engine: scripts that a
// domain person can read, and random ledgers compared with a slow obvious oracle.
// Every engine runs it and must give the same integers in the same order.
package enginetest

import (
	"hash/fnv"
	"testing"

	"clientele/internal/engine"
	"clientele/internal/ledger"
	"clientele/internal/period"
)

// Batch is one import of a fixture.
type Batch struct {
	ID       string
	Accounts []ledger.Account // the batch's own; keys may come again in other batches
	Lines    *ledger.Lines
	Facts    []Fact // nil: it knows nothing beside its lines
}

// Fixture is a small ledger.
type Fixture struct {
	Batches []Batch
	Rules   engine.Rules
}

// Scale is the scale of the ledger: the finest of its batches.
func (f Fixture) Scale() uint8 {
	var scale uint8
	for _, b := range f.Batches {
		scale = max(scale, b.Lines.Decimals)
	}
	return scale
}

// Harness opens an engine over a fixture; the test closes it.
type Harness struct {
	Open func(t *testing.T, f Fixture) (engine.Engine, error)
	// MonthsOnly declares that windows which cut through a month are refused.
	MonthsOnly bool
	// NoLines declares that the ability engine.Lines is missing.
	NoLines bool
	// NoFacts declares that the ability engine.Facts is missing: random ledgers have none.
	NoFacts bool
	// Shape makes a random ledger one that the engine can hold; nil: it holds any.
	Shape func(*Fixture)
	// Ledgers is how many random ledgers are compared; 0: the usual number.
	Ledgers uint64
	// Frames is how many frames are asked about of each; 0: the usual number.
	Frames int
}

// Run is the conformance suite.
func Run(t *testing.T, h Harness) {
	t.Helper()
	t.Run("scripts", func(t *testing.T) { runScripts(t, h) })
	t.Run("random", func(t *testing.T) { RunRandom(t, h) })
}

// document makes the id that a document number of a client has.
func document(client, number string) ledger.DocumentID {
	if number == "" {
		return ledger.DocumentID{}
	}
	h := fnv.New128a()
	_, _ = h.Write([]byte(client + "\x00" + number)) // never fails
	var id ledger.DocumentID
	for i, b := range h.Sum(nil) {
		if i < 8 {
			id.Hi = id.Hi<<8 | uint64(b)
		} else {
			id.Lo = id.Lo<<8 | uint64(b)
		}
	}
	return id
}

// batchMaker puts a batch together line by line.
type batchMaker struct {
	Batch
	index map[string]int32
}

func newBatch(id string, decimals uint8) *batchMaker {
	return &batchMaker{Batch{ID: id, Lines: &ledger.Lines{Decimals: decimals, Document: []ledger.DocumentID{}}}, map[string]int32{}}
}

// account finds or makes the account of a key; "" is no client.
func (b *batchMaker) account(key string) int32 {
	if key == "" {
		return ledger.Unassigned
	}
	i, ok := b.index[key]
	if !ok {
		i = int32(len(b.Accounts)) //nolint:gosec // small
		b.index[key] = i
		b.Accounts = append(b.Accounts, ledger.Account{Key: key, Name: b.ID + " calls it " + key})
	}
	return i
}

func (b *batchMaker) add(client string, day period.Date, number string, amount int64) {
	l := b.Lines
	l.Account = append(l.Account, b.account(client))
	l.Day = append(l.Day, day)
	l.Amount = append(l.Amount, amount)
	l.Document = append(l.Document, document(client, number))
	l.Line = append(l.Line, int64(len(l.Line)+2))
}
