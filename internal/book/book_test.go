package book_test

import (
	"cmp"
	"math/big"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"clientele/internal/book"
	"clientele/internal/fault"
	"clientele/internal/money"
	"clientele/internal/period"
	"clientele/internal/verdict"
)

func day(y, m, d int) period.Date { return period.DateOf(y, m, d) }

func val(v int64) book.Value { return book.Value{Int: v, Valid: true} }

// windows of definitions 1.2: as of 2025-08-17.
var windows = book.WindowsOf(
	period.Range{From: day(2024, 8, 1), To: day(2025, 8, 1)},
	period.Range{From: day(2023, 8, 1), To: day(2024, 8, 1)}, day(2025, 8, 17))

func TestState(t *testing.T) {
	t.Parallel()
	alone := windows
	alone.Prior = period.Range{}
	all := book.WindowsOf(period.All, period.Range{}, day(2025, 8, 17))
	for _, c := range []struct {
		name   string
		client book.Client
		w      book.Windows
		want   book.State
	}{
		{"first line in the window", book.Client{Revenue: val(5), LinesCurrent: 2, LinesEver: 2}, windows, book.New},
		{"first line is a credit note", book.Client{Revenue: val(-5), LinesCurrent: 1, LinesEver: 1}, windows, book.New},
		{"in both windows", book.Client{Revenue: val(5), LinesCurrent: 2, LinesPrior: 1, LinesEver: 3}, windows, book.Active},
		{"in all three", book.Client{Revenue: val(5), LinesCurrent: 2, LinesPrior: 1, LinesEarlier: 1, LinesEver: 4}, windows, book.Active},
		{"a silent window between", book.Client{Revenue: val(5), LinesCurrent: 2, LinesEarlier: 1, LinesEver: 3}, windows, book.Returned},
		{"nothing in the window", book.Client{Revenue: val(0), LinesPrior: 1, LinesEver: 1}, windows, book.Lapsed},
		{"nothing for long", book.Client{Revenue: val(0), LinesEarlier: 1, LinesEver: 1}, windows, book.Lapsed},
		{"only credit notes in the window", book.Client{Revenue: val(-5), LinesCurrent: 1, LinesPrior: 1, LinesEver: 2}, windows, book.Lapsed},
		{"cancels out", book.Client{Revenue: val(0), LinesCurrent: 2, LinesEarlier: 1, LinesEver: 3}, windows, book.Lapsed},
		{"seen in the gap between the windows", book.Client{Revenue: val(5), LinesCurrent: 2, LinesEver: 3}, windows, book.Active},
		{"no prior window", book.Client{Revenue: val(5), LinesCurrent: 2, LinesEarlier: 1, LinesEver: 3}, alone, book.Active},
		{"no beginning", book.Client{Revenue: val(5), LinesCurrent: 2, LinesEver: 2}, all, book.Unknown},
		{"no line", book.Client{}, windows, book.Unknown},
		{"no window", book.Client{Revenue: val(5), LinesEver: 2}, book.Windows{}, book.Unknown},
	} {
		if got := c.client.State(c.w); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestTenure(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		first period.Date
		end   period.Date
		want  book.Value
	}{
		{"last day of the window", day(2025, 7, 31), day(2025, 8, 1), val(1)},
		{"a year", day(2024, 8, 1), day(2025, 8, 1), val(365)},
		{"a leap year", day(2023, 8, 1), day(2024, 8, 1), val(366)},
		{"undated", period.NoDate, day(2025, 8, 1), book.Value{}},
		{"no end", day(2024, 8, 1), period.NoDate, book.Value{}},
		{"after the end", day(2025, 8, 1), day(2025, 8, 1), book.Value{}},
	} {
		if got := (book.Client{First: c.first}).Tenure(book.Windows{End: c.end}); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
	if windows.End != day(2025, 8, 1) {
		t.Errorf("end %v", windows.End)
	}
	if w := book.WindowsOf(period.All, period.Range{}, day(2025, 8, 17)); w.End != day(2025, 8, 17) {
		t.Errorf("end of all dates %v", w.End)
	}
}

func TestOf(t *testing.T) {
	t.Parallel()
	values := []book.Value{val(50), val(40), val(3), val(4), val(5), val(6), val(15), val(19000), {}}
	c, err := book.Of("c1", "One", values)
	want := book.Client{
		ID: "c1", Name: "One", Revenue: val(50), RevenuePrior: val(40), Invoices: 3,
		LinesCurrent: 4, LinesPrior: 5, LinesEarlier: 6, LinesEver: 15, First: 19000, Last: period.NoDate,
	}
	if err != nil || c != want {
		t.Errorf("%+v, %v", c, err)
	}
	if len(book.Measures()) != len(values) {
		t.Errorf("%d measures", len(book.Measures()))
	}
	if _, err := book.Of("c1", "", nil); err == nil || fault.KindOf(err) != fault.Internal {
		t.Errorf("no values: %v", err)
	}
	values[6] = val(0)
	if c, err := book.Of("c1", "", values); err != nil || c.Revenue.Valid || c.RevenuePrior.Valid {
		t.Errorf("without a line revenue is null, not 0: %+v, %v", c, err)
	}
}

// Portfolio P of the definitions with a loss, a zero and a null beside it; shares by
// hand over R = 6,800.
func TestPage(t *testing.T) {
	t.Parallel()
	clients := []book.Client{
		{ID: "A", Revenue: val(2780)},
		{ID: "B", Revenue: val(1090)},
		{ID: "C", Revenue: val(1060)},
		{ID: "D", Revenue: val(1035)},
		{ID: "E", Revenue: val(290)},
		{ID: "F", Revenue: val(220)},
		{ID: "G", Revenue: val(180)},
		{ID: "H", Revenue: val(145)},
		{ID: "Z", Revenue: val(0)},
		{ID: "L", Revenue: val(-7)},
		{ID: "N"},
	}
	base := money.FromInt64(6800)
	first, next, err := book.Page(clients[:3], windows, book.Start{}, base)
	if err != nil || next != (book.Start{Clients: 3, Sum: money.FromInt64(4930)}) {
		t.Fatalf("%+v, %v", next, err)
	}
	rest, end, err := book.Page(clients[3:], windows, next, base)
	if err != nil || end != (book.Start{Clients: 10, Sum: base}) {
		t.Fatalf("%+v, %v", end, err)
	}
	rows := slices.Concat(first, rest)
	for i, row := range rows[:10] {
		if row.Rank != int64(i+1) {
			t.Errorf("%s: rank %d", row.ID, row.Rank)
		}
	}
	if rows[2].Cumulative.Float != 0.725 || rows[0].Share.Float != 2780.0/6800 || rows[7].Cumulative.Float != 1 {
		t.Errorf("S_3/R = 72.5 %%, got %v; share %v; last %v", rows[2].Cumulative, rows[0].Share, rows[7].Cumulative)
	}
	for _, row := range rows[8:] {
		if row.Share.Valid || row.Cumulative.Valid {
			t.Errorf("%s: a share of a base that it is not in", row.ID)
		}
	}
	if rows[10].Rank != 0 {
		t.Errorf("null has rank %d", rows[10].Rank)
	}
}

// inOrder is the order of a book, said again: nulls last, the largest first, then by id.
func inOrder(a, b book.Client) int {
	if a.Revenue.Valid != b.Revenue.Valid {
		return map[bool]int{true: -1, false: 1}[a.Revenue.Valid]
	}
	return cmp.Or(cmp.Compare(b.Revenue.Int, a.Revenue.Int), cmp.Compare(a.ID, b.ID))
}

// Definitions 1.1: accounts A1 400 and A2 350 of one group, B 500: group 750 ranks before B.
func TestGroupRanksByItsSum(t *testing.T) {
	t.Parallel()
	clients := []book.Client{{ID: "B", Revenue: val(500)}, {ID: "A", Revenue: val(400 + 350)}}
	slices.SortFunc(clients, inOrder)
	rows, _, err := book.Page(clients, windows, book.Start{}, money.FromInt64(1250))
	if err != nil || rows[0].ID != "A" || rows[1].Rank != 2 || rows[0].Share.Float != 0.6 {
		t.Errorf("%+v, %v", rows, err)
	}
}

func TestPageRejects(t *testing.T) {
	t.Parallel()
	base := money.FromInt64(10)
	for name, clients := range map[string][]book.Client{
		"ascending":     {{ID: "a", Revenue: val(1)}, {ID: "b", Revenue: val(2)}},
		"ties by id":    {{ID: "b", Revenue: val(1)}, {ID: "a", Revenue: val(1)}},
		"twice":         {{ID: "a", Revenue: val(1)}, {ID: "a", Revenue: val(1)}},
		"null first":    {{ID: "a"}, {ID: "b", Revenue: val(1)}},
		"more than all": {{ID: "a", Revenue: val(11)}},
	} {
		if _, _, err := book.Page(clients, windows, book.Start{}, base); fault.KindOf(err) != fault.Internal || err == nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// However a book is cut into pages, ranks and shares are those of the whole.
func TestPagesProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var clients []book.Client
		total := new(big.Int)
		for i := range rapid.IntRange(0, 40).Draw(t, "clients") {
			r := rapid.OneOf(rapid.Int64Range(-5, 5), rapid.Int64Range(1<<61, 1<<62)).Draw(t, "r")
			clients = append(clients, book.Client{ID: string(rune('a' + i)), Revenue: book.Value{Int: r, Valid: rapid.IntRange(0, 9).Draw(t, "null") > 0}})
			if c := clients[i]; c.Revenue.Valid && r > 0 {
				total.Add(total, big.NewInt(r))
			}
		}
		base, _ := money.FromBig(total)
		slices.SortFunc(clients, inOrder)
		at, running := book.Start{}, new(big.Int)
		size := rapid.IntRange(1, 7).Draw(t, "size")
		rank := int64(0)
		for page := range slices.Chunk(clients, size) {
			var rows []book.Row
			var err error
			if rows, at, err = book.Page(page, windows, at, base); err != nil {
				t.Fatal(err)
			}
			for i, row := range rows {
				if page[i].Revenue.Valid {
					rank++
				}
				if row.Rank != rank && row.Rank != 0 {
					t.Fatalf("rank %d, want %d", row.Rank, rank)
				}
				if !row.Cumulative.Valid {
					continue
				}
				running.Add(running, big.NewInt(page[i].Revenue.Int))
				if want, _ := new(big.Rat).SetFrac(running, total).Float64(); row.Cumulative.Float != want {
					t.Fatalf("cumulative %v, want %v", row.Cumulative.Float, want)
				}
			}
		}
		if running.Cmp(total) != 0 {
			t.Fatalf("pages add up to %s of %s", running, total)
		}
	})
}

func TestStateRule(t *testing.T) {
	t.Parallel()
	alone := windows
	alone.Prior = period.Range{}
	for _, c := range []struct {
		name   string
		w      book.Windows
		first  period.Date
		status verdict.Status
		bias   verdict.Bias
		code   string
	}{
		{"12 months before the prior window", windows, day(2022, 8, 1), verdict.Pass, verdict.None, ""},
		{"a day less", windows, day(2022, 8, 2), verdict.Flag, verdict.High, "history_short"},
		{"data begins in the window", windows, day(2025, 1, 1), verdict.Flag, verdict.High, "history_short"},
		{"nothing compared: a year before the window", alone, day(2023, 8, 1), verdict.Pass, verdict.None, ""},
		{"undated", windows, period.NoDate, verdict.Refuse, verdict.None, "undated_time"},
		{"all dates", book.WindowsOf(period.All, period.Range{}, day(2025, 8, 17)), day(2020, 1, 1), verdict.Refuse, verdict.None, "window_open"},
	} {
		v := book.StateRule(c.w, c.first)
		code := ""
		if len(v.Reasons) > 0 {
			code = v.Reasons[0].Code
		}
		if v.Status != c.status || v.Bias != c.bias || code != c.code {
			t.Errorf("%s: %+v", c.name, v)
		}
	}
}
