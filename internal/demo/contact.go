package demo

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"clientele/internal/period"
)

// contact is a person at a client.
type contact struct {
	client      *client
	name, mail  string
	level, role string
	last        period.Date // of the touches; NoDate: none
}

// touch is one exchange between a contact and one of the firm's people.
type touch struct {
	day       period.Date
	client    *client
	contact   int // index into Firm.contacts
	person    string
	channel   string
	direction string
}

var (
	levels     = [...][2]string{{"User", "Purchasing"}, {"Manager", "Operations"}, {"Executive", "Managing director"}, {"User", "Workshop"}, {"Manager", "Finance"}}
	channels   = [...]string{"Mail", "Mail", "Call", "Call", "Visit", "Meeting"}
	directions = [...]string{"Both", "Both", "Both", "Ours"}
)

// makeContacts draws the people at each client and the touches with them.
func (f *Firm) makeContacts() {
	for _, c := range f.clients {
		d := newDice(f.seed, purposeContacts, c.index)
		first, given := len(f.contacts), d.pick(len(firstNames))
		for i := range c.threads {
			l := levels[i]
			given, family := firstNames[(given+5*i)%len(firstNames)], surnames[d.pick(len(surnames))]
			mail := fmt.Sprintf("%s.%s@%s.example", given, plainText(family), strings.ToLower(c.id))
			f.contacts = append(f.contacts, contact{c, given + " " + family, strings.ToLower(mail), l[0], l[1], period.NoDate})
		}
		f.touch(c, first)
	}
	slices.SortStableFunc(f.touches, func(a, b touch) int { return cmp.Compare(a.day, b.day) })
}

// touch draws the exchanges with one client, whose contacts begin at first: about
// every touchDays, while the client is alive. Nobody has been with the under-served
// ones for seven months.
func (f *Firm) touch(c *client, first int) {
	d := newDice(f.seed, purposeTouches, c.index)
	end := f.end
	if c.class == underServed {
		end = f.end.AddMonths(-7)
	}
	for day := f.start + period.Date(d.between(0, c.touchDays)); day < end; day += period.Date(d.between(c.touchDays*7/10, c.touchDays*13/10)) { //nolint:gosec // days
		m := f.monthOf(day)
		if days := f.businessDays(m); c.active[m] && slices.Contains(days, day) {
			who := first + d.pick(c.threads)
			ours := owners[c.owner]
			if c.touchDays < 45 && d.chance(250) {
				ours = engineers[c.index%len(engineers)]
			}
			f.touches = append(f.touches, touch{day, c, who, ours, channels[d.pick(len(channels))], directions[d.pick(len(directions))]})
			f.contacts[who].last = max(f.contacts[who].last, day)
		}
	}
}

// plainText writes umlauts as mail addresses do.
func plainText(s string) string {
	return strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue", "ß", "ss", "Ä", "Ae", "Ö", "Oe", "Ü", "Ue").Replace(s)
}
