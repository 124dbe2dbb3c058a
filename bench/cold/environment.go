package main

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
)

const (
	duckdb = "DuckDB, exact"
	polars = "Polars, exact"
)

// peers are hand-written scripts, each of which prints the figures on one line.
var peers = []struct{ name, script string }{
	{duckdb, "duckdb_line.py"},
	{"pandas, floats", "pandas_line.py"},
	{"pandas, exact", "pandas_exact_line.py"},
	{polars, "polars_line.py"},
}

const venv = ".tools/bench-venv"

// requirements are the pinned versions of the peers.
//
//go:embed peers/requirements.txt
var requirements []byte

// environment makes a Python with the pinned peers, once, and returns its program.
func environment(ctx context.Context) (string, error) {
	bin := filepath.Join(venv, "bin", "python")
	if runtime.GOOS == "windows" {
		bin = filepath.Join(venv, "Scripts", "python.exe")
	}
	stamp := filepath.Join(venv, "installed.txt")
	if have, err := os.ReadFile(stamp); err == nil && string(have) == string(requirements) { //nolint:gosec // a file of our own
		return filepath.Abs(bin)
	}
	python, err := exec.LookPath("python3")
	if err != nil {
		return "", errors.New("python3 is not installed: the peers are left out")
	}
	for _, argv := range [][]string{
		{python, "-m", "venv", "--clear", venv},
		{bin, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement", filepath.Join("bench", "cold", "peers", "requirements.txt")},
	} {
		cmd := exec.CommandContext(ctx, argv[0], argv[1:]...) //nolint:gosec // the commands above
		if out, err := cmd.CombinedOutput(); err != nil {
			return "", fmt.Errorf("the peers cannot be installed: %w\n%s", err, out)
		}
	}
	if err := os.WriteFile(stamp, requirements, 0o600); err != nil {
		return "", err
	}
	return filepath.Abs(bin)
}
