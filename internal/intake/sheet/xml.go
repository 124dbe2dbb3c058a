package sheet

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"unicode/utf8"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// tokenMax is the longest tag or text. A cell has at most 32,767 characters.
const tokenMax = 1 << 20

// token is what the scanner found.
type token uint8

const (
	tokenEnd   token = iota // the end of the stream
	tokenOpen               // <name attrs> or <name attrs/>
	tokenClose              // </name>
	tokenText
)

// scanner reads the tags and texts of one part. It knows the XML that workbooks are
// made of, in UTF-8 or UTF-16, and refuses document types, and with them entities.
// Name, attributes and text are valid until the next call.
type scanner struct {
	r     io.Reader
	buf   []byte
	pos   int
	eof   bool
	name  []byte // without a prefix
	attrs []byte
	empty bool   // the open tag closes itself
	text  []byte // with its escapes, unless plain
	plain bool
}

var (
	errCut     = errors.New("it ends too early")
	errDoctype = errors.New("it declares a document type, which no workbook does")
	errLong    = fmt.Errorf("a value is longer than %d MiB", tokenMax>>20)
)

func newScanner(r io.Reader) (*scanner, error) {
	s := &scanner{r: r, buf: make([]byte, 0, 64<<10)}
	if err := s.more(); err != nil {
		return nil, err
	}
	if bytes.HasPrefix(s.buf, []byte{0xff, 0xfe}) || bytes.HasPrefix(s.buf, []byte{0xfe, 0xff}) {
		whole := io.MultiReader(bytes.NewReader(bytes.Clone(s.buf)), r)
		s.r = transform.NewReader(whole, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder())
		s.buf, s.eof = s.buf[:0], false
	}
	return s, nil
}

// more reads on; what stands before the position is dropped.
func (s *scanner) more() error {
	if s.eof {
		return errCut
	}
	if s.pos > 0 {
		s.buf = s.buf[:copy(s.buf, s.buf[s.pos:])]
		s.pos = 0
	}
	if len(s.buf) >= tokenMax {
		return errLong
	}
	if cap(s.buf)-len(s.buf) < 4<<10 {
		s.buf = append(make([]byte, 0, 2*cap(s.buf)), s.buf...)
	}
	for range 100 {
		n, err := s.r.Read(s.buf[len(s.buf):cap(s.buf)])
		s.buf = s.buf[:len(s.buf)+n]
		switch {
		case errors.Is(err, io.EOF):
			s.eof = true
			return nil
		case err != nil:
			return err
		case n > 0:
			return nil
		}
	}
	return io.ErrNoProgress
}

// find returns where mark stands, counted from the position, at or after from.
func (s *scanner) find(mark string, from int) (int, error) {
	for {
		if from <= len(s.buf)-s.pos {
			if i := bytes.Index(s.buf[s.pos+from:], []byte(mark)); i >= 0 {
				return from + i, nil
			}
		}
		from = max(from, len(s.buf)-s.pos-len(mark)+1)
		if err := s.more(); err != nil {
			return 0, err
		}
	}
}

// next returns the next tag or text.
func (s *scanner) next() (token, error) {
	for {
		for s.pos == len(s.buf) {
			if s.eof {
				return tokenEnd, nil
			}
			if err := s.more(); err != nil {
				return tokenEnd, err
			}
		}
		if s.buf[s.pos] != '<' {
			return s.run()
		}
		for len(s.buf)-s.pos < len("<![CDATA[") && !s.eof {
			if err := s.more(); err != nil {
				return tokenEnd, err
			}
		}
		rest := s.buf[s.pos:]
		switch {
		case bytes.HasPrefix(rest, []byte("<!--")):
			if err := s.skip("-->", len("<!--")); err != nil {
				return tokenEnd, err
			}
		case bytes.HasPrefix(rest, []byte("<![CDATA[")):
			return s.cdata()
		case bytes.HasPrefix(rest, []byte("<!")):
			return tokenEnd, errDoctype
		case bytes.HasPrefix(rest, []byte("<?")):
			if err := s.skip("?>", len("<?")); err != nil {
				return tokenEnd, err
			}
		default:
			return s.tag()
		}
	}
}

func (s *scanner) skip(mark string, from int) error {
	n, err := s.find(mark, from)
	if err == nil {
		s.pos += n + len(mark)
	}
	return err
}

// run is a text up to the next tag.
func (s *scanner) run() (token, error) {
	n, err := s.find("<", 0)
	if errors.Is(err, errCut) {
		n, err = len(s.buf)-s.pos, nil
	}
	if err != nil {
		return tokenEnd, err
	}
	s.text, s.plain = s.buf[s.pos:s.pos+n], false
	s.pos += n
	return tokenText, nil
}

func (s *scanner) cdata() (token, error) {
	const open = len("<![CDATA[")
	n, err := s.find("]]>", open)
	if err != nil {
		return tokenEnd, err
	}
	s.text, s.plain = s.buf[s.pos+open:s.pos+n], true
	s.pos += n + len("]]>")
	return tokenText, nil
}

