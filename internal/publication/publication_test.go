package publication_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"clientele/internal/fault"
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
		var words []string
		byBatch := false
		for _, c := range name.Columns() {
			if c.Optional {
				c.Name += "?"
			}
			words = append(words, c.Name)
			byBatch = byBatch || c.Name == "batch"
		}
		if got := strings.Join(words, " "); got != want || byBatch != name.ByBatch() {
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

// What one process says, the other hears.
func TestReplies(t *testing.T) {
	t.Parallel()
	cause := fault.Wrap(errors.New("no route"), fault.Failed, "publish", "the catalog cannot be reached", "check it")
	for _, tt := range []struct {
		err  error
		kind fault.Kind
		text string
	}{
		{cause, fault.Failed, "the catalog cannot be reached: no route; check it"},
		{errors.New("a surprise"), fault.Internal, "a surprise"},
		{fmt.Errorf("and more: %w", fault.New(fault.Usage, "publish", "no", "yes")), fault.Usage, "no; yes"},
		{&publication.NewerError{Published: 3, Revision: 2}, fault.Internal, "revision 3 is published already, and this is revision 2"},
	} {
		reply := publication.NewReply(nil, tt.err)
		text, err := json.Marshal(reply)
		if err != nil {
			t.Fatal(err)
		}
		var heard publication.Reply
		if err := json.Unmarshal(text, &heard); err != nil {
			t.Fatal(err)
		}
		out, err := heard.Result()
		if out != nil || fault.KindOf(err) != tt.kind || err.Error() != tt.text {
			t.Errorf("%v became %v", tt.err, err)
		}
	}
	if cause.Err == nil {
		t.Error("the error was changed by being told")
	}
	for _, text := range []string{"", "{", `{"protocol":0}`} {
		if _, err := publication.ReadRequest(strings.NewReader(text)); err == nil {
			t.Errorf("%q is no request", text)
		}
	}
}
