package vault

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"

	"clientele/internal/clock"
	"clientele/internal/fault"
)

// Folder is the name of the vault inside a workspace.
const Folder = ".clientele"

// format is the version of the layout that this program writes and the newest that
// it reads.
const format = 1

const formatWord = "clientele workspace "

// folders of the vault, a parent before what is in it.
var folders = []string{
	"originals", "cache", "cache/build", "cache/batches", "cache/versions", "cache/quarantine", "cache/spill",
}

// Vault is an open workspace folder. Reading methods need no lock; those that change
// anything (Keep, NewBuild, Adopt, Publish, SetAside, Sweep) are called under Lock.
type Vault struct {
	root string // …/.clientele
	fs   FS
	now  clock.Clock
}

// Options replaces the machine; zero fields are the real one.
type Options struct {
	FS  FS
	Now clock.Clock
}

func newVault(dir string, opt Options) *Vault {
	v := &Vault{root: filepath.Join(dir, Folder), fs: opt.FS, now: opt.Now}
	if v.fs == nil {
		v.fs = Disk{}
	}
	if v.now == nil {
		v.now = clock.System
	}
	return v
}

// Create makes the folders of a workspace in dir, which must exist. One that was
// begun and has no record yet is completed; one that is complete is fault.Usage.
func Create(dir string, opt Options) (*Vault, error) {
	const op = "make a workspace"
	v := newVault(dir, opt)
	if err := v.mkdir(v.root); err != nil {
		return nil, explain(err, op, "the workspace cannot be made")
	}
	number, err := v.format()
	if err != nil {
		return nil, err
	}
	if number > 0 && (v.exists(v.RecordPath()) || v.exists(v.path(addressFile))) {
		return nil, fault.New(fault.Usage, op, "there is a workspace in "+dir+" already", "")
	}
	for _, name := range folders {
		if err := v.mkdir(v.path(name)); err != nil {
			return nil, explain(err, op, "the workspace cannot be made")
		}
	}
	// The format comes last: without it there is no workspace.
	err = v.write(v.path("format"), []byte(formatWord+strconv.Itoa(format)+"\n"))
	if err == nil {
		err = v.fs.Sync(filepath.Dir(v.root))
	}
	if err != nil {
		return nil, explain(err, op, "the workspace cannot be made")
	}
	return v, nil
}

// Open opens the workspace in dir. Without one the error is fault.NotFound; one that
// a newer program made is fault.Failed, and is left alone.
func Open(dir string, opt Options) (*Vault, error) {
	v := newVault(dir, opt)
	number, err := v.format()
	if err != nil {
		return nil, err
	}
	if number == 0 {
		return nil, fault.New(fault.NotFound, "open the workspace", "there is no workspace in "+dir,
			"make one with: clientele init; or name its folder with --workspace")
	}
	return v, v.complete()
}

// complete makes folders again that somebody removed: what was in them can be made
// again, or is missed where it is needed.
func (v *Vault) complete() error {
	for _, name := range folders {
		if _, err := v.fs.List(v.path(name)); !errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err := v.mkdir(v.path(name)); err != nil {
			return explain(err, "open the workspace", "a folder of the workspace is missing and cannot be made")
		}
	}
	return nil
}

// format reads the version of the layout, 0 where there is none. One that this
// program does not know is an error.
func (v *Vault) format() (int, error) {
	const op = "open the workspace"
	text, err := v.read(v.path("format"))
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, explain(err, op, "the workspace cannot be read")
	}
	word, ok := strings.CutPrefix(strings.TrimSpace(string(text)), formatWord)
	number, err := strconv.Atoi(word)
	if !ok || err != nil || number < 1 {
		return 0, fault.New(fault.Failed, op, v.path("format")+" is damaged",
			fmt.Sprintf("if nothing else is, write %q into it", formatWord+strconv.Itoa(format)))
	}
	if number > format {
		return 0, fault.New(fault.Failed, op,
			fmt.Sprintf("the workspace was made by a newer program (format %d, this one knows %d)", number, format),
			"use the newer program; nothing was changed")
	}
	return number, nil
}

// RecordPath is where the record is kept.
func (v *Vault) RecordPath() string { return v.path("record.db") }

// addressFile says where the record is, if not in the vault.
const addressFile = "record"

// RecordAddress is what SetRecordAddress has kept, "" if the record is in the vault.
func (v *Vault) RecordAddress() (string, error) {
	text, err := v.read(v.path(addressFile))
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", explain(err, "open the workspace", "the workspace cannot be read")
	}
	address := strings.TrimSpace(string(text))
	if address == "" || strings.ContainsAny(address, "\r\n\x00") {
		return "", fault.New(fault.Failed, "open the workspace", v.path(addressFile)+" is damaged",
			"write the address of the record into it, on one line: postgres://USER@HOST:PORT/DATABASE?schema=NAME")
	}
	return address, nil
}

// SetRecordAddress keeps where the record is. Others may read it: it holds no password.
func (v *Vault) SetRecordAddress(address string) error {
	return explain(v.write(v.path(addressFile), []byte(address+"\n")), "make a workspace", "the workspace cannot be made")
}

// SpillDir is a folder in which an engine may keep what does not fit in memory.
func (v *Vault) SpillDir() string { return v.path("cache/spill") }

// CachePath is the place of a file of a version; its Path is relative to the cache.
func (v *Vault) CachePath(relative string) (string, error) {
	if !filepath.IsLocal(filepath.FromSlash(relative)) {
		return "", fault.New(fault.Failed, "read a version", fmt.Sprintf("%q lies outside the workspace", relative), rebuild)
	}
	return v.path("cache/" + relative), nil
}

// path is the place of a name inside the vault, with slashes.
func (v *Vault) path(name string) string { return filepath.Join(v.root, filepath.FromSlash(name)) }

// mkdir makes a folder, if it is not there, and its name durable, even if it is:
// whoever made it may have died before that.
func (v *Vault) mkdir(name string) error {
	if err := v.fs.Mkdir(name); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return v.fs.Sync(filepath.Dir(name))
}

// exists reports whether a file can be opened.
func (v *Vault) exists(name string) bool {
	f, err := v.fs.Open(name)
	if err != nil {
		return false
	}
	return f.Close() == nil
}

// read reads a small file.
func (v *Vault) read(name string) ([]byte, error) {
	f, err := v.fs.Open(name)
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(f)
	return text, errors.Join(err, f.Close())
}

// write replaces a small file: whole under its old content or whole under the new,
// whenever the machine stops.
func (v *Vault) write(name string, content []byte) error {
	partial := name + ".partial"
	if err := v.fs.Remove(partial); err != nil { // of a process that died
		return err
	}
	f, err := v.fs.Create(partial, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if err == nil {
		err = f.Sync()
	}
	if errClose := f.Close(); err == nil {
		err = errClose
	}
	if err == nil {
		err = v.fs.Rename(partial, name)
	}
	if err != nil {
		return errors.Join(err, v.fs.Remove(partial))
	}
	return v.fs.Sync(filepath.Dir(name))
}
