package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"clientele/internal/fault"
	"clientele/internal/intake"
	"clientele/internal/intake/source"
	"clientele/internal/ledger"
	"clientele/internal/money"
	"clientele/internal/naturalkey"
	"clientele/internal/period"
	"clientele/internal/store"
	"clientele/internal/vault"
)

// ImportRequest names one file to be brought into a workspace.
type ImportRequest struct {
	Path    string
	Stdin   io.Reader
	Answers intake.Answers
	Check   bool   // show what would happen, write nothing
	Overlap string // skip or load: lines that an earlier batch holds, where no document tells
	Base    money.Currency
	Fixes   string // a batch whose quarantined rows this file brings again, mended
}

// Outcome says what an import did.
type Outcome string

// The outcomes.
const (
	Imported  Outcome = "imported"
	Unchanged Outcome = "unchanged" // the same bytes under the same reading are loaded
	Checked   Outcome = "checked"
)

// ImportAnswer tells what became of a file.
type ImportAnswer struct {
	Outcome    Outcome
	Batch      string // "" if only checked
	File       FileReport
	Facts      string // sales, clients or rates
	Control    Control
	Decimals   uint8
	Currency   money.Currency
	Accounts   int
	Rates      int
	Clients    *intake.ClientList
	Overlap    int64 // lines that earlier batches hold
	Remembered bool  // the profile was known
	Span       period.Range
}

// Import brings one file into the workspace: everything or nothing.
func (w *Workspace) Import(ctx context.Context, req ImportRequest) (a *ImportAnswer, err error) {
	src, err := source.Open(req.Path, source.Options{Stdin: req.Stdin, TempDir: w.Vault.SpillDir()})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, src.Close()) }()
	facts, err := intake.Facts(ctx, src, req.Answers)
	if err != nil {
		return nil, err
	}
	do := func() error {
		switch facts {
		case "rates":
			a, err = w.importRates(ctx, src, req)
		case "clients":
			a, err = w.importClients(ctx, src, req)
		default:
			a, err = w.importSales(ctx, src, req)
		}
		return err
	}
	if _, err := w.present(ctx); err != nil { // what is missing would not be seen as loaded already
		return nil, err
	}
	if req.Check {
		err = do()
		return a, err
	}
	if err := w.locked(ctx, "import", do); err != nil {
		return nil, err
	}
	return a, nil
}

// importSales brings sale lines in.
func (w *Workspace) importSales(ctx context.Context, src *source.Source, req ImportRequest) (*ImportAnswer, error) {
	st, err := w.state(ctx)
	if err != nil {
		return nil, err
	}
	sum, err := src.SHA256(ctx)
	if err != nil {
		return nil, err
	}
	sha := fmt.Sprintf("%x", sum)
	loaded, known := st.bytes(sha)
	if known && !req.Answers.Said() && req.Overlap == "" && req.Fixes == "" {
		return unchanged(src, &loaded), nil // nobody says that it is to be read in another way
	}
	f, err := intake.Inspect(ctx, src, intake.Options{Answers: req.Answers, Today: w.today(), Thorough: true, Remember: st.remember})
	if err != nil {
		return nil, err
	}
	if err := f.AskError(); err != nil {
		return nil, err
	}
	if f.Profile.Overlap = req.Overlap; req.Fixes != "" {
		if err := st.mayFix(&req); err != nil {
			return nil, err
		}
		f.Profile.Overlap = overlapLoad
	}
	profile, err := json.Marshal(f.Profile)
	if err != nil {
		return nil, err
	}
	if b, ok := st.same(sha, store.Hash(profile)); ok {
		return unchanged(src, &b), nil
	}
	if known {
		return nil, fault.New(fault.Usage, "import", fmt.Sprintf("%s is loaded already as batch %s, read in another way", src.Name, loaded.ID),
			fmt.Sprintf("take that back first: clientele undo %s", loaded.ID))
	}
	build, err := w.Vault.NewBuild()
	if err != nil {
		return nil, err
	}
	b := &bringing{w: w, st: st, req: req, f: f, src: src, build: build}
	if err := b.derive(ctx); err != nil {
		return nil, errors.Join(err, os.RemoveAll(build))
	}
	a := b.answer()
	if req.Check {
		a.Outcome = Checked
		return a, os.RemoveAll(build)
	}
	if err := b.commit(ctx, a, sha, profile); err != nil {
		return nil, err
	}
	return a, nil
}

