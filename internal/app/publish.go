package app

import (
	"context"

	"clientele/internal/batch"
	"clientele/internal/fault"
	"clientele/internal/intake/source"
	"clientele/internal/ledger"
	"clientele/internal/store"
	"clientele/internal/vault"
)

// keep stores the original bytes.
func (w *Workspace) keep(ctx context.Context, src *source.Source, sha string) error {
	o, err := w.Vault.Keep(ctx, src.Stored(), nil)
	if err != nil {
		return err
	}
	if o.SHA256 != sha {
		return fault.New(fault.Failed, "keep the original", src.Name+" changed while it was read", "run the command again")
	}
	return nil
}

// adopt writes the account beside the tables, gives the folder its place and lists
// its files with their fingerprints.
func (w *Workspace) adopt(ctx context.Context, build, id string, kind ledger.Kind, account *batch.Account, rows int64) (vault.BatchFiles, error) {
	out := vault.BatchFiles{ID: id, Kind: kind}
	if err := account.Write(build); err != nil {
		return out, err
	}
	folder, err := w.Vault.Adopt(ctx, build, id)
	if err != nil {
		return out, err
	}
	for _, p := range batch.Parts(kind, account.Costed) {
		path := folder + "/" + p.Name
		place, err := w.Vault.CachePath(path)
		if err != nil {
			return out, err
		}
		size, hash, err := w.Vault.Fingerprint(ctx, place)
		if err != nil {
			return out, err
		}
		f := vault.File{Path: path, Size: size, Hash: hash, Role: p.Role}
		if p.Role == vault.Lines {
			f.Rows = rows
		}
		out.Files = append(out.Files, f)
	}
	return out, nil
}

// publish writes the manifest of what holds from this change on.
func (w *Workspace) publish(ctx context.Context, tx *store.Tx, batches []vault.BatchFiles) error {
	v := vault.Version{Revision: tx.Revision, Created: tx.At, EngineVersion: w.EngineName, Batches: batches}
	ref, err := w.Vault.Publish(ctx, v)
	if err != nil {
		return err
	}
	return tx.Versions.Publish(ctx, ref.Digest)
}
