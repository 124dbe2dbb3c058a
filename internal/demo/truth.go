package demo

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"

	"clientele/internal/period"
)

// Truth is what the generator knows about its firm: every control total, who is what,
// and the answers that a correct program gives. Amounts are decimal strings; days are
// YYYY-MM-DD; windows name their first and last day.
type Truth struct {
	Schema   string      `json:"schema"` // "clientele.demo-truth/v1"
	Seed     uint64      `json:"seed"`
	From     string      `json:"from"`
	To       string      `json:"to"`
	AsOf     string      `json:"as_of"` // the day after the last sale
	Base     string      `json:"base_currency"`
	Rate     string      `json:"rate"` // how a rate reads
	Sales    []SalesFile `json:"sales_files"`
	Others   []OtherFile `json:"other_files"`
	Clients  Counts      `json:"clients"`
	Years    []Year      `json:"revenue_by_year"`
	Trailing Window      `json:"trailing"`
	Prior    Window      `json:"prior"`
	Top      []Ranked    `json:"top_trailing"` // the ten largest accounts
	Lines    []Line      `json:"lines_trailing"`
	Traits   []Trait     `json:"traits"`
	Twins    []Twin      `json:"near_duplicates"`
	Group    Group       `json:"group"`
	Profit   Profit      `json:"profit_trailing"`

	firm *Firm
}

// Tally is rows and their amount in one currency.
type Tally struct {
	Rows   int64  `json:"rows"`
	Amount string `json:"amount"`

	cents int64
}

func (t *Tally) add(cents int64) {
	t.Rows++
	t.cents += cents
	t.Amount = amount(t.cents)
}

// Account is the control account of one sales file in one currency. Quarantined rows
// whose amount cannot be read count in rows only.
type Account struct {
	Currency    string `json:"currency"`
	Read        Tally  `json:"read"`
	Loaded      Tally  `json:"loaded"`
	Unassigned  Tally  `json:"unassigned"` // part of loaded: no client
	Draft       Tally  `json:"excluded_draft"`
	Void        Tally  `json:"excluded_void"`
	Quarantined Tally  `json:"quarantined"`
}

// BadRow is a row of the old file that cannot be read as it stands.
type BadRow struct {
	Line     int64  `json:"line"` // physical line
	Reason   string `json:"reason"`
	Column   string `json:"column,omitempty"`
	Value    string `json:"value,omitempty"`
	Amount   string `json:"amount,omitempty"` // as far as it can be read
	Meant    string `json:"meant"`            // what the mended row is worth
	Currency string `json:"currency"`
	Raw      string `json:"raw"`
}

// SalesFile is a file of sale lines.
type SalesFile struct {
	Name        string           `json:"name"`
	Encoding    string           `json:"encoding"`
	Delimiter   string           `json:"delimiter"`
	Rows        int64            `json:"rows"` // data records
	Accounts    []Account        `json:"accounts"`
	Quarantined []BadRow         `json:"quarantined"`
	Skipped     map[string]int64 `json:"skipped_lines"`
	// Stated is the file's own total; it counts the bad rows as they were meant.
	Stated string `json:"stated_total,omitempty"`
}

// OtherFile is a file that is not sales, with its data rows and the total of its
// amounts or hours.
type OtherFile struct {
	Name  string `json:"name"`
	Rows  int64  `json:"rows"`
	Total string `json:"total,omitempty"`
	Unit  string `json:"unit,omitempty"`
}

func newOtherFile(name string, t *table) OtherFile {
	o := OtherFile{Name: name, Rows: t.rows, Unit: t.unit}
	if t.unit != "" {
		o.Total = amount(t.sum)
	}
	return o
}

// Counts are clients under the three ways of counting.
type Counts struct {
	Accounts  int `json:"accounts"` // with at least one booked line
	Merged    int `json:"merged"`   // near-duplicates taken together
	Groups    int `json:"groups"`   // and subsidiaries with their parent
	Strangers int `json:"without_documents"`
}

