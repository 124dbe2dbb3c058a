package app

import (
	"clientele/internal/batch"
	"clientele/internal/control"
	"clientele/internal/namesake"
	"clientele/internal/publication"
	"clientele/internal/store"
)

// The words of the record that use cases answer with, so that an edge needs to know
// this package only.
type (
	// Batch is one import.
	Batch = store.Batch
	// Relation is the kind of a decision on who is who.
	Relation = store.Relation
	// Event is one decision on who is who.
	Event = store.Event
	// Rate is an exchange rate of a day.
	Rate = store.Rate
	// Suggestion is two accounts that may be the same client.
	Suggestion = namesake.Suggestion
	// Control is the account of everything that was read.
	Control = control.Totals
	// Waiting are lines of one currency without a rate.
	Waiting = control.Waiting
	// Aside is a row that was set aside.
	Aside = batch.Aside
	// Place says where open tables are.
	Place = publication.Place
	// Count counts rows and files of open tables.
	Count = publication.Count
	// Facts are findings about the sources that decide verdicts.
	Facts = batch.Facts
)

// The relations between clients.
const (
	Merge = store.Merge
	Group = store.Group
)

// The kinds of batches that bring no amounts.
const (
	RateTable  = store.RateTable
	ClientList = batch.ClientList
)

// Live is the state of a batch that counts.
const Live = store.Live
