package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"clientele/internal/batch"
	"clientele/internal/fault"
	"clientele/internal/intake"
	"clientele/internal/intake/source"
	"clientele/internal/ledger"
	"clientele/internal/naturalkey"
	"clientele/internal/store"
	"clientele/internal/vault"
)

// RebuildAnswer tells what was made again, and whether it came out the same.
type RebuildAnswer struct {
	Batches []Rebuilt
}

// Rebuilt is one batch made again from its original.
type Rebuilt struct {
	Batch  string
	File   string
	Before string // digest of the results as recorded
	After  string
	Equal  bool
}

// Equal reports whether every batch came out as it was.
func (a *RebuildAnswer) Equal() bool {
	for _, b := range a.Batches {
		if !b.Equal {
			return false
		}
	}
	return true
}

// Rebuild makes every table again from the originals and publishes them.
func (w *Workspace) Rebuild(ctx context.Context) (a *RebuildAnswer, err error) {
	err = w.locked(ctx, "rebuild", func() error {
		st, err := w.state(ctx)
		if err != nil {
			return err
		}
		all := map[string]bool{}
		for _, b := range st.live() {
			if b.Kind != store.RateTable {
				all[b.ID] = true
			}
		}
		made, err := w.restore(ctx, st, all)
		if err != nil {
			return err
		}
		a = &RebuildAnswer{Batches: made.list}
		return w.sweep(ctx)
	})
	return a, err
}

// repair sets the damaged files aside and makes their batches again.
func (w *Workspace) repair(ctx context.Context, damaged map[string]bool) error {
	st, err := w.state(ctx)
	if err != nil {
		return err
	}
	list, err := w.Vault.Verify(ctx, &st.version, vault.Scope{})
	if err != nil {
		return err
	}
	for _, d := range list {
		damaged[st.owner(d.File.Path)] = true
		to, err := w.Vault.SetAside(d.File.Path)
		if err != nil {
			return err
		}
		if to != "" {
			w.say("set aside: " + to)
		}
	}
	w.say("making again from the originals: " + names(damaged))
	_, err = w.restore(ctx, st, damaged)
	return err
}

// restore makes the tables of batches again and publishes them.
func (w *Workspace) restore(ctx context.Context, st *state, which map[string]bool) (*remade, error) {
	made, err := w.remake(ctx, st, which)
	if err != nil {
		return nil, err
	}
	_, err = w.change(ctx, st.snapshot, func(tx *store.Tx) error { return w.put(ctx, tx, made) })
	return made, err
}

// remade are the tables of a state: those that were made again, and those that stay.
type remade struct {
	files   []vault.BatchFiles // of every live batch, in order
	list    []Rebuilt          // made again
	results map[string]string  // digests that are not as the record has them
}

// remake makes the tables of batches from their originals, in order: those named, those
// that have none, and those whose lines in other currencies were converted at another
// scale than the ledger's. What comes of it holds once it is put into the record.
func (w *Workspace) remake(ctx context.Context, st *state, which map[string]bool) (*remade, error) {
	made := &remade{results: map[string]string{}}
	next := *st
	for {
		books, err := w.books(&next)
		if err != nil && len(which) == 0 {
			return nil, err // an account that cannot be read is one of those made again
		}
		if err := w.pass(ctx, &next, which, books, made); err != nil {
			return nil, err
		}
		next.version.Batches = made.files
		if books, err = w.books(&next); err != nil {
			return nil, err
		}
		which = map[string]bool{}
		for _, b := range next.live() {
			if account, ok := books[b.ID]; ok && account.Foreign && account.Scale != next.scale(books, b.Kind) {
				which[b.ID] = true
			}
		}
		if len(which) == 0 {
			return made, nil
		}
	}
}

// pass makes batches again once.
func (w *Workspace) pass(ctx context.Context, st *state, which map[string]bool, books map[string]*batch.Account, made *remade) error {
	made.files = nil
	for _, b := range st.live() {
		have, ok := st.files(b.ID)
		if b.Kind == store.RateTable || ok && !which[b.ID] {
			if ok {
				made.files = append(made.files, have)
			}
			continue
		}
		files, err := w.make(ctx, st, &b, made.files, st.scale(books, b.Kind))
		if err != nil {
			return err
		}
		made.note(&b, files.Digest())
		made.files = append(made.files, files)
	}
	return nil
}

// note keeps what became of a batch; the last word counts.
func (m *remade) note(b *store.Batch, digest string) {
	m.list = slices.DeleteFunc(m.list, func(r Rebuilt) bool { return r.Batch == b.ID })
	m.list = append(m.list, Rebuilt{b.ID, b.File, b.Result, digest, digest == b.Result})
	delete(m.results, b.ID)
	if digest != b.Result {
		m.results[b.ID] = digest
	}
}

