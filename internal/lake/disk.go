package lake

import (
	"context"
	"errors"
	"net/url"
	"os"
	"strings"
	"sync"

	iceio "github.com/apache/iceberg-go/io"
)

// registerSchemes lets folders be named file:///… and, as Trino calls them, local:///….
// The library's own files are not synced: a catalog that survives a power cut would name
// metadata that did not.
var registerSchemes = sync.OnceFunc(func() {
	for _, scheme := range []string{"file", "local"} {
		iceio.Unregister(scheme)
		iceio.Register(scheme, func(context.Context, *url.URL, map[string]string) (iceio.IO, error) { return disk{}, nil })
	}
})

// disk is the local file system, synced.
type disk struct{ iceio.LocalFS }

func plain(name string) string {
	if rest, ok := strings.CutPrefix(name, "local://"); ok {
		return "file://" + rest
	}
	return name
}

// Open opens a file.
func (d disk) Open(name string) (iceio.File, error) { return d.LocalFS.Open(plain(name)) }

// ReadFile reads a file.
func (d disk) ReadFile(name string) ([]byte, error) { return d.LocalFS.ReadFile(plain(name)) }

// Remove removes a file.
func (d disk) Remove(name string) error { return d.LocalFS.Remove(plain(name)) }

// Create makes a file that is synced when it is closed.
func (d disk) Create(name string) (iceio.FileWriter, error) {
	w, err := d.LocalFS.Create(plain(name))
	if err != nil {
		return nil, err
	}
	f, ok := w.(*os.File)
	if !ok {
		return w, nil
	}
	return synced{f}, nil
}

// WriteFile writes a file and syncs it.
func (d disk) WriteFile(name string, content []byte) error {
	w, err := d.Create(name)
	if err != nil {
		return err
	}
	_, err = w.Write(content)
	return errors.Join(err, w.Close())
}

type synced struct{ *os.File }

// Close syncs the file first.
func (s synced) Close() error { return errors.Join(s.Sync(), s.File.Close()) }
