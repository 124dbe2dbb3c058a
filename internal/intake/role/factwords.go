package role

import (
	"strings"

	"clientele/internal/ledger"
)

// The lists of facts beside sale lines. Efforts and Costs are two of the facts that a file
// may list already; these say which kind of them.
const (
	ClientCosts = string(ledger.ClientCosts)
	Pools       = string(ledger.Pools)
	Resources   = string(ledger.Resources)
	Events      = string(ledger.Events)
	Equations   = string(ledger.Equations)
	Receivables = string(ledger.Receivables)
	Plans       = string(ledger.Plans)
)

// FactWords lists them for help and messages.
func FactWords() string {
	words := make([]string, len(ledger.FactKinds))
	for i, k := range ledger.FactKinds {
		words[i] = string(k)
	}
	return strings.Join(words, ", ")
}

// factRoles are the headers of the roles of facts, best first.
//
//nolint:misspell,dupword // words of four languages
var factRoles = map[Role]string{
	Person:    "person|employee|employee name|team member|staff|staff member|resource|resource name|consultant|worker|user|user name|mitarbeiter|mitarbeiterin|mitarbeitername|bearbeiter|collaborateur|salarie|intervenant|empleado|trabajador|first name|assignee",
	Group:     "resource group|staff group|team|department|pool group|group|role|abteilung|kostenstelle|equipe|service|departamento|equipo|grupo",
	Activity:  "activity|task|task name|work type|type of work|service item|tatigkeit|aufgabe|leistungsart|activite|tache|actividad|tarea|project|description",
	Billable:  "billable|is billable|billed|abrechenbar|verrechenbar|facturable|facturable si no|billability",
	Hours:     "duration decimal|hours|hours worked|time spent hours|total hours|tracked hours|time h|duration hours|stunden|dauer stunden|heures|horas|duration h|duration|time spent|dauer|duree|duracion|time|minutes|minuten|seconds|sekunden|tracked h",
	Pool:      "pool|cost pool|cost center|cost centre|kostenpool|kostenstelle|kostenart|centre de cout|centro de coste|centro de costo|account|konto",
	CostKind:  "kind|cost kind|cost type|type of cost|type|category|kostenart|art|typ|nature de charge|nature|tipo de gasto|tipo|description|beschreibung",
	Practical: "practical hours|practical capacity|capacity hours|available hours|productive hours|praktische stunden|verfugbare stunden|kapazitat|heures disponibles|capacite|horas disponibles|capacidad",
	Contract:  "contract hours|theoretical hours|paid hours|nominal hours|contracted hours|vertragsstunden|sollstunden|heures contractuelles|horas contratadas",
	EventName: "event|event type|activity|activity type|kind of event|ereignis|vorgang|evenement|evento|channel|subject",
	Driver:    "driver|cost driver|per|treiber|kostentreiber|inducteur|inductor|generador",
	Minutes:   "minutes|minutes per unit|unit minutes|unit time|time per unit|minuten|minuten je einheit|minutes par unite|minutos",
	Balance:   "balance|open balance|balance due|amount due|outstanding|open amount|receivable|receivables|offen|offener betrag|saldo|solde|pendiente",
	Planned:   "amount|value|net amount|betrag|wert|montant|valeur|importe|valor",
	PlanLine:  "line|line item|measure|item|p l line|kpi|figure|metric|position|posten|kennzahl|zeile|account|konto|poste|rubrique|indicateur|partida|concepto|indicador",
	Period:    "period|quarter|fiscal quarter|year|fiscal year|financial year|budget year|periode|quartal|jahr|geschaftsjahr|wirtschaftsjahr|trimestre|annee|exercice|ano|anio|ejercicio|periodo",
	PlanName:  "version|scenario|plan version|budget version|plan name|szenario|planversion|scenario name|escenario",
	Cost:      "cost|costs|cost amount|total cost|monthly cost|amount|net amount|value|kosten|betrag|cout|montant|coste|costo|importe|expenses|team costs|total costs|spend",
}

// eventWords are headers that name what a list of events is of: the event. Counts are
// plurals, which may head how many of them there were.
//
//nolint:misspell // words of four languages
var eventWords = []struct{ event, headers, counts string }{
	{"ticket", "ticket|ticket id|ticket number|case|case number|request id", "tickets|cases"},
	{"visit", "visit|visit id|besuch|visite|visita", "visits|besuche|visites|visitas"},
	{"return", "return|return id|rma|retoure|retour|devolucion", "returns|retouren|retours|devoluciones"},
	{"order", "order|order id|order number|sales order|bestellung|auftrag|commande|pedido", "orders|bestellungen|auftrage|commandes|pedidos"},
	{"delivery", "delivery|delivery id|delivery note|lieferung|lieferschein|livraison|entrega", "deliveries|lieferungen|livraisons|entregas"},
	{"call", "call|call id|anruf|appel|llamada", "calls|anrufe|appels|llamadas"},
	{"touch", "touch|channel|direction|last touch|kanal|canal", "touches"},
}

// Layer words: the kinds of cost by the layer of the statement that they belong to.
//
//nolint:misspell // words of four languages
const (
	directWords = "|goods|cost of goods|material|materials|cogs|subcontractor|subcontractors|subcontracting|purchase|purchases|merchandise|freight|ware|waren|wareneinsatz|fremdleistung|fremdleistungen|einkauf|fracht|marchandises|sous traitance|achats|port|mercancias|materiales|subcontratas|compras|portes|"
	ownWords    = "|rebate|rebates|bonus|discount|discounts|dedicated people and stock|dedicated people|dedicated stock|dedicated|bad debt|bad debts|write off|write offs|acquisition|acquisition cost|cost of credit|interest|commission|commissions|" +
		"rabatt|skonto|bonus kunde|forderungsausfall|akquisition|provision|zinsen|remise|ristourne|creance douteuse|prospection|descuento|rappel|incobrable|captacion|comision|"
	poolWords = "|people|tools|delivery|overhead|software|rent|wages|salaries|office|management|admin|administration|fleet|marketing|personal|gehalter|miete|verwaltung|werkzeuge|fuhrpark|personnel|salaires|loyer|frais generaux|personal costs|salarios|alquiler|gastos generales|"
)

// KindOfCost tells to which list a kind of cost belongs: Costs, ClientCosts, Pools, or ""
// where the word is not known.
func KindOfCost(word string) string {
	words := strings.Fields(fold(strings.ToLower(word)))
	for _, w := range append([]string{strings.Join(words, " ")}, words...) { // as a whole, then word by word
		switch {
		case in(directWords, w):
			return Costs
		case in(ownWords, w):
			return ClientCosts
		case in(poolWords, w):
			return Pools
		}
	}
	return ""
}

// Unbilled reports whether a cell of a column that says what is billed says that it is not:
// "Not billable", "nein", "non facturable", "0".
func Unbilled(cell string) bool {
	text := phrase(ParseName(cell).Text)
	if hasAny(text, " not ", " non ", " nicht ", " nein ", " pas ", " false ", " falsch ", " faux ", " falso ", " never ", " nie ") {
		return true
	}
	word := strings.TrimSpace(text)
	for _, begin := range [...]string{"non", "unbill", "uncharge", "unabrechen", "unverrechen", "infactur", "nofactur", "notbill"} {
		if strings.HasPrefix(word, begin) {
			return true
		}
	}
	if strings.HasPrefix(word, "no ") && !strings.ContainsAny(word, "0123456789") { // no facturable; not an invoice no 4711
		return true
	}
	return word == "0" || word == "n" || word == "no"
}
