package intake

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"clientele/internal/fault"
	"clientele/internal/intake/role"
	"clientele/internal/ledger"
)

// columns finds what each column is, from its header, its values and the answers.
func (f *File) columns(rows []row, a *Answers) error {
	p := f.Profile
	cols := columnsOf(p.Headers, rows)
	f.prop = role.Propose(cols)
	prop := &f.prop
	p.Shape, f.Facts = prop.Shape, prop.Facts
	p.Carry = prop.Carry
	for r, pick := range prop.Roles {
		p.Roles[r] = pick.Index
	}
	p.Amount = prop.AmountExpr
	for _, n := range prop.Notes {
		f.note("shape", n)
	}
	answered, err := f.mapped(a)
	if err != nil {
		return err
	}
	if err := f.amount(a, answered); err != nil {
		return err
	}
	if err := f.settleCost(a, answered); err != nil {
		return err
	}
	f.explain(prop)
	f.headings(prop, rows)
	p.Kind = prop.Kind
	if k, err := a.kind(); err != nil {
		return err
	} else if k != "" {
		p.Kind = k
	}
	if !f.sales(prop, a, answered) {
		return f.notSales()
	}
	if p.Kind == "" {
		p.Kind = ledger.Invoiced
	}
	p.Tax = a.Tax
	f.candidates(prop, answered)
	f.claims(prop, a, answered)
	f.missing()
	return nil
}

// mapped lays the --map answers over the proposal and tells which roles were answered.
func (f *File) mapped(a *Answers) (map[role.Role]bool, error) {
	answers, err := a.mapping()
	if err != nil {
		return nil, err
	}
	answered := map[role.Role]bool{}
	for r, name := range answers {
		answered[r] = true
		if name == "" {
			delete(f.Profile.Roles, r)
			continue
		}
		i, err := FindColumn(f.Profile.Headers, name)
		if err != nil {
			return nil, err
		}
		for other, at := range f.Profile.Roles { // one column has one role, unless both are asked for
			if at == i && other != r {
				if _, asked := answers[other]; !asked {
					delete(f.Profile.Roles, other)
				}
			}
		}
		f.Profile.Roles[r] = i
	}
	if answered[role.Client] && !answered[role.ClientID] && answers[role.Client] != "" {
		delete(f.Profile.Roles, role.ClientID) // the user says what the client is
	}
	f.reckon(answers)
	return answered, nil
}

// reckon fits the proposed formula to the answers: one with a role that was taken away
// loses it, and quantity and price that were named make one.
func (f *File) reckon(answers map[role.Role]string) {
	p := f.Profile
	if col, said := answers[role.Amount]; said {
		if col != "" {
			p.Amount = ""
			return
		}
		delete(p.Roles, role.Amount)
	}
	gone := false
	for r, col := range answers {
		gone = gone || col == "" && strings.Contains(p.Amount, string(r))
	}
	if answers[role.Refund] != "" && p.Column(role.Amount) >= 0 && p.Amount == "" {
		p.Amount = "amount-refund"
	}
	named := answers[role.Quantity] != "" && answers[role.UnitPrice] != ""
	product := p.Column(role.Quantity) >= 0 && p.Column(role.UnitPrice) >= 0
	switch {
	case gone && !product:
		p.Amount = ""
	case gone, named && p.Amount == "" && p.Column(role.Amount) < 0:
		p.Amount = "quantity*unit_price"
	}
}

// amount applies --amount, which wins over every column.
func (f *File) amount(a *Answers, answered map[role.Role]bool) error {
	p := f.Profile
	if a.Amount != "" {
		p.Amount = a.Amount
		delete(p.Roles, role.Amount)
		answered[role.Amount] = true
	}
	if p.Amount == "" {
		return nil
	}
	_, err := compile(p, true)
	return err
}

