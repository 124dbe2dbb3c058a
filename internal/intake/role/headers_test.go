package role_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"clientele/internal/intake/role"
	"clientele/internal/ledger"
)

//nolint:misspell // headers of four languages
func TestNormalise(t *testing.T) {
	t.Parallel()
	cases := []struct{ header, text, currency string }{
		{"CustomerID", "customer id", ""},
		{"Customer_ID", "customer id", ""},
		{" CUSTOMER  ID ", "customer id", ""},
		{"InvoiceDate", "invoice date", ""},
		{"*ContactName", "contact name", ""},
		{"POAddressLine1", "po address line1", ""},
		{"Amount (EUR)", "amount", "EUR"},
		{"Amount [usd]", "amount", "USD"},
		{"Betrag in EUR", "betrag", "EUR"},
		{"Betrag in Euro", "betrag", "EUR"},
		{"Umsatz €", "umsatz", "EUR"},
		{"Umsatz (in €)", "umsatz", "EUR"},
		{"Amount ($)", "amount", ""},
		{"AmountGBP", "amount", "GBP"},
		{"amount_usd", "amount", "USD"},
		{"Select all", "select all", ""},
		{"Bill TO", "bill to", ""},
		{"EUR", "eur", ""},
		{"Quantity (Items)", "items quantity", ""},
		{"Order Lines/Quantity", "order lines quantity", ""},
		{"Customer/ID", "customer id", ""},
		{"Duration (h)", "duration h", ""},
		{"Invoice #", "invoice number", ""},
		{"N° facture", "number facture", ""},
		{"Kunden-Nr.:", "kunden nr", ""},
		{"MwSt", "mwst", ""},
		{"Item Tax %", "item tax %", ""},
		{"Chiffre d’affaires", "chiffre d affaires", ""},
		{"\ufeffDate", "date", ""},
		{"Datum\u00a0", "datum", ""},
		{"Montant\u202fHT", "montant ht", ""},
		{"Socie\u0301te\u0301", "société", ""}, // NFD becomes NFC
		{"", "", ""},
		{"***", "", ""},
	}
	for _, c := range cases {
		if text, currency := role.Normalise(c.header); text != c.text || currency != c.currency {
			t.Errorf("%q gives %q and %q, want %q and %q", c.header, text, currency, c.text, c.currency)
		}
	}
	if n := role.ParseName("Order Lines/Quantity"); n.Path != "order lines" || n.Text != "quantity" {
		t.Errorf("path %q, text %q", n.Path, n.Text)
	}
}

func TestNetAndGrossByHeader(t *testing.T) {
	t.Parallel()
	for _, h := range []string{
		"Net Amount", "Nettobetrag", "Betrag (netto)", "Montant HT", "Importe neto", "Total sin IVA", "Amount excl. VAT", "Sub Total", "SalesAmount", "Untaxed Amount",
	} {
		if !role.IsNet(h) || role.IsGross(h) {
			t.Errorf("%q is net", h)
		}
	}
	for _, h := range []string{"Gross amount", "Bruttobetrag", "Montant TTC", "Total con IVA", "Amount incl. VAT", "Betrag inkl. MwSt"} {
		if role.IsNet(h) || !role.IsGross(h) {
			t.Errorf("%q is gross", h)
		}
	}
	for _, h := range []string{"Amount", "Betrag", "Gross margin", "Network", "Netflix", "Discount incl. shipping"} {
		if role.IsNet(h) || role.IsGross(h) {
			t.Errorf("%q says nothing of tax", h)
		}
	}
}

