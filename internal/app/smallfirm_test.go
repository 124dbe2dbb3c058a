package app_test

import (
	"context"
	"testing"

	"clientele/internal/app"
	"clientele/internal/engine"
	"clientele/internal/fault"
	"clientele/internal/insight"
	"clientele/internal/money"
	"clientele/internal/period"
)

// smallFirm has three clients in 2025 and two in 2024, so that a hand can count it.
//
//	2025: Ash 1,000.00 less 400.00, one order; Birch 600.00 less 500.00, one order; Cedar
//	400.00 less 100.00, two orders. Delivery 360.00, by orders 90, 90, 180; rent 200.00.
//	2024: Ash 1,000.00 less 900.00, Dogwood 100.00 less 50.00, an order each; delivery 12.00.
var smallFirm = []struct{ name, text string }{
	{"sales.csv", `Invoice,Date,Customer,Amount,Cost
1,2024-03-14,Ash,1000.00,900.00
2,2024-11-20,Dogwood,100.00,50.00
3,2025-01-15,Ash,1000.00,400.00
4,2025-02-15,Birch,600.00,500.00
5,2025-03-15,Cedar,150.00,40.00
6,2025-12-15,Cedar,250.00,60.00
`},
	{"pools.csv", `Month,Pool,Kind,Cost
2024-05-01,Fleet,delivery,12.00
2025-05-01,Fleet,delivery,160.00
2025-06-01,Fleet,delivery,200.00
2025-06-01,Rent,overhead,200.00
`},
	{"clients.csv", `Customer ID,Customer,Account manager,City
Ash,Ash,Lee,Ulm
Birch,Birch,Kim,Bonn
Cedar,Cedar,Lee,Bonn
Dogwood,Dogwood,Kim,Ulm
`},
}

func newSmallFirm(t *testing.T) *app.Workspace {
	t.Helper()
	var files []string
	for _, x := range smallFirm {
		files = append(files, x.name, x.text)
	}
	return firmOf(t, files)
}

// of2025 asks about 2025 beside 2024.
func of2025(t *testing.T) app.ProfitQuestion {
	t.Helper()
	q := app.ProfitQuestion{AsOf: period.NoDate, Level: engine.ByClient, Compare: app.YearBefore, Range: true}
	var err error
	if q.Window, err = app.ParseWindow("2025"); err != nil {
		t.Fatal(err)
	}
	return q
}

// groundWithCosts is the ground of a firm with what its clients cost; it is closed with the
// test.
func groundWithCosts(t *testing.T, w *app.Workspace) *app.Ground {
	t.Helper()
	g, err := w.Ground(t.Context(), app.GroundRequest{Costs: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := g.Engine.Close(); err != nil {
			t.Error(err)
		}
	})
	return g
}

func askSmall(t *testing.T, w *app.Workspace, use func(context.Context, *app.Ground, *app.ProfitAnswer) error) {
	t.Helper()
	g := groundWithCosts(t, w)
	a, err := app.Profit(t.Context(), g, of2025(t))
	if err == nil {
		err = use(t.Context(), g, a)
	}
	if err != nil {
		t.Error(err)
	}
}

func rowOf(t *testing.T, a *app.ProfitAnswer, id string) *app.ProfitRow {
	t.Helper()
	for i := range a.Rows {
		if a.Rows[i].ID == id {
			return &a.Rows[i]
		}
	}
	t.Fatalf("no row of %s", id)
	return nil
}

