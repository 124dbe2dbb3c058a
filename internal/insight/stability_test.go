package insight_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"clientele/internal/fault"
	"clientele/internal/insight"
	"clientele/internal/money"
)

// Definitions 2.6, leave one month out of three.
func TestLeaveOut(t *testing.T) {
	t.Parallel()
	var parts []insight.Part
	for client, months := range [][]int64{{10, 10, 10}, {300, 300, 300}, {0, 0, 160}, {40, 40, 40}} { // W, X, Y, Z
		for month, r := range months {
			parts = append(parts, insight.Part{Client: int32(client), Group: int32(month), Sum: r})
		}
	}
	got, err := insight.LeaveOut(context.Background(), 4, 3, parts, eighty)
	if err != nil {
		t.Fatal(err)
	}
	for client, want := range []float64{0, 1, 2.0 / 3, 0} {
		if got.Share(client) != want || got.OnLine(client) != (want == 2.0/3) {
			t.Errorf("client %d: p = %v, on the line %v, want %v", client, got.Share(client), got.OnLine(client), want)
		}
	}
	if diff := cmp.Diff([]int64{2, 2, 1}, got.Lines); diff != "" { // the order of the months left out
		t.Error(diff)
	}
	none, err := insight.LeaveOut(context.Background(), 1, 2, []insight.Part{{Sum: 5}}, eighty)
	if err != nil || none.Draws != 1 {
		t.Errorf("a draw without revenue counts: %+v, %v", none, err)
	}
}

func TestLeaveOutRejects(t *testing.T) {
	t.Parallel()
	for name, parts := range map[string][]insight.Part{
		"client":   {{Client: 1, Sum: 1}},
		"group":    {{Group: 1, Sum: 1}},
		"overflow": {{Sum: math.MaxInt64}, {Sum: 1}},
		"nothing":  nil,
	} {
		if _, err := insight.LeaveOut(context.Background(), 1, 1, parts, eighty); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

// firm is a skewed book of documents, some with a credit note on the same key.
func firm(clients, documents int) []insight.Document {
	r := rand.New(rand.NewPCG(1, 2))
	var docs []insight.Document
	for i := range documents {
		client := int32(float64(clients) * math.Pow(r.Float64(), 2))
		d := insight.Document{Client: client, Key: [2]uint64{7, uint64(i)}, Sum: 1 + int64(1e5*math.Exp(r.NormFloat64()))}
		docs = append(docs, d)
		if i%10 == 0 {
			d.Sum = -d.Sum / 2
			docs = append(docs, d)
		}
	}
	return docs
}

func TestBootstrapIsTheSameOnAnyNumberOfCores(t *testing.T) {
	t.Parallel()
	docs := firm(50, 400)
	s := insight.Sampling{Share: eighty, Seed: 42, Draws: 200, Workers: 1}
	want, err := insight.Bootstrap(context.Background(), 50, docs, s)
	if err != nil {
		t.Fatal(err)
	}
	for _, workers := range []int{0, 2, 3, 64, 1000} {
		s.Workers = workers
		shuffled := slices.Clone(docs)
		shuffled = append(shuffled[workers%7:], shuffled[:workers%7]...)
		slices.Reverse(shuffled)
		got, err := insight.Bootstrap(context.Background(), 50, shuffled, s)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%d workers: %s", workers, diff)
		}
	}
	s.Seed = 43
	other, err := insight.Bootstrap(context.Background(), 50, docs, s)
	if err != nil {
		t.Fatal(err)
	}
	if cmp.Equal(want.Above, other.Above) {
		t.Error("another seed gives the same draws")
	}
}

// A client with one document is above the line of a two-client book whenever its
// weight is large enough: the probabilities follow from the Poisson distribution by
// hand. A: one document of 100; B: one of 100. Above 50 %: with equal weights A
// alone, by client_id; else the larger one. P(A) = P(a >= b | a + b > 0).
func TestBootstrapProbability(t *testing.T) {
	t.Parallel()
	docs := []insight.Document{{Client: 0, Key: [2]uint64{1, 1}, Sum: 100}, {Client: 1, Key: [2]uint64{1, 2}, Sum: 100}}
	half := money.Fraction{Num: 1, Den: 2}
	got, err := insight.Bootstrap(context.Background(), 2, docs, insight.Sampling{Share: half, Seed: 5, Draws: 20_000})
	if err != nil {
		t.Fatal(err)
	}
	equal, p := 0.0, math.Exp(-1)
	for k := 1; k < 20; k++ { // Σ P(k)², k >= 0
		equal += p * p
		p /= float64(k)
	}
	none := math.Exp(-2) // both 0: redrawn
	want := ((1-equal)/2 + equal - none) / (1 - none)
	near(t, "p_A", got.Share(0), want, 5*math.Sqrt(want*(1-want)/20_000)) // five standard errors
	if got.Above[0]+got.Above[1] != 20_000 {
		t.Errorf("one client is above in each draw, got %d", got.Above[0]+got.Above[1])
	}
}

// A credit note takes its invoice's weight: a fully credited invoice is never there.
func TestBootstrapCreditNotes(t *testing.T) {
	t.Parallel()
	docs := []insight.Document{
		{Client: 0, Key: [2]uint64{1, 1}, Sum: 900},
		{Client: 0, Key: [2]uint64{1, 1}, Sum: -900},
		{Client: 1, Key: [2]uint64{1, 2}, Sum: 100},
		{Client: 1, Sum: 1}, // the last names no document
	}
	got, err := insight.Bootstrap(context.Background(), 2, docs, insight.Sampling{Share: eighty, Draws: 100})
	if err != nil {
		t.Fatal(err)
	}
	if got.Above[0] != 0 || got.Share(1) != 1 || got.OnLine(1) || got.Documents != 3 || got.Fixed != 1 {
		t.Errorf("%+v", got)
	}
}

// Each draw's line is the line of its sums: with all amounts fixed but one of 0, every
// draw repeats the book.
func TestBootstrapDrawEqualsLine(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.OneOf(rapid.Int64Range(-20, 20), rapid.Int64Range(1, 1e15)), 1, 40).Draw(t, "values")
		share := shares().Draw(t, "share")
		docs := []insight.Document{{Key: [2]uint64{1}}}
		for i, v := range values {
			docs = append(docs, insight.Document{Client: int32(i), Sum: v})
		}
		cut := line2(t, values, share)
		got, err := insight.Bootstrap(context.Background(), len(values), docs, insight.Sampling{Share: share, Draws: 2})
		if cut.Positive == 0 {
			if fault.KindOf(err) != fault.Input {
				t.Fatalf("no positive client: %v", err)
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		if got.Lines[0] != cut.Clients || got.Lines[1] != cut.Clients {
			t.Fatalf("lines %v, want %d", got.Lines, cut.Clients)
		}
		tied := int64(0)
		for i, v := range values { // in client_id order
			above := v > 0 && cut.Ticket.Valid && v > cut.Ticket.Int
			if cut.Ticket.Valid && v == cut.Ticket.Int {
				above = tied < cut.Ties.Inside
				tied++
			}
			if (got.Above[i] == 2) != above {
				t.Fatalf("client %d with %d: above in %d of 2 draws, want %v", i, v, got.Above[i], above)
			}
		}
	})
}

