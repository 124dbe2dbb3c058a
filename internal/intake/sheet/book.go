package sheet

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"path"
	"strconv"
	"strings"

	"clientele/internal/fault"
	"clientele/internal/intake/source"
)

// Info is one sheet of a workbook.
type Info struct {
	Name   string
	Rows   int64 // last row by the sheet's own word, 0 if it says nothing
	Hidden bool
	Empty  bool // it has no value at all
}

// book is an opened workbook: where its sheets are and how numbers are shown.
type book struct {
	src    *source.Source
	parts  map[string]*zip.File
	sheets []place
	dates  []bool   // by cell style: its number format shows a day
	units  []string // by cell style: what its number format shows beside the number
	united bool     // one of them does
	from04 bool     // days count from 1904
}

// place is a sheet and its part.
type place struct {
	name   string
	part   string
	hidden bool
}

const stylesMax = 65_536 // Excel stops at 65,490 cell styles

func openBook(src *source.Source) (*book, error) {
	at, size, err := src.ReaderAt()
	if err != nil {
		return nil, err
	}
	z, err := zip.NewReader(at, size)
	if err != nil {
		return nil, damaged(src, err)
	}
	b := &book{src: src, parts: map[string]*zip.File{}}
	for _, f := range z.File {
		b.parts[source.PartName(f.Name)] = f
	}
	for _, read := range []func() error{b.readWorkbook, b.readStyles} {
		if err := read(); err != nil {
			return nil, err
		}
	}
	if len(b.sheets) == 0 {
		return nil, src.Fault(0, "this workbook has no sheet with cells", "save the list as XLSX or CSV", nil)
	}
	return b, nil
}

func damaged(src *source.Source, cause error) error {
	if known, ok := errors.AsType[*fault.Error](cause); ok {
		return known
	}
	return src.Fault(0, "this workbook is damaged", "open it in a spreadsheet and save it again as XLSX or CSV", cause)
}

