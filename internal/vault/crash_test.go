package vault_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"clientele/internal/clock"
	"clientele/internal/fault"
	"clientele/internal/ledger"
	"clientele/internal/vault"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// workspace is a vault with the part of the record that the vault depends on.
type workspace struct {
	fs        vault.FS
	vault     *vault.Vault
	committed vault.Ref // what the record names
	originals []string  // what the record knows
	version   vault.Version
	attempts  int
}

func (w *workspace) open() (err error) {
	w.vault, err = vault.Open("/w", vault.Options{FS: w.fs, Now: clock.Fixed(noon)})
	return err
}

func (w *workspace) create() (err error) {
	w.vault, err = vault.Create("/w", vault.Options{FS: w.fs, Now: clock.Fixed(noon)})
	return err
}

// add is an import from the first byte to the commit, and the tidying after it.
// Every attempt writes other results, so that a mix would be seen.
func (w *workspace) add(ctx context.Context, n int) error {
	w.attempts++
	original, err := w.vault.Keep(ctx, strings.NewReader(fmt.Sprintf("file %d", n)), nil)
	if err != nil {
		return err
	}
	build, err := w.vault.NewBuild()
	if err != nil {
		return err
	}
	batch := vault.BatchFiles{ID: fmt.Sprintf("b%d", n), Kind: ledger.Invoiced}
	for _, role := range []vault.Role{vault.Lines, vault.Cells} {
		name := string(role) + ".parquet"
		if err := put(w.fs, filepath.Join(build, name), fmt.Sprintf("%s of %d, attempt %d", role, n, w.attempts)); err != nil {
			return err
		}
		size, hash, err := w.vault.Fingerprint(ctx, filepath.Join(build, name))
		if err != nil {
			return err
		}
		batch.Files = append(batch.Files, vault.File{Path: name, Size: size, Hash: hash, Role: role, Rows: 1})
	}
	folder, err := w.vault.Adopt(ctx, build, batch.ID)
	if err != nil {
		return err
	}
	for i := range batch.Files {
		batch.Files[i].Path = folder + "/" + batch.Files[i].Path
	}
	next := w.version
	next.Revision, next.Previous, next.Created = w.committed.Revision+1, w.committed, noon
	next.Batches = append(slices.Clone(next.Batches), batch)
	ref, err := w.vault.Publish(ctx, next)
	if err != nil {
		return err
	}
	w.committed, w.version, w.originals = ref, next, append(w.originals, original.SHA256) // the record's transaction
	_, err = w.vault.Sweep(ctx, w.committed)
	return err
}

// verify: what the record names is whole, and so is the version before.
func (w *workspace) verify(t *testing.T) {
	t.Helper()
	ctx := t.Context()
	for _, hash := range w.originals {
		if err := w.vault.VerifyOriginal(ctx, hash); err != nil {
			t.Errorf("original: %v", err)
		}
	}
	for ref := w.committed; ref.Revision > 0 && ref.Revision > w.committed.Revision-2; {
		version, err := w.vault.At(ref)
		if err != nil {
			t.Errorf("version %d: %v", ref.Revision, err)
			return
		}
		if len(version.Batches) != int(ref.Revision) {
			t.Errorf("version %d has %d batches", ref.Revision, len(version.Batches))
		}
		if bad, err := w.vault.Verify(ctx, &version, vault.Scope{}); len(bad) > 0 || err != nil {
			t.Errorf("version %d: damaged %v, %v", ref.Revision, bad, err)
		}
		ref = version.Previous
	}
}

// tidy: nothing is left over.
func (w *workspace) tidy(t *testing.T) {
	t.Helper()
	count := func(folder string, want int) {
		t.Helper()
		entries, err := w.fs.List("/w/.clientele/" + folder)
		if err != nil || len(entries) != want {
			t.Errorf("%s holds %v (%v), want %d", folder, entries, err, want)
		}
	}
	count("originals", len(w.originals))
	count("cache/build", 0)
	count("cache/batches", len(w.version.Batches))
	count("cache/versions", min(2, int(w.committed.Revision)))
}

const imports = 3

