package enginetest

import (
	stdcmp "cmp"
	"errors"
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"clientele/internal/engine"
	"clientele/internal/fault"
	"clientele/internal/ledger"
	"clientele/internal/metric"
	"clientele/internal/money"
	"clientele/internal/period"
)

// ledgersRandom is how many random ledgers an engine is compared on.
const ledgersRandom = 24

// framesRandom is how many frames are asked about of each.
const framesRandom = 3

// RunRandom is the part of the suite that compares the engine with the oracle on seeded random ledgers.
func RunRandom(t *testing.T, h Harness) {
	t.Helper()
	ledgers := uint64(ledgersRandom)
	if h.Ledgers > 0 {
		ledgers = h.Ledgers
	}
	for seed := range ledgers {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			r := rand.New(rand.NewPCG(seed, 20250817))
			facts := rand.New(rand.NewPCG(seed, 20261127)) // a sequence of its own: the lines stay the same
			f := randomLedger(h, r, facts)
			oracle := NewOracle(f)
			e, err := h.Open(t, f)
			if oracle.tooBig() {
				t.Fatal("the generator made a line beyond 64 bits")
			}
			if fault.KindOf(err) == fault.Input && oracle.cellTooBig() {
				return // one month of one client is beyond 64 bits: nothing to ask
			}
			if err != nil {
				t.Fatal(err)
			}
			defer func() {
				if err := e.Close(); err != nil {
					t.Error(err)
				}
			}()
			c := comparison{t: t, h: h, got: e, want: oracle, r: r, facts: facts}
			same(&c, "span", func(e engine.Engine) (engine.Span, error) { return e.Span(t.Context()) })
			for range stdcmp.Or(h.Frames, framesRandom) {
				c.ask(randomFrame(r))
			}
		})
	}
}

// randomLedger is a ledger that the engine of the harness can hold.
func randomLedger(h Harness, lines, facts *rand.Rand) Fixture {
	f := randomFixture(lines)
	if !h.NoFacts {
		addFacts(&f, facts)
	}
	if h.Shape != nil {
		h.Shape(&f)
	}
	return f
}

// nasty are keys that careless engines take for one another.
var nasty = []string{"a", "A", "a ", " a", "b", "caf\u00e9", "cafe\u0301", "10", "9", "\u00df", "ss", "\U0001F600", "\uff5e", "a'b", "z"}

func randomFixture(r *rand.Rand) Fixture {
	f := Fixture{Rules: engine.Rules{Merged: map[string]string{}, Parents: map[string]string{}}}
	keys := slices.Clone(nasty)
	r.Shuffle(len(keys), func(i, j int) { keys[i], keys[j] = keys[j], keys[i] })
	keys = keys[:2+r.IntN(len(keys)-2)]
	huge := r.IntN(4) == 0
	for b := range 1 + r.IntN(3) {
		m := newBatch(fmt.Sprint("batch ", b), uint8(r.IntN(4))) //nolint:gosec // small
		for range r.IntN(60) {
			key := keys[r.IntN(len(keys))]
			if r.IntN(10) == 0 {
				key = ""
			}
			number := ""
			if r.IntN(5) > 0 {
				number = strconv.Itoa(r.IntN(6))
			}
			m.add(key, randomDay(r), number, randomAmount(r, huge))
		}
		for i := range m.Accounts {
			if r.IntN(6) == 0 {
				m.Accounts[i].Parent = append(keys, "Holding")[r.IntN(len(keys)+1)]
			}
		}
		f.Batches = append(f.Batches, m.Batch)
	}
	if r.IntN(2) == 0 {
		for range r.IntN(3) {
			f.Rules.Merged[keys[r.IntN(len(keys))]] = keys[r.IntN(len(keys))]
		}
		for range r.IntN(3) {
			f.Rules.Parents[keys[r.IntN(len(keys))]] = []string{"", "Group", keys[r.IntN(len(keys))]}[r.IntN(3)]
		}
	}
	return f
}

