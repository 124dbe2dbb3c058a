package role

import (
	"fmt"
	"slices"
	"strings"

	"clientele/internal/intake/decimal"
	"clientele/internal/ledger"
)

// TimeUnit is what a number of a column of time counts, in seconds.
type TimeUnit int64

// The units of time.
const (
	InSeconds TimeUnit = 1
	InMinutes TimeUnit = 60
	InHours   TimeUnit = 3600
)

// FactProposal is how a list of facts beside sale lines could be read.
type FactProposal struct {
	List    string // one of the lists, "" if it is none
	Shape   string
	Roles   map[Role]Pick
	Second  map[Role]int // a second column of a role: the last name beside the first
	Unit    TimeUnit     // of the column of hours
	Event   string       // what the events are, where no column says so
	Drivers map[string]int
	Plan    map[ledger.PlanLine]int // columns of what is planned, each a line of its own
	Missing []Role                  // what the list cannot do without
	Why     []string
}

// ProposeFacts says what the columns of a list of facts are. Want is the list that
// somebody said it is, "" to tell by the columns.
func ProposeFacts(cols []Column, want string) FactProposal {
	p := &proposer{taken: map[int]bool{}}
	p.out.Roles, p.out.Candidates = map[Role]Pick{}, map[Role][]int{}
	for i := range cols {
		c := &column{Column: cols[i], name: ParseName(cols[i].Header)}
		c.key = keyOf(cols[i].Header)
		c.meanings, c.known = meanings(c.name)
		p.cols = append(p.cols, c)
	}
	f := &factProposer{p: p, out: FactProposal{List: want, Second: map[Role]int{}, Drivers: map[string]int{}, Plan: map[ledger.PlanLine]int{}}}
	if s := findShape(p.cols); s != nil {
		f.out.Shape = s.name
		if s.event != "" && (want == "" || want == Events) {
			f.out.List, f.out.Event = Events, s.event
		}
	}
	if f.out.List == "" {
		f.out.List = f.list()
	}
	f.roles()
	f.out.Roles, f.out.Why = p.out.Roles, p.out.Why
	return f.out
}

type factProposer struct {
	p   *proposer
	out FactProposal
}

// find is the free column whose header stands first among the words of a role; nil if
// there is none.
func (f *factProposer) find(r Role, fits func(*column) bool) *column {
	for w := range strings.SplitSeq(factRoles[r], "|") {
		k := keyOf(w)
		for _, c := range f.p.cols {
			if c.key == k && !f.p.taken[c.Index] && !c.empty() && (fits == nil || fits(c)) {
				return c
			}
		}
	}
	return nil
}

// PeriodColumns are the columns whose headers name years, quarters or other periods.
func PeriodColumns(headers []string) []int { return headed(headers, factRoles[Period]) }

// MonthColumns are the columns whose headers name months.
func MonthColumns(headers []string) []int {
	return headed(headers, "month|month name|month number|fiscal month|period|monat|mois|mes|periode|periodo")
}

// QuarterColumns are the columns whose headers name quarters.
func QuarterColumns(headers []string) []int {
	return headed(headers, "quarter|fiscal quarter|qtr|q|quartal|trimestre")
}

// headed are the columns with one of the words as their header.
func headed(headers []string, words string) []int {
	var out []int
	for w := range strings.SplitSeq(words, "|") {
		for i, h := range headers {
			if keyOf(h) == keyOf(w) && !slices.Contains(out, i) {
				out = append(out, i)
			}
		}
	}
	return out
}

// lengths: the values are lengths of time, in numbers, as a clock writes them, 1:30:00, or
// with their units, 1h 30m; one column may hold all of them.
func lengths(c *column) bool {
	n := 0
	for _, s := range c.Samples {
		if _, ok := decimal.Duration([]byte(s), decimal.Style{Point: '.'}); ok || strings.Count(s, ":") > 0 {
			n++
		}
	}
	// Numbers are counted in all of the values, the others in the first of them.
	seen := len(c.Samples)
	return c.numbers() || 2*(n*c.Filled+c.Numeric*seen) > c.Filled*seen
}

