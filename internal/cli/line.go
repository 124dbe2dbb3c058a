package cli

import (
	"context"

	"github.com/spf13/cobra"

	"clientele/internal/app"
	"clientele/internal/verdict"
)

// line is the command that draws the line.
func (r *run) line() *cobra.Command {
	var (
		files    reading
		about    span
		question lineFlags
	)
	cmd := &cobra.Command{
		Use:   "line [FILE…]",
		Short: "which clients bring 80 % of the revenue, and what it takes",
		Long: "Say which clients bring 80 % of the revenue, how many they are, and what it\n" +
			"takes to be one of them. Two columns are enough: client and amount. Files may be\n" +
			"CSV, TSV, XLSX, Parquet or JSON lines, also .gz and .zst; - is standard input.\n" +
			"Without a file the line is that of the workspace.",
		Example: "  # the last 12 complete months\n" +
			"  clientele line invoices.csv\n\n" +
			"  # all dates, and the line at 70 %\n" +
			"  clientele line 2023.csv 2024.csv --window all --share 70%\n\n" +
			"  # who joined and who left since the year before\n" +
			"  clientele line invoices.csv --compare year\n\n" +
			"  # say what the columns are; quantity and price make the amount\n" +
			"  clientele line sales.csv --map client=Company --amount 'quantity*unit_price'\n\n" +
			"  # one JSON document for a program\n" +
			"  clientele line invoices.csv --json\n\n" +
			"  # of the workspace in this folder\n" +
			"  clientele line",
		Annotations: map[string]string{schemaKey: lineSchema},
	}
	cmd.Flags().SortFlags = false
	question.bind(cmd)
	about.bind(cmd)
	files.bind(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := about.settle(); err != nil {
			return err
		}
		q, err := question.question(r, &about)
		if err != nil {
			return err
		}
		a, err := r.drawLine(cmd.Context(), args, &files, q)
		if err != nil {
			return err
		}
		return r.showLine(a)
	}
	return cmd
}

// drawLine reads the files and asks the question.
func (r *run) drawLine(ctx context.Context, args []string, files *reading, q app.LineQuestion) (*app.LineAnswer, error) {
	watch := r.progress()
	defer watch.done()
	if watch != nil {
		q.Progress = watch.draws
	}
	files.request.DayGrain, files.request.Documents = q.Window.DayGrain(q.AsOf), q.Band
	g, err := r.ground(ctx, args, files, watch)
	if err != nil {
		return nil, err
	}
	return app.Line(ctx, g, q)
}

// showLine prints the answer in the form that is asked for.
func (r *run) showLine(a *app.LineAnswer) error {
	var err error
	p := purseOf(&a.Answer)
	switch r.global.format {
	case formatJSON:
		err = r.document(lineDocumentOf(a, a.Dates))
	case formatCSV:
		err = r.sheet(clientSheet(a.AroundRows, a.Question.Level, p))
	case formatMarkdown:
		err = r.print(clientGrid(a.AroundRows, a.Question.Level, p, false).trimmed().markdown())
	default:
		err = r.print([]byte(r.lineScreen(a, a.Dates)))
	}
	if err == nil && a.Verdict.Status == verdict.Refuse {
		return &refused{a.Verdict}
	}
	return err
}

// sheet prints a table for programs.
func (r *run) sheet(s *sheet) error {
	data, err := s.csv()
	if err != nil {
		return err
	}
	return r.print(data)
}
