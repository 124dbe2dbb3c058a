package intake_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"strconv"
	"testing"

	"github.com/apache/arrow-go/v18/parquet"        //nolint:depguard // writes the file that only the adapter reads
	"github.com/apache/arrow-go/v18/parquet/file"   //nolint:depguard // writes the file that only the adapter reads
	"github.com/apache/arrow-go/v18/parquet/schema" //nolint:depguard // writes the file that only the adapter reads
	"github.com/klauspost/compress/zstd"
	"github.com/xuri/excelize/v2"

	"clientele/internal/intake"
	"clientele/internal/intake/source"
)

// the same four invoices in every format: Acme 1200.50 - 0.25, Beta 300, and 7 of nobody.
var invoices = want{
	facts:  []string{"read 4", "loaded 4", "skipped header 1", "amount - 1507.25", "unassigned - 7"},
	extras: []string{"client Acme 1200.25", "client Beta 300", "clients 2", "dates 2026-01-13 2026-03-04"},
}

const invoiceText = "Client,Date,Amount\nAcme,2026-01-13,1200.50\nBeta,2026-01-14,300\nAcme,2026-03-04,-0.25\n,2026-02-01,7\n"

func TestWorkbook(t *testing.T) {
	t.Parallel()
	book := excelize.NewFile()
	set := func(cell string, v any) {
		if err := book.SetCellValue("Sheet1", cell, v); err != nil {
			t.Fatal(err)
		}
	}
	style, err := book.NewStyle(&excelize.Style{NumFmt: 14})
	if err != nil {
		t.Fatal(err)
	}
	set("A1", "Invoices of the year")
	for i, h := range []string{"Client", "Date", "Amount"} {
		set(string(rune('A'+i))+"3", h)
	}
	for i, r := range []struct {
		client string
		day    int
		amount float64
	}{{"Acme", 46035, 1200.50}, {"Beta", 46036, 300}, {"Acme", 46085, -0.25}, {"", 46054, 7}} {
		n := string(rune('4' + i))
		if r.client != "" {
			set("A"+n, r.client)
		}
		set("B"+n, r.day)
		set("C"+n, r.amount)
		if err := book.SetCellStyle("Sheet1", "B"+n, "B"+n, style); err != nil {
			t.Fatal(err)
		}
	}
	set("A8", "Total")
	set("C8", 1507.25)
	var b bytes.Buffer
	if err := book.Write(&b); err != nil {
		t.Fatal(err)
	}
	w := invoices
	w.facts = []string{"read 4", "loaded 4", "skipped header 1", "skipped title 1", "skipped total 1", "stated 1507.25", "amount - 1507.25", "unassigned - 7"}
	hold(t, read(t, write(t, "a.xlsx", b.Bytes()), options{}), w)
}

// formatted is a workbook of clients and amounts, each with a number format of its own.
func formatted(t *testing.T, list [][2]string, amounts ...float64) []byte {
	t.Helper()
	book := excelize.NewFile()
	must := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	must(book.SetSheetRow("Sheet1", "A1", &[]any{"Client", "Amount"}))
	for i, c := range list {
		n := strconv.Itoa(i + 2)
		must(book.SetCellValue("Sheet1", "A"+n, c[0]))
		must(book.SetCellValue("Sheet1", "B"+n, amounts[i]))
		style, err := book.NewStyle(&excelize.Style{CustomNumFmt: &c[1]})
		must(err)
		must(book.SetCellStyle("Sheet1", "B"+n, "B"+n, style))
	}
	var b bytes.Buffer
	must(book.Write(&b))
	return b.Bytes()
}

// TestWorkbookUnits: what a number format shows counts as if it stood in the cell.
func TestWorkbookUnits(t *testing.T) {
	t.Parallel()
	two := formatted(t, [][2]string{{"A", `[$€-407] #,##0.00`}, {"B", `[$$-409]#,##0.00`}, {"C", `#,##0.00 "EUR"`}, {"D", "0.00"}}, 100, 50, 7, 3)
	hold(t, read(t, write(t, "a.xlsx", two), options{}), want{
		facts: []string{"read 4", "loaded 4", "skipped header 1", "amount EUR 107", "amount USD 50", "amount - 3"},
	})
	shared := formatted(t, [][2]string{{"A", `"€" #,##0.00`}, {"B", `"$"#,##0.00`}}, 100, 50)
	hold(t, read(t, write(t, "a.xlsx", shared), options{}), want{asks: []string{"currency_sign"}})
	// 0.5 is shown as 50%, which is no amount
	part := read(t, write(t, "a.xlsx", formatted(t, [][2]string{{"A", "0.00"}, {"B", "0%"}, {"C", "0.00"}}, 100, 0.5, 1)), options{})
	hold(t, part, want{facts: []string{"read 3", "loaded 2", "quarantined bad_amount 1 -", "skipped header 1", "amount - 101"}})
	if len(part.asides) != 1 || part.asides[0].Value != "50%" {
		t.Errorf("%+v", part.asides)
	}
}

