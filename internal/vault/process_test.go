package vault_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"clientele/internal/clock"
	"clientele/internal/fault"
	"clientele/internal/ledger"
	"clientele/internal/period"
	"clientele/internal/store"
	"clientele/internal/store/sqlstore"
	"clientele/internal/vault"
)

// TestMain runs the tests, or, as a child of one of them, what it asks for.
func TestMain(m *testing.M) {
	dir := os.Getenv("VAULT_TEST_DIR")
	var err error
	switch os.Getenv("VAULT_TEST_CHILD") {
	case "":
		os.Exit(m.Run())
	case "hold":
		err = hold(dir)
	case "import":
		err = importForever(dir)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// child starts this test again as another process; its lines come from out.
func child(t *testing.T, what, dir string) (cmd *exec.Cmd, in io.WriteCloser, out *bufio.Reader) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd = exec.CommandContext(t.Context(), self)
	cmd.Env = append(os.Environ(), "VAULT_TEST_CHILD="+what, "VAULT_TEST_DIR="+dir)
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd, stdin, bufio.NewReader(stdout)
}

// hold takes the lock until its input ends.
func hold(dir string) error {
	v, err := vault.Open(dir, fixed())
	if err != nil {
		return err
	}
	lock, err := v.Lock("clientele import")
	if err != nil {
		return err
	}
	fmt.Println("held")
	_, err = io.Copy(io.Discard, os.Stdin)
	return errors.Join(err, lock.Release())
}

func TestLock(t *testing.T) {
	t.Parallel()
	v, dir := newVault(t)
	cmd, in, out := child(t, "hold", dir)
	if line, err := out.ReadString('\n'); line != "held\n" {
		t.Fatalf("child says %q, %v", line, err)
	}
	_, err := v.Lock("clientele undo")
	wantFault(t, err, fault.Locked, "clientele import", "process "+strconv.Itoa(cmd.Process.Pid), "2026-03-01 12:00 UTC", "try again")
	if err := errors.Join(in.Close(), cmd.Wait()); err != nil {
		t.Fatal(err)
	}
	lock, err := v.Lock("clientele undo")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := v.Lock("clientele merge"); fault.KindOf(err) != fault.Locked {
		t.Errorf("twice in one process: %v", err)
	}
	if err := lock.Release(); err != nil {
		t.Error(err)
	}
	// What a process that died left behind does not count, and if its text is not
	// whole, nobody is named.
	cmd, _, out = child(t, "hold", dir)
	if line, err := out.ReadString('\n'); line != "held\n" {
		t.Fatalf("child says %q, %v", line, err)
	}
	writeFile(t, filepath.Join(dir, vault.Folder, "lock"), `{"pid":`)
	_, err = v.Lock("clientele undo")
	wantFault(t, err, fault.Locked, "another process")
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() //nolint:errcheck // it was killed, so it fails
	lock, err = v.Lock("clientele undo")
	if err != nil {
		t.Fatal(err)
	}
	if err := lock.Release(); err != nil {
		t.Error(err)
	}
}

// importForever imports small batches, with the real record, until it is killed. It
// prints a line before each step and after each commit.
func importForever(dir string) error {
	ctx := context.Background()
	v, err := vault.Open(dir, vault.Options{})
	if err != nil {
		return err
	}
	if _, err := v.Lock("clientele import"); err != nil {
		return err
	}
	s, err := sqlstore.Open(ctx, v.RecordPath(), clock.System)
	if err != nil {
		return err
	}
	snap, err := s.Snapshot(ctx)
	if err != nil {
		return err
	}
	if _, err := v.Sweep(ctx, refOf(snap)); err != nil {
		return err
	}
	for {
		revision, err := importOne(ctx, v, s)
		if err != nil {
			return err
		}
		fmt.Println("committed", revision)
	}
}

func refOf(snap *store.Snapshot) vault.Ref {
	return vault.Ref{Revision: snap.Published.Revision, Digest: snap.Published.Digest}
}

// importOne is an import as the application does it.
func importOne(ctx context.Context, v *vault.Vault, s store.Store) (int64, error) {
	snap, err := s.Snapshot(ctx)
	if err != nil {
		return 0, err
	}
	version := vault.Version{}
	if snap.Published.Revision > 0 {
		if version, err = v.At(refOf(snap)); err != nil {
			return 0, err
		}
	}
	content := strings.Repeat(fmt.Sprintf("revision %d;", snap.Revision), 2000)
	fmt.Println("keep")
	original, err := v.Keep(ctx, strings.NewReader(content), nil)
	if err != nil {
		return 0, err
	}
	return s.Change(ctx, "child", func(tx *store.Tx) error {
		fmt.Println("build")
		id, err := tx.Batches.NewID(ctx)
		if err != nil {
			return err
		}
		batch, err := build(ctx, v, id, content)
		if err != nil {
			return err
		}
		err = tx.Batches.Add(ctx, store.Batch{
			ID: id, SHA256: original.SHA256, Size: original.Size, Kind: ledger.Invoiced,
			FirstDay: period.NoDate, LastDay: period.NoDate, Result: batch.Digest(),
		})
		if err != nil {
			return err
		}
		version.Previous, version.Revision = vault.Ref{}, tx.Revision
		version.Batches = append(version.Batches, batch)
		fmt.Println("publish")
		ref, err := v.Publish(ctx, version)
		if err != nil {
			return err
		}
		fmt.Println("commit")
		return tx.Versions.Publish(ctx, ref.Digest)
	})
}

func build(ctx context.Context, v *vault.Vault, id, content string) (vault.BatchFiles, error) {
	batch := vault.BatchFiles{ID: id, Kind: ledger.Invoiced}
	dir, err := v.NewBuild()
	if err != nil {
		return batch, err
	}
	name := filepath.Join(dir, "lines.parquet")
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		return batch, err
	}
	size, hash, err := v.Fingerprint(ctx, name)
	if err != nil {
		return batch, err
	}
	fmt.Println("adopt")
	folder, err := v.Adopt(ctx, dir, id)
	batch.Files = []vault.File{{Path: folder + "/lines.parquet", Size: size, Hash: hash, Role: vault.Lines, Rows: 1}}
	return batch, err
}

