package ledger

// FactKind says what a fact beside the sale lines tells. Facts of two kinds are never
// added to each other.
type FactKind string

// The kinds of fact.
const (
	DirectCost FactKind = "direct_cost" // money: what a sale costs to deliver
	// Uncosted is the revenue of lines whose cost is not known: money, and no cost.
	Uncosted      FactKind = "uncosted"
	ClientCost    FactKind = "client_cost"    // money for one client alone; Name is the kind: rebate
	PoolCost      FactKind = "pool_cost"      // money for no client alone; Name is the pool, Detail its kind
	CapacityCost  FactKind = "capacity_cost"  // money for a resource; Name is the person, Detail the group
	PracticalTime FactKind = "practical_time" // time that a resource has for clients
	ContractTime  FactKind = "contract_time"  // time that it is paid for
	Effort        FactKind = "effort"         // time spent; Name is the person, Detail the activity
	Unbilled      FactKind = "unbilled"       // time spent that nobody was billed for; as Effort
	Event         FactKind = "event"          // quantity; Name is the event, Detail the driver, "" for how often
	Equation      FactKind = "equation"       // time that an event takes of a group; Name is the group, Detail event and driver
	Receivable    FactKind = "receivable"     // money that a client owes at the end of a month
	Planned       FactKind = "planned"        // money or time; Name is the line of the plan, Detail the name of the plan
)

// FactDecimals is the scale of every fact: money in base currency, time in seconds, and
// quantities are kept in millionths.
const FactDecimals = 6

// Topic is what facts are about, and what they are summed up by.
type Topic struct {
	Kind         FactKind
	Name, Detail string
}
