package measure_test

import (
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"clientele/bench/measure"
)

// The test binary is its own subject: it says a word and ends.
func TestMain(m *testing.M) {
	if word := os.Getenv("MEASURE_SAY"); word != "" {
		if _, err := os.Stdout.WriteString(word); err != nil {
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func saying(word string) measure.Subject {
	return measure.Subject{Name: word, Argv: []string{os.Args[0]}, Env: append(os.Environ(), "MEASURE_SAY="+word)}
}

func TestInterleaveTakesTurns(t *testing.T) {
	t.Parallel()
	var order []string
	costs, err := measure.Interleave(context.Background(), 2, []measure.Subject{saying("a"), saying("b")}, func(s measure.Subject, out string) error {
		order = append(order, s.Name+out)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(order, " "); got != "aa bb aa bb aa bb" {
		t.Errorf("runs were %s", got)
	}
	for i, c := range costs {
		if len(c) != 2 || c[0].Wall <= 0 {
			t.Errorf("subject %d has costs %v, want two", i, c)
		}
	}
}

func TestAWrongOutputStops(t *testing.T) {
	t.Parallel()
	wrong := errors.New("wrong")
	_, err := measure.Interleave(context.Background(), 3, []measure.Subject{saying("a")}, func(measure.Subject, string) error { return wrong })
	if !errors.Is(err, wrong) {
		t.Errorf("the error is %v", err)
	}
	if _, _, err := measure.Run(context.Background(), measure.Subject{Name: "nothing", Argv: []string{"./no such program"}}); err == nil {
		t.Error("a program that is not there ran")
	}
}

func TestSpread(t *testing.T) {
	t.Parallel()
	s := measure.SpreadOf([]measure.Cost{{5 * time.Second, 3, 10}, {time.Second, 1, 30}, {2 * time.Second, 2, 20}})
	if s != (measure.Spread{Median: 2 * time.Second, Min: time.Second, Max: 5 * time.Second, CPU: 2, Peak: 30}) {
		t.Errorf("spread is %+v", s)
	}
	if s := measure.SpreadOf(nil); s != (measure.Spread{}) {
		t.Errorf("the spread of nothing is %+v", s)
	}
}

func TestTable(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	if err := measure.Table(&b, [][]string{{"who", "time"}, {"ours", "1.000 s"}, {"another", measure.Seconds(20 * time.Second)}}); err != nil {
		t.Fatal(err)
	}
	want := "who          time\nours      1.000 s\nanother  20.000 s\n"
	if got := strings.ReplaceAll(b.String(), " \n", "\n"); squeeze(got) != squeeze(want) {
		t.Errorf("table is\n%swant\n%s", got, want)
	}
}

// squeeze makes runs of blanks one.
func squeeze(s string) string {
	var lines []string
	for line := range strings.Lines(s) {
		lines = append(lines, strings.Join(strings.Fields(line), " "))
	}
	return strings.Join(lines, "\n")
}

func TestNumbers(t *testing.T) {
	t.Parallel()
	if got, err := measure.Numbers("-lines", "1, 25,100", 100); err != nil || !slices.Equal(got, []int64{1, 25, 100}) {
		t.Errorf("%v, %v", got, err)
	}
	for _, list := range []string{"", "0", "101", "1,,2", "many"} {
		if got, err := measure.Numbers("-lines", list, 100); err == nil || !strings.Contains(err.Error(), "-lines") {
			t.Errorf("%q is %v, %v", list, got, err)
		}
	}
}
