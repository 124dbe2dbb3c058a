package planning

import (
	"fmt"
	"strings"

	"clientele/internal/verdict"
)

// Ground is what a comparison with a plan rests on.
type Ground struct {
	Months, Planned int      // of the window, and those of them that the plan covers
	Ahead           int      // months of the window that begin after the last sale
	Cut             bool     // the window begins or ends within a month
	Spread          bool     // amounts of longer periods were spread over their months
	Twice           []string // lines and months that several lists plan
	Unknown         []string // items that are neither a line, a pool nor a kind of cost
	Deeper          string   // a layer that is planned and not known to be reached
	Contradictions  []string // layers that do not follow from the lines of the plan
}

// Rule is the verdict on a comparison with a plan. Its direction is that of the variance.
func (g Ground) Rule() verdict.Verdict {
	var v verdict.Verdict
	flag := func(code string, bias verdict.Bias, text, supply string) {
		v.Add(verdict.Reason{Code: code, Status: verdict.Flag, Bias: bias, Text: text, Supply: supply})
	}
	if g.Planned < g.Months {
		flag("plan_months", verdict.High, fmt.Sprintf("the plan covers %d of the %d months of the window", g.Planned, g.Months), "the plan of the other months, or a window of those that are planned")
	}
	if g.Ahead > 0 {
		flag("plan_ahead", verdict.Low, fmt.Sprintf("%d of the %d months of the window begin after the last sale", g.Ahead, g.Months), "sales of these months, or a window that ends before them")
	}
	if g.Cut {
		flag("plan_cut", verdict.Unknown, "the window cuts a month, and a plan counts by whole months", "a window of whole months")
	}
	if g.Spread {
		v.Add(verdict.Reason{Code: "plan_spread", Text: "amounts that are planned for longer than a month count in equal parts for each month"})
	}
	if len(g.Twice) > 0 {
		flag("plan_twice", verdict.Low, "several lists plan the same, and are added up: "+some(g.Twice), "one list for each, or names for them: --plan forecast")
	}
	if len(g.Unknown) > 0 {
		flag("plan_items", verdict.Unknown, "the plan has lines that nothing here is called by: "+some(g.Unknown), "their names as in the lists of costs, or as lines of the statement")
	}
	if g.Deeper != "" {
		flag("plan_deeper", verdict.Unknown, g.Deeper+" is planned, and what it would come to is not known", "the costs of that layer")
	}
	if len(g.Contradictions) > 0 {
		flag("plan_contradicts", verdict.Unknown, "the plan contradicts itself: "+some(g.Contradictions), "a plan that adds up")
	}
	return v
}

// some lists the first of many.
func some(list []string) string {
	const most = 5
	if len(list) > most {
		return strings.Join(list[:most], ", ") + ", …"
	}
	return strings.Join(list, ", ")
}
