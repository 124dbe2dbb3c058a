package insight

import (
	"fmt"
	"math"
	"math/big"
	"slices"
	"strconv"

	"clientele/internal/fault"
	"clientele/internal/money"
	"clientele/internal/verdict"
)

// Edges cut revenue and margin into bands [low, high) (definitions 3.9).
type Edges struct {
	Revenue []int64 // minor units, ascending, not below 0
	Margin  []int64 // basis points, ascending
}

// ordinal writes a place in a list: 2nd, 3rd, 4th, 11th, 21st.
func ordinal(n int) string {
	end := "th"
	if n/10%10 != 1 {
		switch n % 10 {
		case 1:
			end = "st"
		case 2:
			end = "nd"
		case 3:
			end = "rd"
		}
	}
	return strconv.Itoa(n) + end
}

// Check refuses edges that cut nothing.
func (e Edges) Check() error {
	for _, x := range []struct {
		name string
		list []int64
	}{{"revenue", e.Revenue}, {"margin", e.Margin}} {
		for i := range x.list {
			if i > 0 && x.list[i] <= x.list[i-1] {
				return fault.New(fault.Usage, "cut bands", fmt.Sprintf("the edges of %s do not rise: the %s is not above the one before", x.name, ordinal(i+1)), "write them in ascending order, each once")
			}
		}
		if len(x.list) == 0 {
			return fault.New(fault.Usage, "cut bands", "no edge of "+x.name+" is given", "give at least one, for example 0")
		}
	}
	if e.Revenue[0] < 0 {
		return fault.New(fault.Usage, "cut bands", "an edge of revenue is below 0", "begin with 0: clients without revenue above 0 stand apart")
	}
	return nil
}

// Band is one span of values: from Low, below High; what is not there is open.
type Band struct {
	Low, High       int64
	HasLow, HasHigh bool
}

// RevenueBands are the bands of revenue above 0, ascending. A first edge of 0 has none
// below it.
func (e Edges) RevenueBands() []Band {
	list := e.Revenue
	if list[0] == 0 {
		list = list[1:]
	}
	out := bandsOf(list)
	out[0].Low, out[0].HasLow = 0, true // above 0, in truth
	return out
}

// MarginBands are the bands of margin, ascending.
func (e Edges) MarginBands() []Band { return bandsOf(e.Margin) }

func bandsOf(edges []int64) []Band {
	out := make([]Band, 0, len(edges)+1)
	for i := range len(edges) + 1 {
		var b Band
		if i > 0 {
			b.Low, b.HasLow = edges[i-1], true
		}
		if i < len(edges) {
			b.High, b.HasHigh = edges[i], true
		}
		out = append(out, b)
	}
	return out
}

// Banded is one client: revenue in minor units, profit in minor units or null, time in
// microseconds or null.
type Banded struct {
	Revenue int64
	// Uncosted is what of Revenue stands behind no known profit: of a row of many clients, the
	// revenue of those of whom none is known.
	Uncosted int64
	Profit   Value
	Micros   Value
}

// BasisPoints is the margin in basis points, half to even, held at the ends of 64 bits; false where revenue is not
// above 0 or profit is not known.
func (b Banded) BasisPoints() (int64, bool) {
	base := b.Revenue - b.Uncosted
	if b.Revenue <= 0 || base <= 0 || !b.Profit.Valid {
		return 0, false
	}
	q := money.Quotient(money.Product(b.Profit.Int, 10_000), base)
	if v, ok := q.Int64(); ok {
		return v, true
	}
	if q.Sign() < 0 { // beyond every edge, but known
		return math.MinInt64, true
	}
	return math.MaxInt64, true
}

// Place is where a client stands: numbers of its bands. Revenue is −1 where it is not
// above 0, Margin −1 where it is not known.
type Place struct{ Revenue, Margin int }

// Place finds the cell of a client.
func (e Edges) Place(b Banded) Place {
	if b.Revenue <= 0 {
		return Place{-1, -1}
	}
	p := Place{band(e.Revenue, b.Revenue), -1}
	if e.Revenue[0] == 0 {
		p.Revenue--
	}
	if m, ok := b.BasisPoints(); ok {
		p.Margin = band(e.Margin, m)
	}
	return p
}

// band counts the edges that are not above the value.
func band(edges []int64, v int64) int {
	i, found := slices.BinarySearch(edges, v)
	if found {
		i++
	}
	return i
}

// Cell is what the clients of one place have together.
type Cell struct {
	Clients         int64
	Revenue, Profit money.Sum // minor units; Profit of those whose profit is known
	Micros          money.Sum // time of those whose time is known
	Timed           int64     // their number
	Costed          int64     // the number of those whose profit is known
	Known           money.Sum // and their revenue
	HourProfit      money.Sum // profit of those of whom profit and time are known
	HourMicros      money.Sum // and their time
}

// Margin is the pooled margin of those whose profit is known, null where their revenue is
// not above 0: a filter applies to every term (definitions 1.6, 3.9).
func (c *Cell) Margin() (float64, bool) { return money.Ratio(c.Profit, c.Known) }

