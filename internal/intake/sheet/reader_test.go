package sheet_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"clientele/internal/fault"
	"clientele/internal/intake/record"
	"clientele/internal/intake/sheet"
	"clientele/internal/intake/source"
)

// opened is a source with the reader of one of its sheets.
func openSource(tb testing.TB, data []byte) (*source.Source, error) {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "a.xlsx")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		tb.Fatal(err)
	}
	src, err := source.Open(path, source.Options{})
	if err == nil {
		tb.Cleanup(func() {
			if err := src.Close(); err != nil {
				tb.Error(err)
			}
		})
	}
	return src, err
}

func open(tb testing.TB, data []byte, name string) (*sheet.Reader, error) {
	tb.Helper()
	src, err := openSource(tb, data)
	if err != nil {
		return nil, err
	}
	r, err := sheet.Open(src, name)
	if err == nil {
		tb.Cleanup(func() { _ = r.Close() }) //nolint:errcheck // a damaged part repeats its error here
	}
	return r, err
}

// lines writes each record as "row: field|field", marked # for numbers, @ for dates
// and ? for booleans.
func lines(r record.Reader) ([]string, error) {
	marks := map[record.Kind]string{record.Number: "#", record.Date: "@", record.Bool: "?"}
	var out []string
	for {
		rec, err := r.Next()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return out, err
		}
		var fields []string
		for i, f := range rec.Fields {
			fields = append(fields, marks[rec.Kinds[i]]+string(f))
		}
		out = append(out, fmt.Sprintf("%d: %s", rec.Line, strings.Join(fields, "|")))
	}
}

// saved writes a workbook that excelize made.
func saved(tb testing.TB, f *excelize.File) []byte {
	tb.Helper()
	b, err := f.WriteToBuffer()
	if err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

// must is for the calls of excelize that fill a test workbook.
func must(tb testing.TB, errs ...error) {
	tb.Helper()
	if err := errors.Join(errs...); err != nil {
		tb.Fatal(err)
	}
}

func styled(tb testing.TB, f *excelize.File, format string) int {
	tb.Helper()
	id, err := f.NewStyle(&excelize.Style{CustomNumFmt: &format})
	must(tb, err)
	return id
}

func TestAWorkbookOfExcelize(t *testing.T) {
	t.Parallel()
	for _, from1904 := range []bool{false, true} {
		f := excelize.NewFile()
		must(t, f.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &from1904}))
		day := time.Date(2026, 3, 4, 0, 0, 0, 0, time.UTC)
		must(t,
			f.SetSheetRow("Sheet1", "A1", &[]any{"Customer <A&B>", "Date", "Amount", "Paid", "At", "Hours"}),
			f.SetSheetRow("Sheet1", "A2", &[]any{"Müller", day, 0.1 + 0.2, true, day.Add(15*time.Hour + 4*time.Minute + 5*time.Second), 0.5}),
			f.SetSheetRow("Sheet1", "A4", &[]any{"007", nil, -1234.5, false}),
			f.SetCellStr("Sheet1", "A5", "=1+1"),
			f.SetCellFormula("Sheet1", "C5", "SUM(C2:C4)"),
			f.SetCellValue("Sheet1", "A6", "merged"),
			f.MergeCell("Sheet1", "A6", "C6"),
			f.SetCellStyle("Sheet1", "B2", "B2", styled(t, f, "dd/mm/yyyy")),
			f.SetCellStyle("Sheet1", "F2", "F2", styled(t, f, "[h]:mm")),
			f.SetRowVisible("Sheet1", 4, false),
		)
		r, err := open(t, saved(t, f), "")
		if err != nil {
			t.Fatal(err)
		}
		got, err := lines(r)
		want := []string{
			"1: Customer <A&B>|Date|Amount|Paid|At|Hours",
			"2: Müller|@2026-03-04|#0.3|?true|@2026-03-04T15:04:05|#0.5",
			"4: 007||#-1234.5|?false||",
			"5: =1+1|||||",
			"6: merged|||||",
		}
		if d := cmp.Diff(want, got); d != "" || err != nil {
			t.Error(from1904, d, err)
		}
		notes := []string{
			"1 formulas have no stored result and are read as empty, first in cell C5: open the workbook in a spreadsheet and save it",
			"1 hidden rows are read like the others",
		}
		if d := cmp.Diff(notes, r.Notes()); d != "" || r.Sheet() != "Sheet1" {
			t.Error(d, r.Sheet())
		}
	}
}

