package trino

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"clientele/internal/engine"
	"clientele/internal/engine/sqltext"
	"clientele/internal/fault"
	"clientele/internal/ledger"
	"clientele/internal/metric"
	"clientele/internal/period"
	"clientele/internal/warehouse"
)

// rolled answers from a roll-up, and from the firm's own table where a question reaches
// below a month or down to the rows. An account is its key.
type rolled struct {
	Engine
	r *Rollup
}

var (
	_ engine.Engine    = (*rolled)(nil)
	_ engine.Documents = (*rolled)(nil)
	_ engine.Lines     = (*rolled)(nil)
	_ engine.Ranks     = (*rolled)(nil)
	_ engine.Asides    = (*rolled)(nil)
)

// Open answers from the months of a publication, under rules.
func (r *Rollup) Open(ctx context.Context, s *warehouse.State, rules engine.Rules) (engine.Engine, error) {
	return r.open(ctx, s, rules, r.built(s.Months), r.kept(s.Accounts))
}

// Anew answers the same from the firm's own tables alone: the other way to every figure.
func (r *Rollup) Anew(ctx context.Context, s *warehouse.State, rules engine.Rules) (engine.Engine, error) {
	if r.who != nil {
		if err := r.who.settle(ctx, r.c); err != nil {
			return nil, err
		}
	}
	r.src.scale = s.Scale
	cells := r.src.cells(byMonth, period.All, true)
	return r.open(ctx, s, rules, cells, r.accounts(cells))
}

func (r *Rollup) open(ctx context.Context, s *warehouse.State, rules engine.Rules, cells, accounts string) (engine.Engine, error) {
	r.src.scale = s.Scale
	known := "SELECT account, account AS client_id, name\nFROM (\n" + sqltext.Indent(accounts) + "\n) a"
	schema := sqltext.Schema{
		Relations: map[string]string{"cell": cells, "account": known}, Merged: s.Accounts.Grouped > 0,
		Days: func(span period.Range, documents bool) string { return r.src.cells(byDay, span, documents) },
	}
	grouped := "SELECT account, account AS source, account AS client, top AS parent\nFROM (\n" + sqltext.Indent(accounts) + "\n) a\nWHERE top <> account"
	touched, links, extras, err := r.settle(ctx, accounts, rules)
	if err != nil {
		return nil, err
	}
	if len(touched) > 0 {
		// What the decisions touch stands in the text, the rest in the table. Everybody is
		// grouped together: a union that is not would bring all to the one node where the
		// literals are.
		grouped += " AND top NOT IN (" + strings.Join(touched, ", ") + ")"
		schema.Merged = schema.Merged || len(links) > 0
	}
	if len(links) > 0 {
		grouped = "SELECT account, max(source) AS source, max(client) AS client, max(parent) AS parent\nFROM (\n" +
			sqltext.Indent(grouped+"\nUNION ALL\nSELECT account, source, client, parent FROM (VALUES\n"+strings.Join(links, ",\n")+"\n) AS i (account, source, client, parent)") + "\n) i\nGROUP BY account"
	}
	if len(extras) > 0 {
		schema.Relations["account"] = "SELECT account, account AS client_id, coalesce(max(name), account) AS name\nFROM (\n" +
			sqltext.Indent("SELECT account, name FROM (\n"+sqltext.Indent(accounts)+"\n) a\nUNION ALL\nSELECT k, CAST(NULL AS VARCHAR) FROM (VALUES "+strings.Join(extras, ", ")+") AS e (k)") + "\n) n\nGROUP BY account"
	}
	if schema.Merged {
		schema.Relations["identity"] = grouped
	}
	return &rolled{Engine: Engine{r.c.runner(schema)}, r: r}, nil
}

// rulesMax bounds the decisions that a text can hold.
const rulesMax = 5000

