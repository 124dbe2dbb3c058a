package storetest

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"clientele/internal/fault"
	"clientele/internal/money"
	"clientele/internal/period"
	"clientele/internal/store"
)

func testVersions(t *testing.T, h Harness) {
	s := fresh(t, h)
	save := func(key, name, doc string, want int64) {
		t.Helper()
		change(t, s, func(tx *store.Tx) error {
			v, err := tx.Profiles.Save(t.Context(), key, name, []byte(doc))
			if v != want {
				t.Errorf("version of %s is %d, want %d", key, v, want)
			}
			return err
		})
	}
	save("k2", "Xero", `{"a":1}`, 1)
	save("k2", "Xero", `{"a":1}`, 1)
	save("k2", "Xero", `{"a":2}`, 2)
	save("k2", "Xero UK", `{"a":2}`, 3)
	save("k1", "Stripe", `{}`, 1)
	snap := snapshot(t, s)
	want := []store.Profile{
		{Key: "k1", Version: 1, Name: "Stripe", Document: []byte(`{}`), At: noon, By: "anna"},
		{Key: "k2", Version: 3, Name: "Xero UK", Document: []byte(`{"a":2}`), At: noon, By: "anna"},
	}
	if diff := cmp.Diff(want, snap.Profiles); diff != "" {
		t.Error(diff)
	}
	if p, ok := snap.Profile("k2"); !ok || p.Version != 3 {
		t.Errorf("profile k2 = %+v, %v", p, ok)
	}
	if _, ok := snap.Profile("k"); ok {
		t.Error("there is a profile k")
	}
	if _, ok := snap.Policy(); ok {
		t.Error("there is a policy")
	}
	for i, doc := range []string{`{"months":12}`, `{"months":6}`, `{"months":12}`} {
		change(t, s, func(tx *store.Tx) error {
			v, err := tx.Policies.Save(t.Context(), []byte(doc))
			if v != int64(i+1) {
				t.Errorf("version = %d, want %d", v, i+1)
			}
			return err
		})
	}
	if p, ok := snapshot(t, s).Policy(); !ok || p.Version != 3 || string(p.Document) != `{"months":12}` {
		t.Errorf("policy = %+v, %v", p, ok)
	}
	check(t, s)
}

func rate(year int, from money.Currency, units int64) store.Rate {
	return store.Rate{Day: period.DateOf(year, 1, 2), From: from, To: "EUR", Rate: money.Amount{Units: units, Decimals: 4}}
}

func testRates(t *testing.T, h Harness) {
	s := fresh(t, h)
	table := func(rates ...store.Rate) {
		t.Helper()
		change(t, s, func(tx *store.Tx) error {
			id, err := addBatch(t.Context(), tx, store.Batch{Kind: store.RateTable, FirstDay: period.NoDate, LastDay: period.NoDate})
			return errors.Join(err, tx.Rates.Add(t.Context(), id, rates))
		})
	}
	table(rate(2025, "USD", 9200), rate(2024, "USD", 9100), rate(2024, "GBP", 11700))
	table(rate(2025, "USD", 9250))
	table()
	expect := func(want ...store.Rate) {
		t.Helper()
		if diff := cmp.Diff(want, snapshot(t, s).Rates, same); diff != "" {
			t.Error(diff)
		}
		check(t, s)
	}
	from := func(batch string, r store.Rate) store.Rate { r.Batch = batch; return r }
	old := []store.Rate{from("b1", rate(2024, "GBP", 11700)), from("b1", rate(2024, "USD", 9100))}
	expect(append(old, from("b2", rate(2025, "USD", 9250)))...)
	change(t, s, func(tx *store.Tx) error { return tx.Batches.Undo(t.Context(), "b2") })
	expect(append(old, from("b1", rate(2025, "USD", 9200)))...)
	change(t, s, func(tx *store.Tx) error { return tx.Batches.Undo(t.Context(), "b1") })
	expect()
	change(t, s, func(tx *store.Tx) error {
		err := tx.Batches.Redo(t.Context(), "b2")
		holding, errHolding := tx.Rates.Holding(t.Context())
		if diff := cmp.Diff([]store.Rate{from("b2", rate(2025, "USD", 9250))}, holding, same); diff != "" {
			t.Errorf("rates inside the change: %s", diff)
		}
		return errors.Join(err, errHolding)
	})
	expect(from("b2", rate(2025, "USD", 9250)))
	_, err := s.Change(t.Context(), "anna", func(tx *store.Tx) error { return tx.Rates.Add(t.Context(), "b9", old) })
	wantKind(t, err, fault.NotFound)
}

