package cli

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"clientele/internal/app"
	"clientele/internal/fault"
	"clientele/internal/money"
)

const effectSchema = "clientele.clients.effect/v1"

type effectDocument struct {
	stamp

	Relation string             `json:"relation"`
	From     string             `json:"from"`
	To       string             `json:"to"`
	By       string             `json:"by"` // level of the figures: client or group
	Currency *string            `json:"currency"`
	Before   lineEffectDocument `json:"before"`
	After    lineEffectDocument `json:"after"`
	Applied  bool               `json:"applied"`
	Event    *int64             `json:"event"` // by which it is taken back
}

type lineEffectDocument struct {
	Clients int64    `json:"clients"` // positive ones
	Line    int64    `json:"line_clients"`
	Ticket  *string  `json:"entry_ticket"`
	Total   string   `json:"total"`
	HHI     *float64 `json:"hhi"`
}

// clientsRelate merges a client into another, or puts it under a parent.
func (r *run) clientsRelate(relation app.Relation) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "merge FROM INTO",
		Short: "two clients are one",
		Long: "Count all that FROM bought as that of INTO. What that does to the line of the last\n" +
			"twelve months is shown first; it is done after a yes, or with --yes.",
		Example:     "  clientele clients merge C0417 C0012",
		Annotations: map[string]string{schemaKey: effectSchema},
	}
	if relation == app.Group {
		cmd.Use, cmd.Short = "group CLIENT PARENT", "a client belongs to a parent"
		cmd.Long = "Put a client under a parent, so that '--by group' counts them as one. What that does\n" +
			"to the line of the last twelve months by group is shown first; it is done after a\n" +
			"yes, or with --yes."
		cmd.Example = "  clientele clients group C0101 C0100"
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := between(cmd, args, 2, 2, "two clients"); err != nil {
			return err
		}
		return r.inside(cmd.Context(), func(w *app.Workspace) error { return r.relate(cmd, w, relation, args[0], args[1]) })
	}
	return cmd
}

func (r *run) relate(cmd *cobra.Command, w *app.Workspace, relation app.Relation, from, to string) error {
	ctx := cmd.Context()
	e, err := w.Relate(ctx, relation, from, to, r.global.yes)
	if err != nil {
		return err
	}
	currency, err := w.Currency(ctx) // of the ledger, by which the effect is counted
	if err != nil {
		return err
	}
	question := fmt.Sprintf("Merge %s into %s?", from, to)
	if relation == app.Group {
		question = fmt.Sprintf("Put %s under %s?", from, to)
	}
	if e.Applied || !r.canAsk() {
		if err := r.showEffect(e, currency); err != nil || e.Applied {
			return err
		}
		return needYes(question)
	}
	r.say(r.effectScreen(e, currency))
	if yes, _ := r.confirm(ctx, question); !yes {
		return declined()
	}
	if e, err = w.Relate(ctx, relation, from, to, true); err != nil {
		return err
	}
	return r.showEffect(e, currency)
}

func (r *run) showEffect(e *app.Effect, currency money.Currency) error {
	if r.global.format != formatJSON {
		return r.print([]byte(r.effectScreen(e, currency)))
	}
	d := effectDocument{
		stamp: r.stamp(effectSchema), Relation: string(e.Relation), From: e.From, To: e.To, By: app.LevelWord(e.Level), Currency: known(string(currency)),
		Before: lineEffectOf(e.Before), After: lineEffectOf(e.After), Applied: e.Applied,
	}
	if e.Applied {
		d.Event = &e.Event
	}
	return r.document(d)
}

func lineEffectOf(f app.LineFigures) lineEffectDocument {
	p := purse{decimals: f.Decimals, currency: ""}
	return lineEffectDocument{f.Clients, f.Line, sumOf(f.Ticket, p), p.exact(f.Total), f.HHI}
}

