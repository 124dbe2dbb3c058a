package source

import (
	"archive/zip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"

	"clientele/internal/fault"
)

// checkWorkbook reads the directory of a ZIP archive and refuses what is no plain
// workbook, or one that costs too much, before any of it is unpacked.
func (s *Source) checkWorkbook() error {
	r, size, err := s.ReaderAt()
	if err != nil {
		return err
	}
	if err := s.checkDirectory(r, size); err != nil {
		return err
	}
	z, err := zip.NewReader(r, size)
	if err != nil {
		return s.damagedZip(err)
	}
	if err := s.checkKind(z); err != nil {
		return err
	}
	return s.checkParts(z)
}

func (s *Source) damagedZip(cause error) error {
	return s.fail(fault.Input, "this workbook or ZIP archive is damaged or cut off", "copy or download the file again", cause)
}

// checkDirectory reads the end record of the archive (PKWARE APPNOTE 4.3.16 and
// 4.3.14), because reading a directory of a million entries already costs memory.
func (s *Source) checkDirectory(r io.ReaderAt, size int64) error {
	tail := make([]byte, min(size, 22+1<<16))
	base := size - int64(len(tail))
	if _, err := r.ReadAt(tail, base); err != nil && !errors.Is(err, io.EOF) {
		return s.fail(fault.Failed, "reading failed", "try again", err)
	}
	at := strings.LastIndex(string(tail), "PK\x05\x06")
	if at < 0 || len(tail)-at < 22 {
		return s.damagedZip(errors.New("no directory"))
	}
	end := tail[at:]
	count := uint64(binary.LittleEndian.Uint16(end[10:]))
	offset := uint64(binary.LittleEndian.Uint32(end[16:]))
	if at >= 20 && string(tail[at-20:at-16]) == "PK\x06\x07" { // a 64-bit end record
		where := binary.LittleEndian.Uint64(tail[at-12:])
		var big [56]byte
		if where > uint64(size) { //nolint:gosec // a size is not negative
			return s.damagedZip(errors.New("no directory"))
		}
		if _, err := r.ReadAt(big[:], int64(where)); err != nil { //nolint:gosec // below the size, as checked above
			return s.damagedZip(err)
		}
		count = binary.LittleEndian.Uint64(big[32:])
		offset = binary.LittleEndian.Uint64(big[48:])
	}
	limits := s.limits
	if count > uint64(limits.WorkbookParts) { //nolint:gosec // limits are above 0
		return s.fail(fault.Input, fmt.Sprintf("this archive has %d parts, no workbook has", count), "save the list as XLSX or CSV", nil)
	}
	endAt := uint64(base) + uint64(at)                                  //nolint:gosec // offsets in a file
	if offset > endAt || endAt-offset > uint64(limits.DirectoryBytes) { //nolint:gosec // limits are above 0
		return s.damagedZip(errors.New("the directory has a wrong size"))
	}
	return nil
}

// checkKind tells a workbook from the other things that are ZIP archives.
func (s *Source) checkKind(z *zip.Reader) error {
	names := map[string]*zip.File{}
	for _, f := range z.File {
		name := PartName(f.Name)
		if names[name] != nil {
			return s.damagedZip(fmt.Errorf("two parts are called %q", f.Name))
		}
		names[name] = f
		if f.Flags&1 != 0 {
			return s.fail(fault.Input, "this archive has a password", "save it without a password", nil)
		}
	}
	has := func(name string) bool { return names[name] != nil }
	switch {
	case has("xl/vbaproject.bin"), anyPrefix(names, "xl/macrosheets/"):
		return s.fail(fault.Input, "this workbook contains macros", "save it as XLSX without macros, or as CSV", nil)
	case has("xl/workbook.bin"):
		return s.fail(fault.Input, "this is a binary workbook (.xlsb)", "save it as XLSX or CSV", nil)
	case has("[content_types].xml") && has("xl/workbook.xml"):
		return nil
	case has("word/document.xml"):
		return s.fail(fault.Input, "this is a Word document", "save the table in it as XLSX or CSV", nil)
	case has("ppt/presentation.xml"):
		return s.fail(fault.Input, "this is a presentation", "save the table in it as XLSX or CSV", nil)
	case has("mimetype") && has("content.xml"):
		return s.fail(fault.Input, "this is an OpenDocument file (.ods)", "save it as XLSX or CSV", nil)
	case anyPrefix(names, "index/"):
		return s.fail(fault.Input, "this is a Numbers or Pages document", "export it as XLSX or CSV", nil)
	}
	return s.fail(fault.Input, "this is a ZIP archive, not a workbook", "unpack it and name the files in it", nil)
}

// PartName is the form in which parts of a workbook are looked up: slashes forward,
// no leading slash, lower case, since writers differ.
func PartName(name string) string {
	return strings.ToLower(strings.TrimPrefix(strings.ReplaceAll(name, "\\", "/"), "/"))
}

func anyPrefix(names map[string]*zip.File, prefix string) bool {
	for name := range names {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}

// checkParts bounds what the parts unpack to. The sizes of the directory can lie,
// but the ZIP reader gives up no more than they say.
func (s *Source) checkParts(z *zip.Reader) error {
	l := s.limits
	var sum uint64
	for _, f := range z.File {
		size := f.UncompressedSize64
		sum += size
		if size > uint64(l.WorkbookMax) || sum > uint64(l.WorkbookMax) { //nolint:gosec // limits are above 0
			return s.fail(fault.Input, "this workbook unpacks to more than "+mebibytes(l.WorkbookMax), "save the sheet as CSV", nil)
		}
		if size > uint64(l.WorkbookFloor) && size/uint64(l.WorkbookRatio) > f.CompressedSize64 { //nolint:gosec // limits are above 0
			return s.fail(fault.Input,
				fmt.Sprintf("a part of this workbook unpacks to more than %d times its size", l.WorkbookRatio),
				"save the sheet as CSV", nil)
		}
	}
	return nil
}