// TestLanguages gives each synonym of the intake reference beside a client or an
// amount, and asks for its role.
//
//nolint:misspell // headers of four languages
func TestLanguages(t *testing.T) {
	t.Parallel()
	cases := map[role.Role]string{
		role.ClientID:  "customer id|account id|contact id|accountnumber|account reference|cardcode|customer number|kundennr|Kunden-Nr.|kundennummer|debitor|debitorennr|code client|n° client|código cliente|id cliente",
		role.Client:    "customer|client|client name|account name|contactname|company|organization|name|kunde|kundenname|firma|nom|société|cliente|nombre|empresa",
		role.Date:      "date|invoice date|invoicedate|date issued|transaction date|posting date|close date|start date|datum|rechnungsdatum|belegdatum|date de facture|fecha|fecha factura|Rechnungs-Datum",
		role.Document:  "invoice number|invoice #|num|reference|order reference|rechnungsnr|RechnungsNr|belegnr|n° facture|pièce|n° factura|documento|Invoice No.",
		role.Amount:    "amount|total|net|net amount|revenue|sub total|lineamount|line subtotal|item total|betrag|umsatz|netto|nettobetrag|montant|montant ht|chiffre d'affaires|importe|importe neto|ventas|Umsatz €",
		role.Tax:       "tax|tax amount|vat|mwst|ust|steuer|tva|iva|TaxAmt",
		role.Quantity:  "qty|quantity|menge|quantité|cantidad",
		role.UnitPrice: "rate|unit price|unitamount|sales price|item price|preis|einzelpreis|prix unitaire|precio",
		role.Currency:  "currency|currencycode|währung|devise|moneda|divisa",
		role.Cost:      "cost|cogs|cost amount|team costs|total costs|expenses|kosten|einstand|wareneinsatz|coût|charges|coste|costo",
		role.Margin:    "gross profit|margin|contribution|deckungsbeitrag|marge|rohertrag|margen",
		role.Owner:     "owner|sales rep|account manager|salesperson|betreuer|responsable",
		role.Item:      "item|product|product/service|item name|service|artikel|leistung|article|désignation|artículo|servicio|description",
		role.Parent:    "parent|parent account|konzern|mutter|groupe|grupo",
	}
	beside := map[role.Role][]string{ // what stands beside the header, if not all that is there else
		role.Client: {"Net amount"}, role.ClientID: {"Net amount"}, role.Amount: {"Customer Name"}, role.Quantity: {"Customer Name", "Net amount"},
	}
	for r, list := range cases {
		for h := range strings.SplitSeq(list, "|") {
			cols := headers(h, "Customer Name", "Net amount", "Quantity")
			if other, ok := beside[r]; ok {
				cols = headers(append([]string{h}, other...)...)
			}
			if got := named(cols, role.Propose(cols))[r]; got != h {
				t.Errorf("%q is not taken for %s (got %q)", h, r, got)
			}
			if !role.Known(h) {
				t.Errorf("%q is not known as a header", h)
			}
		}
	}
}

