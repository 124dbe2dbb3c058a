package insight_test

import (
	"context"
	"math/big"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"clientele/internal/insight"
	"clientele/internal/money"
)

// zData is Z of the reference figures, section 2 (R package acid).
var zData = []int64{541, 1463, 2445, 3438, 4437, 5401, 6392, 8304, 11904, 22261}

func concentration(tb testing.TB, v insight.Values) insight.Concentration {
	tb.Helper()
	s, err := v.Summary(context.Background())
	if err != nil {
		tb.Fatal(err)
	}
	return insight.ConcentrationOf(s)
}

// Sources: definitions 2.9; reference figures, section 2.
func TestHHI(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name      string
		values    insight.Values
		hhi       float64
		effective float64
		tolerance float64
	}{
		{"definitions 2.9", insight.Values{40, 30, 20, 10}, 3000, 3.3333, 5e-5},
		{"five equal", insight.Values{20, 20, 20, 20, 20}, 2000, 5, 0},
		{"portfolio", portfolioBase, 2443.18, 4.0930, 5e-3},
		{"Department of Justice", insight.Values{30, 30, 20, 20}, 2600, 1 / .26, 1e-12},
		{"one client", insight.Values{100}, 10000, 1, 0},
		{"two", insight.Values{50, 50}, 5000, 2, 0},
		{"ten", insight.Values{10, 10, 10, 10, 10, 10, 10, 10, 10, 10}, 1000, 10, 0},
		{"Investopedia", insight.Values{10, 9, 12, 15, 12, 11, 15, 16}, 1296, 1 / .1296, 1e-12},
		{"from sales", insight.Values{300, 700, 250}, 4112, 1 / .4112, 1e-12},
		{"losses and zeros are outside", insight.Values{-70, 0, 50, 50}, 5000, 2, 0},
	} {
		got, ok := concentration(t, c.values).HHI()
		if !ok {
			t.Errorf("%s: null", c.name)
		}
		near(t, c.name, got, c.hhi, c.tolerance)
		got, _ = concentration(t, c.values).Effective()
		near(t, c.name+", effective", got, c.effective, 5e-5)
	}
	for _, c := range []struct {
		values insight.Values
		want   float64
	}{
		{zData, .184081231},
		{insight.Values{261, 29, 33, 15, 39, 28, 95, 5, 6, 28, 69, 8, 105, 38, 15}, .166873652},
		{insight.Values{783, 121, 112, 70, 201, 153, 425, 19, 37, 126, 325, 51, 442, 193, 41}, .130129206},
	} {
		got, _ := concentration(t, c.values).Herfindahl()
		near(t, "Herfindahl", got, c.want, 5e-10)
	}
}

// Definitions 2.9: U = 700 → [2,008.40, 2,787.42].
func TestHHIInterval(t *testing.T) {
	t.Parallel()
	low, high, ok := concentration(t, portfolioBase).HHIInterval(insight.Unknown{Amount: sum(700)})
	if !ok {
		t.Fatal("null")
	}
	near(t, "low", low, 2008.40, 5e-3)
	near(t, "high", high, 2787.42, 5e-3)
	if _, _, ok := concentration(t, nil).HHIInterval(insight.Unknown{Amount: sum(700)}); ok {
		t.Error("an interval without clients")
	}
}

func TestConcentrationOfNothing(t *testing.T) {
	t.Parallel()
	c := concentration(t, insight.Values{0, -5})
	if _, ok := c.HHI(); ok {
		t.Error("HHI without positive clients")
	}
	if _, ok := c.Effective(); ok {
		t.Error("effective number without positive clients")
	}
}

// The parts of a split by age add up to H of the whole: 0.30 = 0.16 + 0.14.
func TestPartOf(t *testing.T) {
	t.Parallel()
	whole := sum(100)
	young, _ := concentration(t, insight.Values{40}).PartOf(whole)
	old, _ := concentration(t, insight.Values{30, 20, 10}).PartOf(whole)
	near(t, "young", young, .16, 1e-15)
	near(t, "old", old, .14, 1e-15)
}

