package vault_test

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"clientele/internal/clock"
	"clientele/internal/fault"
	"clientele/internal/vault"
)

func fixed() vault.Options { return vault.Options{Now: clock.Fixed(noon)} }

func newVault(t *testing.T) (*vault.Vault, string) {
	t.Helper()
	dir := t.TempDir()
	v, err := vault.Create(dir, fixed())
	if err != nil {
		t.Fatal(err)
	}
	return v, dir
}

func writeFile(t *testing.T, name, content string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// wantFault checks kind and that message and remedy hold the words.
func wantFault(t *testing.T, err error, kind fault.Kind, words ...string) {
	t.Helper()
	e, ok := errors.AsType[*fault.Error](err)
	if !ok || e.Kind != kind {
		t.Errorf("error = %v, want kind %d", err, kind)
		return
	}
	for _, w := range words {
		if !strings.Contains(e.Message+" | "+e.Remedy, w) {
			t.Errorf("error %q does not say %q", e, w)
		}
	}
}

func TestOpenAndCreate(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	_, err := vault.Open(dir, fixed())
	wantFault(t, err, fault.NotFound, "clientele init")
	if entries, err := os.ReadDir(dir); err != nil || len(entries) > 0 {
		t.Errorf("opening made %v, %v", entries, err)
	}
	v, err := vault.Create(dir, fixed())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := vault.Create(dir, fixed()); err != nil {
		t.Errorf("a workspace without a record is completed: %v", err)
	}
	writeFile(t, v.RecordPath(), "x")
	_, err = vault.Create(dir, fixed())
	wantFault(t, err, fault.Usage, "already")
	if _, err := vault.Open(dir, vault.Options{}); err != nil {
		t.Error(err)
	}
	if _, err := vault.Create(filepath.Join(dir, "no", "such"), fixed()); err == nil {
		t.Error("made a workspace in a folder that is not there")
	}
	format := filepath.Join(dir, vault.Folder, "format")
	for text, words := range map[string]string{
		"clientele workspace 2\n": "newer program", "clientele workspace x": "damaged", "": "damaged", "clientele workspace 0": "damaged",
	} {
		writeFile(t, format, text)
		_, err := vault.Open(dir, fixed())
		wantFault(t, err, fault.Failed, words)
		_, err = vault.Create(dir, fixed())
		wantFault(t, err, fault.Failed, words)
	}
}

func TestKeep(t *testing.T) {
	t.Parallel()
	v, dir := newVault(t)
	ctx := t.Context()
	// Source of the hash: FIPS 180-2, example B.1.
	const abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
	var told int64
	o, err := v.Keep(ctx, iotest.OneByteReader(strings.NewReader("abc")), func(n int64) { told = n })
	if err != nil || o.SHA256 != abc || o.Size != 3 || o.Known || told != 3 {
		t.Errorf("kept %+v, told %d, %v", o, told, err)
	}
	name, err := v.OriginalPath(abc)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(name); err != nil || string(got) != "abc" {
		t.Errorf("original = %q, %v", got, err)
	}
	if info, err := os.Stat(name); err != nil || info.Mode().Perm() != 0o400 {
		t.Errorf("mode = %v, %v", info.Mode(), err)
	}
	if o, err := v.Keep(ctx, strings.NewReader("abc"), nil); err != nil || !o.Known {
		t.Errorf("again: %+v, %v", o, err)
	}
	if err := v.VerifyOriginal(ctx, abc); err != nil {
		t.Error(err)
	}
	// One that was cut is seen, set aside and replaced.
	if err := os.Chmod(name, 0o600); err != nil {
		t.Fatal(err)
	}
	writeFile(t, name, "ab")
	wantFault(t, v.VerifyOriginal(ctx, abc), fault.Failed, "damaged")
	if o, err := v.Keep(ctx, strings.NewReader("abc"), nil); err != nil || o.Known {
		t.Errorf("over a damaged one: %+v, %v", o, err)
	}
	if err := v.VerifyOriginal(ctx, abc); err != nil {
		t.Error(err)
	}
	aside, err := os.ReadFile(filepath.Join(dir, vault.Folder, "cache/quarantine/originals_"+abc+"-20260301T120000Z"))
	if err != nil || string(aside) != "ab" {
		t.Errorf("set aside: %q, %v", aside, err)
	}
	for _, hash := range []string{strings.Repeat("0", 64), "../format", "", strings.ToUpper(abc)} {
		_, err := v.OriginalPath(hash)
		wantFault(t, err, fault.NotFound)
		wantFault(t, v.VerifyOriginal(ctx, hash), fault.NotFound)
	}
	if o, err := v.Keep(ctx, bytes.NewReader(nil), nil); err != nil || o.Size != 0 {
		t.Errorf("empty file: %+v, %v", o, err)
	}
}

func TestKeepFails(t *testing.T) {
	t.Parallel()
	v, dir := newVault(t)
	_, err := v.Keep(t.Context(), iotest.ErrReader(fs.ErrClosed), nil)
	wantFault(t, err, fault.Failed, "cannot be read")
	_, err = v.Keep(t.Context(), iotest.ErrReader(fault.New(fault.Input, "x", "zip bomb", "")), nil)
	wantFault(t, err, fault.Input, "zip bomb")
	ctx, cancel := context.WithCancel(t.Context())
	_, err = v.Keep(ctx, strings.NewReader(strings.Repeat("x", 1<<20)), func(int64) { cancel() })
	wantFault(t, err, fault.Canceled)
	if left, err := os.ReadDir(filepath.Join(dir, vault.Folder, "originals")); err != nil || len(left) > 0 {
		t.Errorf("left over: %v, %v", left, err)
	}
}

// published is a vault with one version of one batch of two files.
func published(t *testing.T) (*vault.Vault, vault.Version, vault.Ref) {
	t.Helper()
	v, _ := newVault(t)
	build, err := v.NewBuild()
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, filepath.Join(build, "lines.parquet"), "lines")
	writeFile(t, filepath.Join(build, "cells.parquet"), "cells")
	folder, err := v.Adopt(t.Context(), build, "b1")
	if err != nil || folder != "batches/b1" {
		t.Fatalf("adopted as %q, %v", folder, err)
	}
	batch := vault.BatchFiles{ID: "b1"}
	for _, role := range []vault.Role{vault.Lines, vault.Cells} {
		file := vault.File{Path: folder + "/" + string(role) + ".parquet", Role: role, Rows: 2}
		name, err := v.CachePath(file.Path)
		if err != nil {
			t.Fatal(err)
		}
		if file.Size, file.Hash, err = v.Fingerprint(t.Context(), name); err != nil {
			t.Fatal(err)
		}
		batch.Files = append(batch.Files, file)
	}
	version := vault.Version{
		Revision: 1, Created: noon, EngineVersion: "1.5.6", Batches: []vault.BatchFiles{batch},
	}
	ref, err := v.Publish(t.Context(), version)
	if err != nil {
		t.Fatal(err)
	}
	return v, version, ref
}

