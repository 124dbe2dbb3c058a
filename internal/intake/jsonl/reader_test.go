package jsonl_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/gzip"
	"pgregory.net/rapid"

	"clientele/internal/fault"
	"clientele/internal/intake/jsonl"
	"clientele/internal/intake/record"
	"clientele/internal/intake/source"
)

func open(tb testing.TB, data []byte) (*jsonl.Reader, error) {
	tb.Helper()
	src, err := source.Open("-", source.Options{Stdin: bytes.NewReader(data)})
	if err != nil {
		return nil, err
	}
	enc, _, err := src.Encoding(tb.Context())
	if err != nil {
		return nil, err
	}
	r, err := jsonl.Open(tb.Context(), src, enc)
	if err != nil {
		return nil, errors.Join(err, src.Close())
	}
	tb.Cleanup(func() {
		if err := errors.Join(r.Close(), src.Close()); err != nil {
			tb.Error(err)
		}
	})
	return r, nil
}

// lines writes each record as "line: field|field", numbers marked #, booleans ?.
func lines(r record.Reader) ([]string, error) {
	var out []string
	for {
		rec, err := r.Next()
		if bad, ok := errors.AsType[*record.BadRecord](err); ok {
			out = append(out, fmt.Sprintf("%d! %s", bad.Line, bad.Raw[:min(len(bad.Raw), 40)]))
			continue
		}
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return out, err
		}
		var fields []string
		for i, f := range rec.Fields {
			mark := map[record.Kind]string{record.Number: "#", record.Bool: "?"}[rec.Kinds[i]]
			fields = append(fields, mark+string(f))
		}
		out = append(out, fmt.Sprintf("%d: %s", rec.Line, strings.Join(fields, "|")))
	}
}

