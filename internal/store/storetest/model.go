package storetest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sort"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"clientele/internal/clock"
	"clientele/internal/money"
	"clientele/internal/period"
	"clientele/internal/store"
)

// model is the record as plain lists, written for being obvious.
type model struct {
	revision  int64
	lastID    int64
	batches   []store.Batch
	profiles  map[string]store.Profile
	events    []store.Event
	dismissed map[store.Dismissal]bool // At and By blank
	when      map[store.Dismissal]store.Dismissal
	rates     []store.Rate // of all batches, in order of adding
	policies  []store.Policy
	decisions map[string]store.Decision
	published store.Publication
}

func newModel() *model {
	return &model{
		profiles: map[string]store.Profile{}, dismissed: map[store.Dismissal]bool{}, when: map[store.Dismissal]store.Dismissal{},
		decisions: map[string]store.Decision{},
	}
}

// compareDismissals is the order in which the record lists them.
func compareDismissals(a, b store.Dismissal) int {
	return slices.Compare([]string{string(a.Relation), a.One, a.Other}, []string{string(b.Relation), b.One, b.Other})
}

// clone is a deep copy, to go back to when a change fails.
func (m *model) clone() *model {
	c := *m
	c.batches, c.events = slices.Clone(m.batches), slices.Clone(m.events)
	c.rates, c.policies = slices.Clone(m.rates), slices.Clone(m.policies)
	n := newModel()
	maps.Copy(n.profiles, m.profiles)
	maps.Copy(n.dismissed, m.dismissed)
	maps.Copy(n.when, m.when)
	maps.Copy(n.decisions, m.decisions)
	c.profiles, c.dismissed, c.when, c.decisions = n.profiles, n.dismissed, n.when, n.decisions
	return &c
}

// snapshot is the model as the port would show it.
func (m *model) snapshot() *store.Snapshot {
	s := &store.Snapshot{Revision: m.revision, Published: m.published, Batches: m.batches, Events: m.events, Policies: m.policies}
	for _, p := range m.profiles {
		s.Profiles = append(s.Profiles, p)
	}
	sort.Slice(s.Profiles, func(i, j int) bool { return s.Profiles[i].Key < s.Profiles[j].Key })
	for d := range m.dismissed {
		s.Dismissed = append(s.Dismissed, m.when[d])
	}
	slices.SortFunc(s.Dismissed, compareDismissals)
	latest := map[string]store.Rate{}
	for _, r := range m.rates { // in order of batch
		for _, b := range m.batches {
			if b.ID == r.Batch && b.State == store.Live {
				latest[fmt.Sprint(r.Day, r.From, r.To)] = r
			}
		}
	}
	for _, r := range latest {
		s.Rates = append(s.Rates, r)
	}
	sort.Slice(s.Rates, func(i, j int) bool {
		a, b := s.Rates[i], s.Rates[j]
		return fmt.Sprint(a.Day, a.From, a.To) < fmt.Sprint(b.Day, b.From, b.To)
	})
	for _, d := range m.decisions {
		s.Decisions = append(s.Decisions, d)
	}
	sort.Slice(s.Decisions, func(i, j int) bool {
		a, b := s.Decisions[i], s.Decisions[j]
		na, _ := store.Number(a.Batch)
		nb, _ := store.Number(b.Batch)
		if na != nb {
			return na < nb
		}
		return a.Line < b.Line
	})
	return s
}

// step is one random operation on both; changed says whether it wrote anything, err
// is what the record said.
type step func(ctx context.Context, t *rapid.T, m *model, tx *store.Tx) (changed bool, err error)

var steps = []step{
	stepAdd, stepTurn, stepProfile, stepPolicy, stepIdentity, stepIdentity, stepUndoIdentity,
	stepDismiss, stepDecide, stepPublish, stepResult,
}

var names = rapid.SampledFrom([]string{"a", "b", "c", "d", "É", "a ", "A", "a\x00", "\xff"})

