package sqltext

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"sort"
	"strings"
	"sync"

	"clientele/internal/engine"
	"clientele/internal/fault"
	"clientele/internal/metric"
	"clientele/internal/money"
	"clientele/internal/period"
)

// Queryer runs a text: *sql.DB, *sql.Conn or *sql.Tx.
type Queryer interface {
	QueryContext(ctx context.Context, text string, args ...any) (*sql.Rows, error)
}

// Runner asks the questions of a Renderer over database/sql. It implements all of
// engine.Engine but Close, and the abilities Documents, Lines and Ranks.
type Runner struct {
	Renderer Renderer
	DB       Queryer
	// Fail turns a driver's error into a fault; required.
	Fail func(error) error
	// Keep may hold the rows of a frame for its next questions; nil: frames are
	// asked for by their text.
	Keep func(ctx context.Context, f engine.Frame, by metric.ID) (Kept, error)
	// Retry reports whether a text that failed before its first row is asked again, and
	// waits as long as is right; nil: never. attempt counts from 1.
	Retry func(ctx context.Context, err error, attempt int) bool
	// PartClients is how many clients a part of RankParts has, about; 0: 250,000.
	PartClients int64
	// PartsMax is how many parts one text ranks; 0: 256.
	PartsMax int

	mu     sync.Mutex
	totals map[total]engine.Summary // that were asked for: an answer never changes
}

// total is what a summary is of.
type total struct {
	frame engine.Frame
	by    metric.ID
}

// Kept is a table that holds a frame.
type Kept struct {
	Relation string // quoted name; "": nothing is kept
	Complete bool   // it has all base measures, else party and the one asked for
	Release  func() // after the question; not nil
}

var (
	_ engine.Documents = (*Runner)(nil)
	_ engine.Lines     = (*Runner)(nil)
	_ engine.Ranks     = (*Runner)(nil)
)

// clientsMax bounds the parameters of one text; longer lists are asked in parts.
const clientsMax = 1000

// Each runs a query and visits its rows. Asking again is safe as long as no row was
// visited: questions only read, and the state that they read does not change.
func (r *Runner) Each(ctx context.Context, q Query, visit func(*sql.Rows) error) error {
	for attempt := 1; ; attempt++ {
		begun, err := r.once(ctx, q, visit)
		if err == nil || begun || r.Retry == nil || !r.Retry(ctx, err, attempt) {
			return r.fail(ctx, err)
		}
	}
}

func (r *Runner) once(ctx context.Context, q Query, visit func(*sql.Rows) error) (begun bool, err error) {
	rows, err := r.DB.QueryContext(ctx, q.Text, q.Args...)
	if err != nil {
		return false, err
	}
	defer func() {
		if e := rows.Close(); err == nil {
			err = e
		}
	}()
	for rows.Next() {
		begun = true
		if err := visit(rows); err != nil {
			return true, err
		}
	}
	return begun, rows.Err()
}

// fail gives an error its kind.
func (r *Runner) fail(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	if _, known := errors.AsType[*fault.Error](err); known {
		return err
	}
	if cause := ctx.Err(); errors.Is(cause, context.Canceled) {
		return fault.Wrap(cause, fault.Canceled, "ask", "stopped", "")
	}
	return r.Fail(err)
}

// keep is what is kept of the frame.
func (r *Runner) keep(ctx context.Context, f engine.Frame, by metric.ID) (Kept, error) {
	if err := f.Check(); err != nil {
		return Kept{}, err
	}
	if r.Keep == nil {
		return Kept{Release: func() {}}, nil
	}
	return r.Keep(ctx, f, by)
}

// relation is where the frame's rows come from, with at least the measure.
func (r *Runner) relation(ctx context.Context, f engine.Frame, by metric.ID) (string, func(), error) {
	k, err := r.keep(ctx, f, by)
	if err != nil || k.Relation != "" {
		return k.Relation, k.Release, err
	}
	text, err := r.Renderer.Frame(f, []metric.ID{by})
	return text, k.Release, err
}

