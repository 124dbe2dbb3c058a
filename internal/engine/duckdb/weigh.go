package duckdb

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"clientele/internal/engine"
	"clientele/internal/engine/sqltext"
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
	for chunk := range slices.Chunk(sqltext.TermRows(terms), rowsMax) {
		if err := e.exec(ctx, "INSERT INTO "+name+" VALUES "+strings.Join(chunk, ", ")); err != nil {
			release()
			return "", nil, err
		}
	}
	return name + " w", release, nil
}
