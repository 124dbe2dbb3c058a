package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"clientele/internal/app"
	"clientele/internal/boot"
	"clientele/internal/fault"
	"clientele/internal/ledger"
	"clientele/internal/period"
)

// stamp begins every document of the workspace.
type stamp struct {
	Schema string `json:"schema"`
	AsOf   string `json:"as_of"` // the day of the answer
}

func (r *run) stamp(schema string) stamp {
	day := r.global.day
	if day == period.NoDate {
		day = period.FromTime(r.clock())
	}
	return stamp{schema, day.String()}
}

// folder is the folder of the workspace.
func (r *run) folder() string {
	if r.global.workspace == "" {
		return "."
	}
	return r.global.workspace
}

// open opens the workspace; watch may be nil.
func (r *run) open(ctx context.Context, watch *progress) (*app.Workspace, error) {
	w, err := boot.Open(ctx, r.options(watch))
	if f, ok := errors.AsType[*fault.Error](err); ok && f.Kind == fault.NotFound && r.global.workspace == "" {
		return nil, fault.New(fault.NotFound, "open the workspace", "there is no workspace in this folder",
			"make one with: clientele init; or name its folder with --workspace")
	}
	return w, err
}

func (r *run) options(watch *progress) boot.Options {
	o := boot.Options{Dir: r.folder(), Clock: r.clock}
	o.Say = func(text string) {
		watch.done()
		r.notice(text)
	}
	if watch != nil {
		o.Progress = watch.file
	}
	return o
}

// notice tells of something that happened while a command runs.
func (r *run) notice(text string) {
	var b strings.Builder
	r.marks.entry(&b, r.marks.yellow("Note:"), 7, clean(text))
	r.say(b.String())
}

// inside opens the workspace, uses it and closes it.
func (r *run) inside(ctx context.Context, use func(*app.Workspace) error) (err error) {
	watch := r.progress()
	defer watch.done()
	w, err := r.open(ctx, watch)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	err = use(w)
	return err
}

// confirm asks a question that yes or no answers; asked is false where nobody can.
func (r *run) confirm(ctx context.Context, text string) (yes, asked bool) {
	if r.global.yes {
		return true, true
	}
	if !r.canAsk() {
		return false, false
	}
	lines := bufio.NewReader(r.in)
	for {
		r.say(r.marks.bold(clean(text)) + " [y/n] ")
		line, err := lines.ReadString('\n')
		if err != nil || ctx.Err() != nil {
			return false, true
		}
		switch strings.ToLower(strings.TrimSpace(line)) {
		case "y", "yes":
			return true, true
		case "n", "no", "q":
			return false, true
		}
	}
}

// needYes is what a change says that nobody could confirm.
func needYes(what string) error {
	return &fault.Error{
		Kind: fault.Ask, Op: "confirm", Message: "nothing was changed yet",
		Questions: []fault.Question{{Code: "confirm", Text: what, Evidence: []string{}, Flag: "--yes", Choices: []string{"--yes"}}},
	}
}

// declined is the end of a change that the user does not want.
func declined() error {
	return fault.New(fault.Canceled, "confirm", "stopped; nothing was changed", "")
}

// between checks how many arguments a command got; most < 0 is any number.
func between(cmd *cobra.Command, args []string, least, most int, what string) error {
	remedy := "'" + cmd.CommandPath() + " --help' shows how"
	switch {
	case len(args) < least:
		return fault.New(fault.Usage, "read arguments", "missing: "+what, remedy)
	case most >= 0 && len(args) > most:
		var names []string
		for _, c := range cmd.Commands() {
			names = append(names, c.Name())
		}
		if near := nearest(args[0], names); near != "" {
			remedy = "did you mean " + cmd.CommandPath() + " " + near + "? " + remedy
		}
		return fault.New(fault.Usage, "read arguments", fmt.Sprintf("%q is one argument too many", args[most]), remedy)
	}
	return nil
}

// table is a list in every form but a document: for a screen, as CSV, as Markdown.
type table struct {
	columns []column
	exact   [][]string // cells for programs
	shown   [][]string // cells for people
	empty   string     // what to say and do where there is no row
	head    string     // above the list, on a screen
	foot    string     // below it
	spare   []string   // fields that a screen without room leaves out, in that order
}

