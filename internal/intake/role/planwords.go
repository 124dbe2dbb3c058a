package role

import (
	"slices"
	"strings"

	"clientele/internal/ledger"
)

// planWords say that a number is planned. Source: budgets as spreadsheets and planning
// tools of four languages head them.
const planWords = " plan planned planning budget budgeted forecast forecasted target targets quota soll planwert planwerte geplant geplante geplanter ziel prevision previsions prevu prevue objectif presupuesto presupuestos presupuestado presupuestada presupuestados presupuestadas previsto previstos previstas prevista objetivo "

// planFillers stand beside them and say nothing of what is planned.
const planFillers = " amount value annual monthly yearly for of in per the client customer fy "

// planLines are the lines of a plan by the words of headers and of items.
//
//nolint:misspell,dupword // words of four languages
var planLines = []struct {
	line  ledger.PlanLine
	words string
}{
	{ledger.PlanRevenue, "revenue|revenues|sales|turnover|net sales|net revenue|net revenues|total revenue|total sales|gross sales|umsatz|umsatze|erlose|erlos|chiffre affaires|chiffre d affaires|ca|ventes|ventas|ingresos|facturacion"},
	{ledger.PlanDirect, "direct cost|direct costs|cost|costs|cogs|cost of sales|cost of goods|cost of goods sold|cost sales|cost goods|cost goods sold|kosten|direkte kosten|einzelkosten|wareneinsatz|couts directs|cout direct|couts|coste directo|costes directos|coste|costes"},
	{ledger.PlanCM1, "cm1|cm 1|db1|db 1|db i|gross margin|gross profit|deckungsbeitrag 1|deckungsbeitrag i|rohertrag|marge brute|margen bruto"},
	{ledger.PlanService, "service cost|service costs|cost to serve|cost serve|servicekosten|betreuungskosten|cout service|coste servicio"},
	{ledger.PlanCM2, "cm2|cm 2|db2|db 2|db ii|deckungsbeitrag 2|deckungsbeitrag ii"},
	{ledger.PlanOwn, "client cost|client costs|customer cost|customer costs|client specific cost|kundenkosten"},
	{ledger.PlanCM3, "cm3|cm 3|db3|db 3|db iii|deckungsbeitrag 3|deckungsbeitrag iii"},
	{ledger.PlanProfit, "profit|margin|contribution|contribution margin|gewinn|deckungsbeitrag|db|marge|benefice|beneficio|margen"},
	{ledger.PlanHours, "hours|stunden|heures|horas"},
	{ledger.PlanUnused, "unused capacity|unused"},
	{ledger.PlanSustaining, "sustaining cost|sustaining costs|overhead|overheads|fixed cost|fixed costs|gemeinkosten|fixkosten|frais generaux|gastos generales"},
	{ledger.PlanResult, "result|operating result|operating profit|net income|net profit|net result|ebit|ergebnis|betriebsergebnis|resultat|resultado"},
}

// PlanLineOf is the line of a plan that an item means, "" where the word is none: the item
// is called by its own name.
func PlanLineOf(item string) ledger.PlanLine {
	line, _ := planned(item)
	return line
}

// planned takes a header or an item apart: what is planned, and whether it says that it
// is planned. What says only that is planned revenue.
func planned(text string) (line ledger.PlanLine, said bool) {
	var rest, whole []string
	for w := range strings.FieldsSeq(fold(ParseName(text).Text)) {
		whole = append(whole, w)
		switch {
		case strings.Contains(planWords, " "+w+" "):
			said = true
		case year(w):
		default:
			for _, before := range []string{"plan", "soll", "budget", "ziel"} { // compounds: Planumsatz
				if tail, ok := strings.CutPrefix(w, before); ok && planLine(tail) != "" {
					w, said = tail, true
				}
			}
			rest = append(rest, w)
		}
	}
	bare := slices.DeleteFunc(slices.Clone(rest), func(w string) bool { return strings.Contains(planFillers, " "+w+" ") })
	for _, words := range [][]string{whole, rest, bare} {
		if line = planLine(strings.Join(words, " ")); line != "" {
			return line, said
		}
	}
	if said && len(bare) == 0 {
		return ledger.PlanRevenue, true
	}
	return "", said
}

func planLine(words string) ledger.PlanLine {
	for _, p := range planLines {
		if in("|"+p.words+"|", words) {
			return p.line
		}
	}
	return ""
}

// year reports whether a word is a year, or a fiscal one.
func year(w string) bool {
	w = strings.TrimPrefix(w, "fy")
	return len(w) == 4 && strings.Trim(w, "0123456789") == "" && (strings.HasPrefix(w, "19") || strings.HasPrefix(w, "20"))
}

// PlanYear is the year that headers of a plan name, "" where they name none or several.
func PlanYear(headers []string) string {
	found := ""
	for _, h := range headers {
		for w := range strings.FieldsSeq(ParseName(h).Text) {
			switch w = strings.TrimPrefix(w, "fy"); {
			case !year(w), w == found:
			case found != "":
				return ""
			default:
				found = w
			}
		}
	}
	return found
}

// isPlan reports whether the columns list a plan: some number is headed as planned, and
// nothing beside it tells of a sale, of time spent or of a deal.
func (p *proposer) isPlan() bool {
	if p.has(Document) || p.has(Quantity) || p.has(UnitPrice) || p.hinted("deal") >= 2 || p.hinted("effort") > 0 {
		return false
	}
	for _, c := range p.cols {
		switch line, said := planned(c.name.Text); {
		case said && line != "" && c.Filled > 0 && c.numbers() && !c.percent():
		default:
			continue
		}
		if a := p.at(Amount); a == nil || a == c {
			return true
		} else if _, said := planned(a.name.Text); said {
			return true
		}
	}
	return false
}

// plan finds the columns of a plan: either what is planned stands in a column of lines with
// one amount, or each column of numbers is a line of its own.
func (f *factProposer) plan() {
	f.pick(PlanName)
	if c := f.find(PlanLine, func(c *column) bool { return 2*c.Numeric < max(1, c.Filled) }); c != nil {
		f.p.pick(PlanLine, c, Likely, "by its header")
	}
	worded := false
	free := func(c *column) bool {
		_, said := planned(c.name.Text) // such a column counts numbers, whatever some of its cells hold
		return !f.p.taken[c.Index] && c.Filled > 0 && (c.numbers() || said && c.Numeric > 0) && !c.percent() && 2*c.Dates <= c.Filled
	}
	for _, c := range f.p.cols {
		line, said := planned(c.name.Text)
		worded = worded || free(c) && said && line != ""
	}
	for _, c := range f.p.cols {
		line, said := planned(c.name.Text)
		if !free(c) || line == "" || worded && !said {
			continue
		}
		if f.p.has(PlanLine) {
			f.p.pick(Planned, c, Likely, "by its header")
			return
		}
		if _, twice := f.out.Plan[line]; twice {
			f.p.why("two columns plan the same; only the first counts, not " + c.title())
			continue
		}
		f.out.Plan[line] = c.Index
		f.p.taken[c.Index] = true
	}
	if len(f.out.Plan) == 0 && !f.p.has(Planned) {
		f.pick(Planned)
	}
}
