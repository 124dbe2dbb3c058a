package lake

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"clientele/internal/publication"
)

// steps of a publication at which a process may die.
var deaths = []string{"begin", "write line", "commit line", "commit cell", "commit account", "commit party", "tables", "announce", "end"}

const dieEnv = "CLIENTELE_TEST_LAKE_DIE"

// TestMain lets the test binary be the publisher that dies.
func TestMain(m *testing.M) {
	if os.Getenv(dieEnv) == "" {
		os.Exit(m.Run())
	}
	q, err := publication.ReadRequest(os.Stdin)
	if err != nil {
		os.Exit(4)
	}
	l, err := Open(context.Background(), q.Place)
	if err != nil {
		os.Exit(5)
	}
	l.steps = func(step string) {
		if step == os.Getenv(dieEnv) {
			os.Exit(3)
		}
	}
	_, err = l.Publish(context.Background(), &q.Content)
	fmt.Fprintln(os.Stderr, err)
	os.Exit(6)
}

// A publisher that dies leaves the publication before; the next one completes it.
func TestDeathInTheMiddle(t *testing.T) {
	t.Parallel()
	for _, step := range deaths {
		t.Run(step, func(t *testing.T) {
			t.Parallel()
			dies(t, place(t), step)
		})
	}
}

func dies(t *testing.T, o Options, step string) {
	t.Helper()
	l := opened(t, o)
	b1, b2, b3 := drawn(t, 1, 200, 2), drawn(t, 2, 100, 2), drawn(t, 3, 100, 2)
	before, after := content(1, b1, b2), content(2, b2, b3)
	after.Parties = []publication.Party{{Account: -2, Key: "G", Name: "G"}}
	if _, err := l.Publish(t.Context(), before); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), dieEnv+"="+step)
	cmd.Stdin = strings.NewReader(request(t, l.options, after))
	said, err := cmd.CombinedOutput()
	if e, ok := errors.AsType[*exec.ExitError](err); !ok || e.ExitCode() != 3 {
		t.Fatalf("the publisher did not die at %q: %v\n%s", step, err, said)
	}
	if step == "end" {
		holds(t, l, after)
	} else {
		holds(t, l, before)
	}
	out, err := l.Publish(t.Context(), after)
	if err != nil || out.Number != 2 || out.Unchanged != (step == "end") {
		t.Errorf("the next: %+v, %v", out, err)
	}
	holds(t, l, after)
}
