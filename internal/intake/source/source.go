package source

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"unicode"

	"clientele/internal/fault"
)

// Format is what a source holds once it is unpacked.
type Format uint8

// The formats. JSONLines is also a JSON array of objects.
const (
	Text Format = iota
	XLSX
	Parquet
	JSONLines
)

// String names the format in words.
func (f Format) String() string {
	switch f {
	case XLSX:
		return "Excel workbook"
	case Parquet:
		return "Parquet"
	case JSONLines:
		return "JSON"
	case Text:
		return "text"
	}
	return "unknown"
}

// Compression is how the stored bytes are packed.
type Compression uint8

// The compressions.
const (
	Plain Compression = iota
	Gzip
	Zstd
)

// String names the compression.
func (c Compression) String() string {
	switch c {
	case Gzip:
		return "gzip"
	case Zstd:
		return "zstd"
	case Plain:
		return "none"
	}
	return "unknown"
}

// Limits bound what a source may cost. Zero fields take the default.
type Limits struct {
	UnpackedMax    int64 // bytes after unpacking, 64 GiB
	WorkbookMax    int64 // bytes of all parts of a workbook, 256 MiB
	MemoryMax      int64 // bytes of standard input kept in memory before a file is used, 64 MiB
	RatioMax       int64 // unpacked bytes per stored byte, 1000 …
	RatioFloor     int64 // … once this much is unpacked, 256 MiB
	WorkbookParts  int   // entries in a workbook, 10,000
	WorkbookRatio  int64 // unpacked bytes per stored byte of one part, 400 …
	WorkbookFloor  int64 // … once it is larger than this, 16 MiB
	DirectoryBytes int64 // size of a workbook's directory, 4 MiB
}

// DefaultLimits are the limits for a person's own files.
func DefaultLimits() Limits {
	return Limits{
		UnpackedMax: 64 << 30, WorkbookMax: 256 << 20, MemoryMax: 64 << 20,
		RatioMax: 1000, RatioFloor: 256 << 20,
		WorkbookParts: 10_000, WorkbookRatio: 400, WorkbookFloor: 16 << 20, DirectoryBytes: 4 << 20,
	}
}

// Options say where standard input and temporary files are.
type Options struct {
	Limits  Limits
	Stdin   io.Reader // read for the path "-"
	TempDir string    // "" is the system's
}

// Source is one opened input. It can be read as often as needed, by several readers
// at the same time, until Close.
type Source struct {
	Name        string // base name as the user gave it, fit to be shown, or "standard input"
	Path        string // as the user gave it
	Size        int64  // bytes as stored
	Format      Format
	Compression Compression
	Notes       []string // what the user may want to know, such as a misleading extension

	limits  Limits
	tempDir string
	file    *os.File // nil when the bytes are spooled in memory
	raw     io.ReaderAt
	closers []io.Closer
	head    []byte // first unpacked bytes
	whole   bool   // head is all there is

	mu       sync.Mutex
	unpacked *spool // random access to a compressed source, made when first asked for
}

// headBytes is how much of the unpacked bytes decides format and encoding.
const headBytes = 64 << 10

// Open opens a path, or standard input for "-", and looks at its first bytes.
func Open(path string, o Options) (*Source, error) {
	o.Limits = o.Limits.filled()
	s := &Source{Name: shown(filepath.Base(path)), Path: path, limits: o.Limits, tempDir: o.TempDir}
	var err error
	if path == "-" {
		s.Name = "standard input"
		if o.Stdin == nil {
			return nil, s.fail(fault.Usage, "there is no standard input here", "name a file", nil)
		}
		err = s.spool(o.Stdin)
	} else {
		err = s.openFile(path)
	}
	if err == nil {
		err = s.identify()
	}
	if err != nil {
		if cerr := s.Close(); cerr != nil {
			err = errors.Join(err, cerr)
		}
		return nil, err
	}
	return s, nil
}

// shown is a name without characters that would play with a terminal.
func shown(name string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return '\uFFFD'
		}
		return r
	}, name)
}

func (l Limits) filled() Limits {
	d := DefaultLimits()
	for _, p := range []struct{ have, def *int64 }{
		{&l.UnpackedMax, &d.UnpackedMax},
		{&l.WorkbookMax, &d.WorkbookMax},
		{&l.MemoryMax, &d.MemoryMax},
		{&l.RatioMax, &d.RatioMax},
		{&l.RatioFloor, &d.RatioFloor},
		{&l.WorkbookRatio, &d.WorkbookRatio},
		{&l.WorkbookFloor, &d.WorkbookFloor},
		{&l.DirectoryBytes, &d.DirectoryBytes},
	} {
		if *p.have <= 0 {
			*p.have = *p.def
		}
	}
	if l.WorkbookParts <= 0 {
		l.WorkbookParts = d.WorkbookParts
	}
	return l
}

