// Package batch turns a file into the tables of one import: lines, cells, accounts,
// natural keys, what was set aside, and the account of it all in base currency. The same
// original under the same profile, rates and neighbours gives the same bytes again.
package batch

import (
	"bufio"
	"errors"
	"io"
	"os"
	"path/filepath"

	"clientele/internal/fault"
	"clientele/internal/ledger"
	"clientele/internal/tables"
	"clientele/internal/vault"
)

// ClientList is the kind of a batch that describes clients and brings no amounts.
const ClientList ledger.Kind = "clients"

// Control is the role of the account's file.
const Control vault.Role = "control"

// The roles of the files of facts beside sale lines.
const (
	FactTable vault.Role = "facts"      // facts, row by row
	FactCells vault.Role = "fact_cells" // account × month × topic
	Topics    vault.Role = "topics"     // what they are about
)

// The files of a batch's folder.
const (
	linesFile    = "lines.parquet"
	cellsFile    = "cells.parquet"
	accountsFile = "accounts.parquet"
	keysFile     = "keys.bin"
	asidesFile   = "asides.jsonl"
	controlFile  = "control.json"

	factsFile     = "facts.parquet"
	factCellsFile = "factcells.parquet"
	topicsFile    = "topics.jsonl"
)

// Part is one file of a batch's folder.
type Part struct {
	Name string
	Role vault.Role
}

// Parts are the files of a batch of that kind. Costed says that sale lines have costs
// beside them.
func Parts(kind ledger.Kind, costed bool) []Part {
	list := []Part{{accountsFile, vault.Accounts}, {controlFile, Control}}
	if kind == ClientList {
		return list
	}
	list = append([]Part{{keysFile, vault.Keys}, {asidesFile, vault.Asides}}, list...)
	if costed || !kind.Sells() {
		list = append([]Part{{factsFile, FactTable}, {factCellsFile, FactCells}, {topicsFile, Topics}}, list...)
	}
	if kind.Sells() {
		list = append([]Part{{linesFile, vault.Lines}, {cellsFile, vault.Cells}}, list...)
	}
	return list
}

// numbering numbers a batch's accounts so that no other batch's meet them.
func numbering(number int64) tables.Numbering { return tables.From(number << 32) }

// WriteClients writes the table of a list of clients.
func WriteClients(dir string, number int64, accounts []ledger.Account) error {
	return writeFile(filepath.Join(dir, accountsFile), func(w io.Writer) error { return tables.WriteAccounts(w, numbering(number), accounts) })
}

func writeFile(path string, fill func(io.Writer) error) error {
	out, err := os.Create(path) //nolint:gosec // a path of the vault
	if err != nil {
		return diskError(err)
	}
	buf := bufio.NewWriterSize(out, 1<<20)
	return diskError(errors.Join(fill(buf), buf.Flush(), out.Close()))
}

// diskError words a failure to write.
func diskError(err error) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*fault.Error](err); ok {
		return err
	}
	return fault.Wrap(err, fault.Failed, "write tables", "the tables of the batch cannot be written", "free some space, or check the permissions of the workspace, and run the command again")
}

// damagedError words a failure to read what a batch wrote.
func damagedError(err error, what string) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*fault.Error](err); ok {
		return err
	}
	return fault.Wrap(err, fault.Failed, "read tables", what+" cannot be read", "run 'clientele rebuild'")
}

// reading opens a file, hands it on and closes it. The reader may have closed it.
func reading(path, what string, use func(*os.File) error) (err error) {
	in, err := os.Open(path) //nolint:gosec // a path of the vault
	if err != nil {
		return damagedError(err, what)
	}
	defer func() {
		if e := in.Close(); e != nil && !errors.Is(e, os.ErrClosed) {
			err = errors.Join(err, damagedError(e, what))
		}
	}()
	return use(in)
}

// ReadAccounts visits a table of accounts.
func ReadAccounts(path string, visit func(tables.Account) error) error {
	return reading(path, "a table of accounts", func(in *os.File) error { return tables.ReadAccounts(in, visit) })
}

// ReadLines visits a table of lines.
func ReadLines(path string, visit func(tables.Line) error) error {
	return reading(path, "a table of lines", func(in *os.File) error { return tables.ReadLines(in, visit) })
}

// Lines is the place of a build's table of lines.
func Lines(dir string) string { return filepath.Join(dir, linesFile) }

// Accounts is the place of a build's table of accounts.
func Accounts(dir string) string { return filepath.Join(dir, accountsFile) }
