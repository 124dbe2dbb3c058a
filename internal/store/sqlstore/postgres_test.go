package sqlstore

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"strings"
	"sync/atomic"
	"testing"

	"clientele/internal/clock"
	"clientele/internal/store"
	"clientele/internal/store/storetest"
)

var schemas atomic.Int64

// postgresAt is a place for a record of the test's own in the database for tests,
// taken away at the end.
func postgresAt(tb testing.TB) Postgres {
	tb.Helper()
	dsn := os.Getenv("CLIENTELE_TEST_POSTGRES")
	if dsn == "" {
		tb.Skip(`no PostgreSQL for tests: export CLIENTELE_TEST_POSTGRES="$(scripts/postgres.sh start DIR)", or run scripts/test.sh`)
	}
	p, err := ParsePostgres(dsn)
	if err != nil {
		tb.Fatal(err)
	}
	p.Schema = fmt.Sprintf("sqlstore_%d_%d", os.Getpid(), schemas.Add(1))
	tb.Cleanup(func() { execute(tb, p, "DROP SCHEMA IF EXISTS "+p.Schema+" CASCADE") })
	return p
}

// execute runs statements behind the program's back.
func execute(tb testing.TB, p Postgres, statements ...string) {
	tb.Helper()
	db, err := sql.Open("pgx", p.URL)
	if err != nil {
		tb.Fatal(err)
	}
	defer shut(tb, db)
	db.SetMaxOpenConns(1)
	for _, st := range append([]string{"SET search_path TO " + p.Schema}, statements...) {
		if _, err := db.ExecContext(context.Background(), st); err != nil {
			tb.Fatalf("%s: %v", st, err)
		}
	}
}

func postgresRecords(tb testing.TB) func(clock.Clock) (store.Store, error) {
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
}

func TestConformancePostgres(t *testing.T) {
	t.Parallel()
	postgresAt(t) // says what is missing, once
	storetest.Run(t, storetest.Harness{New: postgresRecords})
}

var _ = strings.Contains
