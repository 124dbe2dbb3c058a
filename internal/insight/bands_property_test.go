package insight_test

import (
	"math"
	"math/big"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"clientele/internal/fault"
	"clientele/internal/insight"
	"clientele/internal/money"
)

// exactPoints is p·10,000/r in fractions, half to even, at any size.
func exactPoints(b insight.Banded) *big.Int {
	x := new(big.Rat).SetFrac(new(big.Int).Mul(big.NewInt(b.Profit.Int), big.NewInt(10_000)), big.NewInt(b.Revenue))
	floor := new(big.Int).Div(x.Num(), x.Denom()) // rounds down: the denominator is above 0
	rest := new(big.Rat).Sub(x, new(big.Rat).SetInt(floor))
	if c := rest.Cmp(big.NewRat(1, 2)); c > 0 || c == 0 && floor.Bit(0) == 1 {
		floor.Add(floor, big.NewInt(1))
	}
	return floor
}

// within reports low <= v < high.
func within(v *big.Int, b insight.Band) bool {
	return (!b.HasLow || v.Cmp(big.NewInt(b.Low)) >= 0) && (!b.HasHigh || v.Cmp(big.NewInt(b.High)) < 0)
}

// bandedClients are clients of all signs and sizes, some of unknown profit or time. Huge
// profits stand beside huge revenue, so that every margin fits 64 bits.
func bandedClients() *rapid.Generator[[]insight.Banded] {
	null := func(t *rapid.T, v int64, what string) insight.Value {
		if rapid.IntRange(0, 5).Draw(t, what) == 0 {
			return insight.Value{}
		}
		return val(v)
	}
	one := rapid.Custom(func(t *rapid.T) insight.Banded {
		r, p := rapid.Int64Range(-30, 300).Draw(t, "r"), rapid.Int64Range(-300, 300).Draw(t, "p")
		if rapid.IntRange(0, 4).Draw(t, "size") == 0 {
			r, p = rapid.Int64Range(math.MaxInt64-9, math.MaxInt64).Draw(t, "huge r"), rapid.Int64().Draw(t, "huge p")
		}
		return insight.Banded{Revenue: r, Profit: null(t, p, "profit"), Micros: null(t, rapid.Int64Range(0, math.MaxInt64).Draw(t, "micros"), "time")}
	})
	return rapid.SliceOfN(one, 0, 40)
}

func anyEdges() *rapid.Generator[insight.Edges] {
	rising := func(t *rapid.T, of *rapid.Generator[int64], what string) []int64 {
		list := rapid.SliceOfNDistinct(of, 1, 6, func(v int64) int64 { return v }).Draw(t, what)
		slices.Sort(list)
		return list
	}
	return rapid.Custom(func(t *rapid.T) insight.Edges {
		return insight.Edges{
			Revenue: rising(t, rapid.OneOf(rapid.Int64Range(0, 300), rapid.Just(int64(math.MaxInt64))), "revenue edges"),
			Margin:  rising(t, rapid.OneOf(rapid.Int64Range(-9000, 12_000), rapid.SampledFrom([]int64{math.MinInt64, math.MaxInt64})), "margin edges"),
		}
	})
}

// TestEachClientHasOnePlace holds that the bands cover every value once, and that a place
// is the band that holds the value.
func TestEachClientHasOnePlace(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		e := anyEdges().Draw(t, "edges")
		for _, c := range bandedClients().Draw(t, "clients") {
			got := e.Place(c)
			if c.Revenue <= 0 {
				if got != (insight.Place{Revenue: -1, Margin: -1}) {
					t.Fatalf("%+v is at %+v", c, got)
				}
				continue
			}
			if at := holding(big.NewInt(c.Revenue), e.RevenueBands()); !slices.Equal(at, []int{got.Revenue}) {
				t.Fatalf("%+v is in revenue band %d, want %v", c, got.Revenue, at)
			}
			want := []int{-1}
			if c.Profit.Valid {
				want = holding(exactPoints(c), e.MarginBands())
			}
			if !slices.Equal(want, []int{got.Margin}) {
				t.Fatalf("%+v is in margin band %d, want %v", c, got.Margin, want)
			}
		}
	})
}

func holding(v *big.Int, bands []insight.Band) (at []int) {
	for i, b := range bands {
		if within(v, b) {
			at = append(at, i)
		}
	}
	return at
}

// slowCell adds up in big integers.
type slowCell struct {
	clients, timed, costed   int64
	revenue, profit, micros  big.Int
	known, earned, earnedFor big.Int // revenue of the costed; profit and time of the costed and timed
}

