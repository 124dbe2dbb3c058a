package app

import (
	"fmt"
	"sort"
	"strings"

	"clientele/internal/engine/memory"
	"clientele/internal/fault"
	"clientele/internal/intake"
	"clientele/internal/ledger"
	"clientele/internal/money"
	"clientele/internal/period"
)

// add takes a file that was read into the account of all.
func (g *gathering) add(f *intake.File, l *intake.Loaded) error {
	read := l.Rows(func(c *ledger.Control) ledger.Tally { return c.Read })
	loaded := l.Rows(func(c *ledger.Control) ledger.Tally { return c.Loaded })
	g.out.Files = append(g.out.Files, report(f, read.Rows, loaded.Rows))
	for _, a := range l.Accounts {
		have := &g.list[g.number(a.Key)]
		have.Name = a.Name
		if a.Parent != "" {
			have.Parent = a.Parent
		}
		if a.Owner != "" {
			have.Owner = a.Owner
		}
	}
	if loaded.Rows > 0 {
		if g.out.Kind != "" && g.out.Kind != f.Profile.Kind {
			return mixedKinds(g.out.Kind, f.Profile.Kind)
		}
		g.out.Kind = f.Profile.Kind
	}
	g.loaded = append(g.loaded, l)
	g.stated = append(g.stated, lastStated(l))
	g.out.Undated += l.Undated
	g.out.Future += l.Future
	g.out.Span = join(g.out.Span, l.Span)
	g.out.Facts.take(f, l)
	return nil
}

func report(f *intake.File, read, loaded int64) FileReport {
	r := FileReport{Name: f.Name(), Shape: f.Profile.Shape, Evidence: f.Evidence, Rows: read, Loaded: loaded}
	for _, n := range f.Notes {
		r.Notes = append(r.Notes, n.Text)
	}
	return r
}

func mixedKinds(a, b ledger.Kind) error {
	return &fault.Error{
		Kind: fault.Ask, Op: "read files", Message: fmt.Sprintf("one file holds amounts that are %s, another amounts that are %s", a, b),
		Questions: []fault.Question{{
			Code: "kind", Text: "Amounts of two kinds are never added. Of which kind are they?",
			Flag: "--kind invoiced|booked|received", Choices: []string{"--kind " + string(a), "--kind " + string(b)},
		}},
	}
}

// join is the smallest range that holds both.
func join(a, b period.Range) period.Range {
	switch {
	case a.Empty():
		return b
	case b.Empty():
		return a
	default:
		return period.Range{From: min(a.From, b.From), To: max(a.To, b.To)}
	}
}

// lastStated is the last total that a file states: the grand total stands at the end.
func lastStated(l *intake.Loaded) *ledger.Stated {
	if len(l.Stated) == 0 {
		return nil
	}
	return &l.Stated[len(l.Stated)-1]
}

func (x *Facts) take(f *intake.File, l *intake.Loaded) {
	p := f.Profile
	if len(p.TaxSigns) > 0 && p.Tax == "" {
		x.TaxSigns = append(x.TaxSigns, p.TaxSigns...)
	}
	x.TaxSettled = x.TaxSettled || p.Tax != ""
	x.Gross = x.Gross || p.Tax == "gross" && !f.TaxKnown()
	for _, w := range l.Unknown {
		x.Unknown = append(x.Unknown, Word(w))
	}
	x.Documents = x.Documents || f.HasDocuments()
	for _, a := range l.Accounts {
		x.Grouped = x.Grouped || a.Parent != ""
	}
	x.Negated += l.Notes.Negated
	x.NameAsKey += l.Notes.NameAsKey
	x.Inclusive += l.Notes.Inclusive
}

// ground closes the account over all files and makes the engine.
func (g *gathering) ground() (*Ground, error) {
	if err := g.currencies(); err != nil {
		return nil, err
	}
	if g.table != nil {
		if err := g.exchange(); err != nil {
			return nil, err
		}
	}
	if r, ok := g.repeats.reason(); ok {
		g.out.Facts.Repeats = &r
	}
	g.account()
	if g.out.Control.Loaded.Rows == 0 {
		return nil, g.nothing()
	}
	// Whole amounts of a currency with cents are kept in cents, as the account is.
	if err := g.builder.Add(&ledger.Lines{Decimals: g.out.Decimals}); err != nil {
		return nil, err
	}
	cells, err := g.builder.Cells()
	if err != nil {
		return nil, err
	}
	cfg := memory.Config{Cells: cells, Grain: g.builder.Grain(), Accounts: g.list}
	if g.req.Documents {
		if cfg.Documents, err = g.builder.Documents(); err != nil {
			return nil, err
		}
	}
	g.out.Engine = memory.New(cfg)
	return &g.out, nil
}