func TestPlainLists(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		text  string
		facts string
		expr  string
		roles R
	}{
		"two columns":   {"Client;Amount\nAcme;10\nBeta;20\n", "sales", "", R{role.Client: "Client", role.Amount: "Amount"}},
		"weak headers":  {"Name;Total\nAcme;10\nBeta;20\n", "sales", "", R{role.Client: "Name", role.Amount: "Total"}},
		"id and amount": {"ID;Amount\n17;10\n18;20\n", "sales", "", R{role.ClientID: "ID", role.Amount: "Amount"}},
		"unknown words": {"Wer;Wieviel\nAcme;10\nBeta;20\n", "sales", "", R{role.Client: "Wer", role.Amount: "Wieviel"}},
		"currency only": {"Kunde;EUR\nAcme;10\nBeta;20\n", "sales", "", R{role.Client: "Kunde", role.Amount: "EUR"}},
		"German": {"Kunde;Datum;Betrag\nAcme;31.01.2024;10,50\nBeta;01.02.2024;3,00\n", "sales", "", R{
			role.Client: "Kunde", role.Date: "Datum", role.Amount: "Betrag",
		}},
		"French": {"Client;Date;Montant HT;TVA\nAcme;31/01/2024;10,50;2,10\nBeta;01/02/2024;3,00;0,60\n", "sales", "", R{
			role.Client: "Client", role.Date: "Date", role.Amount: "Montant HT", role.Tax: "TVA",
		}},
		"Spanish": {"Cliente;Fecha;Importe\nAcme;31/01/2024;10,50\nBeta;01/02/2024;3,00\n", "sales", "", R{
			role.Client: "Cliente", role.Date: "Fecha", role.Amount: "Importe",
		}},
		"the old system": {
			"Rechnungsnr;Pos;Rechnungsdatum;Kundennr;Kunde;Artikel;Menge;Einzelpreis;Nettobetrag;MwSt;Währung;Betreuer;Gutschrift zu;Status\n" +
				"R1;1;1.2.2022;10;Acme;Pumpe;2;5,00;10,00;1,90;EUR;Voss;;bezahlt\nR2;1;2.2.2022;11;Beta;Pumpe;1;5,00;5,00;0,95;EUR;Harms;R1;offen\n",
			"sales", "",
			R{
				role.Document: "Rechnungsnr", role.Date: "Rechnungsdatum", role.ClientID: "Kundennr", role.Client: "Kunde", role.Item: "Artikel", role.Quantity: "Menge",
				role.UnitPrice: "Einzelpreis", role.Amount: "Nettobetrag", role.Tax: "MwSt", role.Currency: "Währung", role.Owner: "Betreuer", role.AppliesTo: "Gutschrift zu", role.Status: "Status",
			},
		},
		"balance is no amount": {"Customer;Date;Amount;Balance;Open balance\nA;2024-01-02;1;1;1\nB;2024-01-03;2;3;2\n", "sales", "", R{
			role.Client: "Customer", role.Date: "Date", role.Amount: "Amount",
		}},
		"net before gross": {"Customer;Gross;Net\nA;12;10\nB;24;20\n", "sales", "", R{role.Client: "Customer", role.Amount: "Net", role.Gross: "Gross"}},
		"subtotal before total": {"Customer;Subtotal;Total\nA;10;12\nB;20;24\n", "sales", "", R{
			role.Client: "Customer", role.Amount: "Subtotal", role.DocTotal: "Total",
		}},
		"one value throughout": {"Company;Customer;Amount\nUs Ltd;A;1\nUs Ltd;B;2\n", "sales", "", R{role.Client: "Customer", role.Amount: "Amount"}},
		"code beside name": {"Customer;Customer Name;Amount\nC1;Acme;1\nC2;Beta;2\n", "sales", "", R{
			role.ClientID: "Customer", role.Client: "Customer Name", role.Amount: "Amount",
		}},
		"price times quantity, with a total": {"Invoice;Customer;Qty;Unit Price;Total\n1;A;2;5;15\n1;B;1;5;15\n", "sales", "quantity*unit_price", R{
			role.Document: "Invoice", role.Client: "Customer", role.Quantity: "Qty", role.UnitPrice: "Unit Price", role.DocTotal: "Total",
		}},
		"gross less tax": {"Kunde;Brutto;MwSt\nA;119;19\nB;238;38\n", "sales", "[Brutto]-[MwSt]", R{role.Client: "Kunde", role.Gross: "Brutto", role.Tax: "MwSt"}},
		"payments": {"Payment date;Invoice;Customer ID;Amount received;Currency\n2024-01-02;1;7;10;EUR\n2024-01-03;2;8;20;EUR\n", "sales", "", R{
			role.Date: "Payment date", role.Document: "Invoice", role.ClientID: "Customer ID", role.Amount: "Amount received", role.Currency: "Currency",
		}},
		"rates": {"Date;Currency;Rate\n2024-01-02;USD;0.91\n2024-01-03;USD;0.92\n", "rates", "", R{role.Date: "Date", role.Currency: "Currency"}},
		"client costs": {"Date;Customer ID;Kind;Amount;Currency\n2024-01-02;7;Rebate;10;EUR\n2024-01-03;8;Bad debt;20;EUR\n", "costs", "", R{
			role.Date: "Date", role.ClientID: "Customer ID", role.Amount: "Amount", role.Currency: "Currency",
		}},
		"clients": {"Customer ID;Customer;Parent;Account manager;City;Payment days\n7;Acme;;Voss;Kiel;30\n8;Beta;7;Harms;Bonn;14\n", "clients", "", R{
			role.ClientID: "Customer ID", role.Client: "Customer", role.Parent: "Parent", role.Owner: "Account manager",
		}},
		"whose clients they are": {"Customer ID;Name;Owner\n7;Acme;Voss\n8;Beta;Harms\n", "clients", "", R{
			role.ClientID: "Customer ID", role.Client: "Name", role.Owner: "Owner",
		}},
		"names of ids": {"Customer ID;Customer\n7;Acme\n8;Beta\n", "clients", "", R{role.ClientID: "Customer ID", role.Client: "Customer"}},
		"ids, names and a number": {"Customer ID;Customer;Foo\n7;Acme;10\n8;Beta;20\n", "sales", "", R{
			role.ClientID: "Customer ID", role.Client: "Customer", role.Amount: "Foo",
		}},
		"hours":   {"Date;Person;Customer ID;Activity;Hours;Billable\n2024-01-02;P;7;x;3;Yes\n2024-01-03;P;8;x;4;No\n", "efforts", "", R{role.Date: "Date", role.ClientID: "Customer ID"}},
		"tickets": {"Ticket;Date;Customer ID;Subject;Replies\nT1;2024-01-02;7;x;3\nT2;2024-01-03;8;y;4\n", "efforts", "", R{role.Date: "Date", role.ClientID: "Customer ID"}},
		"people": {"Customer ID;Contact;Level;Role;E-mail;Last touch\n7;Ann;1;x;a@x;2024-01-02\n8;Bob;2;y;b@y;2024-01-03\n", "contacts", "", R{
			role.ClientID: "Customer ID",
		}},
		"deals": {"Deal Name;Company;Stage;Value;Probability\nx;Acme;Won;10;100\ny;Beta;Lost;20;0\n", "pipeline", "", R{
			role.Client: "Company", role.Won: "Stage", role.Amount: "Value",
		}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cols := table(t, c.text)
			p := role.Propose(cols)
			if p.Facts != c.facts || p.AmountExpr != c.expr {
				t.Errorf("facts %q, expression %q", p.Facts, p.AmountExpr)
			}
			if d := cmp.Diff(c.roles, named(cols, p)); d != "" {
				t.Errorf("roles (-want +got):\n%s", d)
			}
			if len(p.Unclaimed)+len(p.Candidates) > 0 {
				t.Errorf("questions where none is needed: %+v, %v", p.Unclaimed, p.Candidates)
			}
		})
	}
}

