package duckdb

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"iter"

	duckdb "github.com/duckdb/duckdb-go/v2"
)

// append adds rows to a table of the engine. A text of SQL with the same values takes ten
// times as long to read as the rows to store.
func (e *Engine) append(ctx context.Context, table string, rows iter.Seq[[]driver.Value]) (err error) {
	conn, err := e.db.Conn(ctx)
	if err != nil {
		return fail(err)
	}
	defer func() { err = errors.Join(err, fail(conn.Close())) }()
	return fail(conn.Raw(func(raw any) (err error) {
		c, ok := raw.(driver.Conn)
		if !ok {
			return fmt.Errorf("a connection of type %T", raw)
		}
		a, err := duckdb.NewAppenderFromConn(c, "", table)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, a.CloseWithCancel(ctx)) }()
		for row := range rows {
			if err := a.AppendRow(row...); err != nil {
				return err
			}
		}
		return nil
	}))
}
