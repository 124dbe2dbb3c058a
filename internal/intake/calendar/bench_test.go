package calendar_test

import (
	"testing"
	"time"

	"clientele/internal/intake/calendar"
)

// happy are texts that must be read without an allocation.
var happy = []struct {
	name, text string
	style      calendar.Style
}{
	{"iso", "2026-03-04", iso},
	{"iso with time", "2011-01-02 03:04:05", iso},
	{"mdy with time", "12/1/2010 8:26", mdy},
	{"dmy", "04.03.2026", dmy},
	{"short year", "04/03/26", dmy},
	{"stamp", "2011-01-02T03:04:05Z", calendar.Style{Zone: time.FixedZone("UTC+1", 3600)}},
	{"named", "3. März 2026", iso},
	{"serial", "45000.5", calendar.Style{Serial: true}},
}

func TestNothingIsAllocated(t *testing.T) { //nolint:paralleltest // AllocsPerRun counts for the process
	for _, c := range happy {
		text := []byte(c.text)
		var e calendar.Evidence
		var m calendar.Memo
		e.See(text, 1)
		n := testing.AllocsPerRun(100, func() {
			if _, p := calendar.Parse(text, c.style); p != nil {
				t.Fatal(p)
			}
			if _, p := m.Parse(text, c.style); p != nil {
				t.Fatal(p)
			}
			calendar.LooksDate(text)
			e.See(text, 2)
		})
		if n != 0 {
			t.Errorf("%s: %v allocations", c.name, n)
		}
	}
}

func BenchmarkParse(b *testing.B) {
	for _, c := range happy {
		b.Run(c.name, func(b *testing.B) {
			text := []byte(c.text)
			b.ReportAllocs()
			for b.Loop() {
				if _, p := calendar.Parse(text, c.style); p != nil {
					b.Fatal(p)
				}
			}
		})
	}
}

func BenchmarkMemo(b *testing.B) {
	text := []byte("12/1/2010 8:26")
	var m calendar.Memo
	b.ReportAllocs()
	for b.Loop() {
		if _, p := m.Parse(text, mdy); p != nil {
			b.Fatal(p)
		}
	}
}

func BenchmarkLooksDateName(b *testing.B) {
	text := []byte("WHITE HANGING HEART T-LIGHT HOLDER")
	for b.Loop() {
		calendar.LooksDate(text)
	}
}
