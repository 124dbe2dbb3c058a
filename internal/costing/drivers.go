package costing

import (
	"errors"
	"fmt"
	"strings"

	"clientele/internal/money"
	"clientele/internal/verdict"
)

// Label says whether a loss depends on how shared cost is spread (definitions 3.7).
type Label string

// The labels.
const (
	LossAll   Label = "loss_all"   // below 0 under every driver
	ProfitAll Label = "profit_all" // not below 0 under any
	Depends   Label = "depends"
)

// Views are the results of the rows with the shared cost spread by one driver after the
// other. Every view sums to the same total.
type Views struct {
	Drivers []string
	Results [][]int64 // by driver, then row
	Labels  []Label   // by row
	Shared  int64
}

// ViewsOf spreads the shared cost over the rows by each driver in turn. Before is what a
// row leaves without any of it; the row without a client bears nothing, so that shared must
// not contain what that row bore, nor before give it back. Drivers whose weights sum to 0
// are left out; without any the labels are "": nothing was tested.
func ViewsOf(before []int64, shared int64, drivers []Driver) (*Views, error) {
	v := &Views{Shared: shared, Labels: make([]Label, len(before))}
	for _, d := range drivers {
		w := weights(d.Weights)
		if len(w) > 0 {
			w[len(w)-1] = 0
		}
		parts, err := money.Split(shared, w)
		if errors.Is(err, money.ErrNoWeight) {
			continue
		}
		if err != nil {
			return nil, err
		}
		for i := range parts {
			v, ok := minus(before[i], parts[i])
			if !ok {
				return nil, overflow("what a client leaves")
			}
			parts[i] = v
		}
		v.Drivers, v.Results = append(v.Drivers, d.Name), append(v.Results, parts)
	}
	if len(v.Results) == 0 {
		return v, nil
	}
	for i := range before {
		v.Labels[i], _ = LabelOf(v.of(i), v.Drivers)
	}
	return v, nil
}

// of are the results of a row.
func (v *Views) of(row int) []int64 {
	out := make([]int64, len(v.Results))
	for k, result := range v.Results {
		out[k] = result[row]
	}
	return out
}

// LabelOf judges results under each of the drivers, and names those under which there is a
// loss.
func LabelOf(results []int64, drivers []string) (Label, []string) {
	var under []string
	for k, v := range results {
		if v < 0 {
			under = append(under, drivers[k])
		}
	}
	switch len(under) {
	case 0:
		return ProfitAll, nil
	case len(results):
		return LossAll, under
	default:
		return Depends, under
	}
}

// Under names the drivers under which a row loses money.
func (v *Views) Under(row int) []string {
	_, under := LabelOf(v.of(row), v.Drivers)
	return under
}

// Rule flags what rests on fewer than two drivers.
func (v *Views) Rule() verdict.Verdict {
	var out verdict.Verdict
	if len(v.Drivers) < 2 {
		out.Add(verdict.Reason{
			Code: "drivers_few", Status: verdict.Flag, Bias: verdict.Unknown, Text: fmt.Sprintf("shared cost can be spread by %d driver only", len(v.Drivers)), Supply: "time sheets, or documents to count orders by",
		})
	}
	return out
}

// Settle says what to record so that it no longer depends on the driver. Estimated are the
// groups whose time is reckoned by equations, Pooled the pools spread by a default.
func Settle(estimated, pooled []string) []string {
	var out []string
	if len(estimated) > 0 {
		out = append(out, "book the hours of "+strings.Join(estimated, ", ")+" to clients for a month, and compare them with the time equations")
	}
	if len(pooled) > 0 {
		out = append(out, "say what drives "+strings.Join(pooled, ", ")+": hours, orders or another event")
	}
	return out
}