// days are where calendars go wrong.
var days = []period.Date{
	period.DateOf(2023, 2, 28), period.DateOf(2023, 3, 1), period.DateOf(2023, 12, 31), period.DateOf(2024, 1, 1),
	period.DateOf(2024, 1, 31), period.DateOf(2024, 2, 1), period.DateOf(2024, 2, 28), period.DateOf(2024, 2, 29),
	period.DateOf(2024, 3, 1), period.DateOf(2024, 12, 31), period.DateOf(2025, 1, 1), period.DateOf(1969, 12, 31),
	period.DateOf(1970, 1, 1), period.DateOf(2000, 2, 29),
}

func randomDay(r *rand.Rand) period.Date {
	switch r.IntN(8) {
	case 0:
		return period.NoDate
	case 1, 2:
		return period.DateOf(2023, 1, 1) + period.Date(r.IntN(800)) //nolint:gosec // small
	default:
		return days[r.IntN(len(days))]
	}
}

func randomAmount(r *rand.Rand, huge bool) int64 {
	switch {
	case huge && r.IntN(6) == 0:
		return (r.Int64N(math.MaxInt64) - math.MaxInt64/2) / 1000 // fits at any scale of the suite
	case r.IntN(3) == 0:
		return r.Int64N(7) - 3 // ties, zeros
	default:
		return r.Int64N(2_000_000) - 400_000
	}
}

func randomFrame(r *rand.Rand) engine.Frame {
	f := engine.Frame{Level: engine.Level(r.IntN(3)), SalesOnly: r.IntN(3) == 0, Current: period.All}
	edge := func() period.Date {
		d := days[r.IntN(len(days))] + period.Date(r.IntN(3)-1) //nolint:gosec // small
		if r.IntN(2) == 0 {
			d = d.MonthStart()
		}
		return d
	}
	if r.IntN(5) == 0 {
		return f
	}
	cuts := []period.Date{edge(), edge(), edge(), edge()}
	slices.Sort(cuts)
	f.Current = period.Range{From: cuts[2], To: max(cuts[3], cuts[2]+1)}
	switch r.IntN(8) {
	case 0:
		f.Current.From = period.NoDate
	case 1:
		f.Current.To = period.All.To
	}
	f.WithoutNew = f.Current.From != period.NoDate && r.IntN(4) == 0
	if r.IntN(3) > 0 {
		f.Prior = period.Range{From: cuts[0], To: cuts[1]}
	}
	return f
}

// comparison asks the engine and the oracle the same.
type comparison struct {
	t        *testing.T
	h        Harness
	got      engine.Engine
	want     *Oracle
	r, facts *rand.Rand
}

var equal = cmp.Options{
	cmp.Comparer(func(x, y money.Sum) bool { return x.Cmp(y) == 0 }),
}

// same compares one answer. Both refuse, or both give the same.
func same[T any](c *comparison, what string, ask func(engine.Engine) (T, error)) {
	c.t.Helper()
	got, err := ask(c.got)
	want, wantErr := ask(c.want)
	switch {
	case errors.Is(wantErr, errTooBig):
		if fault.KindOf(err) != fault.Input || err == nil {
			c.t.Errorf("%s: %v; it does not fit 64 bits", what, err)
		}
	case wantErr != nil || err != nil:
		c.t.Errorf("%s: %v, want %v", what, err, wantErr)
	default:
		if diff := cmp.Diff(want, got, equal); diff != "" {
			c.t.Errorf("%s:\n%s", what, diff)
		}
	}
}

