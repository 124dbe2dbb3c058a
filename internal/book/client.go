package book

import (
	"fmt"

	"clientele/internal/fault"
	"clientele/internal/metric"
	"clientele/internal/period"
)

// Value is an integer or null.
type Value struct {
	Int   int64
	Valid bool
}

// Client is what a frame knows about one client. A client in it has at least one line
// before the end of the current window.
type Client struct {
	ID, Name     string
	Revenue      Value // r in the current window; null without any document by its end, 0 without one in it
	RevenuePrior Value // r in the prior window, in the same way
	Invoices     int64
	LinesCurrent int64
	LinesPrior   int64
	LinesEarlier int64 // before the prior window
	LinesEver    int64 // before the end of the current window
	First, Last  period.Date
}

// Measures are the base measures that a book is made of, in the order in which Of
// takes their values.
func Measures() []metric.ID {
	return []metric.ID{
		metric.Revenue, metric.RevenuePrior, metric.Invoices,
		metric.LinesCurrent, metric.LinesPrior, metric.LinesEarlier, metric.LinesEver,
		metric.FirstDate, metric.LastDate,
	}
}

// Of makes a client of the values of Measures. Without any line by the end of the
// window its revenue is null, which is not 0 (definitions 1.3).
func Of(id, name string, values []Value) (Client, error) {
	if want := len(Measures()); len(values) != want {
		return Client{}, fault.New(fault.Internal, "read the book", fmt.Sprintf("client %q has %d values, want %d", id, len(values), want), "")
	}
	c := Client{
		ID: id, Name: name, Revenue: values[0], RevenuePrior: values[1], Invoices: values[2].Int,
		LinesCurrent: values[3].Int, LinesPrior: values[4].Int, LinesEarlier: values[5].Int, LinesEver: values[6].Int,
		First: day(values[7]), Last: day(values[8]),
	}
	if c.LinesEver == 0 {
		c.Revenue, c.RevenuePrior = Value{}, Value{}
	}
	return c, nil
}

func day(v Value) period.Date {
	if !v.Valid {
		return period.NoDate
	}
	return period.Date(v.Int) //nolint:gosec // engines keep days in 32 bits
}

// Windows are the spans of time that a book is about.
type Windows struct {
	Current period.Range
	Prior   period.Range // empty: nothing to compare with
	// End is the day after the last one of the current window; for a window without
	// an end, the as-of date.
	End period.Date
}

// WindowsOf takes the end from the current window, or from asOf if it has none.
func WindowsOf(current, prior period.Range, asOf period.Date) Windows {
	w := Windows{Current: current, Prior: prior, End: current.To}
	if current.To == period.All.To {
		w.End = asOf
	}
	return w
}

// State says where a client stands in the current window.
type State string

// The states; a client has one, or none where time does not tell.
const (
	Unknown  State = ""         // no line at all, or nothing can lie before the window
	New      State = "new"      // first line in the current window
	Active   State = "active"   // revenue in the window, and not new or returned
	Returned State = "returned" // revenue in the window, no line in the prior one, some before that
	Lapsed   State = "lapsed"   // lines before the window, no revenue in it
)

// State takes the first that matches:
//
//   - unknown: the client has no line before the end of the window, or the window has no
//     beginning, so that nothing lies before it (undated files, all dates);
//   - new: no line before the current window. A first line makes a client new whatever
//     its sign: it had nothing to lapse from;
//   - lapsed: no revenue above 0 in the window. A client with only credit notes in it is
//     lapsed, as in line_movement and revenue_bridge (definitions 2.5, 5.3);
//   - returned: no line in the prior window, some earlier (joined_back, reactivated).
//     Without a prior window nobody returns, and with a gap between the windows a
//     client seen only in the gap is active;
//   - active: all others.
//
// Quiet and lapsed_provisional (definitions 5.6) refine active and lapsed by the
// client's own rhythm; they are not told apart here.
func (c Client) State(w Windows) State {
	switch {
	case c.LinesEver == 0 || w.Current.Empty() || w.Current.From == period.NoDate:
		return Unknown
	case c.LinesEver == c.LinesCurrent:
		return New
	case !c.Revenue.Valid || c.Revenue.Int <= 0:
		return Lapsed
	case !w.Prior.Empty() && c.LinesPrior == 0 && c.LinesEarlier > 0:
		return Returned
	default:
		return Active
	}
}

// Tenure is the number of days from the first line to the end of the window: 1 for a
// first line on its last day. Null without a date.
func (c Client) Tenure(w Windows) Value {
	if c.First == period.NoDate || w.End == period.NoDate || c.First >= w.End {
		return Value{}
	}
	return Value{Int: int64(w.End) - int64(c.First), Valid: true}
}
