package app

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sort"
	"strings"

	"clientele/internal/batch"
	"clientele/internal/engine"
	"clientele/internal/fault"
	"clientele/internal/insight"
	"clientele/internal/ledger"
	"clientele/internal/money"
	"clientele/internal/namesake"
	"clientele/internal/period"
	"clientele/internal/store"
	"clientele/internal/tables"
	"clientele/internal/vault"
)

// ClientsAnswer lists who counts as whom.
type ClientsAnswer struct {
	Accounts    []ledger.Account      // every key of the source, by key
	Events      []store.Event         // merges and groups that stand
	Suggestions []namesake.Suggestion // open ones
	Table       string                // of the firm, where the clients are instead; "": in files
}

// Clients reads accounts, decisions and open suggestions.
func (w *Workspace) Clients(ctx context.Context) (*ClientsAnswer, error) {
	st, err := w.sound(ctx)
	if err != nil {
		return nil, err
	}
	a := &ClientsAnswer{}
	switch {
	case w.elsewhere():
		a.Table = w.Sources.Sales.Table
	case w.Connect != nil && len(st.live()) == 0:
		a.Table = "the published ledger"
	}
	if a.Accounts, err = w.accounts(ctx, st); err != nil {
		return nil, err
	}
	who := store.Now(st.snapshot.Events)
	for _, e := range st.snapshot.Events {
		if e.Undone.IsZero() {
			a.Events = append(a.Events, e)
		}
	}
	dismissed := map[[2]string]bool{}
	for _, d := range st.snapshot.Dismissed {
		dismissed[[2]string{d.One, d.Other}] = true
	}
	for _, s := range namesake.Find(a.Accounts) {
		if who.Client(s.One.Key) != who.Client(s.Other.Key) && !dismissed[[2]string{s.One.Key, s.Other.Key}] {
			a.Suggestions = append(a.Suggestions, s)
		}
	}
	return a, nil
}

// accounts reads every account of the live batches, the last description of each.
func (w *Workspace) accounts(ctx context.Context, st *state) ([]ledger.Account, error) {
	index := map[string]int{}
	var out []ledger.Account
	for _, b := range st.live() {
		files, ok := st.files(b.ID)
		if !ok {
			continue
		}
		path, err := w.part(&files, vault.Accounts)
		if err != nil {
			return nil, err
		}
		err = batch.ReadAccounts(path, func(a tables.Account) error {
			i, have := index[a.Key]
			if !have {
				i = len(out)
				index[a.Key] = i
				out = append(out, ledger.Account{Key: a.Key, Name: a.Key})
			}
			out[i].Describe(a.Account)
			return ctx.Err()
		})
		if err != nil {
			return nil, err
		}
	}
	sort.Slice(out, func(i, k int) bool { return out[i].Key < out[k].Key })
	return out, nil
}

// Effect is what a decision on identities does to the line, before it is made.
type Effect struct {
	Relation store.Relation
	From, To string
	Level    engine.Level
	Before   LineFigures
	After    LineFigures
	Applied  bool
	Event    int64 // if applied
}

// LineFigures are the figures by which an effect is judged.
type LineFigures struct {
	Clients  int64 // positive ones
	Line     int64
	Ticket   insight.Value
	Total    money.Sum
	Decimals uint8
	HHI      *float64
}

// Relate merges an account into a client, or puts a client under a parent. Without yes it
// only shows what that would do.
func (w *Workspace) Relate(ctx context.Context, relation store.Relation, from, to string, yes bool) (e *Effect, err error) {
	e = &Effect{Relation: relation, From: from, To: to}
	if relation == store.Group {
		e.Level = engine.ByGroup
	}
	if from == to {
		return nil, fault.New(fault.Usage, "relate clients", "a client is itself already", "name two different ones")
	}
	st, err := w.sound(ctx)
	if err != nil {
		return nil, err
	}
	named := []string{from, to}
	if relation == store.Group {
		named = named[:1] // a parent may be a name of its own
	}
	if err := w.known(ctx, st, named...); err != nil {
		return nil, err
	}
	rules := st.rules()
	if e.Before, err = w.figures(ctx, st, rules, e.Level); err != nil {
		return nil, err
	}
	next := engine.Rules{Merged: maps.Clone(rules.Merged), Parents: maps.Clone(rules.Parents)}
	if relation == store.Merge {
		next.Merged[from] = to
	} else {
		next.Parents[from] = to
	}
	who := store.Now(st.snapshot.Events)
	if who.Add(relation, from, to); who.Circular(from) {
		return nil, fault.New(fault.Usage, "relate clients", fmt.Sprintf("%q already belongs to %q", to, from), "undo that first, or name them the other way round")
	}
	if e.After, err = w.figures(ctx, st, next, e.Level); err != nil || !yes {
		return e, err
	}
	err = w.locked(ctx, "clients", func() error {
		now, err := w.state(ctx) // another process may have published since
		if err != nil {
			return err
		}
		_, err = w.change(ctx, now.snapshot, func(tx *store.Tx) error {
			id, err := tx.Identities.Add(ctx, relation, from, to)
			e.Event = id
			if err != nil {
				return err
			}
			return w.publish(ctx, tx, now.version.Batches)
		})
		return err
	})
	e.Applied = err == nil
	return e, err
}

