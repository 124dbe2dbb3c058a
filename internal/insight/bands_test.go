package insight_test

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"

	"clientele/internal/insight"
	"clientele/internal/money"
	"clientele/internal/verdict"
)

func banded(revenue, profit int64) insight.Banded {
	return insight.Banded{Revenue: revenue, Profit: insight.Value{Int: profit, Valid: true}}
}

// TestBandsWorkedExample holds definitions 3.9, in hundredths.
func TestBandsWorkedExample(t *testing.T) {
	t.Parallel()
	e := insight.Edges{Revenue: []int64{0, 1000_00, 5000_00}, Margin: []int64{0, 1000, 2500}}
	for _, c := range []struct {
		client insight.Banded
		want   string // revenue band, margin band, counted from 0
	}{
		{banded(800_00, 240_00), "{0 3}"},      // 30 %
		{banded(900_00, 224_91), "{0 2}"},      // 24.99 %
		{banded(4000_00, 400_00), "{1 2}"},     // 10 %
		{banded(12_000_00, 960_00), "{2 1}"},   // 8 %
		{banded(5000_00, -100_00), "{2 0}"},    // −2 %
		{banded(-50_00, 10_00), "{-1 -1}"},     // no revenue
		{insight.Banded{Revenue: 5}, "{0 -1}"}, // unknown margin
		{banded(200_00, 49_99), "{0 3}"},       // 2499.5 basis points: half to the even 2500, which opens the band
		{banded(200_00, 49_97), "{0 2}"},       // 2498.5
	} {
		if got := fmt.Sprint(e.Place(c.client)); got != c.want {
			t.Errorf("%+v: %s, want %s", c.client, got, c.want)
		}
	}
	if bands := e.RevenueBands(); fmt.Sprint(bands) != "[{0 100000 true true} {100000 500000 true true} {500000 0 true false}]" {
		t.Error(bands)
	}
	if bands := (insight.Edges{Revenue: []int64{10}, Margin: []int64{0}}).RevenueBands(); len(bands) != 2 {
		t.Error(bands)
	}
}

func TestEdges(t *testing.T) {
	t.Parallel()
	for _, e := range []insight.Edges{
		{}, {Revenue: []int64{0}}, {Margin: []int64{0}}, {Revenue: []int64{5, 5}, Margin: []int64{0}}, {Revenue: []int64{-1}, Margin: []int64{0}}, {Revenue: []int64{0}, Margin: []int64{3, 2}},
	} {
		if e.Check() == nil {
			t.Errorf("%+v is taken", e)
		}
		if _, err := insight.GridOf(nil, e); err == nil {
			t.Errorf("%+v cuts", e)
		}
	}
	for ticket, want := range map[int64]string{
		0: "[0 100000 1000000 10000000]", 48_000_00: "[0 200000 1000000 5000000 20000000]", 1: "[0 100]", 147_554_83: "[0 1000000 5000000 20000000 50000000]",
	} {
		if got := fmt.Sprint(insight.DefaultRevenueEdges(ticket, 2)); got != want {
			t.Errorf("around %d: %s, want %s", ticket, got, want)
		}
	}
}

// TestCellsSumToTheWhole compares random grids with placing each client by hand.
func TestCellsSumToTheWhole(t *testing.T) {
	t.Parallel()
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 7))
		e := insight.Edges{Revenue: []int64{r.Int64N(2) * 10, 40, 70}, Margin: []int64{-100, 0, 2500}}
		clients := make([]insight.Banded, r.IntN(40))
		for i := range clients {
			clients[i] = banded(r.Int64N(120)-20, r.Int64N(100)-30)
			clients[i].Profit.Valid = r.IntN(6) > 0
			clients[i].Micros = insight.Value{Int: r.Int64N(10), Valid: r.IntN(2) == 0}
		}
		g, err := insight.GridOf(clients, e)
		if err != nil {
			t.Fatal(err)
		}
		whole := g.NonPositive
		for i, row := range g.Cells {
			whole = whole.Plus(g.Unknown[i])
			for k, cell := range row {
				whole = whole.Plus(cell)
				slow := insight.Cell{}
				for _, c := range clients {
					if inBand(c.Revenue, e.RevenueBands()[i], true) && c.Profit.Valid && c.Revenue > 0 && inBand(slowPoints(c), e.MarginBands()[k], false) {
						slow.Clients++
						slow.Revenue = slow.Revenue.Add(c.Revenue)
						slow.Profit = slow.Profit.Add(c.Profit.Int)
					}
				}
				if slow.Clients != cell.Clients || slow.Revenue != cell.Revenue || slow.Profit != cell.Profit {
					t.Fatalf("seed %d: cell %d %d is %+v, want %+v", seed, i, k, cell, slow)
				}
			}
		}
		if whole != g.Total || g.Total.Clients != int64(len(clients)) {
			t.Fatalf("seed %d: %+v, want %+v", seed, whole, g.Total)
		}
	}
}

