package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"

	"clientele/internal/batch"
	"clientele/internal/engine"
	"clientele/internal/fault"
	"clientele/internal/insight"
	"clientele/internal/ledger"
	"clientele/internal/money"
	"clientele/internal/period"
	"clientele/internal/rollup"
	"clientele/internal/store"
	"clientele/internal/tables"
	"clientele/internal/vault"
)

// Check is one comparison of an audit.
type Check struct {
	Name  string
	Want  string // as published or recorded
	Got   string // as derived again
	Equal bool
}

// AuditAnswer is an audit: every control total and every published figure, derived again
// from the originals by another path than the one that published them.
type AuditAnswer struct {
	Revision int64
	Checks   []Check
}

// Closes reports whether every check is equal.
func (a *AuditAnswer) Closes() bool {
	for _, c := range a.Checks {
		if !c.Equal {
			return false
		}
	}
	return true
}

func (a *AuditAnswer) compare(name, want, got string) {
	a.Checks = append(a.Checks, Check{name, want, got, want == got})
}

// Audit reads every original again, compares its control totals with the record, and
// computes the published figures a second time, in memory, from what it read.
func (w *Workspace) Audit(ctx context.Context) (a *AuditAnswer, err error) {
	st, err := w.state(ctx)
	if err != nil {
		return nil, err
	}
	a = &AuditAnswer{Revision: st.snapshot.Revision}
	if _, err := w.Store.VerifyLog(ctx); err != nil {
		a.Checks = append(a.Checks, Check{Name: "the log of the record", Want: "unbroken", Got: err.Error()})
	} else {
		a.compare("the log of the record", "unbroken", "unbroken")
	}
	damaged, err := w.Vault.Verify(ctx, &st.version, vault.Scope{})
	if err != nil {
		return nil, err
	}
	a.compare("damaged files of the version", "0", rows(int64(len(damaged))))
	x := &auditor{w: w, st: st, a: a, kinds: map[ledger.Kind]*again{}, facts: newFactsAgain()}
	if x.books, err = w.books(st); err != nil && len(damaged) == 0 {
		return nil, err // else it is one of the damaged files
	}
	for _, b := range st.live() {
		if b.Kind == store.RateTable {
			continue
		}
		if err := x.batch(ctx, &b); err != nil {
			return nil, err
		}
		if files, ok := st.files(b.ID); ok {
			x.before = append(x.before, files)
		}
	}
	if w.Connect != nil {
		if err := w.auditRemote(ctx, st, a); err != nil {
			return nil, err
		}
	}
	if len(damaged) > 0 {
		return a, nil // figures of damaged files prove nothing
	}
	for _, kind := range []ledger.Kind{ledger.Invoiced, ledger.Booked, ledger.Received} {
		if k := x.kinds[kind]; k != nil {
			if err := x.figures(ctx, kind, k); err != nil {
				return nil, err
			}
		}
	}
	return a, nil
}

// auditor goes through the batches in order.
type auditor struct {
	w      *Workspace
	st     *state
	a      *AuditAnswer
	books  map[string]*batch.Account // as published
	before []vault.BatchFiles
	kinds  map[ledger.Kind]*again
	facts  *factsAgain // beside the sale lines
	said   []description
}

// description is what one batch says of an account. The last one counts.
type description struct {
	kind    ledger.Kind
	account ledger.Account
}

// again is one kind of amount, read again.
type again struct {
	builder  *rollup.Builder
	accounts []ledger.Account
	index    map[string]int32
}

