package enginetest

import (
	"bufio"
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"clientele/internal/engine"
	"clientele/internal/fault"
	"clientele/internal/metric"
	"clientele/internal/money"
	"clientele/internal/period"
)

//go:embed testdata/*.txt
var scripts embed.FS

// script is one file: lines to load, then questions with the rows expected. The
// form is explained in testdata/README.md.
type script struct {
	fixture Fixture
	steps   []step
	docs    map[[2]uint64]string
}

// step is one question.
type step struct {
	line  int
	frame engine.Frame
	terms []term
	ask   []string
	want  []string
}

func runScripts(t *testing.T, h Harness) {
	t.Helper()
	files, err := fs.Glob(scripts, "testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no scripts", err)
	}
	for _, name := range files {
		t.Run(strings.TrimSuffix(strings.TrimPrefix(name, "testdata/"), ".txt"), func(t *testing.T) {
			t.Parallel()
			content, err := scripts.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			s, err := parse(string(content))
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			e, err := h.Open(t, s.fixture)
			if err != nil {
				t.Fatal(err)
			}
			defer func() {
				if err := e.Close(); err != nil {
					t.Error(err)
				}
			}()
			for _, st := range s.steps {
				if why := s.check(t.Context(), h, e, st); why != "" {
					t.Errorf("%s:%d: %s\n%s", name, st.line, strings.Join(st.ask, " "), why)
				}
			}
		})
	}
}

// check asks one question and says what is wrong with the answer; "" if nothing is.
// A missing ability that was declared must show.
func (s *script) check(ctx context.Context, h Harness, e engine.Engine, st step) string {
	if h.MonthsOnly && !st.frame.Aligned() && st.frame.Check() == nil && st.ask[0] != "span" {
		if _, err := e.Pool(ctx, st.frame); err == nil || fault.KindOf(err) != fault.Internal {
			return fmt.Sprintf("months cannot answer this, and said %v", err)
		}
		return ""
	}
	if h.NoLines && st.ask[0] == "lines" {
		if _, ok := e.(engine.Lines); ok {
			return "the engine has lines, and declares none"
		}
		return ""
	}
	if h.NoFacts && (st.ask[0] == "facts" || st.ask[0] == "statements") {
		if _, ok := e.(engine.Facts); ok {
			return "the engine has facts, and declares none"
		}
		return ""
	}
	got, err := s.answer(ctx, e, st)
	if err != nil {
		got = []string{"error " + kindName(err)}
	}
	return cmp.Diff(st.want, got)
}

func kindName(err error) string {
	if name, ok := map[fault.Kind]string{fault.Input: "refused", fault.Usage: "usage"}[fault.KindOf(err)]; ok {
		return name
	}
	return err.Error()
}

// parse reads a script.
func parse(content string) (*script, error) {
	s := &script{docs: map[[2]uint64]string{{}: "-"}}
	s.fixture.Rules = engine.Rules{Merged: map[string]string{}, Parents: map[string]string{}}
	frame := engine.Frame{Current: period.All}
	var (
		batch *batchMaker
		terms []term
	)
	finish := func() {
		if batch != nil {
			s.fixture.Batches = append(s.fixture.Batches, batch.Batch)
			batch = nil
		}
	}
	in := bufio.NewScanner(strings.NewReader(content))
	var asking bool
	for n := 1; in.Scan(); n++ {
		words, err := split(in.Text())
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		switch {
		case len(words) == 0:
			asking = false
			continue
		case asking:
			last := &s.steps[len(s.steps)-1]
			last.want = append(last.want, join(words))
			continue
		}
		switch words[0] {
		case "load":
			finish()
			decimals, err := strconv.ParseUint(words[3], 10, 8)
			if err != nil {
				return nil, fmt.Errorf("line %d: %w", n, err)
			}
			batch = newBatch(words[1], uint8(decimals))
		case "parent":
			a := batch.account(words[1])
			batch.Accounts[a].Parent = words[2]
		case "fact":
			err = factRow(batch, words[1:])
		case "term":
			terms, err = addTerm(terms, words[1:])
		case "merge", "group":
			rules := map[string]map[string]string{"merge": s.fixture.Rules.Merged, "group": s.fixture.Rules.Parents}
			rules[words[0]][words[1]] = words[2]
		case "ask":
			asking = true
			s.steps = append(s.steps, step{line: n, frame: frame, terms: terms, ask: words[1:], want: []string{}})
		case "window", "prior", "level", "sales", "new":
			err = set(&frame, words)
		default:
			err = s.row(batch, words)
		}
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
	}
	finish()
	return s, in.Err()
}

