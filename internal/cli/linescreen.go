package cli

import (
	"fmt"
	"strings"

	"clientele/internal/app"
	"clientele/internal/insight"
	"clientele/internal/ledger"
	"clientele/internal/money"
	"clientele/internal/period"
	"clientele/internal/verdict"
)

// lineScreen is the answer on one screen: the sentence, the curve, the clients around
// the line, what the figures rest on, and whether they can be trusted.
func (r *run) lineScreen(a *app.LineAnswer, data period.Range) string {
	var b strings.Builder
	t, p := r.theme, purseOf(&a.Answer)
	if a.Verdict.Status != verdict.Refuse {
		t.sentence(&b, lineSentence(a, p))
		t.facts(&b, lineContext(a, p, data))
		b.WriteString("\n")
		t.curve(&b, a.Curve, a.Cut)
		b.WriteString("\n")
		t.around(&b, a, p)
		b.WriteString("\n")
		t.concentration(&b, a, p)
		t.compared(&b, a, p)
		t.band(&b, a)
	}
	t.account(&b, &a.Answer, p)
	t.verdict(&b, a.Verdict)
	for i, lens := range a.Lenses {
		t.block(&b, map[bool]string{true: "Next"}[i == 0], lens)
	}
	return b.String()
}

func (t theme) sentence(b *strings.Builder, s string) {
	for _, line := range wrap(s, t.width) {
		b.WriteString(t.bold(line) + "\n")
	}
}

// facts writes short facts in a row, and breaks the row between them only.
func (t theme) facts(b *strings.Builder, list []string) {
	line := ""
	for _, fact := range list {
		switch {
		case line == "":
			line = fact
		case width(line)+width(fact)+3 <= t.width:
			line += " · " + fact
		default:
			b.WriteString(t.dim(line) + "\n")
			line = fact
		}
	}
	b.WriteString(t.dim(line) + "\n")
}

// lineSentence is the finding.
func lineSentence(a *app.LineAnswer, p purse) string {
	c, who := a.Cut, app.LevelWord(a.Question.Level)
	share, _ := c.ClientsShare()
	verb := "bring"
	if c.Clients == 1 {
		verb = "brings"
	}
	s := fmt.Sprintf("%s of %s (%s) %s %s of the %s", count(c.Clients), counted(c.Positive, who), percent(share, 1), verb, shareText(c.Share), noun(a.Kind))
	if c.Ticket.Valid {
		s += "; it takes " + p.named(money.FromInt64(c.Ticket.Int)) + " to be one of them"
	}
	return s + "."
}

// noun is what amounts of a kind are called.
func noun(k ledger.Kind) string {
	switch k { //nolint:exhaustive // lists of costs and times are no revenue
	case ledger.Booked:
		return "booked amount"
	case ledger.Received:
		return "received amount"
	case ledger.Invoiced:
		return "revenue"
	}
	return "revenue"
}

// lineContext says what the sentence is about.
func lineContext(a *app.LineAnswer, p purse, data period.Range) []string {
	parts := []string{"Net " + noun(a.Kind) + " " + p.named(a.Total)}
	who := app.LevelWord(a.Question.Level)
	clients := counted(a.Clients.Total, who)
	if n := a.Clients.NonPositive; n > 0 {
		clients += ", " + count(n) + " of them not above 0"
	}
	parts = append(parts, clients, spanText(&a.Answer, data))
	if a.Question.SalesOnly {
		parts = append(parts, "only lines above 0")
	}
	if a.Question.WithoutNew {
		parts = append(parts, "without new "+who+"s")
	}
	return parts
}

// spanText names the window.
func spanText(a *app.Answer, data period.Range) string {
	first, last, ok := shownWindow(a, data)
	switch {
	case !ok:
		return "no dates"
	case a.Windows.Current.IsAll():
		return fmt.Sprintf("all dates, %s to %s", first, last)
	default:
		return fmt.Sprintf("%s to %s", first, last)
	}
}

// around draws the clients around the line, and the line itself as a row.
func (t theme) around(b *strings.Builder, a *app.LineAnswer, p purse) {
	g := clientGrid(a.AroundRows, a.Question.Level, p, false)
	text := "── the line at " + shareText(a.Cut.Share)
	if a.Cut.Ticket.Valid {
		text += ", entry ticket " + p.named(money.FromInt64(a.Cut.Ticket.Int))
	}
	text += " "
	text += strings.Repeat("─", max(2, t.width-width(text)))
	rows := make([][]string, 0, len(g.rows)+1)
	drawn := false
	for i, x := range a.AroundRows {
		if !drawn && (x.Rank == 0 || x.Rank > a.Cut.Clients) {
			rows, drawn = append(rows, []string{t.yellow(text)}), true
		}
		rows = append(rows, g.rows[i])
	}
	if !drawn {
		rows = append(rows, []string{t.yellow(text)})
	}
	g.rows = rows
	g.trimmed().draw(b, t)
}

// trimmed is the grid without columns that say nothing.
func (g *grid) trimmed() *grid {
	g.drop()
	return g
}

