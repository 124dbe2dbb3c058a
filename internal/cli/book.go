package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"clientele/internal/app"
	"clientele/internal/fault"
	"clientele/internal/period"
	"clientele/internal/verdict"
)

// bookSchema names the document of the book.
const bookSchema = "clientele.book/v1"

type bookDocument struct {
	heading

	SalesOnly bool            `json:"sales_only"`
	Control   controlDocument `json:"control"`
	Clients   clientsDocument `json:"clients"`
	Total     *string         `json:"total"`
	Base      *string         `json:"base"`
	Offset    int64           `json:"offset"`
	Rows      []rowDocument   `json:"rows"`
	Verdict   verdictDocument `json:"verdict"`
	States    verdictDocument `json:"states_verdict"`
	Files     []fileDocument  `json:"files"`
	Revision  int64           `json:"revision"`
}

// book is the command that lists the clients.
func (r *run) book() *cobra.Command {
	var (
		files         reading
		about         span
		limit, offset int64
	)
	cmd := &cobra.Command{
		Use:   "book [FILE…]",
		Short: "one row per client, by revenue",
		Long: "List the clients by revenue, one row each: rank, revenue, share, cumulative\n" +
			"share, invoices, first and last date, tenure and state. Without a file the\n" +
			"book is that of the workspace.",
		Example: "  # the twenty largest\n" +
			"  clientele book invoices.csv --limit 20\n\n" +
			"  # all of them, for a spreadsheet\n" +
			"  clientele book invoices.csv --window all -o book.csv\n\n" +
			"  # the second page, for a program\n" +
			"  clientele book invoices.csv --json --limit 200 --offset 200",
		Annotations: map[string]string{schemaKey: bookSchema},
	}
	cmd.Flags().SortFlags = false
	cmd.Flags().Int64Var(&limit, "limit", 0, "show at most `N` clients; 0 is all")
	cmd.Flags().Int64Var(&offset, "offset", 0, "leave out the first `N` clients")
	about.bind(cmd)
	files.bind(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if limit < 0 || offset < 0 {
			return fault.New(fault.Usage, "read flags", "--limit and --offset are not below 0", "leave them out for all rows")
		}
		if err := about.settle(); err != nil {
			return err
		}
		watch := r.progress()
		defer watch.done()
		files.request.DayGrain = about.spec.DayGrain(r.global.day)
		g, err := r.ground(cmd.Context(), args, &files, watch)
		if err != nil {
			return err
		}
		a, err := app.Book(cmd.Context(), g, app.BookQuestion{
			Window: about.spec, AsOf: r.global.day, Compare: app.Compare(about.compare), Level: about.level,
			SalesOnly: about.salesOnly, Limit: limit, Offset: offset,
		})
		if err != nil {
			return err
		}
		watch.done()
		return r.showBook(a, a.Dates)
	}
	return cmd
}

func (r *run) showBook(a *app.BookAnswer, data period.Range) error {
	p := purseOf(&a.Answer)
	if a.Verdict.Status == verdict.Refuse {
		a.Rows = nil // a refused figure is not shown
	}
	var err error
	switch r.global.format {
	case formatJSON:
		d := bookDocument{
			heading: headingOf(bookSchema, &a.Answer, a.Question.Level, data), SalesOnly: a.Question.SalesOnly,
			Control: controlOf(&a.Control, p), Clients: clientsDocument(a.Clients), Offset: a.Question.Offset,
			Rows: rowsOf(a.Rows, p), Verdict: verdictOf(a.Verdict), States: verdictOf(a.States), Files: filesOf(a.Files), Revision: a.Revision,
		}
		if a.Verdict.Status != verdict.Refuse {
			d.Total, d.Base = known(p.exact(a.Total)), known(p.exact(a.Base))
		}
		err = r.document(d)
	case formatCSV:
		err = r.sheet(clientSheet(a.Rows, a.Question.Level, p))
	case formatMarkdown:
		err = r.print(clientGrid(a.Rows, a.Question.Level, p, true).trimmed().markdown())
	default:
		err = r.print([]byte(r.bookScreen(a, p, data)))
	}
	if err == nil && a.Verdict.Status == verdict.Refuse {
		return &refused{a.Verdict}
	}
	return err
}

// bookScreen is the list with its total, and the account it rests on.
func (r *run) bookScreen(a *app.BookAnswer, p purse, data period.Range) string {
	var b strings.Builder
	if a.Verdict.Status == verdict.Refuse {
		r.theme.account(&b, &a.Answer, p)
		r.theme.verdict(&b, a.Verdict)
		return b.String()
	}
	if len(a.Rows) > 0 {
		clientGrid(a.Rows, a.Question.Level, p, r.theme.width > widthDefault).trimmed().draw(&b, r.theme)
		b.WriteString("\n")
	}
	who := app.LevelWord(a.Question.Level)
	text := counted(int64(len(a.Rows)), "row") + " of " + counted(a.Clients.Total, who)
	if a.Clients.NonPositive > 0 {
		text += ", " + count(a.Clients.NonPositive) + " of them not above 0"
	}
	r.theme.block(&b, "Clients", text+"; net "+noun(a.Kind)+" "+p.named(a.Total)+", "+spanText(&a.Answer, data))
	r.theme.account(&b, &a.Answer, p)
	if !a.Windows.Undated && a.Windows.Current.From != period.NoDate { // else no state is shown
		r.theme.doubts(&b, a.States)
	}
	r.theme.verdict(&b, a.Verdict)
	return b.String()
}
