package cli

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"clientele/internal/app"
	"clientele/internal/fault"
	"clientele/internal/period"
)

const refreshSchema = "clientele.refresh/v1"

type refreshDocument struct {
	stamp

	Publication   int64           `json:"publication"` // the number of the one that holds
	Changed       bool            `json:"changed"`
	Place         string          `json:"place"`
	Source        string          `json:"source"`
	Kind          string          `json:"kind"`
	Currency      *string         `json:"currency"`
	MonthsWritten []string        `json:"months_written"`
	MonthsReused  []string        `json:"months_reused"` // of a refresh that did not end
	MonthsKept    int             `json:"months_kept"`
	Cells         int64           `json:"cells"`
	Clients       rolledClients   `json:"clients"`
	Control       controlDocument `json:"control"`
}

type rolledClients struct {
	Total   int64 `json:"total"`   // and groups that are no clients themselves
	Grouped int64 `json:"grouped"` // with a parent above them in the firm's own table
	Written bool  `json:"written"`
}

// refresh is the command that rolls up a firm's own table.
func (r *run) refresh() *cobra.Command {
	var from string
	cmd := &cobra.Command{
		Use:   "refresh",
		Short: "bring the roll-up of the firm's own table up to date",
		Long: "Roll up the tables that clientele.toml names, on the cluster where they are: one row\n" +
			"per client and month, in the schema that is named there. Only months that changed are\n" +
			"written. What is written is held to the rows of the table before it holds; until\n" +
			"then readers have the state before. The firm's own tables are only read.",
		Example: "  clientele refresh\n\n" +
			"  # the books of the months before this one are closed: a change there is refused\n" +
			"  clientele refresh --from 2026-10",
		Annotations: map[string]string{schemaKey: refreshSchema},
	}
	cmd.Flags().StringVar(&from, "from", "", "roll up months from `MONTH` on, 2026-10; those before are closed, and refused if they changed")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := between(cmd, args, 0, 0, ""); err != nil {
			return err
		}
		req := app.RefreshRequest{From: period.NoDate}
		if from != "" {
			day, err := period.ParseISO(from + "-01")
			if err != nil {
				return fault.New(fault.Usage, "read flags", fmt.Sprintf("--from %q is no month", from), "write it as 2026-10")
			}
			req.From = day
		}
		return r.inside(cmd.Context(), func(w *app.Workspace) error {
			a, err := w.Refresh(cmd.Context(), req)
			if err != nil {
				return err
			}
			return r.showRefresh(a)
		})
	}
	return cmd
}

func months(list []period.Date) []string {
	out := []string{}
	for _, m := range list {
		if m == period.NoDate {
			out = append(out, "undated")
			continue
		}
		out = append(out, m.YearMonth())
	}
	return out
}

func (r *run) showRefresh(a *app.RefreshAnswer) error {
	p := purse{decimals: a.Ground.Decimals, currency: a.Ground.Currency}
	t := &table{columns: []column{{"month", "month", false, true}, {"cells", "cells", true, false}, {"state", "state", false, false}}}
	states := map[period.Date]string{}
	for _, m := range a.Written {
		states[m] = "written"
	}
	for _, m := range a.Reused {
		states[m] = "taken over"
	}
	cells := int64(0)
	for _, m := range a.State.Months {
		state := states[m.Month]
		if state == "" {
			state = "as it was"
		}
		cells += m.Cells
		t.exact = append(t.exact, []string{months([]period.Date{m.Month})[0], strconv.FormatInt(m.Cells, 10), state})
	}
	t.shown = t.exact
	if r.global.format != formatTable {
		return r.show(t, func() any {
			return refreshDocument{
				stamp: r.stamp(refreshSchema), Publication: a.Number, Changed: !a.Unchanged, Place: a.Place, Source: a.State.Table, Kind: kindOf(a.Ground.Kind),
				Currency: known(string(a.Ground.Currency)), MonthsWritten: months(a.Written), MonthsReused: months(a.Reused), MonthsKept: a.Kept, Cells: cells,
				Clients: rolledClients{a.State.Accounts.Count, a.State.Accounts.Grouped, a.Clients},
				Control: controlOf(&a.Ground.Control, p),
			}
		})
	}
	var b strings.Builder
	s := r.theme
	if a.Unchanged {
		s.sentence(&b, fmt.Sprintf("Nothing to do: publication %d is %s as it stands.", a.Number, clean(a.State.Table)))
	} else {
		s.sentence(&b, fmt.Sprintf("%s is rolled up: publication %d holds.", clean(a.State.Table), a.Number))
	}
	s.block(&b, "Kept in", clean(a.Place))
	s.block(&b, "Months", fmt.Sprintf("%d written, %d taken over, %d as they were; %s", len(a.Written), len(a.Reused), a.Kept, counted(cells, "cell")))
	who := count(a.State.Accounts.Count)
	if n := a.State.Accounts.Grouped; n > 0 {
		who += ", " + count(n) + " of them in groups"
	}
	if a.Clients {
		who += "; written"
	} else {
		who += "; as they were"
	}
	s.block(&b, "Clients", who)
	answer := app.Answer{Control: a.Ground.Control, Files: a.Ground.Files, Currency: a.Ground.Currency, Decimals: a.Ground.Decimals}
	s.account(&b, &answer, p)
	s.next(&b, r.self("line"), r.self("book"), r.self("audit"))
	return r.print([]byte(b.String()))
}
