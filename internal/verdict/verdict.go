// Package verdict says whether a number can be trusted (definitions 1.7): PASS,
// FLAG with the direction of the bias, or REFUSE with what to supply.
package verdict

import "slices"

// Status orders the three answers; the worst of a quantity's inputs wins.
type Status int

// The three answers.
const (
	Pass Status = iota
	Flag
	Refuse
)

// String is the word shown: PASS, FLAG or REFUSE.
func (s Status) String() string { return [...]string{"PASS", "FLAG", "REFUSE"}[s] }

// Bias tells in which direction the shown value is off.
type Bias int

// The directions. Unknown is the widest: two opposite biases make it.
const (
	None    Bias = iota
	High         // the value is too high
	Low          // the value is too low
	Unknown      // the direction is not known
)

// String is the sign shown: "", "↑", "↓" or "↕".
func (b Bias) String() string { return [...]string{"", "↑", "↓", "↕"}[b] }

// Reason is one finding. Notes inform and leave the status at PASS.
type Reason struct {
	Code   string // stable: "unassigned_share"
	Status Status // Pass for a note
	Bias   Bias
	Text   string // one sentence, with the figure
	Bound  string // computable limits: "between 4 and 5 clients"; may be empty
	Supply string // what would settle it; may be empty
}

// Verdict is the status of a quantity with all reasons, in the order found.
type Verdict struct {
	Status  Status
	Bias    Bias
	Reasons []Reason
}

// Add joins a reason. A code that is already there is not repeated: the worse of
// the two stays, and two flags of one code join their biases.
func (v *Verdict) Add(r Reason) {
	at := slices.IndexFunc(v.Reasons, func(have Reason) bool { return have.Code == r.Code })
	v.Reasons = slices.Clone(v.Reasons) // copies of a verdict do not share reasons
	switch {
	case at < 0:
		v.Reasons = append(v.Reasons, r)
	case r.Status > v.Reasons[at].Status:
		v.Reasons[at] = r
	case r.Status == Flag && v.Reasons[at].Status == Flag:
		v.Reasons[at].Bias = join(v.Reasons[at].Bias, r.Bias)
	}
	v.Status = max(v.Status, r.Status)
	if r.Status == Flag {
		v.Bias = join(v.Bias, r.Bias)
	}
}

// Join adds all reasons of an input's verdict.
func (v *Verdict) Join(input Verdict) {
	for _, r := range input.Reasons {
		v.Add(r)
	}
}

func join(a, b Bias) Bias {
	switch {
	case a == None || a == b:
		return b
	case b == None:
		return a
	default:
		return Unknown
	}
}
