package sqlstore

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"

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
}

const damagedRemedy = "restore the record from a backup; the original files are kept in the folder originals"

// damaged says that the record is not as it was written.
func damaged(what string) error {
	return fault.New(fault.Failed, "check the record", "the record is damaged: "+what, damagedRemedy)
}

// migrate brings the tables up to date. A record that a newer program has written
// is refused and left alone.
func (s *Store) migrate(ctx context.Context) error {
	folder, err := fs.Sub(migrations, s.dialect.migrations)
	if err != nil {
		return fault.Wrap(err, fault.Internal, "open the record", "the migrations are missing", "")
	}
	latest, err := latestMigration(folder)
	if err != nil {
		return err
	}
	// The version is read first, so that opening a record that is up to date writes
	// nothing at all.
	if done, err := s.upToDate(ctx, latest); done || err != nil {
		return err
	}
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
