package cli

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"clientele/internal/app"
	"clientele/internal/insight"
	"clientele/internal/money"
)

// matrixScreen is the finding, the figures of each cell, and the ready question.
func (r *run) matrixScreen(m *app.MatrixAnswer) string {
	var b strings.Builder
	t, p := r.theme, purseOf(&m.Answer)
	if !refusedAnswer(&m.Answer) {
		t.sentence(&b, matrixSentence(m, p))
		t.facts(&b, []string{"Revenue " + p.named(m.Grid.Total.Revenue), spanText(&m.Answer, m.Dates), "level " + strings.ToUpper(string(m.Layer))})
		b.WriteString("\n")
		t.cells(&b, m, p)
		t.trend(&b, m, p)
		t.moves(&b, m, p)
		t.alike(&b, m, p)
	}
	t.account(&b, &m.Answer, p)
	t.verdict(&b, m.Verdict)
	return b.String()
}

// figure is what a screen shows of each cell.
type figure struct {
	name string
	of   func(*insight.Cell) string
}

// cellFigures are the clients of a cell, what they bring and leave, and where any is known
// their hours.
func cellFigures(m *app.MatrixAnswer, p purse) []figure {
	filled := func(of func(*insight.Cell) string) func(*insight.Cell) string {
		return func(c *insight.Cell) string {
			if c.Clients == 0 {
				return ""
			}
			return of(c)
		}
	}
	list := []figure{
		{"clients", cellCount},
		{"revenue", filled(func(c *insight.Cell) string { return p.whole(c.Revenue) })},
		{strings.ToUpper(string(m.Layer)), filled(func(c *insight.Cell) string {
			if c.Costed == 0 {
				return dash
			}
			return p.whole(c.Profit)
		})},
	}
	if m.Grid.Total.Timed > 0 {
		list = append(list, figure{"hours", filled(func(c *insight.Cell) string {
			if c.Timed == 0 {
				return dash
			}
			return hours(c.Micros, 6)
		})})
	}
	return list
}

// cells draws a grid for each figure; where one of them is too wide, a list of the cells
// with all figures, and where that is too wide too, one for each.
func (t theme) cells(b *strings.Builder, m *app.MatrixAnswer, p purse) {
	list := cellFigures(m, p)
	var grids []*grid
	fits := true
	for _, f := range list {
		g := matrixGrid(m, p, f.of)
		fits = fits && g.fits(t.width)
		grids = append(grids, g)
	}
	if !fits {
		grids = []*grid{cellList(m, p, list)}
		if !grids[0].fits(t.width) {
			grids = nil
			for _, f := range list {
				grids = append(grids, cellList(m, p, []figure{f}))
			}
		}
	}
	for i, g := range grids {
		if fits && i > 0 { // the first are the clients, of which the sentence speaks
			b.WriteString(t.dim(list[i].name+" of each cell") + "\n")
		}
		g.draw(b, t)
		b.WriteString("\n")
	}
}

// cellList has a row for each cell with clients, the highest revenue first, and the whole.
func cellList(m *app.MatrixAnswer, p purse, figures []figure) *grid {
	g := &grid{columns: []column{{"", "revenue of a client", false, true}, {"", "margin", true, false}}}
	for _, f := range figures {
		g.columns = append(g.columns, column{"", f.name, true, false})
	}
	row := func(revenue, margin string, c *insight.Cell) {
		if c.Clients == 0 {
			return
		}
		cells := []string{revenue, margin}
		for _, f := range figures {
			cells = append(cells, f.of(c))
		}
		g.rows = append(g.rows, cells)
	}
	for i, rb := range slices.Backward(m.RevenueBands()) {
		for k, mb := range m.MarginBands() {
			row(revenueTitle(rb, p), marginTitle(mb), &m.Grid.Cells[i][k])
		}
		row(revenueTitle(rb, p), "unknown", &m.Grid.Unknown[i])
	}
	row("not above 0", "", &m.Grid.NonPositive)
	row("all", "", &m.Grid.Total)
	return g
}

func matrixSentence(m *app.MatrixAnswer, p purse) string {
	total := &m.Grid.Total
	known := counted(total.Costed, whatOf(m.ProfitAnswer))
	if total.Costed < total.Clients {
		known = fmt.Sprintf("%s of %s", count(total.Costed), counted(total.Clients, whatOf(m.ProfitAnswer)))
	}
	s := fmt.Sprintf("%s %s %s", known, verb(total.Costed, "leave"), p.named(total.Profit))
	if margin, ok := total.Margin(); ok {
		s += fmt.Sprintf(", %s of their revenue", percent(margin, 1))
	}
	if below := m.Below(); below.Clients > 0 {
		what := "leave"
		if below.Profit.Sign() < 0 {
			what = "cost"
		}
		s += fmt.Sprintf("; %s %s below a margin of %s and %s %s", count(below.Clients), verb(below.Clients, "stand"),
			percentPoints(m.Grid.Edges.Margin[0]), verb(below.Clients, what), p.named(below.Profit.Abs()))
	}
	return s + "."
}

// verb is what n of something do: 1 stands, 2 stand.
func verb(n int64, plural string) string {
	if n == 1 {
		return plural + "s"
	}
	return plural
}

// percentPoints writes basis points as a percentage.
func percentPoints(basis int64) string {
	return strings.TrimSuffix(strings.TrimRight(decimal(float64(basis)/100, 2), "0"), ".") + " %"
}

func cellCount(c *insight.Cell) string {
	if c.Clients == 0 {
		return ""
	}
	return count(c.Clients)
}

// matrixGrid draws bands of revenue down and bands of margin across.
func matrixGrid(m *app.MatrixAnswer, p purse, cell func(*insight.Cell) string) *grid {
	g := &grid{columns: []column{{"revenue", "revenue", false, true}}}
	for _, b := range m.MarginBands() {
		g.columns = append(g.columns, column{"", marginTitle(b), true, false})
	}
	unknown := m.UnknownMargin().Clients > 0
	if unknown {
		g.columns = append(g.columns, column{"", "unknown", true, false})
	}
	g.columns = append(g.columns, column{"all", "all", true, false})
	bands := m.RevenueBands()
	for i, band := range slices.Backward(bands) { // the largest on top
		row := []string{revenueTitle(band, p)}
		all := insight.Cell{}
		for k := range m.Grid.Cells[i] {
			row = append(row, cell(&m.Grid.Cells[i][k]))
			all = all.Plus(m.Grid.Cells[i][k])
		}
		if unknown {
			row = append(row, cell(&m.Grid.Unknown[i]))
			all = all.Plus(m.Grid.Unknown[i])
		}
		g.rows = append(g.rows, append(row, cell(&all)))
	}
	if m.Grid.NonPositive.Clients > 0 {
		row := make([]string, len(g.columns))
		row[0], row[len(row)-1] = "not above 0", cell(&m.Grid.NonPositive)
		g.rows = append(g.rows, row)
	}
	return g
}

func marginTitle(b insight.Band) string {
	switch {
	case !b.HasLow:
		return "< " + percentPoints(b.High)
	case !b.HasHigh:
		return "≥ " + percentPoints(b.Low)
	default:
		return strings.TrimSuffix(percentPoints(b.Low), " %") + "–" + percentPoints(b.High)
	}
}

func revenueTitle(b insight.Band, p purse) string {
	amount := func(v int64) string { return p.shown(money.FromInt64(v), 0) }
	switch {
	case !b.HasLow || b.Low == 0 && b.HasHigh:
		return "below " + amount(b.High)
	case !b.HasHigh:
		return "from " + amount(b.Low)
	default:
		return amount(b.Low) + " to " + amount(b.High)
	}
}

// alike says how many small clients have margins like the large ones.
func (t theme) alike(b *strings.Builder, m *app.MatrixAnswer, p purse) {
	x := m.Alike
	low, high, ok := x.Interval()
	if !ok {
		t.doubts(b, m.AlikeVerdict)
		return
	}
	t.block(b, "Alike", fmt.Sprintf("large from %s: the middle half of %s has margins of %s to %s", p.named(money.FromInt64(m.Limit)), counted(x.Large, "client"), percent(low, 1), percent(high, 1)))
	t.block(b, "", fmt.Sprintf("of the small ones %s are like them (%s), %s better, %s worse", count(x.Like.Clients), p.named(x.Like.Profit), count(x.Better.Clients), count(x.Worse.Clients)))
	t.doubts(b, m.AlikeVerdict)
}

// moves says how clients moved between the cells: those who stayed, and the largest ways.
func (t theme) moves(b *strings.Builder, m *app.MatrixAnswer, p purse) {
	x := m.Migration
	if x == nil {
		switch {
		case m.Before == nil:
		case refusedAnswer(&m.Before.Answer):
			t.block(b, "Moved", m.Before.Windows.Current.String()+": refused, "+m.Before.Verdict.Reasons[0].Text)
		default:
			t.block(b, "Moved", m.Before.Windows.Current.String()+": known down to "+strings.ToUpper(string(m.Before.Layer))+" only, and so not compared")
		}
		return
	}
	text := fmt.Sprintf("since %s: %s of %s stayed in their cell", m.Before.Windows.Current, count(x.Stay), counted(x.Both, "client"))
	if v, ok := x.StayShare(); ok {
		text += " (" + percent(v, 0) + ")"
	}
	if m.Prices.Known() {
		text += ", at prices " + m.Prices.Now.String() + " times as high"
	}
	t.block(b, "Moved", text)
	ways := append([]insight.Path{}, x.Paths...)
	slices.SortStableFunc(ways, func(a, b insight.Path) int { return cmp.Compare(b.Clients, a.Clients) })
	name := func(s insight.Stand, absent string) string {
		switch s.Presence {
		case insight.Absent:
			return absent
		case insight.NoRevenue:
			return "no revenue"
		case insight.InCell:
		}
		text := revenueTitle(m.RevenueBands()[s.Place.Revenue], p)
		if s.Place.Margin >= 0 {
			return text + " at " + marginTitle(m.MarginBands()[s.Place.Margin])
		}
		return text + " at an unknown margin"
	}
	const most = 5
	shown := 0
	for _, w := range ways {
		if w.From == w.To || shown == most {
			continue
		}
		shown++
		gain := "—"
		if w.Known > 0 {
			gain = p.amount(w.Gain)
		}
		t.block(b, "", fmt.Sprintf("%s: %s → %s: %s", counted(w.Clients, "client"), name(w.From, "new"), name(w.To, "gone"), gain))
	}
	t.doubts(b, m.MoveVerdict)
}

// trend shows how many clients each cell had, one row per cell that had any.
func (t theme) trend(b *strings.Builder, m *app.MatrixAnswer, p purse) {
	if len(m.Trend) == 0 {
		return
	}
	b.WriteString(t.dim("clients of each cell, in the twelve months to the end of") + "\n")
	g := trendGrid(m, p, false)
	if !g.fits(t.width) {
		g = trendGrid(m, p, true)
	}
	g.draw(b, t)
	b.WriteString("\n")
}

// trendGrid names each cell by both of its bands, or stacked under its band of revenue.
func trendGrid(m *app.MatrixAnswer, p purse, stacked bool) *grid {
	g := &grid{columns: []column{{"", "cell", false, true}}}
	for _, x := range m.Trend {
		g.columns = append(g.columns, column{"", (x.Window.To - 1).String()[2:7], true, false})
	}
	last := ""
	row := func(band, margin string, pick func(*insight.Grid) insight.Cell) {
		title := band
		switch {
		case margin != "" && stacked:
			title = "  " + margin
		case margin != "":
			title += ", " + margin
		}
		cells, some := []string{title}, false
		for i := range m.Trend {
			cell := pick(&m.Trend[i].Grid)
			cells, some = append(cells, cellCount(&cell)), some || cell.Clients > 0
		}
		if !some {
			return
		}
		if margin != "" && stacked && band != last {
			g.rows, last = append(g.rows, []string{band}), band
		}
		g.rows = append(g.rows, cells)
	}
	for i, rb := range slices.Backward(m.RevenueBands()) {
		band := revenueTitle(rb, p)
		for k, mb := range m.MarginBands() {
			row(band, marginTitle(mb), func(g *insight.Grid) insight.Cell { return g.Cells[i][k] })
		}
		row(band, "unknown", func(g *insight.Grid) insight.Cell { return g.Unknown[i] })
	}
	row("not above 0", "", func(g *insight.Grid) insight.Cell { return g.NonPositive })
	row("all", "", func(g *insight.Grid) insight.Cell { return g.Total })
	return g
}
