package main

import (
	"testing"

	"clientele/bench/measure"
)

func TestCheck(t *testing.T) {
	t.Parallel()
	ours := measure.Subject{Name: product}
	peer := measure.Subject{Name: duckdb}
	const document = `{"schema": "clientele.line/v1", "total": "8300065.8140", "clients": {"total": 4372},
		"line": {"clients": 1178, "entry_ticket": "1484.630"}}`
	tests := []struct {
		subject measure.Subject
		out     string
		ok      bool
	}{
		{ours, document, true},
		{ours, `{"total": "8300065.815"}`, false},
		{ours, "no document", false},
		{peer, "8300065.814 4372 1178 1484.63\n", true},
		{peer, "8300065.814 4372 1179 1484.63\n", false},
	}
	for _, tt := range tests {
		if err := check(tt.subject, tt.out); (err == nil) != tt.ok {
			t.Errorf("%s saying %s: %v", tt.subject.Name, tt.out, err)
		}
	}
}

func TestTrim(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{"1.50": "1.5", "100": "100", "100.00": "100", "0.001": "0.001", "": ""} {
		if got := trim(in); got != want {
			t.Errorf("trim(%q) is %q, want %q", in, got, want)
		}
	}
}
