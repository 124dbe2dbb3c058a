package app

import (
	"context"
	"encoding/json"
	"errors"
	"os"

	"clientele/internal/clock"
	"clientele/internal/engine"
	"clientele/internal/fault"
	"clientele/internal/ledger"
	"clientele/internal/money"
	"clientele/internal/period"
	"clientele/internal/rates"
	"clientele/internal/store"
	"clientele/internal/vault"
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
	// EngineName is written into manifests: "duckdb 1.5.6".
	EngineName string
	// Say tells of things the user has to know while a command runs; may be nil.
	Say      func(text string)
	Progress func(name string, done, total int64)
}

// EngineVersion is what an engine needs to know of a version.
type EngineVersion struct {
	Scale   uint8
	Batches []EngineBatch
	Rules   engine.Rules
}

// EngineBatch is one batch's files, as paths.
type EngineBatch struct {
	ID                     string
	Scale                  uint8
	Lines, Cells, Accounts []string
}

// Close frees the record.
func (w *Workspace) Close() error { return w.Store.Close() }

func (w *Workspace) say(text string) {
	if w.Say != nil {
		w.Say(text)
	}
}

func (w *Workspace) today() period.Date { return period.FromTime(w.Clock()) }

// Policy is the firm's rules, as far as this part of the product has any.
type Policy struct {
	Base        money.Currency `json:"base_currency"` // "" until named or first loaded
	BaseKnown   bool           `json:"base_known"`    // Base was decided, even if it is ""
	FiscalStart int            `json:"fiscal_start"`  // month, 1 … 12
	Reviewed    []string       `json:"reviewed,omitempty"`
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
		_, err = w.Store.Change(ctx, w.Actor, func(tx *store.Tx) error { return savePolicy(ctx, tx, p) })
		return err
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
		return nil //nolint:nilerr // a manifest that cannot be read: whoever reads the state says so, and makes another
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
	if len(s.Rates) > 0 {
		st.rates = rates.New(st.policy.Base)
		for _, r := range s.Rates {
			if r.To == st.policy.Base {
				if err := st.rates.Add(r.Day, r.From, r.Rate); err != nil {
					return nil, fault.Wrap(err, fault.Failed, "read rates", "a rate in the record cannot be used", "undo the batch that brought it")
				}
			}
		}
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

const (
	controlRole vault.Role = "control"
	controlFile            = "control.json"
	// clientList is the kind of a batch that describes clients and brings no amounts.
	clientList ledger.Kind = "clients"
)

// batchAccount is the account of a batch in base currency, kept beside its tables.
type batchAccount struct {
	Scale       uint8            `json:"scale"`
	Level       string           `json:"level"`
	Foreign     bool             `json:"foreign,omitempty"`
	Shared      bool             `json:"shared,omitempty"` // documents go on that an earlier batch began
	Undated     int64            `json:"undated,omitempty"`
	Future      int64            `json:"future,omitempty"`
	Read        tallyRecord      `json:"read"`
	Loaded      tallyRecord      `json:"loaded"`
	Unassigned  tallyRecord      `json:"unassigned"`
	Excluded    tallyRecord      `json:"excluded"`
	Quarantined tallyRecord      `json:"quarantined"`
	Reasons     []reasonRecord   `json:"reasons,omitempty"`
	Waiting     []waitingRecord  `json:"waiting,omitempty"`
	Skipped     []ledger.Skipped `json:"skipped,omitempty"`
	Stated      string           `json:"stated,omitempty"` // at scale
	StatedLabel string           `json:"stated_label,omitempty"`
	Differs     bool             `json:"stated_differs,omitempty"`
	Facts       Facts            `json:"facts"`
}

type tallyRecord struct {
	Rows    int64  `json:"rows"`
	Without int64  `json:"without_amount,omitempty"`
	Amount  string `json:"amount"` // minor units at the account's scale
}

type reasonRecord struct {
	State int    `json:"state"`
	Code  string `json:"code"`
	Text  string `json:"text"`
	tallyRecord
}

type waitingRecord struct {
	Currency money.Currency `json:"currency"`
	Decimals uint8          `json:"decimals"`
	Rows     int64          `json:"rows"`
	Amount   string         `json:"amount"`
}

func tallyOf(t ledger.Tally) tallyRecord {
	return tallyRecord{t.Rows, t.WithoutAmount, t.Amount.Format(0)}
}

func (t tallyRecord) tally(up uint8) ledger.Tally {
	sum, _ := sumOf(t.Amount).Upscale(up)
	return ledger.Tally{Rows: t.Rows, WithoutAmount: t.Without, Amount: sum}
}

func accountOf(d *derived, facts Facts) batchAccount {
	c := &d.control
	a := batchAccount{
		Scale: d.scale, Level: string(rune(d.level)), Foreign: d.foreign, Shared: d.shared, Undated: d.loaded.Undated, Future: d.loaded.Future,
		Read: tallyOf(c.Read), Loaded: tallyOf(c.Loaded), Unassigned: tallyOf(c.Unassigned), Excluded: tallyOf(c.Excluded), Quarantined: tallyOf(c.Quarantined),
		Skipped: c.Skipped, Differs: c.StatedDiffers, Facts: facts,
	}
	for _, r := range c.Reasons {
		a.Reasons = append(a.Reasons, reasonRecord{int(r.State), r.Code, r.Text, tallyOf(r.Tally)})
	}
	for _, w := range c.MissingRate {
		a.Waiting = append(a.Waiting, waitingRecord{w.Currency, w.Decimals, w.Rows, w.Amount.Format(0)})
	}
	if c.Stated != nil {
		a.Stated, a.StatedLabel = money.FromInt64(c.Stated.Amount.Units).Format(0), c.Stated.Label
	}
	return a
}

// readAccount reads the account that stands beside a batch's tables.
func (w *Workspace) readAccount(files vault.BatchFiles) (batchAccount, error) {
	var a batchAccount
	for _, f := range files.Files {
		if f.Role != controlRole {
			continue
		}
		path, err := w.Vault.CachePath(f.Path)
		if err != nil {
			return a, err
		}
		data, err := os.ReadFile(path) //nolint:gosec // a path of the vault
		if err == nil {
			err = json.Unmarshal(data, &a)
		}
		if err != nil {
			return a, fault.Wrap(err, fault.Failed, "read the account", "the account of batch "+files.ID+" cannot be read", "run 'clientele rebuild'")
		}
		return a, nil
	}
	return a, fault.New(fault.Failed, "read the account", "batch "+files.ID+" has no account", "run 'clientele rebuild'")
}
