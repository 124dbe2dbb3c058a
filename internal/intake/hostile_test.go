package intake_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"clientele/internal/fault"
	"clientele/internal/intake"
	"clientele/internal/intake/source"
	"clientele/internal/ledger"
)

// hostile are files that no one means to give. Each is refused or asked about with a
// message that says what it is.
var hostile = []struct {
	name    string
	data    func() []byte
	kind    fault.Kind
	message string // part of it
}{
	{"empty.csv", text(""), fault.Input, "the file is empty"},
	{"blanks.csv", text("\n \n\t\n\n"), fault.Input, "the file is empty"},
	{"delimiters.csv", text(",,,\n,,,\n"), fault.Input, "the file has no records"},
	{"header.csv", text("Client,Date,Amount\n"), fault.Input, "a header and no records"},
	{"header-blanks.csv", text("Client,Date,Amount\n,,\n\n"), fault.Input, "a header and no records"},
	{"binary.csv", func() []byte { return bytes.Repeat([]byte{0, 1, 2, 3, 0xfe, 0xff, 0x80, 7}, 500) }, fault.Input, "binary data"},
	{"zeros.csv", func() []byte { return append([]byte("Client,Amount\nA,1\n"), make([]byte, 100)...) }, fault.Input, "binary data"},
	{"late-zeros.csv", func() []byte {
		return append([]byte("Client,Amount\n"+strings.Repeat("A,1\nB,2\n", 20_000)), make([]byte, 100)...)
	}, fault.Input, "binary data"},
	{"long-line.csv", func() []byte { return append([]byte("Client,Amount\nA,1\n"), bytes.Repeat([]byte("x"), 10<<20)...) }, fault.Input, "longer than 1 MiB"},
	{"columns.csv", func() []byte {
		return []byte(strings.Repeat("c,", 100_000) + "c\n" + strings.Repeat("1,", 100_000) + "1\n")
	}, fault.Input, "100001 columns"},
	{"paper.pdf", text("%PDF-1.7\n1 0 obj\n"), fault.Input, "PDF"},
	{"old.xls", func() []byte { return append([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), make([]byte, 1024)...) }, fault.Input, "xls"},
	{"bad.csv.gz", func() []byte { b := packed(invoiceText); b[len(b)/2] ^= 0xff; return b }, fault.Input, "damaged"},
	{"short.csv.gz", func() []byte { b := packed(strings.Repeat(invoiceText, 9000)); return b[:len(b)/2] }, fault.Input, "damaged"},
	{"short.csv.zst", func() []byte { b := frozen(strings.Repeat(invoiceText, 20_000)); return b[:len(b)-40] }, fault.Input, "damaged"},
	{"one-column.csv", text("Client\nAcme\nBeta\n"), fault.Ask, "more than one way"},
	{"words.csv", text("it was a dark, and stormy night\nthe rain, fell in torrents\n"), fault.Ask, "more than one way"},
	{"broken-bom.csv", text("\xef\xbb\xbfClient,Amount\nCaf\xe9,1\n"), fault.Input, "not"},
}

func text(s string) func() []byte { return func() []byte { return []byte(s) } }

func packed(s string) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, err := z.Write([]byte(s))
	if err = errors.Join(err, z.Close()); err != nil {
		return []byte(err.Error()) // a buffer does not fail
	}
	return b.Bytes()
}

func frozen(s string) []byte {
	z, err := zstd.NewWriter(nil)
	if err != nil {
		return nil
	}
	return z.EncodeAll([]byte(s), nil)
}

func TestHostileFiles(t *testing.T) {
	t.Parallel()
	for _, h := range hostile {
		t.Run(h.name, func(t *testing.T) {
			t.Parallel()
			refused(t, read(t, write(t, h.name, h.data()), options{}), h.kind, h.message)
		})
	}
	t.Run("folder", func(t *testing.T) {
		t.Parallel()
		refused(t, read(t, t.TempDir(), options{}), fault.Input, "folder")
	})
	t.Run("missing", func(t *testing.T) {
		t.Parallel()
		refused(t, read(t, t.TempDir()+"/none.csv", options{}), fault.NotFound, "no such file")
	})
	t.Run("bomb.csv.gz", func(t *testing.T) {
		t.Parallel()
		bomb := packed("Client,Amount\n" + strings.Repeat("A,1\nB,2\n", 2<<20))
		refused(t, read(t, write(t, "bomb.csv.gz", bomb), options{limits: source.Limits{RatioMax: 100, RatioFloor: 1 << 20}}), fault.Input, "times")
	})
	t.Run("forbidden.csv", func(t *testing.T) {
		t.Parallel()
		if os.Geteuid() == 0 {
			t.Skip("root may read everything: this case needs another user")
		}
		path := write(t, "forbidden.csv", []byte(invoiceText))
		if err := os.Chmod(path, 0); err != nil {
			t.Fatal(err)
		}
		refused(t, read(t, path, options{}), fault.Failed, "permission")
	})
}