// random texts and numbers: excelize, which wrote them, reads the same.
func TestTextsAgreeWithExcelize(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(7, 8))
	pool := []rune("ab <>&'\"_xé€😀\t\n;,0D")
	f := excelize.NewFile()
	for row := 1; row <= 60; row++ {
		for col := 1; col <= 5; col++ {
			cell, err := excelize.CoordinatesToCellName(col, row)
			must(t, err)
			var text []rune
			for range 1 + rng.IntN(12) {
				text = append(text, pool[rng.IntN(len(pool))])
			}
			must(t, f.SetCellStr("Sheet1", cell, "'"+string(text)+"."))
		}
	}
	data := saved(t, f)
	again, err := excelize.OpenReader(bytes.NewReader(data))
	must(t, err)
	rows, err := again.GetRows("Sheet1", excelize.Options{RawCellValue: true})
	must(t, err)
	r, err := open(t, data, "")
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range rows {
		rec, err := r.Next()
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, c := range rec.Fields {
			got = append(got, string(c))
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Fatal(i, d)
		}
	}
}

// book makes a workbook by hand from the XML of its sheets and shared texts.
func book(tb testing.TB, shared string, sheets ...string) []byte {
	tb.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	add := func(name, content string) {
		p, err := w.Create(name)
		must(tb, err)
		_, err = io.WriteString(p, content)
		must(tb, err)
	}
	add("[Content_Types].xml", "<Types/>")
	var list, rels strings.Builder
	for i, s := range sheets {
		state := ""
		if rest, ok := strings.CutPrefix(s, "hidden:"); ok {
			state, s = ` state="hidden"`, rest
		}
		fmt.Fprintf(&list, `<sheet name="S%d" sheetId="%d"%s r:id="r%d"/>`, i+1, i+1, state, i+1)
		fmt.Fprintf(&rels, `<Relationship Id="r%d" Type="http://x/worksheet" Target="/xl/worksheets/sheet%d.xml"/>`, i+1, i+1)
		add(fmt.Sprintf("xl/worksheets/sheet%d.xml", i+1), s)
	}
	add("xl/workbook.xml", `<?xml version="1.0"?><workbook><sheets>`+list.String()+`</sheets></workbook>`)
	add("xl/_rels/workbook.xml.rels", "<Relationships>"+rels.String()+"</Relationships>")
	add("xl/styles.xml", `<styleSheet><numFmts><numFmt numFmtId="164" formatCode="&quot;d&quot; yyyy"/></numFmts>`+
		`<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/></cellXfs></styleSheet>`)
	if shared != "" {
		add("xl/sharedStrings.xml", shared)
	}
	must(tb, w.Close())
	return b.Bytes()
}

func rows(cells string) string {
	return "<worksheet><sheetData>" + cells + "</sheetData></worksheet>"
}

