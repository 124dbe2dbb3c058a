package insight_test

import (
	"slices"
	"testing"

	"clientele/internal/insight"
	"clientele/internal/money"
)

// TestMigrationWorkedExample holds definitions 3.11: a→a 5, a→b 2, b→a 1, b→b 4, a→lapsed
// 1, new→b 3: prior a 8, b 5; current a 6, b 9; stay share 9/12.
func TestMigrationWorkedExample(t *testing.T) {
	t.Parallel()
	a, b := insight.Stand{Place: insight.Place{Revenue: 0, Margin: 1}}, insight.Stand{Place: insight.Place{Revenue: 1, Margin: 0}}
	gone := insight.Stand{Presence: insight.Absent}
	var list []insight.Moved
	for _, x := range []struct {
		from, to insight.Stand
		n        int
	}{{b, b, 4}, {a, a, 5}, {gone, b, 3}, {a, b, 2}, {b, a, 1}, {a, gone, 1}} {
		for range x.n {
			m := insight.Moved{From: x.from, To: x.to, Before: insight.Value{Int: 10, Valid: x.from != gone}, After: insight.Value{Int: 25, Valid: x.to != gone}}
			list = append(list, m)
		}
	}
	m := insight.MigrationOf(list)
	prior, current := map[insight.Stand]int64{}, map[insight.Stand]int64{}
	for i, p := range m.Paths {
		prior[p.From] += p.Clients
		current[p.To] += p.Clients
		if i > 0 && m.Paths[i-1].From.Presence > p.From.Presence {
			t.Error("the ways are not in order")
		}
	}
	if prior[a] != 8 || prior[b] != 5 || prior[gone] != 3 || current[a] != 6 || current[b] != 9 || current[gone] != 1 {
		t.Errorf("%v %v", prior, current)
	}
	if share, ok := m.StayShare(); !ok || share != 0.75 || m.Stay != 9 || m.Both != 12 {
		t.Errorf("%+v", m)
	}
	if m.Paths[0].From != a || m.Paths[0].To != a || m.Paths[0].Gain != money.FromInt64(75) {
		t.Errorf("%+v", m.Paths[0])
	}
	if _, ok := (&insight.Migration{}).StayShare(); ok {
		t.Error("nobody stayed")
	}
	e := insight.Edges{Revenue: []int64{0}, Margin: []int64{0}}
	if e.Stand(banded(-1, 1)).Presence != insight.NoRevenue || e.Stand(banded(5, 1)) != (insight.Stand{Place: insight.Place{Revenue: 0, Margin: 1}}) {
		t.Error("stands")
	}
}

// TestEarlierEdges: 1,000.00 now is 909.09 where prices have risen by 10 %, and a half goes to
// the even cent.
func TestEarlierEdges(t *testing.T) {
	t.Parallel()
	one := money.Amount{Units: 1}
	e := insight.Edges{Revenue: []int64{0, 1000_00, 2000_01}, Margin: []int64{0, 1000}}
	got, err := e.Earlier(insight.Prices{Base: one, Now: money.Amount{Units: 11, Decimals: 1}})
	if err != nil || !slices.Equal(got.Revenue, []int64{0, 909_09, 1818_19}) || !slices.Equal(got.Margin, e.Margin) {
		t.Errorf("edges are %v, %v", got, err)
	}
	if got, err = e.Earlier(insight.Prices{}); err != nil || !slices.Equal(got.Revenue, e.Revenue) {
		t.Errorf("without an index they are %v, %v", got, err)
	}
	if got, err = e.Earlier(insight.Prices{Base: one, Now: money.Amount{Units: 1_000_000}}); err == nil {
		t.Errorf("edges that fell together are %v", got)
	}
}
