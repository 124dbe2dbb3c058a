package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5/pgconn"
	"pgregory.net/rapid"

	"clientele/internal/clock"
	"clientele/internal/fault"
	"clientele/internal/store"
	"clientele/internal/store/storetest"
)

// secret must never be told.
const secret = "sEcReT"

// testServer skips a test if there is no PostgreSQL for tests.
func testServer(tb testing.TB) {
	tb.Helper()
	if os.Getenv("CLIENTELE_TEST_POSTGRES") == "" {
		tb.Skip(`no PostgreSQL for tests: export CLIENTELE_TEST_POSTGRES="$(scripts/postgres.sh start DIR)", or run scripts/test.sh`)
	}
}

// german makes a database whose own order is not that of bytes, once.
var german = sync.OnceValues(func() (string, error) {
	dsn := os.Getenv("CLIENTELE_TEST_POSTGRES")
	u, err := url.Parse(dsn)
	if err != nil {
		return "", err
	}
	name := fmt.Sprintf("sqlstore_%d", os.Getpid())
	u.Path = "/" + name
	return u.String(), statement(dsn, "CREATE DATABASE "+name+" TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER icu ICU_LOCALE 'de' LC_COLLATE 'C' LC_CTYPE 'C'")
})

func statement(dsn string, texts ...string) error {
	db, err := sql.Open("pgx", dsn)
	if err != nil {
		return err
	}
	db.SetMaxOpenConns(1)
	for _, text := range texts {
		if _, errExec := db.ExecContext(context.Background(), text); errExec != nil {
			err = errors.Join(err, fmt.Errorf("%s: %w", text, errExec))
		}
	}
	return errors.Join(err, db.Close())
}

func TestMain(m *testing.M) {
	m.Run()
	if dsn := os.Getenv("CLIENTELE_TEST_POSTGRES"); dsn != "" {
		if err := statement(dsn, fmt.Sprintf("DROP DATABASE IF EXISTS sqlstore_%d WITH (FORCE)", os.Getpid())); err != nil {
			panic(err)
		}
	}
}

var schemas atomic.Int64

// postgresAt is a place for a record of the test's own.
func postgresAt(tb testing.TB) Postgres {
	tb.Helper()
	testServer(tb)
	dsn, err := german()
	if err != nil {
		tb.Fatal(err)
	}
	return Postgres{URL: dsn, Schema: fmt.Sprintf("record_%d", schemas.Add(1))}
}

// execute runs statements behind the program's back, with its checks off.
func execute(tb testing.TB, p Postgres, statements ...string) {
	tb.Helper()
	all := append([]string{"SET search_path TO " + p.Schema, "SET session_replication_role TO replica"}, statements...)
	if err := statement(p.URL, all...); err != nil {
		tb.Fatal(err)
	}
}

func createPostgres(tb testing.TB, p Postgres) *Store {
	tb.Helper()
	s, err := CreatePostgres(tb.Context(), p, noon)
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

func savePolicy(ctx context.Context, s *Store, document string) (int64, error) {
	return s.Change(ctx, "anna", func(tx *store.Tx) error {
		_, err := tx.Policies.Save(ctx, []byte(document))
		return err
	})
}

func wantFault(tb testing.TB, err error, kind fault.Kind, words ...string) {
	tb.Helper()
	e, ok := errors.AsType[*fault.Error](err)
	if !ok || e.Kind != kind || e.Remedy == "" {
		tb.Errorf("error = %v, want kind %d with a remedy", err, kind)
		return
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			tb.Errorf("error = %v, want %q in it", err, w)
		}
	}
	if strings.Contains(err.Error(), secret) {
		tb.Errorf("error tells the password: %v", err)
	}
}

func TestConformancePostgres(t *testing.T) {
	t.Parallel()
	testServer(t)
	storetest.Run(t, storetest.Harness{New: func(tb testing.TB) func(clock.Clock) (store.Store, error) {
		tb.Helper()
		p := postgresAt(tb)
		made := false
		return func(now clock.Clock) (store.Store, error) {
			if made {
				return OpenPostgres(context.Background(), p, now)
			}
			made = true
			return CreatePostgres(context.Background(), p, now)
		}
	}})
}

