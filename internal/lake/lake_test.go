package lake

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"clientele/internal/ledger"
	"clientele/internal/money"
	"clientele/internal/period"
	"clientele/internal/publication"
	"clientele/internal/tables"
	"clientele/internal/tables/tablestest"
)

// place is a catalog and a warehouse of a test's own.
func place(tb testing.TB) Options {
	tb.Helper()
	dir := tb.TempDir()
	return Options{Catalog: "sqlite:" + filepath.Join(dir, "catalog.db"), Name: "lake", Warehouse: filepath.Join(dir, "warehouse"), Namespace: "clientele"}
}

func opened(tb testing.TB, o Options) *Lake {
	tb.Helper()
	l, err := Open(tb.Context(), o)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := l.Close(); err != nil {
			tb.Error(err)
		}
	})
	return l
}

// lines draws a batch; every eighth line has no client, no day or no document.
func lines(seed uint64, n int, decimals uint8) (*ledger.Lines, []ledger.Account) {
	r := rand.New(rand.NewPCG(seed, 7))
	accounts := make([]ledger.Account, 1+n/5)
	for i := range accounts {
		accounts[i] = ledger.Account{Key: fmt.Sprintf("C%d é", i), Name: fmt.Sprintf("Client %d", i)}
	}
	l := &ledger.Lines{Decimals: decimals}
	for i := range n {
		l.Account = append(l.Account, r.Int32N(int32(len(accounts))))
		l.Day = append(l.Day, period.Date(18000+r.IntN(800)))
		l.Document = append(l.Document, ledger.DocumentID{Hi: uint64(r.IntN(1 + n/3)), Lo: ^uint64(0)})
		l.Amount = append(l.Amount, r.Int64N(1_000_000)-100_000)
		l.Line = append(l.Line, int64(i+2))
		switch i % 8 {
		case 3:
			l.Account[i] = ledger.Unassigned
		case 5:
			l.Day[i] = period.NoDate
		case 7:
			l.Document[i] = ledger.DocumentID{}
		}
	}
	return l, accounts
}

// batch writes the tables of a batch as an import does.
func batch(tb testing.TB, id string, number int64, l *ledger.Lines, accounts []ledger.Account) publication.Batch {
	tb.Helper()
	out := publication.Batch{ID: id, Scale: l.Decimals, Rows: int64(l.Len())}
	for _, a := range l.Amount {
		out.Amount = out.Amount.Plus(money.FromInt64(a))
	}
	files, err := tablestest.Write(tb.TempDir(), "", tables.From(number<<32), l, accounts)
	if err != nil {
		tb.Fatal(err)
	}
	for path, f := range map[string]*publication.File{files.Lines: &out.Lines, files.Cells: &out.Cells, files.Accounts: &out.Accounts} {
		content, err := os.ReadFile(path)
		if err != nil {
			tb.Fatal(err)
		}
		sum := sha256.Sum256(content)
		*f = publication.File{Path: path, Digest: hex.EncodeToString(sum[:])}
	}
	return out
}

// drawn is a batch of n lines.
func drawn(tb testing.TB, number, n int, decimals uint8) publication.Batch {
	tb.Helper()
	l, accounts := lines(uint64(number), n, decimals)
	return batch(tb, fmt.Sprintf("b%d", number), int64(number), l, accounts)
}

// content is a ledger of batches.
func content(revision int64, batches ...publication.Batch) *publication.Content {
	c := &publication.Content{Ledger: "l1", Revision: revision, At: "2026-11-27T12:00:00Z", Currency: "EUR", Kind: "invoiced", Batches: batches, Document: fmt.Sprintf(`{"revision":%d}`, revision)}
	for _, b := range batches {
		c.Scale = max(c.Scale, b.Scale)
	}
	return c
}

func TestPublish(t *testing.T) {
	t.Parallel()
	l := opened(t, place(t))
	b1 := drawn(t, 1, 1000, 2)
	out, err := l.Publish(t.Context(), content(1, b1))
	if err != nil || out.Number != 1 || out.Unchanged || out.Lines != 1000 {
		t.Errorf("%+v, %v", out, err)
	}
}

// request is what the program sends to the process that publishes.
func request(tb testing.TB, o Options, c *publication.Content) string {
	tb.Helper()
	text, err := json.Marshal(publication.Request{Protocol: publication.Protocol, Place: o, Content: *c})
	if err != nil {
		tb.Fatal(err)
	}
	return string(text)
}
