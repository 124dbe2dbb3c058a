package app_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"clientele/internal/app"
	"clientele/internal/boot"
	"clientele/internal/clock"
	"clientele/internal/fault"
	"clientele/internal/store"
)

// childEnv names the workspace folder in which this test binary imports instead of
// testing; limitEnv bounds the size of the files that it may write.
const (
	childEnv = "CLIENTELE_TEST_IMPORT"
	limitEnv = "CLIENTELE_TEST_FILE_BYTES"
)

// TestMain lets the test binary be the process that is killed.
func TestMain(m *testing.M) {
	if dir := os.Getenv(childEnv); dir != "" {
		os.Exit(importAsChild(dir))
	}
	os.Exit(m.Run())
}

// importAsChild imports every file of the folder, and says when each is acknowledged.
func importAsChild(dir string) int {
	if limit := os.Getenv(limitEnv); limit != "" {
		var n uint64
		if _, err := fmt.Sscan(limit, &n); err != nil {
			return 3
		}
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: n, Max: n}); err != nil {
			return 3
		}
	}
	ctx := context.Background()
	w, err := boot.Open(ctx, boot.Options{Dir: dir, Clock: clock.Fixed(time.Date(2026, 7, 15, 12, 0, 0, 0, time.UTC)), Actor: "child"})
	if err != nil {
		fmt.Println("failed", err)
		return 1
	}
	defer w.Close() //nolint:errcheck // the process ends
	files, err := filepath.Glob(filepath.Join(dir, "*.csv"))
	if err != nil {
		return 3
	}
	for _, path := range files {
		a, err := w.Import(ctx, app.ImportRequest{Path: path})
		if err != nil {
			fmt.Println("failed", err)
			return 1
		}
		fmt.Println("imported", filepath.Base(path), a.Batch)
	}
	return 0
}

// sales writes n invoices of 1.00 each, numbered from first.
func sales(first, n int) string {
	var b strings.Builder
	b.WriteString("Invoice,Date,Client,Amount\n")
	for i := range n {
		fmt.Fprintf(&b, "%d,2026-%02d-%02d,Client %d,1.00\n", first+i, 1+i%6, 1+i%28, i%97)
	}
	return b.String()
}

func child(t *testing.T, dir string, env ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^$")
	cmd.Env = append(append(os.Environ(), childEnv+"="+dir), env...)
	return cmd
}

// A process that is killed while it imports leaves the batches that it acknowledged, and
// no others half-way: after any kill the account closes and the audit agrees.
func TestKilledImports(t *testing.T) {
	t.Parallel()
	const kills = 12
	f := newShop(t)
	for i := range 8 {
		f.file(fmt.Sprintf("sales-%d.csv", i), sales(10_000*i, 3000))
	}
	dice := rand.New(rand.NewPCG(7, 7))
	acknowledged := map[string]bool{}
	for range kills {
		cmd := child(t, f.dir)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		timer := time.AfterFunc(time.Duration(10+dice.IntN(150))*time.Millisecond, func() {
			_ = cmd.Process.Kill() //nolint:errcheck // it may have ended by itself
		})
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			if name, ok := strings.CutPrefix(lines.Text(), "imported "); ok {
				acknowledged[strings.Fields(name)[0]] = true
			}
		}
		_ = cmd.Wait() //nolint:errcheck // a kill is an error, and what is wanted
		timer.Stop()
		f.reopen()
		live := map[string]bool{}
		list, err := f.Batches(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range list {
			if b.State == store.Live {
				live[b.File] = true
			}
		}
		for name := range acknowledged {
			if !live[name] {
				t.Fatalf("%s was acknowledged and is gone", name)
			}
		}
		if len(live) > 0 {
			if got, want := f.total(), fmt.Sprintf("%d.00", 3000*len(live)); got != want {
				t.Fatalf("total %s with %d batches, want %s", got, len(live), want)
			}
		}
	}
	f.audit()
}

// A full disk fails the import with a clear message and leaves the workspace as it was.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	f := newShop(t)
	f.importing("january.csv", january)
	f.file("large.csv", sales(1, 40_000))
	if err := os.Remove(filepath.Join(f.dir, "january.csv")); err != nil {
		t.Fatal(err)
	}
	out, err := child(t, f.dir, limitEnv+"=200000").Output()
	if exit, ok := errors.AsType[*exec.ExitError](err); !ok || exit.ExitCode() != 1 || !strings.HasPrefix(string(out), "failed ") {
		t.Fatalf("%v, said %q; want a failure that says why", err, out)
	}
	if strings.Contains(string(out), "goroutine") {
		t.Errorf("a stack trace: %s", out)
	}
	f.reopen()
	if got := f.total(); got != "1000.00" {
		t.Errorf("total %s, want 1000.00 as before", got)
	}
	f.audit()
	if a := f.bring(app.ImportRequest{Path: filepath.Join(f.dir, "large.csv")}); a.Control.Loaded.Rows != 40_000 {
		t.Errorf("with space again: %d rows, want 40,000", a.Control.Loaded.Rows)
	}
	if _, err := f.Import(t.Context(), app.ImportRequest{Path: filepath.Join(f.dir, "none.csv")}); fault.KindOf(err) != fault.NotFound {
		t.Errorf("a file that is not there: %v", err)
	}
}