func TestListsWithoutHeader(t *testing.T) {
	t.Parallel()
	cols := table(t, ";\nAcme;10\nBeta;20\n")
	p := role.Propose(cols)
	if p.Roles[role.Client].Index != 0 || p.Roles[role.Amount].Index != 1 || !strings.Contains(p.Roles[role.Amount].Why, "from the values") {
		t.Errorf("picks %v", p.Roles)
	}
	p = role.Propose(table(t, ";;;\nAcme;10;2024-01-01;30\nBeta;20;2024-01-02;40\n"))
	if d := cmp.Diff([]int{1, 3}, p.Candidates[role.Amount]); d != "" {
		t.Errorf("two numeric columns have to compete:\n%s", d)
	}
	if p.Roles[role.Date].Index != 2 || p.Roles[role.Client].Index != 0 {
		t.Errorf("picks %v", p.Roles)
	}
	p = role.Propose(table(t, "Zip;Street\n24103;Long Road\n53111;High Street\n"))
	if len(p.Roles) > 0 || p.Facts != "unknown" {
		t.Errorf("known words of another meaning were guessed at: %v, %s", p.Roles, p.Facts)
	}
}

func TestCompetingColumns(t *testing.T) {
	t.Parallel()
	cases := []struct {
		text string
		role role.Role
		want []int
	}{
		{"Customer;Amount;Amount\nA;1;2\nB;3;4\n", role.Amount, []int{1, 2}},
		{"Customer;Revenue;Betrag\nA;1;2\nB;3;4\n", role.Amount, []int{1, 2}},
		{"Customer;Client;Amount\nA;X;1\nB;Y;2\n", role.Client, []int{0, 1}},
		{"Customer;Date;Datum;Amount\nA;2024-01-01;2024-01-02;1\nB;2024-01-01;2024-01-03;2\n", role.Date, []int{1, 2}},
		{"Client;Jan 2024;Feb 2024;Mar 2024\nA;1;2;3\nB;4;5;6\n", role.Amount, []int{1, 2, 3}},
	}
	for _, c := range cases {
		p := role.Propose(table(t, c.text))
		if d := cmp.Diff(c.want, p.Candidates[c.role]); d != "" {
			t.Errorf("%q: (-want +got)\n%s", c.text, d)
		}
		if _, picked := p.Roles[c.role]; picked {
			t.Errorf("%q: a column was picked all the same", c.text)
		}
	}
}

