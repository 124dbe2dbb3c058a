package insight_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"clientele/internal/fault"
	"clientele/internal/insight"
	"clientele/internal/money"
)

func val(v int64) insight.Value { return insight.Value{Int: v, Valid: true} }

// movers of portfolio P. A_b = {A, B, C, D}, A_t = {A, E, I, B}.
func movers() []insight.Mover {
	return []insight.Mover{
		{Client: "A", Base: val(2780), Now: val(3400), WasAbove: true, IsAbove: true, LinesInBase: 1},
		{Client: "B", Base: val(1090), Now: val(1600), WasAbove: true, IsAbove: true, LinesInBase: 1},
		{Client: "C", Base: val(1060), Now: val(1040), WasAbove: true, LinesInBase: 1},
		{Client: "D", Base: val(1035), Now: val(900), WasAbove: true, LinesInBase: 1},
		{Client: "E", Base: val(290), Now: val(1900), IsAbove: true, LinesInBase: 1},
		{Client: "F", Base: val(220), Now: val(140), LinesInBase: 1},
		{Client: "G", Base: val(180), Now: val(0), LinesInBase: 1},
		{Client: "H", Base: val(145), Now: val(0), LinesInBase: 1, DecidedBetween: true},
		{Client: "I", Now: val(1700), IsAbove: true},
	}
}

// Definitions 2.5.
func TestMovementOfPortfolio(t *testing.T) {
	t.Parallel()
	old := insight.Old{Ticket: line(t, portfolioBase, eighty).Ticket}
	got, err := insight.Movement(movers(), old, 4, 4)
	if err != nil {
		t.Fatal(err)
	}
	labels := map[string]insight.Label{}
	for _, m := range got.Moves {
		labels[m.Client] = m.Label
	}
	want := map[string]insight.Label{
		"E": insight.JoinedRisen, "I": insight.JoinedNew, "C": insight.PushedDown, "D": insight.Fallen,
		"G": insight.DriftedOut, "H": insight.PushedOutBelow,
	}
	if diff := cmp.Diff(want, labels); diff != "" {
		t.Error(diff)
	}
	if got.Joined != 2 || got.Left != 2 || got.Before != 4 || got.After != 4 {
		t.Errorf("4 + 2 − 2 = 4, got %d + %d − %d = %d", got.Before, got.Joined, got.Left, got.After)
	}
	if g := got.Groups[0]; g.Label != insight.JoinedNew || g.Clients != 1 || g.Base != sum(0) || g.Now != sum(1700) {
		t.Errorf("group of new joiners: %+v", g)
	}
}

func TestLabels(t *testing.T) {
	t.Parallel()
	old := insight.Old{Ticket: val(1035)}
	dearer := insight.Old{Ticket: val(1000), Prices: insight.Prices{
		Base: money.Amount{Units: 1}, Now: money.Amount{Units: 1035, Decimals: 3},
	}}
	for _, c := range []struct {
		name string
		m    insight.Mover
		old  insight.Old
		want insight.Label
	}{
		{"back after a window without lines", insight.Mover{Now: val(5), IsAbove: true, Base: val(0), LinesEarlier: 2}, old, insight.JoinedBack},
		{"lines in b that cancel out are lines", insight.Mover{Now: val(5), IsAbove: true, Base: val(0), LinesInBase: 2}, old, insight.JoinedRisen},
		{"a decision comes first", insight.Mover{Base: val(2000), Now: val(0), WasAbove: true, DecidedBetween: true}, old, insight.PushedOut},
		{"nothing left", insight.Mover{Base: val(2000), Now: val(0), WasAbove: true}, old, insight.Lapsed},
		{"a loss is no revenue", insight.Mover{Base: val(2000), Now: val(-5), WasAbove: true}, old, insight.Lapsed},
		{"null is no revenue", insight.Mover{Base: val(2000), WasAbove: true}, old, insight.Lapsed},
		{"equality clears", insight.Mover{Base: val(2000), Now: val(1035), WasAbove: true}, old, insight.PushedDown},
		{"one unit below", insight.Mover{Base: val(2000), Now: val(1034), WasAbove: true}, old, insight.Fallen},
		{"clears at higher prices", insight.Mover{Base: val(2000), Now: val(1035), WasAbove: true}, dearer, insight.PushedDown},
		{"higher prices alone do not clear", insight.Mover{Base: val(2000), Now: val(1034), WasAbove: true}, dearer, insight.Fallen},
		{"below, passive but buying", insight.Mover{Base: val(20), Now: val(10), DecidedBetween: true}, old, insight.PushedOutBelow},
		{"below, without revenue in b", insight.Mover{Base: val(0), Now: val(0), LinesEarlier: 1}, old, insight.NotMoved},
		{"new and below", insight.Mover{Now: val(10)}, old, insight.NotMoved},
	} {
		got, err := insight.LabelOf(c.m, c.old)
		if err != nil || got != c.want {
			t.Errorf("%s: %q, %v, want %q", c.name, got, err, c.want)
		}
	}
}

func TestMovementRejects(t *testing.T) {
	t.Parallel()
	old := insight.Old{Ticket: val(1035)}
	if _, err := insight.Movement(movers()[1:], old, 4, 4); fault.KindOf(err) != fault.Internal || err == nil {
		t.Errorf("a client is missing: %v", err)
	}
	if _, err := insight.Movement(movers(), insight.Old{}, 4, 4); err == nil {
		t.Error("leavers of a line without a ticket")
	}
	old.Prices = insight.Prices{Base: money.Amount{Units: 1}}
	if _, err := insight.Movement(movers(), old, 4, 4); fault.KindOf(err) != fault.Usage {
		t.Errorf("a price index of 0: %v", err)
	}
}

