package costing

import (
	"errors"

	"clientele/internal/fault"
	"clientele/internal/money"
)

// Layer is where a cost stands in the statement. Each pool belongs to exactly one.
type Layer string

// The layers.
const (
	CM1        Layer = "cm1" // direct cost of what was sold
	CM2        Layer = "cm2" // transactions and service
	CM3        Layer = "cm3" // the client alone
	Sustaining Layer = "sustaining"
)

// Pool is a cost of no client alone.
type Pool struct {
	Name, Kind string
	Layer      Layer
	Driver     string // of Input.Drivers; "" for what stays unallocated
	Declared   bool   // somebody said so; else it is a default
	Cost       int64  // minor units
}

// Driver is a column that cost can be spread by. What is below 0 counts as 0.
type Driver struct {
	Name    string
	Weights []int64
	// Causal says that it is something that clients do, and not their size or number.
	Causal bool
}

// Input is one window in columns of the same length: one row per client in bytewise order
// of client_id, and a last one for what names no client. Money in minor units.
type Input struct {
	Revenue, Direct []int64
	Service, Own    []int64 // booked to the client alone, at CM2 and at CM3
	Groups          []Group
	Used            [][]int64 // by group: microseconds
	Pools           []Pool
	Drivers         []Driver
	// Imputed are charges within Own and Service that the accounts of the window do not
	// contain, such as the cost of credit; Replaced costs in the accounts that they stand for.
	Imputed, Replaced int64
}

// Result is the statement of every row and of the whole.
type Result struct {
	Service, Own  []int64 // all that a row bears at CM2 and at CM3
	CM1, CM2, CM3 []int64
	Spread        []int64 // of Service: groups and pools, that is all but what was booked to the client alone

	Capacities []Capacity
	Allocated  []int64   // of each pool
	ByGroup    [][]int64 // what each row bears of each group
	ByPool     [][]int64 // and of each pool; nil: none is allocated
	Coverage   Coverage

	Unused, Sustaining, Unallocated, Adjustment money.Sum
	Adjusted                                    money.Sum // what an adjustment is judged by
	Result                                      money.Sum // Σ CM3 − unused − sustaining − unallocated + adjustment
	Residual                                    money.Sum // against the accounts; must be 0
}

// Coverage is how much of the cost that rows bear was traced to them, driven by what they
// did, or spread by a default, by size or in equal parts (definitions 3.3).
type Coverage struct{ Traced, Driven, Pooled money.Sum }

func overflow(what string) error {
	return fault.New(fault.Input, "cost", what+" does not fit 64 bits", "check the amounts for a wrong decimal sign")
}

// Run puts the statement together (definitions 3.5, 3.6).
func Run(in *Input) (*Result, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	n := len(in.Revenue)
	r := &Result{Service: make([]int64, n), Own: make([]int64, n), CM1: make([]int64, n), CM2: make([]int64, n), CM3: make([]int64, n), Spread: make([]int64, n)}
	direct := make([]int64, n)
	copy(direct, in.Direct)
	if !add(r.Service, in.Service) || !add(r.Own, in.Own) {
		return nil, overflow("what is booked to a client")
	}
	r.Coverage.Traced = sum(in.Direct).Plus(sum(in.Service)).Plus(sum(in.Own))
	if err := r.groups(in); err != nil {
		return nil, err
	}
	if err := r.pools(in, direct); err != nil {
		return nil, err
	}
	for i := range n {
		var ok [3]bool
		r.CM1[i], ok[0] = minus(in.Revenue[i], direct[i])
		r.CM2[i], ok[1] = minus(r.CM1[i], r.Service[i])
		r.CM3[i], ok[2] = minus(r.CM2[i], r.Own[i])
		if ok != [3]bool{true, true, true} {
			return nil, overflow("what a client leaves")
		}
	}
	r.close(in)
	return r, nil
}

func (r *Result) groups(in *Input) error {
	for k, g := range in.Groups {
		c, parts, err := g.assign(in.Used[k])
		if err != nil {
			return err
		}
		r.Capacities, r.ByGroup = append(r.Capacities, c), append(r.ByGroup, parts)
		if !add(r.Service, parts) || !add(r.Spread, parts) {
			return overflow("the service of a client")
		}
		if !c.Known { // nobody knows what of it was used
			r.Unallocated = r.Unallocated.Add(c.Unused)
			continue
		}
		r.Unused = r.Unused.Add(c.Unused)
		if g.Booked {
			r.Coverage.Traced = r.Coverage.Traced.Add(c.Assigned)
		} else {
			r.Coverage.Driven = r.Coverage.Driven.Add(c.Assigned)
		}
	}
	return nil
}

