package lint

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// blobBytesMax bounds a tracked file: data is generated or looked for, not kept.
const blobBytesMax = 400_000

func TestNoBigFiles(t *testing.T) {
	t.Parallel()
	for _, f := range tracked(t) {
		info, err := os.Stat(filepath.Join(root(), f))
		if err != nil {
			t.Fatal(err)
		}
		if info.Size() > blobBytesMax {
			t.Errorf("%s has %d bytes, more than %d: generate it, or look for it where it is", f, info.Size(), blobBytesMax)
		}
	}
}

var (
	openEnd = regexp.MustCompile(`\b(TO` + `DO|FIX` + `ME|HA` + `CK)\b(\(#\d+\))?`)
	machine = regexp.MustCompile(`(^|[\s"'=(:,` + "`" + `])/(wo` + `rk|ro` + `ot|ho` + `me|tmp/te` + `am)/`)
)

// checkText finds what a reader elsewhere cannot use: open ends without an issue,
// and paths of one machine.
func checkText(path, text string) []string {
	var findings []string
	n := 0
	for line := range strings.SplitSeq(text, "\n") {
		n++
		if m := openEnd.FindStringSubmatch(line); m != nil && m[2] == "" {
			findings = append(findings, fmt.Sprintf("%s:%d: %s without an issue: write %s(#12), or do it", path, n, m[1], m[1]))
		}
		if m := machine.FindString(line); m != "" {
			findings = append(findings, fmt.Sprintf("%s:%d: %s is a path of one machine", path, n, strings.TrimSpace(m)))
		}
	}
	return findings
}

func TestNoOpenEndsAndNoMachinePaths(t *testing.T) {
	t.Parallel()
	for _, f := range tracked(t) {
		text := read(t, f)
		if strings.Contains(f, "testdata/") || !strings.HasPrefix(f, ".ci") && bytes.IndexByte([]byte(text), 0) >= 0 {
			continue // data in any form
		}
		report(t, checkText(f, text))
	}
}

func TestCheckText(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]int{
		"// TO" + "DO: later":            1,
		"// TO" + "DO(#12): later":       0,
		"// TO" + "DO(someone): later":   1,
		"// FIX" + "ME":                  1,
		"// methods, Toledo, todo":       0,
		`path := "/wo` + `rk/main/x"`:    1,
		"see /ro" + "ot/notes":           1,
		"https://example.org/wo" + "rk/": 0,
		"a network/wo" + "rk/b":          0,
	} {
		if got := checkText("x.go", line); len(got) != want {
			t.Errorf("%q: %v, want %d findings", line, got, want)
		}
	}
}

var (
	subjectForm = regexp.MustCompile(`^[a-z0-9][a-z0-9._/-]*(, [a-z0-9][a-z0-9._/-]*)*: \S.*[^.\s]$`)
	capital     = regexp.MustCompile(`: [A-Z][a-z]+ `) // acronyms and names of files may be upper case
	trailer     = regexp.MustCompile(`^[A-Z][A-Za-z-]+: \S`)
)

// checkCommit finds what is wrong with a commit message.
func checkCommit(subject, body string) []string {
	var findings []string
	add := func(format string, args ...any) { findings = append(findings, fmt.Sprintf(format, args...)) }
	if n := len([]rune(subject)); n > 72 {
		add("the subject has %d characters, more than 72", n)
	}
	if !subjectForm.MatchString(subject) || capital.MatchString(subject+" ") {
		add("the subject is not of the form `area: what changed`, lower case, without a full stop")
	}
	said := false
	for line := range strings.SplitSeq(body, "\n") {
		said = said || strings.TrimSpace(line) != "" && !trailer.MatchString(line)
	}
	if !said {
		add("the body is empty: say what was, what changes and why")
	}
	return findings
}

func TestCommitForm(t *testing.T) {
	t.Parallel()
	text := git(t, "log", "--no-merges", "--format=%H%x00%s%x00%b%x1e")
	if strings.TrimSpace(git(t, "rev-parse", "--is-shallow-repository")) == "true" {
		t.Log("a shallow clone: only the commits in it are checked")
	}
	for entry := range strings.SplitSeq(text, "\x1e") {
		parts := strings.SplitN(strings.TrimSpace(entry), "\x00", 3)
		if len(parts) < 3 {
			continue
		}
		for _, f := range checkCommit(parts[1], parts[2]) {
			t.Errorf("commit %.8s (%s): %s", parts[0], parts[1], f)
		}
	}
}

