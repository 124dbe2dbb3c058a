package app

import (
	"context"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strings"

	"clientele/internal/fault"
	"clientele/internal/insight"
	"clientele/internal/money"
	"clientele/internal/period"
	"clientele/internal/verdict"
)

// MatrixQuestion says where the bands are cut; empty takes the default.
type MatrixQuestion struct {
	Revenue []string       // amounts: "0", "1000"
	Margin  []string       // shares: "0", "10%", "0.25"
	Prices  insight.Prices // of both windows of a comparison
}

// MatrixAnswer is the matrix of revenue and margin (definitions 3.9, 3.10).
type MatrixAnswer struct {
	*ProfitAnswer

	Grid         insight.Grid
	Limit        int64 // revenue from which a client is large: the entry ticket of the line
	Alike        insight.Alike
	AlikeVerdict verdict.Verdict
	Migration    *insight.Migration // since the window that is compared with; nil: none
	Earlier      insight.Edges      // of that window: as high at its prices as the edges are at those of this one
	Prices       insight.Prices
	MoveVerdict  verdict.Verdict
	Trend        []TrendPoint // of the last eight quarters; nil: it was not asked
}

// TrendPoint is the matrix of the window that ends with a quarter.
type TrendPoint struct {
	Window period.Range
	Grid   insight.Grid
}

// MatrixCell is one cell with its bands.
type MatrixCell struct {
	Revenue, Margin insight.Band
	Cell            *insight.Cell
}

// Matrix counts the clients of a statement by revenue and margin.
func Matrix(ctx context.Context, a *ProfitAnswer, q MatrixQuestion) (*MatrixAnswer, error) {
	m := &MatrixAnswer{ProfitAnswer: a}
	e, err := q.edges(a.Decimals)
	if err != nil {
		return nil, err
	}
	clients := a.banded()
	revenue := make(insight.Values, len(clients))
	for i := range clients {
		revenue[i] = clients[i].Revenue
	}
	cut, err := insight.Line(ctx, revenue, money.Fraction{Num: 4, Den: 5})
	if err != nil {
		return nil, err
	}
	m.Limit = cut.Ticket.Int
	if e.Revenue == nil {
		e.Revenue = insight.DefaultRevenueEdges(m.Limit, a.Decimals)
	}
	if e.Margin == nil {
		e.Margin = insight.DefaultMarginEdges()
	}
	if m.Grid, err = insight.GridOf(clients, e); err != nil {
		return nil, err
	}
	a.Verdict.Join(insight.BandRule(m.Grid))
	m.Alike, m.AlikeVerdict = insight.LikeLarge(clients, m.Limit)
	return m, m.migrate(q.Prices)
}

// migrate counts how the clients moved since the window that is compared with.
func (m *MatrixAnswer) migrate(prices insight.Prices) (err error) {
	before := m.Before
	if before == nil || before.Layer != m.Layer {
		if before == nil && prices.Known() {
			return fault.New(fault.Usage, "read --price-index", "a price index is of two windows, and there is one", "add --compare year, or leave it out")
		}
		return nil
	}
	m.Prices = prices
	if m.Earlier, err = m.Grid.Edges.Earlier(prices); err != nil {
		return err
	}
	m.Migration, m.MoveVerdict = migration(before, m.ProfitAnswer, m.Earlier, m.Grid.Edges), insight.PriceRule(prices)
	return nil
}

// banded is a row as the matrix sees it.
func (x *ProfitRow) banded() insight.Banded {
	b := insight.Banded{Revenue: x.Terms.Revenue, Profit: x.Profit, Micros: x.Micros}
	if x.Profit.Valid {
		b.Uncosted = x.Terms.Revenue - x.Base
	}
	return b
}

// banded are the clients as the matrix sees them.
func (a *ProfitAnswer) banded() []insight.Banded {
	out := make([]insight.Banded, len(a.Rows))
	for i := range a.Rows {
		x := &a.Rows[i]
		out[i] = x.banded()
	}
	return out
}

// migration is how the clients moved between the cells of two windows, each under its
// edges. A client that was not active in one of them is new, or has lapsed: there it left
// nothing, which is known.
func migration(before, after *ProfitAnswer, earlier, now insight.Edges) *insight.Migration {
	moves := map[string]*insight.Moved{}
	gone := insight.Stand{Presence: insight.Absent}
	see := func(a *ProfitAnswer, e insight.Edges, put func(*insight.Moved, insight.Stand, insight.Value)) {
		for i, b := range a.banded() {
			x := &a.Rows[i]
			if !x.Active {
				continue
			}
			if moves[x.ID] == nil {
				moves[x.ID] = &insight.Moved{From: gone, To: gone, Before: insight.Value{Valid: true}, After: insight.Value{Valid: true}}
			}
			put(moves[x.ID], e.Stand(b), b.Profit)
		}
	}
	see(before, earlier, func(m *insight.Moved, s insight.Stand, v insight.Value) { m.From, m.Before = s, v })
	see(after, now, func(m *insight.Moved, s insight.Stand, v insight.Value) { m.To, m.After = s, v })
	list := make([]insight.Moved, 0, len(moves))
	for _, id := range slices.Sorted(maps.Keys(moves)) {
		list = append(list, *moves[id])
	}
	out := insight.MigrationOf(list)
	return &out
}

