package app

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"

	"clientele/internal/batch"
	"clientele/internal/fault"
	"clientele/internal/insight"
	"clientele/internal/intake"
	"clientele/internal/ledger"
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

// grouped adds the clients of an answer up by an attribute. Every unit stays where it is:
// costs were split over clients first.
func (a *ProfitAnswer) grouped(values map[string]string) {
	index := map[string]int{}
	var rows []ProfitRow
	for i := range a.Rows {
		x := &a.Rows[i]
		value := values[x.ID]
		if value == "" {
			value = None
		}
		k, ok := index[value]
		if !ok {
			k = len(rows)
			index[value] = k
			rows = append(rows, ProfitRow{ID: value, Name: value, Micros: insight.Value{Valid: x.Micros.Valid}})
		}
		rows[k].join(x)
	}
	a.Rows, a.Unknown = rows, 0
	for i := range rows {
		if !rows[i].Profit.Valid { // of none of its clients
			a.Unknown++
		}
	}
	a.rank()
}

// join adds a client to a row of several.
func (x *ProfitRow) join(y *ProfitRow) {
	x.Clients++
	x.Active = x.Active || y.Active
	t, u := &x.Terms, &y.Terms
	t.Revenue, t.Direct, t.CM1, t.Service = t.Revenue+u.Revenue, t.Direct+u.Direct, t.CM1+u.CM1, t.Service+u.Service
	t.CM2, t.Own, t.CM3 = t.CM2+u.CM2, t.Own+u.Own, t.CM3+u.CM3
	x.Uncosted += y.Uncosted
	x.Micros.Int += y.Micros.Int
	if y.Profit.Valid {
		x.Profit.Int, x.Profit.Valid = x.Profit.Int+y.Profit.Int, true
	}
}
