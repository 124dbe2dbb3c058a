package cli

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"clientele/internal/clock"
	"clientele/internal/fault"
	"clientele/internal/period"
)

// schemaKey is the annotation of a command with the schema of its document.
const schemaKey = "schema"

// globals are the flags that every command takes.
type globals struct {
	workspace string
	json      bool
	format    string
	output    string
	color     string
	noInput   bool
	quiet     bool
	yes       bool
	asOf      string
	now       string
	seed      uint64

	day period.Date // of --as-of; NoDate without it
}

// The forms of an answer.
const (
	formatTable    = "table"
	formatCSV      = "csv"
	formatJSON     = "json"
	formatMarkdown = "md"
)

// root is the tree of commands.
func (r *run) root() *cobra.Command {
	cobra.EnableCommandSorting = false // the order of use
	root := &cobra.Command{
		Use:   "clientele",
		Short: "Clientele tells a firm which clients carry it.",
		Long: "Clientele tells a firm which clients carry it, and what it takes to be one of\n" +
			"them. It reads the client list or the invoices that the firm already has.\n" +
			"Nothing leaves the machine.",
		Example: "  # the line at 80 %, from a file: two columns are enough, client and amount\n" +
			"  clientele line invoices.csv\n\n" +
			"  # one row per client, as CSV\n" +
			"  clientele book invoices.csv --format csv -o book.csv\n\n" +
			"  # a workspace, which remembers files and decisions\n" +
			"  clientele init\n" +
			"  clientele import invoices.csv\n" +
			"  clientele line",
		SilenceErrors:     true,
		SilenceUsage:      true,
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},
		Args:              cobra.ArbitraryArgs,
		PersistentPreRunE: func(cmd *cobra.Command, args []string) error { return r.settle(inputs(cmd, args)) },
	}
	version := root.Flags().Bool("version", false, "say which program this is")
	root.RunE = func(cmd *cobra.Command, args []string) error {
		if *version && len(args) == 0 {
			return r.showVersion()
		}
		return noCommand(cmd, args)
	}
	root.SetIn(r.in)
	root.SetOut(r.out)
	root.SetErr(r.err)
	root.SetHelpFunc(func(cmd *cobra.Command, _ []string) { r.help(cmd) })
	root.SetHelpCommand(helpCommand())
	root.SetFlagErrorFunc(r.flagError)
	r.globalFlags(root)
	root.AddCommand(r.line(), r.book(), r.profit(), r.whale(), r.matrix(), r.costs(), r.efforts(), r.client(), r.bridge(), r.why(),
		r.initialise(), r.importing(), r.batches(), r.undo(), r.problems(), r.clients(), r.rates(),
		r.audit(), r.rebuild(), r.doctor(), r.publish(), r.refresh(), r.demo(), r.completion(), r.version())
	return root
}

func (r *run) globalFlags(root *cobra.Command) {
	g, f := &r.global, root.PersistentFlags()
	f.SortFlags = false
	f.StringVar(&g.workspace, "workspace", "", "use the workspace in the folder `DIR`, not the current one")
	f.BoolVar(&g.json, "json", false, "print one JSON document, as --format json does")
	f.StringVar(&g.format, "format", "", "print in the `FORM` table, csv, json or md; table if left out")
	f.StringVarP(&g.output, "output", "o", "", "write to `FILE`, whose ending chooses the form")
	f.StringVar(&g.color, "color", "auto", "use colour `WHEN` auto, always or never; NO_COLOR is heeded")
	f.BoolVar(&g.noInput, "no-input", false, "never ask at a prompt")
	f.BoolVar(&g.quiet, "quiet", false, "show no progress")
	f.BoolVar(&g.yes, "yes", false, "confirm what would be asked before a change")
	f.StringVar(&g.asOf, "as-of", "", "look from `DATE`; from the day after the last sale if left out")
	f.StringVar(&g.now, "now", "", "take `TIME` (RFC 3339) for that of the clock")
	f.Uint64Var(&g.seed, "seed", 1, "draw lots from the seed `N`")
}

// inputs are the files that a command may read.
func inputs(cmd *cobra.Command, args []string) []string {
	if f := cmd.Flags().Lookup("rates"); f != nil && f.Value.String() != "" {
		args = append([]string{f.Value.String()}, args...)
	}
	return args
}

