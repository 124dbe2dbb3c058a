package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// grace is how long a process may take to end.
const grace = 10 * time.Second

// pollEvery is how often we look whether a process has ended.
const pollEvery = 50 * time.Millisecond

// node is one Java process of the cluster and its folder.
type node struct {
	name string // coordinator, worker1, worker2
	dir  string
}

func (n node) path(name string) string { return filepath.Join(n.dir, name) }

// configure writes the node's settings; the folder stays as it is otherwise.
func (n node) configure(files map[string]string) error {
	if err := os.RemoveAll(n.path("etc")); err != nil {
		return err
	}
	for name, text := range files {
		path := n.path(filepath.Join("etc", name))
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			return err
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			return err
		}
	}
	return os.MkdirAll(n.path("data"), 0o750)
}

// start starts the process, unless it runs, in a session of its own, so that it
// outlives this command and no key of the terminal reaches it.
func (n node) start(d distribution, heap string) error {
	if n.pid() != 0 {
		return nil
	}
	log, err := os.OpenFile(n.path("log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	args := append(slices.Clone(javaOptions), "-Xmx"+heap)
	args = append(args, strings.Fields(os.Getenv(javaOptionsName))...)
	args = append(args, "-cp", filepath.Join(d.lib, "*"),
		"-Dconfig="+n.path("etc/config.properties"), "-Dlog.levels-file="+n.path("etc/log.properties"),
		"-Dnode.id="+n.name, "-Dnode.environment=clientele", "-Dnode.bind-ip=127.0.0.1", "-Dnode.internal-address=127.0.0.1",
		"-Dnode.data-dir="+n.path("data"), "-Dplugin.dir="+d.plugins, "-Dcatalog.config-dir="+n.path("etc/catalog"),
		mainClass)
	cmd := exec.Command(d.java, args...) //nolint:gosec,noctx // it is to outlive this command
	cmd.Dir, cmd.Stdout, cmd.Stderr = n.path("data"), log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := errors.Join(cmd.Start(), log.Close()); err != nil {
		return fmt.Errorf("start %s: %w", n.name, err)
	}
	pid := strconv.Itoa(cmd.Process.Pid)
	if err := os.WriteFile(n.path("pid"), []byte(pid+"\n"), 0o600); err != nil { //nolint:gosec // the cluster's own folder
		return errors.Join(err, cmd.Process.Kill())
	}
	return cmd.Process.Release()
}

// pid is the id of the running process, or 0. A number that now belongs to another
// program is not taken for it.
func (n node) pid() int {
	text, err := os.ReadFile(n.path("pid"))
	if err != nil {
		return 0
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil || pid <= 1 {
		return 0
	}
	line, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "cmdline")) // empty for the dead
	if err != nil || !slices.Contains(strings.Split(string(line), "\x00"), "-Dnode.data-dir="+n.path("data")) {
		return 0
	}
	return pid
}

// stop asks all the processes to end, and kills those that still run after the grace.
func stop(ctx context.Context, nodes []node, grace time.Duration) error {
	for _, n := range nodes {
		if err := n.signal(syscall.SIGTERM); err != nil {
			return err
		}
	}
	_, err := wait(ctx, grace, pollEvery, func() (bool, error) {
		return !slices.ContainsFunc(nodes, func(n node) bool { return n.pid() != 0 }), nil
	})
	for _, n := range nodes {
		err = errors.Join(err, n.kill(ctx))
	}
	return err
}

// kill ends the process at once, as a crash of its machine would.
func (n node) kill(ctx context.Context) error {
	if err := n.signal(syscall.SIGKILL); err != nil {
		return err
	}
	ended, err := wait(ctx, grace, pollEvery, func() (bool, error) { return n.pid() == 0, nil })
	if err != nil {
		return err
	}
	if !ended {
		return fmt.Errorf("%s, process %d, does not end", n.name, n.pid())
	}
	return remove(n.path("pid"))
}

// signal does nothing where no process runs.
func (n node) signal(s syscall.Signal) error {
	pid := n.pid()
	if pid == 0 {
		return nil
	}
	if err := syscall.Kill(pid, s); err != nil && !errors.Is(err, syscall.ESRCH) {
		return fmt.Errorf("stop %s, process %d: %w", n.name, pid, err)
	}
	return nil
}

// tail is the end of the node's log: what a person wants to see of a failed start.
func (n node) tail(lines int) string {
	text, err := os.ReadFile(n.path("log"))
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return ""
		}
		return err.Error()
	}
	all := strings.Split(strings.TrimRight(string(text), "\n"), "\n")
	return strings.Join(all[max(0, len(all)-lines):], "\n")
}
