package intake

import (
	"bytes"
	"errors"
	"strings"
	"unicode/utf8"

	"clientele/internal/intake/calendar"
	"clientele/internal/intake/record"
	"clientele/internal/intake/role"
	"clientele/internal/intake/text"
	"clientele/internal/ledger"
	"clientele/internal/money"
	"clientele/internal/period"

	"github.com/zeebo/xxh3"
	"golang.org/x/text/unicode/norm"
)

// chunk is what one block of records became, before it is accepted in file order.
// Accounts and currencies are numbered by the worker that read it.
type chunk struct {
	worker  *worker
	lines   ledger.Lines
	bare    []int // lines with nothing but an amount: a total, if it equals the sum so far
	asides  []ledger.Aside
	read    []ledger.Tally // by currency of the worker, at lines.Decimals
	skipped map[string]int64
	stated  []ledger.Stated
	next    int64 // physical line after the block
	open    int   // offset of a record that the block did not finish; -1: none
	data    []byte
	last    bool
	fresh   []ledger.Account // accounts that the worker met first in this chunk
	base    int32            // number of the first of them
	told    []description
	codes   []money.Currency // the worker's currencies by then
	unknown map[string]int64 // status words that are not known, by rows
	notes   Notes
	err     error
}

// description is what a record tells of its account beyond the key.
type description struct {
	account int32
	ledger.Account
}

// worker applies a plan to records. Its dictionaries only grow, so a chunk that is
// read again costs nothing but time.
type worker struct {
	plan     *plan
	scan     text.Scanner
	accounts map[string]int32
	list     []ledger.Account
	codes    []money.Currency
	index    map[string]uint8
	standing map[string]role.Standing
	effects  map[string]effect
	told     []int32 // by account: the chunk that last described it
	serial   int32   // number of the current chunk

	memo    calendar.Memo
	docText []byte
	docKey  int32
	docID   ledger.DocumentID
	values  []money.Amount
	stack   []money.Amount
	hint    uint8
	heading []byte   // client of the last heading row
	carried [][]byte // last filled cell of each carried column
	raw     func() []byte
}

// Notes count what was done to records that the user should hear of.
type Notes struct {
	NameAsKey int64 // rows without an id, known by their name
	Negated   int64 // credit rows whose positive amount was negated
	Inclusive int64 // rows whose amount holds tax that no column tells
}

func (n *Notes) add(m Notes) {
	n.NameAsKey += m.NameAsKey
	n.Negated += m.Negated
	n.Inclusive += m.Inclusive
}

// effect is what a document type does, looked up once a word.
type effect struct {
	role.Effect
	code string
}

func newWorker(p *plan) *worker {
	w := &worker{
		plan: p, accounts: map[string]int32{}, index: map[string]uint8{}, standing: map[string]role.Standing{},
		effects: map[string]effect{}, docKey: -2,
		values: make([]money.Amount, len(p.terms)), stack: make([]money.Amount, 0, 16),
		carried: make([][]byte, len(p.profile.Carry)),
	}
	w.currency([]byte(p.currency0)) // index 0: what a line has that names none
	return w
}

// begin makes an empty chunk with room for n lines.
func (w *worker) begin(n int) *chunk {
	w.serial++
	return &chunk{
		worker: w, open: -1, skipped: map[string]int64{}, unknown: map[string]int64{}, base: int32(len(w.list)), //nolint:gosec // fewer than 2^31 clients
		lines: ledger.Lines{
			Account: make([]int32, 0, n), Day: make([]period.Date, 0, n), Amount: make([]int64, 0, n),
			Line: make([]int64, 0, n), Decimals: w.hint,
		},
	}
}

// finish hands over what the worker learned while it read the chunk.
func (w *worker) finish(c *chunk) *chunk {
	c.fresh = append([]ledger.Account(nil), w.list[c.base:]...)
	c.codes = append([]money.Currency(nil), w.codes...)
	return c
}

// currency numbers a code; what names no currency is the profile's.
func (w *worker) currency(code []byte) uint8 {
	if i, ok := w.index[string(code)]; ok {
		return i
	}
	name := money.Currency(strings.ToUpper(string(bytes.TrimSpace(code))))
	if dash := strings.LastIndex(string(name), " - "); dash >= 0 { // "EURO - EUR"
		name = name[dash+3:]
	}
	for i, have := range w.codes {
		if have == name {
			w.index[string(code)] = uint8(i) //nolint:gosec // fewer than 256, checked below
			return uint8(i)                  //nolint:gosec // fewer than 256
		}
	}
	if len(w.codes) == 255 {
		return 0
	}
	w.codes = append(w.codes, name)
	i := uint8(len(w.codes) - 1) //nolint:gosec // fewer than 256
	w.index[string(code)] = i
	return i
}

