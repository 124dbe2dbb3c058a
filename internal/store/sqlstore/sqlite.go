package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/pressly/goose/v3"
	"modernc.org/sqlite" // the driver; registers itself as "sqlite"

	"clientele/internal/clock"
	"clientele/internal/fault"
)

// readersMax bounds the pool of reading connections.
const readersMax = 4

// floor is the oldest SQLite that may touch a record: 3.7.0 to 3.51.2 can lose a
// committed transaction when a checkpoint races a commit that resets the WAL.
var floor = [3]int{3, 51, 3}

// pragmas of every connection, busy_timeout first so that the others wait too.
// FULL: a decision that was acknowledged survives a power cut.
var pragmas = []string{
	"busy_timeout(10000)",
	"foreign_keys(1)",
	"trusted_schema(0)",
	"temp_store(MEMORY)",
	"cache_size(-32000)",
}

var writerPragmas = []string{
	"journal_mode(WAL)",
	"synchronous(FULL)",
	"journal_size_limit(200000000)",
}

// Create makes a new record in a file that must not exist yet.
func Create(ctx context.Context, path string, now clock.Clock) (*Store, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600) //nolint:gosec // the caller's own workspace
	if err != nil {
		return nil, fault.Wrap(err, fault.Failed, "create the record", "the record cannot be created", "")
	}
	if err := f.Close(); err != nil {
		return nil, fault.Wrap(err, fault.Failed, "create the record", "the record cannot be created", "")
	}
	return Open(ctx, path, now)
}

// Open opens the record at path, brings its tables up to date and verifies
// structure and log. A missing file is fault.NotFound, a record of a newer program
// or a damaged one fault.Failed.
func Open(ctx context.Context, path string, now clock.Clock) (*Store, error) {
	if _, err := os.Stat(path); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil, fault.New(fault.NotFound, "open the record", "there is no record at "+path, "make a workspace with: clientele init")
		}
		return nil, fault.Wrap(err, fault.Failed, "open the record", "the record cannot be opened", "")
	}
	return open(ctx, path, "rw", now)
}