func stepAdd(ctx context.Context, t *rapid.T, m *model, tx *store.Tx) (bool, error) {
	b := sampleBatch()
	b.Lines = rapid.Int64Range(0, 1<<40).Draw(t, "lines")
	b.Controls = b.Controls[1:]
	b.Controls[0].Loaded.Amount = money.FromInt64(rapid.Int64().Draw(t, "amount")).Plus(money.FromInt64(rapid.Int64().Draw(t, "amount")))
	id, err := addBatch(ctx, tx, b)
	if err != nil {
		return true, err
	}
	m.lastID++
	b.ID, b.Imported, b.By, b.State, b.ProfileHash = store.BatchID(m.lastID), tx.At, tx.Actor, store.Live, store.Hash(b.Profile)
	m.batches = append(m.batches, b)
	if id != b.ID {
		return true, fmt.Errorf("id %s, want %s", id, b.ID)
	}
	var rates []store.Rate
	for day, units := range rapid.MapOfN(rapid.Int32Range(0, 5), rapid.Int64Range(1, 1e12), 0, 3).Draw(t, "rates") {
		rates = append(rates, store.Rate{Day: period.DateOf(2025, 1, 1+int(day)), From: "USD", To: "EUR", Rate: money.Amount{Units: units, Decimals: 6}})
	}
	err = tx.Rates.Add(ctx, id, rates)
	for _, r := range rates {
		r.Batch = id
		m.rates = append(m.rates, r)
	}
	return true, err
}

func stepTurn(ctx context.Context, t *rapid.T, m *model, tx *store.Tx) (bool, error) {
	n := rapid.Int64Range(1, 6).Draw(t, "batch")
	redo := rapid.Bool().Draw(t, "redo")
	id, from, to, call := store.BatchID(n), store.Live, store.Undone, tx.Batches.Undo
	if redo {
		from, to, call = to, from, tx.Batches.Redo
	}
	err := call(ctx, id)
	for i := range m.batches {
		if b := &m.batches[i]; b.ID == id && b.State == from {
			b.State, b.Changed, b.ChangedBy = to, tx.At, tx.Actor
			return true, err
		}
	}
	return false, refusal(err)
}

// refusal: the record must have refused; that it did is no failure of the step.
func refusal(err error) error {
	if err == nil {
		return errors.New("the record accepted what the model refuses")
	}
	return nil
}

func stepProfile(ctx context.Context, t *rapid.T, m *model, tx *store.Tx) (bool, error) {
	key, doc := names.Draw(t, "key"), rapid.SampledFrom([]string{"{}", "[]"}).Draw(t, "doc")
	v, err := tx.Profiles.Save(ctx, key, "n", []byte(doc))
	last := m.profiles[key]
	changed := last.Version == 0 || string(last.Document) != doc
	if changed {
		m.profiles[key] = store.Profile{Key: key, Version: last.Version + 1, Name: "n", Document: []byte(doc), At: tx.At, By: tx.Actor}
	}
	if err == nil && v != m.profiles[key].Version {
		err = fmt.Errorf("profile version %d", v)
	}
	return changed, err
}

func stepPolicy(ctx context.Context, t *rapid.T, m *model, tx *store.Tx) (bool, error) {
	doc := rapid.SampledFrom([]string{"1", "2"}).Draw(t, "policy")
	_, err := tx.Policies.Save(ctx, []byte(doc))
	if n := len(m.policies); n > 0 && string(m.policies[n-1].Document) == doc {
		return false, err
	}
	m.policies = append(m.policies, store.Policy{Version: int64(len(m.policies)) + 1, Document: []byte(doc), At: tx.At, By: tx.Actor})
	return true, err
}

func stepIdentity(ctx context.Context, t *rapid.T, m *model, tx *store.Tx) (bool, error) {
	relation := rapid.SampledFrom([]store.Relation{store.Merge, store.Group}).Draw(t, "relation")
	from, to := names.Draw(t, "from"), names.Draw(t, "to")
	_, err := tx.Identities.Add(ctx, relation, from, to)
	events := append(slices.Clone(m.events), store.Event{ID: int64(len(m.events)) + 1, Relation: relation, From: from, To: to, At: tx.At, By: tx.Actor})
	if anyCircle(events) {
		return false, refusal(err)
	}
	m.events = events
	return true, err
}

// anyCircle looks for a circle from every name, not only from the one that moved.
func anyCircle(events []store.Event) bool {
	who := store.Now(events)
	for _, e := range events {
		if who.Circular(e.From) || who.Circular(e.To) {
			return true
		}
	}
	return false
}

func stepUndoIdentity(ctx context.Context, t *rapid.T, m *model, tx *store.Tx) (bool, error) {
	id := rapid.Int64Range(0, 12).Draw(t, "event")
	err := tx.Identities.Undo(ctx, id)
	if id < 1 || id > int64(len(m.events)) || !m.events[id-1].Undone.IsZero() {
		return false, refusal(err)
	}
	events := slices.Clone(m.events)
	events[id-1].Undone, events[id-1].UndoneBy = tx.At, tx.Actor
	if anyCircle(events) {
		return false, refusal(err)
	}
	m.events = events
	return true, err
}

