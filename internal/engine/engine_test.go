package engine_test

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"clientele/internal/engine"
	"clientele/internal/ledger"
	"clientele/internal/metric"
	"clientele/internal/period"
)

// of lists who each account is at a level, by key.
func of(id engine.Identity, level engine.Level, accounts []ledger.Account) map[string]string {
	out := map[string]string{}
	for i, a := range accounts {
		out[a.Key] = id.Parties[id.Of(level, int32(i))].Key
	}
	return out
}

func TestIdentity(t *testing.T) {
	t.Parallel()
	accounts := []ledger.Account{
		{Key: "A", Name: "Alpha"}, {Key: "A-old"}, {Key: "B", Parent: "H"}, {Key: "C", Parent: "A-old"}, {Key: "D"}, {Key: "E"}, {Key: "F"},
	}
	id := engine.NewIdentity(accounts, engine.Rules{
		Merged:  map[string]string{"A-old": "A-mid", "A-mid": "A", "D": "E", "E": "D", "F": "F"},
		Parents: map[string]string{"A": "H", "H": "Top", "B": ""},
	})
	if diff := cmp.Diff(map[string]string{"A": "A", "A-old": "A", "B": "B", "C": "C", "D": "D", "E": "D", "F": "F"}, of(id, engine.ByClient, accounts)); diff != "" {
		t.Error("clients", diff)
	}
	// B was taken out of H by a rule; C belongs to A, A to H, H to Top.
	if diff := cmp.Diff(map[string]string{"A": "Top", "A-old": "Top", "B": "B", "C": "Top", "D": "D", "E": "D", "F": "F"}, of(id, engine.ByGroup, accounts)); diff != "" {
		t.Error("groups", diff)
	}
	if got := of(id, engine.ByAccount, accounts); got["A-old"] != "A-old" || id.Parties[0].Name != "Alpha" {
		t.Error("accounts", got)
	}
}

func TestExtents(t *testing.T) {
	t.Parallel()
	f := engine.Frame{Current: period.Range{From: 100, To: 200}, Prior: period.Range{From: 20, To: 50}}
	alone := engine.Frame{Current: f.Current}
	all := engine.Frame{Current: period.All}
	for _, c := range []struct {
		name  string
		frame engine.Frame
		over  metric.Over
		in    []period.Date
		out   []period.Date
	}{
		{"current", f, metric.Current, []period.Date{100, 199}, []period.Date{99, 200, period.NoDate}},
		{"prior", f, metric.Prior, []period.Date{20, 49}, []period.Date{19, 50, period.NoDate}},
		{"earlier", f, metric.Earlier, []period.Date{19, -40000}, []period.Date{20, period.NoDate}},
		{"ever", f, metric.Ever, []period.Date{19, 60, 199}, []period.Date{200, period.NoDate}},
		{"no prior", alone, metric.Prior, nil, []period.Date{0, 99, 100, period.NoDate}},
		{"before the window", alone, metric.Earlier, []period.Date{99}, []period.Date{100, period.NoDate}},
		{"all dates", all, metric.Current, []period.Date{-40000, 0, 40000, period.NoDate}, nil},
		{"all dates, ever", all, metric.Ever, []period.Date{0, period.NoDate}, nil},
		{"nothing is before all dates", all, metric.Earlier, nil, []period.Date{-40000, 0, period.NoDate}},
	} {
		x := c.frame.Extent(c.over)
		for _, d := range c.in {
			if !x.Holds(d) {
				t.Errorf("%s does not hold %d", c.name, d)
			}
		}
		for _, d := range c.out {
			if x.Holds(d) {
				t.Errorf("%s holds %d", c.name, d)
			}
		}
	}
}

func TestIntervals(t *testing.T) {
	t.Parallel()
	for in, ok := range map[engine.Interval]bool{
		{Lo: 0, Hi: 1, Width: 1}:                               true,
		{Lo: 1, Hi: math.MaxInt64, Width: 1 << 43}:             true,
		{Lo: -5, Hi: 5, Width: 100}:                            true,
		{Lo: 0, Hi: 1 << 20, Width: 1}:                         true,
		{Lo: 0, Hi: 1<<20 + 1, Width: 1}:                       false,
		{Lo: 0, Hi: 0, Width: 1}:                               false,
		{Lo: 5, Hi: 0, Width: 1}:                               false,
		{Lo: 0, Hi: 5, Width: 0}:                               false,
		{Lo: math.MinInt64, Hi: math.MaxInt64, Width: 1 << 60}: false,
	} {
		if err := in.Check(); (err == nil) != ok {
			t.Errorf("%+v: %v", in, err)
		}
	}
}