// openFile opens a regular file in place; pipes and devices are spooled.
func (s *Source) openFile(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return s.openFault(err)
	}
	if info.IsDir() {
		return s.fail(fault.Input, "this is a folder", "name the files in it", nil)
	}
	f, err := os.Open(path) //nolint:gosec // the user names the file to read
	if err != nil {
		return s.openFault(err)
	}
	if !info.Mode().IsRegular() {
		return errors.Join(s.spool(f), f.Close())
	}
	s.closers = append(s.closers, f)
	if info, err = f.Stat(); err != nil {
		return s.openFault(err)
	}
	s.file, s.raw, s.Size = f, f, info.Size()
	return nil
}

func (s *Source) openFault(err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return s.fail(fault.NotFound, "there is no such file", "check the name and the folder", nil)
	case errors.Is(err, fs.ErrPermission):
		return s.fail(fault.Failed, "no permission to read this file", "change its permissions or copy it", nil)
	}
	if pe, ok := errors.AsType[*fs.PathError](err); ok {
		err = pe.Err
	}
	return s.fail(fault.Failed, "the file cannot be opened", "", err)
}

// fail makes an error about this source. A cause that is an end of file is kept as
// words only: callers that fill buffers would take the failure for a good end.
func (s *Source) fail(kind fault.Kind, message, remedy string, cause error) *fault.Error {
	if errors.Is(cause, io.EOF) || errors.Is(cause, io.ErrUnexpectedEOF) {
		cause = errors.New("it ends too early")
	}
	return &fault.Error{
		Kind: kind, Op: "read file", Message: message, Remedy: remedy, Err: cause,
		Place: fault.Place{File: s.Name},
	}
}

// Fault makes an input error about this source, for the readers of its formats. A
// line of 0 is unknown.
func (s *Source) Fault(line int64, message, remedy string, cause error) *fault.Error {
	e := s.fail(fault.Input, message, remedy, cause)
	e.Place.Line = line
	return e
}

// Close frees files and removes what was written to disk.
func (s *Source) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var errs []error
	for _, c := range s.closers {
		errs = append(errs, c.Close())
	}
	s.closers, s.file, s.raw, s.unpacked = nil, nil, nil, nil
	return errors.Join(errs...)
}

// File gives the file itself where the text can be read straight from it: it is
// regular and not compressed. The file stays the source's; use ReadAt only.
func (s *Source) File() (*os.File, bool) { return s.file, s.file != nil && s.Compression == Plain }

// Head is the start of the unpacked bytes, at most 64 KiB. It stays the source's.
func (s *Source) Head() []byte { return s.head }

// Stored reads the bytes as they are on disk and notices a file that shrinks.
func (s *Source) Stored() io.Reader {
	return &exact{src: s, r: io.NewSectionReader(s.raw, 0, s.Size), want: s.Size}
}

// exact fails if its reader ends before the size that was seen at the start.
type exact struct {
	src  *Source
	r    io.Reader
	got  int64
	want int64
}

func (e *exact) Read(p []byte) (int, error) {
	n, err := e.r.Read(p)
	e.got += int64(n)
	if err == nil {
		return n, nil
	}
	if !errors.Is(err, io.EOF) {
		return n, e.src.fail(fault.Failed, "reading failed", "try again", err)
	}
	if e.got < e.want {
		return n, e.src.fail(fault.Failed, "the file became shorter while it was read", "wait until it is written and try again", nil)
	}
	return n, io.EOF
}

// SHA256 is the hash of the original bytes as stored, compressed or not.
func (s *Source) SHA256(ctx context.Context) ([sha256.Size]byte, error) {
	h := sha256.New()
	var sum [sha256.Size]byte
	if err := pump(ctx, h, s.Stored()); err != nil {
		return sum, err
	}
	h.Sum(sum[:0])
	return sum, nil
}

// pump copies in pieces and stops when the context ends.
func pump(ctx context.Context, w io.Writer, r io.Reader) error {
	buf := make([]byte, 256<<10)
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		n, err := r.Read(buf)
		if _, werr := w.Write(buf[:n]); werr != nil {
			return werr
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// extensions says what a name promises.
var extensions = map[string]Format{
	".csv": Text, ".tsv": Text, ".tab": Text, ".txt": Text, ".xlsx": XLSX,
	".parquet": Parquet, ".pq": Parquet, ".json": JSONLines, ".jsonl": JSONLines, ".ndjson": JSONLines,
}

// noteExtension tells when the name promises something else than the bytes hold.
func (s *Source) noteExtension() {
	name := strings.ToLower(s.Name)
	ext := filepath.Ext(name)
	packed := map[string]Compression{".gz": Gzip, ".gzip": Gzip, ".zst": Zstd, ".zstd": Zstd}
	if c, ok := packed[ext]; ok {
		if c != s.Compression {
			s.Notes = append(s.Notes, fmt.Sprintf("the name ends in %s, but the compression is %s", ext, s.Compression))
		}
		ext = filepath.Ext(strings.TrimSuffix(name, ext))
	}
	if f, ok := extensions[ext]; ok && f != s.Format {
		s.Notes = append(s.Notes, fmt.Sprintf("the name ends in %s, but the content is %s and is read as that", ext, s.Format))
	}
}