func stepDismiss(ctx context.Context, t *rapid.T, m *model, tx *store.Tx) (bool, error) {
	one, other := names.Draw(t, "one"), names.Draw(t, "other")
	err := tx.Identities.Dismiss(ctx, store.Merge, one, other)
	d := store.Dismissal{Relation: store.Merge, One: min(one, other), Other: max(one, other)}
	if m.dismissed[d] {
		return false, err
	}
	m.dismissed[d] = true
	full := d
	full.At, full.By = tx.At, tx.Actor
	m.when[d] = full
	return true, err
}

func stepDecide(ctx context.Context, t *rapid.T, m *model, tx *store.Tx) (bool, error) {
	d := store.Decision{
		Batch: store.BatchID(rapid.Int64Range(1, 3).Draw(t, "batch")), Line: rapid.Int64Range(1, 20).Draw(t, "line"),
		Action: rapid.SampledFrom([]store.Action{store.Fixed, store.Ignored, store.Reopened}).Draw(t, "action"), Reason: "r",
	}
	err := tx.Problems.Decide(ctx, []store.Decision{d})
	if n, _ := store.Number(d.Batch); n > m.lastID {
		return false, refusal(err)
	}
	d.At, d.By = tx.At, tx.Actor
	m.decisions[fmt.Sprint(d.Batch, " ", d.Line)] = d
	return true, err
}

func stepPublish(ctx context.Context, t *rapid.T, m *model, tx *store.Tx) (bool, error) {
	digest := rapid.SampledFrom([]string{"x", "y"}).Draw(t, "digest")
	m.published = store.Publication{Revision: tx.Revision, Digest: digest, At: tx.At}
	return true, tx.Versions.Publish(ctx, digest)
}

func stepResult(ctx context.Context, t *rapid.T, m *model, tx *store.Tx) (bool, error) {
	id := store.BatchID(rapid.Int64Range(1, 3).Draw(t, "batch"))
	result := rapid.SampledFrom([]string{"r1", "r2"}).Draw(t, "result")
	err := tx.Batches.SetResult(ctx, id, result)
	for i := range m.batches {
		if b := &m.batches[i]; b.ID == id {
			changed := b.Result != result
			b.Result = result
			return changed, err
		}
	}
	return false, refusal(err)
}

// testModel makes random changes, some of which fail half way, on the record and on
// the model, closes and opens in between, and compares after each.
func testModel(t *testing.T, h Harness) {
	stop := errors.New("stop")
	rapid.Check(t, func(rt *rapid.T) {
		now := noon
		tick := clock.Clock(func() time.Time { return now })
		opener := h.New(t)
		s, err := opener(tick)
		if err != nil {
			rt.Fatal(err)
		}
		defer func() {
			if err := s.Close(); err != nil {
				rt.Error(err)
			}
		}()
		m := newModel()
		for range rapid.IntRange(1, 8).Draw(rt, "changes") {
			now = now.Add(time.Duration(rapid.IntRange(0, 100).Draw(rt, "seconds")) * time.Second)
			next, wrote, fails := m.clone(), false, rapid.IntRange(0, 4).Draw(rt, "fails") == 0
			_, err := s.Change(t.Context(), "anna", func(tx *store.Tx) error {
				for range rapid.IntRange(0, 5).Draw(rt, "steps") {
					changed, err := rapid.SampledFrom(steps).Draw(rt, "step")(t.Context(), rt, next, tx)
					if err != nil {
						return err
					}
					wrote = wrote || changed
				}
				if fails {
					return stop
				}
				return nil
			})
			switch {
			case fails && errors.Is(err, stop):
			case err != nil:
				rt.Fatal(err)
			default:
				if wrote {
					next.revision++
				}
				m = next
			}
			if rapid.IntRange(0, 5).Draw(rt, "reopen") == 0 {
				if err := s.Close(); err != nil {
					rt.Fatal(err)
				}
				if s, err = opener(tick); err != nil {
					rt.Fatal(err)
				}
			}
			compare(rt, s, m)
		}
		if err := s.Check(context.Background()); err != nil {
			rt.Fatal(err)
		}
	})
}

func compare(t *rapid.T, s store.Store, m *model) {
	got, err := s.Snapshot(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	got.LogEntries = 0 // not part of the model
	if diff := cmp.Diff(m.snapshot(), got, same); diff != "" {
		t.Fatalf("snapshot (-model +record):\n%s", diff)
	}
}
