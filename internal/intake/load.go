package intake

import (
	"bytes"
	"context"
	"errors"
	"io"
	"runtime"
	"unicode/utf8"

	"clientele/internal/fault"
	"clientele/internal/intake/record"
	"clientele/internal/intake/source"
	"clientele/internal/intake/text"
	"clientele/internal/ledger"
)

// Sink takes what a file gives, in file order. Blocks belong to the reader again
// when a method returns. Accounts are those met so far, in order of first appearance:
// a block's account numbers count in them, and the list only grows.
type Sink interface {
	Lines(block *ledger.Lines, accounts []ledger.Account) error
	Asides(list []ledger.Aside) error
}

// Progress hears how many bytes of how many were read; total 0 is unknown.
type Progress func(done, total int64)

// errBinary says that a block holds runs of zero bytes.
var errBinary = fault.New(fault.Input, "read text", "this is binary data, not a list", "export the list as XLSX or CSV")

// errEncoding says that text taken for UTF-8 is not.
var errEncoding = errors.New("not UTF-8")

// Load reads the whole file into a sink. A file that turns out not to be UTF-8
// half-way is read again from its start as Windows-1252, into a new sink.
func (f *File) Load(ctx context.Context, open func() (Sink, error), progress Progress) (*Loaded, error) {
	for {
		sink, err := open()
		if err != nil {
			return nil, err
		}
		loaded, err := f.load(ctx, sink, progress)
		if errors.Is(err, errEncoding) && f.encoding == source.UTF8 {
			f.encoding = source.Windows1252
			f.Profile.Encoding = f.encoding.String()
			f.note("encoding", "the text is not UTF-8; read as Windows-1252")
			continue
		}
		return loaded, err
	}
}

func (f *File) load(ctx context.Context, sink Sink, progress Progress) (*Loaded, error) {
	p, err := compile(f.Profile, f.src.Format == source.Text)
	if err != nil {
		return nil, err
	}
	m := newMerger(f, p, sink)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if f.src.Format == source.Text && len(p.profile.Carry) == 0 && p.profile.Heading < 0 {
		err = f.parallel(ctx, p, m, progress)
	} else {
		err = f.serial(ctx, p, m, progress)
	}
	if err != nil {
		return nil, err
	}
	return m.finish()
}

// job is a block on its way: parsed by any worker, accepted in order.
type job struct {
	block text.Block
	done  chan *chunk
}

// parallel reads text in blocks: one goroutine cuts, several parse, this one
// accepts in file order.
func (f *File) parallel(ctx context.Context, p *plan, m *merger, progress Progress) error {
	r, err := f.stream()
	if err != nil {
		return err
	}
	defer r.Close() //nolint:errcheck // read only
	workers := max(1, runtime.GOMAXPROCS(0))
	jobs, order := make(chan *job, workers), make(chan *job, 2*workers)
	free := make(chan []byte, 4*workers)
	failed := make(chan error, 1)
	go func() {
		defer close(jobs)
		defer close(order)
		cut := text.NewCutter(r, f.src.Name)
		for {
			var buf []byte
			select {
			case buf = <-free:
			default:
			}
			block, err := cut.Next(buf)
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				failed <- err
				return
			}
			j := &job{block, make(chan *chunk, 1)}
			select {
			case order <- j:
			case <-ctx.Done():
				return
			}
			select {
			case jobs <- j:
			case <-ctx.Done():
				return
			}
		}
	}()
	for range workers {
		go func() {
			w := newWorker(p)
			first := f.header
			for j := range jobs {
				j.done <- w.parse(j.block.Data, j.block.Last, f.encoding, j.block.First, first)
			}
		}()
	}
	var done int64
	for j := range order {
		var c *chunk
		select {
		case c = <-j.done:
		case <-ctx.Done():
			return ctx.Err()
		}
		if err := m.accept(c); err != nil {
			return err
		}
		done += int64(len(j.block.Data))
		if progress != nil {
			progress(done, f.size())
		}
		select {
		case free <- j.block.Data:
		default:
		}
	}
	select {
	case err := <-failed:
		return err
	default:
		return ctx.Err()
	}
}

// parse reads one block of text. Lines up to the header of the first block are
// counted and skipped.
func (w *worker) parse(data []byte, last bool, enc source.Encoding, first bool, header int64) *chunk {
	c := w.begin(len(data)/40 + 16)
	c.data, c.last = data, last
	if c.err = checkText(data, enc); c.err != nil {
		return c
	}
	s := &w.scan
	s.Reset(data, 1, w.plan.profile.comma(), last)
	w.raw = s.Raw
	for rec := s.Next(); rec != nil; rec = s.Next() {
		if first && rec.Line <= header {
			c.skipped[before(rec, header)]++
			continue
		}
		if s.Stray() {
			w.stray(rec, c)
			continue
		}
		w.apply(rec, c)
	}
	c.next = s.Line()
	if at, open := s.Open(); open {
		c.open = at
	}
	return w.finish(c)
}

