package jsonl

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"

	"clientele/internal/intake/record"
)

// Limits of one object.
const (
	depthMax  = 64      // nested objects and lists
	keyMax    = 1 << 10 // bytes of a key, with those around it
	expandMax = 400     // digits of a number once its exponent is written out
)

// errShort says that the text ends inside the object.
var errShort = errors.New("the object is not finished")

// value is one plain value of an object, nested keys joined by dots.
type value struct {
	key  []byte
	text []byte // canonical; empty for null
	kind record.Kind
	list bool // a list, which is left out
}

// object reads the plain values of one JSON object. Keys and texts point into the
// text or into the scratch buffer and are valid until the next object.
type object struct {
	buf     []byte
	pos     int
	path    []byte // keys around the current one, each with its dot
	values  []value
	scratch []byte
}

// read takes one object and nothing but blanks around it.
func (o *object) read(text []byte) ([]value, error) {
	o.buf, o.pos, o.path, o.values, o.scratch = text, 0, o.path[:0], o.values[:0], o.scratch[:0]
	if !utf8.Valid(text) {
		return nil, errors.New("it is not valid UTF-8")
	}
	o.blanks()
	if o.peek() != '{' {
		return nil, errors.New("it is not a JSON object")
	}
	if err := o.members(0, true); err != nil {
		return nil, err
	}
	o.blanks()
	if o.pos < len(o.buf) {
		return nil, fmt.Errorf("there is more text after the object (%.20q)", o.buf[o.pos:])
	}
	return o.values, nil
}

func (o *object) blanks() {
	for o.pos < len(o.buf) {
		switch o.buf[o.pos] {
		case ' ', '\t', '\r', '\n':
			o.pos++
		default:
			return
		}
	}
}

// peek is the next byte, 0 at the end; a zero byte itself is no JSON.
func (o *object) peek() byte {
	if o.pos < len(o.buf) {
		return o.buf[o.pos]
	}
	return 0
}

func (o *object) want(c byte) error {
	o.blanks()
	if o.pos >= len(o.buf) {
		return errShort
	}
	if o.buf[o.pos] != c {
		return fmt.Errorf("%q expected, but %.20q found", string(c), o.buf[o.pos:])
	}
	o.pos++
	return nil
}

// members reads "{ … }" and keeps its values where keep is set.
func (o *object) members(depth int, keep bool) error {
	if depth > depthMax {
		return fmt.Errorf("it is nested deeper than %d levels", depthMax)
	}
	if err := o.want('{'); err != nil {
		return err
	}
	o.blanks()
	if o.peek() == '}' {
		o.pos++
		return nil
	}
	for {
		if o.blanks(); o.peek() != '"' {
			return o.want('"')
		}
		key, err := o.str()
		if err != nil {
			return err
		}
		if err := o.want(':'); err != nil {
			return err
		}
		o.blanks()
		if err := o.member(key, depth, keep); err != nil {
			return err
		}
		o.blanks()
		if o.peek() == ',' {
			o.pos++
			continue
		}
		return o.want('}')
	}
}

// member reads the value of one key.
func (o *object) member(key []byte, depth int, keep bool) error {
	if !keep {
		_, _, err := o.any(depth)
		return err
	}
	around := len(o.path)
	if around+len(key) > keyMax {
		return fmt.Errorf("a key is longer than %d bytes", keyMax)
	}
	if o.peek() == '{' {
		o.path = append(append(o.path, key...), '.')
		err := o.members(depth+1, true)
		o.path = o.path[:around]
		return err
	}
	if around > 0 {
		start := len(o.scratch)
		o.scratch = append(append(o.scratch, o.path...), key...)
		key = o.scratch[start:len(o.scratch):len(o.scratch)]
	}
	list := o.peek() == '['
	text, kind, err := o.any(depth)
	if err != nil {
		return err
	}
	o.values = append(o.values, value{key, text, kind, list})
	return nil
}

