package trino

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	trinodb "github.com/trinodb/trino-go-client/trino"

	"clientele/internal/engine/sqltext"
	"clientele/internal/fault"
	"clientele/internal/ledger"
	"clientele/internal/period"
	"clientele/internal/warehouse"
)

// Request says what a refresh starts from.
type Request struct {
	Before *warehouse.State // of the publication that holds; nil: there is none
	Stored string           // its document
	Number int64            // of that publication
	// From is the first month that is not closed; NoDate: none is. A change before it is
	// refused.
	From period.Date
	// Build names this refresh: greater than those before it, and no other's.
	Build int64
	At    string // UTC, RFC 3339
	// Document writes the publication's account of the state.
	Document func(*warehouse.State) (string, error)
}

// Refresh brings the roll-up up to date: only months whose cells changed are written,
// and what is written is checked against the source before it is published. A refresh
// that dies leaves the publication before it in place, and months behind that the next
// one takes over.
func (r *Rollup) Refresh(ctx context.Context, q Request) (*warehouse.Refreshed, error) {
	patient := *r
	patient.c = r.c.patient()
	return patient.refresh(ctx, q)
}

func (r *Rollup) refresh(ctx context.Context, q Request) (*warehouse.Refreshed, error) {
	if err := r.Check(ctx); err != nil {
		return nil, err
	}
	if err := r.prepare(ctx); err != nil {
		return nil, err
	}
	if r.src.rates != nil {
		if err := r.src.rates.sound(ctx, r.c); err != nil {
			return nil, err
		}
	}
	if r.who != nil {
		if err := r.who.settle(ctx, r.c); err != nil {
			return nil, err
		}
	}
	r.say(0, 1, "counting "+r.src.Table)
	out := &warehouse.Refreshed{Number: q.Number}
	months, err := r.count(ctx, q.Before, &out.State)
	if err != nil {
		return nil, err
	}
	if q.Before != nil && q.Before.Scale != out.State.Scale {
		q.Before, q.From = nil, period.NoDate // every amount is written anew, at the new scale
	}
	if q.Before != nil && q.Before.Sources != r.said {
		if q.From != period.NoDate {
			return nil, fault.New(fault.Usage, "refresh", "the mapping is not that of the months which would be kept", "refresh without --from")
		}
		if q.Before.Table != r.src.Table {
			q.Before = nil
		}
	}
	if q.From != period.NoDate && (q.Before == nil || r.src.date == "") {
		return nil, fault.New(fault.Usage, "refresh", "there is nothing yet that months before "+q.From.String()+" could be kept from", "refresh without --from first")
	}
	if out.State.Totals.Loaded.Rows == 0 {
		return nil, fault.New(fault.Input, "refresh", fmt.Sprintf("none of the %d rows of %s can be loaded", out.State.Totals.Read.Rows, r.src.Table), reasonsOf(out.State.Totals.Reasons))
	}
	if err := r.bring(ctx, q, months, out); err != nil {
		return nil, err
	}
	if err := r.closes(ctx, &out.State); err != nil {
		return nil, err
	}
	if err := r.introduce(ctx, q, out); err != nil {
		return nil, err
	}
	return out, r.publish(ctx, q, out)
}

func reasonsOf(list []ledger.Reason) string {
	var parts []string
	for _, r := range list {
		rows := "rows"
		if r.Rows == 1 {
			rows = "row"
		}
		parts = append(parts, fmt.Sprintf("%d %s: %s", r.Rows, rows, r.Text))
	}
	return strings.Join(parts, "; ")
}

// introduce makes sure that everybody in the cells has a name and a group.
func (r *Rollup) introduce(ctx context.Context, q Request, out *warehouse.Refreshed) error {
	r.say(0, 1, "comparing clients")
	everybody := r.accounts(r.built(out.State.Months))
	a, err := r.census(ctx, everybody)
	if err != nil {
		return err
	}
	if q.Before != nil {
		if was := q.Before.Accounts; was.Count == a.Count && was.Digest == a.Digest {
			out.State.Accounts = was
			return nil
		}
	}
	a.Build, out.Clients = q.Build, true
	out.State.Accounts = a
	text := fmt.Sprintf("INSERT INTO %s\nSELECT %s, CAST(%d AS BIGINT)\nFROM (\n%s\n) a", r.table(accountTable), accountColumns, q.Build, sqltext.Indent(everybody))
	if err := r.exec(ctx, text); err != nil {
		return err
	}
	written, err := r.census(ctx, r.kept(a))
	if err == nil && (written.Count != a.Count || written.Digest != a.Digest) {
		return fault.New(fault.Failed, "refresh", r.said.Clients.Table+" changed while it was read", "nothing was published; run the command again when nothing writes to it")
	}
	return err
}

