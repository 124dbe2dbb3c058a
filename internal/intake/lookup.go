package intake

import (
	"context"
	"errors"
	"io"

	"clientele/internal/fault"
	"clientele/internal/intake/record"
	"clientele/internal/intake/text"
)

// Records reads single records by their physical line, for showing where a number comes
// from. Lines ascend; a line at which no record begins gives nil.
func (f *File) Records(ctx context.Context, lines []int64) ([][]string, error) {
	out := make([][]string, len(lines))
	at := 0
	stop := errors.New("found")
	err := f.each(ctx, func(rec *record.Record) error {
		for at < len(lines) && lines[at] < rec.Line {
			at++
		}
		if at == len(lines) {
			return stop
		}
		for k := at; k < len(lines) && lines[k] == rec.Line; k++ {
			out[k] = texts(rec.Fields)
		}
		return nil
	})
	if errors.Is(err, stop) {
		err = nil
	}
	return out, err
}

// RawRecords visits records as they stand in the file, by their physical lines, which
// ascend.
func (f *File) RawRecords(ctx context.Context, lines []int64, visit func(raw []byte)) error {
	at := 0
	return f.eachRaw(ctx, func(rec *record.Record, raw func() []byte) error {
		for at < len(lines) && lines[at] < rec.Line {
			at++
		}
		if at < len(lines) && lines[at] == rec.Line {
			visit(raw())
		}
		return nil
	})
}

// HeaderText is the header as it stands in the file, "" if there is none.
func (f *File) HeaderText(ctx context.Context) (string, error) {
	if f.header == 0 {
		return "", nil
	}
	header := ""
	stop := errors.New("found")
	err := f.eachRaw(ctx, func(rec *record.Record, raw func() []byte) error {
		if rec.Line < f.header {
			return nil
		}
		header = string(raw())
		return stop
	})
	if errors.Is(err, stop) {
		err = nil
	}
	return header, err
}

// each visits every record from the start, header and titles too.
func (f *File) each(ctx context.Context, visit func(*record.Record) error) error {
	return f.eachRaw(ctx, func(rec *record.Record, _ func() []byte) error { return visit(rec) })
}

func (f *File) eachRaw(ctx context.Context, visit func(*record.Record, func() []byte) error) error {
	r, closer, err := f.reader(ctx)
	if err != nil {
		return err
	}
	defer closer.Close() //nolint:errcheck // read only
	raw := func(rec *record.Record) func() []byte {
		if t, ok := r.(*text.Reader); ok {
			return t.Raw
		}
		return func() []byte { return joined(rec) }
	}
	for n := 0; ; n++ {
		if n%10_000 == 0 && ctx.Err() != nil {
			return fault.Wrap(ctx.Err(), fault.Canceled, "read file", "stopped", "")
		}
		rec, err := r.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if badRecord(err) != nil {
			continue
		}
		if err != nil {
			return err
		}
		if err := visit(rec, raw(rec)); err != nil {
			return err
		}
	}
}
