package role

import (
	"fmt"
	"slices"
	"sort"
	"strings"
	"sync"
)

// hints are headers that tell what a list is about. Source: the facts table of the
// intake reference.
var hints = map[string]string{
	"deal":     "stage|deal stage|stage name|opportunity stage|pipeline|probability|probability %|expected close date|forecast category|deal name|opportunity name|deal status|deal won time|is closed|lead source|next step|expected revenue",
	"effort":   "hours|duration|time spent|duration h|duration decimal|stunden|dauer|heures|duree|horas|duracion|seconds|minutes|tickets|ticket|ticket id|calls|visits|replies|besuche|visites|visitas|billable|channel|direction|tracked h|total hours",
	"contact":  "contact|contact name|contact person|first name|last name|ansprechpartner|vorname|nachname|interlocuteur|prenom|contacto|apellido|job title|last touch",
	"master":   "address|address line 1|street|city|country|state|zip|zip code|postcode|postal code|phone|phone number|phone numbers|email|e mail|website|domain|industry|segment|category|parent|customer since|since|payment days|payment terms|ort|stadt|strasse|plz|land|telefon|adresse|ville|pays|telephone|direccion|ciudad|pais|telefono|sector|branche|number of employees|number employees|employees|business type|annual revenue|annual sales|credit limit|vat number|tax id|tax number",
	"vendor":   "vendor|vendor name|supplier|supplier name|lieferant|kreditor|fournisseur|proveedor|payee",
	"exchange": "rate|exchange rate|fx rate|kurs|wechselkurs|umrechnungskurs|taux|taux de change|cours|tipo de cambio|cambio|tasa",
	"pair":     "currency|from|to|base|quote|from currency|to currency|base currency|quote currency|source currency|target currency|wahrung|devise|moneda|divisa|pair|currency code",
}

// costWords are values by which a column of kinds shows that a list holds costs.
//
//nolint:misspell // words of four languages
const costWords = "|rebate|rebates|bad debt|acquisition|dedicated people and stock|people|tools|delivery|overhead|commission|travel|freight|wages|salaries|rent|subcontractor|materials|" +
	"kosten|reisekosten|provision|fremdleistung|material|personal|miete|frais|commissions|salaires|loyer|gastos|comisiones|alquiler|"

// hintWords are the hints of a key.
var hintWords = sync.OnceValue(func() map[string][]string {
	out := map[string][]string{}
	for hint, words := range hints {
		for w := range strings.SplitSeq(words, "|") {
			out[keyOf(w)] = append(out[keyOf(w)], hint)
		}
	}
	return out
})

// hinted counts the columns of a hint.
func (p *proposer) hinted(hint string) int {
	n, table := 0, hintWords()
	for _, c := range p.cols {
		if slices.Contains(table[c.key], hint) {
			n++
		}
	}
	return n
}

// facts says what the list holds, by the roles that were found and by the headers.
func (p *proposer) facts() {
	client := p.has(Client) || p.has(ClientID) || len(p.out.Candidates[Client])+len(p.out.Candidates[ClientID]) > 0
	amount := p.has(Amount) || p.out.AmountExpr != "" || len(p.out.Candidates[Amount]) > 0
	switch {
	case !client && !p.has(Document) && !p.has(Quantity) && p.has(Date) && p.hinted("exchange") == 1 && p.hinted("pair") > 0:
		p.out.Facts = Rates
		p.out.Roles = map[Role]Pick{}
		for _, c := range p.cols {
			delete(p.taken, c.Index)
		}
		p.choose(Date)
		p.choose(Currency)
		p.out.AmountExpr = ""
	case p.hinted("deal") >= 2 && !p.has(Document):
		p.out.Facts = Pipeline
		p.pipeline()
	case p.isPlan():
		p.out.Facts = Plans
	case p.hinted("vendor") > 0 && !client, amount && p.costKinds():
		p.out.Facts = Costs
	case amount && p.hinted("effort") >= 2 && !p.has(Document): // a time sheet with its value
		p.out.Facts = Efforts
	case amount:
		p.out.Facts = Sales
	case p.has(Cost) && p.hinted("effort") < 2:
		p.out.Facts = Costs
	case p.hinted("effort") > 0:
		p.out.Facts = Efforts
	case client && p.hinted("contact") > 0 && !p.has(Date):
		p.out.Facts = Contacts
	case client && p.hinted("master") > 0 && !p.has(Date), p.register():
		p.out.Facts = Clients
	default:
		p.out.Facts = Unknown
	}
}

// register reports whether the list says of clients only who they are: ids with names, or
// whose they are, and no number that could be an amount.
func (p *proposer) register() bool {
	named := p.has(Client) && p.has(ClientID)
	owned := (p.has(Client) || p.has(ClientID)) && (p.has(Owner) || p.has(Parent))
	return (named || owned) && !p.has(Date) && !p.has(Document) && !slices.ContainsFunc(p.cols, func(c *column) bool {
		return !p.taken[c.Index] && c.numbers()
	})
}

