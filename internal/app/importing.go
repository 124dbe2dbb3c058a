package app

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"clientele/internal/batch"
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
	Overlap    int64  // lines that earlier batches hold
	Remembered bool   // the profile was known
	Costed     bool   // its sales carry what they cost
	Plan       string // name of the plan that it is, as somebody said
	Span       period.Range
}

// Opens are the questions that the file opens, each as words of a command.
func (a *ImportAnswer) Opens() [][]string {
	switch {
	case ledger.Kind(a.Facts) == ledger.Plans:
		with := "plan"
		if a.Plan != "" {
			with += ":" + a.Plan
		}
		return [][]string{{"profit", "--compare", with}}
	case ledger.Kind(a.Facts).Lists():
		return [][]string{{"profit"}}
	case a.Costed:
		return [][]string{{"line"}, {"profit"}}
	default:
		return [][]string{{"line"}}
	}
}

// Import brings one file into the workspace: everything or nothing.
func (w *Workspace) Import(ctx context.Context, req ImportRequest) (a *ImportAnswer, err error) {
	if err := w.atHome("import"); err != nil {
		return nil, err
	}
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
			a, err = w.importFacts(ctx, src, req, facts)
		}
		return err
	}
	if req.Check {
		err = do()
	} else {
		err = w.locked(ctx, "import", do)
	}
	if err != nil {
		return nil, err
	}
	return a, nil
}

// importFacts brings sale lines in, or a list of facts beside them.
func (w *Workspace) importFacts(ctx context.Context, src *source.Source, req ImportRequest, facts string) (*ImportAnswer, error) {
	list, kind := "", ledger.Invoiced
	if k := ledger.Kind(facts); k.Lists() {
		list, kind = facts, k
	}
	st, err := w.begin(ctx, req.Check)
	if err != nil {
		return nil, err
	}
	sha, err := hashOf(ctx, src)
	if err != nil {
		return nil, err
	}
	st.inherit(&req)
	have := st.holding(sha, kind, askedOf(&req.Answers, st.policy.FiscalStart))
	if have != nil && !req.Answers.Said() && req.Overlap == "" && req.Fixes == "" {
		return unchanged(src, have, facts), nil // nobody says that it is to be read in another way
	}
	f, err := intake.Inspect(ctx, src, intake.Options{Answers: req.Answers, Today: w.today(), Thorough: true, Remember: st.remember, List: list, Costs: true, FiscalStart: st.policy.FiscalStart})
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
		f.Profile.Overlap = batch.Load
	}
	switch {
	case list == "":
	case have != nil: // the same bytes are the same reading, whoever was known then
		var was intake.Profile
		if json.Unmarshal(have.Profile, &was) == nil {
			f.Profile.Aliases = was.Aliases
		}
	default:
		if f.Profile.Aliases, err = w.aliases(ctx, st, f); err != nil {
			return nil, err
		}
	}
	b := &bringing{w: w, st: st, req: req, f: f, src: src, sha: sha}
	if b.profile, err = json.Marshal(f.Profile); err != nil {
		return nil, err
	}
	if have != nil {
		return unchanged(src, have, facts), sameReading(src, have, b.profile)
	}
	if b.build, err = w.build(req.Check); err != nil {
		return nil, err
	}
	if err := b.derive(ctx); err != nil {
		return nil, errors.Join(err, os.RemoveAll(b.build))
	}
	if err := b.prune(); err != nil {
		return nil, errors.Join(err, os.RemoveAll(b.build))
	}
	a := b.answer()
	if req.Check {
		a.Outcome = Checked
		return a, os.RemoveAll(b.build)
	}
	if err := b.commit(ctx, a); err != nil {
		return nil, err
	}
	return a, nil
}

// begin is the state that an import starts from. A check holds no lock and changes
// nothing but damage.
func (w *Workspace) begin(ctx context.Context, check bool) (*state, error) {
	if check {
		return w.present(ctx)
	}
	return w.whole(ctx)
}

