package intake

import (
	"fmt"

	"clientele/internal/intake/record"
	"clientele/internal/intake/role"
	"clientele/internal/ledger"
	"clientele/internal/money"
)

// settleCost decides how the direct cost of a line is read: as said, else by a column of
// costs, of costs of one piece, or of margins.
func (f *File) settleCost(a *Answers, answered map[role.Role]bool) error {
	p := f.Profile
	if p.Cost = ""; !f.costs {
		return nil
	}
	switch {
	case a.Cost != "":
		p.Cost = p.ofMargin(a.Cost)
	case p.Column(role.Cost) >= 0:
		p.Cost = string(role.Cost)
	case p.Column(role.UnitCost) >= 0 && p.Column(role.Quantity) >= 0:
		p.Cost = "quantity*unit_cost"
	case p.Column(role.Margin) >= 0:
		p.Cost = marginCost
	default:
		f.rivals(&f.prop, answered, []role.Role{role.Cost, role.UnitCost, role.Margin})
		return nil
	}
	if p.Cost != marginCost || a.Cost != "" { // else its unit is told by the values
		f.evidence("cost = " + p.Cost)
	}
	_, err := compile(p, true)
	return err
}

// compileCost finds the columns of the cost.
func (pl *plan) compileCost() (err error) {
	p := pl.profile
	switch {
	case p.Cost == "":
		return nil
	case p.Column(role.Margin) >= 0:
		if share, ok := marginShares[p.Cost]; ok {
			pl.margin, pl.share = p.Column(role.Margin), share
			pl.used = append(pl.used, pl.margin)
			return nil
		}
	}
	if pl.cost, err = p.formula(p.Cost, "--cost", "quantity*buy_price"); err != nil {
		return err
	}
	pl.cost.strict = true
	pl.used = append(pl.used, pl.cost.columns...)
	return nil
}

// costed reports whether lines carry a cost.
func (pl *plan) costed() bool { return pl.cost != nil || pl.margin >= 0 }

// costOf is the direct cost of a record in the currency of its amount, at the scale of the
// chunk, which may rise. A cost that is missing or cannot be read is not known: the line
// is loaded all the same, and counted.
func (w *worker) costOf(rec *record.Record, c *chunk, amount scaled, cur uint8) int64 {
	cost, bad := w.readCost(rec, amount.Amount, cur)
	fitted := scaled{cost}
	if bad == nil {
		if need := cost.Trim().Decimals; need > c.lines.Decimals {
			if _, err := amount.Rescale(need); err != nil {
				bad = &failure{code: "overflow", col: -1}
			}
		}
	}
	if bad == nil {
		bad = c.fit(&fitted, w)
	}
	switch {
	case bad == nil:
		if w.plan.margin < 0 {
			c.notes.costSign(amount.Units, cost.Units)
		}
		return fitted.at(c.lines.Decimals)
	case bad.code == "no_amount":
	default:
		c.notes.badCost(rec.Line, bad)
	}
	return ledger.NoCost
}

func (w *worker) readCost(rec *record.Record, amount money.Amount, cur uint8) (money.Amount, *failure) {
	if p := w.plan; p.margin >= 0 {
		if share, is, bad := w.marginShare(rec); bad != nil {
			return amount, bad
		} else if is {
			return besideShare(amount, share, p.margin)
		}
		margin, own, bad := w.value(rec, p.margin, cur)
		if bad == nil && own != cur {
			bad = &failure{code: "currency_conflict", col: p.margin}
		}
		if bad != nil {
			return margin, bad
		}
		// A credit whose positive amount was turned gives its margin back too.
		if w.negated && margin.Units > 0 {
			margin.Units = -margin.Units
		}
		left, err := margin.Neg()
		if err == nil {
			left, err = amount.Add(left)
		}
		if err != nil {
			return left, &failure{code: "overflow", col: p.margin}
		}
		return left, nil
	}
	cost, own, bad := w.computed(rec, w.plan.cost, cur)
	if bad == nil && own != cur {
		bad = &failure{code: "currency_conflict", col: w.plan.cost.columns[0]}
	}
	// A credit whose positive amount was turned takes its goods back too.
	if w.negated && cost.Units > 0 {
		cost.Units = -cost.Units
	}
	return cost, bad
}

// badCost counts a cost that cannot be read, and keeps the place of the first.
func (n *Notes) badCost(line int64, why *failure) {
	if n.BadCosts == 0 {
		n.BadCost = Spot{Line: line, Column: why.col, Value: why.value}
	}
	n.BadCosts++
}

// costSign counts a cost, and whether it has the other sign than what was sold.
func (n *Notes) costSign(amount, cost int64) {
	if amount == 0 || cost == 0 {
		return
	}
	n.Costs++
	if amount > 0 != (cost > 0) {
		n.CostSigns++
	}
}

// costSigns tells of a list that writes what was spent below 0. Nothing is turned: of a
// single row nobody can tell a cost from one that was given back.
func (f *File) costSigns(n *Notes) {
	if 2*n.CostSigns > n.Costs {
		f.note("cost_sign", fmt.Sprintf("in %d of the %d rows that have a cost it has the other sign than the amount, so it adds to the profit: write what was spent above 0, or give --cost '-[COLUMN]'", n.CostSigns, n.Costs))
	}
}

// badCosts tells of costs that cannot be read, and where the first of them stands.
func (f *File) badCosts(n *Notes) {
	if n.BadCosts == 0 {
		return
	}
	what, then := "a cost", "these sales count, and what they cost is not known"
	if f.Profile.List != "" {
		what, then = "a number besides", "these rows count, and that number is not known"
	}
	rows := fmt.Sprintf("%d rows have %s that cannot be read, the first in", n.BadCosts, what)
	if n.BadCosts == 1 {
		rows = "1 row has " + what + " that cannot be read, in"
	}
	place := fmt.Sprintf("line %d", n.BadCost.Line)
	if n.BadCost.Column >= 0 {
		place += fmt.Sprintf(", column %s: %q", f.Profile.Header(n.BadCost.Column), n.BadCost.Value)
	}
	f.note("bad_cost", fmt.Sprintf("%s %s; %s: write digits with one decimal sign", rows, place, then))
}
