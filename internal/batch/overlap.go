package batch

import (
	"os"

	"clientele/internal/ledger"
	"clientele/internal/naturalkey"
)

// The answers to --overlap: what becomes of lines that are loaded already, where no
// document number tells.
const (
	Skip = "skip" // leave them out
	Load = "load" // they are other facts
)

// Overlap is what a new file has in common with earlier batches.
type Overlap struct {
	same    map[ledger.DocumentID]bool // loaded already, with the same lines
	changed map[ledger.DocumentID]bool // loaded already, with other lines
}

type cause struct {
	state ledger.State
	code  string
	text  string
}

var (
	alreadyLoaded = &cause{ledger.Excluded, "already_loaded", "the same document, or line, is in an earlier batch"}
	changedSince  = &cause{ledger.Quarantined, "document_changed", "an earlier batch holds the document with other lines"}
)

// find tells why a key is not to be loaded.
func (o *Overlap) find(id ledger.DocumentID) (*cause, bool) {
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

// NewOverlap is nothing in common.
func NewOverlap() *Overlap {
	return &Overlap{same: map[ledger.DocumentID]bool{}, changed: map[ledger.DocumentID]bool{}}
}

// allSame takes every key that is loaded already as the same fact.
func (o *Overlap) allSame() {
	for id := range o.changed {
		o.same[id] = true
	}
	o.changed = nil
}

// documents are all documents in common.
func (o *Overlap) documents() []ledger.DocumentID {
	var out []ledger.DocumentID
	for _, set := range []map[ledger.DocumentID]bool{o.same, o.changed} {
		for id := range set {
			out = append(out, id)
		}
	}
	return out
}

// Len is the number of documents, lines or clients in common.
func (o *Overlap) Len() int { return len(o.same) + len(o.changed) }

// Heed says how a file with so much in common is to be derived: again without what is
// loaded, again with its documents known, or as it was.
func (o *Overlap) Heed(r *Recipe, level naturalkey.Level, answer string) (again bool) {
	switch {
	case o.Len() == 0:
		return false
	case answer == Load && level == naturalkey.Document:
		r.Known = o.documents()
		return true
	case answer == Load:
		return false
	case answer == Skip:
		o.allSame()
	}
	r.Skip = o
	return true
}

// LookUp finds the keys of a new file in an earlier batch's file of keys, and says how
// many it found.
func (o *Overlap) LookUp(path string, d *Derived) (hits int, err error) {
	err = reading(path, "a file of keys", func(in *os.File) error {
		info, err := in.Stat()
		if err != nil {
			return err
		}
		keys, err := naturalkey.Open(in, info.Size())
		if err != nil || keys.Level != d.Level {
			return err
		}
		for _, k := range d.Keys {
			have, ok, err := keys.Find(k.ID)
			if err != nil {
				return err
			}
			switch {
			case !ok:
				continue
			case have.Digest == k.Digest:
				o.same[k.ID] = true
			default:
				o.changed[k.ID] = true
			}
			hits++
		}
		return nil
	})
	return hits, err
}
