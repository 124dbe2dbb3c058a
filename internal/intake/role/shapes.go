package role

import "clientele/internal/ledger"

// The amounts of lines that only have quantity and price.
var (
	product    = formula{[]Role{Quantity, UnitPrice}, "quantity*unit_price"}
	lessDisc   = formula{[]Role{Quantity, UnitPrice, Discount}, "quantity*unit_price*(100-discount)*0.01"}
	lessRefund = formula{nil, "[Amount]-[Amount Refunded]"}
)

// shapes are the exports that are known by their headers. Where two fit, the one with
// more headers in must wins.
var shapes = []shape{
	{
		name: "QuickBooks sales by customer summary", facts: Sales, must: "_|total", columns: 2, net: true,
		roles: []slot{{Client, "_"}, {Amount, "total"}},
		notes: []string{"the period stands in the title lines; the lines have no dates"},
	},
	{
		name: "QuickBooks sales by customer detail", facts: Sales, must: "_|transaction type|num|amount|balance", some: "product service|product service full name",
		heading: Client, carry: []Role{Client}, net: true,
		roles: []slot{
			{Client, "_"},
			{Date, "transaction date|date"},
			{Type, "transaction type"},
			{Document, "num"},
			{Item, "product service full name|product service"},
			{Quantity, "quantity|qty"},
			{UnitPrice, "sales price"},
			{Amount, "amount"},
		},
		notes: []string{"the client stands in heading rows; Balance is a running total and is not used"},
	},
	{
		name: "QuickBooks sales by product and service detail", facts: Sales, must: "_|transaction type|num|sales price|amount|balance",
		some: "client full name|customer full name|customer|client|name", not: "product service|product service full name",
		heading: Item, carry: []Role{Item}, net: true,
		roles: []slot{
			{Item, "_"},
			{Client, "client full name|customer full name|customer|client|name"},
			{Date, "transaction date|date"},
			{Type, "transaction type"},
			{Document, "num"},
			{Quantity, "quantity|qty"},
			{UnitPrice, "sales price"},
			{Amount, "amount"},
		},
		notes: []string{"heading rows name the product, not the client; Balance is a running total and is not used"},
	},
	{
		name: "QuickBooks invoice list", facts: Sales, kind: ledger.Invoiced, must: "date|transaction type|num|name|amount|open balance",
		roles: []slot{{Client, "name"}, {Date, "date"}, {Type, "transaction type"}, {Document, "num"}, {Amount, "amount"}},
		notes: []string{"an invoice list gives each invoice with its sales tax, if any was charged"},
	},
	{
		name: "QuickBooks transaction list", facts: Sales, must: "date|transaction type|num|name|split|amount", types: true,
		roles: []slot{{Client, "name"}, {Date, "date"}, {Type, "transaction type"}, {Document, "num"}, {Amount, "amount"}},
	},
	{
		name: "QuickBooks invoices and received payments", facts: Sales, must: "_|date|transaction type|transaction number|amount", types: true,
		heading: Client, carry: []Role{Client},
		roles: []slot{{Client, "_"}, {Date, "date"}, {Type, "transaction type"}, {Document, "transaction number"}, {Amount, "amount"}},
		notes: []string{"this report lists invoices that were paid; open ones are missing"},
	},
	{
		name: "QuickBooks transaction list by vendor", facts: Costs, must: "_|date|transaction type|num|posting|account|amount",
		roles: []slot{{Date, "date"}, {Type, "transaction type"}, {Document, "num"}, {Cost, "amount"}},
	},
	{
		name: "QuickBooks customer contact list", facts: Clients, must: "customer|phone numbers|email|billing address",
		roles: []slot{{Client, "customer"}, {Currency, "currency"}},
	},
	{
		name: "Xero sales invoices", facts: Sales, kind: ledger.Invoiced, must: "contact name|invoice number|quantity|unit amount", not: "line amount", net: true, inclusive: "line amount types",
		roles: []slot{
			{Client, "contact name"},
			{Date, "invoice date"},
			{Document, "invoice number"},
			{Item, "inventory item code|description"},
			{Quantity, "quantity"},
			{UnitPrice, "unit amount"},
			{Discount, "discount"},
			{Tax, "tax amount"},
			{DocTotal, "total"},
			{Currency, "currency"},
			{Status, "status"},
			{Type, "type"},
		},
		exprs: []formula{lessDisc, product},
		notes: []string{"UnitAmount is read as without tax, TaxAmount stands apart; if the prices hold tax, say --gross", "Discount is a percentage; Total belongs to the invoice and is not summed"},
	},
	{
		name: "Xero sales invoice lines", facts: Sales, kind: ledger.Invoiced, must: "contact name|invoice number|line amount", net: true, inclusive: "line amount types",
		roles: []slot{
			{Client, "contact name"},
			{Date, "invoice date|date"},
			{Document, "invoice number"},
			{Item, "inventory item code|item code|description"},
			{Quantity, "quantity"},
			{UnitPrice, "unit amount"},
			{Amount, "line amount"},
			{Discount, "discount"},
			{Tax, "tax amount"},
			{DocTotal, "total|invoice total"},
			{Currency, "currency|currency code"},
			{Status, "status"},
			{Type, "type|invoice type"},
		},
		notes: []string{"LineAmount is the amount; Total belongs to the invoice and is not summed"},
	},
	{
		name: "Xero contacts", facts: Clients, must: "contact name|account number|email address|po attention to",
		roles: []slot{{ClientID, "account number"}, {Client, "contact name"}},
	},
	{
		name: "Stripe payments", facts: Sales, kind: ledger.Received, must: "id|amount|amount refunded|captured|customer id",
		roles: []slot{
			{ClientID, "customer id"},
			{Client, "customer email|customer description|card name|description"},
			{Date, "created date utc|created utc"},
			{Document, "id"},
			{Currency, "currency"},
			{Status, "status"},
			{Captured, "captured"},
			{Cost, "fee"},
		},
		exprs: []formula{lessRefund},
		notes: []string{"these are payments, with tax if any was charged, less what was refunded"},
	},
	{
		name: "Stripe customers", facts: Clients, must: "id|email|name|delinquent|total spend",
		roles: []slot{{ClientID, "id"}, {Client, "name|email|description"}},
	},
	{
		name: "FreshBooks invoice details", facts: Sales, kind: ledger.Invoiced, must: "client name|invoice number|line subtotal", net: true,
		roles: []slot{
			{Client, "client name"},
			{Date, "date issued"},
			{Document, "invoice number"},
			{Status, "invoice status"},
			{Item, "item name"},
			{Quantity, "quantity"},
			{UnitPrice, "rate"},
			{Discount, "discount percentage"},
			{Amount, "line subtotal"},
			{Tax, "tax 1 amount"},
			{Gross, "line total"},
			{Currency, "currency"},
		},
		notes: []string{"Line Subtotal is without tax; Line Total holds it"},
	},
	{
		name: "FreshBooks time entries", facts: Efforts, must: "date|client|team member|hours|seconds",
		roles: []slot{{Client, "client"}, {Date, "date"}, {Status, "status"}},
	},
	{
		name: "Zoho Books invoices", facts: Sales, kind: ledger.Invoiced, must: "invoice date|invoice number|customer name|item total", net: true,
		roles: []slot{
			{ClientID, "customer id"},
			{Client, "customer name"},
			{Date, "invoice date"},
			{Document, "invoice number"},
			{Status, "invoice status"},
			{TaxIncluded, "is inclusive tax"},
			{Item, "item name"},
			{Quantity, "quantity"},
			{UnitPrice, "item price"},
			{Amount, "item total"},
			{Tax, "item tax amount"},
			{DocTotal, "total"},
			{Currency, "currency code"},
			{Owner, "sales person"},
		},
		notes:  []string{"Item Total is the amount; SubTotal, Total and Balance belong to the invoice and are not summed"},
		asides: []aside{{"entity discount amount", "Entity Discount Amount is a discount on whole invoices; Item Total is before it"}},
	},
	{
		name: "Sage 50 audit trail", facts: Sales, kind: ledger.Invoiced, must: "type|account reference|date|net amount|tax code", net: true,
		roles: []slot{
			{Type, "type"}, {ClientID, "account reference"}, {Date, "date"}, {Document, "reference"}, {Item, "details"}, {Amount, "net amount"}, {Tax, "tax amount"},
		},
		notes: []string{"SI is an invoice, SC a credit note, SA a receipt; Net Amount is without tax"},
	},
	{
		name: "Odoo sales orders", facts: Sales, kind: ledger.Booked, must: "order reference|order lines/quantity|order lines/unit price", net: true,
		roles: []slot{
			{ClientID, "customer/id"},
			{Client, "customer"},
			{Date, "order date|creation date"},
			{Document, "order reference"},
			{Status, "status"},
			{Item, "order lines/product"},
			{Quantity, "order lines/quantity"},
			{UnitPrice, "order lines/unit price"},
			{Discount, "order lines/discount (%)|order lines/discount"},
			{Amount, "order lines/subtotal"},
			{DocTotal, "total"},
			{Owner, "salesperson"},
			{Currency, "currency"},
		},
		exprs: []formula{lessDisc, product},
		carry: []Role{ClientID, Client, Date, Document, Status, Owner, Currency},
		notes: []string{"these are orders, not invoices; unit prices are read as without tax"},
	},
	{
		name: "Odoo invoices", facts: Sales, kind: ledger.Invoiced, must: "number|invoice partner display name|untaxed amount signed", net: true,
		roles: []slot{
			{Client, "invoice partner display name"},
			{Date, "invoice bill date|invoice date"},
			{Document, "number"},
			{Status, "status"},
			{Amount, "untaxed amount signed"},
			{DocTotal, "total signed"},
			{Owner, "salesperson"},
			{Currency, "currency"},
		},
	},
	{
		name: "ERPNext sales orders", facts: Sales, kind: ledger.Booked, must: "id|customer|order type|date|id (items)", not: "posting date",
		roles: erpnext, exprs: []formula{product}, carry: erpnextCarry,
		notes: []string{"these are orders, not invoices"},
	},
	{
		name: "ERPNext sales invoices", facts: Sales, kind: ledger.Invoiced, must: "id|customer|id (items)", some: "date|posting date", not: "order type",
		roles: erpnext, exprs: []formula{product}, carry: erpnextCarry,
	},
	{
		name: "ERPNext invoice list", facts: Sales, kind: ledger.Invoiced, must: "id|customer|posting date|grand total", not: "id (items)",
		roles: []slot{
			{Client, "customer"},
			{Date, "posting date"},
			{Document, "id"},
			{AppliesTo, "return against"},
			{Status, "status"},
			{Amount, "net total|grand total"},
			{DocTotal, "grand total"},
			{Tax, "total taxes and charges"},
			{Currency, "currency"},
		},
	},
	{
		name: "Salesforce opportunities", facts: Pipeline, kind: ledger.Booked, must: "account id|stage name|amount|close date",
		roles: []slot{
			{ClientID, "account id"},
			{Client, "account name"},
			{Date, "close date"},
			{Document, "id"},
			{Amount, "amount"},
			{Won, "is won|stage name"},
			{Deleted, "is deleted"},
			{Owner, "owner name|owner id"},
			{Currency, "currency iso code"},
		},
	},
	{
		name: "Salesforce opportunity report", facts: Pipeline, kind: ledger.Booked, must: "opportunity name|account name|amount|close date|stage",
		roles: []slot{
			{ClientID, "account id"},
			{Client, "account name"},
			{Date, "close date"},
			{Document, "opportunity id"},
			{Amount, "amount"},
			{Won, "won|stage"},
			{Owner, "opportunity owner"},
			{Currency, "amount currency"},
		},
	},
	{
		name: "Salesforce accounts", facts: Clients, must: "id|name|parent id|billing city",
		roles: []slot{{ClientID, "id"}, {Client, "name"}, {Parent, "parent id"}, {Owner, "owner name|owner id"}, {Deleted, "is deleted"}},
	},
	{
		name: "Salesforce contacts", facts: Contacts, must: "account id|last name|first name|email",
		roles: []slot{{ClientID, "account id"}, {Owner, "owner id"}, {Deleted, "is deleted"}},
	},
	{
		name: "Salesforce cases", facts: Efforts, must: "case number|account id|created date",
		roles: []slot{{ClientID, "account id"}, {Date, "created date"}, {Document, "case number"}, {Owner, "owner id"}, {Deleted, "is deleted"}},
	},
	{
		name: "HubSpot deals", facts: Pipeline, kind: ledger.Booked, must: "record id|deal name|deal stage|amount",
		roles: []slot{
			{ClientID, "associated company ids primary|associated company ids|associated company id|record id company"},
			{Client, "associated company primary|associated company|associated companies|company name"},
			{Date, "close date"},
			{Document, "record id"},
			{Amount, "amount"},
			{Won, "is closed won|deal stage"},
			{Owner, "deal owner"},
			{Currency, "currency"},
		},
	},
	{
		name: "HubSpot companies", facts: Clients, must: "record id|company name|company owner",
		roles: []slot{{ClientID, "record id"}, {Client, "company name"}, {Owner, "company owner"}},
	},
	{
		name: "Pipedrive deals", facts: Pipeline, kind: ledger.Booked, must: "deal title|deal value",
		roles: []slot{
			{ClientID, "organization id|deal organization id"},
			{Client, "deal organization|organization name|organization"},
			{Date, "deal won time|deal expected close date"},
			{Document, "deal id|deal pipedrive system id"},
			{Amount, "deal value"},
			{Won, "deal status|deal stage"},
			{Owner, "deal owner"},
			{Currency, "deal currency of value"},
		},
	},
	{
		name: "Toggl time entries", facts: Efforts, must: "user|client|project|start date|duration|tags",
		roles: []slot{{Client, "client"}, {Date, "start date"}},
	},
	{
		name: "Clockify time entries", facts: Efforts, must: "project|user|start date|duration (h)|duration (decimal)",
		roles: []slot{{Client, "client"}, {Date, "start date"}},
	},
	{
		name: "Clockify projects", facts: Efforts, must: "project|client|tracked (h)|estimated (h)",
		roles: []slot{{Client, "client"}},
	},
	{
		name: "Harvest time entries", facts: Efforts, must: "date|client|project|task|hours|billable rate",
		roles: []slot{{Client, "client"}, {Date, "date"}, {Currency, "currency"}},
	},
	{
		name: "Harvest projects", facts: Efforts, must: "client|project|total hours|billable amount|team costs",
		roles: []slot{{Client, "client"}},
	},
	{
		name: "Harvest clients", facts: Clients, must: "client name|address", columns: 2,
		roles: []slot{{Client, "client name"}},
	},
	{
		name: "Zendesk tickets", facts: Efforts, event: "ticket", must: "requester|assignee|organization|created at|group stations",
		roles: []slot{{Client, "organization"}, {Date, "created at"}, {Status, "status"}},
	},
}

var erpnext = []slot{
	{Client, "customer"},
	{Date, "posting date|date"},
	{Document, "id"},
	{AppliesTo, "return against"},
	{Status, "status"},
	{Currency, "currency"},
	{Item, "item name (items)|item code (items)"},
	{Quantity, "quantity (items)"},
	{UnitPrice, "net rate (items)|rate (items)"},
	{Amount, "net amount (items)|amount (items)"},
	{DocTotal, "grand total|net total"},
}

var erpnextCarry = []Role{Client, Date, Document, AppliesTo, Status, Currency}
