package demo

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strconv"

	"clientele/internal/money"
	"clientele/internal/period"
)

// table collects the rows of one CSV file.
type table struct {
	buffer bytes.Buffer
	writer *csv.Writer
	rows   int64
	sum    int64  // hundredths
	unit   string // of sum; "": the file has no total
}

func newTable(header ...string) *table {
	t := &table{}
	t.writer = csv.NewWriter(&t.buffer)
	t.row(header...)
	t.rows = 0
	return t
}

// row writes one record. A buffer in memory takes every byte, so that an error is a
// broken invariant of encoding/csv.
func (t *table) row(cells ...string) {
	if err := t.writer.Write(cells); err != nil {
		panic(fmt.Sprintf("demo: write a record: %v", err))
	}
	t.rows++
}

// total adds to the file's total in hundredths.
func (t *table) total(hundredths int64, unit string) { t.sum, t.unit = t.sum+hundredths, unit }

func (t *table) bytes() []byte {
	t.writer.Flush()
	return t.buffer.Bytes()
}

// writeFiles writes every file of the firm, and the truth and the guide at the end.
func (f *Firm) writeFiles() {
	for _, s := range f.saleFiles() {
		if s.old {
			f.add(s.name, f.truth.noteOld(f.writeOld(s)))
		} else {
			f.add(s.name, f.writeInvoices(s))
		}
	}
	f.finish("rates.csv", f.ratesTable())
	f.finish("clients.csv", f.clientsTable())
	f.finish("costs.csv", f.costsTable())
	f.finish("client-costs.csv", f.chargesTable())
	f.finish("pools.csv", f.poolsTable())
	f.finish("resources.csv", f.resourcesTable())
	f.finish("time.csv", f.timeTable())
	f.finish("activities.csv", activitiesTable())
	f.finish("tickets.csv", f.ticketsTable())
	f.finish("payments.csv", f.paymentsTable())
	f.finish("contacts.csv", f.contactsTable())
	f.finish("touches.csv", f.touchesTable())
	f.add("README.txt", f.guide())
	f.add("truth.json", f.truth.json())
}

func (f *Firm) finish(name string, t *table) {
	f.truth.Others = append(f.truth.Others, newOtherFile(name, t))
	f.add(name, t.bytes())
}

func (f *Firm) writeInvoices(s saleFile) []byte {
	t := newTable("Invoice", "Line", "Date", "Customer ID", "Customer", "Item", "Quantity", "Unit price",
		"Net amount", "Tax", "Currency", "Account manager", "Credits invoice", "Status")
	for _, d := range f.docs {
		if !s.holds(f, d) {
			continue
		}
		for i, l := range d.lines {
			id, name, owner := d.party()
			t.row(d.number, strconv.Itoa(i+1), d.day.String(), id, name, l.item.english, decimal(l.quantity), amount(l.price),
				amount(l.net), amount(l.tax), string(d.currency), owner, d.corrects(), d.status())
		}
	}
	return t.bytes()
}

func (d *doc) party() (id, name, owner string) {
	if d.client == nil {
		return "", "", ""
	}
	return d.client.id, d.client.name, owners[d.client.owner]
}

func (d *doc) corrects() string {
	if d.credits == nil {
		return ""
	}
	return d.credits.number
}

func (d *doc) status() string {
	switch {
	case d.kind == draft:
		return "Draft"
	case d.kind == void:
		return "Void"
	case d.paid == period.NoDate:
		return "Open"
	default:
		return "Paid"
	}
}

// decimal writes hundredths without trailing zeros.
func decimal(hundredths int64) string {
	return money.Amount{Units: hundredths, Decimals: 2}.Trim().String()
}

func (f *Firm) ratesTable() *table {
	t := newTable("Date", "Currency", "Base", "Rate")
	for i, r := range f.rates {
		day := f.start + period.Date(i)
		t.row(day.String(), string(foreign), string(base), money.FromInt64(r).Format(rateDecimals))
	}
	return t
}

func (f *Firm) clientsTable() *table {
	t := newTable("Customer ID", "Customer", "Parent", "Account manager", "Segment", "Customer since", "City", "Country", "Currency", "Payment days")
	d := newDice(f.seed, purposeNames, 2)
	for _, c := range f.clients {
		m := c.firstMonth()
		since := f.month(m)
		if m == 0 {
			since = since.AddMonths(-int(d.between(1, 140)))
		}
		parent := ""
		if c.parent != nil {
			parent = c.parent.id
		}
		t.row(c.id, c.name, parent, owners[c.owner], c.segment, since.String(), c.city, c.country, string(c.currency()), strconv.FormatInt(c.terms, 10))
	}
	for i := range strangerCount {
		t.row(clientID(clientCount+i), fmt.Sprintf("Prospect %c GmbH", 'A'+i), "", owners[i], "", f.month(MonthsTotal-3).String(), cities[i], "DE", string(base), "30")
	}
	return t
}