// Definitions 2.10: CR1 = 0.4088, CR5 = 0.9199; list A, B, C, D.
func TestTopShareAndTenPercent(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	for n, want := range map[int64]float64{1: .4088, 5: .9199, 8: 1, 100: 1} {
		top, err := insight.Top(ctx, portfolioBase, n)
		if err != nil {
			t.Fatal(err)
		}
		got, ok := insight.TopShare(top, sum(6800))
		if !ok {
			t.Fatal("null")
		}
		near(t, "CR", got, want, 5e-5)
	}
	w := insight.Whole{Clients: sum(6800)}
	bar, ok := w.TenPercentBar()
	if !ok || bar != 680 {
		t.Fatalf("bar %d, %v", bar, ok)
	}
	if n, _, err := insight.Above(ctx, portfolioBase, bar); err != nil || n != 4 {
		t.Errorf("%d clients on the list, %v, want A, B, C, D", n, err)
	}
	if _, ok := (insight.Whole{Clients: sum(10), Unassigned: sum(-10)}).TenPercentBar(); ok {
		t.Error("a bar of nothing")
	}
	for _, c := range []struct {
		name string
		w    insight.Whole
		r    int64
		want bool
	}{
		{"nothing unknown", w, 679, false},
		{"10·(290 + 700) >= 7,500", insight.Whole{Clients: sum(6800), Unassigned: sum(700)}, 290, true},
		{"10·(290 + 400) < 7,200", insight.Whole{Clients: sum(6800), Unassigned: sum(400)}, 290, false},
		{"exactly: 10·(320 + 400) = 7,200", insight.Whole{Clients: sum(6800), Quarantined: sum(400)}, 320, true},
		{"open", insight.Whole{Clients: sum(6800), Open: true}, 1, true},
	} {
		if got := c.w.CouldJoin(c.r); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

func lorenz(tb testing.TB, values []int64) *insight.Lorenz {
	tb.Helper()
	l, err := insight.NewLorenz(values, false)
	if err != nil {
		tb.Fatal(err)
	}
	return l
}

// Sources: definitions 2.7, 2.8; reference figures, section 2.
func TestGini(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name      string
		values    []int64
		gini      float64
		corrected float64
		tolerance float64
	}{
		{"Z", zData, .4620911, .5134346, 5e-8},
		{"portfolio", portfolioBase, .4827206, .5516807, 5e-8},
		{"phylotools", []int64{1, 3, 2, 1, 1, 1, 4}, .3076923, .3076923 * 7 / 6, 1e-7},
		{"equal", []int64{10, 10, 10}, 0, 0, 0},
	} {
		g := lorenz(t, c.values).Gini()
		got, ok := g.Index()
		if !ok || !g.ShowCorrected() {
			t.Errorf("%s: null, or below 50 clients without correction", c.name)
		}
		near(t, c.name, got, c.gini, c.tolerance)
		got, _ = g.Corrected()
		near(t, c.name+", corrected", got, c.corrected, c.tolerance)
	}
	zeros, err := insight.NewLorenz([]int64{10, 10, 0, 0, 0}, true)
	if err != nil {
		t.Fatal(err)
	}
	got, _ := zeros.Gini().Index()
	near(t, "with zeros", got, .6, 1e-15)
	one := lorenz(t, []int64{7}).Gini()
	if g, ok := one.Index(); !ok || g != 0 {
		t.Errorf("one client: %v, %v, want 0", g, ok)
	}
	if _, ok := one.Corrected(); ok {
		t.Error("one client has no corrected index")
	}
	if _, ok := lorenz(t, []int64{0, -3}).Gini().Index(); ok {
		t.Error("an index of nothing")
	}
	if _, err := insight.NewLorenz([]int64{1, -1}, true); err == nil {
		t.Error("negative values among all clients are refused")
	}
	// Rosenbluth of Z is 1/(n(1 − G)) = .185905096.
	z, _ := lorenz(t, zData).Gini().Index()
	near(t, "Rosenbluth", 1/(10*(1-z)), .185905096, 5e-10)
}

// Reference figures, section 2: grouped data.
func TestWeighted(t *testing.T) {
	t.Parallel()
	var groups []insight.Class // x 2.5 … 150, in tenths
	for i, x := range []int64{25, 75, 150, 350, 750, 1500} {
		groups = append(groups, insight.Class{Value: x, Count: []int64{25, 13, 10, 5, 5, 2}[i]})
	}
	l, err := insight.NewLorenzOf(groups)
	if err != nil {
		t.Fatal(err)
	}
	g, _ := l.Gini().Index()
	near(t, "Gini", g, .656681034, 5e-10)
	g, _ = l.Gini().Corrected()
	near(t, "corrected", g, .667811222, 5e-10)

	groups = nil
	for i, n := range []int64{482, 825, 722, 690, 661, 760, 745, 2140, 1911, 1024} {
		groups = append(groups, insight.Class{Value: zData[i], Count: n})
	}
	if l, err = insight.NewLorenzOf(groups); err != nil {
		t.Fatal(err)
	}
	points, ok := l.Ordinates()
	if !ok {
		t.Fatal("null")
	}
	p := []float64{.0483936, .1312249, .2037149, .2729920, .3393574, .4156627, .4904618, .7053213, .8971888, 1}
	y := []float64{.0032305, .0181832, .0400527, .0694412, .1057753, .1566276, .2156227, .4357753, .7175982, 1}
	for i, at := range points {
		near(t, "p", at.ClientsShare, p[i], 5e-8)
		near(t, "L", at.SumShare, y[i], 5e-8)
	}
	for _, bad := range []insight.Class{{Value: -1, Count: 1}, {Value: 1, Count: -1}} {
		if _, err := insight.NewLorenzOf([]insight.Class{bad}); err == nil {
			t.Errorf("%v is taken", bad)
		}
	}
}

func TestLorenz(t *testing.T) {
	t.Parallel()
	points, ok := lorenz(t, zData).Ordinates()
	if !ok {
		t.Fatal("null")
	}
	for i, want := range []float64{.0081248, .0300964, .0668158, .1184483, .1850840, .2661971, .3621933, .4869042, .6656805, 1} {
		near(t, "ordinate", points[i].SumShare, want, 5e-8)
	}
	l := lorenz(t, []int64{1, 4, 1}) // definitions 2.7
	for _, c := range []struct {
		share   string
		at, inv float64
	}{
		{"0", 0, 0},
		{"0.55", .275, 2.0/3 + (.55*6-2)/4/3},
		{"0.6", .3, .8},
		{"1", 1, 1},
	} {
		p, err := money.ParseFraction(c.share)
		if err != nil {
			t.Fatal(err)
		}
		got, _ := l.At(p)
		near(t, "L("+c.share+")", got, c.at, 1e-15)
		got, _ = l.Inverse(p)
		near(t, "inverse "+c.share, got, c.inv, 1e-15)
	}
	none := lorenz(t, nil)
	if _, ok := none.At(eighty); ok {
		t.Error("L of nothing")
	}
	if _, ok := none.Inverse(eighty); ok {
		t.Error("inverse of nothing")
	}
	if _, ok := none.Ordinates(); ok {
		t.Error("ordinates of nothing")
	}
}

// Gini from parts of buckets, and Σr² from 31-bit halves, equal the slow definitions.
func TestPartsEqualDefinitions(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		values := books().Draw(t, "values")
		o := newOracle(values)
		s, err := insight.Values(values).Summary(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		squares, pairs := new(big.Int), new(big.Int)
		for _, x := range o.desc {
			squares.Add(squares, new(big.Int).Mul(big.NewInt(x), big.NewInt(x)))
			for _, y := range o.desc {
				pairs.Add(pairs, new(big.Int).Abs(new(big.Int).Sub(big.NewInt(x), big.NewInt(y))))
			}
		}
		if s.Squares().Cmp(squares) != 0 {
			t.Fatalf("Σr² = %s, want %s", s.Squares(), squares)
		}
		l, err := insight.NewLorenz(values, false)
		if err != nil {
			t.Fatal(err)
		}
		got, ok := l.Gini().Index()
		byBuckets, _ := insight.GiniOf(rankParts(o.desc, rapid.IntRange(1, 9).Draw(t, "size"))).Index()
		if ok != (len(o.desc) > 0) {
			t.Fatalf("null %v of %d clients", !ok, len(o.desc))
		}
		if !ok {
			return
		}
		// G is half the relative mean difference: Σ|x_i − x_j|/(2n²·mean).
		n := int64(len(o.desc))
		want, _ := new(big.Rat).SetFrac(pairs, new(big.Int).Mul(big.NewInt(2*n), o.total)).Float64()
		if got != want || byBuckets != want {
			t.Fatalf("G = %v, by buckets %v, want %v", got, byBuckets, want)
		}
	})
}

