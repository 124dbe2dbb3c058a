package store

import "time"

// Relation is the kind of an identity event.
type Relation string

// The relations.
const (
	Merge Relation = "merge" // an account is the same client as another
	Group Relation = "group" // a client belongs to a parent
)

// Event is one decision on who is who. It holds from At until Undone.
type Event struct {
	ID       int64 // 1, 2, …
	Relation Relation
	From, To string // keys: account to client, or client to parent
	At       time.Time
	By       string
	Undone   time.Time // zero: it stands
	UndoneBy string
}

// Dismissal is a suggestion that was refused; One < Other bytewise.
type Dismissal struct {
	Relation   Relation
	One, Other string
	At         time.Time
	By         string
}

// Who is the map of identities at one time.
type Who struct {
	client map[string]string // account to the next account, latest event
	parent map[string]string
}

// Now is the map under the events that stand.
func Now(events []Event) Who {
	return who(events, func(e *Event) bool { return e.Undone.IsZero() })
}

// At is the map as it was at a time: of the events made until then, those not
// undone until then.
func At(events []Event, t time.Time) Who {
	return who(events, func(e *Event) bool {
		return !e.At.After(t) && (e.Undone.IsZero() || e.Undone.After(t))
	})
}

func who(events []Event, holds func(*Event) bool) Who {
	w := Who{client: map[string]string{}, parent: map[string]string{}}
	for i := range events { // in order of id: the later event on the same key wins
		e := &events[i]
		if holds(e) {
			w.Add(e.Relation, e.From, e.To)
		}
	}
	return w
}

// Add lets one more event hold.
func (w Who) Add(relation Relation, from, to string) {
	if relation == Group {
		w.parent[from] = to
		return
	}
	w.client[from] = to
}

// Client is the client to which an account belongs; the account itself if nothing
// says otherwise.
func (w Who) Client(account string) string {
	client, _ := w.merged(account)
	return client
}

// Parent is the parent at the top of a client's group, merges of every member
// followed; "" if it belongs to none. A merged account has the parent of the client
// it was merged into.
func (w Who) Parent(client string) string {
	start := w.Client(client)
	top, _ := w.top(start)
	if top == start {
		return ""
	}
	return top
}

// Merged lists what is merged: every account that is not its own client, and the
// client it belongs to.
func (w Who) Merged() map[string]string {
	m := make(map[string]string, len(w.client))
	for account := range w.client {
		if c := w.Client(account); c != account {
			m[account] = c
		}
	}
	return m
}

// Circular reports whether going on from key, to its client and up its groups,
// never ends. A change is refused if it makes its key circular, so a map that was
// kept never is.
func (w Who) Circular(key string) bool {
	client, ends := w.merged(key)
	if !ends {
		return true
	}
	_, ends = w.top(client)
	return !ends
}

// merged follows merges; false if they never end.
func (w Who) merged(key string) (string, bool) {
	for range len(w.client) + 1 {
		to, ok := w.client[key]
		if !ok {
			return key, true
		}
		key = to
	}
	return key, false
}

// top follows groups from a client; false if they never end.
func (w Who) top(client string) (string, bool) {
	for range len(w.parent) + 1 {
		next, ok := w.parent[client]
		if !ok {
			return client, true
		}
		if client, ok = w.merged(next); !ok {
			return client, false
		}
	}
	return client, false
}
