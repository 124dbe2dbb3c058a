package role

import (
	"strings"

	"clientele/internal/intake/decimal"
	"clientele/internal/money"
)

// Headers of how many events a row tells of. The words of quantity may as well head the
// pieces of one event.
//
//nolint:misspell // words of four languages
const (
	countWords    = "count|event count|number of events|events|no of events|anzahl ereignisse|nombre d evenements|numero de eventos"
	quantityWords = "quantity|qty|anzahl|menge|nombre|quantite|cantidad"
)

// eventCount finds how many events a row tells of, else the column that numbers them. A
// row of a list without either is one event.
func (f *factProposer) eventCount() {
	own, plural := "", ""
	for _, e := range eventWords {
		if e.event == f.out.Event {
			own, plural = e.headers, e.counts
		}
	}
	switch {
	case f.count(countWords, (*column).numbers), f.count(plural, small):
		return
	case !f.p.has(Document):
		f.numbered(own + "|" + plural)
	}
	if !f.p.has(Document) {
		f.count(quantityWords, (*column).numbers)
	}
}

// count takes the first free column of the words that fits.
func (f *factProposer) count(words string, fits func(*column) bool) bool {
	for w := range strings.SplitSeq(words, "|") {
		for _, c := range f.p.cols {
			if w != "" && c.key == keyOf(w) && !f.p.taken[c.Index] && c.Filled > 0 && fits(c) {
				f.p.pick(EventCount, c, Likely, "says how many events a row is")
				return true
			}
		}
	}
	return false
}

// numbered takes a column that numbers the events: no value comes twice.
func (f *factProposer) numbered(words string) {
	if f.out.Event == "touch" { // a channel is what it went by, whatever its values
		return
	}
	if f.out.Shape != "" {
		words += "|id" // an export has one id, that of its rows
	}
	for w := range strings.SplitSeq(words, "|") {
		for _, c := range f.p.cols {
			if w != "" && c.key == keyOf(w) && c.Filled > 0 && c.Distinct == min(c.Filled, distinctMax) && !f.p.taken[c.Index] {
				f.p.pick(Document, c, Likely, "numbers the events")
				return
			}
		}
	}
}

// small: most values are counts as people write them and not numbers of documents, which
// are long, or run on from row to row.
func small(c *column) bool {
	const most = 99_999
	low, numbers, follow, last := false, 0, 0, int64(-most-2)
	for _, s := range c.Samples {
		a, bad := decimal.Parse([]byte(s), decimal.Style{Point: '.'})
		if bad != nil {
			continue
		}
		v := a.Amount.Units / money.Pow10(a.Amount.Decimals)
		if v > most || v < -most {
			return false
		}
		if numbers++; v == last+1 {
			follow++
		}
		low, last = low || v < 1000, v
	}
	running := len(c.Samples) > 2 && follow >= numbers-1
	return low && !running && 2*numbers > len(c.Samples)
}

// elapsed: how long something took on the clock, which is no work and drives none.
func elapsed(c *column) bool {
	return hasAny(phrase(c.name.Text), " resolution time ", " reply time ", " wait time ", " hold time ", " response time ", " waiting time ")
}
