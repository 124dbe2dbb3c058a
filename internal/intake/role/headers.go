package role

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"clientele/internal/ledger"
)

// asked are the roles for which two equal columns are a question, not a choice.
func asked(r Role) bool {
	return r == Client || r == ClientID || r == Date || r == Amount || r == Cost || r == UnitCost || r == Margin
}

// applyHeaders finds roles by the words of the headers, and by the values where the
// headers say nothing.
func (p *proposer) applyHeaders() {
	p.client()
	for _, r := range []Role{Date, AppliesTo, Document, Quantity, UnitPrice} {
		p.choose(r)
	}
	p.amount()
	for _, r := range []Role{TaxIncluded, Currency, Status, Type, Won, Deleted, Parent, Owner, Item, UnitCost, Cost, Margin} {
		p.choose(r)
	}
	p.kind()
	p.facts()
	if p.out.Facts == Unknown {
		p.values()
	}
	if p.out.Facts == Sales {
		p.claims()
		p.repeated()
	}
}

// rivals are the free columns of the best rank for a role.
func (p *proposer) rivals(r Role) (list []*column, m meaning) {
	for _, c := range p.cols {
		have := c.meaning(r)
		if have.rank == 0 || p.taken[c.Index] || c.empty() || !plausible(r, c, have) {
			continue
		}
		switch {
		case len(list) == 0 || have.rank < m.rank:
			list, m = []*column{c}, have
		case have.rank == m.rank:
			list = append(list, c)
			m.grade = min(m.grade, have.grade)
		}
	}
	return list, m
}

// numeric are the roles whose values are numbers.
var numeric = []Role{Amount, Quantity, UnitPrice, Discount, Tax, Gross, Refund, Cost, UnitCost, Margin}

// plausible reports whether the values allow what the header says.
func plausible(r Role, c *column, m meaning) bool {
	switch {
	case r == ClientID || r == Client:
		return !c.constant() && (c.Filled == 0 || 2*c.Dates <= c.Filled || c.Numeric > 0)
	case r == Date:
		return m.grade == Sure || c.dates()
	case slices.Contains(numeric, r):
		return c.numbers()
	case r == Currency:
		return c.Filled == 0 || 2*c.Numeric <= c.Filled
	case r == Status:
		return m.grade == Sure || c.says(func(w string) bool { return StatusOf(w).Known })
	case r == Type:
		return m.grade == Sure || c.says(func(w string) bool { e, _ := TypeOf(w); return e != UnknownType })
	default:
		return true
	}
}

// says reports whether one of the values is a known word, or no value is known yet.
func (c *column) says(known func(string) bool) bool {
	return c.Filled == 0 || slices.ContainsFunc(c.Samples, known)
}

// choose picks the column of a role. Where two are equal it asks, or takes the fuller.
func (p *proposer) choose(r Role) {
	list, m := p.rivals(r)
	if len(list) == 0 {
		return
	}
	if len(list) > 1 && asked(r) {
		p.compete(r, list)
		return
	}
	sort.SliceStable(list, func(i, j int) bool { return before(list[i], list[j]) })
	if len(list) > 1 && !before(list[0], list[1]) {
		p.compete(r, list)
		return
	}
	p.pick(r, list[0], m.grade, "by its header")
}

// before orders rivals by what they hold and how they are called, never by position.
func before(a, b *column) bool {
	switch {
	case a.Filled != b.Filled:
		return a.Filled > b.Filled
	case a.Distinct != b.Distinct:
		return a.Distinct > b.Distinct
	default:
		return a.key < b.key
	}
}

func (p *proposer) compete(r Role, list []*column) {
	var at []int
	for _, c := range list {
		at = append(at, c.Index)
		p.taken[c.Index] = true
	}
	sort.Ints(at)
	p.out.Candidates[r] = at
}

// client finds who the row is about: by id, by name, or both.
func (p *proposer) client() {
	if list, m := p.rivals(ClientID); len(list) > 0 && m.grade > Weak {
		p.choose(ClientID)
	}
	list, _ := p.rivals(Client)
	if code, name := codeAndName(list); name != nil {
		if !p.has(ClientID) {
			p.pick(ClientID, code, Likely, "stands beside "+name.title())
		}
		p.pick(Client, name, Sure, "by its header")
	} else {
		p.choose(Client)
	}
	if list, _ := p.rivals(ClientID); len(list) == 1 && !p.has(ClientID) && p.out.Roles[Client].Certainty <= Weak && !p.rowID(list[0]) {
		p.pick(ClientID, list[0], Weak, "by its header, a weak word")
	}
	for _, c := range p.cols {
		m, id := c.meaning(Client), c.meaning(ClientID)
		if c.constant() && (m.grade > Weak || id.grade > Weak) && !p.has(Client) && !p.has(ClientID) {
			p.note(fmt.Sprintf("column %s has one value throughout, so it is not taken for the client", c.title()))
		}
	}
}

// codeAndName takes "Customer" beside "Customer Name" for code and name.
func codeAndName(list []*column) (code, name *column) {
	if len(list) != 2 {
		return nil, nil
	}
	for i, c := range list {
		if list[1-i].name.Text == c.name.Text+" name" {
			return c, list[1-i]
		}
	}
	return nil, nil
}

// rowID: an id that is different in every dated row numbers the rows.
func (p *proposer) rowID(c *column) bool {
	list, _ := p.rivals(Date)
	return len(list) > 0 && c.Rows > 1 && c.Distinct == c.Filled
}

