package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"clientele/internal/app"
	"clientele/internal/money"
	"clientele/internal/verdict"
)

const bridgeSchema = "clientele.bridge/v1"

type bridgeDocument struct {
	heading

	Client  *string         `json:"client"`
	Name    *string         `json:"name"`
	Billed  *float64        `json:"billed_hours"`
	Unbill  *float64        `json:"unbilled_hours"`
	Contr   *float64        `json:"contracted_hours"`
	Agreed  *string         `json:"agreed_rate"`
	Target  *string         `json:"target_rate"`
	Bars    []barDocument   `json:"bars"`
	Assumed []string        `json:"assumed"`
	Verdict verdictDocument `json:"verdict"`
	Bridge  verdictDocument `json:"bridge_verdict"`
}

type barDocument struct {
	Bar    string `json:"bar"`
	Amount string `json:"amount"`
}

// bridge is the command that leads from what a client leaves to what it could.
func (r *run) bridge() *cobra.Command {
	var f profitFlags
	var q app.BridgeQuestion
	cmd := &cobra.Command{
		Use:   "bridge CLIENT",
		Short: "what separates a client's profit from its target",
		Long: "Lead from what a client leaves to what it would at a target rate: rate gap,\n" +
			"discounts, unbilled hours, hours of its contract that nobody called for, and late\n" +
			"payment. The bars sum exactly. Hours come from time sheets.",
		Example: "  clientele bridge C1009 --target-rate 110\n\n" +
			"  # with a contract of 1,000 hours, of which one more costs 40\n" +
			"  clientele bridge C1009 --target-rate 110 --agreed-rate 95 --contracted 1000 --variable-cost 40",
		Annotations: map[string]string{schemaKey: bridgeSchema},
	}
	cmd.Flags().SortFlags = false
	bindBridge(cmd, &q)
	f.bind(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := between(cmd, args, 1, 1, "a client: its id or its name"); err != nil {
			return err
		}
		q.Client = args[0]
		a, _, err := f.ask(r, cmd, nil)
		if err != nil {
			return err
		}
		b, err := app.BridgeTo(a, q)
		if err != nil {
			return err
		}
		return r.showBridge(b)
	}
	return cmd
}

// bindBridge binds the flags by which a bridge is asked for.
func bindBridge(cmd *cobra.Command, q *app.BridgeQuestion) {
	s := cmd.Flags()
	s.StringVar(&q.Target, "target-rate", "", "an hour shall bring the `AMOUNT`")
	s.StringArrayVar(&q.Rates, "rate", nil, "an hour of a group of people shall bring `GROUP=AMOUNT`; what the mix of groups costs is a bar of its own")
	s.StringVar(&q.Agreed, "agreed-rate", "", "an hour is agreed to bring the `AMOUNT`; revenue over billed hours if left out")
	s.StringVar(&q.Contract, "contracted", "", "the contract holds so many `HOURS` in the window")
	s.StringVar(&q.Variable, "variable-cost", "", "one more hour costs the `AMOUNT`; nothing if left out")
}

func (r *run) showBridge(b *app.BridgeAnswer) error {
	p := purseOf(&b.Answer)
	refusedHere := b.Own.Status == verdict.Refuse
	if refusedHere {
		b.Verdict.Join(b.Own)
	}
	var err error
	switch r.global.format {
	case formatJSON:
		d := bridgeDocument{
			heading: headingOf(bridgeSchema, &b.Answer, b.Question.Level, b.Dates), Client: known(b.Row.ID), Name: known(b.Row.Name), Bars: []barDocument{},
			Assumed: append([]string{}, b.Assumed...), Verdict: verdictOf(b.Verdict), Bridge: verdictOf(b.Own),
		}
		if !refusedAnswer(&b.Answer) {
			in := b.Input
			billed := inHours(in.Billed)
			d.Billed, d.Agreed, d.Target = &billed, known(p.exactUnits(in.Agreed)), known(p.exactUnits(in.Target))
			if in.HasUnbilled {
				v := inHours(in.Unbilled)
				d.Unbill = &v
			}
			if in.HasContract {
				v := inHours(in.Contracted)
				d.Contr = &v
			}
			for _, x := range b.Bars() {
				d.Bars = append(d.Bars, barDocument{x.Name, p.exact(x.Amount)})
			}
		}
		err = r.document(d)
	case formatCSV, formatMarkdown:
		t := &table{columns: []column{{"bar", "bar", false, false}, {"amount", "amount", true, false}}}
		for _, x := range b.Bars() {
			t.exact = append(t.exact, []string{x.Name, p.exact(x.Amount)})
		}
		t.shown = t.exact
		err = r.show(t, nil)
	default:
		err = r.print([]byte(r.bridgeScreen(b, p)))
	}
	return r.ended(err, &b.Answer)
}

func (r *run) bridgeScreen(b *app.BridgeAnswer, p purse) string {
	var s strings.Builder
	t := r.theme
	if refusedAnswer(&b.Answer) {
		t.verdict(&s, b.Verdict)
		return s.String()
	}
	gap := b.Bridge.Target.Minus(b.Bridge.Actual)
	t.sentence(&s, fmt.Sprintf("%s leaves %s; at %s an hour it would leave %s, %s more.", clean(named(b.Row.ID, b.Row.Name)), p.named(b.Bridge.Actual),
		p.amount(money.FromInt64(b.Input.Target)), p.amount(b.Bridge.Target), p.amount(gap)))
	facts := []string{spanText(&b.Answer, b.Dates), hours(money.FromInt64(b.Input.Billed), 6) + " h billed at " + p.amount(money.FromInt64(b.Input.Agreed))}
	if b.Input.HasUnbilled {
		facts = append(facts, hours(money.FromInt64(b.Input.Unbilled), 6)+" h not billed")
	}
	t.facts(&s, facts)
	s.WriteString("\n")
	words := map[string]string{
		"actual": "Actual", "rate_gap": "Rate gap", "mix": "Mix of people", "discount": "Discounts and write-offs", "unbilled": "Hours not billed", "unused_contract": "Contract not called for",
		"late_payment": "Late payment", "rounding": "Rounding", "target": "Target",
	}
	g := &grid{columns: []column{{"", "", false, true}, {"", string(p.currency), true, false}}}
	for _, x := range b.Bars() {
		if x.Amount.IsZero() && !x.End() {
			continue
		}
		name, v := words[x.Name], p.amount(x.Amount)
		if x.End() {
			name, v = t.bold(name), t.bold(v)
		}
		g.rows = append(g.rows, []string{name, v})
	}
	g.draw(&s, t)
	s.WriteString("\n")
	for i, x := range b.Assumed {
		t.block(&s, map[bool]string{true: "Assumed"}[i == 0], x)
	}
	t.doubts(&s, b.Own)
	t.verdict(&s, b.Verdict)
	return s.String()
}
