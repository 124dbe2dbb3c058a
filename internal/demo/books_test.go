package demo_test

import (
	"maps"
	"math/big"
	"slices"
	"testing"
)

// TestSaleLinesAreSound checks arithmetic, dates and references of each line.
func TestSaleLinesAreSound(t *testing.T) {
	t.Parallel()
	for _, o := range firms {
		t.Run(o.name, func(t *testing.T) {
			t.Parallel()
			x := o.facts(t)
			all := x.all
			docs, keys := map[string]sale{}, map[string]bool{}
			for _, s := range all {
				docs[s.number] = s
				if key := s.number + "/" + s.line; keys[key] {
					t.Errorf("line %s stands twice", key)
				} else {
					keys[key] = true
				}
			}
			var late, revenue int64
			for _, s := range all {
				net := new(big.Rat).Mul(number(t, s.quantity), number(t, s.price))
				if net.Cmp(number(t, s.net)) != 0 {
					t.Errorf("%s: %s x %s is not %s", s.number, s.quantity, s.price, s.net)
				}
				if s.day < x.truth.From || s.day > x.truth.To {
					t.Errorf("%s is of %s, outside the history", s.number, s.day)
				}
				revenue += exactCents(t, s.net)
				if (s.credits != "") != (exactCents(t, s.net) < 0) {
					t.Errorf("%s over %s credits %q", s.number, s.net, s.credits)
				}
				if s.credits == "" {
					continue
				}
				of, ok := docs[s.credits]
				if !ok || of.id != s.id || of.day >= s.day || !of.counts() {
					t.Errorf("%s of %s credits %s of %s", s.number, s.day, s.credits, of.day)
				}
				late -= exactCents(t, s.net)
			}
			if late*200 < revenue || late*20 > revenue {
				t.Errorf("credit notes are %d of %d", late, revenue)
			}
		})
	}
}

// TestRatesCoverEveryDay checks the rate table.
func TestRatesCoverEveryDay(t *testing.T) {
	t.Parallel()
	for _, o := range firms {
		t.Run(o.name, func(t *testing.T) {
			t.Parallel()
			x := o.facts(t)
			days := x.rows(t, "rates.csv")
			if want := daysBetween(t, x.truth.From, x.truth.AsOf); int64(len(days)) != want {
				t.Fatalf("%d rates for %d days", len(days), want)
			}
			for i, r := range days {
				if daysBetween(t, x.truth.From, r["Date"]) != int64(i) {
					t.Errorf("rate %d is of %s", i, r["Date"])
				}
				if v := number(t, r["Rate"]); v.Cmp(big.NewRat(7, 10)) < 0 || v.Cmp(big.NewRat(12, 10)) > 0 {
					t.Errorf("a rate of %s on %s", r["Rate"], r["Date"])
				}
			}
		})
	}
}

// TestOtherTotals adds up every file that is not sales, and ties them to each other.
func TestOtherTotals(t *testing.T) {
	t.Parallel()
	for _, o := range firms {
		t.Run(o.name, func(t *testing.T) {
			t.Parallel()
			x := o.facts(t)
			column := map[string]string{"costs.csv": "Cost", "client-costs.csv": "Amount", "pools.csv": "Cost", "resources.csv": "Cost", "time.csv": "Hours"}
			for _, o := range x.truth.Others {
				all := x.rows(t, o.Name)
				sum := int64(0)
				for _, r := range all {
					if c := column[o.Name]; c != "" {
						sum += exactCents(t, r[c])
					}
				}
				if int64(len(all)) != o.Rows || (column[o.Name] != "") != (o.Total != "") || (o.Total != "" && text(sum) != o.Total) {
					t.Errorf("%s: %d rows, %s; truth says %d, %q", o.Name, len(all), text(sum), o.Rows, o.Total)
				}
			}
			people := map[string]int64{}
			for _, r := range x.rows(t, "resources.csv") {
				people[r["Month"]+r["Group"]] += exactCents(t, r["Cost"])
			}
			pools := map[string]int64{}
			for _, r := range x.rows(t, "pools.csv") {
				if r["Kind"] == "people" {
					pools[r["Month"]+r["Pool"]] += exactCents(t, r["Cost"])
				}
			}
			if !maps.Equal(people, pools) {
				t.Error("the people pools are not the cost of the resources")
			}
		})
	}
}

// TestTimeSheets ties billed hours to the invoices and entries to the calendar.
func TestTimeSheets(t *testing.T) {
	t.Parallel()
	for _, o := range firms {
		t.Run(o.name, func(t *testing.T) {
			t.Parallel()
			x := o.facts(t)
			hours := []string{
				"Workshop hour", "On-site service hour", "Inspection hour", "Controls engineer hour",
			}
			billed, booked := map[string]int64{}, map[string]int64{}
			for _, s := range x.truth.Sales[1:] {
				for _, r := range x.rows(t, s.Name) {
					counts := r["Status"] == "Paid" || r["Status"] == "Open"
					if counts && r["Credits invoice"] == "" && slices.Contains(hours, r["Item"]) {
						billed[r["Date"][:7]+r["Customer ID"]] += exactCents(t, r["Quantity"])
					}
				}
			}
			first := x.truth.Sales[1].Name
			from := ""
			for _, r := range x.rows(t, first) {
				if from == "" || r["Date"] < from {
					from = r["Date"]
				}
			}
			for _, r := range x.rows(t, "time.csv") {
				h := exactCents(t, r["Hours"])
				if h <= 0 || h > 900 || h%25 != 0 {
					t.Errorf("an entry of %s hours", r["Hours"])
				}
				if r["Billable"] == "Yes" && r["Date"][:7] >= from[:7] {
					booked[r["Date"][:7]+r["Customer ID"]] += h
				}
			}
			if !maps.Equal(billed, booked) {
				t.Error("the billed hours of a client and month are not those of the time sheets")
			}
		})
	}
}

// TestContacts checks that the last touch is the last touch.
func TestContacts(t *testing.T) {
	t.Parallel()
	for _, o := range firms {
		t.Run(o.name, func(t *testing.T) {
			t.Parallel()
			x := o.facts(t)
			last := map[string]string{}
			for _, r := range x.rows(t, "touches.csv") {
				key := r["Customer ID"] + r["Contact"]
				last[key] = max(last[key], r["Date"])
			}
			seen := map[string]bool{}
			for _, r := range x.rows(t, "contacts.csv") {
				key := r["Customer ID"] + r["Contact"]
				if last[key] != r["Last touch"] || seen[key] {
					t.Errorf("%s: last touch %s, the touches say %s", key, r["Last touch"], last[key])
				}
				seen[key] = true
			}
		})
	}
}
