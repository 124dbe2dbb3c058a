package lint

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// module is the name of the module in go.mod.
const module = "clientele"

// root is the folder of go.mod, which all paths in findings are relative to.
var root = sync.OnceValue(func() string {
	dir, err := os.Getwd()
	if err != nil {
		panic(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		if dir == filepath.Dir(dir) {
			panic("no go.mod above the test")
		}
		dir = filepath.Dir(dir)
	}
})

// report fails the test once for each finding.
func report(t *testing.T, findings []string) {
	t.Helper()
	slices.Sort(findings)
	for _, f := range findings {
		t.Error(f)
	}
}

// output runs a command in the project and returns what it printed.
func output(t *testing.T, name string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Dir = root()
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	data, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, &stderr)
	}
	return string(data)
}

// git runs git on the project, whoever owns the folder. Without a checkout the
// test is skipped.
func git(t *testing.T, args ...string) string {
	t.Helper()
	if _, err := os.Stat(filepath.Join(root(), ".git")); err != nil {
		t.Skip("this is no git checkout: commits and tracked files cannot be checked")
	}
	return output(t, "git", append([]string{"-c", "safe.directory=*"}, args...)...)
}

// source is one parsed Go file.
type source struct {
	path string // relative, with slashes
	test bool
	file *ast.File
	set  *token.FileSet
	text []byte
}

// at writes "internal/money/sum.go:12".
func (s source) at(p token.Pos) string {
	return fmt.Sprintf("%s:%d", s.path, s.set.Position(p).Line)
}

// dir is the folder of the file.
func (s source) dir() string {
	if i := strings.LastIndexByte(s.path, '/'); i >= 0 {
		return s.path[:i]
	}
	return "."
}

// parse reads Go text under a made-up or real path.
func parse(path string, text []byte) (source, error) {
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, path, text, parser.ParseComments)
	return source{path, strings.HasSuffix(path, "_test.go"), file, set, text}, err
}

// sources parses every Go file of the project, whatever its build tags.
var sources = sync.OnceValues(func() ([]source, error) {
	var all []source
	err := filepath.WalkDir(root(), func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			return skipFolder(path, d.Name())
		}
		if filepath.Ext(path) != ".go" {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root(), path)
		if err != nil {
			return err
		}
		s, err := parse(filepath.ToSlash(rel), text)
		all = append(all, s)
		return err
	})
	return all, err
})

// skipFolder leaves out what is not the project's source.
func skipFolder(path, name string) error {
	if path != root() && (strings.HasPrefix(name, ".") || slices.Contains([]string{"testdata", "bin", "build", "demo"}, name) && filepath.Dir(path) == root() || name == "testdata") {
		return filepath.SkipDir
	}
	return nil
}

func mustSources(t *testing.T) []source {
	t.Helper()
	all, err := sources()
	if err != nil {
		t.Fatal(err)
	}
	if len(all) == 0 {
		t.Fatal("no Go files found")
	}
	return all
}

// pkg is what go list says of a package.
type pkg struct {
	ImportPath   string   `json:"ImportPath"`
	Imports      []string `json:"Imports"`
	TestGoFiles  []string `json:"TestGoFiles"`
	XTestGoFiles []string `json:"XTestGoFiles"`
}

// path is the import path below the module: "internal/money".
func (p pkg) path() string { return strings.TrimPrefix(p.ImportPath, module+"/") }

func packages(t *testing.T) []pkg {
	t.Helper()
	text := output(t, "go", "list", "-e", "-json=ImportPath,Imports,TestGoFiles,XTestGoFiles", "./...")
	var all []pkg
	for dec := json.NewDecoder(strings.NewReader(text)); ; {
		var p pkg
		err := dec.Decode(&p)
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		if p.ImportPath != module { // the root holds no code
			all = append(all, p)
		}
	}
}

// tracked lists the files that belong to the project: what git tracks, or would.
func tracked(t *testing.T) []string {
	t.Helper()
	text := git(t, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	var files []string
	for f := range strings.SplitSeq(strings.TrimSuffix(text, "\x00"), "\x00") {
		if info, err := os.Lstat(filepath.Join(root(), f)); err == nil && info.Mode().IsRegular() {
			files = append(files, f)
		}
	}
	return files
}

func read(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(root(), path))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
