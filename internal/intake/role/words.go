package role

import (
	"strings"
	"sync"
)

// Standing is what a status word says about its row.
type Standing struct {
	Known   bool
	Exclude bool
	Code    string // why it is excluded: draft, void, cancelled, deleted, quotation, uncaptured, failed
}

// excluded are the status words that take a row out of revenue, by code.
var excluded = [][2]string{
	{"draft", "draft|drafts|draft invoice|in draft|unposted|not posted|parked|entwurf|vorlage|brouillon|brouillons|borrador|borradores|en borrador"},
	{"void", "void|voided|voided invoice|storniert|storno|ungultig|nulo|nula"},
	{"cancelled", "cancelled|canceled|cancel|cancelled invoice|annulliert|abgebrochen|widerrufen|annule|annulee|annules|anulado|anulada|cancelado|cancelada|reversed|revoked"},
	{"deleted", "deleted|removed|trashed|archived deleted|geloscht|supprime|supprimee|eliminado|eliminada|borrado|borrada"},
	{"quotation", "quotation|quotation sent|quote|quoted|quote sent|estimate|proposal|proforma|pro forma|angebot|offerte|kostenvoranschlag|devis|devis envoye|presupuesto|presupuesto enviado|cotizacion|oferta"},
	{"uncaptured", "uncaptured|requires capture|not captured"},
	{"failed", "failed|failure|declined|expired|incomplete|blocked|requires payment method|requires action|requires confirmation|fehlgeschlagen|abgelehnt|echoue|echouee|refuse|fallido|fallida|rechazado"},
}

// counted are the status words of rows that are revenue.
const counted = "paid|paid in full|fully paid|partially paid|partly paid|partial|part paid|partial payment|in payment|unpaid|not paid|sent|viewed|delivered|open|outstanding|overdue|past due|due|pending|processing|awaiting payment|" +
	"authorised|authorized|approved|submitted|posted|closed|complete|completed|done|final|finalised|finalized|issued|invoiced|to invoice|fully invoiced|billed|to bill|to deliver|to deliver and bill|active|ok|valid|confirmed|sale|sales order|sale order|locked|shipped|fulfilled|" +
	"credit note issued|return|credited|refunded|partially refunded|partial refund|disputed|succeeded|success|successful|captured|settled|uncollectible|written off|bad debt|auto paid|" +
	"bezahlt|teilbezahlt|teilweise bezahlt|unbezahlt|offen|uberfallig|fallig|gesendet|versendet|verschickt|gebucht|verbucht|abgeschlossen|erledigt|genehmigt|freigegeben|gemahnt|geschlossen|bestatigt|fakturiert|berechnet|ausgestellt|geliefert|gutgeschrieben|" +
	"paye|payee|payes|partiellement paye|partiellement payee|impaye|impayee|non paye|envoye|envoyee|emise|emis|ouvert|ouverte|en retard|echu|echue|valide|validee|comptabilise|comptabilisee|cloture|facture|facturee|en attente|regle|reglee|solde|soldee|confirme|termine|" +
	"pagado|pagada|parcialmente pagado|parcialmente pagada|pagado parcialmente|impagado|impagada|pendiente|pendiente de pago|enviado|enviada|abierto|abierta|vencido|vencida|emitido|emitida|aprobado|aprobada|contabilizado|contabilizada|cerrado|cerrada|facturado|facturada|cobrado|cobrada|confirmado|publicado|entregado"

var statuses = sync.OnceValue(func() map[string]Standing {
	out := map[string]Standing{}
	for w := range strings.SplitSeq(counted, "|") {
		out[keyOf(w)] = Standing{Known: true}
	}
	for _, e := range excluded {
		for w := range strings.SplitSeq(e[1], "|") {
			out[keyOf(w)] = Standing{Known: true, Exclude: true, Code: e[0]}
		}
	}
	return out
})

// StatusOf says what a status word means. An unknown word is not excluded: the caller
// loads the row and names the word.
func StatusOf(word string) Standing { return statuses()[keyOf(word)] }

// Effect is what the type of a document does to revenue.
type Effect uint8

// The effects. A credit row may already carry a negative amount: the caller negates
// positive ones only.
const (
	UnknownType Effect = iota
	Sale
	Credit
	NotASale
)

