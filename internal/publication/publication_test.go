package publication_test

import (
	"testing"

	"clientele/internal/publication"
)

// The columns are what readers elsewhere rely on: a change of them is a change of format.
func TestColumns(t *testing.T) {
	t.Parallel()
	for name, want := range map[publication.Table]string{
		publication.Line:     "account? day? amount document_hi? document_lo? document_first document_first_pos line batch decimals",
		publication.Cell:     "account? month? amount lines documents first_day? last_day? amount_pos lines_pos documents_pos first_day_pos? last_day_pos? batch decimals",
		publication.Account:  "account client_id name batch",
		publication.Parties:  "account client_id name",
		publication.Identity: "account source client parent",
		publication.Manifest: "number revision at scale currency kind line_snapshot cell_snapshot account_snapshot party_snapshot identity_snapshot document",
	} {
		got, byBatch := "", false
		for i, c := range name.Columns() {
			if i > 0 {
				got += " "
			}
			if got += c.Name; c.Optional {
				got += "?"
			}
			byBatch = byBatch || c.Name == "batch"
		}
		if got != want || byBatch != name.ByBatch() {
			t.Errorf("%s: %s, by batch: %v", name, got, name.ByBatch())
		}
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		batches []publication.Batch
		ok      bool
	}{
		{nil, true},
		{[]publication.Batch{{ID: "b1", Scale: 2}, {ID: "b2", Scale: 3}}, true},
		{[]publication.Batch{{ID: "b1", Scale: 4}}, false},
		{[]publication.Batch{{ID: "b1"}, {ID: "b2"}, {ID: "b1"}}, false},
		{[]publication.Batch{{}}, false},
	} {
		c := publication.Content{Scale: 3, Batches: tt.batches}
		if err := c.Check(); (err == nil) != tt.ok {
			t.Errorf("%+v: %v", tt.batches, err)
		}
	}
}
