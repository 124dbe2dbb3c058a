package cli

import (
	"clientele/internal/app"
	"clientele/internal/insight"
	"clientele/internal/period"
	"clientele/internal/verdict"
)

// lineSchema names the document of the line.
const lineSchema = "clientele.line/v1"

type lineDocument struct {
	heading

	Question      lineQuestionDocument  `json:"question"`
	Control       controlDocument       `json:"control"`
	Clients       clientsDocument       `json:"clients"`
	Total         *string               `json:"total"`
	Line          lineFigures           `json:"line"`
	Concentration concentrationDocument `json:"concentration"`
	TenPercent    tenPercentDocument    `json:"ten_percent"`
	Top           []rowDocument         `json:"top"`
	Around        []rowDocument         `json:"around"`
	Curve         []pointDocument       `json:"curve"`
	TopK          *topKDocument         `json:"top_k"`
	Comparison    *comparisonDocument   `json:"comparison"`
	Band          *bandDocument         `json:"band"`
	Verdict       verdictDocument       `json:"verdict"`
	Files         []fileDocument        `json:"files"`
	Lenses        []string              `json:"lenses"`
	Revision      int64                 `json:"revision"`
}

type lineQuestionDocument struct {
	SalesOnly  bool   `json:"sales_only"`
	WithoutNew bool   `json:"without_new"`
	Compare    string `json:"compare"`
}

type lineFigures struct {
	Share        float64           `json:"share"`
	Base         *string           `json:"base"`
	Clients      *int64            `json:"clients"`
	ClientsShare *float64          `json:"clients_share"`
	Revenue      *string           `json:"revenue"`
	Ticket       *string           `json:"entry_ticket"`
	Overshoot    *float64          `json:"overshoot"`
	Within       *int64            `json:"within_clients"`
	Tied         *int64            `json:"tied_clients"`
	TiedAbove    *int64            `json:"tied_above"`
	Interval     *intervalDocument `json:"interval"`
}

// intervalDocument bounds the count; high is null where it has no bound.
type intervalDocument struct {
	Low  int64  `json:"low"`
	High *int64 `json:"high"`
}

type concentrationDocument struct {
	HHI           *float64        `json:"hhi"`
	Effective     *float64        `json:"effective_clients"`
	Gini          *float64        `json:"gini"`
	GiniCorrected *float64        `json:"gini_corrected"`
	CR1           *float64        `json:"cr1"`
	CR5           *float64        `json:"cr5"`
	CR10          *float64        `json:"cr10"`
	HHILow        *float64        `json:"hhi_low"`
	HHIHigh       *float64        `json:"hhi_high"`
	Verdict       verdictDocument `json:"verdict"`
}

type tenPercentDocument struct {
	Clients []rowDocument   `json:"clients"`
	Verdict verdictDocument `json:"verdict"`
}

type pointDocument struct {
	Clients int64  `json:"clients"`
	Revenue string `json:"revenue"`
}

type topKDocument struct {
	K       int64           `json:"k"`
	Revenue string          `json:"revenue"`
	Before  *string         `json:"revenue_before"`
	Verdict verdictDocument `json:"verdict"`
}

type comparisonDocument struct {
	Window   windowDocument  `json:"window"`
	Total    string          `json:"total"`
	Clients  clientsDocument `json:"clients"`
	Line     lineFigures     `json:"line"`
	Frozen   *frozenDocument `json:"frozen"`
	Joined   int64           `json:"joined"`
	Left     int64           `json:"left"`
	Groups   []groupDocument `json:"groups"`
	Moves    []moveDocument  `json:"moves"`
	PriceNow *string         `json:"price_index"`
	Verdict  verdictDocument `json:"verdict"`
}

// frozenDocument are the clients of the window that clear the old entry ticket.
type frozenDocument struct {
	Ticket  string `json:"entry_ticket"`
	Clients int64  `json:"clients"`
	Revenue string `json:"revenue"`
}

type groupDocument struct {
	Label   string `json:"label"`
	Clients int64  `json:"clients"`
	Before  string `json:"revenue_before"`
	Now     string `json:"revenue"`
}

type moveDocument struct {
	Label  string  `json:"label"`
	Client string  `json:"client"`
	Name   string  `json:"name"`
	Before *string `json:"revenue_before"`
	Now    *string `json:"revenue"`
}

type bandDocument struct {
	Draws     int               `json:"draws"`
	Seed      uint64            `json:"seed"`
	Documents int64             `json:"documents"`
	OnLine    []bandRowDocument `json:"on_line"`
	Verdict   verdictDocument   `json:"verdict"`
}

type bandRowDocument struct {
	Client string  `json:"client"`
	Name   string  `json:"name"`
	Share  float64 `json:"share"`
}

// headingOf fills in the keys with which an answer begins.
func headingOf(schema string, a *app.Answer, by app.Level, data period.Range) heading {
	return heading{
		Schema: schema, AsOf: day(a.AsOf), Window: windowOf(a, data), Measure: measure, Kind: kindOf(a.Kind),
		By: app.LevelWord(by), Currency: known(string(a.Currency)), Decimals: a.Decimals,
	}
}

