package app

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"clientele/internal/costing"
	"clientele/internal/fault"
	"clientele/internal/money"
)

// CostPolicy are the firm's rules of costing. What it does not name follows the defaults,
// and an answer says which is which.
type CostPolicy struct {
	Pools map[string]PoolRule `json:"pools,omitempty"` // by name of the pool
	// Kinds are the layers of kinds of cost that are booked to clients, by the word.
	Kinds map[string]string `json:"kinds,omitempty"`
	// People are other names of people: as time sheets write them, and as the list does.
	People map[string]string `json:"people,omitempty"`
	// CreditRate is what it costs to wait for money, a year: "8%"; "" takes nothing off.
	CreditRate string `json:"credit_rate,omitempty"`
}

// PoolRule is where a pool stands, and what spreads it. What is empty is the default.
type PoolRule struct {
	Layer  string `json:"layer,omitempty"`
	Driver string `json:"driver,omitempty"`
}

// clone is a copy that can be changed.
func (p CostPolicy) clone() CostPolicy {
	p.Pools, p.Kinds, p.People = maps.Clone(p.Pools), maps.Clone(p.Kinds), maps.Clone(p.People)
	if p.Pools == nil {
		p.Pools = map[string]PoolRule{}
	}
	if p.Kinds == nil {
		p.Kinds = map[string]string{}
	}
	if p.People == nil {
		p.People = map[string]string{}
	}
	return p
}

// CostChange is one change of the rules of costing.
type CostChange struct {
	Name          string // of a pool or of a kind of cost; "" for the rate of credit
	Layer, Driver string // "" leaves it
	Reset         bool   // back to the default
	CreditRate    string // "0" or a share of a year: "8%"
	Person, As    string // another name of a person; As "" forgets it
}

// CostEffect is what a change of the rules does to the clients, before it is made.
type CostEffect struct {
	Before, After *ProfitAnswer
	Moved         []Moved // clients whose profit changes its sign, largest change first
	Applied       bool
}

// Moved is a client whose profit changes.
type Moved struct {
	ID, Name      string
	Before, After int64 // minor units
}

// ChangeCosts changes the rules of costing. Without yes it only shows what that would do.
func (w *Workspace) ChangeCosts(ctx context.Context, change CostChange, q ProfitQuestion, yes bool) (e *CostEffect, err error) {
	g, err := w.Ground(ctx, GroundRequest{Costs: true})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, g.Engine.Close()) }()
	e = &CostEffect{}
	if e.Before, err = Profit(ctx, g, q); err != nil {
		return nil, err
	}
	if err := change.named(ctx, g); err != nil {
		return nil, err
	}
	policy := g.CostPolicy.clone()
	if err := change.apply(&policy, e.Before); err != nil {
		return nil, err
	}
	g.CostPolicy = policy
	if e.After, err = Profit(ctx, g, q); err != nil {
		return nil, err
	}
	e.Moved = movedBetween(e.Before, e.After)
	if !yes {
		return e, nil
	}
	e.Applied = true
	return e, w.keepCosts(ctx, change, e.Before)
}

// keepCosts makes a change of the rules that hold by now: what others have changed since
// the statement was made stays.
func (w *Workspace) keepCosts(ctx context.Context, change CostChange, now *ProfitAnswer) error {
	return w.SetPolicy(ctx, func(p *Policy) error {
		p.Costs = p.Costs.clone()
		return change.apply(&p.Costs, now)
	})
}

// movedBetween are the clients whose profit changes its sign between two statements.
func movedBetween(before, after *ProfitAnswer) []Moved {
	was := map[string]int64{}
	for i := range before.Rows {
		if x := &before.Rows[i]; x.Profit.Valid {
			was[x.ID] = x.Profit.Int
		}
	}
	var out []Moved
	for i := range after.Rows {
		x := &after.Rows[i]
		old, ok := was[x.ID]
		if ok && x.Profit.Valid && (old < 0) != (x.Profit.Int < 0) {
			out = append(out, Moved{x.ID, x.Name, old, x.Profit.Int})
		}
	}
	slices.SortFunc(out, func(a, b Moved) int {
		da, db := distance(a), distance(b)
		switch {
		case da > db:
			return -1
		case da < db:
			return 1
		}
		return strings.Compare(a.ID, b.ID)
	})
	return out
}