// types are the words of document types. Source: QuickBooks, Xero, Sage 50 and Odoo
// exports, and the plain words of four languages.
//
//nolint:dupword // a list of words
var types = []struct {
	effect Effect
	code   string
	words  string
}{
	{Sale, "invoice", "invoice|invoices|inv|sales invoice|tax invoice|customer invoice|out invoice|accrec|si|sale|sales|sales receipt|cash sale|pos invoice|statement charge|debit note|debit memo|customer debit note|" +
		"rechnung|ausgangsrechnung|verkaufsrechnung|schlussrechnung|teilrechnung|abschlagsrechnung|anzahlungsrechnung|kassenbeleg|verkauf|re|facture|factures|facture client|facture d acompte|vente|factura|facturas|factura de cliente|factura simplificada|factura de venta|venta"},
	{Credit, "credit_note", "credit note|credit notes|credit memo|credit|credit invoice|customer credit note|customer credit|sales credit|sales credit note|sc|cn|accreccredit|out refund|return|sales return|returns|cancellation|" +
		"gutschrift|rechnungsgutschrift|rechnungskorrektur|korrekturrechnung|stornorechnung|storno|retoure|gu|gs|avoir|avoirs|facture d avoir|note de credit|nota de credito|abono|factura rectificativa|rectificativa|devolucion"},
	{Credit, "refund", "refund|refunds|refund receipt|cash refund|customer refund|erstattung|ruckerstattung|remboursement|reembolso"},
	{NotASale, "payment", "payment|payments|receipt|receive payment|received payment|customer payment|payment received|sales receipt on account|sa|sr|sd|zahlung|zahlungseingang|einzahlung|paiement|reglement|encaissement|pago|cobro|recibo"},
	{NotASale, "quotation", "estimate|quote|quotation|proforma|pro forma|proforma invoice|pro forma invoice|angebot|kostenvoranschlag|proformarechnung|devis|facture proforma|presupuesto|cotizacion|factura proforma"},
	{NotASale, "order", "order|sales order|purchase order|auftrag|auftragsbestatigung|bestellung|commande|bon de commande|pedido|orden"},
	{NotASale, "purchase", "bill|bills|purchase|purchase invoice|supplier invoice|vendor bill|vendor credit|supplier credit|in invoice|in refund|accpay|accpaycredit|pi|pc|pp|pa|pd|bill payment|bill payment check|bill payment credit card|bill credit|" +
		"expense|expenses|check|cheque|credit card expense|credit card charge|credit card credit|credit card payment|eingangsrechnung|lieferantenrechnung|ausgabe|achat|facture fournisseur|depense|factura de compra|factura de proveedor|gasto|compra"},
	{NotASale, "transfer", "transfer|deposit|bank transfer|bank deposit|withdrawal|bp|br|bt|payout|umbuchung|uberweisung|virement|transferencia"},
	{NotASale, "journal", "journal|journal entry|general journal|jd|jc|opening balance|inventory qty adjust|inventory starting value|payroll check|paycheck|sales tax payment|tax payment|buchung|anfangssaldo|ecriture|asiento"},
	{NotASale, "delivery", "delivery note|delivery|time charge|time activity|delayed charge|delayed credit|lieferschein|bon de livraison|albaran|mahnung|reminder|relance"},
}

type typed struct {
	effect Effect
	code   string
}

var typeWords = sync.OnceValue(func() map[string]typed {
	out := map[string]typed{}
	for _, t := range types {
		for w := range strings.SplitSeq(t.words, "|") {
			out[keyOf(w)] = typed{t.effect, t.code}
		}
	}
	return out
})

// TypeOf says what a document type does, and its stable code: invoice, credit_note,
// refund, payment, quotation, order, purchase, transfer, journal, delivery. An unknown
// type has no code: the caller loads the row and names the word.
func TypeOf(word string) (Effect, string) {
	t := typeWords()[keyOf(word)]
	return t.effect, t.code
}

// Stage is what a word says of a deal.
type Stage uint8

// The stages. UnknownStage is no stage of a pipeline that is known: the caller names
// the word.
const (
	UnknownStage Stage = iota
	WonStage
	OtherStage // lost, or still open
)

// Words of deals, whole cells. Source: the default pipelines of Salesforce, HubSpot
// and Pipedrive, and the plain words of four languages.
//
//nolint:misspell // words of four languages
const (
	wonStages   = "won|closed won|deal won|closed and won|true|1|yes|y|x|ja|oui|si|wahr|vrai|gewonnen|abgeschlossen gewonnen|geschlossen gewonnen|gagne|gagnee|ferme gagne|cloture gagne|ganado|ganada|cerrado ganado|cerrada ganada"
	otherStages = "lost|closed lost|deal lost|closed and lost|false|0|no|n|nein|non|falsch|faux|verloren|abgeschlossen verloren|geschlossen verloren|perdu|perdue|ferme perdu|cloture perdu|perdido|perdida|cerrado perdido|cerrada perdida|abandoned|cancelled|canceled|disqualified|deleted|" +
		"open|offen|ouvert|ouverte|abierto|abierta|new|lead|in progress|on hold|pending|prospecting|prospect|qualification|qualified|qualified to buy|needs analysis|value proposition|id decision makers|perception analysis|proposal|proposal made|proposal sent|proposal price quote|quote|quote sent|negotiation|negotiation review|negotiations started|negotiating|" +
		"appointment scheduled|presentation scheduled|decision maker bought in|contract sent|contact made|demo scheduled|demo|discovery|verhandlung|angebot|negociation|proposition|negociacion|propuesta"
)

var stages = sync.OnceValue(func() map[string]Stage {
	out := map[string]Stage{}
	for stage, words := range map[Stage]string{WonStage: wonStages, OtherStage: otherStages} {
		for w := range strings.SplitSeq(words, "|") {
			out[keyOf(w)] = stage
		}
	}
	return out
})

// StageOf says whether a deal is won, by its stage or by a yes or no. The name of the
// pipeline in parentheses, as HubSpot writes it, is no part of the stage.
func StageOf(word string) Stage {
	word = strings.TrimSpace(word)
	if body, _, ok := suffix(word); ok {
		word = body
	}
	if word == "" {
		return OtherStage
	}
	return stages()[keyOf(word)]
}
