package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"clientele/internal/app"
	"clientele/internal/verdict"
)

// bindCost binds the flag by which the cost of a line is said.
func (f *reading) bindCost(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.request.Answers.Cost, "cost", "", "compute the direct cost of a line by `EXPR`, of roles or columns: 'quantity*buy_price'")
	f.request.Costs = true
}

// profitFlags are the flags of every question about profit.
type profitFlags struct {
	files  reading
	about  span
	spread bool
	plans  bool // the command also compares with a plan
}

func (f *profitFlags) bind(cmd *cobra.Command) {
	s := cmd.Flags()
	s.StringVar(&f.about.window, "window", "", "look at the `WINDOW` 12m, all, 2025, FY2025 or 2025-01-01..2025-06-30; 12 complete months if left out")
	s.StringVar(&f.about.from, "from", "", "begin the window with the day `DATE`")
	s.StringVar(&f.about.to, "to", "", "end the window with the day `DATE`, included")
	s.StringVar(&f.about.by, "by", "client", "count as one each `LEVEL` client, group, account or owner, or what a column of the list of clients says")
	with := "set the window `WITH` beside it: before, or year for a year earlier"
	if f.plans {
		with += "; or the plan of this one: plan, or plan:NAME"
	}
	s.StringVar(&f.about.compare, "compare", "", with)
	s.BoolVar(&f.spread, "range", false, "say between what profit lies under other assumptions of cost")
	f.files.bindCost(cmd)
	f.files.bind(cmd)
}

// ask settles the flags and puts the statement of the clients together.
func (f *profitFlags) ask(r *run, cmd *cobra.Command, args []string) (*app.ProfitAnswer, *app.Ground, error) {
	by := ""
	if _, err := app.ParseLevel(f.about.by); err != nil {
		by, f.about.by = f.about.by, "client"
	}
	plan, err := f.plan()
	if err != nil {
		return nil, nil, err
	}
	if err := f.about.settle(); err != nil {
		return nil, nil, err
	}
	watch := r.progress()
	defer watch.done()
	f.files.request.DayGrain = f.about.spec.DayGrain(r.global.day)
	g, err := r.ground(cmd.Context(), args, &f.files, watch)
	if err != nil {
		return nil, nil, err
	}
	a, err := app.Profit(cmd.Context(), g, app.ProfitQuestion{
		Window: f.about.spec, AsOf: r.global.day, Compare: app.Compare(f.about.compare), Level: f.about.level, By: by, Range: f.spread, Plan: plan,
	})
	return a, g, err
}

// plan takes the words of --compare that ask for a plan.
func (f *profitFlags) plan() (*app.PlanQuestion, error) {
	word, name, _ := strings.Cut(f.about.compare, ":")
	if word != "plan" {
		return nil, nil //nolint:nilnil // no plan is asked for
	}
	if !f.plans {
		return nil, unknownWord("--compare", f.about.compare, []string{"before", "year", "or ask 'clientele profit' to compare with a plan"})
	}
	f.about.compare = ""
	return &app.PlanQuestion{Name: name}, nil
}

// refusedAnswer reports whether the figures of an answer are not to be shown.
func refusedAnswer(a *app.Answer) bool { return a.Verdict.Status == verdict.Refuse }

// profit is the command that says what each client leaves.
func (r *run) profit() *cobra.Command {
	f := profitFlags{plans: true}
	var limit int
	cmd := &cobra.Command{
		Use:   "profit [FILE…]",
		Short: "what each client leaves after what it costs",
		Long: "Say what each client leaves: revenue, less the direct cost of what it bought\n" +
			"(CM1), less what serving it costs (CM2), less what it costs alone (CM3). A file\n" +
			"needs a cost or a margin beside each amount. A workspace also takes cost pools,\n" +
			"people, time sheets, tickets and costs of single clients: import them.",
		Example: "  # from a file with a column of costs, unit costs or margins (amounts, or 40%)\n" +
			"  clientele profit sales.csv\n\n" +
			"  # say what a line costs: an expression of columns, as with --amount\n" +
			"  clientele profit sales.csv --cost 'quantity*buy_price'\n\n" +
			"  # of the workspace: who loses money whichever way shared cost is spread\n" +
			"  clientele profit --window 2025\n\n" +
			"  # against the plan: import budget.csv first, with client, month and planned revenue\n" +
			"  clientele profit --window 2025 --compare plan\n\n" +
			"  # every client, for a program\n" +
			"  clientele profit sales.csv --json",
		Annotations: map[string]string{schemaKey: profitSchema},
	}
	cmd.Flags().SortFlags = false
	cmd.Flags().IntVar(&limit, "limit", 5, "show the `N` best and the N worst clients; 0 is all")
	f.bind(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if limit < 0 {
			return belowZero("--limit")
		}
		a, _, err := f.ask(r, cmd, args)
		if err != nil {
			return err
		}
		return r.showProfit(a, limit)
	}
	return cmd
}

func (r *run) showProfit(a *app.ProfitAnswer, limit int) error {
	var err error
	p := purseOf(&a.Answer)
	switch r.global.format {
	case formatJSON:
		err = r.document(profitDocumentOf(a))
	case formatCSV:
		if a.Plan != nil {
			err = r.sheet(planSheet(a, p))
			break
		}
		err = r.sheet(profitSheet(a, p))
	case formatMarkdown:
		if a.Plan != nil {
			err = r.print(planGrid(a, a.Plan.Rows, p).trimmed().markdown())
			break
		}
		err = r.print(profitGrid(a, a.Rows, p).trimmed().markdown())
	default:
		err = r.print([]byte(r.profitScreen(a, limit)))
	}
	return r.ended(err, &a.Answer)
}

// ended is how a command ends whose figures may be refused.
func (r *run) ended(err error, a *app.Answer) error {
	if err == nil && refusedAnswer(a) {
		return &refused{a.Verdict}
	}
	return err
}
