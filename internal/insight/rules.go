package insight

import (
	"fmt"
	"math/big"
	"strings"

	"clientele/internal/money"
	"clientele/internal/verdict"
)

// Quantity says what a rule speaks about, where the direction of the bias depends on it.
type Quantity int

// The quantities.
const (
	OfAnother       Quantity = iota // direction not known
	OfLineCount                     // line_count
	OfConcentration                 // HHI, Gini, top shares, the ten-percent list
)

// Identity is what is known about who counts as one (definitions 1.1).
type Identity struct {
	// Unreviewed accounts have more than 1 % of revenue and no reviewed owner.
	Unreviewed int64
	Quantity   Quantity
}

// Rule flags accounts that may be under common control: until someone has looked, the
// line may count too many clients, and concentration may be too low.
func (in Identity) Rule() verdict.Verdict {
	var v verdict.Verdict
	if in.Unreviewed > 0 {
		bias := map[Quantity]verdict.Bias{OfAnother: verdict.Unknown, OfLineCount: verdict.High, OfConcentration: verdict.Low}[in.Quantity]
		v.Add(verdict.Reason{
			Code: "owner_unreviewed", Status: verdict.Flag, Bias: bias,
			Text:   count(in.Unreviewed, "account") + " with more than 1 % of revenue without a reviewed owner; some may be one client together",
			Supply: "group accounts under common control, or confirm that they stand alone",
		})
	}
	return v
}

// OwnerBar is the smallest r that is more than 1 % of the revenue of all (1.1).
func OwnerBar(total money.Sum) (int64, bool) {
	if total.Sign() <= 0 {
		return 0, false
	}
	q := new(big.Int).Quo(total.Big(), big.NewInt(100))
	q.Add(q, big.NewInt(1))
	return q.Int64(), q.IsInt64()
}

// Coverage is what is known about the window (definitions 1.2).
type Coverage struct {
	Undated   bool  // the file has no dates: the firm declares the period
	Months    int   // complete months that the data covers in the window
	Future    int64 // lines dated after today
	NeedsYear bool  // a yearly quantity
	NeedsTime bool  // a quantity that compares times
}

// Rule flags short and undated windows, and refuses what they cannot bear.
func (in Coverage) Rule() verdict.Verdict {
	var v verdict.Verdict
	switch {
	case in.Undated && (in.NeedsTime || in.NeedsYear):
		v.Add(verdict.Reason{Code: "undated_time", Status: verdict.Refuse, Text: "the file has no dates, and this needs time", Supply: "document dates"})
	case in.Undated:
		v.Add(verdict.Reason{
			Code: "undated", Status: verdict.Flag, Bias: verdict.Unknown,
			Text: "the file has no dates: the period is what the firm says it is", Supply: "document dates",
		})
	case in.Months < 3 && in.NeedsYear:
		v.Add(verdict.Reason{
			Code: "window_too_short", Status: verdict.Refuse,
			Text: count(int64(in.Months), "complete month") + " cannot stand for a year", Supply: "at least 3 complete months, better 12",
		})
	case in.Months < 12:
		text := "the data cover " + count(int64(in.Months), "complete month") + " of the window: the season shows"
		if in.Months == 0 {
			text = "the data cover no complete month of the window: the season shows"
		}
		v.Add(verdict.Reason{Code: "window_short", Status: verdict.Flag, Bias: verdict.Unknown, Text: text, Supply: "12 complete months"})
	}
	if in.Future > 0 {
		v.Add(verdict.Reason{
			Code: "future_dates", Status: verdict.Flag, Bias: verdict.Unknown,
			Text: count(in.Future, "line") + " dated after today, which did not move the as-of date", Supply: "check these dates",
		})
	}
	return v
}

// Content is what is known about the amounts (definitions 1.3).
type Content struct {
	// TaxSigns are signs of tax or pass-through content: a tax column, gross beside net,
	// such a word in a header.
	TaxSigns []string
	// Claimed says that somebody has said which amount was taken.
	Claimed bool
	// CreditOutside is the sum of credit notes whose invoices lie outside the window.
	CreditOutside money.Sum
	Revenue       money.Sum
}

// Rule flags amounts that may hold tax, and credit notes that belong elsewhere. Without
// signs of tax it is a note only: net is assumed.
func (in Content) Rule() verdict.Verdict {
	var v verdict.Verdict
	switch {
	case in.Claimed:
	case len(in.TaxSigns) > 0:
		v.Add(verdict.Reason{
			Code: "tax_unclaimed", Status: verdict.Flag, Bias: verdict.High,
			Text:   "the amounts may hold tax or pass-through: " + strings.Join(in.TaxSigns, ", "),
			Supply: "say which amount it is: --net or --gross, or map another column",
		})
	default:
		v.Add(verdict.Reason{Code: "net_assumed", Status: verdict.Pass, Text: "amounts are taken as net of tax; nothing in the file says otherwise", Supply: "--net or --gross"})
	}
	if out := magnitude(in.CreditOutside); exceeds(out, 1, in.Revenue) {
		v.Add(verdict.Reason{
			Code: "credit_outside", Status: verdict.Flag, Bias: verdict.Unknown,
			Text:   "credit notes for invoices outside the window are " + percent(out, in.Revenue) + " of revenue",
			Supply: "a window that holds the invoices too",
		})
	}
	return v
}

