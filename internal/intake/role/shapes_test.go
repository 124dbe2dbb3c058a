package role_test

import (
	_ "embed"
	"encoding/csv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"clientele/internal/intake/role"
	"clientele/internal/ledger"
)

//go:embed testdata/headers.tsv
var exported string

// R is a short way to write roles and their headers.
type R = map[role.Role]string

// want is what a known export has to give, written by hand from the export shapes of
// the intake reference.
type want struct {
	shape, facts string
	kind         ledger.Kind
	expr         string
	carry        []role.Role
	heading      role.Role
	roles        R
}

var clockify = want{shape: "Clockify time entries", facts: "efforts", roles: R{role.Client: "Client", role.Date: "Start Date"}}

var exports = map[string]want{
	"Toggl/Detailed report CSV (UTF-8 BOM)":                        {shape: "Toggl time entries", facts: "efforts", roles: R{role.Client: "Client", role.Date: "Start date"}},
	"Toggl/Time entries CSV, quoted variant":                       {shape: "Toggl time entries", facts: "efforts", roles: R{role.Client: "Client", role.Date: "Start date"}},
	"Clockify/Detailed report":                                     clockify,
	"Clockify/Detailed report, newer (Type, Invoiced, Invoice ID)": clockify,
	"Clockify/Detailed report, Activity instead of Task":           clockify,
	"Clockify/Detailed report without Client":                      {shape: "Clockify time entries", facts: "efforts", roles: R{role.Date: "Start Date"}},
	"Clockify/Projects export v1":                                  {shape: "Clockify projects", facts: "efforts", roles: R{role.Client: "Client"}},
	"Clockify/Projects export v2":                                  {shape: "Clockify projects", facts: "efforts", roles: R{role.Client: "Client"}},
	"Harvest/Detailed time report (European locale: decimal comma, 2.000,0)": {
		shape: "Harvest time entries", facts: "efforts", roles: R{role.Client: "Client", role.Date: "Date", role.Currency: "Currency"},
	},
	"Harvest/Detailed time report (harvest_time_report.csv, Nov 2025)": {
		shape: "Harvest time entries", facts: "efforts", roles: R{role.Client: "Client", role.Date: "Date", role.Currency: "Currency"},
	},
	"Harvest/Projects export": {shape: "Harvest projects", facts: "efforts", roles: R{role.Client: "Client"}},
	"Harvest/Clients export":  {shape: "Harvest clients", facts: "clients", roles: R{role.Client: "Client Name"}},
	"Xero/Sales invoice template (SalesInvoiceTemplate.csv)": {
		shape: "Xero sales invoices", facts: "sales", kind: ledger.Invoiced, expr: "quantity*unit_price",
		roles: R{
			role.Client: "*ContactName", role.Date: "*InvoiceDate", role.Document: "*InvoiceNumber", role.Item: "InventoryItemCode", role.Quantity: "*Quantity",
			role.UnitPrice: "*UnitAmount", role.Discount: "Discount", role.Tax: "TaxAmount", role.DocTotal: "Total", role.Currency: "Currency",
		},
	},
	"Xero/Contacts export": {shape: "Xero contacts", facts: "clients", roles: R{role.ClientID: "AccountNumber", role.Client: "*ContactName"}},
	"QuickBooks Online/Sales by Customer Detail (older)": {
		shape: "QuickBooks sales by customer detail", facts: "sales", carry: []role.Role{role.Client}, heading: role.Client,
		roles: R{
			role.Client: "", role.Date: "Date", role.Type: "Transaction Type", role.Document: "Num", role.Item: "Product/Service", role.Quantity: "Qty",
			role.UnitPrice: "Sales Price", role.Amount: "Amount",
		},
	},
	"QuickBooks Online/Sales by Customer Detail (2026)": {
		shape: "QuickBooks sales by customer detail", facts: "sales", carry: []role.Role{role.Client}, heading: role.Client,
		roles: R{
			role.Client: "", role.Date: "Transaction date", role.Type: "Transaction type", role.Document: "Num", role.Item: "Product/Service full name",
			role.Quantity: "Quantity", role.UnitPrice: "Sales price", role.Amount: "Amount",
		},
	},
	"QuickBooks Online/Invoice List by Date (2026)": {
		shape: "QuickBooks invoice list", facts: "sales", kind: ledger.Invoiced,
		roles: R{role.Client: "Name", role.Date: "Date", role.Type: "Transaction type", role.Document: "Num", role.Amount: "Amount"},
	},
	"QuickBooks Online/Transaction List by Date (2026)": {
		shape: "QuickBooks transaction list", facts: "sales",
		roles: R{role.Client: "Name", role.Date: "Date", role.Type: "Transaction type", role.Document: "Num", role.Amount: "Amount"},
	},
	"QuickBooks Online/Sales by Product/Service Detail (2026)": {
		shape: "QuickBooks sales by product and service detail", facts: "sales", carry: []role.Role{role.Item}, heading: role.Item,
		roles: R{
			role.Item: "", role.Client: "Client full name", role.Date: "Transaction date", role.Type: "Transaction type", role.Document: "Num",
			role.Quantity: "Quantity", role.UnitPrice: "Sales price", role.Amount: "Amount",
		},
	},
	"QuickBooks Online/Invoices and Received Payments (2026)": {
		shape: "QuickBooks invoices and received payments", facts: "sales", carry: []role.Role{role.Client}, heading: role.Client,
		roles: R{role.Client: "", role.Date: "Date", role.Type: "Transaction type", role.Document: "Transaction number", role.Amount: "Amount"},
	},
	"QuickBooks Online/Customer Contact List (older)": {shape: "QuickBooks customer contact list", facts: "clients", roles: R{role.Client: "Customer", role.Currency: "Currency"}},
	"QuickBooks Online/Transaction List by Vendor (older)": {
		shape: "QuickBooks transaction list by vendor", facts: "costs", roles: R{role.Date: "Date", role.Type: "Transaction Type", role.Document: "Num", role.Cost: "Amount"},
	},
	"Stripe/Payments export (unified_payments.csv)": {
		shape: "Stripe payments", facts: "sales", kind: ledger.Received, expr: "[Amount]-[Amount Refunded]",
		roles: R{
			role.ClientID: "Customer ID", role.Client: "Customer Email", role.Date: "Created date (UTC)", role.Document: "id", role.Currency: "Currency",
			role.Status: "Status", role.Captured: "Captured", role.Cost: "Fee",
		},
	},
	"Stripe/Payments export (older)": {
		shape: "Stripe payments", facts: "sales", kind: ledger.Received, expr: "[Amount]-[Amount Refunded]",
		roles: R{
			role.ClientID: "Customer ID", role.Client: "Customer Email", role.Date: "Created (UTC)", role.Document: "id", role.Currency: "Currency",
			role.Status: "Status", role.Captured: "Captured", role.Cost: "Fee",
		},
	},
	"Stripe/Customers export": {shape: "Stripe customers", facts: "clients", roles: R{role.ClientID: "id", role.Client: "Name"}},
	"FreshBooks/Invoice Details CSV": {
		shape: "FreshBooks invoice details", facts: "sales", kind: ledger.Invoiced,
		roles: R{
			role.Client: "Client Name", role.Date: "Date Issued", role.Document: "Invoice #", role.Status: "Invoice Status", role.Item: "Item Name", role.Quantity: "Quantity",
			role.UnitPrice: "Rate", role.Discount: "Discount Percentage", role.Amount: "Line Subtotal", role.Tax: "Tax 1 Amount", role.Gross: "Line Total", role.Currency: "Currency",
		},
	},
	"FreshBooks/Time Entry Details CSV": {
		shape: "FreshBooks time entries", facts: "efforts", roles: R{role.Client: "Client", role.Date: "Date", role.Status: "Status"},
	},
	"Zoho Books/Invoice.csv (leading columns, India edition)": {
		shape: "Zoho Books invoices", facts: "sales", kind: ledger.Invoiced,
		roles: R{
			role.Client: "Customer Name", role.Date: "Invoice Date", role.Document: "Invoice Number", role.Status: "Invoice Status", role.TaxIncluded: "Is Inclusive Tax",
			role.Item: "Item Name", role.Quantity: "Quantity", role.UnitPrice: "Item Price", role.Amount: "Item Total", role.Tax: "Item Tax Amount", role.DocTotal: "Total",
		},
	},
	"Zoho Books/Invoice.csv (other subset)": {
		shape: "Zoho Books invoices", facts: "sales", kind: ledger.Invoiced,
		roles: R{
			role.ClientID: "Customer ID", role.Client: "Customer Name", role.Date: "Invoice Date", role.Document: "Invoice Number", role.Status: "Invoice Status",
			role.Item: "Item Name", role.Quantity: "Quantity", role.UnitPrice: "Item Price", role.Amount: "Item Total", role.DocTotal: "Total",
		},
	},
	"Sage 50 (UK)/Audit trail transactions CSV (import order)": {
		shape: "Sage 50 audit trail", facts: "sales", kind: ledger.Invoiced,
		roles: R{
			role.Type: "Type", role.ClientID: "Account Reference", role.Date: "Date", role.Document: "Reference", role.Item: "Details", role.Amount: "Net Amount", role.Tax: "Tax Amount",
		},
	},
	"Odoo/Sales Order (sale.order) list export": {
		shape: "Odoo sales orders", facts: "sales", kind: ledger.Booked, expr: "quantity*unit_price",
		carry: []role.Role{role.ClientID, role.Client, role.Date, role.Document, role.Status},
		roles: R{
			role.ClientID: "Customer/ID", role.Client: "Customer", role.Date: "Creation Date", role.Document: "Order Reference", role.Status: "Status",
			role.Item: "Order Lines/Product", role.Quantity: "Order Lines/Quantity", role.UnitPrice: "Order Lines/Unit Price", role.DocTotal: "Total",
		},
	},
	"ERPNext/Sales order/invoice export (excerpt)": {
		shape: "ERPNext sales orders", facts: "sales", kind: ledger.Booked,
		carry: []role.Role{role.Client, role.Date, role.Document, role.Status, role.Currency},
		roles: R{
			role.Client: "Customer", role.Date: "Date", role.Document: "ID", role.Status: "Status", role.Currency: "Currency",
			role.Item: "Item Name (Items)", role.Quantity: "Quantity (Items)",
		},
	},
	"Salesforce/Account (data export, API names, BOM)": {
		shape: "Salesforce accounts", facts: "clients",
		roles: R{role.ClientID: "Id", role.Client: "Name", role.Parent: "ParentId", role.Owner: "OwnerId", role.Deleted: "IsDeleted"},
	},
	"Salesforce/Opportunity (data export, API names, BOM)": {
		shape: "Salesforce opportunities", facts: "pipeline", kind: ledger.Booked,
		roles: R{
			role.ClientID: "AccountId", role.Date: "CloseDate", role.Document: "Id", role.Amount: "Amount", role.Won: "IsWon", role.Deleted: "IsDeleted", role.Owner: "OwnerId",
		},
	},
	"Salesforce/Contact (data export, API names, BOM)": {
		shape: "Salesforce contacts", facts: "contacts", roles: R{role.ClientID: "AccountId", role.Owner: "OwnerId", role.Deleted: "IsDeleted"},
	},
	"Salesforce/Case (data export, API names, BOM)": {
		shape: "Salesforce cases", facts: "efforts",
		roles: R{role.ClientID: "AccountId", role.Date: "CreatedDate", role.Document: "CaseNumber", role.Owner: "OwnerId", role.Deleted: "IsDeleted"},
	},
	"HubSpot/Deals export (leading columns)": {
		shape: "HubSpot deals", facts: "pipeline", kind: ledger.Booked,
		roles: R{role.Date: "Close Date", role.Document: "Record ID", role.Amount: "Amount", role.Won: "Deal Stage", role.Owner: "Deal owner"},
	},
	"HubSpot/Companies export": {
		shape: "HubSpot companies", facts: "clients", roles: R{role.ClientID: "Record ID", role.Client: "Company Name", role.Owner: "Company Owner"},
	},
	"Pipedrive/Official sample import CSV (with Products)": {
		shape: "Pipedrive deals", facts: "pipeline", kind: ledger.Booked, roles: R{role.Client: "Organization - Name*", role.Amount: "Deal - Value"},
	},
	"Zendesk/Ticket CSV export (column list from Zendesk's help article; order from Requester on)": {
		shape: "Zendesk tickets", facts: "efforts", roles: R{role.Client: "Organization", role.Date: "Created at", role.Status: "Status"},
	},
}

