package cli

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"clientele/internal/app"
	"clientele/internal/fault"
)

const (
	problemsSchema = "clientele.problems/v1"
	ignoreSchema   = "clientele.problems.ignore/v1"
)

// problemsShown is how many rows of one cause a screen lists.
const problemsShown = 10

type problemsDocument struct {
	stamp

	Total  int64             `json:"total"` // rows that match, listed or not
	Causes []causeDocument   `json:"causes"`
	Rows   []problemDocument `json:"rows"`
}

type causeDocument struct {
	State string `json:"state"`
	Code  string `json:"code"`
	Text  string `json:"text"` // of one of its rows
	Rows  int64  `json:"rows"`
}

type problemDocument struct {
	Batch    string  `json:"batch"`
	File     string  `json:"file"`
	Line     int64   `json:"line"`
	State    string  `json:"state"`
	Code     string  `json:"code"`
	Text     string  `json:"text"`
	Column   *string `json:"column"`
	Value    *string `json:"value"`
	Remedy   *string `json:"remedy"`
	Amount   *string `json:"amount"`
	Currency *string `json:"currency"`
	Raw      string  `json:"raw"`
	Action   *string `json:"action"`
	Reason   *string `json:"reason"`
}

// problems is the command that lists rows that were set aside.
func (r *run) problems() *cobra.Command {
	q, limit := app.ProblemsQuestion{}, problemsShown
	cmd := &cobra.Command{
		Use:   "problems [BATCH]",
		Short: "rows that were set aside, and how to mend them",
		Long: "List the rows that could not be loaded, by cause: file, line, column, value, what\n" +
			"is wrong and what would mend it. Excluded rows, such as drafts, are shown with\n" +
			"--excluded.",
		Example: "  clientele problems\n\n" +
			"  # one cause, all of its rows\n" +
			"  clientele problems b3 --code bad_date --limit 0\n\n" +
			"  # write them to a file, mend them there, and import them\n" +
			"  clientele problems export b3 -o mend.csv\n" +
			"  clientele import mend.csv --fixes b3\n\n" +
			"  # nothing to mend\n" +
			"  clientele problems ignore b3 17 --reason 'a test booking'",
		Annotations: map[string]string{schemaKey: problemsSchema},
	}
	s := cmd.Flags()
	s.SortFlags = false
	s.BoolVar(&q.Excluded, "excluded", false, "list excluded rows too")
	s.BoolVar(&q.Settled, "settled", false, "list rows that were mended or ignored too")
	s.StringVar(&q.Code, "code", "", "list only the rows of the cause `CODE`")
	s.IntVar(&limit, "limit", problemsShown, "show `N` rows of each cause on a screen; 0 is all. Documents list all rows, or N")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := between(cmd, args, 0, 1, ""); err != nil {
			return err
		}
		if limit < 0 {
			return fault.New(fault.Usage, "read flags", "--limit is not below 0", "leave it out, or write 0 for all")
		}
		if len(args) == 1 {
			q.Batch = args[0]
		}
		if r.global.format != formatTable && cmd.Flags().Changed("limit") {
			q.Limit = limit
		}
		return r.inside(cmd.Context(), func(w *app.Workspace) error {
			a, err := w.Problems(cmd.Context(), q)
			if err != nil {
				return err
			}
			return r.showProblems(a, q, limit)
		})
	}
	cmd.AddCommand(r.problemsExport(), r.problemsIgnore())
	return cmd
}

