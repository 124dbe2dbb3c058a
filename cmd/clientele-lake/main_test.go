package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"clientele/internal/cli"
)

// Both programs, as they stand side by side. The scripts are here and not with those of
// the other commands because every start of a program that holds lake costs.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"clientele":      func() { os.Exit(cli.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr, os.Getenv)) },
		"clientele-lake": main,
	})
}

// TestScripts runs the scripts in testdata/script. Figures in them are counted by hand.
func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{Dir: filepath.Join("testdata", "script")})
}