func (r *Result) pools(in *Input, direct []int64) error {
	for _, p := range in.Pools {
		if p.Layer == Sustaining {
			r.Sustaining = r.Sustaining.Add(p.Cost)
			r.Allocated, r.ByPool = append(r.Allocated, 0), append(r.ByPool, nil)
			continue
		}
		parts, driver, err := in.spread(p)
		if err != nil {
			return err
		}
		r.ByPool = append(r.ByPool, parts)
		if parts == nil {
			r.Unallocated = r.Unallocated.Add(p.Cost)
			r.Allocated = append(r.Allocated, 0)
			continue
		}
		r.Allocated = append(r.Allocated, p.Cost)
		fits := true
		switch p.Layer {
		case CM1:
			fits = add(direct, parts)
		case CM3:
			fits = add(r.Own, parts)
		case CM2, Sustaining:
			fits = add(r.Service, parts) && add(r.Spread, parts)
		}
		if !fits {
			return overflow("the cost of a client")
		}
		if p.Declared && driver.Causal {
			r.Coverage.Driven = r.Coverage.Driven.Add(p.Cost)
		} else {
			r.Coverage.Pooled = r.Coverage.Pooled.Add(p.Cost)
		}
	}
	return nil
}

// spread divides a pool by its driver; nil where there is nothing to divide by.
func (in *Input) spread(p Pool) ([]int64, Driver, error) {
	for _, d := range in.Drivers {
		if d.Name != p.Driver {
			continue
		}
		parts, err := money.Split(p.Cost, weights(d.Weights))
		if errors.Is(err, money.ErrNoWeight) {
			return nil, d, nil
		}
		return parts, d, err
	}
	return nil, Driver{}, nil
}

// close sets the rows against the accounts: what came in on one side, and what was made
// of it on the other.
func (r *Result) close(in *Input) {
	r.Adjusted = money.FromInt64(in.Imputed).Abs() // the larger of what was charged and what it replaces
	if replaced := money.FromInt64(in.Replaced).Abs(); replaced.Cmp(r.Adjusted) > 0 {
		r.Adjusted = replaced
	}
	r.Adjustment = money.FromInt64(in.Imputed).Minus(money.FromInt64(in.Replaced))
	r.Result = sum(r.CM3).Minus(r.Unused).Minus(r.Sustaining).Minus(r.Unallocated).Plus(r.Adjustment)
	accounts := sum(in.Revenue).Minus(sum(in.Direct)).Minus(sum(in.Service)).Minus(sum(in.Own)).Plus(r.Adjustment)
	for _, g := range in.Groups {
		accounts = accounts.Minus(money.FromInt64(g.Cost))
	}
	for _, p := range in.Pools {
		accounts = accounts.Minus(money.FromInt64(p.Cost))
	}
	r.Residual = r.Result.Minus(accounts)
}

// check refuses columns of different lengths. Direct, Service and Own may be nil: none.
func (in *Input) check() error {
	n := len(in.Revenue)
	fits := func(list []int64, optional bool) bool { return len(list) == n || optional && list == nil }
	ok := fits(in.Direct, true) && fits(in.Service, true) && fits(in.Own, true) && len(in.Used) == len(in.Groups)
	for _, used := range in.Used {
		ok = ok && fits(used, false)
	}
	for _, d := range in.Drivers {
		ok = ok && fits(d.Weights, false)
	}
	if !ok {
		return fault.New(fault.Internal, "cost", "the columns of a window differ in length", "")
	}
	return nil
}

// add adds a column to another; false where a sum does not fit 64 bits.
func add(to, what []int64) bool {
	for i, v := range what {
		s := to[i] + v
		if (s < to[i]) != (v < 0) {
			return false
		}
		to[i] = s
	}
	return true
}

// minus is x − y; false where that does not fit 64 bits.
func minus(x, y int64) (int64, bool) {
	d := x - y
	return d, (x >= 0) == (y >= 0) || (d >= 0) == (x >= 0)
}

func sum(list []int64) money.Sum {
	var s money.Sum
	for _, v := range list {
		s = s.Add(v)
	}
	return s
}

// CostOfCredit is what it costs to wait for money: mean balance × annual rate × days / days
// of a year, half to even; false where a product does not fit, or a year has no days
// (definitions 3.5).
func CostOfCredit(meanBalance int64, rate money.Fraction, days, yearDays int64) (int64, bool) {
	up, fits := money.Product(rate.Num, days).Int64()
	down, fine := money.Product(rate.Den, yearDays).Int64()
	if !fits || !fine || down <= 0 {
		return 0, false
	}
	return money.Quotient(money.Product(meanBalance, up), down).Int64()
}
