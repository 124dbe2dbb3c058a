package lake

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/apache/iceberg-go/table"
	"github.com/google/go-cmp/cmp"
	_ "github.com/trinodb/trino-go-client/trino" // reads what was published

	"clientele/internal/publication"
)

// clusterPlace is a namespace of the test's own in the catalog of the test cluster.
func clusterPlace(tb testing.TB) Options {
	tb.Helper()
	o := Options{
		Catalog: os.Getenv("CLIENTELE_TEST_LAKE_DSN"), Name: os.Getenv("CLIENTELE_TEST_LAKE_CATALOG"), Warehouse: os.Getenv("CLIENTELE_TEST_LAKE_WAREHOUSE"),
		Namespace: strings.ToLower(tb.Name()) + fmt.Sprintf("_%d", os.Getpid()),
	}
	if o.Catalog == "" || o.Name == "" || o.Warehouse == "" {
		tb.Skip("cluster: CLIENTELE_TEST_LAKE_DSN names no PostgreSQL with a catalog")
	}
	tb.Cleanup(func() {
		ctx := context.WithoutCancel(tb.Context())
		l, err := Open(ctx, o)
		if err != nil {
			tb.Error(err)
			return
		}
		for _, name := range append([]publication.Table{publication.Manifest}, publication.Contents...) {
			if err := l.catalog.DropTable(ctx, table.Identifier{o.Namespace, string(name)}); err != nil {
				tb.Log(err) // a test that failed early made none
			}
		}
		if err := l.catalog.DropNamespace(ctx, table.Identifier{o.Namespace}); err != nil {
			tb.Error(err)
		}
		if err := l.Close(); err != nil {
			tb.Error(err)
		}
		if err := os.RemoveAll(strings.TrimPrefix(l.options.Warehouse, "file://") + "/" + o.Namespace); err != nil {
			tb.Error(err)
		}
	})
	return o
}

func TestClusterLifeOfALedger(t *testing.T) {
	t.Parallel()
	run(t, clusterPlace(t))
}

func TestClusterPublishersAtOnce(t *testing.T) {
	t.Parallel()
	together(t, clusterPlace(t))
}

func TestClusterDeathInTheMiddle(t *testing.T) {
	t.Parallel()
	dies(t, clusterPlace(t), "commit cell")
}

// trino connects to the test cluster.
func trino(tb testing.TB) *sql.DB {
	tb.Helper()
	url := os.Getenv("CLIENTELE_TEST_TRINO")
	if url == "" {
		tb.Skip("cluster: CLIENTELE_TEST_TRINO names no Trino")
	}
	db, err := sql.Open("trino", url)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := db.Close(); err != nil {
			tb.Error(err)
		}
	})
	return db
}

// ask reads rows in the form of cells.
func ask(tb testing.TB, db *sql.DB, text string) []string {
	tb.Helper()
	rows, err := db.QueryContext(tb.Context(), text)
	if err != nil {
		tb.Fatalf("%s: %v", text, err)
	}
	defer func() {
		if err := rows.Close(); err != nil {
			tb.Error(err)
		}
	}()
	columns, err := rows.Columns()
	if err != nil {
		tb.Fatal(err)
	}
	out := []string{}
	for rows.Next() {
		values, places := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			places[i] = &values[i]
		}
		if err := rows.Scan(places...); err != nil {
			tb.Fatal(err)
		}
		words := make([]string, len(columns))
		for i, v := range values {
			if words[i] = "-"; v != nil {
				words[i] = fmt.Sprint(v)
			}
		}
		out = append(out, strings.Join(words, "|"))
	}
	if err := rows.Err(); err != nil {
		tb.Fatal(err)
	}
	slices.Sort(out)
	return out
}

// seen asserts that Trino reads the content, as of the snapshots of the last publication.
func seen(tb testing.TB, db *sql.DB, namespace string, c *publication.Content) (rows int) {
	tb.Helper()
	last := ask(tb, db, "SELECT revision, scale, currency, kind, document FROM lake."+namespace+".publication ORDER BY number DESC LIMIT 1")
	if w := []string{fmt.Sprintf("%d|%d|%s|%s|%s", c.Revision, c.Scale, c.Currency, c.Kind, c.Document)}; !slices.Equal(last, w) {
		tb.Errorf("publication %v, want %v", last, w)
	}
	for _, name := range publication.Contents {
		snapshot := ask(tb, db, "SELECT max_by("+name.Snapshot()+", number) FROM lake."+namespace+".publication")[0]
		got := ask(tb, db, fmt.Sprintf("SELECT * FROM lake.%s.%s FOR VERSION AS OF %s", namespace, name, snapshot))
		if diff := cmp.Diff(want(tb, c, name), got); diff != "" {
			tb.Errorf("%s: %d rows\n%.1000s", name, len(got), diff)
		}
		rows += len(got)
	}
	return rows
}

// Trino reads what was published, row for row; a compaction by it changes nothing for
// readers, and is not undone by the next publication.
func TestClusterTrinoReadsIt(t *testing.T) {
	t.Parallel()
	db, o := trino(t), clusterPlace(t)
	l := opened(t, o)
	l.bytes, l.block = 1, 64 // a file per block of rows, so that there is something to compact
	b1, b2 := drawn(t, 1, 1000, 2), drawn(t, 2, 300, 2)
	c := content(1, b1, b2)
	c.Parties = []publication.Party{{Account: -2, Key: "G é", Name: "o'k"}}
	c.Links = []publication.Link{{Account: 1<<32 + 1, Source: 1<<32 + 1, Client: 1<<32 + 2, Parent: -2}}
	if _, err := l.Publish(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	rows := seen(t, db, o.Namespace, c)
	next := content(2, b2, drawn(t, 3, 200, 3))
	if _, err := l.Publish(t.Context(), next); err != nil {
		t.Fatal(err)
	}
	rows += seen(t, db, o.Namespace, next)
	ask(t, db, "ALTER TABLE lake."+o.Namespace+".line EXECUTE optimize")
	files := ask(t, db, "SELECT file_path FROM lake."+o.Namespace+".\"line$files\"")
	if foreign := slices.IndexFunc(files, func(path string) bool { _, ours := markIn(path); return !ours }); foreign < 0 {
		t.Fatalf("Trino left the files as they were, which shows nothing: %v", files)
	}
	rows += seen(t, db, o.Namespace, next)
	next = content(3, b2, drawn(t, 3, 200, 3), drawn(t, 4, 100, 3))
	out, err := l.Publish(t.Context(), next)
	if err != nil || did(out, publication.Line) != "+100/2 -0/0 =500/2" {
		t.Errorf("after a compaction: %+v, %v", out, err)
	}
	rows += seen(t, db, o.Namespace, next)
	t.Logf("%d rows read by Trino and equal", rows)
}
