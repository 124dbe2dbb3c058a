package main

import (
	"slices"
	"strings"
	"testing"
)

const events = `{"Action":"start","Package":"m/a"}
{"Action":"run","Package":"m/a","Test":"TestGood"}
{"Action":"output","Package":"m/a","Test":"TestGood","Output":"=== RUN   TestGood\n"}
{"Action":"output","Package":"m/a","Test":"TestGood","Output":"chatter\n"}
{"Action":"pass","Package":"m/a","Test":"TestGood"}
{"Action":"output","Package":"m/a","Test":"TestSkipped","Output":"=== RUN   TestSkipped\n"}
{"Action":"output","Package":"m/a","Test":"TestSkipped","Output":"    a_test.go:7: the data\n"}
{"Action":"output","Package":"m/a","Test":"TestSkipped","Output":"        is not here\n"}
{"Action":"output","Package":"m/a","Test":"TestSkipped","Output":"--- SKIP: TestSkipped (0.00s)\n"}
{"Action":"skip","Package":"m/a","Test":"TestSkipped"}
{"Action":"output","Package":"m/a","Test":"TestClusterX","Output":"    cluster_test.go:9: cluster: none here\n"}
{"Action":"output","Package":"m/a","Test":"TestClusterX","Output":"--- SKIP: TestClusterX (0.00s)\n"}
{"Action":"skip","Package":"m/a","Test":"TestClusterX"}
{"Action":"output","Package":"m/a","Output":"PASS\n"}
{"Action":"output","Package":"m/a","Output":"ok  \tm/a\t0.01s\n"}
{"Action":"pass","Package":"m/a"}
{"Action":"output","Package":"m/b","Test":"TestBad","Output":"=== RUN   TestBad\n"}
{"Action":"output","Package":"m/b","Test":"TestBad","Output":"    b_test.go:3: got 1, want 2\n"}
{"Action":"output","Package":"m/b","Test":"TestBad","Output":"--- FAIL: TestBad (0.00s)\n"}
{"Action":"fail","Package":"m/b","Test":"TestBad"}
{"Action":"output","Package":"m/b","Output":"FAIL\tm/b\t0.01s\n"}
{"Action":"fail","Package":"m/b"}
{"Action":"build-output","ImportPath":"m/c","Output":"c.go:1:1: syntax error\n"}
{"Action":"build-fail","ImportPath":"m/c"}
{"Action":"output","Package":"m/c","Output":"FAIL\tm/c [build failed]\n"}
{"Action":"fail","Package":"m/c"}
{"Action":"output","Package":"m/d","Test":"TestPanics","Output":"panic: oh\n"}
{"Action":"output","Package":"m/d","Output":"FAIL\tm/d\t0.01s\n"}
{"Action":"fail","Package":"m/d"}
{"Action":"output","Package":"m/e","Output":"?   \tm/e\t[no test files]\n"}
{"Action":"skip","Package":"m/e"}
not an event
`

func TestReport(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	r := newReport(&out)
	if err := r.read(strings.NewReader(events)); err != nil {
		t.Fatal(err)
	}
	if err := r.finish(); err != nil {
		t.Fatal(err)
	}
	want := "ok  \tm/a\t0.01s\n" +
		"    b_test.go:3: got 1, want 2\n--- FAIL: TestBad (0.00s)\nFAIL\tm/b\t0.01s\n" +
		"c.go:1:1: syntax error\nFAIL\tm/c [build failed]\n" +
		"panic: oh\nFAIL\tm/d\t0.01s\n" +
		"?   \tm/e\t[no test files]\n" +
		"not an event\n" +
		"\nskipped:\n  m/a TestSkipped: a_test.go:7: the data is not here\n" +
		"\n1 cluster cases left out: make test-cluster runs them\n" +
		"\n1 passed, 3 failed, 1 skipped\n"
	if out.String() != want {
		t.Errorf("got\n%s\nwant\n%s", out.String(), want)
	}
}

func TestSortedByWhatTestsLink(t *testing.T) {
	t.Parallel()
	const list = `
{"ImportPath":"m/pure"}
{"ImportPath":"m/sql"}
{"ImportPath":"m/none"}
{"ImportPath":"m/pure.test","Deps":["fmt","m/pure"]}
{"ImportPath":"m/sql [m/sql.test]","ForTest":"m/sql"}
{"ImportPath":"m/sql.test","Deps":["fmt","modernc.org/sqlite/lib"]}`
	for mode, want := range map[string][]string{"": {"m/sql"}, "all": nil, "off": {"m/pure", "m/sql", "m/none"}} {
		raced, plain, err := sorted([]byte(list), mode)
		if err != nil || !slices.Equal(plain, want) || len(raced)+len(plain) != 3 {
			t.Errorf("RACE=%q: with %v, without %v, %v", mode, raced, plain, err)
		}
	}
}

func TestSplit(t *testing.T) {
	t.Parallel()
	flags, patterns := split([]string{"./...", "-short", "-run=X"})
	if !slices.Equal(flags, []string{"-short", "-run=X"}) || !slices.Equal(patterns, []string{"./..."}) {
		t.Errorf("flags %v, patterns %v", flags, patterns)
	}
}
