// Package intake turns any reasonable file into ledger lines, and accounts for
// every record of it. Inspect looks at a file and proposes a Profile, with its
// evidence and with questions where the data could go two ways; Load applies the
// profile to every record, in file order, on all cores.
package intake

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"

	"clientele/internal/fault"
	"clientele/internal/intake/columnar"
	"clientele/internal/intake/jsonl"
	"clientele/internal/intake/record"
	"clientele/internal/intake/role"
	"clientele/internal/intake/sheet"
	"clientele/internal/intake/source"
	"clientele/internal/intake/text"
	"clientele/internal/period"
)

// Note is something the user should know about how a file is read. It is no
// question: it has one answer.
type Note struct {
	Code string // stable: "encoding", "net_assumed"
	Text string
}

// File is one input with its reading.
type File struct {
	Profile    *Profile
	Remembered bool     // the profile was known from an earlier import
	Facts      string   // what the file lists: "sales", "pipeline", "clients" …
	Evidence   []string // why it is read like this
	Notes      []Note
	Questions  []fault.Question

	prop     role.Proposal
	src      *source.Source
	encoding source.Encoding
	header   int64 // physical line of the header, 0 if there is none
	today    period.Date
}

func (f *File) note(code, text string) {
	for _, n := range f.Notes {
		if n.Code == code {
			return
		}
	}
	f.Notes = append(f.Notes, Note{code, text})
}

func (f *File) evidence(text string) {
	if text != "" {
		f.Evidence = append(f.Evidence, text)
	}
}

func (f *File) ask(q fault.Question) {
	for _, have := range f.Questions {
		if have.Code == q.Code {
			return
		}
	}
	f.Questions = append(f.Questions, q)
}

// Name is the file's name as the user gave it.
func (f *File) Name() string { return f.src.Name }

// HasDocuments reports whether lines name their documents.
func (f *File) HasDocuments() bool { return f.Profile.Column(role.Document) >= 0 }

// HeaderLine is the physical line of the header, 0 if there is none.
func (f *File) HeaderLine() int64 { return f.header }

// size is the bytes a text reader will go through, 0 if that is not known.
func (f *File) size() int64 {
	if f.src.Compression == source.Plain {
		return f.src.Size
	}
	return 0
}

// AskError is the questions as an error, nil if there are none.
func (f *File) AskError() error {
	if len(f.Questions) == 0 {
		return nil
	}
	return &fault.Error{
		Kind: fault.Ask, Op: "read file", Message: "the file can be read in more than one way",
		Place: fault.Place{File: f.src.Name}, Questions: f.Questions,
	}
}

// reader opens the file's records from the start.
func (f *File) reader(ctx context.Context) (record.Reader, io.Closer, error) {
	switch f.src.Format {
	case source.XLSX:
		return opened(sheet.Open(f.src, f.Profile.Sheet))
	case source.Parquet:
		return opened(columnar.Open(f.src))
	case source.JSONLines:
		return opened(jsonl.Open(ctx, f.src, f.encoding))
	case source.Text:
	}
	r, err := f.src.Text(f.encoding)
	if err != nil {
		return nil, nil, err
	}
	return text.NewReader(text.NewCutter(r, f.src.Name), f.Profile.comma()), r, nil
}

// opened splits a reader that is its own closer.
func opened[R interface {
	record.Reader
	io.Closer
}](r R, err error) (record.Reader, io.Closer, error) {
	if err != nil {
		return nil, nil, err
	}
	return r, r, nil
}

// comma is the delimiter byte.
func (p *Profile) comma() byte {
	if p.Delimiter == "" {
		return ','
	}
	return p.Delimiter[0]
}

// badRecord recognises a record that its reader could not take apart.
func (f *File) badRecord(err error) *record.BadRecord {
	if bad := (*record.BadRecord)(nil); errors.As(err, &bad) {
		return bad
	}
	return nil
}

// Options of an inspection.
type Options struct {
	Answers Answers
	// Remember finds the profile of a header set by its key; nil if none is kept.
	Remember func(key string) (*Profile, bool)
	// Thorough settles the encoding from the whole file before it is loaded, so that
	// Load never has to start over.
	Thorough bool
	// Today bounds what counts as known: later dates are loaded, and counted apart.
	Today period.Date
}

// Inspect looks at a file and proposes how to read it. It fails for files that
// cannot be read at all; what the data cannot decide is in Questions.
func Inspect(ctx context.Context, src *source.Source, o Options) (*File, error) {
	if err := o.Answers.check(); err != nil {
		return nil, err
	}
	f := &File{src: src, Profile: &Profile{Roles: map[role.Role]int{}, Points: map[int]string{}, Heading: -1}}
	for _, n := range src.Notes {
		f.note("source", n)
	}
	f.today = o.Today
	if err := f.dialect(ctx, o); err != nil {
		return nil, err
	}
	rows, err := f.sampleRows(ctx)
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, src.Fault(0, "the file has no records", "export it again with its rows", nil)
	}
	data := f.head(rows)
	if p, ok := f.remembered(o); ok {
		p.Overlap = ""
		p.Encoding, p.Delimiter, p.Sheet, p.Headers = f.Profile.Encoding, f.Profile.Delimiter, f.Profile.Sheet, f.Profile.Headers
		f.Profile, f.Remembered, f.Facts = p, true, "sales"
		f.evidence("the same columns as an earlier import: its profile is used")
		return f, nil
	}
	if err := f.columns(data, &o.Answers); err != nil {
		return nil, err
	}
	if len(f.Questions) > 0 && f.Profile.Amount == "" && f.Profile.Column(role.Amount) < 0 {
		return f, nil
	}
	return f, f.styles(ctx, data, &o.Answers)
}

