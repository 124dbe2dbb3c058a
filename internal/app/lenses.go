package app

import (
	"fmt"

	"clientele/internal/period"
)

// lenses say what a further file, or a further column, would open.
func (g *Ground) lenses(a *Answer) []string {
	var out []string
	table := len(g.Files) == 1 && g.Files[0].Table // which has all there is
	if a.Windows.Undated {
		out = append(out, "document dates: the last 12 months, and who joined and who left")
	} else if prior := (period.Range{From: g.Span.To.AddMonths(-24), To: g.Span.To}); !table && g.Span.From > prior.From {
		out = append(out, "older invoices: the line a year before, and who moved since (--compare year)")
	}
	if !g.Facts.Documents {
		out = append(out, "document numbers: how sure each client's place is (--band)")
	}
	if n := a.Control.Unassigned.Rows; n > 0 {
		out = append(out, "clients for "+rowsWord(n)+" that name none: a narrower interval for the line")
	}
	if !g.Facts.Grouped && !table {
		out = append(out, "a list of clients with their groups: the line for whole groups (--by group)")
	}
	return out
}

// rowsWord counts rows in words.
func rowsWord(n int64) string {
	if n == 1 {
		return "1 row"
	}
	return fmt.Sprintf("%d rows", n)
}