// settle applies the rules to the accounts that they name, and to all that are in a group
// with one of them. It gives the groups that are touched, the links of their members and
// parties that are no accounts, as literals.
func (r *Rollup) settle(ctx context.Context, accounts string, rules engine.Rules) (touched, links, extras []string, err error) {
	named := rules.Keys()
	if len(named) == 0 {
		return nil, nil, nil, nil
	}
	tooMany := func(n int) error {
		return fault.New(fault.Failed, "ask", fmt.Sprintf("merges and groups are about %d clients, more than the %d that a cluster is told of", n, rulesMax), "merge and group them in the warehouse")
	}
	if len(named) > rulesMax {
		return nil, nil, nil, tooMany(len(named))
	}
	// A group that is named counts as touched even if nobody is in it yet.
	tops := map[string]bool{}
	for _, key := range named {
		tops[key] = true
	}
	find := func(column string, keys []string, visit func(engine.Numbered, string)) error {
		for chunk := range slices.Chunk(keys, 1000) {
			among, args := sqltext.In(column, chunk)
			q := sqltext.Query{
				Text: "SELECT account, name, coalesce(parent, ''), top FROM (\n" + sqltext.Indent(accounts) + "\n) a\nWHERE " + among + "\nORDER BY account ASC NULLS LAST\nLIMIT " + strconv.Itoa(rulesMax+1),
				Args: args,
			}
			err := r.c.each(ctx, q, func(rows *sql.Rows) error {
				var n engine.Numbered
				var top string
				err := rows.Scan(&n.Key, &n.Name, &n.Parent, &top)
				visit(n, top)
				return err
			})
			if err != nil {
				return err
			}
		}
		return nil
	}
	if err := find("account", named, func(_ engine.Numbered, top string) { tops[top] = true }); err != nil {
		return nil, nil, nil, err
	}
	all := slices.Sorted(maps.Keys(tops))
	var found []engine.Numbered
	err = find("top", all, func(n engine.Numbered, _ string) {
		n.Number = int64(len(found))
		found = append(found, n)
	})
	if err != nil {
		return nil, nil, nil, err
	}
	if len(found) > rulesMax {
		return nil, nil, nil, tooMany(len(found))
	}
	key := map[int64]string{}
	for _, n := range found {
		key[n.Number] = n.Key
	}
	list, more := engine.Links(found, rules)
	for _, x := range more {
		key[x.Number] = x.Key
		extras = append(extras, "("+sqltext.Text(x.Key)+")")
	}
	for _, l := range list {
		links = append(links, "("+sqltext.Text(key[l.Account])+", "+sqltext.Text(key[l.Source])+", "+sqltext.Text(key[l.Client])+", "+sqltext.Text(key[l.Parent])+")")
	}
	for _, k := range all {
		touched = append(touched, sqltext.Text(k))
	}
	return touched, links, extras, nil
}

// window is the condition that a row's date lies in the current window.
func (e *rolled) window(f engine.Frame) (string, error) {
	if err := f.Check(); err != nil {
		return "", err
	}
	x := f.Extent(metric.Current)
	if e.r.src.date == "" && !x.Undated {
		return "1 = 0", nil
	}
	return e.r.src.days(x.Range), nil
}

// loaded are the rows in the window, under the filter, with their party.
func (e *rolled) loaded(f engine.Frame) (rows, party string, err error) {
	in, err := e.window(f)
	if err != nil {
		return "", "", err
	}
	sale := ""
	if f.SalesOnly {
		sale = e.r.src.sale()
	}
	party, join := e.Renderer.Who(f.Level)
	return "(\n" + sqltext.Indent(e.r.src.rows(in, sale)) + "\n) l" + join, party, nil
}

// documentsMax bounds the band: its draws run in this process, over every document.
const documentsMax = 5_000_000

// EachDocument implements engine.Documents. The id of a document is made of its
// client's key and its number, as in a file.
func (e *rolled) EachDocument(ctx context.Context, f engine.Frame, visit func(client string, document [2]uint64, sum int64) error) error {
	rows, party, err := e.loaded(f)
	if err != nil {
		return err
	}
	where := "\nWHERE l.account IS NOT NULL"
	if f.WithoutNew {
		parties, err := e.Renderer.Frame(f, nil)
		if err != nil {
			return err
		}
		where += " AND " + party + " IN (SELECT party FROM (\n" + sqltext.Indent(parties) + "\n) seasoned)"
	}
	text := "SELECT " + party + ", l.account, l.document, CAST(sum(CAST(l.amount AS DECIMAL(38, 0))) AS BIGINT)\nFROM " + rows + where + "\nGROUP BY " + party + ", l.account, l.document"
	n := int64(0)
	if err := e.r.c.row(ctx, "SELECT count(*) FROM (\n"+sqltext.Indent(text)+"\n) d", &n); err != nil {
		return err
	}
	if n > documentsMax {
		return fault.New(fault.Failed, "draw the band", fmt.Sprintf("the window has %d documents, and the band is drawn over at most %d", n, documentsMax), "ask for a shorter window")
	}
	undocumented := map[string]int64{} // of merged accounts, lines without a number add up
	var stopped error
	err = e.r.c.each(ctx, sqltext.Query{Text: text}, func(rows *sql.Rows) error {
		var client, account string
		var number sql.NullString
		var sum int64
		if err := rows.Scan(&client, &account, &number, &sum); err != nil {
			return err
		}
		if !number.Valid {
			undocumented[client] += sum
			return nil
		}
		id := ledger.NewDocumentID(account, []byte(number.String))
		stopped = visit(client, [2]uint64{id.Hi, id.Lo}, sum)
		return stopped
	})
	for _, client := range slices.Sorted(maps.Keys(undocumented)) {
		if err != nil {
			break
		}
		err = visit(client, [2]uint64{}, undocumented[client])
	}
	if stopped != nil {
		return stopped
	}
	return err
}

