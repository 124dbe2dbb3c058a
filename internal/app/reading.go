package app

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"clientele/internal/fault"
	"clientele/internal/intake"
)

// Reading says how the file of a batch was read, for people.
type Reading struct {
	Shape   string   // the export it was recognised as; "" if none
	Columns []string // "client = Customer", in order of the columns
	Remarks []string // "amount = quantity*unit_price", "dates are d/m/y", …
}

// ReadingOf explains the profile of a batch; the zero Reading for one that has none.
func ReadingOf(b *Batch) Reading {
	var p intake.Profile
	if len(b.Profile) == 0 || json.Unmarshal(b.Profile, &p) != nil {
		return Reading{}
	}
	out := Reading{Shape: p.Shape}
	type column struct {
		role string
		at   int
	}
	var columns []column
	for r, i := range p.Roles {
		if i >= 0 {
			columns = append(columns, column{string(r), i})
		}
	}
	slices.SortFunc(columns, func(a, b column) int {
		return cmp.Or(a.at-b.at, strings.Compare(a.role, b.role))
	})
	for _, c := range columns {
		out.Columns = append(out.Columns, c.role+" = "+p.Header(c.at))
	}
	for _, x := range []struct{ what, value string }{
		{"encoding", p.Encoding},
		{"delimiter", p.Delimiter},
		{"sheet", p.Sheet},
		{"amount", p.Amount},
		{"date order", p.DateOrder},
		{"currency", string(p.Currency)},
		{"tax", p.Tax},
		{"overlap", p.Overlap},
	} {
		if x.value != "" {
			out.Remarks = append(out.Remarks, x.what+" = "+x.value)
		}
	}
	return out
}

// Batch finds one import.
func (w *Workspace) Batch(ctx context.Context, id string) (Batch, error) {
	s, err := w.Store.Snapshot(ctx)
	if err != nil {
		return Batch{}, err
	}
	b, ok := s.Batch(id)
	if !ok {
		return b, fault.New(fault.NotFound, "find a batch", fmt.Sprintf("there is no batch %q", id), "list them with: clientele batches")
	}
	return b, nil
}

// History lists every decision on who is who, those taken back too, oldest first.
func (w *Workspace) History(ctx context.Context) ([]Event, error) {
	s, err := w.Store.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	return s.Events, nil
}