// explain keeps the evidence for the columns that count, in a fixed order.
func (f *File) explain(prop *role.Proposal) {
	if prop.Shape != "" {
		f.evidence("recognised as " + prop.Shape)
	}
	for _, w := range prop.Why {
		f.evidence(w)
	}
	roles := make([]string, 0, len(f.Profile.Roles))
	for r := range f.Profile.Roles {
		roles = append(roles, string(r))
	}
	sort.Strings(roles)
	for _, name := range roles {
		i := f.Profile.Roles[role.Role(name)]
		why := ""
		if pick, ok := prop.Roles[role.Role(name)]; ok && pick.Index == i && pick.Why != "" {
			why = " (" + pick.Why + ")"
		}
		f.evidence(fmt.Sprintf("%s = %s%s", name, f.Profile.Header(i), why))
	}
	if f.Profile.Amount != "" {
		f.evidence("amount = " + f.Profile.Amount)
	}
}

// headings finds lone cells in the first column that head the rows below, as printed
// reports group by client or by item.
func (f *File) headings(prop *role.Proposal, rows []row) {
	p := f.Profile
	of := prop.HeadingRole
	if of == "" {
		of = role.Client
	}
	if len(p.Headers) < 3 || of == role.Client && (p.Column(role.Client) > 0 || p.Column(role.ClientID) > 0) {
		return
	}
	lone, inner := 0, 0
	for i := range rows {
		if len(rows[i].fields) == 0 || len(trim(rows[i].fields[0])) == 0 {
			continue
		}
		if kind, _, _ := role.TotalOf(texts(rows[i].fields)); kind != "" {
			continue
		}
		if _, ok := role.Footer(texts(rows[i].fields)); ok {
			continue
		}
		if rows[i].filled() == 1 {
			lone++
		} else {
			inner++
		}
	}
	if lone == 0 || inner > lone/4 {
		return
	}
	p.Heading, p.HeadingOf = 0, of
	if of == role.Client {
		delete(p.Roles, role.Client)
	}
	f.evidence(fmt.Sprintf("the %s stands in heading rows (%d in the sample)", of, lone))
}

// sales reports whether the file is to be read as sale lines.
func (f *File) sales(prop *role.Proposal, a *Answers, answered map[role.Role]bool) bool {
	if prop.Facts != role.Pipeline && answered[role.Amount] {
		return true
	}
	switch prop.Facts {
	case role.Pipeline:
		if f.Profile.Kind == ledger.Booked && a.Kind != "" {
			return true
		}
		f.ask(fault.Question{
			Code: "kind", Text: "This is a list of deals, not of invoices. Shall the deals that were won be loaded as bookings?",
			Evidence: []string{"recognised as " + prop.Shape}, Flag: "--kind booked", Choices: []string{"--kind booked"},
		})
		return true
	case role.Sales, role.Unknown, "":
		return true
	default:
		return false
	}
}

// notSales refuses a file of another kind of facts, and says which.
func (f *File) notSales() error {
	what := map[string]string{
		role.Clients: "clients", role.Efforts: "time or tickets", role.Contacts: "contacts", role.Costs: "costs", role.Rates: "exchange rates", role.Plans: "what is planned",
	}[f.Facts]
	if what == "" {
		what = f.Facts
	}
	remedy := "name a file with sales: invoices, or two columns with client and amount"
	if f.Facts == role.Rates {
		remedy = "give it with --rates, or import it into a workspace with 'clientele rates FILE'"
	}
	return f.src.Fault(f.header, "this file lists "+what+", not sales", remedy+"; or say which column is the amount: --map amount=COLUMN", nil)
}

// contested are the roles about which competing columns are asked, in this order.
var contested = []role.Role{
	role.Client, role.ClientID, role.Date, role.Amount, role.Quantity, role.UnitPrice, role.Currency, role.Status, role.Type,
	role.Document, role.TaxIncluded, role.Won, role.Deleted, role.Captured,
}

// candidates asks where two columns compete for a role that counts.
func (f *File) candidates(prop *role.Proposal, answered map[role.Role]bool) {
	f.rivals(prop, answered, contested)
}

