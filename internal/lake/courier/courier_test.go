//go:build unix

package courier

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"clientele/internal/fault"
	"clientele/internal/money"
	"clientele/internal/publication"
)

// program puts a script in the place of the process that publishes.
func program(t *testing.T, script string) {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, publication.Program), []byte("#!/bin/sh\n"+script+"\n"), 0o700); err != nil { //nolint:gosec // it is run
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH"))
}

func TestPublish(t *testing.T) {
	content := &publication.Content{Ledger: "l", Revision: 7, Batches: []publication.Batch{{ID: "b1", Rows: 3, Amount: money.FromInt64(-5)}}}
	place := publication.Place{Namespace: "n é"}
	said := filepath.Join(t.TempDir(), "said")
	tests := []struct {
		name, script string
		kind         fault.Kind
		text         string
	}{
		{"a refusal", `cat >` + said + `; echo '{"protocol":1,"failure":{"kind":2,"message":"another ledger","remedy":"do so"}}'`, fault.Usage, "another ledger; do so"},
		{"another version", `echo '{"protocol":2}'`, fault.Failed, "another version"},
		{"nothing said", `echo '{"protocol":1}'`, fault.Internal, "said nothing"},
		{"a crash", `echo one >&2; echo 'out of memory' >&2; exit 9`, fault.Failed, "failed: out of memory"},
		{"no document", `echo hello`, fault.Failed, "failed"},
	}
	for _, tt := range tests {
		program(t, tt.script)
		out, err := Publish(t.Context(), place, content)
		if out != nil || err == nil || fault.KindOf(err) != tt.kind || !strings.Contains(err.Error(), tt.text) {
			t.Errorf("%s: %v, %v", tt.name, out, err)
		}
	}
	f, err := os.Open(said)
	if err != nil {
		t.Fatal(err)
	}
	q, err := publication.ReadRequest(f)
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
	if q.Place != place || q.Content.Revision != 7 || q.Content.Batches[0] != content.Batches[0] {
		t.Errorf("it was told %+v", q)
	}

	program(t, `cat >/dev/null; echo '{"protocol":1,"newer":{"published":9,"revision":7}}'`)
	_, err = Publish(t.Context(), place, content)
	if e, ok := errors.AsType[*publication.NewerError](err); !ok || e.Published != 9 || e.Revision != 7 {
		t.Errorf("%v", err)
	}
	program(t, `cat >/dev/null; echo '{"protocol":1,"outcome":{"number":3,"attempts":2,"amount":"-17014118346046923173168730371588410572"}}'`)
	out, err := Publish(t.Context(), place, content)
	if err != nil || out.Number != 3 || out.Attempts != 2 || out.Amount.Format(0) != "-17014118346046923173168730371588410572" {
		t.Errorf("%+v, %v", out, err)
	}
}

func TestPublishIsStopped(t *testing.T) {
	started := filepath.Join(t.TempDir(), "started")
	program(t, `trap 'exit 1' INT; touch `+started+`; while :; do sleep 0.05; done`)
	ctx, stop := context.WithCancel(t.Context())
	go func() {
		for {
			if _, err := os.Stat(started); err == nil || ctx.Err() != nil {
				stop()
				return
			}
		}
	}()
	if _, err := Publish(ctx, publication.Place{}, &publication.Content{}); fault.KindOf(err) != fault.Canceled {
		t.Error(err)
	}
}

func TestProgramIsMissing(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	if _, err := Publish(t.Context(), publication.Place{}, &publication.Content{}); fault.KindOf(err) != fault.NotFound || !strings.Contains(err.Error(), "make build") {
		t.Error(err)
	}
}
