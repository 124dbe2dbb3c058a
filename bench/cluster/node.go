package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// node is one process of a cluster on this machine.
type node struct {
	name string
	pid  string
	peak int64 // bytes that were resident, since forget
}

// findNodes reads the process ids that scripts/cluster.sh keeps; none if the cluster is
// somewhere else.
func findNodes(dir string) (out []node, err error) {
	if dir == "" {
		return nil, nil
	}
	files, err := filepath.Glob(filepath.Join(dir, "*", "pid"))
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		text, err := os.ReadFile(f) //nolint:gosec // in the cluster's folder
		if err != nil {
			return nil, err
		}
		out = append(out, node{name: filepath.Base(filepath.Dir(f)), pid: strings.TrimSpace(string(text))})
	}
	return out, nil
}

func (n *node) file(name string) string { return filepath.Join("/proc", n.pid, name) }

// forget makes the system count the peak anew from here. Where it does not, the peak is
// that of the process's life.
func (n *node) forget() error {
	err := os.WriteFile(n.file("clear_refs"), []byte("5"), 0)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) {
		return nil
	}
	return err
}

// look reads the peak.
func (n *node) look() error {
	text, err := os.ReadFile(n.file("status"))
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s, process %s, has ended", n.name, n.pid)
	}
	if err != nil {
		return err
	}
	for line := range strings.Lines(string(text)) {
		number, ok := strings.CutPrefix(line, "VmHWM:")
		if !ok {
			continue
		}
		kB, err := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(number), "kB")), 10, 64)
		n.peak = kB << 10
		return err
	}
	return fmt.Errorf("the system does not tell the memory of process %s", n.pid)
}