func TestWhatOtherWritersDo(t *testing.T) {
	t.Parallel()
	shared := `<x:sst><x:si><x:t>plain</x:t></x:si><x:si><x:r><x:t>rich </x:t></x:r><x:r><x:t xml:space="preserve"> text</x:t></x:r>` +
		`<x:rPh><x:t>aside</x:t></x:rPh></x:si><x:si/><x:si><x:t>line_x000D_end</x:t></x:si></x:sst>`
	tests := []struct {
		name, xml string
		want      []string
	}{
		{
			"shared texts", rows(`<row r="3"><c t="s"><v>0</v></c><c t="s"><v>1</v></c><c t="s"><v>2</v></c><c t="s"><v>3</v></c></row>`),
			[]string{"3: plain|rich  text||line\rend"},
		},
		{"no references", rows(`<row><c><v>1</v></c><c/><c t="str"><v>x</v></c></row><row><c/></row><row/>`), []string{"1: #1||x", "2: ||", "3: ||"}},
		{"gaps", rows(`<row r="2"><c r="C2"><v>1</v></c></row><row r="9"><c r="A9"><v>2</v></c></row>`), []string{"2: ||#1", "9: #2||"}},
		{
			"styles", rows(`<row><c s="1"><v>45000</v></c><c s="2"><v>45000.5</v></c><c s="0"><v>45000</v></c><c s="9"><v>45000</v></c></row>`),
			[]string{"1: @2023-03-15|@2023-03-15T12:00:00|#45000|#45000"},
		},
		{
			"types", rows(`<row><c t="b"><v>1</v></c><c t="b"><v>0</v></c><c t="e"><v>#N/A</v></c><c t="d"><v>2026-03-04T00:00:00.000</v></c>` +
				`<c t="inlineStr"><is><t>in</t><r><t>line</t></r></is></c><c><f>A1</f><v>7</v></c><c t="str"><f>""</f><v></v></c></row>`),
			[]string{"1: ?true|?false|#N/A|@2026-03-04|inline|#7"},
		},
		{
			"prefixes, comments and CDATA", `<?xml version="1.0"?><!-- <row> --><x:worksheet><x:sheetData><x:row r='1'><x:c t="str" note="a > b"><x:v><![CDATA[<&>]]></x:v></x:c></x:row></x:sheetData></x:worksheet>`,
			[]string{"1: <&>"},
		},
		{"no rows", "<worksheet><dimension ref=\"A1\"/><sheetData/></worksheet>", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r, err := open(t, book(t, shared, tt.xml), "S1")
			if err != nil {
				t.Fatal(err)
			}
			got, err := lines(r)
			if d := cmp.Diff(tt.want, got); d != "" || err != nil {
				t.Error(d, err)
			}
		})
	}
	wide := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(rows(`<row><c t="str"><v>Ä</v></c></row>`))) {
		wide = binary.LittleEndian.AppendUint16(wide, u)
	}
	r, err := open(t, book(t, "", string(wide)), "")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := lines(r); err != nil || len(got) != 1 || got[0] != "1: Ä" {
		t.Error(got, err)
	}
}

func TestTheSheetIsAsked(t *testing.T) {
	t.Parallel()
	full, blank := rows(`<row><c><v>1</v></c></row>`), rows(`<row><c s="1"/></row>`)
	r, err := open(t, book(t, "", blank, full, "hidden:"+full), "")
	if err != nil || r.Sheet() != "S2" {
		t.Fatal(r, err)
	}
	_, err = open(t, book(t, "", full, blank, full), "")
	known, ok := errors.AsType[*fault.Error](err)
	if !ok || known.Kind != fault.Ask || len(known.Questions) != 1 {
		t.Fatal(err)
	}
	want := fault.Question{
		Code: "sheet", Text: "Which sheet holds the list?", Flag: "--sheet NAME",
		Choices: []string{`--sheet "S1"`, `--sheet "S3"`}, Evidence: []string{`several sheets have data: "S1", "S3"`},
	}
	if d := cmp.Diff(want, known.Questions[0]); d != "" {
		t.Error(d)
	}
	if _, err = open(t, book(t, "", blank, "hidden:"+full), ""); fault.KindOf(err) != fault.Ask || !strings.Contains(err.Error(), "only hidden sheets") {
		t.Error(err)
	}
	if _, err = open(t, book(t, "", blank), ""); fault.KindOf(err) != fault.Input || !strings.Contains(err.Error(), "has no data") {
		t.Error(err)
	}
	if _, err = open(t, book(t, "", full), "nope"); fault.KindOf(err) != fault.Usage || !strings.Contains(err.Error(), `there is no sheet "nope"; name one with --sheet: "S1"`) {
		t.Error(err)
	}
	if r, err = open(t, book(t, "", blank, "hidden:"+full), " s2 "); err != nil || r.Sheet() != "S2" {
		t.Error(err)
	}
	src, err := openSource(t, book(t, "", `<worksheet><dimension ref="A1:H12"/><sheetData><row><c><v>1</v></c></row></sheetData></worksheet>`, "hidden:"+blank))
	must(t, err)
	infos, err := sheet.Sheets(src)
	if d := cmp.Diff([]sheet.Info{{Name: "S1", Rows: 12}, {Name: "S2", Hidden: true, Empty: true}}, infos); d != "" || err != nil {
		t.Error(d, err)
	}
}

