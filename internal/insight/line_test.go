package insight_test

import (
	"context"
	"errors"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"clientele/internal/fault"
	"clientele/internal/insight"
	"clientele/internal/money"
)

func line(tb testing.TB, v insight.Distribution, share money.Fraction) insight.Cut {
	tb.Helper()
	cut, err := insight.Line(context.Background(), v, share)
	if err != nil {
		tb.Fatal(err)
	}
	return cut
}

// Expected values: definitions 2.1, 2.2, 2.5 and hand counts.
func TestLine(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name            string
		values          insight.Values
		share           money.Fraction
		clients, within int64
		sum, ticket     int64
		ties, inside    int64
		straddle        bool
	}{
		{"portfolio, first window", portfolioBase, eighty, 4, 3, 5965, 1035, 1, 1, false},
		{"portfolio, second window", portfolioNow, eighty, 4, 3, 8600, 1600, 1, 1, false},
		{"one client", insight.Values{7}, eighty, 1, 0, 7, 7, 1, 1, false},
		{"exactly on the line", insight.Values{50, 30, 20}, eighty, 2, 2, 80, 30, 1, 1, false},
		{"seven equal clients: ceil(5.6)", insight.Values{3, 3, 3, 3, 3, 3, 3}, eighty, 6, 5, 18, 3, 7, 6, true},
		{"ten equal clients", insight.Values{5, 5, 5, 5, 5, 5, 5, 5, 5, 5}, eighty, 8, 8, 40, 5, 10, 8, true},
		{"losses and zeros are outside", insight.Values{-100, 0, 50, 30, 20}, eighty, 2, 2, 80, 30, 1, 1, false},
		{"share 0", portfolioBase, money.Fraction{Num: 0, Den: 1}, 0, 0, 0, 0, 0, 0, false},
		{"share 1", portfolioBase, money.Fraction{Num: 1, Den: 1}, 8, 8, 6800, 145, 1, 1, false},
		{"smallest unit", insight.Values{1}, money.Fraction{Num: 1, Den: 1000}, 1, 0, 1, 1, 1, 1, false},
		{"two clients next to 2^62", insight.Values{1 << 62, 1<<62 - 1, 1}, eighty, 2, 1, math.MaxInt64, 1<<62 - 1, 1, 1, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			cut := line(t, c.values, c.share)
			if cut.Clients != c.clients || cut.Within != c.within {
				t.Errorf("clients %d, within %d, want %d, %d", cut.Clients, cut.Within, c.clients, c.within)
			}
			if cut.Sum != sum(c.sum) {
				t.Errorf("sum %s, want %d", cut.Sum.Format(0), c.sum)
			}
			if want := (insight.Value{Int: c.ticket, Valid: c.clients > 0}); cut.Ticket != want {
				t.Errorf("ticket %v, want %v", cut.Ticket, want)
			}
			if want := (insight.Ties{Clients: c.ties, Inside: c.inside}); cut.Ties != want {
				t.Errorf("ties %v, want %v", cut.Ties, want)
			}
			if cut.Ties.Straddle() != c.straddle {
				t.Errorf("straddle %v", cut.Ties.Straddle())
			}
		})
	}
}

func TestLineOvershoot(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		values insight.Values
		want   float64
	}{
		{portfolioBase, 0.0772}, // definitions 2.2
		{portfolioNow, 0.0052},  // definitions 2.5
		{insight.Values{50, 30, 20}, 0},
	} {
		got, ok := line(t, c.values, eighty).Overshoot()
		if !ok {
			t.Fatal("no overshoot")
		}
		near(t, "overshoot", got, c.want, 5e-5)
	}
	if share, ok := line(t, portfolioBase, eighty).ClientsShare(); !ok || share != 0.5 {
		t.Errorf("clients share %v, %v, want 0.5", share, ok)
	}
}

func TestLineWithoutPositiveClient(t *testing.T) {
	t.Parallel()
	for _, v := range []insight.Values{nil, {0}, {-5, 0}} {
		cut := line(t, v, eighty)
		if cut.Clients != 0 || cut.Ticket.Valid || cut.Positive != 0 {
			t.Errorf("%v: %+v", v, cut)
		}
		if _, ok := cut.Overshoot(); ok {
			t.Errorf("%v: an overshoot without a line", v)
		}
		if _, ok := cut.ClientsShare(); ok {
			t.Errorf("%v: a share of no clients", v)
		}
	}
}

