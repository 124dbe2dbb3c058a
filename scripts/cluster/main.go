// Command cluster starts and stops a Trino cluster on this machine, for tests: one
// coordinator that only plans, two workers, and PostgreSQL for the Iceberg catalog,
// all on loopback. Its folder is CLIENTELE_CLUSTER, or .tools/cluster in the
// checkout; `up` leaves the file `env` there, which says how to reach everything.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

const usage = "usage: cluster up|down|status|kill-worker N|start-worker N|kill-coordinator|restart-coordinator"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "cluster:", err)
		stop()
		os.Exit(1) //nolint:gocritic // stop has run
	}
}

func run(ctx context.Context, args []string) error {
	dir, err := stateFolder()
	if err != nil {
		return err
	}
	unlock, err := lock(dir)
	if err != nil {
		return err
	}
	defer unlock()
	c, err := load(dir)
	if err != nil {
		return err
	}
	switch verb, rest := first(args); {
	case len(rest) == 0 && verb == "up":
		return c.up(ctx)
	case len(rest) == 0 && verb == "down":
		return c.down(ctx)
	case len(rest) == 0 && verb == "status":
		return c.status(ctx, os.Stdout)
	case len(rest) == 0 && verb == "kill-coordinator":
		return c.coordinator().kill(ctx)
	case len(rest) == 0 && verb == "restart-coordinator":
		return c.restartCoordinator(ctx)
	case len(rest) == 1 && (verb == "kill-worker" || verb == "start-worker"):
		n, err := strconv.Atoi(rest[0])
		if err != nil || n < 1 || n > workers {
			return fmt.Errorf("worker %q: workers are numbered 1 to %d", rest[0], workers)
		}
		if verb == "kill-worker" {
			return c.worker(n).kill(ctx)
		}
		return c.startWorker(ctx, n)
	default:
		return errors.New(usage)
	}
}

func first(args []string) (verb string, rest []string) {
	if len(args) == 0 {
		return "", nil
	}
	return args[0], args[1:]
}

// stateFolder is where the cluster keeps all that is its own, made if missing.
func stateFolder() (string, error) {
	dir := os.Getenv("CLIENTELE_CLUSTER")
	if dir == "" {
		dir = filepath.Join(".tools", "cluster")
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", fmt.Errorf("the cluster's folder: %w", err)
	}
	// PostgreSQL may run as another user, who has to get through.
	if err := os.MkdirAll(dir, 0o755); err != nil { //nolint:gosec // see above
		return "", fmt.Errorf("the cluster's folder: %w", err)
	}
	return dir, nil
}

// lock lets one command at a time work on a cluster, or on the cache; the others
// wait for it.
func lock(dir string) (unlock func(), err error) {
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600) //nolint:gosec // the cluster's own folder
	if err != nil {
		return nil, fmt.Errorf("lock %s: %w", dir, err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX); err != nil {
		return nil, fmt.Errorf("lock %s: %w", dir, errors.Join(err, f.Close()))
	}
	return func() { f.Close() }, nil //nolint:errcheck,gosec // nothing was written; the lock ends with the descriptor
}

// say tells of progress, on stderr.
func say(format string, args ...any) { fmt.Fprintf(os.Stderr, "cluster: "+format+"\n", args...) }

// wait asks done until it holds, the time is over, or it fails.
func wait(ctx context.Context, limit, every time.Duration, done func() (bool, error)) (bool, error) {
	for end := time.Now().Add(limit); ; {
		if ok, err := done(); ok || err != nil {
			return ok, err
		}
		if time.Now().After(end) {
			return false, nil
		}
		select {
		case <-ctx.Done():
			return false, ctx.Err()
		case <-time.After(every):
		}
	}
}
