package lake

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// bucket is an object store in memory: as much of S3 as a warehouse needs.
type bucket struct {
	mu      sync.Mutex
	objects map[string][]byte
	keys    map[string]bool // access keys that requests were signed with
}

func (b *bucket) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if _, rest, ok := strings.Cut(r.Header.Get("Authorization"), "Credential="); ok {
		key, _, _ := strings.Cut(rest, "/")
		b.keys[key] = true
	}
	content, ok := b.objects[r.URL.Path]
	switch {
	case r.Method == http.MethodPut && r.URL.RawQuery != "x-id=PutObject":
		http.Error(w, "not known: "+r.URL.RawQuery, http.StatusNotImplemented)
	case r.Method == http.MethodPut:
		body, err := io.ReadAll(r.Body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		b.objects[r.URL.Path] = body
	case !ok:
		w.WriteHeader(http.StatusNotFound)
		if _, err := io.WriteString(w, "<Error><Code>NoSuchKey</Code></Error>"); err != nil {
			return // nobody reads it
		}
	case r.Method == http.MethodDelete:
		delete(b.objects, r.URL.Path)
		w.WriteHeader(http.StatusNoContent)
	default:
		http.ServeContent(w, r, "", time.Unix(0, 0), bytes.NewReader(content))
	}
}

// A warehouse in an object store, whose address and keys the environment has.
func TestObjectStore(t *testing.T) {
	b := &bucket{objects: map[string][]byte{}, keys: map[string]bool{}}
	server := httptest.NewServer(b)
	defer server.Close()
	for name, value := range map[string]string{
		"AWS_S3_ENDPOINT": server.URL, "AWS_ACCESS_KEY_ID": "AKTEST", "AWS_SECRET_ACCESS_KEY": "hush", "AWS_REGION": "us-east-1",
		"AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": t.TempDir() + "/none", "AWS_SHARED_CREDENTIALS_FILE": t.TempDir() + "/none",
	} {
		t.Setenv(name, value)
	}
	o := place(t)
	o.Warehouse = "s3://firm/lake"
	run(t, o)
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.objects) == 0 || !b.keys["AKTEST"] || len(b.keys) != 1 {
		t.Errorf("%d objects, signed with %v", len(b.objects), b.keys)
	}
	for path := range b.objects {
		if !strings.HasPrefix(path, "/firm/lake/clientele/") {
			t.Errorf("an object elsewhere: %s", path)
		}
	}
}
