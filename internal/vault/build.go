package vault

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"

	"clientele/internal/fault"
)

// NewBuild makes an empty folder for results under way and returns its place.
func (v *Vault) NewBuild() (string, error) {
	for n := 1; ; n++ {
		dir := v.path("cache/build/" + strconv.Itoa(n))
		err := v.fs.Mkdir(dir)
		if !errors.Is(err, fs.ErrExist) {
			return dir, explain(err, "begin a build", "the results cannot be written")
		}
	}
}

// Adopt makes the finished files of a build durable and gives its folder its place:
// cache/batches/<batch>, or <batch>.2 and so on where a crash or an earlier build
// left one. Nothing that is there is touched. It returns the folder relative to the
// cache, with slashes; files of a version are named under it.
func (v *Vault) Adopt(ctx context.Context, build, batch string) (string, error) {
	const op = "keep the results"
	if batch == "" || strings.ContainsAny(batch, `/\.`) {
		return "", fault.New(fault.Internal, op, fmt.Sprintf("%q cannot be the name of a folder", batch), "")
	}
	entries, err := v.fs.List(build)
	if err != nil {
		return "", explain(err, op, "the results cannot be read")
	}
	for _, e := range entries {
		if err := ctx.Err(); err != nil {
			return "", fault.Wrap(err, fault.Canceled, op, "stopped", "nothing was changed")
		}
		if e.Dir {
			return "", fault.New(fault.Internal, op, "a build has a folder in it: "+e.Name, "")
		}
		if err := v.fs.Sync(filepath.Join(build, e.Name)); err != nil {
			return "", explain(err, op, "the results cannot be written")
		}
	}
	if err := v.fs.Sync(build); err != nil {
		return "", explain(err, op, "the results cannot be written")
	}
	folder, err := v.free("cache/batches", batch)
	if err != nil {
		return "", explain(err, op, "the results cannot be written")
	}
	if err := v.fs.Rename(build, v.path("cache/batches/"+folder)); err != nil {
		return "", explain(err, op, "the results cannot be written")
	}
	if err := v.fs.Sync(v.path("cache/batches")); err != nil {
		return "", explain(err, op, "the results cannot be written")
	}
	return "batches/" + folder, nil
}

// free is the first of name, name.2, name.3, … that a folder does not hold.
func (v *Vault) free(folder, name string) (string, error) {
	entries, err := v.fs.List(v.path(folder))
	if err != nil {
		return "", err
	}
	taken := make(map[string]bool, len(entries))
	for _, e := range entries {
		taken[e.Name] = true
	}
	candidate := name
	for n := 2; taken[candidate]; n++ {
		candidate = name + "." + strconv.Itoa(n)
	}
	return candidate, nil
}

// SetAside moves a damaged file of a version, named relative to the cache, into the
// quarantine and returns its new place. One that is not there is no error: "".
func (v *Vault) SetAside(relative string) (string, error) {
	const op = "set a damaged file aside"
	if _, err := v.CachePath(relative); err != nil {
		return "", err
	}
	if !v.exists(v.path("cache/" + relative)) {
		return "", nil
	}
	place, err := v.setAside("cache/" + relative)
	return place, explain(err, op, "the damaged file cannot be moved")
}

// setAside moves a file, named relative to the vault.
func (v *Vault) setAside(name string) (string, error) {
	stamp := v.now().UTC().Format("20060102T150405Z")
	aside := strings.ReplaceAll(strings.TrimPrefix(name, "cache/"), "/", "_") + "-" + stamp
	aside, err := v.free("cache/quarantine", aside)
	if err != nil {
		return "", err
	}
	place := v.path("cache/quarantine/" + aside)
	if err := v.fs.Rename(v.path(name), place); err != nil {
		return "", err
	}
	return place, errors.Join(v.fs.Sync(v.path("cache/quarantine")), v.fs.Sync(filepath.Dir(v.path(name))))
}

// Swept is what Sweep took away: names relative to the vault, with slashes.
type Swept []string

// Sweep takes away what neither the live version nor the one before it needs: builds
// and originals that were never finished, manifests that were never committed or are
// older, batch folders that neither names. Live is what the record names; a zero Ref means
// that nothing was published. If the manifest of live cannot be read, nothing is
// taken. Call it under Lock.
func (v *Vault) Sweep(ctx context.Context, live Ref) (Swept, error) {
	const op = "tidy the workspace"
	keep := map[string]bool{}
	if live.Revision > 0 {
		version, err := v.At(live)
		if err != nil {
			return nil, err
		}
		keepVersion(keep, &version)
		// The version before is kept whole, or, where it is damaged, serves nobody.
		if before, err := v.At(version.Previous); err == nil {
			keepVersion(keep, &before)
		}
		if err := v.repoint(live); err != nil {
			return nil, explain(err, op, "the current version cannot be set")
		}
	} else if err := v.fs.Remove(v.path("cache/current.json")); err != nil {
		return nil, explain(err, op, "the current version cannot be set")
	}
	swept, err := v.sweep(ctx, keep)
	return swept, explain(err, op, "the workspace cannot be tidied")
}

// keepVersion marks a manifest and the folders of its files.
func keepVersion(keep map[string]bool, version *Version) {
	keep[versionName(version.Revision)] = true
	for _, b := range version.Batches {
		for _, f := range b.Files {
			parts := strings.Split(f.Path, "/")
			keep["cache/"+strings.Join(parts[:min(2, len(parts))], "/")] = true
		}
	}
}

// repoint makes current.json name what the record names.
func (v *Vault) repoint(live Ref) error {
	if _, ref, err := v.Current(); err == nil && ref == live {
		return nil
	}
	return v.point(live)
}

// sweep removes what is not marked.
func (v *Vault) sweep(ctx context.Context, keep map[string]bool) (Swept, error) {
	var swept Swept
	for _, folder := range []string{"cache/versions", "cache/batches", "cache/build", "originals"} {
		entries, err := v.fs.List(v.path(folder))
		if err != nil {
			return swept, err
		}
		for _, e := range entries {
			name := folder + "/" + e.Name
			if keep[name] || (folder == "originals" && !strings.HasPrefix(e.Name, incoming)) {
				continue
			}
			if err := ctx.Err(); err != nil {
				return swept, fault.Wrap(err, fault.Canceled, "tidy the workspace", "stopped", "")
			}
			if err := v.fs.Remove(v.path(name)); err != nil {
				return swept, err
			}
			swept = append(swept, name)
		}
	}
	return swept, nil
}
