package demo_test

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
)

func (x *facts) trait(t *testing.T, name string) []string {
	t.Helper()
	for _, one := range x.truth.Traits {
		if one.Name == name {
			return one.IDs
		}
	}
	t.Fatalf("no trait %s", name)
	return nil
}

// where lists the clients that had a line and for which the rule holds, by id.
func (x *facts) where(rule func(id string) bool) []string {
	ids := map[string]bool{}
	for _, s := range x.ledger.lines {
		if s.id != "" && rule(s.id) {
			ids[s.id] = true
		}
	}
	return slices.Sorted(maps.Keys(ids))
}

// TestLives finds who is new, lapsed, gone, back and below 0: exactly those of the truth.
func TestLives(t *testing.T) {
	t.Parallel()
	for _, o := range firms {
		t.Run(o.name, func(t *testing.T) {
			t.Parallel()
			x := o.facts(t)
			now, before, earlier, first := x.has[0], x.has[1], x.has[2], x.has[3]
			rules := map[string]func(id string) bool{
				"new":          func(id string) bool { return now[id] && !before[id] && !earlier[id] && !first[id] },
				"lapsed":       func(id string) bool { return !now[id] && before[id] },
				"gone":         func(id string) bool { return !now[id] && !before[id] },
				"returned":     func(id string) bool { return now[id] && !before[id] && (earlier[id] || first[id]) },
				"net_negative": func(id string) bool { return x.years[0][id] < 0 },
			}
			counts := map[string]int{"new": 25, "lapsed": 30, "gone": 12, "returned": 8, "net_negative": 3}
			for name, rule := range rules {
				want := x.trait(t, name)
				if got := x.where(rule); !slices.Equal(got, want) {
					t.Errorf("%s: %v, truth says %v", name, got, want)
				}
				if len(want) != counts[name] {
					t.Errorf("%s: %d clients, want %d", name, len(want), counts[name])
				}
			}
		})
	}
}

func TestTrends(t *testing.T) {
	t.Parallel()
	for _, o := range firms {
		t.Run(o.name, func(t *testing.T) {
			t.Parallel()
			x := o.facts(t)
			up, down := x.trait(t, "growing"), x.trait(t, "shrinking")
			if len(up) != 12 || len(down) != 12 {
				t.Errorf("%d growing and %d shrinking", len(up), len(down))
			}
			for y := range 3 {
				late, early := x.years[y], x.years[y+1]
				for _, id := range up {
					if late[id]*100 < early[id]*110 {
						t.Errorf("%s does not grow: %d after %d", id, late[id], early[id])
					}
				}
				for _, id := range down {
					if late[id]*100 > early[id]*90 {
						t.Errorf("%s does not shrink: %d after %d", id, late[id], early[id])
					}
				}
			}
		})
	}
}

// TestService finds who gets more and who gets less than its size would say.
func TestService(t *testing.T) {
	t.Parallel()
	for _, o := range firms {
		t.Run(o.name, func(t *testing.T) {
			t.Parallel()
			x := o.facts(t)
			ranked := x.where(func(id string) bool { return x.years[0][id] > 0 })
			slices.SortStableFunc(ranked, func(a, b string) int { return cmp.Compare(x.years[0][b], x.years[0][a]) })
			ticket := exactCents(t, x.truth.Lines[0].Ticket)
			long, err := time.Parse(time.DateOnly, x.truth.AsOf)
			if err != nil {
				t.Fatal(err)
			}
			sevenMonths := long.AddDate(0, -7, 0).Format(time.DateOnly)
			for _, id := range x.trait(t, "over_served") {
				if x.unbilled[id] < 70*4 || x.years[0][id]*4 > ticket*3 {
					t.Errorf("%s: %d quarters of an hour for %d cents", id, x.unbilled[id], x.years[0][id])
				}
			}
			for _, id := range x.trait(t, "under_served") {
				if rank := slices.Index(ranked, id); rank >= 40 || x.unbilled[id] > 4*4 || x.contacts[id] != 1 || x.touched[id] >= sevenMonths {
					t.Errorf("%s at rank %d: %d quarters of an hour, %d contacts, last touch %s", id, rank+1, x.unbilled[id], x.contacts[id], x.touched[id])
				}
			}
			single := slices.Sorted(maps.Keys(x.contacts))
			single = slices.DeleteFunc(single, func(id string) bool { return x.contacts[id] != 1 })
			if want := x.trait(t, "single_contact"); !slices.Equal(single, want) {
				t.Errorf("single contact: %v, truth says %v", single, want)
			}
		})
	}
}

