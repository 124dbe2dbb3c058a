package main

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"clientele/internal/clock"
)

const published = `engine = "trino"

[trino]
url = "%s"
schema = "lake.%s"
`

// The table of the second workspace is a view of the first one's lines, in the form that
// a firm would have them.
const rolled = `
[sources.sales]
table = "lake.%s.line"
currency = "EUR"
tax = "net"
amount_decimals = 2
where = "account IS NOT NULL"

[sources.sales.columns]
client = "account"
amount = "amount"
document = "document_hi"
`

// TestClusterScripts runs the scripts in testdata/cluster: both programs against a real
// cluster.
func TestClusterScripts(t *testing.T) {
	t.Parallel()
	url := os.Getenv("CLIENTELE_TEST_TRINO")
	if url == "" {
		t.Skip("cluster: CLIENTELE_TEST_TRINO names none; make test-cluster starts one")
	}
	testscript.Run(t, testscript.Params{Dir: filepath.Join("testdata", "cluster"), Setup: func(e *testscript.Env) error {
		space := fmt.Sprintf("script_%d", clock.System().UnixNano())
		e.Defer(func() { dropped(t, url, space, space+"_rolled") })
		for _, name := range []string{"DSN", "CATALOG", "WAREHOUSE"} {
			e.Setenv("LAKE_"+name, os.Getenv("CLIENTELE_TEST_LAKE_"+name))
		}
		e.Setenv("LAKE_NAMESPACE", space)
		config := fmt.Sprintf(published, url, space)
		second := fmt.Sprintf(published, url, space+"_rolled") + fmt.Sprintf(rolled, space)
		for name, text := range map[string]string{"clientele.toml": config, "rolled.toml": second, "gross.toml": strings.Replace(second, `tax = "net"`, `tax = "gross"`, 1)} {
			if err := os.WriteFile(filepath.Join(e.WorkDir, name), []byte(strings.TrimLeft(text, "\n")), 0o600); err != nil {
				return err
			}
		}
		return nil
	}})
}

// dropped takes the schemas of a script away.
func dropped(t *testing.T, url string, schemas ...string) {
	t.Helper()
	ctx := context.WithoutCancel(t.Context())
	db, err := sql.Open("trino", url)
	if err != nil {
		t.Error(err)
		return
	}
	for _, name := range schemas {
		if _, err := db.ExecContext(ctx, "DROP SCHEMA IF EXISTS lake."+name+" CASCADE"); err != nil {
			t.Error(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Error(err)
	}
}
