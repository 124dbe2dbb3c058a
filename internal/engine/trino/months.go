package trino

import (
	"cmp"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"clientele/internal/engine/sqltext"
	"clientele/internal/fault"
	"clientele/internal/ledger"
	"clientele/internal/period"
	"clientele/internal/warehouse"
)

// stretchRows is how many rows of the source a worker rolls up at a time, about: a
// document takes some 200 bytes of its memory.
const stretchRows = 10_000_000

// bring makes sure that the cells of every month are there.
func (r *Rollup) bring(ctx context.Context, q Request, months map[period.Date]*counted, out *warehouse.Refreshed) error {
	left, err := r.leftovers(ctx, q)
	if err != nil {
		return err
	}
	before := map[period.Date]warehouse.Month{}
	if q.Before != nil {
		for _, m := range q.Before.Months {
			before[m.Month] = m
		}
	}
	if err := r.closed(q.From, before, months); err != nil {
		return err
	}
	var write, moved []warehouse.Month
	keep := func(m, have warehouse.Month) {
		m.Build, m.Cells, m.Digest = have.Build, have.Cells, have.Digest
		out.State.Months = append(out.State.Months, m)
	}
	earlier := ""
	for _, month := range slices.Sorted(maps.Keys(months)) {
		m := warehouse.Month{Month: month, Rows: months[month].rows, Earlier: earlier}
		if r.src.document != "" { // else a month is made of its own rows alone
			earlier = chained(earlier, m)
		}
		have, reuse := before[month], left[month]
		switch i := slices.IndexFunc(reuse, func(l warehouse.Month) bool { return l.Rows == m.Rows && l.Earlier == m.Earlier }); {
		case have.Rows == m.Rows && have.Earlier == m.Earlier:
			keep(m, have)
			out.Kept++
		case i >= 0:
			keep(m, reuse[i])
			out.Reused = append(out.Reused, month)
		case have.Rows == m.Rows:
			moved = append(moved, m)
		default:
			write = append(write, m)
		}
	}
	same, err := r.unmoved(ctx, months, moved, before)
	if err != nil {
		return err
	}
	for _, m := range moved {
		if same[m.Month] {
			keep(m, before[m.Month])
			out.Kept++
		} else {
			write = append(write, m)
		}
	}
	slices.SortFunc(write, byTime)
	for i := range write {
		write[i].Build = q.Build
		out.Written = append(out.Written, write[i].Month)
	}
	if err := r.write(ctx, months, write); err != nil {
		return err
	}
	out.State.Months = append(out.State.Months, write...)
	slices.SortFunc(out.State.Months, byTime)
	return nil
}

func byTime(a, b warehouse.Month) int { return cmp.Compare(a.Month, b.Month) }

// chained is a digest of the rows of all months up to one.
func chained(earlier string, m warehouse.Month) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\n%d\n%s", earlier, m.Month, m.Rows))
	return hex.EncodeToString(sum[:16])
}

// closed refuses a refresh of later months if one of those before changed, and names them.
func (r *Rollup) closed(from period.Date, before map[period.Date]warehouse.Month, months map[period.Date]*counted) error {
	if from == period.NoDate {
		return nil
	}
	var list []string
	for month, m := range months {
		if month < from && m.rows != before[month].Rows {
			list = append(list, month.YearMonth())
		}
	}
	for month := range before {
		if month < from && months[month] == nil { // it has no row any more
			list = append(list, month.YearMonth())
		}
	}
	slices.Sort(list)
	if len(list) == 0 {
		return nil
	}
	what := "a month"
	if len(list) > 1 {
		what = "months"
	}
	return fault.New(fault.Failed, "refresh", fmt.Sprintf("%s of %s before %s changed: %s", what, r.src.Table, from.YearMonth(), strings.Join(list, ", ")), "nothing was published; if the change is meant, run the command without --from")
}

// unmoved finds the months, of those whose own rows are as they were, whose cells are so
// too: a document of theirs may begin earlier or later than it did.
func (r *Rollup) unmoved(ctx context.Context, months map[period.Date]*counted, moved []warehouse.Month, before map[period.Date]warehouse.Month) (map[period.Date]bool, error) {
	same := map[period.Date]bool{}
	err := r.stretches(months, moved, "comparing", func(list []warehouse.Month) error {
		now, err := r.digests(ctx, r.src.cells(byMonth, spanned(months, list), true))
		for _, m := range list {
			have := before[m.Month]
			same[m.Month] = now[m.Month].Digest == have.Digest && now[m.Month].Cells == have.Cells
		}
		return err
	})
	return same, err
}

