package app

import (
	"encoding/json"

	"clientele/internal/intake"
	"clientele/internal/ledger"
	"clientele/internal/period"
	"clientele/internal/store"
)

// holding finds the live batch of the same bytes that brings facts of the same sort, read as
// the same; nil if there is none.
func (s *state) holding(sha string, kind ledger.Kind, as reading) *store.Batch {
	for _, b := range s.live() {
		if b.SHA256 == sha && (b.Kind == kind || b.Kind.Sells() && kind.Sells()) && readingAs(b.Profile) == as {
			return &b
		}
	}
	return nil
}

// reading is what bytes can be besides what they say: one sheet of several, a plan of one
// name, facts of one period. The same bytes may well be next year's plan.
type reading struct {
	Sheet string       `json:"sheet"`
	Plan  string       `json:"plan_name"`
	For   period.Range `json:"for"`
}

// readingAs is what a batch was read as.
func readingAs(profile []byte) reading {
	var r reading
	if json.Unmarshal(profile, &r) != nil {
		return reading{}
	}
	return r
}

// askedOf is what is asked to be read.
func askedOf(a *intake.Answers, fiscalStart int) reading {
	r := reading{Sheet: a.Sheet, Plan: a.Plan}
	if span, err := period.ParsePeriod(a.For, fiscalStart); err == nil { // who reads the file tells what is wrong with it
		r.For = span
	}
	return r
}

// inherit takes over what a batch was read as, of which the rows are brought again, mended.
func (s *state) inherit(req *ImportRequest) {
	b, ok := s.snapshot.Batch(req.Fixes)
	if req.Fixes == "" || !ok {
		return
	}
	was := readingAs(b.Profile)
	if req.Answers.Plan == "" {
		req.Answers.Plan = was.Plan
	}
	if req.Answers.For == "" && !was.For.Empty() {
		req.Answers.For = was.For.From.YearMonth() + ".." + (was.For.To - 1).YearMonth()
	}
}
