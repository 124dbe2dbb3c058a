package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"clientele/internal/fault"
	"clientele/internal/insight"
	"clientele/internal/money"
	"clientele/internal/verdict"
)

func TestExitCodes(t *testing.T) {
	t.Parallel()
	for kind, want := range map[fault.Kind]int{
		fault.Internal: 1, fault.Failed: 1, fault.Usage: 2, fault.NotFound: 3, fault.Input: 4, fault.Ask: 4, fault.Locked: 6, fault.Canceled: 130,
	} {
		if got := exitCode(fmt.Errorf("wrapped: %w", fault.New(kind, "x", "x", ""))); got != want {
			t.Errorf("kind %d: %d, want %d", kind, got, want)
		}
	}
	if got := exitCode(errors.New("plain")); got != exitFailed {
		t.Error(got)
	}
	if got := exitCode(&refused{}); got != exitAsked {
		t.Error(got)
	}
}

// told is what a run says about an error.
func told(err error) (string, int) {
	var out, said bytes.Buffer
	r := &run{args: []string{"line", "x.csv"}, out: &out, err: &said, env: func(string) string { return "" }}
	code := r.finish(nil, err)
	return said.String(), code
}

func TestComplaints(t *testing.T) {
	t.Parallel()
	placed := &fault.Error{
		Kind: fault.Input, Message: "this is no amount", Remedy: "mend the cell",
		Place: fault.Place{File: "x.csv", Line: 7, Column: "Net", Value: "\x1b[31m"},
	}
	refusal := &refused{}
	refusal.verdict.Add(verdict.Reason{Code: "residual", Status: verdict.Refuse, Text: "it does not close", Supply: "the file"})
	tests := []struct {
		name string
		err  error
		want string
		code int
	}{
		{"nothing", nil, "", 0},
		{"a place", placed, "Error: this is no amount\nWhere: x.csv, line 7, column Net, value \"\\x1b[31m\"\nTo do: mend the cell\n", 4},
		{"a cause", fault.Wrap(errors.New("disk full"), fault.Failed, "write", "cannot write", ""), "Error: cannot write: disk full\n", 1},
		{"refused", refusal, "Refused: it does not close\nTo do:   the file\n", 4},
		{"stopped", fmt.Errorf("read: %w", context.Canceled), "Error: stopped; nothing was changed\n", 130},
		{"a wrong command line", fault.New(fault.Usage, "x", "no", "yes"), "Error: no\nTo do: yes\n", 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, code := told(tt.err)
			if got != tt.want || code != tt.code {
				t.Errorf("%d\n%swant %d\n%s", code, got, tt.code, tt.want)
			}
		})
	}
}

func TestInternalErrorsHaveAnID(t *testing.T) {
	t.Parallel()
	got, code := told(errors.New("broken"))
	again, _ := told(errors.New("broken"))
	if code != 1 || !strings.HasPrefix(got, "Error: internal error ") || got != again {
		t.Errorf("%d: %s", code, got)
	}
}

func TestCrashShowsNoStack(t *testing.T) {
	t.Parallel()
	stack := []byte("goroutine 1 [running]:\nmain.f(0x1)\n\t/somewhere/x.go:12 +0x1f\n")
	say := func(env string, stack []byte) string {
		var b bytes.Buffer
		crash(&b, func(string) string { return env }, "index out of range", stack)
		return b.String()
	}
	text := say("", stack)
	if strings.Contains(text, "goroutine") || !strings.Contains(text, "internal error") || !strings.Contains(text, "index out of range") {
		t.Error(text)
	}
	if !strings.Contains(say("1", stack), "goroutine") {
		t.Error("CLIENTELE_DEBUG does not show the stack")
	}
	moved := bytes.ReplaceAll(bytes.ReplaceAll(stack, []byte("0x1)"), []byte("0x9)")), []byte("/somewhere"), []byte("/elsewhere"))
	if say("", moved) != text {
		t.Error("the same fault at other addresses has another id")
	}
}

func TestChoices(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		q    fault.Question
		want []string
	}{
		{fault.Question{Flag: "--decimal comma|point"}, []string{"--decimal comma", "--decimal point"}},
		{fault.Question{Flag: "--delimiter comma|semicolon|tab"}, []string{"--delimiter comma", "--delimiter semicolon", "--delimiter tab"}},
		{fault.Question{Flag: "--map client=COLUMN"}, nil},
		{fault.Question{Flag: "--net or --gross", Choices: []string{"--net", "--gross"}}, []string{"--net", "--gross"}},
	} {
		if got := choices(tt.q); !slices.Equal(got, tt.want) {
			t.Errorf("%q: %q, want %q", tt.q.Flag, got, tt.want)
		}
	}
	q := fault.Question{Choices: []string{"--rates FILE --base EUR", "--currency EUR"}}
	if got := offered(q); !slices.Equal(got, []string{"--currency EUR"}) {
		t.Errorf("a prompt offers %q", got)
	}
}

// TestCurveHeights draws four equal clients, and one that has all: by hand, a straight line
// and a step.
func TestCurveHeights(t *testing.T) {
	t.Parallel()
	full := curveRows * 8
	point := func(n, sum int64) insight.Point { return insight.Point{Clients: n, Sum: money.FromInt64(sum)} }
	equal := []insight.Point{point(0, 0), point(4, 40)}
	if got, want := sample(equal, money.FromInt64(40), 4), []int{full / 4, full / 2, full * 3 / 4, full}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	step := []insight.Point{point(0, 0), point(1, 40), point(2, 40)}
	if got, want := sample(step, money.FromInt64(40), 4), []int{full / 2, full, full, full}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}
