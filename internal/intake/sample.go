package intake

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/bits"
	"slices"

	"clientele/internal/intake/calendar"
	"clientele/internal/intake/decimal"
	"clientele/internal/intake/record"
	"clientele/internal/intake/role"
	"clientele/internal/intake/source"
	"clientele/internal/intake/text"
)

// How much detection looks at first. What that does not decide is looked up in the
// whole file.
const (
	sampleRecords = 4000
	sampleCells   = 400_000
	sampleBytes   = 16 << 20
)

// headerRows is how far down a header is looked for.
const headerRows = 30

// row is a sampled record that stays.
type row struct {
	line   int64
	fields [][]byte
	kinds  []record.Kind
	units  []string
}

func (r *row) filled() int {
	n := 0
	for _, f := range r.fields {
		if len(bytes.TrimSpace(f)) > 0 {
			n++
		}
	}
	return n
}

// typed reports whether the cell was a typed value in its file.
func (r *row) typed(col int) record.Kind {
	if col < len(r.kinds) {
		return r.kinds[col]
	}
	return record.Text
}

// unit is what the file shows beside the cell.
func (r *row) unit(col int) string {
	if col < len(r.units) {
		return r.units[col]
	}
	return ""
}

// sample reads the first records of a reader and keeps them; cut tells that there are more.
func sample(ctx context.Context, r record.Reader) (out []row, cut bool, err error) {
	cells, size := 0, 0
	for n := 0; ; n++ {
		if n%256 == 0 && ctx.Err() != nil {
			return nil, false, ctx.Err()
		}
		rec, err := r.Next()
		if errors.Is(err, io.EOF) {
			return out, false, nil
		}
		if badRecord(err) != nil {
			if n > 10*sampleRecords {
				return out, true, nil
			}
			continue
		}
		if err != nil {
			return nil, false, err
		}
		if len(out) >= sampleRecords || len(out) > 1 && (cells > sampleCells || size > sampleBytes) {
			return out, true, nil
		}
		keep := row{line: rec.Line, fields: make([][]byte, len(rec.Fields))}
		text := bytes.Join(rec.Fields, nil)
		size += len(text)
		for i, f := range rec.Fields {
			keep.fields[i], text = text[:len(f):len(f)], text[len(f):]
		}
		cells += len(rec.Fields)
		if rec.Kinds != nil {
			keep.kinds = append([]record.Kind(nil), rec.Kinds...)
		}
		if rec.Units != nil {
			keep.units = append([]string(nil), rec.Units...)
		}
		out = append(out, keep)
	}
}

// Pieces that are looked at along a large file, so that a list in order of date, say,
// gives dates of every month.
const (
	spreadPieces = 24
	spreadBytes  = 8 << 10
)

// spread samples whole lines along a plain text file. Their line numbers are not
// known and stay 0. A piece that begins inside a quoted field gives odd cells, which
// evidence passes over.
func (f *File) spread() ([]row, error) {
	file, ok := f.src.File()
	if !ok || f.src.Format != source.Text || f.returns || wide(f.encoding) {
		return nil, nil
	}
	var out []row
	buf := make([]byte, spreadBytes)
	for i := range int64(spreadPieces) {
		n, err := file.ReadAt(buf, (i+1)*f.src.Size/(spreadPieces+1))
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, f.src.Fault(0, "the file cannot be read", "", err)
		}
		piece := buf[:n]
		from, to := bytes.IndexByte(piece, '\n')+1, bytes.LastIndexByte(piece, '\n')+1
		if to <= from {
			continue
		}
		var s text.Scanner
		s.Reset(bytes.Clone(piece[from:to]), 1, f.Profile.comma(), true)
		for rec := s.Next(); rec != nil; rec = s.Next() {
			out = append(out, row{fields: append([][]byte(nil), rec.Fields...)})
		}
	}
	return out, nil
}

// wide: characters take two bytes, so that line ends cannot be looked for in the file itself.
func wide(e source.Encoding) bool {
	return e == source.UTF16 || e == source.UTF16LE || e == source.UTF16BE
}

// width is the commonest number of cells among records with more than one.
func width(rows []row) int {
	counts := map[int]int{}
	for i := range rows {
		if n := len(rows[i].fields); n > 1 {
			counts[n]++
		}
	}
	best, hits := 1, 0
	for n, k := range counts {
		if k > hits || (k == hits && n > best) {
			best, hits = n, k
		}
	}
	return best
}

// findHeader is the index of the header among the sampled rows, -1 if the list has
// none: the row within the first 30 whose filled cells are all words, most of them
// known, or periods beside a known word, and whose width the rows below share.
func findHeader(rows []row) int {
	w := width(rows)
	best, bestScore := -1, 0
	for i := range rows {
		if i >= headerRows {
			break
		}
		if s := headerScore(rows, i, w); s > bestScore {
			best, bestScore = i, s
		}
	}
	return best
}

