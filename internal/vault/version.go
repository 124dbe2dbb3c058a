package vault

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"sort"
	"strconv"
	"time"

	"github.com/zeebo/xxh3"

	"clientele/internal/fault"
	"clientele/internal/ledger"
)

const rebuild = "make it again from the originals with: clientele rebuild"

// Role says what a file of a batch holds.
type Role string

// The roles.
const (
	Lines    Role = "lines"    // ledger lines
	Cells    Role = "cells"    // account × month
	Accounts Role = "accounts" // account numbers and keys
	Keys     Role = "keys"     // natural keys of documents
	Asides   Role = "asides"   // rows that were set aside
)

// File is one immutable file of a version.
type File struct {
	Path string `json:"path"` // relative to the cache, with slashes
	Size int64  `json:"size"` // bytes
	Hash string `json:"hash"` // XXH3-128, hex
	Role Role   `json:"role"`
	Rows int64  `json:"rows"`
}

// BatchFiles are the files of one batch.
type BatchFiles struct {
	ID    string      `json:"id"`
	Kind  ledger.Kind `json:"kind"` // as in the record
	Files []File      `json:"files"`
}

// Version is a manifest: everything that holds at one revision of the record.
type Version struct {
	Revision int64 `json:"revision"`
	// Previous is what the record named until then, zero for the first version. Its
	// files stay for readers that are still at it. If it is left zero, Publish takes
	// the current version, which after a Sweep is what the record names.
	Previous      Ref          `json:"previous"`
	Created       time.Time    `json:"created"`
	EngineVersion string       `json:"engine_version"`
	Batches       []BatchFiles `json:"batches"`
}

// Ref names a manifest exactly: its revision and the SHA-256 of its bytes. The
// record keeps it.
type Ref struct {
	Revision int64  `json:"revision"`
	Digest   string `json:"digest"`
}

// manifest is the form of a version in its file.
type manifest struct {
	Format int `json:"format"`
	Version
}

// Digest is a digest of the content of a batch's files, whatever they are called:
// equal before and after a rebuild by the same engine.
func (b BatchFiles) Digest() string {
	lines := make([]string, len(b.Files))
	for i, f := range b.Files {
		lines[i] = fmt.Sprintf("%s %d %d %s\n", f.Role, f.Rows, f.Size, f.Hash)
	}
	sort.Strings(lines)
	h := sha256.New()
	for _, line := range lines {
		h.Write([]byte(line))
	}
	return hex.EncodeToString(h.Sum(nil))
}

func versionName(revision int64) string {
	return "cache/versions/" + strconv.FormatInt(revision, 10) + ".json"
}

// Publish writes the manifest of a version, durably, and points current.json to it.
// It holds for readers once the record names the Ref that comes back.
func (v *Vault) Publish(ctx context.Context, version Version) (Ref, error) {
	const op = "publish a version"
	if err := ctx.Err(); err != nil {
		return Ref{}, fault.Wrap(err, fault.Canceled, op, "stopped", "nothing was changed")
	}
	if version.Previous == (Ref{}) {
		if _, ref, err := v.Current(); err == nil && ref.Revision < version.Revision {
			version.Previous = ref
		}
	}
	if version.Revision < 1 || version.Revision <= version.Previous.Revision {
		return Ref{}, fault.New(fault.Internal, op, fmt.Sprintf("version %d cannot follow version %d", version.Revision, version.Previous.Revision), "")
	}
	for _, b := range version.Batches {
		for _, f := range b.Files {
			if _, err := v.CachePath(f.Path); err != nil {
				return Ref{}, err
			}
		}
	}
	content, err := json.MarshalIndent(manifest{format, version}, "", " ")
	if err != nil {
		return Ref{}, fault.Wrap(err, fault.Internal, op, "the manifest cannot be written", "")
	}
	ref := Ref{version.Revision, digest(content)}
	if err := v.write(v.path(versionName(ref.Revision)), content); err != nil {
		return Ref{}, explain(err, op, "the version cannot be published")
	}
	if err := v.point(ref); err != nil {
		return Ref{}, explain(err, op, "the version cannot be published")
	}
	return ref, nil
}

// point makes current.json name a manifest.
func (v *Vault) point(ref Ref) error {
	content, err := json.Marshal(ref)
	if err != nil {
		return err
	}
	return v.write(v.path("cache/current.json"), append(content, '\n'))
}

