package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"clientele/internal/engine"
	"clientele/internal/fault"
	"clientele/internal/ledger"
	"clientele/internal/namesake"
	"clientele/internal/period"
	"clientele/internal/verdict"
)

// EffortsAnswer is who spent how long on what, and what happened how often.
type EffortsAnswer struct {
	Answer
	People      []PersonRow // by hours, then name
	Activities  []ActivityRow
	Events      []EventRow
	Booked      int64 // for clients, microseconds
	Unbilled    int64 // of that: nobody was billed
	Internal    int64 // for no client
	Clients     int64 // with booked time in the window
	Suggestions []PersonSuggestion
	Beside      []Beside
}

// PersonRow is one person of the time sheets. Times are microseconds.
type PersonRow struct {
	Name, As string // as the time sheets and as the list of people write it
	Group    string // "": no list says what the person costs
	Booked   int64
	Internal int64
}

// ActivityRow is what time was spent on.
type ActivityRow struct {
	Name     string
	Micros   int64
	Unbilled int64
}

// EventRow is how often something happened, and the numbers beside it.
type EventRow struct {
	Name, Driver string
	Quantity     int64 // millionths
	Free         int64 // of that: of no client
}

// PersonSuggestion is a person of the list of people whom a name in the time sheets may mean.
type PersonSuggestion struct {
	Name, As string
	Score    float64
}

// Efforts lists the time of a window, and proposes whom unknown names may mean.
func Efforts(ctx context.Context, g *Ground, q ProfitQuestion) (*EffortsAnswer, error) {
	w, err := resolve(q.Window, NoCompare, q.AsOf, g.Span, g.FiscalStart)
	if err != nil {
		return nil, err
	}
	facts, ok := g.Engine.(engine.Facts)
	if !ok {
		return nil, errors.New("the engine holds no facts beside sales")
	}
	frame := engine.Frame{Level: q.Level, Current: w.Current}
	a := &EffortsAnswer{Beside: g.Beside}
	if err := a.settle(ctx, g, w, frame); err != nil {
		return nil, err
	}
	c := &costGathering{ground: g, facts: facts, book: newCostBook()}
	if c.topics, err = facts.Topics(ctx); err != nil {
		return nil, err
	}
	if c.totals, err = facts.FactTotals(ctx, frame); err != nil {
		return nil, err
	}
	if err := c.shared(); err != nil {
		return nil, err
	}
	if err := a.add(c); err != nil {
		return nil, err
	}
	book, err := g.costs(ctx, frame)
	if err != nil {
		return nil, err
	}
	for i := range book.lastRow() {
		for _, list := range book.hours {
			if list[i] != 0 {
				a.Clients++
				break
			}
		}
	}
	a.suggest(c)
	a.Verdict = a.rule()
	return a, nil
}

func (a *EffortsAnswer) add(c *costGathering) error {
	people, activities, events := map[string]*PersonRow{}, map[string]*ActivityRow{}, map[event]*EventRow{}
	for _, t := range c.totals {
		topic := c.topic(t.Topic)
		booked, ok := t.Assigned.Amount.Int64()
		free, fits := t.Unassigned.Amount.Int64()
		if !ok || !fits {
			return engine.Overflow(nil)
		}
		switch topic.Kind {
		case ledger.Effort, ledger.Unbilled:
			p := people[topic.Name]
			if p == nil {
				as := c.person(topic.Name)
				p = &PersonRow{Name: topic.Name, As: as, Group: c.anyTeam[as]}
				people[topic.Name] = p
			}
			x := activities[topic.Detail]
			if x == nil {
				x = &ActivityRow{Name: topic.Detail}
				activities[topic.Detail] = x
			}
			p.Booked, p.Internal = p.Booked+booked, p.Internal+free
			x.Micros += booked + free
			a.Booked, a.Internal = a.Booked+booked, a.Internal+free
			if topic.Kind == ledger.Unbilled {
				a.Unbilled += booked
				x.Unbilled += booked
			}
		case ledger.Event:
			k := event{topic.Name, topic.Detail}
			if events[k] == nil {
				events[k] = &EventRow{Name: k.name, Driver: k.driver}
			}
			events[k].Quantity += booked + free
			events[k].Free += free
		case ledger.DirectCost, ledger.Uncosted, ledger.ClientCost, ledger.PoolCost, ledger.CapacityCost, ledger.PracticalTime, ledger.ContractTime, ledger.Equation, ledger.Receivable, ledger.Planned:
		}
	}
	for _, p := range people {
		a.People = append(a.People, *p)
	}
	for _, x := range activities {
		a.Activities = append(a.Activities, *x)
	}
	for _, x := range events {
		a.Events = append(a.Events, *x)
	}
	slices.SortFunc(a.People, func(x, y PersonRow) int {
		return cmp.Or(cmp.Compare(y.Booked+y.Internal, x.Booked+x.Internal), strings.Compare(x.Name, y.Name))
	})
	slices.SortFunc(a.Activities, func(x, y ActivityRow) int {
		return cmp.Or(cmp.Compare(y.Micros, x.Micros), strings.Compare(x.Name, y.Name))
	})
	slices.SortFunc(a.Events, func(x, y EventRow) int {
		return cmp.Or(strings.Compare(x.Name, y.Name), strings.Compare(x.Driver, y.Driver))
	})
	return nil
}

