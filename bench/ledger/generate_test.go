package main

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"math/big"
	"sort"
	"strings"
	"testing"
	"time"
)

func small() firm {
	return firm{lines: 5000, clients: 300, first: time.Date(2021, 1, 1, 0, 0, 0, 0, time.UTC), days: 1461, invoice: 1, seed: 7}
}

// The truth is what a plain reader finds in the file.
func TestTruth(t *testing.T) {
	t.Parallel()
	var file bytes.Buffer
	truth, err := small().write(&file)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(rows[0], ","); got != "Invoice,Date,Customer,Amount" || len(rows) != 5001 {
		t.Fatalf("%d rows under %s", len(rows), got)
	}
	if rows[1][1] != "2021-01-01" || rows[5000][1] != "2024-12-31" {
		t.Errorf("dates run from %s to %s", rows[1][1], rows[5000][1])
	}
	total, sums, of := new(big.Rat), map[string]*big.Rat{}, map[string]string{}
	for _, r := range rows[1:] {
		v, ok := new(big.Rat).SetString(r[3])
		if !ok {
			t.Fatalf("%q is no amount", r[3])
		}
		if client, known := of[r[0]]; known && client != r[2] {
			t.Fatalf("invoice %s has two clients", r[0])
		}
		of[r[0]] = r[2]
		total.Add(total, v)
		if sums[r[2]] == nil {
			sums[r[2]] = new(big.Rat)
		}
		sums[r[2]].Add(sums[r[2]], v)
	}
	var positive []*big.Rat
	base := new(big.Rat)
	for _, s := range sums {
		if s.Sign() > 0 {
			positive, base = append(positive, s), base.Add(base, s)
		}
	}
	sort.Slice(positive, func(i, k int) bool { return positive[i].Cmp(positive[k]) > 0 })
	bar, running, needed := base.Mul(base, big.NewRat(4, 5)), new(big.Rat), 0
	for running.Cmp(bar) < 0 {
		running.Add(running, positive[needed])
		needed++
	}
	want := fmt.Sprintf("%s %d %d %s", total.FloatString(2), len(sums), needed, positive[needed-1].FloatString(2))
	if got := truth.String(); got != want {
		t.Errorf("truth is %s, the file says %s", got, want)
	}
}

func TestSameFirmSameBytes(t *testing.T) {
	t.Parallel()
	var a, b, other bytes.Buffer
	f := small()
	for _, w := range []*bytes.Buffer{&a, &b} {
		if _, err := f.write(w); err != nil {
			t.Fatal(err)
		}
	}
	f.seed++
	if _, err := f.write(&other); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(a.Bytes(), b.Bytes()) || bytes.Equal(a.Bytes(), other.Bytes()) {
		t.Error("the seed does not decide the bytes")
	}
}

func TestClientsStayInRange(t *testing.T) {
	t.Parallel()
	f := firm{clients: 10}
	if lo, hi := f.clientOf(0), f.clientOf(^uint64(0)); lo != 0 || hi != 9 {
		t.Errorf("clients run from %d to %d", lo, hi)
	}
}