// open is Open with the mode of the writing connection: "rw", or "ro" in tests.
func open(ctx context.Context, path, mode string, now clock.Clock) (*Store, error) {
	writer, err := sql.Open("sqlite", sqliteName(path, mode, append(slices.Clip(pragmas), writerPragmas...)))
	if err != nil {
		return nil, sqliteFault(err, "open the record")
	}
	reader, err := sql.Open("sqlite", sqliteName(path, "ro", pragmas))
	if err != nil {
		return nil, errors.Join(sqliteFault(err, "open the record"), writer.Close())
	}
	writer.SetMaxOpenConns(1)
	reader.SetMaxOpenConns(readersMax)
	reader.SetMaxIdleConns(readersMax)
	s := &Store{writer: writer, reader: reader, now: now, dialect: sqliteDialect}
	if err := s.start(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// sqliteName is the name of a database as a URI, in which no character of the path
// can be taken for a parameter.
func sqliteName(path, mode string, pragmas []string) string {
	q := url.Values{"mode": {mode}, "_pragma": pragmas}
	if mode != "ro" {
		q.Set("_txlock", "immediate")
	}
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + q.Encode()
}

var sqliteDialect = dialect{
	migrations: "migrations/sqlite",
	goose:      goose.DialectSQLite3,
	migrated:   "SELECT count(*) FROM sqlite_master WHERE name = 'goose_db_version'",
	rebind:     func(query string) string { return query },
	version:    "SELECT sqlite_version()",
	supported:  sqliteSupported,
	structure:  sqliteStructure,
	fault:      sqliteFault,
	reading:    sql.TxOptions{ReadOnly: true},
}

// sqliteSupported refuses a library below the floor.
func sqliteSupported(version string) error {
	parts := strings.SplitN(version, ".", 3)
	for i, want := range floor {
		got := 0
		if i < len(parts) {
			n, err := strconv.Atoi(parts[i])
			if err != nil {
				return fault.New(fault.Internal, "open the record", "SQLite names its version "+strconv.Quote(version), "")
			}
			got = n
		}
		if got != want {
			if got > want {
				return nil
			}
			return fault.New(fault.Internal, "open the record",
				fmt.Sprintf("SQLite %s can lose committed data; %d.%d.%d or later is needed", version, floor[0], floor[1], floor[2]), "")
		}
	}
	return nil
}

// sqliteStructure runs SQLite's own checks: of the given tables, or of the whole
// file where none is given.
func sqliteStructure(ctx context.Context, db *sql.DB, tables []string) error {
	checks := []string{"PRAGMA integrity_check", "PRAGMA foreign_key_check"}
	if len(tables) > 0 {
		checks = checks[:0]
		for _, t := range tables {
			checks = append(checks, "PRAGMA integrity_check("+t+")", "PRAGMA foreign_key_check("+t+")")
		}
	}
	for _, check := range checks {
		found, err := firstWords(ctx, db, check)
		if err != nil {
			return err
		}
		if found != "" && found != "ok" {
			return damaged("SQLite finds: " + found)
		}
	}
	return nil
}

// firstWords is the first column of the first row of a check, "" if it has no row.
func firstWords(ctx context.Context, db *sql.DB, check string) (first string, err error) {
	rows, err := db.QueryContext(ctx, check)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	columns, err := rows.Columns()
	if err != nil {
		return "", err
	}
	if !rows.Next() {
		return "", rows.Err()
	}
	var words sql.NullString
	into := make([]any, len(columns))
	for i := range into {
		into[i] = new(any)
	}
	into[0] = &words
	if err := rows.Scan(into...); err != nil {
		return "", err
	}
	return words.String, rows.Err()
}

// Result codes of SQLite, the low byte of its extended codes.
// Source: sqlite.org/rescode.html.
const (
	codeBusy      = 5
	codeLocked    = 6
	codeReadOnly  = 8
	codeInterrupt = 9
	codeIOError   = 10
	codeCorrupt   = 11
	codeFull      = 13
	codeCantOpen  = 14
	codeNotADB    = 26
)

// sqliteFault turns a driver's error into one for people. Errors that are ours
// already stay as they are.
func sqliteFault(err error, op string) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*fault.Error](err); ok {
		return err
	}
	if stopped(err) || errors.Is(err, context.DeadlineExceeded) {
		return fault.Wrap(err, fault.Canceled, op, "stopped", "nothing was changed")
	}
	e, ok := errors.AsType[*sqlite.Error](err)
	if !ok {
		return fault.Wrap(err, fault.Internal, op, "the record cannot be used", "")
	}
	switch e.Code() & 0xff {
	case codeFull:
		return fault.Wrap(err, fault.Failed, op, "the disk is full", "make room and try again; nothing was changed")
	case codeReadOnly:
		return fault.Wrap(err, fault.Failed, op, "the record cannot be written", "check the permissions of the workspace folder; nothing was changed")
	case codeBusy, codeLocked:
		return fault.Wrap(err, fault.Locked, op, "another process is writing to the record", "wait for it to end and try again")
	case codeInterrupt:
		return fault.Wrap(err, fault.Canceled, op, "stopped", "nothing was changed")
	case codeCorrupt, codeNotADB:
		return fault.Wrap(err, fault.Failed, op, "the record is damaged", damagedRemedy)
	case codeCantOpen:
		return fault.Wrap(err, fault.Failed, op, "the record cannot be opened", "check the permissions of the workspace folder")
	case codeIOError:
		return fault.Wrap(err, fault.Failed, op, "the disk failed", "check the disk; nothing was changed")
	default:
		return fault.Wrap(err, fault.Internal, op, "the record cannot be used", "")
	}
}