// TestKill kills an importing process without warning, each time a line later, and
// verifies everything: what was acknowledged is there, and all of it is whole.
func TestKill(t *testing.T) {
	t.Parallel()
	const kills = 20
	v, dir := newVault(t)
	s, err := sqlstore.Create(t.Context(), v.RecordPath(), clock.System)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	acknowledged := int64(0)
	for kill := range kills {
		cmd, _, out := child(t, "import", dir)
		for range 3 + kill {
			line, err := out.ReadString('\n')
			if err != nil {
				t.Fatalf("kill %d: the child ended by itself: %v", kill, err)
			}
			if word, ok := strings.CutPrefix(strings.TrimSpace(line), "committed "); ok {
				if acknowledged, err = strconv.ParseInt(word, 10, 64); err != nil {
					t.Fatal(err)
				}
			}
		}
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		// Lines written between the last that was read and the kill count as well.
		rest, err := io.ReadAll(out)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.SplitSeq(string(rest), "\n") {
			if word, ok := strings.CutPrefix(line, "committed "); ok {
				if n, err := strconv.ParseInt(word, 10, 64); err == nil {
					acknowledged = max(acknowledged, n)
				}
			}
		}
		_ = cmd.Wait() //nolint:errcheck // it was killed, so it fails
		verifyAfterKill(t, dir, acknowledged)
		if t.Failed() {
			t.Fatalf("after kill %d", kill)
		}
	}
	if acknowledged < kills/2 {
		t.Errorf("only %d imports in %d kills", acknowledged, kills)
	}
}

func verifyAfterKill(t *testing.T, dir string, acknowledged int64) {
	t.Helper()
	ctx := t.Context()
	v, err := vault.Open(dir, vault.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s, err := sqlstore.Open(ctx, v.RecordPath(), clock.System)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}()
	if err := s.Check(ctx); err != nil {
		t.Error(err)
	}
	snap, err := s.Snapshot(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if snap.Revision < acknowledged || snap.Revision > acknowledged+1 || int64(len(snap.Batches)) != snap.Revision {
		t.Errorf("revision %d with %d batches, acknowledged %d", snap.Revision, len(snap.Batches), acknowledged)
	}
	if snap.Published.Revision == 0 {
		return
	}
	version, err := v.At(refOf(snap))
	if err != nil {
		t.Fatal(err)
	}
	if bad, err := v.Verify(ctx, &version, vault.Scope{}); err != nil || len(bad) > 0 {
		t.Errorf("damaged %v, %v", bad, err)
	}
	if before, err := v.At(version.Previous); snap.Revision > 1 && (err != nil || before.Revision != snap.Revision-1) {
		t.Errorf("version %d follows %d, %v", version.Revision, before.Revision, err)
	}
	if len(version.Batches) != len(snap.Batches) {
		t.Fatalf("the version has %d batches, the record %d", len(version.Batches), len(snap.Batches))
	}
	for i, b := range snap.Batches {
		if err := v.VerifyOriginal(ctx, b.SHA256); err != nil {
			t.Error(err)
		}
		if version.Batches[i].ID != b.ID || version.Batches[i].Digest() != b.Result {
			t.Errorf("batch %s and its files disagree", b.ID)
		}
	}
}
