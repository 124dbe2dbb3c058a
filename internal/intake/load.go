package intake

import (
	"bytes"
	"context"
	"errors"
	"io"

	"clientele/internal/intake/source"
	"clientele/internal/intake/text"
	"clientele/internal/ledger"
)

// Sink takes what a file gives, in file order. Blocks belong to the reader again
// when a method returns. Accounts are those met so far, in order of first appearance:
// a block's account numbers count in them, and the list only grows.
type Sink interface {
	Lines(block *ledger.Lines, accounts []ledger.Account) error
	Asides(list []ledger.Aside) error
}

// Progress hears how much of how much was read: bytes where the total is known, and
// records with a total of 0 where it is not.
type Progress func(done, total int64)

// The ways in which a load fails and is begun again with another reading.
var (
	errEncoding = errors.New("not UTF-8")
	errPoint    = errors.New("a decimal sign where none was before")
)

// errBinary says that a block holds runs of zero bytes.
var errBinary = errors.New("zero bytes")

// Load reads the whole file into a sink. It is begun again, into a new sink, where
// text turns out half-way not to be UTF-8, or where the first decimal sign of a
// column stands beyond the sample.
func (f *File) Load(ctx context.Context, open func() (Sink, error), progress Progress) (*Loaded, error) {
	for {
		sink, err := open()
		if err != nil {
			return nil, err
		}
		loaded, err := f.load(ctx, sink, progress)
		switch {
		case err == nil:
			f.badCosts(&loaded.Notes)
			f.costSigns(&loaded.Notes)
			return loaded, nil
		case (errors.Is(err, errEncoding) || source.NotUTF8(err)) && f.fallBack():
		case errors.Is(err, errEncoding):
			return nil, f.src.Fault(0, "the text is read as UTF-8, but it is not all UTF-8", "say how it is written, for example --encoding windows-1252", nil)
		case errors.Is(err, errBinary):
			return nil, f.src.Fault(0, "this is binary data, not a list", "export the list as XLSX or CSV", nil)
		case errors.Is(err, errPoint):
			if err := f.lateSigns(ctx); err != nil {
				return nil, err
			}
		default:
			return nil, err
		}
	}
}

// fallBack takes text that is not UTF-8 for Windows-1252, unless the user or the file
// itself says that it is UTF-8.
func (f *File) fallBack() bool {
	if f.encoding != source.UTF8 || f.encodingSaid || bytes.HasPrefix(f.src.Head(), []byte(bom)) {
		return false
	}
	f.encoding = source.Windows1252
	f.Profile.Encoding = f.encoding.String()
	f.note("encoding", "the text is not UTF-8; read as Windows-1252")
	return true
}

func (f *File) load(ctx context.Context, sink Sink, progress Progress) (*Loaded, error) {
	p, err := compile(f.Profile, f.src.Format == source.Text)
	if err != nil {
		return nil, err
	}
	m := newMerger(f, p, sink)
	if f.src.Format == source.Text && len(p.profile.Carry) == 0 && p.profile.Heading < 0 && !f.oneByOne {
		err = f.parallel(ctx, p, m, progress)
	} else {
		err = f.serial(ctx, p, m, progress)
	}
	if err != nil {
		return nil, err
	}
	return m.finish()
}

// cutter cuts text into blocks of the file's block size.
func (f *File) cutter(r io.Reader) *text.Cutter {
	cut := text.NewCutter(r, f.src.Name)
	if f.blockSize > 0 {
		cut.SetSize(f.blockSize)
	}
	return cut
}

// text is the decoded text with line feeds as line ends.
func (f *File) text() (io.ReadCloser, error) {
	r, err := f.src.Text(f.encoding)
	if err != nil || !f.returns {
		return r, err
	}
	return wrapped(&returns{r}, r), nil
}

// stream is the text for parallel reading. UTF-8 comes as it is stored, because the
// workers check it block by block; the rest is decoded and checked on the way.
func (f *File) stream() (io.ReadCloser, error) {
	if f.encoding != source.UTF8 || f.returns {
		return f.text()
	}
	raw, err := f.src.Bytes()
	if err != nil {
		return nil, err
	}
	head := make([]byte, len(bom))
	n, err := io.ReadFull(raw, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return nil, errors.Join(err, raw.Close())
	}
	head = bytes.TrimPrefix(head[:n], []byte(bom))
	return wrapped(io.MultiReader(bytes.NewReader(head), raw), raw), nil
}

// bom is the byte order mark of UTF-8.
const bom = "\xef\xbb\xbf"

// wrapped reads through r and closes c.
func wrapped(r io.Reader, c io.Closer) io.ReadCloser {
	return struct {
		io.Reader
		io.Closer
	}{r, c}
}

// returns turns the lone carriage returns by which old Macintosh files end their
// lines into line feeds.
type returns struct{ r io.Reader }

func (r *returns) Read(p []byte) (int, error) {
	n, err := r.r.Read(p)
	for i, c := range p[:n] {
		if c == '\r' {
			p[i] = '\n'
		}
	}
	return n, err
}
