package role_test

import (
	"bytes"
	"encoding/csv"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"clientele/internal/intake/decimal"
	"clientele/internal/intake/role"
)

var day = regexp.MustCompile(`^(\d{4}-\d{2}-\d{2}|\d{1,2}[/.]\d{1,2}[/.]\d{2,4})( .*)?$`)

// describe profiles rows as a caller does; the first row is the header.
func describe(rows [][]string) []role.Column {
	cols := make([]role.Column, len(rows[0]))
	for i := range cols {
		c := role.Column{Index: i, Header: rows[0][i]}
		seen := map[string]bool{}
		for _, r := range rows[1:] {
			c.Rows++
			if i >= len(r) || strings.TrimSpace(r[i]) == "" {
				continue
			}
			c.Filled++
			if decimal.LooksNumeric([]byte(r[i])) {
				c.Numeric++
			}
			if day.MatchString(r[i]) {
				c.Dates++
			}
			if !seen[r[i]] {
				seen[r[i]] = true
				c.Distinct++
			}
			if len(c.Samples) < 50 {
				c.Samples = append(c.Samples, r[i])
			}
		}
		cols[i] = c
	}
	return cols
}

// table reads a small list: cells divided by ; and rows by line ends.
func table(t *testing.T, text string) []role.Column {
	t.Helper()
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.FieldsPerRecord = ';', -1
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return describe(rows)
}

// headers makes columns of which only the header is known.
func headers(list ...string) []role.Column {
	cols := make([]role.Column, len(list))
	for i, h := range list {
		cols[i] = role.Column{Index: i, Header: h}
	}
	return cols
}

// shared profiles the first rows of a shared data file.
func shared(t *testing.T, name string, most int) []role.Column {
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
	data, err := os.ReadFile(filepath.Join(dir, "..", "shared", "data", filepath.FromSlash(name)))
	if err != nil {
		t.Skipf("the shared data is not here: %v", err)
	}
	var in io.Reader = bytes.NewReader(data)
	if strings.HasSuffix(name, ".zst") {
		z, err := zstd.NewReader(in)
		if err != nil {
			t.Fatal(err)
		}
		defer z.Close()
		in = z
	}
	r := csv.NewReader(in)
	r.FieldsPerRecord, r.LazyQuotes = -1, true
	var rows [][]string
	for len(rows) <= most {
		row, err := r.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, row)
	}
	return describe(rows)
}

// named turns picks into header texts.
func named(cols []role.Column, p role.Proposal) map[role.Role]string {
	out := map[role.Role]string{}
	for r, pick := range p.Roles {
		for _, c := range cols {
			if c.Index == pick.Index {
				out[r] = c.Header
			}
		}
	}
	return out
}