// build makes a folder for the tables. That of a check lies where other processes, which
// tidy up builds, do not look.
func (w *Workspace) build(check bool) (string, error) {
	if !check {
		return w.Vault.NewBuild()
	}
	dir, err := os.MkdirTemp(w.Vault.SpillDir(), "check-")
	if err != nil {
		return "", fault.Wrap(err, fault.Failed, "check a file", "the workspace's folder for spilling cannot be written", "check its permissions and the space on the disk")
	}
	return dir, nil
}

func hashOf(ctx context.Context, src *source.Source) (string, error) {
	sum, err := src.SHA256(ctx)
	return hex.EncodeToString(sum[:]), err
}

// unchanged is the answer about bytes that a batch holds.
func unchanged(src *source.Source, b *store.Batch, facts string) *ImportAnswer {
	return &ImportAnswer{Outcome: Unchanged, Batch: b.ID, File: FileReport{Name: src.Name, Batch: b.ID, Shape: ReadingOf(b).Shape, Loaded: b.Lines}, Facts: facts}
}

// sameReading refuses bytes that a batch holds already, read in another way.
func sameReading(src *source.Source, have *store.Batch, profile []byte) error {
	if have.ProfileHash == store.Hash(profile) {
		return nil
	}
	return fault.New(fault.Usage, "import", fmt.Sprintf("%s is loaded already as batch %s, read in another way", src.Name, have.ID),
		"take that back first: clientele undo "+have.ID)
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
	w       *Workspace
	st      *state
	req     ImportRequest
	f       *intake.File
	src     *source.Source
	profile []byte // the reading as JSON
	sha     string // of the original
	build   string // folder of the tables
	base    money.Currency
	d       *batch.Derived
}

// derive makes the tables. If the ledger's base currency is not known yet, the file's
// own becomes it; if documents are loaded already, the file is read again without them.
func (b *bringing) derive(ctx context.Context) error {
	base, known := b.st.base()
	if b.req.Base != "" {
		if known && base != b.req.Base {
			return fault.New(fault.Usage, "import", fmt.Sprintf("the base currency is %q already", base), "leave --base out")
		}
		base, known = b.req.Base, true
	}
	if known = known || !b.f.Profile.Kind.Money(); !known {
		base = b.f.Profile.Currency
	}
	b.base = base
	books, err := b.w.books(b.st)
	if err != nil {
		return err
	}
	r := batch.Recipe{Number: b.st.next(), Base: base, Scale: b.st.scale(books, b.f.Profile.Kind), Rates: b.st.rates, Today: b.w.today()}
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
	over, in, err := b.w.common(b.st.snapshot, b.st.version.Batches, b.f.Profile.Kind, b.d)
	if err != nil || over.Len() == 0 {
		return err
	}
	switch answer := b.f.Profile.Overlap; {
	case answer != "" && answer != batch.Load && answer != batch.Skip:
		return usageError("--overlap", answer, batch.Skip+", "+batch.Load)
	case answer == "" && b.d.Level != naturalkey.Document:
		return b.askOverlap(over.Len(), in)
	case !over.Heed(&r, b.d.Level, answer):
		return nil
	}
	return b.attempt(ctx, r)
}

func (b *bringing) attempt(ctx context.Context, r batch.Recipe) error {
	var progress intake.Progress
	if b.w.Progress != nil {
		progress = func(done, total int64) { b.w.Progress(b.src.Name, done, total) }
	}
	var err error
	b.d, err = batch.Derive(ctx, b.f, r, b.build, progress)
	return err
}

// settleBase takes the only currency of the first file as the base.
func (b *bringing) settleBase(r *batch.Recipe) (again bool, err error) {
	rows := map[money.Currency]int64{}
	for _, c := range b.d.Loaded.Controls {
		if c.Loaded.Rows > 0 {
			rows[c.Currency] = c.Loaded.Rows
		}
	}
	codes := slices.Sorted(maps.Keys(rows))
	if len(codes) > 1 {
		return false, askRates(codes, rows)
	}
	if len(codes) == 0 || codes[0] == r.Base {
		return false, nil
	}
	r.Base, b.base = codes[0], codes[0]
	return true, nil
}