// Span implements engine.Engine.
func (r *Runner) Span(ctx context.Context) (engine.Span, error) {
	span := engine.Span{First: period.NoDate, Last: period.NoDate}
	err := r.Each(ctx, r.Renderer.Span(), func(rows *sql.Rows) error {
		var first, last sql.NullInt32
		var undated Wide
		if err := rows.Scan(&first, &last, &undated); err != nil {
			return err
		}
		if first.Valid {
			span.First, span.Last = period.Date(first.Int32), period.Date(last.Int32)
		}
		var err error
		span.Undated, err = undated.narrow()
		return err
	})
	return span, err
}

// Pool implements engine.Engine.
func (r *Runner) Pool(ctx context.Context, f engine.Frame) (engine.Pool, error) {
	if err := f.Check(); err != nil {
		return engine.Pool{}, err
	}
	var p engine.Pool
	err := r.Each(ctx, r.Renderer.Pool(f), func(rows *sql.Rows) error {
		sums := make([]Wide, 10)
		if !f.SalesOnly {
			sums = sums[:6] // nothing is filtered
		}
		if err := rows.Scan(pointers(sums)...); err != nil {
			return err
		}
		for i, t := range []*engine.Tally{&p.Assigned, &p.Unassigned, &p.Outside, &p.Filtered} {
			if 2*i < len(sums) {
				var err error
				if t.Lines, err = sums[2*i].narrow(); err != nil {
					return err
				}
				t.Amount = sums[2*i+1].Sum
			}
		}
		if f.SalesOnly { // all lines inside less those above 0
			p.Filtered.Amount = p.Filtered.Amount.Minus(sums[9].Sum)
		}
		return nil
	})
	return p, err
}

func pointers(sums []Wide) []any {
	out := make([]any, len(sums))
	for i := range sums {
		out[i] = &sums[i]
	}
	return out
}

// sum refuses measures that are no sums.
func sum(by metric.ID) error {
	a, err := Base(by)
	if err == nil && a.Fn != metric.Sum {
		err = fault.New(fault.Internal, "ask", fmt.Sprintf("%s is not a sum", by), "")
	}
	return err
}

