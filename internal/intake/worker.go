package intake

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"clientele/internal/intake/calendar"
	"clientele/internal/intake/record"
	"clientele/internal/intake/role"
	"clientele/internal/intake/text"
	"clientele/internal/ledger"
	"clientele/internal/money"
	"clientele/internal/period"
)

// description is what a record tells of its account beyond the key.
type description struct {
	account int32
	at      int  // the line of the chunk that begins to tell
	dropped bool // that line was no record
	ledger.Account
}

// worker applies a plan to records. Its dictionaries only grow, so a chunk that is
// read again costs nothing but time.
type worker struct {
	plan     *plan
	scan     text.Scanner
	accounts map[string]int32
	list     []ledger.Account
	last     int32 // account of the last line, -1: none
	codes    []money.Currency
	index    map[string]uint8
	standing map[string]role.Standing
	effects  map[string]effect
	stages   map[string]role.Stage
	told     []int32 // by account: the chunk that last described it
	serial   int32   // number of the current chunk
	maybe    doubt   // the record at hand may be a total of this group
	lone     bool    // … has one filled cell
	marked   bool    // maybe or lone may be set

	memo    calendar.Memo
	docText []byte
	docKey  int32
	docID   ledger.DocumentID
	values  []money.Amount
	stack   []money.Amount
	hint    uint8
	heading []string // the groups that are open, outermost first
	carried [][]byte // last filled cell of each carried column
	// carriedKind is the kind of each.
	carriedKind []record.Kind
	terms       []uint8 // currency beside each term of the formula
	labels      map[string]int32
	labelList   [][]string
	labelKey    []byte
	span        period.Range // the last period that was read, and its text
	spanText    string
	months      int32 // that the fact at hand is for
	negated     bool  // the amount at hand is a credit whose sign was turned
	late        bool  // a decimal sign stands where the sample had none
	raw         func() []byte
}

// Notes count what was done to records that the user should hear of.
type Notes struct {
	NameAsKey int64 // rows without an id, known by their name
	Negated   int64 // credit rows whose positive amount was negated
	Inclusive int64 // rows whose amount holds tax that no column tells
	BadCosts  int64 // rows whose cost cannot be read, so that it is not known
	BadCost   Spot  // the first of them
	Costs     int64 // rows that were sold for something and cost something
	CostSigns int64 // those of them whose cost has the other sign than the amount
}

// Spot is a cell of a file.
type Spot struct {
	Line   int64
	Column int // -1: no single one
	Value  string
}

func (n *Notes) add(m Notes) {
	n.NameAsKey += m.NameAsKey
	n.Negated += m.Negated
	n.Inclusive += m.Inclusive
	if n.BadCosts == 0 {
		n.BadCost = m.BadCost
	}
	n.BadCosts += m.BadCosts
	n.Costs += m.Costs
	n.CostSigns += m.CostSigns
}

// effect is what a document type does, looked up once a word.
type effect struct {
	role.Effect
	code string
}

func newWorker(p *plan) *worker {
	terms := 0
	for _, f := range []*formula{p.formula, p.cost} {
		if f != nil {
			terms = max(terms, len(f.columns))
		}
	}
	w := &worker{
		plan: p, accounts: map[string]int32{}, index: map[string]uint8{}, standing: map[string]role.Standing{},
		effects: map[string]effect{}, stages: map[string]role.Stage{}, docKey: -2, last: -1,
		values: make([]money.Amount, terms), stack: make([]money.Amount, 0, 16),
		carried: make([][]byte, len(p.profile.Carry)), carriedKind: make([]record.Kind, len(p.profile.Carry)), terms: make([]uint8, terms),
	}
	if p.fact {
		w.labels = map[string]int32{}
	}
	w.codes = append(w.codes, p.currency0) // number 0: what a line has that names none
	return w
}

