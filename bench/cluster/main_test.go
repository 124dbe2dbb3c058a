package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strconv"
	"strings"
	"testing"
	"time"
)

func small() firm { return firm{lines: 5000, clients: 300} }

// What is counted is what a plain reader finds in the file.
func TestTheFileIsAsCounted(t *testing.T) {
	t.Parallel()
	var file bytes.Buffer
	counted := small().tally()
	if err := small().write(&file, 0, 5000, counted); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != 5001 || rows[1][1] != "2021-01-01" || rows[5000][1] != "2024-12-24" { // the last block begins 25 lines before the end
		t.Fatalf("%d rows, from %s to %s", len(rows), rows[1][1], rows[5000][1])
	}
	total, sums, of := new(big.Rat), map[string]*big.Rat{}, map[string]string{}
	for _, r := range rows[1:] {
		v, ok := new(big.Rat).SetString(r[3])
		if !ok {
			t.Fatalf("%q is no amount", r[3])
		}
		if facts := r[1] + r[2]; of[r[0]] != "" && of[r[0]] != facts {
			t.Fatalf("invoice %s has two clients or days", r[0])
		}
		of[r[0]] = r[1] + r[2]
		total.Add(total, v)
		if sums[r[2]] == nil {
			sums[r[2]] = new(big.Rat)
		}
		sums[r[2]].Add(sums[r[2]], v)
	}
	if len(of) != 5000/25*7 {
		t.Errorf("%d invoices", len(of))
	}
	var positive []*big.Rat
	base := new(big.Rat)
	for _, s := range sums {
		if s.Sign() > 0 {
			positive, base = append(positive, s), base.Add(base, s)
		}
	}
	if len(positive) == len(sums) {
		t.Error("no client lost money")
	}
	sort.Slice(positive, func(i, k int) bool { return positive[i].Cmp(positive[k]) > 0 })
	bar, running, needed := base.Mul(base, big.NewRat(4, 5)), new(big.Rat), 0
	for running.Cmp(bar) < 0 {
		running.Add(running, positive[needed])
		needed++
	}
	want := fmt.Sprintf("%s %d %d %s", total.FloatString(2), len(sums), needed, positive[needed-1].FloatString(2))
	if got := counted.known().String(); got != want {
		t.Errorf("counted %s, the file says %s", got, want)
	}
}

// Lines that come in later are of the next day, and of new documents.
func TestLaterLines(t *testing.T) {
	t.Parallel()
	f := firm{lines: 1_000_000, clients: 300}
	last, next := f.at(f.lines-1), f.at(f.lines)
	if last.day != days-1 || next.day != days || f.at(f.lines+999).day != days {
		t.Errorf("days %d, %d, %d", last.day, next.day, f.at(f.lines+999).day)
	}
	if next.document != last.document+1 {
		t.Errorf("document %d follows %d", next.document, last.document)
	}
}

// The cluster makes the lines that this program makes.
func TestClusterMakesTheSameLines(t *testing.T) {
	t.Parallel()
	address := os.Getenv(addressName)
	if address == "" {
		t.Skip("cluster: " + addressName + " is not set")
	}
	c, err := newCoordinator(address, "bench")
	if err != nil {
		t.Fatal(err)
	}
	f := firm{lines: 1_000_000, clients: 20_000}
	const from, to = 999_000, 1_000_250
	rows, err := c.run(t.Context(), "SELECT invoice, CAST(invoiced_on AS VARCHAR), customer, CAST(net AS VARCHAR) FROM (\n"+f.query(from, to)+"\n) lines")
	if err != nil {
		t.Fatal(err)
	}
	got := make([]string, len(rows))
	for i, r := range rows {
		got[i] = fmt.Sprintf("%s,%s,%s,%s", r...)
	}
	var file bytes.Buffer
	if err := f.write(&file, from, to, f.tally()); err != nil {
		t.Fatal(err)
	}
	want := strings.Split(strings.TrimSpace(file.String()), "\n")[1:]
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("the cluster made %d lines, this program %d: %.3q, %.3q", len(got), len(want), got, want)
	}
}

func TestSame(t *testing.T) {
	t.Parallel()
	const a = `{"total":"9007199254740993.10","n":9007199254740993,"files":[1],"revision":3,"control":{"rows_read":7,"lines_skipped":1}}`
	if err := same(a, `{"revision":0,"control":{"rows_read":7,"skipped":[1]},"n":9007199254740993,"total":"9007199254740993.10"}`); err != nil {
		t.Error(err)
	}
	for _, b := range []string{"", strings.Replace(a, `993,"f`, `992,"f`, 1), strings.Replace(a, "3.10", "3.11", 1), strings.Replace(a, ":7", ":8", 1), strings.Replace(a, `"revision"`, `"more"`, 1), strings.Replace(a, `"total"`, `"sum"`, 1)} {
		if same(a, b) == nil {
			t.Errorf("%q is the same", b)
		}
	}
}

