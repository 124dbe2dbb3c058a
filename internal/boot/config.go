package boot

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/pelletier/go-toml/v2"

	"clientele/internal/engine/trino"
	"clientele/internal/fault"
	"clientele/internal/warehouse"
)

// ConfigFile is the file of a workspace's folder that says where its questions are
// answered. Without one DuckDB does it, in this process.
const ConfigFile = "clientele.toml"

// The engines that a configuration may name.
const (
	embedded    = "duckdb"
	distributed = "trino"
)

// config is what the file says.
type config struct {
	Engine string       `toml:"engine"`
	Trino  clusterTable `toml:"trino"`
	// Sources are the firm's own tables; nil: none are named.
	Sources *warehouse.Sources `toml:"sources"`
}

// clusterTable is the part [trino].
type clusterTable struct {
	URL      string   `toml:"url"`
	Schema   string   `toml:"schema"`   // catalog.schema: where roll-ups are kept, or a ledger was published
	CA       string   `toml:"ca"`       // a PEM file, relative to the workspace
	Timeout  duration `toml:"timeout"`  // of a question
	Patience duration `toml:"patience"` // with a coordinator that says nothing
}

// duration is a text such as "90s" or "10m".
type duration time.Duration

// UnmarshalText implements encoding.TextUnmarshaler.
func (d *duration) UnmarshalText(text []byte) error {
	v, err := time.ParseDuration(string(text))
	if err != nil || v <= 0 {
		return fmt.Errorf("%q is no time; write \"90s\" or \"10m\"", text)
	}
	*d = duration(v)
	return nil
}

// readConfig reads the configuration of a folder; the embedded engine where there is none.
func readConfig(dir string) (config, error) {
	c := config{Engine: embedded}
	path := filepath.Join(dir, ConfigFile)
	file, err := os.Open(path) //nolint:gosec // in the folder that the user names
	if errors.Is(err, fs.ErrNotExist) {
		return c, nil
	}
	if err != nil {
		return c, fault.Wrap(err, fault.Failed, "read the configuration", path+" cannot be read", "check its permissions")
	}
	defer func() { _ = file.Close() }() //nolint:errcheck // it was only read
	err = toml.NewDecoder(file).DisallowUnknownFields().Decode(&c)
	if err != nil {
		return c, tomlFault(path, err)
	}
	return c, c.check(path)
}

// tomlFault says where the file is wrong.
func tomlFault(path string, err error) error {
	out := &fault.Error{Kind: fault.Usage, Op: "read the configuration", Place: fault.Place{File: path}, Remedy: "the keys are in docs/howto/trino.md"}
	if missing, ok := errors.AsType[*toml.StrictMissingError](err); ok && len(missing.Errors) > 0 {
		first := missing.Errors[0]
		line, _ := first.Position()
		out.Place.Line, out.Message = int64(line), fmt.Sprintf("the key %s is not known", strings.Join(first.Key(), "."))
		return out
	}
	if wrong, ok := errors.AsType[*toml.DecodeError](err); ok {
		line, _ := wrong.Position()
		out.Place.Line, out.Message = int64(line), strings.TrimPrefix(wrong.Error(), "toml: ")
		return out
	}
	out.Message = err.Error()
	return out
}

func (c *config) check(path string) error {
	wrong := func(message, remedy string) error {
		return &fault.Error{Kind: fault.Usage, Op: "read the configuration", Place: fault.Place{File: path}, Message: message, Remedy: remedy}
	}
	switch c.Engine {
	case embedded:
		if c.Sources != nil {
			return wrong("[sources] needs a cluster", `add engine = "trino" at the top`)
		}
		return nil
	case distributed:
	default:
		return wrong(fmt.Sprintf("engine = %q is not known", c.Engine), `write "duckdb" or "trino"`)
	}
	switch {
	case c.Trino.URL == "":
		return wrong("the cluster has no address", `add url = "http://user@host:port" to [trino]`)
	case c.Trino.Schema == "":
		return wrong("no schema is named", `add schema = "catalog.schema" to [trino]: where roll-ups are kept, or a ledger was published`)
	case c.Sources != nil:
		err := c.Sources.Check()
		if f, ok := errors.AsType[*fault.Error](err); ok {
			f.Place.File = path
		}
		return err
	}
	return nil
}

// options are how to reach the cluster. Secrets come from the environment.
func (c *config) options(dir string) trino.Options {
	o := trino.Options{
		URL: c.Trino.URL, Password: os.Getenv("CLIENTELE_TRINO_PASSWORD"), Token: os.Getenv("CLIENTELE_TRINO_TOKEN"),
		Timeout: time.Duration(c.Trino.Timeout), Patience: time.Duration(c.Trino.Patience), CA: c.Trino.CA,
	}
	if o.CA != "" && !filepath.IsAbs(o.CA) {
		o.CA = filepath.Join(dir, o.CA)
	}
	return o
}

// Configured reports whether a folder says where its questions are answered.
func Configured(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, ConfigFile))
	return err == nil
}
