package jsonl

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
)

// pieceMax is the longest object that is read.
const pieceMax = 4 << 20

// errLong says that an object was passed over because of its length.
var errLong = fmt.Errorf("it is longer than %d MiB", pieceMax>>20)

// pieces cuts a stream into the texts of its objects. A piece that is too long comes
// with errLong and its start; any other error but io.EOF is final.
type pieces interface {
	next() (piece []byte, line int64, err error)
}

// lines gives one piece per line, without blank lines.
type lines struct {
	r     *bufio.Reader
	line  int64
	blank int64
	buf   []byte
}

func (l *lines) next() ([]byte, int64, error) {
	for {
		l.line++
		text, err := l.read()
		if errors.Is(err, errLong) {
			return text, l.line, err
		}
		if err != nil && (!errors.Is(err, io.EOF) || len(text) == 0) {
			return nil, l.line, err
		}
		if text = bytes.TrimSpace(text); len(text) > 0 {
			return text, l.line, nil
		}
		l.blank++
	}
}

// read returns the next line; at the end of the stream also io.EOF.
func (l *lines) read() ([]byte, error) {
	part, err := l.r.ReadSlice('\n')
	if !errors.Is(err, bufio.ErrBufferFull) {
		return part, err
	}
	l.buf = append(l.buf[:0], part...)
	long := false
	for errors.Is(err, bufio.ErrBufferFull) {
		part, err = l.r.ReadSlice('\n')
		if len(l.buf)+len(part) > pieceMax {
			long = true
			continue
		}
		l.buf = append(l.buf, part...)
	}
	if long && (err == nil || errors.Is(err, io.EOF)) {
		err = errLong
	}
	return l.buf, err
}

// elements gives the elements of one JSON array. Their line is their number.
type elements struct {
	r      *bufio.Reader
	number int64
	ended  bool
	buf    []byte
}

// arrayError is a fault of the array itself, after which its elements cannot be told.
type arrayError struct {
	number int64
	what   string
}

func (e *arrayError) Error() string { return fmt.Sprintf("object %d: %s", e.number, e.what) }

func (e *elements) next() ([]byte, int64, error) {
	if e.ended {
		return nil, e.number, io.EOF
	}
	open := byte(',')
	if e.number == 0 {
		open = '['
	}
	e.number++
	c, err := e.skip()
	switch {
	case err != nil:
		return nil, e.number, err
	case c == ']' && open == ',':
		return e.end()
	case c != open:
		return nil, e.number, &arrayError{e.number, fmt.Sprintf("%q expected, but %q found", string(open), string(c))}
	}
	if c, err = e.skip(); err != nil {
		return nil, e.number, err
	}
	if c == ']' && open == '[' {
		return e.end()
	}
	if err := e.r.UnreadByte(); err != nil {
		return nil, e.number, err
	}
	return e.element()
}

// end checks that nothing follows the array.
func (e *elements) end() ([]byte, int64, error) {
	e.ended = true
	c, err := e.blank()
	switch {
	case errors.Is(err, io.EOF):
		return nil, e.number, io.EOF
	case err != nil:
		return nil, e.number, err
	}
	return nil, e.number, &arrayError{e.number, fmt.Sprintf("there is more text after the end of the list (%q)", string(c))}
}

// blank returns the next byte that is no blank.
func (e *elements) blank() (byte, error) {
	for {
		c, err := e.r.ReadByte()
		if err != nil {
			return 0, err
		}
		if c != ' ' && c != '\t' && c != '\r' && c != '\n' {
			return c, nil
		}
	}
}

func (e *elements) skip() (byte, error) {
	c, err := e.blank()
	return c, e.cut(err)
}

// cut turns the end of the stream into a fault.
func (e *elements) cut(err error) error {
	if errors.Is(err, io.EOF) {
		return &arrayError{e.number, "the file ends in the middle of the list"}
	}
	return err
}

// element reads up to the comma or bracket that ends the element.
func (e *elements) element() ([]byte, int64, error) {
	e.buf = e.buf[:0]
	depth, quoted, long := 0, false, false
	for {
		c, err := e.r.ReadByte()
		if err != nil {
			return nil, e.number, e.cut(err)
		}
		switch {
		case quoted && c == '\\':
			e.keep(c, &long)
			if c, err = e.r.ReadByte(); err != nil {
				return nil, e.number, e.cut(err)
			}
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			depth++
		case (c == '}' || c == ']') && depth > 0:
			depth--
		case c == ',' && depth == 0, c == ']':
			if err := e.r.UnreadByte(); err != nil {
				return nil, e.number, err
			}
			if long {
				return e.buf, e.number, errLong
			}
			return e.buf, e.number, nil
		}
		e.keep(c, &long)
	}
}

func (e *elements) keep(c byte, long *bool) {
	if len(e.buf) < pieceMax {
		e.buf = append(e.buf, c)
		return
	}
	*long = true
}
