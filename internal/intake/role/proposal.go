package role

import (
	"slices"
	"strings"

	"clientele/internal/ledger"
)

// Column is what the caller found in one column of the sampled rows.
type Column struct {
	Index    int    // position in the file, 0-based
	Header   string // as in the file; "" if it has none
	Rows     int    // rows sampled
	Filled   int    // rows with a value
	Numeric  int    // values that read as numbers
	Dates    int    // values that read as dates
	Distinct int    // different values
	Samples  []string
}

// Pick is a column chosen for a role.
type Pick struct {
	Index     int
	Certainty Certainty
	Why       string // short, for people
	ByValue   bool   // the header says nothing of the role
}

// Claim is something beside the amount that nobody has claimed: the caller asks.
type Claim struct {
	Index   int // column at hand
	Role    Role
	Text    string // the question, one sentence
	Sample  string // a value of the column
	Flag    string // the flags that answer
	Choices []string
}

// Facts that a file can list.
const (
	Sales    = "sales"
	Clients  = "clients"
	Efforts  = "efforts"
	Contacts = "contacts"
	Pipeline = "pipeline"
	Costs    = "costs"
	Rates    = "rates"
	Unknown  = "unknown"
)

// Proposal is how a list could be read. It is complete in itself and changes nothing.
type Proposal struct {
	Shape string      // the export it is, such as "Xero sales invoices"; "" if unknown
	Facts string      // one of the constants above
	Kind  ledger.Kind // "" if the headers do not tell
	Roles map[Role]Pick
	// AmountExpr computes the amount where no column is the amount, in the grammar of
	// --amount: "quantity*unit_price".
	AmountExpr string
	// Net says that the amount is without tax, by its header, by the tool's own
	// documentation or by the columns beside it. Where it is false, Signs lists the
	// columns that speak of tax or of pass-through content, and nobody has settled it.
	Net   bool
	Signs []int
	// Heading says that lone cells of the first column head groups of rows. HeadingRole
	// is what they name: Client or Item; "" if the shape has no headings.
	HeadingRole Role
	Carry       []Role         // a blank cell inherits the value above
	Unclaimed   []Claim        // questions about discount, tax, types, deals
	Candidates  map[Role][]int // columns that compete for a role, none of them picked
	Notes       []string       // what the user should know; no question
	Why         []string       // evidence
}

// Propose says what the columns are. The result depends on what the columns are, not
// on their order.
func Propose(cols []Column) Proposal {
	p := &proposer{taken: map[int]bool{}}
	p.out.Roles, p.out.Candidates = map[Role]Pick{}, map[Role][]int{}
	for i := range cols {
		c := &column{Column: cols[i], name: ParseName(cols[i].Header)}
		c.key = keyOf(cols[i].Header)
		c.meanings, c.known = meanings(c.name)
		p.cols = append(p.cols, c)
	}
	if s := findShape(p.cols); s != nil {
		p.applyShape(s)
	} else {
		p.applyHeaders()
	}
	p.settle()
	return p.out
}

// column is a Column with its header taken apart.
type column struct {
	Column
	name     Name
	key      string
	meanings []meaning
	known    bool
}

// empty: there are rows, and none has a value here.
func (c *column) empty() bool { return c.Rows > 0 && c.Filled == 0 }

// constant: one value throughout, which tells no client from another.
func (c *column) constant() bool { return c.Filled > 1 && c.Distinct == 1 }

// numbers: most values are numbers, or nothing is known of them.
func (c *column) numbers() bool { return c.Filled == 0 || 2*c.Numeric > c.Filled }

// dates: some values are dates or could be serial numbers of days.
func (c *column) dates() bool { return c.Filled == 0 || 2*(c.Dates+c.Numeric) > c.Filled }

// nothing: the column holds zeros at most, so that there is nothing in it to claim.
func (c *column) nothing() bool {
	if c.Filled == 0 {
		return true
	}
	seen := map[string]bool{}
	for _, s := range c.Samples {
		if strings.ContainsAny(s, "123456789") {
			return false
		}
		seen[s] = true
	}
	return len(seen) >= c.Distinct
}

// sample is a value worth showing: the first that is not zero.
func (c *column) sample() string {
	for _, s := range c.Samples {
		if strings.ContainsAny(s, "123456789") {
			return s
		}
	}
	if len(c.Samples) > 0 {
		return c.Samples[0]
	}
	return ""
}

// percent: the values are percentages, by header or by sign.
func (c *column) percent() bool { return c.name.share() || c.signed() }

// share: the header says that the values are shares.
func (n Name) share() bool {
	words := strings.ReplaceAll(phrase(n.Text), "umsatz ", " ") // revenue is no Steuersatz
	return hasAny(words, " % ", " percent", " percentage ", " pct ", " rate ", " prozent ", "satz ", " taux ")
}

// IsShare reports whether a header says that the values are shares: "Margin %".
func IsShare(header string) bool { return ParseName(header).share() }

// signed reports whether a value has a sign of percent.
func (c *column) signed() bool {
	return slices.ContainsFunc(c.Samples, func(s string) bool { return strings.Contains(s, "%") })
}

// title names the column for people.
func (c *column) title() string {
	if h := strings.TrimSpace(c.Header); h != "" {
		return h
	}
	return "without a header"
}

// reference names the column in --map and --amount.
func (c *column) reference() string { return "[" + strings.TrimSpace(c.Header) + "]" }

// meaning is what the header says for a role; rank 0 if it says nothing of it.
func (c *column) meaning(r Role) meaning {
	for _, m := range c.meanings {
		if m.role == r {
			return m
		}
	}
	return meaning{}
}

// proposer builds a proposal.
type proposer struct {
	cols  []*column
	taken map[int]bool // by Index
	out   Proposal
}

func (p *proposer) pick(r Role, c *column, grade Certainty, why string) {
	p.out.Roles[r] = Pick{Index: c.Index, Certainty: grade, Why: why}
	p.taken[c.Index] = true
}

func (p *proposer) has(r Role) bool {
	_, ok := p.out.Roles[r]
	return ok
}

// at is the column of a role, nil if it has none.
func (p *proposer) at(r Role) *column {
	pick, ok := p.out.Roles[r]
	if !ok {
		return nil
	}
	for _, c := range p.cols {
		if c.Index == pick.Index {
			return c
		}
	}
	return nil
}

func (p *proposer) note(text string) { p.out.Notes = append(p.out.Notes, text) }

func (p *proposer) why(text string) { p.out.Why = append(p.out.Why, text) }
