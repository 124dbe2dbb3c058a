package app

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"clientele/internal/batch"
	"clientele/internal/fault"
	"clientele/internal/intake"
	"clientele/internal/ledger"
	"clientele/internal/store"
	"clientele/internal/vault"
)

// ProblemsQuestion says which rows that were set aside are listed.
type ProblemsQuestion struct {
	Batch    string // "": all live batches
	Excluded bool   // excluded rows too, not only quarantined ones
	Code     string // only this cause
	Settled  bool   // rows that were ignored or mended, too
	Limit    int    // 0: all
}

// Problem is one row that was set aside.
type Problem struct {
	Aside
	Batch  string `json:"batch"`
	File   string `json:"file"`
	Action string `json:"action,omitempty"` // what was decided about it
	Reason string `json:"reason,omitempty"`
}

// Cause sums the problems of one code.
type Cause struct {
	State string
	Code  string
	Text  string
	Rows  int64
}

// ProblemsAnswer lists rows and their causes, most rows first.
type ProblemsAnswer struct {
	Rows   []Problem
	Causes []Cause
	Total  int64 // rows that match, listed or not
}

// rowKey is one row of a batch.
type rowKey struct {
	batch string
	line  int64
}

// decisions are those that settle a row: it was mended, or it is ignored.
func (s *state) decisions() map[rowKey]store.Decision {
	out := map[rowKey]store.Decision{}
	for _, d := range s.snapshot.Decisions {
		if d.Action != store.Reopened && s.stands(d) {
			out[rowKey{d.Batch, d.Line}] = d
		}
	}
	return out
}

// stands reports whether the batch that mended a row still counts.
func (s *state) stands(d store.Decision) bool {
	if d.Action != store.Fixed {
		return true
	}
	b, ok := s.snapshot.Batch(d.Fixed)
	return ok && b.State == store.Live
}

// Problems lists the rows that were set aside, with what would mend them.
func (w *Workspace) Problems(ctx context.Context, q ProblemsQuestion) (*ProblemsAnswer, error) {
	if w.elsewhere() {
		return nil, fault.New(fault.Usage, "list problems", "the sales of this workspace are in "+w.Sources.Sales.Table+": its rows are mended there", "see them with: clientele why control.rows_quarantined")
	}
	st, err := w.sound(ctx)
	if err != nil {
		return nil, err
	}
	if q.Batch != "" {
		if _, ok := st.snapshot.Batch(q.Batch); !ok {
			return nil, fault.New(fault.NotFound, "list problems", fmt.Sprintf("there is no batch %q", q.Batch), "list them with: clientele batches")
		}
	}
	l := &listing{q: q, decided: st.decisions(), causes: map[string]*Cause{}}
	for _, b := range st.live() {
		if q.Batch != "" && b.ID != q.Batch {
			continue
		}
		if err := w.eachAside(st, b.ID, func(r Aside) { l.take(&b, r) }); err != nil {
			return nil, err
		}
	}
	return l.answer(), nil
}

// listing collects problems and their causes.
type listing struct {
	q       ProblemsQuestion
	decided map[rowKey]store.Decision
	rows    []Problem
	total   int64
	causes  map[string]*Cause
}

func (l *listing) take(b *store.Batch, r Aside) {
	d, settled := l.decided[rowKey{b.ID, r.Line}]
	if r.State == ledger.Excluded.String() && !l.q.Excluded || l.q.Code != "" && r.Code != l.q.Code || settled && !l.q.Settled {
		return
	}
	l.total++
	c := l.causes[r.State+r.Code]
	if c == nil {
		c = &Cause{State: r.State, Code: r.Code, Text: r.Text}
		l.causes[r.State+r.Code] = c
	}
	c.Rows++
	if l.q.Limit == 0 || len(l.rows) < l.q.Limit {
		l.rows = append(l.rows, Problem{Aside: r, Batch: b.ID, File: b.File, Action: string(d.Action), Reason: d.Reason})
	}
}

