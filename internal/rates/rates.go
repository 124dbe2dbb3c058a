// Package rates holds exchange rates by day and converts lines, never totals. A rate
// that is missing is missing: it is never taken as 1.
package rates

import (
	"cmp"
	"fmt"
	"slices"
	"sort"

	"clientele/internal/money"
	"clientele/internal/period"
)

// CarryDays is how long a rate holds when no newer one is given: a month and a day,
// so that monthly tables and weekends need no filling.
const CarryDays = 31

// Table is the rates into one base currency. Once filled it may be asked from several
// goroutines.
type Table struct {
	Base  money.Currency
	rates map[money.Currency][]entry // by day, each day once
}

type entry struct {
	day  period.Date
	rate money.Amount
}

// New makes an empty table into a base currency.
func New(base money.Currency) *Table {
	return &Table{Base: base, rates: map[money.Currency][]entry{}}
}

// Add says that on day one unit of from is rate units of the base. A later Add for
// the same day replaces the earlier one.
func (t *Table) Add(day period.Date, from money.Currency, rate money.Amount) error {
	if rate.Units <= 0 {
		return fmt.Errorf("the rate of %s on %s is %s; a rate is above 0", from, day, rate)
	}
	list := t.rates[from]
	i, have := slices.BinarySearchFunc(list, day, func(e entry, d period.Date) int { return cmp.Compare(e.day, d) })
	if have {
		list[i].rate = rate
		return nil
	}
	t.rates[from] = slices.Insert(list, i, entry{day, rate})
	return nil
}

// Rate is the newest rate on or before the day, at most CarryDays old. The base's own
// rate is exactly 1; an undated line has no rate.
func (t *Table) Rate(from money.Currency, day period.Date) (money.Amount, bool) {
	if from == t.Base {
		return money.Amount{Units: 1}, true
	}
	if day == period.NoDate {
		return money.Amount{}, false
	}
	list := t.rates[from]
	i := sort.Search(len(list), func(i int) bool { return list[i].day > day }) - 1
	if i < 0 || day-list[i].day > CarryDays {
		return money.Amount{}, false
	}
	return list[i].rate, true
}

// Convert exchanges an amount at scale `from` on a day into base minor units at scale
// `to`, half to even. False if no rate is known.
func (t *Table) Convert(units int64, from uint8, cur money.Currency, day period.Date, to uint8) (int64, bool, error) {
	rate, ok := t.Rate(cur, day)
	if !ok {
		return 0, false, nil
	}
	v, err := money.Convert(units, from, rate, to)
	return v, err == nil, err
}
