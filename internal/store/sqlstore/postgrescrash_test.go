package sqlstore

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"clientele/internal/fault"
	"clientele/internal/store"
)

// machine is a PostgreSQL of the test's own, which may be killed.
type machine struct {
	dir string
	Postgres
}

func newMachine(t *testing.T) *machine {
	t.Helper()
	testServer(t) // whoever has none cannot start one either
	m := &machine{dir: t.TempDir()}
	t.Cleanup(func() { m.script(t, "remove") })
	m.start(t)
	return m
}

// script runs scripts/postgres.sh for the machine and returns what it says.
func (m *machine) script(t *testing.T, command string) string {
	t.Helper()
	cmd := exec.CommandContext(context.WithoutCancel(t.Context()), filepath.Join("..", "..", "..", "scripts", "postgres.sh"), command, m.dir)
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("postgres.sh %s: %v\n%s", command, err, said.Bytes())
	}
	return strings.TrimSpace(string(out))
}

func (m *machine) start(t *testing.T) {
	t.Helper()
	m.Postgres = Postgres{URL: m.script(t, "start"), Schema: "firm"}
}

// kill ends the server, or one of its processes, as a power cut would.
func (m *machine) kill(t *testing.T, pid int) {
	t.Helper()
	p, err := os.FindProcess(pid)
	if err == nil {
		err = p.Kill()
	}
	if err != nil {
		t.Fatal(err)
	}
}

// pid is that of the server.
func (m *machine) pid(t *testing.T, s *Store) int {
	t.Helper()
	var text string
	err := s.reader.QueryRowContext(t.Context(), "SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)").Scan(&text)
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return pid
}

// tried is what one writer has asked for, by the number in its documents.
type tried struct {
	asked, kept, unsure int
}

// write makes changes, each a policy and a decision of the same number, until one
// fails; then it goes on if resume says so.
func write(ctx context.Context, t *testing.T, s *Store, name string, acknowledged *atomic.Int64, resume func(error) bool) tried {
	t.Helper()
	var w tried
	for ctx.Err() == nil {
		w.asked++
		_, err := s.Change(ctx, name, func(tx *store.Tx) error {
			if _, err := tx.Policies.Save(ctx, fmt.Appendf(nil, `"%s %d"`, name, w.asked)); err != nil {
				return err
			}
			return tx.Problems.Decide(ctx, []store.Decision{{Batch: "b1", Line: 1000 + tx.Revision, Action: store.Ignored, Reason: fmt.Sprintf("%s %d", name, w.asked)}})
		})
		switch {
		case err == nil:
			w.kept++
			acknowledged.Add(1)
			continue
		case strings.Contains(err.Error(), "not known"):
			w.unsure++
		case ctx.Err() != nil:
			wantFault(t, err, fault.Canceled)
		case fault.KindOf(err) != fault.Failed:
			t.Errorf("a change on a dead server: %v", err)
		}
		if !resume(err) {
			return w
		}
	}
	return w
}

// TestKilledPostgres kills the server in the middle of changes, several times, and one
// of its processes, which makes it start anew by itself. Every change that was
// acknowledged is there, and none by half.
func TestKilledPostgres(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	s := createPostgres(t, m.Postgres)
	fill(t, s)
	shut(t, s)
	kept, unsure := 0, 0
	for round := range 4 {
		ctx, stop := context.WithCancel(t.Context())
		var stores []*Store
		for range 2 {
			s, err := OpenPostgres(ctx, m.Postgres, noon)
			if err != nil {
				t.Fatal(err)
			}
			stores = append(stores, s)
		}
		pid := m.pid(t, stores[0])
		whole := round%2 == 0
		if !whole { // the process that serves a writer
			if err := stores[1].writer.QueryRowContext(ctx, "SELECT pg_backend_pid()").Scan(&pid); err != nil {
				t.Fatal(err)
			}
		}
		var acknowledged, ended atomic.Int64
		results := make(chan tried, len(stores))
		for i, s := range stores {
			name := fmt.Sprintf("writer %d of round %d", i, round)
			go func() {
				defer ended.Add(1)
				failures := 0
				results <- write(ctx, t, s, name, &acknowledged, func(error) bool {
					failures++
					return !whole && failures < 50
				})
			}()
		}
		reach := func(n int64) {
			for acknowledged.Load() < n {
				if ended.Load() == int64(len(stores)) {
					t.Errorf("the writers ended after %d changes, before %d", acknowledged.Load(), n)
					return
				}
				if _, err := stores[0].VerifyLog(ctx); err != nil && whole { // a reader beside them
					t.Error(err)
					return
				}
			}
		}
		reach(int64(20 + 7*round))
		m.kill(t, pid)
		if whole {
			m.start(t)
		} else {
			reach(acknowledged.Load() + 10) // the same stores go on with the same server
			stop()
		}
		for range stores {
			w := <-results
			kept, unsure = kept+w.kept, unsure+w.unsure
		}
		stop()
		for _, s := range stores {
			shut(t, s)
		}
		checkWhole(t, m.Postgres, kept, unsure)
	}
	if kept < 100 {
		t.Errorf("%d changes were acknowledged, too few to tell", kept)
	}
	t.Logf("%d changes acknowledged, %d of unknown end", kept, unsure)
}