// costKinds reports whether the kinds of the rows are kinds of cost.
func (p *proposer) costKinds() bool {
	for _, c := range p.cols {
		switch c.key {
		case "kind", "type", "costtype", "costkind", "category", "kostenart", "typ", "art", "naturedecharge", "tipo", "tipodegasto":
		default:
			continue
		}
		known := 0
		for _, s := range c.Samples {
			if in(costWords, strings.ToLower(strings.TrimSpace(s))) {
				known++
			}
		}
		if known > 0 && 2*known > len(c.Samples) {
			p.why("the kinds in column " + c.title() + " are kinds of cost")
			return true
		}
	}
	return false
}

// pipeline completes a list of deals: which were won, and when.
func (p *proposer) pipeline() {
	if !p.has(Won) {
		for _, k := range []string{"dealstage", "stagename", "stage", "opportunitystage", "dealstatus", "status"} {
			var named []*column
			for _, c := range p.cols {
				if c.key == k {
					named = append(named, c)
				}
			}
			if len(named) == 0 {
				continue
			}
			delete(p.out.Roles, Status)
			if len(named) > 1 { // which of two of one name is not ours to say
				p.compete(Won, named)
			} else {
				p.pick(Won, named[0], Likely, "says how far the deal is")
			}
			break
		}
	}
	p.out.Shape = "list of deals"
	p.needWon()
}

// needWon asks which deals were won where no column tells.
func (p *proposer) needWon() {
	a := p.at(Amount)
	if p.has(Won) || len(p.out.Candidates[Won]) > 0 || a == nil {
		return
	}
	p.out.Unclaimed = append(p.out.Unclaimed, Claim{
		Index: a.Index, Role: Won, Sample: a.sample(), Text: "No column says which deals were won.",
		Flag: "--map won=COLUMN, or --map won= (every row is won)", Choices: []string{"--map won="},
	})
}

// values reads a plain list whose headers say nothing: the text column with several
// values is the client, the only number the amount. Columns with a known header are
// not guessed at, but several numbers are a question.
func (p *proposer) values() {
	var texts, numbers, days, others []*column
	for _, c := range p.cols {
		if p.taken[c.Index] || c.Filled == 0 {
			continue
		}
		if c.known {
			if 10*c.Numeric >= 9*c.Filled {
				others = append(others, c)
			}
			continue
		}
		switch {
		case 10*c.Dates >= 9*c.Filled && 2*c.Numeric < c.Filled:
			days = append(days, c)
		case 10*c.Numeric >= 9*c.Filled:
			numbers = append(numbers, c)
		case !c.constant() && 2*c.Numeric < c.Filled:
			texts = append(texts, c)
		}
	}
	grade := Weak
	if len(p.cols) == 2 {
		grade = Likely
	}
	if !p.has(Amount) && p.out.AmountExpr == "" && len(p.out.Candidates[Amount]) == 0 {
		if len(numbers) > 0 { // one number among several is no evidence, whatever the others are called
			numbers = append(numbers, others...)
		}
		p.byValue(Amount, numbers, grade, "numbers")
	}
	if !p.has(Client) && !p.has(ClientID) && len(p.out.Candidates[Client])+len(p.out.Candidates[ClientID]) == 0 {
		p.byValue(Client, texts, grade, "texts")
	}
	if !p.has(Date) && len(p.out.Candidates[Date]) == 0 {
		p.byValue(Date, days, grade, "dates")
	}
	if p.has(Amount) || len(p.out.Candidates[Amount]) > 0 {
		p.out.Facts = Sales
	}
	p.months()
}

func (p *proposer) byValue(r Role, list []*column, grade Certainty, what string) {
	switch len(list) {
	case 0:
	case 1:
		p.pick(r, list[0], grade, "from the values: the only column of "+what)
		pick := p.out.Roles[r]
		pick.ByValue = true
		p.out.Roles[r] = pick
	default:
		p.compete(r, list)
	}
}

// months notes a table with its months side by side.
func (p *proposer) months() {
	var list []string
	for _, c := range p.cols {
		if month(c.name.Text) && c.Numeric > 0 {
			list = append(list, c.reference())
		}
	}
	if len(list) < 3 {
		return
	}
	sort.Strings(list)
	p.note(fmt.Sprintf("months stand side by side in %d columns; to add them up: --amount '%s+%s+…'; a plan is imported with --facts plan", len(list), list[0], list[1]))
}

// monthNames are the names of months and their short forms in four languages.
const monthNames = " jan january januar janvier janv enero ene feb february februar fevrier fevr febrero mar march marz mars marzo maerz mrz apr april avril avr abril abr " +
	"may mai mayo jun june juni juin junio jul july juli juillet juil julio aug august aout agosto ago sep sept september septembre septiembre oct okt october oktober octobre octubre " +
	"nov november novembre noviembre dec dez december dezember decembre diciembre dic "

// month reports whether a header is a month: "Jan 2024", "März".
func month(text string) bool {
	name := false
	for w := range strings.FieldsSeq(fold(text)) {
		switch {
		case strings.Trim(w, "0123456789") == "":
		case strings.Contains(monthNames, " "+w+" "):
			name = true
		default:
			return false
		}
	}
	return name
}
