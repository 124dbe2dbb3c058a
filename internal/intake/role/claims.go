package role

import (
	"fmt"
	"strings"
)

// claims asks about refunds beside the amount, and about discount and tax beside
// quantity times price: the product may be before or after either. Columns that hold
// nothing need no question.
func (p *proposer) claims() {
	p.refunds()
	if p.out.AmountExpr != "quantity*unit_price" {
		if c := p.at(Discount); c != nil && !c.nothing() && p.has(Amount) {
			p.note(fmt.Sprintf("column %s is not taken off: %s is read as it stands", c.title(), p.at(Amount).title()))
		}
		return
	}
	for _, c := range p.byTitle(Discount) {
		if !c.nothing() {
			p.out.Unclaimed = append(p.out.Unclaimed, p.discountClaim(c))
		}
	}
	if IsNet(p.at(UnitPrice).Header) || p.has(TaxIncluded) {
		return
	}
	for _, c := range p.byTitle(Tax) {
		if !c.nothing() {
			p.out.Unclaimed = append(p.out.Unclaimed, p.taxClaim(c))
			return // one answer settles all of them
		}
	}
}

// refunds asks whether what was paid back is part of the amount.
func (p *proposer) refunds() {
	a := p.at(Amount)
	if a == nil && p.out.AmountExpr == "" {
		return
	}
	amount := p.out.AmountExpr
	if a != nil {
		amount = a.reference()
	}
	for _, c := range p.byTitle(Refund) {
		if c.nothing() || c.Numeric == 0 {
			continue
		}
		sign := "-"
		if s := c.sample(); strings.HasPrefix(s, "-") || strings.HasPrefix(s, "(") {
			sign = "+"
		}
		off := "--amount '" + amount + sign + c.reference() + "'"
		p.out.Unclaimed = append(p.out.Unclaimed, Claim{
			Index: c.Index, Role: Refund, Sample: c.sample(), Choices: []string{off, "--map refund="},
			Text: fmt.Sprintf("Column %s stands beside the amount: shall it be taken off, or is the amount without it already?", c.title()),
			Flag: off + " or --map refund= (the amount stands as it is)",
		})
		return // one answer settles all of them
	}
}

// byTitle lists the numeric columns that can have a role, the chosen one first, then
// in the order of their headers.
func (p *proposer) byTitle(r Role) []*column {
	var list []*column
	chosen := p.at(r)
	if chosen != nil {
		list = append(list, chosen)
	}
	rest := 0
	for _, c := range p.cols {
		if c == chosen || c.meaning(r).rank == 0 || p.taken[c.Index] || !c.numbers() {
			continue
		}
		at := len(list)
		for at > len(list)-rest && before(c, list[at-1]) {
			at--
		}
		list = append(list[:at], append([]*column{c}, list[at:]...)...)
		rest++
	}
	return list
}

func (p *proposer) discountClaim(c *column) Claim {
	name := "discount"
	if p.at(Discount) != c {
		name = c.reference()
	}
	off := "--amount 'quantity*unit_price-" + name + "'"
	part := "--amount 'quantity*unit_price*(100-" + name + ")*0.01'"
	claim := Claim{
		Index: c.Index, Role: Discount, Sample: c.sample(),
		Text: fmt.Sprintf("Column %s stands beside quantity and price: is the price before or after it?", c.title()),
	}
	claim.Choices = []string{off, part, "--map discount="}
	if c.percent() {
		claim.Choices = []string{part, "--map discount="}
	}
	claim.Flag = strings.Join(claim.Choices, " or ") + " (the price is after discount)"
	return claim
}

func (p *proposer) taxClaim(c *column) Claim {
	claim := Claim{
		Index: c.Index, Role: Tax, Sample: c.sample(),
		Text: fmt.Sprintf("Column %s stands beside quantity and price: is the price with or without tax?", c.title()),
	}
	claim.Choices = []string{"--net", "--gross"}
	claim.Flag = fmt.Sprintf("--net (the price is without tax) or --gross (it holds tax, and %s is taken off each line)", c.title())
	if c.rate() {
		claim.Choices = []string{"--net", "--map tax="}
		claim.Flag = "--net (the price is without tax) or --map tax= (it holds tax, and the figures shall hold it too)"
	}
	return claim
}

// repeated asks where a total may stand on every line of its document: summing it
// would count it more than once.
func (p *proposer) repeated() {
	a, d := p.at(Amount), p.at(Document)
	if a == nil || d == nil || d.Distinct == 0 || d.Distinct >= d.Filled || d.Distinct >= distinctMax || !whole(a) {
		return
	}
	if a.Filled == a.Rows && d.Filled == d.Rows && varies(d.Samples, a.Samples) {
		p.why(fmt.Sprintf("%s differs between the lines of one %s, so it belongs to the line", a.title(), d.title()))
		return
	}
	flag := "--map amount='" + a.title() + "'"
	p.out.Unclaimed = append(p.out.Unclaimed, Claim{
		Index: a.Index, Role: Amount, Sample: a.sample(), Flag: flag + ", or name the column that is the amount of the line", Choices: []string{flag},
		Text: fmt.Sprintf("Documents have several lines here: is %s the amount of the line, or of the whole document?", a.title()),
	})
}

// distinctMax is where the caller stops counting distinct values.
const distinctMax = 1000

// whole: the header names a total or the document.
func whole(c *column) bool {
	p := phrase(c.name.Text)
	return c.meaning(Amount).rank >= rankSubtotal || hasAny(p, " invoice ", " document ", " order ", " grand ", " total ", " facture ", " factura ", " rechnungs", " gesamt")
}

// varies reports whether one key has two values.
func varies(keys, values []string) bool {
	first := map[string]string{}
	for i := range min(len(keys), len(values)) {
		if v, ok := first[keys[i]]; ok && v != values[i] {
			return true
		}
		first[keys[i]] = values[i]
	}
	return false
}
