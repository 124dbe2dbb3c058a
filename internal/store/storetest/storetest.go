// Package storetest is the conformance suite of the record: every adapter of
// package store runs it, so that all keep the same promises.
package storetest

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"clientele/internal/clock"
	"clientele/internal/fault"
	"clientele/internal/ledger"
	"clientele/internal/money"
	"clientele/internal/period"
	"clientele/internal/store"
)

// Harness gives the suite records to work on.
type Harness struct {
	// New makes an empty record and returns a function that opens it, which is
	// called again after the Store of the call before was closed. What it makes is
	// cleaned up with t.
	New func(t testing.TB) (open func(now clock.Clock) (store.Store, error))
}

// Run runs the whole suite.
func Run(t *testing.T, h Harness) {
	t.Helper()
	for name, test := range map[string]func(*testing.T, Harness){
		"a new record is empty":               testEmpty,
		"a change is all or nothing":          testAtomic,
		"a change of nothing is none":         testNoChange,
		"a batch comes back as it went in":    testBatch,
		"undo, redo":                          testUndo,
		"batch ids are never reused":          testBatchIDs,
		"profiles and policies have versions": testVersions,
		"rates follow their batch":            testRates,
		"identities":                          testIdentities,
		"dismissals":                          testDismissals,
		"texts of any kind":                   testTexts,
		"decisions":                           testDecisions,
		"publications":                        testPublications,
		"the log tells every change":          testLog,
		"time never goes back":                testTime,
		"readers see the state before":        testIsolation,
		"a canceled change":                   testCancel,
		"the application's own mistakes":      testMistakes,
		"random changes agree with a model":   testModel,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, h)
		})
	}
}

// noon is the time of the suite's first change; the clock stands unless a test
// moves it.
var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// same compares values of the port: an empty list is no list, sums by value.
var same = cmp.Options{
	cmpopts.EquateEmpty(),
	cmp.Comparer(func(a, b money.Sum) bool { return a == b }),
}

func open(tb testing.TB, h Harness, now clock.Clock) store.Store {
	tb.Helper()
	s, err := h.New(tb)(now)
	if err != nil {
		tb.Fatalf("open: %v", err)
	}
	tb.Cleanup(func() {
		if err := s.Close(); err != nil {
			tb.Errorf("close: %v", err)
		}
	})
	return s
}

func fresh(tb testing.TB, h Harness) store.Store {
	tb.Helper()
	return open(tb, h, clock.Fixed(noon))
}

// change must succeed; it returns the revision.
func change(tb testing.TB, s store.Store, fn func(tx *store.Tx) error) int64 {
	tb.Helper()
	revision, err := s.Change(tb.Context(), "anna", fn)
	if err != nil {
		tb.Fatalf("change: %v", err)
	}
	return revision
}

func snapshot(tb testing.TB, s store.Store) *store.Snapshot {
	tb.Helper()
	snap, err := s.Snapshot(tb.Context())
	if err != nil {
		tb.Fatalf("snapshot: %v", err)
	}
	return snap
}

func check(tb testing.TB, s store.Store) {
	tb.Helper()
	if err := s.Check(tb.Context()); err != nil {
		tb.Errorf("check: %v", err)
	}
}

func wantKind(tb testing.TB, err error, kind fault.Kind) {
	tb.Helper()
	if err == nil || fault.KindOf(err) != kind {
		tb.Errorf("error is %v (kind %d), want kind %d", err, fault.KindOf(err), kind)
	}
}

func addBatch(ctx context.Context, tx *store.Tx, b store.Batch) (string, error) {
	id, err := tx.Batches.NewID(ctx)
	if err != nil {
		return "", err
	}
	b.ID = id
	return id, tx.Batches.Add(ctx, b)
}

// big is a sum beyond 64 bits.
func big() money.Sum {
	s := money.FromInt64(1 << 62)
	for range 5 {
		s = s.Plus(s)
	}
	return s
}

