package trino_test

import (
	"os"
	"testing"

	"clientele/internal/engine/trino"
)

// address is the cluster of these tests; without one they are left out.
func address(t *testing.T) string {
	t.Helper()
	url := os.Getenv("CLIENTELE_TEST_TRINO")
	if url == "" {
		t.Skip("cluster: CLIENTELE_TEST_TRINO names none; make test-cluster starts one")
	}
	return url
}

// cluster is a connection for one test.
func cluster(t *testing.T) *trino.Cluster {
	t.Helper()
	c, err := trino.Connect(t.Context(), trino.Options{URL: address(t)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	return c
}
