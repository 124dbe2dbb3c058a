// Command line20m draws the line over 20 million clients, each way as a process of
// its own over the same files: by radix refinement through the engine port, and by
// the window form that is usually written in SQL, ordered as the definitions say, by
// revenue and client_id, and, kinder to it, by revenue and a number of the client. All
// have to find the same line.
//
//	go run ./bench/line20m [-clients 20000000] [-months 1] [-n 3]
//
// With one month the ledger is a list, one row per client, and the forms alone are
// compared. With more, both sum up the months of every client first.
package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"clientele/bench/measure"
	"clientele/internal/engine"
	"clientele/internal/engine/duckdb"
	"clientele/internal/insight"
	"clientele/internal/ledger"
	"clientele/internal/metric"
	"clientele/internal/money"
	"clientele/internal/period"
	"clientele/internal/rollup"
	"clientele/internal/tables"
)

// options are what the command line says.
type options struct {
	clients int64
	months  int
	runs    int
	memory  int64 // bytes for DuckDB's buffers, of ours
	form    string
	dir     string
}

// forms are the subjects, in order.
var forms = []string{radixForm, windowForm, numberForm}

const (
	radixForm  = "radix"
	windowForm = "window"
	numberForm = "window-by-number"
)

func main() {
	var o options
	flag.Int64Var(&o.clients, "clients", 20_000_000, "clients of the ledger")
	flag.IntVar(&o.months, "months", 1, "cells of each client")
	flag.IntVar(&o.runs, "n", 3, "runs of each, besides one that warms up")
	flag.Int64Var(&o.memory, "memory", 100<<20, "bytes for DuckDB's buffers in ours; the window form takes what it needs")
	flag.StringVar(&o.form, "form", "", "run one form over -dir and print its line: "+strings.Join(forms, ", "))
	flag.StringVar(&o.dir, "dir", "", "folder of the files")
	flag.Parse()
	out := bufio.NewWriter(os.Stdout)
	err := run(context.Background(), o, out)
	if err := errors.Join(err, out.Flush()); err != nil {
		fmt.Fprintln(os.Stderr, "line20m:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options, out *bufio.Writer) (err error) {
	switch {
	case o.form == "make":
		return makeFiles(o)
	case o.form != "":
		return one(ctx, o, out)
	}
	if o.dir, err = os.MkdirTemp(o.dir, "clientele-line20m-"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(o.dir)) }()
	self, err := os.Executable()
	if err != nil {
		return err
	}
	subject := func(form string) measure.Subject {
		return measure.Subject{Name: form, Argv: []string{self, "-form", form, "-dir", o.dir, "-clients", strconv.FormatInt(o.clients, 10), "-months", strconv.Itoa(o.months), "-memory", strconv.FormatInt(o.memory, 10)}}
	}
	if _, _, err := measure.Run(ctx, subject("make")); err != nil { // apart, so that this process stays small
		return err
	}
	var subjects []measure.Subject
	for _, form := range forms {
		subjects = append(subjects, subject(form))
	}
	said := ""
	costs, err := measure.Interleave(ctx, o.runs, subjects, func(_ measure.Subject, line string) error {
		if said == "" {
			said = line
		}
		if line != said {
			return fmt.Errorf("the line is %q, another form says %q", line, said)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return report(out, o, said, costs)
}

func report(out *bufio.Writer, o options, said string, costs [][]measure.Cost) error {
	fmt.Fprintf(out, "The line over %d clients of %d months, %d runs each; %s\nall say: %s\n\n", o.clients, o.months, o.runs, measure.Machine(), strings.TrimSpace(said))
	rows := [][]string{{"", "median", "min", "max", "CPU", "peak memory"}}
	var spreads []measure.Spread
	for i, form := range forms {
		s := measure.SpreadOf(costs[i])
		spreads = append(spreads, s)
		rows = append(rows, []string{form, measure.Seconds(s.Median), measure.Seconds(s.Min), measure.Seconds(s.Max), measure.Seconds(s.CPU), measure.Megabytes(s.Peak)})
	}
	if err := measure.Table(out, rows); err != nil {
		return err
	}
	times := func(i int) float64 { return spreads[i].Median.Seconds() / spreads[0].Median.Seconds() }
	fmt.Fprintf(out, "radix is %.1f times as fast as the window form (to reach: 10), %.1f times as by number, in %s (to reach: at most 200 MB)\n",
		times(1), times(2), measure.Megabytes(spreads[0].Peak))
	return nil
}

const (
	cellsFile    = "cells.parquet"
	accountsFile = "accounts.parquet"
)

// makeFiles writes the cells of clients whose revenue has a heavy tail, and is not
// above 0 for one in twenty.
func makeFiles(o options) error {
	draw := rand.New(rand.NewPCG(7, 1))
	first := period.DateOf(2024, 1, 1)
	err := create(filepath.Join(o.dir, cellsFile), func(w io.Writer) error {
		cells, err := tables.NewCellWriter(w, tables.Same)
		if err != nil {
			return err
		}
		for i := range o.clients {
			value := int64(1000 * math.Pow(1-draw.Float64(), -0.8))
			if draw.Uint64()%20 == 0 {
				value = -value % 1000
			}
			for m := range o.months {
				if err := cells.Write(cell(int32(i), first.AddMonths(m), value+int64(m))); err != nil {
					return err
				}
			}
		}
		return cells.Close()
	})
	if err != nil {
		return err
	}
	accounts := make([]ledger.Account, o.clients)
	for i := range accounts {
		key := fmt.Sprintf("C%08d", i)
		accounts[i] = ledger.Account{Key: key, Name: key}
	}
	return create(filepath.Join(o.dir, accountsFile), func(w io.Writer) error {
		return tables.WriteAccounts(w, tables.Same, accounts)
	})
}

// cell is a month with one line.
func cell(account int32, month period.Date, amount int64) rollup.Cell {
	side := rollup.Side{Amount: amount, Lines: 1, Documents: 1, First: month, Last: month}
	out := rollup.Cell{Account: account, Month: month, All: side, Sales: side}
	if amount <= 0 {
		out.Sales = rollup.Side{First: period.NoDate, Last: period.NoDate}
	}
	return out
}

func create(path string, fill func(io.Writer) error) (err error) {
	file, err := os.Create(path) //nolint:gosec // in a folder of our own
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	buf := bufio.NewWriterSize(file, 1<<20)
	return errors.Join(fill(buf), buf.Flush(), file.Sync())
}

// one draws the line in one form and prints it: clients, their sum, the ticket.
func one(ctx context.Context, o options, out *bufio.Writer) (err error) {
	spill := filepath.Join(o.dir, "spill-"+o.form)
	if err := os.MkdirAll(spill, 0o700); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(spill)) }()
	memory := o.memory
	if o.form != radixForm {
		memory = 8 << 30
	}
	e, err := duckdb.Open(ctx, duckdb.Version{
		Batches:  []duckdb.Batch{{ID: "1", Scale: 2, CellFiles: []string{filepath.Join(o.dir, cellsFile)}, AccountFiles: []string{filepath.Join(o.dir, accountsFile)}}},
		Scale:    2,
		Distinct: true,
	}, duckdb.Options{Folders: []string{o.dir}, Spill: spill, Memory: memory, Threads: 2})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, e.Close()) }()
	switch o.form {
	case radixForm:
		return radix(ctx, e, out)
	case windowForm:
		return window(ctx, e, "client_id", out)
	case numberForm:
		return window(ctx, e, "party", out)
	default:
		return fmt.Errorf("there is no form %q", o.form)
	}
}

var share = money.Fraction{Num: 4, Den: 5}

// frame is all dates: every client.
func frame() engine.Frame { return engine.Frame{Current: period.All} }

// radix is what the product does.
func radix(ctx context.Context, e engine.Engine, out *bufio.Writer) error {
	cut, err := insight.Line(ctx, insight.Memo(asked{e}), share)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%d clients with %s, ticket %s\n", cut.Clients, cut.Sum.Format(2), money.FromInt64(cut.Ticket.Int).Format(2))
	return err
}

// asked is the revenue of the frame, as the app hands it to insight.
type asked struct{ engine.Engine }

func (a asked) Summary(ctx context.Context) (insight.Summary, error) {
	s, err := a.Engine.Summary(ctx, frame(), metric.Revenue)
	return insight.Summary{Clients: s.Clients, Positive: s.Positive, PositiveSum: s.PositiveSum, NegativeSum: s.NegativeSum, Max: s.Max}, err
}

func (a asked) Buckets(ctx context.Context, in insight.Interval) ([]insight.Bucket, error) {
	list, err := a.Engine.Buckets(ctx, frame(), metric.Revenue, engine.Interval(in))
	out := make([]insight.Bucket, len(list))
	for i, b := range list {
		out[i] = insight.Bucket(b)
	}
	return out, err
}

// window is the usual form: a running sum over all clients in order, ties by a column.
func window(ctx context.Context, e *duckdb.Engine, tie string, out *bufio.Writer) (err error) {
	book, err := e.Renderer.Frame(frame(), []metric.ID{metric.Revenue})
	if err != nil {
		return err
	}
	from := "(\n" + book + "\n) f"
	if tie == "client_id" {
		from += " JOIN account a ON a.account = f.party"
	}
	revenue := `"` + string(metric.Revenue) + `"`
	rows, err := e.DB.QueryContext(ctx, "WITH book AS (\n  SELECT "+tie+" AS tie, "+revenue+" AS revenue FROM "+from+"\n), ranked AS (\n"+
		"  SELECT revenue, sum(revenue) OVER (ORDER BY revenue DESC, tie ROWS UNBOUNDED PRECEDING) AS running,\n"+
		"    row_number() OVER (ORDER BY revenue DESC, tie) AS rank\n"+
		"  FROM book WHERE revenue > 0\n)\n"+
		"SELECT min(rank), CAST(min(running) AS BIGINT), min_by(revenue, rank) FROM ranked\n"+
		"WHERE 5 * running >= 4 * (SELECT sum(revenue) FROM book WHERE revenue > 0)")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var n, sum, ticket int64
		if err := rows.Scan(&n, &sum, &ticket); err != nil {
			return err
		}
		if _, err := fmt.Fprintf(out, "%d clients with %s, ticket %s\n", n, money.FromInt64(sum).Format(2), money.FromInt64(ticket).Format(2)); err != nil {
			return err
		}
	}
	return rows.Err()
}
