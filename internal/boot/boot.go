// Package boot wires adapters to the use cases: it is the only room that knows which
// engine, which store and which folder are used.
package boot

import (
	"context"
	"errors"
	"os"
	"os/user"
	"runtime"

	"clientele/internal/app"
	"clientele/internal/clock"
	"clientele/internal/engine"
	"clientele/internal/engine/duckdb"
	"clientele/internal/fault"
	"clientele/internal/lake/courier"
	"clientele/internal/store/sqlstore"
	"clientele/internal/vault"
)

// engineName is written into manifests.
const engineName = "duckdb 1.5.6"

// Options of a workspace that is opened.
type Options struct {
	Dir string
	// Record is where the record is: "" is SQLite in the folder, or where the folder
	// says; postgres://… is PostgreSQL, in the schema of its parameter schema.
	Record   string
	Clock    clock.Clock
	Actor    string // "" is the user of the machine
	Say      func(text string)
	Progress func(name string, done, total int64)
	// Memory bounds DuckDB's buffers, bytes; 0: 2 GiB.
	Memory int64
}

// Create makes a workspace in a folder that exists, and opens it.
func Create(ctx context.Context, o Options) (*app.Workspace, error) {
	var p sqlstore.Postgres
	if o.Record != "" { // read before anything is made
		var err error
		if p, err = sqlstore.ParsePostgres(o.Record); err != nil {
			return nil, err
		}
	}
	v, err := vault.Create(o.Dir, vault.Options{Now: o.Clock})
	if err != nil {
		return nil, err
	}
	if o.Record == "" {
		s, err := sqlstore.Create(ctx, v.RecordPath(), o.Clock)
		if err != nil {
			return nil, err
		}
		return o.workspace(v, s, "")
	}
	s, err := sqlstore.CreatePostgres(ctx, p, o.Clock)
	if err != nil {
		return nil, err
	}
	if err := v.SetRecordAddress(p.String()); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	if p.HasPassword() && o.Say != nil {
		o.Say("the password is not kept: from now on it is read from PGPASSWORD or ~/.pgpass")
	}
	return o.workspace(v, s, p.Place())
}

// Open opens a workspace.
func Open(ctx context.Context, o Options) (*app.Workspace, error) {
	v, err := vault.Open(o.Dir, vault.Options{Now: o.Clock})
	if err != nil {
		return nil, err
	}
	address := o.Record
	if address == "" {
		if address, err = v.RecordAddress(); err != nil {
			return nil, err
		}
	}
	if address == "" {
		s, err := sqlstore.Open(ctx, v.RecordPath(), o.Clock)
		if err != nil {
			return nil, err
		}
		return o.workspace(v, s, "")
	}
	p, err := sqlstore.ParsePostgres(address)
	if err != nil {
		return nil, err
	}
	s, err := sqlstore.OpenPostgres(ctx, p, o.Clock)
	if e, ok := errors.AsType[*fault.Error](err); ok && e.Kind == fault.NotFound {
		// The workspace is there, so this is no invitation to make one.
		return nil, fault.New(fault.Failed, e.Op, e.Message,
			"correct the address in "+vault.Folder+"/record, or restore the record from a backup")
	}
	if err != nil {
		return nil, err
	}
	return o.workspace(v, s, p.Place())
}

func (o Options) workspace(v *vault.Vault, s *sqlstore.Store, place string) (*app.Workspace, error) {
	c, err := readConfig(o.Dir)
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	w := &app.Workspace{Store: s, Vault: v, Clock: o.Clock, Actor: o.Actor, Say: o.Say, Progress: o.Progress, EngineName: engineName, RecordPlace: place}
	if w.Actor == "" {
		w.Actor = whoami()
	}
	w.PublishTables = courier.Publish
	w.OpenEngine = func(ctx context.Context, ev app.EngineVersion) (engine.Engine, error) { return o.open(ctx, v, ev) }
	if c.Engine == distributed {
		far := &connector{config: c, dir: o.Dir, clock: o.Clock, progress: o.Progress}
		w.Connect, w.Sources, w.Hangup = far.connect, c.Sources, far.close
	}
	return w, nil
}

func whoami() string {
	if u, err := user.Current(); err == nil && u.Username != "" {
		return u.Username
	}
	return "unknown"
}

// open starts DuckDB over the files of a version.
func (o Options) open(ctx context.Context, v *vault.Vault, ev app.EngineVersion) (engine.Engine, error) {
	memory := o.Memory
	if memory == 0 {
		memory = 2 << 30
	}
	version := duckdb.Version{Scale: ev.Scale, Rules: ev.Rules, Topics: ev.Topics}
	for _, b := range ev.Batches {
		version.Batches = append(version.Batches, duckdb.Batch{ID: b.ID, Scale: b.Scale, CellFiles: b.Cells, LineFiles: b.Lines, AccountFiles: b.Accounts, FactFiles: b.Facts, FactCellFiles: b.FactCells})
	}
	cache, err := v.CachePath("batches")
	if err != nil {
		return nil, err
	}
	spill, err := spillDir(v)
	if err != nil {
		return nil, err
	}
	e, err := duckdb.Open(ctx, version, duckdb.Options{Folders: []string{cache}, Spill: spill, Memory: memory, Threads: runtime.GOMAXPROCS(0)})
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(spill))
	}
	return spilling{e, spill}, nil
}

// spillDir is a folder of this process, so that two readers do not meet in it.
func spillDir(v *vault.Vault) (string, error) {
	dir, err := os.MkdirTemp(v.SpillDir(), "spill-")
	if err != nil {
		return "", fault.Wrap(err, fault.Failed, "open the engine", "the workspace's folder for spilling cannot be written", "check its permissions and the space on the disk")
	}
	return dir, nil
}

// spilling removes the spill folder with the engine.
type spilling struct {
	*duckdb.Engine
	dir string
}

// Close ends the engine and takes its spill away.
func (s spilling) Close() error { return errors.Join(s.Engine.Close(), os.RemoveAll(s.dir)) }
