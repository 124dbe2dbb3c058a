package rollup

import (
	"errors"
	"math"
	"math/big"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"clientele/internal/fault"
	"clientele/internal/ledger"
	"clientele/internal/period"
)

func day(tb testing.TB, text string) period.Date {
	tb.Helper()
	if text == "" {
		return period.NoDate
	}
	d, err := period.ParseISO(text)
	if err != nil {
		tb.Fatal(err)
	}
	return d
}

type row struct {
	account  int32
	day      string
	amount   int64
	document uint64
}

func block(tb testing.TB, decimals uint8, rows ...row) *ledger.Lines {
	tb.Helper()
	b := &ledger.Lines{Decimals: decimals, Document: []ledger.DocumentID{}}
	for i, r := range rows {
		b.Account = append(b.Account, r.account)
		b.Day = append(b.Day, day(tb, r.day))
		b.Amount = append(b.Amount, r.amount)
		b.Document = append(b.Document, ledger.DocumentID{Hi: r.document * 77, Lo: r.document << 1})
		b.Line = append(b.Line, int64(i+2))
	}
	return b
}

func TestCellsByHand(t *testing.T) {
	t.Parallel()
	b := New(Options{KeepMarks: true})
	if err := b.Add(block(t, 2,
		row{1, "2025-02-28", 1000, 5},
		row{1, "2025-02-01", -300, 5}, // same document
		row{0, "2024-02-29", 50, 6},
		row{ledger.Unassigned, "", 7, 0},
		row{1, "2025-03-01", 20, 5}, // same document, next month: counted already
		row{0, "2024-02-01", -50, 7},
		row{0, "2024-02-10", 5, 7}, // first line above 0 of document 7
	)); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]Mark{FirstLine | FirstSale, 0, FirstLine | FirstSale, 0, 0, FirstLine, FirstSale}, b.Marks()); diff != "" {
		t.Error(diff)
	}
	got, err := b.Cells()
	if err != nil {
		t.Fatal(err)
	}
	want := []Cell{
		{-1, period.NoDate, Side{7, 1, 0, period.NoDate, period.NoDate}, Side{7, 1, 0, period.NoDate, period.NoDate}},
		{
			0, day(t, "2024-02-01"),
			Side{5, 3, 2, day(t, "2024-02-01"), day(t, "2024-02-29")},
			Side{55, 2, 2, day(t, "2024-02-10"), day(t, "2024-02-29")},
		},
		{
			1, day(t, "2025-02-01"),
			Side{700, 2, 1, day(t, "2025-02-01"), day(t, "2025-02-28")},
			Side{1000, 1, 1, day(t, "2025-02-28"), day(t, "2025-02-28")},
		},
		{
			1, day(t, "2025-03-01"),
			Side{20, 1, 0, day(t, "2025-03-01"), day(t, "2025-03-01")},
			Side{20, 1, 0, day(t, "2025-03-01"), day(t, "2025-03-01")},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestFinerBlockRaisesTheScale(t *testing.T) {
	t.Parallel()
	b := New(Options{KeepDocuments: true})
	for _, in := range []*ledger.Lines{
		block(t, 0, row{0, "2025-01-01", 12, 1}),
		block(t, 3, row{0, "2025-01-02", 5, 1}),
		block(t, 1, row{0, "2025-01-03", -7, 1}),
	} {
		if err := b.Add(in); err != nil {
			t.Fatal(err)
		}
	}
	cells, err := b.Cells()
	if err != nil {
		t.Fatal(err)
	}
	docs, err := b.Documents()
	if err != nil {
		t.Fatal(err)
	}
	// 12 + 0.005 - 0.7 = 11.305; above 0: 12.005.
	if b.Decimals() != 3 || cells[0].All.Amount != 11305 || cells[0].Sales.Amount != 12005 {
		t.Errorf("scale %d, cell %+v", b.Decimals(), cells[0])
	}
	if len(docs) != 1 || docs[0].All != 11305 || docs[0].Sales != 12005 || !docs[0].HasSales {
		t.Errorf("documents %+v", docs)
	}
}

func TestOverflowIsRefusedNeverWrapped(t *testing.T) {
	t.Parallel()
	const big = math.MaxInt64
	t.Run("the sum", func(t *testing.T) {
		t.Parallel()
		b := New(Options{})
		if err := b.Add(block(t, 0, row{0, "2025-01-01", big, 0}, row{0, "2025-01-01", 1, 0})); err != nil {
			t.Fatal(err)
		}
		if _, err := b.Cells(); fault.KindOf(err) != fault.Input {
			t.Errorf("got %v", err)
		}
	})
	t.Run("a sum that comes back", func(t *testing.T) {
		t.Parallel()
		b := New(Options{})
		if err := b.Add(block(t, 0,
			row{0, "2025-01-01", big, 0}, row{0, "2025-01-01", big, 0}, row{0, "2025-01-01", -big, 0}, row{0, "2025-01-01", -big + 4, 0},
		)); err != nil {
			t.Fatal(err)
		}
		if _, err := b.Cells(); fault.KindOf(err) != fault.Input { // the sum above 0 is 2^64 - 2
			t.Errorf("got %v", err)
		}
		if b.at(0).all.amount != 4 {
			t.Errorf("all is %d", b.at(0).all.amount)
		}
	})
	t.Run("a line at a finer scale", func(t *testing.T) {
		t.Parallel()
		b := New(Options{})
		if err := b.Add(block(t, 6, row{0, "2025-01-01", 1, 0})); err != nil {
			t.Fatal(err)
		}
		err := b.Add(block(t, 0, row{0, "2025-01-01", big, 0}))
		if e, ok := errors.AsType[*fault.Error](err); !ok || e.Kind != fault.Input || e.Place.Line != 2 {
			t.Errorf("got %v", err)
		}
	})
}

// TestAgainstOracle folds random blocks and compares with a plain map of big integers.
func TestAgainstOracle(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		grain := rapid.SampledFrom([]Grain{Month, Day}).Draw(rt, "grain")
		b := New(Options{Grain: grain, KeepDocuments: true})
		type key struct {
			account int32
			cell    period.Date
			sales   bool
		}
		type sums struct {
			lines, docs int64
			amount      *big.Int
			first, last period.Date
		}
		want, seen := map[key]*sums{}, map[[2]uint64]bool{}
		blocks, scale := rapid.IntRange(0, 4).Draw(rt, "blocks"), uint8(0)
		var all []struct {
			k        key
			v        *big.Int
			decimals uint8
		}
		for range blocks {
			d := uint8(rapid.IntRange(0, 3).Draw(rt, "decimals"))
			scale = max(scale, d)
			rows := rapid.SliceOfN(rapid.Custom(func(rt *rapid.T) row {
				return row{
					account:  int32(rapid.IntRange(-1, 3).Draw(rt, "account")),
					day:      rapid.SampledFrom([]string{"", "2023-12-31", "2024-01-01", "2024-02-29", "2024-02-01", "1969-12-31"}).Draw(rt, "day"),
					amount:   rapid.OneOf(rapid.Int64Range(-50, 50), rapid.Int64Range(-1<<59, 1<<59)).Draw(rt, "amount"),
					document: rapid.Uint64Range(0, 4).Draw(rt, "document"),
				}
			}), 0, 20).Draw(rt, "rows")
			in := block(t, d, rows...)
			if err := b.Add(in); err != nil {
				if fault.KindOf(err) != fault.Input {
					rt.Fatal(err)
				}
				return // an amount beyond 64 bits at the common scale
			}
			for i := range rows {
				month := in.Day[i]
				if grain == Month {
					month = month.MonthStart()
				}
				for _, sales := range []bool{false, true} {
					if sales && in.Amount[i] <= 0 {
						continue
					}
					k := key{in.Account[i], month, sales}
					s := want[k]
					if s == nil {
						s = &sums{amount: new(big.Int), first: in.Day[i], last: in.Day[i]}
						want[k] = s
					}
					s.lines++
					s.first, s.last = min(s.first, in.Day[i]), max(s.last, in.Day[i])
					flag := uint64(0)
					if sales {
						flag = 1
					}
					if doc := rows[i].document; doc != 0 && !seen[[2]uint64{doc, flag}] {
						seen[[2]uint64{doc, flag}] = true
						s.docs++
					}
					all = append(all, struct {
						k        key
						v        *big.Int
						decimals uint8
					}{k, big.NewInt(in.Amount[i]), d})
				}
			}
		}
		for _, a := range all {
			for range scale - a.decimals {
				a.v.Mul(a.v, big.NewInt(10))
			}
			want[a.k].amount.Add(want[a.k].amount, a.v)
		}
		cells, err := b.Cells()
		tooBig := false
		for _, s := range want {
			tooBig = tooBig || !s.amount.IsInt64()
		}
		if tooBig != (err != nil) {
			rt.Fatalf("too big is %v, error is %v", tooBig, err)
		}
		if tooBig {
			return
		}
		got := 0
		for i, c := range cells {
			if i > 0 && compareKeys(cells[i-1].Account, c.Account, cells[i-1].Month, c.Month) >= 0 {
				rt.Fatalf("cells %d and %d are out of order", i-1, i)
			}
			for _, side := range []struct {
				Side
				sales bool
			}{{c.All, false}, {c.Sales, true}} {
				w := want[key{c.Account, c.Month, side.sales}]
				if w == nil {
					if side.Lines != 0 || side.Amount != 0 || side.First != period.NoDate {
						rt.Fatalf("cell %+v should be empty", side)
					}
					continue
				}
				got++
				if (side.Side != Side{w.amount.Int64(), w.lines, w.docs, w.first, w.last}) {
					rt.Fatalf("cell %+v, want %+v", side.Side, w)
				}
			}
		}
		if got != len(want) {
			rt.Fatalf("%d sides, want %d", got, len(want))
		}
	})
}

