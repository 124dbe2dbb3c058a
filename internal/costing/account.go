package costing

import (
	"strings"

	"clientele/internal/money"
	"clientele/internal/verdict"
)

// Account is one cost with what became of it, or one place where cost ends up. Minor units.
// Balance = Input + Adjustment + In − Out. Of a source it is 0 where everything was passed
// on; of the other accounts it is what they hold. Source: definitions 3.6, after PCM_Balance
// of Oracle's profitability and cost management.
type Account struct {
	Name   string
	Source bool // what it takes in must leave it
	// Input is what the firm's accounts contain; Adjustment is what clients are charged
	// beyond that, less what such charges replace.
	Input, Adjustment money.Sum
	In, Out           money.Sum // moved between accounts; over all of them Σ in = Σ out
}

// Balance is what the account holds in the end, in minor units.
func (a *Account) Balance() money.Sum { return a.Input.Plus(a.Adjustment).Plus(a.In).Minus(a.Out) }

// Names of the accounts that are neither a group nor a pool.
const (
	accountDirect      = "direct cost"
	accountBooked      = "cost booked to clients"
	accountClients     = "clients"
	accountUnassigned  = "without a client"
	accountUnused      = "unused capacity"
	accountSustaining  = "sustaining"
	accountUnallocated = "unallocated"
)

// Accounts traces every unit of cost from where it stands in the firm's accounts to the rows
// that bear it, or to the lines that nobody bears: sources first, in the order of the input,
// then what holds them. What rows bear is read from their last margin, and not from the
// splits, so that a split which does not reach the margins shows. Source: definitions 3.6.
func Accounts(in *Input, r *Result) []Account {
	adjustment := money.FromInt64(in.Imputed).Minus(money.FromInt64(in.Replaced))
	direct, booked := sum(in.Direct), sum(in.Service).Plus(sum(in.Own))
	list := []Account{
		{Name: accountDirect, Source: true, Input: direct, Out: direct},
		{Name: accountBooked, Source: true, Input: booked.Minus(adjustment), Adjustment: adjustment, Out: booked},
	}
	unused, sustaining, unallocated := Account{Name: accountUnused}, Account{Name: accountSustaining}, Account{Name: accountUnallocated}
	for k, g := range in.Groups {
		rest := r.Capacities[k].Unused
		if r.Capacities[k].Known {
			unused.In = unused.In.Add(rest)
		} else {
			unallocated.In = unallocated.In.Add(rest)
		}
		list = append(list, Account{Name: g.Name, Source: true, Input: money.FromInt64(g.Cost), Out: sum(r.ByGroup[k]).Add(rest)})
	}
	for k, p := range in.Pools {
		cost := money.FromInt64(p.Cost)
		out := cost
		switch {
		case r.ByPool[k] != nil:
			out = sum(r.ByPool[k])
		case p.Layer == Sustaining:
			sustaining.In = sustaining.In.Plus(cost)
		default:
			unallocated.In = unallocated.In.Plus(cost)
		}
		list = append(list, Account{Name: p.Name, Source: true, Input: cost, Out: out})
	}
	clients, unassigned := Account{Name: accountClients}, Account{Name: accountUnassigned}
	for i, revenue := range in.Revenue {
		to := &clients
		if i == len(in.Revenue)-1 {
			to = &unassigned
		}
		to.In = to.In.Add(revenue).Minus(money.FromInt64(r.CM3[i]))
	}
	return append(list, clients, unassigned, unused, sustaining, unallocated)
}

// Open names the accounts that do not close: sources that hold something, and the clients
// where accounts passed on more or less than others received. None: nil.
func Open(accounts []Account) []string {
	var names []string
	var moved money.Sum
	for i := range accounts {
		a := &accounts[i]
		moved = moved.Plus(a.In).Minus(a.Out)
		if a.Source && !a.Balance().IsZero() {
			names = append(names, a.Name)
		}
	}
	if !moved.IsZero() {
		names = append(names, accountClients)
	}
	return names
}

// AccountsRule refuses profit where an account does not close, and names those accounts. Its
// code is that of Result.Rule: join it first, so that the names are shown.
func AccountsRule(accounts []Account) verdict.Verdict {
	var v verdict.Verdict
	if names := Open(accounts); len(names) > 0 {
		v.Add(verdict.Reason{
			Code: "profit_residual", Status: verdict.Refuse,
			Text:   "what clients leave does not add up to the accounts; these do not close: " + strings.Join(names, ", "),
			Supply: "this is a defect of the program: please report it",
		})
	}
	return v
}
