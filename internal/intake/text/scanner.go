// Package text reads delimited text: one scanner for records, a sniffer for the
// delimiter, and a cutter that hands blocks of whole lines to parallel parsers.
package text

import (
	"bytes"
	"encoding/binary"
	"math/bits"

	"clientele/internal/intake/record"
)

// RecordMax is the longest record that is read. A longer one is a quote that was
// never closed, or no table at all.
const RecordMax = 1 << 20

// Scanner reads the records of one block in place. Fields point into the block,
// or into a scratch buffer where quotes had to be undone; they are valid until the
// next call. Quotes count only at the start of a field; inside quotes a quote that
// is neither doubled nor followed by a delimiter or a line end is text, as many
// exporters write it.
type Scanner struct {
	buf     []byte
	pos     int
	comma   byte
	line    int64 // physical line of the next record
	rec     record.Record
	scratch []byte
	start   int  // offset of the last record
	barren  int  // up to here no quote closes a field, as a failed search has shown
	open    bool // the block ended inside quotes
	last    bool // no block follows: an open quote is a fault of the record
}

// Reset points the scanner at a block whose first line has the given number. The
// last block of a file ends at its end, wherever quotes stand.
func (s *Scanner) Reset(block []byte, firstLine int64, comma byte, last bool) {
	s.buf, s.pos, s.line, s.comma, s.last = block, 0, firstLine, comma, last
	s.open, s.barren = false, 0
	if s.rec.Fields == nil {
		s.rec.Fields = make([][]byte, 0, 32)
	}
}

// Next returns the next record, or nil at the end of the block. If the block ends
// inside a quoted field and is not the last one, Next returns nil and Open tells.
func (s *Scanner) Next() *record.Record {
	if s.pos >= len(s.buf) {
		return nil
	}
	s.start = s.pos
	s.rec.Line = s.line
	s.rec.Fields = s.rec.Fields[:0]
	s.scratch = s.scratch[:0]
	buf, comma, i := s.buf, s.comma, s.pos
	commas := ones * uint64(comma)
	for {
		if i < len(buf) && buf[i] == '"' {
			next, ok := s.quoted(i)
			if !ok {
				return s.unclosed()
			}
			i = next
		} else {
			from := i
			i = ending(buf, i, commas, comma)
			field := buf[from:i]
			if n := len(field); n > 0 && field[n-1] == '\r' && (i == len(buf) || buf[i] == '\n') {
				field = field[:n-1]
			}
			s.rec.Fields = append(s.rec.Fields, field)
		}
		if i >= len(buf) {
			s.pos = i
			s.line++
			return &s.rec
		}
		if buf[i] == '\n' {
			s.pos = i + 1
			s.line++
			return &s.rec
		}
		i++ // the delimiter
	}
}

// Eight bytes with a one, with the highest bit, and with a line feed in each.
const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
	feeds = ones * '\n'
)

// ending finds the delimiter or line end from i on, eight bytes at a time: a byte that
// is 0 after the exclusive or is a hit, and the lowest hit is always a true one.
func ending(buf []byte, i int, commas uint64, comma byte) int {
	for ; i+8 <= len(buf); i += 8 {
		word := binary.LittleEndian.Uint64(buf[i:])
		a, b := word^commas, word^feeds
		if hits := ((a-ones)&^a | (b-ones)&^b) & highs; hits != 0 {
			return i + bits.TrailingZeros64(hits)>>3
		}
	}
	for i < len(buf) && buf[i] != comma && buf[i] != '\n' {
		i++
	}
	return i
}

