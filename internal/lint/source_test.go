package lint

import (
	"bytes"
	"fmt"
	"go/ast"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// call is something that only some folders may call.
type call struct {
	pkg     string // import path
	name    *regexp.Regexp
	allowed []string // folders
	inTests bool     // whether tests are bound too
	instead string
}

var calls = []call{
	{"time", regexp.MustCompile(`^(Now|Since|Until)$`), []string{"internal/clock", "bench", "scripts"}, true, "take a clock.Clock"},
	{"time", regexp.MustCompile(`^Sleep$`), []string{"bench", "scripts"}, true, "wait for the event itself"},
	{"math/rand/v2", regexp.MustCompile(`^(Int|Uint|Float|N$|Perm|Shuffle|NormFloat|ExpFloat)`), nil, true, "draw from an injected, seeded source"},
	{"math/rand", regexp.MustCompile(`.`), nil, true, "use math/rand/v2 with an injected source"},
	{"os", regexp.MustCompile(`^Exit$`), []string{"cmd", "internal/cli", "scripts", "bench"}, false, "return an error"},
	{"fmt", regexp.MustCompile(`^Print`), []string{"cmd", "internal/cli", "scripts"}, false, "write to an injected writer"},
	{"log", regexp.MustCompile(`.`), []string{"cmd", "internal/cli", "scripts"}, false, "return an error"},
}

func under(dir string, folders []string) bool {
	return slices.ContainsFunc(folders, func(f string) bool { return dir == f || strings.HasPrefix(dir, f+"/") })
}

// checkCalls finds the calls that stand where they may not.
func checkCalls(s source) []string {
	local := map[string]string{} // name in the file -> import path
	for _, imp := range s.file.Imports {
		p := strings.Trim(imp.Path.Value, `"`)
		name := path.Base(p)
		if p == "math/rand/v2" {
			name = "rand"
		}
		if imp.Name != nil {
			name = imp.Name.Name
		}
		local[name] = p
	}
	var findings []string
	ast.Inspect(s.file, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		x, ok := sel.X.(*ast.Ident)
		if !ok {
			return true
		}
		for _, c := range calls {
			if c.pkg == local[x.Name] && c.name.MatchString(sel.Sel.Name) && !under(s.dir(), c.allowed) && (c.inTests || !s.test) {
				findings = append(findings, fmt.Sprintf("%s: %s.%s: %s", s.at(n.Pos()), x.Name, sel.Sel.Name, c.instead))
			}
		}
		return true
	})
	return findings
}

func TestClockRandomnessAndExitAreInjected(t *testing.T) {
	t.Parallel()
	for _, s := range mustSources(t) {
		report(t, checkCalls(s))
	}
}

