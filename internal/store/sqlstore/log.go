package sqlstore

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"

	"clientele/internal/store"
)

// note appends an entry to the log. What is told there is what a check compares the
// tables with.
func (c *change) note(ctx context.Context, action, object, before, after string) error {
	e := store.Entry{
		Seq: c.record.entries + 1, Revision: c.record.revision, At: c.at, Actor: c.actor,
		Action: action, Object: object, Before: before, After: after,
	}
	e.Hash = chain(c.record.hash, &e)
	err := c.exec(ctx, `INSERT INTO log (seq, revision, at, actor, action, object, before, after, hash)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		e.Seq, e.Revision, formatTime(e.At), e.Actor, e.Action, e.Object, e.Before, e.After, e.Hash)
	if err != nil {
		return err
	}
	c.record.entries, c.record.hash = e.Seq, e.Hash
	return nil
}

// chain is SHA-256 over the hash before and the canonical row: every field as its
// length in bytes, a colon and its bytes, so that no two rows read the same.
func chain(prev string, e *store.Entry) string {
	h := sha256.New()
	var b []byte
	for _, field := range [...]string{
		prev, strconv.FormatInt(e.Seq, 10), strconv.FormatInt(e.Revision, 10), formatTime(e.At),
		e.Actor, e.Action, e.Object, e.Before, e.After,
	} {
		b = strconv.AppendInt(b[:0], int64(len(field)), 10)
		b = append(append(b, ':'), field...)
		h.Write(b)
	}
	return hex.EncodeToString(h.Sum(nil))
}

const selectLog = `SELECT seq, revision, at, actor, action, object, before, after, hash FROM log`

func scanEntry(row scanner) (store.Entry, error) {
	var e store.Entry
	var at string
	if err := row.Scan(&e.Seq, &e.Revision, &at, &e.Actor, &e.Action, &e.Object, &e.Before, &e.After, &e.Hash); err != nil {
		return e, err
	}
	var err error
	e.At, err = parseTime(at)
	return e, err
}

// Log reads entries, oldest first.
func (s *Store) Log(ctx context.Context, after int64, limit int) ([]store.Entry, error) {
	var entries []store.Entry
	err := each(ctx, querier{s.reader, &s.dialect}, selectLog+` WHERE seq > ? ORDER BY seq LIMIT ?`, func(row scanner) error {
		e, err := scanEntry(row)
		entries = append(entries, e)
		return err
	}, after, limit)
	if err != nil {
		return nil, s.dialect.fault(err, "read the log")
	}
	return entries, nil
}

// VerifyLog recomputes the chain.
func (s *Store) VerifyLog(ctx context.Context) (store.Head, error) {
	var head store.Head
	err := s.reading(ctx, func(q querier) error {
		var err error
		head, err = verifyLog(ctx, q, nil)
		return err
	})
	if err != nil {
		return store.Head{}, s.dialect.fault(err, "verify the log")
	}
	return head, nil
}

// verifyLog walks the chain and hands every sound entry to visit, which may be nil.
// The end must be what the counters say, so that entries cut off are missed too.
func verifyLog(ctx context.Context, q querier, visit func(*store.Entry)) (store.Head, error) {
	var head store.Head
	var revision int64
	err := each(ctx, q, selectLog+` ORDER BY seq`, func(row scanner) error {
		e, err := scanEntry(row)
		if err != nil {
			return err
		}
		if e.Seq != head.Seq+1 || e.Revision < revision || e.Revision > revision+1 || chain(head.Hash, &e) != e.Hash {
			return damaged(fmt.Sprintf("entry %d of the log is not as it was written", head.Seq+1))
		}
		head, revision = store.Head{Seq: e.Seq, Hash: e.Hash}, e.Revision
		if visit != nil {
			visit(&e)
		}
		return nil
	})
	if err != nil {
		return head, err
	}
	r, err := readRecord(ctx, q, "")
	if err != nil {
		return head, err
	}
	if r.entries != head.Seq || r.hash != head.Hash || r.revision != revision {
		return head, damaged(fmt.Sprintf("the log ends with entry %d, the record says %d", head.Seq, r.entries))
	}
	return head, nil
}