func TestTamperPostgres(t *testing.T) {
	t.Parallel()
	testServer(t)
	testTamper(t, bench{
		free:   `SELECT 1; `, // execute has switched the triggers off
		digits: `repeat('1', 200)`,
		new: func(t *testing.T) (func(...string), func() (*Store, error)) {
			t.Helper()
			p := postgresAt(t)
			s := createPostgres(t, p)
			fill(t, s)
			shut(t, s)
			return func(st ...string) { execute(t, p, st...) }, func() (*Store, error) { return OpenPostgres(t.Context(), p, noon) }
		},
	})
}

// TestStructurePostgres: what the log cannot tell is found too.
func TestStructurePostgres(t *testing.T) {
	t.Parallel()
	testServer(t)
	for name, c := range map[string]struct {
		statement string
		words     string
	}{
		"table gone":     {"DROP TABLE decisions", "decisions is missing"},
		"orphan of b9":   {"INSERT INTO decisions VALUES (9, 1, 'fixed', '', '', '', '')", "decisions belong to nothing"},
		"orphan rate":    {"INSERT INTO rates VALUES (9, '2026-01-01', 'USD', 'EUR', '1.0')", "rates belong to nothing"},
		"orphan reason":  {"INSERT INTO batch_reasons VALUES (1, 'XXX', 0, 'loaded', '', '', 0, 0, '0')", "batch_reasons belong to nothing"},
		"index broken":   {"UPDATE pg_index SET indisvalid = false WHERE indrelid = 'rates'::regclass", "an index is not valid"},
		"text cut short": {`UPDATE log SET actor = E'\x01' WHERE seq = 1`, "damaged"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := postgresAt(t)
			s := createPostgres(t, p)
			defer shut(t, s)
			fill(t, s)
			execute(t, p, c.statement)
			err := s.Check(t.Context())
			wantDamage(t, err)
			wantFault(t, err, fault.Failed, c.words)
		})
	}
}

func TestLogIsNeverChangedPostgres(t *testing.T) {
	t.Parallel()
	s := createPostgres(t, postgresAt(t))
	defer shut(t, s)
	fill(t, s)
	for _, st := range []string{`UPDATE log SET actor = 'x'`, `DELETE FROM log`, `TRUNCATE log`} {
		if _, err := s.writer.ExecContext(t.Context(), st); err == nil || !strings.Contains(err.Error(), "the log is never changed") {
			t.Errorf("%s: %v", st, err)
		}
	}
}

// TestOpenAndCreatePostgres: what is not there is not made by opening, and what is
// there is not written over.
func TestOpenAndCreatePostgres(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	p := postgresAt(t)
	p.URL = withPassword(p.URL)
	_, err := OpenPostgres(ctx, p, noon)
	wantFault(t, err, fault.NotFound, "there is no schema "+p.Schema, "clientele init --record 'postgres://")

	other := postgresAt(t)
	execute(t, other, "CREATE SCHEMA "+other.Schema, "CREATE TABLE "+other.Schema+".invoice (id INT)")
	_, err = OpenPostgres(ctx, other, noon)
	wantFault(t, err, fault.NotFound, "holds no record", "clientele init")
	_, err = CreatePostgres(ctx, other, noon)
	wantFault(t, err, fault.Usage, "holds other tables (invoice)", "?schema=")

	empty := postgresAt(t) // as an administrator makes it
	execute(t, empty, "CREATE SCHEMA "+empty.Schema)
	shut(t, createPostgres(t, empty))

	s := createPostgres(t, p)
	_, err = CreatePostgres(ctx, p, noon)
	wantFault(t, err, fault.Usage, "there is a record in schema "+p.Schema, "DROP SCHEMA")
	fill(t, s)
	_, err = CreatePostgres(ctx, p, noon)
	wantFault(t, err, fault.Usage, "there is a record in schema "+p.Schema, "use the workspace")
	if strings.Contains(err.Error(), "DROP") {
		t.Errorf("a record that is used is not to be dropped: %v", err)
	}
	shut(t, s)
	execute(t, p, `INSERT INTO goose_db_version (version_id, is_applied) VALUES (99, true)`)
	_, err = OpenPostgres(ctx, p, noon)
	wantFault(t, err, fault.Failed, "newer program (version 99")
}

// TestCreateAtOncePostgres: of several that make the same record, one has made it.
func TestCreateAtOncePostgres(t *testing.T) {
	t.Parallel()
	p := postgresAt(t)
	errs := make(chan error)
	for range 4 {
		go func() {
			s, err := CreatePostgres(t.Context(), p, noon)
			if err == nil {
				err = s.Close()
			}
			errs <- err
		}()
	}
	made := 0
	for range 4 {
		if err := <-errs; err == nil {
			made++
		} else {
			wantFault(t, err, fault.Usage, "already")
		}
	}
	if made != 1 {
		t.Errorf("%d have made it", made)
	}
}

