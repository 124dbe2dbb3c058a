package duckdb

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"clientele/internal/engine"
	"clientele/internal/engine/sqltext"
	"clientele/internal/fault"
	"clientele/internal/metric"
)

const (
	// tableClientsMax is the largest ledger whose frames are kept in memory with all
	// base measures: ten columns of 8 bytes a client. Beyond it the values of one
	// measure are kept, in a file of the spill folder.
	tableClientsMax = 4_000_000
	// framesMax is how many frames are kept: a question and its comparison.
	framesMax = 3
)

// kept is a frame as a table.
type kept struct {
	ask     engine.Frame
	by      metric.ID // the only measure; "": all of them
	table   string
	file    string        // "": in memory, or a view
	view    bool          // of what need not be summed up
	ready   chan struct{} // closed when the table is there, or refused
	refused error
	users   int
	evicted bool
}

// keepFrame implements Runner.Keep: the first question about a frame makes a table
// of it, later ones read the table. Where some measure does not fit 64 bits, nothing
// is kept, so that only questions about that measure are refused.
func (e *Engine) keepFrame(ctx context.Context, f engine.Frame, by metric.ID) (sqltext.Kept, error) {
	if !e.large {
		by = ""
	}
	k, mine := e.find(ctx, f, by)
	release := func() { e.release(ctx, k) }
	if mine {
		if k.refused = e.fill(ctx, k); k.refused != nil {
			e.forget(k)
		}
		close(k.ready)
	}
	select {
	case <-k.ready:
	case <-ctx.Done():
		release()
		return sqltext.Kept{}, fail(ctx.Err())
	}
	switch {
	case k.refused == nil:
		return sqltext.Kept{Relation: k.table, Complete: by == "", Release: release}, nil
	case fault.KindOf(k.refused) == fault.Input || !mine:
		return sqltext.Kept{Release: release}, nil
	default:
		release()
		return sqltext.Kept{}, k.refused
	}
}

// find returns the frame's entry, and whether the caller has to fill it.
func (e *Engine) find(ctx context.Context, f engine.Frame, by metric.ID) (k *kept, mine bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for i, k := range e.frames {
		if k.ask == f && k.by == by {
			k.users++
			e.frames = append(slices.Delete(e.frames, i, i+1), k)
			return k, false
		}
	}
	e.serial++
	k = &kept{ask: f, by: by, table: fmt.Sprintf("frame_%d", e.serial), ready: make(chan struct{}), users: 1}
	e.frames = append(e.frames, k)
	if len(e.frames) > framesMax {
		old := e.frames[0]
		e.frames = slices.Delete(e.frames, 0, 1)
		old.evicted = true
		e.drop(ctx, old)
	}
	return k, true
}

// fill makes the table, in memory or as a file.
func (e *Engine) fill(ctx context.Context, k *kept) error {
	measures := []metric.ID{k.by}
	if k.by == "" {
		measures = nil
		for _, m := range metric.Bases() {
			measures = append(measures, m.ID)
		}
	}
	text, err := e.Renderer.Frame(k.ask, measures)
	if err != nil {
		return err
	}
	if k.by == "" {
		return e.exec(ctx, "CREATE TABLE "+k.table+" AS "+text)
	}
	if e.Renderer.Single(k.ask) {
		k.view = true
		return e.exec(ctx, "CREATE VIEW "+k.table+" AS "+text)
	}
	k.file = filepath.Join(e.folder, k.table+".parquet")
	return e.exec(ctx,
		"COPY (\n"+text+"\n) TO "+sqltext.Text(k.file)+" (FORMAT parquet, COMPRESSION uncompressed)",
		"CREATE VIEW "+k.table+" AS SELECT * FROM "+parquet([]string{k.file}))
}

// forget takes a refused frame off the list.
func (e *Engine) forget(k *kept) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if i := slices.Index(e.frames, k); i >= 0 {
		e.frames = slices.Delete(e.frames, i, i+1)
	}
	k.evicted = true
}

func (e *Engine) release(ctx context.Context, k *kept) {
	e.mu.Lock()
	defer e.mu.Unlock()
	k.users--
	e.drop(ctx, k)
}

// drop removes the table of an evicted frame that nobody reads; the caller holds the
// lock. A stopped question drops it too. What fails here costs memory or disk until the
// engine is closed, which then says so.
func (e *Engine) drop(ctx context.Context, k *kept) {
	if !k.evicted || k.users > 0 {
		return
	}
	ctx = context.WithoutCancel(ctx)
	if k.file == "" && !k.view {
		e.lost = errors.Join(e.lost, e.exec(ctx, "DROP TABLE IF EXISTS "+k.table))
		return
	}
	err := e.exec(ctx, "DROP VIEW IF EXISTS "+k.table)
	if k.file != "" {
		if removed := os.Remove(k.file); !errors.Is(removed, os.ErrNotExist) {
			err = errors.Join(err, removed)
		}
	}
	e.lost = errors.Join(e.lost, err)
}
