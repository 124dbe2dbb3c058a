package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

func TestClusterHasItsWorkers(t *testing.T) {
	t.Parallel()
	address := os.Getenv("CLIENTELE_TEST_TRINO")
	if address == "" {
		t.Skip("cluster: CLIENTELE_TEST_TRINO is not set")
	}
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	u.User = nil
	if n, err := activeWorkers(t.Context(), u.String()); n != workers || err != nil {
		t.Errorf("%d workers, %v, want %d", n, err, workers)
	}
}

func example() settings {
	return settings{
		dir: "/state", Ports: []int{8080, 8081, 8082}, Secret: "hush",
		DSN: "postgres://clientele@127.0.0.1:5433/clientele?sslmode=disable",
	}
}

// has fails unless all lines are among those of the text.
func has(t *testing.T, text string, lines ...string) {
	t.Helper()
	for _, line := range lines {
		if !slices.Contains(strings.Split(text, "\n"), line) {
			t.Errorf("%q is missing in\n%s", line, text)
		}
	}
}

func TestConfiguration(t *testing.T) {
	t.Parallel()
	first := configuration(example(), coordinatorName, 8080)
	has(t, first["config.properties"], "coordinator=true", "http-server.http.port=8080",
		"discovery.uri=http://127.0.0.1:8080", "node-scheduler.include-coordinator=false", "retry-policy=QUERY")
	has(t, first["catalog/lake.properties"],
		"iceberg.jdbc-catalog.connection-url=jdbc:postgresql://127.0.0.1:5433/clientele?sslmode=disable",
		"iceberg.jdbc-catalog.connection-user=clientele", "iceberg.jdbc-catalog.schema-version=V1",
		"iceberg.jdbc-catalog.default-warehouse-dir=local:///state/warehouse")
	second := configuration(example(), "worker1", 8081)
	has(t, second["config.properties"], "coordinator=false", "http-server.http.port=8081", "discovery.uri=http://127.0.0.1:8080")
	if strings.Contains(second["config.properties"], "include-coordinator") {
		t.Error("a worker schedules nothing")
	}
}

func TestEnvironment(t *testing.T) {
	t.Parallel()
	const want = `CLIENTELE_TEST_TRINO=http://test@127.0.0.1:8080
CLIENTELE_TEST_LAKE_DSN=postgres://clientele@127.0.0.1:5433/clientele?sslmode=disable
CLIENTELE_TEST_LAKE_WAREHOUSE=/state/warehouse
CLIENTELE_TEST_LAKE_CATALOG=clientele
CLIENTELE_TEST_CLUSTER=/state
`
	if got := example().environment(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestJavaMajor(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{
		"openjdk version \"25.0.2\" 2026-01-20 LTS\n":  25,
		"Picked up X\nopenjdk version \"17\" 2021\n":   17,
		"java version \"1.8.0_392\"\n":                 8,
		"The operation couldn't be completed: no Java": 0,
	} {
		if got := javaMajor(text); got != want {
			t.Errorf("%q: %d, want %d", text, got, want)
		}
	}
}

func TestActiveWorkers(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, first, second string
		want                int
		fails               string
	}{
		{"two pages", `{"nextUri":"NEXT"}`, `{"data":[[2]]}`, 2, ""},
		{"booting", "", "", 0, "503"},
		{"error", `{"error":{"message":"no nodes"}}`, "", 0, "no nodes"},
		{"no rows", `{}`, "", 0, "no rows"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var server *httptest.Server
			server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				answer := tt.second
				if r.Method == http.MethodPost {
					answer = strings.Replace(tt.first, "NEXT", server.URL+"/next", 1)
				}
				if answer == "" {
					w.WriteHeader(http.StatusServiceUnavailable)
					return
				}
				fmt.Fprint(w, answer) //nolint:errcheck // the test sees what arrived
			}))
			defer server.Close()
			got, err := activeWorkers(t.Context(), server.URL)
			if got != tt.want || (err == nil) != (tt.fails == "") || err != nil && !strings.Contains(err.Error(), tt.fails) {
				t.Errorf("%d, %v", got, err)
			}
		})
	}
}

// fakeJava is a program that stands for a node: it ends at SIGTERM, or not.
func fakeJava(t *testing.T, onTerm string) distribution {
	t.Helper()
	path := filepath.Join(t.TempDir(), "java")
	script := "#!/bin/sh\ntrap '" + onTerm + "' TERM\nwhile :; do sleep 0.05; done\n"
	if err := os.WriteFile(path, []byte(script), 0o700); err != nil { //nolint:gosec // a program
		t.Fatal(err)
	}
	return distribution{java: path, lib: "lib", plugins: "plugin"}
}

