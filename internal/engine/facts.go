package engine

import (
	"context"
	"fmt"
	"slices"

	"clientele/internal/fault"
	"clientele/internal/ledger"
	"clientele/internal/metric"
	"clientele/internal/period"
)

// Term is one column of a statement: a sum of facts in the current window, in millionths,
// or their number.
type Term struct {
	Topics []Weighted
	// Per divides the sum of a party, cut towards 0, where its amounts are weighted; 0 or
	// 1: nothing is.
	Per int64
	// Rows counts facts in place of amounts: 0 says that nothing is told.
	Rows bool
}

// Weighted is a topic of a term. Each of its amounts counts Weight times.
type Weighted struct {
	Topic  int64       // its number
	Month  period.Date // the first of the month in which the weight holds; NoDate: in all
	Weight int64       // 1 where Per is 0 or 1
}

// TopicTotal is what the current window holds of a topic in one month.
type TopicTotal struct {
	Topic      int64       // its number
	Month      period.Date // NoDate: undated
	Assigned   Tally       // of clients
	Unassigned Tally       // of no client
}

// NumberedTopic is a topic with its number in the ledger. Two numbers may carry the same
// topic: they are one.
type NumberedTopic struct {
	Number int64
	ledger.Topic
}

// StatementAsk is what is asked of each party.
type StatementAsk struct {
	Measures []metric.ID // sums, at least one
	Sales    []metric.ID // sums, as the same frame with SalesOnly has them
	Terms    []Term
}

// Check refuses a statement without measures, and measures that are no sums.
func (a StatementAsk) Check() error {
	if len(a.Measures) == 0 {
		return fault.New(fault.Internal, "ask", "a statement without measures", "")
	}
	for _, id := range slices.Concat(a.Measures, a.Sales) {
		m, err := metric.Find(id)
		if err != nil {
			return err
		}
		if m.Base == nil || m.Base.Fn != metric.Sum {
			return fault.New(fault.Internal, "ask", fmt.Sprintf("%s is not a sum", id), "")
		}
	}
	return nil
}

// Statement is one party with what was asked, in the order asked.
type Statement struct {
	Client   string // client_id
	Name     string
	Measures []Value
	Sales    []Value
	Terms    []int64
}

// Facts is an optional ability: what is known beside the sale lines.
type Facts interface {
	// Topics are all topics there are facts about, by number.
	Topics(ctx context.Context) ([]NumberedTopic, error)
	// FactTotals sums the facts of the current window by topic and month, in that order,
	// undated last.
	FactTotals(ctx context.Context, f Frame) ([]TopicTotal, error)
	// Statements visits all parties of the frame, and those of whom the window holds a
	// fact that a term counts, in bytewise order of client_id. Who is not in a frame has
	// measures of 0 there. The statement is the visitor's only until it returns; an error
	// of the visitor ends the visits and comes back as it is.
	Statements(ctx context.Context, f Frame, ask StatementAsk, visit func(*Statement) error) error
}

// FactRef points at one fact behind a statement.
type FactRef struct {
	Batch  string
	Line   int64
	Topic  int64
	Day    period.Date
	Amount int64 // millionths
}

// FactAsk says which facts are wanted.
type FactAsk struct {
	Client string  // client_id; "": those about everybody and about nobody
	Topics []int64 // their numbers
	Limit  int64   // below 0: all
}

// FactLines is an optional ability: facts of the current window, largest absolute amount
// first, then batch, line and topic.
type FactLines interface {
	FactsBehind(ctx context.Context, f Frame, ask FactAsk) ([]FactRef, error)
}
