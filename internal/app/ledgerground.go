package app

import (
	"context"
	"fmt"
	"sort"
	"strings"

	"clientele/internal/engine"
	"clientele/internal/fault"
	"clientele/internal/ledger"
	"clientele/internal/money"
	"clientele/internal/period"
	"clientele/internal/store"
	"clientele/internal/vault"
)

// GroundRequest says which part of the ledger a question stands on.
type GroundRequest struct {
	Kind  ledger.Kind   // "": invoiced, or the only kind there is
	Rules *engine.Rules // nil: the identities that stand
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
func (w *Workspace) sound(ctx context.Context) (*state, error) {
	return w.mended(ctx, w.damaged)
}

// present is the state with every file of the version there, in its size: enough for an
// import, which must not read all that is there already.
func (w *Workspace) present(ctx context.Context) (*state, error) {
	return w.mended(ctx, w.missing)
}

func (w *Workspace) mended(ctx context.Context, find func(context.Context, *state) (map[string]bool, error)) (*state, error) {
	st, err := w.state(ctx)
	if err != nil {
		return nil, err
	}
	damaged, err := find(ctx, st)
	if err != nil || len(damaged) == 0 {
		return st, err
	}
	if err := w.locked(ctx, "rebuild", func() error { return w.repair(ctx, damaged) }); err != nil {
		return nil, err
	}
	return w.state(ctx)
}

// missing are the batches of which a file is not there, or not in its size.
func (w *Workspace) missing(ctx context.Context, st *state) (map[string]bool, error) {
	out := map[string]bool{}
	for _, b := range st.live() {
		if _, ok := st.files(b.ID); !ok && b.Kind != store.RateTable {
			w.say(fmt.Sprintf("the tables of batch %s are missing", b.ID))
			out[b.ID] = true
		}
	}
	return out, w.verify(ctx, st, vault.Scope{SizesOnly: true}, out)
}

// largeVersion is the size above which lines and asides are not read to be compared with
// the manifest before every question; audit and doctor always do.
const largeVersion = 256 << 20

// damaged are the batches of which a file is missing or not as it was published.
func (w *Workspace) damaged(ctx context.Context, st *state) (map[string]bool, error) {
	out, err := w.missing(ctx, st)
	if err != nil {
		return nil, err
	}
	var size int64
	for _, b := range st.version.Batches {
		for _, f := range b.Files {
			size += f.Size
		}
	}
	scope := vault.Scope{}
	if size > largeVersion {
		scope.Roles = []vault.Role{vault.Cells, vault.Accounts, controlRole}
	}
	return out, w.verify(ctx, st, scope, out)
}

// verify adds the batches with a damaged file, and says which file it is.
func (w *Workspace) verify(ctx context.Context, st *state, scope vault.Scope, out map[string]bool) error {
	list, err := w.Vault.Verify(ctx, &st.version, scope)
	if err != nil {
		return err
	}
	for _, d := range list {
		id := st.owner(d.File.Path)
		if !out[id] {
			w.say(fmt.Sprintf("a file of batch %s is damaged (%s: %s)", id, d.File.Path, d.Why))
		}
		out[id] = true
	}
	return nil
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

// ground puts engine and account together.
func (w *Workspace) ground(ctx context.Context, st *state, req GroundRequest) (*Ground, error) {
	kind, err := st.kind(req.Kind)
	if err != nil {
		return nil, err
	}
	g := &Ground{Currency: st.policy.Base, Kind: kind, FiscalStart: st.policy.FiscalStart, Revision: st.snapshot.Revision, Reviewed: st.policy.Reviewed}
	var accounts []batchAccount
	ev := EngineVersion{Rules: st.rules()}
	if req.Rules != nil {
		ev.Rules = *req.Rules
	}
	for _, b := range st.live() {
		files, ok := st.files(b.ID)
		if !ok || b.Kind != kind && b.Kind != clientList {
			continue
		}
		eb, err := w.engineBatch(files)
		if err != nil {
			return nil, err
		}
		g.Facts.Grouped = g.Facts.Grouped || b.Kind == clientList
		if b.Kind == kind {
			a, err := w.readAccount(files)
			if err != nil {
				return nil, err
			}
			if err := w.settled(st, b.ID, &a); err != nil {
				return nil, err
			}
			eb.Scale = a.Scale
			accounts = append(accounts, a)
			g.batch(&b, &a)
		}
		ev.Scale = max(ev.Scale, eb.Scale)
		ev.Batches = append(ev.Batches, eb)
	}
	g.Facts.Grouped = g.Facts.Grouped || len(ev.Rules.Parents) > 0
	if len(accounts) == 0 {
		return nil, fault.New(fault.Input, "ask", "the workspace holds no sales yet", "import a file: clientele import FILE")
	}
	g.Decimals = max(ev.Scale, g.Currency.Decimals())
	ev.Scale = g.Decimals
	g.sum(accounts)
	g.Engine, err = w.OpenEngine(ctx, ev)
	return g, err
}

// kind settles which amounts are asked about: kinds are never added.
func (s *state) kind(asked ledger.Kind) (ledger.Kind, error) {
	have := map[ledger.Kind]bool{}
	for _, b := range s.live() {
		if b.Kind != clientList && b.Kind != store.RateTable {
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
func (w *Workspace) settled(st *state, id string, a *batchAccount) error {
	decided := st.decisions()
	any := false
	for k := range decided {
		any = any || k.batch == id
	}
	if !any {
		return nil
	}
	moved := map[store.Action]*ledger.Reason{
		store.Fixed:   {State: ledger.Excluded, Code: "mended", Text: "mended and imported again in a later batch"},
		store.Ignored: {State: ledger.Excluded, Code: "ignored", Text: "ignored with a reason"},
	}
	err := w.eachAside(st, id, func(r AsideRecord) {
		d, ok := decided[rowKey{id, r.Line}]
		if !ok || r.State != ledger.Quarantined.String() {
			return
		}
		t := ledger.Tally{Rows: 1, WithoutAmount: 1}
		if v, ok := amountAt(r.Amount, a.Scale); ok && r.Currency == st.policy.Base {
			t = ledger.Tally{Rows: 1, Amount: v}
		}
		a.leave(r.Code, t)
		m := moved[d.Action]
		m.Tally = m.Plus(t)
	})
	for _, action := range []store.Action{store.Fixed, store.Ignored} {
		if m := moved[action]; m.Rows > 0 {
			a.Excluded = tallyOf(a.Excluded.tally(0).Plus(m.Tally))
			a.Reasons = append(a.Reasons, reasonRecord{int(m.State), m.Code, m.Text, tallyOf(m.Tally)})
		}
	}
	return err
}

// leave takes one row out of the quarantine.
func (a *batchAccount) leave(code string, t ledger.Tally) {
	minus := ledger.Tally{Rows: -t.Rows, WithoutAmount: -t.WithoutAmount, Amount: t.Amount.Neg()}
	a.Quarantined = tallyOf(a.Quarantined.tally(0).Plus(minus))
	for i, r := range a.Reasons {
		if r.State == int(ledger.Quarantined) && r.Code == code {
			a.Reasons[i].tallyRecord = tallyOf(r.tally(0).Plus(minus))
		}
	}
}

func (w *Workspace) engineBatch(files vault.BatchFiles) (EngineBatch, error) {
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
		case vault.Keys, vault.Asides, controlRole:
		}
	}
	return out, nil
}

// batch adds what a batch says of itself.
func (g *Ground) batch(b *store.Batch, a *batchAccount) {
	r := FileReport{Name: b.File, Batch: b.ID, Rows: a.Read.Rows, Loaded: a.Loaded.Rows}
	for _, n := range b.Notes {
		r.Notes = append(r.Notes, n.Text)
	}
	g.Files = append(g.Files, r)
	if b.FirstDay != period.NoDate {
		g.Span = join(g.Span, period.Range{From: b.FirstDay, To: b.LastDay + 1})
	}
	g.Undated += a.Undated
	g.Future += a.Future
	g.Facts.join(&a.Facts)
	for _, c := range b.Controls {
		g.Control.ByCurrency = append(g.Control.ByCurrency, c.Control)
	}
}

func (x *Facts) join(y *Facts) {
	x.TaxSigns = append(x.TaxSigns, y.TaxSigns...)
	x.TaxSettled = x.TaxSettled || y.TaxSettled
	x.Gross = x.Gross || y.Gross
	x.Unknown = append(x.Unknown, y.Unknown...)
	x.Documents = x.Documents || y.Documents
	x.Grouped = x.Grouped || y.Grouped
	x.Negated += y.Negated
	x.NameAsKey += y.NameAsKey
	x.Inclusive += y.Inclusive
}

// sum adds the batches' accounts at the ledger's scale.
func (g *Ground) sum(accounts []batchAccount) {
	c := &g.Control
	reasons, waiting, skipped := reasonTable{}, map[money.Currency]*Waiting{}, map[string]int64{}
	for i := range accounts {
		a := &accounts[i]
		up := g.Decimals - a.Scale
		c.Read, c.Loaded, c.Unassigned = c.Read.Plus(a.Read.tally(up)), c.Loaded.Plus(a.Loaded.tally(up)), c.Unassigned.Plus(a.Unassigned.tally(up))
		c.Excluded, c.Quarantined = c.Excluded.Plus(a.Excluded.tally(up)), c.Quarantined.Plus(a.Quarantined.tally(up))
		for _, r := range a.Reasons {
			reasons.add(ledger.Reason{State: ledger.State(r.State), Code: r.Code, Text: r.Text, Tally: r.tally(up)})
		}
		for _, x := range a.Waiting {
			have := waiting[x.Currency]
			if have == nil {
				have = &Waiting{Currency: x.Currency, Decimals: x.Decimals}
				waiting[x.Currency] = have
			}
			have.join(x)
		}
		for _, s := range a.Skipped {
			skipped[s.Kind] += s.Lines
		}
		c.StatedDiffers = c.StatedDiffers || a.Differs
	}
	c.Reasons = reasons.list()
	for _, x := range waiting {
		c.MissingRate = append(c.MissingRate, *x)
	}
	sort.Slice(c.MissingRate, func(i, k int) bool { return c.MissingRate[i].Currency < c.MissingRate[k].Currency })
	for kind, n := range skipped {
		c.Skipped = append(c.Skipped, ledger.Skipped{Kind: kind, Lines: n})
	}
	sort.Slice(c.Skipped, func(i, k int) bool { return c.Skipped[i].Kind < c.Skipped[k].Kind })
	if len(accounts) == 1 && accounts[0].Stated != "" {
		if v, ok := sumOf(accounts[0].Stated).Int64(); ok {
			c.Stated = &ledger.Stated{Label: accounts[0].StatedLabel, Amount: money.Amount{Units: v, Decimals: accounts[0].Scale}}
		}
	}
}

func (x *Waiting) join(y waitingRecord) {
	sum := sumOf(y.Amount)
	if y.Decimals > x.Decimals {
		x.Amount, _ = x.Amount.Upscale(y.Decimals - x.Decimals)
		x.Decimals = y.Decimals
	} else {
		sum, _ = sum.Upscale(x.Decimals - y.Decimals)
	}
	x.Amount = x.Amount.Plus(sum)
	x.Rows += y.Rows
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