// ProfitPerHour is minor units per hour, half to even, of those of whom both are known;
// null where they took no time, or more than 64 bits of microseconds (definitions 3.10).
func (c *Cell) ProfitPerHour() (money.Sum, bool) {
	const hour = 3_600_000_000 // microseconds
	micros, ok := c.HourMicros.Int64()
	if !ok || micros <= 0 {
		return money.Sum{}, false
	}
	scaled, ok := money.FromBig(new(big.Int).Mul(c.HourProfit.Big(), big.NewInt(hour)))
	if !ok {
		return money.Sum{}, false
	}
	return money.Quotient(scaled, micros), true
}

// Plus joins two cells.
func (c Cell) Plus(d Cell) Cell {
	return Cell{
		Clients: c.Clients + d.Clients, Revenue: c.Revenue.Plus(d.Revenue), Profit: c.Profit.Plus(d.Profit), Micros: c.Micros.Plus(d.Micros), Timed: c.Timed + d.Timed,
		Costed: c.Costed + d.Costed, Known: c.Known.Plus(d.Known), HourProfit: c.HourProfit.Plus(d.HourProfit), HourMicros: c.HourMicros.Plus(d.HourMicros),
	}
}

func (c *Cell) add(b Banded) {
	c.Clients++
	c.Revenue = c.Revenue.Add(b.Revenue)
	if b.Profit.Valid {
		c.Profit = c.Profit.Add(b.Profit.Int)
		c.Costed++
		c.Known = c.Known.Add(b.Revenue - b.Uncosted)
	}
	if b.Profit.Valid && b.Micros.Valid {
		c.HourProfit, c.HourMicros = c.HourProfit.Add(b.Profit.Int), c.HourMicros.Add(b.Micros.Int)
	}
	if b.Micros.Valid {
		c.Micros = c.Micros.Add(b.Micros.Int)
		c.Timed++
	}
}

// Grid is the matrix of revenue and margin: all its cells sum to Total.
type Grid struct {
	Edges       Edges
	Cells       [][]Cell // by revenue band, then margin band
	Unknown     []Cell   // margin not known, by revenue band
	NonPositive Cell     // revenue not above 0
	Total       Cell
}

// GridOf counts clients into cells.
func GridOf(clients []Banded, e Edges) (Grid, error) {
	if err := e.Check(); err != nil {
		return Grid{}, err
	}
	rows, columns := len(e.RevenueBands()), len(e.MarginBands())
	g := Grid{Edges: e, Cells: make([][]Cell, rows), Unknown: make([]Cell, rows)}
	for i := range g.Cells {
		g.Cells[i] = make([]Cell, columns)
	}
	for _, b := range clients {
		g.Total.add(b)
		switch p := e.Place(b); {
		case p.Revenue < 0:
			g.NonPositive.add(b)
		case p.Margin < 0:
			g.Unknown[p.Revenue].add(b)
		default:
			g.Cells[p.Revenue][p.Margin].add(b)
		}
	}
	return g, nil
}

// BandRule flags a matrix in which clients of unknown margin hold over 10 % of revenue.
func BandRule(g Grid) verdict.Verdict {
	var v verdict.Verdict
	var unknown Cell
	for _, c := range g.Unknown {
		unknown = unknown.Plus(c)
	}
	if exceeds(unknown.Revenue, 10, g.Total.Revenue) {
		v.Add(verdict.Reason{
			Code: "unknown_margin", Status: verdict.Flag, Bias: verdict.Unknown,
			Text: percent(unknown.Revenue, g.Total.Revenue) + " of revenue comes from clients whose margin is not known", Supply: "what their sales cost",
		})
	}
	return v
}

// DefaultMarginEdges are margins of 0, 10, 25 and 40 %.
func DefaultMarginEdges() []int64 { return []int64{0, 1000, 2500, 4000} }

// DefaultRevenueEdges are round numbers around the entry ticket of the line: 0, and those
// of 1, 2, 5, 10, 20 … nearest to a sixteenth, a quarter, once and four times the ticket.
// Own rule: bands that fit a firm of any size, and that people can remember.
func DefaultRevenueEdges(ticket int64, decimals uint8) []int64 {
	unit := money.Pow10(decimals)
	if ticket <= 0 {
		return []int64{0, 1000 * unit, 10_000 * unit, 100_000 * unit}
	}
	out := []int64{0}
	for _, k := range []struct{ num, den int64 }{{1, 16}, {1, 4}, {1, 1}, {4, 1}} {
		target := new(big.Rat).SetFrac(new(big.Int).Mul(big.NewInt(ticket), big.NewInt(k.num)), new(big.Int).Mul(big.NewInt(k.den), big.NewInt(unit)))
		if edge, ok := roundNumber(target); ok && edge <= (1<<62)/unit && edge*unit > out[len(out)-1] {
			out = append(out, edge*unit)
		}
	}
	if len(out) == 1 {
		out = append(out, unit)
	}
	return out
}

// roundNumber is the number of the ladder 1, 2, 5, 10 … nearest to a target by ratio, the
// lower of two.
func roundNumber(target *big.Rat) (int64, bool) {
	below := int64(1)
	for step := range 50 {
		above := below * 2
		if step%3 == 1 {
			above = below / 2 * 5
		}
		if new(big.Rat).SetInt64(above).Cmp(target) > 0 {
			// target/below <= above/target, that is target² <= below·above
			square := new(big.Rat).Mul(target, target)
			if square.Cmp(new(big.Rat).SetInt(new(big.Int).Mul(big.NewInt(below), big.NewInt(above)))) <= 0 {
				return below, true
			}
			return above, true
		}
		below = above
	}
	return 0, false
}
