package boot

import (
	"context"
	"fmt"
	"time"

	"clientele/internal/app"
	"clientele/internal/clock"
	"clientele/internal/engine"
	"clientele/internal/engine/trino"
	"clientele/internal/fault"
	"clientele/internal/period"
	"clientele/internal/publication"
	"clientele/internal/warehouse"
)

// connector reaches the cluster once, when the first question is asked of it.
type connector struct {
	config   config
	dir      string
	clock    clock.Clock
	progress func(name string, done, total int64)
	cluster  *trino.Cluster
	remote   app.Remote
}

func (c *connector) connect(ctx context.Context) (app.Remote, error) {
	if c.remote != nil {
		return c.remote, nil
	}
	cluster, err := trino.Connect(ctx, c.config.options(c.dir))
	if err != nil {
		return nil, err
	}
	c.cluster = cluster
	place := fmt.Sprintf("%s at %s", c.config.Trino.Schema, cluster.At())
	if c.config.Sources == nil {
		t, err := cluster.NewTables(c.config.Trino.Schema)
		if err != nil {
			return nil, err
		}
		c.remote = openTables{t, place}
		return c.remote, nil
	}
	r, err := cluster.NewRollup(ctx, *c.config.Sources, c.config.Trino.Schema, period.FromTime(c.clock()))
	if err != nil {
		return nil, err
	}
	if c.progress != nil {
		r.Progress = func(done, total int, what string) { c.progress(what, int64(done), int64(total)) }
	}
	c.remote = rolledUp{r, place, c.clock}
	return c.remote, nil
}

func (c *connector) close() error {
	if c.cluster == nil {
		return nil
	}
	return c.cluster.Close()
}

// openTables is a ledger that was published.
type openTables struct {
	tables *trino.Tables
	place  string
}

func (o openTables) Check(context.Context) error { return nil }

func (o openTables) Latest(ctx context.Context) (publication.Row, error) { return o.tables.Latest(ctx) }

func (o openTables) Open(ctx context.Context, row publication.Row, _ *app.Published, _ engine.Rules) (engine.Engine, error) {
	return o.tables.Open(ctx, row)
}

func (o openTables) Anew(ctx context.Context, row publication.Row, _ *app.Published, _ engine.Rules) (engine.Engine, error) {
	return o.tables.Anew(ctx, row)
}

func (o openTables) Recount(ctx context.Context, row publication.Row, _ *app.Published) ([]warehouse.Counted, error) {
	return o.tables.Recount(ctx, row)
}

func (o openTables) Refresh(context.Context, app.RefreshRequest, publication.Row, *warehouse.State, func(*warehouse.State) (string, error)) (*warehouse.Refreshed, error) {
	return nil, fault.New(fault.Usage, "refresh", "a published ledger is not rolled up", "publish again: clientele publish iceberg")
}

func (o openTables) Place() string { return o.place }

// rolledUp is a firm's own table with its roll-up.
type rolledUp struct {
	rollup *trino.Rollup
	place  string
	clock  clock.Clock
}

func (r rolledUp) Check(ctx context.Context) error { return r.rollup.Check(ctx) }

func (r rolledUp) Latest(ctx context.Context) (publication.Row, error) {
	p, err := r.rollup.Latest(ctx)
	return publication.Row{Number: p.Number, At: p.At, Document: p.Document}, err
}

func (r rolledUp) Open(ctx context.Context, _ publication.Row, p *app.Published, rules engine.Rules) (engine.Engine, error) {
	return r.rollup.Open(ctx, p.Rollup, rules)
}

func (r rolledUp) Anew(ctx context.Context, _ publication.Row, p *app.Published, rules engine.Rules) (engine.Engine, error) {
	return r.rollup.Anew(ctx, p.Rollup, rules)
}

func (r rolledUp) Recount(ctx context.Context, _ publication.Row, p *app.Published) ([]warehouse.Counted, error) {
	return r.rollup.Recount(ctx, p.Rollup)
}

// Refresh names the build after the nanosecond in which it begins.
func (r rolledUp) Refresh(ctx context.Context, req app.RefreshRequest, before publication.Row, was *warehouse.State, document func(*warehouse.State) (string, error)) (*warehouse.Refreshed, error) {
	now := r.clock()
	return r.rollup.Refresh(ctx, trino.Request{
		Before: was, Stored: before.Document, Number: before.Number, From: req.From, Build: now.UnixNano(), At: now.UTC().Format(time.RFC3339), Document: document,
	})
}

func (r rolledUp) Place() string { return r.place }
