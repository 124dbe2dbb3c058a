package cli

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"clientele/internal/app"
	"clientele/internal/fault"
	"clientele/internal/ledger"
)

const publishSchema = "clientele.publish/v1"

type publishDocument struct {
	stamp

	Publication int64                  `json:"publication"` // its number; readers take the greatest
	Revision    int64                  `json:"revision"`
	Changed     bool                   `json:"changed"`
	Attempts    int                    `json:"attempts"`
	Namespace   string                 `json:"namespace"`
	Warehouse   string                 `json:"warehouse"`
	Kind        string                 `json:"kind"`
	Currency    *string                `json:"currency"`
	Decimals    uint8                  `json:"decimals"`
	Tables      []publishTableDocument `json:"tables"`
	RowsLoaded  int64                  `json:"rows_loaded"` // by the ledger
	RowsBack    int64                  `json:"rows_read_back"`
	Loaded      string                 `json:"amount_loaded"`
	Back        string                 `json:"amount_read_back"`
	Closes      bool                   `json:"closes"` // and the ledger's account does
}

type publishTableDocument struct {
	Table         string `json:"table"`
	RowsAppended  int64  `json:"rows_appended"`
	FilesAppended int64  `json:"files_appended"`
	RowsDeleted   int64  `json:"rows_deleted"`
	FilesDeleted  int64  `json:"files_deleted"`
	RowsKept      int64  `json:"rows_kept"`
	FilesKept     int64  `json:"files_kept"`
}

// publish is the command that hands the ledger to other engines.
func (r *run) publish() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "publish",
		Short:   "open tables of the ledger, for other engines",
		Long:    "Hand the ledger to engines of the firm's own, as open tables.",
		Example: publishExample,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := between(cmd, args, 1, 0, "what to publish, iceberg"); err != nil {
				return err
			}
			return cmd.Help()
		},
	}
	cmd.AddCommand(r.publishIceberg())
	return cmd
}

const publishExample = "  # for a Trino whose catalog lake stands in PostgreSQL, under that name\n" +
	"  export PGPASSWORD=…\n" +
	"  clientele publish iceberg --catalog postgres://trino@db/lake --name lake \\\n" +
	"    --warehouse file:///srv/lake\n\n" +
	"  # into an object store, whose keys the environment has\n" +
	"  clientele publish iceberg --catalog postgres://trino@db/lake --name lake \\\n" +
	"    --warehouse s3://firm/lake --namespace sales"

func (r *run) publishIceberg() *cobra.Command {
	var req app.PublishRequest
	var kind string
	cmd := &cobra.Command{
		Use:   "iceberg",
		Short: "Iceberg tables, in a catalog that Trino shares",
		Long: "Write the ledger as Iceberg tables, so that a cluster gives the same line without a\n" +
			"new import. A second time only what is new is added, and what was undone is\n" +
			"deleted. Readers see the publication before until this one is whole. What was\n" +
			"written is read back and compared with the ledger.",
		Example:     publishExample,
		Annotations: map[string]string{schemaKey: publishSchema},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&req.Place.Catalog, "catalog", "", "the catalog's database: postgres://USER@HOST/NAME, sqlite:FILE; the password is in PGPASSWORD (`URL`)")
	f.StringVar(&req.Place.Name, "name", "", "what the catalog is called in it: Trino's iceberg.jdbc-catalog.catalog-name (`NAME`)")
	f.StringVar(&req.Place.Warehouse, "warehouse", "", "where the tables' files go: file:///FOLDER, s3://BUCKET/FOLDER (`URL`)")
	f.StringVar(&req.Place.Namespace, "namespace", "clientele", "the schema that holds the tables, and nothing else (`NAME`)")
	f.StringVar(&kind, "kind", "", "publish amounts that are `KIND` invoiced, booked or received")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := between(cmd, args, 0, 0, ""); err != nil {
			return err
		}
		for _, flag := range []string{"catalog", "name", "warehouse"} {
			if f.Lookup(flag).Value.String() == "" {
				return fault.New(fault.Usage, "read flags", "missing: --"+flag, "'"+cmd.CommandPath()+" --help' shows an example")
			}
		}
		var err error
		if req.Kind, err = kindNamed(kind); err != nil {
			return err
		}
		return r.inside(cmd.Context(), func(w *app.Workspace) error {
			a, err := w.Publish(cmd.Context(), req)
			if err != nil {
				return err
			}
			if err := r.showPublish(a, req.Place); err != nil || a.Closes() {
				return err
			}
			return fault.New(fault.Failed, "publish", "what is published does not close", "look for the reason: clientele audit")
		})
	}
	return cmd
}

