package demo

import (
	"fmt"
	"iter"

	"clientele/internal/money"
	"clientele/internal/period"
)

// MonthsTotal is the length of the firm's history in complete months.
const MonthsTotal = 48

// oldMonths is the part of the history that stands in the old system's file.
const oldMonths = 6

// base is the currency of the firm's books; foreign is the other one it bills in.
const (
	base    money.Currency = "EUR"
	foreign money.Currency = "USD"
)

// rateDecimals is the number of decimals of an exchange rate.
const rateDecimals = 5

// Options choose a firm. The zero value is the firm of the tour.
type Options struct {
	// Seed chooses the firm: the same seed gives the same bytes on every machine.
	Seed uint64
	// End is the day after the last day of the history, the first of a month; other
	// days are taken back to the first of their month. Zero stands for 2026-07-01.
	End period.Date
}

// Firm is a generated firm with all its facts, in memory.
type Firm struct {
	seed       uint64
	start, end period.Date
	clients    []*client // by id
	docs       []*doc    // by day, client, order of making; numbered
	rates      []int64   // per day from start: EUR per USD, rateDecimals decimals
	people     []person
	efforts    []effort
	tickets    []ticket
	contacts   []contact
	touches    []touch
	charges    []charge

	files []file
	truth *Truth
}

type file struct {
	name string
	data []byte
}

// Generate makes the firm of the options: it does no I/O and reads no clock.
func Generate(o Options) *Firm {
	if o.End == 0 {
		o.End = period.DateOf(2026, 7, 1)
	}
	end := o.End.MonthStart()
	f := &Firm{seed: o.Seed, start: end.AddMonths(-MonthsTotal), end: end}
	f.makeRates()
	f.makeClients()
	f.makeSales()
	f.makePeople()
	f.makeEfforts()
	f.makeTickets()
	f.makeContacts()
	f.makeCharges()
	f.truth = newTruth(f)
	f.writeFiles()
	return f
}

// Files yields the firm's files, names and bytes, always in the same order. The
// bytes belong to the firm and must not be changed.
func (f *Firm) Files() iter.Seq2[string, []byte] {
	return func(yield func(string, []byte) bool) {
		for _, one := range f.files {
			if !yield(one.name, one.data) {
				return
			}
		}
	}
}

// Truth is who is what and what every total is, as the generator knows it. It is
// also the file truth.json.
func (f *Firm) Truth() *Truth { return f.truth }

func (f *Firm) add(name string, data []byte) { f.files = append(f.files, file{name, data}) }

// month is the first day of month i of the history.
func (f *Firm) month(i int) period.Date { return f.start.AddMonths(i) }

// monthOf is the number of a day's month in the history; it may lie outside.
func (f *Firm) monthOf(d period.Date) int {
	y, m, _ := d.Civil()
	sy, sm, _ := f.start.Civil()
	return (y-sy)*12 + m - sm
}

// trailing is the window of the last 12 months, prior the 12 before them.
func (f *Firm) trailing() period.Range { return period.Trailing(f.end, 12) }
func (f *Firm) prior() period.Range    { return f.trailing().Before() }

// businessDays are the days of month i that are no Saturday and no Sunday.
func (f *Firm) businessDays(i int) []period.Date {
	var days []period.Date
	for d, end := f.month(i), f.month(i+1); d < end; d++ {
		if isBusinessDay(d) {
			days = append(days, d)
		}
	}
	return days
}

// isBusinessDay reports whether the day is no Saturday and no Sunday; 1970-01-01 was a
// Thursday, the fourth day of a week that begins with Monday as its first.
func isBusinessDay(d period.Date) bool {
	weekday := ((int(d)+3)%7 + 7) % 7 // Monday is 0
	return weekday < 5
}

func nextBusinessDay(d period.Date) period.Date {
	for !isBusinessDay(d) {
		d++
	}
	return d
}

// makeRates walks the exchange rate through every day of the history, drawn back to
// its mean by a hundredth of the distance.
func (f *Firm) makeRates() {
	d := newDice(f.seed, purposeRates, 0)
	const mean = 92_000
	rate := int64(97_850)
	for range int(f.end - f.start) {
		f.rates = append(f.rates, rate)
		rate += d.between(-380, 380) + (mean-rate)/100
	}
}

// rate is what one unit of the currency was worth in EUR on a day of the history.
func (f *Firm) rate(c money.Currency, day period.Date) money.Amount {
	if c == base {
		return money.Amount{Units: 1}
	}
	return money.Amount{Units: f.rates[day-f.start], Decimals: rateDecimals}
}

// toBase exchanges cents into EUR cents, half to even, by the rate of the day.
func (f *Firm) toBase(cents int64, c money.Currency, day period.Date) int64 {
	v, err := money.Convert(cents, 2, f.rate(c, day), 2)
	if err != nil { // lines are far below 10^12 cents and rates below 2
		panic(fmt.Sprintf("demo: %d cents of %s on %s: %v", cents, c, day, err))
	}
	return v
}

// amount writes cents as a decimal with a point.
func amount(cents int64) string { return money.FromInt64(cents).Format(2) }