// leftovers are months that refreshes wrote which never ended, the newest first. Old ones
// are not touched: another refresh may be sweeping them away.
func (r *Rollup) leftovers(ctx context.Context, q Request) (map[period.Date][]warehouse.Month, error) {
	published := map[int64]bool{}
	if q.Before != nil {
		for _, m := range q.Before.Months {
			published[m.Build] = true
		}
	}
	out := map[period.Date][]warehouse.Month{}
	text := fmt.Sprintf("SELECT build, month, cells, digest, rows_digest, earlier FROM %s WHERE build > %d ORDER BY build DESC", r.table(monthTable), q.Build-oneDay/2)
	err := r.c.each(ctx, sqltext.Query{Text: text}, func(rows *sql.Rows) error {
		m := warehouse.Month{Month: period.NoDate}
		var month sql.NullInt32
		if err := rows.Scan(&m.Build, &month, &m.Cells, &m.Digest, &m.Rows, &m.Earlier); err != nil {
			return err
		}
		if month.Valid {
			m.Month = period.Date(month.Int32)
		}
		if !published[m.Build] {
			out[m.Month] = append(out[m.Month], m)
		}
		return nil
	})
	return out, err
}

// stretches goes through months, as many neighbours at a time as the workers hold in
// memory.
func (r *Rollup) stretches(months map[period.Date]*counted, list []warehouse.Month, doing string, visit func([]warehouse.Month) error) error {
	most := r.Stretch
	if most == 0 {
		most = stretchRows * max(1, r.c.workers)
	}
	for done := 0; done < len(list); {
		end, rows := done+1, months[list[done].Month].loaded.Rows
		for end < len(list) && list[end].Month == list[end-1].Month.AddMonths(1) && rows+months[list[end].Month].loaded.Rows <= most {
			rows += months[list[end].Month].loaded.Rows
			end++
		}
		stretch := list[done:end]
		r.say(done, len(list), doing+" "+spell(stretch))
		if err := visit(stretch); err != nil {
			return err
		}
		done = end
	}
	return nil
}

// spanned is the range of neighbours. It has no beginning where no row is before it.
func spanned(months map[period.Date]*counted, list []warehouse.Month) period.Range {
	first := list[0].Month
	span := period.All
	if first != period.NoDate {
		span.To = list[len(list)-1].Month.AddMonths(1)
	}
	for month := range months {
		if month < first {
			span.From = first
		}
	}
	return span
}

// write rolls up months, and fills in what became of them.
func (r *Rollup) write(ctx context.Context, months map[period.Date]*counted, list []warehouse.Month) error {
	err := r.stretches(months, list, "rolling up", func(stretch []warehouse.Month) error { return r.stretch(ctx, months, stretch) })
	if err == nil {
		r.say(len(list), len(list), "rolled up")
	}
	return err
}

// spell says which months a stretch has.
func spell(list []warehouse.Month) string {
	first, last := list[0].Month, list[len(list)-1].Month
	switch first {
	case period.NoDate:
		return "lines without a date"
	case last:
		return first.YearMonth()
	default:
		return first.YearMonth() + " to " + last.YearMonth()
	}
}

// stretch writes the cells of neighbours in one statement, holds them to the rows that
// were counted, and notes them, so that a refresh after one that dies finds them.
func (r *Rollup) stretch(ctx context.Context, months map[period.Date]*counted, list []warehouse.Month) error {
	build := list[0].Build
	text := fmt.Sprintf("INSERT INTO %s\nSELECT %s, CAST(%d AS BIGINT)\nFROM (\n%s\n) c", r.table(cellTable), cellColumns, build, sqltext.Indent(r.src.cells(byMonth, spanned(months, list), true)))
	if err := r.exec(ctx, text); err != nil {
		return err
	}
	written, err := r.digests(ctx, r.built(list))
	if err != nil {
		return err
	}
	notes := make([]string, len(list))
	for i := range list {
		m, w := &list[i], written[list[i].Month]
		if want := months[m.Month]; w.loaded != tally(want.loaded) || w.unassigned != tally(want.unassigned) {
			return r.changed()
		}
		m.Cells, m.Digest = w.Cells, w.Digest
		month := "CAST(NULL AS INTEGER)"
		if m.Month != period.NoDate {
			month = strconv.Itoa(int(m.Month))
		}
		notes[i] = fmt.Sprintf("(CAST(%d AS BIGINT), %s, CAST(%d AS BIGINT), %s, %s, %s)", build, month, m.Cells, sqltext.Text(m.Digest), sqltext.Text(m.Rows), sqltext.Text(m.Earlier))
	}
	return r.exec(ctx, "INSERT INTO "+r.table(monthTable)+"\nVALUES\n"+strings.Join(notes, ",\n"))
}

// tally is one of loaded rows: all of them have an amount.
func tally(t ledger.Tally) ledger.Tally { return ledger.Tally{Rows: t.Rows, Amount: t.Amount} }
