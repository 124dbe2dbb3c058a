package trino

import (
	"context"
	"database/sql"
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
	// From is the first month that is looked at; NoDate: all. Months before it stay as
	// they are.
	From period.Date
	// Build names this refresh: greater than those before it, and no other's.
	Build int64
	At    string // UTC, RFC 3339
	// Document writes the publication's account of the state.
	Document func(*warehouse.State) (string, error)
}

// chunkCells is how many cells one statement writes, about.
const chunkCells = 50_000_000

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
	if err := r.prepare(ctx); err != nil {
		return nil, err
	}
	r.say(0, 1, "counting "+r.src.Table)
	if err := r.findScale(ctx); err != nil {
		return nil, err
	}
	if q.Before != nil && q.Before.Scale != r.src.scale {
		q.Before, q.From = nil, period.NoDate // every amount is written anew, at the new scale
	}
	if q.Before != nil && q.Before.Source != r.src.Source {
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
	out := &warehouse.Refreshed{State: warehouse.State{Table: r.src.Table, Source: r.src.Source, Scale: r.src.scale}, Number: q.Number}
	if err := r.account(ctx, &out.State); err != nil {
		return nil, err
	}
	if out.State.Totals.Loaded.Rows == 0 {
		return nil, fault.New(fault.Input, "refresh", fmt.Sprintf("none of the %d rows of %s can be loaded", out.State.Totals.Read.Rows, r.src.Table), reasonsOf(out.State.Totals.Reasons))
	}
	if err := r.bring(ctx, q, out); err != nil {
		return nil, err
	}
	if err := r.closes(ctx, &out.State); err != nil {
		if q.From != period.NoDate {
			return nil, fault.New(fault.Failed, "refresh", "months of "+r.src.Table+" before "+q.From.String()[:len("2006-01")]+" changed too", "nothing was published; run the command without --from")
		}
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

// bring makes sure that the cells of every month are there.
func (r *Rollup) bring(ctx context.Context, q Request, out *warehouse.Refreshed) error {
	looked := period.Range{From: q.From, To: period.All.To}
	r.say(0, 1, "comparing months")
	wanted, err := r.digests(ctx, r.src.cells(byMonth, looked))
	if err != nil {
		return err
	}
	left, err := r.leftovers(ctx, q.Before)
	if err != nil {
		return err
	}
	before := map[period.Date]warehouse.Month{}
	if q.Before != nil {
		for _, m := range q.Before.Months {
			before[m.Month] = m
			if m.Month < q.From && q.From != period.NoDate {
				out.State.Months = append(out.State.Months, m)
				out.Kept++
			}
		}
	}
	var write []warehouse.Month
	for _, month := range slices.Sorted(maps.Keys(wanted)) {
		m := wanted[month]
		have, same := before[month]
		switch reuse, ok := left[month]; {
		case same && have.Digest == m.Digest && have.Cells == m.Cells:
			m.Build = have.Build
			out.Kept++
		case ok && reuse[m.Digest].Cells == m.Cells:
			m.Build = reuse[m.Digest].Build
			out.Reused = append(out.Reused, month)
		default:
			m.Build = q.Build
			write = append(write, m)
			out.Written = append(out.Written, month)
		}
		out.State.Months = append(out.State.Months, m)
	}
	slices.SortFunc(out.State.Months, func(a, b warehouse.Month) int { return int(a.Month) - int(b.Month) })
	return r.write(ctx, q.Build, write)
}

// leftovers are months that refreshes wrote which never ended, by month and digest.
func (r *Rollup) leftovers(ctx context.Context, before *warehouse.State) (map[period.Date]map[string]warehouse.Month, error) {
	published := map[int64]bool{}
	if before != nil {
		for _, m := range before.Months {
			published[m.Build] = true
		}
	}
	var builds []int64
	err := r.c.each(ctx, sqltext.Query{Text: "SELECT build FROM " + r.table(cellTable) + " GROUP BY build ORDER BY build DESC"}, func(rows *sql.Rows) error {
		var b int64
		err := rows.Scan(&b)
		if !published[b] {
			builds = append(builds, b)
		}
		return err
	})
	out := map[period.Date]map[string]warehouse.Month{}
	for _, b := range builds {
		if err != nil || ctx.Err() != nil {
			break
		}
		var months map[period.Date]warehouse.Month
		months, err = r.digests(ctx, fmt.Sprintf("SELECT * FROM %s WHERE build = %d", r.table(cellTable), b))
		for month, m := range months {
			m.Build = b
			if out[month] == nil {
				out[month] = map[string]warehouse.Month{}
			}
			out[month][m.Digest] = m
		}
	}
	return out, err
}

// write rolls up months, a stretch of neighbours at a time.
func (r *Rollup) write(ctx context.Context, build int64, months []warehouse.Month) error {
	for done := 0; done < len(months); {
		end, cells := done+1, months[done].Cells
		for end < len(months) && months[done].Month != period.NoDate && months[end].Month == months[end-1].Month.AddMonths(1) && cells < chunkCells {
			cells += months[end].Cells
			end++
		}
		first, last := months[done].Month, months[end-1].Month
		span, only := period.Range{From: first}, "month IS NULL"
		what := "rolling up lines without a date"
		if first != period.NoDate {
			span.To = last.AddMonths(1)
			only = fmt.Sprintf("month >= %d AND month < %d", first, span.To)
			what = "rolling up " + first.String()[:7] + " to " + last.String()[:7]
		} else {
			span.To = period.All.To
		}
		r.say(done, len(months), what)
		text := "INSERT INTO " + r.table(cellTable) + "\nSELECT account, month, amount, lines, documents, first_day, last_day, amount_pos, lines_pos, documents_pos, first_day_pos, last_day_pos, name, CAST(" +
			strconv.FormatInt(build, 10) + " AS BIGINT)\nFROM (\n" + sqltext.Indent(r.src.cells(byMonth, span)) + "\n) c\nWHERE " + only
		if err := r.exec(ctx, text); err != nil {
			return err
		}
		done = end
	}
	r.say(len(months), len(months), "rolled up")
	if len(months) == 0 {
		return nil
	}
	written, err := r.digests(ctx, fmt.Sprintf("SELECT * FROM %s WHERE build = %d", r.table(cellTable), build))
	if err != nil {
		return err
	}
	for _, m := range months {
		if w := written[m.Month]; w.Digest != m.Digest || w.Cells != m.Cells {
			return r.changed()
		}
	}
	return nil
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
	if len(out.Written)+len(out.Reused) == 0 && q.Before != nil && len(q.Before.Months) == len(out.State.Months) {
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

// day is a day's worth of build numbers, which are nanoseconds.
const oneDay = 24 * 60 * 60 * 1_000_000_000

// sweep deletes builds that neither this publication nor the one before it needs. A
// build of the last day may be another refresh's, under way.
func (r *Rollup) sweep(ctx context.Context, q Request, out *warehouse.Refreshed) error {
	keep := map[int64]bool{q.Build: true}
	for _, s := range []*warehouse.State{&out.State, q.Before} {
		if s == nil {
			continue
		}
		for _, m := range s.Months {
			keep[m.Build] = true
		}
	}
	var list []string
	for _, b := range slices.Sorted(maps.Keys(keep)) {
		list = append(list, strconv.FormatInt(b, 10))
	}
	err := r.exec(ctx, fmt.Sprintf("DELETE FROM %s WHERE build < %d AND build NOT IN (%s)", r.table(cellTable), q.Build-oneDay, strings.Join(list, ", ")))
	if e, ok := errors.AsType[*trinodb.ErrTrino](err); ok && e.ErrorName == "NOT_SUPPORTED" {
		return nil // this catalog deletes nothing; what is left is not read
	}
	return err
}