// stream is the text for parallel reading. UTF-8 comes as it is stored, because the
// workers check it block by block; the rest is decoded and checked on the way.
func (f *File) stream() (io.ReadCloser, error) {
	if f.encoding != source.UTF8 {
		return f.src.Text(f.encoding)
	}
	raw, err := f.src.Bytes()
	if err != nil {
		return nil, err
	}
	head := make([]byte, len(bom))
	n, err := io.ReadFull(raw, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return nil, errors.Join(err, raw.Close())
	}
	head = bytes.TrimPrefix(head[:n], []byte(bom))
	return struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader(head), raw), raw}, nil
}

// bom is the byte order mark of UTF-8.
const bom = "\xef\xbb\xbf"

// zerosMax is how many zero bytes a block of text may hold: dirt, not a hole in the file.
const zerosMax = 8

// checkText refuses a block that is not UTF-8, or is binary data.
func checkText(data []byte, enc source.Encoding) error {
	if enc != source.UTF8 {
		return nil
	}
	if !utf8.Valid(data) {
		return errEncoding
	}
	if bytes.IndexByte(data, 0) >= 0 && bytes.Count(data, []byte{0}) > zerosMax {
		return errBinary
	}
	return nil
}

// before names a line above or at the header.
func before(rec *record.Record, header int64) string {
	if rec.Line == header {
		return "header"
	}
	for _, cell := range rec.Fields {
		if len(trim(cell)) > 0 {
			return "title"
		}
	}
	return "blank"
}

// stray quarantines a record whose quote is never closed.
func (w *worker) stray(rec *record.Record, c *chunk) {
	if len(c.read) == 0 {
		c.read = append(c.read, ledger.Tally{})
	}
	c.read[0].Rows++
	c.read[0].WithoutAmount++
	w.setAside(c, rec, ledger.Quarantined, failure{
		code: "open_quote", text: "a quote is opened and never closed", remedy: "double the quote, or remove it", col: -1,
	}, scaled{}, false, 0)
}

// serial reads records one after the other: formats other than text, and shapes in
// which a record depends on the one above.
func (f *File) serial(ctx context.Context, p *plan, m *merger, progress Progress) error {
	r, closer, err := f.reader(ctx)
	if err != nil {
		return err
	}
	defer closer.Close() //nolint:errcheck // read only
	const size = 8192
	w := newWorker(p)
	c := w.begin(size)
	raw, isText := r.(interface {
		Raw() []byte
		Stray() bool
	})
	var rec *record.Record
	w.raw = func() []byte {
		if isText {
			return raw.Raw()
		}
		return joined(rec)
	}
	for {
		var err error
		rec, err = r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if bad := f.badRecord(err); bad != nil {
			w.unreadable(bad, c)
			continue
		}
		if err != nil {
			return err
		}
		switch {
		case rec.Line <= f.header:
			c.skipped[before(rec, f.header)]++
		case isText && raw.Stray():
			w.stray(rec, c)
		case isText && f.encoding == source.UTF8 && !utf8.Valid(raw.Raw()):
			return errEncoding
		default:
			w.apply(rec, c)
		}
		if len(c.lines.Amount) >= size || len(c.asides) >= size {
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := m.accept(w.finish(c)); err != nil {
				return err
			}
			if progress != nil {
				progress(rec.Line, 0)
			}
			c = w.begin(size)
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	c.last = true
	return m.accept(w.finish(c))
}

// joined writes a record of a typed format as one line, for the list of problems.
func joined(rec *record.Record) []byte {
	var out []byte
	for i, cell := range rec.Fields {
		if i > 0 {
			out = append(out, '\t')
		}
		out = append(out, cell...)
	}
	return out
}

// unreadable quarantines a record that its reader could not take apart.
func (w *worker) unreadable(bad *record.BadRecord, c *chunk) {
	if len(c.read) == 0 {
		c.read = append(c.read, ledger.Tally{})
	}
	c.read[0].Rows++
	c.read[0].WithoutAmount++
	c.asides = append(c.asides, ledger.Aside{
		State: ledger.Quarantined, Code: "unreadable", Text: bad.Error(), Line: bad.Line, Raw: string(bad.Raw),
		Remedy: "mend the record; each line has to be one JSON object",
	})
}
