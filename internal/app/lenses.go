package app

import (
	"fmt"

	"clientele/internal/period"
)

// lenses say what a further file, or a further column, would open.
func (g *Ground) lenses(a *Answer) []string {
	var out []string
	if a.Windows.Undated {
		out = append(out, "document dates: the last 12 months, and who joined and who left")
	} else if prior := (period.Range{From: g.Span.To.AddMonths(-24), To: g.Span.To}); g.Span.From > prior.From {
		out = append(out, "older invoices: the line a year before, and who moved since (--compare year)")
	}
	if !g.Facts.Documents {
		out = append(out, "document numbers: how sure each client's place is (--band)")
	}
	if n := a.Control.Unassigned.Rows; n > 0 {
		out = append(out, fmt.Sprintf("clients for %d rows that name none: a narrower interval for the line", n))
	}
	if !g.Facts.Grouped {
		out = append(out, "a list of clients with their groups: the line for whole groups (--by group)")
	}
	return out
}
