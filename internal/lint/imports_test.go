package lint

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// room is a part of the architecture: see ARCHITECTURE.md, "Rooms".
type room string

const (
	values   room = "values"
	domain   room = "domain"
	ports    room = "ports"
	suites   room = "suites" // conformance suites, beside their port
	formats  room = "formats"
	adapters room = "adapters"
	batches  room = "batch"
	app      room = "app"
	edges    room = "edges"
	boot     room = "boot"
	commands room = "commands"
	tools    room = "tools" // nothing imports them
)

// rooms gives each package, by its longest listed prefix, its room.
var rooms = map[string]room{
	"internal/money": values, "internal/period": values, "internal/fault": values, "internal/clock": values, "internal/verdict": values,
	"internal/ledger": domain, "internal/rollup": domain, "internal/rates": domain, "internal/metric": domain,
	"internal/control": domain, "internal/book": domain, "internal/insight": domain, "internal/costing": domain, "internal/planning": domain, "internal/demo": domain,
	"internal/namesake": domain, "internal/naturalkey": domain, "internal/warehouse": domain,
	"internal/engine": ports, "internal/store": ports, "internal/publication": ports,
	"internal/engine/enginetest": suites, "internal/store/storetest": suites, "internal/tables/tablestest": suites,
	"internal/tables":        formats, // the Parquet layout that vault writes and engine/duckdb reads
	"internal/engine/memory": adapters, "internal/engine/duckdb": adapters, "internal/engine/trino": adapters, "internal/store/sqlstore": adapters,
	"internal/intake": adapters, "internal/vault": adapters, "internal/lake": adapters,
	"internal/batch": batches, // how a file becomes the tables of an import
	"internal/app":   app, "internal/cli": edges, "internal/boot": boot, "cmd": commands,
	"internal/lint": tools, "bench": tools, "scripts": tools,
}

// matrix says which rooms a room may import. Adapters reach their own family too.
var matrix = map[room][]room{
	values:   {},
	domain:   {values, domain},
	ports:    {values, domain},
	suites:   {values, domain, ports, formats, suites},
	formats:  {values, domain},
	adapters: {values, domain, ports, formats},
	batches:  {values, domain, formats},
	app:      {values, domain, ports, formats, batches},
	edges:    {values, domain, app, boot},
	boot:     {values, domain, ports, formats, adapters, batches, app},
	commands: {edges, boot},
	tools:    {values, domain, ports, suites, formats, adapters, batches, app, edges, boot, tools},
}

// crossings are the imports that the matrix forbids and that stand for a reason.
var crossings = map[[2]string]string{
	{"internal/app", "internal/intake"}:            "intake is the one door to all readers, which it chooses itself",
	{"internal/app", "internal/intake/source"}:     "a use case opens the file that the user names (decision 12)",
	{"internal/app", "internal/vault"}:             "one folder, no second kind in sight (decision 12)",
	{"internal/batch", "internal/intake"}:          "a batch is made from a file as intake reads it (decision 12)",
	{"internal/batch", "internal/vault"}:           "the roles of a batch's files are the vault's words (decision 12)",
	{"internal/app", "internal/engine/memory"}:     "the engine of a question without a workspace, plain Go (decision 12)",
	{"cmd/clientele-lake", "internal/lake"}:        "a process of its own, so that no other command starts with its libraries (decision 15)",
	{"internal/engine/sqltext", "internal/engine"}: "the SQL half of the port, for every adapter",
}

// drivers may each be imported by the packages listed, tests excepted.
var drivers = map[string][]string{
	"github.com/duckdb/duckdb-go":    {"internal/engine/duckdb"},
	"github.com/apache/arrow-go":     {"internal/tables", "internal/intake/columnar", "internal/lake"},
	"github.com/apache/iceberg-go":   {"internal/lake"},
	"github.com/xuri/excelize":       {"internal/intake/sheet"},
	"modernc.org/sqlite":             {"internal/store/sqlstore", "internal/lake"},
	"github.com/jackc/pgx":           {"internal/store/sqlstore", "internal/lake"},
	"github.com/pressly/goose":       {"internal/store/sqlstore"},
	"github.com/trinodb":             {"internal/engine/trino"},
	"github.com/pelletier/go-toml":   {"internal/boot"},
	"github.com/spf13/cobra":         {"internal/cli"},
	"github.com/jedib0t/go-pretty":   {"internal/cli"},
	"github.com/schollz/progressbar": {"internal/cli"},
}

// impure are the standard packages that values and domain do not need.
var impure = []string{"database/sql", "net", "net/http", "os", "os/exec", "os/signal", "syscall", "unsafe"}

func roomOf(path string) (room, bool) {
	for p := path; p != ""; {
		if r, ok := rooms[p]; ok {
			return r, true
		}
		i := strings.LastIndexByte(p, '/')
		if i < 0 {
			break
		}
		p = p[:i]
	}
	return "", false
}

// family is the part of a path that adapters of one kind share: all of intake is
// one family, each engine is its own.
func family(path string) string {
	parts := strings.Split(path, "/")
	if len(parts) > 1 && parts[1] == "intake" {
		return "internal/intake"
	}
	return path
}