func TestEveryKnownExport(t *testing.T) {
	t.Parallel()
	seen := 0
	for line := range strings.SplitSeq(strings.TrimSpace(exported), "\n") {
		f := strings.SplitN(line, "\t", 3)
		name := f[0] + "/" + f[1]
		w, ok := exports[name]
		if !ok {
			t.Errorf("%s: nothing is expected of it", name)
			continue
		}
		seen++
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			list, err := csv.NewReader(strings.NewReader(f[2])).Read()
			if err != nil {
				t.Fatal(err)
			}
			check(t, headers(list...), w)
		})
	}
	if seen != len(exports) {
		t.Errorf("%d exports are listed, %d expected", seen, len(exports))
	}
}

func check(t *testing.T, cols []role.Column, w want) {
	t.Helper()
	p := role.Propose(cols)
	if p.Shape != w.shape || p.Facts != w.facts || p.Kind != w.kind || p.AmountExpr != w.expr || p.HeadingRole != w.heading {
		t.Errorf("got shape %q, facts %q, kind %q, expression %q, heading %q", p.Shape, p.Facts, p.Kind, p.AmountExpr, p.HeadingRole)
	}
	if d := cmp.Diff(w.carry, p.Carry); d != "" {
		t.Errorf("carried (-want +got):\n%s", d)
	}
	if d := cmp.Diff(w.roles, named(cols, p)); d != "" {
		t.Errorf("roles (-want +got):\n%s", d)
	}
}