// currencies asks where amounts are in another currency than the base and not one rate
// is known, or where no rate can be: of rows that name no currency.
func (b *bringing) currencies() error {
	rows := map[money.Currency]int64{}
	for _, x := range b.d.Account.Totals.MissingRate {
		rows[x.Currency] = x.Rows
	}
	if _, unnamed := rows[""]; len(rows) == 0 || b.st.rates != nil && !unnamed {
		return nil
	}
	if b.base == "" {
		return b.askUndo(slices.Sorted(maps.Keys(rows)))
	}
	rows[b.base] = b.d.Account.Totals.Loaded.Rows
	return askRates(slices.Sorted(maps.Keys(rows)), rows)
}

// askUndo asks where the ledger names no currency and a file does: no rate leads there.
func (b *bringing) askUndo(codes []money.Currency) error {
	names := make([]string, len(codes))
	for i, c := range codes {
		names[i] = string(c)
	}
	return &fault.Error{
		Kind: fault.Ask, Op: "import", Place: fault.Place{File: b.src.Name}, Message: "the file is in " + strings.Join(names, " and ") + ", and what is loaded names no currency",
		Questions: []fault.Question{{
			Code: "currency", Text: "In which currency is what is loaded?", Evidence: []string{"list it with: clientele batches"},
			Flag: "clientele undo it, and import it again with --currency CODE",
		}},
	}
}

// askRates asks about currencies where rates are imported like data.
func askRates(codes []money.Currency, rows map[money.Currency]int64) error {
	err := askCurrency(codes, rows)
	q := &err.Questions[0]
	q.Flag = strings.ReplaceAll(q.Flag, "--rates FILE --base CURRENCY", "import a rate table first: clientele import RATES.csv")
	q.Choices = slices.DeleteFunc(q.Choices, func(c string) bool { return strings.HasPrefix(c, "--rates") })
	return err
}

func (b *bringing) askOverlap(n int, in []string) error {
	of := [2]string{"line", "lines"}
	which := " with the same client, day and amount"
	if b.d.Level == naturalkey.Client {
		of, which = [2]string{"client", "clients"}, ""
	}
	what, be, they := of[1]+which, "are", "they are"
	if n == 1 {
		what, be, they = of[0]+which, "is", "it is"
	}
	return &fault.Error{
		Kind: fault.Ask, Op: "import", Place: fault.Place{File: b.src.Name},
		Message: fmt.Sprintf("%d %s %s in %s already, and no document number tells whether %s the same", n, what, be, strings.Join(in, ", "), they),
		Questions: []fault.Question{{
			Code: "overlap", Text: "Are these the same facts again?", Evidence: []string{fmt.Sprintf("%d %s in %s", n, what, strings.Join(in, ", "))},
			Flag: "--overlap skip|load, or 'clientele undo " + in[len(in)-1] + "' first", Choices: []string{"--overlap skip", "--overlap load"},
		}},
	}
}

func usageError(flag, value, want string) error {
	return fault.New(fault.Usage, "read flags", fmt.Sprintf("%s does not know %q", flag, value), "write one of: "+want)
}

func (b *bringing) answer() *ImportAnswer {
	c, l := b.d.Account.Totals, b.d.Loaded
	return &ImportAnswer{
		File: report(b.f, c.Read.Rows, c.Loaded.Rows), Facts: b.f.Facts, Control: c, Decimals: b.d.Account.Scale, Currency: b.base,
		Accounts: len(l.Accounts), Overlap: b.d.Skipped, Remembered: b.f.Remembered, Costed: b.d.Account.Costed, Plan: b.f.Profile.PlanName, Span: l.Span,
	}
}

