package main

import (
	"bufio"
	"fmt"
	"strconv"

	"clientele/bench/measure"
)

// report writes the tables: time of both engines, what the cluster did, memory of nodes.
func report(out *bufio.Writer, all []*session) error {
	for _, s := range all {
		fmt.Fprintf(out, "%d lines of %d clients: %s (total, clients, those at the line, ticket), on both engines\n", s.lines, s.known.Clients, s.known)
	}
	fmt.Fprintln(out, "\nSeconds, and processor time; the cluster's is that of its nodes")
	if err := measure.Table(out, times(all)); err != nil {
		return err
	}
	fmt.Fprintln(out, "\nWhat the cluster did")
	if err := measure.Table(out, efforts(all)); err != nil {
		return err
	}
	for _, s := range all {
		for _, n := range s.nodes {
			fmt.Fprintf(out, "%d lines: %s held %s at most\n", s.lines, n.name, measure.Megabytes(n.peak))
		}
	}
	return nil
}

func times(all []*session) [][]string {
	rows := [][]string{{""}}
	for i, s := range all {
		n := millions(s.lines)
		rows[0] = append(rows[0], n+" "+embedded, "CPU", "memory", n+" cluster", "CPU")
		for k, x := range s.steps {
			if i == 0 {
				rows = append(rows, []string{x.name})
			}
			e, c := measure.SpreadOf(x.embedded), measure.SpreadOf(x.cluster)
			cells := []string{"-", "-", "-", "-", "-"}
			if len(x.embedded) > 0 {
				copy(cells, []string{measure.Seconds(e.Median), measure.Seconds(e.CPU), measure.Megabytes(e.Peak)})
			}
			if len(x.cluster) > 0 {
				copy(cells[3:], []string{measure.Seconds(c.Median), measure.Seconds(x.effort.cpu)})
			}
			rows[k+1] = append(rows[k+1], cells...)
		}
	}
	return rows
}

func efforts(all []*session) [][]string {
	rows := [][]string{{"", "lines", "queries", "rows read", "read", "rows shuffled", "shuffled", "written", "a query held", "on a node", "stages alone", "of them read", "took in"}}
	for k := range all[0].steps {
		for _, s := range all {
			x := s.steps[k]
			e := x.effort
			if len(x.cluster) == 0 {
				continue
			}
			rows = append(rows, []string{
				x.name, millions(s.lines), strconv.FormatInt(e.queries, 10), millions(e.rows), megabytes(e.bytes), millions(e.sent), megabytes(e.sentB), megabytes(e.written),
				megabytes(e.memory), megabytes(e.node), strconv.FormatInt(e.alone, 10), strconv.FormatInt(e.aloneScanned, 10), fmt.Sprintf("%d rows", e.aloneRows),
			})
		}
	}
	return rows
}

// millions writes a number of rows.
func millions(n int64) string {
	switch {
	case n < 100_000:
		return strconv.FormatInt(n, 10)
	case n%1_000_000 == 0:
		return fmt.Sprintf("%d M", n/1_000_000)
	}
	return fmt.Sprintf("%.2f M", float64(n)/1e6)
}

func megabytes(n int64) string { return fmt.Sprintf("%.1f MB", float64(n)/1e6) }
