package cli

import (
	"fmt"
	"strings"

	"clientele/internal/app"
	"clientele/internal/insight"
	"clientele/internal/money"
)

// layerWords say what is left at a layer.
var layerWords = map[app.Layer]string{
	app.CM1: "after the direct cost of what was sold (CM1)",
	app.CM2: "after direct and service cost (CM2)",
	app.CM3: "after all that they cost (CM3)",
}

// profitScreen is the finding, the statement, the best and the worst clients, and what
// the figures rest on.
func (r *run) profitScreen(a *app.ProfitAnswer, limit int) string {
	var b strings.Builder
	t, p := r.theme, purseOf(&a.Answer)
	if !refusedAnswer(&a.Answer) {
		t.sentence(&b, profitSentence(a, p))
		t.facts(&b, []string{"Revenue " + p.named(a.Total.Revenue), spanText(&a.Answer, a.Dates), "level " + strings.ToUpper(string(a.Layer))})
		b.WriteString("\n")
		t.statement(&b, a, p)
		b.WriteString("\n")
		t.ends(&b, a, p, limit)
		t.planned(&b, a, p, limit)
		if a.Range != nil || a.Before != nil {
			b.WriteString("\n")
		}
		t.ranged(&b, a, p)
		t.earlier(&b, a, p)
		t.resting(&b, a, p)
	}
	t.account(&b, &a.Answer, p)
	t.verdict(&b, a.Verdict)
	return b.String()
}

func profitSentence(a *app.ProfitAnswer, p purse) string {
	// What is not known of some is no profit of theirs: the curve and the matrix say the same.
	left, known := a.Whale.Total, counted(a.Whale.Clients, whatOf(a))
	if a.Unknown > 0 {
		known = fmt.Sprintf("%s of %s", count(a.Whale.Clients), counted(a.Whale.Clients+a.Unknown, whatOf(a)))
	}
	s := fmt.Sprintf("%s %s %s", known, verb(a.Whale.Clients, "leave"), p.named(left))
	if m, ok := money.Ratio(left, a.Base()); ok {
		s += fmt.Sprintf(" (%s of their revenue)", percent(m, 1))
	}
	s += " " + layerWords[a.Layer]
	switch n := a.Whale.Loss; n {
	case 0:
		s += "; none of them loses money"
	case 1:
		s += "; 1 of them loses money"
	default:
		s += fmt.Sprintf("; %s of them lose money", count(n))
	}
	if a.LossAll > 0 {
		s += fmt.Sprintf(", %s whichever way shared cost is spread", count(a.LossAll))
	}
	return s + "."
}

// statement draws the whole from revenue down to the result.
func (t theme) statement(b *strings.Builder, a *app.ProfitAnswer, p purse) {
	type entry struct {
		name string
		v    money.Sum
		bold bool
	}
	list := []entry{{"Revenue of clients", a.Total.Revenue, false}}
	if a.DirectKnown {
		list = append(list, entry{"Direct cost", a.Total.Direct.Neg(), false}, entry{"CM1", a.Total.CM1, true})
	}
	if a.Layer != app.CM1 {
		list = append(list, entry{"Service", a.Total.Service.Neg(), false}, entry{"CM2", a.Total.CM2, true})
	}
	if a.Layer == app.CM3 {
		list = append(list, entry{"Costs of the client alone", a.Total.Own.Neg(), false}, entry{"CM3", a.Total.CM3, true})
	}
	for _, e := range []entry{
		{"What names no client", a.Unassigned.At(a.Layer), false},
		{"Unused capacity", a.Unused.Neg(), false},
		{"Cost that keeps the firm going", a.Sustaining.Neg(), false},
		{"Pools that nothing spreads", a.Unallocated.Neg(), false},
		{"Adjustment", a.Adjustment, false},
	} {
		if !e.v.IsZero() {
			list = append(list, e)
		}
	}
	list = append(list, entry{"Result", a.Result, true})
	sums := make([]money.Sum, len(list))
	for i, e := range list {
		sums[i] = e.v
	}
	least := p.column(sums)
	g := &grid{columns: []column{{"term", "", false, true}, {"amount", string(p.currency), true, false}, {"share", "of revenue %", true, false}}}
	for _, e := range list {
		share := dash
		if m, ok := money.Ratio(e.v, a.Total.Revenue); ok {
			share = decimal(100*m, 1)
		}
		name, v := e.name, p.shown(e.v, least)
		if e.bold {
			name, v, share = t.bold(name), t.bold(v), t.bold(share)
		}
		g.rows = append(g.rows, []string{name, v, share})
		if e.name == "Revenue of clients" && !a.DirectKnown {
			g.rows = append(g.rows, []string{"Direct cost", dash, dash})
		}
	}
	g.draw(b, t)
}

