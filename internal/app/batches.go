package app

import (
	"context"
	"fmt"

	"clientele/internal/batch"
	"clientele/internal/fault"
	"clientele/internal/ledger"
	"clientele/internal/money"
	"clientele/internal/store"
)

// UndoAnswer tells what an undo takes away and what stays.
type UndoAnswer struct {
	Batch   store.Batch
	Undone  bool     // false: an undo was taken back
	Remade  []string // other batches whose tables were made again because of it
	Revised int64    // revision after it
}

// Batches lists every import, the undone ones too.
func (w *Workspace) Batches(ctx context.Context) ([]store.Batch, error) {
	if err := w.atHome("list batches"); err != nil {
		return nil, err
	}
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
	books, err := w.books(st)
	if err != nil {
		return nil, err
	}
	out := map[string]BatchAccount{}
	for id, a := range books {
		if err := w.settled(st, id, a); err != nil {
			return nil, err
		}
		c := a.Totals
		c.Assigned = c.Loaded.Minus(c.Unassigned) // nobody asked an engine
		out[id] = BatchAccount{c, a.Scale, st.policy.Base}
	}
	return out, nil
}

// Undo takes back a whole batch, by a version without it. Rows that later batches left
// out because this one held them come back. Redo is its reverse. Both are one change:
// nothing of it is seen, or all.
func (w *Workspace) Undo(ctx context.Context, id string, redo bool) (a *UndoAnswer, err error) {
	err = w.locked(ctx, "undo", func() error {
		st, err := w.whole(ctx)
		if err != nil {
			return err
		}
		b, ok := st.snapshot.Batch(id)
		if !ok {
			return fault.New(fault.NotFound, "undo", fmt.Sprintf("there is no batch %q", id), "list them with: clientele batches")
		}
		a = &UndoAnswer{Batch: b, Undone: !redo}
		a.Revised, err = w.change(ctx, st.snapshot, func(tx *store.Tx) error { return w.turn(ctx, tx, st, &b, a) })
		return err
	})
	return a, err
}

// turn undoes or redoes a batch inside a change.
func (w *Workspace) turn(ctx context.Context, tx *store.Tx, st *state, b *store.Batch, a *UndoAnswer) error {
	do, to := tx.Batches.Undo, store.Undone
	if !a.Undone {
		do, to = tx.Batches.Redo, store.Live
	}
	if err := do(ctx, b.ID); err != nil {
		return err
	}
	next := st.turned(b.ID, to)
	made, err := w.again(ctx, tx, next, b, !a.Undone)
	if err != nil {
		return err
	}
	for _, m := range made.list {
		if m.Batch != b.ID {
			a.Remade = append(a.Remade, m.Batch)
		}
	}
	return w.put(ctx, tx, made)
}

// again makes the tables again that a batch changes as it goes or comes back.
func (w *Workspace) again(ctx context.Context, tx *store.Tx, st *state, b *store.Batch, back bool) (*remade, error) {
	if b.Kind == store.RateTable {
		return w.converted(ctx, tx, st, b)
	}
	which, err := w.touched(st, b, back)
	if err != nil {
		return nil, err
	}
	return w.remake(ctx, st, which)
}

// touched are the batches whose tables a batch that comes or goes changes: those with
// other currencies, if it holds rates; else the later ones that had facts in common with
// it or, as it comes back, may have.
func (w *Workspace) touched(st *state, b *store.Batch, back bool) (map[string]bool, error) {
	books, err := w.books(st)
	if err != nil {
		return nil, err
	}
	number, _ := store.Number(b.ID)
	which := map[string]bool{}
	for _, other := range st.live() {
		account, ok := books[other.ID]
		if !ok {
			continue
		}
		k, _ := store.Number(other.ID)
		if b.Kind == store.RateTable && account.Foreign || k > number && other.Kind == b.Kind && (back || account.Overlaps()) {
			which[other.ID] = true
		}
	}
	return which, nil
}

// books are the accounts of the live batches that bring amounts and have their tables.
func (w *Workspace) books(st *state) (map[string]*batch.Account, error) {
	out := map[string]*batch.Account{}
	for _, b := range st.live() {
		files, ok := st.files(b.ID)
		if !ok || !counted(b.Kind) {
			continue
		}
		account, err := w.account(&files)
		if err != nil {
			return nil, err
		}
		out[b.ID] = &account
	}
	return out, nil
}

// counted reports whether batches of the kind have an account: those of facts, and not
// those that only describe clients or give rates.
func counted(k ledger.Kind) bool { return k != batch.ClientList && k != store.RateTable }

// scale is the ledger's scale for amounts of a kind (definitions 1.4): the finest of its
// batches. Lines in other currencies are converted at it.
func (s *state) scale(books map[string]*batch.Account, kind ledger.Kind) uint8 {
	scale := uint8(0)
	for _, b := range s.live() {
		if account, ok := books[b.ID]; ok && b.Kind == kind {
			scale = max(scale, account.Own)
		}
	}
	return scale
}

// turned is the state with one batch live or undone.
func (s *state) turned(id string, to store.BatchState) *state {
	next, snapshot := *s, *s.snapshot
	snapshot.Batches = append([]store.Batch(nil), snapshot.Batches...)
	for i := range snapshot.Batches {
		if snapshot.Batches[i].ID == id {
			snapshot.Batches[i].State = to
		}
	}
	next.snapshot = &snapshot
	return &next
}