// trendQuarters is how many quarters a trend looks back.
const trendQuarters = 8

// AddTrend adds the matrix of the windows of twelve months that end with each of the last
// eight quarters, under the same edges.
func (m *MatrixAnswer) AddTrend(ctx context.Context, g *Ground) error {
	end := m.Windows.Current.To
	if m.Windows.Current.Open() {
		end = g.Span.To.MonthStart()
	}
	for k := trendQuarters - 1; k >= 0; k-- {
		to := end.AddMonths(-3 * k)
		w := Windows{AsOf: m.AsOf, Current: period.Range{From: to.AddMonths(-12), To: to}}
		if w.Current.From < g.Span.From.MonthStart() {
			continue // not a whole year of data
		}
		a, err := profitIn(ctx, g, ProfitQuestion{AsOf: m.AsOf, Level: m.Question.Level, By: m.Question.By}, w, m.values)
		if err != nil {
			return err
		}
		if a.Layer != m.Layer {
			continue // margins of another layer are no trend
		}
		grid, err := insight.GridOf(a.banded(), m.Grid.Edges)
		if err != nil {
			return err
		}
		m.Trend = append(m.Trend, TrendPoint{w.Current, grid})
	}
	return nil
}

// edges reads the edges that were said.
func (q MatrixQuestion) edges(decimals uint8) (insight.Edges, error) {
	var e insight.Edges
	for _, text := range q.Revenue {
		v, err := decimalOf(text, decimals)
		if err != nil {
			return e, fault.New(fault.Usage, "read --revenue", fmt.Sprintf("--revenue does not know %q", text), "write amounts, for example --revenue 0,1000,5000")
		}
		e.Revenue = append(e.Revenue, v)
	}
	for _, text := range q.Margin {
		digits, isPercent := strings.CutSuffix(strings.TrimSpace(text), "%")
		scale := uint8(4)
		if isPercent {
			scale = 2
		}
		v, err := decimalOf(digits, scale)
		if err != nil {
			return e, fault.New(fault.Usage, "read --margin", fmt.Sprintf("--margin does not know %q", text), "write shares, for example --margin 0,10%,25%")
		}
		e.Margin = append(e.Margin, v)
	}
	return e, nil
}

// decimalOf reads a decimal as an integer at a scale; it fails where digits are left over.
func decimalOf(text string, scale uint8) (int64, error) {
	r, ok := new(big.Rat).SetString(strings.TrimSpace(text))
	if !ok || strings.ContainsAny(text, "/eE") {
		return 0, fmt.Errorf("%q is no decimal", text)
	}
	r.Mul(r, new(big.Rat).SetInt64(money.Pow10(scale)))
	if !r.IsInt() || !r.Num().IsInt64() {
		return 0, fmt.Errorf("%q is too fine", text)
	}
	return r.Num().Int64(), nil
}

// Each visits the cells: bands of revenue ascending, and within them of margin.
func (m *MatrixAnswer) Each(visit func(MatrixCell)) {
	for i, r := range m.RevenueBands() {
		for k, g := range m.MarginBands() {
			visit(MatrixCell{r, g, &m.Grid.Cells[i][k]})
		}
	}
}

// RevenueBands are the bands of revenue, ascending.
func (m *MatrixAnswer) RevenueBands() []insight.Band { return m.Grid.Edges.RevenueBands() }

// MarginBands are the bands of margin, ascending.
func (m *MatrixAnswer) MarginBands() []insight.Band { return m.Grid.Edges.MarginBands() }

// UnknownMargin are the clients with revenue above 0 whose margin is not known.
func (m *MatrixAnswer) UnknownMargin() *insight.Cell {
	var all insight.Cell
	for _, c := range m.Grid.Unknown {
		all = all.Plus(c)
	}
	return &all
}

// Below are the clients below the first edge of margin.
func (m *MatrixAnswer) Below() insight.Cell {
	var all insight.Cell
	for _, row := range m.Grid.Cells {
		all = all.Plus(row[0])
	}
	return all
}