func TestClaims(t *testing.T) {
	t.Parallel()
	const head = "Invoice;Customer;Quantity;Unit price;"
	cases := map[string]struct {
		text    string
		roles   []role.Role
		choices []string // of the first
	}{
		"discount amount":  {head + "Discount\n1;A;2;5;1\n2;B;1;5;0\n", []role.Role{role.Discount}, []string{"--amount 'quantity*unit_price-discount'", "--amount 'quantity*unit_price*(100-discount)*0.01'", "--map discount="}},
		"discount percent": {head + "Discount %\n1;A;2;5;10\n2;B;1;5;0\n", []role.Role{role.Discount}, []string{"--amount 'quantity*unit_price*(100-discount)*0.01'", "--map discount="}},
		"percent sign":     {head + "Rabatt\n1;A;2;5;10%\n2;B;1;5;\n", []role.Role{role.Discount}, []string{"--amount 'quantity*unit_price*(100-discount)*0.01'", "--map discount="}},
		"tax":              {head + "VAT\n1;A;2;5;1\n2;B;1;5;2\n", []role.Role{role.Tax}, []string{"--net", "--gross"}},
		"tax rate":         {head + "VAT %\n1;A;2;5;20\n2;B;1;5;20\n", []role.Role{role.Tax}, []string{"--net", "--map tax="}},
		"both":             {head + "Discount;Tax\n1;A;2;5;1;1\n2;B;1;5;1;1\n", []role.Role{role.Discount, role.Tax}, nil},
		"zeros":            {head + "Discount;Tax\n1;A;2;5;0;0.00\n2;B;1;5;0;\n", nil, nil},
		"empty":            {head + "Discount;Tax\n1;A;2;5;;\n2;B;1;5;;\n", nil, nil},
		"net price":        {"Customer;Menge;Einzelpreis netto;MwSt\nA;2;5;1\nB;1;5;1\n", nil, nil},
		"amount given":     {"Customer;Quantity;Unit price;Discount;Net amount;Tax\nA;2;5;1;9;1\nB;1;5;0;5;1\n", nil, nil},
		"repeated total":   {"Invoice;Customer;Invoice total\n1;A;10\n1;A;10\n2;B;7\n", []role.Role{role.Amount}, []string{"--map amount='Invoice total'"}},
		"line total":       {"Invoice;Customer;Total\n1;A;10\n1;A;4\n2;B;7\n", nil, nil},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := role.Propose(table(t, c.text))
			var roles []role.Role
			for _, u := range p.Unclaimed {
				roles = append(roles, u.Role)
				if u.Text == "" || u.Flag == "" || u.Sample == "" || len(u.Choices) == 0 {
					t.Errorf("incomplete question %+v", u)
				}
			}
			if d := cmp.Diff(c.roles, roles); d != "" {
				t.Errorf("claims (-want +got):\n%s", d)
			}
			if c.choices != nil && len(p.Unclaimed) > 0 {
				if d := cmp.Diff(c.choices, p.Unclaimed[0].Choices); d != "" {
					t.Errorf("choices (-want +got):\n%s", d)
				}
			}
		})
	}
}

func TestTaxBesideAnAmount(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		text  string
		net   bool
		signs []int
	}{
		"undecided":     {"Customer;Amount;Tax\nA;10;2\nB;20;4\n", false, []int{2}},
		"by its header": {"Customer;Net amount;Tax\nA;10;2\nB;20;4\n", true, nil},
		"with a total":  {"Customer;Amount;Tax;Total\nA;10;2;12\nB;20;4;24\n", true, nil},
		"no tax":        {"Customer;Amount;Tax\nA;10;0\nB;20;0\n", false, nil},
		"no signs":      {"Customer;Amount\nA;10\nB;20\n", false, nil},
		"gross only":    {"Customer;Gross amount\nA;10\nB;20\n", false, []int{1}},
		"passed on":     {"Customer;Amount;Expenses\nA;10;3\nB;20;4\n", false, []int{2}},
		"per row":       {"Customer;Amount;Tax;Is Inclusive Tax\nA;10;2;true\nB;20;4;false\n", false, nil},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := role.Propose(table(t, c.text))
			if p.Net != c.net || !slices.Equal(p.Signs, c.signs) {
				t.Errorf("net %v, signs %v", p.Net, p.Signs)
			}
		})
	}
}

