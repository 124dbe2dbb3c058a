package cli

import (
	"bytes"
	"encoding/csv"
	"slices"
	"strings"
)

// column is one column of a table.
type column struct {
	field  string // in CSV, stable
	title  string // for people
	number bool   // right-aligned; bare in CSV
	grow   bool   // takes the room that the others leave, and is cut with …
}

// grid is a table for people. A row that has one cell only is drawn across.
type grid struct {
	columns []column
	rows    [][]string
}

const gap = 2 // between two columns

// gridMin is the least width of a column that gives way.
const gridMin = 8

// drop leaves out columns whose cells are all empty.
func (g *grid) drop() {
	for c := range slices.Backward(g.columns) {
		if len(g.columns) == 1 {
			return // what is left of a row is no line across
		}
		empty := true
		for _, row := range g.rows {
			empty = empty && (len(row) == 1 || row[c] == "")
		}
		if !empty {
			continue
		}
		g.remove(c)
	}
}

// remove leaves out a column.
func (g *grid) remove(c int) {
	g.columns = append(g.columns[:c:c], g.columns[c+1:]...)
	for i, row := range g.rows {
		if len(row) > 1 {
			g.rows[i] = append(row[:c:c], row[c+1:]...)
		}
	}
}

// squeeze leaves out columns by their fields, one after the other, until the rest fits.
func (g *grid) squeeze(room int, spare []string) {
	for _, field := range spare {
		if g.fits(room) {
			return
		}
		if c := slices.IndexFunc(g.columns, func(c column) bool { return c.field == field }); c >= 0 {
			g.remove(c)
		}
	}
}

// draw writes the table for a terminal.
func (g *grid) draw(b *strings.Builder, t theme) {
	wide := g.widths(t.width)
	line := func(cells []string, style func(string) string) {
		parts := make([]string, len(cells))
		for i, cell := range cells {
			parts[i] = pad(fit(cell, wide[i]), wide[i], g.columns[i].number)
		}
		b.WriteString(style(strings.TrimRight(strings.Join(parts, strings.Repeat(" ", gap)), " ")) + "\n")
	}
	titles := make([]string, len(g.columns))
	for i, c := range g.columns {
		titles[i] = c.title
	}
	line(titles, t.dim)
	for _, row := range g.rows {
		if len(row) == 1 {
			b.WriteString(row[0] + "\n")
			continue
		}
		line(row, func(s string) string { return s })
	}
}

// fits reports whether the table can be drawn without cutting a cell.
func (g *grid) fits(room int) bool {
	_, total := g.needs()
	return total <= room
}

// needs is how wide each column and the whole want to be.
func (g *grid) needs() (wide []int, total int) {
	wide = make([]int, len(g.columns))
	total = gap * (len(g.columns) - 1)
	for i, c := range g.columns {
		wide[i] = width(c.title)
		for _, row := range g.rows {
			if len(row) > 1 {
				wide[i] = max(wide[i], width(row[i]))
			}
		}
		total += wide[i]
	}
	return wide, total
}

// widths gives each column what its cells need; the one that grows gives way.
func (g *grid) widths(room int) []int {
	wide, total := g.needs()
	for i, c := range g.columns {
		if c.grow && total > room {
			wide[i] = max(gridMin, wide[i]-(total-room))
		}
	}
	return wide
}

// markdown writes the table as Markdown.
func (g *grid) markdown() []byte {
	var b bytes.Buffer
	row := func(cells []string) {
		for _, cell := range cells {
			b.WriteString("| " + strings.ReplaceAll(cell, "|", `\|`) + " ")
		}
		b.WriteString("|\n")
	}
	titles, rules := make([]string, len(g.columns)), make([]string, len(g.columns))
	for i, c := range g.columns {
		titles[i], rules[i] = c.title, "---"
		if c.number {
			rules[i] = "---:"
		}
	}
	row(titles)
	row(rules)
	for _, cells := range g.rows {
		if len(cells) == len(g.columns) {
			row(cells)
		}
	}
	return b.Bytes()
}

// sheet is a table for programs.
type sheet struct {
	columns []column
	rows    [][]string
}

// csv writes RFC 4180 with line feeds as the end of a line, which every reader takes.
// Text that a spreadsheet would run as a formula gets a leading apostrophe; numbers
// stay bare.
func (s *sheet) csv() ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	names := make([]string, len(s.columns))
	for i, c := range s.columns {
		names[i] = c.field
	}
	if err := w.Write(names); err != nil {
		return nil, err
	}
	for _, row := range s.rows {
		for i, cell := range row {
			if !s.columns[i].number {
				row[i] = guard(cell)
			}
		}
		if err := w.Write(row); err != nil {
			return nil, err
		}
	}
	w.Flush()
	return b.Bytes(), w.Error()
}

// guard keeps a spreadsheet from running a text as a formula.
func guard(cell string) string {
	if cell != "" && strings.IndexByte("=+-@\t\r", cell[0]) >= 0 {
		return "'" + cell
	}
	return cell
}
