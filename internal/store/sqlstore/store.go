package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"clientele/internal/clock"
	"clientele/internal/fault"
	"clientele/internal/store"
)

// Store is the record in an SQL database.
type Store struct {
	writer  *sql.DB // one connection
	reader  *sql.DB
	now     clock.Clock
	dialect dialect
}

var _ store.Store = (*Store)(nil)

// querier reads in the words of a dialect, from a transaction or a pool of readers.
type querier struct {
	from interface {
		QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
		QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
	}
	dialect *dialect
}

// scanner is a row that was read.
type scanner interface{ Scan(into ...any) error }

func (q querier) row(ctx context.Context, query string, args ...any) scanner {
	return q.dialect.reads(q.from.QueryRowContext(ctx, q.dialect.rebind(query), q.dialect.writes(args)...))
}

// allTables are checked at every start; Check looks at the whole file.
var allTables = []string{
	"record", "log", "batches", "batch_controls", "batch_reasons", "profiles",
	"identity_events", "dismissals", "rates", "policies", "decisions",
}

// start readies the database and refuses one that cannot be trusted.
func (s *Store) start(ctx context.Context) error {
	const op = "open the record"
	var version string
	if err := s.writer.QueryRowContext(ctx, s.dialect.version).Scan(&version); err != nil {
		return s.dialect.fault(err, op)
	}
	if err := s.dialect.supported(version); err != nil {
		return err
	}
	if err := s.migrate(ctx); err != nil {
		return err
	}
	if err := s.dialect.structure(ctx, s.reader, allTables); err != nil {
		return s.dialect.fault(err, op)
	}
	_, err := s.VerifyLog(ctx)
	return err
}

// Close frees the connections; it waits for a running change.
func (s *Store) Close() error {
	if err := errors.Join(s.reader.Close(), s.writer.Close()); err != nil {
		return s.dialect.fault(err, "close the record")
	}
	return nil
}

// Change runs fn in one transaction.
func (s *Store) Change(ctx context.Context, actor string, fn func(tx *store.Tx) error) (int64, error) {
	const op = "change the record"
	tx, err := s.startTx(ctx, s.writer, &s.dialect.writing)
	if err != nil {
		return 0, s.dialect.fault(err, op)
	}
	open := true
	defer func() {
		if open { // fn failed or panicked; the error that matters is already on its way
			_ = tx.Rollback() //nolint:errcheck // said above
		}
	}()
	c, err := s.begin(ctx, tx, actor)
	if err != nil {
		return 0, s.dialect.fault(err, op)
	}
	if err := fn(c.ports()); err != nil {
		return 0, s.dialect.fault(err, op)
	}
	if c.failed != nil { // even if fn has swallowed it: half a statement must not stay
		return 0, s.dialect.fault(c.failed, op)
	}
	if c.record.entries == c.entriesBefore {
		return c.record.revision - 1, nil
	}
	if err := c.finish(ctx); err != nil {
		return 0, s.dialect.fault(err, op)
	}
	if err := tx.Commit(); err != nil {
		if err = s.settle(ctx, c, err); err != nil {
			return 0, s.dialect.fault(err, op)
		}
	}
	open = false
	return c.record.revision, nil
}

// startTx begins a transaction. Connections that were idle may be dead since; nothing
// has been asked of them yet, so the next one is tried, and at last a new one.
func (s *Store) startTx(ctx context.Context, pool *sql.DB, how *sql.TxOptions) (*sql.Tx, error) {
	for range readersMax {
		tx, err := pool.BeginTx(ctx, how)
		if err == nil || ctx.Err() != nil || s.dialect.lost == nil || !s.dialect.lost(err) {
			return tx, err
		}
	}
	return pool.BeginTx(ctx, how)
}

// settle finds out what became of a commit that failed: a database that can be cut off
// before it has answered may have kept the change.
func (s *Store) settle(ctx context.Context, c *change, failed error) error {
	if s.dialect.kept == nil {
		return failed
	}
	return s.dialect.kept(ctx, s, c, failed)
}

// record is the one row that counts everything else.
type record struct {
	revision  int64
	batches   int64
	entries   int64
	hash      string
	at        time.Time
	published store.Publication
}

const selectRecord = `SELECT revision, batches, log_entries, log_hash, log_at,
	published_revision, published_digest, published_at FROM record WHERE id = 1`