func TestCheckCommit(t *testing.T) {
	t.Parallel()
	const body = "It was so, it is so now, because."
	for _, tt := range []struct {
		subject, body string
		findings      int
	}{
		{"money: exact sums", body, 0},
		{"engine/duckdb, vault: one set of files per batch", body, 0},
		{"docs: README shows two commands", body, 0},
		{"intake: CSV with preambles", body, 0},
		{"money: exact sums.", body, 1},
		{"money: Exact sums", body, 1},
		{"Money: exact sums", body, 1},
		{"exact sums", body, 1},
		{"money: ", body, 1},
		{"money: " + strings.Repeat("x", 66), body, 1},
		{"money: exact sums", "", 1},
		{"money: exact sums", "Signed-off-by: a b\n", 1},
	} {
		if got := checkCommit(tt.subject, tt.body); len(got) != tt.findings {
			t.Errorf("%q, %q: %v, want %d findings", tt.subject, tt.body, got, tt.findings)
		}
	}
}

// readmeLinesMax keeps the first page a page.
const readmeLinesMax = 150

func TestReadmeIsShort(t *testing.T) {
	t.Parallel()
	if n := strings.Count(read(t, "README.md"), "\n"); n >= readmeLinesMax {
		t.Errorf("README.md has %d lines; it stays under %d: move details into docs/", n, readmeLinesMax)
	}
}

var (
	versionLine = regexp.MustCompile(`^## (Unreleased|v\d+\.\d+\.\d+, \d{4}-\d{2}-\d{2})$`)
	changeLine  = regexp.MustCompile(`^- \[(FEATURE|ENHANCEMENT|PERF|BUGFIX)\] [a-z0-9._/-]+: \S.*\.$`)
)

// checkChangelog finds lines that have not the form of a changelog. An entry may
// go on in lines that are indented by two spaces.
func checkChangelog(text string) []string {
	var findings []string
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	if lines[0] != "# Changelog" {
		findings = append(findings, "CHANGELOG.md:1: the first line is `# Changelog`")
	}
	versions, entry, begin := 0, "", 0
	flush := func() {
		if entry != "" && !changeLine.MatchString(entry) {
			findings = append(findings, fmt.Sprintf("CHANGELOG.md:%d: an entry is `- [FEATURE|ENHANCEMENT|PERF|BUGFIX] area: sentence.`", begin))
		}
		entry = ""
	}
	for i, line := range lines[1:] {
		switch {
		case strings.HasPrefix(line, "  ") && entry != "":
			entry += " " + strings.TrimSpace(line)
			continue
		case strings.HasPrefix(line, "- "):
			flush()
			entry, begin = line, i+2
			continue
		}
		flush()
		switch {
		case versionLine.MatchString(line):
			versions++
		case strings.HasPrefix(line, "#"):
			findings = append(findings, fmt.Sprintf("CHANGELOG.md:%d: a version is `## Unreleased` or `## v1.2.3, 2026-01-31`", i+2))
		case line != "" && versions > 0:
			findings = append(findings, fmt.Sprintf("CHANGELOG.md:%d: below a version stand entries only", i+2))
		}
	}
	flush()
	if versions == 0 {
		findings = append(findings, "CHANGELOG.md names no version: add `## Unreleased`")
	}
	return findings
}

func TestChangelogForm(t *testing.T) {
	t.Parallel()
	report(t, checkChangelog(read(t, "CHANGELOG.md")))
}

func TestCheckChangelog(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{
		"# Changelog\n\nWords.\n\n## Unreleased\n\n- [FEATURE] line: it is drawn,\n  and on two lines.\n": 0,
		"# Changelog\n\n## v0.1.0, 2026-01-31\n\n- [PERF] intake: twice as fast.\n":                       0,
		"# Changes\n\n## Unreleased\n":                         1,
		"# Changelog\n":                                        1,
		"# Changelog\n\n## 0.1.0\n":                            2,
		"# Changelog\n\n## Unreleased\n\n- line: it is.\n":     1,
		"# Changelog\n\n## Unreleased\n\n- [BUGFIX] line: x\n": 1,
		"# Changelog\n\n## Unreleased\n\nWords.\n":             1,
	} {
		if got := checkChangelog(text); len(got) != want {
			t.Errorf("%q: %v, want %d findings", text, got, want)
		}
	}
}

