package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"clientele/internal/fault"
	"clientele/internal/intake"
	"clientele/internal/intake/source"
	"clientele/internal/ledger"
	"clientele/internal/period"
	"clientele/internal/store"
	"clientele/internal/tables"
)

// importClients brings a list of clients in: names, owners and groups, no amounts.
func (w *Workspace) importClients(ctx context.Context, src *source.Source, req ImportRequest) (*ImportAnswer, error) {
	list, err := intake.ReadClients(ctx, src, req.Answers)
	if err != nil {
		return nil, err
	}
	a := &ImportAnswer{Outcome: Checked, File: FileReport{Name: src.Name, Evidence: list.Columns, Rows: list.Rows, Loaded: int64(len(list.Accounts))}, Facts: "clients", Accounts: len(list.Accounts), Clients: list}
	if req.Check {
		return a, nil
	}
	return a, w.small(ctx, src, a, clientList, func(build string, number int64) error {
		return writeFile(filepath.Join(build, accountsFile), func(out io.Writer) error {
			return tables.WriteAccounts(out, tables.From(number<<32), list.Accounts)
		})
	}, nil)
}

// importRates brings a rate table in, and makes the tables of batches with other
// currencies again.
func (w *Workspace) importRates(ctx context.Context, src *source.Source, req ImportRequest) (*ImportAnswer, error) {
	st, err := w.state(ctx)
	if err != nil {
		return nil, err
	}
	base := st.policy.Base
	if req.Base != "" {
		base = req.Base
	}
	list, base, err := intake.ReadRates(ctx, src, base)
	if err != nil {
		return nil, err
	}
	if st.policy.BaseKnown && st.policy.Base != base {
		return nil, src.Fault(0, fmt.Sprintf("the rates convert into %s, but the ledger is kept in %q", base, st.policy.Base), "give rates into the ledger's currency", nil)
	}
	a := &ImportAnswer{Outcome: Checked, File: FileReport{Name: src.Name, Rows: int64(len(list)), Loaded: int64(len(list))}, Facts: "rates", Rates: len(list), Currency: base}
	if req.Check {
		return a, nil
	}
	err = w.small(ctx, src, a, store.RateTable, nil, func(tx *store.Tx) error {
		rows := make([]store.Rate, len(list))
		for i, r := range list {
			rows[i] = store.Rate{Day: r.Day, From: r.Currency, To: base, Rate: r.Rate}
		}
		if err := tx.Rates.Add(ctx, a.Batch, rows); err != nil {
			return err
		}
		policy := st.policy
		policy.Base, policy.BaseKnown = base, true
		return savePolicy(ctx, tx, policy)
	})
	if err != nil || a.Outcome == Unchanged {
		return a, err
	}
	return a, w.remake(ctx, func(account batchAccount) bool { return account.Foreign })
}

// small records a batch that brings no amounts.
func (w *Workspace) small(ctx context.Context, src *source.Source, a *ImportAnswer, kind ledger.Kind, fill func(build string, number int64) error, more func(*store.Tx) error) error {
	st, err := w.state(ctx)
	if err != nil {
		return err
	}
	sum, err := src.SHA256(ctx)
	if err != nil {
		return err
	}
	sha := fmt.Sprintf("%x", sum)
	if b, ok := st.bytes(sha); ok {
		a.Outcome, a.Batch = Unchanged, b.ID
		return nil
	}
	if err := w.keep(ctx, src, sha); err != nil {
		return err
	}
	a.Batch = store.BatchID(st.next())
	batches := st.version.Batches
	digest := ""
	if fill != nil {
		build, err := w.Vault.NewBuild()
		if err != nil {
			return err
		}
		if err := fill(build, st.next()); err != nil {
			return errors.Join(err, os.RemoveAll(build))
		}
		files, err := w.adopt(ctx, build, a.Batch, kind, batchAccount{}, 0)
		if err != nil {
			return err
		}
		digest = files.Digest()
		batches = append(batches, files)
	}
	_, err = w.Store.Change(ctx, w.Actor, func(tx *store.Tx) error {
		id, err := tx.Batches.NewID(ctx)
		if err != nil {
			return err
		}
		if id != a.Batch {
			return fault.New(fault.Internal, "import", "the batch got another number than its tables", "")
		}
		err = tx.Batches.Add(ctx, store.Batch{
			ID: id, File: src.Name, SHA256: sha, Size: src.Size, Profile: []byte("{}"), Kind: kind, Result: digest,
			Accounts: int64(a.Accounts), FirstDay: period.NoDate, LastDay: period.NoDate,
		})
		if err != nil {
			return err
		}
		if more != nil {
			if err := more(tx); err != nil {
				return err
			}
		}
		return w.publish(ctx, tx, batches)
	})
	a.Outcome, a.File.Batch = Imported, a.Batch
	return err
}
