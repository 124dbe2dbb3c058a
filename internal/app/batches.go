package app

import (
	"context"
	"fmt"

	"clientele/internal/fault"
	"clientele/internal/money"
	"clientele/internal/store"
	"clientele/internal/vault"
)

// UndoAnswer tells what an undo takes away and what stays.
type UndoAnswer struct {
	Batch   store.Batch
	Undone  bool     // false: an undo was taken back
	Remade  []string // batches whose rows were set aside because this one held them
	Revised int64    // revision after it
}

// Batches lists every import, the undone ones too.
func (w *Workspace) Batches(ctx context.Context) ([]store.Batch, error) {
	s, err := w.Store.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	return s.Batches, nil
}

// BatchAccount is what a batch adds to the ledger as it is published now, in base
// currency: without what an earlier batch holds, and with the rates there are.
type BatchAccount struct {
	Control  Control
	Decimals uint8
	Currency money.Currency
}

// Accounts are the published accounts of the live batches that bring amounts.
func (w *Workspace) Accounts(ctx context.Context) (map[string]BatchAccount, error) {
	st, err := w.sound(ctx)
	if err != nil {
		return nil, err
	}
	out := map[string]BatchAccount{}
	for _, b := range st.live() {
		files, ok := st.files(b.ID)
		if !ok || b.Kind == clientList || b.Kind == store.RateTable {
			continue
		}
		a, err := w.readAccount(files)
		if err != nil {
			return nil, err
		}
		if err := w.settled(st, b.ID, &a); err != nil {
			return nil, err
		}
		g := Ground{Currency: st.policy.Base, Decimals: a.Scale}
		g.sum([]batchAccount{a})
		out[b.ID] = BatchAccount{g.Control, a.Scale, st.policy.Base}
	}
	return out, nil
}

// Undo takes back a whole batch, by a version without it. Rows that later batches left
// out because this one held them come back. Redo is its reverse.
func (w *Workspace) Undo(ctx context.Context, id string, redo bool) (a *UndoAnswer, err error) {
	err = w.locked(ctx, "undo", func() error {
		st, err := w.state(ctx)
		if err != nil {
			return err
		}
		b, ok := st.snapshot.Batch(id)
		if !ok {
			return fault.New(fault.NotFound, "undo", fmt.Sprintf("there is no batch %q", id), "list them with: clientele batches")
		}
		a = &UndoAnswer{Batch: b, Undone: !redo}
		revision, err := w.Store.Change(ctx, w.Actor, func(tx *store.Tx) error {
			if redo {
				if err := tx.Batches.Redo(ctx, id); err != nil {
					return err
				}
				return w.publish(ctx, tx, st.version.Batches)
			}
			if err := tx.Batches.Undo(ctx, id); err != nil {
				return err
			}
			return w.publish(ctx, tx, without(st.version.Batches, id))
		})
		if err != nil {
			return err
		}
		a.Revised = revision
		return w.after(ctx, &b, redo, a)
	})
	return a, err
}

func without(list []vault.BatchFiles, id string) []vault.BatchFiles {
	out := make([]vault.BatchFiles, 0, len(list))
	for _, b := range list {
		if b.ID != id {
			out = append(out, b)
		}
	}
	return out
}

// after makes again what an undo or redo changes for other batches: the batch itself
// after a redo, rates, and batches that had rows in common with it.
func (w *Workspace) after(ctx context.Context, b *store.Batch, redo bool, a *UndoAnswer) error {
	if b.Kind == store.RateTable {
		return w.remake(ctx, func(x batchAccount) bool { return x.Foreign })
	}
	st, err := w.state(ctx)
	if err != nil {
		return err
	}
	number, _ := store.Number(b.ID)
	which := map[string]bool{}
	for _, other := range st.live() {
		k, _ := store.Number(other.ID)
		if redo && other.ID == b.ID {
			which[other.ID] = true
			continue
		}
		files, ok := st.files(other.ID)
		if !ok || k <= number || other.Kind != b.Kind || b.Kind == clientList {
			continue
		}
		account, err := w.readAccount(files)
		if err != nil {
			return err
		}
		if redo || account.overlaps() {
			which[other.ID] = true
			a.Remade = append(a.Remade, other.ID)
		}
	}
	if len(which) == 0 {
		return nil
	}
	_, err = w.again(ctx, st, which)
	return err
}

// overlaps reports whether the batch has documents in common with an earlier one.
func (a *batchAccount) overlaps() bool {
	if a.Shared {
		return true
	}
	for _, r := range a.Reasons {
		if r.Code == alreadyLoaded.code || r.Code == changedSince.code {
			return true
		}
	}
	return false
}
