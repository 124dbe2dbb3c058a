package planning

import (
	"fmt"
	"strings"

	"clientele/internal/verdict"
)

// Ground is what a comparison with a plan rests on.
type Ground struct {
	Months, Planned int      // of the window, and those of them that the plan covers
	Short           []string // lines that are planned for fewer months, and for how many
	Ahead           int      // months of the window that begin after the last sale
	Cut             bool     // the window begins or ends within a month
	Twice           []string // lines, clients and months that several lists plan
	Half            int      // clients who have a plan of some lines, and not of others
	Negative        []string // costs that are planned below 0
	Aside           int64    // rows of plans that were set aside
	Uncosted        int64    // sale lines whose cost is not known
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
	if len(g.Short) > 0 {
		flag("plan_months", verdict.High, fmt.Sprintf("the plan covers %d of the %d months of the window: %s", g.Planned, g.Months, some(g.Short)), "the plan of the other months, or a window of those that are planned")
	}
	if g.Ahead > 0 {
		flag("plan_ahead", verdict.Low, fmt.Sprintf("%d of the %d months of the window begin after the last sale", g.Ahead, g.Months), "sales of these months, or a window that ends before them")
	}
	if g.Cut {
		flag("plan_cut", verdict.Unknown, "the window, or the data, cuts a month, and a plan counts by whole months", "a window of whole months")
	}
	if g.Half > 0 {
		flag("plan_half", verdict.Unknown, fmt.Sprintf("some lines are planned of other clients, and not of %d; what would follow from them is not known there", g.Half), "these lines for every client that is planned")
	}
	if len(g.Negative) > 0 {
		flag("plan_sign", verdict.Low, "costs are planned below 0, and so as income: "+some(g.Negative), "costs above 0, as they are counted here")
	}
	if g.Aside > 0 {
		flag("plan_aside", verdict.Unknown, fmt.Sprintf("rows of plans that were set aside: %d", g.Aside), "these rows, mended: clientele problems")
	}
	if g.Uncosted > 0 {
		flag("plan_uncosted", verdict.High, fmt.Sprintf("sale lines whose cost is not known: %d; what came looks better by it", g.Uncosted), "the cost of these lines")
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
