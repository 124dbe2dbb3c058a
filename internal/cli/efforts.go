package cli

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"clientele/internal/app"
	"clientele/internal/money"
)

const effortsSchema = "clientele.efforts/v1"

type effortsDocument struct {
	heading

	Booked      float64            `json:"booked_hours"`
	Unbilled    float64            `json:"unbilled_hours"`
	Internal    float64            `json:"internal_hours"`
	Clients     int64              `json:"clients"`
	People      []personDocument   `json:"people"`
	Activities  []activityDocument `json:"activities"`
	Events      []happenedDocument `json:"events"`
	Suggestions []personSuggestion `json:"suggestions"`
	Sources     []besideDocument   `json:"sources"`
	Verdict     verdictDocument    `json:"verdict"`
	Revision    int64              `json:"revision"`
}

type personDocument struct {
	Person   string  `json:"person"`
	As       string  `json:"as"`
	Group    *string `json:"group"`
	Booked   float64 `json:"booked_hours"`
	Internal float64 `json:"internal_hours"`
}

type activityDocument struct {
	Activity string  `json:"activity"`
	Hours    float64 `json:"hours"`
	Unbilled float64 `json:"unbilled_hours"`
}

type happenedDocument struct {
	Event    string  `json:"event"`
	Driver   *string `json:"driver"` // null: how often
	Quantity string  `json:"quantity"`
	Free     string  `json:"without_client"`
}

type personSuggestion struct {
	Person string  `json:"person"`
	As     string  `json:"as"`
	Score  float64 `json:"score"`
}

// efforts is the command about time and events.
func (r *run) efforts() *cobra.Command {
	var f profitFlags
	cmd := &cobra.Command{
		Use:   "efforts",
		Short: "who spent how long on what, and what happened how often",
		Long: "List the time of the window by person and by activity, and the events: tickets,\n" +
			"visits, orders. Names in time sheets that the list of people does not have are\n" +
			"named, with whom they may mean.",
		Example: "  clientele efforts\n\n" +
			"  # a name in the time sheets means a person of the list of people\n" +
			"  clientele efforts match 'A. Lee' 'Ann Lee'",
		Annotations: map[string]string{schemaKey: effortsSchema},
	}
	cmd.Flags().SortFlags = false
	f.about.bindWindow(cmd)
	f.files.bind(cmd)
	f.files.request.Costs = true
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := between(cmd, args, 0, 0, ""); err != nil {
			return err
		}
		if err := f.about.settle(); err != nil {
			return err
		}
		watch := r.progress()
		defer watch.done()
		g, err := r.ground(cmd.Context(), nil, &f.files, watch)
		if err != nil {
			return err
		}
		a, err := app.Efforts(cmd.Context(), g, app.ProfitQuestion{Window: f.about.spec, AsOf: r.global.day, Level: f.about.level})
		if err != nil {
			return err
		}
		return r.showEfforts(a, f.about.level)
	}
	cmd.AddCommand(r.effortsMatch())
	return cmd
}

func (r *run) effortsMatch() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "match NAME PERSON",
		Short: "a name in the time sheets means a person of the list",
		Long: "Say whom a name in the time sheets means in the list of people; without PERSON that is\n" +
			"taken back. Whose profit changes its sign is shown first; it is done after a yes, or\n" +
			"with --yes.",
		Example:     "  clientele efforts match 'A. Lee' 'Ann Lee' --yes",
		Annotations: map[string]string{schemaKey: costsEffectSchema},
	}
	about := effectWindow(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := between(cmd, args, 1, 2, "a name in the time sheets, and the person"); err != nil {
			return err
		}
		c := app.CostChange{Person: args[0]}
		question := "Forget whom " + args[0] + " means?"
		if len(args) == 2 {
			c.As, question = args[1], "Does "+args[0]+" mean "+args[1]+"?"
		}
		return r.changeCosts(cmd, c, about, question)
	}
	return cmd
}

func (r *run) showEfforts(a *app.EffortsAnswer, level app.Level) error {
	switch r.global.format {
	case formatJSON:
		return r.ended(r.document(effortsDocumentOf(a, level)), &a.Answer)
	case formatCSV, formatMarkdown:
		t := &table{columns: personColumns}
		for _, p := range a.People {
			booked, internal := inHours(p.Booked), inHours(p.Internal)
			t.exact = append(t.exact, []string{p.Name, p.As, p.Group, ratio(&booked), ratio(&internal)})
		}
		t.shown = t.exact
		return r.ended(r.show(t, nil), &a.Answer)
	}
	return r.ended(r.print([]byte(r.effortsScreen(a))), &a.Answer)
}