func TestXeroTemplateClaimsItsDiscount(t *testing.T) {
	t.Parallel()
	p := role.Propose(table(t, "*ContactName;*InvoiceNumber;*InvoiceDate;Total;*Quantity;*UnitAmount;Discount;TaxAmount\nA;1;2024-01-02;90;2;50;10;18\nB;2;2024-01-03;50;1;50;;10\n"))
	if p.AmountExpr != "quantity*unit_price*(100-discount)*0.01" || len(p.Unclaimed) > 0 || !p.Net {
		t.Errorf("expression %q, claims %v, net %v", p.AmountExpr, p.Unclaimed, p.Net)
	}
	p = role.Propose(table(t, "ContactName;InvoiceNumber;InvoiceDate;LineAmount;LineAmountTypes\nA;1;2024-01-02;90;Inclusive\nB;2;2024-01-03;50;Inclusive\n"))
	if p.Net || len(p.Unclaimed) != 1 || p.Unclaimed[0].Role != role.Tax {
		t.Errorf("amounts that hold tax are taken for net: %+v", p)
	}
}

func TestMixedTransactionsAreAsked(t *testing.T) {
	t.Parallel()
	const head = "Date;Transaction type;Num;Name;Split;Amount\n"
	if p := role.Propose(table(t, head+"2024-01-01;Invoice;1;A;x;10\n2024-01-02;Payment;;B;x;10\n")); len(p.Unclaimed) != 1 || p.Unclaimed[0].Role != role.Type {
		t.Errorf("claims %v", p.Unclaimed)
	}
	if p := role.Propose(table(t, head+"2024-01-01;Invoice;1;A;x;10\n2024-01-02;Credit Memo;2;B;x;-10\n")); len(p.Unclaimed) != 0 {
		t.Errorf("claims %v", p.Unclaimed)
	}
}

func TestKinds(t *testing.T) {
	t.Parallel()
	if p := role.Propose(table(t, "Customer;Paid on;Type;Amount\nA;2024-01-02;Payment;1\nB;2024-01-03;Payment;2\n")); p.Kind != ledger.Received {
		t.Errorf("payments are %q", p.Kind)
	} else if _, mapped := p.Roles[role.Type]; mapped {
		t.Error("a type that is the same for all would exclude every row")
	}
	if p := role.Propose(table(t, "Customer;Date;Type;Amount\nA;2024-01-02;Invoice;1\nB;2024-01-03;Payment;2\n")); p.Kind != "" || p.Roles[role.Type].Index != 2 {
		t.Errorf("kind %q, roles %v", p.Kind, p.Roles)
	}
	if p := role.Propose(table(t, "Customer;Type;Amount\nA;Reseller;1\nB;Direct;2\n")); len(p.Roles) != 2 {
		t.Errorf("a type of client was taken for a type of document: %v", p.Roles)
	}
}