// ends lists the best and the worst clients; limit 0 is all.
func (t theme) ends(b *strings.Builder, a *app.ProfitAnswer, p purse, limit int) {
	known := len(a.Rows) - int(a.Unknown)
	if limit == 0 || known <= 2*limit {
		profitGrid(a, a.Rows[:known], p).trimmed().draw(b, t)
		return
	}
	rows := append(append([]app.ProfitRow{}, a.Rows[:limit]...), a.Rows[known-limit:known]...)
	g := profitGrid(a, rows, p).trimmed()
	text := fmt.Sprintf("── %s more ", counted(int64(known-2*limit), whatOf(a)))
	cut := []string{t.dim(text + strings.Repeat("─", max(2, t.width-width(text))))}
	g.rows = append(g.rows[:limit:limit], append([][]string{cut}, g.rows[limit:]...)...)
	g.draw(b, t)
}

// whatOf is what a row of the answer is: a client, a group, or what it is added up by.
func whatOf(a *app.ProfitAnswer) string {
	if a.Question.By != "" {
		return clean(strings.ToLower(a.Question.By))
	}
	return app.LevelWord(a.Question.Level)
}

// profitColumns are the columns of one client's statement.
func profitColumns(what string, l app.Layer) []column {
	list := []column{
		{"rank_by_profit", "rank", true, false},
		{"client", what + " id", false, true},
		{"name", what, false, true},
		{"revenue", "revenue", true, false},
		{"direct_cost", "direct", true, false},
		{"cm1", "CM1", true, false},
	}
	if l != app.CM1 {
		list = append(list, column{"service_cost", "service", true, false}, column{"cm2", "CM2", true, false})
	}
	if l == app.CM3 {
		list = append(list, column{"client_cost", "own", true, false}, column{"cm3", "CM3", true, false})
	}
	return append(list, column{"margin", "margin %", true, false}, column{"rank_by_revenue", "by rev.", true, false},
		column{"hours", "hours", true, false}, column{"uncosted_revenue", "without cost", true, false}, column{"loss", "loss", false, false})
}

// profitSheet is the list of clients for programs.
func profitSheet(a *app.ProfitAnswer, p purse) *sheet {
	s := &sheet{columns: profitColumns(whatOf(a), a.Layer)}
	for i := range a.Rows {
		d := clientProfitOf(a, &a.Rows[i], p)
		cells := []string{whole(d.RankByProfit), d.Client, d.Name, given(d.Revenue), given(d.Direct), given(d.CM1)}
		if a.Layer != app.CM1 {
			cells = append(cells, given(d.Service), given(d.CM2))
		}
		if a.Layer == app.CM3 {
			cells = append(cells, given(d.Own), given(d.CM3))
		}
		s.rows = append(s.rows, append(cells, ratio(d.Margin), count(d.RankByRevenue), ratio(d.Hours), given(d.Uncosted), given(d.Loss)))
	}
	return s
}