// commit keeps the original, gives the tables their place and records the batch. Batches
// that the ledger's finer scale changes are made again in the same change.
func (b *bringing) commit(ctx context.Context, a *ImportAnswer) error {
	if a.Control.Loaded.Rows == 0 && len(a.Control.MissingRate) == 0 && b.d.Skipped == 0 {
		return errors.Join(nothing(&a.Control, a.File), os.RemoveAll(b.build))
	}
	id := store.BatchID(b.st.next())
	fixed, err := b.fixed(id)
	if err != nil {
		return errors.Join(err, os.RemoveAll(b.build))
	}
	if err := b.w.keep(ctx, b.src, b.sha); err != nil {
		return err
	}
	files, err := b.w.adopt(ctx, b.build, id, b.f.Profile.Kind, &b.d.Account, b.d.Loaded.Lines)
	if err != nil {
		return err
	}
	row := b.record(id, files.Digest())
	policy := b.st.policy
	if _, known := b.st.base(); !known && b.f.Profile.Kind.Money() {
		policy.Base, policy.BaseKnown, policy.BaseLoaded = b.base, true, b.req.Base == ""
	}
	next := b.st.with(row, &files)
	next.policy = policy
	made, err := b.w.remake(ctx, next, nil)
	if err != nil {
		return err
	}
	forNext := *b.f.Profile
	forNext.Aliases = nil
	remembered, err := json.Marshal(&forNext)
	if err != nil {
		return err
	}
	_, err = b.w.change(ctx, b.st.snapshot, func(tx *store.Tx) error {
		if err := addBatch(ctx, tx, row); err != nil {
			return err
		}
		if b.f.HeaderLine() > 0 {
			if _, err := tx.Profiles.Save(ctx, row.ProfileKey, b.src.Name, remembered); err != nil {
				return err
			}
		}
		if err := savePolicy(ctx, tx, policy); err != nil {
			return err
		}
		if len(fixed) > 0 {
			if err := tx.Problems.Decide(ctx, fixed); err != nil {
				return err
			}
		}
		return b.w.put(ctx, tx, made)
	})
	a.Outcome, a.Batch, a.File.Batch = Imported, id, id
	return err
}

// addBatch records a batch under the number that its tables were made with.
func addBatch(ctx context.Context, tx *store.Tx, b store.Batch) error {
	id, err := tx.Batches.NewID(ctx)
	if err != nil {
		return err
	}
	if id != b.ID {
		return fault.New(fault.Internal, "import", "the batch got another number than its tables", "")
	}
	return tx.Batches.Add(ctx, b)
}

// with is the state with one more live batch; files is nil if it has none.
func (s *state) with(b store.Batch, files *vault.BatchFiles) *state {
	next, snapshot := *s, *s.snapshot
	b.State = store.Live
	snapshot.Batches = append(slices.Clip(snapshot.Batches), b)
	next.snapshot = &snapshot
	if files != nil {
		next.version.Batches = append(slices.Clip(next.version.Batches), *files)
	}
	return &next
}

// fixed are the decisions on the rows that this file mends: all open ones of the batch,
// if the file brings as many records.
func (b *bringing) fixed(id string) ([]store.Decision, error) {
	if b.req.Fixes == "" {
		return nil, nil
	}
	var list []store.Decision
	err := b.w.mendable(b.st, b.req.Fixes, func(line int64) {
		list = append(list, store.Decision{Batch: b.req.Fixes, Line: line, Action: store.Fixed, Reason: "mended in " + id, Fixed: id})
	})
	if err != nil {
		return nil, err
	}
	c := &b.d.Account.Totals
	if read := c.Loaded.Rows + c.Excluded.Rows; int64(len(list)) != read || c.Quarantined.Rows > 0 {
		return nil, fault.New(fault.Input, "import", fmt.Sprintf("batch %s has %s to be mended, the file loads %d and leaves %d in quarantine", b.req.Fixes, rowsWord(int64(len(list))), read, c.Quarantined.Rows),
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
func (b *bringing) record(id, result string) store.Batch {
	l := b.d.Loaded
	out := store.Batch{
		ID: id, File: b.src.Name, SHA256: b.sha, Size: b.src.Size, ProfileKey: intake.Key(b.f.Profile.Headers), Profile: b.profile,
		Kind: b.f.Profile.Kind, Skipped: l.Skipped, Stated: l.Stated, Lines: b.d.Account.Totals.Loaded.Rows, Accounts: int64(len(l.Accounts)),
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
