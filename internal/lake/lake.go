// Package lake publishes a ledger as open tables: Iceberg, in a catalog that a database
// holds, which Trino shares as its JDBC catalog. It is the only importer of iceberg-go.
//
// Every table is changed by one commit at most, which drops the files of batches that do
// not hold any more and adds those of new ones, and which fails if anybody else changed
// the table since it was read. The row in the table of publications comes last.
package lake

import (
	"context"
	"database/sql"
	"errors"
	"maps"
	"net/url"
	"path/filepath"
	"strings"
	"time"

	"github.com/apache/iceberg-go"
	"github.com/apache/iceberg-go/catalog"
	icebergsql "github.com/apache/iceberg-go/catalog/sql"
	_ "github.com/apache/iceberg-go/io/gocloud/s3" // warehouses in object stores
	"github.com/apache/iceberg-go/table"
	_ "github.com/jackc/pgx/v5/stdlib" // the catalog's driver
	_ "modernc.org/sqlite"             // the catalog's driver

	"clientele/internal/fault"
	"clientele/internal/publication"
)

// Options say where the tables are.
type Options = publication.Place

// Lake is an open namespace of a catalog.
type Lake struct {
	options Options
	db      *sql.DB
	catalog *icebergsql.Catalog
	keep    int64             // publications that stay in the table
	bytes   int64             // after which another file is begun
	block   int64             // rows that are copied at a time
	steps   func(step string) // tells tests how far a publication is; nil: nobody
}

const op = "publish"

// Open connects to the catalog and makes sure that the namespace is there.
func Open(ctx context.Context, o Options) (_ *Lake, err error) {
	registerSchemes()
	warehouse, err := warehouseURL(o.Warehouse)
	if err != nil {
		return nil, err
	}
	o.Warehouse = warehouse
	if o.Name == "" || o.Namespace == "" || strings.ContainsAny(o.Namespace, "./\\\"' ") {
		return nil, fault.New(fault.Usage, op, "a catalog and a namespace need a name of one word", "name them: --name CATALOG --namespace NAMESPACE")
	}
	driver, dsn, dialect, err := database(o.Catalog)
	if err != nil {
		return nil, err
	}
	db, err := sql.Open(driver, dsn)
	if err != nil {
		return nil, unreachable(err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, db.Close())
		}
	}()
	ctxPing, cancel := context.WithTimeout(ctx, connectSeconds*time.Second)
	defer cancel()
	if err := db.PingContext(ctxPing); err != nil {
		return nil, unreachable(err)
	}
	l := &Lake{options: o, db: db, keep: publicationsMax, bytes: fileBytes, block: blockRows}
	props := iceberg.Properties{"warehouse": warehouse, icebergsql.SchemaVersionKey: icebergsql.SchemaVersionV1}
	for range attemptsMax { // two that make the catalog's own tables at once
		if l.catalog, err = icebergsql.NewCatalog(o.Name, db, dialect, props); err == nil {
			break
		}
	}
	if err != nil {
		return nil, unreachable(err)
	}
	if err := l.makeNamespace(ctx); err != nil {
		return nil, err
	}
	return l, nil
}

// connectSeconds bounds the wait for a database that does not answer.
const connectSeconds = 15

// database splits the name of a catalog into driver, data source and dialect.
func database(name string) (driver, dsn string, dialect icebergsql.SupportedDialect, err error) {
	switch {
	case strings.HasPrefix(name, "postgres://"), strings.HasPrefix(name, "postgresql://"):
		return "pgx", name, icebergsql.Postgres, nil
	case strings.HasPrefix(name, "sqlite:"):
		path := strings.TrimPrefix(strings.TrimPrefix(name, "sqlite:"), "//")
		return "sqlite", "file:" + (&url.URL{Path: path}).EscapedPath() + "?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_txlock=immediate", icebergsql.SQLite, nil
	}
	return "", "", "", fault.New(fault.Usage, op, "the catalog must be a database", "name it: --catalog postgres://USER@HOST/DATABASE")
}

// warehouseURL makes a folder a URL.
func warehouseURL(name string) (string, error) {
	if strings.Contains(name, "://") {
		return strings.TrimSuffix(name, "/"), nil
	}
	if name == "" {
		return "", fault.New(fault.Usage, op, "the tables need a place", "name it: --warehouse file:///FOLDER or s3://BUCKET/FOLDER")
	}
	path, err := filepath.Abs(name)
	if err != nil {
		return "", fault.Wrap(err, fault.Usage, op, "the warehouse cannot be found", "name it in full: --warehouse file:///FOLDER")
	}
	return "file://" + (&url.URL{Path: filepath.ToSlash(path)}).EscapedPath(), nil
}

func (l *Lake) makeNamespace(ctx context.Context) error {
	for range attemptsMax {
		ok, err := l.catalog.CheckNamespaceExists(ctx, table.Identifier{l.options.Namespace})
		if err != nil {
			return unreachable(err)
		}
		if ok {
			return nil
		}
		err = l.catalog.CreateNamespace(ctx, table.Identifier{l.options.Namespace}, iceberg.Properties{"location": l.options.Warehouse + "/" + l.options.Namespace})
		if err == nil || errors.Is(err, catalog.ErrNamespaceAlreadyExists) {
			return nil
		}
	}
	return fault.New(fault.Failed, op, "the namespace "+l.options.Namespace+" cannot be made", "check the rights of the catalog's user")
}

// open loads a table; one that is not there is made.
func (l *Lake) open(ctx context.Context, name publication.Table, props iceberg.Properties) (*table.Table, error) {
	id := table.Identifier{l.options.Namespace, string(name)}
	var err error
	for range attemptsMax {
		var t *table.Table
		if t, err = l.catalog.LoadTable(ctx, id); err == nil {
			return t, fits(name, t)
		}
		if !errors.Is(err, catalog.ErrNoSuchTable) {
			break
		}
		schema, spec := layout(name)
		all := iceberg.Properties{table.PropertyFormatVersion: "2", table.MinSnapshotsToKeepKey: "10"}
		maps.Copy(all, props)
		t, err = l.catalog.CreateTable(ctx, id, schema, catalog.WithPartitionSpec(&spec), catalog.WithProperties(all))
		if err == nil {
			return t, nil
		}
	}
	return nil, failed(err, "the table "+l.options.Namespace+"."+string(name)+" cannot be opened")
}

// Close frees the connections.
func (l *Lake) Close() error { return errors.Join(l.catalog.Close(), l.db.Close()) }

// step tells tests how far a publication is.
func (l *Lake) step(name string) {
	if l.steps != nil {
		l.steps(name)
	}
}

func unreachable(err error) error {
	return failedWith(err, "the catalog cannot be reached", "check --catalog and the password (PGPASSWORD), and that the database runs")
}

func failed(err error, message string) error {
	return failedWith(err, message, "check the warehouse, and the rights of the catalog's user")
}

func failedWith(err error, message, remedy string) error {
	if err == nil {
		return nil
	}
	if _, known := errors.AsType[*fault.Error](err); known {
		return err
	}
	if errors.Is(err, context.Canceled) {
		return fault.Wrap(err, fault.Canceled, op, "stopped", "the publication before is untouched")
	}
	return fault.Wrap(err, fault.Failed, op, message, remedy)
}
