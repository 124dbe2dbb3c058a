package role

import (
	"slices"
	"strings"
	"sync"
)

// Certainty says how far a header can be trusted.
type Certainty uint8

// The grades. Weak words ("Name", "Total", "Description", "Quantity") are proposed
// only where nothing stronger stands.
const (
	Weak Certainty = iota + 1
	Likely
	Sure
)

// String is the grade as a word.
func (c Certainty) String() string {
	switch c {
	case Sure:
		return "sure"
	case Likely:
		return "likely"
	case Weak:
		return "weak"
	default:
		return "none"
	}
}

// The ranks of amounts. Within a rank two columns compete; a lower rank wins.
const (
	rankLineNet  = 10 // the line, and said to be without tax
	rankAmount   = 20 // an amount, revenue
	rankSubtotal = 30 // without tax, but often of the whole document
	rankPayment  = 40 // what was paid
	rankTotal    = 50 // weak: often with tax, often of the whole document
)

// synonym is one line of the table: headers that mean the same role. Rank orders the
// columns that could have the role. Source: the table of header synonyms in the intake
// reference, and what the tools of the shapes table write.
type synonym struct {
	role  Role
	rank  int
	grade Certainty
	words string // separated by |
}

//nolint:misspell,dupword // words of four languages, and lists of headers
var synonyms = []synonym{
	{ClientID, 1, Sure, "customer id|customer key|customer identifier|client id|client key|cust id|kunden id|kundenid|id client|id cliente|customer ref id|reseller key|reseller id|dealer id|buyer id|debtor id"},
	{ClientID, 2, Sure, "customer number|customer no|customer code|client number|client code|kundennr|kundennummer|kunden nr|kundencode|n° client|no client|numero client|numero de client|code client|codigo cliente|codigo de cliente|numero de cliente|n cliente|cust no|cust number|cust code|debitorennr|debitorennummer|debitor nr|debitorenkonto|debitor"},
	{ClientID, 3, Sure, "account id|account number|account no|account reference|account ref|contact id|card code|customer account|customer account number|customer ref|customer reference|client reference id|organization id|organisation id|company id"},
	{ClientID, 9, Weak, "id"},

	{Client, 1, Sure, "customer|customer name|customer full name|customer company|client|client name|client full name|clients|customers|account name|kunde|kundenname|kunden name|kundin|nom client|nom du client|raison sociale|cliente|nombre cliente|nombre del cliente|razon social|debtor name|debtor|billed to|bill to|bill to name|sold to|sold to name|buyer|buyer name|reseller name|reseller|dealer"},
	{Client, 2, Sure, "company|company name|organization|organisation|organization name|organisation name|firma|firmenname|unternehmen|societe|entreprise|empresa|compania|auftraggeber|rechnungsempfanger|debitorname|geschaftspartner|business partner|partner|invoice partner display name|auftraggeber name"},
	{Client, 3, Likely, "contact name"},
	{Client, 9, Weak, "name|nom|nombre|account|full name|display name|legal name"},

	{Parent, 1, Sure, "parent|parent account|parent customer|parent company|parent client|parent id|parent account id|group name|customer group|konzern|mutter|muttergesellschaft|konzernmutter|groupe|grupo|matriz|societe mere"},
	{Owner, 1, Sure, "account manager|account owner|owner|owner id|deal owner|opportunity owner|company owner|sales rep|sales representative|salesperson|sales person|salesman|account executive|customer manager|client manager|betreuer|kundenbetreuer|vertreter|verkaufer|sachbearbeiter|responsable|charge de clientele|commercial|gestor|comercial|vendedor"},

	{Date, 1, Sure, "invoice date|date of invoice|rechnungsdatum|rechnungs datum|re datum|date de facture|date facture|date de facturation|fecha factura|fecha de factura|fecha de la factura|date issued|issue date|issued on|issued|ausstellungsdatum|date d emission|fecha de emision|invoiced on|invoice bill date"},
	{Date, 2, Sure, "document date|doc date|belegdatum|belegsdatum|date piece|date de piece|fecha documento|fecha del documento"},
	{Date, 3, Sure, "date|datum|fecha"},
	{Date, 4, Sure, "transaction date|txn date|trans date|posting date|post date|booking date|buchungsdatum|date comptable|date d ecriture|fecha contable|fecha de contabilizacion"},
	{Date, 5, Sure, "sale date|sales date|date of sale|order date|date ordered|bestelldatum|auftragsdatum|date de commande|date commande|fecha pedido|fecha de pedido|verkaufsdatum|umsatzdatum|date de vente|fecha de venta|leistungsdatum"},
	{Date, 6, Sure, "close date|payment date|paid date|date paid|date of payment|zahlungsdatum|bezahlt am|date de paiement|fecha de pago|received on"},
	{Date, 7, Likely, "created date|created|created at|creation date|created on|date created|create date|erstellt am|erstellt|date de creation|fecha de creacion|created utc|created date utc|invoice created"},
	{Date, 8, Likely, "start date|day|timestamp|datetime|date time|date and time"},
	{Date, 9, Weak, "tag|month|period|monat|periode|mois|mes|periodo|invoice month|billing period|week|quarter|year month"},

	{Document, 1, Sure, "invoice number|invoice no|invoice nr|invoice num|invoice #|invoice ref|invoice reference|invoice|rechnungsnr|rechnungsnummer|rechnung|rechnung nr|re nr|rg nr|belegnr|belegnummer|beleg|n° facture|no facture|numero facture|numero de facture|facture|n° de facture|n° factura|numero factura|numero de factura|num factura|factura|n factura|n facture|bill number|bill no|sales invoice"},
	{Document, 2, Sure, "invoice id|document number|document no|document id|doc number|doc no|document|dokument|dokumentnr|piece|n° piece|numero de piece|documento|n° documento|numero documento|numero de documento|voucher|voucher number|voucher no|transaction number|transaction no|transaction id|receipt number|receipt no"},
	{Document, 3, Sure, "order number|order no|order id|order reference|sales order number|sales order|sales order id|bestellnr|bestellnummer|auftragsnr|auftragsnummer|numero de commande|n° commande|numero de pedido|n° pedido|pedido|commande"},
	{Document, 9, Weak, "num|reference|ref|referenz|reference number"},
	{AppliesTo, 1, Sure, "credits invoice|credit for|credit note for|applies to|applies to invoice|applied to|original invoice|original invoice number|corrects|corrects invoice|related invoice|gutschrift zu|zu rechnung|storno zu|avoir sur|facture d origine|rectifica|factura rectificada|factura original"},

	{Quantity, 1, Likely, "quantity|qty|order quantity|quantity ordered|ordered quantity|quantity sold|units|units sold|menge|anzahl|stuck|stuckzahl|quantite|qte|cantidad|cant|unidades|pieces"},
	{UnitPrice, 1, Sure, "unit price|unit amount|unitprice|price per unit|price each|net unit price|unit price net|net price|sales price|item price|selling price|einzelpreis|stuckpreis|e preis|ep|einzelpreis netto|nettopreis|preis pro stuck|preis je einheit|prix unitaire|prix unit|pu|pu ht|prix unitaire ht|precio unitario|precio unidad|precio por unidad"},
	{UnitPrice, 2, Likely, "price|preis|prix|precio|rate|unit rate|tarif"},
	{UnitPrice, 3, Likely, "unit cost price|list price|listenpreis"},

	{Amount, rankLineNet, Sure, "net amount|amount net|net line amount|line net amount|line amount|line amount net|net line total|line net total|line net|line subtotal|line sub total|item total net|net|net value|net revenue|net sales|net sales amount|net turnover|net invoiced|amount excl tax|amount excl vat|amount excluding tax|amount excluding vat|amount ex vat|amount ex tax|amount ex gst|amount without tax|amount without vat|untaxed amount|untaxed amount signed|taxable amount|sales amount|netto|nettobetrag|betrag netto|netto betrag|nettoumsatz|umsatz netto|netto umsatz|nettowert|nettosumme|zeilenbetrag|positionsbetrag|betrag ohne mwst|betrag ohne ust|montant ht|montant hors taxe|montant hors taxes|ht|total ht|prix total ht|ca ht|chiffre d affaires ht|montant net|importe neto|neto|importe sin iva|base imponible|total sin iva|ventas netas"},
	{Amount, rankAmount, Sure, "amount|amt|revenue|sales|sales value|sales revenue|turnover|extended amount|extended price|ext price|invoice amount|invoiced amount|amount invoiced|billed amount|amount billed|invoiced|billed|item total|item amount|line value|transaction amount|income|betrag|umsatz|erlos|erlose|umsatzerlos|umsatzerlose|rechnungsbetrag|fakturiert|umsatz betrag|jahresumsatz|montant|chiffre d affaires|ca|ventes|vente|montant facture|montant de la facture|importe|importe factura|ventas|venta|facturacion|importe facturado|ingresos|facturado|monto"},
	{Amount, rankSubtotal, Sure, "subtotal|sub total|net total|total net|total excl tax|total excl vat|total excluding tax|total excluding vat|total without tax|invoice net|invoice subtotal|order subtotal|total before tax|gesamt netto|gesamtbetrag netto|netto gesamt|summe netto|sous total|subtotal sin iva|zwischensumme"},
	{Amount, rankPayment, Likely, "amount received|received amount|amount paid|paid amount|payment amount|payment|paid|received|zahlbetrag|bezahlter betrag|zahlung|zahlungsbetrag|montant paye|montant regle|importe pagado|importe cobrado|cobrado"},
	{Amount, rankTotal, Weak, "total|value|sum|summe|gesamt|gesamtbetrag|gesamtsumme|endbetrag|wert|valeur|valor|line total|invoice total|total amount|grand total|total price|order total|total invoiced|document total|total value|total revenue|total sales|total facture|total factura|montant total|importe total|suma|spend|total spend|price total|gesamtpreis|prix total|precio total|total signed|amount total|total eur|total usd|total gbp|total chf|eur|usd|gbp|chf"},

	{Gross, 1, Sure, "gross|gross amount|amount gross|gross total|total gross|gross sales|gross value|brutto|bruttobetrag|betrag brutto|rechnungsbetrag brutto|gesamt brutto|bruttosumme|total ttc|montant ttc|ttc|prix ttc|importe bruto|bruto|total con iva|importe con iva|total iva incluido|amount incl tax|amount incl vat|amount including tax|amount including vat|amount inc vat|amount inc tax|total incl tax|total incl vat|total including tax|total including vat|total inc vat|total inc gst|total with tax|amount with tax|betrag inkl mwst|betrag mit mwst"},
	{Tax, 1, Sure, "tax|taxes|tax amount|tax amt|tax value|total tax|sales tax|sales tax amount|vat|vat amount|gst|gst amount|hst|item tax amount|line tax|line tax amount|mwst|mwst betrag|ust|ust betrag|umsatzsteuer|mehrwertsteuer|steuer|steuerbetrag|tva|montant tva|total tva|iva|importe iva|cuota iva|impuesto|impuestos|tax total|tax 1 amount|tax 2 amount"},
	{Tax, 2, Weak, "tax rate|tax %|vat %|vat rate|gst rate|gst %|tax percent|tax pct|mwst %|mwst satz|ust %|ust satz|steuersatz|tva %|taux tva|taux de tva|% tva|iva %|% iva|tipo iva|item tax %"},
	{Discount, 1, Sure, "discount|discount amount|discount amt|discounts|discount value|line discount|item discount|rebate|rabatt|rabattbetrag|nachlass|skonto|remise|montant remise|rabais|descuento|importe descuento|dto|descuentos"},
	{Discount, 2, Sure, "discount %|discount percent|discount percentage|discount pct|discount rate|% discount|unit price discount pct|rabatt %|rabattsatz|rabatt prozent|remise %|% remise|taux de remise|descuento %|% descuento|% dto|dto %|disc %|disc"},
	{Refund, 1, Sure, "refund|refunds|refunded|refund amount|amount refunded|refunded amount|total refunded|returns|return|returned|return amount|returns amount|sales returns|returned amount|credit notes|credits|credited|credit amount|chargeback|chargebacks|retoure|retouren|retourenbetrag|erstattung|erstattungen|erstattet|ruckerstattung|ruckerstattungen|gutschrift|gutschriften|remboursement|remboursements|montant rembourse|retour|retours|avoir|avoirs|reembolso|reembolsos|devolucion|devoluciones|abono|abonos"},
	{TaxIncluded, 1, Sure, "is inclusive tax|tax inclusive|tax included|prices include tax|is tax inclusive"},

	{Currency, 1, Sure, "currency|currency code|curr|iso currency|invoice currency|document currency|transaction currency|wahrung|waehrung|wahrungscode|wkz|belegwahrung|devise|monnaie|code devise|moneda|divisa|codigo moneda|currency iso code"},
	{Status, 1, Sure, "status|invoice status|document status|doc status|rechnungsstatus|belegstatus|statut|statut facture|estado|estado factura|estado de la factura|etat|invoice state"},
	{Status, 2, Weak, "state|payment status|zahlungsstatus|zustand|order status"},
	{Type, 1, Sure, "transaction type|document type|doc type|invoice type|txn type|record type|belegart|vorgangsart|dokumentart|dokumententyp|belegtyp|type de document|type de piece|type de transaction|tipo de documento|tipo documento|tipo de factura|tipo de transaccion"},
	{Type, 2, Weak, "type|kind|typ|art|tipo|nature"},

	{Item, 1, Sure, "item|item name|item code|product|product name|product code|product key|product id|product service|product service full name|stock code|sku|service|article|artikel|artikelnr|artikelnummer|artikelbezeichnung|leistung|produkt|designation|produit|prestation|articulo|producto|servicio|inventory item code|item no|item number"},
	{Item, 9, Weak, "description|item description|item desc|details|memo|memo description|beschreibung|bezeichnung|descripcion|libelle|concepto|line description"},
	{Cost, 1, Sure, "cost|costs|cogs|cost amount|total cost|total product cost|cost of goods sold|cost of sales|team costs|total costs|expenses|kosten|einstand|wareneinsatz|einstandswert|cout|couts|charges|coste|costo|costes|costos|cost total|line cost"},
	{UnitCost, 1, Sure, "unit cost|cost price|cost per unit|product standard cost|standard cost|einstandspreis|einkaufspreis|ek preis|prix de revient|cout unitaire|prix d achat|coste unitario|costo unitario|precio de coste"},
	{Margin, 1, Sure, "gross profit|margin|contribution|profit|gross margin|contribution margin|deckungsbeitrag|db|marge|rohertrag|marge brute|margen|margen bruto|beneficio"},
	{Margin, 2, Sure, "margin %|% margin|margin percent|margin percentage|margin pct|margin in %|gross margin %|gross margin percent|gross margin percentage|gross margin pct|gross profit %|gross profit percent|profit %|profit percent|profit margin %|profit margin percent|contribution %|contribution margin %|gm %|db %|db in %|db prozent|deckungsbeitrag %|deckungsbeitrag in %|rohertrag %|marge %|% marge|marge in %|marge en %|marge prozent|marge brute %|taux de marge|margen %|% margen|margen bruto %"},
	{Won, 1, Sure, "is won|is closed won|won|deal won"},
	{Deleted, 1, Sure, "is deleted|deleted|geloscht|supprime|eliminado"},
}

