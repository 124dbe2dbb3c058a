package source_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"clientele/internal/fault"
	"clientele/internal/intake/source"
)

func narrow(t *testing.T, text string) []byte {
	t.Helper()
	b, err := charmap.Windows1252.NewEncoder().Bytes([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestEncodingIsFound(t *testing.T) {
	t.Parallel()
	late := strings.Repeat("plain,1\n", 20_000)
	tests := []struct {
		name string
		data []byte
		enc  source.Encoding
		why  string
		text string
	}{
		{"utf-8", []byte(list), source.UTF8, "valid UTF-8", list},
		{"utf-8 with mark", []byte("\xef\xbb\xbf" + list), source.UTF8, "mark of UTF-8", list},
		{"utf-16le with mark", wide(list, binary.LittleEndian, true), source.UTF16LE, "mark of UTF-16", list},
		{"utf-16be with mark", wide(list, binary.BigEndian, true), source.UTF16BE, "mark of UTF-16", list},
		{"utf-16le", wide(list, binary.LittleEndian, false), source.UTF16LE, "zero bytes", list},
		{"utf-16be", wide(list, binary.BigEndian, false), source.UTF16BE, "zero bytes", list},
		{"utf-16le, Greek", wide("πελάτης;ποσό\nΆλφα;12\n", binary.LittleEndian, false), source.UTF16LE, "zero bytes", "πελάτης;ποσό\nΆλφα;12\n"},
		{"windows-1252", narrow(t, "Kunde;Betrag €\nMüller;1\n"), source.Windows1252, "byte 0x80 in line 1", "Kunde;Betrag €\nMüller;1\n"},
		{"a late letter", narrow(t, late+"Müller,1\n"), source.Windows1252, "byte 0xFC in line 20001", late + "Müller,1\n"},
		{"a late letter in UTF-8", []byte(late + "Müller,1\n"), source.UTF8, "valid UTF-8", late + "Müller,1\n"},
		{"cut at the end", []byte("a,Müller\nb,\xc3"), source.Windows1252, "in the middle", "a,MÃ¼ller\nb,Ã"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := open(t, write(t, "a.csv", tt.data), source.Options{})
			enc, why, err := s.Encoding(t.Context())
			if err != nil || enc != tt.enc || !strings.Contains(why, tt.why) {
				t.Fatalf("%v because %q, %v", enc, why, err)
			}
			if got := text(t, s, enc); got != tt.text {
				t.Errorf("text is %.80q", got)
			}
		})
	}
}

func TestUTF16TakesTheMark(t *testing.T) {
	t.Parallel()
	for _, data := range [][]byte{
		wide(list, binary.LittleEndian, true), wide(list, binary.BigEndian, true), wide(list, binary.LittleEndian, false),
	} {
		s := open(t, write(t, "a.csv", data), source.Options{})
		if got := text(t, s, source.UTF16); got != list {
			t.Errorf("text is %q", got)
		}
	}
}

func TestTextIsStrict(t *testing.T) {
	t.Parallel()
	head := strings.Repeat("plain,1\n", 20_000)
	s := open(t, write(t, "a.csv", []byte(head+"M\xfcller,1\n")), source.Options{})
	r, err := s.Text(source.UTF8)
	if err != nil {
		t.Fatal(err)
	}
	_, err = io.Copy(io.Discard, iotest.OneByteReader(r))
	if err == nil || errors.Is(err, io.ErrShortBuffer) {
		_, err = io.Copy(io.Discard, r)
	}
	if fault.KindOf(err) != fault.Input || !strings.Contains(err.Error(), "a.csv, line 20001: the text is read as UTF-8, but byte 0xFC is not") {
		t.Errorf("got %v", err)
	}

	s = open(t, write(t, "b.csv", []byte(head+strings.Repeat("\x00", 100))), source.Options{})
	if r, err = s.Text(source.UTF8); err != nil {
		t.Fatal(err)
	}
	if _, err = io.Copy(io.Discard, r); fault.KindOf(err) != fault.Input || !strings.Contains(err.Error(), "line 20001: this is binary data") {
		t.Errorf("got %v", err)
	}

	// One stray zero is dirt that the reader of the field may judge.
	s = open(t, write(t, "c.csv", []byte("a,b\nx\x00y,1\n")), source.Options{})
	if got := text(t, s, source.UTF8); got != "a,b\nx\x00y,1\n" {
		t.Errorf("got %q", got)
	}
}

func TestParseEncoding(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]source.Encoding{
		"UTF-8": source.UTF8, "utf_16": source.UTF16, "UTF-16LE": source.UTF16LE, "utf-16be": source.UTF16BE,
		"Windows-1252": source.Windows1252, "latin1": source.Latin1, "ISO-8859-1": source.Latin1, "iso-8859-15": source.Latin9,
	} {
		if got, err := source.ParseEncoding(name); err != nil || got != want {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
	for e := source.UTF8; e <= source.CodePage850; e++ {
		if got, err := source.ParseEncoding(e.String()); err != nil || got != e {
			t.Errorf("%v: %v, %v", e, got, err)
		}
	}
	if _, err := source.ParseEncoding("ebcdic"); fault.KindOf(err) != fault.Usage || !strings.Contains(err.Error(), "windows-1252") {
		t.Errorf("got %v", err)
	}
}

// FuzzSniffEncoding: what is called UTF-8 is UTF-8 up to a cut character, and what is
// not has a reason. Text never gives out anything but UTF-8.
func FuzzSniffEncoding(f *testing.F) {
	f.Add([]byte(list))
	f.Add([]byte("\xef\xbb\xbf" + list))
	f.Add([]byte("\xff\xfea\x00,\x00"))
	f.Add([]byte("M\xfcller,1\n"))
	f.Add([]byte("a\xc3"))
	f.Fuzz(func(t *testing.T, data []byte) {
		enc, why := source.SniffEncoding(data)
		if why == "" {
			t.Error("no reason")
		}
		valid := utf8.Valid(data)
		for cut := 1; cut < utf8.UTFMax && cut <= len(data) && !valid; cut++ {
			valid = utf8.Valid(data[:len(data)-cut]) && !utf8.FullRune(data[len(data)-cut:])
		}
		if enc == source.UTF8 && !valid && !bytes.HasPrefix(data, []byte("\xef\xbb\xbf")) {
			t.Errorf("called UTF-8: %q", data)
		}
		s, err := source.Open("-", source.Options{Stdin: bytes.NewReader(data)})
		if err != nil {
			return
		}
		defer s.Close() //nolint:errcheck // in memory
		enc, _, err = s.Encoding(t.Context())
		if err != nil {
			return
		}
		r, err := s.Text(enc)
		if err != nil {
			return
		}
		out, err := io.ReadAll(r)
		if err == nil && !utf8.Valid(out) {
			t.Errorf("%v gave %q", enc, out)
		}
	})
}