// headerScore is 0 for a row that cannot be the header.
func headerScore(rows []row, at, w int) int {
	r, below := &rows[at], rows[at+1:]
	filled := r.filled()
	if filled == 0 || len(r.fields) < w-1 && len(r.fields) < 2 {
		return 0
	}
	periods, ok := r.periods()
	if !ok || len(periods) > 0 && !headsPeriods(rows, at, periods) {
		return 0
	}
	known := 0
	for _, f := range r.fields {
		if len(bytes.TrimSpace(f)) > 0 && role.Known(string(f)) {
			known++
		}
	}
	if known == 0 && (filled < w || !valuesBelow(r, below)) {
		return 0
	}
	if filled == 1 && w > 2 {
		return 0 // a title, even if it is a word that heads columns elsewhere
	}
	score := 4*known + min(filled-len(periods), 8) // a title may hold a date: words count first
	if len(r.fields) == w {
		score += 4
	}
	return score + bits.Len(uint(known))
}

// periods lists the cells that are years, months or dates; not ok: another number
// stands in the row, which heads nothing.
func (r *row) periods() (list []int, ok bool) {
	for i, f := range r.fields {
		text := trim(f)
		if len(text) == 0 {
			continue
		}
		number := r.typed(i) == record.Number || decimal.LooksNumeric(text)
		date := r.typed(i) == record.Date || calendar.LooksDate(text)
		if number && !date && !year(text) {
			return nil, false
		}
		if number || date {
			list = append(list, i)
		}
	}
	return list, true
}

// year reports whether a cell is a year, alone or with a unit behind it: "2024 EUR".
func year(cell []byte) bool {
	if len(cell) < 4 || cell[0] != '1' && cell[0] != '2' {
		return false
	}
	y := 0
	for _, c := range cell[:4] {
		if c < '0' || c > '9' {
			return false
		}
		y = 10*y + int(c-'0')
	}
	return y >= 1900 && y <= 2100 && (len(cell) == 4 || cell[4] == ' ' && !bytes.ContainsAny(cell[5:], "0123456789"))
}

// headsPeriods reports whether the years, months or dates of a row head its columns: a
// word beside them is one of a header, the columns below them hold numbers that are no
// periods, and no number stands above them. A word for clients is enough; one year
// beside one other word is no header: "Service, 2000" may be a sale.
func headsPeriods(rows []row, at int, periods []int) bool {
	r, known, heads := &rows[at], 0, false
	for i, f := range r.fields {
		if text := string(trim(f)); !slices.Contains(periods, i) && text != "" && role.Known(text) {
			known++
			heads = heads || role.Heads(text)
		}
	}
	if known == 0 || !heads && known+len(periods) < 3 {
		return false
	}
	for _, i := range periods {
		for k := range rows[:at] {
			if i < len(rows[k].fields) && decimal.LooksNumeric(trim(rows[k].fields[i])) {
				return false
			}
		}
	}
	below := rows[at+1:]
	if heads {
		return len(below) > 0 // amounts may look like years
	}
	return otherKind(below[:min(len(below), lookBelow)], periods)
}

// otherKind reports whether most cells of the columns are no periods.
func otherKind(rows []row, cols []int) bool {
	other, same := 0, 0
	for k := range rows {
		for _, i := range cols {
			if i >= len(rows[k].fields) || len(trim(rows[k].fields[i])) == 0 {
				continue
			}
			if cell := trim(rows[k].fields[i]); rows[k].typed(i) == record.Date || calendar.LooksDate(cell) || year(cell) {
				same++
			} else {
				other++
			}
		}
	}
	return other > same
}

// lookBelow is how many rows below a header are looked at.
const lookBelow = 20

// valuesBelow reports whether a column that has a word here has numbers or dates in
// most of the next rows.
func valuesBelow(r *row, below []row) bool {
	if len(below) > lookBelow {
		below = below[:lookBelow]
	}
	for i := range r.fields {
		hits, seen := 0, 0
		for k := range below {
			if i >= len(below[k].fields) {
				continue
			}
			cell := bytes.TrimSpace(below[k].fields[i])
			if len(cell) == 0 {
				continue
			}
			seen++
			if decimal.LooksNumeric(cell) || calendar.LooksDate(cell) {
				hits++
			}
		}
		if seen > 0 && 2*hits > seen {
			return true
		}
	}
	return false
}

// columnsOf describes the columns below a header for role.Propose.
func columnsOf(headers []string, rows []row) []role.Column {
	cols := make([]role.Column, len(headers))
	for i := range cols {
		c := role.Column{Index: i, Header: headers[i]}
		distinct := map[string]bool{}
		for k := range rows {
			c.Rows++
			if i >= len(rows[k].fields) {
				continue
			}
			cell := bytes.TrimSpace(rows[k].fields[i])
			if len(cell) == 0 {
				continue
			}
			c.Filled++
			kind := rows[k].typed(i)
			if kind == record.Number || kind == record.Text && decimal.LooksNumeric(cell) {
				c.Numeric++
			}
			if kind == record.Date || kind == record.Text && calendar.LooksDate(cell) {
				c.Dates++
			}
			if len(distinct) < 1000 {
				distinct[string(cell)] = true
			}
			if len(c.Samples) < 50 {
				c.Samples = append(c.Samples, shown(cell, rows[k].unit(i)))
			}
		}
		c.Distinct = len(distinct)
		cols[i] = c
	}
	return cols
}
