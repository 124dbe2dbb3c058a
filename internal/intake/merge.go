package intake

import (
	"sort"

	"clientele/internal/fault"
	"clientele/internal/ledger"
	"clientele/internal/money"
	"clientele/internal/period"
)

// Loaded is the account of one file: what was read and what became of it.
type Loaded struct {
	Accounts       []ledger.Account // in order of first appearance
	Currencies     []money.Currency // in order of first appearance; "" where lines name none
	Controls       []ledger.Control // one per currency, same order
	Reasons        []ledger.Reason  // by state, then rows descending, then code
	ReasonCurrency []money.Currency // of each reason
	Skipped        []ledger.Skipped // by kind
	Stated         []ledger.Stated
	Unknown        []Word // status words that are not known
	Notes          Notes
	Lines          int64
	Decimals       uint8 // finest scale seen
	Span           period.Range
	Undated        int64
	Future         int64 // lines dated after today; Span leaves them out
}

// Word is a status word with its rows.
type Word struct {
	Text string
	Rows int64
}

// Rows sums a tally over all currencies.
func (l *Loaded) Rows(pick func(*ledger.Control) ledger.Tally) ledger.Tally {
	var t ledger.Tally
	for i := range l.Controls {
		u := pick(&l.Controls[i])
		t.Rows += u.Rows
		t.WithoutAmount += u.WithoutAmount
	}
	return t
}

// merger accepts chunks in file order and keeps the totals.
type merger struct {
	file     *File
	plan     *plan
	sink     Sink
	accounts map[string]int32
	list     []ledger.Account
	remap    map[*worker]*numbering
	codes    []money.Currency
	read     []ledger.Tally
	loaded   []ledger.Tally
	free     []ledger.Tally // unassigned
	reasons  map[reasonKey]*ledger.Reason
	skipped  map[string]int64
	unknown  map[string]int64
	stated   []ledger.Stated
	notes    Notes
	scale    uint8
	lines    int64
	undated  int64
	future   int64
	span     period.Range
	next     int64  // physical line at which the next chunk begins
	pending  []byte // a record that the chunk before did not finish
	again    *worker
}

type reasonKey struct {
	state ledger.State
	code  string
	cur   int
}

func newMerger(f *File, p *plan, sink Sink) *merger {
	return &merger{
		file: f, plan: p, sink: sink, accounts: map[string]int32{}, remap: map[*worker]*numbering{},
		reasons: map[reasonKey]*ledger.Reason{}, skipped: map[string]int64{}, unknown: map[string]int64{}, next: 1,
	}
}

// accept takes the next chunk. If the chunk before ended inside a quoted field, the
// cut was wrong, and both pieces are read again as one.
func (m *merger) accept(c *chunk) error {
	if c.err != nil {
		return c.err
	}
	if len(m.pending) > 0 {
		data := append(m.pending, c.data...)
		m.pending = nil
		m.numberingOf(c)
		if m.again == nil {
			m.again = newWorker(m.plan)
		}
		c = m.again.parse(data, c.last, m.file.encoding, false, 0)
		if c.err != nil {
			return c.err
		}
	}
	if c.open >= 0 {
		m.pending = append([]byte(nil), c.data[c.open:]...)
	}
	offset := m.next - 1
	if c.next == 0 { // records carry their own line numbers
		offset = 0
	} else {
		m.next += c.next - 1
	}
	return m.take(c, offset)
}

func (m *merger) take(c *chunk, offset int64) error {
	accounts := m.numberingOf(c)
	codes := m.codesOf(c)
	m.rescale(c)
	for i := range c.read {
		t := c.read[i]
		t.Amount, _ = t.Amount.Upscale(m.scale - c.lines.Decimals)
		m.read[codes[i]] = m.read[codes[i]].Plus(t)
	}
	for i := range c.lines.Line {
		c.lines.Line[i] += offset
	}
	for i, a := range c.lines.Account {
		if a >= 0 {
			c.lines.Account[i] = m.number(accounts, a)
		}
	}
	m.describe(c, accounts)
	if c.lines.Currency != nil || codes[0] != 0 {
		m.recode(&c.lines, codes)
	}
	c.lines.Currencies = m.codes
	if len(c.bare) > 0 {
		m.totals(c)
	}
	m.count(&c.lines)
	for _, s := range c.stated {
		s.Line += offset
		m.stated = append(m.stated, s)
	}
	m.notes.add(c.notes)
	for k, n := range c.skipped {
		m.skipped[k] += n
	}
	for k, n := range c.unknown {
		m.unknown[k] += n
	}
	if c.lines.Len() > 0 {
		if err := m.sink.Lines(&c.lines, m.list); err != nil {
			return err
		}
	}
	return m.asides(c, offset)
}

// rescale raises all totals to the chunk's scale where it is finer.
func (m *merger) rescale(c *chunk) {
	if c.lines.Decimals <= m.scale {
		return
	}
	by := c.lines.Decimals - m.scale
	for _, list := range [][]ledger.Tally{m.read, m.loaded, m.free} {
		for i := range list {
			list[i].Amount, _ = list[i].Amount.Upscale(by)
		}
	}
	for _, r := range m.reasons {
		r.Amount, _ = r.Amount.Upscale(by)
	}
	m.scale = c.lines.Decimals
}

