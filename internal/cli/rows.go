package cli

import (
	"slices"
	"strconv"

	"clientele/internal/app"
	"clientele/internal/book"
	"clientele/internal/money"
)

// clientColumns are the columns of one client, in every form.
func clientColumns(level app.Level) []column {
	return []column{
		{"rank", "rank", true, false},
		{"client", app.LevelWord(level) + " id", false, true},
		{"name", app.LevelWord(level), false, true},
		{"revenue", "revenue", true, false},
		{"share", "share %", true, false},
		{"cumulative_share", "cum. %", true, false},
		{"invoices", "docs", true, false},
		{"first", "first", false, false},
		{"last", "last", false, false},
		{"tenure_days", "tenure", true, false},
		{"state", "state", false, false},
	}
}

// clientSheet is a list of clients for programs.
func clientSheet(list []book.Row, level app.Level, p purse) *sheet {
	s := &sheet{columns: clientColumns(level)}
	for _, x := range list {
		d := rowOf(x, p)
		s.rows = append(s.rows, []string{
			whole(d.Rank), d.Client, d.Name, given(d.Revenue), ratio(d.Share), ratio(d.Cumulative),
			whole(d.Invoices), given(d.First), given(d.Last), whole(d.Tenure), given(d.State),
		})
	}
	return s
}

func given(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func whole(n *int64) string {
	if n == nil {
		return ""
	}
	return strconv.FormatInt(*n, 10)
}

func ratio(v *float64) string {
	if v == nil {
		return ""
	}
	return strconv.FormatFloat(*v, 'g', -1, 64)
}

// clientGrid is a list of clients for people: at most one line each, no column that
// says nothing. Wide lists also show when a client began.
func clientGrid(list []book.Row, level app.Level, p purse, wide bool) *grid {
	all := clientColumns(level)
	g := &grid{columns: append(all[:1:1], all[2:7]...)}
	if wide {
		g.columns = append(g.columns, all[7])
	}
	g.columns = append(g.columns, all[8], all[10])
	least := p.column(revenues(list))
	documents := slices.ContainsFunc(list, func(x book.Row) bool { return x.Invoices > 0 })
	for _, x := range list {
		cells := clientCells(x, p, least, wide)
		if !documents {
			cells[5] = ""
		}
		g.rows = append(g.rows, cells)
	}
	return g
}

func clientCells(x book.Row, p purse, least int, wide bool) []string {
	rank, revenue, docs := dash, dash, ""
	if x.Rank > 0 {
		rank = count(x.Rank)
	}
	if x.Revenue.Valid {
		revenue = p.shown(money.FromInt64(x.Revenue.Int), least)
	}
	if n := invoices(x); n != nil {
		docs = count(*n)
	}
	cells := []string{rank, label(x), revenue, hundredth(x.Share), hundredth(x.Cumulative), docs}
	if wide {
		cells = append(cells, x.First.String())
	}
	return append(cells, x.Last.String(), string(x.State))
}

// label is what a person calls the client.
func label(x book.Row) string { return named(x.ID, x.Name) }

func named(id, name string) string {
	if name == "" {
		name = id
	}
	return clean(name)
}

func hundredth(r book.Ratio) string {
	if !r.Valid {
		return dash
	}
	return strconv.FormatFloat(r.Float*100, 'f', 2, 64)
}
