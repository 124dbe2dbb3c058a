package boot_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"clientele/internal/app"
	"clientele/internal/boot"
	"clientele/internal/clock"
	"clientele/internal/fault"
)

// A workspace is made once, found where it was made, and asked through the engine.
func TestWorkspace(t *testing.T) {
	t.Parallel()
	o := boot.Options{Dir: t.TempDir(), Clock: clock.System}
	if _, err := boot.Open(t.Context(), o); fault.KindOf(err) != fault.NotFound {
		t.Errorf("before it was made: %v", err)
	}
	w, err := boot.Create(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if w.Actor == "" || w.EngineName == "" {
		t.Errorf("actor %q, engine %q", w.Actor, w.EngineName)
	}
	path := filepath.Join(o.Dir, "sales.csv")
	if err := os.WriteFile(path, []byte("Client,Amount\nAcme,600.00\nBeta,250.00\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Import(t.Context(), app.ImportRequest{Path: path}); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := boot.Create(t.Context(), o); fault.KindOf(err) != fault.Usage {
		t.Errorf("made twice: %v", err)
	}
	if w, err = boot.Open(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	g, err := w.Ground(t.Context(), app.GroundRequest{})
	if err != nil {
		t.Fatal(err)
	}
	spill := filepath.Join(o.Dir, ".clientele", "cache", "spill")
	if list, err := os.ReadDir(spill); err != nil || len(list) != 1 {
		t.Errorf("room of the engine: %v, %v", list, err)
	}
	if err := errors.Join(g.Engine.Close(), w.Close()); err != nil {
		t.Fatal(err)
	}
	if list, err := os.ReadDir(spill); err != nil || len(list) != 0 {
		t.Errorf("an engine that is closed leaves %v, %v", list, err)
	}
}
