package vault

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"syscall"

	"clientele/internal/fault"
)

// FS is the handful of file operations on which the vault's promises rest, so that
// tests can make each of them fail, or lose what was not yet on the disk.
type FS interface {
	// Create makes a new file for writing; fs.ErrExist if the name is taken.
	Create(name string, mode fs.FileMode) (Writer, error)
	// Open opens a file for reading.
	Open(name string) (Reader, error)
	// Rename moves a file or folder; a file that has the new name is replaced.
	Rename(from, to string) error
	// Remove takes a file, or a folder with all in it; no error if it is not there.
	Remove(name string) error
	// Sync brings a file's bytes, or a folder's names, to the disk.
	Sync(name string) error
	// Mkdir makes one folder; fs.ErrExist if the name is taken.
	Mkdir(name string) error
	// List reads a folder, in order of name.
	List(name string) ([]Entry, error)
}

// Writer is a file being written.
type Writer interface {
	io.WriteCloser
	Sync() error
}

// Reader is a file being read.
type Reader interface {
	io.ReadCloser
	Size() (int64, error)
}

// Entry is a name in a folder.
type Entry struct {
	Name string
	Dir  bool
}

// Disk is the machine's file system.
type Disk struct{}

var _ FS = Disk{}

// Create makes a new file for writing.
func (Disk) Create(name string, mode fs.FileMode) (Writer, error) {
	f, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, mode) //nolint:gosec // names are made by the vault
	if err != nil {
		return nil, err
	}
	return f, nil
}

// diskFile adds the size.
type diskFile struct{ *os.File }

// Size is the file's length in bytes.
func (f diskFile) Size() (int64, error) {
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	if info.IsDir() {
		return 0, &fs.PathError{Op: "read", Path: f.Name(), Err: errors.New("is a folder")}
	}
	return info.Size(), nil
}

// Open opens a file for reading.
func (Disk) Open(name string) (Reader, error) {
	f, err := os.Open(name) //nolint:gosec // names are made by the vault
	if err != nil {
		return nil, err
	}
	return diskFile{f}, nil
}

// Rename moves a file or folder.
func (Disk) Rename(from, to string) error { return os.Rename(from, to) }

// Remove takes a file or a folder with all in it.
func (Disk) Remove(name string) error { return os.RemoveAll(name) }

// Sync brings bytes or names to the disk.
func (Disk) Sync(name string) error {
	f, err := os.Open(name) //nolint:gosec // names are made by the vault
	if err != nil {
		return err
	}
	return errors.Join(syncFile(f), f.Close())
}

// Mkdir makes one folder.
func (Disk) Mkdir(name string) error { return os.Mkdir(name, 0o700) }

// List reads a folder.
func (Disk) List(name string) ([]Entry, error) {
	found, err := os.ReadDir(name)
	if err != nil {
		return nil, err
	}
	entries := make([]Entry, len(found))
	for i, e := range found {
		entries[i] = Entry{e.Name(), e.IsDir()}
	}
	return entries, nil
}

// explain turns a failure of the machine into an error for people. Errors that are
// ours already stay as they are.
func explain(err error, op, message string) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*fault.Error](err); ok {
		return err
	}
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return fault.Wrap(err, fault.Failed, op, "the disk is full", "make room and try again; nothing was changed")
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return fault.Wrap(err, fault.Failed, op, message, "check the permissions of the workspace folder")
	default:
		return fault.Wrap(err, fault.Failed, op, message, "")
	}
}