func (l *listing) answer() *ProblemsAnswer {
	a := &ProblemsAnswer{Rows: l.rows, Total: l.total}
	for _, c := range l.causes {
		a.Causes = append(a.Causes, *c)
	}
	slices.SortFunc(a.Causes, func(x, y Cause) int {
		return cmp.Or(cmp.Compare(y.Rows, x.Rows), strings.Compare(x.State, y.State), strings.Compare(x.Code, y.Code))
	})
	return a
}

// eachAside reads a batch's file of rows that were set aside.
func (w *Workspace) eachAside(st *state, id string, visit func(Aside)) error {
	files, _ := st.files(id)
	path, err := w.part(&files, vault.Asides)
	if err != nil || path == "" {
		return err
	}
	return batch.ReadAsides(path, visit)
}

// mendable visits the rows of a batch that wait to be mended.
func (w *Workspace) mendable(st *state, id string, visit func(line int64)) error {
	decided := st.decisions()
	return w.eachAside(st, id, func(r Aside) {
		if _, settled := decided[rowKey{id, r.Line}]; r.Mendable() && !settled {
			visit(r.Line)
		}
	})
}

// ExportProblems writes the rows of a batch that can be mended as a file of the same kind,
// with the header as it was and the raw records. Without such rows nothing is written.
func (w *Workspace) ExportProblems(ctx context.Context, id string, out io.Writer) (rows int, err error) {
	st, err := w.sound(ctx)
	if err != nil {
		return 0, err
	}
	b, ok := st.snapshot.Batch(id)
	if !ok {
		return 0, fault.New(fault.NotFound, "export problems", fmt.Sprintf("there is no batch %q", id), "list them with: clientele batches")
	}
	var lines []int64
	if err := w.mendable(st, id, func(line int64) { lines = append(lines, line) }); err != nil || len(lines) == 0 {
		return 0, err
	}
	header, err := w.headerOf(ctx, &b)
	if err != nil {
		return 0, err
	}
	slices.Sort(lines)
	buf := bufio.NewWriter(out)
	if header != "" {
		fmt.Fprintln(buf, header)
	}
	err = w.openBatch(ctx, &b, func(f *intake.File) error {
		return f.RawRecords(ctx, lines, func(raw []byte) {
			fmt.Fprintf(buf, "%s\n", raw)
			rows++
		})
	})
	return rows, errors.Join(err, buf.Flush())
}

// Ignore records that quarantined rows need no mending, with a reason.
func (w *Workspace) Ignore(ctx context.Context, batch string, lines []int64, reason string) error {
	if reason == "" {
		return fault.New(fault.Usage, "ignore problems", "a row is ignored with a reason", "give one with --reason TEXT")
	}
	return w.locked(ctx, "problems", func() error {
		if err := w.quarantined(ctx, batch, lines); err != nil {
			return err
		}
		_, err := w.Store.Change(ctx, w.Actor, func(tx *store.Tx) error {
			list := make([]store.Decision, len(lines))
			for i, l := range lines {
				list[i] = store.Decision{Batch: batch, Line: l, Action: store.Ignored, Reason: reason}
			}
			return tx.Problems.Decide(ctx, list)
		})
		return err
	})
}

// quarantined refuses lines at which no quarantined row stands.
func (w *Workspace) quarantined(ctx context.Context, batch string, lines []int64) error {
	st, err := w.state(ctx)
	if err != nil {
		return err
	}
	if _, ok := st.snapshot.Batch(batch); !ok {
		return fault.New(fault.NotFound, "ignore problems", fmt.Sprintf("there is no batch %q", batch), "list them with: clientele batches")
	}
	have := map[int64]bool{}
	err = w.eachAside(st, batch, func(r Aside) {
		if r.State == ledger.Quarantined.String() {
			have[r.Line] = true
		}
	})
	if err != nil {
		return err
	}
	for _, l := range lines {
		if !have[l] {
			return fault.New(fault.NotFound, "ignore problems", fmt.Sprintf("no row that has to be mended stands in line %d of %s", l, batch), "list them with: clientele problems "+batch)
		}
	}
	return nil
}
