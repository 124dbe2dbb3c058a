// Command ledger measures a workspace at size: it generates ledgers of invoice
// lines, imports each into a fresh workspace with the product's own program, asks
// for the book and the line, and imports a small file more. Every figure is held to
// what the generator counted.
//
//	go run ./bench/ledger [-lines 500000,5000000] [-clients 50000] [-dir DIR]
package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"clientele/bench/measure"
	"clientele/bench/truth"
)

// options are what the command line says.
type options struct {
	lines   []int64
	clients int64
	small   int64
	program string
	dir     string
}

func main() {
	var o options
	lines := flag.String("lines", "500000,5000000", "sizes of the ledgers, up to 100000000")
	flag.Int64Var(&o.clients, "clients", 50_000, "clients of each, up to 1000000")
	flag.Int64Var(&o.small, "small", 1000, "lines of the second import")
	flag.StringVar(&o.program, "program", "", "measure this binary in place of a new build of "+measure.Binary)
	flag.StringVar(&o.dir, "dir", "", "work in this folder; a temporary one if left out")
	flag.Parse()
	err := o.sizes(*lines)
	if err == nil {
		out := bufio.NewWriter(os.Stdout)
		err = errors.Join(run(context.Background(), o, out), out.Flush())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "ledger:", err)
		os.Exit(1)
	}
}

// sizes reads the list of sizes.
func (o *options) sizes(list string) error {
	var err error
	if o.lines, err = measure.Numbers("-lines", list, 100_000_000); err != nil {
		return err
	}
	if o.clients < 1 || o.clients > 1_000_000 || o.small < 1 {
		return errors.New("-clients goes from 1 to 1000000, -small from 1")
	}
	return nil
}

func run(ctx context.Context, o options, out *bufio.Writer) (err error) {
	if o.program, err = measure.Product(ctx, o.program); err != nil {
		return err
	}
	fmt.Fprintf(out, "Ledgers of %d clients, one process per command; %s\n", o.clients, measure.Machine())
	rows := [][]string{{""}}
	for _, n := range o.lines {
		rows[0] = append(rows[0], strconv.FormatInt(n, 10)+" lines")
		cells, err := one(ctx, o, n)
		if err != nil {
			return fmt.Errorf("%d lines: %w", n, err)
		}
		for i, c := range cells {
			if len(rows) < i+2 {
				rows = append(rows, []string{c.name})
			}
			rows[i+1] = append(rows[i+1], c.text)
		}
	}
	return measure.Table(out, rows)
}

// cell is one figure of a ledger.
type cell struct{ name, text string }

// one measures a ledger of n lines, and removes it.
func one(ctx context.Context, o options, n int64) (_ []cell, err error) {
	dir, err := os.MkdirTemp(o.dir, "clientele-ledger-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	s := &session{options: o, dir: dir, space: filepath.Join(dir, "workspace")}
	if err := os.Mkdir(s.space, 0o700); err != nil {
		return nil, err
	}
	big := firm{lines: n, clients: o.clients, first: time.Date(2021, 1, 1, 0, 0, 0, 0, time.UTC), days: 4*365 + 1, invoice: 1, seed: 7}
	known, err := s.generate("big.csv", big)
	if err != nil {
		return nil, err
	}
	// The next day's invoices, of the same clients.
	later := firm{lines: o.small, clients: o.clients, first: big.first.AddDate(0, 0, int(big.days)), days: 1, invoice: n + 1, seed: 8}
	more, err := s.generate("small.csv", later)
	if err != nil {
		return nil, err
	}
	return s.measure(ctx, known, more)
}

// session is one workspace.
type session struct {
	options

	dir, space string
}

// generate writes a file and makes it durable, so that writing it back does not
// disturb what is measured.
func (s *session) generate(name string, f firm) (_ truth.Truth, err error) {
	file, err := os.Create(filepath.Join(s.dir, name)) //nolint:gosec // in a folder of our own
	if err != nil {
		return truth.Truth{}, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	t, err := f.write(file)
	return t, errors.Join(err, file.Sync())
}

// ask runs one command of the product.
func (s *session) ask(ctx context.Context, args ...string) (string, measure.Cost, error) {
	argv := append([]string{s.program, "--workspace", s.space, "--no-input", "--quiet"}, args...)
	every := slices.Contains(args, "csv")
	return measure.Run(ctx, measure.Subject{Name: strings.Join(args, " "), Argv: argv, Mute: every})
}

func (s *session) measure(ctx context.Context, first, more truth.Truth) ([]cell, error) {
	var cells []cell
	add := func(name, text string) { cells = append(cells, cell{name, text}) }
	if _, _, err := s.ask(ctx, "init"); err != nil {
		return nil, err
	}
	_, c, err := s.ask(ctx, "import", filepath.Join(s.dir, "big.csv"))
	if err != nil {
		return nil, err
	}
	add("import", measure.Seconds(c.Wall))
	add("import, lines/s", fmt.Sprintf("%.2f M", float64(first.Lines)/1e6/c.Wall.Seconds()))
	add("import, processor time", measure.Seconds(c.CPU))
	add("import, peak memory", measure.Megabytes(c.Peak))
	for _, x := range []struct{ name, dir string }{{"file", "big.csv"}, {"originals", "workspace/.clientele/originals"}, {"tables", "workspace/.clientele/cache"}} {
		size, err := weigh(filepath.Join(s.dir, x.dir))
		if err != nil {
			return nil, err
		}
		add(x.name+" on disk", measure.Megabytes(size))
	}
	for _, q := range []struct {
		name string
		args []string
	}{
		{"book, 12 months, first 100", []string{"book", "--limit", "100", "--json"}},
		{"book, all dates, first 100", []string{"book", "--window", "all", "--limit", "100", "--json"}},
		{"book, all dates, every client as CSV", []string{"book", "--window", "all", "--format", "csv"}},
		{"line, 12 months", []string{"line", "--json"}},
		{"line, all dates", []string{"line", "--window", "all", "--json"}},
	} {
		out, c, err := s.ask(ctx, q.args...)
		if err != nil {
			return nil, err
		}
		if q.name == "line, all dates" {
			if err := first.Hold(out); err != nil {
				return nil, err
			}
		}
		add(q.name, fmt.Sprintf("%s, %s", measure.Seconds(c.Wall), measure.Megabytes(c.Peak)))
	}
	if _, c, err = s.ask(ctx, "import", filepath.Join(s.dir, "small.csv")); err != nil {
		return nil, err
	}
	add(fmt.Sprintf("import of %d lines more", more.Lines), fmt.Sprintf("%s, %s", measure.Seconds(c.Wall), measure.Megabytes(c.Peak)))
	out, c, err := s.ask(ctx, "line", "--window", "all", "--json")
	if err != nil {
		return nil, err
	}
	add("line, all dates, after it", fmt.Sprintf("%s, %s", measure.Seconds(c.Wall), measure.Megabytes(c.Peak)))
	return cells, truth.HoldTotal(out, first.Cents+more.Cents)
}

// weigh is the size of a file, or of all files in a folder.
func weigh(path string) (int64, error) {
	var n int64
	err := filepath.WalkDir(path, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err == nil {
			n += info.Size()
		}
		return err
	})
	return n, err
}
