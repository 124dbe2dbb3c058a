package lake

import (
	"context"
	"errors"
	"slices"

	"github.com/apache/iceberg-go"
	"github.com/apache/iceberg-go/table"
	"golang.org/x/sync/errgroup"

	"clientele/internal/fault"
	"clientele/internal/publication"
)

const (
	// attemptsMax bounds how often a publisher looks again. Whoever fails a commit does so
	// because another one succeeded, so that two publishers need no more than their tables.
	attemptsMax = 12
	// publicationsMax is how many publications are kept in the table.
	publicationsMax = 100
)

// errMoved says that somebody else changed a table since it was read.
var errMoved = errors.New("the table was changed by another publisher")

// writing is one request to publish, over all its attempts.
type writing struct {
	*Lake
	content *publication.Content
	// written are files of parts that no snapshot holds yet, by table and mark, so that
	// nothing is written twice.
	written map[publication.Table]map[mark][]iceberg.DataFile
}

// Publish makes the tables hold the content, and the content alone, and adds the row that
// says so. What is there already stays. A newer publication than this is *publication.NewerError.
func (l *Lake) Publish(ctx context.Context, c *publication.Content) (out *publication.Outcome, err error) {
	if err := c.Check(); err != nil {
		return nil, fault.Wrap(err, fault.Internal, op, "the ledger cannot be published", "")
	}
	w := &writing{Lake: l, content: c, written: map[publication.Table]map[mark][]iceberg.DataFile{}}
	for _, name := range append([]publication.Table{publication.Manifest}, publication.Contents...) {
		w.written[name] = map[mark][]iceberg.DataFile{}
	}
	defer func() { err = errors.Join(err, w.discard(ctx)) }()
	for attempt := 1; attempt <= attemptsMax; attempt++ {
		out, err := w.attempt(ctx)
		if !errors.Is(err, errMoved) {
			if out != nil {
				out.Attempts = attempt
			}
			return out, err
		}
	}
	return nil, fault.New(fault.Locked, op, "other publishers were faster every time", "run the command again when they are done")
}

// attempt publishes what is there now, or finds that somebody is in the way.
func (w *writing) attempt(ctx context.Context) (*publication.Outcome, error) {
	manifest, last, err := w.last(ctx)
	if err != nil {
		return nil, err
	}
	if err := w.continues(manifest, last); err != nil {
		return nil, err
	}
	w.step("begin")
	out := &publication.Outcome{Row: publication.Row{
		Number: last.Number + 1, Revision: w.content.Revision, At: w.content.At,
		Scale: w.content.Scale, Currency: w.content.Currency, Kind: w.content.Kind,
		Snapshots: map[publication.Table]int64{}, Document: w.content.Document,
	}}
	plans := make([]*plan, len(publication.Contents))
	if err := w.each(ctx, func(ctx context.Context, i int, name publication.Table) (err error) {
		plans[i], err = w.plan(ctx, name, last.Snapshots[name])
		return err
	}); err != nil {
		return nil, err
	}
	unchanged := w.says(last)
	for _, p := range plans {
		unchanged = unchanged && p.published
	}
	if !unchanged {
		if err := w.each(ctx, func(ctx context.Context, i int, _ publication.Table) error { return w.carryOut(ctx, plans[i]) }); err != nil {
			return nil, err
		}
	}
	for _, p := range plans {
		out.Tables = append(out.Tables, p.change)
		out.Snapshots[p.name] = head(p.table)
	}
	if out.Lines, out.Amount, err = w.verify(ctx, plans, last); err != nil {
		return nil, err
	}
	if unchanged {
		last.Snapshots, out.Row, out.Unchanged = nil, last, true
		return out, nil
	}
	w.step("tables")
	return out, w.announce(ctx, manifest, &out.Row)
}

// each does something for every table of the content, side by side.
func (w *writing) each(ctx context.Context, do func(ctx context.Context, i int, name publication.Table) error) error {
	group, ctx := errgroup.WithContext(ctx)
	for i, name := range publication.Contents {
		group.Go(func() error { return do(ctx, i, name) })
	}
	return group.Wait()
}

// says reports whether the last publication says what this one would.
func (w *writing) says(last publication.Row) bool {
	c := w.content
	return last.Number > 0 && last.Revision == c.Revision && last.Document == c.Document &&
		last.Scale == c.Scale && last.Currency == c.Currency && last.Kind == c.Kind
}

// continues refuses to mix ledgers, kinds of amounts and revisions.
func (w *writing) continues(manifest *table.Table, last publication.Row) error {
	const elsewhere = "publish into a namespace of its own: --namespace NAME"
	if owner := manifest.Properties()[ledgerKey]; owner != w.content.Ledger {
		return fault.New(fault.Usage, op, "the namespace "+w.options.Namespace+" holds another ledger", elsewhere)
	}
	if last.Number == 0 {
		return nil
	}
	if last.Kind != w.content.Kind {
		return fault.New(fault.Usage, op, "the namespace "+w.options.Namespace+" holds amounts that are "+last.Kind+", not "+w.content.Kind, elsewhere+", or the kind that is there: --kind "+last.Kind)
	}
	if last.Revision > w.content.Revision {
		return &publication.NewerError{Published: last.Revision, Revision: w.content.Revision}
	}
	return nil
}

// plan is what has to be done to one table.
type plan struct {
	name      publication.Table
	table     *table.Table
	published bool // the last publication names a snapshot that holds just the content
	remove    []iceberg.DataFile
	add       []part
	change    publication.Change
}

