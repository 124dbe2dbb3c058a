package duckdb

import (
	"context"
	"fmt"
	"slices"

	"clientele/internal/engine"
	"clientele/internal/fault"
	"clientele/internal/metric"
)

const (
	// keepClientsMax is the largest ledger whose frames are kept as tables: ten
	// columns of 8 bytes a client. Beyond it every question reads the cells again.
	keepClientsMax = 4_000_000
	// framesMax is how many frames are kept: a question and its comparison.
	framesMax = 3
)

// kept is a frame as a table with all base measures.
type kept struct {
	ask     engine.Frame
	table   string
	ready   chan struct{} // closed when the table is there, or refused
	refused error
	users   int
	evicted bool
}

// keepFrame implements Runner.Keep: the first question about a frame makes a table
// of it, later ones read the table. A frame of which some measure does not fit 64
// bits is asked by its text, so that only questions about that measure are refused.
func (e *Engine) keepFrame(ctx context.Context, f engine.Frame, text string) (string, func(), error) {
	if !e.keep {
		return text, func() {}, nil
	}
	k, mine := e.find(f)
	release := func() { e.release(k) }
	if mine {
		k.refused = e.fill(ctx, k)
		if k.refused != nil {
			e.forget(k)
		}
		close(k.ready)
	}
	select {
	case <-k.ready:
	case <-ctx.Done():
		release()
		return "", nil, fault.Wrap(ctx.Err(), fault.Canceled, "ask", "stopped", "")
	}
	if k.refused != nil {
		release()
		if fault.KindOf(k.refused) == fault.Input || !mine {
			return text, func() {}, nil
		}
		return "", nil, k.refused
	}
	return k.table, release, nil
}

// find returns the frame's entry, and whether the caller has to fill it.
func (e *Engine) find(f engine.Frame) (k *kept, mine bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for i, k := range e.frames {
		if k.ask == f {
			k.users++
			e.frames = append(slices.Delete(e.frames, i, i+1), k)
			return k, false
		}
	}
	e.serial++
	k = &kept{ask: f, table: fmt.Sprintf("frame_%d", e.serial), ready: make(chan struct{}), users: 1}
	e.frames = append(e.frames, k)
	if len(e.frames) > framesMax {
		old := e.frames[0]
		e.frames = slices.Delete(e.frames, 0, 1)
		old.evicted = true
		e.drop(old)
	}
	return k, true
}

func (e *Engine) fill(ctx context.Context, k *kept) error {
	var all []metric.ID
	for _, m := range metric.Bases() {
		all = append(all, m.ID)
	}
	text, err := e.Renderer.Frame(k.ask, all)
	if err != nil {
		return err
	}
	return e.exec(ctx, "CREATE TABLE "+k.table+" AS "+text)
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

func (e *Engine) release(k *kept) {
	e.mu.Lock()
	defer e.mu.Unlock()
	k.users--
	e.drop(k)
}

// drop removes the table of an evicted frame that nobody reads; the caller holds the
// lock. It asks without the question's context, so that a stopped one drops it too.
func (e *Engine) drop(k *kept) {
	if !k.evicted || k.users > 0 {
		return
	}
	// A table that cannot be dropped costs memory, and goes with the engine.
	_, _ = e.db.ExecContext(context.Background(), "DROP TABLE IF EXISTS "+k.table)
}
