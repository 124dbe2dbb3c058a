// Command cluster asks the same of the embedded engine and of a Trino cluster, over the
// same lines: a roll-up, the book, the line. Both are held to a count that comes from
// neither, and to each other, figure by figure. It tells the time of each, and what the
// cluster's own statistics say: rows and bytes read and shuffled, memory, and what ran
// on one node alone.
//
//	scripts/cluster.sh up; export $(cat .tools/cluster/env)
//	go run ./bench/cluster [-lines 5000000,50000000] [-clients 100000,1000000]
//
// The cluster makes the lines itself, in a schema that is dropped in the end.
package main

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"

	"clientele/bench/measure"
)

// The environment of a running cluster, which scripts/cluster.sh writes.
const (
	addressName = "CLIENTELE_TEST_TRINO"
	folderName  = "CLIENTELE_TEST_CLUSTER"
)

// options are what the command line says.
type options struct {
	firms   []firm
	small   int64
	runs    int
	program string
	dir     string
	catalog string
	cutMax  int64
}

func main() {
	o := options{}
	lines := flag.String("lines", "5000000,50000000", "sizes of the ledgers, multiples of 25 up to 200000000")
	clients := flag.String("clients", "", "clients of each; a 50th of the lines if left out")
	flag.Int64Var(&o.small, "small", 1000, "lines that come in later, a multiple of 25")
	flag.IntVar(&o.runs, "n", 2, "runs of each question, besides one that warms up")
	flag.StringVar(&o.program, "program", "", "measure this binary in place of a new build of "+measure.Binary)
	flag.StringVar(&o.dir, "dir", "", "work in this folder; a temporary one if left out")
	flag.StringVar(&o.catalog, "catalog", "lake", "the cluster's Iceberg catalog")
	flag.Int64Var(&o.cutMax, "cut-max", 10_000_000, "lines of the largest ledger that is asked for a window that cuts months")
	flag.Parse()
	err := o.sizes(*lines, *clients)
	if err == nil {
		out := bufio.NewWriter(os.Stdout)
		err = errors.Join(run(context.Background(), o, out), out.Flush())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "cluster:", err)
		os.Exit(1)
	}
}

// sizes reads the lists of sizes.
func (o *options) sizes(lines, clients string) error {
	many, err := measure.Numbers("-lines", lines, 200_000_000)
	if err != nil {
		return err
	}
	var of []int64
	if clients != "" {
		if of, err = measure.Numbers("-clients", clients, 20_000_000); err != nil {
			return err
		}
		if len(of) != len(many) {
			return errors.New("-clients wants a number for each of -lines")
		}
	}
	for i, n := range many {
		f := firm{lines: n, clients: max(1, n/50)}
		if of != nil {
			f.clients = of[i]
		}
		if n%block != 0 {
			return fmt.Errorf("-lines: %d is no multiple of %d", n, block)
		}
		o.firms = append(o.firms, f)
	}
	if o.small < block || o.small%block != 0 || o.runs < 1 {
		return fmt.Errorf("-small is a multiple of %d, -n at least 1", block)
	}
	return nil
}

func run(ctx context.Context, o options, out *bufio.Writer) (err error) {
	address := os.Getenv(addressName)
	if address == "" {
		return fmt.Errorf("%s is not set: start a cluster with scripts/cluster.sh up, and export what it writes into its file env", addressName)
	}
	if o.program, err = measure.Product(ctx, o.program); err != nil {
		return err
	}
	fmt.Fprintf(out, "One process per command, %d runs of a question; %s\n", o.runs, measure.Machine())
	var all []*session
	for _, f := range o.firms {
		name := "bench_" + strings.ToLower(rand.Text()[:10]) // a user and a schema for each
		c, err := newCoordinator(address, name)
		if err != nil {
			return err
		}
		s := &session{options: o, firm: f, watch: watch{c, map[string]bool{}}, schema: o.catalog + "." + name}
		if err := s.measure(ctx); err != nil {
			err = fmt.Errorf("%d lines: %w", f.lines, err)
			if len(all) > 0 {
				err = errors.Join(err, report(out, all)) // what took long is not lost
			}
			return err
		}
		all = append(all, s)
	}
	return report(out, all)
}
