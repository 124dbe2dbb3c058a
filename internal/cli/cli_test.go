package cli_test

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/jedib0t/go-pretty/v6/text"
	"github.com/rogpeppe/go-internal/testscript"

	"clientele/internal/cli"
	"clientele/internal/clock"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"clientele": func() { os.Exit(cli.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr, os.Getenv)) },
	})
}

// TestScripts runs the scripts in testdata/script. Figures in them are counted by hand.
func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{Dir: filepath.Join("testdata", "script"), Cmds: commands()})
}

// TestPostgresScripts runs those in testdata/postgres, each with a place for a record of
// its own in $RECORD, on the server $SERVER.
func TestPostgresScripts(t *testing.T) {
	t.Parallel()
	dsn := os.Getenv("CLIENTELE_TEST_POSTGRES")
	if dsn == "" {
		t.Skip(`no PostgreSQL for tests: export CLIENTELE_TEST_POSTGRES="$(scripts/postgres.sh start DIR)", or run scripts/test.sh`)
	}
	server, err := url.Parse(dsn)
	if err != nil {
		t.Fatal(err)
	}
	var schemas atomic.Int64
	testscript.Run(t, testscript.Params{
		Dir: filepath.Join("testdata", "postgres"), Cmds: commands(),
		Setup: func(env *testscript.Env) error {
			env.Setenv("SERVER", server.Host)
			// The server is thrown away with what is in it; one that is kept needs new names.
			env.Setenv("SCHEMA", fmt.Sprintf("cli_%d_%d", clock.System().UnixNano(), schemas.Add(1)))
			env.Setenv("RECORD", dsn+"&schema="+env.Getenv("SCHEMA"))
			return nil
		},
	})
}

func commands() map[string]func(*testscript.TestScript, bool, []string) {
	return map[string]func(*testscript.TestScript, bool, []string){
		"json":   jsonCommand,
		"keys":   keysCommand,
		"narrow": narrowCommand,
		"csv":    csvCommand,
		"code":   codeCommand,
		"closed": closedCommand,
		"order":  orderCommand,
		"stops":  stopsCommand,
		"damage": damageCommand,
		"locked": lockedCommand,
	}
}

// parsed is the document on standard output: the whole of it.
func parsed(ts *testscript.TestScript) any {
	dec := json.NewDecoder(strings.NewReader(ts.ReadFile("stdout")))
	dec.UseNumber()
	var doc any
	ts.Check(dec.Decode(&doc))
	if dec.More() {
		ts.Fatalf("more than one document on standard output")
	}
	return doc
}

// find walks a path like line.clients or rows.0.client.
func find(doc any, path string) (any, bool) {
	for step := range strings.SplitSeq(path, ".") {
		switch at := doc.(type) {
		case map[string]any:
			v, ok := at[step]
			if !ok {
				return nil, false
			}
			doc = v
		case []any:
			if step == "len" {
				return json.Number(strconv.Itoa(len(at))), true
			}
			i, err := strconv.Atoi(step)
			if err != nil || i < 0 || i >= len(at) {
				return nil, false
			}
			doc = at[i]
		default:
			return nil, false
		}
	}
	return doc, true
}

// jsonCommand asserts `json PATH VALUE`: a string, a number (numbers with a point are
// compared to the digits that are given), true, false or null.
func jsonCommand(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: json PATH VALUE")
	}
	v, ok := find(parsed(ts), args[0])
	same := ok && equal(v, args[1])
	if same == neg {
		ts.Fatalf("%s is %#v, want %s", args[0], v, args[1])
	}
}

func equal(v any, want string) bool {
	switch v := v.(type) {
	case nil:
		return want == "null"
	case bool:
		return want == strconv.FormatBool(v)
	case string:
		return v == want
	case json.Number:
		_, decimals, point := strings.Cut(want, ".")
		f, err := v.Float64()
		if err != nil || !point {
			return v.String() == want
		}
		return strconv.FormatFloat(f, 'f', len(decimals), 64) == want
	default:
		return false
	}
}