// rankParts cuts values (descending) into ascending buckets of some clients each.
func rankParts(desc []int64, size int) []insight.RankPart {
	asc := slices.Clone(desc)
	slices.Sort(asc)
	var parts []insight.RankPart
	for chunk := range slices.Chunk(asc, size) {
		p := insight.RankPart{Count: int64(len(chunk)), RankSum: new(big.Int)}
		for j, x := range chunk {
			p.Sum = p.Sum.Add(x)
			p.RankSum.Add(p.RankSum, new(big.Int).Mul(big.NewInt(int64(j+1)), big.NewInt(x)))
		}
		parts = append(parts, p)
	}
	return parts
}

// Permuting and scaling leave the indexes alone; copies of a book halve H and leave G.
func TestConcentrationProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.Int64Range(-20, 1000), 1, 40).Draw(t, "values")
		h, g := indexes(t, values)
		if h2, g2 := indexes(t, append(rapid.Permutation(values).Draw(t, "order"), 0)); h2 != h || g2 != g {
			t.Fatalf("permuted with a zero client: %v, %v, want %v, %v", h2, g2, h, g)
		}
		scaled := slices.Clone(values)
		for i := range scaled {
			scaled[i] *= 7
		}
		if h2, g2 := indexes(t, scaled); h2 != h || g2 != g {
			t.Fatalf("scaled: %v, %v, want %v, %v", h2, g2, h, g)
		}
		if h2, g2 := indexes(t, append(slices.Clone(values), values...)); h2 != h/2 || g2 != g {
			t.Fatalf("doubled: %v, %v, want %v, %v", h2, g2, h/2, g)
		}
	})
}