// plan compares a table with what it is to hold.
func (w *writing) plan(ctx context.Context, name publication.Table, published int64) (*plan, error) {
	p := &plan{name: name, change: publication.Change{Table: name}}
	want, err := w.parts(name, w.content)
	if err != nil {
		return nil, err
	}
	if p.table, err = w.open(ctx, name, nil); err != nil {
		return nil, err
	}
	have, err := known(ctx, p.table)
	if err != nil {
		return nil, err
	}
	p.published = published != 0 && published == head(p.table)
	wanted := map[string]bool{}
	for _, part := range want {
		wanted[part.batch] = true
		h := have[part.batch]
		switch {
		case h == nil && part.rows == 0:
		case h != nil && h.sound && h.mark == part.mark && h.rows == part.rows:
			p.change.Kept = plus(p.change.Kept, h.count())
		default:
			p.drop(h)
			p.add = append(p.add, part)
			p.published = false
		}
	}
	for batch, h := range have { // in any order: sums do not tell, and a set is removed
		if !wanted[batch] {
			p.drop(h)
			p.published = false
		}
	}
	return p, nil
}

func (p *plan) drop(h *held) {
	if h != nil {
		p.remove = append(p.remove, h.files...)
		p.change.Deleted = plus(p.change.Deleted, h.count())
	}
}

func plus(a, b publication.Count) publication.Count {
	return publication.Count{Rows: a.Rows + b.Rows, Files: a.Files + b.Files}
}

// carryOut writes what is missing and commits the table once, if anything is to be done.
func (w *writing) carryOut(ctx context.Context, p *plan) error {
	var files []iceberg.DataFile
	for i := range p.add {
		part := &p.add[i]
		if part.rows == 0 {
			continue
		}
		have, ok := w.written[p.name][part.mark]
		if !ok {
			var err error
			have, err = w.write(ctx, p.table, part)
			w.written[p.name][part.mark] = have
			if err != nil {
				delete(w.written[p.name], part.mark)
				return errors.Join(err, w.remove(ctx, p.table, have))
			}
		}
		files = append(files, have...)
		for _, f := range have {
			p.change.Appended = plus(p.change.Appended, publication.Count{Rows: f.Count(), Files: 1})
		}
	}
	if len(files) == 0 && len(p.remove) == 0 && head(p.table) != 0 {
		return nil
	}
	w.step("write " + string(p.name))
	var err error
	if p.table, err = w.commit(ctx, p.table, p.remove, files); err != nil {
		return err
	}
	for i := range p.add {
		delete(w.written[p.name], p.add[i].mark)
	}
	w.step("commit " + string(p.name))
	return nil
}

// commit changes a table at once, unless somebody else has changed it.
func (w *writing) commit(ctx context.Context, t *table.Table, remove, add []iceberg.DataFile) (*table.Table, error) {
	tx := t.NewTransaction()
	err := tx.AssertRefSnapshotID("")
	switch {
	case err != nil:
	case len(remove)+len(add) == 0: // an empty table gets a snapshot too, so that it can be named
		err = tx.AddFiles(ctx, nil, nil, true)
	default:
		err = tx.ReplaceDataFilesWithDataFiles(ctx, remove, add, nil, table.WithoutAutoNameMapping(), table.WithoutDuplicateCheck())
	}
	var done *table.Table
	if err == nil {
		done, err = tx.Commit(ctx)
	}
	if err == nil {
		return done, nil
	}
	// Whatever the catalog says: if the table is not what it was, look again. This finds
	// the own commit too, if only the answer was lost.
	now, errNow := w.catalog.LoadTable(ctx, t.Identifier())
	if errNow == nil && (head(now) != head(t) || now.Metadata().TableUUID() != t.Metadata().TableUUID()) {
		return nil, errMoved
	}
	return nil, failed(err, "the table "+t.Identifier()[1]+" cannot be changed")
}

// discard removes files that were written and are in no snapshot.
func (w *writing) discard(ctx context.Context) error {
	ctx = context.WithoutCancel(ctx)
	var errs []error
	for _, name := range slices.Concat(publication.Contents, []publication.Table{publication.Manifest}) {
		for m, files := range w.written[name] { // in any order: all of them go
			t, err := w.catalog.LoadTable(ctx, table.Identifier{w.options.Namespace, string(name)})
			if err != nil {
				errs = append(errs, failed(err, "what was written for nothing cannot be removed"))
				continue
			}
			now, err := holding(ctx, t, head(t))
			if err != nil {
				errs = append(errs, err)
				continue
			}
			used := map[string]bool{}
			for _, h := range now {
				for _, f := range h.files {
					used[f.FilePath()] = true
				}
			}
			files = slices.DeleteFunc(files, func(f iceberg.DataFile) bool { return used[f.FilePath()] })
			errs = append(errs, w.remove(ctx, t, files))
			delete(w.written[name], m)
		}
	}
	return errors.Join(errs...)
}

func (w *writing) remove(ctx context.Context, t *table.Table, files []iceberg.DataFile) error {
	fs, err := t.FS(ctx)
	if err != nil {
		return failed(err, "the warehouse cannot be opened")
	}
	for _, f := range files {
		if err := fs.Remove(f.FilePath()); err != nil {
			return failed(err, "a file that was written for nothing cannot be removed")
		}
	}
	return nil
}
