package cli_test

import (
	"os"
	"path/filepath"
	"syscall"

	"github.com/rogpeppe/go-internal/testscript"

	"clientele/internal/vault"
)

// damageCommand changes one byte in the middle of each file that the patterns name.
func damageCommand(ts *testscript.TestScript, _ bool, args []string) {
	for _, pattern := range args {
		list, err := filepath.Glob(ts.MkAbs(pattern))
		ts.Check(err)
		if len(list) == 0 {
			ts.Fatalf("there is no %s", pattern)
		}
		for _, path := range list {
			data, err := os.ReadFile(path)
			ts.Check(err)
			data[len(data)/2] ^= 0x20
			ts.Check(os.Chmod(path, 0o600))
			ts.Check(os.WriteFile(path, data, 0o600))
		}
	}
}

// lockedCommand runs a command while another process, this one, changes the workspace:
// `locked DIR [code N] PROGRAM ARG…`.
func lockedCommand(ts *testscript.TestScript, _ bool, args []string) {
	v, err := vault.Open(ts.MkAbs(args[0]), vault.Options{})
	ts.Check(err)
	lock, err := v.Lock("clientele import")
	ts.Check(err)
	defer func() {
		// A script beside this one may be starting a program: until that has begun it
		// holds what this process has open, and so the lock.
		syscall.ForkLock.RLock()
		defer syscall.ForkLock.RUnlock()
		ts.Check(lock.Release())
	}()
	if args[1] == "code" {
		codeCommand(ts, false, args[2:])
		return
	}
	ts.Check(ts.Exec(args[1], args[2:]...))
}
