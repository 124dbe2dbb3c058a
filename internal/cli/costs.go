package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"clientele/internal/app"
	"clientele/internal/fault"
	"clientele/internal/money"
)

const (
	costsSchema       = "clientele.costs/v1"
	costsEffectSchema = "clientele.costs.effect/v1"
)

type costsDocument struct {
	heading

	Level     string             `json:"level"`
	Kinds     []kindDocument     `json:"kinds"`
	Capacity  []capacityDocument `json:"capacity"`
	Pools     []poolDocument     `json:"pools"`
	Accounts  []accountDocument  `json:"accounts"`
	Spreaders []string           `json:"drivers"`
	Coverage  coverageDocument   `json:"coverage"`
	Residual  *string            `json:"closing_residual"`
	Sources   []besideDocument   `json:"sources"`
	Verdict   verdictDocument    `json:"verdict"`
	Revision  int64              `json:"revision"`
}

type kindDocument struct {
	Kind     string `json:"kind"`
	Layer    string `json:"layer"`
	Declared bool   `json:"declared"`
	Rows     int64  `json:"rows"`
	Cost     string `json:"cost"`
}

// accountDocument is a source of cost and what became of it, or a place where cost ends up.
type accountDocument struct {
	Account    string `json:"account"`
	Source     bool   `json:"source"` // its balance must be 0
	Input      string `json:"input"`
	Adjustment string `json:"adjustment"`
	In         string `json:"in"`
	Out        string `json:"out"`
	Balance    string `json:"balance"`
}

// costs is the command about what the firm costs, and how that comes to clients.
func (r *run) costs() *cobra.Command {
	var f profitFlags
	cmd := &cobra.Command{
		Use:   "costs",
		Short: "what the firm costs, and how that comes to clients",
		Long: "List the costs of the window: kinds that are booked to clients, people with their\n" +
			"capacity, pools; where each stands in the statement, what spreads it, and where\n" +
			"every unit of it went. 'costs set' changes that, and shows first whose profit\n" +
			"changes its sign.",
		Example: "  clientele costs\n\n" +
			"  # delivery goes by orders, and belongs to serving\n" +
			"  clientele costs set 'Delivery and fleet' --layer cm2 --driver orders\n\n" +
			"  # rebates are a price, not a cost of the client alone\n" +
			"  clientele costs set Rebate --layer cm1",
		Annotations: map[string]string{schemaKey: costsSchema},
	}
	cmd.Flags().SortFlags = false
	f.bind(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := between(cmd, args, 0, 0, ""); err != nil {
			return err
		}
		a, _, err := f.ask(r, cmd, nil)
		if err != nil {
			return err
		}
		return r.showCosts(a)
	}
	cmd.AddCommand(r.costsSet(), r.costsReset(), r.costsCredit())
	return cmd
}

func (r *run) showCosts(a *app.ProfitAnswer) error {
	p := purseOf(&a.Answer)
	if r.global.format == formatJSON {
		return r.ended(r.document(costsDocumentOf(a, p)), &a.Answer)
	}
	t := &table{columns: []column{
		{"cost", "cost", false, true},
		{"layer", "layer", false, false},
		{"by", "goes by", false, false},
		{"input", string(a.Currency), true, false},
		{"allocated_out", "to clients", true, false},
		{"stays", "stays", true, false},
	}}
	screen := &grid{columns: slices.Delete(slices.Clone(t.columns), 1, 2)} // so that names have room
	byDefault := false
	for _, x := range costRows(a) {
		stays := x.input.Minus(x.out)
		t.exact = append(t.exact, []string{x.name, x.layer, x.by, p.exact(x.input), p.exact(x.out), p.exact(stays)})
		place := x.layer
		if x.by != "" {
			place += ", " + x.by
		}
		if x.byDefault {
			place, byDefault = place+" *", true
		}
		screen.rows = append(screen.rows, []string{clean(x.name), place, p.amount(x.input), amountOrNone(p, x.out), amountOrNone(p, stays)})
	}
	if r.global.format != formatTable {
		t.empty = "no costs"
		return r.ended(r.show(t, nil), &a.Answer)
	}
	var b strings.Builder
	if !refusedAnswer(&a.Answer) {
		r.theme.sentence(&b, costsSentence(a, p))
		r.theme.facts(&b, []string{spanText(&a.Answer, a.Dates), "level " + strings.ToUpper(string(a.Layer))})
		b.WriteString("\n")
		screen.draw(&b, r.theme)
		if byDefault {
			b.WriteString(r.theme.dim("* nobody said so: 'clientele costs set' does") + "\n")
		}
		r.theme.resting(&b, a, p)
	}
	for _, s := range a.Beside {
		r.theme.block(&b, "From", clean(fmt.Sprintf("%s (%s): %s, %s", s.File, s.Batch, counted(s.Control.Loaded.Rows, "row"),
			purse{s.Decimals, a.Currency, app.UnitOf(s.Kind)}.named(s.Control.Loaded.Amount))))
	}
	r.theme.verdict(&b, a.Verdict)
	return r.ended(r.print([]byte(b.String())), &a.Answer)
}