// batch derives one batch again into a folder that is thrown away.
func (x *auditor) batch(ctx context.Context, b *store.Batch) (err error) {
	src, err := x.w.original(ctx, b)
	if err != nil {
		x.a.Checks = append(x.a.Checks, Check{Name: b.ID + " original", Want: b.SHA256, Got: err.Error()})
		return nil
	}
	defer func() { err = errors.Join(err, src.Close()) }()
	x.a.compare(b.ID+" original", b.SHA256, b.SHA256)
	if b.Kind == batch.ClientList {
		list, err := readList(ctx, src, b)
		if err != nil {
			return err
		}
		x.describe(b.Kind, list.Accounts)
		return nil
	}
	dir, err := os.MkdirTemp(x.w.Vault.SpillDir(), "audit-")
	if err != nil {
		return fault.Wrap(err, fault.Failed, "audit", "the workspace's folder for spilling cannot be written", "check its permissions and the space on the disk")
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	d, err := x.w.derived(ctx, x.st, b, src, x.before, x.st.scale(x.books, b.Kind), dir)
	if err != nil {
		return fmt.Errorf("batch %s: %w", b.ID, err)
	}
	x.a.control(b, d)
	if account, ok := x.books[b.ID]; ok {
		x.a.account(b, account, d)
	}
	x.describe(b.Kind, d.Loaded.Accounts)
	if err := x.facts.take(dir, b.Kind, d.Account.Costed); err != nil || !b.Kind.Sells() {
		return err
	}
	k := x.kinds[b.Kind]
	if k == nil {
		k = &again{builder: rollup.New(rollup.Options{}), index: map[string]int32{}}
		x.kinds[b.Kind] = k
	}
	return k.take(dir, d)
}

func (x *auditor) describe(kind ledger.Kind, list []ledger.Account) {
	for _, a := range list {
		x.said = append(x.said, description{kind, a})
	}
}

// control compares the record's totals with what the original gives now.
func (a *AuditAnswer) control(b *store.Batch, d *batch.Derived) {
	for _, have := range b.Controls {
		name := b.ID + " " + string(have.Currency)
		if have.Currency == "" {
			name = b.ID
		}
		now := ledger.Control{}
		for _, c := range d.Loaded.Controls {
			if c.Currency == have.Currency {
				now = c
			}
		}
		for _, p := range []struct {
			what      string
			was, here ledger.Tally
		}{{"read", have.Read, now.Read}, {"loaded", have.Loaded, now.Loaded}, {"excluded", have.Excluded, now.Excluded}, {"quarantined", have.Quarantined, now.Quarantined}, {"unassigned", have.Unassigned, now.Unassigned}} {
			a.compare(name+" "+p.what, tallyText(p.was, have.Decimals), tallyText(p.here, now.Decimals))
		}
		a.compare(name+" closes", "true", strconv.FormatBool(now.Closes()))
	}
}

// account compares the published account in base currency.
func (a *AuditAnswer) account(b *store.Batch, was *batch.Account, d *batch.Derived) {
	w, c := &was.Totals, &d.Account.Totals
	for _, p := range []struct {
		what      string
		was, here ledger.Tally
	}{{"loaded", w.Loaded, c.Loaded}, {"unassigned", w.Unassigned, c.Unassigned}, {"excluded", w.Excluded, c.Excluded}, {"quarantined", w.Quarantined, c.Quarantined}} {
		a.compare(b.ID+" in base currency "+p.what, tallyText(p.was, was.Scale), tallyText(p.here, d.Account.Scale))
	}
}

func tallyText(t ledger.Tally, decimals uint8) string {
	return fmt.Sprintf("%d rows, %s", t.Rows, t.Amount.Format(decimals))
}

// take folds the lines that were written again into cells in memory.
func (k *again) take(dir string, d *batch.Derived) error {
	numbers := map[int64]int32{}
	err := batch.ReadAccounts(batch.Accounts(dir), func(a tables.Account) error {
		i, ok := k.index[a.Key]
		if !ok {
			i = int32(len(k.accounts)) //nolint:gosec // fewer than 2^31 clients
			k.index[a.Key] = i
			k.accounts = append(k.accounts, ledger.Account{Key: a.Key, Name: a.Key})
		}
		numbers[a.Number] = i
		return nil
	})
	if err != nil {
		return err
	}
	const size = 4096
	block := &ledger.Lines{Decimals: d.Account.Scale, Currencies: []money.Currency{""}}
	flush := func() error {
		err := k.builder.Add(block)
		block.Cut(0)
		return err
	}
	err = batch.ReadLines(batch.Lines(dir), func(l tables.Line) error {
		account := ledger.Unassigned
		if l.Account >= 0 {
			account = numbers[l.Account]
		}
		block.Account, block.Day, block.Amount = append(block.Account, account), append(block.Day, l.Day), append(block.Amount, l.Amount)
		block.Line, block.Document = append(block.Line, l.Line), append(block.Document, l.Document)
		if block.Len() == size {
			return flush()
		}
		return nil
	})
	if err != nil {
		return err
	}
	return flush()
}

// figures asks the published engine and one of the audit's own the same.
func (x *auditor) figures(ctx context.Context, kind ledger.Kind, k *again) (err error) {
	g, err := x.w.localGround(ctx, x.st, GroundRequest{Kind: kind, Costs: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, g.Engine.Close()) }()
	for _, s := range x.said {
		if i, ok := k.index[s.account.Key]; ok && (s.kind == kind || s.kind == batch.ClientList) {
			k.accounts[i].Describe(s.account)
		}
	}
	if err := k.builder.Add(&ledger.Lines{Decimals: g.Decimals}); err != nil { // whole amounts are kept in cents, as published
		return err
	}
	cells, err := k.builder.Cells()
	if err != nil {
		return err
	}
	derived := x.facts.over(k, cells, x.st.rules())
	err = x.a.figures(ctx, comparison{
		name: string(kind), span: g.Span, fiscal: g.FiscalStart, published: g.Engine, derived: derived, up: g.Decimals - k.builder.Decimals(),
	})
	if err != nil || len(x.facts.topics) == 0 {
		return err
	}
	own := *g
	own.Engine = derived
	return x.a.profits(ctx, g, &own)
}

// comparison is two engines over the same facts.
type comparison struct {
	name               string
	span               period.Range
	fiscal             int
	published, derived engine.Engine
	up                 uint8 // decimals that the derived one lacks
}

// figures asks both engines the same questions.
func (a *AuditAnswer) figures(ctx context.Context, c comparison) error {
	for _, spec := range []WindowSpec{{}, {Kind: Everything}} {
		win, err := resolve(spec, NoCompare, period.NoDate, c.span, c.fiscal)
		if err != nil {
			return err
		}
		for _, level := range []engine.Level{engine.ByClient, engine.ByGroup} {
			f := engine.Frame{Level: level, Current: win.Current}
			name := fmt.Sprintf("%s, %s, %ss", c.name, win.Current, LevelWord(level))
			want, err := fingerprint(ctx, c.published, f, 0)
			if err != nil {
				return err
			}
			got, err := fingerprint(ctx, c.derived, f, c.up)
			if err != nil {
				return err
			}
			for i, item := range want {
				a.compare(name+": "+item.Name, item.Value, got[i].Value)
			}
		}
	}
	return nil
}

// everyRowMax is how many clients an audit compares one by one; beyond it their
// distribution is compared: how many there are in each of many classes, and their sum.
const everyRowMax = 1_000_000

// fingerprint is the published figures of a frame, and a digest of every client's row.
func fingerprint(ctx context.Context, e engine.Engine, f engine.Frame, up uint8) ([]Input, error) {
	d := distribution(e, f)
	s, err := d.Summary(ctx)
	if err != nil {
		return nil, err
	}
	scale := func(v money.Sum) string {
		v, _ = v.Upscale(up)
		return v.Format(0)
	}
	cut, err := insight.Line(ctx, d, money.Fraction{Num: 4, Den: 5})
	if err != nil {
		return nil, err
	}
	var digest string
	if s.Clients <= everyRowMax {
		digest, err = bookDigest(ctx, e, f, up)
	} else {
		digest, err = curveDigest(ctx, d, up)
	}
	if err != nil {
		return nil, err
	}
	return []Input{
		{"clients", fmt.Sprintf("%d positive, %d zero, %d negative", s.Positive, s.Zero, s.Negative)},
		{"total", scale(s.Net())},
		{"line", fmt.Sprintf("%d, within %d", cut.Clients, cut.Within)},
		{"entry ticket", scale(money.FromInt64(cut.Ticket.Int))},
		{"book", digest},
	}, nil
}
