package app

import (
	"context"
	"fmt"
	"math/big"
	"strings"

	"clientele/internal/fault"
	"clientele/internal/insight"
	"clientele/internal/money"
	"clientele/internal/verdict"
)

// MatrixQuestion says where the bands are cut; empty takes the default.
type MatrixQuestion struct {
	Revenue []string // amounts: "0", "1000"
	Margin  []string // shares: "0", "10%", "0.25"
}

// MatrixAnswer is the matrix of revenue and margin (definitions 3.9, 3.10).
type MatrixAnswer struct {
	*ProfitAnswer

	Grid         insight.Grid
	Limit        int64 // revenue from which a client is large: the entry ticket of the line
	Alike        insight.Alike
	AlikeVerdict verdict.Verdict
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
	clients := make([]insight.Banded, len(a.Rows))
	revenue := make(insight.Values, len(a.Rows))
	for i := range a.Rows {
		x := &a.Rows[i]
		clients[i] = insight.Banded{Revenue: x.Terms.Revenue, Profit: x.Profit, Micros: x.Micros}
		revenue[i] = x.Terms.Revenue
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
	return m, nil
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
