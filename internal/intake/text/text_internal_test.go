package text

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// records reads everything through blocks of the given size.
func records(t interface{ Fatal(...any) }, input string, size int) ([][]string, []int64) {
	cut := NewCutter(strings.NewReader(input), "test")
	cut.size = size
	r := NewReader(cut, ',')
	var out [][]string
	var lines []int64
	for {
		rec, err := r.Next()
		if errors.Is(err, io.EOF) {
			return out, lines
		}
		if err != nil {
			t.Fatal(err)
		}
		row := make([]string, len(rec.Fields))
		for i, f := range rec.Fields {
			row[i] = string(f)
		}
		out, lines = append(out, row), append(lines, rec.Line)
		r.Stray()
	}
}

// oracle reads records character by character, the slow and obvious way.
func oracle(input string) (out [][]string, lines []int64) {
	line := int64(1)
	for i := 0; i < len(input); {
		row, used, breaks, ok := oracleRecord(input[i:])
		lines = append(lines, line)
		if !ok { // a quote that is never closed is text
			end := strings.IndexByte(input[i:], '\n')
			if end < 0 {
				end = len(input) - i
			}
			row = strings.Split(strings.TrimSuffix(input[i:i+end], "\r"), ",")
			used, breaks = min(end+1, len(input)-i), 1
		}
		out, line, i = append(out, row), line+breaks, i+used
	}
	return out, lines
}

func oracleRecord(s string) (row []string, used int, breaks int64, ok bool) {
	i := 0
	for {
		var f strings.Builder
		if i < len(s) && s[i] == '"' {
			i++
			for {
				if i >= len(s) {
					return nil, 0, 0, false
				}
				if s[i] != '"' {
					if s[i] == '\n' {
						breaks++
					}
					f.WriteByte(s[i])
					i++
					continue
				}
				rest := s[i+1:]
				if strings.HasPrefix(rest, `"`) {
					f.WriteByte('"')
					i += 2
					continue
				}
				if rest == "" || rest[0] == ',' || rest[0] == '\n' || rest == "\r" || strings.HasPrefix(rest, "\r\n") {
					i++
					if strings.HasPrefix(s[i:], "\r") {
						i++
					}
					break
				}
				f.WriteByte('"')
				i++
			}
			row = append(row, f.String())
		} else {
			from := i
			for i < len(s) && s[i] != ',' && s[i] != '\n' {
				i++
			}
			field := s[from:i]
			if i == len(s) || s[i] == '\n' {
				field = strings.TrimSuffix(field, "\r")
			}
			row = append(row, field)
		}
		if i >= len(s) {
			return row, i, breaks + 1, true
		}
		if s[i] == '\n' {
			return row, i + 1, breaks + 1, true
		}
		i++
	}
}

func same(t interface {
	Fatalf(string, ...any)
	Fatal(...any)
}, input string, size int,
) {
	got, gotLines := records(t, input, size)
	want, wantLines := oracle(input)
	if len(got) != len(want) {
		t.Fatalf("%q in blocks of %d: %d records %q, want %d %q", input, size, len(got), got, len(want), want)
	}
	for i := range want {
		if strings.Join(got[i], "\x00") != strings.Join(want[i], "\x00") || len(got[i]) != len(want[i]) {
			t.Fatalf("%q in blocks of %d: record %d is %q, want %q", input, size, i, got[i], want[i])
		}
		if gotLines[i] != wantLines[i] {
			t.Fatalf("%q in blocks of %d: record %d in line %d, want %d", input, size, i, gotLines[i], wantLines[i])
		}
	}
}

func TestRecords(t *testing.T) {
	t.Parallel()
	for _, input := range []string{
		"", "\n", "a", "a,b\n", "a,b\r\nc,d\r\n", ",\n", "a,\n,b", "\"a,b\",c\n", "\"a\nb\",c\nd,e\n",
		"\"a\"\"b\",\"\"\"\"\n", "\"He said \"hi\" there\",5\n", "\"\"\n", "\"a\r\nb\",1\r\n2,3",
		"\"open,1\nb,2\nc,3\n", "a\"b,c\n", "\"a\",\"open\nx,y", "\"a\"x\"b\",1\n", "\r\n\r\n", "\"a\"\r",
	} {
		for _, size := range []int{1, 2, 3, 7, 64} {
			same(t, input, size)
		}
	}
}

// Wherever the cuts fall, the records are the same.
func TestRecordsProperty(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		input := rapid.StringOf(rapid.SampledFrom([]rune("ab,,\"\"\n\r"))).Draw(t, "input")
		same(t, input, rapid.IntRange(1, 20).Draw(t, "size"))
	})
}

func FuzzRecords(f *testing.F) {
	f.Add("a,\"b\nc\",d\n1,2,3\n", 3)
	f.Fuzz(func(t *testing.T, input string, size int) {
		if size < 1 || size > 1000 || len(input) > 2000 {
			t.Skip("out of range")
		}
		same(t, input, size)
	})
}

func TestLongLine(t *testing.T) {
	t.Parallel()
	cut := NewCutter(bytes.NewReader(bytes.Repeat([]byte{'x'}, 10<<20)), "long.csv")
	_, err := cut.Next(nil)
	if err == nil || !strings.Contains(err.Error(), "longer than 1 MiB") {
		t.Fatalf("a line of 10 MiB gave %v", err)
	}
}

func TestSniff(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, text string
		comma      byte
		fields     int
	}{
		{"comma", "a,b,c\n1,2,3\n4,5,6\n", ',', 3},
		{"semicolon with decimal commas", "Kunde;Betrag\nA;1,50\nB;2,50\n", ';', 2},
		{"no header, decimal commas", "Acme;1.200,50\nBeta;800,00\n", ';', 2},
		{"two decimal commas", "Acme;1,50;2,50\nBeta;8,00;3,00\n", ';', 3},
		{"a semicolon in every text", "Acme,a;b,1,2\nBeta,c;d,3,4\n", ',', 4},
		{"tab", "a\tb\n1\t2\n", '\t', 2},
		{"bar", "a|b\n1|2\n", '|', 2},
		{"titles above", "Sales by customer\nJan, 2026\n\nName;Date;Total\nA;1;2\nB;1;2\nC;1;2\n", ';', 3},
		{"one column", "a\nb\nc\n", ',', 1},
		{"commas inside quotes", "n;t\n\"a, b, c\";1\n\"d, e, f\";2\n", ';', 2},
	} {
		g := Sniff([]byte(c.text))
		if g.Comma != c.comma || g.Fields != c.fields {
			t.Errorf("%s: %s with %d fields, want %s with %d", c.name, Name(g.Comma), g.Fields, Name(c.comma), c.fields)
		}
	}
}

func BenchmarkScanner(b *testing.B) {
	block := bytes.Repeat([]byte("536365,85123A,WHITE HANGING HEART T-LIGHT HOLDER,6,12/1/2010 8:26,2.55,17850,United Kingdom\n"), 10_000)
	b.SetBytes(int64(len(block)))
	var s Scanner
	for b.Loop() {
		s.Reset(block, 1, ',', true)
		for s.Next() != nil {
			_ = s.rec
		}
	}
}