func TestFurtherShapes(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		cols []role.Column
		want
	}{
		"QuickBooks summary": {
			headers("", "Total"),
			want{shape: "QuickBooks sales by customer summary", facts: "sales", roles: R{role.Client: "", role.Amount: "Total"}},
		},
		"Xero lines": {
			headers("ContactName", "InvoiceNumber", "InvoiceDate", "Total", "LineAmount", "Currency", "Type", "Status"),
			want{
				shape: "Xero sales invoice lines", facts: "sales", kind: ledger.Invoiced,
				roles: R{
					role.Client: "ContactName", role.Document: "InvoiceNumber", role.Date: "InvoiceDate", role.DocTotal: "Total", role.Amount: "LineAmount",
					role.Currency: "Currency", role.Type: "Type", role.Status: "Status",
				},
			},
		},
		"ERPNext invoices without lines": {
			headers("ID", "Customer", "Posting Date", "Grand Total", "Net Total", "Status", "Outstanding Amount"),
			want{
				shape: "ERPNext invoice list", facts: "sales", kind: ledger.Invoiced,
				roles: R{role.Document: "ID", role.Client: "Customer", role.Date: "Posting Date", role.DocTotal: "Grand Total", role.Amount: "Net Total", role.Status: "Status"},
			},
		},
		"ERPNext invoices with lines": {
			headers("ID", "Customer", "Date", "Grand Total", "ID (Items)", "Item Name (Items)", "Quantity (Items)", "Rate (Items)", "Amount (Items)"),
			want{
				shape: "ERPNext sales invoices", facts: "sales", kind: ledger.Invoiced, carry: []role.Role{role.Client, role.Date, role.Document},
				roles: R{
					role.Document: "ID", role.Client: "Customer", role.Date: "Date", role.DocTotal: "Grand Total", role.Item: "Item Name (Items)",
					role.Quantity: "Quantity (Items)", role.UnitPrice: "Rate (Items)", role.Amount: "Amount (Items)",
				},
			},
		},
		"HubSpot deals with a company": {
			headers("Record ID", "Deal Name", "Deal Stage", "Close Date", "Amount", "Is Closed Won", "Associated Company", "Associated Company IDs"),
			want{
				shape: "HubSpot deals", facts: "pipeline", kind: ledger.Booked,
				roles: R{
					role.Document: "Record ID", role.Won: "Is Closed Won", role.Date: "Close Date", role.Amount: "Amount", role.Client: "Associated Company",
					role.ClientID: "Associated Company IDs",
				},
			},
		},
		"Pipedrive deals": {
			headers("Deal - Title", "Deal - Value", "Deal - Currency of value", "Deal - Organization", "Deal - Owner", "Deal - Status", "Deal - Won time"),
			want{
				shape: "Pipedrive deals", facts: "pipeline", kind: ledger.Booked,
				roles: R{
					role.Amount: "Deal - Value", role.Currency: "Deal - Currency of value", role.Client: "Deal - Organization", role.Owner: "Deal - Owner",
					role.Won: "Deal - Status", role.Date: "Deal - Won time",
				},
			},
		},
		"Salesforce report": {
			headers("Opportunity Owner", "Account Name", "Opportunity Name", "Stage", "Close Date", "Amount", "Probability (%)"),
			want{
				shape: "Salesforce opportunity report", facts: "pipeline", kind: ledger.Booked,
				roles: R{role.Owner: "Opportunity Owner", role.Client: "Account Name", role.Won: "Stage", role.Date: "Close Date", role.Amount: "Amount"},
			},
		},
		"Odoo lines with subtotal": {
			headers("Order Reference", "Customer", "Order Date", "Order Lines/Quantity", "Order Lines/Unit Price", "Order Lines/Subtotal", "Salesperson"),
			want{
				shape: "Odoo sales orders", facts: "sales", kind: ledger.Booked, carry: []role.Role{role.Client, role.Date, role.Document, role.Owner},
				roles: R{
					role.Document: "Order Reference", role.Client: "Customer", role.Date: "Order Date", role.Quantity: "Order Lines/Quantity",
					role.UnitPrice: "Order Lines/Unit Price", role.Amount: "Order Lines/Subtotal", role.Owner: "Salesperson",
				},
			},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			check(t, c.cols, c.want)
		})
	}
}