// TestProofAndRange: spread by orders Birch leaves 10.00; by revenue 180, 108, 72 it loses
// 8.00; in equal parts, 120 each, 20.00.
func TestProofAndRange(t *testing.T) {
	t.Parallel()
	askSmall(t, newSmallFirm(t), func(_ context.Context, _ *app.Ground, a *app.ProfitAnswer) error {
		same(t, "level", app.CM2, a.Layer)
		same(t, "whole", "640.00", a.Total.CM2.Format(2))
		same(t, "sustaining", "200.00", a.Sustaining.Format(2))
		same(t, "result", "440.00", a.Result.Format(2))
		same(t, "residual", 0, a.Residual.Sign())
		for _, x := range []struct {
			id, label         string
			profit, low, high int64
			was               insight.Value
		}{
			{"Ash", "profit_all", 510_00, 420_00, 510_00, insight.Value{Int: 94_00, Valid: true}},
			{"Cedar", "profit_all", 120_00, 120_00, 228_00, insight.Value{}},
			{"Birch", "depends", 10_00, -20_00, 10_00, insight.Value{}},
		} {
			r := rowOf(t, a, x.id)
			same(t, x.id, insight.Value{Int: x.profit, Valid: true}, r.Profit)
			same(t, x.id+" label", x.label, r.Label)
			same(t, x.id+" low", x.low, r.Low)
			same(t, x.id+" high", x.high, r.High)
			same(t, x.id+" a year ago", x.was, r.Before)
		}
		b := func(low, high int64) app.Bounds {
			return app.Bounds{Low: money.FromInt64(low), High: money.FromInt64(high)}
		}
		same(t, "total", b(640_00, 640_00), a.Range.Total)
		same(t, "peak", b(640_00, 660_00), a.Range.Peak)
		same(t, "erosion", b(0, 20_00), a.Range.Erosion)
		same(t, "losses", b(0, 1), a.Range.Loss)
		same(t, "certain", int64(0), a.Range.Certain)
		same(t, "before", "138.00", a.Before.Total.CM2.Format(2)) // 100 − 6 and 50 − 6
		return nil
	})
}

// TestChangedPolicy: in equal parts Birch changes its sign; nothing else does. Nothing is
// kept before somebody says yes.
func TestChangedPolicy(t *testing.T) {
	t.Parallel()
	w := newSmallFirm(t)
	for _, yes := range []bool{false, true} {
		e, err := w.ChangeCosts(t.Context(), app.CostChange{Name: "Fleet", Driver: "equal"}, of2025(t), yes)
		if err != nil {
			t.Fatal(err)
		}
		same(t, "applied", yes, e.Applied)
		same(t, "moved", 1, len(e.Moved))
		same(t, "who", app.Moved{ID: "Birch", Name: "Birch", Before: 10_00, After: -20_00}, e.Moved[0])
		same(t, "whole", e.Before.Total.CM2, e.After.Total.CM2)
		want := int64(10_00)
		if yes {
			want = -20_00
		}
		askSmall(t, w, func(_ context.Context, _ *app.Ground, a *app.ProfitAnswer) error {
			same(t, "kept", want, rowOf(t, a, "Birch").Profit.Int)
			return nil
		})
	}
	for _, c := range []app.CostChange{{Name: "Fleat", Driver: "equal"}, {Name: "Fleet", Driver: "moonlight"}, {Name: "Fleet", Layer: "cm9"}, {CreditRate: "much"}} {
		if _, err := w.ChangeCosts(t.Context(), c, of2025(t), true); err == nil {
			t.Errorf("%+v is taken", c)
		}
	}
	e, err := w.ChangeCosts(t.Context(), app.CostChange{Name: "Fleet", Reset: true}, of2025(t), true)
	if err != nil || len(e.Moved) != 1 || e.Moved[0].After != 10_00 {
		t.Errorf("%+v, %v", e, err)
	}
	// Rent moved into the service of clients, by revenue: 100, 60, 40.
	e, err = w.ChangeCosts(t.Context(), app.CostChange{Name: "Rent", Layer: "cm2", Driver: "revenue"}, of2025(t), false)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "with rent", "440.00", e.After.Total.CM2.Format(2))
	same(t, "result", e.Before.Result, e.After.Result)
	same(t, "Birch", int64(-50_00), rowOf(t, e.After, "Birch").Profit.Int)
}

