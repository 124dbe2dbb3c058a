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

// file is where -o writes: complete, or not at all.
type file struct {
	path string
	temp *os.File // nil once kept or dropped
}

// create opens a file beside the one that is named, so that a failed run leaves what
// was there.
func create(path string) (*file, error) {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return nil, fault.New(fault.Usage, "open output", path+" is a folder", "name a file in it: -o "+filepath.Join(path, "line.json"))
	}
	temp, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		kind := fault.Failed
		if errors.Is(err, fs.ErrNotExist) {
			kind = fault.NotFound
		}
		return nil, fault.Wrap(err, kind, "open output", "cannot write "+path, "check the folder of -o")
	}
	return &file{path, temp}, nil
}

// keep gives the file its name.
func (f *file) keep() error {
	temp := f.temp
	f.temp = nil
	err := errors.Join(temp.Chmod(0o644), temp.Close())
	if err == nil {
		err = os.Rename(temp.Name(), f.path)
	}
	if err != nil {
		return fault.Wrap(errors.Join(err, os.Remove(temp.Name())), fault.Failed, "write output", "cannot write "+f.path, "check the disk and the folder")
	}
	return nil
}

// drop removes what was not kept.
func (f *file) drop() error {
	if f.temp == nil {
		return nil
	}
	temp := f.temp
	f.temp = nil
	if err := errors.Join(temp.Close(), os.Remove(temp.Name())); err != nil {
		return fault.Wrap(err, fault.Failed, "write output", "cannot remove "+temp.Name(), "remove it by hand")
	}
	return nil
}

// print writes data where the user wants it.
func (r *run) print(data []byte) error {
	to := r.out
	if r.file != nil && r.file.temp != nil {
		to = r.file.temp
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
