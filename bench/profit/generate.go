package main

import (
	"bufio"
	"fmt"
	"io"
	"math/bits"
	"math/rand/v2"
	"strconv"
	"time"

	"clientele/bench/truth"
)

// firm describes a generated firm: sale lines with their cost, time sheets, people and
// pools over four years. The same firm always gives the same bytes.
type firm struct {
	lines, entries  int64
	clients, people int64
	first           time.Time
	months          int
	seed            uint64
}

func (f firm) days() int64 { return int64(f.first.AddDate(0, f.months, 0).Sub(f.first).Hours() / 24) }

// client draws a client by the fourth power of a uniform number, so that few have much.
func (f firm) client(r uint64) int64 {
	u := r >> 32 << 31
	hi, _ := bits.Mul64(u<<1, u<<1)
	hi, _ = bits.Mul64(hi, hi)
	hi, _ = bits.Mul64(hi, uint64(f.clients)) //nolint:gosec // positive
	return int64(hi)                          //nolint:gosec // below clients
}

func key(buf []byte, prefix byte, n int64) []byte {
	buf = append(buf, prefix)
	digits := strconv.FormatInt(n+1, 10)
	for range 7 - len(digits) {
		buf = append(buf, '0')
	}
	return append(buf, digits...)
}

// sales writes invoices of one to nine lines, each line with its cost.
func (f firm) sales(w io.Writer) error {
	out := bufio.NewWriterSize(w, 1<<20)
	draw := rand.New(rand.NewPCG(f.seed, 1))
	buf := append(make([]byte, 0, 256), "Invoice,Date,Customer,Amount,Cost\n"...)
	out.Write(buf) //nolint:gosec // Flush returns the first error
	days := f.days()
	for i, invoice := int64(0), int64(1); i < f.lines; invoice++ {
		r := draw.Uint64()
		client, n := f.client(r), min(int64(1+(r&0xffff)%9), f.lines-i)
		date := f.first.AddDate(0, 0, int(i*days/f.lines)).Format(time.DateOnly)
		for range n {
			x := draw.Uint64()
			cents := int64(500 + x%50_000)
			cost := cents * int64(40+x>>32%70) / 100
			buf = append(strconv.AppendInt(append(buf[:0], "INV"...), invoice, 10), ',')
			buf = append(append(buf, date...), ',')
			buf = append(key(buf, 'C', client), ',')
			buf = append(truth.AppendCents(buf, cents), ',')
			out.Write(append(truth.AppendCents(buf, cost), '\n')) //nolint:gosec // Flush returns the first error
		}
		i += n
	}
	return out.Flush()
}

// time writes the entries of the time sheets, in quarters of an hour.
func (f firm) time(w io.Writer) error {
	out := bufio.NewWriterSize(w, 1<<20)
	draw := rand.New(rand.NewPCG(f.seed, 2))
	buf := append(make([]byte, 0, 128), "Date,Person,Customer,Hours\n"...)
	out.Write(buf) //nolint:gosec // Flush returns the first error
	days := f.days()
	for i := range f.entries {
		r := draw.Uint64()
		buf = append(f.first.AddDate(0, 0, int(i*days/f.entries)).AppendFormat(buf[:0], time.DateOnly), ',')
		buf = append(key(buf, 'P', int64(r&0xffff)%f.people), ',')
		buf = append(key(buf, 'C', f.client(r)), ',')
		out.Write(append(truth.AppendCents(buf, 25*int64(1+r>>16&0xff%28)), '\n')) //nolint:gosec // Flush returns the first error
	}
	return out.Flush()
}

// resources writes what the people cost and can do, a month and person a row.
func (f firm) resources(w io.Writer) error {
	out := bufio.NewWriter(w)
	fmt.Fprintln(out, "Month,Person,Group,Practical hours,Cost")
	for m := range f.months {
		month := f.first.AddDate(0, m, 0).Format(time.DateOnly)
		for p := range f.people {
			fmt.Fprintf(out, "%s,%s,Group %d,%d,%d.00\n", month, key(nil, 'P', p), p%5, 128, 4000+p%7*250)
		}
	}
	return out.Flush()
}

// pools writes two pools of serving and one that keeps the firm going, a month each.
func (f firm) pools(w io.Writer) error {
	out := bufio.NewWriter(w)
	fmt.Fprintln(out, "Month,Pool,Kind,Cost")
	for m := range f.months {
		month := f.first.AddDate(0, m, 0).Format(time.DateOnly)
		fmt.Fprintf(out, "%s,Delivery,delivery,%d.17\n%s,Software,tools,%d.31\n%s,Rent,overhead,70000.00\n", month, 250_000+m*1000, month, 90_000+m*500, month)
	}
	return out.Flush()
}
