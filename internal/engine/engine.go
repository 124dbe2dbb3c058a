// Package engine is the port to whatever computes over the ledger: the embedded
// engine, the in-memory one of a question without a workspace, later a cluster.
// An engine answers typed questions with integers; ratios, ranks and rounding are
// Go's. It never sorts all clients: the line is found by radix refinement.
package engine

import (
	"context"
	"fmt"
	"math/big"

	"clientele/internal/fault"
	"clientele/internal/ledger"
	"clientele/internal/metric"
	"clientele/internal/money"
	"clientele/internal/period"
)

// Level says what counts as one.
type Level int

// The levels: what the source calls a client, what was merged into one client,
// and groups under common control.
const (
	ByClient  Level = iota // merged accounts are one; the default
	ByGroup                // a parent with all its subsidiaries is one
	ByAccount              // every key of the source by itself
)

// Frame is what is asked about: one row per client under windows and filters. A
// client is in the frame if it has at least one line (under the filter) before Current.To.
type Frame struct {
	Level     Level
	Current   period.Range
	Prior     period.Range // empty: no comparison, aggregates over Prior are 0
	SalesOnly bool         // only lines with amount > 0, in every term
	// WithoutNew leaves out clients whose first line lies in Current: those without a
	// line before it. The window must have a beginning.
	WithoutNew bool
}

// Extent is the range of days that a measure looks at under a frame.
type Extent struct {
	period.Range
	Undated bool // facts without a date are inside too
}

// Extent is what a span of the catalogue means under this frame. No extent reaches
// beyond Current.To. Undated facts are inside only where Current holds all dates.
func (f Frame) Extent(over metric.Over) Extent {
	all := f.Current.IsAll()
	switch over {
	case metric.Current:
		return Extent{f.Current, all}
	case metric.Prior:
		return Extent{f.Prior, false}
	case metric.Earlier:
		before := f.Prior.From
		if f.Prior.Empty() {
			before = f.Current.From
		}
		return Extent{period.Range{From: period.NoDate, To: before}, false}
	case metric.Ever:
	}
	return Extent{period.Range{From: period.NoDate, To: f.Current.To}, all}
}

// Holds reports whether a fact of that day is inside.
func (x Extent) Holds(d period.Date) bool {
	if d == period.NoDate {
		return x.Undated
	}
	return d >= x.From && d < x.To
}

// Check refuses a frame that has no answer: an empty window, or a comparison that
// ends after it.
func (f Frame) Check() error {
	switch {
	case f.Current.Empty():
		return fault.New(fault.Usage, "ask", "the window holds no day", "give a start before the end")
	case f.WithoutNew && f.Current.From == period.NoDate:
		return fault.New(fault.Usage, "ask", "without a beginning of the window nobody is new", "give a window with a first day")
	case !f.Prior.Empty() && f.Prior.To > f.Current.To:
		return fault.New(fault.Usage, "ask", "the window to compare with ends after the window itself", "compare with an earlier one")
	default:
		return nil
	}
}

// Aligned reports whether monthly cells answer the frame.
func (f Frame) Aligned() bool {
	return f.Current.Aligned() && (f.Prior.Empty() || f.Prior.Aligned())
}

// Summary is the frame in totals of one measure, by sign.
type Summary struct {
	Clients     int64 // all in the frame
	Positive    int64
	Zero        int64
	Negative    int64
	PositiveSum money.Sum
	NegativeSum money.Sum
	Max         int64        // largest value, 0 if there is no positive client
	SquareParts [3]money.Sum // Σa², Σab, Σb² with value = a·2^31 + b over positive clients, 0 <= b < 2^31
}

// Interval is a span of values [Lo, Hi) cut into buckets of Width.
type Interval struct{ Lo, Hi, Width int64 }

// bucketsMax bounds an answer of Buckets.
const bucketsMax = 1 << 20

// Check refuses intervals that are empty, reach over more than 64 bits, or have
// more than 2^20 buckets.
func (in Interval) Check() error {
	span := in.Hi - in.Lo
	if in.Hi <= in.Lo || span <= 0 || in.Width <= 0 || (span-1)/in.Width >= bucketsMax {
		return fault.New(fault.Internal, "ask", fmt.Sprintf("an interval from %d to %d in steps of %d cannot be asked", in.Lo, in.Hi, in.Width), "")
	}
	return nil
}

// Bucket is one non-empty bucket: values in [Lo + Index·Width, Lo + (Index+1)·Width).
type Bucket struct {
	Index int64
	Count int64
	Sum   money.Sum
}