// TestStretchOfTheCurve: Ash and Cedar lead, and have their manager in common, two of two
// against two of four: Dogwood is a client still, with nothing in the window.
func TestStretchOfTheCurve(t *testing.T) {
	t.Parallel()
	askSmall(t, newSmallFirm(t), func(ctx context.Context, g *app.Ground, a *app.ProfitAnswer) error {
		s, err := app.StretchOf(ctx, g, a, 1, 2, []string{"owner", "City", "nothing of it"})
		if err != nil {
			return err
		}
		same(t, "rows", 2, len(s.Rows))
		same(t, "revenue", "1400.00", s.Terms.Revenue.Format(2))
		same(t, "profit", "630.00", s.Terms.CM2.Format(2))
		if len(s.Common) != 1 || s.Common[0] != (app.Trait{Attribute: "owner", Value: "Lee", Clients: 2, Share: 1, Whole: 0.5}) {
			t.Errorf("%+v", s.Common)
		}
		for _, bad := range [][2]int64{{0, 1}, {2, 1}, {5, 6}} {
			if _, err := app.StretchOf(ctx, g, a, bad[0], bad[1], nil); err == nil {
				t.Errorf("ranks %v are taken", bad)
			}
		}
		return nil
	})
}

// TestMovesBetweenCells: Ash goes from 9.4 % to 51 % and gains 416.00, Dogwood goes and
// takes its 44.00, Birch (1.7 %) and Cedar (just 30 %) are new.
func TestMovesBetweenCells(t *testing.T) {
	t.Parallel()
	askSmall(t, newSmallFirm(t), func(ctx context.Context, _ *app.Ground, a *app.ProfitAnswer) error {
		m, err := app.Matrix(ctx, a, app.MatrixQuestion{Revenue: []string{"0", "500"}, Margin: []string{"0", "30%"}})
		if err != nil {
			return err
		}
		in := func(revenue, margin int) insight.Stand {
			return insight.Stand{Presence: insight.InCell, Place: insight.Place{Revenue: revenue, Margin: margin}}
		}
		gone := insight.Stand{Presence: insight.Absent}
		large, small := len(m.RevenueBands())-1, len(m.RevenueBands())-2
		got := map[[2]insight.Stand]insight.Path{}
		for _, p := range m.Migration.Paths {
			got[[2]insight.Stand{p.From, p.To}] = p
		}
		for _, want := range []insight.Path{
			{From: in(large, 1), To: in(large, 2), Gain: money.FromInt64(416_00)},
			{From: in(small, 2), To: gone, Gain: money.FromInt64(-44_00)},
			{From: gone, To: in(large, 1), Gain: money.FromInt64(10_00)},
			{From: gone, To: in(small, 2), Gain: money.FromInt64(120_00)},
		} {
			want.Clients, want.Known = 1, 1
			same(t, "path", want, got[[2]insight.Stand{want.From, want.To}])
		}
		same(t, "paths", 4, len(m.Migration.Paths))
		same(t, "stayed", int64(0), m.Migration.Stay)
		same(t, "in both", int64(1), m.Migration.Both)
		return nil
	})
}

// TestMovesAtOtherPrices: Ash brings 1,000.00 in both years. At the same prices it stays in
// its cell; where prices fell to 0.8, a client of 1,000.00 now is one of 1,250.00 then, and
// Ash has risen.
func TestMovesAtOtherPrices(t *testing.T) {
	t.Parallel()
	askSmall(t, newSmallFirm(t), func(ctx context.Context, _ *app.Ground, a *app.ProfitAnswer) error {
		q := app.MatrixQuestion{Revenue: []string{"0", "1000"}, Margin: []string{"0"}}
		m, err := app.Matrix(ctx, a, q)
		if err != nil {
			return err
		}
		same(t, "stayed", int64(1), m.Migration.Stay)
		same(t, "verdict", "price_index_missing", m.MoveVerdict.Reasons[0].Code)
		q.Prices = insight.Prices{Base: money.Amount{Units: 1}, Now: money.Amount{Units: 8, Decimals: 1}}
		if m, err = app.Matrix(ctx, a, q); err != nil {
			return err
		}
		same(t, "stayed at other prices", int64(0), m.Migration.Stay)
		same(t, "edge", int64(1250_00), m.Earlier.Revenue[1])
		same(t, "verdict at other prices", 0, len(m.MoveVerdict.Reasons))
		a.Before = nil
		if _, err := app.Matrix(ctx, a, q); fault.KindOf(err) != fault.Usage {
			t.Errorf("prices of one window alone: %v", err)
		}
		return nil
	})
}