func newNode(t *testing.T, name string) node {
	t.Helper()
	n := node{name, filepath.Join(t.TempDir(), name)}
	if err := n.configure(configuration(example(), name, 8081)); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestNodesStartOnceAndStop(t *testing.T) {
	t.Parallel()
	obedient, stubborn := newNode(t, "worker1"), newNode(t, "worker2")
	for n, onTerm := range map[node]string{obedient: "exit 0", stubborn: ""} {
		if err := n.start(fakeJava(t, onTerm), "1m"); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { n.kill(context.Background()) }) //nolint:errcheck,gosec // only if the test has failed
	}
	pid := obedient.pid()
	if err := obedient.start(fakeJava(t, "exit 0"), "1m"); err != nil || obedient.pid() != pid || pid == 0 {
		t.Errorf("started again: process %d, then %d, %v", pid, obedient.pid(), err)
	}
	if err := stop(t.Context(), []node{obedient, stubborn}, 500*time.Millisecond); err != nil {
		t.Fatal(err)
	}
	for _, n := range []node{obedient, stubborn} {
		if n.pid() != 0 || exists(n.path("pid")) {
			t.Errorf("%s still runs as %d", n.name, n.pid())
		}
	}
	if err := stop(t.Context(), []node{obedient, stubborn}, grace); err != nil {
		t.Errorf("stopped again: %v", err)
	}
}

// The number of a process that has ended may be given to another program.
func TestNodeLeavesOtherProcessesAlone(t *testing.T) {
	t.Parallel()
	n := newNode(t, "worker1")
	other := exec.CommandContext(t.Context(), "sleep", "60")
	if err := other.Start(); err != nil {
		t.Fatal(err)
	}
	defer other.Process.Kill() //nolint:errcheck // it may have been killed, which the test reports
	if err := os.WriteFile(n.path("pid"), []byte(strconv.Itoa(other.Process.Pid)), 0o600); err != nil {
		t.Fatal(err)
	}
	if n.pid() != 0 {
		t.Errorf("process %d is taken for a node", n.pid())
	}
	if err := n.kill(t.Context()); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(filepath.Join("/proc", strconv.Itoa(other.Process.Pid), "exe")); err != nil {
		t.Errorf("another process was killed: %v", err)
	}
}

func TestPortsAreFreeAndDifferent(t *testing.T) {
	t.Parallel()
	ports, err := freePorts(t.Context(), 3)
	if err != nil || len(slices.Compact(slices.Sorted(slices.Values(ports)))) != 3 {
		t.Fatalf("%v, %v", ports, err)
	}
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	u, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	taken, err := strconv.Atoi(u.Port())
	if err != nil {
		t.Fatal(err)
	}
	if free(t.Context(), []int{taken}) {
		t.Errorf("port %d is said to be free", taken)
	}
}

func TestCheckRemovesAWrongFile(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "x")
	// The digest of "abc" from FIPS 180-2, appendix B.1.
	abc := artifact{sha256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"}
	for text, right := range map[string]bool{"abc": true, "abd": false} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := abc.check(file); (err == nil) != right || exists(file) != right {
			t.Errorf("%q: %v, still there: %t", text, err, exists(file))
		}
	}
}

// tarball and zipball hold one file of that name.
func tarball(t *testing.T, name string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	w := tar.NewWriter(z)
	must(t, w.WriteHeader(&tar.Header{Name: name, Typeflag: tar.TypeReg, Size: 4, Mode: 0o600}))
	_, err := w.Write([]byte("text"))
	must(t, err)
	must(t, w.WriteHeader(&tar.Header{Name: name + "-link", Typeflag: tar.TypeLink, Linkname: name}))
	must(t, w.Close())
	must(t, z.Close())
	return b.Bytes()
}

func zipball(t *testing.T, name string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, n := range []string{name, name + "-link"} {
		f, err := w.Create(n)
		must(t, err)
		_, err = f.Write([]byte("text"))
		must(t, err)
	}
	must(t, w.Close())
	return b.Bytes()
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestUnpackStaysInItsFolder(t *testing.T) {
	t.Parallel()
	kinds := map[string]struct {
		pack   func(*testing.T, string) []byte
		unpack func(file, into string) error
	}{"tar": {tarball, untar}, "zip": {zipball, unzip}}
	for kind, k := range kinds {
		for name, good := range map[string]bool{"a/b/c": true, "../c": false, "/c": false} {
			dir := t.TempDir()
			file, into := filepath.Join(dir, "archive"), filepath.Join(dir, "into")
			must(t, os.WriteFile(file, k.pack(t, name), 0o600))
			err := k.unpack(file, into)
			if (err == nil) != good {
				t.Errorf("%s of %q: %v", kind, name, err)
			}
			for _, n := range []string{name, name + "-link"} {
				text, err := os.ReadFile(filepath.Join(into, n))
				if good && (err != nil || string(text) != "text") {
					t.Errorf("%s: %q holds %q, %v", kind, n, text, err)
				}
			}
			if exists(filepath.Join(dir, "c")) {
				t.Errorf("%s of %q has written beside its folder", kind, name)
			}
		}
	}
}

func TestCommandsAreChecked(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("CLIENTELE_CLUSTER", dir)
	for _, tt := range []struct {
		args []string
		want string
	}{
		{nil, "usage"},
		{[]string{"halt"}, "usage"},
		{[]string{"up", "now"}, "usage"},
		{[]string{"kill-worker"}, "usage"},
		{[]string{"kill-worker", "3"}, "1 to 2"},
		{[]string{"status"}, "no cluster"},
		{[]string{"start-worker", "1"}, "no cluster"},
		{[]string{"restart-coordinator"}, "no cluster"},
	} {
		if err := run(t.Context(), tt.args); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%v: %v, want %q", tt.args, err, tt.want)
		}
	}
	must(t, run(t.Context(), []string{"down"})) // what is down is down
}
