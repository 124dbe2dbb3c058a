package intake_test

import (
	"context"
	"strings"
	"testing"

	"clientele/internal/intake"
	"clientele/internal/intake/role"
)

// A list whose headers say what it lists is not sales because it has one column of numbers.
func TestFactsByHeader(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"Month,Client,Receivable,Currency\n2026-01,A,100,EUR\n2026-02,B,50,EUR\n": role.Receivables,
		"Client,Receivable\nA,100\nB,50\n":                                        role.Receivables,
		"Month,Team member,Practical hours\n2026-01,Ann,120\n2026-01,Bob,100\n":   role.Resources,
		"Client,Wert X\nA,100\nB,50\n":                                            role.Sales,
		"Month,Client,Something,Currency\n2026-01,A,100,EUR\n2026-02,B,50,EUR\n":  role.Sales,
		"Client,Date,Total,Cost\nA,2026-01-02,100,60\nB,2026-01-03,50,20\n":       role.Sales, // said by a header, though a weak one
		"Client,Amount\nA,100\nB,50\n":                                            role.Sales,
		"Month,Client,Amount,Open balance\n2026-01,A,100,20\n2026-02,B,50,50\n":   role.Sales,
		"Kunde,Offener Betrag,Monat\nA,100,2026-01\nB,50,2026-01\n":               role.Receivables,
	} {
		got, err := intake.Facts(context.Background(), open(t, text), intake.Answers{})
		if err != nil || got != want {
			t.Errorf("%q is %q, want %q, %v", text, got, want, err)
		}
	}
}

// loadedFacts reads a list of facts, in lines of "client day name detail amount".
func loadedFacts(t *testing.T, text string, a intake.Answers, list string) (*intake.File, string, string) {
	t.Helper()
	f, got := planOf(t, text, a, nil, list)
	if got == nil {
		t.Fatalf("questions: %+v", f.Questions)
	}
	return f, strings.Join(got.lines, "; "), strings.Join(got.asides, "; ")
}

// Capacity may be told of groups, and not of people.
func TestCapacityOfGroups(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"Month,Group,Practical hours,Cost\n2026-01,Sales,100,5000\n2026-01,Service,40.5,2000\n": "- 2026-01-01 Sales Sales 5000; - 2026-01-01 Sales Sales 360000; " +
			"- 2026-01-01 Service Service 2000; - 2026-01-01 Service Service 145800",
		"Month,Person,Group,Practical hours,Cost\n2026-01,Ann,Sales,1,10\n2026-01,,Service,2,20\n": "- 2026-01-01 Ann Sales 10; - 2026-01-01 Ann Sales 3600; " +
			"- 2026-01-01 Service Service 20; - 2026-01-01 Service Service 7200",
	} {
		facts, err := intake.Facts(context.Background(), open(t, text), intake.Answers{})
		if err != nil || facts != role.Resources {
			t.Fatalf("%q, %v", facts, err)
		}
		if _, got, asides := loadedFacts(t, text, intake.Answers{}, facts); got != want || asides != "" {
			t.Errorf("%q, aside %q", got, asides)
		}
	}
	f, _ := planOf(t, "Month,Practical hours,Cost\n2026-01,100,5000\n", intake.Answers{}, nil, role.Resources)
	if len(f.Questions) != 1 || f.Questions[0].Code != "column_person" {
		t.Errorf("%+v", f.Questions)
	}
}
