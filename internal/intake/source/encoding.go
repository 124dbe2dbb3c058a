package source

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"clientele/internal/fault"
)

// Encoding is how characters are written as bytes.
type Encoding uint8

// The encodings. UTF16 takes its byte order from the byte order mark, and is little
// endian without one.
const (
	UTF8 Encoding = iota
	UTF16
	UTF16LE
	UTF16BE
	Windows1252
	Windows1250
	Windows1251
	Latin1
	Latin2
	Latin9
	Macintosh
	CodePage437
	CodePage850
)

// encodings is the table of names (the first is the one that is shown) and decoders.
var encodings = []struct {
	is     Encoding
	names  []string
	decode encoding.Encoding // nil: UTF-8
}{
	{UTF8, []string{"utf-8", "utf8"}, nil},
	{UTF16, []string{"utf-16", "utf16"}, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)},
	{UTF16LE, []string{"utf-16le", "utf16le"}, unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)},
	{UTF16BE, []string{"utf-16be", "utf16be"}, unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)},
	{Windows1252, []string{"windows-1252", "cp1252", "ansi"}, charmap.Windows1252},
	{Windows1250, []string{"windows-1250", "cp1250"}, charmap.Windows1250},
	{Windows1251, []string{"windows-1251", "cp1251"}, charmap.Windows1251},
	{Latin1, []string{"latin1", "iso-8859-1", "latin-1"}, charmap.ISO8859_1},
	{Latin2, []string{"latin2", "iso-8859-2", "latin-2"}, charmap.ISO8859_2},
	{Latin9, []string{"latin9", "iso-8859-15", "latin-9"}, charmap.ISO8859_15},
	{Macintosh, []string{"macintosh", "mac-roman", "macroman"}, charmap.Macintosh},
	{CodePage437, []string{"cp437", "ibm437"}, charmap.CodePage437},
	{CodePage850, []string{"cp850", "ibm850"}, charmap.CodePage850},
}

// String is the name that ParseEncoding takes.
func (e Encoding) String() string {
	for _, row := range encodings {
		if row.is == e {
			return row.names[0]
		}
	}
	return "unknown"
}

// ParseEncoding reads a name, whatever its case.
func ParseEncoding(name string) (Encoding, error) {
	want := strings.ToLower(strings.TrimSpace(strings.ReplaceAll(name, "_", "-")))
	var known []string
	for _, row := range encodings {
		if slices.Contains(row.names, want) {
			return row.is, nil
		}
		known = append(known, row.names[0])
	}
	return UTF8, fault.New(fault.Usage, "read encoding", fmt.Sprintf("the encoding %q is not known", name),
		"use one of "+strings.Join(known, ", "))
}

var boms = []struct {
	mark []byte
	is   Encoding
	why  string
}{
	{[]byte{0xef, 0xbb, 0xbf}, UTF8, "it starts with the mark of UTF-8"},
	{[]byte{0xff, 0xfe}, UTF16LE, "it starts with the mark of UTF-16, little endian"},
	{[]byte{0xfe, 0xff}, UTF16BE, "it starts with the mark of UTF-16, big endian"},
}

// SniffEncoding tells the encoding of a text from its start, and why. A character
// that the end of head cuts is not held against UTF-8.
func SniffEncoding(head []byte) (enc Encoding, why string) {
	for _, b := range boms {
		if bytes.HasPrefix(head, b.mark) {
			return b.is, b.why
		}
	}
	if enc, ok := sniffUTF16(head); ok {
		return enc, "its zero bytes stand as in " + enc.String()
	}
	at, ok := firstInvalid(head)
	if ok {
		return UTF8, "all of it is valid UTF-8"
	}
	return Windows1252, fmt.Sprintf("it is not valid UTF-8 (byte 0x%02X in line %d)", head[at], 1+bytes.Count(head[:at], []byte{'\n'}))
}

