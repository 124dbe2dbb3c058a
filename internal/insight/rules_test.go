package insight_test

import (
	"context"
	"strings"
	"testing"

	"clientele/internal/insight"
	"clientele/internal/money"
	"clientele/internal/verdict"
)

// clean are inputs without any finding but the note that net is assumed.
func clean() insight.Inputs {
	return insight.Inputs{
		Coverage: insight.Coverage{Months: 12, NeedsYear: true, NeedsTime: true},
		Content:  insight.Content{Revenue: sum(1_000_000)},
		Control:  insight.Control{Read: sum(1_000_000)},
	}
}

type expected struct {
	status verdict.Status
	bias   verdict.Bias
	codes  string
}

func expect(t *testing.T, name string, v verdict.Verdict, want expected) {
	t.Helper()
	var codes []string
	for _, r := range v.Reasons {
		codes = append(codes, r.Code)
		if r.Text == "" || (r.Status == verdict.Refuse && r.Supply == "") {
			t.Errorf("%s: %s without a text, or refused without saying what to supply", name, r.Code)
		}
	}
	if got := (expected{v.Status, v.Bias, strings.Join(codes, " ")}); got != want {
		t.Errorf("%s: %v, want %v", name, got, want)
	}
}

// Conditions and directions: definitions, section 1, one case per condition and edge.
func TestInputRules(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		change func(*insight.Inputs)
		want   expected
	}{
		{"nothing to say but the note", func(*insight.Inputs) {}, expected{verdict.Pass, verdict.None, "net_assumed"}},
		{"1.1 line count", func(in *insight.Inputs) {
			in.Identity = insight.Identity{Unreviewed: 2, Quantity: insight.OfLineCount}
		}, expected{verdict.Flag, verdict.High, "owner_unreviewed net_assumed"}},
		{"1.1 concentration", func(in *insight.Inputs) {
			in.Identity.Unreviewed = 2
			*in = in.Of(insight.OfConcentration)
		}, expected{verdict.Flag, verdict.Low, "owner_unreviewed net_assumed"}},
		{"1.2 11 months", func(in *insight.Inputs) { in.Coverage.Months = 11 }, expected{verdict.Flag, verdict.Unknown, "window_short net_assumed"}},
		{"1.2 3 months", func(in *insight.Inputs) { in.Coverage.Months = 3 }, expected{verdict.Flag, verdict.Unknown, "window_short net_assumed"}},
		{"1.2 2 months, yearly", func(in *insight.Inputs) { in.Coverage.Months = 2 }, expected{verdict.Refuse, verdict.None, "window_too_short net_assumed"}},
		{"1.2 2 months, not yearly", func(in *insight.Inputs) {
			in.Coverage = insight.Coverage{Months: 2}
		}, expected{verdict.Flag, verdict.Unknown, "window_short net_assumed"}},
		{"1.2 undated", func(in *insight.Inputs) { in.Coverage = insight.Coverage{Undated: true} }, expected{verdict.Flag, verdict.Unknown, "undated net_assumed"}},
		{"1.2 undated, needs time", func(in *insight.Inputs) {
			in.Coverage = insight.Coverage{Undated: true, NeedsTime: true}
		}, expected{verdict.Refuse, verdict.None, "undated_time net_assumed"}},
		{"1.2 future", func(in *insight.Inputs) { in.Coverage.Future = 1 }, expected{verdict.Flag, verdict.Unknown, "future_dates net_assumed"}},
		{"1.3 tax", func(in *insight.Inputs) { in.Content.TaxSigns = []string{"column VAT"} }, expected{verdict.Flag, verdict.High, "tax_unclaimed"}},
		{"1.3 tax, claimed", func(in *insight.Inputs) {
			in.Content.TaxSigns, in.Content.Claimed = []string{"column VAT"}, true
		}, expected{verdict.Pass, verdict.None, ""}},
		{"1.3 credit notes 1 %", func(in *insight.Inputs) { in.Content.CreditOutside = sum(-10_000) }, expected{verdict.Pass, verdict.None, "net_assumed"}},
		{"1.3 credit notes above 1 %", func(in *insight.Inputs) { in.Content.CreditOutside = sum(-10_001) }, expected{verdict.Flag, verdict.Unknown, "net_assumed credit_outside"}},
		{"1.4 rate", func(in *insight.Inputs) { in.Conversion.Waiting = 3 }, expected{verdict.Flag, verdict.Low, "net_assumed rate_missing"}},
		{"1.4 overflow", func(in *insight.Inputs) { in.Conversion.Overflow = true }, expected{verdict.Refuse, verdict.None, "net_assumed overflow"}},
		{"1.5 rows", func(in *insight.Inputs) { in.Control.ResidualRows = 1 }, expected{verdict.Refuse, verdict.None, "net_assumed residual"}},
		{"1.5 money", func(in *insight.Inputs) { in.Control.ResidualAmount = sum(-1) }, expected{verdict.Refuse, verdict.None, "net_assumed residual"}},
		{"1.5 U 1 %", func(in *insight.Inputs) { in.Control.Unknown.Amount = sum(10_000) }, expected{verdict.Pass, verdict.None, "net_assumed"}},
		{"1.5 U above 1 %", func(in *insight.Inputs) { in.Control.Unknown.Amount = sum(10_001) }, expected{verdict.Flag, verdict.Unknown, "net_assumed unassigned_share"}},
		{"1.5 U 20 %", func(in *insight.Inputs) { in.Control.Unknown.Amount = sum(200_000) }, expected{verdict.Flag, verdict.Unknown, "net_assumed unassigned_share"}},
		{"1.5 U above 20 %", func(in *insight.Inputs) { in.Control.Unknown.Amount = sum(200_001) }, expected{verdict.Refuse, verdict.None, "net_assumed unassigned_excess"}},
		{"1.5 U of nothing read", func(in *insight.Inputs) {
			in.Control.Read, in.Control.Unknown.Amount = sum(0), sum(1)
		}, expected{verdict.Refuse, verdict.None, "net_assumed unassigned_excess"}},
		{"1.5 nothing of a negative total", func(in *insight.Inputs) { in.Control.Read = sum(-5) }, expected{verdict.Pass, verdict.None, "net_assumed"}},
		{"1.5 stated total", func(in *insight.Inputs) { in.Control.StatedTotals = 1 }, expected{verdict.Flag, verdict.Unknown, "net_assumed stated_total"}},
		{"1.6 nulls", func(in *insight.Inputs) { in.Nulls.Skipped = 1 }, expected{verdict.Flag, verdict.Unknown, "net_assumed null_skipped"}},
		{"1.7 two opposite biases", func(in *insight.Inputs) {
			in.Content.TaxSigns, in.Conversion.Waiting = []string{"header gross"}, 1
		}, expected{verdict.Flag, verdict.Unknown, "tax_unclaimed rate_missing"}},
	} {
		in := clean()
		c.change(&in)
		expect(t, c.name, in.Rule(), c.want)
	}
}

