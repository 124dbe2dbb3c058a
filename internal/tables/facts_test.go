package tables

import (
	"bytes"
	"testing"

	"clientele/internal/ledger"
	"clientele/internal/period"
	"clientele/internal/rollup"
)

// TestFactsInSeveralRowGroups: more facts, and more cells of them, than one row group holds.
func TestFactsInSeveralRowGroups(t *testing.T) {
	t.Parallel()
	const n = groupLines + 1000
	b := rollup.NewFacts(rollup.Day)
	topic := b.Topic(ledger.Topic{Kind: ledger.Effort, Name: "Ann"})
	var facts, cells bytes.Buffer
	w, err := NewFactWriter(&facts, func(i int32) int64 { return int64(i) })
	if err != nil {
		t.Fatal(err)
	}
	for i := range n {
		account, day := int32(n-i)%700-1, period.Date(18_000+i/700)
		if err := w.Write(account, day, topic, int64(i), int64(i+2)); err != nil {
			t.Fatal(err)
		}
		if err := b.Add(account, day, topic, int64(i), int64(i+2)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := WriteFactCells(&cells, func(i int32) int64 { return int64(i) }, b.All()); err != nil {
		t.Fatal(err)
	}
	// The two tables have the same form: the last column is the line, or the number of rows.
	count := func(data []byte, last func(Fact) bool) (seen, sum int64) {
		err := ReadFacts(bytes.NewReader(data), func(f Fact) error {
			if !last(f) {
				t.Fatalf("row %d is %+v", seen, f)
			}
			seen, sum = seen+1, sum+f.Amount
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return seen, sum
	}
	const sum = int64(n) * (n - 1) / 2
	if seen, got := count(facts.Bytes(), func(f Fact) bool { return f.Line == f.Amount+2 }); seen != n || got != sum {
		t.Errorf("%d facts of %d, not %d of %d", seen, got, n, sum)
	}
	if seen, got := count(cells.Bytes(), func(f Fact) bool { return f.Line == 1 }); seen != n || got != sum {
		t.Errorf("%d cells of %d, not %d of %d", seen, got, n, sum)
	}
}
