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

func TestLinks(t *testing.T) {
	t.Parallel()
	acc := func(n int64, key, name, parent string) engine.Numbered {
		return engine.Numbered{Number: n, Account: ledger.Account{Key: key, Name: name, Parent: parent}}
	}
	all := []engine.Numbered{
		acc(10, "A", "A", ""), acc(11, "B", "Bee", ""), acc(12, "C", "Sea", "H"), acc(13, "X", "X", ""),
		acc(20, "A", "Alpha", ""), acc(21, "B", "B", ""), acc(22, "Y", "Y", ""),
	}
	rules := engine.Rules{Merged: map[string]string{"B": "Z"}, Parents: map[string]string{"A": "C"}}
	links, extras := engine.Links(all, rules)
	// A is shown by the name that a later batch told; Z and H are no accounts. C stands under
	// H, and A under C, so both belong to H.
	want := []engine.Link{
		{Account: 10, Source: 20, Client: 20, Parent: -2},
		{Account: 11, Source: 11, Client: -3, Parent: -3},
		{Account: 12, Source: 12, Client: 12, Parent: -2},
		{Account: 20, Source: 20, Client: 20, Parent: -2},
		{Account: 21, Source: 11, Client: -3, Parent: -3},
	}
	if diff := cmp.Diff(want, links); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]engine.Extra{{Number: -2, Party: engine.Party{Key: "H", Name: "H"}}, {Number: -3, Party: engine.Party{Key: "Z", Name: "Z"}}}, extras); diff != "" {
		t.Error(diff)
	}
	// Accounts that no rule concerns may be left out.
	some := []engine.Numbered{all[0], all[1], all[2], all[4], all[5]}
	if again, more := engine.Links(some, rules); !cmp.Equal(links, again) || !cmp.Equal(extras, more) {
		t.Errorf("%v, %v", again, more)
	}
	if links, extras := engine.Links([]engine.Numbered{all[3], all[6]}, engine.Rules{}); links != nil || extras != nil {
		t.Errorf("%v, %v", links, extras)
	}
}