func (s *scanner) tag() (token, error) {
	n, quote := 1, byte(0)
	for {
		if s.pos+n >= len(s.buf) {
			if err := s.more(); err != nil {
				return tokenEnd, err
			}
			continue
		}
		switch c := s.buf[s.pos+n]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '>':
			body := s.buf[s.pos+1 : s.pos+n]
			s.pos += n + 1
			return s.named(body)
		}
		n++
	}
}

// named splits a tag into its name and the rest.
func (s *scanner) named(body []byte) (token, error) {
	kind := tokenOpen
	s.empty = false
	if len(body) > 0 && body[0] == '/' {
		kind, body = tokenClose, body[1:]
	} else if len(body) > 0 && body[len(body)-1] == '/' {
		s.empty, body = true, body[:len(body)-1]
	}
	end := bytes.IndexAny(body, " \t\r\n")
	if end < 0 {
		end = len(body)
	}
	s.name, s.attrs = body[:end], body[end:]
	if i := bytes.LastIndexByte(s.name, ':'); i >= 0 {
		s.name = s.name[i+1:]
	}
	if len(s.name) == 0 {
		return tokenEnd, errors.New("a tag has no name")
	}
	return kind, nil
}

// is compares the name of the tag.
func (s *scanner) is(name string) bool { return string(s.name) == name }

// attr returns the raw value of an attribute, whatever its prefix; nil if it is not there.
func (s *scanner) attr(name string) []byte {
	rest := s.attrs
	for {
		eq := bytes.IndexByte(rest, '=')
		if eq < 0 {
			return nil
		}
		key := bytes.TrimSpace(rest[:eq])
		rest = bytes.TrimLeft(rest[eq+1:], " \t\r\n")
		if len(rest) == 0 || (rest[0] != '"' && rest[0] != '\'') {
			return nil
		}
		end := bytes.IndexByte(rest[1:], rest[0])
		if end < 0 {
			return nil
		}
		if i := bytes.LastIndexByte(key, ':'); i >= 0 {
			key = key[i+1:]
		}
		if string(key) == name {
			return rest[1 : 1+end]
		}
		rest = rest[end+2:]
	}
}

// attrText is an attribute without its escapes.
func (s *scanner) attrText(name string) string { return string(unescape(nil, s.attr(name))) }

// appendText adds the text without its escapes.
func (s *scanner) appendText(dst []byte) []byte {
	if s.plain {
		return append(dst, s.text...)
	}
	return unescape(dst, s.text)
}

// unescape undoes the five named escapes and the numbered ones, and writes line ends
// as \n (XML 1.0, 2.11 and 4.6). What is no escape stays.
func unescape(dst, text []byte) []byte {
	for {
		i := bytes.IndexAny(text, "&\r")
		if i < 0 {
			return append(dst, text...)
		}
		dst = append(dst, text[:i]...)
		if text[i] == '\r' {
			if text = text[i+1:]; len(text) == 0 || text[0] != '\n' {
				dst = append(dst, '\n')
			}
			continue
		}
		text = text[i:]
		end := bytes.IndexByte(text[:min(len(text), 12)], ';')
		if end < 0 {
			dst, text = append(dst, '&'), text[1:]
			continue
		}
		r, ok := entity(string(text[1:end]))
		if !ok {
			dst, text = append(dst, '&'), text[1:]
			continue
		}
		dst, text = utf8.AppendRune(dst, r), text[end+1:]
	}
}

func entity(name string) (rune, bool) {
	switch name {
	case "amp":
		return '&', true
	case "lt":
		return '<', true
	case "gt":
		return '>', true
	case "quot":
		return '"', true
	case "apos":
		return '\'', true
	}
	if len(name) < 2 || name[0] != '#' {
		return 0, false
	}
	base, digits := 10, name[1:]
	if digits[0] == 'x' {
		base, digits = 16, digits[1:]
	}
	n, err := strconv.ParseUint(digits, base, 21)
	return rune(n), err == nil && utf8.ValidRune(rune(n))
}

// unescapeX undoes the escapes that spreadsheets add for characters XML cannot hold:
// _x000D_ is a carriage return (ECMA-376 part 1, 22.9.2.19). It works in place.
func unescapeX(text []byte) []byte {
	at := bytes.Index(text, []byte("_x"))
	if at < 0 {
		return text
	}
	out := text[:at]
	for at < len(text) {
		if rest := text[at:]; len(rest) >= 7 && rest[0] == '_' && rest[1] == 'x' && rest[6] == '_' {
			if n, err := strconv.ParseUint(string(rest[2:6]), 16, 16); err == nil && utf8.ValidRune(rune(n)) {
				out = utf8.AppendRune(out, rune(n))
				at += 7
				continue
			}
		}
		out = append(out, text[at])
		at++
	}
	return out
}
