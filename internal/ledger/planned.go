package ledger

import "strings"

// PlanLine is a line of a statement of which something is planned. Other lines of a plan
// are called as the plan calls them: a pool, a kind of cost, a group of people.
type PlanLine string

// Words is the line in a sentence: "direct cost".
func (l PlanLine) Words() string { return strings.ReplaceAll(string(l), "_", " ") }

// The lines of a plan.
const (
	PlanRevenue    PlanLine = "revenue"
	PlanDirect     PlanLine = "direct_cost"
	PlanCM1        PlanLine = "cm1"
	PlanService    PlanLine = "service_cost"
	PlanCM2        PlanLine = "cm2"
	PlanOwn        PlanLine = "client_cost"
	PlanCM3        PlanLine = "cm3"
	PlanProfit     PlanLine = "profit" // what is left at the deepest layer that is known
	PlanHours      PlanLine = "hours"  // time, in seconds
	PlanUnused     PlanLine = "unused_capacity"
	PlanSustaining PlanLine = "sustaining_cost"
	PlanResult     PlanLine = "result"
)

// PlanLines are the lines in the order of the statement.
var PlanLines = []PlanLine{
	PlanRevenue, PlanDirect, PlanCM1, PlanService, PlanCM2, PlanOwn, PlanCM3, PlanProfit, PlanHours, PlanUnused, PlanSustaining, PlanResult,
}
