package intake_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"clientele/internal/intake"
	"clientele/internal/intake/source"
	"clientele/internal/ledger"
)

// discard is a sink that takes blocks and keeps nothing.
type discard struct{}

func (discard) Lines(*ledger.Lines, []ledger.Account) error { return nil }
func (discard) Asides([]ledger.Aside) error                 { return nil }

// BenchmarkLoad reads generated invoice lines, 200,000 of them a round.
func BenchmarkLoad(b *testing.B) {
	const rows = 200_000
	r := rand.New(rand.NewPCG(1, 2))
	var text bytes.Buffer
	text.WriteString("InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n")
	for i := range rows {
		fmt.Fprintf(&text, "%d,%d,WHITE HANGING HEART T-LIGHT HOLDER,%d,2011-%02d-%02d 08:26:00,%d.%02d,%d,United Kingdom\n",
			536365+i/20, r.IntN(90_000), 1+r.IntN(50), 1+i*12/rows, 1+i%28, r.IntN(20), r.IntN(100), 12_000+i/20*7919%5000)
	}
	src, err := source.Open(write(b, "lines.csv", text.Bytes()), source.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer func() {
		if err := src.Close(); err != nil {
			b.Error(err)
		}
	}()
	b.SetBytes(int64(text.Len()))
	b.ReportAllocs()
	for b.Loop() {
		f, err := intake.Inspect(context.Background(), src, intake.Options{})
		if err != nil {
			b.Fatal(err)
		}
		l, err := f.Load(context.Background(), func() (intake.Sink, error) { return discard{}, nil }, nil)
		if err != nil || l.Lines != rows {
			b.Fatalf("%v, %+v", err, l)
		}
	}
	b.ReportMetric(rows*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}
