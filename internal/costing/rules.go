package costing

import (
	"fmt"
	"math/big"
	"strings"

	"clientele/internal/money"
	"clientele/internal/verdict"
)

// Known says which costs there is data of.
type Known struct {
	Direct, Service, Own bool
	Pools                bool      // some cost pool is told of
	Uncosted, Revenue    money.Sum // revenue of lines whose cost is not known, and all
	UncostedLines        int64
}

// ThreeWays are the ways to say what clients cost.
const ThreeWays = "one of: a cost, unit cost or margin beside each sale (in a column, or as --cost 'quantity*buy_price'); a list of costs by client and month; people with their hours and cost, and time sheets or tickets"

// Rule is the verdict on the layers (definitions 3.5): without any cost profit is refused.
func (k Known) Rule() verdict.Verdict {
	var v verdict.Verdict
	if !k.Direct && !k.Service && !k.Own {
		v.Add(verdict.Reason{Code: "cost_missing", Status: verdict.Refuse, Text: "nothing is known of what clients cost", Supply: ThreeWays})
		return v
	}
	var missing []string
	if !k.Direct {
		missing = append(missing, "the direct cost of what was sold (CM1)")
	}
	if !k.Service {
		missing = append(missing, "what serving costs (CM2)")
	}
	if !k.Own {
		missing = append(missing, "what clients cost alone (CM3)")
	}
	if !k.Pools {
		missing = append(missing, "what keeps the firm going (the result)")
	}
	if len(missing) > 0 {
		v.Add(verdict.Reason{
			Code: "layer_missing", Status: verdict.Flag, Bias: verdict.High, Text: "not known, and so not taken off: " + strings.Join(missing, "; "),
			Supply: "these costs, where the firm has them",
		})
	}
	if k.UncostedLines > 0 {
		v.Add(verdict.Reason{
			Code: "cost_partial", Status: verdict.Flag, Bias: verdict.High, Text: fmt.Sprintf("sale lines without a cost that can be read: %d, with %s of revenue", k.UncostedLines, share(k.Uncosted, k.Revenue)),
			Supply: "the cost of these lines",
		})
	}
	return v
}

// Rule is the verdict on the coverage and the closing of a statement (definitions 3.5, 3.6).
func (r *Result) Rule() verdict.Verdict {
	var v verdict.Verdict
	if !r.Residual.IsZero() {
		v.Add(verdict.Reason{
			Code: "profit_residual", Status: verdict.Refuse, Text: "what clients leave, unused capacity and sustaining cost do not add up to the accounts", Supply: "this is a defect of the program: please report it",
		})
	}
	c := r.Coverage
	cost := c.Traced.Plus(c.Driven).Plus(c.Pooled)
	if c.Pooled.Sign() > 0 && beyond(c.Pooled, 30, cost) {
		v.Add(verdict.Reason{
			Code: "coverage_low", Status: verdict.Flag, Bias: verdict.Unknown, Text: share(c.Pooled, cost) + " of cost is spread, and neither traced nor driven by what clients do",
			Supply: "time sheets, tickets or visits; or drivers for the pools",
		})
	}
	if beyond(r.Adjusted, 2, cost) {
		v.Add(verdict.Reason{
			Code: "adjustment_large", Status: verdict.Flag, Bias: verdict.Unknown, Text: "charges that the accounts do not contain are " + share(r.Adjusted, cost) + " of cost", Supply: "the reason of each",
		})
	}
	if !r.Unallocated.IsZero() {
		v.Add(verdict.Reason{
			Code: "pool_unallocated", Status: verdict.Flag, Bias: verdict.High, Text: "some pools have nothing to be spread by and stay a line of their own", Supply: "hours, orders or another driver for them",
		})
	}
	for _, x := range r.Capacities {
		if x.Known && x.Unused < 0 {
			v.Add(verdict.Reason{
				Code: "overload", Status: verdict.Flag, Bias: verdict.Low, Text: x.Name + " was used beyond its practical hours: these are too few, so that its rate is too high", Supply: "measured practical hours",
			})
		}
	}
	return v
}

// beyond reports part > percentage % of whole.
func beyond(part money.Sum, percentage int64, whole money.Sum) bool {
	left := new(big.Int).Mul(part.Big(), big.NewInt(100))
	return part.Sign() > 0 && left.Cmp(new(big.Int).Mul(whole.Big(), big.NewInt(percentage))) > 0
}

// share writes part/whole for people.
func share(part, whole money.Sum) string {
	v, ok := money.Ratio(part, whole)
	if !ok {
		return "an unknown part"
	}
	return fmt.Sprintf("%.1f %%", 100*v)
}