func testIdentities(t *testing.T, h Harness) {
	now := noon
	s := open(t, h, func() time.Time { return now })
	add := func(relation store.Relation, from, to string) {
		t.Helper()
		now = now.Add(time.Hour)
		change(t, s, func(tx *store.Tx) error { _, err := tx.Identities.Add(t.Context(), relation, from, to); return err })
	}
	add(store.Merge, "a", "b")
	add(store.Merge, "b", "c")
	add(store.Group, "c", "p")
	refused := func(kind fault.Kind, fn func(tx *store.Tx) error) {
		t.Helper()
		_, err := s.Change(t.Context(), "bo", fn)
		wantKind(t, err, kind)
	}
	refuse := func(relation store.Relation, from, to string) {
		t.Helper()
		refused(fault.Usage, func(tx *store.Tx) error { _, err := tx.Identities.Add(t.Context(), relation, from, to); return err })
	}
	refuse(store.Merge, "c", "a")
	refuse(store.Merge, "x", "x")
	refuse(store.Group, "p", "a")
	refuse(store.Merge, "", "a")
	// After a refusal that is swallowed, the change goes on with the true map.
	now = now.Add(time.Hour)
	change(t, s, func(tx *store.Tx) error {
		if _, err := tx.Identities.Add(t.Context(), store.Merge, "c", "a"); err == nil {
			t.Error("a circle was accepted")
		}
		id, err := tx.Identities.Add(t.Context(), store.Merge, "d", "a")
		if id != 4 {
			t.Errorf("id = %d, want 4", id)
		}
		return err
	})
	who := store.Now(snapshot(t, s).Events)
	if who.Client("d") != "c" || who.Parent("d") != "p" {
		t.Errorf("d is %s of %s, want c of p", who.Client("d"), who.Parent("d"))
	}
	now = now.Add(time.Hour)
	undo := func(id int64) func(tx *store.Tx) error {
		return func(tx *store.Tx) error { return tx.Identities.Undo(t.Context(), id) }
	}
	change(t, s, undo(2))
	events := snapshot(t, s).Events
	if got := store.Now(events).Client("a"); got != "b" {
		t.Errorf("a is %s, want b", got)
	}
	if got := store.At(events, noon.Add(3*time.Hour)).Client("a"); got != "c" {
		t.Errorf("a was %s, want c", got)
	}
	if e := events[1]; !e.Undone.Equal(now) || e.UndoneBy != "anna" || e.By != "anna" || !e.At.Equal(noon.Add(2*time.Hour)) {
		t.Errorf("event = %+v", e)
	}
	refused(fault.Usage, undo(2))
	refused(fault.NotFound, undo(9))
	refused(fault.NotFound, undo(0))
	// x → y, then x → z, then y → x: undoing the second would close a circle.
	add(store.Merge, "x", "y")
	add(store.Merge, "x", "z")
	add(store.Merge, "y", "x")
	refused(fault.Usage, undo(6))
	check(t, s)
}

func testDismissals(t *testing.T, h Harness) {
	s := fresh(t, h)
	for _, pair := range [][2]string{{"b", "a"}, {"a", "b"}, {"c", "d"}} {
		change(t, s, func(tx *store.Tx) error { return tx.Identities.Dismiss(t.Context(), store.Merge, pair[0], pair[1]) })
	}
	want := []store.Dismissal{
		{Relation: store.Merge, One: "a", Other: "b", At: noon, By: "anna"},
		{Relation: store.Merge, One: "c", Other: "d", At: noon, By: "anna"},
	}
	snap := snapshot(t, s)
	if diff := cmp.Diff(want, snap.Dismissed); diff != "" || snap.Revision != 2 {
		t.Errorf("revision %d: %s", snap.Revision, diff)
	}
	check(t, s)
}

