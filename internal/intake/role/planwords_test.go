package role_test

import (
	"strings"
	"testing"

	"clientele/internal/intake/role"
	"clientele/internal/ledger"
)

func TestPlanLineOf(t *testing.T) {
	t.Parallel()
	for item, want := range map[string]ledger.PlanLine{
		"Revenue": "revenue", "Net sales": "revenue", "Umsatz": "revenue", "Planumsatz": "revenue", "Chiffre d'affaires": "revenue", "Budget 2026": "revenue", "Plan": "revenue",
		"Cost of goods sold": "direct_cost", "Wareneinsatz": "direct_cost", "Budgeted costs": "direct_cost", "Gross margin": "cm1", "Deckungsbeitrag 1": "cm1", "DB II": "cm2",
		"Cost to serve": "service_cost", "CM3": "cm3", "Profit": "profit", "Planned hours": "hours", "Soll-Stunden": "hours", "Overhead": "sustaining_cost",
		"EBIT": "result", "Unused capacity": "unused_capacity", "Client cost": "client_cost",
		"Rent": "", "Tools and software": "", "2026": "", "": "", "Client": "",
	} {
		if got := role.PlanLineOf(item); got != want {
			t.Errorf("%q is %q, not %q", item, got, want)
		}
	}
}

// TestPlans: what is a plan, and what only looks like one.
func TestPlans(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		csv   string
		facts string
	}{
		"a budget":                 {"Client,Month,Budget\nA,2026-01,10\nB,2026-01,20\n", "plan"},
		"wide":                     {"Client,Month,Planned revenue,Planned costs\nA,2026-01,10,5\nB,2026-01,20,7\n", "plan"},
		"in lines":                 {"Line item;Month;Plan\nRevenue;2026-01;10\nRent;2026-01;4\n", "plan"},
		"in German":                {"Kunde;Monat;Planumsatz\nA;2026-01;10\nB;2026-01;20\n", "plan"},
		"beside what was sold":     {"Client,Date,Amount,Budget\nA,2026-01-05,10,12\nB,2026-01-07,20,22\n", "sales"},
		"invoices with a budget":   {"Invoice,Client,Date,Amount,Budget\n1,A,2026-01-05,10,12\n2,B,2026-01-07,20,22\n", "sales"},
		"projects with hours":      {"Client,Project,Total Hours,Budget,Team Costs\nA,X,10,100,5\nB,Y,20,200,7\n", "costs"}, // and then, by its hours, efforts
		"deals":                    {"Deal name,Deal stage,Amount,Forecast category\nX,Won,10,best case\nY,Lost,20,omitted\n", "pipeline"},
		"a share":                  {"Client,Month,Planned margin %\nA,2026-01,10%\nB,2026-01,20%\n", "sales"},
		"words, and no number":     {"Client,Plan\nA,gold\nB,silver\n", "unknown"},
		"amount and client, plain": {"Client,Amount\nA,10\nB,20\n", "sales"},
	} {
		cols := table(t, strings.ReplaceAll(c.csv, ",", ";"))
		if got := role.Propose(cols).Facts; got != c.facts {
			t.Errorf("%s: %s, not %s", name, got, c.facts)
		}
	}
}

func TestPlanYear(t *testing.T) {
	t.Parallel()
	for want, headers := range map[string][]string{
		"2026": {"Client", "Budget 2026", "Planned cost 2026"}, "2025": {"Kunde", "Plan FY2025"}, "": {"Client", "Budget 2025", "Budget 2026"},
	} {
		if got := role.PlanYear(headers); got != want {
			t.Errorf("%v is of %q, not %q", headers, got, want)
		}
	}
}
