package source

import (
	"bytes"
	"errors"
	"io"
	"os"

	"clientele/internal/fault"
)

// spool keeps a stream: in memory while it is small, else in a temporary file.
type spool struct {
	mem  []byte
	file *os.File
	name string // of the file, while it still has to be removed
	size int64
}

// fill takes the whole of r, at most that many bytes. early sees the first bytes before
// the rest is read, so that hopeless input is refused without storing it.
func (p *spool) fill(r io.Reader, memoryMax, most int64, dir string, early func(head []byte) error) error {
	buf := make([]byte, headBytes)
	first := true
	for {
		n, err := io.ReadFull(r, buf)
		if first && n > 0 && early != nil {
			if err := early(buf[:n]); err != nil {
				return err
			}
		}
		first = false
		if werr := p.add(buf[:n], memoryMax, dir); werr != nil {
			return werr
		}
		if p.size > most {
			return errTooLarge
		}
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

var errTooLarge = errors.New("larger than the limit")

func (p *spool) add(b []byte, memoryMax int64, dir string) error {
	p.size += int64(len(b))
	if p.file == nil && p.size <= memoryMax {
		p.mem = append(p.mem, b...)
		return nil
	}
	if p.file == nil {
		f, err := os.CreateTemp(dir, "clientele-*.tmp")
		if err != nil {
			return err
		}
		p.file, p.name = f, f.Name()
		// Where an open file can be removed, a killed process leaves nothing.
		if os.Remove(p.name) == nil {
			p.name = ""
		}
		if _, err := f.Write(p.mem); err != nil {
			return err
		}
		p.mem = nil
	}
	_, err := p.file.Write(b)
	return err
}

// ReadAt reads from memory or from the file.
func (p *spool) ReadAt(b []byte, off int64) (int, error) {
	if p.file != nil {
		return p.file.ReadAt(b, off)
	}
	return bytes.NewReader(p.mem).ReadAt(b, off)
}

// Close frees the memory and removes the file.
func (p *spool) Close() error {
	p.mem = nil
	if p.file == nil {
		return nil
	}
	err := p.file.Close()
	p.file = nil
	if p.name != "" {
		err = errors.Join(err, os.Remove(p.name))
	}
	return err
}

// spool reads a stream to its end, so that it can be read again.
func (s *Source) spool(r io.Reader) error {
	p := &spool{}
	s.closers = append(s.closers, p)
	err := p.fill(r, s.limits.MemoryMax, s.limits.UnpackedMax, s.tempDir, func(head []byte) error {
		if compressionOf(head) != Plain {
			return nil
		}
		_, err := s.detect(head, false)
		return err
	})
	if err != nil {
		return s.streamFault(err)
	}
	s.raw, s.Size, s.file = p, p.size, p.file
	return nil
}

func (s *Source) streamFault(err error) error {
	var known *fault.Error
	switch {
	case errors.As(err, &known):
		return err
	case errors.Is(err, errTooLarge):
		return s.fail(fault.Input, "there is more than "+mebibytes(s.limits.UnpackedMax)+" of it", "split it", nil)
	}
	return s.fail(fault.Failed, "reading the stream failed", "check the disk space and the command that writes it", err)
}

// ReaderAt gives random access to the unpacked bytes, with their number. A
// compressed source is unpacked once, into memory or a temporary file.
func (s *Source) ReaderAt() (io.ReaderAt, int64, error) {
	if s.Compression == Plain {
		return s.raw, s.Size, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.unpacked != nil {
		return s.unpacked, s.unpacked.size, nil
	}
	r, err := s.Bytes()
	if err != nil {
		return nil, 0, err
	}
	p := &spool{}
	if err := errors.Join(p.fill(r, s.limits.MemoryMax, s.limits.UnpackedMax, s.tempDir, nil), r.Close()); err != nil {
		return nil, 0, errors.Join(s.streamFault(err), p.Close())
	}
	s.closers = append(s.closers, p)
	s.unpacked = p
	return p, p.size, nil
}