func testDecisions(t *testing.T, h Harness) {
	s := fresh(t, h)
	change(t, s, func(tx *store.Tx) error { _, err := addBatch(t.Context(), tx, sampleBatch()); return err })
	decide := func(d ...store.Decision) error {
		_, err := s.Change(t.Context(), "bo", func(tx *store.Tx) error { return tx.Problems.Decide(t.Context(), d) })
		return err
	}
	fixed := store.Decision{Batch: "b1", Line: 9, Action: store.Fixed, Fixed: "a;1,00;\"x\ny\""}
	ignored := store.Decision{Batch: "b1", Line: 4, Action: store.Ignored, Reason: "a test row"}
	reopened := store.Decision{Batch: "b1", Line: 4, Action: store.Reopened}
	for _, d := range []store.Decision{fixed, ignored, reopened, ignored} {
		if err := decide(d); err != nil {
			t.Fatal(err)
		}
	}
	for _, d := range []*store.Decision{&fixed, &ignored} {
		d.At, d.By = noon, "bo"
	}
	snap := snapshot(t, s)
	if diff := cmp.Diff([]store.Decision{ignored, fixed}, snap.Decisions); diff != "" {
		t.Error(diff)
	}
	// Every decision is kept in the log, with the one before it.
	entries, err := s.Log(t.Context(), 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	last := entries[len(entries)-1]
	if last.Object != "row 4 of b1" || !strings.Contains(last.Before, "reopened") || !strings.Contains(last.After, "a test row") {
		t.Errorf("entry = %+v", last)
	}
	wantKind(t, decide(store.Decision{Batch: "b2", Line: 1, Action: store.Ignored}), fault.NotFound)
	check(t, s)
}

func testPublications(t *testing.T, h Harness) {
	s := fresh(t, h)
	change(t, s, func(tx *store.Tx) error { _, err := addBatch(t.Context(), tx, sampleBatch()); return err })
	change(t, s, func(tx *store.Tx) error { return tx.Versions.Publish(t.Context(), "d1") })
	change(t, s, func(tx *store.Tx) error { _, err := tx.Policies.Save(t.Context(), []byte("{}")); return err })
	want := store.Publication{Revision: 2, Digest: "d1", At: noon}
	if snap := snapshot(t, s); snap.Published != want || snap.Revision != 3 {
		t.Errorf("published = %+v at revision %d", snap.Published, snap.Revision)
	}
	check(t, s)
}

func testLog(t *testing.T, h Harness) {
	s := fresh(t, h)
	change(t, s, func(tx *store.Tx) error { _, err := tx.Profiles.Save(t.Context(), "k", "n", []byte("{}")); return err })
	change(t, s, func(tx *store.Tx) error { _, err := addBatch(t.Context(), tx, sampleBatch()); return err })
	change(t, s, func(tx *store.Tx) error { return tx.Batches.Undo(t.Context(), "b1") })
	entries, err := s.Log(t.Context(), 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	var actions []string
	for i, e := range entries {
		actions = append(actions, e.Action)
		if e.Seq != int64(i+1) || e.Actor != "anna" || !e.At.Equal(noon) || len(e.Hash) != 64 {
			t.Errorf("entry %d = %+v", i+1, e)
		}
	}
	if diff := cmp.Diff([]string{"profile.save", "batch.add", "batch.result", "batch.undo"}, actions); diff != "" {
		t.Error(diff)
	}
	head, err := s.VerifyLog(t.Context())
	if err != nil || head.Seq != 4 || head.Hash != entries[3].Hash {
		t.Errorf("head = %+v, %v", head, err)
	}
	part, err := s.Log(t.Context(), 1, 2)
	if err != nil || len(part) != 2 || part[0].Seq != 2 {
		t.Errorf("part = %+v, %v", part, err)
	}
	if got := snapshot(t, s).LogEntries; got != 4 {
		t.Errorf("%d entries, want 4", got)
	}
}

func testTime(t *testing.T, h Harness) {
	now := noon
	s := open(t, h, func() time.Time { return now })
	save := func(doc string) {
		change(t, s, func(tx *store.Tx) error { _, err := tx.Policies.Save(t.Context(), []byte(doc)); return err })
	}
	save("1")
	now = noon.Add(-time.Hour)
	save("2")
	now = noon.Add(time.Hour)
	save("3")
	for i, p := range snapshot(t, s).Policies {
		want := []time.Time{noon, noon, noon.Add(time.Hour)}[i]
		if !p.At.Equal(want) || p.At.Location() != time.UTC {
			t.Errorf("policy %d at %s, want %s", i+1, p.At, want)
		}
	}
}

func testIsolation(t *testing.T, h Harness) {
	s := fresh(t, h)
	revision := change(t, s, func(tx *store.Tx) error {
		if tx.Revision != 1 || !tx.At.Equal(noon) || tx.Actor != "anna" {
			t.Errorf("tx = %d at %s by %s", tx.Revision, tx.At, tx.Actor)
		}
		if _, err := addBatch(t.Context(), tx, sampleBatch()); err != nil {
			return err
		}
		if got := snapshot(t, s); got.Revision != 0 || len(got.Batches) != 0 {
			t.Errorf("inside a change a reader sees revision %d with %d batches", got.Revision, len(got.Batches))
		}
		return nil
	})
	if got := snapshot(t, s); revision != 1 || got.Revision != 1 || len(got.Batches) != 1 {
		t.Errorf("after it: revision %d, %d batches", got.Revision, len(got.Batches))
	}
	// Two changes at once are made one after the other.
	var wrong atomic.Int64
	done := make(chan error)
	for range 4 {
		go func() {
			_, err := s.Change(t.Context(), "bo", func(tx *store.Tx) error {
				id, err := addBatch(t.Context(), tx, sampleBatch())
				if n, _ := store.Number(id); n != tx.Revision {
					wrong.Add(1)
				}
				return err
			})
			done <- err
		}()
	}
	for range 4 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if got := snapshot(t, s); wrong.Load() > 0 || got.Revision != 5 || len(got.Batches) != 5 {
		t.Errorf("revision %d with %d batches, %d mixed", got.Revision, len(got.Batches), wrong.Load())
	}
	check(t, s)
}

func testCancel(t *testing.T, h Harness) {
	s := fresh(t, h)
	ctx, cancel := context.WithCancel(t.Context())
	_, err := s.Change(ctx, "anna", func(tx *store.Tx) error {
		if _, err := addBatch(ctx, tx, sampleBatch()); err != nil {
			return err
		}
		cancel()
		_, err := addBatch(ctx, tx, sampleBatch())
		return err
	})
	wantKind(t, err, fault.Canceled)
	// The change may be taken back before the next statement knows that it was stopped.
	later, stop := context.WithCancel(t.Context())
	_, err = s.Change(later, "anna", func(tx *store.Tx) error {
		stop()
		for {
			if _, err := addBatch(t.Context(), tx, sampleBatch()); err != nil {
				return err
			}
		}
	})
	wantKind(t, err, fault.Canceled)
	_, err = s.Snapshot(ctx)
	wantKind(t, err, fault.Canceled)
	if got := snapshot(t, s); got.Revision != 0 || len(got.Batches) != 0 {
		t.Errorf("revision %d with %d batches", got.Revision, len(got.Batches))
	}
	change(t, s, func(tx *store.Tx) error { _, err := addBatch(t.Context(), tx, sampleBatch()); return err })
}

// testMistakes: what only a mistake in the program can ask for is refused, and a
// failed statement cannot be swallowed.
func testMistakes(t *testing.T, h Harness) {
	s := fresh(t, h)
	ctx := t.Context()
	change(t, s, func(tx *store.Tx) error { _, err := addBatch(ctx, tx, sampleBatch()); return err })
	for name, fn := range map[string]func(tx *store.Tx) error{
		"id not given out": func(tx *store.Tx) error { return tx.Batches.Add(ctx, store.Batch{ID: "b2"}) },
		"id that is none":  func(tx *store.Tx) error { return tx.Batches.Add(ctx, store.Batch{ID: "x"}) },
		"profile no JSON": func(tx *store.Tx) error {
			_, err := addBatch(ctx, tx, store.Batch{Profile: []byte("{")})
			return err
		},
		"batch twice": func(tx *store.Tx) error {
			b := sampleBatch()
			b.ID = "b1"
			_ = tx.Batches.Add(ctx, b) //nolint:errcheck // a failure that is swallowed fails the change all the same
			return nil
		},
		"one currency twice": func(tx *store.Tx) error {
			_, err := addBatch(ctx, tx, store.Batch{Controls: make([]store.Control, 2)})
			return err
		},
		"saved profile no JSON": func(tx *store.Tx) error { _, err := tx.Profiles.Save(ctx, "k", "n", []byte("x")); return err },
		"policy no JSON":        func(tx *store.Tx) error { _, err := tx.Policies.Save(ctx, nil); return err },
		"relation":              func(tx *store.Tx) error { _, err := tx.Identities.Add(ctx, "x", "a", "b"); return err },
		"rate of 0":             func(tx *store.Tx) error { return tx.Rates.Add(ctx, "b1", []store.Rate{rate(2025, "USD", 0)}) },
		"rate twice": func(tx *store.Tx) error {
			return tx.Rates.Add(ctx, "b1", []store.Rate{rate(2025, "USD", 1), rate(2025, "USD", 2)})
		},
		"rates twice": func(tx *store.Tx) error {
			return errors.Join(tx.Rates.Add(ctx, "b1", []store.Rate{rate(2025, "USD", 1)}),
				tx.Rates.Add(ctx, "b1", []store.Rate{rate(2026, "USD", 2)}))
		},
		"decision": func(tx *store.Tx) error {
			return tx.Problems.Decide(ctx, []store.Decision{{Batch: "b1", Line: 1, Action: "x"}})
		},
	} {
		if _, err := s.Change(ctx, "anna", fn); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if got := snapshot(t, s).Revision; got != 1 {
		t.Errorf("revision = %d, want 1", got)
	}
	check(t, s)
}
