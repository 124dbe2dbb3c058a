package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"time"

	"clientele/bench/measure"
	"clientele/bench/truth"
)

// session is one ledger, twice: in a workspace, and in a table of the cluster with a
// workspace that asks there.
type session struct {
	options
	firm
	watch

	schema string // catalog and schema of the cluster
	dir    string
	known  *truth.Truth // before anything came in later
	steps  []*step
	nodes  []node
}

// step is one thing that both engines were asked.
type step struct {
	name              string
	embedded, cluster []measure.Cost
	effort            effort // of the last run
}

const table = "invoice_lines"

// measure asks everything, and takes away what it made.
func (s *session) measure(ctx context.Context) (err error) {
	if s.dir, err = os.MkdirTemp(s.options.dir, "clientele-cluster-"); err != nil {
		return err
	}
	defer func() {
		_, dropped := s.run(context.WithoutCancel(ctx), "DROP SCHEMA IF EXISTS "+s.schema+" CASCADE")
		err = errors.Join(err, os.RemoveAll(s.dir), dropped)
	}()
	if s.nodes, err = findNodes(os.Getenv(folderName)); err != nil {
		return err
	}
	if err := s.workspaces(ctx); err != nil {
		return err
	}
	t := s.tally()
	if err := s.generate(ctx, "all.csv", 0, s.lines, t); err != nil {
		return err
	}
	s.known = t.known()
	if err := s.first(ctx); err != nil {
		return err
	}
	return s.later(ctx, t)
}

// workspaces makes the two.
func (s *session) workspaces(ctx context.Context) error {
	config := fmt.Sprintf("engine = \"trino\"\n\n[trino]\nurl = %q\nschema = %q\n\n[sources.sales]\ntable = %q\ntax = \"net\"\n\n"+
		"[sources.sales.columns]\nclient = \"customer\"\ndate = \"invoiced_on\"\namount = \"net\"\ndocument = \"invoice\"\n", s.url(), s.schema, s.schema+"."+table)
	for _, name := range []string{embedded, distributed} {
		if err := os.Mkdir(filepath.Join(s.dir, name), 0o700); err != nil {
			return err
		}
		if name == distributed {
			if err := os.WriteFile(filepath.Join(s.dir, name, "clientele.toml"), []byte(config), 0o600); err != nil {
				return err
			}
		}
		if _, _, err := measure.Run(ctx, s.asks(name, "init")); err != nil {
			return err
		}
	}
	_, err := s.run(ctx, "CREATE SCHEMA IF NOT EXISTS "+s.schema)
	return err
}

// The workspaces' folders, which are the engines' names.
const (
	embedded    = "duckdb"
	distributed = "trino"
)

func (s *session) asks(engine string, args ...string) measure.Subject {
	return measure.Subject{Name: engine + ": " + strings.Join(args, " "), Argv: append([]string{s.program, "--workspace", filepath.Join(s.dir, engine), "--no-input", "--quiet"}, args...)}
}

// generate makes the lines in [from, to) on both sides.
func (s *session) generate(ctx context.Context, name string, from, to int64, t *tally) (err error) {
	into := fmt.Sprintf("INSERT INTO %s.%s\n", s.schema, table)
	if from == 0 {
		into = fmt.Sprintf("CREATE TABLE %s.%s WITH (partitioning = ARRAY['month(invoiced_on)']) AS\n", s.schema, table)
	}
	begun := time.Now()
	if _, err := s.run(ctx, into+s.query(from, to)); err != nil {
		return err
	}
	say("%d lines are in the cluster after %.0f s", to-from, time.Since(begun).Seconds())
	file, err := os.Create(filepath.Join(s.dir, name)) //nolint:gosec // in a folder of our own
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	return errors.Join(s.write(file, from, to, t), file.Sync())
}

// first brings everything in and asks the questions.
func (s *session) first(ctx context.Context) error {
	for _, n := range s.nodes {
		if err := n.forget(); err != nil {
			return err
		}
	}
	if err := s.bring(ctx, "import; refresh", []string{"import", filepath.Join(s.dir, "all.csv")}, []string{"refresh"}); err != nil {
		return err
	}
	if err := s.bring(ctx, "refresh, nothing new", nil, []string{"refresh"}); err != nil {
		return err
	}
	for _, q := range []struct {
		name string
		args []string
	}{
		{"book, 12 months, first 100", []string{"book", "--limit", "100", "--json"}},
		{"book, all dates, first 100", []string{"book", "--window", "all", "--limit", "100", "--json"}},
		{"line, 12 months", []string{"line", "--json"}},
		{lineOfAll, []string{"line", "--window", "all", "--json"}},
		{lineCut, []string{"line", "--from", "2024-01-15", "--to", "2024-12-14", "--json"}},
	} {
		if q.name == lineCut && s.lines > s.cutMax {
			s.steps = append(s.steps, &step{name: q.name})
			continue
		}
		if err := s.ask(ctx, q.name, q.args); err != nil {
			return err
		}
	}
	for i := range s.nodes {
		if err := s.nodes[i].look(); err != nil {
			return err
		}
	}
	return nil
}

