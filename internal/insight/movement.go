package insight

import (
	"fmt"

	"clientele/internal/fault"
	"clientele/internal/money"
)

// Label says how a client moved between two windows b and t (definitions 2.5). A
// client has at most one.
type Label string

// The labels. Joiners are above the line in t and not in b, leavers the reverse.
const (
	NotMoved       Label = ""                 // above in both, or below and neither joined nor gone
	JoinedNew      Label = "joined_new"       // first line ever after b
	JoinedBack     Label = "joined_back"      // none in b, some earlier
	JoinedRisen    Label = "joined_risen"     // below the line in b
	PushedOut      Label = "pushed_out"       // left by a decision: release, hand-on or passive
	Lapsed         Label = "lapsed"           // left: no revenue in t
	PushedDown     Label = "pushed_down"      // left: still clears the old ticket, the line rose past it
	Fallen         Label = "fallen"           // left: no longer clears it, its own revenue fell
	PushedOutBelow Label = "pushed_out_below" // below in b with revenue, decided out
	DriftedOut     Label = "drifted_out"      // below in b with revenue, none in t, no decision
)

// Labels lists all labels of a move in the order of the definition.
func Labels() []Label {
	return []Label{JoinedNew, JoinedBack, JoinedRisen, PushedOut, Lapsed, PushedDown, Fallen, PushedOutBelow, DriftedOut}
}

// Joined reports whether the label is a joiner's.
func (l Label) Joined() bool { return l == JoinedNew || l == JoinedBack || l == JoinedRisen }

// Left reports whether the label is a leaver's.
func (l Label) Left() bool {
	return l == PushedOut || l == Lapsed || l == PushedDown || l == Fallen
}

// Mover is one client seen from both windows.
type Mover struct {
	Client         string
	Base, Now      Value // r in b and in t; null without any document by then
	WasAbove       bool  // above the line of b
	IsAbove        bool  // above the line of t
	LinesInBase    int64 // lines in b
	LinesEarlier   int64 // lines before b
	DecidedBetween bool  // a release, hand-on or passive decision took effect in (b, t]
}

// Old is the line of the base window, as far as movement needs it.
type Old struct {
	Ticket Value // T_b
	Prices Prices
}

// LabelOf gives the first label that matches. The client's history counts lines, not
// their sign: a client whose lines in b cancel out was there. A decision comes
// before every other cause, above the line and below it.
func LabelOf(m Mover, old Old) (Label, error) {
	switch {
	case m.WasAbove && m.IsAbove:
		return NotMoved, nil
	case m.IsAbove:
		return joiner(m), nil
	case m.WasAbove:
		return leaver(m, old)
	case !positive(m.Base):
		return NotMoved, nil // not a client of b, or without revenue in it
	case m.DecidedBetween:
		return PushedOutBelow, nil
	case !positive(m.Now):
		return DriftedOut, nil
	default:
		return NotMoved, nil
	}
}

func joiner(m Mover) Label {
	switch {
	case m.LinesInBase > 0:
		return JoinedRisen
	case m.LinesEarlier > 0:
		return JoinedBack
	default:
		return JoinedNew
	}
}

func leaver(m Mover, old Old) (Label, error) {
	switch {
	case m.DecidedBetween:
		return PushedOut, nil
	case !positive(m.Now):
		return Lapsed, nil
	case !old.Ticket.Valid:
		return NotMoved, fault.New(fault.Internal, "label a client", fmt.Sprintf("client %q left a line that has no ticket", m.Client), "")
	}
	bar, ok, err := Bar(old.Ticket.Int, old.Prices)
	if err != nil {
		return NotMoved, err
	}
	if ok && m.Now.Int >= bar {
		return PushedDown, nil
	}
	return Fallen, nil
}

func positive(v Value) bool { return v.Valid && v.Int > 0 }

// Move is one labelled client.
type Move struct {
	Mover
	Label Label
}

// Group is the total of one label.
type Group struct {
	Label     Label
	Clients   int64
	Base, Now money.Sum // revenue in b and in t; nulls add nothing
}

// Movements is the account of who joined and who left.
type Movements struct {
	Before, After int64 // |A_b|, |A_t|
	Joined, Left  int64
	Groups        []Group // one per label, in the order of Labels, also where empty
	Moves         []Move  // labelled clients only, in the order given
}

// Movement labels the clients of two windows. It needs all clients above either
// line, and those below that should be told apart; before and after are the client
// counts of both lines. It fails if |A_t| ≠ |A_b| + joiners − leavers.
func Movement(movers []Mover, old Old, before, after int64) (Movements, error) {
	out := Movements{Before: before, After: after}
	at := map[Label]int{}
	for i, l := range Labels() {
		at[l] = i
		out.Groups = append(out.Groups, Group{Label: l})
	}
	var was, is int64
	for _, m := range movers {
		label, err := LabelOf(m, old)
		if err != nil {
			return Movements{}, err
		}
		was, is = was+one(m.WasAbove), is+one(m.IsAbove)
		if label == NotMoved {
			continue
		}
		out.Joined, out.Left = out.Joined+one(label.Joined()), out.Left+one(label.Left())
		g := &out.Groups[at[label]]
		g.Clients++
		g.Base, g.Now = g.Base.Add(amount(m.Base)), g.Now.Add(amount(m.Now))
		out.Moves = append(out.Moves, Move{m, label})
	}
	if was != before || is != after || after != before+out.Joined-out.Left {
		return Movements{}, fault.New(fault.Internal, "account for movement",
			fmt.Sprintf("%d clients above the line + %d joined − %d left is not %d", before, out.Joined, out.Left, after), "")
	}
	return out, nil
}

func one(yes bool) int64 {
	if yes {
		return 1
	}
	return 0
}

func amount(v Value) int64 {
	if !v.Valid {
		return 0
	}
	return v.Int
}
