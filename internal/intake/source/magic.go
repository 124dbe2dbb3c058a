package source

import (
	"bytes"
	"errors"
	"io"
	"unicode/utf16"

	"clientele/internal/fault"
)

// compressionOf looks at the first bytes.
func compressionOf(head []byte) Compression {
	switch {
	case bytes.HasPrefix(head, []byte{0x1f, 0x8b}):
		return Gzip
	case bytes.HasPrefix(head, []byte{0x28, 0xb5, 0x2f, 0xfd}),
		// A skippable frame, as parallel compressors write first.
		len(head) >= 8 && head[0]&0xf0 == 0x50 && bytes.Equal(head[1:4], []byte{0x2a, 0x4d, 0x18}):
		return Zstd
	}
	return Plain
}

// foreign are kinds of file that hold no list we can read, by their first bytes.
var foreign = []struct{ magic, what, remedy string }{
	{"%PDF-", "this is a PDF", "export the list as XLSX or CSV from the program that made it"},
	{"\x89PNG\r\n\x1a\n", "this is an image", "export the list as XLSX or CSV"},
	{"GIF8", "this is an image", "export the list as XLSX or CSV"},
	{"\xff\xd8\xff", "this is an image", "export the list as XLSX or CSV"},
	{"II*\x00", "this is an image", "export the list as XLSX or CSV"},
	{"MM\x00*", "this is an image", "export the list as XLSX or CSV"},
	{"{\\rtf", "this is an RTF document", "save the table in it as XLSX or CSV"},
	{"\x7fELF", "this is a program", "name the file with the list"},
	{"\xca\xfe\xba\xbe", "this is a program", "name the file with the list"},
	{"\xcf\xfa\xed\xfe", "this is a program", "name the file with the list"},
	{"\xce\xfa\xed\xfe", "this is a program", "name the file with the list"},
	{"SQLite format 3\x00", "this is an SQLite database", "export the table as CSV"},
	{"ARROW1\x00\x00", "this is an Arrow file", "save it as Parquet or CSV"},
	{"FEA1", "this is a Feather file", "save it as Parquet or CSV"},
	{"ORC", "this is an ORC file", "save it as Parquet or CSV"},
	{"Obj\x01", "this is an Avro file", "save it as Parquet or CSV"},
	{"PARE", "this Parquet file is encrypted", "save it without encryption"},
	{"BZh", "this is packed with bzip2", "unpack it first, or pack it with gzip or zstd"},
	{"\xfd7zXZ\x00", "this is packed with xz", "unpack it first, or pack it with gzip or zstd"},
	{"\x04\x22\x4d\x18", "this is packed with lz4", "unpack it first, or pack it with gzip or zstd"},
	{"7z\xbc\xaf\x27\x1c", "this is a 7-Zip archive", "unpack it and name the files in it"},
	{"Rar!\x1a\x07", "this is a RAR archive", "unpack it and name the files in it"},
	{"\xff\xfe\x00\x00", "this text is UTF-32", "save it as UTF-8"},
	{"\x00\x00\xfe\xff", "this text is UTF-32", "save it as UTF-8"},
}

const (
	zipMagic      = "PK\x03\x04"
	zipEmptyMagic = "PK\x05\x06"
	oleMagic      = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
	parquetMagic  = "PAR1"
)

// identify sets compression, format and notes, or refuses.
func (s *Source) identify() error {
	if s.Size == 0 {
		return s.empty()
	}
	head, err := readHead(s.Stored())
	if err != nil {
		return err
	}
	if s.Compression = compressionOf(head); s.Compression != Plain {
		if head, err = s.unpackedHead(); err != nil {
			return err
		}
	}
	s.head, s.whole = head, len(head) < headBytes
	if len(bytes.TrimSpace(head)) == 0 && s.whole {
		return s.empty()
	}
	if s.Format, err = s.detect(head, s.whole); err != nil {
		return err
	}
	if s.Format == XLSX {
		if err := s.checkWorkbook(); err != nil {
			return err
		}
	}
	s.noteExtension()
	return nil
}

