package app

import (
	"context"
	"encoding/json"
	"errors"

	"clientele/internal/batch"
	"clientele/internal/clock"
	"clientele/internal/engine"
	"clientele/internal/fault"
	"clientele/internal/money"
	"clientele/internal/period"
	"clientele/internal/publication"
	"clientele/internal/rates"
	"clientele/internal/store"
	"clientele/internal/vault"
	"clientele/internal/warehouse"
)

// Workspace is a firm's own folder: the originals, the record and the published
// versions. Boot puts it together.
type Workspace struct {
	Store store.Store
	Vault *vault.Vault
	Clock clock.Clock
	Actor string
	// OpenEngine opens the embedded engine over the files of a version.
	OpenEngine func(ctx context.Context, v EngineVersion) (engine.Engine, error)
	// PublishTables makes open tables of a ledger.
	PublishTables func(ctx context.Context, place publication.Place, c *publication.Content) (*publication.Outcome, error)
	// Connect reaches the ledger on a cluster; nil: questions are answered here.
	Connect func(ctx context.Context) (Remote, error)
	// Hangup ends the connection, if there is one; nil with Connect.
	Hangup func() error
	// Sources are the firm's own tables, where these are the ledger; nil: files are.
	Sources *warehouse.Sources
	// EngineName is written into manifests: "duckdb 1.5.6".
	EngineName string
	// RecordPlace says where the record is, if not in the folder.
	RecordPlace string
	// Say tells of things the user has to know while a command runs; may be nil.
	Say      func(text string)
	Progress func(name string, done, total int64)
}

// EngineVersion is what an engine needs to know of a version.
type EngineVersion struct {
	Scale   uint8
	Batches []EngineBatch
	Rules   engine.Rules
	Topics  []engine.NumberedTopic // of the facts beside sale lines
}

// EngineBatch is one batch's files, as paths.
type EngineBatch struct {
	ID                     string
	Scale                  uint8
	Lines, Cells, Accounts []string
	Facts, FactCells       []string // what is known beside the lines
}

// Close frees the record and the cluster.
func (w *Workspace) Close() error {
	if w.Hangup != nil {
		return errors.Join(w.Hangup(), w.Store.Close())
	}
	return w.Store.Close()
}

func (w *Workspace) say(text string) {
	if w.Say != nil {
		w.Say(text)
	}
}

func (w *Workspace) today() period.Date { return period.FromTime(w.Clock()) }

// Policy is the firm's rules, as far as this part of the product has any.
type Policy struct {
	Base      money.Currency `json:"base_currency"` // "" until named or first loaded
	BaseKnown bool           `json:"base_known"`    // Base was decided, even if it is ""
	// BaseLoaded: nobody named Base, the first file brought it. It holds as long as
	// anything that was loaded does.
	BaseLoaded  bool       `json:"base_loaded,omitempty"`
	FiscalStart int        `json:"fiscal_start"` // month, 1 … 12
	Reviewed    []string   `json:"reviewed,omitempty"`
	Costs       CostPolicy `json:"costs,omitzero"`
}

func policyOf(s *store.Snapshot) (Policy, error) {
	p := Policy{FiscalStart: 1}
	doc, ok := s.Policy()
	if !ok {
		return p, nil
	}
	if err := json.Unmarshal(doc.Document, &p); err != nil {
		return p, fault.Wrap(err, fault.Failed, "read the policy", "the policy in the record cannot be read", "restore the workspace from a backup")
	}
	return p, nil
}

func savePolicy(ctx context.Context, tx *store.Tx, p Policy) error {
	doc, err := json.Marshal(p)
	if err != nil {
		return err
	}
	_, err = tx.Policies.Save(ctx, doc)
	return err
}

// SetPolicy changes the rules that hold from now on.
func (w *Workspace) SetPolicy(ctx context.Context, change func(*Policy) error) error {
	return w.locked(ctx, "policy", func() error {
		s, err := w.Store.Snapshot(ctx)
		if err != nil {
			return err
		}
		p, err := policyOf(s)
		if err != nil {
			return err
		}
		if err := change(&p); err != nil {
			return err
		}
		_, err = w.change(ctx, s, func(tx *store.Tx) error { return savePolicy(ctx, tx, p) })
		return err
	})
}