// quoted reads a quoted field that starts at i and returns the offset of what ends
// it. False if the block ends first.
func (s *Scanner) quoted(i int) (int, bool) {
	if s.barren > i && !s.closes(i+1) {
		return 0, false
	}
	buf := s.buf
	i++
	from, undone := i, -1
	for {
		k := bytes.IndexByte(buf[i:], '"')
		if k < 0 || i+k-s.start > RecordMax {
			s.barren = len(buf)
			if k >= 0 {
				s.barren = i + k
			}
			return 0, false
		}
		i += k
		end := i + 1
		if end < len(buf) && buf[end] == '"' { // a doubled quote
			undone = s.keep(undone, buf[from:end])
			i, from = end+1, end+1
			continue
		}
		stop, closed := s.closing(end)
		if !closed { // a quote inside the text
			i = end
			continue
		}
		field := buf[from:i]
		if undone >= 0 {
			s.scratch = append(s.scratch, field...)
			field = s.scratch[undone:]
		}
		s.line += int64(bytes.Count(field, newline))
		s.rec.Fields = append(s.rec.Fields, field)
		return stop, true
	}
}

// closing reports whether the quote before end closes a field, and where that ends.
func (s *Scanner) closing(end int) (stop int, closed bool) {
	buf := s.buf
	stop = end
	if stop < len(buf) && buf[stop] == '\r' && (stop+1 == len(buf) || buf[stop+1] == '\n') {
		stop++
	}
	return stop, stop >= len(buf) || buf[stop] == s.comma || buf[stop] == '\n'
}

// closes looks for the end of a field whose text begins at i, where a search from
// further up found none before s.barren: only the run of quotes in which the field
// begins can pair up differently now. Without this, a file full of quotes that are
// never closed would be searched again and again from every line.
func (s *Scanner) closes(i int) bool {
	buf, first := s.buf, true
	for {
		k := bytes.IndexByte(buf[i:], '"')
		if k < 0 || i+k-s.start > RecordMax {
			s.barren = max(s.barren, len(buf))
			if k >= 0 {
				s.barren = i + k
			}
			return false
		}
		i += k
		run := i
		for run < len(buf) && buf[run] == '"' {
			run++
		}
		if (run-i)%2 == 1 {
			if _, closed := s.closing(run); closed {
				return true
			}
		}
		i = run
		if first {
			first, i = false, max(i, min(s.barren, len(buf)))
		}
	}
}

var newline = []byte{'\n'}

// keep copies text that needs its quotes undone; it returns where the field begins in the scratch.
func (s *Scanner) keep(undone int, text []byte) int {
	if undone < 0 {
		undone = len(s.scratch)
		if cap(s.scratch)-len(s.scratch) < RecordMax/64 {
			s.scratch = append(make([]byte, 0, RecordMax/32), s.scratch[undone:]...) // earlier fields keep the old array
			undone = 0
		}
	}
	s.scratch = append(s.scratch, text...)
	return undone
}

// unclosed ends a block inside quotes. In the last block, or when the record is too
// long, the quote is taken as text and the record ends at its line end, so that one
// stray quote cannot swallow a file; Stray tells the caller.
func (s *Scanner) unclosed() *record.Record {
	if !s.last && len(s.buf)-s.start <= RecordMax {
		s.open = true
		s.line = s.rec.Line
		return nil
	}
	s.line = s.rec.Line + 1
	end := bytes.IndexByte(s.buf[s.start:], '\n')
	if end < 0 {
		end = len(s.buf) - s.start
		s.pos = len(s.buf)
	} else {
		s.pos = s.start + end + 1
	}
	raw := bytes.TrimSuffix(s.buf[s.start:s.start+end], []byte{'\r'})
	s.rec.Fields = append(s.rec.Fields[:0], bytes.Split(raw, []byte{s.comma})...)
	s.rec.Kinds = strayMark
	return &s.rec
}

// strayMark marks a record that ends a quote that was never closed.
var strayMark = []record.Kind{}

// Stray reports whether the last record holds a quote that was never closed.
func (s *Scanner) Stray() bool {
	if s.rec.Kinds == nil {
		return false
	}
	s.rec.Kinds = nil
	return true
}

// Raw is the last record as it stands in the block, without its line end.
func (s *Scanner) Raw() []byte {
	return bytes.TrimRight(s.buf[s.start:s.pos], "\r\n")
}

// Open reports whether the block ended inside a quoted field, and where the record
// that holds it begins.
func (s *Scanner) Open() (offset int, open bool) { return s.start, s.open }

// Line is the physical line of the next record.
func (s *Scanner) Line() int64 { return s.line }
