package app

import (
	"clientele/internal/ledger"
	"clientele/internal/naturalkey"
)

// The answers to --overlap.
const (
	overlapSkip = "skip" // leave out what is loaded already
	overlapLoad = "load" // they are other facts
)

// overlap is what a new file has in common with live batches.
type overlap struct {
	same    map[ledger.DocumentID]bool // loaded already, with the same lines
	changed map[ledger.DocumentID]bool // loaded already, with other lines
}

type overlapReason struct {
	state ledger.State
	code  string
	text  string
}

var (
	alreadyLoaded = &overlapReason{ledger.Excluded, "already_loaded", "the same document, or line, is in an earlier batch"}
	changedSince  = &overlapReason{ledger.Quarantined, "document_changed", "an earlier batch holds the document with other lines"}
)

// find tells why a key is not to be loaded.
func (o *overlap) find(id ledger.DocumentID) (*overlapReason, bool) {
	switch {
	case o == nil || id.IsZero():
		return nil, false
	case o.same[id]:
		return alreadyLoaded, true
	case o.changed[id]:
		return changedSince, true
	default:
		return nil, false
	}
}

func newOverlap() *overlap {
	return &overlap{same: map[ledger.DocumentID]bool{}, changed: map[ledger.DocumentID]bool{}}
}

// allSame takes every key that is loaded already as the same fact.
func (o *overlap) allSame() {
	for id := range o.changed {
		o.same[id] = true
	}
	o.changed = nil
}

// documents are all documents in common.
func (o *overlap) documents() []ledger.DocumentID {
	var out []ledger.DocumentID
	for _, set := range []map[ledger.DocumentID]bool{o.same, o.changed} {
		for id := range set {
			out = append(out, id)
		}
	}
	return out
}

// heed says how a file with so much in common is to be derived: again without what is
// loaded, again with its documents known, or as it was.
func (o *overlap) heed(r *recipe, level naturalkey.Level, answer string) (again bool) {
	switch {
	case answer == overlapLoad && level == naturalkey.Document:
		r.known = o.documents()
		return true
	case answer == overlapLoad:
		return false
	case answer == overlapSkip:
		o.allSame()
	}
	r.skip = o
	return true
}
