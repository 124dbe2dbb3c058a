package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"clientele/internal/app"
	"clientele/internal/fault"
	"clientele/internal/money"
)

const importSchema = "clientele.import/v1"

// importFlags are the flags of an import.
type importFlags struct {
	reading

	check          bool
	overlap, fixes string
}

// importing is the command that brings files into the workspace.
func (r *run) importing() *cobra.Command {
	var f importFlags
	cmd := &cobra.Command{
		Use:   "import FILE…",
		Short: "bring files into the workspace: sales, clients, costs, times",
		Long: "Bring files into the workspace, each as a batch: everything in it or nothing. What\n" +
			"a file is, is recognised: lines of sale, a list of clients, exchange rates; direct\n" +
			"costs, costs of single clients, cost pools, people, time sheets, tickets and other\n" +
			"events, how long events take, what clients owe, and what was planned.\n" +
			"The same file again changes nothing. A file that fails does not take back those\n" +
			"that succeeded; the exit code is that of the gravest failure.",
		Example: "  # what would happen, and how the file is read\n" +
			"  clientele import invoices.csv --check\n\n" +
			"  # rates first, where files have several currencies\n" +
			"  clientele import rates.csv clients.csv invoices-*.csv\n\n" +
			"  # costs, people and time sheets: what 'clientele profit' rests on\n" +
			"  clientele import costs.csv pools.csv resources.csv time.csv\n\n" +
			"  # a list whose kind the columns do not tell, and the layer of its costs\n" +
			"  clientele import extra.csv --facts client_costs --layer cm3\n\n" +
			"  # a budget whose rows have no months, and one with a column for each month\n" +
			"  clientele import budget.csv --for 2026 --plan budget\n" +
			"  clientele import months.csv --facts plan --plan forecast\n\n" +
			"  # rows that were set aside in b3, mended\n" +
			"  clientele problems export b3 -o mend.csv\n" +
			"  clientele import mend.csv --fixes b3",
		Annotations: map[string]string{schemaKey: importSchema},
	}
	s := cmd.Flags()
	s.SortFlags = false
	s.BoolVar(&f.check, "check", false, "show what would happen, and change nothing")
	s.StringVar(&f.overlap, "overlap", "", "`WHAT` to do with lines that are loaded already where no document tells: skip or load")
	s.StringVar(&f.fixes, "fixes", "", "the file brings the rows that were set aside in `BATCH` again, mended")
	a := &f.request.Answers
	s.StringVar(&a.Facts, "facts", "", "the file is a `LIST` of sales, costs, client_costs, pools, resources, efforts, events, equations, receivables or plan")
	s.StringVar(&a.Plan, "plan", "", "it is the plan called `NAME`: budget, forecast")
	s.StringVar(&a.For, "for", "", "its facts are for the `PERIOD` 2026, 2026-Q1, FY2026 or 2026-07..2027-06, where rows have no dates")
	s.StringVar(&a.Layer, "layer", "", "its costs belong to the `LAYER` cm1, cm2 or cm3 of the statement")
	s.StringVar(&a.Cost, "cost", "", "compute the direct cost of a line by `EXPR`, of roles or columns: 'quantity*buy_price'")
	f.answers(cmd)
	s.StringVar(&f.base, "base", "", "keep the ledger in the currency `CODE`, if it is not known yet")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := between(cmd, args, 1, -1, "a file to import, or - for standard input"); err != nil {
			return err
		}
		if err := f.settleTax(); err != nil {
			return err
		}
		if f.fixes != "" && len(args) > 1 {
			return fault.New(fault.Usage, "read flags", "--fixes takes one file", "import the files one by one")
		}
		i := &importer{r: r, cmd: cmd, flags: &f, files: args}
		return i.all(cmd.Context())
	}
	return cmd
}

// importer brings one file after the other.
type importer struct {
	r     *run
	cmd   *cobra.Command
	flags *importFlags
	files []string
	only  string // the facts that are wanted; "" for any
	done  []imported
}

// imported is one file and what became of it.
type imported struct {
	file   string
	answer *app.ImportAnswer // nil if it failed
	err    error
}

func (i *importer) all(ctx context.Context) (err error) {
	r := i.r
	watch := r.progress()
	defer watch.done()
	w, err := r.open(ctx, watch)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	for _, file := range i.files {
		a, err := i.one(ctx, w, file)
		watch.done()
		i.done = append(i.done, imported{file, a, err})
		if err := i.tell(len(i.done) - 1); err != nil {
			return err
		}
		if k := fault.KindOf(err); err != nil && (k == fault.Canceled || k == fault.Locked || ctx.Err() != nil) {
			break // the others would go the same way
		}
	}
	if err := i.report(); err != nil {
		return err
	}
	return i.verdict()
}

// one imports a file. Where it has to be asked about, its answer holds for it alone.
func (i *importer) one(ctx context.Context, w *app.Workspace, file string) (*app.ImportAnswer, error) {
	said := *i.flags
	defer func() { *i.flags = said }()
	if err := i.wanted(ctx, w, file); err != nil {
		return nil, err
	}
	for {
		a, err := w.Import(ctx, app.ImportRequest{
			Path: file, Stdin: i.r.in, Answers: i.flags.request.Answers, Check: i.flags.check,
			Overlap: i.flags.overlap, Base: money.Currency(i.flags.base), Fixes: i.flags.fixes,
		})
		more, asked := i.r.prompt(ctx, err)
		if !asked {
			return a, err
		}
		if err := i.cmd.ParseFlags(more); err != nil {
			return nil, err
		}
		if err := i.flags.settleTax(); err != nil {
			return nil, err
		}
	}
}