// TestOrderOfColumnsDoesNotMatter: permuting the columns permutes the picks.
func TestOrderOfColumnsDoesNotMatter(t *testing.T) {
	t.Parallel()
	pool := []string{
		"Customer", "Customer ID", "Customer Name", "Client", "Name", "Company", "Date", "Invoice Date", "Due Date", "Amount", "Net amount", "Total", "Subtotal", "Gross", "Tax", "VAT %",
		"Discount", "Quantity", "Unit price", "Invoice", "Order number", "Status", "Type", "Currency", "Balance", "Item", "Description", "Foo", "Bar", "", "ContactName", "InvoiceNumber",
		"UnitAmount", "Stage", "Probability", "Hours", "Rate", "Kunde", "Betrag", "id",
	}
	rapid.Check(t, func(t *rapid.T) {
		list := rapid.SliceOfN(rapid.SampledFrom(pool), 1, 9).Draw(t, "headers")
		cols := make([]role.Column, len(list))
		for i, h := range list {
			rows := 5
			c := role.Column{Index: i, Header: h, Rows: rows, Filled: rapid.IntRange(0, rows).Draw(t, fmt.Sprint("filled", i))}
			if c.Filled > 0 {
				c.Distinct = rapid.IntRange(1, c.Filled).Draw(t, fmt.Sprint("distinct", i))
				kind := rapid.IntRange(0, 2).Draw(t, fmt.Sprint("kind", i))
				sample := [...]string{"Acme", "12.50", "2024-01-02"}[kind]
				c.Numeric, c.Dates = [...]int{0, c.Filled, 0}[kind], [...]int{0, 0, c.Filled}[kind]
				for range c.Filled {
					c.Samples = append(c.Samples, sample)
				}
			}
			cols[i] = c
		}
		order := rapid.Permutation(indices(len(cols))).Draw(t, "order")
		moved := make([]role.Column, len(cols))
		back := make([]int, len(cols)) // new index -> old index
		for to, from := range order {
			moved[to] = cols[from]
			moved[to].Index = to
			back[to] = from
		}
		a, b := role.Propose(cols), role.Propose(moved)
		for r, pick := range b.Roles {
			pick.Index = back[pick.Index]
			b.Roles[r] = pick
		}
		for r, list := range b.Candidates {
			for i := range list {
				list[i] = back[list[i]]
			}
			slices.Sort(list)
			b.Candidates[r] = list
		}
		for i := range b.Unclaimed {
			b.Unclaimed[i].Index = back[b.Unclaimed[i].Index]
		}
		for i := range b.Signs {
			b.Signs[i] = back[b.Signs[i]]
		}
		slices.Sort(b.Signs)
		slices.Sort(a.Notes) // notes follow the columns
		slices.Sort(b.Notes)
		if d := cmp.Diff(a, b); d != "" {
			t.Fatalf("the order of columns changes the proposal (-before +after):\n%s", d)
		}
	})
}

func indices(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

func TestWordsOfRoles(t *testing.T) {
	t.Parallel()
	for w := range strings.SplitSeq(role.Words(), ", ") {
		if !role.IsRole(role.Role(w)) {
			t.Errorf("%q is listed and is no role", w)
		}
	}
	if role.IsRole("colour") || !role.IsRole(role.Captured) || !role.IsRole(role.TaxIncluded) {
		t.Error("roles are not told from other words")
	}
	for c, want := range map[role.Certainty]string{role.Sure: "sure", role.Likely: "likely", role.Weak: "weak", 0: "none"} {
		if c.String() != want {
			t.Errorf("%d is %q", c, c.String())
		}
	}
	for _, cell := range []string{"Acme Ltd", "", "Sales by Customer Detail", "January - March 2026", strings.Repeat("Amount ", 100)} {
		if role.Known(cell) {
			t.Errorf("%q is no header", cell)
		}
	}
}

func FuzzPropose(f *testing.F) {
	for _, s := range []string{"Amount (EUR)", "Order Lines/Quantity", "n° client", "(((", "%", "*/()[]", "\xff\xfe", "ÄÖÜß", "a/b/c"} {
		f.Add(s, "Total")
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		cols := headers(a, b, a)
		p := role.Propose(cols)
		for r, pick := range p.Roles {
			if !role.IsRole(r) || pick.Index < 0 || pick.Index > 2 {
				t.Errorf("pick %s = %d", r, pick.Index)
			}
		}
		role.Known(a)
		role.StatusOf(a)
		role.TypeOf(a)
		role.Total([]string{a, b})
		role.Footer([]string{a, b})
		role.IsNet(a)
	})
}

// Two columns of one name are a question, wherever they stand.
func TestTwoStagesAreAsked(t *testing.T) {
	t.Parallel()
	p := role.Propose(table(t, "Customer;Deal name;Stage;Stage;Amount\nA;x;Closed Won;Open;1\nB;y;Open;Closed Won;2\n"))
	if _, picked := p.Roles[role.Won]; picked || !slices.Equal(p.Candidates[role.Won], []int{2, 3}) {
		t.Errorf("roles %v, candidates %v", p.Roles, p.Candidates)
	}
}
