package cli_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"clientele/internal/cli"
)

// shared is a public data set that lies beside the repository, if it does.
func shared(t *testing.T, path string) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("no go.mod above the test")
		}
		dir = filepath.Dir(dir)
	}
	full := filepath.Join(dir, "..", "shared", "data", path)
	if _, err := os.Stat(full); err != nil {
		t.Skipf("the data set %s is not beside this repository: its figures are not checked", path)
	}
	return full
}

// TestPublicData draws the line of two public data sets. The figures are those that
// are published with them, from exact sums by other programs; a sum in floats finds
// 4,322 positive clients in Online Retail.
func TestPublicData(t *testing.T) {
	t.Parallel()
	retail := "online-retail/online-retail-dataset.csv.zst"
	tests := []struct {
		name string
		path string
		args []string
		want map[string]string
	}{
		{"net", retail, nil, map[string]string{
			"total": "8300065.814", "clients.total": "4372", "clients.positive": "4317", "clients.non_positive": "55", "line.base": "8313294.954",
			"line.clients": "1178", "line.entry_ticket": "1484.630", "control.rows_read": "541909", "control.rows_unassigned": "135080",
			"control.amount_read": "9747747.934", "control.amount_loaded": "9747747.934", "control.amount_unassigned": "1447682.120",
			"control.closes": "true", "window.from": "2010-12-01", "window.to": "2011-12-09",
		}},
		{"sales only", retail, []string{"--sales-only"}, map[string]string{
			"total": "8911407.904", "clients.total": "4338", "line.clients": "1133", "line.entry_ticket": "1592.120", "control.closes": "true",
		}},
		{"resellers", "adventureworks-reseller/FactResellerSales.csv.zst", nil, map[string]string{
			"total": "80450596.9823", "clients.total": "635", "line.clients": "186", "line.entry_ticket": "147554.8323", "control.rows_read": "60855",
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			path := shared(t, tt.path)
			var out, said bytes.Buffer
			args := append([]string{"line", path, "--window", "all", "--json"}, tt.args...)
			if code := cli.Main(args, strings.NewReader(""), &out, &said, func(string) string { return "" }); code != 0 {
				t.Fatalf("exit code %d: %s", code, &said)
			}
			dec := json.NewDecoder(&out)
			dec.UseNumber()
			var doc any
			if err := dec.Decode(&doc); err != nil {
				t.Fatal(err)
			}
			for key, want := range tt.want {
				if v, ok := find(doc, key); !ok || !equal(v, want) {
					t.Errorf("%s is %v, want %s", key, v, want)
				}
			}
		})
	}
}
