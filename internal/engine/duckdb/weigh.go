package duckdb

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"

	"clientele/internal/engine"
	"clientele/internal/engine/sqltext"
	"clientele/internal/period"
)

// weigh implements FactRunner.Weigh: terms as a table.
func (e *Engine) weigh(ctx context.Context, terms []engine.Term) (relation string, release func(), err error) {
	e.mu.Lock()
	e.serial++
	name := fmt.Sprintf("term_%d", e.serial)
	e.mu.Unlock()
	release = func() {
		lost := e.exec(context.WithoutCancel(ctx), "DROP TABLE IF EXISTS "+name)
		e.mu.Lock()
		e.lost = errors.Join(e.lost, lost)
		e.mu.Unlock()
	}
	if err := e.exec(ctx, "CREATE TABLE "+name+" (topic BIGINT, month INTEGER, term INTEGER, weight BIGINT)"); err != nil {
		return "", nil, err
	}
	err = e.append(ctx, name, func(yield func([]driver.Value) bool) {
		for _, t := range sqltext.TermRows(terms) {
			row := []driver.Value{t.Topic, nil, t.Term, t.Weight}
			if t.Month != period.NoDate {
				row[1] = int32(t.Month)
			}
			if !yield(row) {
				return
			}
		}
	})
	if err != nil {
		release()
		return "", nil, err
	}
	return name + " w", release, nil
}
