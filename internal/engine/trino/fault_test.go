package trino_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"clientele/internal/clock"
	"clientele/internal/engine/trino"
	"clientele/internal/fault"
)

// says fails unless the error is of the kind and its text holds the words, and no secret.
func says(t *testing.T, err error, kind fault.Kind, words ...string) {
	t.Helper()
	if err == nil || fault.KindOf(err) != kind {
		t.Fatalf("%v, want kind %v", err, kind)
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("%q does not say %q", err, w)
		}
	}
	if strings.Contains(err.Error(), "s3cret") {
		t.Errorf("a secret in %q", err)
	}
}

func TestAddresses(t *testing.T) {
	t.Parallel()
	for address, word := range map[string]string{
		"":                         "is not the address",
		"trino:8080":               "is not the address",
		"http://trino:8080":        "names no user",
		"http://me:s3cret@trino:1": "holds a password",
		"ftp://me@trino":           "is not the address",
	} {
		_, err := trino.Connect(t.Context(), trino.Options{URL: address})
		says(t, err, fault.Usage, word)
	}
	_, err := trino.Connect(t.Context(), trino.Options{URL: "http://me@trino:1", Token: "s3cret"})
	says(t, err, fault.Usage, "without encryption")
}

// A coordinator that is not there, or does not speak, is told of within seconds, where
// the driver alone would wait for two minutes.
func TestNobodyAnswers(t *testing.T) {
	t.Parallel()
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := closed.Addr().String()
	if err := closed.Close(); err != nil {
		t.Fatal(err)
	}
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := silent.Close(); err != nil {
			t.Error(err)
		}
	}()
	for _, at := range []string{address, silent.Addr().String()} {
		start := clock.System()
		_, err := trino.Connect(t.Context(), trino.Options{URL: "http://me@" + at, Patience: 300 * time.Millisecond})
		says(t, err, fault.Failed, "does not answer", at)
		if d := clock.System().Sub(start); d > 10*time.Second {
			t.Errorf("%s: it took %v", at, d)
		}
	}
}

// coordinator is a server that answers statements as a coordinator would.
func coordinator(t *testing.T, answer func(w http.ResponseWriter, statement string, n int64)) string {
	t.Helper()
	var n atomic.Int64
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		answer(w, string(body), n.Add(1))
	}))
	t.Cleanup(s.Close)
	return strings.Replace(s.URL, "http://", "http://me@", 1)
}

func reply(t *testing.T, w http.ResponseWriter, doc any) {
	t.Helper()
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(doc); err != nil {
		t.Error(err)
	}
}

func failure(name, kind string) map[string]any {
	return map[string]any{"id": "q", "stats": map[string]any{"state": "FAILED"}, "error": map[string]any{"message": "it says " + name, "errorName": name, "errorType": kind, "errorCode": 1}}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"PERMISSION_DENIED":            "may not do that",
		"TABLE_NOT_FOUND":              "does not find something",
		"EXCEEDED_GLOBAL_MEMORY_LIMIT": "out of memory",
		"EXCEEDED_TIME_LIMIT":          "took too long",
		"ADMINISTRATIVELY_KILLED":      "somebody stopped",
	} {
		url := coordinator(t, func(w http.ResponseWriter, _ string, _ int64) { reply(t, w, failure(name, "USER_ERROR")) })
		_, err := trino.Connect(t.Context(), trino.Options{URL: url})
		if name == "PERMISSION_DENIED" { // who may not look at nodes may still ask
			if err != nil {
				t.Error(err)
			}
			continue
		}
		says(t, err, fault.Failed, want)
	}
	url := coordinator(t, func(w http.ResponseWriter, _ string, _ int64) { w.WriteHeader(http.StatusUnauthorized) })
	_, err := trino.Connect(t.Context(), trino.Options{URL: url})
	says(t, err, fault.Failed, "does not accept the credentials", "expired")
}

// A lost node, or a coordinator that started anew, is no reason to give up: the text is
// asked again, twice.
func TestAskedAgain(t *testing.T) {
	t.Parallel()
	for name, fail := range map[string]func(w http.ResponseWriter){
		"a lost node":    func(w http.ResponseWriter) { reply(t, w, failure("PAGE_TRANSPORT_TIMEOUT", "INTERNAL_ERROR")) },
		"a new start":    func(w http.ResponseWriter) { w.WriteHeader(http.StatusNotFound) },
		"still starting": func(w http.ResponseWriter) { reply(t, w, failure("SERVER_STARTING_UP", "INTERNAL_ERROR")) },
	} {
		for _, times := range []int64{1, 2, 3} {
			url := coordinator(t, func(w http.ResponseWriter, _ string, n int64) {
				if n <= times {
					fail(w)
					return
				}
				reply(t, w, map[string]any{
					"id": "q", "stats": map[string]any{"state": "FINISHED"},
					"columns": []map[string]any{{"name": "n", "type": "bigint", "typeSignature": map[string]any{"rawType": "bigint", "arguments": []any{}}}},
					"data":    [][]any{{2}},
				})
			})
			c, err := trino.Connect(t.Context(), trino.Options{URL: url})
			if times <= 2 {
				if err != nil {
					t.Errorf("%s, %d times: %v", name, times, err)
				} else if err := c.Close(); err != nil {
					t.Error(err)
				}
				continue
			}
			if fault.KindOf(err) != fault.Failed || err == nil {
				t.Errorf("%s, %d times: %v", name, times, err)
			}
		}
	}
}

// TestClusterCancel stops a question in the terminal: it ends at once here, and soon at
// the cluster.
func TestClusterCancel(t *testing.T) {
	c := cluster(t)
	ctx, cancel := context.WithCancel(t.Context())
	mark := "cancelled by a test " + clock.System().String()
	time.AfterFunc(2*time.Second, cancel)
	start := clock.System()
	_, err := c.Number(ctx, "SELECT count(*) FROM UNNEST(sequence(1, 10000)) a (x) CROSS JOIN UNNEST(sequence(1, 10000)) b (x) CROSS JOIN UNNEST(sequence(1, 10000)) c (x) WHERE a.x + b.x * c.x <> 7 AND '"+mark+"' <> ''")
	says(t, err, fault.Canceled, "stopped")
	if d := clock.System().Sub(start); d > 10*time.Second {
		t.Errorf("it took %v to stop", d)
	}
	tick := time.NewTicker(500 * time.Millisecond)
	defer tick.Stop()
	for try := 0; ; try++ {
		rows := run(t, c, "SELECT state FROM system.runtime.queries WHERE query LIKE '%"+mark+"%' AND query NOT LIKE '%runtime.queries%'")
		if len(rows) == 1 && rows[0][0] == "FAILED" {
			return
		}
		if try == 20 {
			t.Fatalf("the cluster still works: %v", rows)
		}
		<-tick.C
	}
}

// TestClusterTimeout ends a question that takes longer than it may.
func TestClusterTimeout(t *testing.T) {
	c, err := trino.Connect(t.Context(), trino.Options{URL: address(t), Timeout: 2 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.Number(t.Context(), "SELECT count(*) FROM UNNEST(sequence(1, 10000)) a (x) CROSS JOIN UNNEST(sequence(1, 10000)) b (x) CROSS JOIN UNNEST(sequence(1, 10000)) c (x) WHERE a.x + b.x * c.x <> 7")
	says(t, err, fault.Failed, "longer than 2s")
	if err := errors.Join(c.Close()); err != nil {
		t.Error(err)
	}
}