// Definitions 1.5: read 10,000.00; clients 9,200.00; unassigned 300.00; excluded 400.00;
// quarantined 100.00 → residual 0, U = 4 % → FLAG.
func TestControlExample(t *testing.T) {
	t.Parallel()
	loaded := sum(920_000).Plus(sum(30_000))
	c := insight.Control{
		Read:           sum(1_000_000),
		ResidualAmount: sum(1_000_000).Minus(loaded).Minus(sum(40_000)).Minus(sum(10_000)),
		Unknown:        insight.UnknownOf(sum(30_000), sum(10_000), false),
	}
	v := c.Rule()
	expect(t, "definitions 1.5", v, expected{verdict.Flag, verdict.Unknown, "unassigned_share"})
	if !strings.HasPrefix(v.Reasons[0].Text, "4.0 % ") {
		t.Errorf("U is 4 %%: %q", v.Reasons[0].Text)
	}
}

func TestOwnerBar(t *testing.T) {
	t.Parallel()
	for total, want := range map[int64]int64{100: 2, 150: 2, 199: 2, 200: 3, 1: 1} { // 100·r > total
		if got, ok := insight.OwnerBar(sum(total)); !ok || got != want {
			t.Errorf("bar of %d: %d, %v, want %d", total, got, ok, want)
		}
	}
	if _, ok := insight.OwnerBar(sum(0)); ok {
		t.Error("a bar of nothing")
	}
}

func TestLineRule(t *testing.T) {
	t.Parallel()
	exact := insight.Span{Low: 4, High: 4}
	expect(t, "portfolio", insight.LineRule(line(t, portfolioBase, eighty), exact), expected{})
	u, err := insight.UncertainCount(context.Background(), portfolioBase, eighty, insight.Unknown{Amount: sum(700)})
	if err != nil {
		t.Fatal(err)
	}
	v := insight.LineRule(line(t, portfolioBase, eighty), u)
	expect(t, "U = 700", v, expected{verdict.Flag, verdict.Unknown, "line_interval"})
	if v.Reasons[0].Bound != "between 4 and 5 clients" {
		t.Errorf("bound %q", v.Reasons[0].Bound)
	}
	expect(t, "tie", insight.LineRule(line(t, insight.Values{5, 5, 5}, money.Fraction{Num: 1, Den: 2}), insight.Span{Low: 2, High: 2}),
		expected{verdict.Flag, verdict.Unknown, "line_tie"})
	expect(t, "all tied are above", insight.LineRule(line(t, insight.Values{5, 5, 5}, eighty), insight.Span{Low: 3, High: 3}), expected{})
	expect(t, "no positive", insight.LineRule(line(t, insight.Values{-1}, eighty), insight.Span{}), expected{verdict.Refuse, verdict.None, "no_positive_client"})
	for _, c := range []struct {
		span insight.Span
		want string
	}{
		{insight.Span{Low: 4, Unreached: true}, "4 clients or more"},
		{insight.Span{Low: 4, High: 5, Open: true}, "between 4 and 5 clients for the known part; rows without a rate or a readable amount leave it open"},
	} {
		if got := insight.LineRule(line(t, portfolioBase, eighty), c.span).Reasons[0].Bound; got != c.want {
			t.Errorf("bound %q, want %q", got, c.want)
		}
	}
}