// unchanged is the answer about bytes that a batch holds.
func unchanged(src *source.Source, b *Batch) *ImportAnswer {
	return &ImportAnswer{
		Outcome: Unchanged, Batch: b.ID, File: FileReport{Name: src.Name, Batch: b.ID, Shape: ReadingOf(b).Shape, Loaded: b.Lines}, Facts: "sales",
	}
}

// same finds the live batch of the same bytes under the same reading.
func (s *state) same(sha, profile string) (store.Batch, bool) {
	for _, b := range s.live() {
		if b.SHA256 == sha && b.ProfileHash == profile {
			return b, true
		}
	}
	return store.Batch{}, false
}

func (s *state) bytes(sha string) (store.Batch, bool) {
	for _, b := range s.live() {
		if b.SHA256 == sha {
			return b, true
		}
	}
	return store.Batch{}, false
}

// remember finds the profile of a header set.
func (s *state) remember(key string) (*intake.Profile, bool) {
	p, ok := s.snapshot.Profile(key)
	if !ok {
		return nil, false
	}
	var out intake.Profile
	if json.Unmarshal(p.Document, &out) != nil {
		return nil, false // an old profile that this program cannot read is asked for again
	}
	return &out, true
}

// next is the number of the next batch.
func (s *state) next() int64 {
	n := int64(0)
	for _, b := range s.snapshot.Batches {
		if k, ok := store.Number(b.ID); ok {
			n = max(n, k)
		}
	}
	return n + 1
}

// bringing is one file on its way into the workspace.
type bringing struct {
	w     *Workspace
	st    *state
	req   ImportRequest
	f     *intake.File
	src   *source.Source
	build string
	base  money.Currency
	d     *derived
}

// derive makes the tables. If the ledger's base currency is not known yet, the file's
// own becomes it; if documents are loaded already, the file is read again without them.
func (b *bringing) derive(ctx context.Context) error {
	base, known := b.st.policy.Base, b.st.policy.BaseKnown
	if b.req.Base != "" {
		if known && base != b.req.Base {
			return fault.New(fault.Usage, "import", fmt.Sprintf("the base currency is %q already", base), "leave --base out")
		}
		base, known = b.req.Base, true
	}
	if !known {
		base = b.f.Profile.Currency
	}
	b.base = base
	r := recipe{number: b.st.next(), base: base, rates: b.st.rates}
	if err := b.attempt(ctx, r); err != nil {
		return err
	}
	if !known {
		again, err := b.settleBase(&r)
		if err != nil {
			return err
		}
		if again {
			if err := b.attempt(ctx, r); err != nil {
				return err
			}
		}
	}
	if err := b.currencies(); err != nil {
		return err
	}
	over, err := b.overlap()
	if err != nil || over == nil || !over.heed(&r, b.d.level, b.f.Profile.Overlap) {
		return err
	}
	return b.attempt(ctx, r)
}

func (b *bringing) attempt(ctx context.Context, r recipe) error {
	var progress intake.Progress
	if b.w.Progress != nil {
		progress = func(done, total int64) { b.w.Progress(b.src.Name, done, total) }
	}
	var err error
	b.d, err = derive(ctx, b.f, r, b.build, progress)
	return err
}

// settleBase takes the only currency of the first file as the base.
func (b *bringing) settleBase(r *recipe) (again bool, err error) {
	rows := map[money.Currency]int64{}
	var codes []money.Currency
	for _, c := range b.d.loaded.Controls {
		if c.Loaded.Rows > 0 {
			rows[c.Currency] = c.Loaded.Rows
			codes = append(codes, c.Currency)
		}
	}
	if len(codes) > 1 {
		return false, askCurrency(codes, rows)
	}
	if len(codes) == 0 || codes[0] == r.base {
		return false, nil
	}
	r.base, b.base = codes[0], codes[0]
	return true, nil
}

// currencies asks where amounts are in another currency than the base and not one rate
// is known.
func (b *bringing) currencies() error {
	if len(b.d.waiting) == 0 || b.st.rates != nil {
		return nil
	}
	rows := map[money.Currency]int64{b.base: b.d.control.Loaded.Rows}
	codes := []money.Currency{b.base}
	for _, x := range b.d.waiting {
		rows[x.Currency] = x.Rows
		codes = append(codes, x.Currency)
	}
	err := askCurrency(codes, rows)
	if ask, ok := errors.AsType[*fault.Error](err); ok {
		q := &ask.Questions[0]
		q.Flag = strings.ReplaceAll(q.Flag, "--rates FILE --base CURRENCY", "import a rate table first: clientele import RATES.csv")
		q.Choices = slices.DeleteFunc(q.Choices, func(c string) bool { return strings.HasPrefix(c, "--rates") })
	}
	return err
}

