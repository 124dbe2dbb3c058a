package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"clientele/internal/batch"
	"clientele/internal/engine"
	"clientele/internal/fault"
	"clientele/internal/ledger"
	"clientele/internal/metric"
	"clientele/internal/money"
	"clientele/internal/period"
	"clientele/internal/publication"
	"clientele/internal/warehouse"
)

// Remote is a ledger that questions are asked of where it is: on a cluster. It is a
// firm's own table that is rolled up there, or a ledger that was published.
type Remote interface {
	// Check looks at what the configuration says of the firm's own tables.
	Check(ctx context.Context) error
	// Latest is the publication that holds; its number is 0 where there is none.
	Latest(ctx context.Context) (publication.Row, error)
	// Open answers from a publication. A published ledger brings its own identities, and
	// takes no rules.
	Open(ctx context.Context, row publication.Row, p *Published, rules engine.Rules) (engine.Engine, error)
	// Anew answers the same from the lines, not from cells.
	Anew(ctx context.Context, row publication.Row, p *Published, rules engine.Rules) (engine.Engine, error)
	// Recount counts the lines again.
	Recount(ctx context.Context, row publication.Row, p *Published) ([]warehouse.Counted, error)
	// Refresh brings a roll-up up to date. document writes the account of its state.
	Refresh(ctx context.Context, req RefreshRequest, before publication.Row, was *warehouse.State, document func(*warehouse.State) (string, error)) (*warehouse.Refreshed, error)
	// Place says where it is.
	Place() string
}

// RefreshRequest says what may change.
type RefreshRequest struct {
	From period.Date // first month that is not closed; NoDate: none is
}

// RefreshAnswer tells what a refresh did, on the account of what it read.
type RefreshAnswer struct {
	warehouse.Refreshed

	Place  string
	Ground *Ground // without an engine
}

// elsewhere reports whether the ledger is a table of the firm, so that nothing can be
// imported.
func (w *Workspace) elsewhere() bool { return w.Sources != nil }

// atHome refuses what is done with files where the ledger is a table of the firm.
func (w *Workspace) atHome(op string) error {
	if !w.elsewhere() {
		return nil
	}
	return fault.New(fault.Usage, op, "the sales of this workspace are in "+w.Sources.Sales.Table+", not in files", "bring its roll-up up to date with: clientele refresh")
}

// Refresh brings the roll-up of the firm's own table up to date.
func (w *Workspace) Refresh(ctx context.Context, req RefreshRequest) (*RefreshAnswer, error) {
	if !w.elsewhere() {
		return nil, fault.New(fault.Usage, "refresh", "no table of the firm is named", "name it in clientele.toml, under [sources.sales]; docs/howto/trino.md shows how")
	}
	st, err := w.state(ctx)
	if err != nil {
		return nil, err
	}
	remote, err := w.Connect(ctx)
	if err != nil {
		return nil, err
	}
	before, err := remote.Latest(ctx)
	if err != nil {
		return nil, err
	}
	var was *warehouse.State
	if before.Number > 0 {
		p, err := ReadPublished(before.Document)
		if err != nil {
			return nil, err
		}
		was = p.Rollup
	}
	document := func(s *warehouse.State) (string, error) {
		data, err := json.Marshal(w.rolledUp(st, s))
		return string(data), err
	}
	done, err := remote.Refresh(ctx, req, before, was, document)
	if err != nil {
		return nil, err
	}
	g := w.rolledUp(st, &done.State).Ground(nil)
	g.Control.Assigned = g.Control.Loaded.Minus(g.Control.Unassigned) // the refresh has held it to the cells
	return &RefreshAnswer{*done, remote.Place(), g}, nil
}

// rolledUp is the account of a roll-up.
func (w *Workspace) rolledUp(st *state, s *warehouse.State) *Published {
	x := w.Sources.Sales
	p := &Published{
		Format: publishedFormat, Currency: money.Currency(x.Currency), Decimals: s.Scale, Kind: x.LedgerKind(), FiscalStart: st.policy.FiscalStart,
		Control: s.Totals, Rollup: s,
		Dated: batch.Dated{Undated: s.Undated, Future: s.Future},
		Facts: Facts{TaxSettled: x.Tax != "", Gross: x.Tax == "gross", NameAsKey: s.NameAsKey, Documents: s.Documents, Grouped: s.Accounts.Grouped > 0},
		Files: []FileReport{{Name: s.Table, Table: true, Rows: s.Totals.Read.Rows, Loaded: s.Totals.Loaded.Rows}},
	}
	if s.First != period.NoDate {
		p.Dated.Span = period.Range{From: s.First, To: s.Last + 1}
	}
	return p
}