const (
	lineOfAll = "line, all dates"
	lineCut   = "line, a year that cuts months"
)

// later lets lines come in twice, and has the second ones found by month.
func (s *session) later(ctx context.Context, t *tally) error {
	month := first().AddDate(0, 0, days).Format("2006-01")
	for i, refresh := range [][]string{{"refresh"}, {"refresh", "--from", month}} {
		file := fmt.Sprintf("later%d.csv", i+1)
		from := s.lines + int64(i)*s.small
		if err := s.generate(ctx, file, from, from+s.small, t); err != nil {
			return err
		}
		name := fmt.Sprintf("%d lines more: import; %s", s.small, strings.Join(refresh, " "))
		if err := s.bring(ctx, name, []string{"import", filepath.Join(s.dir, file)}, refresh); err != nil {
			return err
		}
	}
	s.known = t.known()
	return s.ask(ctx, lineOfAll+", after it", []string{"line", "--window", "all", "--json"})
}

// bring runs a command of each engine once.
func (s *session) bring(ctx context.Context, name string, duck, cluster []string) error {
	x := &step{name: name}
	s.steps = append(s.steps, x)
	if duck != nil {
		_, cost, err := measure.Run(ctx, s.asks(embedded, duck...))
		if err != nil {
			return err
		}
		x.embedded = append(x.embedded, cost)
	}
	if _, err := s.fresh(ctx); err != nil {
		return err
	}
	_, cost, err := measure.Run(ctx, s.asks(distributed, cluster...))
	if err != nil {
		return err
	}
	x.cluster = append(x.cluster, cost)
	x.effort, err = s.fresh(ctx)
	say("%s: %.1f s", name, cost.Wall.Seconds())
	return err
}

// ask puts a question to both, in turns, and holds the answers to each other.
func (s *session) ask(ctx context.Context, name string, args []string) error {
	x := &step{name: name}
	s.steps = append(s.steps, x)
	said := map[string]string{}
	costs, err := measure.Interleave(ctx, s.runs, []measure.Subject{s.asks(embedded, args...), s.asks(distributed, args...)}, func(q measure.Subject, out string) error {
		engine, _, _ := strings.Cut(q.Name, ":")
		said[engine] = out
		if strings.HasPrefix(name, lineOfAll) {
			if err := s.known.Hold(out); err != nil {
				return err
			}
		}
		if engine == embedded {
			return nil
		}
		var err error
		if x.effort, err = s.fresh(ctx); err != nil {
			return err
		}
		return same(said[embedded], out)
	})
	if err != nil {
		return err
	}
	x.embedded, x.cluster = costs[0], costs[1]
	say("%s: %.1f s, %.1f s", name, measure.SpreadOf(costs[0]).Median.Seconds(), measure.SpreadOf(costs[1]).Median.Seconds())
	return nil
}

// same compares two documents, but for what tells where the lines come from: all else is
// figures, or says what they are.
func same(a, b string) error {
	x, err := figures(a)
	if err != nil {
		return err
	}
	y, err := figures(b)
	if err != nil {
		return err
	}
	for _, part := range slices.Sorted(maps.Keys(x)) {
		if !reflect.DeepEqual(x[part], y[part]) {
			return fmt.Errorf("%s is %v on %s and %v on %s", part, x[part], embedded, y[part], distributed)
		}
	}
	if len(x) != len(y) {
		return fmt.Errorf("a document has %d parts on %s and %d on %s", len(x), embedded, len(y), distributed)
	}
	return nil
}

// figures are a document without its files, what more files would tell, its revision and
// the lines that a file has beside its rows.
func figures(text string) (map[string]any, error) {
	var x map[string]any
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber() // all digits count
	err := d.Decode(&x)
	delete(x, "files")
	delete(x, "lenses")
	delete(x, "revision")
	if control, ok := x["control"].(map[string]any); ok {
		delete(control, "skipped")
		delete(control, "lines_skipped")
	}
	return x, err
}

// say tells how far the work is; the report comes at the end.
func say(format string, args ...any) {
	fmt.Fprintf(os.Stderr, "%s "+format+"\n", append([]any{time.Now().UTC().Format(time.TimeOnly)}, args...)...)
}