// Conversion is what is known about exchange (definitions 1.4).
type Conversion struct {
	Waiting  int64 // lines that wait for a rate
	Overflow bool  // a sum did not fit
}

// Rule flags lines without a rate, with an open bound, and refuses a sum that does not fit.
func (in Conversion) Rule() verdict.Verdict {
	var v verdict.Verdict
	if in.Overflow {
		v.Add(verdict.Reason{Code: "overflow", Status: verdict.Refuse, Text: "a sum is too large to be kept exactly", Supply: "check the file for an amount that is not money"})
	}
	if in.Waiting > 0 {
		v.Add(verdict.Reason{
			Code: "rate_missing", Status: verdict.Flag, Bias: verdict.Low,
			Text: count(in.Waiting, "line") + " left out: no exchange rate for the day", Bound: "open", Supply: "a rate table for these currencies and days",
		})
	}
	return v
}

// Control is the account of what was read, in base currency (definitions 1.5).
type Control struct {
	ResidualRows   int64     // read − loaded − excluded − quarantined, and loaded − clients − unassigned
	ResidualAmount money.Sum // the same in money; both parts taken as positive and added up
	Read           money.Sum
	Unknown        Unknown // U
	// StatedTotals is the number of totals in the files that differ from what was loaded.
	StatedTotals int64
}

// Rule refuses every amount if the account does not close, and weighs U against what
// was read: over 1 % is flagged, over 20 % refused. It also flags stated totals.
func (in Control) Rule() verdict.Verdict {
	var v verdict.Verdict
	if !in.Closes() {
		v.Add(verdict.Reason{
			Code: "residual", Status: verdict.Refuse,
			Text:   "what was read is not what was loaded, excluded and quarantined together",
			Supply: "this is a defect of the program or of its files: run audit, then rebuild",
		})
	}
	switch u := in.Unknown.Amount; {
	case exceeds(u, 20, in.Read):
		v.Add(verdict.Reason{
			Code: "unassigned_excess", Status: verdict.Refuse,
			Text: percent(u, in.Read) + " of what was read belongs to no client or is quarantined; more than 20 % is too much", Supply: "clients for these rows, and the quarantined rows mended",
		})
	case exceeds(u, 1, in.Read):
		v.Add(verdict.Reason{
			Code: "unassigned_share", Status: verdict.Flag, Bias: verdict.Unknown,
			Text: percent(u, in.Read) + " of what was read belongs to no client or is quarantined", Supply: "clients for these rows, and the quarantined rows mended",
		})
	}
	if in.StatedTotals > 0 {
		v.Add(verdict.Reason{
			Code: "stated_total", Status: verdict.Flag, Bias: verdict.Unknown,
			Text: count(in.StatedTotals, "total") + " stated in the files, but not equal to what was loaded", Supply: "check whether rows are missing from the file",
		})
	}
	return v
}

// Closes reports whether the residual is exactly 0.
func (in Control) Closes() bool { return in.ResidualRows == 0 && in.ResidualAmount.IsZero() }

// Nulls is how many values a sum skipped (definitions 1.6).
type Nulls struct{ Skipped int64 }

// Rule flags a sum that skipped nulls.
func (in Nulls) Rule() verdict.Verdict {
	var v verdict.Verdict
	if in.Skipped > 0 {
		v.Add(verdict.Reason{
			Code: "null_skipped", Status: verdict.Flag, Bias: verdict.Unknown,
			Text: count(in.Skipped, "client") + " without a value, not in the sum", Supply: "the missing values",
		})
	}
	return v
}

// Inputs are the facts of section 1 that every money quantity rests on.
type Inputs struct {
	Identity   Identity
	Coverage   Coverage
	Content    Content
	Conversion Conversion
	Control    Control
	Nulls      Nulls
}

// Rule joins all rules of section 1, in the order of the definitions.
func (in Inputs) Rule() verdict.Verdict {
	var v verdict.Verdict
	v.Join(in.Identity.Rule())
	v.Join(in.Coverage.Rule())
	v.Join(in.Content.Rule())
	v.Join(in.Conversion.Rule())
	v.Join(in.Control.Rule())
	v.Join(in.Nulls.Rule())
	return v
}

// Of makes the inputs speak about another quantity.
func (in Inputs) Of(q Quantity) Inputs {
	in.Identity.Quantity = q
	return in
}

// exceeds reports part > percentage % of whole, in exact integers; 0 exceeds nothing.
func exceeds(part money.Sum, percentage int64, whole money.Sum) bool {
	if part.IsZero() {
		return false
	}
	left := new(big.Int).Mul(part.Big(), big.NewInt(100))
	return left.Cmp(new(big.Int).Mul(whole.Big(), big.NewInt(percentage))) > 0
}

// percent writes part/whole for people, one decimal, half to even; "—" where the ratio
// is null.
func percent(part, whole money.Sum) string {
	if whole.Sign() <= 0 {
		return "—"
	}
	tenths := roundHalfEven(new(big.Int).Mul(part.Big(), big.NewInt(1000)), whole.Big())
	s, ok := money.FromBig(tenths)
	if !ok {
		return "—"
	}
	return s.Format(1) + " %"
}

// count writes a number with its noun.
func count(n int64, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return fmt.Sprintf("%d %s", n, noun)
}
