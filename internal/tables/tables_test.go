package tables

import (
	"bytes"
	"errors"
	"io"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"clientele/internal/fault"
	"clientele/internal/ledger"
	"clientele/internal/period"
	"clientele/internal/rollup"
)

// invoices makes n lines in invoices of about eight, seeded.
func invoices(n int, accounts int32) *ledger.Lines {
	r := rand.New(rand.NewPCG(1, 2))
	l := &ledger.Lines{}
	var doc ledger.DocumentID
	var account int32
	for i := range n {
		if r.IntN(8) == 0 || i == 0 {
			doc, account = ledger.DocumentID{Hi: r.Uint64(), Lo: r.Uint64()}, r.Int32N(accounts)
		}
		l.Account = append(l.Account, account)
		l.Day = append(l.Day, period.Date(18000+i*730/n))
		l.Amount = append(l.Amount, r.Int64N(200_000)-5_000)
		l.Document = append(l.Document, doc)
		l.Line = append(l.Line, int64(i+2))
	}
	return l
}

// owned is a source that knows whether somebody closed it.
type owned struct {
	*bytes.Reader
	closed *bool
}

func (o owned) Close() error {
	*o.closed = true
	return nil
}

// TestReadLeavesTheSourceOpen: what the caller opened, the caller closes.
func TestReadLeavesTheSourceOpen(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if err := WriteAccounts(&out, From(0), []ledger.Account{{Key: "A", Name: "Acme"}}); err != nil {
		t.Fatal(err)
	}
	closed := false
	n := 0
	err := ReadAccounts(owned{bytes.NewReader(out.Bytes()), &closed}, func(Account) error { n++; return nil })
	if err != nil || n != 1 || closed {
		t.Errorf("%d accounts, closed: %t, %v", n, closed, err)
	}
}

func TestLinesComeBack(t *testing.T) {
	t.Parallel()
	in := invoices(groupLines+1000, 500)
	for i := range in.Len() {
		switch i % 11 {
		case 3:
			in.Account[i] = ledger.Unassigned
		case 5:
			in.Day[i] = period.NoDate
		case 7:
			in.Document[i] = ledger.DocumentID{}
		}
	}
	in.Amount[0], in.Amount[1] = math.MinInt64, math.MaxInt64
	marks := make([]rollup.Mark, in.Len())
	for i := range marks {
		marks[i] = rollup.Mark(i % 4)
	}
	var out bytes.Buffer
	w, err := NewLineWriter(&out, From(1_000_000_000_000))
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(w.Write(in, in.Amount, marks), w.Close()); err != nil {
		t.Fatal(err)
	}
	i := 0
	err = ReadLines(bytes.NewReader(out.Bytes()), func(got Line) error {
		want := Line{int64(in.Account[i]) + 1_000_000_000_000, in.Day[i], in.Amount[i], in.Document[i], marks[i], in.Line[i]}
		if in.Account[i] == ledger.Unassigned {
			want.Account = -1
		}
		if got != want {
			t.Fatalf("row %d is %+v, want %+v", i, got, want)
		}
		i++
		return nil
	})
	if err != nil || i != in.Len() {
		t.Errorf("%d rows of %d, %v", i, in.Len(), err)
	}
}

