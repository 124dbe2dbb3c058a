package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
)

// event is one line of `go test -json`.
type event struct {
	Action     string `json:"Action"`
	Package    string `json:"Package"`
	ImportPath string `json:"ImportPath"` // of build output
	Test       string `json:"Test"`
	Output     string `json:"Output"`
}

// report counts events and shows what a reader has to see.
type report struct {
	out                     io.Writer
	passed, failed, skipped int
	text                    map[string][]string // output of a test, by package and test, while it runs
	broken                  map[string]bool     // packages with a failed test
	skips                   []string
	leftOut                 int   // cases that need a cluster and found none
	err                     error // the first failure to write to out
}

func newReport(out io.Writer) *report {
	return &report{out: out, text: map[string][]string{}, broken: map[string]bool{}}
}

// follow runs one `go test -json` and reads its events. A run that fails without
// an event to show for it is an error.
func (r *report) follow(ctx context.Context, args []string) error {
	cmd := exec.CommandContext(ctx, "go", args...) //nolint:gosec // a developer's own arguments
	cmd.Stderr = os.Stderr
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		return fmt.Errorf("go test: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("go test: %w", err)
	}
	before := r.failed
	readErr := r.read(pipe)
	waitErr := cmd.Wait()
	if readErr != nil {
		return readErr
	}
	if waitErr != nil && r.failed == before {
		return fmt.Errorf("go test: %w", waitErr)
	}
	return nil
}

func (r *report) read(in io.Reader) error {
	lines := bufio.NewReader(in)
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) > 0 {
			var e event
			if json.Unmarshal(line, &e) != nil {
				r.show(string(line)) // not an event: shown as it stands
			} else {
				r.take(e)
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read the test events: %w", err)
		}
	}
}

func (r *report) take(e event) {
	key := e.Package + " " + e.Test
	switch e.Action {
	case "build-output":
		r.show(e.Output)
	case "output":
		r.text[key] = append(r.text[key], e.Output)
	case "pass", "fail", "skip":
		if e.Test == "" {
			r.endPackage(e, r.text[key])
		} else {
			r.endTest(e, r.text[key])
		}
		delete(r.text, key)
	}
}

func (r *report) endTest(e event, text []string) {
	switch e.Action {
	case "pass":
		r.passed++
	case "fail":
		r.failed++
		r.broken[e.Package] = true
		r.show(strings.Join(slices.DeleteFunc(text, isProgress), ""))
	case "skip":
		text = slices.DeleteFunc(text, func(line string) bool { return isProgress(line) || isVerdict(line) })
		reason := strings.Join(strings.Fields(strings.Join(text, " ")), " ")
		if clusterReason.MatchString(reason) {
			r.leftOut++
			return
		}
		r.skipped++
		r.skips = append(r.skips, fmt.Sprintf("%s %s: %s", e.Package, e.Test, reason))
	}
}

// endPackage shows the closing line of a package; where the package failed without
// a failed test, by a panic or in the build, all that it wrote, and counts it.
func (r *report) endPackage(e event, text []string) {
	if e.Action == "fail" && !r.broken[e.Package] {
		r.failed++
		for key, lines := range r.text { // tests that never ended
			if strings.HasPrefix(key, e.Package+" ") && key != e.Package+" " {
				r.show(strings.Join(lines, ""))
				delete(r.text, key)
			}
		}
		r.show(strings.Join(text, ""))
		return
	}
	if len(text) > 0 {
		r.show(text[len(text)-1])
	}
}

// finish shows the skips and the counts; it fails if anything could not be shown.
func (r *report) finish() error {
	if len(r.skips) > 0 {
		slices.Sort(r.skips)
		r.show(fmt.Sprintf("\nskipped:\n  %s\n", strings.Join(r.skips, "\n  ")))
	}
	if r.leftOut > 0 {
		r.show(fmt.Sprintf("\n%d cluster cases left out: make test-cluster runs them\n", r.leftOut))
	}
	r.show(fmt.Sprintf("\n%d passed, %d failed, %d skipped\n", r.passed, r.failed, r.skipped))
	return r.err
}

func (r *report) show(text string) {
	if _, err := io.WriteString(r.out, text); err != nil && r.err == nil {
		r.err = err
	}
}

// clusterReason is what a test says that is skipped for want of a cluster: after the
// place in its source, a message that begins with the word.
var clusterReason = regexp.MustCompile(`^\S+\.go:\d+: cluster: `)

// isProgress reports whether a line of output says how a test is getting on.
func isProgress(line string) bool { return strings.HasPrefix(line, "=== ") }

// isVerdict reports whether a line of output says how a test ended.
func isVerdict(line string) bool { return strings.HasPrefix(strings.TrimSpace(line), "--- ") }
