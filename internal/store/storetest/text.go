package storetest

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"clientele/internal/store"
)

// testTexts: names come from files, and may be anything that fits into one. Each comes
// back as it was, none is taken for another, and their order is that of their bytes.
func testTexts(t *testing.T, h Harness) {
	long := strings.Repeat("x", 3000)
	texts := []string{
		"", " ", "a", "A", "Z", "ä", "a\u0308", "\x00", "a\x00b", "a\x00", "\x01", "\x0100", "\x0101", "\x02", "\x7f", "\xff", "\xc3", "é", "\u00a0",
		"\ufffd", "\U0010ffff", "'; DROP TABLE log; --", "?", "$1", "%s", "\\x00", "\r\n", long, long + "a", long + "b",
	}
	s := fresh(t, h)
	ctx := t.Context()
	change(t, s, func(tx *store.Tx) error {
		id, err := addBatch(ctx, tx, sampleBatch())
		for i, text := range texts {
			_, errSave := tx.Profiles.Save(ctx, text, text, []byte("{}"))
			_, errAdd := tx.Identities.Add(ctx, store.Merge, "from "+text, "to "+text)
			err = errors.Join(err, errSave, errAdd, tx.Identities.Dismiss(ctx, store.Merge, text, long+long),
				tx.Problems.Decide(ctx, []store.Decision{{Batch: id, Line: int64(i + 1), Action: store.Fixed, Reason: text, Fixed: text}}))
		}
		return err
	})
	for range 2 { // saved again, nothing is new
		change(t, s, func(tx *store.Tx) error {
			var err error
			for _, text := range texts {
				_, errSave := tx.Profiles.Save(ctx, text, text, []byte("{}"))
				err = errors.Join(err, errSave, tx.Identities.Dismiss(ctx, store.Merge, text, long+long))
			}
			return err
		})
	}
	snap := snapshot(t, s)
	if snap.Revision != 1 {
		t.Errorf("revision %d, want 1", snap.Revision)
	}
	sorted := slices.Sorted(slices.Values(texts))
	if len(snap.Profiles) != len(texts) || len(snap.Dismissed) != len(texts) || len(snap.Events) != len(texts) || len(snap.Decisions) != len(texts) {
		t.Fatalf("%d profiles, %d dismissals, %d events, %d decisions, want %d of each",
			len(snap.Profiles), len(snap.Dismissed), len(snap.Events), len(snap.Decisions), len(texts))
	}
	for i, text := range texts {
		if p := snap.Profiles[i]; p.Key != sorted[i] || p.Name != sorted[i] {
			t.Errorf("profile %d is %q, named %q, want %q", i, p.Key, p.Name, sorted[i])
		}
		if e := snap.Events[i]; e.From != "from "+text || e.To != "to "+text {
			t.Errorf("event %d joins %q and %q, want %q", i, e.From, e.To, text)
		}
		if d := snap.Decisions[i]; d.Reason != text || d.Fixed != text {
			t.Errorf("decision %d says %q and %q, want %q", i, d.Reason, d.Fixed, text)
		}
	}
	if !slices.IsSortedFunc(snap.Dismissed, compareDismissals) {
		t.Error("dismissals are not in order")
	}
	check(t, s)
}