// any reads a value of any kind; objects and lists give no text.
func (o *object) any(depth int) ([]byte, record.Kind, error) {
	switch c := o.peek(); {
	case c == '"':
		text, err := o.str()
		return text, record.Text, err
	case c == '{':
		return nil, record.Text, o.members(depth+1, false)
	case c == '[':
		return nil, record.Text, o.list(depth + 1)
	case c == '-' || (c >= '0' && c <= '9'):
		return o.number()
	}
	for _, w := range []struct {
		word string
		kind record.Kind
	}{{"true", record.Bool}, {"false", record.Bool}, {"null", record.Text}} {
		if rest := o.buf[o.pos:]; bytes.HasPrefix(rest, []byte(w.word)) {
			o.pos += len(w.word)
			if w.word == "null" {
				return nil, w.kind, nil
			}
			return rest[:len(w.word)], w.kind, nil
		}
	}
	if o.pos >= len(o.buf) || bytes.HasPrefix([]byte("true"), o.buf[o.pos:]) || //nolint:gocritic // what is left may be the start of the word
		bytes.HasPrefix([]byte("false"), o.buf[o.pos:]) || bytes.HasPrefix([]byte("null"), o.buf[o.pos:]) { //nolint:gocritic // as above
		return nil, record.Text, errShort
	}
	return nil, record.Text, fmt.Errorf("a value expected, but %.20q found", o.buf[o.pos:])
}

func (o *object) list(depth int) error {
	if depth > depthMax {
		return fmt.Errorf("it is nested deeper than %d levels", depthMax)
	}
	o.pos++
	o.blanks()
	if o.peek() == ']' {
		o.pos++
		return nil
	}
	for {
		o.blanks()
		if _, _, err := o.any(depth); err != nil {
			return err
		}
		o.blanks()
		if o.peek() == ',' {
			o.pos++
			continue
		}
		return o.want(']')
	}
}

// str reads a string; one without escapes is not copied.
func (o *object) str() ([]byte, error) {
	o.pos++
	from := o.pos
	for o.pos < len(o.buf) {
		switch c := o.buf[o.pos]; {
		case c == '"':
			o.pos++
			return o.buf[from : o.pos-1 : o.pos-1], nil
		case c == '\\':
			return o.escaped(from)
		case c < ' ':
			return nil, fmt.Errorf("a control character (0x%02X) stands in a string", c)
		}
		o.pos++
	}
	return nil, errShort
}

// escaped goes on with a string whose first escape is at the position.
func (o *object) escaped(from int) ([]byte, error) {
	start := len(o.scratch)
	o.scratch = append(o.scratch, o.buf[from:o.pos]...)
	for o.pos < len(o.buf) {
		c := o.buf[o.pos]
		o.pos++
		switch {
		case c == '"':
			return o.scratch[start:len(o.scratch):len(o.scratch)], nil
		case c < ' ':
			return nil, fmt.Errorf("a control character (0x%02X) stands in a string", c)
		case c != '\\':
			o.scratch = append(o.scratch, c)
		default:
			if err := o.escape(); err != nil {
				return nil, err
			}
		}
	}
	return nil, errShort
}

func (o *object) escape() error {
	if o.pos >= len(o.buf) {
		return errShort
	}
	c := o.buf[o.pos]
	o.pos++
	switch c {
	case '"', '\\', '/':
	case 'b':
		c = '\b'
	case 'f':
		c = '\f'
	case 'n':
		c = '\n'
	case 'r':
		c = '\r'
	case 't':
		c = '\t'
	case 'u':
		r, err := o.unit()
		if err != nil {
			return err
		}
		if utf16.IsSurrogate(r) {
			if o.pos+1 >= len(o.buf) || o.buf[o.pos] != '\\' || o.buf[o.pos+1] != 'u' {
				return errors.New("half a character (a lone surrogate) stands in a string")
			}
			o.pos += 2
			low, err := o.unit()
			if err != nil {
				return err
			}
			if r = utf16.DecodeRune(r, low); r == utf8.RuneError {
				return errors.New("half a character (a lone surrogate) stands in a string")
			}
		}
		o.scratch = utf8.AppendRune(o.scratch, r)
		return nil
	default:
		return fmt.Errorf("\\%c is no escape", c)
	}
	o.scratch = append(o.scratch, c)
	return nil
}

