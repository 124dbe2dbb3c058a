// Command testsum runs `go test`, shows one line per package, the output of what
// failed and the reason of every skip, and ends with the counts:
//
//	412 passed, 0 failed, 3 skipped
//
// The race detector is on for every package whose tests do not link the embedded
// databases, whose C and translated C would be slow under it. RACE=all turns it on
// everywhere, RACE=off nowhere.
//
// A test that is skipped with a message that begins "cluster: " is no ordinary skip:
// it is counted in a line of its own. Where there is a cluster, it is a failure.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
)

// timeout bounds one package's tests.
const timeout = "15m"

// clusterName is the variable that tells tests of a cluster.
const clusterName = "CLIENTELE_TEST_TRINO"

// heavy are the modules that are slow under the race detector.
var heavy = []string{"github.com/duckdb/", "modernc.org/sqlite"}

func main() {
	if err := run(context.Background(), os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "testsum:", err)
		os.Exit(1)
	}
}

// run takes package patterns and flags of go test, in any order.
func run(ctx context.Context, args []string, out io.Writer) error {
	flags, patterns := split(args)
	raced, plain, err := listed(ctx, patterns)
	if err != nil {
		return err
	}
	rep := newReport(out)
	for _, group := range []struct {
		packages []string
		flags    []string
	}{{raced, []string{"-race"}}, {plain, nil}} {
		if len(group.packages) == 0 {
			continue
		}
		test := slices.Concat([]string{"test", "-json", "-timeout", timeout}, group.flags, flags, group.packages)
		if err := rep.follow(ctx, test); err != nil {
			return err
		}
	}
	if err := rep.finish(); err != nil {
		return err
	}
	if rep.failed > 0 {
		return errors.New("tests failed")
	}
	if address := os.Getenv(clusterName); rep.leftOut > 0 && address != "" {
		return fmt.Errorf("cluster cases were left out although %s is %s", clusterName, address)
	}
	return nil
}

func split(args []string) (flags, patterns []string) {
	for _, a := range args {
		if strings.HasPrefix(a, "-") {
			flags = append(flags, a)
		} else {
			patterns = append(patterns, a)
		}
	}
	return flags, patterns
}

// pkg is what `go list -test -json` says of a package or of its test binary.
type pkg struct {
	ImportPath string   `json:"ImportPath"`
	ForTest    string   `json:"ForTest"`
	Deps       []string `json:"Deps"`
}

// listed sorts the packages by whether the race detector is used for them.
func listed(ctx context.Context, patterns []string) (raced, plain []string, err error) {
	args := slices.Concat([]string{"list", "-test", "-json=ImportPath,ForTest,Deps"}, patterns)
	cmd := exec.CommandContext(ctx, "go", args...) //nolint:gosec // a developer's own arguments
	cmd.Stderr = os.Stderr
	data, err := cmd.Output()
	if err != nil {
		return nil, nil, fmt.Errorf("go list: %w", err)
	}
	return sorted(data, os.Getenv("RACE"))
}

func sorted(data []byte, mode string) (raced, plain []string, err error) {
	slow := map[string]bool{}
	var all []string
	for dec := json.NewDecoder(bytes.NewReader(data)); ; {
		var p pkg
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, nil, fmt.Errorf("go list: %w", err)
		}
		if name, isTest := strings.CutSuffix(p.ImportPath, ".test"); isTest {
			slow[name] = slices.ContainsFunc(p.Deps, isHeavy)
		} else if p.ForTest == "" {
			all = append(all, p.ImportPath)
		}
	}
	for _, p := range all {
		if mode == "off" || mode != "all" && slow[p] {
			plain = append(plain, p)
		} else {
			raced = append(raced, p)
		}
	}
	return raced, plain, nil
}

func isHeavy(dep string) bool {
	return slices.ContainsFunc(heavy, func(prefix string) bool { return strings.HasPrefix(dep, prefix) })
}