// currencies settles the base currency, or asks: two currencies are never added
// without a rate.
func (g *gathering) currencies() error {
	rows := map[money.Currency]int64{}
	for _, l := range g.loaded {
		for _, c := range l.Controls {
			if c.Loaded.Rows > 0 {
				rows[c.Currency] += c.Loaded.Rows
			}
		}
	}
	codes := make([]money.Currency, 0, len(rows))
	for c := range rows {
		codes = append(codes, c)
	}
	sort.Slice(codes, func(i, k int) bool { return codes[i] < codes[k] })
	if g.table != nil {
		g.out.Currency = g.table.Base
		return nil
	}
	switch len(codes) {
	case 0:
		return nil
	case 1:
		g.out.Currency = codes[0]
		return nil
	}
	return askCurrency(codes, rows)
}

func askCurrency(codes []money.Currency, rows map[money.Currency]int64) error {
	q := fault.Question{Code: "currency", Text: "The amounts are in more than one currency, and no exchange rates are given.", Flag: "--rates FILE --base CURRENCY"}
	unnamed := false
	var named []string
	for _, c := range codes {
		if c == "" {
			unnamed = true
			q.Evidence = append(q.Evidence, fmt.Sprintf("no currency in %d rows", rows[c]))
			continue
		}
		named = append(named, string(c))
		if rows[c] > 0 {
			q.Evidence = append(q.Evidence, fmt.Sprintf("%s in %d rows", c, rows[c]))
		} else {
			q.Evidence = append(q.Evidence, "the ledger is kept in "+string(c))
		}
		q.Choices = append(q.Choices, "--rates FILE --base "+string(c))
	}
	if unnamed {
		q.Flag = "--currency CODE for the rows that name none, or --rates FILE --base CURRENCY"
		if len(named) == 1 {
			q.Choices = append([]string{"--currency " + named[0]}, q.Choices...)
		}
	}
	return &fault.Error{
		Kind: fault.Ask, Op: "read files", Message: "the amounts are in " + strings.Join(append(named, map[bool][]string{true: {"no named currency"}}[unnamed]...), " and "),
		Questions: []fault.Question{q},
	}
}

// nothing explains why not a single record could be loaded.
func (g *gathering) nothing() error {
	c := &g.out.Control
	msg := "no record could be loaded"
	if len(c.Reasons) > 0 {
		r := c.Reasons[0]
		msg = fmt.Sprintf("no record could be loaded: %d of %d %s (%s)", r.Rows, c.Read.Rows, r.State, r.Text)
	}
	names := make([]string, 0, len(g.out.Files))
	for _, f := range g.out.Files {
		names = append(names, f.Name)
	}
	return &fault.Error{
		Kind: fault.Input, Op: "read files", Message: msg, Place: fault.Place{File: strings.Join(names, ", ")},
		Remedy: "look at the rows with 'clientele import --check', or say which columns to read with --map",
	}
}

// account sums the files' accounts, in base currency.
func (g *gathering) account() {
	out, c := &g.out, &g.out.Control
	out.Decimals = g.baseScale()
	skipped := map[string]int64{}
	reasons := reasonTable{}
	for _, l := range g.loaded {
		for i := range l.Controls {
			g.fold(&l.Controls[i])
		}
		for i, r := range l.Reasons {
			if l.ReasonCurrency[i] != out.Currency && g.table == nil || g.table != nil {
				r.Amount, r.WithoutAmount = money.Sum{}, r.Rows
			} else {
				r.Amount, _ = r.Amount.Upscale(out.Decimals - l.Decimals)
			}
			reasons.add(r)
		}
		for _, s := range l.Skipped {
			skipped[s.Kind] += s.Lines
		}
	}
	if g.table != nil {
		g.foldConverted(reasons)
	}
	c.Reasons = reasons.list()
	for kind, n := range skipped {
		c.Skipped = append(c.Skipped, ledger.Skipped{Kind: kind, Lines: n})
	}
	sort.Slice(c.Skipped, func(i, k int) bool { return c.Skipped[i].Kind < c.Skipped[k].Kind })
	g.compareStated()
}