// suggest proposes whom names of the time sheets may mean that the list of people does not
// have. Nothing is taken without a yes.
func (a *EffortsAnswer) suggest(c *costGathering) {
	var accounts []ledger.Account
	unknown := map[string]bool{}
	for _, p := range a.People {
		if p.Group == "" && p.Name != "" {
			unknown[p.Name] = true
			accounts = append(accounts, ledger.Account{Key: p.Name, Name: p.Name})
		}
	}
	known := slices.Sorted(maps.Keys(c.anyTeam))
	for _, name := range known {
		accounts = append(accounts, ledger.Account{Key: name, Name: name})
	}
	propose := func(name, as string, score float64) {
		if !slices.ContainsFunc(a.Suggestions, func(s PersonSuggestion) bool { return s.Name == name && s.As == as }) {
			a.Suggestions = append(a.Suggestions, PersonSuggestion{name, as, score})
		}
	}
	for _, s := range namesake.Find(accounts) {
		switch one, other := s.One.Key, s.Other.Key; {
		case unknown[one] && !unknown[other]:
			propose(one, other, s.Score)
		case unknown[other] && !unknown[one]:
			propose(other, one, s.Score)
		}
	}
	for _, m := range namesake.People(slices.Sorted(maps.Keys(unknown)), known) {
		propose(m.Name, m.As, m.Score)
	}
	slices.SortStableFunc(a.Suggestions, func(x, y PersonSuggestion) int { return cmp.Compare(y.Score, x.Score) })
}

func (a *EffortsAnswer) rule() verdict.Verdict {
	var v verdict.Verdict
	if len(a.People) == 0 && len(a.Events) == 0 {
		v.Add(verdict.Reason{
			Code: "efforts_missing", Status: verdict.Refuse, Text: "no time and no event is known in the window",
			Supply: "time sheets, tickets or visits: clientele import FILE",
		})
	}
	var micros int64
	n := 0
	for _, p := range a.People {
		if p.Group == "" {
			n++
			micros += p.Booked
		}
	}
	if n > 0 {
		v.Add(verdict.Reason{
			Code: "people_unknown", Status: verdict.Flag, Bias: verdict.High, Text: "no list says what some people cost, with " + hoursOf(micros) + " booked hours",
			Supply: "a list of people; or whom they are in it: clientele efforts match NAME PERSON",
		})
	}
	return v
}

// peopleMost is how many names a complaint lists.
const peopleMost = 8

// named refuses a match of people whom no file names, whatever the window: a typing mistake
// would be kept, and never change anything.
func (c *CostChange) named(ctx context.Context, g *Ground) error {
	if c.Person == "" {
		return nil
	}
	missing := func(text string, names []string) error {
		return fault.New(fault.NotFound, "match a person", text, thereAre(names, peopleMost))
	}
	if c.As == "" {
		if _, ok := g.CostPolicy.People[c.Person]; !ok {
			return missing(fmt.Sprintf("nobody has said whom %q means", c.Person), slices.Sorted(maps.Keys(g.CostPolicy.People)))
		}
		return nil
	}
	facts, ok := g.Engine.(engine.Facts)
	if !ok {
		return errors.New("the engine holds no facts beside sales")
	}
	topics, err := facts.Topics(ctx)
	if err != nil {
		return err
	}
	timed, listed := map[string]bool{}, map[string]bool{}
	for _, t := range topics {
		switch t.Kind {
		case ledger.Effort, ledger.Unbilled:
			timed[t.Name] = true
		case ledger.CapacityCost, ledger.PracticalTime, ledger.ContractTime:
			listed[t.Name] = true
		case ledger.DirectCost, ledger.Uncosted, ledger.ClientCost, ledger.PoolCost, ledger.Equation, ledger.Event, ledger.Receivable, ledger.Planned:
		}
	}
	delete(timed, "") // time of nobody
	delete(listed, "")
	if !timed[c.Person] {
		return missing(fmt.Sprintf("no time sheet has %q", c.Person), slices.Sorted(maps.Keys(timed)))
	}
	if !listed[c.As] {
		return missing(fmt.Sprintf("no list of people has %q", c.As), slices.Sorted(maps.Keys(listed)))
	}
	return nil
}

// MatchPerson says that a name in the time sheets means a person of the list of people; as
// "" takes that back.
func (w *Workspace) MatchPerson(ctx context.Context, name, as string, yes bool) (*CostEffect, error) {
	q := ProfitQuestion{AsOf: period.NoDate}
	q.Window.From, q.Window.To = period.NoDate, period.NoDate
	return w.ChangeCosts(ctx, CostChange{Person: name, As: as}, q, yes)
}