// TestDocumentsAddUpToCells: sums per document and cell add up to the cell.
func TestDocumentsAddUpToCells(t *testing.T) {
	t.Parallel()
	b := New(Options{KeepDocuments: true})
	for k := range 3 {
		var rows []row
		for i := range 500 {
			rows = append(rows, row{int32(i % 7), []string{"2025-01-05", "2025-02-05", ""}[i%3], int64(i*37%101 - 50), uint64(i % 19)})
		}
		if err := b.Add(block(t, uint8(k), rows...)); err != nil {
			t.Fatal(err)
		}
	}
	cells, err := b.Cells()
	if err != nil {
		t.Fatal(err)
	}
	docs, err := b.Documents()
	if err != nil {
		t.Fatal(err)
	}
	type key struct {
		account int32
		month   period.Date
	}
	sums := map[key][2]int64{}
	for _, d := range docs {
		s := sums[key{d.Account, d.Month}]
		sums[key{d.Account, d.Month}] = [2]int64{s[0] + d.All, s[1] + d.Sales}
	}
	for _, c := range cells {
		if s := sums[key{c.Account, c.Month}]; s != [2]int64{c.All.Amount, c.Sales.Amount} {
			t.Errorf("account %d, %v: documents %v, cell %d and %d", c.Account, c.Month, s, c.All.Amount, c.Sales.Amount)
		}
	}
}

