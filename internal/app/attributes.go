package app

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"clientele/internal/batch"
	"clientele/internal/costing"
	"clientele/internal/engine"
	"clientele/internal/fault"
	"clientele/internal/insight"
	"clientele/internal/intake"
	"clientele/internal/ledger"
	"clientele/internal/money"
	"clientele/internal/store"
)

// Owner is the attribute that every ledger knows: who looks after a client.
const Owner = "owner"

// None is the value of clients of whom an attribute is not known.
const None = "(none)"

// ownersOf are the owners of accounts that have one.
func ownersOf(accounts []ledger.Account) map[string]string {
	out := map[string]string{}
	for _, a := range accounts {
		if a.Owner != "" {
			out[a.Key] = a.Owner
		}
	}
	return out
}

// attribute finds an attribute of the clients: their owner, or a column of the lists of
// clients that were imported. What a later list says counts.
func (w *Workspace) attribute(ctx context.Context, st *state, name string) (map[string]string, error) {
	if strings.EqualFold(name, Owner) {
		accounts, err := w.accounts(ctx, st)
		return ownersOf(accounts), err
	}
	out := map[string]string{}
	var missing error
	found := false
	for _, b := range st.live() {
		if b.Kind != batch.ClientList {
			continue
		}
		values, err := w.column(ctx, &b, name)
		if fault.KindOf(err) == fault.Usage && err != nil {
			missing = err // another list may have it
			continue
		}
		if err != nil {
			return nil, err
		}
		found = true
		maps.Copy(out, values)
	}
	if found {
		return out, nil
	}
	if missing != nil {
		return nil, missing
	}
	return nil, fault.New(fault.Usage, "read --by", fmt.Sprintf("nothing is known of clients that is called %q", name),
		"write client, group, account or owner; or import a list of clients that has such a column")
}

// followed gives a client what is known of the accounts that were merged into it, where
// nothing is known of itself: of the bytewise first of them.
func followed(values, merged map[string]string) map[string]string {
	if len(merged) == 0 || values == nil {
		return values
	}
	out := maps.Clone(values)
	for _, account := range slices.Sorted(maps.Keys(merged)) {
		to := merged[account]
		for range len(merged) { // merges may lead on
			next, ok := merged[to]
			if !ok {
				break
			}
			to = next
		}
		if out[to] == "" && values[account] != "" {
			out[to] = values[account]
		}
	}
	return out
}

// column reads one column of a list of clients.
func (w *Workspace) column(ctx context.Context, b *store.Batch, name string) (values map[string]string, err error) {
	src, err := w.original(ctx, b)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, src.Close()) }()
	answers, err := answersOf(b)
	if err != nil {
		return nil, err
	}
	return intake.ReadAttribute(ctx, src, answers, name)
}

// attributeRow is the clients of an answer that have one value of an attribute.
type attributeRow struct {
	value                    string
	clients                  int64
	active                   bool
	terms                    Terms[money.Sum]
	base                     money.Sum
	uncosted, micros, profit money.Sum
	timed, known             bool // of some of them
	byDriver                 []money.Sum
}

// grouped adds the clients of an answer up by an attribute. Every unit stays where it is:
// costs were split over clients first.
func (a *ProfitAnswer) grouped(values map[string]string) error {
	index := map[string]int{}
	var groups []attributeRow
	for i := range a.Rows {
		x := &a.Rows[i]
		value := values[x.ID]
		if value == "" {
			value = None
		}
		k, ok := index[value]
		if !ok {
			k = len(groups)
			index[value] = k
			groups = append(groups, attributeRow{value: value})
		}
		groups[k].join(x)
	}
	a.Rows, a.Unknown = make([]ProfitRow, len(groups)), 0
	a.LossAll, a.ProfitAll, a.Depends = 0, 0, 0
	for i := range groups {
		if err := groups[i].row(&a.Rows[i]); err != nil {
			return err
		}
		if !a.Rows[i].Profit.Valid {
			a.Unknown++
		}
		a.label(&a.Rows[i])
	}
	a.Range = nil // it is of clients: the bounds of many are not those of their sum
	a.rank()
	return nil
}

// label judges a row by its results under each driver, and counts it.
func (a *ProfitAnswer) label(x *ProfitRow) {
	if len(x.ByDriver) == 0 {
		return
	}
	label, under := costing.LabelOf(x.ByDriver, a.Drivers)
	x.Label, x.Under = string(label), nil
	switch label {
	case costing.LossAll:
		a.LossAll++
	case costing.ProfitAll:
		a.ProfitAll++
	case costing.Depends:
		a.Depends++
		x.Under = under
	}
}

// join adds a client.
func (g *attributeRow) join(x *ProfitRow) {
	g.clients++
	g.active = g.active || x.Active
	addTerms(&g.terms, &x.Terms)
	if len(x.ByDriver) > 0 {
		if g.byDriver == nil {
			g.byDriver = make([]money.Sum, len(x.ByDriver))
		}
		for k, v := range x.ByDriver {
			g.byDriver[k] = g.byDriver[k].Add(v)
		}
	}
	g.uncosted = g.uncosted.Add(x.Uncosted)
	if x.Micros.Valid {
		g.timed, g.micros = true, g.micros.Add(x.Micros.Int)
	}
	if x.Profit.Valid {
		g.known, g.profit, g.base = true, g.profit.Add(x.Profit.Int), g.base.Add(x.Base)
	}
}

// row is the statement of all of them. Profit is that of those of whom it is known, null
// where it is of none.
func (g *attributeRow) row(to *ProfitRow) error {
	terms, ok := narrow(&g.terms)
	uncosted, okUncosted := g.uncosted.Int64()
	micros, okMicros := g.micros.Int64()
	profit, okProfit := g.profit.Int64()
	base, okBase := g.base.Int64()
	if !ok || !okUncosted || !okMicros || !okProfit || !okBase {
		return engine.Overflow(nil)
	}
	var byDriver []int64
	for _, sum := range g.byDriver {
		v, fits := sum.Int64()
		if !fits {
			return engine.Overflow(nil)
		}
		byDriver = append(byDriver, v)
	}
	*to = ProfitRow{
		ByDriver: byDriver,
		ID:       g.value, Name: g.value, Clients: g.clients, Active: g.active, Terms: terms, Uncosted: uncosted,
		Micros: insight.Value{Int: micros, Valid: g.timed}, Profit: insight.Value{Int: profit, Valid: g.known}, Base: base,
	}
	return nil
}