// numbering maps a worker's account numbers to the file's. An account gets a number
// of the file's when a line that is accepted names it: a block that was cut wrongly
// and read again leaves nothing behind.
type numbering struct {
	own  []ledger.Account
	file []int32 // -1: not yet
}

func (m *merger) numberingOf(c *chunk) *numbering {
	n := m.remap[c.worker]
	if n == nil {
		n = &numbering{}
		m.remap[c.worker] = n
	}
	for _, a := range c.fresh {
		n.own = append(n.own, a)
		n.file = append(n.file, -1)
	}
	return n
}

// number is the file's number of a worker's account.
func (m *merger) number(n *numbering, own int32) int32 {
	if i := n.file[own]; i >= 0 {
		return i
	}
	key := n.own[own].Key
	i, ok := m.accounts[key]
	if !ok {
		i = int32(len(m.list)) //nolint:gosec // fewer than 2^31 clients
		m.accounts[key] = i
		m.list = append(m.list, ledger.Account{Key: key, Name: key})
	}
	n.file[own] = i
	return i
}

// describe takes what the chunk's records tell of their accounts; the last wins.
func (m *merger) describe(c *chunk, n *numbering) {
	for _, t := range c.told {
		a := &m.list[m.number(n, t.account)]
		if m.plan.named && t.Name != "" {
			a.Name = t.Name
		}
		if t.Parent != "" {
			a.Parent = t.Parent
		}
		if t.Owner != "" {
			a.Owner = t.Owner
		}
	}
}

func (m *merger) codesOf(c *chunk) []uint8 {
	out := make([]uint8, len(c.codes))
	for i, code := range c.codes {
		out[i] = uint8(m.code(code)) //nolint:gosec // fewer than 256 currencies
	}
	return out
}

func (m *merger) code(code money.Currency) int {
	for i, have := range m.codes {
		if have == code {
			return i
		}
	}
	m.codes = append(m.codes, code)
	m.read = append(m.read, ledger.Tally{})
	m.loaded = append(m.loaded, ledger.Tally{})
	m.free = append(m.free, ledger.Tally{})
	return len(m.codes) - 1
}

func (m *merger) recode(l *ledger.Lines, codes []uint8) {
	if l.Currency == nil {
		l.Currency = make([]uint8, len(l.Amount))
	}
	for i, cur := range l.Currency {
		l.Currency[i] = codes[cur]
	}
}

// totals drops lines that hold nothing but an amount which equals the sum of all
// lines before them: a total that no word announces.
func (m *merger) totals(c *chunk) {
	for k := len(c.bare) - 1; k >= 0; k-- {
		at := c.bare[k]
		sum, rows := money.Sum{}, m.lines
		for _, t := range m.loaded {
			sum = sum.Plus(t.Amount)
		}
		shift := m.scale - c.lines.Decimals
		before := money.Sum{}
		for _, v := range c.lines.Amount[:at] {
			before = before.Add(v)
		}
		before, _ = before.Upscale(shift)
		value, _ := money.FromInt64(c.lines.Amount[at]).Upscale(shift)
		if rows+int64(at) < 2 || sum.Plus(before) != value || value.IsZero() {
			continue
		}
		cur := 0
		if c.lines.Currency != nil {
			cur = int(c.lines.Currency[at])
		}
		m.read[cur].Rows--
		m.read[cur].Amount = m.read[cur].Amount.Minus(value)
		m.skipped["total"]++
		m.stated = append(m.stated, ledger.Stated{Line: c.lines.Line[at], Label: "equal to the sum of all rows above", Amount: money.Amount{Units: c.lines.Amount[at], Decimals: c.lines.Decimals}})
		drop(&c.lines, at)
	}
}

func drop(l *ledger.Lines, at int) {
	l.Account = append(l.Account[:at], l.Account[at+1:]...)
	l.Day = append(l.Day[:at], l.Day[at+1:]...)
	l.Amount = append(l.Amount[:at], l.Amount[at+1:]...)
	l.Line = append(l.Line[:at], l.Line[at+1:]...)
	if l.Currency != nil {
		l.Currency = append(l.Currency[:at], l.Currency[at+1:]...)
	}
	if l.Document != nil {
		l.Document = append(l.Document[:at], l.Document[at+1:]...)
	}
}

