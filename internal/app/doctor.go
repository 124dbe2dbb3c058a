package app

import (
	"context"
	"errors"
	"fmt"

	"clientele/internal/fault"
	"clientele/internal/store"
	"clientele/internal/vault"
)

// Finding is one thing that doctor looked at.
type Finding struct {
	Name   string
	Sound  bool
	Text   string
	Remedy string
}

// Doctor looks at everything that can be damaged and changes nothing.
func (w *Workspace) Doctor(ctx context.Context) ([]Finding, error) {
	var out []Finding
	add := func(name string, err error, ok, remedy string) {
		f := Finding{Name: name, Sound: err == nil, Text: ok}
		if err != nil {
			f.Text, f.Remedy = err.Error(), remedy
		}
		out = append(out, f)
	}
	sound := "sound, and says what its log says"
	if w.RecordPlace != "" {
		sound += "; in " + w.RecordPlace
	}
	add("record", w.Store.Check(ctx), sound, "restore the record from a backup")
	st, err := w.state(ctx)
	if err != nil {
		return nil, err
	}
	if w.Connect != nil {
		remote, row, _, err := w.latest(ctx)
		if err == nil {
			err = remote.Check(ctx)
		}
		remedy := "correct clientele.toml, or bring the cluster up"
		if f, ok := errors.AsType[*fault.Error](err); ok && f.Remedy != "" {
			remedy, err = f.Remedy, errors.New(f.Message)
		}
		add("cluster", err, fmt.Sprintf("answers; publication %d of %s", row.Number, row.At), remedy)
	}
	for _, b := range st.live() {
		add("original of "+b.ID, w.Vault.VerifyOriginal(ctx, b.SHA256), b.File, "put the file back and import it again")
	}
	damaged, err := w.Vault.Verify(ctx, &st.version, vault.Scope{})
	if err != nil {
		return nil, err
	}
	for _, d := range damaged {
		out = append(out, Finding{Name: d.File.Path, Text: d.Why, Remedy: "run: clientele rebuild"})
	}
	for _, b := range st.live() {
		if _, ok := st.files(b.ID); !ok && b.Kind != store.RateTable {
			out = append(out, Finding{Name: "tables of " + b.ID, Text: "they are missing", Remedy: "run: clientele rebuild"})
			damaged = append(damaged, vault.Damage{Batch: b.ID})
		}
	}
	if len(damaged) == 0 {
		n := 0
		for _, b := range st.version.Batches {
			n += len(b.Files)
		}
		out = append(out, Finding{Name: "version", Sound: true, Text: fmt.Sprintf("revision %d, %d files as they were published", st.version.Revision, n)})
	}
	return out, nil
}
