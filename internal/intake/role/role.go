// Package role knows what columns mean: the roles a column can have, the headers by
// which four languages and some forty tools name them, the words by which rows say
// that they are drafts or totals. It proposes; it never decides between two.
package role

// Role is what a column is for. The text of a role is the word used in --map.
type Role string

// The roles of sale lines.
const (
	ClientID  Role = "client_id"
	Client    Role = "client"
	Parent    Role = "parent"
	Owner     Role = "owner"
	Date      Role = "date"
	Document  Role = "document"
	AppliesTo Role = "applies_to" // the invoice that a credit note corrects
	Amount    Role = "amount"     // the amount of the line
	Quantity  Role = "quantity"
	UnitPrice Role = "unit_price"
	Discount  Role = "discount"
	Tax       Role = "tax"
	Refund    Role = "refund"         // taken back of the amount, beside it
	Gross     Role = "gross"          // the line with tax
	DocTotal  Role = "document_total" // repeated on each line of a document: never summed
	Currency  Role = "currency"
	Status    Role = "status"
	Type      Role = "type" // invoice, credit note, payment
	Item      Role = "item"
	Won       Role = "won"     // pipeline: the deal is won
	Deleted   Role = "deleted" // the source marks the row as deleted
	// Captured says that the money was collected; a row where it was not is no receipt.
	Captured Role = "captured"
	Cost     Role = "cost"
	UnitCost Role = "unit_cost"
	Margin   Role = "margin"
	// The roles of facts beside sale lines: who spent how long on what, what a resource
	// can do, which pool a cost belongs to, what happened.
	Person    Role = "person"
	Group     Role = "group" // of people
	Activity  Role = "activity"
	Billable  Role = "billable" // whether the time is billed
	Hours     Role = "hours"
	Pool      Role = "pool"
	CostKind  Role = "cost_kind"
	Practical Role = "practical_hours"
	Contract  Role = "contract_hours"
	EventName Role = "event"
	Driver    Role = "driver"
	// EventCount is how many events a row tells of.
	EventCount Role = "event_count"
	Minutes    Role = "minutes" // that an event takes of a group
	Balance    Role = "balance" // that a client owes
	// The roles of a plan: the amount, what of it is planned where a column says so, and
	// which of several plans it is.
	Planned  Role = "planned"
	PlanLine Role = "line"
	PlanName Role = "plan"
	// Period is for which months a fact is: a year or a quarter, in one column or two.
	Period Role = "period"
	// TaxIncluded says per row whether the amount is with tax ("Is Inclusive Tax").
	TaxIncluded Role = "tax_included"
)