// change makes a change that follows from a state of the record, and none where the
// state is another by now. The lock of the folder sees to that; a record that several
// folders share has none in common.
func (w *Workspace) change(ctx context.Context, from *store.Snapshot, do func(tx *store.Tx) error) (int64, error) {
	return w.Store.Change(ctx, w.Actor, func(tx *store.Tx) error {
		if tx.Revision != from.Revision+1 {
			return fault.New(fault.Locked, "change the record", "the record was changed from another place meanwhile",
				"run the command again; nothing was changed. A record has one workspace folder, which all that change it share")
		}
		return do(tx)
	})
}

// locked runs a change while no other process may make one.
func (w *Workspace) locked(ctx context.Context, command string, do func() error) (err error) {
	lock, err := w.Vault.Lock("clientele " + command)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, lock.Release()) }()
	if err := w.sweep(ctx); err != nil {
		return err
	}
	return do()
}

// sweep takes away what a process that died left behind.
func (w *Workspace) sweep(ctx context.Context) error {
	s, err := w.Store.Snapshot(ctx)
	if err != nil {
		return err
	}
	_, err = w.Vault.Sweep(ctx, vault.Ref{Revision: s.Published.Revision, Digest: s.Published.Digest})
	if err != nil && fault.KindOf(err) != fault.Canceled {
		return nil // a manifest that cannot be read: whoever reads the state says so, and makes another
	}
	return err
}

// state is everything that a use case reads at one revision.
type state struct {
	snapshot *store.Snapshot
	policy   Policy
	version  vault.Version // the published manifest; empty before the first import
	rates    *rates.Table  // nil: none
}

func (w *Workspace) state(ctx context.Context) (*state, error) {
	s, err := w.Store.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	st := &state{snapshot: s}
	if st.policy, err = policyOf(s); err != nil {
		return nil, err
	}
	if err := st.exchange(s.Rates); err != nil {
		return nil, err
	}
	if s.Published.Revision > 0 {
		st.version, err = w.Vault.At(vault.Ref{Revision: s.Published.Revision, Digest: s.Published.Digest})
		if err != nil {
			w.say(err.Error())
			st.version = vault.Version{} // ground finds what is missing and makes it again
		}
	}
	return st, nil
}

// live are the batches that count, in order.
func (s *state) live() []store.Batch {
	var out []store.Batch
	for _, b := range s.snapshot.Batches {
		if b.State == store.Live {
			out = append(out, b)
		}
	}
	return out
}

// exchange takes rates as those that hold.
func (s *state) exchange(list []store.Rate) error {
	s.rates = nil
	if len(list) == 0 {
		return nil
	}
	s.rates = rates.New(s.policy.Base)
	for _, r := range list {
		if r.To != s.policy.Base {
			continue
		}
		if err := s.rates.Add(r.Day, r.From, r.Rate); err != nil {
			return fault.Wrap(err, fault.Failed, "read rates", "a rate in the record cannot be used", "undo the batch that brought it")
		}
	}
	return nil
}

// base is the currency of the ledger; false if nothing has settled it yet, or all that
// settled it was taken back.
func (s *state) base() (money.Currency, bool) {
	p := &s.policy
	if !p.BaseKnown || !p.BaseLoaded {
		return p.Base, p.BaseKnown
	}
	for _, b := range s.live() {
		if b.Kind != batch.ClientList {
			return p.Base, true
		}
	}
	return "", false
}

// files are the published files of a batch; false if there are none.
func (s *state) files(id string) (vault.BatchFiles, bool) {
	for _, b := range s.version.Batches {
		if b.ID == id {
			return b, true
		}
	}
	return vault.BatchFiles{}, false
}

// rules are the identities that stand.
func (s *state) rules() engine.Rules {
	who := store.Now(s.snapshot.Events)
	r := engine.Rules{Merged: who.Merged(), Parents: map[string]string{}}
	for _, e := range s.snapshot.Events {
		if e.Relation == store.Group && e.Undone.IsZero() {
			r.Parents[e.From] = e.To
		}
	}
	return r
}

// part is the place of a batch's file with that role; "" if it has none.
func (w *Workspace) part(files *vault.BatchFiles, role vault.Role) (string, error) {
	for _, f := range files.Files {
		if f.Role == role {
			return w.Vault.CachePath(f.Path)
		}
	}
	return "", nil
}

// account reads the account that stands beside a batch's tables.
func (w *Workspace) account(files *vault.BatchFiles) (batch.Account, error) {
	path, err := w.part(files, batch.Control)
	if err != nil {
		return batch.Account{}, err
	}
	if path == "" {
		return batch.Account{}, fault.New(fault.Failed, "read the account", "batch "+files.ID+" has no account", "run 'clientele rebuild'")
	}
	return batch.ReadAccount(path)
}
