package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"clientele/internal/app"
	"clientele/internal/fault"
	"clientele/internal/money"
)

const clientSchema = "clientele.client/v1"

type clientDocument struct {
	heading

	Level   string          `json:"level"`
	Client  *clientProfit   `json:"client"`
	Steps   []stepDocument  `json:"steps"`
	Drivers []string        `json:"drivers"`
	Result  []string        `json:"result_by_driver"`
	Target  *targetDocument `json:"target"`
	Plan    *planClient     `json:"plan"` // null: it was not asked, or does not name the client
	Verdict verdictDocument `json:"verdict"`
}

type stepDocument struct {
	Layer  string  `json:"layer"`
	Name   string  `json:"name"`
	How    string  `json:"how"`
	Amount *string `json:"amount"` // null where what is left is not known
	Total  bool    `json:"total"`
}

type targetDocument struct {
	Margin  float64  `json:"margin"`
	Revenue *string  `json:"revenue"`
	Change  *float64 `json:"price_change"`
	Hours   *float64 `json:"hours_to_save"` // null: no saving is enough
}

// client is the command that shows the statement of one client.
func (r *run) client() *cobra.Command {
	f := profitFlags{plans: true}
	var target string
	cmd := &cobra.Command{
		Use:   "client NAME",
		Short: "the statement of one client, with every step",
		Long: "Show what one client leaves, step by step: each cost with how it came about, under\n" +
			"each driver of shared cost, and what price or effort would reach a target margin.\n" +
			"NAME is an id, a name, or a part of a name that only one client has.",
		Example: "  clientele client C1009\n\n" +
			"  # what it would take to leave 15 %\n" +
			"  clientele client Kronberg --target 15%",
		Annotations: map[string]string{schemaKey: clientSchema},
	}
	cmd.Flags().SortFlags = false
	cmd.Flags().StringVar(&target, "target", "", "say what price or effort would leave the `MARGIN` 15%")
	f.bind(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := between(cmd, args, 1, 1, "a client: its id or its name"); err != nil {
			return err
		}
		var margin *money.Fraction
		if target != "" {
			m, err := money.ParseFraction(target)
			if err != nil {
				return fault.New(fault.Usage, "read --target", fmt.Sprintf("--target does not know %q", target), "write a share: 15%, 0.15")
			}
			margin = &m
		}
		a, _, err := f.ask(r, cmd, nil)
		if err != nil {
			return err
		}
		c, err := app.Client(a, args[0], margin)
		if err != nil {
			return err
		}
		return r.showClient(c)
	}
	return cmd
}

func (r *run) showClient(c *app.ClientAnswer) error {
	p := purseOf(&c.Answer)
	var err error
	switch r.global.format {
	case formatJSON:
		err = r.document(clientDocumentOf(c, p))
	case formatCSV, formatMarkdown:
		t := &table{columns: stepColumns}
		for _, s := range c.Steps {
			t.exact = append(t.exact, []string{s.Layer, s.Name, s.How, given(stepAmount(&s, p.exactUnits))})
		}
		t.shown = t.exact
		err = r.show(t, nil)
	default:
		err = r.print([]byte(r.clientScreen(c, p)))
	}
	return r.ended(err, &c.Answer)
}

// stepAmount is the amount of a step, null where it is not known.
func stepAmount(s *app.Step, write func(int64) string) *string {
	if s.Unknown {
		return nil
	}
	return known(write(s.Amount))
}

var stepColumns = []column{{"layer", "layer", false, false}, {"name", "", false, true}, {"how", "how", false, false}, {"amount", "amount", true, false}}

func clientDocumentOf(c *app.ClientAnswer, p purse) clientDocument {
	d := clientDocument{
		heading: headingOf(clientSchema, &c.Answer, c.Question.Level, c.Dates), Level: string(c.Layer), Steps: []stepDocument{}, Drivers: append([]string{}, c.Drivers...),
		Result: []string{}, Verdict: verdictOf(c.Verdict),
	}
	if refusedAnswer(&c.Answer) {
		return d
	}
	one := clientProfitOf(c.ProfitAnswer, &c.Row, p)
	d.Client = &one
	for _, s := range c.Steps {
		d.Steps = append(d.Steps, stepDocument{s.Layer, s.Name, s.How, stepAmount(&s, p.exactUnits), s.Total})
	}
	if x := c.Planned(); x != nil {
		one := planClientOf(x, p)
		d.Plan = &one
	}
	for _, v := range c.Row.ByDriver {
		d.Result = append(d.Result, p.exactUnits(v))
	}
	if t := c.Target; t != nil {
		d.Target = &targetDocument{Margin: t.Margin.Float(), Hours: hoursOf(t.Save)}
		if t.Revenue.Valid {
			d.Target.Revenue = known(p.exactUnits(t.Revenue.Int))
		}
		if t.Change.Valid {
			v := points(t.Change.Int)
			d.Target.Change = &v
		}
	}
	return d
}

