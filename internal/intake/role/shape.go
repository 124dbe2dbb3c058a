package role

import (
	"fmt"
	"strings"
	"sync"

	"clientele/internal/ledger"
)

// shape is one kind of export, as data. Headers are separated by |, "_" is the column
// without a header. Source: the export shapes of the intake reference.
type shape struct {
	name    string
	facts   string
	event   string // that each row is, where the facts are events
	kind    ledger.Kind
	must    string // headers that are all there
	some    string // at least one of them, if given
	not     string // none of them
	columns int    // exact number of columns, 0: any
	roles   []slot // headers of each role, best first
	exprs   []formula
	carry   []Role
	heading Role // what lone cells of the first column name
	net     bool // the tool's documentation says that the amount is without tax
	types   bool // rows of several kinds: the user says whether types decide
	// inclusive is a column whose value "Inclusive" says that amounts hold tax.
	inclusive string
	notes     []string
	asides    []aside
}

type slot struct {
	role    Role
	headers string
}

// formula computes the amount if no column is it and all of the roles have values.
type formula struct {
	needs []Role
	text  string
}

// aside is said if a column holds more than zeros.
type aside struct{ header, note string }

// plain finds a shape's headers among the columns.
func (s *shape) fits(keys map[string]int, columns int) bool {
	if s.columns > 0 && s.columns != columns {
		return false
	}
	for h := range strings.SplitSeq(s.must, "|") {
		if keys[keyOf(h)] == 0 {
			return false
		}
	}
	return (s.some == "" || anyOf(keys, s.some)) && (s.not == "" || !anyOf(keys, s.not))
}

func anyOf(keys map[string]int, headers string) bool {
	for h := range strings.SplitSeq(headers, "|") {
		if keys[keyOf(h)] > 0 {
			return true
		}
	}
	return false
}

// findShape is the shape that the most headers speak for, nil if none fits.
func findShape(cols []*column) *shape {
	keys := map[string]int{}
	for _, c := range cols {
		keys[c.key]++
	}
	var best *shape
	count := 0
	for i := range shapes {
		s := &shapes[i]
		if n := 1 + strings.Count(s.must, "|"); n > count && s.fits(keys, len(cols)) {
			best, count = s, n
		}
	}
	return best
}

// shapeWords are the keys of all headers in the table.
var shapeWords = sync.OnceValue(func() map[string]bool {
	out := map[string]bool{}
	add := func(headers string) {
		for h := range strings.SplitSeq(headers, "|") {
			if k := keyOf(h); k != "" {
				out[k] = true
			}
		}
	}
	for i := range shapes {
		add(shapes[i].must)
		add(shapes[i].some)
		for _, s := range shapes[i].roles {
			add(s.headers)
		}
	}
	return out
})

// applyShape gives the columns the roles that the shape knows. Currency, owner and
// parent may come by their headers on top, because users add such columns.
func (p *proposer) applyShape(s *shape) {
	p.out.Shape, p.out.Facts, p.out.Kind = s.name, s.facts, s.kind
	for _, slot := range s.roles {
		p.fill(slot)
	}
	if s.facts == Sales || s.facts == Clients || s.facts == Pipeline {
		for _, r := range []Role{Currency, Owner, Parent} {
			if _, m := p.rivals(r); !p.has(r) && m.grade == Sure {
				p.choose(r)
			}
		}
	}
	p.out.HeadingRole = s.heading
	for _, r := range s.carry {
		if p.has(r) {
			p.out.Carry = append(p.out.Carry, r)
		}
	}
	p.formula(s)
	p.out.Net = s.net && !p.inclusive(s)
	p.out.Notes = append(p.out.Notes, s.notes...)
	for _, a := range s.asides {
		for _, c := range p.cols {
			if c.key == keyOf(a.header) && !c.nothing() {
				p.note(a.note)
			}
		}
	}
	if t := p.at(Type); s.types && t != nil {
		p.askTypes(t)
	}
	if s.facts == Pipeline {
		p.needWon()
	}
}

// fill picks the first column of a slot that has values. Two columns of one header
// compete.
func (p *proposer) fill(s slot) {
	for h := range strings.SplitSeq(s.headers, "|") {
		var list []*column
		for _, c := range p.cols {
			if c.key == keyOf(h) && !p.taken[c.Index] && !c.empty() {
				list = append(list, c)
			}
		}
		switch {
		case len(list) == 0:
		case len(list) > 1:
			p.compete(s.role, list)
			return
		case (s.role == Client || s.role == ClientID) && list[0].constant():
			p.note(fmt.Sprintf("column %s has one value throughout, so it is not taken for the client", list[0].title()))
		default:
			p.pick(s.role, list[0], Sure, p.out.Shape)
			return
		}
	}
}

// formula chooses how the amount is computed where no column is the amount.
func (p *proposer) formula(s *shape) {
	if p.has(Amount) || len(p.out.Candidates[Amount]) > 0 {
		return
	}
	for _, f := range s.exprs {
		ready := true
		for _, r := range f.needs {
			c := p.at(r)
			ready = ready && c != nil && (c.Filled > 0 || c.Rows == 0 && r != Discount)
		}
		if ready {
			p.out.AmountExpr = f.text
			return
		}
	}
}

// inclusive reports whether a row says that its amounts hold tax, and asks.
func (p *proposer) inclusive(s *shape) bool {
	for _, c := range p.cols {
		if s.inclusive == "" || c.key != keyOf(s.inclusive) {
			continue
		}
		for _, v := range c.Samples {
			if strings.EqualFold(strings.TrimSpace(v), "inclusive") {
				p.out.Unclaimed = append(p.out.Unclaimed, Claim{
					Index: c.Index, Role: Tax, Sample: v, Text: fmt.Sprintf("Column %s says that amounts hold tax.", c.title()),
					Flag: "--gross (tax is taken off each line) or --net", Choices: []string{"--gross", "--net"},
				})
				return true
			}
		}
	}
	return false
}

// askTypes asks whether the type column decides which rows are sales, unless every
// value seen is a sale or a credit.
func (p *proposer) askTypes(c *column) {
	mixed := c.Filled == 0
	for _, v := range c.Samples {
		if e, _ := TypeOf(v); e != Sale && e != Credit {
			mixed = true
		}
	}
	if !mixed {
		return
	}
	flag := "--map type='" + c.title() + "'"
	p.out.Unclaimed = append(p.out.Unclaimed, Claim{
		Index: c.Index, Role: Type, Sample: c.sample(), Choices: []string{flag},
		Text: "The list mixes kinds of transaction. Shall invoices, sales receipts and credit notes be loaded, and all else be set aside?",
		Flag: flag + ", or export a report of sales only",
	})
}