func TestDamageIsAFault(t *testing.T) {
	t.Parallel()
	value := `<row r="1"><c><v>1</v></c></row>`
	for name, tt := range map[string]struct{ xml, want string }{
		"cut":           {"<worksheet><sheetData>" + value, "it ends too early"},
		"cut in a row":  {"<worksheet><sheetData><row><c><v>1</v>", "it ends too early"},
		"cut in a tag":  {"<worksheet><sheetData>" + value + "<row r=", "it ends too early"},
		"document type": {`<!DOCTYPE x [<!ENTITY a "aaaa">]>` + rows(value), "declares a document type"},
		"rows back":     {rows(value + value), `row 1 is followed by row "1"`},
		"row beyond":    {rows(value + `<row r="1048577"/>`), "is followed by row"},
		"no column":     {rows(`<row><c><v>1</v></c><c r="77"><v>1</v></c></row>`), "is no cell"},
		"no text":       {rows(`<row><c t="s"><v>5</v></c></row>`), `cell A1 names the shared text "5"`},
		"bad letter":    {rows("<row><c t=\"str\"><v>\xff</v></c></row>"), "not valid UTF-8"},
		"too wide":      {rows(`<row><c r="XFD1"><v>1</v></c></row>`), "more than 10000 columns"},
		"too long":      {rows(`<row><c t="str"><v>` + strings.Repeat("x", 2<<20) + `</v></c></row>`), "longer than 1 MiB"},
	} {
		r, err := open(t, book(t, "", tt.xml), "S1")
		if err == nil {
			_, err = lines(r)
		}
		if fault.KindOf(err) != fault.Input || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTheChecksumCounts(t *testing.T) {
	t.Parallel()
	data := book(t, "", rows(`<row><c><v>1</v></c></row>`))
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	must(t, err)
	for _, f := range z.File {
		if f.Name != "xl/worksheets/sheet1.xml" {
			continue
		}
		at := bytes.LastIndex(data, []byte(f.Name)) - 30 // its CRC in the directory entry
		binary.LittleEndian.PutUint32(data[at:], f.CRC32+1)
	}
	r, err := open(t, data, "S1")
	if err == nil {
		_, err = lines(r)
	}
	if fault.KindOf(err) != fault.Input || !strings.Contains(err.Error(), "checksum") {
		t.Error(err)
	}
}

func TestRandomDamage(t *testing.T) {
	t.Parallel()
	whole := book(t, `<sst><si><t>a</t></si></sst>`, rows(`<row r="1"><c t="s"><v>0</v></c><c s="1"><v>45000</v></c></row>`))
	rng := rand.New(rand.NewPCG(9, 10))
	for range 1500 {
		data := bytes.Clone(whole)
		for range 1 + rng.IntN(4) {
			data[rng.IntN(len(data))] = byte(rng.IntN(256))
		}
		r, err := open(t, data, "S1")
		if err == nil {
			_, err = lines(r)
		}
		if k := fault.KindOf(err); err != nil && k != fault.Input && k != fault.Usage {
			t.Fatalf("kind %v: %v", k, err)
		}
	}
}

// FuzzSheet: any XML of a sheet ends in records or a fault.
func FuzzSheet(f *testing.F) {
	f.Add([]byte(rows(`<row r="1"><c r="A1" t="s"><v>0</v></c><c s="1"><v>45000.25</v></c><c t="inlineStr"><is><t>x</t></is></c></row>`)))
	f.Add([]byte("<!-- --><a b='<'><![CDATA[x]]></a>"))
	f.Fuzz(func(t *testing.T, xml []byte) {
		r, err := open(t, book(t, `<sst><si><t>a</t></si></sst>`, string(xml)), "S1")
		if err == nil {
			_, err = lines(r)
		}
		if err != nil && fault.KindOf(err) != fault.Input {
			t.Fatal(err)
		}
	})
}

// BenchmarkReader reads 100,000 rows of 8 columns.
func BenchmarkReader(b *testing.B) {
	f := excelize.NewFile()
	w, err := f.NewStreamWriter("Sheet1")
	must(b, err)
	style := styled(b, f, "yyyy-mm-dd")
	for i := range 100_000 {
		row := []any{fmt.Sprintf("INV-%06d", i), fmt.Sprintf("Client %d", i%500), excelize.Cell{StyleID: style, Value: 45000 + i%700}, float64(i) / 7, 12.5, i, "EUR", true}
		must(b, w.SetRow(fmt.Sprintf("A%d", i+1), row))
	}
	must(b, w.Flush())
	data := saved(b, f)
	for b.Loop() {
		r, err := open(b, data, "")
		must(b, err)
		n := 0
		for ; err == nil; n++ {
			_, err = r.Next()
		}
		if n != 100_001 || !errors.Is(err, io.EOF) {
			b.Fatal(n, err)
		}
	}
}