func (r *run) showPublish(a *app.PublishAnswer, place app.Place) error {
	p := purse{decimals: a.Ground.Decimals, currency: a.Ground.Currency}
	t := &table{columns: []column{
		{"table", "table", false, true},
		{"rows_appended", "appended", true, false},
		{"files_appended", "files", true, false},
		{"rows_deleted", "deleted", true, false},
		{"files_deleted", "files", true, false},
		{"rows_kept", "kept", true, false},
		{"files_kept", "files", true, false},
	}}
	for _, c := range a.Tables {
		exact, shown := []string{string(c.Table)}, []string{string(c.Table)}
		for _, n := range []app.Count{c.Appended, c.Deleted, c.Kept} {
			for _, v := range []int64{n.Rows, n.Files} {
				exact, shown = append(exact, strconv.FormatInt(v, 10)), append(shown, grouped(strconv.FormatInt(v, 10)))
			}
		}
		t.exact, t.shown = append(t.exact, exact), append(t.shown, shown)
	}
	if r.global.format != formatTable {
		return r.show(t, func() any { return r.publishDocument(a, place, p) })
	}
	var b strings.Builder
	s := r.theme
	if a.Unchanged {
		s.sentence(&b, fmt.Sprintf("Nothing to do: publication %d in %s is this state of the ledger.", a.Number, clean(place.Namespace)))
	} else {
		s.sentence(&b, fmt.Sprintf("Published in %s as number %d: %s.", clean(place.Namespace), a.Number, counted(a.Lines, "line")))
	}
	(&grid{columns: t.columns, rows: t.shown}).trimmed().draw(&b, s)
	s.block(&b, "Read back", fmt.Sprintf("%s with %s; the ledger loaded %s with %s", counted(a.Lines, "row"), p.named(a.Amount),
		counted(a.Ground.Control.Loaded.Rows, "row"), p.named(a.Ground.Control.Loaded.Amount)))
	if a.Attempts > 1 {
		s.block(&b, "Attempts", fmt.Sprintf("%d, because others published at the same time", a.Attempts))
	}
	closes := s.green("closes")
	if !a.Closes() {
		closes = s.red("does not close")
	}
	b.WriteString(s.dim(pad("Account", labelWidth, false)) + closes + "\n")
	return r.print([]byte(b.String()))
}

func (r *run) publishDocument(a *app.PublishAnswer, place app.Place, p purse) publishDocument {
	loaded := a.Ground.Control.Loaded
	d := publishDocument{
		stamp: r.stamp(publishSchema), Publication: a.Number, Revision: a.Revision, Changed: !a.Unchanged, Attempts: a.Attempts,
		Namespace: place.Namespace, Warehouse: place.Warehouse, Kind: kindOf(ledger.Kind(a.Kind)), Currency: known(a.Currency), Decimals: a.Scale,
		Tables: []publishTableDocument{}, RowsLoaded: loaded.Rows, RowsBack: a.Lines, Loaded: p.exact(loaded.Amount), Back: p.exact(a.Amount), Closes: a.Closes(),
	}
	for _, c := range a.Tables {
		d.Tables = append(d.Tables, publishTableDocument{
			string(c.Table), c.Appended.Rows, c.Appended.Files, c.Deleted.Rows, c.Deleted.Files, c.Kept.Rows, c.Kept.Files,
		})
	}
	return d
}