// census counts accounts.
func (r *Rollup) census(ctx context.Context, accounts string) (a warehouse.Accounts, err error) {
	text := "SELECT count(*), coalesce(lower(to_hex(checksum(ROW(account, name, parent, top)))), ''), coalesce(sum(CASE WHEN top <> account THEN 1 ELSE 0 END), 0)\nFROM (\n" + sqltext.Indent(accounts) + "\n) a"
	err = r.c.row(ctx, text, &a.Count, &a.Digest, &a.Grouped)
	return a, err
}

// changed is what a refresh says whose two looks at the source differ.
func (r *Rollup) changed() error {
	return fault.New(fault.Failed, "refresh", r.src.Table+" changed while it was rolled up", "nothing was published; run the command again when nothing writes to it")
}

// closes compares the cells with the account of the rows: another way to the same sums.
func (r *Rollup) closes(ctx context.Context, s *warehouse.State) error {
	all, apart, err := r.c.tallies(ctx, r.built(s.Months))
	if err == nil && (all != s.Totals.Loaded || apart != s.Totals.Unassigned) {
		return r.changed()
	}
	return err
}

// publish makes the state the one that holds.
func (r *Rollup) publish(ctx context.Context, q Request, out *warehouse.Refreshed) error {
	document, err := q.Document(&out.State)
	if err != nil {
		return err
	}
	if len(out.Written)+len(out.Reused) == 0 && !out.Clients && q.Before != nil && len(q.Before.Months) == len(out.State.Months) {
		if out.Unchanged = q.Stored == document; out.Unchanged {
			return nil
		}
	}
	out.Number = q.Number + 1
	token := strconv.FormatInt(q.Build, 10)
	err = r.exec(ctx, "INSERT INTO "+r.table(manifestTable)+" SELECT CAST(? AS BIGINT), CAST(? AS VARCHAR), CAST(? AS VARCHAR), CAST(? AS VARCHAR)",
		out.Number, token, q.At, document)
	if err != nil {
		return err
	}
	p, err := r.Latest(ctx)
	if err != nil {
		return err
	}
	if p.Token != token {
		return fault.New(fault.Locked, "refresh", "another refresh was published at the same time, and holds", "run the command again")
	}
	return r.sweep(ctx, q, out)
}

// oneDay is a day's worth of build numbers, which are nanoseconds.
const oneDay = 24 * 60 * 60 * 1_000_000_000

// sweep deletes builds that neither this publication nor the one before it needs. A
// build of the last day may be another refresh's, under way.
func (r *Rollup) sweep(ctx context.Context, q Request, out *warehouse.Refreshed) error {
	keep := map[int64]bool{q.Build: true}
	for _, s := range []*warehouse.State{&out.State, q.Before} {
		if s == nil {
			continue
		}
		keep[s.Accounts.Build] = true
		for _, m := range s.Months {
			keep[m.Build] = true
		}
	}
	var list []string
	for _, b := range slices.Sorted(maps.Keys(keep)) {
		list = append(list, strconv.FormatInt(b, 10))
	}
	// The notes go first: without one nobody takes cells over.
	for _, table := range []string{monthTable, cellTable, accountTable} {
		err := r.exec(ctx, fmt.Sprintf("DELETE FROM %s WHERE build < %d AND build NOT IN (%s)", r.table(table), q.Build-oneDay, strings.Join(list, ", ")))
		if e, ok := errors.AsType[*trinodb.ErrTrino](err); ok && e.ErrorName == "NOT_SUPPORTED" {
			return nil // this catalog deletes nothing; what is left is not read
		}
		if err != nil {
			return err
		}
	}
	return nil
}
