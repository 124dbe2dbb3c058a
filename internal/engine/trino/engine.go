package trino

import (
	"fmt"
	"strings"

	"clientele/internal/engine"
	"clientele/internal/engine/sqltext"
	"clientele/internal/money"
)

// Engine answers questions on a cluster. The cluster outlives it.
type Engine struct{ *sqltext.Runner }

var (
	_ engine.Engine    = (*Engine)(nil)
	_ engine.Documents = (*Engine)(nil)
	_ engine.Lines     = (*Engine)(nil)
	_ engine.Ranks     = (*Engine)(nil)
)

// Close implements engine.Engine.
func (e *Engine) Close() error { return nil }

// Published says where a ledger was published as open tables, and which state of them
// is one publication.
type Published struct {
	Path      []string         // catalog and schema
	Scale     uint8            // of the ledger
	Snapshots map[string]int64 // of each table; a table that is not named is read as it stands
	Merged    bool             // accounts were merged or grouped
}

// Open answers from a published ledger.
func (c *Cluster) Open(p Published) *Engine {
	return c.OpenRelations(map[string]string{
		"cell":     p.cells(),
		"line":     p.lines(),
		"account":  "SELECT account, client_id, name FROM " + p.table("account") + "\nUNION ALL\nSELECT account, client_id, name FROM " + p.table("party"),
		"identity": "SELECT account, source, client, parent FROM " + p.table("identity"),
	}, p.Merged)
}

// OpenRelations answers from relations that stand for the tables of sqltext, by name.
func (c *Cluster) OpenRelations(relations map[string]string, merged bool) *Engine {
	return &Engine{c.runner(sqltext.Schema{Relations: relations, Merged: merged})}
}

// table is one table in its snapshot.
func (p Published) table(name string) string {
	parts := make([]string, 0, len(p.Path)+1)
	for _, part := range append(append([]string{}, p.Path...), name) {
		parts = append(parts, quote(part))
	}
	text := strings.Join(parts, ".")
	if id, ok := p.Snapshots[name]; ok {
		text += fmt.Sprintf(" FOR VERSION AS OF %d", id)
	}
	return text
}

func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// raised is a column of amounts at the scale of the ledger. The product fails where it
// does not fit 64 bits.
func (p Published) raised(column string) string {
	if p.Scale == 0 {
		return column
	}
	text := "CASE decimals"
	for d := range p.Scale {
		text += fmt.Sprintf(" WHEN %d THEN %s * CAST(%d AS BIGINT)", d, column, money.Pow10(p.Scale-d))
	}
	return text + " ELSE " + column + " END AS " + column
}

func (p Published) cells() string {
	return "SELECT account, month, " + p.raised("amount") + ", lines, documents, first_day, last_day, " + p.raised("amount_pos") +
		", lines_pos, documents_pos, first_day_pos, last_day_pos FROM " + p.table("cell")
}

func (p Published) lines() string {
	return "SELECT account, day, " + p.raised("amount") + ", document_hi, document_lo, document_first, document_first_pos, line, batch FROM " + p.table("line")
}