// TestWorkbookYears: a year that is a number in its sheet heads a column too.
func TestWorkbookYears(t *testing.T) {
	t.Parallel()
	book := excelize.NewFile()
	for cell, v := range map[string][]any{"A1": {"Client", 2023, 2024}, "A2": {"A", 10, 100}, "A3": {"B", 5.5, 50}} {
		if err := book.SetSheetRow("Sheet1", cell, &v); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := book.Write(&b); err != nil {
		t.Fatal(err)
	}
	path := write(t, "a.xlsx", b.Bytes())
	hold(t, read(t, path, options{}), want{asks: []string{"column_amount"}})
	got := read(t, path, options{answers: intake.Answers{Map: []string{"amount=2023"}}})
	hold(t, got, want{facts: []string{"read 2", "loaded 2", "skipped header 1", "amount - 15.5"}})
}

// TestWorkbookPercentInAFormula: the number under a percentage is the one that is shown.
func TestWorkbookPercentInAFormula(t *testing.T) {
	t.Parallel()
	data := formatted(t, [][2]string{{"A", "0%"}, {"B", "0%"}}, 0.5, 0.25)
	got := read(t, write(t, "a.xlsx", data), options{answers: intake.Answers{Amount: "100-Amount"}})
	hold(t, got, want{facts: []string{"read 2", "loaded 2", "skipped header 1", "amount - 125"}}) // 50 + 75
}

func TestParquet(t *testing.T) {
	t.Parallel()
	optional := parquet.Repetitions.Optional
	must := schema.Must
	root := schema.MustGroup(schema.NewGroupNode("schema", parquet.Repetitions.Required, schema.FieldList{
		must(schema.NewPrimitiveNodeLogical("client", optional, schema.StringLogicalType{}, parquet.Types.ByteArray, -1, -1)),
		must(schema.NewPrimitiveNodeLogical("date", optional, schema.DateLogicalType{}, parquet.Types.Int32, -1, -1)),
		must(schema.NewPrimitiveNodeLogical("amount", optional, schema.NewDecimalLogicalType(9, 2), parquet.Types.Int32, -1, -1)),
	}, -1))
	var b bytes.Buffer
	w := file.NewParquetWriter(&b, root)
	g, err := w.AppendRowGroupChecked()
	if err != nil {
		t.Fatal(err)
	}
	next := func() file.ColumnChunkWriter {
		c, err := g.NextColumn()
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	closed := func(err error, c interface{ Close() error }) {
		if err == nil {
			err = c.Close()
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	text := next().(*file.ByteArrayColumnChunkWriter) //nolint:errcheck,forcetypeassert // the schema above
	_, err = text.WriteBatch([]parquet.ByteArray{[]byte("Acme"), []byte("Beta"), []byte("Acme")}, []int16{1, 1, 1, 0}, nil)
	closed(err, text)
	for _, values := range [][]int32{{20466, 20467, 20516, 20485}, {120050, 30000, -25, 700}} {
		c := next().(*file.Int32ColumnChunkWriter) //nolint:errcheck,forcetypeassert // the schema above
		_, err = c.WriteBatch(values, []int16{1, 1, 1, 1}, nil)
		closed(err, c)
	}
	closed(g.Close(), w)
	bare := invoices // without a line for its names
	bare.facts = []string{"read 4", "loaded 4", "amount - 1507.25", "unassigned - 7"}
	hold(t, read(t, write(t, "a.parquet", b.Bytes()), options{}), bare)
}

func TestJSONLines(t *testing.T) {
	t.Parallel()
	text := `{"client":"Acme","date":"2026-01-13","amount":1200.50}
{"client":"Beta","date":"2026-01-14","amount":300}
{"client":"Acme","date":"2026-03-04","amount":-0.25}
{"client":
{"date":"2026-02-01","amount":7}
`
	w := invoices
	w.facts = []string{"read 5", "loaded 4", "quarantined unreadable 1 -", "amount - 1507.25", "unassigned - 7"}
	hold(t, read(t, write(t, "a.jsonl", []byte(text)), options{}), w)
}

// TestUnknownKeys: the header of typed formats is known, whatever its words are.
func TestUnknownKeys(t *testing.T) {
	t.Parallel()
	out := read(t, write(t, "a.jsonl", []byte(`{"wer":"Acme","wieviel":1.5}`+"\n"+`{"wer":"Beta","wieviel":2}`+"\n")), options{})
	hold(t, out, want{facts: []string{"read 2", "loaded 2", "amount - 3.5"}, extras: []string{"clients 2"}})
}

func TestPacked(t *testing.T) {
	t.Parallel()
	var gz bytes.Buffer
	z := gzip.NewWriter(&gz)
	if _, err := z.Write([]byte(invoiceText)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	enc, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{"a.csv": []byte(invoiceText), "a.csv.gz": gz.Bytes(), "a.csv.zst": enc.EncodeAll([]byte(invoiceText), nil)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			hold(t, read(t, write(t, name, data), options{}), invoices)
		})
	}
}

func TestStandardInput(t *testing.T) {
	t.Parallel()
	src, err := source.Open("-", source.Options{Stdin: bytes.NewReader([]byte(invoiceText)), TempDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	out := readSource(t, src, options{}, &outcome{collector: &collector{}})
	hold(t, out, invoices)
	if err := src.Close(); err != nil {
		t.Error(err)
	}
}

// TestReopen reads a file again by its profile, as a rebuild does.
func TestReopen(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"quickbooks-detail.csv", "german-invoices.csv", "old-mac.csv", "two-columns-no-header.csv", "utf16.csv", "odoo-orders.csv"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := "testdata/shapes/" + name
			first := read(t, path, options{})
			if first.err != nil {
				t.Fatal(first.err)
			}
			src, err := source.Open(path, source.Options{})
			if err != nil {
				t.Fatal(err)
			}
			f, err := intake.Reopen(context.Background(), src, first.file.Profile)
			if err != nil {
				t.Fatal(err)
			}
			again := &outcome{file: f, collector: &collector{}}
			again.loaded, err = f.Load(context.Background(), func() (intake.Sink, error) { return again.collector, nil }, nil)
			if err != nil {
				t.Fatal(err)
			}
			audit(t, again)
			sameOutcome(t, first, again)
			if err := src.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestRememberedUnseen: what the first file of a kind did not show is not taken from it,
// but asked about where the next one does not show it either.
func TestRememberedUnseen(t *testing.T) {
	t.Parallel()
	first := read(t, write(t, "a.csv", []byte("Client,Date,Amount\nAcme,01/01/2026,60\nBolt,02/02/2026,7\n")), options{})
	if first.err != nil {
		t.Fatal(first.err)
	}
	remember := func(string) (*intake.Profile, bool) { p := *first.file.Profile; return &p, true }
	for _, tt := range []struct{ row, ask string }{
		{"Acme;01/01/2026;1.234", "decimal"},
		{"Acme;03/04/2026;5", "date_order"},
		{"Acme;03/03/2026;8", ""},
		{"Acme;31/01/2026;1.234,50", ""},
	} {
		src, err := source.Open(write(t, "b.csv", []byte("Client;Date;Amount\n"+tt.row+"\n")), source.Options{})
		if err != nil {
			t.Fatal(err)
		}
		f, err := intake.Inspect(context.Background(), src, intake.Options{Remember: remember})
		if err = errors.Join(err, src.Close()); err != nil {
			t.Fatal(err)
		}
		code := ""
		if len(f.Questions) > 0 {
			code = f.Questions[0].Code
		}
		if !f.Remembered || code != tt.ask {
			t.Errorf("%s: remembered %v, asks %q, want %q", tt.row, f.Remembered, code, tt.ask)
		}
	}
}

// TestRemembered applies a profile to another order of columns, and refuses where a
// name stands twice.
func TestRemembered(t *testing.T) {
	t.Parallel()
	first := read(t, write(t, "a.csv", []byte("Client,Date,Amount\nAcme,03/04/2026,1.5\n")), options{answers: intake.Answers{DateOrder: "dmy"}})
	if first.err != nil {
		t.Fatal(first.err)
	}
	kept := map[string]*intake.Profile{intake.Key(first.file.Profile.Headers): first.file.Profile}
	remember := func(key string) (*intake.Profile, bool) { p, ok := kept[key]; return p, ok }
	again := func(text string) *intake.File {
		src, err := source.Open(write(t, "b.csv", []byte(text)), source.Options{})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := src.Close(); err != nil {
				t.Error(err)
			}
		})
		f, err := intake.Inspect(context.Background(), src, intake.Options{Remember: remember})
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	f := again("amount;CLIENT;Date\n1,5;Acme;05/06/2026\n")
	if !f.Remembered || f.Profile.DateOrder != "dmy" || f.Profile.Roles["client"] != 1 || f.Profile.Roles["amount"] != 0 {
		t.Errorf("remembered %v: %+v", f.Remembered, f.Profile)
	}
	if g := again("Client,Date,Amount (USD)\nAcme,05/06/2026,1.5\n"); g.Remembered {
		t.Error("another currency in the header is another profile")
	}
	twice := first.file.Profile
	double := *twice
	double.Headers = []string{"Client", "Amount", "Amount"}
	double.Roles = map[intakeRole]int{"client": 0, "amount": 2}
	kept[intake.Key(double.Headers)] = &double
	if g := again("Client,Amount,Amount\nAcme,1,2\n"); !g.Remembered || g.Profile.Roles["amount"] != 2 {
		t.Errorf("the same order of columns is the same reading: %+v", g.Profile)
	}
	if g := again("Amount,Client,Amount\n1,Acme,2\n"); g.Remembered {
		t.Error("in another order a name that stands twice tells nothing")
	}
}
