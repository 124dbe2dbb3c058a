package role_test

import (
	"testing"

	"clientele/internal/intake/role"
)

func TestUnbilled(t *testing.T) {
	t.Parallel()
	for _, w := range []string{
		"Not billable", "not billed", "NotBillable", "Unbillable", "unbilled", "Non-billable", "Nonbillable", "non billable", "No", "NO", "n", "no charge",
		"false", "FALSE", "0", "nicht abrechenbar", "Nicht verrechenbar", "Nein", "non facturable", "Non", "pas facturable", "à ne pas facturer", "no facturable", "No",
	} {
		if !role.Unbilled(w) {
			t.Errorf("%q is not billed", w)
		}
	}
	for _, w := range []string{"", "Billable", "billed", "Yes", "y", "true", "1", "ja", "oui", "sí", "abrechenbar", "facturable", "x", "Nordwind", "note", "Union", "notable"} {
		if role.Unbilled(w) {
			t.Errorf("%q is billed", w)
		}
	}
}