func TestVerifyAndSetAside(t *testing.T) {
	t.Parallel()
	damage := map[string]struct {
		harm func(name string) error
		why  string
		seen bool // by sizes alone
	}{
		"missing":  {os.Remove, "missing", true},
		"cut":      {func(name string) error { return os.WriteFile(name, []byte("lin"), 0o600) }, "3 bytes, not 5", true},
		"changed":  {func(name string) error { return os.WriteFile(name, []byte("limes"), 0o600) }, "bytes have changed", false},
		"a folder": {func(name string) error { return errors.Join(os.Remove(name), os.Mkdir(name, 0o700)) }, "cannot be read", true},
	}
	for name, d := range damage {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v, version, ref := published(t)
			at, err := v.At(ref)
			if err != nil {
				t.Fatal(err)
			}
			if bad, err := v.Verify(t.Context(), &at, vault.Scope{}); err != nil || len(bad) > 0 {
				t.Fatalf("damaged from the start: %v, %v", bad, err)
			}
			file := version.Batches[0].Files[0]
			place, err := v.CachePath(file.Path)
			if err != nil {
				t.Fatal(err)
			}
			if err := d.harm(place); err != nil {
				t.Fatal(err)
			}
			bad, err := v.Verify(t.Context(), &at, vault.Scope{})
			if err != nil || len(bad) != 1 || bad[0].Batch != "b1" || bad[0].File != file || !strings.Contains(bad[0].Why, d.why) {
				t.Errorf("damage = %+v, %v, want %q", bad, err, d.why)
			}
			if bad, err := v.Verify(t.Context(), &at, vault.Scope{SizesOnly: true}); err != nil || (len(bad) == 1) != d.seen {
				t.Errorf("by sizes: %+v, %v", bad, err)
			}
			if bad, err := v.Verify(t.Context(), &at, vault.Scope{Roles: []vault.Role{vault.Cells}}); err != nil || len(bad) > 0 {
				t.Errorf("a reader of cells needs no lines: %+v, %v", bad, err)
			}
			aside, err := v.SetAside(file.Path)
			if err != nil {
				t.Fatal(err)
			}
			if (aside == "") != (d.why == "missing") {
				t.Errorf("set aside as %q", aside)
			}
			if aside != "" && !strings.HasSuffix(aside, "batches_b1_lines.parquet-20260301T120000Z") {
				t.Errorf("set aside as %q", aside)
			}
			if _, err := os.Stat(place); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("the damaged file is still there: %v", err)
			}
		})
	}
}

func TestSetAsideTwice(t *testing.T) {
	t.Parallel()
	v, version, _ := published(t)
	file := version.Batches[0].Files[0].Path
	place, err := v.CachePath(file)
	if err != nil {
		t.Fatal(err)
	}
	first, errFirst := v.SetAside(file)
	writeFile(t, place, "again")
	second, errSecond := v.SetAside(file)
	if errFirst != nil || errSecond != nil || first == second {
		t.Errorf("set aside as %q (%v) and %q (%v)", first, errFirst, second, errSecond)
	}
	_, err = v.SetAside("../record.db")
	wantFault(t, err, fault.Failed, "outside")
}

