package intake

import (
	"maps"

	"clientele/internal/intake/record"
	"clientele/internal/intake/role"
	"clientele/internal/money"
)

// countOnce leaves the column that says how many events a row is out of the numbers that
// drive time: it would be worked for twice.
func (p *Profile) countOnce() {
	col := p.Column(role.EventCount)
	maps.DeleteFunc(p.Drivers, func(_ string, at int) bool { return at == col })
}

// eventsOf is how many events a row tells of: one, unless a column says.
func (w *worker) eventsOf(rec *record.Record, cur uint8) (money.Amount, uint8, *failure) {
	col := w.plan.amount
	if col < 0 {
		return money.Amount{Units: 1}, cur, w.negativeDriver(rec)
	}
	n, plain := w.quick(rec, col)
	if !plain {
		res, bad := w.number(rec, col)
		if bad == nil && (res.Percent || res.Currency != "" || res.Symbol != "") {
			bad = &failure{code: "bad_amount", text: "a number of events has no unit", remedy: "write how many there were", col: col, value: shown(rec.Fields[col], rec.Unit(col))}
		}
		if bad != nil {
			return money.Amount{}, cur, bad
		}
		n = res.Amount
	}
	if n.Units < 0 {
		return money.Amount{}, cur, &failure{code: "negative_count", text: "a number of events is below 0", remedy: "correct it, or leave the row out", col: col, value: string(rec.Fields[col])}
	}
	return n, cur, w.negativeDriver(rec)
}