// others are headers that tools write and that have none of the roles. They are never
// taken for a client or an amount from the values alone.
const others = "address|address 1|address line 1|street|city|town|country|region|state province|zip|zip code|postcode|post code|postal code|postal|plz|ort|stadt|strasse|land|adresse|ville|pays|code postal|ciudad|pais|provincia|codigo postal|direccion|" +
	"phone|phone number|phone numbers|fax|mobile|email|e mail|email address|website|url|domain|telefon|telephone|telefono|correo|mail|" +
	"notes|note|comment|comments|tags|tag list|project|project name|project code|task|tasks|activity|category|segment|industry|department|class|location|branch|territory|channel|source|user|user name|team member|employee|person|first name|last name|title|" +
	"due date|date due|due|faellig am|fallig am|echeance|vencimiento|fecha de vencimiento|terms|payment terms|payment days|ship date|delivery date|lieferdatum|date de livraison|fecha de entrega|end date|last activity date|customer since|since|" +
	"receivable|receivables|balance|open balance|balance due|amount due|outstanding|open amount|offen|offener betrag|saldo|solde|pendiente|" +
	"hours|duration|time|minutes|seconds|start time|end time|billable|billable amount|billable rate|cost rate|" +
	"line|line number|line no|pos|position|ligne|linea|row|year|jahr|annee|ano|age|days|count|frequency|recency|orders|number of orders|order count|invoices|" +
	"freight|shipping|shipping charge|adjustment|fee|fees|budget|probability|expected revenue|exchange rate|rank|share|annual revenue|annual sales|number of employees|" +
	"tax type|tax code|tax name|tax id|vat number|vat id|item tax|created by|updated at|modified|account type|gender|unit|uom|subject|priority|contact|contact person|level|ticket|replies|requester|assignee|group|rating|from|to|base|quote"

