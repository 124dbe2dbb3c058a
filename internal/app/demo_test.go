package app_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"clientele/internal/app"
	"clientele/internal/boot"
	"clientele/internal/clock"
	"clientele/internal/demo"
	"clientele/internal/engine"
	"clientele/internal/ledger"
	"clientele/internal/money"
	"clientele/internal/period"
	"clientele/internal/store"
)

// firm is the demonstration firm in a workspace: every file imported, and what is true.
type firm struct {
	w     *app.Workspace
	truth *demo.Truth
	dir   string
}

func newFirm(t *testing.T, seed uint64) *firm {
	t.Helper()
	f := &firm{dir: t.TempDir()}
	made := demo.Generate(demo.Options{Seed: seed})
	f.truth = made.Truth()
	for name, data := range made.Files() {
		if err := os.WriteFile(filepath.Join(f.dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	w, err := boot.Create(t.Context(), boot.Options{Dir: f.dir, Clock: clock.System, Actor: "test"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.Close(); err != nil {
			t.Error(err)
		}
	})
	f.w = w
	f.bring(t, "rates.csv")
	f.bring(t, "clients.csv")
	return f
}

func (f *firm) bring(t *testing.T, name string) *app.ImportAnswer {
	t.Helper()
	a, err := f.w.Import(t.Context(), app.ImportRequest{Path: filepath.Join(f.dir, name)})
	if err != nil {
		t.Fatalf("import %s: %v", name, err)
	}
	if a.Outcome != app.Imported {
		t.Fatalf("import %s: %s", name, a.Outcome)
	}
	return a
}

// line asks for the line, as a command does.
func (f *firm) line(t *testing.T, q app.LineQuestion) *app.LineAnswer {
	t.Helper()
	q.AsOf, q.Share, q.Around = period.NoDate, money.Fraction{Num: 4, Den: 5}, 3
	q.Window.From, q.Window.To = period.NoDate, period.NoDate
	var a *app.LineAnswer
	f.ground(t, func(ctx context.Context, g *app.Ground) (err error) {
		a, err = app.Line(ctx, g, q)
		return err
	})
	return a
}

func (f *firm) ground(t *testing.T, use func(context.Context, *app.Ground) error) {
	t.Helper()
	g, err := f.w.Ground(t.Context(), app.GroundRequest{})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(use(t.Context(), g), g.Engine.Close()); err != nil {
		t.Fatal(err)
	}
}

// TestDemonstrationFirm compares every figure that the generator knows with what comes
// out of its files. The truth is computed without the packages that are tested here.
func TestDemonstrationFirm(t *testing.T) {
	t.Parallel()
	for _, seed := range []uint64{0, 7} {
		t.Run(strconv.FormatUint(seed, 10), func(t *testing.T) {
			t.Parallel()
			f := newFirm(t, seed)
			for _, want := range f.truth.Sales {
				f.file(t, want, f.bring(t, want.Name))
			}
			f.windows(t)
			f.lines(t)
			f.mend(t)
			f.proves(t)
		})
	}
}

// file compares the account of one sales file, currency by currency as it was read.
func (f *firm) file(t *testing.T, want demo.SalesFile, got *app.ImportAnswer) {
	t.Helper()
	batches, err := f.w.Batches(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	b := batches[len(batches)-1]
	if b.ID != got.Batch || b.File != want.Name {
		t.Fatalf("%s is batch %s, the last one is %s of %s", want.Name, got.Batch, b.ID, b.File)
	}
	same(t, want.Name+" rows", want.Rows, got.Control.Read.Rows)
	same(t, want.Name+" loaded", loadedOf(want), got.Control.Loaded.Rows)
	controls := joined(b.Controls)
	same(t, want.Name+" currencies", len(want.Accounts), len(controls))
	for i, a := range want.Accounts {
		if i >= len(controls) {
			break
		}
		c := controls[i]
		at := want.Name + " " + a.Currency + " "
		same(t, at+"currency", a.Currency, string(c.Currency))
		for _, p := range []struct {
			what string
			want demo.Tally
			got  ledger.Tally
		}{
			{"read", a.Read, c.Read},
			{"loaded", a.Loaded, c.Loaded},
			{"unassigned", a.Unassigned, c.Unassigned},
			{"quarantined", a.Quarantined, c.Quarantined},
			{"draft", a.Draft, reasonOf(c, "status_draft")},
			{"void", a.Void, reasonOf(c, "status_void", "status_cancelled")},
		} {
			same(t, at+p.what, tally(p.want.Rows, p.want.Amount), tally(p.got.Rows, two(p.got.Amount, c.Decimals)))
		}
		if !c.Closes() {
			t.Errorf("%s does not close", at)
		}
	}
	skipped := map[string]int64{}
	for _, s := range b.Skipped {
		skipped[s.Kind] = s.Lines
	}
	same(t, want.Name+" skipped", fmt.Sprint(want.Skipped), fmt.Sprint(skipped))
	if want.Stated != "" {
		if len(b.Stated) != 1 {
			t.Fatalf("%s states %d totals", want.Name, len(b.Stated))
		}
		v, err := b.Stated[0].Amount.Rescale(2)
		if err != nil {
			t.Fatal(err)
		}
		same(t, want.Name+" stated", want.Stated, money.FromInt64(v).Format(2))
	}
	f.problems(t, want, b)
}

// problems compares the rows that were set aside, one by one.
func (f *firm) problems(t *testing.T, want demo.SalesFile, b store.Batch) {
	t.Helper()
	a, err := f.w.Problems(t.Context(), app.ProblemsQuestion{Batch: b.ID})
	if err != nil {
		t.Fatal(err)
	}
	same(t, want.Name+" problems", len(want.Quarantined), len(a.Rows))
	for i, q := range want.Quarantined {
		if i >= len(a.Rows) {
			break
		}
		p := a.Rows[i]
		at := fmt.Sprintf("%s line %d ", want.Name, q.Line)
		same(t, at+"line", q.Line, p.Line)
		same(t, at+"raw", q.Raw, p.Raw)
		if q.Column != "" {
			same(t, at+"column", q.Column, p.Column)
			same(t, at+"value", q.Value, p.Value)
		}
		if p.Text == "" || p.Remedy == "" {
			t.Errorf("%shas no reason or no remedy: %+v", at, p)
		}
	}
}

// windows compares totals in EUR: the years, the trailing window, the one before.
func (f *firm) windows(t *testing.T) {
	t.Helper()
	for _, y := range f.truth.Years {
		a := f.line(t, app.LineQuestion{Window: app.WindowSpec{Kind: app.YearOf, Year: y.Year}, Level: engine.ByAccount})
		same(t, strconv.Itoa(y.Year), y.Amount, two(a.Total.Plus(a.Control.Unassigned.Amount), a.Decimals))
	}
	a := f.line(t, app.LineQuestion{Level: engine.ByAccount, Compare: app.Before})
	w := f.truth.Trailing
	same(t, "as of", f.truth.AsOf, a.AsOf.String())
	same(t, "base", f.truth.Base, string(a.Currency))
	same(t, "trailing from", w.From, a.Windows.Current.From.String())
	same(t, "trailing to", w.To, (a.Windows.Current.To - 1).String())
	same(t, "trailing total", w.Total, two(a.Total, a.Decimals))
	same(t, "trailing unassigned", w.Unassigned, two(a.Control.Unassigned.Amount, a.Decimals))
	same(t, "trailing positive", int64(w.Positive), a.Clients.Positive)
	same(t, "prior total", f.truth.Prior.Total, two(a.Compared.Total, a.Decimals))
	same(t, "prior positive", int64(f.truth.Prior.Positive), a.Compared.Clients.Positive)
	for i, r := range f.truth.Top {
		if i >= len(a.TopRows) {
			t.Fatalf("the top has %d rows", len(a.TopRows))
		}
		x := a.TopRows[i]
		same(t, "top", fmt.Sprintf("%s %s %s", r.ID, r.Name, r.Revenue), fmt.Sprintf("%s %s %s", x.ID, x.Name, two(money.FromInt64(x.Revenue.Int), a.Decimals)))
	}
	if !a.Control.Closes() {
		t.Error("the account of the ledger does not close")
	}
}

// lines compares the line at each level: as the files name clients, with the twins
// merged, and with the group as one.
func (f *firm) lines(t *testing.T) {
	t.Helper()
	levels := map[string]engine.Level{"account": engine.ByAccount, "merged": engine.ByClient, "group": engine.ByGroup}
	f.suggestions(t)
	for _, twin := range f.truth.Twins {
		if _, err := f.w.Relate(t.Context(), store.Merge, twin.Double, twin.Keep, true); err != nil {
			t.Fatal(err)
		}
	}
	for _, want := range f.truth.Lines {
		a := f.line(t, app.LineQuestion{Level: levels[want.Level]})
		got := demo.Line{
			Level: want.Level, Positive: int(a.Clients.Positive), Base: two(a.Cut.Base, a.Decimals), Clients: int(a.Cut.Clients),
			Within: int(a.Cut.Within), Revenue: two(a.Cut.Sum, a.Decimals), Ticket: two(money.FromInt64(a.Cut.Ticket.Int), a.Decimals),
		}
		same(t, want.Level+" level", want, got)
	}
	f.ground(t, func(ctx context.Context, g *app.Ground) error {
		all := app.WindowSpec{Kind: app.Everything, From: period.NoDate, To: period.NoDate}
		for _, x := range []struct {
			level engine.Level
			want  int
		}{{engine.ByAccount, f.truth.Clients.Accounts}, {engine.ByClient, f.truth.Clients.Merged}, {engine.ByGroup, f.truth.Clients.Groups}} {
			a, err := app.Book(ctx, g, app.BookQuestion{Window: all, AsOf: period.NoDate, Level: x.level})
			if err != nil {
				return err
			}
			same(t, "clients of all dates by "+app.LevelWord(x.level), int64(x.want), a.Clients.Total)
		}
		return f.states(ctx, t, g)
	})
}

// mend brings the rows of the old file that could not be read again, each worth what it
// was meant to be: the file's own total is then what is loaded.
func (f *firm) mend(t *testing.T) {
	t.Helper()
	const batch = "b3" // behind rates and clients
	old := f.truth.Sales[0]
	var raw bytes.Buffer
	if _, err := f.w.ExportProblems(t.Context(), batch, &raw); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimRight(raw.String(), "\n"), "\n")
	same(t, "exported rows, with a header", len(old.Quarantined)+1, len(lines))
	var text strings.Builder
	text.WriteString(lines[0] + "\n")
	for i, q := range old.Quarantined {
		same(t, "exported row", q.Raw, lines[i+1])
		c := strings.Split(q.Raw, ";")
		meant := strings.Replace(q.Meant, ".", ",", 1)
		fmt.Fprintf(&text, "%s;%s;30.9.2022;%s;%s;Mended;1;%s;%s;0,00;EUR;;;offen\n", c[0], c[1], c[3], c[4], meant, meant)
	}
	if err := os.WriteFile(filepath.Join(f.dir, "mended.csv"), []byte(text.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	a, err := f.w.Import(t.Context(), app.ImportRequest{Path: filepath.Join(f.dir, "mended.csv"), Fixes: batch})
	if err != nil {
		t.Fatal(err)
	}
	same(t, "mended rows", int64(len(old.Quarantined)), a.Control.Loaded.Rows)
	p, err := f.w.Problems(t.Context(), app.ProblemsQuestion{})
	if err != nil {
		t.Fatal(err)
	}
	same(t, "problems left", 0, len(p.Rows))
	half := app.WindowSpec{Kind: app.YearOf, Year: 2022} // the old system's last half year, and nothing else
	l := f.line(t, app.LineQuestion{Window: half})
	same(t, "the old file's own total", old.Stated, two(l.Total.Plus(l.Control.Unassigned.Amount), l.Decimals))
}

// proves: everything that was published can be derived again.
func (f *firm) proves(t *testing.T) {
	t.Helper()
	audit, err := f.w.Audit(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range audit.Checks {
		same(t, "audit: "+c.Name, c.Want, c.Got)
	}
	rebuilt, err := f.w.Rebuild(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range rebuilt.Batches {
		same(t, "rebuild of "+b.Batch, b.Before, b.After)
	}
}

// suggestions: every near-duplicate is proposed, and nothing is merged by itself.
func (f *firm) suggestions(t *testing.T) {
	t.Helper()
	a, err := f.w.Clients(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	found := map[[2]string]bool{}
	for _, s := range a.Suggestions {
		found[[2]string{s.One.Key, s.Other.Key}] = true
		found[[2]string{s.Other.Key, s.One.Key}] = true
	}
	for _, twin := range f.truth.Twins {
		if !found[[2]string{twin.Keep, twin.Double}] {
			t.Errorf("nobody proposes that %s (%s) is %s (%s)", twin.DoubleAs, twin.Double, twin.KeepName, twin.Keep)
		}
	}
	same(t, "events", 0, len(a.Events))
}

// states: the clients that are new, gone or back on purpose are called so.
func (f *firm) states(ctx context.Context, t *testing.T, g *app.Ground) error {
	t.Helper()
	a, err := app.Book(ctx, g, app.BookQuestion{Window: app.WindowSpec{From: period.NoDate, To: period.NoDate}, AsOf: period.NoDate, Level: engine.ByAccount})
	if err != nil {
		return err
	}
	state := map[string]string{}
	for _, r := range a.Rows {
		state[r.ID] = string(r.State)
	}
	words := map[string]string{"new": "new", "lapsed": "lapsed", "returned": "returned"}
	for _, trait := range f.truth.Traits {
		if word := words[trait.Name]; word != "" {
			for _, id := range trait.IDs {
				same(t, trait.Name+" "+id, word, state[id])
			}
		}
	}
	return nil
}

func loadedOf(f demo.SalesFile) (n int64) {
	for _, a := range f.Accounts {
		n += a.Loaded.Rows
	}
	return n
}

// joined counts rows whose cells do not stand under their columns, so that nobody can say
// which currency they are in, with the first currency: the generator knows that it is the
// only one of their file. They have no amount.
func joined(list []store.Control) []store.Control {
	if len(list) != 2 || list[0].Currency != "" || list[0].Read != list[0].Quarantined || !list[0].Read.Amount.IsZero() {
		return list
	}
	c := list[1]
	c.Read, c.Quarantined = c.Read.Plus(list[0].Read), c.Quarantined.Plus(list[0].Quarantined)
	return []store.Control{c}
}

// reasonOf is what was excluded under any of the codes.
func reasonOf(c store.Control, codes ...string) (out ledger.Tally) {
	for _, r := range c.Reasons {
		for _, code := range codes {
			if r.State == ledger.Excluded && r.Code == code {
				out = out.Plus(r.Tally)
			}
		}
	}
	return out
}

func tally(rows int64, amount string) string { return fmt.Sprintf("%d rows, %s", rows, amount) }

// two writes an amount with the two decimals of the truth; finer ones would show.
func two(s money.Sum, decimals uint8) string {
	text := s.Format(decimals)
	for ; decimals > 2 && text[len(text)-1] == '0'; decimals-- {
		text = text[:len(text)-1]
	}
	return text
}

func same[T comparable](t *testing.T, what string, want, got T) {
	t.Helper()
	if want != got {
		t.Errorf("%s:\n got %v\nwant %v", what, got, want)
	}
}
