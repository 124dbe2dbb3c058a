package intake_test

import (
	"context"
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