// keysCommand asserts that the document has the keys `keys PATH KEY…`; - is the top.
func keysCommand(ts *testscript.TestScript, _ bool, args []string) {
	doc := parsed(ts)
	for _, key := range args[1:] {
		if args[0] != "-" {
			key = args[0] + "." + key
		}
		if _, ok := find(doc, key); !ok {
			ts.Fatalf("the document has no %s", key)
		}
	}
}

// narrowCommand asserts that no line of standard output is wider than 80 cells, or of
// the stream that is named.
func narrowCommand(ts *testscript.TestScript, _ bool, args []string) {
	stream := "stdout"
	if len(args) > 0 {
		stream = args[0]
	}
	for line := range strings.Lines(ts.ReadFile(stream)) {
		if n := text.StringWidthWithoutEscSequences(strings.TrimRight(line, "\n")); n > 80 {
			ts.Fatalf("%d cells: %s", n, line)
		}
	}
}

// csvCommand asserts one cell of the CSV on standard output: csv ROW COLUMN VALUE, rows
// from 1 behind the header.
func csvCommand(ts *testscript.TestScript, _ bool, args []string) {
	records, err := csv.NewReader(strings.NewReader(ts.ReadFile("stdout"))).ReadAll()
	ts.Check(err)
	row, err := strconv.Atoi(args[0])
	ts.Check(err)
	for i, name := range records[0] {
		if name != args[1] {
			continue
		}
		if row >= len(records) || records[row][i] != args[2] {
			ts.Fatalf("row %d, %s: %q, want %q", row, name, records[min(row, len(records)-1)][i], args[2])
		}
		return
	}
	ts.Fatalf("no column %s in %v", args[1], records[0])
}

// codeCommand runs `code N PROGRAM ARG…` and asserts its exit code.
func codeCommand(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		exit, ok := errors.AsType[*exec.ExitError](err)
		if !ok {
			ts.Fatalf("%v", err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// closedCommand runs a command whose standard output nobody reads: it has to end well,
// and without a word.
func closedCommand(ts *testscript.TestScript, _ bool, args []string) {
	read, write, err := os.Pipe()
	ts.Check(err)
	ts.Check(read.Close())
	program, err := exec.LookPath(args[0])
	ts.Check(err)
	var said strings.Builder
	cmd := exec.Command(program, args[1:]...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = ts.Getenv("WORK"), write, &said
	err = cmd.Run()
	ts.Check(write.Close())
	if err != nil || said.Len() > 0 {
		ts.Fatalf("a closed pipe: %v, %s", err, said.String())
	}
}

// orderCommand asserts that texts stand on standard output in this order.
func orderCommand(ts *testscript.TestScript, _ bool, args []string) {
	out := ts.ReadFile("stdout")
	for _, a := range args {
		i := strings.Index(out, a)
		if i < 0 {
			ts.Fatalf("%q does not stand there, or not behind the others", a)
		}
		out = out[i+len(a):]
	}
}

// stopsCommand interrupts a command while it waits for more of its standard input: it
// has to end with 130. What it has been given does not fit into a pipe, so that it is
// known to be reading.
func stopsCommand(ts *testscript.TestScript, _ bool, args []string) {
	program, err := exec.LookPath(args[0])
	ts.Check(err)
	cmd := exec.Command(program, args[1:]...)
	cmd.Dir = ts.Getenv("WORK")
	in, err := cmd.StdinPipe()
	ts.Check(err)
	ts.Check(cmd.Start())
	_, err = in.Write([]byte("Client,Amount\n" + strings.Repeat("Ames,1.00\n", 100_000)))
	ts.Check(err)
	ts.Check(cmd.Process.Signal(os.Interrupt))
	exit, ok := errors.AsType[*exec.ExitError](cmd.Wait()) // which closes the input
	if !ok || exit.ExitCode() != 130 {
		ts.Fatalf("the program ended with %v, want 130", exit)
	}
}