// refused checks that a failure has a kind, a place, a message and a remedy.
func refused(t *testing.T, out *outcome, kind fault.Kind, message string) {
	t.Helper()
	var f *fault.Error
	if !errors.As(out.err, &f) {
		t.Fatalf("%v is no fault; facts %v", out.err, out.collector)
	}
	if f.Kind != kind || !strings.Contains(f.Error(), message) {
		t.Errorf("kind %d, %q; want %d, %q", f.Kind, f.Error(), kind, message)
	}
	if f.Place.File == "" || f.Remedy == "" && len(f.Questions) == 0 && kind != fault.Failed {
		t.Errorf("no place or no remedy: %+v", f)
	}
}

// TestHostileCells: what is no amount is quarantined with its reason, and the rest is
// loaded.
func TestHostileCells(t *testing.T) {
	t.Parallel()
	cells := []string{"1e400", "NaN", "Inf", "-Infinity", strings.Repeat("9", 40), "0x10", "1.2.3", "١٢٣", "=1+1", "12345678901234567.89", "9999999999999999", "0.1234567", "--5", "1,2,3", "\x00"}
	var b strings.Builder
	b.WriteString("Client;Amount\n")
	for i, c := range cells {
		fmt.Fprintf(&b, "C%d;%s\n", i, c)
	}
	b.WriteString("Good;1.25\nBetter;2\n" + strings.Repeat("N", 100_000) + ";3\n")
	out := readText(t, b.String(), options{answers: intake.Answers{Decimal: ".", Map: []string{"client=Client", "amount=Amount"}}})
	if out.err != nil {
		t.Fatal(out.err)
	}
	if out.loaded.Lines != 3 || len(out.asides) != len(cells) {
		t.Errorf("%d loaded, %d aside, want 3 and %d: %+v", out.loaded.Lines, len(out.asides), len(cells), out.lines)
	}
	for i, a := range out.asides {
		if a.Line != int64(i+2) || a.Column != "Amount" || a.HasAmt {
			t.Errorf("%q: %+v", cells[i], a)
		}
	}
}

// TestWideFile: 300 columns are a list like any other.
func TestWideFile(t *testing.T) {
	t.Parallel()
	var head, row strings.Builder
	for i := range 298 {
		fmt.Fprintf(&head, "x%d,", i)
		fmt.Fprintf(&row, "%d,", i)
	}
	text := head.String() + "Client,Amount\n" + row.String() + "Acme,1\n" + row.String() + "Beta,2\n"
	hold(t, readText(t, text, options{}), want{facts: []string{"read 2", "loaded 2", "skipped header 1", "amount - 3"}, extras: []string{"clients 2"}})
}

// TestOpenQuotes: a quote that is never closed costs its record, not the file, and a
// file full of them costs no time.
func TestOpenQuotes(t *testing.T) {
	t.Parallel()
	hold(t, readText(t, "Client,Amount\nAcme,1\n\"Beta,2\nGamma,3\n", options{}), want{
		facts: []string{"read 3", "loaded 2", "quarantined open_quote 1 -", "skipped header 1", "amount - 4"}, extras: []string{"clients 2"},
	})
	const n = 120_000
	text := "Client,Amount\nAcme,1\nBeta,2\n" + strings.Repeat("\"open text that goes on,3\n", n)
	out := readText(t, text, options{answers: intake.Answers{Delimiter: ","}})
	if out.err != nil {
		t.Fatal(out.err)
	}
	if out.loaded.Lines != 2 || len(out.asides) != n {
		t.Errorf("%d loaded, %d aside, want 2 and %d", out.loaded.Lines, len(out.asides), n)
	}
}

