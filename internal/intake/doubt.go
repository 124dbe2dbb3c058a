package intake

import (
	"cmp"
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
	mark  bool   // no doubt: a total by its words, with which sums begin anew
}

// run is the sum of the loaded lines since the last total.
type run struct {
	sum  money.Sum
	rows int64
}

// settling goes through a chunk in file order and decides its doubts.
type settling struct {
	m       *merger
	chunk   *chunk
	numbers *numbering

	loaded, read money.Sum // of all lines above; read counts what was set aside too
	rows         int64
	since        run
	line, aside  int             // what comes next of each
	seen         map[string]bool // clients of the chunk's lines above
	lines        []int           // totals among the lines
	asides       []int           // … and among the asides
}

// settle decides the doubts of a chunk. Totals leave the lines or the asides; lines
// that hold nothing but an amount are totals if it equals the sum of all lines above,
// or of those since the last total.
func (m *merger) settle(c *chunk, n *numbering) {
	s := &settling{m: m, chunk: c, numbers: n, read: m.readBefore(c), rows: m.lines, since: m.since, seen: map[string]bool{}}
	for _, t := range m.loaded {
		s.loaded = s.loaded.Plus(t.Amount)
	}
	for _, d := range c.doubts {
		s.advance(d)
		if d.mark {
			s.since = run{}
			continue
		}
		line, value, has := c.line(d)
		amount := m.scaled(value)
		kind, total := s.judge(d, amount, has)
		if !total {
			continue
		}
		m.takeBack(c, d, amount, has)
		c.skipped[kind]++
		if kind == skipTotal {
			c.stated = append(c.stated, ledger.Stated{Line: line, Label: "equal to the sum of all rows above", Amount: value})
		}
		s.since = run{}
		if d.aside >= 0 {
			s.asides = append(s.asides, d.aside)
			s.aside = max(s.aside, d.aside+1)
		} else {
			s.lines = append(s.lines, d.at)
			s.line++ // it is not part of the sums
		}
	}
	s.advance(doubt{at: c.lines.Len(), aside: -1, mark: true})
	m.since = s.since
	c.drop(s.lines, s.asides)
	slices.SortStableFunc(c.stated, func(a, b ledger.Stated) int { return cmp.Compare(a.Line, b.Line) })
}

// advance adds what stands above a doubt.
func (s *settling) advance(d doubt) {
	l := &s.chunk.lines
	for ; s.line < d.at; s.line++ {
		v := s.m.scaled(money.Amount{Units: l.Amount[s.line], Decimals: l.Decimals})
		s.loaded, s.read, s.since.sum = s.loaded.Plus(v), s.read.Plus(v), s.since.sum.Plus(v)
		s.rows++
		s.since.rows++
		if a := l.Account[s.line]; a >= 0 {
			s.seen[s.numbers.own[a].Key] = true
		}
	}
	if d.mark {
		return
	}
	line, _, _ := s.chunk.line(d)
	for ; s.aside < len(s.chunk.asides) && s.chunk.asides[s.aside].Line < line; s.aside++ {
		if a := &s.chunk.asides[s.aside]; a.HasAmt {
			s.read = s.read.Plus(s.m.scaled(a.Amount))
		}
	}
}

// judge says whether a doubt is a total, and of what.
func (s *settling) judge(d doubt, amount money.Sum, has bool) (kind skip, total bool) {
	switch {
	case d.group != "":
		return skipSubtotal, s.m.knows(s.chunk, d, s.seen)
	case !has || amount.IsZero():
		return 0, false
	case s.rows > 1 && (s.loaded == amount || s.read == amount):
		return skipTotal, true
	default:
		return skipSubtotal, s.since.rows > 1 && s.since.sum == amount
	}
}

// scaled is an amount of the file at the scale of its totals, which is no coarser.
func (m *merger) scaled(a money.Amount) money.Sum {
	if a.Decimals > m.scale {
		a = a.Trim()
	}
	s, _ := money.FromInt64(a.Units).Upscale(m.scale - a.Decimals)
	return s
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
	l.Currency, l.Document, l.Cost = without(l.Currency, lines), without(l.Document, lines), without(l.Cost, lines)
	l.Label, l.Months = without(l.Label, lines), without(l.Months, lines)
	for k := range l.Beside {
		l.Beside[k] = without(l.Beside[k], lines)
	}
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