func inBand(v int64, b insight.Band, positive bool) bool {
	return (!b.HasLow || v >= b.Low) && (!b.HasHigh || v < b.High) && (!positive || v > 0)
}

// slowPoints is the margin in basis points by fractions, half to even.
func slowPoints(c insight.Banded) int64 {
	x := big.NewRat(c.Profit.Int*10_000, c.Revenue)
	floor := new(big.Int).Div(x.Num(), x.Denom()) // rounds down: the denominator is above 0
	rest := new(big.Rat).Sub(x, new(big.Rat).SetInt(floor))
	if cmp := rest.Cmp(big.NewRat(1, 2)); cmp > 0 || cmp == 0 && floor.Bit(0) == 1 {
		floor.Add(floor, big.NewInt(1))
	}
	return floor.Int64()
}

// TestLikeLargeWorkedExample holds definitions 3.10.
func TestLikeLargeWorkedExample(t *testing.T) {
	t.Parallel()
	var clients []insight.Banded
	for _, m := range []int64{10, 14, 18, 22} {
		clients = append(clients, banded(1000, m*10))
	}
	for _, m := range []int64{5, 13, 17, 19, 25, 30} {
		clients = append(clients, banded(100, m))
	}
	clients = append(clients, insight.Banded{Revenue: 100}, banded(-5, 1), banded(0, 1))
	a, v := insight.LikeLarge(clients, 1000)
	low, high, ok := a.Interval()
	if !ok || low != 0.13 || high != 0.19 || a.Large != 4 || a.Worse.Clients != 1 || a.Like.Clients != 3 || a.Better.Clients != 2 || a.Unknown != 1 {
		t.Errorf("%v %v %+v", low, high, a)
	}
	if a.Like.Profit != money.FromInt64(13+17+19) || v.Status != verdict.Flag {
		t.Errorf("%+v %+v", a.Like, v)
	}
	if _, v := insight.LikeLarge(clients[1:], 1000); v.Status != verdict.Refuse {
		t.Errorf("three large clients: %+v", v)
	}
}

func TestBandRule(t *testing.T) {
	t.Parallel()
	e := insight.Edges{Revenue: []int64{0}, Margin: []int64{0}}
	for unknown, want := range map[int64]verdict.Status{10: verdict.Pass, 11: verdict.Flag} {
		g, err := insight.GridOf([]insight.Banded{banded(100-unknown, 1), {Revenue: unknown}}, e)
		if err != nil {
			t.Fatal(err)
		}
		if got := insight.BandRule(g).Status; got != want {
			t.Errorf("%d %%: %s", unknown, got)
		}
	}
}

func TestEdgesNameThePlace(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		edges []int64
		want  string
	}{
		{[]int64{1, 1}, "2nd"},
		{[]int64{1, 2, 2}, "3rd"},
		{[]int64{1, 2, 3, 3}, "4th"},
		{[]int64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 10}, "11th"},
		{[]int64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 11}, "12th"},
	} {
		err := insight.Edges{Revenue: c.edges, Margin: []int64{0}}.Check()
		if err == nil || !strings.Contains(err.Error(), "the "+c.want+" is not above") {
			t.Errorf("%v: %v, want %s", c.edges, err, c.want)
		}
	}
}
