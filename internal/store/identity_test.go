package store_test

import (
	"testing"
	"time"

	"clientele/internal/store"
)

var day0 = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func day(n int) time.Time { return day0.AddDate(0, 0, n) }

func TestWhoFollowsMergesAndGroups(t *testing.T) {
	t.Parallel()
	events := []store.Event{
		{ID: 1, Relation: store.Merge, From: "acme ltd", To: "acme", At: day(1)},
		{ID: 2, Relation: store.Merge, From: "acme", To: "acme inc", At: day(2)},
		{ID: 3, Relation: store.Group, From: "acme inc", To: "holding", At: day(3)},
		{ID: 4, Relation: store.Group, From: "holding", To: "top", At: day(4)},
		{ID: 5, Relation: store.Merge, From: "b", To: "c", At: day(4), Undone: day(6)},
		{ID: 6, Relation: store.Merge, From: "d", To: "x", At: day(4)},
		{ID: 7, Relation: store.Merge, From: "d", To: "y", At: day(5)},
	}
	now := store.Now(events)
	for account, want := range map[string]string{
		"acme ltd": "acme inc", "acme": "acme inc", "b": "b", "d": "y", "nobody": "nobody",
	} {
		if got := now.Client(account); got != want {
			t.Errorf("now: client of %s = %s, want %s", account, got, want)
		}
	}
	if got := now.Parent("acme ltd"); got != "top" {
		t.Errorf("parent = %q, want top", got)
	}
	if got := now.Parent("top"); got != "" {
		t.Errorf("the top of a group has parent %q", got)
	}
	if got := now.Merged(); len(got) != 3 {
		t.Errorf("merged = %v, want 3", got)
	}
	then := store.At(events, day(4))
	if then.Client("b") != "c" || then.Client("d") != "x" {
		t.Errorf("as of day 4: b is %s and d is %s, want c and x", then.Client("b"), then.Client("d"))
	}
	if got := store.At(events, day(1)).Client("acme ltd"); got != "acme" {
		t.Errorf("as of day 1: %s, want acme", got)
	}
	if got := store.At(events, day(6)).Client("b"); got != "b" {
		t.Errorf("an event holds until it is undone, exclusive: %s", got)
	}
}

func TestWhoSeesCircles(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		events []store.Event
		key    string
		want   bool
	}{
		"itself":              {[]store.Event{{Relation: store.Merge, From: "a", To: "a"}}, "a", true},
		"two merges":          {[]store.Event{{Relation: store.Merge, From: "a", To: "b"}, {Relation: store.Merge, From: "b", To: "a"}}, "a", true},
		"chain":               {[]store.Event{{Relation: store.Merge, From: "a", To: "b"}, {Relation: store.Merge, From: "b", To: "c"}}, "a", false},
		"group of itself":     {[]store.Event{{Relation: store.Group, From: "a", To: "a"}}, "a", true},
		"group through merge": {[]store.Event{{Relation: store.Merge, From: "b", To: "a"}, {Relation: store.Group, From: "a", To: "b"}}, "a", true},
		"merge closes groups": {[]store.Event{
			{Relation: store.Group, From: "a", To: "b"}, {Relation: store.Group, From: "c", To: "a"}, {Relation: store.Merge, From: "b", To: "c"},
		}, "b", true},
		"member merged into its parent": {[]store.Event{{Relation: store.Group, From: "a", To: "b"}, {Relation: store.Merge, From: "a", To: "b"}}, "a", false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := store.Now(c.events).Circular(c.key); got != c.want {
				t.Errorf("circular = %v, want %v", got, c.want)
			}
		})
	}
}

func TestBatchNumber(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]int64{"b1": 1, "b10": 10, "b": 0, "b0": 0, "b01": 0, "b-1": 0, "b+1": 0, "1": 0, "c1": 0, "b99999999999999999999": 0} {
		n, ok := store.Number(id)
		if ok != (want > 0) || (ok && n != want) {
			t.Errorf("Number(%q) = %d, %v", id, n, ok)
		}
		if ok && store.BatchID(n) != id {
			t.Errorf("BatchID(%d) = %q", n, store.BatchID(n))
		}
	}
}
