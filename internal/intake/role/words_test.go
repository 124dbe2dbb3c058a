package role_test

import (
	"strings"
	"testing"

	"clientele/internal/intake/role"
)

func TestStatusWords(t *testing.T) {
	t.Parallel()
	excluded := map[string]string{
		"draft":      "Draft|DRAFT|draft |Entwurf|Brouillon|Borrador",
		"void":       "Void|Voided|VOIDED|storniert|Storniert",
		"cancelled":  "Cancelled|Canceled|Annulé|annulée|Anulado|Cancelado",
		"deleted":    "Deleted|DELETED|gelöscht|Supprimé|Eliminado",
		"quotation":  "Quotation|Quotation Sent|Quote|Estimate|Angebot|Devis|Presupuesto|Pro-forma",
		"failed":     "Failed|requires_payment_method|Declined",
		"uncaptured": "uncaptured|requires_capture",
	}
	for code, list := range excluded {
		for w := range strings.SplitSeq(list, "|") {
			if s := role.StatusOf(w); !s.Known || !s.Exclude || s.Code != code {
				t.Errorf("%q gives %+v, want %s", w, s, code)
			}
		}
	}
	for w := range strings.SplitSeq("Paid|Sent|Open|Overdue|AUTHORISED|Approved|SUBMITTED|Closed|Sales Order|Posted|Partially paid|succeeded|Refunded|bezahlt|offen|payé|Payée|pagado|Partly Paid|To Deliver and Bill", "|") {
		if s := role.StatusOf(w); !s.Known || s.Exclude || s.Code != "" {
			t.Errorf("%q gives %+v, and it is revenue", w, s)
		}
	}
	for w := range strings.SplitSeq("|Purple|In the post|avoid|Draftsman|42", "|") {
		if s := role.StatusOf(w); s != (role.Standing{}) {
			t.Errorf("%q gives %+v, and nobody knows it", w, s)
		}
	}
}

func TestTypeWords(t *testing.T) {
	t.Parallel()
	cases := []struct {
		words  string
		effect role.Effect
		code   string
	}{
		{"Invoice|Sales Receipt|SI|ACCREC|Rechnung|Facture|Factura|out_invoice|Debit note", role.Sale, "invoice"},
		{"Credit Memo|Credit Note|SC|ACCRECCREDIT|Gutschrift|Stornorechnung|Avoir|Nota de crédito|Abono|out_refund", role.Credit, "credit_note"},
		{"Refund|Refund Receipt|Erstattung|Remboursement", role.Credit, "refund"},
		{"Payment|SA|Zahlung|Paiement|Pago|Receipt", role.NotASale, "payment"},
		{"Bill|Expense|PI|Check|Vendor Credit|Eingangsrechnung", role.NotASale, "purchase"},
		{"Estimate|Quote|Angebot|Devis", role.NotASale, "quotation"},
		{"Journal Entry|JD|JC", role.NotASale, "journal"},
		{"Deposit|Transfer", role.NotASale, "transfer"},
		{"Purchase Order|Sales Order|Pedido", role.NotASale, "order"},
		{"Reseller||Customer - Direct|Invoice me", role.UnknownType, ""},
	}
	for _, c := range cases {
		for w := range strings.SplitSeq(c.words, "|") {
			if effect, code := role.TypeOf(w); effect != c.effect || code != c.code {
				t.Errorf("%q gives %d and %q, want %d and %q", w, effect, code, c.effect, c.code)
			}
		}
	}
}

func TestTotals(t *testing.T) {
	t.Parallel()
	cases := []struct {
		cells        string // divided by ;
		kind, client string
	}{
		{"TOTAL;100", "total", ""},
		{"Total", "total", ""},
		{"Total:;;100", "total", ""},
		{";;Total;100", "total", ""},
		{"Grand Total;100", "total", ""},
		{"Total (EUR);100", "total", ""},
		{"Summe in €;100", "total", ""},
		{"Summe;100", "total", ""},
		{"Gesamt;100", "total", ""},
		{"Gesamtsumme netto;100", "total", ""},
		{"Total général;100", "total", ""},
		{"Total General;100", "total", ""},
		{"Suma;100", "total", ""},
		{"Zwischensumme;100", "subtotal", ""},
		{"Sous-total;100", "subtotal", ""},
		{"Subtotal;100", "subtotal", ""},
		{"Sub-Total Acme;100", "subtotal", ""},
		{"Total for Acme Ltd;100", "subtotal", ""},
		{"Summe für Acme;100", "subtotal", ""},
		{"Total 2024;100", "subtotal", ""},
		{"Total March 2024;100", "subtotal", ""},
		{"Total Energies;100", "subtotal", "Energies"},
		{"Total Acme Ltd.;100", "subtotal", "Acme Ltd"},
		{"Acme Total;100", "subtotal", "Acme"},
		{"Suma Wholefoods;100", "subtotal", "Wholefoods"},
		{"Acme;Total;100", "", ""},
		{"TotalEnergies;100", "", ""},
		{"Totally Fine Ltd;100", "", ""},
		{"Summer Days;100", "", ""},
		{"Subtotally;100", "", ""},
		{"Acme;100", "", ""},
		{";;", "", ""},
	}
	for _, c := range cases {
		if kind, client := role.Total(strings.Split(c.cells, ";")); kind != c.kind || client != c.client {
			t.Errorf("%q gives %q and %q, want %q and %q", c.cells, kind, client, c.kind, c.client)
		}
	}
	if kind, group, sure := role.TotalOf([]string{"Total for Acme & Söhne"}); kind != "subtotal" || group != "Acme & Söhne" || !sure {
		t.Errorf("%q, %q, %v", kind, group, sure)
	}
}

func TestFooters(t *testing.T) {
	t.Parallel()
	cases := []struct{ cells, kind string }{
		{"Tuesday, March 3, 2026 10:15 AM GMT Accrual Basis", "timestamp"},
		{"Dienstag, 3. März 2026 10:15", "timestamp"},
		{"Page 1 of 3", "page"},
		{"Seite 2 von 3", "page"},
		{"Page 1/3;", "page"},
		{"xxx", "mark"},
		{"***", "mark"},
		{"Report generated 2026-03-03", "generated"},
		{"Erstellt am 03.03.2026", "generated"},
		{"Stand: 31.12.2024", "generated"},
		{"Généré le 3 mars 2026", "generated"},
		{"Cash Basis Tuesday", "generated"},
		{"End of report", "end"},
		{"Ende der Liste", "end"},
		{"Monday Motors;100", ""},
		{"Friday", ""},
		{"Page Brothers;100", ""},
		{"Stand 24 GmbH;100", ""},
		{"Endor Ltd;5", ""},
		{"Acme;1;2", ""},
		{"", ""},
		{"-", ""},
	}
	for _, c := range cases {
		kind, ok := role.Footer(strings.Split(c.cells, ";"))
		if kind != c.kind || ok != (c.kind != "") {
			t.Errorf("%q gives %q, %v", c.cells, kind, ok)
		}
	}
}
