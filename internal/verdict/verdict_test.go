package verdict_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"clientele/internal/verdict"
)

func of(reasons ...verdict.Reason) verdict.Verdict {
	var v verdict.Verdict
	for _, r := range reasons {
		v.Add(r)
	}
	return v
}

var (
	note   = verdict.Reason{Code: "net_assumed", Status: verdict.Pass}
	high   = verdict.Reason{Code: "tax", Status: verdict.Flag, Bias: verdict.High}
	low    = verdict.Reason{Code: "rate", Status: verdict.Flag, Bias: verdict.Low}
	refuse = verdict.Reason{Code: "residual", Status: verdict.Refuse, Supply: "the file"}
)

// TestWorkedExample holds the example of definitions 1.7: inputs PASS, FLAG ↑ and
// FLAG ↓ make FLAG ↕ with both codes; any REFUSE input makes REFUSE.
func TestWorkedExample(t *testing.T) {
	t.Parallel()
	var v verdict.Verdict
	for _, input := range []verdict.Verdict{of(), of(high), of(low)} {
		v.Join(input)
	}
	want := verdict.Verdict{Status: verdict.Flag, Bias: verdict.Unknown, Reasons: []verdict.Reason{high, low}}
	if diff := cmp.Diff(want, v); diff != "" {
		t.Error(diff)
	}
	v.Join(of(refuse))
	if v.Status != verdict.Refuse || len(v.Reasons) != 3 {
		t.Errorf("with a refused input: %v", v)
	}
}

func TestAdd(t *testing.T) {
	t.Parallel()
	sameCode := func(status verdict.Status, bias verdict.Bias) verdict.Reason {
		return verdict.Reason{Code: "tax", Status: status, Bias: bias, Text: status.String()}
	}
	tests := []struct {
		name   string
		in     []verdict.Reason
		status verdict.Status
		bias   verdict.Bias
		codes  int
	}{
		{"nothing", nil, verdict.Pass, verdict.None, 0},
		{"a note leaves it at PASS", []verdict.Reason{note}, verdict.Pass, verdict.None, 1},
		{"one flag", []verdict.Reason{note, high}, verdict.Flag, verdict.High, 2},
		{"a flag without direction adds none", []verdict.Reason{high, {Code: "x", Status: verdict.Flag}}, verdict.Flag, verdict.High, 2},
		{"said twice", []verdict.Reason{high, high}, verdict.Flag, verdict.High, 1},
		{"same code, other direction", []verdict.Reason{high, sameCode(verdict.Flag, verdict.Low)}, verdict.Flag, verdict.Unknown, 1},
		{"same code, worse later", []verdict.Reason{sameCode(verdict.Pass, 0), sameCode(verdict.Refuse, 0)}, verdict.Refuse, verdict.None, 1},
		{"same code, worse before", []verdict.Reason{sameCode(verdict.Refuse, 0), sameCode(verdict.Pass, 0)}, verdict.Refuse, verdict.None, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			v := of(tt.in...)
			if v.Status != tt.status || v.Bias != tt.bias || len(v.Reasons) != tt.codes {
				t.Errorf("got %v", v)
			}
			for _, r := range v.Reasons {
				if r.Code == "tax" && r.Status != tt.status {
					t.Errorf("the worse of one code must stay: %v", r)
				}
			}
		})
	}
}

func TestCopiesDoNotShareReasons(t *testing.T) {
	t.Parallel()
	v := of(note, high, low)
	a, b := v, v
	a.Add(verdict.Reason{Code: "a"})
	b.Add(verdict.Reason{Code: "b"})
	b.Add(verdict.Reason{Code: "tax", Status: verdict.Refuse})
	if a.Reasons[3].Code != "a" || v.Reasons[1].Status != verdict.Flag || len(v.Reasons) != 3 {
		t.Errorf("one copy has changed another: %v, %v", v, a)
	}
}

// TestOrderDecidesNothing shuffles reasons: status, bias and the set of codes stay.
func TestOrderDecidesNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		reasons := rapid.SliceOf(rapid.Custom(func(t *rapid.T) verdict.Reason {
			return verdict.Reason{
				Code:   rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "code"),
				Status: rapid.SampledFrom([]verdict.Status{verdict.Pass, verdict.Flag, verdict.Refuse}).Draw(t, "status"),
				Bias:   rapid.SampledFrom([]verdict.Bias{verdict.None, verdict.High, verdict.Low, verdict.Unknown}).Draw(t, "bias"),
			}
		})).Draw(t, "reasons")
		one, other := of(reasons...), of(rapid.Permutation(reasons).Draw(t, "shuffled")...)
		if one.Status != other.Status || one.Bias != other.Bias || len(one.Reasons) != len(other.Reasons) {
			t.Fatalf("%v against %v", one, other)
		}
		for _, r := range reasons {
			if one.Status < r.Status {
				t.Fatalf("%v is milder than its reason %v", one, r)
			}
		}
	})
}

func TestWords(t *testing.T) {
	t.Parallel()
	if got := verdict.Pass.String() + verdict.Flag.String() + verdict.Refuse.String(); got != "PASSFLAGREFUSE" {
		t.Error(got)
	}
	if got := verdict.None.String() + verdict.High.String() + verdict.Low.String() + verdict.Unknown.String(); got != "↑↓↕" {
		t.Error(got)
	}
}
