package demo_test

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"clientele/internal/demo"
)

// TestControlTotals counts every row of every sales file once more.
func TestControlTotals(t *testing.T) {
	t.Parallel()
	for _, o := range firms {
		t.Run(o.name, func(t *testing.T) {
			t.Parallel()
			x := o.facts(t)
			all, bad := x.all, x.ledger.bad
			for _, want := range x.truth.Sales {
				got := map[string]map[string]*[2]int64{} // currency, fate: rows and cents
				rows := int64(0)
				for _, s := range all {
					if s.file != want.Name {
						continue
					}
					rows++
					fate := map[string]string{"Draft": "draft", "Entwurf": "draft", "Void": "void", "storniert": "void"}[s.status]
					if fate == "" {
						fate = "loaded"
					}
					add(got, s.currency, fate, exactCents(t, s.net))
					if s.id == "" {
						add(got, s.currency, "unassigned", exactCents(t, s.net))
					}
				}
				readable := int64(0)
				for _, q := range want.Quarantined {
					rows++
					if q.Amount != "" {
						readable += exactCents(t, q.Amount)
					}
				}
				if rows != want.Rows || len(want.Accounts) != len(got) {
					t.Errorf("%s: %d rows in %d currencies, truth says %d in %d", want.Name, rows, len(got), want.Rows, len(want.Accounts))
				}
				for _, a := range want.Accounts {
					g := got[a.Currency]
					compare(t, want.Name+" loaded", a.Loaded, g["loaded"])
					compare(t, want.Name+" draft", a.Draft, g["draft"])
					compare(t, want.Name+" void", a.Void, g["void"])
					compare(t, want.Name+" unassigned", a.Unassigned, g["unassigned"])
					compare(t, want.Name+" quarantined", a.Quarantined, &[2]int64{int64(len(want.Quarantined)), readable})
					sum := exactCents(t, a.Loaded.Amount) + exactCents(t, a.Draft.Amount) + exactCents(t, a.Void.Amount) + exactCents(t, a.Quarantined.Amount)
					n := a.Loaded.Rows + a.Draft.Rows + a.Void.Rows + a.Quarantined.Rows
					compare(t, want.Name+" read", a.Read, &[2]int64{n, sum})
					if a.Currency == "EUR" && (a.Draft.Rows == 0 || a.Void.Rows == 0) && strings.HasPrefix(want.Name, "old") {
						t.Errorf("%s: no draft or no void row", want.Name)
					}
				}
			}
			var lines []int64
			for _, q := range x.truth.Sales[0].Quarantined {
				lines = append(lines, q.Line)
			}
			if !slices.Equal(lines, bad) {
				t.Errorf("bad rows at lines %v, truth says %v", bad, lines)
			}
		})
	}
}

func add(to map[string]map[string]*[2]int64, currency, fate string, amount int64) {
	if to[currency] == nil {
		to[currency] = map[string]*[2]int64{}
	}
	if to[currency][fate] == nil {
		to[currency][fate] = &[2]int64{}
	}
	to[currency][fate][0]++
	to[currency][fate][1] += amount
}

func compare(t *testing.T, what string, want demo.Tally, got *[2]int64) {
	t.Helper()
	if got == nil {
		got = &[2]int64{}
	}
	if want.Rows != got[0] || want.Amount != text(got[1]) {
		t.Errorf("%s: %d rows, %s; truth says %d rows, %s", what, got[0], text(got[1]), want.Rows, want.Amount)
	}
}

// TestOldFile checks what makes the old file messy, and its own total.
func TestOldFile(t *testing.T) {
	t.Parallel()
	for _, o := range firms {
		t.Run(o.name, func(t *testing.T) {
			t.Parallel()
			x := o.facts(t)
			s := x.truth.Sales[0]
			data := string(x.files[s.Name])
			if !strings.Contains(data, "\x80") || !strings.Contains(data, "W\xe4hrung") || !strings.Contains(data, "\x96") {
				t.Error("the old file is not Windows-1252")
			}
			lines := strings.Split(strings.TrimSuffix(data, "\r\n"), "\r\n")
			if want := s.Rows + s.Skipped["title"] + s.Skipped["blank"] + s.Skipped["header"] + s.Skipped["total"]; int64(len(lines)) != want {
				t.Errorf("%d physical lines, records and skipped lines make %d", len(lines), want)
			}
			total := exactCents(t, s.Accounts[0].Loaded.Amount)
			reasons := map[string]int{}
			for _, q := range s.Quarantined {
				total += exactCents(t, q.Meant)
				reasons[q.Reason]++
				if !strings.Contains(data, q.Value) {
					t.Errorf("line %d: value %q is not in the file", q.Line, q.Value)
				}
			}
			if s.Stated != text(total) {
				t.Errorf("the file states %s, its rows make %s", s.Stated, text(total))
			}
			if point(strings.Split(lines[len(lines)-1], ";")[8]) != s.Stated {
				t.Errorf("last line %q does not state %s", lines[len(lines)-1], s.Stated)
			}
			if want := map[string]int{"bad_date": 1, "bad_amount": 2, "too_many_cells": 1, "too_few_cells": 1}; !maps.Equal(reasons, want) {
				t.Errorf("bad rows %v, want %v", reasons, want)
			}
		})
	}
}

