package sqlstore

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"hash"
	"iter"
	"math"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"

	"clientele/internal/fault"
	"clientele/internal/ledger"
)

const (
	// rowsPerStatement bounds rows of one INSERT and keys of one IN list; more do
	// not make either faster, and 5 columns of it stay far below the limit of
	// parameters of both databases (32,766 and 65,535).
	rowsPerStatement = 500
	// scanShare: reading the whole dictionary is quicker than asking for every key
	// where the keys are more than this share (one of …) of it.
	scanShare = 8
)

// entry is an account as it is kept.
type entry struct {
	number int32
	ledger.Account
}

// accounts fills the dictionary.
type accounts struct{ *change }

// accountsDoc is what the log says of a run of new accounts.
type accountsDoc struct {
	First  int64  `json:"first"`
	Last   int64  `json:"last"`
	Digest string `json:"digest"` // of the keys in order of number
}

// namedDoc is what the log says of new names.
type namedDoc struct {
	Accounts int    `json:"accounts"`
	Digest   string `json:"digest"` // of number, name, parent and owner, in order of number
}

// Resolve gives the number of each account.
func (a accounts) Resolve(ctx context.Context, list []ledger.Account) ([]int32, error) {
	keys := make([]string, len(list))
	for i := range list {
		if err := checkAccount(&list[i]); err != nil {
			return nil, err
		}
		keys[i] = list[i].Key
	}
	known, err := find(ctx, a.tx, a.store.dialect, keys, a.record.accounts)
	if err != nil {
		return nil, err
	}
	fresh := map[string]*ledger.Account{}
	renamed := map[int32]*entry{}
	for i := range list {
		said := &list[i]
		if e, ok := known[said.Key]; ok {
			was := e.Account
			if restate(&e.Account, said); e.Account != was {
				renamed[e.number] = e
			}
			continue
		}
		if kept, ok := fresh[said.Key]; ok {
			restate(kept, said)
			continue
		}
		first := *said
		if first.Name == "" {
			first.Name = first.Key
		}
		fresh[said.Key] = &first
	}
	added, err := a.insert(ctx, fresh)
	if err != nil {
		return nil, err
	}
	if err := a.rename(ctx, renamed); err != nil {
		return nil, err
	}
	numbers := make([]int32, len(list))
	for i, key := range keys {
		if e, ok := known[key]; ok {
			numbers[i] = e.number
		} else {
			numbers[i] = added[key]
		}
	}
	return numbers, nil
}

// restate takes over what a later statement says and an earlier one did not.
func restate(kept, said *ledger.Account) {
	if said.Name != "" && said.Name != said.Key {
		kept.Name = said.Name
	}
	if said.Parent != "" {
		kept.Parent = said.Parent
	}
	if said.Owner != "" {
		kept.Owner = said.Owner
	}
}

// checkAccount refuses text that not every database can keep.
func checkAccount(a *ledger.Account) error {
	for _, text := range [...]string{a.Key, a.Name, a.Parent, a.Owner} {
		if !utf8.ValidString(text) || strings.IndexByte(text, 0) >= 0 {
			return &fault.Error{
				Kind: fault.Input, Op: "add accounts", Message: "the name of a client holds bytes that are no text",
				Remedy: "clean the file, or set its encoding with --encoding", Place: fault.Place{Value: text},
			}
		}
	}
	if a.Key == "" {
		return broken("add accounts", "an account has no key")
	}
	return nil
}