func TestLineRejects(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	for _, share := range []money.Fraction{{Num: 1, Den: 0}, {Num: -1, Den: 2}, {Num: 3, Den: 2}} {
		if _, err := insight.Line(ctx, portfolioBase, share); fault.KindOf(err) != fault.Usage {
			t.Errorf("share %v: %v", share, err)
		}
		if _, err := insight.UncertainCount(ctx, portfolioBase, share, insight.Unknown{}); fault.KindOf(err) != fault.Usage {
			t.Errorf("interval at share %v: %v", share, err)
		}
	}
	if _, err := insight.Line(ctx, insight.Values{math.MaxInt64}, eighty); !errors.Is(err, money.ErrOverflow) {
		t.Errorf("largest value: %v", err)
	}
	stopped, stop := context.WithCancel(ctx)
	stop()
	if _, err := insight.Line(stopped, portfolioBase, eighty); fault.KindOf(err) != fault.Canceled {
		t.Errorf("canceled: %v", err)
	}
}

// Definitions 2.1: U = 700 makes the interval [4, 5].
func TestUncertainCount(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		u    insight.Unknown
		want insight.Span
	}{
		{"definitions 2.1", insight.Unknown{Amount: sum(700)}, insight.Span{Low: 4, High: 5}},
		{"none", insight.Unknown{}, insight.Span{Low: 4, High: 4}},
		{"open", insight.Unknown{Amount: sum(700), Open: true}, insight.Span{Low: 4, High: 5, Open: true}},
		// 5·6,800 = 34,000 < 4·(6,800 + 2,000) = 35,200: the clients alone never reach it;
		// 5·(S_k + 2,000) >= 35,200 needs S_k >= 5,040, which S_4 = 5,965 has.
		{"unreached", insight.Unknown{Amount: sum(2000)}, insight.Span{Low: 4, Unreached: true}},
	} {
		got, err := insight.UncertainCount(context.Background(), portfolioBase, eighty, c.u)
		if err != nil || got != c.want {
			t.Errorf("%s: %+v, %v, want %+v", c.name, got, err, c.want)
		}
	}
	if (insight.Span{Low: 4, High: 5}).Exact() || !(insight.Span{Low: 4, High: 4}).Exact() || (insight.Span{Open: true}).Exact() {
		t.Error("exact")
	}
	if u := insight.UnknownOf(sum(-300), sum(100), true); u.Amount != sum(400) || !u.Open {
		t.Errorf("U is taken as positive: %+v", u)
	}
}

func TestTopAndAbove(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	for k, want := range map[int64]int64{-1: 0, 0: 0, 1: 2780, 4: 5965, 8: 6800, 20: 6800} { // 2.4 and hand sums
		got, err := insight.Top(ctx, portfolioBase, k)
		if err != nil || got.Sum != sum(want) {
			t.Errorf("top %d: %+v, %v, want %d", k, got, err, want)
		}
	}
	for bar, want := range map[int64][2]int64{-4: {8, 6800}, 1: {8, 6800}, 1035: {4, 5965}, 1036: {3, 4930}, 2780: {1, 2780}, 2781: {0, 0}} {
		n, s, err := insight.Above(ctx, portfolioBase, bar)
		if err != nil || n != want[0] || s != sum(want[1]) {
			t.Errorf("above %d: %d, %s, %v, want %v", bar, n, s.Format(0), err, want)
		}
	}
}

func TestRadixEqualsSort(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		values, share := books().Draw(t, "values"), shares().Draw(t, "share")
		u := rapid.Int64Range(0, 10000).Draw(t, "u")
		o, d := newOracle(values), insight.Memo(insight.Values(values))
		cut, err := insight.Line(context.Background(), d, share)
		if err != nil {
			t.Fatal(err)
		}
		if want := o.least(share, 0, 0); cut.Clients != want {
			t.Fatalf("clients %d, want %d", cut.Clients, want)
		}
		if want := o.most(share); cut.Within != want {
			t.Fatalf("within %d, want %d", cut.Within, want)
		}
		if cut.Base.Big().Cmp(o.total) != 0 || cut.Sum.Big().Cmp(o.sums[cut.Clients]) != 0 {
			t.Fatalf("sums %s of %s", cut.Sum.Format(0), cut.Base.Format(0))
		}
		if cut.Clients > 0 {
			ticket := o.desc[cut.Clients-1]
			larger := int64(slices.Index(o.desc, ticket))
			if cut.Ticket.Int != ticket || cut.Ties != (insight.Ties{Clients: o.equal(ticket), Inside: cut.Clients - larger}) {
				t.Fatalf("ticket %v, ties %v", cut.Ticket, cut.Ties)
			}
		}
		span, err := insight.UncertainCount(context.Background(), d, share, insight.Unknown{Amount: sum(u)})
		if err != nil {
			t.Fatal(err)
		}
		if low := o.least(share, u, u); span.Low != low {
			t.Fatalf("low %d, want %d", span.Low, low)
		}
		if high := o.least(share, 0, u); span.Unreached != (high < 0) || (high >= 0 && span.High != high) {
			t.Fatalf("high %+v, want %d", span, high)
		}
		k := rapid.Int64Range(0, int64(len(o.desc))).Draw(t, "k")
		if top, err := insight.Top(context.Background(), d, k); err != nil || top.Sum.Big().Cmp(o.sums[k]) != 0 {
			t.Fatalf("top %d: %v, %v", k, top, err)
		}
	})
}

