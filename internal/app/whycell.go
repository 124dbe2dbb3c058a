package app

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"clientele/internal/fault"
	"clientele/internal/insight"
	"clientele/internal/metric"
)

// cellClients is how many clients of a cell are named.
const cellClients = 10

// In are the clients of a statement that stand in a place of its matrix, by revenue
// descending, then client_id.
func (m *MatrixAnswer) In(at insight.Place) []*ProfitRow {
	var out []*ProfitRow
	for i, b := range m.banded() {
		if m.Grid.Edges.Place(b) == at {
			out = append(out, &m.Rows[i])
		}
	}
	slices.SortFunc(out, largestFirst)
	return out
}

// cell explains how many clients stand in a cell of the matrix: "cell 2 3", counted from the
// lowest bands on, or one of the two blocks beside the cells.
func (x *profitWhy) cell(ctx context.Context, name string) error {
	if ok, err := x.measure(metric.BandCell); !ok {
		return err
	}
	m, err := Matrix(ctx, x.p, x.q.Matrix)
	if err != nil {
		return err
	}
	a := x.a
	a.Verdict = m.Verdict
	switch name {
	case "non_positive":
		x.cellOf(&m.Grid.NonPositive, m.In(insight.Place{Revenue: -1, Margin: -1}))
		return nil
	case "unknown_margin":
		var rows []*ProfitRow
		for i := range m.RevenueBands() {
			rows = append(rows, m.In(insight.Place{Revenue: i, Margin: -1})...)
		}
		slices.SortFunc(rows, largestFirst)
		x.cellOf(m.UnknownMargin(), rows)
		return nil
	}
	at, err := m.place(name)
	if err != nil {
		return err
	}
	show := func(v int64) string { return format(v, a.Decimals) }
	percent := func(v int64) string { return format(v, 2) + " %" }
	a.Inputs = append(a.Inputs, Input{"revenue", bandText(m.RevenueBands()[at.Revenue], show)}, Input{"margin", bandText(m.MarginBands()[at.Margin], percent)})
	x.cellOf(&m.Grid.Cells[at.Revenue][at.Margin], m.In(at))
	return nil
}

// place reads the numbers of a cell.
func (m *MatrixAnswer) place(name string) (insight.Place, error) {
	revenue, margin := len(m.RevenueBands()), len(m.MarginBands())
	words := strings.Fields(name)
	if len(words) == 3 && words[0] == "cell" {
		r, errR := strconv.Atoi(words[1])
		g, errG := strconv.Atoi(words[2])
		if errR == nil && errG == nil && r >= 1 && r <= revenue && g >= 1 && g <= margin {
			return insight.Place{Revenue: r - 1, Margin: g - 1}, nil
		}
	}
	return insight.Place{}, fault.New(fault.NotFound, "explain", "there is no matrix."+name,
		fmt.Sprintf("write matrix.cell R M: R from 1 to %d, the lowest revenue first, M from 1 to %d, the lowest margin first; or matrix.non_positive, matrix.unknown_margin", revenue, margin))
}

// cellOf tells what a cell holds, and who stands in it.
func (x *profitWhy) cellOf(c *insight.Cell, list []*ProfitRow) {
	a := x.a
	a.Value = rows(c.Clients)
	left := "not known"
	if c.Costed > 0 {
		left = c.Profit.Format(a.Decimals)
	}
	a.Inputs = append(a.Inputs, Input{"clients", rows(c.Clients)}, Input{"revenue of the cell", c.Revenue.Format(a.Decimals)}, Input{"contribution of the cell", left})
	x.who(list)
}

// who names clients with what they bring and leave, and how to go on.
func (x *profitWhy) who(list []*ProfitRow) {
	a := x.a
	for _, r := range list[:min(cellClients, len(list))] {
		left, margin := "not known", "not known"
		if r.Profit.Valid {
			left = format(r.Profit.Int, a.Decimals)
			if bp, ok := r.banded().BasisPoints(); ok {
				margin = format(bp, 2) + " %"
			}
		}
		a.Inputs = append(a.Inputs, Input{r.ID + " " + r.Name, fmt.Sprintf("revenue %s, %s %s, margin %s", format(r.Terms.Revenue, a.Decimals), strings.ToUpper(string(x.p.Layer)), left, margin)})
		if len(a.Next) < 3 {
			a.Next = append(a.Next, "clientele why profit client "+r.ID)
		}
	}
	if more := len(list) - cellClients; more > 0 {
		a.Inputs = append(a.Inputs, Input{"and", fmt.Sprintf("%d more clients", more)})
	}
}

// bandText says where a band begins and ends.
func bandText(b insight.Band, write func(int64) string) string {
	switch {
	case b.HasLow && b.HasHigh:
		return "from " + write(b.Low) + ", below " + write(b.High)
	case b.HasLow:
		return "from " + write(b.Low)
	case b.HasHigh:
		return "below " + write(b.High)
	default:
		return "any"
	}
}

// alike explains how many small clients have margins like the large ones.
func (x *profitWhy) alike(ctx context.Context, name string) error {
	if ok, err := x.measure(metric.SmallLikeLarge); !ok {
		return err
	}
	m, err := Matrix(ctx, x.p, x.q.Matrix)
	if err != nil {
		return err
	}
	a := x.a
	a.Verdict.Join(m.AlikeVerdict)
	side, ok := map[string]int{"worse": -1, "like": 0, "better": 1}[name]
	if !ok {
		return fault.New(fault.NotFound, "explain", "there is no small_like_large."+name, "write small_like_large.like, .better or .worse")
	}
	a.Inputs = []Input{{"large from a revenue of", format(m.Limit, a.Decimals)}, {"large clients of known margin", rows(m.Alike.Large)}}
	low, high, ok := m.Alike.Interval()
	if !ok {
		return nil // refused: too few say what margins large clients have
	}
	a.Inputs = append(a.Inputs, Input{"the middle half of their margins", fmt.Sprintf("%.2f to %.2f %%", 100*low, 100*high)})
	var list []*ProfitRow
	for i, b := range m.banded() {
		if at, known := m.Alike.Side(b); known && at == side && b.Revenue > 0 && b.Revenue < m.Limit {
			list = append(list, &m.Rows[i])
		}
	}
	slices.SortFunc(list, largestFirst)
	a.Value = rows(int64(len(list)))
	x.who(list)
	return nil
}
