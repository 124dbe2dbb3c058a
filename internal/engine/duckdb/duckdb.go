package duckdb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"

	duck "github.com/duckdb/duckdb-go/v2"

	"clientele/internal/engine"
	"clientele/internal/engine/sqltext"
	"clientele/internal/fault"
)

// Dialect is what DuckDB writes differently: "/" divides into fractions, and its
// sums of BIGINT are 128 bits already.
var Dialect = sqltext.Dialect{
	Name:    "duckdb",
	Quote:   `"`,
	Divide:  "(%s) // (%s)",
	Sum:     "sum(%s)",
	Product: "CAST(%s AS HUGEINT) * %s",
}

// Options bound what an engine may take. All are required but SpillMax.
type Options struct {
	Folders  []string // the only folders that it may read
	Spill    string   // folder for what does not fit memory
	SpillMax int64    // bytes, 0: 10 GiB
	Memory   int64    // bytes, for DuckDB's buffers; the process takes about 200 MB more
	Threads  int
}

// Engine is a DuckDB over one version.
type Engine struct {
	*sqltext.FactRunner
	db *sql.DB

	mu     sync.Mutex
	frames []*kept // the last ones asked about, newest last
	serial int
	lost   error  // what could not be dropped
	large  bool   // too many clients to keep frames in memory
	folder string // of frames kept as files
}

var (
	_ engine.Engine    = (*Engine)(nil)
	_ engine.Documents = (*Engine)(nil)
	_ engine.Lines     = (*Engine)(nil)
	_ engine.Ranks     = (*Engine)(nil)

	_ engine.Identities = (*Engine)(nil)
	_ engine.Facts      = (*Engine)(nil)
)

// connectionsMax bounds how many questions run at the same time; more wait.
const connectionsMax = 4

// Open starts an engine over a version. It reads no lines and no cells yet.
func Open(ctx context.Context, v Version, o Options) (_ *Engine, err error) {
	for _, b := range v.Batches {
		if b.Scale > v.Scale {
			return nil, fault.New(fault.Internal, "open version", fmt.Sprintf("batch %s is finer than its ledger", b.ID), "")
		}
	}
	connector, err := duck.NewConnector("", nil)
	if err != nil {
		return nil, fail(err)
	}
	db := sql.OpenDB(connector)
	db.SetMaxOpenConns(connectionsMax)
	e := &Engine{db: db}
	defer func() {
		if err != nil {
			err = errors.Join(err, e.Close())
		}
	}()
	if e.folder, err = o.makeFolder(); err != nil {
		return nil, err
	}
	if err := e.exec(ctx, o.settings()...); err != nil {
		return nil, err
	}
	if err := e.exec(ctx, v.views()...); err != nil {
		return nil, err
	}
	merged, err := e.identify(ctx, v)
	if err != nil {
		return nil, err
	}
	single, err := e.single(ctx, v)
	if err != nil {
		return nil, err
	}
	if err := e.exec(ctx, o.hardening()...); err != nil {
		return nil, err
	}
	e.FactRunner = &sqltext.FactRunner{
		Runner: &sqltext.Runner{
			Renderer: sqltext.Renderer{Dialect: Dialect, Schema: sqltext.Schema{Merged: merged, Single: single}},
			DB:       db, Fail: fail, Keep: e.keepFrame,
		},
		Subjects: v.Topics, Weigh: e.weigh,
	}
	return e, nil
}

// makeFolder makes a folder of this engine's own where it spills.
func (o Options) makeFolder() (string, error) {
	err := os.MkdirAll(o.Spill, 0o700)
	if err == nil {
		var name string
		if name, err = os.MkdirTemp(o.Spill, "frames-"); err == nil {
			return name, nil
		}
	}
	return "", fault.Wrap(err, fault.Failed, "open version", "the engine has nowhere to spill", "see that the folder can be written")
}

// settings bound memory, threads and spilling: the defaults ignore containers.
func (o Options) settings() []string {
	spillMax := o.SpillMax
	if spillMax == 0 {
		spillMax = 10 << 30
	}
	return []string{
		fmt.Sprintf("SET GLOBAL memory_limit = '%dB'", o.Memory),
		fmt.Sprintf("SET GLOBAL threads = %d", max(1, o.Threads)),
		"SET GLOBAL temp_directory = " + sqltext.Text(o.Spill),
		fmt.Sprintf("SET GLOBAL max_temp_directory_size = '%dB'", spillMax),
		"SET GLOBAL preserve_insertion_order = false",
		"SET GLOBAL parquet_metadata_cache = true",
	}
}

// hardening closes the engine to all but the folders given; the lock comes last.
func (o Options) hardening() []string {
	folders := make([]string, 0, len(o.Folders)+1)
	for _, f := range append(append([]string{}, o.Folders...), o.Spill) {
		folders = append(folders, sqltext.Text(strings.TrimSuffix(f, "/")+"/"))
	}
	return []string{
		"SET GLOBAL autoinstall_known_extensions = false",
		"SET GLOBAL autoload_known_extensions = false",
		"SET GLOBAL allow_community_extensions = false",
		"SET GLOBAL allowed_directories = [" + strings.Join(folders, ", ") + "]",
		"SET GLOBAL enable_external_access = false",
		"SET GLOBAL lock_configuration = true",
	}
}

func (e *Engine) exec(ctx context.Context, statements ...string) error {
	for _, s := range statements {
		if _, err := e.db.ExecContext(ctx, s); err != nil {
			return fail(err)
		}
	}
	return nil
}

// Close ends the engine and removes what it kept.
func (e *Engine) Close() error {
	return errors.Join(e.lost, fail(e.db.Close()), os.RemoveAll(e.folder))
}