func withPassword(dsn string) string {
	return strings.Replace(dsn, "://clientele@", "://clientele:"+secret+"@", 1)
}

// TestUnreachablePostgres: whoever cannot be reached is named within seconds, and no
// password is.
func TestUnreachablePostgres(t *testing.T) {
	t.Parallel()
	var lc net.ListenConfig
	silent, err := lc.Listen(t.Context(), "tcp", "127.0.0.1:0") // takes connections and says nothing
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { shut(t, silent) })
	closed, err := lc.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	refused := closed.Addr().String()
	shut(t, closed)
	for name, c := range map[string]struct {
		place string
		words []string
	}{
		"refused": {refused, []string{refused, "cannot be reached", "refused"}},
		"silent":  {silent.Addr().String(), []string{silent.Addr().String(), "cannot be reached", "no answer within 5s"}},
		"no name": {"nowhere.invalid:5432", []string{"nowhere.invalid:5432", "cannot be reached"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			start := clock.System()
			_, err := OpenPostgres(t.Context(), Postgres{URL: "postgres://anna:" + secret + "@" + c.place + "/books", Schema: "s"}, noon)
			wantFault(t, err, fault.Failed, c.words...)
			if took := clock.System().Sub(start); took > patience+4*time.Second { // a busy machine
				t.Errorf("it took %s", took)
			}
		})
	}
	if dsn := os.Getenv("CLIENTELE_TEST_POSTGRES"); dsn != "" {
		u, err := url.Parse(withPassword(dsn))
		if err != nil {
			t.Fatal(err)
		}
		u.Path = "/nowhere"
		_, err = OpenPostgres(t.Context(), Postgres{URL: u.String(), Schema: "s"}, noon)
		wantFault(t, err, fault.Failed, "there is no database nowhere on "+u.Host, "createdb nowhere")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = OpenPostgres(ctx, Postgres{URL: "postgres://" + refused + "/books", Schema: "s"}, noon)
	wantFault(t, err, fault.Canceled)
}

// TestSeveralHostsPostgres: of several servers the one that leads is found.
func TestSeveralHostsPostgres(t *testing.T) {
	t.Parallel()
	p := postgresAt(t)
	p.URL = strings.Replace(p.URL, "@127.0.0.1", "@127.0.0.1:1,127.0.0.1", 1)
	s := createPostgres(t, p)
	defer shut(t, s)
	if revision, err := savePolicy(t.Context(), s, "1"); err != nil || revision != 1 {
		t.Errorf("revision %d, %v", revision, err)
	}
}

