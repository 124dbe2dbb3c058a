package demo

import (
	"fmt"
	"strings"
)

// guide is the README.txt beside the files: what each one is, and what to try.
func (f *Firm) guide() []byte {
	var sales []string
	for _, s := range f.saleFiles() {
		sales = append(sales, s.name)
	}
	old, years := sales[0], strings.Join(sales[1:], " ")
	return fmt.Appendf(nil, guideText, f.start, f.end-1, f.seed, old, f.month(oldMonths)-1, years, old, years, old, old)
}

const guideText = `Nordhaven Supply & Service, a firm that does not exist
=======================================================

Pumps, tools and oil, and the engineers who install them: 320 clients, %s to %s.
All names and numbers are drawn from seed %d. The same seed gives the same bytes.

The files
---------
%s
    Sale lines of the first six months (to %s), as the old system printed them: title
    lines, German headers, semicolons, 1.234,56, D.M.YYYY, Windows-1252, a total at
    the end. Five rows are broken on purpose and have to be set aside, not guessed.
%s
    Sale lines, one file a year, each line in exactly one file. Net amount is without
    tax. Credit notes are negative lines; "Credits invoice" names what they correct.
    Draft and Void rows do not count. A few counter sales have no client.
rates.csv         EUR for one USD, for every day.
clients.csv       The client list: parent, owner, segment, and three that never bought.
                  Six firms are in it twice, under two spellings.
costs.csv         Direct cost of the goods on each invoice line, EUR.
client-costs.csv  What one client costs alone: rebates, people and stock held for it,
                  winning it, money it never paid.
pools.csv         Shared cost per month: people by group, tools, delivery, overhead.
resources.csv     The people: contract hours, practical hours, cost, per month. Their
                  cost is the people pools of pools.csv: count it once.
time.csv          Time sheets of field service. No client: internal.
activities.csv    Minutes that an order, a ticket, a touch take of the other groups.
tickets.csv       Cases of the support desk.
payments.csv      What was paid and when, with tax. What is missing is still open.
contacts.csv      The people at the clients, their level and the last touch.
touches.csv       Who spoke with whom, when and how.
truth.json        The answers: every total, who is what, the line. For tests; no peeking.

What to try
-----------
clientele import --check %s
clientele line %s

Then make a workspace of it: import rates.csv and clients.csv, then %s and the
invoices, and ask for the line again. Look at
- what was set aside of %s, and why;
- the near-duplicates that are proposed, and what merging them does to the line;
- Ostsee Holding AG and its three subsidiaries, as one client and as four;
- who is new, who has lapsed, who came back.
`