// Year is the net revenue of a calendar year in EUR, credit notes and counter sales in.
type Year struct {
	Year   int    `json:"year"`
	Amount string `json:"amount"`
}

// Window is the net revenue of a window in EUR, at account level.
type Window struct {
	From       string `json:"from"`
	To         string `json:"to"`
	Total      string `json:"total"`      // of clients
	Unassigned string `json:"unassigned"` // sold over the counter
	Clients    int    `json:"clients"`    // with a line in the window
	Positive   int    `json:"positive"`
}

// Ranked is a client with its revenue.
type Ranked struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Revenue string `json:"revenue"`
}

// Line is the line at 80 %: the fewest clients that reach it, the most that stay
// within it, and the entry ticket.
type Line struct {
	Level    string `json:"level"` // account, merged, group
	Positive int    `json:"positive_clients"`
	Base     string `json:"base"` // revenue of the positive ones
	Clients  int    `json:"line_clients"`
	Within   int    `json:"within_clients"`
	Revenue  string `json:"line_revenue"`
	Ticket   string `json:"entry_ticket"`
}

// Trait is a set of clients that are what they are on purpose.
type Trait struct {
	Name string   `json:"name"`
	What string   `json:"what"`
	IDs  []string `json:"ids"`
}

// Twin is one firm under two ids.
type Twin struct {
	Keep     string `json:"keep"`
	Double   string `json:"double"`
	KeepName string `json:"keep_name"`
	DoubleAs string `json:"double_name"`
}

// Group is the parent and its subsidiaries.
type Group struct {
	Parent   string   `json:"parent"`
	Children []string `json:"children"`
}

func newTruth(f *Firm) *Truth {
	t := &Truth{
		Schema: "clientele.demo-truth/v1", Seed: f.seed, From: f.start.String(), To: (f.end - 1).String(),
		AsOf: f.end.String(), Base: string(base), Rate: "EUR for one USD, of the day of the document", firm: f,
	}
	for _, s := range f.saleFiles() {
		t.Sales = append(t.Sales, t.salesFile(s))
	}
	t.countClients()
	t.years()
	t.Trailing, t.Prior = t.window(f.trailing()), t.window(f.prior())
	accounts := t.ranking(f.trailing(), func(c *client) *client { return c })
	for _, r := range accounts[:10] {
		t.Top = append(t.Top, Ranked{r.client.id, r.client.name, amount(r.cents)})
	}
	t.Lines = []Line{
		line("account", accounts),
		line("merged", t.ranking(f.trailing(), (*client).merged)),
		line("group", t.ranking(f.trailing(), (*client).group)),
	}
	t.traits()
	t.Profit = newProfit(f)
	return t
}

// salesFile counts a file's rows from the documents, not from its text.
func (t *Truth) salesFile(s saleFile) SalesFile {
	out := SalesFile{Name: s.name, Encoding: "UTF-8", Delimiter: ",", Quarantined: []BadRow{}, Skipped: map[string]int64{"header": 1}}
	accounts := map[string]*Account{}
	for _, d := range t.firm.docs {
		if !s.holds(t.firm, d) {
			continue
		}
		a := accounts[string(d.currency)]
		if a == nil {
			zero := Tally{Amount: amount(0)}
			a = &Account{string(d.currency), zero, zero, zero, zero, zero, zero}
			accounts[a.Currency] = a
		}
		for _, l := range d.lines {
			out.Rows++
			a.count(d, l.net)
		}
	}
	for _, a := range accounts {
		out.Accounts = append(out.Accounts, *a)
	}
	slices.SortFunc(out.Accounts, func(a, b Account) int { return cmp.Compare(a.Currency, b.Currency) })
	return out
}

// count puts one row where a correct reader puts it.
func (a *Account) count(d *doc, net int64) {
	readable := net
	switch d.kind { //nolint:exhaustive // every other kind has a number where it belongs
	case badAmount, tooMany, tooFew:
		readable = 0
	}
	a.Read.add(readable)
	switch {
	case d.kind == draft:
		a.Draft.add(net)
	case d.kind == void:
		a.Void.add(net)
	case d.kind.isBad():
		a.Quarantined.add(readable)
	default:
		a.Loaded.add(net)
		if d.client == nil {
			a.Unassigned.add(net)
		}
	}
}