// insert gives new keys the next numbers, in order of key, and writes them.
func (a accounts) insert(ctx context.Context, fresh map[string]*ledger.Account) (map[string]int32, error) {
	if len(fresh) == 0 {
		return nil, nil //nolint:nilnil // no key was added; a nil map is read as empty
	}
	if a.record.accounts+int64(len(fresh)) > math.MaxInt32 {
		return nil, fault.New(fault.Failed, "add accounts", "there are more accounts than a workspace can hold", "")
	}
	keys := make([]string, 0, len(fresh))
	for key := range fresh {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	doc := accountsDoc{First: a.record.accounts, Last: a.record.accounts + int64(len(keys)) - 1}
	numbers, digest := make(map[string]int32, len(keys)), sha256.New()
	entries := make([]entry, len(keys))
	for i, key := range keys {
		entries[i] = entry{int32(a.record.accounts), *fresh[key]} //nolint:gosec // bounded above
		numbers[key] = entries[i].number
		a.record.accounts++
		digestText(digest, key)
	}
	doc.Digest = hex.EncodeToString(digest.Sum(nil))
	err := a.write(ctx, entries, `INSERT INTO accounts (number, client_key, name, parent, owner) VALUES `, "")
	if err != nil {
		return nil, err
	}
	return numbers, a.note(ctx, "accounts.add", fmt.Sprintf("accounts %d to %d", doc.First, doc.Last), "", toJSON(doc))
}

// rename writes accounts of which something new was said.
func (a accounts) rename(ctx context.Context, renamed map[int32]*entry) error {
	if len(renamed) == 0 {
		return nil
	}
	entries := make([]entry, 0, len(renamed))
	for _, e := range renamed {
		entries = append(entries, *e)
	}
	sort.Slice(entries, func(i, j int) bool { return entries[i].number < entries[j].number })
	digest := sha256.New()
	for i := range entries {
		e := &entries[i]
		for _, text := range [...]string{strconv.Itoa(int(e.number)), e.Name, e.Parent, e.Owner} {
			digestText(digest, text)
		}
	}
	err := a.write(ctx, entries, `INSERT INTO accounts (number, client_key, name, parent, owner) VALUES `,
		` ON CONFLICT (number) DO UPDATE SET name = excluded.name, parent = excluded.parent, owner = excluded.owner`)
	if err != nil {
		return err
	}
	doc := namedDoc{len(entries), hex.EncodeToString(digest.Sum(nil))}
	return a.note(ctx, "accounts.name", "accounts", "", toJSON(doc))
}

// write runs one prepared statement for every full block of rows, and one more for
// the rest.
func (a accounts) write(ctx context.Context, entries []entry, head, tail string) error {
	for len(entries) > 0 {
		size := min(len(entries), rowsPerStatement)
		stmt, err := a.tx.PrepareContext(ctx, a.store.dialect.rebind(head+parameters(size, 5)+tail))
		if err != nil {
			return a.fail(err)
		}
		args := make([]any, 0, 5*size)
		for len(entries) >= size && err == nil {
			args = args[:0]
			for i := range entries[:size] {
				e := &entries[i]
				args = append(args, e.number, e.Key, e.Name, e.Parent, e.Owner)
			}
			_, err = stmt.ExecContext(ctx, args...)
			entries = entries[size:]
		}
		if errClose := stmt.Close(); err == nil {
			err = errClose
		}
		if err != nil {
			return a.fail(err)
		}
	}
	return nil
}

// digestText adds a text so that no two lists read the same.
func digestText(h hash.Hash, text string) {
	b := strconv.AppendInt(make([]byte, 0, 32), int64(len(text)), 10)
	h.Write(append(append(b, ':'), text...))
}

const selectAccounts = `SELECT number, client_key, name, parent, owner FROM accounts`

// find reads the accounts that have one of the keys; count is the size of the
// dictionary.
func find(ctx context.Context, q querier, d dialect, keys []string, count int64) (map[string]*entry, error) {
	if count == 0 || len(keys) == 0 {
		return nil, nil //nolint:nilnil // nothing is known; a nil map is read as empty
	}
	found := make(map[string]*entry, min(int64(len(keys)), count))
	keep := func(rows *sql.Rows) error {
		e, err := scanAccount(rows)
		if err == nil {
			found[e.Key] = &e
		}
		return err
	}
	if int64(len(keys)) > count/scanShare {
		wanted := make(map[string]struct{}, len(keys))
		for _, key := range keys {
			wanted[key] = struct{}{}
		}
		return found, each(ctx, q, selectAccounts, func(rows *sql.Rows) error {
			var number int32
			var key, name, parent, owner sql.RawBytes
			if err := rows.Scan(&number, &key, &name, &parent, &owner); err != nil {
				return err
			}
			if _, ok := wanted[string(key)]; ok { // no copy where the key is not wanted
				found[string(key)] = &entry{number, ledger.Account{Key: string(key), Name: string(name), Parent: string(parent), Owner: string(owner)}}
			}
			return nil
		})
	}
	for len(keys) > 0 {
		size := min(len(keys), rowsPerStatement)
		args := make([]any, size)
		for i, key := range keys[:size] {
			args[i] = key
		}
		query := d.rebind(selectAccounts + ` WHERE client_key IN ` + parameters(1, size))
		if err := each(ctx, q, query, keep, args...); err != nil {
			return nil, err
		}
		keys = keys[size:]
	}
	return found, nil
}

func scanAccount(rows *sql.Rows) (entry, error) {
	var e entry
	err := rows.Scan(&e.number, &e.Key, &e.Name, &e.Parent, &e.Owner)
	return e, err
}

// directory reads the dictionary.
type directory struct{ store *Store }

// Count is the number of accounts.
func (d directory) Count(ctx context.Context) (int32, error) {
	r, err := readRecord(ctx, d.store.reader)
	if err != nil {
		return 0, d.store.dialect.fault(err, "count accounts")
	}
	return int32(r.accounts), nil //nolint:gosec // bounded when accounts are added
}

// Lookup finds the number of each key.
func (d directory) Lookup(ctx context.Context, keys []string) ([]int32, error) {
	numbers := make([]int32, len(keys))
	err := d.store.reading(ctx, func(q querier) error {
		r, err := readRecord(ctx, q)
		if err != nil {
			return err
		}
		known, err := find(ctx, q, d.store.dialect, keys, r.accounts)
		if err != nil {
			return err
		}
		for i, key := range keys {
			numbers[i] = ledger.Unassigned
			if e, ok := known[key]; ok {
				numbers[i] = e.number
			}
		}
		return nil
	})
	if err != nil {
		return nil, d.store.dialect.fault(err, "look up accounts")
	}
	return numbers, nil
}

// Named reads the accounts of the given numbers.
func (d directory) Named(ctx context.Context, numbers []int32) ([]ledger.Account, error) {
	const op = "read accounts"
	found := make(map[int32]ledger.Account, len(numbers))
	err := d.store.reading(ctx, func(q querier) error {
		for rest := numbers; len(rest) > 0; {
			size := min(len(rest), rowsPerStatement)
			args := make([]any, size)
			for i, number := range rest[:size] {
				args[i] = number
			}
			rest = rest[size:]
			query := d.store.dialect.rebind(selectAccounts + ` WHERE number IN ` + parameters(1, size))
			err := each(ctx, q, query, func(rows *sql.Rows) error {
				e, err := scanAccount(rows)
				found[e.number] = e.Account
				return err
			}, args...)
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, d.store.dialect.fault(err, op)
	}
	out := make([]ledger.Account, len(numbers))
	for i, number := range numbers {
		a, ok := found[number]
		if !ok {
			return nil, fault.New(fault.NotFound, op, fmt.Sprintf("there is no account %d", number), "")
		}
		out[i] = a
	}
	return out, nil
}

// All reads every account in order of number.
func (d directory) All(ctx context.Context) iter.Seq2[ledger.Account, error] {
	return func(yield func(ledger.Account, error) bool) {
		stopped := false
		err := each(ctx, d.store.reader, selectAccounts+` ORDER BY number`, func(rows *sql.Rows) error {
			e, err := scanAccount(rows)
			if err != nil {
				return err
			}
			if !yield(e.Account, nil) {
				stopped = true
				return errStop
			}
			return nil
		})
		if err != nil && !stopped {
			yield(ledger.Account{}, d.store.dialect.fault(err, "read accounts"))
		}
	}
}

// verifyAccounts compares the keys with what the log says of each run of them.
func verifyAccounts(ctx context.Context, q querier, runs []accountsDoc) error {
	var next, at int64
	var digest hash.Hash
	err := each(ctx, q, `SELECT number, client_key FROM accounts ORDER BY number`, func(rows *sql.Rows) error {
		var number int64
		var key sql.RawBytes
		if err := rows.Scan(&number, &key); err != nil {
			return err
		}
		if number != next || at >= int64(len(runs)) {
			return damaged(fmt.Sprintf("account %d is not in the log", number))
		}
		run := &runs[at]
		if number == run.First {
			digest = sha256.New()
		}
		b := strconv.AppendInt(make([]byte, 0, 64), int64(len(key)), 10)
		digest.Write(append(append(b, ':'), key...))
		if number == run.Last {
			if want, err := hex.DecodeString(run.Digest); err != nil || !bytes.Equal(want, digest.Sum(nil)) {
				return damaged(fmt.Sprintf("accounts %d to %d are not as they were written", run.First, run.Last))
			}
			at++
		}
		next++
		return nil
	})
	if err != nil {
		return err
	}
	if at != int64(len(runs)) {
		return damaged(fmt.Sprintf("account %d is missing", next))
	}
	return nil
}