// Value is an integer or null.
type Value struct {
	Int   int64
	Valid bool
}

// Row is one client with the measures asked for, in the order asked.
type Row struct {
	Client string // client_id
	Name   string
	Values []Value
}

// Page asks for rows ordered by a base measure descending, then client_id bytewise
// ascending: a total order.
type Page struct {
	By       metric.ID
	Measures []metric.ID
	// Lo and Hi bound the value of By, both inclusive.
	Lo, Hi        int64    // the full range of int64 also lets rows in whose By is null, last
	Offset, Limit int64    // Limit < 0: all
	Clients       []string // only these; nil: all
}

// Check refuses pages that begin before the first row.
func (p Page) Check() error {
	if p.Offset < 0 {
		return fault.New(fault.Internal, "ask", fmt.Sprintf("a page cannot begin at row %d", p.Offset), "")
	}
	return nil
}

// Overflow is the refusal of a sum that does not fit 64 bits.
func Overflow(cause error) error {
	return fault.Wrap(cause, fault.Input, "ask", "the sum of one client does not fit 64 bits",
		"check the amounts for a wrong decimal sign")
}

// Pool is what stands beside the clients in a frame, so that the question closes.
type Pool struct {
	Assigned   Tally // lines of clients inside Current, under the filter
	Unassigned Tally // lines without a client inside Current, under the filter
	Outside    Tally // all lines outside Current
	Filtered   Tally // lines inside Current that SalesOnly leaves out
}

// Tally counts lines and sums them in base minor units.
type Tally struct {
	Lines  int64
	Amount money.Sum
}

// Span is the first and last dated line, and how many lines have no date.
type Span struct {
	First, Last period.Date // NoDate if nothing is dated
	Undated     int64
}

// Engine answers questions over one immutable state of the ledger. Methods are safe
// for concurrent use. A sum that does not fit 64 bits per client is an error of kind
// fault.Input, never wrapped. Summary and Buckets take measures that are sums.
type Engine interface {
	Span(ctx context.Context) (Span, error)
	Pool(ctx context.Context, f Frame) (Pool, error)
	Summary(ctx context.Context, f Frame, by metric.ID) (Summary, error)
	// Buckets returns the non-empty buckets of by in the interval, by index ascending.
	Buckets(ctx context.Context, f Frame, by metric.ID, in Interval) ([]Bucket, error)
	Page(ctx context.Context, f Frame, p Page) ([]Row, error)
	Close() error
}

// Documents is an optional ability: sums per client and document in the current
// window, for the stability of the line. Lines that name no document come as one
// row per client under the zero document. With SalesOnly, documents without a line
// above 0 are left out. Rows come in any order, each client and document once.
type Documents interface {
	EachDocument(ctx context.Context, f Frame, visit func(client string, document [2]uint64, sum int64) error) error
}

// LineRef points at one loaded record.
type LineRef struct {
	Batch  string
	Line   int64
	Client string // key of the account that the line itself names
	Day    period.Date
	Amount int64 // base minor units
	// Record is the record itself, where there is no file to read it from: Batch then
	// names its table, and Line is 0.
	Record []Field
}

// Field is one column of a record, as the engine shows it.
type Field struct{ Name, Value string }

// Lines is an optional ability: the records behind a client's revenue in the current
// window, largest absolute amount first, then batch and line.
type Lines interface {
	ClientLines(ctx context.Context, f Frame, client string, limit int64) ([]LineRef, error)
}

// Aside is a record that is in no client's revenue.
type Aside struct {
	Code   string // of the reason; "" if it was loaded, and names no client
	Amount Value  // base minor units; null where it has none
	Record []Field
}

// Asides is an optional ability of engines that have the records themselves: those that
// were excluded or quarantined; and under ledger.Loaded those of the current window that
// name no client.
type Asides interface {
	SetAside(ctx context.Context, f Frame, state ledger.State, limit int64) ([]Aside, error)
}

// RankPart is one run of values, ascending: all values of a part lie below those of the
// next. RankSum is Σ j·x_(j), j = 1 … Count ascending within the part.
type RankPart struct {
	Count   int64
	Sum     money.Sum
	RankSum *big.Int
}

// Ranks is an optional ability: exact rank sums of the positive values of a measure, for
// the Gini index, without a global sort.
type Ranks interface {
	RankParts(ctx context.Context, f Frame, by metric.ID) ([]RankPart, error)
}

// Identities is an optional ability: who is who over all accounts of the ledger, as
// Links says it, by account number.
type Identities interface {
	Identities(ctx context.Context) ([]Link, []Extra, error)
}
