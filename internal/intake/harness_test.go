package intake_test

import (
	"context"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"clientele/internal/intake"
	"clientele/internal/intake/role"
	"clientele/internal/intake/source"
	"clientele/internal/ledger"
	"clientele/internal/money"
	"clientele/internal/period"
)

// fatal is what tests and properties have in common.
type fatal interface {
	Helper()
	Fatalf(string, ...any)
	Errorf(string, ...any)
}

// line is a loaded line as the sink saw it.
type line struct {
	client   string // "" if unassigned
	day      period.Date
	amount   string // decimal without trailing zeros
	currency money.Currency
	document ledger.DocumentID
	at       int64
}

// collector is a sink that keeps everything, apart from the reader's own account.
type collector struct {
	lines    []line
	asides   []ledger.Aside
	blocks   int
	decimals uint8
	fault    string
}

func (c *collector) Lines(b *ledger.Lines, accounts []ledger.Account) error {
	c.blocks++
	c.decimals = max(c.decimals, b.Decimals)
	n := b.Len()
	if len(b.Account) != n || len(b.Day) != n || len(b.Line) != n || b.Currency != nil && len(b.Currency) != n || b.Document != nil && len(b.Document) != n {
		c.fault = "columns of different lengths"
	}
	for i := range n {
		l := line{day: b.Day[i], at: b.Line[i], amount: rat(b.Amount[i], b.Decimals).RatString(), currency: b.Currencies[0]}
		if b.Account[i] >= 0 {
			l.client = accounts[b.Account[i]].Key
		}
		if b.Currency != nil {
			l.currency = b.Currencies[b.Currency[i]]
		}
		if b.Document != nil {
			l.document = b.Document[i]
		}
		if k := len(c.lines); k > 0 && c.lines[k-1].at >= l.at {
			c.fault = fmt.Sprintf("line %d after line %d", l.at, c.lines[k-1].at)
		}
		c.lines = append(c.lines, l)
	}
	return nil
}

func (c *collector) Asides(list []ledger.Aside) error {
	c.asides = append(c.asides, list...)
	return nil
}

func rat(units int64, decimals uint8) *big.Rat {
	pow := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(decimals)), nil)
	return new(big.Rat).SetFrac(big.NewInt(units), pow)
}

func sumRat(s money.Sum, decimals uint8) *big.Rat {
	r, _ := new(big.Rat).SetString(s.Format(decimals))
	return r
}

// outcome is a file that was read.
type outcome struct {
	file   *intake.File
	loaded *intake.Loaded
	*collector
	err error
}

// options of a reading.
type options struct {
	answers intake.Answers
	block   int
	workers int
	serial  bool
	today   period.Date
	limits  source.Limits
}

// write puts bytes into a file of the test's own folder.
func write(tb testing.TB, name string, data []byte) string {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		tb.Fatal(err)
	}
	return path
}

// read inspects and loads a file, and checks its account against an own count.
func read(t fatal, path string, o options) *outcome {
	t.Helper()
	out := &outcome{collector: &collector{}}
	src, err := source.Open(path, source.Options{Limits: o.limits})
	if err != nil {
		out.err = err
		return out
	}
	defer func() {
		if err := src.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	}()
	return readSource(t, src, o, out)
}

func readSource(t fatal, src *source.Source, o options, out *outcome) *outcome {
	t.Helper()
	ctx := context.Background()
	f, err := intake.Inspect(ctx, src, intake.Options{Answers: o.answers, Today: o.today})
	if err != nil {
		out.err = err
		return out
	}
	out.file = f
	if out.err = f.AskError(); out.err != nil {
		return out
	}
	f.SetBlocks(o.block, o.workers)
	f.Serially(o.serial)
	out.loaded, out.err = f.Load(ctx, func() (intake.Sink, error) {
		out.collector = &collector{}
		return out.collector, nil
	}, nil)
	if out.err == nil {
		audit(t, out)
	}
	return out
}

// audit counts what the sink saw and holds it against the reader's account.
func audit(t fatal, out *outcome) {
	t.Helper()
	l := out.loaded
	if out.fault != "" {
		t.Errorf("sink: %s", out.fault)
	}
	type count struct {
		rows, without int64
		amount        big.Rat
	}
	counts := map[string]*count{}
	at := func(state string, cur money.Currency) *count {
		key := state + " " + string(cur)
		if counts[key] == nil {
			counts[key] = &count{}
		}
		return counts[key]
	}
	for _, x := range out.lines {
		v, _ := new(big.Rat).SetString(x.amount)
		for _, state := range []string{"loaded", map[bool]string{true: "unassigned", false: "assigned"}[x.client == ""]} {
			c := at(state, x.currency)
			c.rows++
			c.amount.Add(&c.amount, v)
		}
	}
	for _, a := range out.asides {
		c := at(a.State.String(), a.Currency)
		c.rows++
		if a.HasAmt {
			c.amount.Add(&c.amount, rat(a.Amount.Units, a.Amount.Decimals))
		} else {
			c.without++
		}
		if a.Text == "" || a.Remedy == "" || a.Code == "" {
			t.Errorf("aside in line %d lacks a text, code or remedy: %+v", a.Line, a)
		}
	}
	same := func(name string, cur money.Currency, got ledger.Tally) {
		c := at(name, cur)
		if got.Rows != c.rows || got.WithoutAmount != c.without || sumRat(got.Amount, l.Decimals).Cmp(&c.amount) != 0 {
			t.Errorf("%s in %q: account says %d rows, %d without, %s; counted %d, %d, %s", name, cur, got.Rows, got.WithoutAmount, got.Amount.Format(l.Decimals), c.rows, c.without, c.amount.RatString())
		}
	}
	rows := int64(0)
	for i := range l.Controls {
		k := &l.Controls[i]
		if n, amount := k.Residual(); n != 0 || !amount.IsZero() {
			t.Errorf("residual in %q: %d rows, %s", k.Currency, n, amount.Format(k.Decimals))
		}
		same("loaded", k.Currency, k.Loaded)
		same("unassigned", k.Currency, k.Unassigned)
		same("excluded", k.Currency, k.Excluded)
		same("quarantined", k.Currency, k.Quarantined)
		rows += k.Read.Rows
	}
	if want := int64(len(out.lines) + len(out.asides)); rows != want || l.Lines != int64(len(out.lines)) {
		t.Errorf("%d rows read and %d loaded; the sink got %d and %d", rows, l.Lines, want, len(out.lines))
	}
	if l.Decimals < out.decimals {
		t.Errorf("decimals %d, but a block has %d", l.Decimals, out.decimals)
	}
}

