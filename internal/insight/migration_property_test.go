package insight_test

import (
	"math/big"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"clientele/internal/insight"
)

// movedClients are clients of two windows, with profits up to the ends of 64 bits. A
// client that is absent has no profit there.
func movedClients() *rapid.Generator[[]insight.Moved] {
	stand := rapid.Custom(func(t *rapid.T) insight.Stand {
		switch rapid.IntRange(0, 5).Draw(t, "presence") {
		case 0:
			return insight.Stand{Presence: insight.NoRevenue}
		case 1:
			return insight.Stand{Presence: insight.Absent}
		}
		return insight.Stand{Place: insight.Place{Revenue: rapid.IntRange(0, 2).Draw(t, "revenue"), Margin: rapid.IntRange(-1, 2).Draw(t, "margin")}}
	})
	one := rapid.Custom(func(t *rapid.T) insight.Moved {
		m := insight.Moved{From: stand.Draw(t, "from"), To: stand.Draw(t, "to")}
		m.Before = insight.Value{Int: rapid.Int64().Draw(t, "before"), Valid: m.From.Presence != insight.Absent && rapid.IntRange(0, 4).Draw(t, "known") > 0}
		m.After = insight.Value{Int: rapid.Int64().Draw(t, "after"), Valid: m.To.Presence != insight.Absent && rapid.IntRange(0, 4).Draw(t, "known") > 0}
		return m
	})
	return rapid.SliceOfN(one, 0, 60)
}

// TestMigrationSums holds definitions 3.11: row sums are prior counts, column sums current
// ones, the paths hold every client once, and the gain of each is exact.
func TestMigrationSums(t *testing.T) {
	t.Parallel()
	type way struct{ from, to insight.Stand }
	rapid.Check(t, func(t *rapid.T) {
		list := movedClients().Draw(t, "list")
		m := insight.MigrationOf(list)
		prior, current, count, gain := map[insight.Stand]int64{}, map[insight.Stand]int64{}, map[way]int64{}, map[way]*big.Int{}
		var stay, both int64
		for _, x := range list {
			w := way{x.From, x.To}
			prior[x.From]++
			current[x.To]++
			count[w]++
			if gain[w] == nil {
				gain[w] = new(big.Int)
			}
			if x.Before.Valid && x.After.Valid {
				gain[w].Add(gain[w], new(big.Int).Sub(big.NewInt(x.After.Int), big.NewInt(x.Before.Int)))
			}
			if x.From.Presence != insight.Absent && x.To.Presence != insight.Absent { // there in both, with revenue or without
				both++
				if x.From == x.To {
					stay++
				}
			}
		}
		if len(m.Paths) != len(count) || m.Stay != stay || m.Both != both {
			t.Fatalf("%d ways, want %d; %+v, want %d of %d", len(m.Paths), len(count), m, stay, both)
		}
		for _, p := range m.Paths {
			w := way{p.From, p.To}
			if p.Clients != count[w] || p.Gain.Big().Cmp(gain[w]) != 0 {
				t.Fatalf("%+v, want %d and %s", p, count[w], gain[w])
			}
			prior[p.From] -= p.Clients
			current[p.To] -= p.Clients
		}
		for _, left := range []map[insight.Stand]int64{prior, current} {
			for s, n := range left {
				if n != 0 {
					t.Fatalf("%+v: the paths miss %d clients", s, n)
				}
			}
		}
		share, ok := m.StayShare()
		if ok != (both > 0) {
			t.Fatalf("a share of %d: %v", both, ok)
		}
		if want, _ := new(big.Rat).SetFrac64(stay, max(1, both)).Float64(); share != want {
			t.Fatalf("share %v, want %v", share, want)
		}
	})
}

// TestMigrationHasOneOrder holds that the order of clients is not seen, and that of paths
// is total.
func TestMigrationHasOneOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		list := movedClients().Draw(t, "list")
		m := insight.MigrationOf(list)
		other := insight.MigrationOf(rapid.Permutation(list).Draw(t, "permutation"))
		if !slices.Equal(m.Paths, other.Paths) || m.Stay != other.Stay || m.Both != other.Both {
			t.Fatalf("%+v, then %+v", m, other)
		}
		for i := 1; i < len(m.Paths); i++ {
			a, b := m.Paths[i-1], m.Paths[i]
			if slices.Compare(keyOf(a), keyOf(b)) >= 0 {
				t.Fatalf("%+v before %+v", a, b)
			}
		}
	})
}

func keyOf(p insight.Path) (out []int) {
	for _, s := range []insight.Stand{p.From, p.To} {
		out = append(out, int(s.Presence), s.Place.Revenue, s.Place.Margin)
	}
	return out
}
