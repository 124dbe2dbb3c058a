package insight

import (
	"cmp"
	"slices"

	"clientele/internal/money"
)

// Presence is how a client stands in a window, for migration between cells (definitions
// 3.11).
type Presence int

// The states, in the order in which they are listed.
const (
	InCell    Presence = iota // in a cell
	NoRevenue                 // known, and revenue not above 0
	Absent                    // new in the later window, or lapsed since the earlier one
)

// Stand is a client's state in one window.
type Stand struct {
	Presence Presence
	Place    Place // where it is in a cell
}

// Moved is one client in two windows: profit in minor units, null where it is not known.
type Moved struct {
	From, To      Stand
	Before, After Value
}

// Path is the clients that went the same way, and what their profit gained.
type Path struct {
	From, To Stand
	Clients  int64
	Gain     money.Sum // of those whose profit is known in both windows
	Known    int64     // their number; 0: the gain is null
}

// Migration is how clients moved between cells.
type Migration struct {
	Paths []Path // by where from, then where to: states in their order, cells by revenue band, then margin band
	Stay  int64  // clients in the same cell in both windows, or without revenue in both
	Both  int64  // clients that were there in both
}

// StayShare is Stay/Both; false where nobody was there twice.
func (m *Migration) StayShare() (float64, bool) {
	return money.Ratio(money.FromInt64(m.Stay), money.FromInt64(m.Both))
}

// MigrationOf counts the ways. The edges of both windows are the caller's.
func MigrationOf(list []Moved) Migration {
	type key struct{ from, to Stand }
	index, m := map[key]int{}, Migration{}
	for _, x := range list {
		k := key{x.From, x.To}
		i, ok := index[k]
		if !ok {
			i = len(m.Paths)
			index[k] = i
			m.Paths = append(m.Paths, Path{From: x.From, To: x.To})
		}
		p := &m.Paths[i]
		p.Clients++
		if x.Before.Valid && x.After.Valid {
			p.Known++
			p.Gain = p.Gain.Add(x.After.Int).Minus(money.FromInt64(x.Before.Int))
		}
		if x.From.Presence != Absent && x.To.Presence != Absent { // without revenue, but there
			m.Both++
			if x.From == x.To {
				m.Stay++
			}
		}
	}
	slices.SortFunc(m.Paths, func(a, b Path) int { return cmp.Or(compareStands(a.From, b.From), compareStands(a.To, b.To)) })
	return m
}

func compareStands(a, b Stand) int {
	return cmp.Or(cmp.Compare(a.Presence, b.Presence), cmp.Compare(a.Place.Revenue, b.Place.Revenue), cmp.Compare(a.Place.Margin, b.Place.Margin))
}

// Earlier are the edges at the prices of the base window: those of money times π_b/π_t, half
// to even (definitions 3.11).
func (e Edges) Earlier(p Prices) (Edges, error) {
	out := Edges{Margin: e.Margin, Revenue: make([]int64, len(e.Revenue))}
	for i, v := range e.Revenue {
		var err error
		if out.Revenue[i], err = RealTicket(v, p); err != nil {
			return out, err
		}
	}
	return out, out.Check()
}

// Stand is how a client stands under these edges, if it is there at all.
func (e Edges) Stand(b Banded) Stand {
	if b.Revenue <= 0 {
		return Stand{Presence: NoRevenue}
	}
	return Stand{InCell, e.Place(b)}
}
