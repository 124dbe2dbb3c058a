package main

import (
	"bufio"
	"io"
	"math"
	"math/bits"
	"math/rand/v2"
	"strconv"
	"time"

	"clientele/bench/truth"
)

// firm describes a generated ledger. The same firm always gives the same bytes.
type firm struct {
	lines   int64
	clients int64
	first   time.Time // day of the first line
	days    int64
	invoice int64 // number of the first invoice
	seed    uint64
}

const (
	keyLength    = 8        // C0000001
	linesMax     = 9        // lines of an invoice: 1 … 9, every number as often
	creditOneIn  = 50       // invoices that are credit notes
	amountsLog2  = 16       // distinct sizes of amounts
	amountTail   = 1.3      // Pareto's index: a few lines are very large
	amountCents  = 500      // the smallest amount
	amountTopMax = 50000000 // the largest: 500,000.00
)

// amounts is a table of a Pareto distribution's quantiles in cents.
func amounts() []int64 {
	out := make([]int64, 1<<amountsLog2)
	for i := range out {
		u := (float64(i) + 0.5) / float64(len(out))
		out[i] = min(amountTopMax, int64(amountCents*math.Pow(1-u, -1/amountTail)))
	}
	return out
}

// write makes the file: invoices in order of days, each of one client, with clients
// drawn so that few have many invoices (by the fourth power of a
// uniform number). It keeps one number per client and nothing else.
func (f firm) write(w io.Writer) (truth.Truth, error) {
	out := bufio.NewWriterSize(w, 1<<20)
	draw := rand.New(rand.NewPCG(f.seed, 1))
	sizes := amounts()
	sums, seen := make([]int64, f.clients), make([]bool, f.clients)
	t := truth.Truth{Lines: f.lines}
	buf := append(make([]byte, 0, 256), "Invoice,Date,Customer,Amount\n"...)
	out.Write(buf) //nolint:gosec // Flush returns the first error
	var day int64 = -1
	var date []byte
	for i, invoice := int64(0), f.invoice; i < f.lines; invoice++ {
		if d := f.dayOf(i); d != day {
			day, date = d, f.first.AddDate(0, 0, int(d)).AppendFormat(nil, time.DateOnly)
		}
		r := draw.Uint64()
		client := f.clientOf(r)
		n := min(int64(1+(r&0xffff)%linesMax), f.lines-i)
		sign := int64(1)
		if (r>>16&0xffff)%creditOneIn == 0 {
			sign = -1
		}
		seen[client] = true
		for range n {
			cents := sign * sizes[draw.Uint64()>>(64-amountsLog2)]
			sums[client] += cents
			t.Cents += cents
			buf = append(buf[:0], "INV"...)
			buf = append(strconv.AppendInt(buf, invoice, 10), ',')
			buf = append(append(buf, date...), ',')
			buf = append(appendKey(buf, client), ',')
			out.Write(append(truth.AppendCents(buf, cents), '\n')) //nolint:gosec // Flush returns the first error
		}
		i += n
	}
	t.Count(sums, seen)
	return t, out.Flush()
}

// clientOf draws a client from the upper half of r: the fourth power of a number in
// [0, 1), so that a fifth of the clients has two thirds of the invoices.
func (f firm) clientOf(r uint64) int64 {
	u := r >> 32 << 31
	hi, _ := bits.Mul64(u<<1, u<<1)
	hi, _ = bits.Mul64(hi, hi)
	hi, _ = bits.Mul64(hi, uint64(f.clients)) //nolint:gosec // positive
	return int64(hi)                          //nolint:gosec // below clients
}

// dayOf spreads the lines evenly over the days.
func (f firm) dayOf(line int64) int64 { return line * f.days / f.lines }

func appendKey(buf []byte, client int64) []byte {
	buf = append(buf, 'C')
	digits := strconv.AppendInt(make([]byte, 0, keyLength), client+1, 10)
	for range keyLength - 1 - len(digits) {
		buf = append(buf, '0')
	}
	return append(buf, digits...)
}
