package duckdb

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"clientele/internal/engine"
	"clientele/internal/ledger"
)

// rowsMax is how many rows one statement inserts.
const rowsMax = 1000

// identify fills identity and extra_account: only accounts that share their key,
// were merged, or belong to a group are looked at, and get a row.
func (e *Engine) identify(ctx context.Context, v Version) (merged bool, err error) {
	keys := map[string]bool{}
	for _, m := range []map[string]string{v.Rules.Merged, v.Rules.Parents} {
		for from, to := range m {
			keys[from], keys[to] = true, true
		}
	}
	if err := e.exec(ctx, "CREATE TABLE wanted (client_id VARCHAR)"); err != nil {
		return false, err
	}
	for chunk := range slices.Chunk(sortedKeys(keys), rowsMax) {
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

func sortedKeys(m map[string]bool) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		if k != "" {
			keys = append(keys, k)
		}
	}
	slices.Sort(keys)
	return keys
}

// numbered is an account with its number in the ledger.
type numbered struct {
	number int64
	ledger.Account
}

// lookedUp are the accounts that some rule may concern, by number. Where none is wanted
// no account has a parent either, and the accounts, of which there may be many, are not read.
func (e *Engine) lookedUp(ctx context.Context) (found []numbered, err error) {
	var wanted int64
	if err := e.db.QueryRowContext(ctx, "SELECT count(*) FROM wanted").Scan(&wanted); err != nil || wanted == 0 {
		return nil, fail(err)
	}
	rows, err := e.db.QueryContext(ctx, "SELECT account, client_id, name, coalesce(parent, '') FROM source_account\n"+
		"WHERE parent IS NOT NULL OR client_id IN (SELECT client_id FROM wanted) ORDER BY account")
	if err != nil {
		return nil, fail(err)
	}
	defer func() {
		if e := rows.Close(); err == nil {
			err = fail(e)
		}
	}()
	for rows.Next() {
		var n numbered
		if err := rows.Scan(&n.number, &n.Key, &n.Name, &n.Parent); err != nil {
			return nil, fail(err)
		}
		found = append(found, n)
	}
	return found, fail(rows.Err())
}

// settle applies the rules to the accounts found and writes what differs.
func (e *Engine) settle(ctx context.Context, found []numbered, rules engine.Rules) error {
	var accounts []ledger.Account // one per key, with the name and the parent told last
	var numbers []int64           // of the account that has that name, so that it is shown
	index := map[string]int32{}
	for _, n := range found {
		i, again := index[n.Key]
		if !again {
			index[n.Key] = int32(len(accounts)) //nolint:gosec // accounts are numbered in 32 bits
			accounts, numbers = append(accounts, n.Account), append(numbers, n.number)
			continue
		}
		if n.Parent != "" {
			accounts[i].Parent = n.Parent
		}
		if n.Name != "" && n.Name != n.Key {
			accounts[i].Name, numbers[i] = n.Name, n.number
		}
	}
	identity := engine.NewIdentity(accounts, rules)
	var extra []any
	for i, p := range identity.Parties[len(accounts):] {
		number := int64(-2 - i) // below all accounts
		numbers = append(numbers, number)
		extra = append(extra, number, p.Key, p.Name)
	}
	var links []string
	for _, n := range found {
		i := index[n.Key]
		source, client, parent := numbers[i], numbers[identity.Client[i]], numbers[identity.Group[i]]
		if source != n.number || client != n.number || parent != n.number {
			links = append(links, fmt.Sprintf("(%d, %d, %d, %d)", n.number, source, client, parent))
		}
	}
	for chunk := range slices.Chunk(extra, 3*rowsMax) {
		text := "INSERT INTO extra_account VALUES (?, ?, ?)" + strings.Repeat(", (?, ?, ?)", len(chunk)/3-1) //nolint:gosec // places for parameters only
		if _, err := e.db.ExecContext(ctx, text, chunk...); err != nil {
			return fail(err)
		}
	}
	for chunk := range slices.Chunk(links, rowsMax) {
		if err := e.exec(ctx, "INSERT INTO identity VALUES "+strings.Join(chunk, ", ")); err != nil {
			return err
		}
	}
	return nil
}
