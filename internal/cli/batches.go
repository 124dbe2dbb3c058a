package cli

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"clientele/internal/app"
	"clientele/internal/ledger"
	"clientele/internal/money"
)

const batchesSchema = "clientele.batches/v1"

type batchesDocument struct {
	stamp

	Batches []batchDocument `json:"batches"`
}

type batchDocument struct {
	Batch    string                  `json:"batch"`
	File     string                  `json:"file"`
	State    string                  `json:"state"` // live or undone
	Kind     string                  `json:"kind"`
	Imported string                  `json:"imported"`
	By       string                  `json:"by"`
	SHA256   string                  `json:"sha256"`
	Bytes    int64                   `json:"bytes"`
	Shape    *string                 `json:"shape"`
	Columns  []string                `json:"columns"`
	Reading  []string                `json:"reading"`
	Clients  int64                   `json:"clients"`
	Window   windowDocument          `json:"window"`
	Accounts []batchCurrencyDocument `json:"control"` // one per currency, as the file was read
	// Published is what the batch adds now, in base currency: without what an earlier one
	// holds. It is null for batches that are undone or bring no amounts.
	Published *controlDocument  `json:"published"`
	Skipped   []skippedDocument `json:"skipped"`
	Stated    []string          `json:"stated_totals"`
	Notes     []string          `json:"notes"`
	Result    string            `json:"result"`
}

type batchCurrencyDocument struct {
	Currency          *string         `json:"currency"`
	RowsRead          int64           `json:"rows_read"`
	RowsLoaded        int64           `json:"rows_loaded"`
	RowsExcluded      int64           `json:"rows_excluded"`
	RowsQuarantined   int64           `json:"rows_quarantined"`
	RowsUnassigned    int64           `json:"rows_unassigned"`
	AmountRead        string          `json:"amount_read"`
	AmountLoaded      string          `json:"amount_loaded"`
	AmountExcluded    string          `json:"amount_excluded"`
	AmountQuarantined string          `json:"amount_quarantined"`
	AmountUnassigned  string          `json:"amount_unassigned"`
	Closes            bool            `json:"closes"`
	Reasons           []asideDocument `json:"reasons"`
}

// batches is the command that lists what was imported.
func (r *run) batches() *cobra.Command {
	return &cobra.Command{
		Use:   "batches [BATCH]",
		Short: "what was imported, file by file",
		Long:  "List what was imported, or show one batch with its account in each currency: what\nwas read, loaded and set aside, and how the file was read.",
		Example: "  clientele batches\n\n" +
			"  # one of them, with its account\n" +
			"  clientele batches b3",
		Annotations: map[string]string{schemaKey: batchesSchema},
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := between(cmd, args, 0, 1, ""); err != nil {
				return err
			}
			return r.inside(cmd.Context(), func(w *app.Workspace) error {
				list, err := w.Batches(cmd.Context())
				if err != nil {
					return err
				}
				adds, err := w.Accounts(cmd.Context())
				if err != nil {
					return err
				}
				if len(args) == 1 {
					b, err := w.Batch(cmd.Context(), args[0])
					if err != nil {
						return err
					}
					if r.global.format == formatTable {
						return r.print([]byte(r.batchScreen(&b, adds)))
					}
					list = []app.Batch{b}
				}
				return r.showBatches(list, adds)
			})
		},
	}
}

// showBatches lists batches with what each adds now; where nothing is published, with
// what its file holds.
func (r *run) showBatches(list []app.Batch, adds map[string]app.BatchAccount) error {
	t := &table{
		columns: []column{
			{"batch", "batch", false, false},
			{"file", "file", false, true},
			{"state", "state", false, false},
			{"rows_loaded", "loaded", true, false},
			{"rows_set_aside", "aside", true, false},
			{"amount_loaded", "amount", true, false},
			{"first", "first", false, false},
			{"last", "last", false, false},
			{"kind", "", false, false},
			{"imported", "", false, false},
		},
		empty: "Nothing has been imported yet. To do: " + r.self("import", "FILE…"),
		spare: []string{"first", "last", "rows_set_aside"},
	}
	for i := range list {
		b := &list[i]
		t.exact = append(t.exact, []string{
			b.ID, b.File, string(b.State), strconv.FormatInt(loadedRows(b, adds), 10), strconv.FormatInt(setAside(b, adds), 10), strings.Join(batchAmounts(b, adds, false), " + "),
			b.FirstDay.String(), b.LastDay.String(), string(b.Kind), b.Imported.UTC().Format("2006-01-02T15:04:05Z"),
		})
		t.shown = append(t.shown, batchCells(b, adds)...)
	}
	return r.show(t, func() any {
		d := batchesDocument{stamp: r.stamp(batchesSchema), Batches: []batchDocument{}}
		for i := range list {
			d.Batches = append(d.Batches, batchOf(&list[i], adds))
		}
		return d
	})
}

