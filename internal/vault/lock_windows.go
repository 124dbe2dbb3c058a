package vault

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

// tryLock takes the exclusive lock of an open file; false if another holds it. The
// locked byte lies far behind the text, so that others can still read who it is.
func tryLock(f *os.File) (bool, error) {
	const flags = windows.LOCKFILE_EXCLUSIVE_LOCK | windows.LOCKFILE_FAIL_IMMEDIATELY
	err := windows.LockFileEx(windows.Handle(f.Fd()), flags, 0, 1, 0, &windows.Overlapped{OffsetHigh: 1})
	if errors.Is(err, windows.ERROR_LOCK_VIOLATION) || errors.Is(err, windows.ERROR_IO_PENDING) {
		return false, nil
	}
	return err == nil, err
}

// syncFile does what Windows can: a handle that only reads cannot be flushed, and
// folders never; names are written through by the file system's own journal.
func syncFile(f *os.File) error {
	w, err := os.OpenFile(f.Name(), os.O_RDWR, 0)
	if err != nil {
		return nil //nolint:nilerr // a folder or a read-only file: see above
	}
	return errors.Join(w.Sync(), w.Close())
}

// unlock frees the lock; closing the file does it here.
func unlock(*os.File) error { return nil }