// known refuses keys that no file has.
func (w *Workspace) known(ctx context.Context, st *state, keys ...string) error {
	if w.elsewhere() {
		return w.knownRemote(ctx, st, keys)
	}
	list, err := w.accounts(ctx, st)
	if err != nil {
		return err
	}
	for _, key := range keys {
		_, ok := slices.BinarySearchFunc(list, key, func(a ledger.Account, k string) int { return strings.Compare(a.Key, k) })
		if !ok {
			return fault.New(fault.NotFound, "find a client", fmt.Sprintf("there is no client %q", key), "list them with: clientele clients")
		}
	}
	return nil
}

// figures draws the line of the last twelve months under given identities.
func (w *Workspace) figures(ctx context.Context, st *state, rules engine.Rules, level engine.Level) (f LineFigures, err error) {
	g, err := w.ground(ctx, st, GroundRequest{Rules: &rules})
	if err != nil {
		return f, err
	}
	defer func() { err = errors.Join(err, g.Engine.Close()) }()
	win, err := resolve(WindowSpec{}, NoCompare, period.NoDate, g.Span, g.FiscalStart)
	if err != nil {
		return f, err
	}
	d := distribution(g.Engine, engine.Frame{Level: level, Current: win.Current})
	s, err := d.Summary(ctx)
	if err != nil {
		return f, err
	}
	cut, err := insight.Line(ctx, d, money.Fraction{Num: 4, Den: 5})
	if err != nil {
		return f, err
	}
	return LineFigures{
		Clients: s.Positive, Line: cut.Clients, Ticket: cut.Ticket, Total: s.Net(), Decimals: g.Decimals,
		HHI: some(insight.ConcentrationOf(s).HHI()),
	}, nil
}

// Unrelate takes a merge or a group back.
func (w *Workspace) Unrelate(ctx context.Context, event int64) error {
	return w.locked(ctx, "clients", func() error {
		st, err := w.state(ctx)
		if err != nil {
			return err
		}
		_, err = w.change(ctx, st.snapshot, func(tx *store.Tx) error {
			if err := tx.Identities.Undo(ctx, event); err != nil {
				return err
			}
			return w.publish(ctx, tx, st.version.Batches)
		})
		return err
	})
}

// Dismiss remembers that two clients are different.
func (w *Workspace) Dismiss(ctx context.Context, one, other string) error {
	if err := w.listed(ctx, one, other); err != nil {
		return err
	}
	return w.locked(ctx, "clients", func() error {
		_, err := w.Store.Change(ctx, w.Actor, func(tx *store.Tx) error {
			return tx.Identities.Dismiss(ctx, store.Merge, one, other)
		})
		return err
	})
}

// listed refuses keys that no file has.
func (w *Workspace) listed(ctx context.Context, keys ...string) error {
	st, err := w.sound(ctx)
	if err != nil {
		return err
	}
	return w.known(ctx, st, keys...)
}

// Confirm records that clients stand alone: nobody else is under common control with them.
func (w *Workspace) Confirm(ctx context.Context, keys []string) error {
	if err := w.listed(ctx, keys...); err != nil {
		return err
	}
	return w.SetPolicy(ctx, func(p *Policy) error {
		for _, k := range keys {
			if !slices.Contains(p.Reviewed, k) {
				p.Reviewed = append(p.Reviewed, k)
			}
		}
		sort.Strings(p.Reviewed)
		return nil
	})
}

// Rates lists the exchange rates of live batches. Those of a table of the firm stay there.
func (w *Workspace) Rates(ctx context.Context) ([]store.Rate, money.Currency, error) {
	if w.elsewhere() {
		if table := w.Sources.Rates.Table; table != "" {
			return nil, "", fault.New(fault.Usage, "list rates", "the rates of this workspace are in "+table+", not in files", "look at them there")
		}
		return nil, "", fault.New(fault.Usage, "list rates", "no rates are applied to "+w.Sources.Sales.Table+": rows in another currency are set aside", "name a table of rates in clientele.toml, under [sources.rates]")
	}
	st, err := w.state(ctx)
	if err != nil {
		return nil, "", err
	}
	return st.snapshot.Rates, st.policy.Base, nil
}

// Currency is what the ledger is counted in; "" where nothing says it.
func (w *Workspace) Currency(ctx context.Context) (money.Currency, error) {
	if w.elsewhere() {
		return money.Currency(w.Sources.Sales.Currency), nil
	}
	_, base, err := w.Rates(ctx)
	return base, err
}
