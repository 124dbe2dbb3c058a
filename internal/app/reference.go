package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"clientele/internal/batch"
	"clientele/internal/fault"
	"clientele/internal/intake"
	"clientele/internal/intake/source"
	"clientele/internal/ledger"
	"clientele/internal/money"
	"clientele/internal/period"
	"clientele/internal/store"
	"clientele/internal/vault"
)

// importClients brings a list of clients in: names, owners and groups, no amounts.
func (w *Workspace) importClients(ctx context.Context, src *source.Source, req ImportRequest) (*ImportAnswer, error) {
	list, err := intake.ReadClients(ctx, src, req.Answers)
	if err != nil {
		return nil, err
	}
	st, row, err := w.reference(ctx, src, &req, batch.ClientList)
	if err != nil {
		return nil, err
	}
	if have := st.holding(row.SHA256, row.Kind, reading{Sheet: req.Answers.Sheet}); have != nil {
		return unchanged(src, have, "clients"), sameReading(src, have, row.Profile)
	}
	a := &ImportAnswer{Outcome: Checked, File: FileReport{Name: src.Name, Evidence: list.Columns, Rows: list.Rows, Loaded: int64(len(list.Accounts))}, Facts: "clients", Accounts: len(list.Accounts), Clients: list}
	if req.Check {
		return a, nil
	}
	if err := w.keep(ctx, src, row.SHA256); err != nil {
		return nil, err
	}
	build, err := w.Vault.NewBuild()
	if err != nil {
		return nil, err
	}
	files, err := w.adoptClients(ctx, build, st.next(), list)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(build))
	}
	row.Result, row.Accounts = files.Digest(), int64(a.Accounts)
	_, err = w.change(ctx, st.snapshot, func(tx *store.Tx) error {
		if err := addBatch(ctx, tx, row); err != nil {
			return err
		}
		return w.publish(ctx, tx, st.with(row, &files).version.Batches)
	})
	a.Outcome, a.Batch, a.File.Batch = Imported, row.ID, row.ID
	return a, err
}

// adoptClients writes the tables of a list of clients and gives them their place.
func (w *Workspace) adoptClients(ctx context.Context, build string, number int64, list *intake.ClientList) (vault.BatchFiles, error) {
	if err := batch.WriteClients(build, number, list.Accounts); err != nil {
		return vault.BatchFiles{}, err
	}
	var account batch.Account
	for _, a := range list.Accounts {
		account.Facts.Grouped = account.Facts.Grouped || a.Parent != ""
	}
	return w.adopt(ctx, build, store.BatchID(number), batch.ClientList, &account, 0)
}

// readList reads a list of clients again, as the user said when it was imported.
func readList(ctx context.Context, src *source.Source, b *store.Batch) (*intake.ClientList, error) {
	answers, err := answersOf(b)
	if err != nil {
		return nil, err
	}
	return intake.ReadClients(ctx, src, answers)
}

// answersOf is what the user said of a file without amounts when it was imported.
func answersOf(b *store.Batch) (answers intake.Answers, err error) {
	if err := json.Unmarshal(b.Profile, &answers); err != nil { //nolint:musttag // as they were written
		return answers, fault.Wrap(err, fault.Failed, "read the profile", "the profile of batch "+b.ID+" cannot be read", "import the file again")
	}
	return answers, nil
}

// reference is the state that a file without amounts comes into, and its batch.
func (w *Workspace) reference(ctx context.Context, src *source.Source, req *ImportRequest, kind ledger.Kind) (*state, store.Batch, error) {
	st, err := w.begin(ctx, req.Check)
	if err != nil {
		return nil, store.Batch{}, err
	}
	sha, err := hashOf(ctx, src)
	if err != nil {
		return nil, store.Batch{}, err
	}
	profile, err := json.Marshal(req.Answers) //nolint:musttag // the names of the answers are the form
	return st, store.Batch{
		ID: store.BatchID(st.next()), File: src.Name, SHA256: sha, Size: src.Size, Profile: profile, Kind: kind,
		FirstDay: period.NoDate, LastDay: period.NoDate,
	}, err
}

