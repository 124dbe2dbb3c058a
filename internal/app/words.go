package app

import (
	"clientele/internal/namesake"
	"clientele/internal/store"
)

// The words of the record that use cases answer with, so that an edge needs to know
// this package only.
type (
	Batch      = store.Batch
	Relation   = store.Relation
	Event      = store.Event
	Rate       = store.Rate
	Suggestion = namesake.Suggestion
)

// The relations between clients.
const (
	Merge = store.Merge
	Group = store.Group
)

// The kinds of batches that bring no amounts.
const (
	RateTable  = store.RateTable
	ClientList = clientList
)

// Live is the state of a batch that counts.
const Live = store.Live
