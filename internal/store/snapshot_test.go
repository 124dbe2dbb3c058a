package store_test

import (
	"testing"
	"time"

	"clientele/internal/period"
	"clientele/internal/store"
)

func TestSnapshotFinds(t *testing.T) {
	t.Parallel()
	s := &store.Snapshot{
		Batches:  []store.Batch{{ID: "b1", File: "a.csv"}, {ID: "b2", File: "b.csv"}},
		Profiles: []store.Profile{{Key: "k", Version: 2}},
		Policies: []store.Policy{{Version: 1}, {Version: 2}},
	}
	if b, ok := s.Batch("b2"); !ok || b.File != "b.csv" {
		t.Errorf("%+v, %v", b, ok)
	}
	if p, ok := s.Profile("k"); !ok || p.Version != 2 {
		t.Errorf("%+v, %v", p, ok)
	}
	if p, ok := s.Policy(); !ok || p.Version != 2 {
		t.Errorf("%+v, %v: the last policy holds", p, ok)
	}
	none := &store.Snapshot{}
	_, batch := none.Batch("b1")
	_, profile := none.Profile("k")
	_, policy := none.Policy()
	if batch || profile || policy {
		t.Error("an empty record holds nothing")
	}
}

// The day of an import is that of UTC, wherever it is looked at.
func TestImportedDay(t *testing.T) {
	t.Parallel()
	east := time.FixedZone("east", 10*3600)
	b := store.Batch{Imported: time.Date(2026, 7, 2, 5, 0, 0, 0, east)}
	if got := b.ImportedDay(); got != period.DateOf(2026, 7, 1) {
		t.Errorf("imported on %s, want 2026-07-01", got)
	}
}

// SHA-256 of "abc", from FIPS 180-2.
func TestHash(t *testing.T) {
	t.Parallel()
	if got := store.Hash([]byte("abc")); got != "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" {
		t.Error(got)
	}
}