func sampleBatch() store.Batch {
	tally := func(rows, without, amount int64) ledger.Tally {
		return ledger.Tally{Rows: rows, WithoutAmount: without, Amount: money.FromInt64(amount)}
	}
	return store.Batch{
		File: "Rechnungen März.csv", SHA256: "ab12", Size: 12345, ProfileKey: "k1", Profile: []byte(`{"kind":"invoiced"}`),
		Kind: ledger.Invoiced,
		Controls: []store.Control{
			{Control: ledger.Control{
				Currency: "USD", Decimals: 2, Read: tally(3, 0, -700), Loaded: ledger.Tally{Rows: 3, Amount: big().Neg()},
			}},
			{
				Control: ledger.Control{
					Currency: "EUR", Decimals: 3, Read: tally(10, 1, 1000), Loaded: tally(7, 0, 900), Unassigned: tally(2, 0, 50),
					Excluded: tally(2, 0, 60), Quarantined: tally(1, 1, 40),
				},
				Reasons: []ledger.Reason{
					{State: ledger.Quarantined, Code: "no_amount", Text: "no amount", Tally: tally(1, 1, 40)},
					{State: ledger.Excluded, Code: "status_draft", Text: "status is Draft", Tally: tally(2, 0, 60)},
				},
			},
		},
		Skipped:  []ledger.Skipped{{Kind: "title", Lines: 2}, {Kind: "header", Lines: 1}},
		Stated:   []ledger.Stated{{Line: 14, Label: "TOTAL <&> \"x\"", Amount: money.Amount{Units: -1230, Decimals: 2}}},
		Notes:    []store.Note{{Code: "net_assumed", Text: "taken as net"}},
		Decimals: []store.Scale{{Currency: "EUR", Decimals: 3}, {Currency: "USD", Decimals: 2}},
		Lines:    10, Accounts: 4, FirstDay: period.DateOf(2025, 1, 31), LastDay: period.DateOf(2026, 2, 28), Result: "r1",
	}
}

func testEmpty(t *testing.T, h Harness) {
	s := fresh(t, h)
	if diff := cmp.Diff(&store.Snapshot{}, snapshot(t, s), same); diff != "" {
		t.Error(diff)
	}
	head, err := s.VerifyLog(t.Context())
	if err != nil || head != (store.Head{}) {
		t.Errorf("head = %v, %v", head, err)
	}
	check(t, s)
}

func testAtomic(t *testing.T, h Harness) {
	s := fresh(t, h)
	stop := errors.New("stop")
	_, err := s.Change(t.Context(), "anna", func(tx *store.Tx) error {
		if _, err := addBatch(t.Context(), tx, sampleBatch()); err != nil {
			return err
		}
		if _, err := tx.Policies.Save(t.Context(), []byte("{}")); err != nil {
			return err
		}
		return stop
	})
	if !errors.Is(err, stop) {
		t.Errorf("error = %v, want the function's own", err)
	}
	if diff := cmp.Diff(&store.Snapshot{}, snapshot(t, s), same); diff != "" {
		t.Error(diff)
	}
	// What was taken back leaves no gap.
	change(t, s, func(tx *store.Tx) error {
		id, err := addBatch(t.Context(), tx, sampleBatch())
		if id != "b1" {
			t.Errorf("id = %s, want b1", id)
		}
		version, errSave := tx.Policies.Save(t.Context(), []byte("{}"))
		if version != 1 {
			t.Errorf("version = %d, want 1", version)
		}
		return errors.Join(err, errSave)
	})
	func() {
		defer func() {
			if recover() == nil {
				t.Error("a panic in a change is not hidden")
			}
		}()
		_, _ = s.Change(t.Context(), "anna", func(*store.Tx) error { panic("x") }) //nolint:errcheck // it never returns
	}()
	if got := snapshot(t, s).Revision; got != 1 {
		t.Errorf("revision = %d, want 1", got)
	}
	check(t, s)
}

func testNoChange(t *testing.T, h Harness) {
	s := fresh(t, h)
	if got := change(t, s, func(*store.Tx) error { return nil }); got != 0 {
		t.Errorf("revision = %d, want 0", got)
	}
	write := func(tx *store.Tx) error {
		_, err := tx.Policies.Save(t.Context(), []byte(`{"share":"4/5"}`))
		return err
	}
	for range 2 {
		if got := change(t, s, write); got != 1 {
			t.Errorf("revision = %d, want 1", got)
		}
	}
	if got := len(snapshot(t, s).Policies); got != 1 {
		t.Errorf("%d policies, want 1", got)
	}
}