// fold adds one currency's account. Amounts in another currency than the base count
// in rows only: they are converted line by line, never as totals.
func (g *gathering) fold(k *ledger.Control) {
	out, c := &g.out, &g.out.Control
	c.ByCurrency = append(c.ByCurrency, *k)
	up := func(t ledger.Tally) ledger.Tally {
		t.Amount, _ = t.Amount.Upscale(out.Decimals - k.Decimals)
		return t
	}
	bare := func(t ledger.Tally) ledger.Tally { return ledger.Tally{Rows: t.Rows, WithoutAmount: t.Rows} }
	switch {
	case g.table == nil && k.Currency == out.Currency:
		c.Read, c.Loaded, c.Unassigned = c.Read.Plus(up(k.Read)), c.Loaded.Plus(up(k.Loaded)), c.Unassigned.Plus(up(k.Unassigned))
		c.Excluded, c.Quarantined = c.Excluded.Plus(up(k.Excluded)), c.Quarantined.Plus(up(k.Quarantined))
	case g.table != nil && k.Currency == out.Currency:
		c.Loaded, c.Unassigned = c.Loaded.Plus(up(k.Loaded)), c.Unassigned.Plus(up(k.Unassigned))
		c.Read = c.Read.Plus(up(k.Loaded))
	case g.table != nil: // lines come converted, asides by foldConverted
	default:
		c.Read = c.Read.Plus(bare(k.Read))
		c.Excluded, c.Quarantined = c.Excluded.Plus(bare(k.Excluded)), c.Quarantined.Plus(bare(k.Quarantined))
	}
}

// foldConverted adds what was converted line by line, and what waits for a rate.
func (g *gathering) foldConverted(reasons reasonTable) {
	c := &g.out.Control
	c.Loaded, c.Unassigned = c.Loaded.Plus(g.converted), c.Unassigned.Plus(g.convertedFree)
	c.Read = c.Read.Plus(g.converted)
	for i := range g.asides {
		a := &g.asides[i]
		t := ledger.Tally{Rows: 1, WithoutAmount: 1}
		if v, ok := g.inBase(a, g.out.Decimals); ok {
			t = ledger.Tally{Rows: 1, Amount: money.FromInt64(v)}
		}
		c.Read = c.Read.Plus(t)
		if a.State == ledger.Excluded {
			c.Excluded = c.Excluded.Plus(t)
		} else {
			c.Quarantined = c.Quarantined.Plus(t)
		}
		reasons.amount(a.State, a.Code, t)
	}
	c.MissingRate = g.waiting
	for _, w := range g.waiting {
		t := ledger.Tally{Rows: w.Rows, WithoutAmount: w.Rows}
		c.Read, c.Quarantined = c.Read.Plus(t), c.Quarantined.Plus(t)
		reasons.add(ledger.Reason{State: ledger.Quarantined, Code: missingRate, Text: "no exchange rate for the day", Tally: t})
	}
}

// compareStated sets the files' own total beside what was loaded, where every file
// states one and there is one currency.
func (g *gathering) compareStated() {
	c := &g.out.Control
	if g.table != nil || len(g.stated) == 0 {
		return
	}
	total := ledger.Stated{}
	sum := money.Sum{}
	for _, s := range g.stated {
		if s == nil {
			return
		}
		v, err := s.Amount.Rescale(g.out.Decimals)
		if err != nil {
			return
		}
		sum = sum.Add(v)
		total.Line, total.Label = s.Line, s.Label
	}
	v, ok := sum.Int64()
	if !ok {
		return
	}
	total.Amount = money.Amount{Units: v, Decimals: g.out.Decimals}
	c.Stated, c.StatedDiffers = &total, sum != c.Loaded.Amount
}

// reasonTable sums reasons of several files by state and code.
type reasonTable map[[2]string]*ledger.Reason

func (t reasonTable) add(r ledger.Reason) {
	key := [2]string{r.State.String(), r.Code}
	if have := t[key]; have != nil {
		have.Tally = have.Plus(r.Tally)
		return
	}
	t[key] = &r
}

// amount adds the amount of one record that was counted before without it.
func (t reasonTable) amount(state ledger.State, code string, one ledger.Tally) {
	if r := t[[2]string{state.String(), code}]; r != nil && one.WithoutAmount == 0 {
		r.WithoutAmount--
		r.Amount = r.Amount.Plus(one.Amount)
	}
}

func (t reasonTable) list() []ledger.Reason {
	out := make([]ledger.Reason, 0, len(t))
	for _, r := range t {
		if r.Rows != 0 { // rows that were mended or are ignored have left their reason
			out = append(out, *r)
		}
	}
	sort.Slice(out, func(i, k int) bool {
		a, b := out[i], out[k]
		switch {
		case a.State != b.State:
			return a.State < b.State
		case a.Rows != b.Rows:
			return a.Rows > b.Rows
		default:
			return a.Code < b.Code
		}
	})
	return out
}

func overflowError(err error) error {
	return fault.Wrap(err, fault.Input, "convert", "an amount does not fit 64 bits in the base currency", "check the rate table")
}