// each calls visit for every opening tag of a part. A missing part has none.
func (b *book) each(part string, visit func(s *scanner) error) (err error) {
	f := b.parts[part]
	if f == nil {
		return nil
	}
	r, err := f.Open()
	if err != nil {
		return damaged(b.src, err)
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	s, err := newScanner(r)
	for err == nil {
		var t token
		if t, err = s.next(); err != nil || t == tokenEnd {
			break
		}
		if t == tokenOpen {
			err = visit(s)
		}
	}
	if err != nil && !errors.Is(err, errStop) {
		return damaged(b.src, fmt.Errorf("part %s: %w", part, err))
	}
	return nil
}

// errStop ends each early.
var errStop = errors.New("stop")

// readWorkbook lists the sheets that hold cells, in their order.
func (b *book) readWorkbook() error {
	targets := map[string]string{}
	err := b.each("xl/_rels/workbook.xml.rels", func(s *scanner) error {
		if s.is("Relationship") && bytes.HasSuffix(s.attr("Type"), []byte("/worksheet")) && string(s.attr("TargetMode")) != "External" {
			target := s.attrText("Target")
			if !strings.HasPrefix(target, "/") {
				target = path.Join("xl", target)
			}
			targets[s.attrText("Id")] = source.PartName(path.Clean(target))
		}
		return nil
	})
	if err != nil {
		return err
	}
	return b.each("xl/workbook.xml", func(s *scanner) error {
		switch {
		case s.is("workbookPr"):
			b.from04 = truth(s.attr("date1904"))
		case s.is("sheet"):
			part, ok := targets[s.attrText("id")]
			if ok && b.parts[part] == nil {
				return fmt.Errorf("the part %s is missing", part)
			}
			if state := string(s.attr("state")); ok {
				b.sheets = append(b.sheets, place{s.attrText("name"), part, state == "hidden" || state == "veryHidden"})
			}
		}
		return nil
	})
}

func truth(v []byte) bool { return string(v) == "1" || string(v) == "true" }

// readStyles notes which cell styles show a day, a currency or a percentage.
func (b *book) readStyles() error {
	custom, units := map[int]bool{}, map[int]string{}
	inCells := false
	return b.each("xl/styles.xml", func(s *scanner) error {
		switch {
		case s.is("numFmt"):
			if id, err := strconv.Atoi(string(s.attr("numFmtId"))); err == nil && len(custom) < stylesMax {
				code := s.attrText("formatCode")
				custom[id], units[id] = customDate(code), unitOf(code)
			}
		case s.is("cellXfs"):
			inCells = true
		case s.is("cellStyles"), s.is("dxfs"):
			inCells = false
		case s.is("xf") && inCells:
			if len(b.dates) == stylesMax {
				return errors.New("there are too many styles")
			}
			id, err := strconv.Atoi(string(s.attr("numFmtId")))
			date, known := custom[id]
			if !known {
				date = builtinDate(id)
			}
			unit := units[id]
			if !known && (id == 9 || id == 10) { // 0% and 0.00%
				unit = percent
			}
			if date || err != nil {
				unit = ""
			}
			b.dates, b.units = append(b.dates, err == nil && date), append(b.units, unit)
			b.united = b.united || unit != ""
		}
		return nil
	})
}

// Sheets lists the sheets of a workbook that hold cells.
func Sheets(src *source.Source) ([]Info, error) {
	b, err := openBook(src)
	if err != nil {
		return nil, err
	}
	var out []Info
	for _, p := range b.sheets {
		info, err := b.look(p)
		if err != nil {
			return nil, err
		}
		out = append(out, info)
	}
	return out, nil
}

// look reads a sheet up to its first value.
func (b *book) look(p place) (Info, error) {
	info := Info{Name: p.name, Hidden: p.hidden, Empty: true}
	err := b.each(p.part, func(s *scanner) error {
		switch {
		case s.is("dimension"):
			ref := string(s.attr("ref"))
			if _, last, ok := strings.Cut(ref, ":"); ok {
				ref = last
			}
			if n, err := strconv.ParseInt(strings.TrimLeft(ref, "ABCDEFGHIJKLMNOPQRSTUVWXYZ$"), 10, 32); err == nil {
				info.Rows = n
			}
		case (s.is("v") || s.is("t")) && !s.empty:
			t, err := s.next()
			if err != nil {
				return err
			}
			if t == tokenText && len(bytes.TrimSpace(s.text)) > 0 {
				info.Empty = false
				return errStop
			}
		}
		return nil
	})
	return info, err
}

// choose finds the sheet to read: the named one, else the only visible one with values.
func (b *book) choose(name string) (place, error) {
	if name != "" {
		for _, exact := range []bool{true, false} {
			for _, p := range b.sheets {
				if p.name == name || (!exact && strings.EqualFold(p.name, strings.TrimSpace(name))) {
					return p, nil
				}
			}
		}
		return place{}, b.ask(fault.Usage, fmt.Sprintf("there is no sheet %q", name), b.sheets)
	}
	var visible, hidden []place
	for _, p := range b.sheets {
		info, err := b.look(p)
		switch {
		case err != nil:
			return place{}, err
		case info.Empty:
		case info.Hidden:
			hidden = append(hidden, p)
		default:
			visible = append(visible, p)
		}
	}
	switch {
	case len(visible) == 1:
		return visible[0], nil
	case len(visible) > 1:
		return place{}, b.ask(fault.Ask, "several sheets have data", visible)
	case len(hidden) > 0:
		return place{}, b.ask(fault.Ask, "only hidden sheets have data", hidden)
	}
	return place{}, b.src.Fault(0, "the workbook has no data", "save it with its values", nil)
}

// choicesMax is how many sheets a question lists.
const choicesMax = 50

// ask makes the error that carries the question which sheet to read.
func (b *book) ask(kind fault.Kind, message string, among []place) error {
	var quoted, choices []string
	for _, p := range among[:min(len(among), choicesMax)] {
		quoted = append(quoted, strconv.Quote(p.name))
		choices = append(choices, "--sheet "+strconv.Quote(p.name))
	}
	return &fault.Error{
		Kind: kind, Op: "read workbook", Place: fault.Place{File: b.src.Name}, Message: message,
		Remedy: "name one with --sheet: " + strings.Join(quoted, ", "),
		Questions: []fault.Question{{
			Code: "sheet", Text: "Which sheet holds the list?", Flag: "--sheet NAME", Choices: choices,
			Evidence: []string{message + ": " + strings.Join(quoted, ", ")},
		}},
	}
}

// texts are the shared strings of a workbook.
type texts struct {
	all  []byte
	ends []uint32
}

func (t *texts) at(i int) ([]byte, bool) {
	if i < 0 || i >= len(t.ends) {
		return nil, false
	}
	from := uint32(0)
	if i > 0 {
		from = t.ends[i-1]
	}
	return t.all[from:t.ends[i]], true
}

// readTexts loads the shared strings: the joined runs, without reading aids.
func (b *book) readTexts() (*texts, error) {
	t := &texts{}
	f := b.parts["xl/sharedstrings.xml"]
	if f == nil {
		return t, nil
	}
	r, err := f.Open()
	if err != nil {
		return nil, damaged(b.src, err)
	}
	if err := errors.Join(t.read(r), r.Close()); err != nil {
		return nil, damaged(b.src, fmt.Errorf("shared texts: %w", err))
	}
	return t, nil
}

func (t *texts) read(r io.Reader) error {
	s, err := newScanner(r)
	if err != nil {
		return err
	}
	for {
		tok, err := s.next()
		if err != nil || tok == tokenEnd {
			return err
		}
		if tok != tokenOpen || !s.is("si") {
			continue
		}
		from := len(t.all)
		if !s.empty {
			if t.all, err = appendRuns(t.all, s, "si"); err != nil {
				return err
			}
		}
		t.all = t.all[:from+len(unescapeX(t.all[from:]))]
		if len(t.all) > math.MaxUint32 {
			return errors.New("they take more than 4 GiB")
		}
		t.ends = append(t.ends, uint32(len(t.all))) //nolint:gosec // just checked
	}
}

// appendRuns joins the texts up to the closing tag: plain ones and those of rich text,
// but not the phonetic ones.
func appendRuns(dst []byte, s *scanner, until string) ([]byte, error) {
	inText, aside := false, false
	for {
		tok, err := s.next()
		if err != nil {
			return dst, err
		}
		switch tok {
		case tokenEnd:
			return dst, errCut
		case tokenOpen:
			inText = inText || (s.is("t") && !s.empty)
			aside = aside || (s.is("rPh") && !s.empty)
		case tokenClose:
			switch {
			case s.is(until):
				return dst, nil
			case s.is("t"):
				inText = false
			case s.is("rPh"):
				aside = false
			}
		case tokenText:
			if inText && !aside {
				dst = s.appendText(dst)
			}
		}
	}
}
