package sqlstore

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"clientele/internal/fault"
	"clientele/internal/store"
)

// identities keeps decisions on who is who.
type identities struct{ *change }

// whoCache is the identity events of a change and the map they make.
type whoCache struct {
	events []store.Event
	now    store.Who
}

// eventDoc is what the log says of an identity event.
type eventDoc struct {
	Relation store.Relation `json:"relation"`
	From     string         `json:"from"`
	To       string         `json:"to"`
	At       string         `json:"at"`
	By       string         `json:"by"`
}

// undoneDoc is what the log says when it is undone.
type undoneDoc struct {
	At string `json:"at"`
	By string `json:"by"`
}

func eventToDoc(e *store.Event) eventDoc {
	return eventDoc{e.Relation, e.From, e.To, formatTime(e.At), e.By}
}

func (i identities) load(ctx context.Context) error {
	if i.who != nil {
		return nil
	}
	var snap store.Snapshot
	if err := readEvents(ctx, i.querier, &snap); err != nil {
		return err
	}
	i.who = &whoCache{snap.Events, store.Now(snap.Events)}
	return nil
}

// Add records that from belongs to to.
func (i identities) Add(ctx context.Context, relation store.Relation, from, to string) (int64, error) {
	const op = "join clients"
	if relation != store.Merge && relation != store.Group {
		return 0, broken(op, fmt.Sprintf("%q is not a relation", relation))
	}
	if from == "" || to == "" {
		return 0, fault.New(fault.Usage, op, "two clients are needed", "")
	}
	if err := i.load(ctx); err != nil {
		return 0, err
	}
	e := store.Event{ID: int64(len(i.who.events)) + 1, Relation: relation, From: from, To: to, At: i.at, By: i.actor}
	i.who.now.Add(relation, from, to)
	if i.who.now.Circular(from) {
		i.who = nil // the map is spoilt; the next call reads it again
		return 0, fault.New(fault.Usage, op, fmt.Sprintf("%q already belongs to %q", to, from), "undo that first, or name them the other way round")
	}
	i.who.events = append(i.who.events, e)
	err := i.exec(ctx, `INSERT INTO identity_events (id, relation, from_key, to_key, at, made_by, undone_at, undone_by)
		VALUES (?, ?, ?, ?, ?, ?, '', '')`, e.ID, string(relation), from, to, formatTime(e.At), e.By)
	if err != nil {
		return 0, err
	}
	return e.ID, i.note(ctx, "identity.add", fmt.Sprintf("identity %d", e.ID), "", toJSON(eventToDoc(&e)))
}

// Undo takes back one event.
func (i identities) Undo(ctx context.Context, id int64) error {
	const op = "undo an identity"
	if err := i.load(ctx); err != nil {
		return err
	}
	if id < 1 || id > int64(len(i.who.events)) {
		return fault.New(fault.NotFound, op, fmt.Sprintf("there is no merge or group %d", id), "see them with: clientele clients")
	}
	e := &i.who.events[id-1]
	if !e.Undone.IsZero() {
		return fault.New(fault.Usage, op, fmt.Sprintf("%s %d is undone already", e.Relation, id), "")
	}
	e.Undone, e.UndoneBy = i.at, i.actor
	i.who.now = store.Now(i.who.events)
	if i.who.now.Circular(e.From) { // an earlier event on the same key would hold again
		relation := e.Relation
		i.who = nil
		return fault.New(fault.Usage, op, fmt.Sprintf("without %s %d, an earlier decision would close a circle", relation, id), "undo the later ones first")
	}
	doc := undoneDoc{formatTime(i.at), i.actor}
	err := i.exec(ctx, `UPDATE identity_events SET undone_at = ?, undone_by = ? WHERE id = ?`, doc.At, doc.By, id)
	if err != nil {
		return err
	}
	return i.note(ctx, "identity.undo", fmt.Sprintf("identity %d undone", id), "", toJSON(doc))
}

// Dismiss remembers that a suggestion was refused.
func (i identities) Dismiss(ctx context.Context, relation store.Relation, one, other string) error {
	if one > other {
		one, other = other, one
	}
	var there int
	err := i.row(ctx, `SELECT count(*) FROM dismissals WHERE relation = ? AND one_key = ? AND other_key = ?`,
		string(relation), one, other).Scan(&there)
	if err != nil || there > 0 {
		return err
	}
	d := store.Dismissal{Relation: relation, One: one, Other: other, At: i.at, By: i.actor}
	err = i.exec(ctx, `INSERT INTO dismissals (relation, one_key, other_key, at, made_by) VALUES (?, ?, ?, ?, ?)`,
		string(relation), one, other, formatTime(d.At), d.By)
	if err != nil {
		return err
	}
	return i.note(ctx, "suggestion.dismiss", dismissalObject(&d), "", toJSON(undoneDoc{formatTime(d.At), d.By}))
}

// dismissalObject names a refused suggestion; %q keeps two names apart.
func dismissalObject(d *store.Dismissal) string {
	return fmt.Sprintf("suggestion %s %q %q", d.Relation, d.One, d.Other)
}

func readEvents(ctx context.Context, q querier, snap *store.Snapshot) error {
	return each(ctx, q, `SELECT id, relation, from_key, to_key, at, made_by, undone_at, undone_by
		FROM identity_events ORDER BY id`, func(row scanner) error {
		var e store.Event
		var at, undone string
		err := row.Scan(&e.ID, &e.Relation, &e.From, &e.To, &at, &e.By, &undone, &e.UndoneBy)
		if err != nil {
			return err
		}
		if e.At, err = parseTime(at); err != nil {
			return err
		}
		e.Undone, err = parseTime(undone)
		snap.Events = append(snap.Events, e)
		return err
	})
}

func readDismissals(ctx context.Context, q querier, snap *store.Snapshot) error {
	err := each(ctx, q, `SELECT relation, one_key, other_key, at, made_by
		FROM dismissals ORDER BY relation, one_key, other_key`, func(row scanner) error {
		var d store.Dismissal
		var at string
		err := row.Scan(&d.Relation, &d.One, &d.Other, &at, &d.By)
		if err != nil {
			return err
		}
		d.At, err = parseTime(at)
		snap.Dismissed = append(snap.Dismissed, d)
		return err
	})
	slices.SortStableFunc(snap.Dismissed, func(a, b store.Dismissal) int {
		return cmp.Or(cmp.Compare(a.Relation, b.Relation), cmp.Compare(a.One, b.One), cmp.Compare(a.Other, b.Other))
	})
	return err
}