// dialect settles encoding and delimiter, or the sheet.
func (f *File) dialect(ctx context.Context, o Options) error {
	a := &o.Answers
	f.Profile.Sheet = a.Sheet
	if f.src.Format != source.Text {
		return nil
	}
	head := f.src.Head()
	if a.Encoding != "" {
		enc, err := source.ParseEncoding(a.Encoding)
		if err != nil {
			return err
		}
		f.encoding = enc
	} else {
		why := ""
		f.encoding, why = source.SniffEncoding(head)
		if o.Thorough && f.encoding == source.UTF8 {
			var err error
			if f.encoding, why, err = f.src.Encoding(ctx); err != nil {
				return err
			}
		}
		if f.encoding != source.UTF8 {
			f.note("encoding", why)
		}
		f.evidence(why)
	}
	f.Profile.Encoding = f.encoding.String()
	comma, err := a.comma()
	if err != nil {
		return err
	}
	if comma == 0 {
		lines, err := f.headLines()
		if err != nil {
			return err
		}
		g := text.Sniff(lines)
		if g.Fields < 2 {
			f.ask(fault.Question{
				Code: "delimiter", Text: "No delimiter cuts the lines into columns.",
				Evidence: []string{"comma, semicolon, tab and bar were tried"}, Flag: "--delimiter comma|semicolon|tab|bar",
			})
		}
		comma = g.Comma
		f.evidence(g.Why)
	}
	f.Profile.Delimiter = string(comma)
	return nil
}

// headLines is the beginning of the text in whole lines.
func (f *File) headLines() ([]byte, error) {
	r, err := f.src.Text(f.encoding)
	if err != nil {
		return nil, err
	}
	defer r.Close() //nolint:errcheck // read only
	const sniffed = 128 << 10
	buf := make([]byte, sniffed)
	n, err := io.ReadFull(r, buf)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, err
	}
	whole := n < sniffed
	buf = buf[:n]
	if !whole {
		for n > 0 && buf[n-1] != '\n' {
			n--
		}
		if n > 0 {
			buf = buf[:n]
		}
	}
	return buf, nil
}

func (f *File) sampleRows(ctx context.Context) ([]row, error) {
	r, closer, err := f.reader(ctx)
	if err != nil {
		return nil, err
	}
	defer closer.Close() //nolint:errcheck // read only
	return sample(r, sampleRecords)
}

// head finds the header and returns the rows below it.
func (f *File) head(rows []row) []row {
	at := findHeader(rows)
	if at < 0 {
		w := width(rows)
		f.Profile.Headers = make([]string, w)
		f.note("no_header", "no header row was found; columns are numbered")
		return rows
	}
	f.header = rows[at].line
	headers := make([]string, len(rows[at].fields))
	for i, h := range rows[at].fields {
		headers[i] = string(trim(h))
	}
	for len(headers) > 1 && headers[len(headers)-1] == "" && !usedBelow(rows[at+1:], len(headers)-1) {
		headers = headers[:len(headers)-1]
	}
	f.Profile.Headers = headers
	if at > 0 {
		f.evidence(fmt.Sprintf("the header is line %d", f.header))
	}
	return rows[at+1:]
}

func usedBelow(rows []row, col int) bool {
	for i := range rows {
		if col < len(rows[i].fields) && len(trim(rows[i].fields[col])) > 0 {
			return true
		}
	}
	return false
}

// remembered finds a profile for the header set, unless the user says how to read it.
func (f *File) remembered(o Options) (*Profile, bool) {
	if o.Remember == nil || f.header == 0 || o.Answers.said() {
		return nil, false
	}
	p, ok := o.Remember(Key(f.Profile.Headers))
	if !ok {
		return nil, false
	}
	return p.relocate(f.Profile.Headers)
}

// Reopen makes a file of a source whose profile is known, as a rebuild does.
func Reopen(ctx context.Context, src *source.Source, p *Profile) (*File, error) {
	f := &File{src: src, Profile: p, Facts: "sales", Remembered: true}
	if src.Format == source.Text {
		enc, err := source.ParseEncoding(p.Encoding)
		if err != nil {
			return nil, err
		}
		f.encoding = enc
	}
	rows, err := f.sampleRows(ctx)
	if err != nil {
		return nil, err
	}
	if at := findHeader(rows); at >= 0 && slices.ContainsFunc(p.Headers, func(h string) bool { return h != "" }) {
		f.header = rows[at].line
	}
	return f, nil
}

// SetToday says which day bounds what counts as known.
func (f *File) SetToday(day period.Date) { f.today = day }

// relocate fits a remembered profile to the column order of another file.
func (p *Profile) relocate(headers []string) (*Profile, bool) {
	out := *p
	out.Roles, out.Points = map[role.Role]int{}, map[int]string{}
	move := func(old int) (int, bool) {
		if old < 0 || old >= len(p.Headers) {
			return old, old < 0
		}
		if p.Headers[old] == "" {
			return old, old < len(headers) && headers[old] == ""
		}
		i, err := FindColumn(headers, p.Headers[old])
		return i, err == nil
	}
	for r, old := range p.Roles {
		i, ok := move(old)
		if !ok {
			return nil, false
		}
		out.Roles[r] = i
	}
	for old, point := range p.Points {
		i, ok := move(old)
		if !ok {
			return nil, false
		}
		out.Points[i] = point
	}
	var ok bool
	out.Heading, ok = move(p.Heading)
	return &out, ok
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }
