package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"clientele/internal/demo"
	"clientele/internal/fault"
	"clientele/internal/period"
)

const demoSchema = "clientele.demo/v1"

type demoDocument struct {
	stamp

	Folder string             `json:"folder"`
	Seed   uint64             `json:"seed"`
	From   string             `json:"from"`
	To     string             `json:"to"`
	Files  []demoFileDocument `json:"files"`
}

type demoFileDocument struct {
	File  string `json:"file"`
	Bytes int    `json:"bytes"`
}

// demo is the command that writes the demonstration firm.
func (r *run) demo() *cobra.Command {
	var end string
	cmd := &cobra.Command{
		Use:   "demo DIR",
		Short: "write the files of a demonstration firm",
		Long: "Write the files of a firm that does not exist: a wholesale and services firm of 320\n" +
			"clients over four years, as it would export them. The same --seed gives the same\n" +
			"files. DIR must be empty, or hold such a firm.",
		Example: "  clientele demo nordhaven\n" +
			"  cat nordhaven/README.txt\n\n" +
			"  # another firm, whose history ends with May 2025\n" +
			"  clientele demo other --seed 7 --end 2025-06-01",
		Annotations: map[string]string{schemaKey: demoSchema},
	}
	cmd.Flags().StringVar(&end, "end", "", "end the history the day before `DATE`, the first of a month")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := between(cmd, args, 1, 1, "the folder to write to"); err != nil {
			return err
		}
		o := demo.Options{Seed: r.global.seed}
		if end != "" {
			day, err := period.ParseISO(end)
			if err != nil {
				return fault.Wrap(err, fault.Usage, "read --end", "--end cannot be read", "write a day as 2026-07-01")
			}
			o.End = day
		}
		return r.writeDemo(args[0], o)
	}
	return cmd
}

func (r *run) writeDemo(dir string, o demo.Options) error {
	if err := demoFolder(dir); err != nil {
		return err
	}
	firm := demo.Generate(o)
	truth := firm.Truth()
	d := demoDocument{stamp: r.stamp(demoSchema), Folder: dir, Seed: truth.Seed, From: truth.From, To: truth.To, Files: []demoFileDocument{}}
	for name, data := range firm.Files() {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o644); err != nil { //nolint:gosec // files to be read by anybody
			return fault.Wrap(err, fault.Failed, "write the firm", "cannot write "+filepath.Join(dir, name), "check the disk and the permissions")
		}
		d.Files = append(d.Files, demoFileDocument{name, len(data)})
	}
	if r.global.format == formatJSON {
		return r.document(d)
	}
	var b strings.Builder
	t := r.theme
	t.sentence(&b, fmt.Sprintf("The files of a firm that does not exist are in %s: %s, %s to %s.", dir, counted(int64(truth.Clients.Accounts), "client"), truth.From, truth.To))
	var sales, other []string
	for _, s := range truth.Sales {
		sales = append(sales, s.Name)
	}
	for _, s := range truth.Others {
		other = append(other, s.Name)
	}
	t.block(&b, "Sales", strings.Join(sales, ", "))
	t.block(&b, "Also", strings.Join(other, ", "))
	t.block(&b, "To read", filepath.Join(dir, "README.txt")+" says what each file is; truth.json is what is true")
	in := func(name string) string { return quote(filepath.Join(dir, name)) }
	t.next(&b, "clientele line "+in(sales[len(sales)-1])+" --rates "+in("rates.csv"), "clientele init "+quote(dir),
		"clientele import "+in("rates.csv")+" "+in("clients.csv")+" --workspace "+quote(dir),
		"clientele import "+in(sales[0])+" --workspace "+quote(dir), "clientele import "+quote(dir)+"/invoices-*.csv --workspace "+quote(dir),
		"clientele line --workspace "+quote(dir))
	return r.print([]byte(b.String()))
}

// demoFolder makes the folder; it must be empty, or hold a demonstration firm.
func demoFolder(dir string) error {
	const op = "write the firm"
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return fault.Wrap(err, fault.Failed, op, "the folder "+dir+" cannot be made", "check its name and the permissions")
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fault.Wrap(err, fault.Failed, op, "the folder "+dir+" cannot be read", "check the permissions")
	}
	if len(entries) == 0 {
		return nil
	}
	text, err := os.ReadFile(filepath.Join(dir, "truth.json")) //nolint:gosec // in the folder that the user names
	var truth struct {
		Schema string `json:"schema"`
	}
	if err == nil && json.Unmarshal(text, &truth) == nil && truth.Schema == "clientele.demo-truth/v1" {
		return nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fault.Wrap(err, fault.Failed, op, "the folder "+dir+" cannot be read", "check the permissions")
	}
	return fault.New(fault.Usage, op, dir+" is not empty, and holds no demonstration firm", "name another folder")
}