// finished is a query of three stages, the last of which is on one node.
const finished = `{"queryId":"q1","state":"FINISHED",
"queryStats":{"totalCpuTime":"1.50s","physicalInputPositions":100,"physicalInputDataSize":"2kB","internalNetworkInputPositions":30,"internalNetworkInputDataSize":"300B","physicalWrittenDataSize":"0B","peakTotalMemoryReservation":"5000B"},
"outputStage":{"plan":{"partitioning":{"connectorHandle":{"partitioning":"SINGLE"}}},"stageStats":{"processedInputPositions":9,"physicalInputPositions":0},
 "tasks":[{"taskStatus":{"nodeId":"w1"},"stats":{"peakUserMemoryReservation":"10B"}}],
 "subStages":[{"plan":{"partitioning":{"connectorHandle":{"partitioning":"SOURCE"}}},"stageStats":{"processedInputPositions":100,"physicalInputPositions":100},
  "tasks":[{"taskStatus":{"nodeId":"w1"},"stats":{"peakUserMemoryReservation":"100B"}},{"taskStatus":{"nodeId":"w2"},"stats":{"peakUserMemoryReservation":"90B"}}],"subStages":[]}]}}`

func TestEffort(t *testing.T) {
	t.Parallel()
	var q info
	if err := json.Unmarshal([]byte(finished), &q); err != nil {
		t.Fatal(err)
	}
	var e effort
	for range 2 {
		if err := e.add(&q); err != nil {
			t.Fatal(err)
		}
	}
	want := effort{queries: 2, cpu: 3 * time.Second, rows: 200, bytes: 4096, sent: 60, sentB: 600, memory: 5000, node: 110, alone: 2, aloneRows: 9}
	if e != want {
		t.Errorf("counted %+v, want %+v", e, want)
	}
	q.Output.Stats.Scanned = 4
	if err := e.add(&q); err != nil || e.aloneScanned != 1 {
		t.Errorf("%d stages alone read, %v", e.aloneScanned, err)
	}
	q.Output.Below[0].Plan.Partitioning.Handle.Kind = ""
	if e.add(&q) == nil {
		t.Error("a stage without a plan was counted")
	}
}

// Queries of others, and those that were counted, are left out; one that still runs is
// waited for.
func TestFreshQueries(t *testing.T) {
	t.Parallel()
	asked := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer := finished
		switch r.URL.Path {
		case "/v1/query":
			answer = `[{"queryId":"q1","session":{"user":"me","source":"clientele"}},{"queryId":"q2","session":{"user":"me","source":"bench"}},
				{"queryId":"q3","session":{"user":"other","source":"clientele"}},{"queryId":"q4","session":{"user":"me","source":"clientele"}}]`
		case "/v1/query/q4":
			answer = `{"queryId":"q4","state":"FAILED"}`
		case "/v1/query/q1":
			if asked++; asked == 1 {
				answer = `{"queryId":"q1","state":"FINISHING"}`
			}
		default:
			http.NotFound(w, r)
			return
		}
		fmt.Fprint(w, answer) //nolint:errcheck // the test sees what arrived
	}))
	defer server.Close()
	c, err := newCoordinator(server.URL, "me")
	if err != nil {
		t.Fatal(err)
	}
	w := watch{c, map[string]bool{}}
	for i, want := range []int64{1, 0} {
		if e, err := w.fresh(t.Context()); err != nil || e.queries != want {
			t.Errorf("call %d: %d queries, %v, want %d", i+1, e.queries, err, want)
		}
	}
}

func TestUnits(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]amount{"148733B": 148733, "1.5kB": 1536, "2MB": 2 << 20, "1GB": 1 << 30} {
		var a amount
		if err := a.UnmarshalText([]byte(text)); err != nil || a != want {
			t.Errorf("%s is %d, %v", text, a, err)
		}
	}
	for text, want := range map[string]time.Duration{"10.00ms": 10 * time.Millisecond, "1.50m": 90 * time.Second, "2.00d": 48 * time.Hour, "0.00ns": 0} {
		var s span
		if err := s.UnmarshalText([]byte(text)); err != nil || time.Duration(s) != want {
			t.Errorf("%s is %s, %v", text, time.Duration(s), err)
		}
	}
	var a amount
	var s span
	if a.UnmarshalText([]byte("many")) == nil || s.UnmarshalText([]byte("long")) == nil {
		t.Error("a word is a number")
	}
}

func TestNodes(t *testing.T) {
	t.Parallel()
	if none, err := findNodes(""); err != nil || none != nil {
		t.Errorf("%v, %v", none, err)
	}
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "worker1"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "worker1", "pid"), []byte(strconv.Itoa(os.Getpid())+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	list, err := findNodes(dir)
	if err != nil || len(list) != 1 || list[0].name != "worker1" {
		t.Fatalf("%v, %v", list, err)
	}
	if _, err := os.Stat("/proc/self/status"); err != nil {
		t.Skip("this system has no /proc")
	}
	if err := list[0].look(); err != nil || list[0].peak < 1<<20 {
		t.Errorf("this process holds %d bytes, %v", list[0].peak, err)
	}
	gone := node{name: "worker2", pid: "gone"}
	if gone.look() == nil {
		t.Error("a process that is not there has a memory")
	}
}

func TestSizes(t *testing.T) {
	t.Parallel()
	ok := options{small: 1000, runs: 1}
	if err := ok.sizes("5000, 100", "10,20"); err != nil || !slices.Equal(ok.firms, []firm{{5000, 10}, {100, 20}}) {
		t.Errorf("%v, %v", ok.firms, err)
	}
	for _, wrong := range [][2]string{{"x", ""}, {"0", ""}, {"26", ""}, {"100,200", "5"}, {"100", "0"}} {
		o := options{small: 1000, runs: 1}
		if o.sizes(wrong[0], wrong[1]) == nil {
			t.Errorf("-lines %q -clients %q was taken", wrong[0], wrong[1])
		}
	}
}