// count adds the loaded lines: the other side of the identity that read is checked against.
func (m *merger) count(l *ledger.Lines) {
	sums := make([]money.Sum, len(m.codes))
	free := make([]money.Sum, len(m.codes))
	rows, freeRows := make([]int64, len(m.codes)), make([]int64, len(m.codes))
	first, last := period.Date(1<<31-1), period.NoDate
	for i, v := range l.Amount {
		cur := 0
		if l.Currency != nil {
			cur = int(l.Currency[i])
		}
		sums[cur] = sums[cur].Add(v)
		rows[cur]++
		if l.Account[i] < 0 {
			free[cur] = free[cur].Add(v)
			freeRows[cur]++
		}
		if d := l.Day[i]; d != period.NoDate {
			if today := m.file.today; today > 0 && d > today {
				m.future++
				continue
			}
			first, last = min(first, d), max(last, d)
		} else {
			m.undated++
		}
	}
	shift := m.scale - l.Decimals
	for cur := range sums {
		s, _ := sums[cur].Upscale(shift)
		u, _ := free[cur].Upscale(shift)
		m.loaded[cur] = m.loaded[cur].Plus(ledger.Tally{Rows: rows[cur], Amount: s})
		m.free[cur] = m.free[cur].Plus(ledger.Tally{Rows: freeRows[cur], Amount: u})
	}
	m.lines += int64(l.Len())
	if last == period.NoDate {
		return
	}
	if m.span.Empty() {
		m.span = period.Range{From: first, To: last + 1}
	}
	m.span = period.Range{From: min(m.span.From, first), To: max(m.span.To, last+1)}
}

// asides counts what was set aside and passes it on. A lone cell behind the file's
// total is a footer, not a record.
func (m *merger) asides(c *chunk, offset int64) error {
	kept := c.asides[:0]
	for _, a := range c.asides {
		a.Line += offset
		cur := m.code(a.Currency)
		if a.Lone && len(m.stated) > 0 {
			m.read[cur].Rows--
			m.read[cur].WithoutAmount--
			m.skipped["footer"]++
			continue
		}
		key := reasonKey{a.State, a.Code, cur}
		r := m.reasons[key]
		if r == nil {
			r = &ledger.Reason{State: a.State, Code: a.Code, Text: a.Text}
			m.reasons[key] = r
		}
		r.Rows++
		if v, err := a.Amount.Rescale(m.scale); a.HasAmt && err == nil {
			r.Amount = r.Amount.Add(v)
		} else {
			r.WithoutAmount++
		}
		kept = append(kept, a)
	}
	if len(kept) == 0 {
		return nil
	}
	return m.sink.Asides(kept)
}

// finish closes the account and checks it.
func (m *merger) finish() (*Loaded, error) {
	l := &Loaded{
		Accounts: m.list, Currencies: m.codes, Notes: m.notes, Lines: m.lines, Decimals: m.scale,
		Span: m.span, Undated: m.undated, Future: m.future, Stated: m.stated,
	}
	for i, code := range m.codes {
		l.Controls = append(l.Controls, ledger.Control{
			Currency: code, Decimals: m.scale, Read: m.read[i], Loaded: m.loaded[i], Unassigned: m.free[i],
		})
	}
	for key, r := range m.reasons {
		c := &l.Controls[key.cur]
		if key.state == ledger.Excluded {
			c.Excluded = c.Excluded.Plus(r.Tally)
		} else {
			c.Quarantined = c.Quarantined.Plus(r.Tally)
		}
	}
	m.order(l)
	for kind, n := range m.skipped {
		l.Skipped = append(l.Skipped, ledger.Skipped{Kind: kind, Lines: n})
	}
	sort.Slice(l.Skipped, func(i, k int) bool { return l.Skipped[i].Kind < l.Skipped[k].Kind })
	for word, n := range m.unknown {
		l.Unknown = append(l.Unknown, Word{word, n})
	}
	sort.Slice(l.Unknown, func(i, k int) bool { return l.Unknown[i].Text < l.Unknown[k].Text })
	m.dropEmpty(l)
	for i := range l.Controls {
		if !l.Controls[i].Closes() {
			rows, amount := l.Controls[i].Residual()
			return nil, fault.New(fault.Internal, "close the file",
				"the file does not close: "+amount.Format(m.scale)+" and "+itoa(rows)+" rows are unaccounted for", "please report this file's shape")
		}
	}
	return l, nil
}

// order lists the reasons by state, rows descending, code, currency.
func (m *merger) order(l *Loaded) {
	keys := make([]reasonKey, 0, len(m.reasons))
	for k := range m.reasons {
		keys = append(keys, k)
	}
	sort.Slice(keys, func(i, k int) bool {
		a, b := keys[i], keys[k]
		switch {
		case a.state != b.state:
			return a.state < b.state
		case m.reasons[a].Rows != m.reasons[b].Rows:
			return m.reasons[a].Rows > m.reasons[b].Rows
		case a.code != b.code:
			return a.code < b.code
		default:
			return a.cur < b.cur
		}
	})
	for _, k := range keys {
		l.Reasons = append(l.Reasons, *m.reasons[k])
		l.ReasonCurrency = append(l.ReasonCurrency, m.codes[k.cur])
	}
}

// dropEmpty removes the unnamed currency where every record names one. It is number
// 0, which lines keep as an index: so it is only left out of the account.
func (m *merger) dropEmpty(l *Loaded) {
	kept := l.Controls[:0:0]
	for _, c := range l.Controls {
		if c.Read.Rows > 0 {
			kept = append(kept, c)
		}
	}
	if len(kept) > 0 {
		l.Controls = kept
	}
}
