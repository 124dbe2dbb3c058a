package app

import (
	"fmt"

	"clientele/internal/ledger"
	"clientele/internal/money"
	"clientele/internal/verdict"
)

// repeats finds documents that stand in more than one file of a question. Without a
// workspace they are added twice, so the answer says how many and how much.
type repeats struct {
	file      map[ledger.DocumentID]int // the first file of each document
	documents map[ledger.DocumentID]bool
	amount    money.Sum // of their lines beyond the first file
	decimals  uint8
}

// see looks at a block of the file with this number.
func (r *repeats) see(block *ledger.Lines, file int) {
	if block.Document == nil {
		return
	}
	if r.file == nil {
		r.file, r.documents = map[ledger.DocumentID]int{}, map[ledger.DocumentID]bool{}
	}
	if block.Decimals > r.decimals {
		r.amount, _ = r.amount.Upscale(block.Decimals - r.decimals)
		r.decimals = block.Decimals
	}
	last, again := ledger.DocumentID{}, false
	for i, doc := range block.Document {
		if doc.IsZero() {
			continue
		}
		if doc != last {
			first, known := r.file[doc]
			if !known {
				r.file[doc], first = file, file
			}
			last, again = doc, first != file
		}
		if again {
			r.documents[doc] = true
			v, _ := money.FromInt64(block.Amount[i]).Upscale(r.decimals - block.Decimals)
			r.amount = r.amount.Plus(v)
		}
	}
}

// reason is what the verdict says; false if no document stands twice.
func (r *repeats) reason() (verdict.Reason, bool) {
	if len(r.documents) == 0 {
		return verdict.Reason{}, false
	}
	noun := "documents stand"
	if len(r.documents) == 1 {
		noun = "document stands"
	}
	return verdict.Reason{
		Code: "documents_repeated", Status: verdict.Flag, Bias: verdict.High,
		Text:   fmt.Sprintf("%d %s in more than one of the files; the lines beyond the first file add %s", len(r.documents), noun, r.amount.Format(r.decimals)),
		Supply: "leave one of the files out, or import them: a workspace recognises what is loaded already",
	}, true
}