func testBatch(t *testing.T, h Harness) {
	opener := h.New(t)
	s, err := opener(clock.Fixed(noon))
	if err != nil {
		t.Fatal(err)
	}
	change(t, s, func(tx *store.Tx) error {
		if _, err := addBatch(t.Context(), tx, sampleBatch()); err != nil {
			return err
		}
		_, err := addBatch(t.Context(), tx, store.Batch{Kind: store.RateTable, FirstDay: period.NoDate, LastDay: period.NoDate})
		return err
	})
	check(t, s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if s, err = opener(clock.Fixed(noon)); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}()
	want := sampleBatch()
	want.ID, want.Imported, want.By, want.State = "b1", noon, "anna", store.Live
	want.ProfileHash = store.Hash(want.Profile)
	want.Controls[0], want.Controls[1] = want.Controls[1], want.Controls[0] // in order of currency
	snap := snapshot(t, s)
	got, ok := snap.Batch("b1")
	if !ok {
		t.Fatal("no batch b1")
	}
	if diff := cmp.Diff(want, got, same); diff != "" {
		t.Error(diff)
	}
	if got, ok := snap.Batch("b2"); !ok || got.FirstDay != period.NoDate || got.Kind != store.RateTable {
		t.Errorf("b2 = %+v, %v", got, ok)
	}
	if _, ok := snap.Batch("b3"); ok {
		t.Error("there is a batch b3")
	}
	check(t, s)
}

func testUndo(t *testing.T, h Harness) {
	s := fresh(t, h)
	change(t, s, func(tx *store.Tx) error { _, err := addBatch(t.Context(), tx, sampleBatch()); return err })
	undo := func(tx *store.Tx) error { return tx.Batches.Undo(t.Context(), "b1") }
	redo := func(tx *store.Tx) error { return tx.Batches.Redo(t.Context(), "b1") }
	_, err := s.Change(t.Context(), "anna", redo)
	wantKind(t, err, fault.Usage)
	for _, step := range []struct {
		fn   func(*store.Tx) error
		want store.BatchState
	}{{undo, store.Undone}, {redo, store.Live}, {undo, store.Undone}} {
		change(t, s, step.fn)
		b, _ := snapshot(t, s).Batch("b1")
		if b.State != step.want || !b.Changed.Equal(noon) || b.ChangedBy != "anna" {
			t.Errorf("state %s at %s by %q, want %s", b.State, b.Changed, b.ChangedBy, step.want)
		}
		check(t, s)
	}
	_, err = s.Change(t.Context(), "anna", undo)
	wantKind(t, err, fault.Usage)
	for _, id := range []string{"b2", "b0", "x", ""} {
		_, err := s.Change(t.Context(), "anna", func(tx *store.Tx) error { return tx.Batches.Undo(t.Context(), id) })
		wantKind(t, err, fault.NotFound)
	}
	change(t, s, func(tx *store.Tx) error { return tx.Batches.SetResult(t.Context(), "b1", "r2") })
	if b, _ := snapshot(t, s).Batch("b1"); b.Result != "r2" {
		t.Errorf("result = %q, want r2", b.Result)
	}
	before := snapshot(t, s).Revision
	if got := change(t, s, func(tx *store.Tx) error { return tx.Batches.SetResult(t.Context(), "b1", "r2") }); got != before {
		t.Errorf("the same result again is revision %d, want %d", got, before)
	}
	check(t, s)
}

func testBatchIDs(t *testing.T, h Harness) {
	s := fresh(t, h)
	for i := range 3 {
		change(t, s, func(tx *store.Tx) error {
			id, err := addBatch(t.Context(), tx, sampleBatch())
			if want := fmt.Sprintf("b%d", i+1); id != want {
				t.Errorf("id = %s, want %s", id, want)
			}
			return err
		})
	}
	change(t, s, func(tx *store.Tx) error { return tx.Batches.Undo(t.Context(), "b3") })
	change(t, s, func(tx *store.Tx) error {
		id, err := addBatch(t.Context(), tx, sampleBatch())
		if id != "b4" {
			t.Errorf("id = %s, want b4", id)
		}
		return err
	})
	for i, b := range snapshot(t, s).Batches {
		if want := fmt.Sprintf("b%d", i+1); b.ID != want {
			t.Errorf("batch %d is %s, want %s", i, b.ID, want)
		}
	}
}