// BenchmarkAdd folds invoices of ten lines over 4,000 clients and 24 months.
func BenchmarkAdd(b *testing.B) {
	const n = 1 << 16
	lines := &ledger.Lines{Document: make([]ledger.DocumentID, n), Account: make([]int32, n), Day: make([]period.Date, n), Amount: make([]int64, n)}
	for i := range n {
		doc := uint64(i/10) * 0x9E3779B97F4A7C15
		lines.Document[i] = ledger.DocumentID{Hi: doc, Lo: doc ^ 0x1234567}
		lines.Account[i] = int32(doc % 4000)
		lines.Day[i] = period.Date(19000 + i*730/n)
		lines.Amount[i] = int64(i%1000) - 20
	}
	builder := New(Options{})
	b.ReportAllocs()
	for b.Loop() {
		if err := builder.Add(lines); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/line")
}

// A document that is known from elsewhere adds its amount and counts nothing.
func TestKnownDocument(t *testing.T) {
	t.Parallel()
	b := New(Options{})
	known, other := ledger.DocumentID{Hi: 7, Lo: 9}, ledger.DocumentID{Hi: 8, Lo: 9}
	b.Know(known)
	err := b.Add(&ledger.Lines{
		Account: []int32{0, 0, 0}, Day: []period.Date{10, 10, 10}, Amount: []int64{5, 6, 7}, Line: []int64{1, 2, 3},
		Document: []ledger.DocumentID{known, other, known},
	})
	if err != nil {
		t.Fatal(err)
	}
	cells, err := b.Cells()
	if err != nil || len(cells) != 1 {
		t.Fatal(cells, err)
	}
	if s := cells[0].All; s.Amount != 18 || s.Lines != 3 || s.Documents != 1 {
		t.Errorf("%+v, want 18 over 3 lines and 1 document", s)
	}
	if s := cells[0].Sales; s.Amount != 18 || s.Documents != 1 {
		t.Errorf("sales %+v, want 18 and 1 document", s)
	}
}
