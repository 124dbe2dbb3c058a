package source_test

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf16"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"pgregory.net/rapid"

	"clientele/internal/fault"
	"clientele/internal/intake/source"
)

// write puts a file into the test's folder.
func write(t *testing.T, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func open(t *testing.T, path string, o source.Options) *source.Source {
	t.Helper()
	s, err := source.Open(path, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func text(t *testing.T, s *source.Source, enc source.Encoding) string {
	t.Helper()
	r, err := s.Text(enc)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(r)
	if err = errors.Join(err, r.Close()); err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func gz(t *testing.T, parts ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	for _, p := range parts {
		w := gzip.NewWriter(&b)
		if _, err := io.WriteString(w, p); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return b.Bytes()
}

func zst(t *testing.T, parts ...string) []byte {
	t.Helper()
	w, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	var b []byte
	for _, p := range parts {
		b = w.EncodeAll([]byte(p), b)
	}
	return b
}

func wide(text string, order binary.AppendByteOrder, bom bool) []byte {
	var b []byte
	if bom {
		b = order.AppendUint16(b, 0xfeff)
	}
	for _, u := range utf16.Encode([]rune(text)) {
		b = order.AppendUint16(b, u)
	}
	return b
}

// archive makes a ZIP file of empty parts, and of those with content.
func archive(t *testing.T, content map[string]string, names ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, n := range names {
		f, err := w.Create(n)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(f, content[n]); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

const list = "client,amount\nMüller,12.50\nÅsa,3\n"

func TestOpenTellsWhatItIs(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name        string
		data        []byte
		format      source.Format
		compression source.Compression
		notes       int
	}{
		{"a.csv", []byte(list), source.Text, source.Plain, 0},
		{"a.csv.gz", gz(t, list), source.Text, source.Gzip, 0},
		{"a.csv.zst", zst(t, list), source.Text, source.Zstd, 0},
		{"a.csv.gz", []byte(list), source.Text, source.Plain, 1},
		{"a.csv", zst(t, list), source.Text, source.Zstd, 0},
		{"a.xlsx", []byte(list), source.Text, source.Plain, 1},
		{"a", []byte(list), source.Text, source.Plain, 0},
		{"a.jsonl", []byte("{\"a\":1}\n{\"a\":2}\n"), source.JSONLines, source.Plain, 0},
		{"a.json", []byte("\xef\xbb\xbf [\n {\"a\":1}]"), source.JSONLines, source.Plain, 0},
		{"a.json", wide(`{"a":1}`, binary.LittleEndian, true), source.JSONLines, source.Plain, 0},
		{"a.csv", []byte("[Invoices]\na,b\n"), source.Text, source.Plain, 0},
		{"a.csv", []byte("PAR1aaaaPAR1"), source.Parquet, source.Plain, 1},
		{"a.csv", archive(t, nil, "[Content_Types].xml", "xl/workbook.xml"), source.XLSX, source.Plain, 1},
		{"a.xlsx.gz", gz(t, string(archive(t, nil, "[Content_Types].xml", "xl/workbook.xml"))), source.XLSX, source.Gzip, 0},
	}
	for i, tt := range tests {
		t.Run(fmt.Sprint(i, tt.name), func(t *testing.T) {
			t.Parallel()
			s := open(t, write(t, tt.name, tt.data), source.Options{})
			if s.Format != tt.format || s.Compression != tt.compression || len(s.Notes) != tt.notes {
				t.Errorf("got %v, %v, notes %q", s.Format, s.Compression, s.Notes)
			}
			if s.Name != tt.name || s.Size != int64(len(tt.data)) {
				t.Errorf("name %q, size %d", s.Name, s.Size)
			}
			sum, err := s.SHA256(t.Context())
			if err != nil || sum != sha256.Sum256(tt.data) {
				t.Errorf("hash %x, %v", sum, err)
			}
			if f, ok := s.File(); ok != (tt.compression == source.Plain) || ok && f == nil {
				t.Errorf("File gave %v, %v", f, ok)
			}
		})
	}
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	ole := "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("\x00", 600)
	locked := archive(t, nil, "[Content_Types].xml", "xl/workbook.xml")
	at := bytes.Index(locked, []byte("PK\x01\x02"))
	locked[at+8] |= 1
	rng := rand.New(rand.NewPCG(1, 2))
	noise := make([]byte, 5000)
	for i := range noise {
		noise[i] = byte(rng.Uint32())
	}
	tests := []struct {
		name string
		data []byte
		want string
	}{
		{"empty", nil, "is empty"},
		{"blanks", []byte(" \n\r\n\t"), "is empty"},
		{"only a mark", []byte("\xef\xbb\xbf\n"), "is empty"},
		{"packed nothing", gz(t, ""), "is empty"},
		{"pdf", []byte("%PDF-1.7\n..."), "a PDF"},
		{"png", []byte("\x89PNG\r\n\x1a\n1234"), "an image"},
		{"elf", []byte("\x7fELF\x02\x01"), "a program"},
		{"exe", []byte("MZ\x90\x00\x03\x00"), "a program"},
		{"old excel", []byte(ole), "old Excel"},
		{"password", append([]byte(ole), wide("EncryptedPackage", binary.LittleEndian, false)...), "password"},
		{"zip", archive(t, nil, "a.csv"), "a ZIP archive, not a workbook"},
		{"zip in gzip", gz(t, string(archive(t, nil, "a.csv"))), "a ZIP archive, not a workbook"},
		{"word", archive(t, nil, "[Content_Types].xml", "word/document.xml"), "a Word document"},
		{"ods", archive(t, nil, "mimetype", "content.xml"), "OpenDocument"},
		{"macros", archive(t, nil, "[Content_Types].xml", "xl/workbook.xml", "xl/vbaProject.bin"), "macros"},
		{"binary workbook", archive(t, nil, "[Content_Types].xml", "xl/workbook.bin"), ".xlsb"},
		{"locked part", locked, "password"},
		{"same part twice", archive(t, nil, "[Content_Types].xml", "xl/workbook.xml", "XL\\workbook.xml"), "damaged"},
		{"cut zip", archive(t, nil, "[Content_Types].xml", "xl/workbook.xml")[:60], "damaged or cut off"},
		{"twice", gz(t, string(gz(t, list))), "packed twice"},
		{"cut gzip", gz(t, strings.Repeat(list, 9))[:30], "damaged or cut off"},
		{"cut zstd", zst(t, list)[:20], "damaged or cut off"},
		{"html", []byte("\n<HTML><body><table>"), "web page"},
		{"zeros", make([]byte, 4096), "binary data"},
		{"a hole", []byte("a,b\n1," + strings.Repeat("\x00", 20) + "\n"), "binary data"},
		{"noise", noise, "binary data"},
		{"encrypted parquet", []byte("PARE1234PARE"), "encrypted"},
		{"bzip2", []byte("BZh91AY&SY"), "bzip2"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			check := func(path string, o source.Options) {
				o.TempDir = dir
				s, err := source.Open(path, o)
				if err == nil {
					t.Fatalf("opened as %v", s.Format)
				}
				if fault.KindOf(err) != fault.Input || !strings.Contains(err.Error(), tt.want) {
					t.Errorf("kind %v: %v", fault.KindOf(err), err)
				}
				if strings.Contains(err.Error(), "\n") {
					t.Errorf("more than one line: %q", err)
				}
			}
			check(write(t, "a.csv", tt.data), source.Options{})
			check("-", source.Options{Stdin: bytes.NewReader(tt.data)})
			left, err := os.ReadDir(dir)
			if err != nil || len(left) > 0 {
				t.Errorf("left behind: %v %v", left, err)
			}
		})
	}
}

func TestOpenWithoutAFile(t *testing.T) {
	t.Parallel()
	_, err := source.Open(filepath.Join(t.TempDir(), "no.csv"), source.Options{})
	if fault.KindOf(err) != fault.NotFound || err.Error() != "no.csv: there is no such file; check the name and the folder" {
		t.Errorf("missing: %v", err)
	}
	_, err = source.Open("a\x1b[31m\x00.csv", source.Options{})
	if err == nil || strings.ContainsAny(err.Error(), "\x1b\x00") {
		t.Errorf("name: %q", err)
	}
	_, err = source.Open(t.TempDir(), source.Options{})
	if fault.KindOf(err) != fault.Input || !strings.Contains(err.Error(), "a folder") {
		t.Errorf("folder: %v", err)
	}
	_, err = source.Open("-", source.Options{})
	if fault.KindOf(err) != fault.Usage {
		t.Errorf("no input: %v", err)
	}
}

func TestOpenWithoutPermission(t *testing.T) {
	t.Parallel()
	if os.Geteuid() == 0 {
		t.Skip("the superuser may read everything")
	}
	path := write(t, "a.csv", []byte(list))
	if err := os.Chmod(path, 0); err != nil {
		t.Fatal(err)
	}
	_, err := source.Open(path, source.Options{})
	if fault.KindOf(err) != fault.Failed || !strings.Contains(err.Error(), "no permission") {
		t.Errorf("got %v", err)
	}
}

func TestPackedStreamsAreJoined(t *testing.T) {
	t.Parallel()
	for name, data := range map[string][]byte{
		"gzip members": gz(t, "client,amount\n", "A,1\n", "B,2\n"),
		"zstd frames":  zst(t, "client,amount\n", "A,1\n", "B,2\n"),
		"skippable":    append([]byte("\x50\x2a\x4d\x18\x02\x00\x00\x00xx"), zst(t, "client,amount\nA,1\nB,2\n")...),
	} {
		s := open(t, write(t, "a", data), source.Options{})
		for range 2 {
			if got := text(t, s, source.UTF8); got != "client,amount\nA,1\nB,2\n" {
				t.Errorf("%s: %q", name, got)
			}
		}
	}
}

func TestStandardInputIsReadAgain(t *testing.T) {
	t.Parallel()
	big := strings.Repeat("Ä,1\n", 100_000)
	for _, memory := range []int64{1 << 10, 1 << 30} {
		dir := t.TempDir()
		o := source.Options{Stdin: iotest.HalfReader(strings.NewReader(big)), TempDir: dir, Limits: source.Limits{MemoryMax: memory}}
		s, err := source.Open("-", o)
		if err != nil {
			t.Fatal(err)
		}
		if s.Name != "standard input" || s.Size != int64(len(big)) {
			t.Errorf("name %q, size %d", s.Name, s.Size)
		}
		for range 2 {
			if text(t, s, source.UTF8) != big {
				t.Error("the text differs")
			}
		}
		if f, ok := s.File(); ok != (memory == 1<<10) || ok && f == nil {
			t.Errorf("File gave %v, %v", f, ok)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
			t.Errorf("left behind: %v %v", left, err)
		}
	}
}

func TestStandardInputThatFails(t *testing.T) {
	t.Parallel()
	in := io.MultiReader(strings.NewReader(list), iotest.ErrReader(errors.New("pipe broke")))
	_, err := source.Open("-", source.Options{Stdin: in})
	if fault.KindOf(err) != fault.Failed || !strings.Contains(err.Error(), "pipe broke") {
		t.Errorf("got %v", err)
	}
	_, err = source.Open("-", source.Options{Stdin: strings.NewReader(strings.Repeat(list, 9000)), Limits: source.Limits{UnpackedMax: 1000}})
	if fault.KindOf(err) != fault.Input || !strings.Contains(err.Error(), "more than 1000 bytes") {
		t.Errorf("got %v", err)
	}
}

func TestPipesAndDevices(t *testing.T) {
	t.Parallel()
	if _, err := os.Stat("/dev/zero"); err != nil {
		t.Skip("no /dev/zero here")
	}
	for path, want := range map[string]string{"/dev/zero": "binary data", "/dev/urandom": "", "/dev/null": "is empty"} {
		if _, err := source.Open(path, source.Options{}); fault.KindOf(err) != fault.Input || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func TestBombs(t *testing.T) {
	t.Parallel()
	zeros := strings.Repeat("a,1\n", 1<<20)
	limits := source.Limits{RatioFloor: 1 << 20, RatioMax: 100}
	for name, data := range map[string][]byte{"gzip": gz(t, zeros), "zstd": zst(t, zeros)} {
		s := open(t, write(t, name, data), source.Options{Limits: limits})
		r, err := s.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		n, err := io.Copy(io.Discard, r)
		if fault.KindOf(err) != fault.Input || !strings.Contains(err.Error(), "100 times its size") || n > 2<<20 {
			t.Errorf("%s: %d bytes, %v", name, n, err)
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}
	s := open(t, write(t, "size", gz(t, zeros)), source.Options{Limits: source.Limits{UnpackedMax: 1 << 20}})
	if _, _, err := s.ReaderAt(); err == nil || !strings.Contains(err.Error(), "unpacks to more than 1 MiB") {
		t.Errorf("size: %v", err)
	}
}

func TestWorkbookBombs(t *testing.T) {
	t.Parallel()
	names := []string{"[Content_Types].xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml"}
	book := archive(t, map[string]string{names[2]: strings.Repeat("\x00", 4<<20)}, names...)
	many := names
	for i := range 200 {
		many = append(many, fmt.Sprintf("xl/media/%d", i))
	}
	tests := []struct {
		name   string
		data   []byte
		limits source.Limits
		want   string
	}{
		{"ratio", book, source.Limits{WorkbookFloor: 1 << 20}, "400 times its size"},
		{"size", book, source.Limits{WorkbookMax: 2 << 20}, "unpacks to more than 2 MiB"},
		{"parts", archive(t, nil, many...), source.Limits{WorkbookParts: 100}, "203 parts"},
		{"directory", archive(t, nil, many...), source.Limits{DirectoryBytes: 500}, "the directory has a wrong size"},
	}
	for _, tt := range tests {
		_, err := source.Open(write(t, "a.xlsx", tt.data), source.Options{Limits: tt.limits})
		if fault.KindOf(err) != fault.Input || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}

func TestFileThatShrinks(t *testing.T) {
	t.Parallel()
	path := write(t, "a.csv", []byte(strings.Repeat(list, 10_000)))
	s := open(t, path, source.Options{})
	if err := os.Truncate(path, 1000); err != nil {
		t.Fatal(err)
	}
	if _, err := s.SHA256(t.Context()); fault.KindOf(err) != fault.Failed || !strings.Contains(err.Error(), "became shorter") {
		t.Errorf("got %v", err)
	}
}

func TestCancel(t *testing.T) {
	t.Parallel()
	s := open(t, write(t, "a.csv", []byte(list)), source.Options{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.SHA256(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestDamagedInputNeverPanics(t *testing.T) {
	t.Parallel()
	whole := [][]byte{
		gz(t, list, list), zst(t, list, list), []byte(list), wide(list, binary.BigEndian, true),
		archive(t, nil, "[Content_Types].xml", "xl/workbook.xml"),
	}
	rapid.Check(t, func(rt *rapid.T) {
		data := bytes.Clone(rapid.SampledFrom(whole).Draw(rt, "file"))
		for range rapid.IntRange(0, 5).Draw(rt, "hits") {
			data[rapid.IntRange(0, len(data)-1).Draw(rt, "at")] = rapid.Byte().Draw(rt, "value")
		}
		data = data[:rapid.IntRange(0, len(data)).Draw(rt, "cut")]
		s, err := source.Open("-", source.Options{Stdin: bytes.NewReader(data)})
		if err != nil {
			if fault.KindOf(err) == fault.Internal {
				rt.Fatalf("no fault: %v", err)
			}
			return
		}
		r, err := s.Text(source.UTF8)
		if err == nil {
			_, err = io.Copy(io.Discard, r)
			err = errors.Join(err, r.Close())
		}
		if err = errors.Join(err, s.Close()); err != nil && fault.KindOf(err) == fault.Internal {
			rt.Fatalf("no fault: %v", err)
		}
	})
}