// show prints a list in the form that is asked for; document makes that of JSON.
func (r *run) show(t *table, document func() any) error {
	switch r.global.format {
	case formatJSON:
		return r.document(document())
	case formatCSV:
		return r.sheet(&sheet{columns: t.columns, rows: t.exact})
	case formatMarkdown:
		return r.print((&grid{columns: t.columns, rows: t.shown}).trimmed().markdown())
	}
	var b strings.Builder
	if len(t.shown) == 0 {
		r.theme.entry(&b, "", 0, t.empty)
		return r.print([]byte(b.String()))
	}
	if t.head != "" {
		r.theme.entry(&b, "", 0, t.head)
	}
	g := (&grid{columns: t.columns, rows: t.shown}).trimmed()
	g.squeeze(r.theme.width, t.spare)
	g.draw(&b, r.theme)
	if t.foot != "" {
		r.theme.entry(&b, "", 0, t.foot)
	}
	return r.print([]byte(b.String()))
}

// next writes commands to go on with, each on a line of its own so that it can be copied.
func (t theme) next(b *strings.Builder, commands ...string) {
	for i, c := range commands {
		label := ""
		if i == 0 {
			label = "Next"
		}
		b.WriteString(t.dim(pad(label, labelWidth, false)) + c + "\n")
	}
}

// self is a command line in the same workspace. A word like FILE… is for the user to
// fill in.
func (r *run) self(args ...string) string {
	if r.global.workspace != "" {
		args = append(args, "--workspace", r.global.workspace)
	}
	return strings.ReplaceAll(command(args), "'FILE…'", "FILE…")
}

// fileFlag is a flag that was said and is about a file, "" for none.
func (f *reading) fileFlag() string {
	a := &f.request.Answers
	for _, x := range []struct {
		flag string
		said bool
	}{
		{"--map", len(a.Map) > 0},
		{"--amount", a.Amount != ""},
		{"--cost", a.Cost != ""},
		{"--date-order", a.DateOrder != ""},
		{"--decimal", a.Decimal != ""},
		{"--encoding", a.Encoding != ""},
		{"--delimiter", a.Delimiter != ""},
		{"--currency", a.Currency != ""},
		{"--net", f.net},
		{"--gross", f.gross},
		{"--sheet", a.Sheet != ""},
		{"--rates", f.request.Rates != ""},
	} {
		if x.said {
			return x.flag
		}
	}
	return ""
}

// kinds are the words of --kind.
var kinds = []string{string(ledger.Invoiced), string(ledger.Booked), string(ledger.Received)}

// kindOfQuestion reads --kind for a workspace.
func (f *reading) kindOfQuestion() (ledger.Kind, error) { return kindNamed(f.request.Answers.Kind) }

func kindNamed(said string) (ledger.Kind, error) {
	word := strings.ToLower(said)
	if word != "" && !slices.Contains(kinds, word) {
		return "", unknownWord("--kind", said, kinds)
	}
	return ledger.Kind(word), nil
}

// workspaceGround is the ground of a question about the workspace. It is closed with
// the run.
func (r *run) workspaceGround(ctx context.Context, f *reading, watch *progress) (*app.Ground, error) {
	kind, err := f.kindOfQuestion()
	if err != nil {
		return nil, err
	}
	w, err := boot.Open(ctx, r.options(watch))
	if r.global.workspace == "" && fault.KindOf(err) == fault.NotFound && err != nil {
		return nil, fault.New(fault.Usage, "read arguments", "no file is named, and there is no workspace in this folder",
			"name a file; or make a workspace, 'clientele init', and import files into it, 'clientele import FILE'")
	}
	if err != nil {
		return nil, err
	}
	r.later = append(r.later, w.Close)
	if flag := f.fileFlag(); flag != "" {
		return nil, fault.New(fault.Usage, "read flags", flag+" is about a file, and none is named",
			"name the file, or leave the flag out: the workspace knows how its files are read")
	}
	if f.said(fiscalStart) {
		return nil, fault.New(fault.Usage, "read flags", "--fiscal-start is about files, and none is named",
			"leave it out: the fiscal year of a workspace is that of 'clientele init'")
	}
	g, err := w.Ground(ctx, app.GroundRequest{Kind: kind, Costs: f.request.Costs})
	if err != nil {
		return nil, err
	}
	r.later = append([]func() error{g.Engine.Close}, r.later...)
	return g, nil
}
