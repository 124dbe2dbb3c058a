package ledger_test

import (
	"testing"

	"clientele/internal/ledger"
)

func TestPlanDetail(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		detail, name string
		months       int
	}{
		{ledger.PlanDetail("", 1), "", 1},
		{ledger.PlanDetail("budget", 12), "budget", 12},
		{ledger.PlanDetail("2026/v2", 3), "2026/v2", 3},
		{"", "", 1},
		{"old", "old", 1},
		{"a/b", "a", 1},
		{"a/0", "a", 1},
	} {
		if name, months := (ledger.Topic{Detail: c.detail}).Plan(); name != c.name || months != c.months {
			t.Errorf("%q is of plan %q for %d months, not %q for %d", c.detail, name, months, c.name, c.months)
		}
	}
}
