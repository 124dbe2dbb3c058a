package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/spf13/cobra"

	"clientele/internal/app"
	"clientele/internal/boot"
	"clientele/internal/fault"
	"clientele/internal/money"
)

const initSchema = "clientele.init/v1"

type initDocument struct {
	stamp

	Workspace   string  `json:"workspace"`
	Record      *string `json:"record"`        // null: in the workspace
	Base        *string `json:"base_currency"` // null: that of the first file
	FiscalStart int     `json:"fiscal_start"`
}

// currencyCode is the form of --base.
var currencyCode = regexp.MustCompile(`^[A-Z]{3}$`)

// initialise is the command that makes a workspace.
func (r *run) initialise() *cobra.Command {
	var base, record string
	var fiscal int
	cmd := &cobra.Command{
		Use:   "init [DIR]",
		Short: "make a workspace, which remembers files and decisions",
		Long: "Make a workspace in the current folder, in DIR, or in the folder of --workspace. It\n" +
			"is a folder named .clientele: the files as they were imported, the record of what\n" +
			"was decided, and tables that can be made again at any time. Nothing leaves it.",
		Example: "  # here\n" +
			"  clientele init\n\n" +
			"  # the ledger is kept in EUR, the fiscal year begins in July\n" +
			"  clientele init books --base EUR --fiscal-start 7\n\n" +
			"  # the record in PostgreSQL, which several servers may share\n" +
			"  clientele init books --record 'postgres://anna@db/books?schema=firm'",
		Annotations: map[string]string{schemaKey: initSchema},
	}
	cmd.Flags().SortFlags = false
	cmd.Flags().StringVar(&base, "base", "", "keep the ledger in the currency `CODE`; in that of the first file if left out")
	cmd.Flags().IntVar(&fiscal, fiscalStart, january, "begin the fiscal year with the `MONTH` 1 to 12")
	cmd.Flags().StringVar(&record, "record", "", "keep the record in PostgreSQL at `URL`, which names a schema")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := between(cmd, args, 0, 1, ""); err != nil {
			return err
		}
		if err := checkMonth(fiscal); err != nil {
			return err
		}
		switch {
		case base != "" && !currencyCode.MatchString(base):
			return fault.New(fault.Usage, "read --base", fmt.Sprintf("--base does not know %q", base), "write an ISO code in capitals: --base EUR")
		case len(args) == 1 && r.global.workspace != "" && filepath.Clean(args[0]) != filepath.Clean(r.global.workspace):
			return fault.New(fault.Usage, "read arguments", "two folders are named", "give DIR or --workspace, not both")
		}
		if len(args) == 1 {
			r.global.workspace = args[0]
		}
		return r.makeWorkspace(cmd, record, money.Currency(base), fiscal)
	}
	return cmd
}

func (r *run) makeWorkspace(cmd *cobra.Command, record string, base money.Currency, fiscal int) (err error) {
	if err := os.MkdirAll(r.folder(), 0o750); err != nil {
		return fault.Wrap(err, fault.Failed, "make a workspace", "the folder "+r.folder()+" cannot be made", "check its name and the permissions")
	}
	o := r.options(nil)
	o.Record = record
	w, err := boot.Create(cmd.Context(), o)
	if err != nil {
		return err
	}
	defer func() {
		if e := w.Close(); err == nil {
			err = e
		}
	}()
	err = w.SetPolicy(cmd.Context(), func(p *app.Policy) error {
		p.FiscalStart = fiscal
		if base != "" {
			p.Base, p.BaseKnown = base, true
		}
		return nil
	})
	if err != nil {
		return err
	}
	if r.global.format == formatJSON {
		return r.document(initDocument{r.stamp(initSchema), r.folder(), known(w.RecordPlace), known(string(base)), fiscal})
	}
	var b strings.Builder
	place := r.folder()
	if place == "." {
		place = "this folder"
	}
	r.theme.entry(&b, "", 0, "There is a workspace in "+place+" now.")
	if w.RecordPlace != "" {
		r.theme.entry(&b, "", 0, "Its record is in "+w.RecordPlace+".")
	}
	if boot.Configured(r.folder()) {
		r.theme.next(&b, r.self("doctor"), r.self("refresh"), r.self("line"))
	} else {
		r.theme.next(&b, r.self("import", "FILE…", "--check"), r.self("import", "FILE…"))
	}
	return r.print([]byte(b.String()))
}
