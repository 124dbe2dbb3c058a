package sqlstore

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"database/sql/driver"
	"encoding/binary"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"

	"clientele/internal/clock"
	"clientele/internal/fault"
)

const (
	// DefaultSchema holds a record whose URL names no other.
	DefaultSchema = "clientele"
	// patience bounds how long a server may take to let somebody in.
	patience = 5 * time.Second
	// again is the pause before a server that is starting is asked again.
	again = 100 * time.Millisecond
	// oldestPostgres is the oldest major version that the conformance suite runs on.
	oldestPostgres = 15
)

// settings of every connection, unless the URL says otherwise. A change may last as long as tables are derived in
// it, so the server must not end it for being idle; a client that is gone without a
// word must not keep the others waiting for hours.
var settings = map[string]string{
	"application_name":                    "clientele",
	"client_encoding":                     "UTF8",
	"lock_timeout":                        "10s",
	"idle_in_transaction_session_timeout": "0",
	"tcp_keepalives_idle":                 "30",
	"tcp_keepalives_interval":             "10",
	"tcp_keepalives_count":                "3",
}

// Postgres says where a record lies in a PostgreSQL database: in a schema of its own,
// so that one database holds several.
type Postgres struct {
	URL    string // postgres://USER@HOST:PORT/DATABASE?…, as libpq reads it
	Schema string
}

// schemaForm are the names of schemas that need no quotes anywhere.
var schemaForm = regexp.MustCompile(`^[a-z][a-z0-9_]{0,62}$`)

const urlRemedy = "write it as postgres://USER@HOST:PORT/DATABASE?schema=NAME"

// ParsePostgres reads a URL that may name the schema in its query. Nothing of it is
// told in an error, since it may hold a password.
func ParsePostgres(text string) (Postgres, error) {
	const op = "read the record's address"
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "postgres" && u.Scheme != "postgresql" {
		return Postgres{}, fault.New(fault.Usage, op, "the address of the record is no PostgreSQL URL", urlRemedy)
	}
	q := u.Query()
	p := Postgres{Schema: DefaultSchema}
	if q.Has("schema") {
		p.Schema = q.Get("schema")
		q.Del("schema")
		u.RawQuery = q.Encode()
	}
	p.URL = u.String()
	return p, p.check(op)
}

func (p Postgres) check(op string) error {
	if !schemaForm.MatchString(p.Schema) || strings.HasPrefix(p.Schema, "pg_") {
		return fault.New(fault.Usage, op, fmt.Sprintf("%q is no name for the schema of a record", p.Schema),
			"take small letters, digits and _, a letter first, at most 63 of them")
	}
	return nil
}

// String writes the URL with the schema and without a password, for a file that others
// may read.
func (p Postgres) String() string {
	u, err := url.Parse(p.URL)
	if err != nil {
		return "postgres:"
	}
	if u.User != nil {
		u.User = url.User(u.User.Username())
	}
	q := u.Query()
	for _, secret := range []string{"password", "sslpassword"} {
		q.Del(secret)
	}
	q.Set("schema", p.Schema)
	u.RawQuery = q.Encode()
	return u.String()
}

// Place is where the record is, for people.
func (p Postgres) Place() string {
	u, err := url.Parse(p.URL)
	if err != nil {
		return "schema " + p.Schema
	}
	host := u.Host
	if host == "" {
		host = u.Query().Get("host")
	}
	return "schema " + p.Schema + " of database " + strings.TrimPrefix(u.Path, "/") + " on " + host
}

// HasPassword reports whether the URL holds a password, which String leaves out.
func (p Postgres) HasPassword() bool {
	u, err := url.Parse(p.URL)
	if err != nil {
		return false
	}
	_, has := u.User.Password()
	return has || u.Query().Has("password")
}

// CreatePostgres makes a new record in a schema that does not exist yet, or is empty.
func CreatePostgres(ctx context.Context, p Postgres, now clock.Clock) (*Store, error) {
	const op = "create the record"
	s, pg, err := dial(ctx, p, now, op)
	if err != nil {
		return nil, err
	}
	// The tables are made under the same lock: two that create at once make one record.
	err = pg.once(ctx, s, func() error {
		if err := pg.makeSchema(ctx, s.writer); err != nil {
			return err
		}
		return s.migrateNow(ctx)
	})
	if err == nil {
		err = s.start(ctx)
	}
	if err != nil {
		return nil, errors.Join(s.dialect.fault(err, op), s.Close())
	}
	return s, nil
}

