package app

import (
	"errors"
	"os"

	"clientele/internal/fault"
	"clientele/internal/ledger"
	"clientele/internal/period"
	"clientele/internal/tables"
)

const noDate = period.NoDate

// readAccounts visits a batch's table of accounts.
func readAccounts(path string, visit func(ledger.Account) error) (err error) {
	in, err := os.Open(path) //nolint:gosec // a path of the vault
	if err != nil {
		return fault.Wrap(err, fault.Failed, "read accounts", "a table of accounts cannot be read", "run 'clientele rebuild'")
	}
	defer func() { err = errors.Join(err, closeTable(in)) }()
	return tables.ReadAccounts(in, func(a tables.Account) error {
		return visit(ledger.Account{Key: a.Key, Name: a.Name, Parent: a.Parent, Owner: a.Owner})
	})
}

// closeTable closes a file that its reader may have closed already.
func closeTable(f *os.File) error {
	if err := f.Close(); err != nil && !errors.Is(err, os.ErrClosed) {
		return err
	}
	return nil
}