// begin makes an empty chunk with room for n lines, out of a used one if there is one.
func (w *worker) begin(used *chunk, n int) *chunk {
	w.serial++
	c := used
	if c == nil || cap(c.lines.Amount) < n {
		c = &chunk{lines: ledger.Lines{
			Account: make([]int32, 0, n), Day: make([]period.Date, 0, n), Amount: make([]int64, 0, n), Line: make([]int64, 0, n),
		}}
		if w.plan.document >= 0 {
			c.lines.Document = make([]ledger.DocumentID, 0, n)
		}
		if w.plan.costed() {
			c.lines.Cost = make([]int64, 0, n)
		}
		if w.plan.fact {
			c.lines.Label, c.lines.Beside = make([]int32, 0, n), make([][]int64, len(w.plan.besides))
		}
		if w.plan.spans {
			c.lines.Months = make([]int32, 0, n)
		}
	}
	l := &c.lines
	for k := range l.Beside {
		l.Beside[k] = l.Beside[k][:0]
	}
	*c = chunk{
		worker: w, open: -1, labelBase: len(w.labelList), labels: c.labels[:0], base: int32(len(w.list)), //nolint:gosec // fewer than 2^31 clients
		asides: c.asides[:0], doubts: c.doubts[:0], told: c.told[:0], read: c.read[:0], fresh: c.fresh[:0], codes: c.codes[:0],
		lines: ledger.Lines{
			Account: l.Account[:0], Day: l.Day[:0], Amount: l.Amount[:0], Line: l.Line[:0],
			Currency: l.Currency[:0], Document: l.Document[:0], Cost: l.Cost[:0], Decimals: w.hint,
			Label: l.Label[:0], Beside: l.Beside, Months: l.Months[:0],
		},
	}
	return c
}

// finish hands over what the worker learned while it read the chunk.
func (w *worker) finish(c *chunk) *chunk {
	c.lower()
	if w.late {
		c.err = errPoint
	}
	if len(c.lines.Document) == 0 && w.plan.document < 0 {
		c.lines.Document = nil
	}
	if !w.plan.costed() {
		c.lines.Cost = nil
	}
	if !w.plan.fact {
		c.lines.Label = nil
	}
	if !w.plan.spans {
		c.lines.Months = nil
	}
	c.labels = append(c.labels, w.labelList[c.labelBase:]...)
	c.fresh = append(c.fresh, w.list[c.base:]...)
	c.codes = append(c.codes, w.codes...)
	return c
}

// currency numbers the code of a currency cell; an empty cell is the profile's. It
// fails for what is no currency.
func (w *worker) currency(code []byte) (uint8, bool) {
	if i, ok := w.index[string(code)]; ok {
		return i, i != noCurrency
	}
	i, name := noCurrency, w.plan.currencyOf(code)
	if name != "" || len(code) == 0 {
		for k, have := range w.codes {
			if have == name {
				i = uint8(k)
			}
		}
		if i == noCurrency && len(w.codes) < int(noCurrency) {
			i = uint8(len(w.codes)) //nolint:gosec // fewer than 255
			w.codes = append(w.codes, name)
		}
	}
	if len(w.index) < cacheMax {
		w.index[string(code)] = i
	}
	return i, i != noCurrency
}

// noCurrency is the number of what names no currency; numbers go up to it.
const noCurrency = uint8(255)

// cacheMax bounds what is remembered of the different texts of a column.
const cacheMax = 4096