func distance(m Moved) int64 {
	if m.After < m.Before {
		return m.Before - m.After
	}
	return m.After - m.Before
}

// apply changes a policy; what it names has to be there.
func (c *CostChange) apply(p *CostPolicy, now *ProfitAnswer) error {
	switch {
	case c.CreditRate != "":
		if _, err := money.ParseFraction(c.CreditRate); err != nil {
			return fault.New(fault.Usage, "read --credit-rate", fmt.Sprintf("--credit-rate does not know %q", c.CreditRate), "write a share of a year: 8%, 0.08; or 0 for none")
		}
		p.CreditRate = c.CreditRate
		return nil
	case c.Person != "":
		if c.As == "" {
			delete(p.People, c.Person)
		} else {
			p.People[c.Person] = c.As
		}
		return nil
	}
	if !slices.Contains([]string{"", string(CM1), string(CM2), string(CM3), string(costing.Sustaining)}, c.Layer) {
		return usageError("--layer", c.Layer, "cm1, cm2, cm3, sustaining")
	}
	if i := slices.IndexFunc(now.Pools, func(x PoolRow) bool { return x.Name == c.Name }); i >= 0 {
		return c.pool(p, now)
	}
	if slices.ContainsFunc(now.Kinds, func(x KindRow) bool { return x.Kind == c.Name }) {
		return c.kind(p)
	}
	names := make([]string, 0, len(now.Pools)+len(now.Kinds))
	for _, x := range now.Pools {
		names = append(names, x.Name)
	}
	for _, x := range now.Kinds {
		if x.Kind != "" { // as the cost of the lines sold, which nobody can name here
			names = append(names, x.Kind)
		}
	}
	return fault.New(fault.NotFound, "set costs", fmt.Sprintf("there is no pool and no kind of cost called %q in the window", c.Name), thereAre(names, len(names)))
}

func (c *CostChange) pool(p *CostPolicy, now *ProfitAnswer) error {
	if c.Reset {
		delete(p.Pools, c.Name)
		return nil
	}
	if c.Driver != "" && !slices.Contains(now.Spreaders, c.Driver) {
		return fault.New(fault.Usage, "read --driver", fmt.Sprintf("nothing is known of %q to spread cost by", c.Driver), "there are: "+strings.Join(now.Spreaders, ", "))
	}
	rule := p.Pools[c.Name]
	if c.Layer != "" {
		rule.Layer = c.Layer
	}
	if c.Driver != "" {
		rule.Driver = c.Driver
	}
	p.Pools[c.Name] = rule
	return nil
}

func (c *CostChange) kind(p *CostPolicy) error {
	switch {
	case c.Reset:
		delete(p.Kinds, c.Name)
	case c.Driver != "" || c.Layer == "" || c.Layer == string(costing.Sustaining):
		return fault.New(fault.Usage, "set costs", c.Name+" is booked to clients, and needs no driver", "say where it stands: --layer cm1, cm2 or cm3")
	default:
		p.Kinds[c.Name] = c.Layer
	}
	return nil
}

// thereAre lists at most some names, each in quotes: a name may have a comma.
func thereAre(names []string, most int) string {
	if len(names) == 0 {
		return "there are none"
	}
	quoted := make([]string, 0, len(names))
	for _, name := range names[:min(most, len(names))] {
		quoted = append(quoted, strconv.Quote(name))
	}
	text := "there are: " + strings.Join(quoted, ", ")
	if more := len(names) - most; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// KindRow is a kind of cost that is booked to clients.
type KindRow struct {
	Kind     string
	Layer    string
	Declared bool // somebody said so; else it is the default
	Rows     int64
	Cost     money.Sum
}
