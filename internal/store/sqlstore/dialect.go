package sqlstore

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"reflect"
	"slices"

	"github.com/pressly/goose/v3"

	"clientele/internal/fault"
)

//go:embed migrations
var migrations embed.FS

// dialect is what differs between two databases; the statements do not.
type dialect struct {
	migrations string // folder of the migrations
	goose      goose.Dialect
	migrated   string                    // query: how many tables goose_db_version there are
	rebind     func(query string) string // "?" to the database's own placeholders
	version    string                    // query for the version of the server or library
	supported  func(version string) error
	structure  func(ctx context.Context, db *sql.DB, tables []string) error
	fault      func(err error, op string) error

	writing sql.TxOptions // of a change
	reading sql.TxOptions // one state for all queries
	lockRow string        // suffix that keeps a row from other changes; "" where beginning does

	// The rest may be nil, and is for a database that lies elsewhere.
	once   func(ctx context.Context, s *Store, do func() error) error // one process at a time
	lost   func(err error) bool                                       // whether the connection is gone
	kept   func(ctx context.Context, s *Store, c *change, failed error) error
	encode func(text string) string // what the database cannot hold in a text
	decode func(text string) (string, error)
}

// writes readies arguments for the database.
func (d *dialect) writes(args []any) []any {
	if d.encode == nil {
		return args
	}
	out := slices.Clone(args)
	for i, a := range out {
		if text, ok := a.(string); ok {
			out[i] = d.encode(text)
		}
	}
	return out
}

// reads takes back what writes has done.
func (d *dialect) reads(row scanner) scanner {
	if d.decode == nil {
		return row
	}
	return decoded{row, d.decode}
}

// decoded is a row whose texts are decoded when they are scanned.
type decoded struct {
	row    scanner
	decode func(string) (string, error)
}

// Scan reads the columns.
func (r decoded) Scan(into ...any) error {
	if err := r.row.Scan(into...); err != nil {
		return err
	}
	for _, p := range into {
		v := reflect.ValueOf(p).Elem()
		if v.Kind() != reflect.String {
			continue
		}
		text, err := r.decode(v.String())
		if err != nil {
			return err
		}
		v.SetString(text)
	}
	return nil
}

const damagedRemedy = "restore the record from a backup; the original files are kept in the folder originals"

// damaged says that the record is not as it was written.
func damaged(what string) error {
	return fault.New(fault.Failed, "check the record", "the record is damaged: "+what, damagedRemedy)
}

// migrate brings the tables up to date. A record that a newer program has written
// is refused and left alone.
func (s *Store) migrate(ctx context.Context) error {
	folder, latest, err := s.migrations()
	if err != nil {
		return err
	}
	// The version is read first, so that opening a record that is up to date writes
	// nothing at all.
	if done, err := s.upToDate(ctx, latest); done || err != nil {
		return err
	}
	if s.dialect.once == nil {
		return s.update(ctx, folder, latest)
	}
	return s.dialect.once(ctx, s, func() error { return s.update(ctx, folder, latest) })
}

// migrateNow makes the tables, for a caller that has seen to it that it is alone.
func (s *Store) migrateNow(ctx context.Context) error {
	folder, latest, err := s.migrations()
	if err != nil {
		return err
	}
	return s.update(ctx, folder, latest)
}

// migrations are those of the dialect, and the number of the newest.
func (s *Store) migrations() (fs.FS, int64, error) {
	folder, err := fs.Sub(migrations, s.dialect.migrations)
	if err != nil {
		return nil, 0, fault.Wrap(err, fault.Internal, "open the record", "the migrations are missing", "")
	}
	latest, err := latestMigration(folder)
	return folder, latest, err
}

// stopped reports whether the caller gave up. A transaction whose caller did is taken
// back at once, and says from then on only that it has ended; nothing else ends one
// that is still used.
func stopped(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, sql.ErrTxDone)
}

// update runs the migrations that are missing.
func (s *Store) update(ctx context.Context, folder fs.FS, latest int64) error {
	p, err := goose.NewProvider(s.dialect.goose, s.writer, folder, goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return fault.Wrap(err, fault.Internal, "open the record", "the migrations cannot be read", "")
	}
	if _, err := p.Up(ctx); err != nil {
		// Another process may have been quicker.
		if done, errNow := s.upToDate(ctx, latest); done && errNow == nil {
			return nil
		}
		return s.dialect.fault(err, "update the record")
	}
	return nil
}

// upToDate reports whether the tables are those of this program.
func (s *Store) upToDate(ctx context.Context, latest int64) (bool, error) {
	var tables int
	err := s.writer.QueryRowContext(ctx, s.dialect.migrated).Scan(&tables)
	if err != nil {
		return false, s.dialect.fault(err, "open the record")
	}
	if tables == 0 {
		return false, nil
	}
	var version int64
	err = s.writer.QueryRowContext(ctx, "SELECT coalesce(max(version_id), 0) FROM goose_db_version").Scan(&version)
	if err != nil {
		return false, s.dialect.fault(err, "open the record")
	}
	if version > latest {
		return false, fault.New(fault.Failed, "open the record",
			fmt.Sprintf("the record was written by a newer program (version %d, this one knows %d)", version, latest),
			"use the newer program; nothing was changed")
	}
	return version == latest, nil
}

// latestMigration is the number of the newest migration.
func latestMigration(folder fs.FS) (int64, error) {
	names, err := fs.Glob(folder, "*.sql")
	if err != nil {
		return 0, fault.Wrap(err, fault.Internal, "open the record", "the migrations are missing", "")
	}
	var latest int64
	for _, name := range names {
		n, err := goose.NumericComponent(name)
		if err != nil {
			return 0, fault.Wrap(err, fault.Internal, "open the record", "a migration has no number", "")
		}
		latest = max(latest, n)
	}
	if latest == 0 {
		return 0, fault.Wrap(errors.New("no files"), fault.Internal, "open the record", "the migrations are missing", "")
	}
	return latest, nil
}
