package text

import (
	"bytes"
	"fmt"

	"clientele/internal/intake/record"
)

// delimiters in order of preference when two score the same: "Acme;1.200,50" is cut in
// two by both marks, and the comma is the one that numbers have inside.
var delimiters = []byte{'\t', ';', '|', ','}

// Guess is a delimiter with how well it fits.
type Guess struct {
	Comma  byte
	Fields int     // the commonest number of fields, 1 if nothing cuts the text
	Agree  float64 // share of records that have that many; those of one field count half
	Lines  int     // records with that many fields
	Of     int     // records that are not blank
	Why    string
}

// Sniff scores each delimiter by how many records of the sample agree on a field
// count greater than one. The sample is whole lines of UTF-8.
func Sniff(sample []byte) Guess {
	best := Guess{Comma: ',', Fields: 1}
	bestScore := 0.0
	for _, comma := range delimiters {
		if bytes.IndexByte(sample, comma) < 0 {
			continue
		}
		if g, score := score(sample, comma); score > bestScore {
			best, bestScore = g, score
		}
	}
	if best.Fields > 1 {
		best.Why = fmt.Sprintf("%s gives %d fields in %.0f %% of the sampled lines", Name(best.Comma), best.Fields, 100*float64(best.Lines)/float64(best.Of))
	}
	return best
}

// score weighs agreement on the commonest count. Records with a single field are
// titles or blank lines and count half.
func score(sample []byte, comma byte) (Guess, float64) {
	var s Scanner
	s.Reset(sample, 1, comma, true)
	counts := map[int]int{}
	total, filled := 0.0, 0
	for rec := s.Next(); rec != nil; rec = s.Next() {
		n := len(rec.Fields)
		if n == 1 {
			if len(rec.Fields[0]) > 0 {
				total += 0.5
				filled++
			}
			continue
		}
		counts[n]++
		total++
		filled++
	}
	fields, hits := 1, 0
	for n, k := range counts {
		if k > hits || (k == hits && n > fields) {
			fields, hits = n, k
		}
	}
	if hits == 0 || total == 0 {
		return Guess{Comma: comma, Fields: 1}, 0
	}
	agree := float64(hits) / total
	return Guess{Comma: comma, Fields: fields, Agree: agree, Lines: hits, Of: filled}, agree * (1 + min(float64(fields), 8)/100)
}

// Name is the delimiter in words.
func Name(comma byte) string {
	switch comma {
	case ',':
		return "comma"
	case ';':
		return "semicolon"
	case '\t':
		return "tab"
	case '|':
		return "bar"
	default:
		return fmt.Sprintf("%q", string(comma))
	}
}

// Reader reads a whole stream record by record, for sampling and for shapes in
// which one record depends on the one before.
type Reader struct {
	cut     *Cutter
	scan    Scanner
	comma   byte
	line    int64
	pending []byte
	started bool
	block   []byte // of the last cut, used again
}

// NewReader reads records from a cutter.
func NewReader(cut *Cutter, comma byte) *Reader { return &Reader{cut: cut, comma: comma, line: 1} }

// Next returns the next record; it ends with io.EOF.
func (r *Reader) Next() (*record.Record, error) {
	for {
		if r.started {
			if rec := r.scan.Next(); rec != nil {
				return rec, nil
			}
			r.line = r.scan.Line()
			if at, open := r.scan.Open(); open {
				r.pending = append([]byte(nil), r.scan.buf[at:]...)
			}
		}
		block, err := r.cut.Next(r.block)
		if err != nil {
			return nil, err
		}
		r.block = block.Data
		data := block.Data
		if len(r.pending) > 0 {
			data = append(r.pending, data...)
			r.pending = nil
		}
		r.scan.Reset(data, r.line, r.comma, block.Last)
		r.started = true
	}
}

// Raw is the last record as it stands in the file.
func (r *Reader) Raw() []byte { return r.scan.Raw() }

// Stray reports whether the last record holds a quote that was never closed.
func (r *Reader) Stray() bool { return r.scan.Stray() }
