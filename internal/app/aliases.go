package app

import (
	"context"
	"encoding/json"
	"maps"

	"clientele/internal/intake"
)

// aliases are the ids of clients by their names, for a list of facts that names clients
// and gives no ids: where exactly one client has a name, it is meant (intake: softer
// likenesses are proposals).
func (w *Workspace) aliases(ctx context.Context, st *state, f *intake.File) (map[string]string, error) {
	if !f.ByName() {
		return nil, nil
	}
	accounts, err := w.accounts(ctx, st)
	if err != nil {
		return nil, err
	}
	out, known := map[string]string{}, map[string]bool{}
	for _, a := range accounts {
		known[a.Key] = true
	}
	for _, a := range accounts {
		if _, twice := out[a.Name]; twice {
			out[a.Name] = ""
		} else if a.Name != a.Key && !known[a.Name] {
			out[a.Name] = a.Key
		}
	}
	maps.DeleteFunc(out, func(_, key string) bool { return key == "" })
	return out, nil
}

// prune keeps the aliases that the file uses.
func (b *bringing) prune() (err error) {
	p := b.f.Profile
	if p.Aliases == nil {
		return nil
	}
	used := map[string]string{}
	for _, a := range b.d.Loaded.Accounts {
		if key, ok := p.Aliases[a.Key]; ok {
			used[a.Key] = key
		}
	}
	p.Aliases = used
	b.profile, err = json.Marshal(p)
	return err
}
