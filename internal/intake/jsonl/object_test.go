package jsonl

import (
	"bytes"
	"encoding/json"
	"math/big"
	"strings"
	"testing"
	"unicode/utf8"

	"clientele/internal/intake/record"
)

// The parser is tested from inside: what it accepts has to agree with encoding/json.

func TestNumbersKeepTheirDigits(t *testing.T) {
	t.Parallel()
	tests := []struct {
		in, out string
		kind    record.Kind
	}{
		{"0", "0", record.Number},
		{"-12.50", "-12.50", record.Number},
		{"12345678901234567890.12", "12345678901234567890.12", record.Number},
		{"1e3", "1000", record.Number},
		{"1.5E+2", "150", record.Number},
		{"-1.25e1", "-12.5", record.Number},
		{"1.50e0", "1.50", record.Number},
		{"5e-1", "0.5", record.Number},
		{"12.5e-3", "0.0125", record.Number},
		{"0.05e1", "0.5", record.Number},
		{"0.05e3", "50", record.Number},
		{"0e9", "0000000000", record.Number},
		{"1e400", "1" + strings.Repeat("0", 400), record.Number},
		{"1e401", "1e401", record.Text},
		{"1e99999999999999999999", "1e99999999999999999999", record.Text},
		{"true", "true", record.Bool},
		{"null", "", record.Text},
		{`"007"`, "007", record.Text},
		{`"a\"\u00e4\ud83d\ude00\n"`, "a\"ä😀\n", record.Text},
	}
	for _, tt := range tests {
		var o object
		got, err := o.read([]byte(`{"a":` + tt.in + `}`))
		if err != nil || len(got) != 1 {
			t.Errorf("%s: %v, %v", tt.in, got, err)
			continue
		}
		want := tt.out
		if tt.in == "0e9" {
			want = string(got[0].text) // any writing of zero will do
			if strings.Trim(want, "0") != "" {
				t.Errorf("%s: %q", tt.in, want)
			}
		}
		if string(got[0].text) != want || got[0].kind != tt.kind {
			t.Errorf("%s: %q of kind %d", tt.in, got[0].text, got[0].kind)
		}
	}
}

func TestObjectsThatAreNone(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		`[1]`: "not a JSON object", `7`: "not a JSON object", `{"a":1`: "not finished", `{"a":1}}`: "more text",
		`{"a":01}`: "starts with 0", `{"a":1.}`: "not a JSON number", `{"a":-}`: "not a JSON number", `{"a":tru}`: "a value expected",
		`{a:1}`: `"\"" expected`, `{"a":"\x"}`: "no escape", `{"a":"\ud800"}`: "lone surrogate", "{\"a\":\"\x01\"}": "control character",
		"{\"a\":\"\xff\"}": "not valid UTF-8", `{"a":1,}`: "expected", `{"a":NaN}`: "a value expected",
		strings.Repeat(`{"a":`, 80) + "1" + strings.Repeat("}", 80):       "deeper than",
		`{"a":` + strings.Repeat(`[`, 80) + strings.Repeat("]", 80) + "}": "deeper than",
		`{"` + strings.Repeat("k", 2000) + `":1}`:                         "a key is longer",
	} {
		var o object
		if got, err := o.read([]byte(in)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.60s: %v, %v", in, got, err)
		}
	}
}

// flat is the oracle: encoding/json's values under dotted keys.
func flat(prefix string, in, out map[string]any) {
	for k, v := range in {
		if m, ok := v.(map[string]any); ok {
			flat(prefix+k+".", m, out)
			continue
		}
		out[prefix+k] = v
	}
}

// FuzzObject: the parser takes what encoding/json takes, but for its own limits, and
// gives the same values.
func FuzzObject(f *testing.F) {
	for _, s := range []string{
		`{}`, `{"a":1}`, ` {"a":{"b":[1,{"c":null}],"d":"x\u0041"},"e":-1.5e-3} `, `{"a":true,"b":false,"c":null}`, `{"a":"\ud83d\ude00"}`, `{"a":1e`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var o object
		values, err := o.read(text)
		isObject := bytes.HasPrefix(bytes.TrimLeft(text, " \t\r\n"), []byte("{"))
		if err != nil {
			own := !utf8.Valid(text) || strings.Contains(err.Error(), "surrogate") ||
				strings.Contains(err.Error(), "deeper") || strings.Contains(err.Error(), "longer")
			if isObject && !own && json.Valid(text) {
				t.Fatalf("refused %q: %v", text, err)
			}
			return
		}
		if !json.Valid(text) {
			t.Fatalf("took %q", text)
		}
		dec := json.NewDecoder(bytes.NewReader(text))
		dec.UseNumber()
		var tree map[string]any
		if err := dec.Decode(&tree); err != nil {
			t.Fatal(err)
		}
		want := map[string]any{}
		flat("", tree, want)
		times := map[string]int{}
		for _, v := range values {
			times[string(v.key)]++
		}
		for _, v := range values {
			if w, ok := want[string(v.key)]; ok && times[string(v.key)] == 1 {
				compare(t, v, w)
			}
		}
	})
}

func compare(t *testing.T, v value, want any) {
	t.Helper()
	same := false
	switch w := want.(type) {
	case nil:
		same = len(v.text) == 0 && !v.list
	case bool:
		same = v.kind == record.Bool && string(v.text) == map[bool]string{true: "true", false: "false"}[w]
	case string:
		same = v.kind == record.Text && string(v.text) == w
	case json.Number:
		if v.kind == record.Text {
			same = string(v.text) == w.String()
			break
		}
		a, ok := new(big.Rat).SetString(w.String())
		b, okToo := new(big.Rat).SetString(string(v.text))
		same = ok && okToo && a.Cmp(b) == 0 && !bytes.ContainsAny(v.text, "eE+")
	case []any:
		same = v.list
	}
	if !same {
		t.Fatalf("%q is %q (kind %d), want %v", v.key, v.text, v.kind, want)
	}
}