// TestHalfWay: plain letters for longer than a first look, then Windows-1252.
func TestHalfWay(t *testing.T) {
	t.Parallel()
	for _, rows := range []int{3000, 60_000} { // within the sample, and beyond it
		text := "Client;Date;Montant\n" + strings.Repeat("Client A;13/01/2026;1,00\nClient B;14/01/2026;1,00\n", rows) + "Caf\xe9;13/01/2026;2,50\n"
		hold(t, readText(t, text, options{}), want{
			facts:  []string{fmt.Sprintf("read %d", 2*rows+1), fmt.Sprintf("loaded %d", 2*rows+1), "skipped header 1", fmt.Sprintf("amount - %d.5", 2*rows+2)},
			extras: []string{"client Café 2.5", "clients 3", "note encoding"},
		})
		refused(t, readText(t, text, options{answers: intake.Answers{Encoding: "utf-8"}}), fault.Input, "UTF-8")
	}
	// The same in a shape that is read record by record.
	grouped := ",Date,Transaction Type,Num,Product/Service,Memo/Description,Qty,Sales Price,Amount,Balance\nAcme,,,,,,,,,\n" +
		strings.Repeat(",01/13/2026,Invoice,1,Hours,,1,1.00,1.00,1.00\n", 9000) + "Caf\xe9,,,,,,,,,\n,01/14/2026,Invoice,2,Hours,,1,2.50,2.50,2.50\n"
	hold(t, readText(t, grouped, options{}), want{
		facts:  []string{"read 9001", "loaded 9001", "skipped header 1", "skipped heading 2", "amount - 9002.5"},
		extras: []string{"client Café 2.5", "clients 2"},
	})
}

// TestLateSign: no decimal sign in the sample; the whole file then decides, or asks.
func TestLateSign(t *testing.T) {
	t.Parallel()
	head := "Client,Amount\n" + strings.Repeat("A,7\nB,8\n", 9000)
	hold(t, readText(t, head+"Late,\"1,5\"\n", options{}), want{
		facts: []string{"read 18001", "loaded 18001", "skipped header 1", "amount - 135001.5"}, extras: []string{"client Late 1.5"},
	})
	hold(t, readText(t, head+"Late,\"1,500\"\n", options{}), want{asks: []string{"decimal"}})
}

// TestLargeNumber: one number that is far too large does not push out the cents of the rest.
func TestLargeNumber(t *testing.T) {
	t.Parallel()
	hold(t, readText(t, "Client,Amount\nIBAN,123456789012345678\nAcme,1.25\nBeta,0.0625\n", options{}), want{
		facts: []string{"read 3", "loaded 2", "quarantined overflow 1 -", "skipped header 1", "amount - 1.3125"}, extras: []string{"clients 2"},
	})
}

// TestGoroutinesEnd: a load that ends, fails or is stopped leaves no goroutine behind.
// It is not parallel, because it counts them.
func TestGoroutinesEnd(t *testing.T) { //nolint:paralleltest // it counts goroutines
	path := write(t, "a.csv", []byte(strings.Repeat(invoiceText, 1)+strings.Repeat("Acme,2026-01-13,1\n", 50_000)))
	src, err := source.Open(path, source.Options{})
	if err != nil {
		t.Fatal(err)
	}
	before := runtime.NumGoroutine()
	stop := errors.New("full")
	for _, fails := range []bool{false, true} {
		for _, cancels := range []bool{false, true} {
			ctx, cancel := context.WithCancel(context.Background())
			f, err := intake.Inspect(ctx, src, intake.Options{})
			if err != nil {
				t.Fatal(err)
			}
			f.SetBlocks(1000, 4)
			s := &failing{collector: &collector{}, ctx: cancel}
			if fails {
				s.err = stop
			}
			if !cancels {
				s.ctx = func() {}
			}
			_, err = f.Load(ctx, func() (intake.Sink, error) { return s, nil }, nil)
			switch {
			case fails && !errors.Is(err, stop), !fails && cancels && !errors.Is(err, context.Canceled), !fails && !cancels && err != nil:
				t.Errorf("fails %v, cancels %v: %v", fails, cancels, err)
			}
			cancel()
			now := runtime.NumGoroutine()
			for n := 0; now > before && n < 5_000_000; n++ { // one that is done may not be gone yet
				runtime.Gosched()
				now = runtime.NumGoroutine()
			}
			if now > before {
				t.Errorf("fails %v, cancels %v: %d goroutines, %d before", fails, cancels, now, before)
			}
		}
	}
	if err := src.Close(); err != nil {
		t.Error(err)
	}
}

// failing is a sink that fails or stops the load.
type failing struct {
	*collector
	ctx context.CancelFunc
	err error
}

func (f *failing) Lines(*ledger.Lines, []ledger.Account) error {
	f.ctx()
	return f.err
}
