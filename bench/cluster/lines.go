package main

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"clientele/bench/truth"
)

// The lines of this benchmark are arithmetic on whole numbers: the cluster makes them by
// one SELECT, this program by a loop, and nobody sends them. All products stay below
// 2^63, which Trino insists on.

// firm describes a ledger whose lines are numbered from 0.
type firm struct {
	lines   int64 // a multiple of block: what the days are spread over
	clients int64
}

const (
	block       = 25         // lines of 7 documents, of 1 to 6 lines
	days        = 4*365 + 1  // 2021-01-01 … 2024-12-31; lines beyond the firm's are of the next day
	prime       = 2147483647 // 2^31 - 1
	half        = 1 << 31
	sizes       = 1_000_000 // distinct draws of an amount
	sizeScale   = 500 * sizes
	sizeFloor   = 10 // the largest amount is sizeScale / sizeFloor cents
	creditOneIn = 50 // documents that are credit notes
	keyDigits   = 8
)

// ends are where the documents of a block end.
var ends = [...]int64{1, 3, 6, 10, 15, 21, block}

// first is the day of the first line.
func first() time.Time { return time.Date(2021, 1, 1, 0, 0, 0, 0, time.UTC) }

// mixed draws a number below prime that looks like chance.
func mixed(n, factor, shift int64) int64 {
	h := (n*factor + shift) % prime
	return (h*h + n) % prime
}

// line is one of them.
type line struct{ client, day, document, cents int64 }

// at computes a line.
func (f firm) at(i int64) line {
	at, d := i%block, int64(0)
	for at >= ends[d] {
		d++
	}
	l := line{document: i/block*int64(len(ends)) + d, day: min(i/block*block*days/f.lines, days)}
	u := mixed(l.document, 48271, 12345)
	u = u * u / half // the fourth power of a number in [0, 1): few have most
	u = u * u / half
	l.client = u * f.clients / half
	// Of a number uniform in (0, 1], its inverse: a Pareto distribution.
	l.cents = sizeScale / (mixed(i, 69621, 54321)%sizes + sizeFloor)
	if mixed(l.document, 16807, 777)%creditOneIn == 0 {
		l.cents = -l.cents
	}
	return l
}

// sqlMixed is mixed in SQL.
func sqlMixed(n string, factor, shift int64) string {
	h := fmt.Sprintf("((%s * %d + %d) %% %d)", n, factor, shift, prime)
	return fmt.Sprintf("((%s * %s + %s) %% %d)", h, h, n, prime)
}

// query is a SELECT of the lines in [from, to), for Trino, which computes them on all
// its nodes.
func (f firm) query(from, to int64) string {
	var d strings.Builder
	for i, end := range ends[:len(ends)-1] {
		fmt.Fprintf(&d, " WHEN i %% %d < %d THEN %d", block, end, i)
	}
	document := fmt.Sprintf("i / %d * %d + CASE%s ELSE %d END", block, len(ends), d.String(), len(ends)-1)
	square := func(x, of string) string {
		return fmt.Sprintf("SELECT *, %s * %s / %d AS %s FROM", of, of, int64(half), x)
	}
	return fmt.Sprintf(`SELECT 'C' || lpad(CAST(w * %d / %d + 1 AS VARCHAR), %d, '0') AS customer,
  date_add('day', least(i / %d * %d * %d / %d, %d), DATE '%s') AS invoiced_on,
  'INV' || CAST(document + 1 AS VARCHAR) AS invoice,
  CAST(CAST(sign * (%d / (%s %% %d + %d)) AS DECIMAL(18, 2)) * DECIMAL '0.01' AS DECIMAL(18, 2)) AS net
FROM (
  %s (
  %s (
  SELECT i, document, %s AS u, CASE WHEN %s %% %d = 0 THEN -1 ELSE 1 END AS sign
  FROM (
    SELECT i, %s AS document
    FROM TABLE(sequence(start => %d, stop => %d)) AS s (i)
  ) a) b) c
) d`, f.clients, int64(half), keyDigits, block, block, days, f.lines, days, first().Format(time.DateOnly),
		sizeScale, sqlMixed("i", 69621, 54321), sizes, sizeFloor,
		square("w", "v"), square("v", "u"),
		sqlMixed("document", 48271, 12345), sqlMixed("document", 16807, 777), creditOneIn,
		document, from, to-1)
}

// tally counts lines as they are written.
type tally struct {
	truth.Truth

	sums []int64
	seen []bool
}

func (f firm) tally() *tally {
	return &tally{sums: make([]int64, f.clients), seen: make([]bool, f.clients)}
}

// write makes a file of the lines in [from, to), and counts them.
func (f firm) write(w io.Writer, from, to int64, t *tally) error {
	out := bufio.NewWriterSize(w, 1<<20)
	out.WriteString("Invoice,Date,Customer,Net amount\n") //nolint:gosec // Flush returns the first error
	var buf, date []byte
	day := int64(-1)
	for i := from; i < to; i++ {
		l := f.at(i)
		if l.day != day {
			day, date = l.day, first().AddDate(0, 0, int(l.day)).AppendFormat(nil, time.DateOnly)
		}
		t.Lines++
		t.Cents += l.cents
		t.sums[l.client] += l.cents
		t.seen[l.client] = true
		buf = strconv.AppendInt(append(buf[:0], "INV"...), l.document+1, 10)
		buf = append(append(append(buf, ','), date...), ',')
		buf = append(appendKey(buf, l.client), ',')
		buf = append(truth.AppendCents(buf, l.cents), '\n')
		out.Write(buf) //nolint:gosec // Flush returns the first error
	}
	return out.Flush()
}

// known is what was counted so far.
func (t *tally) known() *truth.Truth {
	t.Count(t.sums, t.seen)
	x := t.Truth
	return &x
}

func appendKey(buf []byte, client int64) []byte {
	return fmt.Appendf(buf, "C%0*d", keyDigits, client+1)
}
