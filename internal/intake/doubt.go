package intake

import (
	"slices"

	"clientele/internal/ledger"
	"clientele/internal/money"
)

// doubt is a line of a chunk that may be a total. What stands above it decides, and
// that may be in another block: so the worker reads it as a record, and the merger
// takes it back where it is none.
type doubt struct {
	at    int    // how many loaded lines of the chunk stand above it
	aside int    // its place among the asides, -1 if it was loaded
	group string // "Total Energies" is the total of Energies if that is a client above
	label string
	mark  bool // no doubt: a total by its words, with which sums begin anew
}

// run is the sum of the loaded lines since the last total.
type run struct {
	sum  money.Sum
	rows int64
}

// settle decides the doubts of a chunk, in file order. Totals leave the lines or the
// asides; lines that hold nothing but an amount are totals if it equals the sum of
// all lines above, or of those since the last total.
func (m *merger) settle(c *chunk, n *numbering) {
	shift := m.scale - c.lines.Decimals
	up := func(v int64) money.Sum {
		s, _ := money.FromInt64(v).Upscale(shift)
		return s
	}
	loaded, rows, since := money.Sum{}, m.lines, m.since
	for _, t := range m.loaded {
		loaded = loaded.Plus(t.Amount)
	}
	read, aside := m.readBefore(c), 0
	var lines, asides []int
	seen := map[string]bool{}
	i := 0
	advance := func(to int) {
		for ; i < to; i++ {
			v := up(c.lines.Amount[i])
			loaded, read, since.sum = loaded.Plus(v), read.Plus(v), since.sum.Plus(v)
			rows++
			since.rows++
			if a := c.lines.Account[i]; a >= 0 {
				seen[n.own[a].Key] = true
			}
		}
	}
	for _, d := range c.doubts {
		advance(d.at)
		if d.mark {
			since = run{}
			continue
		}
		line, value, has := c.line(d)
		for ; aside < len(c.asides) && c.asides[aside].Line < line; aside++ {
			if a := &c.asides[aside]; a.HasAmt {
				v, _ := a.Amount.Rescale(m.scale)
				read = read.Add(v)
			}
		}
		amount := money.Sum{}
		if has {
			v, _ := value.Rescale(m.scale)
			amount = money.FromInt64(v)
		}
		kind, label := skipSubtotal, d.label
		switch {
		case d.group != "":
			if !m.knows(c, d, seen) {
				continue
			}
		case !has || amount.IsZero():
			continue
		case rows > 1 && (loaded == amount || read == amount):
			kind, label = skipTotal, "equal to the sum of all rows above"
			c.stated = append(c.stated, ledger.Stated{Line: line, Label: label, Amount: value})
		case since.rows > 1 && since.sum == amount:
		default:
			continue
		}
		m.takeBack(c, d, amount, has)
		c.skipped[kind]++
		since = run{}
		if d.aside >= 0 {
			asides = append(asides, d.aside)
			aside = max(aside, d.aside+1)
		} else {
			lines = append(lines, d.at)
			i++ // it is not part of the sums
		}
	}
	advance(c.lines.Len())
	m.since = since
	c.drop(lines, asides)
	slices.SortStableFunc(c.stated, func(a, b ledger.Stated) int { return int(a.Line - b.Line) })
}

// readBefore is the sum of all that was read before the chunk, whatever became of it.
func (m *merger) readBefore(c *chunk) money.Sum {
	sum := money.Sum{}
	for _, t := range m.read {
		sum = sum.Plus(t.Amount)
	}
	for _, t := range c.read {
		own, _ := t.Amount.Upscale(m.scale - c.lines.Decimals)
		sum = sum.Minus(own)
	}
	return sum
}

// line is where a doubt stands and what amount it has.
func (c *chunk) line(d doubt) (line int64, amount money.Amount, has bool) {
	if d.aside >= 0 {
		a := &c.asides[d.aside]
		return a.Line, a.Amount, a.HasAmt
	}
	return c.lines.Line[d.at], money.Amount{Units: c.lines.Amount[d.at], Decimals: c.lines.Decimals}, true
}

// knows reports whether a group is a client of the lines above.
func (m *merger) knows(c *chunk, d doubt, seen map[string]bool) bool {
	if _, ok := m.accounts[d.group]; ok || seen[d.group] || m.names[d.group] {
		return true
	}
	for _, t := range c.told {
		if t.at < d.at && t.Name == d.group {
			return true
		}
	}
	return false
}

// takeBack removes a total from what was read.
func (m *merger) takeBack(c *chunk, d doubt, amount money.Sum, has bool) {
	cur := 0
	if d.aside >= 0 {
		cur = m.code(c.asides[d.aside].Currency)
	} else if c.lines.Currency != nil {
		cur = int(c.lines.Currency[d.at])
	}
	t := &m.read[cur]
	t.Rows--
	if has {
		t.Amount = t.Amount.Minus(amount)
	} else {
		t.WithoutAmount--
	}
}

// drop takes lines and asides out of the chunk; both lists ascend.
func (c *chunk) drop(lines, asides []int) {
	l := &c.lines
	l.Account, l.Day = without(l.Account, lines), without(l.Day, lines)
	l.Amount, l.Line = without(l.Amount, lines), without(l.Line, lines)
	l.Currency, l.Document = without(l.Currency, lines), without(l.Document, lines)
	c.asides = without(c.asides, asides)
	for i := range c.told {
		c.told[i].dropped = slices.Contains(lines, c.told[i].at)
	}
}

// without drops the elements at ascending places.
func without[T any](list []T, places []int) []T {
	if len(list) == 0 || len(places) == 0 {
		return list
	}
	kept := list[:places[0]]
	for k, at := range places {
		end := len(list)
		if k+1 < len(places) {
			end = places[k+1]
		}
		kept = append(kept, list[at+1:end]...)
	}
	return kept
}