func (s *slowCell) add(c insight.Banded) {
	s.clients++
	s.revenue.Add(&s.revenue, big.NewInt(c.Revenue))
	if c.Profit.Valid {
		s.profit.Add(&s.profit, big.NewInt(c.Profit.Int))
		s.costed++
		s.known.Add(&s.known, big.NewInt(c.Revenue))
		if c.Micros.Valid {
			s.earned.Add(&s.earned, big.NewInt(c.Profit.Int))
			s.earnedFor.Add(&s.earnedFor, big.NewInt(c.Micros.Int))
		}
	}
	if c.Micros.Valid {
		s.timed++
		s.micros.Add(&s.micros, big.NewInt(c.Micros.Int))
	}
}

func (s *slowCell) is(c insight.Cell) bool {
	return s.clients == c.Clients && s.timed == c.Timed && s.revenue.Cmp(c.Revenue.Big()) == 0 &&
		s.profit.Cmp(c.Profit.Big()) == 0 && s.micros.Cmp(c.Micros.Big()) == 0 &&
		s.costed == c.Costed && s.known.Cmp(c.Known.Big()) == 0 && s.earned.Cmp(c.HourProfit.Big()) == 0 && s.earnedFor.Cmp(c.HourMicros.Big()) == 0
}

// TestUnknownProfitIsNoZero holds that a client whose profit is not known takes no part in
// a margin or an hour's profit: 40 % of each of 19 is 40 %, and not 38 %.
func TestUnknownProfitIsNoZero(t *testing.T) {
	t.Parallel()
	clients := make([]insight.Banded, 0, 20)
	for range 19 { // 400.00 and half an hour each: 800.00 per hour
		clients = append(clients, insight.Banded{Revenue: 100_000, Profit: insight.Value{Int: 40_000, Valid: true}, Micros: insight.Value{Int: 1_800_000_000, Valid: true}})
	}
	clients = append(clients, insight.Banded{Revenue: 100_000, Micros: insight.Value{Int: 3_600_000_000, Valid: true}})
	g, err := insight.GridOf(clients, insight.Edges{Revenue: []int64{0}, Margin: []int64{0}})
	if err != nil {
		t.Fatal(err)
	}
	if m, ok := g.Total.Margin(); !ok || m != 0.4 {
		t.Errorf("margin %v, %v", m, ok)
	}
	if v, ok := g.Total.ProfitPerHour(); !ok || v != money.FromInt64(80_000) {
		t.Errorf("per hour %v, %v", v, ok)
	}
	unknown := g.Unknown[0]
	if m, ok := unknown.Margin(); ok || unknown.Clients != 1 {
		t.Errorf("margin of the unknown %v of %d", m, unknown.Clients)
	}
	if v, ok := unknown.ProfitPerHour(); ok {
		t.Errorf("profit per hour of the unknown %v", v)
	}
}

// TestCellsHoldWhatIsPlacedThere holds every cell, the special ones too, against adding up
// by place, and that all of them together are the whole.
func TestCellsHoldWhatIsPlacedThere(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		e, clients := anyEdges().Draw(t, "edges"), bandedClients().Draw(t, "clients")
		g, err := insight.GridOf(clients, e)
		if err != nil {
			t.Fatal(err)
		}
		slow, all := map[insight.Place]*slowCell{}, &slowCell{}
		for _, c := range clients {
			p := e.Place(c)
			if slow[p] == nil {
				slow[p] = &slowCell{}
			}
			slow[p].add(c)
			all.add(c)
		}
		if !all.is(g.Total) {
			t.Fatalf("the whole is %+v", g.Total)
		}
		whole := insight.Cell{}
		check := func(p insight.Place, c insight.Cell) {
			want := slow[p]
			if want == nil {
				want = &slowCell{}
			}
			if !want.is(c) {
				t.Fatalf("%+v holds %+v", p, c)
			}
			whole = whole.Plus(c)
		}
		check(insight.Place{Revenue: -1, Margin: -1}, g.NonPositive)
		for i := range e.RevenueBands() {
			check(insight.Place{Revenue: i, Margin: -1}, g.Unknown[i])
			for k := range e.MarginBands() {
				check(insight.Place{Revenue: i, Margin: k}, g.Cells[i][k])
			}
		}
		if whole != g.Total {
			t.Fatalf("the cells sum to %+v, want %+v", whole, g.Total)
		}
	})
}