// sniffUTF16 looks for zeros in every second byte: separators, digits and Latin
// letters have one.
func sniffUTF16(head []byte) (Encoding, bool) {
	pairs := len(head) / 2
	if pairs < 2 {
		return UTF8, false
	}
	var even, odd int
	for i := 0; i+1 < len(head); i += 2 {
		if head[i] == 0 {
			even++
		}
		if head[i+1] == 0 {
			odd++
		}
	}
	switch {
	case odd*5 >= pairs && even*10 < odd:
		return UTF16LE, true
	case even*5 >= pairs && odd*10 < even:
		return UTF16BE, true
	}
	return UTF8, false
}

// firstInvalid finds the first byte that is not UTF-8; a cut character at the end is fine.
func firstInvalid(b []byte) (at int, ok bool) {
	if utf8.Valid(b) {
		return 0, true
	}
	for at < len(b) {
		r, n := utf8.DecodeRune(b[at:])
		if r == utf8.RuneError && n == 1 {
			return at, !utf8.FullRune(b[at:])
		}
		at += n
	}
	return at, true
}

// Encoding tells the encoding of the whole text, and why. It reads all of it where
// the start is not enough, because one late letter decides against UTF-8.
func (s *Source) Encoding(ctx context.Context) (Encoding, string, error) {
	enc, why := SniffEncoding(s.head)
	marked := bytes.HasPrefix(s.head, boms[0].mark)
	switch {
	case enc != UTF8 || marked:
		return enc, why, nil
	case s.whole && !utf8.Valid(s.head):
		return Windows1252, "it ends in the middle of a UTF-8 character", nil
	case s.whole:
		return enc, why, nil
	}
	r, err := s.Bytes()
	if err != nil {
		return enc, why, err
	}
	check := &strict{src: s, r: r}
	err = errors.Join(pump(ctx, io.Discard, check), r.Close())
	if bad, ok := errors.AsType[*invalidUTF8Error](err); ok {
		return Windows1252, fmt.Sprintf("it is not valid UTF-8 (byte 0x%02X in line %d)", bad.value, bad.line), nil
	}
	return enc, why, err
}

// Text streams the text as UTF-8 without a byte order mark. What claims to be UTF-8
// and is not ends with an error, never with replaced characters; so do runs of zero
// bytes.
func (s *Source) Text(enc Encoding) (io.ReadCloser, error) {
	raw, err := s.Bytes()
	if err != nil {
		return nil, err
	}
	var r io.Reader = raw
	for _, row := range encodings {
		if row.is == enc && row.decode != nil {
			r = transform.NewReader(raw, row.decode.NewDecoder())
		}
	}
	return &textReader{strict: strict{src: s, r: r, skipBOM: true}, close: raw.Close}, nil
}

type textReader struct {
	strict
	close func() error
}

func (t *textReader) Read(p []byte) (int, error) {
	n, err := t.strict.Read(p)
	if bad, ok := errors.AsType[*invalidUTF8Error](err); ok {
		f := t.src.fail(fault.Input, fmt.Sprintf("the text is read as UTF-8, but byte 0x%02X is not", bad.value),
			"say how it is written, for example --encoding windows-1252", nil)
		f.Place.Line = bad.line
		return n, &notUTF8Error{f}
	}
	return n, err
}

// notUTF8Error is a fault by which readers know that the encoding was guessed wrongly.
type notUTF8Error struct{ fault *fault.Error }

func (e *notUTF8Error) Error() string { return e.fault.Error() }

func (e *notUTF8Error) Unwrap() error { return e.fault }

// NotUTF8 reports whether text could not be read on because it is not UTF-8.
func NotUTF8(err error) bool {
	_, ok := errors.AsType[*notUTF8Error](err)
	return ok
}

func (t *textReader) Close() error { return t.close() }

// invalidUTF8Error is the first byte that is not UTF-8.
type invalidUTF8Error struct {
	value byte
	line  int64
}

func (e *invalidUTF8Error) Error() string {
	return fmt.Sprintf("byte 0x%02X in line %d is not UTF-8", e.value, e.line)
}

// strict passes bytes on and checks that they are UTF-8 without runs of zeros.
type strict struct {
	src     *Source
	r       io.Reader
	skipBOM bool
	begun   bool
	lines   int64  // line ends passed on
	tail    []byte // start of a character that was cut, already passed on
	zeros   int    // zero bytes at the end of what was passed on
}