// Splitting documents changes the draws; splitting one amount under the same key does not.
func TestBootstrapSplitUnderOneKey(t *testing.T) {
	t.Parallel()
	docs := firm(20, 100)
	var split []insight.Document
	for _, d := range docs {
		a := d
		a.Sum = d.Sum / 3
		d.Sum -= a.Sum
		split = append(split, a, d)
	}
	s := insight.Sampling{Share: eighty, Seed: 9, Draws: 100}
	want, err := insight.Bootstrap(context.Background(), 20, docs, s)
	if err != nil {
		t.Fatal(err)
	}
	got, err := insight.Bootstrap(context.Background(), 20, split, s)
	if err != nil {
		t.Fatal(err)
	}
	if !cmp.Equal(want.Above, got.Above) {
		t.Error("a document in two parts is drawn differently")
	}
}

func TestBootstrapRejects(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	one := insight.Document{Key: [2]uint64{1, 1}, Sum: 1}
	for _, c := range []struct {
		name string
		docs []insight.Document
		s    insight.Sampling
		kind fault.Kind
	}{
		{"no document", []insight.Document{{Sum: 5}}, insight.Sampling{Share: eighty}, fault.Input},
		{"nothing", nil, insight.Sampling{Share: eighty}, fault.Input},
		{"no revenue", []insight.Document{{Key: [2]uint64{1, 1}, Sum: -1}}, insight.Sampling{Share: eighty, Draws: 3}, fault.Input},
		{"overflow", []insight.Document{{Key: [2]uint64{1, 1}, Sum: 1 << 60}}, insight.Sampling{Share: eighty}, fault.Input},
		{"share", []insight.Document{one}, insight.Sampling{}, fault.Usage},
		{"draws", []insight.Document{one}, insight.Sampling{Share: eighty, Draws: -1}, fault.Usage},
		{"client", []insight.Document{{Client: 1, Key: [2]uint64{1, 1}}}, insight.Sampling{Share: eighty}, fault.Internal},
	} {
		if _, err := insight.Bootstrap(ctx, 1, c.docs, c.s); err == nil || fault.KindOf(err) != c.kind {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestBootstrapProgressAndCancel(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	var seen []int
	s := insight.Sampling{Share: eighty, Draws: 50, Workers: 4, Progress: func(done, _ int) { seen = append(seen, done) }}
	if _, err := insight.Bootstrap(ctx, 20, firm(20, 100), s); err != nil {
		t.Fatal(err)
	}
	if len(seen) != 50 || !slices.IsSorted(seen) || seen[49] != 50 {
		t.Errorf("progress %v", seen)
	}
	s.Progress = func(done, _ int) {
		if done == 3 {
			stop()
		}
	}
	if _, err := insight.Bootstrap(ctx, 20, firm(20, 100), s); fault.KindOf(err) != fault.Canceled {
		t.Errorf("canceled: %v", err)
	}
}

func BenchmarkBootstrap(b *testing.B) {
	docs := firm(4300, 20_000)
	for b.Loop() {
		if _, err := insight.Bootstrap(context.Background(), 4300, docs, insight.Sampling{Share: eighty, Seed: 1}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(docs)), "documents")
}

func ExampleBootstrap() {
	docs := []insight.Document{
		{Client: 0, Key: [2]uint64{0, 1}, Sum: 900},
		{Client: 1, Key: [2]uint64{0, 2}, Sum: 1},
		{Client: 0, Key: [2]uint64{0, 3}, Sum: 900},
		{Client: 0, Key: [2]uint64{0, 4}, Sum: 900},
	}
	s, err := insight.Bootstrap(context.Background(), 2, docs, insight.Sampling{Share: money.Fraction{Num: 4, Den: 5}, Seed: 1})
	fmt.Println(s.Draws, s.OnLine(0), s.OnLine(1), err)
	// Output: 1000 false false <nil>
}
