package intake

import (
	"bytes"
	"context"
	"errors"
	"io"
	"runtime"
	"sync"
	"unicode/utf8"

	"clientele/internal/intake/record"
	"clientele/internal/intake/source"
	"clientele/internal/intake/text"
)

// job is a block on its way: parsed by any worker, accepted in order.
type job struct {
	block text.Block
	done  chan *chunk
}

// pipeline reads text in blocks: one goroutine cuts, several parse, and the caller
// accepts in file order. Buffers and chunks go round.
type pipeline struct {
	file   *File
	plan   *plan
	jobs   chan *job
	order  chan *job
	bytes  chan []byte
	chunks chan *chunk
	failed chan error
	all    sync.WaitGroup
}

// parallel loads text on all cores. Every goroutine has ended when it returns.
func (f *File) parallel(ctx context.Context, p *plan, m *merger, progress Progress) error {
	r, err := f.stream()
	if err != nil {
		return err
	}
	workers := f.workers
	if workers == 0 {
		workers = max(1, runtime.GOMAXPROCS(0))
	}
	l := &pipeline{
		file: f, plan: p, failed: make(chan error, 1),
		jobs: make(chan *job, workers), order: make(chan *job, 2*workers),
		bytes: make(chan []byte, 4*workers), chunks: make(chan *chunk, 4*workers),
	}
	ctx, cancel := context.WithCancel(ctx)
	l.all.Go(func() { l.cut(ctx, r) })
	for range workers {
		l.all.Go(func() { l.parse() })
	}
	err = l.accept(ctx, m, progress)
	cancel()
	l.all.Wait()
	return errors.Join(err, r.Close())
}

// cut hands out blocks until the text or the context ends.
func (l *pipeline) cut(ctx context.Context, r io.Reader) {
	defer close(l.jobs)
	defer close(l.order)
	cut := l.file.cutter(r)
	for {
		var buf []byte
		select {
		case buf = <-l.bytes:
		default:
		}
		block, err := cut.Next(buf)
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			l.failed <- err
			return
		}
		j := &job{block, make(chan *chunk, 1)}
		for _, to := range []chan *job{l.order, l.jobs} {
			select {
			case to <- j:
			case <-ctx.Done():
				return
			}
		}
	}
}

// parse works on blocks until there are no more. An answer never blocks.
func (l *pipeline) parse() {
	w := newWorker(l.plan)
	for j := range l.jobs {
		var used *chunk
		select {
		case used = <-l.chunks:
		default:
		}
		header := int64(0)
		if j.block.First {
			header = l.file.header
		}
		j.done <- w.parse(used, j.block.Data, j.block.Last, l.file.encoding, header)
	}
}

// accept takes the chunks in file order.
func (l *pipeline) accept(ctx context.Context, m *merger, progress Progress) error {
	var done int64
	for j := range l.order {
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
			progress(done, l.file.size())
		}
		select {
		case l.chunks <- c:
		default:
		}
		select {
		case l.bytes <- j.block.Data:
		default:
		}
	}
	select {
	case err := <-l.failed:
		return err
	default:
		return ctx.Err()
	}
}

// parse reads one block of text, into the columns of a used chunk if there is one.
// Lines up to the header, counted from the start of the block, are skipped.
func (w *worker) parse(used *chunk, data []byte, last bool, enc source.Encoding, header int64) *chunk {
	c := w.begin(used, len(data)/40+16)
	c.data, c.last = data, last
	if c.err = checkText(data, enc); c.err != nil {
		return c
	}
	s := &w.scan
	s.Reset(data, 1, w.plan.profile.comma(), last)
	w.raw = s.Raw
	for rec := s.Next(); rec != nil; rec = s.Next() {
		switch {
		case rec.Line <= header:
			c.skipped[before(rec, header)]++
		case s.Stray():
			w.stray(rec, c)
		default:
			w.apply(rec, c)
		}
	}
	c.next = s.Line()
	if at, open := s.Open(); open {
		c.open = at
	}
	return w.finish(c)
}

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
func before(rec *record.Record, header int64) skip {
	if rec.Line == header {
		return skipHeader
	}
	for _, cell := range rec.Fields {
		if len(trim(cell)) > 0 {
			return skipTitle
		}
	}
	return skipBlank
}
