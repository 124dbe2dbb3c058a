package app_test

import (
	"testing"

	"clientele/internal/app"
	"clientele/internal/fault"
)

// TestDecisionsNameWhatIsThere: a typing mistake is not kept as a decision.
func TestDecisionsNameWhatIsThere(t *testing.T) {
	t.Parallel()
	f := newFirm(t, 0)
	f.bring(t, f.truth.Sales[0].Name)
	good := f.truth.Top[0].ID
	bad := f.truth.Sales[0].Quarantined[0].Line
	for _, tt := range []struct {
		name string
		err  error
		kind fault.Kind
	}{
		{"confirm nobody", f.w.Confirm(t.Context(), []string{good, "nobody"}), fault.NotFound},
		{"different from nobody", f.w.Dismiss(t.Context(), good, "nobody"), fault.NotFound},
		{"ignore in no batch", f.w.Ignore(t.Context(), "b99", []int64{bad}, "why not"), fault.NotFound},
		{"ignore a loaded row", f.w.Ignore(t.Context(), "b3", []int64{bad, bad + 1}, "why not"), fault.NotFound},
		{"ignore without a reason", f.w.Ignore(t.Context(), "b3", []int64{bad}, ""), fault.Usage},
	} {
		if tt.err == nil || fault.KindOf(tt.err) != tt.kind {
			t.Errorf("%s: %v", tt.name, tt.err)
		}
	}
	if err := f.w.Confirm(t.Context(), []string{good}); err != nil {
		t.Error(err)
	}
	if err := f.w.Ignore(t.Context(), "b3", []int64{bad}, "a test booking"); err != nil {
		t.Error(err)
	}
	a, err := f.w.Problems(t.Context(), app.ProblemsQuestion{})
	if err != nil {
		t.Fatal(err)
	}
	same(t, "problems left", len(f.truth.Sales[0].Quarantined)-1, len(a.Rows))
}
