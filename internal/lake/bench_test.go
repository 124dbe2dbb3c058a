package lake

import (
	"testing"
)

// BenchmarkPublish is a first publication of one batch, read back and compared.
func BenchmarkPublish(b *testing.B) {
	const n = 1_000_000
	one := drawn(b, 1, n, 2)
	for b.Loop() {
		b.StopTimer()
		o := place(b)
		l := opened(b, o)
		b.StartTimer()
		out, err := l.Publish(b.Context(), content(1, one))
		if err != nil || out.Lines != n {
			b.Fatal(out, err)
		}
	}
	b.ReportMetric(float64(b.N)*n/b.Elapsed().Seconds()/1e6, "Mlines/s")
}

// BenchmarkPublishSmall is a first publication of a tiny ledger, as tests make many.
func BenchmarkPublishSmall(b *testing.B) {
	one := drawn(b, 1, 20, 2)
	for b.Loop() {
		if _, err := opened(b, place(b)).Publish(b.Context(), content(1, one)); err != nil {
			b.Fatal(err)
		}
	}
}