func TestManifest(t *testing.T) {
	t.Parallel()
	v, version, ref := published(t)
	got, current, err := v.Current()
	if err != nil || current != ref || got.EngineVersion != "1.5.6" || !got.Created.Equal(noon) {
		t.Errorf("current = %+v, %v, %v", got, current, err)
	}
	_, err = v.At(vault.Ref{Revision: 2})
	wantFault(t, err, fault.Failed, "missing", "clientele rebuild")
	_, err = v.At(vault.Ref{Revision: 1, Digest: "0"})
	wantFault(t, err, fault.Failed, "damaged", "clientele rebuild")
	for _, bad := range []vault.Version{
		{Revision: 0},
		{Revision: 1, Previous: ref},
		{Revision: 2, Batches: []vault.BatchFiles{{Files: []vault.File{{Path: "../originals/x"}}}}},
		{Revision: 2, Batches: []vault.BatchFiles{{Files: []vault.File{{Path: "/etc/passwd"}}}}},
	} {
		if _, err := v.Publish(t.Context(), bad); err == nil {
			t.Errorf("published %+v", bad)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = v.Publish(ctx, vault.Version{Revision: 2, Previous: ref})
	wantFault(t, err, fault.Canceled)
	_, err = v.Verify(ctx, &version, vault.Scope{})
	wantFault(t, err, fault.Canceled)
	// Another order and other names are the same content.
	batch := version.Batches[0]
	other := vault.BatchFiles{ID: "b9", Files: []vault.File{batch.Files[1], batch.Files[0]}}
	other.Files[0].Path = "batches/b9/x"
	if batch.Digest() != other.Digest() {
		t.Error("the digest of content depends on names or order")
	}
	other.Files[0].Rows++
	if batch.Digest() == other.Digest() {
		t.Error("the digest of content does not see a change")
	}
	current2, err := v.CachePath("current.json")
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, current2, "{")
	_, _, err = v.Current()
	wantFault(t, err, fault.Failed, "damaged")
	if _, err := v.Sweep(t.Context(), ref); err != nil {
		t.Error(err)
	}
	if _, got, err := v.Current(); err != nil || got != ref {
		t.Errorf("after a sweep: %v, %v", got, err)
	}
}

func TestEmptyVault(t *testing.T) {
	t.Parallel()
	v, _ := newVault(t)
	if _, ref, err := v.Current(); err != nil || ref != (vault.Ref{}) {
		t.Errorf("current = %v, %v", ref, err)
	}
	if swept, err := v.Sweep(t.Context(), vault.Ref{}); err != nil || len(swept) > 0 {
		t.Errorf("swept %v, %v", swept, err)
	}
	if v.SpillDir() == "" || v.RecordPath() == "" {
		t.Error("no places")
	}
}

// TestSweepTakesNothingInDoubt: without the manifest that the record names, nobody
// knows what is needed.
func TestSweepTakesNothingInDoubt(t *testing.T) {
	t.Parallel()
	v, version, ref := published(t)
	_, err := v.Sweep(t.Context(), vault.Ref{Revision: ref.Revision, Digest: "other"})
	wantFault(t, err, fault.Failed)
	if bad, err := v.Verify(t.Context(), &version, vault.Scope{}); err != nil || len(bad) > 0 {
		t.Errorf("damaged %v, %v", bad, err)
	}
}

func TestAdopt(t *testing.T) {
	t.Parallel()
	v, _, _ := published(t)
	build, err := v.NewBuild()
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"", "..", "a/b", `a\b`, "b.2"} {
		if _, err := v.Adopt(t.Context(), build, bad); err == nil {
			t.Errorf("adopted as %q", bad)
		}
	}
	folder, err := v.Adopt(t.Context(), build, "b1")
	if err != nil || folder != "batches/b1.2" {
		t.Errorf("adopted as %q, %v", folder, err)
	}
	if _, err := v.Adopt(t.Context(), build, "b2"); err == nil {
		t.Error("adopted a folder that is gone")
	}
	if build, err = v.NewBuild(); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(build, "x"), 0o700); err != nil {
		t.Fatal(err)
	}
	_, err = v.Adopt(t.Context(), build, "b2")
	wantFault(t, err, fault.Internal, "folder in it")
}

func TestNoPermission(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" || os.Geteuid() == 0 {
		t.Skip("this user may write everywhere")
	}
	v, dir := newVault(t)
	if err := os.Chmod(filepath.Join(dir, vault.Folder, "originals"), 0o500); err != nil { //nolint:gosec // a folder needs x
		t.Fatal(err)
	}
	_, err := v.Keep(t.Context(), strings.NewReader("x"), nil)
	wantFault(t, err, fault.Failed, "permissions")
}
