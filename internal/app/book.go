package app

import (
	"context"

	"clientele/internal/book"
	"clientele/internal/engine"
	"clientele/internal/insight"
	"clientele/internal/metric"
	"clientele/internal/money"
	"clientele/internal/period"
	"clientele/internal/verdict"
)

// BookQuestion asks for one row per client.
type BookQuestion struct {
	Window    WindowSpec
	AsOf      period.Date
	Compare   Compare // fills the prior revenue; NoCompare: the window before tells who returned
	Level     engine.Level
	SalesOnly bool
	Offset    int64
	Limit     int64 // 0: all
}

// BookAnswer is the book, by rank.
type BookAnswer struct {
	Answer
	Question BookQuestion
	Clients  Clients
	Total    money.Sum
	Base     money.Sum // the positive clients' revenue, of which shares are taken
	Rows     []book.Row
	States   verdict.Verdict // of states and tenure
}

// Book lists the clients by revenue (definitions 1.3, 1.6).
func Book(ctx context.Context, g *Ground, q BookQuestion) (*BookAnswer, error) {
	w, err := resolve(q.Window, q.Compare, q.AsOf, g.Span, g.FiscalStart)
	if err != nil {
		return nil, err
	}
	if w.Prior.Empty() {
		w.Prior = w.Current.Before() // states need it; all dates have none
	}
	frame := engine.Frame{Level: q.Level, Current: w.Current, Prior: w.Prior, SalesOnly: q.SalesOnly}
	a := &BookAnswer{Question: q}
	if err := a.settle(ctx, g, w, frame); err != nil {
		return nil, err
	}
	d := distribution(g.Engine, frame)
	s, err := d.Summary(ctx)
	if err != nil {
		return nil, err
	}
	a.Clients, a.Total, a.Base = clientsOf(s), s.Net(), s.PositiveSum
	a.Verdict.Join(g.inputs(&a.Answer, s).Rule())
	a.Verdict.Join(g.notes(w))
	first := g.Span.From
	if g.Span.Empty() {
		first = period.NoDate
	}
	a.States = book.StateRule(book.WindowsOf(frame.Current, frame.Prior, a.AsOf), first)
	limit := q.Limit
	if limit == 0 {
		limit = -1
	}
	a.Rows, err = listRows(ctx, g.Engine, frame, d, s.PositiveSum, a.AsOf, q.Offset, limit)
	return a, err
}

// listRows lists clients by rank, after the first `from` of them; count < 0: all others.
func listRows(ctx context.Context, e engine.Engine, f engine.Frame, d insight.Distribution, base money.Sum, asOf period.Date, from, count int64) ([]book.Row, error) {
	page := engine.Page{By: metric.Revenue, Lo: -1 << 63, Hi: 1<<63 - 1, Offset: from, Limit: count}
	start := book.Start{Clients: from}
	if from > 0 {
		top, err := insight.Top(ctx, d, from)
		if err != nil {
			return nil, err
		}
		start.Sum = top.Sum
		// Not by an offset of all before: an engine would have to keep them on one node.
		if top.Value.Valid {
			page.Hi, page.Offset = top.Value.Int, from-top.Larger
		}
	}
	clients, err := clientsOfPage(ctx, e, f, page)
	if err != nil {
		return nil, err
	}
	out, _, err := book.Page(clients, book.WindowsOf(f.Current, f.Prior, asOf), start, base)
	return out, err
}
