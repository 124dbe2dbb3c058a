package cli

import (
	"strings"

	"clientele/internal/insight"
	"clientele/internal/money"
)

// curveRows is the height of the curve, and curveLabel the room of its scale.
const (
	curveRows  = 5
	curveLabel = 7
)

// eighths fill a cell from the bottom.
var eighths = []rune(" ▁▂▃▄▅▆▇█")

// curve draws the cumulative share over the ranked clients: solid up to the line,
// light behind it.
func (t theme) curve(b *strings.Builder, points []insight.Point, cut insight.Cut) {
	if len(points) < 2 || cut.Positive < 2 {
		return
	}
	wide := min(t.width-curveLabel-1, 72)
	heights := sample(points, cut.Base, wide)
	edge := int(cut.Clients * int64(wide) / cut.Positive) // columns above the line
	edge = min(max(edge, 1), wide)
	t.bars(b, heights, edge, "100 %", "0 %")
	t.axis(b, cut, edge, wide)
}

// bars draws heights in eighths of a row: solid up to the edge, light behind it.
func (t theme) bars(b *strings.Builder, heights []int, edge int, top, bottom string) {
	for row := curveRows - 1; row >= 0; row-- {
		scale := ""
		switch row {
		case curveRows - 1:
			scale = top
		case 0:
			scale = bottom
		}
		var above, below strings.Builder
		for c, h := range heights {
			cell := eighths[min(max(h-row*8, 0), 8)]
			if c < edge {
				above.WriteRune(cell)
				continue
			}
			if cell == '█' {
				cell = '░'
			}
			below.WriteRune(cell)
		}
		b.WriteString(t.dim(pad(scale, curveLabel-1, true)) + " " + strings.TrimRight(t.blue(above.String())+t.dim(below.String()), " ") + "\n")
	}
}

// axis names the number of clients up to the line and in all.
func (t theme) axis(b *strings.Builder, cut insight.Cut, edge, wide int) {
	mark := "▲ " + counted(cut.Clients, "client")
	total := count(cut.Positive)
	at := min(edge-1, wide-width(mark))
	line := strings.Repeat(" ", curveLabel+max(0, at)) + mark
	if room := curveLabel + wide - width(line) - width(total); room > 1 {
		line += strings.Repeat(" ", room) + total
	}
	b.WriteString(t.dim(line) + "\n")
}

// sample is the height of the curve in eighths of a row at each column's right edge.
func sample(points []insight.Point, base money.Sum, wide int) []int {
	n := points[len(points)-1].Clients
	heights := make([]int, wide)
	at := 0
	for c := range heights {
		x := float64(n) * float64(c+1) / float64(wide)
		for at < len(points)-2 && float64(points[at+1].Clients) < x {
			at++
		}
		p, q := points[at], points[at+1]
		low, _ := money.Ratio(p.Sum, base)
		high, _ := money.Ratio(q.Sum, base)
		share := high
		if q.Clients > p.Clients && x < float64(q.Clients) {
			share = low + (high-low)*(x-float64(p.Clients))/float64(q.Clients-p.Clients)
		}
		heights[c] = int(share*curveRows*8 + 0.5)
	}
	return heights
}
