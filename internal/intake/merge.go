package intake

import (
	"slices"
	"strings"

	"clientele/internal/fault"
	"clientele/internal/ledger"
	"clientele/internal/money"
	"clientele/internal/period"
)

// merger accepts chunks in file order and keeps the totals.
type merger struct {
	file     *File
	plan     *plan
	sink     Sink
	accounts map[string]int32
	list     []ledger.Account
	names    map[string]bool // names of accounts that are known by an id
	remap    map[*worker]*numbering
	labels   map[string]int32
	// labelList are the texts of each.
	labelList [][]string
	codes     []money.Currency
	read      []ledger.Tally
	loaded    []ledger.Tally
	free      []ledger.Tally // unassigned
	reasons   map[reasonKey]*ledger.Reason
	skipped   [skips]int64
	unknown   map[string]int64
	stated    []ledger.Stated
	notes     Notes
	scale     uint8
	lines     int64
	undated   int64
	future    int64
	span      period.Range
	since     run    // what stands above, up to the last total
	next      int64  // physical line at which the next chunk begins
	pending   []byte // a record that the chunk before did not finish
	again     *worker
}

type reasonKey struct {
	state ledger.State
	code  string
	cur   int
}

func newMerger(f *File, p *plan, sink Sink) *merger {
	return &merger{
		file: f, plan: p, sink: sink, accounts: map[string]int32{}, names: map[string]bool{}, remap: map[*worker]*numbering{}, labels: map[string]int32{},
		reasons: map[reasonKey]*ledger.Reason{}, unknown: map[string]int64{}, next: 1,
	}
}

// accept takes the next chunk. If the chunk before ended inside a quoted field, the
// cut was wrong, and both pieces are read again as one; so is a block in which the
// header still has to come.
func (m *merger) accept(c *chunk) error {
	m.numberingOf(c)
	if above := m.file.header - (m.next - 1); len(m.pending) > 0 || c.data != nil && above > 0 && m.next > 1 {
		if m.again == nil {
			m.again = newWorker(m.plan)
		}
		data := slices.Concat(m.pending, c.data)
		m.pending = nil
		c = m.again.parse(nil, data, c.last, m.file.encoding, above)
		m.numberingOf(c)
	}
	if c.err != nil {
		return c.err
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
	n := m.remap[c.worker]
	codes, err := m.codesOf(c)
	if err != nil {
		return err
	}
	m.rescale(c)
	for i := range c.read {
		t := c.read[i]
		t.Amount, _ = t.Amount.Upscale(m.scale - c.lines.Decimals)
		m.read[codes[i]] = m.read[codes[i]].Plus(t)
	}
	for i := range c.stated {
		c.stated[i].Line += offset
	}
	for i := range c.lines.Line {
		c.lines.Line[i] += offset
	}
	for i := range c.asides {
		c.asides[i].Line += offset
	}
	if c.notes.BadCosts > 0 {
		c.notes.BadCost.Line += offset
	}
	if len(c.lines.Currency) > 0 {
		for i, cur := range c.lines.Currency {
			c.lines.Currency[i] = codes[cur]
		}
	} else {
		c.lines.Currency = nil
	}
	c.lines.Currencies = m.codes
	doubtful := len(c.doubts) > 0
	if doubtful {
		m.settle(c, n)
	}
	m.stated = append(m.stated, c.stated...)
	for i, a := range c.lines.Account {
		if a >= 0 {
			c.lines.Account[i] = m.number(n, a)
		}
	}
	for i, own := range c.lines.Label {
		c.lines.Label[i] = n.labels[own]
	}
	c.lines.Labels = m.labelList
	m.describe(c, n)
	if sum := m.count(&c.lines); !doubtful {
		m.since.sum, m.since.rows = m.since.sum.Plus(sum), m.since.rows+int64(c.lines.Len())
	}
	m.notes.add(c.notes)
	for k, n := range c.skipped {
		m.skipped[k] += n
	}
	for k, n := range c.unknown {
		if _, have := m.unknown[k]; !have && len(m.unknown) >= wordsMax {
			k = "(other words)"
		}
		m.unknown[k] += n
	}
	if c.lines.Len() > 0 {
		if err := m.sink.Lines(&c.lines, m.list); err != nil {
			return err
		}
	}
	return m.asides(c)
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
	m.since.sum, _ = m.since.sum.Upscale(by)
	m.scale = c.lines.Decimals
}

// numbering maps a worker's account numbers to the file's. An account gets a number
// of the file's when a line that is accepted names it: a block that was cut wrongly
// and read again leaves nothing behind.
type numbering struct {
	own    []ledger.Account
	file   []int32 // -1: not yet
	labels []int32 // the file's numbers of the worker's labels
}

func (m *merger) numberingOf(c *chunk) {
	n := m.remap[c.worker]
	if n == nil {
		n = &numbering{}
		m.remap[c.worker] = n
	}
	for _, a := range c.fresh {
		n.own = append(n.own, a)
		n.file = append(n.file, -1)
	}
	c.fresh = c.fresh[:0]
	for _, texts := range c.labels {
		n.labels = append(n.labels, m.label(texts))
	}
	c.labels = c.labels[:0]
}

// label is the file's number of what facts are about.
func (m *merger) label(texts []string) int32 {
	key := strings.Join(texts, "\x00")
	i, ok := m.labels[key]
	if !ok {
		i = int32(len(m.labelList)) //nolint:gosec // far fewer
		m.labels[key] = i
		m.labelList = append(m.labelList, texts)
	}
	return i
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
		if t.dropped {
			continue
		}
		a := &m.list[m.number(n, t.account)]
		if m.plan.named && t.Name != "" {
			a.Name = t.Name
			m.names[t.Name] = true
		}
		if t.Parent != "" {
			a.Parent = t.Parent
		}
		if t.Owner != "" {
			a.Owner = t.Owner
		}
	}
}

