package app_test

import (
	"testing"

	"clientele/internal/app"
)

// TestChangesOfCostsKeepEachOther: two people look at the same statement and change a pool
// each; both changes hold. Birch has 600 less 500. Delivery in equal parts of 360 takes 120,
// rent of 200 by revenue takes 60: 100 - 180 = -80.
func TestChangesOfCostsKeepEachOther(t *testing.T) {
	t.Parallel()
	w := newSmallFirm(t)
	changes := []app.CostChange{{Name: "Fleet", Driver: "equal"}, {Name: "Rent", Layer: "cm2", Driver: "revenue"}}
	var seen []*app.CostEffect
	for _, c := range changes {
		e, err := w.ChangeCosts(t.Context(), c, of2025(t), false)
		if err != nil {
			t.Fatal(err)
		}
		seen = append(seen, e)
	}
	for i, c := range changes {
		if err := app.KeepCosts(w, t.Context(), c, seen[i].Before); err != nil {
			t.Fatal(err)
		}
	}
	e, err := w.ChangeCosts(t.Context(), app.CostChange{CreditRate: "0"}, of2025(t), false)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "Birch", int64(-80_00), rowOf(t, e.Before, "Birch").Profit.Int)
}
