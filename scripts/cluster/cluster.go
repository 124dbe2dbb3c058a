package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

const (
	workers         = 2
	coordinatorName = "coordinator"

	// The heap of each node, and further options of Java, which win over ours.
	heapName        = "CLIENTELE_CLUSTER_HEAP"
	heapDefault     = "768m"
	javaOptionsName = "CLIENTELE_CLUSTER_JAVA_OPTIONS"

	// bootLimit is three times what a slow machine took.
	bootLimit = 3 * time.Minute
)

// cluster is a coordinator, its workers and PostgreSQL, in one folder.
type cluster struct {
	settings
	nodes []node // the coordinator first
}

// load reads what an earlier start has left; a new folder gives a new cluster.
func load(dir string) (*cluster, error) {
	c := &cluster{settings: settings{dir: dir}}
	c.nodes = append(c.nodes, node{coordinatorName, filepath.Join(dir, coordinatorName)})
	for i := range workers {
		name := fmt.Sprintf("worker%d", i+1)
		c.nodes = append(c.nodes, node{name, filepath.Join(dir, name)})
	}
	text, err := os.ReadFile(c.file())
	if errors.Is(err, fs.ErrNotExist) {
		return c, nil
	}
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(text, &c.settings); err != nil {
		return nil, fmt.Errorf("%s: %w; remove it after `cluster down`", c.file(), err)
	}
	return c, nil
}

func (c *cluster) file() string      { return filepath.Join(c.dir, "settings.json") }
func (c *cluster) coordinator() node { return c.nodes[0] }
func (c *cluster) worker(n int) node { return c.nodes[n] }
func (c *cluster) postgres() string  { return filepath.Join(c.dir, "postgres") }
func (c *cluster) env() string       { return filepath.Join(c.dir, "env") }
func (c *cluster) address() string   { return fmt.Sprintf("http://127.0.0.1:%d", c.Ports[0]) }

// made tells whether the folder holds a cluster, running or not.
func (c *cluster) made() bool { return len(c.Ports) == len(c.nodes) }

func (c *cluster) running() bool {
	return slices.ContainsFunc(c.nodes, func(n node) bool { return n.pid() != 0 })
}

// up starts what does not run and waits until all workers take part.
func (c *cluster) up(ctx context.Context) error {
	if runtime.GOOS != "linux" {
		return fmt.Errorf("the cluster starts on Linux only, this is %s", runtime.GOOS)
	}
	begun := time.Now()
	d, err := fetch(ctx)
	if err != nil {
		return err
	}
	if err := c.choose(ctx); err != nil {
		return err
	}
	if err := c.tables(ctx); err != nil {
		return fmt.Errorf("the Iceberg catalog: %w", err)
	}
	for i := range c.nodes {
		if err := c.startNode(d, i); err != nil {
			return err
		}
	}
	if err := c.ready(ctx); err != nil {
		return err
	}
	if err := os.WriteFile(c.env(), []byte(c.environment()), 0o600); err != nil {
		return err
	}
	say("up after %.0f s at %s; how to reach it: %s", time.Since(begun).Seconds(), c.address(), c.env())
	return nil
}

// choose starts PostgreSQL and settles the ports and the secret, which stay as they
// are unless another program has taken a port while the cluster was down.
func (c *cluster) choose(ctx context.Context) error {
	dsn, err := startPostgres(ctx, c.postgres())
	if err != nil {
		return err
	}
	c.DSN = dsn
	if !c.running() && !free(ctx, c.Ports) {
		c.Ports = nil
	}
	if !c.made() {
		if c.Ports, err = freePorts(ctx, len(c.nodes)); err != nil {
			return err
		}
		c.Secret = rand.Text()
	}
	text, err := json.MarshalIndent(c.settings, "", "  ") //nolint:gosec // it is of this cluster on loopback only
	if err != nil {
		return err
	}
	if err := os.MkdirAll(c.warehouse(), 0o750); err != nil {
		return err
	}
	return os.WriteFile(c.file(), text, 0o600)
}

func startPostgres(ctx context.Context, dir string) (dsn string, err error) {
	cmd := exec.CommandContext(ctx, "scripts/postgres.sh", "start", dir) //nolint:gosec // the cluster's own folder
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, os.Stderr
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("start PostgreSQL: %w", err)
	}
	dsn = strings.TrimSpace(out.String())
	if _, err := url.Parse(dsn); err != nil {
		return "", fmt.Errorf("start PostgreSQL: %w", err)
	}
	return dsn, nil
}

// catalogTables are those of Iceberg's JDBC catalog, version V1, which Trino expects
// and does not make.
const catalogTables = `
CREATE TABLE IF NOT EXISTS iceberg_tables (
	catalog_name VARCHAR(255) NOT NULL,
	table_namespace VARCHAR(255) NOT NULL,
	table_name VARCHAR(255) NOT NULL,
	metadata_location VARCHAR(1000),
	previous_metadata_location VARCHAR(1000),
	iceberg_type VARCHAR(5),
	PRIMARY KEY (catalog_name, table_namespace, table_name));
CREATE TABLE IF NOT EXISTS iceberg_namespace_properties (
	catalog_name VARCHAR(255) NOT NULL,
	namespace VARCHAR(255) NOT NULL,
	property_key VARCHAR(255) NOT NULL,
	property_value VARCHAR(1000),
	PRIMARY KEY (catalog_name, namespace, property_key))`