func TestCheckCalls(t *testing.T) {
	t.Parallel()
	tests := []struct {
		path, imports, body string
		findings            int
	}{
		{"internal/app/x.go", `"time"`, "time.Now()", 1},
		{"internal/app/x.go", `now "time"`, "now.Now()", 1},
		{"internal/app/x.go", `"time"`, "f(time.Now)", 1},
		{"internal/app/x_test.go", `"time"`, "time.Sleep(1)", 1},
		{"internal/clock/clock.go", `"time"`, "time.Now()", 0},
		{"internal/clockwork/x.go", `"time"`, "time.Now()", 1},
		{"internal/app/x.go", `"math/rand/v2"`, "rand.IntN(3)", 1},
		{"internal/app/x.go", `"math/rand/v2"`, "rand.New(rand.NewPCG(1, 2)).IntN(3)", 0},
		{"internal/app/x.go", `"fmt"`, "fmt.Println(); fmt.Sprint()", 1},
		{"internal/app/x_test.go", `"fmt"; "os"`, "fmt.Println(); os.Exit(1)", 0},
		{"internal/cli/x.go", `"fmt"; "os"`, "fmt.Println(); os.Exit(1)", 0},
		{"internal/app/x.go", `"log/slog"`, "slog.Info(``)", 0},
	}
	for _, tt := range tests {
		text := "package x\nimport (" + tt.imports + ")\nfunc g() { " + tt.body + " }\n"
		s, err := parse(tt.path, []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if got := checkCalls(s); len(got) != tt.findings {
			t.Errorf("%s, %s: %d findings, want %d: %v", tt.path, tt.body, len(got), tt.findings, got)
		}
	}
}

const (
	fileLinesMax     = 600
	functionLinesMax = 80
)

// long are the files and functions that may be longer: tables, with the reason.
var long = map[string]string{}

// checkSize finds files and functions that are too long. Tests are not bound.
func checkSize(s source) []string {
	if s.test {
		return nil
	}
	var findings []string
	if n := bytes.Count(s.text, []byte("\n")); n > fileLinesMax && long[s.path] == "" {
		findings = append(findings, fmt.Sprintf("%s has %d lines, more than %d: split it by what it holds", s.path, n, fileLinesMax))
	}
	for _, d := range s.file.Decls {
		f, ok := d.(*ast.FuncDecl)
		if !ok || f.Body == nil || long[s.path+" "+f.Name.Name] != "" {
			continue
		}
		if n := s.set.Position(f.End()).Line - s.set.Position(f.Pos()).Line + 1; n > functionLinesMax {
			findings = append(findings, fmt.Sprintf("%s: %s has %d lines, more than %d: name its steps", s.at(f.Pos()), f.Name.Name, n, functionLinesMax))
		}
	}
	return findings
}

func TestFilesAndFunctionsStaySmall(t *testing.T) {
	t.Parallel()
	for _, s := range mustSources(t) {
		report(t, checkSize(s))
	}
}

func TestCheckSize(t *testing.T) {
	t.Parallel()
	function := func(lines int) string { return "func f() {\n" + strings.Repeat("\t_ = 1\n", lines-2) + "}\n" }
	for _, tt := range []struct {
		path, text string
		findings   int
	}{
		{"a/x.go", function(functionLinesMax), 0},
		{"a/x.go", function(functionLinesMax + 1), 1},
		{"a/x_test.go", function(functionLinesMax + 1), 0},
		{"a/x.go", strings.Repeat("\n", fileLinesMax-1), 0},
		{"a/x.go", strings.Repeat("\n", fileLinesMax), 1},
	} {
		s, err := parse(tt.path, []byte("package x\n"+tt.text))
		if err != nil {
			t.Fatal(err)
		}
		if got := checkSize(s); len(got) != tt.findings {
			t.Errorf("%s: %v, want %d findings", tt.path, got, tt.findings)
		}
	}
}

// vague are package names that say nothing about what is inside.
var vague = []string{"util", "utils", "common", "model", "models", "types", "base", "misc", "pkg", "helper", "helpers", "shared", "core", "lib"}

func TestPackagesAreNamedAndDescribed(t *testing.T) {
	t.Parallel()
	described := map[string]bool{}
	for _, s := range mustSources(t) {
		name := s.file.Name.Name
		if s.test {
			continue
		}
		if slices.Contains(vague, name) {
			t.Errorf("%s: package %s: name it by the noun it holds", s.path, name)
		}
		if name != "main" && name != path.Base(s.dir()) {
			t.Errorf("%s: package %s stands in folder %s", s.path, name, s.dir())
		}
		want := "Package " + name + " "
		if name == "main" {
			want = "Command " + path.Base(s.dir()) + " "
		}
		described[s.dir()] = described[s.dir()] || strings.HasPrefix(s.file.Doc.Text(), want)
	}
	for dir, ok := range described {
		if !ok {
			t.Errorf("%s has no package comment: say what it holds and what it must not do", dir)
		}
	}
}

// checkComments finds exported symbols without a comment. A comment on a group of
// constants or variables covers the group.
func checkComments(s source) []string {
	var findings []string
	missing := func(n ast.Node, name string) {
		findings = append(findings, fmt.Sprintf("%s: %s has no comment: state its contract, unit and source", s.at(n.Pos()), name))
	}
	for _, d := range s.file.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Name.IsExported() && d.Doc == nil && exportedReceiver(d) {
				missing(d, d.Name.Name)
			}
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				switch spec := spec.(type) {
				case *ast.TypeSpec:
					if spec.Name.IsExported() && d.Doc == nil && spec.Doc == nil {
						missing(spec, spec.Name.Name)
					}
				case *ast.ValueSpec:
					name := spec.Names[0]
					if name.IsExported() && d.Doc == nil && spec.Doc == nil && spec.Comment == nil {
						missing(spec, name.Name)
					}
				}
			}
		}
	}
	return findings
}

// exportedReceiver reports whether others can call the function: methods of
// unexported types are reached by interfaces, which carry the comment.
func exportedReceiver(f *ast.FuncDecl) bool {
	if f.Recv == nil {
		return true
	}
	exported := false
	ast.Inspect(f.Recv.List[0].Type, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && !exported {
			exported = id.IsExported()
			return false
		}
		return true
	})
	return exported
}

func TestExportedSymbolsAreCommented(t *testing.T) {
	t.Parallel()
	for _, s := range mustSources(t) {
		if !s.test {
			report(t, checkComments(s))
		}
	}
}

func TestCheckComments(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{
		"func F() {}":                                 1,
		"// F does.\nfunc F() {}":                     0,
		"func f() {}":                                 0,
		"type T struct{}":                             1,
		"// T is.\ntype T struct{}":                   0,
		"type t int\nfunc (t) M() {}":                 0,
		"// T is.\ntype T int\nfunc (*T) M() {}":      1,
		"// The kinds.\nconst (\n\tA = 1\n\tB = 2\n)": 0,
		"const (\n\tA = 1 // first\n\tB = 2\n)":       1,
		"var V int":                                   1,
	} {
		s, err := parse("a/x.go", []byte("package x\n"+text+"\n"))
		if err != nil {
			t.Fatal(err)
		}
		if got := checkComments(s); len(got) != want {
			t.Errorf("%q: %v, want %d findings", text, got, want)
		}
	}
}

func TestPortsStaySmall(t *testing.T) {
	t.Parallel()
	for _, s := range mustSources(t) {
		if r, _ := roomOf(s.dir()); r != ports || s.test {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			spec, ok := n.(*ast.TypeSpec)
			if !ok {
				return true
			}
			if i, ok := spec.Type.(*ast.InterfaceType); ok && i.Methods.NumFields() > portMethodsMax {
				t.Errorf("%s: port %s has %d methods, more than %d: make the rest a second interface", s.at(n.Pos()), spec.Name.Name, i.Methods.NumFields(), portMethodsMax)
			}
			return true
		})
	}
}

// noInit lists where an init function may stand: the registration of a driver.
var noInit = []string{"internal/engine/duckdb", "internal/store/sqlstore"}

func TestNoInit(t *testing.T) {
	t.Parallel()
	for _, s := range mustSources(t) {
		for _, d := range s.file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" && !under(s.dir(), noInit) {
				t.Errorf("%s: init runs before anybody asks: make it a function that is called", s.at(f.Pos()))
			}
		}
	}
}