// clientScreen is the finding, every step, the proof, and the target.
func (r *run) clientScreen(c *app.ClientAnswer, p purse) string {
	var b strings.Builder
	t := r.theme
	if refusedAnswer(&c.Answer) {
		t.verdict(&b, c.Verdict)
		return b.String()
	}
	x := &c.Row
	t.sentence(&b, clientSentence(c, p))
	facts := []string{x.ID, spanText(&c.Answer, c.Dates), "level " + strings.ToUpper(string(c.Layer))}
	if x.RankByRevenue > 0 { // who is only planned has none
		facts = append(facts, fmt.Sprintf("rank %s by revenue", count(x.RankByRevenue)))
	}
	t.facts(&b, facts)
	b.WriteString("\n")
	sums := make([]money.Sum, len(c.Steps))
	for i, s := range c.Steps {
		sums[i] = money.FromInt64(s.Amount)
	}
	least := p.column(sums)
	wide := 0
	for i := range sums {
		wide = max(wide, width(p.shown(sums[i], least)))
	}
	for i, s := range c.Steps {
		amount := dash
		if !s.Unknown {
			amount = p.shown(sums[i], least)
		}
		line := pad(fit(clean(s.Name), 26), 26, false) + "  " + pad(amount, wide, true)
		if s.Total {
			b.WriteString(t.bold(line) + "\n")
			continue
		}
		room := t.width - width(line) - 2
		how := wrap(clean(s.How), max(20, room))
		b.WriteString(line + "  " + t.dim(how[0]) + "\n")
		for _, more := range how[1:] {
			b.WriteString(strings.Repeat(" ", 30+wide) + t.dim(more) + "\n")
		}
	}
	b.WriteString("\n")
	if len(x.ByDriver) > 0 {
		var parts []string
		for k, v := range x.ByDriver {
			parts = append(parts, p.amount(money.FromInt64(v))+" by "+c.Drivers[k])
		}
		t.block(&b, "Proof", "shared cost spread in turn: "+strings.Join(parts, ", "))
	}
	if g := c.Target; g != nil {
		t.block(&b, "Target", targetText(g, x, p))
	}
	t.plannedClient(&b, c, p)
	t.verdict(&b, c.Verdict)
	return b.String()
}

func clientSentence(c *app.ClientAnswer, p purse) string {
	x := &c.Row
	s := fmt.Sprintf("%s leaves %s", clean(named(x.ID, x.Name)), p.named(money.FromInt64(x.Profit.Int)))
	if !x.Profit.Valid {
		return clean(named(x.ID, x.Name)) + " leaves nobody knows what: no cost of what it bought is known."
	}
	if m := marginOf(x.Profit.Int, x.Base); m != nil {
		s += fmt.Sprintf(", %s of its revenue", percent(*m, 1))
	}
	switch x.Label {
	case "loss_all":
		s += "; it loses money whichever way shared cost is spread"
	case "profit_all":
		s += "; it loses money under none of the ways to spread shared cost"
	case "depends":
		s += "; it loses money if shared cost is spread by " + strings.Join(x.Under, ", ")
	}
	return s + "."
}

func targetText(g *app.Target, x *app.ProfitRow, p purse) string {
	s := "a margin of " + shareText(g.Margin) + " needs "
	switch {
	case !g.Revenue.Valid:
		return s + "more than any price"
	case g.Revenue.Int <= x.Terms.Revenue:
		return "it has a margin of " + shareText(g.Margin) + " already; that much cost would do with " + p.named(money.FromInt64(g.Revenue.Int))
	}
	s += "revenue of " + p.named(money.FromInt64(g.Revenue.Int))
	if g.Change.Valid {
		s += ", prices " + percentPoints(g.Change.Int) + " higher"
	}
	if g.Save.Valid {
		return s + fmt.Sprintf("; or %s h less of the %s h spent on it", hours(money.FromInt64(g.Save.Int), 6), hours(money.FromInt64(x.Micros.Int), 6))
	}
	return s + "; saving time alone is not enough"
}