// overlap looks the file's keys up in the live batches of its kind.
func (b *bringing) overlap() (*overlap, error) {
	o := newOverlap()
	var in []string
	for _, batch := range b.st.live() {
		if batch.Kind != b.f.Profile.Kind {
			continue
		}
		hit, err := b.w.lookUp(b.st, batch.ID, b.d, o)
		if err != nil {
			return nil, err
		}
		if hit > 0 {
			in = append(in, batch.ID)
		}
	}
	if len(in) == 0 {
		return nil, nil //nolint:nilnil // nothing in common
	}
	switch b.f.Profile.Overlap {
	case overlapLoad, overlapSkip:
		return o, nil
	case "":
		if b.d.level == naturalkey.Document {
			return o, nil
		}
		return nil, b.askOverlap(len(o.same)+len(o.changed), in)
	default:
		return nil, usageError("--overlap", b.f.Profile.Overlap, overlapSkip+", "+overlapLoad)
	}
}

func (b *bringing) askOverlap(n int, in []string) error {
	what := "lines with the same client, day and amount"
	if b.d.level == naturalkey.Client {
		what = "clients"
	}
	return &fault.Error{
		Kind: fault.Ask, Op: "import", Place: fault.Place{File: b.src.Name},
		Message: fmt.Sprintf("%d %s are in %s already, and no document number tells whether they are the same", n, what, strings.Join(in, ", ")),
		Questions: []fault.Question{{
			Code: "overlap", Text: "Are these the same facts again?", Evidence: []string{fmt.Sprintf("%d %s in %s", n, what, strings.Join(in, ", "))},
			Flag: "--overlap skip|load, or 'clientele undo " + in[len(in)-1] + "' first", Choices: []string{"--overlap skip", "--overlap load"},
		}},
	}
}

func usageError(flag, value, want string) error {
	return fault.New(fault.Usage, "read flags", fmt.Sprintf("%s does not know %q", flag, value), "write one of: "+want)
}

// lookUp finds the new keys in one batch's file of keys.
func (w *Workspace) lookUp(st *state, id string, d *derived, o *overlap) (hits int, err error) {
	files, ok := st.files(id)
	if !ok {
		return 0, nil
	}
	for _, f := range files.Files {
		if f.Role != vault.Keys {
			continue
		}
		path, err := w.Vault.CachePath(f.Path)
		if err != nil {
			return 0, err
		}
		n, err := lookUpIn(path, f.Size, d, o)
		if err != nil {
			return 0, err
		}
		hits += n
	}
	return hits, nil
}

