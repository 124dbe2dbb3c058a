// Package intake turns any reasonable file into ledger lines, and accounts for
// every record of it. Inspect looks at a file and proposes a Profile, with its
// evidence and with questions where the data could go two ways; Load applies the
// profile to every record, in file order, on all cores.
package intake

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

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
	// encodingSaid: the user names the encoding, so no other is tried.
	encodingSaid bool
	returns      bool  // lines end in carriage returns alone
	header       int64 // physical line of the header, 0 if there is none or it stands on no line
	headed       bool  // there is a header
	cut          bool  // the sample is not the whole file
	today        period.Date
	blockSize    int    // bytes of text that are read at a time; 0: the default
	workers      int    // parsers; 0: as many as there are processors
	oneByOne     bool   // read record by record
	list         string // the facts that are read, where it is no list of sales
	fiscal       int    // month in which the fiscal year begins
	costs        bool   // the direct cost of lines is read too
}

// newFile is a file about which nothing is known yet.
func newFile(src *source.Source) *File {
	f := &File{src: src, Profile: &Profile{Roles: map[role.Role]int{}, Points: map[int]string{}, Heading: -1}}
	for _, n := range src.Notes {
		f.note("source", n)
	}
	return f
}

func (f *File) note(code, text string) {
	for _, n := range f.Notes {
		if n.Code == code && (n.Text == text || code == "encoding") {
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

// ByName reports whether clients are known by their names alone.
func (f *File) ByName() bool {
	return f.Profile.Column(role.Client) >= 0 && f.Profile.Column(role.ClientID) < 0
}

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
	r, err := f.text()
	if err != nil {
		return nil, nil, err
	}
	return text.NewReader(f.cutter(r), f.Profile.comma()), r, nil
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
func badRecord(err error) *record.BadRecord {
	bad, _ := errors.AsType[*record.BadRecord](err)
	return bad
}

// Options of an inspection.
type Options struct {
	Answers Answers
	// Remember finds the profile of a header set by its key; nil if none is kept.
	Remember func(key string) (*Profile, bool)
	// Thorough settles the encoding from the whole file before it is loaded, so that
	// Load never has to start over.
	Thorough bool
	// List is the list of facts that the file is, "" for sales.
	List string
	// Costs says that the direct cost of each line is read too, where the file tells it.
	Costs bool
	// FiscalStart is the month in which the fiscal year begins; 0 is January.
	FiscalStart int
	// Today bounds what counts as known: later dates are loaded, and counted apart.
	Today period.Date
}

// Inspect looks at a file and proposes how to read it. It fails for files that
// cannot be read at all; what the data cannot decide is in Questions.
func Inspect(ctx context.Context, src *source.Source, o Options) (*File, error) {
	if err := o.Answers.check(); err != nil {
		return nil, err
	}
	f := newFile(src)
	err := f.inspect(ctx, o)
	if err != nil && source.NotUTF8(err) && f.fallBack() {
		other := newFile(src)
		o.Answers.Encoding = f.encoding.String()
		err = other.inspect(ctx, o)
		other.encodingSaid = false
		other.note("encoding", "the text is not UTF-8; read as Windows-1252")
		f = other
	}
	if err != nil {
		return nil, err
	}
	return f, nil
}

func (f *File) inspect(ctx context.Context, o Options) error {
	f.today, f.costs, f.list, f.fiscal = o.Today, o.Costs, o.List, o.FiscalStart
	if err := f.dialect(ctx, o); err != nil {
		return err
	}
	rows, err := f.sampleRows(ctx)
	if err != nil {
		return err
	}
	data := f.head(rows)
	if err := f.checkRows(data); err != nil {
		return err
	}
	if p, ok := f.remembered(o); ok {
		p.Overlap, p.Aliases, p.For, p.PlanName, p.Fiscal = "", nil, nil, "", o.FiscalStart
		p.Encoding, p.Delimiter, p.Sheet, p.Headers = f.Profile.Encoding, f.Profile.Delimiter, f.Profile.Sheet, f.Profile.Headers
		f.Profile, f.Remembered, f.Facts = p, true, p.facts()
		f.evidence("the same columns as an earlier import: its profile is used")
		if !f.costs {
			p.Cost = ""
		}
		if len(p.Across) > 0 {
			f.across(&o.Answers)
		}
		if f.askPeriod(); len(f.Questions) > 0 {
			return nil
		}
		return f.unseen(ctx, data, &o.Answers)
	}
	if f.list != "" {
		if err := f.factColumns(data, &o.Answers); err != nil || len(f.Questions) > 0 {
			return err
		}
		return f.styles(ctx, data, &o.Answers)
	}
	if err := f.columns(data, &o.Answers); err != nil {
		return err
	}
	if len(f.Questions) > 0 && f.Profile.Amount == "" && f.Profile.Column(role.Amount) < 0 {
		return nil
	}
	if err := f.styles(ctx, data, &o.Answers); err != nil {
		return err
	}
	f.marginUnit(data, &o.Answers)
	return nil
}

// unseen decides what the file of a remembered profile did not show.
func (f *File) unseen(ctx context.Context, data []row, a *Answers) error {
	if f.Profile.OrderUnseen {
		f.Profile.OrderUnseen = false
		if err := f.dateOrder(ctx, data, a); err != nil {
			return err
		}
	}
	if !f.Profile.SignUnseen {
		return nil
	}
	f.Profile.SignUnseen, f.Profile.Points = false, map[int]string{}
	return f.points(ctx, data, a)
}

// columnsMax is how many columns a list may have: as many as a workbook's sheet.
const columnsMax = 16_384

// checkRows refuses a file without records, and what is far too wide for a list.
func (f *File) checkRows(data []row) error {
	if n := len(f.Profile.Headers); n > columnsMax {
		return f.src.Fault(f.header, fmt.Sprintf("the list has %d columns, more than %d", n, columnsMax), "export the columns with client, date and amount", nil)
	}
	for i := range data {
		if data[i].filled() > 0 {
			return nil
		}
	}
	message := "the file has no records"
	if f.headed {
		message = "the file has a header and no records"
	}
	return f.src.Fault(0, message, "export it again with its rows", nil)
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
		f.encoding, f.encodingSaid = enc, true
	} else {
		enc, why := source.SniffEncoding(head)
		if o.Thorough && enc == source.UTF8 {
			var err error
			if enc, why, err = f.src.Encoding(ctx); err != nil {
				return err
			}
		}
		f.encoding = enc
		if f.encoding != source.UTF8 {
			f.note("encoding", "read as "+f.encoding.String()+": "+why)
		}
		f.evidence(why)
	}
	f.Profile.Encoding = f.encoding.String()
	return f.delimiter(a)
}

// delimiter settles line ends and delimiter.
func (f *File) delimiter(a *Answers) error {
	lines, err := f.headLines()
	if err != nil {
		return err
	}
	if bytes.IndexByte(lines, '\n') < 0 && bytes.IndexByte(lines, '\r') >= 0 {
		f.returns = true
		f.evidence("lines end in a carriage return alone, as old Macintosh files do")
		lines = bytes.ReplaceAll(lines, []byte{'\r'}, []byte{'\n'})
	}
	comma, err := a.comma()
	if err != nil {
		return err
	}
	if comma == 0 {
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
	rows, cut, err := sample(ctx, r)
	f.cut = cut
	if n, ok := r.(interface{ Notes() []string }); ok {
		for _, text := range n.Notes() {
			f.note("source", text)
		}
	}
	return rows, err
}

// headerOf is the place of the header among the sampled rows, -1 if there is none.
// Parquet and JSON always have one.
func (f *File) headerOf(rows []row) int {
	if typed := f.src.Format == source.Parquet || f.src.Format == source.JSONLines; typed && len(rows) > 0 {
		return 0
	}
	return findHeader(rows)
}

// head finds the header and returns the rows below it.
func (f *File) head(rows []row) []row {
	at := f.headerOf(rows)
	if at < 0 {
		w := width(rows)
		f.Profile.Headers = make([]string, w)
		f.note("no_header", "no header row was found; columns are numbered")
		return rows
	}
	f.header, f.headed = rows[at].line, true
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
	if o.Remember == nil || !f.headed || o.Answers.said() {
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
	f := newFile(src)
	f.Profile, f.Facts, f.Remembered = p, p.facts(), true
	if src.Format == source.Text {
		enc, err := source.ParseEncoding(p.Encoding)
		if err != nil {
			return nil, err
		}
		f.encoding, f.encodingSaid = enc, true
		lines, err := f.headLines()
		if err != nil {
			return nil, err
		}
		f.returns = bytes.IndexByte(lines, '\n') < 0 && bytes.IndexByte(lines, '\r') >= 0
	}
	rows, err := f.sampleRows(ctx)
	if err != nil {
		return nil, err
	}
	if at := f.headerOf(rows); at >= 0 && slices.ContainsFunc(p.Headers, func(h string) bool { return h != "" }) {
		f.header, f.headed = rows[at].line, true
	}
	return f, nil
}

// SetToday says which day bounds what counts as known.
func (f *File) SetToday(day period.Date) { f.today = day }

// relocate fits a remembered profile to the column order of another file. It fails
// where the order differs and a name does not tell which column is meant.
func (p *Profile) relocate(headers []string) (*Profile, bool) {
	out := *p
	if slices.EqualFunc(p.Headers, headers, func(a, b string) bool { return strings.TrimSpace(a) == strings.TrimSpace(b) }) {
		return &out, true
	}
	if strings.Contains(p.Amount, "[#") {
		return nil, false
	}
	out.Roles, out.Points = map[role.Role]int{}, map[int]string{}
	good := true
	move := func(old int) int {
		if old < 0 || old >= len(p.Headers) {
			return old
		}
		_, err := FindColumn(p.Headers, p.Headers[old])
		i, missing := FindColumn(headers, p.Headers[old])
		good = good && err == nil && missing == nil
		return i
	}
	for r, old := range p.Roles {
		out.Roles[r] = move(old)
	}
	for old, point := range p.Points {
		out.Points[move(old)] = point
	}
	out.Second, out.Drivers, out.Plan = moved(p.Second, move), moved(p.Drivers, move), moved(p.Plan, move)
	out.Across = nil
	for _, old := range p.Across {
		out.Across = append(out.Across, move(old))
	}
	out.Heading = move(p.Heading)
	return &out, good
}

// moved are columns by what they are for, where they stand now; nil stays nil.
func moved[K comparable](columns map[K]int, move func(int) int) map[K]int {
	if columns == nil {
		return nil
	}
	out := make(map[K]int, len(columns))
	for k, old := range columns {
		out[k] = move(old)
	}
	return out
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }
