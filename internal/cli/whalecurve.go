package cli

import (
	"fmt"
	"strings"

	"clientele/internal/app"
	"clientele/internal/money"
)

// humps draws the curve, and that of the window that is compared with beneath it: at the
// same scale of profit, each over its own clients.
func (t theme) humps(b *strings.Builder, a *app.ProfitAnswer) {
	x := a.Before
	if x == nil || refusedAnswer(&x.Answer) {
		t.hump(b, a, a.Whale.Peak)
		return
	}
	top := a.Whale.Peak
	if x.Whale.Peak.Cmp(top) > 0 {
		top = x.Whale.Peak
	}
	for _, one := range []*app.ProfitAnswer{a, x} {
		if drawn(one) {
			b.WriteString(t.dim(one.Windows.Current.String()) + "\n")
			t.hump(b, one, top)
		}
	}
}

// drawn reports whether there is a curve to see.
func drawn(a *app.ProfitAnswer) bool { return len(a.Curve()) > 2 && !a.Whale.Peak.IsZero() }

// hump draws the curve from 0 at a scale that ends at top: up to the peak solid, behind it
// light. What lies below 0 is not drawn, but said by the scale.
func (t theme) hump(b *strings.Builder, a *app.ProfitAnswer, top money.Sum) {
	if !drawn(a) {
		return
	}
	w := a.Whale
	wide := min(t.width-curveLabel-1, 72)
	heights := sample(a.Curve(), top, wide)
	edge := min(max(int(w.PeakClients*int64(wide)/w.Clients), 1), wide)
	label := "peak"
	if w.Peak.Cmp(top) != 0 {
		label = "" // its peak is lower than the scale
	}
	t.bars(b, heights, edge, label, "0")
	mark := "▲ peak, " + counted(w.PeakClients, whatOf(a))
	at := min(edge-1, wide-width(mark))
	line := strings.Repeat(" ", curveLabel+max(0, at)) + mark
	if room := curveLabel + wide - width(line) - width(count(w.Clients)); room > 1 {
		line += strings.Repeat(" ", room) + count(w.Clients)
	}
	b.WriteString(t.dim(line) + "\n\n")
}

// earlier sets the window that is compared with beneath.
func (t theme) earlier(b *strings.Builder, a *app.ProfitAnswer, p purse) {
	x := a.Before
	if x == nil {
		return
	}
	if refusedAnswer(&x.Answer) {
		t.block(b, "Before", x.Windows.Current.String()+": refused, "+x.Verdict.Reasons[0].Text)
		return
	}
	w := x.Whale
	t.block(b, "Before", fmt.Sprintf("%s: peak %s after %s, %s %s %s back, %s left", x.Windows.Current, p.amount(w.Peak), counted(w.PeakClients, whatOf(a)),
		count(w.Loss), verb(w.Loss, "take"), p.amount(w.Erosion), p.amount(w.Total)))
	down, up := 0, 0
	for _, m := range a.Moved {
		if m.After < 0 {
			down++
		} else {
			up++
		}
	}
	if x.Layer != a.Layer {
		t.block(b, "", "it is known to another layer, and so not compared client by client")
		return
	}
	t.block(b, "", fmt.Sprintf("since then %s fell into loss, %s came out of it", count(int64(down)), count(int64(up))))
	b.WriteString("\n")
	changeGrid(x, a, p).draw(b, t)
}

// statementTerm is one term of the statement.
type statementTerm struct {
	name string
	v    money.Sum
	has  bool // the data of the window go as deep
	must bool // it is shown even where it is 0 in both windows
}

// termList are the terms of a statement from revenue down to the result, costs below 0, as
// the statement shows them.
func termList(a *app.ProfitAnswer) []statementTerm {
	served, whole := a.Layer != app.CM1, a.Layer == app.CM3
	return []statementTerm{
		{"Revenue of clients", a.Total.Revenue, true, true},
		{"Direct cost", a.Total.Direct.Neg(), true, true},
		{"CM1", a.Total.CM1, true, true},
		{"Service", a.Total.Service.Neg(), served, served},
		{"CM2", a.Total.CM2, served, served},
		{"Costs of the client alone", a.Total.Own.Neg(), whole, whole},
		{"CM3", a.Total.CM3, whole, whole},
		{"What names no client", a.Unassigned.At(a.Layer), true, false},
		{"Unused capacity", a.Unused.Neg(), true, false},
		{"Cost that keeps the firm going", a.Sustaining.Neg(), true, false},
		{"Pools that nothing spreads", a.Unallocated.Neg(), true, false},
		{"Adjustment", a.Adjustment, true, false},
		{"Result", a.Result, true, true},
	}
}

// changeGrid sets the statement of the window before beside that of now.
func changeGrid(before, now *app.ProfitAnswer, p purse) *grid {
	g := &grid{columns: []column{{"term", "", false, true}, {"then", "then", true, false}, {"now", "now", true, false}, {"change", "change", true, false}}}
	then, today := termList(before), termList(now)
	var sums []money.Sum
	for i := range then {
		sums = append(sums, then[i].v, today[i].v)
	}
	least := p.column(sums)
	cell := func(v money.Sum, has bool) string {
		if !has {
			return dash
		}
		return p.shown(v, least)
	}
	for i, x := range today {
		y := then[i]
		if x.must || y.must || x.has && !x.v.IsZero() || y.has && !y.v.IsZero() {
			g.rows = append(g.rows, []string{x.name, cell(y.v, y.has), cell(x.v, x.has), cell(x.v.Minus(y.v), x.has && y.has)})
		}
	}
	return g
}