// checkWhole: fill has made one policy and one decision before.
func checkWhole(t *testing.T, p Postgres, kept, unsure int) {
	t.Helper()
	s, err := OpenPostgres(t.Context(), p, noon)
	if err != nil {
		t.Fatal(err)
	}
	defer shut(t, s)
	if err := s.Check(t.Context()); err != nil {
		t.Error(err)
	}
	snap, err := s.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	n := len(snap.Policies) - 1
	if n < kept || n > kept+unsure || snap.Revision != int64(n+1) || len(snap.Decisions) != n+1 {
		t.Errorf("%d acknowledged, %d unknown; revision %d with %d policies and %d decisions", kept, unsure, snap.Revision, n, len(snap.Decisions)-1)
	}
	said := map[string]bool{}
	for _, d := range snap.Decisions {
		said[strconv.Quote(d.Reason)] = true
	}
	for _, doc := range snap.Policies[1:] {
		if !said[string(doc.Document)] {
			t.Errorf("policy %s stands without its decision", doc.Document)
		}
	}
}

// TestWrongPasswordPostgres: who is not let in hears why, and where the password goes.
func TestWrongPasswordPostgres(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	s := createPostgres(t, m.Postgres)
	shut(t, s)
	err := statement(m.URL, "CREATE ROLE anna LOGIN PASSWORD 'right'", "CREATE ROLE eve LOGIN PASSWORD 'other'", "GRANT USAGE ON SCHEMA firm TO anna",
		"GRANT ALL ON ALL TABLES IN SCHEMA firm TO anna",
		`DO $$ BEGIN EXECUTE format('COPY (VALUES (%L), (%L)) TO %L', 'host all anna,eve 127.0.0.1/32 scram-sha-256', 'host all clientele 127.0.0.1/32 trust', current_setting('hba_file')); END $$`,
		"SELECT pg_reload_conf()")
	if err != nil {
		t.Fatal(err)
	}
	as := func(user string) Postgres {
		return Postgres{URL: strings.Replace(m.URL, "clientele@", user+"@", 1), Schema: "firm"}
	}
	for _, user := range []string{"anna", "anna:" + secret} {
		// The server reads its rules anew in its own time: until then anna is refused
		// for having no rule or let in without a word.
		_, err = OpenPostgres(t.Context(), as(user), noon)
		wantFault(t, err, fault.Failed, "does not let user anna in", "PGPASSWORD", "~/.pgpass")
	}
	s, err = OpenPostgres(t.Context(), as("anna:right"), noon)
	if err != nil {
		t.Fatal(err)
	}
	shut(t, s)
	_, err = OpenPostgres(t.Context(), as("eve:other"), noon)
	wantFault(t, err, fault.Failed, "user eve may not use the record in schema firm")
	_, err = CreatePostgres(t.Context(), Postgres{URL: as("eve:other").URL, Schema: "eves"}, noon)
	wantFault(t, err, fault.Failed, "user eve may not")
}

// cut is a wire to the server that breaks when a change is to be kept.
type cut struct {
	net.Listener

	server  string
	deliver bool // whether the server still hears of it
	gone    bool // whether the wire stays broken
	broken  atomic.Bool
	open    sync.WaitGroup
}