// meaning is what a header can be.
type meaning struct {
	role  Role
	rank  int
	grade Certainty
}

// lexicon finds the meanings of a key. A key without meaning is known to have no role.
var lexicon = sync.OnceValue(func() map[string][]meaning {
	out := map[string][]meaning{}
	for _, s := range synonyms {
		for w := range strings.SplitSeq(s.words, "|") {
			k := keyOf(w)
			fresh := true
			for _, have := range out[k] {
				fresh = fresh && have.role != s.role
			}
			if fresh {
				out[k] = append(out[k], meaning{s.role, s.rank, s.grade})
			}
		}
	}
	for w := range strings.SplitSeq(others, "|") {
		if k := keyOf(w); out[k] == nil {
			out[k] = []meaning{}
		}
	}
	return out
})

// pattern recognises headers made of a closed set of words: every word is a head or a
// companion, and at least one is a head.
type pattern struct {
	meaning
	heads, companions string
}

var patterns = []pattern{
	{meaning{Amount, rankLineNet, Likely}, "net netto neto ht", "line item amount sales revenue turnover value invoiced invoice of total umsatz betrag montant importe in"},
	{meaning{Amount, rankAmount, Likely}, "amount revenue turnover umsatz betrag montant importe", "sales line item invoice invoiced of product value order in total"},
	{meaning{Client, 1, Likely}, "customer client kunde cliente", "name full company the bill sold to billing display legal"},
	{meaning{ClientID, 2, Likely}, "id key number code", "customer client kunden cliente debitor external source"},
	{meaning{Date, 4, Likely}, "date datum fecha", "of invoice document posting transaction issue issued order sale sales booking billing utc"},
}