// costsTable is the direct cost of the goods on each booked line; hours have none, the
// people who work them stand in resources.csv.
func (f *Firm) costsTable() *table {
	t := newTable("Date", "Invoice", "Line", "Customer ID", "Kind", "Cost", "Currency")
	for _, d := range f.docs {
		for i, l := range d.lines {
			if !d.kind.isBooked() || l.cost == 0 {
				continue
			}
			kind := "Goods"
			if d.kind == credit {
				kind = "Goods returned"
			}
			t.total(l.cost, string(base))
			t.row(d.day.String(), d.number, strconv.Itoa(i+1), d.clientID(), kind, amount(l.cost), string(base))
		}
	}
	return t
}

func (f *Firm) chargesTable() *table {
	t := newTable("Date", "Customer ID", "Kind", "Amount", "Currency")
	for _, c := range f.charges {
		t.total(c.cents, string(base))
		t.row(c.day.String(), c.client.id, c.kind, amount(c.cents), string(base))
	}
	return t
}

func (f *Firm) poolsTable() *table {
	t := newTable("Month", "Pool", "Kind", "Cost", "Currency")
	for m := range MonthsTotal {
		day := f.month(m).String()
		for _, g := range [...]string{groupField, groupSales, groupWarehouse, groupDesk} {
			t.total(f.peopleCost(g, m), string(base))
			t.row(day, g, kindPeople, amount(f.peopleCost(g, m)), string(base))
		}
		for _, p := range sharedPools {
			t.total(p.monthly(f, m), string(base))
			t.row(day, p.name, p.kind, amount(p.monthly(f, m)), string(base))
		}
	}
	return t
}

func (f *Firm) resourcesTable() *table {
	t := newTable("Month", "Person", "Group", "Contract hours", "Practical hours", "Cost", "Currency")
	for m := range MonthsTotal {
		for _, p := range f.people {
			t.total(p.monthly(m), string(base))
			t.row(f.month(m).String(), p.name, p.group, strconv.Itoa(contractHours), strconv.FormatInt(p.practical(), 10), amount(p.monthly(m)), string(base))
		}
	}
	return t
}

func (f *Firm) timeTable() *table {
	t := newTable("Date", "Person", "Customer ID", "Activity", "Hours", "Billable")
	for _, e := range f.efforts {
		id, billable := "", "No"
		if e.client != nil {
			id = e.client.id
		}
		if e.billable {
			billable = "Yes"
		}
		t.total(e.quarters*25, "hours")
		t.row(e.day.String(), engineers[e.person], id, e.activity, decimal(e.quarters*25), billable)
	}
	return t
}

func activitiesTable() *table {
	t := newTable("Group", "Event", "Driver", "Minutes")
	for _, e := range equations {
		t.row(e.group, e.event, e.driver, strconv.FormatInt(e.minutes, 10))
	}
	return t
}

func (f *Firm) ticketsTable() *table {
	t := newTable("Ticket", "Date", "Customer ID", "Subject", "Replies")
	for i, one := range f.tickets {
		t.row(fmt.Sprintf("T%05d", i+1), one.day.String(), one.client.id, one.subject, strconv.FormatInt(one.replies, 10))
	}
	return t
}

// paymentsTable is what came in, with tax, one row for each settled document; credit
// notes are paid back.
func (f *Firm) paymentsTable() *table {
	t := newTable("Payment date", "Invoice", "Customer ID", "Amount received", "Currency")
	for _, d := range f.docs {
		if d.kind.isBooked() && d.paid != period.NoDate {
			t.row(d.paid.String(), d.number, d.clientID(), amount(d.gross()), string(d.currency))
		}
	}
	return t
}

func (f *Firm) contactsTable() *table {
	t := newTable("Customer ID", "Contact", "Level", "Role", "E-mail", "Last touch")
	for _, c := range f.contacts {
		t.row(c.client.id, c.name, c.level, c.role, c.mail, c.last.String())
	}
	return t
}

func (f *Firm) touchesTable() *table {
	t := newTable("Date", "Customer ID", "Contact", "Person", "Channel", "Direction")
	for _, one := range f.touches {
		t.row(one.day.String(), one.client.id, f.contacts[one.contact].name, one.person, one.channel, one.direction)
	}
	return t
}