// apply gives a record its meaning and files it in the chunk.
func (w *worker) apply(rec *record.Record, c *chunk) {
	p := w.plan
	if w.unusual(rec.Fields) && w.special(rec, c) {
		return
	}
	if len(p.profile.Carry) > 0 {
		w.carry(rec)
	}
	amount, cur, fail := w.amountOf(rec, c)
	if fail == nil {
		fail = c.fit(&amount, w)
	}
	has := fail == nil
	for int(cur) >= len(c.read) {
		c.read = append(c.read, ledger.Tally{})
	}
	t := &c.read[cur]
	t.Rows++
	if has {
		t.Amount = t.Amount.Add(amount.at(c.lines.Decimals))
	} else {
		t.WithoutAmount++
	}
	if (p.deleted >= 0 || p.status >= 0 || p.won >= 0 || p.captured >= 0 || p.kind >= 0) && w.excluded(rec, c, amount, has, cur) {
		return
	}
	day := period.NoDate
	switch {
	case fail != nil:
	case p.spans:
		day, fail = w.spanOf(rec)
	case p.date >= 0:
		day, fail = w.dayOf(rec)
	}
	if fail != nil {
		w.setAside(c, rec, ledger.Quarantined, *fail, amount, has, cur)
		return
	}
	w.file(c, rec, day, amount, cur)
	if p.status >= 0 || p.kind >= 0 {
		w.words(rec.Fields, c)
	}
}

// words counts the words of status and type that are not known.
func (w *worker) words(f [][]byte, c *chunk) {
	p := w.plan
	if p.status >= 0 && p.status < len(f) {
		if cell := trim(f[p.status]); len(cell) > 0 && !w.status(cell).Known {
			c.unknownWord(clip(cell))
		}
	}
	if p.kind >= 0 && p.kind < len(f) {
		if cell := trim(f[p.kind]); len(cell) > 0 && w.typeOf(cell).Effect == role.UnknownType {
			c.unknownWord(clip(cell) + " (" + p.profile.Header(p.kind) + ")")
		}
	}
}

// unknownWord counts a word that is not known.
func (c *chunk) unknownWord(word string) {
	if c.unknown == nil {
		c.unknown = map[string]int64{}
	}
	if _, have := c.unknown[word]; !have && len(c.unknown) >= wordsMax {
		word = "(other words)"
	}
	c.unknown[word]++
}

// clip keeps a word of a message short.
func clip(word []byte) string {
	const most = 60
	if len(word) <= most {
		return string(word)
	}
	return strings.ToValidUTF8(string(word[:most]), "") + "…"
}

// file adds a loaded line to the columns.
func (w *worker) file(c *chunk, rec *record.Record, day period.Date, amount scaled, cur uint8) {
	p, l := w.plan, &c.lines
	account := w.accountOf(rec.Fields, c)
	if account >= 0 && (p.named || p.parent >= 0 || p.owner >= 0) {
		w.describe(account, rec.Fields, c)
	}
	if w.maybe.group != "" || account == ledger.Unassigned && day == period.NoDate && w.bare(rec.Fields) {
		c.doubt(w.maybe, -1)
	}
	if p.costed() {
		cost := w.costOf(rec, c, amount, cur) // first: it may raise the scale of the chunk
		l.Cost = append(l.Cost, cost)
	}
	if p.spans {
		l.Months = append(l.Months, w.months)
	}
	if p.fact {
		l.Label = append(l.Label, w.labelOf(rec.Fields))
		w.besidesOf(rec, c, cur)
	}
	l.Account = append(l.Account, account)
	l.Day = append(l.Day, day)
	l.Amount = append(l.Amount, amount.at(l.Decimals))
	l.Line = append(l.Line, rec.Line)
	if cur != 0 || len(l.Currency) > 0 {
		for len(l.Currency) < len(l.Amount)-1 {
			l.Currency = append(l.Currency, 0)
		}
		l.Currency = append(l.Currency, cur)
	}
	if p.document >= 0 {
		l.Document = append(l.Document, w.documentOf(rec.Fields[p.document], account))
	}
}

// doubt notes that the record that is filed next may be a total.
func (c *chunk) doubt(d doubt, aside int) {
	d.at, d.aside = len(c.lines.Amount), aside
	c.doubts = append(c.doubts, d)
}

// unread counts a record without an amount.
func (c *chunk) unread() {
	if len(c.read) == 0 {
		c.read = append(c.read, ledger.Tally{})
	}
	c.read[0].Rows++
	c.read[0].WithoutAmount++
}

