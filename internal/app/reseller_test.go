package app_test

import (
	"encoding/csv"
	"io"
	"math/big"
	"os"
	"slices"
	"testing"

	"github.com/klauspost/compress/zstd"
)

// reseller is what a client bought and cost, in ten-thousandths.
type reseller struct{ sales, cost, freight int64 }

// readResellers reads the file with a reader of its own, by client.
func readResellers(t *testing.T, path string) map[string]*reseller {
	t.Helper()
	in, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close() //nolint:errcheck // read only
	z, err := zstd.NewReader(in)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	r := csv.NewReader(z)
	header, err := r.Read()
	if err != nil {
		t.Fatal(err)
	}
	at := func(name string) int { return slices.Index(header, name) }
	key, sales, cost, freight := at("ResellerKey"), at("SalesAmount"), at("TotalProductCost"), at("Freight")
	out := map[string]*reseller{}
	for {
		row, err := r.Read()
		if err == io.EOF {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		x := out[row[key]]
		if x == nil {
			x = &reseller{}
			out[row[key]] = x
		}
		x.sales, x.cost, x.freight = x.sales+tenThousandths(t, row[sales]), x.cost+tenThousandths(t, row[cost]), x.freight+tenThousandths(t, row[freight])
	}
}

func tenThousandths(t *testing.T, text string) int64 {
	t.Helper()
	v, ok := new(big.Rat).SetString(text)
	if !ok || !v.Mul(v, big.NewRat(10_000, 1)).IsInt() {
		t.Fatalf("%q", text)
	}
	return v.Num().Int64()
}

// counted is a whale curve by walking the ranks.
type counted struct {
	loss, green          int64
	peak, total, erosion string
}

func countWhale(values []int64) counted {
	slices.Sort(values)
	slices.Reverse(values)
	var c counted
	var best, sum int64
	for _, v := range values {
		if v < 0 {
			c.loss++
		}
		sum += v
		best = max(best, sum)
	}
	var part int64
	for _, v := range values {
		if v <= 0 || 5*part >= 4*best {
			break
		}
		part += v
		c.green++
	}
	show := func(v int64) string { return big.NewRat(v, 10_000).FloatString(4) }
	c.peak, c.total, c.erosion = show(best), show(sum), show(best-sum)
	return c
}