// unit reads four hexadecimal digits.
func (o *object) unit() (rune, error) {
	if o.pos+4 > len(o.buf) {
		return 0, errShort
	}
	n, err := strconv.ParseUint(string(o.buf[o.pos:o.pos+4]), 16, 16)
	if err != nil {
		return 0, fmt.Errorf("\\u%.4q is no escape", o.buf[o.pos:o.pos+4])
	}
	o.pos += 4
	return rune(n), nil
}

// number reads a number by the grammar of RFC 8259 section 6.
func (o *object) number() ([]byte, record.Kind, error) {
	from := o.pos
	if o.peek() == '-' {
		o.pos++
	}
	whole := o.digits()
	fraction, exponent := -1, -1
	if o.peek() == '.' {
		o.pos++
		fraction = o.digits()
	}
	mantissa := o.buf[from:o.pos]
	if c := o.peek(); c == 'e' || c == 'E' {
		o.pos++
		if c := o.peek(); c == '+' || c == '-' {
			o.pos++
		}
		exponent = o.digits()
	}
	text := o.buf[from:o.pos:o.pos]
	first := bytes.TrimPrefix(text, []byte("-"))
	if whole == 0 || fraction == 0 || exponent == 0 {
		if o.pos >= len(o.buf) {
			return nil, record.Text, errShort
		}
		return nil, record.Text, fmt.Errorf("%.20q is not a JSON number", o.buf[from:])
	}
	if whole > 1 && first[0] == '0' {
		return nil, record.Text, fmt.Errorf("%.20q is not a JSON number: it starts with 0", text)
	}
	if exponent < 0 {
		return text, record.Number, nil
	}
	start := len(o.scratch)
	var ok bool
	if o.scratch, ok = expand(o.scratch, mantissa, text[len(mantissa)+1:]); !ok {
		// Not a number one can write out: the reader of amounts will refuse the text.
		return text, record.Text, nil
	}
	return o.scratch[start:len(o.scratch):len(o.scratch)], record.Number, nil
}

func (o *object) digits() int {
	from := o.pos
	for o.pos < len(o.buf) && o.buf[o.pos] >= '0' && o.buf[o.pos] <= '9' {
		o.pos++
	}
	return o.pos - from
}

// expand writes mantissa × 10^exponent without an exponent and without rounding.
func expand(dst, mantissa, exponent []byte) ([]byte, bool) {
	power, err := strconv.Atoi(string(exponent))
	if err != nil || power > expandMax || power < -expandMax || len(mantissa) > expandMax {
		return dst, false
	}
	if mantissa[0] == '-' {
		dst = append(dst, '-')
		mantissa = mantissa[1:]
	}
	whole, fraction, _ := bytes.Cut(mantissa, []byte("."))
	digits := append(append(make([]byte, 0, len(mantissa)), whole...), fraction...)
	point := len(whole) + power
	for len(digits) > 1 && digits[0] == '0' && point > 1 {
		digits, point = digits[1:], point-1
	}
	switch {
	case point <= 0:
		dst = append(dst, '0', '.')
		dst = append(dst, bytes.Repeat([]byte{'0'}, -point)...)
		return append(dst, digits...), true
	case point >= len(digits):
		dst = append(dst, digits...)
		return append(dst, bytes.Repeat([]byte{'0'}, point-len(digits))...), true
	}
	dst = append(append(dst, digits[:point]...), '.')
	return append(dst, digits[point:]...), true
}
