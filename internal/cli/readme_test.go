package cli_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestReadme types what the README shows behind "$ ", in its order and in one folder,
// and compares what the program says. A "$ cat FILE" makes the file; a line "…" stands
// for lines that are left out.
func TestReadme(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "readme.txtar"), []byte(readmeScript(string(readme))), 0o600); err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{Dir: dir, Cmds: map[string]func(*testscript.TestScript, bool, []string){"shows": showsCommand}})
}

// readmeScript makes a script of the blocks that begin with a prompt.
func readmeScript(readme string) string {
	var script, files strings.Builder
	n := 0
	for i, block := range strings.Split(readme, "```\n") {
		if i%2 == 0 || !strings.HasPrefix(block, "$ ") {
			continue
		}
		for _, typed := range strings.Split("\n"+block, "\n$ ")[1:] {
			line, shown, _ := strings.Cut(strings.TrimSuffix(typed, "\n")+"\n", "\n")
			name, isFile := strings.CutPrefix(line, "cat ")
			if !isFile {
				n++
				name = fmt.Sprintf("said%d", n)
				fmt.Fprintf(&script, "shows %s %s\n", name, line)
			}
			fmt.Fprintf(&files, "-- %s --\n%s", name, shown)
		}
	}
	return script.String() + files.String()
}

// showsCommand runs `shows FILE PROGRAM ARG…`, whose exit code may be any, and asserts
// that it says what stands in the file.
func showsCommand(ts *testscript.TestScript, _ bool, args []string) {
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		if _, ended := errors.AsType[*exec.ExitError](err); !ended {
			ts.Fatalf("%v", err)
		}
	}
	said := ts.ReadFile("stdout") + ts.ReadFile("stderr")
	rest := said
	for i, part := range strings.Split(ts.ReadFile(args[0]), "…\n") {
		at := strings.Index(rest, part)
		if at < 0 || i == 0 && at > 0 {
			ts.Fatalf("the README shows\n%s\nbut the program says\n%s", part, said)
		}
		rest = rest[at+len(part):]
	}
	if shown := ts.ReadFile(args[0]); !strings.HasSuffix(shown, "…\n") && rest != "" {
		ts.Fatalf("the README does not show\n%s", rest)
	}
}
