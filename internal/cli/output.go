package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"clientele/internal/fault"
)

// file is where -o writes: complete, or not at all. What is no plain file, such as a
// pipe or a device, is written straight through.
type file struct {
	path   string      // as the user names it
	target string      // the plain file behind it
	mode   fs.FileMode // that the file gets
	temp   *os.File    // beside the target; nil once kept or dropped
	open   *os.File    // what is no plain file; nil once closed
}

// linksMax is how many links are followed from one to the next.
const linksMax = 40

// create opens a file beside the one that is named, so that a failed run leaves what
// was there. Inputs are the files that the run reads: none of them is written.
func create(path string, inputs []string) (*file, error) {
	f := &file{path: path, target: path, mode: 0o644}
	info, err := os.Stat(path)
	if err == nil {
		if err := f.refuse(info, inputs); err != nil {
			return nil, err
		}
		if !info.Mode().IsRegular() {
			f.open, err = os.OpenFile(path, os.O_WRONLY, 0) //nolint:gosec // the user names it
			return f, f.wrap(err)
		}
		f.mode = info.Mode().Perm()
		writable, err := os.OpenFile(path, os.O_WRONLY, 0) //nolint:gosec // what would be replaced has to be open to change
		if err == nil {
			err = writable.Close()
		}
		if err != nil {
			return nil, f.wrap(err)
		}
	}
	for range linksMax {
		to, err := os.Readlink(f.target)
		if err != nil { // no link
			break
		}
		if !filepath.IsAbs(to) {
			to = filepath.Join(filepath.Dir(f.target), to)
		}
		f.target = to
	}
	f.temp, err = os.CreateTemp(filepath.Dir(f.target), "."+filepath.Base(f.target)+".*")
	return f, f.wrap(err)
}

// refuse tells what must not be written: a folder, and what the run reads.
func (f *file) refuse(info fs.FileInfo, inputs []string) error {
	if info.IsDir() {
		return fault.New(fault.Usage, "open output", f.path+" is a folder", "name a file in it: -o "+filepath.Join(f.path, "line.json"))
	}
	for _, name := range inputs {
		said := name
		if name == "-" {
			name, said = "/dev/stdin", "standard input" // where there is no such file, nothing is compared
		}
		if in, err := os.Stat(name); err == nil && os.SameFile(in, info) {
			return fault.New(fault.Usage, "open output", "-o "+f.path+" would overwrite what is read", "name another file; "+said+" is an input")
		}
	}
	return nil
}

// wrap says that the file cannot be opened.
func (f *file) wrap(err error) error {
	if err == nil {
		return nil
	}
	kind := fault.Failed
	if errors.Is(err, fs.ErrNotExist) {
		kind = fault.NotFound
	}
	return fault.Wrap(err, kind, "open output", "cannot write "+f.path, "check the folder of -o")
}

// to is what takes the bytes, nil once the file is kept or dropped.
func (f *file) to() *os.File {
	if f.open != nil {
		return f.open
	}
	return f.temp
}

// keep gives the file its name.
func (f *file) keep() error {
	temp, open := f.temp, f.open
	f.temp, f.open = nil, nil
	if open != nil {
		if err := open.Close(); err != nil {
			return fault.Wrap(err, fault.Failed, "write output", "cannot write "+f.path, "check what -o leads to")
		}
		return nil
	}
	err := errors.Join(temp.Chmod(f.mode), temp.Close())
	if err == nil {
		err = os.Rename(temp.Name(), f.target)
	}
	if err != nil {
		return fault.Wrap(errors.Join(err, os.Remove(temp.Name())), fault.Failed, "write output", "cannot write "+f.path, "check the disk and the folder")
	}
	return nil
}

// drop removes what was not kept.
func (f *file) drop() error {
	temp, open := f.temp, f.open
	f.temp, f.open = nil, nil
	if open != nil {
		return open.Close()
	}
	if temp == nil {
		return nil
	}
	if err := errors.Join(temp.Close(), os.Remove(temp.Name())); err != nil {
		return fault.Wrap(err, fault.Failed, "write output", "cannot remove "+temp.Name(), "remove it by hand")
	}
	return nil
}

// print writes data where the user wants it.
func (r *run) print(data []byte) error {
	to := r.out
	if r.file != nil && r.file.to() != nil {
		to = r.file.to()
	}
	if _, err := to.Write(data); err != nil {
		return fault.Wrap(err, fault.Failed, "write output", "cannot write the answer", "check the disk, or where standard output leads")
	}
	r.wrote = true
	return nil
}

// document prints one JSON document.
func (r *run) document(v any) error {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(v); err != nil {
		return err
	}
	return r.print(b.Bytes())
}

// say writes to standard error. Where that is closed nobody can be told.
func (r *run) say(text string) {
	if _, err := io.WriteString(r.err, text); err != nil {
		return
	}
}
