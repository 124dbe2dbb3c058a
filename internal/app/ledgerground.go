package app

import (
	"context"
	"fmt"
	"sort"
	"strings"

	"clientele/internal/batch"
	"clientele/internal/control"
	"clientele/internal/engine"
	"clientele/internal/fault"
	"clientele/internal/ledger"
	"clientele/internal/store"
	"clientele/internal/vault"
)

// GroundRequest says which part of the ledger a question stands on.
type GroundRequest struct {
	Kind  ledger.Kind   // "": invoiced, or the only kind there is
	Rules *engine.Rules // nil: the identities that stand
	Costs bool          // with the facts beside sale lines: costs, times, events
}

// Ground opens the published version for a question. Damaged files are set aside and
// made again first, loudly.
func (w *Workspace) Ground(ctx context.Context, req GroundRequest) (*Ground, error) {
	st, err := w.sound(ctx)
	if err != nil {
		return nil, err
	}
	return w.ground(ctx, st, req)
}

// sound is the state with every file of the version as it was published: what is not is
// set aside and made again.
func (w *Workspace) sound(ctx context.Context) (*state, error) { return w.mended(ctx, true, w.relock) }

// present is the state with every file of the version there, in its size, which takes no
// reading.
func (w *Workspace) present(ctx context.Context) (*state, error) {
	return w.mended(ctx, false, w.relock)
}

// whole is like present. A change that builds on what other batches hold begins with it,
// under the lock: what is missing would not be seen as loaded already.
func (w *Workspace) whole(ctx context.Context) (*state, error) {
	return w.mended(ctx, false, w.repair)
}

// relock repairs under a lock of its own.
func (w *Workspace) relock(ctx context.Context, damaged map[string]bool) error {
	return w.locked(ctx, "rebuild", func() error { return w.repair(ctx, damaged) })
}

func (w *Workspace) mended(ctx context.Context, read bool, repair func(context.Context, map[string]bool) error) (*state, error) {
	st, err := w.state(ctx)
	for err == nil {
		var damaged map[string]bool
		var found []string
		if damaged, found, err = w.damaged(ctx, st, read); err != nil || len(damaged) == 0 {
			return st, err
		}
		now, errNow := w.state(ctx)
		if errNow == nil && now.snapshot.Published != st.snapshot.Published {
			st = now // another process has published and tidied up meanwhile
			continue
		}
		for _, text := range found {
			w.say(text)
		}
		if err = repair(ctx, damaged); err == nil {
			return w.state(ctx)
		}
	}
	return nil, err
}

// largeVersion is the size above which lines and asides are not read to be compared with
// the manifest before every question; audit and doctor always do.
const largeVersion = 256 << 20

// damaged are the batches of which a file is not there, has another size or, if they are
// read, is not as it was published; and what was found.
func (w *Workspace) damaged(ctx context.Context, st *state, read bool) (out map[string]bool, found []string, err error) {
	out = map[string]bool{}
	for _, b := range st.live() {
		if _, ok := st.files(b.ID); !ok && b.Kind != store.RateTable {
			found = append(found, fmt.Sprintf("the tables of batch %s are missing", b.ID))
			out[b.ID] = true
		}
	}
	list, err := w.Vault.Verify(ctx, &st.version, vault.Scope{SizesOnly: true})
	if err != nil {
		return nil, nil, err
	}
	if read {
		scope := vault.Scope{}
		if st.size() > largeVersion {
			scope.Roles = []vault.Role{vault.Cells, vault.Accounts, batch.Control}
		}
		changed, err := w.Vault.Verify(ctx, &st.version, scope)
		if err != nil {
			return nil, nil, err
		}
		list = append(list, changed...)
	}
	for _, d := range list {
		id := st.owner(d.File.Path)
		if !out[id] {
			found = append(found, fmt.Sprintf("a file of batch %s is damaged (%s: %s)", id, d.File.Path, d.Why))
		}
		out[id] = true
	}
	return out, found, nil
}

// size is the bytes of all files of the version.
func (s *state) size() (n int64) {
	for _, b := range s.version.Batches {
		for _, f := range b.Files {
			n += f.Size
		}
	}
	return n
}

func (s *state) owner(path string) string {
	for _, b := range s.version.Batches {
		for _, f := range b.Files {
			if f.Path == path {
				return b.ID
			}
		}
	}
	return ""
}