// OpenPostgres opens the record in a schema, brings its tables up to date and verifies
// the log. A schema that holds no record is fault.NotFound.
func OpenPostgres(ctx context.Context, p Postgres, now clock.Clock) (*Store, error) {
	const op = "open the record"
	s, pg, err := dial(ctx, p, now, op)
	if err != nil {
		return nil, err
	}
	err = pg.holdsRecord(ctx, s.reader)
	if err == nil {
		err = s.start(ctx)
	}
	if err != nil {
		return nil, errors.Join(s.dialect.fault(err, op), s.Close())
	}
	return s, nil
}

// server is a PostgreSQL database and a schema in it, and what is told of it.
type server struct {
	Postgres

	place string // "HOST:PORT"
	base  string // name of the database
	user  string
}

// dial readies the connections and sees that the server lets us in.
func dial(ctx context.Context, p Postgres, now clock.Clock, op string) (*Store, *server, error) {
	if err := p.check(op); err != nil {
		return nil, nil, err
	}
	config, err := pgx.ParseConfig(p.URL)
	if err != nil {
		return nil, nil, configFault(err, p, op)
	}
	config.RuntimeParams["search_path"] = pgx.Identifier{p.Schema}.Sanitize()
	for name, value := range settings {
		if _, given := config.RuntimeParams[name]; !given {
			config.RuntimeParams[name] = value
		}
	}
	if u, err := url.Parse(p.URL); err == nil && strings.Contains(u.Host, ",") && config.ValidateConnect == nil {
		config.ValidateConnect = pgconn.ValidateConnectTargetSessionAttrsReadWrite // of several hosts, the one that leads
	}
	pg := &server{Postgres: p, place: hostPort(config), base: config.Database, user: config.User}
	connector := patient{stdlib.GetConnector(*config, stdlib.OptionAfterConnect(durable))}
	s := &Store{writer: sql.OpenDB(connector), reader: sql.OpenDB(connector), now: now, dialect: pg.dialect()}
	s.writer.SetMaxOpenConns(1)
	s.reader.SetMaxOpenConns(readersMax)
	s.reader.SetMaxIdleConns(readersMax)
	if err := s.reader.PingContext(ctx); err != nil {
		return nil, nil, errors.Join(s.dialect.fault(err, op), s.Close())
	}
	return s, pg, nil
}

// hostPort is where the server is; of several, the first.
func hostPort(c *pgx.ConnConfig) string {
	if strings.HasPrefix(c.Host, "/") {
		return c.Host + ", port " + strconv.Itoa(int(c.Port))
	}
	if strings.Contains(c.Host, ":") {
		return "[" + c.Host + "]:" + strconv.Itoa(int(c.Port))
	}
	return c.Host + ":" + strconv.Itoa(int(c.Port))
}

// durable sees that a change that was acknowledged survives a power cut, on a server
// that would leave that open. A stricter setting stays.
func durable(ctx context.Context, conn *pgx.Conn) error {
	_, err := conn.Exec(ctx, "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'")
	return err
}

// patient bounds how long a connection may take, over all hosts and attempts, and
// waits that long for a server that is starting.
type patient struct{ driver.Connector }

// Connect makes one connection.
func (p patient) Connect(ctx context.Context) (driver.Conn, error) {
	limited, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		conn, err := p.Connector.Connect(limited)
		if err == nil || ctx.Err() == nil && sqlState(err) != stateStarting {
			return conn, err
		}
		if !pause(limited, again) {
			return nil, errors.Join(err, ctx.Err())
		}
	}
}

// pause waits; false if the context ends before.
func pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}