func indexes(t *rapid.T, values []int64) (herfindahl, gini float64) {
	s, err := insight.Values(values).Summary(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	l, err := insight.NewLorenz(values, false)
	if err != nil {
		t.Fatal(err)
	}
	herfindahl, _ = insight.ConcentrationOf(s).Herfindahl()
	gini, _ = l.Gini().Index()
	return herfindahl, gini
}

func TestCurve(t *testing.T) {
	t.Parallel()
	points, err := insight.Curve(context.Background(), portfolioBase, 8)
	if err != nil {
		t.Fatal(err)
	}
	want := []int64{0, 2780, 3870, 4930, 5965, 6255, 6475, 6655, 6800}
	for k, p := range points {
		if p.Clients != int64(k) || p.Sum != sum(want[k]) {
			t.Errorf("point %d: %+v", k, p)
		}
	}
	if points, err := insight.Curve(context.Background(), insight.Values{0}, 8); err != nil || len(points) != 1 {
		t.Errorf("nothing: %v, %v", points, err)
	}
	rapid.Check(t, func(t *rapid.T) {
		values, steps := books().Draw(t, "values"), rapid.IntRange(1, 20).Draw(t, "steps")
		o := newOracle(values)
		points, err := insight.Curve(context.Background(), insight.Values(values), steps)
		if err != nil {
			t.Fatal(err)
		}
		for i, p := range points {
			if p.Sum.Big().Cmp(o.sums[p.Clients]) != 0 {
				t.Fatalf("S_%d = %s, want %s", p.Clients, p.Sum.Format(0), o.sums[p.Clients])
			}
			if i == 0 {
				continue
			}
			from, to := points[i-1].Clients, p.Clients
			if to-from > max(1, int64(len(o.desc)/steps)) && o.desc[from] != o.desc[to-1] {
				t.Fatalf("a step over %d clients of different value", to-from)
			}
		}
	})
}

// Definitions 1.6: (10, 14, 18, 22): q.25 = 13, median 16, q.75 = 19.
func TestQuantile(t *testing.T) {
	t.Parallel()
	values := []int64{22, 14, 10, 18}
	for p, want := range map[money.Fraction]float64{
		{Num: 0, Den: 1}: 10, {Num: 1, Den: 4}: 13, {Num: 1, Den: 2}: 16, {Num: 3, Den: 4}: 19, {Num: 1, Den: 1}: 22,
	} {
		if got, ok := insight.Quantile(values, p); !ok || got != want {
			t.Errorf("quantile %v: %v, %v, want %v", p, got, ok, want)
		}
	}
	if _, ok := insight.Quantile(nil, eighty); ok {
		t.Error("a quantile of nothing")
	}
}

// The quantile of clients that nobody sorted is that of the sorted ones above 0.
func TestQuantileOf(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.OneOf(rapid.Int64Range(-3, 9), rapid.Int64Range(-1000, 1<<40), rapid.Int64Range(1<<61, 1<<62)), 0, 60).Draw(t, "values")
		p := shares().Draw(t, "share")
		want, positive := insight.Quantile(slices.DeleteFunc(slices.Clone(values), func(v int64) bool { return v <= 0 }), p)
		d := &counting{Values: values}
		got, ok, err := insight.QuantileOf(t.Context(), d, p)
		if err != nil || ok != positive || got != want {
			t.Fatalf("quantile %v: %v, %v, %v, want %v, %v", p, got, ok, err, want, positive)
		}
		if d.passes > 2+2*6 { // 63 bits, 12 to a pass, for two neighbours; the first is shared
			t.Fatalf("%d passes", d.passes)
		}
	})
	if _, _, err := insight.QuantileOf(t.Context(), insight.Values{1}, money.Fraction{Num: 3, Den: 2}); err == nil {
		t.Error("a quantile beyond 1")
	}
}