// put records the digests of what was made again and publishes the tables.
func (w *Workspace) put(ctx context.Context, tx *store.Tx, made *remade) error {
	for _, m := range made.list {
		if digest, ok := made.results[m.Batch]; ok {
			if err := tx.Batches.SetResult(ctx, m.Batch, digest); err != nil {
				return err
			}
		}
	}
	return w.publish(ctx, tx, made.files)
}

// make makes the tables of one batch. Before are the batches that come before it, in
// which its documents may be already.
func (w *Workspace) make(ctx context.Context, st *state, b *store.Batch, before []vault.BatchFiles, scale uint8) (vault.BatchFiles, error) {
	build, err := w.Vault.NewBuild()
	if err != nil {
		return vault.BatchFiles{}, err
	}
	files, err := w.makeIn(ctx, st, b, before, scale, build)
	if err != nil {
		return files, errors.Join(fmt.Errorf("batch %s: %w", b.ID, err), os.RemoveAll(build))
	}
	return files, nil
}

func (w *Workspace) makeIn(ctx context.Context, st *state, b *store.Batch, before []vault.BatchFiles, scale uint8, build string) (files vault.BatchFiles, err error) {
	src, err := w.original(ctx, b)
	if err != nil {
		return files, err
	}
	defer func() { err = errors.Join(err, src.Close()) }()
	if b.Kind == batch.ClientList {
		list, err := readList(ctx, src, b)
		if err != nil {
			return files, err
		}
		number, _ := store.Number(b.ID)
		return w.adoptClients(ctx, build, number, list)
	}
	d, err := w.derived(ctx, st, b, src, before, scale, build)
	if err != nil {
		return files, err
	}
	return w.adopt(ctx, build, b.ID, b.Kind, &d.Account, d.Loaded.Lines)
}

// original opens the kept bytes of a batch, after checking them against their hash.
func (w *Workspace) original(ctx context.Context, b *store.Batch) (*source.Source, error) {
	if err := w.Vault.VerifyOriginal(ctx, b.SHA256); err != nil {
		return nil, err
	}
	path, err := w.Vault.OriginalPath(b.SHA256)
	if err != nil {
		return nil, err
	}
	src, err := source.Open(path, source.Options{TempDir: w.Vault.SpillDir()})
	if err != nil {
		return nil, err
	}
	src.Name = b.File
	return src, nil
}

// derived reads a batch's original under its recorded profile.
func (w *Workspace) derived(ctx context.Context, st *state, b *store.Batch, src *source.Source, before []vault.BatchFiles, scale uint8, build string) (*batch.Derived, error) {
	p, err := profileOf(b)
	if err != nil {
		return nil, err
	}
	f, err := intake.Reopen(ctx, src, p)
	if err != nil {
		return nil, err
	}
	f.SetToday(b.ImportedDay())
	number, _ := store.Number(b.ID)
	r := batch.Recipe{Number: number, Base: st.policy.Base, Scale: scale, Rates: st.rates, Today: b.ImportedDay()}
	d, err := batch.Derive(ctx, f, r, build, nil)
	if err != nil {
		return nil, err
	}
	over, in, err := w.common(st.snapshot, before, b.Kind, d)
	if err == nil && p.Overlap == "" && d.Level != naturalkey.Document && over.Len() > 0 {
		return nil, fault.New(fault.Usage, "make the tables again", fmt.Sprintf("%s and %s hold the same lines, and nobody said whether they are the same facts", strings.Join(in, ", "), b.ID),
			fmt.Sprintf("undo %s first, and import %s again with --overlap skip or --overlap load", b.ID, b.File))
	}
	if err != nil || !over.Heed(&r, d.Level, p.Overlap) {
		return d, err
	}
	return batch.Derive(ctx, f, r, build, nil)
}

// common looks the keys of a file up in the batches of its kind, and names those that
// have some of them.
func (w *Workspace) common(s *store.Snapshot, before []vault.BatchFiles, kind ledger.Kind, d *batch.Derived) (*batch.Overlap, []string, error) {
	over := batch.NewOverlap()
	var in []string
	for i := range before {
		other := &before[i]
		if b, ok := s.Batch(other.ID); !ok || b.Kind != kind || b.State != store.Live {
			continue
		}
		path, err := w.part(other, vault.Keys)
		if err != nil {
			return nil, nil, err
		}
		if path == "" {
			continue
		}
		hits, err := over.LookUp(path, d)
		if err != nil {
			return nil, nil, err
		}
		if hits > 0 {
			in = append(in, other.ID)
		}
	}
	return over, in, nil
}