// row loads one line: client, date, document, amount.
func (s *script) row(b *batchMaker, words []string) error {
	if b == nil || len(words) != 4 {
		return fmt.Errorf("not a line of client, date, document, amount: %q", words)
	}
	day, err := date(words[1])
	if err != nil {
		return err
	}
	amount, err := units(words[3], b.Lines.Decimals)
	if err != nil {
		return err
	}
	client, number := undash(words[0]), undash(words[2])
	if number != "" {
		id := document(client, number)
		s.docs[[2]uint64{id.Hi, id.Lo}] = number
	}
	b.add(client, day, number, amount)
	return nil
}

func date(word string) (period.Date, error) {
	if word == "-" {
		return period.NoDate, nil
	}
	return period.ParseISO(word)
}

// units reads a decimal with at most that many decimals.
func units(word string, decimals uint8) (int64, error) {
	whole, fraction, _ := strings.Cut(word, ".")
	if len(fraction) > int(decimals) {
		return 0, fmt.Errorf("%q has more than %d decimals", word, decimals)
	}
	return strconv.ParseInt(whole+fraction+strings.Repeat("0", int(decimals)-len(fraction)), 10, 64)
}

// set changes the frame of the questions that follow.
func set(f *engine.Frame, words []string) (err error) {
	switch words[0] {
	case "window":
		f.Current, err = span(words[1:])
	case "prior":
		f.Prior, err = span(words[1:])
	case "level":
		f.Level = map[string]engine.Level{"client": engine.ByClient, "group": engine.ByGroup, "account": engine.ByAccount}[words[1]]
	case "sales":
		f.SalesOnly = words[1] == "only"
	case "new":
		f.WithoutNew = words[1] == "out"
	}
	return err
}

// span reads "all", "none", or a first day and the day after the last.
func span(words []string) (r period.Range, err error) {
	switch words[0] {
	case "all":
		return period.All, nil
	case "none":
		return period.Range{}, nil
	}
	if r.From, err = date(words[0]); err != nil {
		return r, err
	}
	r.To, err = date(words[1])
	return r, err
}

// split cuts a line into words; words in quotes may hold blanks and escapes, and a
// word that begins with # ends the line.
func split(line string) (words []string, err error) {
	rest := strings.TrimSpace(line)
	for rest != "" && rest[0] != '#' {
		word := rest
		if rest[0] == '"' {
			quoted, err := strconv.QuotedPrefix(rest)
			if err != nil {
				return nil, fmt.Errorf("%q: %w", rest, err)
			}
			word = quoted
		} else if i := strings.IndexAny(rest, " \t"); i >= 0 {
			word = rest[:i]
		}
		rest = strings.TrimSpace(rest[len(word):])
		if word[0] == '"' {
			if word, err = strconv.Unquote(word); err != nil {
				return nil, err
			}
		}
		words = append(words, word)
	}
	return words, nil
}

// join writes words as split reads them.
func join(words []string) string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = w
		if w == "" || strings.ContainsAny(w, " \t\"#") || w != strings.ToValidUTF8(w, "") || strconv.QuoteToASCII(w) != `"`+w+`"` {
			out[i] = strconv.QuoteToASCII(w)
		}
	}
	return strings.Join(out, " ")
}

// answer asks one question and writes the rows.
func (s *script) answer(ctx context.Context, e engine.Engine, st step) ([]string, error) {
	a := answers{s: s, scale: s.fixture.Scale(), rows: []string{}}
	f, words := st.frame, st.ask
	var err error
	switch words[0] {
	case "span":
		err = a.span(ctx, e)
	case "pool":
		err = a.pool(ctx, e, f)
	case "summary":
		err = a.summary(ctx, e, f, metric.ID(words[1]))
	case "buckets":
		err = a.buckets(ctx, e, f, metric.ID(words[1]), words[2:])
	case "page":
		err = a.page(ctx, e, f, words[1:])
	case "documents":
		err = a.documents(ctx, e, f)
	case "lines":
		err = a.lines(ctx, e, f, words[1:])
	case "facts":
		err = a.facts(ctx, e, f)
	case "statements":
		err = a.statements(ctx, e, f, words[1:], st.terms)
	default:
		err = fmt.Errorf("unknown question %q", words[0])
	}
	return a.rows, err
}

// answers collects the rows of one question.
type answers struct {
	s     *script
	scale uint8
	rows  []string
}

func (a *answers) row(words ...string) { a.rows = append(a.rows, join(words)) }

func (a *answers) money(s money.Sum) string { return s.Format(a.scale) }

func number(v int64) string { return strconv.FormatInt(v, 10) }

// day writes a date, "-" for none.
func day(d period.Date) string {
	if d == period.NoDate {
		return "-"
	}
	return d.String()
}

// value writes a value in the unit of its measure.
func (a *answers) value(id metric.ID, v engine.Value) string {
	if !v.Valid {
		return "-"
	}
	m, err := metric.Find(id)
	switch {
	case err != nil:
		return err.Error()
	case m.Unit == metric.Minor:
		return a.money(money.FromInt64(v.Int))
	case m.Unit == metric.Day:
		return period.Date(v.Int).String() //nolint:gosec // a day
	default:
		return number(v.Int)
	}
}

