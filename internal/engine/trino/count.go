package trino

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"clientele/internal/control"
	"clientele/internal/engine/sqltext"
	"clientele/internal/fault"
	"clientele/internal/ledger"
	"clientele/internal/money"
	"clientele/internal/period"
	"clientele/internal/warehouse"
)

// counted is what a month of the source has for the ledger.
type counted struct {
	loaded, unassigned ledger.Tally
	rows               string // a digest of the rows that does not depend on their order
}

// count reads the source once, and once more only if its amounts have more or fewer
// decimals than the last refresh found.
func (r *Rollup) count(ctx context.Context, before, s *warehouse.State) (map[period.Date]*counted, error) {
	x := r.src
	x.scale = max(r.floor, min(x.digits, x.AmountDecimals))
	fixed := x.whole || x.digits <= r.floor
	if fixed {
		if err := r.tooFine(x.scale); err != nil {
			return nil, err
		}
	} else if before != nil {
		x.scale = before.Scale
	}
	for {
		*s = warehouse.State{Table: x.Table, Sources: r.said, Scale: x.scale}
		months, finest, err := r.account(ctx, s)
		if err != nil {
			return nil, err
		}
		need := max(r.floor, finest)
		if fixed || need == x.scale {
			return months, nil
		}
		if err := r.tooFine(need); err != nil {
			return nil, err
		}
		x.scale = need
	}
}

// finest is the number of decimals that an amount has in use.
func (r *Rollup) finest() string {
	x := r.src
	if x.whole || x.digits <= r.floor {
		return "0"
	}
	var cases strings.Builder
	for d := r.floor; d < x.digits; d++ {
		fmt.Fprintf(&cases, " WHEN %s = CAST(%s AS DECIMAL(38, %d)) THEN %d", x.exact, x.exact, d, d)
	}
	return fmt.Sprintf("CASE WHEN %s IS NULL THEN 0%s ELSE %d END", x.exact, cases.String(), x.digits)
}

// tooFine refuses amounts that would have to be rounded.
func (r *Rollup) tooFine(scale uint8) error {
	if scale <= money.MaxDecimals {
		return nil
	}
	return fault.New(fault.Input, "look at the source", fmt.Sprintf("an amount in %s has more than %d decimals", r.src.Table, money.MaxDecimals), "round it in the source, or in a view; nothing is rounded on load")
}

// The states that a row of the source can be in.
const (
	stateLoaded   = "loaded"
	stateExcluded = "excluded"
	stateAmount   = "no_amount"
	stateDate     = "no_date"
	stateRate     = "missing_rate"
)

// state is what becomes of a row.
func (x *source) state() string {
	text := "CASE WHEN NOT " + x.kept() + " THEN '" + stateExcluded + "' WHEN " + x.exact + " IS NULL THEN '" + stateAmount + "'"
	if x.date != "" {
		text += " WHEN " + x.date + " IS NULL THEN '" + stateDate + "'"
	}
	if x.currency != "" {
		text += " WHEN " + x.waits() + " THEN '" + stateRate + "'"
	}
	return text + " ELSE '" + stateLoaded + "' END"
}

// group is a number of rows of the source that have the same fate, in one month.
type group struct {
	state            string
	waits            sql.NullString // the currency that has no rate
	month            sql.NullInt32
	unassigned       int64 // 1: they name no client
	rows, amounts    int64
	sum              sqltext.Wide
	first, last      sql.NullInt32 // days, none in the future
	future           int64
	byName, inPapers int64 // rows known by name; rows with a document
	finest           uint8 // decimals in use
	digest           string
}

// groups is the text of all groups. It reads each row once.
func (r *Rollup) groups() string {
	x := r.src
	day, month := x.calendar()
	waits, byName := "CAST(NULL AS VARCHAR)", "0"
	if x.currency != "" {
		waits = "CASE WHEN " + x.waits() + " THEN upper(" + x.currency + ") END"
	}
	if x.name != "" {
		byName = "CASE WHEN " + x.client + " IS NULL AND " + x.name + " IS NOT NULL THEN 1 ELSE 0 END"
	}
	rows := fmt.Sprintf("SELECT %s AS state, %s AS waits, %s AS account, %s AS name, %s AS document, %s AS units, %s AS by_name, %s AS day, %s AS month, %s AS finest\nFROM %s",
		x.state(), waits, x.account(), orNull(x.name), orNull(x.document), x.wide(), byName, day, month, r.finest(), x.from())
	return fmt.Sprintf("SELECT state, waits, month, CASE WHEN account IS NULL THEN 1 ELSE 0 END, count(*), count(units), coalesce(sum(units), 0), min(CASE WHEN day <= %d THEN day END), max(CASE WHEN day <= %d THEN day END),\n"+
		"  sum(CASE WHEN day > %d THEN 1 ELSE 0 END), sum(by_name), count(document), max(finest), lower(to_hex(checksum(ROW(account, name, day, units, document))))\nFROM (\n%s\n) r\nGROUP BY state, waits, month, CASE WHEN account IS NULL THEN 1 ELSE 0 END",
		r.Today, r.Today, r.Today, sqltext.Indent(rows))
}