func (c *cluster) tables(ctx context.Context) error {
	conn, err := pgx.Connect(ctx, c.DSN)
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, catalogTables)
	return errors.Join(err, conn.Close(ctx))
}

// freePorts finds ports that nobody listens on. All are held until all are found.
func freePorts(ctx context.Context, count int) (ports []int, err error) {
	for range count {
		l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
		if err != nil {
			return nil, fmt.Errorf("find a free port: %w", err)
		}
		defer l.Close() //nolint:errcheck // nothing was sent
		addr, ok := l.Addr().(*net.TCPAddr)
		if !ok {
			return nil, fmt.Errorf("find a free port: %v is no TCP address", l.Addr())
		}
		ports = append(ports, addr.Port)
	}
	return ports, nil
}

func free(ctx context.Context, ports []int) bool {
	for _, p := range ports {
		l, err := new(net.ListenConfig).Listen(ctx, "tcp", fmt.Sprintf("127.0.0.1:%d", p))
		if err != nil || l.Close() != nil {
			return false
		}
	}
	return true
}

func heap() string {
	if h := os.Getenv(heapName); h != "" {
		return h
	}
	return heapDefault
}

func (c *cluster) startNode(d distribution, i int) error {
	n := c.nodes[i]
	if n.pid() != 0 {
		return nil
	}
	if err := n.configure(configuration(c.settings, n.name, c.Ports[i])); err != nil {
		return fmt.Errorf("configure %s: %w", n.name, err)
	}
	say("starting %s, heap %s", n.name, heap())
	return n.start(d, heap())
}

// ready waits until the coordinator counts as many active workers as there are
// worker processes. A node that ends meanwhile is a failure at once.
func (c *cluster) ready(ctx context.Context) error {
	if c.coordinator().pid() == 0 {
		return errors.New("the coordinator is down: start it with `restart-coordinator`")
	}
	var running []node
	for _, n := range c.nodes {
		if n.pid() != 0 {
			running = append(running, n)
		}
	}
	var last error
	ok, err := wait(ctx, bootLimit, 500*time.Millisecond, func() (bool, error) {
		for _, n := range running {
			if n.pid() == 0 {
				return false, fmt.Errorf("%s has ended; its log ends with\n%s", n.name, n.tail(25))
			}
		}
		var active int
		active, last = activeWorkers(ctx, c.address())
		return last == nil && active == len(running)-1, nil
	})
	if err == nil && !ok {
		err = fmt.Errorf("not ready after %s (%w); see %s", bootLimit, errors.Join(last, errors.New("workers are missing")), c.coordinator().path("log"))
	}
	return err
}

// down stops everything that runs. Data stays.
func (c *cluster) down(ctx context.Context) error {
	failed := stop(ctx, c.nodes, grace)
	if exists(c.postgres()) {
		failed = errors.Join(failed, command(ctx, "scripts/postgres.sh", "stop", c.postgres()))
	}
	return errors.Join(failed, remove(c.env()))
}

// status lists the nodes and fails unless all take part.
func (c *cluster) status(ctx context.Context, out io.Writer) error {
	if !c.made() {
		return fmt.Errorf("%s holds no cluster: start one with `up`", c.dir)
	}
	down := 0
	for i, n := range c.nodes {
		state := "down"
		if pid := n.pid(); pid != 0 {
			state = fmt.Sprintf("process %d", pid)
		} else {
			down++
		}
		if _, err := fmt.Fprintf(out, "%-12s port %d  %s\n", n.name, c.Ports[i], state); err != nil {
			return err
		}
	}
	if down > 0 {
		return fmt.Errorf("%d of %d nodes are down", down, len(c.nodes))
	}
	active, err := activeWorkers(ctx, c.address())
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(out, "%d of %d workers active\n", active, workers); err != nil {
		return err
	}
	if active != workers {
		return errors.New("workers are missing")
	}
	return nil
}

// startWorker starts a worker that was killed and waits until it takes part.
func (c *cluster) startWorker(ctx context.Context, n int) error { return c.restart(ctx, n) }

// restartCoordinator stops the coordinator, if it runs, and starts it at its old
// address: the workers announce themselves again.
func (c *cluster) restartCoordinator(ctx context.Context) error {
	if err := stop(ctx, c.nodes[:1], grace); err != nil {
		return err
	}
	return c.restart(ctx, 0)
}

func (c *cluster) restart(ctx context.Context, i int) error {
	if !c.made() {
		return fmt.Errorf("%s holds no cluster: start one with `up`", c.dir)
	}
	d, err := fetch(ctx)
	if err != nil {
		return err
	}
	begun := time.Now()
	if err := c.startNode(d, i); err != nil {
		return err
	}
	if err := c.ready(ctx); err != nil {
		return err
	}
	say("%s is back after %.0f s", c.nodes[i].name, time.Since(begun).Seconds())
	return nil
}
