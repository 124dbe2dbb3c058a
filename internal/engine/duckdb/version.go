// Package duckdb is the embedded engine: DuckDB in this process, reading the Parquet
// files of one published version. It holds nothing that cannot be rebuilt, and is
// the only importer of its driver.
package duckdb

import (
	"context"
	"fmt"
	"strings"

	"clientele/internal/engine"
	"clientele/internal/engine/sqltext"
	"clientele/internal/money"
	"clientele/internal/tables"
)

// Batch is what one import published, as package tables wrote it.
type Batch struct {
	ID           string
	Scale        uint8 // decimals of its amounts
	CellFiles    []string
	LineFiles    []string // none: questions by day, documents and lines have no answer
	AccountFiles []string
	// What is known beside the lines; none: nothing.
	FactFiles, FactCellFiles []string
}

// Version describes the state of a ledger that an engine answers from.
type Version struct {
	Batches []Batch
	Scale   uint8 // of the ledger: at least that of every batch
	Rules   engine.Rules
	Topics  []engine.NumberedTopic // of the facts beside the lines
	// Distinct promises that no client_id has two account numbers, so that Open need
	// not look for any.
	Distinct bool
}

// quotePath makes a literal of a path in which nothing stands for other names.
func quotePath(path string) string {
	return sqltext.Text(strings.NewReplacer("[", "[[]", "*", "[*]", "?", "[?]").Replace(path))
}

// parquet reads files as one relation.
func parquet(files []string) string {
	paths := make([]string, len(files))
	for i, f := range files {
		paths[i] = quotePath(f)
	}
	return "read_parquet([" + strings.Join(paths, ", ") + "], hive_partitioning = false)"
}

// raise expresses a column of amounts at the scale of the ledger. The product
// fails where it does not fit 64 bits.
func (v Version) raise(column string, scale uint8) string {
	if scale == v.Scale {
		return column
	}
	return fmt.Sprintf("%s * CAST(%d AS BIGINT) AS %s", column, money.Pow10(v.Scale-scale), column)
}

const (
	cellColumns = "account BIGINT, month INTEGER, amount BIGINT, lines BIGINT, documents BIGINT, first_day INTEGER, last_day INTEGER, " +
		"amount_pos BIGINT, lines_pos BIGINT, documents_pos BIGINT, first_day_pos INTEGER, last_day_pos INTEGER"
	lineColumns = "account BIGINT, day INTEGER, amount BIGINT, document_hi BIGINT, document_lo BIGINT, " +
		"document_first BOOLEAN, document_first_pos BOOLEAN, line BIGINT, batch VARCHAR"
	factCellColumns = "account BIGINT, month INTEGER, topic BIGINT, amount BIGINT, rows BIGINT"
	factColumns     = "account BIGINT, day INTEGER, topic BIGINT, amount BIGINT, line BIGINT, batch VARCHAR"
	accountColumns  = "account BIGINT, client_id VARCHAR, name VARCHAR, parent VARCHAR"
)

// union makes a view of parts; of an empty table where there are none.
func union(name, columns string, parts []string) string {
	if len(parts) == 0 {
		return "CREATE TABLE " + name + " (" + columns + ")"
	}
	return "CREATE VIEW " + name + " AS " + strings.Join(parts, "\nUNION ALL\n")
}

// views are the statements that make cell, line and source_account out of the files.
// Batches of one scale are read together.
func (v Version) views() []string {
	var cells, lines []string
	var accountFiles, factCellFiles, facts, factCells []string
	byScale := make([][]string, v.Scale+1)
	for _, b := range v.Batches {
		byScale[b.Scale] = append(byScale[b.Scale], b.CellFiles...)
		accountFiles = append(accountFiles, b.AccountFiles...)
		factCellFiles = append(factCellFiles, b.FactCellFiles...)
		if len(b.FactFiles) > 0 {
			facts = append(facts, "SELECT account, day, topic, amount, line, "+sqltext.Text(b.ID)+" AS batch FROM "+parquet(b.FactFiles))
		}
		if len(b.LineFiles) > 0 {
			lines = append(lines, "SELECT account, day, "+v.raise("amount", b.Scale)+
				", document_hi, document_lo, document_first, document_first_pos, line, "+sqltext.Text(b.ID)+" AS batch FROM "+parquet(b.LineFiles))
		}
	}
	for scale, files := range byScale {
		if len(files) > 0 {
			s := uint8(scale)
			cells = append(cells, "SELECT account, month, "+v.raise("amount", s)+", lines, documents, first_day, last_day, "+
				v.raise("amount_pos", s)+", lines_pos, documents_pos, first_day_pos, last_day_pos FROM "+parquet(files))
		}
	}
	if len(factCellFiles) > 0 {
		factCells = append(factCells, "SELECT account, month, topic, amount, rows FROM "+parquet(factCellFiles))
	}
	var accounts []string
	if len(accountFiles) > 0 {
		accounts = append(accounts, "SELECT account, client_id, name, parent FROM "+parquet(accountFiles))
	}
	return []string{
		union("cell", cellColumns, cells),
		union("line", lineColumns, lines),
		union("fact_cell", factCellColumns, factCells),
		union("fact", factColumns, facts),
		union("source_account", accountColumns, accounts),
		"CREATE TABLE extra_account (account BIGINT, client_id VARCHAR, name VARCHAR)",
		"CREATE VIEW account AS SELECT account, client_id, name FROM source_account UNION ALL SELECT account, client_id, name FROM extra_account",
		"CREATE TABLE identity (account BIGINT, source BIGINT, client BIGINT, parent BIGINT)",
	}
}

// single reports that no account of the version has two cells: there is one file of
// cells, and it says so.
func (e *Engine) single(ctx context.Context, v Version) (bool, error) {
	var files []string
	for _, b := range v.Batches {
		files = append(files, b.CellFiles...)
	}
	if len(files) != 1 {
		return false, nil
	}
	var said bool
	text := "SELECT count(*) > 0 FROM parquet_kv_metadata(" + quotePath(files[0]) + ") WHERE decode(key) = ? AND decode(value) = 'true'"
	err := e.db.QueryRowContext(ctx, text, tables.OnePerAccount).Scan(&said)
	return said, fail(err)
}