func (a *answers) span(ctx context.Context, e engine.Engine) error {
	s, err := e.Span(ctx)
	a.row(day(s.First), day(s.Last), number(s.Undated))
	return err
}

func (a *answers) pool(ctx context.Context, e engine.Engine, f engine.Frame) error {
	p, err := e.Pool(ctx, f)
	for _, t := range []struct {
		name string
		engine.Tally
	}{{"assigned", p.Assigned}, {"unassigned", p.Unassigned}, {"outside", p.Outside}, {"filtered", p.Filtered}} {
		a.row(t.name, number(t.Lines), a.money(t.Amount))
	}
	return err
}

func (a *answers) summary(ctx context.Context, e engine.Engine, f engine.Frame, by metric.ID) error {
	s, err := e.Summary(ctx, f, by)
	if err != nil {
		return err
	}
	a.row("clients", number(s.Clients))
	a.row("positive", number(s.Positive), a.money(s.PositiveSum))
	a.row("zero", number(s.Zero))
	a.row("negative", number(s.Negative), a.money(s.NegativeSum))
	a.row("max", a.money(money.FromInt64(s.Max)))
	a.row("squares", squares(s))
	return nil
}

func (a *answers) buckets(ctx context.Context, e engine.Engine, f engine.Frame, by metric.ID, words []string) error {
	var in [3]int64
	for i := range in {
		var err error
		if in[i], err = units(words[i], a.scale); err != nil {
			return err
		}
	}
	list, err := e.Buckets(ctx, f, by, engine.Interval{Lo: in[0], Hi: in[1], Width: in[2]})
	for _, b := range list {
		a.row(number(b.Index), number(b.Count), a.money(b.Sum))
	}
	return err
}

// page reads: by [from amount] [to amount] [offset n] [limit n] [of client …] [show measure …].
func (a *answers) page(ctx context.Context, e engine.Engine, f engine.Frame, words []string) (err error) {
	p := engine.Page{By: metric.ID(words[0]), Lo: math.MinInt64, Hi: math.MaxInt64, Limit: -1}
	for i := 1; i < len(words) && err == nil; i++ {
		switch words[i] {
		case "from":
			i++
			p.Lo, err = units(words[i], a.scale)
		case "to":
			i++
			p.Hi, err = units(words[i], a.scale)
		case "offset":
			i++
			p.Offset, err = strconv.ParseInt(words[i], 10, 64)
		case "limit":
			i++
			p.Limit, err = strconv.ParseInt(words[i], 10, 64)
		case "of":
			end := slices.Index(words, "show")
			if end < 0 {
				end = len(words)
			}
			p.Clients, i = words[i+1:end], end-1
		case "show":
			for _, w := range words[i+1:] {
				p.Measures = append(p.Measures, metric.ID(w))
			}
			i = len(words)
		default:
			err = fmt.Errorf("unknown word %q", words[i])
		}
	}
	if err != nil {
		return err
	}
	rows, err := e.Page(ctx, f, p)
	for _, r := range rows {
		out := []string{r.Client}
		for i, v := range r.Values {
			out = append(out, a.value(p.Measures[i], v))
		}
		a.row(out...)
	}
	return err
}

func (a *answers) documents(ctx context.Context, e engine.Engine, f engine.Frame) error {
	d, ok := e.(engine.Documents)
	if !ok {
		return errors.New("the engine has no documents")
	}
	err := d.EachDocument(ctx, f, func(client string, doc [2]uint64, sum int64) error {
		a.row(client, a.s.docs[doc], a.money(money.FromInt64(sum)))
		return nil
	})
	slices.Sort(a.rows)
	return err
}

// lines reads: client [limit n].
func (a *answers) lines(ctx context.Context, e engine.Engine, f engine.Frame, words []string) error {
	limit := int64(-1)
	if len(words) == 3 {
		var err error
		if limit, err = strconv.ParseInt(words[2], 10, 64); err != nil {
			return err
		}
	}
	l, ok := e.(engine.Lines)
	if !ok {
		return errors.New("the engine has no lines")
	}
	list, err := l.ClientLines(ctx, f, words[0], limit)
	for _, r := range list {
		a.row(r.Batch, number(r.Line), r.Client, day(r.Day), a.money(money.FromInt64(r.Amount)))
	}
	return err
}

// squares is the sum of squares that the three parts stand for.
func squares(s engine.Summary) string {
	sum := new(big.Int).Lsh(s.SquareParts[0].Big(), 62)
	sum.Add(sum, new(big.Int).Lsh(s.SquareParts[1].Big(), 32))
	return sum.Add(sum, s.SquareParts[2].Big()).String()
}