func TestDecisionsHaveOneForm(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join(root(), "docs/adr/[0-9]*.md"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no decisions found in docs/adr: %v", err)
	}
	index := read(t, "docs/adr/README.md")
	slices.Sort(files)
	for i, f := range files {
		name := filepath.Base(f)
		if want := fmt.Sprintf("%04d-", i+1); !strings.HasPrefix(name, want) {
			t.Errorf("docs/adr/%s: the next number is %s", name, want)
		}
		if !strings.Contains(index, "("+name+")") {
			t.Errorf("docs/adr/README.md does not link %s", name)
		}
		text := read(t, "docs/adr/"+name)
		for _, heading := range []string{"Status", "Context", "Decision", "Consequences", "Alternatives"} {
			if !strings.Contains(text, "\n## "+heading+"\n") {
				t.Errorf("docs/adr/%s has no section %s", name, heading)
			}
		}
	}
}

var link = regexp.MustCompile(`\]\(([^)\s#]+)(#[^)]*)?\)`)

func TestLinksInPagesLead(t *testing.T) {
	t.Parallel()
	for _, f := range tracked(t) {
		if filepath.Ext(f) != ".md" || strings.Contains(f, "testdata/") {
			continue
		}
		for _, m := range link.FindAllStringSubmatch(read(t, f), -1) {
			if strings.Contains(m[1], "://") || strings.HasPrefix(m[1], "mailto:") {
				continue
			}
			if _, err := os.Stat(filepath.Join(root(), filepath.Dir(f), m[1])); err != nil {
				t.Errorf("%s links to %s, which is not there", f, m[1])
			}
		}
	}
}

// directive is the one form of a generator: `go run PACKAGE … -o FILE`, so that it
// can be asked to write elsewhere.
var directive = regexp.MustCompile(`(?m)^//go:generate (.*)$`)

// parseDirective finds the file that a directive writes and its place in the words.
func parseDirective(words []string) (at int, ok bool) {
	at = slices.Index(words, "-o") + 1
	return at, len(words) > 2 && words[0] == "go" && words[1] == "run" && at > 0 && at < len(words)
}

// TestGeneratedFilesAreFresh runs every generator of the project into a folder of
// its own and compares; and it knows no generated file without a generator.
func TestGeneratedFilesAreFresh(t *testing.T) {
	t.Parallel()
	fresh := map[string]bool{}
	for _, s := range mustSources(t) {
		for _, m := range directive.FindAllStringSubmatch(string(s.text), -1) {
			words := strings.Fields(m[1])
			at, ok := parseDirective(words)
			if !ok {
				t.Errorf("%s: a generator is `go run PACKAGE … -o FILE`, not %q", s.path, m[1])
				continue
			}
			file := filepath.ToSlash(filepath.Join(s.dir(), words[at]))
			fresh[file] = true
			words[at] = filepath.Join(t.TempDir(), filepath.Base(file))
			cmd := exec.CommandContext(t.Context(), words[0], words[1:]...)
			cmd.Dir = filepath.Join(root(), s.dir())
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%s: %s: %v\n%s", s.path, m[1], err, out)
				continue
			}
			want, err := os.ReadFile(words[at])
			if err != nil {
				t.Fatal(err)
			}
			if got := read(t, file); got != string(want) {
				t.Errorf("%s is stale: run go generate ./%s", file, s.dir())
			}
		}
	}
	for _, f := range tracked(t) {
		if !strings.Contains(f, "testdata/") && generatedMark.MatchString(firstLine(read(t, f))) && !fresh[f] {
			t.Errorf("%s says that it is generated, and no go:generate directive writes it", f)
		}
	}
}

// generatedMark is the first line of a generated file, in Go and in pages.
var generatedMark = regexp.MustCompile(`^(// Code generated .* DO NOT EDIT\.|<!-- Code generated .* DO NOT EDIT\. -->)$`)

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}

func TestParseDirective(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"go run ./gen -o ../../docs/reference/metrics.md": true,
		"go run ../../cmd/clientele help --all -o cli.md": true,
		"go run ./gen":    false,
		"go run ./gen -o": false,
		"stringer -o x":   false,
	} {
		if _, ok := parseDirective(strings.Fields(text)); ok != want {
			t.Errorf("%q: %v, want %v", text, ok, want)
		}
	}
}
