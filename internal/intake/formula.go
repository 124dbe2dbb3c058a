package intake

import (
	"clientele/internal/fault"
	"clientele/internal/intake/expr"
	"clientele/internal/intake/role"
	"clientele/internal/money"
)

// formula is an expression over the columns of a file.
type formula struct {
	*expr.Expr
	columns []int // of each name
	strict  bool  // an empty cell leaves the whole unknown
}

// formula finds the columns of an expression that flag gave.
func (p *Profile) formula(text, flag, example string) (*formula, error) {
	parsed, err := expr.Parse(text)
	if err != nil {
		return nil, fault.Wrap(err, fault.Usage, "read "+flag, "the expression cannot be read", "write for example "+flag+" '"+example+"'")
	}
	f := &formula{Expr: parsed}
	for _, name := range parsed.Names() {
		col, err := p.find(name)
		if err != nil {
			return nil, err
		}
		f.columns = append(f.columns, col)
	}
	return f, nil
}

// optional reports whether an empty cell counts as 0: a discount, tax or refund that is
// empty is none. An empty quantity or price is unknown, and so is all of a strict formula.
func (f *formula) optional(col int, p *Profile) bool {
	return !f.strict && col != p.Column(role.Quantity) && col != p.Column(role.UnitPrice) && col != f.columns[0]
}

// eval computes the formula over the values of its columns.
func (f *formula) eval(values, stack []money.Amount) (money.Amount, error) {
	if a, b, ok := f.Product(); ok {
		return values[a].Mul(values[b])
	}
	return f.Eval(values, stack)
}
