package boot

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"clientele/internal/engine/trino"
	"clientele/internal/fault"
	"clientele/internal/warehouse"
)

// folder is one with this configuration.
func folder(t *testing.T, text string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, ConfigFile), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

const everyKey = `
engine = "trino"
[trino]
url = "https://me@trino:8443"
schema = "lake.clientele"
ca = "certs/firm.pem"
timeout = "90s"
patience = "1m30s"
[sources.sales]
table = 'lake.erp."lines.2025"'
where = "status <> 'draft'"
currency = "EUR"
kind = "booked"
tax = "gross"
time_zone = "Europe/Berlin"
amount_decimals = 2
[sources.sales.columns]
client = "no"
name = "customer"
date = "day"
amount = "cents"
document = "invoice"
currency = "code"
[sources.clients]
table = "lake.erp.clients"
where = "live"
[sources.clients.columns]
client = "no"
name = "name"
parent = "parent"
[sources.rates]
table = "lake.erp.rates"
where = "into_code = 'EUR'"
time_zone = "UTC"
[sources.rates.columns]
date = "day"
currency = "code"
rate = "rate"
`

func TestConfigIsRead(t *testing.T) {
	t.Parallel()
	table := config{Engine: distributed, Trino: clusterTable{URL: "http://me@trino:8080", Schema: "lake.sales"}}
	for name, c := range map[string]struct {
		text string
		want config
	}{
		"an empty file":          {"", config{Engine: embedded}},
		"the embedded engine":    {`engine = "duckdb"`, config{Engine: embedded}},
		"a cluster that rests":   {"engine = \"duckdb\"\n[trino]\nurl = \"\"", config{Engine: embedded}},
		"a ledger that is there": {"engine = \"trino\"\n[trino]\nurl = \"http://me@trino:8080\"\nschema = \"lake.sales\"", table},
		"every key": {everyKey, config{
			Engine: distributed,
			Trino: clusterTable{
				URL: "https://me@trino:8443", Schema: "lake.clientele", CA: "certs/firm.pem", Timeout: duration(90 * time.Second), Patience: duration(90 * time.Second),
			},
			Sources: &warehouse.Sources{
				Sales: warehouse.Source{
					Table: `lake.erp."lines.2025"`, Where: "status <> 'draft'", Currency: "EUR", Kind: "booked", Tax: "gross", TimeZone: "Europe/Berlin", AmountDecimals: 2,
					Columns: warehouse.Columns{Client: "no", Name: "customer", Date: "day", Amount: "cents", Document: "invoice", Currency: "code"},
				},
				Clients: warehouse.Clients{Table: "lake.erp.clients", Where: "live", Columns: warehouse.ClientColumns{Client: "no", Name: "name", Parent: "parent"}},
				Rates:   warehouse.Rates{Table: "lake.erp.rates", Where: "into_code = 'EUR'", TimeZone: "UTC", Columns: warehouse.RateColumns{Date: "day", Currency: "code", Rate: "rate"}},
			},
		}},
	} {
		got, err := readConfig(folder(t, c.text))
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
	if got, err := readConfig(t.TempDir()); err != nil || got.Engine != embedded {
		t.Errorf("without a file: %+v, %v", got, err)
	}
}

func TestConfigIsRefused(t *testing.T) {
	t.Parallel()
	const head = "engine = \"trino\"\n[trino]\nurl = \"http://me@trino:8080\"\nschema = \"lake.sales\"\n"
	const sales = "[sources.sales]\ntable = \"lake.erp.lines\"\n"
	const columns = "[sources.sales.columns]\nclient = \"no\"\namount = \"net\"\n"
	for name, c := range map[string]struct {
		text         string
		line         int64 // 0: the file as a whole
		says, remedy string
	}{
		"an unknown key":          {"engin = \"trino\"", 1, "the key engin is not known", "docs/howto/trino.md"},
		"one in a table":          {head + "password = \"x\"\n", 5, "the key trino.password is not known", "docs/howto/trino.md"},
		"one of the source":       {head + sales + "taxes = \"net\"\n" + columns, 7, "the key sources.sales.taxes is not known", "docs/howto/trino.md"},
		"one of its columns":      {head + sales + columns + "parent = \"p\"\n", 10, "the key sources.sales.columns.parent is not known", "docs/howto/trino.md"},
		"an unknown source":       {head + "[sources.costs]\n", 5, "the key sources.costs is not known", "docs/howto/trino.md"},
		"no TOML":                 {"engine = trino\n", 1, "", "docs/howto/trino.md"},
		"a text for a number":     {head + sales + "amount_decimals = \"2\"\n" + columns, 7, "", "docs/howto/trino.md"},
		"a number too large":      {head + sales + "amount_decimals = 256\n" + columns, 7, "", "docs/howto/trino.md"},
		"a time without a unit":   {head + "timeout = \"90\"\n", 5, `"90" is no time`, "docs/howto/trino.md"},
		"no time at all":          {head + "timeout = \"0s\"\n", 5, `"0s" is no time`, "docs/howto/trino.md"},
		"a time before now":       {head + "patience = \"-5s\"\n", 5, `"-5s" is no time`, "docs/howto/trino.md"},
		"an unknown engine":       {"engine = \"spark\"\n", 0, `engine = "spark" is not known`, `"duckdb" or "trino"`},
		"an engine of no name":    {"engine = \"\"\n", 0, `engine = "" is not known`, `"duckdb" or "trino"`},
		"a table without cluster": {sales + columns, 0, "[sources] needs a cluster", `engine = "trino"`},
		"clients of no sales":     {head + "[sources.clients]\ntable = \"lake.erp.clients\"\n", 0, "sources.sales: table = \"\"", "catalog.schema.table"},
		"no address":              {"engine = \"trino\"\n[trino]\nschema = \"lake.sales\"\n", 0, "no address", `url = "http://user@host:port"`},
		"no schema":               {"engine = \"trino\"\n[trino]\nurl = \"http://me@trino:8080\"\n", 0, "no schema is named", `schema = "catalog.schema"`},
		"nothing of the cluster":  {"engine = \"trino\"\n", 0, "no address", "url ="},
	} {
		dir := folder(t, c.text)
		_, err := readConfig(dir)
		f, ok := errors.AsType[*fault.Error](err)
		if !ok {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if f.Kind != fault.Usage || f.Place.File != filepath.Join(dir, ConfigFile) || f.Place.Line != c.line || f.Message == "" || !strings.Contains(f.Message, c.says) || !strings.Contains(f.Remedy, c.remedy) {
			t.Errorf("%s: %+v, want line %d, %q, %q", name, f, c.line, c.says, c.remedy)
		}
	}
	// What a mapping may be is the business of package warehouse, which is asked.
	_, err := readConfig(folder(t, head+sales+"currency = \"euro\"\n"+columns))
	if fault.KindOf(err) != fault.Usage || !strings.Contains(err.Error(), `currency = "euro"`) {
		t.Errorf("a mapping: %v", err)
	}
}

// A file that is there and cannot be read is not taken for one that is not.
func TestConfigThatCannotBeRead(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, ConfigFile), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := readConfig(dir); err == nil {
		t.Error("a folder in its place is read")
	}
}

// Secrets come from the environment, and a certificate is looked for in the workspace.
func TestConfigOptions(t *testing.T) {
	t.Setenv("CLIENTELE_TRINO_PASSWORD", "of a test")
	t.Setenv("CLIENTELE_TRINO_TOKEN", "of a test too")
	dir := folder(t, everyKey)
	c, err := readConfig(dir)
	if err != nil {
		t.Fatal(err)
	}
	want := trino.Options{
		URL: "https://me@trino:8443", Password: "of a test", Token: "of a test too", CA: filepath.Join(dir, "certs", "firm.pem"),
		Timeout: 90 * time.Second, Patience: 90 * time.Second,
	}
	if diff := cmp.Diff(want, c.options(dir)); diff != "" {
		t.Error(diff)
	}
	c.Trino.CA = filepath.Join(dir, "other.pem")
	if got := c.options(t.TempDir()).CA; got != c.Trino.CA {
		t.Errorf("an absolute path became %s", got)
	}
	c.Trino.CA = ""
	if got := c.options(dir).CA; got != "" {
		t.Errorf("no certificate became %s", got)
	}
}