func amountOrNone(p purse, s money.Sum) string {
	if s.IsZero() {
		return ""
	}
	return p.amount(s)
}

func costsSentence(a *app.ProfitAnswer, p purse) string {
	var input, out money.Sum
	for _, x := range costRows(a) {
		input, out = input.Plus(x.input), out.Plus(x.out)
	}
	return fmt.Sprintf("The firm costs %s; clients bear %s of it, and %s stays.", p.named(input), p.amount(out), p.amount(input.Minus(out)))
}

// costRow is one source of cost and where it went.
type costRow struct {
	name, layer, by string
	byDefault       bool // nobody said what the pool goes by
	input, out      money.Sum
}

// costRows are all sources of cost: each unit of money is in one of them.
func costRows(a *app.ProfitAnswer) []costRow {
	var out []costRow
	for _, k := range a.Kinds {
		name := k.Kind
		if name == "" {
			name = "Cost of the lines sold"
		}
		out = append(out, costRow{name: name, layer: k.Layer, by: "client", input: k.Cost, out: k.Cost})
	}
	for _, g := range a.Groups {
		by := "equations"
		if g.Booked {
			by = "booked hours"
		}
		out = append(out, costRow{name: g.Name, layer: "cm2", by: by, input: g.Cost, out: g.Assigned})
	}
	for _, x := range a.Pools {
		out = append(out, costRow{name: x.Name, layer: x.Layer, by: x.Driver, byDefault: x.Driver != "" && !x.Declared, input: x.Cost, out: x.Allocated})
	}
	return out
}

func costsDocumentOf(a *app.ProfitAnswer, p purse) costsDocument {
	whole := profitDocumentOf(a)
	d := costsDocument{
		heading: headingOf(costsSchema, &a.Answer, a.Question.Level, a.Dates), Level: string(a.Layer), Kinds: []kindDocument{}, Capacity: whole.Capacity, Pools: whole.Pools,
		Accounts: []accountDocument{}, Spreaders: append([]string{}, a.Spreaders...), Coverage: whole.Coverage, Residual: whole.Residual, Sources: whole.Beside, Verdict: whole.Verdict, Revision: a.Revision,
	}
	for _, k := range a.Kinds {
		d.Kinds = append(d.Kinds, kindDocument{k.Kind, k.Layer, k.Declared, k.Rows, p.exact(k.Cost)})
	}
	for i := range a.Accounts {
		x := &a.Accounts[i]
		d.Accounts = append(d.Accounts, accountDocument{x.Name, x.Source, p.exact(x.Input), p.exact(x.Adjustment), p.exact(x.In), p.exact(x.Out), p.exact(x.Balance())})
	}
	return d
}

