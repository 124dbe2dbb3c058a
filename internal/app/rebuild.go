package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"clientele/internal/fault"
	"clientele/internal/intake"
	"clientele/internal/intake/source"
	"clientele/internal/store"
	"clientele/internal/tables"
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
		if a, err = w.again(ctx, st, all); err != nil {
			return err
		}
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
	_, err = w.again(ctx, st, damaged)
	return err
}

// remake makes the batches again whose account matches.
func (w *Workspace) remake(ctx context.Context, match func(batchAccount) bool) error {
	st, err := w.state(ctx)
	if err != nil {
		return err
	}
	which := map[string]bool{}
	for _, b := range st.live() {
		files, ok := st.files(b.ID)
		if !ok || b.Kind == clientList {
			continue
		}
		a, err := w.readAccount(files)
		if err != nil {
			return err
		}
		which[b.ID] = match(a)
	}
	for id, yes := range which {
		if !yes {
			delete(which, id)
		}
	}
	if len(which) == 0 {
		return nil
	}
	w.say("converting again with the rates there are now: " + names(which))
	_, err = w.again(ctx, st, which)
	return err
}

// again makes the tables of batches from their originals, in order, and publishes them
// beside the others.
func (w *Workspace) again(ctx context.Context, st *state, which map[string]bool) (*RebuildAnswer, error) {
	a := &RebuildAnswer{}
	var out []vault.BatchFiles
	results := map[string]string{}
	for _, b := range st.live() {
		have, ok := st.files(b.ID)
		if !which[b.ID] {
			if ok {
				out = append(out, have)
			}
			continue
		}
		files, err := w.one(ctx, st, &b, out)
		if err != nil {
			return nil, err
		}
		digest := files.Digest()
		a.Batches = append(a.Batches, Rebuilt{b.ID, b.File, b.Result, digest, digest == b.Result})
		if digest != b.Result {
			results[b.ID] = digest
		}
		out = append(out, files)
	}
	_, err := w.Store.Change(ctx, w.Actor, func(tx *store.Tx) error {
		for id, digest := range results {
			if err := tx.Batches.SetResult(ctx, id, digest); err != nil {
				return err
			}
		}
		return w.publish(ctx, tx, out)
	})
	return a, err
}

// one makes the tables of one batch. Before are the batches that come before it, in
// which its documents may be already.
func (w *Workspace) one(ctx context.Context, st *state, b *store.Batch, before []vault.BatchFiles) (vault.BatchFiles, error) {
	build, err := w.Vault.NewBuild()
	if err != nil {
		return vault.BatchFiles{}, err
	}
	files, err := w.oneIn(ctx, st, b, before, build)
	if err != nil {
		return files, errors.Join(err, os.RemoveAll(build))
	}
	return files, nil
}

func (w *Workspace) oneIn(ctx context.Context, st *state, b *store.Batch, before []vault.BatchFiles, build string) (files vault.BatchFiles, err error) {
	src, err := w.original(ctx, b)
	if err != nil {
		return files, err
	}
	defer func() { err = errors.Join(err, src.Close()) }()
	number, _ := store.Number(b.ID)
	if b.Kind == clientList {
		list, err := intake.ReadClients(ctx, src, intake.Answers{})
		if err != nil {
			return files, err
		}
		err = writeFile(filepath.Join(build, accountsFile), func(out io.Writer) error {
			return tables.WriteAccounts(out, tables.From(number<<32), list.Accounts)
		})
		if err != nil {
			return files, err
		}
		return w.adopt(ctx, build, b.ID, b.Kind, batchAccount{}, 0)
	}
	d, f, err := w.deriveBatch(ctx, st, b, src, before, build)
	if err != nil {
		return files, err
	}
	var facts Facts
	facts.take(f, d.loaded)
	return w.adopt(ctx, build, b.ID, b.Kind, accountOf(d, facts), d.loaded.Lines)
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

// deriveBatch reads a batch's original under its recorded profile.
func (w *Workspace) deriveBatch(ctx context.Context, st *state, b *store.Batch, src *source.Source, before []vault.BatchFiles, build string) (*derived, *intake.File, error) {
	var p intake.Profile
	if err := json.Unmarshal(b.Profile, &p); err != nil {
		return nil, nil, fault.Wrap(err, fault.Failed, "read the profile", "the profile of batch "+b.ID+" cannot be read", "import the file again")
	}
	f, err := intake.Reopen(ctx, src, &p)
	if err != nil {
		return nil, nil, err
	}
	f.SetToday(b.ImportedDay())
	number, _ := store.Number(b.ID)
	r := recipe{number: number, base: st.policy.Base, rates: st.rates}
	d, err := derive(ctx, f, r, build, nil)
	if err != nil {
		return nil, nil, fmt.Errorf("batch %s: %w", b.ID, err)
	}
	o := newOverlap()
	older := &state{snapshot: st.snapshot, version: vault.Version{Batches: before}}
	hits := 0
	for _, other := range before {
		if ob, ok := st.snapshot.Batch(other.ID); !ok || ob.Kind != b.Kind {
			continue
		}
		n, err := w.lookUp(older, other.ID, d, o)
		if err != nil {
			return nil, nil, err
		}
		hits += n
	}
	if hits == 0 || !o.heed(&r, d.level, p.Overlap) {
		return d, f, nil
	}
	d, err = derive(ctx, f, r, build, nil)
	return d, f, err
}