func (r *run) showProblems(a *app.ProblemsAnswer, q app.ProblemsQuestion, limit int) error {
	if r.global.format == formatTable {
		return r.print([]byte(r.problemsScreen(a, q, limit)))
	}
	t := &table{columns: []column{
		{"batch", "batch", false, false},
		{"file", "file", false, true},
		{"line", "line", true, false},
		{"state", "state", false, false},
		{"code", "code", false, false},
		{"column", "column", false, false},
		{"value", "value", false, false},
		{"text", "what is wrong", false, false},
		{"remedy", "what to do", false, false},
		{"amount", "amount", true, false},
		{"currency", "currency", false, false},
	}}
	for _, x := range a.Rows {
		t.exact = append(t.exact, []string{
			x.Batch, x.File, strconv.FormatInt(x.Line, 10), x.State, x.Code, x.Column, x.Value, x.Text, x.Remedy, x.Amount, string(x.Currency),
		})
	}
	for _, row := range t.exact {
		cells := make([]string, len(row))
		for i, c := range row {
			cells[i] = clean(c)
		}
		t.shown = append(t.shown, cells)
	}
	return r.show(t, func() any {
		d := problemsDocument{stamp: r.stamp(problemsSchema), Total: a.Total, Causes: []causeDocument{}, Rows: []problemDocument{}}
		for _, c := range a.Causes {
			d.Causes = append(d.Causes, causeDocument(c))
		}
		for i := range a.Rows {
			x := &a.Rows[i]
			d.Rows = append(d.Rows, problemDocument{
				x.Batch, x.File, x.Line, x.State, x.Code, x.Text, known(x.Column), known(x.Value), known(x.Remedy), known(x.Amount),
				known(string(x.Currency)), x.Raw, known(x.Action), known(x.Reason),
			})
		}
		return d
	})
}

// problemsScreen groups the rows by cause, the one with most rows first.
func (r *run) problemsScreen(a *app.ProblemsAnswer, q app.ProblemsQuestion, limit int) string {
	var b strings.Builder
	t := r.theme
	if a.Total == 0 {
		t.entry(&b, "", 0, r.noProblems(q))
		return b.String()
	}
	t.sentence(&b, problemsSentence(a, q))
	batches := []string{}
	for _, c := range a.Causes {
		b.WriteString("\n" + t.yellow(c.Code) + t.dim(", "+c.State+", "+counted(c.Rows, "row")) + "\n")
		shown := int64(0)
		for i := range a.Rows {
			x := &a.Rows[i]
			if x.State != c.State || x.Code != c.Code || limit > 0 && shown >= int64(limit) {
				continue
			}
			shown++
			t.problem(&b, x)
		}
		if left := c.Rows - shown; left > 0 {
			b.WriteString(t.dim("  "+count(left)+" more: "+r.self(problemsArgs(q, c.Code)...)) + "\n")
		}
	}
	for i := range a.Rows {
		if id := a.Rows[i].Batch; a.Rows[i].State == "quarantined" && a.Rows[i].Action == "" && (len(batches) == 0 || batches[len(batches)-1] != id) {
			batches = append(batches, id)
		}
	}
	if len(batches) > 0 {
		b.WriteString("\n")
		t.next(&b, r.self("problems", "export", batches[0], "-o", "mend.csv"), r.self("import", "mend.csv", "--fixes", batches[0]))
	}
	return b.String()
}

// noProblems is said where no row matches.
func (r *run) noProblems(q app.ProblemsQuestion) string {
	switch {
	case q.Code != "":
		return "No row has the cause " + clean(q.Code) + ". All causes: " + r.self("problems")
	case q.Excluded:
		return "No row was set aside."
	default:
		return "No row has to be mended. Rows that were excluded, such as drafts: " + r.self("problems", "--excluded")
	}
}

// problemsSentence says how many rows there are, and how many need nothing any more.
func problemsSentence(a *app.ProblemsAnswer, q app.ProblemsQuestion) string {
	one := a.Total == 1
	what := "set aside"
	if !q.Excluded {
		what += " to be mended"
	}
	if !q.Settled {
		return counted(a.Total, "row") + map[bool]string{true: " is ", false: " are "}[one] + what + "."
	}
	settled := int64(0)
	for i := range a.Rows {
		if a.Rows[i].Action != "" {
			settled++
		}
	}
	text := counted(a.Total, "row") + map[bool]string{true: " was ", false: " were "}[one] + what + "; "
	verb := map[bool]string{true: " is", false: " are"}[settled == 1]
	switch {
	case settled == 0:
		text += "none is"
	case settled == a.Total && one:
		text += "it is"
	case settled == a.Total:
		text += "all of them are"
	default:
		text += count(settled) + " of them" + verb
	}
	return text + " settled."
}

func problemsArgs(q app.ProblemsQuestion, code string) []string {
	args := []string{"problems"}
	if q.Batch != "" {
		args = append(args, q.Batch)
	}
	if q.Excluded {
		args = append(args, "--excluded")
	}
	if q.Settled {
		args = append(args, "--settled")
	}
	return append(args, "--code", code, "--limit", "0")
}

