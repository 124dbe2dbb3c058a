package boot_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
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

// server is the PostgreSQL for tests with a schema of the test's own.
func server(t *testing.T) string {
	t.Helper()
	dsn := os.Getenv("CLIENTELE_TEST_POSTGRES")
	if dsn == "" {
		t.Skip(`no PostgreSQL for tests: export CLIENTELE_TEST_POSTGRES="$(scripts/postgres.sh start DIR)", or run scripts/test.sh`)
	}
	return fmt.Sprintf("%s&schema=boot_%d", dsn, clock.System().UnixNano())
}

func sales(t *testing.T, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte("Client,Amount\n"+text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// A workspace whose record is elsewhere remembers where, and does not pretend to be new
// if the record is gone.
func TestWorkspaceOnPostgres(t *testing.T) {
	t.Parallel()
	o := boot.Options{Dir: t.TempDir(), Clock: clock.System, Record: server(t)}
	w, err := boot.Create(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(w.RecordPlace, "schema boot_") {
		t.Errorf("the record is in %q", w.RecordPlace)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	record := o.Record
	o.Record = ""
	if w, err = boot.Open(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Import(t.Context(), app.ImportRequest{Path: sales(t, o.Dir, "sales.csv", "Acme,600.00\n")}); err != nil {
		t.Error(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(o.Dir, ".clientele", "record.db")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a second record in the folder: %v", err)
	}
	o.Record = record + "_gone"
	_, err = boot.Open(t.Context(), o)
	if e, ok := errors.AsType[*fault.Error](err); !ok || e.Kind != fault.Failed || !strings.Contains(e.Remedy, ".clientele/record") {
		t.Errorf("a record that is gone: %v", err)
	}
}

// Two folders with one record, as a copy of the folder makes them, are a mistake that
// cannot be seen. Nothing is lost by it, and no figure is wrong.
func TestCopiedFolderOnPostgres(t *testing.T) {
	t.Parallel()
	one := boot.Options{Dir: t.TempDir(), Clock: clock.System, Record: server(t)}
	w, err := boot.Create(t.Context(), one)
	if err != nil {
		t.Fatal(err)
	}
	two := boot.Options{Dir: t.TempDir(), Clock: clock.System}
	if err := os.CopyFS(two.Dir, os.DirFS(one.Dir)); err != nil {
		t.Fatal(err)
	}
	other, err := boot.Open(t.Context(), two)
	if err != nil {
		t.Fatal(err)
	}
	// While one imports, the other has done so: no lock is between them.
	busy := false
	w.Progress = func(string, int64, int64) {
		if busy {
			return
		}
		busy = true
		if _, err := other.Import(t.Context(), app.ImportRequest{Path: sales(t, two.Dir, "b.csv", "Beta,250.00\n")}); err != nil {
			t.Error(err)
		}
	}
	first := app.ImportRequest{Path: sales(t, one.Dir, "a.csv", "Acme,600.00\n")}
	if _, err := w.Import(t.Context(), first); !busy || fault.KindOf(err) != fault.Locked {
		t.Errorf("an import that was overtaken: %v", err)
	}
	snap, err := w.Store.Snapshot(t.Context())
	if err != nil || len(snap.Batches) != 1 || snap.Batches[0].File != "b.csv" {
		t.Errorf("the record holds %+v, %v", snap, err)
	}
	// What the other has imported is not here, and that is said.
	if _, err := w.Ground(t.Context(), app.GroundRequest{}); err == nil || !strings.Contains(err.Error(), "batch b1: the original") {
		t.Errorf("a question without the original: %v", err)
	}
	if _, err := w.Import(t.Context(), first); err == nil || !strings.Contains(err.Error(), "batch b1: the original") {
		t.Errorf("an import without the original: %v", err)
	}
	if err := errors.Join(w.Store.Check(t.Context()), w.Close(), other.Close()); err != nil {
		t.Error(err)
	}
}