// measure is what the line is drawn over.
const measure = "net_revenue"

// lineDocumentOf makes the document. Refused figures are null.
func lineDocumentOf(a *app.LineAnswer, data period.Range) lineDocument {
	p, q := purseOf(&a.Answer), a.Question
	d := lineDocument{
		heading:  headingOf(lineSchema, &a.Answer, q.Level, data),
		Question: lineQuestionDocument{q.SalesOnly, q.WithoutNew, string(q.Compare)},
		Control:  controlOf(&a.Control, p), Clients: clientsDocument(a.Clients),
		Line: lineFigures{Share: q.Share.Float()}, Concentration: concentrationDocument{Verdict: verdictOf(a.Concentration.Verdict)},
		TenPercent: tenPercentDocument{rowsOf(a.TenPercent, p), verdictOf(a.TenPercentVerdict)},
		Top:        rowsOf(a.TopRows, p), Around: rowsOf(a.AroundRows, p), Curve: []pointDocument{},
		Verdict: verdictOf(a.Verdict), Files: filesOf(a.Files), Lenses: append([]string{}, a.Lenses...), Revision: a.Revision,
	}
	if a.Control.Closes() { // the total is part of the account, which stands even where figures are refused
		total := p.exact(a.Total)
		d.Total = &total
	}
	if a.Verdict.Status == verdict.Refuse {
		return d
	}
	d.Line = figuresOf(a.Cut, p)
	if a.Interval != nil && a.Cut.Positive > 0 {
		d.Line.Interval = &intervalDocument{Low: a.Interval.Low}
		if !a.Interval.Open && !a.Interval.Unreached {
			d.Line.Interval.High = &a.Interval.High
		}
	}
	c := a.Concentration
	if c.Verdict.Status != verdict.Refuse {
		d.Concentration = concentrationDocument{c.HHI, c.Effective, c.Gini, c.GiniCorrected, c.CR1, c.CR5, c.CR10, c.HHILow, c.HHIHigh, d.Concentration.Verdict}
	}
	for _, x := range a.Curve {
		d.Curve = append(d.Curve, pointDocument{x.Clients, p.exact(x.Sum)})
	}
	if a.TopK != nil {
		d.TopK = &topKDocument{K: a.TopK.K, Revenue: p.exact(a.TopK.Revenue), Verdict: verdictOf(a.TopK.Verdict)}
		if a.TopK.Prior != nil {
			s := p.exact(*a.TopK.Prior)
			d.TopK.Before = &s
		}
	}
	d.Comparison, d.Band = comparisonOf(a.Compared, q.Prices, p), bandOf(a.Band)
	return d
}

func figuresOf(c insight.Cut, p purse) lineFigures {
	f := lineFigures{Share: c.Share.Float(), Ticket: sumOf(c.Ticket, p)}
	if c.Positive == 0 {
		return f
	}
	base, sum := p.exact(c.Base), p.exact(c.Sum)
	f.Base, f.Revenue, f.Clients, f.Within = &base, &sum, &c.Clients, &c.Within
	f.Tied, f.TiedAbove = &c.Ties.Clients, &c.Ties.Inside
	if v, ok := c.ClientsShare(); ok {
		f.ClientsShare = &v
	}
	if v, ok := c.Overshoot(); ok {
		f.Overshoot = &v
	}
	return f
}

func comparisonOf(c *app.Comparison, prices insight.Prices, p purse) *comparisonDocument {
	if c == nil {
		return nil
	}
	d := &comparisonDocument{
		Window: windowDocument{day(c.Window.From), day(c.Window.To - 1)}, Total: p.exact(c.Total), Clients: clientsDocument(c.Clients),
		Line: figuresOf(c.Cut, p), Joined: c.Movement.Joined, Left: c.Movement.Left,
		Groups: []groupDocument{}, Moves: []moveDocument{}, Verdict: verdictOf(c.Verdict),
	}
	if c.Cut.Ticket.Valid {
		d.Frozen = &frozenDocument{p.exactUnits(c.Frozen.Ticket), c.Frozen.Clients, p.exact(c.Frozen.Sum)}
	}
	if prices.Known() {
		d.PriceNow = known(prices.Now.String())
	}
	for _, g := range c.Movement.Groups {
		d.Groups = append(d.Groups, groupDocument{string(g.Label), g.Clients, p.exact(g.Base), p.exact(g.Now)})
	}
	for _, m := range c.Movement.Moves {
		d.Moves = append(d.Moves, moveDocument{string(m.Label), m.Client, c.Names[m.Client], sumOf(m.Base, p), sumOf(m.Now, p)})
	}
	return d
}

func bandOf(b *app.Band) *bandDocument {
	if b == nil {
		return nil
	}
	d := &bandDocument{Draws: b.Draws, Seed: b.Seed, Documents: b.Documents, OnLine: []bandRowDocument{}, Verdict: verdictOf(b.Verdict)}
	for _, x := range b.OnLine {
		d.OnLine = append(d.OnLine, bandRowDocument(x))
	}
	return d
}