// loadedRows is how many rows a batch adds.
func loadedRows(b *app.Batch, adds map[string]app.BatchAccount) int64 {
	if a, ok := adds[b.ID]; ok {
		return a.Control.Loaded.Rows
	}
	return b.Lines
}

// setAside is how many rows of a batch are not loaded.
func setAside(b *app.Batch, adds map[string]app.BatchAccount) (rows int64) {
	if a, ok := adds[b.ID]; ok {
		return a.Control.Excluded.Rows + a.Control.Quarantined.Rows
	}
	for _, c := range b.Controls {
		rows += c.Excluded.Rows + c.Quarantined.Rows
	}
	return rows
}

// batchCells is a batch for people, a line for each of its currencies.
func batchCells(b *app.Batch, adds map[string]app.BatchAccount) [][]string {
	state, what := "", map[ledger.Kind]string{app.RateTable: "rates", app.ClientList: "clients"}[b.Kind]
	if b.State != app.Live {
		state = string(b.State)
	}
	if b.Kind != ledger.Invoiced && what == "" {
		state = strings.TrimSpace(state + " " + string(b.Kind))
	}
	amounts := batchAmounts(b, adds, true)
	if len(amounts) == 0 {
		amounts = []string{what}
	}
	rows := [][]string{{b.ID, clean(b.File), state, some(loadedRows(b, adds)), some(setAside(b, adds)), amounts[0], month(b.FirstDay.String()), month(b.LastDay.String()), "", ""}}
	for _, a := range amounts[1:] {
		rows = append(rows, []string{"", "", "", "", "", a, "", "", "", ""})
	}
	return rows
}

// some is a number of things, nothing for none.
func some(n int64) string {
	if n == 0 {
		return ""
	}
	return count(n)
}

// month is the month of a day, for narrow lists.
func month(day string) string {
	if len(day) < len("2006-01") {
		return day
	}
	return day[:len("2006-01")]
}

// batchAmounts is what a batch adds in base currency, or what its file holds in each.
func batchAmounts(b *app.Batch, adds map[string]app.BatchAccount, people bool) []string {
	if a, ok := adds[b.ID]; ok {
		p := purse{a.Decimals, a.Currency, app.UnitOf(b.Kind)}
		if people {
			return []string{p.named(a.Control.Loaded.Amount)}
		}
		return []string{strings.TrimSpace(p.exact(a.Control.Loaded.Amount) + " " + string(a.Currency))}
	}
	var parts []string
	for _, c := range b.Controls {
		if c.Loaded.Rows == 0 {
			continue
		}
		p := purse{c.Decimals, c.Currency, app.UnitOf(b.Kind)}
		if people {
			parts = append(parts, p.named(c.Loaded.Amount))
		} else {
			parts = append(parts, strings.TrimSpace(p.exact(c.Loaded.Amount)+" "+string(c.Currency)))
		}
	}
	return parts
}

// batchScreen is one batch with its account.
func (r *run) batchScreen(b *app.Batch, adds map[string]app.BatchAccount) string {
	var s strings.Builder
	t := r.theme
	state := ""
	if b.State != app.Live {
		state = ", undone " + b.Changed.UTC().Format("2006-01-02 15:04 MST") + " by " + clean(b.ChangedBy)
	}
	t.sentence(&s, fmt.Sprintf("%s is %s%s.", b.ID, clean(b.File), state))
	t.block(&s, "Imported", b.Imported.UTC().Format("2006-01-02 15:04 MST")+" by "+clean(b.By)+", "+counted(b.Size, "byte")+", SHA-256 "+b.SHA256[:12]+"…")
	how := app.ReadingOf(b)
	what := string(b.Kind)
	if how.Shape != "" {
		what += ", as " + how.Shape + " writes it"
	}
	t.block(&s, "Read as", clean(what))
	if len(how.Columns) > 0 {
		t.block(&s, "Columns", clean(strings.Join(how.Columns, "; ")))
	}
	if len(how.Remarks) > 0 {
		t.block(&s, "Reading", clean(strings.Join(how.Remarks, "; ")))
	}
	if b.Accounts > 0 {
		text := counted(b.Accounts, "client")
		if b.FirstDay.String() != "" {
			text += ", " + b.FirstDay.String() + " to " + b.LastDay.String()
		}
		t.block(&s, "Clients", text)
	}
	for i := range b.Controls {
		t.control(&s, &b.Controls[i].Control, b.Controls[i].Reasons, app.UnitOf(b.Kind))
	}
	if a, ok := adds[b.ID]; ok {
		t.adds(&s, b, &a)
	}
	if len(b.Skipped) > 0 {
		var parts []string
		for _, x := range b.Skipped {
			parts = append(parts, count(x.Lines)+" "+x.Kind)
		}
		t.block(&s, "Skipped", strings.Join(parts, ", "))
	}
	for _, x := range b.Stated {
		t.block(&s, "Stated", fmt.Sprintf("%s in line %d: %s", clean(x.Label), x.Line, grouped(x.Amount.String())))
	}
	for _, n := range b.Notes {
		t.block(&s, "Note", clean(n.Text))
	}
	if b.State == app.Live {
		t.next(&s, r.self("problems", b.ID), r.self("undo", b.ID))
	} else {
		t.next(&s, r.self("undo", b.ID, "--redo"))
	}
	return s.String()
}

