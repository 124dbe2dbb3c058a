package duckdb

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"

	"clientele/internal/engine"
)

// identify fills identity and extra_account: only accounts that share their key,
// were merged, or belong to a group are looked at, and get a row.
func (e *Engine) identify(ctx context.Context, v Version) (merged bool, err error) {
	if err := e.exec(ctx, "CREATE TABLE wanted (client_id VARCHAR)"); err != nil {
		return false, err
	}
	err = e.append(ctx, "wanted", func(yield func([]driver.Value) bool) {
		for _, key := range v.Rules.Keys() {
			if !yield([]driver.Value{key}) {
				return
			}
		}
	})
	if err != nil {
		return false, err
	}
	if err := e.exec(ctx, "INSERT INTO wanted SELECT unnest([client_id, parent]) FROM source_account WHERE parent IS NOT NULL"); err != nil {
		return false, err
	}
	if !v.Distinct && accountFiles(v) > 1 {
		if err := e.exec(ctx, shared); err != nil {
			return false, err
		}
	}
	found, err := e.lookedUp(ctx)
	if err != nil {
		return false, err
	}
	if err := e.settle(ctx, found, v.Rules); err != nil {
		return false, err
	}
	if err := e.exec(ctx, "DROP TABLE wanted"); err != nil {
		return false, err
	}
	var rows, accounts int64
	row := e.db.QueryRowContext(ctx, "SELECT (SELECT count(*) FROM identity), (SELECT count(*) FROM source_account)")
	if err := row.Scan(&rows, &accounts); err != nil {
		return false, fail(err)
	}
	e.large = accounts > tableClientsMax
	return rows > 0, nil
}

// shared links the accounts that share a key which no rule concerns, of which there may be
// many: they are one client, shown by the name told last. It is engine.Links for them.
const shared = `INSERT INTO identity
SELECT a.account, s.source, s.source AS client, s.source AS parent
FROM source_account a
JOIN (
  SELECT client_id, coalesce(max(account) FILTER (name <> '' AND name <> client_id), min(account)) AS source
  FROM source_account
  WHERE client_id NOT IN (SELECT client_id FROM wanted)
  GROUP BY client_id
  HAVING count(*) > 1
) s ON s.client_id = a.client_id
WHERE a.account <> s.source`

func accountFiles(v Version) int {
	n := 0
	for _, b := range v.Batches {
		n += len(b.AccountFiles)
	}
	return n
}

// lookedUp are the accounts that some rule may concern, by number. Where none is wanted the
// accounts, of which there may be many, are not read.
func (e *Engine) lookedUp(ctx context.Context) (found []engine.Numbered, err error) {
	var wanted int64
	if err := e.db.QueryRowContext(ctx, "SELECT count(*) FROM wanted").Scan(&wanted); err != nil || wanted == 0 {
		return nil, fail(err)
	}
	text := "SELECT account, client_id, name, coalesce(parent, '') FROM source_account\n" +
		"WHERE client_id IN (SELECT client_id FROM wanted) ORDER BY account"
	err = e.each(ctx, text, func(rows *sql.Rows) error {
		var n engine.Numbered
		err := rows.Scan(&n.Number, &n.Key, &n.Name, &n.Parent)
		found = append(found, n)
		return err
	})
	return found, err
}

// settle applies the rules to the accounts found and writes what differs.
func (e *Engine) settle(ctx context.Context, found []engine.Numbered, rules engine.Rules) error {
	links, extras := engine.Links(found, rules)
	err := e.append(ctx, "extra_account", func(yield func([]driver.Value) bool) {
		for _, x := range extras {
			if !yield([]driver.Value{x.Number, x.Key, x.Name}) {
				return
			}
		}
	})
	if err != nil {
		return err
	}
	return e.append(ctx, "identity", func(yield func([]driver.Value) bool) {
		for _, l := range links {
			if !yield([]driver.Value{l.Account, l.Source, l.Client, l.Parent}) {
				return
			}
		}
	})
}

// Identities implements engine.Identities: what the rules make of the accounts.
func (e *Engine) Identities(ctx context.Context) (links []engine.Link, extras []engine.Extra, err error) {
	err = e.each(ctx, "SELECT account, source, client, parent FROM identity ORDER BY account", func(rows *sql.Rows) error {
		var l engine.Link
		err := rows.Scan(&l.Account, &l.Source, &l.Client, &l.Parent)
		links = append(links, l)
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	err = e.each(ctx, "SELECT account, client_id, name FROM extra_account ORDER BY account DESC", func(rows *sql.Rows) error {
		var x engine.Extra
		err := rows.Scan(&x.Number, &x.Key, &x.Name)
		extras = append(extras, x)
		return err
	})
	return links, extras, err
}

// each visits the rows of a statement.
func (e *Engine) each(ctx context.Context, text string, visit func(*sql.Rows) error) (err error) {
	rows, err := e.db.QueryContext(ctx, text)
	if err != nil {
		return fail(err)
	}
	defer func() { err = fail(errors.Join(err, rows.Close())) }()
	for rows.Next() {
		if err := visit(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}