// importRates brings a rate table in, and makes the tables of batches with other
// currencies again, in one change.
func (w *Workspace) importRates(ctx context.Context, src *source.Source, req ImportRequest) (*ImportAnswer, error) {
	st, row, err := w.reference(ctx, src, &req, store.RateTable)
	if err != nil {
		return nil, err
	}
	base, known := st.base()
	want := base
	if req.Base != "" {
		want = req.Base
	}
	list, into, err := intake.ReadRates(ctx, src, want)
	if err != nil {
		return nil, err
	}
	switch {
	case known && base == "":
		return nil, src.Fault(0, fmt.Sprintf("the rates convert into %s, but what is loaded names no currency", into), "undo what is loaded, and import it again with --currency CODE", nil)
	case known && into != base:
		return nil, src.Fault(0, fmt.Sprintf("the rates convert into %s, but the ledger is kept in %s", into, base), "give rates into the ledger's currency", nil)
	}
	if have := st.holding(row.SHA256, row.Kind, reading{Sheet: req.Answers.Sheet}); have != nil {
		return unchanged(src, have, "rates"), sameReading(src, have, row.Profile)
	}
	rows, err := ratesOf(src, list, into)
	if err != nil {
		return nil, err
	}
	a := &ImportAnswer{Outcome: Checked, File: FileReport{Name: src.Name, Rows: int64(len(list)), Loaded: int64(len(rows))}, Facts: "rates", Rates: len(rows), Currency: into}
	if req.Check {
		return a, nil
	}
	if err := w.keep(ctx, src, row.SHA256); err != nil {
		return nil, err
	}
	next := st.with(row, nil)
	if !known {
		next.policy.Base, next.policy.BaseKnown, next.policy.BaseLoaded = into, true, req.Base == ""
	}
	_, err = w.change(ctx, st.snapshot, func(tx *store.Tx) error {
		if err := addBatch(ctx, tx, row); err != nil {
			return err
		}
		if err := tx.Rates.Add(ctx, row.ID, rows); err != nil {
			return err
		}
		if err := savePolicy(ctx, tx, next.policy); err != nil {
			return err
		}
		made, err := w.converted(ctx, tx, next, &row)
		if err != nil {
			return err
		}
		return w.put(ctx, tx, made)
	})
	a.Outcome, a.Batch, a.File.Batch = Imported, row.ID, row.ID
	return a, err
}

// converted makes batches with other currencies again, under the rates that hold inside
// a change.
func (w *Workspace) converted(ctx context.Context, tx *store.Tx, st *state, b *store.Batch) (*remade, error) {
	list, err := tx.Rates.Holding(ctx)
	if err != nil {
		return nil, err
	}
	if err := st.exchange(list); err != nil {
		return nil, err
	}
	which, err := w.touched(st, b, false)
	if err != nil {
		return nil, err
	}
	if len(which) > 0 {
		w.say("converting again with the rates there are now: " + names(which))
	}
	return w.remake(ctx, st, which)
}

// ratesOf are the rates of a table, each day and currency once. Twice the same is the
// same; twice something else is a mistake.
func ratesOf(src *source.Source, list []intake.RateLine, base money.Currency) ([]store.Rate, error) {
	type key struct {
		day  period.Date
		from money.Currency
	}
	have := map[key]money.Amount{}
	var out []store.Rate
	for _, r := range list {
		k := key{r.Day, r.Currency}
		rate := r.Rate.Trim()
		was, twice := have[k]
		switch {
		case r.Currency == base: // its own rate is exactly 1
		case !twice:
			have[k] = rate
			out = append(out, store.Rate{Day: r.Day, From: r.Currency, To: base, Rate: r.Rate})
		case was != rate:
			return nil, src.Fault(r.Line, fmt.Sprintf("the rate of %s on %s is given twice, as %s and as %s", r.Currency, r.Day, was, rate), "leave one of them out", nil)
		}
	}
	return out, nil
}