// costsSet changes where a cost stands, or what spreads it.
func (r *run) costsSet() *cobra.Command {
	var c app.CostChange
	cmd := &cobra.Command{
		Use:   "set NAME",
		Short: "where a pool or a kind of cost stands, and what spreads it",
		Long: "Say in which layer of the statement a pool or a kind of cost stands, and what spreads\n" +
			"a pool over the clients. Whose profit changes its sign is shown first; it is done\n" +
			"after a yes, or with --yes.",
		Example: "  clientele costs set 'Delivery and fleet' --driver orders\n" +
			"  clientele costs set 'Tools and software' --layer sustaining --yes",
		Annotations: map[string]string{schemaKey: costsEffectSchema},
	}
	cmd.Flags().SortFlags = false
	cmd.Flags().StringVar(&c.Layer, "layer", "", "it stands in the `LAYER` cm1, cm2, cm3 or sustaining")
	cmd.Flags().StringVar(&c.Driver, "driver", "", "it is spread by the `DRIVER` hours, labour, revenue, orders, equal, or the name of an event")
	about := effectWindow(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := between(cmd, args, 1, 1, "a pool or a kind of cost, as 'clientele costs' lists it"); err != nil {
			return err
		}
		if c.Layer == "" && c.Driver == "" {
			return fault.New(fault.Usage, "set costs", "nothing is said about "+args[0], "say --layer or --driver")
		}
		c.Name = args[0]
		return r.changeCosts(cmd, c, about, "Change how "+c.Name+" comes to clients?")
	}
	return cmd
}

// costsReset takes a pool or a kind of cost back to its default.
func (r *run) costsReset() *cobra.Command {
	cmd := &cobra.Command{
		Use:         "reset NAME",
		Short:       "a pool or a kind of cost follows the default again",
		Long:        "Let a pool or a kind of cost follow the default again. What that does is shown first.",
		Example:     "  clientele costs reset 'Delivery and fleet'",
		Annotations: map[string]string{schemaKey: costsEffectSchema},
	}
	about := effectWindow(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := between(cmd, args, 1, 1, "a pool or a kind of cost"); err != nil {
			return err
		}
		return r.changeCosts(cmd, app.CostChange{Name: args[0], Reset: true}, about, "Let "+args[0]+" follow the default again?")
	}
	return cmd
}

// costsCredit says what it costs to wait for money.
func (r *run) costsCredit() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "credit RATE",
		Short: "what it costs to wait for money, a year",
		Long: "Take off what it costs to wait for the money of each client: its mean balance at the\n" +
			"ends of the months, at this rate a year. It needs a list of what clients owe. The\n" +
			"accounts do not contain it, so that it stands as an adjustment below the clients.",
		Example:     "  clientele costs credit 8%\n  clientele costs credit 0",
		Annotations: map[string]string{schemaKey: costsEffectSchema},
	}
	about := effectWindow(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := between(cmd, args, 1, 1, "a share of a year: 8%, or 0 for none"); err != nil {
			return err
		}
		return r.changeCosts(cmd, app.CostChange{CreditRate: args[0]}, about, "Take "+args[0]+" a year for waiting?")
	}
	return cmd
}

// effectWindow is the window in which the effect of a change is shown.
func effectWindow(cmd *cobra.Command) *span {
	about := &span{by: "client"}
	cmd.Flags().StringVar(&about.window, "window", "", "show the effect in the `WINDOW` 12m, all, 2025, FY2025 or 2025-01-01..2025-06-30; 12 complete months if left out")
	return about
}

// changeCosts shows what a change would do, and does it after a yes.
func (r *run) changeCosts(cmd *cobra.Command, c app.CostChange, about *span, question string) error {
	if err := about.settle(); err != nil {
		return err
	}
	return r.inside(cmd.Context(), func(w *app.Workspace) error {
		ctx := cmd.Context()
		q := app.ProfitQuestion{AsOf: r.global.day, Window: about.spec, Level: about.level}
		e, err := w.ChangeCosts(ctx, c, q, r.global.yes)
		if err != nil {
			return err
		}
		if e.Applied || !r.canAsk() {
			if err := r.showCostEffect(e); err != nil || e.Applied {
				return err
			}
			return needYes(question)
		}
		r.say(r.costEffectScreen(e))
		if yes, _ := r.confirm(ctx, question); !yes {
			return declined()
		}
		if e, err = w.ChangeCosts(ctx, c, q, true); err != nil {
			return err
		}
		return r.showCostEffect(e)
	})
}

