package vault

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"clientele/internal/fault"
)

// blockSize is how much of a file is read at once; between blocks a cancel is seen.
const blockSize = 1 << 17

// incoming begins the name of an original that is not complete.
const incoming = "incoming-"

// Original is a file as it was received.
type Original struct {
	SHA256 string // hex; its name in the vault
	Size   int64  // bytes
	Known  bool   // it was there before
}

// Keep stores the bytes of a source under their hash, durably, before it returns.
// The same bytes again are not stored twice; an original that was cut or grew since
// is set aside and replaced. Progress, if not nil, is told the bytes read so far.
func (v *Vault) Keep(ctx context.Context, source io.Reader, progress func(bytes int64)) (Original, error) {
	const op = "keep a file"
	partial, w, err := v.createIncoming()
	if err != nil {
		return Original{}, explain(err, op, "the file cannot be kept")
	}
	o, err := copyHashed(ctx, w, source, progress)
	if err == nil {
		err = w.Sync()
	}
	if errClose := w.Close(); err == nil {
		err = errClose
	}
	if err == nil {
		err = v.settle(partial, &o)
	}
	if err != nil {
		// The cause comes first: that alone decides what people are told.
		err = explain(err, op, "the file cannot be kept")
		return Original{}, errors.Join(err, v.fs.Remove(partial))
	}
	return o, nil
}

// createIncoming makes a file under a name that nobody else uses, read-only from the
// start.
func (v *Vault) createIncoming() (string, Writer, error) {
	for n := 1; ; n++ {
		name := v.path(fmt.Sprintf("originals/%s%d-%d", incoming, os.Getpid(), n))
		w, err := v.fs.Create(name, 0o400)
		if !errors.Is(err, fs.ErrExist) {
			return name, w, err
		}
	}
}

// copyHashed copies and hashes in one pass.
func copyHashed(ctx context.Context, w io.Writer, source io.Reader, progress func(int64)) (Original, error) {
	hash, block, o := sha256.New(), make([]byte, blockSize), Original{}
	for {
		if err := ctx.Err(); err != nil {
			return o, fault.Wrap(err, fault.Canceled, "keep a file", "stopped", "nothing was changed")
		}
		n, errRead := source.Read(block)
		if n > 0 {
			hash.Write(block[:n])
			if _, err := w.Write(block[:n]); err != nil {
				return o, err
			}
			o.Size += int64(n)
			if progress != nil {
				progress(o.Size)
			}
		}
		if errors.Is(errRead, io.EOF) {
			o.SHA256 = hex.EncodeToString(hash.Sum(nil))
			return o, nil
		}
		if errRead != nil {
			if _, ok := errors.AsType[*fault.Error](errRead); ok {
				return o, errRead
			}
			return o, fault.Wrap(errRead, fault.Failed, "keep a file", "the file cannot be read", "")
		}
	}
}

// settle gives a complete original its name, unless it is there already.
func (v *Vault) settle(partial string, o *Original) error {
	name := v.path("originals/" + o.SHA256)
	size, err := v.size(name)
	switch {
	case err == nil && size == o.Size:
		o.Known = true
		if err := v.fs.Remove(partial); err != nil {
			return err
		}
		return v.fs.Sync(v.path("originals")) // whoever stored it may have died before that
	case err == nil:
		if _, err := v.setAside("originals/" + o.SHA256); err != nil {
			return err
		}
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	if err := v.fs.Rename(partial, name); err != nil {
		return err
	}
	return v.fs.Sync(v.path("originals"))
}

// size is the length of a file.
func (v *Vault) size(name string) (int64, error) {
	f, err := v.fs.Open(name)
	if err != nil {
		return 0, err
	}
	size, err := f.Size()
	return size, errors.Join(err, f.Close())
}

// OriginalPath is where an original is kept; fault.NotFound if it is not.
func (v *Vault) OriginalPath(hash string) (string, error) {
	const op = "open an original"
	if !isHash(hash) {
		return "", fault.New(fault.NotFound, op, fmt.Sprintf("%q is no hash of a file", hash), "")
	}
	name := v.path("originals/" + hash)
	_, err := v.size(name)
	if errors.Is(err, fs.ErrNotExist) {
		return "", fault.New(fault.NotFound, op, "the original "+hash+" is missing", "import the same file again")
	}
	return name, explain(err, op, "the original "+hash+" cannot be read")
}

// VerifyOriginal reads an original and compares it with its hash. One that differs
// is fault.Failed.
func (v *Vault) VerifyOriginal(ctx context.Context, hash string) error {
	const op = "verify an original"
	name, err := v.OriginalPath(hash)
	if err != nil {
		return err
	}
	f, err := v.fs.Open(name)
	if err != nil {
		return explain(err, op, "the original "+hash+" cannot be read")
	}
	o, err := copyHashed(ctx, io.Discard, f, nil)
	if err := errors.Join(err, f.Close()); err != nil {
		return explain(err, op, "the original "+hash+" cannot be read")
	}
	if o.SHA256 != hash {
		return fault.New(fault.Failed, op, "the original "+hash+" is damaged: its bytes have changed",
			"import the same file again, after moving "+name+" away")
	}
	return nil
}

// isHash reports whether a text is a SHA-256 in hex, and so a safe name.
func isHash(text string) bool {
	return len(text) == 2*sha256.Size && strings.Trim(text, "0123456789abcdef") == ""
}