func (c *strict) Read(p []byte) (int, error) {
	if len(p) < utf8.UTFMax && !c.begun && c.skipBOM {
		return 0, io.ErrShortBuffer
	}
	n, err := c.read(p)
	if verr := c.check(p[:n], errors.Is(err, io.EOF)); verr != nil {
		return n, verr
	}
	c.lines += int64(bytes.Count(p[:n], []byte{'\n'}))
	return n, err
}

// read fills p; the first time it drops the byte order mark.
func (c *strict) read(p []byte) (int, error) {
	if c.begun || !c.skipBOM {
		c.begun = true
		return c.r.Read(p)
	}
	c.begun = true
	n, err := io.ReadAtLeast(c.r, p, len(boms[0].mark))
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = io.EOF
	}
	if bytes.HasPrefix(p[:n], boms[0].mark) {
		n = copy(p, p[len(boms[0].mark):n])
	}
	return n, err
}

func (c *strict) check(b []byte, end bool) error {
	if err := c.checkZeros(b); err != nil {
		return err
	}
	for len(c.tail) > 0 && len(b) > 0 && !utf8.FullRune(c.tail) {
		c.tail = append(c.tail, b[0])
		b = b[1:]
	}
	if len(c.tail) > 0 && utf8.FullRune(c.tail) {
		if r, n := utf8.DecodeRune(c.tail); r == utf8.RuneError && n == 1 {
			return &invalidUTF8Error{c.tail[0], c.lines + 1}
		}
		c.tail = c.tail[:0]
	}
	if at, ok := firstInvalid(b); !ok {
		return &invalidUTF8Error{b[at], c.lines + 1 + int64(bytes.Count(b[:at], []byte{'\n'}))}
	} else if !utf8.Valid(b) {
		c.tail = append(c.tail[:0], b[at:]...)
	}
	if end && len(c.tail) > 0 {
		return &invalidUTF8Error{c.tail[0], c.lines + 1}
	}
	return nil
}

// zeroRunMax is the longest run of zero bytes a text may have: one stray zero is
// dirt in a field, a run is a hole in the file or no text.
const zeroRunMax = 8

func (c *strict) checkZeros(b []byte) error {
	at := bytes.IndexByte(b, 0)
	if at < 0 {
		c.zeros = 0
		return nil
	}
	if at > 0 {
		c.zeros = 0
	}
	for i, v := range b[at:] {
		if v != 0 {
			c.zeros = 0
			continue
		}
		if c.zeros++; c.zeros > zeroRunMax {
			f := c.src.binary()
			f.Place.Line = c.lines + 1 + int64(bytes.Count(b[:at+i], []byte{'\n'}))
			return f
		}
	}
	return nil
}

func (s *Source) binary() *fault.Error {
	return s.fail(fault.Input, "this is binary data, not a list", "export the list as XLSX or CSV", nil)
}

// sample decodes the head for looking at it, and refuses binary data.
func (s *Source) sample(head []byte, whole bool) ([]byte, error) {
	enc, _ := SniffEncoding(head)
	text := head
	for _, row := range encodings {
		if row.is == enc && row.decode != nil {
			decoded, err := row.decode.NewDecoder().Bytes(head)
			if err != nil {
				return nil, s.binary()
			}
			text = decoded
		}
	}
	text = bytes.TrimPrefix(text, boms[0].mark)
	if whole && len(bytes.TrimSpace(text)) == 0 {
		return nil, s.empty()
	}
	check := &strict{src: s}
	if err := check.checkZeros(text); err != nil {
		return nil, s.binary()
	}
	if n := controls(text); n >= 8 && n*50 > len(text) {
		return nil, s.binary()
	}
	return text, nil
}

// controls counts characters that no text has.
func controls(text []byte) int {
	n := 0
	for _, c := range text {
		if c < ' ' && (c < '\t' || c > '\r') && c != 0x1a {
			n++
		}
	}
	return n
}
