package sqlstore

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"clientele/internal/clock"
	"clientele/internal/fault"
	"clientele/internal/ledger"
	"clientele/internal/money"
	"clientele/internal/store"
	"clientele/internal/store/storetest"
)

var noon = clock.Fixed(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))

var ratePoint = money.Amount{Units: 9250, Decimals: 4}

// records makes records in folders of the test, under a name that would break a
// careless URI.
func records(tb testing.TB) func(clock.Clock) (store.Store, error) {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "a b?c#d%41&mode=memory.db")
	made := false
	return func(now clock.Clock) (store.Store, error) {
		if made {
			return Open(context.Background(), path, now)
		}
		made = true
		return Create(context.Background(), path, now)
	}
}

func TestConformance(t *testing.T) {
	t.Parallel()
	storetest.Run(t, storetest.Harness{New: records})
}

// filled is a closed record with something in every table.
func filled(t *testing.T) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "record.db")
	s, err := Create(t.Context(), path, noon)
	if err != nil {
		t.Fatal(err)
	}
	fill(t, s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

func fill(t *testing.T, s *Store) {
	t.Helper()
	ctx := t.Context()
	_, err := s.Change(ctx, "anna", func(tx *store.Tx) error {
		id, err := tx.Batches.NewID(ctx)
		if err != nil {
			return err
		}
		control := store.Control{Reasons: []ledger.Reason{{State: ledger.Excluded, Code: "c"}}}
		errAdd := tx.Batches.Add(ctx, store.Batch{ID: id, File: "f.csv", Profile: []byte(`{}`), Controls: []store.Control{control}})
		_, errProfile := tx.Profiles.Save(ctx, "k", "n", []byte("{}"))
		_, errPolicy := tx.Policies.Save(ctx, []byte("{}"))
		_, errMerge := tx.Identities.Add(ctx, store.Merge, "a", "b")
		return errors.Join(errAdd, errProfile, errPolicy, errMerge,
			tx.Identities.Dismiss(ctx, store.Merge, "a", "c"),
			tx.Rates.Add(ctx, id, []store.Rate{{Day: 20000, From: "USD", To: "EUR", Rate: ratePoint}}),
			tx.Problems.Decide(ctx, []store.Decision{{Batch: id, Line: 3, Action: store.Ignored}}),
			tx.Versions.Publish(ctx, "d"))
	})
	if err != nil {
		t.Fatal(err)
	}
}

// shut closes what a test has opened.
func shut(tb testing.TB, c io.Closer) {
	tb.Helper()
	if err := c.Close(); err != nil {
		tb.Error(err)
	}
}

// tamper runs statements on a closed record, behind the program's back.
func tamper(t *testing.T, path string, statements ...string) {
	t.Helper()
	db, err := sql.Open("sqlite", sqliteName(path, "rw", []string{"foreign_keys(0)"}))
	if err != nil {
		t.Fatal(err)
	}
	defer shut(t, db)
	for _, st := range statements {
		if _, err := db.ExecContext(t.Context(), st); err != nil {
			t.Fatalf("%s: %v", st, err)
		}
	}
}

func TestTamper(t *testing.T) {
	t.Parallel()
	testTamper(t, bench{
		free:   `DROP TRIGGER log_is_not_updated; DROP TRIGGER log_is_not_deleted; `,
		digits: `hex(zeroblob(100))`,
		new: func(t *testing.T) (func(...string), func() (*Store, error)) {
			t.Helper()
			path := filled(t)
			return func(st ...string) { tamper(t, path, st...) }, func() (*Store, error) { return Open(t.Context(), path, noon) }
		},
	})
}

func TestLogIsNeverChanged(t *testing.T) {
	t.Parallel()
	path := filled(t)
	s, err := Open(t.Context(), path, noon)
	if err != nil {
		t.Fatal(err)
	}
	defer shut(t, s)
	for _, st := range []string{`UPDATE log SET actor = 'x'`, `DELETE FROM log`} {
		if _, err := s.writer.ExecContext(t.Context(), st); err == nil {
			t.Errorf("%s was accepted", st)
		}
	}
}

// TestDamagedFile flips bytes all over the file: it may be unharmed or refused, but
// nothing panics and no damage to a page that is read goes by as another kind.
func TestDamagedFile(t *testing.T) {
	t.Parallel()
	path := filled(t)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	refused := 0
	for i := range 40 {
		bad := bytes.Clone(whole)
		at := i * len(bad) / 40
		for j := at; j < min(at+64, len(bad)); j++ {
			bad[j] ^= 0xff
		}
		copied := filepath.Join(t.TempDir(), "record.db")
		if err := os.WriteFile(copied, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := Open(t.Context(), copied, noon)
		if err == nil {
			err = errors.Join(s.Check(t.Context()), s.Close())
		}
		if err != nil {
			refused++
			if k := fault.KindOf(err); k != fault.Failed && k != fault.Internal {
				t.Errorf("damage at %d: %v", at, err)
			}
		}
	}
	if refused == 0 {
		t.Error("no damage was seen at all")
	}
	if err := os.WriteFile(path, []byte("this is a text file, not a database at all, whatever it is called"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = Open(t.Context(), path, noon)
	wantDamage(t, err)
}

func TestOpenAndCreate(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "record.db")
	_, err := Open(t.Context(), path, noon)
	if e, ok := errors.AsType[*fault.Error](err); !ok || e.Kind != fault.NotFound || !strings.Contains(e.Remedy, "clientele init") {
		t.Errorf("missing: %v", err)
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("Open made a file")
	}
	s, err := Create(t.Context(), path, noon)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := Create(t.Context(), path, noon); fault.KindOf(err) != fault.Failed {
		t.Errorf("create over a record: %v", err)
	}
	if _, err := Open(t.Context(), filepath.Join(path, "x"), noon); err == nil {
		t.Error("opened a file inside a file")
	}
	tamper(t, path, `INSERT INTO goose_db_version (version_id, is_applied) VALUES (99, 1)`)
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	_, err = Open(t.Context(), path, noon)
	if e, ok := errors.AsType[*fault.Error](err); !ok || e.Kind != fault.Failed || !strings.Contains(e.Message, "newer program") {
		t.Errorf("newer record: %v", err)
	}
	if after, err := os.ReadFile(path); err != nil || !bytes.Equal(before, after) {
		t.Error("a newer record was touched")
	}
}

func TestFloor(t *testing.T) {
	t.Parallel()
	for version, ok := range map[string]bool{
		"3.51.3": true, "3.54.1": true, "4.0.0": true, "3.52": true, "3.51.2": false, "3.50.9": false, "2.99.99": false, "x": false, "": false,
	} {
		if err := sqliteSupported(version); (err == nil) != ok {
			t.Errorf("%q: %v", version, err)
		}
	}
}

// TestDiskFull bounds the file by SQLite's own page limit, whose error is that of a
// full disk.
func TestDiskFull(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	s, err := Create(ctx, filepath.Join(t.TempDir(), "record.db"), noon)
	if err != nil {
		t.Fatal(err)
	}
	defer shut(t, s)
	fill(t, s)
	limit := func(pages string) {
		if _, err := s.writer.ExecContext(ctx, "PRAGMA max_page_count="+pages); err != nil {
			t.Fatal(err)
		}
	}
	grow := func() error {
		_, err := s.Change(ctx, "anna", func(tx *store.Tx) error {
			list := make([]store.Decision, 20000)
			for i := range list {
				list[i] = store.Decision{Batch: "b1", Line: int64(10 + i), Action: store.Ignored, Reason: "nobody waits for it"}
			}
			return tx.Problems.Decide(ctx, list)
		})
		return err
	}
	limit("100")
	err = grow()
	if e, ok := errors.AsType[*fault.Error](err); !ok || e.Kind != fault.Failed || e.Message != "the disk is full" || e.Remedy == "" {
		t.Errorf("error = %v", err)
	}
	if snap, err := s.Snapshot(ctx); err != nil || snap.Revision != 1 || len(snap.Decisions) != 1 {
		t.Errorf("after a full disk: %v, %v", snap, err)
	}
	limit("1000000")
	if err := grow(); err != nil {
		t.Errorf("with room again: %v", err)
	}
	if err := s.Check(ctx); err != nil {
		t.Error(err)
	}
}

func TestReadOnlyAndBusy(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	path := filled(t)
	write := func(s *Store) error {
		_, err := s.Change(ctx, "anna", func(tx *store.Tx) error { _, err := tx.Policies.Save(ctx, []byte("[]")); return err })
		return err
	}
	if _, err := open(ctx, path, "ro", noon); err != nil {
		// journal_mode cannot be set by a connection that only reads: also fine, if clear.
		if fault.KindOf(err) != fault.Failed {
			t.Errorf("read only: %v", err)
		}
	}
	s, err := Open(ctx, path, noon)
	if err != nil {
		t.Fatal(err)
	}
	defer shut(t, s)
	pragma := func(text string) {
		if _, err := s.writer.ExecContext(ctx, "PRAGMA "+text); err != nil {
			t.Fatal(err)
		}
	}
	pragma("query_only=1")
	err = write(s)
	if e, ok := errors.AsType[*fault.Error](err); !ok || e.Kind != fault.Failed || e.Message != "the record cannot be written" {
		t.Errorf("read only: %v", err)
	}
	pragma("query_only=0")
	pragma("busy_timeout=1")
	other, err := Open(ctx, path, noon)
	if err != nil {
		t.Fatal(err)
	}
	defer shut(t, other)
	_, err = other.Change(ctx, "bo", func(tx *store.Tx) error {
		if got := fault.KindOf(write(s)); got != fault.Locked {
			t.Errorf("kind = %d, want locked", got)
		}
		_, err := tx.Policies.Save(ctx, []byte("1"))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := write(s); err != nil {
		t.Errorf("with the record free again: %v", err)
	}
}
