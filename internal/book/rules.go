package book

import (
	"fmt"

	"clientele/internal/period"
	"clientele/internal/verdict"
)

// historyMonths is the history before the compared windows below which "new" may mean
// "before the data begins" (definitions 5.3, 5.5).
const historyMonths = 12

// StateRule is the verdict on states and tenure. Undated files are refused. With less
// than 12 months of data before the prior window (before the current one, if nothing
// is compared), old clients read as new: their number is too high and tenure too
// low. First is the day of the first dated line of the ledger.
func StateRule(w Windows, first period.Date) verdict.Verdict {
	var v verdict.Verdict
	if first == period.NoDate {
		v.Add(verdict.Reason{Code: "undated_time", Status: verdict.Refuse, Text: "the file has no dates, and this needs time", Supply: "document dates"})
		return v
	}
	start := w.Current.From
	if !w.Prior.Empty() {
		start = w.Prior.From
	}
	if start == period.NoDate {
		v.Add(verdict.Reason{Code: "window_open", Status: verdict.Refuse, Text: "the window holds all dates, so nothing lies before it", Supply: "a window with a beginning, such as the last 12 months"})
		return v
	}
	if history := max(0, (period.Range{From: first, To: start}).Months()); history < historyMonths {
		v.Add(verdict.Reason{
			Code: "history_short", Status: verdict.Flag, Bias: verdict.High,
			Text:   fmt.Sprintf("the data begins %s, with fewer than %d complete months before the windows compared: older clients read as new", first, historyMonths),
			Supply: "earlier invoices, or the dates on which clients began",
		})
	}
	return v
}