type costEffectDocument struct {
	stamp

	Applied bool            `json:"applied"`
	Window  windowDocument  `json:"window"` // in which the effect is shown
	Before  effectFigures   `json:"before"`
	After   effectFigures   `json:"after"`
	Moved   []movedDocument `json:"changed_sign"`
}

type effectFigures struct {
	Level   string  `json:"level"`
	Profit  *string `json:"profit"`
	Loss    int64   `json:"loss"`
	Result  *string `json:"result"`
	Verdict string  `json:"verdict"`
}

type movedDocument struct {
	Client string `json:"client"`
	Name   string `json:"name"`
	Before string `json:"before"`
	After  string `json:"after"`
}

func (r *run) showCostEffect(e *app.CostEffect) error {
	if r.global.format != formatJSON {
		return r.print([]byte(r.costEffectScreen(e)))
	}
	p := purseOf(&e.After.Answer)
	d := costEffectDocument{stamp: r.stamp(costsEffectSchema), Applied: e.Applied, Window: windowOf(&e.After.Answer, e.After.Dates), Before: effectFiguresOf(e.Before), After: effectFiguresOf(e.After), Moved: []movedDocument{}}
	for _, m := range e.Moved {
		d.Moved = append(d.Moved, movedDocument{m.ID, m.Name, p.exactUnits(m.Before), p.exactUnits(m.After)})
	}
	return r.document(d)
}

func effectFiguresOf(a *app.ProfitAnswer) effectFigures {
	d := effectFigures{Level: string(a.Layer), Loss: a.Whale.Loss, Verdict: a.Verdict.Status.String()}
	if !refusedAnswer(&a.Answer) {
		p := purseOf(&a.Answer)
		d.Profit, d.Result = known(p.exact(a.Total.At(a.Layer))), known(p.exact(a.Result))
	}
	return d
}

// costEffectScreen sets the statement before beside the one after.
func (r *run) costEffectScreen(e *app.CostEffect) string {
	var b strings.Builder
	t, p := r.theme, purseOf(&e.After.Answer)
	word := "would change"
	if e.Applied {
		word = "changes"
	}
	switch n := len(e.Moved); n {
	case 0:
		t.sentence(&b, "No client "+word+" between profit and loss.")
	case 1:
		t.sentence(&b, "1 client "+word+" between profit and loss.")
	default:
		t.sentence(&b, counted(int64(n), "client")+" "+strings.Replace(word, "changes", "change", 1)+" between profit and loss.")
	}
	t.facts(&b, []string{spanText(&e.After.Answer, e.After.Dates)})
	b.WriteString("\n")
	g := &grid{columns: []column{{"", "", false, true}, {"", "before", true, false}, {"", "after", true, false}}}
	row := func(name string, pick func(*app.ProfitAnswer) string) {
		g.rows = append(g.rows, []string{name, pick(e.Before), pick(e.After)})
	}
	row("Profit of clients", func(a *app.ProfitAnswer) string { return p.amount(a.Total.At(a.Layer)) })
	row("Clients with a loss", func(a *app.ProfitAnswer) string { return count(a.Whale.Loss) })
	row("Result", func(a *app.ProfitAnswer) string { return p.amount(a.Result) })
	g.draw(&b, t)
	const most = 10
	if len(e.Moved) > 0 {
		b.WriteString("\n")
		g := &grid{columns: []column{{"name", "client", false, true}, {"before", "before", true, false}, {"after", "after", true, false}}}
		for _, m := range e.Moved[:min(most, len(e.Moved))] {
			g.rows = append(g.rows, []string{clean(named(m.ID, m.Name)), p.amount(money.FromInt64(m.Before)), p.amount(money.FromInt64(m.After))})
		}
		g.draw(&b, t)
		if n := len(e.Moved) - most; n > 0 {
			t.block(&b, "", fmt.Sprintf("and %s more", count(int64(n))))
		}
	}
	return b.String()
}
