// Command cold compares `clientele line` on a plain invoice file with DuckDB,
// pandas and Polars doing the same by hand. Each is a cold process, all take turns
// in one run, and all have to give the same figures.
//
//	go run ./bench/cold [-n 11] [FILE]
//
// FILE is the Online Retail file, plain or .zst; without it the shared copy is used.
package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/klauspost/compress/zstd"

	"clientele/bench/measure"
	"clientele/bench/truth"
)

const (
	shared = "../shared/data/online-retail/online-retail-dataset.csv.zst"
	// figures of the file: net, clients, clients to 80 %, entry ticket; a published
	// count that every subject has to meet.
	figures = "8300065.814 4372 1178 1484.63"
)

// product is the first subject; the others are compared with it.
const product = "clientele"

func main() {
	n := flag.Int("n", 11, "runs of each, besides one that warms up")
	program := flag.String("program", "", "measure this binary in place of a new build of "+measure.Binary)
	flag.Parse()
	out := bufio.NewWriter(os.Stdout)
	err := run(context.Background(), *n, *program, flag.Arg(0), out)
	if err := errors.Join(err, out.Flush()); err != nil {
		fmt.Fprintln(os.Stderr, "cold:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, n int, program, file string, out *bufio.Writer) (err error) {
	if n < 1 {
		return errors.New("-n needs at least one run")
	}
	if program, err = measure.Product(ctx, program); err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "clientele-cold-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	plain, err := unpack(file, dir)
	if err != nil {
		return err
	}
	subjects := []measure.Subject{{Name: product, Argv: []string{program, "line", plain, "--window", "all", "--json"}}}
	python, err := environment(ctx)
	if err != nil {
		fmt.Fprintf(out, "NO PEERS: %v\nOnly clientele is measured; nothing is compared.\n\n", err)
	} else {
		for _, p := range peers {
			subjects = append(subjects, measure.Subject{Name: p.name, Argv: []string{python, filepath.Join("bench", "cold", "peers", p.script), plain}})
		}
	}
	costs, err := measure.Interleave(ctx, n, subjects, check)
	if err != nil {
		return err
	}
	return report(out, n, subjects, costs)
}

// unpack returns the path of the plain file.
func unpack(file, dir string) (_ string, err error) {
	if file == "" {
		file = shared
	}
	in, err := os.Open(file) //nolint:gosec // the file that was asked for
	if err != nil {
		return "", fmt.Errorf("name the Online Retail file: %w", err)
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	if !strings.HasSuffix(file, ".zst") {
		return filepath.Abs(file)
	}
	// One decoder and a low memory bound keep this process small, see measure.Run.
	packed, err := zstd.NewReader(in, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true))
	if err != nil {
		return "", err
	}
	defer packed.Close()
	path := filepath.Join(dir, "online-retail.csv")
	plain, err := os.Create(path) //nolint:gosec // in a folder of our own
	if err != nil {
		return "", err
	}
	_, err = io.Copy(plain, packed)
	return path, errors.Join(err, plain.Close())
}

// check holds a subject's output to the figures.
func check(s measure.Subject, out string) error {
	got := strings.TrimSpace(out)
	if s.Name == product {
		var err error
		if got, err = line(out); err != nil {
			return err
		}
	}
	if got != figures {
		return fmt.Errorf("gives %q, want %q", got, figures)
	}
	return nil
}

// line reads the figures from the product's document.
func line(document string) (string, error) {
	d, err := truth.Read(document)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%s %d %d %s", trim(d.Total), d.Clients.Total, d.Line.Clients, trim(d.Line.EntryTicket)), nil
}

// trim cuts zeros behind a decimal point: a scale is the program's own choice.
func trim(amount string) string {
	if !strings.Contains(amount, ".") {
		return amount
	}
	return strings.TrimRight(strings.TrimRight(amount, "0"), ".")
}

// report prints what was measured, and how it stands against the targets.
func report(out *bufio.Writer, n int, subjects []measure.Subject, costs [][]measure.Cost) error {
	fmt.Fprintf(out, "Online Retail, 541,909 rows, cold processes in turns, %d runs each; %s\n\n", n, measure.Machine())
	spreads := map[string]measure.Spread{}
	for i, s := range subjects {
		spreads[s.Name] = measure.SpreadOf(costs[i])
	}
	rows := [][]string{{"", "median", "min", "max", "CPU", "peak memory", "to DuckDB", "to Polars"}}
	for _, s := range subjects {
		x := spreads[s.Name]
		rows = append(rows, []string{
			s.Name, measure.Seconds(x.Median), measure.Seconds(x.Min), measure.Seconds(x.Max), measure.Seconds(x.CPU), measure.Megabytes(x.Peak),
			measure.Ratio(x.Median, spreads[duckdb].Median), measure.Ratio(x.Median, spreads[polars].Median),
		})
	}
	if err := measure.Table(out, rows); err != nil || len(subjects) == 1 {
		return err
	}
	ours := spreads[product].Median
	for _, t := range []struct {
		text string
		peer string
		most float64
	}{{"at most half of DuckDB", duckdb, 0.5}, {"no slower than Polars", polars, 1}, {"half of Polars (aim)", polars, 0.5}} {
		verdict := "missed"
		if ours.Seconds() <= t.most*spreads[t.peer].Median.Seconds() {
			verdict = "met"
		}
		fmt.Fprintf(out, "%s: %s\n", t.text, verdict)
	}
	return nil
}
