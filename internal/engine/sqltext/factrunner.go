package sqltext

import (
	"context"
	"database/sql"
	"slices"

	"clientele/internal/engine"
	"clientele/internal/metric"
	"clientele/internal/period"
)

// FactRunner answers questions about facts beside the sale lines, over a Runner whose
// tables hold them. It implements engine.Facts.
type FactRunner struct {
	*Runner
	Subjects []engine.NumberedTopic
	// Weigh keeps the terms of a question as a relation, called w; nil: they stand in the
	// text of the question.
	Weigh func(ctx context.Context, terms []engine.Term) (relation string, release func(), err error)
}

var (
	_ engine.Facts     = (*FactRunner)(nil)
	_ engine.FactLines = (*FactRunner)(nil)
)

// Topics implements engine.Facts.
func (r *FactRunner) Topics(context.Context) ([]engine.NumberedTopic, error) { return r.Subjects, nil }

// FactTotals implements engine.Facts.
func (r *FactRunner) FactTotals(ctx context.Context, f engine.Frame) ([]engine.TopicTotal, error) {
	if err := f.Check(); err != nil {
		return nil, err
	}
	var out []engine.TopicTotal
	err := r.Each(ctx, r.Renderer.FactTotals(f), func(rows *sql.Rows) error {
		var t engine.TopicTotal
		var month sql.NullInt32
		sums := make([]Wide, 4)
		if err := rows.Scan(append([]any{&t.Topic, &month}, pointers(sums)...)...); err != nil {
			return err
		}
		t.Month = period.NoDate
		if month.Valid {
			t.Month = period.Date(month.Int32)
		}
		for i, tally := range []*engine.Tally{&t.Assigned, &t.Unassigned} {
			var err error
			if tally.Lines, err = sums[2*i].narrow(); err != nil {
				return err
			}
			tally.Amount = sums[2*i+1].Sum
		}
		out = append(out, t)
		return nil
	})
	return out, err
}

// Statements implements engine.Facts.
func (r *FactRunner) Statements(ctx context.Context, f engine.Frame, ask engine.StatementAsk, visit func(*engine.Statement) error) error {
	if err := ask.Check(); err != nil {
		return err
	}
	all, release, err := r.measured(ctx, f, ask.Measures)
	if err != nil {
		return err
	}
	defer release()
	sales := ""
	if len(ask.Sales) > 0 {
		only := f
		only.SalesOnly = true
		relation, release, err := r.measured(ctx, only, ask.Sales)
		if err != nil {
			return err
		}
		defer release()
		sales = relation
	}
	weights := Terms(ask.Terms)
	if r.Weigh != nil && len(ask.Terms) > 0 {
		name, release, err := r.Weigh(ctx, ask.Terms)
		if err != nil {
			return err
		}
		defer release()
		weights = name
	}
	s := engine.Statement{Measures: make([]engine.Value, len(ask.Measures)), Sales: make([]engine.Value, len(ask.Sales)), Terms: make([]int64, len(ask.Terms))}
	into := []any{&s.Client, &s.Name}
	for _, values := range [][]engine.Value{s.Measures, s.Sales} {
		for i := range values {
			values[i].Valid = true
			into = append(into, &values[i].Int)
		}
	}
	for i := range s.Terms {
		into = append(into, &s.Terms[i])
	}
	var stopped error // the visitor's own, handed back as it is
	err = r.Each(ctx, r.Renderer.Statements(f, all, sales, ask, weights), func(rows *sql.Rows) error {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		stopped = visit(&s)
		return stopped
	})
	if stopped != nil {
		return stopped
	}
	return err
}

// measured is a relation that holds measures of a frame.
func (r *FactRunner) measured(ctx context.Context, f engine.Frame, ids []metric.ID) (string, func(), error) {
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	kept, err := r.keep(ctx, f, ids[0])
	if err != nil || kept.Relation != "" && (kept.Complete || len(ids) == 1) {
		return kept.Relation, kept.Release, err
	}
	text, err := r.Renderer.Frame(f, ids)
	return text, kept.Release, err
}

// FactsBehind implements engine.FactLines.
func (r *FactRunner) FactsBehind(ctx context.Context, f engine.Frame, ask engine.FactAsk) ([]engine.FactRef, error) {
	if err := f.Check(); err != nil {
		return nil, err
	}
	if len(ask.Topics) == 0 {
		return nil, nil
	}
	var out []engine.FactRef
	err := r.Each(ctx, r.Renderer.FactsBehind(f, ask), func(rows *sql.Rows) error {
		var x engine.FactRef
		var day sql.NullInt32
		err := rows.Scan(&x.Batch, &x.Line, &x.Topic, &day, &x.Amount)
		if x.Day = period.NoDate; day.Valid {
			x.Day = period.Date(day.Int32)
		}
		out = append(out, x)
		return err
	})
	return out, err
}