// meanings are what a header can be, by its words alone.
func meanings(n Name) (list []meaning, known bool) {
	lex := lexicon()
	whole := strings.TrimSpace(n.Path + " " + n.Text)
	if list, known = lex[key(whole)]; known {
		return list, true
	}
	if n.Path != "" {
		if list, known = lex[key(n.Text)]; known {
			return list, true
		}
	}
	for _, p := range patterns {
		if p.fits(n.Text) && (p.role != ClientID || hasAny(phrase(n.Text), " customer ", " client ", " kunden ", " cliente ", " debitor ")) {
			list = append(list, p.meaning)
			break
		}
	}
	return list, len(list) > 0
}

func (p pattern) fits(text string) bool {
	heads, all := " "+p.heads+" ", " "+p.heads+" "+p.companions+" "
	head := false
	for w := range strings.FieldsSeq(text) {
		w = " " + canonical(fold(w)) + " "
		if !strings.Contains(all, w) {
			return false
		}
		head = head || strings.Contains(heads, w)
	}
	return head
}

// Known reports whether a cell reads as a header that some tool or language uses. It
// serves to find the header row.
func Known(cell string) bool {
	n := ParseName(cell)
	if n.Text == "" || len(cell) > headerMax {
		return false
	}
	if _, known := meanings(n); known {
		return true
	}
	return shapeWords()[keyOf(cell)]
}

// Heads reports whether a cell is a header for clients, which is hardly ever the name of
// one.
func Heads(cell string) bool {
	if len(cell) > headerMax {
		return false
	}
	list, _ := meanings(ParseName(cell))
	return slices.ContainsFunc(list, func(m meaning) bool {
		return m.role == Client || m.role == ClientID
	})
}

// all are the roles in the order of the help text.
var all = []Role{
	ClientID, Client, Parent, Owner, Date, Document, AppliesTo, Amount, Quantity, UnitPrice, Discount, Refund, Tax, Gross,
	DocTotal, Currency, Status, Type, Item, Won, Deleted, Captured, Cost, UnitCost, Margin, TaxIncluded,
	Person, Group, Activity, Billable, Hours, Pool, CostKind, Practical, Contract, EventName, EventCount, Driver, Minutes, Balance, Planned, PlanLine, PlanName, Period,
}

// IsRole reports whether a word of --map names a role.
func IsRole(r Role) bool { return slices.Contains(all, r) }

// Words lists the roles for help and messages: "client_id, client, ...".
func Words() string {
	list := make([]string, len(all))
	for i, r := range all {
		list[i] = string(r)
	}
	return strings.Join(list, ", ")
}