// Whoever is above, the account closes.
func TestMovementCloses(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var ms []insight.Mover
		var before, after int64
		for range rapid.IntRange(0, 30).Draw(t, "clients") {
			m := insight.Mover{
				Base: val(rapid.Int64Range(-10, 100).Draw(t, "base")), Now: val(rapid.Int64Range(-10, 100).Draw(t, "now")),
				LinesInBase: rapid.Int64Range(0, 2).Draw(t, "in"), LinesEarlier: rapid.Int64Range(0, 2).Draw(t, "earlier"),
				WasAbove: rapid.Bool().Draw(t, "was"), IsAbove: rapid.Bool().Draw(t, "is"), DecidedBetween: rapid.Bool().Draw(t, "decided"),
			}
			if m.WasAbove {
				before++
			}
			if m.IsAbove {
				after++
			}
			ms = append(ms, m)
		}
		got, err := insight.Movement(ms, insight.Old{Ticket: val(50)}, before, after)
		if err != nil {
			t.Fatal(err)
		}
		var labelled int64
		for _, g := range got.Groups {
			labelled += g.Clients
		}
		if labelled != int64(len(got.Moves)) {
			t.Fatalf("groups hold %d clients, %d are labelled", labelled, len(got.Moves))
		}
	})
}

// Definitions 2.2: d_A = +1,745, d_E = −745; π = 1.035 makes the real ticket 1,000.
func TestDistanceAndRealTicket(t *testing.T) {
	t.Parallel()
	if d := insight.Distance(2780, 1035); d != sum(1745) {
		t.Errorf("d_A = %s", d.Format(0))
	}
	if d := insight.Distance(290, 1035); d != sum(-745) {
		t.Errorf("d_E = %s", d.Format(0))
	}
	if d := insight.Distance(-1<<63, 1<<62); d.Format(0) != "-13835058055282163712" {
		t.Errorf("beyond 64 bits: %s", d.Format(0))
	}
	one := money.Amount{Units: 1}
	for _, c := range []struct {
		ticket int64
		now    money.Amount
		want   int64
	}{
		{1035, money.Amount{Units: 1035, Decimals: 3}, 1000},
		{5, money.Amount{Units: 2}, 2}, // 2.5, half to even
		{7, money.Amount{Units: 2}, 4}, // 3.5
		{8, money.Amount{Units: 3}, 3}, // 2.67
	} {
		if got, err := insight.RealTicket(c.ticket, insight.Prices{Base: one, Now: c.now}); err != nil || got != c.want {
			t.Errorf("real ticket of %d at %s: %d, %v, want %d", c.ticket, c.now, got, err, c.want)
		}
	}
	if got, err := insight.RealTicket(1035, insight.Prices{}); err != nil || got != 1035 {
		t.Errorf("without an index: %d, %v", got, err)
	}
	if _, err := insight.RealTicket(1, insight.Prices{Base: one}); fault.KindOf(err) != fault.Usage {
		t.Errorf("index 0: %v", err)
	}
	if _, err := insight.RealTicket(1<<62, insight.Prices{Base: one, Now: money.Amount{Units: 1, Decimals: 1}}); err == nil {
		t.Error("a real ticket beyond 64 bits")
	}
}

// Definitions 2.3: bar 1,035, second window: A, B, C, E, I: 5 clients, 9,640.
func TestFrozenLine(t *testing.T) {
	t.Parallel()
	ctx, one := context.Background(), money.Amount{Units: 1}
	for _, c := range []struct {
		name    string
		prices  insight.Prices
		clients int64
		sum     int64
	}{
		{"definitions 2.3", insight.Prices{}, 5, 9640},
		{"1,035·1.005 = 1,040.175 is above 1,040", insight.Prices{Base: one, Now: money.Amount{Units: 1005, Decimals: 3}}, 4, 8600},
		{"exactly: 1,040·1,035 = 1,035·1,040", insight.Prices{Base: money.Amount{Units: 1035, Decimals: 3}, Now: money.Amount{Units: 1040, Decimals: 3}}, 5, 9640},
		{"above everyone", insight.Prices{Base: money.Amount{Units: 1, Decimals: 18}, Now: money.Amount{Units: 1 << 60}}, 0, 0},
	} {
		got, err := insight.FrozenLine(ctx, portfolioNow, 1035, c.prices)
		if err != nil || got.Clients != c.clients || got.Sum != sum(c.sum) || got.Ticket != 1035 {
			t.Errorf("%s: %+v, %v, want %d clients, %d", c.name, got, err, c.clients, c.sum)
		}
	}
}

// Definitions 2.4: K = 4: 5,965 → 8,600, +44.17 %.
func TestTopAtCapacity(t *testing.T) {
	t.Parallel()
	was, err := insight.Top(context.Background(), portfolioBase, 4)
	if err != nil {
		t.Fatal(err)
	}
	is, err := insight.Top(context.Background(), portfolioNow, 4)
	if err != nil {
		t.Fatal(err)
	}
	if was.Sum != sum(5965) || is.Sum != sum(8600) {
		t.Fatalf("%s → %s", was.Sum.Format(0), is.Sum.Format(0))
	}
	rise, _ := money.Ratio(is.Sum.Minus(was.Sum), was.Sum)
	near(t, "rise", rise, 0.4417, 5e-5)
}
