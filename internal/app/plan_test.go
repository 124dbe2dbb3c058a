package app_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"clientele/internal/app"
	"clientele/internal/boot"
	"clientele/internal/clock"
	"clientele/internal/engine"
	"clientele/internal/insight"
	"clientele/internal/period"
)

// TestPlanOfAGroup: a plan in two currencies, told in two lists, of clients that are one
// group. A dollar is 0.90 in January and 0.80 in February.
//
//	Ash    1000 × 0.90 + 100.05 × 0.80 = 980.04 less 600 × 0.90 + 50 × 0.80 = 580.00
//	Birch  500.00 + 10.00 less 450.00 + 5.00
//	both   1490.04 less 1035.00 = 455.04; what came: 1600.00 less 400.00 + 500.00 = 700.00
func TestPlanOfAGroup(t *testing.T) {
	t.Parallel()
	w := firmOf(t, []string{
		"rates.csv", "Date,Currency,Base,Rate\n2025-01-01,USD,EUR,0.9\n2025-02-01,USD,EUR,0.8\n",
		"clients.csv", "Customer ID,Customer,Parent\nAsh,Ash,Tree\nBirch,Birch,Tree\nTree,Tree,\n",
		"sales.csv", "Invoice,Date,Customer ID,Amount,Cost,Currency\n1,2025-01-15,Ash,1000.00,400.00,EUR\n2,2025-02-15,Birch,600.00,500.00,EUR\n3,2025-02-16,Cedar,50.00,,EUR\n",
		"plan.csv", "Customer ID,Month,Planned revenue,Planned costs,Currency\nAsh,2025-01-01,1000,600,USD\nAsh,2025-02-01,100.05,50,USD\nBirch,2025-01-01,500,450,EUR\nCedar,2025-02-01,80,20,EUR\n",
		"more.csv", "Customer ID,Month,Planned revenue,Planned costs,Currency\nBirch,2025-01-01,10,5,EUR\n",
	})
	g := groundWithCosts(t, w)
	q := app.ProfitQuestion{AsOf: period.NoDate, Level: engine.ByGroup, Plan: &app.PlanQuestion{}}
	var err error
	if q.Window, err = app.ParseWindow("2025-01-01..2025-02-28"); err != nil {
		t.Fatal(err)
	}
	a, err := app.Profit(t.Context(), g, q)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "name", "", a.Plan.Name)
	same(t, "layer", "cm1", string(a.Plan.Left))
	same(t, "rows", 2, len(a.Plan.Rows))
	cedar, tree := a.Plan.Rows[0], a.Plan.Rows[1]
	if cedar.ID != "Cedar" {
		cedar, tree = tree, cedar
	}
	same(t, "group", "Tree", tree.ID)
	same(t, "revenue planned", "1490.04", tree.Revenue.Plan.Format(2))
	same(t, "revenue", "1600.00", tree.Revenue.Actual.Format(2))
	same(t, "revenue variance", "109.96", tree.Revenue.Variance.Format(2))
	same(t, "profit planned", "455.04", tree.Profit.Plan.Format(2))
	same(t, "profit", "700.00", tree.Profit.Actual.Format(2))
	same(t, "profit variance", "244.96", tree.Profit.Variance.Format(2))
	// What Cedar's sale cost is not known, and neither is how far it is from its plan.
	same(t, "profit of Cedar planned", "60.00", cedar.Profit.Plan.Format(2))
	same(t, "profit of Cedar known", false, cedar.Profit.Known())
	same(t, "revenue of Cedar", "-30.00", cedar.Revenue.Variance.Format(2))
	same(t, "whole", "1570.04", a.Plan.Lines[0].Plan.Format(2))
	codes := func() (out []string) {
		for _, r := range a.Plan.Verdict.Reasons {
			out = append(out, r.Code)
		}
		return out
	}
	same(t, "verdict", "plan_twice plan_uncosted", strings.Join(slices.Sorted(slices.Values(codes())), " "))

	q.Window, err = app.ParseWindow("2025-01-10..2025-02-28")
	if err != nil {
		t.Fatal(err)
	}
	if a, err = app.Profit(t.Context(), g, q); err != nil {
		t.Fatal(err)
	}
	same(t, "of February alone", "160.04", a.Plan.Lines[0].Plan.Format(2))
	same(t, "cut", true, slices.Contains(codes(), "plan_cut"))
}

// firmOf is a workspace of files, given as name and text in turn.
func firmOf(t *testing.T, files []string) *app.Workspace {
	t.Helper()
	dir := t.TempDir()
	w, err := boot.Create(t.Context(), boot.Options{Dir: dir, Clock: clock.System, Actor: "test"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.Close(); err != nil {
			t.Error(err)
		}
	})
	for file := range slices.Chunk(files, 2) {
		path := filepath.Join(dir, file[0])
		if err := os.WriteFile(path, []byte(file[1]), 0o600); err != nil {
			t.Fatal(err)
		}
		a, err := w.Import(t.Context(), app.ImportRequest{Path: path})
		if err != nil || a.Outcome != app.Imported {
			t.Fatalf("%s: %+v, %v", file[0], a, err)
		}
	}
	return w
}

// TestGroupOfUnknownProfit: what the clients of Kim leave is not known of any of them, and
// so not of Kim; Lee has one of whom it is: 100 less 40.
func TestGroupOfUnknownProfit(t *testing.T) {
	t.Parallel()
	w := firmOf(t, []string{
		"clients.csv", "Customer ID,Customer,Account manager\nAsh,Ash,Lee\nBirch,Birch,Kim\nCedar,Cedar,Kim\nElm,Elm,Lee\n",
		"sales.csv", "Invoice,Date,Customer ID,Amount,Cost\n1,2025-01-15,Ash,100,40\n2,2025-01-16,Birch,200,\n3,2025-01-17,Cedar,300,\n4,2025-01-18,Elm,50,\n",
	})
	g := groundWithCosts(t, w)
	a, err := app.Profit(t.Context(), g, app.ProfitQuestion{Window: app.WindowSpec{Kind: app.Everything, From: period.NoDate, To: period.NoDate}, AsOf: period.NoDate, By: app.Owner})
	if err != nil {
		t.Fatal(err)
	}
	same(t, "not known", int64(1), a.Unknown)
	kim, lee := rowOf(t, a, "Kim"), rowOf(t, a, "Lee")
	same(t, "Kim", insight.Value{}, kim.Profit)
	same(t, "of Kim", int64(500_00), kim.Terms.Revenue)
	same(t, "Lee", insight.Value{Int: 60_00, Valid: true}, lee.Profit)
	same(t, "whale", int64(1), a.Whale.Clients)
}
