package batch

import (
	"clientele/internal/intake"
	"clientele/internal/verdict"
)

// Facts are findings about the sources that decide verdicts.
type Facts struct {
	TaxSigns   []string `json:"tax_signs,omitempty"` // columns that show tax, where nobody said which amount was taken
	TaxSettled bool     `json:"tax_settled,omitempty"`
	Unknown    []Word   `json:"unknown,omitempty"`     // status words that are not known
	Negated    int64    `json:"negated,omitempty"`     // credit rows whose sign was turned
	NameAsKey  int64    `json:"name_as_key,omitempty"` // rows known by name because their id is empty
	Inclusive  int64    `json:"inclusive,omitempty"`   // rows whose amount holds tax that no column tells
	Gross      bool     `json:"gross,omitempty"`       // amounts carry tax, and no column tells how much
	Documents  bool     `json:"documents,omitempty"`   // lines name their documents
	Grouped    bool     `json:"grouped,omitempty"`     // some clients belong to a group
	BadCosts   int64    `json:"bad_costs,omitempty"`   // rows whose cost is no number, and so not known
	// Of several files that are read without a workspace: those whose bytes were given
	// twice, and the documents that stand in more than one of them; nil: none.
	Repeated []string        `json:"-"`
	Repeats  *verdict.Reason `json:"-"`
}

// Word is a status word that is not known, with its rows.
type Word struct {
	Text string `json:"text"`
	Rows int64  `json:"rows"`
}

// Take adds what a file says of itself.
func (x *Facts) Take(f *intake.File, l *intake.Loaded) {
	p := f.Profile
	y := Facts{
		TaxSettled: p.Tax != "", Gross: p.Tax == "gross" && !f.TaxKnown(), Documents: f.HasDocuments(),
		Negated: l.Notes.Negated, NameAsKey: l.Notes.NameAsKey, Inclusive: l.Notes.Inclusive,
		BadCosts: l.Notes.BadCosts,
	}
	if !y.TaxSettled {
		y.TaxSigns = p.TaxSigns
	}
	for _, w := range l.Unknown {
		y.Unknown = append(y.Unknown, Word(w))
	}
	for _, a := range l.Accounts {
		y.Grouped = y.Grouped || a.Parent != ""
	}
	x.Join(&y)
}

// Join adds the findings about another source.
func (x *Facts) Join(y *Facts) {
	x.TaxSigns = append(x.TaxSigns, y.TaxSigns...)
	x.TaxSettled = x.TaxSettled || y.TaxSettled
	x.Gross = x.Gross || y.Gross
	x.Unknown = append(x.Unknown, y.Unknown...)
	x.Documents = x.Documents || y.Documents
	x.Grouped = x.Grouped || y.Grouped
	x.Negated += y.Negated
	x.NameAsKey += y.NameAsKey
	x.Inclusive += y.Inclusive
	x.BadCosts += y.BadCosts
}
