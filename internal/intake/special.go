package intake

import (
	"bytes"
	"fmt"

	"clientele/internal/intake/decimal"
	"clientele/internal/intake/record"
	"clientele/internal/intake/role"
	"clientele/internal/ledger"
)

// unusual is the cheap test that nearly every record passes: the right number of
// cells, and none of the marks of a title, total, heading or blank line.
func (w *worker) unusual(f [][]byte) bool {
	p := w.plan
	if len(f) != p.width || len(f) == 0 || len(f[0]) == 0 {
		return true
	}
	if p.date >= 0 && len(f[p.date]) == 0 || p.amount >= 0 && len(f[p.amount]) == 0 {
		return true
	}
	if totalish(f[0]) || p.client > 0 && totalish(f[p.client]) || p.clientID > 0 && totalish(f[p.clientID]) {
		return true
	}
	return p.first != "" && len(f[0]) >= len(p.first) && string(trim(f[0])) == p.first
}

// totalish tells by three letters whether a cell may be a total word.
func totalish(cell []byte) bool {
	i := 0
	for i < len(cell) && (cell[i] == ' ' || cell[i] == '"' || cell[i] == '*') {
		i++
	}
	if len(cell)-i < 3 || cell[i] < 'A' {
		return false
	}
	switch string([]byte{cell[i] | 0x20, cell[i+1] | 0x20, cell[i+2] | 0x20}) {
	case "tot", "sum", "sub", "sou", "ges", "zwi", "gra", "end", "mon", "imp", "gen", "all":
		return true
	default:
		return false
	}
}

// special handles lines that are no records, and records that do not fit the header.
func (w *worker) special(rec *record.Record, c *chunk) bool {
	p, f := w.plan, rec.Fields
	filled, lone := 0, -1
	for i, cell := range f {
		if len(bytes.TrimSpace(cell)) > 0 {
			filled++
			lone = i
		}
	}
	switch {
	case filled == 0:
		c.skipped["blank"]++
		return true
	case p.width > 0 && w.isHeader(f):
		c.skipped["header"]++
		return true
	}
	cells := texts(f)
	if kind, client := role.Total(cells); kind != "" && w.isTotal(rec, c, kind, client, cells) {
		return true
	}
	if filled == 1 && lone == p.profile.Heading {
		w.heading = append(w.heading[:0], trim(f[lone])...)
		c.skipped["heading"]++
		return true
	}
	if kind, ok := role.Footer(cells); ok && filled <= 2 {
		_ = kind
		c.skipped["footer"]++
		return true
	}
	return w.ragged(rec, c, filled)
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

// isTotal files a total line. A total states an amount and names no date of its own;
// "Total Energies" with a date or a document of its own is a record.
func (w *worker) isTotal(rec *record.Record, c *chunk, kind, client string, cells []string) bool {
	p, f := w.plan, rec.Fields
	own := func(col int) bool { return col >= 0 && col < len(f) && len(trim(f[col])) > 0 && !totalish(f[col]) }
	if own(p.date) || own(p.document) {
		return false
	}
	if client != "" && p.profile.Heading >= 0 && client != string(w.heading) {
		return false
	}
	if client != "" && p.profile.Heading < 0 && !w.weakTotal(client) {
		return false
	}
	c.skipped[kind]++
	if kind == "total" && p.amount >= 0 {
		if res, bad := w.number(rec, p.amount); bad == nil {
			c.stated = append(c.stated, ledger.Stated{Line: rec.Line, Label: firstFilled(cells), Amount: res.Amount})
		}
	} else if kind == "total" {
		w.statedElsewhere(rec, c, cells)
	}
	return true
}

// weakTotal: "Total X" counts as the subtotal of X only where X is a client of the file.
func (w *worker) weakTotal(client string) bool {
	_, known := w.accounts[client]
	return known
}

// statedElsewhere: where the amount is computed, the last number of a total line is what it states.
func (w *worker) statedElsewhere(rec *record.Record, c *chunk, cells []string) {
	for i := len(rec.Fields) - 1; i >= 0; i-- {
		if len(trim(rec.Fields[i])) == 0 || !decimal.LooksNumeric(rec.Fields[i]) {
			continue
		}
		if i < len(w.plan.styles) {
			if res, bad := w.number(rec, i); bad == nil {
				c.stated = append(c.stated, ledger.Stated{Line: rec.Line, Label: firstFilled(cells), Amount: res.Amount})
			}
		}
		return
	}
}

// ragged quarantines records with more filled cells than the header, or too few to
// reach every mapped column. Nothing is padded or cut.
func (w *worker) ragged(rec *record.Record, c *chunk, filled int) bool {
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
	if len(c.read) == 0 {
		c.read = append(c.read, ledger.Tally{})
	}
	c.read[0].Rows++
	c.read[0].WithoutAmount++
	w.setAside(c, rec, ledger.Quarantined, why, scaled{}, false, 0)
	if filled == 1 {
		c.asides[len(c.asides)-1].Lone = true
	}
	return true
}

func lastFilled(f [][]byte) int {
	for i := len(f) - 1; i >= 0; i-- {
		if len(bytes.TrimSpace(f[i])) > 0 {
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

func firstFilled(cells []string) string {
	for _, c := range cells {
		if c != "" {
			return c
		}
	}
	return ""
}