// ClientLines implements engine.Lines, by a query for the rows themselves.
func (e *rolled) ClientLines(ctx context.Context, f engine.Frame, client string, limit int64) ([]engine.LineRef, error) {
	rows, party, err := e.loaded(f)
	if err != nil {
		return nil, err
	}
	x := e.r.src
	text := "SELECT l.account, l.day, l.amount, l.document, l.name, l.own, l.code\nFROM " + rows + "\nWHERE " + party + " = ?" +
		"\nORDER BY CASE WHEN l.amount < 0 THEN l.amount ELSE -l.amount END ASC NULLS LAST, l.day ASC NULLS LAST, l.document ASC NULLS LAST, l.account ASC NULLS LAST, l.amount ASC NULLS LAST, l.name ASC NULLS LAST, l.code ASC NULLS LAST, l.own ASC NULLS LAST"
	if limit >= 0 {
		text += fmt.Sprintf("\nLIMIT %d", limit)
	}
	out := []engine.LineRef{}
	err = e.r.c.each(ctx, sqltext.Query{Text: text, Args: []any{client}}, func(rows *sql.Rows) error {
		l := engine.LineRef{Batch: x.Table, Day: period.NoDate}
		var day sql.NullInt32
		var document, name, own, code sql.NullString
		if err := rows.Scan(&l.Client, &day, &l.Amount, &document, &name, &own, &code); err != nil {
			return err
		}
		if day.Valid {
			l.Day = period.Date(day.Int32)
		}
		l.Record = x.record(sql.NullString{String: l.Client, Valid: true}, day, document, name)
		if own.Valid { // it was converted
			l.Record = append(l.Record, engine.Field{Name: x.Columns.Amount, Value: own.String}, engine.Field{Name: x.Columns.Currency, Value: code.String})
		}
		out = append(out, l)
		return nil
	})
	return out, err
}

// record is a row under the names that the firm gave its columns.
func (x *source) record(client sql.NullString, day sql.NullInt32, document, name sql.NullString) []engine.Field {
	var out []engine.Field
	add := func(column string, value sql.NullString) {
		if column != "" && value.Valid {
			out = append(out, engine.Field{Name: column, Value: value.String})
		}
	}
	add(cmp.Or(x.Columns.Client, x.Columns.Name), client)
	if day.Valid {
		add(x.Columns.Date, sql.NullString{String: period.Date(day.Int32).String(), Valid: true})
	}
	add(x.Columns.Document, document)
	add(x.Columns.Name, name)
	return out
}

// SetAside implements engine.Asides, by a query for the rows themselves.
func (e *rolled) SetAside(ctx context.Context, f engine.Frame, state ledger.State, limit int64) ([]engine.Aside, error) {
	in, err := e.window(f)
	if err != nil {
		return nil, err
	}
	x := e.r.src
	day, _ := x.calendar()
	conditions := []string{}
	switch state {
	case ledger.Loaded:
		conditions = append(conditions, x.state()+" = '"+stateLoaded+"'", x.account()+" IS NULL")
		if in != "" {
			conditions = append(conditions, in)
		}
		if f.SalesOnly {
			conditions = append(conditions, x.sale())
		}
	case ledger.Excluded:
		conditions = append(conditions, x.state()+" = '"+stateExcluded+"'")
	case ledger.Quarantined:
		conditions = append(conditions, x.state()+" NOT IN ('"+stateLoaded+"', '"+stateExcluded+"')")
	}
	text := "SELECT state, client, day, document, name, units, amount, currency\nFROM (\n  SELECT " + x.state() + " AS state, " + x.account() + " AS client, " + day + " AS day, " + orNull(x.document) + " AS document, " + orNull(x.name) + " AS name, " + x.wide() + " AS units, CAST(" + x.exact + " AS VARCHAR) AS amount, " + orNull(x.currency) + " AS currency\n" +
		"  FROM " + x.from() + "\n  WHERE " + strings.Join(conditions, " AND ") + "\n) r\nORDER BY state ASC NULLS LAST, day ASC NULLS LAST, document ASC NULLS LAST, client ASC NULLS LAST, units ASC NULLS LAST, name ASC NULLS LAST"
	if limit >= 0 {
		text += fmt.Sprintf("\nLIMIT %d", limit)
	}
	out := []engine.Aside{}
	err = e.r.c.each(ctx, sqltext.Query{Text: text}, func(rows *sql.Rows) error {
		var a engine.Aside
		var code string
		var client, document, name, units, amount, currency sql.NullString
		var day sql.NullInt32
		if err := rows.Scan(&code, &client, &day, &document, &name, &units, &amount, &currency); err != nil {
			return err
		}
		if code != stateLoaded {
			a.Code = reason(code, ledger.Tally{}).Code
		}
		if units.Valid && code != stateRate { // which is in no currency of ours
			v, err := strconv.ParseInt(units.String, 10, 64)
			a.Amount = engine.Value{Int: v, Valid: err == nil} // larger than 64 bits: no amount of ours
		}
		a.Record = append(x.record(client, day, document, name), engine.Field{Name: x.Columns.Amount, Value: cmp.Or(amount.String, "null")})
		if x.currency != "" && currency.Valid {
			a.Record = append(a.Record, engine.Field{Name: x.Columns.Currency, Value: currency.String})
		}
		out = append(out, a)
		return nil
	})
	return out, err
}
