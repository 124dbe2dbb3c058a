package app

import (
	"context"

	"clientele/internal/engine"
	"clientele/internal/fault"
	"clientele/internal/period"
)

// costBook is everything that is known of revenue, costs, times and events in one window,
// client by client, in bytewise order of client_id. The last row is what names no client.
type costBook struct {
	ids, names []string
	active     []bool // a line or a fact lies in the window

	revenue, direct []int64            // minor units
	uncosted        []int64            // revenue of lines whose cost is not known
	orders, lines   []int64            // documents above 0, and their lines
	own, service    map[string][]int64 // costs of the client alone, by kind: CM3 and CM2
	hours           map[string][]int64 // booked, by group, microseconds
	unbilled        []int64            // of the booked hours: what nobody was billed for; nil: not known
	labour          []int64            // cost of the booked hours at each person's own rate, millionths
	events          map[event][]int64  // millionths
	discount        []int64            // of the booked costs: discounts and write-offs
	balance         []int64            // sum of what was owed at the ends of months, minor units

	groups    []staff
	pools     []sharedCost
	equations []equation
	months    map[period.Date]bool // with a balance
	credit    string               // what the imputed cost of credit is called; "": there is none
	silent    []string             // files of sales that tell no cost, where others do
	doubled   []string             // terms of time equations that one list tells more than once
	withSales bool                 // direct costs of goods come with sale lines
	inLists   bool                 // and from lists of their own
	costed    bool                 // some sale line of the window has a known cost
	earlier   []string             // days whose balances a later list of the month replaces
	topics    []engine.NumberedTopic
	kinds     map[string]*KindRow // of cost that is booked to clients

	unsold        []int           // rows with facts and without any sale
	happened      map[event]int64 // rows that tell of an event, or of a number beside it
	internal      int64           // booked hours without a client, microseconds
	strangers     []stranger      // people with hours and no group
	uncostedLines int64
}

// event is how often something happened, or a number beside it.
type event struct{ name, driver string }

// staff is a group of people in the window.
type staff struct {
	name                string
	cost                int64 // minor units
	practical, contract int64 // microseconds
	booked              bool  // keeps time sheets
	pool                int64 // cost of the pool of the same name, minor units
	pooled              bool  // there is one
}

// sharedCost is a cost pool in the window, minor units.
type sharedCost struct {
	name, kind string
	cost       int64
}

// equation is one term of a time equation: microseconds per unit.
type equation struct {
	group  string
	of     event
	micros int64
}

// stranger is a person with hours whose group is not known.
type stranger struct {
	name   string
	micros int64
}

// lends reports whether a kind of cost is the imputed cost of credit.
func (b *costBook) lends(kind string) bool { return b.credit != "" && kind == b.credit }

// lastRow is the block without a client.
func (b *costBook) lastRow() int { return len(b.ids) - 1 }

// labourPer is how far the rates of people are scaled: millionths of money per
// microsecond, times this.
const labourPer = 1_000_000_000

// costs puts the book of a window together.
func (g *Ground) costs(ctx context.Context, f engine.Frame) (*costBook, error) {
	facts, ok := g.Engine.(engine.Facts)
	if !ok {
		return nil, fault.New(fault.Usage, "ask", "this ledger holds sales only: no costs, times or events", "ask a workspace of files, or a file with a cost column")
	}
	topics, err := facts.Topics(ctx)
	if err != nil {
		return nil, err
	}
	c := &costGathering{ground: g, facts: facts, topics: topics, book: newCostBook()}
	c.book.topics = topics
	if c.totals, err = facts.FactTotals(ctx, f); err != nil {
		return nil, err
	}
	if err := c.equations(ctx, f); err != nil {
		return nil, err
	}
	if err := c.shared(); err != nil {
		return nil, err
	}
	c.terms()
	return c.book, c.rows(ctx, f)
}

func newCostBook() *costBook {
	return &costBook{
		own: map[string][]int64{}, service: map[string][]int64{}, hours: map[string][]int64{}, events: map[event][]int64{},
		months: map[period.Date]bool{}, kinds: map[string]*KindRow{}, happened: map[event]int64{},
	}
}
