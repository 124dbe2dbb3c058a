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
	defer func() { err = errors.Join(err, in.Close()) }()
	return tables.ReadAccounts(in, func(a tables.Account) error {
		return visit(ledger.Account{Key: a.Key, Name: a.Name, Parent: a.Parent, Owner: a.Owner})
	})
}