func digest(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// At reads the manifest that the record names. One that is missing or not the same
// bytes is fault.Failed, with the remedy to rebuild.
func (v *Vault) At(ref Ref) (Version, error) {
	const op = "read a version"
	content, err := v.read(v.path(versionName(ref.Revision)))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return Version{}, fault.New(fault.Failed, op, fmt.Sprintf("version %d is missing", ref.Revision), rebuild)
	case err != nil:
		return Version{}, explain(err, op, fmt.Sprintf("version %d cannot be read", ref.Revision))
	case digest(content) != ref.Digest:
		return Version{}, fault.New(fault.Failed, op, fmt.Sprintf("version %d is damaged: its bytes have changed", ref.Revision), rebuild)
	}
	m := manifest{}
	if err := json.Unmarshal(content, &m); err != nil {
		return Version{}, fault.Wrap(err, fault.Failed, op, fmt.Sprintf("version %d is damaged", ref.Revision), rebuild)
	}
	if m.Format > format {
		return Version{}, fault.New(fault.Failed, op, fmt.Sprintf("version %d was published by a newer program", ref.Revision),
			"use the newer program, or "+rebuild)
	}
	return m.Version, nil
}

// Current is the manifest that was published last and its Ref; a zero Ref if there
// is none. After a crash it can be one that was never committed: what holds is what
// the record names, so ask with At wherever there is a record.
func (v *Vault) Current() (Version, Ref, error) {
	const op = "read a version"
	content, err := v.read(v.path("cache/current.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return Version{}, Ref{}, nil
	}
	if err != nil {
		return Version{}, Ref{}, explain(err, op, "the current version cannot be read")
	}
	var ref Ref
	if err := json.Unmarshal(content, &ref); err != nil {
		return Version{}, Ref{}, fault.Wrap(err, fault.Failed, op, "current.json is damaged", rebuild)
	}
	version, err := v.At(ref)
	return version, ref, err
}

// Damage is a file of a version that is not as it was published.
type Damage struct {
	Batch string
	File  File
	Why   string // "it is missing", "it has 10 bytes, not 12", "its bytes have changed"
}

// Scope says which files Verify looks at, and how hard.
type Scope struct {
	Roles     []Role // none: all
	SizesOnly bool   // do not read the bytes
}

func (s Scope) has(role Role) bool { return len(s.Roles) == 0 || slices.Contains(s.Roles, role) }

// Verify compares the files of a version that a reader will use with its manifest
// and returns the damaged ones. The error tells of a cancel only.
func (v *Vault) Verify(ctx context.Context, version *Version, scope Scope) ([]Damage, error) {
	var found []Damage
	for _, b := range version.Batches {
		for _, f := range b.Files {
			if !scope.has(f.Role) {
				continue
			}
			why, err := v.verify(ctx, &f, scope.SizesOnly)
			if err != nil {
				return found, err
			}
			if why != "" {
				found = append(found, Damage{b.ID, f, why})
			}
		}
	}
	return found, nil
}

// verify says what is wrong with a file, "" if nothing is.
func (v *Vault) verify(ctx context.Context, f *File, sizeOnly bool) (why string, err error) {
	name, err := v.CachePath(f.Path)
	if err != nil {
		return "it lies outside the workspace", nil //nolint:nilerr // damage to the manifest is what is reported
	}
	size, err := v.size(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "it is missing", nil
	case err != nil:
		return "it cannot be read: " + err.Error(), nil //nolint:nilerr // the damage is what is reported
	case size != f.Size:
		return fmt.Sprintf("it has %d bytes, not %d", size, f.Size), nil
	case sizeOnly:
		return "", nil
	}
	_, hash, err := v.Fingerprint(ctx, name)
	switch {
	case fault.KindOf(err) == fault.Canceled:
		return "", err
	case err != nil:
		return "it cannot be read: " + err.Error(), nil //nolint:nilerr // the damage is what is reported
	case hash != f.Hash:
		return "its bytes have changed", nil
	default:
		return "", nil
	}
}

// Fingerprint is the size and the XXH3-128 of a file, as a manifest states them. It
// finds damage, not forgery.
func (v *Vault) Fingerprint(ctx context.Context, name string) (size int64, hash string, err error) {
	const op = "verify a file"
	f, err := v.fs.Open(name)
	if err != nil {
		return 0, "", explain(err, op, path.Base(name)+" cannot be read")
	}
	defer func() {
		if errClose := f.Close(); err == nil && errClose != nil {
			err = explain(errClose, op, path.Base(name)+" cannot be read")
		}
	}()
	h, block := xxh3.New(), make([]byte, blockSize)
	for {
		if err := ctx.Err(); err != nil {
			return 0, "", fault.Wrap(err, fault.Canceled, op, "stopped", "")
		}
		n, err := f.Read(block)
		size += int64(n)
		h.Write(block[:n]) //nolint:errcheck,gosec // a hash never fails
		if errors.Is(err, io.EOF) {
			sum := h.Sum128().Bytes()
			return size, hex.EncodeToString(sum[:]), nil
		}
		if err != nil {
			return 0, "", explain(err, op, path.Base(name)+" cannot be read")
		}
	}
}
