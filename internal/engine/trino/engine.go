package trino

import (
	"clientele/internal/engine"
	"clientele/internal/engine/sqltext"
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

// OpenRelations answers from relations that stand for the tables of sqltext, by name.
func (c *Cluster) OpenRelations(relations map[string]string, merged bool) *Engine {
	return &Engine{c.runner(sqltext.Schema{Relations: relations, Merged: merged})}
}
