package intake

import (
	"context"
	"errors"
	"io"

	"clientele/internal/intake/record"
	"clientele/internal/intake/source"
	"clientele/internal/ledger"
	"clientele/internal/period"
)

// serialRecords is how many records make a chunk where they are read one by one.
const serialRecords = 8192

// weightMax is how many bytes of what is set aside are kept before they are passed on.
const weightMax = 4 << 20

// textRecords is what a reader of text knows beyond the fields.
type textRecords interface {
	Raw() []byte
	Stray() bool
}

// serial reads records one after the other: formats other than text, and shapes in
// which a record depends on the one above.
func (f *File) serial(ctx context.Context, p *plan, m *merger, progress Progress) error {
	r, closer, err := f.reader(ctx)
	if err != nil {
		return err
	}
	defer closer.Close() //nolint:errcheck // read only
	size := serialRecords
	if f.blockSize > 0 {
		size = max(1, f.blockSize/64)
	}
	w := newWorker(p)
	c := w.begin(nil, size)
	raw, isText := r.(textRecords)
	var rec *record.Record
	w.raw = func() []byte {
		if isText {
			return raw.Raw()
		}
		return joined(rec)
	}
	for n := 1; ; n++ {
		var err error
		rec, err = r.Next()
		bad := badRecord(err)
		switch {
		case errors.Is(err, io.EOF):
			if err := ctx.Err(); err != nil {
				return err
			}
			c.last = true
			return m.accept(w.finish(c))
		case bad != nil:
			w.unreadable(bad, c)
		case err != nil:
			return err
		case rec.Line <= f.header:
			if f.src.Format != source.Parquet && f.src.Format != source.JSONLines { // names that stand on no line
				c.skipped[before(rec, f.header)]++
			}
		case isText && raw.Stray():
			w.stray(rec, c)
		default:
			w.apply(rec, c)
		}
		if n%size != 0 && c.weight < weightMax {
			continue
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := m.accept(w.finish(c)); err != nil {
			return err
		}
		if progress != nil {
			progress(int64(n), 0)
		}
		c = w.begin(c, size)
	}
}

// joined writes a record of a typed format as one line, for the list of problems.
func joined(rec *record.Record) []byte {
	var out []byte
	for i, cell := range rec.Fields {
		if i > 0 {
			out = append(out, '\t')
		}
		out = append(out, shown(cell, rec.Unit(i))...)
	}
	return out
}

// stray quarantines a record whose quote is never closed.
func (w *worker) stray(rec *record.Record, c *chunk) {
	c.unread()
	w.maybe, w.lone = doubt{}, false
	w.setAside(c, rec, ledger.Quarantined, failure{
		code: "open_quote", text: "a quote is opened and never closed", remedy: "double the quote, or remove it", col: -1,
	}, scaled{}, false, 0)
}

// unreadable quarantines a record that its reader could not take apart.
func (w *worker) unreadable(bad *record.BadRecord, c *chunk) {
	c.unread()
	c.weight += len(bad.Raw)
	c.asides = append(c.asides, ledger.Aside{
		State: ledger.Quarantined, Code: "unreadable", Text: bad.Err.Error(), Line: bad.Line, Raw: string(bad.Raw), Day: period.NoDate,
		Currency: w.codes[0], Remedy: "mend the record in the source",
	})
}