// problem is one row: where it stands, what is wrong, what to do.
func (t theme) problem(b *strings.Builder, x *app.Problem) {
	where := x.File + ", line " + strconv.FormatInt(x.Line, 10)
	if x.Column != "" {
		where += ", column " + x.Column
	}
	b.WriteString("  " + t.bold(fit(clean(where), t.width-2)) + "\n")
	text := x.Text
	if x.Amount != "" {
		text += " (" + strings.TrimSpace(grouped(x.Amount)+" "+string(x.Currency)) + ")"
	}
	t.entry(b, "", 4, clean(text))
	switch x.Action {
	case "":
		t.entry(b, "", 4, clean(x.Remedy))
	case "fixed": // its reason says all: "mended in b2"
		t.entry(b, "", 4, clean(x.Reason))
	default:
		t.entry(b, "", 4, clean(x.Action+": "+x.Reason))
	}
	b.WriteString("    " + t.dim(fit(clean(x.Raw), t.width-4)) + "\n")
}

// problemsExport writes the rows as they stand in the file.
func (r *run) problemsExport() *cobra.Command {
	return &cobra.Command{
		Use:   "export BATCH",
		Short: "write the rows of a batch to a file, to be mended there",
		Long: "Write the rows of a batch that have to be mended, as they stand in its file and with\n" +
			"its header, so that they can be mended and imported again.",
		Example: "  clientele problems export b3 -o mend.csv\n" +
			"  clientele import mend.csv --fixes b3",
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := between(cmd, args, 1, 1, "the batch"); err != nil {
				return err
			}
			return r.inside(cmd.Context(), func(w *app.Workspace) error {
				a, err := w.Problems(cmd.Context(), app.ProblemsQuestion{Batch: args[0], Limit: 1})
				if err != nil {
					return err
				}
				if a.Total == 0 {
					return fault.New(fault.NotFound, "export problems", "no row of "+args[0]+" has to be mended", "'"+r.self("problems", args[0], "--excluded")+"' lists what was left out on purpose")
				}
				n, err := w.ExportProblems(cmd.Context(), args[0], printer{r})
				if err != nil {
					return err
				}
				name := "FILE"
				if r.file != nil {
					name = r.file.path
				}
				r.say(fmt.Sprintf("%s written. When they are mended: %s\n", counted(int64(n), "row"), r.self("import", name, "--fixes", args[0])))
				return nil
			})
		},
	}
}

// printer writes where print does.
type printer struct{ r *run }

// Write prints the bytes.
func (p printer) Write(data []byte) (int, error) {
	if err := p.r.print(data); err != nil {
		return 0, err
	}
	p.r.wrote = false // it is complete at the end only
	return len(data), nil
}

type ignoreDocument struct {
	stamp

	Batch  string  `json:"batch"`
	Lines  []int64 `json:"lines"`
	Reason string  `json:"reason"`
}

// problemsIgnore records that rows need no mending.
func (r *run) problemsIgnore() *cobra.Command {
	var reason string
	cmd := &cobra.Command{
		Use:         "ignore BATCH LINE…",
		Short:       "record that rows need no mending, and why",
		Long:        "Record that rows of a batch need no mending, with a reason. They stand in the account\nas excluded, and are not listed any more.",
		Example:     "  clientele problems ignore b3 17 18 --reason 'test bookings'",
		Annotations: map[string]string{schemaKey: ignoreSchema},
	}
	cmd.Flags().StringVar(&reason, "reason", "", "why, in a few words: `TEXT`")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := between(cmd, args, 2, -1, "the batch, and the lines as 'problems' shows them"); err != nil {
			return err
		}
		var lines []int64
		for _, a := range args[1:] {
			n, err := strconv.ParseInt(a, 10, 64)
			if err != nil || n < 1 {
				return fault.New(fault.Usage, "read arguments", fmt.Sprintf("%q is not the number of a line", a), "write lines as 'clientele problems' shows them: 17")
			}
			lines = append(lines, n)
		}
		return r.inside(cmd.Context(), func(w *app.Workspace) error {
			if err := w.Ignore(cmd.Context(), args[0], lines, reason); err != nil {
				return err
			}
			if r.global.format == formatJSON {
				return r.document(ignoreDocument{r.stamp(ignoreSchema), args[0], lines, reason})
			}
			return r.print([]byte(counted(int64(len(lines)), "row") + " of " + args[0] + " will not be listed any more.\n"))
		})
	}
	return cmd
}
