//go:build unix

package vault

import (
	"errors"
	"os"
	"syscall"
)

// tryLock takes the exclusive lock of an open file; false if another holds it. The
// system frees it when the process ends, however it ends.
func tryLock(f *os.File) (bool, error) {
	for {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		switch {
		case err == nil:
			return true, nil
		case errors.Is(err, syscall.EINTR):
		case errors.Is(err, syscall.EWOULDBLOCK):
			return false, nil
		default:
			return false, err
		}
	}
}

// unlock frees the lock at once, though a process that is just being started may still
// have the file: closing it alone would leave the lock with that one.
func unlock(f *os.File) error { return syscall.Flock(int(f.Fd()), syscall.LOCK_UN) }

// syncFile brings a file or folder to the disk.
func syncFile(f *os.File) error { return f.Sync() }