func newCut(t *testing.T, p Postgres, deliver, gone bool) (*cut, Postgres) {
	t.Helper()
	u, err := url.Parse(p.URL)
	if err != nil {
		t.Fatal(err)
	}
	var lc net.ListenConfig
	l, err := lc.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := &cut{Listener: l, server: u.Host, deliver: deliver, gone: gone}
	t.Cleanup(func() { shut(t, l); c.open.Wait() })
	c.open.Go(func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			c.open.Go(func() { c.serve(t, client) })
		}
	})
	u.Host = l.Addr().String()
	p.URL = u.String()
	return c, p
}

// serve carries messages, and breaks at the first "commit" that changes anything.
func (c *cut) serve(t *testing.T, client net.Conn) {
	t.Helper()
	defer client.Close() //nolint:errcheck // it may be broken, on purpose
	if c.gone && c.broken.Load() {
		return
	}
	var d net.Dialer
	server, err := d.DialContext(context.Background(), "tcp", c.server)
	if err != nil {
		t.Error(err)
		return
	}
	defer server.Close() //nolint:errcheck // as above
	var muted atomic.Bool
	c.open.Go(func() {
		defer client.Close() //nolint:errcheck // as above
		buf := make([]byte, 1<<16)
		for {
			n, err := server.Read(buf)
			if err != nil || muted.Load() { // muted: the answer to the commit is lost
				return
			}
			if _, err := client.Write(buf[:n]); err != nil {
				return
			}
		}
	})
	in := bufio.NewReader(client)
	changed := false
	for first := true; ; first = false {
		message, err := readMessage(in, first)
		if err != nil {
			return
		}
		changed = changed || bytes.Contains(message, []byte("UPDATE record"))
		if changed && message[0] == 'Q' && bytes.Contains(message, []byte("commit")) && c.broken.CompareAndSwap(false, true) {
			if !c.deliver {
				return
			}
			muted.Store(true)
		}
		if _, err := server.Write(message); err != nil {
			return
		}
	}
}

// readMessage reads one message of the protocol; the first has no letter.
func readMessage(in io.Reader, first bool) ([]byte, error) {
	head := make([]byte, 5)
	if first {
		head = head[:4]
	}
	if _, err := io.ReadFull(in, head); err != nil {
		return nil, err
	}
	size := binary.BigEndian.Uint32(head[len(head)-4:]) - 4
	body := make([]byte, size)
	_, err := io.ReadFull(in, body)
	return slices.Concat(head, body), err
}

// TestCutPostgres: the wire breaks while a change is kept. What is told is what is
// there: it was kept, it was not, or nobody can know.
func TestCutPostgres(t *testing.T) {
	t.Parallel()
	testServer(t)
	for name, c := range map[string]struct {
		deliver, gone bool
		kept          bool
		words         string // of the error
	}{
		"the answer is lost":   {deliver: true, kept: true},
		"the question is lost": {words: "was lost"},
		"both, for good":       {deliver: true, gone: true, kept: true, words: "whether it was is not known"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := postgresAt(t)
			shut(t, createPostgres(t, p))
			wire, through := newCut(t, p, c.deliver, c.gone)
			s, err := OpenPostgres(t.Context(), through, noon)
			if err != nil {
				t.Fatal(err)
			}
			defer shut(t, s)
			revision, err := savePolicy(t.Context(), s, "1")
			switch {
			case !wire.broken.Load():
				t.Error("the wire was not cut")
			case c.words != "":
				wantFault(t, err, fault.Failed, c.words)
			case err != nil || revision != 1:
				t.Errorf("revision %d, %v", revision, err)
			}
			direct, err := OpenPostgres(t.Context(), p, noon)
			if err != nil {
				t.Fatal(err)
			}
			defer shut(t, direct)
			snap, err := direct.Snapshot(t.Context())
			if err != nil || (snap.Revision == 1) != c.kept {
				t.Errorf("revision %d, %v", snap.Revision, err)
			}
			if err := direct.Check(t.Context()); err != nil {
				t.Error(err)
			}
			if c.gone {
				return
			}
			if revision, err := savePolicy(t.Context(), s, "2"); err != nil || revision != snap.Revision+1 {
				t.Errorf("afterwards: revision %d, %v", revision, err)
			}
		})
	}
}