// Summary implements engine.Engine. Whoever asks twice is told what was said: the ranks,
// the curve and the line all begin with it.
func (r *Runner) Summary(ctx context.Context, f engine.Frame, by metric.ID) (engine.Summary, error) {
	r.mu.Lock()
	s, known := r.totals[total{f, by}]
	r.mu.Unlock()
	if known {
		return s, nil
	}
	s, err := r.summary(ctx, f, by)
	if err != nil {
		return s, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.totals == nil {
		r.totals = map[total]engine.Summary{}
	}
	r.totals[total{f, by}] = s
	return s, nil
}

func (r *Runner) summary(ctx context.Context, f engine.Frame, by metric.ID) (engine.Summary, error) {
	var s engine.Summary
	if err := sum(by); err != nil {
		return s, err
	}
	relation, release, err := r.relation(ctx, f, by)
	if err != nil {
		return s, err
	}
	defer release()
	err = r.Each(ctx, r.Renderer.Summary(relation, by), func(rows *sql.Rows) error {
		var class int
		values := make([]Wide, 4) // count, sum, largest value, sum of squares
		if err := rows.Scan(append([]any{&class}, pointers(values)...)...); err != nil {
			return err
		}
		n, err := values[0].narrow()
		if err != nil {
			return err
		}
		s.Clients += n
		switch {
		case class < 0:
			s.Negative, s.NegativeSum = n, values[1].Sum
			return nil
		case class == 0:
			s.Zero = n
			return nil
		}
		largest, err := values[2].narrow()
		if err != nil {
			return err
		}
		s.Positive, s.PositiveSum, s.Max = s.Positive+n, s.PositiveSum.Plus(values[1].Sum), max(s.Max, largest)
		if class == 1 {
			s.SquareParts[2] = values[3].Sum
		}
		return nil
	})
	if err != nil || s.Max < half {
		return s, err
	}
	err = r.squares(ctx, relation, by, &s)
	return s, err
}

// squares adds those of the large values.
func (r *Runner) squares(ctx context.Context, relation string, by metric.ID, s *engine.Summary) error {
	return r.Each(ctx, r.Renderer.Squares(relation, by), func(rows *sql.Rows) error {
		parts := make([]Wide, len(s.SquareParts))
		if err := rows.Scan(pointers(parts)...); err != nil {
			return err
		}
		for i := range s.SquareParts {
			s.SquareParts[i] = s.SquareParts[i].Plus(parts[i].Sum)
		}
		return nil
	})
}

// Buckets implements engine.Engine.
func (r *Runner) Buckets(ctx context.Context, f engine.Frame, by metric.ID, in engine.Interval) ([]engine.Bucket, error) {
	if err := errors.Join(in.Check(), sum(by)); err != nil {
		return nil, err
	}
	relation, release, err := r.relation(ctx, f, by)
	if err != nil {
		return nil, err
	}
	defer release()
	out := []engine.Bucket{}
	err = r.Each(ctx, r.Renderer.Buckets(relation, by, in), func(rows *sql.Rows) error {
		var b engine.Bucket
		var total Wide
		if err := rows.Scan(&b.Index, &b.Count, &total); err != nil {
			return err
		}
		b.Sum = total.Sum
		out = append(out, b)
		return nil
	})
	sort.Slice(out, func(i, j int) bool { return out[i].Index < out[j].Index })
	return out, err
}

// Page implements engine.Engine.
func (r *Runner) Page(ctx context.Context, f engine.Frame, p engine.Page) ([]engine.Row, error) {
	if err := p.Check(); err != nil {
		return nil, err
	}
	if p.Clients != nil {
		p.Clients = slices.Compact(slices.Sorted(slices.Values(p.Clients)))
		if len(p.Clients) == 0 {
			return []engine.Row{}, nil
		}
	}
	k, err := r.keep(ctx, f, p.By)
	if err != nil {
		return nil, err
	}
	defer k.Release()
	if len(p.Clients) <= clientsMax {
		return r.page(ctx, f, k, p)
	}
	return r.pageInParts(ctx, f, k, p)
}

// pageQuery asks a complete table, or the text of the frame; of the latter only for
// the clients of the page where a table of their values tells who they are.
func (r *Runner) pageQuery(f engine.Frame, k Kept, p engine.Page) (Query, error) {
	columns := Columns(p)
	if k.Relation != "" && (k.Complete || len(columns) == 1) {
		return r.Renderer.Page(k.Relation, p), nil
	}
	only := Query{}
	if k.Relation != "" {
		only = r.Renderer.parties(k.Relation, p)
	}
	text, err := r.Renderer.frame(f, columns, only.Text)
	if err != nil {
		return Query{}, err
	}
	q := r.Renderer.Page(text, p)
	for range strings.Count(text, ofClients) { // the frame's parameters come before the page's own
		q.Args = append(slices.Clone(only.Args), q.Args...)
	}
	return q, nil
}

func (r *Runner) page(ctx context.Context, f engine.Frame, k Kept, p engine.Page) ([]engine.Row, error) {
	q, err := r.pageQuery(f, k, p)
	if err != nil {
		return nil, err
	}
	out := []engine.Row{}
	width := len(p.Measures)
	values := make([]sql.NullInt64, width)
	dest := make([]any, 2+width)
	for i := range values {
		dest[2+i] = &values[i]
	}
	err = r.Each(ctx, q, func(rows *sql.Rows) error {
		var row engine.Row
		dest[0], dest[1] = &row.Client, &row.Name
		if err := rows.Scan(dest...); err != nil {
			return err
		}
		row.Values = make([]engine.Value, width)
		for i, v := range values {
			row.Values[i] = engine.Value{Int: v.Int64, Valid: v.Valid}
		}
		out = append(out, row)
		return nil
	})
	return out, err
}

// pageInParts asks for a long list of clients in parts and puts the page together.
func (r *Runner) pageInParts(ctx context.Context, f engine.Frame, k Kept, p engine.Page) ([]engine.Row, error) {
	part := p
	part.Offset, part.Limit = 0, -1
	part.Measures = append(slices.Clone(p.Measures), p.By) // to order by
	by := len(p.Measures)
	var all []engine.Row
	for chunk := range slices.Chunk(p.Clients, clientsMax) {
		part.Clients = chunk
		rows, err := r.page(ctx, f, k, part)
		if err != nil {
			return nil, err
		}
		all = append(all, rows...)
	}
	slices.SortFunc(all, func(x, y engine.Row) int { return descending(x.Values[by], y.Values[by], x.Client, y.Client) })
	all = all[min(p.Offset, int64(len(all))):]
	if p.Limit >= 0 {
		all = all[:min(p.Limit, int64(len(all)))]
	}
	for i := range all {
		all[i].Values = all[i].Values[:by]
	}
	return all, nil
}

// descending is the order of a page: value descending, nulls last, then client_id.
func descending(x, y engine.Value, clientX, clientY string) int {
	switch {
	case x.Valid != y.Valid:
		if x.Valid {
			return -1
		}
		return 1
	case x.Int > y.Int:
		return -1
	case x.Int < y.Int:
		return 1
	default:
		return strings.Compare(clientX, clientY)
	}
}

// EachDocument implements engine.Documents.
func (r *Runner) EachDocument(ctx context.Context, f engine.Frame, visit func(client string, document [2]uint64, sum int64) error) error {
	if err := f.Check(); err != nil {
		return err
	}
	query, err := r.Renderer.Documents(f)
	if err != nil {
		return err
	}
	var stopped error // the visitor's own, handed back as it is
	err = r.Each(ctx, query, func(rows *sql.Rows) error {
		var client string
		var hi, lo sql.NullInt64
		var amount int64
		if err := rows.Scan(&client, &hi, &lo, &amount); err != nil {
			return err
		}
		stopped = visit(client, [2]uint64{uint64(hi.Int64), uint64(lo.Int64)}, amount) //nolint:gosec // bits of a hash
		return stopped
	})
	if stopped != nil {
		return stopped
	}
	return err
}

// ClientLines implements engine.Lines.
func (r *Runner) ClientLines(ctx context.Context, f engine.Frame, client string, limit int64) ([]engine.LineRef, error) {
	if err := f.Check(); err != nil {
		return nil, err
	}
	out := []engine.LineRef{}
	err := r.Each(ctx, r.Renderer.ClientLines(f, client, limit), func(rows *sql.Rows) error {
		l := engine.LineRef{Day: period.NoDate}
		var day sql.NullInt32
		if err := rows.Scan(&l.Batch, &l.Line, &l.Client, &day, &l.Amount); err != nil {
			return err
		}
		if day.Valid {
			l.Day = period.Date(day.Int32)
		}
		out = append(out, l)
		return nil
	})
	return out, err
}

// Wide is a whole number of up to 128 bits, in whatever form a driver gives it.
type Wide struct{ money.Sum }

// Scan implements sql.Scanner.
func (w *Wide) Scan(value any) error {
	var text string
	switch v := value.(type) {
	case int64:
		w.Sum = money.FromInt64(v)
		return nil
	case int32:
		w.Sum = money.FromInt64(int64(v))
		return nil
	case *big.Int:
		return w.set(v)
	case string:
		text = v
	case []byte:
		text = string(v)
	case fmt.Stringer: // a driver's decimal
		text = v.String()
	default:
		return fmt.Errorf("%T is no whole number", value)
	}
	whole, fraction, _ := strings.Cut(text, ".")
	n, ok := new(big.Int).SetString(whole, 10)
	if !ok || strings.Trim(fraction, "0") != "" {
		return fmt.Errorf("%q is no whole number", text)
	}
	return w.set(n)
}

func (w *Wide) set(v *big.Int) error {
	sum, ok := money.FromBig(v)
	if !ok {
		return fmt.Errorf("%v does not fit 128 bits", v)
	}
	w.Sum = sum
	return nil
}

// narrow is the number in 64 bits.
func (w *Wide) narrow() (int64, error) {
	v, ok := w.Int64()
	if !ok {
		return 0, engine.Overflow(fmt.Errorf("%s", w.Format(0)))
	}
	return v, nil
}
