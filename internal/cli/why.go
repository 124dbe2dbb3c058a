package cli

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"clientele/internal/app"
	"clientele/internal/fault"
	"clientele/internal/insight"
	"clientele/internal/verdict"
)

const whySchema = "clientele.why/v1"

type whyDocument struct {
	heading

	Name    string           `json:"name"`
	Value   *string          `json:"value"`
	About   measureDocument  `json:"about"`
	Inputs  []inputDocument  `json:"inputs"`
	Control controlDocument  `json:"control"`
	Clients []rowDocument    `json:"clients"`
	Rows    []tracedDocument `json:"rows"`
	More    int64            `json:"more_rows"` // beyond those listed; 1 may stand for many
	Verdict verdictDocument  `json:"verdict"`
	Next    []string         `json:"next"`
}

type measureDocument struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Unit    string `json:"unit"`
	Formula string `json:"formula"`
	Null    string `json:"null"`
	Verdict string `json:"verdict"`
	Section string `json:"section"`
}

type inputDocument struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type tracedDocument struct {
	Batch  string   `json:"batch"`
	File   string   `json:"file"`
	Line   int64    `json:"line"`
	Cells  []string `json:"cells"`
	Amount *string  `json:"amount"`
	Note   *string  `json:"note"`
}

type whyNamesDocument struct {
	stamp

	Names []string `json:"names"`
}

// why is the command that explains a number.
func (r *run) why() *cobra.Command {
	var (
		about    span
		question = lineFlags{draws: insight.DefaultDraws}
		f        reading
		rows     int
		profit   app.WhyQuestion // what figures of profit also depend on
		edges    edgeFlags
	)
	cmd := &cobra.Command{
		Use:   "why [NUMBER | client KEY | profit client KEY]",
		Short: "where a number comes from, down to the rows of the files",
		Long: "Explain a number of the line: its value, formula, inputs, what was left out, and the\n" +
			"rows of the original files. Without a number the names are listed. The flags are\n" +
			"those by which 'line' counts, so that the number is the one that was seen there.",
		Example: "  clientele why line.clients\n\n" +
			"  # a client, row by row\n" +
			"  clientele why client C0012 --window all --rows 50\n\n" +
			"  # what was left out, and why\n" +
			"  clientele why control.rows_excluded\n\n" +
			"  # of profit: a client, a cell, a bar of a bridge, a line of the plan\n" +
			"  clientele why profit client C0012\n" +
			"  clientele why matrix.cell 3 2\n" +
			"  clientele why bridge.rate_gap C0012 --target-rate 110\n" +
			"  clientele why plan.revenue --window 2026",
		Annotations: map[string]string{schemaKey: whySchema},
	}
	cmd.Flags().SortFlags = false
	cmd.Flags().IntVar(&rows, "rows", 10, "show at most `N` rows of the files")
	question.bindLine(cmd)
	about.bindWindow(cmd)
	edges.bind(cmd)
	bindBridge(cmd, &profit.Bridge)
	cmd.Flags().StringVar(&profit.Plan, "plan", "", "of a plan: take the one called `NAME`")
	cmd.Flags().StringVar(&f.request.Answers.Kind, "kind", "", "ask about amounts of the `KIND` invoiced, booked or received")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			return r.showWhyNames()
		}
		if rows < 1 {
			return fault.New(fault.Usage, "read flags", "--rows is below 1", "give the number of rows to show")
		}
		if err := about.settle(); err != nil {
			return err
		}
		q, err := question.question(r, &about)
		if err != nil {
			return err
		}
		kind, err := f.kindOfQuestion()
		if err != nil {
			return err
		}
		return r.inside(cmd.Context(), func(w *app.Workspace) error {
			ask := profit
			ask.Name, ask.Line, ask.Kind, ask.Limit, ask.Matrix = strings.Join(args, " "), q, kind, rows, edges.question()
			a, err := w.Why(cmd.Context(), ask)
			if err != nil {
				return err
			}
			return r.showWhy(a, q.Level)
		})
	}
	return cmd
}

func (r *run) showWhyNames() error {
	names := app.NumberNames()
	if r.global.format == formatTable {
		return r.print([]byte(strings.Join(names, "\n") + "\n\nOne of them: " + r.self("why", "line.clients") + "\nOne client:  " + r.self("why", "client", "KEY") + "\n" +
			"Of profit:   profit client KEY, matrix.cell 2 3, matrix.non_positive,\n" +
			"             matrix.unknown_margin, small_like_large.like,\n" +
			"             bridge.rate_gap KEY, plan.revenue, plan client KEY,\n" +
			"             costs.pool NAME, costs.kind NAME, costs.group NAME\n"))
	}
	t := &table{columns: []column{{"name", "number", false, true}}}
	for _, n := range names {
		t.exact = append(t.exact, []string{n})
	}
	t.shown = t.exact
	return r.show(t, func() any { return whyNamesDocument{r.stamp(whySchema), names} })
}

func (r *run) showWhy(a *app.WhyAnswer, level app.Level) error {
	if r.global.format == formatTable || r.global.format == formatMarkdown {
		if err := r.print([]byte(r.whyScreen(a, level))); err != nil {
			return err
		}
	} else if err := r.whyData(a, level); err != nil {
		return err
	}
	if a.Verdict.Status == verdict.Refuse {
		return &refused{a.Verdict}
	}
	return nil
}