// Definitions 3.5, 3.9: the pooled margin is Σ CM3/Σ r, null where Σ r is not above 0.
func TestPooledMargin(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		clients []insight.Banded
		want    float64
		ok      bool
	}{
		{[]insight.Banded{banded(100_000, 24_000)}, 0.24, true},
		{[]insight.Banded{banded(300, 30), banded(100, 70)}, 0.25, true}, // not the mean of 0.1 and 0.7
		{[]insight.Banded{banded(10, -25)}, -2.5, true},                  // a loss is shown as one
		{[]insight.Banded{banded(0, 5)}, 0, false},
		{[]insight.Banded{banded(-7, 5)}, 0, false},
		{nil, 0, false},
	} {
		g, err := insight.GridOf(c.clients, insight.Edges{Revenue: []int64{0}, Margin: []int64{0}})
		if err != nil {
			t.Fatal(err)
		}
		if got, ok := g.Total.Margin(); got != c.want || ok != c.ok {
			t.Errorf("%v: %v, %v, want %v, %v", c.clients, got, ok, c.want, c.ok)
		}
	}
}

// TestEdgesSayWhatToDo holds the kind of the refusal, and that it has a remedy.
func TestEdgesSayWhatToDo(t *testing.T) {
	t.Parallel()
	for about, e := range map[string]insight.Edges{
		"revenue":         {Margin: []int64{0}},
		"margin":          {Revenue: []int64{0}},
		"revenue do not":  {Revenue: []int64{0, 5, 5}, Margin: []int64{0}},
		"margin do not":   {Revenue: []int64{0}, Margin: []int64{7, -7}},
		"revenue is belo": {Revenue: []int64{-1, 3}, Margin: []int64{0}},
	} {
		err := e.Check()
		if err == nil {
			t.Errorf("%+v is taken", e)
			continue
		}
		if message, remedy, _ := strings.Cut(err.Error(), "; "); fault.KindOf(err) != fault.Usage || !strings.Contains(message, about) || remedy == "" {
			t.Errorf("%+v: %v", e, err)
		}
	}
	if err := (insight.Edges{Revenue: []int64{0}, Margin: []int64{-5}}).Check(); err != nil {
		t.Error(err)
	}
}

// TestDefaultEdgesAreTheNearest compares with trying every number of the ladder: the
// nearest by ratio, the lower of two, each once.
func TestDefaultEdgesAreTheNearest(t *testing.T) {
	t.Parallel()
	var ladder []int64
	for ten := int64(1); ten <= 1e15; ten *= 10 {
		ladder = append(ladder, ten, 2*ten, 5*ten)
	}
	rapid.Check(t, func(t *rapid.T) {
		decimals := rapid.Uint8Range(0, money.MaxDecimals).Draw(t, "decimals")
		ticket := rapid.OneOf(rapid.Int64Range(1, 1<<48), rapid.Int64Range(1, 5000)).Draw(t, "ticket")
		unit := money.Pow10(decimals)
		want := []int64{0}
		for _, k := range []*big.Rat{big.NewRat(1, 16), big.NewRat(1, 4), big.NewRat(1, 1), big.NewRat(4, 1)} {
			target := new(big.Rat).Mul(big.NewRat(ticket, unit), k)
			best, far := int64(0), (*big.Rat)(nil)
			for _, x := range ladder {
				ratio := new(big.Rat).Quo(big.NewRat(x, 1), target)
				if ratio.Cmp(big.NewRat(1, 1)) < 0 {
					ratio.Inv(ratio)
				}
				if far == nil || ratio.Cmp(far) < 0 {
					best, far = x, ratio
				}
			}
			if edge := best * unit; !slices.Contains(want, edge) {
				want = append(want, edge)
			}
		}
		got := insight.DefaultRevenueEdges(ticket, decimals)
		if !slices.Equal(got, want) {
			t.Fatalf("%v, want %v", got, want)
		}
		if err := (insight.Edges{Revenue: got, Margin: insight.DefaultMarginEdges()}).Check(); err != nil {
			t.Fatal(err)
		}
	})
	if got := insight.DefaultRevenueEdges(-5, 0); !slices.Equal(got, []int64{0, 1000, 10_000, 100_000}) {
		t.Errorf("without a ticket: %v", got)
	}
	if got := insight.DefaultMarginEdges(); !slices.Equal(got, []int64{0, 1000, 2500, 4000}) {
		t.Errorf("margins: %v", got)
	}
}