// TestTwoWritersPostgres: several servers on one record. Each change sees the one
// before, also where the database would rather refuse than wait.
func TestTwoWritersPostgres(t *testing.T) {
	t.Parallel()
	testServer(t)
	for name, options := range map[string]string{
		"as it comes":  "",
		"serializable": "&options=-c%20default_transaction_isolation%3Dserializable",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := postgresAt(t)
			p.URL += options
			stores := []*Store{createPostgres(t, p)}
			for range 2 {
				s, err := OpenPostgres(t.Context(), p, noon)
				if err != nil {
					t.Fatal(err)
				}
				stores = append(stores, s)
			}
			const each = 15
			revisions := make(chan int64, each*len(stores))
			var all sync.WaitGroup
			for _, s := range stores {
				all.Go(func() {
					defer shut(t, s)
					for range each {
						revision, err := s.Change(t.Context(), "bo", func(tx *store.Tx) error {
							id, err := tx.Batches.NewID(t.Context())
							if err != nil {
								return err
							}
							if n, _ := store.Number(id); n != tx.Revision {
								t.Errorf("batch %s in revision %d", id, tx.Revision)
							}
							return tx.Batches.Add(t.Context(), store.Batch{ID: id})
						})
						if err != nil {
							t.Error(err)
						}
						revisions <- revision
					}
				})
			}
			all.Wait()
			close(revisions)
			seen := map[int64]bool{}
			for r := range revisions {
				if seen[r] {
					t.Errorf("revision %d was made twice", r)
				}
				seen[r] = true
			}
			s, err := OpenPostgres(t.Context(), p, noon)
			if err != nil {
				t.Fatal(err)
			}
			defer shut(t, s)
			if snap, err := s.Snapshot(t.Context()); err != nil || len(snap.Batches) != each*3 || snap.Revision != each*3 {
				t.Errorf("revision %d with %d batches, %v", snap.Revision, len(snap.Batches), err)
			}
			if err := s.Check(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestBusyPostgres: whoever waits too long for another's change is told so.
func TestBusyPostgres(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	p := postgresAt(t)
	s := createPostgres(t, p)
	defer shut(t, s)
	other, err := OpenPostgres(ctx, p, noon)
	if err != nil {
		t.Fatal(err)
	}
	defer shut(t, other)
	if _, err := other.writer.ExecContext(ctx, "SET lock_timeout TO 1"); err != nil {
		t.Fatal(err)
	}
	_, err = s.Change(ctx, "anna", func(tx *store.Tx) error {
		_, err := savePolicy(ctx, other, "2")
		wantFault(t, err, fault.Locked, "another process is writing to the record")
		_, err = tx.Policies.Save(ctx, []byte("1"))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if revision, err := savePolicy(ctx, other, "2"); err != nil || revision != 2 {
		t.Errorf("with the record free again: %d, %v", revision, err)
	}
	// A server that only reads, as a copy that follows another does.
	if _, err := other.writer.ExecContext(ctx, "SET default_transaction_read_only TO on"); err != nil {
		t.Fatal(err)
	}
	_, err = savePolicy(ctx, other, "3")
	wantFault(t, err, fault.Failed, "only reads")
}

// TestIdlePostgres: connections that died while nobody used them are made anew.
func TestIdlePostgres(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	p := postgresAt(t)
	dead := p
	dead.URL += "&application_name=" + p.Schema
	s := createPostgres(t, dead)
	defer shut(t, s)
	for i := range 3 {
		var readers sync.WaitGroup
		for range readersMax {
			readers.Go(func() {
				if _, err := s.Snapshot(ctx); err != nil {
					t.Error(err)
				}
			})
		}
		readers.Wait()
		execute(t, p, "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = '"+p.Schema+"'")
		if revision, err := savePolicy(ctx, s, strconv.Itoa(i)); err != nil || revision != int64(i+1) {
			t.Fatalf("revision %d, %v", revision, err)
		}
		if snap, err := s.Snapshot(ctx); err != nil || snap.Revision != int64(i+1) {
			t.Fatalf("%v, %v", snap, err)
		}
	}
}

func TestParsePostgres(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][3]string{ // URL, schema, as it is kept
		"postgres://anna@db:5433/books":                       {"postgres://anna@db:5433/books", "clientele", "postgres://anna@db:5433/books?schema=clientele"},
		"postgresql://db/books?schema=firm_2&sslmode=disable": {"postgresql://db/books?sslmode=disable", "firm_2", "postgresql://db/books?schema=firm_2&sslmode=disable"},
		"postgres://anna:sEcReT@db/books?schema=a":            {"postgres://anna:sEcReT@db/books", "a", "postgres://anna@db/books?schema=a"},
		"postgres://db/books?password=sEcReT&sslpassword=x":   {"postgres://db/books?password=sEcReT&sslpassword=x", "clientele", "postgres://db/books?schema=clientele"},
		"postgres://anna@a:1,b:2/books":                       {"postgres://anna@a:1,b:2/books", "clientele", "postgres://anna@a:1,b:2/books?schema=clientele"},
		"postgres:///books?host=/run/postgresql&user=anna":    {"postgres:///books?host=/run/postgresql&user=anna", "clientele", "postgres:///books?host=%2Frun%2Fpostgresql&schema=clientele&user=anna"},
		"postgres://%C3%A4@[::1]:5432/b%C3%BCcher?schema=a_1": {"postgres://%C3%A4@[::1]:5432/b%C3%BCcher", "a_1", "postgres://%C3%A4@[::1]:5432/b%C3%BCcher?schema=a_1"},
	} {
		p, err := ParsePostgres(text)
		if err != nil || p.URL != want[0] || p.Schema != want[1] || p.String() != want[2] {
			t.Errorf("%s: %q, %q, kept as %q, %v", text, p.URL, p.Schema, p.String(), err)
		}
		if again, err := ParsePostgres(p.String()); err != nil || again.String() != p.String() || again.HasPassword() {
			t.Errorf("%s: what is kept reads as %v, %v", text, again, err)
		}
		if p.HasPassword() != strings.Contains(text, secret) {
			t.Errorf("%s: password %v", text, p.HasPassword())
		}
	}
	for _, text := range []string{
		"", "books", "mysql://anna:sEcReT@db/books", "postgres://anna:sEcReT@db:x/books", "postgres://anna:sEcReT@db/b?schema=", "postgres://anna:sEcReT@db/b?schema=A",
		"postgres://db/b?schema=pg_x", "postgres://db/b?schema=a-b", "postgres://db/b?schema=1a", "postgres://db/b?schema=" + strings.Repeat("a", 64), "postgres://anna:sEcReT%@db/b",
	} {
		_, err := ParsePostgres(text)
		wantFault(t, err, fault.Usage)
	}
	for _, text := range []string{"postgres://anna:sEcReT@db/b?sslmode=maybe", "postgres://anna@db/b?sslmode=verify-full&sslrootcert=/nowhere&password=sEcReT"} {
		_, err := OpenPostgres(t.Context(), Postgres{URL: text, Schema: "s"}, noon)
		wantFault(t, err, fault.Usage, "cannot be used")
	}
}

func TestFloorPostgres(t *testing.T) {
	t.Parallel()
	for version, ok := range map[string]bool{"150000": true, "150018": true, "180001": true, "140009": false, "90624": false, "x": false, "": false} {
		if err := postgresSupported(version); (err == nil) != ok {
			t.Errorf("%q: %v", version, err)
		}
	}
}

// TestFaultPostgres: what a server says, and what people are told.
func TestFaultPostgres(t *testing.T) {
	t.Parallel()
	pg := &server{Postgres: Postgres{URL: withPassword("postgres://clientele@db:5432/books"), Schema: "firm"}, place: "db:5432", base: "books", user: "clientele"}
	for code, want := range map[string]struct {
		kind  fault.Kind
		words string
	}{
		"28P01": {fault.Failed, "PGPASSWORD"}, "28000": {fault.Failed, "does not let user clientele in"}, "3D000": {fault.Failed, "createdb books"},
		"3F000": {fault.NotFound, "clientele init"}, "42501": {fault.Failed, "may not"}, "42P01": {fault.Failed, "may not"}, "25006": {fault.Failed, "only reads"},
		"40001": {fault.Locked, "another process"}, "40P01": {fault.Locked, "another process"}, "55P03": {fault.Locked, "another process"},
		"53100": {fault.Failed, "full"}, "58030": {fault.Failed, "disk"}, "53300": {fault.Failed, "no room"}, "53200": {fault.Failed, "no room"},
		"57P03": {fault.Failed, "starting"}, "57014": {fault.Canceled, "stopped"}, "XX001": {fault.Failed, "damaged"}, "XX002": {fault.Failed, "damaged"},
		"57P01": {fault.Failed, "was lost"}, "57P02": {fault.Failed, "was lost"}, "08006": {fault.Failed, "was lost"},
	} {
		wantFault(t, pg.fault(fmt.Errorf("exec: %w", &pgconn.PgError{Severity: "ERROR", Code: code, Message: "x"}), "op"), want.kind, want.words)
	}
	if err := pg.fault(&pgconn.PgError{Code: "22012"}, "op"); fault.KindOf(err) != fault.Internal {
		t.Errorf("a state of no meaning: %v", err)
	}
	own := fault.New(fault.Usage, "op", "mine", "")
	if err := pg.fault(own, "op"); !errors.Is(err, own) {
		t.Errorf("an error that is ours: %v", err)
	}
	if pg.fault(nil, "op") != nil {
		t.Error("no error is none")
	}
}

func TestEscapedText(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := string(rapid.SliceOf(rapid.SampledFrom([]byte("\x00\x01\x02a0f\x7f\x80\xc3\xa4\xff\xef\xbf\xbd"))).Draw(t, "text"))
		kept := escapeText(text)
		if !utf8.ValidString(kept) || strings.ContainsRune(kept, 0) {
			t.Errorf("%q is kept as %q", text, kept)
		}
		if back, err := unescapeText(kept); err != nil || back != text {
			t.Errorf("%q comes back as %q, %v", text, back, err)
		}
		if utf8.ValidString(text) && !strings.ContainsAny(text, "\x00\x01") && kept != text {
			t.Errorf("%q is kept as %q", text, kept)
		}
	})
	for _, text := range []string{"\x01", "a\x010", "\x01g0", "\x010g", "\x01A0"} {
		_, err := unescapeText(text)
		wantDamage(t, err)
	}
}