// adds says what a batch adds now, and what its file holds that it does not.
func (t theme) adds(s *strings.Builder, b *app.Batch, a *app.BatchAccount) {
	p := purse{a.Decimals, a.Currency, app.UnitOf(b.Kind)}
	t.block(s, "Adds", counted(a.Control.Loaded.Rows, "row")+", "+p.named(a.Control.Loaded.Amount))
	known := map[string]bool{}
	for _, c := range b.Controls {
		for _, x := range c.Reasons {
			known[x.Code] = true
		}
	}
	for _, x := range a.Control.Reasons {
		if !known[x.Code] && x.Rows > 0 {
			t.block(s, "Left out", clean(counted(x.Rows, "row")+", "+p.named(x.Amount)+": "+x.Text))
		}
	}
}

// control is the account of a batch in one currency.
func (t theme) control(s *strings.Builder, c *ledger.Control, reasons []ledger.Reason, unit app.Unit) {
	p := purse{c.Decimals, c.Currency, unit}
	tally := func(x ledger.Tally) string {
		if x.WithoutAmount == x.Rows && x.Rows > 0 {
			return counted(x.Rows, "row") + " without an amount"
		}
		return counted(x.Rows, "row") + ", " + p.named(x.Amount)
	}
	t.block(s, "Read", tally(c.Read))
	if c.Loaded.Rows > 0 {
		t.block(s, "Loaded", tally(c.Loaded))
	}
	if c.Unassigned.Rows > 0 {
		t.block(s, "Unassigned", tally(c.Unassigned)+": loaded, without a client")
	}
	for _, x := range reasons {
		if x.Rows == 0 {
			continue
		}
		word := x.State.String()
		t.block(s, strings.ToUpper(word[:1])+word[1:], clean(tally(x.Tally)+": "+x.Text))
	}
	if !c.Closes() {
		t.block(s, "Open", t.red("the account does not close"))
	}
}

func batchOf(b *app.Batch, adds map[string]app.BatchAccount) batchDocument {
	how := app.ReadingOf(b)
	d := batchDocument{
		Batch: b.ID, File: b.File, State: string(b.State), Kind: string(b.Kind), Imported: b.Imported.UTC().Format("2006-01-02T15:04:05Z"), By: b.By,
		SHA256: b.SHA256, Bytes: b.Size, Shape: known(how.Shape), Columns: append([]string{}, how.Columns...), Reading: append([]string{}, how.Remarks...),
		Clients: b.Accounts, Window: windowDocument{day(b.FirstDay), day(b.LastDay)}, Accounts: []batchCurrencyDocument{}, Skipped: []skippedDocument{},
		Stated: []string{}, Notes: []string{}, Result: b.Result,
	}
	if a, ok := adds[b.ID]; ok {
		c := controlOf(&a.Control, purse{decimals: a.Decimals, currency: a.Currency})
		d.Published = &c
	}
	for i := range b.Controls {
		d.Accounts = append(d.Accounts, currencyOf(&b.Controls[i].Control, b.Controls[i].Reasons))
	}
	for _, x := range b.Skipped {
		d.Skipped = append(d.Skipped, skippedDocument(x))
	}
	for _, x := range b.Stated {
		d.Stated = append(d.Stated, x.Amount.String())
	}
	for _, n := range b.Notes {
		d.Notes = append(d.Notes, n.Text)
	}
	return d
}

func currencyOf(c *ledger.Control, reasons []ledger.Reason) batchCurrencyDocument {
	exact := func(s money.Sum) string { return s.Format(c.Decimals) }
	d := batchCurrencyDocument{
		Currency: known(string(c.Currency)), RowsRead: c.Read.Rows, RowsLoaded: c.Loaded.Rows, RowsExcluded: c.Excluded.Rows,
		RowsQuarantined: c.Quarantined.Rows, RowsUnassigned: c.Unassigned.Rows, AmountRead: exact(c.Read.Amount), AmountLoaded: exact(c.Loaded.Amount),
		AmountExcluded: exact(c.Excluded.Amount), AmountQuarantined: exact(c.Quarantined.Amount), AmountUnassigned: exact(c.Unassigned.Amount),
		Closes: c.Closes(), Reasons: []asideDocument{},
	}
	for _, x := range reasons {
		if x.Rows == 0 {
			continue
		}
		d.Reasons = append(d.Reasons, asideDocument{x.State.String(), x.Code, x.Text, x.Rows, x.WithoutAmount, exact(x.Amount)})
	}
	return d
}