// bare reports whether every cell but the amount is empty.
func (w *worker) bare(f [][]byte) bool {
	for i, cell := range f {
		if i != w.plan.amount && len(bytes.TrimSpace(cell)) > 0 {
			return false
		}
	}
	return w.plan.amount >= 0
}

// documentOf is the document that a record belongs to. Runs of one document hash once.
func (w *worker) documentOf(text []byte, account int32) ledger.DocumentID {
	text = trim(text)
	if len(text) == 0 {
		return ledger.DocumentID{}
	}
	if account == w.docKey && bytes.Equal(text, w.docText) {
		return w.docID
	}
	key := ""
	if account >= 0 {
		key = w.list[account].Key
	}
	w.docKey, w.docText, w.docID = account, append(w.docText[:0], text...), ledger.NewDocumentID(key, text)
	return w.docID
}

// accountOf is the client by id column, else by trimmed name; Unassigned if the
// record names none.
func (w *worker) accountOf(f [][]byte, c *chunk) int32 {
	p := w.plan
	var key, name []byte
	if p.client >= 0 && p.client < len(f) {
		name = trim(f[p.client])
	}
	if n := len(w.heading); n > 0 && len(name) == 0 && p.profile.HeadingOf == role.Client {
		name = []byte(w.heading[n-1])
	}
	key = name
	if p.keyed && p.clientID < len(f) {
		if key = trim(f[p.clientID]); len(key) == 0 && len(name) > 0 {
			key = name
			c.notes.NameAsKey++
		}
	}
	if len(key) == 0 {
		return ledger.Unassigned
	}
	if w.last >= 0 && string(key) == w.list[w.last].Key { // lines of one invoice stand together
		return w.last
	}
	key = nfc(key)
	i, ok := w.accounts[string(key)]
	if !ok {
		k := string(key)
		i = int32(len(w.list)) //nolint:gosec // a file has fewer than 2^31 clients
		w.accounts[k] = i
		w.list = append(w.list, ledger.Account{Key: k, Name: k})
	}
	w.last = i
	return i
}

// describe notes what the record tells of its account: once a chunk, and again where
// it changes. Nothing is told that did not stand in the chunk, so that the last in file
// order wins, whichever worker read it.
func (w *worker) describe(account int32, f [][]byte, c *chunk) {
	for int(account) >= len(w.told) {
		w.told = append(w.told, 0)
	}
	a := &w.list[account]
	changed := w.told[account] != w.serial
	if changed {
		w.told[account] = w.serial
		a.Name, a.Parent, a.Owner = "", "", ""
	}
	if w.plan.named {
		changed = update(&a.Name, f, w.plan.client) || changed
	}
	changed = update(&a.Parent, f, w.plan.parent) || changed
	changed = update(&a.Owner, f, w.plan.owner) || changed
	if changed {
		c.told = append(c.told, description{account: account, at: len(c.lines.Amount), Account: *a})
	}
}

func update(field *string, f [][]byte, col int) bool {
	if col < 0 || col >= len(f) {
		return false
	}
	v := trim(f[col])
	if len(v) == 0 || string(v) == *field {
		return false
	}
	v = nfc(v)
	if string(v) == *field {
		return false
	}
	*field = string(v)
	return true
}

// trim drops outer blanks and marks that nobody sees, such as a byte order mark in
// the midst of a file; the common case has none.
func trim(b []byte) []byte {
	if n := len(b); n > 0 && b[0] > ' ' && b[0] < utf8.RuneSelf && b[n-1] > ' ' && b[n-1] < utf8.RuneSelf {
		return b
	}
	return bytes.TrimFunc(b, func(r rune) bool { return unicode.IsSpace(r) || r == '\ufeff' || r == '\u200b' || r == 0 })
}

func nfc(b []byte) []byte {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return norm.NFC.Bytes(b)
		}
	}
	return b
}
