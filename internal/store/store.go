package store

import (
	"context"
	"time"
)

// Store is the record of one workspace. It is safe for use by several goroutines;
// one change runs at a time.
type Store interface {
	// Snapshot reads all live state, at one revision.
	Snapshot(ctx context.Context) (*Snapshot, error)
	// Change runs fn in one transaction on behalf of actor and returns the revision
	// after it: one more than before, or the same where fn changed nothing. If fn
	// fails or the context ends, nothing is changed. Inside fn, Snapshot still gives
	// the state before, and another Change must not be asked for.
	Change(ctx context.Context, actor string, fn func(tx *Tx) error) (revision int64, err error)
	// Log reads the entries with a sequence number above after, oldest first, limit
	// at most.
	Log(ctx context.Context, after int64, limit int) ([]Entry, error)
	// VerifyLog recomputes the hash chain from the first entry and returns its head.
	// A broken chain is a fault.Failed that names the entry.
	VerifyLog(ctx context.Context) (Head, error)
	// Check verifies everything that can be: the database's own structure, the
	// chain, and that the tables say what the log says. Damage is a fault.Failed.
	Check(ctx context.Context) error
	// Close frees the connections; it waits for a running change.
	Close() error
}

// Tx is one change while it is being made. It is valid inside the function given
// to Store.Change only, and not safe for use by several goroutines.
type Tx struct {
	Revision int64     // the revision that this change will have
	At       time.Time // its time in UTC; never before that of an earlier change
	Actor    string

	Batches    Batches
	Profiles   Profiles
	Identities Identities
	Rates      Rates
	Policies   Policies
	Problems   Problems
	Versions   Versions
}

// Batches keeps what was imported.
type Batches interface {
	// NewID gives the id of the next batch: "b1", "b2", … An id that was committed
	// is never given again.
	NewID(ctx context.Context) (string, error)
	// Add records a live batch under an id of NewID. Imported and By are set by the
	// change, and so is ProfileHash.
	Add(ctx context.Context, b Batch) error
	// Undo takes back a live batch. An unknown id is fault.NotFound; one that is
	// undone already is fault.Usage.
	Undo(ctx context.Context, id string) error
	// Redo takes back an undo.
	Redo(ctx context.Context, id string) error
	// SetResult replaces the digest of a batch's result files, after a rebuild by
	// an engine whose files differ.
	SetResult(ctx context.Context, id, digest string) error
}

// Profiles keeps how kinds of files are read.
type Profiles interface {
	// Save keeps a profile as the next version of its key and returns that version.
	// If name and document equal the latest version, nothing is changed.
	Save(ctx context.Context, key, name string, document []byte) (version int64, err error)
}

// Identities keeps decisions on who is who.
type Identities interface {
	// Add records that an account is a client, or that a client has a parent, and
	// returns the event's id. What would close a circle is fault.Usage.
	Add(ctx context.Context, relation Relation, from, to string) (id int64, err error)
	// Undo takes back one event.
	Undo(ctx context.Context, id int64) error
	// Dismiss remembers that a suggestion was refused. Order of the two keys does
	// not matter; twice is once.
	Dismiss(ctx context.Context, relation Relation, one, other string) error
}

// Rates keeps rates of exchange.
type Rates interface {
	// Add records all rates of a batch that stands in the record, once.
	Add(ctx context.Context, batch string, rates []Rate) error
	// Holding reads the rates that hold with what this change did so far, as
	// Snapshot.Rates will list them.
	Holding(ctx context.Context) ([]Rate, error)
}

// Policies keeps the rules that the firm sets.
type Policies interface {
	// Save keeps the rules as the next version. If the document equals the latest
	// version, nothing is changed.
	Save(ctx context.Context, document []byte) (version int64, err error)
}

// Problems keeps what was decided about rows that were set aside.
type Problems interface {
	// Decide records decisions; the last on a row holds. All are kept in the log.
	// Batch, Line, Action, Reason and Fixed are read; At and By are set.
	Decide(ctx context.Context, decisions []Decision) error
}

// Versions keeps which published version holds.
type Versions interface {
	// Publish records that the manifest with this digest holds from this change on.
	Publish(ctx context.Context, digest string) error
}
