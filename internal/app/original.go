package app

import (
	"context"
	"encoding/json"
	"errors"

	"clientele/internal/fault"
	"clientele/internal/intake"
	"clientele/internal/store"
)

// profileOf is how a batch's file is read.
func profileOf(b *store.Batch) (*intake.Profile, error) {
	var p intake.Profile
	if err := json.Unmarshal(b.Profile, &p); err != nil {
		return nil, fault.Wrap(err, fault.Failed, "read the profile", "the profile of batch "+b.ID+" cannot be read", "import the file again")
	}
	return &p, nil
}

// openBatch opens a batch's original under its recorded profile.
func (w *Workspace) openBatch(ctx context.Context, b *store.Batch, use func(*intake.File) error) (err error) {
	p, err := profileOf(b)
	if err != nil {
		return err
	}
	src, err := w.original(ctx, b)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, src.Close()) }()
	f, err := intake.Reopen(ctx, src, p)
	if err != nil {
		return err
	}
	return use(f)
}

// headerOf is the header of a batch's file as one line, "" if it has none.
func (w *Workspace) headerOf(ctx context.Context, b *store.Batch) (header string, err error) {
	err = w.openBatch(ctx, b, func(f *intake.File) error {
		header, err = f.HeaderText(ctx)
		return err
	})
	return header, err
}

// SourceRow is one record of an original.
type SourceRow struct {
	Batch  string   `json:"batch"`
	File   string   `json:"file"`
	Line   int64    `json:"line"`
	Header []string `json:"-"`
	Cells  []string `json:"cells"`
}

// rowsOf reads records of a batch's original by their physical lines, ascending.
func (w *Workspace) rowsOf(ctx context.Context, b *store.Batch, lines []int64) (rows []SourceRow, err error) {
	err = w.openBatch(ctx, b, func(f *intake.File) error {
		cells, err := f.Records(ctx, lines)
		if err != nil {
			return err
		}
		for i, line := range lines {
			if cells[i] != nil {
				rows = append(rows, SourceRow{Batch: b.ID, File: b.File, Line: line, Header: f.Profile.Headers, Cells: cells[i]})
			}
		}
		return nil
	})
	return rows, err
}
