package sqlstore

import (
	"context"
	"fmt"
	"slices"
	"sort"

	"clientele/internal/store"
)

// Check verifies everything that can be: the database's own structure, the chain of
// the log, and that the tables say what the log says. It reads the whole record.
func (s *Store) Check(ctx context.Context) error {
	const op = "check the record"
	if err := s.dialect.structure(ctx, s.reader, nil); err != nil {
		return s.dialect.fault(err, op)
	}
	return s.dialect.fault(s.reading(ctx, func(q querier) error { return compare(ctx, q) }), op)
}

// compare replays the log and compares what it says last of every object with what
// the tables hold, in both directions.
func compare(ctx context.Context, q querier) error {
	logged := map[string]string{}
	if _, err := verifyLog(ctx, q, func(e *store.Entry) { logged[e.Object] = e.After }); err != nil {
		return err
	}
	kept, err := keptObjects(ctx, q)
	if err != nil {
		return err
	}
	for _, object := range sortedKeys(kept) {
		if logged[object] != kept[object] {
			return damaged(object + " is not as the log says")
		}
	}
	for _, object := range sortedKeys(logged) {
		if _, ok := kept[object]; !ok {
			return damaged(object + " is in the log and not in the tables")
		}
	}
	return nil
}

// keptObjects writes what the tables hold in the words of the log.
func keptObjects(ctx context.Context, q querier) (map[string]string, error) {
	snap, err := readAll(ctx, q)
	if err != nil {
		return nil, err
	}
	kept := map[string]string{}
	for i := range snap.Batches {
		b := &snap.Batches[i]
		if len(b.Profile) > 0 && store.Hash(b.Profile) != b.ProfileHash {
			return nil, damaged("the profile of batch " + b.ID + " is not as it was written")
		}
		kept["batch "+b.ID] = toJSON(batchToDoc(b))
		kept["batch "+b.ID+" result"] = toJSON(resultDoc{b.Result})
		if !b.Changed.IsZero() {
			kept["batch "+b.ID+" state"] = toJSON(stateDoc{b.State, formatTime(b.Changed), b.ChangedBy})
		} else if b.State != store.Live {
			return nil, damaged("batch " + b.ID + " is undone without a time")
		}
	}
	for _, p := range snap.Profiles {
		kept["profile "+p.Key] = toJSON(versionDoc{p.Version, p.Name, string(p.Document), formatTime(p.At), p.By})
	}
	for i := range snap.Events {
		e := &snap.Events[i]
		kept[fmt.Sprintf("identity %d", e.ID)] = toJSON(eventToDoc(e))
		if !e.Undone.IsZero() {
			kept[fmt.Sprintf("identity %d undone", e.ID)] = toJSON(undoneDoc{formatTime(e.Undone), e.UndoneBy})
		}
	}
	for i := range snap.Dismissed {
		d := &snap.Dismissed[i]
		kept[dismissalObject(d)] = toJSON(undoneDoc{formatTime(d.At), d.By})
	}
	for _, p := range snap.Policies {
		kept[fmt.Sprintf("policy %d", p.Version)] = toJSON(versionDoc{Version: p.Version, Document: string(p.Document), At: formatTime(p.At), By: p.By})
	}
	for i := range snap.Decisions {
		d := &snap.Decisions[i]
		kept[decisionObject(d)] = toJSON(decisionToDoc(d))
	}
	if snap.Published.Revision > 0 {
		kept["version"] = toJSON(publicationToDoc(snap.Published))
	}
	return kept, keepRates(ctx, q, kept)
}

// keepRates adds the rates of every batch, of undone ones too.
func keepRates(ctx context.Context, q querier, kept map[string]string) error {
	byBatch := map[string][]store.Rate{}
	query := selectRates + ` ORDER BY r.batch, r.day, r.from_currency, r.to_currency`
	err := each(ctx, q, query, func(row scanner) error {
		r, err := scanRate(row)
		byBatch[r.Batch] = append(byBatch[r.Batch], r)
		return err
	})
	for batch, list := range byBatch {
		slices.SortStableFunc(list, compareRates)
		kept["rates of "+batch] = toJSON(ratesDoc{len(list), digestRates(list)})
	}
	return err
}

func sortedKeys(m map[string]string) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	return keys
}
