package app

import (
	"context"
	"errors"
	"slices"
	"sort"
	"strings"

	"clientele/internal/book"
	"clientele/internal/engine"
	"clientele/internal/fault"
	"clientele/internal/insight"
	"clientele/internal/ledger"
	"clientele/internal/metric"
	"clientele/internal/verdict"
)

// page lists clients by rank, from after the first `from` of them.
func (a *LineAnswer) page(ctx context.Context, g *Ground, f engine.Frame, d insight.Distribution, from, count int64) ([]book.Row, error) {
	if count <= 0 {
		return nil, nil
	}
	return listRows(ctx, g.Engine, f, d, a.Cut.Base, a.AsOf, from, count)
}

// clientsOfPage asks for the measures of the book.
func clientsOfPage(ctx context.Context, e engine.Engine, f engine.Frame, p engine.Page) ([]book.Client, error) {
	p.Measures = book.Measures()
	rows, err := e.Page(ctx, f, p)
	if err != nil {
		return nil, err
	}
	out := make([]book.Client, len(rows))
	for i, r := range rows {
		values := make([]book.Value, len(r.Values))
		for k, v := range r.Values {
			values[k] = book.Value(v)
		}
		if out[i], err = book.Of(r.Client, r.Name, values); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// everyoneMax is the size of a book up to which clients far below the line are told
// apart in a comparison.
const everyoneMax = 200_000

// compare draws the line of the window before and tells who moved.
func (a *LineAnswer) compare(ctx context.Context, g *Ground, f engine.Frame, d insight.Distribution) error {
	if k := a.Question.TopK; k > 0 {
		top, err := insight.Top(ctx, d, k)
		if err != nil {
			return err
		}
		a.TopK = &TopK{K: k, Revenue: top.Sum, Verdict: insight.TopRule(k, a.Clients.Positive)}
	}
	if f.Prior.Empty() {
		return nil
	}
	old := engine.Frame{Level: f.Level, Current: f.Prior, SalesOnly: f.SalesOnly}
	base := distribution(g.Engine, old)
	s, err := base.Summary(ctx)
	if err != nil {
		return err
	}
	if s.Clients == 0 {
		a.Verdict.Add(verdict.Reason{
			Code: "nothing_before", Status: verdict.Pass,
			Text: "no client has a line by the end of the window before, so there is nothing to compare with", Supply: "older invoices",
		})
		return nil
	}
	c := &Comparison{Window: f.Prior, Total: s.Net(), Clients: clientsOf(s), Names: map[string]string{}}
	if c.Cut, err = insight.Line(ctx, base, a.Question.Share); err != nil {
		return err
	}
	if a.TopK != nil {
		top, err := insight.Top(ctx, base, a.TopK.K)
		if err != nil {
			return err
		}
		a.TopK.Prior = &top.Sum
	}
	if c.Cut.Ticket.Valid {
		if c.Frozen, err = insight.FrozenLine(ctx, d, c.Cut.Ticket.Int, a.Question.Prices); err != nil {
			return err
		}
	}
	rule := insight.Base{Prices: a.Question.Prices, Closed: true, SameIdentities: true}
	c.Verdict.Join(insight.FrozenRule(rule))
	c.Verdict.Join(insight.MovementRule(rule, false))
	a.Compared = c
	return c.movers(ctx, g, a, f, old)
}

// movers collects the clients above either line, and in books of a readable size those
// below it too.
func (c *Comparison) movers(ctx context.Context, g *Ground, a *LineAnswer, f, old engine.Frame) error {
	all := engine.Page{By: metric.Revenue, Lo: -1 << 63, Hi: 1<<63 - 1}
	all.Limit = a.Cut.Clients
	now, err := clientsOfPage(ctx, g.Engine, f, all)
	if err != nil {
		return err
	}
	all.Limit = c.Cut.Clients
	before, err := clientsOfPage(ctx, g.Engine, old, all)
	if err != nil {
		return err
	}
	is, was := map[string]bool{}, map[string]bool{}
	for _, x := range now {
		is[x.ID] = true
	}
	var missing []string
	for _, x := range before {
		was[x.ID] = true
		if !is[x.ID] {
			missing = append(missing, x.ID)
		}
	}
	rest := engine.Page{By: metric.Revenue, Lo: -1 << 63, Hi: 1<<63 - 1, Limit: -1, Clients: missing}
	if a.Clients.Total <= everyoneMax {
		rest.Clients = nil
	}
	others := []book.Client(nil)
	if rest.Clients == nil || len(missing) > 0 {
		if others, err = clientsOfPage(ctx, g.Engine, f, rest); err != nil {
			return err
		}
	}
	var movers []insight.Mover
	for _, x := range append(now, others...) {
		if _, have := c.Names[x.ID]; have {
			continue
		}
		c.Names[x.ID] = x.Name
		movers = append(movers, insight.Mover{
			Client: x.ID, Base: insight.Value(x.RevenuePrior), Now: insight.Value(x.Revenue),
			WasAbove: was[x.ID], IsAbove: is[x.ID], LinesInBase: x.LinesPrior, LinesEarlier: x.LinesEarlier,
		})
	}
	c.Movement, err = insight.Movement(movers, insight.Old{Ticket: c.Cut.Ticket, Prices: a.Question.Prices}, c.Cut.Clients, a.Cut.Clients)
	if err != nil {
		return err
	}
	keep := map[string]string{}
	for _, m := range c.Movement.Moves {
		keep[m.Client] = c.Names[m.Client]
	}
	c.Names = keep
	return nil
}

// band draws the line again and again over the documents of the window.
func (a *LineAnswer) band(ctx context.Context, g *Ground, f engine.Frame) error {
	if !a.Question.Band {
		return nil
	}
	source, ok := g.Engine.(engine.Documents)
	if !ok {
		return fault.New(fault.Internal, "draw the band", "documents were not kept", "")
	}
	type sum struct {
		client   string
		document [2]uint64
		sum      int64
	}
	var sums []sum
	err := source.EachDocument(ctx, f, func(client string, document [2]uint64, amount int64) error {
		sums = append(sums, sum{client, document, amount})
		return nil
	})
	if err != nil {
		return err
	}
	slices.SortFunc(sums, func(x, y sum) int {
		if c := strings.Compare(x.client, y.client); c != 0 {
			return c
		}
		if c := slices.Compare(x.document[:], y.document[:]); c != 0 {
			return c
		}
		return 0
	})
	var names []string
	docs := make([]insight.Document, len(sums))
	for i, s := range sums {
		if len(names) == 0 || names[len(names)-1] != s.client {
			names = append(names, s.client)
		}
		docs[i] = insight.Document{Client: int32(len(names) - 1), Key: s.document, Sum: s.sum} //nolint:gosec // fewer than 2^31 clients
	}
	return a.draw(ctx, g, f, names, docs)
}

func (a *LineAnswer) draw(ctx context.Context, g *Ground, f engine.Frame, names []string, docs []insight.Document) error {
	b := &Band{Seed: a.Question.Seed}
	a.Band = b
	st, err := insight.Bootstrap(ctx, len(names), docs, insight.Sampling{
		Share: a.Question.Share, Seed: a.Question.Seed, Draws: a.Question.Draws, Progress: a.Question.Progress,
	})
	if f, ok := errors.AsType[*fault.Error](err); ok && f.Kind == fault.Input {
		b.Verdict.Join(insight.StabilityRule(0, 0))
		return nil
	}
	if err != nil {
		return err
	}
	b.Draws, b.Documents = st.Draws, st.Documents
	b.Verdict.Join(insight.StabilityRule(st.Documents, st.Fixed))
	var ids []string
	share := map[string]float64{}
	for i, name := range names {
		if st.OnLine(i) {
			ids = append(ids, name)
			share[name] = st.Share(i)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	rows, err := g.Engine.Page(ctx, f, engine.Page{By: metric.Revenue, Lo: -1 << 63, Hi: 1<<63 - 1, Limit: -1, Clients: ids})
	if err != nil {
		return err
	}
	for _, r := range rows {
		b.OnLine = append(b.OnLine, BandRow{Client: r.Client, Name: r.Name, Share: share[r.Client]})
	}
	sort.SliceStable(b.OnLine, func(i, k int) bool { return b.OnLine[i].Share > b.OnLine[k].Share })
	return nil
}

// notes are what the sources say about themselves.
func (g *Ground) notes(w Windows) verdict.Verdict {
	var v verdict.Verdict
	note := func(code, text string) { v.Add(verdict.Reason{Code: code, Status: verdict.Pass, Text: text}) }
	x := &g.Facts
	if w.Fallback {
		note("window_fallback", "the 12 complete months before the as-of date hold no sale, so all dates are taken")
	}
	if g.Kind == ledger.Booked || g.Kind == ledger.Received {
		note("kind", "the amounts are "+string(g.Kind)+", not invoiced")
	}
	if len(x.Unknown) > 0 {
		words := make([]string, 0, len(x.Unknown))
		for _, u := range x.Unknown {
			words = append(words, u.Text)
		}
		v.Add(verdict.Reason{
			Code: "status_unknown", Status: verdict.Flag, Bias: verdict.Unknown,
			Text: "rows with a status that is not known were loaded: " + strings.Join(words, ", "), Supply: "say what they are, or leave the status out: --map status=",
		})
	}
	if x.Gross || x.Inclusive > 0 {
		v.Add(verdict.Reason{
			Code: "tax_inside", Status: verdict.Flag, Bias: verdict.High,
			Text: "amounts hold tax, and no column tells how much", Supply: "a net amount or a tax column",
		})
	}
	if x.Repeats != nil {
		v.Add(*x.Repeats)
	}
	if len(x.Repeated) > 0 {
		note("file_repeated", "read once, though given again with the same bytes: "+strings.Join(x.Repeated, ", "))
	}
	if x.NameAsKey > 0 {
		note("name_as_id", "rows without a client id are known by their name")
	}
	if x.Negated > 0 {
		note("credit_negated", "credit rows with a positive amount were turned negative")
	}
	return v
}
