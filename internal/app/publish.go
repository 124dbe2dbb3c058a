package app

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"

	"clientele/internal/fault"
	"clientele/internal/intake/source"
	"clientele/internal/ledger"
	"clientele/internal/money"
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
func (w *Workspace) adopt(ctx context.Context, build, id string, kind ledger.Kind, account batchAccount, rows int64) (vault.BatchFiles, error) {
	out := vault.BatchFiles{ID: id, Kind: kind}
	data, err := json.MarshalIndent(account, "", "  ")
	if err != nil {
		return out, err
	}
	if err := os.WriteFile(filepath.Join(build, controlFile), data, 0o600); err != nil {
		return out, diskError(err)
	}
	folder, err := w.Vault.Adopt(ctx, build, id)
	if err != nil {
		return out, err
	}
	roles := []struct {
		name string
		role vault.Role
		rows int64
	}{{linesFile, vault.Lines, rows}, {cellsFile, vault.Cells, 0}, {accountsFile, vault.Accounts, 0}, {keysFile, vault.Keys, 0}, {asidesFile, vault.Asides, 0}, {controlFile, controlRole, 0}}
	for _, r := range roles {
		path := folder + "/" + r.name
		place, err := w.Vault.CachePath(path)
		if err != nil {
			return out, err
		}
		size, hash, err := w.Vault.Fingerprint(ctx, place)
		if kind == clientList && errors.Is(err, os.ErrNotExist) {
			continue // a list of clients has no lines
		}
		if err != nil {
			return out, err
		}
		out.Files = append(out.Files, vault.File{Path: path, Size: size, Hash: hash, Role: r.role, Rows: r.rows})
	}
	return out, nil
}

// publish writes the manifest of what holds from this change on.
func (w *Workspace) publish(ctx context.Context, tx *store.Tx, batches []vault.BatchFiles) error {
	v := vault.Version{Revision: tx.Revision, Created: tx.At, EngineVersion: w.EngineName, Batches: batches, Scale: map[money.Currency]uint8{}}
	ref, err := w.Vault.Publish(ctx, v)
	if err != nil {
		return err
	}
	return tx.Versions.Publish(ctx, ref.Digest)
}