// TestRevenue adds up years and windows, line by line at the rate of the day.
func TestRevenue(t *testing.T) {
	t.Parallel()
	for _, o := range firms {
		t.Run(o.name, func(t *testing.T) {
			t.Parallel()
			x := o.facts(t)
			truth := x.truth
			l := x.ledger
			for _, y := range truth.Years {
				if got := total(l.by(fmt.Sprintf("%d-01-01", y.Year), fmt.Sprintf("%d-12-31", y.Year))); text(got) != y.Amount {
					t.Errorf("%d: %s, truth says %s", y.Year, text(got), y.Amount)
				}
			}
			last := ""
			for _, s := range l.lines {
				last = max(last, s.day)
			}
			if last != truth.To {
				t.Errorf("the last sale is of %s, truth says %s", last, truth.To)
			}
			for _, w := range []demo.Window{truth.Trailing, truth.Prior} {
				by := l.by(w.From, w.To)
				counter := by[""]
				delete(by, "")
				positive := 0
				for _, v := range by {
					if v > 0 {
						positive++
					}
				}
				got := demo.Window{From: w.From, To: w.To, Total: text(total(by)), Unassigned: text(counter), Clients: len(by), Positive: positive}
				if got != w {
					t.Errorf("window %+v, truth says %+v", got, w)
				}
			}
			if truth.Trailing.From != back(t, truth.AsOf, 1) || truth.Prior.From != back(t, truth.AsOf, 2) {
				t.Errorf("windows begin %s and %s", truth.Trailing.From, truth.Prior.From)
			}
		})
	}
}

func total(by map[string]int64) (sum int64) {
	for _, v := range by {
		sum += v
	}
	return sum
}

// TestLines counts the line the slow way, at each level, from the client list.
func TestLines(t *testing.T) {
	t.Parallel()
	for _, o := range firms {
		t.Run(o.name, func(t *testing.T) {
			t.Parallel()
			x := o.facts(t)
			truth := x.truth
			by := x.ledger.by(truth.Trailing.From, truth.Trailing.To)
			delete(by, "")
			twins, parents, names := map[string]string{}, map[string]string{}, map[string]string{}
			for _, tw := range truth.Twins {
				twins[tw.Double] = tw.Keep
			}
			for _, r := range x.rows(t, "clients.csv") {
				names[r["Customer ID"]] = r["Customer"]
				if r["Parent"] != "" {
					parents[r["Customer ID"]] = r["Parent"]
				}
			}
			levels := map[string][]map[string]string{"account": nil, "merged": {twins}, "group": {twins, parents}}
			for _, want := range truth.Lines {
				sums := by
				for _, step := range levels[want.Level] {
					next := map[string]int64{}
					for id, v := range sums {
						if to := step[id]; to != "" {
							id = to
						}
						next[id] += v
					}
					sums = next
				}
				if got := slowLine(want.Level, sums); got != want {
					t.Errorf("line %+v, truth says %+v", got, want)
				}
			}
			ids := slices.Sorted(maps.Keys(by))
			slices.SortStableFunc(ids, func(a, b string) int { return cmp.Compare(by[b], by[a]) })
			for i, want := range truth.Top {
				if got := (demo.Ranked{ID: ids[i], Name: names[ids[i]], Revenue: text(by[ids[i]])}); got != want {
					t.Errorf("rank %d: %+v, truth says %+v", i+1, got, want)
				}
			}
		})
	}
}

// slowLine takes the largest client out again and again.
func slowLine(level string, sums map[string]int64) demo.Line {
	left := map[string]int64{}
	for id, v := range sums {
		if v > 0 {
			left[id] = v
		}
	}
	all := total(left)
	out := demo.Line{Level: level, Positive: len(left), Base: text(all)}
	run := int64(0)
	for k := 1; len(left) > 0; k++ {
		best := ""
		for id := range left {
			if best == "" || left[id] > left[best] || (left[id] == left[best] && id < best) {
				best = id
			}
		}
		v := left[best]
		delete(left, best)
		run += v
		if run*100 <= all*80 {
			out.Within = k
		}
		if run*100 >= all*80 {
			out.Clients, out.Revenue, out.Ticket = k, text(run), text(v)
			break
		}
	}
	return out
}

// TestShape holds the firm to what the tour says of it.
func TestShape(t *testing.T) {
	t.Parallel()
	for _, o := range firms {
		t.Run(o.name, func(t *testing.T) {
			t.Parallel()
			x := o.facts(t)
			truth := x.truth
			if c := truth.Clients; c != (demo.Counts{Accounts: 320, Merged: 314, Groups: 311, Strangers: 3}) {
				t.Errorf("clients %+v", c)
			}
			rows := int64(0)
			for _, s := range truth.Sales {
				rows += s.Rows
			}
			if rows < 25_000 || rows > 40_000 {
				t.Errorf("%d sale lines", rows)
			}
			if l := truth.Lines[0]; l.Clients < 45 || l.Clients > 80 {
				t.Errorf("%d of %d clients reach 80 %%: no tail to speak of", l.Clients, l.Positive)
			}
			if truth.Lines[0].Clients == truth.Lines[1].Clients {
				t.Error("merging the near-duplicates does not move the line")
			}
			share := exactCents(t, truth.Top[0].Revenue) * 1000 / exactCents(t, truth.Trailing.Total)
			if share < 95 || share > 125 {
				t.Errorf("the largest client has %d per mille of the revenue", share)
			}
			if counter := exactCents(t, truth.Trailing.Unassigned) * 100; counter <= 0 || counter > exactCents(t, truth.Trailing.Total) {
				t.Errorf("counter sales of %s", truth.Trailing.Unassigned)
			}
		})
	}
}