// settle checks the global flags and opens what they name; inputs are the files that are
// read.
func (r *run) settle(inputs []string) error {
	g := &r.global
	form, err := g.form()
	if err != nil {
		return err
	}
	g.format, g.day = form, period.NoDate
	if g.asOf != "" {
		if g.day, err = period.ParseISO(g.asOf); err != nil {
			return fault.Wrap(err, fault.Usage, "read --as-of", "--as-of cannot be read", "write a day as 2025-06-30")
		}
	}
	if g.now != "" {
		t, err := time.Parse(time.RFC3339, g.now)
		if err != nil {
			return fault.New(fault.Usage, "read --now", fmt.Sprintf("--now does not know %q", g.now), "write it as 2025-06-30T12:00:00Z")
		}
		r.clock = clock.Fixed(t)
	}
	if r.theme, err = r.themeOf(r.out); err != nil {
		return err
	}
	if r.marks, err = r.themeOf(r.err); err != nil {
		return err
	}
	if g.output != "" && g.output != "-" {
		r.theme = theme{width: widthDefault}
		f, err := create(g.output, inputs)
		if err != nil {
			return err
		}
		r.file = f
	}
	return nil
}

// form is the form of the answer: what a flag says, else what the name of the file
// says, else a table.
func (g *globals) form() (string, error) {
	form := strings.ToLower(g.format)
	switch {
	case g.json && form != "" && form != formatJSON:
		return "", fault.New(fault.Usage, "read flags", "--json and --format "+g.format+" exclude each other", "give one of them")
	case g.json:
		return formatJSON, nil
	case form == "markdown":
		return formatMarkdown, nil
	case form != "":
		forms := []string{formatTable, formatCSV, formatJSON, formatMarkdown}
		for _, f := range forms {
			if f == form {
				return f, nil
			}
		}
		return "", unknownWord("--format", g.format, forms)
	}
	for _, f := range []string{formatCSV, formatJSON, formatMarkdown} {
		if strings.HasSuffix(strings.ToLower(g.output), "."+f) {
			return f, nil
		}
	}
	return formatTable, nil
}

// unknownWord refuses a word that is not in a closed list.
func unknownWord(flag, word string, list []string) error {
	remedy := "write one of: " + strings.Join(list, ", ")
	if near := nearest(word, list); near != "" {
		remedy = "did you mean " + near + "? " + strings.ToUpper(remedy[:1]) + remedy[1:]
	}
	return fault.New(fault.Usage, "read flags", fmt.Sprintf("%s does not know %q", flag, word), remedy)
}

// noCommand is run when no command is named, or one that does not exist.
func noCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return cmd.Help()
	}
	word := args[0]
	remedy := "'clientele --help' lists the commands"
	var names []string
	for _, c := range cmd.Commands() {
		if !c.Hidden {
			names = append(names, c.Name())
		}
	}
	if near := nearest(word, names); near != "" {
		remedy = "did you mean " + near + "? 'clientele --help' lists the commands"
	} else if info, err := os.Stat(word); err == nil && info.Mode().IsRegular() {
		remedy = "to draw the line of this file: " + command([]string{"line", word})
	}
	return fault.New(fault.Usage, "read arguments", fmt.Sprintf("there is no command %q", word), remedy)
}

var flagName = regexp.MustCompile(`--([a-z][a-z-]*)`)

// flagError turns what the flag package says into our words.
func (r *run) flagError(cmd *cobra.Command, err error) error {
	if !cmd.HasParent() && len(r.args) > 0 && !strings.HasPrefix(r.args[0], "-") {
		return noCommand(cmd, r.args) // the command is wrong, so its flags are not known
	}
	remedy := "'" + cmd.CommandPath() + " --help' lists the flags"
	if named, ok := errors.AsType[namedFlag](err); ok {
		name := named.GetSpecifiedName()
		switch {
		case !strings.HasPrefix(err.Error(), "unknown"):
			return fault.New(fault.Usage, "read flags", "--"+name+" needs a value", remedy)
		case named.GetSpecifiedShortnames() != "":
			return fault.New(fault.Usage, "read flags", "there is no flag -"+name, remedy)
		}
		var list []string
		for _, m := range flagName.FindAllStringSubmatch(cmd.LocalFlags().FlagUsages()+cmd.InheritedFlags().FlagUsages(), -1) {
			list = append(list, m[1])
		}
		if near := nearest(name, list); near != "" {
			remedy = "did you mean --" + near + "? " + remedy
		}
		return fault.New(fault.Usage, "read flags", "there is no flag --"+name, remedy)
	}
	if valued, ok := errors.AsType[valuedFlag](err); ok {
		_, said, _ := strings.Cut(err.Error(), " for ")
		flag := flagName.FindString(said)
		return fault.New(fault.Usage, "read flags", fmt.Sprintf("%s does not take %q", flag, valued.GetValue()), remedy)
	}
	return fault.New(fault.Usage, "read flags", err.Error(), remedy)
}

// namedFlag is the flag package's error for a flag that is unknown, or has no value.
type namedFlag interface {
	error
	GetSpecifiedName() string
	GetSpecifiedShortnames() string
}

// valuedFlag is its error for a value that a flag does not take.
type valuedFlag interface {
	error
	GetValue() string
}