// run makes a workspace and imports into it, from wherever it stands.
func (w *workspace) run(ctx context.Context) error {
	if err := w.open(); err != nil {
		if fault.KindOf(err) != fault.NotFound {
			return err
		}
		if err := w.create(); err != nil {
			return err
		}
	}
	for n := len(w.version.Batches) + 1; n <= imports; n++ {
		if err := w.add(ctx, n); err != nil {
			return err
		}
	}
	return nil
}

var errDead = errors.New("the process is dead")

// TestCrash stops the process before each operation of creating a workspace and
// three imports, once with all that was written kept and once with everything lost
// that was not synced, opens what is left, and goes on to the end.
func TestCrash(t *testing.T) {
	t.Parallel()
	whole := newMemFS()
	if err := (&workspace{fs: whole}).run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if whole.ops < 60 {
		t.Fatalf("only %d operations", whole.ops)
	}
	for _, cut := range []bool{false, true} {
		for stop := 1; stop <= whole.ops; stop++ {
			m := newMemFS()
			died := ""
			m.fail = func(op int, what, name string) error {
				if op < stop {
					return nil
				}
				if op == stop {
					died = what + " " + name
				}
				return errDead
			}
			w := &workspace{fs: m}
			if err := w.run(t.Context()); !errors.Is(err, errDead) {
				t.Fatalf("before operation %d: %v", stop, err)
			}
			m.fail = nil
			if cut {
				m.powerCut()
			}
			recoverFrom(t, w, fmt.Sprintf("power cut %v, before operation %d, %s", cut, stop, died))
			if t.Failed() {
				return
			}
		}
	}
}

func recoverFrom(t *testing.T, w *workspace, where string) {
	t.Helper()
	defer func() {
		if t.Failed() {
			t.Log(where)
		}
	}()
	switch err := w.open(); {
	case err == nil:
		w.verify(t)
		if _, err := w.vault.Sweep(t.Context(), w.committed); err != nil {
			t.Errorf("sweep: %v", err)
		}
		w.verify(t)
		if _, ref, err := w.vault.Current(); err != nil || ref != w.committed {
			t.Errorf("current is %v (%v), the record says %v", ref, err, w.committed)
		}
	case fault.KindOf(err) != fault.NotFound || w.committed.Revision > 0:
		t.Errorf("open: %v", err)
	}
	if err := w.run(t.Context()); err != nil {
		t.Errorf("going on: %v", err)
	}
	w.verify(t)
	if _, err := w.vault.Sweep(t.Context(), w.committed); err != nil {
		t.Errorf("sweep: %v", err)
	}
	if len(w.version.Batches) == imports {
		w.tidy(t)
	}
}

// TestDiskFull lets each operation that takes room fail once, as on a full disk: the
// error says so, what holds still holds, and the same again works.
func TestDiskFull(t *testing.T) {
	t.Parallel()
	whole := newMemFS()
	if err := (&workspace{fs: whole}).run(t.Context()); err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	for at := 1; at <= whole.ops; at++ {
		m := newMemFS()
		m.fail = func(op int, what, name string) error {
			if op == at && (what == "write" || what == "sync" || what == "create" || what == "mkdir" || what == "rename") {
				seen[what]++
				return fmt.Errorf("%s %s: %w", what, name, syscall.ENOSPC)
			}
			return nil
		}
		w := &workspace{fs: m}
		err := w.run(t.Context())
		if err == nil {
			continue // an operation that takes no room
		}
		e, ours := errors.AsType[*fault.Error](err)
		// What the test itself writes into a build is not the vault's to explain.
		if ours && (e.Kind != fault.Failed || e.Message != "the disk is full" || e.Remedy == "") || !errors.Is(err, syscall.ENOSPC) {
			t.Errorf("operation %d: %v", at, err)
		}
		recoverFrom(t, w, fmt.Sprintf("disk full at operation %d", at))
		if t.Failed() {
			return
		}
	}
	if seen["write"] < 8 || seen["sync"] < 20 || seen["rename"] < 8 {
		t.Errorf("too few failures were tried: %v", seen)
	}
}