// ask compares all answers about one frame.
func (c *comparison) ask(f engine.Frame) {
	c.t.Helper()
	ctx, name := c.t.Context(), fmt.Sprintf("%+v", f)
	if c.h.MonthsOnly && !f.Aligned() {
		if _, err := c.got.Pool(ctx, f); err == nil {
			c.t.Errorf("%s: months cannot answer this", name)
		}
		if _, err := totals(ctx, c.got, f); err == nil && !c.h.NoFacts {
			c.t.Errorf("%s: months cannot answer this of facts", name)
		}
		return
	}
	same(c, name+" pool", func(e engine.Engine) (engine.Pool, error) { return e.Pool(ctx, f) })
	var ids []metric.ID
	for _, m := range metric.Bases() {
		ids = append(ids, m.ID)
		page := engine.Page{By: m.ID, Lo: math.MinInt64, Hi: math.MaxInt64, Limit: -1, Measures: []metric.ID{m.ID}}
		same(c, name+" page by "+string(m.ID), func(e engine.Engine) ([]engine.Row, error) { return e.Page(ctx, f, page) })
		if m.Base.Fn != metric.Sum {
			if _, err := c.got.Summary(ctx, f, m.ID); err == nil {
				c.t.Errorf("%s is no sum, and has a summary", m.ID)
			}
			continue
		}
		same(c, name+" summary of "+string(m.ID), func(e engine.Engine) (engine.Summary, error) { return e.Summary(ctx, f, m.ID) })
		in := c.interval()
		same(c, fmt.Sprint(name, " buckets of ", m.ID, in), func(e engine.Engine) ([]engine.Bucket, error) { return e.Buckets(ctx, f, m.ID, in) })
	}
	same(c, name+" ranks", func(e engine.Engine) (string, error) { return ranks(c.t, e, f, metric.Revenue) })
	page := c.page(ids)
	same(c, fmt.Sprintf("%s page %+v", name, page), func(e engine.Engine) ([]engine.Row, error) { return e.Page(ctx, f, page) })
	same(c, name+" documents", func(e engine.Engine) ([]string, error) { return documents(c.t, e, f) })
	if !c.h.NoLines {
		client, limit := nasty[c.r.IntN(len(nasty))], int64(c.r.IntN(6)-1)
		same(c, fmt.Sprint(name, " lines of ", client, limit), func(e engine.Engine) ([]engine.LineRef, error) {
			l, ok := e.(engine.Lines)
			if !ok {
				return nil, errors.New("the engine has no lines, and declares none missing")
			}
			return l.ClientLines(ctx, f, client, limit)
		})
	}
	c.askFacts(f)
}

func (c *comparison) interval() engine.Interval {
	lo := c.r.Int64N(5_000_000) - 2_500_000
	if c.r.IntN(3) == 0 {
		lo = 1
	}
	hi := lo + 1 + c.r.Int64N(5_000_000)
	return engine.Interval{Lo: lo, Hi: hi, Width: (hi-lo)/(1+c.r.Int64N(300)) + 1}
}

func (c *comparison) page(ids []metric.ID) engine.Page {
	r := c.r
	p := engine.Page{By: ids[r.IntN(len(ids))], Measures: ids, Lo: math.MinInt64, Hi: math.MaxInt64, Offset: r.Int64N(3), Limit: r.Int64N(8) - 1}
	if r.IntN(2) == 0 {
		p.Lo = r.Int64N(100_000) - 50_000
	}
	if r.IntN(2) == 0 {
		p.Hi = p.Lo/2 + r.Int64N(1_000_000)
	}
	if r.IntN(3) == 0 {
		p.Clients = append([]string{}, nasty[:r.IntN(len(nasty))]...)
	}
	return p
}

// documents lists the sums per document in an order of its own.
func documents(t *testing.T, e engine.Engine, f engine.Frame) ([]string, error) {
	t.Helper()
	d, ok := e.(engine.Documents)
	if !ok {
		return nil, fault.New(fault.Internal, "ask", "no documents", "")
	}
	out := []string{}
	err := d.EachDocument(t.Context(), f, func(client string, doc [2]uint64, sum int64) error {
		out = append(out, fmt.Sprintf("%q %v %d", client, ledger.DocumentID{Hi: doc[0], Lo: doc[1]}, sum))
		return nil
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(out, strings.Compare)
	return out, nil
}

// ranks adds up the parts as the oracle gives them.
func ranks(t *testing.T, e engine.Engine, f engine.Frame, by metric.ID) (string, error) {
	t.Helper()
	if o, ok := e.(*Oracle); ok {
		return o.ranks(f, by)
	}
	r, ok := e.(engine.Ranks)
	if !ok {
		return "", errors.New("the engine has no rank sums")
	}
	parts, err := r.RankParts(t.Context(), f, by)
	count, sum, ranked := int64(0), new(big.Int), new(big.Int)
	for _, p := range parts {
		ranked.Add(ranked, p.RankSum)
		ranked.Add(ranked, new(big.Int).Mul(big.NewInt(count), p.Sum.Big()))
		sum.Add(sum, p.Sum.Big())
		count += p.Count
	}
	return fmt.Sprint(count, " ", sum, " ", ranked), err
}