// profitGrid is the list of clients for people: what fits 80 columns.
func profitGrid(a *app.ProfitAnswer, rows []app.ProfitRow, p purse) *grid {
	g := &grid{columns: []column{
		{"rank", "rank", true, false},
		{"name", whatOf(a), false, true},
		{"revenue", "revenue", true, false},
		{"profit", strings.ToUpper(string(a.Layer)), true, false},
		{"margin", "margin %", true, false},
		{"by", "by rev.", true, false},
		{"loss", "loss", false, false},
	}}
	var revenue, profit []money.Sum
	for i := range rows {
		revenue, profit = append(revenue, money.FromInt64(rows[i].Terms.Revenue)), append(profit, money.FromInt64(rows[i].Profit.Int))
	}
	lr, lp := p.column(revenue), p.column(profit)
	for i := range rows {
		x := &rows[i]
		margin := dash
		if m := marginOf(x.Profit.Int, x.Base); m != nil && x.Profit.Valid {
			margin = decimal(100**m, 1)
		}
		rank, left := dash, dash
		if x.Profit.Valid {
			rank, left = count(x.RankByProfit), p.shown(profit[i], lp)
		}
		g.rows = append(g.rows, []string{rank, clean(named(x.ID, x.Name)), p.shown(revenue[i], lr), left, margin, count(x.RankByRevenue), lossWord(x)})
	}
	return g
}

// lossWord says under which drivers a client loses money.
func lossWord(x *app.ProfitRow) string {
	switch x.Label {
	case "loss_all":
		return "under all"
	case "depends":
		return fmt.Sprintf("under %d of %d", len(x.Under), len(x.ByDriver))
	default:
		return ""
	}
}

// resting says how the cost came to the clients.
func (t theme) resting(b *strings.Builder, a *app.ProfitAnswer, p purse) {
	traced, driven, pooled := a.Coverage.Shares()
	if traced != nil {
		b.WriteString("\n")
		t.block(b, "Cost", fmt.Sprintf("%s traced, %s driven by what clients did, %s spread", fine(*traced), fine(*driven), fine(*pooled)))
	}
	for _, g := range a.Groups {
		text := fmt.Sprintf("%s of %s h used", hoursText(g.Used), hoursText(g.Practical))
		if g.Rate != nil {
			text += ", " + grouped(*g.Rate) + " an hour"
		}
		end := " unused"
		if g.Rate == nil {
			text, end = hoursText(g.Used)+" h used of hours that nobody knows", " borne by no client"
		}
		t.block(b, "Capacity", clean(g.Name)+": "+text+", "+p.named(g.Unused)+end)
	}
	if len(a.Drivers) > 0 {
		t.block(b, "Proof", fmt.Sprintf("spread by %s: a loss under all for %s, under some for %s, under none for %s", strings.Join(a.Drivers, ", "),
			count(a.LossAll), count(a.Depends), count(a.ProfitAll)))
		t.doubts(b, a.Robustness)
		for _, s := range a.Settle {
			t.block(b, "", "to settle it: "+s)
		}
	}
	if a.Unknown > 0 {
		t.block(b, "Unknown", fmt.Sprintf("%s without any known cost, with %s of revenue: no profit, and no rank; the lines above hold that revenue, and none of its cost",
			counted(a.Unknown, whatOf(a)), p.named(a.Total.Revenue.Minus(a.Base()))))
	}
}

// hoursText is a time in microseconds for people, in whole hours.
func hoursText(micros int64) string {
	return grouped(money.Quotient(money.FromInt64(micros), 3_600_000_000).Format(0))
}

// zoneWords are the zones of the whale curve, best first: of one client, and of more.
var zoneWords = []struct {
	zone      insight.Zone
	one, many string
}{
	{insight.Green, "carries 80 % of the peak", "carry 80 % of the peak"},
	{insight.Blue, "brings the rest of it", "bring the rest of it"},
	{insight.Flat, "neither brings nor costs", "neither bring nor cost"},
	{insight.Red, "costs money", "cost money"},
}