func (f *File) rivals(prop *role.Proposal, answered map[role.Role]bool, roles []role.Role) {
	const most = 8 // columns named in a question
	for _, r := range roles {
		list := prop.Candidates[r]
		if len(list) < 2 || answered[r] || f.idle(r, answered) {
			continue
		}
		names, choices := make([]string, 0, len(list)), make([]string, 0, len(list))
		for k, i := range list {
			if k == most {
				names = append(names, fmt.Sprintf("%d more", len(list)-most))
				break
			}
			name, ref := f.Profile.Header(i), f.reference(i)
			if strings.HasPrefix(ref, "#") && name != columnName(i) {
				name += " (" + ref + ")"
			}
			names = append(names, name)
			choices = append(choices, fmt.Sprintf("--map %s=%s", r, ref))
		}
		f.ask(fault.Question{
			Code: "column_" + string(r), Text: fmt.Sprintf("Which column is the %s: %s?", strings.ReplaceAll(string(r), "_", " "), strings.Join(names, " or ")),
			Flag: strings.Join(choices, " or "), Choices: choices,
		})
	}
}

// idle: nothing depends on the role, because another column or answer has its place.
func (f *File) idle(r role.Role, answered map[role.Role]bool) bool {
	p := f.Profile
	switch r { //nolint:exhaustive // the other roles have no stand-in
	case role.Client:
		return p.Column(role.ClientID) >= 0
	case role.ClientID:
		return answered[role.Client]
	case role.Quantity, role.UnitPrice:
		return p.Column(role.Amount) >= 0 || p.Amount != ""
	default:
		return false
	}
}

// reference names a column as a flag can: by header, by number where the header is
// blank or stands twice.
func (f *File) reference(i int) string {
	h := f.Profile.Headers[i]
	if _, err := FindColumn(f.Profile.Headers, h); err != nil || h == "" {
		return fmt.Sprintf("#%d", i+1)
	}
	for k, other := range f.Profile.Headers {
		if k != i && other == h {
			return fmt.Sprintf("#%d", i+1)
		}
	}
	switch {
	case strings.Contains(h, "'") && strings.ContainsAny(h, "\"$`\\"):
		return fmt.Sprintf("#%d", i+1)
	case strings.Contains(h, "'"):
		return `"` + h + `"`
	case strings.ContainsAny(h, " \t\"$`\\&|;<>()*?#!~"):
		return "'" + h + "'"
	default:
		return h
	}
}

// claims asks about tax and discount columns that nobody has claimed.
func (f *File) claims(prop *role.Proposal, a *Answers, answered map[role.Role]bool) {
	for _, c := range prop.Unclaimed {
		name := f.Profile.Header(c.Index)
		if c.Role == role.Tax {
			f.Profile.TaxSigns = appendNew(f.Profile.TaxSigns, name)
		}
		reckoned := a.Amount != "" && (c.Role == role.Tax || c.Role == role.Discount || c.Role == role.Amount || c.Role == role.Refund)
		if answered[c.Role] || reckoned || c.Role == role.Tax && a.Tax != "" {
			continue
		}
		f.ask(fault.Question{
			Code: string(c.Role), Text: c.Text, Evidence: []string{fmt.Sprintf("column %s, for example %s", name, c.Sample)},
			Flag: c.Flag, Choices: c.Choices,
		})
	}
}

// missing asks for what no question can do without.
func (f *File) missing() {
	p := f.Profile
	asked := func(r role.Role) bool {
		return slices.ContainsFunc(f.Questions, func(q fault.Question) bool { return q.Code == "column_"+string(r) })
	}
	evidence := []string{"columns: " + quoteAll(p.Headers)}
	if p.Column(role.Amount) < 0 && p.Amount == "" && !asked(role.Amount) {
		f.ask(fault.Question{
			Code: "amount", Text: "Which column is the amount?", Evidence: evidence,
			Flag: "--map amount=COLUMN or --amount 'quantity*unit_price'",
		})
	}
	if p.Column(role.Client) < 0 && p.Column(role.ClientID) < 0 && p.Heading < 0 && !asked(role.Client) && !asked(role.ClientID) {
		f.ask(fault.Question{
			Code: "client", Text: "Which column is the client?", Evidence: append(evidence, f.prop.Notes...),
			Flag: "--map client=COLUMN",
		})
	}
}
