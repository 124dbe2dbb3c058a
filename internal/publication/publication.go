// Package publication is the port to open tables: what a ledger looks like as tables
// that other engines read, and what it takes to publish it.
//
// One publication is one row of the table of that name. It names the snapshots of the
// other tables, so that a reader sees a publication whole or not at all: it takes the row
// with the greatest number and reads the other tables as of these snapshots.
package publication

import (
	"errors"
	"fmt"
	"slices"

	"clientele/internal/money"
)

// Table is the name of a table.
type Table string

// The tables. Account, party and identity are what an engine needs to know who is who.
const (
	Line     Table = "line"
	Cell     Table = "cell"
	Account  Table = "account"
	Parties  Table = "party"    // parties that are no account
	Identity Table = "identity" // accounts that are not client and group themselves
	Manifest Table = "publication"
)

// Contents are the tables that a publication names snapshots of, in that order.
var Contents = []Table{Line, Cell, Account, Parties, Identity}

// ByBatch reports whether the rows of a table belong to batches, under a column of that
// name by which the table is partitioned. The others are written whole.
func (t Table) ByBatch() bool { return t == Line || t == Cell || t == Account }

// Type is that of a column.
type Type int

// The types.
const (
	Long   Type = iota // 64 bits
	Int                // 32 bits
	Bool               // yes or no
	String             // UTF-8
)

// Column is one column of a table.
type Column struct {
	Name     string
	Type     Type
	Optional bool
}

// Columns are the columns of a table, in order. They are added to, never changed.
func (t Table) Columns() []Column {
	batch, decimals := Column{Name: "batch", Type: String}, Column{Name: "decimals", Type: Int}
	account := Column{Name: "account", Type: Long}
	switch t {
	case Line:
		return []Column{
			{"account", Long, true},
			{"day", Int, true},
			{"amount", Long, false},
			{"document_hi", Long, true},
			{"document_lo", Long, true},
			{"document_first", Bool, false},
			{"document_first_pos", Bool, false},
			{"line", Long, false},
			batch, decimals,
		}
	case Cell:
		out := []Column{{"account", Long, true}, {"month", Int, true}}
		for _, suffix := range []string{"", "_pos"} {
			out = append(out, Column{"amount" + suffix, Long, false}, Column{"lines" + suffix, Long, false}, Column{"documents" + suffix, Long, false},
				Column{"first_day" + suffix, Int, true}, Column{"last_day" + suffix, Int, true})
		}
		return append(out, batch, decimals)
	case Account:
		return []Column{account, {"client_id", String, false}, {"name", String, false}, batch}
	case Parties:
		return []Column{account, {"client_id", String, false}, {"name", String, false}}
	case Identity:
		return []Column{account, {"source", Long, false}, {"client", Long, false}, {"parent", Long, false}}
	case Manifest:
		out := []Column{
			{"number", Long, false},
			{"revision", Long, false},
			{"at", String, false},
			{"scale", Int, false},
			{"currency", String, false},
			{"kind", String, false},
		}
		for _, c := range Contents {
			out = append(out, Column{c.Snapshot(), Long, false})
		}
		return append(out, Column{"document", String, false})
	}
	panic("no such table: " + string(t))
}

// Snapshot is the column of a publication that names the snapshot of a table.
func (t Table) Snapshot() string { return string(t) + "_snapshot" }

// Place says where open tables are.
type Place struct {
	// Catalog is the database that holds the catalog: postgres://USER@HOST/DATABASE, where
	// the environment has the password (PGPASSWORD), or sqlite:FILE.
	Catalog string `json:"catalog"`
	// Name is what the catalog is called in it (Trino: iceberg.jdbc-catalog.catalog-name).
	Name string `json:"name"`
	// Warehouse is where new tables keep their files: a folder, file:///…, local:///…, or
	// s3://bucket/….
	Warehouse string `json:"warehouse"`
	Namespace string `json:"namespace"`
}

// Content is a ledger as it is to be published.
type Content struct {
	Ledger   string  `json:"ledger"`   // which ledger; a namespace holds one only
	Revision int64   `json:"revision"` // of the record
	At       string  `json:"at"`       // UTC, RFC 3339
	Scale    uint8   `json:"scale"`    // of the ledger: the finest of its batches
	Currency string  `json:"currency"`
	Kind     string  `json:"kind"`
	Batches  []Batch `json:"batches"`
	Parties  []Party `json:"parties"`
	Links    []Link  `json:"links"`
	Document string  `json:"document"` // JSON: the account of the ledger, opaque here
}

// Batch is one import, as package tables wrote it.
type Batch struct {
	ID       string    `json:"id"`
	Scale    uint8     `json:"scale"` // of its amounts
	Lines    File      `json:"lines"`
	Cells    File      `json:"cells"`
	Accounts File      `json:"accounts"`
	Rows     int64     `json:"rows"`   // lines that it loaded
	Amount   money.Sum `json:"amount"` // of them, at Scale
}

// File is a table of a batch. Without a path there is none.
type File struct {
	Path   string `json:"path"`
	Digest string `json:"digest"` // of its bytes
}

// Party is a client or a group that is no account.
type Party struct {
	Account int64  `json:"account"`
	Key     string `json:"key"`
	Name    string `json:"name"`
}

// Link says which account numbers stand for an account at each level.
type Link struct {
	Account int64 `json:"account"`
	Source  int64 `json:"source"`
	Client  int64 `json:"client"`
	Parent  int64 `json:"parent"`
}

// Row is a publication as a reader finds it.
type Row struct {
	Number   int64  `json:"number"` // 1, 2, …; 0: nothing was published yet
	Revision int64  `json:"revision"`
	At       string `json:"at"` // UTC, RFC 3339
	Scale    uint8  `json:"scale"`
	Currency string `json:"currency"`
	Kind     string `json:"kind"`
	// Snapshots of Contents, by table.
	Snapshots map[Table]int64 `json:"snapshots"`
	Document  string          `json:"document"`
}

// Outcome tells what became of a request to publish.
type Outcome struct {
	Row
	Unchanged bool     `json:"unchanged"` // what is there is that very state
	Attempts  int      `json:"attempts"`  // more than one: others published at the same time
	Tables    []Change `json:"tables"`
	// Lines and Amount are what was read back, at the ledger's scale.
	Lines  int64     `json:"lines"`
	Amount money.Sum `json:"amount"`
}

// Change is what happened to one table.
type Change struct {
	Table    Table `json:"table"`
	Appended Count `json:"appended"`
	Deleted  Count `json:"deleted"`
	Kept     Count `json:"kept"`
}

// Count counts rows and the files that hold them.
type Count struct {
	Rows  int64 `json:"rows"`
	Files int64 `json:"files"`
}

// NewerError is the refusal to replace a publication by one of an earlier revision.
type NewerError struct {
	Published int64 `json:"published"`
	Revision  int64 `json:"revision"`
}

// Error says what is there.
func (e *NewerError) Error() string {
	return fmt.Sprintf("revision %d is published already, and this is revision %d", e.Published, e.Revision)
}

// Check refuses content that cannot be published.
func (c *Content) Check() error {
	var ids []string
	for i := range c.Batches {
		b := &c.Batches[i]
		if b.ID == "" || b.Scale > c.Scale {
			return fmt.Errorf("batch %q at %d decimals in a ledger at %d", b.ID, b.Scale, c.Scale)
		}
		ids = append(ids, b.ID)
	}
	slices.Sort(ids)
	if len(slices.Compact(ids)) != len(c.Batches) {
		return errors.New("a batch comes twice")
	}
	return nil
}
