package app

import (
	"fmt"
	"strings"

	"clientele/internal/costing"
	"clientele/internal/insight"
	"clientele/internal/money"
	"clientele/internal/verdict"
)

// Range is between what the whale curve lies under other assumptions of cost: practical
// hours that nobody measured at 75 and 85 % of those paid for, and pools that nobody said
// the driver of, spread by each of them.
type Range struct {
	Assumptions                []string // what was varied
	Peak, Total, Erosion, Loss Bounds
	Certain                    int64 // clients that lose money under all of them
}

// Bounds are the least and the greatest value.
type Bounds struct{ Low, High money.Sum }

func (b *Bounds) see(v money.Sum, first bool) {
	if first || v.Cmp(b.Low) < 0 {
		b.Low = v
	}
	if first || v.Cmp(b.High) > 0 {
		b.High = v
	}
}

// spread computes the statement again under every assumption.
func (c *statement) spread() error {
	a := c.a
	a.Range = &Range{}
	index := map[string]int{}
	for i, id := range c.book.ids[:c.book.lastRow()] {
		index[id] = i
	}
	first := true
	see := func(r *costing.Result) {
		at := func(i int) int64 {
			t := (&statement{a: a, in: c.in, result: r}).terms(i)
			return t.At(a.Layer)
		}
		var values insight.Whale
		for k := range a.Rows {
			x := &a.Rows[k]
			if !x.Profit.Valid {
				continue
			}
			v := at(index[x.ID])
			if first || v < x.Low {
				x.Low = v
			}
			if first || v > x.High {
				x.High = v
			}
			switch {
			case v > 0:
				values.Peak = values.Peak.Add(v)
			case v < 0:
				values.Erosion = values.Erosion.Add(-v)
				values.Loss++
			}
		}
		a.Range.Peak.see(values.Peak, first)
		a.Range.Erosion.see(values.Erosion, first)
		a.Range.Total.see(values.Peak.Minus(values.Erosion), first)
		a.Range.Loss.see(money.FromInt64(values.Loss), first)
		first = false
	}
	see(c.result)
	for _, in := range c.assumptions() {
		r, err := costing.Run(&in)
		if err != nil {
			return err
		}
		see(r)
	}
	for k := range a.Rows {
		if x := &a.Rows[k]; x.Profit.Valid && x.High < 0 {
			a.Range.Certain++
		}
	}
	return nil
}

// assumptions are the inputs of the costing under other assumptions than the default.
func (c *statement) assumptions() []costing.Input {
	var out []costing.Input
	r := c.a.Range
	for _, x := range c.result.Capacities {
		if x.Assumed {
			r.Assumptions = append(r.Assumptions, "practical hours of "+x.Name+" at 75 to 85 % of those paid for")
		}
	}
	if len(r.Assumptions) > 0 {
		for _, percent := range []int64{75, 85} {
			in := c.in
			in.Groups = append([]costing.Group{}, c.in.Groups...)
			for k, x := range c.result.Capacities {
				if x.Assumed {
					in.Groups[k].Practical, _ = money.Quotient(money.Product(in.Groups[k].Contract, percent), 100).Int64() // below the contract
				}
			}
			out = append(out, in)
		}
	}
	for k, p := range c.in.Pools {
		if p.Declared || p.Driver == "" {
			continue
		}
		r.Assumptions = append(r.Assumptions, p.Name+" by any driver")
		for _, d := range c.in.Drivers[:viewDrivers] {
			if d.Name == p.Driver || !anyOf(d.Weights) {
				continue
			}
			in := c.in
			in.Pools = append([]costing.Pool{}, c.in.Pools...)
			in.Pools[k].Driver = d.Name
			out = append(out, in)
		}
	}
	return out
}

// compared notes what the rows left before, and whose profit changed its sign.
func (a *ProfitAnswer) compared() {
	if a.Before.Layer != a.Layer {
		if a.Before.Layer != "" {
			a.Verdict.Add(verdict.Reason{
				Code: "layers_differ", Status: verdict.Flag, Bias: verdict.Unknown,
				Text:   fmt.Sprintf("the window before is known down to %s, this one to %s: what clients left then and now is not compared", strings.ToUpper(string(a.Before.Layer)), strings.ToUpper(string(a.Layer))),
				Supply: "the costs of the same layers in both windows",
			})
		}
		return
	}
	was := map[string]insight.Value{}
	for i := range a.Before.Rows {
		was[a.Before.Rows[i].ID] = a.Before.Rows[i].Profit
	}
	for i := range a.Rows {
		a.Rows[i].Before = was[a.Rows[i].ID]
	}
	a.Moved = movedBetween(a.Before, a)
}
