package intake

import (
	"fmt"
	"slices"
	"strings"

	"clientele/internal/intake/decimal"
	"clientele/internal/intake/record"
	"clientele/internal/intake/role"
	"clientele/internal/ledger"
)

// unusual is the cheap test that nearly every record passes: the right number of
// cells, and none of the marks of a title, total, heading or blank line.
func (w *worker) unusual(f [][]byte) bool {
	p := w.plan
	if w.marked {
		w.maybe, w.lone, w.marked = doubt{}, false, false
	}
	if len(f) != p.width || len(f) == 0 || len(f[0]) == 0 {
		return true
	}
	if p.date >= 0 && len(f[p.date]) == 0 || p.amount >= 0 && len(f[p.amount]) == 0 || p.formula != nil && len(f[p.formula.columns[0]]) == 0 {
		return true
	}
	if totalish(f[0]) || p.client > 0 && totalish(f[p.client]) || p.clientID > 0 && totalish(f[p.clientID]) {
		return true
	}
	return p.first != "" && len(f[0]) >= len(p.first) && string(trim(f[0])) == p.first
}

// totalish tells by a few letters whether a cell may hold a total word: at its start,
// or, as spreadsheets write "Acme Total", at its end.
func totalish(cell []byte) bool {
	i := 0
	for i < len(cell) && (cell[i] == ' ' || cell[i] == '"' || cell[i] == '*') {
		i++
	}
	n := len(cell)
	if n-i < 3 || cell[n-1] < 'A' && cell[n-1] > ' ' && cell[i] < 'A' {
		return false
	}
	switch string([]byte{cell[i] | 0x20, cell[i+1] | 0x20, cell[i+2] | 0x20}) {
	case "tot", "sum", "sub", "sou", "ges", "zwi", "gra", "end", "mon", "imp", "gen", "all", "ove", "rep", "ins", "a r", "\xe3\xbcb":
		return true
	}
	for n > i && (cell[n-1] <= ' ' || cell[n-1] == ':' || cell[n-1] == '*') {
		n--
	}
	for _, tail := range [...]string{"total", "summe", "gesamt", "ergebnis"} {
		if n-i > len(tail) && cell[n-1]|0x20 == tail[len(tail)-1] && strings.EqualFold(string(cell[n-len(tail):n]), tail) {
			return true
		}
	}
	return false
}

// special handles lines that are no records, and records that do not fit the header.
func (w *worker) special(rec *record.Record, c *chunk) bool {
	p, f := w.plan, rec.Fields
	w.marked = true
	filled, lone, word := 0, -1, -1
	for i, cell := range f {
		if cell = trim(cell); len(cell) > 0 {
			filled++
			lone = i
			if word < 0 && hasLetter(cell) {
				word = i
			}
		}
	}
	switch {
	case filled == 0:
		c.skipped[skipBlank]++
		return true
	case p.width > 0 && w.isHeader(f):
		c.skipped[skipHeader]++
		return true
	}
	if word >= 0 && totalish(f[word]) && w.isTotal(rec, c, word) {
		return true
	}
	if filled <= 2 {
		if _, ok := role.Footer(texts(f)); ok {
			c.skipped[skipFooter]++
			return true
		}
	}
	if filled == 1 && lone == p.profile.Heading {
		w.open(string(nfc(trim(f[lone]))))
		c.skipped[skipHeading]++
		return true
	}
	w.lone = filled == 1
	return w.ragged(rec, c)
}

func hasLetter(cell []byte) bool {
	for _, b := range cell {
		if b >= 0x80 || b|0x20 >= 'a' && b|0x20 <= 'z' {
			return true
		}
	}
	return false
}

// groupsMax is how deep groups can nest.
const groupsMax = 16

// open begins a group of rows. Reports without totals only open groups: then the last
// one counts.
func (w *worker) open(group string) {
	if len(w.heading) == groupsMax {
		w.heading = append(w.heading[:0], w.heading[1:]...)
	}
	w.heading = append(w.heading, group)
}

// closed ends a group and those within it; false if it is not open.
func (w *worker) closed(group string) bool {
	for i, open := range slices.Backward(w.heading) {
		if open == group {
			w.heading = w.heading[:i]
			return true
		}
	}
	return false
}