// has reports whether some column has a header of the role.
func (f *factProposer) has(r Role, fits func(*column) bool) bool { return f.find(r, fits) != nil }

// client reports whether a column names clients.
func (f *factProposer) client() bool {
	for _, c := range f.p.cols {
		for _, r := range []Role{Client, ClientID} {
			if m := c.meaning(r); m.rank > 0 && m.grade >= Likely && !c.empty() {
				return true
			}
		}
	}
	return false
}

// list tells by the columns which facts a file lists.
func (f *factProposer) list() string {
	client := f.client()
	switch {
	case !client && f.has(EventName, nil) && f.has(Minutes, (*column).numbers) && f.has(Group, nil):
		return Equations
	case f.has(Practical, lengths) || f.has(Contract, lengths) && !client:
		return Resources
	case !client && f.named("pool|cost pool|kostenpool|cost center|cost centre") && f.has(Cost, (*column).numbers):
		return Pools
	case f.has(Hours, lengths) && (client || f.has(Person, func(c *column) bool { return !yesOrNo(c) })):
		return Efforts
	case client && f.named("balance|open balance|balance due|amount due|outstanding|open amount|receivable|receivables|offener betrag") && !f.named("invoice number|invoice"):
		return Receivables
	case f.named("cost|costs|cost amount|kosten|cout|coste|costo") || f.kinds() != "":
		if kinds := f.kinds(); kinds != "" && (client || kinds == Pools) {
			return kinds
		}
		if client {
			return Costs
		}
		return Pools
	case client && f.event() != "":
		return Events
	default:
		return ""
	}
}

// named reports whether a column has one of the headers.
func (f *factProposer) named(words string) bool {
	for w := range strings.SplitSeq(words, "|") {
		k := keyOf(w)
		if slices.ContainsFunc(f.p.cols, func(c *column) bool { return c.key == k && !c.empty() }) {
			return true
		}
	}
	return false
}

// kinds is the list that most of the kinds of cost in a column belong to.
func (f *factProposer) kinds() string {
	c := f.find(CostKind, func(c *column) bool { return 2*c.Numeric < max(1, c.Filled) })
	if c == nil {
		return ""
	}
	votes := map[string]int{}
	for _, s := range c.Samples {
		votes[KindOfCost(s)]++
	}
	for _, list := range []string{Costs, ClientCosts, Pools} {
		if 2*votes[list] > len(c.Samples) {
			return list
		}
	}
	return ""
}

// event is what the rows are events of, by the headers.
func (f *factProposer) event() string {
	for _, e := range eventWords {
		if f.named(e.headers) || f.named(e.counts) {
			return e.event
		}
	}
	return ""
}

// roles picks the columns of the list.
func (f *factProposer) roles() {
	need := map[string][]Role{
		Costs: {Cost}, ClientCosts: {Cost}, Pools: {Pool, Cost}, Resources: {Person, Cost}, Efforts: {Hours}, Equations: {Group, EventName, Minutes}, Receivables: {Balance},
	}[f.out.List]
	may := map[string][]Role{
		Costs: {CostKind}, ClientCosts: {CostKind}, Pools: {CostKind}, Resources: {Practical, Contract, Group}, Efforts: {Person, Activity, Group, Billable}, Equations: {Driver},
	}[f.out.List]
	for _, r := range append(slices.Clone(need), may...) {
		f.pick(r)
	}
	if f.out.List != Equations {
		if f.out.List != Pools && f.out.List != Resources {
			f.p.client()
			f.only()
		}
		f.p.choose(Date)
		if f.out.List == Plans { // after who and when: what is left is planned
			f.plan()
		}
		f.p.choose(Document)
		f.p.choose(Currency)
		f.p.choose(Status)
	}
	if f.out.List == Events {
		f.events()
	}
	for _, r := range need {
		if r == Person && f.p.has(Group) { // the capacity of a group as a whole
			continue
		}
		if !f.p.has(r) {
			f.out.Missing = append(f.out.Missing, r)
		}
	}
	if f.out.List == Plans && !f.p.has(Planned) && len(f.out.Plan) == 0 {
		f.out.Missing = append(f.out.Missing, Planned)
	}
	clients := f.p.has(Client) || f.p.has(ClientID) || len(f.p.out.Candidates[Client])+len(f.p.out.Candidates[ClientID]) > 0
	if f.out.List != "" && f.out.List != Equations && f.out.List != Pools && f.out.List != Resources && f.out.List != Plans && !clients {
		f.out.Missing = append(f.out.Missing, Client)
	}
}

