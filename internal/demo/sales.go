package demo

import (
	"cmp"
	"fmt"
	"slices"

	"clientele/internal/money"
	"clientele/internal/period"
)

// docKind is what became of a document, and in the old file what is wrong with it.
type docKind int

const (
	invoice docKind = iota
	credit
	draft
	void
	badDate     // the old file states a day that does not exist
	badAmount   // … an amount that is no number
	tooMany     // … a name with bare semicolons in it
	tooFew      // … half a record
	counterSale // an invoice without a client
)

// isBooked reports whether the document counts: it is loaded by a correct reader.
func (k docKind) isBooked() bool { return k == invoice || k == credit || k == counterSale }

// isBad reports whether the document's lines cannot be read.
func (k docKind) isBad() bool { return k >= badDate && k <= tooFew }

// saleLine is one line of a document, amounts in cents of the document's currency.
type saleLine struct {
	item     *item
	quantity int64 // hundredths
	price    int64
	net, tax int64
	eur      int64 // net in EUR cents by the day's rate
	cost     int64 // direct cost, EUR cents; 0 for hours
}

// doc is an invoice or a credit note.
type doc struct {
	kind     docKind
	client   *client // nil: sold over the counter
	day      period.Date
	currency money.Currency
	lines    []saleLine
	credits  *doc
	number   string
	paid     period.Date // NoDate: not yet
	order    int         // of making, for a total order
}

// isOld reports whether the document stands in the old system's file.
func (f *Firm) isOld(d *doc) bool { return f.monthOf(d.day) < oldMonths }

func (d *doc) gross() (sum int64) {
	for _, l := range d.lines {
		sum += l.net + l.tax
	}
	return sum
}

// makeSales draws every document of the firm and numbers them.
func (f *Firm) makeSales() {
	for _, c := range f.clients {
		f.sellTo(c)
	}
	f.sellOverCounter()
	f.addExtras()
	slices.SortFunc(f.docs, func(a, b *doc) int {
		return cmp.Or(cmp.Compare(a.day, b.day), cmp.Compare(a.clientID(), b.clientID()), cmp.Compare(a.order, b.order))
	})
	f.numberDocs()
}

func (d *doc) clientID() string {
	if d.client == nil {
		return ""
	}
	return d.client.id
}

// sellTo draws a client's orders month by month. A client that is alive never rests
// for more than five months, so that who is lapsed is known and not chance.
func (f *Firm) sellTo(c *client) {
	d := newDice(f.seed, purposeSales, c.index)
	first, last, silence := c.firstMonth(), c.lastMonth(), 0
	for m := range MonthsTotal {
		if !c.active[m] {
			silence = 0
			continue
		}
		orders := c.frequency / 1000
		if d.chance(c.frequency % 1000) {
			orders++
		}
		edge := m == first || m == last || (m > 0 && !c.active[m-1]) || (m+1 < MonthsTotal && !c.active[m+1])
		if silence++; orders == 0 && (edge || silence > 4) {
			orders = 1
		}
		days := f.businessDays(m)
		for i := range orders {
			silence = 0
			day := days[d.pick(len(days))]
			if c.class == largest && m == MonthsTotal-1 && i == 0 {
				day = f.end - 1 // so that the history is seen to be complete
			}
			value := f.planned(c, m) * 1000 / max(c.frequency, 1) * d.between(100-c.spread, 100+c.spread) / 100
			inv := f.book(&doc{kind: invoice, client: c, day: day, currency: f.billed(c, m), lines: f.orderLines(d, c, m, value)})
			f.mayCredit(d, inv, c.returns)
		}
	}
	if c.class == negative {
		f.creditLate(d, c)
	}
}

// billed is the currency of a client's documents: the old system knew only EUR.
func (f *Firm) billed(c *client, m int) money.Currency {
	if m < oldMonths {
		return base
	}
	return c.currency()
}

