package insight

import (
	"fmt"

	"clientele/internal/money"
	"clientele/internal/verdict"
)

// LineRule is the verdict on line_count, line_ticket, distance and overshoot beyond
// their inputs (definitions 2.1, 2.2).
func LineRule(cut Cut, span Span) verdict.Verdict {
	var v verdict.Verdict
	if cut.Positive == 0 {
		v.Add(noPositive())
		return v
	}
	if !span.Exact() {
		v.Add(verdict.Reason{
			Code: "line_interval", Status: verdict.Flag, Bias: verdict.Unknown,
			Text:  "amounts without a client, or in quarantine, could move the line",
			Bound: span.bound(), Supply: "clients for the unassigned rows, and the quarantined rows mended",
		})
	}
	if cut.Ties.Straddle() {
		v.Add(verdict.Reason{
			Code: "line_tie", Status: verdict.Flag, Bias: verdict.Unknown,
			Text:  fmt.Sprintf("%d of %d clients with exactly the entry ticket are above the line, by client_id; the count is not touched", cut.Ties.Inside, cut.Ties.Clients),
			Bound: "membership of the tied clients, not the count",
		})
	}
	return v
}

func (s Span) bound() string {
	text := fmt.Sprintf("between %d and %d clients", s.Low, s.High)
	if s.Low == s.High {
		text = count(s.Low, "client")
	}
	if s.Unreached {
		text = fmt.Sprintf("%d clients or more", s.Low)
	}
	if s.Open {
		text += " for the known part; rows without a rate or a readable amount leave it open"
	}
	return text
}

func noPositive() verdict.Reason {
	return verdict.Reason{Code: "no_positive_client", Status: verdict.Refuse, Text: "no client has revenue above 0 here", Supply: "sales inside this window and filter"}
}

// Base is what is known about the window that a comparison starts from (definitions 2.3).
type Base struct {
	Prices Prices
	Closed bool // the base window is over
	// SameIdentities says that the base was computed under the same assignment of
	// accounts to clients, or has been computed again under it.
	SameIdentities bool
}

// FrozenRule is the verdict on the frozen line, and part of that on movement. A trend
// of the ticket takes it too, where prices rise.
func FrozenRule(b Base) verdict.Verdict {
	var v verdict.Verdict
	if !b.Closed {
		v.Add(verdict.Reason{Code: "base_open", Status: verdict.Refuse, Text: "the base window is not over", Supply: "a base window that has ended"})
	}
	if !b.SameIdentities {
		v.Add(verdict.Reason{
			Code: "base_identity", Status: verdict.Refuse,
			Text: "the base window was computed with other clients and cannot be computed again", Supply: "a rebuild of the base window",
		})
	}
	v.Join(PriceRule(b.Prices))
	return v
}

// PriceRule flags a comparison over time without a price index (definitions 2.2, 2.3).
func PriceRule(p Prices) verdict.Verdict {
	var v verdict.Verdict
	if !p.Known() {
		v.Add(verdict.Reason{
			Code: "price_index_missing", Status: verdict.Flag, Bias: verdict.High,
			Text: "without a price index, higher prices look like better clients", Supply: "a price index for both windows",
		})
	}
	return v
}

// TopRule is the verdict on top_k_revenue: k is the number of clients that can be
// served well, 0 if neither computed nor declared (definitions 2.4).
func TopRule(k, positive int64) verdict.Verdict {
	var v verdict.Verdict
	switch {
	case k <= 0:
		v.Add(verdict.Reason{Code: "top_k_undeclared", Status: verdict.Refuse, Text: "nobody has said how many clients can be served well", Supply: "that number, or hours and capacity"})
	case positive < k:
		v.Add(verdict.Reason{
			Code: "top_k_short", Status: verdict.Flag, Bias: verdict.Low,
			Text: fmt.Sprintf("there are %d clients, fewer than the %d that can be served", positive, k),
		})
	}
	return v
}

// MovementRule is the verdict on line_movement: decided says that the ledger of
// decisions covers the time between the windows (definitions 2.5).
func MovementRule(b Base, decided bool) verdict.Verdict {
	var v verdict.Verdict
	if !decided {
		v.Add(verdict.Reason{
			Code: "decisions_incomplete", Status: verdict.Flag, Bias: verdict.Unknown,
			Text: "decisions between the windows are not recorded: a client that was let go reads as lapsed", Supply: "the decisions taken in that time",
		})
	}
	v.Join(FrozenRule(b))
	return v
}