// orNull is an expression of a text, null where the firm has no such column.
func orNull(expr string) string {
	if expr == "" {
		return "CAST(NULL AS VARCHAR)"
	}
	return expr
}

// account counts every row of the source once, by what becomes of it and by month.
func (r *Rollup) account(ctx context.Context, s *warehouse.State) (months map[period.Date]*counted, finest uint8, err error) {
	reasons, waits := control.Reasons{}, control.Waits{}
	s.First, s.Last = period.NoDate, period.NoDate
	months = map[period.Date]*counted{}
	digests := map[period.Date][]string{}
	err = r.c.each(ctx, sqltext.Query{Text: r.groups()}, func(rows *sql.Rows) error {
		var g group
		err := rows.Scan(&g.state, &g.waits, &g.month, &g.unassigned, &g.rows, &g.amounts, &g.sum, &g.first, &g.last, &g.future, &g.byName, &g.inPapers, &g.finest, &g.digest)
		if err != nil {
			return err
		}
		finest = max(finest, g.finest)
		t := ledger.Tally{Rows: g.rows, WithoutAmount: g.rows - g.amounts, Amount: g.sum.Sum}
		if g.waits.Valid { // it has no amount in the ledger's currency
			if g.state == stateRate {
				waits.Add(control.Waiting{Currency: money.Currency(g.waits.String), Decimals: r.src.scale, Rows: g.rows, Amount: t.Amount})
			}
			t = control.WithoutAmount(g.rows)
		}
		s.Totals.Read = s.Totals.Read.Plus(t)
		if g.state != stateLoaded {
			reasons.Add(reason(g.state, t))
			return nil
		}
		month := period.NoDate
		if g.month.Valid {
			month = period.Date(g.month.Int32)
		}
		if months[month] == nil {
			months[month] = &counted{}
		}
		months[month].add(&g, t)
		digests[month] = append(digests[month], fmt.Sprintf("%d %d %s", g.unassigned, g.rows, g.digest))
		r.load(s, &g, t)
		return nil
	})
	for month, m := range months {
		slices.Sort(digests[month])
		m.rows = strings.Join(digests[month], ", ")
	}
	s.Totals.SetAside(reasons)
	s.Totals.MissingRate = waits.List()
	return months, finest, err
}

func (m *counted) add(g *group, t ledger.Tally) {
	m.loaded = m.loaded.Plus(t)
	if g.unassigned == 1 {
		m.unassigned = m.unassigned.Plus(t)
	}
}

// load adds a group of loaded rows to the state.
func (r *Rollup) load(s *warehouse.State, g *group, t ledger.Tally) {
	s.Totals.Loaded = s.Totals.Loaded.Plus(t)
	if g.unassigned == 1 {
		s.Totals.Unassigned = s.Totals.Unassigned.Plus(t)
	}
	s.Future, s.NameAsKey, s.Documents = s.Future+g.future, s.NameAsKey+g.byName, s.Documents || g.inPapers > 0
	if r.src.date == "" {
		s.Undated += g.rows
	}
	if g.first.Valid {
		s.First, s.Last = earliest(s.First, period.Date(g.first.Int32)), max(s.Last, period.Date(g.last.Int32))
	}
}

// earliest is the smaller day; NoDate is none.
func earliest(a, b period.Date) period.Date {
	if a == period.NoDate {
		return b
	}
	return min(a, b)
}

func reason(state string, t ledger.Tally) ledger.Reason {
	r := ledger.Reason{State: ledger.Quarantined, Code: state, Tally: t}
	switch state {
	case stateExcluded:
		r.State, r.Code, r.Text = ledger.Excluded, "condition", "does not meet the condition of the source"
	case stateAmount:
		r.Text = "the amount is empty"
	case stateDate:
		r.Text = "the date is empty"
	case stateRate:
		r.Text = "no exchange rate for its currency"
	}
	return r
}

// Recount counts the source again: the whole account.
func (r *Rollup) Recount(ctx context.Context, s *warehouse.State) ([]warehouse.Counted, error) {
	now := warehouse.State{}
	r.src.scale = s.Scale
	if _, _, err := r.account(ctx, &now); err != nil {
		return nil, err
	}
	t := &now.Totals
	return []warehouse.Counted{{Name: "read", Tally: t.Read}, {Name: "loaded", Tally: t.Loaded}, {Name: "unassigned", Tally: t.Unassigned}, {Name: "excluded", Tally: t.Excluded}, {Name: "quarantined", Tally: t.Quarantined}}, nil
}
