package trino

import (
	"context"
	"database/sql"
	"errors"

	"clientele/internal/engine"
	"clientele/internal/engine/sqltext"
	"clientele/internal/period"
)

// Run runs a text as a test's own user of the cluster would, and returns the rows as text.
func Run(ctx context.Context, c *Cluster, text string, args ...any) (out [][]string, err error) {
	rows, err := c.db.QueryContext(ctx, text, args...)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	names, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	for rows.Next() {
		values := make([]sql.NullString, len(names))
		into := make([]any, len(names))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		row := make([]string, len(names))
		for i, v := range values {
			row[i] = v.String
		}
		out = append(out, row)
	}
	return out, rows.Err()
}

// RendererOf is how an engine writes its texts.
func RendererOf(e engine.Engine) sqltext.Renderer {
	r, ok := e.(*rolled)
	if !ok {
		return sqltext.Renderer{}
	}
	return r.Renderer
}

// TextsOf are the texts of a roll-up that read lines or cells.
func TextsOf(r *Rollup) map[string]string {
	span := period.Range{From: period.DateOf(2024, 1, 1), To: period.DateOf(2024, 3, 1)}
	return map[string]string{
		"months":  "SELECT month, count(*) FROM (\n" + r.src.cells(byMonth, period.All, true) + "\n) c GROUP BY month",
		"write":   "INSERT INTO " + r.table(cellTable) + "\nSELECT " + cellColumns + ", CAST(1 AS BIGINT) FROM (\n" + r.src.cells(byMonth, span, true) + "\n) c",
		"clients": "SELECT count(*) FROM (\n" + r.accounts("SELECT * FROM "+r.table(cellTable)) + "\n) a",
	}
}

// Number asks for one number, as a question does.
func (c *Cluster) Number(ctx context.Context, text string) (n int64, err error) {
	err = c.row(ctx, text, &n)
	return n, err
}