// amount finds the amount of the line: a column that is one, else quantity times
// price, else a total.
func (p *proposer) amount() {
	list, m := p.rivals(Amount)
	computed := p.has(Quantity) && p.has(UnitPrice)
	switch {
	case computed && (len(list) == 0 || m.rank >= rankSubtotal):
		p.out.AmountExpr = "quantity*unit_price"
		p.why("no column is the amount of the line, so it is quantity times unit price")
	case len(list) == 0:
		p.choose(Gross)
		if c := p.at(Gross); c != nil {
			delete(p.out.Roles, Gross)
			p.pick(Amount, c, Likely, "by its header, which says that it holds tax")
		}
	default:
		p.choose(Amount)
	}
	p.choose(Gross)
	for _, r := range []Role{Tax, Discount} {
		p.choose(r)
	}
	if t := p.at(Tax); t != nil && t.rate() { // nothing that could be taken off an amount
		delete(p.out.Roles, Tax)
		delete(p.taken, t.Index)
	}
	p.totals()
}

// rate: a tax rate, not an amount of tax.
func (c *column) rate() bool { return c.meaning(Tax).rank > 1 || c.percent() }

// totals sets document totals apart, so that they are never summed.
func (p *proposer) totals() {
	if !p.has(Amount) && p.out.AmountExpr == "" {
		return
	}
	list, m := p.rivals(Amount)
	if len(list) == 0 || m.rank < rankSubtotal {
		for _, c := range list {
			p.note(fmt.Sprintf("column %s is an amount too and is not used", c.title()))
		}
		return
	}
	sort.SliceStable(list, func(i, j int) bool { return before(list[i], list[j]) })
	p.pick(DocTotal, list[0], Likely, "may be the total of the document")
	if p.out.AmountExpr != "" {
		p.note(fmt.Sprintf("column %[1]s is not summed, because it may be the total of the document on each of its lines; if it is the amount of the line: --map amount=%[1]s", list[0].title()))
	}
}

// kind tells payments and orders from invoices.
func (p *proposer) kind() {
	if a := p.at(Amount); a != nil && a.meaning(Amount).rank == rankPayment {
		p.out.Kind = ledger.Received
		p.why("column " + a.title() + " holds payments")
	}
	if d := p.at(Date); d != nil && hasAny(phrase(d.name.Text), " payment ", " paid ", " paiement ", " pago ", " received ", "zahlung", "bezahlt") {
		p.out.Kind = ledger.Received
		p.why("column " + d.title() + " is the day of payment")
	}
	if t := p.at(Type); t != nil && p.onlyPayments(t) {
		delete(p.out.Roles, Type)
		p.out.Kind = ledger.Received
		p.why("column " + t.title() + " names payments only")
	}
	if d := p.at(Document); d != nil && p.out.Kind == "" && d.meaning(Document).rank == 3 {
		p.note("column " + d.title() + " numbers orders: if these are not invoices, say --kind booked")
	}
}

// onlyPayments reports whether every known type is a payment.
func (p *proposer) onlyPayments(c *column) bool {
	payments := 0
	for _, s := range c.Samples {
		switch effect, code := TypeOf(s); {
		case effect == NotASale && code == "payment":
			payments++
		case effect == Sale || effect == Credit && code != "refund":
			return false
		}
	}
	return payments > 0
}

// settle says whether the amount is without tax, and lists the signs of tax where
// nobody knows.
func (p *proposer) settle() {
	if p.out.Facts != Sales && p.out.Facts != Pipeline {
		return
	}
	if !p.out.Net {
		p.out.Net = p.net()
	}
	if p.out.Net || p.has(TaxIncluded) {
		return
	}
	for _, c := range p.cols {
		amount := p.at(Amount) == c
		sign := c.meaning(Tax).rank > 0 || c.meaning(Gross).rank > 0 || amount && IsGross(c.Header) || through(c)
		if sign && !c.nothing() && c.numbers() {
			p.out.Signs = append(p.out.Signs, c.Index)
		}
	}
	sort.Ints(p.out.Signs)
}

// through: pass-through content, such as expenses billed on.
func through(c *column) bool {
	return hasAny(phrase(c.name.Text), " expenses ", " disbursements ", " reimbursable ", " pass through ", " auslagen ", " debours ", " suplidos ", " fremdkosten ")
}

// net finds a reason to take the amount for one without tax.
func (p *proposer) net() bool {
	a := p.at(Amount)
	tax := p.at(Tax)
	switch {
	case a != nil && IsNet(a.Header):
		if tax != nil {
			p.why(fmt.Sprintf("%s is without tax by its header; %s stands apart", a.title(), tax.title()))
		}
		return true
	case a == nil && p.out.AmountExpr == "quantity*unit_price" && IsNet(p.at(UnitPrice).Header):
		p.why("the prices are without tax by their header")
		return true
	case a != nil && a.meaning(Amount).rank == rankAmount && p.has(Gross):
		p.why(fmt.Sprintf("%s stands beside %s, which holds tax", a.title(), p.at(Gross).title()))
		return true
	case a != nil && a.meaning(Amount).rank == rankAmount && tax != nil && p.has(DocTotal):
		p.why(fmt.Sprintf("%s, %s and %s are amount, tax and total", a.title(), tax.title(), p.at(DocTotal).title()))
		return true
	default:
		return p.lessTax()
	}
}

// lessTax takes the tax off where the amount holds it by its header and the tax
// stands beside it.
func (p *proposer) lessTax() bool {
	a, tax := p.at(Amount), p.at(Tax)
	if a == nil || tax == nil || !IsGross(a.Header) || tax.meaning(Tax).rank != 1 || strings.Contains(a.Header+tax.Header, "]") {
		return false
	}
	p.out.AmountExpr = a.reference() + "-" + tax.reference()
	delete(p.out.Roles, Amount)
	p.pick(Gross, a, Sure, "by its header")
	p.why(fmt.Sprintf("%s holds tax by its header, so %s is taken off", a.title(), tax.title()))
	return true
}