// TestLatePayers sets each payment against the terms: the truth's clients, and no others,
// pay 55 days late on every settled invoice.
func TestLatePayers(t *testing.T) {
	t.Parallel()
	for _, o := range firms {
		t.Run(o.name, func(t *testing.T) {
			t.Parallel()
			x := o.facts(t)
			terms := map[string]int64{}
			for _, r := range x.rows(t, "clients.csv") {
				terms[r["Customer ID"]] = exactCents(t, r["Payment days"]) / 100
			}
			docs, gross := map[string]sale{}, map[string]int64{}
			for _, s := range x.ledger.lines {
				docs[s.number] = s
				gross[s.number] += exactCents(t, s.net) + exactCents(t, s.tax)
			}
			least := map[string]int64{}
			for _, r := range x.rows(t, "payments.csv") {
				s, ok := docs[r["Invoice"]]
				if !ok || s.id != r["Customer ID"] || s.currency != r["Currency"] || r["Payment date"] > x.truth.To {
					t.Fatalf("payment %v has no document", r)
				}
				if gross[s.number] != exactCents(t, r["Amount received"]) {
					t.Errorf("payment of %s is %s, the document %d", s.number, r["Amount received"], gross[s.number])
				}
				delete(gross, s.number)
				if s.status != "Paid" && s.status != "bezahlt" {
					t.Errorf("%s is paid but says %s", s.number, s.status)
				}
				late := daysBetween(t, s.day, r["Payment date"]) - terms[s.id]
				if old, ok := least[s.id]; !ok || late < old {
					least[s.id] = late
				}
			}
			for number := range gross {
				if s := docs[number].status; s != "Open" && s != "offen" {
					t.Errorf("%s is not paid but says %s", number, s)
				}
			}
			got := x.where(func(id string) bool { return least[id] >= 55 })
			if want := x.trait(t, "late_payers"); !slices.Equal(got, want) {
				t.Errorf("late payers %v, truth says %v", got, want)
			}
		})
	}
}

func daysBetween(t *testing.T, from, to string) int64 {
	t.Helper()
	a, err := time.Parse(time.DateOnly, from)
	if err != nil {
		t.Fatal(err)
	}
	b, err := time.Parse(time.DateOnly, to)
	if err != nil {
		t.Fatal(err)
	}
	return int64(b.Sub(a).Hours() / 24)
}

// TestIdentities checks names, the pairs of near-duplicates, the group and currencies.
func TestIdentities(t *testing.T) {
	t.Parallel()
	for _, o := range firms {
		t.Run(o.name, func(t *testing.T) {
			t.Parallel()
			x := o.facts(t)
			name, parent, owners := map[string]string{}, map[string]string{}, map[string]bool{}
			folded := map[string]string{}
			loose := func(s string) string {
				s = strings.NewReplacer("ü", "ue", "ö", "oe", "Limited", "Ltd", ".", "", "-", "", " ", "", "&", "").Replace(s)
				return strings.ToLower(s)
			}
			doubles := map[string]string{}
			for _, tw := range x.truth.Twins {
				doubles[tw.Double] = tw.Keep
				if loose(tw.KeepName) != loose(tw.DoubleAs) || tw.KeepName == tw.DoubleAs {
					t.Errorf("%q and %q are no near-duplicates", tw.KeepName, tw.DoubleAs)
				}
			}
			var children []string
			for _, r := range x.rows(t, "clients.csv") {
				id := r["Customer ID"]
				if name[id] != "" {
					t.Errorf("%s stands twice in clients.csv", id)
				}
				name[id], parent[id] = r["Customer"], r["Parent"]
				owners[r["Account manager"]] = true
				if other, taken := folded[loose(r["Customer"])]; taken && doubles[id] != other && doubles[other] != id {
					t.Errorf("%s and %s have one name, and it is no planned pair", id, other)
				}
				folded[loose(r["Customer"])] = id
				if r["Parent"] != "" {
					children = append(children, id)
				}
			}
			if len(owners) != 7 || len(doubles) != 6 || len(name) != 323 {
				t.Errorf("%d owners, %d pairs, %d clients in the list", len(owners), len(doubles), len(name))
			}
			if slices.Sort(children); !slices.Equal(children, slices.Sorted(slices.Values(x.truth.Group.Children))) || len(children) != 3 || parent[children[0]] != x.truth.Group.Parent {
				t.Errorf("children %v, truth says %+v", children, x.truth.Group)
			}
			usd, holder := map[string]bool{}, map[string]string{}
			for _, s := range x.ledger.lines {
				if s.id != "" && s.name != name[s.id] {
					t.Errorf("%s is %q in %s and %q in clients.csv", s.id, s.name, s.file, name[s.id])
				}
				if s.currency == "USD" {
					usd[s.id] = true
				}
				if id, ok := holder[s.number]; ok && id != s.id {
					t.Errorf("document %s belongs to %s and to %s", s.number, id, s.id)
				}
				holder[s.number] = s.id
			}
			for id := range usd {
				if !slices.Contains(x.trait(t, "billed_in_usd"), id) {
					t.Errorf("%s is billed in USD without being abroad", id)
				}
			}
			if len(x.trait(t, "billed_in_usd")) != 38 {
				t.Errorf("%d clients abroad", len(x.trait(t, "billed_in_usd")))
			}
		})
	}
}