// isHeader: the header row again, as printed reports repeat it on every page.
func (w *worker) isHeader(f [][]byte) bool {
	p := w.plan.profile
	if len(f) > len(p.Headers) {
		return false
	}
	same := 0
	for i, h := range p.Headers {
		cell := []byte{}
		if i < len(f) {
			cell = f[i]
		}
		if string(trim(cell)) != string(trim([]byte(h))) {
			return false
		}
		if len(cell) > 0 {
			same++
		}
	}
	return same > 0
}

// isTotal files a total line. A total states an amount and names no date or client;
// "Total Energies" with a date or a document of its own is a record. Without either it
// is the total of Energies if that is a group or a client above, which the merger knows.
func (w *worker) isTotal(rec *record.Record, c *chunk, word int) bool {
	p, f := w.plan, rec.Fields
	label := string(trim(f[word]))
	kind, group, sure := role.TotalOf([]string{label})
	own := func(col int) bool {
		return col >= 0 && col < len(f) && len(trim(f[col])) > 0 && !totalish(f[col])
	}
	named := func(col int) bool { return col != word && own(col) && hasLetter(f[col]) } // "Total Care" sold to somebody
	if kind == "" || own(p.date) || own(p.document) || named(p.client) || named(p.clientID) {
		return false
	}
	group = string(nfc([]byte(group)))
	switch {
	case p.profile.Heading >= 0 && group != "":
		if !w.closed(group) && !sure {
			return false
		}
	case !sure && group != "":
		w.maybe = doubt{group: group}
		return false
	}
	c.doubt(doubt{mark: true}, -1)
	if kind != "total" {
		c.skipped[skipSubtotal]++
		return true
	}
	c.skipped[skipTotal]++
	w.state(rec, c, label)
	return true
}

// state keeps the amount that a total line states.
func (w *worker) state(rec *record.Record, c *chunk, label string) {
	if w.plan.amount < 0 {
		w.statedElsewhere(rec, c, label)
		return
	}
	if res, bad := w.number(rec, w.plan.amount); bad == nil {
		c.stated = append(c.stated, ledger.Stated{Line: rec.Line, Label: label, Amount: res.Amount})
	}
}

// statedElsewhere: where the amount is computed, the last number of a total line is what it states.
func (w *worker) statedElsewhere(rec *record.Record, c *chunk, label string) {
	for i, cell := range slices.Backward(rec.Fields) {
		if len(trim(cell)) == 0 || !decimal.LooksNumeric(cell) {
			continue
		}
		if i < len(w.plan.styles) {
			if res, bad := w.number(rec, i); bad == nil {
				c.stated = append(c.stated, ledger.Stated{Line: rec.Line, Label: label, Amount: res.Amount})
			}
		}
		return
	}
}

// ragged quarantines records with more filled cells than the header, or too few to
// reach every mapped column. Nothing is padded or cut.
func (w *worker) ragged(rec *record.Record, c *chunk) bool {
	p, f := w.plan, rec.Fields
	why := failure{col: -1}
	switch {
	case p.width > 0 && len(f) > p.width && lastFilled(f) >= p.width:
		why.code = "too_many_cells"
		why.text = fmt.Sprintf("the row has %d cells, the header %d", lastFilled(f)+1, p.width)
		why.remedy = "put cells that hold the delimiter into quotes"
	case len(f) < p.reach && !p.pad:
		why.code = "too_few_cells"
		why.text = fmt.Sprintf("the row has %d cells, %d are needed", len(f), p.reach)
		why.remedy = "complete the row; a line break inside a cell needs quotes around the cell"
	case len(f) < p.reach:
		for len(rec.Fields) < p.reach {
			rec.Fields = append(rec.Fields, nil)
		}
		return false
	default:
		return false
	}
	c.unread()
	w.setAside(c, rec, ledger.Quarantined, why, scaled{}, false, 0)
	return true
}

func lastFilled(f [][]byte) int {
	for i, cell := range slices.Backward(f) {
		if len(trim(cell)) > 0 {
			return i
		}
	}
	return -1
}

func texts(f [][]byte) []string {
	out := make([]string, len(f))
	for i, cell := range f {
		out[i] = string(trim(cell))
	}
	return out
}