// standing on a cluster: the publication that holds, with its account.
func (w *Workspace) latest(ctx context.Context) (Remote, publication.Row, *Published, error) {
	remote, err := w.Connect(ctx)
	if err != nil {
		return nil, publication.Row{}, nil, err
	}
	row, err := remote.Latest(ctx)
	if err != nil {
		return nil, row, nil, err
	}
	if row.Number == 0 {
		message, remedy := "no ledger is published in "+remote.Place(), "publish one: clientele publish iceberg --help"
		if w.elsewhere() {
			message, remedy = w.Sources.Sales.Table+" is not rolled up yet", "roll it up: clientele refresh"
		}
		return nil, row, nil, fault.New(fault.Input, "ask", message, remedy)
	}
	p, err := ReadPublished(row.Document)
	if err == nil && w.elsewhere() && p.Rollup == nil {
		err = fault.New(fault.Failed, "read the publication", "the roll-up in "+remote.Place()+" has no account of its months", "roll it up again, in a schema of its own")
	}
	if err == nil && w.elsewhere() && p.Rollup.Sources != *w.Sources {
		err = fault.New(fault.Input, "ask", "clientele.toml maps "+w.Sources.Sales.Table+" in another way than it was rolled up", "roll it up as it says: clientele refresh")
	}
	return remote, row, p, err
}

// remoteGround is the ground of a question that a cluster answers.
func (w *Workspace) remoteGround(ctx context.Context, st *state, req GroundRequest) (*Ground, error) {
	remote, row, p, err := w.latest(ctx)
	if err != nil {
		return nil, err
	}
	if req.Kind != "" && req.Kind != p.Kind {
		return nil, fault.New(fault.NotFound, "ask", fmt.Sprintf("the amounts in %s are %s, not %s", remote.Place(), p.Kind, req.Kind), "leave --kind out")
	}
	rules := st.rules()
	if req.Rules != nil {
		rules = *req.Rules
	}
	e, err := remote.Open(ctx, row, p, rules)
	if err != nil {
		return nil, err
	}
	g := p.Ground(e)
	switch {
	case w.elsewhere():
		g.FiscalStart, g.Reviewed, g.Revision = st.policy.FiscalStart, st.policy.Reviewed, st.snapshot.Revision
		g.Facts.Grouped = g.Facts.Grouped || len(rules.Parents) > 0
	case len(st.live()) > 0 && p.Revision != st.snapshot.Revision:
		w.say(fmt.Sprintf("the cluster answers from revision %d, and the workspace is at %d; bring it there with: clientele publish iceberg", p.Revision, st.snapshot.Revision))
	}
	return g, nil
}

// auditRemote counts what the cluster has once more, and asks every figure of the lines
// that the cells gave.
func (w *Workspace) auditRemote(ctx context.Context, st *state, a *AuditAnswer) error {
	remote, row, p, err := w.latest(ctx)
	if err != nil {
		return err
	}
	name := fmt.Sprintf("cluster, publication %d", row.Number)
	now, err := remote.Recount(ctx, row, p)
	if err != nil {
		return err
	}
	c := &p.Control
	was := map[string]ledger.Tally{"read": c.Read, "loaded": c.Loaded, "unassigned": c.Unassigned, "excluded": c.Excluded, "quarantined": c.Quarantined}
	for _, x := range now {
		a.compare(name+" "+x.Name, tallyText(was[x.Name], p.Decimals), tallyText(x.Tally, p.Decimals))
	}
	rules := st.rules()
	cells, err := remote.Open(ctx, row, p, rules)
	if err != nil {
		return err
	}
	lines, err := remote.Anew(ctx, row, p, rules)
	if err != nil {
		return errors.Join(err, cells.Close())
	}
	err = a.figures(ctx, comparison{
		name: name, span: p.Dated.Span, fiscal: st.policy.FiscalStart, published: cells, derived: lines,
	})
	return errors.Join(err, cells.Close(), lines.Close())
}

// knownRemote refuses keys that no row has.
func (w *Workspace) knownRemote(ctx context.Context, st *state, keys []string) (err error) {
	g, err := w.remoteGround(ctx, st, GroundRequest{Rules: &engine.Rules{}})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, g.Engine.Close()) }()
	for _, key := range keys {
		rows, err := g.Engine.Page(ctx, engine.Frame{Level: engine.ByAccount, Current: period.All}, engine.Page{By: metric.Revenue, Lo: -1 << 63, Hi: 1<<63 - 1, Limit: 1, Clients: []string{key}})
		if err != nil {
			return err
		}
		if len(rows) == 0 {
			return fault.New(fault.NotFound, "find a client", fmt.Sprintf("there is no client %q", key), "list them with: clientele book")
		}
	}
	return nil
}
