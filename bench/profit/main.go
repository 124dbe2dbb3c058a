// Command profit measures the client statement at size: it generates a firm, imports its
// files with the product's own program, and asks for the statement of every client, beside
// a text of SQL written by hand that gives the same table from the same Parquet files. The
// two tables are compared row by row.
//
//	go run ./bench/profit [-lines 5000000] [-entries 1000000] [-clients 50000] [-runs 3]
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
	"strconv"
	"time"

	"clientele/bench/measure"
)

type options struct {
	firm    firm
	runs    int
	program string
	dir     string
	peer    string
}

func main() {
	o := options{firm: firm{first: time.Date(2021, 1, 1, 0, 0, 0, 0, time.UTC), months: 48, seed: 7}}
	flag.Int64Var(&o.firm.lines, "lines", 5_000_000, "sale lines")
	flag.Int64Var(&o.firm.entries, "entries", 1_000_000, "entries of the time sheets")
	flag.Int64Var(&o.firm.clients, "clients", 50_000, "clients")
	flag.Int64Var(&o.firm.people, "people", 500, "people")
	flag.IntVar(&o.runs, "runs", 3, "runs of each subject")
	flag.StringVar(&o.program, "program", "", "measure this binary in place of a new build of "+measure.Binary)
	flag.StringVar(&o.dir, "dir", "", "work in this folder; a temporary one if left out")
	flag.StringVar(&o.peer, "peer", "", "run the text of SQL over the workspace in this folder, and end")
	flag.Parse()
	out := bufio.NewWriter(os.Stdout)
	run := measured
	if o.peer != "" {
		run = peer
	}
	if err := errors.Join(run(context.Background(), o, out), out.Flush()); err != nil {
		fmt.Fprintln(os.Stderr, "profit:", err)
		os.Exit(1)
	}
}

// measured generates, imports, and asks both.
func measured(ctx context.Context, o options, out *bufio.Writer) (err error) {
	if o.program, err = measure.Product(ctx, o.program); err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp(o.dir, "clientele-profit-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	space := filepath.Join(dir, "workspace")
	if err := os.Mkdir(space, 0o700); err != nil {
		return err
	}
	fmt.Fprintf(out, "%d clients, %d lines, %d entries, %d people, 48 months; %s\n", o.firm.clients, o.firm.lines, o.firm.entries, o.firm.people, measure.Machine())
	ask := func(args ...string) (measure.Cost, error) {
		argv := append([]string{o.program, "--workspace", space, "--no-input", "--quiet"}, args...)
		_, c, err := measure.Run(ctx, measure.Subject{Name: args[0], Argv: argv, Mute: true})
		return c, err
	}
	if _, err := ask("init"); err != nil {
		return err
	}
	rows := [][]string{{"import", "seconds", "rows/s", "memory"}}
	for _, x := range []struct {
		name  string
		write func(io.Writer) error
		n     int64
	}{{"sales.csv", o.firm.sales, o.firm.lines}, {"time.csv", o.firm.time, o.firm.entries}, {"resources.csv", o.firm.resources, 0}, {"pools.csv", o.firm.pools, 0}} {
		path := filepath.Join(dir, x.name)
		if err := written(path, x.write); err != nil {
			return err
		}
		c, err := ask("import", path)
		if err != nil {
			return err
		}
		if x.n > 0 {
			rows = append(rows, []string{x.name, measure.Seconds(c.Wall), fmt.Sprintf("%.2f M", float64(x.n)/1e6/c.Wall.Seconds()), measure.Megabytes(c.Peak)})
		}
		if err := os.Remove(path); err != nil {
			return err
		}
	}
	if err := measure.Table(out, rows); err != nil {
		return err
	}
	mine, theirs := filepath.Join(dir, "mine.csv"), filepath.Join(dir, "theirs.csv")
	subjects := []measure.Subject{
		{Name: "clientele profit", Argv: []string{o.program, "--workspace", space, "--no-input", "--quiet", "profit", "--window", "all", "--format", "csv", "-o", mine}},
		{Name: "SQL over the roll-up", Argv: []string{self, "-peer", space, "-dir", theirs}},
	}
	costs, err := measure.Interleave(ctx, o.runs, subjects, func(measure.Subject, string) error { return nil })
	if err != nil {
		return err
	}
	n, err := same(mine, theirs)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "\nthe statements of %d clients are the same to the cent\n", n)
	base := measure.SpreadOf(costs[1])
	rows = [][]string{{"", "median", "best", "CPU", "memory", "to SQL"}}
	for i, s := range subjects {
		x := measure.SpreadOf(costs[i])
		rows = append(rows, []string{s.Name, measure.Seconds(x.Median), measure.Seconds(x.Min), measure.Seconds(x.CPU), measure.Megabytes(x.Peak), strconv.FormatFloat(x.Median.Seconds()/base.Median.Seconds(), 'f', 2, 64)})
	}
	return measure.Table(out, rows)
}

func written(path string, write func(io.Writer) error) (err error) {
	file, err := os.Create(path) //nolint:gosec // in a folder of our own
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	return errors.Join(write(file), file.Sync())
}