func TestSharedFiles(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		file string
		want
	}{
		"Online Retail": {"online-retail/online-retail-dataset.csv.zst", want{
			facts: "sales", expr: "quantity*unit_price",
			roles: R{
				role.ClientID: "CustomerID", role.Document: "InvoiceNo", role.Date: "InvoiceDate", role.Quantity: "Quantity", role.UnitPrice: "UnitPrice", role.Item: "StockCode",
			},
		}},
		"AdventureWorks": {"adventureworks-reseller/FactResellerSales.csv.zst", want{
			facts: "sales",
			roles: R{
				role.ClientID: "ResellerKey", role.Document: "SalesOrderNumber", role.Date: "OrderDate", role.Amount: "SalesAmount", role.Quantity: "OrderQuantity",
				role.UnitPrice: "UnitPrice", role.Cost: "TotalProductCost", role.UnitCost: "ProductStandardCost", role.Tax: "TaxAmt", role.Discount: "DiscountAmount", role.Item: "ProductKey",
			},
		}},
		"Odoo": {"tool-exports/odoo_sale_order_export_pseudonymised.csv", want{
			shape: "Odoo sales orders", facts: "sales", kind: ledger.Booked, expr: "quantity*unit_price",
			carry: []role.Role{role.ClientID, role.Client, role.Date, role.Document, role.Status},
			roles: exports["Odoo/Sales Order (sale.order) list export"].roles,
		}},
		"Salesforce opportunities": {"tool-exports/salesforce_Opportunity.csv", want{
			shape: "Salesforce opportunities", facts: "pipeline", kind: ledger.Booked,
			roles: R{role.ClientID: "AccountId", role.Date: "CloseDate", role.Document: "Id", role.Amount: "Amount", role.Won: "IsWon"},
		}},
		"Salesforce accounts": {"tool-exports/salesforce_Account.csv", want{
			shape: "Salesforce accounts", facts: "clients", roles: R{role.ClientID: "Id", role.Client: "Name", role.Deleted: "IsDeleted"},
		}},
		"resellers": {"adventureworks-reseller/DimReseller.csv", want{
			facts: "clients", roles: R{role.ClientID: "ResellerKey", role.Client: "ResellerName"},
		}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cols := shared(t, c.file, 4000)
			check(t, cols, c.want)
			if p := role.Propose(cols); len(p.Unclaimed)+len(p.Signs)+len(p.Candidates) > 0 {
				t.Errorf("questions where none is needed: %+v, signs %v, candidates %v", p.Unclaimed, p.Signs, p.Candidates)
			}
		})
	}
}