// ground puts engine and account together: those of the cluster, if there is one. What a
// change of identities would do to files is asked here.
func (w *Workspace) ground(ctx context.Context, st *state, req GroundRequest) (*Ground, error) {
	if w.elsewhere() || w.Connect != nil && req.Rules == nil {
		return w.remoteGround(ctx, st, req)
	}
	return w.localGround(ctx, st, req)
}

// localGround is the ground of the embedded engine.
func (w *Workspace) localGround(ctx context.Context, st *state, req GroundRequest) (*Ground, error) {
	g, stand, err := w.stand(st, req)
	if err != nil {
		return nil, err
	}
	g.Engine, err = w.OpenEngine(ctx, stand.version)
	return g, err
}

// stand is a ground without its engine, and the batches that it stands on.
func (w *Workspace) stand(st *state, req GroundRequest) (*Ground, *standing, error) {
	kind, err := st.kind(req.Kind)
	if err != nil {
		return nil, nil, err
	}
	g := &Ground{Currency: st.policy.Base, Kind: kind, FiscalStart: st.policy.FiscalStart, Revision: st.snapshot.Revision, Reviewed: st.policy.Reviewed, CostPolicy: st.policy.Costs}
	g.Attribute = func(ctx context.Context, name string) (map[string]string, error) {
		values, err := w.attribute(ctx, st, name)
		return followed(values, st.rules().Merged), err
	}
	var accounts []batch.Account
	s := &standing{version: EngineVersion{Rules: st.rules()}}
	ev := &s.version
	if req.Rules != nil {
		ev.Rules = *req.Rules
	}
	for _, b := range st.live() {
		files, ok := st.files(b.ID)
		if !ok || b.Kind != kind && b.Kind != batch.ClientList && (b.Kind.Sells() || !req.Costs) {
			continue
		}
		a, err := w.joinGround(st, g, s, &b, &files, req.Costs)
		if err != nil {
			return nil, nil, err
		}
		if b.Kind == kind {
			accounts = append(accounts, *a)
		}
	}
	g.Facts.Grouped = g.Facts.Grouped || len(ev.Rules.Parents) > 0
	if len(accounts) == 0 {
		return nil, nil, fault.New(fault.Input, "ask", "the workspace holds no sales yet", "import a file: clientele import FILE")
	}
	g.Decimals = max(ev.Scale, g.Currency.Decimals())
	ev.Scale = g.Decimals
	return g, s, g.sum(accounts)
}

// joinGround adds a batch to a ground, and returns its account.
func (w *Workspace) joinGround(st *state, g *Ground, s *standing, b *store.Batch, files *vault.BatchFiles, costs bool) (*batch.Account, error) {
	eb, err := w.engineBatch(files)
	if err != nil {
		return nil, err
	}
	ev := &s.version
	if costs {
		if err := w.topics(files, ev); err != nil {
			return nil, err
		}
	} else {
		eb.Facts, eb.FactCells = nil, nil
	}
	a, err := w.account(files)
	if err != nil {
		return nil, err
	}
	var own *batch.Account
	counted := a
	switch { //nolint:staticcheck // a tagged switch would have to name every kind
	case b.Kind == g.Kind:
		if err := w.settled(st, b.ID, &a); err != nil {
			return nil, err
		}
		counted = a // as it is summed up: without what each currency came to
		eb.Scale, own = a.Scale, &a
		g.Facts.Join(&a.Facts)
		g.file(b, &a)
	case b.Kind == batch.ClientList:
		g.Facts.Join(&a.Facts)
	default:
		if err := w.settled(st, b.ID, &a); err != nil {
			return nil, err
		}
		g.sources(b, &a)
		if b.Kind.Money() { // costs may be finer than what was sold
			ev.Scale = max(ev.Scale, a.Scale)
		}
	}
	s.add(b, files, eb, own)
	ev.Scale = max(ev.Scale, eb.Scale)
	ev.Batches = append(ev.Batches, eb)
	return &counted, nil
}

// kind settles which amounts are asked about: kinds are never added.
func (s *state) kind(asked ledger.Kind) (ledger.Kind, error) {
	have := map[ledger.Kind]bool{}
	for _, b := range s.live() {
		if b.Kind.Sells() {
			have[b.Kind] = true
		}
	}
	if asked != "" {
		if !have[asked] {
			return "", fault.New(fault.NotFound, "ask", fmt.Sprintf("the workspace holds no amounts that are %s", asked), "import some, or ask for another --kind")
		}
		return asked, nil
	}
	for _, k := range []ledger.Kind{ledger.Invoiced, ledger.Booked, ledger.Received} {
		if have[k] {
			return k, nil
		}
	}
	return ledger.Invoiced, nil
}

