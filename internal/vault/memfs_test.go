package vault_test

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"maps"
	"path/filepath"
	"sort"
	"strings"

	"clientele/internal/vault"
)

// memFS is a file system in memory that keeps apart what was written and what is on
// the disk: bytes get there by Sync of their file, names by Sync of their folder.
// Every operation is counted and can be made to fail.
type memFS struct {
	root *node
	ops  int
	// fail decides the fate of an operation, before it is done: nil to let it go on.
	fail func(op int, what, name string) error
}

type node struct {
	dir              bool
	data, onDisk     []byte
	names, onDiskDir map[string]*node
}

func newFolder() *node {
	return &node{dir: true, names: map[string]*node{}, onDiskDir: map[string]*node{}}
}

func newMemFS() *memFS {
	m := &memFS{root: newFolder()}
	m.root.names["w"] = newFolder()
	m.root.onDiskDir["w"] = m.root.names["w"]
	return m
}

// powerCut forgets everything that is not on the disk.
func (m *memFS) powerCut() { m.root.forget(map[*node]bool{}) }

func (n *node) forget(seen map[*node]bool) {
	if seen[n] {
		return
	}
	seen[n] = true
	n.data = bytes.Clone(n.onDisk)
	if n.dir {
		n.names = map[string]*node{}
		for name, child := range n.onDiskDir {
			n.names[name] = child
			child.forget(seen)
		}
	}
}

func (m *memFS) step(what, name string) error {
	m.ops++
	if m.fail == nil {
		return nil
	}
	return m.fail(m.ops, what, name)
}

// find walks to a node; its parent and last name are given even if it is not there.
func (m *memFS) find(name string) (parent *node, last string, n *node, err error) {
	at := m.root
	parts := strings.Split(strings.Trim(filepath.ToSlash(name), "/"), "/")
	for i, part := range parts {
		if !at.dir {
			return nil, "", nil, errors.New("not a folder")
		}
		next := at.names[part]
		if i == len(parts)-1 {
			return at, part, next, nil
		}
		if next == nil {
			return nil, "", nil, &fs.PathError{Op: "find", Path: name, Err: fs.ErrNotExist}
		}
		at = next
	}
	return nil, "", at, nil
}

func (m *memFS) must(name string) (*node, error) {
	_, _, n, err := m.find(name)
	if err == nil && n == nil {
		err = &fs.PathError{Op: "find", Path: name, Err: fs.ErrNotExist}
	}
	return n, err
}

type memWriter struct {
	fs   *memFS
	node *node
	name string
}

func (w memWriter) Write(p []byte) (int, error) {
	if err := w.fs.step("write", w.name); err != nil {
		w.node.data = append(w.node.data, p[:len(p)/2]...) // as far as it got
		return len(p) / 2, err
	}
	w.node.data = append(w.node.data, p...)
	return len(p), nil
}

func (w memWriter) Sync() error {
	if err := w.fs.step("sync", w.name); err != nil {
		return err
	}
	w.node.onDisk = bytes.Clone(w.node.data)
	return nil
}

func (w memWriter) Close() error { return w.fs.step("close", w.name) }

func (m *memFS) Create(name string, _ fs.FileMode) (vault.Writer, error) {
	if err := m.step("create", name); err != nil {
		return nil, err
	}
	parent, last, n, err := m.find(name)
	if err != nil {
		return nil, err
	}
	if n != nil {
		return nil, &fs.PathError{Op: "create", Path: name, Err: fs.ErrExist}
	}
	n = &node{}
	parent.names[last] = n
	return memWriter{m, n, name}, nil
}

type memReader struct {
	*bytes.Reader
	node *node
}

func (r memReader) Close() error { return nil }
func (r memReader) Size() (int64, error) {
	return int64(len(r.node.data)), nil
}

func (m *memFS) Open(name string) (vault.Reader, error) {
	if err := m.step("open", name); err != nil {
		return nil, err
	}
	n, err := m.must(name)
	if err != nil {
		return nil, err
	}
	return memReader{bytes.NewReader(n.data), n}, nil
}

func (m *memFS) Rename(from, to string) error {
	if err := m.step("rename", from); err != nil {
		return err
	}
	source, last, n, err := m.find(from)
	if err != nil {
		return err
	}
	if n == nil {
		return &fs.PathError{Op: "rename", Path: from, Err: fs.ErrNotExist}
	}
	target, name, there, err := m.find(to)
	if err != nil {
		return err
	}
	if there != nil && there.dir {
		return &fs.PathError{Op: "rename", Path: to, Err: fs.ErrExist}
	}
	delete(source.names, last)
	target.names[name] = n
	return nil
}

func (m *memFS) Remove(name string) error {
	if err := m.step("remove", name); err != nil {
		return err
	}
	parent, last, _, err := m.find(name)
	if err != nil {
		return err
	}
	delete(parent.names, last)
	return nil
}

func (m *memFS) Sync(name string) error {
	if err := m.step("sync", name); err != nil {
		return err
	}
	n, err := m.must(name)
	if err != nil {
		return err
	}
	if !n.dir {
		n.onDisk = bytes.Clone(n.data)
		return nil
	}
	n.onDiskDir = maps.Clone(n.names)
	return nil
}

func (m *memFS) Mkdir(name string) error {
	if err := m.step("mkdir", name); err != nil {
		return err
	}
	parent, last, n, err := m.find(name)
	if err != nil {
		return err
	}
	if n != nil {
		return &fs.PathError{Op: "mkdir", Path: name, Err: fs.ErrExist}
	}
	parent.names[last] = newFolder()
	return nil
}

func (m *memFS) List(name string) ([]vault.Entry, error) {
	if err := m.step("list", name); err != nil {
		return nil, err
	}
	n, err := m.must(name)
	if err != nil {
		return nil, err
	}
	var out []vault.Entry
	for k, v := range n.names {
		out = append(out, vault.Entry{Name: k, Dir: v.dir})
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Name < out[j].Name })
	return out, nil
}

var _ vault.FS = (*memFS)(nil)

// put writes a file as somebody else would, without the vault.
func put(f vault.FS, name, content string) error {
	w, err := f.Create(name, 0o600)
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, content)
	return errors.Join(err, w.Close())
}