// concentration says how much depends on a few.
func (t theme) concentration(b *strings.Builder, a *app.LineAnswer, p purse) {
	c := a.Concentration
	if c.CR1 != nil && c.CR5 != nil && c.CR10 != nil {
		who := ""
		if len(a.TopRows) > 0 {
			who = " (" + fit(label(a.TopRows[0]), 24) + ")"
		}
		t.block(b, "Dependence", fmt.Sprintf("CR1 %s%s, CR5 %s, CR10 %s", fine(*c.CR1), who, fine(*c.CR5), fine(*c.CR10)))
	}
	if n := len(a.TenPercent); n > 0 && a.TenPercentVerdict.Status != verdict.Refuse {
		names := make([]string, 0, n)
		for _, x := range a.TenPercent {
			names = append(names, fit(label(x), 24))
		}
		t.block(b, "Over 10 %", few(names, 5))
		t.doubts(b, a.TenPercentVerdict)
	}
	var parts []string
	if c.HHI != nil && c.Effective != nil {
		parts = append(parts, fmt.Sprintf("HHI %s, like %s equal %s", decimal(*c.HHI, 1), decimal(*c.Effective, 1), plural(2, app.LevelWord(a.Question.Level))))
	}
	switch {
	case c.GiniCorrected != nil && c.ShowCorrected:
		parts = append(parts, "Gini "+decimal(*c.GiniCorrected, 4)+" (corrected)")
	case c.Gini != nil:
		parts = append(parts, "Gini "+decimal(*c.Gini, 4))
	}
	t.block(b, "Shape", strings.Join(parts, "; "))
	if a.TopK != nil {
		text := fmt.Sprintf("the %s largest bring %s", count(a.TopK.K), p.named(a.TopK.Revenue))
		if a.TopK.Prior != nil {
			text += ", before " + p.named(*a.TopK.Prior)
		}
		t.block(b, "Top", text)
		t.doubts(b, a.TopK.Verdict)
	}
}

func decimal(v float64, decimals int) string {
	return grouped(fmt.Sprintf("%.*f", decimals, v))
}

// movesShown is how many clients of one label are named.
const movesShown = 3

// compared shows the line of the window before, and who moved.
func (t theme) compared(b *strings.Builder, a *app.LineAnswer, p purse) {
	c := a.Compared
	if c == nil {
		return
	}
	if c.Cut.Positive == 0 {
		t.block(b, "Before", fmt.Sprintf("%s: no client above 0, so there is nothing to compare with", c.Window))
		return
	}
	text := fmt.Sprintf("%s: %s of %s", c.Window, count(c.Cut.Clients), counted(c.Cut.Positive, app.LevelWord(a.Question.Level)))
	if c.Cut.Ticket.Valid {
		text += ", entry ticket " + p.named(money.FromInt64(c.Cut.Ticket.Int))
	}
	t.block(b, "Before", text+", net "+p.named(c.Total))
	if c.Cut.Ticket.Valid {
		t.block(b, "", fmt.Sprintf("%s now clear%s that ticket, with %s", counted(c.Frozen.Clients, app.LevelWord(a.Question.Level)),
			map[bool]string{true: "s"}[c.Frozen.Clients == 1], p.named(c.Frozen.Sum)))
	}
	t.block(b, "Joined", movesText(c, insight.Label.Joined))
	t.block(b, "Left", movesText(c, insight.Label.Left))
	if s := movesText(c, func(l insight.Label) bool { return l == insight.DriftedOut || l == insight.PushedOutBelow }); s != "none" {
		t.block(b, "Below", s)
	}
	t.doubts(b, c.Verdict)
}

// labelWords are the labels of moves as people say them.
var labelWords = map[insight.Label]string{
	insight.JoinedNew: "new", insight.JoinedBack: "back", insight.JoinedRisen: "risen",
	insight.PushedOut: "let go", insight.Lapsed: "gone", insight.PushedDown: "pushed down, the line rose past them",
	insight.Fallen: "fallen", insight.PushedOutBelow: "let go", insight.DriftedOut: "drifted out",
}

func movesText(c *app.Comparison, in func(insight.Label) bool) string {
	var parts []string
	for _, g := range c.Movement.Groups {
		if g.Clients == 0 || !in(g.Label) {
			continue
		}
		var names []string
		for _, m := range c.Movement.Moves {
			if m.Label == g.Label {
				names = append(names, fit(named(m.Client, c.Names[m.Client]), 24))
			}
		}
		part := count(g.Clients) + " " + labelWords[g.Label]
		if len(names) > 0 {
			part += " (" + few(names, movesShown) + ")"
		}
		parts = append(parts, part)
	}
	if len(parts) == 0 {
		return "none"
	}
	return strings.Join(parts, "; ")
}

// band says how sure the line is of the clients near it.
func (t theme) band(b *strings.Builder, a *app.LineAnswer) {
	d := a.Band
	if d == nil {
		return
	}
	if d.Verdict.Status == verdict.Refuse {
		t.block(b, "Band", d.Verdict.Reasons[0].Text)
		return
	}
	text := fmt.Sprintf("%s on the line in %s", counted(int64(len(d.OnLine)), app.LevelWord(a.Question.Level)), counted(int64(d.Draws), "draw"))
	var names []string
	for _, x := range d.OnLine {
		names = append(names, fmt.Sprintf("%s %s", fit(named(x.Client, x.Name), 24), percent(x.Share, 0)))
	}
	t.block(b, "Band", text)
	if len(names) > 0 {
		t.block(b, "", few(names, 2*movesShown))
	}
	t.doubts(b, d.Verdict)
}