// readRecord reads the counters; a change locks them with the suffix, so that
// changes are made one after the other.
func readRecord(ctx context.Context, q querier, suffix string) (record, error) {
	var r record
	var at, publishedAt string
	err := q.row(ctx, selectRecord+suffix).
		Scan(&r.revision, &r.batches, &r.entries, &r.hash, &at,
			&r.published.Revision, &r.published.Digest, &publishedAt)
	if errors.Is(err, sql.ErrNoRows) {
		return r, damaged("the row of counters is missing")
	}
	if err != nil {
		return r, err
	}
	if r.at, err = parseTime(at); err != nil {
		return r, err
	}
	r.published.At, err = parseTime(publishedAt)
	return r, err
}

// change is one transaction under way.
type change struct {
	querier

	store         *Store
	tx            *sql.Tx
	actor         string
	at            time.Time
	record        record // as it will be after the commit
	entriesBefore int64
	who           *whoCache // identities, read when first needed
	failed        error     // first statement that failed
}

// begin starts a change at the next revision. Its time never lies before that of
// the change before, so that a clock set back cannot reorder history.
func (s *Store) begin(ctx context.Context, tx *sql.Tx, actor string) (*change, error) {
	r, err := readRecord(ctx, querier{tx, &s.dialect}, s.dialect.lockRow)
	if err != nil {
		return nil, err
	}
	c := &change{store: s, tx: tx, querier: querier{tx, &s.dialect}, actor: actor, record: r, entriesBefore: r.entries}
	c.at = s.now().UTC()
	if c.at.Before(r.at) {
		c.at = r.at
	}
	c.record.at = c.at
	c.record.revision++
	return c, nil
}

// ports shows the change to the application.
func (c *change) ports() *store.Tx {
	return &store.Tx{
		Revision: c.record.revision, At: c.at, Actor: c.actor,
		Batches: batches{c}, Profiles: profiles{c}, Identities: identities{c},
		Rates: rates{c}, Policies: policies{c}, Problems: problems{c}, Versions: versions{c},
	}
}

// finish writes the counters back.
func (c *change) finish(ctx context.Context) error {
	r := &c.record
	return c.exec(ctx, `UPDATE record SET revision = ?, batches = ?, log_entries = ?, log_hash = ?,
		log_at = ?, published_revision = ?, published_digest = ?, published_at = ? WHERE id = 1`,
		r.revision, r.batches, r.entries, r.hash, formatTime(r.at),
		r.published.Revision, r.published.Digest, formatTime(r.published.At))
}

// exec runs one statement of the change.
func (c *change) exec(ctx context.Context, query string, args ...any) error {
	_, err := c.tx.ExecContext(ctx, c.dialect.rebind(query), c.dialect.writes(args)...)
	return c.fail(err)
}

// fail remembers that a statement failed.
func (c *change) fail(err error) error {
	if c.failed == nil {
		c.failed = err
	}
	return err
}

// Snapshot reads all live state, at one revision.
func (s *Store) Snapshot(ctx context.Context) (*store.Snapshot, error) {
	snap, err := s.snapshot(ctx)
	if err != nil {
		return nil, s.dialect.fault(err, "read the record")
	}
	return snap, nil
}

func (s *Store) snapshot(ctx context.Context) (*store.Snapshot, error) {
	var snap *store.Snapshot
	err := s.reading(ctx, func(q querier) error {
		var err error
		snap, err = readAll(ctx, q)
		return err
	})
	return snap, err
}

// readAll reads all live state.
func readAll(ctx context.Context, q querier) (*store.Snapshot, error) {
	r, err := readRecord(ctx, q, "")
	if err != nil {
		return nil, err
	}
	snap := &store.Snapshot{Revision: r.revision, Published: r.published, LogEntries: r.entries}
	for _, read := range []func(context.Context, querier, *store.Snapshot) error{
		readBatches, readControls, readReasons, readProfiles, readEvents, readDismissals, readRates, readPolicies, readDecisions,
	} {
		if err := read(ctx, q, snap); err != nil {
			return nil, err
		}
	}
	return snap, nil
}

// reading runs fn on one consistent state.
func (s *Store) reading(ctx context.Context, fn func(q querier) error) error {
	tx, err := s.startTx(ctx, s.reader, &s.dialect.reading)
	if err != nil {
		return err
	}
	err = fn(querier{tx, &s.dialect})
	if errEnd := tx.Rollback(); err == nil && !errors.Is(errEnd, sql.ErrTxDone) {
		err = errEnd
	}
	return err
}

// each runs a query and scan for every row.
func each(ctx context.Context, q querier, query string, scan func(row scanner) error, args ...any) (err error) {
	rows, err := q.from.QueryContext(ctx, q.dialect.rebind(query), q.dialect.writes(args)...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	row := q.dialect.reads(rows)
	for rows.Next() {
		if err := scan(row); err != nil {
			return err
		}
	}
	return rows.Err()
}

// broken is an argument that the application must never give.
func broken(op, what string) error { return fault.New(fault.Internal, op, what, "") }