// effectScreen sets the line before beside the line after.
func (r *run) effectScreen(e *app.Effect, currency money.Currency) string {
	var b strings.Builder
	t := r.theme
	who := app.LevelWord(e.Level)
	done := "would be merged into"
	switch {
	case e.Relation == app.Group && e.Applied:
		done = "is now under"
	case e.Relation == app.Group:
		done = "would be put under"
	case e.Applied:
		done = "now counts as"
	}
	t.sentence(&b, clean(fmt.Sprintf("%s %s %s.", e.From, done, e.To)))
	p := purse{decimals: e.Before.Decimals, currency: currency}
	ticket := func(f app.LineFigures) string {
		if !f.Ticket.Valid {
			return dash
		}
		return p.named(money.FromInt64(f.Ticket.Int))
	}
	hhi := func(f app.LineFigures) string {
		if f.HHI == nil {
			return dash
		}
		return decimal(*f.HHI, 1)
	}
	x, y := e.Before, e.After
	g := &grid{columns: []column{
		{"", "last 12 months, by " + who, false, false}, {"", "before", true, false}, {"", "after", true, false},
	}}
	g.rows = [][]string{
		{who + "s above 0", count(x.Clients), count(y.Clients)},
		{"on the line, at 80 %", count(x.Line), count(y.Line)},
		{"entry ticket", ticket(x), ticket(y)},
		{"total", p.named(x.Total), p.named(y.Total)},
		{"HHI", hhi(x), hhi(y)},
	}
	g.draw(&b, t)
	if e.Applied {
		t.next(&b, r.self("clients", "undo", strconv.FormatInt(e.Event, 10)))
	}
	return b.String()
}

type changeDocument struct {
	stamp

	Change  string   `json:"change"` // undo, different or confirm
	Clients []string `json:"clients"`
	Event   *int64   `json:"event"`
}

// change tells that a small decision was kept.
func (r *run) change(d changeDocument, text string) error {
	d.stamp = r.stamp(changeSchema)
	if r.global.format == formatJSON {
		return r.document(d)
	}
	var b strings.Builder
	r.theme.entry(&b, "", 0, clean(text))
	return r.print([]byte(b.String()))
}

// clientsUndo takes a merge or a group back.
func (r *run) clientsUndo() *cobra.Command {
	return &cobra.Command{
		Use:         "undo STEP",
		Short:       "take a merge or a group back",
		Long:        "Take back a merge or a group by its number, as 'clients history' lists it.",
		Example:     "  clientele clients history\n  clientele clients undo 3",
		Annotations: map[string]string{schemaKey: changeSchema},
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := between(cmd, args, 1, 1, "the step, as 'clients history' lists it"); err != nil {
				return err
			}
			step, err := strconv.ParseInt(args[0], 10, 64)
			if err != nil {
				return fault.New(fault.Usage, "read arguments", fmt.Sprintf("%q is not the number of a step", args[0]), "list them with: "+r.self("clients", "history"))
			}
			return r.inside(cmd.Context(), func(w *app.Workspace) error {
				err := w.Unrelate(cmd.Context(), step)
				if fault.KindOf(err) == fault.NotFound && err != nil {
					return fault.New(fault.NotFound, "take back", fmt.Sprintf("there is no merge or group %d", step), "list them with: "+r.self("clients", "history"))
				}
				if err != nil {
					return err
				}
				return r.change(changeDocument{Change: "undo", Clients: []string{}, Event: &step}, fmt.Sprintf("Step %d is taken back.", step))
			})
		},
	}
}

// clientsDifferent refuses a suggestion.
func (r *run) clientsDifferent() *cobra.Command {
	return &cobra.Command{
		Use:         "different ONE OTHER",
		Short:       "two clients that look alike are two",
		Long:        "Say that two clients are different, so that they are not suggested again.",
		Example:     "  clientele clients different C0417 C0012",
		Annotations: map[string]string{schemaKey: changeSchema},
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := between(cmd, args, 2, 2, "two clients"); err != nil {
				return err
			}
			return r.inside(cmd.Context(), func(w *app.Workspace) error {
				if err := w.Dismiss(cmd.Context(), args[0], args[1]); err != nil {
					return err
				}
				return r.change(changeDocument{Change: "different", Clients: args}, args[0]+" and "+args[1]+" are two clients, and not suggested again.")
			})
		},
	}
}

// clientsConfirm records that clients stand alone.
func (r *run) clientsConfirm() *cobra.Command {
	return &cobra.Command{
		Use:   "confirm CLIENT…",
		Short: "clients that belong to nobody else",
		Long: "Confirm that each of the clients stands alone: no other client of the list belongs to\n" +
			"the same owner. The verdict of the line asks for it for every large client.",
		Example:     "  clientele clients confirm C0012 C0100",
		Annotations: map[string]string{schemaKey: changeSchema},
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := between(cmd, args, 1, -1, "a client"); err != nil {
				return err
			}
			return r.inside(cmd.Context(), func(w *app.Workspace) error {
				if err := w.Confirm(cmd.Context(), args); err != nil {
					return err
				}
				return r.change(changeDocument{Change: "confirm", Clients: args}, counted(int64(len(args)), "client")+" confirmed: "+few(args, 5)+".")
			})
		},
	}
}