// clients sums the lines of each client over all currencies.
func (o *outcome) clients() map[string]*big.Rat {
	sums := map[string]*big.Rat{}
	for _, x := range o.lines {
		if x.client == "" {
			continue
		}
		if sums[x.client] == nil {
			sums[x.client] = new(big.Rat)
		}
		v, _ := new(big.Rat).SetString(x.amount)
		sums[x.client].Add(sums[x.client], v)
	}
	return sums
}

// facts are what a companion file can expect, in words.
func (o *outcome) facts() []string {
	l := o.loaded
	var out []string
	add := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	add("read %d", l.Rows(func(c *ledger.Control) ledger.Tally { return c.Read }).Rows)
	add("loaded %d", l.Lines)
	for _, r := range l.Reasons {
		amount := plain(sumRat(r.Amount, l.Decimals))
		if r.WithoutAmount == r.Rows {
			amount = "-"
		}
		add("%s %s %d %s", r.State, r.Code, r.Rows, amount)
	}
	for _, s := range l.Skipped {
		add("skipped %s %d", s.Kind, s.Lines)
	}
	for i := range l.Controls {
		c := &l.Controls[i]
		cur := string(c.Currency)
		if cur == "" {
			cur = "-"
		}
		if c.Loaded.Rows > 0 {
			add("amount %s %s", cur, plain(sumRat(c.Loaded.Amount, l.Decimals)))
		}
		if c.Unassigned.Rows > 0 {
			add("unassigned %s %s", cur, plain(sumRat(c.Unassigned.Amount, l.Decimals)))
		}
	}
	if n := len(l.Stated); n > 0 {
		add("stated %s", plain(rat(l.Stated[n-1].Amount.Units, l.Stated[n-1].Amount.Decimals)))
	}
	for _, w := range l.Unknown {
		add("unknown %s %d", w.Text, w.Rows)
	}
	return out
}

// extras are further facts, which a companion file need not give.
func (o *outcome) extras() []string {
	l, p := o.loaded, o.file.Profile
	var out []string
	add := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	sums := o.clients()
	for key, sum := range sums {
		add("client %s %s", key, plain(sum))
	}
	add("clients %d", len(sums))
	documents := map[ledger.DocumentID]bool{}
	for _, x := range o.lines {
		if !x.document.IsZero() {
			documents[x.document] = true
		}
	}
	add("documents %d", len(documents))
	if l.Span.Empty() {
		add("dates none")
	} else {
		add("dates %s %s", l.Span.From, l.Span.To-1)
	}
	add("shape %s", p.Shape)
	add("kind %s", p.Kind)
	add("tax %s", p.Tax)
	for _, n := range o.file.Notes {
		add("note %s", n.Code)
	}
	sort.Strings(out)
	return out
}

// plain writes a sum without trailing zeros.
func plain(r *big.Rat) string {
	s := r.FloatString(8)
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}

// intakeRole is the type of roles in a profile.
type intakeRole = role.Role

// sameOutcome holds two readings of one file against each other, to the last line.
func sameOutcome(t fatal, a, b *outcome) {
	t.Helper()
	if (a.err == nil) != (b.err == nil) {
		t.Fatalf("one reading fails: %v, %v", a.err, b.err)
	}
	if a.err != nil {
		if a.err.Error() != b.err.Error() {
			t.Fatalf("two errors: %v, %v", a.err, b.err)
		}
		return
	}
	if d := cmp.Diff(a.facts(), b.facts()); d != "" {
		t.Fatalf("facts differ: %s", d)
	}
	if d := cmp.Diff(a.loaded.Accounts, b.loaded.Accounts); d != "" {
		t.Fatalf("accounts differ: %s", d)
	}
	if d := cmp.Diff(a.lines, b.lines, cmp.AllowUnexported(line{})); d != "" {
		t.Fatalf("lines differ: %s", d)
	}
	if d := cmp.Diff(a.asides, b.asides); d != "" {
		t.Fatalf("asides differ: %s", d)
	}
	if a.loaded.Decimals != b.loaded.Decimals || a.loaded.Span != b.loaded.Span || a.loaded.Notes != b.loaded.Notes {
		t.Fatalf("%d %v %v; %d %v %v", a.loaded.Decimals, a.loaded.Span, a.loaded.Notes, b.loaded.Decimals, b.loaded.Span, b.loaded.Notes)
	}
}
