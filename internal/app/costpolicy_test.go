package app_test

import (
	"errors"
	"strings"
	"testing"

	"clientele/internal/app"
	"clientele/internal/fault"
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

// TestCostsNameWhatIsThere: the cost of the lines sold is a kind without a name, and is not
// offered; a name may have a comma.
func TestCostsNameWhatIsThere(t *testing.T) {
	t.Parallel()
	w := firmOf(t, []string{
		"sales.csv", "Invoice,Date,Customer,Amount,Cost\n1,2025-01-15,Ash,1000.00,400.00\n",
		"pools.csv", "Month,Pool,Kind,Cost\n2025-01-01,\"Rent, heating\",overhead,200.00\n2025-01-01,Fleet,delivery,20.00\n",
	})
	_, err := w.ChangeCosts(t.Context(), app.CostChange{Name: "Rent", Layer: "cm2"}, of2025(t), true)
	same(t, "kind", fault.NotFound, fault.KindOf(err))
	same(t, "remedy", `there are: "Fleet", "Rent, heating"`, remedyOf(t, err))
}

func remedyOf(t *testing.T, err error) string {
	t.Helper()
	f, ok := errors.AsType[*fault.Error](err)
	if !ok {
		t.Fatalf("%v is no complaint", err)
	}
	return f.Remedy
}

// TestPeopleNameWhoIsThere: ten people keep time sheets, and two are in the list of people.
func TestPeopleNameWhoIsThere(t *testing.T) {
	t.Parallel()
	var times strings.Builder
	times.WriteString("Date,Person,Customer,Activity,Hours\n")
	for _, who := range []string{"A. Lee", "B", "C", "D", "E", "F", "G", "H", "I", "J"} {
		times.WriteString("2025-01-15," + who + ",Ash,Advice,1\n")
	}
	w := firmOf(t, []string{
		"sales.csv", "Invoice,Date,Customer,Amount,Cost\n1,2025-01-15,Ash,1000.00,400.00\n",
		"times.csv", times.String(),
		"people.csv", "Month,Person,Group,Contract hours,Practical hours,Cost\n2025-01,Ann Lee,Support,16,10,500\n2025-01,\"Ray, Bob\",Support,16,10,500\n",
	})
	for _, x := range []struct{ name, as, remedy string }{
		{"A Lee", "Ann Lee", `there are: "A. Lee", "B", "C", "D", "E", "F", "G", "H" and 2 more`},
		{"A. Lee", "Anne Lee", `there are: "Ann Lee", "Ray, Bob"`},
		{"A. Lee", "", "there are none"},
	} {
		_, err := w.MatchPerson(t.Context(), x.name, x.as, true)
		same(t, x.name+" as "+x.as, fault.NotFound, fault.KindOf(err))
		same(t, x.name+" as "+x.as, x.remedy, remedyOf(t, err))
	}
	for _, as := range []string{"Ann Lee", ""} { // said, and taken back
		if _, err := w.MatchPerson(t.Context(), "A. Lee", as, true); err != nil {
			t.Error(err)
		}
	}
}