// Definitions 2.2 to 2.6.
func TestComparisonRules(t *testing.T) {
	t.Parallel()
	one := money.Amount{Units: 1}
	good := insight.Base{Prices: insight.Prices{Base: one, Now: one}, Closed: true, SameIdentities: true}
	expect(t, "frozen", insight.FrozenRule(good), expected{})
	bad := good
	bad.Prices = insight.Prices{}
	expect(t, "no prices", insight.FrozenRule(bad), expected{verdict.Flag, verdict.High, "price_index_missing"})
	bad = good
	bad.Closed = false
	expect(t, "open base", insight.FrozenRule(bad), expected{verdict.Refuse, verdict.None, "base_open"})
	bad = good
	bad.SameIdentities = false
	expect(t, "other clients", insight.FrozenRule(bad), expected{verdict.Refuse, verdict.None, "base_identity"})
	expect(t, "movement", insight.MovementRule(good, true), expected{})
	expect(t, "no decisions", insight.MovementRule(good, false), expected{verdict.Flag, verdict.Unknown, "decisions_incomplete"})
	expect(t, "top k", insight.TopRule(4, 8), expected{})
	expect(t, "top k, all", insight.TopRule(4, 4), expected{})
	expect(t, "top k, fewer", insight.TopRule(4, 3), expected{verdict.Flag, verdict.Low, "top_k_short"})
	expect(t, "top k, none", insight.TopRule(0, 3), expected{verdict.Refuse, verdict.None, "top_k_undeclared"})
	expect(t, "stability", insight.StabilityRule(30, 0), expected{})
	expect(t, "few documents", insight.StabilityRule(29, 0), expected{verdict.Flag, verdict.Unknown, "documents_few"})
	expect(t, "some documents", insight.StabilityRule(30, 1), expected{verdict.Flag, verdict.Unknown, "documents_partial"})
	expect(t, "totals only", insight.StabilityRule(0, 8), expected{verdict.Refuse, verdict.None, "documents_missing"})
}

// Definitions 2.7 to 2.10.
func TestConcentrationRules(t *testing.T) {
	t.Parallel()
	expect(t, "Lorenz, 5 % left out", insight.LorenzRule(insight.Summary{Clients: 20, Positive: 19, Negative: 1}, false), expected{})
	expect(t, "Lorenz, above 5 %", insight.LorenzRule(insight.Summary{Clients: 19, Positive: 18, Zero: 1}, false),
		expected{verdict.Flag, verdict.Low, "non_positive_left_out"})
	expect(t, "Lorenz with zeros", insight.LorenzRule(insight.Summary{Clients: 19, Positive: 10, Zero: 9}, true), expected{})
	expect(t, "Lorenz with negative values", insight.LorenzRule(insight.Summary{Clients: 100, Positive: 99, Negative: 1}, true),
		expected{verdict.Refuse, verdict.None, "lorenz_negative"})
	expect(t, "Lorenz of nothing", insight.LorenzRule(insight.Summary{}, false), expected{verdict.Refuse, verdict.None, "no_positive_client"})

	p := concentration(t, portfolioBase)
	v := insight.HHIRule(p, insight.Control{Read: sum(7500), Unknown: insight.Unknown{Amount: sum(700)}})
	expect(t, "HHI, U = 700", v, expected{verdict.Flag, verdict.Unknown, "hhi_interval"})
	if want := "between 2008.40 and 2787.42"; v.Reasons[0].Bound != want { // definitions 2.9
		t.Errorf("bound %q, want %q", v.Reasons[0].Bound, want)
	}
	expect(t, "HHI, U below 1 %", insight.HHIRule(p, insight.Control{Read: sum(7500), Unknown: insight.Unknown{Amount: sum(75)}}), expected{})
	expect(t, "HHI, open", insight.HHIRule(p, insight.Control{Read: sum(7500), Unknown: insight.Unknown{Open: true}}), expected{verdict.Flag, verdict.Unknown, "hhi_interval"})
	expect(t, "HHI of nothing", insight.HHIRule(concentration(t, nil), insight.Control{}), expected{verdict.Refuse, verdict.None, "no_positive_client"})
	expect(t, "CR", insight.TopShareRule(sum(1)), expected{})
	expect(t, "CR of nothing", insight.TopShareRule(sum(0)), expected{verdict.Refuse, verdict.None, "no_positive_client"})
	expect(t, "list", insight.TenPercentRule(insight.Whole{Clients: sum(6800)}, val(290)), expected{})
	expect(t, "list, possible", insight.TenPercentRule(insight.Whole{Clients: sum(6800), Unassigned: sum(700)}, val(290)),
		expected{verdict.Flag, verdict.Low, "ten_percent_possible"})
	expect(t, "list, all on it", insight.TenPercentRule(insight.Whole{Clients: sum(6800), Unassigned: sum(700)}, insight.Value{}), expected{})
	expect(t, "list of nothing", insight.TenPercentRule(insight.Whole{}, val(0)), expected{verdict.Refuse, verdict.None, "ten_percent_total"})
}
