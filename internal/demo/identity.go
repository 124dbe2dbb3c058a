package demo

import (
	"fmt"
	"sort"

	"clientele/internal/money"
)

// giveNames names the clients: the ones with a story by hand, the others from tables,
// each pair of surname and trade at most once.
func giveNames(d dice, all []*client) {
	type pair struct{ surname, trade string }
	deck := func(surnames, trades []string) []pair {
		var pairs []pair
		for _, s := range surnames {
			for _, t := range trades {
				pairs = append(pairs, pair{s, t})
			}
		}
		d.shuffle(len(pairs), func(i, j int) { pairs[i], pairs[j] = pairs[j], pairs[i] })
		return pairs
	}
	home, away := deck(surnames, trades), deck(surnamesAbroad, tradesAbroad)
	twin, child := 0, 1
	for _, c := range all {
		c.country, c.city = "DE", cities[d.pick(len(cities))]
		switch {
		case c.class == largest:
			c.name, c.city = largestName, "Hamburg"
		case c.class == groupParent:
			c.name = groupNames[0]
		case c.class == groupChild:
			c.name = groupNames[child]
			child++
		case c.twinOf != nil:
			c.name, c.city = twins[twin][1], c.twinOf.city
			c.owner = c.twinOf.owner
			twin++
		case c.class == classTwin:
			c.name = twins[twin][0]
		case c.abroad:
			c.country, c.city = "US", citiesAbroad[d.pick(len(citiesAbroad))]
			c.name = fmt.Sprintf("%s %s %s", away[0].surname, away[0].trade, legalFormsAbroad[d.pick(len(legalFormsAbroad))])
			away = away[1:]
		default:
			c.name = fmt.Sprintf("%s %s %s", home[0].surname, home[0].trade, legalForms[d.pick(len(legalForms))])
			home = home[1:]
		}
	}
}

// giveIDs numbers the clients in the order in which they came, and sorts them by it;
// within a month the order is random, so that an id tells nothing about the size.
func (f *Firm) giveIDs(all []*client) {
	d := newDice(f.seed, purposeNames, 1)
	d.shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	sort.SliceStable(all, func(i, j int) bool { return all[i].firstMonth() < all[j].firstMonth() })
	for i, c := range all {
		c.id = clientID(i)
	}
}

// clientID writes ids of one length, so that their order as text is their order.
func clientID(i int) string { return fmt.Sprintf("C%04d", 1001+i) }

// currency is what the client is billed in once the old system is gone.
func (c *client) currency() money.Currency {
	if c.abroad {
		return foreign
	}
	return base
}

// group is the client that stands for the whole: the parent, else itself; both after
// the near-duplicate has been merged into the name it doubles.
func (c *client) merged() *client {
	if c.twinOf != nil {
		return c.twinOf
	}
	return c
}

func (c *client) group() *client {
	if m := c.merged(); m.parent == nil {
		return m
	}
	return c.merged().parent
}
