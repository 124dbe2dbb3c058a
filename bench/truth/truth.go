// Package truth is what a generated ledger knows of itself, counted without the
// product, and how an answer of the product is held to it.
package truth

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
)

// Truth is the count of a ledger. Amounts are cents.
type Truth struct {
	Lines   int64
	Clients int64 // that have a line
	Cents   int64 // of all lines
	Needed  int64 // clients that reach 80 % of the positive clients' revenue
	Ticket  int64 // of the last of them
}

// Count sorts all clients and walks down to the line. Sums are by client; seen tells
// which have a line at all.
func (t *Truth) Count(sums []int64, seen []bool) {
	var positive []int64
	var base int64
	t.Clients, t.Needed, t.Ticket = 0, 0, 0
	for i, s := range sums {
		if seen[i] {
			t.Clients++
		}
		if s > 0 {
			positive, base = append(positive, s), base+s
		}
	}
	slices.SortFunc(positive, func(a, b int64) int { return cmp.Compare(b, a) })
	var running int64
	for _, s := range positive {
		running += s
		t.Needed, t.Ticket = t.Needed+1, s
		if 5*running >= 4*base {
			return
		}
	}
}

// String is the truth as a document of the line says it: total, clients, the number of
// them at the line, the ticket.
func (t *Truth) String() string {
	return fmt.Sprintf("%s %d %d %s", AppendCents(nil, t.Cents), t.Clients, t.Needed, AppendCents(nil, t.Ticket))
}

// Document is what is read of the line's.
type Document struct {
	Total   string `json:"total"`
	Clients struct {
		Total int64 `json:"total"`
	} `json:"clients"`
	Line struct {
		Clients     int64  `json:"clients"`
		EntryTicket string `json:"entry_ticket"`
	} `json:"line"`
}

// Read reads the document of a line.
func Read(text string) (d Document, err error) {
	if err := json.Unmarshal([]byte(text), &d); err != nil {
		return d, fmt.Errorf("the document cannot be read: %w", err)
	}
	return d, nil
}

// Hold compares the document of a line over all dates with what was counted.
func (t *Truth) Hold(out string) error {
	d, err := Read(out)
	if err != nil {
		return err
	}
	if got := fmt.Sprintf("%s %d %d %s", d.Total, d.Clients.Total, d.Line.Clients, d.Line.EntryTicket); got != t.String() {
		return fmt.Errorf("the line says %s, the generator counted %s", got, t)
	}
	return nil
}

// HoldTotal compares the total alone.
func HoldTotal(out string, cents int64) error {
	d, err := Read(out)
	if err != nil {
		return err
	}
	if want := string(AppendCents(nil, cents)); d.Total != want {
		return fmt.Errorf("the total is %s, the generator counted %s", d.Total, want)
	}
	return nil
}

// AppendCents writes an amount with two decimals.
func AppendCents(buf []byte, cents int64) []byte {
	if cents < 0 {
		buf, cents = append(buf, '-'), -cents
	}
	buf = append(strconv.AppendInt(buf, cents/100, 10), '.')
	return append(buf, byte('0'+cents%100/10), byte('0'+cents%10))
}