// documentsFew is the number of documents below which stability is flagged.
const documentsFew = 30

// StabilityRule is the verdict on line_stability_share, by the amounts in the window that
// name a document and those that do not (definitions 2.6). Own rule: amounts without a
// document do not vary, so a mixture is flagged as well.
func StabilityRule(documents, fixed int64) verdict.Verdict {
	var v verdict.Verdict
	switch {
	case documents == 0:
		v.Add(verdict.Reason{Code: "documents_missing", Status: verdict.Refuse, Text: "there are only totals, no documents, so nothing can vary", Supply: "invoice lines with document numbers"})
	case documents < documentsFew:
		v.Add(verdict.Reason{
			Code: "documents_few", Status: verdict.Flag, Bias: verdict.Unknown,
			Text: count(documents, "document") + fmt.Sprintf(" in the window, fewer than %d", documentsFew), Supply: "a longer window",
		})
	}
	if documents > 0 && fixed > 0 {
		v.Add(verdict.Reason{
			Code: "documents_partial", Status: verdict.Flag, Bias: verdict.Unknown,
			Text: count(fixed, "amount") + " without a document number, kept as it is in every draw", Supply: "document numbers for all lines",
		})
	}
	return v
}

// LorenzRule is the verdict on the Lorenz curve and the Gini index over clients with
// r > 0 (definitions 2.7, 2.8). With zeros says that the variant with zeros is asked.
func LorenzRule(s Summary, zeros bool) verdict.Verdict {
	var v verdict.Verdict
	if zeros && s.Negative > 0 {
		v.Add(verdict.Reason{
			Code: "lorenz_negative", Status: verdict.Refuse,
			Text: count(s.Negative, "client") + " below 0: a share of a sum has no meaning then", Supply: "leave them out, or use the whale curve",
		})
	}
	if s.Positive == 0 {
		v.Add(noPositive())
	}
	out := s.Negative
	if !zeros {
		out += s.Zero
	}
	if 20*out > s.Clients {
		v.Add(verdict.Reason{
			Code: "non_positive_left_out", Status: verdict.Flag, Bias: verdict.Low,
			Text: fmt.Sprintf("%d of %d clients without revenue above 0 are left out", out, s.Clients), Supply: "the variant with zeros shows more inequality",
		})
	}
	return v
}

// HHIRule is the verdict on HHI and effective clients beyond their inputs: where U is
// flagged by the control (definitions 1.5), the interval stands beside the figure.
func HHIRule(c Concentration, in Control) verdict.Verdict {
	var v verdict.Verdict
	low, high, ok := c.HHIInterval(in.Unknown)
	switch {
	case !ok:
		v.Add(noPositive())
	case in.Unknown.Open || exceeds(in.Unknown.Amount, 1, in.Read):
		bound := fmt.Sprintf("between %.2f and %.2f", low, high)
		if in.Unknown.Open {
			bound += " for the known part; rows without a rate or a readable amount leave it open"
		}
		v.Add(verdict.Reason{
			Code: "hhi_interval", Status: verdict.Flag, Bias: verdict.Unknown,
			Text: "amounts without a client, or in quarantine, could change the concentration", Bound: bound,
			Supply: "clients for the unassigned rows, and the quarantined rows mended",
		})
	}
	return v
}

// TopShareRule is the verdict on CR_n beyond its inputs (definitions 2.10).
func TopShareRule(base money.Sum) verdict.Verdict {
	var v verdict.Verdict
	if base.Sign() <= 0 {
		v.Add(noPositive())
	}
	return v
}

// TenPercentRule is the verdict on the ten-percent list: largestUnlisted is the largest
// value below the bar, null if every client is on the list (definitions 2.10).
func TenPercentRule(w Whole, largestUnlisted Value) verdict.Verdict {
	var v verdict.Verdict
	switch {
	case w.Net().Sign() <= 0:
		v.Add(verdict.Reason{Code: "ten_percent_total", Status: verdict.Refuse, Text: "the whole net revenue is not above 0", Supply: "a window with revenue"})
	case largestUnlisted.Valid && w.CouldJoin(largestUnlisted.Int):
		v.Add(verdict.Reason{
			Code: "ten_percent_possible", Status: verdict.Flag, Bias: verdict.Low,
			Text: "one more client would be on the list if the amounts without a client were its own", Supply: "clients for the unassigned rows, and the quarantined rows mended",
		})
	}
	return v
}