// settled moves rows that were mended in a later batch, or are ignored with a reason,
// from the quarantine to the excluded: nobody waits for them any more.
func (w *Workspace) settled(st *state, id string, a *batch.Account) error {
	decided := map[int64]store.Action{}
	for k, d := range st.decisions() {
		if k.batch == id {
			decided[k.line] = d.Action
		}
	}
	if len(decided) == 0 {
		return nil
	}
	type move struct {
		code   string
		action store.Action
	}
	moved := map[move]ledger.Tally{}
	err := w.eachAside(st, id, func(r Aside) {
		if action, ok := decided[r.Line]; ok && r.State == ledger.Quarantined.String() {
			k := move{r.Code, action}
			moved[k] = moved[k].Plus(r.Tally())
		}
	})
	texts := map[store.Action][2]string{
		store.Fixed:   {"mended", "mended and imported again in a later batch"},
		store.Ignored: {"ignored", "ignored with a reason"},
	}
	for k, t := range moved { // in any order: sums do not tell
		to := texts[k.action]
		a.Settle(k.code, ledger.Reason{State: ledger.Excluded, Code: to[0], Text: to[1], Tally: t})
	}
	return err
}

func (w *Workspace) engineBatch(files *vault.BatchFiles) (EngineBatch, error) {
	out := EngineBatch{ID: files.ID}
	for _, f := range files.Files {
		path, err := w.Vault.CachePath(f.Path)
		if err != nil {
			return out, err
		}
		switch f.Role {
		case vault.Lines:
			out.Lines = append(out.Lines, path)
		case vault.Cells:
			out.Cells = append(out.Cells, path)
		case vault.Accounts:
			out.Accounts = append(out.Accounts, path)
		case batch.FactTable:
			out.Facts = append(out.Facts, path)
		case batch.FactCells:
			out.FactCells = append(out.FactCells, path)
		case vault.Keys, vault.Asides, batch.Control, batch.Topics:
		}
	}
	return out, nil
}

// topics adds what the facts of a batch are about.
func (w *Workspace) topics(files *vault.BatchFiles, ev *EngineVersion) error {
	path, err := w.part(files, batch.Topics)
	if err != nil || path == "" {
		return err
	}
	return batch.ReadTopics(path, func(t batch.Topic) {
		ev.Topics = append(ev.Topics, engine.NumberedTopic{
			Number: t.Number, Topic: ledger.Topic{Kind: ledger.FactKind(t.Kind), Name: t.Name, Detail: t.Detail},
		})
	})
}

// sources adds a batch of facts beside sale lines to what an answer rests on.
func (g *Ground) sources(b *store.Batch, a *batch.Account) {
	c := a.Totals
	g.Beside = append(g.Beside, Beside{Batch: b.ID, File: b.File, Kind: b.Kind, Decimals: a.Scale, Control: c, Dated: a.Dated})
}

// file adds what a batch says of itself.
func (g *Ground) file(b *store.Batch, a *batch.Account) {
	r := FileReport{Name: b.File, Batch: b.ID, Rows: a.Totals.Read.Rows, Loaded: a.Totals.Loaded.Rows, Costed: a.Costed}
	for _, n := range b.Notes {
		r.Notes = append(r.Notes, n.Text)
	}
	g.Files = append(g.Files, r)
	g.Join(a.Dated)
	for _, c := range b.Controls {
		a.Totals.ByCurrency = append(a.Totals.ByCurrency, c.Control)
	}
}

// sum adds the batches' accounts at the ledger's scale.
func (g *Ground) sum(accounts []batch.Account) error {
	list := make([]control.Totals, len(accounts))
	for i := range accounts {
		a := &accounts[i]
		up, ok := a.Totals.Upscale(g.Decimals - a.Scale)
		if list[i] = up; !ok {
			return batch.Overflow(fmt.Errorf("%s at %d decimals", g.Files[i].Batch, g.Decimals))
		}
	}
	g.Control = control.Sum(list)
	return nil
}

// names joins batch ids for people.
func names(set map[string]bool) string {
	list := make([]string, 0, len(set))
	for id := range set {
		list = append(list, id)
	}
	sort.Slice(list, func(i, k int) bool {
		a, _ := store.Number(list[i])
		b, _ := store.Number(list[k])
		return a < b
	})
	return strings.Join(list, ", ")
}