// codesOf numbers the chunk's currencies as the file's.
func (m *merger) codesOf(c *chunk) ([]uint8, error) {
	out := make([]uint8, len(c.codes))
	for i, code := range c.codes {
		n := m.code(code)
		if n > 255 {
			return nil, m.file.src.Fault(0, "the currency column names more than 255 currencies", "say which column is the currency: --map currency=COLUMN, or --map currency= for none", nil)
		}
		out[i] = uint8(n) //nolint:gosec // checked above
	}
	return out, nil
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

// count adds the loaded lines: the other side of the identity that read is checked
// against. It returns the sum over all currencies.
func (m *merger) count(l *ledger.Lines) (total money.Sum) {
	if l.Currency == nil {
		sum, free, freeRows := tallies(l)
		total = m.add(0, l.Decimals, ledger.Tally{Rows: int64(l.Len()), Amount: sum}, ledger.Tally{Rows: freeRows, Amount: free})
	} else {
		loaded, free := make([]ledger.Tally, len(m.codes)), make([]ledger.Tally, len(m.codes))
		for i, v := range l.Amount {
			cur := l.Currency[i]
			loaded[cur].Rows++
			loaded[cur].Amount = loaded[cur].Amount.Add(v)
			if l.Account[i] < 0 {
				free[cur].Rows++
				free[cur].Amount = free[cur].Amount.Add(v)
			}
		}
		for cur := range loaded {
			total = total.Plus(m.add(cur, l.Decimals, loaded[cur], free[cur]))
		}
	}
	m.lines += int64(l.Len())
	m.days(l.Day)
	return total
}

// tallies sums the lines of one currency.
func tallies(l *ledger.Lines) (sum, free money.Sum, freeRows int64) {
	for i, v := range l.Amount {
		sum = sum.Add(v)
		if l.Account[i] < 0 {
			free = free.Add(v)
			freeRows++
		}
	}
	return sum, free, freeRows
}

func (m *merger) add(cur int, scale uint8, loaded, free ledger.Tally) money.Sum {
	loaded.Amount, _ = loaded.Amount.Upscale(m.scale - scale)
	free.Amount, _ = free.Amount.Upscale(m.scale - scale)
	m.loaded[cur] = m.loaded[cur].Plus(loaded)
	m.free[cur] = m.free[cur].Plus(free)
	return loaded.Amount
}

// days widens the span; days after today are counted apart.
func (m *merger) days(list []period.Date) {
	today := m.file.today
	if today <= 0 {
		today = 1<<31 - 1
	}
	first, last := period.Date(1<<31-1), period.NoDate
	for _, d := range list {
		switch {
		case d == period.NoDate:
			m.undated++
		case d > today:
			m.future++
		default:
			first, last = min(first, d), max(last, d)
		}
	}
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
func (m *merger) asides(c *chunk) error {
	kept := c.asides[:0]
	for i := range c.asides {
		a := &c.asides[i]
		cur := m.code(a.Currency)
		if a.Lone && len(m.stated) > 0 && a.Line > m.stated[0].Line {
			m.read[cur].Rows--
			m.read[cur].WithoutAmount--
			m.skipped[skipFooter]++
			continue
		}
		key := reasonKey{a.State, a.Code, cur}
		r := m.reasons[key]
		if r == nil {
			r = &ledger.Reason{State: a.State, Code: a.Code, Text: general(a.Code, a.Text)}
			m.reasons[key] = r
		}
		r.Rows++
		if a.HasAmt {
			v, err := a.Amount.Rescale(m.scale)
			if err != nil {
				return fault.Wrap(err, fault.Internal, "count what was set aside", "an amount does not fit the scale of its file", "please report this file's shape")
			}
			r.Amount = r.Amount.Add(v)
		} else {
			r.WithoutAmount++
		}
		kept = append(kept, *a)
	}
	if len(kept) == 0 {
		return nil
	}
	return m.sink.Asides(kept)
}

// generals are the texts of reasons whose records say what is wrong with their own value.
var generals = map[string]string{
	"bad_amount":        "the amount is not a readable number",
	"overflow":          "the amount is too large to be kept exactly",
	"precision":         "the amount has too many decimals",
	"bad_date":          "the date is not readable",
	"bad_currency":      "the currency is none of ISO 4217, or a sign that several share",
	"currency_conflict": "the amount names another currency than its row",
	"too_many_cells":    "the row has more cells than the header",
	"too_few_cells":     "the row has too few cells",
	"unreadable":        "the record cannot be taken apart",
}

// general is the text of a reason: one for all its records.
func general(code, text string) string {
	if g, ok := generals[code]; ok {
		return g
	}
	return text
}