// Permuting, adding a zero client and scaling change what they should and nothing else.
func TestLineProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.Int64Range(-50, 1000), 0, 40).Draw(t, "values")
		share, factor := shares().Draw(t, "share"), rapid.Int64Range(1, 100).Draw(t, "factor")
		cut := line2(t, values, share)
		if got := line2(t, rapid.Permutation(values).Draw(t, "order"), share); got != cut {
			t.Fatalf("permuted: %+v, want %+v", got, cut)
		}
		if got := line2(t, append(slices.Clone(values), 0), share); got != cut {
			t.Fatalf("with a zero client: %+v, want %+v", got, cut)
		}
		scaled := slices.Clone(values)
		for i := range scaled {
			scaled[i] *= factor
		}
		got := line2(t, scaled, share)
		if got.Clients != cut.Clients || got.Within != cut.Within || got.Ticket.Int != factor*cut.Ticket.Int || got.Ties != cut.Ties {
			t.Fatalf("scaled by %d: %+v, want %+v", factor, got, cut)
		}
		was, ok := cut.Overshoot()
		now, ok2 := got.Overshoot()
		if ok != ok2 || was != now { // the exact fraction is the same, so is its rounding
			t.Fatalf("overshoot %v, want %v", now, was)
		}
	})
}

func line2(t *rapid.T, values []int64, share money.Fraction) insight.Cut {
	cut, err := insight.Line(context.Background(), insight.Values(values), share)
	if err != nil {
		t.Fatal(err)
	}
	return cut
}

// counting counts the passes that a walk takes.
type counting struct {
	insight.Values
	passes int
}

func (c *counting) Buckets(ctx context.Context, in insight.Interval) ([]insight.Bucket, error) {
	c.passes++
	return c.Values.Buckets(ctx, in)
}

func TestPasses(t *testing.T) {
	t.Parallel()
	small := &counting{Values: portfolioBase}
	line(t, small, eighty)
	if small.passes != 1 {
		t.Errorf("values below 4,096 took %d passes, want 1", small.passes)
	}
	// Equal values far below the largest one: 62 bits are at most 2 + ceil(62/12) passes.
	deep := &counting{Values: insight.Values{1 << 62, 3, 3, 3}}
	line(t, deep, money.Fraction{Num: 1, Den: 1})
	if deep.passes > 8 {
		t.Errorf("62 bits took %d passes, want at most 8", deep.passes)
	}
	// One client of a million times the others' size does not cost a pass: the ticket
	// lies in the bulk, below 32 times the mean, and a bucket of it is a few units wide.
	tail := &counting{Values: insight.Values{40_000_000}}
	for i := range int64(40_000) {
		tail.Values = append(tail.Values, 1000+i)
	}
	if got := line(t, tail, eighty); tail.passes > 2 || got.Ties.Inside != 1 {
		t.Errorf("the bulk took %d passes, want at most 2; %+v", tail.passes, got)
	}
	memo := &counting{Values: portfolioBase}
	d := insight.Memo(memo)
	line(t, d, eighty)
	line(t, d, money.Fraction{Num: 1, Den: 2})
	if memo.passes != 1 {
		t.Errorf("a remembered pass was asked %d times", memo.passes)
	}
}

// wrong is an engine whose answers do not fit together.
type wrong struct {
	insight.Values
	buckets []insight.Bucket
}

func (w wrong) Buckets(context.Context, insight.Interval) ([]insight.Bucket, error) {
	return w.buckets, nil
}

func TestWrongEngineIsNoticed(t *testing.T) {
	t.Parallel()
	for name, buckets := range map[string][]insight.Bucket{
		"nothing":       nil,
		"empty bucket":  {{Index: 0, Count: 0}},
		"out of order":  {{Index: 3, Count: 1, Sum: sum(4)}, {Index: 2, Count: 1, Sum: sum(3)}},
		"out of bounds": {{Index: 5000, Count: 1, Sum: sum(5001)}},
		"wrong sum":     {{Index: 0, Count: 1, Sum: sum(99)}},
	} {
		d := wrong{insight.Values{10, 20}, buckets}
		if _, err := insight.Line(context.Background(), d, eighty); fault.KindOf(err) != fault.Internal || err == nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func BenchmarkLine(b *testing.B) {
	values := make(insight.Values, 1_000_000)
	for i := range values {
		values[i] = int64(1e12) / int64(i+1)
	}
	for b.Loop() {
		line(b, values, eighty)
	}
}