// apply gives a record its meaning and files it in the chunk. raw returns the
// record as it stands in the file; it is called only for what is set aside.
func (w *worker) apply(rec *record.Record, c *chunk) {
	p, f := w.plan, rec.Fields
	if w.unusual(f) && w.special(rec, c) {
		return
	}
	if len(p.profile.Carry) > 0 {
		w.carry(rec)
		f = rec.Fields
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
	if w.excluded(rec, c, amount, has, cur) {
		return
	}
	if fail != nil {
		w.setAside(c, rec, ledger.Quarantined, *fail, amount, has, cur)
		return
	}
	day := period.NoDate
	if p.date >= 0 {
		var bad *failure
		if day, bad = w.dayOf(rec); bad != nil {
			w.setAside(c, rec, ledger.Quarantined, *bad, amount, has, cur)
			return
		}
	}
	account := w.accountOf(f, c)
	if account >= 0 && (p.named || p.parent >= 0 || p.owner >= 0) {
		w.describe(account, f, c)
	}
	w.file(c, rec, account, day, amount, cur)
	if p.status >= 0 && p.status < len(f) {
		if cell := trim(f[p.status]); len(cell) > 0 && !w.status(cell).Known {
			c.unknown[string(cell)]++
		}
	}
}

// file adds a loaded line to the columns.
func (w *worker) file(c *chunk, rec *record.Record, account int32, day period.Date, amount scaled, cur uint8) {
	l := &c.lines
	l.Account = append(l.Account, account)
	l.Day = append(l.Day, day)
	l.Amount = append(l.Amount, amount.at(l.Decimals))
	l.Line = append(l.Line, rec.Line)
	if cur != 0 && l.Currency == nil {
		l.Currency = make([]uint8, len(l.Amount)-1, cap(l.Amount))
	}
	if l.Currency != nil {
		l.Currency = append(l.Currency, cur)
	}
	if doc := w.plan.document; doc >= 0 {
		if l.Document == nil {
			l.Document = make([]ledger.DocumentID, 0, cap(l.Amount))
		}
		l.Document = append(l.Document, w.documentOf(rec.Fields[doc], account))
	}
	if account == ledger.Unassigned && day == period.NoDate && w.bare(rec.Fields) {
		c.bare = append(c.bare, len(l.Amount)-1)
	}
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

// documentOf hashes client and number together, so that two clients may use the
// same number. Runs of one document hash once.
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
	h := xxh3.HashString128(key)
	sum := xxh3.Hash128Seed(text, h.Hi^h.Lo)
	w.docKey, w.docText = account, append(w.docText[:0], text...)
	w.docID = ledger.DocumentID{Hi: sum.Hi ^ h.Lo, Lo: sum.Lo | 1} // never the zero value
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
	if p.profile.HeadingOf == role.Client && len(name) == 0 {
		name = w.heading
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
	key = nfc(key)
	i, ok := w.accounts[string(key)]
	if !ok {
		k := string(key)
		i = int32(len(w.list)) //nolint:gosec // a file has fewer than 2^31 clients
		w.accounts[k] = i
		w.list = append(w.list, ledger.Account{Key: k, Name: k})
	}
	return i
}

// describe notes what the record tells of its account, at its first record in the
// chunk and whenever it changes; the last in file order wins when chunks are accepted.
func (w *worker) describe(account int32, f [][]byte, c *chunk) {
	for int(account) >= len(w.told) {
		w.told = append(w.told, 0)
	}
	a := &w.list[account]
	changed := w.told[account] != w.serial
	w.told[account] = w.serial
	if w.plan.named {
		changed = update(&a.Name, f, w.plan.client) || changed
	}
	changed = update(&a.Parent, f, w.plan.parent) || changed
	changed = update(&a.Owner, f, w.plan.owner) || changed
	if changed {
		c.told = append(c.told, description{account, *a})
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
	*field = string(nfc(v))
	return true
}

// trim drops outer blanks; the common case has none.
func trim(b []byte) []byte {
	if n := len(b); n > 0 && b[0] > ' ' && b[0] < utf8.RuneSelf && b[n-1] > ' ' && b[n-1] < utf8.RuneSelf {
		return b
	}
	return bytes.TrimSpace(b)
}

func nfc(b []byte) []byte {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return norm.NFC.Bytes(b)
		}
	}
	return b
}

// scaled is an amount that is known to fit the chunk's scale.
type scaled struct {
	money.Amount
}

// at is the amount at a scale that it was fitted to.
func (s scaled) at(scale uint8) int64 {
	v, err := s.Rescale(scale)
	if err != nil {
		return 0 // unreachable: fit checked it; the control totals would not close
	}
	return v
}

// fit raises the chunk's scale where the amount has more decimals than any before.
func (c *chunk) fit(a *scaled, w *worker) *failure {
	if a.Decimals <= c.lines.Decimals {
		if _, err := a.Rescale(c.lines.Decimals); err != nil {
			return &failure{code: "overflow", text: "the amount does not fit 64 bits", remedy: "check the number; amounts up to 92 quadrillion cents are read", col: w.plan.amount}
		}
		return nil
	}
	a.Amount = a.Trim()
	if a.Decimals > money.MaxDecimals {
		return &failure{code: "precision", text: "the amount has more than 6 decimals", remedy: "round it in the source; nothing is rounded on load", col: w.plan.amount}
	}
	if a.Decimals > c.lines.Decimals {
		if err := c.raise(a.Decimals); err != nil {
			return &failure{code: "overflow", text: "amounts this large cannot be kept with so many decimals", remedy: "round the decimals in the source", col: w.plan.amount}
		}
		w.hint = a.Decimals
	}
	_, err := a.Rescale(c.lines.Decimals)
	if err != nil {
		return &failure{code: "overflow", text: "the amount does not fit 64 bits", remedy: "check the number", col: w.plan.amount}
	}
	return nil
}

// raise rescales all that the chunk holds.
func (c *chunk) raise(to uint8) error {
	by := to - c.lines.Decimals
	raised := make([]int64, len(c.lines.Amount), cap(c.lines.Amount))
	for i, v := range c.lines.Amount {
		r, err := money.Amount{Units: v, Decimals: c.lines.Decimals}.Rescale(to)
		if err != nil {
			return err
		}
		raised[i] = r
	}
	for i := range c.read {
		sum, ok := c.read[i].Amount.Upscale(by)
		if !ok {
			return errors.New("sum overflows 128 bits")
		}
		c.read[i].Amount = sum
	}
	c.lines.Amount, c.lines.Decimals = raised, to
	return nil
}