// whyData is the answer for programs: the document, or its rows as CSV.
func (r *run) whyData(a *app.WhyAnswer, level app.Level) error {
	t := &table{columns: []column{
		{"batch", "batch", false, false},
		{"file", "file", false, true},
		{"line", "line", true, false},
		{"amount", "amount", true, false},
		{"note", "note", false, false},
		{"record", "record", false, false},
	}}
	for i := range a.Rows {
		x := &a.Rows[i]
		t.exact = append(t.exact, []string{x.Batch, x.File, strconv.FormatInt(x.Line, 10), x.Amount, x.Note, strings.Join(x.Cells, " | ")})
	}
	t.shown = t.exact
	return r.show(t, func() any {
		p := purseOf(&a.Answer)
		m := a.Measure
		d := whyDocument{
			heading: headingOf(whySchema, &a.Answer, level, a.Span), Name: a.Name, Value: known(a.Value),
			About: measureDocument{string(m.ID), m.Name, string(m.Unit), m.Formula, m.Null, m.Verdict, m.Section}, Inputs: []inputDocument{},
			Control: controlOf(&a.Control, p), Clients: rowsOf(a.Clients, p), Rows: []tracedDocument{}, More: a.More,
			Verdict: verdictOf(a.Verdict), Next: append([]string{}, a.Next...),
		}
		for _, x := range a.Inputs {
			d.Inputs = append(d.Inputs, inputDocument(x))
		}
		for i := range a.Rows {
			x := &a.Rows[i]
			d.Rows = append(d.Rows, tracedDocument{x.Batch, x.File, x.Line, append([]string{}, x.Cells...), known(x.Amount), known(x.Note)})
		}
		return d
	})
}

// whyScreen is the number with everything behind it.
func (r *run) whyScreen(a *app.WhyAnswer, level app.Level) string {
	var b strings.Builder
	t, p := r.theme, purseOf(&a.Answer)
	value := "not known"
	switch {
	case a.Value != "" && isAmount(a.Name):
		value = p.written(a.Value)
	case a.Value != "":
		value = grouped(a.Value)
	}
	t.sentence(&b, clean(a.Name)+" is "+value+".")
	m := a.Measure
	where := "section " + m.Section + " of the definitions"
	if adr, ok := strings.CutPrefix(m.Section, "ADR "); ok {
		where = "decision " + adr
	}
	t.block(&b, "Measure", fmt.Sprintf("%s: %s, %s", m.ID, m.Name, where))
	t.block(&b, "Formula", m.Formula)
	t.block(&b, "Not known", m.Null)
	t.block(&b, "Verdicts", m.Verdict)
	t.block(&b, "Window", spanText(&a.Answer, a.Span)+", by "+app.LevelWord(level)+", "+kindOf(a.Kind)+" amounts")
	for i, x := range a.Inputs {
		t.block(&b, map[bool]string{true: "Inputs"}[i == 0], clean(x.Name+": "+p.input(x)))
	}
	t.account(&b, &a.Answer, p)
	if len(a.Clients) > 0 {
		b.WriteString("\n")
		clientGrid(a.Clients, level, p, false).trimmed().draw(&b, t)
	}
	if len(a.Rows) > 0 {
		b.WriteString("\n")
		t.traced(&b, a)
	}
	b.WriteString("\n")
	t.verdict(&b, a.Verdict)
	for i, x := range a.Next { // as a shell takes it, in this workspace
		if head, key, ok := strings.Cut(strings.TrimPrefix(x, "clientele "), " client "); ok {
			a.Next[i] = r.self(append(strings.Fields(head), "client", key)...)
		}
	}
	t.next(&b, a.Next...)
	return b.String()
}

// isAmount tells the numbers that are money from those that count or compare.
func isAmount(name string) bool {
	switch name {
	case "total", "line.base", "line.revenue", "line.entry_ticket":
		return true
	}
	return strings.HasPrefix(name, "control.amount_") || strings.HasPrefix(name, "client ")
}

// moneyInputs begin the names of the terms of a formula that are money.
var moneyInputs = []string{"amount_", "less ", "R, ", "S_N, "}

// input writes one term of a formula for people.
func (p purse) input(x app.Input) string {
	v := x.Value
	if v == "" || strings.Trim(v, "0123456789.-") != "" || strings.Count(v, "-") > 1 {
		return v // no number
	}
	for _, prefix := range moneyInputs {
		if strings.HasPrefix(x.Name, prefix) {
			return p.written(v)
		}
	}
	return grouped(v)
}

// written is an amount in digits, with its currency if it has one.
func (p purse) written(digits string) string {
	return strings.TrimSpace(grouped(digits) + " " + string(p.currency))
}

// traced lists the records of the files.
func (t theme) traced(b *strings.Builder, a *app.WhyAnswer) {
	for i := range a.Rows {
		x := &a.Rows[i]
		head := clean(x.File)
		if x.Line > 0 {
			head += fmt.Sprintf(", line %d", x.Line)
		}
		switch {
		case x.Amount == "":
		case x.Note == "":
			head += ": " + purseOf(&a.Answer).written(x.Amount)
		default: // set aside: as the file has it
			head += ": " + grouped(x.Amount)
		}
		if x.Note != "" {
			head += " (" + clean(x.Note) + ")"
		}
		b.WriteString(fit(head, t.width) + "\n")
		record := clean(strings.Join(x.Cells, " | "))
		if x.Line == 0 { // there is no file to see the rest in
			t.entry(b, "  ", 2, record)
			continue
		}
		b.WriteString("  " + t.dim(fit(record, t.width-2)) + "\n")
	}
	if a.More > 0 {
		b.WriteString(t.dim("and more; --rows N shows them") + "\n")
	}
}