func (f *Firm) book(d *doc) *doc {
	d.order = len(f.docs)
	for i := range d.lines {
		d.lines[i].eur = f.toBase(d.lines[i].net, d.currency, d.day)
	}
	f.docs = append(f.docs, d)
	return d
}

// orderLines draws what is bought for about value cents: hours by the client's share
// of service, the rest one to four lines of goods.
func (f *Firm) orderLines(d dice, c *client, m int, value int64) []saleLine {
	year, usd := int64(m/12), f.billed(c, m) == foreign
	var lines []saleLine
	hours := value * c.service / 1000
	if hours > 0 {
		work := &services[d.pick(len(services))]
		price := work.unitPrice(year, usd)
		if quarters := hours / (price / 4); quarters > 0 {
			lines = append(lines, newLine(work, quarters*25, price, c))
		}
	}
	rest := value - hours
	for left := d.between(1, 3); rest > 0 && left > 0; left-- {
		part := rest
		if left > 1 {
			part = rest * d.between(30, 70) / 100
		}
		rest -= part
		thing := itemFor(d, part)
		price := thing.unitPrice(year, usd)
		lines = append(lines, newLine(thing, max(1, part/price)*100, price, c))
	}
	for i := range lines {
		l := &lines[i]
		if !l.item.service {
			l.cost = f.toBase(l.net, f.billed(c, m), f.month(m)) * (c.costRatio + l.item.costShift*c.shiftShare()/100) / 1000
		}
	}
	return lines
}

// shiftShare damps what items add to the cost ratio where the client's own is the point.
func (c *client) shiftShare() int64 {
	if c.class == lossAll || c.class == overCosted {
		return 20
	}
	return 100
}

// newLine multiplies; hundredths times cents are whole cents by the choice of prices.
func newLine(i *item, hundredths, price int64, c *client) saleLine {
	l := saleLine{item: i, quantity: hundredths, price: price, net: hundredths * price / 100}
	l.tax = taxOf(l.net, c)
	return l
}

// taxOf is 19 % at home, half a cent away from zero, and nothing abroad.
func taxOf(net int64, c *client) int64 {
	if c != nil && c.abroad {
		return 0
	}
	if net < 0 {
		return -taxOf(-net, c)
	}
	return (net*19 + 50) / 100
}

// mayCredit draws a credit note on one line of the invoice, some days later, within
// the client's life.
func (f *Firm) mayCredit(d dice, inv *doc, perMille int64) {
	day := nextBusinessDay(inv.day + period.Date(d.between(6, 40))) //nolint:gosec // days
	if !d.chance(perMille) || day >= f.end || !inv.client.active[f.monthOf(day)] {
		return
	}
	f.creditLine(d, inv, day)
}

// creditLine books a credit note over one line, or a part of it.
func (f *Firm) creditLine(d dice, inv *doc, day period.Date) {
	of := inv.lines[d.pick(len(inv.lines))]
	step := int64(100)
	if of.item.service {
		step = 25
	}
	part := d.between(1, of.quantity/step) * step
	l := saleLine{item: of.item, quantity: -part, price: of.price, net: -(part * of.price / 100)}
	l.tax = taxOf(l.net, inv.client)
	back := !of.item.service && (inv.client.class == lossAll || inv.client.class == overCosted || d.chance(500)) // thin margins are not to hang on chance
	if back {
		l.cost = -(of.cost * part / of.quantity)
	}
	f.book(&doc{kind: credit, client: inv.client, day: day, currency: inv.currency, lines: []saleLine{l}, credits: inv})
}

// creditLate books the credit note that is all the client's revenue of the last year.
func (f *Firm) creditLate(d dice, c *client) {
	var inv *doc
	for _, one := range f.docs {
		if one.client == c && one.kind == invoice && (inv == nil || one.day > inv.day) {
			inv = one
		}
	}
	days := f.businessDays(MonthsTotal - 12 + int(d.between(0, 2)))
	f.creditLine(d, inv, days[d.pick(len(days))])
}