func TestCellsAndAccountsComeBack(t *testing.T) {
	t.Parallel()
	cells := []rollup.Cell{
		{Account: -1, Month: period.NoDate, All: rollup.Side{Amount: -5, Lines: 2, First: period.NoDate, Last: period.NoDate}, Sales: rollup.Side{First: period.NoDate, Last: period.NoDate}},
		{Account: 0, Month: -31, All: rollup.Side{Amount: math.MinInt64, Lines: 1, Documents: 1, First: -31, Last: -1}, Sales: rollup.Side{First: period.NoDate, Last: period.NoDate}},
		{Account: 7, Month: 20000, All: rollup.Side{Amount: 9, Lines: 4, Documents: 2, First: 20001, Last: 20009}, Sales: rollup.Side{Amount: 12, Lines: 3, Documents: 1, First: 20002, Last: 20002}},
	}
	var out bytes.Buffer
	w, err := NewCellWriter(&out, Same)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cells {
		if err := w.Write(c); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	var got []rollup.Cell
	if err := ReadCells(bytes.NewReader(out.Bytes()), func(c Cell) error { got = append(got, c.Cell); return nil }); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(cells, got); diff != "" {
		t.Error(diff)
	}

	accounts := []ledger.Account{{Key: "a ", Name: "A"}, {Key: "é", Name: "e\u0301", Parent: "a ", Owner: "Kim"}, {Key: "b", Name: "b", Owner: "Kim"}}
	out.Reset()
	if err := WriteAccounts(&out, From(5), accounts); err != nil {
		t.Fatal(err)
	}
	var back []ledger.Account
	err = ReadAccounts(bytes.NewReader(out.Bytes()), func(a Account) error {
		if a.Number != int64(5+len(back)) {
			t.Errorf("account %d has number %d", len(back), a.Number)
		}
		back = append(back, a.Account)
		return nil
	})
	if diff := cmp.Diff(accounts, back); err != nil || diff != "" {
		t.Error(err, diff)
	}
}

// A table of cells says whether it is one per account, and claims it only if it is sure.
func TestOneCellPerAccountIsSaid(t *testing.T) {
	t.Parallel()
	tests := []struct {
		accounts []int32
		want     bool
	}{
		{nil, true},
		{[]int32{0, 1, 5}, true},
		{[]int32{-1, -1, 0, 1}, true}, // -1 is no account
		{[]int32{0, 1, 1}, false},
		{[]int32{0, 0, 1}, false},
		{[]int32{1, 0}, false}, // not in order: 1 could come again
	}
	for _, tt := range tests {
		var out bytes.Buffer
		w, err := NewCellWriter(&out, Same)
		if err != nil {
			t.Fatal(err)
		}
		for i, a := range tt.accounts {
			if err := w.Write(rollup.Cell{Account: a, Month: period.Date(31 * i)}); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if got := bytes.Contains(out.Bytes(), []byte(OnePerAccount)); got != tt.want {
			t.Errorf("cells of accounts %v: said %v, want %v", tt.accounts, got, tt.want)
		}
	}
}

func TestEmptyTables(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	w, err := NewLineWriter(&out, Same)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := ReadLines(bytes.NewReader(out.Bytes()), func(Line) error { return errors.New("a row") }); err != nil {
		t.Error(err)
	}
}

func TestDamagedTablesAreNamed(t *testing.T) {
	t.Parallel()
	for name, content := range map[string]string{"empty": "", "text": "account,month\n1,2\n", "cut": "PAR1PAR1"} {
		err := ReadCells(bytes.NewReader([]byte(content)), func(Cell) error { return nil })
		if fault.KindOf(err) != fault.Failed {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// full fails after some bytes, as a full disk does.
type full struct{ room int }

func (f *full) Write(p []byte) (int, error) {
	if f.room -= len(p); f.room < 0 {
		return 0, errors.New("no space left on device")
	}
	return len(p), nil
}

func TestFullDiskIsAnError(t *testing.T) {
	t.Parallel()
	in := invoices(2*groupLines, 50)
	for _, room := range []int{0, 10, 100_000, 1_000_000} {
		w, err := NewLineWriter(&full{room}, Same)
		if err == nil {
			err = errors.Join(w.Write(in, in.Amount, make([]rollup.Mark, in.Len())), w.Close())
		}
		if fault.KindOf(err) != fault.Failed {
			t.Errorf("room for %d bytes: %v", room, err)
		}
	}
}

func BenchmarkWriteLines(b *testing.B) {
	const n = 1 << 19
	in := invoices(n, 20_000)
	marks := make([]rollup.Mark, n)
	var size int64
	for b.Loop() {
		var c counter
		w, err := NewLineWriter(&c, Same)
		if err != nil {
			b.Fatal(err)
		}
		if err := errors.Join(w.Write(in, in.Amount, marks), w.Close()); err != nil {
			b.Fatal(err)
		}
		size = c.n
	}
	b.ReportMetric(float64(b.N)*n/b.Elapsed().Seconds()/1e6, "Mlines/s")
	b.ReportMetric(float64(size)/n, "bytes/line")
}

type counter struct{ n int64 }

func (c *counter) Write(p []byte) (int, error) {
	c.n += int64(len(p))
	return len(p), nil
}

var _ io.Writer = (*counter)(nil)
