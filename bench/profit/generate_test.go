package main

import (
	"bytes"
	"encoding/csv"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func small() firm {
	return firm{lines: 3000, entries: 700, clients: 200, people: 8, first: time.Date(2021, 1, 1, 0, 0, 0, 0, time.UTC), months: 48, seed: 7}
}

// TestFiles holds the rows of every file, that they span the months, and that the same firm
// gives the same bytes.
func TestFiles(t *testing.T) {
	t.Parallel()
	f := small()
	for _, x := range []struct {
		name, first, last string // it ends on the last day or a little later: an invoice has up to nine lines
		write             func(io.Writer) error
		rows, date        int
	}{
		{"sales", "2021-01-01", "2024-12-27", f.sales, 3000, 1},
		{"time", "2021-01-01", "2024-12-29", f.time, 700, 0},
		{"resources", "2021-01-01", "2024-12-01", f.resources, 48 * 8, 0},
		{"pools", "2021-01-01", "2024-12-01", f.pools, 48 * 3, 0},
	} {
		var one, two bytes.Buffer
		if err := x.write(&one); err != nil {
			t.Fatal(err)
		}
		if err := x.write(&two); err != nil || !bytes.Equal(one.Bytes(), two.Bytes()) {
			t.Errorf("%s differs from itself: %v", x.name, err)
		}
		rows, err := csv.NewReader(&one).ReadAll()
		if err != nil || len(rows) != x.rows+1 {
			t.Fatalf("%s has %d rows: %v", x.name, len(rows), err)
		}
		if a, b := rows[1][x.date], rows[x.rows][x.date]; a != x.first || b < x.last || b > "2024-12-31" {
			t.Errorf("%s runs from %s to %s", x.name, a, b)
		}
	}
}

// TestSame holds that two tables are told apart by one cent.
func TestSame(t *testing.T) {
	t.Parallel()
	const mine = "rank_by_profit,client,revenue,direct_cost,service_cost,cm2,rank_by_revenue,loss\n1,A,\"10.00\",3.00,0.05,6.95,1,profit_all\n2,B,4.00,5.00,0.00,-1.00,2,depends\n"
	const theirs = "rank,client,revenue,direct,service,cm2,by_revenue,losses\n1,A,1000,300,5,695,1,0\n2,B,400,500,0,-100,2,3\n"
	dir := t.TempDir()
	put := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	a := put("mine", mine)
	if n, err := same(a, put("theirs", theirs)); err != nil || n != 2 {
		t.Errorf("%d rows, %v", n, err)
	}
	for _, wrong := range []string{strings.Replace(theirs, "695", "696", 1), strings.Replace(theirs, "-100", "100", 1), theirs[:len(theirs)-len("2,B,400,500,0,-100,2,3\n")]} {
		if _, err := same(a, put("wrong", wrong)); err == nil {
			t.Errorf("not told apart:\n%s", wrong)
		}
	}
}
