package trino_test

import (
	"os"
	"os/exec"
	"testing"
	"time"

	"clientele/internal/clock"
	"clientele/internal/engine/trino"
	"clientele/internal/fault"
	"clientele/internal/period"
)

// command runs a command of the test cluster's script.
func command(t *testing.T, args ...string) {
	t.Helper()
	state := os.Getenv("CLIENTELE_TEST_CLUSTER")
	if state == "" {
		t.Skip("cluster: CLIENTELE_TEST_CLUSTER names no cluster whose nodes may be killed")
	}
	cmd := exec.CommandContext(t.Context(), "../../../scripts/cluster.sh", args...)
	cmd.Env = append(os.Environ(), "CLIENTELE_CLUSTER="+state)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %v\n%s", args, err, out)
	}
}

// long is a question that takes some seconds and has a stage on every worker: the rows
// are counted by groups, which the workers share.
const long = "SELECT sum(n) FROM (SELECT a.x, count(*) AS n FROM UNNEST(sequence(1, 3000)) a (x) CROSS JOIN UNNEST(sequence(1, 3000)) b (x) CROSS JOIN UNNEST(sequence(1, 10)) c (x) WHERE a.x * b.x + c.x > 0 GROUP BY a.x)"

const longAnswer = 3000 * 3000 * 10

// TestClusterLostWorker kills a worker while it works: the right answer, or a clear error
// and the right answer when it is asked again; never a wrong one.
func TestClusterLostWorker(t *testing.T) { //nolint:paralleltest // others need the worker
	c := cluster(t)
	command(t, "status")
	name := firmTable(t, c)
	r := rollup(t, c, firmSource(name), name)
	first, err := refresh(t, r, 100, period.NoDate)
	if err != nil {
		t.Fatal(err)
	}
	ask := func() error {
		n, err := c.Number(t.Context(), long)
		if err == nil && n != longAnswer {
			t.Errorf("%d, want %d", n, longAnswer)
		}
		return err
	}
	start := clock.System()
	if err := ask(); err != nil {
		t.Fatal(err)
	}
	undisturbed := clock.System().Sub(start)
	done := make(chan error, 1)
	go func() { done <- ask() }()
	command(t, "kill-worker", "2")
	defer command(t, "start-worker", "2")
	start = clock.System()
	if err := <-done; err != nil {
		says(t, err, fault.Failed, "lost a node")
	}
	// The cluster gives a worker up within seconds; then the other does all of it, as
	// slowly as this machine is.
	if d := clock.System().Sub(start); d > 30*time.Second+3*undisturbed {
		t.Errorf("it took %v to answer or to say, and %v undisturbed", d, undisturbed)
	}
	// With one worker the book is the same, and a refresh goes on.
	again, err := refresh(t, r, 200, period.NoDate)
	if err != nil || !again.Unchanged {
		t.Errorf("a refresh on one worker: %+v, %v", again, err)
	}
	if got := len(first.State.Months); got != 3 {
		t.Errorf("%d months", got)
	}
}

// TestClusterDeadCoordinator: no answer is told of within seconds, and after a new start
// the same connection works on.
func TestClusterDeadCoordinator(t *testing.T) { //nolint:paralleltest // others need the coordinator
	c := cluster(t)
	command(t, "status")
	done := make(chan error, 1)
	go func() {
		_, err := c.Number(t.Context(), long)
		done <- err
	}()
	command(t, "kill-coordinator")
	start := clock.System()
	says(t, <-done, fault.Failed, "does not answer")
	_, err := trino.Connect(t.Context(), trino.Options{URL: address(t)})
	says(t, err, fault.Failed, "does not answer")
	if d := clock.System().Sub(start); d > 30*time.Second {
		t.Errorf("it took %v to say so twice", d)
	}
	command(t, "restart-coordinator")
	if n, err := c.Number(t.Context(), "SELECT count(*) FROM system.runtime.nodes WHERE NOT coordinator"); err != nil || n != 2 {
		t.Errorf("after a new start: %d workers, %v", n, err)
	}
}
