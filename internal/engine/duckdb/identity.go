package duckdb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"clientele/internal/engine"
)

// rowsMax is how many rows one statement inserts.
const rowsMax = 1000

// identify fills identity and extra_account: only accounts that share their key,
// were merged, or belong to a group are looked at, and get a row.
func (e *Engine) identify(ctx context.Context, v Version) (merged bool, err error) {
	if err := e.exec(ctx, "CREATE TABLE wanted (client_id VARCHAR)"); err != nil {
		return false, err
	}
	for chunk := range slices.Chunk(v.Rules.Keys(), rowsMax) {
		args := make([]any, len(chunk))
		for i, key := range chunk {
			args[i] = key
		}
		text := "INSERT INTO wanted VALUES (?)" + strings.Repeat(", (?)", len(chunk)-1) //nolint:gosec // places for parameters only
		if _, err := e.db.ExecContext(ctx, text, args...); err != nil {
			return false, fail(err)
		}
	}
	look := []string{"INSERT INTO wanted SELECT parent FROM source_account WHERE parent IS NOT NULL"}
	if !v.Distinct && accountFiles(v) > 1 {
		look = append(look, "INSERT INTO wanted SELECT client_id FROM source_account GROUP BY client_id HAVING count(*) > 1")
	}
	if err := e.exec(ctx, look...); err != nil {
		return false, err
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

func accountFiles(v Version) int {
	n := 0
	for _, b := range v.Batches {
		n += len(b.AccountFiles)
	}
	return n
}

// lookedUp are the accounts that some rule may concern, by number. Where none is wanted
// no account has a parent either, and the accounts, of which there may be many, are not read.
func (e *Engine) lookedUp(ctx context.Context) (found []engine.Numbered, err error) {
	var wanted int64
	if err := e.db.QueryRowContext(ctx, "SELECT count(*) FROM wanted").Scan(&wanted); err != nil || wanted == 0 {
		return nil, fail(err)
	}
	text := "SELECT account, client_id, name, coalesce(parent, '') FROM source_account\n" +
		"WHERE parent IS NOT NULL OR client_id IN (SELECT client_id FROM wanted) ORDER BY account"
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
	for chunk := range slices.Chunk(extras, rowsMax) {
		args := make([]any, 0, 3*len(chunk))
		for _, x := range chunk {
			args = append(args, x.Number, x.Key, x.Name)
		}
		text := "INSERT INTO extra_account VALUES (?, ?, ?)" + strings.Repeat(", (?, ?, ?)", len(chunk)-1) //nolint:gosec // places for parameters only
		if _, err := e.db.ExecContext(ctx, text, args...); err != nil {
			return fail(err)
		}
	}
	for chunk := range slices.Chunk(links, rowsMax) {
		rows := make([]string, len(chunk))
		for i, l := range chunk {
			rows[i] = fmt.Sprintf("(%d, %d, %d, %d)", l.Account, l.Source, l.Client, l.Parent)
		}
		if err := e.exec(ctx, "INSERT INTO identity VALUES "+strings.Join(rows, ", ")); err != nil {
			return err
		}
	}
	return nil
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