func (s *Source) empty() error {
	return s.fail(fault.Input, "the file is empty", "export it again", nil)
}

func (s *Source) unpackedHead() ([]byte, error) {
	r, err := s.Bytes()
	if err != nil {
		return nil, err
	}
	head, err := readHead(r)
	return head, errors.Join(err, r.Close())
}

func readHead(r io.Reader) ([]byte, error) {
	head := make([]byte, headBytes)
	n, err := io.ReadFull(r, head)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = nil
	}
	return head[:n], err
}

// detect tells the format from the first unpacked bytes. A ZIP archive counts as a
// workbook until its directory is checked.
func (s *Source) detect(head []byte, whole bool) (Format, error) {
	if bytes.HasPrefix(head, []byte(parquetMagic)) {
		return Parquet, nil
	}
	if bytes.HasPrefix(head, []byte(zipMagic)) || bytes.HasPrefix(head, []byte(zipEmptyMagic)) {
		return XLSX, nil
	}
	if bytes.HasPrefix(head, []byte(oleMagic)) {
		return Text, s.refuseOLE(head)
	}
	if compressionOf(head) != Plain {
		return Text, s.fail(fault.Input, "this is packed twice", "unpack it once", nil)
	}
	for _, f := range foreign {
		if bytes.HasPrefix(head, []byte(f.magic)) {
			return Text, s.fail(fault.Input, f.what, f.remedy, nil)
		}
	}
	if bytes.HasPrefix(head, []byte("MZ")) && bytes.IndexByte(head[:min(len(head), 64)], 0) >= 0 {
		return Text, s.fail(fault.Input, "this is a program", "name the file with the list", nil)
	}
	text, err := s.sample(head, whole)
	if err != nil {
		return Text, err
	}
	return s.detectText(text)
}

// detectText tells JSON and markup from delimited text.
func (s *Source) detectText(text []byte) (Format, error) {
	text = bytes.TrimLeft(text, " \t\r\n")
	lower := bytes.ToLower(text[:min(len(text), 16)])
	for _, tag := range []string{"<!doctype", "<html", "<table", "<?xml"} {
		if bytes.HasPrefix(lower, []byte(tag)) {
			return Text, s.fail(fault.Input, "this is a web page or XML, not a list",
				"open it in a spreadsheet and save it as XLSX or CSV", nil)
		}
	}
	if len(text) < 2 || (text[0] != '{' && text[0] != '[') {
		return Text, nil
	}
	after := bytes.TrimLeft(text[1:], " \t\r\n")
	if len(after) == 0 {
		return Text, nil
	}
	switch {
	case text[0] == '{' && (after[0] == '"' || after[0] == '}'),
		text[0] == '[' && (after[0] == '{' || after[0] == ']'):
		return JSONLines, nil
	}
	return Text, nil
}

// oleScan is how much of an old Office file is searched for the names of its parts.
const oleScan = 1 << 20

// refuseOLE tells a workbook with a password from an old one.
func (s *Source) refuseOLE(start []byte) error {
	if s.raw != nil && s.Compression == Plain {
		buf := make([]byte, min(s.Size, oleScan))
		n, err := s.raw.ReadAt(buf, 0)
		if err != nil && !errors.Is(err, io.EOF) {
			return s.fail(fault.Failed, "reading failed", "try again", err)
		}
		start = buf[:n]
	}
	if bytes.Contains(start, wide("EncryptedPackage")) {
		return s.fail(fault.Input, "this workbook has a password", "save it without a password", nil)
	}
	return s.fail(fault.Input, "this is an old Excel file (.xls) or another old Office document", "save it as XLSX or CSV", nil)
}

// wide is a name as it stands in an old Office file: UTF-16, little endian.
func wide(name string) []byte {
	var b []byte
	for _, u := range utf16.Encode([]rune(name)) {
		b = append(b, byte(u), byte(u>>8)) //nolint:gosec // its two halves
	}
	return b
}
