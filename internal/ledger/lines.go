// Package ledger holds the facts as they leave intake and before any question is
// asked: sale lines in columns, what was set aside and why, and the control
// totals by which both close against the file.
package ledger

import (
	"math"
	"slices"

	"github.com/zeebo/xxh3"

	"clientele/internal/money"
	"clientele/internal/period"
)

// Kind says what an amount is. Kinds are never added to each other.
type Kind string

// The kinds of amount.
const (
	Invoiced Kind = "invoiced"
	Booked   Kind = "booked"   // orders, won deals
	Received Kind = "received" // payments
)

// Sells reports whether amounts of the kind are sales.
func (k Kind) Sells() bool { return k == "" || k == Invoiced || k == Booked || k == Received }

// Unassigned is the account of a line without a client: loaded, totalled apart,
// never a client.
const Unassigned int32 = -1

// The kinds of facts beside sale lines.
const (
	Costs       Kind = "costs"        // direct costs of what was sold
	ClientCosts Kind = "client_costs" // costs of one client alone: rebates, dedicated people
	Pools       Kind = "pools"        // costs of no client alone, per period
	Resources   Kind = "resources"    // people: what they can do, and cost
	Efforts     Kind = "efforts"      // time spent
	Events      Kind = "events"       // tickets, visits, orders, returns
	Equations   Kind = "equations"    // how long an event takes
	Receivables Kind = "receivables"  // what clients owe at the end of a month
	Plans       Kind = "plan"         // what is planned of clients, or of the firm, per period
)

// FactKinds are all kinds of facts beside sale lines.
var FactKinds = []Kind{Costs, ClientCosts, Pools, Resources, Efforts, Events, Equations, Receivables, Plans}

// Lists reports whether the kind is a list of facts beside sale lines.
func (k Kind) Lists() bool { return slices.Contains(FactKinds, k) }

// Timed reports whether amounts of the kind are times, in seconds.
func (k Kind) Timed() bool { return k == Efforts || k == Equations }

// Money reports whether amounts of the kind are money.
func (k Kind) Money() bool { return !k.Timed() && k != Events }

// NoCost stands for the cost of a line whose cost is not known, which is not 0.
const NoCost int64 = math.MinInt64

// Unknown stands for a further number of a fact that is not known.
const Unknown int64 = math.MinInt64

// DocumentID identifies a document of one client: a 128-bit hash of client key and
// document number. The zero value means that the line names no document.
type DocumentID struct{ Hi, Lo uint64 }

// NewDocumentID hashes the key of a client, "" for none, and a document number together,
// so that two clients may use the same number.
func NewDocumentID(client string, number []byte) DocumentID {
	h := xxh3.HashString128(client)
	sum := xxh3.Hash128Seed(number, h.Hi^h.Lo)
	return DocumentID{Hi: sum.Hi ^ h.Lo, Lo: sum.Lo | 1} // never the zero value
}

// IsZero reports whether the line names no document.
func (d DocumentID) IsZero() bool { return d == DocumentID{} }

// Lines is a block of loaded sale lines in columns, in the order of the file. All
// non-nil slices have the same length.
type Lines struct {
	Account  []int32       // index into the account dictionary, or Unassigned
	Day      []period.Date // NoDate when undated
	Amount   []int64       // minor units at Decimals, native currency
	Currency []uint8       // index into Currencies; nil: all lines are in Currencies[0]
	Document []DocumentID  // nil: the file names no documents
	Line     []int64       // physical line (text) or row (sheet), 1-based
	Cost     []int64       // direct cost, as Amount, or NoCost; nil: no cost was read

	// Months are how many months a fact is for, from that of Day on; nil: each is of one day,
	// or of one month.
	Months []int32
	// Of facts beside sale lines: what each is about, as a number in Labels; and further
	// numbers, column by column: time in microseconds, others in millionths, or Unknown.
	Label  []int32
	Labels [][]string
	Beside [][]int64

	Decimals   uint8            // scale of Amount in this block
	Currencies []money.Currency // "" where the file names none
}

// Len is the number of lines in the block.
func (l *Lines) Len() int { return len(l.Amount) }

// CurrencyOf is the currency of line i.
func (l *Lines) CurrencyOf(i int) money.Currency {
	if l.Currency == nil {
		return l.Currencies[0]
	}
	return l.Currencies[l.Currency[i]]
}

// Move copies line from over line to.
func (l *Lines) Move(from, to int) {
	if from == to {
		return
	}
	l.Account[to], l.Day[to], l.Amount[to], l.Line[to] = l.Account[from], l.Day[from], l.Amount[from], l.Line[from]
	if l.Currency != nil {
		l.Currency[to] = l.Currency[from]
	}
	if l.Document != nil {
		l.Document[to] = l.Document[from]
	}
	if l.Cost != nil {
		l.Cost[to] = l.Cost[from]
	}
	if l.Label != nil {
		l.Label[to] = l.Label[from]
	}
	if l.Months != nil {
		l.Months[to] = l.Months[from]
	}
	for _, b := range l.Beside {
		b[to] = b[from]
	}
}

// Cut keeps the first n lines.
func (l *Lines) Cut(n int) {
	l.Account, l.Day, l.Amount, l.Line = l.Account[:n], l.Day[:n], l.Amount[:n], l.Line[:n]
	if l.Currency != nil {
		l.Currency = l.Currency[:n]
	}
	if l.Document != nil {
		l.Document = l.Document[:n]
	}
	if l.Cost != nil {
		l.Cost = l.Cost[:n]
	}
	if l.Label != nil {
		l.Label = l.Label[:n]
	}
	if l.Months != nil {
		l.Months = l.Months[:n]
	}
	for k := range l.Beside {
		l.Beside[k] = l.Beside[k][:n]
	}
}

// Account is one client key of the source: by id column, else by trimmed name.
type Account struct {
	Key  string // client_id: the stable identity and tie-break, compared bytewise
	Name string // for people; equals Key where the file has no other
	// Parent is the key of the account's group, "" for none.
	Parent string
	// Owner is the person who looks after the client, "" if unknown.
	Owner string
}

// Describe takes over what a later description of the account says: a name that is not
// its key only, a parent, an owner. What it leaves out stays.
func (a *Account) Describe(later Account) {
	if later.Name != "" && later.Name != later.Key {
		a.Name = later.Name
	}
	if later.Parent != "" {
		a.Parent = later.Parent
	}
	if later.Owner != "" {
		a.Owner = later.Owner
	}
}
