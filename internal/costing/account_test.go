package costing_test

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"clientele/internal/costing"
	"clientele/internal/money"
	"clientele/internal/verdict"
)

// TestAccounts holds the example of definitions 3.6, account by account: service 40,000 for
// 1,000 hours, 850 used, so 34,000 go to clients and 6,000 to unused capacity. The accounts
// contain 1,000 of what was booked to clients; 1,800 of interest are imputed.
func TestAccounts(t *testing.T) {
	t.Parallel()
	in := &costing.Input{
		Revenue: []int64{200_000, 0}, Direct: []int64{110_000, 0}, Service: []int64{0, 0}, Own: []int64{2800, 0}, Imputed: 1800,
		Groups: []costing.Group{{Name: "Service", Cost: 40_000, Practical: 1000 * costing.Hour}}, Used: [][]int64{{850 * costing.Hour, 0}},
		Pools: []costing.Pool{{Name: "Rent", Layer: costing.Sustaining, Cost: 25_000}, {Name: "Gifts", Layer: costing.CM3, Driver: "none", Cost: 70}},
	}
	list := costing.Accounts(in, run(t, in))
	var got strings.Builder
	for i := range list {
		a := &list[i]
		fmt.Fprintf(&got, "%s: %s %s +%s -%s = %s\n", a.Name, a.Input.Format(0), a.Adjustment.Format(0), a.In.Format(0), a.Out.Format(0), a.Balance().Format(0))
	}
	want := `direct cost: 110000 0 +0 -110000 = 0
cost booked to clients: 1000 1800 +0 -2800 = 0
Service: 40000 0 +0 -40000 = 0
Rent: 25000 0 +0 -25000 = 0
Gifts: 70 0 +0 -70 = 0
clients: 0 0 +146800 -0 = 146800
without a client: 0 0 +0 -0 = 0
unused capacity: 0 0 +6000 -0 = 6000
sustaining: 0 0 +25000 -0 = 25000
unallocated: 0 0 +70 -0 = 70
`
	if got.String() != want {
		t.Errorf("%s", got.String())
	}
	if v := costing.AccountsRule(list); v.Status != verdict.Pass || costing.Open(list) != nil {
		t.Errorf("%+v", v)
	}
}

// TestOpenAccounts: what is lost on the way is named.
func TestOpenAccounts(t *testing.T) {
	t.Parallel()
	in := &costing.Input{
		Revenue: []int64{900, 50}, Direct: []int64{100, 0}, Service: []int64{0, 0}, Own: []int64{0, 0},
		Groups: []costing.Group{{Name: "Desk", Cost: 300, Practical: 3}}, Used: [][]int64{{2, 1}},
		Pools: []costing.Pool{{Name: "Fleet", Layer: costing.CM2, Driver: "equal", Cost: 90}}, Drivers: []costing.Driver{{Name: "equal", Weights: []int64{1, 1}}},
	}
	for want, lose := range map[string]func(*costing.Result){
		"Desk":    func(r *costing.Result) { r.ByGroup[0][0]--; r.CM3[0]++ },
		"Fleet":   func(r *costing.Result) { r.ByPool[0][1]--; r.CM3[1]++ },
		"clients": func(r *costing.Result) { r.CM3[0]-- },
	} {
		r := run(t, in)
		lose(r)
		list := costing.Accounts(in, r)
		if got := strings.Join(costing.Open(list), ", "); got != want {
			t.Errorf("open: %q, want %q", got, want)
		}
		if v := costing.AccountsRule(list); v.Status != verdict.Refuse || !strings.HasSuffix(v.Reasons[0].Text, ": "+want) {
			t.Errorf("%+v", v)
		}
	}
}

// TestAccountsClose holds the identities of definitions 3.6 over random windows: sources pass
// on all they have, Σ in = Σ out, and what is held in the end is the cost of the accounts
// with the adjustment.
func TestAccountsClose(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := drawWindow(t)
		r, err := costing.Run(in)
		if err != nil {
			t.Fatal(err)
		}
		list := costing.Accounts(in, r)
		var given, held, moved money.Sum
		for i := range list {
			a := &list[i]
			given = given.Plus(a.Input).Plus(a.Adjustment)
			held = held.Plus(a.Balance())
			moved = moved.Plus(a.In).Minus(a.Out)
			if a.Source && !a.Balance().IsZero() {
				t.Fatalf("%s holds %s", a.Name, a.Balance().Format(0))
			}
		}
		if given != held || !moved.IsZero() || costing.Open(list) != nil {
			t.Fatalf("given %s, held %s, moved %s", given.Format(0), held.Format(0), moved.Format(0))
		}
		// The result of the accounts is revenue less what they contain.
		result := r.Adjustment
		for _, v := range in.Revenue {
			result = result.Add(v)
		}
		if got := result.Minus(given); got != r.Result {
			t.Fatalf("result %s, the accounts say %s", r.Result.Format(0), got.Format(0))
		}
	})
}