var personColumns = []column{
	{"person", "person", false, true}, {"as", "counts as", false, true}, {"group", "group", false, false}, {"booked_hours", "for clients", true, false}, {"internal_hours", "internal", true, false},
}

func effortsDocumentOf(a *app.EffortsAnswer, level app.Level) effortsDocument {
	d := effortsDocument{
		heading: headingOf(effortsSchema, &a.Answer, level, a.Dates), Booked: inHours(a.Booked), Unbilled: inHours(a.Unbilled), Internal: inHours(a.Internal), Clients: a.Clients,
		People: []personDocument{}, Activities: []activityDocument{}, Events: []happenedDocument{}, Suggestions: []personSuggestion{}, Sources: besidesOf(a.Beside),
		Verdict: verdictOf(a.Verdict), Revision: a.Revision,
	}
	for _, p := range a.People {
		d.People = append(d.People, personDocument{p.Name, p.As, known(p.Group), inHours(p.Booked), inHours(p.Internal)})
	}
	for _, x := range a.Activities {
		d.Activities = append(d.Activities, activityDocument{x.Name, inHours(x.Micros), inHours(x.Unbilled)})
	}
	for _, x := range a.Events {
		d.Events = append(d.Events, happenedDocument{x.Name, known(x.Driver), quantity(x.Quantity), quantity(x.Free)})
	}
	for _, s := range a.Suggestions {
		d.Suggestions = append(d.Suggestions, personSuggestion{s.Name, s.As, s.Score})
	}
	return d
}

// quantity writes millionths without zeros behind.
func quantity(v int64) string { return money.Amount{Units: v, Decimals: 6}.Trim().String() }

// effortsScreen is the time by group and person, by activity, and the events.
func (r *run) effortsScreen(a *app.EffortsAnswer) string {
	var b strings.Builder
	t := r.theme
	text := func(micros int64) string { return hours(money.FromInt64(micros), 6) }
	if !refusedAnswer(&a.Answer) {
		t.sentence(&b, fmt.Sprintf("%s hours went to %s, %s of them billed to nobody; %s went to no client.", text(a.Booked), counted(a.Clients, "client"), text(a.Unbilled), text(a.Internal)))
		t.facts(&b, []string{spanText(&a.Answer, a.Dates)})
		b.WriteString("\n")
		const most = 12
		g := &grid{columns: []column{personColumns[0], personColumns[2], personColumns[3], personColumns[4]}}
		for _, p := range a.People[:min(most, len(a.People))] {
			group := clean(p.Group)
			if group == "" {
				group = "unknown"
			}
			g.rows = append(g.rows, []string{clean(cmp.Or(p.Name, "(no name)")), group, text(p.Booked), text(p.Internal)})
		}
		if len(g.rows) > 0 {
			g.draw(&b, t)
			if n := len(a.People) - most; n > 0 {
				t.block(&b, "", "and "+count(int64(n))+" more "+plural(int64(n), "person"))
			}
			b.WriteString("\n")
		}
		for i, x := range a.Activities[:min(most, len(a.Activities))] {
			t.block(&b, map[bool]string{true: "On"}[i == 0], clean(fmt.Sprintf("%s: %s h, %s not billed", cmp.Or(x.Name, "(no activity)"), text(x.Micros), text(x.Unbilled))))
		}
		for i, x := range a.Events {
			name := x.Name
			if x.Driver != "" {
				name += " " + x.Driver
			}
			t.block(&b, map[bool]string{true: "Events"}[i == 0], clean(fmt.Sprintf("%s: %s", name, grouped(quantity(x.Quantity)))))
		}
		for i, s := range a.Suggestions {
			t.block(&b, map[bool]string{true: "May be"}[i == 0], clean(s.Name+" is "+s.As))
		}
		if len(a.Suggestions) > 0 {
			t.next(&b, r.self("efforts", "match", a.Suggestions[0].Name, a.Suggestions[0].As))
		}
	}
	for _, s := range a.Beside {
		if u := app.UnitOf(s.Kind); u != app.Money {
			t.block(&b, "From", clean(fmt.Sprintf("%s (%s): %s, %s", s.File, s.Batch, counted(s.Control.Loaded.Rows, "row"), purse{s.Decimals, a.Currency, u}.named(s.Control.Loaded.Amount))))
		}
	}
	t.verdict(&b, a.Verdict)
	return b.String()
}