// sellOverCounter books one small sale a month without a client.
func (f *Firm) sellOverCounter() {
	d := newDice(f.seed, purposeSales, clientCount)
	for m := oldMonths; m < MonthsTotal; m++ {
		days := f.businessDays(m)
		value := d.between(2_000, 19_000)
		thing := itemFor(d, value)
		price := thing.unitPrice(int64(m/12), false)
		l := newLine(thing, max(1, value/price)*100, price, nil)
		l.cost = l.net * 650 / 1000
		f.book(&doc{kind: counterSale, day: days[d.pick(len(days))], currency: base, lines: []saleLine{l}})
	}
}

// addExtras copies some invoices as the drafts and void ones that every export holds,
// and as the bad rows of the old file.
func (f *Firm) addExtras() {
	wanted := func(old bool) []docKind {
		kinds := []docKind{void, void, void, draft, draft}
		if old {
			return append(kinds, badDate, badAmount, badAmount, tooMany, tooFew)
		}
		return append(kinds, void, draft)
	}
	d := newDice(f.seed, purposeExtras, 0)
	sold := f.docs
	for _, s := range f.saleFiles() {
		var from []*doc
		for _, one := range sold {
			if one.kind == invoice && s.holds(f, one) {
				from = append(from, one)
			}
		}
		for _, kind := range wanted(s.old) {
			of := from[d.pick(len(from))]
			f.book(&doc{kind: kind, client: of.client, day: of.day, currency: of.currency, lines: slices.Clone(of.lines[:1])})
		}
	}
}

// saleFile is one file of sale lines: the old system's, or a calendar year.
type saleFile struct {
	name string
	old  bool
	year int
}

func (s saleFile) holds(f *Firm, d *doc) bool {
	y, _, _ := d.day.Civil()
	return f.isOld(d) == s.old && (s.old || y == s.year)
}

// saleFiles lists the files that hold the sale lines; each line is in exactly one.
func (f *Firm) saleFiles() []saleFile {
	first, _, _ := f.start.Civil()
	files := []saleFile{{name: fmt.Sprintf("old-system-%d.csv", first), old: true}}
	from, _, _ := f.month(oldMonths).Civil()
	to, _, _ := (f.end - 1).Civil()
	for y := from; y <= to; y++ {
		files = append(files, saleFile{name: fmt.Sprintf("invoices-%d.csv", y), year: y})
	}
	return files
}

// numberDocs numbers the sorted documents, each kind and year from 1, and says when
// they were paid.
func (f *Firm) numberDocs() {
	d := newDice(f.seed, purposeExtras, 1)
	next := map[string]int{}
	for _, one := range f.docs {
		y, _, _ := one.day.Civil()
		var prefix string
		switch old := f.isOld(one); {
		case one.kind == draft && old:
			prefix = fmt.Sprintf("ENTWURF-%02d-", y%100)
		case one.kind == draft:
			prefix = fmt.Sprintf("DRAFT-%d-", y)
		case one.kind == credit && old:
			prefix = fmt.Sprintf("GS%02d-", y%100)
		case one.kind == credit:
			prefix = fmt.Sprintf("CN-%d-", y)
		case old:
			prefix = fmt.Sprintf("RE%02d-", y%100)
		default:
			prefix = fmt.Sprintf("INV-%d-", y)
		}
		next[prefix]++
		one.number = fmt.Sprintf("%s%05d", prefix, next[prefix])
		one.paid = f.payday(d, one)
	}
}

// payday draws when a document was paid or set off; NoDate if that lies in the future.
func (f *Firm) payday(d dice, one *doc) period.Date {
	late := d.between(-6, 9)
	if one.client == nil {
		return one.day
	}
	if !one.kind.isBooked() {
		return period.NoDate
	}
	if one.client.lateDays > 0 {
		late = one.client.lateDays + d.between(0, 40)
	}
	day := one.day + period.Date(max(1, one.client.terms+late)) //nolint:gosec // days
	if day >= f.end {
		return period.NoDate
	}
	return day
}