// only takes a column that is headed as the client, though it names one throughout: a list
// of facts may well be about one.
func (f *factProposer) only() {
	for _, r := range []Role{ClientID, Client} {
		if f.p.has(ClientID) || f.p.has(Client) || len(f.p.out.Candidates[ClientID])+len(f.p.out.Candidates[Client]) > 0 {
			return
		}
		var found []*column
		for _, c := range f.p.cols {
			if m := c.meaning(r); m.rank > 0 && m.grade >= Likely && c.Filled > 0 && !f.p.taken[c.Index] {
				found = append(found, c)
			}
		}
		if len(found) == 1 {
			f.p.pick(r, found[0], Likely, "by its header; it names one throughout")
		}
	}
}

// pick chooses the column of a role.
func (f *factProposer) pick(r Role) {
	var fits func(*column) bool
	switch r { //nolint:exhaustive // the others are texts of any kind
	case Person:
		fits = func(c *column) bool { return !yesOrNo(c) }
	case Hours, Practical, Contract:
		fits = lengths
	case Cost, Minutes, Balance, Planned:
		fits = (*column).numbers
	}
	c := f.find(r, fits)
	if c == nil {
		return
	}
	f.p.pick(r, c, Likely, "by its header")
	switch {
	case r == Hours:
		f.out.Unit = unitOf(c)
	case r == Person && c.key == keyOf("first name"):
		for _, last := range f.p.cols {
			if last.key == keyOf("last name") {
				f.out.Second[Person] = last.Index
				f.p.taken[last.Index] = true
			}
		}
	}
}

// yesOrNo: the values say whether, and not who.
func yesOrNo(c *column) bool {
	for _, s := range c.Samples {
		switch strings.ToLower(strings.TrimSpace(s)) {
		case "yes", "no", "true", "false", "y", "n", "ja", "nein", "oui", "non", "sí", "si", "0", "1", "":
		default:
			return false
		}
	}
	return len(c.Samples) > 0
}

// unitOf is what a column of time counts, by its header; a clock shows hours.
func unitOf(c *column) TimeUnit {
	switch text := phrase(c.name.Text); {
	case hasAny(text, " minutes ", " minuten ", " minutos ", " min "):
		return InMinutes
	case hasAny(text, " seconds ", " sekunden ", " secondes ", " segundos "):
		return InSeconds
	default:
		return InHours
	}
}

// events finds what happened, and the numbers beside it that a time equation may use.
func (f *factProposer) events() {
	if f.out.Event == "" {
		f.out.Event = f.event()
	}
	if f.out.Event == "" {
		f.pick(EventName)
	}
	f.eventCount()
	for _, c := range f.p.cols {
		if f.p.taken[c.Index] || c.Filled == 0 || 10*c.Numeric < 9*c.Filled || 2*c.Dates > c.Filled || isKey(c) || elapsed(c) {
			continue
		}
		f.out.Drivers[c.name.Text] = c.Index
		f.p.why(fmt.Sprintf("the numbers in %s can drive time", c.title()))
	}
}

// isKey: the column numbers rows, by its header or because no value comes twice.
func isKey(c *column) bool {
	for w := range strings.FieldsSeq(c.name.Text) {
		switch w {
		case "id", "number", "no", "nr", "key", "year", "month", "week":
			return true
		}
	}
	return false
}