func (pg *server) dialect() dialect {
	return dialect{
		migrations: "migrations/postgres",
		goose:      goose.DialectPostgres,
		migrated:   "SELECT count(*) FROM pg_tables WHERE schemaname = '" + pg.Schema + "' AND tablename = 'goose_db_version'",
		rebind:     numbered,
		version:    "SELECT current_setting('server_version_num')",
		supported:  postgresSupported,
		structure:  postgresStructure,
		fault:      pg.fault,
		// A change waits for the one before at the row of counters and then sees what
		// that one has written; so none has to be tried again.
		writing: sql.TxOptions{Isolation: sql.LevelReadCommitted},
		reading: sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true},
		lockRow: " FOR UPDATE",
		once:    pg.once,
		lost:    connectionLost,
		kept:    pg.kept,
		encode:  escapeText,
		decode:  unescapeText,
	}
}

// numbered writes "?" as $1, $2, … No statement of ours has one in a text.
func numbered(query string) string {
	parts := strings.Split(query, "?")
	var b strings.Builder
	for i, part := range parts {
		if i > 0 {
			b.WriteString("$" + strconv.Itoa(i))
		}
		b.WriteString(part)
	}
	return b.String()
}

func postgresSupported(version string) error {
	n, err := strconv.Atoi(version)
	if err != nil {
		return fault.New(fault.Internal, "open the record", "PostgreSQL names its version "+strconv.Quote(version), "")
	}
	if n/10000 < oldestPostgres {
		return fault.New(fault.Failed, "open the record", fmt.Sprintf("PostgreSQL %d is too old for a record", n/10000),
			fmt.Sprintf("use PostgreSQL %d or later", oldestPostgres))
	}
	return nil
}

// once runs do while no other process makes tables in the schema. The lock belongs to
// a connection of its own, and goes with it.
func (pg *server) once(ctx context.Context, s *Store, do func() error) (err error) {
	conn, err := s.reader.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	sum := sha256.Sum256([]byte("clientele record " + pg.Schema))
	key := int64(binary.BigEndian.Uint64(sum[:])) //nolint:gosec // any number will do
	if _, err := conn.ExecContext(ctx, "SELECT pg_advisory_lock($1)", key); err != nil {
		return err
	}
	defer func() {
		_, errUnlock := conn.ExecContext(context.WithoutCancel(ctx), "SELECT pg_advisory_unlock($1)", key)
		if err == nil { // a connection that is gone has no lock either
			err = errUnlock
		}
	}()
	return do()
}

// tables lists what stands in the schema, in order; false if there is no schema.
func (pg *server) tables(ctx context.Context, db *sql.DB) (names []string, exists bool, err error) {
	var count int
	if err := db.QueryRowContext(ctx, "SELECT count(*) FROM pg_namespace WHERE nspname = $1", pg.Schema).Scan(&count); err != nil {
		return nil, false, err
	}
	q := querier{db, &dialect{rebind: numbered}}
	err = each(ctx, q, `SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE n.nspname = ? AND c.relkind IN ('r', 'p', 'v', 'm', 'f')`, func(row scanner) error {
		var name string
		err := row.Scan(&name)
		names = append(names, name)
		return err
	}, pg.Schema)
	slices.Sort(names)
	return names, count > 0, err
}

// makeSchema makes the schema, or takes one that is empty, which an administrator may
// have made for a user who may not make any.
func (pg *server) makeSchema(ctx context.Context, db *sql.DB) error {
	const op = "create the record"
	names, exists, err := pg.tables(ctx, db)
	if err != nil {
		return err
	}
	if !exists {
		_, err := db.ExecContext(ctx, "CREATE SCHEMA "+pgx.Identifier{pg.Schema}.Sanitize())
		return err
	}
	const name = "name another: ?schema=NAME"
	if slices.Contains(names, "record") {
		var revision int64
		if err := db.QueryRowContext(ctx, "SELECT revision FROM record").Scan(&revision); err != nil {
			return err
		}
		remedy := "use the workspace that it belongs to, or " + name
		if revision == 0 {
			remedy = "it is empty: if an init that was cut off has left it, remove it with DROP SCHEMA " + pg.Schema + " CASCADE; or " + name
		}
		return fault.New(fault.Usage, op, "there is a record in "+pg.named()+" already", remedy)
	}
	for _, n := range names {
		if n != "goose_db_version" { // left where a creation was cut off
			return fault.New(fault.Usage, op, pg.named()+" holds other tables ("+n+")", name)
		}
	}
	return nil
}

// named is the schema for people.
func (pg *server) named() string {
	return "schema " + pg.Schema + " of database " + pg.base + " on " + pg.place
}