// wanted looks whether the file is of the kind that the command is about. Standard input
// can be read once only, and is what it is.
func (i *importer) wanted(ctx context.Context, w *app.Workspace, file string) error {
	if i.only == "" || file == "-" {
		return nil
	}
	a, err := w.Import(ctx, app.ImportRequest{Path: file, Check: true, Base: money.Currency(i.flags.base)})
	switch f, asks := errors.AsType[*fault.Error](err); {
	case err == nil && a.Facts == i.only:
		return nil
	case err == nil:
	case !asks || f.Kind != fault.Ask:
		return err
	case f.Questions[0].Code == "base":
		return nil // a rate table, which is asked about when it is imported
	}
	return fault.New(fault.Input, "import", clean(file)+" is no table of exchange rates", "a table of rates has a column for the day, the currency and the rate; other files: "+i.r.self("import", file))
}

// tell prints what became of a file as soon as it is known; programs get one document.
func (i *importer) tell(n int) error {
	x := i.done[n]
	if x.err != nil {
		if len(i.files) > 1 {
			i.r.alone(i.files, x.file).complain(x.err)
		}
		return nil
	}
	if i.r.global.format != formatTable {
		return nil
	}
	return i.r.print([]byte(i.r.importScreen(x.answer, n > 0, len(i.files) == 1)))
}

// alone is the run as if only one of the files had been named: what it advises to do is
// about that file.
func (r *run) alone(files []string, file string) *run {
	one := *r
	one.args = nil
	for _, a := range r.args {
		if a == file || !slices.Contains(files, a) {
			one.args = append(one.args, a)
		}
	}
	return &one
}

// report prints the whole for programs, and a summary for people.
func (i *importer) report() error {
	r := i.r
	switch r.global.format {
	case formatJSON:
		return r.document(i.document())
	case formatTable:
		if len(i.files) == 1 {
			return nil
		}
		var b strings.Builder
		b.WriteString("\n" + i.summary() + "\n")
		if i.sold() {
			r.theme.next(&b, r.self("line"))
		}
		return r.print([]byte(b.String()))
	}
	t := &table{columns: importColumns}
	for _, x := range i.done {
		if x.err != nil {
			t.exact = append(t.exact, []string{x.file, "failed", "", "", "", "", "", "", "", "", ""})
			continue
		}
		a, p := x.answer, purse{decimals: x.answer.Decimals, currency: x.answer.Currency}
		c := a.Control
		t.exact = append(t.exact, []string{
			x.file, string(a.Outcome), a.Batch, a.Facts, strconv.FormatInt(c.Read.Rows, 10), strconv.FormatInt(c.Loaded.Rows, 10),
			strconv.FormatInt(c.Excluded.Rows, 10), strconv.FormatInt(c.Quarantined.Rows, 10), string(a.Currency), p.exact(c.Loaded.Amount), strconv.FormatInt(a.Overlap, 10),
		})
	}
	t.shown = t.exact
	return r.show(t, nil)
}

var importColumns = []column{
	{"file", "file", false, true},
	{"outcome", "outcome", false, false},
	{"batch", "batch", false, false},
	{"facts", "facts", false, false},
	{"rows_read", "read", true, false},
	{"rows_loaded", "loaded", true, false},
	{"rows_excluded", "excluded", true, false},
	{"rows_quarantined", "quarantined", true, false},
	{"currency", "currency", false, false},
	{"amount_loaded", "amount", true, false},
	{"overlap", "overlap", true, false},
}

// sold reports whether one of the files brought sales.
func (i *importer) sold() bool {
	return slices.ContainsFunc(i.done, func(x imported) bool {
		return x.err == nil && x.answer.Outcome == app.Imported && x.answer.Facts == "sales"
	})
}

// summary counts what became of the files.
func (i *importer) summary() string {
	counts := map[string]int64{}
	rows := int64(0)
	for _, x := range i.done {
		if x.err != nil {
			counts["failed"]++
			continue
		}
		counts[string(x.answer.Outcome)]++
		if x.answer.Outcome != app.Unchanged {
			rows += x.answer.File.Loaded
		}
	}
	var parts []string
	for _, word := range []string{string(app.Imported), string(app.Checked), string(app.Unchanged), "failed"} {
		if counts[word] > 0 {
			parts = append(parts, count(counts[word])+" "+word)
		}
	}
	if n := len(i.files) - len(i.done); n > 0 {
		parts = append(parts, count(int64(n))+" not tried")
	}
	return counted(int64(len(i.files)), "file") + ": " + strings.Join(parts, ", ") + "; " + counted(rows, "row") + " loaded"
}

// gravity orders failures: the last one decides the exit code.
var gravity = []fault.Kind{fault.Usage, fault.NotFound, fault.Input, fault.Ask, fault.Locked, fault.Failed, fault.Internal, fault.Canceled}

// verdict is the failure of the whole: of the one file, or of the gravest of several.
func (i *importer) verdict() error {
	if len(i.files) == 1 {
		if i.done[0].err != nil {
			i.r.global.noInput = true // it was asked above
		}
		return i.done[0].err
	}
	worst, failed := -1, 0
	for _, x := range i.done {
		if x.err == nil {
			continue
		}
		failed++
		kind := fault.KindOf(x.err)
		if errors.Is(x.err, context.Canceled) {
			kind = fault.Canceled
		}
		worst = max(worst, slices.Index(gravity, kind))
	}
	if failed == 0 {
		return nil
	}
	kind := gravity[max(0, worst)]
	left := failed + len(i.files) - len(i.done)
	text := fmt.Sprintf("%d of %s were not imported", left, counted(int64(len(i.files)), "file"))
	if kind == fault.Canceled {
		text = "stopped; " + text
	}
	return fault.New(kind, "import", text, "see above for each; then run the command again: files that are imported are not imported twice")
}
