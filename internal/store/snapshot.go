package store

import (
	"time"

	"clientele/internal/money"
	"clientele/internal/period"
)

// Snapshot is all live state of the record at one revision. It belongs to the
// caller.
type Snapshot struct {
	Revision   int64
	Published  Publication
	Batches    []Batch   // in order of id, undone ones too
	Profiles   []Profile // latest version of each key, in order of key
	Events     []Event   // identity events in order of id, undone ones too
	Dismissed  []Dismissal
	Rates      []Rate     // of live batches, by day, from, to; the last batch wins
	Policies   []Policy   // every version, oldest first
	Decisions  []Decision // latest of each row, in order of batch and line
	LogEntries int64
}

// Policy is the rules that hold, false if none was ever saved.
func (s *Snapshot) Policy() (Policy, bool) {
	if len(s.Policies) == 0 {
		return Policy{}, false
	}
	return s.Policies[len(s.Policies)-1], true
}

// Batch finds a batch by id.
func (s *Snapshot) Batch(id string) (Batch, bool) {
	for i := range s.Batches {
		if s.Batches[i].ID == id {
			return s.Batches[i], true
		}
	}
	return Batch{}, false
}

// Profile finds the latest profile of a header set.
func (s *Snapshot) Profile(key string) (Profile, bool) {
	for _, p := range s.Profiles {
		if p.Key == key {
			return p, true
		}
	}
	return Profile{}, false
}

// Publication says which published version holds: the manifest of that revision,
// with that digest. Revision 0: nothing was published yet.
type Publication struct {
	Revision int64
	Digest   string // SHA-256 of the manifest, hex
	At       time.Time
}

// Profile is one version of how a kind of file is read. The document is JSON of
// intake and opaque here.
type Profile struct {
	Key      string // of the normalised header set
	Version  int64  // 1, 2, … per key
	Name     string
	Document []byte
	At       time.Time
	By       string
}

// Policy is one version of the rules that the firm sets: window months, fiscal start
// month, base currency, share of the line and so on, as JSON, opaque here.
type Policy struct {
	Version  int64 // 1, 2, …
	Document []byte
	At       time.Time
	By       string
}

// Rate says that on Day, one unit of From is Rate units of To.
type Rate struct {
	Day      period.Date
	From, To money.Currency
	Rate     money.Amount // above 0
	Batch    string       // which brought it; set when read
}

// Action is what was decided about a row that was set aside.
type Action string

// The actions.
const (
	Fixed    Action = "fixed"    // Fixed holds the record as it is to be read
	Ignored  Action = "ignored"  // with a reason
	Reopened Action = "reopened" // a decision taken back
)

// Decision is the latest word on one row that was set aside. The file itself is
// never touched.
type Decision struct {
	Batch  string
	Line   int64 // physical line in the batch's original
	Action Action
	Reason string
	Fixed  string // the whole record, mended
	At     time.Time
	By     string
}

// Entry is one line of the log.
type Entry struct {
	Seq      int64 // 1, 2, … without gaps
	Revision int64 // of the change that it belongs to
	At       time.Time
	Actor    string
	Action   string // "batch.add", "batch.undo", "identity.add", …
	Object   string // "batch b7"
	Before   string // JSON, "" if there was nothing
	After    string // JSON, "" if nothing is left
	Hash     string // SHA-256 over the hash before and this row, hex
}

// Head is the end of the log.
type Head struct {
	Seq  int64  // 0: the log is empty
	Hash string // of the last entry
}