// holdsRecord says so if the schema is missing, or holds no record.
func (pg *server) holdsRecord(ctx context.Context, db *sql.DB) error {
	names, exists, err := pg.tables(ctx, db)
	if err != nil {
		return err
	}
	remedy := "make it with: clientele init --record '" + pg.String() + "'; or see that the address is right"
	switch {
	case !exists:
		return fault.New(fault.NotFound, "open the record", "there is no "+pg.named(), remedy)
	case !slices.Contains(names, "record") && !slices.Contains(names, "log"):
		return fault.New(fault.NotFound, "open the record", pg.named()+" holds no record", remedy)
	}
	return nil
}

// kept finds out whether a change stands whose commit failed. A server that refused
// has said so. If the connection broke, the log is asked, behind the lock of the
// record, so that a server that is still at it is waited for.
func (pg *server) kept(ctx context.Context, s *Store, c *change, failed error) error {
	if e, ok := errors.AsType[*pgconn.PgError](failed); ok && e.Severity == "ERROR" {
		return failed
	}
	if errors.Is(failed, sql.ErrTxDone) { // it was rolled back before anything was sent
		return failed
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*patience)
	defer cancel()
	for {
		stands, err := pg.stands(ctx, s, c)
		switch {
		case err == nil && stands:
			return nil
		case err == nil:
			return failed
		case !pause(ctx, again):
			return fault.Wrap(failed, fault.Failed, "change the record",
				"the connection to the record on "+pg.place+" was lost while the change was kept; whether it was is not known",
				"before you do it again, see with 'clientele batches' whether it was")
		}
	}
}

// stands reports whether the change's last entry is in the log.
func (pg *server) stands(ctx context.Context, s *Store, c *change) (stands bool, err error) {
	tx, err := s.startTx(ctx, s.writer, &s.dialect.writing)
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, tx.Rollback()) }()
	q := querier{tx, &s.dialect}
	if _, err := readRecord(ctx, q, s.dialect.lockRow); err != nil {
		return false, err
	}
	var hash string
	err = q.row(ctx, "SELECT hash FROM log WHERE seq = ?", c.record.entries).Scan(&hash)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return hash == c.record.hash, err
}

// orphans are the rows that belong to nothing; restoring a part of a database, or a
// user who switches the checks off, can leave such.
var orphans = map[string]string{
	"batch_controls": "SELECT count(*) FROM batch_controls c LEFT JOIN batches b ON b.number = c.batch WHERE b.number IS NULL",
	"batch_reasons": `SELECT count(*) FROM batch_reasons r LEFT JOIN batch_controls c
		ON c.batch = r.batch AND c.currency = r.currency WHERE c.batch IS NULL`,
	"rates":     "SELECT count(*) FROM rates r LEFT JOIN batches b ON b.number = r.batch WHERE b.number IS NULL",
	"decisions": "SELECT count(*) FROM decisions d LEFT JOIN batches b ON b.number = d.batch WHERE b.number IS NULL",
}

// postgresStructure sees that the given tables are there; of the whole record, where
// none is given, also that no index is broken and that every row belongs somewhere.
func postgresStructure(ctx context.Context, db *sql.DB, tables []string) error {
	whole := len(tables) == 0
	if whole {
		tables = allTables
	}
	for _, t := range tables {
		var there bool
		if err := db.QueryRowContext(ctx, "SELECT to_regclass($1) IS NOT NULL", t).Scan(&there); err != nil {
			return err
		}
		if !there {
			return damaged("the table " + t + " is missing")
		}
	}
	if !whole {
		return nil
	}
	var broken int
	err := db.QueryRowContext(ctx, `SELECT count(*) FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
		JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = current_schema() AND NOT i.indisvalid`).Scan(&broken)
	if err != nil {
		return err
	}
	if broken > 0 {
		return damaged("an index is not valid")
	}
	for _, t := range allTables {
		query, ok := orphans[t]
		if !ok {
			continue
		}
		var n int64
		if err := db.QueryRowContext(ctx, query).Scan(&n); err != nil {
			return err
		}
		if n > 0 {
			return damaged(fmt.Sprintf("%d rows of %s belong to nothing", n, t))
		}
	}
	return nil
}
