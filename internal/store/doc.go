// Package store is the port to the record: what was imported, who is who, which
// rules hold, and a log of every change that cannot be altered unseen. The record
// and the original files together are the truth; all else can be rebuilt.
//
// A caller reads with Store.Snapshot, which gives all small state at one revision,
// and writes inside Store.Change, which commits everything or nothing:
//
//	revision, err := s.Change(ctx, "anna", func(tx *store.Tx) error {
//		id, err := tx.Batches.NewID(ctx)
//		…
//		return tx.Batches.Add(ctx, batch)
//	})
//
// The values here know nothing of a driver; the adapters do.
package store