func packed(t *testing.T, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := io.WriteString(w, text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestReader(t *testing.T) {
	t.Parallel()
	var utf16 strings.Builder
	utf16.WriteString("\xff\xfe")
	for _, c := range `{"a":"é"}` {
		utf16.Write([]byte{byte(c), byte(c >> 8)})
	}
	wide := utf16.String()
	tests := []struct {
		name string
		data []byte
		want []string
	}{
		{
			"lines", []byte("{\"client\":\"A\",\"amount\":12.50}\n\n{\"amount\":-3e2,\"client\":\"B\",\"paid\":true}\r\n{\"client\":null}"),
			[]string{"0: client|amount|paid", "1: A|#12.50|", "3: B|#-300|?true", "4: ||"},
		},
		{
			"nested", []byte(`{"id":"1","customer":{"name":"A","at":{"city":"Bonn"}},"tags":["x"],"none":{}}`),
			[]string{"0: id|customer.name|customer.at.city", "1: 1|A|Bonn"},
		},
		{
			"array", []byte("\xef\xbb\xbf[\n {\"a\": 1, \"b\": \"x,]}\\\"\"},\n {\"a\": 2}\n]\n"),
			[]string{"0: a|b", "1: #1|x,]}\"", "2: #2|"},
		},
		{
			"array with a bad element", []byte(`[{"a":1},{"a":tru},5,{"a":3}]`),
			[]string{"0: a", "1: #1", `2! {"a":tru}`, "3! 5", "4: #3"},
		},
		{
			"bad lines", []byte("\xef\xbb\xbf{\"a\":1}\nnot json\n{\"a\":2,\"a\":3}\n{\"a\":\"\xff\"}\n[1]\n{\"a\":4}\n{\"a\":"),
			[]string{"0: a", "1: #1", "2! not json", `3! {"a":2,"a":3}`, "4! {\"a\":\"\xff\"}", "5! [1]", "6: #4", `7! {"a":`},
		},
		{
			"dots that collide", []byte(`{"a.b":1,"c":1}` + "\n" + `{"a.b":1,"a":{"b":2}}`),
			[]string{"0: a.b|c", "1: #1|#1", `2! {"a.b":1,"a":{"b":2}}`},
		},
		{
			"a late key", []byte(strings.Repeat("{\"a\":1}\n", 3) + `{"late":"x"}`),
			[]string{"0: a|late", "1: #1|", "2: #1|", "3: #1|", "4: |x"},
		},
		{"gzip", packed(t, "{\"a\":1}\n{\"a\":2}\n"), []string{"0: a", "1: #1", "2: #2"}},
		{"utf-16", []byte(wide), []string{"0: a", "1: é"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r, err := open(t, tt.data)
			if err != nil {
				t.Fatal(err)
			}
			got, err := lines(r)
			if err != nil {
				t.Error(err)
			}
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Error(d)
			}
			if _, err := r.Next(); !errors.Is(err, io.EOF) {
				t.Errorf("after the end: %v", err)
			}
		})
	}
}

func TestNotesAndBlanks(t *testing.T) {
	t.Parallel()
	r, err := open(t, []byte("{\"a\":1,\"z\":[1],\"items\":[{\"b\":1}]}\n\n\n{\"a\":2}\n"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := lines(r); err != nil {
		t.Fatal(err)
	}
	want := []string{`left out, because they hold lists: "items", "z"`}
	if d := cmp.Diff(want, r.Notes()); d != "" || r.Blank() != 2 {
		t.Error(d, r.Blank())
	}
}

func TestAnObjectThatIsTooLong(t *testing.T) {
	t.Parallel()
	long := `{"a":"` + strings.Repeat("x", 5<<20) + `"}`
	for name, data := range map[string]string{
		"line": "{\"a\":1}\n" + long + "\n{\"a\":3}\n", "element": `[{"a":1},` + long + `,{"a":3}]`,
	} {
		r, err := open(t, []byte(data))
		if err != nil {
			t.Fatal(err)
		}
		got, err := lines(r)
		want := []string{"0: a", "1: #1", "2! " + long[:40], "3: #3"}
		if d := cmp.Diff(want, got); d != "" || err != nil {
			t.Error(name, d, err)
		}
	}
}

func TestRefused(t *testing.T) {
	t.Parallel()
	var many strings.Builder
	for i := range jsonl.FieldsMax + 1 {
		fmt.Fprintf(&many, "{\"k%d\":1}\n", i)
	}
	for name, tt := range map[string]struct{ data, want string }{
		"empty array":      {"[]", "list is empty"},
		"several lines":    {"{\n \"a\": 1\n}\n", "line 1: a JSON object goes over several lines"},
		"nothing readable": {"{\"a\" 1}\n{\"b\" 2}\n", "line 1: no line of this JSON file can be read"},
		"only lists":       {`{"data":[{"a":1}]}`, "jq -c '.data[]'"},
		"no values":        {"{}\n{}", "have no values"},
		"too many keys":    {many.String(), "line 10001: there are more than 10000 different keys"},
		"cut array":        {`[{"a":1},{"a"`, "the file ends in the middle of the list"},
		"no comma":         {`[{"a":1} {"a":2}]`, "no line of this JSON file"},
		"text after":       {`[{"a":1}] x`, "more text after the end"},
	} {
		_, err := open(t, []byte(tt.data))
		if fault.KindOf(err) != fault.Input || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Splitting objects over lines or an array gives the same records.
func TestArrayAndLinesAgree(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		objects := rapid.SliceOfN(rapid.SampledFrom([]string{
			`{"a":1}`, `{"b":"x\"]"}`, `{"a":{"c":"é"}}`, `{"b":false,"a":2.50}`, `{"a":[1]}`,
		}), 1, 20).Draw(rt, "objects")
		objects = append(objects, `{"a":0}`)
		one, err := open(t, []byte(strings.Join(objects, "\n")))
		if err != nil {
			rt.Fatal(err)
		}
		two, err := open(t, []byte("["+strings.Join(objects, " ,\n")+"]"))
		if err != nil {
			rt.Fatal(err)
		}
		a, errA := lines(one)
		b, errB := lines(two)
		if d := cmp.Diff(a, b); d != "" || errA != nil || errB != nil {
			rt.Fatal(d, errA, errB)
		}
	})
}

func TestDamageNeverPanics(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(3, 4))
	whole := []string{`[{"a":1,"b":{"c":"x"}},{"a":2}]`, "{\"a\":1,\"t\":[1,2]}\n{\"b\":\"\\u00e9\"}\n"}
	for range 3000 {
		data := []byte(whole[rng.IntN(2)])
		for range rng.IntN(4) {
			data[rng.IntN(len(data))] = byte(rng.IntN(256))
		}
		r, err := open(t, data[:rng.IntN(len(data)+1)])
		if err == nil {
			_, err = lines(r)
		}
		if err != nil && fault.KindOf(err) == fault.Internal {
			t.Fatalf("%q: %v", data, err)
		}
	}
}

// FuzzReader: any bytes end in records, bad records or a fault.
func FuzzReader(f *testing.F) {
	f.Add([]byte(`[{"a":1},{"b":2}]`))
	f.Add([]byte("{\"a\":1}\nx\n{\"b\":[1]}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := open(t, data)
		if err == nil {
			_, err = lines(r)
		}
		if err != nil && fault.KindOf(err) == fault.Internal {
			t.Fatal(err)
		}
	})
}

func BenchmarkReader(b *testing.B) {
	line := `{"client":"Müller GmbH","date":"2025-03-04","invoice":"INV-1001","amount":1234.50,"currency":"EUR","paid":true}` + "\n"
	data := []byte(strings.Repeat(line, 100_000))
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		r, err := open(b, data)
		if err != nil {
			b.Fatal(err)
		}
		for err == nil {
			_, err = r.Next()
		}
	}
}
