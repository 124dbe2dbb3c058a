package app

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"clientele/internal/fault"
	"clientele/internal/money"
)

// Stretch is a part of the whale curve: who it is, and what they have in common.
type Stretch struct {
	From, To int64 // ranks by profit, both included
	Rows     []ProfitRow
	Terms    Terms[money.Sum]
	Common   []Trait // what is more frequent here than among all, most telling first
}

// Trait is a value of an attribute that a stretch has more of than the whole.
type Trait struct {
	Attribute, Value string
	Clients          int64 // in the stretch
	Share, Whole     float64
}

// commonMax is how many traits are named.
const commonMax = 6

// StretchOf selects ranks of a statement. Attributes are those that are looked through for
// what the clients have in common; those that nothing is known of are passed over.
func StretchOf(ctx context.Context, g *Ground, a *ProfitAnswer, from, to int64, attributes []string) (*Stretch, error) {
	n := a.Whale.Clients
	if from < 1 || to < from || from > n {
		return nil, fault.New(fault.Usage, "read --ranks", fmt.Sprintf("there are no ranks %d to %d", from, to), fmt.Sprintf("ranks go from 1 to %d: --ranks 1-%d", n, min(n, 10)))
	}
	s := &Stretch{From: from, To: min(to, n)}
	s.Rows = a.Rows[from-1 : s.To]
	for i := range s.Rows {
		addTerms(&s.Terms, &s.Rows[i].Terms)
	}
	for _, name := range attributes {
		values, err := g.Attribute(ctx, name)
		if fault.KindOf(err) == fault.Usage && err != nil {
			continue
		}
		if err != nil {
			return nil, err
		}
		s.common(a, name, values)
	}
	slices.SortFunc(s.Common, func(x, y Trait) int {
		return cmp.Or(cmp.Compare(y.Share-y.Whole, x.Share-x.Whole), strings.Compare(x.Attribute, y.Attribute), strings.Compare(x.Value, y.Value))
	})
	s.Common = s.Common[:min(len(s.Common), commonMax)]
	return s, nil
}

// common finds the values that at least two clients of the stretch have, and that are more
// frequent in it than among all.
func (s *Stretch) common(a *ProfitAnswer, name string, values map[string]string) {
	here, all := map[string]int64{}, map[string]int64{}
	for i := range a.Rows {
		all[values[a.Rows[i].ID]]++
	}
	for i := range s.Rows {
		here[values[s.Rows[i].ID]]++
	}
	for value, n := range here {
		share, whole := float64(n)/float64(len(s.Rows)), float64(all[value])/float64(len(a.Rows))
		if value != "" && n >= 2 && share > whole {
			s.Common = append(s.Common, Trait{name, value, n, share, whole})
		}
	}
}