// checkImport returns what is wrong with one import, or nothing.
func checkImport(from, to string) string {
	fr, ok := roomOf(from)
	if !ok {
		return from + " stands in no room: give it one in internal/lint and in ARCHITECTURE.md"
	}
	inner, ours := strings.CutPrefix(to, module+"/")
	switch {
	case ours:
		tr, ok := roomOf(inner)
		if !ok || slices.Contains(matrix[fr], tr) || crossings[[2]string{from, inner}] != "" || fr == tr && family(from) == family(inner) {
			return "" // a package without a room is reported for itself
		}
		return fmt.Sprintf("%s (%s) imports %s (%s): arrows point inwards; let it be given what it needs, or move the code", from, fr, inner, tr)
	case fr == tools:
		return ""
	}
	for driver, owners := range drivers {
		if (to == driver || strings.HasPrefix(to, driver+"/")) && !slices.Contains(owners, from) {
			return fmt.Sprintf("%s imports %s: only %s may", from, to, strings.Join(owners, " and "))
		}
	}
	if (fr == values || fr == domain) && slices.Contains(impure, to) {
		return fmt.Sprintf("%s (%s) imports %s: values and domain do no I/O", from, fr, to)
	}
	if fr == values && strings.Contains(to, ".") {
		return fmt.Sprintf("%s (%s) imports %s: values need the standard library only", from, fr, to)
	}
	return ""
}

func TestImportsPointInwards(t *testing.T) {
	t.Parallel()
	var findings []string
	used, here := map[[2]string]bool{}, map[string]bool{}
	for _, p := range packages(t) {
		if _, ok := roomOf(p.path()); !ok {
			findings = append(findings, checkImport(p.path(), ""))
			continue
		}
		here[p.path()] = true
		for _, to := range p.Imports {
			used[[2]string{p.path(), strings.TrimPrefix(to, module+"/")}] = true
			if f := checkImport(p.path(), to); f != "" {
				findings = append(findings, f)
			}
		}
	}
	for c, reason := range crossings {
		if here[c[0]] && !used[c] {
			findings = append(findings, fmt.Sprintf("the exception for %s to import %s (%s) is not needed any more", c[0], c[1], reason))
		}
	}
	report(t, findings)
}

func TestCheckImport(t *testing.T) {
	t.Parallel()
	tests := []struct {
		from, to string
		ok       bool
	}{
		{"internal/money", "math/bits", true},
		{"internal/money", module + "/internal/period", false},
		{"internal/money", "golang.org/x/text/number", false},
		{"internal/fault", "os", false},
		{"internal/book", module + "/internal/money", true},
		{"internal/book", module + "/internal/metric", true},
		{"internal/book", module + "/internal/engine", false},
		{"internal/book", "net/http", false},
		{"internal/engine", module + "/internal/metric", true},
		{"internal/engine", module + "/internal/engine/duckdb", false},
		{"internal/engine/duckdb", module + "/internal/engine", true},
		{"internal/engine/duckdb", module + "/internal/engine/memory", false},
		{"internal/engine/duckdb", module + "/internal/store/sqlstore", false},
		{"internal/engine/duckdb", "github.com/duckdb/duckdb-go/v2", true},
		{"internal/vault", "github.com/duckdb/duckdb-go/v2", false},
		{"internal/vault", "github.com/duckdb/duckdb-go-bindings", true}, // another module: not the driver's prefix
		{"internal/intake", module + "/internal/intake/text", true},
		{"internal/intake/text", module + "/internal/intake/record", true},
		{"internal/intake", module + "/internal/vault", false},
		{"internal/app", module + "/internal/store", true},
		{"internal/app", module + "/internal/store/sqlstore", false},
		{"internal/app", module + "/internal/cli", false},
		{"internal/cli", module + "/internal/app", true},
		{"internal/cli", module + "/internal/engine", false},
		{"internal/boot", module + "/internal/vault", true},
		{"internal/boot", module + "/internal/cli", false},
		{"cmd/clientele", module + "/internal/cli", true},
		{"cmd/clientele", module + "/internal/money", false},
		{"internal/nowhere", "fmt", false},
		{"bench", "github.com/duckdb/duckdb-go/v2", true},
	}
	for _, tt := range tests {
		if got := checkImport(tt.from, tt.to); (got == "") != tt.ok {
			t.Errorf("%s importing %s: %q", tt.from, tt.to, got)
		}
	}
}

// portMethodsMax bounds a port: more ability is another small interface, found by
// type assertion.
const portMethodsMax = 7

// untested are the packages without tests of their own, with the reason.
var untested = map[string]string{
	"cmd/clientele":              "calls one function; the command scripts of internal/cli run it",
	"internal/boot":              "wiring only; the command scripts of internal/cli run it",
	"internal/engine":            "types only; engine/enginetest holds its contract",
	"internal/engine/enginetest": "is the test: every engine runs it",
	"internal/store":             "types only; store/storetest holds its contract",
	"internal/store/storetest":   "is the test: every store runs it",
	"internal/tables/tablestest": "is for tests: what reads the tables runs it",
	"internal/intake/record":     "types only; every reader's test uses them",
}

func TestEveryPackageHasATest(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		has := len(p.TestGoFiles)+len(p.XTestGoFiles) > 0
		if reason := untested[p.path()]; !has && reason == "" {
			t.Errorf("%s has no test: write one, or list it in internal/lint with a reason", p.path())
		}
	}
}