// noteOld keeps what was found while the old file was written, and returns its bytes.
func (t *Truth) noteOld(o oldFile) []byte {
	s := &t.Sales[0]
	s.Encoding, s.Delimiter, s.Quarantined, s.Stated = "Windows-1252", ";", o.bad, amount(o.stated)
	s.Skipped = map[string]int64{"title": o.titles, "blank": 1, "header": 1, "total": 1}
	return o.data
}

func (t *Truth) countClients() {
	t.Clients.Accounts, t.Clients.Strangers = len(t.firm.clients), strangerCount
	for _, c := range t.firm.clients {
		if c.merged() == c {
			t.Clients.Merged++
		}
		if c.group() == c {
			t.Clients.Groups++
		}
	}
}

// booked calls visit for every booked line in the range.
func (f *Firm) booked(r period.Range, visit func(d *doc, l *saleLine)) {
	for _, d := range f.docs {
		if !d.kind.isBooked() || !r.Contains(d.day) {
			continue
		}
		for i := range d.lines {
			visit(d, &d.lines[i])
		}
	}
}

func (t *Truth) years() {
	first, _, _ := t.firm.start.Civil()
	last, _, _ := (t.firm.end - 1).Civil()
	for y := first; y <= last; y++ {
		var sum int64
		t.firm.booked(period.Year(y, 1), func(_ *doc, l *saleLine) { sum += l.eur })
		t.Years = append(t.Years, Year{y, amount(sum)})
	}
}

func (t *Truth) window(r period.Range) Window {
	var total, unassigned int64
	by := map[*client]int64{}
	t.firm.booked(r, func(d *doc, l *saleLine) {
		if d.client == nil {
			unassigned += l.eur
			return
		}
		total += l.eur
		by[d.client] += l.eur
	})
	w := Window{From: r.From.String(), To: (r.To - 1).String(), Total: amount(total), Unassigned: amount(unassigned), Clients: len(by)}
	for _, v := range by {
		if v > 0 {
			w.Positive++
		}
	}
	return w
}

type rankedClient struct {
	client *client
	cents  int64
}

// ranking sums a window's revenue by the client that stands for each account, largest
// first, equal ones by id.
func (t *Truth) ranking(r period.Range, as func(*client) *client) []rankedClient {
	by := map[*client]int64{}
	t.firm.booked(r, func(d *doc, l *saleLine) {
		if d.client != nil {
			by[as(d.client)] += l.eur
		}
	})
	var out []rankedClient
	for c, v := range by {
		out = append(out, rankedClient{c, v})
	}
	slices.SortFunc(out, func(a, b rankedClient) int {
		return cmp.Or(cmp.Compare(b.cents, a.cents), cmp.Compare(a.client.id, b.client.id))
	})
	return out
}

// line walks the ranking once: 5 S >= 4 R is the crossing, 5 S <= 4 R still within.
func line(level string, ranking []rankedClient) Line {
	var total int64
	out := Line{Level: level}
	for _, r := range ranking {
		if r.cents > 0 {
			total += r.cents
			out.Positive++
		}
	}
	var sum int64
	for k, r := range ranking[:out.Positive] {
		sum += r.cents
		if 5*sum <= 4*total {
			out.Within = k + 1
		}
		if 5*sum >= 4*total && out.Clients == 0 {
			out.Clients, out.Revenue, out.Ticket = k+1, amount(sum), amount(r.cents)
		}
	}
	out.Base = amount(total)
	return out
}

// json writes the truth, indented, keys in the order of the types.
func (t *Truth) json() []byte {
	data, err := json.MarshalIndent(t, "", "  ")
	if err != nil { // strings and integers only
		panic(fmt.Sprintf("demo: write the truth: %v", err))
	}
	return append(data, '\n')
}