func lookUpIn(path string, size int64, d *derived, o *overlap) (hits int, err error) {
	in, err := os.Open(path) //nolint:gosec // a path of the vault
	if err != nil {
		return 0, fault.Wrap(err, fault.Failed, "read keys", "a file of keys cannot be read", "run 'clientele rebuild'")
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	keys, err := naturalkey.Open(in, size)
	if err != nil || keys.Level != d.level {
		return 0, err
	}
	for _, k := range d.keys {
		have, ok, err := keys.Find(k.ID)
		if err != nil {
			return hits, err
		}
		if !ok {
			continue
		}
		hits++
		if have.Digest == k.Digest {
			o.same[k.ID] = true
		} else {
			o.changed[k.ID] = true
		}
	}
	return hits, nil
}

func (b *bringing) answer() *ImportAnswer {
	c := b.d.control
	l := b.d.loaded
	return &ImportAnswer{
		File: report(b.f, c.Read.Rows, c.Loaded.Rows), Facts: "sales", Control: c, Decimals: b.d.scale, Currency: b.base,
		Accounts: len(l.Accounts), Overlap: b.d.skipped, Remembered: b.f.Remembered, Span: l.Span,
	}
}

// commit keeps the original, gives the tables their place and records the batch.
func (b *bringing) commit(ctx context.Context, a *ImportAnswer, sha string, profile []byte) error {
	if a.Control.Loaded.Rows == 0 && len(b.d.waiting) == 0 && b.d.skipped == 0 {
		g := &gathering{}
		g.out.Control, g.out.Files = a.Control, []FileReport{a.File}
		return errors.Join(g.nothing(), os.RemoveAll(b.build))
	}
	if err := b.w.keep(ctx, b.src, sha); err != nil {
		return err
	}
	var facts Facts
	facts.take(b.f, b.d.loaded)
	id := store.BatchID(b.st.next())
	files, err := b.w.adopt(ctx, b.build, id, b.f.Profile.Kind, accountOf(b.d, facts), b.d.loaded.Lines)
	if err != nil {
		return err
	}
	batch := b.record(id, sha, profile, files.Digest())
	fixed, err := b.fixed(id)
	if err != nil {
		return err
	}
	policy := b.st.policy
	_, err = b.w.Store.Change(ctx, b.w.Actor, func(tx *store.Tx) error {
		have, err := tx.Batches.NewID(ctx)
		if err != nil {
			return err
		}
		if have != id {
			return fault.New(fault.Internal, "import", "the batch got another number than its tables", "")
		}
		if err := tx.Batches.Add(ctx, batch); err != nil {
			return err
		}
		if b.f.HeaderLine() > 0 {
			if _, err := tx.Profiles.Save(ctx, batch.ProfileKey, b.src.Name, profile); err != nil {
				return err
			}
		}
		if !policy.BaseKnown {
			policy.Base, policy.BaseKnown = b.base, true
			if err := savePolicy(ctx, tx, policy); err != nil {
				return err
			}
		}
		if len(fixed) > 0 {
			if err := tx.Problems.Decide(ctx, fixed); err != nil {
				return err
			}
		}
		return b.w.publish(ctx, tx, append(b.st.version.Batches, files))
	})
	a.Outcome, a.Batch, a.File.Batch = Imported, id, id
	return err
}

// fixed are the decisions on the rows that this file mends: all open ones of the batch,
// if the file brings as many records.
func (b *bringing) fixed(id string) ([]store.Decision, error) {
	if b.req.Fixes == "" {
		return nil, nil
	}
	var list []store.Decision
	decided := b.st.decisions()
	err := b.w.eachAside(b.st, b.req.Fixes, func(r AsideRecord) {
		if _, have := decided[rowKey{b.req.Fixes, r.Line}]; r.State == ledger.Quarantined.String() && !have {
			list = append(list, store.Decision{Batch: b.req.Fixes, Line: r.Line, Action: store.Fixed, Reason: "mended in " + id, Fixed: id})
		}
	})
	if err != nil {
		return nil, err
	}
	if read := b.d.control.Loaded.Rows + b.d.control.Excluded.Rows; int64(len(list)) != read || b.d.control.Quarantined.Rows > 0 {
		return nil, fault.New(fault.Input, "import", fmt.Sprintf("batch %s has %d rows to be mended, the file loads %d and leaves %d in quarantine", b.req.Fixes, len(list), read, b.d.control.Quarantined.Rows),
			"bring exactly those rows: clientele problems export "+b.req.Fixes+"; rows that need no mending are ignored with 'problems ignore'")
	}
	return list, nil
}

// mayFix refuses to mend a batch that does not count.
func (s *state) mayFix(req *ImportRequest) error {
	b, ok := s.snapshot.Batch(req.Fixes)
	if !ok || b.State != store.Live {
		return fault.New(fault.NotFound, "import", fmt.Sprintf("there is no live batch %q to be mended", req.Fixes), "list them with: clientele batches")
	}
	if req.Overlap != "" {
		return fault.New(fault.Usage, "import", "--fixes and --overlap exclude each other", "give one of them")
	}
	return nil
}

// record is the batch as the record keeps it.
func (b *bringing) record(id, sha string, profile []byte, result string) store.Batch {
	l := b.d.loaded
	out := store.Batch{
		ID: id, File: b.src.Name, SHA256: sha, Size: b.src.Size, ProfileKey: intake.Key(b.f.Profile.Headers), Profile: profile,
		Kind: b.f.Profile.Kind, Skipped: l.Skipped, Stated: l.Stated, Lines: b.d.control.Loaded.Rows, Accounts: int64(len(l.Accounts)),
		FirstDay: period.NoDate, LastDay: period.NoDate, Result: result,
	}
	if !l.Span.Empty() {
		out.FirstDay, out.LastDay = l.Span.From, l.Span.To-1
	}
	for _, c := range l.Controls {
		k := store.Control{Control: c}
		for i, r := range l.Reasons {
			if l.ReasonCurrency[i] == c.Currency {
				k.Reasons = append(k.Reasons, r)
			}
		}
		out.Controls = append(out.Controls, k)
		out.Decimals = append(out.Decimals, store.Scale{Currency: c.Currency, Decimals: c.Decimals})
	}
	for _, n := range b.f.Notes {
		out.Notes = append(out.Notes, store.Note(n))
	}
	return out
}
